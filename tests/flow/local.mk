# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/flow/test_array
TESTS += tests/flow/test_array
tests_flow_test_array_SOURCES = %D%/test_array.c
tests_flow_test_array_CFLAGS = $(test_cflags)
tests_flow_test_array_LDADD = $(libs_store) $(CHECK_LIBS)
EXTRA_DIST += %D%/ladder.xml %D%/templates
check_PROGRAMS += tests/flow/test_flow
TESTS += tests/flow/test_flow
tests_flow_test_flow_SOURCES = %D%/test_flow.c
tests_flow_test_flow_CFLAGS = $(test_cflags)
tests_flow_test_flow_LDADD = $(libs_flow) $(CHECK_LIBS)
check_PROGRAMS += tests/flow/test_shards
TESTS += tests/flow/test_shards
tests_flow_test_shards_SOURCES = %D%/test_shards.c
tests_flow_test_shards_CFLAGS = $(test_cflags)
tests_flow_test_shards_LDADD = $(libs_flow) $(CHECK_LIBS)
