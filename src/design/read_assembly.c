/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_assembly.c -- assemblies: arrays and rows of blocks, and where each port of a block goes.
 *
 * What comes out looks like an array (struct assembly says how), so that benches, signals and decks address it as they address
 * an array. Parts are read in the order of the file: a block is connected to what stands above it.
 */
#include "config.h"

#include "design/read.h"

#include <string.h>

#define LIMIT_BLOCKS 100000

/* ---- what an assembly is made of ------------------------------------------------------------------------------------ */

static void line_free(gpointer data)
{
    struct line_set *line = data;
    g_free(line->name);
    g_free(line);
}

static void part_free(gpointer data)
{
    struct part *part = data;
    g_free(part->name);
    g_free(part->joints);
    g_free(part);
}

static struct assembly *assembly_new(const xmlNode *node)
{
    struct assembly *a = g_new0(struct assembly, 1);
    a->whole.lines = g_ptr_array_new_with_free_func(line_free);
    a->whole.inner = g_ptr_array_new();
    a->whole.groups = g_ptr_array_new();
    a->whole.parts = g_ptr_array_new_with_free_func(part_free);
    a->whole.cell = &a->cell;
    a->whole.origin = a->cell.origin = a->circuit.origin = xml_origin(node);
    a->cell.circuit = &a->circuit;
    a->cell.settings = g_ptr_array_new();
    a->circuit.ports = g_ptr_array_new_with_free_func(port_free);
    a->circuit.pairs = g_ptr_array_new_with_free_func(port_pair_free);
    a->circuit.parameters = g_ptr_array_new();
    a->circuit.cards = g_ptr_array_new();
    a->circuit.uses = g_ptr_array_new();
    a->circuit.nodes = g_new0(char *, 1);
    a->connected = g_ptr_array_new();
    return a;
}

void assembly_free(struct assembly *a)
{
    g_ptr_array_unref(a->whole.lines);
    g_ptr_array_unref(a->whole.inner);
    g_ptr_array_unref(a->whole.groups);
    g_ptr_array_unref(a->whole.parts);
    g_ptr_array_unref(a->cell.settings);
    g_ptr_array_unref(a->circuit.ports);
    g_ptr_array_unref(a->circuit.pairs);
    g_ptr_array_unref(a->circuit.parameters);
    g_ptr_array_unref(a->circuit.cards);
    g_ptr_array_unref(a->circuit.uses);
    g_strfreev(a->circuit.nodes);
    g_ptr_array_unref(a->connected);
    g_free(a->whole.name);
    g_free(a);
}

/* "k.bl". Newly allocated. */
static char *name_in(const struct part *part, const char *name)
{
    return g_strconcat(part->name, ".", name, NULL);
}

static guint port_index(const struct part *part, const char *name)
{
    const GPtrArray *ports = part->cell->circuit->ports;
    guint i = 0;
    while (i < ports->len && strcmp(((const struct port *)ports->pdata[i])->name, name) != 0)
        i++;
    return i;
}

static gboolean is_rail(const struct port *port)
{
    return port->kind == PORT_SUPPLY || port->kind == PORT_GROUND;
}

/* A net of the assembly for a port of the part. */
static const struct port *add_net(struct assembly *a, struct part *part, guint i)
{
    const struct port *port = part->cell->circuit->ports->pdata[i];
    struct port *net = g_new0(struct port, 1);
    *net = (struct port){.name = name_in(part, port->name), .kind = port->kind, .origin = port->origin};
    g_ptr_array_add(a->circuit.ports, net);
    part->joints[i] = (struct joint){net, 1};
    return net;
}

static void add_line(struct assembly *a, const char *name, int count, struct origin origin)
{
    struct line_set *line = g_new0(struct line_set, 1);
    *line = (struct line_set){.name = g_strdup(name), .along_row = TRUE, .count = count, .origin = origin};
    g_ptr_array_add(a->whole.lines, line);
}

static void add_nodes(struct assembly *a, const struct part *part)
{
    char **more = part->cell->circuit->nodes;
    guint n = g_strv_length(a->circuit.nodes), n_more = g_strv_length(more);
    a->circuit.nodes = g_renew(char *, a->circuit.nodes, n + n_more + 1);
    for (guint i = 0; i < n_more; i++)
        a->circuit.nodes[n + i] = name_in(part, more[i]);
    a->circuit.nodes[n + n_more] = NULL;
}

