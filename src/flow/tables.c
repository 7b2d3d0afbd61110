/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/tables.c -- measures of a bench's points as tables, and specs judged on them.
 *
 * Rows follow the order of the points, then of the inner sweeps, so that a table does not depend on who simulated what when.
 */
#include "config.h"

#include "flow/flow.h"

#include <math.h>
#include <string.h>

#include "flow/accuracy.h"
#include "measure/measure.h"

void add_condition_columns(struct table *table, const struct point *example, gboolean sample)
{
    table_add_texts(table, "corner");
    table_add_numbers(table, "temperature", "C");
    for (gsize s = 0; s < example->n_settings; s++)
        table_add_numbers(table, example->sweeps[s]->name, dimension_unit(example->sweeps[s]->dimension));
    if (sample)
        table_add_numbers(table, "sample", "");
}

guint push_conditions(struct table *table, const struct point *point, gboolean sample)
{
    guint c = 0;
    column_push_text(table->columns->pdata[c++], point->corner);
    column_push_number(table->columns->pdata[c++], point->temperature_C);
    for (gsize s = 0; s < point->n_settings; s++)
        column_push_number(table->columns->pdata[c++], point->settings[s]);
    if (sample)
        column_push_number(table->columns->pdata[c++], point->sample);
    return c;
}

const char *measured_unit(const GPtrArray *points, const char *measure)
{
    for (guint p = 0; p < points->len; p++) {
        const struct stored_point *stored = points->pdata[p];
        for (guint m = 0; m < stored->measures->len; m++) {
            const struct measure_result *result = stored->measures->pdata[m];
            if (strcmp(result->name, measure) == 0)
                return result->unit;
        }
    }
    return "";
}

const struct measure_result *stored_measure(const struct stored_point *stored, const char *name)
{
    for (guint m = 0; m < stored->measures->len; m++) {
        const struct measure_result *result = stored->measures->pdata[m];
        if (strcmp(result->name, name) == 0)
            return result;
    }
    return NULL;
}

/* Why a row lacks a number: the point's reason, else the reasons of its measures. Newly allocated; NULL if it lacks none. */
static char *row_note(const struct stored_point *stored, const GPtrArray *specs)
{
    if (stored->status != SIM_OK)
        return g_strdup_printf("%s: %s", sim_status_name(stored->status), stored->reason != NULL ? stored->reason : "");
    GString *note = NULL;
    for (guint m = 0; m < specs->len; m++) {
        const struct measure_spec *spec = specs->pdata[m];
        const struct measure_result *result = stored_measure(stored, spec->name);
        if (result == NULL || result->reason == NULL)
            continue;
        if (note == NULL)
            note = g_string_new(NULL);
        g_string_append_printf(note, "%s%s: %s", note->len > 0 ? "; " : "", spec->name, result->reason);
    }
    return note != NULL ? g_string_free(note, FALSE) : NULL;
}

struct passes {
    gsize n_outer, n_inner;        /* rows a point: product */
    const struct sweep *outer, *inner;
    const struct measure_spec *lines; /* one row for each of its lines, under its axis; NULL: no lines */
    gsize n_lines;
};

/* How many rows a point has in a table: pointwise measures one a scale point of a dc sweep, scalar ones one a pass, those on all
 * lines of an array one a line. */
static struct passes bench_passes(const struct bench *bench, const struct measure_spec *first, gboolean pointwise)
{
    struct passes passes = {1, 1, NULL, NULL, NULL, 1};
    if (first->axis != NULL) {
        passes.lines = first;
        passes.n_lines = (gsize)(first->last_line - first->first_line + 1);
    }
    gsize n = bench_inner_sweeps(bench);
    guint last = bench->sweeps->len;
    if (n >= 2) {
        passes.outer = bench->sweeps->pdata[last - 2];
        passes.n_outer = passes.outer->n;
    }
    if (n >= 1 && pointwise) {
        passes.inner = bench->sweeps->pdata[last - 1];
        passes.n_inner = passes.inner->n;
    }
    return passes;
}

