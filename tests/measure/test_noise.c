/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Noise measures against closed forms. With x = πfT:
 *
 *     white   ∫ S (sin x/(πf))² df = S T/π [Si(2x) - sin²x/x]                          S T/2 over all frequencies
 *     1/f     ∫ K/f (sin x/(πf))² df = K T² [Ci(2x) - sin²x/(2x²) - sin(2x)/(2x)]
 *     RC      ∫ 4kTR/(1 + (f/fc)²) df = kT/C 2/π [atan(f/fc)]                          kT/C over all frequencies
 */
#include "config.h"

#include <gsl/gsl_const_mksa.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_expint.h>

#include "tests/measure/specs.h"

#define OF_ONOISE .of = {SIGNAL_ONOISE, (char *)"onoise", NULL, NULL}
#define T_S 15e-9
#define WHITE 2.385e-25  /* A²/Hz */
#define FLICKER 4.1e-18  /* A² */

static double *log_grid(double low, double high, gsize n)
{
    double *x = g_new(double, n);
    for (gsize k = 0; k < n; k++)
        x[k] = low * pow(high / low, (double)k / (double)(n - 1));
    x[n - 1] = high;
    return x;
}

static double white(double f G_GNUC_UNUSED)
{
    return sqrt(WHITE);
}

static double flicker(double f)
{
    return sqrt(FLICKER / f);
}

static double both(double f)
{
    return sqrt(WHITE + FLICKER / f);
}

static double white_charge2(double f)
{
    double x = G_PI * f * T_S;
    return WHITE * T_S / G_PI * (gsl_sf_Si(2 * x) - sin(x) * sin(x) / x);
}

static double flicker_charge2(double f)
{
    double x = G_PI * f * T_S;
    return FLICKER * T_S * T_S * (gsl_sf_Ci(2 * x) - sin(x) * sin(x) / (2 * x * x) - sin(2 * x) / (2 * x));
}

static double charge_of(double (*density)(double), double from, double to, gsize n)
{
    g_autofree double *x = log_grid(from, to, n), *y = sampled(n, x, density);
    return measured(SPEC(MEASURE_NOISE_CHARGE, OF_ONOISE, .window_s = T_S), (struct trace){n, x, y, NULL});
}

START_TEST(charge_of_white_noise)
{
    static const double tops[] = {1e7, 1.0 / T_S, 2.5e9, 1e12};
    for (gsize i = 0; i < G_N_ELEMENTS(tops); i++) {
        double expected = sqrt(white_charge2(tops[i]) - white_charge2(1e3));
        ck_assert_double_eq_tol(charge_of(white, 1e3, tops[i], 61) / expected, 1, 1e-8);
        ck_assert_double_eq_tol(charge_of(white, 1e3, tops[i], 2) / expected, 1, 1e-8); /* one piece of many periods */
    }
    ck_assert_double_eq_tol(charge_of(white, 1, 1e15, 16) / sqrt(WHITE * T_S / 2), 1, 1e-7);
}
END_TEST

START_TEST(charge_of_flicker_noise_depends_on_its_lower_limit)
{
    static const double lows[] = {1e-3, 1, 1e6, 9e7};
    for (gsize i = 0; i < G_N_ELEMENTS(lows); i++) {
        double expected = sqrt(flicker_charge2(1e11) - flicker_charge2(lows[i]));
        ck_assert_double_eq_tol(charge_of(flicker, lows[i], 1e11, 41) / expected, 1, 1e-8);
    }
    double decade = pow(charge_of(flicker, 1, 1e11, 41), 2) - pow(charge_of(flicker, 10, 1e11, 41), 2);
    ck_assert_double_eq_tol(decade / (FLICKER * T_S * T_S * G_LN10), 1, 1e-6);
}
END_TEST

/* The bend between two power laws, 20 points a decade: within the bound of measure/noise.c, and four times closer with 40. */
START_TEST(charge_of_both_converges)
{
    double expected = sqrt(white_charge2(1e11) + flicker_charge2(1e11) - white_charge2(1) - flicker_charge2(1));
    double off20 = charge_of(both, 1, 1e11, 221) / expected - 1, off40 = charge_of(both, 1, 1e11, 441) / expected - 1;
    ck_assert_msg(fabs(off20) < G_LN10 * G_LN10 / 400 / 8 / 2, "%g", off20);
    ck_assert_double_eq_tol(off20 / off40, 4, 0.4);
}
END_TEST

START_TEST(window_of_charge_may_be_cut)
{
    g_autofree double *x = log_grid(1, 1e11, 111), *y = sampled(111, x, white);
    struct trace trace = {111, x, y, NULL};
    double expected = sqrt(white_charge2(3e7) - white_charge2(2e4));
    ck_assert_double_eq_tol(
        measured(SPEC(MEASURE_NOISE_CHARGE, OF_ONOISE, .window_s = T_S, .from = 2e4, .to = 3e7), trace) / expected, 1, 1e-8);
}
END_TEST

