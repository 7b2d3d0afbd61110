/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimates against closed forms, and their intervals by coverage: of 10,000 samples of a distribution whose truth is known,
 * 95 ± 1 % of the 95 % intervals hold it. The standard error of that share is 0.2 %.
 */
#include "config.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "stats/estimate.h"
#include "stats/random.h"
#include "tests/support/check_tap.h"

#define LEVEL 0.95
enum { REPEATS = 10000, SIZE = 60 };

static const double three[] = {0.2385, 1.7, -0.4};

START_TEST(mean_of_three)
{
    /* Student's t of two degrees of freedom: t = (2p - 1) √(2 / (4p (1 - p))) */
    double mean = (0.2385 + 1.7 - 0.4) / 3, squares = 0, t = 0.95 * sqrt(2 / (4 * 0.975 * 0.025));
    for (int i = 0; i < 3; i++)
        squares += (three[i] - mean) * (three[i] - mean);
    struct estimate e = estimate_mean(3, three, LEVEL);
    ck_assert_double_eq_tol(e.value, mean, 1e-15);
    ck_assert_double_eq_tol(e.low, mean - t * sqrt(squares / 2 / 3), 1e-9);
    ck_assert_double_eq_tol(e.high, mean + t * sqrt(squares / 2 / 3), 1e-9);
    ck_assert(isnan(estimate_mean(1, three, LEVEL).value));
}
END_TEST

START_TEST(sigma_of_three)
{
    /* Chi-square of two degrees of freedom: its quantile is -2 ln(1 - p). */
    double s = gsl_stats_sd(three, 1, 3);
    struct estimate e = estimate_sigma(3, three, LEVEL);
    ck_assert_double_eq_tol(e.value, s, 1e-15);
    ck_assert_double_eq_tol(e.low, s * sqrt(2 / (-2 * log(0.025))), 1e-9);
    ck_assert_double_eq_tol(e.high, s * sqrt(2 / (-2 * log(0.975))), 1e-9);
    ck_assert(isnan(estimate_sigma(1, three, LEVEL).low) && isnan(estimate_sigma_any(4, three, LEVEL).value));
}
END_TEST

START_TEST(sigma_of_any_distribution_by_hand)
{
    /* ± 1 and ± 3 around 2, five times each: the trimmed mean is 2, s² = 100/19, Σ(x - 2)⁴ = 5·(1 + 1 + 81 + 81). */
    double x[20];
    for (int i = 0; i < 20; i++)
        x[i] = 2 + (double[]){-3, -1, 1, 3}[i % 4];
    double s = sqrt(100 / 19.0), kurtosis = 20 * 5 * 164 / 1e4, z = 1.959963984540054, c = 20 / (20 - z);
    double error = c * sqrt((kurtosis - 17 / 20.0) / 19);
    struct estimate e = estimate_sigma_any(20, x, LEVEL);
    ck_assert_double_eq_tol(e.value, s, 1e-14);
    ck_assert_double_eq_tol(e.low, sqrt(c * s * s * exp(-z * error)), 1e-12);
    ck_assert_double_eq_tol(e.high, sqrt(c * s * s * exp(z * error)), 1e-12);
}
END_TEST

START_TEST(median_of_five_lies_between_the_ends)
{
    /* The least of five is above the median with probability 2^-5, so the ends are a 15/16 interval; wider ones there are not. */
    static const double x[] = {-1.2, 0.1, 0.2385, 0.5, 7};
    struct estimate e = estimate_quantile(5, x, 0.5, 0.9375);
    ck_assert(e.value == 0.2385);
    ck_assert_double_eq_tol(e.low, -1.2, 1e-6);
    ck_assert_double_eq_tol(e.high, 7, 1e-6);
    e = estimate_quantile(5, x, 0.5, 0.95);
    ck_assert(isnan(e.low) && isnan(e.high));
    e = estimate_quantile(5, x, 0.9, 0.5);
    ck_assert(!isnan(e.low) && isnan(e.high));
}
END_TEST

