/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparison on curves whose answer is known: first failing x, worst deviation, margin. Then properties on random curves. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "stats/random.h"
#include "tests/support/check_tap.h"
#include "wave/compare.h"

#define CLOSE 1e-12

struct points {
    gsize n;
    double x[16], y[16];
};

static struct curve curve(const struct points *points)
{
    return (struct curve){.x = numbers_of(points->x, points->n), .re = numbers_of(points->y, points->n)};
}

static struct verdict compared(const struct points *good, const struct points *test, struct rule rule)
{
    struct curve a = curve(good), b = curve(test);
    struct verdict verdict;
    compare_curves(&a, &b, &rule, &verdict);
    return verdict;
}

#define ck_close(a, b) ck_assert_double_eq_tol(a, b, CLOSE)

static const struct points ramp = {2, {0, 1}, {0, 1}};
static const struct points bump = {3, {0, 0.5, 1}, {0, 0.6, 1}}; /* 0.2 x above the ramp, then back */

START_TEST(absolute_band)
{
    struct verdict v = compared(&ramp, &bump, (struct rule){.absolute = 0.04});
    ck_assert(!v.passed);
    ck_close(v.size, 2.5);
    ck_close(v.margin, -1.5);
    ck_close(v.first_x, 0.2);
    ck_close(v.worst_x, 0.5);
    ck_close(v.good, 0.5);
    ck_close(v.test, 0.6);
    ck_assert_uint_eq(v.n_cells, 2);
    v = compared(&ramp, &bump, (struct rule){.absolute = 0.16});
    ck_assert(v.passed && isnan(v.first_x));
    ck_close(v.margin, 1 - 0.1 / 0.16);
    v = compared(&bump, &ramp, (struct rule){.absolute = 0.04}); /* from below as from above */
    ck_assert(!v.passed);
    ck_close(v.size, 2.5);
    ck_close(v.first_x, 0.2);
}
END_TEST

START_TEST(relative_band_and_share_of_the_span)
{
    struct verdict v = compared(&ramp, &bump, (struct rule){.absolute = 0.01, .relative = 0.1});
    ck_assert(!v.passed);
    ck_close(v.first_x, 0.1); /* 0.2 x = 0.01 + 0.1 x */
    ck_close(v.size, 0.1 / 0.06);
    ck_close(v.tolerance, 0.06);
    /* the good passes zero inside a cell, where the tolerance is least: 0.05 against 0.02 */
    const struct points through = {2, {0, 2}, {-1, 1}}, above = {2, {0, 2}, {-0.95, 1.05}};
    v = compared(&through, &above, (struct rule){.absolute = 0.02, .relative = 0.1});
    ck_assert(!v.passed);
    ck_close(v.size, 2.5);
    ck_close(v.worst_x, 1);
    ck_close(v.first_x, 0.7); /* 0.02 + 0.1 (1 - x) = 0.05 */
    const struct points tall = {3, {0, 1, 2}, {-1, 3, -1}}, off = {3, {0, 1, 2}, {-0.9, 3.1, -0.9}};
    v = compared(&tall, &off, (struct rule){.of_span = 0.05}); /* span 4 */
    ck_assert(v.passed);
    ck_close(v.size, 0.5);
    v = compared(&tall, &off, (struct rule){.of_span = 0.0125});
    ck_assert(!v.passed);
    ck_close(v.size, 2);
    ck_close(v.first_x, 0);
}
END_TEST

static const struct points step = {4, {0, 1, 1, 2}, {0, 0, 1, 1}};
static const struct points late = {4, {0, 1.02, 1.02, 2}, {0, 0, 1, 1}};

