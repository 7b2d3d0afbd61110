/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One contract for every family of models: what stands at the head of src/fit/model.h. */
#include "config.h"

#include <string.h>

#include "fit/model.h"
#include "tests/fit/any_model.h"
#include "tests/support/check_tap.h"

static const struct model_family *const *families;
static int n_families;

/* A value and its slope by a number that the caller moves. */
static double slope_by(struct model *model, const double *x, double *number, double h, double (*value)(struct model *, const double *))
{
    double kept = *number;
    *number = kept + h;
    double up = value(model, x);
    *number = kept - h;
    double down = value(model, x);
    *number = kept;
    return (up - down) / (2 * h);
}

static double plain_value(struct model *model, const double *x)
{
    return model->family->eval(model, x, NULL, NULL);
}

START_TEST(provides_what_it_must)
{
    const struct model_family *family = families[_i];
    ck_assert(model_family(family->name) == family && family->fit != NULL && family->eval != NULL);
    struct samples *samples;
    struct model *model = fitted(family, &samples);
    ck_assert(model->n_coefficients > 0 && model->order >= 1);
    for (int a = 0; a < model->n_inputs; a++)
        ck_assert(model->inputs[a].min < model->inputs[a].max && model->inputs[a].scale > 0);
    if (family->parameters != NULL)
        ck_assert_uint_eq(g_strv_length((char **)(void *)family->parameters), model->n_coefficients);
    if (family->check != NULL)
        ck_assert(family->check(model, NULL));
    model_free(model);
    samples_free(samples);
}
END_TEST

START_TEST(slopes_are_those_of_the_value)
{
    struct samples *samples;
    struct model *model = fitted(families[_i], &samples);
    double gradient[MODEL_MAX_INPUTS], *by = g_new(double, model->n_coefficients), full_scale = model_judge(model, samples).full_scale;
    for (gsize i = 0; i < 40; i++) {
        double x[MODEL_MAX_INPUTS];
        memcpy(x, samples->x + 17 * i * (gsize)model->n_inputs, (gsize)model->n_inputs * sizeof *x);
        double value = model->family->eval(model, x, gradient, by);
        ck_assert_double_eq_tol(value, plain_value(model, x), 1e-13 * full_scale);
        for (int a = 0; a < model->n_inputs; a++)
            ck_assert_double_eq_tol(slope_by(model, x, &x[a], 1e-6, plain_value), gradient[a], 2e-8 * full_scale / 0.01);
        for (gsize k = 0; k < model->n_coefficients; k++) {
            double h = 1e-5 * fmax(fabs(model->coefficients[k]), model->family->parameters != NULL ? 1e-12 : 1e-7);
            ck_assert_double_eq_tol(slope_by(model, x, &model->coefficients[k], h, plain_value), by[k],
                                    1e-6 * fabs(by[k]) + 1e-9 * full_scale / h * 1e-3 + 1e-12);
        }
    }
    g_free(by);
    model_free(model);
    samples_free(samples);
}
END_TEST

START_TEST(extrapolates_flatly_and_says_so)
{
    struct samples *samples;
    struct model *model = fitted(families[_i], &samples);
    double x[MODEL_MAX_INPUTS], edge[MODEL_MAX_INPUTS], gradient[MODEL_MAX_INPUTS];
    for (int a = 0; a < model->n_inputs; a++) {
        gboolean outside = TRUE;
        memcpy(x, samples->x, (gsize)model->n_inputs * sizeof *x);
        model_eval(model, x, &outside);
        ck_assert(!outside);
        memcpy(edge, x, sizeof edge);
        for (int end = 0; end < 2; end++) {
            edge[a] = end == 0 ? model->inputs[a].min : model->inputs[a].max;
            x[a] = end == 0 ? edge[a] - 0.31 : edge[a] + 0.17;
            ck_assert(model_eval(model, x, &outside) == model_eval(model, edge, NULL) && outside);
            model_gradient(model, x, gradient, &outside);
            ck_assert(gradient[a] == 0 && outside);
        }
    }
    model_free(model);
    samples_free(samples);
}
END_TEST

