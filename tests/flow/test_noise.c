/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Noise from XML to measured numbers, with a libngspice in this process: answers on paper.
 *
 *     resistor            S = 4kT/R, and a charge of √(2kT/R · T) over a window T
 *     low-pass            S = 4kT(R1 + R2) below its corner, kT/C over all frequencies
 *     MOS, level 3        S = 4kT (2/3) gm in saturation, the model's own γ
 *     MOS, g28 (BSIM4)    S = 4kT gds without a drain voltage, where nothing but Johnson's noise can be; the model takes the
 *                         inversion charge from its capacitances (tnoimod = 0), which are some per cent off its currents
 *     cell                the squares of what the devices bring add up to the square of the whole
 */
#include "config.h"

#include <glib/gstdio.h>
#include <gsl/gsl_const_mksa.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "measure/measure.h"
#include "sim/ngspice.h"
#include "sim/sim.h"
#include "tests/support/check_tap.h"
#include "tests/support/simulate.h"

static struct design *design;

static void open_design(const char *path)
{
    GError *error = NULL;
    g_autofree char *top = source_path("");
    gsl_set_error_handler_off();
    ck_assert_int_eq(g_chdir(top), 0);
    design = design_read(path, &error);
    ck_ok(design != NULL, error);
    ck_ok(ngspice_start(&error), error);
}

/* Runs point `p` of a bench; its measures are asked for with value_of. */
static GPtrArray *simulate(const char *bench, guint p)
{
    GPtrArray *points = points_expand(design, design_bench(design, bench));
    GPtrArray *results = simulate_point(points->pdata[p]);
    g_ptr_array_unref(points);
    return results;
}

static double value_of(const GPtrArray *results, const char *name)
{
    for (guint i = 0; i < results->len; i++) {
        const struct measure_result *result = results->pdata[i];
        if (strcmp(result->name, name) == 0)
            return result->values[0];
    }
    ck_abort_msg("no measure \"%s\"", name);
    return NAN;
}

static double four_kT(double celsius)
{
    return 4 * GSL_CONST_MKSA_BOLTZMANN * (celsius + 273.15);
}

#define R1 7.3e3
#define R2 2.1e3
#define C 1.7e-15

/* The corner is at 10 GHz; 100 THz cuts off 6e-5 of kT/C, the bend between 20 points a decade adds 0.03 %. */
START_TEST(a_low_pass_holds_kT_over_C)
{
    static const double temperatures_C[] = {-40, 27, 85};
    open_design("tests/flow/noise.xml");
    for (guint i = 0; i < 3; i++) {
        double kT = four_kT(temperatures_C[i]) / 4;
        GPtrArray *results = simulate("low-pass", i);
        ck_assert_double_eq_tol(pow(value_of(results, "v_rms"), 2) / (kT / C), 1, 1e-3);
        ck_assert_double_eq_tol(pow(value_of(results, "white"), 2) / (4 * kT * (R1 + R2)), 1, 1e-4);
        ck_assert_double_eq_tol(pow(value_of(results, "white_r1"), 2) / (4 * kT * R1), 1, 1e-4);
        ck_assert_double_eq_tol(pow(value_of(results, "white_r2"), 2) / (4 * kT * R2), 1, 1e-4);
        g_ptr_array_unref(results);
    }
}
END_TEST

START_TEST(a_resistor_brings_2kT_over_R_times_the_window)
{
    open_design("tests/flow/noise.xml");
    GPtrArray *results = simulate("resistor", 0);
    double white = four_kT(27) / (R1 + R2), cut = 2 / (G_PI * G_PI * 10e9 * 15e-9); /* what 1/(2π²f²) brings above 10 GHz */
    ck_assert_double_eq_tol(pow(value_of(results, "white"), 2) / white, 1, 1e-4);
    ck_assert_double_eq_tol(pow(value_of(results, "charge"), 2) / (white * 15e-9 / 2), 1 - cut / 2, 2e-4);
    g_ptr_array_unref(results);
}
END_TEST

START_TEST(a_level_3_transistor_brings_its_two_thirds)
{
    static const double temperatures_C[] = {0, 27, 70};
    open_design("tests/flow/noise-level3.xml");
    for (guint i = 0; i < 3; i++) {
        GPtrArray *noise = simulate("saturated", i), *dc = simulate("transconductance", i);
        double gm = value_of(dc, "g");
        ck_assert_double_eq_tol(pow(value_of(noise, "thermal"), 2) / (four_kT(temperatures_C[i]) * 2 / 3 * gm), 1, 1e-3);
        ck_assert_double_eq_tol(value_of(noise, "total") / value_of(noise, "thermal"), 1, 1e-6);
        g_ptr_array_unref(noise);
        g_ptr_array_unref(dc);
    }
}
END_TEST

/* 2.9 % in power at 27 °C; in saturation γ is 0.74. Neither is ours: the test holds what doc/noise.md says of the model. */
START_TEST(a_bsim4_transistor_is_nearly_a_resistor_without_a_drain_voltage)
{
    open_design("tests/flow/noise.xml");
    GPtrArray *noise = simulate("ohmic", 0), *dc = simulate("ohmic-conductance", 0);
    ck_assert_double_eq_tol(pow(value_of(noise, "thermal"), 2) / (four_kT(27) * value_of(dc, "g")), 1.029, 0.005);
    g_ptr_array_unref(noise);
    g_ptr_array_unref(dc);
    noise = simulate("saturated", 0);
    dc = simulate("transconductance", 0);
    ck_assert_double_eq_tol(pow(value_of(noise, "thermal"), 2) / (four_kT(27) * value_of(dc, "g")), 0.740, 0.005);
    g_ptr_array_unref(noise);
    g_ptr_array_unref(dc);
}
END_TEST

START_TEST(the_devices_of_a_cell_add_up)
{
    static const char *const devices[] = {"q_mrn", "q_mrp", "q_mtn", "q_mtp", "q_mdn", "q_mdp"};
    open_design("tests/flow/noise.xml");
    GPtrArray *results = simulate("cell", 0);
    double sum = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(devices); i++)
        sum += pow(value_of(results, devices[i]), 2);
    ck_assert_double_eq_tol(sum / pow(value_of(results, "q"), 2), 1, 1e-5); /* 0.17 % / 2 at most: bends of the parts and of the sum */
    ck_assert(value_of(results, "corner_p") > value_of(results, "corner_n"));
    g_ptr_array_unref(results);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("noise");
    TCase *t = tcase_create("answers");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_low_pass_holds_kT_over_C);
    tcase_add_test(t, a_resistor_brings_2kT_over_R_times_the_window);
    tcase_add_test(t, a_level_3_transistor_brings_its_two_thirds);
    tcase_add_test(t, a_bsim4_transistor_is_nearly_a_resistor_without_a_drain_voltage);
    tcase_add_test(t, the_devices_of_a_cell_add_up);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
