/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/nonlinear.c -- see nonlinear.h. Residuals are divided by the rms of y, so that GSL's tolerances mean the same in A and in V. */
#include "config.h"

#include "fit/nonlinear.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "stats/random.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(gsl_matrix, gsl_matrix_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gsl_vector, gsl_vector_free)

enum { MAX_ITERATIONS = 2000, METHODS = 5 };

struct search {
    const struct nonlinear_problem *problem;
    gsize n_free;
    gsize *free;     /* [n_free] indices of what is sought */
    double *p;       /* [n_parameters] */
    double *slope;   /* [n_parameters] */
    double *dp_du;   /* [n_free] */
    double scale;    /* rms of y */
};

static gboolean is_bounded(const struct nonlinear_parameter *parameter)
{
    return isfinite(parameter->low);
}

/* The end of a parameter's range in the variable that the bounds are applied to. */
static double in_log(const struct nonlinear_parameter *parameter, double value)
{
    return parameter->is_log ? log(value) : value;
}

static double to_parameter(const struct nonlinear_parameter *parameter, double u, double *dp_du)
{
    if (!is_bounded(parameter)) {
        *dp_du = 1;
        return u;
    }
    double low = in_log(parameter, parameter->low), span = in_log(parameter, parameter->high) - low;
    double v = low + span * (1 + sin(u)) / 2; /*                                              p = low + span·(1 + sin u)/2 */
    *dp_du = span * cos(u) / 2;
    if (!parameter->is_log)
        return v;
    *dp_du *= exp(v);
    return exp(v);
}

/* share: 0 … 1 of the range. Kept off the ends, where the derivative by u is 0. */
static double from_share(double share)
{
    return asin(2 * CLAMP(share, 0.01, 0.99) - 1);
}

static double from_parameter(const struct nonlinear_parameter *parameter, double p)
{
    if (!is_bounded(parameter))
        return p;
    double low = in_log(parameter, parameter->low), high = in_log(parameter, parameter->high);
    return from_share((in_log(parameter, p) - low) / (high - low));
}

static void set_parameters(struct search *search, const gsl_vector *u)
{
    for (gsize k = 0; k < search->n_free; k++) {
        const struct nonlinear_parameter *parameter = &search->problem->parameters[search->free[k]];
        search->p[search->free[k]] = to_parameter(parameter, gsl_vector_get(u, k), &search->dp_du[k]);
    }
}

static int residuals(const gsl_vector *u, void *user, gsl_vector *f)
{
    struct search *search = user;
    const struct nonlinear_problem *problem = search->problem;
    set_parameters(search, u);
    for (gsize i = 0; i < problem->n; i++) {
        double r = (problem->value(problem->user, i, search->p, search->slope) - problem->y[i]) / search->scale;
        gsl_vector_set(f, i, isfinite(r) ? r : 1e100);
    }
    return GSL_SUCCESS;
}

static int jacobian(const gsl_vector *u, void *user, gsl_matrix *j)
{
    struct search *search = user;
    const struct nonlinear_problem *problem = search->problem;
    set_parameters(search, u);
    for (gsize i = 0; i < problem->n; i++) {
        problem->value(problem->user, i, search->p, search->slope);
        for (gsize k = 0; k < search->n_free; k++) {
            double d = search->slope[search->free[k]] * search->dp_du[k] / search->scale;
            gsl_matrix_set(j, i, k, isfinite(d) ? d : 0);
        }
    }
    return GSL_SUCCESS;
}

static gsl_multifit_nlinear_parameters method_of(int method)
{
    gsl_multifit_nlinear_parameters with = gsl_multifit_nlinear_default_parameters();
    const gsl_multifit_nlinear_trs *const trs[METHODS] = {gsl_multifit_nlinear_trs_lm, gsl_multifit_nlinear_trs_lmaccel,
                                                         gsl_multifit_nlinear_trs_ddogleg, gsl_multifit_nlinear_trs_subspace2D,
                                                         gsl_multifit_nlinear_trs_lm};
    with.trs = trs[method];
    with.scale = method == 4 ? gsl_multifit_nlinear_scale_levenberg : gsl_multifit_nlinear_scale_more;
    with.solver = gsl_multifit_nlinear_solver_qr;
    return with;
}

/* cov(p) = dp/du · cov(u) · dp/du, cov(u) = σ² (JᵀJ)⁻¹ */
static void set_covariance(struct search *search, gsl_multifit_nlinear_workspace *w, double rss, double *covariance)
{
    const struct nonlinear_problem *problem = search->problem;
    g_autoptr(gsl_matrix) inverse = gsl_matrix_alloc(search->n_free, search->n_free);
    gsize degrees = problem->n - search->n_free;
    double variance = degrees > 0 ? rss / (double)degrees / (search->scale * search->scale) : 0;
    gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(w), 0, inverse);
    set_parameters(search, gsl_multifit_nlinear_position(w));
    for (gsize a = 0; a < search->n_free; a++)
        for (gsize b = 0; b < search->n_free; b++)
            covariance[search->free[a] * problem->n_parameters + search->free[b]] =
                variance * gsl_matrix_get(inverse, a, b) * search->dp_du[a] * search->dp_du[b];
}

struct run {
    double *p, *covariance;
    double rss;
    int iterations;
    gboolean converged;
};

