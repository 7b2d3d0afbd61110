/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read.c -- what the readers of all areas need; see read.h. */
#include "config.h"

#include "design/read.h"

#include <string.h>

#include "base/files.h"

gpointer find_named(const GPtrArray *array, const char *name)
{
    for (guint i = 0; array != NULL && name != NULL && i < array->len; i++)
        if (g_strcmp0(*(char *const *)array->pdata[i], name) == 0)
            return array->pdata[i];
    return NULL;
}

int name_index(const char *const *names, const char *text)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], text) == 0)
            return i;
    return -1;
}

gboolean read_new_name(const xmlNode *node, const GPtrArray *others, gboolean hyphen, char **name, GError **error)
{
    if (find_named(others, xml_text(node, "name")) != NULL)
        return xml_fail(node, error, "name of %s: \"%s\" stands twice, expected another name", xml_name(node),
                        xml_text(node, "name"));
    return xml_name_of(node, "name", hyphen, name, error);
}

gboolean read_new_column(const xmlNode *node, const GPtrArray *a, const GPtrArray *b, const GPtrArray *c, char **name,
                         GError **error)
{
    static const char *const taken[] = {"bench", "point", "corner", "temperature", "sample", NULL};
    const char *text = xml_text(node, "name");
    const GPtrArray *const arrays[] = {a, b, c};
    for (gsize i = 0; i < G_N_ELEMENTS(arrays); i++)
        if (find_named(arrays[i], text) != NULL)
            return xml_fail(node, error, "name of %s: \"%s\" stands twice, expected another name", xml_name(node), text);
    if (name_index(taken, text) >= 0)
        return xml_fail(node, error, "name of %s: \"%s\" is a column of every table, expected another name", xml_name(node),
                        text);
    return xml_name_of(node, "name", FALSE, name, error);
}

char *names_of(const GPtrArray *array)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < array->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", *(char *const *)array->pdata[i]);
    if (array->len == 0)
        g_string_append(text, "none");
    return g_string_free(text, FALSE);
}

gboolean check_range(const xmlNode *node, const char *attribute, const char *what, double value, double min, double max,
                     enum dimension dimension, GError **error)
{
    if (value >= min && value <= max)
        return TRUE;
    const char *unit = dimension == DIMENSION_TEMPERATURE ? "°C" : dimension_unit(dimension);
    g_autofree char *seen = quantity_print(value, unit, 6), *low = quantity_print(min, unit, 6),
                    *high = quantity_print(max, unit, 6);
    return xml_fail(node, error, "%s of %s: %s is out of range, %s takes %s to %s", attribute, xml_name(node), seen, what, low,
                    high);
}

gboolean read_positive(const xmlNode *node, const char *attribute, enum dimension dimension, gboolean zero, double *value,
                       GError **error)
{
    if (xml_text(node, attribute) == NULL)
        return TRUE;
    if (!xml_quantity(node, attribute, dimension, value, error))
        return FALSE;
    if (*value > 0 || (zero && *value == 0))
        return TRUE;
    return xml_fail(node, error, "%s of %s: \"%s\": expected %s", attribute, xml_name(node), xml_text(node, attribute),
                    zero ? "zero or more" : "more than zero");
}

static gboolean is_plain_path(const char *path)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    if (*path == '\0' || *path == '/' || *path == '-' || path[strspn(path, allowed)] != '\0')
        return FALSE;
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    for (char **part = parts; *part != NULL; part++)
        if (strcmp(*part, "..") == 0 || strcmp(*part, ".") == 0 || **part == '\0')
            return FALSE;
    return TRUE;
}

gboolean read_file_name(const struct reader *reader, const xmlNode *node, const char *attribute, gboolean must_exist, char **file,
                        GError **error)
{
    const char *text = xml_text(node, attribute), *folder = reader->design->folder;
    if (text == NULL)
        return TRUE;
    g_autofree char *shown = xml_shown(text), *path = path_from(folder, text);
    if (!is_plain_path(text))
        return xml_fail(node, error, "%s of %s: \"%s\": expected the relative path of a file in the folder \"%s\"", attribute,
                        xml_name(node), shown, folder);
    if (!g_file_test(path, G_FILE_TEST_EXISTS) && must_exist)
        return xml_fail(node, error, "%s of %s: \"%s\": there is no such file in the folder \"%s\"", attribute, xml_name(node),
                        shown, folder);
    if (g_file_test(path, G_FILE_TEST_EXISTS) && !path_stays_inside(folder, text))
        return xml_fail(node, error, "%s of %s: \"%s\": the file lies outside the folder \"%s\"", attribute, xml_name(node),
                        shown, folder);
    *file = g_strdup(text);
    return TRUE;
}

/* Only blanks separate words: XML has made blanks of line ends, and a line end that was written as &#10; is no accident. */
char **read_words(const xmlNode *node, const char *attribute, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(xml_text(node, attribute), " ", -1);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    const char *twice = NULL;
    for (char **part = parts; *part != NULL && twice == NULL; part++) {
        if (**part == '\0')
            continue;
        if (!g_hash_table_add(seen, *part))
            twice = *part;
        g_ptr_array_add(words, g_strdup(*part));
    }
    g_autofree char *shown = xml_shown(twice != NULL ? twice : "");
    if (twice != NULL)
        xml_fail(node, error, "%s of %s: \"%s\" stands twice", attribute, xml_name(node), shown);
    else if (words->len == 0)
        xml_fail(node, error, "%s of %s: expected at least one value", attribute, xml_name(node));
    else {
        g_ptr_array_add(words, NULL);
        return (char **)g_ptr_array_free(words, FALSE);
    }
    g_ptr_array_free(words, TRUE);
    return NULL;
}
