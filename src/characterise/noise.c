/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/noise.c -- the noise of a read: its spectrum, what it makes of a charge integrated over a window, and by which device;
 * and kT/C of a write.
 *
 * Read: small-signal noise (.noise) of the bit line's current at full input with the storage node held, so that what is on the
 * node does not move: what a write left there is the second part. Devices are what the simulator's models make of them; g28's
 * transistors (BSIM4, tnoimod 0) bring thermal, flicker and gate shot noise, no noise of junctions.
 *
 * kT/C: the integrated noise of the storage node with the write path open. For a passive port in equilibrium it is kT/C with the
 * capacitance that the node has above all its poles (Nyquist). A transistor model need not obey: BSIM4 with tnoimod 0 takes its thermal
 * noise from a charge that is not that of its current. So the excess over 4kTR at low frequencies is an entry of its own, and the integral is
 * checked against kT/C times that excess; R and C are measured in an ac bench.
 */
#include "config.h"

#include <gsl/gsl_const_mksa.h>
#include <math.h>

#include "characterise/devices.h"
#include "characterise/kinds.h"

#define PER_DECADE 20
#define HIGH_HZ 1e12       /* where the capacitance is read: far above 1/(R C) of any write path */
#define SHARE_SHOWN 0.01   /* of the charge noise's square: devices below get no white level and corner */

static const struct characterise_parameter parameters[] = {
    {"levels", DIMENSION_NONE, 8, 2, 256, TRUE, "levels of the stored value: they set the LSB"},
    {"places", DIMENSION_NONE, 3, 2, 32, TRUE, "stored voltages at which the noise is taken, in equal steps over the range"},
    {"window", DIMENSION_TIME, 15e-9, 1e-12, 1, FALSE, "how long a read integrates"},
    {"lowest", DIMENSION_FREQUENCY, 1, 1e-6, 1e9, FALSE, "lowest frequency of the charge noise: one over the time since the last calibration"},
    {"highest", DIMENSION_FREQUENCY, 100e9, 1e6, 1e15, FALSE, "highest frequency of the spectrum"},
    {NULL, DIMENSION_NONE, 0, 0, 0, FALSE, NULL},
};

static const struct entry_kind entries[] = {
    {"white", "A/√Hz", "white level of the read current's density at full input: least relative squares of W + K/f over the spectrum"},
    {"corner", "Hz", "where the 1/f part of that fit equals the white part"},
    {"q_noise", "C", "rms noise of the charge over the window: integral of S T² sinc²(fT) from lowest to highest frequency"},
    {"q_noise_e", "e", "the same in electrons"},
    {"q_noise_fs", "%", "the same over full scale: |I(highest level) - I(lowest)| times the window"},
    {"q_noise_lsb", "LSB", "the same in steps between stored levels"},
    {"q_by", "C", "what one device or resistor brings of q_noise, where it is not 0; they add up in squares"},
    {"white_by", "A/√Hz", "white level of one device's part; devices with less than 1 % of q_noise's square are left out"},
    {"corner_by", "Hz", "corner of one device's part"},
    {"v_ktc", "V", "rms noise of the storage node at the end of a write: integral of its density, write path open"},
    {"v_ktc_lsb", "LSB", "the same in steps between stored levels"},
    {"excess", "%", "how much the model's thermal noise of the write path, at 1 kHz, exceeds 4kTR"},
    {"r_write", "Ohm", "resistance of the write path at the middle of its range, open, at 1 kHz"},
    {"c_store", "F", "capacitance of the storage node, write path open, at 1 THz"},
    {NULL, NULL, NULL},
};

static const struct curve_kind curves[] = {
    {"spectrum", "Density of the read current's noise", {{"v_store", "V"}, {"frequency", "Hz"}, {"density", "A/√Hz"}, {NULL, NULL}}},
    {NULL, NULL, {{NULL, NULL}}},
};

static gsize n_places(const struct subject *of)
{
    return (gsize)subject_parameter(of, "places");
}

static void places_of(const struct subject *of, double *places_V)
{
    level_values(n_places(of), subject_level_V(of, USE_STORE, LEVEL_LOW), subject_level_V(of, USE_STORE, LEVEL_HIGH), places_V);
}

static double lsb_V(const struct subject *of)
{
    return (subject_level_V(of, USE_STORE, LEVEL_HIGH) - subject_level_V(of, USE_STORE, LEVEL_LOW)) / (subject_parameter(of, "levels") - 1);
}

