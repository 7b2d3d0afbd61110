/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/flow.c -- opening a design for work, and the plan: which points there are and which of them the store has.
 *
 * A point's key is the digest of everything that decides its numbers: the deck, the technology's files, the measures and
 * waveforms asked for, and the version of the simulator. Nothing else (no time, no name, no order).
 */
#include "config.h"

#include "flow/flow.h"

#include <math.h>
#include <string.h>

#include "base/files.h"
#include "characterise/characterise.h"
#include "measure/measure.h"
#include "sim/ngspice.h"
#include "sim/pool.h"

static gboolean take_name(GHashTable *taken, struct origin origin, const char *what, char *table, GError **error)
{
    if (g_hash_table_add(taken, table))
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, origin, "%s: its table %s.csv is another's already, expected a name that tells them apart", what,
                 table);
    return FALSE;
}

static gboolean take_sheet_names(GHashTable *taken, const struct characterise_spec *spec, GError **error)
{
    g_autofree char *what = g_strdup_printf("characterise \"%s\"", spec->name);
    const struct curve_kind *curve = characterisation_find(spec->kind)->curves;
    gboolean ok = take_name(taken, spec->origin, what, g_strdup(spec->name), error);
    for (; ok && curve != NULL && curve->name != NULL; curve++)
        ok = take_name(taken, spec->origin, what, g_strdup_printf("%s_%s", spec->name, curve->name), error);
    return ok;
}

/* Tables become files by their names: a bench "specs" would overwrite the limits. */
static gboolean check_table_names(const struct design *design, GError **error)
{
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    static const char *const of_fit[] = {"errors", "orders", "reference"};
    gboolean ok = TRUE;
    g_hash_table_add(taken, g_strdup("specs"));
    for (guint f = 0; f < design->fits->len; f++)
        for (gsize k = 0; k < G_N_ELEMENTS(of_fit); k++)
            g_hash_table_add(taken, g_strdup_printf("fit_%s_%s", ((const struct fit_spec *)design->fits->pdata[f])->name, of_fit[k]));
    for (guint a = 0; a < design->attentions->len; a++)
        g_hash_table_add(taken, g_strdup_printf("attention_%s", ((const struct attention_spec *)design->attentions->pdata[a])->name));
    for (guint c = 0; ok && c < design->characterises->len; c++)
        ok = take_sheet_names(taken, design->characterises->pdata[c], error);
    for (guint b = 0; ok && b < design->benches->len; b++) {
        const struct bench *bench = design->benches->pdata[b];
        g_autofree char *what = g_strdup_printf("bench \"%s\"", bench->name);
        guint n_pointwise = 0;
        for (guint m = 0; m < bench->measures->len; m++)
            n_pointwise += measure_is_pointwise(bench->measures->pdata[m]);
        ok = take_name(taken, bench->origin, what, g_strdup(bench->name), error);
        if (ok && n_pointwise > 0 && n_pointwise < bench->measures->len)
            ok = take_name(taken, bench->origin, what, g_strdup_printf("%s_summary", bench->name), error);
    }
    return ok;
}

struct flow *flow_open(const char *design_path, const struct flow_options *options, GError **error)
{
    struct design *design = design_read_with(design_path, characterise_expand, error);
    if (design == NULL)
        return NULL;
    struct flow *flow = g_new0(struct flow, 1);
    flow->design = design;
    flow->options = *options;
    flow->folder = options->results != NULL ? g_strdup(options->results) : g_build_filename("results", design->name, NULL);
    gboolean ok = TRUE;
    for (guint b = 0; ok && b < design->benches->len; b++) {
        const struct bench *bench = design->benches->pdata[b];
        for (guint m = 0; ok && m < bench->measures->len; m++)
            ok = measure_check(bench->measures->pdata[m], bench, error);
    }
    for (guint f = 0; ok && f < design->fits->len; f++)
        ok = fit_check(design->fits->pdata[f], design, error);
    ok = ok && check_table_names(design, error);
    if (!ok) {
        flow_close(flow);
        return NULL;
    }
    return flow;
}

void flow_close(struct flow *flow)
{
    if (flow == NULL)
        return;
    store_close(flow->store);
    design_free(flow->design);
    g_free(flow->folder);
    g_free(flow->ngspice);
    g_clear_pointer(&flow->only, g_hash_table_unref);
    g_free(flow);
}