gsize bench_measure_count(const struct bench *bench, const struct measure_spec *spec)
{
    struct passes passes = bench_passes(bench, spec, measure_is_pointwise(spec));
    return passes.n_lines * passes.n_outer * passes.n_inner;
}

static void add_place(GString *text, const char *name, double value, const char *unit)
{
    g_autofree char *number = quantity_print(value, unit, 6);
    g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", name, number);
}

char *bench_measure_at(const struct bench *bench, const struct measure_spec *spec, gsize index)
{
    struct passes passes = bench_passes(bench, spec, measure_is_pointwise(spec));
    GString *text = g_string_new(NULL);
    gsize inner = index % passes.n_inner, outer = index / passes.n_inner % passes.n_outer, line = index / passes.n_inner / passes.n_outer;
    if (passes.lines != NULL)
        add_place(text, passes.lines->axis, (double)line + passes.lines->first_line, "");
    if (passes.outer != NULL)
        add_place(text, passes.outer->name, passes.outer->values[outer], dimension_unit(passes.outer->dimension));
    if (passes.inner != NULL)
        add_place(text, passes.inner->name, passes.inner->values[inner], dimension_unit(passes.inner->dimension));
    return g_string_free(text, FALSE);
}

/* Value `at` of each measure, from column `c` on. */
static void push_values(struct table *table, guint c, const struct stored_point *stored, const GPtrArray *specs, gsize at)
{
    for (guint m = 0; m < specs->len; m++) {
        const struct measure_result *result = stored_measure(stored, ((const struct measure_spec *)specs->pdata[m])->name);
        gboolean there = result != NULL && at < result->n_outer * result->n_inner;
        column_push_number(table->columns->pdata[c++], there ? result->values[at] : NAN);
    }
}

/* All columns of one point; `specs` are the measures that the table shows. */
static void push_point(struct table *table, const struct planned_point *planned, const struct stored_point *stored,
                       const GPtrArray *specs, const struct passes *passes, struct column *notes)
{
    g_autofree char *note = row_note(stored, specs);
    gboolean failed = stored->status != SIM_OK;
    gsize n_lines = failed ? 1 : passes->n_lines, n_outer = failed ? 1 : passes->n_outer, n_inner = failed ? 1 : passes->n_inner;
    for (gsize l = 0; l < n_lines; l++)
        for (gsize o = 0; o < n_outer; o++)
            for (gsize i = 0; i < n_inner; i++) {
                guint c = push_conditions(table, planned->point, planned->point->sample > 0);
                if (passes->lines != NULL)
                    column_push_number(table->columns->pdata[c++], failed ? NAN : (double)l + passes->lines->first_line);
                if (passes->outer != NULL)
                    column_push_number(table->columns->pdata[c++], failed ? NAN : passes->outer->values[o]);
                if (passes->inner != NULL)
                    column_push_number(table->columns->pdata[c++], failed ? NAN : passes->inner->values[i]);
                push_values(table, c, stored, specs, (l * n_outer + o) * n_inner + i);
                if (notes != NULL)
                    column_push_text(notes, note);
            }
}

static gboolean any_note(const GPtrArray *points, const GPtrArray *specs)
{
    for (guint p = 0; p < points->len; p++) {
        g_autofree char *note = row_note(points->pdata[p], specs);
        if (note != NULL)
            return TRUE;
    }
    return FALSE;
}

