# SPDX-License-Identifier: GPL-3.0-or-later
store_tests = tests/store/test_load tests/store/test_npz tests/store/test_table tests/store/test_store
check_PROGRAMS += $(store_tests)
TESTS += $(store_tests)
# Arrays and tables need nothing of the stages above them, and show it here.
store_libs = src/libstore.a $(libs_base) $(ZIP_LIBS) $(JANSSON_LIBS)
tests_store_test_load_SOURCES = %D%/test_load.c
tests_store_test_load_CFLAGS = $(test_cflags)
tests_store_test_load_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=sqlite3_prepare_v3
tests_store_test_load_LDADD = $(libs_store) $(CHECK_LIBS)
tests_store_test_npz_SOURCES = %D%/test_npz.c
tests_store_test_npz_CFLAGS = $(test_cflags)
tests_store_test_npz_LDADD = $(store_libs) $(CHECK_LIBS)
tests_store_test_table_SOURCES = %D%/test_table.c
tests_store_test_table_CFLAGS = $(test_cflags)
tests_store_test_table_LDADD = $(store_libs) $(CHECK_LIBS)
tests_store_test_store_SOURCES = %D%/test_store.c
tests_store_test_store_CFLAGS = $(test_cflags)
tests_store_test_store_LDADD = $(libs_store) $(CHECK_LIBS)
# Made by numpy itself: make_npz.py.
EXTRA_DIST += %D%/make_npz.py %D%/npz
