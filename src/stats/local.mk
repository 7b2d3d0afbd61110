# SPDX-License-Identifier: GPL-3.0-or-later
# stats: random numbers that are a function of what they are for, and what samples drawn by them tell.
noinst_LIBRARIES += src/libstats.a
src_libstats_a_SOURCES = \
    %D%/estimate.c %D%/estimate.h \
    %D%/random.c %D%/random.h \
    %D%/split.c %D%/split.h \
    %D%/summary.c %D%/summary.h
