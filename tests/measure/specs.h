/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/measure/specs.h -- specs and traces as tests write them. */
#ifndef GAINSPICE_TESTS_MEASURE_SPECS_H
#define GAINSPICE_TESTS_MEASURE_SPECS_H

#include "measure/measure.h"
#include "tests/support/check_tap.h"

/* SPEC first sets every default and then what the test gives; the second initializer winning is the point. */
#pragma GCC diagnostic ignored "-Woverride-init"

/* A spec as the design's reader leaves it: absent numbers NAN, edges either, the first crossing. */
#define SPEC(kind_, ...)                                                                                                   \
    ((struct measure_spec){.name = (char *)"m", .kind = kind_, .of = {SIGNAL_VOLTAGE, (char *)"v(sn)", (char *)"sn", NULL}, \
                           .at = NAN, .from = NAN, .to = NAN, .level = NAN, .until_level = NAN, .final = NAN, .band = NAN, \
                           .period = NAN, .window_s = NAN, .number = 1, .until_number = 1, .origin = {"netlists/x.xml", 12}, __VA_ARGS__})
#define UNTIL(name_, node_) .until = {SIGNAL_VOLTAGE, (char *)name_, (char *)node_, NULL}

/* n positions from `low` to `high`, both exact; steps between 0.1 and 1.9 of their mean, the same each time. */
static inline double *uneven_grid(gsize n, double low, double high)
{
    double *x = g_new(double, n), sum = 0;
    for (gsize k = 0; k < n; k++) {
        x[k] = sum;
        sum += 1 + 0.9 * sin(2.385 * (double)k);
    }
    for (gsize k = 0; k < n; k++)
        x[k] = low + (high - low) * (x[k] / x[n - 1]);
    x[n - 1] = high;
    return x;
}

static inline double *sampled(gsize n, const double *x, double (*f)(double))
{
    double *y = g_new(double, n);
    for (gsize k = 0; k < n; k++)
        y[k] = f(x[k]);
    return y;
}

/* The value of a measure that must have one. */
static inline double measured(struct measure_spec spec, struct trace trace)
{
    GError *error = NULL;
    double value = NAN;
    ck_ok(measure_method(spec.kind)->run(&spec, &trace, &value, &error), error);
    return value;
}

/* The measure must refuse with exactly this sentence and leave the value alone. */
static inline void refused(struct measure_spec spec, struct trace trace, const char *message)
{
    GError *error = NULL;
    double value = 2.385;
    ck_fails(measure_method(spec.kind)->run(&spec, &trace, &value, &error), error, message);
    ck_assert(value == 2.385);
}

#endif