/* One table of a bench: those of its measures that `specs` lists. `planned` and `points` go together. */
static struct table *bench_table(struct flow *flow, const struct bench *bench, const GPtrArray *planned, const GPtrArray *points,
                                 const GPtrArray *specs, const struct plan_check *check, const char *name)
{
    gboolean pointwise = measure_is_pointwise(specs->pdata[0]);
    g_autofree char *title = g_strdup_printf("%s of %s", bench->name, bench_subject(bench));
    struct table *table = table_new(name, title);
    struct passes passes = bench_passes(bench, specs->pdata[0], pointwise);
    add_condition_columns(table, ((const struct planned_point *)planned->pdata[0])->point, bench->axes->samples > 0);
    if (passes.lines != NULL)
        table_add_numbers(table, passes.lines->axis, "");
    if (passes.outer != NULL)
        table_add_numbers(table, passes.outer->name, dimension_unit(passes.outer->dimension));
    if (passes.inner != NULL)
        table_add_numbers(table, passes.inner->name, dimension_unit(passes.inner->dimension));
    for (guint m = 0; m < specs->len; m++) {
        const struct measure_spec *spec = specs->pdata[m];
        table_add_numbers(table, spec->name, measured_unit(points, spec->name));
    }
    struct column *notes = any_note(points, specs) ? table_add_texts(table, "note") : NULL;
    for (guint p = 0; p < points->len; p++)
        push_point(table, planned->pdata[p], points->pdata[p], specs, &passes, notes);
    flow_note_provenance(flow, table);
    if (check != NULL) {
        g_autofree char *sentence = check_sentence(check);
        table_note(table, "%s", sentence);
    }
    table_close(table);
    return table;
}

static void free_stored(gpointer stored)
{
    stored_point_free(stored);
}

static void free_table(gpointer table)
{
    table_free(table);
}

GPtrArray *stored_points_new(void)
{
    return g_ptr_array_new_with_free_func(free_stored);
}

gboolean bench_points(struct flow *flow, const struct plan *plan, const struct bench *bench, GPtrArray *planned, GPtrArray *points,
                      GError **error)
{
    gsize missing = 0;
    for (guint i = 0; i < plan->points->len; i++) {
        struct planned_point *one = plan->points->pdata[i];
        if (one->point->bench != bench)
            continue;
        struct stored_point *stored = one->stored ? store_get(flow->store, one->key, FALSE, error) : NULL;
        if (one->stored && stored == NULL) {
            if (error != NULL && *error == NULL)
                g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "%s: point %s has left the store", flow->folder,
                            one->point->name);
            return FALSE;
        }
        if (stored == NULL) {
            missing++;
            continue;
        }
        g_ptr_array_add(planned, one);
        g_ptr_array_add(points, stored);
    }
    if (missing > 0) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, bench->origin,
                     "bench \"%s\": %" G_GSIZE_FORMAT " points are not simulated yet: gainspice simulate %s", bench->name, missing,
                     flow->design->file);
        return FALSE;
    }
    return TRUE;
}

/* Measures that share a table: both pointwise or both not, and on the same lines or both on none. */
static gboolean share_table(const struct measure_spec *a, const struct measure_spec *b)
{
    return measure_is_pointwise(a) == measure_is_pointwise(b) && g_strcmp0(a->axis, b->axis) == 0;
}

static void free_specs(gpointer specs)
{
    g_ptr_array_unref(specs);
}

/* The measures of the bench in tables, the first of each as they stand in it: struct measure_spec in arrays. */
static GPtrArray *share_out(const struct bench *bench)
{
    GPtrArray *tables = g_ptr_array_new_with_free_func(free_specs);
    for (guint m = 0; m < bench->measures->len; m++) {
        struct measure_spec *spec = bench->measures->pdata[m];
        GPtrArray *found = NULL;
        for (guint t = 0; t < tables->len && found == NULL; t++) {
            GPtrArray *specs = tables->pdata[t];
            found = share_table(specs->pdata[0], spec) ? specs : NULL;
        }
        if (found == NULL)
            g_ptr_array_add(tables, found = g_ptr_array_new());
        g_ptr_array_add(found, spec);
    }
    return tables;
}

static GPtrArray *find_specs(const GPtrArray *tables, gboolean pointwise, gboolean lines)
{
    for (guint t = 0; t < tables->len; t++) {
        const GPtrArray *specs = tables->pdata[t];
        const struct measure_spec *first = specs->pdata[0];
        if (measure_is_pointwise(first) == pointwise && (first->axis != NULL) == lines)
            return tables->pdata[t];
    }
    return NULL;
}

/* <bench>, <bench>_summary where pointwise ones have that name, and on lines <bench>_<axis> where others have it. */
static char *table_title(const struct bench *bench, const GPtrArray *tables, const struct measure_spec *first)
{
    gboolean pointwise = measure_is_pointwise(first), alone = tables->len == 1;
    gboolean summary = !pointwise && find_specs(tables, TRUE, first->axis != NULL) != NULL;
    if (alone)
        return g_strdup(bench->name);
    return g_strconcat(bench->name, first->axis != NULL ? "_" : "", first->axis != NULL ? first->axis : "", summary ? "_summary" : "",
                       NULL);
}

