/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/npz_plot.h"

#include <string.h>

#include "base/error.h"
#include "store/npz.h"
#include "wave/csv.h"

static void free_array(gpointer array)
{
    ndarray_free(array);
}

static void add_array(GPtrArray *arrays, guint plot, guint n_plots, const char *name, const char *suffix, const double *values,
                      gsize n)
{
    g_autofree char *full = n_plots > 1 ? g_strdup_printf("%u/%s%s", plot, name, suffix) : g_strconcat(name, suffix, NULL);
    struct ndarray *array = ndarray_new(full, 1, &n);
    memcpy(array->data, values, n * sizeof *values);
    g_ptr_array_add(arrays, array);
}

gboolean npz_write_plots(const char *path, const GPtrArray *plots, GError **error)
{
    g_autoptr(GPtrArray) arrays = g_ptr_array_new_with_free_func(free_array);
    g_autoptr(GString) note = g_string_new(NULL);
    for (guint p = 0; p < plots->len; p++) {
        const struct plot *plot = plots->pdata[p];
        g_string_append_printf(note, "%s: %s, over %s\n", plot->title, plot->name,
                               ((const struct vector *)plot->vectors->pdata[0])->name);
        for (guint i = 0; i < plot->vectors->len; i++) {
            const struct vector *vector = plot->vectors->pdata[i];
            gboolean pair = plot->is_complex && i > 0;
            add_array(arrays, p, plots->len, vector->name, pair ? ":re" : "", vector->real, plot->n_points);
            if (pair)
                add_array(arrays, p, plots->len, vector->name, ":im", vector->imag, plot->n_points);
        }
    }
    return npz_write_noted(path, arrays, note->str, error);
}

static guint find_scale(const GPtrArray *arrays)
{
    static const char *const names[] = {"time", "frequency", "x"};
    for (gsize n = 0; n < G_N_ELEMENTS(names); n++)
        for (guint i = 0; i < arrays->len; i++)
            if (g_ascii_strcasecmp(((const struct ndarray *)arrays->pdata[i])->name, names[n]) == 0)
                return i;
    return 0;
}

/* Columns as CSV has them, so that pairs and types are told in one place. */
GPtrArray *npz_read_plots(const char *path, GError **error)
{
    g_autoptr(GPtrArray) arrays = npz_read(path, error);
    if (arrays == NULL)
        return NULL;
    guint scale = arrays->len > 0 ? find_scale(arrays) : 0;
    gsize n = arrays->len > 0 ? ndarray_size(arrays->pdata[scale]) : 0;
    gboolean complex = arrays->len >= 3 && arrays->len % 2 == 1;
    for (guint i = 0; i < arrays->len; i++) {
        const struct ndarray *array = arrays->pdata[i];
        if (array->rank != 1 || array->shape[0] != n) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                        "%s: array \"%s\": expected one dimension of %" G_GSIZE_FORMAT " numbers, as \"%s\" has", path,
                        array->name, n, ((const struct ndarray *)arrays->pdata[scale])->name);
            return NULL;
        }
        complex = complex && (i == scale || g_str_has_suffix(array->name, ":re") || g_str_has_suffix(array->name, ":im"));
    }
    if (arrays->len == 0) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: no arrays", path);
        return NULL;
    }
    struct plot *plot = plot_new(path, "Table", complex, n);
    const struct ndarray *x = arrays->pdata[scale];
    memcpy(plot_add(plot, x->name, csv_type(x->name))->real, x->data, n * sizeof(double));
    for (guint i = 0; i < arrays->len; i++) {
        const struct ndarray *array = arrays->pdata[i];
        if (i == scale || (complex && g_str_has_suffix(array->name, ":im")))
            continue;
        g_autofree char *name = g_strndup(array->name, strlen(array->name) - (complex ? 3 : 0)),
                        *imaginary = g_strconcat(name, ":im", NULL);
        const struct ndarray *imag = complex ? npz_array(arrays, imaginary) : NULL;
        struct vector *vector = plot_add(plot, name, csv_type(name));
        memcpy(vector->real, array->data, n * sizeof(double));
        if (imag != NULL)
            memcpy(vector->imag, imag->data, n * sizeof(double));
    }
    GPtrArray *plots = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    g_ptr_array_add(plots, plot);
    return plots;
}
