/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each kind against closed forms, on grids that are not uniform.
 *
 * Tolerances: piecewise linear signals are measured to rounding (1e-14 relative leaves some hundred additions). For curves the
 * chord of a step h is off by at most h² |y''| / 8; the tests compute that.
 */
#include "config.h"

#include <gsl/gsl_errno.h>

#include "tests/measure/specs.h"

#define TAU_S 2.385e-3

/* A bent line: 0.2, 0.8, 0.5, 0.5, -0.4 at 0, 1, 1.5, 3, 4. */
static const double bent_x[] = {0, 1, 1.5, 3, 4}, bent_y[] = {0.2, 0.8, 0.5, 0.5, -0.4};
static const struct trace bent = {5, bent_x, bent_y, NULL};
static const struct trace empty = {0, bent_x, bent_y, NULL};
static const struct trace single = {1, bent_x, bent_y, NULL};

/* From 0.9 V towards 0.45 V. */
static double decay(double t_s)
{
    return 0.45 + 0.45 * exp(-t_s / TAU_S);
}

static double sine(double t)
{
    return 0.3 + 1.7 * sin(2 * G_PI * t);
}

/* The largest distance between y'' -bounded curve and its chords. */
static double chord_error(gsize n, const double *x, double second_derivative)
{
    double h = 0;
    for (gsize k = 1; k < n; k++)
        h = MAX(h, x[k] - x[k - 1]);
    return h * h * second_derivative / 8;
}

START_TEST(value_interpolates)
{
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_VALUE, .at = 0.25), bent), 0.35, 1e-16);
    ck_assert(measured(SPEC(MEASURE_VALUE, .at = 1.5), bent) == 0.5);
    ck_assert(measured(SPEC(MEASURE_VALUE, .at = 0), bent) == 0.2);
    ck_assert(measured(SPEC(MEASURE_VALUE, .at = 4), bent) == -0.4);
    /* A sweep's end misses 4 by rounding: that is the end, one in 10^8 farther is not. */
    ck_assert(measured(SPEC(MEASURE_VALUE, .at = 4 + 3e-9), bent) == -0.4);
    refused(SPEC(MEASURE_VALUE, .at = 4 + 5e-9), bent, "at 4.000000005 lies outside of the scale, which runs from 0 to 4");
    refused(SPEC(MEASURE_VALUE, .at = -1), bent, "at -1 lies outside of the scale, which runs from 0 to 4");
    refused(SPEC(MEASURE_VALUE, .at = (double)INFINITY), bent, "at inf lies outside of the scale, which runs from 0 to 4");
    refused(SPEC(MEASURE_VALUE), bent, "at is missing");
}
END_TEST

START_TEST(min_and_max_look_at_the_ends_of_the_window_too)
{
    ck_assert(measured(SPEC(MEASURE_MIN), bent) == -0.4);
    ck_assert(measured(SPEC(MEASURE_MAX), bent) == 0.8);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_MIN, .from = 0.5, .to = 1.25), bent), 0.5, 1e-16);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_MAX, .from = 1.25, .to = 4), bent), 0.65, 1e-15);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_MIN, .to = 3.5), bent), 0.05, 1e-15);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_MAX, .from = 3.25, .to = 3.5), bent), 0.275, 1e-15);
    ck_assert(measured(SPEC(MEASURE_MAX), single) == 0.2 && measured(SPEC(MEASURE_MIN), single) == 0.2);
    refused(SPEC(MEASURE_MIN, .from = 5), bent, "from 5 lies outside of the scale, which runs from 0 to 4");
    refused(SPEC(MEASURE_MAX, .to = -0.5), bent, "to -0.5 lies outside of the scale, which runs from 0 to 4");
    refused(SPEC(MEASURE_MAX, .from = 2, .to = 1), bent, "from 2 lies behind to 1");
}
END_TEST

START_TEST(mean_is_over_the_scale_not_over_the_points)
{
    /* Trapezoids by hand: 0.5 + 0.325 + 0.75 + 0.05 = 1.625 over 4. */
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_MEAN), bent), 1.625 / 4, 1e-15);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_MEAN, .from = 2, .to = 3.5), bent), (0.5 + 0.5 * 0.275) / 1.5, 1e-15);
    ck_assert(measured(SPEC(MEASURE_MEAN), single) == 0.2);
    enum { N = 1000 };
    g_autofree double *x = uneven_grid(N, 0, 1), *y = sampled(N, x, sine);
    double chord = chord_error(N, x, 1.7 * 4 * G_PI * G_PI);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_MEAN), (struct trace){N, x, y, NULL}), 0.3, chord);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_MEAN, .to = 0.5), (struct trace){N, x, y, NULL}), 0.3 + 1.7 * 2 / G_PI, chord);
}
END_TEST

