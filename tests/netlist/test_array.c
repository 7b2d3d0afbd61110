/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decks of arrays beyond their bytes: codes, origins, probes, and what a deck of many cells weighs. */
#include "config.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "netlist/codes.h"
#include "netlist/deck.h"
#include "netlist/mismatch.h"
#include "stats/random.h"
#include "tests/support/check_tap.h"

static struct design *design;
static GPtrArray *points;
static struct deck *deck;

static void setup(void)
{
    g_autofree char *top = source_path("");
    ck_assert_int_eq(g_chdir(top), 0);
}

static void teardown(void)
{
    g_clear_pointer(&deck, deck_free);
    g_clear_pointer(&points, g_ptr_array_unref);
    g_clear_pointer(&design, design_free);
}

static void open_deck(const char *path, const char *name)
{
    GError *error = NULL;
    teardown();
    design = design_read(path, &error);
    ck_ok(design != NULL, error);
    points = points_expand(design, NULL);
    for (guint i = 0; i < points->len && deck == NULL; i++)
        if (strcmp(((const struct point *)points->pdata[i])->name, name) == 0)
            deck = deck_build(points->pdata[i], &error);
    ck_ok(deck != NULL, error);
}

static int line_of(const char *start)
{
    for (guint i = 0; i < deck->cards->len; i++)
        if (g_str_has_prefix(g_array_index(deck->cards, struct card, i).text, start))
            return (int)i + 1;
    ck_abort_msg("no card starts with \"%s\"", start);
    return 0;
}

static const char *card_of(const char *start)
{
    return g_array_index(deck->cards, struct card, line_of(start) - 1).text;
}

/* --- codes ------------------------------------------------------------------------------------------------------------- */

START_TEST(drawn_codes_depend_on_their_place_only)
{
    struct stimulus store = {.codes = {.levels = 8, .n = 6, .seed = 7}, .low_V = 0.1, .high_V = 0.8};
    struct stimulus pwm = {.codes = {.levels = 16, .n = 4, .seed = 11}, .first = 0, .last = 9};
    ck_assert_int_eq(store_code(&store, 3, 1, 2, 0), (int)(8 * random_uniform(7, "store/1/2", 0)));
    ck_assert_int_eq(store_code(&store, 3, 1, 2, 0), store_code(&store, 64, 1, 2, 0));
    ck_assert_int_eq(pwm_code(&pwm, 9, 0), (int)(16 * random_uniform(11, "pwm/9", 0)));
    pwm.first = 5;
    ck_assert_int_eq(pwm_code(&pwm, 9, 0), (int)(16 * random_uniform(11, "pwm/9", 0)));
}
END_TEST

START_TEST(written_codes_start_at_the_first_line_and_go_row_by_row)
{
    int codes[] = {3, 1, 4, 1, 5, 0};
    struct stimulus s = {.codes = {.levels = 6, .n = 6, .values = codes}, .first = 2, .last = 7};
    ck_assert_int_eq(pwm_code(&s, 4, 0), 4);
    ck_assert_int_eq(store_code(&s, 3, 1, 1, 0), 5);
    ck_assert_int_eq(store_code(&s, 2, 1, 1, 0), 1);
}
END_TEST

START_TEST(levels_meet_both_ends)
{
    struct stimulus s = {.codes = {.levels = 8}, .low_V = 0.135, .high_V = 0.785};
    ck_assert(store_V(&s, 0) == 0.135);
    ck_assert(store_V(&s, 7) == 0.785);
    ck_assert_double_eq_tol(store_V(&s, 3), 0.135 + 3 * 0.65 / 7, 1e-16);
}
END_TEST

/* A sweep of the draw counts drawings: other numbers of the same streams, 0 the one without a sweep. */
START_TEST(drawings_are_other_numbers_of_the_same_streams)
{
    struct stimulus store = {.codes = {.levels = 8, .n = 6, .seed = 7}};
    struct stimulus pwm = {.codes = {.levels = 16, .n = 4, .seed = 11}, .first = 0, .last = 9};
    int moved = 0;
    for (int i = 0; i < 10; i++) {
        g_autofree char *stream = g_strdup_printf("pwm/%d", i);
        ck_assert_int_eq(pwm_code(&pwm, i, 3), (int)(16 * random_uniform(11, stream, 3)));
        moved += pwm_code(&pwm, i, 3) != pwm_code(&pwm, i, 0);
    }
    ck_assert_int_gt(moved, 5);
    ck_assert_int_eq(store_code(&store, 3, 1, 2, 3), (int)(8 * random_uniform(7, "store/1/2", 3)));
}
END_TEST

