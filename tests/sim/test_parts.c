/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decks made of parts: one result for all, whatever became of one of them, beside jobs of one deck. */
#include "config.h"

#include <string.h>

#include "sim/parts.h"
#include "tests/support/check_tap.h"
#include "tests/support/hand_deck.h"

#define STOP_S 2.385e-9
#define GOOD "good\nv1 n 0 pwl(0 0 2.385n %g)\nr1 n 0 1k\n.tran 0.1n 2.385n\n.end\n"
#define BAD "bad\nv1 n 0 pwl(0 0 2.385n %g)\nm1 n n 0 0 nomodel\n.tran 0.1n 2.385n\n.end\n"

struct jobs {
    GPtrArray *decks, *jobs;
    struct sim_result *results[3];
    guint n_delivered, refuse_at;
};

static struct deck *deck_of(struct jobs *all, const char *format, double value)
{
    g_auto(GStrv) halves = g_strsplit(format, "%g", 2);
    g_autofree char *number = g_strdup_printf("%.17g", value), *text = g_strjoinv(number, halves);
    struct deck *deck = hand_deck(text, ANALYSIS_TRAN, STOP_S);
    hand_deck_probe(deck, "v(n)", "n");
    g_ptr_array_add(all->decks, deck);
    return deck;
}

static void add(struct jobs *all, struct deck *deck)
{
    struct sim_job *job = g_new0(struct sim_job, 1);
    job->id = all->jobs->len;
    job->deck = deck;
    g_ptr_array_add(all->jobs, job);
}

/* A deck of parts that end at 0.1, 0.2 … V; part `bad` (from 0; -1: none) is one that ngspice refuses. */
static void add_parts(struct jobs *all, int n, int bad)
{
    struct deck *whole = hand_deck("", ANALYSIS_TRAN, STOP_S);
    g_ptr_array_add(all->decks, whole);
    whole->parts = g_ptr_array_new();
    for (int p = 0; p < n; p++)
        g_ptr_array_add(whole->parts, deck_of(all, p == bad ? BAD : GOOD, 0.1 * (p + 1)));
    add(all, whole);
}

static gboolean deliver(struct sim_result *result, gpointer user, GError **error)
{
    struct jobs *all = user;
    ck_assert_uint_lt(result->id, all->jobs->len);
    ck_assert_ptr_null(all->results[result->id]);
    all->results[result->id] = result;
    if (++all->n_delivered != all->refuse_at)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "the disk is full");
    return FALSE;
}

static gboolean run(struct jobs *all, int workers, GError **error)
{
    static const char *const none[] = {NULL};
    struct pool_config config = {workers, ABS_TOP_BUILDDIR "/tests/support/worker_main", none, NULL};
    return parts_run(&config, all->jobs, deliver, all, error);
}

static struct jobs *jobs_new(void)
{
    struct jobs *all = g_new0(struct jobs, 1);
    all->decks = g_ptr_array_new();
    all->jobs = g_ptr_array_new_with_free_func(g_free);
    return all;
}

static void jobs_free(struct jobs *all)
{
    for (guint i = 0; i < all->decks->len; i++) {
        struct deck *deck = all->decks->pdata[i];
        g_clear_pointer(&deck->parts, g_ptr_array_unref);
        hand_deck_free(deck);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(all->results); i++)
        sim_result_free(all->results[i]);
    g_ptr_array_unref(all->decks);
    g_ptr_array_unref(all->jobs);
    g_free(all);
}

static void check_end(const struct sim_result *result, guint plot, double value)
{
    const struct plot *p = result->plots->pdata[plot];
    ck_assert_double_eq_tol(plot_vector(p, "v(n)")->real[p->n_points - 1], value, 1e-12);
}

START_TEST(a_result_has_a_plot_a_part)
{
    GError *error = NULL;
    struct jobs *all = jobs_new();
    add(all, deck_of(all, GOOD, 0.2385));
    add_parts(all, 3, -1);
    add(all, deck_of(all, GOOD, 0.6127));
    ck_ok(run(all, _i, &error), error);
    ck_assert_uint_eq(all->n_delivered, 3);
    check_end(all->results[0], 0, 0.2385);
    check_end(all->results[2], 0, 0.6127);
    const struct sim_result *whole = all->results[1];
    ck_assert_int_eq(whole->status, SIM_OK);
    ck_assert_uint_eq(whole->plots->len, 3);
    for (guint p = 0; p < 3; p++)
        check_end(whole, p, 0.1 * (p + 1));
    ck_assert(whole->cpu_s > 0 && whole->wall_s > 0);
    jobs_free(all);
}
END_TEST

START_TEST(a_bad_part_is_the_reason_of_all)
{
    GError *error = NULL;
    struct jobs *all = jobs_new();
    add_parts(all, 3, 1);
    add_parts(all, 2, -1);
    ck_ok(run(all, 2, &error), error);
    const struct sim_result *bad = all->results[0];
    ck_assert_int_eq(bad->status, SIM_BAD_DECK);
    ck_assert_str_eq(bad->reason, "netlists/x.xml:103: could not find a valid modelname: m1 n n 0 0 nomodel");
    ck_assert_ptr_null(bad->plots);
    ck_assert_int_eq(all->results[1]->status, SIM_OK);
    jobs_free(all);
}
END_TEST

START_TEST(a_refusal_stops_the_run)
{
    g_autoptr(GError) error = NULL;
    struct jobs *all = jobs_new();
    add_parts(all, 2, -1);
    add_parts(all, 2, -1);
    all->refuse_at = 1;
    ck_assert(!run(all, 1, &error));
    ck_assert_str_eq(error->message, "the disk is full");
    jobs_free(all);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("parts");
    TCase *t = tcase_create("parts");
    tcase_add_loop_test(t, a_result_has_a_plot_a_part, 1, 4);
    tcase_add_test(t, a_bad_part_is_the_reason_of_all);
    tcase_add_test(t, a_refusal_stops_the_run);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
