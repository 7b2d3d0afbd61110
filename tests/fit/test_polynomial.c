/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "fit/model.h"
#include "fit/polynomial.h"
#include "stats/random.h"
#include "tests/fit/nist.h"
#include "tests/support/check_tap.h"

static struct model *raw_model(int n_inputs)
{
    struct model *model = model_new(&polynomial_family, "test");
    model->n_inputs = n_inputs;
    for (int a = 0; a < n_inputs; a++)
        model->inputs[a].scale = 1;
    return model;
}

/* The coefficient of one exponent vector; fails the test if the model has none. */
static double coefficient(const struct model *model, const int *exponents)
{
    for (gsize i = 0; i < model->n_coefficients; i++)
        if (memcmp(model->exponents + i * (gsize)model->n_inputs, exponents, (gsize)model->n_inputs * sizeof *exponents) == 0)
            return model->coefficients[i];
    ck_abort_msg("no such exponents");
    return NAN;
}

/* Number of correct digits of the worst coefficient: −log10 of the relative error, StRD's measure. */
static double digits_1d(const struct model *model, const double *certified, int n)
{
    double worst = 16;
    for (int e = 0; e < n; e++) {
        double error = fabs(coefficient(model, &e) / certified[e] - 1);
        worst = fmin(worst, error > 0 ? -log10(error) : 16);
    }
    return worst;
}

static double residual_sd(const struct model *model, const struct samples *samples)
{
    struct model_error error = model_judge(model, samples);
    return error.rms * sqrt((double)error.n / (double)(error.n - model->n_coefficients));
}

static struct model *fitted_1d(const struct samples *samples, int order)
{
    struct model *model = raw_model(1);
    GError *error = NULL;
    ck_ok(polynomial_family.fit(model, order, samples, &error), error);
    ck_assert_uint_eq(model->n_coefficients, (gsize)order + 1);
    return model;
}

/* Reached with GSL 2.7.1 on x86-64: Norris 12.1, Pontius 11.7, Filip 13.7, Wampler1 9.4, Wampler2 13.1, Wampler3 9.5,
 * Wampler4 9.3, Wampler5 8.8, Longley 12.2. Needed is a digit less, or what rounding of y itself (1e-16 of 3e6 against
 * coefficients of 1) leaves. */
static void check_1d(const char *name, struct samples *samples, int order, const double *certified, double sd, double needed)
{
    struct model *model = fitted_1d(samples, order);
    double digits = digits_1d(model, certified, order + 1);
    if (g_getenv("VERBOSE") != NULL)
        g_printerr("%s: %.1f digits, sd %.15g (%.15g)\n", name, digits, residual_sd(model, samples), sd);
    ck_assert_msg(digits >= needed, "%s: %.2f digits, expected %.1f", name, digits, needed);
    if (sd > 0)
        ck_assert_msg(fabs(residual_sd(model, samples) / sd - 1) < 1e-8, "%s: sd %.15g", name, residual_sd(model, samples));
    model_free(model);
    samples_free(samples);
}

static struct samples *pairs(const double (*yx)[2], gsize n)
{
    struct samples *samples = samples_new(1, n);
    for (gsize i = 0; i < n; i++) {
        samples->y[i] = yx[i][0];
        samples->x[i] = yx[i][1];
    }
    return samples;
}

START_TEST(nist_norris)
{
    check_1d("Norris", pairs(norris, 36), 1, norris_certified, norris_sd, 11);
}
END_TEST

START_TEST(nist_pontius)
{
    struct samples *samples = samples_new(1, 40);
    for (gsize i = 0; i < 40; i++) {
        samples->x[i] = 150e3 * (double)(i % 20 + 1);
        samples->y[i] = pontius[i / 20][i % 20];
    }
    check_1d("Pontius", samples, 2, pontius_certified, pontius_sd, 10.7);
}
END_TEST

START_TEST(nist_filip)
{
    check_1d("Filip", pairs(filip, 82), 10, filip_certified, filip_sd, 12);
}
END_TEST

