/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data sheets of known.xml, simulated, against closed forms: a cell whose current is A (s - z)(1 + b s)(v - VDD/2), with
 * capacitors and resistors for the rest. This program is its own worker. */
#include "config.h"

#include <glib/gstdio.h>
#include <gsl/gsl_const_mksa.h>
#include <gsl/gsl_fit.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "characterise/kinds.h"
#include "flow/flow.h"
#include "sim/pool.h"
#include "stats/summary.h"
#include "tests/support/check_tap.h"

#define N_LEVELS 8

static char *folder;
static struct flow *flow;
static struct plan *plan;

static void remove_results(void)
{
    static const char *const files[] = {"run.sqlite", "run.sqlite-wal", "run.sqlite-shm", NULL};
    for (gsize f = 0; files[f] != NULL; f++) {
        g_autofree char *path = g_build_filename(folder, files[f], NULL);
        g_remove(path);
    }
    g_rmdir(folder);
    g_free(folder);
}

static void simulate(void)
{
    GError *error = NULL;
    g_autofree char *path = source_path("tests/characterise/known.xml");
    folder = g_dir_make_tmp("gainspice-known-XXXXXX", NULL);
    struct flow_options options = {.results = folder, .simulates = TRUE};
    flow = flow_open(path, &options, &error);
    ck_ok(flow != NULL, error);
    plan = flow_plan(flow, NULL, &error);
    ck_ok(plan != NULL, error);
    ck_ok(flow_simulate(flow, plan, &error), error);
    ck_assert_uint_eq(plan->n_failed, 0);
}

static void clear(void)
{
    plan_free(plan);
    flow_close(flow);
    remove_results();
}

static GPtrArray *sheets(const char *name)
{
    GError *error = NULL;
    GPtrArray *tables = flow_sheets(flow, plan, design_characterise(flow->design, name), &error);
    ck_ok(tables != NULL, error);
    return tables;
}

static double number(const struct table *table, const char *column, gsize row)
{
    const struct column *found = table_column(table, column);
    ck_assert_msg(found != NULL && found->numbers != NULL && row < table->n_rows, "%s", column);
    return g_array_index(found->numbers, double, row);
}

/* The row of an entry at a place, where column `where` has the number `is` (NULL: the first). */
static gsize row_of(const struct table *table, const char *entry, const char *at, const char *where, double is)
{
    const struct column *entries = table_column(table, "entry"), *places = table_column(table, "at");
    for (gsize r = 0; r < table->n_rows; r++)
        if (strcmp(entries->texts->pdata[r], entry) == 0 && (at == NULL || strcmp(places->texts->pdata[r], at) == 0) &&
            (where == NULL || fabs(number(table, where, r) - is) < 1e-12))
            return r;
    ck_abort_msg("%s at %s, %s %g: there is no such row", entry, at != NULL ? at : "", where != NULL ? where : "", is);
    return 0;
}

static double value(const struct table *table, const char *entry, const char *at, const char *where, double is)
{
    return number(table, "value", row_of(table, entry, at, where, is));
}

/* No check failed, and no number is missing. */
static void all_good(const struct table *table)
{
    const struct column *checks = table_column(table, "check"), *entries = table_column(table, "entry");
    for (gsize r = 0; r < table->n_rows; r++) {
        const char *check = checks->texts->pdata[r];
        ck_assert_msg(*check == '\0' || g_str_has_prefix(check, "ok"), "%s: %s", (const char *)entries->texts->pdata[r], check);
    }
}

#define near(seen, expected, relative) ck_assert_double_eq_tol(seen, expected, fabs((relative) * (expected)))

/* ---- transfer ------------------------------------------------------------------------------------------------------- */

#define ZERO_V 0.4123
#define GAIN 50e-6 /* A a V² */

