/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays in parts: what of the array is where, what stands for the rest, and which decks are large. */
#include "config.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "netlist/deck.h"
#include "tests/support/check_tap.h"

static struct design *design;
static GPtrArray *points;
static struct deck *deck;

static void setup(void)
{
    GError *error = NULL;
    g_autofree char *top = source_path("");
    ck_assert_int_eq(g_chdir(top), 0);
    design = design_read("tests/netlist/parts.xml", &error);
    ck_ok(design != NULL, error);
}

static void teardown(void)
{
    g_clear_pointer(&deck, deck_free);
    g_clear_pointer(&points, g_ptr_array_unref);
    g_clear_pointer(&design, design_free);
}

static const struct bench *open_bench(const char *name)
{
    GError *error = NULL;
    g_clear_pointer(&deck, deck_free);
    g_clear_pointer(&points, g_ptr_array_unref);
    points = points_expand(design, design_bench(design, name));
    deck = deck_build(points->pdata[0], &error);
    ck_ok(deck != NULL, error);
    return design_bench(design, name);
}

static const struct deck *part(guint i)
{
    ck_assert(deck->parts != NULL && i < deck->parts->len);
    return deck->parts->pdata[i];
}

static const char *find_card(const struct deck *in, const char *start)
{
    for (guint i = 0; i < in->cards->len; i++)
        if (g_str_has_prefix(g_array_index(in->cards, struct card, i).text, start))
            return g_array_index(in->cards, struct card, i).text;
    return NULL;
}

/* --- quadrature -------------------------------------------------------------------------------------------------------- */

static void check_moments(const double *v, gsize n)
{
    double nodes[2], weights[2], low = v[0], high = v[0];
    int k = part_quadrature(v, n, nodes, weights);
    for (gsize i = 0; i < n; i++) {
        low = fmin(low, v[i]);
        high = fmax(high, v[i]);
    }
    for (int p = 0; p <= 3; p++) {
        double want = 0, got = 0;
        for (gsize i = 0; i < n; i++)
            want += pow(v[i], p);
        for (int i = 0; i < k; i++)
            got += weights[i] * pow(nodes[i], p);
        ck_assert_double_eq_tol(got, want, 1e-12 * fabs(want));
    }
    for (int i = 0; i < k; i++) {
        ck_assert(weights[i] > 0);
        ck_assert(nodes[i] >= low - 1e-15 && nodes[i] <= high + 1e-15); /* a voltage that such cells may hold */
    }
}

START_TEST(two_nodes_keep_sums_of_cubes)
{
    const double mixed[] = {0.135, 0.785, 0.385, 0.385, 0.017}, skewed[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9},
                 other[] = {0.9, 0.9, 0.9, 0.1}, pair[] = {0.2385, 0.6127};
    check_moments(mixed, G_N_ELEMENTS(mixed));
    check_moments(skewed, G_N_ELEMENTS(skewed));
    check_moments(other, G_N_ELEMENTS(other));
    check_moments(pair, G_N_ELEMENTS(pair));
}
END_TEST

START_TEST(equal_voltages_are_one_node)
{
    const double equal[] = {0.2385, 0.2385, 0.2385}, zero[] = {0, 0};
    double nodes[2], weights[2];
    ck_assert_int_eq(part_quadrature(equal, 3, nodes, weights), 1);
    ck_assert_double_eq_tol(nodes[0], 0.2385, 1e-16);
    ck_assert(weights[0] == 3);
    ck_assert_int_eq(part_quadrature(zero, 2, nodes, weights), 1);
    ck_assert(nodes[0] == 0 && weights[0] == 2);
}
END_TEST

/* --- parts ------------------------------------------------------------------------------------------------------------- */

START_TEST(each_column_is_in_one_part)
{
    const struct bench *bench = open_bench("parts");
    int next = 0, first, last;
    ck_assert_int_eq(bench_parts(bench), 3);
    for (int p = 0; p < 3; p++) {
        part_columns(bench, p, &first, &last);
        ck_assert_int_eq(first, next);
        ck_assert(last - first + 1 <= 3);
        for (int row = 0; row < 3; row++)
            for (int column = 0; column < 7; column++) {
                g_autofree char *name = g_strdup_printf("x_%d_%d ", row, column);
                ck_assert_int_eq(find_card(part((guint)p), name) != NULL, column >= first && column <= last);
            }
        next = last + 1;
    }
    ck_assert_int_eq(next, 7);
    ck_assert_int_eq(bench_parts(open_bench("whole")), 1);
    ck_assert_ptr_null(deck->parts);
}
END_TEST

/* In every row of every part the cells and the multipliers of load cells make seven. */
START_TEST(loads_stand_for_all_that_is_absent)
{
    open_bench("parts");
    for (guint p = 0; p < 3; p++)
        for (int row = 0; row < 3; row++) {
            double cells = 0;
            g_autofree char *own = g_strdup_printf("x_%d_", row), *load = g_strdup_printf("x_load_%d_", row);
            for (guint i = 0; i < part(p)->cards->len; i++) {
                const char *text = g_array_index(part(p)->cards, struct card, i).text, *m = strstr(text, " m=");
                if (g_str_has_prefix(text, load))
                    cells += g_ascii_strtod(m + 3, NULL);
                else
                    cells += g_str_has_prefix(text, own);
            }
            ck_assert_double_eq_tol(cells, 7, 1e-12);
        }
}
END_TEST

static void check_value(const struct deck *in, const char *start, double value)
{
    const char *card = find_card(in, start);
    ck_assert_msg(card != NULL, "no card starts with \"%s\"", start);
    ck_assert_double_eq_tol(g_ascii_strtod(card + strlen(start), NULL), value, 1e-12 * value);
}

