/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/jitter.c -- how far noise moves the end of a charge-to-pulse block's pulse, from one conversion to the next.
 *
 * A threshold that a ramp crosses is moved in time by σ_t = σ_v / slope. Three noises are independent of each other:
 *
 *     trip        what is at the comparator's output while the ramp crosses:  σ(c1) / (gain · slope of vo)
 *     auto-zero   what the auto-zero leaves on its capacitor:                 σ(g1 - vo) / slope of vo
 *     reset       what the reset leaves on cf:                                √(kT/cf) / slope of vo
 *
 * The cell is a test bench that makes an operating point of the moment of the trip (doc/c2p.md, c2p_trip_bench): nodes vo, c1, g1; a port
 * drive that couples into vo; a port vddb whose current is the discharge; a parameter c_f, so that the slope of vo is i(vddb)/c_f; and a
 * parameter v_az, the gate of the auto-zero switch: 0 V open, the supply closed.
 *
 * Band. Noise that is slower than a conversion is the same at both of its ends. `lowest` is 1/(2π²t): from there on a white current noise S
 * integrates on cf to ∫ S/(2πfC)² df = S t/(2C²), which is what it brings within a conversion of t. Noise between auto-zero and trip that is
 * slower still is taken off by the auto-zero.
 */
#include "config.h"

#include <gsl/gsl_const_mksa.h>
#include <math.h>

#include "characterise/devices.h"
#include "characterise/kinds.h"

#define PER_DECADE 20
#define SHARE_SHOWN 0.01 /* of the trip's square: devices that are shown */

static const struct characterise_parameter parameters[] = {
    {"levels", DIMENSION_NONE, 16, 2, 256, TRUE, "levels of the pulse: they set the LSB"},
    {"window", DIMENSION_TIME, 15e-9, 1e-12, 1, FALSE, "the longest pulse"},
    {"lowest", DIMENSION_FREQUENCY, 3.4e6, 1, 1e9, FALSE, "lowest frequency: 1/(2π²t) of a conversion of t, here of 15 ns"},
    {"highest", DIMENSION_FREQUENCY, 1e12, 1e6, 1e15, FALSE, "highest frequency"},
    {"middle", DIMENSION_FREQUENCY, 10e6, 1, 1e12, FALSE, "where the gain of the comparator's first stage is read"},
    {NULL, DIMENSION_NONE, 0, 0, 0, FALSE, NULL},
};

static const struct entry_kind entries[] = {
    {"slope", "V/s", "slope of vo in a conversion: discharge current over c_f"},
    {"gain", "", "of the comparator's first stage from vo to c1, at the middle frequency"},
    {"v_trip", "V", "rms noise at c1 while the ramp crosses, from lowest to highest frequency"},
    {"v_az", "V", "rms noise of the voltage that the auto-zero leaves on its capacitor, v(g1,vo) with its switch closed"},
    {"t_trip", "s", "v_trip over gain and slope"},
    {"t_az", "s", "v_az over slope"},
    {"t_reset", "s", "root of kT/c_f, over slope"},
    {"jitter", "s", "root of the sum of squares of t_trip, t_az and t_reset: rms, of the pulse's end"},
    {"jitter_lsb", "LSB", "jitter in steps between the pulse's levels, window/(levels - 1)"},
    {"t_by", "s", "what one device brings of t_trip, where it is 1 % or more of its square; they add up in squares"},
    {NULL, NULL, NULL},
};

/* ---- benches -------------------------------------------------------------------------------------------------------- */

static gboolean check_cell(const struct subject *of, GError **error)
{
    static const char *const nodes[] = {"vo", "c1", "g1"}, *const ports[] = {"drive", "vddb"}, *const names[] = {"c_f", "v_az"};
    const struct circuit_template *circuit = of->spec->cell->circuit;
    const char *lacks = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(nodes); i++)
        lacks = lacks == NULL && !template_has_node(circuit, nodes[i]) ? nodes[i] : lacks;
    for (gsize i = 0; i < G_N_ELEMENTS(ports); i++)
        lacks = lacks == NULL && template_port(circuit, ports[i]) == NULL ? ports[i] : lacks;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        lacks = lacks == NULL && template_parameter(circuit, names[i]) == NULL ? names[i] : lacks;
    if (lacks == NULL)
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, of->spec->origin,
                 "jitter: %s has no %s, expected a test bench with nodes vo, c1, g1, ports drive, vddb, parameters c_f, v_az, such as c2p_trip_bench",
                 circuit->name, lacks);
    return FALSE;
}

/* A bench with the auto-zero's gate at v_az: a sweep of one value. */
static void begin(struct bench_writer *w, const char *name, double v_az_V)
{
    write_begin(w, name);
    write_sweep_of(w, "az", "parameter", "v_az", "V", 1, &v_az_V);
}

static void hold_drive(struct bench_writer *w)
{
    write_element(w, "<hold port=\"drive\" value=\"0V\" ac=\"1V\"/>");
}

static void write_noise(const struct subject *of, struct bench_writer *w, const char *name, const char *output, double v_az_V, int fine)
{
    char from[NUMBER_SIZE], to[NUMBER_SIZE];
    double lowest_Hz = subject_parameter(of, "lowest"), highest_Hz = subject_parameter(of, "highest");
    g_autofree char *element = g_strdup_printf("<noise output=\"%s\" input=\"drive\" from=\"%sHz\" to=\"%sHz\" points-per-decade=\"%d\"/>", output,
                                               number_print(from, lowest_Hz), number_print(to, highest_Hz), PER_DECADE * fine);
    begin(w, name, v_az_V);
    hold_drive(w);
    write_element(w, element);
    write_measure(w, "v_rms", "noise-rms", "onoise", "");
    if (fine > 1 || v_az_V > 0) {
        write_end(w);
        return;
    }
    gboolean complete;
    g_autoptr(GPtrArray) devices = subject_devices(of, &complete);
    for (guint d = 0; d < devices->len; d++) {
        g_autofree char *measure = device_measure("v", devices->pdata[d]), *signal = g_strdup_printf("onoise(%s)", (char *)devices->pdata[d]);
        write_measure(w, measure, "noise-rms", signal, "");
    }
    write_end(w);
}

