# SPDX-License-Identifier: GPL-3.0-or-later
netlist_tests = \
    tests/netlist/test_expression \
    tests/netlist/test_mismatch
check_PROGRAMS += $(netlist_tests)
TESTS += $(netlist_tests)
tests_netlist_test_expression_SOURCES = %D%/test_expression.c
tests_netlist_test_expression_CFLAGS = $(test_cflags)
tests_netlist_test_expression_LDADD = $(libs_netlist) $(CHECK_LIBS)
tests_netlist_test_mismatch_SOURCES = %D%/test_mismatch.c
tests_netlist_test_mismatch_CFLAGS = $(test_cflags)
tests_netlist_test_mismatch_LDADD = $(libs_netlist) $(CHECK_LIBS)
