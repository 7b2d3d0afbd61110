# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/support/make_qkv
tests_support_make_qkv_SOURCES = tests/support/make_qkv.c
tests_support_make_qkv_LDADD = $(libs_store)

cli_tests = %D%/test_verbs.sh %D%/test_attend.sh %D%/test_run.sh %D%/test_accuracy.sh %D%/test_bad_input.sh %D%/test_gain_cell.sh %D%/test_array.sh %D%/test_parts.sh %D%/test_sheet.sh %D%/test_samples.sh %D%/test_wave.sh %D%/test_regress.sh
dist_check_SCRIPTS += $(cli_tests)
TESTS += $(cli_tests)
EXTRA_DIST += %D%/small.xml
