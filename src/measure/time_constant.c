/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/time_constant.c -- τ of a decay  y = final + (y₀ - final) exp(-(x - x₀)/τ),  by nonlinear least squares.
 *
 * Fitted to the points in [from, to] (no interpolated ends: a chord does not lie on the curve), each weighted with the stretch
 * of the scale that it stands for, so that the answer does not follow the step control. In the scaled variables
 *     u = (x - x₀)/(x₁ - x₀),  z = (y - y_ref)/max|y - y_ref|,  z = c + a exp(-k u),  τ = (x₁ - x₀)/k
 * all parameters are of order one. y_ref is `final` where it is given (then c = 0 stays fixed), else the last point.
 *
 * The start comes from the differential equation, not from a guess: with S(u) = ∫₀ᵘ z du, the decay obeys
 *     z(u) - z(0) = -k S(u) + k c u        (J. Jacquelin, Régressions et équations intégrales, 2009)
 * a linear regression, whose only error is that of the trapezoidal rule in S. Levenberg and Marquardt's steps in a trust
 * region (GSL, gsl_multifit_nlinear) take it from there; J. J. Moré, Lecture Notes in Mathematics 630 (1978) 105.
 */
#include "config.h"

#include "measure/method.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>

enum { PARAMETER_A, PARAMETER_K, PARAMETER_C, MAX_STEPS = 200 };

struct decay {
    const double *x, *y; /* [n] the points in the window */
    gsize n;
    double x0, span;     /* u = (x - x0) / span */
    double reference, size;  /* z = (y - reference) / size */
    gboolean has_final;
};

static double decay_u(const struct decay *d, gsize i)
{
    return (d->x[i] - d->x0) / d->span;
}

static double decay_z(const struct decay *d, gsize i)
{
    return (d->y[i] - d->reference) / d->size;
}

/* √ of the share of the scale that point i stands for. */
static double decay_weight(const struct decay *d, gsize i)
{
    return sqrt((d->x[MIN(i + 1, d->n - 1)] - d->x[i > 0 ? i - 1 : 0]) / (2 * d->span));
}

/* A trial step may make k so negative that exp() overflows; beyond e³⁰⁰ it is refused whatever its value. */
static double decay_exp(double k, double u)
{
    return exp(MIN(-k * u, 300));
}

static int decay_f(const gsl_vector *p, void *data, gsl_vector *f)
{
    const struct decay *d = data;
    double a = gsl_vector_get(p, PARAMETER_A), k = gsl_vector_get(p, PARAMETER_K);
    double c = d->has_final ? 0 : gsl_vector_get(p, PARAMETER_C);
    for (gsize i = 0; i < d->n; i++)
        gsl_vector_set(f, i, decay_weight(d, i) * (c + a * decay_exp(k, decay_u(d, i)) - decay_z(d, i)));
    return GSL_SUCCESS;
}

static int decay_df(const gsl_vector *p, void *data, gsl_matrix *jacobian)
{
    const struct decay *d = data;
    double a = gsl_vector_get(p, PARAMETER_A), k = gsl_vector_get(p, PARAMETER_K);
    for (gsize i = 0; i < d->n; i++) {
        double u = decay_u(d, i), w = decay_weight(d, i), e = w * decay_exp(k, u);
        gsl_matrix_set(jacobian, i, PARAMETER_A, e);             /* ∂z/∂a = exp(-k u) */
        gsl_matrix_set(jacobian, i, PARAMETER_K, -a * u * e);    /* ∂z/∂k = -a u exp(-k u) */
        if (!d->has_final)
            gsl_matrix_set(jacobian, i, PARAMETER_C, w);         /* ∂z/∂c = 1 */
    }
    return GSL_SUCCESS;
}

/* Sums for the regression of Z = z - z(0) on S and u. */
struct sums {
    double ss, su, uu, sz, uz;
};

static struct sums decay_sums(const struct decay *d)
{
    struct sums sum = {0};
    double s = 0, z0 = decay_z(d, 0);
    for (gsize i = 1; i < d->n; i++) {
        double u = decay_u(d, i), z = decay_z(d, i);
        s += (u - decay_u(d, i - 1)) * (z + decay_z(d, i - 1)) / 2;
        double w = decay_weight(d, i) * decay_weight(d, i);
        sum.ss += w * s * s;
        sum.su += w * s * u;
        sum.uu += w * u * u;
        sum.sz += w * s * (z - z0);
        sum.uz += w * u * (z - z0);
    }
    return sum;
}

/* a, k, c to start from. Where the regression finds no decay, one e-fold over the window, and the fit has to decide. */
static void decay_start(const struct decay *d, double start[3])
{
    struct sums sum = decay_sums(d);
    double k = NAN, kc = 0;
    if (d->has_final)
        k = -sum.sz / sum.ss;
    else {
        double determinant = sum.ss * sum.uu - sum.su * sum.su;
        k = -(sum.sz * sum.uu - sum.uz * sum.su) / determinant;
        kc = (sum.uz * sum.ss - sum.sz * sum.su) / determinant;
    }
    gboolean decays = isfinite(k) && isfinite(kc) && k > 1e-6;
    start[PARAMETER_K] = decays ? k : 1;
    start[PARAMETER_C] = decays ? kc / k : d->has_final ? 0 : decay_z(d, d->n - 1);
    start[PARAMETER_A] = decay_z(d, 0) - start[PARAMETER_C];
}

