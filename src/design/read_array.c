/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_array.c -- arrays: where each port of the cell goes, the wires, and codes for many lines or cells at once. */
#include "config.h"

#include "design/read.h"

#include <math.h>
#include <string.h>

#include "base/files.h"

#define LIMIT_CELLS 1000000
#define LIMIT_LEVELS 65536
#define LIMIT_TILT 10 /* beyond it nearly all codes are at one end */
#define LIMIT_CODES_BYTES (8u << 20) /* a million codes of seven digits */
#define LIMIT_PITCH_M 1e-3

static void line_free(gpointer data)
{
    struct line_set *line = data;
    g_free(line->name);
    g_free(line);
}

static void group_free(gpointer data)
{
    struct group *group = data;
    g_free(group->name);
    g_free(group);
}

void array_free(struct array *array)
{
    g_free(array->name);
    g_ptr_array_unref(array->lines);
    g_ptr_array_unref(array->inner);
    g_ptr_array_unref(array->groups);
    g_free(array);
}

/* ---- ranges and codes ----------------------------------------------------------------------------------------------- */

/* A whole number at *text of at most `greatest`; *text moves behind it. */
static gboolean take_number(const char **text, int greatest, int *number)
{
    gint64 n = 0;
    const char *start = *text;
    while (g_ascii_isdigit(**text) && n <= greatest)
        n = 10 * n + (*(*text)++ - '0');
    *number = (int)n;
    return *text > start && n <= greatest;
}

gboolean read_range(const xmlNode *node, const char *attribute, int n, const char *what, const char *of, int *first, int *last,
                    GError **error)
{
    const char *text = xml_text(node, attribute), *at = text;
    *first = 0;
    *last = n - 1;
    if (text == NULL)
        return TRUE;
    gboolean ok = take_number(&at, n - 1, first);
    *last = *first;
    if (ok && *at == '-') {
        at++;
        ok = take_number(&at, n - 1, last);
    }
    if (ok && *at == '\0' && *first <= *last)
        return TRUE;
    g_autofree char *shown = xml_shown(text);
    return xml_fail(node, error, "%s of %s: \"%s\": %s has %d %s, expected one of 0 to %d or a range such as 0-%d", attribute,
                    xml_name(node), shown, of, n, what, n - 1, n - 1);
}

/* The numbers of `text`; blanks and line ends separate them, in a file "#" starts a comment. */
static gboolean parse_codes(const xmlNode *node, const char *what, const char *text, gsize n, struct codes *codes, GError **error)
{
    gsize found = 0;
    codes->values = g_new(int, n);
    codes->n = n;
    while (*(text += strspn(text, " \t\r\n")) != '\0') {
        if (*text == '#') {
            text += strcspn(text, "\n");
            continue;
        }
        gsize length = strcspn(text, " \t\r\n");
        const char *end = text;
        int code = 0;
        if (!take_number(&end, codes->levels - 1, &code) || end != text + length) {
            g_autofree char *word = g_strndup(text, MIN(length, 60)), *shown = xml_shown(word);
            return xml_fail(node, error, "%s of %s: \"%s\": expected whole numbers from 0 to %d", what, xml_name(node), shown,
                            codes->levels - 1);
        }
        if (found < n)
            codes->values[found] = code;
        found++;
        text = end;
    }
    return found == n || xml_fail(node, error, "%s of %s: %" G_GSIZE_FORMAT " codes, expected %" G_GSIZE_FORMAT, what,
                                  xml_name(node), found, n);
}

static gboolean read_codes_file(struct reader *reader, const xmlNode *node, gsize n, struct codes *codes, GError **error)
{
    g_autofree char *file = NULL;
    if (!read_file_name(reader, node, "file", TRUE, &file, error))
        return FALSE;
    g_autofree char *path = path_from(reader->design->folder, file);
    g_autofree char *text = file_read(path, LIMIT_CODES_BYTES, NULL, xml_origin(node), error);
    return text != NULL && parse_codes(node, "file", text, n, codes, error);
}

