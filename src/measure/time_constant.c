/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/time_constant.c -- τ of a decay  y = final + (y₀ - final) exp(-(x - x₀)/τ),  by nonlinear least squares.
 *
 * Fitted to the points in [from, to] (no interpolated ends: a chord does not lie on the curve), each weighted with the stretch
 * of the scale that it stands for, so that the answer does not follow the step control. In the scaled variables
 *     u = (x - x₀)/(x₁ - x₀),  z = (y - y_ref)/max|y - y_ref|,  k = (x₁ - x₀)/τ
 * and with `final` given as y_ref,    z = a exp(-k u)
 * and with `final` unknown,           z = b + a φ(k, u),  φ = (1 - exp(-k u))/k
 * the parameters are of order one. The obvious form c + a exp(-k u) is not: where the window holds a small part of an e-fold,
 * its a and c grow like 1/k against each other and the steps get stuck in the bent valley; φ turns into u there.
 *
 * The start comes from the differential equation, not from a guess: with S(u) = ∫₀ᵘ z du, the decay obeys
 *     z(u) - z(0) = -k S(u) + q u,  q = k z(∞)      (J. Jacquelin, Régressions et équations intégrales, 2009)
 * a linear regression, whose only error is that of the trapezoidal rule in S. Levenberg and Marquardt's steps in a trust
 * region (GSL, gsl_multifit_nlinear) take it from there; J. J. Moré, Lecture Notes in Mathematics 630 (1978) 105.
 */
#include "config.h"

#include "measure/method.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>

enum { PARAMETER_A, PARAMETER_K, PARAMETER_B, MAX_STEPS = 200 };

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

/* φ(k, u) and ∂φ/∂k; near k u = 0, where both would be differences of equals, by their series. */
static double decay_phi(double k, double u, double *dk)
{
    double ku = k * u;
    if (fabs(ku) < 1e-3) { /* the first terms left out are below 1e-14 of the sum */
        *dk = -u * u * (1.0 / 2 - ku * (1.0 / 3 - ku * (1.0 / 8 - ku * (1.0 / 30 - ku / 144))));
        return u * (1 - ku * (1.0 / 2 - ku * (1.0 / 6 - ku * (1.0 / 24 - ku / 120))));
    }
    double phi = -expm1(MIN(-ku, 300)) / k;
    *dk = (u * decay_exp(k, u) - phi) / k;
    return phi;
}

static int decay_f(const gsl_vector *p, void *data, gsl_vector *f)
{
    const struct decay *d = data;
    double a = gsl_vector_get(p, PARAMETER_A), k = gsl_vector_get(p, PARAMETER_K), dk;
    for (gsize i = 0; i < d->n; i++) {
        double u = decay_u(d, i);
        double z = d->has_final ? a * decay_exp(k, u) : gsl_vector_get(p, PARAMETER_B) + a * decay_phi(k, u, &dk);
        gsl_vector_set(f, i, decay_weight(d, i) * (z - decay_z(d, i)));
    }
    return GSL_SUCCESS;
}