static gboolean is_before(const struct measure_spec *a, const struct measure_spec *b)
{
    return (a->axis == NULL && b->axis != NULL) ||
           ((a->axis == NULL) == (b->axis == NULL) && measure_is_pointwise(a) && !measure_is_pointwise(b));
}

/* Tables of numbers a point come before those of numbers a line, pointwise ones before scalar ones. */
static int compare_tables(gconstpointer a, gconstpointer b)
{
    const GPtrArray *left = *(GPtrArray *const *)a, *right = *(GPtrArray *const *)b;
    return is_before(left->pdata[0], right->pdata[0]) ? -1 : is_before(right->pdata[0], left->pdata[0]) ? 1 : 0;
}

GPtrArray *flow_tables(struct flow *flow, const struct plan *plan, const struct bench *bench, GError **error)
{
    g_autoptr(GPtrArray) planned = g_ptr_array_new();
    g_autoptr(GPtrArray) points = g_ptr_array_new_with_free_func(free_stored);
    if (!bench_points(flow, plan, bench, planned, points, error))
        return NULL;
    g_autoptr(GPtrArray) shares = share_out(bench);
    g_ptr_array_sort(shares, compare_tables);
    GPtrArray *tables = g_ptr_array_new_with_free_func(free_table);
    for (guint t = 0; t < shares->len; t++) {
        const GPtrArray *specs = shares->pdata[t];
        g_autofree char *name = table_title(bench, shares, specs->pdata[0]);
        g_ptr_array_add(tables, bench_table(flow, bench, planned, points, specs, plan_check_of(plan, bench), name));
    }
    if (bench->axes->samples > 1 && !add_sample_tables(flow, bench, planned, points, tables, error))
        g_clear_pointer(&tables, g_ptr_array_unref);
    return tables;
}

/* The value of `spec` that is nearest to (or furthest beyond) its limits, and where. */
struct worst {
    double value, margin;   /* margin: distance to the nearest limit, negative if beyond */
    char *where;
    gsize n;
    gboolean lacking;       /* a point failed or gave no number */
    gboolean doubtful;      /* an entry of a data sheet failed its check */
    char *unit;
};

static double spec_margin(const struct spec *spec, double value)
{
    double margin = INFINITY;
    if (!isnan(spec->min))
        margin = value - spec->min;
    if (!isnan(spec->max))
        margin = fmin(margin, spec->max - value);
    return margin;
}

/* Takes a value into account; `where` is taken over. */
static void worst_take(struct worst *worst, const struct spec *spec, double value, char *where)
{
    double margin = spec_margin(spec, value);
    worst->lacking = worst->lacking || isnan(value);
    if (isnan(value) || (worst->n++ > 0 && !(margin < worst->margin))) {
        g_free(where);
        return;
    }
    g_free(worst->where);
    worst->value = value;
    worst->margin = margin;
    worst->where = where;
}

/* Over all points of the bench. FALSE where one is missing. */
static gboolean bench_worst(struct flow *flow, const struct plan *plan, const struct spec *spec, struct worst *worst, GError **error)
{
    g_autoptr(GPtrArray) planned = g_ptr_array_new();
    g_autoptr(GPtrArray) points = stored_points_new();
    if (!bench_points(flow, plan, design_bench(flow->design, spec->bench), planned, points, error))
        return FALSE;
    for (guint p = 0; p < points->len; p++) {
        const struct measure_result *result = stored_measure(points->pdata[p], spec->measure);
        const char *name = ((const struct planned_point *)planned->pdata[p])->point->name;
        worst->lacking = worst->lacking || result == NULL;
        for (gsize i = 0; result != NULL && i < result->n_outer * result->n_inner; i++)
            worst_take(worst, spec, result->values[i], g_strdup(name));
    }
    worst->unit = g_strdup(measured_unit(points, spec->measure));
    return TRUE;
}

