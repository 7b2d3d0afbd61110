/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/characterise.c -- the kinds that there are, and what is the same for all of them. */
#include "config.h"

#include "characterise/characterise.h"

#include <math.h>
#include <string.h>

#include "characterise/kinds.h"

static const struct characterisation *const kinds[] = {&characterise_transfer,
                                                       &characterise_retention,
                                                       &characterise_write,
                                                       &characterise_disturb,
                                                       &characterise_noise,
                                                       &characterise_energy,
                                                       &characterise_array,
                                                       &characterise_mismatch,
                                                       &characterise_pulse,
                                                       &characterise_jitter,
                                                       NULL};

const struct characterisation *const *characterisations(void)
{
    return kinds;
}

const struct characterisation *characterisation_find(const char *name)
{
    for (gsize k = 0; kinds[k] != NULL; k++)
        if (strcmp(kinds[k]->name, name) == 0)
            return kinds[k];
    return NULL;
}

/* ---- the subject ---------------------------------------------------------------------------------------------------- */

struct subject characterise_subject(const struct design *design, const struct characterise_spec *spec, gsize variant)
{
    return (struct subject){design, spec, characterisation_find(spec->kind),
                            g_array_index(spec->variants, struct variant, variant).vdd_V};
}

struct sheet *characterise_sheet(const struct characterise_spec *spec)
{
    const struct characterisation *kind = characterisation_find(spec->kind);
    const char *of = spec->bench != NULL ? spec->bench->name : spec->array != NULL ? spec->array->name : spec->cell->name;
    g_autofree char *title = g_strdup_printf("%s of %s", kind->title, of);
    return sheet_new(spec->name, title, kind->entries, kind->curves);
}

static const struct setting *find_setting(const struct characterise_spec *spec, const char *name)
{
    for (guint s = 0; s < spec->settings->len; s++)
        if (strcmp(((const struct setting *)spec->settings->pdata[s])->name, name) == 0)
            return spec->settings->pdata[s];
    return NULL;
}

static const struct characterise_parameter *find_parameter(const struct characterisation *kind, const char *name)
{
    for (const struct characterise_parameter *p = kind->parameters; p->name != NULL; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

double subject_parameter(const struct subject *of, const char *name)
{
    const struct characterise_parameter *parameter = find_parameter(of->kind, name);
    const struct setting *setting = find_setting(of->spec, name);
    g_assert(parameter != NULL);
    return setting != NULL ? setting->value : parameter->value;
}

gboolean subject_has(const struct subject *of, enum use_kind use)
{
    return use_find(of->spec->uses, use) != NULL;
}

double subject_level_V(const struct subject *of, enum use_kind kind, enum level level)
{
    const struct use *use = use_find(of->spec->uses, kind);
    g_assert(use != NULL);
    return use_level_V(use, level, of->vdd_V);
}

const char *subject_port(const struct subject *of, enum use_kind kind)
{
    const struct use *use = use_find(of->spec->uses, kind);
    g_assert(use != NULL);
    const struct port_pair *pair = use->is_pair ? template_pair(of->spec->cell->circuit, use->of) : NULL;
    return pair != NULL ? pair->plus : use->of;
}

/* ---- what the spec says --------------------------------------------------------------------------------------------- */

static char *names_of_kinds(void)
{
    GString *names = g_string_new(NULL);
    for (gsize k = 0; kinds[k] != NULL; k++)
        g_string_append_printf(names, "%s%s", k > 0 ? ", " : "", kinds[k]->name);
    return g_string_free(names, FALSE);
}

static char *names_of_parameters(const struct characterisation *kind)
{
    GString *names = g_string_new(NULL);
    for (const struct characterise_parameter *p = kind->parameters; p->name != NULL; p++)
        g_string_append_printf(names, "%s%s", p == kind->parameters ? "" : ", ", p->name);
    return g_string_free(names, FALSE);
}

static gboolean check_setting(const struct characterisation *kind, const struct setting *setting, GError **error)
{
    const struct characterise_parameter *p = find_parameter(kind, setting->name);
    if (p == NULL) {
        g_autofree char *names = names_of_parameters(kind);
        error_set_at(error, GAINSPICE_ERROR_INPUT, setting->origin,
                     "name of set: \"%s\" is not a parameter of %s, expected one of: %s", setting->name, kind->name, names);
        return FALSE;
    }
    if (setting->dimension != p->dimension) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, setting->origin, "value of set: %s is a %s, expected a %s", setting->name,
                     dimension_name(setting->dimension), dimension_name(p->dimension));
        return FALSE;
    }
    if (p->whole && setting->value != floor(setting->value)) {
        char number[NUMBER_SIZE];
        error_set_at(error, GAINSPICE_ERROR_INPUT, setting->origin, "value of set: %s: %s is a count, expected a whole number",
                     number_print(number, setting->value), p->name);
        return FALSE;
    }
    if (setting->value >= p->min && setting->value <= p->max)
        return TRUE;
    const char *unit = dimension_unit(p->dimension);
    g_autofree char *seen = quantity_print(setting->value, unit, 6), *low = quantity_print(p->min, unit, 6),
                    *high = quantity_print(p->max, unit, 6);
    error_set_at(error, GAINSPICE_ERROR_INPUT, setting->origin, "value of set: %s is out of range, %s takes %s to %s", seen,
                 p->name, low, high);
    return FALSE;
}

