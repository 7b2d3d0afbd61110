/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/rms.c -- the root of the mean square over the scale.
 *
 *     rms² = 1/(b - a) ∫ y² dx;  over a straight piece  ∫ y² dx = h (y₀² + y₀ y₁ + y₁²) / 3
 *
 * The trapezoidal rule on y² would be too large by h (y₁ - y₀)² / 6 a piece.
 */
#include "config.h"

#include "measure/method.h"

#include <math.h>

static gboolean check(const struct measure_spec *spec, const struct bench *bench G_GNUC_UNUSED, GError **error)
{
    return method_takes(spec, 0, ATTRIBUTE_WINDOW, error);
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    if (!window_make(spec, trace, trace->y, 1, &w, error))
        return FALSE;
    double sum = 0;
    for (gsize i = 1; i < w.n; i++) {
        double y0 = window_y(&w, i - 1), y1 = window_y(&w, i);
        sum += (window_x(&w, i) - window_x(&w, i - 1)) * (y0 * y0 + y0 * y1 + y1 * y1) / 3;
    }
    *value = w.n > 1 ? sqrt(sum / (w.to - w.from)) : fabs(w.y_from);
    return TRUE;
}

const struct measure_method method_rms = {
    .kind = MEASURE_RMS,
    .title = "the root mean square over the scale",
    .source = "IEEE Std 181-2011, root-mean-square value of a waveform; exact for a piecewise linear signal",
    .check = check,
    .unit = unit_of_signal,
    .run = run,
};
