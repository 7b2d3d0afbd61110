/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/disturb.c -- what others do to a cell that holds: writes on its write line, its own reads, its bit line.
 *
 * A cell whose write line serves other cells is half selected: its gate stays shut and its line carries their data. Traffic is
 * the worst of it, one rail for `busy` in every `period`, parked in between. What it costs is the difference to a cell whose line
 * is parked all the time, taken at the same phase of the first and the last period, so that what comes back each period is not in
 * it. It must be what the leak at the held node says (decay.h): the node moves by the leak averaged over a period, but for the
 * edges, in which a channel leaks as much as between them.
 */
#include "config.h"

#include <math.h>

#include "characterise/decay.h"
#include "characterise/kinds.h"

static const struct characterise_parameter parameters[] = {
    {"levels", DIMENSION_NONE, 8, 3, 256, TRUE, "levels of the stored value, in equal steps over its range"},
    {"period", DIMENSION_TIME, 65e-9, 1e-10, 1, FALSE, "from one write on the line to the next"},
    {"busy", DIMENSION_TIME, 5e-9, 1e-11, 1, FALSE, "how long a write keeps the line from its parked level"},
    {"periods", DIMENSION_NONE, 40, 2, 10000, TRUE, "how many are simulated"},
    {"reads", DIMENSION_NONE, 16, 1, 10000, TRUE, "reads one after the other"},
    {"pulse", DIMENSION_TIME, 15e-9, 1e-10, 1, FALSE, "a read at full input; half of that lies between two"},
    {"dv_bl", DIMENSION_VOLTAGE, 0.05, 1e-3, 1, FALSE, "step of the bit line"},
    {"edge", DIMENSION_TIME, 50e-12, 1e-13, 1, FALSE, "edges of all that moves"},
    {"gmin", DIMENSION_CONDUCTANCE, 1e-18, 1e-24, 1e-9, FALSE, "the simulator's conductance across junctions"},
    {NULL, DIMENSION_NONE, 0, 0, 0, FALSE, NULL},
};

static const struct entry_kind entries[] = {
    {"disturb", "V/s",
     "speed of the stored voltage under write traffic less that with a parked line; 1000 V/s is 1 mV a microsecond"},
    {"drift", "V/s", "speed of the stored voltage with the write line parked, over the same time"},
    {"read_shift", "V", "how far one read moves the stored voltage for good, less what it drifts in that time"},
    {"bit_line_coupling", "", "how far the floating store follows a step of the bit line, over that step"},
    {NULL, NULL, NULL},
};

struct timing {
    double period_s, busy_s, edge_s, first_s, last_s;
};

static struct timing timing_of(const struct subject *of)
{
    struct timing t = {subject_parameter(of, "period"), subject_parameter(of, "busy"), subject_parameter(of, "edge"), 0, 0};
    t.first_s = t.period_s;
    t.last_s = t.period_s * (1 + subject_parameter(of, "periods"));
    return t;
}

static gsize n_levels(const struct subject *of)
{
    return (gsize)subject_parameter(of, "levels");
}

static void levels_of(const struct subject *of, double *levels_V)
{
    level_values(n_levels(of), subject_level_V(of, USE_STORE, LEVEL_LOW), subject_level_V(of, USE_STORE, LEVEL_HIGH), levels_V);
}

/* ---- benches -------------------------------------------------------------------------------------------------------- */

static void begin_floating(const struct subject *of, struct bench_writer *w, const char *name)
{
    gsize n = n_levels(of);
    g_autofree double *levels_V = g_new(double, n);
    levels_of(of, levels_V);
    write_begin(w, name);
    write_sweep_initial(w, "v_store", USE_STORE, n, levels_V);
}

/* `current_A`: what the simulator may be off by; where microamperes flow 1e-17 A is below the last digit, and it never ends. */
static void end_floating(const struct subject *of, struct bench_writer *w, double stop_s, double step_s, double first_s,
                         double last_s, double current_A)
{
    g_autofree char *store = writer_signal(w, "v", USE_STORE);
    g_autofree char *options = g_strdup_printf(
        "<options%s%s%s vntol=\"1e-9\" reltol=\"1e-4\"/>", writer_attribute(w, "gmin", subject_parameter(of, "gmin"), ""),
        writer_attribute(w, "abstol", current_A, ""), writer_attribute(w, "chgtol", current_A * 1e-3, ""));
    write_rest(w);
    write_tran(w, step_s, stop_s, step_s);
    write_element(w, options);
    write_measure(w, "v_first", "value", store, writer_attribute(w, "at", first_s, "s"));
    write_measure(w, "v_last", "value", store, writer_attribute(w, "at", last_s, "s"));
    write_end(w);
}

/* The parked line has the traffic's time steps, but no edges. */
static void write_traffic(const struct subject *of, struct bench_writer *w, const char *name, enum level data)
{
    struct timing t = timing_of(of);
    begin_floating(of, w, name);
    if (data != LEVEL_REST)
        write_pulse(w, USE_WRITE_LINE, subject_level_V(of, USE_WRITE_LINE, LEVEL_REST), subject_level_V(of, USE_WRITE_LINE, data),
                    t.period_s / 6.5, t.edge_s, t.busy_s - t.edge_s, t.period_s);
    end_floating(of, w, t.last_s, t.busy_s, t.first_s, t.last_s, 1e-17);
}

static double read_period(const struct subject *of)
{
    return 1.5 * subject_parameter(of, "pulse");
}

