/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/files.h"
#include "fit/model.h"
#include "stats/random.h"
#include "tests/support/check_tap.h"

static struct model *paper(void)
{
    g_autofree char *path = source_path("netlists/paper.json");
    GError *error = NULL;
    struct model *model = model_read(path, origin_at(NULL, 0), &error);
    ck_ok(model != NULL, error);
    return model;
}

START_TEST(paper_cell_has_the_authors_polynomial)
{
    struct model *model = paper();
    ck_assert_str_eq(model->family->name, "polynomial");
    ck_assert_str_eq(model->output_unit, "A");
    ck_assert_int_eq(model->n_inputs, 2);
    ck_assert_int_eq(model_input_index(model, "v_store"), 0);
    ck_assert_int_eq(model_input_index(model, "v_in"), 1);
    ck_assert_int_eq(model_input_index(model, "v_bl"), -1);
    ck_assert_uint_eq(model->n_coefficients, 10);
    /* I(y) = 0.52136 + 13.61226 y − 2.62045 y² + 46.05484 y³ µA at v_in = 0.9 V */
    for (int i = 0; i <= 18; i++) {
        double x[2] = {0.05 * i, 0.9}, y = x[0] - 0.45;
        gboolean outside;
        double i_uA = 1e6 * model_eval(model, x, &outside);
        ck_assert(!outside);
        ck_assert_double_eq_tol(i_uA, 0.52136 + 13.61226 * y - 2.62045 * y * y + 46.05484 * y * y * y, 1.5e-5);
    }
    /* i of v_in, at v_store = 0.45 V: by hand */
    ck_assert_double_eq_tol(1e6 * model_eval(model, (const double[]){0.45, 0.3}, NULL),
                            0.17393044 + 0.15653739 * 0.3 + 0.14088365 * 0.09 + 0.12679529 * 0.027, 1e-14);
    model_free(model);
}
END_TEST

START_TEST(extrapolates_flatly_and_says_so)
{
    struct model *model = paper();
    const double edge[2] = {0.9, 0.9}, beyond[2] = {1.3, 2.0}, below[2] = {-0.2, 0.7}, low[2] = {0, 0.7};
    gboolean outside = FALSE;
    ck_assert(model_eval(model, beyond, &outside) == model_eval(model, edge, NULL));
    ck_assert(outside);
    outside = FALSE;
    ck_assert(model_eval(model, below, &outside) == model_eval(model, low, NULL));
    ck_assert(outside);
    model_eval(model, edge, &outside);
    ck_assert(!outside);
    model_free(model);
}
END_TEST

START_TEST(judges_by_hand)
{
    struct model *model = paper();
    struct samples *samples = samples_new(2, 4);
    static const double off[4] = {1e-8, -3e-8, 0.5e-8, 2e-8};
    for (gsize i = 0; i < 4; i++) {
        samples->x[2 * i] = 0.2 * (double)i + 0.1;
        samples->x[2 * i + 1] = 0.9;
        samples->y[i] = model_eval(model, samples->x + 2 * i, NULL) + off[i];
    }
    struct model_error error = model_judge(model, samples);
    ck_assert_uint_eq(error.n, 4);
    ck_assert_double_eq_tol(error.rms, sqrt((1 + 9 + 0.25 + 4) / 4) * 1e-8, 1e-19);
    ck_assert_double_eq_tol(error.worst, 3e-8, 1e-19);
    ck_assert_double_eq(error.worst_at[0], samples->x[2]);
    ck_assert_double_eq(error.full_scale, samples->y[3] - samples->y[0]);
    samples->n = 0;
    ck_assert_uint_eq(model_judge(model, samples).n, 0);
    samples_free(samples);
    model_free(model);
}
END_TEST

START_TEST(reads_back_to_the_same_bits)
{
    struct model *model = paper();
    for (guint64 i = 0; i < model->n_coefficients; i++)
        model->coefficients[i] = ldexp(random_normal(5, "c", i), (int)(i * 37 % 200) - 100);
    model->coefficients[3] = -0.0;
    model->coefficients[4] = 5e-324;
    model->coefficients[5] = 1.7976931348623157e308;
    model->coefficients[6] = 9007199254740993.0;
    g_free(model->source);
    model->source = g_strdup("quotes \" and \\ and µ and\nlines");
    model->held_out =
        (struct model_error){.n = 2550, .rms = 1.0 / 3, .worst = 2.0 / 7, .full_scale = 0.1 + 0.2, .worst_at = {1.0 / 9, 0.9}};
    g_autofree char *text = model_to_json(model);
    GError *error = NULL;
    struct model *back = model_from_json(text, "back.json", &error);
    ck_ok(back != NULL, error);
    ck_assert_mem_eq(back->coefficients, model->coefficients, 10 * sizeof(double));
    ck_assert_mem_eq(back->exponents, model->exponents, 20 * sizeof(int));
    ck_assert_str_eq(back->source, model->source);
    ck_assert_mem_eq(&back->held_out, &model->held_out, sizeof model->held_out);
    ck_assert_uint_eq(back->seen.n, 0);
    ck_assert(back->inputs[0].offset == 0.45 && back->inputs[0].scale == 1 && back->inputs[1].max == 0.9);
    g_autofree char *again = model_to_json(back);
    ck_assert_str_eq(again, text);
    model_free(back);
    model_free(model);
}
END_TEST

