# SPDX-License-Identifier: GPL-3.0-or-later
# design: XML checked by RelaxNG, technologies and circuit templates into struct design, with the line of each element.
noinst_LIBRARIES += src/libdesign.a
src_libdesign_a_SOURCES = \
    %D%/design.c %D%/design.h \
    %D%/read.c %D%/read.h \
    %D%/read_array.c \
    %D%/read_assembly.c \
    %D%/read_attention.c \
    %D%/read_axes.c \
    %D%/read_bench.c \
    %D%/read_cell.c \
    %D%/read_characterise.c \
    %D%/read_fit.c \
    %D%/read_measure.c \
    %D%/read_reduction.c \
    %D%/read_sweep.c \
    %D%/read_tolerance.c \
    %D%/schema.c %D%/schema.h \
    %D%/signal.c \
    %D%/site.c %D%/site.h \
    %D%/spice.c %D%/spice.h \
    %D%/technology.c %D%/technology.h \
    %D%/template.c %D%/template.h \
    %D%/use.c %D%/use.h \
    %D%/xml.c %D%/xml.h
