/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "netlist/part.h"

#include <math.h>

#define LOAD_MOST 16 /* columns that a load column stands for */

int bench_parts(const struct bench *bench)
{
    if (bench->partition == 0)
        return 1;
    return (bench->array->columns + bench->partition - 1) / bench->partition;
}

void part_columns(const struct bench *bench, int part, int *first, int *last)
{
    *first = bench->group != NULL ? bench->group->first : 0;
    *last = bench->group != NULL ? bench->group->last : bench->array != NULL ? bench->array->columns - 1 : 0;
    if (part == PART_NONE)
        return;
    gint64 n = bench->array->columns, parts = bench_parts(bench); /* as equal as can be */
    *first = (int)(n * part / parts);
    *last = (int)(n * (part + 1) / parts) - 1;
}

/* Cuts [*first, *last], the columns that something is about, to those of the part; FALSE if none is left. */
static gboolean cut(const struct bench *bench, int part, int *first, int *last)
{
    int part_first, part_last;
    part_columns(bench, part, &part_first, &part_last);
    *first = MAX(*first, part_first);
    *last = MIN(*last, part_last);
    return *first <= *last;
}

/* Of a signal that is about one column or none. */
static gboolean has(const struct bench *bench, int part, int column)
{
    int first = column, last = column;
    return column == INDEX_NONE ? part == 0 : cut(bench, part, &first, &last);
}

gboolean part_has(const struct bench *bench, int part, const struct signal *signal)
{
    return part == PART_NONE || has(bench, part, signal_column(signal, bench));
}

gboolean part_measure(const struct bench *bench, int part, const struct measure_spec *spec, struct measure_spec *own)
{
    *own = *spec;
    if (part == PART_NONE)
        return TRUE;
    int of = signal_column(&spec->of, bench), until = spec->until.name != NULL ? signal_column(&spec->until, bench) : INDEX_NONE;
    int column = of != INDEX_NONE ? of : until; /* if both are about columns, about the same */
    return column == INDEX_ALL ? cut(bench, part, &own->first_line, &own->last_line) : has(bench, part, column);
}

/* Columns `first` to `last` in load columns of nearly the same size. */
static void add_loads(GArray *loads, int first, int last)
{
    int n = last - first + 1, n_loads = (n + LOAD_MOST - 1) / LOAD_MOST;
    for (int i = 0; i < n_loads; i++) {
        struct load_column load = {first + n * i / n_loads, first + n * (i + 1) / n_loads - 1, 0};
        load.column = (load.first + load.last) / 2;
        g_array_append_val(loads, load);
    }
}

GArray *part_loads(const struct bench *bench, int part)
{
    GArray *loads = g_array_new(FALSE, FALSE, sizeof(struct load_column));
    int first, last;
    part_columns(bench, part, &first, &last);
    if (part != PART_NONE) {
        add_loads(loads, 0, first - 1);
        add_loads(loads, last + 1, bench->array->columns - 1);
    }
    return loads;
}

/* Of t = (v - mean)/σ with skewness g the nodes are the roots of t² - g t - 1. */
int part_quadrature(const double *v_V, gsize n, double nodes_V[2], double weights[2])
{
    double count = (double)n, mean = 0, square = 0, cube = 0;
    for (gsize i = 0; i < n; i++)
        mean += v_V[i] / count;
    for (gsize i = 0; i < n; i++) {
        double d = v_V[i] - mean;
        square += d * d / count;
        cube += d * d * d / count;
    }
    double sigma = sqrt(square);
    nodes_V[0] = mean;
    weights[0] = count;
    if (!(sigma > 1e-9 * fabs(mean)))
        return 1;
    double g = cube / (square * sigma), root = sqrt(g * g / 4 + 1);
    double low = g > 0 ? -1 / (g / 2 + root) : g / 2 - root, high = -1 / low; /* their product is -1 */
    nodes_V[0] = mean + sigma * low;
    nodes_V[1] = mean + sigma * high;
    weights[0] = count * high / (high - low);
    weights[1] = count - weights[0];
    return 2;
}
