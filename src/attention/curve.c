/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "attention/curve.h"

#include "fit/polynomial.h"

#include <gsl/gsl_integration.h>
#include <math.h>
#include <string.h>

static gboolean refuse(const struct model *model, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean refuse(const struct model *model, GError **error, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *what = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "model \"%s\": %s", model->name, what);
    return FALSE;
}

/* Sets x[a] of an input that attention holds. */
static gboolean hold(struct cell_curve *curve, int a, const struct attention_config *config, GError **error)
{
    const struct model_input *input = &curve->model->inputs[a];
    double slack = 1e-9 * (input->max - input->min); /* the ends of a sweep carry rounding */
    if (strcmp(input->name, "v_in") == 0)
        curve->x[a] = config->v_in_V;
    else if (strcmp(input->name, "v_bl") == 0)
        curve->x[a] = config->v_bl_V;
    else
        return refuse(curve->model, error, "input \"%s\" is not known to attention, expected v_store, v_in and v_bl",
                      input->name);
    if (curve->x[a] < input->min - slack || curve->x[a] > input->max + slack)
        return refuse(curve->model, error, "%s is %g V, outside the model's %g to %g V", input->name, curve->x[a], input->min,
                      input->max);
    return TRUE;
}

gboolean cell_curve_init(struct cell_curve *curve, const struct model *model, const struct attention_config *config,
                         GError **error)
{
    *curve = (struct cell_curve){.model = model, .store = model_input_index(model, "v_store"), .v_mid_V = config->v_mid_V};
    if (curve->store < 0)
        return refuse(model, error, "has no input \"v_store\", expected the stored voltage as an input");
    if (g_strcmp0(model->output_unit, "A") != 0)
        return refuse(model, error, "gives \"%s\" in \"%s\", expected a current in A", model->output, model->output_unit);
    for (int a = 0; a < model->n_inputs; a++)
        if (a != curve->store && !hold(curve, a, config, error))
            return FALSE;
    curve->min_V = model->inputs[curve->store].min;
    curve->max_V = model->inputs[curve->store].max;
    curve->order = model->order;
    curve->x[curve->store] = config->v_mid_V;
    curve->has_powers = polynomial_section(model, curve->store, curve->x, curve->a);
    return TRUE;
}

double cell_curve_at(const struct cell_curve *curve, double v_store_V)
{
    if (curve->has_powers) {
        double y = CLAMP(v_store_V, curve->min_V, curve->max_V) - curve->v_mid_V, sum = 0;
        for (int i = curve->order; i >= 0; i--)
            sum = sum * y + curve->a[i];
        return sum;
    }
    double x[MODEL_MAX_INPUTS];
    memcpy(x, curve->x, sizeof x);
    x[curve->store] = v_store_V;
    return model_eval(curve->model, x, NULL);
}

double cell_curve_slope(const struct cell_curve *curve, double v_max_V)
{
    /* Gauss-Legendre on 64 points: exact for polynomials up to order 126; slope = ∫ I·(V − c) dV / ∫ (V − c)² dV. */
    enum { POINTS = 64 };
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(POINTS);
    double c = v_max_V / 2, sum = 0;
    for (size_t i = 0; i < POINTS; i++) {
        double v, weight;
        gsl_integration_glfixed_point(0, v_max_V, i, &v, &weight, table);
        sum += weight * cell_curve_at(curve, v) * (v - c);
    }
    gsl_integration_glfixed_table_free(table);
    return sum / (2.0 / 3 * c * c * c);
}
