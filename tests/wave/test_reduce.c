/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fewer points, other points, computed vectors. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "stats/random.h"
#include "tests/support/check_tap.h"
#include "wave/compare.h"
#include "wave/formula.h"
#include "wave/reduce.h"

static gsize reduced(gsize n, const double *x, const double *y, double tolerance, double *x_out, double *y_out)
{
    g_autoptr(GArray) kept = reduce_points(n, x, y, tolerance);
    for (guint i = 0; i < kept->len; i++) {
        x_out[i] = x[g_array_index(kept, guint64, i)];
        y_out[i] = y[g_array_index(kept, guint64, i)];
    }
    return kept->len;
}

START_TEST(keeps_corners_and_steps_only)
{
    const double x[] = {0, 1, 2, 3, 3, 4, 5, 6, 7}, y[] = {0, 0, 0, 0, 2, 2, 2, 1, 0};
    double u[9], v[9];
    ck_assert_uint_eq(reduced(9, x, y, 1e-9, u, v), 5);
    static const double at[] = {0, 3, 3, 5, 7};
    for (int i = 0; i < 5; i++)
        ck_assert(u[i] == at[i]);
    ck_assert_uint_eq(reduced(9, x, y, 5, u, v), 4); /* a step stays whatever the tolerance */
    ck_assert_uint_eq(reduced(1, x, y, 1, u, v), 1);
    ck_assert_uint_eq(reduced(0, x, y, 1, u, v), 0);
    const double nested[] = {0, 1, 2, 0, 1, 2}, flat[] = {5, 5, 5, 5, 5, 5};
    ck_assert_uint_eq(reduced(6, nested, flat, 1, u, v), 4); /* each pass its two ends */
}
END_TEST

/* Judged by the comparison, which was tested alone. */
START_TEST(stays_within_the_tolerance_everywhere)
{
    enum { N = 3000 };
    double *x = g_new(double, 4 * N), *y = x + N, *u = y + N, *v = u + N;
    for (int round = 0; round < 20; round++) {
        for (gsize k = 0; k < N; k++) {
            guint64 draw = (guint64)round * N + k;
            x[k] = (double)k + 0.4 * random_uniform(5, "x", draw);
            y[k] = sin(0.003 * (double)k * (1 + round)) + 0.02 * random_uniform(5, "y", draw) + (k % 500 > 250 ? 1 : 0);
            if (k % 500 == 251)
                x[k] = x[k - 1];
        }
        double tolerance = 0.003 * (1 + round);
        gsize n = reduced(N, x, y, tolerance, u, v);
        ck_assert_uint_lt(n, N);
        if (tolerance > 0.03)
            ck_assert_uint_lt(n, N / 5);
        struct curve all = {.x = numbers_of(x, N), .re = numbers_of(y, N)}, few = {.x = numbers_of(u, n), .re = numbers_of(v, n)};
        struct rule rule = {.absolute = tolerance * (1 + 1e-9)};
        struct verdict verdict;
        compare_curves(&all, &few, &rule, &verdict);
        ck_assert_msg(verdict.passed, "round %d: %g at %g", round, verdict.size, verdict.worst_x);
        rule.absolute = tolerance / 4;
        compare_curves(&all, &few, &rule, &verdict);
        ck_assert(!verdict.passed); /* the tolerance is used */
    }
    g_free(x);
}
END_TEST

static struct plot *example(gboolean complex)
{
    struct plot *plot = plot_new("t", "x", complex, 4);
    struct vector *t = plot_add(plot, "time", "time"), *a = plot_add(plot, "v(a)", "voltage"),
                  *b = plot_add(plot, "v(b)", "voltage"), *i = plot_add(plot, "v1#branch", "current"),
                  *odd = plot_add(plot, "odd name", "notype");
    static const double times[] = {0, 1, 2, 4};
    for (int k = 0; k < 4; k++) {
        t->real[k] = times[k];
        a->real[k] = 1 + k;
        b->real[k] = 0.5 * k;
        i->real[k] = 1e-3 * k;
        odd->real[k] = -k;
        if (complex)
            a->imag[k] = 2 * k;
    }
    return plot;
}

