/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/formula.c -- recursive descent, computing as it reads; see formula.h. */
#include "config.h"

#include "wave/formula.h"

#include <complex.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/quantity.h"

enum { DEPTH_LIMIT = 100 };

typedef double complex *value; /* [n_points], owned */

struct formula {
    const struct plot *plot;
    const char *text, *at;
    int depth;
    GError **error;
};

static value fail(struct formula *f, const char *at, const char *expected)
{
    g_set_error(f->error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "formula \"%s\": character %ld: expected %s", f->text,
                (long)g_utf8_pointer_to_offset(f->text, at) + 1, expected);
    return NULL;
}

static void skip(struct formula *f)
{
    while (g_ascii_isspace(*f->at))
        f->at++;
}

static value new_value(const struct formula *f)
{
    return g_new0(double complex, MAX(f->plot->n_points, 1));
}

static value constant(const struct formula *f, double number)
{
    value v = new_value(f);
    for (gsize k = 0; k < f->plot->n_points; k++)
        v[k] = number;
    return v;
}

/* NULL without an error: there is no such vector. */
static value vector_value(const struct formula *f, const char *name)
{
    const struct vector *vector = plot_vector(f->plot, name);
    if (vector == NULL)
        return NULL;
    value v = new_value(f);
    for (gsize k = 0; k < f->plot->n_points; k++)
        v[k] = vector->real[k] + (vector->imag != NULL ? vector->imag[k] * I : 0);
    return v;
}

static value no_vector(struct formula *f, const char *at, const char *name)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < f->plot->vectors->len && names->len < 200; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", ((const struct vector *)f->plot->vectors->pdata[i])->name);
    g_autofree char *expected = g_strdup_printf("a vector, there is no \"%s\" among %s", name, names->str);
    return fail(f, at, expected);
}

/* v(…) and i(…): the whole is a name; v(a,b) also a difference. */
static value named(struct formula *f, const char *from)
{
    g_autofree char *name = g_strndup(from, (gsize)(f->at - from));
    value v = vector_value(f, name);
    const char *comma = strchr(name, ',');
    if (v != NULL || comma == NULL || g_ascii_tolower(name[0]) != 'v')
        return v != NULL ? v : no_vector(f, from, name);
    g_autofree char *plus = g_strndup(name + 2, (gsize)(comma - name) - 2), *minus = g_strndup(comma + 1, strlen(comma) - 2);
    value a = vector_value(f, g_strstrip(plus)), b = vector_value(f, g_strstrip(minus));
    if (a == NULL || b == NULL) {
        no_vector(f, from, a == NULL ? plus : minus);
        g_free(a);
        g_free(b);
        return NULL;
    }
    for (gsize k = 0; k < f->plot->n_points; k++)
        a[k] -= b[k];
    g_free(b);
    return a;
}

static void integrate(const struct plot *plot, value v)
{
    const double *x = ((const struct vector *)plot->vectors->pdata[0])->real;
    double complex sum = 0, before = plot->n_points > 0 ? v[0] : 0;
    for (gsize k = 0; k < plot->n_points; k++) {
        double complex now = v[k];
        sum += k > 0 ? 0.5 * (x[k] - x[k - 1]) * (now + before) : 0;
        v[k] = sum;
        before = now;
    }
}

static void derive(const struct plot *plot, value v)
{
    const double *x = ((const struct vector *)plot->vectors->pdata[0])->real;
    for (gsize k = plot->n_points; k-- > 1;)
        v[k] = (v[k] - v[k - 1]) / (x[k] - x[k - 1]);
    if (plot->n_points > 1)
        v[0] = v[1];
}

#define FUNCTIONS(X)                                                                                                             \
    X("abs", cabs(z))                                                                                                            \
    X("mag", cabs(z))                                                                                                            \
    X("phase", carg(z) * 180 / G_PI)                                                                                             \
    X("db", 20 * log10(cabs(z)))                                                                                                 \
    X("re", creal(z))                                                                                                            \
    X("im", cimag(z))                                                                                                            \
    X("sqrt", csqrt(z))                                                                                                          \
    X("exp", cexp(z))                                                                                                            \
    X("ln", clog(z))                                                                                                             \
    X("log10", clog(z) / log(10))

/* FALSE: no function of that name. */
static gboolean apply(const struct plot *plot, const char *name, value v)
{
    gsize n = plot->n_points;
#define X(text, expression)                                                                                                      \
    if (g_ascii_strcasecmp(name, text) == 0) {                                                                                   \
        for (gsize k = 0; k < n; k++) {                                                                                          \
            double complex z = v[k];                                                                                             \
            v[k] = (expression);                                                                                                 \
        }                                                                                                                        \
        return TRUE;                                                                                                             \
    }
    FUNCTIONS(X)
#undef X
    if (g_ascii_strcasecmp(name, "integral") == 0)
        integrate(plot, v);
    else if (g_ascii_strcasecmp(name, "derivative") == 0)
        derive(plot, v);
    else
        return FALSE;
    return TRUE;
}