START_TEST(steps_and_the_tube)
{
    struct verdict v = compared(&step, &step, (struct rule){0});
    ck_assert(v.passed && v.size == 0);
    v = compared(&step, &late, (struct rule){.absolute = 0.1});
    ck_assert(!v.passed);
    ck_close(v.size, 10);
    ck_close(v.first_x, 1);
    v = compared(&step, &late, (struct rule){.absolute = 0.1, .x_tol = 0.03});
    ck_assert(v.passed && v.size == 0);
    v = compared(&step, &late, (struct rule){.absolute = 0.1, .x_tol = 0.01});
    ck_assert(!v.passed);
    ck_close(v.first_x, 1.01);
    ck_close(v.size, 10);
    v = compared(&late, &step, (struct rule){.absolute = 0.1, .x_tol = 0.01}); /* early is as bad as late */
    ck_assert(!v.passed);
    ck_close(v.first_x, 1);
    /* a tube forgives an edge, not a plateau */
    const struct points high = {4, {0, 1, 1, 2}, {0, 0, 1.15, 1.15}};
    v = compared(&step, &high, (struct rule){.absolute = 0.1, .x_tol = 0.03});
    ck_assert(!v.passed);
    ck_close(v.size, 1.5);
    ck_close(v.first_x, 1);
}
END_TEST

START_TEST(tube_of_ramps_and_spikes)
{
    const struct points behind = {3, {0, 0.05, 1}, {0, 0, 0.95}};
    struct verdict v = compared(&ramp, &behind, (struct rule){.absolute = 0.01, .x_tol = 0.03});
    ck_assert(!v.passed);
    ck_close(v.size, 2); /* 0.05 late, of which 0.03 is free */
    ck_close(v.first_x, 0.04);
    v = compared(&ramp, &behind, (struct rule){.absolute = 0.01, .x_tol = 0.045});
    ck_assert(v.passed);
    ck_close(v.size, 0.5);
    const struct points spike = {5, {0, 1, 1.1, 1.2, 2}, {0, 0, 1, 0, 0}}, moved = {5, {0, 1.05, 1.15, 1.25, 2}, {0, 0, 1, 0, 0}};
    v = compared(&spike, &moved, (struct rule){.absolute = 0.05, .x_tol = 0.06});
    ck_assert(v.passed && v.size == 0);
    v = compared(&spike, &moved, (struct rule){.absolute = 0.05, .x_tol = 0.04});
    ck_assert(!v.passed);
    ck_close(v.size, 2);
    const struct points flat = {2, {0, 2}, {0, 0}}; /* a spike that is gone: its top is 1 - 0.05 / 0.1 above the window's least */
    v = compared(&spike, &flat, (struct rule){.absolute = 0.05, .x_tol = 0.02});
    ck_assert(!v.passed);
    ck_close(v.size, 0.8 / 0.05);
    ck_close(v.worst_x, 1.1);
}
END_TEST

