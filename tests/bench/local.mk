# SPDX-License-Identifier: GPL-3.0-or-later
# Programs that print times; no test looks at them. test_cost.sh counts instructions.
bench_extra = tests/bench/bench_array tests/bench/bench_store tests/bench/bench_wave tests/bench/bench_waves tests/bench/loop_defaults
bench_programs = $(bench_extra) tests/bench/bench_run
EXTRA_PROGRAMS += $(bench_extra)
CLEANFILES += $(bench_extra)
check_PROGRAMS += tests/bench/bench_run
dist_check_SCRIPTS += %D%/test_cost.sh
TESTS += %D%/test_cost.sh
tests_bench_bench_array_SOURCES = %D%/bench_array.c
tests_bench_bench_array_LDADD = $(libs_netlist)
tests_bench_bench_run_SOURCES = %D%/bench_run.c
tests_bench_bench_run_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=posix_spawn
tests_bench_bench_run_LDADD = $(libs_flow)
# A part of its mutations is a test: tests/cli/test_regress.sh.
check_PROGRAMS += tests/bench/bench_regress
tests_bench_bench_regress_SOURCES = %D%/bench_regress.c
tests_bench_bench_regress_LDADD = $(libs_flow)
tests_bench_bench_wave_SOURCES = %D%/bench_wave.c
tests_bench_bench_wave_LDADD = $(libs_wave)
tests_bench_bench_store_SOURCES = %D%/bench_store.c
tests_bench_bench_store_LDADD = $(libs_flow)
tests_bench_bench_waves_SOURCES = %D%/bench_waves.c
tests_bench_bench_waves_LDADD = $(libs_flow)
tests_bench_loop_defaults_SOURCES = %D%/loop_defaults.c
tests_bench_loop_defaults_LDADD = $(NGSPICE_LIBS)

EXTRA_DIST += %D%/bench.sh %D%/common.sh %D%/presets.sh %D%/slurm.sh %D%/regress.sh %D%/templates/circuits/divider.cir

# One table of ratios, measured side by side: doc/performance.md. BENCH_PARTS="a c" makes parts of it.
bench: all $(bench_programs)
	GAINSPICE_DATA=$(abs_top_srcdir) TOP_SRCDIR=$(abs_top_srcdir) TOP_BUILDDIR=$(abs_top_builddir) $(SHELL) $(top_srcdir)/tests/bench/bench.sh
	$(MAKE) $(AM_MAKEFLAGS) bench-slurm
# One Slurm node and two.
bench-slurm: all
	GAINSPICE_DATA=$(abs_top_srcdir) TOP_SRCDIR=$(abs_top_srcdir) TOP_BUILDDIR=$(abs_top_builddir) $(SHELL) $(top_srcdir)/tests/bench/slurm.sh
# What regression catches and what it lets pass, the readers on damaged files for ten minutes, large files: doc/regression.md, doc/wave.md.
bench-regress: all tests/bench/bench_regress tests/bench/bench_wave tests/wave/fuzz_readers
	GAINSPICE_DATA=$(abs_top_srcdir) TOP_BUILDDIR=$(abs_top_builddir) $(SHELL) $(top_srcdir)/tests/bench/regress.sh
# What the accuracy presets bring, and cost in accuracy.
bench-presets: all tests/bench/loop_defaults
	GAINSPICE_DATA=$(abs_top_srcdir) TOP_SRCDIR=$(abs_top_srcdir) TOP_BUILDDIR=$(abs_top_builddir) $(SHELL) $(top_srcdir)/tests/bench/presets.sh
.PHONY: bench bench-presets bench-regress bench-slurm
