# SPDX-License-Identifier: GPL-3.0-or-later
# More than one machine: shards, their merge, and Slurm.
check_PROGRAMS += tests/support/store_points
tests_support_store_points_SOURCES = tests/support/store_points.c
tests_support_store_points_LDADD = $(SQLITE_LIBS)

slurm_tests = %D%/test_shards.sh
dist_check_SCRIPTS += $(slurm_tests)
TESTS += $(slurm_tests)
