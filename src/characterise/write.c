/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/write.c -- what a write leaves of the level that it was to put into a cell, and what it costs.
 *
 * A write opens the cell for the time `pulse`, from the start of one edge of the write enable to the start of the other. The
 * error is what is missing when it starts to close; the injection is what closing then adds: the charge of the channels and what
 * the falling gate couples. Both are taken from the lowest and from the highest level before.
 *
 *     kT/C      the noise that a switch leaves on a capacitor: V_rms = √(kT/C), by the equipartition theorem (J. B. Johnson and
 *               H. Nyquist, Phys. Rev. 32 (1928) 97 and 110); C is the small-signal capacitance of the closed cell
 *     energy    what sources give: the charge of each times its voltage, while the cell is open and while it closes; what a
 * source takes back counts nothing. A driver that switches a line to VDD draws Q·VDD, one that takes it to 0 draws nothing. What
 * drivers use for themselves is not in it.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "characterise/kinds.h"

#define N_BEFORE 2 /* levels before the write: lowest and highest */
#define N_WIDTHS 9 /* widths of the curve: pulse/8 … 2 pulse, a factor √2 apart */
#define N_CAPACITANCE 3
#define CAPACITANCE_HZ 1e6
#define BOLTZMANN_J_K 1.380649e-23 /* exact: SI of 2019 */

static const struct characterise_parameter parameters[] = {
    {"levels", DIMENSION_NONE, 8, 3, 256, TRUE, "levels that are written, in equal steps over the write line's range"},
    {"pulse", DIMENSION_TIME, 2e-9, 1e-11, 1, FALSE, "from the start of opening to the start of closing"},
    {"edge", DIMENSION_TIME, 50e-12, 1e-13, 1, FALSE, "edges of the write enable"},
    {NULL, DIMENSION_NONE, 0, 0, 0, FALSE, NULL},
};

static const struct entry_kind entries[] = {
    {"error", "V", "storage node less write line when the cell starts to close, after `pulse`"},
    {"injection", "V", "how far closing moves the storage node: channel charge and coupling of the write enable"},
    {"written", "V", "storage node less write line after closing"},
    {"feed_through", "V", "how far the write line moves a cell that holds, from its lowest to its highest level"},
    {"v_ktc", "V", "rms noise that closing leaves, √(kT/C) with c_store"},
    {"c_store", "F", "small-signal capacitance of the storage node at 1 MHz, cell closed, all other ports held"},
    {"e_write", "J",
     "energy that ideal drivers and supplies give: charge times the voltage of its source; what one takes back counts nothing"},
    {NULL, NULL, NULL},
};

static const struct curve_kind curves[] = {
    {"settling",
     "Error of a write over the width of its pulse, before closing",
     {{"v_write", "V"}, {"v_before", "V"}, {"width", "s"}, {"error", "V"}, {NULL, NULL}}},
    {NULL, NULL, {{NULL, NULL}}},
};

struct timing {
    double open_s, close_s, stop_s, edge_s, step_s;
};

static struct timing timing_of(const struct subject *of)
{
    double pulse_s = subject_parameter(of, "pulse"), edge_s = subject_parameter(of, "edge");
    return (struct timing){pulse_s / 2, pulse_s * 1.5, pulse_s * 3, edge_s, pulse_s / 200};
}

static double width_of(const struct subject *of, int k)
{
    return subject_parameter(of, "pulse") * pow(2, (k - 6) / 2.0);
}

static gsize n_levels(const struct subject *of)
{
    return (gsize)subject_parameter(of, "levels");
}

static void levels_of(const struct subject *of, double *levels_V)
{
    level_values(n_levels(of), subject_level_V(of, USE_WRITE_LINE, LEVEL_LOW), subject_level_V(of, USE_WRITE_LINE, LEVEL_HIGH),
                 levels_V);
}

/* ---- benches -------------------------------------------------------------------------------------------------------- */

static void write_enables(const struct subject *of, struct bench_writer *w, double width_s)
{
    struct timing t = timing_of(of);
    static const enum use_kind uses[] = {USE_WRITE_ENABLE, USE_WRITE_ENABLE_BAR};
    for (gsize u = 0; u < G_N_ELEMENTS(uses); u++)
        if (subject_has(of, uses[u]))
            write_pulse(w, uses[u], subject_level_V(of, uses[u], LEVEL_REST), subject_level_V(of, uses[u], LEVEL_ON), t.open_s,
                        t.edge_s, width_s - t.edge_s, 0);
}

