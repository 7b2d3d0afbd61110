/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_worker.c -- gainspice worker: jobs on stdin, results on stdout; started by the pool (sim/pool.h). */
#include "config.h"

#include "cli/cli.h"

#include <stdlib.h>
#include <unistd.h>

#include "sim/pool.h"

gboolean cmd_worker(int argc, char **argv, GError **error)
{
    if (!cli_parse(argc, argv, NULL, NULL, "", "Runs decks from stdin; not for people.", 0, NULL, error))
        return FALSE;
    exit(worker_main(STDIN_FILENO, STDOUT_FILENO));
}