START_TEST(mean_does_not_follow_the_density_of_points)
{
    /* 998 of 1000 points crowd into the first hundredth of the scale. */
    enum { N = 1000 };
    double x[N], y[N];
    for (int k = 0; k < N; k++) {
        x[k] = k < N - 2 ? 0.01 * k / (N - 3) : k == N - 2 ? 0.5 : 1;
        y[k] = 2.385 - 4 * x[k];
    }
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_MEAN), (struct trace){N, x, y, NULL}), 0.385, 1e-14);
}
END_TEST

START_TEST(rms_is_exact_on_ramps_and_close_on_sines)
{
    static const double x[] = {1, 3.5}, y[] = {-0.7, 2.385};
    double expected = sqrt((0.7 * 0.7 - 0.7 * 2.385 + 2.385 * 2.385) / 3);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_RMS), (struct trace){2, x, y, NULL}), expected, 1e-15);
    ck_assert(measured(SPEC(MEASURE_RMS), (struct trace){1, x, y, NULL}) == 0.7);
    enum { N = 1000 };
    g_autofree double *t = uneven_grid(N, 0, 1), *s = sampled(N, t, sine);
    /* d(rms) = <y dy>/rms <= the largest dy */
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_RMS), (struct trace){N, t, s, NULL}), sqrt(0.3 * 0.3 + 1.7 * 1.7 / 2),
                            chord_error(N, t, 1.7 * 4 * G_PI * G_PI));
}
END_TEST

START_TEST(crossing_of_a_decay)
{
    enum { N = 400 };
    g_autofree double *x = uneven_grid(N, 0, 5 * TAU_S), *y = sampled(N, x, decay);
    struct trace trace = {N, x, y, NULL};
    /* At a level, t = -τ ln((level - final)/(y0 - final)); dt = dy/|y'| with y' = -(level - final)/τ there. */
    static const double levels_V[] = {0.8, 0.6155457, 0.5};
    for (gsize i = 0; i < G_N_ELEMENTS(levels_V); i++) {
        double above = levels_V[i] - 0.45, dt = chord_error(N, x, 0.45 / (TAU_S * TAU_S)) * TAU_S / above;
        double t = measured(SPEC(MEASURE_CROSSING, .level = levels_V[i], .edge = EDGE_FALL), trace);
        ck_assert_double_eq_tol(t, -TAU_S * log(above / 0.45), dt);
    }
    refused(SPEC(MEASURE_CROSSING, .level = 0.6155457, .edge = EDGE_RISE), trace,
            "v(sn) does not cross 0.6155457 upwards between 0 and 0.011925");
    refused(SPEC(MEASURE_CROSSING, .level = 0.4), trace, "v(sn) does not cross 0.4 between 0 and 0.011925");
}
END_TEST

