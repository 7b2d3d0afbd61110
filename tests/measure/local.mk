# SPDX-License-Identifier: GPL-3.0-or-later
# The measurements need of design and netlist only their structures, so that these tests link neither. The kinds are
# small and share grids and closed forms: one program, test_kinds; those of noise have one of their own.
check_PROGRAMS += tests/measure/test_kinds tests/measure/test_measure tests/measure/test_method tests/measure/test_noise
TESTS += tests/measure/test_kinds tests/measure/test_measure tests/measure/test_method tests/measure/test_noise
measure_test_libs = src/libmeasure.a src/libwave.a $(libs_base) $(GSL_LIBS) $(CHECK_LIBS)
tests_measure_test_kinds_SOURCES = %D%/test_kinds.c %D%/specs.h
tests_measure_test_kinds_CFLAGS = $(test_cflags)
tests_measure_test_kinds_LDADD = $(measure_test_libs)
tests_measure_test_measure_SOURCES = %D%/test_measure.c %D%/specs.h
tests_measure_test_measure_CFLAGS = $(test_cflags)
tests_measure_test_measure_LDADD = $(measure_test_libs)
tests_measure_test_method_SOURCES = %D%/test_method.c %D%/specs.h
tests_measure_test_method_CFLAGS = $(test_cflags)
tests_measure_test_method_LDADD = $(measure_test_libs)
tests_measure_test_noise_SOURCES = %D%/test_noise.c %D%/specs.h
tests_measure_test_noise_CFLAGS = $(test_cflags)
tests_measure_test_noise_LDADD = $(measure_test_libs)
