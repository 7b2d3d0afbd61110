/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/quantity.h"
#include "tests/support/check_tap.h"

static double parsed(const char *text, enum dimension dimension)
{
    double value = NAN;
    GError *error = NULL;
    ck_ok(quantity_parse(text, dimension, &value, &error), error);
    return value;
}

START_TEST(reads_exactly_the_nearest_double)
{
    ck_assert(parsed("5fF", DIMENSION_CAPACITANCE) == 5e-15);
    ck_assert(parsed("2.385fF", DIMENSION_CAPACITANCE) == 2.385e-15);
    ck_assert(parsed("0.45V", DIMENSION_VOLTAGE) == 0.45);
    ck_assert(parsed("-40°C", DIMENSION_TEMPERATURE) == -40);
    ck_assert(parsed("-40C", DIMENSION_TEMPERATURE) == -40);
    ck_assert(parsed("1.2pC", DIMENSION_CHARGE) == 1.2e-12);
    ck_assert(parsed("10kΩ", DIMENSION_RESISTANCE) == 1e4);
    ck_assert(parsed("1.5MegHz", DIMENSION_FREQUENCY) == 1.5e6);
    ck_assert(parsed("0.5µm", DIMENSION_LENGTH) == 0.5e-6);
    ck_assert(parsed("3mm", DIMENSION_LENGTH) == 3e-3);
    ck_assert(parsed("3m", DIMENSION_LENGTH) == 3);
    ck_assert(parsed("3m", DIMENSION_NONE) == 3e-3);
    ck_assert(parsed("2um2", DIMENSION_AREA) == 2e-12);
    ck_assert(parsed("2mV.um", DIMENSION_VOLT_LENGTH) == 2e-9);
    ck_assert(parsed("5%", DIMENSION_NONE) == 0.05);
    ck_assert(parsed("1.5e-3V", DIMENSION_VOLTAGE) == 1.5e-3);
    ck_assert(parsed("1e3mV", DIMENSION_VOLTAGE) == 1);
}
END_TEST

START_TEST(refuses_with_what_it_saw)
{
    static const struct {
        const char *text;
        enum dimension dimension;
        const char *message;
    } cases[] = {
        {"5f F", DIMENSION_CAPACITANCE, "capacitance \"5f F\": expected a number with a unit, such as 5fF"},
        {"5fF", DIMENSION_VOLTAGE, "voltage \"5fF\": the unit is F, expected V, such as 0.45V"},
        {"0.45", DIMENSION_VOLTAGE, "voltage \"0.45\": the unit is missing, expected V, such as 0.45V"},
        {"5V", DIMENSION_NONE, "number \"5V\": the unit is V, expected none, such as 0.5"},
        {"nanV", DIMENSION_VOLTAGE, "voltage \"nanV\": expected a number with a unit, such as 0.45V"},
        {"infV", DIMENSION_VOLTAGE, "voltage \"infV\": expected a number with a unit, such as 0.45V"},
        {"0x10V", DIMENSION_VOLTAGE, "voltage \"0x10V\": expected a number with a unit, such as 0.45V"},
        {"", DIMENSION_TIME, "time \"\": expected a number with a unit, such as 15ns"},
        {".", DIMENSION_NONE, "number \".\": expected a number, such as 0.5"},
        {"1e400V", DIMENSION_VOLTAGE, "voltage \"1e400V\": the number is too large, expected a number with a unit, such as 0.45V"},
        {"0.9V\n.control", DIMENSION_VOLTAGE, "voltage \"0.9V .control\": expected a number with a unit, such as 0.45V"},
        {"5mC", DIMENSION_TEMPERATURE, "temperature \"5mC\": the unit is C, expected C, such as 27°C"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        double value = 2.385;
        GError *error = NULL;
        ck_fails(quantity_parse(cases[i].text, cases[i].dimension, &value, &error), error, cases[i].message);
        ck_assert(value == 2.385);
    }
}
END_TEST

START_TEST(any_dimension_is_told)
{
    double value;
    enum dimension dimension;
    ck_assert(quantity_parse_any("5fF", &value, &dimension, NULL) && dimension == DIMENSION_CAPACITANCE);
    ck_assert(quantity_parse_any("27°C", &value, &dimension, NULL) && dimension == DIMENSION_TEMPERATURE);
    ck_assert(quantity_parse_any("1.2pC", &value, &dimension, NULL) && dimension == DIMENSION_CHARGE);
    ck_assert(quantity_parse_any("2.385", &value, &dimension, NULL) && dimension == DIMENSION_NONE);
}
END_TEST

START_TEST(prints_the_shortest_that_reads_back)
{
    char buffer[NUMBER_SIZE];
    ck_assert_str_eq(number_print(buffer, 0.9), "0.9");
    ck_assert_str_eq(number_print(buffer, 5e-15), "5e-15");
    ck_assert_str_eq(number_print(buffer, 1.0 / 3.0), "0.3333333333333333");
    ck_assert_str_eq(number_print(buffer, 0.1 + 0.2), "0.30000000000000004");
    ck_assert_str_eq(number_print(buffer, -2385), "-2385");
    ck_assert_str_eq(number_print(buffer, 0), "0");
    ck_assert_str_eq(number_print(buffer, -0.0), "-0");
    ck_assert_str_eq(number_print(buffer, 999999999), "999999999");
    ck_assert_str_eq(number_print(buffer, 1e9), "1000000000");
    ck_assert_str_eq(number_print(buffer, 1e15), "1e+15");
    ck_assert_str_eq(number_print(buffer, INFINITY), "inf");
    ck_assert_str_eq(number_print(buffer, NAN), "nan");
    for (int i = 0; i < 100000; i++) {
        double value = ldexp(g_random_double() - 0.5, g_random_int_range(-200, 200));
        ck_assert(g_ascii_strtod(number_print(buffer, value), NULL) == value);
    }
}
END_TEST

START_TEST(prints_for_people)
{
    static const struct {
        double value;
        const char *unit, *text;
    } cases[] = {{4.8231e-3, "s", "4.82 ms"}, {-9.794e-6, "A", "-9.79 µA"}, {0, "V", "0 V"}, {1e3, "Hz", "1 kHz"},
                 {27, "°C", "27 °C"},         {0.00189, "", "0.00189"},    {1e-3, "V", "1 mV"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = quantity_print(cases[i].value, cases[i].unit, 3);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("quantity");
    TCase *t = tcase_create("quantity");
    tcase_add_test(t, reads_exactly_the_nearest_double);
    tcase_add_test(t, refuses_with_what_it_saw);
    tcase_add_test(t, any_dimension_is_told);
    tcase_add_test(t, prints_the_shortest_that_reads_back);
    tcase_add_test(t, prints_for_people);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
