/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/delay.c -- from a crossing of one signal to the next of another (or of the same: the width of a pulse, a period).
 *
 * The second crossing lies strictly after the first. Both are looked for in one window with one formula, so that a signal's
 * own crossing is the same number in both searches and never counts as the one after it. Without until-level, the level is
 * the same for both.
 */
#include "config.h"

#include "measure/method.h"

#include <math.h>

static gboolean check(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    return method_over_time(bench, error) &&
           method_takes(spec, ATTRIBUTE_LEVEL | ATTRIBUTE_UNTIL,
                        ATTRIBUTE_WINDOW | ATTRIBUTE_EDGE | ATTRIBUTE_NUMBER | ATTRIBUTE_UNTIL_LEVEL | ATTRIBUTE_UNTIL_EDGE |
                            ATTRIBUTE_UNTIL_NUMBER,
                        error);
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window of, until;
    double level = isnan(spec->until_level) ? spec->level : spec->until_level, start = NAN, end = NAN;
    int number = MAX(spec->number, 1), until_number = MAX(spec->until_number, 1), found;
    if (trace->until == NULL)
        return method_refuse(error, "until is missing");
    if (!window_make(spec, trace, trace->y, 1, &of, error) || !window_make(spec, trace, trace->until, 1, &until, error))
        return FALSE;
    if (!window_crossing(&of, spec->level, spec->edge, number, -(double)INFINITY, &start, &found))
        return crossing_refuse(&of, &spec->of, spec->level, spec->edge, number, -(double)INFINITY, found, error);
    if (!window_crossing(&until, level, spec->until_edge, until_number, start, &end, &found))
        return crossing_refuse(&until, &spec->until, level, spec->until_edge, until_number, start, found, error);
    *value = end - start;
    return TRUE;
}

const struct measure_method method_delay = {
    .kind = MEASURE_DELAY,
    .title = "the time from a crossing of one signal to the next crossing of another",
    .source = "IEEE Std 181-2011, delay between reference level instants",
    .check = check,
    .unit = unit_of_scale,
    .run = run,
};
