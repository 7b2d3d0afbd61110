/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/retention.c -- what leaks out of a storage node, by which path, and how long it holds.
 *
 * The decay follows from the leak at the held node (decay.h). gmin, the conductance that the simulator puts across every
 * junction, is 1e-18 S, and a tenth of it for proof. A transient of the floating node is the cross-check: its time constants are
 * found by another algorithm of the simulator.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "characterise/decay.h"
#include "characterise/kinds.h"

#define N_TIMES 4 /* at which the transient is compared: stop/64, /16, /4, /1 */
#define N_PATHS 3

static const char *const paths[N_PATHS] = {"gate", "junction", "gidl"};
static const char *const path_entries[N_PATHS] = {"i_gate", "i_junction", "i_gidl"};

static const struct characterise_parameter parameters[] = {
    {"levels", DIMENSION_NONE, 8, 3, 256, TRUE, "levels of the stored value; half a step of them is what may be lost"},
    {"stop", DIMENSION_TIME, 20e-3, 1e-9, 1e9, FALSE, "length of the transients that check the decay"},
    {"gmin", DIMENSION_CONDUCTANCE, 1e-18, 1e-24, 1e-9, FALSE, "the simulator's conductance across junctions"},
    {NULL, DIMENSION_NONE, 0, 0, 0, FALSE, NULL},
};

static const struct entry_kind entries[] = {
    {"tau", "s", "time until the distance to the write line's voltage has fallen to 1/e, ∫ C dV / I_leak"},
    {"t_half_lsb", "s", "time until half a step between levels is lost, the same integral; inf: never"},
    {"i_leak", "A", "dc current out of the held storage node, positive where the node falls, word line at rest"},
    {"i_channel", "A", "i_leak less gate, junction and gidl parts: channels and what else there is"},
    {"i_gate", "A", "i_leak less what it is with the technology's factor of gate tunnelling at its least"},
    {"i_junction", "A", "the same for the factor of junction leakage"},
    {"i_gidl", "A", "the same for the factor of gate-induced drain leakage"},
    {"c_store", "F", "small-signal capacitance of the storage node at 1 MHz, all other ports held"},
    {NULL, NULL, NULL},
};

static const struct curve_kind curves[] = {
    {"decay",
     "Stored voltage of a cell that holds",
     {{"v_start", "V"}, {"v_line", "V"}, {"time", "s"}, {"v_store", "V"}, {NULL, NULL}}},
    {NULL, NULL, {{NULL, NULL}}},
};

/* Where the store starts and the write line stands in the four decays. */
static const struct {
    enum level start, line;
} decays[] = {{LEVEL_HIGH, LEVEL_LOW}, {LEVEL_HIGH, LEVEL_REST}, {LEVEL_LOW, LEVEL_REST}, {LEVEL_LOW, LEVEL_HIGH}};
#define N_DECAYS G_N_ELEMENTS(decays)

static const struct knob *path_knob(const struct subject *of, const char *path)
{
    const GPtrArray *knobs = of->design->technology->knobs;
    for (guint k = 0; k < knobs->len; k++)
        if (g_strcmp0(((const struct knob *)knobs->pdata[k])->path, path) == 0)
            return knobs->pdata[k];
    return NULL;
}

/* ---- benches -------------------------------------------------------------------------------------------------------- */

/* The floating node from one end of its range, at the two states of the write line that pull it. */
static void write_decay(const struct subject *of, struct bench_writer *w, const char *name, gsize first)
{
    const double lines_V[] = {subject_level_V(of, USE_WRITE_LINE, decays[first].line),
                              subject_level_V(of, USE_WRITE_LINE, decays[first + 1].line)};
    double stop_s = subject_parameter(of, "stop");
    g_autofree char *store = writer_signal(w, "v", USE_STORE);
    write_begin(w, name);
    write_sweep_list(w, "v_line", USE_WRITE_LINE, 2, lines_V);
    write_initial(w, USE_STORE, subject_level_V(of, USE_STORE, decays[first].start));
    write_rest(w);
    write_tran(w, stop_s / 800, stop_s, stop_s / 800);
    g_autofree char *options =
        g_strdup_printf("<options%s abstol=\"1e-19\" vntol=\"1e-8\" chgtol=\"1e-20\" reltol=\"1e-5\" method=\"gear\"/>",
                        writer_attribute(w, "gmin", subject_parameter(of, "gmin"), ""));
    write_element(w, options);
    for (int t = 0; t < N_TIMES; t++) {
        g_autofree char *measure = g_strdup_printf("v_%d", t);
        write_measure(w, measure, "value", store, writer_attribute(w, "at", stop_s / pow(4, N_TIMES - 1 - t), "s"));
    }
    write_end(w);
}