START_TEST(integral_rule)
{
    const struct points one = {2, {0, 3}, {1, 1}}, more = {2, {0, 3}, {1.03, 1.03}};
    struct rule rule = {.kind = RULE_INTEGRAL, .relative = 0.01, .absolute = 0.005};
    struct verdict v = compared(&one, &more, rule);
    ck_assert(!v.passed);
    ck_close(v.size, 2);
    ck_close(v.first_x, 0.75); /* 4 x = 3 */
    const struct points zero = {2, {0, 1}, {0, 0}}, rising = {2, {0, 1}, {0, 0.3}}, slowly = {2, {0, 1}, {0, 0.1}};
    rule = (struct rule){.kind = RULE_INTEGRAL, .absolute = 0.1};
    v = compared(&zero, &rising, rule);
    ck_assert(!v.passed);
    ck_close(v.size, sqrt(3));
    ck_close(v.first_x, cbrt(1.0 / 3));
    ck_close(v.worst_x, 1);
    v = compared(&zero, &slowly, rule);
    ck_assert(v.passed);
    ck_close(v.size, sqrt(1.0 / 3));
    /* weights that vary: ∫ e² / (r (1 + x))² = e² / (2 r²), and through zero ∫ e² / (1 + |x|)² over [-1, 1] = e² */
    const struct points up = {2, {0, 1}, {1, 2}}, up_more = {2, {0, 1}, {1.5, 2.5}};
    v = compared(&up, &up_more, (struct rule){.kind = RULE_INTEGRAL, .relative = 0.5});
    ck_close(v.size, sqrt(0.5));
    ck_assert(v.passed);
    const struct points through = {2, {-1, 1}, {-1, 1}}, beside = {2, {-1, 1}, {-0.5, 1.5}};
    v = compared(&through, &beside, (struct rule){.kind = RULE_INTEGRAL, .relative = 0.999999999, .absolute = 1});
    ck_assert_double_eq_tol(v.size, 0.5 * sqrt(0.5), 1e-9);
    /* weights that hardly vary take the other way to the same number */
    const struct points nearly = {2, {0, 1}, {1, 1.04}}, nearly_more = {2, {0, 1}, {1.02, 1.06}};
    v = compared(&nearly, &nearly_more, (struct rule){.kind = RULE_INTEGRAL, .relative = 0.5});
    ck_close(v.size, 0.02 / 0.5 / sqrt(1.04));
    /* what lasts no time counts for nothing here, and for all in a band */
    const struct points spike = {5, {0, 0.5, 0.5005, 0.501, 1}, {0, 0, 0.3, 0, 0}};
    ck_assert(compared(&zero, &spike, rule).passed);
    ck_assert(!compared(&zero, &spike, (struct rule){.absolute = 0.1}).passed);
}
END_TEST

START_TEST(events)
{
    const struct points good = {6, {0, 0.9, 1.1, 1.9, 2.1, 3}, {0, 0, 1, 1, 0, 0}};
    const struct points test = {6, {0, 0.91, 1.11, 1.93, 2.13, 3}, {0, 0, 1, 1, 0, 0}};
    struct rule rule = {.kind = RULE_EVENTS, .level = 0.5, .x_tol = 0.02};
    struct verdict v = compared(&good, &test, rule);
    ck_assert(!v.passed);
    ck_close(v.size, 1.5);
    ck_close(v.first_x, 2);
    ck_close(v.worst_x, 2);
    ck_close(v.test, 2.03);
    ck_assert_uint_eq(v.n_cells, 2);
    rule.edge = CROSSING_RISE;
    v = compared(&good, &test, rule);
    ck_assert(v.passed);
    ck_close(v.margin, 0.5);
    const struct points lost = {4, {0, 0.9, 1.1, 3}, {0, 0, 1, 1}};
    rule.edge = CROSSING_EITHER;
    v = compared(&good, &lost, rule);
    ck_assert(!v.passed);
    ck_close(v.first_x, 2);
    ck_assert_str_eq(v.reason, "the test crosses 0.5 1 times, the good 2 times");
    verdict_clear(&v);
    /* a ripple at the level: three crossings, or with hysteresis one, where it passed last */
    const struct points ripple = {5, {0, 1, 1.5, 2, 3}, {0, 0.52, 0.48, 0.6, 1}};
    const struct points clean = {2, {0, 3}, {0, 1}};
    v = compared(&clean, &ripple, (struct rule){.kind = RULE_EVENTS, .level = 0.5, .x_tol = 0.2});
    ck_assert(!v.passed);
    verdict_clear(&v);
    v = compared(&clean, &ripple, (struct rule){.kind = RULE_EVENTS, .level = 0.5, .x_tol = 0.2, .hysteresis = 0.05});
    ck_assert_msg(v.passed, "%s", v.reason);
    ck_close(v.test, 1.5 + 0.5 * 0.02 / 0.12);
    ck_close(v.good, 1.5);
    verdict_clear(&v);
    v = compared(&step, &late, rule);
    ck_close(v.size, 1);
    ck_close(v.test, 1.02);
}
END_TEST

