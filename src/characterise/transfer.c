/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/transfer.c -- the current that a cell draws from its bit line: over the stored voltage, the input and the bit
 * line's voltage, with the storage node forced (dc) and floating (a read pulse).
 *
 * The surface is for fits and figures. All figures of the data sheet come from finer benches at full input, where a level of the
 * stored value is a point of the sweep and nothing is interpolated but the zero.
 */
#include "config.h"

#include <gsl/gsl_fit.h>
#include <math.h>

#include "characterise/kinds.h"

#define FINE 112     /* points over the whole range at full input, at least */
#define N_BIT_LINE 3 /* voltages of the bit line */
#define SURFACE_INPUTS 16

static const struct characterise_parameter parameters[] = {
    {"levels", DIMENSION_NONE, 8, 3, 256, TRUE, "levels of the stored value, in equal steps over its range"},
    {"inputs", DIMENSION_NONE, 16, 3, 256, TRUE, "levels of the input, in equal steps from rest to full"},
    {"dv_bl", DIMENSION_VOLTAGE, 0.05, 1e-3, 1, FALSE, "step of the bit line up and down, for its conductance"},
    {"pulse", DIMENSION_TIME, 15e-9, 1e-10, 1e-3, FALSE, "read pulse with a floating storage node"},
    {"edge", DIMENSION_TIME, 50e-12, 1e-12, 1e-6, FALSE, "its edges"},
    {NULL, DIMENSION_NONE, 0, 0, 0, FALSE, NULL},
};

static const struct entry_kind entries[] = {
    {"full_scale", "A", "current at the highest less that at the lowest stored level, full input, dc, storage node forced"},
    {"i_read", "A", "current into the cell at full input, dc, storage node forced"},
    {"i_rest", "A", "the same at the input's rest level"},
    {"v_zero", "V",
     "stored voltage at which the current at full input is zero, interpolated between 112 points or more of the range"},
    {"slope", "A/V", "dI/dV_store at v_zero, difference over the two points beside it"},
    {"g_bl", "S", "dI/dV_bl at full input, difference over the step dv_bl up and down"},
    {"inl", "LSB",
     "largest distance of the currents at the stored levels from their least-squares line (IEEE Std 1241-2010, 4.4.1)"},
    {"dnl", "LSB", "largest difference of a step of these currents from the mean step"},
    {"inl_input", "LSB", "inl over the input's levels, at the highest stored level"},
    {"dnl_input", "LSB", "dnl over the input's levels, at the highest stored level"},
    {"i_floating", "A", "mean current in the second half of a read pulse at full input, storage node floating"},
    {"q_read", "C", "charge into the cell in that pulse, edges and the time after it included"},
    {"shift", "V", "how far the pulse moves the floating storage node"},
    {"gain_floating", "%", "slope of the least-squares line of i_floating over i_read"},
    {"inl_floating", "LSB", "inl of i_floating"},
    {"dnl_floating", "LSB", "dnl of i_floating"},
    {NULL, NULL, NULL},
};

static gsize n_levels(const struct subject *of)
{
    return (gsize)subject_parameter(of, "levels");
}

/* Points from level to level at full input: an even number, so that every second point has the levels too. */
static gsize per_level(const struct subject *of)
{
    return 2 * ((FINE / 2 + n_levels(of) - 2) / (n_levels(of) - 1));
}

static gsize n_fine(const struct subject *of)
{
    return (n_levels(of) - 1) * per_level(of) + 1;
}

static void store_range(const struct subject *of, double *low_V, double *high_V)
{
    *low_V = subject_level_V(of, USE_STORE, LEVEL_LOW);
    *high_V = subject_level_V(of, USE_STORE, LEVEL_HIGH);
}

/* ---- benches -------------------------------------------------------------------------------------------------------- */

static void measure_current(struct bench_writer *w)
{
    g_autofree char *current = writer_signal(w, "i", USE_BIT_LINE);
    write_element(w, "<dc/><options abstol=\"1e-16\" reltol=\"1e-5\"/>"); /* the current at rest is picoamperes */
    write_measure(w, "i_read", "value", current, "");
    write_end(w);
}

static void write_surface(const struct subject *of, struct bench_writer *w)
{
    double low_V, high_V, rest_V = subject_level_V(of, USE_BIT_LINE, LEVEL_REST), step_V = subject_parameter(of, "dv_bl");
    store_range(of, &low_V, &high_V);
    write_begin(w, "surface");
    write_sweep_list(w, "v_bl", USE_BIT_LINE, N_BIT_LINE, (const double[]){rest_V - step_V, rest_V, rest_V + step_V});
    write_sweep(w, "v_store", USE_STORE, low_V, high_V, (int)(n_levels(of) - 1) * 4 + 1);
    write_sweep(w, "v_in", USE_WORD_LINE, subject_level_V(of, USE_WORD_LINE, LEVEL_REST),
                subject_level_V(of, USE_WORD_LINE, LEVEL_ON), SURFACE_INPUTS);
    write_rest(w);
    measure_current(w);
}

