/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "attention/attention.h"
#include "stats/random.h"
#include "tests/support/check_tap.h"

enum { CASES = 2, TOKENS = 90, DIMENSION = 12, CELLS = TOKENS * DIMENSION };

static struct model *paper(void)
{
    g_autofree char *path = source_path("netlists/paper.json");
    GError *error = NULL;
    struct model *model = model_read(path, origin_at(NULL, 0), &error);
    ck_ok(model != NULL, error);
    return model;
}

static double qkv[3][CASES * CELLS];

static struct attention_input random_input(void)
{
    for (gsize i = 0; i < CASES * CELLS; i++) {
        qkv[0][i] = -0.1 + 1.2 * random_uniform(2, "q", i);
        qkv[1][i] = -0.1 + 1.1 * random_uniform(2, "k", i);
        qkv[2][i] = -0.1 + 1.1 * random_uniform(2, "v", i);
    }
    return (struct attention_input){CASES, TOKENS, DIMENSION, qkv[0], qkv[1], qkv[2]};
}

static double between(double x, double min, double max)
{
    return x < min ? min : x > max ? max : x;
}

START_TEST(exact_is_a_linear_cell_without_limits)
{
    struct model *model = paper();
    struct attention_input input = random_input();
    struct attention_config config = attention_defaults();
    config.window = 50;
    config.tile = 16;
    config.decay_per_token = 0.01; /* exact knows no decay, */
    config.out_sat_A = 0.4e-6;     /* and no clip */
    config.s_sat_A = 10e-6;
    struct attention_output output;
    GError *error = NULL;
    ck_ok(attention_exact(model, &config, &input, &output, &error), error);

    /* The slope of c0 + c1 y + c2 y² + c3 y³ over |y| ≤ b is c1 + 3/5 c3 b² [Legendre]; at v_in = 0.9 V, in µA/V: */
    double c1 = 5.51975209 + 4.96777688 * 0.9 + 4.4709992 * 0.81, slope = c1 + 0.6 * 46.05483778 * 0.45 * 0.45;
    ck_assert_double_eq_tol(slope, 19.208, 1e-3); /* the authors use 19.3 */
    double largest = 0;
    for (gsize c = 0; c < CASES; c++)
        for (gsize t = 0; t < TOKENS; t++) {
            const double *q = qkv[0] + c * CELLS, *k = qkv[1] + c * CELLS, *v = qkv[2] + c * CELLS;
            double a[DIMENSION] = {0};
            for (gsize s = t < 50 ? 0 : t - 49; s <= t; s++) {
                double sum = 0;
                for (gsize i = 0; i < DIMENSION; i++)
                    sum += between(q[t * DIMENSION + i], 0, 1) * slope * (between(k[s * DIMENSION + i], 0, 0.9) - 0.45);
                ck_assert_double_eq_tol(output.s[(c * TOKENS + t) * TOKENS + s], sum * 1e-6, 1e-18);
                for (gsize i = 0; i < DIMENSION; i++)
                    a[i] += between(sum / 10, 0, 1) * slope * (between(v[s * DIMENSION + i], 0, 0.9) - 0.45) / 0.4;
            }
            for (gsize i = 0; i < DIMENSION; i++) {
                ck_assert_double_eq_tol(output.a[(c * TOKENS + t) * DIMENSION + i], a[i], 1e-10);
                largest = fmax(largest, fabs(a[i]));
            }
        }
    ck_assert(largest > 10); /* far beyond the clip */
    attention_output_free(&output);
    model_free(model);
}
END_TEST

START_TEST(softmax_as_written)
{
    struct attention_input input = random_input();
    for (gsize i = 0; i < CASES * CELLS; i++)
        qkv[0][i] *= 40; /* peaked rows, too */
    struct attention_config config = attention_defaults();
    config.window = 33;
    double *a = g_new(double, CASES *CELLS);
    attention_softmax(&config, &input, a);
    for (gsize c = 0; c < CASES; c++)
        for (gsize t = 0; t < TOKENS; t++) {
            const double *q = qkv[0] + c * CELLS + t * DIMENSION;
            double sum = 0, weighted[DIMENSION] = {0};
            for (gsize s = 0; s <= t; s++) {
                if (t - s >= 33)
                    continue;
                double x = 0;
                for (gsize i = 0; i < DIMENSION; i++)
                    x += q[i] * qkv[1][c * CELLS + s * DIMENSION + i];
                x = exp(x / sqrt(DIMENSION));
                sum += x;
                for (gsize i = 0; i < DIMENSION; i++)
                    weighted[i] += x * qkv[2][c * CELLS + s * DIMENSION + i];
            }
            for (gsize i = 0; i < DIMENSION; i++)
                ck_assert_double_eq_tol(a[c * CELLS + t * DIMENSION + i], weighted[i] / sum, 1e-13);
        }
    /* Scores of 1e4 do not overflow. */
    for (gsize i = 0; i < CASES * CELLS; i++)
        qkv[0][i] *= 1e4;
    attention_softmax(&config, &input, a);
    for (gsize i = 0; i < CASES * CELLS; i++)
        ck_assert(isfinite(a[i]));
    g_free(a);
}
END_TEST

START_TEST(compares_by_hand)
{
    const double b[4] = {1, -2, 3, 5}, same[4] = {1, -2, 3, 5};
    struct attention_error e = attention_compare(4, same, b);
    ck_assert_double_eq(e.relative_rms, 0);
    ck_assert_double_eq_tol(e.relative_rms_after_gain_offset, 0, 1e-15);
    ck_assert_double_eq_tol(e.correlation, 1, 1e-15);

    const double scaled[4] = {-0.5 * 1 + 3, -0.5 * -2 + 3, -0.5 * 3 + 3, -0.5 * 5 + 3};
    e = attention_compare(4, scaled, b);
    /* a − b = 3 − 1.5 b: 1.5, 6, −1.5, −4.5 against 1, 4, 9, 25 */
    ck_assert_double_eq_tol(e.relative_rms, sqrt((2.25 + 36 + 2.25 + 20.25) / 39), 1e-15);
    ck_assert_double_eq_tol(e.relative_rms_after_gain_offset, 0, 1e-15);
    ck_assert_double_eq_tol(e.correlation, -1, 1e-15);

    const double a[4] = {2, 0, 1, 5};
    e = attention_compare(4, a, b);
    /* means 2 and 1.75; Σaa 14, Σbb 26.75, Σab = 0 + 7.5 − 1.25 + 9.75 = 16 */
    ck_assert_double_eq_tol(e.relative_rms, sqrt((1 + 4 + 4 + 0) / 39.0), 1e-15);
    ck_assert_double_eq_tol(e.relative_rms_after_gain_offset, sqrt((26.75 - 16 * 16 / 14.0) / 39), 1e-15);
    ck_assert_double_eq_tol(e.correlation, 16 / sqrt(14 * 26.75), 1e-15);

    const double flat[4] = {2, 2, 2, 2};
    e = attention_compare(4, flat, b);
    ck_assert_double_eq_tol(e.relative_rms_after_gain_offset, sqrt(26.75 / 39), 1e-15);
    ck_assert(isnan(e.correlation));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("reference");
    TCase *t = tcase_create("reference");
    tcase_add_test(t, exact_is_a_linear_cell_without_limits);
    tcase_add_test(t, softmax_as_written);
    tcase_add_test(t, compares_by_hand);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
