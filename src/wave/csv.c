/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wave/csv.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/quantity.h"
#include "base/text.h"

enum { FIELD_LIMIT = 255 };

struct csv {
    const char *bytes, *name;
    gsize length, at, line;
    char separator;
    GError **error;
};

struct field {
    gsize at, length; /* without quotes */
    gboolean quoted;
};

static gboolean fail(struct csv *csv, gsize at, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean fail(struct csv *csv, gsize at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_set_error(csv->error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s:%" G_GSIZE_FORMAT ": byte %" G_GSIZE_FORMAT ": %s",
                csv->name, csv->line, at, message);
    return FALSE;
}

static gboolean is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next line that says something; *end is behind its last character. FALSE at the end, or with an error. */
static gboolean next_line(struct csv *csv, gsize *from, gsize *end)
{
    while (csv->at < csv->length) {
        const char *start = csv->bytes + csv->at, *newline = memchr(start, '\n', csv->length - csv->at);
        gsize n = newline != NULL ? (gsize)(newline - start) : csv->length - csv->at;
        *from = csv->at;
        csv->at += newline != NULL ? n + 1 : n;
        csv->line++;
        while (n > 0 && (is_blank(start[n - 1]) || start[n - 1] == '\r') && (csv->separator != '\t' || start[n - 1] != '\t'))
            n--;
        *end = *from + n;
        gsize first = 0;
        while (first < n && is_blank(start[first]))
            first++;
        if (n == 0 || first == n || start[first] == '#')
            continue;
        if (csv->separator == ' ')
            *from += first;
        return TRUE;
    }
    return FALSE;
}

static char find_separator(const char *text, gsize length)
{
    static const char candidates[] = "\t;,";
    for (const char *c = candidates; *c != '\0'; c++)
        if (memchr(text, *c, length) != NULL)
            return *c;
    return ' ';
}

/* The field at *at of a line that ends at `end`; *at moves behind its separator, or to G_MAXSIZE behind the last. */
static gboolean next_field(struct csv *csv, gsize *at, gsize end, struct field *field)
{
    const char *b = csv->bytes;
    gsize from = *at;
    while (from < end && b[from] == ' ')
        from++;
    field->quoted = from < end && b[from] == '"';
    gsize to = from + field->quoted;
    if (field->quoted) {
        field->at = to;
        while (to < end && !(b[to] == '"' && !(to + 1 < end && b[to + 1] == '"')))
            to += b[to] == '"' ? 2 : 1;
        if (to >= end)
            return fail(csv, from, "a quoted field without an end on its line");
        field->length = to - field->at;
        to++;
        while (to < end && b[to] == ' ')
            to++;
        if (to < end && b[to] != csv->separator)
            return fail(csv, to, "text behind a quoted field");
    } else {
        while (to < end && b[to] != csv->separator && !(csv->separator == ' ' && is_blank(b[to])))
            to++;
        field->at = from;
        field->length = to - from;
        while (field->length > 0 && b[field->at + field->length - 1] == ' ')
            field->length--;
    }
    while (csv->separator == ' ' && to + 1 < end && is_blank(b[to + 1]))
        to++;
    *at = to < end ? to + 1 : G_MAXSIZE;
    return TRUE;
}

/* NAN for an empty field. FALSE: it is no number. */
static gboolean field_number(const struct csv *csv, const struct field *field, double *value)
{
    char text[FIELD_LIMIT + 1], *end;
    *value = NAN;
    if (field->length == 0)
        return TRUE;
    if (field->length > FIELD_LIMIT)
        return FALSE;
    memcpy(text, csv->bytes + field->at, field->length);
    text[field->length] = '\0';
    *value = g_ascii_strtod(text, &end);
    return end == text + field->length && strpbrk(text, "xXpP(") == NULL;
}

const char *csv_type(const char *name)
{
    static const struct {
        const char *start, *type;
    } types[] = {{"time", "time"}, {"freq", "frequency"}, {"v(", "voltage"}, {"i(", "current"}};
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
        if (g_ascii_strncasecmp(name, types[i].start, strlen(types[i].start)) == 0)
            return types[i].type;
    return "notype";
}

/* A name as vectors have it: one line, no doubled quotes. Newly allocated. */
static char *field_name(const struct csv *csv, const struct field *field, guint column)
{
    g_autofree char *raw = g_strndup(csv->bytes + field->at, field->length);
    g_auto(GStrv) parts = field->quoted ? g_strsplit(raw, "\"\"", -1) : NULL;
    g_autofree char *joined = parts != NULL ? g_strjoinv("\"", parts) : NULL;
    char *name = text_line(joined != NULL ? joined : raw, 0);
    if (*name != '\0')
        return name;
    g_free(name);
    return g_strdup_printf("column_%u", column + 1);
}

static void free_name(gpointer name)
{
    g_free(name);
}

/* The first line: names, or numbers that are the first row. */
static gboolean read_header(struct csv *csv, gsize from, gsize end, GPtrArray *names, gboolean *is_row)
{
    gsize at = from;
    *is_row = TRUE;
    while (at != G_MAXSIZE) {
        struct field field;
        double value;
        if (!next_field(csv, &at, end, &field))
            return FALSE;
        if (field.length == 0 || !field_number(csv, &field, &value))
            *is_row = FALSE;
        g_ptr_array_add(names, field_name(csv, &field, names->len));
    }
    for (guint i = 0; *is_row && i < names->len; i++) {
        g_free(names->pdata[i]);
        names->pdata[i] = g_strdup_printf("column_%u", i + 1);
    }
    return TRUE;
}

static gboolean read_row(struct csv *csv, gsize from, gsize end, guint n_columns, GArray *values)
{
    guint column = 0;
    for (gsize at = from; at != G_MAXSIZE; column++) {
        struct field field;
        double value;
        if (!next_field(csv, &at, end, &field))
            return FALSE;
        if (column >= n_columns)
            return fail(csv, field.at, "more than %u fields", n_columns);
        if (!field_number(csv, &field, &value)) {
            g_autofree char *raw = g_strndup(csv->bytes + field.at, MIN(field.length, 40)), *seen = text_line(raw, 0);
            return fail(csv, field.at, "\"%s\": expected a number", seen);
        }
        if (column == 0 && isnan(value))
            return fail(csv, field.at, "a row without a value of the scale");
        g_array_append_val(values, value);
    }
    return column == n_columns || fail(csv, end, "%u fields, expected %u", column, n_columns);
}

static gboolean is_pair(const char *re, const char *im)
{
    gsize n = strlen(re);
    return n > 3 && strlen(im) == n && strcmp(re + n - 3, ":re") == 0 && strcmp(im + n - 3, ":im") == 0 &&
           strncmp(re, im, n - 3) == 0;
}

static gboolean all_pairs(const GPtrArray *names)
{
    gboolean pairs = names->len >= 3 && names->len % 2 == 1;
    for (guint i = 1; pairs && i < names->len; i += 2)
        pairs = is_pair(names->pdata[i], names->pdata[i + 1]);
    return pairs;
}

static struct plot *make_plot(const struct csv *csv, const GPtrArray *names, const GArray *values)
{
    guint n_columns = names->len;
    gsize n = values->len / n_columns;
    gboolean complex = all_pairs(names);
    const char *scale = csv_type(names->pdata[0]);
    struct plot *plot = plot_new(csv->name,
                                 strcmp(scale, "time") == 0        ? "Transient Analysis"
                                 : strcmp(scale, "frequency") == 0 ? "AC Analysis"
                                                                   : "Table",
                                 complex, n);
    const double *cells = (const double *)values->data;
    for (guint c = 0; c < n_columns; c += complex && c > 0 ? 2 : 1) {
        const char *name = names->pdata[c];
        g_autofree char *bare = g_strndup(name, strlen(name) - (complex && c > 0 ? 3 : 0));
        struct vector *vector = plot_add(plot, bare, csv_type(bare));
        for (gsize k = 0; k < n; k++) {
            vector->real[k] = cells[k * n_columns + c];
            if (complex && c > 0)
                vector->imag[k] = cells[k * n_columns + c + 1];
        }
    }
    return plot;
}

static gboolean read_table(struct csv *csv, GPtrArray *names, GArray *values)
{
    gsize from, end;
    gboolean is_row;
    csv->separator = '\t'; /* no blank of the first line is dropped before its separator is known */
    if (!next_line(csv, &from, &end))
        return fail(csv, csv->length, "no line of fields");
    csv->separator = find_separator(csv->bytes + from, end - from);
    while (csv->separator == ' ' && csv->bytes[from] == ' ')
        from++;
    if (!read_header(csv, from, end, names, &is_row))
        return FALSE;
    if (is_row && !read_row(csv, from, end, names->len, values))
        return FALSE;
    while (next_line(csv, &from, &end))
        if (!read_row(csv, from, end, names->len, values))
            return FALSE;
    return values->len > 0 || fail(csv, csv->length, "a header without rows");
}

GPtrArray *csv_parse(const char *bytes, gsize length, const char *name, GError **error)
{
    struct csv csv = {.bytes = bytes, .name = name, .length = length, .error = error};
    const char *zero = memchr(bytes, '\0', length);
    csv.at = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (zero != NULL) {
        csv.line = 1;
        fail(&csv, (gsize)(zero - bytes), "a zero byte, expected text");
        return NULL;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(free_name);
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(double));
    if (!read_table(&csv, names, values))
        return NULL;
    GPtrArray *plots = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    g_ptr_array_add(plots, make_plot(&csv, names, values));
    return plots;
}

static void append_name(GString *out, const char *name, const char *suffix)
{
    gboolean quote = strpbrk(name, ",;\"\t ") != NULL;
    if (quote)
        g_string_append_c(out, '"');
    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *c == '\n' || *c == '\r' ? ' ' : *c);
    }
    g_string_append(out, suffix);
    if (quote)
        g_string_append_c(out, '"');
}

void csv_append(GString *out, const struct plot *plot)
{
    char text[NUMBER_SIZE];
    guint n = plot->vectors->len;
    for (guint i = 0; i < n; i++) {
        const struct vector *vector = plot->vectors->pdata[i];
        gboolean pair = plot->is_complex && i > 0;
        if (i > 0)
            g_string_append_c(out, ',');
        append_name(out, vector->name, pair ? ":re" : "");
        if (pair) {
            g_string_append_c(out, ',');
            append_name(out, vector->name, ":im");
        }
    }
    g_string_append_c(out, '\n');
    for (gsize k = 0; k < plot->n_points; k++) {
        for (guint i = 0; i < n; i++) {
            const struct vector *vector = plot->vectors->pdata[i];
            if (i > 0)
                g_string_append_c(out, ',');
            g_string_append(out, isnan(vector->real[k]) ? "" : number_print(text, vector->real[k]));
            if (plot->is_complex && i > 0)
                g_string_append_printf(out, ",%s", isnan(vector->imag[k]) ? "" : number_print(text, vector->imag[k]));
        }
        g_string_append_c(out, '\n');
    }
}
