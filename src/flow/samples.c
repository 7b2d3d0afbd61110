/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/samples.c -- what the Monte Carlo samples of a bench tell together, condition by condition.
 *
 *     <bench>_statistics   of each number of each measure: mean, σ, quantiles with their intervals (stats/summary.h)
 *     <bench>_split        of each scalar measure: σ that each device's mismatch brings, by regression on the draws (stats/split.h)
 *     <bench>_correlation  of each pair of scalar measures
 *
 * The draws are not stored: they are a function of seed, device and sample (netlist/mismatch.h), so the split knows them without
 * a second source that could differ. Samples are the fastest loop of the points: those of a condition stand together.
 */
#include "config.h"

#include "flow/flow.h"

#include <math.h>
#include <string.h>

#include "measure/measure.h"
#include "netlist/mismatch.h"
#include "stats/split.h"
#include "stats/summary.h"

/* The points of a bench, [n_condition][n_sample]. */
struct sampled {
    const struct bench *bench;
    const GPtrArray *planned, *points;
    gsize n_condition, n_sample;
};

static const struct point *point_of(const struct sampled *sampled, gsize condition, gsize sample)
{
    return ((const struct planned_point *)sampled->planned->pdata[condition * sampled->n_sample + sample])->point;
}

/* Number `index` of a measure in each sample of a condition; NAN where there is none. Newly allocated. */
static double *values_of(const struct sampled *sampled, gsize condition, const struct measure_spec *spec, gsize index)
{
    double *values = g_new(double, sampled->n_sample);
    for (gsize s = 0; s < sampled->n_sample; s++) {
        const struct measure_result *result = stored_measure(sampled->points->pdata[condition * sampled->n_sample + s], spec->name);
        gboolean there = result != NULL && index < result->n_outer * result->n_inner;
        values[s] = there ? result->values[index] : NAN;
    }
    return values;
}

/* Its units stand in a column: a row a measure. */
static struct table *table_begin(const struct sampled *sampled, const char *suffix, const char *title)
{
    g_autofree char *name = g_strdup_printf("%s_%s", sampled->bench->name, suffix),
                    *full = g_strdup_printf("%s: %s", sampled->bench->name, title);
    struct table *table = table_new(name, full);
    add_condition_columns(table, point_of(sampled, 0, 0), FALSE);
    return table;
}

static void table_end(struct flow *flow, const struct sampled *sampled, struct table *table, GPtrArray *tables)
{
    table_note(table, "%d samples a condition, seed %" G_GUINT64_FORMAT "; intervals of %g %% confidence", sampled->bench->axes->samples,
               sampled->bench->axes->seed, 100 * SUMMARY_LEVEL);
    flow_note_provenance(flow, table);
    table_close(table);
    g_ptr_array_add(tables, table);
}

/* --- statistics ------------------------------------------------------------------------------------------------------- */

static void add_estimate(struct table *table, const char *name)
{
    static const char *const ends[] = {"", "_low", "_high"};
    for (int i = 0; i < 3; i++) {
        g_autofree char *column = g_strconcat(name, ends[i], NULL);
        table_add_numbers(table, column, "");
    }
}

static guint push_estimate(struct table *table, guint c, struct estimate estimate)
{
    column_push_number(table->columns->pdata[c++], estimate.value);
    column_push_number(table->columns->pdata[c++], estimate.low);
    column_push_number(table->columns->pdata[c++], estimate.high);
    return c;
}

static guint push_what(struct table *table, const struct sampled *sampled, gsize condition, const struct measure_spec *spec, gsize index)
{
    guint c = push_conditions(table, point_of(sampled, condition, 0), FALSE);
    g_autofree char *at = bench_measure_at(sampled->bench, spec, index);
    column_push_text(table->columns->pdata[c++], spec->name);
    column_push_text(table->columns->pdata[c++], at);
    column_push_text(table->columns->pdata[c++], measured_unit(sampled->points, spec->name));
    return c;
}

static void add_what(struct table *table)
{
    table_add_texts(table, "measure");
    table_add_texts(table, "at");
    table_add_texts(table, "unit");
}

static void push_summary(struct table *table, guint c, const struct summary *s)
{
    column_push_number(table->columns->pdata[c++], (double)s->n);
    column_push_number(table->columns->pdata[c++], (double)s->n_lacking);
    c = push_estimate(table, push_estimate(table, c, s->mean), s->sigma);
    column_push_text(table->columns->pdata[c++], s->sigma_by);
    column_push_number(table->columns->pdata[c++], s->normality.p);
    for (int q = 0; q < SUMMARY_QUANTILE_COUNT; q++)
        c = push_estimate(table, c, s->quantile[q]);
    column_push_number(table->columns->pdata[c++], s->least);
    column_push_number(table->columns->pdata[c++], s->largest);
}

