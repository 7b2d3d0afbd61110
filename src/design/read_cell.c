/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_cell.c -- the technology with its knobs, cells with their parameters, and the templates that they use. */
#include "config.h"

#include "design/read.h"

#include <string.h>

#include "base/files.h"

#define LIMIT_NESTING 32 /* templates in templates */

void setting_free(struct setting *setting)
{
    g_free(setting->name);
    g_free(setting);
}

/* ---- technology ----------------------------------------------------------------------------------------------------- */

static gboolean read_knob(struct reader *reader, const xmlNode *node, GError **error)
{
    struct design *design = reader->design;
    struct setting *setting = g_new0(struct setting, 1);
    g_ptr_array_add(design->knobs, setting);
    setting->origin = xml_origin(node);
    if (!read_new_name(node, design->knobs, FALSE, &setting->name, error))
        return FALSE;
    const struct knob *knob = technology_knob(design->technology, setting->name);
    if (knob == NULL) {
        g_autofree char *names = names_of(design->technology->knobs);
        return xml_fail(node, error, "name of set: \"%s\" is not a knob of technology %s, expected one of: %s", setting->name,
                        design->technology->name, names);
    }
    return xml_quantity(node, "value", DIMENSION_NONE, &setting->value, error) &&
           check_range(node, "value", knob->name, setting->value, knob->min, knob->max, DIMENSION_NONE, error);
}

gboolean read_technology(struct reader *reader, const xmlNode *root, GError **error)
{
    struct design *design = reader->design;
    const xmlNode *node = xml_first(root, "technology");
    g_autofree char *name = NULL;
    if (!xml_name_of(node, "name", TRUE, &name, error))
        return FALSE;
    design->technology = technology_read(reader->technology != NULL ? reader->technology : name, design->folder, xml_origin(node), error);
    if (design->technology == NULL)
        return FALSE;
    for (const xmlNode *set = xml_first(node, "set"); set != NULL; set = xml_next(set, "set"))
        if (!read_knob(reader, set, error))
            return FALSE;
    return TRUE;
}

/* ---- templates ------------------------------------------------------------------------------------------------------ */

/* Beside the design, else installed. NULL sets `error`. */
static char *find_template(const struct reader *reader, const char *name, struct origin from, GError **error)
{
    const char *folder = reader->design->folder;
    g_autofree char *file = g_strdup_printf("templates/circuits/%s.cir", name);
    g_autofree char *beside = path_from(folder, file), *installed = data_path(file);
    if (g_file_test(beside, G_FILE_TEST_EXISTS)) {
        if (path_stays_inside(folder, file))
            return g_steal_pointer(&beside);
        error_set_at(error, GAINSPICE_ERROR_INPUT, from, "template \"%s\": %s lies outside the folder \"%s\"", name, beside,
                     folder);
        return NULL;
    }
    if (g_file_test(installed, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&installed);
    error_set_at(error, GAINSPICE_ERROR_INPUT, from,
                 "template \"%s\": there is neither %s nor an installed template of that name", name, beside);
    return NULL;
}

static const struct circuit_template *read_circuit(struct reader *reader, const char *name, struct origin from, GError **error);

static gboolean check_instance(struct reader *reader, const struct template_card *card, GError **error)
{
    const struct circuit_template *of = read_circuit(reader, card->of, card->origin, error);
    if (of == NULL)
        return FALSE;
    guint n = g_strv_length(card->nodes);
    if (n == of->ports->len)
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, card->origin, "%s has %u nodes, expected the %u ports of %s", card->element, n,
                 of->ports->len, of->name);
    return FALSE;
}

static gboolean check_role(const struct reader *reader, const struct template_card *card, GError **error)
{
    const struct technology *technology = reader->design->technology;
    if (technology_role(technology, card->of) != NULL)
        return TRUE;
    g_autofree char *names = names_of(technology->roles);
    error_set_at(error, GAINSPICE_ERROR_INPUT, card->origin, "%s: technology %s has no role \"%s\", expected one of: %s",
                 card->element, technology->name, card->of, names);
    return FALSE;
}