START_TEST(crossings_are_counted_by_edge_in_the_window)
{
    static const double x[] = {0, 1, 2, 3, 4, 5}, y[] = {-1, 1, -1, 1, -1, 1};
    const struct trace zigzag = {6, x, y, NULL};
    static const struct {
        double level, from, to;
        enum edge edge;
        int number;
        double at;
    } cases[] = {
        {0, NAN, NAN, EDGE_EITHER, 1, 0.5},       {0, NAN, NAN, EDGE_EITHER, 4, 3.5},   {0, NAN, NAN, EDGE_RISE, 2, 2.5},
        {0, NAN, NAN, EDGE_FALL, 2, 3.5},         {0, 0.6, NAN, EDGE_EITHER, 1, 1.5},   {0, 1.25, 4.75, EDGE_RISE, 2, 4.5},
        {0.5, NAN, NAN, EDGE_FALL, 1, 1.25},      {0, NAN, NAN, EDGE_RISE, 0, 0.5},     {-0.5, 0.5, NAN, EDGE_EITHER, 1, 1.75},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        ck_assert_double_eq_tol(measured(SPEC(MEASURE_CROSSING, .level = cases[i].level, .from = cases[i].from, .to = cases[i].to,
                                              .edge = cases[i].edge, .number = cases[i].number), zigzag),
                                cases[i].at, 1e-15);
    refused(SPEC(MEASURE_CROSSING, .level = 0, .edge = EDGE_FALL, .number = 3, .to = 4.25), zigzag,
            "v(sn) crosses 0 downwards 2 times between 0 and 4.25, expected 3");
}
END_TEST

START_TEST(touching_is_no_crossing)
{
    static const double x[] = {0, 1, 2, 3, 4, 5, 6}, y[] = {0, 1, 0, 1, 0, 0, -1};
    const struct trace trace = {7, x, y, NULL};
    /* Begins on the level, touches it at 2, stays on it from 4: one crossing, where it reached it. */
    ck_assert(measured(SPEC(MEASURE_CROSSING, .level = 0), trace) == 4);
    refused(SPEC(MEASURE_CROSSING, .level = 0, .number = 2), trace, "v(sn) crosses 0 1 times between 0 and 6, expected 2");
    refused(SPEC(MEASURE_CROSSING, .level = 0, .to = 5), trace, "v(sn) does not cross 0 between 0 and 5");
    refused(SPEC(MEASURE_CROSSING, .level = 1), trace, "v(sn) does not cross 1 between 0 and 6");
}
END_TEST

START_TEST(delay_between_two_signals)
{
    /* Two ramps through 0.45 V: at 1.5 ns and at 3.25 ns; the second ends falling through 0.9 V/4 at 5.75 ns. */
    static const double x[] = {0, 1e-9, 2e-9, 3e-9, 3.5e-9, 5e-9, 6e-9}, in[] = {0, 0, 0.9, 0.9, 0.9, 0.9, 0.9},
                        out[] = {0, 0, 0, 0, 0.9, 0.9, 0};
    const struct trace trace = {7, x, in, out};
    struct measure_spec spec = SPEC(MEASURE_DELAY, .level = 0.45, UNTIL("v(out)", "out"));
    ck_assert_double_eq_tol(measured(spec, trace), 1.75e-9, 1e-23);
    spec.until_edge = EDGE_FALL;
    spec.until_level = 0.225;
    ck_assert_double_eq_tol(measured(spec, trace), 4.25e-9, 1e-23);
    spec.until_edge = EDGE_RISE;
    spec.until_number = 2;
    refused(spec, trace, "v(out) crosses 0.225 upwards 1 times between 1.5e-09 and 6e-09, expected 2");
    spec.edge = EDGE_FALL;
    refused(spec, trace, "v(sn) does not cross 0.45 downwards between 0 and 6e-09");
    spec = SPEC(MEASURE_DELAY, .level = 0.45, .to = 3.1e-9, UNTIL("v(out)", "out"));
    refused(spec, trace, "v(out) does not cross 0.45 between 1.5e-09 and 3.1e-09");
    refused(spec, (struct trace){7, x, in, NULL}, "until is missing");
}
END_TEST

START_TEST(delay_to_the_same_signal_is_a_period)
{
    enum { N = 3000 };
    g_autofree double *x = uneven_grid(N, 0.1, 3.3), *y = sampled(N, x, sine);
    struct trace trace = {N, x, y, y};
    double dt = 2 * chord_error(N, x, 1.7 * 4 * G_PI * G_PI) / (1.7 * 2 * G_PI);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_DELAY, .level = 0.3, .edge = EDGE_RISE, .until_edge = EDGE_RISE,
                                          UNTIL("v(sn)", "sn")), trace), 1, dt);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_DELAY, .level = 0.3, .edge = EDGE_RISE, .until_edge = EDGE_FALL,
                                          UNTIL("v(sn)", "sn")), trace), 0.5, dt);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_DELAY, .level = 0.3, .number = 2, .until_number = 2, UNTIL("v(sn)", "sn")),
                                     trace), 1, dt);
}
END_TEST

static double parabola(double x)
{
    return 1000.25 - 3.5 * x + 2.385 * x * x;
}

