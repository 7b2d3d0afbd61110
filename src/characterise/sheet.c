/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/sheet.c -- see sheet.h. A row is found by entry and place within the condition that was begun last, so a place
 * must be called the same in every sample. */
#include "config.h"

#include "characterise/sheet.h"

#include <math.h>
#include <string.h>

#include "stats/estimate.h"

/* ---- readings ------------------------------------------------------------------------------------------------------- */

struct one_reading {
    char *key; /* "bench measure" */
    GArray *values;
    double *lacking; /* what was handed out instead, all NAN */
};

struct readings {
    GPtrArray *all; /* struct one_reading */
    char *reason;
};

static void one_reading_free(gpointer data)
{
    struct one_reading *one = data;
    g_free(one->key);
    g_array_unref(one->values);
    g_free(one->lacking);
    g_free(one);
}

struct readings *readings_new(void)
{
    struct readings *readings = g_new0(struct readings, 1);
    readings->all = g_ptr_array_new_with_free_func(one_reading_free);
    return readings;
}

void readings_free(struct readings *readings)
{
    if (readings == NULL)
        return;
    g_ptr_array_unref(readings->all);
    g_free(readings->reason);
    g_free(readings);
}

static struct one_reading *find_reading(const struct readings *readings, const char *bench, const char *measure, gboolean make)
{
    g_autofree char *key = g_strdup_printf("%s %s", bench, measure);
    for (guint i = 0; i < readings->all->len; i++)
        if (strcmp(((struct one_reading *)readings->all->pdata[i])->key, key) == 0)
            return readings->all->pdata[i];
    if (!make)
        return NULL;
    struct one_reading *one = g_new0(struct one_reading, 1);
    one->key = g_steal_pointer(&key);
    one->values = g_array_new(FALSE, FALSE, sizeof(double));
    g_ptr_array_add(readings->all, one);
    return one;
}

void readings_add(struct readings *readings, const char *bench, const char *measure, gsize n, const double *values,
                  const char *reason)
{
    struct one_reading *one = find_reading(readings, bench, measure, TRUE);
    g_array_append_vals(one->values, values, (guint)n);
    if (reason != NULL && readings->reason == NULL)
        readings->reason = g_strdup_printf("%s.%s: %s", bench, measure, reason);
}

const double *reading(const struct readings *readings, const char *bench, const char *measure, gsize n)
{
    struct one_reading *one = find_reading(readings, bench, measure, TRUE);
    if (one->values->len == n)
        return (const double *)(gpointer)one->values->data;
    one->lacking = g_renew(double, one->lacking, MAX(n, 1));
    for (gsize i = 0; i < n; i++)
        one->lacking[i] = NAN;
    return one->lacking;
}

double reading_one(const struct readings *readings, const char *bench, const char *measure)
{
    return reading(readings, bench, measure, 1)[0];
}

const char *readings_reason(const struct readings *readings)
{
    return readings->reason;
}

/* ---- the sheet ------------------------------------------------------------------------------------------------------ */

struct own_condition {
    char *corner;
    double temperature_C, vdd_V;
    double *settings;
    int samples;
};

/* One check of a row's values. */
struct check {
    char *what;
    char *said; /* of the first value, or of the first that failed */
    gsize n_failed, n;
};

struct row {
    const struct entry_kind *entry;
    char *at; /* "" if none */
    const struct own_condition *condition;
    GArray *values; /* double, one a sample */
    gboolean has_interval;
    double low, high;
    GPtrArray *checks; /* struct check */
    char *reason;      /* why a value is NAN */
};

struct curve_row {
    const struct curve_kind *curve;
    const struct own_condition *condition;
    int sample;
    double *values;
};

struct sheet {
    char *name, *title;
    const struct entry_kind *entries;
    const struct curve_kind *curves;
    gsize n_settings;
    GPtrArray *axes; /* char*[2] by turns: name and unit of each further axis */
    GPtrArray *conditions, *rows, *curve_rows;
    const struct readings *now;
    struct own_condition *condition;
    int sample;       /* of the condition, from 0 */
    guint first;      /* row of the condition */
    struct row *last; /* row that was put last */
};

static void own_condition_free(gpointer data)
{
    struct own_condition *condition = data;
    g_free(condition->corner);
    g_free(condition->settings);
    g_free(condition);
}

static void check_free(gpointer data)
{
    struct check *check = data;
    g_free(check->what);
    g_free(check->said);
    g_free(check);
}