/* Every level from each before. */
static void write_what(const struct subject *of, struct bench_writer *w)
{
    gsize n = n_levels(of);
    g_autofree double *levels_V = g_new(double, n);
    const double before_V[N_BEFORE] = {subject_level_V(of, USE_STORE, LEVEL_LOW), subject_level_V(of, USE_STORE, LEVEL_HIGH)};
    levels_of(of, levels_V);
    write_sweep_list(w, "v_write", USE_WRITE_LINE, n, levels_V);
    write_sweep_initial(w, "v_before", USE_STORE, N_BEFORE, before_V);
}

/* Storage node less write line: "v(sn,wbl)". */
static char *difference_signal(const struct subject *of)
{
    return g_strdup_printf("v(%s,%s)", subject_port(of, USE_STORE), subject_port(of, USE_WRITE_LINE));
}

static void write_settling(const struct subject *of, struct bench_writer *w)
{
    struct timing t = timing_of(of);
    double widest_s = width_of(of, N_WIDTHS - 1);
    g_autofree char *error = difference_signal(of);
    write_begin(w, "widths");
    write_what(of, w);
    write_enables(of, w, 1.1 * widest_s);
    write_rest(w);
    write_tran(w, t.step_s, t.open_s + widest_s, t.step_s);
    for (int k = 0; k < N_WIDTHS; k++) {
        g_autofree char *name = g_strdup_printf("error_%d", k);
        write_measure(w, name, "value", error, writer_attribute(w, "at", t.open_s + width_of(of, k), "s"));
    }
    write_end(w);
}

/* Ports that no use drives but that must be driven here for their currents to be seen: supplies and grounds. */
static void write_rails(const struct subject *of, struct bench_writer *w)
{
    const GPtrArray *ports = of->spec->cell->circuit->ports;
    for (guint p = 0; p < ports->len; p++) {
        const struct port *port = ports->pdata[p];
        if (port->kind != PORT_GROUND)
            continue;
        g_autofree char *hold = g_strdup_printf("<hold port=\"%s\" value=\"0V\"/>", port->name);
        write_element(w, hold);
    }
}

/* The charge into each port while the cell opens and while it closes. */
static void measure_charges(const struct subject *of, struct bench_writer *w)
{
    struct timing t = timing_of(of);
    const GPtrArray *ports = of->spec->cell->circuit->ports;
    for (guint p = 0; p < ports->len; p++) {
        const struct port *port = ports->pdata[p];
        if (strcmp(port->name, subject_port(of, USE_STORE)) == 0)
            continue;
        g_autofree char *current = g_strdup_printf("i(%s)", port->name), *opening = g_strdup_printf("q_open_%s", port->name),
                        *closing = g_strdup_printf("q_close_%s", port->name);
        g_autofree char *first =
            g_strconcat(writer_attribute(w, "from", 0, "s"), writer_attribute(w, "to", t.close_s, "s"), NULL);
        g_autofree char *second =
            g_strconcat(writer_attribute(w, "from", t.close_s, "s"), writer_attribute(w, "to", t.stop_s, "s"), NULL);
        write_measure(w, opening, "charge", current, first);
        write_measure(w, closing, "charge", current, second);
    }
}

/* The write itself; `divide` divides the largest time step. */
static void write_cycle(const struct subject *of, struct bench_writer *w, const char *name, double divide)
{
    struct timing t = timing_of(of);
    g_autofree char *error = difference_signal(of);
    write_begin(w, name);
    write_what(of, w);
    write_enables(of, w, t.close_s - t.open_s);
    write_rest(w);
    write_rails(of, w);
    write_tran(w, t.step_s / divide, t.stop_s, t.step_s / divide);
    write_element(w, "<options reltol=\"1e-4\" abstol=\"1e-14\" vntol=\"1e-7\" chgtol=\"1e-18\"/>");
    write_measure(w, "error", "value", error, writer_attribute(w, "at", t.close_s, "s"));
    write_measure(w, "written", "value", error, writer_attribute(w, "at", t.stop_s, "s"));
    measure_charges(of, w);
    write_end(w);
}

