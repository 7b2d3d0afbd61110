/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything a technology names is resolved, read and checked here, so that a deck can be written from struct technology
 * without opening a file, and so that the digest covers whatever a result may depend on. */
#include "config.h"

#include "design/technology.h"

#include <string.h>

#include "base/files.h"
#include "design/spice.h"
#include "design/xml.h"

#define SCHEMA "templates/schema/technology.rng"
#define MODELS_LIMIT ((gsize)8 << 20)    /* bytes of one file of .model cards */
#define LIBRARY_LIMIT ((gsize)256 << 20) /* bytes of one file of a PDK; sky130 has 45 MB */

struct reader {
    struct technology *technology;
    gboolean beside_design; /* it may come from anywhere */
    GString *digests;       /* one line a file, digested at the end */
    GHashTable *digested;   /* paths of what libraries open, each once */
};

static void role_free(gpointer data)
{
    struct device_role *role = data;
    g_free(role->name);
    g_free(role->model);
    g_free(role->model_file);
    g_free(role);
}

static void knob_free(gpointer data)
{
    struct knob *knob = data;
    g_free(knob->name);
    g_free(knob->title);
    g_free(knob->path);
    g_free(knob);
}

static void setting_free(gpointer data)
{
    struct knob_setting *setting = data;
    g_free(setting->name);
    g_free(setting);
}

static void corner_free(gpointer data)
{
    struct corner *corner = data;
    g_free(corner->name);
    g_free(corner->kit);
    g_ptr_array_unref(corner->settings);
    g_free(corner);
}

static void library_free(gpointer data)
{
    struct library *library = data;
    g_free(library->path);
    g_free(library->section);
    g_free(library);
}

static void model_free(gpointer data)
{
    struct model_card *model = data;
    g_free(model->name);
    g_free(model->text);
    g_free(model);
}

static void device_free(gpointer data)
{
    circuit_template_free(data);
}

static struct technology *technology_new(void)
{
    struct technology *t = g_new0(struct technology, 1);
    t->roles = g_ptr_array_new_with_free_func(role_free);
    t->knobs = g_ptr_array_new_with_free_func(knob_free);
    t->corners = g_ptr_array_new_with_free_func(corner_free);
    t->libraries = g_ptr_array_new_with_free_func(library_free);
    t->parameters = g_ptr_array_new_with_free_func(setting_free);
    t->options = g_ptr_array_new_with_free_func(setting_free);
    t->models = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, model_free);
    t->devices = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, device_free);
    return t;
}

void technology_free(struct technology *technology)
{
    if (technology == NULL)
        return;
    g_free(technology->name);
    g_free(technology->title);
    g_free(technology->folder);
    g_ptr_array_unref(technology->roles);
    g_ptr_array_unref(technology->knobs);
    g_ptr_array_unref(technology->corners);
    g_ptr_array_unref(technology->libraries);
    g_ptr_array_unref(technology->parameters);
    g_ptr_array_unref(technology->options);
    g_hash_table_unref(technology->models);
    g_hash_table_unref(technology->devices);
    g_free(technology->digest);
    g_free(technology);
}

const struct device_role *technology_role(const struct technology *technology, const char *name)
{
    for (guint i = 0; i < technology->roles->len; i++) {
        const struct device_role *role = technology->roles->pdata[i];
        if (strcmp(role->name, name) == 0)
            return role;
    }
    return NULL;
}

const struct corner *technology_corner(const struct technology *technology, const char *name)
{
    for (guint i = 0; i < technology->corners->len; i++) {
        const struct corner *corner = technology->corners->pdata[i];
        if (strcmp(corner->name, name) == 0)
            return corner;
    }
    return NULL;
}

const struct knob *technology_knob(const struct technology *technology, const char *name)
{
    for (guint i = 0; i < technology->knobs->len; i++) {
        const struct knob *knob = technology->knobs->pdata[i];
        if (strcmp(knob->name, name) == 0)
            return knob;
    }
    return NULL;
}

