# SPDX-License-Identifier: GPL-3.0-or-later
# Programs that print times; no test runs them.
EXTRA_PROGRAMS += tests/bench/bench_array
CLEANFILES += tests/bench/bench_array
tests_bench_bench_array_SOURCES = %D%/bench_array.c
tests_bench_bench_array_LDADD = $(libs_netlist)
