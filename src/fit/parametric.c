/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/parametric.c -- the fit that all laws share: a full one from several starts, and the folds' from where that ended. */
#include "config.h"

#include "fit/parametric.h"

#include <math.h>
#include <string.h>

static const struct law *const laws[] = {&ekv_law, &ekv_n_law, &ekv_p_law, &exponential_law, &hardsigmoid_law};

static const struct law *law_of(const struct model_family *family)
{
    for (gsize i = 0; i < G_N_ELEMENTS(laws); i++)
        if (laws[i]->family == family)
            return laws[i];
    g_assert_not_reached();
}

gsize parametric_count(const struct model_family *family)
{
    return family->parameters != NULL ? g_strv_length((char **)(void *)family->parameters) : 0;
}

int parametric_orders(const struct model *shape, int max_order)
{
    (void)shape;
    (void)max_order;
    return 1;
}

gboolean parametric_one_input(const struct model_input *inputs, int n_inputs, GError **error)
{
    (void)inputs;
    if (n_inputs == 1)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%d inputs, expected one", n_inputs);
    return FALSE;
}

double soft_ramp(double u, double *slope)
{
    double e = exp(-fabs(u));
    if (slope != NULL)
        *slope = u > 0 ? 1 / (1 + e) : e / (1 + e);
    return fmax(u, 0) + log1p(e);
}

/* What nonlinear_fit calls: the family's own value, with the parameters in place of the coefficients. */
struct call {
    struct model *model;
    const struct samples *samples;
};

static double call_value(void *user, gsize i, const double *p, double *slope)
{
    struct call *call = user;
    memcpy(call->model->coefficients, p, call->model->n_coefficients * sizeof *p);
    return call->model->family->eval(call->model, call->samples->x + i * (gsize)call->samples->n_inputs, NULL, slope);
}

/* Fits `model`, whose box is complete and which has room for its coefficients. */
static gboolean fit_from(struct model *model, const struct samples *samples, const struct nonlinear_parameter *table, int starts,
                         GError **error)
{
    struct call call = {model, samples};
    struct nonlinear_problem problem = {.n = samples->n,
                                        .n_parameters = model->n_coefficients,
                                        .parameters = table,
                                        .y = samples->y,
                                        .weight = samples->weight,
                                        .value = call_value,
                                        .user = &call,
                                        .starts = starts,
                                        .quick = TRUE,
                                        .seed = 1};
    struct nonlinear_result result;
    gboolean ok = nonlinear_fit(&problem, &result, error);
    if (ok) {
        memcpy(model->coefficients, result.p, model->n_coefficients * sizeof *result.p);
        g_free(model->covariance);
        model->covariance = g_steal_pointer(&result.covariance);
    }
    nonlinear_result_clear(&result);
    return ok;
}

/* A copy of the shape with its box closed and coefficients to be filled. */
static struct model *complete(const struct model *shape, const struct samples *samples)
{
    struct model *model = model_copy(shape);
    model_complete_inputs(model, samples);
    g_clear_pointer(&model->exponents, g_free);
    g_free(model->coefficients);
    model->order = 1;
    model->n_coefficients = parametric_count(model->family);
    model->coefficients = g_new0(double, model->n_coefficients);
    return model;
}

static struct model *fit_whole(const struct model *shape, const struct samples *samples, GError **error)
{
    const struct law *law = law_of(shape->family);
    struct model *model = complete(shape, samples);
    g_autofree struct nonlinear_parameter *table = g_new0(struct nonlinear_parameter, model->n_coefficients);
    law->table(model, samples, table);
    if (!fit_from(model, samples, table, law->starts, error))
        g_clear_pointer(&model, model_free);
    return model;
}

gboolean parametric_fit(struct model *model, int order, const struct samples *samples, GError **error)
{
    (void)order;
    struct model *fitted = fit_whole(model, samples, error);
    if (fitted == NULL)
        return FALSE;
    struct model old = *model;
    *model = *fitted;
    *fitted = old;
    model_free(fitted);
    return TRUE;
}

/* The fold's model from where the whole one ended. */
static struct model *fit_without(const struct model *whole, const struct samples *samples, const int *fold, int k)
{
    g_autofree gboolean *left_out = g_new(gboolean, samples->n);
    for (gsize i = 0; i < samples->n; i++)
        left_out[i] = fold[i] == k;
    struct samples *rest = samples_pick(samples, left_out, FALSE);
    struct model *model = model_copy(whole);
    g_autofree struct nonlinear_parameter *table = g_new0(struct nonlinear_parameter, model->n_coefficients);
    law_of(whole->family)->table(model, samples, table);
    for (gsize i = 0; i < model->n_coefficients; i++)
        table[i].start = whole->coefficients[i];
    if (!fit_from(model, rest, table, 1, NULL))
        g_clear_pointer(&model, model_free);
    samples_free(rest);
    return model;
}

void parametric_fit_orders(const struct model *shape, int max_order, const struct samples *samples, const int *fold, int n_folds,
                           struct model **models)
{
    memset(models, 0, (gsize)max_order * (gsize)(n_folds + 1) * sizeof *models);
    struct model *whole = fit_whole(shape, samples, NULL);
    for (int k = 0; whole != NULL && k < n_folds; k++)
        models[k * max_order] = fit_without(whole, samples, fold, k);
    models[n_folds * max_order] = whole;
}
