/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wave/reduce.h"

#include <math.h>

#include "base/error.h"

static void keep(GArray *kept, gsize i)
{
    guint64 index = i;
    if (kept->len == 0 || g_array_index(kept, guint64, kept->len - 1) != index)
        g_array_append_val(kept, index);
}

GArray *reduce_points(gsize n, const double *x, const double *y, double tolerance)
{
    GArray *kept = g_array_new(FALSE, FALSE, sizeof(guint64));
    gsize anchor = 0;
    double least = -INFINITY, most = INFINITY; /* slopes that pass what is between within the tolerance */
    if (n > 0)
        keep(kept, 0);
    for (gsize i = 1; i < n; i++) {
        double dx = x[i] - x[anchor], before = x[i - 1] - x[anchor];
        gboolean steps = x[i] == x[i - 1], turns = i - 1 > anchor && (x[i] > x[i - 1]) != (before > 0);
        double slope = (y[i] - y[anchor]) / dx, a = (y[i] - tolerance - y[anchor]) / dx, b = (y[i] + tolerance - y[anchor]) / dx;
        if (steps || turns || !(slope >= least && slope <= most)) {
            keep(kept, i - 1);
            anchor = i - 1;
            least = -INFINITY;
            most = INFINITY;
            dx = x[i] - x[anchor];
            a = (y[i] - tolerance - y[anchor]) / dx;
            b = (y[i] + tolerance - y[anchor]) / dx;
        }
        if (x[i] == x[anchor]) { /* a step: both its ends */
            keep(kept, i);
            anchor = i;
            least = -INFINITY;
            most = INFINITY;
            continue;
        }
        least = MAX(least, MIN(a, b));
        most = MIN(most, MAX(a, b));
    }
    if (n > 0)
        keep(kept, n - 1);
    return kept;
}

static gboolean ascends(const struct plot *plot, GError **error)
{
    const double *x = ((const struct vector *)plot->vectors->pdata[0])->real;
    for (gsize k = 0; k < plot->n_points; k++)
        if (!isfinite(x[k]) || (k > 0 && x[k] < x[k - 1])) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                        "plot \"%s\": its scale does not ascend at point %" G_GSIZE_FORMAT, plot->name, k);
            return FALSE;
        }
    return TRUE;
}

/* At x from the left or, where `right`, from the right; *at moves forward with ascending x. Level beyond the ends. */
static double value_at(const double *xs, const double *ys, gsize n, double x, gboolean right, gsize *at)
{
    while (*at + 1 < n && (right ? xs[*at + 1] <= x : xs[*at + 1] < x))
        (*at)++;
    if (*at + 1 >= n || xs[*at] > x)
        return ys[*at];
    if (xs[*at] == x && right)
        return ys[*at];
    if (xs[*at + 1] == x && !right)
        return ys[*at + 1];
    return ys[*at] + (ys[*at + 1] - ys[*at]) * ((x - xs[*at]) / (xs[*at + 1] - xs[*at]));
}

static void fill(const double *xs, const double *ys, gsize n, const struct vector *scale, const gboolean *right, gsize n_out,
                 double *out)
{
    gsize at = 0;
    for (gsize k = 0; k < n_out; k++)
        out[k] = value_at(xs, ys, n, scale->real[k], right == NULL || right[k], &at);
}

struct plot *plot_resample(const struct plot *plot, gsize n, GError **error)
{
    const struct vector *x = plot->vectors->pdata[0];
    if (plot->n_points == 0 || n < 2) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    "plot \"%s\": %" G_GSIZE_FORMAT " points on %" G_GSIZE_FORMAT ", expected 2 or more", plot->name,
                    plot->n_points, n);
        return NULL;
    }
    if (!ascends(plot, error))
        return NULL;
    struct plot *out = plot_new(plot->title, plot->name, plot->is_complex, n);
    double first = x->real[0], last = x->real[plot->n_points - 1];
    struct vector *scale = plot_add(out, x->name, x->type);
    for (gsize k = 0; k < n; k++)
        scale->real[k] = k == n - 1 ? last : first + (last - first) * ((double)k / (double)(n - 1));
    for (guint i = 1; i < plot->vectors->len; i++) {
        const struct vector *vector = plot->vectors->pdata[i];
        struct vector *copy = plot_add(out, vector->name, vector->type);
        fill(x->real, vector->real, plot->n_points, scale, NULL, n, copy->real);
        if (copy->imag != NULL)
            fill(x->real, vector->imag, plot->n_points, scale, NULL, n, copy->imag);
    }
    return out;
}

