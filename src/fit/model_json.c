/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/model_json.c -- the model file: gainspice-model, version 1 (doc/model-format.md).
 *
 * Written by hand in a fixed order, because a model is read by people and compared by diff; numbers by number_print, so that
 * a model reads back to the same bits. Read by jansson and then strictly: every member is known, present and of its type.
 * jansson keeps no lines, so a message names the line only where the JSON itself is broken, else the member.
 */
#include "config.h"

#include "base/files.h"
#include "base/quantity.h"
#include "fit/bspline.h"
#include "fit/model.h"
#include "fit/polynomial.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#define FORMAT "gainspice-model"
enum { VERSION = 1, MAX_FILE = 16 << 20 };

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* ---- writing */

static void put_string(GString *out, const char *text)
{
    g_autoptr(json_t) string = json_string(text != NULL ? text : "");
    char *quoted = string != NULL ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
    g_string_append(out, quoted != NULL ? quoted : "\"\""); /* NULL: not UTF-8 */
    free(quoted);
}

static void put_number(GString *out, double value)
{
    char buffer[NUMBER_SIZE];
    g_string_append(out, number_print(buffer, value));
}

static void put_inputs(GString *out, const struct model *model)
{
    g_string_append(out, "  \"inputs\": [");
    for (int a = 0; a < model->n_inputs; a++) {
        const struct model_input *input = &model->inputs[a];
        g_string_append(out, a > 0 ? ",\n    {\"name\": " : "\n    {\"name\": ");
        put_string(out, input->name);
        g_string_append(out, ", \"unit\": ");
        put_string(out, input->unit);
        g_string_append(out, ", \"offset\": ");
        put_number(out, input->offset);
        g_string_append(out, ", \"scale\": ");
        put_number(out, input->scale);
        g_string_append(out, ", \"min\": ");
        put_number(out, input->min);
        g_string_append(out, ", \"max\": ");
        put_number(out, input->max);
        if (input->of != NULL) {
            g_string_append(out, ", \"of\": ");
            put_string(out, input->of);
        }
        if (input->monotone != 0)
            g_string_append_printf(out, ", \"monotone\": \"%s\"", input->monotone > 0 ? "rising" : "falling");
        g_string_append_c(out, '}');
    }
    g_string_append(out, "\n  ],\n");
}

static void put_terms(GString *out, const struct model *model)
{
    g_string_append_printf(out, "  \"order\": %d,\n", model->order);
    if (model->exponents != NULL) {
        g_string_append(out, "  \"exponents\": [");
        for (gsize i = 0; i < model->n_coefficients; i++) {
            g_string_append(out, i > 0 ? ", [" : "[");
            for (int a = 0; a < model->n_inputs; a++)
                g_string_append_printf(out, "%s%d", a > 0 ? "," : "", model->exponents[i * (gsize)model->n_inputs + (gsize)a]);
            g_string_append_c(out, ']');
        }
        g_string_append(out, "],\n");
    }
    g_string_append(out, "  \"coefficients\": [");
    for (gsize i = 0; i < model->n_coefficients; i++) {
        g_string_append(out, i > 0 ? ",\n    " : "\n    ");
        put_number(out, model->coefficients[i]);
    }
    g_string_append(out, "\n  ]");
}

/* "name": [1, 2, 3] */
static void put_numbers(GString *out, gsize n, const double *x)
{
    g_string_append_c(out, '[');
    for (gsize i = 0; i < n; i++) {
        g_string_append(out, i > 0 ? ", " : "");
        put_number(out, x[i]);
    }
    g_string_append_c(out, ']');
}

static void put_parameters(GString *out, const struct model *model)
{
    if (model->family->parameters != NULL) {
        g_string_append(out, "  \"parameters\": [");
        for (gsize i = 0; model->family->parameters[i] != NULL; i++) {
            g_string_append(out, i > 0 ? ", " : "");
            put_string(out, model->family->parameters[i]);
        }
        g_string_append(out, "],\n");
    }
    for (int a = 0; a < model->n_inputs && model->knots[a] != NULL; a++) {
        g_string_append(out, a > 0 ? ",\n    " : "  \"knots\": [\n    ");
        put_numbers(out, model->n_knots[a], model->knots[a]);
        if (a + 1 == model->n_inputs)
            g_string_append(out, "\n  ],\n");
    }
}

