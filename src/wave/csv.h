/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/csv.h -- columns of numbers as text: CSV, and the tables that viewers export.
 *
 * Takes   lines of fields between tabs, semicolons or commas (the first of these that the first line has), else between blanks.
 *         A field may stand in quotes (RFC 4180). Lines that begin with # and empty lines are passed over. The first line is a
 * header unless all its fields are numbers. The first column is the scale. Two columns NAME:re and NAME:im are one complex
 *         vector, where all columns but the scale are such pairs. An empty field is NAN.
 * Gives   one plot. Errors name line and byte: `x.csv:12: byte 345: …`. Memory stays within a few times the input.
 */
#ifndef GAINSPICE_WAVE_CSV_H
#define GAINSPICE_WAVE_CSV_H

#include "wave/plot.h"

/* An array of one plot; `name` is for messages. */
GPtrArray *csv_parse(const char *bytes, gsize length, const char *name, GError **error);
/* A header line and a line a point, numbers as number_print has them: they read back bit for bit. */
void csv_append(GString *out, const struct plot *plot);
/* "time", "frequency", "voltage", "current" or "notype", by the name. */
const char *csv_type(const char *name);

#endif