static struct curve complex_curve(gsize n, const double *x, const double *re, const double *im, enum curve_form form)
{
    return (struct curve){.x = numbers_of(x, n), .re = numbers_of(re, n), .im = numbers_of(im, n), .form = form, .log_x = TRUE};
}

START_TEST(spectra_by_magnitude_phase_and_decibels)
{
    enum { N = 31 };
    double f[N], re[N], im[N], re2[N], im2[N];
    const double gain = pow(10, 0.5 / 20), turn = 20 * G_PI / 180;
    for (int k = 0; k < N; k++) { /* one pole at 1 kHz, and the same 0.5 dB up and 20 degrees on */
        f[k] = pow(10, 1 + k * 0.2);
        double w = f[k] / 1e3;
        re[k] = 1 / (1 + w * w);
        im[k] = -w / (1 + w * w);
        re2[k] = gain * (re[k] * cos(turn) - im[k] * sin(turn));
        im2[k] = gain * (re[k] * sin(turn) + im[k] * cos(turn));
    }
    struct curve good = complex_curve(N, f, re, im, CURVE_DECIBEL), test = complex_curve(N, f, re2, im2, CURVE_DECIBEL);
    struct rule rule = {.absolute = 0.25};
    struct verdict v;
    compare_curves(&good, &test, &rule, &v);
    ck_assert_double_eq_tol(v.size, 2, 1e-9);
    ck_assert_double_eq_tol(v.first_x, 10, 1e-9);
    good.form = test.form = CURVE_MAGNITUDE;
    rule = (struct rule){.relative = 0.1};
    compare_curves(&good, &test, &rule, &v);
    ck_assert_double_eq_tol(v.size, (gain - 1) / 0.1, 1e-9);
    good.form = test.form = CURVE_PHASE;
    rule = (struct rule){.absolute = 10};
    compare_curves(&good, &test, &rule, &v);
    ck_assert(!v.passed);
    ck_assert_double_eq_tol(v.size, 2, 1e-9);
    rule.absolute = 21;
    compare_curves(&good, &test, &rule, &v);
    ck_assert(v.passed);
    /* -170 and 170 degrees are 20 apart; below the floor there is no phase */
    const double x[] = {10, 100}, a_re[] = {-cos(10 * G_PI / 180), 1e-9}, a_im[] = {sin(10 * G_PI / 180), 0},
                 b_re[] = {-cos(10 * G_PI / 180), -1e-9}, b_im[] = {-sin(10 * G_PI / 180), 0};
    good = complex_curve(2, x, a_re, a_im, CURVE_PHASE);
    test = complex_curve(2, x, b_re, b_im, CURVE_PHASE);
    rule.absolute = 40;
    compare_curves(&good, &test, &rule, &v);
    ck_assert(!v.passed); /* 180 degrees apart at 100 Hz */
    good.floor = 1e-6;
    compare_curves(&good, &test, &rule, &v);
    ck_assert(v.passed);
    good.x.n = good.re.n = good.im.n = test.x.n = test.re.n = test.im.n = 1;
    rule.absolute = 10;
    compare_curves(&good, &test, &rule, &v);
    ck_assert_double_eq_tol(v.size, 2, 1e-9);
}
END_TEST

