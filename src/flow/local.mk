# SPDX-License-Identifier: GPL-3.0-or-later
# flow: the stages in order, on one design and one store.
noinst_LIBRARIES += src/libflow.a
src_libflow_a_SOURCES = \
    %D%/accuracy.c %D%/accuracy.h \
    %D%/attending.c \
    %D%/baseline.c %D%/baseline.h \
    %D%/describe.c \
    %D%/devices.c \
    %D%/engine.c %D%/engine.h \
    %D%/estimate.c \
    %D%/fitting.c \
    %D%/flow.c %D%/flow.h \
    %D%/parts.c %D%/parts.h \
    %D%/plan.c %D%/plan.h \
    %D%/recording.c %D%/recording.h \
    %D%/regress.c %D%/regress.h \
    %D%/reporting.c \
    %D%/shards.c %D%/shards.h \
    %D%/sheets.c \
    %D%/samples.c \
    %D%/simulate.c \
    %D%/slurm.c \
    %D%/tables.c
