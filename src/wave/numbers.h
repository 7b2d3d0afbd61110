/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/numbers.h -- numbers where they lie: a vector of a plot, or one column of the rows of a file.
 *
 * Workload: files of more numbers than memory should hold, of which a pass needs a few thousand at a time, always forward or
 * always backward. So a vector is a first byte, a stride and a width, and what reads it copies blocks into doubles of its own.
 *
 * Takes   `at` [n] numbers, little endian, `stride` bytes apart, float32 where `single`.
 * Gives   doubles. `folded`: the sign is no part of the number (times that a simulator marked by their sign).
 * Owns    nothing. Where `mapped`, the bytes are a mapped file, and what has been read is given back to the system: it stays in
 *         the page cache, but not in this process.
 */
#ifndef GAINSPICE_WAVE_NUMBERS_H
#define GAINSPICE_WAVE_NUMBERS_H

#include <glib.h>

struct numbers {
    const char *at;
    gsize n, stride;
    gboolean single, folded, mapped;
};

struct numbers numbers_of(const double *values, gsize n);
/* Numbers from … from + n - 1 into out[n]. */
void numbers_get(const struct numbers *numbers, gsize from, gsize n, double *out);
/* The numbers from … to - 1 will not be read again soon. */
void numbers_done(const struct numbers *numbers, gsize from, gsize to);

#endif
