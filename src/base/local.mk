# SPDX-License-Identifier: GPL-3.0-or-later
# base: numbers and units, places and errors, small files; depends on nothing of ours.
noinst_LIBRARIES += src/libbase.a
src_libbase_a_SOURCES = \
    %D%/error.c %D%/error.h \
    %D%/files.c %D%/files.h \
    %D%/quantity.c %D%/quantity.h \
    %D%/text.c %D%/text.h
