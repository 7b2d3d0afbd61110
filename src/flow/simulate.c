/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/simulate.c -- running what is missing: decks to the pool, plots to measures, measures to the store, one point at a
 * time. A point is in the store, whole, before the next result is looked at; a kill loses at most the points in the workers.
 *
 * The deck of a unit is built when a worker is free for it and freed when its result is stored. A pack that fails, in whatever way,
 * is broken up: its points run alone, so that one bad point costs its neighbours time and nothing else. The pilots of a bench
 * that is not exact run first; the others of that bench wait until it is known whether they may run as the preset has it.
 */
#include "config.h"

#include "flow/engine.h"

#include "flow/accuracy.h"
#include "flow/parts.h"
#include "measure/measure.h"
#include "sim/parts.h"

/* A run of a plan. Units that can start are in `ready`, longest first but for those that a check waits for, which are ahead; those
 * that wait for a check are in `held`. */
struct delivery {
    struct flow *flow;
    struct plan *plan;
    gboolean pilots_only;     /* until no check is open */
    GPtrArray *ready, *held;  /* struct plan_unit, borrowed from the plan */
    guint next;               /* in `ready` */
    guint n_seen;             /* units of the plan that have been queued */
    GHashTable *running;      /* struct unit_job: given to the pool, and owned here */
    struct sim_limits limits;
    struct flow_progress progress;
    gint64 started_us;
};

/* What a worker is at: the id of its job is its address. */
struct unit_job {
    struct sim_job job;
    struct plan_unit *unit;
    struct deck *deck;
};

static void free_measure(gpointer result)
{
    measure_result_free(result);
}

static void free_wave(gpointer wave)
{
    stored_wave_free(wave);
}

/* One wave of a plot: its real part, or the imaginary one, which is kept beside it under the name with ":im". */
static struct stored_wave *new_wave(const struct plot *plot, const char *name, const char *unit, double sign, const double *y, const double *minus)
{
    const struct vector *x = plot->vectors->pdata[0];
    struct stored_wave *wave = g_new0(struct stored_wave, 1);
    wave->name = g_strdup(name);
    wave->unit = g_strdup(unit);
    wave->n = plot->n_points;
    wave->x = g_new(double, wave->n);
    wave->y = g_new(double, wave->n);
    for (gsize i = 0; i < wave->n; i++) {
        wave->x[i] = x->real[i];
        wave->y[i] = sign * (y[i] - (minus != NULL ? minus[i] : 0));
    }
    return wave;
}

