/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_axes.c -- corners, temperatures, swept conditions and Monte Carlo samples, with defaults where none is named. */
#include "config.h"

#include "design/read.h"

#define LEAST_TEMPERATURE_C (-273.15)
#define GREATEST_TEMPERATURE_C 1000.0
#define ROOM_TEMPERATURE_C 27.0 /* ngspice's own */

void axes_init(struct axes *axes)
{
    axes->corners = g_ptr_array_new_with_free_func(g_free);
    axes->temperatures_C = g_array_new(FALSE, FALSE, sizeof(double));
    axes->sweeps = g_ptr_array_new_with_free_func((GDestroyNotify)sweep_free);
    axes->samples = 0;
    axes->seed = 1;
}

void axes_clear(struct axes *axes)
{
    g_clear_pointer(&axes->corners, g_ptr_array_unref);
    g_clear_pointer(&axes->temperatures_C, g_array_unref);
    g_clear_pointer(&axes->sweeps, g_ptr_array_unref);
}

struct axes *axes_copy(const struct axes *axes, double vdd_V)
{
    struct axes *copy = g_new0(struct axes, 1);
    axes_init(copy);
    for (guint i = 0; i < axes->corners->len; i++)
        g_ptr_array_add(copy->corners, g_strdup(axes->corners->pdata[i]));
    g_array_append_vals(copy->temperatures_C, axes->temperatures_C->data, axes->temperatures_C->len);
    for (guint i = 0; i < axes->sweeps->len; i++) {
        struct sweep *sweep = sweep_copy(axes->sweeps->pdata[i]);
        if (sweep->target == TARGET_SUPPLY) {
            sweep->n = 1;
            sweep->values[0] = vdd_V;
        }
        g_ptr_array_add(copy->sweeps, sweep);
    }
    copy->samples = axes->samples;
    copy->seed = axes->seed;
    copy->origin = axes->origin;
    return copy;
}

static gboolean read_corners(const struct technology *technology, const xmlNode *node, struct axes *axes, GError **error)
{
    g_auto(GStrv) words = read_words(node, "values", error);
    for (char **word = words; word != NULL && *word != NULL; word++) {
        if (technology_corner(technology, *word) == NULL) {
            g_autofree char *shown = xml_shown(*word), *names = names_of(technology->corners);
            return xml_fail(node, error, "values of corner: \"%s\" is not a corner of technology %s, expected one of: %s", shown,
                            technology->name, names);
        }
        g_ptr_array_add(axes->corners, g_strdup(*word));
    }
    return words != NULL;
}

static gboolean read_temperatures(const xmlNode *node, struct axes *axes, GError **error)
{
    g_auto(GStrv) words = read_words(node, "values", error);
    for (char **word = words; word != NULL && *word != NULL; word++) {
        double value_C;
        GError *cause = NULL;
        if (!quantity_parse(*word, DIMENSION_TEMPERATURE, &value_C, &cause)) {
            xml_fail(node, error, "values of temperature: %s", cause->message);
            g_error_free(cause);
            return FALSE;
        }
        if (!check_range(node, "values", "a temperature", value_C, LEAST_TEMPERATURE_C, GREATEST_TEMPERATURE_C,
                         DIMENSION_TEMPERATURE, error))
            return FALSE;
        for (guint i = 0; i < axes->temperatures_C->len; i++)
            if (g_array_index(axes->temperatures_C, double, i) == value_C)
                return xml_fail(node, error, "values of temperature: \"%s\" stands twice", *word);
        g_array_append_val(axes->temperatures_C, value_C);
    }
    return words != NULL;
}

/* On the design's axes a parameter says of which cell it is; on a bench's it can only be the bench's cell. */
static gboolean place_of_axis(const struct reader *reader, const xmlNode *node, const struct bench *bench,
                              struct sweep_place *place, GError **error)
{
    const char *name = xml_text(node, "cell");
    const struct cell *cell = bench != NULL ? bench->cell : design_cell(reader->design, name);
    if (name != NULL && xml_text(node, "parameter") == NULL)
        return xml_fail(node, error, "cell of sweep: expected only where a parameter is swept");
    if (name != NULL && (cell == NULL || g_strcmp0(cell->name, name) != 0)) {
        g_autofree char *shown = xml_shown(name), *names = names_of(reader->design->cells);
        return xml_fail(node, error, "cell of sweep: \"%s\": expected %s%s", shown,
                        bench != NULL ? "the bench's cell " : "one of: ", bench != NULL ? cell->name : names);
    }
    if (cell == NULL && xml_text(node, "parameter") != NULL)
        return xml_fail(node, error, "sweep: attribute \"cell\" is missing, expected the cell whose parameter is swept");
    place->circuit = cell != NULL ? cell->circuit : NULL;
    place->cell = cell != NULL ? cell->name : NULL;
    return TRUE;
}

static gboolean read_axis(struct reader *reader, const xmlNode *node, const struct bench *bench, struct axes *axes,
                          GError **error)
{
    struct sweep_place place = {NULL, NULL, axes->sweeps, NULL};
    if (!place_of_axis(reader, node, bench, &place, error))
        return FALSE;
    struct sweep *sweep = read_sweep(reader, node, &place, error);
    if (sweep != NULL)
        g_ptr_array_add(axes->sweeps, sweep);
    return sweep != NULL;
}

static gboolean read_each(struct reader *reader, const xmlNode *axes_node, const struct bench *bench, struct axes *axes,
                          GError **error)
{
    gboolean ok = TRUE;
    for (const xmlNode *node = xml_first(axes_node, NULL); ok && node != NULL; node = xml_next(node, NULL)) {
        if (xml_is(node, "corner"))
            ok = read_corners(reader->design->technology, node, axes, error);
        else if (xml_is(node, "temperature"))
            ok = read_temperatures(node, axes, error);
        else if (xml_is(node, "sweep"))
            ok = read_axis(reader, node, bench, axes, error);
        else
            ok = xml_int(node, "samples", 1, READ_LIMIT_POINTS, &axes->samples, error) &&
                 xml_uint64(node, "seed", &axes->seed, error);
    }
    return ok;
}

gboolean read_axes(struct reader *reader, const xmlNode *node, const struct bench *bench, struct axes *axes, GError **error)
{
    const struct design *design = reader->design;
    axes->origin = node != NULL ? xml_origin(node) : design->origin;
    if (node != NULL && !read_each(reader, node, bench, axes, error))
        return FALSE;
    if (axes->corners->len == 0 && design->technology->corners->len == 0) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, axes->origin, "technology %s has no corner, expected at least one",
                     design->technology->name);
        return FALSE;
    }
    if (axes->corners->len == 0)
        g_ptr_array_add(axes->corners, g_strdup(((const struct corner *)design->technology->corners->pdata[0])->name));
    if (axes->temperatures_C->len == 0) {
        const double room_C = ROOM_TEMPERATURE_C;
        g_array_append_val(axes->temperatures_C, room_C);
    }
    return TRUE;
}
