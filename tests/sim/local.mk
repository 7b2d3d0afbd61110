# SPDX-License-Identifier: GPL-3.0-or-later
# The pool's tests start programs: the real worker, and a fake one that does wrong on demand.
check_LIBRARIES += tests/sim/libhand.a
tests_sim_libhand_a_SOURCES = tests/support/hand_deck.c tests/support/hand_deck.h
tests_sim_libs = tests/sim/libhand.a $(libs_sim)

check_PROGRAMS += tests/support/worker_main tests/support/fake_worker
tests_support_worker_main_SOURCES = tests/support/worker_main.c
tests_support_worker_main_LDADD = $(tests_sim_libs)
tests_support_fake_worker_SOURCES = tests/support/fake_worker.c
tests_support_fake_worker_LDADD = $(tests_sim_libs)

check_PROGRAMS += tests/sim/test_judge tests/sim/test_ngspice tests/sim/test_parts tests/sim/test_pool
TESTS += tests/sim/test_judge tests/sim/test_ngspice tests/sim/test_parts tests/sim/test_pool
tests_sim_test_judge_SOURCES = %D%/test_judge.c
tests_sim_test_judge_CFLAGS = $(test_cflags)
tests_sim_test_judge_LDADD = $(tests_sim_libs) $(CHECK_LIBS)
tests_sim_test_ngspice_SOURCES = %D%/test_ngspice.c
tests_sim_test_ngspice_CFLAGS = $(test_cflags)
tests_sim_test_ngspice_LDADD = $(tests_sim_libs) $(CHECK_LIBS)
tests_sim_test_parts_SOURCES = %D%/test_parts.c
tests_sim_test_parts_CFLAGS = $(test_cflags)
tests_sim_test_parts_LDADD = $(tests_sim_libs) $(CHECK_LIBS)
tests_sim_test_pool_SOURCES = %D%/test_pool.c
tests_sim_test_pool_CFLAGS = $(test_cflags)
tests_sim_test_pool_LDADD = $(tests_sim_libs) $(CHECK_LIBS)
