/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/simulate.c -- running what is missing: decks to the pool, plots to measures, measures to the store, one point at a
 * time. A point is in the store, whole, before the next result is looked at; a kill loses at most the points in the workers.
 */
#include "config.h"

#include "flow/engine.h"

#include "flow/parts.h"
#include "measure/measure.h"
#include "sim/parts.h"

struct delivery {
    struct flow *flow;
    struct plan *plan;
    struct flow_progress progress;
    gint64 started_us;
};

static void free_measure(gpointer result)
{
    measure_result_free(result);
}

static void free_wave(gpointer wave)
{
    stored_wave_free(wave);
}

/* The plot that holds `signal`, as x and y of its own. */
static struct stored_wave *take_wave(const struct deck *deck, const GPtrArray *plots, const struct signal *signal)
{
    const struct probe *probe = deck_probe(deck, signal->name);
    for (guint p = 0; probe != NULL && p < plots->len; p++) {
        const struct plot *plot = plots->pdata[p];
        const struct vector *y = plot_vector_or(plot, probe->vector, probe->alias);
        const struct vector *minus = probe->minus != NULL ? plot_vector(plot, probe->minus) : NULL;
        if (y == NULL || (probe->minus != NULL && minus == NULL))
            continue;
        const struct vector *x = plot->vectors->pdata[0];
        struct stored_wave *wave = g_new0(struct stored_wave, 1);
        wave->name = g_strdup(signal->name);
        wave->unit = g_strdup(probe->unit);
        wave->n = plot->n_points;
        wave->x = g_new(double, wave->n);
        wave->y = g_new(double, wave->n);
        for (gsize i = 0; i < wave->n; i++) {
            wave->x[i] = x->real[i];
            wave->y[i] = probe->sign * (y->real[i] - (minus != NULL ? minus->real[i] : 0));
        }
        return wave;
    }
    return NULL;
}

/* Every reason names a line of the design: the one that ngspice complained of where the simulator stage found it, else the
 * bench's. */
static char *placed_reason(const char *reason, const struct bench *bench)
{
    if (reason == NULL || g_regex_match_simple("^[^ ]+:[0-9]+: ", reason, 0, 0))
        return g_strdup(reason);
    return g_strdup_printf("%s:%d: bench \"%s\": %s", bench->origin.file, bench->origin.line, bench->name, reason);
}

/* Measures and waves of a good run; turns the point into a failed one where the plots lack what was promised. */
static void take_results(struct stored_point *stored, const struct bench *bench, const struct deck *deck, const GPtrArray *plots)
{
    for (guint m = 0; m < bench->measures->len && stored->status == SIM_OK; m++) {
        struct measure_result *result = NULL;
        g_autoptr(GError) failed = NULL;
        if (parts_measure(bench->measures->pdata[m], deck, plots, &result, &failed)) {
            g_ptr_array_add(stored->measures, result);
        } else {
            stored->status = SIM_INCOMPLETE;
            stored->reason = g_strdup(failed->message);
        }
    }
    for (guint w = 0; w < bench->waves->len && stored->status == SIM_OK; w++) {
        const struct signal *signal = bench->waves->pdata[w];
        g_autoptr(GPtrArray) own = NULL;
        const struct deck *part = parts_with(deck, plots, signal, &own);
        struct stored_wave *wave = take_wave(part, own != NULL ? own : plots, signal);
        if (wave != NULL) {
            g_ptr_array_add(stored->waves, wave);
        } else {
            stored->status = SIM_INCOMPLETE;
            stored->reason = g_strdup_printf("the run gave no waveform %s", signal->name);
        }
    }
    if (stored->status != SIM_OK) {
        char *bare = stored->reason;
        stored->reason = placed_reason(bare, bench);
        g_free(bare);
        g_ptr_array_set_size(stored->measures, 0);
        g_ptr_array_set_size(stored->waves, 0);
    }
}

static gboolean deliver(struct sim_result *result, gpointer user, GError **error)
{
    struct delivery *delivery = user;
    struct planned_point *planned = delivery->plan->points->pdata[result->id];
    g_autofree char *cost = flow_cost_class(planned->point->bench);
    struct stored_point stored = {
        .key = planned->key,
        .name = planned->point->name,
        .bench = cost,
        .status = result->status,
        .reason = placed_reason(result->reason, planned->point->bench),
        .ngspice = delivery->flow->ngspice,
        .wall_s = result->wall_s,
        .cpu_s = result->cpu_s,
        .measures = g_ptr_array_new_with_free_func(free_measure),
        .waves = g_ptr_array_new_with_free_func(free_wave),
    };
    if (result->status == SIM_OK)
        take_results(&stored, planned->point->bench, planned->deck, result->plots);
    gboolean ok = store_put(delivery->flow->store, &stored, error);
    if (ok) {
        plan_stored(delivery->plan, planned, stored.status);
        delivery->progress.done++;
        delivery->progress.failed += stored.status != SIM_OK;
        delivery->progress.elapsed_s = (double)(g_get_monotonic_time() - delivery->started_us) * 1e-6;
        if (delivery->flow->options.progress != NULL)
            delivery->flow->options.progress(&delivery->progress, delivery->flow->options.user);
    }
    g_free(stored.reason);
    g_ptr_array_unref(stored.measures);
    g_ptr_array_unref(stored.waves);
    sim_result_free(result);
    return ok;
}

static gboolean simulate_here(struct flow *flow, struct plan *plan, GError **error)
{
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(g_free);
    struct sim_limits limits = {
        .time_s = flow->options.timeout_s > 0 ? flow->options.timeout_s : 300,
        .memory_bytes = (gsize)((flow->options.memory_MB > 0 ? flow->options.memory_MB : 4096) * 1048576.0),
    };
    for (guint i = 0; i < plan->points->len; i++) {
        const struct planned_point *planned = plan->points->pdata[i];
        if (planned->stored || planned->elsewhere)
            continue;
        struct sim_job *job = g_new0(struct sim_job, 1);
        job->id = i;
        job->deck = planned->deck;
        job->limits = limits;
        g_ptr_array_add(jobs, job);
    }
    if (jobs->len == 0)
        return TRUE;
    struct pool_config config = {.workers = flow->options.workers, .cancel = flow->options.cancel};
    struct delivery delivery = {.flow = flow, .plan = plan, .started_us = g_get_monotonic_time()};
    delivery.progress.total = jobs->len;
    if (flow->options.progress != NULL)
        flow->options.progress(&delivery.progress, flow->options.user);
    return parts_run(&config, jobs, deliver, &delivery, error);
}

const struct engine engine_local = {"local", simulate_here};