char *technology_at_corner(const char *text, const struct corner *corner)
{
    g_auto(GStrv) parts = g_strsplit(text, "{corner}", -1);
    return g_strjoinv(corner->kit, parts);
}

/* --- numbers and names ------------------------------------------------------------------------------------------------- */

static const struct knob_setting *setting_of(const GPtrArray *settings, const char *name)
{
    for (guint i = 0; i < settings->len; i++) {
        const struct knob_setting *setting = settings->pdata[i];
        if (strcmp(setting->name, name) == 0)
            return setting;
    }
    return NULL;
}

/* A word that a deck's .param or .option may set. */
static gboolean read_new_name(const struct technology *t, const xmlNode *node, char **name, GError **error)
{
    if (!xml_name_of(node, "name", FALSE, name, error))
        return FALSE;
    if (!spice_name_free(*name))
        return xml_fail(node, error, "%s \"%s\": SPICE uses the name itself", xml_name(node), *name);
    if (technology_knob(t, *name) != NULL || setting_of(t->parameters, *name) != NULL)
        return xml_fail(node, error, "%s \"%s\": the name is used twice", xml_name(node), *name);
    return TRUE;
}

static gboolean read_settings(struct technology *t, const xmlNode *root, const char *element, GPtrArray *into, GError **error)
{
    for (const xmlNode *node = xml_first(root, element); node != NULL; node = xml_next(node, element)) {
        struct knob_setting *setting = g_new0(struct knob_setting, 1);
        g_ptr_array_add(into, setting);
        setting->name = g_strdup("");
        char *name = NULL;
        gboolean ok = read_new_name(t, node, &name, error) && xml_quantity(node, "value", DIMENSION_NONE, &setting->value, error);
        if (ok && setting_of(into, name) != NULL)
            ok = xml_fail(node, error, "%s \"%s\": the name is used twice", element, name);
        g_free(setting->name);
        setting->name = name;
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

static gboolean in_range(const xmlNode *node, const struct knob *knob, double value, GError **error)
{
    if (knob->min <= value && value <= knob->max)
        return TRUE;
    char v[NUMBER_SIZE], min[NUMBER_SIZE], max[NUMBER_SIZE];
    return xml_fail(node, error, "knob \"%s\": %s, expected a value in [%s, %s]", knob->name, number_print(v, value),
                    number_print(min, knob->min), number_print(max, knob->max));
}

static gboolean read_knob(struct technology *t, const xmlNode *node, GError **error)
{
    struct knob *knob = g_new0(struct knob, 1);
    knob->origin = xml_origin(node);
    if (!read_new_name(t, node, &knob->name, error) || !xml_title(node, "title", &knob->title, error) ||
        !xml_title(node, "path", &knob->path, error) || !xml_quantity(node, "value", DIMENSION_NONE, &knob->value, error) ||
        !xml_quantity(node, "min", DIMENSION_NONE, &knob->min, error) ||
        !xml_quantity(node, "max", DIMENSION_NONE, &knob->max, error) || !in_range(node, knob, knob->value, error)) {
        knob_free(knob);
        return FALSE;
    }
    g_ptr_array_add(t->knobs, knob);
    return TRUE;
}

static gboolean read_set(const struct technology *t, struct corner *corner, const xmlNode *node, GError **error)
{
    const char *name = xml_text(node, "name");
    const struct knob *knob = technology_knob(t, name);
    double value = 0;
    if (knob == NULL || setting_of(corner->settings, name) != NULL) {
        g_autofree char *shown = xml_shown(name);
        return xml_fail(node, error, "corner \"%s\" sets \"%s\", expected %s", corner->name, shown,
                        knob == NULL ? "the name of a knob" : "each knob once");
    }
    if (!xml_quantity(node, "value", DIMENSION_NONE, &value, error) || !in_range(node, knob, value, error))
        return FALSE;
    struct knob_setting *setting = g_new0(struct knob_setting, 1);
    setting->name = g_strdup(name);
    setting->value = value;
    g_ptr_array_add(corner->settings, setting);
    return TRUE;
}

static gboolean read_corner(struct technology *t, const xmlNode *node, GError **error)
{
    struct corner *corner = g_new0(struct corner, 1);
    corner->origin = xml_origin(node);
    corner->settings = g_ptr_array_new_with_free_func(setting_free);
    gboolean ok = xml_name_of(node, "name", FALSE, &corner->name, error);
    if (ok && technology_corner(t, corner->name) != NULL)
        ok = xml_fail(node, error, "corner \"%s\": the name is used twice", corner->name);
    if (ok && xml_text(node, "kit") != NULL)
        ok = xml_name_of(node, "kit", FALSE, &corner->kit, error);
    else if (ok)
        corner->kit = g_strdup(corner->name);
    for (const xmlNode *set = xml_first(node, "set"); ok && set != NULL; set = xml_next(set, "set"))
        ok = read_set(t, corner, set, error);
    if (ok)
        g_ptr_array_add(t->corners, corner);
    else
        corner_free(corner);
    return ok;
}

/* --- libraries --------------------------------------------------------------------------------------------------------- */

/* A value on a .model card: a number, an expression in braces, or digits and dots (version=4.8.2). */
static gboolean model_value(const char *value)
{
    gsize n = strlen(value);
    if (value[0] == '{')
        return strchr(value, '}') == value + n - 1;
    return spice_number(value) || value[strspn(value, "0123456789.")] == '\0';
}

static gboolean check_model_names(const struct technology *t, const struct spice_line *line, GError **error)
{
    g_auto(GStrv) names = spice_names(line, error);
    for (char **name = names; name != NULL && *name != NULL; name++)
        if (technology_knob(t, *name) == NULL && setting_of(t->parameters, *name) == NULL) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, line->origin, "\"%s\": expected a knob that the technology declares",
                         *name);
            return FALSE;
        }
    return names != NULL;
}