/* Part 0 has columns 0 and 1; columns 2 to 6 stand at 4. 8 um of g28's wire are 54.4 Ohm and 1.76 fF, 40 um five times that. */
START_TEST(a_load_column_is_lines_in_parallel)
{
    open_bench("parts");
    const struct deck *first = part(0);
    ck_assert_str_eq(find_card(first, "r_bl_1_1 "), "r_bl_1_1 bl_1_2 bl_1_1 54.4");
    check_value(first, "r_bl_4_1 bl_4_2 bl_4_1 ", 10.88);
    ck_assert_str_eq(find_card(first, "rd_bl_4 "), "rd_bl_4 _bl_4 bl_4 4.2");
    ck_assert_str_eq(find_card(first, "c_bl_1_1 "), "c_bl_1_1 bl_1_1 0 1.76e-15");
    check_value(first, "c_bl_4_1 bl_4_1 0 ", 8.8e-15);
    ck_assert_str_eq(find_card(first, "v_bl_4 "), "v_bl_4 _bl_4 0 0.45");
    ck_assert_ptr_null(find_card(first, "v_bl_2 "));
    ck_assert_str_eq(find_card(first, "r_wlp_0_6 "), "r_wlp_0_6 wlp_0_5 wlp_0_6 272"); /* row lines are whole */
    ck_assert_ptr_null(find_card(part(1), "x_load_0_4_"));
    ck_assert_ptr_nonnull(find_card(part(1), "x_load_0_0_")); /* left of columns 2 and 3 */
    ck_assert_ptr_nonnull(find_card(part(1), "x_load_0_5_"));
}
END_TEST

START_TEST(still_lines_are_one_node)
{
    open_bench("parts");
    ck_assert_ptr_null(find_card(part(0), "r_wbl_"));
    check_value(part(0), "cw_wbl_1 wbl_1 0 ", 7 * 8.8e-15);
    check_value(part(0), "cw_we_4 we_4 0 ", 5 * 3 * 1.76e-15); /* five lines of three cells */
    ck_assert(g_str_has_prefix(find_card(part(0), "x_1_0 "), "x_1_0 sn_1_0 wbl_1 we_0 web_0 bl_0_1 wlp_1_0 wln_1_0 vdd 0 "));
}
END_TEST

/* What a preset is compared with is the whole array with all of its wires. */
START_TEST(the_proof_is_undivided)
{
    GError *error = NULL;
    open_bench("proven");
    ck_assert_uint_eq(deck->parts->len, 3);
    struct point *exact = point_copy(points->pdata[0], ACCURACY_EXACT);
    struct deck *whole = deck_build(exact, &error);
    ck_ok(whole != NULL, error);
    ck_assert_ptr_null(whole->parts);
    ck_assert_ptr_nonnull(find_card(whole, "r_wbl_2_6 "));
    ck_assert_ptr_nonnull(find_card(whole, "x_2_6 "));
    ck_assert_ptr_null(find_card(whole, "x_load"));
    deck_free(whole);
    point_free(exact);
}
END_TEST

START_TEST(a_signal_is_saved_by_one_part)
{
    open_bench("parts");
    static const struct {
        const char *signal;
        guint part;
    } where[] = {{"i(bl[1])", 0}, {"i(bl[2])", 1}, {"v(bl[6,0])", 2}, {"v(sn[1,3])", 1}, {"i(wlp[2])", 0}, {"v(wlp[0,6])", 2}};
    for (gsize i = 0; i < G_N_ELEMENTS(where); i++)
        for (guint p = 0; p < 3; p++)
            ck_assert_int_eq(deck_probe(part(p), where[i].signal) != NULL, p == where[i].part);
}
END_TEST

START_TEST(the_digest_is_of_all_parts)
{
    open_bench("parts");
    g_autofree char *before = deck_digest(deck, design->technology);
    g_ptr_array_remove_index(deck->parts, 2);
    g_autofree char *after = deck_digest(deck, design->technology);
    ck_assert_str_ne(before, after);
}
END_TEST

/* --- size -------------------------------------------------------------------------------------------------------------- */

START_TEST(large_decks_are_solved_by_klu)
{
    open_bench("size");
    ck_assert_uint_eq(deck->n_devices, 13 * 13 * 6);
    ck_assert(g_str_has_suffix(find_card(deck, ".options "), " klu"));
    open_bench("sparse");
    ck_assert(g_str_has_suffix(find_card(deck, ".options "), " sparse"));
    open_bench("whole");
    ck_assert_uint_eq(deck->n_devices, 3 * 7 * 6);
    ck_assert(g_str_has_suffix(find_card(deck, ".options "), " chgtol=1e-17"));
}
END_TEST

static Suite *part_suite(void)
{
    Suite *suite = suite_create("part");
    TCase *tc = tcase_create("part");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, two_nodes_keep_sums_of_cubes);
    tcase_add_test(tc, equal_voltages_are_one_node);
    tcase_add_test(tc, each_column_is_in_one_part);
    tcase_add_test(tc, loads_stand_for_all_that_is_absent);
    tcase_add_test(tc, a_load_column_is_lines_in_parallel);
    tcase_add_test(tc, still_lines_are_one_node);
    tcase_add_test(tc, the_proof_is_undivided);
    tcase_add_test(tc, a_signal_is_saved_by_one_part);
    tcase_add_test(tc, the_digest_is_of_all_parts);
    tcase_add_test(tc, large_decks_are_solved_by_klu);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(part_suite)
