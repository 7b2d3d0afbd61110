/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "measure/method.h"
#include "tests/measure/specs.h"

static const double x[] = {1, 2, 4, 4.5}, y[] = {0.5, -1, 3, 2.385};
static const struct trace trace = {4, x, y, NULL};

START_TEST(values_between_points)
{
    static const struct {
        double at, value;
    } cases[] = {{1, 0.5}, {1.5, -0.25}, {2, -1}, {3, 1}, {4, 3}, {4.25, 2.6925}, {4.5, 2.385}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        ck_assert_double_eq_tol(trace_value(&trace, y, cases[i].at), cases[i].value, 1e-15);
}
END_TEST

START_TEST(windows_cut_between_points)
{
    static const struct {
        double from, to;
        gsize n;
        double x[4], y[4];
    } cases[] = {
        {NAN, NAN, 4, {1, 2, 4, 4.5}, {0.5, -1, 3, 2.385}}, {1.5, 4.25, 4, {1.5, 2, 4, 4.25}, {-0.25, -1, 3, 2.6925}},
        {2, 4, 2, {2, 4}, {-1, 3}},                         {2.5, 3, 2, {2.5, 3}, {0, 1}},
        {1.5, 2, 2, {1.5, 2}, {-0.25, -1}},                 {4, NAN, 2, {4, 4.5}, {3, 2.385}},
        {1, 1, 1, {1}, {0.5}},                              {1 - 3e-9, 2 - 3e-9, 2, {1, 2 - 3e-9}, {0.5, -1}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct window w;
        GError *error = NULL;
        struct measure_spec spec = SPEC(MEASURE_MIN, .from = cases[i].from, .to = cases[i].to);
        ck_ok(window_make(&spec, &trace, y, 1, &w, &error), error);
        ck_assert_uint_eq(w.n, cases[i].n);
        for (gsize k = 0; k < w.n; k++) {
            ck_assert_double_eq_tol(window_x(&w, k), cases[i].x[k], 1e-15);
            ck_assert_double_eq_tol(window_y(&w, k), cases[i].y[k], 1e-8);
        }
    }
}
END_TEST

START_TEST(positions_snap_to_the_ends_within_rounding)
{
    double position = 0.9000000000000001; /* ngspice's last point of 0 … 0.9 V in steps of 0.1 V may be 0.8999999999999999 */
    ck_assert(scale_clamp(0, 0.8999999999999999, &position) && position == 0.8999999999999999);
    position = -1.1e-16;
    ck_assert(scale_clamp(0, 0.9, &position) && position == 0);
    position = 0.9 + 1e-8;
    ck_assert(!scale_clamp(0, 0.9, &position) && position == 0.9 + 1e-8);
    position = NAN;
    ck_assert(!scale_clamp(0, 0.9, &position));
}
END_TEST

START_TEST(units_of_results)
{
    static const struct {
        const char *signal, *scale, *product, *quotient;
    } cases[] = {{"V", "s", "V.s", "V/s"},           {"A", "V", "A.V", "A/V"},     {"V", "V", "V2", ""}, {"A", "s", "A.s", "A/s"},
                 {"V/√Hz", "Hz", "V.√Hz", "V/√Hz/Hz"}, {"", "s", "s", "1/s"},        {"V", "", "V", "V"},  {"", "", "", ""},
                 {"A/√Hz", "Hz", "A.√Hz", "A/√Hz/Hz"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct measure_spec spec = SPEC(MEASURE_INTEGRAL);
        g_autofree char *product = unit_of_product(&spec, cases[i].signal, cases[i].scale);
        g_autofree char *quotient = unit_of_quotient(&spec, cases[i].signal, cases[i].scale);
        ck_assert_str_eq(product, cases[i].product);
        ck_assert_str_eq(quotient, cases[i].quotient);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("method");
    TCase *t = tcase_create("method");
    tcase_add_test(t, values_between_points);
    tcase_add_test(t, windows_cut_between_points);
    tcase_add_test(t, positions_snap_to_the_ends_within_rounding);
    tcase_add_test(t, units_of_results);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