static gboolean take_model(struct technology *t, const struct spice_line *line, GError **error)
{
    g_auto(GStrv) words = g_strsplit(line->text, " ", -1);
    if (strcmp(words[0], ".model") != 0) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, line->origin, "\"%s\": expected .model cards only%s", words[0],
                     strcmp(words[0], ".param") == 0 ? "; knobs are declared in technology.xml" : "");
        return FALSE;
    }
    if (words[1] == NULL || words[2] == NULL || !name_valid(words[1], FALSE) || !name_valid(words[2], FALSE)) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, line->origin, ".model: expected a name, a type and parameters");
        return FALSE;
    }
    if (g_hash_table_contains(t->models, words[1])) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, line->origin, ".model \"%s\": the name is used twice", words[1]);
        return FALSE;
    }
    for (char **word = words + 3; *word != NULL; word++) {
        const char *value = NULL;
        g_autofree char *key = spice_key(*word, &value);
        if (key == NULL || !name_valid(key, FALSE) || !model_value(value)) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, line->origin,
                         ".model \"%s\": \"%s\", expected name=number or name={expression}", words[1], *word);
            return FALSE;
        }
    }
    if (!check_model_names(t, line, error))
        return FALSE;
    struct model_card *model = g_new0(struct model_card, 1);
    model->name = g_strdup(words[1]);
    model->text = g_strdup(line->text);
    model->origin = line->origin;
    g_hash_table_insert(t->models, model->name, model);
    return TRUE;
}

static gboolean read_models(struct technology *t, const char *path, const char *text, gsize length, GError **error)
{
    g_autoptr(GPtrArray) lines = spice_lines(text, length, path, error);
    for (guint i = 0; lines != NULL && i < lines->len; i++) {
        const struct spice_line *line = lines->pdata[i];
        if (line->text[0] != '*' && !take_model(t, line, error))
            return FALSE;
    }
    return lines != NULL;
}

/* A library that comes with a design is SPICE text that nobody has looked at: no commands (.control, and "*#", which ngspice
 * runs although it looks like a comment), and nothing that opens a further file. */
