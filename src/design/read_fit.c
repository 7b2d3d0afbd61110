/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_fit.c -- limits and fits: both speak of BENCH.MEASURE. Which inputs and orders a model family takes is known to
 * the families (fit_check), not here. */
#include "config.h"

#include "design/read.h"

#include <math.h>
#include <string.h>

#include "base/files.h"

void spec_free(struct spec *spec)
{
    g_free(spec->bench);
    g_free(spec->measure);
    g_free(spec->at);
    g_free(spec);
}

static void fit_input_free(struct fit_input *input)
{
    g_free(input->name);
    g_free(input->of);
    g_free(input);
}

void fit_spec_free(struct fit_spec *fit)
{
    g_free(fit->name);
    g_free(fit->bench);
    g_free(fit->measure);
    g_free(fit->family);
    g_free(fit->corner);
    g_free(fit->reference);
    g_free(fit->reference_title);
    g_ptr_array_unref(fit->inputs);
    g_free(fit);
}

/* measure="bench.measure": both must exist. `*bench` and `*measure` are newly allocated. */
static const struct bench *read_measure_name(const struct design *design, const xmlNode *node, char **bench, char **measure,
                                             GError **error)
{
    const char *text = xml_text(node, "measure"), *dot = strrchr(text, '.');
    g_autofree char *shown = xml_shown(text);
    if (dot == NULL || dot == text || dot[1] == '\0') {
        xml_fail(node, error, "measure of %s: \"%s\": expected BENCH.MEASURE", xml_name(node), shown);
        return NULL;
    }
    g_autofree char *name = g_strndup(text, (gsize)(dot - text));
    const struct bench *found = design_bench(design, name);
    if (found == NULL) {
        g_autofree char *names = names_of(design->benches);
        xml_fail(node, error, "measure of %s: \"%s\": there is no such bench, expected one of: %s", xml_name(node), shown, names);
        return NULL;
    }
    if (bench_measure(found, dot + 1) == NULL) {
        g_autofree char *names = names_of(found->measures);
        xml_fail(node, error, "measure of %s: \"%s\": bench %s has no such measure, expected one of: %s", xml_name(node), shown,
                 found->name, names);
        return NULL;
    }
    *bench = g_strdup(found->name);
    *measure = g_strdup(dot + 1);
    return found;
}

/* ---- spec ----------------------------------------------------------------------------------------------------------- */

static gboolean read_limits(const xmlNode *node, struct spec *spec, GError **error)
{
    static const char *const names[] = {"min", "typical", "max"};
    double *const values[] = {&spec->min, &spec->typical, &spec->max};
    const char *first = NULL;
    double above = -INFINITY;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *text = xml_text(node, names[i]);
        enum dimension dimension = DIMENSION_NONE;
        if (text == NULL)
            continue;
        if (first == NULL ? !xml_quantity_any(node, names[i], values[i], &dimension, error)
                          : !xml_quantity(node, names[i], spec->dimension, values[i], error))
            return FALSE;
        if (first == NULL)
            spec->dimension = dimension;
        if (*values[i] < above)
            return xml_fail(node, error, "%s of spec: \"%s\" is below %s \"%s\"", names[i], text, first, xml_text(node, first));
        first = names[i];
        above = *values[i];
    }
    return first != NULL || xml_fail(node, error, "spec: expected at least one of min, typical and max");
}

/* measure="sheet.entry" of a data sheet; which entries there are its kind knows, not the design. */
static gboolean find_entry(const struct design *design, const xmlNode *node, struct spec *spec)
{
    const char *text = xml_text(node, "measure"), *dot = strrchr(text, '.');
    g_autofree char *name = dot != NULL ? g_strndup(text, (gsize)(dot - text)) : NULL;
    spec->sheet = design_characterise(design, name);
    if (spec->sheet == NULL)
        return FALSE;
    spec->bench = g_steal_pointer(&name);
    spec->measure = g_strdup(dot + 1);
    return TRUE;
}

gboolean read_spec(struct reader *reader, const xmlNode *node, GError **error)
{
    struct spec *spec = g_new0(struct spec, 1);
    g_ptr_array_add(reader->design->specs, spec);
    spec->origin = xml_origin(node);
    spec->min = spec->typical = spec->max = NAN;
    return (find_entry(reader->design, node, spec) ||
            read_measure_name(reader->design, node, &spec->bench, &spec->measure, error) != NULL) &&
           (xml_text(node, "at") == NULL || spec->sheet != NULL || xml_fail(node, error, "at of spec: expected only for an entry of a data sheet")) &&
           xml_title(node, "at", &spec->at, error) && read_limits(node, spec, error);
}

/* ---- fit ------------------------------------------------------------------------------------------------------------ */

