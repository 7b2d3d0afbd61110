/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/raw.h -- SPICE raw files: header lines, then Binary: or Values:, one plot after another.
 *
 * Takes   bytes of any length, well-formed or not. Real values are float64, complex are pairs of float64 (ngspice binary);
 *         ascii as ngspice writes it ("index value" then a value a line; complex as re,im). Host byte order (little endian).
 *         What a header says beyond that is passed over; flags that change the layout (LTspice's "forward") are refused.
 * Gives   plots. A point that a shorter vector ("dims=1") does not have is NAN. Errors name the byte offset, from 0:
 *         `wave.raw: byte 1234: …`. Memory stays within a few times the input: counts in the header are checked against the
 *         bytes that follow before anything is allocated.
 */
#ifndef GAINSPICE_WAVE_RAW_H
#define GAINSPICE_WAVE_RAW_H

#include <glib.h>

#include "wave/plot.h"

enum raw_form { RAW_BINARY, RAW_ASCII };

/* All plots of the buffer; `name` is for messages. Elements are freed with the array. */
GPtrArray *raw_parse(const char *bytes, gsize length, const char *name, GError **error);
/* Files of at most 1 GiB. */
GPtrArray *raw_read(const char *path, GError **error);

/* Appends `plot` to `out` in either form; both read back bit for bit, except that ascii (number_print) keeps of a NaN its sign
 * and not its payload. */
void raw_append(GString *out, const struct plot *plot, enum raw_form form);
gboolean raw_write(const char *path, const GPtrArray *plots, enum raw_form form, GError **error);

#endif
