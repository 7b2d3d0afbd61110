/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/sheets.c -- data sheets: what the store has of a characterisation's benches, sorted by condition and sample, handed to its
 * kind.
 *
 * Conditions come in the order of the points of the first bench, so that a data sheet does not depend on who simulated what when.
 */
#include "config.h"

#include "flow/flow.h"

#include <math.h>
#include <string.h>

#include "characterise/characterise.h"

/* All that was measured in one condition of one sample. */
struct gathered {
    char *condition;           /* tells conditions apart; the same for all samples of one */
    const struct point *point; /* the first of them, borrowed from the plan */
    struct readings *readings;
};

static void group_free(gpointer data)
{
    struct gathered *group = data;
    g_free(group->condition);
    readings_free(group->readings);
    g_free(group);
}

/* An axis is a setting of the bench's axes; what the bench itself sweeps is not. */
static gboolean is_axis(const struct point *point, gsize setting)
{
    return g_ptr_array_find(point->bench->axes->sweeps, point->sweeps[setting], NULL);
}

static char *condition_of(const struct point *point)
{
    char number[NUMBER_SIZE];
    GString *key = g_string_new(point->corner);
    g_string_append_printf(key, " %s", number_print(number, point->temperature_C));
    for (gsize s = 0; s < point->n_settings; s++)
        if (is_axis(point, s))
            g_string_append_printf(key, " %s", number_print(number, point->settings[s]));
    return g_string_free(key, FALSE);
}

static struct gathered *group_of(GPtrArray *groups, GHashTable *index, const struct point *point)
{
    g_autofree char *condition = condition_of(point);
    g_autofree char *key = g_strdup_printf("%s s%d", condition, point->sample);
    struct gathered *group = g_hash_table_lookup(index, key);
    if (group != NULL)
        return group;
    group = g_new0(struct gathered, 1);
    group->condition = g_steal_pointer(&condition);
    group->point = point;
    group->readings = readings_new();
    g_ptr_array_add(groups, group);
    g_hash_table_insert(index, g_steal_pointer(&key), group);
    return group;
}

/* Its own name for a bench of the design; "hold" of "leak_hold" and of "leak_hold_2", the bench at the second supply. Newly
 * allocated. */
static char *suffix_of(const struct bench *bench)
{
    if (bench->characterise == NULL)
        return g_strdup(bench->name);
    const char *start = bench->name + strlen(bench->characterise->name) + 1;
    g_autofree char *end = g_strdup_printf("_%" G_GSIZE_FORMAT, bench->variant + 1);
    return bench->variant > 0 ? g_strndup(start, strlen(start) - strlen(end)) : g_strdup(start);
}

/* Adds a point's measures; of one that failed, as many NAN as it would have had. */
static void add_point(struct readings *readings, const struct bench *bench, const char *suffix, const struct stored_point *stored)
{
    for (guint m = 0; m < bench->measures->len; m++) {
        const struct measure_spec *spec = bench->measures->pdata[m];
        const struct measure_result *result = stored_measure(stored, spec->name);
        if (result != NULL) {
            readings_add(readings, suffix, spec->name, result->n_outer * result->n_inner, result->values, result->reason);
            continue;
        }
        gsize n = bench_measure_count(bench, spec);
        g_autofree double *lacking = g_new(double, n);
        for (gsize i = 0; i < n; i++)
            lacking[i] = NAN;
        readings_add(readings, suffix, spec->name, n, lacking,
                     stored->reason != NULL ? stored->reason : sim_status_name(stored->status));
    }
}

static gboolean add_bench(struct flow *flow, const struct plan *plan, const struct bench *bench, GPtrArray *groups,
                          GHashTable *index, GError **error)
{
    g_autoptr(GPtrArray) planned = g_ptr_array_new();
    g_autoptr(GPtrArray) points = stored_points_new();
    g_autofree char *suffix = suffix_of(bench);
    if (!bench_points(flow, plan, bench, planned, points, error))
        return FALSE;
    for (guint p = 0; p < points->len; p++)
        add_point(group_of(groups, index, ((const struct planned_point *)planned->pdata[p])->point)->readings, bench, suffix,
                  points->pdata[p]);
    return TRUE;
}

