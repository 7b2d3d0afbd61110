/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fit/any_model.h -- a model of any family, fitted to samples that it can be fitted to: for tests that run on every family. */
#ifndef GAINSPICE_TESTS_FIT_ANY_MODEL_H
#define GAINSPICE_TESTS_FIT_ANY_MODEL_H

#include <string.h>

#include "fit/model.h"
#include "stats/random.h"
#include "tests/support/check_tap.h"

/* What a law gives with these parameters: its own samples, so that a fit ends somewhere. */
static const struct {
    const char *family;
    double p[12];
} known[] = {
    {"ekv", {9e-8, 0.35, 1.11, 0.2, 0.2, 0.095, 17e-8, 0.47, 1.13, 0.6, 0.39, 0.1}},
    {"ekv-n", {9e-8, 0.35, 1.11, 0.2, 0.2, 0.095, -1}},
    {"ekv-p", {17e-8, 0.47, 1.13, 0.6, 0.39, 0.1, 1}},
    {"exponential", {1e-6, 2e-6, 0.3}},
    {"hardsigmoid", {0.1e-6, 3e-6, 0.2, 0.4, 0.05, 0.08}},
};

static double surface(struct model *model, const double *x)
{
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (strcmp(known[i].family, model->family->name) == 0) {
            model->coefficients = (double *)(guintptr)known[i].p;
            double y = model->family->eval(model, x, NULL, NULL);
            model->coefficients = NULL;
            return y;
        }
    return 1e-6 * (0.3 + 2.4 * x[0] + tanh(5 * (x[0] - 0.4)) * (0.2 + x[1]) + 0.3 * x[1] * x[1]);
}

/* Samples that a family can be fitted to: of the inputs that it takes. */
static struct samples *samples_for(const struct model_family *family, struct model *model)
{
    static const char *const names[3] = {"v_store", "v_in", "v_bl"};
    struct model_input any[2] = {{.name = (char *)"a"}, {.name = (char *)"b"}}, one = {.name = (char *)"a"};
    gboolean two = family->suits == NULL || family->suits(any, 2, NULL), single = !two && family->suits(&one, 1, NULL);
    model->n_inputs = two ? 2 : single ? 1 : 3;
    struct samples *samples = samples_new(model->n_inputs, 1331);
    for (int a = 0; a < model->n_inputs; a++) {
        model->inputs[a].name = g_strdup(two || single ? any[a].name : names[a]);
        model->inputs[a].unit = g_strdup("V");
        model->inputs[a].offset = 0.1;
    }
    for (gsize i = 0; i < samples->n; i++) {
        double *x = samples->x + i * (gsize)model->n_inputs;
        for (int a = 0; a < model->n_inputs; a++)
            x[a] = 0.05 + 0.8 * random_uniform(7, "x", i * 3 + (gsize)a);
        samples->y[i] = surface(model, x) + 1e-9 * random_normal(7, "y", i);
    }
    return samples;
}

static struct model *fitted(const struct model_family *family, struct samples **samples)
{
    struct model *model = model_new(family, "contract");
    model->output = g_strdup("i");
    model->output_unit = g_strdup("A");
    model->source = g_strdup("test");
    GError *error = NULL;
    *samples = samples_for(family, model);
    ck_ok(family->fit(model, 4, *samples, &error), error);
    return model;
}

#endif
