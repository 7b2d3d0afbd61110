/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/quantity.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

#define INTEGER_LIMIT 1e9 /* fits an int, and %.15g writes all its digits */

static const struct dimension_row {
    const char *unit, *unit2, *what, *example;
} dimension_rows[] = {
#define X(id, unit, unit2, what, example) {unit, unit2, what, example},
    DIMENSIONS(X)
#undef X
};

static const struct suffix {
    const char *text;
    int exponent;
} suffixes[] = {
    {"Meg", 6}, {"meg", 6}, {"y", -24}, {"z", -21}, {"a", -18}, {"f", -15}, {"p", -12}, {"n", -9},  {"u", -6}, {"µ", -6},
    {"μ", -6},  {"m", -3},  {"k", 3},   {"K", 3},   {"M", 6},   {"G", 9},   {"T", 12},  {"P", 15}, {"", 0},
};

const char *dimension_unit(enum dimension dimension)
{
    return dimension_rows[dimension].unit;
}

const char *dimension_name(enum dimension dimension)
{
    return dimension_rows[dimension].what;
}

/* The end of the decimal number that `text` starts with, or NULL; strtod alone would take "nan", "inf" and "0x1p3". */
static const char *number_end(const char *text)
{
    const char *p = text;
    if (*p == '+' || *p == '-')
        p++;
    const char *digits = p;
    gsize n_digits = 0;
    while (g_ascii_isdigit(*p))
        p++, n_digits++;
    if (*p == '.')
        for (p++; g_ascii_isdigit(*p); p++)
            n_digits++;
    if (n_digits == 0 || p == digits)
        return NULL;
    if (*p == 'e' || *p == 'E') {
        const char *q = p + 1;
        if (*q == '+' || *q == '-')
            q++;
        if (g_ascii_isdigit(*q)) {
            while (g_ascii_isdigit(*q))
                q++;
            p = q;
        }
    }
    return p;
}

static gboolean unit_matches(const struct dimension_row *row, const char *text)
{
    return strcmp(text, row->unit) == 0 || (row->unit2 != NULL && strcmp(text, row->unit2) == 0);
}

/* Splits "fF" into a suffix and a unit. A whole-string unit wins over a suffix with another unit, so "m" is metre and not
 * milli; where a dimension is wanted, that reading is tried first, so "10m" can be 0.01 where a number is wanted. */
static gboolean split_unit(const char *tail, int wanted, int *exponent, enum dimension *dimension)
{
    for (int pass = 0; pass < 2; pass++)
        for (gsize d = 0; d < G_N_ELEMENTS(dimension_rows); d++) {
            if ((pass == 0) != ((int)d == wanted))
                continue;
            for (gsize s = G_N_ELEMENTS(suffixes); s-- > 0;) {
                gsize n = strlen(suffixes[s].text);
                if (strncmp(tail, suffixes[s].text, n) == 0 && unit_matches(&dimension_rows[d], tail + n)) {
                    if (d == DIMENSION_TEMPERATURE && n > 0)
                        continue;
                    *exponent = suffixes[s].exponent;
                    if (d == DIMENSION_AREA)
                        *exponent *= 2;
                    *dimension = (enum dimension)d;
                    return TRUE;
                }
            }
        }
    if (strcmp(tail, "%") == 0) {
        *exponent = -2;
        *dimension = DIMENSION_NONE;
        return TRUE;
    }
    return FALSE;
}

/* A_VT is the one unit that is a product of two with a suffix each: 2mV.um. */
static gboolean split_volt_length(const char *tail, int *exponent)
{
    const char *dot = strchr(tail, '.');
    if (dot == NULL || !g_str_has_suffix(tail, "m"))
        return FALSE;
    g_autofree char *volt = g_strndup(tail, (gsize)(dot - tail));
    int e_volt, e_length;
    enum dimension d;
    if (!split_unit(volt, DIMENSION_VOLTAGE, &e_volt, &d) || d != DIMENSION_VOLTAGE)
        return FALSE;
    if (!split_unit(dot + 1, DIMENSION_LENGTH, &e_length, &d) || d != DIMENSION_LENGTH)
        return FALSE;
    *exponent = e_volt + e_length;
    return TRUE;
}

