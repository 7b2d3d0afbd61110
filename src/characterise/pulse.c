/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/pulse.c -- kind "charge-to-pulse": the width of the pulse that a read-out makes of a charge.
 *
 * The cell is a test bench of the block that brings its own charge, phases and ideal pulse (doc/c2p.md, c2p_testbench): it has a parameter
 * q, the charge in units of full scale, and inner nodes wlp, the pulse, at rest at VDD/2 and up to VDD, and dev, whose integral over the
 * pulse's time is by how much its area differs from that of the ideal pulse window · clip(q, 0, 1); 1 V s is 1 s. An area counts what is no
 * full pulse too, so that widths are defined for every charge.
 *
 * Metastability: the block decides in continuous time and has no regeneration to wait for, so what takes the place of a metastable
 * state is a pulse that is neither absent nor whole. The window is the range of charges for which the pulse's peak lies between 10 and 90 % of
 * its swing, as a width: a counter's input that sees such a runt may or may not count one clock edge.
 */
#include "config.h"

#include <gsl/gsl_fit.h>
#include <math.h>

#include "characterise/kinds.h"

#define N_EDGE 11     /* charges across the edge from no pulse to a whole one */
#define LINE_LOW 0.05 /* of full scale: gain and offset between these */
#define LINE_HIGH 0.9

static const struct characterise_parameter parameters[] = {
    {"levels", DIMENSION_NONE, 16, 4, 256, TRUE, "levels of the pulse, in equal steps from 0 to the window: they set the LSB"},
    {"window", DIMENSION_TIME, 15e-9, 1e-12, 1, FALSE, "the longest pulse, that of full scale"},
    {"begin", DIMENSION_TIME, 38e-9, 0, 1, FALSE, "start of the conversion that is measured, for its energy"},
    {"from", DIMENSION_TIME, 59.3e-9, 0, 1, FALSE, "from when the pulse may be there"},
    {"to", DIMENSION_TIME, 75.8e-9, 0, 1, FALSE, "until when"},
    {"stop", DIMENSION_TIME, 76e-9, 1e-12, 1, FALSE, "end of the conversion"},
    {"step", DIMENSION_TIME, 20e-12, 1e-15, 1, FALSE, "largest time step"},
    {"edge", DIMENSION_NONE, 0.02, 1e-6, 0.5, FALSE, "range of q, from minus a quarter to this, in which the smallest pulse is looked for"},
    {NULL, DIMENSION_NONE, 0, 0, 0, FALSE, NULL},
};

static const struct entry_kind entries[] = {
    {"width", "s", "width of the pulse by its area, at each level of the charge: window times q, and the deviation"},
    {"deviation", "s", "by how much the pulse's area differs from that of the ideal pulse, window times clip(q, 0, 1)"},
    {"offset", "s", "of the least-squares line of the widths over the ideal ones, levels from 0.05 to 0.9 of full scale: where it is at 0"},
    {"gain_error", "%", "slope of that line less 1"},
    {"inl", "LSB", "largest distance of the widths at all levels from their least-squares line (IEEE Std 1241-2010, 4.4.1)"},
    {"dnl", "LSB", "largest difference of a step between levels from the mean step"},
    {"off", "s", "width at q = -0.1, where there should be no pulse"},
    {"clip", "s", "width at q = 1.2, where the window ends it"},
    {"metastable", "s", "range of charges, as width, for which the pulse's peak is between 10 and 90 % of its swing, interpolated"},
    {"energy", "J", "what all supplies give in one conversion, VDD ∫ i dt, at each level"},
    {"energy_mean", "J", "mean of that over the levels"},
    {NULL, NULL, NULL},
};

static gsize n_levels(const struct subject *of)
{
    return (gsize)subject_parameter(of, "levels");
}

/* Charges of the transfer: the levels, then below and beyond. */
static double *charges_of(const struct subject *of)
{
    gsize n = n_levels(of);
    double *q = g_new(double, n + 2);
    level_values(n, 0, 1, q);
    q[n] = -0.1;
    q[n + 1] = 1.2;
    return q;
}