START_TEST(nist_wampler)
{
    static const double delta[21] = {759,   -2048, 2048,  -2048, 2523,  -2048, 2048,  -2048, 1838,  -2048, 2048,
                                     -2048, 1838,  -2048, 2048,  -2048, 2523,  -2048, 2048,  -2048, 759};
    static const double ones[] = {1, 1, 1, 1, 1, 1}, tenths[] = {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5};
    static const struct {
        const char *name;
        double noise;
        const double *certified;
        double sd, needed;
    } problems[] = {
        {"Wampler1", 0, ones, 0, 8.5},
        {"Wampler2", 0, tenths, 0, 12},
        {"Wampler3", 1, ones, 2360.14502379268, 8.5},
        {"Wampler4", 100, ones, 236014.502379268, 8.3},
        {"Wampler5", 10000, ones, 23601450.2379268, 7.8},
    };
    for (gsize p = 0; p < G_N_ELEMENTS(problems); p++) {
        struct samples *samples = samples_new(1, 21);
        for (int i = 0; i < 21; i++) {
            double power = 1, x = problems[p].certified == ones ? i : (double)i / 10;
            for (int e = 0; e <= 5; e++, power *= x)
                samples->y[i] += power;
            if (problems[p].certified == tenths) /* the data have 5 decimals and are exact in them */
                samples->y[i] = round(samples->y[i] * 1e5) / 1e5;
            samples->y[i] += problems[p].noise * delta[i];
            samples->x[i] = i;
        }
        check_1d(problems[p].name, samples, 5, problems[p].certified, problems[p].sd, problems[p].needed);
    }
}
END_TEST

START_TEST(nist_longley)
{
    struct samples *samples = samples_new(6, 16);
    for (gsize i = 0; i < 16; i++) {
        samples->y[i] = longley[i][0];
        memcpy(samples->x + 6 * i, longley[i] + 1, 6 * sizeof(double));
    }
    struct model *model = raw_model(6);
    GError *error = NULL;
    ck_ok(polynomial_family.fit(model, 1, samples, &error), error);
    double worst = 16;
    for (int a = -1; a < 6; a++) {
        int exponents[6] = {0};
        if (a >= 0)
            exponents[a] = 1;
        worst = fmin(worst, -log10(fabs(coefficient(model, exponents) / longley_certified[a + 1] - 1) + 1e-16));
    }
    if (g_getenv("VERBOSE") != NULL)
        g_printerr("Longley: %.1f digits\n", worst);
    ck_assert_msg(worst >= 11, "Longley: %.2f digits", worst);
    ck_assert(fabs(residual_sd(model, samples) / longley_sd - 1) < 1e-10);
    model_free(model);
    samples_free(samples);
}
END_TEST

/* Known coefficients of a cubic in three inputs, each about its offset. */
static double known(const double *x)
{
    double a = x[0] - 0.45, b = x[1], c = x[2] - 0.4375;
    return 2.385 - 1.927 * a + 0.731 * b + 3.141 * c + 4.019 * a * a - 0.617 * a * b + 1.283 * b * c + 46.05 * a * a * a -
           2.911 * a * b * c + 0.377 * c * c * c;
}

static const struct {
    int exponents[3];
    double value;
} known_terms[] = {{{0, 0, 0}, 2.385},  {{1, 0, 0}, -1.927}, {{0, 1, 0}, 0.731}, {{0, 0, 1}, 3.141},  {{2, 0, 0}, 4.019},
                   {{1, 1, 0}, -0.617}, {{0, 1, 1}, 1.283},  {{3, 0, 0}, 46.05}, {{1, 1, 1}, -2.911}, {{0, 0, 3}, 0.377},
                   {{0, 2, 0}, 0},      {{2, 1, 0}, 0},      {{1, 0, 1}, 0}};

static struct samples *grid(int n0, int n1, int n2, double (*f)(const double *))
{
    struct samples *samples = samples_new(3, (gsize)(n0 * n1 * n2));
    double *x = samples->x;
    for (int i = 0; i < n0; i++)
        for (int j = 0; j < n1; j++)
            for (int k = 0; k < n2; k++, x += 3) {
                x[0] = 0.9 * i / (n0 - 1);
                x[1] = 0.45 + 0.45 * j / (n1 - 1);
                x[2] = 0.35 + 0.2 * k / (n2 - 1);
                samples->y[(x - samples->x) / 3] = f(x);
            }
    return samples;
}