/* y has correlation r with x: the second part is orthogonal to it. */
START_TEST(correlation_by_construction)
{
    enum { N = 28 };
    double x[N], y[N], r = -0.2385;
    for (int i = 0; i < N; i++) {
        double u = i % 2 == 0 ? 1 : -1, v = i % 4 < 2 ? 1 : -1;
        x[i] = 3e-9 * u + 1;
        y[i] = 1e6 * (r * u + sqrt(1 - r * r) * v);
    }
    struct estimate e = estimate_correlation(N, x, y, LEVEL);
    double half = 1.959963984540054 / 5;
    ck_assert_double_eq_tol(e.value, r, 1e-6); /* x has lost digits on purpose */
    ck_assert_double_eq_tol(e.low, tanh(atanh(r) - half), 1e-6);
    ck_assert_double_eq_tol(e.high, tanh(atanh(r) + half), 1e-6);
    ck_assert(isnan(estimate_correlation(3, x, y, LEVEL).value));
    for (int i = 0; i < N; i++)
        y[i] = 2.385;
    ck_assert(isnan(estimate_correlation(N, x, y, LEVEL).value));
}
END_TEST

START_TEST(yield_by_its_definition)
{
    static const unsigned good[] = {1, 4, 17, 997}, of[] = {3, 20, 18, 1000};
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        struct estimate e = estimate_yield(good[i], of[i], LEVEL);
        ck_assert_double_eq_tol(gsl_cdf_binomial_Q(good[i] - 1, e.low, of[i]), 0.025, 1e-9);
        ck_assert_double_eq_tol(gsl_cdf_binomial_P(good[i], e.high, of[i]), 0.025, 1e-9);
    }
    ck_assert_double_eq_tol(estimate_yield(4, 20, LEVEL).low, 0.057334, 5e-7); /* as statistics packages print them */
    ck_assert_double_eq_tol(estimate_yield(4, 20, LEVEL).high, 0.436614, 5e-7);
    struct estimate all = estimate_yield(1000, 1000, LEVEL), bad = estimate_yield(0, 7, LEVEL);
    ck_assert(all.high == 1 && bad.low == 0 && isnan(estimate_yield(0, 0, LEVEL).value));
    ck_assert_double_eq_tol(all.low, pow(0.025, 1e-3), 1e-12);
    ck_assert_double_eq_tol(bad.high, 1 - pow(0.025, 1 / 7.0), 1e-12);
}
END_TEST

/* Of n and a true share p, the probability that the interval holds p: exactly, over all outcomes. */
START_TEST(yield_covers_at_least_its_level)
{
    for (double p = 0.02; p < 1; p += 0.0345) {
        double covered = 0;
        for (unsigned k = 0; k <= 40; k++) {
            struct estimate e = estimate_yield(k, 40, LEVEL);
            if (e.low <= p && p <= e.high)
                covered += gsl_cdf_binomial_P(k, p, 40) - (k > 0 ? gsl_cdf_binomial_P(k - 1, p, 40) : 0);
        }
        ck_assert_msg(covered >= 0.95, "p = %g: %g", p, covered);
    }
}
END_TEST

/* ---- normality ------------------------------------------------------------------------------------------------------ */

/* n ∫ (Fₙ - u)² / (u (1 - u)) du over a stretch where Fₙ is constant: f² ln u - (1 - f)² ln(1 - u) - u */
static double stretch(double f, double u0, double u1)
{
    double sum = u0 - u1;
    sum += f > 0 ? f * f * log(u1 / u0) : 0;
    sum -= f < 1 ? (1 - f) * (1 - f) * log((1 - u1) / (1 - u0)) : 0;
    return sum;
}