static void row_free(gpointer data)
{
    struct row *row = data;
    g_free(row->at);
    g_array_unref(row->values);
    g_ptr_array_unref(row->checks);
    g_free(row->reason);
    g_free(row);
}

static void curve_row_free(gpointer data)
{
    struct curve_row *row = data;
    g_free(row->values);
    g_free(row);
}

struct sheet *sheet_new(const char *name, const char *title, const struct entry_kind *entries, const struct curve_kind *curves)
{
    struct sheet *sheet = g_new0(struct sheet, 1);
    sheet->name = g_strdup(name);
    sheet->title = g_strdup(title);
    sheet->entries = entries;
    sheet->curves = curves;
    sheet->axes = g_ptr_array_new_with_free_func(g_free);
    sheet->conditions = g_ptr_array_new_with_free_func(own_condition_free);
    sheet->rows = g_ptr_array_new_with_free_func(row_free);
    sheet->curve_rows = g_ptr_array_new_with_free_func(curve_row_free);
    return sheet;
}

void sheet_free(struct sheet *sheet)
{
    if (sheet == NULL)
        return;
    g_ptr_array_unref(sheet->axes);
    g_ptr_array_unref(sheet->rows);
    g_ptr_array_unref(sheet->curve_rows);
    g_ptr_array_unref(sheet->conditions);
    g_free(sheet->name);
    g_free(sheet->title);
    g_free(sheet);
}

void sheet_condition(struct sheet *sheet, const struct condition *condition, int samples)
{
    struct own_condition *own = g_new0(struct own_condition, 1);
    own->corner = g_strdup(condition->corner);
    own->temperature_C = condition->temperature_C;
    own->vdd_V = condition->vdd_V;
    own->samples = samples;
    own->settings = g_new(double, MAX(condition->n_settings, 1));
    for (gsize s = 0; s < condition->n_settings; s++) {
        own->settings[s] = condition->settings[s];
        if (sheet->conditions->len > 0)
            continue;
        g_ptr_array_add(sheet->axes, g_strdup(condition->sweeps[s]->name));
        g_ptr_array_add(sheet->axes, g_strdup(dimension_unit(condition->sweeps[s]->dimension)));
    }
    sheet->n_settings = condition->n_settings;
    g_ptr_array_add(sheet->conditions, own);
    sheet->condition = own;
    sheet->first = sheet->rows->len;
    sheet->sample = -1;
    sheet->last = NULL;
}

double sheet_temperature_C(const struct sheet *sheet)
{
    return sheet->condition->temperature_C;
}

void sheet_sample(struct sheet *sheet, const struct readings *readings)
{
    sheet->now = readings;
    sheet->sample++;
}

static const struct entry_kind *find_entry(const struct sheet *sheet, const char *name)
{
    for (const struct entry_kind *entry = sheet->entries; entry->name != NULL; entry++)
        if (strcmp(entry->name, name) == 0)
            return entry;
    g_error("data sheet %s: entry \"%s\" is not declared", sheet->name, name);
}

static struct row *row_of(struct sheet *sheet, const char *entry, const char *at)
{
    const struct entry_kind *kind = find_entry(sheet, entry);
    for (guint r = sheet->first; r < sheet->rows->len; r++) {
        struct row *row = sheet->rows->pdata[r];
        if (row->entry == kind && strcmp(row->at, at != NULL ? at : "") == 0)
            return row;
    }
    struct row *row = g_new0(struct row, 1);
    row->entry = kind;
    row->at = g_strdup(at != NULL ? at : "");
    row->low = row->high = NAN;
    row->condition = sheet->condition;
    row->values = g_array_new(FALSE, FALSE, sizeof(double));
    row->checks = g_ptr_array_new_with_free_func(check_free);
    g_ptr_array_add(sheet->rows, row);
    return row;
}

void sheet_put(struct sheet *sheet, const char *entry, const char *at, double value)
{
    struct row *row = row_of(sheet, entry, at);
    g_array_append_val(row->values, value);
    const char *reason = sheet->now != NULL ? readings_reason(sheet->now) : NULL;
    if (isnan(value) && row->reason == NULL)
        row->reason = g_strdup(reason != NULL ? reason : "there is none");
    sheet->last = row;
}

void sheet_put_interval(struct sheet *sheet, const char *entry, const char *at, double value, double low, double high)
{
    sheet_put(sheet, entry, at, value);
    sheet->last->has_interval = TRUE;
    sheet->last->low = low;
    sheet->last->high = high;
}

