/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/support/simulate.h -- one point by the libngspice of this process, from its deck to its measures; after ngspice_start(). */
#ifndef GAINSPICE_TESTS_SIMULATE_H
#define GAINSPICE_TESTS_SIMULATE_H

#include "measure/measure.h"
#include "sim/ngspice.h"
#include "sim/sim.h"
#include "tests/support/check_tap.h"

/* The results of a bench's measures at one point, in their order. */
static inline GPtrArray *simulate_point(const struct point *point)
{
    GError *error = NULL;
    struct deck *deck = deck_build(point, &error);
    ck_ok(deck != NULL, error);
    g_autofree char *text = deck_text(deck, NULL);
    GString *log = g_string_new(NULL);
    struct sim_result result = {.plots = ngspice_run(text, 0, log)};
    ck_assert(result.plots != NULL);
    result.log = g_string_free(log, FALSE);
    sim_judge(&result, deck);
    ck_assert_msg(result.status == SIM_OK, "%s: %s", point->name, result.reason);
    GPtrArray *results = g_ptr_array_new_with_free_func((GDestroyNotify)measure_result_free);
    for (guint i = 0; i < point->bench->measures->len; i++) {
        struct measure_result *measured = NULL;
        ck_ok(measure_run(point->bench->measures->pdata[i], deck, result.plots, &measured, &error), error);
        ck_assert_msg(measured->reason == NULL, "%s", measured->reason);
        g_ptr_array_add(results, measured);
    }
    g_ptr_array_unref(result.plots);
    g_free(result.log);
    deck_free(deck);
    return results;
}

#endif
