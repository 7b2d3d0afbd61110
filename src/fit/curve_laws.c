/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/curve_laws.c -- laws of one input: exponential and HardSigmoid; formulae in parametric.h. */
#include "config.h"

#include "fit/parametric.h"

#include <math.h>

/* Range of x and y over the samples. */
struct span {
    double x_low, x_high, y_low, y_high;
    double y_first, y_last; /* at the ends of x */
};

static struct span span_of(const struct samples *samples)
{
    struct span s = {INFINITY, -INFINITY, INFINITY, -INFINITY, 0, 0};
    for (gsize i = 0; i < samples->n; i++) {
        double x = samples->x[i], y = samples->y[i];
        if (x < s.x_low)
            s.y_first = y;
        if (x > s.x_high)
            s.y_last = y;
        s.x_low = fmin(s.x_low, x);
        s.x_high = fmax(s.x_high, x);
        s.y_low = fmin(s.y_low, y);
        s.y_high = fmax(s.y_high, y);
    }
    if (!(s.y_high > s.y_low))
        s.y_high = s.y_low + fmax(fabs(s.y_low), 1);
    return s;
}

/* ---- y = y0 + y1·e^((x − offset)/x1) */

static double exponential_eval(const struct model *model, const double *x, double *gradient, double *by)
{
    const double *p = model->coefficients;
    double u = (x[0] - model->inputs[0].offset) / p[2], e = exp(u);
    if (gradient != NULL)
        gradient[0] = p[1] * e / p[2];
    if (by != NULL) {
        by[0] = 1;
        by[1] = e;
        by[2] = -p[1] * e * u / p[2];
    }
    return p[0] + p[1] * e;
}

/* Steepest at the end whose value is farther from the middle of the range. */
static void exponential_table(const struct model *shape, const struct samples *samples, struct nonlinear_parameter *table)
{
    struct span s = span_of(samples);
    double width = s.x_high - s.x_low;
    gsize n_high = 0;
    for (gsize i = 0; i < samples->n; i++)
        n_high += samples->y[i] > (s.y_low + s.y_high) / 2;
    gboolean convex = 2 * n_high < samples->n, rises = s.y_last > s.y_first;
    double x1 = (convex == rises ? 1 : -1) * width / 3, y = convex ? s.y_high - s.y_low : s.y_low - s.y_high;
    double steep = x1 > 0 ? s.x_high : s.x_low;
    table[0] = (struct nonlinear_parameter){"y0", convex ? s.y_low : s.y_high, -INFINITY, INFINITY, FALSE};
    table[1] = (struct nonlinear_parameter){"y1", y / exp((steep - shape->inputs[0].offset) / x1), -INFINITY, INFINITY, FALSE};
    table[2] = (struct nonlinear_parameter){"x1", x1, -INFINITY, INFINITY, FALSE};
}

/* ---- HardSigmoid */

enum { FLOOR, GAIN, OFFSET, SPAN, KNEE_LOW, KNEE_HIGH };

static double hardsigmoid_eval(const struct model *model, const double *x, double *gradient, double *by)
{
    const double *p = model->coefficients;
    double u = (x[0] - p[OFFSET]) / p[KNEE_LOW], v = (x[0] - p[OFFSET] - p[SPAN]) / p[KNEE_HIGH], u_slope, v_slope;
    double f = soft_ramp(u, &u_slope), g = soft_ramp(v, &v_slope);
    double curve = p[KNEE_LOW] * f - p[KNEE_HIGH] * g;
    if (gradient != NULL)
        gradient[0] = p[GAIN] * (u_slope - v_slope);
    if (by != NULL) {
        by[FLOOR] = 1;
        by[GAIN] = curve;
        by[OFFSET] = -p[GAIN] * (u_slope - v_slope);
        by[SPAN] = p[GAIN] * v_slope;
        by[KNEE_LOW] = p[GAIN] * (f - u * u_slope);
        by[KNEE_HIGH] = -p[GAIN] * (g - v * v_slope);
    }
    return p[FLOOR] + p[GAIN] * curve;
}

static void hardsigmoid_table(const struct model *shape, const struct samples *samples, struct nonlinear_parameter *table)
{
    (void)shape;
    struct span s = span_of(samples);
    double width = s.x_high - s.x_low, height = s.y_high - s.y_low, sign = s.y_last >= s.y_first ? 1 : -1;
    double slope = 2 * height / width, floor = sign > 0 ? s.y_low : s.y_high;
    table[FLOOR] = (struct nonlinear_parameter){"floor", floor, -INFINITY, INFINITY, FALSE};
    table[GAIN] = (struct nonlinear_parameter){"gain", sign * slope, sign > 0 ? 0 : -50 * slope, sign > 0 ? 50 * slope : 0, FALSE};
    table[OFFSET] = (struct nonlinear_parameter){"offset", s.x_low + width / 4, s.x_low - width, s.x_high + width, FALSE};
    table[SPAN] = (struct nonlinear_parameter){"span", width / 2, width * 1e-3, width * 10, TRUE};
    table[KNEE_LOW] = (struct nonlinear_parameter){"knee_low", width / 20, width * 1e-6, width, TRUE};
    table[KNEE_HIGH] = (struct nonlinear_parameter){"knee_high", width / 20, width * 1e-6, width, TRUE};
}

static const char *const exponential_names[] = {"y0", "y1", "x1", NULL};
static const char *const hardsigmoid_names[] = {"floor", "gain", "offset", "span", "knee_low", "knee_high", NULL};

const struct model_family exponential_family = {.name = "exponential", .parameters = exponential_names, .orders = parametric_orders,
                                                .suits = parametric_one_input, .fit = parametric_fit,
                                                .fit_orders = parametric_fit_orders, .eval = exponential_eval};
const struct model_family hardsigmoid_family = {.name = "hardsigmoid", .parameters = hardsigmoid_names, .orders = parametric_orders,
                                                .suits = parametric_one_input, .fit = parametric_fit,
                                                .fit_orders = parametric_fit_orders, .eval = hardsigmoid_eval};
const struct law exponential_law = {&exponential_family, 4, exponential_table};
const struct law hardsigmoid_law = {&hardsigmoid_family, 8, hardsigmoid_table};