static value sum(struct formula *f);

static gboolean is_name(char c)
{
    return g_ascii_isalnum(c) || (c & 0x80) != 0 || (c != '\0' && strchr("_.:#@[]", c) != NULL);
}

static value parenthesised(struct formula *f)
{
    f->at++;
    value v = sum(f);
    skip(f);
    if (v != NULL && *f->at != ')') {
        g_free(v);
        return fail(f, f->at, ")");
    }
    f->at += v != NULL;
    return v;
}

/* A name, a v(…), a call. */
static value word(struct formula *f)
{
    const char *from = f->at;
    while (is_name(*f->at))
        f->at++;
    g_autofree char *name = g_strndup(from, (gsize)(f->at - from));
    if (*f->at != '(')
        return named(f, from);
    if (g_ascii_strcasecmp(name, "v") == 0 || g_ascii_strcasecmp(name, "i") == 0) {
        int open = 0;
        do {
            open += (*f->at == '(') - (*f->at == ')');
            if (*f->at == '\0')
                return fail(f, f->at, ")");
            f->at++;
        } while (open > 0);
        return named(f, from);
    }
    value v = parenthesised(f);
    if (v != NULL && !apply(f->plot, name, v)) {
        g_free(v);
        return fail(f, from, "abs, mag, phase, dB, re, im, sqrt, exp, ln, log10, derivative or integral before (");
    }
    return v;
}

static value number(struct formula *f)
{
    const char *from = f->at;
    char *end;
    g_ascii_strtod(f->at, &end);
    while (g_ascii_isalpha(*end))
        end++;
    g_autofree char *text = g_strndup(from, (gsize)(end - from));
    double result;
    GError *ignored = NULL;
    if (!quantity_parse(text, DIMENSION_NONE, &result, &ignored)) {
        g_error_free(ignored);
        return fail(f, from, "a number, such as 2.5 or 10m");
    }
    f->at = end;
    return constant(f, result);
}

static value factor(struct formula *f)
{
    value v = NULL;
    skip(f);
    if (++f->depth > DEPTH_LIMIT)
        return fail(f, f->at, "fewer parentheses");
    if (*f->at == '-' || *f->at == '+') {
        gboolean minus = *f->at++ == '-';
        v = factor(f);
        for (gsize k = 0; minus && v != NULL && k < f->plot->n_points; k++)
            v[k] = -v[k];
    } else if (*f->at == '(') {
        v = parenthesised(f);
    } else if (*f->at == '"') {
        const char *from = f->at + 1, *end = strchr(from, '"');
        g_autofree char *name = end != NULL ? g_strndup(from, (gsize)(end - from)) : NULL;
        f->at = end != NULL ? end + 1 : f->at;
        v = end == NULL ? fail(f, f->at, "a second \"") : vector_value(f, name);
        if (v == NULL && end != NULL)
            no_vector(f, from, name);
    } else if (g_ascii_isdigit(*f->at) || *f->at == '.') {
        v = number(f);
    } else if (is_name(*f->at)) {
        v = word(f);
    } else {
        v = fail(f, f->at, "a vector, a number or (");
    }
    f->depth--;
    return v;
}

/* a = a op b; frees b. */
static value combine(const struct formula *f, value a, char op, value b)
{
    for (gsize k = 0; a != NULL && b != NULL && k < f->plot->n_points; k++)
        a[k] = op == '+' ? a[k] + b[k] : op == '-' ? a[k] - b[k] : op == '*' ? a[k] * b[k] : a[k] / b[k];
    if (b == NULL)
        g_clear_pointer(&a, g_free);
    g_free(b);
    return a;
}

static value product(struct formula *f)
{
    value v = factor(f);
    for (skip(f); v != NULL && (*f->at == '*' || *f->at == '/'); skip(f)) {
        char op = *f->at++;
        v = combine(f, v, op, factor(f));
    }
    return v;
}

static value sum(struct formula *f)
{
    value v = product(f);
    for (skip(f); v != NULL && (*f->at == '+' || *f->at == '-'); skip(f)) {
        char op = *f->at++;
        v = combine(f, v, op, product(f));
    }
    return v;
}

struct vector *plot_compute(struct plot *plot, const char *name, const char *formula, GError **error)
{
    struct formula f = {.plot = plot, .text = formula, .at = formula, .error = error};
    value v = sum(&f);
    if (v != NULL && *f.at != '\0') {
        g_free(v);
        v = fail(&f, f.at, "an operator or the end");
    }
    if (v == NULL)
        return NULL;
    struct vector *vector = plot_add(plot, name, "notype");
    for (gsize k = 0; k < plot->n_points; k++) {
        vector->real[k] = creal(v[k]);
        if (vector->imag != NULL)
            vector->imag[k] = cimag(v[k]);
    }
    g_free(v);
    return vector;
}