static double number_in(const struct table *table, const char *name, gsize row)
{
    const struct column *column = table_column(table, name);
    return column != NULL ? g_array_index(column->numbers, double, row) : NAN;
}

static const char *text_in(const struct table *table, const char *name, gsize row)
{
    return table_column(table, name)->texts->pdata[row];
}

/* Over all rows of the entry; with samples, over the least and the most of them. */
static gboolean sheet_worst(struct flow *flow, const struct plan *plan, const struct spec *spec, struct worst *worst, GError **error)
{
    g_autoptr(GPtrArray) tables = flow_sheets(flow, plan, spec->sheet, error);
    const struct table *table = tables != NULL ? tables->pdata[0] : NULL;
    for (gsize r = 0; table != NULL && r < table->n_rows; r++) {
        const char *at = text_in(table, "at", r), *check = text_in(table, "check", r);
        if (strcmp(text_in(table, "entry", r), spec->measure) != 0 || (spec->at != NULL && strcmp(at, spec->at) != 0))
            continue;
        char t[NUMBER_SIZE], v[NUMBER_SIZE];
        g_autofree char *where = g_strdup_printf("%s%s%s, %s °C, vdd %s V", at, *at != '\0' ? ", " : "", text_in(table, "corner", r),
                                                 number_print(t, number_in(table, "temperature", r)),
                                                 number_print(v, number_in(table, "vdd", r)));
        double least = number_in(table, "least", r), most = number_in(table, "most", r);
        worst->doubtful = worst->doubtful || strstr(check, "FAILS") != NULL;
        worst->lacking = worst->lacking || strstr(check, "no number") != NULL;
        worst_take(worst, spec, isnan(least) ? number_in(table, "value", r) : least, g_strdup(where));
        if (!isnan(most))
            worst_take(worst, spec, most, g_strdup(where));
        if (worst->unit == NULL)
            worst->unit = g_strdup(text_in(table, "unit", r));
    }
    return table != NULL;
}

struct table *flow_specs(struct flow *flow, const struct plan *plan, gboolean *passed, GError **error)
{
    struct table *table = table_new("specs", "Limits and worst cases");
    struct column *names = table_add_texts(table, "measure"), *units = table_add_texts(table, "unit");
    struct column *min = table_add_numbers(table, "min", ""), *typical = table_add_numbers(table, "typical", ""),
                  *max = table_add_numbers(table, "max", ""), *value = table_add_numbers(table, "worst", ""),
                  *margin = table_add_numbers(table, "margin", "");
    struct column *where = table_add_texts(table, "where"), *verdict = table_add_texts(table, "verdict");
    *passed = TRUE;
    for (guint s = 0; s < flow->design->specs->len; s++) {
        const struct spec *spec = flow->design->specs->pdata[s];
        struct worst worst = {.value = NAN, .margin = NAN};
        if (!(spec->sheet != NULL ? sheet_worst : bench_worst)(flow, plan, spec, &worst, error)) {
            table_free(table);
            return NULL;
        }
        gboolean good = worst.n > 0 && !worst.lacking && !worst.doubtful && worst.margin >= 0;
        *passed = *passed && good;
        g_autofree char *name = g_strdup_printf("%s.%s", spec->bench, spec->measure);
        const char *why = worst.lacking ? " (a point gave no number)"
                          : worst.doubtful ? " (a check failed)"
                          : worst.n == 0   ? " (there is no such place)"
                                           : "";
        g_autofree char *bad = g_strdup_printf("FAIL%s", why);
        column_push_text(names, name);
        column_push_text(units, worst.unit != NULL ? worst.unit : "");
        column_push_number(min, spec->min);
        column_push_number(typical, spec->typical);
        column_push_number(max, spec->max);
        column_push_number(value, worst.value);
        column_push_number(margin, isfinite(worst.margin) ? worst.margin : NAN);
        column_push_text(where, worst.where);
        column_push_text(verdict, good ? "pass" : bad);
        g_free(worst.where);
        g_free(worst.unit);
    }
    flow_note_provenance(flow, table);
    table_close(table);
    return table;
}
