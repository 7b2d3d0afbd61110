/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/engine.c -- the table of engines, and what they share. */
#include "config.h"

#include "flow/engine.h"

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

gboolean flow_simulate(struct flow *flow, struct plan *plan, GError **error)
{
    const struct engine *engine = flow->options.engine != NULL ? flow->options.engine : &engine_local;
    return engine->simulate(flow, plan, error);
}

gboolean plan_refresh(struct flow *flow, struct plan *plan, GError **error)
{
    if (!flow_need_store(flow, error))
        return FALSE;
    for (guint i = 0; i < plan->points->len; i++) {
        struct planned_point *planned = plan->points->pdata[i];
        if (!planned->stored && !planned->elsewhere && store_has(flow->store, planned->key, &planned->status))
            plan_stored(plan, planned, planned->status);
    }
    return TRUE;
}
