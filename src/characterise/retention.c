/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/retention.c -- what leaks out of a storage node, by which path, and how long it holds.
 *
 * The leak is what a source at the storage node must supply, dc: the node is held, so no error of time steps adds up, and the
 * conductance gmin that the simulator puts across every junction is 1e-18 S, and a tenth of it for proof. With the small-signal
 * capacitance of the node at the same voltages the voltage of a floating node follows:
 *
 *                                         t(V) = ∫ C(V) / I(V) dV
 *
 * I and C are taken linear between two points, on which the integral has a closed form; an RC decay comes out exact. A transient of
 * the floating node is the cross-check: its time constants are found by another algorithm of the simulator.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "characterise/kinds.h"

#define PER_LEVEL 32    /* points of the leak from level to level */
#define PER_STEP 4      /* voltages of the capacitance from level to level */
#define N_LINE 3        /* states of the write line: low, parked, high */
#define N_TIMES 4       /* at which the transient is compared: stop/64, /16, /4, /1 */
#define N_PATHS 3
#define CAPACITANCE_HZ 1e6

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
    {"decay", "Stored voltage of a cell that holds",
     {{"v_start", "V"}, {"v_line", "V"}, {"time", "s"}, {"v_store", "V"}, {NULL, NULL}}},
    {NULL, NULL, {{NULL, NULL}}},
};

/* Where the store starts and the write line stands in the four decays. */
static const struct {
    enum level start, line;
} decays[] = {{LEVEL_HIGH, LEVEL_LOW}, {LEVEL_HIGH, LEVEL_REST}, {LEVEL_LOW, LEVEL_REST}, {LEVEL_LOW, LEVEL_HIGH}};
#define N_DECAYS G_N_ELEMENTS(decays)

struct grid {
    gsize n_levels, n, n_c;          /* points of the leak and of the capacitance */
    double low_V, high_V, step_V;    /* of levels */
    double first_V, last_V;          /* of the points: half a step beyond the range */
    double line_V[N_LINE];
};

static struct grid grid_of(const struct subject *of)
{
    struct grid g = {.n_levels = (gsize)subject_parameter(of, "levels")};
    g.low_V = subject_level_V(of, USE_STORE, LEVEL_LOW);
    g.high_V = subject_level_V(of, USE_STORE, LEVEL_HIGH);
    g.step_V = (g.high_V - g.low_V) / (double)(g.n_levels - 1);
    g.first_V = g.low_V - g.step_V / 2;
    g.last_V = g.high_V + g.step_V / 2;
    g.n = g.n_levels * PER_LEVEL + 1;
    g.n_c = g.n_levels * PER_STEP + 1;
    g.line_V[0] = subject_level_V(of, USE_WRITE_LINE, LEVEL_LOW);
    g.line_V[1] = subject_level_V(of, USE_WRITE_LINE, LEVEL_REST);
    g.line_V[2] = subject_level_V(of, USE_WRITE_LINE, LEVEL_HIGH);
    return g;
}

static const struct knob *path_knob(const struct subject *of, const char *path)
{
    const GPtrArray *knobs = of->design->technology->knobs;
    for (guint k = 0; k < knobs->len; k++)
        if (g_strcmp0(((const struct knob *)knobs->pdata[k])->path, path) == 0)
            return knobs->pdata[k];
    return NULL;
}

/* ---- benches -------------------------------------------------------------------------------------------------------- */

static void write_options(struct bench_writer *w, double gmin_S, gboolean transient)
{
    g_autofree char *options = g_strdup_printf("<options%s abstol=\"1e-19\" vntol=\"%s\" chgtol=\"1e-20\" reltol=\"%s\"%s/>",
                                               writer_attribute(w, "gmin", gmin_S, ""), transient ? "1e-8" : "1e-9",
                                               transient ? "1e-5" : "1e-6", transient ? " method=\"gear\"" : "");
    write_element(w, options);
}

/* The leak over the stored voltage at each state of the write line; `off` are paths that are at their least. */
static void write_leak(const struct subject *of, struct bench_writer *w, const char *name, double gmin_S, guint off)
{
    struct grid g = grid_of(of);
    g_autofree char *current = writer_signal(w, "i", USE_STORE);
    write_begin(w, name);
    for (int p = 0; p < N_PATHS; p++)
        if ((off >> p & 1) != 0) {
            const struct knob *knob = path_knob(of, paths[p]);
            write_sweep_of(w, path_entries[p], "knob", knob->name, "", 1, &knob->min);
        }
    write_sweep_list(w, "v_line", USE_WRITE_LINE, N_LINE, g.line_V);
    write_sweep(w, "v_store", USE_STORE, g.first_V, g.last_V, (int)g.n);
    write_rest(w);
    write_element(w, "<dc/>");
    write_options(w, gmin_S, FALSE);
    write_measure(w, "i_leak", "value", current, "");
    write_end(w);
}

