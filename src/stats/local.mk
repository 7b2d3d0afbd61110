# SPDX-License-Identifier: GPL-3.0-or-later
# stats: random numbers that are a function of what they are for.
noinst_LIBRARIES += src/libstats.a
src_libstats_a_SOURCES = %D%/random.c %D%/random.h
