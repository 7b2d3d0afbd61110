/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The circuit's attention against a straightforward evaluation that shares nothing with it: loops over cases, queries,
 * tokens, dimensions and terms in µA, coefficients typed in once more, powers by pow(). */
#include "config.h"

#include <string.h>

#include "attention/attention.h"
#include "stats/random.h"
#include "tests/support/check_tap.h"

static const double authors_uA[10] = {0.17393044, 0.15653739, 0.14088365,  0.12679529,  5.51975209,
                                      4.96777688, 4.4709992,  -1.44776001, -1.30298401, 46.05483778};

/* Σ_ij C_ij v_in^j D^i (v − 0.45)^i, the authors' order of terms. */
static double plain_cell_uA(double v, double v_in, double decay)
{
    double sum = 0;
    int term = 0;
    for (int i = 0; i <= 3; i++)
        for (int j = 0; j <= 3 - i; j++)
            sum += authors_uA[term++] * pow(v_in, j) * pow(decay, i) * pow(v - 0.45, i);
    return sum;
}

static double plain_code(double x, double min, double max, int levels)
{
    x = x < min ? min : x > max ? max : x;
    if (levels == 0)
        return x;
    double step = (max - min) / (levels - 1), below = floor(x / step), rest = x / step - below;
    double code = rest > 0.5 || (rest == 0.5 && fmod(below, 2) != 0) ? below + 1 : below; /* halves to even */
    return code * step;
}

static double plain_read_out(double x, const struct attention_config *c)
{
    if (c->codes == OUTPUT_CODES_33 || c->levels_out == 0)
        return plain_code(x, -1, 1, c->levels_out);
    return plain_code(x + 1, 0, 2, c->levels_out) - 1;
}

static void plain_case(const struct attention_config *c, gsize n, gsize d, const double *q, const double *k, const double *v,
                       double *s, double *phi, double *a)
{
    gsize columns = n < c->window ? n : c->window, tiles = (columns + c->tile - 1) / c->tile;
    double *partial = g_new(double, tiles);
    for (gsize t = 0; t < n; t++) {
        for (gsize j = 0; j <= t; j++) {
            if (t - j >= c->window)
                continue;
            double decay = exp(-c->decay_per_token * (double)(t - j)), sum = 0;
            for (gsize i = 0; i < d; i++) {
                double key = plain_code(k[j * d + i], 0, 0.9, c->levels_kv), query = plain_code(q[t * d + i], 0, 1, c->levels_q);
                sum += query * (c->decay_mode == DECAY_ONCE ? decay * plain_cell_uA(key, c->v_in_V, 1)
                                                            : plain_cell_uA(key, c->v_in_V, decay));
            }
            s[t * n + j] = sum * 1e-6;
            double x = sum / (1e6 * c->s_sat_A);
            phi[t * n + j] = x < 0 ? 0 : x > 1 ? 1 : x;
        }
        for (gsize i = 0; i < d; i++) {
            memset(partial, 0, tiles * sizeof *partial);
            for (gsize j = 0; j <= t; j++) {
                if (t - j >= c->window)
                    continue;
                double decay = exp(-c->decay_per_token * (double)(t - j)), value = plain_code(v[j * d + i], 0, 0.9, c->levels_kv);
                double current = c->decay_mode == DECAY_ONCE ? decay * plain_cell_uA(value, c->v_in_V, 1)
                                                             : plain_cell_uA(value, c->v_in_V, decay);
                partial[j % c->window / c->tile] += phi[t * n + j] * current;
            }
            double sum = 0;
            for (gsize p = 0; p < tiles; p++)
                if (p * c->tile <= t) /* written at least once */
                    sum += plain_read_out(partial[p] / (1e6 * c->out_sat_A), c);
            a[t * d + i] = sum;
        }
    }
    g_free(partial);
}

/* ---- */

static struct model *paper(void)
{
    g_autofree char *path = source_path("netlists/paper.json");
    GError *error = NULL;
    struct model *model = model_read(path, origin_at(NULL, 0), &error);
    ck_ok(model != NULL, error);
    return model;
}

/* Q, K, V a little beyond the ranges to which they are clamped. */
static struct attention_input random_input(guint64 seed, gsize cases, gsize tokens, gsize dimension)
{
    gsize n = cases * tokens * dimension;
    double *q = g_new(double, n), *k = g_new(double, n), *v = g_new(double, n);
    for (gsize i = 0; i < n; i++) {
        q[i] = -0.1 + 1.2 * random_uniform(seed, "q", i);
        k[i] = -0.1 + 1.1 * random_uniform(seed, "k", i);
        v[i] = -0.1 + 1.1 * random_uniform(seed, "v", i);
    }
    return (struct attention_input){cases, tokens, dimension, q, k, v};
}

