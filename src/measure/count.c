/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/count.c -- what a counter would read that the signal gates: at how many edges of a clock the signal is above (or
 * below) the level.
 *
 * The clock (edges at from + k·period, k = 0, 1, …, up to and with `to`) and the counter are ideal and not in the circuit; the
 * harness counts. `max` is where the counter stops instead of beginning again at zero.
 */
#include "config.h"

#include "measure/method.h"

#include <math.h>

#define CLOCK_EDGES_MOST 1e6 /* a period given in the wrong unit, rather than a counter */
#define ROUNDING 1e-6         /* of a period: from + k·period that is `to` but for rounding counts as `to` */

static gboolean check(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    return method_over_time(bench, error) &&
           method_takes(spec, ATTRIBUTE_LEVEL | ATTRIBUTE_FROM | ATTRIBUTE_PERIOD, ATTRIBUTE_TO | ATTRIBUTE_SIDE | ATTRIBUTE_MAX,
                        error);
}

static char *unit(const struct measure_spec *spec G_GNUC_UNUSED, const char *signal_unit G_GNUC_UNUSED,
                  const char *scale_unit G_GNUC_UNUSED)
{
    return g_strdup("");
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    if (!window_make(spec, trace, trace->y, 1, &w, error))
        return FALSE;
    if (isnan(spec->period))
        return method_refuse(error, "period is missing");
    double last = floor((w.to - w.from) / spec->period + ROUNDING);
    char text[NUMBER_SIZE];
    if (!(last < CLOCK_EDGES_MOST))
        return method_refuse(error, "more than 1000000 edges of a clock with period %s", number_print(text, spec->period));
    int count = 0;
    for (double k = 0; k <= last; k++) {
        double y = trace_value(trace, trace->y, MIN(w.from + k * spec->period, w.to));
        if (!isfinite(y))
            return method_refuse(error, "%s is not a finite number at %s", spec->of.name,
                                 number_short(text, w.from + k * spec->period));
        count += spec->side == SIDE_ABOVE ? y > spec->level : y < spec->level;
    }
    *value = spec->most > 0 ? MIN(count, spec->most) : count;
    return TRUE;
}

const struct measure_method method_count = {
    .kind = MEASURE_COUNT,
    .title = "at how many clock edges the signal is above a level",
    .source = "ours: an ideal counter, gated by the signal",
    .check = check,
    .unit = unit,
    .run = run,
};
