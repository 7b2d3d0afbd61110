# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/fit/test_polynomial tests/fit/test_model tests/fit/test_fit
TESTS += tests/fit/test_polynomial tests/fit/test_model tests/fit/test_fit
EXTRA_DIST += tests/fit/nist.h
tests_fit_test_polynomial_SOURCES = %D%/test_polynomial.c
tests_fit_test_polynomial_CFLAGS = $(test_cflags)
tests_fit_test_polynomial_LDADD = $(libs_fit) $(CHECK_LIBS)
tests_fit_test_model_SOURCES = %D%/test_model.c
tests_fit_test_model_CFLAGS = $(test_cflags)
tests_fit_test_model_LDADD = $(libs_fit) $(CHECK_LIBS)
tests_fit_test_fit_SOURCES = %D%/test_fit.c
tests_fit_test_fit_CFLAGS = $(test_cflags)
tests_fit_test_fit_LDADD = $(libs_fit) $(CHECK_LIBS)