static void write_capacitance(const struct subject *of, struct bench_writer *w)
{
    struct grid g = grid_of(of);
    g_autofree double *v_V = g_new(double, g.n_c);
    g_autofree char *current = writer_signal(w, "i", USE_STORE);
    level_values(g.n_c, g.first_V, g.last_V, v_V);
    write_begin(w, "capacitance");
    write_sweep_ac(w, "v_store", USE_STORE, 1, g.n_c, v_V);
    write_rest(w);
    write_element(w, "<ac from=\"1MHz\" to=\"10MHz\" points-per-decade=\"1\"/>");
    write_measure(w, "i_ac", "value", current, " at=\"1MHz\"");
    write_end(w);
}

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
    write_options(w, subject_parameter(of, "gmin"), TRUE);
    for (int t = 0; t < N_TIMES; t++) {
        g_autofree char *measure = g_strdup_printf("v_%d", t);
        write_measure(w, measure, "value", store, writer_attribute(w, "at", stop_s / pow(4, N_TIMES - 1 - t), "s"));
    }
    write_end(w);
}

static gboolean expand(const struct subject *of, struct bench_writer *w, GError **error)
{
    (void)error;
    guint off = 0;
    double gmin_S = subject_parameter(of, "gmin");
    write_leak(of, w, "leak", gmin_S, 0);
    write_leak(of, w, "leak_gmin", gmin_S / 10, 0);
    for (int p = 0; p < N_PATHS; p++)
        if (path_knob(of, paths[p]) != NULL) {
            g_autofree char *name = g_strdup_printf("without_%s", paths[p]);
            write_leak(of, w, name, gmin_S, 1u << p);
            off |= 1u << p;
        }
    if (off != 0)
        write_leak(of, w, "without_all", gmin_S, off);
    write_capacitance(of, w);
    write_decay(of, w, "decay_high", 0);
    write_decay(of, w, "decay_low", 2);
    return TRUE;
}

/* ---- the decay ------------------------------------------------------------------------------------------------------ */

/* ∫ c / i dv over a piece on which both are linear, from a to b; its time. Infinite where the current does not go from a to b. */
static double piece_time(double v_a, double v_b, double i_a, double i_b, double c_a, double c_b)
{
    double dv = v_b - v_a, s = (i_b - i_a) / dv, q = (c_b - c_a) / dv;
    if (isnan(i_a) || isnan(i_b) || isnan(c_a) || isnan(c_b))
        return NAN;
    if (i_a * i_b <= 0 || i_a * dv >= 0) /* a positive leak lets the node fall */
        return INFINITY;
    if (fabs(i_b - i_a) < 1e-9 * fabs(i_a))
        return -dv * (c_a + c_b) / (i_a + i_b);
    return -(q * dv / s + (c_a - q * i_a / s) / s * log(i_b / i_a));
}

struct leak {
    struct grid grid;
    const double *i_A[N_LINE]; /* [grid.n] each */
    const double *i_ac_A;      /* [grid.n_c]: 2 π f C times 1 V */
};

static double v_at(const struct grid *g, double k)
{
    return g->first_V + (g->last_V - g->first_V) * k / (double)(g->n - 1);
}

static double between(gsize n, const double *y, double k)
{
    gsize at = (gsize)CLAMP(floor(k), 0, (double)n - 2);
    return y[at] + (y[at + 1] - y[at]) * (k - (double)at);
}

static double leak_at(const struct leak *leak, int line, double v_V)
{
    const struct grid *g = &leak->grid;
    return between(g->n, leak->i_A[line], (v_V - g->first_V) / (g->last_V - g->first_V) * (double)(g->n - 1));
}

static double capacitance_at(const struct leak *leak, double v_V)
{
    const struct grid *g = &leak->grid;
    return between(g->n_c, leak->i_ac_A, (v_V - g->first_V) / (g->last_V - g->first_V) * (double)(g->n_c - 1)) / (2 * G_PI * CAPACITANCE_HZ);
}

static double piece(const struct leak *leak, int line, double from_V, double to_V)
{
    return from_V == to_V ? 0
                          : piece_time(from_V, to_V, leak_at(leak, line, from_V), leak_at(leak, line, to_V), capacitance_at(leak, from_V),
                                       capacitance_at(leak, to_V));
}

