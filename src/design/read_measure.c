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
    g_free(measure->axis);
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

/* A node's indices: none for a cell's and for what an array's cells share, one or two on a line, two in a cell. */
static gboolean check_indices(const struct bench_reader *reader, const xmlNode *node, const char *what, const char *name,
                              const int at[2], int most, GError **error)
{
    const struct bench *bench = reader->bench;
    const struct port *port = template_port(reader->circuit, name);
    const char *subject = bench_subject(bench), *kind = bench_kind(bench);
    const struct part *part = array_part(bench->array, name);
    gboolean in_block = part != NULL && part->array == NULL, on_line = array_line(bench->array, name) != NULL,
             shared = port != NULL && !on_line && !array_is_inner(bench->array, name);
    int given = (at[0] != INDEX_NONE) + (at[1] != INDEX_NONE);
    if (bench->array == NULL || shared)
        return given == 0 || xml_fail(node, error, "%s of %s: \"%s\" of %s has no index", what, xml_name(node), name, subject);
    if (on_line && array_line(bench->array, name)->length == 0)
        most = 1;
    if (on_line && (given < 1 || given > most))
        return xml_fail(node, error, "%s of %s: \"%s\" is a line of %s %s, expected %s[LINE]%s", what, xml_name(node), name, kind,
                        subject, name, most > 1 ? " at its driven end or [LINE,CELL]" : "");
    if (!on_line && in_block && given != 1)
        return xml_fail(node, error, "%s of %s: \"%s\" is in each block %s of assembly %s, expected %s[BLOCK]", what,
                        xml_name(node), name, part->name, subject, name);
    if (!on_line && !in_block && given != 2)
        return xml_fail(node, error, "%s of %s: \"%s\" is in each cell of array %s, expected %s[ROW,COLUMN]", what,
                        xml_name(node), name, part != NULL ? part->name : subject, name);
    for (int i = 0; i < given; i++) {
        int first, last;
        index_range(bench, name, i == 1, &first, &last);
        if (at[i] != INDEX_ALL && (at[i] < first || at[i] > last))
            return xml_fail(node, error, "%s of %s: index %d of \"%s\" is out of range, %s %s has %d to %d", what, xml_name(node),
                            at[i], name, kind, subject, first, last);
    }
    return TRUE;
}

static gboolean check_node(const struct bench_reader *reader, const xmlNode *node, const char *what, const char *name,
                           const int at[2], GError **error)
{
    if (name == NULL)
        return TRUE;
    if (template_port(reader->circuit, name) != NULL || template_has_node(reader->circuit, name))
        return check_indices(reader, node, what, name, at, 2, error);
    g_autofree char *names = names_of(reader->circuit->ports);
    return xml_fail(node, error, "%s of %s: \"%s\" is neither a port nor a declared node of %s, expected a node or one of: %s",
                    what, xml_name(node), name, reader->circuit->name, names);
}

/* A current is that of a source, so it needs a port that a voltage drives; supplies have one unless the bench says else. */
static gboolean check_current(const struct bench_reader *reader, const xmlNode *node, const char *what,
                              const struct signal *signal, GError **error)
{
    const struct port *port = template_port(reader->circuit, signal->node);
    gboolean inner = array_is_inner(reader->bench->array, signal->node), ok = port != NULL && !inner;
    int first = signal->at[0], last = signal->at[0];
    if (ok && !check_indices(reader, node, what, signal->node, signal->at, 1, error))
        return FALSE;
    if (ok && first == INDEX_ALL)
        index_range(reader->bench, signal->node, FALSE, &first, &last);
    for (int i = first; ok && i <= last; i++) {
        g_autofree char *key = line_key(signal->node, i);
        const struct driver *driver = g_hash_table_lookup(reader->ports, key);
        ok = driver != NULL ? driver->by == DRIVEN_BY_VOLTAGE : port->kind == PORT_SUPPLY;
    }
    return ok || xml_fail(node, error, "%s of %s: %s: expected a port that a voltage drives", what, xml_name(node), signal->name);
}

