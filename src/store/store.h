/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store/store.h -- the results of a design: one SQLite file in WAL mode, content-addressed.
 *
 * A point is kept under its key: the digest of its deck, its technology, its measures and the simulator's version
 * (point_key in flow/). A key that is there is not simulated again, also when the design has changed in between and
 * changed back. A point enters whole (measures, waves, timing, reason) in one transaction, or not at all; after a kill the
 * store holds every point that was delivered and no part of another. Documents (fits, attention results) are kept under
 * kind, name and the digest of what they were made from.
 */
#ifndef GAINSPICE_STORE_STORE_H
#define GAINSPICE_STORE_STORE_H

#include <glib.h>

#include "measure/measure.h"
#include "sim/sim.h"

struct store;

/* Opens or makes the store; the folder is made. Refuses files that are not one of ours or of a newer layout. */
struct store *store_open(const char *path, GError **error);
void store_close(struct store *store);

struct stored_wave {
    char *name, *unit;
    gsize n;
    double *x, *y;      /* [n] */
};
void stored_wave_free(struct stored_wave *wave);

struct stored_point {
    char *key;
    char *name;               /* of the struct point that first asked for it; informative */
    char *bench;
    enum sim_status status;
    char *reason;             /* NULL if ok */
    char *ngspice;            /* version */
    double wall_s, cpu_s;
    GPtrArray *measures;      /* struct measure_result */
    GPtrArray *waves;         /* struct stored_wave */
};
void stored_point_free(struct stored_point *point);

/* TRUE if the key is there; *status (may be NULL) tells how it went. */
gboolean store_has(struct store *store, const char *key, enum sim_status *status);
/* NULL without error: not there. With waves only if asked. */
struct stored_point *store_get(struct store *store, const char *key, gboolean waves, GError **error);
/* Replaces what is there under the key. */
gboolean store_put(struct store *store, const struct stored_point *point, GError **error);
/* Forgets a point (a failed one that is to be tried again). */
gboolean store_drop(struct store *store, const char *key, GError **error);

/* Median CPU seconds of the good points of a bench; NAN if there are none. */
double store_typical_cpu(struct store *store, const char *bench);

/* NULL without error: not there, or made from something else. */
char *store_get_document(struct store *store, const char *kind, const char *name, const char *made_from, GError **error);
gboolean store_put_document(struct store *store, const char *kind, const char *name, const char *made_from, const char *text,
                            GError **error);

#endif
