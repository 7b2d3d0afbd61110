/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/signal.c -- signals as benches name them: v(node), v(plus,minus), i(port), onoise; in arrays with indices: v(bl[5,63]),
 * i(bl[*]). */
#include "config.h"

#include "design/read.h"

#include <string.h>

#include "base/files.h"

/* How far an index may go; a bench says how far its array goes. */
#define LIMIT_INDEX 999999

static gboolean fail(const char *text, GError **error)
{
    g_autofree char *shown = xml_shown(text);
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                "signal \"%s\": expected v(node), v(plus,minus), i(port), onoise or onoise(device)", shown);
    return FALSE;
}

static char *without_blanks(const char *text)
{
    GString *kept = g_string_new(NULL);
    for (; *text != '\0'; text++)
        if (*text != ' ')
            g_string_append_c(kept, *text);
    return g_string_free(kept, FALSE);
}

/* One number or * at *text, which moves behind it. */
static gboolean take_index(const char **text, int *index)
{
    const char *start = *text;
    if (*start == '*') {
        *index = INDEX_ALL;
        ++*text;
        return TRUE;
    }
    gint64 number = 0;
    while (g_ascii_isdigit(**text) && number <= LIMIT_INDEX)
        number = 10 * number + (*(*text)++ - '0');
    *index = (int)number;
    return *text > start && number <= LIMIT_INDEX && (*start != '0' || *text == start + 1);
}

/* A name, in an assembly PART.NAME. */
static gboolean node_valid(char *node)
{
    char *dot = strchr(node, '.');
    if (dot == NULL)
        return name_valid(node, FALSE);
    *dot = '\0';
    gboolean ok = name_valid(node, FALSE) && name_valid(dot + 1, FALSE);
    *dot = '.';
    return ok;
}

/* "bl", "bl[5]" or "bl[5,63]" at *text, which moves behind it. */
static gboolean take_node(const char **text, char **node, int at[2])
{
    gsize n = strcspn(*text, "[,)");
    *node = g_strndup(*text, n);
    *text += n;
    at[0] = at[1] = INDEX_NONE;
    if (!node_valid(*node))
        return FALSE;
    if (**text != '[')
        return TRUE;
    ++*text;
    if (!take_index(text, &at[0]))
        return FALSE;
    if (**text == ',') {
        ++*text;
        if (!take_index(text, &at[1]))
            return FALSE;
    }
    return *(*text)++ == ']';
}

static gboolean take_nodes(const char *text, struct signal *signal)
{
    if (!take_node(&text, &signal->node, signal->at))
        return FALSE;
    if (signal->kind == SIGNAL_VOLTAGE && *text == ',') {
        text++;
        if (!take_node(&text, &signal->minus, signal->minus_at))
            return FALSE;
    }
    return strcmp(text, ")") == 0;
}

/* "mrn)", "xi1.xi2.mn)". */
static gboolean take_element(const char *text, char **element)
{
    gsize n = strlen(text);
    if (n < 2 || text[n - 1] != ')')
        return FALSE;
    *element = g_strndup(text, n - 1);
    g_auto(GStrv) names = g_strsplit(*element, ".", -1);
    for (gsize i = 0; names[i] != NULL; i++)
        if (!name_valid(names[i], FALSE))
            return FALSE;
    return TRUE;
}

gboolean signal_parse(const char *text, struct signal *signal, GError **error)
{
    struct signal found = {.name = without_blanks(text), .at = {INDEX_NONE, INDEX_NONE}, .minus_at = {INDEX_NONE, INDEX_NONE}};
    gboolean ok = TRUE;
    if (strcmp(found.name, "onoise") == 0) {
        found.kind = SIGNAL_ONOISE;
    } else if (g_str_has_prefix(found.name, "onoise(")) {
        found.kind = SIGNAL_ONOISE;
        ok = take_element(found.name + strlen("onoise("), &found.node);
    } else {
        found.kind = found.name[0] == 'i' ? SIGNAL_CURRENT : SIGNAL_VOLTAGE;
        ok = (found.name[0] == 'v' || found.name[0] == 'i') && found.name[1] == '(' && take_nodes(found.name + 2, &found);
    }
    if (!ok) {
        signal_clear(&found);
        return fail(text, error);
    }
    *signal = found;
    return TRUE;
}

void signal_clear(struct signal *signal)
{
    g_clear_pointer(&signal->name, g_free);
    g_clear_pointer(&signal->node, g_free);
    g_clear_pointer(&signal->minus, g_free);
}

/* ---- one value a line ----------------------------------------------------------------------------------------------- */

/* Lines, rows and columns go as far as the bench's group, positions along a line as far as its wire. */
void index_range(const struct bench *bench, const char *node, gboolean second, int *first, int *last)
{
    const struct line_set *line = array_line(bench->array, node);
    const struct part *part = array_part(bench->array, node);
    const struct array *array = part != NULL ? part->array : bench->array; /* NULL: blocks */
    gboolean over_columns = line != NULL ? !line->along_row && !second : second;
    const struct group *group = over_columns ? bench->group : NULL;
    int n = line != NULL    ? second ? line->length : line->count
            : array == NULL ? part->count
            : second        ? array->columns
                            : array->rows;
    *first = group != NULL ? group->first : 0;
    *last = group != NULL ? group->last : n - 1;
}

/* How the * of a node in an array is called, and what it runs over. */
static char *axis_of(const struct bench *bench, const char *node, const int at[2], int *first, int *last)
{
    gboolean second = at[1] == INDEX_ALL;
    index_range(bench, node, second, first, last);
    const struct part *part = array_part(bench->array, node);
    gboolean on_line = array_line(bench->array, node) != NULL, in_block = part != NULL && part->array == NULL;
    const char *suffix = on_line ? second ? "_at" : "" : in_block ? "" : second ? "_column" : "_row";
    return g_strdelimit(g_strconcat(node, suffix, NULL), ".", '_');
}

char *signal_axis(const struct signal *signal, const struct bench *bench, int *first, int *last)
{
    if (bench->array == NULL || signal->name == NULL)
        return NULL;
    if (signal->at[0] == INDEX_ALL || signal->at[1] == INDEX_ALL)
        return axis_of(bench, signal->node, signal->at, first, last);
    if (signal->minus_at[0] == INDEX_ALL || signal->minus_at[1] == INDEX_ALL)
        return axis_of(bench, signal->minus, signal->minus_at, first, last);
    return NULL;
}

int signal_node_column(const char *node, const int at[2], const struct bench *bench)
{
    const struct line_set *line = array_line(bench->array, node);
    return at[line != NULL && !line->along_row ? 0 : 1];
}

int signal_column(const struct signal *signal, const struct bench *bench)
{
    int column = signal_node_column(signal->node, signal->at, bench);
    return column == INDEX_NONE && signal->minus != NULL ? signal_node_column(signal->minus, signal->minus_at, bench) : column;
}

void signal_pick(const struct signal *signal, int index, struct signal *picked)
{
    *picked = *signal;
    GString *name = g_string_new(NULL);
    for (const char *c = signal->name; *c != '\0'; c++)
        if (*c == '*')
            g_string_append_printf(name, "%d", index);
        else
            g_string_append_c(name, *c);
    picked->name = g_string_free(name, FALSE);
    picked->node = g_strdup(signal->node);
    picked->minus = g_strdup(signal->minus);
    for (int i = 0; i < 2; i++) {
        picked->at[i] = signal->at[i] == INDEX_ALL ? index : signal->at[i];
        picked->minus_at[i] = signal->minus_at[i] == INDEX_ALL ? index : signal->minus_at[i];
    }
}