/* The current over the stored voltage at a fixed input; over the input at a fixed stored voltage. */
static void write_over_store(const struct subject *of, struct bench_writer *w, const char *name, double v_in_V)
{
    double low_V, high_V;
    store_range(of, &low_V, &high_V);
    write_begin(w, name);
    write_hold(w, USE_WORD_LINE, v_in_V);
    write_sweep(w, "v_store", USE_STORE, low_V, high_V, (int)n_fine(of));
    write_rest(w);
    measure_current(w);
}

static void write_over_input(const struct subject *of, struct bench_writer *w)
{
    write_begin(w, "input");
    write_hold(w, USE_STORE, subject_level_V(of, USE_STORE, LEVEL_HIGH));
    write_sweep(w, "v_in", USE_WORD_LINE, subject_level_V(of, USE_WORD_LINE, LEVEL_REST),
                subject_level_V(of, USE_WORD_LINE, LEVEL_ON), (int)subject_parameter(of, "inputs"));
    write_rest(w);
    measure_current(w);
}

/* A read pulse; `divide` divides the largest time step. */
static void write_floating(const struct subject *of, struct bench_writer *w, const char *name, double divide)
{
    double pulse_s = subject_parameter(of, "pulse"), edge_s = subject_parameter(of, "edge"), low_V, high_V;
    double start_s = pulse_s / 15, end_s = start_s + pulse_s, stop_s = end_s + pulse_s / 3;
    gsize n = n_levels(of);
    g_autofree double *levels = g_new(double, n);
    g_autofree char *current = writer_signal(w, "i", USE_BIT_LINE), *store = writer_signal(w, "v", USE_STORE);
    store_range(of, &low_V, &high_V);
    level_values(n, low_V, high_V, levels);
    write_begin(w, name);
    write_sweep_initial(w, "v_store", USE_STORE, n, levels);
    write_pulse(w, USE_WORD_LINE, subject_level_V(of, USE_WORD_LINE, LEVEL_REST), subject_level_V(of, USE_WORD_LINE, LEVEL_ON),
                start_s, edge_s, pulse_s - edge_s, 0);
    write_rest(w);
    write_tran(w, pulse_s / 750 / divide, stop_s, pulse_s / 750 / divide);
    const char *from = writer_attribute(w, "from", start_s + pulse_s / 2, "s"),
               *to = writer_attribute(w, "to", end_s - edge_s, "s");
    g_autofree char *half = g_strconcat(from, to, NULL);
    g_autofree char *whole = g_strconcat(writer_attribute(w, "from", 0, "s"), writer_attribute(w, "to", stop_s, "s"), NULL);
    write_measure(w, "i_read", "mean", current, half);
    write_measure(w, "q_read", "charge", current, whole);
    write_measure(w, "v_pulse", "mean", store, half);
    write_end(w);
}

static gboolean expand(const struct subject *of, struct bench_writer *w, GError **error)
{
    (void)error;
    write_surface(of, w);
    write_over_store(of, w, "on", subject_level_V(of, USE_WORD_LINE, LEVEL_ON));
    write_over_store(of, w, "off", subject_level_V(of, USE_WORD_LINE, LEVEL_REST));
    write_over_input(of, w);
    write_floating(of, w, "floating", 1);
    write_floating(of, w, "floating_check", 2);
    return TRUE;
}

/* ---- the data sheet ------------------------------------------------------------------------------------------------- */

/* Those of the fine values that are at the levels. */
static double *at_levels(const struct subject *of, const double *fine)
{
    gsize n = n_levels(of);
    double *values = g_new(double, n);
    for (gsize i = 0; i < n; i++)
        values[i] = fine[i * per_level(of)];
    return values;
}

/* The zero from all points, checked against that from every second. */
static void put_zero(struct sheet *sheet, gsize n, const double *v_V, const double *i_A)
{
    g_autofree double *half_v = g_new(double, n), *half_i = g_new(double, n);
    gsize half = 0;
    for (gsize i = 0; i < n; i += 2, half++) {
        half_v[half] = v_V[i];
        half_i[half] = i_A[i];
    }
    double zero_V = first_crossing(n, v_V, i_A, 0);
    sheet_put(sheet, "v_zero", NULL, zero_V);
    if (!isnan(zero_V)) /* a cell of one sign has none */
        sheet_check(sheet, "of twice the step", first_crossing(half, half_v, half_i, 0) - zero_V, 1e-4 * (v_V[n - 1] - v_V[0]),
                    "V");
    gsize k = 0;
    while (k + 2 < n && v_V[k + 1] <= zero_V)
        k++;
    sheet_put(sheet, "slope", NULL, isnan(zero_V) ? NAN : (i_A[k + 1] - i_A[k]) / (v_V[k + 1] - v_V[k]));
}

