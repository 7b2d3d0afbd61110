/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays from XML to measured numbers, with a libngspice in this process (each test is a process of its own): lines that have
 * answers on paper, and the array of the reference design against the sum of its cells. */
#include "config.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "measure/measure.h"
#include "netlist/codes.h"
#include "sim/ngspice.h"
#include "sim/sim.h"
#include "tests/support/check_tap.h"
#include "tests/support/simulate.h"

static struct design *design;

static void open_design(const char *path)
{
    GError *error = NULL;
    g_autofree char *top = source_path("");
    ck_assert_int_eq(g_chdir(top), 0);
    design = design_read(path, &error);
    ck_ok(design != NULL, error);
    ck_ok(ngspice_start(&error), error);
}

static GPtrArray *simulate_bench(const char *name)
{
    GPtrArray *points = points_expand(design, design_bench(design, name));
    ck_assert_uint_eq(points->len, 1);
    GPtrArray *results = simulate_point(points->pdata[0]);
    g_ptr_array_unref(points);
    return results;
}

static const struct measure_result *result_of(const GPtrArray *results, const char *name)
{
    for (guint i = 0; i < results->len; i++)
        if (strcmp(((const struct measure_result *)results->pdata[i])->name, name) == 0)
            return results->pdata[i];
    ck_abort_msg("no measure \"%s\"", name);
    return NULL;
}

/* Five resistors on a ladder, from the far end: i grows by what each takes, v by what the section drops. A linear circuit: only
 * rounding, and gmin = 1e-18 S, differ. */
START_TEST(a_resistive_line_drops_as_on_paper)
{
    const double r_cell = 7.3e3, r_section = 120 * 1.5, r_driver = 37, v_source = 0.83;
    double v[5] = {1}, i = 0, scale;
    open_design("tests/flow/ladder.xml");
    GPtrArray *results = simulate_bench("drop");
    for (int row = 0; row < 5; row++) { /* driven at the bottom: row 0 is the far end */
        i += v[row] / r_cell;
        if (row < 4)
            v[row + 1] = v[row] + r_section * i;
    }
    double v_end = v[4] + r_section / 2 * i;
    scale = v_source / (v_end + r_driver * i);
    const struct measure_result *current = result_of(results, "i"), *voltage = result_of(results, "v");
    ck_assert_uint_eq(current->n_outer, 8);
    ck_assert_uint_eq(voltage->n_outer, 5);
    for (int column = 0; column < 8; column++)
        ck_assert_double_eq_tol(current->values[column], column < 3 ? scale * i : 0, 1e-12);
    for (int row = 0; row < 5; row++)
        ck_assert_double_eq_tol(voltage->values[row], scale * v[row], 1e-9);
    ck_assert_double_eq_tol(result_of(results, "v_end")->values[0], scale * v_end, 1e-9);
    g_ptr_array_unref(results);
    design_free(design);
}
END_TEST

/* ∫ (v_driven - v_far) dt after a step of V is V times the Elmore delay, Σ (k + 1/2) R C = RC n²/2 with n cells; the edge's shape
 * does not matter. What is left of the exponential after 400 ps (7 delays) is below 1e-4 of it; the trapezoidal rule keeps
 * charge, so the time step adds less. */
START_TEST(a_line_delays_as_on_paper)
{
    const double r = 90 * 2, c = 0.31e-15 * 2 + 1.7e-15, n = 8, v = 0.7;
    open_design("tests/flow/ladder.xml");
    GPtrArray *results = simulate_bench("delay");
    const struct measure_result *moment = result_of(results, "moment");
    ck_assert_uint_eq(moment->n_outer, 5);
    for (int row = 0; row < 5; row++)
        ck_assert_double_eq_tol(moment->values[row] / (v * r * c * n * n / 2), 1, 2e-4);
    g_ptr_array_unref(results);
    design_free(design);
}
END_TEST

/* The area of code c is c steps times the swing, whatever the edges: they are drawn by straight lines, which the simulator's
 * breakpoints meet. */
START_TEST(a_code_is_an_area)
{
    const int codes[] = {0, 3, 9, 1, 15};
    open_design("tests/flow/ladder.xml");
    GPtrArray *results = simulate_bench("codes");
    const struct measure_result *area = result_of(results, "area");
    for (int row = 0; row < 5; row++)
        ck_assert_double_eq_tol(area->values[row], 0.2 * 17e-9 + codes[row] * 1e-9 * (0.9 - 0.2), 1e-15);
    g_ptr_array_unref(results);
    design_free(design);
}
END_TEST

/* charges[level][code] of one cell. */
static void cell_charges(double charges[8][16])
{
    GPtrArray *points = points_expand(design, design_bench(design, "cell"));
    ck_assert_uint_eq(points->len, 8 * 16);
    for (guint i = 0; i < points->len; i++) {
        GPtrArray *results = simulate_point(points->pdata[i]);
        charges[i / 16][i % 16] = result_of(results, "q")->values[0];
        g_ptr_array_unref(results);
    }
    g_ptr_array_unref(points);
}

static const struct stimulus *stimulus_of(const struct bench *bench, enum stimulus_kind kind)
{
    for (guint i = 0; i < bench->stimuli->len; i++)
        if (((const struct stimulus *)bench->stimuli->pdata[i])->kind == kind)
            return bench->stimuli->pdata[i];
    ck_abort_msg("no stimulus of kind %d", (int)kind);
    return NULL;
}

