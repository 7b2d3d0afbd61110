# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/attention/test_attention tests/attention/test_input tests/attention/test_reference
TESTS += tests/attention/test_attention tests/attention/test_input tests/attention/test_reference
tests_attention_test_attention_SOURCES = %D%/test_attention.c
tests_attention_test_attention_CFLAGS = $(test_cflags)
tests_attention_test_attention_LDADD = $(libs_attention) $(CHECK_LIBS)
tests_attention_test_input_SOURCES = %D%/test_input.c
tests_attention_test_input_CFLAGS = $(test_cflags)
tests_attention_test_input_LDADD = $(libs_attention) $(CHECK_LIBS)
tests_attention_test_reference_SOURCES = %D%/test_reference.c
tests_attention_test_reference_CFLAGS = $(test_cflags)
tests_attention_test_reference_LDADD = $(libs_attention) $(CHECK_LIBS)
