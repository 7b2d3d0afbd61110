/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/describe.c -- what a reader of the report must know and the design's names do not say: what each measure is. */
#include "config.h"

#include "flow/flow.h"

#include <math.h>
#include <string.h>

#include "measure/measure.h"

#define DIGITS 7

static void add(GString *out, const char *what, const char *value)
{
    g_string_append_printf(out, "%s%s %s", out->len > 0 ? ", " : "", what, value);
}

static void add_quantity(GString *out, const char *what, double value, const char *unit)
{
    if (isnan(value))
        return;
    g_autofree char *text = quantity_print(value, unit, DIGITS);
    add(out, what, text);
}

static void add_crossing(GString *out, const char *which, enum edge edge, int number)
{
    static const char *const edges[] = {[EDGE_EITHER] = NULL, [EDGE_RISE] = "rising", [EDGE_FALL] = "falling"};
    if (edges[edge] != NULL)
        add(out, which, edges[edge]);
    if (number > 1) {
        g_autofree char *count = g_strdup_printf("%d", number);
        add(out, "crossing number", count);
    }
}

static const char *signal_unit(const struct signal *signal)
{
    return signal->kind == SIGNAL_VOLTAGE ? "V" : signal->kind == SIGNAL_CURRENT ? "A" : "V/√Hz";
}

static char *describe_settings(const struct measure_spec *spec, const struct bench *bench)
{
    const char *unit = signal_unit(&spec->of);
    const char *scale = bench->analysis.kind == ANALYSIS_OP ? "" : dimension_unit(bench_scale_dimension(bench));
    GString *out = g_string_new(NULL);
    add_quantity(out, "at", spec->at, scale);
    add_quantity(out, "from", spec->from, scale);
    add_quantity(out, "to", spec->to, scale);
    add_quantity(out, "level", spec->level, unit);
    add_crossing(out, "edge", spec->edge, spec->number);
    if (spec->until.name != NULL)
        add(out, "until", spec->until.name);
    add_quantity(out, "until level", spec->until_level, spec->until.name != NULL ? signal_unit(&spec->until) : unit);
    add_crossing(out, "until edge", spec->until_edge, spec->until_number);
    add_quantity(out, "final value", spec->final, unit);
    add_quantity(out, "band ±", spec->band, unit);
    add_quantity(out, "window", spec->window_s, "s");
    return g_string_free(out, FALSE);
}

static const char *definition(const struct measure_spec *spec, const struct bench *bench)
{
    if (measure_is_pointwise(spec))
        return bench->analysis.kind == ANALYSIS_OP ? "the signal" : "the signal at each point of the scale";
    return spec->kind == MEASURE_VALUE ? "the signal at a position of the scale" : measure_method(spec->kind)->title;
}

struct table *flow_measures_table(const struct bench *bench)
{
    g_autofree char *name = g_strdup_printf("%s_measures", bench->name), *title = g_strdup_printf("What %s measures", bench->name);
    struct table *table = table_new(name, title);
    struct column *measure = table_add_texts(table, "measure"), *of = table_add_texts(table, "signal"),
                  *is = table_add_texts(table, "definition"), *with = table_add_texts(table, "settings");
    gboolean current = FALSE;
    for (guint m = 0; m < bench->measures->len; m++) {
        const struct measure_spec *spec = bench->measures->pdata[m];
        g_autofree char *settings = describe_settings(spec, bench);
        column_push_text(measure, spec->name);
        column_push_text(of, spec->of.name);
        column_push_text(is, definition(spec, bench));
        column_push_text(with, settings);
        current = current || spec->of.kind == SIGNAL_CURRENT;
    }
    if (current)
        table_note(table, "i(port) is positive where the current flows into the cell at the port");
    table_close(table);
    return table;
}
