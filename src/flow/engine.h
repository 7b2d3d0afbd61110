/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/engine.h -- where the points of a plan are simulated: a plug-in point.
 *
 * An engine must   find no check of the plan open (the local one settles them itself); simulate every point of the plan that is neither stored nor another process's, in units that it does not take
 *                  apart, and put each into the flow's store once, whole, whatever became of it; bring the plan up to date
 *                  (plan_refresh() where others wrote the store); tell options.progress; return soon once options.cancel is set.
 *                  Numbers depend on the plan alone: the store ends with the same points, bit for bit but for times, with any
 *                  engine and however often it was interrupted.
 *                  FALSE: not all is there; what is there is kept, and the next call simulates the rest.
 * An engine may    take points in any order, on any machine; close the flow's store meanwhile (flow_need_store() opens it again).
 * It must not      print, or keep anything in statics.
 *
 * tests/slurm/test_engines.sh asks this of each.
 */
#ifndef GAINSPICE_FLOW_ENGINE_H
#define GAINSPICE_FLOW_ENGINE_H

#include <glib.h>

#include "flow/flow.h"

struct engine {
    const char *name; /* as --engine takes it */
    gboolean (*simulate)(struct flow *flow, struct plan *plan, GError **error);
};

/* This machine's workers. */
extern const struct engine engine_local;
/* A job array of Slurm; options.site says how. */
extern const struct engine engine_slurm;

/* NULL sets `error`, which names those that there are. */
const struct engine *engine_find(const char *name, GError **error);

/* Simulates what the plan's checks wait for, with this machine's workers, and judges them; the plan's units are final then, but for
 * packs that fail. */
gboolean flow_simulate_pilots(struct flow *flow, struct plan *plan, GError **error);

#endif