START_TEST(passes_of_the_scale)
{
    const struct points nested = {6, {0.9, 0.45, 0, 0.9, 0.45, 0}, {1, 2, 3, 4, 5, 6}};
    const struct points other = {6, {0.9, 0.45, 0, 0.9, 0.45, 0}, {1, 2, 3, 4, 5.2, 6}};
    struct numbers x = numbers_of(nested.x, nested.n);
    g_autoptr(GArray) passes = passes_of(&x);
    ck_assert_uint_eq(passes->len, 2);
    ck_assert(g_array_index(passes, struct pass, 1).from == 3 && g_array_index(passes, struct pass, 1).descends);
    struct verdict v = compared(&nested, &nested, (struct rule){0});
    ck_assert(v.passed);
    v = compared(&nested, &other, (struct rule){.absolute = 0.1});
    ck_assert(!v.passed);
    ck_close(v.size, 2);
    ck_close(v.worst_x, 0.45);
    ck_close(v.first_x, 0.225);
    const struct points single = {3, {0.9, 0.45, 0}, {1, 2, 3}};
    v = compared(&nested, &single, (struct rule){.absolute = 0.1});
    ck_assert_str_eq(v.reason, "the test has 1 passes of the scale, the good 2");
    verdict_clear(&v);
    const struct points turned = {3, {0, 0.45, 0.9}, {3, 2, 1}};
    v = compared(&single, &turned, (struct rule){.absolute = 0.1});
    ck_assert_str_eq(v.reason, "pass 1 of the scale goes the other way");
    verdict_clear(&v);
    /* up and down again */
    const struct points loop = {5, {0, 1, 2, 1, 0}, {0, 1, 2, 5, 6}};
    x = numbers_of(loop.x, loop.n);
    g_autoptr(GArray) two = passes_of(&x);
    ck_assert_uint_eq(two->len, 2);
    ck_assert_uint_eq(g_array_index(two, struct pass, 1).from, 3);
    v = compared(&loop, &loop, (struct rule){0});
    ck_assert(v.passed);
}
END_TEST

START_TEST(one_point)
{
    const struct points a = {1, {27}, {0.9}}, b = {1, {27}, {0.93}}, c = {1, {28}, {0.9}};
    struct verdict v = compared(&a, &b, (struct rule){.absolute = 0.02});
    ck_assert(!v.passed);
    ck_close(v.size, 1.5);
    v = compared(&a, &b, (struct rule){.kind = RULE_INTEGRAL, .absolute = 0.02});
    ck_assert(!v.passed);
    ck_close(v.size, 1.5);
    ck_assert(compared(&a, &b, (struct rule){.absolute = 0.04, .x_tol = 0.1}).passed);
    v = compared(&a, &c, (struct rule){.absolute = 0.02});
    ck_assert(!v.passed);
    verdict_clear(&v);
}
END_TEST

START_TEST(what_cannot_be_compared_has_failed)
{
    const struct points none = {0, {0}, {0}}, nan = {3, {0, 0.5, 1}, {0, NAN, 1}}, inf = {2, {0, 1}, {0, INFINITY}},
                        bad_x = {3, {0, NAN, 1}, {0, 0, 1}}, small = {2, {0, 0.8}, {0, 0.8}}, begins = {2, {0.1, 1}, {0.1, 1}};
    static const struct rule rules[] = {{.absolute = 1},
                                        {.absolute = 1, .x_tol = 0.01},
                                        {.kind = RULE_INTEGRAL, .absolute = 1},
                                        {.kind = RULE_EVENTS, .level = 0.5, .x_tol = 0.01}};
    const struct points *bad[] = {&none, &nan, &inf, &bad_x, &small, &begins};
    for (gsize r = 0; r < G_N_ELEMENTS(rules); r++)
        for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
            struct verdict v = compared(&ramp, bad[i], rules[r]), w = compared(bad[i], &ramp, rules[r]);
            ck_assert_msg(!v.passed && v.reason != NULL, "rule %zu, curve %zu as the test", r, i);
            ck_assert_msg(!w.passed && w.reason != NULL, "rule %zu, curve %zu as the good", r, i);
            verdict_clear(&v);
            verdict_clear(&w);
        }
    struct verdict v = compared(&ramp, &small, (struct rule){.absolute = 1});
    ck_assert_str_eq(v.reason, "the test ends at x = 0.8, the good at 1");
    ck_close(v.first_x, 0.8);
    verdict_clear(&v);
    v = compared(&ramp, &nan, (struct rule){.absolute = 1});
    ck_assert_str_eq(v.reason, "the test is no finite number at x = 0.5");
    verdict_clear(&v);
}
END_TEST