START_TEST(normality_is_the_integral_that_defines_it)
{
    static const double x[] = {-2.1, -0.9, -0.4, -0.39, 0.1, 0.2385, 0.8, 1.1, 1.3, 4.2};
    enum { N = G_N_ELEMENTS(x) };
    double s = gsl_stats_sd(x, 1, N), mean = gsl_stats_mean(x, 1, N), sum = 0, before = 0;
    for (gsize i = 0; i <= N; i++) {
        double u = i < N ? gsl_cdf_ugaussian_P((x[i] - mean) / s) : 1;
        sum += stretch((double)i / N, before, u);
        before = u;
    }
    struct normality normality = estimate_normality(N, x);
    ck_assert_double_eq_tol(normality.a2, N * sum * (1 + 0.75 / N + 2.25 / (N * N)), 1e-12);
    ck_assert(isnan(estimate_normality(7, x).a2));
    static const double flat[8] = {2.385, 2.385, 2.385, 2.385, 2.385, 2.385, 2.385, 2.385};
    ck_assert(isnan(estimate_normality(8, flat).p));
}
END_TEST

/* The quantile of (i - 1/2)/n stretched in its tails by z³. */
static double bent(int i, int n, double by)
{
    double z = gsl_cdf_ugaussian_Pinv((i + 0.5) / n);
    return z + by * z * z * z;
}

/* Critical values of the same book, table 4.7: 10, 5, 2.5 and 1 %. The statistic is brought there by bending a sample. */
START_TEST(normality_at_tabled_critical_values)
{
    static const double critical[] = {0.631, 0.752, 0.873, 1.035}, p[] = {0.10, 0.05, 0.025, 0.01};
    enum { N = 200 };
    for (gsize i = 0; i < G_N_ELEMENTS(critical); i++) {
        double low = 0, high = 10, x[N];
        struct normality found = {0, 0};
        for (int step = 0; step < 60; step++) {
            double by = (low + high) / 2;
            for (int k = 0; k < N; k++)
                x[k] = bent(k, N, by);
            found = estimate_normality(N, x);
            *(found.a2 < critical[i] ? &low : &high) = by;
        }
        ck_assert_double_eq_tol(found.a2, critical[i], 1e-9);
        ck_assert_double_eq_tol(found.p, p[i], 0.02 * p[i]); /* the table has three digits */
    }
}
END_TEST

/* ---- coverage ------------------------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double exponential(double u)
{
    return -log(u);
}

static double uniform(double u)
{
    return u;
}

static void fill(double *x, gsize n, const char *stream, guint64 repeat, double (*quantile)(double))
{
    for (gsize i = 0; i < n; i++)
        x[i] = quantile(random_uniform(20261124, stream, repeat * n + i));
}

static int holds(struct estimate e, double truth)
{
    return e.low <= truth && truth <= e.high;
}

static void check_share(int covered, double low, double high)
{
    double share = (double)covered / REPEATS;
    ck_assert_msg(low <= share && share <= high, "%d of %d: expected %g to %g", covered, REPEATS, low, high);
}

START_TEST(mean_sigma_and_normality_of_a_normal_distribution)
{
    int mean = 0, sigma = 0, any = 0, normal = 0;
    double x[SIZE];
    for (guint64 k = 0; k < REPEATS; k++) {
        fill(x, SIZE, "coverage/normal", k, gsl_cdf_ugaussian_Pinv);
        mean += holds(estimate_mean(SIZE, x, LEVEL), 0);
        sigma += holds(estimate_sigma(SIZE, x, LEVEL), 1);
        any += holds(estimate_sigma_any(SIZE, x, LEVEL), 1);
        qsort(x, SIZE, sizeof *x, ascending);
        normal += estimate_normality(SIZE, x).p >= 0.05;
    }
    check_share(mean, 0.94, 0.96);
    check_share(sigma, 0.94, 0.96);
    check_share(any, 0.94, 0.96);
    check_share(normal, 0.94, 0.96);
}
END_TEST

/* Chi-square on what is not normal: too wide on a uniform distribution, far too narrow on an exponential one. */
START_TEST(sigma_of_other_distributions)
{
    enum { N = 400 };
    int flat = 0, flat_chi = 0, tailed = 0, tailed_chi = 0, repeats = REPEATS / 5;
    double x[N];
    for (guint64 k = 0; k < (guint64)repeats; k++) {
        fill(x, N, "coverage/uniform", k, uniform);
        flat += holds(estimate_sigma_any(N, x, LEVEL), sqrt(1 / 12.0));
        flat_chi += holds(estimate_sigma(N, x, LEVEL), sqrt(1 / 12.0));
        fill(x, N, "coverage/exponential", k, exponential);
        tailed += holds(estimate_sigma_any(N, x, LEVEL), 1);
        tailed_chi += holds(estimate_sigma(N, x, LEVEL), 1);
    }
    ck_assert_msg(flat > 0.94 * repeats && flat < 0.965 * repeats, "uniform: %d of %d", flat, repeats);
    ck_assert_msg(tailed > 0.93 * repeats && tailed < 0.96 * repeats, "exponential: %d of %d", tailed, repeats);
    ck_assert_msg(flat_chi > 0.99 * repeats && tailed_chi < 0.75 * repeats, "chi-square: %d and %d", flat_chi, tailed_chi);
}
END_TEST

