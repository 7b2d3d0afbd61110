/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/shards.h -- a plan divided among processes that share nothing but a folder.
 *
 *     shards_divide → shards_write → shard_run, one process a shard, on any machine → shards_merge
 *
 * Files    of shard N in the folder of a submission, results/<design>/shards/<submission>:
 *              N.points     one line a point: its name, its key and that of its unit (flow/plan.h)
 *              N.sqlite     what the shard has simulated (a store of its own, open to it alone)
 *              N.progress   points done and failed, for whoever watches; not to be relied on
 *              N.failed     exit status and message of a shard that ended early
 *              N.log        what it printed
 * Holds    A point is simulated by the shard that has its name, and only if the shard's store lacks it: a shard that starts again
 *          goes on. Merging again, or merging half, does no harm: a point that the design's store has is not taken twice, and the
 *          files of a shard go once its points are on the disk there. Those of a shard that lacks points stay, but for its store.
 */
#ifndef GAINSPICE_FLOW_SHARDS_H
#define GAINSPICE_FLOW_SHARDS_H

#include <glib.h>

#include "flow/flow.h"

/* Gives each unit that lacks points a shard, 1 … *n_shards; 0 to the others. The unit that takes longest goes first, each to the shard that
 * has least to do so far. *n_shards comes back as at most the number of units, so that no shard is empty. [plan->units->len],
 * newly allocated. */
guint *shards_divide(const struct plan *plan, guint *n_shards);

/* Writes the N.points. */
gboolean shards_write(const char *folder, const struct plan *plan, const guint *shard_of, guint n_shards, GError **error);

/* Simulates what shard `number` of the folder lacks, with this machine's workers. Takes the flow over: its store is the shard's. */
gboolean shard_run(struct flow *flow, const char *folder, guint number, GError **error);

/* Takes the points of all shards of the folder into the design's store, two folders up. Nobody else may have that store open, or
 * gets 5 minutes to close it. Removes what is done with, the folder if it is empty then. Where a shard's store cannot be read the
 * others are taken all the same. A folder that is not there is merged. */
gboolean shards_merge(const char *folder, GError **error);

/* Removes the folder with all that is of shards, but for the stores that are not merged yet. */
void shards_forget(const char *folder);

/* What of a shard there is. */
struct shard {
    guint number;
    gsize n_points, n_done, n_failed;
};
/* Of all shards with an N.points, in the order of numbers (struct shard, freed with the array). */
GPtrArray *shards_look(const char *folder);
/* Reads N.progress again; a shard whose N.points is gone is merged. */
void shard_look(const char *folder, struct shard *shard);
/* Why a shard ended early, as it said itself: the message, or the last line of its log, or NULL. *status is the exit status, 0 if it
 * did not come to that. Newly allocated. */
char *shard_reason(const char *folder, guint number, int *status);

#endif
