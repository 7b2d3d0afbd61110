/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/integral.c -- ∫ y dx from `from` to `to`: the trapezoidal rule, exact for a piecewise linear signal, with the first
 * and last piece cut by interpolation. */
#include "config.h"

#include "measure/method.h"

static gboolean check(const struct measure_spec *spec, const struct bench *bench G_GNUC_UNUSED, GError **error)
{
    return method_takes(spec, 0, ATTRIBUTE_WINDOW, error);
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    if (!window_make(spec, trace, trace->y, 2, &w, error))
        return FALSE;
    *value = window_integral(&w);
    return TRUE;
}

const struct measure_method method_integral = {
    .kind = MEASURE_INTEGRAL,
    .title = "the integral over the scale",
    .source = "trapezoidal rule, exact for a piecewise linear signal",
    .check = check,
    .unit = unit_of_product,
    .run = run,
};
