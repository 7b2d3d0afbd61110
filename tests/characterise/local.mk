# SPDX-License-Identifier: GPL-3.0-or-later
characterise_tests = tests/characterise/test_sheet tests/characterise/test_kinds tests/characterise/test_known
check_PROGRAMS += $(characterise_tests)
TESTS += $(characterise_tests)
tests_characterise_test_sheet_SOURCES = %D%/test_sheet.c
tests_characterise_test_sheet_CFLAGS = $(test_cflags)
tests_characterise_test_sheet_LDADD = $(libs_characterise) $(CHECK_LIBS)
tests_characterise_test_kinds_SOURCES = %D%/test_kinds.c
tests_characterise_test_kinds_CFLAGS = $(test_cflags)
tests_characterise_test_kinds_LDADD = $(libs_characterise) $(CHECK_LIBS)
tests_characterise_test_known_SOURCES = %D%/test_known.c
tests_characterise_test_known_CFLAGS = $(test_cflags)
tests_characterise_test_known_LDADD = $(libs_flow) $(CHECK_LIBS)
dist_check_SCRIPTS += %D%/test_same.sh
TESTS += %D%/test_same.sh
EXTRA_DIST += %D%/known.xml %D%/same.xml %D%/templates %D%/bad