static gboolean read_input(struct fit_spec *fit, const struct bench *bench, const xmlNode *node, GError **error)
{
    struct fit_input *input = g_new0(struct fit_input, 1);
    g_ptr_array_add(fit->inputs, input);
    input->origin = xml_origin(node);
    if (!read_new_name(node, fit->inputs, FALSE, &input->name, error))
        return FALSE;
    const struct sweep *sweep = bench_sweep(bench, input->name);
    if (sweep == NULL) {
        g_autofree char *names = names_of(bench->sweeps);
        return xml_fail(node, error, "name of input: \"%s\" is not a sweep of bench %s, expected one of: %s", input->name,
                        bench->name, names);
    }
    if (!xml_name_of(node, "of", FALSE, &input->of, error))
        return FALSE;
    const char *monotone = xml_text(node, "monotone"); /* the schema has seen to the two words */
    if (monotone != NULL)
        input->monotone = strcmp(monotone, "rising") == 0 ? 1 : -1;
    return xml_quantity(node, "offset", sweep->dimension, &input->offset, error);
}

/* family="polynomial ekv": names, each once. */
static gboolean read_families(const xmlNode *node, struct fit_spec *fit, GError **error)
{
    const char *text = xml_text(node, "family");
    g_autofree char *shown = xml_shown(text);
    g_auto(GStrv) words = g_strsplit_set(text, " \t\r\n", -1);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        if (!name_valid(*word, TRUE))
            return xml_fail(node, error, "family of fit: \"%s\": expected names of a-z, 0-9, - and _ that start with a letter", shown);
        if (g_ptr_array_find_with_equal_func(names, *word, g_str_equal, NULL))
            return xml_fail(node, error, "family of fit: \"%s\": %s is there twice", shown, *word);
        g_ptr_array_add(names, *word);
    }
    if (names->len == 0)
        return xml_fail(node, error, "family of fit: \"%s\": expected one name or more", shown);
    g_ptr_array_add(names, NULL);
    fit->family = g_strjoinv(" ", (char **)names->pdata);
    return TRUE;
}

/* The condition that is fitted must be one that the bench runs under. */
static gboolean read_condition(const xmlNode *node, const struct bench *bench, struct fit_spec *fit, GError **error)
{
    const struct axes *axes = bench->axes;
    const char *corner = xml_text(node, "corner");
    if (corner != NULL && !g_ptr_array_find_with_equal_func(axes->corners, corner, g_str_equal, NULL)) {
        g_autofree char *shown = xml_shown(corner);
        return xml_fail(node, error, "corner of fit: \"%s\" is not a corner under which bench %s runs", shown, bench->name);
    }
    fit->corner = g_strdup(corner);
    if (!xml_quantity(node, "temperature", DIMENSION_TEMPERATURE, &fit->temperature_C, error))
        return FALSE;
    for (guint i = 0; i < axes->temperatures_C->len; i++)
        if (isnan(fit->temperature_C) || fit->temperature_C == g_array_index(axes->temperatures_C, double, i))
            return TRUE;
    return xml_fail(node, error, "temperature of fit: \"%s\" is not a temperature at which bench %s runs",
                    xml_text(node, "temperature"), bench->name);
}

static gboolean read_hold_out(const xmlNode *node, struct fit_spec *fit, GError **error)
{
    if (!xml_quantity(node, "hold-out", DIMENSION_NONE, &fit->hold_out, error))
        return FALSE;
    return (fit->hold_out > 0 && fit->hold_out < 1) ||
           xml_fail(node, error, "hold-out of fit: \"%s\": expected more than 0 and less than 1, such as 20%%",
                    xml_text(node, "hold-out"));
}

static gboolean read_reference(const struct reader *reader, const xmlNode *node, struct fit_spec *fit, GError **error)
{
    return node == NULL || (read_file_name(reader, node, "file", TRUE, &fit->reference, error) &&
                            xml_title(node, "title", &fit->reference_title, error));
}

static gboolean read_fit_contents(const struct reader *reader, const xmlNode *node, struct fit_spec *fit,
                                  const struct bench *bench, GError **error)
{
    if (!read_families(node, fit, error) || !xml_int(node, "max-order", 1, 20, &fit->max_order, error) ||
        !xml_int(node, "folds", 2, 100, &fit->folds, error) || !xml_uint64(node, "seed", &fit->seed, error) ||
        !read_hold_out(node, fit, error) || !read_condition(node, bench, fit, error))
        return FALSE;
    for (const xmlNode *input = xml_first(node, "input"); input != NULL; input = xml_next(input, "input"))
        if (!read_input(fit, bench, input, error))
            return FALSE;
    return read_reference(reader, xml_first(node, "reference"), fit, error);
}

gboolean read_fit(struct reader *reader, const xmlNode *node, GError **error)
{
    struct design *design = reader->design;
    struct fit_spec *fit = g_new0(struct fit_spec, 1);
    g_ptr_array_add(design->fits, fit);
    fit->inputs = g_ptr_array_new_with_free_func((GDestroyNotify)fit_input_free);
    fit->origin = xml_origin(node);
    fit->max_order = 9;
    fit->folds = 5;
    fit->seed = 1;
    fit->hold_out = 0.2;
    fit->temperature_C = NAN;
    if (!read_new_name(node, design->fits, TRUE, &fit->name, error))
        return FALSE;
    const struct bench *bench = read_measure_name(design, node, &fit->bench, &fit->measure, error);
    if (bench == NULL)
        return FALSE;
    if (bench_measure(bench, fit->measure)->axis != NULL)
        return xml_fail(node, error, "measure of fit: \"%s\" is one value a line, expected a measure of one value a point",
                        xml_text(node, "measure"));
    return read_fit_contents(reader, node, fit, bench, error);
}