#define R_OHM 10e3
#define C_F 5e-15
#define KT_J (GSL_CONST_MKSA_BOLTZMANN * 300.15)

static double low_pass(double f)
{
    double over = f * 2 * G_PI * R_OHM * C_F;
    return sqrt(4 * KT_J * R_OHM / (1 + over * over));
}

START_TEST(rms_of_a_low_pass_is_kT_over_C)
{
    double fc = 1 / (2 * G_PI * R_OHM * C_F);
    g_autofree double *x = log_grid(1e3, 1e15, 241), *y = sampled(241, x, low_pass);
    double v = measured(SPEC(MEASURE_NOISE_RMS, OF_ONOISE), (struct trace){241, x, y, NULL});
    ck_assert_double_eq_tol(v * v / (KT_J / C_F), 1, 1e-3);
    v = measured(SPEC(MEASURE_NOISE_RMS, OF_ONOISE, .to = fc), (struct trace){241, x, y, NULL});
    ck_assert_double_eq_tol(v * v / (KT_J / C_F / 2), 1, 1e-3);
}
END_TEST

static double ramp(double f)
{
    return sqrt(f / 1e6);
}

static double inverse(double f)
{
    return 1 / sqrt(f);
}

START_TEST(rms_is_exact_on_power_laws)
{
    g_autofree double *x = log_grid(2, 1e6, 7), *y = sampled(7, x, ramp), *z = sampled(7, x, inverse);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_NOISE_RMS, OF_ONOISE), (struct trace){7, x, y, NULL}), sqrt((1e6 - 4e-6) / 2), 1e-9);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_NOISE_RMS, OF_ONOISE), (struct trace){7, x, z, NULL}), sqrt(log(5e5)), 1e-12);
    static const double f[] = {1, 2, 4}, zero[] = {0, 0, 3};
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_NOISE_RMS, OF_ONOISE), (struct trace){3, f, zero, NULL}), sqrt(9), 1e-15);
}
END_TEST

START_TEST(white_and_corner_of_exact_data)
{
    g_autofree double *x = log_grid(1, 1e11, 221), *y = sampled(221, x, both);
    struct trace trace = {221, x, y, NULL};
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_NOISE_WHITE, OF_ONOISE), trace) / sqrt(WHITE), 1, 1e-10);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_NOISE_CORNER, OF_ONOISE), trace) / (FLICKER / WHITE), 1, 1e-9);
}
END_TEST

static double brown(double f)
{
    return sqrt(WHITE + 1e-10 / (f * f));
}

START_TEST(what_is_not_white_and_flicker_is_refused)
{
    enum { N = 56 };
    g_autofree double *x = log_grid(1, 1e11, N), *w = sampled(N, x, white), *k = sampled(N, x, flicker), *b = sampled(N, x, brown);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_NOISE_WHITE, OF_ONOISE), (struct trace){N, x, w, NULL}) / sqrt(WHITE), 1, 1e-12);
    refused(SPEC(MEASURE_NOISE_CORNER, OF_ONOISE, .from = 10), (struct trace){N, x, w, NULL},
            "the corner of onoise, 0, is not between 10 and 1e+11");
    refused(SPEC(MEASURE_NOISE_WHITE, OF_ONOISE, .to = 1e3), (struct trace){N, x, k, NULL},
            "onoise is 1/f throughout: it has no white level");
    refused(SPEC(MEASURE_NOISE_WHITE, OF_ONOISE), (struct trace){N, x, b, NULL},
            "onoise is not white + 1/f: the best fit misses its square by 76.9096 % rms");
    w[9] = 0;
    refused(SPEC(MEASURE_NOISE_WHITE, OF_ONOISE, .to = x[9]), (struct trace){N, x, w, NULL}, "onoise is zero at 63.0957");
    x[0] = -1;
    refused(SPEC(MEASURE_NOISE_CHARGE, OF_ONOISE, .window_s = T_S), (struct trace){N, x, b, NULL},
            "onoise starts at -1, expected frequencies above 0");
    refused(SPEC(MEASURE_NOISE_RMS, OF_ONOISE), (struct trace){1, x, b, NULL},
            "the signal has a single point there, at -1, expected a stretch");
}
END_TEST

static Suite *suite(void)
{
    gsl_set_error_handler_off();
    Suite *s = suite_create("noise");
    TCase *t = tcase_create("noise");
    tcase_add_test(t, charge_of_white_noise);
    tcase_add_test(t, charge_of_flicker_noise_depends_on_its_lower_limit);
    tcase_add_test(t, charge_of_both_converges);
    tcase_add_test(t, window_of_charge_may_be_cut);
    tcase_add_test(t, rms_of_a_low_pass_is_kT_over_C);
    tcase_add_test(t, rms_is_exact_on_power_laws);
    tcase_add_test(t, white_and_corner_of_exact_data);
    tcase_add_test(t, what_is_not_white_and_flicker_is_refused);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