static void input_clear(struct attention_input *input)
{
    g_free((double *)(void *)input->q);
    g_free((double *)(void *)input->k);
    g_free((double *)(void *)input->v);
}

static double relative(gsize n, const double *a, const double *b)
{
    double difference = 0, largest = 0;
    for (gsize i = 0; i < n; i++) {
        difference = fmax(difference, fabs(a[i] - b[i]));
        largest = fmax(largest, fabs(b[i]));
    }
    ck_assert(largest > 0);
    return difference / largest;
}

/* Runs and compares everything with the plain evaluation; 1e-12 is 4000 roundings, the sums have up to 64·64 terms. */
static void check_plain(const struct model *model, const struct attention_config *config, const struct attention_input *input)
{
    gsize n = input->n_tokens, d = input->dimension, cells = n * d;
    struct attention_output output;
    GError *error = NULL;
    ck_ok(attention_run(model, config, input, &output, &error), error);
    for (gsize c = 0; c < input->n_cases; c++) {
        double *s = g_new0(double, n *n), *phi = g_new0(double, n *n), *a = g_new0(double, cells);
        plain_case(config, n, d, input->q + c * cells, input->k + c * cells, input->v + c * cells, s, phi, a);
        ck_assert_double_le(relative(n * n, output.s + c * n * n, s), 1e-12);
        ck_assert_double_le(relative(n * n, output.phi + c * n * n, phi), 1e-12);
        ck_assert_double_le(relative(cells, output.a + c * cells, a), 1e-12);
        g_free(s);
        g_free(phi);
        g_free(a);
    }
    attention_output_free(&output);
}

static const struct {
    gsize window, tile, tokens, dimension, cases;
    int q, kv, out;
    enum output_codes codes;
    double decay;
    enum decay_mode mode;
    double out_sat_A;
} shapes[] = {
    /* window, tile, tokens, dimension, cases */
    {64, 64, 150, 64, 2, 0, 0, 0, OUTPUT_CODES_33, 1e-4, DECAY_ONCE, 40e-6}, /* the linear model's convention */
    {64, 64, 150, 64, 1, 16, 8, 32, OUTPUT_CODES_33, 1.6e-4, DECAY_POWER, 40e-6},
    {1024, 64, 150, 32, 2, 16, 8, 32, OUTPUT_CODES_33, 1.6e-3, DECAY_POWER, 10e-6},
    {1024, 64, 150, 32, 1, 16, 8, 32, OUTPUT_CODES_32, 1.6e-3, DECAY_ONCE, 10e-6},
    {96, 32, 201, 16, 2, 0, 0, 0, OUTPUT_CODES_33, 0.0123, DECAY_POWER, 2e-6}, /* clips partial sums */
    {96, 32, 201, 16, 1, 16, 8, 32, OUTPUT_CODES_32, 0.0123, DECAY_POWER, 2e-6},
    {100, 64, 230, 8, 1, 0, 0, 32, OUTPUT_CODES_33, 0, DECAY_ONCE, 2e-6},  /* a last tile of 36 columns, overwritten twice */
    {7, 3, 40, 5, 3, 16, 8, 32, OUTPUT_CODES_32, 0.05, DECAY_POWER, 1e-6}, /* window far below a block of queries */
    {1, 64, 70, 5, 1, 0, 8, 0, OUTPUT_CODES_33, 0.05, DECAY_ONCE, 1e-6},
    {128, 64, 128, 24, 1, 16, 0, 31, OUTPUT_CODES_33, 0.003, DECAY_POWER, 5e-6}, /* tokens = window; odd number of levels */
    {128, 64, 1, 3, 2, 16, 8, 32, OUTPUT_CODES_33, 0.003, DECAY_POWER, 0.1e-6},
};

static struct attention_config config_of(gsize i)
{
    struct attention_config config = attention_defaults();
    config.window = shapes[i].window;
    config.tile = shapes[i].tile;
    config.levels_q = shapes[i].q;
    config.levels_kv = shapes[i].kv;
    config.levels_out = shapes[i].out;
    config.codes = shapes[i].codes;
    config.decay_per_token = shapes[i].decay;
    config.decay_mode = shapes[i].mode;
    config.out_sat_A = shapes[i].out_sat_A;
    if (shapes[i].dimension < 64)
        config.s_sat_A = 80e-6 * (double)shapes[i].dimension / 192; /* so that φ saturates here and there */
    return config;
}

