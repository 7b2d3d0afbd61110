# SPDX-License-Identifier: GPL-3.0-or-later
# sim: libngspice behind worker processes; runs decks and judges what came.
noinst_LIBRARIES += src/libsim.a
src_libsim_a_SOURCES = \
    %D%/judge.c %D%/sim.h \
    %D%/ngspice.c %D%/ngspice.h \
    %D%/parts.c %D%/parts.h \
    %D%/pool.c %D%/pool.h \
    %D%/protocol.c %D%/protocol.h \
    %D%/worker.c
src_libsim_a_CFLAGS = $(AM_CFLAGS) $(NGSPICE_CFLAGS)
