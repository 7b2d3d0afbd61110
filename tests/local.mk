# SPDX-License-Identifier: GPL-3.0-or-later
# Tests mirror src/. Each is a Check program that speaks TAP; Check's fork gives each test a clean process.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = \
    LC_ALL=C TZ=UTC GAINSPICE_DATA=$(abs_top_srcdir) TOP_SRCDIR=$(abs_top_srcdir) TOP_BUILDDIR=$(abs_top_builddir) \
    GAINSPICE=$(abs_top_builddir)/src/gainspice \
    ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 LSAN_OPTIONS=suppressions=$(abs_top_srcdir)/tests/support/lsan.supp:print_suppressions=0 \
    UBSAN_OPTIONS=print_stacktrace=1 CK_DEFAULT_TIMEOUT=120; export CK_DEFAULT_TIMEOUT LC_ALL TZ GAINSPICE_DATA TOP_SRCDIR TOP_BUILDDIR GAINSPICE ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS;

test_cflags = $(AM_CFLAGS) $(CHECK_CFLAGS) -Wno-format-nonliteral
EXTRA_DIST += tests/support/tap.sh tests/support/check_tap.h tests/support/refused.h tests/support/scratch.h tests/support/simulate.h tests/support/lsan.supp

include tests/base/local.mk
include tests/design/local.mk
include tests/stats/local.mk
include tests/netlist/local.mk
include tests/wave/local.mk
include tests/sim/local.mk
include tests/measure/local.mk
include tests/store/local.mk
include tests/characterise/local.mk
include tests/fit/local.mk
include tests/export/local.mk
include tests/attention/local.mk
include tests/report/local.mk
include tests/flow/local.mk
include tests/technologies/local.mk
include tests/cli/local.mk
include tests/bench/local.mk
include tests/slurm/local.mk
include tests/netlists_write/local.mk
include tests/netlists_readout/local.mk