/* A cell that holds while its write line goes from low to high. */
static void write_feed_through(const struct subject *of, struct bench_writer *w)
{
    struct timing t = timing_of(of);
    double held_V[3];
    g_autofree char *store = writer_signal(w, "v", USE_STORE);
    level_values(3, subject_level_V(of, USE_STORE, LEVEL_LOW), subject_level_V(of, USE_STORE, LEVEL_HIGH), held_V);
    write_begin(w, "feed_through");
    write_sweep_initial(w, "v_store", USE_STORE, 3, held_V);
    write_pulse(w, USE_WRITE_LINE, subject_level_V(of, USE_WRITE_LINE, LEVEL_LOW),
                subject_level_V(of, USE_WRITE_LINE, LEVEL_HIGH), t.open_s, t.edge_s, t.close_s - t.open_s, 0);
    write_rest(w);
    write_tran(w, t.step_s, t.close_s, t.step_s);
    write_measure(w, "v_low", "value", store, writer_attribute(w, "at", t.open_s, "s"));
    write_measure(w, "v_high", "value", store, writer_attribute(w, "at", t.open_s + 2 * t.edge_s, "s"));
    write_end(w);
}

static void write_closed_capacitance(const struct subject *of, struct bench_writer *w)
{
    double v_V[N_CAPACITANCE];
    g_autofree char *current = writer_signal(w, "i", USE_STORE);
    level_values(N_CAPACITANCE, subject_level_V(of, USE_STORE, LEVEL_LOW), subject_level_V(of, USE_STORE, LEVEL_HIGH), v_V);
    write_begin(w, "capacitance");
    write_sweep_ac(w, "v_store", USE_STORE, 1, N_CAPACITANCE, v_V);
    write_rest(w);
    write_element(w, "<ac from=\"1MHz\" to=\"10MHz\" points-per-decade=\"1\"/>");
    write_measure(w, "i_ac", "value", current, " at=\"1MHz\"");
    write_end(w);
}

static gboolean expand(const struct subject *of, struct bench_writer *w, GError **error)
{
    if (subject_parameter(of, "edge") * 4 > subject_parameter(of, "pulse")) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, of->spec->origin, "characterise %s: pulse is shorter than four times edge",
                     of->spec->name);
        return FALSE;
    }
    write_settling(of, w);
    write_cycle(of, w, "cycle", 1);
    write_cycle(of, w, "cycle_check", 2);
    write_feed_through(of, w);
    write_closed_capacitance(of, w);
    return TRUE;
}

/* ---- the data sheet ------------------------------------------------------------------------------------------------- */

/* The voltage at which the source of a port stands while the cell is open or closed; NAN for a port without one. */
static double port_voltage(const struct subject *of, const struct port *port, double v_write_V, gboolean open)
{
    const GPtrArray *uses = of->spec->uses;
    if (port->kind == PORT_GROUND)
        return 0;
    if (port->kind == PORT_SUPPLY)
        return of->vdd_V;
    for (guint u = 0; u < uses->len; u++) {
        const struct use *use = uses->pdata[u];
        const struct port_pair *pair = use->is_pair ? template_pair(of->spec->cell->circuit, use->of) : NULL;
        gboolean plus = strcmp(pair != NULL ? pair->plus : use->of, port->name) == 0;
        if (!plus && (pair == NULL || strcmp(pair->minus, port->name) != 0))
            continue;
        gboolean switches = use->kind == USE_WRITE_ENABLE || use->kind == USE_WRITE_ENABLE_BAR;
        double v_V =
            use->kind == USE_WRITE_LINE ? v_write_V : use_level_V(use, open && switches ? LEVEL_ON : LEVEL_REST, of->vdd_V);
        return plus ? v_V : of->vdd_V - v_V;
    }
    return NAN;
}

/* What a source gives; what it takes back it does not save for later. NAN stays NAN. */
static double given(double energy_J)
{
    return energy_J < 0 ? 0 : energy_J;
}

struct cost {
    double energy_J, sum_C, largest_C;
};

/* Of write number `i` of the bench. */
static struct cost cost_of(const struct subject *of, const struct readings *readings, const char *bench, gsize n, gsize i,
                           double v_write_V)
{
    const GPtrArray *ports = of->spec->cell->circuit->ports;
    struct cost cost = {0, 0, 0};
    for (guint p = 0; p < ports->len; p++) {
        const struct port *port = ports->pdata[p];
        g_autofree char *opening = g_strdup_printf("q_open_%s", port->name), *closing = g_strdup_printf("q_close_%s", port->name);
        if (strcmp(port->name, subject_port(of, USE_STORE)) == 0)
            continue;
        double open_C = reading(readings, bench, opening, n)[i], close_C = reading(readings, bench, closing, n)[i];
        cost.energy_J +=
            given(open_C * port_voltage(of, port, v_write_V, TRUE)) + given(close_C * port_voltage(of, port, v_write_V, FALSE));
        cost.sum_C += open_C + close_C;
        cost.largest_C = fmax(cost.largest_C, fmax(fabs(open_C), fabs(close_C)));
    }
    return cost;
}

