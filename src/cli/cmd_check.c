/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_check.c -- gainspice check DESIGN.xml: what would run, and for how long. */
#include "config.h"

#include "cli/cli.h"
#include "flow/accuracy.h"

/* One row a bench: points, of which stored, scale points of a deck if known, expected CPU time. */
static struct table *plan_table(const struct flow *flow, const struct plan *plan)
{
    struct table *table = table_new("plan", "What would run");
    struct column *bench = table_add_texts(table, "bench"), *cell = table_add_texts(table, "cell"), *kind = table_add_texts(table, "analysis"),
                  *points = table_add_numbers(table, "points", ""), *stored = table_add_numbers(table, "stored", ""),
                  *decks = table_add_numbers(table, "decks to run", ""), *cpu = table_add_numbers(table, "estimated CPU", "s");
    for (guint b = 0; b < flow->design->benches->len; b++) {
        const struct bench *one = flow->design->benches->pdata[b];
        gsize n = 0, n_stored = 0, n_decks = 0;
        double cpu_s = 0;
        for (guint p = 0; p < plan->points->len; p++) {
            const struct planned_point *planned = plan->points->pdata[p];
            n += planned->point->bench == one;
            n_stored += planned->point->bench == one && planned->stored;
        }
        for (guint u = 0; u < plan->units->len; u++) {
            const struct plan_unit *unit = plan->units->pdata[u];
            gboolean runs = unit->points[0]->point->bench == one && unit_missing(unit) > 0;
            n_decks += runs;
            cpu_s += runs ? unit->cpu_s : 0;
        }
        column_push_text(bench, one->name);
        column_push_text(cell, one->cell->name);
        column_push_text(kind, analysis_name(one->analysis.kind));
        column_push_number(points, (double)n);
        column_push_number(stored, (double)n_stored);
        column_push_number(decks, (double)n_decks);
        column_push_number(cpu, cpu_s);
    }
    table_close(table);
    return table;
}

gboolean cmd_check(int argc, char **argv, GError **error)
{
    struct common common = {.looks_only = TRUE};
    const char *design;
    gboolean ok = cli_parse(argc, argv, NULL, &common, "DESIGN.xml", "Checks the design and prints what would run; simulates nothing.", 1, &design,
                            error);
    struct flow *flow = ok ? cli_open(design, &common, error) : NULL;
    struct plan *plan = flow != NULL ? flow_plan(flow, NULL, error) : NULL;
    ok = plan != NULL;
    if (ok) {
        g_autoptr(GString) out = g_string_new(NULL);
        struct table *table = plan_table(flow, plan);
        table_to_text(table, out, 4, 0);
        table_free(table);
        for (guint c = 0; c < plan->checks->len; c++) {
            const struct plan_check *check = plan->checks->pdata[c];
            g_autofree char *sentence = check_sentence(check);
            g_string_append_printf(out, "bench %s: %s\n", check->bench->name, sentence);
        }
        g_string_append_printf(out, "%s: good; %u points, %" G_GSIZE_FORMAT " to simulate", flow->design->file, plan->points->len, plan->n_missing);
        if (plan->n_missing > 0)
            g_string_append_printf(out, plan->missing_cpu_s < 10 ? ", %s %.2g s of CPU time" : ", %s %.0f s of CPU time",
                                   plan->is_rough ? "roughly" : "about", plan->missing_cpu_s);
        g_string_append(out, plan->is_rough ? " (by the size of the decks: not all benches have run here)\n" : "\n");
        ok = cli_output(NULL, out->str, out->len, error);
    }
    plan_free(plan);
    flow_close(flow);
    common_clear(&common);
    return ok;
}