/* A pair of the part whose two ports have nets of their own of the same form. */
static void add_pairs(struct assembly *a, const struct part *part)
{
    const struct circuit_template *circuit = part->cell->circuit;
    for (guint i = 0; i < circuit->pairs->len; i++) {
        const struct port_pair *from = circuit->pairs->pdata[i];
        g_autofree char *plus = name_in(part, from->plus), *minus = name_in(part, from->minus);
        if (template_port(&a->circuit, plus) == NULL || template_port(&a->circuit, minus) == NULL ||
            (array_line(&a->whole, plus) == NULL) != (array_line(&a->whole, minus) == NULL))
            continue;
        struct port_pair *pair = g_new0(struct port_pair, 1);
        *pair = (struct port_pair){.name = name_in(part, from->name),
                                   .plus = g_steal_pointer(&plus),
                                   .minus = g_steal_pointer(&minus),
                                   .origin = from->origin};
        g_ptr_array_add(a->circuit.pairs, pair);
    }
}

static gboolean read_part_name(struct assembly *a, const xmlNode *node, struct part *part, GError **error)
{
    part->origin = xml_origin(node);
    if (!read_new_name(node, a->whole.parts, FALSE, &part->name, error))
        return FALSE;
    for (guint i = 0; i < a->whole.parts->len; i++) {
        const char *other = ((const struct part *)a->whole.parts->pdata[i])->name;
        if (is_numbered(part->name, other) || is_numbered(other, part->name))
            return xml_fail(node, error,
                            "name of %s: \"%s\" and \"%s\" differ by a number, as instances do, expected another name",
                            xml_name(node), part->name, other);
    }
    return TRUE;
}

/* ---- an array ------------------------------------------------------------------------------------------------------- */

static void add_array_lines(struct assembly *a, const struct part *part)
{
    for (guint i = 0; i < part->array->lines->len; i++) {
        const struct line_set *from = part->array->lines->pdata[i];
        g_autofree char *name = name_in(part, from->name);
        struct line_set *line = g_new0(struct line_set, 1);
        *line = *from;
        line->name = g_steal_pointer(&name);
        line->pair = from->pair != NULL ? template_pair(&a->circuit, line->name) : NULL;
        g_ptr_array_add(a->whole.lines, line);
    }
}

static void fill_array(struct assembly *a, struct part *part)
{
    const GPtrArray *ports = part->cell->circuit->ports;
    part->joints = g_new0(struct joint, ports->len);
    for (guint i = 0; i < ports->len; i++) {
        const struct port *net = add_net(a, part, i);
        if (array_is_inner(part->array, ((const struct port *)ports->pdata[i])->name))
            g_ptr_array_add(a->whole.inner, net->name);
    }
    add_pairs(a, part); /* before the lines, which refer to them */
    add_array_lines(a, part);
    add_nodes(a, part);
}

static gboolean read_part(struct reader *reader, struct assembly *a, const xmlNode *node, GError **error)
{
    struct part *part = g_new0(struct part, 1);
    gboolean ok = read_part_name(a, node, part, error);
    g_ptr_array_add(a->whole.parts, part);
    if (!ok)
        return FALSE;
    part->array = design_array(reader->design, xml_text(node, "array"));
    if (part->array == NULL) {
        g_autofree char *shown = xml_shown(xml_text(node, "array")), *names = names_of(reader->design->arrays);
        return xml_fail(node, error, "array of part: \"%s\" is not an array of this design, expected one of: %s", shown, names);
    }
    part->cell = part->array->cell;
    fill_array(a, part);
    return TRUE;
}

/* ---- blocks --------------------------------------------------------------------------------------------------------- */

