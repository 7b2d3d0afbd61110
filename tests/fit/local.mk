# SPDX-License-Identifier: GPL-3.0-or-later
fit_tests = \
    tests/fit/test_contract \
    tests/fit/test_families \
    tests/fit/test_fit \
    tests/fit/test_model \
    tests/fit/test_nonlinear \
    tests/fit/test_polynomial
check_PROGRAMS += $(fit_tests)
TESTS += $(fit_tests)
EXTRA_DIST += tests/fit/any_model.h tests/fit/nist.h tests/fit/nist_nonlinear.h
tests_fit_test_contract_SOURCES = %D%/test_contract.c
tests_fit_test_contract_CFLAGS = $(test_cflags)
tests_fit_test_contract_LDADD = $(libs_fit) $(CHECK_LIBS)
tests_fit_test_families_SOURCES = %D%/test_families.c
tests_fit_test_families_CFLAGS = $(test_cflags)
tests_fit_test_families_LDADD = $(libs_fit) $(CHECK_LIBS)
tests_fit_test_fit_SOURCES = %D%/test_fit.c
tests_fit_test_fit_CFLAGS = $(test_cflags)
tests_fit_test_fit_LDADD = $(libs_fit) $(CHECK_LIBS)
tests_fit_test_model_SOURCES = %D%/test_model.c
tests_fit_test_model_CFLAGS = $(test_cflags)
tests_fit_test_model_LDADD = $(libs_fit) $(CHECK_LIBS)
tests_fit_test_nonlinear_SOURCES = %D%/test_nonlinear.c
tests_fit_test_nonlinear_CFLAGS = $(test_cflags)
tests_fit_test_nonlinear_LDADD = $(libs_fit) $(CHECK_LIBS)
tests_fit_test_polynomial_SOURCES = %D%/test_polynomial.c
tests_fit_test_polynomial_CFLAGS = $(test_cflags)
tests_fit_test_polynomial_LDADD = $(libs_fit) $(CHECK_LIBS)
dist_check_SCRIPTS += %D%/test_models.sh
TESTS += %D%/test_models.sh
