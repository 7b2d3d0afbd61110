/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_simulate.c -- gainspice simulate DESIGN.xml: the points that the store lacks. */
#include "config.h"

#include "cli/cli.h"
#include "flow/accuracy.h"

gboolean cmd_simulate(int argc, char **argv, GError **error)
{
    struct common common = {.simulates = TRUE};
    char *bench_name = NULL, *engine = NULL, *site = NULL;
    const GOptionEntry entries[] = {{"bench", 0, 0, G_OPTION_ARG_STRING, &bench_name, "This bench only", "NAME"},
                                    CLI_ENGINE_ENTRIES(&engine, &site),
                                    {0}};
    const char *design;
    const struct bench *bench;
    gboolean ok = cli_parse(argc, argv, entries, &common, "DESIGN.xml", "Simulates the points that are not in the store yet.", 1, &design, error);
    ok = ok && cli_choose_engine(engine, site, &common, error);
    struct flow *flow = ok ? cli_open(design, &common, error) : NULL;
    struct plan *plan = flow != NULL && cli_bench(flow, bench_name, &bench, error) ? flow_plan(flow, bench, error) : NULL;
    ok = plan != NULL && flow_simulate(flow, plan, error);
    if (ok)
        g_print("%" G_GSIZE_FORMAT " points simulated, %" G_GSIZE_FORMAT " were stored, %" G_GSIZE_FORMAT " failed\n", plan_simulated(plan),
                plan->n_stored - plan_simulated(plan), plan->n_failed);
    for (guint c = 0; ok && c < plan->checks->len; c++) {
        const struct plan_check *check = plan->checks->pdata[c];
        g_autofree char *sentence = check_sentence(check);
        g_print("bench %s: %s\n", check->bench->name, sentence);
    }
    for (guint i = 0; ok && i < plan->points->len && plan->n_failed > 0; i++) {
        const struct planned_point *planned = plan->points->pdata[i];
        struct stored_point *stored = planned->status != SIM_OK ? store_get(flow->store, planned->key, FALSE, NULL) : NULL;
        if (stored != NULL)
            g_print("%s (point %s, %s)\n", stored->reason, planned->point->name, sim_status_name(stored->status));
        stored_point_free(stored);
    }
    if (ok && plan->n_failed > 0) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SIMULATOR, "%" G_GSIZE_FORMAT " of %u points failed", plan->n_failed, plan->points->len);
        ok = FALSE;
    }
    plan_free(plan);
    flow_close(flow);
    common_clear(&common);
    g_free(bench_name);
    g_free(engine);
    g_free(site);
    return ok;
}
