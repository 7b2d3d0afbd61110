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
    char *version;       /* "46", "39.3" … */
    gboolean has_klu, has_osdi;
};

/* Starts the library: no spinit, no .spiceinit, one OpenMP thread, no SendData callback. FALSE sets `error`. */
gboolean ngspice_start(GError **error);

/* Loads and runs a deck (text of deck_text). Everything printed is appended to `log`. Plots other than "const" are copied
 * out and the circuit is removed. Returns the plots (possibly none); NULL if ngspice asked for a controlled exit: then this
 * process is spoilt and must end. Never judges. */
GPtrArray *ngspice_run(const char *deck, GString *log);

/* What this library can do, by its banner and by trying. */
gboolean ngspice_probe(struct ngspice_facts *facts, GError **error);
void ngspice_facts_clear(struct ngspice_facts *facts);

#endif
