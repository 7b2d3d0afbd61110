/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stats/summary.h -- what a table says of the samples of one quantity.
 *
 * Values that are not finite (a sample that gave no number) are left out and counted: what is said then holds for the others only.
 * σ has the chi-square interval where the samples pass for normal, Bonett's where they do not (Anderson-Darling, p below 0.05).
 */
#ifndef GAINSPICE_STATS_SUMMARY_H
#define GAINSPICE_STATS_SUMMARY_H

#include "stats/estimate.h"

#define SUMMARY_LEVEL 0.95
#define SUMMARY_NORMAL_P 0.05

/* name, probability */
#define SUMMARY_QUANTILES(X) \
    X(q01, 0.01)             \
    X(q50, 0.50)             \
    X(q99, 0.99)
enum {
#define X(name, p) SUMMARY_##name,
    SUMMARY_QUANTILES(X)
#undef X
    SUMMARY_QUANTILE_COUNT
};

struct summary {
    gsize n, n_lacking;
    double least, largest;
    struct estimate mean, sigma, quantile[SUMMARY_QUANTILE_COUNT];
    struct normality normality;
    const char *sigma_by;    /* "chi-square" or "Bonett"; "" where there is none */
};

struct summary summary_make(gsize n, const double *x);

/* The name and the probability of a quantile. */
const char *summary_quantile_name(int quantile);
double summary_quantile_p(int quantile);

#endif
