# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/report/test_report tests/report/test_outcome
TESTS += tests/report/test_report tests/report/test_outcome
tests_report_test_report_SOURCES = %D%/test_report.c
tests_report_test_report_CFLAGS = $(test_cflags)
tests_report_test_report_LDADD = $(libs_report) $(XML_LIBS) $(CHECK_LIBS)
tests_report_test_outcome_SOURCES = %D%/test_outcome.c
tests_report_test_outcome_CFLAGS = $(test_cflags)
tests_report_test_outcome_LDADD = $(libs_report) $(XML_LIBS) $(JANSSON_LIBS) $(CHECK_LIBS)
EXTRA_DIST += %D%/junit.rng
