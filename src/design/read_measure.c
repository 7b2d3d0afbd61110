/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_measure.c -- measures and waveforms of a bench: signals that exist, numbers in the dimension of what they are on.
 * Which numbers a kind of measure needs is known to the measures (measure_check), not here. */
#include "config.h"

#include "design/read.h"

#include <math.h>
#include <string.h>

void measure_spec_free(struct measure_spec *measure)
{
    g_free(measure->name);
    signal_clear(&measure->of);
    signal_clear(&measure->until);
    g_free(measure);
}

void signal_free(struct signal *signal)
{
    signal_clear(signal);
    g_free(signal);
}

/* ---- signals -------------------------------------------------------------------------------------------------------- */

static gboolean check_node(const struct bench_reader *reader, const xmlNode *node, const char *what, const char *name,
                           GError **error)
{
    if (name == NULL || template_port(reader->circuit, name) != NULL || template_has_node(reader->circuit, name))
        return TRUE;
    g_autofree char *names = names_of(reader->circuit->ports);
    return xml_fail(node, error, "%s of %s: \"%s\" is neither a port nor a declared node of %s, expected a node or one of: %s",
                    what, xml_name(node), name, reader->circuit->name, names);
}

/* A current is that of a source, so it needs a port that a voltage drives; supplies have one unless the bench says else. */
static gboolean check_current(const struct bench_reader *reader, const xmlNode *node, const char *what, const char *name,
                              GError **error)
{
    const struct port *port = template_port(reader->circuit, name);
    const struct driver *driver = port != NULL ? g_hash_table_lookup(reader->ports, port->name) : NULL;
    if (port != NULL && (driver != NULL ? driver->by == DRIVEN_BY_VOLTAGE : port->kind == PORT_SUPPLY))
        return TRUE;
    return xml_fail(node, error, "%s of %s: i(%s): expected a port that a voltage drives", what, xml_name(node), name);
}

static gboolean check_signal(const struct bench_reader *reader, const xmlNode *node, const char *what,
                             const struct signal *signal, GError **error)
{
    switch (signal->kind) {
    case SIGNAL_VOLTAGE:
        return check_node(reader, node, what, signal->node, error) && check_node(reader, node, what, signal->minus, error);
    case SIGNAL_CURRENT:
        return check_current(reader, node, what, signal->node, error);
    case SIGNAL_ONOISE:
        return reader->bench->analysis.kind == ANALYSIS_NOISE ||
               xml_fail(node, error, "%s of %s: onoise: expected only in a noise bench", what, xml_name(node));
    }
    g_assert_not_reached();
}

gboolean read_signal(const struct bench_reader *reader, const xmlNode *node, const char *attribute, struct signal *signal,
                     GError **error)
{
    const char *text = xml_text(node, attribute), *what = strcmp(attribute, "of") == 0 ? "signal" : attribute;
    if (text == NULL)
        return TRUE;
    struct signal found = {0};
    GError *cause = NULL;
    if (!signal_parse(text, &found, &cause)) {
        xml_fail(node, error, "%s of %s: %s", what, xml_name(node), cause->message);
        g_error_free(cause);
        return FALSE;
    }
    if (!check_signal(reader, node, what, &found, error)) {
        signal_clear(&found);
        return FALSE;
    }
    *signal = found;
    return TRUE;
}

static enum dimension signal_dimension(const struct signal *signal)
{
    static const enum dimension of[] = {[SIGNAL_VOLTAGE] = DIMENSION_VOLTAGE,
                                        [SIGNAL_CURRENT] = DIMENSION_CURRENT,
                                        [SIGNAL_ONOISE] = DIMENSION_NONE}; /* V/√Hz is not a unit that designs write */
    return of[signal->kind];
}

/* ---- measures ------------------------------------------------------------------------------------------------------- */

