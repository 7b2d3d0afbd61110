# SPDX-License-Identifier: GPL-3.0-or-later
# More than one machine: shards, their merge, and Slurm, a played one and a real one.
check_PROGRAMS += tests/support/store_points
tests_support_store_points_SOURCES = tests/support/store_points.c
tests_support_store_points_LDADD = $(SQLITE_LIBS)

slurm_tests = %D%/test_shards.sh %D%/test_engines.sh %D%/test_slurm_faults.sh %D%/test_slurm.sh
dist_check_SCRIPTS += $(slurm_tests)
TESTS += $(slurm_tests)
EXTRA_DIST += %D%/short.xml %D%/site.xml tests/support/fake_slurm
