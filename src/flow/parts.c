/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flow/parts.h"

#include <string.h>

static GPtrArray *plot_of(const GPtrArray *plots, guint part)
{
    GPtrArray *own = g_ptr_array_new();
    g_ptr_array_add(own, plots->pdata[part]);
    return own;
}

/* Puts the values of a part's lines behind those that are there; takes `part`. */
static void append_lines(struct measure_result **whole, struct measure_result *part)
{
    struct measure_result *w = *whole;
    if (w == NULL) {
        *whole = part;
        return;
    }
    gsize have = w->n_outer * w->n_inner, more = part->n_outer * part->n_inner;
    w->values = g_renew(double, w->values, have + more);
    memcpy(w->values + have, part->values, more * sizeof *part->values);
    w->n_outer += part->n_outer;
    if (w->reason == NULL)
        w->reason = g_steal_pointer(&part->reason);
    measure_result_free(part);
}

gboolean parts_measure(const struct measure_spec *spec, const struct deck *deck, const GPtrArray *plots,
                       struct measure_result **result, GError **error)
{
    struct measure_result *whole = NULL;
    if (deck->parts == NULL)
        return measure_run(spec, deck, plots, result, error);
    for (guint p = 0; p < deck->parts->len; p++) {
        struct measure_spec own;
        struct measure_result *made = NULL;
        if (!part_measure(deck->bench, (int)p, spec, &own))
            continue;
        g_autoptr(GPtrArray) plot = plot_of(plots, p);
        if (!measure_run(&own, deck->parts->pdata[p], plot, &made, error)) {
            measure_result_free(whole);
            return FALSE;
        }
        append_lines(&whole, made);
    }
    *result = whole;
    return TRUE;
}

const struct deck *parts_with(const struct deck *deck, const GPtrArray *plots, const struct signal *signal, GPtrArray **own)
{
    guint p = 0;
    *own = NULL;
    if (deck->parts == NULL)
        return deck;
    while (p + 1 < deck->parts->len && !part_has(deck->bench, (int)p, signal))
        p++;
    *own = plot_of(plots, p);
    return deck->parts->pdata[p];
}