/* Adds what the plot that holds `signal` has of it. FALSE: none does. */
static gboolean take_wave(const struct deck *deck, const GPtrArray *plots, const struct signal *signal, GPtrArray *waves)
{
    const struct probe *probe = deck_probe(deck, signal->name);
    gboolean density = probe == NULL && signal->kind == SIGNAL_ONOISE; /* ngspice's own vector */
    for (guint p = 0; (probe != NULL || density) && p < plots->len; p++) {
        const struct plot *plot = plots->pdata[p];
        const struct vector *y = density ? plot_vector(plot, "onoise_spectrum") : plot_vector_or(plot, probe->vector, probe->alias);
        const struct vector *minus = !density && probe->minus != NULL ? plot_vector(plot, probe->minus) : NULL;
        if (y == NULL || (!density && probe->minus != NULL && minus == NULL))
            continue;
        const char *unit = density ? "V/√Hz" : probe->unit;
        double sign = density ? 1 : probe->sign;
        g_ptr_array_add(waves, new_wave(plot, signal->name, unit, sign, y->real, minus != NULL ? minus->real : NULL));
        if (y->imag != NULL) {
            g_autofree char *name = g_strconcat(signal->name, ":im", NULL);
            g_ptr_array_add(waves, new_wave(plot, name, unit, sign, y->imag, minus != NULL ? minus->imag : NULL));
        }
        return TRUE;
    }
    return FALSE;
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
        if (!take_wave(part, own != NULL ? own : plots, signal, stored->waves)) {
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

/* ---- what runs next --------------------------------------------------------------------------------------------------------- */

static int compare_units(gconstpointer a, gconstpointer b)
{
    const struct plan_unit *left = *(struct plan_unit *const *)a, *right = *(struct plan_unit *const *)b;
    if (left->is_pilot != right->is_pilot)
        return left->is_pilot ? -1 : 1;
    return left->cpu_s > right->cpu_s ? -1 : left->cpu_s < right->cpu_s;
}

static gboolean is_held(const struct plan_unit *unit)
{
    return unit->check != NULL && unit->check->verdict == CHECK_OPEN && !unit->is_pilot;
}

/* Takes what the plan has gained, what is no longer held, and puts all in order. */
static void queue_update(struct delivery *delivery)
{
    GPtrArray *ready = g_ptr_array_new(), *held = g_ptr_array_new(), *units = delivery->plan->units;
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (guint i = delivery->next; i < delivery->ready->len; i++)
        g_ptr_array_add(all, delivery->ready->pdata[i]);
    g_ptr_array_extend(all, delivery->held, NULL, NULL);
    for (guint u = delivery->n_seen; u < units->len; u++)
        g_ptr_array_add(all, units->pdata[u]);
    delivery->n_seen = units->len;
    for (guint i = 0; i < all->len; i++) {
        struct plan_unit *unit = all->pdata[i];
        if (delivery->pilots_only && !(unit->is_pilot && unit->check->verdict == CHECK_OPEN))
            continue;
        if (!unit->is_void && unit_missing(unit) > 0)
            g_ptr_array_add(is_held(unit) ? held : ready, unit);
    }
    g_ptr_array_sort(ready, compare_units);
    g_ptr_array_unref(delivery->ready);
    g_ptr_array_unref(delivery->held);
    delivery->ready = ready;
    delivery->held = held;
    delivery->next = 0;
    delivery->progress.total = delivery->progress.done + delivery->plan->n_missing + delivery->plan->n_references_missing;
}

static gsize units_left(gpointer user)
{
    const struct delivery *delivery = user;
    return delivery->ready->len - delivery->next + delivery->held->len;
}

static const struct sim_job *next_unit(gpointer user, GError **error)
{
    struct delivery *delivery = user;
    struct plan_unit *unit = NULL;
    while (unit == NULL && delivery->next < delivery->ready->len) {
        unit = delivery->ready->pdata[delivery->next++];
        if (unit->is_void)
            unit = NULL;
    }
    struct deck *deck = unit != NULL ? unit_deck(unit, error) : NULL;
    if (deck == NULL)
        return NULL;
    struct unit_job *job = g_new0(struct unit_job, 1);
    job->unit = unit;
    job->deck = deck;
    job->job = (struct sim_job){.id = (gsize)job, .deck = deck, .limits = delivery->limits};
    g_hash_table_add(delivery->running, job);
    return &job->job;
}

static void unit_job_free(gpointer data)
{
    struct unit_job *job = data;
    deck_free(job->deck);
    g_free(job);
}

/* ---- what came ------------------------------------------------------------------------------------------------------------ */

/* Judges the checks that have all they compare; a bench that is too far from exact is planned anew. */
static gboolean judge_checks(struct delivery *delivery, GError **error)
{
    GPtrArray *checks = delivery->plan->checks;
    for (guint c = 0; c < checks->len; c++) {
        struct plan_check *check = checks->pdata[c];
        if (check->verdict != CHECK_OPEN || !check_is_ready(check))
            continue;
        if (!check_judge(delivery->flow, check, error))
            return FALSE;
        if (check->verdict == CHECK_FAILED && !plan_exact(delivery->flow, delivery->plan, check, error))
            return FALSE;
        queue_update(delivery);
    }
    return TRUE;
}

/* What a result says of one point of its unit. Cleared by point_clear. */
static struct stored_point read_point(const struct delivery *delivery, const struct unit_job *job, gsize member,
                                      const struct sim_result *result)
{
    const struct plan_unit *unit = job->unit;
    const struct planned_point *planned = unit->points[member];
    g_autofree char *cost = flow_cost_class(planned->point->bench, planned->point->accuracy);
    struct stored_point stored = {
        .key = planned->key,
        .name = planned->point->name,
        .bench = g_steal_pointer(&cost),
        .status = result->status,
        .reason = placed_reason(result->reason, planned->point->bench),
        .ngspice = delivery->flow->ngspice,
        .wall_s = result->wall_s / (double)unit->n,
        .cpu_s = result->cpu_s / (double)unit->n,
        .measures = g_ptr_array_new_with_free_func(free_measure),
        .waves = g_ptr_array_new_with_free_func(free_wave),
    };
    if (result->status == SIM_OK)
        take_results(&stored, planned->point->bench, deck_member(job->deck, member), result->plots);
    return stored;
}

static void point_clear(struct stored_point *stored)
{
    g_free(stored->bench);
    g_free(stored->reason);
    g_ptr_array_unref(stored->measures);
    g_ptr_array_unref(stored->waves);
}

static void count_point(struct delivery *delivery, struct planned_point *planned, enum sim_status status)
{
    plan_stored(delivery->plan, planned, status);
    planned->is_new = TRUE;
    delivery->progress.failed += !planned->is_reference && status != SIM_OK;
    delivery->progress.done++;
}

static gboolean store_unit(struct delivery *delivery, const struct unit_job *job, const struct sim_result *result, GError **error)
{
    for (gsize m = 0; m < job->unit->n; m++) {
        struct planned_point *planned = job->unit->points[m];
        if (planned->stored || planned->elsewhere)
            continue;
        struct stored_point stored = read_point(delivery, job, m, result);
        gboolean ok = store_put(delivery->flow->store, &stored, error);
        if (ok)
            count_point(delivery, planned, stored.status);
        point_clear(&stored);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

static gboolean deliver(struct sim_result *result, gpointer user, GError **error)
{
    struct delivery *delivery = user;
    struct unit_job *job = (struct unit_job *)result->id; /* NOLINT: the address that next_unit gave */
    struct plan_unit *unit = job->unit;
    gboolean ok = TRUE;
    if (unit->is_void) {
        /* of a bench that was found to be exact while this ran */
    } else if (result->status != SIM_OK && unit_is_pack(unit)) {
        ok = plan_break(delivery->flow, delivery->plan, unit, result->status, result->reason, error);
        if (ok)
            queue_update(delivery);
    } else {
        ok = store_unit(delivery, job, result, error);
    }
    ok = ok && judge_checks(delivery, error);
    delivery->progress.elapsed_s = (double)(g_get_monotonic_time() - delivery->started_us) * 1e-6;
    if (ok && delivery->flow->options.progress != NULL)
        delivery->flow->options.progress(&delivery->progress, delivery->flow->options.user);
    g_hash_table_remove(delivery->running, job);
    sim_result_free(result);
    return ok;
}

static gboolean run_units(struct delivery *delivery, GError **error)
{
    static const struct sim_source source = {next_unit, units_left};
    const struct flow_options *options = &delivery->flow->options;
    struct pool_config config = {.workers = options->workers, .cancel = options->cancel};
    if (options->progress != NULL)
        options->progress(&delivery->progress, options->user);
    GError *failed = NULL;
    if (parts_run_source(&config, &source, deliver, delivery, &failed))
        return TRUE;
    if (g_error_matches(failed, GAINSPICE_ERROR, GAINSPICE_ERROR_CANCELLED)) /* the pool counts decks */
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_CANCELLED, "cancelled after %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " points",
                    delivery->progress.done, delivery->progress.total);
    else
        g_propagate_error(error, g_steal_pointer(&failed));
    g_clear_error(&failed);
    return FALSE;
}

static gboolean simulate(struct flow *flow, struct plan *plan, gboolean pilots_only, GError **error)
{
    struct delivery delivery = {
        .flow = flow,
        .plan = plan,
        .pilots_only = pilots_only,
        .ready = g_ptr_array_new(),
        .held = g_ptr_array_new(),
        .running = g_hash_table_new_full(NULL, NULL, unit_job_free, NULL),
        .started_us = g_get_monotonic_time(),
        .limits = {.time_s = flow->options.timeout_s > 0 ? flow->options.timeout_s : 300,
                   .memory_bytes = (gsize)((flow->options.memory_MB > 0 ? flow->options.memory_MB : 4096) * 1048576.0)},
    };
    queue_update(&delivery);
    gboolean ok = judge_checks(&delivery, error) && (units_left(&delivery) == 0 || run_units(&delivery, error));
    g_ptr_array_unref(delivery.ready);
    g_ptr_array_unref(delivery.held);
    g_hash_table_unref(delivery.running);
    return ok;
}

static gboolean simulate_here(struct flow *flow, struct plan *plan, GError **error)
{
    return simulate(flow, plan, FALSE, error);
}

gboolean flow_simulate_pilots(struct flow *flow, struct plan *plan, GError **error)
{
    return simulate(flow, plan, TRUE, error);
}

const struct engine engine_local = {"local", simulate_here};
