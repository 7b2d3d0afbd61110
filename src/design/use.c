/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/use.c -- see use.h. */
#include "config.h"

#include "design/use.h"

#include <math.h>
#include <string.h>

#include "base/quantity.h"

static const char *const kind_names[] = {
#define X(id, name, levels) name,
    USES(X)
#undef X
};
static const int kind_levels[] = {
#define X(id, name, levels) levels,
    USES(X)
#undef X
};
static const char *const level_names[] = {
#define X(id, name) name,
    LEVELS(X)
#undef X
};

struct use *use_new(enum use_kind kind, const char *of, gboolean is_pair, struct origin origin)
{
    struct use *use = g_new0(struct use, 1);
    use->kind = kind;
    use->of = g_strdup(of);
    use->is_pair = is_pair;
    use->origin = origin;
    for (int l = 0; l < LEVEL_COUNT; l++)
        use->level[l] = NAN;
    return use;
}

struct use *use_copy(const struct use *use)
{
    struct use *copy = g_new(struct use, 1);
    *copy = *use;
    copy->of = g_strdup(use->of);
    return copy;
}

void use_free(gpointer data)
{
    struct use *use = data;
    g_free(use->of);
    g_free(use);
}

const char *use_kind_name(enum use_kind kind)
{
    return kind_names[kind];
}

const char *level_name(enum level level)
{
    return level_names[level];
}

int use_kind_find(const char *name)
{
    for (int k = 0; k < USE_COUNT; k++)
        if (strcmp(kind_names[k], name) == 0)
            return k;
    return -1;
}

char *use_kind_names(void)
{
    GString *names = g_string_new(NULL);
    for (int k = 0; k < USE_COUNT; k++)
        g_string_append_printf(names, "%s%s", k > 0 ? ", " : "", kind_names[k]);
    return g_string_free(names, FALSE);
}

struct use *use_find(const GPtrArray *uses, enum use_kind kind)
{
    for (guint i = 0; i < uses->len; i++)
        if (((struct use *)uses->pdata[i])->kind == kind)
            return uses->pdata[i];
    return NULL;
}

static int level_find(const char *name)
{
    for (int l = 0; l < LEVEL_COUNT; l++)
        if (strcmp(level_names[l], name) == 0)
            return l;
    return -1;
}

gboolean use_set_level(struct use *use, const char *name, const char *value, GError **error)
{
    int l = level_find(name);
    if (l < 0) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "\"%s\" is no level, expected rest, on, low or high", name);
        return FALSE;
    }
    gsize n = strlen(value);
    gboolean of_vdd = n > 3 && strcmp(value + n - 3, "vdd") == 0;
    g_autofree char *number = g_strndup(value, of_vdd ? n - 3 : n);
    if (!quantity_parse(number, of_vdd ? DIMENSION_NONE : DIMENSION_VOLTAGE, &use->level[l], error)) {
        g_prefix_error(error, "level %s: ", name);
        return FALSE;
    }
    use->of_vdd[l] = of_vdd;
    return TRUE;
}

gboolean use_check(const struct use *use, GError **error)
{
    for (int l = 0; l < LEVEL_COUNT; l++)
        if ((kind_levels[use->kind] >> l & 1) != 0 && isnan(use->level[l])) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "level %s is missing, expected %s=VOLTAGE", level_names[l],
                        level_names[l]);
            return FALSE;
        }
    return TRUE;
}

double use_level_V(const struct use *use, enum level level, double vdd_V)
{
    return use->of_vdd[level] ? use->level[level] * vdd_V : use->level[level];
}