START_TEST(agrees_with_a_plain_evaluation)
{
    struct model *model = paper();
    struct attention_config config = config_of((gsize)_i);
    struct attention_input input = random_input((guint64)_i + 7, shapes[_i].cases, shapes[_i].tokens, shapes[_i].dimension);
    check_plain(model, &config, &input);
    input_clear(&input);
    model_free(model);
}
END_TEST

START_TEST(the_tests_reach_both_ends)
{
    struct model *model = paper();
    gsize clipped = 0, zero = 0, one = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        struct attention_config config = config_of(i);
        struct attention_input input = random_input(i + 7, shapes[i].cases, shapes[i].tokens, shapes[i].dimension);
        struct attention_output output;
        ck_assert(attention_run(model, &config, &input, &output, NULL));
        for (gsize t = 0; t < input.n_tokens; t++) {
            zero += output.phi[t * input.n_tokens + t] == 0;
            one += output.phi[t * input.n_tokens + t] == 1;
        }
        for (gsize j = 0; j < input.n_tokens * input.dimension; j++)
            clipped += fabs(output.a[j]) == 1;
        attention_output_free(&output);
        input_clear(&input);
    }
    ck_assert_uint_gt(clipped, 20);
    ck_assert_uint_gt(zero, 20);
    ck_assert_uint_gt(one, 20);
    model_free(model);
}
END_TEST

/* The read-out's codes: every partial sum that a dense sweep of V gives, with one token and one tile. */
static GArray *codes(enum output_codes which)
{
    struct model *model = paper();
    struct attention_config config = attention_defaults();
    config.window = 1;
    config.levels_q = config.levels_kv = 0;
    config.codes = which;
    config.s_sat_A = 1e-9;   /* φ = 1 */
    config.out_sat_A = 8e-6; /* I(0) and I(0.9 V) are −10.3 and 10.3 µA */
    struct attention_input input = random_input(3, 1, 1, 4000);
    for (gsize i = 0; i < 4000; i++) {
        ((double *)(void *)input.q)[i] = 1;
        ((double *)(void *)input.k)[i] = 0.9;
        ((double *)(void *)input.v)[i] = 0.9 * (double)i / 3999;
    }
    struct attention_output output;
    ck_assert(attention_run(model, &config, &input, &output, NULL));
    GArray *found = g_array_new(FALSE, FALSE, sizeof(double)); /* the current rises with V: codes come in order */
    for (gsize i = 0; i < 4000; i++)
        if (found->len == 0 || output.a[i] > g_array_index(found, double, found->len - 1) + 1e-6)
            g_array_append_val(found, output.a[i]);
    attention_output_free(&output);
    input_clear(&input);
    model_free(model);
    return found;
}

START_TEST(read_out_has_33_or_32_codes)
{
    GArray *authors = codes(OUTPUT_CODES_33), *exact = codes(OUTPUT_CODES_32);
    ck_assert_uint_eq(authors->len, 33);
    ck_assert_uint_eq(exact->len, 32);
    for (int k = -16; k <= 16; k++)
        ck_assert_double_eq_tol(g_array_index(authors, double, (guint)(k + 16)), k * 2.0 / 31, 1e-15);
    for (int k = 0; k < 32; k++)
        ck_assert_double_eq_tol(g_array_index(exact, double, (guint)k), -1 + k * 2.0 / 31, 1e-15);
    g_array_free(authors, TRUE);
    g_array_free(exact, TRUE);
}
END_TEST

/* For a polynomial about V_mid, D^i on each power and a stored voltage that decays towards V_mid are one thing; a model in
 * another basis takes the second way or is expanded about V_mid. */
START_TEST(decay_by_power_is_decay_of_the_voltage)
{
    struct model *model = paper(), *shifted = model_copy(model);
    /* the same function about 0.2 V in units of 0.7 V, by fitting it */
    struct samples *samples = samples_new(2, 400);
    for (gsize i = 0; i < 400; i++) {
        samples->x[2 * i] = 0.9 * (double)(i % 20) / 19;
        samples->x[2 * i + 1] = 0.9 * (double)(i / 20) / 19;
        samples->y[i] = model_eval(model, samples->x + 2 * i, NULL);
    }
    shifted->inputs[0].offset = 0.2;
    shifted->inputs[0].scale = 0.7;
    GError *error = NULL;
    ck_ok(shifted->family->fit(shifted, 3, samples, &error), error);
    samples_free(samples);
    struct attention_config config = config_of(4);
    struct attention_input input = random_input(11, 1, 150, 16);
    check_plain(shifted, &config, &input);

    /* The same function of a family that has no powers: cell by cell. */
    struct attention_output by_power, by_cell;
    ck_assert(attention_run(model, &config, &input, &by_power, NULL));
    model->family = &(struct model_family){.name = "opaque", .eval = model->family->eval};
    ck_assert(attention_run(model, &config, &input, &by_cell, NULL));
    ck_assert_double_le(relative(150 * 150, by_cell.s, by_power.s), 1e-12);
    ck_assert_double_le(relative(150 * 16, by_cell.a, by_power.a), 1e-12);
    attention_output_free(&by_power);
    attention_output_free(&by_cell);
    input_clear(&input);
    model_free(model);
    model_free(shifted);
}
END_TEST

