/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <float.h>
#include <glib/gstdio.h>
#include <string.h>

#include "netlist/deck.h"
#include "netlist/mismatch.h"
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

static const struct point *open_point(const char *path, const char *name)
{
    GError *error = NULL;
    teardown();
    design = design_read(path, &error);
    ck_ok(design != NULL, error);
    points = points_expand(design, NULL);
    for (guint i = 0; i < points->len; i++)
        if (name == NULL || strcmp(((const struct point *)points->pdata[i])->name, name) == 0)
            return points->pdata[i];
    ck_abort_msg("no point \"%s\"", name);
    return NULL;
}

static void open_deck(const char *path, const char *name)
{
    GError *error = NULL;
    deck = deck_build(open_point(path, name), &error);
    ck_ok(deck != NULL, error);
}

/* The number of the line that starts with `start`, from 1. */
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

/* --- dc loops ---------------------------------------------------------------------------------------------------------- */

/* ngspice's loop (dctrcurv.c, 39.3 and 46), in doubles as there. */
static gsize points_of_loop(double start, double end, double step, double *last)
{
    gsize n = 0;
    for (double v = start; (step > 0 ? v - end : end - v) <= 1e3 * DBL_EPSILON && n < 100000; v += step) {
        *last = v;
        n++;
    }
    return n;
}

static void sweep_fill(struct sweep *sweep, double from, double to, gsize n)
{
    g_free(sweep->values);
    sweep->n = n;
    sweep->values = g_new(double, n);
    for (gsize i = 0; i < n; i++)
        sweep->values[i] = i == 0 ? from : i == n - 1 ? to : from + (to - from) * (double)i / (double)(n - 1);
}

static void check_loop(double from, double to, gsize n)
{
    GError *error = NULL;
    const struct point *point = points->pdata[0];
    sweep_fill(point->bench->sweeps->pdata[2], from, to, n);
    deck = deck_build(point, &error);
    ck_ok(deck != NULL, error);
    g_auto(GStrv) words = g_strsplit(card_of(".dc "), " ", -1);
    double number[3], last = NAN;
    for (int i = 0; i < 3; i++)
        number[i] = g_ascii_strtod(words[2 + i], NULL);
    ck_assert(number[0] == from);
    ck_assert_uint_eq(points_of_loop(number[0], number[1], number[2], &last), n);
    double final = n > 1 ? to : from;
    ck_assert_double_le(fabs(last - final), 1e-9 * fabs(to - from));
    ck_assert_uint_eq(deck->expect.n_inner, n);
    ck_assert_uint_eq(deck->expect.n_outer, 50);
    ck_assert(deck->expect.scale_first == from && deck->expect.scale_last == final);
    ck_assert_double_le(fabs(last - deck->expect.scale_last), deck->expect.tolerance);
    g_clear_pointer(&deck, deck_free);
}

START_TEST(dc_loops_give_each_value_once)
{
    static const double spans[][2] = {{0, 0.9},   {0.45, 0.9}, {0.9, 0.45},    {-0.35, 1.1},
                                      {0.1, 0.3}, {0, 1e-10},  {1e-9, 3.7e-8}, {100, 150}};
    static const gsize counts[] = {1, 2, 3, 7, 33, 50, 51, 64, 301, 1001, 4001};
    open_point("netlists/gain-cell.xml", NULL);
    for (gsize s = 0; s < G_N_ELEMENTS(spans); s++)
        for (gsize c = 0; c < G_N_ELEMENTS(counts); c++)
            check_loop(spans[s][0], spans[s][1], counts[c]);
}
END_TEST

/* --- probes and expectations ------------------------------------------------------------------------------------------- */

static void check_probe(const char *signal, const char *vector, const char *minus, double sign, const char *unit)
{
    const struct probe *probe = deck_probe(deck, signal);
    ck_assert_msg(probe != NULL, "no probe %s", signal);
    ck_assert_str_eq(probe->vector, vector);
    ck_assert(g_strcmp0(probe->minus, minus) == 0);
    ck_assert(probe->sign == sign);
    ck_assert_str_eq(probe->unit, unit);
}

