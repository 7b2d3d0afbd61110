/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/crossing.c -- where the signal crosses a level for the n-th time.
 *
 * A crossing leads from strictly one side to strictly the other; touching the level is none. A signal that stays on the level
 * for a while crosses where it reached it. A signal that begins on the level has not crossed it.
 */
#include "config.h"

#include "measure/method.h"

#include <math.h>

static gboolean check(const struct measure_spec *spec, const struct bench *bench G_GNUC_UNUSED, GError **error)
{
    return method_takes(spec, ATTRIBUTE_LEVEL, ATTRIBUTE_WINDOW | ATTRIBUTE_EDGE | ATTRIBUTE_NUMBER, error);
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    int number = MAX(spec->number, 1), found;
    if (!window_make(spec, trace, trace->y, 1, &w, error))
        return FALSE;
    if (!window_crossing(&w, spec->level, spec->edge, number, -(double)INFINITY, value, &found))
        return crossing_refuse(&w, &spec->of, spec->level, spec->edge, number, -(double)INFINITY, found, error);
    return TRUE;
}

const struct measure_method method_crossing = {
    .kind = MEASURE_CROSSING,
    .title = "where the signal crosses a level",
    .source = "IEEE Std 181-2011, reference level instant; linear interpolation",
    .check = check,
    .unit = unit_of_scale,
    .run = run,
};
