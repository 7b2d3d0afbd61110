/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "netlist/expression.h"
#include "tests/support/check_tap.h"

static struct scope outer, scope;

static void setup(void)
{
    scope_init(&outer, NULL);
    scope_set(&outer, "knob", 2.385);
    scope_set(&outer, "w", 7);
    scope_init(&scope, &outer);
    scope_set(&scope, "w", 0.15e-6);
    scope_set(&scope, "l_rp", 0.18e-6);
}

static void teardown(void)
{
    scope_clear(&scope);
    scope_clear(&outer);
}

static double value_of(const char *text)
{
    double value = NAN;
    GError *error = NULL;
    ck_ok(expression_value(text, &scope, &value, &error), error);
    return value;
}

START_TEST(numbers_are_the_nearest_double)
{
    ck_assert(value_of("0.11u") == 0.11e-6);
    ck_assert(value_of("32n") == 32e-9);
    ck_assert(value_of("5fF") == 5e-15);
    ck_assert(value_of("2.385e-9") == 2.385e-9);
    ck_assert(value_of("1.5e3k") == 1.5e6);
    ck_assert(value_of("3.25meg") == 3.25e6);
    ck_assert(value_of("3.25m") == 3.25e-3);
    ck_assert(value_of(".7u") == 0.7e-6);
    ck_assert(value_of("4t") == 4e12);
    ck_assert(value_of("4g") == 4e9);
    ck_assert(value_of("4p") == 4e-12);
    ck_assert(value_of("4a") == 4e-18);
    ck_assert(value_of("10v") == 10);
}
END_TEST

START_TEST(operators_bind_as_in_ngspice)
{
    ck_assert(value_of("{w}") == 0.15e-6);
    ck_assert(value_of("w") == 0.15e-6);
    ck_assert(value_of("{knob}") == 2.385);
    ck_assert(value_of("{2+3*4}") == 14);
    ck_assert(value_of("{(2+3)*4}") == 20);
    ck_assert(value_of("{24/4/2}") == 3);
    ck_assert(value_of("{10-4-3}") == 3);
    ck_assert(value_of("{-w+2*l_rp}") == -0.15e-6 + 2 * 0.18e-6);
    ck_assert(value_of("{2*-3}") == -6);
    ck_assert(value_of("{ 2 * ( w + 0.11u ) }") == 2 * (0.15e-6 + 0.11e-6));
}
END_TEST

START_TEST(assignments_are_read_in_order)
{
    struct scope inner;
    GError *error = NULL;
    scope_init(&inner, &outer);
    ck_ok(scope_assign(&inner, " a=2.5u b={ w * 2 } c=3", &scope, &error), error);
    double value;
    ck_ok(expression_value("{a+b/c}", &inner, &value, &error), error);
    ck_assert(value == 2.5e-6 + 0.15e-6 * 2 / 3);
    ck_fails(scope_assign(&inner, "d=1 e={nope}", &scope, &error), error, "e={nope}: the parameter \"nope\" has no value here");
    scope_clear(&inner);
    char *text = assignment_text("w={w_rn + 1n} l=32n m=2", "l");
    ck_assert_str_eq(text, "32n");
    g_free(text);
    text = assignment_text("w={w_rn + 1n} l=32n m=2", "w");
    ck_assert_str_eq(text, "{w_rn + 1n}");
    g_free(text);
    ck_assert_ptr_null(assignment_text("w={w_rn} l=32n", "nf"));
    ck_assert_ptr_null(assignment_text("", "w"));
}
END_TEST

START_TEST(refuses_what_it_cannot_compute)
{
    static const char *const bad[][2] = {
        {"{nope}", "the parameter \"nope\" has no value here"},
        {"{sqrt(w)}", "the function \"sqrt\": expected + - * / ( ) only"},
        {"{w**2}", "\"**2}\": expected + - * / ( ) only"},
        {"{w^2}", "\"^2}\": expected + - * / ( ) only"},
        {"{w>1?2:3}", "\">1?2:3}\": expected + - * / ( ) only"},
        {"{w", "\"\": expected + - * / ( ) only"},
        {"{(w}", "a parenthesis that is not closed"},
        {"{w+}", "\"}\": expected a number, a parameter or ("},
        {"", "\"\": expected a number, a parameter or ("},
        {"{1/0}", "a value that is not finite"},
        {"0x1p3", "a hexadecimal number: expected a decimal one"},
        {"3mil", "the suffix mil: expected lengths in metres"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        double value;
        GError *error = NULL;
        ck_fails(expression_value(bad[i][0], &scope, &value, &error), error, bad[i][1]);
    }
}
END_TEST

START_TEST(depth_is_limited)
{
    g_autofree char *open = g_strnfill(100000, '(');
    double value;
    GError *error = NULL;
    ck_fails(expression_value(open, &scope, &value, &error), error, "too many parentheses or signs");
    g_autofree char *signs = g_strnfill(100000, '-');
    ck_fails(expression_value(signs, &scope, &value, &error), error, "too many parentheses or signs");
}
END_TEST

static Suite *expression_suite(void)
{
    Suite *suite = suite_create("expression");
    TCase *tc = tcase_create("expression");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, numbers_are_the_nearest_double);
    tcase_add_test(tc, operators_bind_as_in_ngspice);
    tcase_add_test(tc, assignments_are_read_in_order);
    tcase_add_test(tc, refuses_what_it_cannot_compute);
    tcase_add_test(tc, depth_is_limited);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(expression_suite)