/* Percent and LSB take no prefix. */
static char *number_with_unit(double value, const char *unit)
{
    char number[NUMBER_SIZE];
    if (*unit != '%' && !g_str_has_prefix(unit, "LSB"))
        return quantity_print(value, unit, 3);
    return g_strdup_printf("%s %s", g_ascii_formatd(number, sizeof number, "%.3g", value), unit);
}

/* Takes ownership of `said`. */
static void add_check(struct row *row, const char *what, gboolean good, char *said)
{
    struct check *check = NULL;
    for (guint c = 0; c < row->checks->len && check == NULL; c++) {
        struct check *one = row->checks->pdata[c];
        check = strcmp(one->what, what) == 0 ? one : NULL;
    }
    if (check == NULL) {
        check = g_new0(struct check, 1);
        check->what = g_strdup(what);
        g_ptr_array_add(row->checks, check);
    }
    check->n++;
    check->n_failed += !good;
    if (check->said != NULL && (good || check->n_failed > 1)) {
        g_free(said);
        return;
    }
    g_free(check->said);
    check->said = said;
}

void sheet_check(struct sheet *sheet, const char *what, double difference, double limit, const char *unit)
{
    gboolean good = fabs(difference) <= limit; /* not for NAN */
    g_autofree char *seen = number_with_unit(difference, unit), *most = number_with_unit(limit, unit);
    add_check(
        sheet->last, what, good,
        g_strdup_printf("%s: %s %s, limit %s", good ? "ok" : "FAILS", what, isnan(difference) ? "cannot be had" : seen, most));
}

void sheet_doubt(struct sheet *sheet, const char *why)
{
    add_check(sheet->last, why, FALSE, g_strdup_printf("FAILS: %s", why));
}

void sheet_row(struct sheet *sheet, const char *curve, const double *values)
{
    const struct curve_kind *kind = sheet->curves;
    while (kind->name != NULL && strcmp(kind->name, curve) != 0)
        kind++;
    g_assert(kind->name != NULL);
    gsize n = 0;
    while (kind->columns[n][0] != NULL)
        n++;
    struct curve_row *row = g_new0(struct curve_row, 1);
    row->curve = kind;
    row->condition = sheet->condition;
    row->sample = sheet->condition->samples > 0 ? sheet->sample + 1 : 0;
    row->values = g_new(double, n);
    for (gsize i = 0; i < n; i++)
        row->values[i] = values[i];
    g_ptr_array_add(sheet->curve_rows, row);
}

/* ---- tables --------------------------------------------------------------------------------------------------------- */

#define CONFIDENCE 0.95

struct summary {
    gsize n;
    double value, sd, low, high;
    double least, most; /* of the samples */
};

static struct summary summarise(const struct row *row)
{
    g_autoptr(GArray) good = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < row->values->len; i++)
        if (!isnan(g_array_index(row->values, double, i)))
            g_array_append_val(good, g_array_index(row->values, double, i));
    const double *values = (const double *)(gpointer)good->data;
    struct summary s = {good->len, good->len > 0 ? values[0] : NAN, NAN, row->low, row->high, NAN, NAN};
    if (row->has_interval || row->condition->samples == 0)
        return s;
    struct estimate mean = estimate_mean(good->len, values, CONFIDENCE);
    if (good->len > 1)
        s.value = mean.value;
    s.low = mean.low;
    s.high = mean.high;
    s.sd = estimate_sigma(good->len, values, CONFIDENCE).value;
    for (guint i = 0; i < good->len; i++) {
        s.least = fmin(s.least, values[i]); /* of a NAN and a number, the number */
        s.most = fmax(s.most, values[i]);
    }
    return s;
}

static gboolean any_samples(const struct sheet *sheet)
{
    for (guint c = 0; c < sheet->conditions->len; c++)
        if (((const struct own_condition *)sheet->conditions->pdata[c])->samples > 0)
            return TRUE;
    return FALSE;
}

static void add_conditions(struct table *table, const struct sheet *sheet)
{
    table_add_texts(table, "corner");
    table_add_numbers(table, "temperature", "C");
    table_add_numbers(table, "vdd", "V");
    for (guint a = 0; a < sheet->axes->len; a += 2)
        table_add_numbers(table, sheet->axes->pdata[a], sheet->axes->pdata[a + 1]);
}

/* Pushes the condition from column `c` on; returns the next. */
static guint push_condition(struct table *table, guint c, const struct sheet *sheet, const struct own_condition *condition)
{
    column_push_text(table->columns->pdata[c++], condition->corner);
    column_push_number(table->columns->pdata[c++], condition->temperature_C);
    column_push_number(table->columns->pdata[c++], condition->vdd_V);
    for (gsize s = 0; s < sheet->n_settings; s++)
        column_push_number(table->columns->pdata[c++], condition->settings[s]);
    return c;
}

