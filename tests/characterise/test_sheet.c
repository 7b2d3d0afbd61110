/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Readings and data sheets on numbers that are put in by hand: what stands in which row, what a sample's interval is, what a
 * failed check and a missing number look like. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "characterise/kinds.h"
#include "characterise/sheet.h"
#include "tests/support/check_tap.h"

static const struct entry_kind entries[] = {{"current", "A", "as it is"}, {"loss", "%", "of the current"}, {NULL, NULL, NULL}};
static const struct curve_kind curves[] = {{"decay", "Decay", {{"time", "s"}, {"v", "V"}, {NULL, NULL}}},
                                           {NULL, NULL, {{NULL, NULL}}}};

static struct sheet *sheet;
static struct readings *readings;

static void make(void)
{
    sheet = sheet_new("leak", "Leakage of gc", entries, curves);
    readings = readings_new();
}

static void clear(void)
{
    sheet_free(sheet);
    readings_free(readings);
}

static void begin(const char *corner, double vdd_V, int samples)
{
    struct condition condition = {corner, 85, vdd_V, 0, NULL, NULL};
    sheet_condition(sheet, &condition, samples);
}

static double number(const struct table *table, const char *column, gsize row)
{
    const struct column *found = table_column(table, column);
    ck_assert_msg(found != NULL && found->numbers != NULL && row < table->n_rows, "%s", column);
    return g_array_index(found->numbers, double, row);
}

static const char *text(const struct table *table, const char *column, gsize row)
{
    const struct column *found = table_column(table, column);
    ck_assert_msg(found != NULL && found->texts != NULL && row < table->n_rows, "%s", column);
    return found->texts->pdata[row];
}

START_TEST(readings_are_the_values_of_all_points)
{
    readings_add(readings, "hold", "i", 2, (const double[]){2.385, 4.1}, NULL);
    readings_add(readings, "hold", "i", 1, (const double[]){7.25}, NULL);
    readings_add(readings, "hold", "v", 1, (const double[]){0.5}, NULL);
    const double *i = reading(readings, "hold", "i", 3);
    ck_assert_double_eq(i[0], 2.385);
    ck_assert_double_eq(i[2], 7.25);
    ck_assert_double_eq(reading_one(readings, "hold", "v"), 0.5);
    ck_assert_ptr_null(readings_reason(readings));
    ck_assert(isnan(reading(readings, "hold", "i", 4)[3]));
    ck_assert(isnan(reading_one(readings, "hold", "none")));
}
END_TEST

START_TEST(a_nominal_row_has_its_value_and_no_interval)
{
    begin("ff", 0.8, 0);
    sheet_sample(sheet, readings);
    sheet_put(sheet, "loss", "v_store 0.9 V", 2.385);
    begin("ss", 0.9, 0);
    sheet_sample(sheet, readings);
    sheet_put(sheet, "loss", "v_store 0.9 V", 4.75);
    g_autoptr(GPtrArray) tables = sheet_tables(sheet);
    const struct table *table = tables->pdata[0];
    ck_assert_str_eq(table->name, "leak");
    ck_assert_uint_eq(table->n_rows, 2);
    ck_assert_ptr_null(table_column(table, "low_95"));
    ck_assert_str_eq(text(table, "entry", 1), "loss");
    ck_assert_str_eq(text(table, "at", 1), "v_store 0.9 V");
    ck_assert_str_eq(text(table, "unit", 1), "%");
    ck_assert_str_eq(text(table, "corner", 1), "ss");
    ck_assert_double_eq(number(table, "value", 0), 2.385);
    ck_assert_double_eq(number(table, "value", 1), 4.75);
    ck_assert_double_eq(number(table, "vdd", 0), 0.8);
    ck_assert_double_eq(number(table, "temperature", 1), 85);
    ck_assert_double_eq(number(table, "samples", 0), 0);
}
END_TEST

/* 3, 5, 10: mean 6, sd √13; half of the interval t(0.975; 2) √13/√3, t from the closed form of two degrees: p/√(2 q) with
 * p = 0.95 and q = (1 - 0.95²)/4. */