static void put_covariance(GString *out, const struct model *model)
{
    for (gsize i = 0; model->covariance != NULL && i < model->n_coefficients; i++) {
        g_string_append(out, i > 0 ? ",\n    " : ",\n  \"covariance\": [\n    ");
        put_numbers(out, model->n_coefficients, model->covariance + i * model->n_coefficients);
    }
    if (model->covariance != NULL)
        g_string_append(out, "\n  ]");
}

static void put_condition(GString *out, const struct model *model)
{
    if (model->corner == NULL && isnan(model->temperature_C) && isnan(model->vdd_V))
        return;
    const char *comma = "";
    g_string_append(out, "  \"condition\": {");
    if (model->corner != NULL) {
        g_string_append(out, "\"corner\": ");
        put_string(out, model->corner);
        comma = ", ";
    }
    if (!isnan(model->temperature_C)) {
        g_string_append_printf(out, "%s\"temperature_C\": ", comma);
        put_number(out, model->temperature_C);
        comma = ", ";
    }
    if (!isnan(model->vdd_V)) {
        g_string_append_printf(out, "%s\"vdd_V\": ", comma);
        put_number(out, model->vdd_V);
    }
    g_string_append(out, "},\n");
}

static void put_error(GString *out, const struct model *model, const char *name, const struct model_error *e)
{
    if (e->n == 0)
        return;
    g_string_append_printf(out, ",\n  \"%s\": {\"n\": %" G_GSIZE_FORMAT ", \"rms\": ", name, e->n);
    put_number(out, e->rms);
    g_string_append(out, ", \"worst\": ");
    put_number(out, e->worst);
    g_string_append(out, ", \"full_scale\": ");
    put_number(out, e->full_scale);
    g_string_append(out, ", \"worst_at\": [");
    for (int a = 0; a < model->n_inputs; a++) {
        g_string_append(out, a > 0 ? ", " : "");
        put_number(out, e->worst_at[a]);
    }
    g_string_append(out, "]}");
}

char *model_to_json(const struct model *model)
{
    GString *out = g_string_new("{\n  \"format\": \"" FORMAT "\",\n");
    g_string_append_printf(out, "  \"version\": %d,\n  \"name\": ", VERSION);
    put_string(out, model->name);
    g_string_append(out, ",\n  \"family\": ");
    put_string(out, model->family->name);
    g_string_append(out, ",\n  \"source\": ");
    put_string(out, model->source);
    g_string_append(out, ",\n  \"output\": {\"name\": ");
    put_string(out, model->output);
    g_string_append(out, ", \"unit\": ");
    put_string(out, model->output_unit);
    g_string_append(out, "},\n");
    put_inputs(out, model);
    put_condition(out, model);
    put_parameters(out, model);
    put_terms(out, model);
    put_covariance(out, model);
    put_error(out, model, "seen", &model->seen);
    put_error(out, model, "held_out", &model->held_out);
    g_string_append(out, "\n}\n");
    return g_string_free(out, FALSE);
}

/* ---- reading */

/* What is being read: the file and the path of members down to `value`. */
struct place {
    const char *file;
    const char *path; /* "", "inputs[0]" */
};

G_GNUC_PRINTF(4, 5)
static gboolean refuse(const struct place *at, const char *member, GError **error, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *what = g_strdup_vprintf(format, ap);
    va_end(ap);
    const char *dot = at->path[0] != '\0' && member[0] != '\0' ? "." : "";
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: %s%s%s: %s", at->file, at->path, dot, member, what);
    return FALSE;
}

static const char *kind_of(const json_t *value)
{
    if (value == NULL)
        return "nothing";
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        break;
    }
    return "null";
}

/* Every member of `object` is one of `known` (NULL-terminated); the message lists them. */
static gboolean only_members(const struct place *at, json_t *object, const char *const *known, GError **error)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        if (!g_strv_contains(known, key)) {
            g_autofree char *list = g_strjoinv(", ", (char **)(void *)known);
            return refuse(at, key, error, "not a member of this version, expected %s", list);
        }
    }
    return TRUE;
}

