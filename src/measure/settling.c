/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/settling.c -- the time from `from` until the signal enters the band around its final value for the last time.
 *
 * IEEE Std 181-2011, settling duration, with the instant `from` (the edge that the user drives) in place of the signal's own
 * 50 % instant. `final` is the value at `to` unless it is given; a signal that is never outside of the band settles in 0.
 */
#include "config.h"

#include "measure/method.h"

#include <math.h>

static gboolean check(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    return method_over_time(bench, error) && method_takes(spec, ATTRIBUTE_BAND, ATTRIBUTE_WINDOW | ATTRIBUTE_FINAL, error);
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    if (!window_make(spec, trace, trace->y, 2, &w, error))
        return FALSE;
    double final = isnan(spec->final) ? w.y_to : spec->final;
    gsize i = w.n; /* the last point outside of the band is i - 1 */
    while (i > 0 && fabs(window_y(&w, i - 1) - final) <= spec->band)
        i--;
    if (i == w.n) {
        char f[NUMBER_SIZE], b[NUMBER_SIZE], t[NUMBER_SIZE], y[NUMBER_SIZE];
        return method_refuse(error, "%s does not settle to %s within %s: it is %s at %s", spec->of.name, number_short(f, final),
                             number_print(b, spec->band), number_short(y, w.y_to), number_short(t, w.to));
    }
    *value = 0;
    if (i > 0) { /* from point i-1 outside to point i inside, straight: where does it meet the band's edge? */
        double d0 = window_y(&w, i - 1) - final, d1 = window_y(&w, i) - final;
        double part = (d0 - copysign(spec->band, d0)) / (d0 - d1);
        *value = window_x(&w, i - 1) + (window_x(&w, i) - window_x(&w, i - 1)) * part - w.from;
    }
    return TRUE;
}

const struct measure_method method_settling = {
    .kind = MEASURE_SETTLING,
    .title = "the time until the signal stays in a band around its final value",
    .source = "IEEE Std 181-2011, settling duration",
    .check = check,
    .unit = unit_of_scale,
    .run = run,
};
