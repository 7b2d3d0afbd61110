/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/support/check_tap.h"
#include "wave/plot.h"

START_TEST(vectors_are_zeroed_and_as_long_as_the_plot)
{
    struct plot *plot = plot_new("rc", "AC Analysis", TRUE, 7);
    struct vector *vector = plot_add(plot, "frequency", "frequency");
    for (gsize k = 0; k < 7; k++)
        ck_assert(vector->real[k] == 0 && vector->imag[k] == 0);
    ck_assert_str_eq(plot->title, "rc");
    ck_assert_str_eq(plot->date, "");
    ck_assert_str_eq(plot->name, "AC Analysis");
    plot_free(plot);
    plot = plot_new("", "Operating Point", FALSE, 0);
    vector = plot_add(plot, "sn", "voltage");
    ck_assert_ptr_nonnull(vector->real);
    ck_assert_ptr_null(vector->imag);
    plot_free(plot);
    plot_free(NULL);
}
END_TEST

START_TEST(finds_a_vector_by_either_spelling)
{
    static const struct {
        const char *wanted, *found;
    } cases[] = {
        {"time", "time"},         {"sn", "sn"},           {"v(sn)", "sn"},          {"V(SN)", "sn"},
        {"wlp", "v(wlp)"},        {"v(wlp)", "v(wlp)"},   {"i(v_bl)", "v_bl#branch"}, {"V_BL#branch", "v_bl#branch"},
        {"v_wl#branch", "i(v_wl)"}, {"I(V_WL)", "i(v_wl)"}, {"@m1[id]", "@m1[id]"},   {"i(@m1[id])", "@m1[id]"},
        {"v_bl", NULL},           {"i(sn)", NULL},        {"v(v_bl#branch)", NULL}, {"v()", NULL},
        {"s", NULL},              {"snn", NULL},          {"", NULL},               {"#branch", NULL},
    };
    static const char *const names[] = {"time", "sn", "v(wlp)", "v_bl#branch", "i(v_wl)", "@m1[id]"};
    struct plot *plot = plot_new("", "Transient Analysis", FALSE, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        plot_add(plot, names[i], "notype");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct vector *vector = plot_vector(plot, cases[i].wanted);
        if (cases[i].found == NULL)
            ck_assert_msg(vector == NULL, "\"%s\" found %s", cases[i].wanted, vector->name);
        else {
            ck_assert_msg(vector != NULL, "\"%s\" was not found", cases[i].wanted);
            ck_assert_str_eq(vector->name, cases[i].found);
        }
    }
    plot_free(plot);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plot");
    TCase *t = tcase_create("plot");
    tcase_add_test(t, vectors_are_zeroed_and_as_long_as_the_plot);
    tcase_add_test(t, finds_a_vector_by_either_spelling);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
