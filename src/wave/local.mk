# SPDX-License-Identifier: GPL-3.0-or-later
# wave: plots in memory and as raw files; curves compared.
noinst_LIBRARIES += src/libwave.a
src_libwave_a_SOURCES = \
    %D%/bytes.c %D%/bytes.h \
    %D%/compare.c %D%/compare.h \
    %D%/csv.c %D%/csv.h \
    %D%/file.c %D%/file.h \
    %D%/formula.c %D%/formula.h \
    %D%/plot.c %D%/plot.h \
    %D%/raw.c %D%/raw.h \
    %D%/reduce.c %D%/reduce.h \
    %D%/numbers.c %D%/numbers.h \
    %D%/stream.c %D%/stream.h \
    %D%/vcd.c %D%/vcd.h
