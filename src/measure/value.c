/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/value.c -- the signal at one position of the scale, by linear interpolation.
 *
 * Without `at` the measure is pointwise and measure_run copies the points; only then may the bench be an operating point.
 */
#include "config.h"

#include "measure/method.h"

#include <math.h>

static gboolean check(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    return method_takes(spec, 0, bench->analysis.kind == ANALYSIS_OP ? 0 : ATTRIBUTE_AT, error);
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    if (trace->n == 0)
        return method_refuse(error, "the signal has no points");
    double at = spec->at, low = trace->x[0], high = trace->x[trace->n - 1];
    char p[NUMBER_SIZE], a[NUMBER_SIZE], b[NUMBER_SIZE];
    if (isnan(at))
        return method_refuse(error, "at is missing");
    if (!scale_clamp(low, high, &at))
        return method_refuse(error, "at %s lies outside of the scale, which runs from %s to %s", number_print(p, at),
                             number_print(a, low), number_print(b, high));
    *value = trace_value(trace, trace->y, at); /* y₀ + (y₁ - y₀) (x - x₀) / (x₁ - x₀) */
    return TRUE;
}

const struct measure_method method_value = {
    .kind = MEASURE_VALUE,
    .title = "the signal at a position of the scale, or at each of its points",
    .source = "ours: linear interpolation between simulated points",
    .check = check,
    .unit = unit_of_signal,
    .run = run,
};