START_TEST(slope_at_a_position_is_exact_for_a_parabola)
{
    enum { N = 23 };
    static const double at[] = {-1, -0.999, -0.4, 0, 0.1234, 1.9, 2};
    g_autofree double *x = uneven_grid(N, -1, 2), *y = sampled(N, x, parabola);
    /* The values' rounding, 1e-13, over steps of at least 0.01. */
    for (gsize i = 0; i < G_N_ELEMENTS(at); i++)
        ck_assert_double_eq_tol(measured(SPEC(MEASURE_SLOPE, .at = at[i]), (struct trace){N, x, y, NULL}), -3.5 + 4.77 * at[i],
                                1e-10);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_SLOPE, .at = 0.3), (struct trace){2, bent_x, bent_y, NULL}), 0.6, 1e-15);
    refused(SPEC(MEASURE_SLOPE, .at = 0), single, "the signal has a single point, which has no slope");
    refused(SPEC(MEASURE_SLOPE, .at = 9), bent, "at 9 lies outside of the scale, which runs from 0 to 4");
}
END_TEST

static double line(double x)
{
    return 7.25 - 2.385 * x;
}

START_TEST(slope_over_a_stretch_is_the_least_squares_line)
{
    enum { N = 57 };
    g_autofree double *x = uneven_grid(N, 1, 4), *y = sampled(N, x, line);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_SLOPE), (struct trace){N, x, y, NULL}), -2.385, 1e-13);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_SLOPE, .from = 1.234, .to = 2.5), (struct trace){N, x, y, NULL}), -2.385,
                            1e-13);
    /* |x - 1| bent at 1, over 0 … 3: 12/27 (∫₀¹ (x-1.5)(1-x) + ∫₁³ (x-1.5)(x-1)) = 12/27 (-7/12 + 5/3) = 13/27. */
    static const double vx[] = {0, 0.01, 0.02, 1, 3}, vy[] = {1, 0.99, 0.98, 0, 2};
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_SLOPE), (struct trace){5, vx, vy, NULL}), 13.0 / 27.0, 1e-14);
    refused(SPEC(MEASURE_SLOPE), single, "the signal has a single point there, at 0, expected a stretch");
}
END_TEST

START_TEST(integral_cuts_its_ends)
{
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_INTEGRAL), bent), 1.625, 1e-15);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_INTEGRAL, .from = 0.5, .to = 0.75), bent), 0.25 * 0.575, 1e-16);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_INTEGRAL, .from = 1, .to = 3), bent), 0.325 + 0.75, 1e-15);
    refused(SPEC(MEASURE_INTEGRAL), single, "the signal has a single point there, at 0, expected a stretch");
}
END_TEST

static double charging_A(double t_s)
{
    return 9e-5 * exp(-t_s / TAU_S);
}

START_TEST(charge_of_a_charging_current)
{
    enum { N = 500 };
    g_autofree double *x = uneven_grid(N, 0, 3 * TAU_S), *y = sampled(N, x, charging_A);
    double expected_C = 9e-5 * TAU_S * (1 - exp(-3)), chord = chord_error(N, x, 9e-5 / (TAU_S * TAU_S));
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_CHARGE), (struct trace){N, x, y, NULL}), expected_C, 3 * TAU_S * chord);
}
END_TEST

static double ringing(double t)
{
    return 0.45 + 0.3 * exp(-t / 2.0) * cos(2 * G_PI * t);
}

START_TEST(settling_is_the_last_entry_into_the_band)
{
    enum { N = 4000 };
    g_autofree double *x = uneven_grid(N, 0, 12 * TAU_S), *y = sampled(N, x, decay);
    struct trace trace = {N, x, y, NULL};
    double chord = chord_error(N, x, 0.45 / (TAU_S * TAU_S));
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_SETTLING, .final = 0.45, .band = 0.9e-3), trace), TAU_S * log(500),
                            TAU_S * chord / 0.9e-3);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_SETTLING, .final = 0.45, .band = 0.9e-3, .from = TAU_S), trace),
                            TAU_S * (log(500) - 1), TAU_S * chord / 0.9e-3);
    /* Around the value at `to`, 0.45 (1 + e⁻³) V: settled when exp(-t/τ) = e⁻³ + 0.002 */
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_SETTLING, .band = 0.9e-3, .to = 3 * TAU_S), trace),
                            -TAU_S * log(exp(-3) + 0.002), TAU_S * 2 * chord / (0.45 * exp(-3)));
    ck_assert(measured(SPEC(MEASURE_SETTLING, .final = 0.45, .band = 1), trace) == 0);
    refused(SPEC(MEASURE_SETTLING, .final = 0.44, .band = 0.9e-3, .to = 0.01), (struct trace){5, bent_x, bent_y, NULL},
            "v(sn) does not settle to 0.44 within 0.0009: it is 0.206 at 0.01");
    g_autofree double *t = uneven_grid(N, 0, 20), *r = sampled(N, t, ringing);
    double t_settle = measured(SPEC(MEASURE_SETTLING, .final = 0.45, .band = 0.05), (struct trace){N, t, r, NULL});
    /* The last swing beyond 0.05 peaks near t = 3.5 (0.3 e^-1.75 = 0.0521) and leaves the band before 3.6. */
    ck_assert_double_eq_tol(fabs(ringing(t_settle) - 0.45), 0.05, 1e-4);
    ck_assert(t_settle > 3.5 && t_settle < 3.6);
}
END_TEST

