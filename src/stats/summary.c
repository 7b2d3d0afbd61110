/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>

static const struct {
    const char *name;
    double p;
} quantiles[] = {
#define X(name, p) {#name, p},
    SUMMARY_QUANTILES(X)
#undef X
};

const char *summary_quantile_name(int quantile)
{
    return quantiles[quantile].name;
}

double summary_quantile_p(int quantile)
{
    return quantiles[quantile].p;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Those of x that are numbers, ascending. Newly allocated. */
static double *sorted_numbers(gsize n, const double *x, gsize *kept)
{
    double *sorted = g_new(double, MAX(n, 1));
    *kept = 0;
    for (gsize i = 0; i < n; i++)
        if (isfinite(x[i]))
            sorted[(*kept)++] = x[i];
    qsort(sorted, *kept, sizeof *sorted, ascending);
    return sorted;
}

struct summary summary_make(gsize n, const double *x)
{
    gsize kept;
    g_autofree double *sorted = sorted_numbers(n, x, &kept);
    struct summary s = {.n = kept, .n_lacking = n - kept, .least = kept > 0 ? sorted[0] : NAN, .largest = kept > 0 ? sorted[kept - 1] : NAN};
    s.normality = estimate_normality(kept, sorted);
    s.mean = estimate_mean(kept, sorted, SUMMARY_LEVEL);
    gboolean odd = s.normality.p < SUMMARY_NORMAL_P;
    s.sigma = odd ? estimate_sigma_any(kept, sorted, SUMMARY_LEVEL) : estimate_sigma(kept, sorted, SUMMARY_LEVEL);
    s.sigma_by = isnan(s.sigma.value) ? "" : odd ? "Bonett" : "chi-square";
    for (int q = 0; q < SUMMARY_QUANTILE_COUNT; q++)
        s.quantile[q] = estimate_quantile(kept, sorted, quantiles[q].p, SUMMARY_LEVEL);
    return s;
}