static gboolean expand(const struct subject *of, struct bench_writer *w, GError **error)
{
    (void)error;
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    double gmin_S = subject_parameter(of, "gmin");
    write_leak(of, w, "leak", gmin_S, NULL);
    write_leak(of, w, "leak_gmin", gmin_S / 10, NULL);
    for (int p = 0; p < N_PATHS; p++) {
        g_autofree char *name = g_strdup_printf("without_%s", paths[p]);
        g_autoptr(GPtrArray) one = g_ptr_array_new();
        gpointer knob = (gpointer)path_knob(of, paths[p]);
        if (knob == NULL)
            continue;
        g_ptr_array_add(one, knob);
        g_ptr_array_add(all, knob);
        write_leak(of, w, name, gmin_S, one);
    }
    if (all->len > 0)
        write_leak(of, w, "without_all", gmin_S, all);
    write_capacitance(of, w);
    write_decay(of, w, "decay_high", 0);
    write_decay(of, w, "decay_low", 2);
    return TRUE;
}

/* ---- the data sheet ------------------------------------------------------------------------------------------------- */

static enum line_state line_of(enum level level)
{
    return level == LEVEL_LOW ? LINE_LOW : level == LEVEL_REST ? LINE_PARKED : LINE_HIGH;
}

/* "v_store 900 mV, v_line 0 V" */
static const char *at_pair(char buffer[2 * AT_SIZE], double v_store_V, double v_line_V)
{
    char a[AT_SIZE], b[AT_SIZE];
    g_snprintf(buffer, 2 * AT_SIZE, "%s, %s", at_value(a, "v_store", v_store_V, "V"), at_value(b, "v_line", v_line_V, "V"));
    return buffer;
}

/* The leak at each state of the write line, of the bench `leak` and with a tenth of gmin. */
struct leaks {
    struct leak *at[N_LINE], *less[N_LINE];
};

static void leaks_read(const struct subject *of, const struct readings *readings, struct leaks *leaks)
{
    for (int l = 0; l < N_LINE; l++) {
        leaks->at[l] = leak_at_line(of, readings, "leak", (enum line_state)l);
        leaks->less[l] = leak_at_line(of, readings, "leak_gmin", (enum line_state)l);
    }
}

static void leaks_clear(struct leaks *leaks)
{
    for (int l = 0; l < N_LINE; l++) {
        leak_free(leaks->at[l]);
        leak_free(leaks->less[l]);
    }
}

/* The largest difference between the integral and the transient, over its times. */
static double transient_difference(const struct subject *of, const struct readings *readings, const struct leak *leak,
                                   gsize decay, double from_V)
{
    double stop_s = subject_parameter(of, "stop"), largest_V = 0;
    for (int t = 0; t < N_TIMES; t++) {
        g_autofree char *measure = g_strdup_printf("v_%d", t);
        double seen_V = reading(readings, decay < 2 ? "decay_high" : "decay_low", measure, 2)[decay % 2];
        double difference_V = seen_V - decay_voltage(leak, from_V, stop_s / pow(4, N_TIMES - 1 - t));
        if (isnan(difference_V))
            return NAN;
        if (fabs(difference_V) > fabs(largest_V))
            largest_V = difference_V;
    }
    return largest_V;
}

static void put_decay_curve(struct sheet *sheet, const struct leak *leak, gsize decay, double from_V)
{
    const struct grid *g = &leak->grid;
    double line_V = g->line_V[line_of(decays[decay].line)], direction = decays[decay].start == LEVEL_HIGH ? -1 : 1;
    for (gsize k = 0; k < g->n_levels * 4; k++) {
        double v_V = from_V + direction * (double)k * g->step_V / 4, t_s = decay_time(leak, from_V, v_V);
        if (!isfinite(t_s))
            return;
        sheet_row(sheet, "decay", (const double[]){from_V, line_V, t_s, v_V});
    }
}

/* A technology may say that its models know nothing of leakage. */
static void doubt_models(const struct subject *of, struct sheet *sheet)
{
    if (!of->design->technology->leakage_trusted)
        sheet_doubt(sheet, "the technology's models do not hold its leakage");
}

static void put_decays(const struct subject *of, const struct readings *readings, struct sheet *sheet, const struct leaks *leaks)
{
    char at[2 * AT_SIZE];
    for (gsize d = 0; d < N_DECAYS; d++) {
        enum line_state line = line_of(decays[d].line);
        const struct leak *leak = leaks->at[line];
        double from_V = subject_level_V(of, USE_STORE, decays[d].start), line_V = leak->grid.line_V[line];
        double to_V = line_V + (from_V - line_V) / G_E, tau_s = decay_time(leak, from_V, to_V);
        sheet_put(sheet, "tau", at_pair(at, from_V, line_V), tau_s);
        sheet_check(sheet, "transient", transient_difference(of, readings, leak, d, from_V), 0.002 * fabs(from_V - line_V), "V");
        double less_s = decay_time(leaks->less[line], from_V, to_V);
        sheet_check(sheet, "gmin/10", isinf(tau_s) && isinf(less_s) ? 0 : 100 * (less_s / tau_s - 1), 0.1, "%");
        doubt_models(of, sheet);
        put_decay_curve(sheet, leak, d, from_V);
    }
}

