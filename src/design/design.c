/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/design.c -- a design as a whole: the order in which its areas are read, lookups, names, and its end. */
#include "config.h"

#include "design/design.h"

#include <math.h>
#include <string.h>

#include "design/read.h"

#define SCHEMA "templates/schema/design.rng"

/* ---- names and lookups ---------------------------------------------------------------------------------------------- */

const char *measure_kind_name(enum measure_kind kind)
{
    static const char *const names[] = {
#define X(id, name) name,
        MEASURE_KINDS(X)
#undef X
    };
    return names[kind];
}

static const char *const accuracy_names[] = {
#define X(id, name) name,
    ACCURACIES(X)
#undef X
        NULL};

const char *accuracy_name(enum accuracy accuracy)
{
    return accuracy_names[accuracy];
}

gboolean accuracy_from_name(const char *name, enum accuracy *accuracy)
{
    for (int i = 0; accuracy_names[i] != NULL; i++)
        if (strcmp(accuracy_names[i], name) == 0) {
            *accuracy = (enum accuracy)i;
            return TRUE;
        }
    return FALSE;
}

void design_set_accuracy(struct design *design, enum accuracy accuracy)
{
    for (guint i = 0; i < design->benches->len; i++)
        ((struct bench *)design->benches->pdata[i])->accuracy = accuracy;
}

const char *analysis_name(enum analysis_kind kind)
{
    static const char *const names[] = {
#define X(id, name, scale) name,
        ANALYSES(X)
#undef X
    };
    return names[kind];
}

const char *stimulus_name(enum stimulus_kind kind)
{
    static const char *const names[] = {
#define X(id, name) name,
        STIMULI(X)
#undef X
    };
    return names[kind];
}

const struct cell *design_cell(const struct design *design, const char *name)
{
    return find_named(design->cells, name);
}

const struct array *design_array(const struct design *design, const char *name)
{
    return find_named(design->arrays, name);
}

const struct assembly *design_assembly(const struct design *design, const char *name)
{
    return find_named(design->assemblies, name);
}

const struct template_card *design_element(const struct design *design, const struct circuit_template *circuit, const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, ".", -1);
    const struct template_card *found = NULL;
    for (gsize n = 0; names[n] != NULL && circuit != NULL; n++) {
        found = NULL;
        for (guint i = 0; i < circuit->cards->len && found == NULL; i++) {
            const struct template_card *card = circuit->cards->pdata[i];
            found = g_strcmp0(card->element, names[n]) == 0 ? card : NULL;
        }
        if (found == NULL || (names[n + 1] != NULL && found->kind != CARD_INSTANCE))
            return NULL;
        circuit = found->kind == CARD_INSTANCE ? g_hash_table_lookup(design->circuits, found->of) : NULL;
    }
    return found;
}

const struct bench *design_bench(const struct design *design, const char *name)
{
    return find_named(design->benches, name);
}

const struct characterise_spec *design_characterise(const struct design *design, const char *name)
{
    return find_named(design->characterises, name);
}

const struct fit_spec *design_fit(const struct design *design, const char *name)
{
    return find_named(design->fits, name);
}

const struct measure_spec *bench_measure(const struct bench *bench, const char *name)
{
    return find_named(bench->measures, name);
}

const struct sweep *bench_sweep(const struct bench *bench, const char *name)
{
    return find_named(bench->sweeps, name);
}

const struct line_set *array_line(const struct array *array, const char *port)
{
    for (guint i = 0; array != NULL && i < array->lines->len; i++) {
        const struct line_set *line = array->lines->pdata[i];
        const struct port_pair *pair = line->pair;
        if (pair != NULL ? strcmp(pair->plus, port) == 0 || strcmp(pair->minus, port) == 0 : strcmp(line->name, port) == 0)
            return line;
    }
    return NULL;
}

gboolean array_is_inner(const struct array *array, const char *port)
{
    return array != NULL && g_ptr_array_find_with_equal_func(array->inner, port, g_str_equal, NULL);
}

const struct part *array_part(const struct array *array, const char *name)
{
    for (guint i = 0; array != NULL && array->parts != NULL && i < array->parts->len; i++) {
        const struct part *part = array->parts->pdata[i];
        gsize n = strlen(part->name);
        if (strncmp(name, part->name, n) == 0 && name[n] == '.')
            return part;
    }
    return NULL;
}

const char *bench_subject(const struct bench *bench)
{
    return bench->array != NULL ? bench->array->name : bench->cell->name;
}

const char *bench_kind(const struct bench *bench)
{
    return bench->assembly != NULL ? "assembly" : bench->array != NULL ? "array" : "cell";
}

static gboolean is_source_sweep(const struct bench *bench, guint from_last)
{
    if (bench->sweeps->len <= from_last)
        return FALSE;
    const struct sweep *sweep = bench->sweeps->pdata[bench->sweeps->len - 1 - from_last];
    return sweep->target == TARGET_PORT || sweep->target == TARGET_PAIR;
}

/* ngspice steps a .dc loop evenly; an uneven outer sweep becomes separate points. */
static gboolean has_even_steps(const struct sweep *sweep)
{
    double step = sweep->n > 1 ? (sweep->values[sweep->n - 1] - sweep->values[0]) / (double)(sweep->n - 1) : 0;
    for (gsize i = 1; i < sweep->n; i++)
        if (fabs(sweep->values[i] - sweep->values[0] - step * (double)i) > 1e-9 * fabs(step))
            return FALSE;
    return TRUE;
}