/* y = final + swing exp(-t/τ) on n uneven points over `folds` e-folds; relative error of the fit. */
static double fit_error(gsize n, double folds, double final, double swing, double tau, gboolean given)
{
    g_autofree double *x = uneven_grid(n, 0.25 * tau, (0.25 + folds) * tau), *y = g_new(double, n);
    for (gsize k = 0; k < n; k++)
        y[k] = final + swing * exp(-x[k] / tau);
    struct measure_spec spec = SPEC(MEASURE_TIME_CONSTANT, .final = given ? final : NAN);
    return fabs(measured(spec, (struct trace){n, x, y, NULL}) / tau - 1);
}

START_TEST(time_constant_of_exact_data)
{
    static const struct {
        gsize n;
        double folds, final, swing, tau;
    } cases[] = {
        {800, 8.4, 0.45, 0.45, 4.77e-3}, {40, 3, 0.45, 0.45, TAU_S}, {5, 2, 0.45, 0.45, TAU_S},    {200, 1, 0.45, 0.45, 2.385e9},
        {200, 0.3, -0.2, 1.1, 1e-12},    {200, 30, 0, 2.385, TAU_S}, {500, 4, 0.9, -0.9, 1e-9},   {1000, 0.05, 0.45, 0.45, TAU_S},
        {300, 5, 1e6, 1, TAU_S},         {300, 5, 0, 1e-15, TAU_S},  {2000, 200, 0.45, 0.3, TAU_S},
    };
    gsl_set_error_handler_off();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int given = 0; given < 2; given++) {
            double e = fit_error(cases[i].n, cases[i].folds, cases[i].final, cases[i].swing, cases[i].tau, given);
            ck_assert_msg(e < 1e-6, "case %zu, final %s: relative error %g", i, given ? "given" : "fitted", e);
        }
}
END_TEST

START_TEST(time_constant_of_a_small_droop_with_its_final_value_given)
{
    gsl_set_error_handler_off();
    ck_assert(fit_error(100, 1e-4, 0.45, 0.45, TAU_S, TRUE) < 1e-6);
}
END_TEST

START_TEST(time_constant_in_a_window)
{
    /* A step that is not part of the decay, then the decay; τ twice as long behind 2.4 ms. */
    enum { N = 600 };
    g_autofree double *x = uneven_grid(N, 0, 5e-3), *y = g_new(double, N);
    for (gsize k = 0; k < N; k++)
        y[k] = x[k] < 0.2e-3 ? -7 : x[k] < 2.4e-3 ? 0.45 + 0.3 * exp(-x[k] / 1e-3) : 0.2 + 0.3 * exp(-x[k] / 2e-3);
    gsl_set_error_handler_off();
    struct trace trace = {N, x, y, NULL};
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_TIME_CONSTANT, .from = 0.21e-3, .to = 2.39e-3), trace), 1e-3, 1e-9);
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_TIME_CONSTANT, .from = 2.41e-3, .final = 0.2), trace), 2e-3, 2e-9);
}
END_TEST

START_TEST(time_constant_with_noise)
{
    /* 1 % of the swing, zero mean and uncorrelated enough: 400 points leave some 0.01 √(3·5/400) of τ. */
    enum { N = 400 };
    g_autofree double *x = uneven_grid(N, 0, 4 * TAU_S), *y = sampled(N, x, decay);
    for (int k = 0; k < N; k++)
        y[k] += 0.0045 * sin(1e4 * sin(7.1 * k));
    gsl_set_error_handler_off();
    ck_assert_double_eq_tol(measured(SPEC(MEASURE_TIME_CONSTANT), (struct trace){N, x, y, NULL}), TAU_S, 0.02 * TAU_S);
}
END_TEST

