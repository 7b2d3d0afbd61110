/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stats/split.h -- how much of a quantity's variance each of the drawn parameters brings, by regression on the draws.
 *
 *     y = b₀ + Σ bⱼ zⱼ + e      zⱼ independent, of mean 0 and variance 1, so that bⱼ² is the variance that parameter j brings
 *
 * Takes   y [n] and the draws z [n][k], row-major; n ≥ k + 3, and no column a combination of the others.
 * Gives   bⱼ with its standard error, and σ of e: what is not linear in the parameters, interactions included.
 *         bⱼ² estimates too much by its squared error; split_variance takes that off.
 * Source  ordinary least squares, gsl_multifit_linear. e is what two parameters do together, so its size goes with theirs and the
 *         textbook's errors are too small: these are HC3 of J. MacKinnon and H. White, J. Econometrics 29 (1985) 305. Intervals by
 *         Student's t.
 */
#ifndef GAINSPICE_STATS_SPLIT_H
#define GAINSPICE_STATS_SPLIT_H

#include <glib.h>

#include "stats/estimate.h"

struct split {
    gsize n, k;
    double mean;          /* b₀ */
    double *slope;        /* [k] bⱼ, unit of y a σ of the parameter */
    double *error;        /* [k] standard error of bⱼ, whatever e depends on */
    double residual;      /* σ of e, of n - k - 1 degrees of freedom */
};

/* FALSE: too few samples, or parameters that cannot be told apart; `error` says which. */
struct split *split_make(gsize n, gsize k, const double *y, const double *z, GError **error);
void split_free(struct split *split);

/* bⱼ with its interval. */
struct estimate split_slope(const struct split *split, gsize j, double level);
/* Variance of parameters `first` to `first + count - 1` together: Σ (bⱼ² - errorⱼ²), never below 0. */
double split_variance(const struct split *split, gsize first, gsize count);
/* Its root, the σ that they bring, with the interval that follows from that of the variance: Σ bⱼ² has the error √Σ (4 bⱼ² errorⱼ² + 2 errorⱼ⁴).
 * The low end of what brings next to nothing is 0. */
struct estimate split_sigma(const struct split *split, gsize first, gsize count, double level);

#endif
