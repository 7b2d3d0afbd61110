/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_shard.c -- gainspice shard and gainspice merge: what the jobs of --engine slurm run; not for people. */
#include "config.h"

#include "cli/cli.h"

#include <stdlib.h>

#include "flow/shards.h"

/* The shard's number is the index of the job in its array. */
static gboolean find_number(int *number, GError **error)
{
    const char *index = g_getenv("SLURM_ARRAY_TASK_ID");
    if (*number == 0 && index != NULL)
        *number = atoi(index);
    if (*number > 0)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "shard: --number or SLURM_ARRAY_TASK_ID: expected a number from 1");
    return FALSE;
}

gboolean cmd_shard(int argc, char **argv, GError **error)
{
    struct common common = {.simulates = TRUE};
    char *folder = NULL;
    int number = 0;
    const GOptionEntry entries[] = {{"folder", 0, 0, G_OPTION_ARG_FILENAME, &folder, "Folder of the shards", "FOLDER"},
                                    {"number", 0, 0, G_OPTION_ARG_INT, &number, "The shard", "N"},
                                    {0}};
    const char *design;
    gboolean ok = cli_parse(argc, argv, entries, &common, "DESIGN.xml --folder FOLDER", "Simulates one shard of a design.", 1, &design, error);
    if (ok && folder == NULL) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "shard: --folder is missing");
        ok = FALSE;
    }
    struct flow *flow = ok && find_number(&number, error) ? cli_open(design, &common, error) : NULL;
    ok = flow != NULL && shard_run(flow, folder, (guint)number, error);
    flow_close(flow);
    common_clear(&common);
    g_free(folder);
    return ok;
}

gboolean cmd_merge(int argc, char **argv, GError **error)
{
    const char *folder;
    return cli_parse(argc, argv, NULL, NULL, "FOLDER", "Takes the points of a folder of shards into the design's store.", 1, &folder, error) &&
           shards_merge(folder, error);
}
