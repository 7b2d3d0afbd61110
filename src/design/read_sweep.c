/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_sweep.c -- sweeps of benches and of axes: what is swept, in which dimension and range, through which values. */
#include "config.h"

#include "design/read.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define LIMIT_VOLTAGE_V 1000.0
#define LIMIT_WRITTEN 10000 /* sweeps of more values are not compared with what people write, and printing takes its time */

void sweep_free(struct sweep *sweep)
{
    if (sweep == NULL)
        return;
    g_free(sweep->name);
    g_free(sweep->of);
    g_free(sweep->cell);
    g_free(sweep->values);
    g_free(sweep);
}

struct sweep *sweep_copy(const struct sweep *sweep)
{
    struct sweep *copy = g_new(struct sweep, 1);
    *copy = *sweep;
    copy->name = g_strdup(sweep->name);
    copy->of = g_strdup(sweep->of);
    copy->cell = g_strdup(sweep->cell);
    copy->values = g_new(double, MAX(sweep->n, 1));
    for (gsize i = 0; i < sweep->n; i++)
        copy->values[i] = sweep->values[i];
    return copy;
}

/* ---- what is swept -------------------------------------------------------------------------------------------------- */

/* The range that each value must lie in, and what the sentence calls the thing that takes it. */
struct range {
    double min, max;
};

static gboolean fail_target(const xmlNode *node, const char *target, const char *of, const char *what, const GPtrArray *known,
                            GError **error)
{
    g_autofree char *shown = xml_shown(of), *names = names_of(known);
    return xml_fail(node, error, "%s of sweep: \"%s\" is not a %s of %s, expected one of: %s", target, shown, target, what,
                    names);
}

static gboolean resolve_parameter(const xmlNode *node, const struct circuit_template *circuit, struct sweep *sweep,
                                  struct range *range, GError **error)
{
    const struct parameter *parameter = template_parameter(circuit, sweep->of);
    if (parameter == NULL)
        return fail_target(node, "parameter", sweep->of, circuit->name, circuit->parameters, error);
    sweep->dimension = parameter->dimension;
    *range = (struct range){parameter->min, parameter->max};
    return TRUE;
}

static gboolean resolve_knob(const xmlNode *node, const struct technology *technology, struct sweep *sweep, struct range *range,
                             GError **error)
{
    const struct knob *knob = technology_knob(technology, sweep->of);
    if (knob == NULL)
        return fail_target(node, "knob", sweep->of, technology->name, technology->knobs, error);
    sweep->dimension = DIMENSION_NONE;
    *range = (struct range){knob->min, knob->max};
    return TRUE;
}

/* The words of an attribute, each once, with one blank between them. */
static gboolean one_blank_apart(const xmlNode *node, const char *attribute, char **text, GError **error)
{
    g_auto(GStrv) words = read_words(node, attribute, error);
    g_free(*text);
    *text = words != NULL ? g_strjoinv(" ", words) : NULL;
    return words != NULL;
}

static gboolean resolve_target(const struct reader *reader, const xmlNode *node, const struct circuit_template *circuit,
                               struct sweep *sweep, struct range *range, GError **error)
{
    static const char *const names[] = {
#define X(id, name) name,
        TARGETS(X)
#undef X
            NULL};
    for (int i = 0; names[i] != NULL; i++)
        if (xml_text(node, names[i]) != NULL) {
            sweep->target = (enum target)i;
            sweep->of = g_strdup(xml_text(node, names[i]));
        }
    sweep->dimension = DIMENSION_VOLTAGE;
    *range = (struct range){-LIMIT_VOLTAGE_V, LIMIT_VOLTAGE_V};
    switch (sweep->target) {
    case TARGET_PORT:
        return template_port(circuit, sweep->of) != NULL ||
               fail_target(node, "port", sweep->of, circuit->name, circuit->ports, error);
    case TARGET_PAIR:
        return template_pair(circuit, sweep->of) != NULL ||
               fail_target(node, "pair", sweep->of, circuit->name, circuit->pairs, error);
    case TARGET_PARAMETER:
        return resolve_parameter(node, circuit, sweep, range, error);
    case TARGET_KNOB:
        return resolve_knob(node, reader->design->technology, sweep, range, error);
    case TARGET_SUPPLY:
        range->min = 0;
        return TRUE;
    case TARGET_PWM:
        sweep->dimension = DIMENSION_NONE;
        range->min = 0;
        return TRUE;
    case TARGET_INITIAL: /* that the bench has such a pwm or initial is checked once all of them are read */
        return TRUE;
    case TARGET_DRAW: /* as above */
        sweep->dimension = DIMENSION_NONE;
        *range = (struct range){0, G_MAXINT32};
        return one_blank_apart(node, "draw", &sweep->of, error);
    }
    g_assert_not_reached();
}

