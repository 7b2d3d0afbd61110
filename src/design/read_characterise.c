/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_characterise.c -- a <characterise>: of what it is, what its kind is told, the uses of the cell's ports, and the
 * benches that its kind makes of that.
 *
 * The benches come as text in the language of designs and are read as those of a file are, so that nothing that a kind asks
 * for escapes the checks that a person's bench must pass. There is one set of them for each supply voltage of the axes, since
 * the voltages that a kind puts on ports follow the supply.
 */
#include "config.h"

#include "design/read.h"

#define SCHEMA "templates/schema/design.rng"

void characterise_spec_free(struct characterise_spec *spec)
{
    for (guint v = 0; v < spec->variants->len; v++) {
        struct axes *axes = (struct axes *)(guintptr)g_array_index(spec->variants, struct variant, v).axes;
        axes_clear(axes);
        g_free(axes);
    }
    if (spec->axes != NULL) {
        struct axes *own = (struct axes *)(guintptr)spec->axes;
        axes_clear(own);
        g_free(own);
    }
    g_free(spec->name);
    g_free(spec->kind);
    g_ptr_array_unref(spec->settings);
    g_ptr_array_unref(spec->uses);
    g_array_unref(spec->variants);
    g_free(spec);
}

static gboolean read_setting(struct characterise_spec *spec, const xmlNode *node, GError **error)
{
    struct setting *setting = g_new0(struct setting, 1);
    g_ptr_array_add(spec->settings, setting);
    setting->origin = xml_origin(node);
    return read_new_name(node, spec->settings, FALSE, &setting->name, error) &&
           xml_quantity_any(node, "value", &setting->value, &setting->dimension, error);
}

/* ---- uses ---------------------------------------------------------------------------------------------------------- */

/* The use that the element changes, or a new one of its port or pair; NULL sets `error`. */
static struct use *find_use(struct characterise_spec *spec, const xmlNode *node, enum use_kind kind, GError **error)
{
    const struct circuit_template *circuit = spec->cell->circuit;
    const char *port = xml_text(node, "port"), *pair = xml_text(node, "pair");
    struct use *use = kind != USE_HELD ? use_find(spec->uses, kind) : NULL;
    if (port == NULL && pair == NULL && use != NULL)
        return use;
    if (port == NULL && pair == NULL)
        return xml_fail(node, error, "use: %s declares no %s, expected a port or a pair", circuit->name, use_kind_name(kind)), NULL;
    if (port != NULL ? template_port(circuit, port) == NULL : template_pair(circuit, pair) == NULL) {
        g_autofree char *shown = xml_shown(port != NULL ? port : pair),
                        *names = names_of(port != NULL ? circuit->ports : circuit->pairs);
        return xml_fail(node, error, "%s of use: \"%s\" is not a %s of %s, expected one of: %s", port != NULL ? "port" : "pair", shown,
                        port != NULL ? "port" : "pair", circuit->name, names),
               NULL;
    }
    if (use != NULL)
        g_ptr_array_remove(spec->uses, use);
    use = use_new(kind, port != NULL ? port : pair, pair != NULL, xml_origin(node));
    g_ptr_array_add(spec->uses, use);
    return use;
}

static gboolean read_use(struct characterise_spec *spec, const xmlNode *node, GError **error)
{
    const char *name = xml_text(node, "name");
    int kind = use_kind_find(name);
    if (kind < 0) {
        g_autofree char *shown = xml_shown(name), *names = use_kind_names();
        return xml_fail(node, error, "name of use: \"%s\" is not a use, expected one of: %s", shown, names);
    }
    struct use *use = find_use(spec, node, (enum use_kind)kind, error);
    if (use == NULL)
        return FALSE;
    GError *cause = NULL;
    gboolean ok = TRUE;
    for (int l = 0; ok && l < LEVEL_COUNT; l++) {
        const char *text = xml_text(node, level_name((enum level)l));
        ok = text == NULL || use_set_level(use, level_name((enum level)l), text, &cause);
    }
    if (ok && use_check(use, &cause))
        return TRUE;
    xml_fail(node, error, "use %s: %s", name, cause->message);
    g_error_free(cause);
    return FALSE;
}

/* ---- variants and their benches ------------------------------------------------------------------------------------- */

