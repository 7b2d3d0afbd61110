# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/base/test_quantity tests/base/test_files tests/base/test_text
TESTS += tests/base/test_quantity tests/base/test_files tests/base/test_text
tests_base_test_text_SOURCES = %D%/test_text.c
tests_base_test_text_CFLAGS = $(test_cflags)
tests_base_test_text_LDADD = $(libs_base) $(CHECK_LIBS)
tests_base_test_quantity_SOURCES = %D%/test_quantity.c
tests_base_test_quantity_CFLAGS = $(test_cflags)
tests_base_test_quantity_LDADD = $(libs_base) $(CHECK_LIBS)
tests_base_test_files_SOURCES = %D%/test_files.c
tests_base_test_files_CFLAGS = $(test_cflags)
tests_base_test_files_LDADD = $(libs_base) $(CHECK_LIBS)
dist_check_SCRIPTS += %D%/test_layers.sh
TESTS += tests/base/test_layers.sh
