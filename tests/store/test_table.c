/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: every form of one table, byte for byte. */
#include "config.h"

#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "store/npz.h"
#include "store/table.h"
#include "tests/support/check_tap.h"

typedef struct table table;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(table, table_free)

static table *transfer(void)
{
    table *t = table_new("transfer", "Read current, over \"stored\" voltage");
    table_note(t, "design %s, %d points", "gain-cell", 4);
    table_note(t, "two\nlines");
    struct column *v = table_add_numbers(t, "v_store", "V"), *i = table_add_numbers(t, "i_read", "A");
    struct column *c = table_add_texts(t, "corner"), *r = table_add_texts(t, "reason");
    struct column *temperature = table_add_numbers(t, "temperature", "C"), *charge = table_add_numbers(t, "q", "C");
    struct column *sample = table_add_numbers(t, "sample", "");
    static const struct {
        double v, i;
        const char *corner, *reason;
        double temperature, charge, sample;
    } rows[] = {
        {0.45, 9.794e-6, "tt", NULL, 27, 1.2e-15, 137},
        {0.5, -1.0 / 3e6, "ff", "no crossing, \"v(sn)\" stays at 0.9", -40, 2.387e-15, 1234567},
        {0.1 + 0.2, NAN, "µ1", " two\nlines", 85, -0.0, 0},
        {0, INFINITY, "#ss", "", NAN, 7.5e-18, NAN},
    };
    for (gsize k = 0; k < G_N_ELEMENTS(rows); k++) {
        column_push_number(v, rows[k].v);
        column_push_number(i, rows[k].i);
        column_push_text(c, rows[k].corner);
        column_push_text(r, rows[k].reason);
        column_push_number(temperature, rows[k].temperature);
        column_push_number(charge, rows[k].charge);
        column_push_number(sample, rows[k].sample);
    }
    ck_assert(table_close(t));
    ck_assert_uint_eq(t->n_rows, 4);
    return t;
}

START_TEST(as_text)
{
    g_autoptr(table) t = transfer();
    g_autoptr(GString) out = g_string_new("before\n");
    table_to_text(t, out, 3, 0);
    ck_assert_str_eq(out->str,
                     "before\n"
                     "Read current, over \"stored\" voltage\n"
                     "# design gain-cell, 4 points\n"
                     "# two lines\n"
                     "v_store (mV)  i_read (µA)  corner  reason                             temperature (°C)   q (fC)   sample\n"
                     "         450         9.79  tt                                                       27     1.20      137\n"
                     "         500       -0.333  ff      no crossing, \"v(sn)\" stays at 0.9               -40     2.39  1234567\n"
                     "         300            -  µ1       two lines                                       85        0        0\n"
                     "           0          inf  #ss                                                       -  0.00750        -\n");
}
END_TEST

static char *column_as_text(const char *name, const char *unit, int digits, gsize n, const double *values)
{
    g_autoptr(table) t = table_new("t", NULL);
    struct column *c = table_add_numbers(t, name, unit);
    for (gsize i = 0; i < n; i++)
        column_push_number(c, values[i]);
    table_close(t);
    GString *out = g_string_new(NULL);
    table_to_text(t, out, digits, 0);
    return g_strdelimit(g_strchomp(g_string_free(out, FALSE)), "\n", '|');
}

