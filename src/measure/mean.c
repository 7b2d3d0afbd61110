/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/mean.c -- the mean over the scale, not over the points: dense points where the step control hesitated weigh nothing.
 *
 *     mean = 1/(b - a) ∫ y dx, trapezoidal rule: exact for a piecewise linear signal
 */
#include "config.h"

#include "measure/method.h"

static gboolean check(const struct measure_spec *spec, const struct bench *bench G_GNUC_UNUSED, GError **error)
{
    return method_takes(spec, 0, ATTRIBUTE_WINDOW, error);
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    if (!window_make(spec, trace, trace->y, 1, &w, error))
        return FALSE;
    *value = w.n > 1 ? window_integral(&w) / (w.to - w.from) : w.y_from;
    return TRUE;
}

const struct measure_method method_mean = {
    .kind = MEASURE_MEAN,
    .title = "the mean over the scale",
    .source = "IEEE Std 181-2011, mean value of a waveform; trapezoidal rule",
    .check = check,
    .unit = unit_of_signal,
    .run = run,
};