/* At supply VDD, without bend: I = A (s - z) VDD/2, and all that follows. */
START_TEST(a_linear_cell)
{
    g_autoptr(GPtrArray) tables = sheets("flat_read");
    const struct table *table = tables->pdata[0];
    const double vdd = _i == 0 ? 0.9 : 0.8, a = GAIN * vdd / 2, c_F = 5e-15 + 0.5e-15 + 0.2e-15;
    const double shift = vdd / 2 * 0.5e-15 / c_F;
    const char *top = _i == 0 ? "v_store 900 mV" : "v_store 800 mV";
    all_good(table);
    near(value(table, "full_scale", NULL, "vdd", vdd), a * vdd, 1e-6);
    near(value(table, "i_read", "v_store 0 V", "vdd", vdd), -a * ZERO_V, 1e-6);
    near(value(table, "i_read", top, "vdd", vdd), a * (vdd - ZERO_V), 1e-6);
    ck_assert_double_eq_tol(value(table, "i_rest", top, "vdd", vdd), 0, 1e-15);
    near(value(table, "v_zero", NULL, "vdd", vdd), ZERO_V, 1e-6);
    near(value(table, "slope", NULL, "vdd", vdd), a, 1e-6);
    near(value(table, "g_bl", top, "vdd", vdd), 3e-6, 1e-6);
    ck_assert_double_eq_tol(value(table, "inl", NULL, "vdd", vdd), 0, 1e-5);
    ck_assert_double_eq_tol(value(table, "dnl", NULL, "vdd", vdd), 0, 1e-5);
    ck_assert_double_eq_tol(value(table, "inl_input", NULL, "vdd", vdd), 0, 1e-5);
    near(value(table, "shift", top, "vdd", vdd), shift, 1e-4);
    near(value(table, "i_floating", top, "vdd", vdd), a * (vdd + shift - ZERO_V), 1e-4);
    near(value(table, "gain_floating", NULL, "vdd", vdd), 100, 1e-4);
    /* the input is x = VDD/2 in the pulse, of 15 ns with edges of 50 ps; ∫x² of an edge is a third of x² times its length */
    double x = vdd / 2, ratio = 0.5e-15 / c_F, t_s = 15e-9, e_s = 50e-12;
    near(value(table, "q_read", top, "vdd", vdd), GAIN * ((vdd - ZERO_V) * x * t_s + ratio * x * x * (t_s - e_s + 2 * e_s / 3)),
         1e-4);
}
END_TEST

/* Levels at k d: I/A = (k d - z)(1 + b k d), a parabola b d² k² on the slope d (1 - b z); the line of k² over 0 … 7 is 7 k - 7,
 * its largest residual 7, its steps 2 k + 1 differ by 6 from their mean 7. */
START_TEST(a_bent_cell)
{
    static const double bends[] = {0.3, -0.2};
    g_autoptr(GPtrArray) tables = sheets("bent_read");
    const struct table *table = tables->pdata[0];
    const double b = bends[_i], d = 0.9 / (N_LEVELS - 1), step = 1 - b * ZERO_V + 7 * b * d, a = GAIN * 0.45;
    all_good(table);
    near(value(table, "inl", NULL, "bow", b), 7 * b * d / step, 1e-4);
    near(fabs(value(table, "dnl", NULL, "bow", b)), fabs(6 * b * d / step), 1e-4);
    near(value(table, "v_zero", NULL, "bow", b), ZERO_V, 1e-4);
    near(value(table, "slope", NULL, "bow", b), a * (1 + b * ZERO_V), 1e-2 * fabs(b));
    near(value(table, "full_scale", NULL, "bow", b), a * (0.9 - ZERO_V) * (1 + b * 0.9) + a * ZERO_V, 1e-6);
    /* the store does not depend on temperature, but has a row for each */
    ck_assert_uint_eq(table->n_rows % 4, 0);
    ck_assert_double_eq(number(table, "temperature", table->n_rows - 1), 85);
}
END_TEST

/* ---- retention: R to the write line, C: V = V_line + (V_0 - V_line) e^(-t/RC) ---------------------------------------- */

#define R_OHM 1e12
#define C_F 5.7e-15