static gboolean parse(const char *text, int wanted, double *value, enum dimension *dimension, GError **error)
{
    const char *what = wanted < 0 ? "quantity" : dimension_rows[wanted].what;
    const char *example = wanted < 0 ? "0.45V or 5fF" : dimension_rows[wanted].example;
    const char *none = wanted == DIMENSION_NONE ? "expected a number, such as" : "expected a number with a unit, such as";
    g_autofree char *shown = text_line(text, 0);
    const char *end = number_end(text);
    int exponent = 0;
    if (end == NULL || (!split_volt_length(end, &exponent) && !split_unit(end, wanted, &exponent, dimension))) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s \"%s\": %s %s", what, shown, none, example);
        return FALSE;
    }
    if (strchr(end, '.') != NULL)
        *dimension = DIMENSION_VOLT_LENGTH;
    if (wanted >= 0 && *dimension != (enum dimension)wanted) {
        if (*dimension == DIMENSION_NONE)
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s \"%s\": the unit is missing, expected %s, such as %s",
                        what, shown, dimension_rows[wanted].unit, example);
        else if (wanted == DIMENSION_NONE)
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s \"%s\": the unit is %s, expected none, such as %s",
                        what, shown, dimension_rows[*dimension].unit, example);
        else
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s \"%s\": the unit is %s, expected %s, such as %s",
                        what, shown, dimension_rows[*dimension].unit, dimension_rows[wanted].unit, example);
        return FALSE;
    }
    /* The suffix joins the exponent before the one rounding of strtod: 5f is the double nearest to 5e-15, not 5*1e-15. */
    const char *e = strpbrk(text, "eE");
    gboolean has_exponent = e != NULL && e < end;
    g_autofree char *mantissa = g_strndup(text, (gsize)((has_exponent ? e : end) - text));
    gint64 written = has_exponent ? g_ascii_strtoll(e + 1, NULL, 10) : 0;
    g_autofree char *decimal = g_strdup_printf("%se%" G_GINT64_FORMAT, mantissa, CLAMP(written, -100000, 100000) + exponent);
    *value = g_ascii_strtod(decimal, NULL);
    if (!isfinite(*value)) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s \"%s\": the number is too large, %s %s", what, shown, none,
                    example);
        return FALSE;
    }
    return TRUE;
}

gboolean quantity_parse(const char *text, enum dimension dimension, double *value, GError **error)
{
    enum dimension found;
    double v;
    if (!parse(text, (int)dimension, &v, &found, error))
        return FALSE;
    *value = v;
    return TRUE;
}

gboolean quantity_parse_any(const char *text, double *value, enum dimension *dimension, GError **error)
{
    return parse(text, -1, value, dimension, error);
}

/* Most numbers of a deck are 0, 1 or another small integer: their digits are exact, and no reading back is needed. */
static gboolean print_integer(char buffer[NUMBER_SIZE], double value)
{
    if (!(fabs(value) < INTEGER_LIMIT) || value != trunc(value) || (value == 0 && signbit(value)))
        return FALSE;
    char digits[16];
    int n = 0, rest = (int)fabs(value);
    char *at = buffer;
    if (value < 0)
        *at++ = '-';
    do
        digits[n++] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    while (n > 0)
        *at++ = digits[--n];
    *at = '\0';
    return TRUE;
}

char *number_print(char buffer[NUMBER_SIZE], double value)
{
    if (print_integer(buffer, value))
        return buffer;
    /* g_ascii_formatd takes longer, and is needed only where a program has set a locale with a comma */
    gboolean is_plain = strcmp(localeconv()->decimal_point, ".") == 0;
    for (int digits = 15; digits <= 17; digits++) {
        char format[8] = {'%', '.', '1', (char)('0' + digits - 10), 'g', '\0'};
        if (is_plain)
            snprintf(buffer, NUMBER_SIZE, "%.*g", digits, value);
        else
            g_ascii_formatd(buffer, NUMBER_SIZE, format, value);
        if (g_ascii_strtod(buffer, NULL) == value)
            break;
    }
    return buffer;
}

char *quantity_print(double value, const char *unit, int digits)
{
    static const char *const prefix[] = {"y", "z", "a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P"};
    if (isnan(value))
        return g_strdup("-");
    double size = fabs(value);
    gboolean scaled = unit != NULL && *unit != '\0' && strcmp(unit, "%") != 0 && strcmp(unit, "°C") != 0 && size > 0 && isfinite(size);
    int step = scaled ? (int)floor(log10(size) / 3.0 + 1e-12) : 0;
    step = CLAMP(step, -8, 5);
    char number[NUMBER_SIZE], format[8];
    g_snprintf(format, sizeof format, "%%.%dg", CLAMP(digits, 1, 17));
    g_ascii_formatd(number, sizeof number, format, value / pow(10.0, 3.0 * step));
    return g_strdup_printf("%s%s%s%s", number, unit != NULL && *unit != '\0' ? " " : "", prefix[step + 8], unit != NULL ? unit : "");
}