/* One tilt, or the two ends of a range of it. */
static gboolean read_tilt(const xmlNode *node, struct codes *codes, GError **error)
{
    if (xml_text(node, "tilt") == NULL)
        return TRUE;
    g_auto(GStrv) words = read_words(node, "tilt", error);
    if (words == NULL)
        return FALSE;
    gsize n = g_strv_length(words);
    gboolean ok = n == 1 || n == 2;
    for (gsize i = 0; ok && i < n; i++)
        ok = quantity_parse(words[i], DIMENSION_NONE, &codes->tilt[i], NULL) && fabs(codes->tilt[i]) <= LIMIT_TILT;
    if (n == 1)
        codes->tilt[1] = codes->tilt[0];
    g_autofree char *shown = xml_shown(xml_text(node, "tilt"));
    return ok || xml_fail(node, error, "tilt of %s: \"%s\": expected one or two numbers from %d to %d", xml_name(node), shown,
                          -LIMIT_TILT, LIMIT_TILT);
}

gboolean read_codes(struct reader *reader, const xmlNode *node, gsize n, struct codes *codes, GError **error)
{
    if (!xml_int(node, "levels", 2, LIMIT_LEVELS, &codes->levels, error))
        return FALSE;
    codes->n = n;
    if (xml_text(node, "file") != NULL)
        return read_codes_file(reader, node, n, codes, error);
    if (xml_text(node, "codes") != NULL)
        return parse_codes(node, "codes", xml_text(node, "codes"), n, codes, error);
    return xml_uint64(node, "seed", &codes->seed, error) && read_tilt(node, codes, error);
}

/* ---- lines ---------------------------------------------------------------------------------------------------------- */

/* Whether the port still has no place; a message that names the place if it has one. */
static gboolean check_port_free(const struct array *array, const xmlNode *node, const char *name, GError **error)
{
    const struct port *port = template_port(array->cell->circuit, name);
    const struct line_set *line = array_line(array, name);
    if (port == NULL) {
        g_autofree char *shown = xml_shown(name), *names = names_of(array->cell->circuit->ports);
        return xml_fail(node, error, "port of %s: \"%s\" is not a port of %s, expected one of: %s", xml_name(node), shown,
                        array->cell->circuit->name, names);
    }
    if (line != NULL)
        return xml_fail(node, error, "%s: port \"%s\" is already on a line in line %d of %s", xml_name(node), name,
                        line->origin.line, line->origin.file);
    if (array_is_inner(array, name))
        return xml_fail(node, error, "%s: port \"%s\" is already inside the cell", xml_name(node), name);
    if (port->kind == PORT_SUPPLY || port->kind == PORT_GROUND)
        return xml_fail(node, error, "%s: port \"%s\" is a supply or ground, which all cells share, expected another port",
                        xml_name(node), name);
    return TRUE;
}

static gboolean resolve_line(const struct array *array, const xmlNode *node, struct line_set *line, GError **error)
{
    const char *pair = xml_text(node, "pair"), *port = xml_text(node, "port");
    line->name = g_strdup(pair != NULL ? pair : port);
    if (pair == NULL)
        return check_port_free(array, node, port, error);
    line->pair = template_pair(array->cell->circuit, pair);
    if (line->pair != NULL)
        return check_port_free(array, node, line->pair->plus, error) && check_port_free(array, node, line->pair->minus, error);
    g_autofree char *shown = xml_shown(pair), *names = names_of(array->cell->circuit->pairs);
    return xml_fail(node, error, "pair of line: \"%s\" is not a pair of %s, expected one of: %s", shown,
                    array->cell->circuit->name, names);
}