static gboolean can_write(const struct subject *of)
{
    return subject_has(of, USE_WRITE_LINE) && subject_has(of, USE_WRITE_ENABLE);
}

/* Frequencies of the curve: one a decade. */
static gsize n_decades(const struct subject *of)
{
    return 1 + (gsize)floor(log10(subject_parameter(of, "highest") / subject_parameter(of, "lowest")) * (1 + 1e-12));
}

static double decade_Hz(const struct subject *of, gsize k)
{
    return subject_parameter(of, "lowest") * pow(10, (double)k);
}

/* ---- benches -------------------------------------------------------------------------------------------------------- */

/* The last point of .noise may lie a step below its end, so it is asked for a step more than is measured. */
static void write_noise(const struct subject *of, struct bench_writer *w, const char *output, enum use_kind input, double lowest_Hz,
                        double highest_Hz, int per_decade)
{
    char from[NUMBER_SIZE], to[NUMBER_SIZE];
    g_autofree char *element = g_strdup_printf("<noise output=\"%s\" input=\"%s\" from=\"%sHz\" to=\"%sHz\" points-per-decade=\"%d\"/>", output,
                                               subject_port(of, input), number_print(from, lowest_Hz),
                                               number_print(to, highest_Hz * pow(10, 1.0 / per_decade)), per_decade);
    write_element(w, element);
}

static void measure_devices(const struct subject *of, struct bench_writer *w, const char *window)
{
    gboolean complete;
    g_autoptr(GPtrArray) devices = subject_devices(of, &complete);
    for (guint d = 0; d < devices->len; d++) {
        static const char *const prefixes[] = {"q", "w", "c"}, *const kinds[] = {"noise-charge", "noise-white", "noise-corner"};
        g_autofree char *signal = g_strdup_printf("onoise(%s)", (char *)devices->pdata[d]);
        for (int i = 0; i < 3; i++) {
            g_autofree char *name = device_measure(prefixes[i], devices->pdata[d]);
            write_measure(w, name, kinds[i], signal, i == 0 ? window : "");
        }
    }
}

static void measure_spectrum(const struct subject *of, struct bench_writer *w)
{
    for (gsize k = 0; k < n_decades(of); k++) {
        g_autofree char *name = g_strdup_printf("d%" G_GSIZE_FORMAT, k);
        write_measure(w, name, "value", "onoise", writer_attribute(w, "at", decade_Hz(of, k), "Hz"));
    }
}

/* `fine` divides the step in frequency; the whole spectrum and its devices only with 1. */
static void write_read(const struct subject *of, struct bench_writer *w, const char *name, int fine)
{
    gsize n = n_places(of);
    g_autofree double *places_V = g_new(double, n);
    places_of(of, places_V);
    double lowest_Hz = subject_parameter(of, "lowest"), highest_Hz = subject_parameter(of, "highest");
    g_autofree char *output = writer_signal(w, "i", USE_BIT_LINE);
    write_begin(w, name);
    write_sweep_list(w, "v_store", USE_STORE, n, places_V);
    write_hold_ac(w, USE_BIT_LINE, subject_level_V(of, USE_BIT_LINE, LEVEL_REST), 1);
    write_hold(w, USE_WORD_LINE, subject_level_V(of, USE_WORD_LINE, LEVEL_ON));
    write_rest(w);
    write_noise(of, w, output, USE_BIT_LINE, lowest_Hz, highest_Hz, PER_DECADE * fine);
    g_autofree char *window = g_strconcat(writer_attribute(w, "window", subject_parameter(of, "window"), "s"),
                                          writer_attribute(w, "to", highest_Hz, "Hz"), NULL);
    write_measure(w, "q", "noise-charge", "onoise", window);
    if (fine == 1) {
        write_measure(w, "s_white", "noise-white", "onoise", "");
        write_measure(w, "f_corner", "noise-corner", "onoise", "");
        measure_devices(of, w, window);
        measure_spectrum(of, w);
    }
    write_end(w);
}

static void write_current(const struct subject *of, struct bench_writer *w)
{
    g_autofree char *current = writer_signal(w, "i", USE_BIT_LINE);
    write_begin(w, "on");
    write_hold(w, USE_WORD_LINE, subject_level_V(of, USE_WORD_LINE, LEVEL_ON));
    write_sweep(w, "v_store", USE_STORE, subject_level_V(of, USE_STORE, LEVEL_LOW), subject_level_V(of, USE_STORE, LEVEL_HIGH), 2);
    write_rest(w);
    write_element(w, "<dc/>");
    write_measure(w, "i_read", "value", current, "");
    write_end(w);
}