char *flow_store_path(const char *folder)
{
    return g_build_filename(folder, "run.sqlite", NULL);
}

gboolean flow_need_store(struct flow *flow, GError **error)
{
    if (flow->store != NULL)
        return TRUE;
    g_autofree char *path = flow_store_path(flow->folder);
    if (flow->options.looks_only && !g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    flow->store = flow->options.looks_only ? store_open_to_read(path, error) : store_open(path, error);
    return flow->store != NULL;
}

/* Without OSDI ngspice misses the models one by one, and says neither why nor what would help. */
static gboolean check_osdi(const struct flow *flow, const struct ngspice_facts *facts, GError **error)
{
    const struct technology *technology = flow->design->technology;
    for (guint i = 0; i < technology->libraries->len && !facts->has_osdi; i++) {
        const struct library *library = technology->libraries->pdata[i];
        if (library->kind == LIBRARY_OSDI) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, library->origin,
                         "technology \"%s\": ngspice %s loads no compiled models (OSDI), expected ngspice 43 or later",
                         technology->name, facts->version);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean flow_goes_on(const struct flow *flow, GError **error)
{
    if (flow->options.cancel == NULL || g_atomic_int_get((gint *)flow->options.cancel) == 0)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_CANCELLED, "stopped; what was simulated and fitted is kept");
    return FALSE;
}

gboolean flow_need_ngspice(struct flow *flow, GError **error)
{
    if (flow->ngspice != NULL)
        return TRUE;
    struct pool_config config = {.workers = 1, .cancel = flow->options.cancel};
    struct ngspice_facts facts = {0};
    if (!pool_probe(&config, &facts, error))
        return FALSE;
    gboolean ok = check_osdi(flow, &facts, error);
    if (ok)
        flow->ngspice = g_strdup(facts.version);
    ngspice_facts_clear(&facts);
    return ok;
}

void flow_note_provenance(const struct flow *flow, struct table *table)
{
    table_note(table, "gainspice " PACKAGE_VERSION ", ngspice %s", flow->ngspice);
    table_note(table, "design %s sha256 %s", flow->design->name, flow->design->digest);
    table_note(table, "technology %s sha256 %s", flow->design->technology->name, flow->design->technology->digest);
}

static void describe_number(GString *out, const char *name, double value)
{
    char number[NUMBER_SIZE];
    g_string_append_printf(out, " %s=%s", name, number_print(number, value));
}

/* One line that says all that decides what a measure computes. */
static void describe_measure(GString *out, const struct measure_spec *spec)
{
    g_string_append_printf(out, "measure %s %s of=%s", spec->name, measure_kind_name(spec->kind), spec->of.name);
    if (spec->until.name != NULL)
        g_string_append_printf(out, " until=%s", spec->until.name);
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"at", spec->at},       {"from", spec->from},   {"to", spec->to},       {"level", spec->level},
                   {"until_level", spec->until_level}, {"final", spec->final}, {"band", spec->band}, {"period", spec->period}};
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        describe_number(out, numbers[i].name, numbers[i].value);
    g_string_append_printf(out, " edges=%d,%d numbers=%d,%d side=%d max=%d\n", (int)spec->edge, (int)spec->until_edge,
                           spec->number, spec->until_number, (int)spec->side, spec->most);
}

/* What of a bench decides a point's numbers beside its deck. */
static char *describe_bench(const struct flow *flow, const struct bench *bench)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "gainspice-point 1\nngspice %s\n", flow->ngspice);
    for (guint m = 0; m < bench->measures->len; m++)
        describe_measure(out, bench->measures->pdata[m]);
    for (guint w = 0; w < bench->waves->len; w++)
        g_string_append_printf(out, "wave %s\n", ((const struct signal *)bench->waves->pdata[w])->name);
    return g_string_free(out, FALSE);
}

static void planned_point_free(gpointer data)
{
    struct planned_point *planned = data;
    point_free(planned->point);
    deck_free(planned->deck);
    g_free(planned->key);
    g_free(planned);
}

void plan_free(struct plan *plan)
{
    if (plan == NULL)
        return;
    g_ptr_array_unref(plan->points);
    g_free(plan);
}