/* One run from u; `run` is filled if it ends in finite numbers. */
static gboolean search_from(struct search *search, const gsl_vector *u, int method, struct run *run)
{
    const struct nonlinear_problem *problem = search->problem;
    gsl_multifit_nlinear_fdf fdf = {.f = residuals, .df = jacobian, .n = problem->n, .p = search->n_free, .params = search};
    gsl_multifit_nlinear_parameters with = method_of(method);
    gsl_multifit_nlinear_workspace *w = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &with, problem->n, search->n_free);
    int info = 0, status;
    if (problem->weight != NULL) {
        gsl_vector_const_view weight = gsl_vector_const_view_array(problem->weight, problem->n);
        status = gsl_multifit_nlinear_winit(u, &weight.vector, &fdf, w);
    } else {
        status = gsl_multifit_nlinear_init(u, &fdf, w);
    }
    if (status == GSL_SUCCESS)
        status = gsl_multifit_nlinear_driver(MAX_ITERATIONS, 1e-13, 1e-15, 0, NULL, NULL, &info, w);
    double rss;
    gsl_blas_ddot(gsl_multifit_nlinear_residual(w), gsl_multifit_nlinear_residual(w), &rss);
    run->rss = rss * search->scale * search->scale;
    run->iterations = (int)gsl_multifit_nlinear_niter(w);
    run->converged = status == GSL_SUCCESS || status == GSL_ENOPROG; /* no step is better: as far as doubles go */
    gboolean finite = isfinite(run->rss) && rss < 1e100;
    if (finite) {
        set_covariance(search, w, run->rss, run->covariance);
        memcpy(run->p, search->p, problem->n_parameters * sizeof *run->p);
    }
    gsl_multifit_nlinear_free(w);
    return finite;
}

/* The position of start s: 0 is the given one. */
static void set_start(const struct search *search, int s, gsl_vector *u)
{
    const struct nonlinear_problem *problem = search->problem;
    for (gsize k = 0; k < search->n_free; k++) {
        const struct nonlinear_parameter *parameter = &problem->parameters[search->free[k]];
        guint64 index = (guint64)s * problem->n_parameters + search->free[k];
        double at = from_parameter(parameter, parameter->start);
        if (s > 0 && is_bounded(parameter))
            at = from_share(random_uniform(problem->seed, "start", index));
        else if (s > 0)
            at *= exp(random_normal(problem->seed, "start", index));
        gsl_vector_set(u, k, at);
    }
}

static void keep(const struct nonlinear_problem *problem, const struct run *run, struct nonlinear_result *result)
{
    gsize n = problem->n_parameters;
    gboolean same = result->n_runs > 0 && fabs(run->rss - result->rss) <= 1e-6 * result->rss;
    gboolean better = result->n_runs == 0 || run->rss < result->rss;
    result->n_agree = same ? result->n_agree + 1 : better ? 1 : result->n_agree;
    result->n_runs++;
    if (!better)
        return;
    memcpy(result->p, run->p, n * sizeof *run->p);
    memcpy(result->covariance, run->covariance, n * n * sizeof *run->covariance);
    result->rss = run->rss;
    result->iterations = run->iterations;
    result->converged = run->converged;
}

static void search_all(struct search *search, struct nonlinear_result *result)
{
    const struct nonlinear_problem *problem = search->problem;
    gsize n = problem->n_parameters;
    g_autoptr(gsl_vector) u = gsl_vector_alloc(search->n_free);
    g_autofree double *p = g_new0(double, n), *covariance = g_new0(double, n *n);
    struct run run = {.p = p, .covariance = covariance};
    for (int s = 0; s < problem->starts; s++)
        for (int method = 0; method < (s == 0 && !problem->quick ? METHODS : 1); method++) {
            set_start(search, s, u);
            if (search_from(search, u, method, &run))
                keep(problem, &run, result);
        }
}

static void search_begin(struct search *search, const struct nonlinear_problem *problem)
{
    double sum2 = 0;
    search->problem = problem;
    search->free = g_new0(gsize, problem->n_parameters);
    search->p = g_new0(double, problem->n_parameters);
    search->slope = g_new0(double, problem->n_parameters);
    search->dp_du = g_new0(double, problem->n_parameters);
    for (gsize k = 0; k < problem->n_parameters; k++) {
        search->p[k] = problem->parameters[k].start;
        if (problem->parameters[k].low != problem->parameters[k].high)
            search->free[search->n_free++] = k;
    }
    for (gsize i = 0; i < problem->n; i++)
        sum2 += problem->y[i] * problem->y[i];
    search->scale = sum2 > 0 ? sqrt(sum2 / (double)problem->n) : 1;
}

gboolean nonlinear_fit(const struct nonlinear_problem *problem, struct nonlinear_result *result, GError **error)
{
    struct search search = {0};
    gsize n = problem->n_parameters;
    search_begin(&search, problem);
    *result = (struct nonlinear_result){.p = g_new0(double, n), .covariance = g_new0(double, n *n)};
    gboolean enough = problem->n >= search.n_free && search.n_free > 0;
    gsl_error_handler_t *old = gsl_set_error_handler_off();
    if (enough)
        search_all(&search, result);
    gsl_set_error_handler(old);
    if (!enough || result->n_runs == 0)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    "%" G_GSIZE_FORMAT " points do not determine %" G_GSIZE_FORMAT " parameters", problem->n, search.n_free);
    g_free(search.free);
    g_free(search.p);
    g_free(search.slope);
    g_free(search.dp_du);
    return result->n_runs > 0;
}

void nonlinear_result_clear(struct nonlinear_result *result)
{
    g_clear_pointer(&result->p, g_free);
    g_clear_pointer(&result->covariance, g_free);
}