START_TEST(an_rc_decay)
{
    static const struct {
        double store_V, line_V;
        const char *at;
    } decays[] = {{0.9, 0, "v_store 900 mV, v_line 0 V"},
                  {0.9, 0.45, "v_store 900 mV, v_line 450 mV"},
                  {0, 0.45, "v_store 0 V, v_line 450 mV"},
                  {0, 0.9, "v_store 0 V, v_line 900 mV"}};
    g_autoptr(GPtrArray) tables = sheets("leak");
    const struct table *table = tables->pdata[0];
    double store_V = decays[_i].store_V, away_V = store_V - decays[_i].line_V, half_V = 0.9 / (N_LEVELS - 1) / 2;
    const char *at = decays[_i].at;
    all_good(table);
    near(value(table, "tau", at, NULL, 0), R_OHM * C_F, 1e-5);
    near(value(table, "t_half_lsb", at, NULL, 0), -R_OHM * C_F * log(1 - half_V / fabs(away_V)), 1e-5);
    near(value(table, "i_leak", at, NULL, 0), away_V / R_OHM, 1e-5);
    near(value(table, "i_channel", at, NULL, 0), away_V / R_OHM, 1e-5);
    ck_assert_double_eq_tol(value(table, "i_gate", at, NULL, 0), 0, 1e-18);
    near(value(table, "c_store", "v_store 450 mV", NULL, 0), C_F, 1e-5);
    ck_assert(isinf(value(table, "t_half_lsb", "v_store 900 mV, v_line 900 mV", NULL, 0)));
}
END_TEST

START_TEST(its_curve)
{
    g_autoptr(GPtrArray) tables = sheets("leak");
    const struct table *curve = tables->pdata[1];
    ck_assert_str_eq(curve->name, "leak_decay");
    ck_assert_uint_gt(curve->n_rows, 60);
    for (gsize r = 0; r < curve->n_rows; r++) {
        double line_V = number(curve, "v_line", r), start_V = number(curve, "v_start", r);
        double expected_V = line_V + (start_V - line_V) * exp(-number(curve, "time", r) / (R_OHM * C_F));
        ck_assert_double_eq_tol(number(curve, "v_store", r), expected_V, 1e-5);
    }
}
END_TEST

/* ---- write: R and C; the switch conducts (2 v(we)/VDD - 1)/R above half, a quarter of an edge as if it were whole ------- */

#define PULSE_S 2e-9
#define EDGE_S 50e-12

START_TEST(an_rc_write)
{
    g_autoptr(GPtrArray) tables = sheets("fast_write");
    const struct table *table = tables->pdata[0], *curve = tables->pdata[1];
    double c_F = 5.5e-15, rc_s = 50e3 * c_F, left = exp(-(PULSE_S - EDGE_S * 3 / 4) / rc_s);
    all_good(table);
    near(value(table, "error", "v_write 900 mV, v_before 0 V", NULL, 0), -0.9 * left, 1e-3);
    near(value(table, "error", "v_write 300 mV, v_before 900 mV", NULL, 0), 0.6 * left, 1e-3);
    near(value(table, "e_write", "v_write 900 mV, v_before 0 V", NULL, 0), 0.9 * c_F * 0.9 * (1 - left), 1e-3);
    /* the line takes its charge back at 0 V; the word line, at 0.45 V, gives that of its capacitor */
    near(value(table, "e_write", "v_write 0 V, v_before 900 mV", NULL, 0), 0.45 * 0.5e-15 * 0.9 * (1 - left), 1e-3);
    ck_assert_uint_eq(curve->n_rows, 4 * 2 * 9);
    for (gsize r = 0; r < curve->n_rows; r++) {
        double away_V = number(curve, "v_before", r) - number(curve, "v_write", r), width_s = number(curve, "width", r);
        ck_assert_double_eq_tol(number(curve, "error", r), away_V * exp(-(width_s - EDGE_S * 3 / 4) / rc_s), 1e-4);
    }
}
END_TEST

