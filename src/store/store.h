/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store/store.h -- the results of a design: one SQLite file in WAL mode, content-addressed.
 *
 * A point is kept under its key: the digest of its deck, its technology, its measures and the simulator's version
 * (point_key in flow/). A key that is there is not simulated again, also when the design has changed in between and
 * changed back. A point enters whole (measures, waves, timing, reason) in one transaction, or not at all; after a kill the
 * store holds every point that was delivered and no part of another. Documents (fits, attention results) are kept one under
 * a kind and name, with the digest of what it was made from: what was made from something else counts as not there.
 *
 * A power cut can take back the last points that were delivered, never a part of one and never the file: see store.c.
 * Several processes may have a store open and write to it; they must be on one machine, because WAL shares memory. Where a
 * network file system carries the store, whoever may meet processes of other machines opens it alone: then nothing is shared but
 * the file's locks. A struct store belongs to one thread at a time and does not survive a fork.
 */
#ifndef GAINSPICE_STORE_STORE_H
#define GAINSPICE_STORE_STORE_H

#include <glib.h>

#include "measure/measure.h"
#include "sim/sim.h"

struct store;

/* Opens or makes the store; the folder is made. Refuses files that are not one of ours or of another layout. */
struct store *store_open(const char *path, GError **error);
/* The same for a process that has the store to itself, on any machine that sees the file. Waits up to `wait_s` until others have
 * closed it; they wait for this one. Each point is on the disk 1 s after it was put at the latest, or when the next one is. */
struct store *store_open_alone(const char *path, double wait_s, GError **error);
/* A store that is there, to read only, as it is now: what others put from now on is not seen. Neither file nor folder need be
 * writable, and nothing in it is changed. */
struct store *store_open_to_read(const char *path, GError **error);
void store_close(struct store *store);

#define STORED_WAVE_MAX ((gsize)1 << 27)  /* points of a wave; what declares more is damaged */
struct stored_wave {
    char *name, *unit;
    gsize n;
    double *x, *y;      /* [n] */
};
void stored_wave_free(struct stored_wave *wave);

struct stored_point {
    char *key;
    char *name;               /* of the struct point that first asked for it; informative */
    char *bench;              /* and what its points' costs depend on: points with the same text cost alike */
    enum sim_status status;
    char *reason;             /* NULL if ok */
    char *ngspice;            /* version */
    double wall_s, cpu_s;
    GPtrArray *measures;      /* struct measure_result; NULL is as none */
    GPtrArray *waves;         /* struct stored_wave; NULL is as none */
};
void stored_point_free(struct stored_point *point);

/* TRUE if the key is there; *status (may be NULL) tells how it went. */
gboolean store_has(struct store *store, const char *key, enum sim_status *status);
/* NULL without error: not there. With waves only if asked; both arrays are there, perhaps empty. */
struct stored_point *store_get(struct store *store, const char *key, gboolean waves, GError **error);
/* Replaces what is there under the key. */
gboolean store_put(struct store *store, const struct stored_point *point, GError **error);
/* Forgets a point (a failed one that is to be tried again). */
gboolean store_drop(struct store *store, const char *key, GError **error);

/* Takes every point of the store `from` that this one lacks, whole, and every document of kind "pack", in one transaction that is on the disk when TRUE returns;
 * *n_taken (may be NULL) counts them. Both stores must be open to nobody else; `from` stays as it is, and may have been left by a
 * process that was killed. A file of no bytes holds nothing. */
gboolean store_take(struct store *store, const char *from, gsize *n_taken, GError **error);

/* Median CPU seconds of the good points whose `bench` is that; NAN if there are none. */
double store_typical_cpu(struct store *store, const char *bench);

/* NULL without error: not there, or made from something else. */
char *store_get_document(struct store *store, const char *kind, const char *name, const char *made_from, GError **error);
/* Replaces what is there under kind and name. */
gboolean store_put_document(struct store *store, const char *kind, const char *name, const char *made_from, const char *text,
                            GError **error);

#endif
