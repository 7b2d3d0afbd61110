# SPDX-License-Identifier: GPL-3.0-or-later
# export: fitted models in the forms of other tools.
noinst_LIBRARIES += src/libexport.a
src_libexport_a_SOURCES = \
    %D%/circuit.c \
    %D%/code.c \
    %D%/device.c \
    %D%/export.c %D%/export.h \
    %D%/expression.c \
    %D%/osdi.c \
    %D%/python.c