/* A cell that does not open: its charge is shared with what couples to it. */
START_TEST(charge_is_shared)
{
    static const double temperatures_C[] = {27, 85};
    g_autoptr(GPtrArray) tables = sheets("shut_write");
    const struct table *table = tables->pdata[0];
    double t_C = temperatures_C[_i], c_F = 5.8e-15;
    near(value(table, "injection", "v_write 450 mV, v_before 0 V", "temperature", t_C), -0.9 * 0.2e-15 / c_F, 2e-3);
    near(value(table, "feed_through", "v_store 450 mV", "temperature", t_C), 0.9 * 0.1e-15 / c_F, 1e-6);
    near(value(table, "c_store", "v_store 0 V", "temperature", t_C), c_F, 1e-6);
    near(value(table, "v_ktc", "v_store 900 mV", "temperature", t_C), sqrt(1.380649e-23 * (t_C + 273.15) / c_F), 1e-6);
}
END_TEST

/* ---- disturb: the same R, and capacitors ----------------------------------------------------------------------------- */

START_TEST(an_rc_disturb)
{
    g_autoptr(GPtrArray) tables = sheets("disturb");
    const struct table *table = tables->pdata[0];
    const double c_F = 6e-15, rc_s = R_OHM * c_F, first_s = 65e-9, last_s = 41 * 65e-9;
    all_good(table);
    /* 5 of 65 ns with the line half a supply away, which pulls by that over R */
    near(value(table, "disturb", "v_store 600 mV, data 900 mV", NULL, 0), 5.0 / 65 * 0.45 / rc_s, 1e-3);
    near(value(table, "disturb", "v_store 600 mV, data 0 V", NULL, 0), -5.0 / 65 * 0.45 / rc_s, 1e-3);
    near(value(table, "drift", "v_store 0 V", NULL, 0), -0.45 * (exp(-last_s / rc_s) - exp(-first_s / rc_s)) / (last_s - first_s),
         1e-3);
    near(value(table, "bit_line_coupling", "v_store 300 mV", NULL, 0), 0.3e-15 / c_F, 1e-5);
    /* a read lifts the node by its share of 0.45 V for 15 ns, in which so much more leaks */
    near(value(table, "read_shift", "v_store 300 mV", NULL, 0), -0.45 * 0.5e-15 / c_F * 15e-9 / rc_s, 2e-2);
}
END_TEST

/* 32 samples do not bound their outer quantiles from outside. */
static void all_good_but_quantiles(const struct table *table)
{
    const struct column *checks = table_column(table, "check");
    for (gsize r = 0; r < table->n_rows; r++)
        ck_assert_msg(strstr(checks->texts->pdata[r], "FAILS") == NULL, "%s", (const char *)checks->texts->pdata[r]);
}

/* ---- noise ---------------------------------------------------------------------------------------------------------- */

/* Two resistors in a row on the bit line: 4kT/R, of which each has its share; a charge of √(2kT/R · T) over the window, less what
 * lies above 10 GHz, 1/(π² 10 GHz T). A write path of one pole: kT/C. */
START_TEST(a_cell_with_the_noise_of_its_resistors)
{
    static const double temperatures_C[] = {27, 85};
    g_autoptr(GPtrArray) tables = sheets("noisy_noise");
    const struct table *table = tables->pdata[0], *curve = tables->pdata[1];
    const double t_C = temperatures_C[_i], kT = GSL_CONST_MKSA_BOLTZMANN * (t_C + 273.15), r_a = 20e3, r = 27.3e3, window = 15e-9;
    const double white = sqrt(4 * kT / r), q = sqrt(2 * kT / r * window * (1 - 1 / (G_PI * G_PI * 10e9 * window))),
                 full = 20e-6 * 0.9 * window;
    const char *at = "v_store 900 mV";
    near(value(table, "white", at, "temperature", t_C), white, 1e-4);
    ck_assert(isnan(value(table, "corner", at, "temperature", t_C)));
    near(value(table, "q_noise", at, "temperature", t_C), q, 1e-4);
    near(value(table, "q_noise_e", at, "temperature", t_C), q / 1.602177e-19, 1e-4);
    near(value(table, "q_noise_fs", at, "temperature", t_C), 100 * q / full, 1e-4);
    near(value(table, "q_noise_lsb", at, "temperature", t_C), 7 * q / full, 1e-4);
    near(value(table, "q_by", "ra, v_store 900 mV", "temperature", t_C), q * sqrt(r_a / r), 1e-4);
    near(value(table, "white_by", "rb, v_store 0 V", "temperature", t_C), white * sqrt(1 - r_a / r), 1e-4);
    near(value(table, "v_ktc", NULL, "temperature", t_C), sqrt(kT / 1.7e-15), 1e-3);
    near(value(table, "v_ktc_lsb", NULL, "temperature", t_C), sqrt(kT / 1.7e-15) / (0.9 / 7), 1e-3);
    ck_assert_double_eq_tol(value(table, "excess", NULL, "temperature", t_C), 0, 0.01);
    near(value(table, "r_write", NULL, "temperature", t_C), 50e3, 1e-6);
    near(value(table, "c_store", NULL, "temperature", t_C), 1.7e-15, 1e-4);
    ck_assert_uint_eq(curve->n_rows, 2 * 2 * 11); /* temperatures, places, 1 Hz to 10 GHz */
    near(number(curve, "density", curve->n_rows - 1), sqrt(4 * GSL_CONST_MKSA_BOLTZMANN * 358.15 / r), 1e-4);
    const struct column *checks = table_column(table, "check");
    for (gsize row = 0; row < table->n_rows; row++) /* what is white has no corner, and nothing fails */
        ck_assert_msg(strstr(checks->texts->pdata[row], "FAILS") == NULL, "%s", (const char *)checks->texts->pdata[row]);
}
END_TEST