/* The port of the block that the element names has no place yet. */
static gboolean find_port(const struct part *part, const xmlNode *node, const char *name, guint *index, GError **error)
{
    const struct circuit_template *circuit = part->cell->circuit;
    *index = port_index(part, name);
    if (*index == circuit->ports->len) {
        g_autofree char *shown = xml_shown(name), *names = names_of(circuit->ports);
        return xml_fail(node, error, "port of %s: \"%s\" is not a port of %s, expected one of: %s", xml_name(node), shown,
                        circuit->name, names);
    }
    if (part->joints[*index].net != NULL)
        return xml_fail(node, error, "%s: port \"%s\" of blocks %s already is \"%s\" of the assembly, expected one place a port",
                        xml_name(node), name, part->name, part->joints[*index].net->name);
    if (is_rail(circuit->ports->pdata[*index]))
        return xml_fail(node, error, "%s: port \"%s\" is a supply or ground, which all blocks share, expected another port",
                        xml_name(node), name);
    return TRUE;
}

static gboolean read_common(struct assembly *a, struct part *part, const xmlNode *node, GError **error)
{
    guint i;
    if (!find_port(part, node, xml_text(node, "port"), &i, error))
        return FALSE;
    add_net(a, part, i);
    return TRUE;
}

static gboolean read_own(struct assembly *a, struct part *part, const xmlNode *node, GError **error)
{
    guint i;
    if (!find_port(part, node, xml_text(node, "port"), &i, error))
        return FALSE;
    add_line(a, add_net(a, part, i)->name, part->count, xml_origin(node));
    return TRUE;
}

/* Every line of the port has its blocks, and every block its line. */
static gboolean check_count(const struct assembly *a, const struct part *part, const xmlNode *node, const char *line_name,
                            int every, GError **error)
{
    const struct line_set *line = array_line(&a->whole, line_name);
    int expected = (part->count + every - 1) / every;
    if (line == NULL || line->count == expected)
        return TRUE;
    if (every == 1)
        return xml_fail(node, error, "line of connect: \"%s\" has %d lines, expected %d, one for each of blocks %s", line_name,
                        line->count, expected, part->name);
    return xml_fail(node, error, "line of connect: \"%s\" has %d lines, expected %d, one for every %d of the %d blocks %s",
                    line_name, line->count, expected, every, part->count, part->name);
}

/* What a port can be connected to, as "k.bl, k.wlp, row.pb". Newly allocated. */
static char *nets_of(const struct assembly *a)
{
    g_autoptr(GPtrArray) nets = g_ptr_array_new();
    for (guint i = 0; i < a->circuit.ports->len; i++) {
        const struct port *net = a->circuit.ports->pdata[i];
        if (!is_rail(net) && !array_is_inner(&a->whole, net->name))
            g_ptr_array_add(nets, (gpointer)net);
    }
    return names_of(nets);
}

static gboolean connect(struct assembly *a, struct part *part, const xmlNode *node, const char *port, const char *line, int every,
                        GError **error)
{
    guint i;
    const struct port *net = template_port(&a->circuit, line);
    if (!find_port(part, node, port, &i, error))
        return FALSE;
    if (net == NULL || is_rail(net) || array_is_inner(&a->whole, line)) {
        g_autofree char *shown = xml_shown(line), *names = nets_of(a);
        return xml_fail(node, error,
                        "line of connect: \"%s\" is not the line of a port above in assembly %s, expected one of: %s", shown,
                        a->whole.name, names);
    }
    if (!check_count(a, part, node, line, every, error))
        return FALSE;
    part->joints[i] = (struct joint){net, every};
    if (array_line(&a->whole, line) != NULL && !g_ptr_array_find(a->connected, net->name, NULL))
        g_ptr_array_add(a->connected, net->name);
    return TRUE;
}

static gboolean read_connect(struct assembly *a, struct part *part, const xmlNode *node, GError **error)
{
    const char *name = xml_text(node, "pair"), *line = xml_text(node, "line");
    int every = 1;
    if (!xml_int(node, "every", 1, LIMIT_BLOCKS, &every, error))
        return FALSE;
    if (name == NULL)
        return connect(a, part, node, xml_text(node, "port"), line, every, error);
    const struct port_pair *pair = template_pair(part->cell->circuit, name), *to = template_pair(&a->circuit, line);
    if (pair == NULL) {
        g_autofree char *shown = xml_shown(name), *names = names_of(part->cell->circuit->pairs);
        return xml_fail(node, error, "pair of connect: \"%s\" is not a pair of %s, expected one of: %s", shown,
                        part->cell->circuit->name, names);
    }
    if (to == NULL) {
        g_autofree char *shown = xml_shown(line), *names = names_of(a->circuit.pairs);
        return xml_fail(node, error, "line of connect: \"%s\" is not a pair above in assembly %s, expected one of: %s", shown,
                        a->whole.name, names);
    }
    return connect(a, part, node, pair->plus, to->plus, every, error) &&
           connect(a, part, node, pair->minus, to->minus, every, error);
}

