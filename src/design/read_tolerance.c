/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_tolerance.c -- a <tolerance>: which vectors it is of, and how far they may be from the baseline. */
#include "config.h"

#include "design/read.h"

#include <string.h>

void tolerance_free(struct tolerance *tolerance)
{
    if (tolerance == NULL)
        return;
    g_free(tolerance->of);
    g_free(tolerance);
}

/* Whether the pattern fits a waveform or a measure of the design. */
static gboolean fits_any(const struct design *design, const char *pattern)
{
    for (guint b = 0; b < design->benches->len; b++) {
        const struct bench *bench = design->benches->pdata[b];
        for (guint i = 0; i < bench->waves->len + bench->measures->len; i++) {
            const char *vector = i < bench->waves->len
                                     ? ((const struct signal *)bench->waves->pdata[i])->name
                                     : ((const struct measure_spec *)bench->measures->pdata[i - bench->waves->len])->name;
            g_autofree char *name = g_strdup_printf("%s.%s", bench->name, vector);
            if (g_pattern_match_simple(pattern, name))
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean read_of(const struct design *design, const xmlNode *node, char **of, GError **error)
{
    const char *text = xml_text(node, "of");
    if (!fits_any(design, text)) {
        g_autofree char *shown = xml_shown(text);
        return xml_fail(node, error,
                        "of of tolerance: \"%s\" fits no waveform or measure of this design, expected such as BENCH.v(*)", shown);
    }
    *of = g_strdup(text);
    return TRUE;
}

static gboolean read_share(const xmlNode *node, const char *attribute, double *value, GError **error)
{
    if (!read_positive(node, attribute, DIMENSION_NONE, TRUE, value, error))
        return FALSE;
    return *value < 1 || xml_fail(node, error, "%s of tolerance: \"%s\": expected a share below 1, such as 0.1%%", attribute,
                                  xml_text(node, attribute));
}

static gboolean read_any(const xmlNode *node, const char *attribute, gboolean signed_, double *value, enum dimension *dimension,
                         GError **error)
{
    if (!xml_quantity_any(node, attribute, value, dimension, error))
        return FALSE;
    return signed_ || *value >= 0 ||
           xml_fail(node, error, "%s of tolerance: \"%s\" is negative", attribute, xml_text(node, attribute));
}

static gboolean only_for(const xmlNode *node, gboolean allowed, const char *const *attributes, const char *rule, GError **error)
{
    for (; !allowed && *attributes != NULL; attributes++)
        if (xml_text(node, *attributes) != NULL)
            return xml_fail(node, error, "%s of tolerance: not of a tolerance with rule \"%s\"", *attributes, rule);
    return TRUE;
}

static gboolean check_rule(const struct tolerance *tolerance, const xmlNode *node, GError **error)
{
    static const char *const of_events[] = {"level", "hysteresis", "edge", NULL}, *const of_values[] = {"absolute", "relative",
                                                                                                        "span",     "phase",
                                                                                                        "decibel",  NULL},
                             *const of_tubes[] = {"move", NULL};
    gboolean events = tolerance->rule == TOLERANCE_EVENTS;
    const char *rule = xml_text(node, "rule") != NULL ? xml_text(node, "rule") : "band";
    if (!only_for(node, events, of_events, rule, error) || !only_for(node, !events, of_values, rule, error) ||
        !only_for(node, tolerance->rule != TOLERANCE_INTEGRAL, of_tubes, rule, error))
        return FALSE;
    if (events && (xml_text(node, "level") == NULL || !(tolerance->move > 0)))
        return xml_fail(node, error, "tolerance: events need a level and how far they may move");
    if (!events && tolerance->absolute == 0 && tolerance->relative == 0 && tolerance->of_span == 0)
        return xml_fail(node, error, "tolerance: expected at least one of absolute, relative and span");
    return TRUE;
}

gboolean read_tolerance(struct reader *reader, const xmlNode *node, GError **error)
{
    static const char *const rules[] = {
#define X(id, name) name,
        TOLERANCE_RULES(X)
#undef X
            NULL};
    static const char *const edges[] = {
#define X(id, name) name,
        EDGES(X)
#undef X
            NULL};
    struct tolerance *tolerance = g_new0(struct tolerance, 1);
    enum dimension hysteresis = DIMENSION_NONE;
    g_ptr_array_add(reader->design->tolerances, tolerance);
    tolerance->origin = xml_origin(node);
    tolerance->phase_degrees = 1;
    if (xml_text(node, "rule") != NULL)
        tolerance->rule = (enum tolerance_rule)name_index(rules, xml_text(node, "rule"));
    if (xml_text(node, "edge") != NULL)
        tolerance->edge = (enum edge)name_index(edges, xml_text(node, "edge"));
    tolerance->decibel = g_strcmp0(xml_text(node, "decibel"), "yes") == 0;
    return read_of(reader->design, node, &tolerance->of, error) &&
           read_any(node, "absolute", FALSE, &tolerance->absolute, &tolerance->absolute_dimension, error) &&
           read_share(node, "relative", &tolerance->relative, error) && read_share(node, "span", &tolerance->of_span, error) &&
           read_any(node, "move", FALSE, &tolerance->move, &tolerance->move_dimension, error) &&
           read_any(node, "level", TRUE, &tolerance->level, &tolerance->level_dimension, error) &&
           read_any(node, "hysteresis", FALSE, &tolerance->hysteresis, &hysteresis, error) &&
           read_positive(node, "phase", DIMENSION_NONE, FALSE, &tolerance->phase_degrees, error) &&
           check_rule(tolerance, node, error);
}
