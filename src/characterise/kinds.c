/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/kinds.c -- what several kinds compute; see kinds.h. */
#include "config.h"

#include "characterise/kinds.h"

#include <gsl/gsl_fit.h>
#include <math.h>

void level_values(gsize n, double first, double last, double *values)
{
    for (gsize i = 0; i < n; i++)
        values[i] = n > 1 ? first + (last - first) * (double)i / (double)(n - 1) : first;
}

const char *at_value(char buffer[AT_SIZE], const char *name, double value, const char *unit)
{
    g_autofree char *text = quantity_print(value, unit, 6);
    g_snprintf(buffer, AT_SIZE, "%s %s", name, text);
    return buffer;
}

double first_crossing(gsize n, const double *x, const double *y, double level)
{
    for (gsize i = 0; i + 1 < n; i++) {
        double a = y[i] - level, b = y[i + 1] - level;
        if (a == 0)
            return x[i];
        if (a * b < 0)
            return x[i] + (x[i + 1] - x[i]) * a / (a - b);
    }
    return n > 0 && y[n - 1] == level ? x[n - 1] : NAN;
}

void nonlinearity(gsize n, const double *values, double *inl, double *dnl)
{
    *inl = *dnl = NAN;
    g_autofree double *codes = g_new(double, MAX(n, 1));
    level_values(n, 0, (double)n - 1, codes);
    for (gsize i = 0; i < n; i++)
        if (isnan(values[i]))
            return;
    if (n < 3)
        return;
    double offset, step, c00, c01, c11, squares;
    gsl_fit_linear(codes, 1, values, 1, n, &offset, &step, &c00, &c01, &c11, &squares);
    double mean_step = (values[n - 1] - values[0]) / (double)(n - 1);
    *inl = *dnl = 0;
    for (gsize i = 0; i < n; i++) {
        double here = (values[i] - offset) / step - codes[i];
        if (fabs(here) > fabs(*inl))
            *inl = here;
    }
    for (gsize i = 0; i + 1 < n; i++) {
        double here = (values[i + 1] - values[i]) / mean_step - 1;
        if (fabs(here) > fabs(*dnl))
            *dnl = here;
    }
}