static void write_reads(const struct subject *of, struct bench_writer *w, const char *name, gboolean active)
{
    double period_s = read_period(of), pulse_s = subject_parameter(of, "pulse"), edge_s = subject_parameter(of, "edge");
    double last_s = period_s * (1 + subject_parameter(of, "reads"));
    begin_floating(of, w, name);
    if (active)
        write_pulse(w, USE_WORD_LINE, subject_level_V(of, USE_WORD_LINE, LEVEL_REST),
                    subject_level_V(of, USE_WORD_LINE, LEVEL_ON), period_s * 1.25 - pulse_s / 2, edge_s, pulse_s - edge_s,
                    period_s);
    end_floating(of, w, last_s, pulse_s / 30, period_s, last_s, 1e-15);
}

static void write_step(const struct subject *of, struct bench_writer *w)
{
    double edge_s = subject_parameter(of, "edge"), rest_V = subject_level_V(of, USE_BIT_LINE, LEVEL_REST), start_s = edge_s * 4;
    begin_floating(of, w, "bit_line");
    write_pulse(w, USE_BIT_LINE, rest_V, rest_V + subject_parameter(of, "dv_bl"), start_s, edge_s, 100 * edge_s, 0);
    end_floating(of, w, start_s * 3, edge_s / 5, start_s, start_s + 2 * edge_s, 1e-15);
}

static gboolean expand(const struct subject *of, struct bench_writer *w, GError **error)
{
    struct timing t = timing_of(of);
    if (t.busy_s + t.edge_s > 0.8 * t.period_s || t.busy_s < 2 * t.edge_s || subject_parameter(of, "pulse") < 4 * t.edge_s) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, of->spec->origin,
                     "characterise %s: expected busy within 0.8 period, and edges within half of busy and a quarter of pulse",
                     of->spec->name);
        return FALSE;
    }
    write_traffic(of, w, "traffic_low", LEVEL_LOW);
    write_traffic(of, w, "traffic_high", LEVEL_HIGH);
    write_traffic(of, w, "parked", LEVEL_REST);
    write_reads(of, w, "reads", TRUE);
    write_reads(of, w, "no_reads", FALSE);
    write_step(of, w);
    write_leak(of, w, "leak", subject_parameter(of, "gmin"), NULL);
    write_capacitance(of, w);
    return TRUE;
}

/* ---- the data sheet ------------------------------------------------------------------------------------------------- */

static double moved(const struct readings *readings, const char *bench, gsize n, gsize level)
{
    return reading(readings, bench, "v_last", n)[level] - reading(readings, bench, "v_first", n)[level];
}

/* What the leak says of that: from the start on, averaged over the states of the line. */
static double expected(const struct leak *leak, const struct timing *t, double v_V)
{
    return decay_voltage(leak, v_V, t->last_s) - decay_voltage(leak, v_V, t->first_s);
}

static void put_traffic(const struct subject *of, const struct readings *readings, struct sheet *sheet, gsize n,
                        const double *levels_V, gboolean high)
{
    struct timing t = timing_of(of);
    double share = t.busy_s / t.period_s, whole_s = t.last_s - t.first_s;
    const double shares[N_LINE] = {high ? 0 : share, 1 - share, high ? share : 0};
    const char *bench = high ? "traffic_high" : "traffic_low";
    struct leak *busy = leak_read(of, readings, "leak", shares), *parked = leak_at_line(of, readings, "leak", LINE_PARKED);
    for (gsize l = 0; l < n; l++) {
        char a[AT_SIZE], b[AT_SIZE];
        g_autofree char *at = g_strdup_printf("%s, %s", at_value(a, "v_store", levels_V[l], "V"),
                                              at_value(b, "data", parked->grid.line_V[high ? LINE_HIGH : LINE_LOW], "V"));
        double seen_V = moved(readings, bench, n, l) - moved(readings, "parked", n, l);
        double expected_V = expected(busy, &t, levels_V[l]) - expected(parked, &t, levels_V[l]);
        double scale_V = fabs(moved(readings, bench, n, l)) + fabs(moved(readings, "parked", n, l));
        sheet_put(sheet, "disturb", at, seen_V / whole_s);
        sheet_check(sheet, "leak at the held node", 100 * (expected_V - seen_V) / scale_V, 100 * t.edge_s / t.busy_s + 0.1,
                    "% of what moves");
    }
    leak_free(busy);
    leak_free(parked);
}

static void evaluate(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    gsize n = n_levels(of);
    g_autofree double *levels_V = g_new(double, n);
    double whole_s = timing_of(of).last_s - timing_of(of).first_s;
    levels_of(of, levels_V);
    put_traffic(of, readings, sheet, n, levels_V, FALSE);
    put_traffic(of, readings, sheet, n, levels_V, TRUE);
    for (gsize l = 0; l < n; l++) {
        char at[AT_SIZE];
        at_value(at, "v_store", levels_V[l], "V");
        sheet_put(sheet, "drift", at, moved(readings, "parked", n, l) / whole_s);
        sheet_put(sheet, "read_shift", at,
                  (moved(readings, "reads", n, l) - moved(readings, "no_reads", n, l)) / subject_parameter(of, "reads"));
        sheet_put(sheet, "bit_line_coupling", at, moved(readings, "bit_line", n, l) / subject_parameter(of, "dv_bl"));
    }
}

const struct characterisation characterise_disturb = {
    .name = "disturb",
    .title = "Disturb",
    .source = "ours",
    .uses = 1 << USE_STORE | 1 << USE_WRITE_LINE | 1 << USE_WORD_LINE | 1 << USE_BIT_LINE,
    .parameters = parameters,
    .entries = entries,
    .expand = expand,
    .evaluate = evaluate,
};