static void put_cycle(const struct subject *of, const struct readings *readings, struct sheet *sheet, const char *at, gsize n,
                      gsize i, double v_write_V, double step_V)
{
    double error_V = reading(readings, "cycle", "error", n)[i], check_V = reading(readings, "cycle_check", "error", n)[i];
    double written_V = reading(readings, "cycle", "written", n)[i], also_V = reading(readings, "cycle_check", "written", n)[i];
    struct cost cost = cost_of(of, readings, "cycle", n, i, v_write_V),
                check = cost_of(of, readings, "cycle_check", n, i, v_write_V);
    double step_C = step_V * reading(readings, "capacitance", "i_ac", N_CAPACITANCE)[1] / (2 * G_PI * CAPACITANCE_HZ);
    sheet_put(sheet, "error", at, error_V);
    sheet_check(sheet, "half the time step", 100 * (check_V - error_V) / step_V, 0.1, "% of a step");
    sheet_put(sheet, "injection", at, written_V - error_V);
    sheet_put(sheet, "written", at, written_V);
    sheet_check(sheet, "half the time step", 100 * (also_V - written_V) / step_V, 0.1, "% of a step");
    sheet_put(sheet, "e_write", at, cost.energy_J);
    sheet_check(sheet, "half the time step", 100 * (check.energy_J - cost.energy_J) / fmax(cost.energy_J, step_C * of->vdd_V), 1,
                "%");
    sheet_check(sheet, "charge balance", 100 * cost.sum_C / fmax(cost.largest_C, step_C), 0.01, "%");
}

static void put_settling(const struct subject *of, const struct readings *readings, struct sheet *sheet, gsize n, gsize i,
                         double v_write_V, double v_before_V)
{
    for (int k = 0; k < N_WIDTHS; k++) {
        g_autofree char *name = g_strdup_printf("error_%d", k);
        sheet_row(sheet, "settling",
                  (const double[]){v_write_V, v_before_V, width_of(of, k), reading(readings, "widths", name, n)[i]});
    }
}

static void put_writes(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    gsize n = n_levels(of) * N_BEFORE;
    g_autofree double *levels_V = g_new(double, n_levels(of));
    levels_of(of, levels_V);
    for (gsize i = 0; i < n; i++) {
        char a[AT_SIZE], b[AT_SIZE];
        double v_write_V = levels_V[i / N_BEFORE],
               v_before_V = subject_level_V(of, USE_STORE, i % N_BEFORE == 0 ? LEVEL_LOW : LEVEL_HIGH);
        g_autofree char *at =
            g_strdup_printf("%s, %s", at_value(a, "v_write", v_write_V, "V"), at_value(b, "v_before", v_before_V, "V"));
        put_cycle(of, readings, sheet, at, n, i, v_write_V, levels_V[1] - levels_V[0]);
        put_settling(of, readings, sheet, n, i, v_write_V, v_before_V);
    }
}

static void put_held(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    char at[AT_SIZE];
    double held_V[3], temperature_K = sheet_temperature_C(sheet) + 273.15;
    level_values(3, subject_level_V(of, USE_STORE, LEVEL_LOW), subject_level_V(of, USE_STORE, LEVEL_HIGH), held_V);
    for (gsize k = 0; k < 3; k++) {
        at_value(at, "v_store", held_V[k], "V");
        double c_F = reading(readings, "capacitance", "i_ac", N_CAPACITANCE)[k] / (2 * G_PI * CAPACITANCE_HZ);
        sheet_put(sheet, "feed_through", at,
                  reading(readings, "feed_through", "v_high", 3)[k] - reading(readings, "feed_through", "v_low", 3)[k]);
        sheet_put(sheet, "c_store", at, c_F);
        sheet_put(sheet, "v_ktc", at, sqrt(BOLTZMANN_J_K * temperature_K / c_F));
    }
}

static void evaluate(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    put_writes(of, readings, sheet);
    put_held(of, readings, sheet);
}

const struct characterisation characterise_write = {
    .name = "write",
    .title = "Write",
    .source = "kT/C: Johnson and Nyquist, Phys. Rev. 32 (1928) 97, 110; else ours",
    .uses = 1 << USE_STORE | 1 << USE_WRITE_LINE | 1 << USE_WRITE_ENABLE,
    .parameters = parameters,
    .entries = entries,
    .curves = curves,
    .expand = expand,
    .evaluate = evaluate,
};
