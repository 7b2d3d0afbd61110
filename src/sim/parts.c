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
    GHashTable *wholes, *pieces; /* those that are not delivered yet: owned */
    GQueue pending;              /* struct piece: parts that no worker has yet */
    const struct sim_source *source;
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
    g_hash_table_add(runner->wholes, whole);
    for (guint p = 0; p < MAX(n, 1); p++) {
        struct piece *piece = g_new0(struct piece, 1);
        *piece = (struct piece){*job, whole, p};
        piece->job.id = (gsize)piece;
        if (n > 0)
            piece->job.deck = job->deck->parts->pdata[p];
        g_hash_table_add(runner->pieces, piece);
        g_queue_push_tail(&runner->pending, piece);
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
    if (whole->n_parts == 0)
        result->id = whole->id;
    else
        whole->results[piece->part] = result;
    g_hash_table_remove(runner->pieces, piece);
    if (whole->n_parts > 0 && --whole->n_left > 0)
        return TRUE;
    struct sim_result *all = whole->n_parts > 0 ? join(whole) : result;
    g_hash_table_remove(runner->wholes, whole);
    return runner->deliver(all, runner->user, error);
}

static const struct sim_job *next_piece(gpointer user, GError **error)
{
    struct runner *runner = user;
    if (g_queue_is_empty(&runner->pending)) {
        const struct sim_job *job = runner->source->next(runner->user, error);
        if (job == NULL)
            return NULL;
        add_job(runner, job);
    }
    return &((const struct piece *)g_queue_pop_head(&runner->pending))->job;
}

static gsize pieces_left(gpointer user)
{
    const struct runner *runner = user;
    return g_queue_get_length((GQueue *)&runner->pending) + runner->source->left(runner->user);
}

gboolean parts_run_source(const struct pool_config *config, const struct sim_source *source, sim_deliver deliver, gpointer user,
                          GError **error)
{
    static const struct sim_source pieces = {next_piece, pieces_left};
    struct runner runner = {.wholes = g_hash_table_new_full(NULL, NULL, whole_free, NULL),
                            .pieces = g_hash_table_new_full(NULL, NULL, g_free, NULL),
                            .source = source,
                            .deliver = deliver,
                            .user = user};
    gboolean ok = pool_run_source(config, &pieces, take_piece, &runner, error);
    g_queue_clear(&runner.pending);
    g_hash_table_unref(runner.wholes);
    g_hash_table_unref(runner.pieces);
    return ok;
}

gboolean parts_run(const struct pool_config *config, const GPtrArray *jobs, sim_deliver deliver, gpointer user, GError **error)
{
    struct job_list list;
    job_list_init(&list, jobs, deliver, user);
    return parts_run_source(config, &job_list_source, job_list_deliver, &list, error);
}