/* "ok: …", with samples "ok in 99 of 100; FAILS: …", and why numbers are missing. Newly allocated. */
static char *verdict(const struct row *row, gsize n_good)
{
    GString *text = g_string_new(NULL);
    for (guint c = 0; c < row->checks->len; c++) {
        const struct check *check = row->checks->pdata[c];
        g_string_append(text, text->len > 0 ? "; " : "");
        if (check->n > 1)
            g_string_append_printf(text, "ok in %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT "; ", check->n - check->n_failed,
                                   check->n);
        g_string_append(text, check->said);
    }
    gsize n = row->values->len;
    g_autofree char *some = n > 1 ? g_strdup_printf(" in %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, n - n_good, n) : g_strdup("");
    if (n_good < n)
        g_string_append_printf(text, "%sno number%s: %s", text->len > 0 ? "; " : "", some, row->reason);
    return g_string_free(text, FALSE);
}

static struct table *entries_table(const struct sheet *sheet)
{
    struct table *table = table_new(sheet->name, sheet->title);
    gboolean sampled = any_samples(sheet);
    table_add_texts(table, "entry");
    table_add_texts(table, "at");
    table_add_numbers(table, "value", "");
    table_add_texts(table, "unit");
    if (sampled) {
        table_add_numbers(table, "low_95", "");
        table_add_numbers(table, "high_95", "");
        table_add_numbers(table, "sd", "");
        table_add_numbers(table, "least", "");
        table_add_numbers(table, "most", "");
    }
    add_conditions(table, sheet);
    table_add_numbers(table, "samples", "");
    table_add_texts(table, "check");
    for (guint r = 0; r < sheet->rows->len; r++) {
        const struct row *row = sheet->rows->pdata[r];
        struct summary s = summarise(row);
        g_autofree char *check = verdict(row, s.n);
        guint c = 0;
        column_push_text(table->columns->pdata[c++], row->entry->name);
        column_push_text(table->columns->pdata[c++], row->at);
        column_push_number(table->columns->pdata[c++], s.value);
        column_push_text(table->columns->pdata[c++], row->entry->unit);
        if (sampled) {
            column_push_number(table->columns->pdata[c++], s.low);
            column_push_number(table->columns->pdata[c++], s.high);
            column_push_number(table->columns->pdata[c++], s.sd);
            column_push_number(table->columns->pdata[c++], s.least);
            column_push_number(table->columns->pdata[c++], s.most);
        }
        c = push_condition(table, c, sheet, row->condition);
        column_push_number(table->columns->pdata[c++], row->condition->samples);
        column_push_text(table->columns->pdata[c++], check);
    }
    for (const struct entry_kind *entry = sheet->entries; entry->name != NULL; entry++)
        table_note(table, "%s: %s", entry->name, entry->method);
    table_close(table);
    return table;
}

static struct table *curve_table(const struct sheet *sheet, const struct curve_kind *curve)
{
    g_autofree char *name = g_strdup_printf("%s_%s", sheet->name, curve->name);
    struct table *table = table_new(name, curve->title);
    gboolean sampled = any_samples(sheet);
    add_conditions(table, sheet);
    if (sampled)
        table_add_numbers(table, "sample", "");
    for (gsize i = 0; curve->columns[i][0] != NULL; i++)
        table_add_numbers(table, curve->columns[i][0], curve->columns[i][1]);
    for (guint r = 0; r < sheet->curve_rows->len; r++) {
        const struct curve_row *row = sheet->curve_rows->pdata[r];
        if (row->curve != curve)
            continue;
        guint c = push_condition(table, 0, sheet, row->condition);
        if (sampled)
            column_push_number(table->columns->pdata[c++], row->sample);
        for (gsize i = 0; curve->columns[i][0] != NULL; i++)
            column_push_number(table->columns->pdata[c++], row->values[i]);
    }
    table_close(table);
    return table;
}

static void free_table(gpointer table)
{
    table_free(table);
}

GPtrArray *sheet_tables(const struct sheet *sheet)
{
    GPtrArray *tables = g_ptr_array_new_with_free_func(free_table);
    g_ptr_array_add(tables, entries_table(sheet));
    for (const struct curve_kind *curve = sheet->curves; curve != NULL && curve->name != NULL; curve++)
        g_ptr_array_add(tables, curve_table(sheet, curve));
    return tables;
}