static int decay_df(const gsl_vector *p, void *data, gsl_matrix *jacobian)
{
    const struct decay *d = data;
    double a = gsl_vector_get(p, PARAMETER_A), k = gsl_vector_get(p, PARAMETER_K), dk;
    for (gsize i = 0; i < d->n; i++) {
        double u = decay_u(d, i), w = decay_weight(d, i);
        if (d->has_final) {
            gsl_matrix_set(jacobian, i, PARAMETER_A, w * decay_exp(k, u));          /* ∂z/∂a = exp(-k u) */
            gsl_matrix_set(jacobian, i, PARAMETER_K, -w * a * u * decay_exp(k, u)); /* ∂z/∂k = -a u exp(-k u) */
        } else {
            gsl_matrix_set(jacobian, i, PARAMETER_A, w * decay_phi(k, u, &dk));     /* ∂z/∂a = φ */
            gsl_matrix_set(jacobian, i, PARAMETER_K, w * a * dk);                   /* ∂z/∂k = a ∂φ/∂k */
            gsl_matrix_set(jacobian, i, PARAMETER_B, w);                            /* ∂z/∂b = 1 */
        }
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

/* a, k, b to start from. A growth (k < 0) is a start like any other; the fit has to decide. */
static void decay_start(const struct decay *d, double start[3])
{
    struct sums sum = decay_sums(d);
    double z0 = decay_z(d, 0), determinant = sum.ss * sum.uu - sum.su * sum.su, dk;
    double k = d->has_final ? -sum.sz / sum.ss : -(sum.sz * sum.uu - sum.uz * sum.su) / determinant;
    double q = (sum.uz * sum.ss - sum.sz * sum.su) / determinant;
    gboolean found = isfinite(k) && (d->has_final || isfinite(q));
    start[PARAMETER_K] = found ? k : 1;
    start[PARAMETER_B] = z0;
    if (d->has_final)
        start[PARAMETER_A] = z0;
    else /* z'(0) = -k z(0) + q; without a regression, the line to the last point */
        start[PARAMETER_A] = found ? q - k * z0 : (decay_z(d, d->n - 1) - z0) / decay_phi(1, 1, &dk);
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

struct fitted {
    double k, sd_k, chi2;
    gboolean is_done; /* FALSE: the steps did not come to rest; the rest is where they were */
};

/* sd of k from the residuals, as for any least squares: sd² = χ²/(n - p) (JᵀJ)⁻¹. */
static double decay_sd(const struct decay *d, gsl_multifit_nlinear_workspace *work, gsize n_parameters, double chi2)
{
    double numbers[9] = {0};
    gsl_matrix_view covariance = gsl_matrix_view_array(numbers, n_parameters, n_parameters);
    gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(work), 0, &covariance.matrix);
    return sqrt(chi2 / (double)(d->n - n_parameters) * gsl_matrix_get(&covariance.matrix, PARAMETER_K, PARAMETER_K));
}

static struct fitted decay_fit(struct decay *d)
{
    double start[3];
    gsize n_parameters = d->has_final ? 2 : 3;
    decay_start(d, start);
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    gsl_multifit_nlinear_fdf fdf = {.f = decay_f, .df = decay_df, .n = d->n, .p = n_parameters, .params = d};
    gsl_multifit_nlinear_workspace *work =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters, d->n, n_parameters);
    gsl_vector_view p = gsl_vector_view_array(start, n_parameters);
    struct fitted fitted = {.k = NAN, .sd_k = NAN};
    int info = 0, status = work != NULL ? gsl_multifit_nlinear_init(&p.vector, &fdf, work) : GSL_ENOMEM;
    if (status == GSL_SUCCESS) {
        /* Steps shrink quadratically: behind one of 1e-10 the error is far below it. The gradient is no measure (0): over a
         * small part of an e-fold it vanishes long before the minimum. */
        status = gsl_multifit_nlinear_driver(MAX_STEPS, 1e-10, 0, 0, NULL, NULL, &info, work);
        /* "No progress" is how exact data end: the sum of squares is rounding noise and no step makes it smaller. The driver
         * tells that in `info` where already the start was the answer. */
        fitted.is_done = status == GSL_SUCCESS || info == GSL_ENOPROG;
        const gsl_vector *f = gsl_multifit_nlinear_residual(work);
        for (gsize i = 0; i < d->n; i++)
            fitted.chi2 += gsl_vector_get(f, i) * gsl_vector_get(f, i);
        fitted.k = gsl_vector_get(gsl_multifit_nlinear_position(work), PARAMETER_K);
        fitted.sd_k = decay_sd(d, work, n_parameters, fitted.chi2);
    }
    gsl_multifit_nlinear_free(work);
    return fitted;
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
                             spec->of.name, d->n, number_short(a, w.from), number_short(b, w.to), least);
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
                             number_short((char[NUMBER_SIZE]){0}, low), number_short(a, w.from), number_short(b, w.to));
    return TRUE;
}

static gboolean check(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    return method_over_time(bench, error) && method_takes(spec, 0, ATTRIBUTE_WINDOW | ATTRIBUTE_FINAL, error);
}

/* Whether the fit is a decay that the data show; otherwise says what it is. */
static gboolean decay_judge(const struct measure_spec *spec, const struct decay *d, const struct fitted *fitted, GError **error)
{
    /* A rate within three sd of none could as well be none; and below these e-folds over the window the rounding of the data
     * alone (1e-16, against k²/12 of bend in a free fit and k of fall in the other) leaves no six digits of k. */
    double least = MAX(3 * fitted->sd_k, d->has_final ? 1e-9 : 1e-5);
    if (fitted->k < -least)
        return method_refuse(error, "%s does not decay: its best exponential grows", spec->of.name);
    if (!(fitted->k > least))
        return method_refuse(error, "%s does not decay: no exponential fits it better than a straight line", spec->of.name);
    double rest = unexplained(d, fitted->chi2);
    if (!(rest < 0.5))
        return method_refuse(error, "%s does not decay: an exponential leaves %.0f %% of its variation unexplained",
                             spec->of.name, 100 * rest);
    if (!fitted->is_done)
        return method_refuse(error, "%s does not decay: the fit of an exponential found no end in %d steps", spec->of.name,
                             (int)MAX_STEPS);
    /* As many points as parameters must lie where the decay still shows: e⁻²⁰ of it is 2e-9. */
    gsize needed = d->has_final ? 2 : 3;
    if (fitted->k * decay_u(d, needed - 1) > 20)
        return method_refuse(error, "%s decays between its first points, of which a time constant needs %" G_GSIZE_FORMAT,
                             spec->of.name, needed);
    return TRUE;
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct decay d;
    if (!decay_points(spec, trace, &d, error))
        return FALSE;
    struct fitted fitted = decay_fit(&d);
    if (!decay_judge(spec, &d, &fitted, error))
        return FALSE;
    *value = d.span / fitted.k;
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
