/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a plan is divided: every unit that lacks points once, none of the others, and no shard with much more to do than the rest. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "flow/shards.h"
#include "tests/support/check_tap.h"

static struct plan *plan_of(const double *cpu_s, guint n)
{
    struct plan *plan = plan_new();
    for (guint i = 0; i < n; i++) {
        struct planned_point *planned = g_new0(struct planned_point, 1);
        struct plan_unit *unit = g_new0(struct plan_unit, 1);
        planned->stored = isnan(cpu_s[i]);
        unit->n = 1;
        unit->points = g_memdup2(&planned, sizeof planned);
        unit->cpu_s = cpu_s[i];
        g_ptr_array_add(plan->points, planned);
        g_ptr_array_add(plan->units, unit);
    }
    return plan;
}

/* Loads of the shards, and that each has something to do. */
static double heaviest(const struct plan *plan, const guint *shard_of, guint n_shards)
{
    g_autofree double *load_s = g_new0(double, n_shards + 1);
    double most = 0;
    for (guint i = 0; i < plan->units->len; i++) {
        const struct plan_unit *unit = plan->units->pdata[i];
        ck_assert_uint_le(shard_of[i], n_shards);
        ck_assert_int_eq(shard_of[i] == 0, unit->points[0]->stored);
        if (shard_of[i] > 0)
            load_s[shard_of[i]] += unit->cpu_s;
    }
    for (guint s = 1; s <= n_shards; s++) {
        ck_assert(load_s[s] > 0);
        most = fmax(most, load_s[s]);
    }
    return most;
}

START_TEST(the_longest_go_first)
{
    /* in this order the first two would meet in one shard if points were dealt like cards */
    static const double cpu_s[] = {7, NAN, 1, 7, 2, 2, NAN, 3, 6};
    struct plan *plan = plan_of(cpu_s, G_N_ELEMENTS(cpu_s));
    guint n_shards = 2;
    g_autofree guint *shard_of = shards_divide(plan, &n_shards);
    ck_assert_uint_eq(n_shards, 2);
    ck_assert_double_eq(heaviest(plan, shard_of, n_shards), 14); /* of 28 */
    ck_assert_uint_ne(shard_of[0], shard_of[3]);
    plan_free(plan);
}
END_TEST

START_TEST(no_shard_is_empty)
{
    static const double cpu_s[] = {0.3, NAN, 0.7};
    struct plan *plan = plan_of(cpu_s, G_N_ELEMENTS(cpu_s));
    guint n_shards = 16;
    g_autofree guint *shard_of = shards_divide(plan, &n_shards);
    ck_assert_uint_eq(n_shards, 2);
    heaviest(plan, shard_of, n_shards);
    plan_free(plan);
}
END_TEST

START_TEST(shards_weigh_alike)
{
    GRand *random = g_rand_new_with_seed(2385);
    for (int round = 0; round < 200; round++) {
        guint n = (guint)g_rand_int_range(random, 20, 400), n_shards = (guint)g_rand_int_range(random, 1, 20);
        g_autofree double *cpu_s = g_new(double, n);
        double sum_s = 0, longest_s = 0;
        for (guint i = 0; i < n; i++) {
            cpu_s[i] = i % 7 == 3 ? NAN : exp(g_rand_double_range(random, -6, 2));
            sum_s += isnan(cpu_s[i]) ? 0 : cpu_s[i];
            longest_s = fmax(longest_s, isnan(cpu_s[i]) ? 0 : cpu_s[i]);
        }
        struct plan *plan = plan_of(cpu_s, n);
        g_autofree guint *shard_of = shards_divide(plan, &n_shards), *again = shards_divide(plan, &n_shards);
        double best_s = fmax(sum_s / n_shards, longest_s);
        ck_assert_double_le(heaviest(plan, shard_of, n_shards), 4.0 / 3 * best_s);
        ck_assert_int_eq(memcmp(shard_of, again, n * sizeof *again), 0);
        plan_free(plan);
    }
    g_rand_free(random);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shards");
    TCase *t = tcase_create("shards");
    tcase_add_test(t, the_longest_go_first);
    tcase_add_test(t, no_shard_is_empty);
    tcase_add_test(t, shards_weigh_alike);
    suite_add_tcase(s, t);
    return s;
}

TAP_MAIN(suite)
