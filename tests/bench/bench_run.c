/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/bench_run.c -- one run of a design, stage by stage, with the worker's program chosen by the caller.
 *
 *     BENCH_WORKER=PROGRAM bench_run DESIGN.xml RESULTS WORKERS
 *
 * Prints the seconds of reading, planning and simulating, and the peak of its memory. Below callgrind /proc/self/exe, which the pool starts as its worker,
 * is valgrind's own tool; here every start of it (linked with --wrap=posix_spawn) becomes one of $BENCH_WORKER. So the
 * instructions of the planning process can be counted with workers at full speed, and, where BENCH_WORKER is a script that
 * calls callgrind, those of a worker.
 */
#include "config.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "flow/flow.h"

int __real_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
                       char *const argv[], char *const environment[]);
int __wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
                       char *const argv[], char *const environment[]);

int __wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
                       char *const argv[], char *const environment[])
{
    const char *worker = g_getenv("BENCH_WORKER");
    return __real_posix_spawn(pid, worker != NULL ? worker : path, actions, attributes, argv, environment);
}

static double since_s(gint64 *start_us)
{
    gint64 now_us = g_get_monotonic_time();
    double s = 1e-6 * (double)(now_us - *start_us);
    *start_us = now_us;
    return s;
}

static void must(gboolean ok, const GError *error)
{
    if (ok)
        return;
    g_printerr("bench_run: %s\n", error != NULL ? error->message : "failed");
    exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    if (argc != 4 || g_getenv("BENCH_WORKER") == NULL) {
        g_printerr("BENCH_WORKER=PROGRAM bench_run DESIGN.xml RESULTS WORKERS\n");
        return EXIT_FAILURE;
    }
    GError *error = NULL;
    struct flow_options options = {.results = argv[2], .workers = atoi(argv[3]), .simulates = TRUE};
    gint64 at_us = g_get_monotonic_time();
    struct flow *flow = flow_open(argv[1], &options, &error);
    must(flow != NULL, error);
    double read_s = since_s(&at_us);
    struct plan *plan = flow_plan(flow, NULL, &error);
    must(plan != NULL, error);
    double plan_s = since_s(&at_us);
    gsize n_missing = plan->n_missing;
    must(flow_simulate(flow, plan, &error), error);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    g_print("%u points, %" G_GSIZE_FORMAT " simulated: read %.3f s, plan %.3f s, simulate %.3f s, peak %.1f MB\n", plan->points->len,
            n_missing, read_s, plan_s, since_s(&at_us), (double)usage.ru_maxrss / 1024);
    plan_free(plan);
    flow_close(flow);
    return EXIT_SUCCESS;
}