static gboolean expand(const struct subject *of, struct bench_writer *w, GError **error)
{
    if (!check_cell(of, error))
        return FALSE;
    if (subject_parameter(of, "highest") < 100 * subject_parameter(of, "lowest")) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, of->spec->origin, "jitter: highest %g Hz: expected at least 100 times lowest, %g Hz",
                     subject_parameter(of, "highest"), subject_parameter(of, "lowest"));
        return FALSE;
    }
    begin(w, "op", 0);
    write_element(w, "<hold port=\"drive\" value=\"0V\"/>");
    write_element(w, "<op/>");
    write_measure(w, "i_discharge", "value", "i(vddb)", "");
    write_end(w);
    char from[NUMBER_SIZE], to[NUMBER_SIZE];
    double middle_Hz = subject_parameter(of, "middle");
    g_autofree char *ac =
        g_strdup_printf("<ac from=\"%sHz\" to=\"%sHz\" points-per-decade=\"2\"/>", number_print(from, middle_Hz), number_print(to, 10 * middle_Hz));
    begin(w, "gain", 0);
    hold_drive(w);
    write_element(w, ac);
    write_measure(w, "vo", "value", "v(vo)", writer_attribute(w, "at", middle_Hz, "Hz"));
    write_measure(w, "c1", "value", "v(c1)", writer_attribute(w, "at", middle_Hz, "Hz"));
    write_end(w);
    write_noise(of, w, "trip", "v(c1)", 0, 1);
    write_noise(of, w, "trip_check", "v(c1)", 0, 2);
    write_noise(of, w, "zero", "v(g1,vo)", of->vdd_V, 1);
    return TRUE;
}

/* ---- the data sheet ------------------------------------------------------------------------------------------------- */

/* A parameter of the cell: as the design sets it, else the template's. */
static double cell_parameter(const struct subject *of, const char *name)
{
    const struct cell *cell = of->spec->cell;
    for (guint i = 0; i < cell->settings->len; i++) {
        const struct setting *setting = cell->settings->pdata[i];
        if (g_strcmp0(setting->name, name) == 0)
            return setting->value;
    }
    return template_parameter(cell->circuit, name)->value;
}

static void put_devices(const struct subject *of, const struct readings *readings, struct sheet *sheet, double v_trip_V, double t_trip_s)
{
    gboolean complete;
    double sum = 0;
    g_autoptr(GPtrArray) devices = subject_devices(of, &complete);
    for (guint d = 0; d < devices->len; d++) {
        g_autofree char *measure = device_measure("v", devices->pdata[d]);
        double share = pow(reading_one(readings, "trip", measure) / v_trip_V, 2);
        sum += share;
        if (!(share < SHARE_SHOWN))
            sheet_put(sheet, "t_by", devices->pdata[d], t_trip_s * sqrt(share));
    }
    sheet_put(sheet, "t_trip", NULL, t_trip_s);
    if (complete)
        sheet_check(sheet, "of the root of the devices' sum of squares", 100 * (sqrt(sum) - 1), 0.1, "%");
}

static void evaluate(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    double slope = reading_one(readings, "op", "i_discharge") / cell_parameter(of, "c_f");
    double gain = reading_one(readings, "gain", "c1") / reading_one(readings, "gain", "vo");
    double v_trip_V = reading_one(readings, "trip", "v_rms"), v_az_V = reading_one(readings, "zero", "v_rms");
    double kT_J = GSL_CONST_MKSA_BOLTZMANN * (sheet_temperature_C(sheet) + 273.15);
    double trip_s = v_trip_V / (gain * slope), az_s = v_az_V / slope, reset_s = sqrt(kT_J / cell_parameter(of, "c_f")) / slope;
    double jitter_s = sqrt(trip_s * trip_s + az_s * az_s + reset_s * reset_s);
    if (isnan(slope) || isnan(gain))
        reset_s = jitter_s = NAN;
    sheet_put(sheet, "slope", NULL, slope);
    sheet_put(sheet, "gain", NULL, gain);
    sheet_put(sheet, "v_trip", NULL, v_trip_V);
    sheet_check(sheet, "of half the step in frequency", 100 * (reading_one(readings, "trip_check", "v_rms") / v_trip_V - 1), 0.1, "%");
    sheet_put(sheet, "v_az", NULL, v_az_V);
    put_devices(of, readings, sheet, v_trip_V, trip_s);
    sheet_put(sheet, "t_az", NULL, az_s);
    sheet_put(sheet, "t_reset", NULL, reset_s);
    sheet_put(sheet, "jitter", NULL, jitter_s);
    sheet_put(sheet, "jitter_lsb", NULL, jitter_s / subject_parameter(of, "window") * (subject_parameter(of, "levels") - 1));
}

const struct characterisation characterise_jitter = {
    .name = "jitter",
    .title = "Jitter",
    .source = "A. A. Abidi, IEEE J. Solid-State Circuits 41 (2006) 1803 for a threshold crossed by a ramp; Nyquist for kT/C",
    .of = OF_CELL,
    .parameters = parameters,
    .entries = entries,
    .expand = expand,
    .evaluate = evaluate,
};