static gboolean check_tame(const char *path, const char *text, GError **error)
{
    static const char *const wild[] = {".control", ".include", ".inc", ".lib", ".spiceinit", "*#"};
    g_auto(GStrv) raw = g_strsplit_set(text, "\n\r", -1);
    for (int i = 0; raw[i] != NULL; i++) {
        g_autofree char *line = g_ascii_strdown(g_strchug(raw[i]), -1);
        for (gsize k = 0; k < G_N_ELEMENTS(wild); k++) {
            g_auto(GStrv) words = g_strsplit_set(line, " \t", -1);
            /* ".lib NAME" opens a section, ".lib FILE NAME" a file */
            gboolean section = strcmp(wild[k], ".lib") == 0 && g_strv_length(words) == 2;
            if (!section && g_str_has_prefix(line, wild[k])) {
                error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(path, i + 1),
                             "\"%s\": not allowed in a library that comes with a design", wild[k]);
                return FALSE;
            }
        }
    }
    return TRUE;
}

/* The folder below which the files of `node` lie. NULL sets `error`. */
static const char *root_of(const struct reader *reader, const xmlNode *node, GError **error)
{
    if (xml_text(node, "root") == NULL)
        return reader->technology->folder;
    const char *pdk = g_getenv("GAINSPICE_PDK_ROOT");
    if (pdk != NULL && *pdk != '\0')
        return pdk;
    xml_fail(node, error, "%s: lies in the PDK; expected its folder in the environment variable GAINSPICE_PDK_ROOT",
             xml_name(node));
    return NULL;
}

/* What may stand between double quotes on a card. */
static gboolean path_fits(const char *path)
{
    for (const char *c = path; *c != '\0'; c++)
        if (g_ascii_iscntrl(*c) || strchr("\"'`$;\\{}", *c) != NULL)
            return FALSE;
    return TRUE;
}

/* The file that a line of a library opens, .include FILE or .lib FILE SECTION; NULL for any other line. Newly allocated. */
static char *opened_by(const char *line, gsize length)
{
    g_autofree char *copy = g_strndup(line, length);
    g_auto(GStrv) words = g_strsplit_set(g_strstrip(copy), " \t'\"", -1);
    GPtrArray *filled = g_ptr_array_new();
    for (char **word = words; *word != NULL; word++)
        if (**word != '\0')
            g_ptr_array_add(filled, *word);
    char *file = NULL;
    const char *first = filled->len > 1 ? filled->pdata[0] : "";
    if (g_ascii_strcasecmp(first, ".include") == 0 || g_ascii_strcasecmp(first, ".inc") == 0 ||
        (g_ascii_strcasecmp(first, ".lib") == 0 && filled->len > 2))
        file = g_strdup(filled->pdata[1]);
    g_ptr_array_unref(filled);
    return file;
}

/* What a PDK's library opens in turn belongs to the digest too. A file that is not there may stand in a section that nobody
 * uses: that is for ngspice to say. */
static gboolean digest_opened(struct reader *reader, const char *path, const char *text, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    for (const char *line = text, *next; *line != '\0'; line = next) {
        const char *end = strchr(line, '\n'), *dot = line + strspn(line, " \t");
        next = end != NULL ? end + 1 : line + strlen(line);
        g_autofree char *file = *dot == '.' ? opened_by(dot, (gsize)(next - dot)) : NULL;
        g_autofree char *opened = file != NULL ? path_from(folder, file) : NULL;
        if (opened == NULL || !g_hash_table_add(reader->digested, g_strdup(opened)) ||
            !g_file_test(opened, G_FILE_TEST_IS_REGULAR))
            continue;
        gsize length;
        g_autofree char *inner = file_read(opened, LIBRARY_LIMIT, &length, origin_at(path, 0), error);
        if (inner == NULL)
            return FALSE;
        g_autofree char *digest = digest_bytes(inner, length);
        g_string_append_printf(reader->digests, "%s %s\n", file, digest);
        if (!digest_opened(reader, opened, inner, error))
            return FALSE;
    }
    return TRUE;
}