/* Where the node is after t in a piece from a to b: C dV/dt = -(i_a + s (V - a)), an RC decay towards where the current is zero. */
static double within_piece(const struct leak *leak, int line, double a_V, double b_V, double t_s)
{
    double i_A = leak_at(leak, line, a_V), s_S = (leak_at(leak, line, b_V) - i_A) / (b_V - a_V);
    double c_F = (capacitance_at(leak, a_V) + capacitance_at(leak, b_V)) / 2, x = s_S * t_s / c_F;
    return a_V - (fabs(x) < 1e-12 ? i_A * t_s / c_F : i_A / s_S * -expm1(-x));
}

/* Walks from `from_V` towards `to_V` over the points of the grid until one of them or `limit_s` is passed. Gives the time at to_V
 * (infinite: never) and, in *v_V, the voltage at limit_s. */
static double walk(const struct leak *leak, int line, double from_V, double to_V, double limit_s, double *v_V)
{
    const struct grid *g = &leak->grid;
    double t_s = 0, here_V = from_V, direction = to_V > from_V ? 1 : -1, spacing_V = (g->last_V - g->first_V) / (double)(g->n - 1);
    double k = (from_V - g->first_V) / spacing_V;
    k = direction > 0 ? floor(k + 1e-9) : ceil(k - 1e-9);
    while (here_V != to_V) {
        k += direction;
        double next_V = v_at(g, k);
        if ((to_V - next_V) * direction <= 1e-9 * spacing_V)
            next_V = to_V;
        double more_s = piece(leak, line, here_V, next_V);
        if (v_V != NULL && t_s <= limit_s && !(t_s + more_s <= limit_s))
            *v_V = within_piece(leak, line, here_V, next_V, limit_s - t_s);
        if (!isfinite(more_s))
            return more_s;
        t_s += more_s;
        here_V = next_V;
    }
    return t_s;
}

static double decay_time(const struct leak *leak, int line, double from_V, double to_V)
{
    return walk(leak, line, from_V, to_V, INFINITY, NULL);
}

/* Where the node is after t: on its way to the end of the grid on the side to which it moves. */
static double decay_voltage(const struct leak *leak, int line, double from_V, double t_s)
{
    double v_V = NAN, i_A = leak_at(leak, line, from_V);
    if (isnan(i_A))
        return NAN;
    walk(leak, line, from_V, i_A > 0 ? leak->grid.first_V : leak->grid.last_V, t_s, &v_V);
    return isnan(v_V) ? from_V : v_V;
}

/* ---- the data sheet ------------------------------------------------------------------------------------------------- */

static int line_index(enum level level)
{
    return level == LEVEL_LOW ? 0 : level == LEVEL_REST ? 1 : 2;
}

/* "v_store 900 mV, v_line 0 V" */
static const char *at_pair(char buffer[2 * AT_SIZE], double v_store_V, double v_line_V)
{
    char a[AT_SIZE], b[AT_SIZE];
    g_snprintf(buffer, 2 * AT_SIZE, "%s, %s", at_value(a, "v_store", v_store_V, "V"), at_value(b, "v_line", v_line_V, "V"));
    return buffer;
}

static void read_leak(const struct subject *of, const struct readings *readings, const char *bench, struct leak *leak)
{
    leak->grid = grid_of(of);
    const double *all_A = reading(readings, bench, "i_leak", N_LINE * leak->grid.n);
    for (int l = 0; l < N_LINE; l++)
        leak->i_A[l] = all_A + (gsize)l * leak->grid.n;
    leak->i_ac_A = reading(readings, "capacitance", "i_ac", leak->grid.n_c);
}