static gboolean read_scale(const struct bench_reader *reader, const xmlNode *node, struct measure_spec *m, GError **error)
{
    static const char *const names[] = {"at", "from", "to"};
    double *const values[] = {&m->at, &m->from, &m->to};
    enum dimension scale = bench_scale_dimension(reader->bench);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (xml_text(node, names[i]) != NULL && reader->bench->analysis.kind == ANALYSIS_OP)
            return xml_fail(node, error, "%s of measure: an op bench has no scale", names[i]);
        if (!xml_quantity(node, names[i], scale, values[i], error))
            return FALSE;
    }
    return !(m->from >= m->to) ||
           xml_fail(node, error, "from of measure: \"%s\" is not below to \"%s\"", xml_text(node, "from"), xml_text(node, "to"));
}

static gboolean read_levels(const xmlNode *node, struct measure_spec *m, GError **error)
{
    enum dimension of = signal_dimension(&m->of);
    if (!xml_quantity(node, "level", of, &m->level, error) || !xml_quantity(node, "final", of, &m->final, error) ||
        !read_positive(node, "band", of, FALSE, &m->band, error))
        return FALSE;
    static const char *const needs_until[] = {"until-level", "until-edge", "until-number"};
    for (gsize i = 0; m->until.name == NULL && i < G_N_ELEMENTS(needs_until); i++)
        if (xml_text(node, needs_until[i]) != NULL)
            return xml_fail(node, error, "%s of measure: expected only beside until", needs_until[i]);
    return m->until.name == NULL || xml_quantity(node, "until-level", signal_dimension(&m->until), &m->until_level, error);
}

static enum edge read_edge(const xmlNode *node, const char *attribute)
{
    static const char *const names[] = {
#define X(id, name) name,
        EDGES(X)
#undef X
            NULL};
    const char *text = xml_text(node, attribute);
    int edge = text != NULL ? name_index(names, text) : EDGE_EITHER;
    g_assert(edge >= 0); /* the schema knows the names */
    return (enum edge)edge;
}

static enum measure_kind read_kind(const xmlNode *node)
{
    int kind = 0;
    while (kind < MEASURE_KIND_COUNT && strcmp(measure_kind_name((enum measure_kind)kind), xml_text(node, "kind")) != 0)
        kind++;
    g_assert(kind < MEASURE_KIND_COUNT); /* the schema knows the names */
    return (enum measure_kind)kind;
}

gboolean read_measure(struct bench_reader *reader, const xmlNode *node, GError **error)
{
    struct bench *bench = reader->bench;
    struct measure_spec *m = g_new0(struct measure_spec, 1);
    g_ptr_array_add(bench->measures, m);
    m->origin = xml_origin(node);
    m->at = m->from = m->to = m->level = m->until_level = m->final = m->band = NAN;
    m->number = m->until_number = 1;
    if (!read_new_column(node, bench->measures, bench->sweeps, bench->axes->sweeps, &m->name, error))
        return FALSE;
    m->kind = read_kind(node);
    m->edge = read_edge(node, "edge");
    m->until_edge = read_edge(node, "until-edge");
    return read_signal(reader, node, "of", &m->of, error) && read_signal(reader, node, "until", &m->until, error) &&
           read_scale(reader, node, m, error) && read_levels(node, m, error) &&
           xml_int(node, "number", 1, READ_LIMIT_POINTS, &m->number, error) &&
           xml_int(node, "until-number", 1, READ_LIMIT_POINTS, &m->until_number, error);
}

gboolean read_wave(struct bench_reader *reader, const xmlNode *node, GError **error)
{
    struct signal *signal = g_new0(struct signal, 1);
    g_ptr_array_add(reader->bench->waves, signal);
    if (!read_signal(reader, node, "of", signal, error))
        return FALSE;
    for (guint i = 0; i + 1 < reader->bench->waves->len; i++)
        if (strcmp(((const struct signal *)reader->bench->waves->pdata[i])->name, signal->name) == 0)
            return xml_fail(node, error, "signal of wave: \"%s\" stands twice", signal->name);
    return TRUE;
}
