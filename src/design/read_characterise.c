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

#include <math.h>

#define SCHEMA "templates/schema/design.rng"

static void block_free(gpointer data)
{
    struct block_spec *block = data;
    g_free(block->name);
    g_strfreev(block->charges);
    g_free(block);
}

static void time_free(gpointer data)
{
    struct time_spec *time = data;
    g_free(time->name);
    g_free(time->measure);
    g_free(time);
}

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
    g_ptr_array_unref(spec->blocks);
    g_ptr_array_unref(spec->times);
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

/* ---- what is taken of a bench of the design ------------------------------------------------------------------------- */

/* The bench that the attribute names; absent: NULL. */
static gboolean find_bench(const struct design *design, const xmlNode *node, const char *attribute, const struct bench **bench,
                           GError **error)
{
    const char *name = xml_text(node, attribute);
    *bench = design_bench(design, name);
    if (name == NULL || *bench != NULL)
        return TRUE;
    g_autofree char *shown = xml_shown(name), *names = names_of(design->benches);
    return xml_fail(node, error, "%s of characterise: \"%s\" is not a bench of this design, expected one of: %s", attribute,
                    shown, names);
}

/* The bench, and the one beside it, measure `name` over time. */
static gboolean check_measure(const struct characterise_spec *spec, const xmlNode *node, const char *attribute, const char *name,
                              gboolean charge, GError **error)
{
    const struct bench *benches[] = {spec->bench, spec->check};
    for (gsize b = 0; b < G_N_ELEMENTS(benches) && benches[b] != NULL; b++) {
        const struct measure_spec *measure = bench_measure(benches[b], name);
        g_autofree char *shown = xml_shown(name);
        if (measure == NULL || (charge && measure->kind != MEASURE_CHARGE))
            return xml_fail(node, error, "%s of %s: \"%s\" is not a measure%s of bench %s", attribute, xml_name(node), shown,
                            charge ? " of kind charge" : "", benches[b]->name);
    }
    return TRUE;
}

static gboolean check_is_of_bench(const struct characterise_spec *spec, const xmlNode *node, GError **error)
{
    return spec->bench != NULL ||
           xml_fail(node, error, "%s: expected only where attribute \"bench\" names what is looked at", xml_name(node));
}

static gboolean read_block(struct characterise_spec *spec, const xmlNode *node, GError **error)
{
    struct block_spec *block = g_new0(struct block_spec, 1);
    gboolean new_name = find_named(spec->blocks, xml_text(node, "name")) == NULL;
    g_ptr_array_add(spec->blocks, block);
    block->voltage_V = block->macs = block->published_J = NAN;
    block->origin = xml_origin(node);
    if (!check_is_of_bench(spec, node, error) || !xml_name_of(node, "name", TRUE, &block->name, error))
        return FALSE;
    if (!new_name)
        return xml_fail(node, error, "name of block: \"%s\" stands twice, expected another name", block->name);
    block->charges = read_words(node, "charges", error);
    for (char **charge = block->charges; charge != NULL && *charge != NULL; charge++)
        if (!check_measure(spec, node, "charges", *charge, TRUE, error))
            return FALSE;
    return block->charges != NULL && xml_quantity(node, "voltage", DIMENSION_VOLTAGE, &block->voltage_V, error) &&
           read_positive(node, "macs", DIMENSION_NONE, FALSE, &block->macs, error) &&
           read_positive(node, "published", DIMENSION_ENERGY, FALSE, &block->published_J, error);
}