/* ---- through which values ------------------------------------------------------------------------------------------- */

static gboolean take_values(struct reader *reader, const xmlNode *node, gsize n, struct sweep *sweep, GError **error)
{
    if (n > READ_LIMIT_POINTS)
        return xml_fail(node, error, "sweep: %" G_GSIZE_FORMAT " values, expected at most %d", n, READ_LIMIT_POINTS);
    reader->n_values += n;
    if (reader->n_values > READ_LIMIT_VALUES)
        return xml_fail(node, error, "sweep: all sweeps together have more than %d values", READ_LIMIT_VALUES);
    sweep->n = n;
    sweep->values = g_new(double, n);
    return TRUE;
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static gboolean all_differ(const struct sweep *sweep)
{
    g_autofree double *sorted = g_new(double, sweep->n);
    memcpy(sorted, sweep->values, sweep->n * sizeof *sorted);
    qsort(sorted, sweep->n, sizeof *sorted, compare_numbers);
    for (gsize i = 1; i < sweep->n; i++)
        if (sorted[i] == sorted[i - 1])
            return FALSE;
    return TRUE;
}

static gboolean read_list(struct reader *reader, const xmlNode *node, struct sweep *sweep, GError **error)
{
    g_auto(GStrv) words = read_words(node, "values", error);
    if (words == NULL || !take_values(reader, node, g_strv_length(words), sweep, error))
        return FALSE;
    sweep->spacing = SPACING_LIST;
    for (gsize i = 0; i < sweep->n; i++) {
        GError *cause = NULL;
        if (!quantity_parse(words[i], sweep->dimension, &sweep->values[i], &cause)) {
            xml_fail(node, error, "values of sweep: %s", cause->message);
            g_error_free(cause);
            return FALSE;
        }
    }
    return all_differ(sweep) || xml_fail(node, error, "values of sweep: one value stands twice");
}

static gboolean check_log(const xmlNode *node, double from, double to, GError **error)
{
    return (from > 0 && to > 0) || (from < 0 && to < 0) ||
           xml_fail(node, error, "sweep: from \"%s\" to \"%s\" in log spacing: expected two values of one sign, not zero",
                    xml_text(node, "from"), xml_text(node, "to"));
}

/* The decimal of 15 digits beside `value` where it is off by rounding only: 50 steps from 0.45 to 0.9 pass 0.459, as a person
 * writes it in another sweep, and not 0.45899999999999996. */
static double as_written(double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    double decimal = g_ascii_strtod(g_ascii_formatd(text, sizeof text, "%.15g", value), NULL);
    return fabs(decimal - value) <= 2 * DBL_EPSILON * fabs(value) ? decimal : value;
}

static void fill(struct sweep *sweep, double from, double to)
{
    double steps = (double)(sweep->n - 1);
    for (gsize i = 0; i < sweep->n; i++) {
        double done = (double)i, left = steps - done;
        double value = sweep->spacing == SPACING_LOG ? from * pow(to / from, done / steps) : (from * left + to * done) / steps;
        sweep->values[i] = sweep->n <= LIMIT_WRITTEN ? as_written(value) : value;
    }
    sweep->values[0] = from;
    sweep->values[sweep->n - 1] = to;
}

static gboolean read_span(struct reader *reader, const xmlNode *node, struct sweep *sweep, GError **error)
{
    double from = 0, to = 0;
    int points = 0;
    if (!xml_quantity(node, "from", sweep->dimension, &from, error) || !xml_quantity(node, "to", sweep->dimension, &to, error) ||
        !xml_int(node, "points", 2, READ_LIMIT_POINTS, &points, error))
        return FALSE;
    if (from == to)
        return xml_fail(node, error, "sweep: from and to are both \"%s\", expected two values", xml_text(node, "from"));
    sweep->spacing = g_strcmp0(xml_text(node, "spacing"), "log") == 0 ? SPACING_LOG : SPACING_LINEAR;
    if (sweep->spacing == SPACING_LOG && !check_log(node, from, to, error))
        return FALSE;
    if (!take_values(reader, node, (gsize)points, sweep, error))
        return FALSE;
    fill(sweep, from, to);
    return TRUE;
}

static gboolean check_values(const xmlNode *node, const struct sweep *sweep, struct range range, GError **error)
{
    const char *attribute = sweep->spacing == SPACING_LIST ? "values" : "from and to";
    for (gsize i = 0; i < sweep->n; i++)
        if (!check_range(node, attribute, sweep->of, sweep->values[i], range.min, range.max, sweep->dimension, error))
            return FALSE;
    return TRUE;
}

/* ---- a sweep -------------------------------------------------------------------------------------------------------- */

/* Whether both change the same thing. Ports and pairs are told apart where a bench counts what drives them. */
static gboolean same_target(const struct sweep *a, const struct sweep *b, const char *cell)
{
    if (a->target != b->target || a->target == TARGET_PORT || a->target == TARGET_PAIR || strcmp(a->of, b->of) != 0)
        return FALSE;
    const char *cell_a = a->cell != NULL ? a->cell : cell, *cell_b = b->cell != NULL ? b->cell : cell;
    return a->target != TARGET_PARAMETER || g_strcmp0(cell_a, cell_b) == 0;
}

static gboolean check_once(const xmlNode *node, const struct sweep *sweep, const struct sweep_place *place,
                           const GPtrArray *others, GError **error)
{
    for (guint i = 0; others != NULL && i < others->len; i++) {
        const struct sweep *other = others->pdata[i];
        if (same_target(sweep, other, place->cell))
            return xml_fail(node, error, "sweep: \"%s\" is already swept by \"%s\" in line %d of %s", sweep->of, other->name,
                            other->origin.line, other->origin.file);
    }
    return TRUE;
}

static gboolean fill_sweep(struct reader *reader, const xmlNode *node, const struct sweep_place *place, struct sweep *sweep,
                           GError **error)
{
    struct range range;
    sweep->cell = g_strdup(xml_text(node, "cell"));
    if (!read_new_column(node, place->beside, place->around, NULL, &sweep->name, error) ||
        !resolve_target(reader, node, place->circuit, sweep, &range, error) ||
        !check_once(node, sweep, place, place->beside, error) || !check_once(node, sweep, place, place->around, error))
        return FALSE;
    gboolean ok =
        xml_text(node, "values") != NULL ? read_list(reader, node, sweep, error) : read_span(reader, node, sweep, error);
    return ok && check_values(node, sweep, range, error);
}

struct sweep *read_sweep(struct reader *reader, const xmlNode *node, const struct sweep_place *place, GError **error)
{
    struct sweep *sweep = g_new0(struct sweep, 1);
    sweep->origin = xml_origin(node);
    if (fill_sweep(reader, node, place, sweep, error))
        return sweep;
    sweep_free(sweep);
    return NULL;
}
