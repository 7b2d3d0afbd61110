/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packs give what their points give alone; what they cost in accuracy is measured, judged and told; what fails in a pack fails
 * alone. This program is its own worker. */
#include "config.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/files.h"
#include "flow/accuracy.h"
#include "flow/engine.h"
#include "sim/pool.h"
#include "tests/support/check_tap.h"
#include "tests/support/scratch.h"

static char *folder;

static void make_folder(void)
{
    folder = g_dir_make_tmp("gainspice-accuracy-XXXXXX", NULL);
}

static void remove_folder(void)
{
    remove_tree(folder);
    g_clear_pointer(&folder, g_free);
}

/* The design with its own accuracies, or all as exact; results in a folder of their own. */
static struct flow *open_packs(const char *results, gboolean exact)
{
    GError *error = NULL;
    g_autofree char *path = source_path("tests/flow/packs.xml"), *own = g_build_filename(folder, results, NULL);
    struct flow_options options = {.results = own, .sets_accuracy = exact, .accuracy = ACCURACY_EXACT, .timeout_s = 60, .workers = 2};
    struct flow *flow = flow_open(path, &options, &error);
    ck_ok(flow != NULL, error);
    return flow;
}

static struct plan *plan_of(struct flow *flow, const char *bench)
{
    GError *error = NULL;
    struct plan *plan = flow_plan(flow, design_bench(flow->design, bench), &error);
    ck_ok(plan != NULL, error);
    return plan;
}

static struct plan *simulated(struct flow *flow, const char *bench)
{
    GError *error = NULL;
    struct plan *plan = plan_of(flow, bench);
    ck_ok(flow_simulate(flow, plan, &error), error);
    ck_assert_uint_eq(plan->n_missing, 0);
    ck_assert_uint_eq(plan->n_references_missing, 0);
    return plan;
}

static struct stored_point *stored_of(struct flow *flow, const struct planned_point *planned)
{
    GError *error = NULL;
    struct stored_point *stored = store_get(flow->store, planned->key, TRUE, &error);
    ck_ok(stored != NULL, error);
    return stored;
}

/* A quarter of a percent of the largest value: alone and packed, both runs lie within a few of exact's reltol of the truth. */
static void compare(const struct stored_point *exact, const struct stored_point *packed, const double *scale)
{
    ck_assert_uint_eq(exact->measures->len, packed->measures->len);
    for (guint m = 0; m < exact->measures->len; m++) {
        const struct measure_result *a = exact->measures->pdata[m], *b = packed->measures->pdata[m];
        ck_assert_uint_eq(a->n_outer * a->n_inner, b->n_outer * b->n_inner);
        for (gsize i = 0; i < a->n_outer * a->n_inner; i++)
            ck_assert_msg(fabs(a->values[i] - b->values[i]) <= 2.5e-3 * scale[m], "%s of %s: %.9g alone, %.9g packed, scale %g", a->name,
                          exact->name, a->values[i], b->values[i], scale[m]);
    }
}

static void take_scale(const struct stored_point *stored, double *scale)
{
    for (guint m = 0; m < stored->measures->len; m++) {
        const struct measure_result *a = stored->measures->pdata[m];
        for (gsize i = 0; i < a->n_outer * a->n_inner; i++)
            scale[m] = fmax(scale[m], fabs(a->values[i]));
    }
}

static const struct {
    const char *bench;
    guint n_points, n_units;
} analyses[] = {
    {"op", 27, 2},    /* 16 at most: 13 and 14 */
    {"dc", 3, 1},     /* the last two sweeps are ngspice's */
    {"write", 18, 2},
    {"ac", 5, 1},
};

START_TEST(a_pack_gives_what_its_points_give_alone)
{
    const char *bench = analyses[_i].bench;
    struct flow *exact = open_packs("exact", TRUE), *packed = open_packs("packed", FALSE);
    struct plan *plan_exact = simulated(exact, bench), *plan_packed = simulated(packed, bench);
    ck_assert_uint_eq(plan_exact->points->len, analyses[_i].n_points);
    ck_assert_uint_eq(plan_exact->units->len, analyses[_i].n_points);
    ck_assert_uint_eq(plan_packed->units->len, analyses[_i].n_units);
    double scale[8] = {0};
    g_autoptr(GPtrArray) alone = g_ptr_array_new_with_free_func((GDestroyNotify)stored_point_free);
    for (guint p = 0; p < plan_exact->points->len; p++) {
        struct stored_point *stored = stored_of(exact, plan_exact->points->pdata[p]);
        ck_assert_int_eq(stored->status, SIM_OK);
        take_scale(stored, scale);
        g_ptr_array_add(alone, stored);
    }
    for (guint p = 0; p < plan_exact->points->len; p++) {
        struct stored_point *stored = stored_of(packed, plan_packed->points->pdata[p]);
        compare(alone->pdata[p], stored, scale);
        stored_point_free(stored);
    }
    ck_assert_int_eq(plan_check_of(plan_packed, design_bench(packed->design, bench))->verdict, CHECK_SKIPPED);
    plan_free(plan_exact);
    plan_free(plan_packed);
    flow_close(exact);
    flow_close(packed);
}
END_TEST