static void edge_of(const struct subject *of, double q[N_EDGE])
{
    double edge = subject_parameter(of, "edge");
    level_values(N_EDGE, -edge / 4, edge, q);
}

/* ---- benches -------------------------------------------------------------------------------------------------------- */

static gboolean check_cell(const struct subject *of, GError **error)
{
    static const char *const nodes[] = {"wlp", "dev"};
    const struct circuit_template *circuit = of->spec->cell->circuit;
    const char *lacks = template_parameter(circuit, "q") == NULL ? "parameter q" : NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(nodes); i++)
        if (lacks == NULL && !template_has_node(circuit, nodes[i]))
            lacks = i == 0 ? "node wlp" : "node dev";
    if (lacks == NULL)
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, of->spec->origin,
                 "charge-to-pulse: %s has no %s, expected a test bench with parameter q and nodes wlp and dev, such as c2p_testbench", circuit->name,
                 lacks);
    return FALSE;
}

static void measure_energy(const struct subject *of, struct bench_writer *w)
{
    const GPtrArray *ports = of->spec->cell->circuit->ports;
    double begin_s = subject_parameter(of, "begin"), stop_s = subject_parameter(of, "stop");
    g_autofree char *period = g_strconcat(writer_attribute(w, "from", begin_s, "s"), writer_attribute(w, "to", stop_s, "s"), NULL);
    for (guint i = 0; i < ports->len; i++) {
        const struct port *port = ports->pdata[i];
        if (port->kind != PORT_SUPPLY)
            continue;
        g_autofree char *name = g_strconcat("charge_", port->name, NULL), *current = g_strdup_printf("i(%s)", port->name);
        write_measure(w, name, "charge", current, period);
    }
}

static void write_bench(const struct subject *of, struct bench_writer *w, const char *name, gsize n, const double *q, double divide,
                        gboolean with_energy)
{
    double step_s = subject_parameter(of, "step") / divide;
    write_begin(w, name);
    write_sweep_of(w, "q", "parameter", "q", "", n, q);
    write_rest(w);
    write_tran(w, step_s, subject_parameter(of, "stop"), step_s);
    write_element(w, "<options method=\"gear\" reltol=\"1e-4\" abstol=\"1e-9\" vntol=\"1e-6\"/>");
    g_autofree char *pulse = g_strconcat(writer_attribute(w, "from", subject_parameter(of, "from"), "s"),
                                         writer_attribute(w, "to", subject_parameter(of, "to"), "s"), NULL);
    write_measure(w, "deviation", "integral", "v(dev)", pulse);
    write_measure(w, "peak", "max", "v(wlp)", pulse);
    if (with_energy)
        measure_energy(of, w);
    write_end(w);
}

static gboolean expand(const struct subject *of, struct bench_writer *w, GError **error)
{
    double edge[N_EDGE], begin_s = subject_parameter(of, "begin"), from_s = subject_parameter(of, "from"), to_s = subject_parameter(of, "to"),
                         stop_s = subject_parameter(of, "stop");
    if (!check_cell(of, error))
        return FALSE;
    if (!(begin_s < from_s && from_s < to_s && to_s <= stop_s)) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, of->spec->origin, "charge-to-pulse: expected begin before from, from before to, to not after stop");
        return FALSE;
    }
    g_autofree double *q = charges_of(of);
    edge_of(of, edge);
    write_bench(of, w, "transfer", n_levels(of) + 2, q, 1, TRUE);
    write_bench(of, w, "edge", N_EDGE, edge, 1, FALSE);
    write_bench(of, w, "check", 1, &q[n_levels(of) / 2], 2, FALSE);
    return TRUE;
}

/* ---- the data sheet ------------------------------------------------------------------------------------------------- */