static void add_variant(struct characterise_spec *spec, const struct axes *axes, double vdd_V)
{
    struct variant variant = {vdd_V, axes_copy(axes, vdd_V)};
    g_array_append_val(spec->variants, variant);
}

static void add_variants(struct characterise_spec *spec, const struct design *design)
{
    const struct axes *axes = spec->axes != NULL ? spec->axes : &design->axes;
    const struct sweep *supply = NULL;
    for (guint i = 0; i < axes->sweeps->len; i++)
        if (((const struct sweep *)axes->sweeps->pdata[i])->target == TARGET_SUPPLY)
            supply = axes->sweeps->pdata[i];
    if (supply == NULL)
        add_variant(spec, axes, design->technology->vdd_V);
    for (gsize v = 0; supply != NULL && v < supply->n; v++)
        add_variant(spec, axes, supply->values[v]);
}

static gboolean read_benches(struct reader *reader, const struct characterise_spec *spec, gsize variant, GError **error)
{
    g_autofree char *benches = reader->expander(reader->design, spec, variant, error);
    if (benches == NULL)
        return FALSE;
    g_autofree char *text = g_strdup_printf("<design xmlns=\"urn:gainspice:design:1\" name=\"x\"><technology name=\"x\"/>%s</design>", benches);
    struct xml *xml = xml_open_text(text, SCHEMA, spec->origin, error);
    if (xml == NULL)
        return FALSE;
    reader->expansion = spec;
    reader->variant = variant;
    gboolean ok = TRUE;
    for (const xmlNode *node = xml_first(xml_root(xml), "bench"); ok && node != NULL; node = xml_next(node, "bench"))
        ok = read_bench(reader, node, error);
    reader->expansion = NULL;
    xml_close(xml);
    return ok;
}

static gboolean read_own_axes(struct reader *reader, const xmlNode *node, struct characterise_spec *spec, GError **error)
{
    if (node == NULL)
        return TRUE;
    struct axes *own = g_new0(struct axes, 1);
    const struct bench stands_for = {.cell = spec->cell, .array = spec->array, .assembly = spec->assembly};
    axes_init(own);
    spec->axes = own;
    return read_axes(reader, node, &stands_for, own, error);
}

gboolean read_characterise(struct reader *reader, const xmlNode *node, GError **error)
{
    struct design *design = reader->design;
    struct characterise_spec *spec = g_new0(struct characterise_spec, 1);
    g_ptr_array_add(design->characterises, spec);
    spec->settings = g_ptr_array_new_with_free_func((GDestroyNotify)setting_free);
    spec->uses = g_ptr_array_new_with_free_func(use_free);
    spec->variants = g_array_new(FALSE, FALSE, sizeof(struct variant));
    spec->origin = xml_origin(node);
    struct subject of;
    if (find_named(design->benches, xml_text(node, "name")) != NULL)
        return xml_fail(node, error, "name of characterise: \"%s\" is a bench's, expected another name", xml_text(node, "name"));
    if (!read_new_name(node, design->characterises, TRUE, &spec->name, error) || !xml_name_of(node, "kind", TRUE, &spec->kind, error) ||
        !read_subject(design, node, &of, error))
        return FALSE;
    spec->cell = of.cell;
    spec->array = of.array;
    spec->assembly = of.assembly;
    spec->group = of.group;
    for (guint r = 0; r < spec->cell->circuit->uses->len; r++)
        g_ptr_array_add(spec->uses, use_copy(spec->cell->circuit->uses->pdata[r]));
    for (const xmlNode *one = xml_first(node, NULL); one != NULL; one = xml_next(one, NULL))
        if ((xml_is(one, "set") && !read_setting(spec, one, error)) || (xml_is(one, "use") && !read_use(spec, one, error)))
            return FALSE;
    if (!read_own_axes(reader, xml_first(node, "axes"), spec, error))
        return FALSE;
    if (reader->expander == NULL)
        return xml_fail(node, error, "characterise: no kind of characterisation is known here");
    add_variants(spec, design);
    gboolean ok = TRUE;
    for (gsize v = 0; ok && v < spec->variants->len; v++)
        ok = read_benches(reader, spec, v, error);
    return ok;
}
