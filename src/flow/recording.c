/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flow/recording.h"

#include <math.h>
#include <string.h>

#include "base/quantity.h"
#include "measure/measure.h"

struct recorded *recorded_new(const char *name, const char *bench, const char *matched, const char *unit, const char *x_unit)
{
    struct recorded *recorded = g_new0(struct recorded, 1);
    recorded->name = g_strdup(name);
    recorded->bench = g_strdup(bench);
    recorded->matched = g_strdup(matched);
    recorded->unit = g_strdup(unit);
    recorded->x_unit = g_strdup(x_unit);
    return recorded;
}

void recorded_free(struct recorded *recorded)
{
    if (recorded == NULL)
        return;
    char *const owned[] = {recorded->name, recorded->bench,  recorded->matched,
                           recorded->unit, recorded->x_unit, recorded->reason};
    for (gsize i = 0; i < G_N_ELEMENTS(owned); i++)
        g_free(owned[i]);
    g_free(recorded->x);
    g_free(recorded->re);
    g_free(recorded->im);
    g_free(recorded);
}

struct curve recorded_curve(const struct recorded *recorded)
{
    struct curve curve = {.x = numbers_of(recorded->x, recorded->n), .re = numbers_of(recorded->re, recorded->n)};
    if (recorded->im != NULL)
        curve.im = numbers_of(recorded->im, recorded->n);
    return curve;
}

const char *bench_scale_unit(const struct bench *bench)
{
    return dimension_unit(bench_scale_dimension(bench));
}

static struct recorded *add(GPtrArray *all, const struct point *point, const char *vector, const char *suffix, const char *unit,
                            const char *x_unit, gsize n)
{
    g_autofree char *name = g_strdup_printf("%s/%s%s", point->name, vector, suffix);
    g_autofree char *matched = g_strdup_printf("%s.%s", point->bench->name, vector);
    struct recorded *recorded = recorded_new(name, point->bench->name, matched, unit, x_unit);
    recorded->n = n;
    recorded->x = g_new0(double, MAX(n, 1));
    recorded->re = g_new0(double, MAX(n, 1));
    g_ptr_array_add(all, recorded);
    return recorded;
}

static const struct stored_wave *find_wave(const struct stored_point *stored, const char *name)
{
    for (guint w = 0; w < stored->waves->len; w++) {
        const struct stored_wave *wave = stored->waves->pdata[w];
        if (strcmp(wave->name, name) == 0)
            return wave;
    }
    return NULL;
}

static void add_waves(GPtrArray *all, const struct point *point, const struct stored_point *stored)
{
    for (guint w = 0; w < stored->waves->len; w++) {
        const struct stored_wave *wave = stored->waves->pdata[w];
        if (g_str_has_suffix(wave->name, ":im"))
            continue;
        g_autofree char *imaginary = g_strconcat(wave->name, ":im", NULL);
        const struct stored_wave *im = find_wave(stored, imaginary);
        struct recorded *recorded = add(all, point, wave->name, "", wave->unit, bench_scale_unit(point->bench), wave->n);
        memcpy(recorded->x, wave->x, wave->n * sizeof(double));
        memcpy(recorded->re, wave->y, wave->n * sizeof(double));
        recorded->im = im != NULL && im->n == wave->n ? g_memdup2(im->y, MAX(wave->n, 1) * sizeof(double)) : NULL;
        recorded->is_spectrum = point->bench->analysis.kind == ANALYSIS_AC || point->bench->analysis.kind == ANALYSIS_NOISE;
    }
}

/* "[bl=5]", "[v_store=0.3]" or "" of pass o of a measure. */
static char *pass_suffix(const struct bench *bench, const struct measure_spec *spec, const struct measure_result *result, gsize o)
{
    gsize inner = bench_inner_sweeps(bench), n_lines = spec->axis != NULL ? (gsize)(spec->last_line - spec->first_line + 1) : 1;
    gsize n_passes = MAX(result->n_outer / MAX(n_lines, 1), 1);
    GString *suffix = g_string_new(NULL);
    if (spec->axis != NULL)
        g_string_append_printf(suffix, "[%s=%d]", spec->axis, spec->first_line + (int)(o / n_passes));
    if (inner >= 2 && n_passes > 1) {
        const struct sweep *outer = bench->sweeps->pdata[bench->sweeps->len - 2];
        char number[NUMBER_SIZE];
        if (o % n_passes < outer->n)
            g_string_append_printf(suffix, "[%s=%s]", outer->name, number_print(number, outer->values[o % n_passes]));
    }
    return g_string_free(suffix, FALSE);
}

static void add_measure(GPtrArray *all, const struct point *point, const struct measure_spec *spec,
                        const struct measure_result *result)
{
    const struct bench *bench = point->bench;
    gboolean curve = result->n_inner > 1 && bench_inner_sweeps(bench) > 0;
    const struct sweep *inner = curve ? bench->sweeps->pdata[bench->sweeps->len - 1] : NULL;
    for (gsize o = 0; o < result->n_outer; o++) {
        g_autofree char *suffix = pass_suffix(bench, spec, result, o);
        struct recorded *recorded =
            add(all, point, spec->name, suffix, result->unit, curve ? dimension_unit(inner->dimension) : "", result->n_inner);
        recorded->is_number = result->n_inner == 1;
        for (gsize i = 0; i < result->n_inner; i++) {
            recorded->x[i] = curve && i < inner->n ? inner->values[i] : (double)i;
            recorded->re[i] = result->values[o * result->n_inner + i];
        }
    }
}

static void add_measures(GPtrArray *all, const struct point *point, const struct stored_point *stored)
{
    for (guint m = 0; m < stored->measures->len; m++) {
        const struct measure_result *result = stored->measures->pdata[m];
        const struct measure_spec *spec = bench_measure(point->bench, result->name);
        if (spec != NULL)
            add_measure(all, point, spec, result);
    }
}

static void free_recorded(gpointer recorded)
{
    recorded_free(recorded);
}

GPtrArray *record_points(struct flow *flow, const struct plan *plan, GError **error)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(free_recorded);
    gboolean ok = flow_need_store(flow, error);
    for (guint p = 0; ok && p < plan->points->len; p++) {
        const struct planned_point *planned = plan->points->pdata[p];
        struct stored_point *stored = planned->stored ? store_get(flow->store, planned->key, TRUE, error) : NULL;
        ok = stored != NULL;
        if (!ok && (error == NULL || *error == NULL))
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "point %s is not simulated", planned->point->name);
        if (ok && stored->status != SIM_OK) {
            struct recorded *failed = add(all, planned->point, "*", "", "", "", 0);
            failed->reason =
                g_strdup_printf("%s: %s", sim_status_name(stored->status), stored->reason != NULL ? stored->reason : "");
        } else if (ok) {
            add_waves(all, planned->point, stored);
            add_measures(all, planned->point, stored);
        }
        stored_point_free(stored);
    }
    if (ok)
        return all;
    g_ptr_array_unref(all);
    return NULL;
}