static gboolean check_cards(struct reader *reader, const struct circuit_template *circuit, GError **error)
{
    for (guint i = 0; i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        if (card->kind == CARD_INSTANCE && !check_instance(reader, card, error))
            return FALSE;
        if (card->kind == CARD_DEVICE && !check_role(reader, card, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean check_nesting(const struct reader *reader, const char *name, struct origin from, GError **error)
{
    if (g_ptr_array_find_with_equal_func(reader->reading, name, g_str_equal, NULL))
        error_set_at(error, GAINSPICE_ERROR_INPUT, from, "template \"%s\" contains itself", name);
    else if (reader->reading->len >= LIMIT_NESTING)
        error_set_at(error, GAINSPICE_ERROR_INPUT, from, "template \"%s\": templates nest deeper than %d", name, LIMIT_NESTING);
    else
        return TRUE;
    return FALSE;
}

/* The template of that name and all that it instantiates; each is read once a design. */
static const struct circuit_template *read_circuit(struct reader *reader, const char *name, struct origin from, GError **error)
{
    if (!check_nesting(reader, name, from, error))
        return NULL;
    struct circuit_template *circuit = g_hash_table_lookup(reader->design->circuits, name);
    if (circuit != NULL)
        return circuit;
    g_autofree char *path = find_template(reader, name, from, error);
    if (path == NULL)
        return NULL;
    circuit = circuit_template_read(path, error);
    if (circuit == NULL)
        return NULL;
    g_hash_table_insert(reader->design->circuits, g_strdup(name), circuit);
    g_ptr_array_add(reader->reading, circuit->name);
    gboolean ok = check_cards(reader, circuit, error);
    g_ptr_array_set_size(reader->reading, (int)reader->reading->len - 1);
    return ok ? circuit : NULL;
}

/* ---- cells ---------------------------------------------------------------------------------------------------------- */

static gboolean read_parameter(struct cell *cell, const xmlNode *node, GError **error)
{
    struct setting *setting = g_new0(struct setting, 1);
    g_ptr_array_add(cell->settings, setting);
    setting->origin = xml_origin(node);
    if (!read_new_name(node, cell->settings, FALSE, &setting->name, error))
        return FALSE;
    const struct parameter *parameter = template_parameter(cell->circuit, setting->name);
    if (parameter == NULL) {
        g_autofree char *names = names_of(cell->circuit->parameters);
        return xml_fail(node, error, "name of set: \"%s\" is not a parameter of %s, expected one of: %s", setting->name,
                        cell->circuit->name, names);
    }
    setting->dimension = parameter->dimension;
    return xml_quantity(node, "value", parameter->dimension, &setting->value, error) &&
           check_range(node, "value", parameter->name, setting->value, parameter->min, parameter->max, parameter->dimension,
                       error);
}

void cell_free(struct cell *cell)
{
    g_free(cell->name);
    g_ptr_array_unref(cell->settings);
    g_free(cell->model);
    g_free(cell->object);
    g_free(cell->module);
    g_strfreev(cell->ports);
    g_free(cell);
}

gboolean read_cell(struct reader *reader, const xmlNode *node, GError **error)
{
    struct cell *cell = g_new0(struct cell, 1);
    g_ptr_array_add(reader->design->cells, cell);
    cell->settings = g_ptr_array_new_with_free_func((GDestroyNotify)setting_free);
    cell->origin = xml_origin(node);
    g_autofree char *template = NULL;
    if (!read_new_name(node, reader->design->cells, TRUE, &cell->name, error) ||
        !xml_name_of(node, "template", FALSE, &template, error))
        return FALSE;
    cell->circuit = read_circuit(reader, template, cell->origin, error);
    if (cell->circuit == NULL)
        return FALSE;
    if (xml_text(node, "model") != NULL && !read_file_name(reader, node, "model", TRUE, &cell->model, error))
        return FALSE;
    if (cell->model != NULL && xml_first(node, "set") != NULL)
        return xml_fail(xml_first(node, "set"), error, "set of cell %s: it is a model, which was fitted at one value of each parameter",
                        cell->name);
    for (const xmlNode *set = xml_first(node, "set"); set != NULL; set = xml_next(set, "set"))
        if (!read_parameter(cell, set, error))
            return FALSE;
    return TRUE;
}