static void put_levels(const struct subject *of, struct sheet *sheet, const struct leak *leak, const struct leak *less,
                       double line_V)
{
    const struct grid *g = &leak->grid;
    char at[2 * AT_SIZE];
    double largest_A = 0;
    for (gsize k = 0; k < g->n; k++)
        largest_A = fmax(largest_A, fabs(leak->i_A[k]));
    for (gsize l = 0; l < g->n_levels; l++) {
        double v_V = g->low_V + g->step_V * (double)l, i_A = leak_at(leak, v_V);
        double lost_V = i_A > 0 ? v_V - g->step_V / 2 : v_V + g->step_V / 2;
        at_pair(at, v_V, line_V);
        sheet_put(sheet, "i_leak", at, i_A);
        sheet_check(sheet, "gmin/10", 100 * (leak_at(less, v_V) - i_A) / largest_A, 0.1, "% of the largest");
        doubt_models(of, sheet);
        sheet_put(sheet, "t_half_lsb", at, isnan(i_A) ? NAN : decay_time(leak, v_V, lost_V));
    }
}

/* What the knob's least value leaves of its path, as a share of what it is now. */
static double rest_of(const struct subject *of, const struct knob *knob)
{
    double now = knob->value;
    for (guint k = 0; k < of->design->knobs->len; k++) {
        const struct setting *setting = of->design->knobs->pdata[k];
        if (strcmp(setting->name, knob->name) == 0)
            now = setting->value;
    }
    return now > knob->min ? knob->min / now : 0;
}

/* The leak of the bench `name` at one voltage and line. */
static double leak_without(const struct subject *of, const struct readings *readings, const char *name, enum line_state line,
                           double v_V)
{
    struct leak *leak = leak_at_line(of, readings, name, line);
    double i_A = leak_at(leak, v_V);
    leak_free(leak);
    return i_A;
}

static void put_paths_at(const struct subject *of, const struct readings *readings, struct sheet *sheet, double all_A,
                         enum line_state line, double v_V, const char *at)
{
    double rest_A = all_A, left_A = 0;
    gsize n_known = 0;
    for (int p = 0; p < N_PATHS; p++) {
        const struct knob *knob = path_knob(of, paths[p]);
        g_autofree char *name = g_strdup_printf("without_%s", paths[p]);
        if (knob == NULL)
            continue;
        double share = rest_of(of, knob), part_A = (all_A - leak_without(of, readings, name, line, v_V)) / (1 - share);
        sheet_put(sheet, path_entries[p], at, part_A);
        rest_A -= part_A;
        left_A += part_A * share;
        n_known++;
    }
    if (n_known == 0)
        return;
    double together_A = leak_without(of, readings, "without_all", line, v_V);
    sheet_put(sheet, "i_channel", at, rest_A);
    sheet_check(sheet, "all paths off together", 100 * (together_A - left_A - rest_A) / fabs(all_A), 1, "% of i_leak");
}

static void put_paths(const struct subject *of, const struct readings *readings, struct sheet *sheet, const struct leaks *leaks)
{
    char at[2 * AT_SIZE];
    for (gsize d = 0; d < N_DECAYS; d++) {
        enum line_state line = line_of(decays[d].line);
        const struct leak *leak = leaks->at[line];
        double v_V = subject_level_V(of, USE_STORE, decays[d].start);
        at_pair(at, v_V, leak->grid.line_V[line]);
        put_paths_at(of, readings, sheet, leak_at(leak, v_V), line, v_V, at);
    }
}

static void put_capacitance(struct sheet *sheet, const struct leak *leak)
{
    const struct grid *g = &leak->grid;
    char at[AT_SIZE];
    for (int k = 0; k < 3; k++) {
        double v_V = g->low_V + (g->high_V - g->low_V) * k / 2;
        sheet_put(sheet, "c_store", at_value(at, "v_store", v_V, "V"), capacitance_at(leak, v_V));
    }
}

static void evaluate(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    struct leaks leaks;
    leaks_read(of, readings, &leaks);
    put_decays(of, readings, sheet, &leaks);
    for (int l = 0; l < N_LINE; l++)
        put_levels(of, sheet, leaks.at[l], leaks.less[l], leaks.at[l]->grid.line_V[l]);
    put_paths(of, readings, sheet, &leaks);
    put_capacitance(sheet, leaks.at[LINE_PARKED]);
    leaks_clear(&leaks);
}

const struct characterisation characterise_retention = {
    .name = "retention",
    .title = "Leakage and retention",
    .source = "charge balance of one node, t = ∫ C dV / I; ours",
    .uses = 1 << USE_STORE | 1 << USE_WRITE_LINE,
    .parameters = parameters,
    .entries = entries,
    .curves = curves,
    .expand = expand,
    .evaluate = evaluate,
};
