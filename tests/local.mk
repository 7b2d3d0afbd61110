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
    UBSAN_OPTIONS=print_stacktrace=1; export LC_ALL TZ GAINSPICE_DATA TOP_SRCDIR TOP_BUILDDIR GAINSPICE ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS;

test_cflags = $(AM_CFLAGS) $(CHECK_CFLAGS) -Wno-format-nonliteral
# What a test of a stage links: that stage and those above it, in link order.
libs_base = src/libbase.a $(GLIB_LIBS) -lm
libs_design = src/libdesign.a $(libs_base) $(XML_LIBS)
libs_stats = src/libstats.a $(libs_base) $(GSL_LIBS)
libs_netlist = src/libnetlist.a src/libdesign.a src/libstats.a $(libs_base) $(XML_LIBS) $(GSL_LIBS)
libs_wave = src/libwave.a $(libs_base)
libs_sim = src/libsim.a src/libwave.a $(libs_netlist) $(NGSPICE_LIBS)
libs_measure = src/libmeasure.a src/libwave.a $(libs_netlist)
libs_store = src/libstore.a src/libmeasure.a src/libsim.a src/libwave.a $(libs_netlist) $(NGSPICE_LIBS) $(SQLITE_LIBS) $(ZIP_LIBS) $(ZSTD_LIBS) $(JANSSON_LIBS)
libs_fit = src/libfit.a $(libs_store)
libs_attention = src/libattention.a $(libs_fit) $(BLAS_LIBS)
libs_report = src/libreport.a $(libs_attention)
libs_flow = src/libflow.a $(libs_report)

EXTRA_DIST += tests/support/check_tap.h tests/support/lsan.supp

include tests/base/local.mk
include tests/design/local.mk
include tests/stats/local.mk
include tests/netlist/local.mk
include tests/wave/local.mk
include tests/sim/local.mk
include tests/measure/local.mk
include tests/store/local.mk
include tests/fit/local.mk
include tests/attention/local.mk
include tests/report/local.mk
include tests/flow/local.mk
include tests/cli/local.mk
