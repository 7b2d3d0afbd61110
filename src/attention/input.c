/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attention/input.c -- Q, K and V out of an npz. A wrong shape or a NaN would come out as a plausible result: refused here. */
#include "config.h"

#include "attention/attention.h"

#include <math.h>

/* "4×128×64" */
static char *shape_text(const struct ndarray *array)
{
    GString *text = g_string_new(array->rank == 0 ? "a single number" : NULL);
    for (int i = 0; i < array->rank; i++)
        g_string_append_printf(text, "%s%zu", i > 0 ? "×" : "", array->shape[i]);
    return g_string_free(text, FALSE);
}

/* "[2][17][5]" of the element that lies at `offset`. */
static char *index_text(const struct ndarray *array, gsize offset)
{
    gsize index[NDARRAY_MAX_RANK];
    for (int i = array->rank - 1; i >= 0; i--) {
        index[i] = offset % array->shape[i];
        offset /= array->shape[i];
    }
    GString *text = g_string_new(NULL);
    for (int i = 0; i < array->rank; i++)
        g_string_append_printf(text, "[%zu]", index[i]);
    return g_string_free(text, FALSE);
}

static const struct ndarray *find(const GPtrArray *arrays, const char *upper, const char *lower)
{
    const struct ndarray *array = npz_array(arrays, upper);
    return array != NULL ? array : npz_array(arrays, lower);
}

static gboolean all_finite(const struct ndarray *array, gsize n, const char *name, GError **error)
{
    for (gsize i = 0; i < n; i++)
        if (!isfinite(array->data[i])) {
            g_autofree char *index = index_text(array, i);
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                        "%s: array \"%s\": element %s is %s, expected a finite number", name, array->name, index,
                        isnan(array->data[i]) ? "NaN" : "infinite");
            return FALSE;
        }
    return TRUE;
}

static gboolean same_shape(const struct ndarray *array, const struct ndarray *q, const char *name, GError **error)
{
    g_autofree char *is = shape_text(array), *wanted = shape_text(q);
    if (g_strcmp0(is, wanted) == 0)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: array \"%s\": shape %s, expected %s as %s has", name,
                array->name, is, wanted, q->name);
    return FALSE;
}

static gboolean shape_of(const struct ndarray *q, const char *name, struct attention_input *input, GError **error)
{
    g_autofree char *shape = shape_text(q);
    if (q->rank != 2 && q->rank != 3) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    "%s: array \"%s\": shape %s, expected case×token×dimension or token×dimension", name, q->name, shape);
        return FALSE;
    }
    input->n_cases = q->rank == 3 ? q->shape[0] : 1;
    input->n_tokens = q->shape[q->rank - 2];
    input->dimension = q->shape[q->rank - 1];
    if (input->n_cases > 0 && input->n_tokens > 0 && input->dimension > 0)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                "%s: array \"%s\": shape %s is empty, expected at least one element", name, q->name, shape);
    return FALSE;
}

gboolean attention_input_from_npz(const GPtrArray *arrays, const char *name, struct attention_input *input, GError **error)
{
    static const char *const upper[] = {"Q", "K", "V"}, *const lower[] = {"q", "k", "v"};
    const struct ndarray *found[3];
    for (gsize i = 0; i < 3; i++) {
        found[i] = find(arrays, upper[i], lower[i]);
        if (found[i] == NULL) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: array \"%s\": is missing, expected Q, K and V", name,
                        upper[i]);
            return FALSE;
        }
    }
    if (!shape_of(found[0], name, input, error) || !same_shape(found[1], found[0], name, error) ||
        !same_shape(found[2], found[0], name, error))
        return FALSE;
    gsize n = input->n_cases * input->n_tokens * input->dimension; /* the arrays are in memory: it fits */
    for (gsize i = 0; i < 3; i++)
        if (!all_finite(found[i], n, name, error))
            return FALSE;
    input->q = found[0]->data;
    input->k = found[1]->data;
    input->v = found[2]->data;
    return TRUE;
}
