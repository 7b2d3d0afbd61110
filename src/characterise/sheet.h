/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/sheet.h -- what was measured in one condition, and the data sheet that is made of it.
 *
 * A condition is a corner, a temperature, a supply and one value of each further axis. For each sample of a condition the kind's
 * evaluate puts values; an entry at a place becomes one row a condition: the value of the nominal devices, or with samples
 * their mean, its 95 % interval of confidence and their standard deviation (stats/estimate.h).
 * Rows stand in the order in which conditions and entries came.
 */
#ifndef GAINSPICE_CHARACTERISE_SHEET_H
#define GAINSPICE_CHARACTERISE_SHEET_H

#include <glib.h>

#include "design/design.h"
#include "store/table.h"

/* One number that a kind gives; NULL name ends a list. */
struct entry_kind {
    const char *name, *unit; /* SI, or "%", "LSB", "" */
    const char *method;      /* what it is and how it was had, with formula */
};

/* A table of numbers beside the data sheet: NAME_CURVE. */
struct curve_kind {
    const char *name, *title;
    const char *columns[8][2]; /* name, unit; ends with NULL */
};

/* ---- readings: the measures of a spec's benches at one condition and sample ---- */

struct readings;
struct readings *readings_new(void);
void readings_free(struct readings *readings);
/* Appends `n` values (copied) to what there is of a measure: those of the bench's next point. `reason` says why some are NAN, or
 * NULL. */
void readings_add(struct readings *readings, const char *bench, const char *measure, gsize n, const double *values,
                  const char *reason);

/* The `n` values of a measure, in the order of the rows of the bench's table: sweeps as nested loops, the last the fastest. Where
 * the readings are not that many (a point failed) all are NAN. Borrowed. */
const double *reading(const struct readings *readings, const char *bench, const char *measure, gsize n);
/* The only value of a measure. */
double reading_one(const struct readings *readings, const char *bench, const char *measure);
/* The first reason that any of them has for a NAN, or NULL. */
const char *readings_reason(const struct readings *readings);

/* ---- the sheet ---- */

struct condition {
    const char *corner;
    double temperature_C, vdd_V;
    gsize n_settings;            /* further axes */
    const struct sweep **sweeps; /* [n_settings] */
    const double *settings;      /* [n_settings] */
};

struct sheet;
/* `entries` and `curves` (may be NULL) are borrowed. */
struct sheet *sheet_new(const char *name, const char *title, const struct entry_kind *entries, const struct curve_kind *curves);
void sheet_free(struct sheet *sheet);
/* Copies the condition. `samples` 0: nominal devices. All conditions of a sheet have the same axes. */
void sheet_condition(struct sheet *sheet, const struct condition *condition, int samples);
/* What follows is of this sample; its readings' reason is noted where values are NAN. */
void sheet_sample(struct sheet *sheet, const struct readings *readings);

/* Of the condition that was begun last; the only thing of it that a formula may need. */
double sheet_temperature_C(const struct sheet *sheet);

/* For implementations. `at` says where ("v_store 0.9 V"), or is NULL. */
void sheet_put(struct sheet *sheet, const char *entry, const char *at, double value);
/* Judges the value that was put last: passes where |difference| <= limit. `what` names the check, both numbers are in `unit`. A
 * value may have several checks. */
void sheet_check(struct sheet *sheet, const char *what, double difference, double limit, const char *unit);
/* Marks the value that was put last as one not to be relied on, and says why. */
void sheet_doubt(struct sheet *sheet, const char *why);
/* A value of all samples together: it has its own interval (NAN: none). */
void sheet_put_interval(struct sheet *sheet, const char *entry, const char *at, double value, double low, double high);
/* One row of a curve: as many values as it has columns. */
void sheet_row(struct sheet *sheet, const char *curve, const double *values);

/* The data sheet and then its curves, each with rows. Elements are freed with the array. Notes tell each entry's method. */
GPtrArray *sheet_tables(const struct sheet *sheet);

#endif