START_TEST(a_model_stays_flat_outside_its_box)
{
    struct model *model = paper();
    model->inputs[0].min = 0.2;
    model->inputs[0].max = 0.7;
    for (int mode = 0; mode < 2; mode++) {
        struct attention_config config = attention_defaults();
        config.levels_q = config.levels_kv = config.levels_out = 0;
        config.decay_per_token = 0.2;
        config.decay_mode = mode == 0 ? DECAY_POWER : DECAY_ONCE;
        double q[2] = {1, 0.5}, k[2] = {0.9, 0.8}, v[2] = {0.85, 0.1}; /* two tokens of dimension 1 */
        struct attention_input input = {1, 2, 1, q, k, v};
        struct attention_output output;
        ck_assert(attention_run(model, &config, &input, &output, NULL));
        double decay = exp(-0.2), k0 = mode == 0 ? fmin(0.45 + 0.45 * decay, 0.7) : 0.7, factor = mode == 0 ? 1 : decay;
        ck_assert_double_eq_tol(output.s[0] * 1e6, plain_cell_uA(0.7, 0.9, 1), 1e-12);
        ck_assert_double_eq_tol(output.s[2] * 1e6, 0.5 * factor * plain_cell_uA(k0, 0.9, 1), 1e-12);
        ck_assert_double_eq_tol(output.s[3] * 1e6, 0.5 * plain_cell_uA(0.7, 0.9, 1), 1e-12);
        ck_assert_double_eq(output.s[1], 0);
        double v0 = mode == 0 ? fmin(0.45 + 0.4 * decay, 0.7) : 0.7;
        double read = (output.phi[2] * factor * plain_cell_uA(v0, 0.9, 1) + output.phi[3] * plain_cell_uA(0.2, 0.9, 1)) / 40;
        ck_assert_double_eq_tol(output.a[1], read, 1e-13);
        attention_output_free(&output);
    }
    model_free(model);
}
END_TEST

START_TEST(the_bit_line_is_an_input_like_another)
{
    /* I = 2.385 (v_store − 0.45) + 1.7 v_in² − 3.1 (v_bl − 0.45) v_in, in µA */
    int exponents[] = {1, 0, 0, 0, 2, 0, 0, 1, 1};
    double coefficients[] = {2.385e-6, 1.7e-6, -3.1e-6};
    struct model *model = model_new(model_family("polynomial"), "bl");
    model->n_inputs = 3;
    model->inputs[0] = (struct model_input){g_strdup("v_store"), g_strdup("V"), 0.45, 1, 0, 0.9, NULL, 0};
    model->inputs[1] = (struct model_input){g_strdup("v_in"), g_strdup("V"), 0, 1, 0.45, 0.9, NULL, 0};
    model->inputs[2] = (struct model_input){g_strdup("v_bl"), g_strdup("V"), 0.45, 1, 0.35, 0.55, NULL, 0};
    model->output = g_strdup("i_read");
    model->output_unit = g_strdup("A");
    model->order = 2;
    model->n_coefficients = 3;
    model->coefficients = g_memdup2(coefficients, sizeof coefficients);
    model->exponents = g_memdup2(exponents, sizeof exponents);
    struct attention_config config = attention_defaults();
    config.levels_q = config.levels_kv = config.levels_out = 0;
    config.v_bl_V = 0.47;
    config.v_in_V = 0.8;
    double q = 0.6, k = 0.73, v = 0.31;
    struct attention_input input = {1, 1, 1, &q, &k, &v};
    struct attention_output output;
    ck_assert(attention_run(model, &config, &input, &output, NULL));
    double rest = 1.7 * 0.64 - 3.1 * 0.02 * 0.8, s = 0.6 * (2.385 * 0.28 + rest);
    ck_assert_double_eq_tol(output.s[0] * 1e6, s, 1e-14);
    ck_assert_double_eq_tol(output.a[0], s / 80 * (2.385 * -0.14 + rest) / 40, 1e-16);
    attention_output_free(&output);
    model_free(model);
}
END_TEST

