/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "fit/nonlinear.h"
#include "stats/random.h"
#include "tests/fit/nist_nonlinear.h"
#include "tests/support/check_tap.h"

static double nist_value(void *user, gsize i, const double *p, double *slope)
{
    const struct nist_problem *problem = user;
    return problem->value(problem->x[i], p, slope);
}

static double digits(double value, double truth)
{
    return value == truth ? 15 : fmin(15, -log10(fabs(value / truth - 1)));
}

/* The fewest digits of the parameters; *of_sd those of their standard deviations. */
static double solve(const struct nist_problem *problem, int start, int starts, double *of_sd, struct nonlinear_result *result)
{
    struct nonlinear_parameter table[NIST_MAX_PARAMETERS] = {0};
    for (int k = 0; k < problem->n_parameters; k++)
        table[k] = (struct nonlinear_parameter){"b", problem->start[start][k], -INFINITY, INFINITY, FALSE};
    struct nonlinear_problem what = {.n = (gsize)problem->n, .n_parameters = (gsize)problem->n_parameters, .parameters = table,
                                     .y = problem->y, .value = nist_value, .user = (void *)(guintptr)problem, .starts = starts, .seed = 3};
    GError *error = NULL;
    ck_ok(nonlinear_fit(&what, result, &error), error);
    double fewest = 15;
    *of_sd = 15;
    for (int k = 0; k < problem->n_parameters; k++) {
        fewest = fmin(fewest, digits(result->p[k], problem->certified[k]));
        *of_sd = fmin(*of_sd, digits(sqrt(result->covariance[k * problem->n_parameters + k]), problem->sd[k]));
    }
    return fewest;
}

START_TEST(nist_problems_to_six_digits)
{
    const struct nist_problem *problem = &nist_problems[_i / 2];
    struct nonlinear_result result;
    double of_sd, of_p = solve(problem, _i % 2, 1, &of_sd, &result);
    if (g_getenv("VERBOSE") != NULL)
        g_printerr("%-9s %-8s start %d: parameters %.1f digits, deviations %.1f, %d of %d runs agree\n", problem->name,
                   problem->difficulty, _i % 2 + 1, of_p, of_sd, result.n_agree, result.n_runs);
    ck_assert_msg(of_p >= 6 && of_sd >= 5 && result.converged, "%s from start %d: %.1f digits of parameters, %.1f of deviations",
                  problem->name, _i % 2 + 1, of_p, of_sd);
    ck_assert_double_ge(digits(result.rss, problem->rss), 6);
    nonlinear_result_clear(&result);
}
END_TEST

START_TEST(nist_slopes_are_those_of_the_values)
{
    for (gsize k = 0; k < G_N_ELEMENTS(nist_problems); k++) {
        const struct nist_problem *problem = &nist_problems[k];
        double b[NIST_MAX_PARAMETERS], slope[NIST_MAX_PARAMETERS], none[NIST_MAX_PARAMETERS];
        memcpy(b, problem->certified, sizeof b);
        for (int i = 0; i < problem->n_parameters; i++) {
            double h = 1e-5 * fabs(b[i]), x = problem->x[problem->n / 2];
            problem->value(x, b, slope);
            b[i] += h;
            double up = problem->value(x, b, none);
            b[i] -= 2 * h;
            double down = problem->value(x, b, none);
            b[i] = problem->certified[i];
            ck_assert_double_eq_tol((up - down) / (2 * h), slope[i], 1e-6 * fabs(slope[i]) + 1e-9 * fabs(up / h));
        }
    }
}
END_TEST

/* y = p0·(1 − e^(−p1 x)), noise in some points, weights that know of it. */
struct line {
    const double *x;
};

static double rise_value(void *user, gsize i, const double *p, double *slope)
{
    return rise(((const struct line *)user)->x[i], p, slope);
}

static void fit_rise(const double *x, const double *y, const double *weight, gsize n, double low, double high, int starts,
                     struct nonlinear_result *result)
{
    struct line line = {x};
    struct nonlinear_parameter table[2] = {{"p0", 1, 0.01, 100, TRUE}, {"p1", 0.9 * high, low, high, FALSE}};
    struct nonlinear_problem what = {.n = n, .n_parameters = 2, .parameters = table, .y = y, .weight = weight, .value = rise_value,
                                     .user = &line, .starts = starts, .quick = TRUE, .seed = 1};
    GError *error = NULL;
    ck_ok(nonlinear_fit(&what, result, &error), error);
}