/* Opens the write path, the written value in the middle of the range. */
static void open_path(const struct subject *of, struct bench_writer *w)
{
    write_hold(w, USE_WRITE_ENABLE, subject_level_V(of, USE_WRITE_ENABLE, LEVEL_ON));
    if (subject_has(of, USE_WRITE_ENABLE_BAR))
        write_hold(w, USE_WRITE_ENABLE_BAR, subject_level_V(of, USE_WRITE_ENABLE_BAR, LEVEL_ON));
}

static void write_ktc(const struct subject *of, struct bench_writer *w)
{
    double middle_V = (subject_level_V(of, USE_WRITE_LINE, LEVEL_LOW) + subject_level_V(of, USE_WRITE_LINE, LEVEL_HIGH)) / 2;
    g_autofree char *store = writer_signal(w, "v", USE_STORE), *current = writer_signal(w, "i", USE_STORE),
                    *open = g_strdup_printf("<open port=\"%s\"/>", subject_port(of, USE_STORE));
    write_begin(w, "ktc");
    write_element(w, open);
    write_hold_ac(w, USE_WRITE_LINE, middle_V, 1);
    open_path(of, w);
    write_rest(w);
    write_noise(of, w, store, USE_WRITE_LINE, 1e3, 1e15, PER_DECADE);
    write_measure(w, "v_rms", "noise-rms", "onoise", "");
    write_measure(w, "low", "value", "onoise", " at=\"1kHz\"");
    write_end(w);
    write_begin(w, "admittance");
    write_hold_ac(w, USE_STORE, middle_V, 1);
    write_hold(w, USE_WRITE_LINE, middle_V);
    open_path(of, w);
    write_rest(w);
    write_element(w, "<ac from=\"1kHz\" to=\"10THz\" points-per-decade=\"1\"/>");
    write_measure(w, "i_low", "value", current, " at=\"1kHz\"");
    write_measure(w, "i_high", "value", current, " at=\"1THz\"");
    write_measure(w, "i_higher", "value", current, " at=\"10THz\"");
    write_end(w);
}

static gboolean expand(const struct subject *of, struct bench_writer *w, GError **error)
{
    double lowest_Hz = subject_parameter(of, "lowest"), highest_Hz = subject_parameter(of, "highest");
    if (highest_Hz < 100 * lowest_Hz) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, of->spec->origin, "noise: highest %g Hz: expected at least 100 times lowest, %g Hz",
                     highest_Hz, lowest_Hz);
        return FALSE;
    }
    write_read(of, w, "read", 1);
    write_read(of, w, "read_check", 2);
    write_current(of, w);
    if (can_write(of))
        write_ktc(of, w);
    return TRUE;
}

/* ---- the data sheet ------------------------------------------------------------------------------------------------- */

/* White level and corner of a device that matters. */
static void put_device(const struct readings *readings, struct sheet *sheet, const char *path, gsize n, gsize place, const char *at, double share)
{
    g_autofree char *white = device_measure("w", path), *corner = device_measure("c", path), *here = g_strdup_printf("%s, %s", path, at);
    if (!(share >= SHARE_SHOWN))
        return;
    sheet_put(sheet, "white_by", here, reading(readings, "read", white, n)[place]);
    sheet_put(sheet, "corner_by", here, reading(readings, "read", corner, n)[place]);
}

/* What each device brings; gives the sum of squares. */
static double put_devices(const struct readings *readings, struct sheet *sheet, const GPtrArray *devices, gsize n, gsize place, const char *at,
                          double q_C)
{
    double sum = 0;
    for (guint d = 0; d < devices->len; d++) {
        g_autofree char *charge = device_measure("q", devices->pdata[d]), *here = g_strdup_printf("%s, %s", (char *)devices->pdata[d], at);
        double part_C = reading(readings, "read", charge, n)[place];
        if (part_C != 0) /* what is off brings nothing */
            sheet_put(sheet, "q_by", here, part_C);
        sum += part_C * part_C;
    }
    for (guint d = 0; d < devices->len; d++) {
        g_autofree char *charge = device_measure("q", devices->pdata[d]);
        put_device(readings, sheet, devices->pdata[d], n, place, at, pow(reading(readings, "read", charge, n)[place] / q_C, 2));
    }
    return sum;
}

