/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/method.h -- what the measurements share; only the files of this stage include it.
 *
 * A signal is piecewise linear between its points, because that is all a simulator's time steps tell; each measure is exact for
 * such a signal and so does not depend on where the step control put the points. `from` and `to` cut it anywhere: the window
 * begins and ends with interpolated points.
 */
#ifndef GAINSPICE_MEASURE_METHOD_H
#define GAINSPICE_MEASURE_METHOD_H

#include "measure/measure.h"

extern const struct measure_method method_value, method_min, method_max, method_mean, method_rms, method_crossing, method_delay,
    method_slope, method_integral, method_charge, method_settling, method_time_constant, method_count, method_noise_rms,
    method_noise_charge, method_noise_white, method_noise_corner;

/* The attributes of <measure> that not every kind takes. */
enum attribute {
    ATTRIBUTE_AT = 1 << 0,
    ATTRIBUTE_FROM = 1 << 1,
    ATTRIBUTE_TO = 1 << 2,
    ATTRIBUTE_LEVEL = 1 << 3,
    ATTRIBUTE_EDGE = 1 << 4,
    ATTRIBUTE_NUMBER = 1 << 5,
    ATTRIBUTE_UNTIL = 1 << 6,
    ATTRIBUTE_UNTIL_LEVEL = 1 << 7,
    ATTRIBUTE_UNTIL_EDGE = 1 << 8,
    ATTRIBUTE_UNTIL_NUMBER = 1 << 9,
    ATTRIBUTE_FINAL = 1 << 10,
    ATTRIBUTE_BAND = 1 << 11,
    ATTRIBUTE_PERIOD = 1 << 12,
    ATTRIBUTE_SIDE = 1 << 13,
    ATTRIBUTE_MAX = 1 << 14,
    ATTRIBUTE_DURATION = 1 << 15, /* window="…" */
    ATTRIBUTE_WINDOW = ATTRIBUTE_FROM | ATTRIBUTE_TO
};

/* FALSE where the spec lacks one of `needed` or has one that is neither in `needed` nor in `allowed`, or where a number is out
 * of its range (from behind to, band or period not positive, a crossing before the first). */
gboolean method_takes(const struct measure_spec *spec, unsigned needed, unsigned allowed, GError **error);
/* FALSE unless the bench runs over time. */
gboolean method_over_time(const struct bench *bench, GError **error);

/* Sets `error` to the sentence, without place; FALSE. For what a spec lacks and for "there is no answer" alike. */
gboolean method_refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* A computed number in a sentence: six digits. (What the user wrote is shown with number_print, digit for digit.) */
char *number_short(char buffer[NUMBER_SIZE], double value);

/* Units of results; newly allocated. */
char *unit_of_signal(const struct measure_spec *spec, const char *signal_unit, const char *scale_unit);
char *unit_of_scale(const struct measure_spec *spec, const char *signal_unit, const char *scale_unit);
char *unit_of_product(const struct measure_spec *spec, const char *signal_unit, const char *scale_unit);
char *unit_of_quotient(const struct measure_spec *spec, const char *signal_unit, const char *scale_unit);

/* A position on a scale from `low` to `high`. Sweeps add up their step: the end of a scale may miss the wanted value by
 * rounding, so a position beyond an end by less than 1e-9 of the scale is that end. FALSE if it is farther out. */
gboolean scale_clamp(double low, double high, double *position);

/* y at x by linear interpolation; x lies on the scale, n > 0. */
double trace_value(const struct trace *trace, const double *y, double x);

/* A signal between `from` and `to`: points 0 and n-1 are the ends, those between are the trace's own. */
struct window {
    const struct trace *trace;
    const double *y;
    double from, to, y_from, y_to;
    gsize first; /* the trace's first point behind `from` */
    gsize n;     /* 1 if from == to */
};

/* The window of `spec` over y (the trace's y or until). FALSE where the trace is empty, an end lies outside of the scale, or
 * the window has fewer than `least` points. */
gboolean window_make(const struct measure_spec *spec, const struct trace *trace, const double *y, gsize least,
                     struct window *window, GError **error);

static inline double window_x(const struct window *w, gsize i)
{
    return i == 0 ? w->from : i + 1 == w->n ? w->to : w->trace->x[w->first + i - 1];
}

static inline double window_y(const struct window *w, gsize i)
{
    return i == 0 ? w->y_from : i + 1 == w->n ? w->y_to : w->y[w->first + i - 1];
}

/* ∫ y dx over the window: the trapezoidal rule, exact for piecewise linear y. */
double window_integral(const struct window *window);

/* Position of crossing `number` (from 1) of `level` with the given edge behind `after` (-INFINITY: anywhere); FALSE if there
 * are not that many. `found` counts those that there are. */
gboolean window_crossing(const struct window *window, double level, enum edge edge, int number, double after, double *x,
                         int *found);

/* "v(sn) crosses 0.45 upwards 2 times between 0 and 6e-09, expected 3": the sentence when window_crossing found too few. */
gboolean crossing_refuse(const struct window *window, const struct signal *signal, double level, enum edge edge, int number,
                         double after, int found, GError **error);

#endif
