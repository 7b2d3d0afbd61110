/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splitting a variance over its parameters: exact where y is linear in them, and its intervals by coverage. */
#include "config.h"

#include "stats/random.h"
#include "stats/split.h"
#include "tests/support/check_tap.h"

enum { K = 3, N = 64 };

static void draw(double *z, gsize n, guint64 repeat)
{
    static const char *const streams[K] = {"split/a", "split/b", "split/c"};
    for (gsize i = 0; i < n; i++)
        for (gsize j = 0; j < K; j++)
            z[i * K + j] = random_normal(7, streams[j], repeat * n + i);
}

START_TEST(a_linear_quantity_leaves_no_residual)
{
    double z[N * K], y[N];
    draw(z, N, 0);
    for (gsize i = 0; i < N; i++) /* as small as currents are, on a large mean */
        y[i] = 1e-6 + 2.385e-8 * z[i * K] - 1e-9 * z[i * K + 2];
    GError *error = NULL;
    struct split *split = split_make(N, K, y, z, &error);
    ck_ok(split != NULL, error);
    ck_assert_double_eq_tol(split->mean, 1e-6, 1e-18);
    ck_assert_double_eq_tol(split->slope[0], 2.385e-8, 1e-20);
    ck_assert_double_eq_tol(split->slope[1], 0, 1e-20);
    ck_assert_double_eq_tol(split->slope[2], -1e-9, 1e-20);
    ck_assert(split->residual < 1e-20);
    ck_assert_double_eq_tol(sqrt(split_variance(split, 0, K)), hypot(2.385e-8, 1e-9), 1e-19);
    split_free(split);
}
END_TEST

START_TEST(slopes_and_residual_are_covered)
{
    double z[N * K], y[N], truth[K] = {1, 0, -0.3}, variance = 0, residual = 0;
    int covered = 0, sigma = 0, repeats = 4000;
    for (guint64 r = 0; r < (guint64)repeats; r++) {
        draw(z, N, r);
        for (gsize i = 0; i < N; i++) {
            y[i] = 0.5 * random_normal(7, "split/noise", r * N + i);
            for (gsize j = 0; j < K; j++)
                y[i] += truth[j] * z[i * K + j];
        }
        struct split *split = split_make(N, K, y, z, NULL);
        for (gsize j = 0; j < K; j++) {
            struct estimate e = split_slope(split, j, 0.95);
            covered += e.low <= truth[j] && truth[j] <= e.high;
        }
        struct estimate both = split_sigma(split, 0, 3, 0.95);
        sigma += both.low <= sqrt(1.09) && sqrt(1.09) <= both.high;
        variance += split_variance(split, 2, 1) / repeats;
        residual += split->residual * split->residual / repeats;
        split_free(split);
    }
    ck_assert_msg(covered > 0.94 * 3 * repeats && covered < 0.96 * 3 * repeats, "%d of %d", covered, 3 * repeats);
    ck_assert_msg(sigma > 0.935 * repeats && sigma < 0.965 * repeats, "sigma: %d of %d", sigma, repeats);
    ck_assert_double_eq_tol(variance, 0.09, 0.003); /* the square of an estimate, without its bias of 0.004 */
    ck_assert_double_eq_tol(residual, 0.25, 0.003);
}
END_TEST

/* e = z₀ z₁, as of a current that is a factor times an overdrive: the textbook's errors of b₀ and b₁ are √3 too small. */
START_TEST(slopes_are_covered_where_parameters_act_together)
{
    enum { MANY = 240 };
    double z[MANY * K], y[MANY], truth[K] = {1, -0.4, 0};
    int covered[K] = {0}, repeats = 2000;
    for (guint64 r = 0; r < (guint64)repeats; r++) {
        draw(z, MANY, r);
        for (gsize i = 0; i < MANY; i++)
            y[i] = truth[0] * z[i * K] + truth[1] * z[i * K + 1] + 0.3 * z[i * K] * z[i * K + 1];
        struct split *split = split_make(MANY, K, y, z, NULL);
        for (gsize j = 0; j < K; j++) {
            struct estimate e = split_slope(split, j, 0.95);
            covered[j] += e.low <= truth[j] && truth[j] <= e.high;
        }
        split_free(split);
    }
    for (int j = 0; j < K; j++)
        ck_assert_msg(covered[j] > 0.935 * repeats && covered[j] < 0.965 * repeats, "%d: %d of %d", j, covered[j], repeats);
}
END_TEST

START_TEST(what_cannot_be_told_apart_is_refused)
{
    double z[N * K], y[N];
    draw(z, N, 1);
    for (gsize i = 0; i < N; i++) {
        y[i] = z[i * K];
        z[i * K + 1] = 2 * z[i * K];
    }
    GError *error = NULL;
    ck_fails(split_make(5, K, y, z, &error) != NULL, error, "5 samples cannot be split over 3 parameters, expected 6 or more");
    ck_fails(split_make(N, K, y, z, &error) != NULL, error,
             "the draws of 3 parameters span 2 dimensions: they cannot be told apart");
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("split");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_test(all, a_linear_quantity_leaves_no_residual);
    tcase_add_test(all, slopes_and_residual_are_covered);
    tcase_add_test(all, slopes_are_covered_where_parameters_act_together);
    tcase_add_test(all, what_cannot_be_told_apart_is_refused);
    suite_add_tcase(suite, all);
    return suite;
}

TAP_MAIN(make_suite)
