/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "fit/fit.h"
#include "fit/polynomial.h"
#include "stats/random.h"
#include "tests/support/check_tap.h"

static struct fit_spec spec(int max_order)
{
    return (struct fit_spec){.name = (char *)"cell",
                             .bench = (char *)"transfer",
                             .measure = (char *)"i_read",
                             .family = (char *)"polynomial",
                             .max_order = max_order,
                             .folds = 5,
                             .seed = 1,
                             .hold_out = 0.2,
                             .origin = origin_at("d.xml", 12)};
}

static const struct model_input two_inputs[2] = {{.name = (char *)"v_store", .unit = (char *)"V", .offset = 0.45},
                                                 {.name = (char *)"v_in", .unit = (char *)"V"}};
static const struct model_input three_inputs[3] = {{.name = (char *)"v_store", .unit = (char *)"V", .offset = 0.45},
                                                   {.name = (char *)"v_in", .unit = (char *)"V"},
                                                   {.name = (char *)"v_bl", .unit = (char *)"V", .offset = 0.45}};

static struct fit_result *run(const struct fit_spec *what, const struct model_input *inputs, const struct samples *samples)
{
    GError *error = NULL;
    struct fit_result *result = fit_run(what, NULL, inputs, "i_read", "A", samples, &error);
    ck_ok(result != NULL, error);
    return result;
}

/* One transistor of the EKV model that was fitted to the authors' simulated cell; current in A. */
static double ekv(double i_s, double vt, double n, double th, double lam, double sig, double vgs, double vds)
{
    const double ut = 25.85e-3;
    double vp = (vgs - (vt - sig * vds)) / n;
    double f = log1p(exp(vp / (2 * ut))), r = log1p(exp((vp - vds) / (2 * ut)));
    return i_s * (f * f - r * r) * (1 + lam * vds) / (1 + th * 2 * n * ut * f);
}

/* Current out of the bit line: NMOS to the low rail, PMOS from the high rail. */
static double cell_current_A(double v_store, double v_in, double v_bl)
{
    double low = 0.9 - v_in;
    return ekv(0.0898e-6, 0.3507, 1.1111, 0, 0.1935, 0.0955, v_store - low, v_bl - low) -
           ekv(0.1692e-6, 0.4731, 1.1272, 0.5867, 0.3857, 0.1011, v_in - v_store, v_in - v_bl);
}

static struct samples *cell_surface(int n_store, int n_in, int n_bl)
{
    struct samples *samples = samples_new(3, (gsize)(n_store * n_in * n_bl));
    double *x = samples->x, *y = samples->y;
    for (int k = 0; k < n_bl; k++)
        for (int i = 0; i < n_store; i++)
            for (int j = 0; j < n_in; j++, x += 3) {
                x[0] = 0.9 * i / (n_store - 1);
                x[1] = 0.45 + 0.45 * j / (n_in - 1);
                x[2] = n_bl > 1 ? 0.35 + 0.2 * k / (n_bl - 1) : 0.45;
                *y++ = cell_current_A(x[0], x[1], x[2]);
            }
    return samples;
}

START_TEST(the_surface_is_the_authors)
{
    /* A tenth of the simulated values is far more than this needs: it guards the formula's signs. */
    ck_assert_double_eq_tol(1e6 * cell_current_A(0, 0.9, 0.45), -10.15, 0.1);
    ck_assert_double_eq_tol(1e6 * cell_current_A(0.9, 0.9, 0.45), 9.97, 0.1);
    ck_assert_double_eq_tol(1e6 * cell_current_A(0.409, 0.9, 0.45), 0, 0.1);
}
END_TEST

/* A quartic in two inputs with noise: the order is told by the data. */
static struct samples *noisy_quartic(guint64 seed, double noise)
{
    struct samples *samples = samples_new(2, 1500);
    for (gsize i = 0; i < samples->n; i++) {
        double a = 0.9 * random_uniform(seed, "a", i), b = 0.45 + 0.45 * random_uniform(seed, "b", i), u = a - 0.45;
        samples->x[2 * i] = a;
        samples->x[2 * i + 1] = b;
        samples->y[i] = 1e-6 * (0.52 + 13.6 * u - 2.6 * u * b + 46 * u * u * u * b - 31 * u * u * u * u +
                                noise * random_normal(seed, "n", i));
    }
    return samples;
}

