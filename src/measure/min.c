/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/min.c -- the smallest value between from and to, which a piecewise linear signal takes at a point or at an end. */
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
    *value = w.y_from;
    for (gsize i = 1; i < w.n; i++)
        *value = MIN(*value, window_y(&w, i));
    return TRUE;
}

const struct measure_method method_min = {
    .kind = MEASURE_MIN,
    .title = "the smallest value of the signal",
    .source = "ours: exact for a piecewise linear signal",
    .check = check,
    .unit = unit_of_signal,
    .run = run,
};