/* The sum over the devices is checked on the electrons, the step in frequency on the charge: each number has one check. */
static void put_place(const struct subject *of, const struct readings *readings, struct sheet *sheet, const GPtrArray *devices,
                      gboolean complete, gsize place, const char *at)
{
    gsize n = n_places(of);
    const double *on_A = reading(readings, "on", "i_read", 2);
    double q_C = reading(readings, "read", "q", n)[place], fine_C = reading(readings, "read_check", "q", n)[place];
    double full_C = fabs(on_A[1] - on_A[0]) * subject_parameter(of, "window");
    sheet_put(sheet, "white", at, reading(readings, "read", "s_white", n)[place]);
    sheet_put(sheet, "corner", at, reading(readings, "read", "f_corner", n)[place]);
    sheet_put(sheet, "q_noise", at, q_C);
    sheet_check(sheet, "of half the step in frequency", 100 * (fine_C / q_C - 1), 0.1, "%");
    sheet_put(sheet, "q_noise_fs", at, 100 * q_C / full_C);
    sheet_put(sheet, "q_noise_lsb", at, q_C / full_C * (subject_parameter(of, "levels") - 1));
    double sum = put_devices(readings, sheet, devices, n, place, at, q_C);
    sheet_put(sheet, "q_noise_e", at, q_C / GSL_CONST_MKSA_ELECTRON_CHARGE);
    if (complete)
        sheet_check(sheet, "of the root of the devices' sum of squares", 100 * (sqrt(sum) / q_C - 1), 0.1, "%");
}

static void put_spectrum(const struct subject *of, const struct readings *readings, struct sheet *sheet, const double *places_V)
{
    gsize n = n_places(of);
    for (gsize place = 0; place < n; place++)
        for (gsize k = 0; k < n_decades(of); k++) {
            g_autofree char *name = g_strdup_printf("d%" G_GSIZE_FORMAT, k);
            sheet_row(sheet, "spectrum", (const double[]){places_V[place], decade_Hz(of, k), reading(readings, "read", name, n)[place]});
        }
}

/* The capacitance must not depend on the frequency any more. */
static void put_ktc(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    double kT_J = GSL_CONST_MKSA_BOLTZMANN * (sheet_temperature_C(sheet) + 273.15);
    double v_V = reading_one(readings, "ktc", "v_rms"), low_V = reading_one(readings, "ktc", "low");
    double r_Ohm = 1 / reading_one(readings, "admittance", "i_low"), high_A = reading_one(readings, "admittance", "i_high"),
           higher_A = reading_one(readings, "admittance", "i_higher");
    double c_F = high_A / (2 * G_PI * HIGH_HZ), excess = low_V * low_V / (4 * kT_J * r_Ohm);
    sheet_put(sheet, "v_ktc", NULL, v_V);
    sheet_check(sheet, "of the root of kT/C and the excess", 100 * (v_V / sqrt(excess * kT_J / c_F) - 1), 1, "%");
    sheet_put(sheet, "v_ktc_lsb", NULL, v_V / fabs(lsb_V(of)));
    sheet_put(sheet, "excess", NULL, 100 * (excess - 1));
    sheet_put(sheet, "r_write", NULL, r_Ohm);
    sheet_put(sheet, "c_store", NULL, c_F);
    sheet_check(sheet, "at 10 THz", 100 * (higher_A / (10 * high_A) - 1), 1, "%");
}

static void evaluate(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    gsize n = n_places(of);
    gboolean complete;
    char at[AT_SIZE];
    g_autofree double *places_V = g_new(double, n);
    g_autoptr(GPtrArray) devices = subject_devices(of, &complete);
    places_of(of, places_V);
    for (gsize place = 0; place < n; place++)
        put_place(of, readings, sheet, devices, complete, place, at_value(at, "v_store", places_V[place], "V"));
    if (can_write(of))
        put_ktc(of, readings, sheet);
    put_spectrum(of, readings, sheet, places_V);
}

const struct characterisation characterise_noise = {
    .name = "noise",
    .title = "Noise",
    .source = "H. Nyquist, Phys. Rev. 32 (1928) 110 for kT/C; else ours",
    .uses = 1 << USE_STORE | 1 << USE_BIT_LINE | 1 << USE_WORD_LINE,
    .parameters = parameters,
    .entries = entries,
    .curves = curves,
    .expand = expand,
    .evaluate = evaluate,
};