static double growing(double t)
{
    return 0.1 + 0.02 * exp(t);
}

static double flat(double t G_GNUC_UNUSED)
{
    return 0.45;
}

START_TEST(time_constant_refuses_what_does_not_decay)
{
    enum { N = 100 };
    static const struct {
        double (*f)(double);
        double final;
        const char *message;
    } cases[] = {
        {flat, NAN, "v(sn) stays at 0.45 between 0 and 3 and does not decay"},
        {flat, 0.2, "v(sn) stays at 0.45 between 0 and 3 and does not decay"},
        {growing, NAN, "v(sn) does not decay: its best exponential grows"},
        {growing, 0.1, "v(sn) does not decay: its best exponential grows"},
        {line, NAN, "v(sn) does not decay: no exponential fits it better than a straight line"},
        {line, 100, "v(sn) does not decay: its best exponential grows"},
        {decay, NAN, "v(sn) decays between its first points, of which a time constant needs 3"},
        {sine, 0.3, NULL},
        {sine, NAN, NULL},
    };
    gsl_set_error_handler_off();
    g_autofree double *x = uneven_grid(N, 0, 3);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree double *y = sampled(N, x, cases[i].f);
        GError *error = NULL;
        double value = 2.385;
        struct measure_spec spec = SPEC(MEASURE_TIME_CONSTANT, .final = cases[i].final);
        gboolean ok = measure_method(MEASURE_TIME_CONSTANT)->run(&spec, &(struct trace){N, x, y, NULL}, &value, &error);
        ck_assert_msg(!ok && value == 2.385, "case %zu gave %g", i, value);
        ck_assert_msg(strstr(error->message, " decay") != NULL, "case %zu: %s", i, error->message);
        if (cases[i].message != NULL)
            ck_assert_str_eq(error->message, cases[i].message);
        g_clear_error(&error);
    }
    static const double steep_x[] = {0, 1, 2, 3, 4, 5}, steep_y[] = {1, 1e-13, 0, 0, 0, 0};
    refused(SPEC(MEASURE_TIME_CONSTANT, .final = 0), (struct trace){6, steep_x, steep_y, NULL},
            "v(sn) decays between its first points, of which a time constant needs 2");
    refused(SPEC(MEASURE_TIME_CONSTANT, .from = 1.2), bent, "v(sn) has 3 points between 1.2 and 4, a time constant needs 4");
}
END_TEST

/* The bent line passes 0.65 upwards at 0.75 and downwards at 1.25, stays at 0.5 from 1.5 to 3 and falls through zero at 3 + 5/9.
 * Edges by hand. */
START_TEST(count_of_clock_edges)
{
    static const struct {
        double level, from, to, period;
        enum side side;
        int most;
        double count;
    } cases[] = {
        {0.65, 0.1, NAN, 0.25, SIDE_ABOVE, 0, 2},    /* 0.85, 1.1 */
        {0.65, 0.1, NAN, 0.25, SIDE_BELOW, 0, 14},   /* of 16: 0.1, 0.35 … 3.85 */
        {0.65, 0.1, 3.85, 0.25, SIDE_BELOW, 0, 14},  /* `to` is the last edge but for rounding: it counts */
        {0.65, 0.1, 3.849, 0.25, SIDE_BELOW, 0, 13}, /* and here it does not */
        {0.65, 0.1, NAN, 0.25, SIDE_BELOW, 13, 13},  /* the counter stops */
        {0.65, 0.1, NAN, 0.25, SIDE_BELOW, 15, 14},
        {0.5, 1.5, 3, 0.3, SIDE_ABOVE, 0, 0},        /* on the level: neither above */
        {0.5, 1.5, 3, 0.3, SIDE_BELOW, 0, 0},        /* nor below */
        {0, 3.1, NAN, 0.2, SIDE_ABOVE, 0, 3},        /* 3.1, 3.3, 3.5 */
        {0.1, 2.385, 2.5, 7, SIDE_ABOVE, 0, 1},      /* one edge, at from */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct measure_spec spec = SPEC(MEASURE_COUNT, .level = cases[i].level, .from = cases[i].from, .to = cases[i].to,
                                        .period = cases[i].period, .side = cases[i].side, .most = cases[i].most);
        double count = measured(spec, bent);
        ck_assert_msg(count == cases[i].count, "case %zu: %g, expected %g", i, count, cases[i].count);
    }
    ck_assert(measured(SPEC(MEASURE_COUNT, .level = 0.1, .from = 0, .period = 1), single) == 1);
}
END_TEST