START_TEST(cross_validation_finds_the_true_order)
{
    for (guint64 seed = 1; seed <= 5; seed++) {
        struct samples *samples = noisy_quartic(seed, 0.05);
        struct fit_spec what = spec(8);
        what.seed = seed;
        struct fit_result *result = run(&what, two_inputs, samples);
        ck_assert_int_eq(result->chosen->order, 4);
        ck_assert_uint_eq(result->scores->len, 8);
        const struct order_score *s = &g_array_index(result->scores, struct order_score, 3);
        ck_assert(s->usable && s->n_coefficients == 15 && s->order == 4);
        /* Noise of 0.05 µA on 1200 points: rms within 4 of its own standard errors, 0.05/√2400 each, and the fit's 1 %. */
        ck_assert_double_eq_tol(1e6 * s->cv_rms, 0.05, 0.0045);
        ck_assert_double_eq_tol(1e6 * result->chosen->held_out.rms, 0.05, 4 * 0.05 / sqrt(600));
        ck_assert_uint_eq(result->chosen->held_out.n, 300);
        ck_assert_uint_eq(result->chosen->seen.n, 1200);
        ck_assert_int_eq(result->cubic->order, 3);
        ck_assert(result->cubic->held_out.rms > 1.5 * result->chosen->held_out.rms);
        fit_result_free(result);
        samples_free(samples);
    }
}
END_TEST

/* Noise of the size of the curvature: on some of these the best order is beyond the chosen one: there the rule is more than the minimum. */
START_TEST(one_standard_error_rule)
{
    int n_beyond = 0;
    for (guint64 seed = 1; seed <= 12; seed++) {
        struct samples *samples = noisy_quartic(seed, 1.5);
        struct fit_spec what = spec(8);
        struct fit_result *result = run(&what, two_inputs, samples);
        const struct order_score *best = &g_array_index(result->scores, struct order_score, 0);
        for (guint i = 1; i < 8; i++) {
            const struct order_score *s = &g_array_index(result->scores, struct order_score, i);
            if (s->cv_rms < best->cv_rms)
                best = s;
        }
        n_beyond += best->order > result->chosen->order;
        for (guint i = 0; i < 8; i++) {
            const struct order_score *s = &g_array_index(result->scores, struct order_score, i);
            ck_assert(s->cv_rms > 0 && s->cv_se > 0);
            if (s->order < result->chosen->order)
                ck_assert(s->cv_rms > best->cv_rms + best->cv_se);
            else if (s->order == result->chosen->order)
                ck_assert(s->cv_rms <= best->cv_rms + best->cv_se);
        }
        fit_result_free(result);
        samples_free(samples);
    }
    ck_assert_int_gt(n_beyond, 0);
}
END_TEST

static gboolean held(const struct fit_result *result, const double *x)
{
    for (gsize j = 0; j < result->held_out->n; j++)
        if (result->held_out->x[2 * j] == x[0] && result->held_out->x[2 * j + 1] == x[1])
            return TRUE;
    return FALSE;
}

static void same_scores(const struct fit_result *a, const struct fit_result *b)
{
    ck_assert_uint_eq(a->scores->len, b->scores->len);
    for (guint i = 0; i < a->scores->len; i++) {
        const struct order_score *x = &g_array_index(a->scores, struct order_score, i);
        const struct order_score *y = &g_array_index(b->scores, struct order_score, i);
        ck_assert(x->cv_rms == y->cv_rms && x->cv_se == y->cv_se && x->n_coefficients == y->n_coefficients);
    }
}

START_TEST(held_out_values_never_reach_the_fit)
{
    struct samples *samples = noisy_quartic(2, 0.05);
    struct fit_spec what = spec(6);
    struct fit_result *before = run(&what, two_inputs, samples);
    gsize changed = 0;
    for (gsize i = 0; i < samples->n; i++)
        if (held(before, samples->x + 2 * i)) {
            samples->y[i] += 17e-6;
            changed++;
        }
    ck_assert_uint_eq(changed, 300);
    struct fit_result *after = run(&what, two_inputs, samples);
    ck_assert_uint_eq(after->chosen->n_coefficients, before->chosen->n_coefficients);
    ck_assert_mem_eq(after->chosen->coefficients, before->chosen->coefficients, before->chosen->n_coefficients * sizeof(double));
    same_scores(after, before);
    ck_assert_mem_eq(&after->chosen->seen, &before->chosen->seen, sizeof before->chosen->seen);
    ck_assert_double_eq_tol(after->chosen->held_out.rms, 17e-6, 0.1e-6);

    /* And the judgement is of those points only. */
    struct model_error by_hand = model_judge(after->chosen, after->held_out);
    ck_assert_mem_eq(&by_hand, &after->chosen->held_out, sizeof by_hand);
    fit_result_free(before);
    fit_result_free(after);
    samples_free(samples);
}
END_TEST