static void begin_condition(struct sheet *sheet, const struct subject *of, const struct point *point)
{
    g_autofree const struct sweep **sweeps = g_new(const struct sweep *, MAX(point->n_settings, 1));
    g_autofree double *settings = g_new(double, MAX(point->n_settings, 1));
    struct condition condition = {point->corner, point->temperature_C, of->vdd_V, 0, sweeps, settings};
    for (gsize s = 0; s < point->n_settings; s++)
        if (is_axis(point, s) && point->sweeps[s]->target != TARGET_SUPPLY) {
            sweeps[condition.n_settings] = point->sweeps[s];
            settings[condition.n_settings++] = point->settings[s];
        }
    sheet_condition(sheet, &condition, point->bench->axes->samples);
}

/* One condition: the groups from `first` on that share it. Gives the first that does not. */
static guint put_condition(struct sheet *sheet, const struct subject *of, const GPtrArray *groups, guint first)
{
    g_autoptr(GPtrArray) samples = g_ptr_array_new();
    const struct gathered *start = groups->pdata[first];
    guint g = first;
    begin_condition(sheet, of, start->point);
    for (; g < groups->len && strcmp(((const struct gathered *)groups->pdata[g])->condition, start->condition) == 0; g++) {
        const struct gathered *group = groups->pdata[g];
        sheet_sample(sheet, group->readings);
        of->kind->evaluate(of, group->readings, sheet);
        g_ptr_array_add(samples, group->readings);
    }
    if (of->kind->summarise != NULL) {
        sheet_sample(sheet, NULL);
        of->kind->summarise(of, (const struct readings *const *)samples->pdata, samples->len, sheet);
    }
    return g;
}

/* What the supply is at a point whose axes sweep it. */
static double supply_of(const struct point *point, double otherwise_V)
{
    for (gsize s = 0; s < point->n_settings; s++)
        if (point->sweeps[s]->target == TARGET_SUPPLY)
            return point->settings[s];
    return otherwise_V;
}

static gboolean put_variant(struct flow *flow, const struct plan *plan, const struct characterise_spec *spec, gsize variant,
                            struct sheet *sheet, GError **error)
{
    g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(group_free);
    g_autoptr(GHashTable) index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint b = 0; b < flow->design->benches->len; b++) {
        const struct bench *bench = flow->design->benches->pdata[b];
        gboolean made = bench->characterise == spec && bench->variant == variant,
                 named = bench == spec->bench || bench == spec->check;
        if ((made || named) && !add_bench(flow, plan, bench, groups, index, error))
            return FALSE;
    }
    struct subject of = characterise_subject(flow->design, spec, variant);
    for (guint g = 0; g < groups->len;) {
        of.vdd_V = supply_of(((const struct gathered *)groups->pdata[g])->point, of.vdd_V);
        g = put_condition(sheet, &of, groups, g);
    }
    return TRUE;
}

GPtrArray *flow_sheets(struct flow *flow, const struct plan *plan, const struct characterise_spec *spec, GError **error)
{
    struct sheet *sheet = characterise_sheet(spec);
    gboolean ok = TRUE;
    for (gsize v = 0; ok && v < spec->variants->len; v++)
        ok = put_variant(flow, plan, spec, v, sheet, error);
    GPtrArray *tables = ok ? sheet_tables(sheet) : NULL;
    for (guint t = 0; tables != NULL && t < tables->len; t++) {
        table_note(tables->pdata[t], "kind %s; source: %s", spec->kind, characterisation_find(spec->kind)->source);
        flow_note_provenance(flow, tables->pdata[t]);
    }
    sheet_free(sheet);
    return tables;
}