START_TEST(one_prefix_a_column)
{
    static const struct {
        const char *name, *unit;
        int digits;
        double values[3];
        const char *text;
    } cases[] = {
        {"t", "s", 3, {9.9996e-4, 2.385e-6, 0}, "t (ms)|  1.00|0.00238|     0"},
        {"t", "s", 4, {9.9994e-4, 2.385e-6, 0}, "t (µs)| 999.9| 2.385|     0"},
        {"v", "V", 2, {0.45, 0.123, NAN}, "v (mV)|   450|   123|     -"},
        {"v", "V", 3, {0, 0, NAN}, "v (V)|    0|    0|    -"},
        {"f", "Hz", 3, {1.5e9, 2e6, 7}, "f (GHz)|   1.50|0.00200|7.00e-09"},
        {"gain", "V/V", 3, {2.387, 0.5, -0.0601}, "gain (V/V)|      2.39|     0.500|   -0.0601"},
        {"slope", "V/s", 3, {2387e3, 0.5e6, 1e6}, "slope (MV/s)|        2.39|       0.500|        1.00"},
        {"area", "m2", 3, {2.387e-12, 1e-12, 0}, "area (m2)| 2.39e-12| 1.00e-12|        0"},
        {"error", "%", 3, {0.012, 12.3, 4}, "error (%)|   0.0120|     12.3|     4.00"},
        {"gain", "dB", 3, {1200, 12.3, 4}, "gain (dB)|     1200|     12.3|     4.00"},
        {"length", "m", 3, {28e-9, 1e-6, 2e-6}, "length (µm)|     0.0280|       1.00|       2.00"},
        {"temperature_hot", "°C", 3, {85, 125, -40}, "temperature_hot (°C)|85|125|-40"},
        {"r", "Ohm", 3, {1e4, 2.5e4, 1e3}, "r (kOhm)|10|25|1"},
        {"x", "", 3, {0.00189, 1e-9, 1e12}, "x|0.00189|1.00e-09|1.00e+12"},
        {"i", "A", 3, {4e-29, 0, 0}, "i (yA)|4.00e-05|     0|     0"},
        {"w", "W", 3, {4e21, 0, 0}, "w (PW)|4000000|     0|     0"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = column_as_text(cases[i].name, cases[i].unit, cases[i].digits, 3, cases[i].values);
        g_auto(GStrv) seen = g_strsplit(text, "|", -1), wanted = g_strsplit(cases[i].text, "|", -1);
        for (int k = 0; k < 4; k++)
            ck_assert_str_eq(g_strchug(seen[k]), g_strchug(wanted[k]));
    }
}
END_TEST

START_TEST(counts_the_rest)
{
    g_autoptr(table) t = table_new("t", NULL);
    struct column *c = table_add_numbers(t, "sample", "");
    for (int i = 0; i < 2502; i++)
        column_push_number(c, i);
    ck_assert(table_close(t));
    g_autoptr(GString) out = g_string_new(NULL), last = g_string_new(NULL), all = g_string_new(NULL);
    table_to_text(t, out, 3, 2);
    ck_assert_str_eq(out->str, "sample\n     0\n     1\n… 2,500 more rows\n");
    table_to_text(t, last, 3, 2501);
    ck_assert(g_str_has_suffix(last->str, "\n  2500\n… 1 more row\n"));
    table_to_text(t, all, 3, 0);
    ck_assert(g_str_has_suffix(all->str, "\n  2501\n"));
}
END_TEST

START_TEST(as_csv)
{
    g_autoptr(table) t = transfer();
    g_autoptr(GString) out = g_string_new(NULL);
    table_to_csv(t, out);
    ck_assert_str_eq(out->str,
                     "# Read current, over \"stored\" voltage\n"
                     "# design gain-cell, 4 points\n"
                     "# two lines\n"
                     "v_store_V,i_read_A,corner,reason,temperature_C,q_C,sample\n"
                     "0.45,9.794e-06,tt,,27,1.2e-15,137\n"
                     "0.5,-3.3333333333333335e-07,ff,\"no crossing, \"\"v(sn)\"\" stays at 0.9\",-40,2.387e-15,1234567\n"
                     "0.30000000000000004,,µ1,\" two\nlines\",85,-0,0\n"
                     "0,inf,\"#ss\",,,7.5e-18,\n");
}
END_TEST

START_TEST(headers_carry_units)
{
    static const struct {
        const char *unit, *header;
    } cases[] = {{"V", "x_V"},     {"", "x"},          {"A/V", "x_A_V"}, {"µA", "x_uA"},
                 {"°C", "x_C"},    {"kΩ", "x_kOhm"},   {"%", "x_percent"}, {"m²", "x_m2"},
                 {"V.m", "x_V_m"}, {"1/s", "x_1_s"},   {"V2 / Hz", "x_V2_Hz"}, {"V/√Hz", "x_V_sqrtHz"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(table) t = table_new("t", NULL);
        g_autofree char *header = column_header(table_add_numbers(t, "x", cases[i].unit));
        ck_assert_str_eq(header, cases[i].header);
    }
}
END_TEST

START_TEST(a_lonely_empty_cell_is_still_a_row)
{
    g_autoptr(table) t = table_new("t", NULL);
    struct column *c = table_add_numbers(t, "x", "V");
    column_push_number(c, NAN);
    column_push_number(c, 2.385);
    ck_assert(table_close(t));
    g_autoptr(GString) out = g_string_new(NULL);
    table_to_csv(t, out);
    ck_assert_str_eq(out->str, "x_V\n\"\"\n2.385\n");
}
END_TEST

START_TEST(as_json)
{
    g_autoptr(table) t = transfer();
    g_autoptr(GString) out = g_string_new(NULL);
    table_to_json(t, out);
    ck_assert_str_eq(
        out->str,
        "{\"name\": \"transfer\", \"title\": \"Read current, over \\\"stored\\\" voltage\", "
        "\"notes\": [\"design gain-cell, 4 points\", \"two\\nlines\"], \"n_rows\": 4, \"columns\": ["
        "{\"name\": \"v_store\", \"unit\": \"V\", \"values\": [0.45000000000000001, 0.5, 0.30000000000000004, 0.0]}, "
        "{\"name\": \"i_read\", \"unit\": \"A\", \"values\": [9.7939999999999997e-6, -3.3333333333333335e-7, null, \"inf\"]}, "
        "{\"name\": \"corner\", \"unit\": null, \"values\": [\"tt\", \"ff\", \"µ1\", \"#ss\"]}, "
        "{\"name\": \"reason\", \"unit\": null, \"values\": "
        "[\"\", \"no crossing, \\\"v(sn)\\\" stays at 0.9\", \" two\\nlines\", \"\"]}, "
        "{\"name\": \"temperature\", \"unit\": \"C\", \"values\": [27.0, -40.0, 85.0, null]}, "
        "{\"name\": \"q\", \"unit\": \"C\", \"values\": [1.2e-15, 2.3869999999999999e-15, -0.0, 7.5000000000000002e-18]}, "
        "{\"name\": \"sample\", \"unit\": \"\", \"values\": [137.0, 1234567.0, 0.0, null]}]}\n");
}
END_TEST

/* Random bit patterns: what CSV and JSON print reads back as the same double. */
START_TEST(numbers_are_exact)
{
    g_autoptr(table) t = table_new("t", NULL);
    struct column *c = table_add_numbers(t, "x", "V");
    GRand *random = g_rand_new_with_seed(2385);
    while (c->numbers->len < 20000) {
        guint64 bits = (guint64)g_rand_int(random) << 32 | g_rand_int(random);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            column_push_number(c, value);
    }
    g_rand_free(random);
    ck_assert(table_close(t));
    g_autoptr(GString) csv = g_string_new(NULL), json = g_string_new(NULL);
    table_to_csv(t, csv);
    table_to_json(t, json);
    json_t *object = json_loads(json->str, 0, NULL);
    json_t *values = json_object_get(json_array_get(json_object_get(object, "columns"), 0), "values");
    g_auto(GStrv) lines = g_strsplit(csv->str, "\n", -1);
    for (gsize i = 0; i < t->n_rows; i++) {
        double value = g_array_index(c->numbers, double, i);
        ck_assert(g_ascii_strtod(lines[i + 1], NULL) == value);
        ck_assert(json_real_value(json_array_get(values, i)) == value);
    }
    json_decref(object);
}
END_TEST

START_TEST(as_npz)
{
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "t.npz", NULL), *bytes = NULL;
    g_autoptr(table) t = transfer();
    GError *error = NULL;
    gsize length;
    ck_ok(table_to_npz(t, path, &error), error);
    g_autoptr(GPtrArray) arrays = npz_read(path, &error);
    ck_ok(arrays != NULL, error);
    ck_assert_uint_eq(arrays->len, 5);
    const struct ndarray *i = npz_array(arrays, "i_read_A");
    ck_assert(i->rank == 1 && i->shape[0] == 4 && i->data[0] == 9.794e-6 && isnan(i->data[2]) && isinf(i->data[3]));
    ck_assert_ptr_null(npz_array(arrays, "corner"));
    ck_assert(g_file_get_contents(path, &bytes, &length, NULL));
    static const char comment[] = "Read current, over \"stored\" voltage\n# design gain-cell, 4 points\n# two lines\n"
                                  "# column corner holds text and is left out\n# column reason holds text and is left out\n";
    ck_assert_mem_eq(bytes + length - strlen(comment), comment, strlen(comment));
    g_autofree char *missing = g_build_filename(folder, "none", "t.npz", NULL);
    g_autofree char *expected = g_strdup_printf("%s: cannot be written: No such file or directory", missing);
    ck_fails(table_to_npz(t, missing, &error), error, expected);
    g_unlink(path);
    g_rmdir(folder);
}
END_TEST

START_TEST(broken_texts_are_still_json)
{
    g_autoptr(table) t = table_new("t", "a \xff b");
    column_push_text(table_add_texts(t, "x"), "\xc3(");
    ck_assert(table_close(t));
    g_autoptr(GString) json = g_string_new(NULL), text = g_string_new(NULL);
    table_to_json(t, json);
    table_to_text(t, text, 3, 0);
    ck_assert_str_eq(json->str, "{\"name\": \"t\", \"title\": \"a \xef\xbf\xbd b\", \"notes\": [], \"n_rows\": 1, \"columns\": ["
                                "{\"name\": \"x\", \"unit\": null, \"values\": [\"\xef\xbf\xbd(\"]}]}\n");
    ck_assert_str_eq(text->str, "a \xef\xbf\xbd b\nx\n\xef\xbf\xbd(\n");
}
END_TEST

START_TEST(empty_tables_have_every_form)
{
    g_autoptr(table) t = table_new("t", NULL), bare = table_new("bare", NULL);
    table_add_numbers(t, "x", "V");
    ck_assert(table_close(t));
    ck_assert(table_close(bare));
    g_autoptr(GString) text = g_string_new(NULL), csv = g_string_new(NULL), none = g_string_new(NULL);
    table_to_text(t, text, 3, 7);
    ck_assert_str_eq(text->str, "x (V)\n");
    table_to_csv(t, csv);
    ck_assert_str_eq(csv->str, "x_V\n");
    table_to_text(bare, none, 3, 7);
    table_to_csv(bare, none);
    ck_assert_str_eq(none->str, "");
    ck_assert_ptr_null(table_column(t, "y"));
    ck_assert_str_eq(table_column(t, "x")->unit, "V");
}
END_TEST

START_TEST(columns_must_agree)
{
    g_autoptr(table) t = table_new("t", NULL);
    column_push_number(table_add_numbers(t, "x", "V"), 2.385);
    table_add_texts(t, "corner");
    g_test_expect_message("gainspice", G_LOG_LEVEL_CRITICAL, "table t: column corner has 0 cells, expected 1");
    g_log_set_always_fatal(G_LOG_FATAL_MASK);
    ck_assert(!table_close(t));
    g_test_assert_expected_messages();
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("table");
    TCase *t = tcase_create("table");
    tcase_add_test(t, as_text);
    tcase_add_test(t, one_prefix_a_column);
    tcase_add_test(t, counts_the_rest);
    tcase_add_test(t, as_csv);
    tcase_add_test(t, headers_carry_units);
    tcase_add_test(t, a_lonely_empty_cell_is_still_a_row);
    tcase_add_test(t, as_json);
    tcase_add_test(t, numbers_are_exact);
    tcase_add_test(t, as_npz);
    tcase_add_test(t, broken_texts_are_still_json);
    tcase_add_test(t, empty_tables_have_every_form);
    tcase_add_test(t, columns_must_agree);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
