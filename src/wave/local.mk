# SPDX-License-Identifier: GPL-3.0-or-later
# wave: plots in memory and as raw files.
noinst_LIBRARIES += src/libwave.a
src_libwave_a_SOURCES = \
    %D%/plot.c %D%/plot.h \
    %D%/raw.c %D%/raw.h