/* Each * of one signal runs over the same numbers. */
static gboolean check_stars(const struct bench_reader *reader, const xmlNode *node, const char *what, const struct signal *signal,
                            GError **error)
{
    const char *const nodes[] = {signal->node, signal->minus};
    const int *const at[] = {signal->at, signal->minus_at};
    int stars = 0, first = 0, last = 0;
    for (int k = 0; k < 4; k++) {
        if (nodes[k / 2] == NULL || at[k / 2][k % 2] != INDEX_ALL)
            continue;
        int begin, end;
        index_range(reader->bench, nodes[k / 2], k % 2 == 1, &begin, &end);
        if (stars++ > 0 && (begin != first || end != last || k % 2 == 1))
            return xml_fail(node, error, "%s of %s: \"%s\": expected one *, or one a node over the same numbers", what,
                            xml_name(node), signal->name);
        first = begin;
        last = end;
    }
    return TRUE;
}

/* The noise of one element: of the cell, or of an instance in it; arrays have no noise benches. Of a device that the technology
 * brings as a subcircuit nobody here knows how the transistor in it is called. */
static gboolean check_element(const struct bench_reader *reader, const xmlNode *node, const char *what, const struct signal *signal,
                              GError **error)
{
    const struct design *design = reader->reader->design;
    const struct template_card *card = design_element(design, reader->circuit, signal->node);
    if (card == NULL || (card->kind != CARD_DEVICE && card->element[0] != 'r'))
        return xml_fail(node, error, "%s of %s: \"%s\" is no device or resistor of %s", what, xml_name(node), signal->node,
                        reader->circuit->name);
    const struct device_role *role = card->kind == CARD_DEVICE ? technology_role(design->technology, card->of) : NULL;
    return role == NULL || role->form == DEVICE_MODEL ||
           xml_fail(node, error, "%s of %s: \"%s\" is a subcircuit of technology %s, whose inner devices have no name here", what,
                    xml_name(node), signal->node, design->technology->name);
}

