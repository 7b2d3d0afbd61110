/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/stream.h -- the points of one pass of a curve, a block at a time, x ascending; for src/wave alone. */
#ifndef GAINSPICE_WAVE_STREAM_H
#define GAINSPICE_WAVE_STREAM_H

#include "wave/compare.h"

enum {
    STREAM_BLOCK = 1024,
    STREAM_KEPT = 16 * STREAM_BLOCK /* points that stay mapped behind the present one */
};

struct stream {
    const struct curve *curve;
    struct pass pass;
    gsize done; /* points of the pass that are loaded */
    gsize dropped; /* of these, what is given back; another stream may be a little behind */
    gsize n, i; /* of the block */
    double x[STREAM_BLOCK], y[STREAM_BLOCK];
    gboolean gap[STREAM_BLOCK]; /* the value there is none (a phase below the floor) */
    double last_phase;
    gboolean bad; /* a number that is none; at bad_x */
    double bad_x;
};

void stream_open(struct stream *stream, const struct curve *curve, const struct pass *pass);
/* FALSE at the end. */
gboolean stream_next(struct stream *stream, double *x, double *y, gboolean *gap);
/* x as the curve has it. */
double stream_x(const struct curve *curve, double x);

#endif
