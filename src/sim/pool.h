/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/pool.h -- long-lived worker processes, each with one libngspice, fed over pipes.
 *
 * A worker is this program run as `gainspice worker`. It reads framed jobs on stdin and writes framed results on stdout
 * (sim/protocol.h), so it also runs alone: that is how it is tested. The pool waits in poll(2) on the pipes and pidfds or a
 * deadline, never on a timer tick. A worker that crashes, exits, exceeds a limit or answers nonsense is killed and replaced;
 * its job gets a result that says so. A job that failed in a worker that had run others before is tried once more in a fresh
 * one, so that a poisoned process never blames a good deck. Workers are replaced when they have grown by 64 MB.
 */
#ifndef GAINSPICE_SIM_POOL_H
#define GAINSPICE_SIM_POOL_H

#include <glib.h>

#include "sim/sim.h"

struct pool_config {
    int workers;                 /* 0: one a core */
    const char *program;         /* the executable to run as worker; NULL: /proc/self/exe */
    const char *const *arguments;/* its arguments; NULL: {"worker"} */
    volatile gint *cancel;       /* nonzero: stop starting jobs, kill the workers, return; may be NULL */
};

/* Called in the caller's process, in the order in which results arrive; takes ownership of `result`. FALSE (with error set)
 * stops the pool. */
typedef gboolean (*sim_deliver)(struct sim_result *result, gpointer user, GError **error);

/* Runs all jobs (struct sim_job). TRUE when each was delivered, whatever its status; FALSE when cancelled
 * (GAINSPICE_ERROR_CANCELLED), when `deliver` refused, or when no worker can be started. */
gboolean pool_run(const struct pool_config *config, const GPtrArray *jobs, sim_deliver deliver, gpointer user, GError **error);

/* What `gainspice worker` does; returns the exit status. */
int worker_main(int in_fd, int out_fd);

/* The facts of the libngspice that workers will load, asked of a child process. */
struct ngspice_facts;
gboolean pool_probe(const struct pool_config *config, struct ngspice_facts *facts, GError **error);

#endif
