/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/site.h -- how a cluster is asked for nodes: the site file of --engine slurm.
 *
 * Takes   XML (namespace urn:gainspice:site:1, schema templates/schema/site.rng): one <slurm> with the partition, the account,
 *         limits, the number of shards, further options of sbatch, and commands that a job runs first.
 * Gives   struct site, texts checked so far that each can be one argument of sbatch and says nothing that gainspice says itself.
 *         Whether the cluster has such a partition is the cluster's to say.
 * Owns    everything below it.
 */
#ifndef GAINSPICE_DESIGN_SITE_H
#define GAINSPICE_DESIGN_SITE_H

#include <glib.h>

#include "base/error.h"

struct site {
    char *partition, *account, *time_limit, *memory; /* as sbatch takes them; NULL: Slurm's default */
    char *program;          /* the nodes' gainspice; NULL: the one that is running */
    int n_cpus;             /* a shard */
    int n_shards;           /* 0: by points_per_shard or, where that is 0 too, by the expected time */
    int points_per_shard;
    int at_once;            /* shards that run together; 0: all */
    GPtrArray *options;     /* char*: "--qos=long" */
    GPtrArray *before;      /* char*: lines of shell */
    struct origin origin;   /* of <slurm>; no place where there is no file */
};

/* `path` NULL gives the defaults. NULL sets `error`. */
struct site *site_read(const char *path, GError **error);
void site_free(struct site *site);

#endif
