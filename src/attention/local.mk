# SPDX-License-Identifier: GPL-3.0-or-later
# attention: heads made of a fitted cell, their ideal references, and how far apart they are.
noinst_LIBRARIES += src/libattention.a
src_libattention_a_SOURCES = \
    %D%/attention.c %D%/attention.h \
    %D%/curve.c %D%/curve.h \
    %D%/head.c %D%/head.h \
    %D%/input.c \
    %D%/reference.c