START_TEST(quantiles_of_a_skew_distribution)
{
    static const double p[] = {0.1, 0.5, 0.95};
    enum { N = 150 };
    int covered[3] = {0};
    double x[N];
    for (guint64 k = 0; k < REPEATS; k++) {
        fill(x, N, "coverage/quantile", k, exponential);
        qsort(x, N, sizeof *x, ascending);
        for (int i = 0; i < 3; i++)
            covered[i] += holds(estimate_quantile(N, x, p[i], LEVEL), -log(1 - p[i]));
    }
    for (int i = 0; i < 3; i++)
        check_share(covered[i], 0.94, 0.96);
}
END_TEST

START_TEST(correlation_of_a_normal_pair)
{
    double x[SIZE], y[SIZE], r = 0.7;
    int covered = 0;
    for (guint64 k = 0; k < REPEATS; k++) {
        fill(x, SIZE, "coverage/x", k, gsl_cdf_ugaussian_Pinv);
        fill(y, SIZE, "coverage/y", k, gsl_cdf_ugaussian_Pinv);
        for (gsize i = 0; i < SIZE; i++)
            y[i] = r * x[i] + sqrt(1 - r * r) * y[i];
        covered += holds(estimate_correlation(SIZE, x, y, LEVEL), r);
    }
    check_share(covered, 0.94, 0.96);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("estimate");
    TCase *known = tcase_create("known"), *coverage = tcase_create("coverage");
    tcase_add_test(known, mean_of_three);
    tcase_add_test(known, sigma_of_three);
    tcase_add_test(known, sigma_of_any_distribution_by_hand);
    tcase_add_test(known, median_of_five_lies_between_the_ends);
    tcase_add_test(known, correlation_by_construction);
    tcase_add_test(known, yield_by_its_definition);
    tcase_add_test(known, yield_covers_at_least_its_level);
    tcase_add_test(known, normality_is_the_integral_that_defines_it);
    tcase_add_test(known, normality_at_tabled_critical_values);
    tcase_set_timeout(coverage, 120);
    tcase_add_test(coverage, mean_sigma_and_normality_of_a_normal_distribution);
    tcase_add_test(coverage, sigma_of_other_distributions);
    tcase_add_test(coverage, quantiles_of_a_skew_distribution);
    tcase_add_test(coverage, correlation_of_a_normal_pair);
    suite_add_tcase(suite, known);
    suite_add_tcase(suite, coverage);
    return suite;
}

TAP_MAIN(make_suite)