static struct table *statistics_begin(const struct sampled *sampled)
{
    struct table *table = table_begin(sampled, "statistics", "its samples together");
    add_what(table);
    table_add_numbers(table, "samples", "");
    table_add_numbers(table, "lacking", "");
    add_estimate(table, "mean");
    add_estimate(table, "sigma");
    table_add_texts(table, "sigma_by");
    table_add_numbers(table, "normal_p", "");
    for (int q = 0; q < SUMMARY_QUANTILE_COUNT; q++)
        add_estimate(table, summary_quantile_name(q));
    table_add_numbers(table, "least", "");
    table_add_numbers(table, "largest", "");
    table_note(table, "mean: Student's t; sigma: chi-square, or Bonett (2006) where normal_p < %g; normal_p: Anderson-Darling, the chance of as "
                      "odd a sample of a normal distribution; q01 to q99: quantiles, intervals by fractional order statistics (Hutson 1999)",
               SUMMARY_NORMAL_P);
    return table;
}

static void add_statistics(struct flow *flow, const struct sampled *sampled, GPtrArray *tables)
{
    const GPtrArray *specs = sampled->bench->measures;
    struct table *table = statistics_begin(sampled);
    gsize lacking = 0;
    for (gsize condition = 0; condition < sampled->n_condition; condition++)
        for (guint m = 0; m < specs->len; m++) {
            const struct measure_spec *spec = specs->pdata[m];
            gsize n = bench_measure_count(sampled->bench, spec);
            for (gsize i = 0; i < n; i++) {
                g_autofree double *values = values_of(sampled, condition, spec, i);
                struct summary summary = summary_make(sampled->n_sample, values);
                push_summary(table, push_what(table, sampled, condition, spec, i), &summary);
                lacking += summary.n_lacking;
            }
        }
    if (lacking > 0)
        table_note(table, "where samples are lacking, the figures hold for the others only");
    table_end(flow, sampled, table, tables);
}

/* --- split by device ---------------------------------------------------------------------------------------------------- */

static gboolean is_scalar(const struct sampled *sampled, const struct measure_spec *spec)
{
    return bench_measure_count(sampled->bench, spec) == 1;
}

/* Draws of Vt and of the current factor of each device: [n_sample][2·n_device]. Newly allocated. */
static double *draws_of(const struct sampled *sampled, const GPtrArray *devices)
{
    double *z = g_new(double, sampled->n_sample * devices->len * 2), *next = z;
    for (gsize s = 0; s < sampled->n_sample; s++)
        for (guint d = 0; d < devices->len; d++) {
            const struct drawn_device *device = devices->pdata[d];
            struct mismatch_scores score = mismatch_score(sampled->bench->axes->seed, device->path, point_of(sampled, 0, s)->sample);
            *next++ = score.vt;
            *next++ = score.beta;
        }
    return z;
}

/* Those samples that gave a number: values and draws move to the front. */
static gsize drop_lacking(gsize n, gsize k, double *y, double *z)
{
    gsize kept = 0;
    for (gsize i = 0; i < n; i++) {
        if (!isfinite(y[i]))
            continue;
        y[kept] = y[i];
        memmove(z + kept * k, z + i * k, k * sizeof *z);
        kept++;
    }
    return kept;
}

static void push_share(struct table *table, guint c, double variance, double whole)
{
    column_push_number(table->columns->pdata[c++], sqrt(variance));
    column_push_number(table->columns->pdata[c++], whole > 0 ? 100 * variance / whole : NAN);
}

static const struct estimate nothing = {NAN, NAN, NAN};

static void push_split(struct table *table, const struct sampled *sampled, gsize condition, const struct measure_spec *spec,
                       const GPtrArray *devices, const struct split *split)
{
    double rest = split->residual * split->residual, all = split_variance(split, 0, split->k), whole = all + rest;
    for (guint d = 0; d <= devices->len; d++) {
        guint c = push_what(table, sampled, condition, spec, 0);
        gboolean residual = d == devices->len;
        column_push_number(table->columns->pdata[c++], (double)split->n);
        column_push_text(table->columns->pdata[c++],
                         residual ? "residual" : drawn_device_label(devices->pdata[d]));
        c = push_estimate(table, c, residual ? nothing : split_slope(split, 2 * d, SUMMARY_LEVEL));
        c = push_estimate(table, c, residual ? nothing : split_slope(split, 2 * d + 1, SUMMARY_LEVEL));
        push_share(table, c, residual ? rest : split_variance(split, 2 * d, 2), whole);
    }
}

