/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "stats/estimate.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

static const struct estimate none = {NAN, NAN, NAN};

struct estimate estimate_mean(gsize n, const double *x, double level)
{
    if (n < 2)
        return none;
    double mean = gsl_stats_mean(x, 1, n), s = gsl_stats_sd_m(x, 1, n, mean);
    double half = gsl_cdf_tdist_Qinv((1 - level) / 2, (double)n - 1) * s / sqrt((double)n);
    return (struct estimate){mean, mean - half, mean + half};
}

struct estimate estimate_sigma(gsize n, const double *x, double level)
{
    if (n < 2)
        return none;
    double s = gsl_stats_sd(x, 1, n), degrees = (double)n - 1, tail = (1 - level) / 2;
    return (struct estimate){s, s * sqrt(degrees / gsl_cdf_chisq_Qinv(tail, degrees)),
                             s * sqrt(degrees / gsl_cdf_chisq_Pinv(tail, degrees))};
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The mean without the share 1/(2√(n - 4)) at each end. */
static double trimmed_mean(gsize n, const double *x)
{
    g_autofree double *sorted = g_memdup2(x, n * sizeof *x);
    qsort(sorted, n, sizeof *sorted, compare);
    return gsl_stats_trmean_from_sorted_data(MIN(0.5, 0.5 / sqrt((double)n - 4)), sorted, 1, n);
}

/* n Σ(x - m)⁴ / (Σ(x - x̄)²)² */
static double kurtosis_about(gsize n, const double *x, double about, double s)
{
    double fourth = 0;
    for (gsize i = 0; i < n; i++) {
        double d = (x[i] - about) / s;
        fourth += d * d * d * d;
    }
    double degrees = (double)n - 1;
    return (double)n * fourth / (degrees * degrees);
}

struct estimate estimate_sigma_any(gsize n, const double *x, double level)
{
    if (n < 5)
        return none;
    double s = gsl_stats_sd(x, 1, n), count = (double)n, z = gsl_cdf_ugaussian_Qinv((1 - level) / 2);
    if (!(s > 0))
        return (struct estimate){s, s, s};
    double kurtosis = kurtosis_about(n, x, trimmed_mean(n, x), s), c = count / (count - z);
    double error = c * sqrt(fmax(0, kurtosis - (count - 3) / count) / (count - 1)); /* of ln s² */
    return (struct estimate){s, s * sqrt(c * exp(-z * error)), s * sqrt(c * exp(z * error))};
}

/* ---- quantiles ------------------------------------------------------------------------------------------------------ */

struct order {
    double n, p, wanted;
};

static double order_excess(double r, void *user)
{
    const struct order *order = user;
    return gsl_cdf_beta_P(order->p, r, order->n + 1 - r) - order->wanted;
}

/* The fractional r with I_p(r, n + 1 - r) = wanted, which falls as r grows; NAN if it is not within 1 … n. */
static double order_number(gsize n, double p, double wanted)
{
    struct order order = {(double)n, p, wanted};
    gsl_function f = {order_excess, &order};
    double least = order_excess(1, &order), most = order_excess((double)n, &order), rounding = 1e-12;
    if (least < -rounding || most > rounding)
        return NAN;
    if (least <= 0 || most >= 0)
        return least <= 0 ? 1 : (double)n;
    double r = 1 + ((double)n - 1) * p;
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    gsl_root_fsolver_set(solver, &f, 1, (double)n);
    for (int i = 0; i < 200; i++) {
        gsl_root_fsolver_iterate(solver);
        r = gsl_root_fsolver_root(solver);
        double low = gsl_root_fsolver_x_lower(solver), high = gsl_root_fsolver_x_upper(solver);
        if (high - low <= 1e-9 * (double)n)
            break;
    }
    gsl_root_fsolver_free(solver);
    return r;
}

/* Order statistic of fractional number r, from 1; NAN of NAN. */
static double order_statistic(gsize n, const double *sorted, double r)
{
    if (isnan(r))
        return NAN;
    gsize k = MIN((gsize)floor(r), n);
    double part = r - (double)k;
    return k < n ? sorted[k - 1] + part * (sorted[k] - sorted[k - 1]) : sorted[n - 1];
}

struct estimate estimate_quantile(gsize n, const double *sorted, double p, double level)
{
    if (n < 2)
        return none;
    double tail = (1 - level) / 2;
    return (struct estimate){gsl_stats_quantile_from_sorted_data(sorted, 1, n, p),
                             order_statistic(n, sorted, order_number(n, p, 1 - tail)),
                             order_statistic(n, sorted, order_number(n, p, tail))};
}

/* ---- correlation, yield --------------------------------------------------------------------------------------------- */

struct estimate estimate_correlation(gsize n, const double *x, const double *y, double level)
{
    if (n < 4 || !(gsl_stats_sd(x, 1, n) > 0) || !(gsl_stats_sd(y, 1, n) > 0))
        return none;
    double r = CLAMP(gsl_stats_correlation(x, 1, y, 1, n), -1, 1);
    double half = gsl_cdf_ugaussian_Qinv((1 - level) / 2) / sqrt((double)n - 3);
    return (struct estimate){r, tanh(atanh(r) - half), tanh(atanh(r) + half)};
}

struct estimate estimate_yield(gsize n_good, gsize n, double level)
{
    if (n == 0)
        return none;
    double good = (double)n_good, bad = (double)(n - n_good), tail = (1 - level) / 2;
    return (struct estimate){good / (double)n, n_good == 0 ? 0 : gsl_cdf_beta_Pinv(tail, good, bad + 1),
                             n_good == n ? 1 : gsl_cdf_beta_Qinv(tail, good + 1, bad)};
}

/* ---- normality ------------------------------------------------------------------------------------------------------ */

/* ln Φ(z); beyond -30 the leading terms of its asymptotic series, where Φ itself underflows later on. */
static double log_normal_P(double z)
{
    if (z > -30)
        return log(gsl_cdf_ugaussian_P(z));
    return -z * z / 2 - log(-z * sqrt(2 * G_PI)) - 1 / (z * z);
}

static double normality_p(double a2)
{
    if (a2 < 0.2)
        return 1 - exp(-13.436 + (101.14 - 223.73 * a2) * a2);
    if (a2 < 0.34)
        return 1 - exp(-8.318 + (42.796 - 59.938 * a2) * a2);
    if (a2 < 0.6)
        return exp(0.9177 - (4.279 + 1.38 * a2) * a2);
    return a2 < 13 ? exp(1.2937 - (5.709 - 0.0186 * a2) * a2) : 0;
}

struct normality estimate_normality(gsize n, const double *sorted)
{
    double s = n >= 8 ? gsl_stats_sd(sorted, 1, n) : 0, mean = n >= 8 ? gsl_stats_mean(sorted, 1, n) : 0, sum = 0;
    if (!(s > 0))
        return (struct normality){NAN, NAN};
    for (gsize i = 0; i < n; i++) { /* A² = -n - 1/n Σ (2i - 1) (ln Φ(zᵢ) + ln Φ(-zₙ₊₁₋ᵢ)) */
        double z = (sorted[i] - mean) / s, opposite = (sorted[n - 1 - i] - mean) / s;
        sum += (double)(2 * i + 1) * (log_normal_P(z) + log_normal_P(-opposite));
    }
    double count = (double)n, a2 = (-count - sum / count) * (1 + 0.75 / count + 2.25 / (count * count));
    return (struct normality){a2, normality_p(a2)};
}
