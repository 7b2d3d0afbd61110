/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/bench_store.c -- fills a design's store without simulating: every missing point gets a number for each measure.
 *
 *     bench_store DESIGN.xml RESULTS
 *
 * The numbers are of no circuit; what is asked of the store afterwards costs what it costs with true ones.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "flow/flow.h"
#include "sim/pool.h"

static void must(gboolean ok, const GError *error)
{
    if (ok)
        return;
    g_printerr("bench_store: %s\n", error != NULL ? error->message : "failed");
    exit(EXIT_FAILURE);
}

static void free_result(gpointer result)
{
    measure_result_free(result);
}

static void put(struct flow *flow, const struct planned_point *planned, double value)
{
    GError *error = NULL;
    g_autofree char *cost = flow_cost_class(planned->point->bench, planned->point->accuracy);
    struct stored_point stored = {
        .key = planned->key,
        .name = planned->point->name,
        .bench = cost,
        .status = SIM_OK,
        .ngspice = flow->ngspice,
        .cpu_s = 1e-3,
        .measures = g_ptr_array_new_with_free_func(free_result),
    };
    for (guint m = 0; m < planned->point->bench->measures->len; m++) {
        struct measure_result *result = g_new0(struct measure_result, 1);
        result->name = g_strdup(((const struct measure_spec *)planned->point->bench->measures->pdata[m])->name);
        result->unit = g_strdup("V");
        result->n_outer = result->n_inner = 1;
        result->values = g_new(double, 1);
        result->values[0] = value;
        g_ptr_array_add(stored.measures, result);
    }
    must(store_put(flow->store, &stored, &error), error);
    g_ptr_array_unref(stored.measures);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "worker") == 0) /* the flow asks itself which ngspice there is */
        return worker_main(0, 1);
    if (argc != 3) {
        g_printerr("bench_store DESIGN.xml RESULTS\n");
        return EXIT_FAILURE;
    }
    GError *error = NULL;
    struct flow_options options = {.results = argv[2]};
    struct flow *flow = flow_open(argv[1], &options, &error);
    must(flow != NULL, error);
    struct plan *plan = flow_plan(flow, NULL, &error);
    must(plan != NULL, error);
    for (guint p = 0; p < plan->points->len; p++) {
        const struct planned_point *planned = plan->points->pdata[p];
        if (!planned->stored)
            put(flow, planned, 0.2385 + 1e-6 * p);
    }
    plan_free(plan);
    flow_close(flow);
    return EXIT_SUCCESS;
}