static struct table *split_begin(const struct sampled *sampled)
{
    struct table *table = table_begin(sampled, "split", "its spread by device");
    add_what(table);
    table_add_numbers(table, "samples", "");
    table_add_texts(table, "device");
    add_estimate(table, "by_vt");
    add_estimate(table, "by_beta");
    table_add_numbers(table, "sigma", "");
    table_add_numbers(table, "share", "%");
    table_note(table, "by_vt, by_beta: change with one standard deviation of the device's Vt (weaker) and of its current factor (stronger), "
                      "by linear regression on the draws; sigma: of both; residual: what is not linear in them");
    return table;
}

/* No table where the samples are too few, or nothing is drawn. FALSE: the deck cannot be built. */
static gboolean add_split(struct flow *flow, const struct sampled *sampled, GPtrArray *tables, GError **error)
{
    const GPtrArray *specs = sampled->bench->measures;
    g_autoptr(GPtrArray) devices = deck_devices(point_of(sampled, 0, 0), error);
    if (devices == NULL)
        return FALSE;
    gsize k = 2 * (gsize)devices->len;
    if (k == 0 || sampled->n_sample < k + 3)
        return TRUE;
    g_autofree double *draws = draws_of(sampled, devices), *z = g_new(double, sampled->n_sample * k);
    struct table *table = split_begin(sampled);
    gsize rows = 0;
    for (gsize condition = 0; condition < sampled->n_condition; condition++)
        for (guint m = 0; m < specs->len; m++) {
            const struct measure_spec *spec = specs->pdata[m];
            if (!is_scalar(sampled, spec))
                continue;
            g_autofree double *y = values_of(sampled, condition, spec, 0);
            memcpy(z, draws, sampled->n_sample * k * sizeof *z);
            struct split *split = split_make(drop_lacking(sampled->n_sample, k, y, z), k, y, z, NULL); /* NULL: too few are left */
            if (split != NULL)
                push_split(table, sampled, condition, spec, devices, split);
            rows += split != NULL;
            split_free(split);
        }
    if (rows > 0)
        table_end(flow, sampled, table, tables);
    else
        table_free(table);
    return TRUE;
}

/* --- correlation -------------------------------------------------------------------------------------------------------- */

/* Over the samples that gave both. */
static void push_correlation(struct table *table, const struct sampled *sampled, gsize condition, const struct measure_spec *a,
                             const struct measure_spec *b)
{
    g_autofree double *x = values_of(sampled, condition, a, 0), *y = values_of(sampled, condition, b, 0);
    gsize n = 0;
    for (gsize s = 0; s < sampled->n_sample; s++)
        if (isfinite(x[s]) && isfinite(y[s])) {
            x[n] = x[s];
            y[n++] = y[s];
        }
    guint c = push_conditions(table, point_of(sampled, condition, 0), FALSE);
    column_push_text(table->columns->pdata[c++], a->name);
    column_push_text(table->columns->pdata[c++], b->name);
    column_push_number(table->columns->pdata[c++], (double)n);
    push_estimate(table, c, estimate_correlation(n, x, y, SUMMARY_LEVEL));
}

static void add_correlation(struct flow *flow, const struct sampled *sampled, GPtrArray *tables)
{
    const GPtrArray *specs = sampled->bench->measures;
    struct table *table = table_begin(sampled, "correlation", "correlation of its measures over the samples");
    gsize rows = 0;
    table_add_texts(table, "measure");
    table_add_texts(table, "with");
    table_add_numbers(table, "samples", "");
    add_estimate(table, "correlation");
    table_note(table, "Pearson's; interval by Fisher's z, for normal pairs");
    for (gsize condition = 0; condition < sampled->n_condition; condition++)
        for (guint a = 0; a < specs->len; a++)
            for (guint b = a + 1; b < specs->len; b++)
                if (is_scalar(sampled, specs->pdata[a]) && is_scalar(sampled, specs->pdata[b])) {
                    push_correlation(table, sampled, condition, specs->pdata[a], specs->pdata[b]);
                    rows++;
                }
    if (rows > 0)
        table_end(flow, sampled, table, tables);
    else
        table_free(table);
}

gboolean add_sample_tables(struct flow *flow, const struct bench *bench, const GPtrArray *planned, const GPtrArray *points, GPtrArray *tables,
                           GError **error)
{
    gsize n = (gsize)bench->axes->samples;
    const struct sampled sampled = {bench, planned, points, planned->len / n, n};
    if (bench->measures->len == 0 || bench->characterise != NULL)
        return TRUE;
    add_statistics(flow, &sampled, tables);
    if (!add_split(flow, &sampled, tables, error))
        return FALSE;
    add_correlation(flow, &sampled, tables);
    return TRUE;
}