static gboolean read_edge(const xmlNode *node, struct line_set *line, GError **error)
{
    const char *edge = xml_text(node, "edge");
    line->along_row = strcmp(xml_text(node, "along"), "row") == 0;
    line->from_end = strcmp(edge, "right") == 0 || strcmp(edge, "bottom") == 0;
    gboolean side = strcmp(edge, "left") == 0 || strcmp(edge, "right") == 0;
    return side == line->along_row ||
           xml_fail(node, error, "edge of line: \"%s\": a line along a %s is driven at the %s", edge,
                    line->along_row ? "row" : "column", line->along_row ? "left or right" : "top or bottom");
}

/* To 12 digits: 6.8 and not 6.800000000000001 after µm and m. */
static double as_typed(double value)
{
    char text[NUMBER_SIZE];
    return g_ascii_strtod(g_ascii_formatd(text, NUMBER_SIZE, "%.12g", value), NULL);
}

static gboolean read_line(struct reader *reader, struct array *array, const xmlNode *node, GError **error)
{
    const struct technology *technology = reader->design->technology;
    double Ohm_um = technology->wire_Ohm_m * 1e-6, F_um = technology->wire_F_m * 1e-6;
    struct line_set *line = g_new0(struct line_set, 1);
    line->origin = xml_origin(node);
    gboolean ok = resolve_line(array, node, line, error) && read_edge(node, line, error) &&
                  read_positive(node, "resistance-per-um", DIMENSION_RESISTANCE, TRUE, &Ohm_um, error) &&
                  read_positive(node, "capacitance-per-um", DIMENSION_CAPACITANCE, TRUE, &F_um, error) &&
                  read_positive(node, "driver-resistance", DIMENSION_RESISTANCE, TRUE, &line->driver_Ohm, error);
    double pitch_um = (line->along_row ? array->pitch_x_m : array->pitch_y_m) * 1e6;
    line->section_Ohm = as_typed(Ohm_um * pitch_um);
    line->section_F = as_typed(F_um * pitch_um);
    line->count = line->along_row ? array->rows : array->columns;
    line->length = line->along_row ? array->columns : array->rows;
    if (ok)
        g_ptr_array_add(array->lines, line);
    else
        line_free(line);
    return ok;
}

static gboolean read_inner(struct array *array, const xmlNode *node, GError **error)
{
    const char *port = xml_text(node, "port");
    if (!check_port_free(array, node, port, error))
        return FALSE;
    g_ptr_array_add(array->inner, g_strdup(port));
    return TRUE;
}

/* Every port has its place. */
static gboolean check_ports(const struct array *array, GError **error)
{
    const struct circuit_template *circuit = array->cell->circuit;
    for (guint i = 0; i < circuit->ports->len; i++) {
        const struct port *port = circuit->ports->pdata[i];
        if (port->kind == PORT_SUPPLY || port->kind == PORT_GROUND || array_is_inner(array, port->name) ||
            array_line(array, port->name) != NULL)
            continue;
        error_set_at(error, GAINSPICE_ERROR_INPUT, array->origin,
                     "array %s: port \"%s\" of %s is on no line, expected a line, or inner if it stays inside the cell",
                     array->name, port->name, circuit->name);
        return FALSE;
    }
    return TRUE;
}

gboolean is_numbered(const char *name, const char *other)
{
    gsize n = strlen(name);
    return strncmp(name, other, n) == 0 && other[n] == '_' && other[n + 1] != '\0' &&
           other[n + 1 + strspn(other + n + 1, "0123456789_")] == '\0';
}

/* Line 1 of port "bl" has nodes bl_1 and bl_1_0 …: no other port may be called so. */
static gboolean check_names(const struct array *array, GError **error)
{
    const GPtrArray *ports = array->cell->circuit->ports;
    for (guint i = 0; i < ports->len; i++)
        for (guint k = 0; k < ports->len; k++) {
            const char *a = ((const struct port *)ports->pdata[i])->name, *b = ((const struct port *)ports->pdata[k])->name;
            if (!is_numbered(a, b))
                continue;
            error_set_at(error, GAINSPICE_ERROR_INPUT, array->origin,
                         "array %s: port \"%s\" of %s is called as a node of the line of port \"%s\" is, expected another name",
                         array->name, b, array->cell->circuit->name, a);
            return FALSE;
        }
    return TRUE;
}

