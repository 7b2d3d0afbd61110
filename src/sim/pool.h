/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/pool.h -- long-lived worker processes, each with one libngspice, fed over sockets.
 *
 * A worker is this program run as `gainspice worker`. It reads framed jobs on stdin and writes framed results on stdout
 * (sim/protocol.h), so it also runs alone: that is how it is tested. The pool waits in poll(2) on the workers' sockets until
 * something happens or the earliest limit passes, never on a timer tick. A worker that crashes, exits, exceeds a limit or
 * answers nonsense is killed and replaced; its job gets a result that says so. A job that failed in a worker that had run
 * others before is tried once more in a fresh one, so that a poisoned process never blames a good deck (a time limit is
 * final: twice as long is no better answer); one whose worker somebody else killed is given to up to ten. Workers are replaced after a failed job and when they have grown by 64 MB.
 */
#ifndef GAINSPICE_SIM_POOL_H
#define GAINSPICE_SIM_POOL_H

#include <glib.h>

#include "sim/sim.h"

struct pool_config {
    int workers;                  /* 0: one a core */
    const char *program;          /* the executable to run as worker; NULL: /proc/self/exe */
    const char *const *arguments; /* its arguments; NULL: {"worker"} */
    volatile gint *cancel;        /* nonzero: stop starting jobs, kill the workers, return; may be NULL */
};

/* Called in the caller's process, in the order in which results arrive; takes ownership of `result`. FALSE (with error set)
 * stops the pool. */
typedef gboolean (*sim_deliver)(struct sim_result *result, gpointer user, GError **error);

/* Where jobs come from while a pool runs. `next` gives a job, NULL when there is none for now (it is asked again after every
 * delivery, and the pool ends when there is none and nothing is running), or NULL with error set, which stops the pool. A job
 * belongs to the source, stays as it is until its result is delivered, and costs memory from then on only: `next` is asked when a
 * worker is free. `left` tells how many are to come, as far as is known. */
struct sim_source {
    const struct sim_job *(*next)(gpointer user, GError **error);
    gsize (*left)(gpointer user);
};
gboolean pool_run_source(const struct pool_config *config, const struct sim_source *source, sim_deliver deliver, gpointer user,
                         GError **error);

/* A list of jobs as a source: the list is the user of the source and of job_list_deliver, which hands results on. */
struct job_list {
    const GPtrArray *jobs; /* struct sim_job */
    guint next;
    sim_deliver deliver;
    gpointer user;
};
void job_list_init(struct job_list *list, const GPtrArray *jobs, sim_deliver deliver, gpointer user);
extern const struct sim_source job_list_source;
gboolean job_list_deliver(struct sim_result *result, gpointer user, GError **error);

/* Runs all jobs (struct sim_job). TRUE when each was delivered, whatever its status; FALSE when cancelled
 * (GAINSPICE_ERROR_CANCELLED), when `deliver` refused, or when no worker can be started. Workers die with the thread that
 * called, in whatever way it ends. One at a time in a process. */
gboolean pool_run(const struct pool_config *config, const GPtrArray *jobs, sim_deliver deliver, gpointer user, GError **error);

/* Makes a running pool look at `cancel` at once. Async-signal-safe: a handler for SIGINT sets the flag, then calls this; which
 * thread it runs in, and SA_RESTART, do not matter then. Without this call the flag is seen at the next result, or when
 * poll(2) is interrupted. */
void pool_wake(void);

/* What `gainspice worker` does; returns the exit status. Moves the frames off descriptors 0 and 1 and prints nothing. */
int worker_main(int in_fd, int out_fd);

/* The facts of the libngspice that workers will load, asked of a child process. */
struct ngspice_facts;
gboolean pool_probe(const struct pool_config *config, struct ngspice_facts *facts, GError **error);

#endif
