/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report/report.h -- one self-contained HTML file: text, tables and SVG figures, no script, no network.
 *
 * A report is a list of blocks in reading order; the same blocks print as text on stdout. Figures are drawn by gnuplot as
 * SVG and embedded; without gnuplot the block says that the figure is missing and why.
 */
#ifndef GAINSPICE_REPORT_REPORT_H
#define GAINSPICE_REPORT_REPORT_H

#include <glib.h>

#include "store/table.h"

/* One curve, or one surface slice, of a figure: y over x. */
struct series {
    char *label;
    gsize n;
    double *x, *y;
    gboolean points_only;   /* markers instead of a line */
};

struct figure {
    char *title, *x_label, *y_label;   /* labels with units: "V_store (V)" */
    double x_scale, y_scale;           /* multiply the data for the axes: 1e6 with "µA" */
    GPtrArray *series;                 /* struct series */
};
struct figure *figure_new(const char *title, const char *x_label, double x_scale, const char *y_label, double y_scale);
/* Copies x and y. A series without a label (NULL or "") belongs to the labelled one before it: it has the same colour and no
 * place in the legend, such as the points of a fitted curve. */
void figure_add(struct figure *figure, const char *label, gsize n, const double *x, const double *y, gboolean points_only);
void figure_free(struct figure *figure);
/* The figure as one <svg> element that stands alone or in a page. `id` begins every id in it, so that several figures share
 * a page. NULL where there is nothing to draw, or gnuplot is missing or fails. Newly allocated; same figure, same bytes. */
char *figure_to_svg(const struct figure *figure, const char *id, GError **error);

struct report;
struct report *report_new(const char *title);
void report_free(struct report *report);
void report_heading(struct report *report, const char *text);
void report_paragraph(struct report *report, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Takes ownership. In HTML at most `max_rows` rows (0: all); `digits` significant digits, under one SI prefix a column that
 * stands with the unit in the header. The text form is table_to_text's. */
void report_table(struct report *report, struct table *table, int digits, gsize max_rows);
/* Takes ownership. */
void report_figure(struct report *report, struct figure *figure);

/* Draws the figures and writes the file; byte-identical for identical blocks. */
gboolean report_write_html(const struct report *report, const char *path, GError **error);
/* The text and the tables, for stdout. */
void report_to_text(const struct report *report, GString *out);

#endif