/* Every unit's keys, in order. */
static char *keys_of(const struct plan *plan)
{
    GString *text = g_string_new(NULL);
    for (guint p = 0; p < plan->points->len; p++)
        g_string_append_printf(text, "%s\n", ((const struct planned_point *)plan->points->pdata[p])->key);
    return g_string_free(text, FALSE);
}

START_TEST(what_is_stored_moves_nobody_to_another_pack)
{
    GError *error = NULL;
    struct flow *flow = open_packs("results", FALSE);
    struct plan *plan = simulated(flow, "write");
    g_autofree char *keys = keys_of(plan);
    for (guint p = 0; p < plan->points->len; p += 3)
        ck_ok(store_drop(flow->store, ((const struct planned_point *)plan->points->pdata[p])->key, &error), error);
    plan_free(plan);
    plan = plan_of(flow, "write");
    ck_assert_uint_eq(plan->n_missing, 6);
    g_autofree char *again = keys_of(plan);
    ck_assert_str_eq(again, keys);
    plan_free(plan);
    flow_close(flow);
}
END_TEST

START_TEST(a_check_measures_the_error_and_is_kept)
{
    struct flow *flow = open_packs("results", FALSE), *exact = open_packs("exact", TRUE);
    struct plan *plan = simulated(flow, "checked"), *plan_alone = simulated(exact, "checked");
    const struct plan_check *check = plan->checks->pdata[0];
    ck_assert_int_eq(check->verdict, CHECK_PASSED);
    ck_assert_uint_eq(check->n_compared, 5); /* one of eight */
    ck_assert_uint_eq(check->differences->len, 2);
    const struct difference *measure = check->differences->pdata[0], *wave = check->differences->pdata[1];
    ck_assert(!measure->is_wave && wave->is_wave);
    /* the largest difference over the pilots, from what both stores hold */
    double largest = 0, low = INFINITY, high = -(double)INFINITY;
    for (guint i = 0; i < check->pilots->len; i++) {
        const struct planned_point *pilot = check->pilots->pdata[i];
        for (guint p = 0; p < plan->points->len; p++)
            if (plan->points->pdata[p] == pilot) {
                struct stored_point *a = stored_of(flow, pilot), *b = stored_of(exact, plan_alone->points->pdata[p]);
                double x = ((const struct measure_result *)a->measures->pdata[0])->values[0];
                double y = ((const struct measure_result *)b->measures->pdata[0])->values[0];
                largest = fmax(largest, fabs(x - y));
                low = fmin(low, y);
                high = fmax(high, y);
                stored_point_free(a);
                stored_point_free(b);
            }
    }
    ck_assert_double_gt(largest, 0);
    ck_assert_double_eq(measure->largest, largest);
    ck_assert_double_eq(measure->span, high - low);
    ck_assert_double_eq_tol(measure->allowed, 0.01 * (high - low), 1e-15);
    ck_assert_double_gt(wave->largest, 0);
    ck_assert(isnan(wave->allowed));
    g_autofree char *said = check_sentence(check);
    plan_free(plan);
    plan = plan_of(flow, "checked");
    ck_assert_uint_eq(plan->n_missing, 0);
    ck_assert_int_eq(((const struct plan_check *)plan->checks->pdata[0])->verdict, CHECK_PASSED);
    g_autofree char *again = check_sentence(plan->checks->pdata[0]);
    ck_assert_str_eq(again, said);
    struct table *table = flow_accuracy_table(flow, plan);
    ck_assert_uint_eq(table->n_rows, 2);
    ck_assert_double_eq(g_array_index(table_column(table, "largest difference")->numbers, double, 0), largest);
    table_free(table);
    plan_free(plan);
    plan_free(plan_alone);
    flow_close(flow);
    flow_close(exact);
}
END_TEST

