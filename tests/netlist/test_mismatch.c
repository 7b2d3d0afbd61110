/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gsl/gsl_cdf.h>

#include "netlist/mismatch.h"
#include "tests/support/check_tap.h"

#define SAMPLES 4000

static const double area_m2 = 0.15e-6 * 0.18e-6;

static struct device_role role_of(gboolean is_p)
{
    struct device_role role = {.is_p = is_p, .mismatch = MISMATCH_DELVTO, .a_vt_Vm = 1.41e-9, .a_beta_m = 8e-9};
    return role;
}

/* (n-1)·s²/σ² is χ² with n-1 degrees of freedom; the interval holds 99.9 %. */
static void check_sd(double sum, double sum_of_squares, double sigma)
{
    double n = SAMPLES, chi2 = (sum_of_squares - sum * sum / n) / (sigma * sigma);
    ck_assert_double_gt(chi2, gsl_cdf_chisq_Pinv(0.0005, n - 1));
    ck_assert_double_lt(chi2, gsl_cdf_chisq_Qinv(0.0005, n - 1));
    ck_assert_double_lt(fabs(sum / n), 3.29 * sigma / sqrt(n));
}

START_TEST(follows_pelgrom)
{
    struct device_role role = role_of(FALSE);
    double vt = 0, vt2 = 0, beta = 0, beta2 = 0, both = 0;
    for (int k = 1; k <= SAMPLES; k++) {
        struct mismatch m = mismatch_draw(&role, area_m2, 7, "gc/x_dut.mrp", k);
        vt += m.dvt_V;
        vt2 += m.dvt_V * m.dvt_V;
        beta += m.factor - 1;
        beta2 += (m.factor - 1) * (m.factor - 1);
        both += m.dvt_V * (m.factor - 1);
    }
    double root_m = sqrt(area_m2), sigma_vt = 1.41e-9 / root_m, sigma_beta = 8e-9 / root_m;
    check_sd(vt, vt2, sigma_vt);
    check_sd(beta, beta2, sigma_beta);
    ck_assert_double_lt(fabs(both / SAMPLES / sigma_vt / sigma_beta), 3.29 / sqrt(SAMPLES)); /* the two are independent */
}
END_TEST

START_TEST(a_weaker_pmos_has_a_lower_signed_threshold)
{
    struct device_role n = role_of(FALSE), p = role_of(TRUE);
    struct mismatch of_n = mismatch_draw(&n, area_m2, 7, "gc/x_dut.m1", 3),
                    of_p = mismatch_draw(&p, area_m2, 7, "gc/x_dut.m1", 3);
    ck_assert(of_n.dvt_V == -of_p.dvt_V && of_n.dvt_V != 0);
    ck_assert(of_n.factor == of_p.factor);
}
END_TEST

START_TEST(depends_on_seed_device_sample_and_area_alone)
{
    struct device_role role = role_of(FALSE);
    struct mismatch late = mismatch_draw(&role, area_m2, 7, "gc/x_dut.mrn", 900);
    for (int k = 1; k < 20; k++)
        mismatch_draw(&role, area_m2, 7, "gc/x_dut.mrp", k);
    struct mismatch again = mismatch_draw(&role, area_m2, 7, "gc/x_dut.mrn", 900);
    ck_assert(late.dvt_V == again.dvt_V && late.factor == again.factor);
    ck_assert(late.dvt_V != mismatch_draw(&role, area_m2, 8, "gc/x_dut.mrn", 900).dvt_V);
    ck_assert(late.dvt_V != mismatch_draw(&role, area_m2, 7, "gc/x_dut.x1.mrn", 900).dvt_V);
    ck_assert(late.dvt_V != mismatch_draw(&role, area_m2, 7, "gc/x_dut.mrn", 901).dvt_V);
    ck_assert_double_eq_tol(mismatch_draw(&role, 4 * area_m2, 7, "gc/x_dut.mrn", 900).dvt_V, late.dvt_V / 2, 1e-17);
}
END_TEST

/* A device so small that the normal distribution would give it a negative mobility. */
START_TEST(the_current_factor_stays_positive)
{
    struct device_role role = role_of(FALSE);
    gboolean met = FALSE;
    for (int k = 1; k <= 100; k++) {
        double factor = mismatch_draw(&role, 1e-17, 7, "gc/x_dut.mrn", k).factor;
        ck_assert(factor >= 0.1);
        met = met || factor == 0.1;
    }
    ck_assert(met);
}
END_TEST

static Suite *mismatch_suite(void)
{
    Suite *suite = suite_create("mismatch");
    TCase *tc = tcase_create("mismatch");
    tcase_add_test(tc, follows_pelgrom);
    tcase_add_test(tc, a_weaker_pmos_has_a_lower_signed_threshold);
    tcase_add_test(tc, depends_on_seed_device_sample_and_area_alone);
    tcase_add_test(tc, the_current_factor_stays_positive);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(mismatch_suite)
