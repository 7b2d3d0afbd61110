/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run in which one deck in a hundred hangs, one does not converge, and for one in a hundred a worker is killed, ends complete: every
 * good point once with its number, every bad one with its reason; points alone and in packs. This program is its own worker.
 *
 *     FAULT_POINTS=10000     points; 2,000 without it. Each that hangs costs its limit of 1 s, and in a pack that of the pack as well
 */
#include "config.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "flow/accuracy.h"
#include "flow/engine.h"
#include "sim/pool.h"
#include "tests/support/check_tap.h"

#define LIMIT_S 1.0
#define HUNDRED 100
#define HANGS 37     /* of each hundred: tests/flow/templates/circuits/faulty.cir */
#define DIVERGES 71

static char *folder;

static void make_folder(void)
{
    folder = g_dir_make_tmp("gainspice-faults-XXXXXX", NULL);
}

static void remove_folder(void)
{
    static const char *const files[] = {"results/run.sqlite", "results/run.sqlite-wal", "results/run.sqlite-shm", "results", "faults.xml",
                                        "templates/circuits/faulty.cir", "templates/circuits", "templates"};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i], NULL);
        g_remove(path);
    }
    g_rmdir(folder);
    g_clear_pointer(&folder, g_free);
}

/* Kills a worker for one result in a hundred, both drawn from a fixed seed. */
struct killer {
    GRand *random;
    guint n_killed;
    gsize n_seen;
};

/* A worker of this process, drawn; 0 if there is none. */
static pid_t pick_worker(GRand *random)
{
    g_autofree char *path = g_strdup_printf("/proc/self/task/%d/children", (int)getpid()), *text = NULL;
    pid_t workers[64];
    guint n = 0;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    g_auto(GStrv) words = g_strsplit(g_strstrip(text), " ", -1);
    for (char **word = words; *word != NULL && **word != '\0' && n < G_N_ELEMENTS(workers); word++)
        workers[n++] = (pid_t)atoi(*word);
    return n > 0 ? workers[g_rand_int_range(random, 0, (gint32)n)] : 0;
}

static void kill_sometimes(const struct flow_progress *progress, gpointer user)
{
    struct killer *killer = user;
    for (; killer->n_seen < progress->done; killer->n_seen++) {
        pid_t worker = g_rand_int_range(killer->random, 0, HUNDRED) == 0 ? pick_worker(killer->random) : 0;
        killer->n_killed += worker > 0 && kill(worker, SIGKILL) == 0;
    }
}

static struct flow *open_faults(const char *accuracy, int n, struct killer *killer)
{
    GError *error = NULL;
    g_autofree char *design = g_build_filename(folder, "faults.xml", NULL), *results = g_build_filename(folder, "results", NULL);
    g_autofree char *circuits = g_build_filename(folder, "templates", "circuits", NULL), *own = g_build_filename(circuits, "faulty.cir", NULL);
    g_autofree char *from = source_path("tests/flow/templates/circuits/faulty.cir"), *circuit = NULL;
    gsize length;
    g_autofree char *xml = g_strdup_printf(
        "<design xmlns='urn:gainspice:design:1' name='faults'><technology name='g28'/><cell name='f' template='faulty'/>"
        "<bench name='divide' cell='f'><sweep name='k' parameter='k' from='0' to='%d' points='%d'/>"
        "<hold port='top' value='1V'/><open port='mid'/><tran step='20ns' stop='1us'/><options accuracy='%s'/>"
        "<measure name='v_mid' kind='value' of='v(mid)' at='1us'/></bench></design>",
        n - 1, n, accuracy);
    ck_assert(g_file_get_contents(from, &circuit, &length, NULL));
    ck_ok(folder_make(circuits, &error) && file_write(own, circuit, length, &error) && file_write(design, xml, strlen(xml), &error), error);
    struct flow_options options = {
        .results = results, .workers = 2, .timeout_s = LIMIT_S, .progress = kill_sometimes, .user = killer, .simulates = TRUE};
    struct flow *flow = flow_open(design, &options, &error);
    ck_ok(flow != NULL, error);
    return flow;
}

