/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/support/worker_main.c -- the real worker as a program, so that tests of the pool need no command line. */
#include "sim/pool.h"

int main(void)
{
    return worker_main(0, 1);
}
