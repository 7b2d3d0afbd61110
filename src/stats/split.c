/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "stats/split.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "base/error.h"

void split_free(struct split *split)
{
    if (split == NULL)
        return;
    g_free(split->slope);
    g_free(split->error);
    g_free(split);
}

/* Working memory of one regression. */
struct regression {
    gsl_matrix *x, *covariance;
    gsl_vector *y, *c;
    gsl_multifit_linear_workspace *workspace;
};

static void regression_clear(struct regression *r)
{
    gsl_matrix_free(r->x);
    gsl_matrix_free(r->covariance);
    gsl_vector_free(r->y);
    gsl_vector_free(r->c);
    gsl_multifit_linear_free(r->workspace);
}

/* y in units of its σ: GSL's tolerances then do not see amperes. */
static struct regression regression_make(gsize n, gsize k, const double *y, const double *z, double mean, double s)
{
    struct regression r = {gsl_matrix_alloc(n, k + 1), gsl_matrix_alloc(k + 1, k + 1), gsl_vector_alloc(n), gsl_vector_alloc(k + 1),
                           gsl_multifit_linear_alloc(n, k + 1)};
    for (gsize i = 0; i < n; i++) {
        gsl_vector_set(r.y, i, (y[i] - mean) / s);
        gsl_matrix_set(r.x, i, 0, 1);
        for (gsize j = 0; j < k; j++)
            gsl_matrix_set(r.x, i, j + 1, z[i * k + j]);
    }
    return r;
}

/* Squared standard errors of all coefficients: Σᵢ (eᵢ/(1 - hᵢ))² aᵢ²  with aᵢ = (XᵀX)⁻¹xᵢ, hᵢ = xᵢ·aᵢ; `inverse` is (XᵀX)⁻¹. */
static void squared_errors(const struct regression *r, const gsl_matrix *inverse, gsl_vector *sums)
{
    gsl_vector *a = gsl_vector_alloc(r->c->size);
    gsl_vector_set_zero(sums);
    for (gsize i = 0; i < r->x->size1; i++) {
        gsl_vector_const_view row = gsl_matrix_const_row(r->x, i);
        double fitted, leverage;
        gsl_blas_dgemv(CblasNoTrans, 1, inverse, &row.vector, 0, a);
        gsl_blas_ddot(&row.vector, a, &leverage);
        gsl_blas_ddot(&row.vector, r->c, &fitted);
        double off = (gsl_vector_get(r->y, i) - fitted) / (1 - leverage);
        gsl_vector_mul(a, a);
        gsl_blas_daxpy(off * off, a, sums);
    }
    gsl_vector_free(a);
}

struct split *split_make(gsize n, gsize k, const double *y, const double *z, GError **error)
{
    if (n < k + 3) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    "%" G_GSIZE_FORMAT " samples cannot be split over %" G_GSIZE_FORMAT " parameters, expected %" G_GSIZE_FORMAT " or more",
                    n, k, k + 3);
        return NULL;
    }
    double mean = gsl_stats_mean(y, 1, n), s = gsl_stats_sd_m(y, 1, n, mean), scale = s > 0 ? s : 1, chisq = 0;
    gsize rank = 0;
    struct regression r = regression_make(n, k, y, z, mean, scale);
    gsl_multifit_linear_tsvd(r.x, r.y, 1e-10, r.c, r.covariance, &chisq, &rank, r.workspace);
    struct split *split = NULL;
    if (rank < k + 1) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    "the draws of %" G_GSIZE_FORMAT " parameters span %" G_GSIZE_FORMAT " dimensions: they cannot be told apart", k, rank - 1);
    } else {
        split = g_new0(struct split, 1);
        *split = (struct split){n, k, mean + scale * gsl_vector_get(r.c, 0), g_new(double, k), g_new(double, k),
                                scale * sqrt(chisq / (double)(n - k - 1))};
        gsl_vector *squares = gsl_vector_calloc(k + 1);
        if (chisq > 0) {
            gsl_matrix_scale(r.covariance, (double)(n - k - 1) / chisq); /* GSL's is s² (XᵀX)⁻¹ */
            squared_errors(&r, r.covariance, squares);
        }
        for (gsize j = 0; j < k; j++) {
            split->slope[j] = scale * gsl_vector_get(r.c, j + 1);
            split->error[j] = scale * sqrt(gsl_vector_get(squares, j + 1));
        }
        gsl_vector_free(squares);
    }
    regression_clear(&r);
    return split;
}

struct estimate split_slope(const struct split *split, gsize j, double level)
{
    double half = gsl_cdf_tdist_Qinv((1 - level) / 2, (double)(split->n - split->k - 1)) * split->error[j];
    return (struct estimate){split->slope[j], split->slope[j] - half, split->slope[j] + half};
}

double split_variance(const struct split *split, gsize first, gsize count)
{
    double sum = 0;
    for (gsize j = first; j < first + count; j++)
        sum += split->slope[j] * split->slope[j] - split->error[j] * split->error[j];
    return fmax(0, sum);
}

struct estimate split_sigma(const struct split *split, gsize first, gsize count, double level)
{
    double variance = split_variance(split, first, count), squares = 0;
    for (gsize j = first; j < first + count; j++) {
        double e2 = split->error[j] * split->error[j];
        squares += 4 * split->slope[j] * split->slope[j] * e2 + 2 * e2 * e2;
    }
    double half = gsl_cdf_tdist_Qinv((1 - level) / 2, (double)(split->n - split->k - 1)) * sqrt(squares);
    return (struct estimate){sqrt(variance), sqrt(fmax(0, variance - half)), sqrt(variance + half)};
}