/* One file, at one corner: it lies where it may, is read for the digest, and its models are taken. */
static gboolean read_file(struct reader *reader, const xmlNode *node, const struct library *library, const char *root,
                          const char *file, GError **error)
{
    g_autofree char *path = path_from(root, file), *absolute = g_canonicalize_filename(path, NULL), *shown = xml_shown(file);
    if (g_path_is_absolute(file) || !path_fits(path) || (library->kind != LIBRARY_MODELS && !path_fits(absolute)))
        return xml_fail(node, error, "file \"%s\": expected a path below \"%s\" without quotes, $, ;, \\ and braces", shown,
                        root);
    gsize length;
    gboolean models = library->kind == LIBRARY_MODELS;
    g_autofree char *text = file_read(path, models ? MODELS_LIMIT : LIBRARY_LIMIT, &length, xml_origin(node), error);
    if (text == NULL)
        return FALSE;
    if (!path_stays_inside(root, file))
        return xml_fail(node, error, "file \"%s\": lies outside of \"%s\"", shown, root);
    g_autofree char *digest = digest_bytes(text, length);
    g_string_append_printf(reader->digests, "%s %s\n", file, digest);
    if (models)
        return read_models(reader->technology, path, text, length, error);
    if (reader->beside_design && xml_text(node, "root") == NULL)
        return check_tame(path, text, error);
    return library->kind == LIBRARY_OSDI || digest_opened(reader, path, text, error);
}