START_TEST(known_coefficients_come_back)
{
    struct samples *samples = grid(12, 11, 5, known);
    struct model *model = raw_model(3);
    model->inputs[0].offset = 0.45;
    model->inputs[2].offset = 0.4375;
    GError *error = NULL;
    ck_ok(polynomial_family.fit(model, 3, samples, &error), error);
    ck_assert_uint_eq(model->n_coefficients, 20);
    for (gsize i = 0; i < G_N_ELEMENTS(known_terms); i++)
        ck_assert_double_eq_tol(coefficient(model, known_terms[i].exponents), known_terms[i].value, 1e-10);
    ck_assert(model->inputs[0].min == 0 && model->inputs[0].max == 0.9);
    ck_assert(model_judge(model, samples).worst < 1e-13);
    model_free(model);

    /* Order 9 holds the cubic: coefficients are ill-conditioned in raw monomials, values are not. */
    model = raw_model(3);
    model->inputs[0].offset = 0.45;
    for (int a = 0; a < 3; a++)
        model->inputs[a].scale = 0;
    ck_ok(polynomial_family.fit(model, 9, samples, &error), error);
    ck_assert_double_eq(model->inputs[0].scale, 0.45);
    ck_assert_double_eq(model->inputs[1].scale, 0.9);
    ck_assert_msg(model_judge(model, samples).worst < 1e-9, "worst %g", model_judge(model, samples).worst);
    model_free(model);
    samples_free(samples);
}
END_TEST

START_TEST(powers_stop_where_values_run_out)
{
    struct samples *samples = grid(12, 11, 5, known);
    struct model *model = raw_model(3);
    GError *error = NULL;
    ck_ok(polynomial_family.fit(model, 7, samples, &error), error);
    int highest[3] = {0};
    for (gsize i = 0; i < model->n_coefficients; i++)
        for (int a = 0; a < 3; a++)
            highest[a] = MAX(highest[a], model->exponents[3 * i + (gsize)a]);
    ck_assert_int_eq(highest[0], 7);
    ck_assert_int_eq(highest[1], 7);
    ck_assert_int_eq(highest[2], 4); /* five values */
    /* C(10,3) = 120 less those with the third power 5, 6 or 7: C(4,2) + C(3,2) + C(2,2) = 10 */
    ck_assert_uint_eq(model->n_coefficients, 110);
    model_free(model);
    samples_free(samples);
}
END_TEST

START_TEST(refuses_what_is_not_determined)
{
    GError *error = NULL;
    struct samples *samples = samples_new(2, 40);
    for (gsize i = 0; i < 40; i++) { /* x1 = 2 x0 + 1: collinear */
        samples->x[2 * i] = random_uniform(7, "x", i);
        samples->x[2 * i + 1] = 2 * samples->x[2 * i] + 1;
        samples->y[i] = 2.385 * samples->x[2 * i];
    }
    struct model *model = raw_model(2);
    ck_fails(polynomial_family.fit(model, 1, samples, &error), error,
             "40 points do not determine a polynomial of order 1 in 2 inputs, or it has more than 2000 terms");
    ck_assert(model->coefficients == NULL);
    model_free(model);
    samples_free(samples);

    samples = samples_new(1, 5);
    for (gsize i = 0; i < 5; i++) {
        samples->x[i] = (double)(i % 3);
        samples->y[i] = 1.3 * (double)i;
    }
    model = raw_model(1);
    ck_fails(polynomial_family.fit(model, 3, samples, &error), error,
             "5 points do not determine a polynomial of order 3 in 1 inputs, or it has more than 2000 terms");
    ck_ok(polynomial_family.fit(model, 2, samples, &error), error);
    model_free(model);
    samples_free(samples);

    samples = samples_new(1, 4); /* one value only */
    model = raw_model(1);
    ck_fails(polynomial_family.fit(model, 1, samples, &error), error,
             "4 points do not determine a polynomial of order 1 in 1 inputs, or it has more than 2000 terms");
    model_free(model);
    samples_free(samples);

    samples = samples_new(6, 5000); /* 230,230 terms */
    for (gsize i = 0; i < 6 * 5000; i++)
        samples->x[i] = random_uniform(3, "x", i);
    model = raw_model(6);
    ck_assert(!polynomial_family.fit(model, 20, samples, NULL));
    model_free(model);
    samples_free(samples);
}
END_TEST

