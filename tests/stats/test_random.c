/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "stats/random.h"
#include "tests/support/check_tap.h"

/* Known answers of philox4x32-10 that its authors publish with Random123 (tests/kat_vectors). */
START_TEST(gives_the_published_vectors)
{
    static const struct {
        guint32 counter[4], key[2], block[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        guint32 block[4];
        random_block(known[i].counter, known[i].key, block);
        for (int k = 0; k < 4; k++)
            ck_assert_uint_eq(block[k], known[i].block[k]);
    }
}
END_TEST

/* Numbers of one key are the same on every machine and in every version: stores and golden decks hold them. */
START_TEST(a_key_keeps_its_number)
{
    ck_assert(random_uniform(7, "gc/x_dut.mrn/vt", 137) == 0.49377837603681585);
    ck_assert_double_eq_tol(random_normal(7, "gc/x_dut.mrn/vt", 137), -0.0155959307581564, 1e-14);
}
END_TEST

START_TEST(each_part_of_the_key_matters)
{
    double u = random_uniform(7, "gc/x_dut.mrn/vt", 137);
    ck_assert(u == random_uniform(7, "gc/x_dut.mrn/vt", 137));
    ck_assert(u != random_uniform(8, "gc/x_dut.mrn/vt", 137));
    ck_assert(u != random_uniform(7 + (G_GUINT64_CONSTANT(1) << 40), "gc/x_dut.mrn/vt", 137));
    ck_assert(u != random_uniform(7, "gc/x_dut.mrn/beta", 137));
    ck_assert(u != random_uniform(7, "gc/x_dut.mrn/vt", 138));
    ck_assert(u != random_uniform(7, "gc/x_dut.mrn/vt", 137 + (G_GUINT64_CONSTANT(1) << 40)));
}
END_TEST

/* 40,000 numbers: mean within 4.5 standard errors, (1/√12)/√n, and each of 20 classes within 4.5 √(n p q) of n p. */
START_TEST(uniform_is_uniform)
{
    const int n = 40000, classes = 20;
    int count[20] = {0};
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double u = random_uniform(2385, "uniform", (guint64)i);
        ck_assert(u > 0 && u < 1);
        count[(int)(u * classes)]++;
        sum += u;
    }
    ck_assert_double_lt(fabs(sum / n - 0.5), 4.5 / sqrt(12.0 * n));
    for (int k = 0; k < classes; k++)
        ck_assert_double_lt(fabs(count[k] - n / (double)classes), 4.5 * sqrt(n * 0.05 * 0.95));
}
END_TEST

/* Moments of the normal within 4.5 standard errors: 1/√n, √(2/n), √(15/n), √(96/n) for the first four. */
START_TEST(normal_is_normal)
{
    const int n = 40000;
    double m[4] = {0, 0, 0, 0};
    for (int i = 0; i < n; i++) {
        double z = random_normal(2385, "normal", (guint64)i);
        for (int k = 0; k < 4; k++)
            m[k] += pow(z, k + 1) / n;
    }
    ck_assert_double_lt(fabs(m[0]), 4.5 * sqrt(1.0 / n));
    ck_assert_double_lt(fabs(m[1] - 1), 4.5 * sqrt(2.0 / n));
    ck_assert_double_lt(fabs(m[2]), 4.5 * sqrt(15.0 / n));
    ck_assert_double_lt(fabs(m[3] - 3), 4.5 * sqrt(96.0 / n));
}
END_TEST

/* Streams that differ in one letter are uncorrelated: |r| < 4.5/√n. */
START_TEST(streams_are_independent)
{
    const int n = 10000;
    double r = 0;
    for (int i = 0; i < n; i++)
        r += random_normal(7, "gc/x_dut.mrn/vt", (guint64)i) * random_normal(7, "gc/x_dut.mrp/vt", (guint64)i) / n;
    ck_assert_double_lt(fabs(r), 4.5 / sqrt(n));
}
END_TEST

static Suite *random_suite(void)
{
    Suite *suite = suite_create("random");
    TCase *tc = tcase_create("random");
    tcase_add_test(tc, gives_the_published_vectors);
    tcase_add_test(tc, a_key_keeps_its_number);
    tcase_add_test(tc, each_part_of_the_key_matters);
    tcase_add_test(tc, uniform_is_uniform);
    tcase_add_test(tc, normal_is_normal);
    tcase_add_test(tc, streams_are_independent);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(random_suite)