START_TEST(formulas)
{
    static const struct {
        const char *text;
        double last;
    } cases[] = {
        {"v(a)-v(b)", 2.5},
        {"V(A) - b", 2.5},
        {"v(a,b)", 2.5},
        {"v(a)*2+1", 9},
        {"1+2*3-4/8", 6.5},
        {"-(v(a)+1)/5", -1},
        {"i(v1)*1k", 3},
        {"abs(\"odd name\")", 3},
        {"integral(v(b))", 2.5 + 0.75 - 0.75},
        {"derivative(v(b))", 0.25},
        {"sqrt(v(a))", 2},
        {"db(10*v(a)/4)", 20},
        {"log10(100)", 2},
        {"ln(exp(2.385))", 2.385},
        {"2.5m", 2.5e-3},
        {"time/4", 1},
        {"mag(-v(a))", 4},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct plot *plot = example(FALSE);
        GError *error = NULL;
        const struct vector *v = plot_compute(plot, "new", cases[i].text, &error);
        ck_ok(v != NULL, error);
        if (strcmp(cases[i].text, "integral(v(b))") == 0) /* 0.25 + 0.75 + 2.5 */
            ck_assert_double_eq_tol(v->real[3], 3.5, 1e-12);
        else
            ck_assert_msg(fabs(v->real[3] - cases[i].last) < 1e-12, "%s: %g", cases[i].text, v->real[3]);
        plot_free(plot);
    }
    struct plot *plot = example(TRUE);
    GError *error = NULL;
    const struct vector *v = plot_compute(plot, "p", "phase(v(a)*2)", &error);
    ck_ok(v != NULL, error);
    ck_assert_double_eq_tol(v->real[1], 45, 1e-12);
    plot_free(plot);
}
END_TEST

START_TEST(formulas_that_are_none)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "character 1: expected a vector, a number or ("},
        {"v(a)+", "character 6: expected a vector, a number or ("},
        {"v(a", "character 4: expected )"},
        {"(1+2", "character 5: expected )"},
        {"v(z)", "character 1: expected a vector, there is no \"v(z)\" among time, v(a), v(b), v1#branch, odd name"},
        {"v(a,z)", "character 1: expected a vector, there is no \"z\" among time, v(a), v(b), v1#branch, odd name"},
        {"sin(v(a))", "character 1: expected abs, mag, phase, dB, re, im, sqrt, exp, ln, log10, derivative or integral before ("},
        {"1 2", "character 3: expected an operator or the end"},
        {"2q", "character 1: expected a number, such as 2.5 or 10m"},
        {"\"odd", "character 1: expected a second \""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct plot *plot = example(FALSE);
        GError *error = NULL;
        g_autofree char *message = g_strdup_printf("formula \"%s\": %s", cases[i].text, cases[i].message);
        ck_fails(plot_compute(plot, "new", cases[i].text, &error) != NULL, error, message);
        plot_free(plot);
    }
    struct plot *plot = example(FALSE);
    GError *error = NULL;
    char deep[400];
    memset(deep, '(', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    ck_assert_ptr_null(plot_compute(plot, "new", deep, &error));
    g_clear_error(&error);
    plot_free(plot);
}
END_TEST

START_TEST(resampled_and_joined)
{
    struct plot *plot = example(FALSE);
    GError *error = NULL;
    struct plot *five = plot_resample(plot, 5, &error);
    ck_ok(five != NULL, error);
    const struct vector *a = plot_vector(five, "v(a)");
    static const double at[] = {1, 2, 3, 3.5, 4};
    for (int k = 0; k < 5; k++)
        ck_assert(a->real[k] == at[k]);
    plot_free(five);
    g_autoptr(GPtrArray) plots = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    struct plot *step = plot_new("s", "x", FALSE, 4);
    static const double times[] = {0.5, 2, 2, 3}, values[] = {0, 0, 1, 1};
    memcpy(plot_add(step, "time", "time")->real, times, sizeof times);
    memcpy(plot_add(step, "v(a)", "voltage")->real, values, sizeof values);
    g_ptr_array_add(plots, plot);
    g_ptr_array_add(plots, step);
    struct plot *joined = plots_join(plots, 1000, &error);
    ck_ok(joined != NULL, error);
    static const double scale[] = {0, 0.5, 1, 2, 2, 3, 4}, one[] = {1, 1.5, 2, 3, 3, 3.5, 4}, two[] = {0, 0, 0, 0, 1, 1, 1};
    ck_assert_uint_eq(joined->n_points, 7);
    const struct vector *v = joined->vectors->pdata[5];
    ck_assert_str_eq(v->name, "v(a).1");
    for (int k = 0; k < 7; k++)
        ck_assert(((struct vector *)joined->vectors->pdata[0])->real[k] == scale[k] &&
                  plot_vector(joined, "v(a)")->real[k] == one[k] && v->real[k] == two[k]);
    plot_free(joined);
    ck_fails(plots_join(plots, 10, &error) != NULL, error, "2 plots: 48 numbers on one scale, expected at most 10");
    ((struct vector *)plot->vectors->pdata[0])->real[2] = 0.5;
    ck_fails(plot_resample(plot, 3, &error) != NULL, error, "plot \"x\": its scale does not ascend at point 2");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("reduce");
    TCase *t = tcase_create("reduce");
    tcase_add_test(t, keeps_corners_and_steps_only);
    tcase_add_test(t, stays_within_the_tolerance_everywhere);
    tcase_add_test(t, formulas);
    tcase_add_test(t, formulas_that_are_none);
    tcase_add_test(t, resampled_and_joined);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