/* ---- properties ---------------------------------------------------------------------------------------------------------- */

enum { MOST = 6000 };
struct random_curve {
    gsize n;
    double x[MOST], y[MOST];
};

static double draw(guint64 *at, double low, double high)
{
    return low + (high - low) * random_uniform(11, "compare", (*at)++);
}

/* A walk with steps and plateaus over [0, 1]. */
static void random_walk(struct random_curve *c, gsize n, guint64 *at)
{
    double y = draw(at, -1, 1);
    c->n = 0;
    for (gsize k = 0; k < n; k++) {
        double x = (double)k / (double)(n - 1), what = draw(at, 0, 1);
        x += k > 0 && k < n - 1 ? draw(at, -0.4, 0.4) / (double)(n - 1) : 0;
        c->x[c->n] = x;
        c->y[c->n++] = y;
        if (what < 0.2 && k > 0 && k < n - 1) {
            y += draw(at, -1, 1);
            c->x[c->n] = x;
            c->y[c->n++] = y;
        } else if (what < 0.8)
            y += draw(at, -0.3, 0.3);
    }
}

static struct curve curve_r(const struct random_curve *c)
{
    return (struct curve){.x = numbers_of(c->x, c->n), .re = numbers_of(c->y, c->n)};
}

static const struct rule many_rules[] = {
    {.absolute = 0.25},
    {.absolute = 0.1, .relative = 0.2},
    {.absolute = 0.1, .of_span = 0.03},
    {.absolute = 0.2, .x_tol = 0.013},
    {.absolute = 0.05, .relative = 0.3, .x_tol = 0.031},
    {.absolute = 0.2, .x_tol = 1.7},
    {.kind = RULE_INTEGRAL, .absolute = 0.3, .relative = 0.2},
    {.kind = RULE_EVENTS, .level = 0.123, .x_tol = 0.02},
    {.kind = RULE_EVENTS, .level = 0.123, .x_tol = 0.02, .hysteresis = 0.07},
};

START_TEST(a_curve_is_like_itself)
{
    guint64 at = 0;
    struct random_curve *c = g_new(struct random_curve, 1);
    for (int round = 0; round < 60; round++) {
        random_walk(c, (gsize)(2 + round * 7 % 83), &at);
        struct curve a = curve_r(c);
        for (gsize r = 0; r < G_N_ELEMENTS(many_rules); r++) {
            struct rule rule = many_rules[r];
            struct verdict v;
            rule.absolute = rule.kind == RULE_INTEGRAL ? rule.absolute : 0;
            rule.of_span = rule.relative = 0;
            compare_curves(&a, &a, &rule, &v);
            ck_assert_msg(v.passed && v.size == 0, "round %d, rule %zu: %g %s", round, r, v.size,
                          v.reason != NULL ? v.reason : "");
        }
    }
    g_free(c);
}
END_TEST

/* Points on the lines between the points: the same curve. */
static void finer(const struct random_curve *c, struct random_curve *out, guint64 *at)
{
    out->n = 0;
    for (gsize k = 0; k < c->n; k++) {
        out->x[out->n] = c->x[k];
        out->y[out->n++] = c->y[k];
        if (k + 1 < c->n && c->x[k + 1] > c->x[k]) {
            double s[3] = {draw(at, 0.01, 0.3), draw(at, 0.31, 0.6), draw(at, 0.61, 0.99)};
            for (int i = 0; i < 3; i++) {
                out->x[out->n] = c->x[k] + s[i] * (c->x[k + 1] - c->x[k]);
                out->y[out->n++] = c->y[k] + s[i] * (c->y[k + 1] - c->y[k]);
            }
        }
    }
}