START_TEST(the_seed_decides_and_nothing_else)
{
    struct samples *samples = noisy_quartic(2, 0.05);
    struct fit_spec what = spec(5);
    struct fit_result *a = run(&what, two_inputs, samples), *b = run(&what, two_inputs, samples);
    ck_assert_mem_eq(a->held_out->x, b->held_out->x, 2 * a->held_out->n * sizeof(double));
    same_scores(a, b);
    what.seed = 2;
    struct fit_result *c = run(&what, two_inputs, samples);
    ck_assert_mem_ne(a->held_out->x, c->held_out->x, 2 * a->held_out->n * sizeof(double));
    fit_result_free(a);
    fit_result_free(b);
    fit_result_free(c);
    samples_free(samples);
}
END_TEST

START_TEST(the_cells_surface_at_full_input)
{
    /* v_in = 0.9 V, v_bl = 0.45 V, 50 points: the facts state 0.130 µA rms for the cubic and 0.0216 µA for the quintic on the
     * simulated points; the EKV surface is 0.009 µA from them. */
    struct samples *samples = samples_new(1, 50);
    for (gsize i = 0; i < 50; i++) {
        samples->x[i] = 0.9 * (double)i / 49;
        samples->y[i] = cell_current_A(samples->x[i], 0.9, 0.45);
    }
    struct model *model = model_new(&polynomial_family, "cell");
    model->n_inputs = 1;
    model->inputs[0].offset = 0.45;
    ck_assert(polynomial_family.fit(model, 3, samples, NULL));
    double cubic = model_judge(model, samples).rms;
    ck_assert(polynomial_family.fit(model, 5, samples, NULL));
    double quintic = model_judge(model, samples).rms;
    ck_assert_double_eq_tol(1e6 * cubic, 0.130, 0.02);
    ck_assert_double_eq_tol(1e6 * quintic, 0.0216, 0.01);
    model_free(model);
    samples_free(samples);
}
END_TEST

START_TEST(a_whole_selection_on_the_reference_surface)
{
    struct samples *samples = cell_surface(50, 51, 5);
    ck_assert_uint_eq(samples->n, 12750);
    struct fit_spec what = spec(9);
    gint64 start = g_get_monotonic_time();
    struct fit_result *result = run(&what, three_inputs, samples);
    double seconds = (double)(g_get_monotonic_time() - start) * 1e-6;
    if (g_getenv("VERBOSE") != NULL) {
        g_printerr("orders 1 to 9, 5 folds, 12750 points: %.2f s\n", seconds);
        for (guint i = 0; i < 9; i++) {
            const struct order_score *s = &g_array_index(result->scores, struct order_score, i);
            g_printerr("  order %d, %3zu coefficients: %.5f ± %.5f µA\n", s->order, s->n_coefficients, 1e6 * s->cv_rms,
                       1e6 * s->cv_se);
        }
        g_printerr("  chosen %d: seen %.5f held out %.5f worst %.4f; cubic %.4f µA\n", result->chosen->order,
                   1e6 * result->chosen->seen.rms, 1e6 * result->chosen->held_out.rms, 1e6 * result->chosen->held_out.worst,
                   1e6 * result->cubic->held_out.rms);
    }
    ck_assert_int_ge(result->chosen->order, 6);
    ck_assert_uint_eq(result->held_out->n, 2550);
    const struct model_error *e = &result->chosen->held_out;
    ck_assert_double_lt(e->rms, 0.002 * e->full_scale);
    ck_assert_double_lt(e->rms, result->cubic->held_out.rms / 5);
    /* No over-fit: what was not seen is as good as what was, within 10 %. */
    ck_assert_double_lt(fabs(e->rms / result->chosen->seen.rms - 1), 0.1);
    ck_assert(result->chosen->inputs[2].min == 0.35 && result->chosen->inputs[2].max == 0.55);
    fit_result_free(result);
    samples_free(samples);
}
END_TEST