static void check_point(struct flow *flow, const struct planned_point *planned, int k)
{
    GError *error = NULL;
    struct stored_point *stored = store_get(flow->store, planned->key, FALSE, &error);
    ck_ok(stored != NULL, error);
    enum sim_status expected = k % HUNDRED == HANGS ? SIM_TIMEOUT : k % HUNDRED == DIVERGES ? SIM_NOT_CONVERGED : SIM_OK;
    ck_assert_msg(stored->status == expected, "k = %d: %s, expected %s: %s", k, sim_status_name(stored->status), sim_status_name(expected),
                  stored->reason);
    if (expected == SIM_OK) {
        double v_mid = ((const struct measure_result *)stored->measures->pdata[0])->values[0];
        ck_assert_msg(fabs(v_mid - 1000.0 / (2000.0 + k)) < 1e-6, "k = %d: %.9g", k, v_mid);
    } else {
        ck_assert_uint_eq(stored->measures->len, 0);
        const char *why = expected == SIM_TIMEOUT ? "no result within 1 s" : "Timestep too small";
        ck_assert_msg(strstr(stored->reason, why) != NULL, "k = %d: \"%s\", expected \"%s\"", k, stored->reason, why);
    }
    stored_point_free(stored);
}

static const struct {
    const char *accuracy;
    gsize most_units; /* of a hundred points */
} ways[] = {{"exact", 100}, {"balanced", 7}};

START_TEST(a_run_with_faults_ends_complete)
{
    GError *error = NULL;
    const char *asked = g_getenv("FAULT_POINTS");
    int n = asked != NULL ? atoi(asked) : 2000;
    struct killer killer = {.random = g_rand_new_with_seed(2385)};
    struct flow *flow = open_faults(ways[_i].accuracy, n, &killer);
    struct plan *plan = flow_plan(flow, NULL, &error);
    ck_ok(plan != NULL, error);
    ck_assert_uint_eq(plan->n_missing, (gsize)n);
    ck_assert_uint_le(plan->units->len, (gsize)n * ways[_i].most_units / HUNDRED + plan->references->len);
    gsize n_references = plan->n_references_missing;
    gint64 began_us = g_get_monotonic_time();
    ck_ok(flow_simulate(flow, plan, &error), error);
    g_print("# %s: %d points in %.1f s, %u workers killed\n", ways[_i].accuracy, n, 1e-6 * (double)(g_get_monotonic_time() - began_us),
            killer.n_killed);
    ck_assert_uint_eq(plan->n_missing, 0);
    ck_assert_uint_eq(plan_simulated(plan), (gsize)n);                 /* each once … */
    ck_assert_uint_eq(killer.n_seen, (gsize)n + n_references);         /* … and told once */
    ck_assert_uint_ge(killer.n_killed, (guint)n / 200);                /* half of what is expected */
    for (int k = 0; k < n; k++)
        check_point(flow, plan->points->pdata[k], k);
    for (guint c = 0; c < plan->checks->len; c++)
        ck_assert_int_eq(((const struct plan_check *)plan->checks->pdata[c])->verdict, CHECK_PASSED);
    plan_free(plan);
    plan = flow_plan(flow, NULL, &error); /* a later run finds the same points, with nothing to do */
    ck_ok(plan != NULL, error);
    ck_assert_uint_eq(plan->n_missing, 0);
    plan_free(plan);
    flow_close(flow);
    g_rand_free(killer.random);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("faults");
    TCase *t = tcase_create("faults");
    tcase_set_timeout(t, 3600);
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_add_loop_test(t, a_run_with_faults_ends_complete, 0, (int)G_N_ELEMENTS(ways));
    suite_add_tcase(s, t);
    return s;
}

/* The pool starts this program as its worker. */
TAP_WORKER_MAIN(suite)
