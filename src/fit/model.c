/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/model.c -- models in memory: evaluation inside the box, judgement on samples. The file format is model_json.c. */
#include "config.h"

#include "fit/model.h"

#include "fit/bspline.h"
#include "fit/parametric.h"
#include "fit/polynomial.h"

#include <math.h>
#include <string.h>

static const struct model_family *const families[] = {&polynomial_family, &bspline_family, &ekv_family, &ekv_n_family, &ekv_p_family,
                                                      &exponential_family, &hardsigmoid_family, NULL};

const struct model_family *const *model_families(void)
{
    return families;
}

const struct model_family *model_family(const char *name)
{
    for (gsize i = 0; families[i] != NULL; i++)
        if (g_strcmp0(families[i]->name, name) == 0)
            return families[i];
    return NULL;
}

char *model_family_names(void)
{
    GString *names = g_string_new(NULL);
    for (gsize i = 0; families[i] != NULL; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", families[i]->name);
    return g_string_free(names, FALSE);
}

struct samples *samples_new(int n_inputs, gsize n)
{
    g_assert(n_inputs >= 1 && n_inputs <= MODEL_MAX_INPUTS);
    struct samples *samples = g_new0(struct samples, 1);
    samples->n_inputs = n_inputs;
    samples->n = n;
    samples->x = g_new0(double, n *(gsize)n_inputs);
    samples->y = g_new0(double, n);
    return samples;
}

void samples_free(struct samples *samples)
{
    if (samples == NULL)
        return;
    g_free(samples->x);
    g_free(samples->y);
    g_free(samples->weight);
    g_free(samples);
}

struct samples *samples_pick(const struct samples *all, const gboolean *flags, gboolean wanted)
{
    gsize n = 0, k = (gsize)all->n_inputs;
    for (gsize i = 0; i < all->n; i++)
        n += flags[i] == wanted;
    struct samples *some = samples_new(all->n_inputs, n);
    if (all->weight != NULL)
        some->weight = g_new(double, n);
    n = 0;
    for (gsize i = 0; i < all->n; i++)
        if (flags[i] == wanted) {
            memcpy(some->x + n * k, all->x + i * k, k * sizeof *all->x);
            if (all->weight != NULL)
                some->weight[n] = all->weight[i];
            some->y[n++] = all->y[i];
        }
    return some;
}

struct model *model_new(const struct model_family *family, const char *name)
{
    struct model *model = g_new0(struct model, 1);
    model->family = family;
    model->name = g_strdup(name);
    model->temperature_C = model->vdd_V = NAN;
    return model;
}

struct model *model_copy(const struct model *model)
{
    struct model *copy = g_memdup2(model, sizeof *model);
    copy->name = g_strdup(model->name);
    copy->output = g_strdup(model->output);
    copy->output_unit = g_strdup(model->output_unit);
    copy->source = g_strdup(model->source);
    copy->corner = g_strdup(model->corner);
    for (int a = 0; a < model->n_inputs; a++) {
        copy->inputs[a].name = g_strdup(model->inputs[a].name);
        copy->inputs[a].unit = g_strdup(model->inputs[a].unit);
        copy->inputs[a].of = g_strdup(model->inputs[a].of);
        copy->knots[a] = g_memdup2(model->knots[a], model->n_knots[a] * sizeof(double));
    }
    copy->coefficients = g_memdup2(model->coefficients, model->n_coefficients * sizeof *model->coefficients);
    copy->exponents = g_memdup2(model->exponents, model->n_coefficients * (gsize)model->n_inputs * sizeof *model->exponents);
    copy->covariance = g_memdup2(model->covariance, model->n_coefficients * model->n_coefficients * sizeof *model->covariance);
    return copy;
}

void model_free(struct model *model)
{
    if (model == NULL)
        return;
    g_free(model->name);
    g_free(model->output);
    g_free(model->output_unit);
    g_free(model->source);
    g_free(model->corner);
    for (int a = 0; a < MODEL_MAX_INPUTS; a++) {
        g_free(model->inputs[a].name);
        g_free(model->inputs[a].unit);
        g_free(model->inputs[a].of);
        g_free(model->knots[a]);
    }
    g_free(model->covariance);
    g_free(model->coefficients);
    g_free(model->exponents);
    g_free(model);
}

int model_input_index(const struct model *model, const char *name)
{
    for (int a = 0; a < model->n_inputs; a++)
        if (g_strcmp0(model->inputs[a].name, name) == 0)
            return a;
    return -1;
}

static gboolean clamp_inputs(const struct model *model, const double *x, double *inside)
{
    gboolean clamped = FALSE;
    for (int a = 0; a < model->n_inputs; a++) {
        inside[a] = CLAMP(x[a], model->inputs[a].min, model->inputs[a].max);
        clamped = clamped || inside[a] != x[a];
    }
    return clamped;
}

double model_eval(const struct model *model, const double *x, gboolean *outside)
{
    double inside[MODEL_MAX_INPUTS];
    gboolean clamped = clamp_inputs(model, x, inside);
    if (outside != NULL)
        *outside = clamped;
    return model->family->eval(model, inside, NULL, NULL);
}

double model_gradient(const struct model *model, const double *x, double *gradient, gboolean *outside)
{
    double inside[MODEL_MAX_INPUTS];
    gboolean clamped = clamp_inputs(model, x, inside);
    if (outside != NULL)
        *outside = clamped;
    double value = model->family->eval(model, inside, gradient, NULL);
    for (int a = 0; a < model->n_inputs; a++)
        if (inside[a] != x[a])
            gradient[a] = 0;
    return value;
}

void model_eval_many(const struct model *model, gsize n, const double *x, double *y, double *gradient)
{
    gsize k = (gsize)model->n_inputs;
    for (gsize i = 0; i < n; i++)
        y[i] = gradient != NULL ? model_gradient(model, x + i * k, gradient + i * k, NULL) : model_eval(model, x + i * k, NULL);
}

void model_complete_inputs(struct model *model, const struct samples *samples)
{
    gsize k = (gsize)samples->n_inputs;
    for (gsize a = 0; a < k; a++) {
        struct model_input *input = &model->inputs[a];
        if (!(input->min < input->max) && samples->n > 0) {
            input->min = input->max = samples->x[a];
            for (gsize i = 1; i < samples->n; i++) {
                input->min = fmin(input->min, samples->x[i * k + a]);
                input->max = fmax(input->max, samples->x[i * k + a]);
            }
        }
        if (input->scale <= 0)
            input->scale = fmax(fabs(input->min - input->offset), fabs(input->max - input->offset));
        if (input->scale <= 0)
            input->scale = 1;
    }
}

struct model_error model_judge(const struct model *model, const struct samples *samples)
{
    struct model_error result = {.n = samples->n};
    if (samples->n == 0)
        return result;
    double sum2 = 0, min = samples->y[0], max = samples->y[0];
    result.worst = -1;
    for (gsize i = 0; i < samples->n; i++) {
        const double *x = samples->x + i * (gsize)samples->n_inputs;
        double error = fabs(model_eval(model, x, NULL) - samples->y[i]);
        sum2 += error * error;
        min = fmin(min, samples->y[i]);
        max = fmax(max, samples->y[i]);
        if (error > result.worst) {
            result.worst = error;
            memcpy(result.worst_at, x, (gsize)samples->n_inputs * sizeof *x);
        }
    }
    result.rms = sqrt(sum2 / (double)samples->n);
    result.full_scale = max - min;
    return result;
}

static void fit_one_by_one(const struct model *shape, int max_order, const struct samples *samples, const int *fold, int n_folds,
                           struct model **models)
{
    g_autofree gboolean *left_out = g_new(gboolean, samples->n);
    for (int k = 0; k <= n_folds; k++) {
        for (gsize i = 0; i < samples->n; i++)
            left_out[i] = fold[i] == k;
        struct samples *rest = samples_pick(samples, left_out, FALSE);
        for (int order = 1; order <= max_order; order++) {
            struct model *fitted = model_copy(shape);
            if (!shape->family->fit(fitted, order, rest, NULL))
                g_clear_pointer(&fitted, model_free);
            models[k * max_order + order - 1] = fitted;
        }
        samples_free(rest);
    }
}

void model_fit_orders(const struct model *shape, int max_order, const struct samples *samples, const int *fold, int n_folds,
                      struct model **models)
{
    if (shape->family->fit_orders != NULL)
        shape->family->fit_orders(shape, max_order, samples, fold, n_folds, models);
    else
        fit_one_by_one(shape, max_order, samples, fold, n_folds, models);
}