START_TEST(samples_have_mean_deviation_and_interval)
{
    const double values[] = {3, 5, 10};
    begin("tt", 0.9, 3);
    for (int s = 0; s < 3; s++) {
        sheet_sample(sheet, readings);
        sheet_put(sheet, "current", NULL, values[s]);
        sheet_put(sheet, "loss", NULL, 1);
    }
    g_autoptr(GPtrArray) tables = sheet_tables(sheet);
    const struct table *table = tables->pdata[0];
    double half = 0.95 / sqrt((1 - 0.95 * 0.95) / 2) * sqrt(13.0 / 3);
    ck_assert_uint_eq(table->n_rows, 2);
    ck_assert_double_eq_tol(number(table, "value", 0), 6, 1e-12);
    ck_assert_double_eq_tol(number(table, "sd", 0), sqrt(13), 1e-12);
    ck_assert_double_eq_tol(number(table, "low_95", 0), 6 - half, 1e-9);
    ck_assert_double_eq_tol(number(table, "high_95", 0), 6 + half, 1e-9);
    ck_assert_double_eq(number(table, "samples", 1), 3);
}
END_TEST

START_TEST(a_value_of_all_samples_has_its_own_interval)
{
    begin("tt", 0.9, 100);
    sheet_sample(sheet, NULL);
    sheet_put_interval(sheet, "current", "sigma", 2.5, 2.1, 3.25);
    g_autoptr(GPtrArray) tables = sheet_tables(sheet);
    ck_assert_double_eq(number(tables->pdata[0], "value", 0), 2.5);
    ck_assert_double_eq(number(tables->pdata[0], "low_95", 0), 2.1);
    ck_assert_double_eq(number(tables->pdata[0], "high_95", 0), 3.25);
    ck_assert(isnan(number(tables->pdata[0], "sd", 0)));
}
END_TEST

START_TEST(a_failed_check_is_marked)
{
    begin("tt", 0.9, 0);
    sheet_sample(sheet, readings);
    sheet_put(sheet, "current", NULL, 1e-6);
    sheet_check(sheet, "of gmin/10", 2e-9, 1e-9, "A");
    sheet_put(sheet, "loss", NULL, 5);
    sheet_check(sheet, "half the step", -0.25, 0.5, "%");
    sheet_put(sheet, "loss", "there", 5);
    sheet_check(sheet, "half the step", NAN, 0.5, "%");
    sheet_check(sheet, "of gmin/10", 0.125, 0.5, "%");
    sheet_put(sheet, "loss", "here", 5);
    sheet_doubt(sheet, "the models have no leakage");
    g_autoptr(GPtrArray) tables = sheet_tables(sheet);
    ck_assert_str_eq(text(tables->pdata[0], "check", 0), "FAILS: of gmin/10 2 nA, limit 1 nA");
    ck_assert_str_eq(text(tables->pdata[0], "check", 1), "ok: half the step -0.25 %, limit 0.5 %");
    ck_assert_str_eq(text(tables->pdata[0], "check", 2),
                     "FAILS: half the step cannot be had, limit 0.5 %; ok: of gmin/10 0.125 %, limit 0.5 %");
    ck_assert_str_eq(text(tables->pdata[0], "check", 3), "FAILS: the models have no leakage");
    ck_assert_double_eq(number(tables->pdata[0], "value", 0), 1e-6);
}
END_TEST

START_TEST(checks_of_samples_are_counted)
{
    begin("tt", 0.9, 3);
    for (int s = 0; s < 3; s++) {
        sheet_sample(sheet, readings);
        sheet_put(sheet, "loss", NULL, s);
        sheet_check(sheet, "half the step", s, 1, "%");
    }
    g_autoptr(GPtrArray) tables = sheet_tables(sheet);
    ck_assert_str_eq(text(tables->pdata[0], "check", 0), "ok in 2 of 3; FAILS: half the step 2 %, limit 1 %");
}
END_TEST