/* The stage is the surface's own formula: it wins, and what it is compared with is there. */
START_TEST(the_best_of_several_families)
{
    struct samples *samples = cell_surface(20, 12, 5);
    struct fit_spec what = spec(5);
    what.family = (char *)"polynomial ekv bspline";
    struct fit_condition condition = {"tt", 26.83, 0.9};
    GError *error = NULL;
    struct fit_result *result = fit_run(&what, &condition, three_inputs, "i_read", "A", samples, &error);
    ck_ok(result != NULL, error);
    ck_assert_str_eq(result->chosen->family->name, "ekv");
    ck_assert_str_eq(result->chosen->corner, "tt");
    ck_assert_uint_eq(result->candidates->len, 3);
    ck_assert_uint_eq(result->scores->len, 5 + 1 + 5);
    double lowest = INFINITY;
    for (guint i = 0; i < result->scores->len; i++)
        lowest = fmin(lowest, g_array_index(result->scores, struct order_score, i).cv_rms);
    for (guint i = 0; i < 3; i++)
        ck_assert_uint_eq(((const struct model *)result->candidates->pdata[i])->held_out.n, 240);
    ck_assert_double_lt(result->chosen->held_out.rms, 1.1 * lowest);
    ck_assert(result->cubic->family == &polynomial_family && result->cubic->order == 3);
    /* Levels 0.4, 0.45 and 0.5 V of the bit line, and the ten inner ones of v_in: the formula holds where it saw nothing. */
    ck_assert_uint_eq(result->levels->len, 13);
    for (guint i = 0; i < result->levels->len; i++) {
        const struct level_error *level = &g_array_index(result->levels, struct level_error, i);
        ck_assert(level->input == 1 || (level->input == 2 && level->at > 0.39 && level->at < 0.51));
        ck_assert_double_lt(level->error.worst, 1e-3 * result->chosen->held_out.full_scale);
    }
    fit_result_free(result);
    samples_free(samples);
}
END_TEST

/* n ln(rss/n) + k ln n, by hand. */
START_TEST(the_information_criterion)
{
    struct samples *samples = noisy_quartic(3, 0.05);
    struct fit_spec what = spec(5);
    struct fit_result *result = run(&what, two_inputs, samples);
    const struct order_score *s = &g_array_index(result->scores, struct order_score, (guint)result->chosen->order - 1);
    double rms = result->chosen->seen.rms;
    ck_assert_double_eq_tol(s->bic, 1200 * log(rms * rms) + 15 * log(1200), 1e-6);
    for (guint i = 0; i < result->scores->len; i++) /* noise of 1200 points: it finds the same order */
        ck_assert(g_array_index(result->scores, struct order_score, i).bic >= s->bic);
    fit_result_free(result);
    samples_free(samples);
}
END_TEST

START_TEST(residuals_of_noise_and_of_what_is_missed)
{
    struct samples *samples = samples_new(2, 900);
    for (gsize i = 0; i < 900; i++) {
        samples->x[2 * i] = (double)(i % 30) / 29;
        samples->x[2 * i + 1] = (double)(i / 30) / 29;
        samples->y[i] = samples->x[2 * i] + random_normal(2, "r", i);
    }
    struct model *model = model_new(&polynomial_family, "r");
    model->n_inputs = 2;
    ck_assert(polynomial_family.fit(model, 1, samples, NULL));
    struct residual_check noise = fit_residuals(model, samples);
    ck_assert_double_gt(noise.normality.p, 0.01);
    for (int a = 0; a < 2; a++)
        ck_assert(noise.along[a].low < 0 && noise.along[a].high > 0);
    for (gsize i = 0; i < 900; i++) /* a wave along the second input that a plane misses */
        samples->y[i] = samples->x[2 * i] + sin(8 * samples->x[2 * i + 1]);
    ck_assert(polynomial_family.fit(model, 1, samples, NULL));
    struct residual_check missed = fit_residuals(model, samples);
    ck_assert_double_lt(missed.normality.p, 1e-6);
    ck_assert_double_gt(missed.along[1].low, 0.9);
    ck_assert(isnan(missed.along[2].value));
    model_free(model);
    samples_free(samples);
}
END_TEST