static gboolean check_uses(const struct characterise_spec *spec, const struct characterisation *kind, GError **error)
{
    for (int u = 0; u < USE_COUNT; u++)
        if ((kind->uses >> u & 1) != 0 && use_find(spec->uses, (enum use_kind)u) == NULL) {
            error_set_at(
                error, GAINSPICE_ERROR_INPUT, spec->origin,
                "characterise %s: %s does not say which port is its %s, expected \"*: use %s …\" in its header or a <use> here",
                spec->name, spec->cell->circuit->name, use_kind_name((enum use_kind)u), use_kind_name((enum use_kind)u));
            return FALSE;
        }
    return TRUE;
}

static gboolean check_spec(const struct characterise_spec *spec, GError **error)
{
    const struct characterisation *kind = characterisation_find(spec->kind);
    if (kind == NULL) {
        g_autofree char *names = names_of_kinds();
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "kind of characterise: \"%s\" is not one of: %s", spec->kind,
                     names);
        return FALSE;
    }
    enum characterised of = spec->bench != NULL ? OF_BENCH : spec->array != NULL ? OF_ARRAY : OF_CELL;
    if (kind->of != of) {
        static const char *const expected[] = {[OF_CELL] = "a cell, expected attribute \"cell\"",
                                               [OF_ARRAY] = "an array or assembly, expected attribute \"array\" or \"assembly\"",
                                               [OF_BENCH] = "a bench of the design, expected attribute \"bench\""};
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "characterise %s: kind %s is of %s", spec->name, kind->name,
                     expected[kind->of]);
        return FALSE;
    }
    for (guint s = 0; s < spec->settings->len; s++)
        if (!check_setting(kind, spec->settings->pdata[s], error))
            return FALSE;
    return check_uses(spec, kind, error);
}

static char *names_of_entries(const struct characterisation *kind)
{
    GString *names = g_string_new(NULL);
    for (const struct entry_kind *e = kind->entries; e->name != NULL; e++)
        g_string_append_printf(names, "%s%s", e == kind->entries ? "" : ", ", e->name);
    return g_string_free(names, FALSE);
}

gboolean characterise_check_spec(const struct spec *spec, GError **error)
{
    const struct characterisation *kind = spec->sheet != NULL ? characterisation_find(spec->sheet->kind) : NULL;
    const struct entry_kind *entry = kind != NULL ? kind->entries : NULL;
    while (entry != NULL && entry->name != NULL && strcmp(entry->name, spec->measure) != 0)
        entry++;
    if (entry != NULL && entry->name == NULL) {
        g_autofree char *names = names_of_entries(kind);
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin,
                     "measure of spec: \"%s\": data sheet %s has no such entry, expected one of: %s", spec->measure, spec->bench,
                     names);
        return FALSE;
    }
    if (entry == NULL || spec->dimension == DIMENSION_NONE || strcmp(dimension_unit(spec->dimension), entry->unit) == 0)
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "spec: %s.%s is in %s, its limits are in %s", spec->bench,
                 spec->measure, *entry->unit != '\0' ? entry->unit : "no unit", dimension_unit(spec->dimension));
    return FALSE;
}

char *characterise_expand(const struct design *design, const struct characterise_spec *spec, gsize variant, GError **error)
{
    if (!check_spec(spec, error))
        return NULL;
    struct subject of = characterise_subject(design, spec, variant);
    struct bench_writer *writer = bench_writer_new(&of, variant);
    gboolean ok = of.kind->expand(&of, writer, error);
    char *text = bench_writer_free(writer);
    if (!ok)
        g_clear_pointer(&text, g_free);
    return text;
}