/* ---- energy: V²/R over 18 ns, C V² into a capacitor through a resistor, RC ln 2 after the step ------------------------- */

START_TEST(a_resistor_burns)
{
    static const double supplies_V[] = {0.9, 0.7};
    g_autoptr(GPtrArray) tables = sheets("cost");
    const struct table *table = tables->pdata[0];
    double vdd = supplies_V[_i], rc_s = 20e3 * 50e-15, burnt_J = vdd * vdd / 10e3 * 18e-9, stored_J = 50e-15 * 0.8 * 0.8;
    all_good(table);
    near(value(table, "energy", "supply", "vdd", vdd), burnt_J, 1e-6);
    near(value(table, "energy", "input", "vdd", vdd), stored_J, 1e-3);
    near(value(table, "total", NULL, "vdd", vdd), burnt_J + stored_J, 1e-4);
    near(value(table, "share", "input", "vdd", vdd), 100 * stored_J / (burnt_J + stored_J), 1e-3);
    near(value(table, "energy_mac", "supply", "vdd", vdd), burnt_J / 64, 1e-6);
    near(value(table, "over_published", "supply", "vdd", vdd), burnt_J / 64 / 17.1e-15, 1e-6);
    near(value(table, "latency", "half", "vdd", vdd), 1e-9 + 0.5e-12 + rc_s * log(2), 1e-3);
    near(value(table, "published_latency", "half", "vdd", vdd), 2e-9, 1e-12);
}
END_TEST

/* ---- array: four sinks on a ladder of resistors, each with a conductance; all of it linear, so charge is current times time
 * ---- */

#define ROWS 4
#define R_PITCH_OHM 20e3
#define G_SINK_S 3e-6

/* Voltages of the nodes, less the driven end's, from the nearest on; `on`: which sinks draw current. By elimination along the
 * ladder. */
static void solve_ladder(const gboolean on[ROWS], double i_A, double v_V[ROWS])
{
    double diagonal[ROWS], right[ROWS], g_S = 1 / R_PITCH_OHM;
    for (int k = 0; k < ROWS; k++) {
        diagonal[k] = (k == 0 ? 2 * g_S : g_S) + (k < ROWS - 1 ? g_S : 0) + G_SINK_S;
        right[k] = on[k] ? -i_A : 0;
    }
    for (int k = 1; k < ROWS; k++) {
        diagonal[k] -= g_S * g_S / diagonal[k - 1];
        right[k] += right[k - 1] * g_S / diagonal[k - 1];
    }
    for (int k = ROWS - 1; k >= 0; k--)
        v_V[k] = (right[k] + (k < ROWS - 1 ? g_S * v_V[k + 1] : 0)) / diagonal[k];
}