/* The shipped file, one piece replaced. */
static void check_bad(const char *piece, const char *instead, const char *message)
{
    g_autofree char *path = source_path("netlists/paper.json");
    g_autofree char *text = file_read(path, 1 << 20, NULL, origin_at(NULL, 0), NULL);
    ck_assert_msg(text != NULL, "%s is not there", path);
    const char *found = strstr(text, piece);
    ck_assert_msg(found != NULL, "%s is not in paper.json", piece);
    g_autofree char *bad = g_strdup_printf("%.*s%s%s", (int)(found - text), text, instead, found + strlen(piece));
    GError *error = NULL;
    ck_fails(model_from_json(bad, "m.json", &error) != NULL, error, message);
}

START_TEST(bad_files_are_told)
{
    check_bad("\"name\": \"paper\",", "\"name\": \"paper\"", "m.json:5: not JSON: '}' expected near '\"family\"'");
    check_bad("1.7393044e-07", "1e999", "m.json:15: not JSON: real number overflow near '1e999'");
    check_bad("1.7393044e-07", "NaN", "m.json:15: not JSON: invalid token near 'NaN'");
    check_bad("\"name\": \"paper\",", "\"name\": \"paper\", \"name\": \"x\",",
              "m.json:4: not JSON: duplicate object key near '\"name\"'");
    check_bad("gainspice-model", "verilog", "m.json: format: \"verilog\", expected \"gainspice-model\"");
    check_bad("\"version\": 1", "\"version\": 2", "m.json: version: 2, expected 1");
    check_bad("\"family\": \"polynomial\"", "\"family\": \"spline\"",
              "m.json: family: \"spline\" is not known, expected one of polynomial, bspline, ekv, ekv-n, ekv-p, exponential, hardsigmoid");
    check_bad("\"name\": \"paper\",", "", "m.json: name: nothing, expected a string");
    check_bad("\"name\": \"paper\"", "\"name\": 7", "m.json: name: a number, expected a string");
    check_bad(
        "\"order\": 3", "\"ordre\": 3",
        "m.json: ordre: not a member of this version, expected format, version, name, family, source, output, inputs, "
        "condition, order, exponents, parameters, knots, coefficients, covariance, seen, held_out");
    check_bad("\"order\": 3", "\"order\": 2.5", "m.json: order: 2.5, expected a whole number from 0 to 20");
    check_bad("\"order\": 3", "\"order\": 2",
              "m.json: exponents: element 3 has an exponent that is not a whole number from 0 to 2");
    check_bad("[2,1]", "[2,2]", "m.json: exponents: element 8 sums to 4, expected at most the order, 3");
    check_bad("[2,1]", "[2,0]", "m.json: exponents: element 8 is there twice");
    check_bad("[2,1]", "[2]", "m.json: exponents: element 8 is not an array of 2, one exponent an input");
    check_bad("\n    4.605483778e-05", "", "m.json:24: not JSON: unexpected token near ']'");
    check_bad(",\n    4.605483778e-05", "", "m.json: coefficients: 9 numbers, expected 10 as in exponents");
    check_bad("4.605483778e-05", "\"4.6e-5\"", "m.json: coefficients: element 9 is a string, expected a number");
    check_bad("\"scale\": 1", "\"scale\": 0", "m.json: inputs[0].scale: 0, expected a number above 0");
    check_bad("\"max\": 0.9", "\"max\": -0.9", "m.json: inputs[0].max: -0.9, expected more than min, which is 0");
    check_bad("\"v_in\"", "\"v_store\"", "m.json: inputs[1].name: \"v_store\" stands for two inputs, expected different names");
    check_bad("\"unit\": \"A\"", "\"unit\": null", "m.json: output.unit: null, expected a string");
    check_bad("\"order\": 3,", "\"order\": 3, \"seen\": {\"n\": 10},", "m.json: seen.rms: nothing, expected a number");
    check_bad("\"order\": 3,",
              "\"order\": 3, \"seen\": {\"n\": 10, \"rms\": 1, \"worst\": 1, \"full_scale\": 1, \"worst_at\": [1]},",
              "m.json: seen.worst_at: not an array of 2, one number an input");
    GError *error = NULL;
    ck_fails(model_from_json("", "m.json", &error) != NULL, error, "m.json:1: not JSON: '[' or '{' expected near end of file");
    ck_fails(model_from_json("[]", "m.json", &error) != NULL, error, "m.json: an array, expected an object: a gainspice-model");
    ck_fails(model_read("no-such.json", origin_at("d.xml", 7), &error) != NULL, error,
             "d.xml:7: file \"no-such.json\": cannot be opened: No such file or directory");
}
END_TEST

/* Whatever a model file holds, the reader answers with a model or a sentence. */
START_TEST(survives_any_single_byte)
{
    g_autofree char *path = source_path("netlists/paper.json");
    gsize length;
    g_autofree char *text = file_read(path, 1 << 20, &length, origin_at(NULL, 0), NULL);
    ck_assert_msg(text != NULL, "%s is not there", path);
    static const char bytes[] = "\"{}[],:-0e\xff";
    for (gsize i = 0; i < length; i++) {
        char kept = text[i];
        text[i] = bytes[i % (sizeof bytes - 1)];
        GError *error = NULL;
        struct model *model = model_from_json(text, "m.json", &error);
        ck_assert((model == NULL) == (error != NULL));
        model_free(model);
        g_clear_error(&error);
        text[i] = kept;
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model");
    TCase *t = tcase_create("model");
    tcase_add_test(t, paper_cell_has_the_authors_polynomial);
    tcase_add_test(t, extrapolates_flatly_and_says_so);
    tcase_add_test(t, judges_by_hand);
    tcase_add_test(t, reads_back_to_the_same_bits);
    tcase_add_test(t, bad_files_are_told);
    tcase_add_test(t, survives_any_single_byte);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