/* ---- an array ------------------------------------------------------------------------------------------------------- */

static gboolean read_group(struct array *array, const xmlNode *node, GError **error)
{
    struct group *group = g_new0(struct group, 1);
    group->origin = xml_origin(node);
    g_autofree char *of = g_strdup_printf("array %s", array->name);
    gboolean ok = read_new_name(node, array->groups, TRUE, &group->name, error) &&
                  read_range(node, "columns", array->columns, "columns", of, &group->first, &group->last, error);
    for (guint i = 0; ok && i < array->groups->len; i++) {
        const struct group *other = array->groups->pdata[i];
        if (group->first <= other->last && other->first <= group->last)
            ok = xml_fail(node, error, "columns of group: \"%s\" has columns of group %s too, expected each column in one group",
                          xml_text(node, "columns"), other->name);
    }
    if (ok)
        g_ptr_array_add(array->groups, group);
    else
        group_free(group);
    return ok;
}

static gboolean read_size(struct array *array, const xmlNode *node, GError **error)
{
    if (!xml_int(node, "rows", 1, LIMIT_CELLS, &array->rows, error) ||
        !xml_int(node, "columns", 1, LIMIT_CELLS, &array->columns, error))
        return FALSE;
    gint64 cells = (gint64)array->rows * array->columns;
    if (cells > LIMIT_CELLS)
        return xml_fail(node, error, "array: %" G_GINT64_FORMAT " cells, expected at most %d", cells, LIMIT_CELLS);
    return read_positive(node, "pitch-x", DIMENSION_LENGTH, FALSE, &array->pitch_x_m, error) &&
           read_positive(node, "pitch-y", DIMENSION_LENGTH, FALSE, &array->pitch_y_m, error) &&
           check_range(node, "pitch-x", "an array", array->pitch_x_m, 0, LIMIT_PITCH_M, DIMENSION_LENGTH, error) &&
           check_range(node, "pitch-y", "an array", array->pitch_y_m, 0, LIMIT_PITCH_M, DIMENSION_LENGTH, error);
}

static gboolean read_parts(struct reader *reader, struct array *array, const xmlNode *array_node, GError **error)
{
    for (const xmlNode *node = xml_first(array_node, NULL); node != NULL; node = xml_next(node, NULL)) {
        gboolean ok = xml_is(node, "line")    ? read_line(reader, array, node, error)
                      : xml_is(node, "inner") ? read_inner(array, node, error)
                                              : read_group(array, node, error);
        if (!ok)
            return FALSE;
    }
    return check_ports(array, error) && check_names(array, error);
}

gboolean read_array(struct reader *reader, const xmlNode *node, GError **error)
{
    const struct design *design = reader->design;
    struct array *array = g_new0(struct array, 1);
    g_ptr_array_add(design->arrays, array);
    array->lines = g_ptr_array_new_with_free_func(line_free);
    array->inner = g_ptr_array_new_with_free_func(g_free);
    array->groups = g_ptr_array_new_with_free_func(group_free);
    array->origin = xml_origin(node);
    if (!read_new_name(node, design->arrays, TRUE, &array->name, error))
        return FALSE;
    if (design_cell(design, array->name) != NULL)
        return xml_fail(node, error, "name of array: \"%s\" is a cell, expected another name", array->name);
    array->cell = design_cell(design, xml_text(node, "cell"));
    if (array->cell == NULL) {
        g_autofree char *shown = xml_shown(xml_text(node, "cell")), *names = names_of(design->cells);
        return xml_fail(node, error, "cell of array: \"%s\" is not a cell of this design, expected one of: %s", shown, names);
    }
    return read_size(array, node, error) && read_parts(reader, array, node, error);
}