/* Charge at the driven end with the sink of `row` alone on, row 3 being the nearest; -1: all. */
static double ladder_charge(int row, double *far_V)
{
    gboolean on[ROWS];
    double v_V[ROWS];
    for (int k = 0; k < ROWS; k++)
        on[k] = row < 0 || k == ROWS - 1 - row;
    solve_ladder(on, GAIN * (0.9 - ZERO_V) * 0.45, v_V);
    *far_V = v_V[ROWS - 1];
    return -v_V[0] * 2 / R_PITCH_OHM * 15e-9;
}

START_TEST(sinks_on_a_ladder)
{
    g_autoptr(GPtrArray) tables = sheets("crossbar-read");
    const struct table *table = tables->pdata[0];
    double far_V, unused_V, q_C[] = {ladder_charge(0, &unused_V), ladder_charge(2, &unused_V), ladder_charge(3, &unused_V)};
    double mean_C = (q_C[0] + q_C[1] + q_C[2]) / 3, tau_s = 20e3 * 3 * 2e-15, e_s = 50e-12;
    all_good(table);
    near(value(table, "q_column", NULL, NULL, 0), ladder_charge(-1, &far_V), 1e-4);
    near(value(table, "ir_bl", "bl", NULL, 0), far_V, 1e-4);
    ck_assert_double_eq_tol(value(table, "ir_wl", "wl", NULL, 0), 0, 1e-9);
    near(value(table, "contribution", "word line 0", NULL, 0), q_C[0], 1e-4);
    near(value(table, "contribution", "word line 3", NULL, 0), q_C[2], 1e-4);
    near(value(table, "position", NULL, NULL, 0), 100 * (q_C[2] - q_C[0]) / mean_C, 1e-3);
    ck_assert_double_gt(q_C[2] / q_C[0], 1.1);
    ck_assert_double_eq_tol(value(table, "company", "word line 2", NULL, 0), 0, 1e-2);
    ck_assert_double_eq_tol(value(table, "crosstalk", NULL, NULL, 0), 0, 1e-3);
    ck_assert_double_eq_tol(value(table, "neighbour", NULL, NULL, 0), 0, 1e-6);
    /* a ramp of e into RC: what is left after it is (RC/e)(exp(e/RC) - 1) exp(-t/RC) of the swing */
    near(value(table, "t_settle_wl", "wl", NULL, 0), tau_s * log(100 * tau_s / e_s * expm1(e_s / tau_s)), 1e-2);
}
END_TEST

/* ---- mismatch: the samples' own numbers, from the table of the bench ------------------------------------------------- */

enum { SAMPLES = 32, FINE_POINTS = 57 };

/* The current of each sample at point `k` of the sweep. */
static void currents_at(const struct table *bench, gsize k, double *i_A)
{
    ck_assert_uint_eq(bench->n_rows, SAMPLES * FINE_POINTS);
    for (gsize s = 0; s < SAMPLES; s++) {
        ck_assert(number(bench, "sample", s * FINE_POINTS + k) == (double)s + 1);
        i_A[s] = number(bench, "i_read", s * FINE_POINTS + k);
    }
}

static void check_entry(const struct table *sheet, const char *entry, const char *at, struct estimate expected)
{
    gsize row = row_of(sheet, entry, at, NULL, 0);
    near(number(sheet, "value", row), expected.value, 1e-12);
    near(number(sheet, "low_95", row), expected.low, 1e-12);
    near(number(sheet, "high_95", row), expected.high, 1e-12);
    ck_assert(number(sheet, "samples", row) == SAMPLES);
}

