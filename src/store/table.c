/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store/table.c -- tables and their forms.
 *
 * Held by columns, because each column has one unit, one prefix and one width, and because npz and JSON want vectors.
 */
#include "config.h"

#include "store/table.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/quantity.h"
#include "base/text.h"
#include "store/npz.h"

/* ---- making ---- */

static void column_free(struct column *column)
{
    g_free(column->name);
    g_free(column->unit);
    g_clear_pointer(&column->numbers, g_array_unref);
    g_clear_pointer(&column->texts, g_ptr_array_unref);
    g_free(column);
}

struct table *table_new(const char *name, const char *title)
{
    struct table *table = g_new0(struct table, 1);
    table->name = g_strdup(name);
    table->title = g_strdup(title != NULL ? title : "");
    table->columns = g_ptr_array_new_with_free_func((GDestroyNotify)column_free);
    table->notes = g_ptr_array_new_with_free_func(g_free);
    return table;
}

void table_free(struct table *table)
{
    if (table == NULL)
        return;
    g_free(table->name);
    g_free(table->title);
    g_ptr_array_unref(table->columns);
    g_ptr_array_unref(table->notes);
    g_free(table);
}

static struct column *add_column(struct table *table, const char *name, const char *unit)
{
    struct column *column = g_new0(struct column, 1);
    column->name = g_strdup(name);
    column->unit = g_strdup(unit != NULL ? unit : "");
    g_ptr_array_add(table->columns, column);
    return column;
}

struct column *table_add_numbers(struct table *table, const char *name, const char *unit)
{
    struct column *column = add_column(table, name, unit);
    column->numbers = g_array_new(FALSE, FALSE, sizeof(double));
    return column;
}

struct column *table_add_texts(struct table *table, const char *name)
{
    struct column *column = add_column(table, name, NULL);
    column->texts = g_ptr_array_new_with_free_func(g_free);
    return column;
}

void column_push_number(struct column *column, double value)
{
    g_array_append_val(column->numbers, value);
}

void column_push_text(struct column *column, const char *text)
{
    g_ptr_array_add(column->texts, g_strdup(text));
}

static gsize column_length(const struct column *column)
{
    return column->numbers != NULL ? column->numbers->len : column->texts->len;
}

gboolean table_close(struct table *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const struct column *column = table->columns->pdata[i];
        if (i == 0)
            table->n_rows = column_length(column);
        if (column_length(column) != table->n_rows) {
            g_critical("table %s: column %s has %" G_GSIZE_FORMAT " cells, expected %" G_GSIZE_FORMAT, table->name, column->name,
                       column_length(column), table->n_rows);
            return FALSE;
        }
    }
    return TRUE;
}

void table_note(struct table *table, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_ptr_array_add(table->notes, g_strdup_vprintf(format, ap));
    va_end(ap);
}

const struct column *table_column(const struct table *table, const char *name)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const struct column *column = table->columns->pdata[i];
        if (strcmp(column->name, name) == 0)
            return column;
    }
    return NULL;
}

static double number_at(const struct column *column, gsize row)
{
    return g_array_index(column->numbers, double, row);
}

static const char *text_at(const struct column *column, gsize row)
{
    const char *text = column->texts->pdata[row];
    return text != NULL ? text : "";
}

/* A unit as part of a name: what is not a letter or a digit separates ("A/V" is A_V), except the signs that have a spelling. */
static char *unit_as_name(const char *unit)
{
    static const struct {
        const char *sign, *spelling;
    } signs[] = {{"µ", "u"},       {"μ", "u"},  {"Ω", "Ohm"}, {"Ω", "Ohm"}, {"°", ""},
                 {"%", "percent"}, {"²", "2"}, {"³", "3"},   {"√", "sqrt"}};
    GString *name = g_string_new(NULL);
    while (*unit != '\0') {
        gsize s = 0;
        while (s < G_N_ELEMENTS(signs) && !g_str_has_prefix(unit, signs[s].sign))
            s++;
        if (s < G_N_ELEMENTS(signs)) {
            g_string_append(name, signs[s].spelling);
            unit += strlen(signs[s].sign);
            continue;
        }
        if (g_ascii_isalnum(*unit))
            g_string_append_c(name, *unit);
        else if (name->len > 0 && name->str[name->len - 1] != '_')
            g_string_append_c(name, '_');
        unit++;
    }
    while (name->len > 0 && name->str[name->len - 1] == '_')
        g_string_truncate(name, name->len - 1);
    return g_string_free(name, FALSE);
}

