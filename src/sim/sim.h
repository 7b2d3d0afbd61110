/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/sim.h -- jobs and results of the simulator, and the verdict on a run.
 *
 * libngspice is process-global, leaks, calls exit and can crash; so it lives in worker processes only. A job is a deck and
 * its limits; a result says what happened, with the plots if it went well. Return codes of libngspice say nothing: a run is
 * good when no error line was printed, every expected vector exists, every value is finite and the scale reached its end.
 */
#ifndef GAINSPICE_SIM_SIM_H
#define GAINSPICE_SIM_SIM_H

#include <glib.h>

#include "netlist/deck.h"
#include "wave/plot.h"

struct sim_limits {
    double time_s;        /* wall time a point; 0: none */
    gsize memory_bytes;   /* address space of the worker while ngspice works; 0: none. Not enforced under sanitizers */
};

struct sim_job {
    gsize id;                   /* the caller's; results come back under it, in any order */
    const struct deck *deck;    /* borrowed until the result is delivered, as is the job */
    struct sim_limits limits;
};

/* ok             no error, everything expected is there
 * not-converged  ngspice gave up on the equations, or found values that are not finite
 * bad-deck       ngspice refused the deck, dropped a card of it, or a probe's vector does not exist
 * incomplete     nothing was complained of, but the plot is absent, has other points or ends elsewhere
 * timeout, memory   a limit of the job
 * crashed        the worker died or answered nonsense */
#define SIM_STATUSES(X)                      \
    X(SIM_OK, "ok")                          \
    X(SIM_NOT_CONVERGED, "not-converged")    \
    X(SIM_BAD_DECK, "bad-deck")              \
    X(SIM_INCOMPLETE, "incomplete")          \
    X(SIM_TIMEOUT, "timeout")                \
    X(SIM_MEMORY, "memory")                  \
    X(SIM_CRASHED, "crashed")
enum sim_status {
#define X(id, name) id,
    SIM_STATUSES(X)
#undef X
};
const char *sim_status_name(enum sim_status status);
/* FALSE if there is no such name. */
gboolean sim_status_from_name(const char *name, enum sim_status *status);

struct sim_result {
    gsize id;
    enum sim_status status;
    char *reason;        /* NULL when ok; else one sentence, with the design's file:line where ngspice named a deck line */
    char *log;           /* what ngspice printed, errors first; may be "" */
    GPtrArray *plots;    /* struct plot; NULL unless ok */
    double wall_s, cpu_s;
};
void sim_result_free(struct sim_result *result);

/* The verdict: turns what a worker brought (plots, error lines) into status and reason. Pure; tested alone.
 * Takes the worker's log, where each line of ngspice's stderr begins with "stderr " as libngspice delivers it, and all plots
 * (NULL if ngspice exited). Gives status, reason, the log with the lines that decided in front, and drops the plots unless ok. */
void sim_judge(struct sim_result *result, const struct deck *deck);

#endif