static double mean_level(const struct stimulus *store, guint64 drawing)
{
    double sum = 0;
    for (int i = 0; i < 4096; i++)
        sum += store_code(store, 64, i / 64, i % 64, drawing) + 0.5;
    return sum / 4096 / store->codes.levels;
}

/* The mean is the logistic function of the tilt, so -t gives the rest to 1; at most σ = 1/√12 of a code, 4.5 thousandths of the
 * mean of 4,096. In a range each drawing has a tilt of its own, which the means give back. */
START_TEST(tilt_is_the_log_odds_of_the_mean)
{
    struct stimulus store = {.codes = {.levels = 1024, .n = 4096, .seed = 7}};
    static const double tilts[] = {-3, -0.8, 0, 0.8, 3};
    for (gsize i = 0; i < G_N_ELEMENTS(tilts); i++) {
        store.codes.tilt[0] = store.codes.tilt[1] = tilts[i];
        ck_assert_double_eq_tol(mean_level(&store, 0), 1 / (1 + exp(-tilts[i])), 4 * 4.5e-3);
    }
    store.codes.tilt[0] = -0.4;
    store.codes.tilt[1] = 0.9;
    for (guint64 drawing = 0; drawing < 12; drawing++) {
        double mean = mean_level(&store, drawing);
        double tilt = -0.4 + 1.3 * random_uniform(7, "store/tilt", drawing);
        ck_assert_double_eq_tol(log(mean / (1 - mean)), tilt, 0.08);
    }
}
END_TEST

/* Each of eight levels 512 ± 4·21 times in 4,096 draws: σ = √(n p (1 - p)) = 21.2. */
START_TEST(drawn_codes_are_even)
{
    struct stimulus store = {.codes = {.levels = 8, .n = 4096, .seed = 7}};
    int counts[8] = {0};
    for (int row = 0; row < 64; row++)
        for (int column = 0; column < 64; column++)
            counts[store_code(&store, 64, row, column, 0)]++;
    for (int i = 0; i < 8; i++)
        ck_assert_msg(abs(counts[i] - 512) < 85, "level %d: %d times", i, counts[i]);
}
END_TEST

/* --- decks ------------------------------------------------------------------------------------------------------------- */

static void check_probe(const char *signal, const char *vector, const char *minus, double sign)
{
    const struct probe *probe = deck_probe(deck, signal);
    ck_assert_msg(probe != NULL, "no probe %s", signal);
    ck_assert_str_eq(probe->vector, vector);
    ck_assert(g_strcmp0(probe->minus, minus) == 0);
    ck_assert(probe->sign == sign);
}

START_TEST(indices_are_found_in_vectors)
{
    open_deck("tests/golden/array-wires/design.xml", "read.tt.27C");
    check_probe("i(we[2])", "v_we_2#branch", NULL, -1);
    check_probe("i(wln[1])", "e_wlr_1#branch", NULL, -1);
    check_probe("v(bl[2,0],vss)", "bl_2_0", "vss", 1);
    check_probe("v(wbl[1,2])", "wbl_1", NULL, 1); /* one node: it has no resistance */
    check_probe("v(sn[0,1])", "sn_0_1", NULL, 1);
    check_probe("v(we[0,1])", "we_0_1", NULL, 1);
    ck_assert_ptr_null(deck_probe(deck, "i(we[*])"));
    open_deck("tests/golden/array-mismatch/design.xml", "leaf.tt.27C.s2");
    check_probe("v(x[1,1])", "x_1_1.x", NULL, 1);
    open_deck("tests/golden/array-group/design.xml", "float.tt.27C.code=0.v_bl=0.45");
    check_probe("v(bl[1])", "bl_1", NULL, 1);
    check_probe("v(bl[2])", "bl_2", NULL, 1);
    ck_assert_ptr_null(deck_probe(deck, "v(bl[0])"));
    ck_assert_str_eq(card_of("v_wlp_0 "), "v_wlp_0 wlp_0 0 0.45"); /* code 0 is no pulse */
}
END_TEST