/* Cells on ideal lines know nothing of each other: each column is the sum of its cells, to the tolerance of the simulator on each
 * of their currents (reltol = 1e-4). Wires change it by 0.2 to 1.4 %, so this is not the answer of any array. */
START_TEST(without_wires_an_array_is_the_sum_of_its_cells)
{
    double charges[8][16];
    open_design("netlists/array-8x8.xml");
    cell_charges(charges);
    ck_assert_double_gt(charges[7][15], 100e-15);
    ck_assert_double_lt(charges[0][15], -100e-15);
    GPtrArray *ideal = simulate_bench("without-wires"), *wired = simulate_bench("read");
    const struct bench *bench = design_bench(design, "without-wires");
    const struct stimulus *pwm = stimulus_of(bench, STIMULUS_PWM), *store = stimulus_of(bench, STIMULUS_STORE);
    double most = 0;
    for (int column = 0; column < 8; column++) {
        double sum = 0, magnitude = 0;
        for (int row = 0; row < 8; row++) {
            double q = charges[store_code(store, 8, row, column, 0)][pwm_code(pwm, row, 0)];
            sum += q;
            magnitude += fabs(q);
        }
        ck_assert_double_eq_tol(result_of(ideal, "q")->values[column], sum, 1e-4 * magnitude);
        most = MAX(most, fabs(result_of(wired, "q")->values[column] - sum) / magnitude);
    }
    ck_assert_double_gt(most, 0.005);
    ck_assert_double_lt(most, 0.02);
    g_ptr_array_unref(ideal);
    g_ptr_array_unref(wired);
    design_free(design);
}
END_TEST

/* Each source's charge is measured, the ground's among them: together nothing, to what Newton's last step leaves. One line that
 * the deck connects elsewhere would be missed by some percent. */
START_TEST(charges_of_all_sources_add_up_to_nothing)
{
    static const char *const names[] = {"q", "q_wlp", "q_wln", "q_wbl", "q_we", "q_web", "q_vdd", "q_vss"};
    double sum = 0, magnitude = 0;
    open_design("netlists/array-8x8.xml");
    GPtrArray *results = simulate_bench("read");
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const struct measure_result *result = result_of(results, names[i]);
        ck_assert_uint_eq(result->n_outer, i < 6 ? 8 : 1);
        for (gsize k = 0; k < result->n_outer; k++) {
            sum += result->values[k];
            magnitude += fabs(result->values[k]);
        }
    }
    ck_assert_double_gt(magnitude, 1e-12);
    ck_assert_double_le(fabs(sum), 1e-6 * magnitude);
    g_ptr_array_unref(results);
    design_free(design);
}
END_TEST

static gboolean deck_has(const char *bench, const char *start)
{
    GError *error = NULL;
    GPtrArray *points = points_expand(design, design_bench(design, bench));
    struct deck *deck = deck_build(points->pdata[0], &error);
    ck_ok(deck != NULL, error);
    g_autofree char *text = deck_text(deck, NULL);
    g_autofree char *line = g_strconcat("\n", start, NULL);
    gboolean has = strstr(text, line) != NULL;
    deck_free(deck);
    g_ptr_array_unref(points);
    return has;
}

/* Every cell starts at its level and falls by RC = 10 ns from when it is let go: at once by .ic, after a fifth of the step of 20 ps
 * by switches, which take no charge with them. */
static void check_decay(const char *name, int rows, double release_s)
{
    GPtrArray *results = simulate_bench(name);
    const struct measure_result *start = result_of(results, "v_start"), *end = result_of(results, "v_end");
    const struct stimulus *store = stimulus_of(design_bench(design, name), STIMULUS_STORE);
    ck_assert_uint_eq(start->n_outer, rows);
    for (int row = 0; row < rows; row++) {
        double level = store_V(store, store_code(store, 16, row, 5, 0));
        ck_assert_double_eq_tol(start->values[row], level, 2e-4 * level + 1e-7);
        ck_assert_double_eq_tol(end->values[row], level * exp(-(10e-9 - release_s) / 10e-9), 3e-5 * level + 1e-7);
    }
    g_ptr_array_unref(results);
}

START_TEST(cells_start_where_they_are_told)
{
    open_design("tests/flow/presets.xml");
    ck_assert(deck_has("few", ".ic ") && !deck_has("few", "s_"));
    ck_assert(deck_has("many", "s_sn_16_15 ") && !deck_has("many", ".ic "));
    check_decay("few", 16, 0);
    check_decay("many", 17, 4e-12);
    design_free(design);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("array");
    TCase *t = tcase_create("array");
    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_resistive_line_drops_as_on_paper);
    tcase_add_test(t, a_line_delays_as_on_paper);
    tcase_add_test(t, a_code_is_an_area);
    tcase_add_test(t, without_wires_an_array_is_the_sum_of_its_cells);
    tcase_add_test(t, charges_of_all_sources_add_up_to_nothing);
    tcase_add_test(t, cells_start_where_they_are_told);
    suite_add_tcase(s, t);
    return s;
}

TAP_MAIN(suite)