char *column_header(const struct column *column)
{
    g_autofree char *unit = unit_as_name(column->unit);
    return *unit == '\0' ? g_strdup(column->name) : g_strconcat(column->name, "_", unit, NULL);
}

/* ---- text ---- */

/* `value` rounded to `digits` significant digits, and the decimal exponent that it then has: 999.96 at 4 is 1000, 3. */
static double rounded(double value, int digits, int *exponent)
{
    char text[NUMBER_SIZE], format[8];
    g_snprintf(format, sizeof format, "%%.%de", digits - 1);
    g_ascii_formatd(text, sizeof text, format, value);
    *exponent = (int)g_ascii_strtoll(strchr(text, 'e') + 1, NULL, 10);
    return g_ascii_strtod(text, NULL);
}

/* Whether "m" or "µ" may stand before the unit: its first factor is one of ours, without a power ("mm2" would read as
 * (mm)²) and not a temperature. Coulomb and degree Celsius share a letter; the name tells them apart. */
static gboolean takes_prefix(const struct column *column)
{
    g_autofree char *first = g_strndup(column->unit, strcspn(column->unit, "/.·* "));
    if (strcmp(first, "C") == 0 && strstr(column->name, "temperature") != NULL)
        return FALSE;
    for (int d = DIMENSION_NONE + 1; d <= DIMENSION_VOLT_LENGTH; d++)
        if (d != DIMENSION_AREA && strcmp(first, dimension_unit((enum dimension)d)) == 0)
            return TRUE;
    return strcmp(first, "Ω") == 0;
}

/* How the numbers of a column are shown: multiplied by 1000^-step, all without decimals or each with its own. */
struct scale {
    int step;
    gboolean whole;
};

static double scaled(const struct scale *scale, double value)
{
    return scale->step < 0 ? value * pow(1000, -scale->step) : value / pow(1000, scale->step);
}

static struct scale choose_scale(const struct column *column, int digits)
{
    struct scale scale = {0, TRUE};
    double largest = 0;
    int exponent;
    for (gsize i = 0; i < column->numbers->len; i++)
        if (isfinite(number_at(column, i)))
            largest = MAX(largest, fabs(number_at(column, i)));
    if (largest > 0 && takes_prefix(column)) {
        rounded(largest, digits, &exponent);
        scale.step = CLAMP((int)floor(exponent / 3.0), -8, 5);
    }
    for (gsize i = 0; i < column->numbers->len && scale.whole; i++) {
        double value = scaled(&scale, number_at(column, i));
        if (isfinite(value)) {
            double shown = rounded(value, digits, &exponent);
            scale.whole = shown == floor(shown);
        }
    }
    return scale;
}

static char *number_as_text(const struct scale *scale, double value, int digits)
{
    if (isnan(value))
        return g_strdup("-");
    char text[64], format[8];
    double number = scaled(scale, value);
    int exponent = 0;
    if (number == 0 || !isfinite(number))
        return g_strdup(number == 0 ? "0" : number > 0 ? "inf" : "-inf");
    rounded(number, digits, &exponent);
    if (exponent < -4 || exponent > 8)
        g_snprintf(format, sizeof format, "%%.%de", digits - 1);
    else
        g_snprintf(format, sizeof format, "%%.%df", scale->whole ? 0 : MAX(digits - 1 - exponent, 0));
    return g_strdup(g_ascii_formatd(text, sizeof text, format, number));
}

static char *header_as_text(const struct column *column, const struct scale *scale)
{
    static const char *const prefix[] = {"y", "z", "a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P"};
    if (*column->unit == '\0')
        return g_strdup(column->name);
    gboolean celsius = strcmp(column->unit, "C") == 0 && !takes_prefix(column);
    return g_strdup_printf("%s (%s%s)", column->name, prefix[scale->step + 8], celsius ? "°C" : column->unit);
}

