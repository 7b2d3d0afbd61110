# SPDX-License-Identifier: GPL-3.0-or-later
# measure: numbers from plots; one file a measurement, registered in measure.c.
noinst_LIBRARIES += src/libmeasure.a
src_libmeasure_a_SOURCES = \
    %D%/charge.c \
    %D%/count.c \
    %D%/crossing.c \
    %D%/delay.c \
    %D%/integral.c \
    %D%/max.c \
    %D%/mean.c \
    %D%/measure.c %D%/measure.h \
    %D%/method.c %D%/method.h \
    %D%/min.c \
    %D%/noise.c \
    %D%/rms.c \
    %D%/settling.c \
    %D%/slope.c \
    %D%/time_constant.c \
    %D%/value.c
