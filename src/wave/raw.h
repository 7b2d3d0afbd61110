/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/raw.h -- SPICE raw files: header lines, then Binary: or Values:, one plot after another.
 *
 * Takes   bytes of any length, well-formed or not, of any producer. Text is ascii, UTF-8, or UTF-16 of either byte order, with or
 *         without a mark. Binary numbers are float64, or a float64 scale beside float32 values; complex ones pairs, beside a scale
 *         that is a pair or one number; row by row or, with the flag "fastaccess", vector by vector; little endian. Ascii as ngspice
 *         writes it ("index value" then a value a line; complex as re,im). Times whose sign is a mark (the flags "forward",
 *         "stepped", …) are taken without it. doc/wave.md says what is read of whom.
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
/* As that, but vectors of binary data hold no numbers and say where in `bytes` they lie (plot.h), which must outlive the plots and
 * be a mapping: pages that were read are given back. */
GPtrArray *raw_parse_lazy(const char *bytes, gsize length, const char *name, GError **error);
GPtrArray *raw_read(const char *path, GError **error);

/* Appends `plot` to `out` in either form; both read back bit for bit, except that ascii (number_print) keeps of a NaN its sign
 * and not its payload. */
void raw_append(GString *out, const struct plot *plot, enum raw_form form);
gboolean raw_write(const char *path, const GPtrArray *plots, enum raw_form form, GError **error);

#endif
