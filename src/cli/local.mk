# SPDX-License-Identifier: GPL-3.0-or-later
# cli: one cmd_<verb>.c per verb; the only place that prints errors or exits.
bin_PROGRAMS += src/gainspice
src_gainspice_SOURCES = %D%/main.c
src_gainspice_LDADD = $(libs_base)
