# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/export/test_export
TESTS += tests/export/test_export
tests_export_test_export_SOURCES = %D%/test_export.c
tests_export_test_export_CFLAGS = $(test_cflags)
tests_export_test_export_LDADD = $(libs_export) $(CHECK_LIBS)