static gboolean read_time(struct characterise_spec *spec, const xmlNode *node, GError **error)
{
    struct time_spec *time = g_new0(struct time_spec, 1);
    gboolean new_name = find_named(spec->times, xml_text(node, "name")) == NULL;
    g_ptr_array_add(spec->times, time);
    time->published_s = NAN;
    time->origin = xml_origin(node);
    if (!check_is_of_bench(spec, node, error) || !xml_name_of(node, "name", TRUE, &time->name, error))
        return FALSE;
    if (!new_name)
        return xml_fail(node, error, "name of time: \"%s\" stands twice, expected another name", time->name);
    time->measure = g_strdup(xml_text(node, "measure"));
    return check_measure(spec, node, "measure", time->measure, FALSE, error) &&
           read_positive(node, "published", DIMENSION_TIME, FALSE, &time->published_s, error);
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
        return xml_fail(node, error, "use: %s declares no %s, expected a port or a pair", circuit->name, use_kind_name(kind)),
               NULL;
    if (port != NULL ? template_port(circuit, port) == NULL : template_pair(circuit, pair) == NULL) {
        g_autofree char *shown = xml_shown(port != NULL ? port : pair),
                        *names = names_of(port != NULL ? circuit->ports : circuit->pairs);
        return xml_fail(node, error, "%s of use: \"%s\" is not a %s of %s, expected one of: %s", port != NULL ? "port" : "pair",
                        shown, port != NULL ? "port" : "pair", circuit->name, names),
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
    if (supply == NULL || spec->bench != NULL)
        add_variant(spec, axes, design->technology->vdd_V);
    for (gsize v = 0; supply != NULL && spec->bench == NULL && v < supply->n; v++)
        add_variant(spec, axes, supply->values[v]);
}

static gboolean read_benches(struct reader *reader, const struct characterise_spec *spec, gsize variant, GError **error)
{
    g_autofree char *benches = reader->expander(reader->design, spec, variant, error);
    if (benches == NULL)
        return FALSE;
    g_autofree char *text =
        g_strdup_printf("<design xmlns=\"urn:gainspice:design:1\" name=\"x\"><technology name=\"x\"/>%s</design>", benches);
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

/* Of what it is: a cell, array or assembly, or a bench and with it what that is of. */
static gboolean read_what(struct reader *reader, const xmlNode *node, struct characterise_spec *spec, GError **error)
{
    struct subject of;
    if (!find_bench(reader->design, node, "bench", &spec->bench, error) ||
        !find_bench(reader->design, node, "check", &spec->check, error))
        return FALSE;
    if (spec->bench != NULL) {
        of = (struct subject){spec->bench->cell, spec->bench->array, spec->bench->assembly, spec->bench->group};
        if (xml_first(node, "axes") != NULL)
            return xml_fail(xml_first(node, "axes"), error, "axes: expected none, those of bench %s are taken",
                            spec->bench->name);
    } else if (!read_subject(reader->design, node, &of, error)) {
        return FALSE;
    }
    spec->cell = of.cell;
    spec->array = of.array;
    spec->assembly = of.assembly;
    spec->group = of.group;
    return TRUE;
}

static gboolean read_parts(struct characterise_spec *spec, const xmlNode *node, GError **error)
{
    for (guint u = 0; u < spec->cell->circuit->uses->len; u++)
        g_ptr_array_add(spec->uses, use_copy(spec->cell->circuit->uses->pdata[u]));
    for (const xmlNode *one = xml_first(node, NULL); one != NULL; one = xml_next(one, NULL))
        if ((xml_is(one, "set") && !read_setting(spec, one, error)) || (xml_is(one, "use") && !read_use(spec, one, error)) ||
            (xml_is(one, "block") && !read_block(spec, one, error)) || (xml_is(one, "time") && !read_time(spec, one, error)))
            return FALSE;
    return TRUE;
}

static struct characterise_spec *new_spec(struct design *design, const xmlNode *node)
{
    struct characterise_spec *spec = g_new0(struct characterise_spec, 1);
    g_ptr_array_add(design->characterises, spec);
    spec->blocks = g_ptr_array_new_with_free_func(block_free);
    spec->times = g_ptr_array_new_with_free_func(time_free);
    spec->settings = g_ptr_array_new_with_free_func((GDestroyNotify)setting_free);
    spec->uses = g_ptr_array_new_with_free_func(use_free);
    spec->variants = g_array_new(FALSE, FALSE, sizeof(struct variant));
    spec->origin = xml_origin(node);
    return spec;
}

gboolean read_characterise(struct reader *reader, const xmlNode *node, GError **error)
{
    struct design *design = reader->design;
    struct characterise_spec *spec = new_spec(design, node);
    if (find_named(design->benches, xml_text(node, "name")) != NULL)
        return xml_fail(node, error, "name of characterise: \"%s\" is a bench's, expected another name", xml_text(node, "name"));
    if (!read_new_name(node, design->characterises, TRUE, &spec->name, error) ||
        !xml_name_of(node, "kind", TRUE, &spec->kind, error) || !read_what(reader, node, spec, error) ||
        !read_parts(spec, node, error) || !read_own_axes(reader, xml_first(node, "axes"), spec, error))
        return FALSE;
    if (reader->expander == NULL)
        return xml_fail(node, error, "characterise: no kind of characterisation is known here");
    add_variants(spec, design);
    gboolean ok = TRUE;
    for (gsize v = 0; ok && v < spec->variants->len; v++)
        ok = read_benches(reader, spec, v, error);
    return ok;
}