static void check_origin(const char *start, const char *element)
{
    struct origin origin = deck_origin(deck, line_of(start));
    g_autofree char *text = NULL;
    ck_assert(g_file_get_contents(origin.file, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    ck_assert_msg(strstr(lines[origin.line - 1], element) != NULL, "%s: %s:%d is %s", start, origin.file, origin.line,
                  lines[origin.line - 1]);
}

START_TEST(each_card_of_an_array_knows_who_asked_for_it)
{
    open_deck("tests/golden/array-wires/design.xml", "read.tt.27C");
    check_origin("x_1_2 ", "<array name=\"k\"");
    check_origin("r_bl_1_0 ", "<line port=\"bl\"");
    check_origin("c_wln_1_0 ", "<line pair=\"wlr\"");
    check_origin("cw_wbl_0 ", "<line port=\"wbl\"");
    check_origin("rd_web_1 ", "<line port=\"web\"");
    check_origin("v_we_1 ", "<pulse port=\"we\"");
    check_origin("v_we_2 ", "<hold port=\"we\" index=\"2\"");
    check_origin("v_wlp_1 ", "<pwm pair=\"wlr\"");
    check_origin(".ic v(sn_1_2)", "<store node=\"sn\"");
}
END_TEST

START_TEST(each_cell_gets_its_own_draw)
{
    open_deck("tests/golden/array-mismatch/design.xml", "leaf.tt.27C.s2");
    const struct device_role *role = technology_role(design->technology, "nmos.svt");
    struct mismatch expected = mismatch_draw(role, 0.37e-6 * 30e-9, 7, "leaves/x_1_0.mn", 2);
    const char *found = strstr(card_of("x_1_0 "), " dvt_mn=");
    ck_assert_ptr_nonnull(found);
    ck_assert_double_eq_tol(g_ascii_strtod(found + strlen(" dvt_mn="), NULL), expected.dvt_V, 1e-12 * fabs(expected.dvt_V));
}
END_TEST

/* The deck of one group is cards of the whole array's deck. */
START_TEST(a_group_is_a_part_of_the_whole)
{
    open_deck("netlists/array-8x8.xml", "read.tt.27C");
    g_autoptr(GHashTable) whole = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < deck->cards->len; i++)
        g_hash_table_add(whole, g_strdup(g_array_index(deck->cards, struct card, i).text));
    open_deck("netlists/array-8x8.xml", "half.tt.27C");
    guint cells = 0;
    for (guint i = 1; i < deck->cards->len; i++) { /* the ground is a source in one bench only */
        const char *text = g_array_index(deck->cards, struct card, i).text;
        cells += g_str_has_prefix(text, "x_");
        if (g_str_has_prefix(text, "r_") || g_str_has_prefix(text, "rd_") || g_str_has_prefix(text, "v_") || text[0] == '.')
            ck_assert_msg(g_hash_table_contains(whole, text) || g_str_has_prefix(text, ".save"), "%s", text);
    }
    ck_assert_uint_eq(cells, 32);
}
END_TEST

START_TEST(the_digest_is_that_of_the_text)
{
    open_deck("netlists/array-8x8.xml", "read.tt.27C");
    gsize length;
    g_autofree char *text = deck_text(deck, &length), *digest = deck_digest(deck, design->technology);
    g_autofree char *expected = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length);
    ck_assert_uint_gt(length, 65536 / 2);
    ck_assert_str_eq(digest, expected);
}
END_TEST

static Suite *array_suite(void)
{
    Suite *suite = suite_create("array");
    TCase *tc = tcase_create("array");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, drawn_codes_depend_on_their_place_only);
    tcase_add_test(tc, written_codes_start_at_the_first_line_and_go_row_by_row);
    tcase_add_test(tc, levels_meet_both_ends);
    tcase_add_test(tc, drawn_codes_are_even);
    tcase_add_test(tc, drawings_are_other_numbers_of_the_same_streams);
    tcase_add_test(tc, tilt_is_the_log_odds_of_the_mean);
    tcase_add_test(tc, indices_are_found_in_vectors);
    tcase_add_test(tc, each_card_of_an_array_knows_who_asked_for_it);
    tcase_add_test(tc, each_cell_gets_its_own_draw);
    tcase_add_test(tc, a_group_is_a_part_of_the_whole);
    tcase_add_test(tc, the_digest_is_that_of_the_text);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(array_suite)
