# SPDX-License-Identifier: GPL-3.0-or-later
# netlist: points of a design, and the deck of each.
noinst_LIBRARIES += src/libnetlist.a
src_libnetlist_a_SOURCES = \
    %D%/accuracy.c %D%/accuracy.h \
    %D%/analysis.c \
    %D%/array.c \
    %D%/builder.h \
    %D%/circuits.c \
    %D%/codes.c %D%/codes.h \
    %D%/deck.c %D%/deck.h \
    %D%/expression.c %D%/expression.h \
    %D%/mismatch.c %D%/mismatch.h \
    %D%/models.c \
    %D%/pack.c \
    %D%/part.c %D%/part.h \
    %D%/point.c %D%/point.h \
    %D%/probe.c \
    %D%/stimulus.c
