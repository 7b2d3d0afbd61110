/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers of single families: the two-transistor stage on the authors' cell and on itself, splines, curves of one input. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "fit/bspline.h"
#include "fit/parametric.h"
#include "stats/random.h"
#include "tests/support/check_tap.h"

static struct model *stage(int n_inputs)
{
    static const char *const names[3] = {"v_store", "v_in", "v_bl"};
    struct model *model = model_new(&ekv_family, "stage");
    model->n_inputs = n_inputs;
    for (int a = 0; a < n_inputs; a++) {
        model->inputs[a].name = g_strdup(names[a]);
        model->inputs[a].unit = g_strdup("V");
    }
    return model;
}

/* The 300 points of the authors' simulated cell. */
static struct samples *authors_points(void)
{
    g_autofree char *path = source_path("netlists/gain-cell-authors.csv");
    gsize length, n = 0;
    g_autofree char *text = file_read(path, 1 << 20, &length, origin_at(NULL, 0), NULL);
    ck_assert(text != NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    struct samples *samples = samples_new(2, 300);
    for (char **line = lines; *line != NULL; line++) {
        double v_store, v_in, i_A;
        if (sscanf(*line, "%lf,%lf,%lf", &v_store, &v_in, &i_A) != 3)
            continue;
        ck_assert_uint_lt(n, 300);
        samples->x[2 * n] = v_store;
        samples->x[2 * n + 1] = v_in;
        samples->y[n++] = i_A;
    }
    ck_assert_uint_eq(n, 300);
    return samples;
}

START_TEST(the_stage_on_the_authors_cell)
{
    struct samples *samples = authors_points();
    struct model *model = stage(2);
    GError *error = NULL;
    ck_ok(ekv_family.fit(model, 1, samples, &error), error);
    struct model_error e = model_judge(model, samples);
    if (g_getenv("VERBOSE") != NULL) {
        g_printerr("EKV on 300 points: rms %.4f %% of span, worst %.4f %%\n", 100 * e.rms / e.full_scale, 100 * e.worst / e.full_scale);
        for (gsize i = 0; i < model->n_coefficients; i++)
            g_printerr("  %-10s %.5g ± %.2g\n", ekv_family.parameters[i], model->coefficients[i],
                       sqrt(model->covariance[i * (model->n_coefficients + 1)]));
    }
    ck_assert_double_le(e.rms, 0.0012 * e.full_scale);
    model_free(model);
    samples_free(samples);
}
END_TEST

static const double truth[12] = {0.0898e-6, 0.3507, 1.1111, 0.21, 0.1935, 0.0955, 0.1692e-6, 0.4731, 1.1272, 0.5867, 0.3857, 0.1011};

static struct samples *stage_surface(guint64 seed, double noise_A)
{
    struct model *model = stage(3);
    model->coefficients = g_memdup2(truth, sizeof truth);
    model->n_coefficients = 12;
    struct samples *samples = samples_new(3, 20 * 12 * 5);
    for (gsize i = 0; i < samples->n; i++) {
        double *x = samples->x + 3 * i;
        x[0] = 0.9 * (double)(i % 20) / 19;
        x[1] = 0.45 + 0.45 * (double)(i / 20 % 12) / 11;
        x[2] = 0.35 + 0.05 * (double)(i / 240);
        samples->y[i] = ekv_family.eval(model, x, NULL, NULL) + noise_A * random_normal(seed, "noise", i);
    }
    model_free(model);
    return samples;
}

/* Over 20 draws of the noise 95 % intervals hold the truth 95 times in 100: of 240, at least 215 (4.5 standard deviations of a count,
 * for the parameters of one draw go together), and each is within 5 of its own deviations. */
START_TEST(the_stage_recovers_itself)
{
    int inside = 0;
    for (guint64 seed = 1; seed <= 20; seed++) {
        struct samples *samples = stage_surface(seed, 5e-9);
        struct model *model = stage(3);
        GError *error = NULL;
        ck_ok(ekv_family.fit(model, 1, samples, &error), error);
        ck_assert_double_eq_tol(model_judge(model, samples).rms, 5e-9, 0.4e-9);
        for (gsize i = 0; i < 12; i++) {
            double sigma = sqrt(model->covariance[i * 13]), off = fabs(model->coefficients[i] - truth[i]);
            ck_assert_msg(off <= 5 * sigma && sigma < fabs(truth[i]), "%s: %g ± %g, truth %g", ekv_family.parameters[i],
                          model->coefficients[i], sigma, truth[i]);
            inside += off <= 1.96 * sigma;
        }
        model_free(model);
        samples_free(samples);
    }
    ck_assert_int_ge(inside, 215);
}
END_TEST

START_TEST(one_transistor_of_the_stage)
{
    struct samples *samples = stage_surface(1, 0);
    struct model *both = stage(3), *n = stage(3), *p = stage(3);
    double of_n[7], of_p[7];
    memcpy(of_n, truth, 6 * sizeof *truth);
    memcpy(of_p, truth + 6, 6 * sizeof *truth);
    of_n[6] = of_p[6] = 1;
    n->family = &ekv_n_family;
    p->family = &ekv_p_family;
    both->coefficients = g_memdup2(truth, sizeof truth);
    n->coefficients = g_memdup2(of_n, sizeof of_n);
    p->coefficients = g_memdup2(of_p, sizeof of_p);
    for (gsize i = 0; i < samples->n; i++) {
        const double *x = samples->x + 3 * i;
        double sum = ekv_n_family.eval(n, x, NULL, NULL) + ekv_p_family.eval(p, x, NULL, NULL);
        ck_assert_double_eq_tol(sum, ekv_family.eval(both, x, NULL, NULL), 1e-20);
    }
    model_free(both);
    model_free(n);
    model_free(p);
    samples_free(samples);
}
END_TEST

/* Cubics along each input are splines: reproduced to rounding and to the penalty. */
START_TEST(splines_reproduce_cubics)
{
    struct samples *samples = samples_new(2, 900);
    for (gsize i = 0; i < samples->n; i++) {
        double u = (double)(i % 30) / 29, v = (double)(i / 30) / 29;
        samples->x[2 * i] = u;
        samples->x[2 * i + 1] = v;
        samples->y[i] = 1 + u - 2.385 * u * u * v + u * u * u * v * v - v * v * v;
    }
    struct model *model = model_new(&bspline_family, "s");
    model->n_inputs = 2;
    GError *error = NULL;
    ck_ok(bspline_family.fit(model, 5, samples, &error), error);
    ck_assert_uint_eq(model->n_coefficients, 64);
    ck_assert_double_lt(model_judge(model, samples).worst, 1e-8);
    model_free(model);
    samples_free(samples);
}
END_TEST

/* A step with noise: least squares overshoot and follow the noise, a monotone spline never falls. */
START_TEST(a_monotone_spline_never_falls)
{
    struct samples *samples = samples_new(2, 3000);
    for (gsize i = 0; i < samples->n; i++) {
        double *x = samples->x + 2 * i;
        x[0] = random_uniform(1, "x", i);
        x[1] = random_uniform(1, "y", i);
        samples->y[i] = tanh(10 * (x[0] - 0.5)) + 0.3 * x[1] + 0.05 * random_normal(1, "n", i);
    }
    double rms[2];
    for (int monotone = 0; monotone < 2; monotone++) {
        struct model *model = model_new(&bspline_family, "s");
        model->n_inputs = 2;
        model->inputs[0].monotone = model->inputs[1].monotone = monotone;
        ck_assert(bspline_family.fit(model, 12, samples, NULL));
        rms[monotone] = model_judge(model, samples).rms;
        double lowest = 0, gradient[2];
        for (gsize i = 0; i < 10000; i++) {
            double x[2] = {(double)(i % 100) / 99, (double)(i / 100) / 99};
            model_gradient(model, x, gradient, NULL);
            lowest = fmin(lowest, fmin(gradient[0], gradient[1]));
        }
        if (monotone)
            ck_assert_double_ge(lowest, -1e-12);
        else
            ck_assert_double_lt(lowest, -0.1);
        model_free(model);
    }
    ck_assert_double_eq_tol(rms[0], 0.05, 0.003);
    ck_assert_double_eq_tol(rms[1], 0.05, 0.003);
    samples_free(samples);
}
END_TEST

static struct model *curve(const struct model_family *family, const double *p, gsize n, double noise, double x_low, double x_high)
{
    struct samples *samples = samples_new(1, 300);
    struct model *model = model_new(family, "curve"), *known = model_new(family, "known");
    model->n_inputs = known->n_inputs = 1;
    known->coefficients = g_memdup2(p, n * sizeof *p);
    known->n_coefficients = n;
    for (gsize i = 0; i < samples->n; i++) {
        samples->x[i] = x_low + (x_high - x_low) * (double)i / 299;
        samples->y[i] = family->eval(known, &samples->x[i], NULL, NULL) + noise * random_normal(11, "c", i);
    }
    GError *error = NULL;
    ck_ok(family->fit(model, 1, samples, &error), error);
    for (gsize i = 0; i < n; i++) {
        double sigma = sqrt(model->covariance[i * (n + 1)]);
        ck_assert_msg(fabs(model->coefficients[i] - p[i]) <= 4.5 * sigma + 1e-9 * fabs(p[i]), "%s: %g ± %g, truth %g", family->parameters[i],
                      model->coefficients[i], sigma, p[i]);
    }
    model_free(known);
    samples_free(samples);
    return model;
}

START_TEST(curves_of_one_input)
{
    /* A pulse of 15 ns at 80 µA with a delay and soft knees; the same falling; leakage of either curvature. */
    const double sigmoid[6] = {0.31e-9, 15e-9 / 80e-6, 3.2e-6, 78e-6, 1.7e-6, 2.9e-6};
    model_free(curve(&hardsigmoid_family, sigmoid, 6, 20e-12, -20e-6, 110e-6));
    const double rising[3] = {1.3e-13, 2.7e-14, 0.093}, falling[3] = {1.3e-13, 2.7e-14, -0.21}, concave[3] = {2e-12, -1.4e-12, -0.3};
    model_free(curve(&exponential_family, rising, 3, 1e-16, 0, 0.9));
    model_free(curve(&exponential_family, falling, 3, 1e-16, 0, 0.9));
    model_free(curve(&exponential_family, concave, 3, 1e-15, 0, 0.9));
    /* A ReLU: the span ends beyond the data, and nothing there saturates. */
    struct samples *samples = samples_new(1, 200);
    for (gsize i = 0; i < 200; i++) {
        samples->x[i] = -1 + 0.015 * (double)i;
        samples->y[i] = 2.385 * fmax(0, samples->x[i] - 0.2);
    }
    struct model *relu = model_new(&hardsigmoid_family, "relu");
    relu->n_inputs = 1;
    ck_assert(hardsigmoid_family.fit(relu, 1, samples, NULL));
    ck_assert_double_lt(model_judge(relu, samples).worst, 0.01);
    model_free(relu);
    samples_free(samples);
}
END_TEST

START_TEST(bad_files_are_told)
{
    struct { const char *from, *to, *message; } cases[] = {
        {"\"n_vt_V\"", "\"n_vt\"", NULL},
        {"\"name\": \"v_in\"", "\"name\": \"v_gate\"", "m.json: input \"v_gate\", expected v_store, v_in and v_bl"},
        {"\"unit\": \"V\", \"offset\": 0,", "\"unit\": \"V\", \"monotone\": \"up\", \"offset\": 0,",
         "m.json: inputs[0].monotone: \"up\", expected \"rising\" or \"falling\""},
    };
    struct samples *samples = stage_surface(1, 0);
    struct model *model = stage(3);
    ck_assert(ekv_family.fit(model, 1, samples, NULL));
    g_autofree char *text = model_to_json(model);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *at = strstr(text, cases[i].from);
        ck_assert(at != NULL);
        g_autofree char *head = g_strndup(text, (gsize)(at - text));
        g_autofree char *bad = g_strconcat(head, cases[i].to, at + strlen(cases[i].from), NULL);
        GError *error = NULL;
        ck_assert(model_from_json(bad, "m.json", &error) == NULL);
        if (cases[i].message != NULL)
            ck_assert_str_eq(error->message, cases[i].message);
        else
            ck_assert(g_str_has_prefix(error->message, "m.json: parameters: expected those of family \"ekv\": n_i_s_A, n_vt_V"));
        g_error_free(error);
    }
    model_free(model);
    samples_free(samples);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("families");
    TCase *t = tcase_create("families");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, the_stage_on_the_authors_cell);
    tcase_add_test(t, the_stage_recovers_itself);
    tcase_add_test(t, one_transistor_of_the_stage);
    tcase_add_test(t, splines_reproduce_cubics);
    tcase_add_test(t, a_monotone_spline_never_falls);
    tcase_add_test(t, curves_of_one_input);
    tcase_add_test(t, bad_files_are_told);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
