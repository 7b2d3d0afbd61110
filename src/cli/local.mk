# SPDX-License-Identifier: GPL-3.0-or-later
# cli: one cmd_<verb>.c per verb; the only place that prints errors or exits.
bin_PROGRAMS += src/gainspice
src_gainspice_SOURCES = \
    %D%/cli.h \
    %D%/cmd_attend.c \
    %D%/cmd_check.c \
    %D%/cmd_doctor.c \
    %D%/cmd_export.c \
    %D%/cmd_fit.c \
    %D%/cmd_netlist.c \
    %D%/cmd_regress.c \
    %D%/cmd_report.c \
    %D%/cmd_run.c \
    %D%/cmd_shard.c \
    %D%/cmd_simulate.c \
    %D%/cmd_table.c \
    %D%/cmd_wave.c \
    %D%/cmd_worker.c \
    %D%/common.c \
    %D%/main.c
src_gainspice_LDADD = $(libs_flow)