START_TEST(a_finer_grid_changes_nothing)
{
    guint64 at = 1 << 20;
    struct random_curve *a = g_new(struct random_curve, 4), *b = a + 1, *fine_a = a + 2, *fine_b = a + 3;
    gsize failed = 0, n = 0;
    for (int round = 0; round < 60; round++) {
        random_walk(a, (gsize)(5 + round * 7 % 83), &at);
        random_walk(b, (gsize)(5 + round * 5 % 61), &at);
        for (gsize k = 0; k < b->n; k++) /* alike, else nothing is ever near a tolerance */
            b->y[k] = 0.1 * b->y[k] + a->y[MIN(k * a->n / b->n, a->n - 1)];
        b->x[0] = a->x[0];
        finer(a, fine_a, &at);
        finer(b, fine_b, &at);
        struct curve good = curve_r(a), test = curve_r(b), fine_good = curve_r(fine_a), fine_test = curve_r(fine_b);
        for (gsize r = 0; r < G_N_ELEMENTS(many_rules); r++) {
            struct verdict v, w;
            compare_curves(&good, &test, &many_rules[r], &v);
            compare_curves(&fine_good, &fine_test, &many_rules[r], &w);
            ck_assert_int_eq(v.passed, w.passed);
            if (isfinite(v.size))
                ck_assert_double_eq_tol(v.size, w.size, 1e-7 * (1 + v.size));
            if (!v.passed && v.reason == NULL)
                ck_assert_double_eq_tol(v.first_x, w.first_x, 1e-7);
            failed += !v.passed;
            n++;
            verdict_clear(&v);
            verdict_clear(&w);
        }
    }
    ck_assert(failed > n / 10 && failed < n);
    g_free(a);
}
END_TEST

static double value_at(const struct random_curve *c, double x)
{
    gsize k = 0;
    while (k + 2 < c->n && c->x[k + 1] <= x)
        k++;
    double s = c->x[k + 1] > c->x[k] ? (x - c->x[k]) / (c->x[k + 1] - c->x[k]) : 1;
    return c->y[k] + CLAMP(s, 0, 1) * (c->y[k + 1] - c->y[k]);
}

/* The exact answer is at least what any x shows, and what many x show is nearly the answer. */
START_TEST(brute_force_agrees)
{
    enum { MANY = 4000 };
    guint64 at = 1 << 24;
    struct random_curve *a = g_new(struct random_curve, 2), *b = a + 1;
    for (int round = 0; round < 12; round++) {
        random_walk(a, 31, &at);
        random_walk(b, 23, &at);
        struct curve good = curve_r(a), test = curve_r(b);
        for (gsize r = 0; r < 6; r++) {
            const struct rule *rule = &many_rules[r];
            struct verdict v;
            double span_least = INFINITY, span_most = -INFINITY, worst = 0;
            for (gsize k = 0; k < a->n; k++) {
                span_least = MIN(span_least, a->y[k]);
                span_most = MAX(span_most, a->y[k]);
            }
            double base = rule->absolute + rule->of_span * (span_most - span_least);
            compare_curves(&good, &test, rule, &v);
            for (int i = 1; i < MANY; i++) {
                double x = (double)i / MANY + 1e-7, least = INFINITY, most = -INFINITY, t = value_at(b, x);
                for (int j = -100; j <= 100; j++) {
                    double y = value_at(a, CLAMP(x + rule->x_tol * j / 100, 0, 1));
                    least = MIN(least, y);
                    most = MAX(most, y);
                }
                for (gsize k = 0; k < a->n; k++)
                    if (fabs(a->x[k] - x) <= rule->x_tol) {
                        least = MIN(least, a->y[k]);
                        most = MAX(most, a->y[k]);
                    }
                worst = MAX(worst, MAX((t - most) / (base + rule->relative * fabs(most)),
                                       (least - t) / (base + rule->relative * fabs(least))));
            }
            ck_assert_msg(v.size >= worst - 1e-9, "round %d, rule %zu: %g, brute force %g", round, r, v.size, worst);
            ck_assert_msg(v.size <= worst + 0.3, "round %d, rule %zu: %g, brute force %g", round, r, v.size, worst);
        }
    }
    g_free(a);
}
END_TEST

