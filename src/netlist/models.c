/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/models.c -- the technology's part of a deck: parameters, knobs at this corner, then models or libraries.
 *
 * A knob's value is the last of: its default, the corner's, the design's, a sweep's. Of a library of .model cards only those
 * that the circuit uses are copied, so that a deck stays short and is complete in itself.
 */
#include "config.h"

#include "netlist/builder.h"

#include <string.h>

static const struct setting *design_knob(const struct builder *b, const char *name)
{
    for (guint i = 0; i < b->design->knobs->len; i++) {
        const struct setting *setting = b->design->knobs->pdata[i];
        if (strcmp(setting->name, name) == 0)
            return setting;
    }
    return NULL;
}

/* The value of a knob here, and who said so. */
static double knob_value(const struct builder *b, const struct knob *knob, struct origin *origin)
{
    double value = knob->value;
    *origin = knob->origin;
    for (guint i = 0; i < b->corner->settings->len; i++) {
        const struct knob_setting *setting = b->corner->settings->pdata[i];
        if (strcmp(setting->name, knob->name) == 0) {
            value = setting->value;
            *origin = b->corner->origin;
        }
    }
    const struct setting *set = design_knob(b, knob->name);
    if (set != NULL) {
        value = set->value;
        *origin = set->origin;
    }
    for (gsize i = 0; i < b->point->n_settings; i++) {
        const struct sweep *sweep = b->point->sweeps[i];
        if (sweep->target == TARGET_KNOB && strcmp(sweep->of, knob->name) == 0) {
            value = b->point->settings[i];
            *origin = sweep->origin;
        }
    }
    return value;
}

void globals_settle(struct builder *b)
{
    const struct technology *technology = b->technology;
    scope_init(&b->globals, NULL);
    for (guint i = 0; i < technology->parameters->len; i++) {
        const struct knob_setting *parameter = technology->parameters->pdata[i];
        scope_set(&b->globals, parameter->name, parameter->value);
    }
    for (guint i = 0; i < technology->knobs->len; i++) {
        const struct knob *knob = technology->knobs->pdata[i];
        struct origin origin;
        scope_set(&b->globals, knob->name, knob_value(b, knob, &origin));
    }
}

static void parameter_write(struct builder *b, const char *name, double value, struct origin origin)
{
    g_autoptr(GString) text = g_string_new(".param");
    append_setting(text, name, value);
    card_add_text(b, b->deck->cards, origin, text);
}

/* ngspice takes a blank for the end of the name of a pre_osdi file, and quotes for part of it. */
static gboolean osdi_fits(const struct library *library, const char *path, GError **error)
{
    if (strchr(path, ' ') == NULL)
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, library->origin, "osdi: ngspice loads no file with a blank in its path, \"%s\"",
                 path);
    return FALSE;
}

static gboolean library_write(struct builder *b, const struct library *library, GError **error)
{
    if (library->kind == LIBRARY_MODELS)
        return TRUE;
    g_autofree char *path = technology_at_corner(library->path, b->corner);
    g_ptr_array_add(b->deck->files, g_strdup(path));
    if (library->kind == LIBRARY_INCLUDE) {
        card_add(b, b->deck->cards, library->origin, ".include \"%s\"", path);
    } else if (library->kind == LIBRARY_LIB) {
        g_autofree char *section = technology_at_corner(library->section, b->corner);
        card_add(b, b->deck->cards, library->origin, ".lib \"%s\" %s", path, section);
    } else { /* a command that ngspice runs before it reads the circuit */
        if (!osdi_fits(library, path, error))
            return FALSE;
        card_add(b, b->deck->cards, library->origin, ".control");
        card_add(b, b->deck->cards, library->origin, "pre_osdi %s", path);
        card_add(b, b->deck->cards, library->origin, ".endc");
    }
    return TRUE;
}

/* A model that is in no models file comes with an included library. */
static void model_write(struct builder *b, const struct device_role *role, GHashTable *written)
{
    g_autofree char *name = technology_at_corner(role->model, b->corner);
    const struct model_card *model = g_hash_table_lookup(b->technology->models, name);
    if (model != NULL && g_hash_table_add(written, model->name))
        card_borrow(b->deck->cards, model->origin, model->text);
}

gboolean models_write(struct builder *b, GError **error)
{
    const struct technology *technology = b->technology;
    for (guint i = 0; i < technology->parameters->len; i++) {
        const struct knob_setting *parameter = technology->parameters->pdata[i];
        parameter_write(b, parameter->name, parameter->value, technology->origin);
    }
    for (guint i = 0; i < technology->knobs->len; i++) {
        const struct knob *knob = technology->knobs->pdata[i];
        struct origin origin;
        double value = knob_value(b, knob, &origin);
        parameter_write(b, knob->name, value, origin);
    }
    for (guint i = 0; i < technology->libraries->len; i++)
        if (!library_write(b, technology->libraries->pdata[i], error))
            return FALSE;
    g_autoptr(GHashTable) written = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < b->roles->len; i++)
        model_write(b, b->roles->pdata[i], written);
    return TRUE;
}
