# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/stats/test_random tests/stats/test_estimate tests/stats/test_split
TESTS += tests/stats/test_random tests/stats/test_estimate tests/stats/test_split
tests_stats_test_random_SOURCES = %D%/test_random.c
tests_stats_test_random_CFLAGS = $(test_cflags)
tests_stats_test_random_LDADD = $(libs_stats) $(CHECK_LIBS)
tests_stats_test_estimate_SOURCES = %D%/test_estimate.c
tests_stats_test_estimate_CFLAGS = $(test_cflags)
tests_stats_test_estimate_LDADD = $(libs_stats) $(CHECK_LIBS)
tests_stats_test_split_SOURCES = %D%/test_split.c
tests_stats_test_split_CFLAGS = $(test_cflags)
tests_stats_test_split_LDADD = $(libs_stats) $(CHECK_LIBS)