static gsize width_of(const char *text)
{
    gsize width = 0;
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        width += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

/* Header and cells of a column as they are printed. */
static GPtrArray *column_cells(const struct column *column, int digits, gsize n_rows, gsize *width)
{
    GPtrArray *cells = g_ptr_array_new_full((guint)n_rows + 1, g_free);
    if (column->numbers != NULL) {
        struct scale scale = choose_scale(column, digits);
        g_ptr_array_add(cells, header_as_text(column, &scale));
        for (gsize i = 0; i < n_rows; i++)
            g_ptr_array_add(cells, number_as_text(&scale, number_at(column, i), digits));
    } else {
        g_ptr_array_add(cells, g_strdup(column->name));
        for (gsize i = 0; i < n_rows; i++)
            g_ptr_array_add(cells, text_line(text_at(column, i), 0));
    }
    *width = 0;
    for (guint i = 0; i < cells->len; i++)
        *width = MAX(*width, width_of(cells->pdata[i]));
    return cells;
}

static void append_padded(GString *out, const char *cell, gsize width, gboolean right)
{
    gsize blanks = width - width_of(cell);
    if (!right)
        g_string_append(out, cell);
    for (gsize i = 0; i < blanks; i++)
        g_string_append_c(out, ' ');
    if (right)
        g_string_append(out, cell);
}

static void append_notes(const struct table *table, GString *out)
{
    for (guint i = 0; i < table->notes->len; i++) {
        g_autofree char *line = text_line(table->notes->pdata[i], 0);
        g_string_append_printf(out, "# %s\n", line);
    }
}

/* "2,500" */
static char *grouped(gsize n)
{
    GString *text = g_string_new(NULL);
    g_string_printf(text, "%" G_GSIZE_FORMAT, n);
    for (gssize at = (gssize)text->len - 3; at > 0; at -= 3)
        g_string_insert_c(text, at, ',');
    return g_string_free(text, FALSE);
}

void table_to_text(const struct table *table, GString *out, int digits, gsize max_rows)
{
    gsize n_rows = max_rows > 0 ? MIN(max_rows, table->n_rows) : table->n_rows;
    guint n_columns = table->columns->len;
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autofree gsize *width = g_new0(gsize, n_columns + 1);
    for (guint j = 0; j < n_columns; j++)
        g_ptr_array_add(cells, column_cells(table->columns->pdata[j], CLAMP(digits, 1, 17), n_rows, &width[j]));
    if (*table->title != '\0') {
        g_autofree char *title = text_line(table->title, 0);
        g_string_append_printf(out, "%s\n", title);
    }
    append_notes(table, out);
    for (gsize i = 0; i <= n_rows && n_columns > 0; i++) {
        gsize start = out->len;
        for (guint j = 0; j < n_columns; j++) {
            const struct column *column = table->columns->pdata[j];
            const GPtrArray *of = cells->pdata[j];
            g_string_append(out, j > 0 ? "  " : "");
            append_padded(out, of->pdata[i], width[j], column->numbers != NULL);
        }
        while (out->len > start && out->str[out->len - 1] == ' ')
            g_string_truncate(out, out->len - 1);
        g_string_append_c(out, '\n');
    }
    if (n_rows < table->n_rows) {
        g_autofree char *rest = grouped(table->n_rows - n_rows);
        g_string_append_printf(out, "… %s more row%s\n", rest, table->n_rows - n_rows == 1 ? "" : "s");
    }
}

/* ---- CSV ---- */

/* Quoted also where a bare cell would read as something else: a comment, or a blank that readers trim. */
static void append_csv_text(GString *out, const char *text)
{
    gsize n = strlen(text);
    gboolean bare = strpbrk(text, ",\"\r\n") == NULL && *text != '#' && (n == 0 || (text[0] != ' ' && text[n - 1] != ' '));
    if (bare) {
        g_string_append(out, text);
        return;
    }
    g_string_append_c(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

static void append_csv_cell(GString *out, const struct column *column, gsize row)
{
    char buffer[NUMBER_SIZE];
    if (column->texts != NULL)
        append_csv_text(out, text_at(column, row));
    else if (!isnan(number_at(column, row)))
        g_string_append(out, number_print(buffer, number_at(column, row)));
}

void table_to_csv(const struct table *table, GString *out)
{
    if (*table->title != '\0') {
        g_autofree char *title = text_line(table->title, 0);
        g_string_append_printf(out, "# %s\n", title);
    }
    append_notes(table, out);
    for (guint j = 0; j < table->columns->len; j++) {
        g_autofree char *header = column_header(table->columns->pdata[j]);
        g_string_append(out, j > 0 ? "," : "");
        append_csv_text(out, header);
    }
    g_string_append(out, table->columns->len > 0 ? "\n" : "");
    for (gsize i = 0; i < table->n_rows; i++) {
        gsize start = out->len;
        for (guint j = 0; j < table->columns->len; j++) {
            g_string_append(out, j > 0 ? "," : "");
            append_csv_cell(out, table->columns->pdata[j], i);
        }
        /* A row of one empty cell would be an empty line, which readers skip. */
        g_string_append(out, out->len == start ? "\"\"\n" : "\n");
    }
}

/* ---- JSON ---- */

static json_t *json_text(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    return json_string(valid);
}

static json_t *json_number(double value)
{
    if (isnan(value))
        return json_null();
    return isinf(value) ? json_string(value > 0 ? "inf" : "-inf") : json_real(value);
}

static json_t *json_column(const struct column *column, gsize n_rows)
{
    json_t *values = json_array(), *object = json_object();
    for (gsize i = 0; i < n_rows; i++)
        json_array_append_new(values, column->numbers != NULL ? json_number(number_at(column, i))
                                                              : json_text(text_at(column, i)));
    json_object_set_new(object, "name", json_text(column->name));
    json_object_set_new(object, "unit", column->numbers != NULL ? json_text(column->unit) : json_null());
    json_object_set_new(object, "values", values);
    return object;
}

static int append_dump(const char *text, size_t length, void *out)
{
    g_string_append_len(out, text, (gssize)length);
    return 0;
}

void table_to_json(const struct table *table, GString *out)
{
    json_t *object = json_object(), *notes = json_array(), *columns = json_array();
    for (guint i = 0; i < table->notes->len; i++)
        json_array_append_new(notes, json_text(table->notes->pdata[i]));
    for (guint j = 0; j < table->columns->len; j++)
        json_array_append_new(columns, json_column(table->columns->pdata[j], table->n_rows));
    json_object_set_new(object, "name", json_text(table->name));
    json_object_set_new(object, "title", json_text(table->title));
    json_object_set_new(object, "notes", notes);
    json_object_set_new(object, "n_rows", json_integer((json_int_t)table->n_rows));
    json_object_set_new(object, "columns", columns);
    if (json_dump_callback(object, append_dump, out, JSON_REAL_PRECISION(17)) != 0)
        g_error("no memory for the JSON of table %s", table->name);
    g_string_append_c(out, '\n');
    json_decref(object);
}

/* ---- npz ---- */

gboolean table_to_npz(const struct table *table, const char *path, GError **error)
{
    g_autoptr(GPtrArray) arrays = g_ptr_array_new_with_free_func((GDestroyNotify)ndarray_free);
    g_autoptr(GString) comment = g_string_new(*table->title != '\0' ? table->title : table->name);
    g_string_append_c(comment, '\n');
    append_notes(table, comment);
    for (guint j = 0; j < table->columns->len; j++) {
        const struct column *column = table->columns->pdata[j];
        g_autofree char *header = column_header(column);
        if (column->numbers == NULL) {
            g_string_append_printf(comment, "# column %s holds text and is left out\n", header);
            continue;
        }
        struct ndarray *array = ndarray_new(header, 1, &table->n_rows);
        if (table->n_rows > 0)
            memcpy(array->data, column->numbers->data, table->n_rows * sizeof(double));
        g_ptr_array_add(arrays, array);
    }
    return npz_write_noted(path, arrays, comment->str, error);
}