/* ---- joining -------------------------------------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Each x once, and twice where a plot has it twice. */
static GArray *joined_scale(const GPtrArray *plots, gboolean **right)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(double)), *steps = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint p = 0; p < plots->len; p++) {
        const struct plot *plot = plots->pdata[p];
        const double *x = ((const struct vector *)plot->vectors->pdata[0])->real;
        g_array_append_vals(all, x, (guint)plot->n_points);
        for (gsize k = 1; k < plot->n_points; k++)
            if (x[k] == x[k - 1])
                g_array_append_val(steps, x[k]);
    }
    g_array_sort(all, by_value);
    g_array_sort(steps, by_value);
    GArray *scale = g_array_new(FALSE, FALSE, sizeof(double));
    *right = g_new(gboolean, (gsize)all->len + steps->len + 1);
    for (guint i = 0, s = 0; i < all->len; i++) {
        double x = g_array_index(all, double, i);
        if (scale->len > 0 && g_array_index(scale, double, scale->len - 1) == x)
            continue;
        while (s < steps->len && g_array_index(steps, double, s) < x)
            s++;
        gboolean step = s < steps->len && g_array_index(steps, double, s) == x;
        (*right)[scale->len] = !step;
        g_array_append_val(scale, x);
        if (step) {
            (*right)[scale->len] = TRUE;
            g_array_append_val(scale, x);
        }
    }
    g_array_unref(all);
    g_array_unref(steps);
    return scale;
}

static gboolean joinable(const GPtrArray *plots, gsize limit, GError **error)
{
    const struct plot *first = plots->pdata[0];
    double n = 0, vectors = 1;
    for (guint p = 0; p < plots->len; p++) {
        const struct plot *plot = plots->pdata[p];
        const struct vector *x = plot->vectors->pdata[0];
        if (plot->is_complex != first->is_complex ||
            g_strcmp0(x->type, ((const struct vector *)first->vectors->pdata[0])->type) != 0) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                        "%u plots of different kinds (\"%s\" and \"%s\"): one table holds one, expected --plot with a number "
                        "from 0 to %u",
                        plots->len, first->name, plot->name, plots->len - 1);
            return FALSE;
        }
        if (!ascends(plot, error))
            return FALSE;
        n += (double)plot->n_points;
        vectors += plot->vectors->len - 1;
    }
    if (n * vectors <= (double)limit && n < G_MAXINT32)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                "%u plots: %.3g numbers on one scale, expected at most %" G_GSIZE_FORMAT, plots->len, n * vectors, limit);
    return FALSE;
}

struct plot *plots_join(const GPtrArray *plots, gsize limit, GError **error)
{
    if (!joinable(plots, limit, error))
        return NULL;
    const struct plot *first = plots->pdata[0];
    const struct vector *x = first->vectors->pdata[0];
    g_autofree gboolean *right = NULL;
    g_autoptr(GArray) joined = joined_scale(plots, &right);
    struct plot *out = plot_new(first->title, first->name, first->is_complex, joined->len);
    struct vector *scale = plot_add(out, x->name, x->type);
    for (guint k = 0; k < joined->len; k++)
        scale->real[k] = g_array_index(joined, double, k);
    for (guint p = 0; p < plots->len; p++) {
        const struct plot *plot = plots->pdata[p];
        const double *xs = ((const struct vector *)plot->vectors->pdata[0])->real;
        for (guint i = 1; i < plot->vectors->len; i++) {
            const struct vector *vector = plot->vectors->pdata[i];
            g_autofree char *name =
                plot_vector(out, vector->name) != NULL ? g_strdup_printf("%s.%u", vector->name, p) : g_strdup(vector->name);
            struct vector *copy = plot_add(out, name, vector->type);
            if (plot->n_points == 0)
                continue;
            fill(xs, vector->real, plot->n_points, scale, right, out->n_points, copy->real);
            if (copy->imag != NULL)
                fill(xs, vector->imag, plot->n_points, scale, right, out->n_points, copy->imag);
        }
    }
    return out;
}
