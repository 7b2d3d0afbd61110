/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/formula.h -- vectors computed from the vectors of a plot: differences, integrals and the like.
 *
 *     v(out) - v(in)      2*abs(i(v1))      integral(v(bl)-0.45)      dB(v(out)/v(in))      "odd name" + 1m
 *
 * Terms are vectors (v(x), i(x), bare names, any name in double quotes; v(a,b) is v(a) - v(b) unless a vector is called so),
 * numbers with a SPICE suffix, + - * / and parentheses, and the functions abs, mag, phase (degrees), dB, re, im, sqrt, exp, ln,
 * log10, derivative and integral. integral runs from the first point, by the area under the lines; derivative is the slope of the
 * line that ends at a point (of the first: that begins there). Values are complex where the plot is.
 */
#ifndef GAINSPICE_WAVE_FORMULA_H
#define GAINSPICE_WAVE_FORMULA_H

#include "wave/plot.h"

/* Adds the vector `name` to the plot, which is loaded. Borrowed. NULL: `error` names the place in the text, from 1. */
struct vector *plot_compute(struct plot *plot, const char *name, const char *formula, GError **error);

#endif
