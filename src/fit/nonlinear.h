/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/nonlinear.h -- nonlinear least squares: bounds, several starts, weights, covariance.
 *
 * Takes   a function with analytic derivatives, n points, parameters with a start and bounds.
 * Gives   the parameters of the smallest Σ weight·(y − f)² that was found, their covariance, and how sure that is.
 * Method  the trust region of GSL (gsl_multifit_nlinear): Levenberg-Marquardt with Moré's scaling and QR; from the first start also
 *         with geodesic acceleration, the double dogleg and the two-dimensional subspace, each of which solves problems that the
 *         others do not (MGH17 and BoxBOD of NIST StRD). Bounds by a change of variable, p = low + (high − low)(1 + sin u)/2, in ln p
 *         where is_log. Further starts are drawn uniformly between the bounds, or log-normal about the start where there are none, by
 *         the counter generator: they depend on the seed alone.
 * Owns    the result, freed with nonlinear_result_clear.
 */
#ifndef GAINSPICE_FIT_NONLINEAR_H
#define GAINSPICE_FIT_NONLINEAR_H

#include <glib.h>

struct nonlinear_parameter {
    const char *name;
    double start;
    double low, high; /* both finite, or −INFINITY and INFINITY; low = high: held */
    gboolean is_log;  /* low > 0: sought in its logarithm */
};

struct nonlinear_problem {
    gsize n, n_parameters;
    const struct nonlinear_parameter *parameters;
    const double *y;      /* [n] */
    const double *weight; /* [n]; NULL: 1 */
    /* f at point i, and ∂f/∂p: slope[n_parameters] */
    double (*value)(void *user, gsize i, const double *p, double *slope);
    void *user;
    int starts; /* 1: the given one alone */
    gboolean quick; /* Levenberg-Marquardt alone */
    guint64 seed;
};

struct nonlinear_result {
    double *p;          /* [n_parameters] */
    double *covariance; /* [n_parameters][n_parameters], scaled by rss/(n − free); 0 where held or at a bound */
    double rss;         /* Σ weight·(y − f)² */
    int iterations;     /* of the run that won */
    int n_runs, n_agree; /* runs, and those that ended within 1e-6 of the smallest rss */
    gboolean converged;
};

/* FALSE where no run gave a finite result, or there are fewer points than free parameters. */
gboolean nonlinear_fit(const struct nonlinear_problem *problem, struct nonlinear_result *result, GError **error);
void nonlinear_result_clear(struct nonlinear_result *result);

#endif