START_TEST(signals_are_found_in_vectors)
{
    open_deck("tests/golden/mismatch/design.xml", NULL);
    check_probe("i(bl)", "v_bl#branch", NULL, -1, "A");
    check_probe("i(wln)", "e_wlr#branch", NULL, -1, "A");
    check_probe("i(vdd)", "v_vdd#branch", NULL, -1, "A");
    ck_assert_ptr_null(deck_probe(deck, "v(sn)"));
    open_deck("tests/golden/stimuli/design.xml", NULL);
    check_probe("v(x,in)", "x_dut.x", "in", 1, "V");
    check_probe("v(vss,out)", "out", NULL, -1, "V");
    check_probe("v(out)", "out", NULL, 1, "V");
    open_deck("tests/golden/noise/design.xml", "read-noise.tt.27C");
    check_probe("onoise", "onoise_spectrum", NULL, 1, "A/√Hz");
    open_deck("tests/golden/noise/design.xml", "line-noise.tt.27C");
    check_probe("onoise", "onoise_spectrum", NULL, 1, "V/√Hz");
    check_probe("onoise(mrn)", "onoise.m.x_dut.mrn", NULL, 1, "V/√Hz");
    ck_assert_str_eq(deck_probe(deck, "onoise(mrn)")->alias, "onoise_m.x_dut.mrn");
    ck_assert_uint_eq(deck->probes->len, 2);
}
END_TEST

START_TEST(a_complete_run_is_known)
{
    open_deck("tests/golden/stimuli/design.xml", NULL);
    ck_assert_int_eq((int)deck->expect.analysis, ANALYSIS_TRAN);
    ck_assert(deck->expect.scale_first == 1e-9 && deck->expect.scale_last == 5e-9 && deck->expect.n_inner == 0);
    open_deck("tests/golden/stimuli/design.xml", "bias.tt.27C.v_dd=0.9");
    ck_assert(deck->expect.n_outer == 1 && deck->expect.n_inner == 1 && isnan(deck->expect.scale_last));
    open_deck("tests/golden/noise/design.xml", "transfer.tt.27C");
    ck_assert(deck->expect.scale_first == 1e3 && deck->expect.scale_last == 2.5e6 && deck->expect.tolerance < 10);
    /* .noise at 5 points a decade ends at 1 kHz·10^(16/5), within a step of 2.5 MHz but not within half of one */
    open_deck("tests/golden/noise/design.xml", "line-noise.tt.27C");
    ck_assert_double_le(fabs(1e3 * pow(10, 3.2) - deck->expect.scale_last), deck->expect.tolerance);
    ck_assert_double_gt(fabs(1e3 * pow(10, 3.0) - deck->expect.scale_last), deck->expect.tolerance);
}
END_TEST

/* --- origins and digests ----------------------------------------------------------------------------------------------- */