START_TEST(a_spread_is_that_of_its_samples)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) tables = sheets("mm"),
                         benches = flow_tables(flow, plan, design_bench(flow->design, "mm_spread"), &error);
    ck_ok(benches != NULL, error);
    ck_assert_uint_eq(benches->len, 1); /* no statistics beside it: the data sheet has them */
    const struct table *sheet = tables->pdata[0];
    double low_A[SAMPLES], high_A[SAMPLES], full_A[SAMPLES], fourth_A[SAMPLES];
    currents_at(benches->pdata[0], 0, low_A);
    currents_at(benches->pdata[0], 24, fourth_A); /* level 3 of 0 to 7, 8 points a level */
    currents_at(benches->pdata[0], FINE_POINTS - 1, high_A);
    for (int s = 0; s < SAMPLES; s++)
        full_A[s] = high_A[s] - low_A[s];
    struct summary low = summary_make(SAMPLES, low_A), full = summary_make(SAMPLES, full_A),
                   fourth = summary_make(SAMPLES, fourth_A);
    check_entry(sheet, "i_read", "v_store 0 V", low.mean);
    check_entry(sheet, "i_read_sigma", "v_store 0 V", low.sigma);
    check_entry(sheet, "i_read_q50", "v_store 385.714 mV", fourth.quantile[SUMMARY_q50]);
    check_entry(sheet, "full_scale_sigma", NULL, full.sigma);
    check_entry(sheet, "correlation", "i_read v_store 0 V, i_read v_store 900 mV",
                estimate_correlation(SAMPLES, low_A, high_A, 0.95));
    near(value(sheet, "sigma_rel", "full_scale", NULL, 0), 100 * full.sigma.value / full.mean.value, 1e-12);
    near(value(sheet, "sigma_lsb", NULL, NULL, 0), value(sheet, "v_zero_sigma", NULL, NULL, 0) / (0.9 / 7), 1e-12);
    /* at 0 V the PMOS reads, at 0.9 V the NMOS; what is off brings nothing */
    ck_assert_double_gt(value(sheet, "i_read_by", "mrp, v_store 0 V", NULL, 0), 0.9 * low.sigma.value);
    ck_assert_double_lt(value(sheet, "i_read_by", "mrn, v_store 0 V", NULL, 0), 0.05 * low.sigma.value);
    ck_assert_double_gt(value(sheet, "i_read_by", "mrn, v_store 900 mV", NULL, 0),
                        0.9 * summary_make(SAMPLES, high_A).sigma.value);
    all_good_but_quantiles(sheet);
}
END_TEST

/* ---- charge to pulse: T = 15 ns (1.03 q + b q (1 - q)) + 60 ps where there is a pulse; its peak is q/0.016 of the swing --- */

enum { PULSE_LEVELS = 16 };

static double pulse_width(double q, double bow)
{
    return q > 0 ? 15e-9 * (1.03 * q + bow * q * (1 - q)) + 60e-12 : 0;
}

START_TEST(a_pulse_in_closed_form)
{
    static const double bows[] = {0.02, 0};
    g_autoptr(GPtrArray) tables = sheets("pulse");
    const struct table *table = tables->pdata[0];
    double bow = bows[_i], widths[PULSE_LEVELS], x[PULSE_LEVELS], inl, dnl, offset, slope, c00, c01, c11, squares;
    for (int k = 0; k < PULSE_LEVELS; k++) {
        x[k] = k / 15.0;
        widths[k] = pulse_width(x[k], bow);
    }
    all_good(table);
    near(value(table, "width", "q 0.4", "bent", bow), pulse_width(0.4, bow), 1e-5);
    ck_assert_double_eq_tol(value(table, "deviation", "q 0.4", "bent", bow), pulse_width(0.4, bow) - 6e-9, 1e-14);
    ck_assert_double_eq_tol(value(table, "off", NULL, "bent", bow), 0, 1e-14);
    near(value(table, "clip", NULL, "bent", bow), pulse_width(1, bow), 1e-5);
    gsl_fit_linear(x + 1, 1, widths + 1, 1, 13, &offset, &slope, &c00, &c01, &c11, &squares); /* 1/15 to 13/15 */
    ck_assert_double_eq_tol(value(table, "offset", NULL, "bent", bow), offset, 2e-14);
    ck_assert_double_eq_tol(value(table, "gain_error", NULL, "bent", bow), 100 * (slope / 15e-9 - 1), 1e-3);
    nonlinearity(PULSE_LEVELS, widths, &inl, &dnl);
    ck_assert_double_eq_tol(value(table, "inl", NULL, "bent", bow), inl, 1e-4);
    ck_assert_double_eq_tol(value(table, "dnl", NULL, "bent", bow), dnl, 1e-4);
    near(value(table, "metastable", NULL, "bent", bow), 15e-9 * 0.8 * 0.016, 1e-3);
    near(value(table, "energy", "q 1", "bent", bow), 0.81 * (1 / 3e3 + 1 / 7e3) * 38e-9, 1e-6);
    near(value(table, "energy_mean", NULL, "bent", bow), 0.81 * (1 / 3e3 + 1 / 7e3) * 38e-9, 1e-6);
}
END_TEST