START_TEST(a_missing_number_tells_why)
{
    begin("tt", 0.9, 0);
    readings_add(readings, "hold", "tau", 1, (const double[]){NAN}, "no crossing of 0.6 V");
    sheet_sample(sheet, readings);
    sheet_put(sheet, "current", NULL, reading_one(readings, "hold", "tau"));
    g_autoptr(GPtrArray) tables = sheet_tables(sheet);
    ck_assert(isnan(number(tables->pdata[0], "value", 0)));
    ck_assert_str_eq(text(tables->pdata[0], "check", 0), "no number: hold.tau: no crossing of 0.6 V");
}
END_TEST

START_TEST(a_sample_without_number_is_left_out)
{
    const double values[] = {3, NAN, 5};
    begin("tt", 0.9, 3);
    for (int s = 0; s < 3; s++) {
        sheet_sample(sheet, readings);
        sheet_put(sheet, "current", NULL, values[s]);
    }
    g_autoptr(GPtrArray) tables = sheet_tables(sheet);
    ck_assert_double_eq(number(tables->pdata[0], "value", 0), 4);
    ck_assert_str_eq(text(tables->pdata[0], "check", 0), "no number in 1 of 3: there is none");
}
END_TEST

START_TEST(curves_are_tables_of_their_own)
{
    begin("tt", 0.9, 0);
    sheet_sample(sheet, readings);
    sheet_row(sheet, "decay", (const double[]){1e-3, 0.75});
    sheet_row(sheet, "decay", (const double[]){2e-3, 0.5});
    g_autoptr(GPtrArray) tables = sheet_tables(sheet);
    ck_assert_uint_eq(tables->len, 2);
    const struct table *table = tables->pdata[1];
    ck_assert_str_eq(table->name, "leak_decay");
    ck_assert_uint_eq(table->n_rows, 2);
    ck_assert_double_eq(number(table, "time", 1), 2e-3);
    ck_assert_double_eq(number(table, "v", 1), 0.5);
}
END_TEST

START_TEST(crossings_are_interpolated)
{
    const double x[] = {0, 1, 2, 4}, y[] = {-3, -1, 3, 3};
    ck_assert_double_eq_tol(first_crossing(4, x, y, 0), 1.25, 1e-15);
    ck_assert_double_eq_tol(first_crossing(4, x, y, 3), 2, 1e-15);
    ck_assert(isnan(first_crossing(4, x, y, 3.5)));
}
END_TEST

/* k² over k = 0 … 7 has the line 7k - 7 and residuals k² - 7k + 7: 7 at the ends; steps 2k + 1 about the mean 7. */
START_TEST(a_parabola_has_its_nonlinearity)
{
    double values[8], inl, dnl;
    for (int k = 0; k < 8; k++)
        values[k] = 2.385e-6 * k * k - 1e-6;
    nonlinearity(8, values, &inl, &dnl);
    ck_assert_double_eq_tol(inl, 1, 1e-9);
    ck_assert_double_eq_tol(fabs(dnl), 6.0 / 7, 1e-9);
    values[3] = NAN;
    nonlinearity(8, values, &inl, &dnl);
    ck_assert(isnan(inl) && isnan(dnl));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("sheet");
    TCase *t = tcase_create("sheet");
    tcase_add_checked_fixture(t, make, clear);
    tcase_add_test(t, readings_are_the_values_of_all_points);
    tcase_add_test(t, a_nominal_row_has_its_value_and_no_interval);
    tcase_add_test(t, samples_have_mean_deviation_and_interval);
    tcase_add_test(t, a_value_of_all_samples_has_its_own_interval);
    tcase_add_test(t, a_failed_check_is_marked);
    tcase_add_test(t, checks_of_samples_are_counted);
    tcase_add_test(t, a_missing_number_tells_why);
    tcase_add_test(t, a_sample_without_number_is_left_out);
    tcase_add_test(t, curves_are_tables_of_their_own);
    tcase_add_test(t, crossings_are_interpolated);
    tcase_add_test(t, a_parabola_has_its_nonlinearity);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