START_TEST(says_why_not)
{
    struct samples *samples = noisy_quartic(1, 0.05);
    GError *error = NULL;
    struct fit_spec what = spec(3);
    what.family = (char *)"spline";
    ck_fails(fit_run(&what, NULL, two_inputs, "i", "A", samples, &error) != NULL, error,
             "d.xml:12: fit \"cell\": family \"spline\" is not known, expected one of polynomial, bspline, ekv, ekv-n, ekv-p, exponential, hardsigmoid");
    what = spec(0);
    ck_fails(fit_run(&what, NULL, two_inputs, "i", "A", samples, &error) != NULL, error,
             "d.xml:12: fit \"cell\": max-order is 0, expected 1 to 20");
    what = spec(3);
    what.family = (char *)"polynomial hardsigmoid";
    ck_fails(fit_run(&what, NULL, two_inputs, "i", "A", samples, &error) != NULL, error,
             "d.xml:12: fit \"cell\": family \"hardsigmoid\": 2 inputs, expected one");
    what = spec(3);
    what.folds = 1;
    ck_fails(fit_run(&what, NULL, two_inputs, "i", "A", samples, &error) != NULL, error,
             "d.xml:12: fit \"cell\": folds is 1, expected at least 2");
    what = spec(3);
    what.hold_out = 1;
    ck_fails(fit_run(&what, NULL, two_inputs, "i", "A", samples, &error) != NULL, error,
             "d.xml:12: fit \"cell\": hold-out is 1, expected a share between 0 and 1");
    what = spec(3);
    samples->y[17] = NAN;
    ck_fails(fit_run(&what, NULL, two_inputs, "i", "A", samples, &error) != NULL, error,
             "d.xml:12: fit \"cell\": point 17 has a value that is not finite, expected finite numbers");
    samples->n = 5;
    ck_fails(fit_run(&what, NULL, two_inputs, "i", "A", samples, &error) != NULL, error,
             "d.xml:12: fit \"cell\": 5 points less 1 held out, expected at least one for each of 5 folds");
    samples->n = 7;
    for (gsize i = 0; i < 7; i++)
        samples->x[2 * i] = samples->x[2 * i + 1] = 0.3;
    ck_fails(fit_run(&what, NULL, two_inputs, "i", "A", samples, &error) != NULL, error,
             "d.xml:12: fit \"cell\": 6 points in 5 folds do not determine even order 1 of 2 inputs");
    samples_free(samples);
}
END_TEST

START_TEST(checks_a_design)
{
    double values[2] = {0.45, 0.9};
    struct sweep v_store = {.name = (char *)"v_store", .n = 2, .values = values},
                 v_in = {.name = (char *)"v_in", .n = 1, .values = values};
    struct bench bench = {.name = (char *)"transfer", .sweeps = g_ptr_array_new()};
    g_ptr_array_add(bench.sweeps, &v_store);
    g_ptr_array_add(bench.sweeps, &v_in);
    struct design design = {.benches = g_ptr_array_new()};
    g_ptr_array_add(design.benches, &bench);
    struct fit_input inputs[2] = {{(char *)"v_store", 0.45, origin_at("d.xml", 13), NULL, 0}, {(char *)"v_in", 0, origin_at("d.xml", 14), NULL, 0}};
    struct fit_spec what = spec(9);
    what.inputs = g_ptr_array_new();
    GError *error = NULL;
    ck_fails(fit_check(&what, &design, &error), error, "d.xml:12: fit \"cell\": 0 inputs, expected 1 to 6");
    g_ptr_array_add(what.inputs, &inputs[0]);
    ck_ok(fit_check(&what, &design, &error), error);
    g_ptr_array_add(what.inputs, &inputs[1]);
    ck_fails(fit_check(&what, &design, &error), error,
             "d.xml:14: fit \"cell\": input \"v_in\" takes one value in bench \"transfer\", expected at least 2");
    g_ptr_array_free(what.inputs, TRUE);
    g_ptr_array_free(bench.sweeps, TRUE);
    g_ptr_array_free(design.benches, TRUE);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("fit");
    TCase *t = tcase_create("fit");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, the_surface_is_the_authors);
    tcase_add_test(t, cross_validation_finds_the_true_order);
    tcase_add_test(t, one_standard_error_rule);
    tcase_add_test(t, held_out_values_never_reach_the_fit);
    tcase_add_test(t, the_seed_decides_and_nothing_else);
    tcase_add_test(t, the_cells_surface_at_full_input);
    tcase_add_test(t, a_whole_selection_on_the_reference_surface);
    tcase_add_test(t, the_best_of_several_families);
    tcase_add_test(t, the_information_criterion);
    tcase_add_test(t, residuals_of_noise_and_of_what_is_missed);
    tcase_add_test(t, says_why_not);
    tcase_add_test(t, checks_a_design);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