static gboolean read_library(struct reader *reader, const xmlNode *node, enum library_kind kind, GError **error)
{
    const struct technology *t = reader->technology;
    const char *root = root_of(reader, node, error), *file = xml_text(node, "file"), *section = xml_text(node, "section");
    if (root == NULL)
        return FALSE;
    if (kind == LIBRARY_OSDI && reader->beside_design && xml_text(node, "root") == NULL)
        return xml_fail(node, error, "osdi: machine code beside a design is not loaded, expected root=\"pdk\"");
    struct library *library = g_new0(struct library, 1);
    library->kind = kind;
    g_autofree char *path = path_from(root, file);
    library->path = g_canonicalize_filename(path, NULL);
    library->section = g_strdup(section);
    library->origin = xml_origin(node);
    g_ptr_array_add(t->libraries, library);
    gboolean by_corner = strstr(file, "{corner}") != NULL;
    for (guint i = 0; i < (by_corner ? t->corners->len : 1); i++) {
        const struct corner *corner = t->corners->pdata[i];
        g_autofree char *name = technology_at_corner(file, corner);
        g_autofree char *word = section != NULL ? technology_at_corner(section, corner) : g_strdup("none");
        if (!name_valid(word, FALSE))
            return xml_fail(node, error, "lib: section \"%s\", expected lower-case letters, digits, _ and {corner}", section);
        if (!read_file(reader, node, library, root, name, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean read_libraries(struct reader *reader, const xmlNode *root, GError **error)
{
    static const struct {
        const char *element;
        enum library_kind kind;
    } kinds[] = {{"models", LIBRARY_MODELS}, {"include", LIBRARY_INCLUDE}, {"lib", LIBRARY_LIB}, {"osdi", LIBRARY_OSDI}};
    for (const xmlNode *node = xml_first(root, NULL); node != NULL; node = xml_next(node, NULL))
        for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
            if (xml_is(node, kinds[i].element) && !read_library(reader, node, kinds[i].kind, error))
                return FALSE;
    return TRUE;
}

/* --- devices that no model card describes ------------------------------------------------------------------------------- */

/* Drain, gate, source and bulk by position, W and L, and nothing inside that needs a role or another template. */
static gboolean fits_device(const struct circuit_template *device)
{
    for (guint i = 0; i < device->cards->len; i++) {
        const struct template_card *card = device->cards->pdata[i];
        if (card->kind == CARD_DEVICE || card->kind == CARD_INSTANCE)
            return FALSE;
    }
    return device->ports->len == 4 && template_parameter(device, "w") != NULL && template_parameter(device, "l") != NULL;
}

/* A subcircuit written as a template, so that what is refused there is refused here, and a behavioural one says so. */
static gboolean read_device(struct reader *reader, const xmlNode *node, GError **error)
{
    struct technology *t = reader->technology;
    const char *file = xml_text(node, "file");
    g_autofree char *path = path_from(t->folder, file), *shown = xml_shown(file);
    if (g_path_is_absolute(file) || !path_stays_inside(t->folder, file))
        return xml_fail(node, error, "device: file \"%s\" lies outside of the technology's folder", shown);
    struct circuit_template *device = circuit_template_read(path, error);
    if (device == NULL)
        return FALSE;
    g_string_append_printf(reader->digests, "%s %s\n", file, device->digest);
    gboolean fits = fits_device(device), again = g_hash_table_contains(t->devices, device->name);
    if (fits && !again) {
        g_hash_table_insert(t->devices, device->name, device);
        return TRUE;
    }
    error_set_at(error, GAINSPICE_ERROR_INPUT, device->origin, "device \"%s\": %s", device->name,
                 again ? "the name is used twice" : "expected four ports (drain, gate, source, bulk), parameters w and l, and elements alone");
    circuit_template_free(device);
    return FALSE;
}

static gboolean read_devices(struct reader *reader, const xmlNode *root, GError **error)
{
    for (const xmlNode *node = xml_first(root, "device"); node != NULL; node = xml_next(node, "device"))
        if (!read_device(reader, node, error))
            return FALSE;
    return TRUE;
}

/* --- roles ------------------------------------------------------------------------------------------------------------- */

static gboolean role_name_valid(const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, ".", -1);
    for (char **part = parts; *part != NULL; part++)
        if (!name_valid(*part, FALSE))
            return FALSE;
    return g_strv_length(parts) >= 2 && (name[0] == 'n' || name[0] == 'p');
}

static gboolean read_sizes(struct device_role *role, const xmlNode *node, GError **error)
{
    role->length_unit_m = 1;
    if (!xml_quantity(node, "l-min", DIMENSION_LENGTH, &role->l_min_m, error) ||
        !xml_quantity(node, "w-min", DIMENSION_LENGTH, &role->w_min_m, error) ||
        !xml_quantity(node, "length-unit", DIMENSION_LENGTH, &role->length_unit_m, error) ||
        !xml_quantity(node, "diffusion", DIMENSION_LENGTH, &role->diffusion_m, error) ||
        !xml_quantity(node, "a-vt", DIMENSION_VOLT_LENGTH, &role->a_vt_Vm, error) ||
        !xml_quantity(node, "a-beta", DIMENSION_LENGTH, &role->a_beta_m, error))
        return FALSE;
    if (!(role->l_min_m > 0 && role->w_min_m > 0 && role->length_unit_m > 0))
        return xml_fail(node, error, "role \"%s\": expected l-min, w-min and length-unit above 0", role->name);
    if (role->diffusion_m < 0 || role->a_vt_Vm < 0 || role->a_beta_m < 0)
        return xml_fail(node, error, "role \"%s\": expected diffusion, a-vt and a-beta of at least 0", role->name);
    return TRUE;
}

static gboolean read_mismatch(struct device_role *role, const xmlNode *node, GError **error)
{
    const char *text = xml_text(node, "mismatch");
    role->mismatch = strcmp(text, "delvto") == 0        ? MISMATCH_DELVTO
                     : strcmp(text, "gate-source") == 0 ? MISMATCH_GATE_SOURCE
                                                        : MISMATCH_NONE;
    if (role->mismatch != MISMATCH_NONE && (xml_text(node, "a-vt") == NULL || xml_text(node, "a-beta") == NULL))
        return xml_fail(node, error, "role \"%s\": mismatch \"%s\", expected a-vt and a-beta with it", role->name, text);
    if (role->mismatch == MISMATCH_DELVTO && role->form == DEVICE_SUBCIRCUIT)
        return xml_fail(node, error, "role \"%s\": a subcircuit has no delvto, expected mismatch \"gate-source\" or \"none\"",
                        role->name);
    return TRUE;
}

/* Where the role's model comes from: a device of the technology's own, a models file, or else, unseen, an included library. */
static gboolean find_model(const struct technology *t, struct device_role *role, const xmlNode *node, GError **error)
{
    gboolean included = FALSE;
    if (role->form == DEVICE_SUBCIRCUIT && (role->device = g_hash_table_lookup(t->devices, role->model)) != NULL)
        return TRUE;
    for (guint i = 0; i < t->libraries->len; i++)
        included = included || ((const struct library *)t->libraries->pdata[i])->kind != LIBRARY_MODELS;
    for (guint i = 0; i < t->corners->len; i++) {
        const struct corner *corner = t->corners->pdata[i];
        g_autofree char *name = technology_at_corner(role->model, corner);
        if (!name_valid(name, FALSE)) {
            g_autofree char *shown = xml_shown(role->model);
            return xml_fail(node, error, "role \"%s\": model \"%s\", expected lower-case letters, digits, _ and {corner}",
                            role->name, shown);
        }
        const struct model_card *model = g_hash_table_lookup(t->models, name);
        if (model == NULL && !(included && role->model_file == NULL))
            return xml_fail(node, error, "role \"%s\": model \"%s\" is in no file that the technology names", role->name, name);
        if (model != NULL && role->model_file == NULL)
            role->model_file = g_strdup(model->origin.file);
    }
    return TRUE;
}

static gboolean read_role(struct technology *t, const xmlNode *node, GError **error)
{
    struct device_role *role = g_new0(struct device_role, 1);
    g_ptr_array_add(t->roles, role);
    g_autofree char *shown = xml_shown(xml_text(node, "name"));
    role->name = g_strdup("");
    role->origin = xml_origin(node);
    if (!role_name_valid(xml_text(node, "name")))
        return xml_fail(node, error, "role \"%s\": expected a name with a dot that starts with n or p, such as nmos.svt", shown);
    if (technology_role(t, xml_text(node, "name")) != NULL)
        return xml_fail(node, error, "role \"%s\": the name is used twice", shown);
    g_free(role->name);
    role->name = g_strdup(xml_text(node, "name"));
    role->is_p = role->name[0] == 'p';
    role->model = g_strdup(xml_text(node, "model"));
    role->form = g_strcmp0(xml_text(node, "form"), "subcircuit") == 0 ? DEVICE_SUBCIRCUIT : DEVICE_MODEL;
    return read_sizes(role, node, error) && read_mismatch(role, node, error) && find_model(t, role, node, error);
}

/* --- the whole --------------------------------------------------------------------------------------------------------- */

static gboolean read_each(struct technology *t, const xmlNode *root, const char *element,
                          gboolean (*read)(struct technology *, const xmlNode *, GError **), GError **error)
{
    for (const xmlNode *node = xml_first(root, element); node != NULL; node = xml_next(node, element))
        if (!read(t, node, error))
            return FALSE;
    return TRUE;
}

static gboolean read_wire(struct technology *t, const xmlNode *node, GError **error)
{
    double r_Ohm = 0, c_F = 0;
    if (!xml_quantity(node, "resistance-per-um", DIMENSION_RESISTANCE, &r_Ohm, error) ||
        !xml_quantity(node, "capacitance-per-um", DIMENSION_CAPACITANCE, &c_F, error))
        return FALSE;
    if (r_Ohm < 0 || c_F < 0)
        return xml_fail(node, error, "wire: expected resistance and capacitance of at least 0");
    t->wire_Ohm_m = r_Ohm / 1e-6;
    t->wire_F_m = c_F / 1e-6;
    return TRUE;
}

static gboolean read_head(struct technology *t, const xmlNode *root, const char *name, GError **error)
{
    t->origin = xml_origin(root);
    if (!xml_name_of(root, "name", TRUE, &t->name, error) || !xml_title(root, "title", &t->title, error) ||
        !xml_quantity(root, "vdd", DIMENSION_VOLTAGE, &t->vdd_V, error) ||
        !xml_quantity(root, "gmin", DIMENSION_NONE, &t->gmin_S, error))
        return FALSE;
    if (strcmp(t->name, name) != 0)
        return xml_fail(root, error, "technology \"%s\": expected the folder's name, \"%s\"", t->name, name);
    if (!(t->vdd_V > 0 && t->gmin_S > 0))
        return xml_fail(root, error, "technology \"%s\": expected vdd and gmin above 0", t->name);
    t->leakage_trusted = strcmp(xml_text(root, "leakage"), "trusted") == 0;
    return TRUE;
}

/* Knobs before the models that use them, corners before the files that are one a corner, files before the roles in them. */
static gboolean read_technology(struct reader *reader, const xmlNode *root, const char *name, GError **error)
{
    struct technology *t = reader->technology;
    return read_head(t, root, name, error) && read_each(t, root, "wire", read_wire, error) &&
           read_each(t, root, "knob", read_knob, error) && read_settings(t, root, "parameter", t->parameters, error) &&
           read_settings(t, root, "option", t->options, error) && read_each(t, root, "corner", read_corner, error) &&
           read_libraries(reader, root, error) && read_devices(reader, root, error) &&
           read_each(t, root, "role", read_role, error);
}

/* The description: beside the design, else installed. NULL sets `error`. */
static char *find_description(const char *name, const char *design_folder, gboolean *beside, struct origin from, GError **error)
{
    g_autofree char *relative = g_build_filename("templates", "technologies", name, "technology.xml", NULL);
    g_autofree char *own = path_from(design_folder, relative), *installed = data_path(relative);
    *beside = g_file_test(own, G_FILE_TEST_EXISTS);
    if (*beside && !path_stays_inside(design_folder, relative)) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, from, "technology \"%s\": \"%s\" leads out of the design's folder", name, own);
        return NULL;
    }
    if (*beside)
        return g_steal_pointer(&own);
    if (g_file_test(installed, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&installed);
    error_set_at(error, GAINSPICE_ERROR_INPUT, from, "technology \"%s\": neither \"%s\" nor \"%s\" is there", name, own,
                 installed);
    return NULL;
}

static struct technology *read_description(struct reader *reader, const struct xml *xml, const char *path, const char *name,
                                           GError **error)
{
    struct technology *t = reader->technology = technology_new();
    t->folder = g_path_get_dirname(path);
    g_autofree char *description = xml_digest(xml);
    reader->digests = g_string_new(description);
    reader->digested = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean ok = read_technology(reader, xml_root(xml), name, error);
    t->digest = digest_bytes(reader->digests->str, reader->digests->len);
    g_string_free(reader->digests, TRUE);
    g_hash_table_unref(reader->digested);
    if (ok)
        return t;
    technology_free(t);
    return NULL;
}

struct technology *technology_read(const char *name, const char *design_folder, struct origin from, GError **error)
{
    if (!name_valid(name, TRUE)) {
        g_autofree char *shown = xml_shown(name);
        error_set_at(error, GAINSPICE_ERROR_INPUT, from,
                     "technology \"%s\": expected a name of lower-case letters, digits, _ and -", shown);
        return NULL;
    }
    struct reader reader = {0};
    g_autofree char *path =
        find_description(name, design_folder != NULL ? design_folder : ".", &reader.beside_design, from, error);
    struct xml *xml = path != NULL ? xml_open(path, SCHEMA, from, error) : NULL;
    struct technology *t = xml != NULL ? read_description(&reader, xml, path, name, error) : NULL;
    xml_close(xml);
    return t;
}
