/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/engine.c -- the table of engines, and what they share. */
#include "config.h"

#include "flow/engine.h"

#include "flow/accuracy.h"

#include <string.h>

static const struct engine *const engines[] = {&engine_local, &engine_slurm};

const struct engine *engine_find(const char *name, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (gsize e = 0; e < G_N_ELEMENTS(engines); e++) {
        if (strcmp(engines[e]->name, name) == 0)
            return engines[e];
        g_string_append_printf(names, "%s%s", e > 0 ? ", " : "", engines[e]->name);
    }
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "engine \"%s\": there is none, expected one of %s", name, names->str);
    return NULL;
}

/* Where the work is divided among processes, it is known before how each bench is simulated: the pilots run here. */
static gboolean settle_checks(struct flow *flow, struct plan *plan, GError **error)
{
    for (guint c = 0; c < plan->checks->len; c++)
        if (((const struct plan_check *)plan->checks->pdata[c])->verdict == CHECK_OPEN)
            return flow_simulate_pilots(flow, plan, error);
    return TRUE;
}

gboolean flow_simulate(struct flow *flow, struct plan *plan, GError **error)
{
    const struct engine *engine = flow->options.engine != NULL ? flow->options.engine : &engine_local;
    return (engine == &engine_local || settle_checks(flow, plan, error)) && engine->simulate(flow, plan, error);
}