static gboolean check_signal(const struct bench_reader *reader, const xmlNode *node, const char *what,
                             const struct signal *signal, GError **error)
{
    switch (signal->kind) {
    case SIGNAL_VOLTAGE:
        return check_node(reader, node, what, signal->node, signal->at, error) &&
               check_node(reader, node, what, signal->minus, signal->minus_at, error) &&
               check_stars(reader, node, what, signal, error);
    case SIGNAL_CURRENT:
        return check_current(reader, node, what, signal, error);
    case SIGNAL_ONOISE:
        if (reader->bench->analysis.kind != ANALYSIS_NOISE)
            return xml_fail(node, error, "%s of %s: onoise: expected only in a noise bench", what, xml_name(node));
        return signal->node == NULL || check_element(reader, node, what, signal, error);
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
    static const char *const names[] = {"at", "from", "to", "period"};
    double *const values[] = {&m->at, &m->from, &m->to, &m->period};
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

/* What a measure's number is, as far as designs have a unit for it. */
static enum dimension measure_dimension(const struct bench_reader *reader, const struct measure_spec *m)
{
    switch (m->kind) {
    case MEASURE_VALUE:
    case MEASURE_MIN:
    case MEASURE_MAX:
    case MEASURE_MEAN:
    case MEASURE_RMS:
        return signal_dimension(&m->of);
    case MEASURE_CROSSING:
    case MEASURE_DELAY:
    case MEASURE_SETTLING:
    case MEASURE_TIME_CONSTANT:
        return bench_scale_dimension(reader->bench);
    case MEASURE_CHARGE:
        return DIMENSION_CHARGE;
    default:
        return DIMENSION_NONE;
    }
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

static enum side read_side(const xmlNode *node)
{
    static const char *const names[] = {
#define X(id, name) name,
        SIDES(X)
#undef X
            NULL};
    const char *text = xml_text(node, "side");
    int side = text != NULL ? name_index(names, text) : SIDE_ABOVE;
    g_assert(side >= 0); /* the schema knows the names */
    return (enum side)side;
}

static enum measure_kind read_kind(const xmlNode *node)
{
    int kind = 0;
    while (kind < MEASURE_KIND_COUNT && strcmp(measure_kind_name((enum measure_kind)kind), xml_text(node, "kind")) != 0)
        kind++;
    g_assert(kind < MEASURE_KIND_COUNT); /* the schema knows the names */
    return (enum measure_kind)kind;
}

/* What the * runs over. A second signal has one where the first has one, over the same numbers. */
static gboolean settle_lines(const struct bench_reader *reader, const xmlNode *node, struct measure_spec *m, GError **error)
{
    int first = 0, last = 0;
    m->axis = signal_axis(&m->of, reader->bench, &m->first_line, &m->last_line);
    g_autofree char *until = signal_axis(&m->until, reader->bench, &first, &last);
    return until == NULL || (m->axis != NULL && first == m->first_line && last == m->last_line) ||
           xml_fail(node, error, "until of measure: \"%s\": expected a * in both signals, over the same numbers", m->until.name);
}

gboolean read_measure(struct bench_reader *reader, const xmlNode *node, GError **error)
{
    struct bench *bench = reader->bench;
    struct measure_spec *m = g_new0(struct measure_spec, 1);
    g_ptr_array_add(bench->measures, m);
    m->origin = xml_origin(node);
    m->at = m->from = m->to = m->level = m->until_level = m->final = m->band = m->period = m->window_s = m->tolerance = NAN;
    m->number = m->until_number = 1;
    if (!read_new_column(node, bench->measures, bench->sweeps, bench->axes->sweeps, &m->name, error))
        return FALSE;
    m->kind = read_kind(node);
    m->edge = read_edge(node, "edge");
    m->until_edge = read_edge(node, "until-edge");
    m->side = read_side(node);
    return read_signal(reader, node, "of", &m->of, error) && read_signal(reader, node, "until", &m->until, error) &&
           settle_lines(reader, node, m, error) && read_scale(reader, node, m, error) && read_levels(node, m, error) &&
           read_positive(node, "window", DIMENSION_TIME, FALSE, &m->window_s, error) &&
           read_positive(node, "tolerance", measure_dimension(reader, m), FALSE, &m->tolerance, error) &&
           xml_int(node, "number", 1, READ_LIMIT_POINTS, &m->number, error) &&
           xml_int(node, "until-number", 1, READ_LIMIT_POINTS, &m->until_number, error) &&
           xml_int(node, "max", 1, READ_LIMIT_POINTS, &m->most, error);
}

/* The * of a signal makes a column of its name, which no sweep or other measure may have. */
gboolean check_axis_names(const struct bench *bench, GError **error)
{
    for (guint i = 0; i < bench->measures->len; i++) {
        const struct measure_spec *m = bench->measures->pdata[i];
        if (m->axis == NULL || (find_named(bench->measures, m->axis) == NULL && find_named(bench->sweeps, m->axis) == NULL &&
                                find_named(bench->axes->sweeps, m->axis) == NULL))
            continue;
        error_set_at(error, GAINSPICE_ERROR_INPUT, m->origin,
                     "measure %s: \"%s\" makes a column \"%s\", expected another name of the measure or sweep that is called so",
                     m->name, m->of.name, m->axis);
        return FALSE;
    }
    return TRUE;
}

static gboolean add_wave(struct bench_reader *reader, const xmlNode *node, const struct signal *signal, int index, GError **error)
{
    GPtrArray *waves = reader->bench->waves;
    struct signal *picked = g_new0(struct signal, 1);
    g_ptr_array_add(waves, picked);
    signal_pick(signal, index, picked);
    for (guint i = 0; i + 1 < waves->len; i++)
        if (strcmp(((const struct signal *)waves->pdata[i])->name, picked->name) == 0)
            return xml_fail(node, error, "signal of wave: \"%s\" stands twice", picked->name);
    return TRUE;
}

/* A * stands for as many waves. */
gboolean read_wave(struct bench_reader *reader, const xmlNode *node, GError **error)
{
    struct signal signal = {0};
    int first = 0, last = 0;
    if (!read_signal(reader, node, "of", &signal, error))
        return FALSE;
    g_autofree char *axis = signal_axis(&signal, reader->bench, &first, &last);
    gboolean ok = TRUE;
    for (int i = first; ok && i <= last; i++)
        ok = add_wave(reader, node, &signal, i, error);
    signal_clear(&signal);
    return ok;
}