/* The family's own way against fit for each order and fold, with a third fold that lacks the data for its higher orders. */
START_TEST(orders_and_folds_at_once_equal_one_by_one)
{
    struct model_family slow = {.name = "slow", .fit = polynomial_family.fit, .eval = polynomial_family.eval};
    enum { N = 300, ORDERS = 5, FOLDS = 3 };
    struct samples *samples = samples_new(2, N);
    int fold[N];
    for (gsize i = 0; i < N; i++) {
        samples->x[2 * i] = 0.9 * random_uniform(11, "x0", i);
        samples->x[2 * i + 1] = 0.45 + 0.45 * random_uniform(11, "x1", i);
        samples->y[i] = 1e-6 * sin(3 * samples->x[2 * i] + samples->x[2 * i + 1]);
        fold[i] = i < 4 ? 0 : i < 9 ? 1 : 2;
    }
    struct model *shape = raw_model(2), *models[(FOLDS + 1) * ORDERS], *one_by_one[(FOLDS + 1) * ORDERS];
    shape->inputs[0].min = 0, shape->inputs[0].max = 0.9, shape->inputs[1].min = 0.45, shape->inputs[1].max = 0.9;
    model_fit_orders(shape, ORDERS, samples, fold, FOLDS, models);
    shape->family = &slow;
    model_fit_orders(shape, ORDERS, samples, fold, FOLDS, one_by_one);
    for (int m = 0; m < (FOLDS + 1) * ORDERS; m++) {
        ck_assert((models[m] == NULL) == (one_by_one[m] == NULL));
        ck_assert((models[m] == NULL) == (m / ORDERS == 2 && m % ORDERS > 1)); /* fold 2 out: orders above 2 are gone */
        if (models[m] == NULL)
            continue;
        ck_assert_int_eq(models[m]->order, m % ORDERS + 1);
        ck_assert_uint_eq(models[m]->n_coefficients, one_by_one[m]->n_coefficients);
        for (gsize i = 0; i < N; i++) {
            double difference =
                model_eval(models[m], samples->x + 2 * i, NULL) - polynomial_family.eval(one_by_one[m], samples->x + 2 * i, NULL, NULL);
            ck_assert_double_le(fabs(difference), 1e-17); /* 1e-11 of the values; folds of 9 points are ill-conditioned */
        }
        model_free(models[m]);
        model_free(one_by_one[m]);
    }
    model_free(shape);
    samples_free(samples);
}
END_TEST

START_TEST(section_is_the_model_along_a_line)
{
    struct samples *samples = grid(12, 11, 5, known);
    struct model *model = raw_model(3);
    model->inputs[0].offset = 0.3; /* another offset and scale than the section's point */
    model->inputs[0].scale = 0.7;
    ck_assert(polynomial_family.fit(model, 3, samples, NULL));
    const double x[3] = {0.45, 0.81, 0.4};
    double a[4];
    ck_assert(polynomial_section(model, 0, x, a));
    /* by hand, from known() at b = 0.81, c = −0.0375 */
    double b = 0.81, c = -0.0375;
    ck_assert_double_eq_tol(a[0], 2.385 + 0.731 * b + 3.141 * c + 1.283 * b * c + 0.377 * c * c * c, 1e-10);
    ck_assert_double_eq_tol(a[1], -1.927 - 0.617 * b - 2.911 * b * c, 1e-10);
    ck_assert_double_eq_tol(a[2], 4.019, 1e-10);
    ck_assert_double_eq_tol(a[3], 46.05, 1e-10);
    model_free(model);
    samples_free(samples);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("polynomial");
    TCase *t = tcase_create("polynomial");
    tcase_add_test(t, nist_norris);
    tcase_add_test(t, nist_pontius);
    tcase_add_test(t, nist_filip);
    tcase_add_test(t, nist_wampler);
    tcase_add_test(t, nist_longley);
    tcase_add_test(t, known_coefficients_come_back);
    tcase_add_test(t, powers_stop_where_values_run_out);
    tcase_add_test(t, refuses_what_is_not_determined);
    tcase_add_test(t, orders_and_folds_at_once_equal_one_by_one);
    tcase_add_test(t, section_is_the_model_along_a_line);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
