/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wave/stream.h"

#include <math.h>

void stream_open(struct stream *stream, const struct curve *curve, const struct pass *pass)
{
    stream->curve = curve;
    stream->pass = *pass;
    stream->done = stream->dropped = stream->n = stream->i = 0;
    stream->last_phase = NAN;
    stream->bad = FALSE;
    stream->bad_x = NAN;
}

static void reverse(double *values, gsize n)
{
    for (gsize i = 0; i < n / 2; i++) {
        double swap = values[i];
        values[i] = values[n - 1 - i];
        values[n - 1 - i] = swap;
    }
}

/* The phase nearest the one before, so that the line between them is the short way round. */
static double unwrapped(struct stream *stream, double degrees)
{
    if (!isnan(stream->last_phase))
        degrees -= 360 * round((degrees - stream->last_phase) / 360);
    stream->last_phase = degrees;
    return degrees;
}

static double formed(struct stream *stream, double re, double im, gboolean *gap)
{
    *gap = FALSE;
    switch (stream->curve->form) {
    case CURVE_VALUE:
        return re;
    case CURVE_MAGNITUDE:
        return hypot(re, im);
    case CURVE_DECIBEL:
        return 20 * log10(hypot(re, im));
    case CURVE_PHASE:
        *gap = hypot(re, im) < stream->curve->floor;
        return unwrapped(stream, atan2(im, re) * 180 / G_PI);
    }
    return NAN;
}

/* Gives back what is read but for the last `kept` points; not a block at a time, since each time costs. */
static void drop(struct stream *stream, gsize kept)
{
    const struct curve *curve = stream->curve;
    const struct pass *pass = &stream->pass;
    if (!curve->x.mapped || stream->done < stream->dropped + 2 * kept)
        return;
    gsize to = stream->done - MIN(kept, stream->done), from = stream->dropped;
    gsize first = pass->from + (pass->descends ? pass->n - to : from), last = pass->from + (pass->descends ? pass->n - from : to);
    numbers_done(&curve->x, first, last);
    if (curve->re.at != curve->x.at)
        numbers_done(&curve->re, first, last);
    stream->dropped = to;
}

static void load(struct stream *stream)
{
    const struct curve *curve = stream->curve;
    gsize n = MIN((gsize)STREAM_BLOCK, stream->pass.n - stream->done);
    gsize from = stream->pass.from + (stream->pass.descends ? stream->pass.n - stream->done - n : stream->done);
    double im[STREAM_BLOCK];
    gboolean complex = curve->im.n > 0;
    numbers_get(&curve->x, from, n, stream->x);
    numbers_get(&curve->re, from, n, stream->y);
    if (complex)
        numbers_get(&curve->im, from, n, im);
    drop(stream, stream->done + n == stream->pass.n ? 0 : STREAM_KEPT);
    if (stream->pass.descends) {
        reverse(stream->x, n);
        reverse(stream->y, n);
        if (complex)
            reverse(im, n);
    }
    gboolean plain = curve->form == CURVE_VALUE && !curve->log_x;
    for (gsize i = 0; i < n; i++) {
        if (!plain) {
            stream->y[i] = formed(stream, stream->y[i], complex ? im[i] : 0, &stream->gap[i]);
            stream->x[i] = curve->log_x ? log10(stream->x[i]) : stream->x[i];
        } else
            stream->gap[i] = FALSE;
        if (!(isfinite(stream->x[i]) && isfinite(stream->y[i])) && !stream->bad) {
            stream->bad = TRUE;
            stream->bad_x = stream->x[i];
        }
    }
    stream->n = n;
    stream->i = 0;
    stream->done += n;
}

gboolean stream_next(struct stream *stream, double *x, double *y, gboolean *gap)
{
    if (stream->i == stream->n) {
        if (stream->done == stream->pass.n)
            return FALSE;
        load(stream);
    }
    *x = stream->x[stream->i];
    *y = stream->y[stream->i];
    *gap = stream->gap[stream->i];
    stream->i++;
    return TRUE;
}

double stream_x(const struct curve *curve, double x)
{
    return curve->log_x ? pow(10, x) : x;
}