static gboolean get_string(const struct place *at, const json_t *object, const char *member, char **text, GError **error)
{
    const json_t *value = json_object_get(object, member);
    if (!json_is_string(value))
        return refuse(at, member, error, "%s, expected a string", kind_of(value));
    if (strlen(json_string_value(value)) != json_string_length(value))
        return refuse(at, member, error, "a string with a NUL inside, expected text");
    *text = g_strdup(json_string_value(value));
    return TRUE;
}

static gboolean get_number(const struct place *at, const json_t *object, const char *member, double *number, GError **error)
{
    const json_t *value = json_object_get(object, member);
    if (!json_is_number(value))
        return refuse(at, member, error, "%s, expected a number", kind_of(value));
    *number = json_number_value(value);
    return TRUE;
}

static gboolean get_whole(const struct place *at, const json_t *object, const char *member, double least, double most,
                          double *number, GError **error)
{
    if (!get_number(at, object, member, number, error))
        return FALSE;
    if (*number != floor(*number) || *number < least || *number > most)
        return refuse(at, member, error, "%g, expected a whole number from %g to %g", *number, least, most);
    return TRUE;
}

static gboolean read_head(const struct place *at, json_t *root, struct model **model, GError **error)
{
    g_autofree char *format = NULL, *family = NULL, *name = NULL;
    double version;
    if (!get_string(at, root, "format", &format, error))
        return FALSE;
    if (strcmp(format, FORMAT) != 0)
        return refuse(at, "format", error, "\"%s\", expected \"" FORMAT "\"", format);
    if (!get_number(at, root, "version", &version, error))
        return FALSE;
    if (version != VERSION)
        return refuse(at, "version", error, "%g, expected %d", version, VERSION);
    if (!get_string(at, root, "family", &family, error) || !get_string(at, root, "name", &name, error))
        return FALSE;
    g_autofree char *names = model_family_names();
    if (model_family(family) == NULL)
        return refuse(at, "family", error, "\"%s\" is not known, expected one of %s", family, names);
    *model = model_new(model_family(family), name);
    return TRUE;
}

static gboolean read_output(const struct place *at, const json_t *root, struct model *model, GError **error)
{
    static const char *const known[] = {"name", "unit", NULL};
    json_t *output = json_object_get(root, "output");
    if (!json_is_object(output))
        return refuse(at, "output", error, "%s, expected an object", kind_of(output));
    struct place inner = {at->file, "output"};
    return only_members(&inner, output, known, error) && get_string(&inner, output, "name", &model->output, error) &&
           get_string(&inner, output, "unit", &model->output_unit, error);
}

static gboolean read_of(const struct place *at, const json_t *object, struct model_input *input, GError **error)
{
    g_autofree char *monotone = NULL;
    if (json_object_get(object, "of") != NULL && !get_string(at, object, "of", &input->of, error))
        return FALSE;
    if (json_object_get(object, "monotone") == NULL)
        return TRUE;
    if (!get_string(at, object, "monotone", &monotone, error))
        return FALSE;
    input->monotone = strcmp(monotone, "rising") == 0 ? 1 : strcmp(monotone, "falling") == 0 ? -1 : 0;
    return input->monotone != 0 || refuse(at, "monotone", error, "\"%s\", expected \"rising\" or \"falling\"", monotone);
}

static gboolean read_input(const struct place *at, json_t *object, struct model *model, GError **error)
{
    static const char *const known[] = {"name", "unit", "offset", "scale", "min", "max", "of", "monotone", NULL};
    struct model_input *input = &model->inputs[model->n_inputs];
    if (!json_is_object(object))
        return refuse(at, "", error, "%s, expected an object", kind_of(object));
    if (!only_members(at, object, known, error) || !get_string(at, object, "name", &input->name, error) ||
        !get_string(at, object, "unit", &input->unit, error) || !get_number(at, object, "offset", &input->offset, error) ||
        !get_number(at, object, "scale", &input->scale, error) || !get_number(at, object, "min", &input->min, error) ||
        !get_number(at, object, "max", &input->max, error))
        return FALSE;
    if (!read_of(at, object, input, error))
        return FALSE;
    if (!(input->scale > 0))
        return refuse(at, "scale", error, "%g, expected a number above 0", input->scale);
    if (!(input->min < input->max))
        return refuse(at, "max", error, "%g, expected more than min, which is %g", input->max, input->min);
    if (model_input_index(model, input->name) >= 0)
        return refuse(at, "name", error, "\"%s\" stands for two inputs, expected different names", input->name);
    model->n_inputs++;
    return TRUE;
}

