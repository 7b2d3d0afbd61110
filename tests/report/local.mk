# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/report/test_report
TESTS += tests/report/test_report
tests_report_test_report_SOURCES = %D%/test_report.c
tests_report_test_report_CFLAGS = $(test_cflags)
tests_report_test_report_LDADD = $(libs_report) $(XML_LIBS) $(CHECK_LIBS)
