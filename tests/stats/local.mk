# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/stats/test_random
TESTS += tests/stats/test_random
tests_stats_test_random_SOURCES = %D%/test_random.c
tests_stats_test_random_CFLAGS = $(test_cflags)
tests_stats_test_random_LDADD = $(libs_stats) $(CHECK_LIBS)
