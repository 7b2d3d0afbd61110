/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/charge.c -- the charge that a current carries between from and to: Q = ∫ i dt, in coulomb. */
#include "config.h"

#include "measure/method.h"

static gboolean check(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    if (spec->of.kind != SIGNAL_CURRENT)
        return method_refuse(error, "%s is not a current, such as i(bl)", spec->of.name);
    return method_over_time(bench, error) && method_takes(spec, 0, ATTRIBUTE_WINDOW, error);
}

static char *unit(const struct measure_spec *spec G_GNUC_UNUSED, const char *signal_unit G_GNUC_UNUSED,
                  const char *scale_unit G_GNUC_UNUSED)
{
    return g_strdup("C");
}

static gboolean run(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    if (!window_make(spec, trace, trace->y, 2, &w, error))
        return FALSE;
    *value = window_integral(&w);
    return TRUE;
}

const struct measure_method method_charge = {
    .kind = MEASURE_CHARGE,
    .title = "the charge that a current carries",
    .source = "SI definition Q = ∫ i dt; trapezoidal rule, exact for a piecewise linear signal",
    .check = check,
    .unit = unit,
    .run = run,
};
