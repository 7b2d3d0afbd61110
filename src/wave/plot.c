/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wave/plot.h"

#include <string.h>

static void vector_free(gpointer data)
{
    struct vector *vector = data;
    g_free(vector->name);
    g_free(vector->type);
    g_free(vector->real);
    g_free(vector->imag);
    g_free(vector);
}

struct plot *plot_new(const char *title, const char *name, gboolean is_complex, gsize n_points)
{
    struct plot *plot = g_new0(struct plot, 1);
    plot->title = g_strdup(title);
    plot->date = g_strdup("");
    plot->name = g_strdup(name);
    plot->is_complex = is_complex;
    plot->n_points = n_points;
    plot->vectors = g_ptr_array_new_with_free_func(vector_free);
    return plot;
}

void plot_free(struct plot *plot)
{
    if (plot == NULL)
        return;
    g_free(plot->title);
    g_free(plot->date);
    g_free(plot->name);
    g_ptr_array_unref(plot->vectors);
    g_free(plot);
}

struct vector *plot_add_lazy(struct plot *plot, const char *name, const char *type)
{
    struct vector *vector = g_new0(struct vector, 1);
    vector->name = g_strdup(name);
    vector->type = g_strdup(type);
    g_ptr_array_add(plot->vectors, vector);
    return vector;
}

static void allocate(const struct plot *plot, struct vector *vector)
{
    gsize n = MAX(plot->n_points, 1); /* a vector of no points still is an array, not NULL */
    vector->real = g_new0(double, n);
    vector->imag = plot->is_complex ? g_new0(double, n) : NULL;
}

struct vector *plot_add(struct plot *plot, const char *name, const char *type)
{
    struct vector *vector = plot_add_lazy(plot, name, type);
    allocate(plot, vector);
    return vector;
}

void plot_load(struct plot *plot)
{
    for (guint i = 0; i < plot->vectors->len; i++) {
        struct vector *vector = plot->vectors->pdata[i];
        if (vector->real != NULL)
            continue;
        allocate(plot, vector);
        numbers_get(&vector->lazy_real, 0, vector->lazy_real.n, vector->real);
        if (vector->lazy_imag.n > 0)
            numbers_get(&vector->lazy_imag, 0, vector->lazy_imag.n, vector->imag);
    }
}

/* A name without its dress: libngspice says "sn" and "v_bl#branch" where raw files say "v(sn)" and "i(v_bl)". Quantities of
 * devices ("@m1[id]") get an i() around them in files, but are no branches. */
struct bare_name {
    const char *text;
    gsize length;
    gboolean is_branch;
};

static struct bare_name bare_name(const char *name)
{
    static const char branch[] = "#branch";
    struct bare_name bare = {name, strlen(name), FALSE};
    char first = g_ascii_tolower(name[0]);
    if ((first == 'v' || first == 'i') && bare.length > 3 && name[1] == '(' && name[bare.length - 1] == ')') {
        bare.text += 2;
        bare.length -= 3;
        bare.is_branch = first == 'i' && bare.text[0] != '@';
        return bare;
    }
    gsize n = sizeof branch - 1;
    if (bare.length > n && g_ascii_strcasecmp(name + bare.length - n, branch) == 0) {
        bare.length -= n;
        bare.is_branch = TRUE;
    }
    return bare;
}

const struct vector *plot_vector(const struct plot *plot, const char *name)
{
    struct bare_name wanted = bare_name(name);
    for (guint i = 0; i < plot->vectors->len; i++) {
        const struct vector *vector = plot->vectors->pdata[i];
        struct bare_name have = bare_name(vector->name);
        if (have.is_branch == wanted.is_branch && have.length == wanted.length &&
            g_ascii_strncasecmp(have.text, wanted.text, have.length) == 0)
            return vector;
    }
    return NULL;
}

const struct vector *plot_vector_or(const struct plot *plot, const char *name, const char *alias)
{
    const struct vector *found = plot_vector(plot, name);
    return found == NULL && alias != NULL ? plot_vector(plot, alias) : found;
}