START_TEST(symmetric_where_it_is_claimed)
{
    guint64 at = 1 << 26;
    struct random_curve *a = g_new(struct random_curve, 2), *b = a + 1;
    static const struct rule rules[] = {{.absolute = 0.25}, {.kind = RULE_EVENTS, .level = 0.123, .x_tol = 0.02}};
    for (int round = 0; round < 40; round++) {
        random_walk(a, 20, &at);
        random_walk(b, 31, &at);
        struct curve one = curve_r(a), other = curve_r(b);
        for (gsize r = 0; r < G_N_ELEMENTS(rules); r++) {
            struct verdict v, w;
            compare_curves(&one, &other, &rules[r], &v);
            compare_curves(&other, &one, &rules[r], &w);
            ck_assert_int_eq(v.passed, w.passed);
            ck_assert(v.size == w.size || fabs(v.size - w.size) < 1e-9);
            verdict_clear(&v);
            verdict_clear(&w);
        }
    }
    g_free(a);
}
END_TEST

START_TEST(the_tube_that_is_shown_is_the_tube_that_is_judged)
{
    struct curve good = curve(&step);
    const struct rule rule = {.absolute = 0.1, .x_tol = 0.25};
    const double x[] = {0, 0.5, 0.74, 0.76, 1.2, 1.26, 2};
    double lower[7], upper[7];
    tube_at(&good, &rule, 7, x, lower, upper);
    static const double low[] = {-0.1, -0.1, -0.1, -0.1, -0.1, 0.9, 0.9}, high[] = {0.1, 0.1, 0.1, 1.1, 1.1, 1.1, 1.1};
    for (int i = 0; i < 7; i++) {
        ck_close(lower[i], low[i]);
        ck_close(upper[i], high[i]);
    }
}
END_TEST

START_TEST(long_curves_in_blocks)
{
    enum { N = 10000 };
    double *x = g_new(double, 3 * N), *y = x + N, *z = y + N;
    for (gsize k = 0; k < N; k++) {
        x[k] = (double)k;
        y[k] = sin(0.01 * (double)k);
        z[k] = y[k] + (k == 7777 ? 0.5 : 0);
    }
    struct curve good = {.x = numbers_of(x, N), .re = numbers_of(y, N)}, test = {.x = numbers_of(x, N), .re = numbers_of(z, N)};
    for (int tube = 0; tube < 2; tube++) {
        struct rule rule = {.absolute = 0.1, .x_tol = tube ? 100 : 0};
        struct verdict v;
        compare_curves(&good, &test, &rule, &v);
        ck_assert(!v.passed && v.worst_x == 7777);
        if (!tube)
            ck_close(v.size, 5);
    }
    g_free(x);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("compare");
    TCase *t = tcase_create("compare");
    tcase_add_test(t, absolute_band);
    tcase_add_test(t, relative_band_and_share_of_the_span);
    tcase_add_test(t, steps_and_the_tube);
    tcase_add_test(t, tube_of_ramps_and_spikes);
    tcase_add_test(t, integral_rule);
    tcase_add_test(t, events);
    tcase_add_test(t, spectra_by_magnitude_phase_and_decibels);
    tcase_add_test(t, passes_of_the_scale);
    tcase_add_test(t, one_point);
    tcase_add_test(t, what_cannot_be_compared_has_failed);
    tcase_add_test(t, a_curve_is_like_itself);
    tcase_add_test(t, a_finer_grid_changes_nothing);
    tcase_add_test(t, brute_force_agrees);
    tcase_add_test(t, symmetric_where_it_is_claimed);
    tcase_add_test(t, the_tube_that_is_shown_is_the_tube_that_is_judged);
    tcase_add_test(t, long_curves_in_blocks);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
