# SPDX-License-Identifier: GPL-3.0-or-later
wave_tests = tests/wave/fuzz_readers tests/wave/test_compare tests/wave/test_forms tests/wave/test_plot tests/wave/test_raw tests/wave/test_reduce
check_PROGRAMS += $(wave_tests)
TESTS += $(wave_tests)
tests_wave_test_compare_SOURCES = %D%/test_compare.c
tests_wave_test_compare_CFLAGS = $(test_cflags)
tests_wave_test_compare_LDADD = src/libstats.a $(libs_wave) $(GSL_LIBS) $(CHECK_LIBS)
tests_wave_test_plot_SOURCES = %D%/test_plot.c
tests_wave_test_plot_CFLAGS = $(test_cflags)
tests_wave_test_plot_LDADD = $(libs_wave) $(CHECK_LIBS)
tests_wave_test_raw_SOURCES = %D%/test_raw.c
tests_wave_test_raw_CFLAGS = $(test_cflags)
tests_wave_test_raw_LDADD = $(libs_wave) $(CHECK_LIBS)
tests_wave_test_forms_SOURCES = %D%/test_forms.c
tests_wave_test_forms_CFLAGS = $(test_cflags)
tests_wave_test_forms_LDADD = $(libs_wave) $(CHECK_LIBS)
tests_wave_test_reduce_SOURCES = %D%/test_reduce.c
tests_wave_test_reduce_CFLAGS = $(test_cflags)
tests_wave_test_reduce_LDADD = src/libstats.a $(libs_wave) $(GSL_LIBS) $(CHECK_LIBS)
tests_wave_fuzz_readers_SOURCES = %D%/fuzz_readers.c
tests_wave_fuzz_readers_LDADD = $(libs_wave)
EXTRA_DIST += %D%/forms.h \
    %D%/data/hand-complex.raw \
    %D%/data/hand-crlf.raw \
    %D%/data/ngspice-ac-op-ascii.raw \
    %D%/data/ngspice-ac-op.raw \
    %D%/data/ngspice-dc-ascii.raw \
    %D%/data/ngspice-dc.raw \
    %D%/data/ngspice-dims-ascii.raw \
    %D%/data/ngspice-noise-ascii.raw \
    %D%/data/ngspice-padded.raw \
    %D%/data/ngspice-tran.raw \
    %D%/data/ngspice-unpadded-ascii.raw \
    %D%/data/ngspice-unpadded.raw
