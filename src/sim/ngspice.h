/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/ngspice.h -- libngspice in this process. The only file that includes sharedspice.h is ngspice.c.
 *
 * One instance a process. Only the worker (and `gainspice doctor`, in a child) calls this.
 */
#ifndef GAINSPICE_SIM_NGSPICE_H
#define GAINSPICE_SIM_NGSPICE_H

#include <glib.h>

#include "wave/plot.h"

struct ngspice_facts {
    char *version; /* as the banner says it: "46", "39" … */
    gboolean has_klu, has_osdi;
};

/* Starts the library: no spinit, no .spiceinit, one OpenMP thread, no SendData callback. The process's working directory
 * becomes a folder that is empty and already removed, so that nothing is found or left there; relative paths of .include and .lib
 * still mean the folder before. The environment is scrubbed of what ngspice reads. FALSE sets `error`. */
gboolean ngspice_start(GError **error);

/* Loads and runs a deck (text of deck_text) with at most `memory_bytes` of address space (0: no limit). Everything printed is
 * appended to `log`, of a long one the beginning and the end. Plots other than "const" are copied out, in the order in which
 * they were made, and the circuit is removed. Returns the plots (possibly none); NULL if ngspice asked for a controlled exit:
 * then this process is spoilt and must end. Never judges. */
GPtrArray *ngspice_run(const char *deck, gsize memory_bytes, GString *log);

/* What this library can do, by its banner and by trying. Needs ngspice_start(). */
gboolean ngspice_probe(struct ngspice_facts *facts, GError **error);
void ngspice_facts_clear(struct ngspice_facts *facts);

#endif