START_TEST(weights_and_bounds)
{
    enum { N = 200 };
    double x[N], y[N], weight[N], slope[2];
    const double truth[2] = {2.385, 0.731};
    for (gsize i = 0; i < N; i++) {
        double sigma = i % 2 == 0 ? 0.001 : 0.5;
        x[i] = 6.0 * ((double)i + 1) / N;
        weight[i] = 1 / (sigma * sigma);
        y[i] = rise(x[i], truth, slope) + sigma * random_normal(4, "n", i);
    }
    struct nonlinear_result weighted, plain, bound;
    fit_rise(x, y, weight, N, 0.01, 10, 1, &weighted);
    fit_rise(x, y, NULL, N, 0.01, 10, 1, &plain);
    for (gsize k = 0; k < 2; k++) {
        double sigma = sqrt(weighted.covariance[3 * k]);
        ck_assert_double_le(fabs(weighted.p[k] - truth[k]), 4 * sigma);
        ck_assert_double_lt(sigma, 0.02 * sqrt(plain.covariance[3 * k]));
    }
    /* Of N(0,1) residuals the weighted sum is N − 2 ± √2N: 4 sigma. */
    ck_assert_double_eq_tol(weighted.rss, N - 2, 4 * sqrt(2.0 * N));
    fit_rise(x, y, NULL, N, 0.01, 0.4, 1, &bound);
    ck_assert(bound.p[1] <= 0.4 && bound.p[1] > 0.399);
    nonlinear_result_clear(&weighted);
    nonlinear_result_clear(&plain);
    nonlinear_result_clear(&bound);
}
END_TEST

START_TEST(the_interval_holds_the_truth)
{
    enum { N = 60, TRIALS = 400 };
    int inside = 0;
    const double truth[2] = {2.385, 0.731};
    for (guint64 trial = 0; trial < TRIALS; trial++) {
        double x[N], y[N], slope[2];
        for (gsize i = 0; i < N; i++) {
            x[i] = 6.0 * ((double)i + 1) / N;
            y[i] = rise(x[i], truth, slope) + 0.02 * random_normal(trial, "n", i);
        }
        struct nonlinear_result result;
        fit_rise(x, y, NULL, N, 0.01, 10, 1, &result);
        inside += fabs(result.p[1] - truth[1]) <= 2.00 * sqrt(result.covariance[3]); /* t of 58 degrees, 95 % */
        nonlinear_result_clear(&result);
    }
    /* 95 % of 400 with 3.5 standard deviations of a count. */
    ck_assert_int_ge(inside, (int)(0.95 * TRIALS - 3.5 * sqrt(TRIALS * 0.05 * 0.95)));
    ck_assert_int_le(inside, (int)(0.95 * TRIALS + 3.5 * sqrt(TRIALS * 0.05 * 0.95)));
}
END_TEST

/* sin(p x) over ten periods has a minimum near every harmonic: one start misses, forty find it. */
static double wave_value(void *user, gsize i, const double *p, double *slope)
{
    double x = ((const struct line *)user)->x[i];
    slope[0] = x * cos(p[0] * x);
    return sin(p[0] * x);
}

START_TEST(several_starts_find_what_one_misses)
{
    enum { N = 100 };
    double x[N], y[N], slope[1];
    const double truth = 7.31;
    struct line line = {x};
    for (gsize i = 0; i < N; i++) {
        x[i] = 8.0 * (double)i / N;
        y[i] = wave_value(&line, i, &truth, slope);
    }
    struct nonlinear_parameter table = {"p", 1.2, 0.5, 20, FALSE};
    struct nonlinear_problem what = {.n = N, .n_parameters = 1, .parameters = &table, .y = y, .value = wave_value, .user = &line,
                                     .starts = 1, .quick = TRUE, .seed = 5};
    struct nonlinear_result one, many, again;
    ck_assert(nonlinear_fit(&what, &one, NULL));
    what.starts = 60;
    ck_assert(nonlinear_fit(&what, &many, NULL) && nonlinear_fit(&what, &again, NULL));
    ck_assert_double_gt(fabs(one.p[0] - truth), 1);
    ck_assert_double_eq_tol(many.p[0], truth, 1e-8);
    ck_assert_int_eq(many.n_runs, 60);
    ck_assert(many.p[0] == again.p[0] && many.rss == again.rss);
    nonlinear_result_clear(&one);
    nonlinear_result_clear(&many);
    nonlinear_result_clear(&again);
}
END_TEST

START_TEST(too_few_points)
{
    double x[1] = {1}, y[1] = {1};
    struct line line = {x};
    struct nonlinear_parameter table[2] = {{"p0", 1, 0.01, 100, TRUE}, {"p1", 1, 0.1, 10, FALSE}};
    struct nonlinear_problem what = {.n = 1, .n_parameters = 2, .parameters = table, .y = y, .value = rise_value, .user = &line, .starts = 1};
    struct nonlinear_result result;
    GError *error = NULL;
    ck_fails(nonlinear_fit(&what, &result, &error), error, "1 points do not determine 2 parameters");
    nonlinear_result_clear(&result);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("nonlinear");
    TCase *t = tcase_create("nonlinear");
    tcase_add_loop_test(t, nist_problems_to_six_digits, 0, 2 * (int)G_N_ELEMENTS(nist_problems));
    tcase_add_test(t, nist_slopes_are_those_of_the_values);
    tcase_add_test(t, weights_and_bounds);
    tcase_add_test(t, the_interval_holds_the_truth);
    tcase_add_test(t, several_starts_find_what_one_misses);
    tcase_add_test(t, too_few_points);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