START_TEST(reads_back_to_the_same_bits)
{
    struct samples *samples;
    struct model *model = fitted(families[_i], &samples);
    model->corner = g_strdup("ss");
    model->temperature_C = 84.7;
    model->inputs[0].of = g_strdup("sn");
    model->inputs[0].monotone = 1;
    GError *error = NULL;
    g_autofree char *text = model_to_json(model);
    struct model *back = model_from_json(text, "m.json", &error);
    ck_ok(back != NULL, error);
    g_autofree char *again = model_to_json(back);
    ck_assert_str_eq(text, again);
    for (gsize i = 0; i < samples->n; i++) {
        const double *x = samples->x + i * (gsize)model->n_inputs;
        double a = model_eval(model, x, NULL), b = model_eval(back, x, NULL);
        ck_assert_mem_eq(&a, &b, sizeof a);
    }
    struct model *copy = model_copy(back);
    g_autofree char *copied = model_to_json(copy);
    ck_assert_str_eq(text, copied);
    model_free(copy);
    model_free(back);
    model_free(model);
    samples_free(samples);
}
END_TEST

/* The same samples give the same model; without what they need, a sentence and the model as it was. */
START_TEST(fits_the_same_again_and_fails_without_points)
{
    struct samples *samples, *again;
    struct model *model = fitted(families[_i], &samples), *second = fitted(families[_i], &again);
    ck_assert_mem_eq(model->coefficients, second->coefficients, model->n_coefficients * sizeof(double));
    samples->n = 0;
    GError *error = NULL;
    ck_assert(!model->family->fit(model, 4, samples, &error));
    ck_assert(error != NULL);
    g_clear_error(&error);
    ck_assert_mem_eq(model->coefficients, second->coefficients, model->n_coefficients * sizeof(double));
    model_free(model);
    model_free(second);
    samples_free(samples);
    samples_free(again);
}
END_TEST

/* Samples of weight 0 might as well not be there. */
START_TEST(takes_weights)
{
    struct samples *samples, *clean;
    struct model *model = fitted(families[_i], &clean), *weighted = model_new(families[_i], "weighted");
    samples = samples_for(families[_i], weighted);
    samples->weight = g_new(double, samples->n);
    for (gsize i = 0; i < samples->n; i++) {
        samples->weight[i] = i % 13 == 5 ? 1e-12 : 1;
        samples->y[i] += i % 13 == 5 ? 5e-6 : 0;
    }
    GError *error = NULL;
    ck_ok(weighted->family->fit(weighted, 4, samples, &error), error);
    double full_scale = model_judge(model, clean).full_scale, good = model_judge(model, clean).rms;
    ck_assert_double_le(model_judge(weighted, clean).rms, 1.1 * good + 1e-4 * full_scale);
    model_free(model);
    model_free(weighted);
    samples_free(samples);
    samples_free(clean);
}
END_TEST

START_TEST(folds_fit_as_one_by_one)
{
    enum { FOLDS = 3, ORDERS = 4 };
    struct samples *samples;
    struct model *shape = fitted(families[_i], &samples), *models[ORDERS * (FOLDS + 1)] = {0};
    g_autofree int *fold = g_new(int, samples->n);
    for (gsize i = 0; i < samples->n; i++)
        fold[i] = (int)(i % FOLDS);
    model_fit_orders(shape, ORDERS, samples, fold, FOLDS, models);
    int orders = shape->family->orders != NULL ? shape->family->orders(shape, ORDERS) : ORDERS;
    double full_scale = model_judge(shape, samples).full_scale;
    g_autofree gboolean *left_out = g_new(gboolean, samples->n);
    for (int k = 0; k <= FOLDS; k++) {
        for (gsize i = 0; i < samples->n; i++)
            left_out[i] = fold[i] == k;
        struct samples *rest = samples_pick(samples, left_out, FALSE);
        for (int order = 1; order <= ORDERS; order++) {
            struct model *found = models[k * ORDERS + order - 1], *alone = model_copy(shape);
            ck_assert((found != NULL) == (order <= orders));
            if (found != NULL) {
                ck_assert(alone->family->fit(alone, order, rest, NULL));
                ck_assert_double_eq_tol(model_judge(found, rest).rms, model_judge(alone, rest).rms, 1e-6 * full_scale);
            }
            model_free(alone);
            model_free(found);
        }
        samples_free(rest);
    }
    model_free(shape);
    samples_free(samples);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("contract");
    TCase *t = tcase_create("contract");
    families = model_families();
    while (families[n_families] != NULL)
        n_families++;
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, provides_what_it_must, 0, n_families);
    tcase_add_loop_test(t, slopes_are_those_of_the_value, 0, n_families);
    tcase_add_loop_test(t, extrapolates_flatly_and_says_so, 0, n_families);
    tcase_add_loop_test(t, reads_back_to_the_same_bits, 0, n_families);
    tcase_add_loop_test(t, fits_the_same_again_and_fails_without_points, 0, n_families);
    tcase_add_loop_test(t, takes_weights, 0, n_families);
    tcase_add_loop_test(t, folds_fit_as_one_by_one, 0, n_families);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