/* Line 1 of port "bl" is net bl_1: no other port may be called so. */
static gboolean check_numbered(const struct part *part, GError **error)
{
    const GPtrArray *ports = part->cell->circuit->ports;
    for (guint i = 0; i < ports->len; i++)
        for (guint k = 0; k < ports->len; k++) {
            const char *name = ((const struct port *)ports->pdata[i])->name,
                       *other = ((const struct port *)ports->pdata[k])->name;
            if (!is_numbered(name, other))
                continue;
            error_set_at(error, GAINSPICE_ERROR_INPUT, part->origin,
                         "blocks %s: port \"%s\" of %s is called as a node of the line of port \"%s\" is, expected another name",
                         part->name, other, part->cell->circuit->name, name);
            return FALSE;
        }
    return TRUE;
}

/* Supplies and grounds are shared; every other port has its place. */
static gboolean finish_blocks(struct assembly *a, struct part *part, GError **error)
{
    const struct circuit_template *circuit = part->cell->circuit;
    for (guint i = 0; i < circuit->ports->len; i++) {
        const struct port *port = circuit->ports->pdata[i];
        if (part->joints[i].net != NULL)
            continue;
        if (!is_rail(port)) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, part->origin,
                         "blocks %s: port \"%s\" of %s has no place, expected a connect, common or own", part->name, port->name,
                         circuit->name);
            return FALSE;
        }
        add_net(a, part, i);
    }
    add_pairs(a, part);
    add_nodes(a, part);
    return TRUE;
}

static gboolean read_blocks(struct reader *reader, struct assembly *a, const xmlNode *node, GError **error)
{
    struct part *part = g_new0(struct part, 1);
    gboolean ok = read_part_name(a, node, part, error);
    g_ptr_array_add(a->whole.parts, part);
    if (!ok || !xml_int(node, "count", 1, LIMIT_BLOCKS, &part->count, error))
        return FALSE;
    part->cell = design_cell(reader->design, xml_text(node, "cell"));
    if (part->cell == NULL) {
        g_autofree char *shown = xml_shown(xml_text(node, "cell")), *names = names_of(reader->design->cells);
        return xml_fail(node, error, "cell of blocks: \"%s\" is not a cell of this design, expected one of: %s", shown, names);
    }
    part->joints = g_new0(struct joint, part->cell->circuit->ports->len);
    for (const xmlNode *child = xml_first(node, NULL); ok && child != NULL; child = xml_next(child, NULL))
        ok = xml_is(child, "connect")  ? read_connect(a, part, child, error)
             : xml_is(child, "common") ? read_common(a, part, child, error)
                                       : read_own(a, part, child, error);
    return ok && check_numbered(part, error) && finish_blocks(a, part, error);
}

/* ---- an assembly ---------------------------------------------------------------------------------------------------- */

gboolean read_assembly(struct reader *reader, const xmlNode *node, GError **error)
{
    const struct design *design = reader->design;
    struct assembly *a = assembly_new(node);
    gboolean ok = read_new_name(node, design->assemblies, TRUE, &a->whole.name, error);
    g_ptr_array_add(design->assemblies, a);
    if (!ok)
        return FALSE;
    a->cell.name = a->circuit.name = a->whole.name;
    if (design_cell(design, a->whole.name) != NULL || design_array(design, a->whole.name) != NULL)
        return xml_fail(node, error, "name of assembly: \"%s\" is a cell or an array, expected another name", a->whole.name);
    for (const xmlNode *child = xml_first(node, NULL); child != NULL; child = xml_next(child, NULL))
        if (!(xml_is(child, "part") ? read_part(reader, a, child, error) : read_blocks(reader, a, child, error)))
            return FALSE;
    return TRUE;
}