static void check_origin(const char *card, const char *file, const char *text)
{
    struct origin origin = deck_origin(deck, line_of(card));
    ck_assert_msg(origin.file != NULL && g_str_has_suffix(origin.file, file), "%s: from %s", card, origin.file);
    g_autofree char *content = NULL;
    ck_assert(g_file_get_contents(origin.file, &content, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(content, "\n", -1);
    ck_assert_msg(strstr(lines[origin.line - 1], text) != NULL, "%s: from \"%s\"", card, lines[origin.line - 1]);
}

START_TEST(each_card_knows_who_asked_for_it)
{
    open_deck("netlists/gain-cell.xml", "transfer.tt.27C.v_bl=0.45");
    check_origin("x_dut ", "gain-cell.xml", "<cell name=\"gc\"");
    check_origin("v_bl ", "gain-cell.xml", "<sweep name=\"v_bl\"");
    check_origin("v_we ", "gain-cell.xml", "<hold port=\"we\"");
    check_origin("e_wlr ", "gain-cell.xml", "<sweep name=\"v_in\"");
    check_origin("mtn ", "gain_cell_6t_rail.cir", "mtn sn we wbl vss");
    check_origin(".param gidl", "technology.xml", "<knob name=\"gidl\"");
    check_origin(".model nread", "g28.lib", ".model nread");
    check_origin(".dc ", "gain-cell.xml", "<dc/>");
    gsize length;
    g_autofree char *text = deck_text(deck, &length);
    ck_assert(text[length - 1] == '\n' && strlen(text) == length);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (int i = 1; lines[i] != NULL; i++)
        ck_assert_msg((deck_origin(deck, i).file == NULL) == (lines[i - 1][0] == '*'), "line %d: %s", i, lines[i - 1]);
    ck_assert_ptr_null(deck_origin(deck, 0).file);
    ck_assert_ptr_null(deck_origin(deck, (int)deck->cards->len + 1).file);
    open_deck("tests/golden/mismatch/design.xml", NULL);
    check_origin(".param mu_n=", "technology.xml", "<corner name=\"ss\"");
    check_origin(".param mu_p=", "design.xml", "<set name=\"mu_p\"");
    check_origin(".param jg_read_overlap_n=", "design.xml", "<sweep name=\"overlap\"");
}
END_TEST

START_TEST(knobs_take_the_last_word)
{
    open_deck("tests/golden/mismatch/design.xml", "read.ss.-40C.overlap=30.l_read=2.7e-07.s1");
    ck_assert_str_eq(card_of(".param jt="), ".param jt=1");                                /* the default */
    ck_assert_str_eq(card_of(".param mu_n="), ".param mu_n=0.95");                         /* the corner's */
    ck_assert_str_eq(card_of(".param mu_p="), ".param mu_p=0.97");                         /* the design's, over the corner's */
    ck_assert_str_eq(card_of(".param jg="), ".param jg=2.385");                            /* the design's */
    ck_assert_str_eq(card_of(".param jg_read_overlap_n="), ".param jg_read_overlap_n=30"); /* a sweep's */
    ck_assert(
        g_str_has_prefix(card_of("x_dut "), "x_dut sn wbl we web bl wlp wln vdd 0 gain_cell_6t_rail w_rn=1.2e-07 l_rp=2.7e-07 "));
}
END_TEST

START_TEST(the_digest_covers_what_a_run_depends_on)
{
    open_deck("netlists/gain-cell.xml", "retention.tt.27C");
    g_autofree char *tt = deck_digest(deck, design->technology), *same = deck_digest(deck, design->technology);
    ck_assert_uint_eq(strlen(tt), 64);
    ck_assert_str_eq(tt, same);
    design->technology->digest[0] ^= 1; /* the models stand in the deck itself */
    g_autofree char *models = deck_digest(deck, design->technology);
    ck_assert_str_eq(tt, models);
    open_deck("netlists/gain-cell.xml", "retention.ss.27C");
    g_autofree char *ss = deck_digest(deck, design->technology);
    ck_assert_str_ne(tt, ss);
    open_deck("tests/golden/wrapped/design.xml", NULL);
    ck_assert_uint_eq(deck->files->len, 1);
    g_autofree char *wrapped = deck_digest(deck, design->technology);
    design->technology->digest[0] ^= 1;
    g_autofree char *other = deck_digest(deck, design->technology);
    ck_assert_str_ne(wrapped, other);
}
END_TEST

/* --- mismatch ---------------------------------------------------------------------------------------------------------- */

static double number_after(const char *text, const char *key)
{
    const char *found = strstr(text, key);
    ck_assert_msg(found != NULL, "no %s in %s", key, text);
    return g_ascii_strtod(found + strlen(key), NULL);
}

START_TEST(each_device_gets_the_draw_of_its_path_and_size)
{
    open_deck("tests/golden/mismatch/design.xml", "read.ss.-40C.overlap=1.l_read=2.7e-07.s3");
    const struct device_role *role = technology_role(design->technology, "pmos.read");
    struct mismatch expected = mismatch_draw(role, 0.15e-6 * 0.27e-6, 20260729, "gc/x_dut.mrp", 3);
    ck_assert_double_eq_tol(number_after(card_of("x_dut "), " dvt_mrp="), expected.dvt_V, 1e-12 * fabs(expected.dvt_V));
    ck_assert_double_eq_tol(number_after(card_of("x_dut "), " mu_mrp="), expected.factor, 1e-12);
    open_deck("tests/golden/nested/design.xml", "random.tt.27C.s2");
    role = technology_role(design->technology, "pmos.svt");
    /* w = 0.12 µm, taper = 2: w2 = 0.24 µm, and the PMOS is 2 - 0.1·2 times as wide */
    expected = mismatch_draw(role, 1.8 * 0.24e-6 * 30e-9, 7, "chain/x_dut.xb1.xi2.mp", 2);
    ck_assert_double_eq_tol(number_after(card_of("xi2 "), " dvt_mp="), expected.dvt_V, 1e-12 * fabs(expected.dvt_V));
    expected = mismatch_draw(technology_role(design->technology, "pmos.hvt"), 0.1e-6 * 0.2e-6, 7, "chain/x_dut.xb1.mk", 2);
    ck_assert_double_eq_tol(number_after(card_of("mk "), " delvto={"), expected.dvt_V, 1e-12 * fabs(expected.dvt_V));
}
END_TEST

START_TEST(nominal_decks_know_nothing_of_mismatch)
{
    open_deck("tests/golden/nested/design.xml", "nominal.tt.27C");
    g_autofree char *text = deck_text(deck, NULL);
    ck_assert_ptr_null(strstr(text, "delvto"));
    ck_assert_ptr_null(strstr(text, "dvt_m"));
}
END_TEST

/* --- refusals ---------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *design, *message;
} refusals[] = {
    {"tests/netlist/bad/uneven.xml",
     "tests/netlist/bad/uneven.xml:12: sweep \"v_bl\": uneven steps; ngspice runs through the last sweeps "
     "of a dc bench itself, expected even steps, or this sweep before another one"},
    {"tests/netlist/bad/ground.xml",
     "tests/netlist/bad/ground.xml:14: signal \"v(vss)\": ground is always 0 V, expected another node"},
    {"tests/netlist/bad/noise-signal.xml",
     "tests/netlist/bad/noise-signal.xml:14: signal \"v(sn)\": a noise bench gives onoise only"},
    {"tests/netlist/bad/expression.xml", "tests/netlist/bad/templates/circuits/expression.cir:10: device \"mn\": mismatch: "
                                         "w={sqrt(w*w)}: the function \"sqrt\": expected + - * / ( ) only"},
    {"tests/netlist/bad/parameter.xml",
     "tests/netlist/bad/templates/circuits/parameter.cir:10: mismatch: w2={max(w,0.1u)}: the function "
     "\"max\": expected + - * / ( ) only"},
    {"tests/netlist/bad/instance.xml",
     "tests/netlist/bad/templates/circuits/instance.cir:10: instance \"xa\": mismatch: w={w^1}: \"^1}\": "
     "expected + - * / ( ) only"},
    {"tests/netlist/bad/area.xml",
     "tests/netlist/bad/templates/circuits/area.cir:10: device \"mn\": mismatch: W·L is not positive"},
    {"tests/netlist/bad/osdi.xml",
     "tests/netlist/bad/templates/technologies/compiled/technology.xml:5: osdi: ngspice loads no file with a blank in its path, "
     "\"tests/netlist/bad/pdk/psp 103.osdi\""},
    {"tests/golden/wrapped/clash.xml",
     "tests/golden/wrapped/templates/circuits/clash.cir:11: device \"mn\": \"xmn\" and \"v_mn\" are "
     "needed for it on technology wrap, expected them free"},
};

START_TEST(refuses_with_place_and_reason)
{
    GError *error = NULL;
    g_setenv("GAINSPICE_PDK_ROOT", "tests/netlist/bad/pdk", TRUE);
    const struct point *point = open_point(refusals[_i].design, NULL);
    ck_assert_ptr_null(deck_build(point, &error));
    g_autofree char *folder = g_get_current_dir(), *start = g_strconcat(folder, "/", NULL); /* paths of libraries are absolute */
    g_auto(GStrv) parts = g_strsplit(error->message, start, -1);
    g_autofree char *message = g_strjoinv("", parts);
    ck_assert_str_eq(message, refusals[_i].message);
    g_clear_error(&error);
}
END_TEST

static Suite *deck_suite(void)
{
    Suite *suite = suite_create("deck");
    TCase *tc = tcase_create("deck");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, dc_loops_give_each_value_once);
    tcase_add_test(tc, signals_are_found_in_vectors);
    tcase_add_test(tc, a_complete_run_is_known);
    tcase_add_test(tc, each_card_knows_who_asked_for_it);
    tcase_add_test(tc, knobs_take_the_last_word);
    tcase_add_test(tc, the_digest_covers_what_a_run_depends_on);
    tcase_add_test(tc, each_device_gets_the_draw_of_its_path_and_size);
    tcase_add_test(tc, nominal_decks_know_nothing_of_mismatch);
    tcase_add_loop_test(tc, refuses_with_place_and_reason, 0, G_N_ELEMENTS(refusals));
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(deck_suite)
