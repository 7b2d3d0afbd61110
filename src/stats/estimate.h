/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stats/estimate.h -- what a sample tells of the distribution that it was drawn from, each number with its interval.
 *
 * Takes   n independent values of one distribution, finite; a confidence level (0.95).
 * Gives   struct estimate: the value and the ends of its two-sided interval. NAN where the sample is too small to have one:
 *         "there is none" is an answer, so these functions do not fail.
 * Owns    nothing.
 * Tested  against closed forms, and by coverage: of 10,000 samples of a known distribution the stated share holds the truth.
 */
#ifndef GAINSPICE_STATS_ESTIMATE_H
#define GAINSPICE_STATS_ESTIMATE_H

#include <glib.h>

struct estimate {
    double value, low, high;
};

/* Mean, by Student's t with n - 1 degrees of freedom: exact for a normal distribution, n ≥ 2. */
struct estimate estimate_mean(gsize n, const double *x, double level);

/* Standard deviation s (of n - 1) of a normal distribution: (n - 1) s²/σ² is chi-square of n - 1 degrees; exact, n ≥ 2. It is
 * far too narrow for heavier tails: ask estimate_normality first. */
struct estimate estimate_sigma(gsize n, const double *x, double level);

/* The same for any distribution with a fourth moment: D. Bonett, Comput. Stat. Data Anal. 50 (2006) 775. An interval of ln s²
 * whose width is that of the sample's kurtosis about its trimmed mean. n ≥ 5. A closed form, so nothing is drawn for it. On an
 * exponential distribution it covers 95 % at n = 400, where chi-square covers 69 %. */
struct estimate estimate_sigma_any(gsize n, const double *x, double level);

/* The quantile of probability p, of `sorted` (ascending). Value: between the order statistics at (n - 1)p + 1 (gsl_stats). Interval:
 * order statistics of fractional number r, for which the binomial probability that r of n lie below the quantile, continued as the
 * beta distribution I_p(r, n + 1 - r), is the wanted one: A. Hutson, J. Appl. Stat. 26 (1999) 343. No assumption on the
 * distribution but that it is continuous. An end is NAN where n is too small to bound it (r < 1 or r > n). */
struct estimate estimate_quantile(gsize n, const double *sorted, double p, double level);

/* Pearson's correlation, by Fisher's z: atanh r is nearly normal with variance 1/(n - 3); n ≥ 4. NAN where x or y is constant. */
struct estimate estimate_correlation(gsize n, const double *x, const double *y, double level);

/* Share of good ones, by Clopper and Pearson, Biometrika 26 (1934) 404: covers at least `level` for every true share. n ≥ 1. */
struct estimate estimate_yield(gsize n_good, gsize n, double level);

/* Anderson and Darling's A² against the normal distribution of the sample's own mean and s, corrected for n, and the probability
 * of one as large if the distribution is normal: D'Agostino and Stephens, Goodness-of-Fit Techniques (1986), table 4.9.
 * `sorted` ascending, n ≥ 8; NAN for fewer and for a constant. */
struct normality {
    double a2, p;
};
struct normality estimate_normality(gsize n, const double *sorted);

#endif