/* What the points of a bench share. */
struct planned_bench {
    const struct bench *bench;
    char *text;           /* describe_bench */
    double typical_cpu_s; /* of its stored points, NAN: there are none; asked for once, since the store looks at all of them */
};

static void planned_bench_set(struct planned_bench *shared, const struct flow *flow, const struct bench *bench)
{
    g_autofree char *cost = flow_cost_class(bench);
    g_free(shared->text);
    *shared = (struct planned_bench){bench, describe_bench(flow, bench),
                                     flow->store != NULL ? store_typical_cpu(flow->store, cost) : NAN};
}

/* Whether a point is still what it was where the work was divided. */
static gboolean check_only(const struct flow *flow, struct planned_point *planned, const char *expected, GError **error)
{
    if (strcmp(planned->key, expected) == 0)
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, planned->point->bench->origin,
                 "point \"%s\" is not what was submitted: the design, its models or ngspice (%s here) have changed since", planned->point->name,
                 flow->ngspice);
    return FALSE;
}

/* Adds one point with its key; keeps the deck only where it must still run. Takes ownership of `point`. */
static gboolean plan_point(struct flow *flow, struct plan *plan, struct point *point, const struct planned_bench *shared, GError **error)
{
    struct planned_point *planned = g_new0(struct planned_point, 1);
    planned->point = point;
    g_ptr_array_add(plan->points, planned);
    const char *expected = flow->only != NULL ? g_hash_table_lookup(flow->only, point->name) : NULL;
    planned->elsewhere = flow->only != NULL && expected == NULL;
    if (planned->elsewhere)
        return TRUE;
    planned->deck = deck_build(point, error);
    if (planned->deck == NULL)
        return FALSE;
    g_autofree char *deck_key = deck_digest(planned->deck, flow->design->technology);
    g_autofree char *text = g_strconcat(shared->text, "deck ", deck_key, "\n", NULL);
    planned->key = digest_bytes(text, strlen(text));
    if (expected != NULL && !check_only(flow, planned, expected, error))
        return FALSE;
    planned->stored = flow->store != NULL && store_has(flow->store, planned->key, &planned->status);
    /* a crash may be the machine's fault: a later run tries it again */
    gboolean again = flow->options.simulates && (flow->options.retry_failed || planned->status == SIM_CRASHED);
    if (planned->stored && planned->status != SIM_OK && again) {
        if (!store_drop(flow->store, planned->key, error))
            return FALSE;
        planned->stored = FALSE;
    }
    if (planned->stored) {
        deck_free(planned->deck);
        planned->deck = NULL;
        plan->n_stored++;
        plan->n_failed += planned->status != SIM_OK;
    } else {
        plan->n_missing++;
        planned->cpu_s = shared->typical_cpu_s;
        if (isnan(planned->cpu_s)) {
            planned->cpu_s = flow_estimate_cpu(point->bench, planned->deck);
            plan->is_rough = TRUE;
        }
        plan->missing_cpu_s += planned->cpu_s;
    }
    return TRUE;
}

void plan_stored(struct plan *plan, struct planned_point *planned, enum sim_status status)
{
    planned->stored = TRUE;
    planned->status = status;
    g_clear_pointer(&planned->deck, deck_free);
    plan->n_missing--;
    plan->n_stored++;
    plan->n_failed += status != SIM_OK;
}

struct plan *flow_plan(struct flow *flow, const struct bench *bench, GError **error)
{
    if (!flow_need_ngspice(flow, error) || !flow_need_store(flow, error))
        return NULL;
    struct plan *plan = g_new0(struct plan, 1);
    plan->points = g_ptr_array_new_with_free_func(planned_point_free);
    g_autoptr(GPtrArray) points = points_expand(flow->design, bench);
    g_ptr_array_set_free_func(points, NULL);
    struct planned_bench shared = {NULL, NULL, NAN};
    gboolean ok = TRUE;
    for (guint i = 0; i < points->len; i++) {
        struct point *point = points->pdata[i];
        if (!ok) {
            point_free(point);
            continue;
        }
        if (point->bench != shared.bench)
            planned_bench_set(&shared, flow, point->bench);
        ok = plan_point(flow, plan, point, &shared, error);
    }
    g_free(shared.text);
    if (!ok) {
        plan_free(plan);
        return NULL;
    }
    return plan;
}