/* A pulse of w periods that starts in the middle between two edges gives round(w), until the counter stops. */
START_TEST(count_rounds_a_pulse)
{
    static const double widths[] = {0.2385, 0.61, 1.49, 1.51, 7.385, 14.6, 15.4, 15.6, 18.2};
    for (gsize i = 0; i < G_N_ELEMENTS(widths); i++) {
        double w = widths[i], x[] = {0, 2e-9, 2.001e-9, (2 + w) * 1e-9, (2.001 + w) * 1e-9, 30e-9};
        static const double y[] = {0.45, 0.45, 0.9, 0.9, 0.45, 0.45};
        struct measure_spec spec = SPEC(MEASURE_COUNT, .level = 0.675, .from = 2.5005e-9, .period = 1e-9, .most = 16);
        ck_assert(measured(spec, (struct trace){6, x, y, NULL}) == MIN(round(w), 16));
    }
}
END_TEST

START_TEST(count_refuses)
{
    static const double x[] = {0, 1, 2}, y[] = {0.2, (double)NAN, 0.8};
    const struct trace gap = {3, x, y, NULL};
    refused(SPEC(MEASURE_COUNT, .level = 0.5, .from = 0, .period = 0.5), gap, "v(sn) is not a finite number at 0.5");
    refused(SPEC(MEASURE_COUNT, .level = 0.5, .from = 0.2, .period = 3e-6), bent,
            "more than 1000000 edges of a clock with period 3e-06");
    refused(SPEC(MEASURE_COUNT, .level = 0.5, .from = 0.2), bent, "period is missing");
    refused(SPEC(MEASURE_COUNT, .level = 0.5, .from = 0.2, .to = 4.5, .period = 1), bent,
            "to 4.5 lies outside of the scale, which runs from 0 to 4");
}
END_TEST

START_TEST(every_kind_refuses_an_empty_trace)
{
    for (const struct measure_method *const *m = measure_methods(); *m != NULL; m++)
        refused(SPEC((*m)->kind, .at = (*m)->kind == MEASURE_VALUE ? 0.5 : NAN, .level = 0.5, .band = 0.1),
                (struct trace){0, bent_x, bent_y, bent_y}, "the signal has no points");
    refused(SPEC(MEASURE_SLOPE, .at = 0.5), empty, "the signal has no points");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("kinds");
    TCase *t = tcase_create("kinds");
    tcase_add_test(t, value_interpolates);
    tcase_add_test(t, min_and_max_look_at_the_ends_of_the_window_too);
    tcase_add_test(t, mean_is_over_the_scale_not_over_the_points);
    tcase_add_test(t, mean_does_not_follow_the_density_of_points);
    tcase_add_test(t, rms_is_exact_on_ramps_and_close_on_sines);
    tcase_add_test(t, crossing_of_a_decay);
    tcase_add_test(t, crossings_are_counted_by_edge_in_the_window);
    tcase_add_test(t, touching_is_no_crossing);
    tcase_add_test(t, delay_between_two_signals);
    tcase_add_test(t, delay_to_the_same_signal_is_a_period);
    tcase_add_test(t, slope_at_a_position_is_exact_for_a_parabola);
    tcase_add_test(t, slope_over_a_stretch_is_the_least_squares_line);
    tcase_add_test(t, integral_cuts_its_ends);
    tcase_add_test(t, charge_of_a_charging_current);
    tcase_add_test(t, settling_is_the_last_entry_into_the_band);
    tcase_add_test(t, time_constant_of_exact_data);
    tcase_add_test(t, time_constant_of_a_small_droop_with_its_final_value_given);
    tcase_add_test(t, time_constant_in_a_window);
    tcase_add_test(t, time_constant_with_noise);
    tcase_add_test(t, time_constant_refuses_what_does_not_decay);
    tcase_add_test(t, count_of_clock_edges);
    tcase_add_test(t, count_rounds_a_pulse);
    tcase_add_test(t, count_refuses);
    tcase_add_test(t, every_kind_refuses_an_empty_trace);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