static void put_forced(const struct subject *of, const struct readings *readings, struct sheet *sheet, gsize n,
                       const double *levels_V, const double *i_A)
{
    char at[AT_SIZE];
    const double *off_A = reading(readings, "off", "i_read", n_fine(of));
    double inl, dnl;
    sheet_put(sheet, "full_scale", NULL, i_A[n - 1] - i_A[0]);
    for (gsize l = 0; l < n; l++)
        sheet_put(sheet, "i_read", at_value(at, "v_store", levels_V[l], "V"), i_A[l]);
    for (gsize l = 0; l < n; l += n - 1)
        sheet_put(sheet, "i_rest", at_value(at, "v_store", levels_V[l], "V"), off_A[l * per_level(of)]);
    nonlinearity(n, i_A, &inl, &dnl);
    sheet_put(sheet, "inl", NULL, inl);
    sheet_put(sheet, "dnl", NULL, dnl);
    gsize n_in = (gsize)subject_parameter(of, "inputs");
    nonlinearity(n_in, reading(readings, "input", "i_read", n_in), &inl, &dnl);
    sheet_put(sheet, "inl_input", NULL, inl);
    sheet_put(sheet, "dnl_input", NULL, dnl);
}

/* The surface is [bit line][store][input]. */
static void put_conductance(const struct subject *of, const struct readings *readings, struct sheet *sheet, gsize n,
                            const double *levels_V)
{
    char at[AT_SIZE];
    gsize n_store = (n - 1) * 4 + 1, plane = n_store * SURFACE_INPUTS;
    const double *i_A = reading(readings, "surface", "i_read", plane * N_BIT_LINE);
    double step_V = subject_parameter(of, "dv_bl");
    for (gsize l = 0; l < n; l += n - 1) {
        gsize here = l * 4 * SURFACE_INPUTS + SURFACE_INPUTS - 1;
        sheet_put(sheet, "g_bl", at_value(at, "v_store", levels_V[l], "V"), (i_A[2 * plane + here] - i_A[here]) / (2 * step_V));
    }
}

static void put_floating(const struct readings *readings, struct sheet *sheet, gsize n, const double *levels_V,
                         const double *forced_A)
{
    char at[AT_SIZE];
    const double *i_A = reading(readings, "floating", "i_read", n), *check_A = reading(readings, "floating_check", "i_read", n),
                 *q_C = reading(readings, "floating", "q_read", n), *v_V = reading(readings, "floating", "v_pulse", n);
    double inl, dnl, offset, gain, c00, c01, c11, squares, scale_A = fabs(i_A[n - 1] - i_A[0]);
    for (gsize l = 0; l < n; l++) {
        at_value(at, "v_store", levels_V[l], "V");
        sheet_put(sheet, "i_floating", at, i_A[l]);
        sheet_check(sheet, "half the time step", 100 * (check_A[l] - i_A[l]) / scale_A, 0.05, "% of full scale");
        sheet_put(sheet, "q_read", at, q_C[l]);
        sheet_put(sheet, "shift", at, v_V[l] - levels_V[l]);
    }
    gsl_fit_linear(forced_A, 1, i_A, 1, n, &offset, &gain, &c00, &c01, &c11, &squares);
    sheet_put(sheet, "gain_floating", NULL, 100 * gain);
    nonlinearity(n, i_A, &inl, &dnl);
    sheet_put(sheet, "inl_floating", NULL, inl);
    sheet_put(sheet, "dnl_floating", NULL, dnl);
}

static void evaluate(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    gsize n = n_levels(of), fine = n_fine(of);
    double low_V, high_V;
    store_range(of, &low_V, &high_V);
    g_autofree double *levels_V = g_new(double, n), *fine_V = g_new(double, fine);
    level_values(n, low_V, high_V, levels_V);
    level_values(fine, low_V, high_V, fine_V);
    const double *on_A = reading(readings, "on", "i_read", fine);
    g_autofree double *forced_A = at_levels(of, on_A);
    put_forced(of, readings, sheet, n, levels_V, forced_A);
    put_zero(sheet, fine, fine_V, on_A);
    put_conductance(of, readings, sheet, n, levels_V);
    put_floating(readings, sheet, n, levels_V, forced_A);
}

const struct characterisation characterise_transfer = {
    .name = "transfer",
    .title = "Read current",
    .source = "IEEE Std 1241-2010 for inl and dnl; else ours",
    .uses = 1 << USE_STORE | 1 << USE_BIT_LINE | 1 << USE_WORD_LINE,
    .parameters = parameters,
    .entries = entries,
    .expand = expand,
    .evaluate = evaluate,
};