static void put_line(const struct subject *of, struct sheet *sheet, gsize n, const double *q, const double *width_s)
{
    double window_s = subject_parameter(of, "window"), offset = NAN, slope = NAN, c00, c01, c11, squares;
    g_autofree double *x = g_new(double, n), *y = g_new(double, n);
    gsize kept = 0;
    for (gsize k = 0; k < n; k++)
        if (q[k] >= LINE_LOW && q[k] <= LINE_HIGH) {
            x[kept] = q[k];
            y[kept++] = width_s[k] / window_s;
        }
    if (kept >= 2)
        gsl_fit_linear(x, 1, y, 1, kept, &offset, &slope, &c00, &c01, &c11, &squares);
    sheet_put(sheet, "offset", NULL, offset * window_s);
    sheet_put(sheet, "gain_error", NULL, 100 * (slope - 1));
    double inl, dnl;
    nonlinearity(n, width_s, &inl, &dnl);
    sheet_put(sheet, "inl", NULL, inl);
    sheet_put(sheet, "dnl", NULL, dnl);
}

static void put_energy(const struct subject *of, const struct readings *readings, struct sheet *sheet, gsize n, const double *q)
{
    const GPtrArray *ports = of->spec->cell->circuit->ports;
    char at[AT_SIZE];
    double mean_J = 0;
    for (gsize k = 0; k < n; k++) {
        double charge_C = 0;
        for (guint i = 0; i < ports->len; i++) {
            const struct port *port = ports->pdata[i];
            g_autofree char *name = g_strconcat("charge_", port->name, NULL);
            if (port->kind == PORT_SUPPLY)
                charge_C += reading(readings, "transfer", name, n + 2)[k];
        }
        sheet_put(sheet, "energy", at_value(at, "q", q[k], ""), charge_C * of->vdd_V);
        mean_J += charge_C * of->vdd_V / (double)n;
    }
    sheet_put(sheet, "energy_mean", NULL, mean_J);
}

/* The share of the swing that the peak reaches passes 10 and 90 % upwards; the edge's step is checked by every second charge. */
static void put_metastable(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    double q[N_EDGE], share[N_EDGE], half_q[N_EDGE], half_share[N_EDGE], window_s = subject_parameter(of, "window");
    const double *peak_V = reading(readings, "edge", "peak", N_EDGE);
    gsize half = 0;
    edge_of(of, q);
    for (gsize i = 0; i < N_EDGE; i++)
        share[i] = (peak_V[i] - of->vdd_V / 2) / (of->vdd_V / 2);
    for (gsize i = 0; i < N_EDGE; i += 2, half++) {
        half_q[half] = q[i];
        half_share[half] = share[i];
    }
    double width_s = window_s * (first_crossing(N_EDGE, q, share, 0.9) - first_crossing(N_EDGE, q, share, 0.1)),
           coarse_s = window_s * (first_crossing(half, half_q, half_share, 0.9) - first_crossing(half, half_q, half_share, 0.1));
    sheet_put(sheet, "metastable", NULL, width_s);
    sheet_check(sheet, "of twice the step in charge", coarse_s - width_s, window_s * (q[1] - q[0]), "s");
}

static void evaluate(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    gsize n = n_levels(of);
    char at[AT_SIZE];
    double window_s = subject_parameter(of, "window");
    const double *off_s = reading(readings, "transfer", "deviation", n + 2);
    g_autofree double *q = charges_of(of), *width_s = g_new(double, n);
    for (gsize k = 0; k < n; k++) {
        width_s[k] = window_s * q[k] + off_s[k];
        at_value(at, "q", q[k], "");
        sheet_put(sheet, "width", at, width_s[k]);
        if (k == n / 2)
            sheet_check(sheet, "of half the time step", reading_one(readings, "check", "deviation") - off_s[k],
                        window_s / (double)(n - 1) / 20, "s"); /* a twentieth of an LSB */
        sheet_put(sheet, "deviation", at, off_s[k]);
    }
    put_line(of, sheet, n, q, width_s);
    sheet_put(sheet, "off", NULL, off_s[n]);
    sheet_put(sheet, "clip", NULL, window_s + off_s[n + 1]);
    put_metastable(of, readings, sheet);
    put_energy(of, readings, sheet, n, q);
}

const struct characterisation characterise_pulse = {
    .name = "charge-to-pulse",
    .title = "Charge to pulse",
    .source = "IEEE Std 1241-2010 for inl and dnl; else ours",
    .of = OF_CELL,
    .parameters = parameters,
    .entries = entries,
    .expand = expand,
    .evaluate = evaluate,
};
