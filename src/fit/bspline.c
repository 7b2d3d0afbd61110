/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/bspline.c -- see bspline.h. Workload: 10⁴ points, three inputs, up to 3,000 coefficients in a band of some 400. */
#include "config.h"

#include "fit/bspline.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(gsl_matrix, gsl_matrix_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gsl_vector, gsl_vector_free)

enum { MAX_SUPPORT = 256, MAX_COEFFICIENTS = 20000, ADMM_ITERATIONS = 400 };
static const double penalty = 1e-10, same_value = 1e-9;

int bspline_degree(const struct model *model, int a)
{
    gsize repeated = 1;
    while (repeated < model->n_knots[a] && model->knots[a][repeated] == model->knots[a][0])
        repeated++;
    return (int)repeated - 1;
}

gsize bspline_count(const struct model *model, int a)
{
    return model->n_knots[a] - (gsize)bspline_degree(model, a) - 1;
}

/* ---- evaluation */

/* The B-splines that are not 0 at x, and their slopes, along one input. */
struct support {
    gsize first; /* index of b[0] */
    int degree;
    double b[BSPLINE_MAX_DEGREE + 1], slope[BSPLINE_MAX_DEGREE + 1];
};

/* The last knot interval that is not empty and starts at or below x. */
static gsize interval_of(const double *t, gsize low, gsize high, double x)
{
    while (low + 1 < high) {
        gsize middle = (low + high) / 2;
        if (t[middle] <= x)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Cox and de Boor's recursion; the slopes from the B-splines of one degree less. */
static struct support support_at(const double *t, gsize n_knots, int degree, double x)
{
    gsize d = (gsize)degree, s = interval_of(t, d, n_knots - d - 1, x);
    struct support out = {.first = s - d, .degree = degree, .b = {1}};
    double lower[BSPLINE_MAX_DEGREE + 1] = {1};
    for (gsize k = 1; k <= d; k++) {
        if (k == d)
            memcpy(lower, out.b, sizeof lower);
        double saved = 0;
        for (gsize r = 0; r < k; r++) {
            double right = t[s + r + 1], left = t[s + 1 + r - k], share = out.b[r] / (right - left);
            out.b[r] = saved + (right - x) * share;
            saved = (x - left) * share;
        }
        out.b[k] = saved;
    }
    /* B'_i,d = d·(B_i,d−1/(t_i+d − t_i) − B_i+1,d−1/(t_i+d+1 − t_i+1)); lower[r] is B_(s−d+1+r), d−1 */
    for (gsize r = 0; d > 0 && r <= d; r++) {
        gsize i = s - d + r;
        double here = r > 0 ? lower[r - 1] / (t[i + d] - t[i]) : 0, next = r < d ? lower[r] / (t[i + d + 1] - t[i + 1]) : 0;
        out.slope[r] = degree * (here - next);
    }
    return out;
}

/* Products over the inputs of what stands in the supports; weights[support], index[support]. With `slope_of` ≥ 0 that input's slopes. */
static gsize products(const struct support *support, const gsize *count, int n_inputs, int slope_of, double *weights, gsize *index)
{
    gsize n = 1;
    weights[0] = 1;
    index[0] = 0;
    for (int a = 0; a < n_inputs; a++) {
        const struct support *s = &support[a];
        const double *b = a == slope_of ? s->slope : s->b;
        gsize width = (gsize)s->degree + 1;
        for (gsize i = n; i-- > 0;)
            for (gsize r = width; r-- > 0;) {
                weights[i * width + r] = weights[i] * b[r];
                index[i * width + r] = index[i] * count[a] + s->first + r;
            }
        n *= width;
    }
    return n;
}

static double bspline_eval(const struct model *model, const double *x, double *gradient, double *by_coefficient)
{
    struct support support[BSPLINE_MAX_INPUTS];
    gsize count[BSPLINE_MAX_INPUTS], index[MAX_SUPPORT], n;
    double weights[MAX_SUPPORT], sum = 0;
    for (int a = 0; a < model->n_inputs; a++) {
        int degree = bspline_degree(model, a);
        count[a] = model->n_knots[a] - (gsize)degree - 1;
        support[a] = support_at(model->knots[a], model->n_knots[a], degree, x[a]);
    }
    for (int b = 0; gradient != NULL && b < model->n_inputs; b++) {
        n = products(support, count, model->n_inputs, b, weights, index);
        gradient[b] = 0;
        for (gsize i = 0; i < n; i++)
            gradient[b] += weights[i] * model->coefficients[index[i]];
    }
    n = products(support, count, model->n_inputs, -1, weights, index);
    if (by_coefficient != NULL)
        memset(by_coefficient, 0, model->n_coefficients * sizeof *by_coefficient);
    for (gsize i = 0; i < n; i++) {
        sum += weights[i] * model->coefficients[index[i]];
        if (by_coefficient != NULL)
            by_coefficient[index[i]] = weights[i];
    }
    return sum;
}

/* ---- the shape of a spline for given samples */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static gsize distinct_values(const struct samples *samples, int a, double span)
{
    g_autofree double *x = g_new(double, samples->n);
    for (gsize i = 0; i < samples->n; i++)
        x[i] = samples->x[i * (gsize)samples->n_inputs + (gsize)a];
    qsort(x, samples->n, sizeof *x, compare_doubles);
    gsize n = samples->n > 0;
    for (gsize i = 1; i < samples->n; i++)
        n += x[i] - x[i - 1] > same_value * span;
    return n;
}

/* Clamped knots of `intervals` equal intervals. */
static void set_knots(struct model *model, int a, int degree, gsize intervals)
{
    const struct model_input *input = &model->inputs[a];
    gsize d = (gsize)degree, n = intervals + 1 + 2 * d;
    g_free(model->knots[a]);
    model->knots[a] = g_new(double, n);
    model->n_knots[a] = n;
    for (gsize i = 0; i < n; i++) {
        gsize k = i < d ? 0 : MIN(i - d, intervals);
        model->knots[a][i] = k == intervals ? input->max : input->min + (input->max - input->min) * (double)k / (double)intervals;
    }
}

/* FALSE where an input has one value, or there would be too many coefficients. */
static gboolean set_shape(struct model *model, int order, const struct samples *samples)
{
    gsize n = 1;
    for (int a = 0; a < model->n_inputs; a++) {
        gsize values = distinct_values(samples, a, model->inputs[a].max - model->inputs[a].min);
        if (values < 2)
            return FALSE;
        int degree = (int)MIN((gsize)BSPLINE_MAX_DEGREE, values - 1);
        set_knots(model, a, degree, MIN((gsize)order, values - (gsize)degree));
        n *= bspline_count(model, a);
    }
    if (n > MAX_COEFFICIENTS || n > samples->n)
        return FALSE;
    g_free(model->coefficients);
    model->n_coefficients = n;
    model->coefficients = g_new0(double, n);
    model->order = order;
    return TRUE;
}

/* ---- normal equations, banded: row j of `a` holds column j of the lower triangle, from the diagonal down */

struct normal {
    gsize n, band;
    gsl_matrix *a;
    gsl_vector *right;
};

/* Places between neighbours along an input. */
static gsize stride_of(const struct model *model, int a)
{
    gsize stride = 1;
    for (int b = a + 1; b < model->n_inputs; b++)
        stride *= bspline_count(model, b);
    return stride;
}

static struct normal normal_of(const struct model *model, const struct samples *samples)
{
    struct normal normal = {.n = model->n_coefficients};
    gsize count[BSPLINE_MAX_INPUTS], index[MAX_SUPPORT], k = (gsize)model->n_inputs;
    double weights[MAX_SUPPORT];
    for (int a = 0; a < model->n_inputs; a++) {
        count[a] = bspline_count(model, a);
        normal.band += MAX((gsize)bspline_degree(model, a), 2) * stride_of(model, a);
    }
    normal.band = MIN(normal.band, normal.n - 1);
    normal.a = gsl_matrix_calloc(normal.n, normal.band + 1);
    normal.right = gsl_vector_calloc(normal.n);
    for (gsize s = 0; s < samples->n; s++) {
        struct support support[BSPLINE_MAX_INPUTS];
        for (int a = 0; a < model->n_inputs; a++)
            support[a] = support_at(model->knots[a], model->n_knots[a], bspline_degree(model, a), samples->x[s * k + (gsize)a]);
        gsize m = products(support, count, model->n_inputs, -1, weights, index);
        double w = samples->weight != NULL ? samples->weight[s] : 1;
        for (gsize j = 0; j < m; j++) { /* indices ascend */
            *gsl_vector_ptr(normal.right, index[j]) += w * weights[j] * samples->y[s];
            double *row = gsl_matrix_ptr(normal.a, index[j], 0);
            for (gsize i = j; i < m; i++)
                row[index[i] - index[j]] += w * weights[j] * weights[i];
        }
    }
    return normal;
}

static void normal_clear(struct normal *normal)
{
    gsl_matrix_free(normal->a);
    gsl_vector_free(normal->right);
}

/* Position of coefficient i along input a. */
static gsize place_along(gsize i, gsize stride, gsize count)
{
    return i / stride % count;
}

/* Adds amount·(second difference)² along every input, and a trace of the coefficients themselves. */
static void add_penalty(struct normal *normal, const struct model *model)
{
    double mean = 0;
    for (gsize i = 0; i < normal->n; i++)
        mean += gsl_matrix_get(normal->a, i, 0) / (double)normal->n;
    double amount = penalty * mean;
    static const double difference[3] = {1, -2, 1};
    for (int a = 0; a < model->n_inputs; a++) {
        gsize stride = stride_of(model, a), count = bspline_count(model, a);
        for (gsize i = 0; i < normal->n; i++)
            if (place_along(i, stride, count) + 2 < count)
                for (gsize p = 0; p < 3; p++)
                    for (gsize q = p; q < 3; q++)
                        *gsl_matrix_ptr(normal->a, i + p * stride, (q - p) * stride) += amount * difference[p] * difference[q];
    }
    for (gsize i = 0; i < normal->n; i++)
        *gsl_matrix_ptr(normal->a, i, 0) += 1e-3 * amount;
}

/* ---- monotone along an input */

static double step_of(const double *c, gsize i, gsize stride, int sign)
{
    return sign * (c[i + stride] - c[i]);
}

static gboolean is_monotone(const struct model *model)
{
    for (int a = 0; a < model->n_inputs; a++) {
        gsize stride = stride_of(model, a), count = bspline_count(model, a);
        int sign = model->inputs[a].monotone;
        for (gsize i = 0; sign != 0 && i < model->n_coefficients; i++)
            if (place_along(i, stride, count) + 1 < count && step_of(model->coefficients, i, stride, sign) < 0)
                return FALSE;
    }
    return TRUE;
}

/* A running maximum along each monotone input; it keeps what an earlier one has ordered. */
static void enforce(struct model *model)
{
    for (int a = 0; a < model->n_inputs; a++) {
        gsize stride = stride_of(model, a), count = bspline_count(model, a);
        int sign = model->inputs[a].monotone;
        double *c = model->coefficients;
        for (gsize i = 0; sign != 0 && i < model->n_coefficients; i++)
            if (place_along(i, stride, count) + 1 < count && step_of(c, i, stride, sign) < 0)
                c[i + stride] = c[i];
    }
}

/* z and u: one a step along each monotone input; right = b + ρ Dᵀ(z − u) */
static void add_steps(const struct model *model, double rho, const double *z, const double *u, gsl_vector *right)
{
    gsize n = model->n_coefficients;
    for (int a = 0; a < model->n_inputs; a++) {
        gsize stride = stride_of(model, a), count = bspline_count(model, a);
        int sign = model->inputs[a].monotone;
        for (gsize i = 0; sign != 0 && i < n; i++)
            if (place_along(i, stride, count) + 1 < count) {
                double d = sign * rho * (z[(gsize)a * n + i] - u[(gsize)a * n + i]);
                *gsl_vector_ptr(right, i + stride) += d;
                *gsl_vector_ptr(right, i) -= d;
            }
    }
}

/* z = max(0, Dc + u), u += Dc − z */
static void update_steps(const struct model *model, const double *c, double *z, double *u)
{
    gsize n = model->n_coefficients;
    for (int a = 0; a < model->n_inputs; a++) {
        gsize stride = stride_of(model, a), count = bspline_count(model, a);
        int sign = model->inputs[a].monotone;
        for (gsize i = 0; sign != 0 && i < n; i++)
            if (place_along(i, stride, count) + 1 < count) {
                gsize at = (gsize)a * n + i;
                double d = step_of(c, i, stride, sign);
                z[at] = fmax(0, d + u[at]);
                u[at] += d - z[at];
            }
    }
}

static void solve_monotone(struct model *model, const struct normal *normal)
{
    gsize n = model->n_coefficients;
    double rho = 0;
    for (gsize i = 0; i < n; i++)
        rho += gsl_matrix_get(normal->a, i, 0) / (double)n;
    g_autoptr(gsl_matrix) factor = gsl_matrix_alloc(n, normal->band + 1);
    g_autoptr(gsl_vector) right = gsl_vector_alloc(n);
    g_autofree double *z = g_new0(double, n *(gsize)model->n_inputs), *u = g_new0(double, n *(gsize)model->n_inputs);
    gsl_vector_view c = gsl_vector_view_array(model->coefficients, n);
    gsl_matrix_memcpy(factor, normal->a);
    for (int a = 0; a < model->n_inputs; a++) {
        gsize stride = stride_of(model, a), count = bspline_count(model, a);
        for (gsize i = 0; model->inputs[a].monotone != 0 && i < n; i++)
            if (place_along(i, stride, count) + 1 < count) {
                *gsl_matrix_ptr(factor, i, 0) += rho;
                *gsl_matrix_ptr(factor, i + stride, 0) += rho;
                *gsl_matrix_ptr(factor, i, stride) -= rho;
            }
    }
    gsl_linalg_cholesky_band_decomp(factor);
    for (int k = 0; k < ADMM_ITERATIONS; k++) {
        gsl_vector_memcpy(right, normal->right);
        add_steps(model, rho, z, u, right);
        gsl_linalg_cholesky_band_solve(factor, right, &c.vector);
        update_steps(model, model->coefficients, z, u);
    }
}

/* ---- the fit */

static gboolean solve(struct model *model, const struct samples *samples)
{
    struct normal normal = normal_of(model, samples);
    add_penalty(&normal, model);
    g_autoptr(gsl_matrix) factor = gsl_matrix_alloc(normal.n, normal.band + 1);
    gsl_vector_view c = gsl_vector_view_array(model->coefficients, normal.n);
    gsl_matrix_memcpy(factor, normal.a);
    gboolean ok = gsl_linalg_cholesky_band_decomp(factor) == 0;
    if (ok) {
        gsl_linalg_cholesky_band_solve(factor, normal.right, &c.vector);
        if (!is_monotone(model))
            solve_monotone(model, &normal);
        enforce(model);
    }
    normal_clear(&normal);
    return ok;
}

static gboolean bspline_fit(struct model *model, int order, const struct samples *samples, GError **error)
{
    struct model *fitted = model_copy(model);
    g_clear_pointer(&fitted->exponents, g_free);
    model_complete_inputs(fitted, samples);
    gboolean ok = samples->n > 0 && set_shape(fitted, order, samples) && solve(fitted, samples);
    if (!ok)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    "%" G_GSIZE_FORMAT " points do not determine a spline of %d intervals along each of %d inputs", samples->n, order,
                    model->n_inputs);
    struct model old = *model;
    if (ok) {
        *model = *fitted;
        *fitted = old;
    }
    model_free(fitted);
    return ok;
}

static gboolean bspline_suits(const struct model_input *inputs, int n_inputs, GError **error)
{
    (void)inputs;
    if (n_inputs <= BSPLINE_MAX_INPUTS)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%d inputs, expected at most %d", n_inputs, BSPLINE_MAX_INPUTS);
    return FALSE;
}

static gboolean check_knots(const struct model *model, int a, GError **error)
{
    gsize n = model->n_knots[a];
    const double *t = model->knots[a];
    gsize d = n > 0 ? (gsize)bspline_degree(model, a) : 0;
    gboolean good = n >= 2 && d <= BSPLINE_MAX_DEGREE && n >= 2 * d + 2 && t[n - 1] > t[0];
    for (gsize i = 1; good && i < n; i++)
        good = t[i] > t[i - 1] || (t[i] == t[i - 1] && (i <= d || i >= n - d));
    good = good && t[n - d - 1] == t[n - 1] && t[0] <= model->inputs[a].min && t[n - 1] >= model->inputs[a].max;
    if (!good)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    "knots of \"%s\": expected numbers that rise from min to max, the first and the last 1 to %d times", model->inputs[a].name,
                    BSPLINE_MAX_DEGREE + 1);
    return good;
}

static gboolean bspline_check(const struct model *model, GError **error)
{
    gsize n = 1;
    if (!bspline_suits(model->inputs, model->n_inputs, error))
        return FALSE;
    for (int a = 0; a < model->n_inputs; a++) {
        if (!check_knots(model, a, error))
            return FALSE;
        n *= bspline_count(model, a);
    }
    if (n == model->n_coefficients)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                "coefficients: %" G_GSIZE_FORMAT " numbers, expected %" G_GSIZE_FORMAT " as the knots have it", model->n_coefficients, n);
    return FALSE;
}

const struct model_family bspline_family = {
    .name = "bspline", .suits = bspline_suits, .check = bspline_check, .fit = bspline_fit, .eval = bspline_eval};
