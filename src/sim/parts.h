/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/parts.h -- jobs whose decks are made of parts: a part is a job for a worker, and the parts' results are one result.
 *
 * As pool_run_source and pool_run, for jobs of both kinds. The result of a deck with parts comes when its last part is there: status and reason of
 * the first part that is not ok, else ok with one plot a part, in their order; wall time of the slowest, CPU time of all.
 * Once a part has failed, what is left of the others still runs.
 */
#ifndef GAINSPICE_SIM_PARTS_H
#define GAINSPICE_SIM_PARTS_H

#include "sim/pool.h"

gboolean parts_run_source(const struct pool_config *config, const struct sim_source *source, sim_deliver deliver, gpointer user,
                          GError **error);
gboolean parts_run(const struct pool_config *config, const GPtrArray *jobs, sim_deliver deliver, gpointer user, GError **error);

#endif