/* The share of the variation of z about its mean that the fit leaves unexplained. */
static double unexplained(const struct decay *d, double chi2)
{
    double mean = 0, weight = 0, variation = 0;
    for (gsize i = 0; i < d->n; i++) {
        double w = decay_weight(d, i) * decay_weight(d, i);
        mean += w * decay_z(d, i);
        weight += w;
    }
    mean /= weight;
    for (gsize i = 0; i < d->n; i++)
        variation += pow(decay_weight(d, i) * (decay_z(d, i) - mean), 2);
    return chi2 / variation;
}

/* Fits, and gives k and the sum of squares; FALSE where the steps do not come to rest. */
static gboolean decay_fit(struct decay *d, double *k, double *chi2)
{
    double start[3];
    gsize n_parameters = d->has_final ? 2 : 3;
    decay_start(d, start);
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    gsl_multifit_nlinear_fdf fdf = {.f = decay_f, .df = decay_df, .n = d->n, .p = n_parameters, .params = d};
    gsl_multifit_nlinear_workspace *work = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters, d->n, n_parameters);
    gsl_vector_view p = gsl_vector_view_array(start, n_parameters);
    int info = 0, status = work != NULL ? gsl_multifit_nlinear_init(&p.vector, &fdf, work) : GSL_ENOMEM;
    if (status == GSL_SUCCESS) /* steps below 1e-13 of the parameters; a gradient this small only at the minimum */
        status = gsl_multifit_nlinear_driver(MAX_STEPS, 1e-13, 1e-15, 0, NULL, NULL, &info, work);
    /* "No progress" is how exact data end: the sum of squares is rounding noise and no step makes it smaller. */
    gboolean ok = status == GSL_SUCCESS || status == GSL_ENOPROG;
    if (ok) {
        const gsl_vector *f = gsl_multifit_nlinear_residual(work);
        *k = gsl_vector_get(gsl_multifit_nlinear_position(work), PARAMETER_K);
        *chi2 = 0;
        for (gsize i = 0; i < d->n; i++)
            *chi2 += gsl_vector_get(f, i) * gsl_vector_get(f, i);
    }
    gsl_multifit_nlinear_free(work);
    return ok;
}

/* The points of the trace in the window, and their scaling. FALSE with a sentence where they cannot tell a time constant. */
static gboolean decay_points(const struct measure_spec *spec, const struct trace *trace, struct decay *d, GError **error)
{
    struct window w;
    if (!window_make(spec, trace, trace->y, 2, &w, error))
        return FALSE;
    gsize first = w.first, end = w.first + w.n - 2; /* strictly inside */
    first -= first > 0 && trace->x[first - 1] == w.from ? 1 : 0;
    end += end < trace->n && trace->x[end] == w.to ? 1 : 0;
    *d = (struct decay){.x = trace->x + first, .y = trace->y + first, .n = end - first, .has_final = !isnan(spec->final)};
    gsize least = d->has_final ? 3 : 4;
    char a[NUMBER_SIZE], b[NUMBER_SIZE];
    if (d->n < least)
        return method_refuse(error, "%s has %" G_GSIZE_FORMAT " points between %s and %s, a time constant needs %" G_GSIZE_FORMAT,
                             spec->of.name, d->n, number_print(a, w.from), number_print(b, w.to), least);
    d->x0 = d->x[0];
    d->span = d->x[d->n - 1] - d->x0;
    d->reference = d->has_final ? spec->final : d->y[d->n - 1];
    double low = d->y[0], high = d->y[0];
    for (gsize i = 0; i < d->n; i++) {
        low = MIN(low, d->y[i]);
        high = MAX(high, d->y[i]);
    }
    d->size = MAX(fabs(low - d->reference), fabs(high - d->reference));
    if (!(high - low > 1e-12 * MAX(fabs(low), fabs(high)))) /* some thousand roundings: nothing that moves */
        return method_refuse(error, "%s stays at %s between %s and %s and does not decay", spec->of.name,
                             number_print((char[NUMBER_SIZE]){0}, low), number_print(a, w.from), number_print(b, w.to));
    return TRUE;
}

static gboolean check(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    return method_over_time(bench, error) && method_takes(spec, 0, ATTRIBUTE_WINDOW | ATTRIBUTE_FINAL, error);
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct decay d;
    double k, chi2;
    if (!decay_points(spec, trace, &d, error))
        return FALSE;
    if (!decay_fit(&d, &k, &chi2))
        return method_refuse(error, "%s does not decay: the fit of an exponential found no end in %d steps", spec->of.name,
                             (int)MAX_STEPS);
    /* With a free final value, less than 1e-4 e-folds over the window are a straight line: any large τ fits it as well. */
    if (!(k > (d.has_final ? 0 : 1e-4)))
        return method_refuse(error, "%s does not decay: its best exponential %s", spec->of.name,
                             k < -1e-4 ? "grows" : "is a straight line");
    double rest = unexplained(&d, chi2);
    if (!(rest < 0.5))
        return method_refuse(error, "%s does not decay: an exponential leaves %.0f %% of its variation unexplained", spec->of.name,
                             100 * rest);
    *value = d.span / k;
    return TRUE;
}

const struct measure_method method_time_constant = {
    .kind = MEASURE_TIME_CONSTANT,
    .title = "the time constant of a decay, by a least-squares fit",
    .source = "Moré, LNM 630 (1978) 105, with the start of Jacquelin (2009)",
    .check = check,
    .unit = unit_of_scale,
    .run = run,
};