/* The largest difference between the integral and the transient, over its times. */
static double transient_difference(const struct subject *of, const struct readings *readings, const struct leak *leak, gsize decay,
                                   double from_V)
{
    double stop_s = subject_parameter(of, "stop"), largest_V = 0;
    for (int t = 0; t < N_TIMES; t++) {
        g_autofree char *measure = g_strdup_printf("v_%d", t);
        double seen_V = reading(readings, decay < 2 ? "decay_high" : "decay_low", measure, 2)[decay % 2];
        double difference_V = seen_V - decay_voltage(leak, line_index(decays[decay].line), from_V, stop_s / pow(4, N_TIMES - 1 - t));
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
    int line = line_index(decays[decay].line);
    double direction = decays[decay].start == LEVEL_HIGH ? -1 : 1;
    for (gsize k = 0; k < g->n_levels * 4; k++) {
        double v_V = from_V + direction * (double)k * g->step_V / 4, t_s = decay_time(leak, line, from_V, v_V);
        if (!isfinite(t_s))
            return;
        sheet_row(sheet, "decay", (const double[]){from_V, g->line_V[line], t_s, v_V});
    }
}

/* A technology may say that its models know nothing of leakage. */
static void doubt_models(const struct subject *of, struct sheet *sheet)
{
    if (!of->design->technology->leakage_trusted)
        sheet_doubt(sheet, "the technology's models do not hold its leakage");
}

static void put_decays(const struct subject *of, const struct readings *readings, struct sheet *sheet, const struct leak *leak,
                       const struct leak *less)
{
    char at[2 * AT_SIZE];
    for (gsize d = 0; d < N_DECAYS; d++) {
        int line = line_index(decays[d].line);
        double from_V = subject_level_V(of, USE_STORE, decays[d].start), line_V = leak->grid.line_V[line];
        double to_V = line_V + (from_V - line_V) / G_E, tau_s = decay_time(leak, line, from_V, to_V);
        sheet_put(sheet, "tau", at_pair(at, from_V, line_V), tau_s);
        sheet_check(sheet, "transient", transient_difference(of, readings, leak, d, from_V), 0.002 * fabs(from_V - line_V), "V");
        sheet_check(sheet, "gmin/10", 100 * (decay_time(less, line, from_V, to_V) / tau_s - 1), 0.1, "%");
        doubt_models(of, sheet);
        put_decay_curve(sheet, leak, d, from_V);
    }
}

static void put_levels(const struct subject *of, struct sheet *sheet, const struct leak *leak, const struct leak *less)
{
    const struct grid *g = &leak->grid;
    char at[2 * AT_SIZE];
    for (int line = 0; line < N_LINE; line++) {
        double largest_A = 0;
        for (gsize k = 0; k < g->n; k++)
            largest_A = fmax(largest_A, fabs(leak->i_A[line][k]));
        for (gsize l = 0; l < g->n_levels; l++) {
            double v_V = g->low_V + g->step_V * (double)l, i_A = leak_at(leak, line, v_V);
            at_pair(at, v_V, g->line_V[line]);
            sheet_put(sheet, "i_leak", at, i_A);
            sheet_check(sheet, "gmin/10", 100 * (leak_at(less, line, v_V) - i_A) / largest_A, 0.1, "% of the largest");
            doubt_models(of, sheet);
            double lost_V = i_A > 0 ? v_V - g->step_V / 2 : v_V + g->step_V / 2;
            sheet_put(sheet, "t_half_lsb", at, isnan(i_A) ? NAN : decay_time(leak, line, v_V, lost_V));
        }
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

static void put_paths(const struct subject *of, const struct readings *readings, struct sheet *sheet, const struct leak *leak)
{
    char at[2 * AT_SIZE];
    for (gsize d = 0; d < N_DECAYS; d++) {
        int line = line_index(decays[d].line);
        double v_V = subject_level_V(of, USE_STORE, decays[d].start), all_A = leak_at(leak, line, v_V), rest_A = all_A, left_A = 0;
        gsize n_known = 0;
        struct leak without;
        at_pair(at, v_V, leak->grid.line_V[line]);
        for (int p = 0; p < N_PATHS; p++) {
            const struct knob *knob = path_knob(of, paths[p]);
            g_autofree char *name = g_strdup_printf("without_%s", paths[p]);
            if (knob == NULL)
                continue;
            read_leak(of, readings, name, &without);
            double share = rest_of(of, knob), part_A = (all_A - leak_at(&without, line, v_V)) / (1 - share);
            sheet_put(sheet, path_entries[p], at, part_A);
            rest_A -= part_A;
            left_A += part_A * share;
            n_known++;
        }
        if (n_known == 0)
            continue;
        read_leak(of, readings, "without_all", &without);
        sheet_put(sheet, "i_channel", at, rest_A);
        sheet_check(sheet, "all paths off together", 100 * (leak_at(&without, line, v_V) - left_A - rest_A) / fabs(all_A), 1, "% of i_leak");
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
    struct leak leak, less;
    read_leak(of, readings, "leak", &leak);
    read_leak(of, readings, "leak_gmin", &less);
    put_decays(of, readings, sheet, &leak, &less);
    put_levels(of, sheet, &leak, &less);
    put_paths(of, readings, sheet, &leak);
    put_capacitance(sheet, &leak);
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