static gboolean read_inputs(const struct place *at, const json_t *root, struct model *model, GError **error)
{
    const json_t *inputs = json_object_get(root, "inputs");
    if (!json_is_array(inputs))
        return refuse(at, "inputs", error, "%s, expected an array", kind_of(inputs));
    gsize n = json_array_size(inputs);
    if (n < 1 || n > MODEL_MAX_INPUTS)
        return refuse(at, "inputs", error, "%" G_GSIZE_FORMAT " inputs, expected 1 to %d", n, MODEL_MAX_INPUTS);
    for (gsize i = 0; i < n; i++) {
        g_autofree char *path = g_strdup_printf("inputs[%" G_GSIZE_FORMAT "]", i);
        struct place inner = {at->file, path};
        if (!read_input(&inner, json_array_get(inputs, i), model, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean read_coefficients(const struct place *at, const json_t *root, struct model *model, GError **error)
{
    const json_t *array = json_object_get(root, "coefficients");
    if (!json_is_array(array))
        return refuse(at, "coefficients", error, "%s, expected an array", kind_of(array));
    model->n_coefficients = json_array_size(array);
    if (model->n_coefficients == 0)
        return refuse(at, "coefficients", error, "empty, expected at least one number");
    model->coefficients = g_new0(double, model->n_coefficients);
    for (gsize i = 0; i < model->n_coefficients; i++) {
        const json_t *value = json_array_get(array, i);
        if (!json_is_number(value))
            return refuse(at, "coefficients", error, "element %" G_GSIZE_FORMAT " is %s, expected a number", i, kind_of(value));
        model->coefficients[i] = json_number_value(value);
    }
    return TRUE;
}

/* One row of exponents into `row`; their sum is at most the order. */
static gboolean read_exponents_row(const struct place *at, const json_t *array, gsize i, const struct model *model, int *row,
                                   GError **error)
{
    gsize k = (gsize)model->n_inputs;
    if (!json_is_array(array) || json_array_size(array) != k)
        return refuse(at, "exponents", error, "element %" G_GSIZE_FORMAT " is not an array of %d, one exponent an input", i,
                      model->n_inputs);
    int sum = 0;
    for (gsize a = 0; a < k; a++) {
        const json_t *value = json_array_get(array, a);
        double e = json_is_number(value) ? json_number_value(value) : -1;
        if (!(e >= 0 && e <= model->order && e == floor(e)))
            return refuse(at, "exponents", error,
                          "element %" G_GSIZE_FORMAT " has an exponent that is not a whole number from 0 to %d", i, model->order);
        row[a] = (int)e;
        sum += row[a];
    }
    if (sum > model->order)
        return refuse(at, "exponents", error, "element %" G_GSIZE_FORMAT " sums to %d, expected at most the order, %d", i, sum,
                      model->order);
    return TRUE;
}

static gboolean read_exponents(const struct place *at, const json_t *root, struct model *model, GError **error)
{
    const json_t *array = json_object_get(root, "exponents");
    gsize k = (gsize)model->n_inputs, bytes = k * sizeof(int);
    if (!json_is_array(array))
        return refuse(at, "exponents", error, "%s, expected an array", kind_of(array));
    if (json_array_size(array) != model->n_coefficients)
        return refuse(at, "coefficients", error, "%" G_GSIZE_FORMAT " numbers, expected %" G_GSIZE_FORMAT " as in exponents",
                      model->n_coefficients, json_array_size(array));
    model->exponents = g_new0(int, k * model->n_coefficients);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    for (gsize i = 0; i < model->n_coefficients; i++) {
        if (!read_exponents_row(at, json_array_get(array, i), i, model, model->exponents + i * k, error))
            return FALSE;
        if (!g_hash_table_add(seen, g_bytes_new(model->exponents + i * k, bytes)))
            return refuse(at, "exponents", error, "element %" G_GSIZE_FORMAT " is there twice", i);
    }
    return TRUE;
}

static gboolean read_error(const struct place *at, const json_t *root, const char *member, const struct model *model,
                           struct model_error *result, GError **error)
{
    static const char *const known[] = {"n", "rms", "worst", "full_scale", "worst_at", NULL};
    json_t *object = json_object_get(root, member);
    if (object == NULL)
        return TRUE;
    if (!json_is_object(object))
        return refuse(at, member, error, "%s, expected an object", kind_of(object));
    struct place inner = {at->file, member};
    double n;
    if (!only_members(&inner, object, known, error) || !get_whole(&inner, object, "n", 1, 9007199254740992.0, &n, error) ||
        !get_number(&inner, object, "rms", &result->rms, error) || !get_number(&inner, object, "worst", &result->worst, error) ||
        !get_number(&inner, object, "full_scale", &result->full_scale, error))
        return FALSE;
    const json_t *where = json_object_get(object, "worst_at");
    if (!json_is_array(where) || json_array_size(where) != (gsize)model->n_inputs)
        return refuse(&inner, "worst_at", error, "not an array of %d, one number an input", model->n_inputs);
    for (gsize a = 0; a < (gsize)model->n_inputs; a++) {
        if (!json_is_number(json_array_get(where, a)))
            return refuse(&inner, "worst_at", error, "element %" G_GSIZE_FORMAT " is %s, expected a number", a,
                          kind_of(json_array_get(where, a)));
        result->worst_at[a] = json_number_value(json_array_get(where, a));
    }
    result->n = (gsize)n;
    return TRUE;
}

/* An array of numbers; `expected` 0: any count. Newly allocated. */
static gboolean read_numbers(const struct place *at, const char *member, const json_t *array, gsize expected, double **numbers, gsize *n,
                             GError **error)
{
    if (!json_is_array(array))
        return refuse(at, member, error, "%s, expected an array of numbers", kind_of(array));
    *n = json_array_size(array);
    if (expected > 0 && *n != expected)
        return refuse(at, member, error, "%" G_GSIZE_FORMAT " numbers, expected %" G_GSIZE_FORMAT, *n, expected);
    g_free(*numbers);
    *numbers = g_new0(double, MAX(*n, 1));
    for (gsize i = 0; i < *n; i++) {
        if (!json_is_number(json_array_get(array, i)))
            return refuse(at, member, error, "element %" G_GSIZE_FORMAT " is %s, expected a number", i, kind_of(json_array_get(array, i)));
        (*numbers)[i] = json_number_value(json_array_get(array, i));
    }
    return TRUE;
}

static gboolean read_knots(const struct place *at, const json_t *root, struct model *model, GError **error)
{
    const json_t *array = json_object_get(root, "knots");
    if (!json_is_array(array) || json_array_size(array) != (gsize)model->n_inputs)
        return refuse(at, "knots", error, "not an array of %d arrays, one an input", model->n_inputs);
    for (int a = 0; a < model->n_inputs; a++)
        if (!read_numbers(at, "knots", json_array_get(array, (gsize)a), 0, &model->knots[a], &model->n_knots[a], error))
            return FALSE;
    return TRUE;
}

static gboolean read_parameters(const struct place *at, const json_t *root, const struct model *model, GError **error)
{
    const json_t *array = json_object_get(root, "parameters");
    const char *const *names = model->family->parameters;
    gsize n = g_strv_length((char **)(void *)names);
    gboolean same = json_is_array(array) && json_array_size(array) == n;
    for (gsize i = 0; same && i < n; i++)
        same = g_strcmp0(json_string_value(json_array_get(array, i)), names[i]) == 0;
    g_autofree char *list = g_strjoinv(", ", (char **)(void *)names);
    if (!same)
        return refuse(at, "parameters", error, "expected those of family \"%s\": %s", model->family->name, list);
    return model->n_coefficients == n || refuse(at, "coefficients", error, "%" G_GSIZE_FORMAT " numbers, expected %" G_GSIZE_FORMAT
                                                " as in parameters", model->n_coefficients, n);
}

static gboolean read_covariance(const struct place *at, const json_t *root, struct model *model, GError **error)
{
    const json_t *array = json_object_get(root, "covariance");
    gsize n = model->n_coefficients, found;
    if (array == NULL)
        return TRUE;
    if (!json_is_array(array) || json_array_size(array) != n)
        return refuse(at, "covariance", error, "not an array of %" G_GSIZE_FORMAT " arrays", n);
    model->covariance = g_new0(double, n *n);
    for (gsize i = 0; i < n; i++) {
        g_autofree double *row = NULL;
        if (!read_numbers(at, "covariance", json_array_get(array, i), n, &row, &found, error))
            return FALSE;
        memcpy(model->covariance + i * n, row, n * sizeof *row);
    }
    return TRUE;
}

static gboolean read_condition(const struct place *at, const json_t *root, struct model *model, GError **error)
{
    static const char *const known[] = {"corner", "temperature_C", "vdd_V", NULL};
    json_t *object = json_object_get(root, "condition");
    if (object == NULL)
        return TRUE;
    if (!json_is_object(object))
        return refuse(at, "condition", error, "%s, expected an object", kind_of(object));
    struct place inner = {at->file, "condition"};
    return only_members(&inner, object, known, error) &&
           (json_object_get(object, "corner") == NULL || get_string(&inner, object, "corner", &model->corner, error)) &&
           (json_object_get(object, "temperature_C") == NULL ||
            get_number(&inner, object, "temperature_C", &model->temperature_C, error)) &&
           (json_object_get(object, "vdd_V") == NULL || get_number(&inner, object, "vdd_V", &model->vdd_V, error));
}

/* What the family needs besides coefficients, and whether it holds together. */
static gboolean read_family(const struct place *at, const json_t *root, struct model *model, GError **error)
{
    if (model->family == &polynomial_family && !read_exponents(at, root, model, error))
        return FALSE;
    if (model->family == &bspline_family && !read_knots(at, root, model, error))
        return FALSE;
    if (model->family->parameters != NULL &&
        (!read_parameters(at, root, model, error) || !read_covariance(at, root, model, error)))
        return FALSE;
    if ((model->family->suits != NULL && !model->family->suits(model->inputs, model->n_inputs, error)) ||
        (model->family->check != NULL && !model->family->check(model, error))) {
        g_prefix_error(error, "%s: ", at->file);
        return FALSE;
    }
    return TRUE;
}

static gboolean read_body(const struct place *at, const json_t *root, struct model *model, GError **error)
{
    double order;
    if (!get_string(at, root, "source", &model->source, error) || !read_output(at, root, model, error) ||
        !read_inputs(at, root, model, error) || !get_whole(at, root, "order", 0, MODEL_MAX_ORDER, &order, error))
        return FALSE;
    model->order = (int)order;
    if (!read_condition(at, root, model, error) || !read_coefficients(at, root, model, error) || !read_family(at, root, model, error))
        return FALSE;
    return read_error(at, root, "seen", model, &model->seen, error) &&
           read_error(at, root, "held_out", model, &model->held_out, error);
}

struct model *model_from_json(const char *text, const char *name, GError **error)
{
    static const char *const known[] = {"format", "version",   "name",      "family",       "source",     "output", "inputs",   "condition",
                                        "order",  "exponents", "parameters", "knots", "coefficients", "covariance", "seen", "held_out", NULL};
    json_error_t broken;
    g_autoptr(json_t) root = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &broken);
    if (root == NULL) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(name, broken.line), "not JSON: %s", broken.text);
        return NULL;
    }
    if (!json_is_object(root)) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(name, 0), "%s, expected an object: a " FORMAT, kind_of(root));
        return NULL;
    }
    struct place at = {name, ""};
    struct model *model = NULL;
    if (!read_head(&at, root, &model, error) || !only_members(&at, root, known, error) || !read_body(&at, root, model, error))
        g_clear_pointer(&model, model_free);
    return model;
}

char *model_path(const char *folder, const char *name)
{
    g_autofree char *path = path_from(folder, name);
    if (!g_file_test(path, G_FILE_TEST_EXISTS) && strchr(name, '/') == NULL) {
        g_autofree char *relative = g_build_filename("netlists", name, NULL);
        g_autofree char *shipped = data_path(relative);
        if (g_file_test(shipped, G_FILE_TEST_EXISTS))
            return g_steal_pointer(&shipped);
    }
    return g_steal_pointer(&path);
}

struct model *model_read(const char *path, struct origin from, GError **error)
{
    gsize length;
    g_autofree char *text = file_read(path, MAX_FILE, &length, from, error);
    if (text == NULL)
        return NULL;
    if (strlen(text) != length) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, from, "file \"%s\": has a NUL byte, expected JSON", path);
        return NULL;
    }
    return model_from_json(text, path, error);
}
