/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "netlist/expression.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

#define DEPTH_LIMIT 64 /* parentheses and signs; beyond what a size needs, below what the stack holds */

struct parser {
    const char *at;
    const struct scope *scope;
    int depth;
};

void scope_init(struct scope *scope, const struct scope *outer)
{
    scope->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    scope->outer = outer;
}

void scope_set(struct scope *scope, const char *name, double value)
{
    g_hash_table_insert(scope->values, g_strdup(name), g_memdup2(&value, sizeof value));
}

void scope_clear(struct scope *scope)
{
    g_clear_pointer(&scope->values, g_hash_table_unref);
}

static const double *scope_get(const struct scope *scope, const char *name)
{
    for (; scope != NULL; scope = scope->outer) {
        const double *value = g_hash_table_lookup(scope->values, name);
        if (value != NULL)
            return value;
    }
    return NULL;
}

static gboolean refuse(GError **error, const char *sentence)
{
    g_set_error_literal(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, sentence);
    return FALSE;
}

static void skip_blanks(struct parser *p)
{
    while (*p->at == ' ')
        p->at++;
}

/* The power of ten of the suffix at `text`; unit letters after it mean nothing, as in SPICE. */
static int suffix_exponent(const char *text)
{
    static const struct {
        char letter;
        int exponent;
    } suffixes[] = {{'t', 12}, {'g', 9}, {'k', 3}, {'m', -3}, {'u', -6}, {'n', -9}, {'p', -12}, {'f', -15}, {'a', -18}};
    if (g_ascii_strncasecmp(text, "meg", 3) == 0)
        return 6;
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (g_ascii_tolower(*text) == suffixes[i].letter)
            return suffixes[i].exponent;
    return 0;
}

/* The suffix joins the exponent before the one rounding: 0.11u is the double nearest to 1.1e-7. */
static gboolean number(struct parser *p, double *value, GError **error)
{
    if (p->at[0] == '0' && g_ascii_tolower(p->at[1]) == 'x')
        return refuse(error, "a hexadecimal number: expected a decimal one");
    char *end = NULL;
    g_ascii_strtod(p->at, &end);
    if (g_ascii_strncasecmp(end, "mil", 3) == 0)
        return refuse(error, "the suffix mil: expected lengths in metres");
    const char *e = p->at;
    while (e < end && *e != 'e' && *e != 'E')
        e++;
    gint64 written = e < end ? g_ascii_strtoll(e + 1, NULL, 10) : 0;
    g_autofree char *decimal =
        g_strdup_printf("%.*se%" G_GINT64_FORMAT, (int)(e - p->at), p->at, CLAMP(written, -1000, 1000) + suffix_exponent(end));
    *value = g_ascii_strtod(decimal, NULL);
    for (p->at = end; g_ascii_isalpha(*p->at);)
        p->at++;
    return TRUE;
}

static gboolean name(struct parser *p, double *value, GError **error)
{
    const char *start = p->at;
    while (g_ascii_isalnum(*p->at) || *p->at == '_')
        p->at++;
    g_autofree char *word = g_strndup(start, (gsize)(p->at - start));
    skip_blanks(p);
    const double *found = scope_get(p->scope, word);
    if (found != NULL && *p->at != '(') {
        *value = *found;
        return TRUE;
    }
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                *p->at == '(' ? "the function \"%s\": expected + - * / ( ) only" : "the parameter \"%s\" has no value here",
                word);
    return FALSE;
}

static gboolean sum(struct parser *p, double *value, GError **error);

static gboolean operand(struct parser *p, double *value, GError **error)
{
    skip_blanks(p);
    if (++p->depth > DEPTH_LIMIT)
        return refuse(error, "too many parentheses or signs");
    gboolean ok = TRUE;
    if (*p->at == '-' || *p->at == '+') {
        double sign = *p->at++ == '-' ? -1 : 1;
        ok = operand(p, value, error);
        if (ok)
            *value *= sign;
    } else if (*p->at == '(') {
        p->at++;
        ok = sum(p, value, error);
        if (ok && *p->at++ != ')')
            ok = refuse(error, "a parenthesis that is not closed");
    } else if (g_ascii_isdigit(*p->at) || (*p->at == '.' && g_ascii_isdigit(p->at[1]))) {
        ok = number(p, value, error);
    } else if (g_ascii_isalpha(*p->at) || *p->at == '_') {
        ok = name(p, value, error);
    } else {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "\"%s\": expected a number, a parameter or (", p->at);
        ok = FALSE;
    }
    p->depth--;
    skip_blanks(p);
    return ok;
}

static gboolean product(struct parser *p, double *value, GError **error)
{
    if (!operand(p, value, error))
        return FALSE;
    while ((*p->at == '*' && p->at[1] != '*') || *p->at == '/') {
        char symbol = *p->at++;
        double right = 0;
        if (!operand(p, &right, error))
            return FALSE;
        *value = symbol == '*' ? *value * right : *value / right;
    }
    return TRUE;
}

static gboolean sum(struct parser *p, double *value, GError **error)
{
    if (!product(p, value, error))
        return FALSE;
    while (*p->at == '+' || *p->at == '-') {
        double sign = *p->at++ == '-' ? -1 : 1, right = 0;
        if (!product(p, &right, error))
            return FALSE;
        *value += sign * right;
    }
    return TRUE;
}

gboolean expression_value(const char *text, const struct scope *scope, double *value, GError **error)
{
    gboolean braces = text[0] == '{';
    struct parser p = {text + (braces ? 1 : 0), scope, 0};
    if (!sum(&p, value, error))
        return FALSE;
    if (strcmp(p.at, braces ? "}" : "") != 0) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "\"%s\": expected + - * / ( ) only", p.at);
        return FALSE;
    }
    if (!isfinite(*value))
        return refuse(error, "a value that is not finite");
    return TRUE;
}

/* The length of the assignment at `text`: a blank ends it, but not within braces. */
static gsize assignment_length(const char *text)
{
    gsize n = 0;
    for (gboolean braces = FALSE; text[n] != '\0' && (braces || text[n] != ' '); n++)
        braces = text[n] == '{' || (braces && text[n] != '}');
    return n;
}

/* Cuts the next "name=value" off `*rest`. FALSE at the end. */
static gboolean next_assignment(const char **rest, char **name_text, char **value_text)
{
    *rest += strspn(*rest, " ");
    gsize n = assignment_length(*rest);
    const char *equals = memchr(*rest, '=', n);
    if (equals == NULL)
        return FALSE;
    *name_text = g_strndup(*rest, (gsize)(equals - *rest));
    *value_text = g_strndup(equals + 1, n - (gsize)(equals + 1 - *rest));
    *rest += n;
    return TRUE;
}

gboolean scope_assign(struct scope *into, const char *assignments, const struct scope *from, GError **error)
{
    const char *rest = assignments;
    char *name_text, *value_text;
    gboolean ok = TRUE;
    while (ok && next_assignment(&rest, &name_text, &value_text)) {
        double value = 0;
        ok = expression_value(value_text, from, &value, error);
        if (ok)
            scope_set(into, name_text, value);
        else
            g_prefix_error(error, "%s=%s: ", name_text, value_text);
        g_free(name_text);
        g_free(value_text);
    }
    return ok;
}

char *assignment_text(const char *assignments, const char *name)
{
    const char *rest = assignments;
    char *name_text, *value_text;
    while (next_assignment(&rest, &name_text, &value_text)) {
        gboolean found = strcmp(name_text, name) == 0;
        g_free(name_text);
        if (found)
            return value_text;
        g_free(value_text);
    }
    return NULL;
}
