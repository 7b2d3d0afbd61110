/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/energy.c -- what a bench of the design costs, by block, and how long it takes, beside what was published.
 *
 * The energy of a block is the charge that it takes from its sources, integrated by the bench, times the voltage of these: what
 * supplies give, E = V ∫ i dt. What each block is, how many multiplications it serves and what others publish of it says the
 * design.
 */
#include "config.h"

#include <math.h>

#include "characterise/kinds.h"

static const struct characterise_parameter parameters[] = {{NULL, DIMENSION_NONE, 0, 0, 0, FALSE, NULL}};

static const struct entry_kind entries[] = {
    {"energy", "J", "charge that the block takes from its sources in the bench, times their voltage: V ∫ i dt"},
    {"share", "%", "energy of the block over that of all blocks"},
    {"energy_mac", "J", "energy over the multiplications that the block serves"},
    {"published_mac", "J", "energy of a multiplication as the design quotes it"},
    {"over_published", "", "energy_mac over published_mac"},
    {"total", "J", "energy of all blocks"},
    {"latency", "s", "the bench's measure; of one on all lines, the latest"},
    {"published_latency", "s", "the same as the design quotes it"},
    {NULL, NULL, NULL},
};

static gboolean expand(const struct subject *of, struct bench_writer *w, GError **error)
{
    const struct characterise_spec *spec = of->spec;
    const struct bench *benches[] = {spec->bench, spec->check};
    (void)w;
    for (gsize b = 0; b < G_N_ELEMENTS(benches) && benches[b] != NULL; b++)
        if (benches[b]->sweeps->len > 0 || benches[b]->analysis.kind != ANALYSIS_TRAN) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin,
                         "characterise %s: bench %s is not one transient, expected tran without sweeps", spec->name,
                         benches[b]->name);
            return FALSE;
        }
    if (spec->blocks->len + spec->times->len > 0)
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "characterise %s: expected at least one block or time", spec->name);
    return FALSE;
}

/* The numbers of a measure: one, or one a line. */
static const double *measured(const struct readings *readings, const struct bench *bench, const char *name, gsize *n)
{
    const struct measure_spec *measure = bench_measure(bench, name);
    *n = (gsize)(measure->last_line - measure->first_line + 1);
    return reading(readings, bench->name, name, *n);
}

static double block_energy(const struct subject *of, const struct readings *readings, const struct bench *bench,
                           const struct block_spec *block)
{
    double sum_C = 0;
    for (char **charge = block->charges; *charge != NULL; charge++) {
        gsize n;
        const double *q_C = measured(readings, bench, *charge, &n);
        for (gsize i = 0; i < n; i++)
            sum_C += q_C[i];
    }
    return sum_C * (isnan(block->voltage_V) ? of->vdd_V : block->voltage_V);
}

static double latest(const struct readings *readings, const struct bench *bench, const char *name)
{
    gsize n;
    const double *t_s = measured(readings, bench, name, &n);
    double last_s = t_s[0];
    for (gsize i = 1; i < n && !isnan(last_s); i++)
        if (isnan(t_s[i]) || t_s[i] > last_s)
            last_s = t_s[i];
    return last_s;
}

static void check_half(struct sheet *sheet, const struct subject *of, double value, double half)
{
    if (of->spec->check != NULL)
        sheet_check(sheet, "half the time step", 100 * (half / value - 1), 2, "%");
}

static void put_blocks(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    const GPtrArray *blocks = of->spec->blocks;
    double total_J = 0;
    for (guint b = 0; b < blocks->len; b++)
        total_J += block_energy(of, readings, of->spec->bench, blocks->pdata[b]);
    for (guint b = 0; b < blocks->len; b++) {
        const struct block_spec *block = blocks->pdata[b];
        double energy_J = block_energy(of, readings, of->spec->bench, block), mac_J = energy_J / block->macs;
        sheet_put(sheet, "energy", block->name, energy_J);
        check_half(sheet, of, energy_J, of->spec->check != NULL ? block_energy(of, readings, of->spec->check, block) : NAN);
        sheet_put(sheet, "share", block->name, 100 * energy_J / total_J);
        if (isnan(block->macs))
            continue;
        sheet_put(sheet, "energy_mac", block->name, mac_J);
        if (isnan(block->published_J) || isnan(mac_J))
            continue;
        sheet_put(sheet, "published_mac", block->name, block->published_J);
        sheet_put(sheet, "over_published", block->name, mac_J / block->published_J);
    }
    if (blocks->len > 0)
        sheet_put(sheet, "total", NULL, total_J);
}

static void put_times(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    for (guint t = 0; t < of->spec->times->len; t++) {
        const struct time_spec *time = of->spec->times->pdata[t];
        double last_s = latest(readings, of->spec->bench, time->measure);
        sheet_put(sheet, "latency", time->name, last_s);
        check_half(sheet, of, last_s, of->spec->check != NULL ? latest(readings, of->spec->check, time->measure) : NAN);
        if (!isnan(time->published_s) && !isnan(last_s))
            sheet_put(sheet, "published_latency", time->name, time->published_s);
    }
}

static void evaluate(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    put_blocks(of, readings, sheet);
    put_times(of, readings, sheet);
}

const struct characterisation characterise_energy = {
    .name = "energy",
    .title = "Energy and latency",
    .source = "SI definition of energy, E = V ∫ i dt at a constant voltage",
    .of = OF_BENCH,
    .parameters = parameters,
    .entries = entries,
    .expand = expand,
    .evaluate = evaluate,
};
