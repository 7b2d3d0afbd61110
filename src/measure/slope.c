/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/slope.c -- the derivative at a position, or the slope of the best straight line over a stretch.
 *
 * At a position: the derivative there of the parabola through the nearest point and its two neighbours (at an end of the scale
 * its two last), exact for a quadratic on any grid; B. Fornberg, Math. Comp. 51 (1988) 699, order 1 on three points:
 *     y'(x) = Σᵢ yᵢ (2x - xⱼ - xₖ) / ((xᵢ - xⱼ)(xᵢ - xₖ))
 * Over a stretch a … b with middle m: the least-squares line through the piecewise linear signal itself, not through its points
 * (those lie densest where the signal bends), which is its projection on the first Legendre polynomial:
 *     slope = 12/(b - a)³ ∫ (x - m) y dx;   a piece gives  h (u₀y₀ + u₁y₁)/3 + h (u₀y₁ + u₁y₀)/6   with u = x - m
 */
#include "config.h"

#include "measure/method.h"

#include <math.h>

static gboolean check(const struct measure_spec *spec, const struct bench *bench G_GNUC_UNUSED, GError **error)
{
    return method_takes(spec, 0, isnan(spec->at) ? ATTRIBUTE_WINDOW : ATTRIBUTE_AT, error);
}

static double parabola_slope(const double *x, const double *y, double at)
{
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double xi = x[i], xj = x[(i + 1) % 3], xk = x[(i + 2) % 3];
        sum += y[i] * ((at - xj) + (at - xk)) / ((xi - xj) * (xi - xk));
    }
    return sum;
}

static gboolean slope_at(const struct trace *trace, double at, double *value, GError **error)
{
    gsize n = trace->n, nearest = 0;
    char p[NUMBER_SIZE], a[NUMBER_SIZE], b[NUMBER_SIZE];
    if (n < 2)
        return method_refuse(error, n == 0 ? "the signal has no points" : "the signal has a single point, which has no slope");
    if (!scale_clamp(trace->x[0], trace->x[n - 1], &at))
        return method_refuse(error, "at %s lies outside of the scale, which runs from %s to %s", number_print(p, at),
                             number_print(a, trace->x[0]), number_print(b, trace->x[n - 1]));
    if (n == 2) {
        *value = (trace->y[1] - trace->y[0]) / (trace->x[1] - trace->x[0]);
        return TRUE;
    }
    for (gsize k = 1; k < n && fabs(trace->x[k] - at) <= fabs(trace->x[nearest] - at); k++)
        nearest = k;
    gsize first = CLAMP(nearest, 1, n - 2) - 1;
    /* Relative to the first of the three: values far larger than their differences would lose the digits of the sum. */
    double y[3] = {0, trace->y[first + 1] - trace->y[first], trace->y[first + 2] - trace->y[first]};
    *value = parabola_slope(trace->x + first, y, at);
    return TRUE;
}

static gboolean slope_over(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    if (!window_make(spec, trace, trace->y, 2, &w, error))
        return FALSE;
    double middle = w.from + (w.to - w.from) / 2, span = w.to - w.from, sum = 0;
    for (gsize i = 1; i < w.n; i++) {
        double u0 = (window_x(&w, i - 1) - middle) / span, u1 = (window_x(&w, i) - middle) / span;
        double y0 = window_y(&w, i - 1) - w.y_from, y1 = window_y(&w, i) - w.y_from;
        sum += (u1 - u0) * ((u0 * y0 + u1 * y1) / 3 + (u0 * y1 + u1 * y0) / 6);
    }
    *value = 12 * sum / span;
    return TRUE;
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    return isnan(spec->at) ? slope_over(spec, trace, value, error) : slope_at(trace, spec->at, value, error);
}

const struct measure_method method_slope = {
    .kind = MEASURE_SLOPE,
    .title = "the derivative at a position, or the slope of the least-squares line over a stretch",
    .source = "Fornberg, Math. Comp. 51 (1988) 699; Legendre projection",
    .check = check,
    .unit = unit_of_quotient,
    .run = run,
};