/* ---- jitter: kT/C at the threshold's output and on the auto-zero's capacitor, over the slope of the ramp ---------------- */

START_TEST(a_ramp_and_its_threshold)
{
    static const double temperatures_C[] = {27, 85};
    g_autoptr(GPtrArray) tables = sheets("trip");
    const struct table *table = tables->pdata[0];
    const double t_C = temperatures_C[_i], kT = GSL_CONST_MKSA_BOLTZMANN * (t_C + 273.15), slope = 0.9 / 11e3 / 2e-12, gain = 21.5;
    /* what of kT/C lies between 3.4 MHz and 1 THz, and the 1.9 fF that a closed switch (v_az = 0.9 V) has to ground, in series with c_f */
    const double corner_Hz = 1 / (2 * G_PI * 20e3 * 3e-15), part = 2 / G_PI * (atan(1e12 / corner_Hz) - atan(3.4e6 / corner_Hz));
    const double zero_Hz = 1 / (2 * G_PI * 30e3 * 42e-15), zero_part = 2 / G_PI * (atan(1e12 / zero_Hz) - atan(3.4e6 / zero_Hz));
    const double v_trip = sqrt(kT / 3e-15 * part), v_az = sqrt(kT / 41.9e-15 * zero_part), reset = sqrt(kT / 2e-12) / slope;
    all_good(table);
    near(value(table, "slope", NULL, "temperature", t_C), slope, 1e-6);
    near(value(table, "gain", NULL, "temperature", t_C), gain, 1e-4);
    near(value(table, "v_trip", NULL, "temperature", t_C), v_trip, 1e-3);
    near(value(table, "t_trip", NULL, "temperature", t_C), v_trip / gain / slope, 1e-3);
    near(value(table, "v_az", NULL, "temperature", t_C), v_az, 1e-3);
    near(value(table, "t_az", NULL, "temperature", t_C), v_az / slope, 1e-3);
    near(value(table, "t_reset", NULL, "temperature", t_C), reset, 1e-6);
    near(value(table, "t_by", "r1", "temperature", t_C), v_trip / gain / slope, 1e-3);
    double all = sqrt(pow(v_trip / gain / slope, 2) + pow(v_az / slope, 2) + reset * reset);
    near(value(table, "jitter", NULL, "temperature", t_C), all, 1e-3);
    near(value(table, "jitter_lsb", NULL, "temperature", t_C), all / 1e-9, 1e-3);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("known");
    TCase *t = tcase_create("known");
    tcase_set_timeout(t, 120);
    tcase_add_unchecked_fixture(t, simulate, clear);
    tcase_add_loop_test(t, a_linear_cell, 0, 2);
    tcase_add_loop_test(t, a_bent_cell, 0, 2);
    tcase_add_loop_test(t, an_rc_decay, 0, 4);
    tcase_add_test(t, its_curve);
    tcase_add_test(t, an_rc_write);
    tcase_add_loop_test(t, charge_is_shared, 0, 2);
    tcase_add_test(t, an_rc_disturb);
    tcase_add_loop_test(t, a_cell_with_the_noise_of_its_resistors, 0, 2);
    tcase_add_loop_test(t, a_resistor_burns, 0, 2);
    tcase_add_test(t, sinks_on_a_ladder);
    tcase_add_test(t, a_spread_is_that_of_its_samples);
    tcase_add_loop_test(t, a_pulse_in_closed_form, 0, 2);
    tcase_add_loop_test(t, a_ramp_and_its_threshold, 0, 2);
    suite_add_tcase(s, t);
    return s;
}

/* The pool starts this program as its worker. */
TAP_WORKER_MAIN(suite)
