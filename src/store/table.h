/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store/table.h -- a table in memory and its forms: text, CSV, JSON, npz.
 *
 * Columns carry units; CSV headers are name_unit (v_store_V, temperature_C; µ becomes u, blanks and slashes as "A_V"),
 * provenance stands in `#` lines above. Numbers print exactly (number_print): the same table is the same bytes.
 * A missing number is NAN: empty in CSV and text ("-"), null in JSON, NaN in npz.
 *
 * Text  for people. A column has one SI prefix, chosen by its largest number and shown in the header ("i_read (µA)"); its
 *       numbers are whole if all are whole at the digits asked for. Units that take no prefix (%, °C, dB, m2) keep theirs.
 * CSV   RFC 4180, with lines that end in LF as the other tools of a pipe write them. `#` lines: title, then notes.
 * JSON  {"name", "title", "notes": [text], "n_rows", "columns": [{"name", "unit", "values": [number or null]}]}; a text
 *       column has "unit" null. Columns rather than rows: a column is one type and one unit, and what reads the file wants it
 *       as a vector. 17 significant digits; an infinity is the text "inf" or "-inf", because JSON has no number for it.
 * npz   one float64 vector a numeric column, named as in CSV. Columns of text are left out and named in the comment of the
 *       archive (`unzip -z`), where title and notes stand too.
 */
#ifndef GAINSPICE_STORE_TABLE_H
#define GAINSPICE_STORE_TABLE_H

#include <glib.h>

struct column {
    char *name, *unit;  /* unit "" if none */
    GArray *numbers;    /* double [n_rows], or NULL: */
    GPtrArray *texts;   /* char* [n_rows], owned, NULL elements are empty */
};

struct table {
    char *name, *title;
    GPtrArray *columns;  /* struct column */
    gsize n_rows;
    GPtrArray *notes;    /* char*: provenance, one line each */
};

struct table *table_new(const char *name, const char *title);
void table_free(struct table *table);
/* Adds an empty column; all columns get the same number of cells before the table is used (table_close checks). */
struct column *table_add_numbers(struct table *table, const char *name, const char *unit);
struct column *table_add_texts(struct table *table, const char *name);
void column_push_number(struct column *column, double value);
void column_push_text(struct column *column, const char *text);
/* "v_store_V": the column's name in CSV and npz. Newly allocated. */
char *column_header(const struct column *column);
/* Sets n_rows from the columns; FALSE if they differ (a bug of ours: g_critical). */
gboolean table_close(struct table *table);
void table_note(struct table *table, const char *format, ...) G_GNUC_PRINTF(2, 3);
const struct column *table_column(const struct table *table, const char *name);

/* Appends the table in each form. `digits` of text output: significant digits shown with SI prefixes; at most `max_rows`
 * rows (0: all), the rest counted in a last line. */
void table_to_text(const struct table *table, GString *out, int digits, gsize max_rows);
void table_to_csv(const struct table *table, GString *out);
void table_to_json(const struct table *table, GString *out);
gboolean table_to_npz(const struct table *table, const char *path, GError **error);

#endif