START_TEST(a_bench_beyond_its_tolerance_is_exact)
{
    struct flow *flow = open_packs("results", FALSE), *exact = open_packs("exact", TRUE);
    struct plan *plan = simulated(flow, "refused"), *plan_alone = plan_of(exact, "refused");
    const struct plan_check *check = plan->checks->pdata[0];
    ck_assert_int_eq(check->verdict, CHECK_FAILED);
    ck_assert(g_str_has_prefix(check->reason, "v_written differs by "));
    ck_assert(g_str_has_suffix(check->reason, ", allowed are 1 nV"));
    g_autofree char *keys = keys_of(plan), *exact_keys = keys_of(plan_alone);
    ck_assert_str_eq(keys, exact_keys);
    ck_assert_uint_eq(plan_simulated(plan), 36); /* the pilots' exact runs are points now */
    plan_free(plan);
    plan = plan_of(flow, "refused"); /* and stays so */
    ck_assert_uint_eq(plan->n_missing, 0);
    g_autofree char *again = keys_of(plan);
    ck_assert_str_eq(again, exact_keys);
    plan_free(plan);
    plan_free(plan_alone);
    flow_close(flow);
    flow_close(exact);
}
END_TEST

START_TEST(a_pack_that_fails_is_broken_up)
{
    GError *error = NULL;
    struct flow *flow = open_packs("results", FALSE);
    struct plan *plan = plan_of(flow, "write");
    ck_assert_uint_eq(plan->units->len, 2);
    struct plan_unit *unit = plan->units->pdata[0];
    gsize n = unit->n;
    g_autofree char *key = g_strdup(unit->key), *before = keys_of(plan);
    ck_ok(plan_break(flow, plan, unit, SIM_TIMEOUT, "it was too slow", &error), error);
    ck_assert(unit->is_void);
    ck_assert_uint_eq(plan->units->len, 2 + n);
    ck_ok(flow_simulate(flow, plan, &error), error);
    ck_assert_uint_eq(plan->n_stored, 18);
    ck_assert_uint_eq(plan->n_failed, 0);
    g_autofree char *keys = keys_of(plan), *why = store_get_document(flow->store, "pack", key, key, &error);
    ck_assert_str_ne(keys, before);
    ck_assert_str_eq(why, "timeout: it was too slow\n");
    plan_free(plan);
    plan = plan_of(flow, "write"); /* another run meets the same points */
    g_autofree char *again = keys_of(plan);
    ck_assert_str_eq(again, keys);
    ck_assert_uint_eq(plan->n_missing, 0);
    plan_free(plan);
    flow_close(flow);
}
END_TEST

/* A process that simulates some points makes the packs that they are in, and simulates those points only. */
START_TEST(a_part_of_a_plan_has_the_same_packs)
{
    GError *error = NULL;
    struct flow *whole = open_packs("whole", FALSE), *part = open_packs("part", FALSE);
    struct plan *plan = simulated(whole, "checked");
    part->only = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint p = 3; p < plan->points->len; p += 7) {
        const struct planned_point *planned = plan->points->pdata[p];
        g_hash_table_insert(part->only, g_strdup(planned->point->name), g_strdup(planned->key));
    }
    struct plan *own = plan_of(part, "checked");
    ck_assert_uint_eq(own->checks->len, 0);
    ck_assert_uint_eq(own->n_missing, g_hash_table_size(part->only));
    ck_ok(flow_simulate(part, own, &error), error);
    for (guint p = 0; p < own->points->len; p++) {
        const struct planned_point *planned = own->points->pdata[p];
        ck_assert_int_eq(planned->elsewhere, p % 7 != 3);
        if (planned->elsewhere)
            continue;
        struct stored_point *a = stored_of(whole, plan->points->pdata[p]), *b = stored_of(part, planned);
        double x = ((const struct measure_result *)a->measures->pdata[0])->values[0];
        ck_assert_double_eq(x, ((const struct measure_result *)b->measures->pdata[0])->values[0]);
        stored_point_free(a);
        stored_point_free(b);
    }
    plan_free(own);
    plan_free(plan);
    flow_close(whole);
    flow_close(part);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("accuracy");
    TCase *t = tcase_create("accuracy");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_add_loop_test(t, a_pack_gives_what_its_points_give_alone, 0, (int)G_N_ELEMENTS(analyses));
    tcase_add_test(t, what_is_stored_moves_nobody_to_another_pack);
    tcase_add_test(t, a_check_measures_the_error_and_is_kept);
    tcase_add_test(t, a_bench_beyond_its_tolerance_is_exact);
    tcase_add_test(t, a_pack_that_fails_is_broken_up);
    tcase_add_test(t, a_part_of_a_plan_has_the_same_packs);
    suite_add_tcase(s, t);
    return s;
}

/* The pool starts this program as its worker. */
TAP_WORKER_MAIN(suite)