gsize bench_inner_sweeps(const struct bench *bench)
{
    if (bench->analysis.kind != ANALYSIS_DC || !is_source_sweep(bench, 0))
        return 0;
    return is_source_sweep(bench, 1) && has_even_steps(bench->sweeps->pdata[bench->sweeps->len - 2]) ? 2 : 1;
}

enum dimension bench_scale_dimension(const struct bench *bench)
{
    static const enum dimension scales[] = {
#define X(id, name, scale) scale,
        ANALYSES(X)
#undef X
    };
    if (bench_inner_sweeps(bench) > 0)
        return ((const struct sweep *)bench->sweeps->pdata[bench->sweeps->len - 1])->dimension;
    return scales[bench->analysis.kind];
}

gboolean sweep_draws(const struct sweep *sweep, const struct stimulus *stimulus)
{
    if (sweep->target != TARGET_DRAW || (stimulus->kind != STIMULUS_PWM && stimulus->kind != STIMULUS_STORE))
        return FALSE;
    g_auto(GStrv) names = g_strsplit(sweep->of, " ", -1);
    return g_strv_contains((const gchar *const *)names, stimulus->of);
}

/* ---- reading -------------------------------------------------------------------------------------------------------- */

static gboolean read_each(struct reader *reader, const xmlNode *root, const char *element,
                          gboolean (*read)(struct reader *, const xmlNode *, GError **), GError **error)
{
    for (const xmlNode *node = xml_first(root, element); node != NULL; node = xml_next(node, element))
        if (!read(reader, node, error))
            return FALSE;
    return TRUE;
}

/* Every area after those that it refers to. */
static gboolean read_areas(struct reader *reader, const xmlNode *root, GError **error)
{
    struct design *design = reader->design;
    if (!xml_name_of(root, "name", TRUE, &design->name, error) || !xml_title(root, "title", &design->title, error))
        return FALSE;
    if (xml_first(root, "bench") == NULL && xml_first(root, "attention") == NULL && xml_first(root, "characterise") == NULL)
        return xml_fail(root, error, "design: expected at least one bench, characterise or attention");
    return read_technology(reader, root, error) && read_each(reader, root, "cell", read_cell, error) &&
           read_each(reader, root, "array", read_array, error) &&
           read_each(reader, root, "assembly", read_assembly, error) &&
           read_axes(reader, xml_first(root, "axes"), NULL, &design->axes, error) &&
           read_each(reader, root, "bench", read_bench, error) &&
           read_each(reader, root, "characterise", read_characterise, error) &&
           read_each(reader, root, "spec", read_spec, error) && read_each(reader, root, "tolerance", read_tolerance, error) &&
           read_each(reader, root, "fit", read_fit, error) && read_each(reader, root, "attention", read_attention, error);
}

static struct design *new_design(const char *path)
{
    struct design *design = g_new0(struct design, 1);
    design->file = g_strdup(path);
    design->folder = g_path_get_dirname(path);
    design->knobs = g_ptr_array_new_with_free_func((GDestroyNotify)setting_free);
    design->circuits = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)circuit_template_free);
    design->cells = g_ptr_array_new_with_free_func((GDestroyNotify)cell_free);
    design->arrays = g_ptr_array_new_with_free_func((GDestroyNotify)array_free);
    design->assemblies = g_ptr_array_new_with_free_func((GDestroyNotify)assembly_free);
    design->benches = g_ptr_array_new_with_free_func((GDestroyNotify)bench_free);
    design->tolerances = g_ptr_array_new_with_free_func((GDestroyNotify)tolerance_free);
    design->characterises = g_ptr_array_new_with_free_func((GDestroyNotify)characterise_spec_free);
    design->specs = g_ptr_array_new_with_free_func((GDestroyNotify)spec_free);
    design->fits = g_ptr_array_new_with_free_func((GDestroyNotify)fit_spec_free);
    design->attentions = g_ptr_array_new_with_free_func((GDestroyNotify)attention_spec_free);
    axes_init(&design->axes);
    return design;
}

struct design *design_read(const char *path, GError **error)
{
    return design_read_with(path, NULL, error);
}

struct design *design_read_with(const char *path, design_expander expander, GError **error)
{
    return design_read_on(path, expander, NULL, error);
}

struct design *design_read_on(const char *path, design_expander expander, const char *technology, GError **error)
{
    struct xml *xml = xml_open(path, SCHEMA, origin_at(NULL, 0), error);
    if (xml == NULL)
        return NULL;
    struct design *design = new_design(path);
    design->origin = xml_origin(xml_root(xml));
    design->digest = xml_digest(xml);
    g_autoptr(GPtrArray) reading = g_ptr_array_new();
    struct reader reader = {.design = design, .reading = reading, .expander = expander, .technology = technology};
    if (!read_areas(&reader, xml_root(xml), error)) {
        design_free(design);
        design = NULL;
    }
    xml_close(xml);
    return design;
}

void design_free(struct design *design)
{
    if (design == NULL)
        return;
    g_ptr_array_unref(design->benches);
    g_ptr_array_unref(design->characterises);
    g_ptr_array_unref(design->attentions);
    g_ptr_array_unref(design->fits);
    g_ptr_array_unref(design->tolerances);
    g_ptr_array_unref(design->specs);
    g_ptr_array_unref(design->assemblies);
    g_ptr_array_unref(design->arrays);
    g_ptr_array_unref(design->cells);
    g_ptr_array_unref(design->knobs);
    g_hash_table_unref(design->circuits);
    axes_clear(&design->axes);
    technology_free(design->technology);
    g_free(design->name);
    g_free(design->title);
    g_free(design->file);
    g_free(design->folder);
    g_free(design->digest);
    g_free(design);
}
