/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "attention/attention.h"
#include "tests/support/check_tap.h"

static struct ndarray array(const char *name, int rank, gsize n0, gsize n1, gsize n2, double *data)
{
    struct ndarray made = {.name = (char *)(gsize)name, .rank = rank, .data = data};
    made.shape[0] = n0;
    made.shape[1] = n1;
    made.shape[2] = n2;
    return made;
}

static GPtrArray *list(struct ndarray *a, struct ndarray *b, struct ndarray *c)
{
    GPtrArray *arrays = g_ptr_array_new();
    struct ndarray *all[3] = {a, b, c};
    for (int i = 0; i < 3; i++)
        if (all[i] != NULL)
            g_ptr_array_add(arrays, all[i]);
    return arrays;
}

static double data[3][4 * 7 * 5];

START_TEST(takes_cases_or_one_case)
{
    struct ndarray q = array("Q", 3, 4, 7, 5, data[0]), k = array("K", 3, 4, 7, 5, data[1]), v = array("V", 3, 4, 7, 5, data[2]);
    GPtrArray *arrays = list(&v, &q, &k);
    struct attention_input input;
    GError *error = NULL;
    ck_ok(attention_input_from_npz(arrays, "v.npz", &input, &error), error);
    ck_assert(input.n_cases == 4 && input.n_tokens == 7 && input.dimension == 5);
    ck_assert(input.q == data[0] && input.k == data[1] && input.v == data[2]);
    q = array("q", 2, 7, 5, 0, data[0]);
    k = array("k", 2, 7, 5, 0, data[1]);
    v = array("v", 2, 7, 5, 0, data[2]);
    ck_ok(attention_input_from_npz(arrays, "v.npz", &input, &error), error);
    ck_assert(input.n_cases == 1 && input.n_tokens == 7 && input.dimension == 5 && input.k == data[1]);
    g_ptr_array_free(arrays, TRUE);
}
END_TEST

START_TEST(takes_a_file)
{
    struct ndarray q = array("Q", 3, 4, 7, 5, data[0]), k = array("K", 3, 4, 7, 5, data[1]), v = array("V", 3, 4, 7, 5, data[2]);
    data[1][139] = 2.385;
    GPtrArray *arrays = list(&q, &k, &v);
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL), *path = g_build_filename(folder, "qkv.npz", NULL);
    GError *error = NULL;
    ck_ok(npz_write(path, arrays, &error), error);
    g_ptr_array_free(arrays, TRUE);
    arrays = npz_read(path, &error);
    ck_ok(arrays != NULL, error);
    struct attention_input input;
    ck_ok(attention_input_from_npz(arrays, path, &input, &error), error);
    ck_assert(input.n_cases == 4 && input.n_tokens == 7 && input.dimension == 5);
    ck_assert(input.k[139] == 2.385);
    g_ptr_array_unref(arrays);
    g_unlink(path);
    g_rmdir(folder);
}
END_TEST

static void check_bad(struct ndarray *q, struct ndarray *k, struct ndarray *v, const char *message)
{
    GPtrArray *arrays = list(q, k, v);
    struct attention_input input;
    GError *error = NULL;
    ck_fails(attention_input_from_npz(arrays, "v.npz", &input, &error), error, message);
    g_ptr_array_free(arrays, TRUE);
}

START_TEST(says_what_is_wrong)
{
    struct ndarray q = array("Q", 3, 4, 7, 5, data[0]), k = array("K", 3, 4, 7, 5, data[1]), v = array("v", 3, 4, 7, 5, data[2]),
                   bad;
    check_bad(&q, NULL, &v, "v.npz: array \"K\": is missing, expected Q, K and V");
    check_bad(NULL, NULL, NULL, "v.npz: array \"Q\": is missing, expected Q, K and V");
    bad = array("K", 3, 4, 7, 3, data[1]);
    check_bad(&q, &bad, &v, "v.npz: array \"K\": shape 4×7×3, expected 4×7×5 as Q has");
    bad = array("v", 2, 7, 5, 0, data[2]);
    check_bad(&q, &k, &bad, "v.npz: array \"v\": shape 7×5, expected 4×7×5 as Q has");
    bad = array("Q", 1, 7, 0, 0, data[0]);
    check_bad(&bad, &k, &v, "v.npz: array \"Q\": shape 7, expected case×token×dimension or token×dimension");
    bad = array("Q", 0, 0, 0, 0, data[0]);
    check_bad(&bad, &k, &v, "v.npz: array \"Q\": shape a single number, expected case×token×dimension or token×dimension");
    bad = array("Q", 3, 4, 0, 5, data[0]);
    check_bad(&bad, &k, &v, "v.npz: array \"Q\": shape 4×0×5 is empty, expected at least one element");
    data[1][2 * 35 + 6 * 5 + 3] = NAN;
    check_bad(&q, &k, &v, "v.npz: array \"K\": element [2][6][3] is NaN, expected a finite number");
    data[1][2 * 35 + 6 * 5 + 3] = 0;
    data[2][1] = -INFINITY;
    check_bad(&q, &k, &v, "v.npz: array \"v\": element [0][0][1] is infinite, expected a finite number");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("input");
    TCase *t = tcase_create("input");
    tcase_add_test(t, takes_cases_or_one_case);
    tcase_add_test(t, takes_a_file);
    tcase_add_test(t, says_what_is_wrong);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
