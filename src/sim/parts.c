/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/parts.h"

/* A job of the caller, and what of it has come. Its deck is gone once the last part is delivered. */
struct whole {
    gsize id;
    guint n_parts; /* 0: a deck without */
    guint n_left;
    struct sim_result **results; /* [n_parts] */
};

/* What a worker gets: a part of a job, or all of it. Its address is its id. */
struct piece {
    struct sim_job job;
    struct whole *whole;
    guint part;
};

struct runner {
    GPtrArray *wholes, *pieces;
    sim_deliver deliver;
    gpointer user;
};

static void whole_free(gpointer data)
{
    struct whole *whole = data;
    for (guint p = 0; p < whole->n_parts; p++)
        sim_result_free(whole->results[p]);
    g_free(whole->results);
    g_free(whole);
}

static void add_job(struct runner *runner, const struct sim_job *job)
{
    struct whole *whole = g_new0(struct whole, 1);
    guint n = job->deck->parts != NULL ? job->deck->parts->len : 0;
    *whole = (struct whole){job->id, n, n, g_new0(struct sim_result *, n)};
    g_ptr_array_add(runner->wholes, whole);
    for (guint p = 0; p < MAX(n, 1); p++) {
        struct piece *piece = g_new0(struct piece, 1);
        *piece = (struct piece){*job, whole, p};
        piece->job.id = (gsize)piece;
        if (n > 0)
            piece->job.deck = job->deck->parts->pdata[p];
        g_ptr_array_add(runner->pieces, piece);
    }
}

/* Moves everything into one result. */
static struct sim_result *join(struct whole *whole)
{
    guint n = whole->n_parts, bad = 0;
    struct sim_result *joined = g_new0(struct sim_result, 1);
    joined->id = whole->id;
    while (bad < n && whole->results[bad]->status == SIM_OK)
        bad++;
    const struct sim_result *worst = whole->results[bad < n ? bad : 0];
    joined->status = worst->status;
    joined->reason = g_strdup(worst->reason);
    joined->log = g_strdup(worst->log);
    for (guint p = 0; p < n; p++) {
        joined->wall_s = MAX(joined->wall_s, whole->results[p]->wall_s);
        joined->cpu_s += whole->results[p]->cpu_s;
    }
    if (bad < n)
        return joined;
    joined->plots = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    for (guint p = 0; p < n; p++) {
        GPtrArray *plots = whole->results[p]->plots;
        g_assert(plots->len > 0); /* sim_judge has seen one */
        g_ptr_array_add(joined->plots, g_ptr_array_steal_index(plots, 0));
    }
    return joined;
}

static gboolean take_piece(struct sim_result *result, gpointer user, GError **error)
{
    struct runner *runner = user;
    struct piece *piece = (struct piece *)result->id; /* NOLINT: the address that add_job gave */
    struct whole *whole = piece->whole;
    if (whole->n_parts == 0) {
        result->id = whole->id;
        return runner->deliver(result, runner->user, error);
    }
    whole->results[piece->part] = result;
    return --whole->n_left > 0 || runner->deliver(join(whole), runner->user, error);
}

gboolean parts_run(const struct pool_config *config, const GPtrArray *jobs, sim_deliver deliver, gpointer user, GError **error)
{
    struct runner runner = {g_ptr_array_new_with_free_func(whole_free), g_ptr_array_new_with_free_func(g_free), deliver, user};
    for (guint i = 0; i < jobs->len; i++)
        add_job(&runner, jobs->pdata[i]);
    gboolean ok = pool_run(config, runner.pieces, take_piece, &runner, error);
    g_ptr_array_unref(runner.wholes);
    g_ptr_array_unref(runner.pieces);
    return ok;
}