START_TEST(a_full_head_is_quick)
{
    struct model *model = paper();
    struct attention_input input = random_input(5, 1, 1024, 64);
    struct attention_config config = attention_defaults();
    for (int i = 0; i < 3; i++) {
        config.decay_per_token = i == 0 ? 0 : 1.6e-4;
        config.decay_mode = i == 1 ? DECAY_ONCE : DECAY_POWER;
        struct attention_output output;
        gint64 start = g_get_monotonic_time();
        ck_assert(attention_run(model, &config, &input, &output, NULL));
        double seconds = (double)(g_get_monotonic_time() - start) * 1e-6;
        if (g_getenv("VERBOSE") != NULL)
            g_printerr("1024 tokens, d 64, %s: %.3f s\n",
                       i == 0   ? "no decay"
                       : i == 1 ? "decay once"
                                : "decay by power",
                       seconds);
        ck_assert_double_lt(seconds, 5); /* ten times what a loaded machine needs, a tenth of a plain loop */
        attention_output_free(&output);
    }
    input_clear(&input);
    model_free(model);
}
END_TEST

START_TEST(says_why_not)
{
    struct model *model = paper();
    struct attention_config good = attention_defaults(), config;
    struct attention_input input = random_input(1, 1, 3, 2), none = input;
    struct attention_output output;
    GError *error = NULL;
#define REFUSES(change, message)                                                                                                 \
    config = good;                                                                                                               \
    change;                                                                                                                      \
    ck_fails(attention_run(model, &config, &input, &output, &error), error, message);                                            \
    ck_fails(attention_exact(model, &config, &input, &output, &error), error, message)
    REFUSES(config.window = 0, "attention: the window is 0, expected at least 1 token");
    REFUSES(config.tile = 0, "attention: the tile is 0, expected at least 1 token");
    REFUSES(config.levels_q = 1, "attention: the number of input levels is 1, expected 0 (not quantised) or at least 2");
    REFUSES(config.levels_kv = -3, "attention: the number of stored levels is -3, expected 0 (not quantised) or at least 2");
    REFUSES(config.levels_out = 1, "attention: the number of output levels is 1, expected 0 (not quantised) or at least 2");
    REFUSES(config.decay_per_token = -1e-4, "attention: the decay a token is -0.0001, expected 0 or more");
    REFUSES(config.v_max_V = 0, "attention: v_max is 0, expected a voltage above 0 V");
    REFUSES(config.v_mid_V = NAN, "attention: v_mid is nan, expected a voltage");
    REFUSES(config.s_sat_A = 0, "attention: s_sat is 0, expected a current above 0 A");
    REFUSES(config.out_sat_A = INFINITY, "attention: the output's full scale is inf, expected a current above 0 A");
    REFUSES(config.v_in_V = 1.2, "model \"paper\": v_in is 1.2 V, outside the model's 0 to 0.9 V");
#undef REFUSES
    none.n_tokens = 0;
    ck_fails(attention_run(model, &good, &none, &output, &error), error,
             "attention: 1 cases of 0 tokens of dimension 2, expected at least one of each");
    none.n_tokens = 900000000;
    ck_fails(attention_run(model, &good, &none, &output, &error), error,
             "attention: the scores of 1 cases of 900000000 tokens need 1.3e+10 GB, which the memory does not hold");
    g_free(model->output_unit);
    model->output_unit = g_strdup("V");
    ck_fails(attention_run(model, &good, &input, &output, &error), error,
             "model \"paper\": gives \"i_read\" in \"V\", expected a current in A");
    strcpy(model->inputs[1].name, "vdd"); /* shorter than v_in */
    model->output_unit[0] = 'A';
    ck_fails(attention_run(model, &good, &input, &output, &error), error,
             "model \"paper\": input \"vdd\" is not known to attention, expected v_store, v_in and v_bl");
    model->inputs[0].name[0] = 'x';
    ck_fails(attention_run(model, &good, &input, &output, &error), error,
             "model \"paper\": has no input \"v_store\", expected the stored voltage as an input");
    input_clear(&input);
    model_free(model);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("attention");
    TCase *t = tcase_create("attention");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, agrees_with_a_plain_evaluation, 0, (int)G_N_ELEMENTS(shapes));
    tcase_add_test(t, the_tests_reach_both_ends);
    tcase_add_test(t, read_out_has_33_or_32_codes);
    tcase_add_test(t, decay_by_power_is_decay_of_the_voltage);
    tcase_add_test(t, a_model_stays_flat_outside_its_box);
    tcase_add_test(t, the_bit_line_is_an_input_like_another);
    tcase_add_test(t, a_full_head_is_quick);
    tcase_add_test(t, says_why_not);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
