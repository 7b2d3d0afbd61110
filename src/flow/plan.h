/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/plan.h -- which points a design has, which of them the store has, and in what units the others are simulated.
 *
 * A unit is what one deck simulates: a point, or a pack of points that share one (netlist/deck.h). Which points a unit has follows
 * from the design alone, never from what is stored, from workers or from shards; so does its key, the digest of everything
 * that decides the numbers of its points. A point that was simulated in a pack has a key made of the pack's deck and its place
 * there. Two facts of the store change the units of a plan, and both are kept there, so that every later plan is the same: a pack that
 * failed is broken up (its points run alone), and a bench that a check found too far from exact is planned as exact.
 *
 * A process that simulates a part of a plan (flow->only: names of points and the keys that they must get) makes the units that
 * its points are in and no check: its keys say what was decided.
 *
 * Decks are not kept: a plan knows keys, and a deck is built again when a worker is free.
 */
#ifndef GAINSPICE_FLOW_PLAN_H
#define GAINSPICE_FLOW_PLAN_H

#include <glib.h>

#include "netlist/deck.h"
#include "store/store.h"

/* One point and the key under which the store knows it. */
struct planned_point {
    struct point *point;
    char *key;
    gboolean stored;
    gboolean elsewhere;     /* another process's */
    enum sim_status status; /* if stored */
    gboolean is_new;        /* stored by this run */
    gboolean is_reference;  /* simulated as exact, only to be compared with: not one of the plan's points */
};

struct plan_unit {
    char *key;         /* of its only point; of a pack the digest of its deck and its bench */
    gsize n;
    struct planned_point **points; /* [n], in the order of the deck; borrowed from the plan */
    struct plan_check *check;      /* that waits for it, or that it waits for; NULL: none. Borrowed */
    gboolean is_pilot;             /* the check waits for it */
    gboolean is_void;              /* replaced by other units: broken up, or of a bench that turned out to be exact */
    double cpu_s;                  /* expected, of what is missing; 0: nothing is */
};

/* A bench that is not exact, and what is known of its error; flow/accuracy.h. */
struct plan_check;

struct plan {
    GPtrArray *points;     /* struct planned_point, in the order of points_expand */
    GPtrArray *references; /* struct planned_point: exact ones of points that a check compares */
    GPtrArray *units;      /* struct plan_unit, in the order of their first points */
    GPtrArray *checks;     /* struct plan_check, in the order of the benches */
    gsize n_stored, n_failed, n_missing; /* of `points`, but for those of other processes */
    gsize n_references_missing;
    double missing_cpu_s;  /* expected: by what the store knows of the bench, else by the size of the deck */
    gboolean is_rough;     /* some of it by size */
};

struct flow;

/* Keys of all points (or of those of one bench), each looked up. */
struct plan *flow_plan(struct flow *flow, const struct bench *bench, GError **error);
struct plan *plan_new(void); /* of nothing */
void plan_free(struct plan *plan);

/* How many of the plan's points this run simulated. */
gsize plan_simulated(const struct plan *plan);

/* The deck of a unit. */
struct deck *unit_deck(const struct plan_unit *unit, GError **error);
/* How many of its points this process has to simulate. */
gsize unit_missing(const struct plan_unit *unit);
gboolean unit_is_pack(const struct plan_unit *unit);

/* Notes that a missing point is in the store now. */
void plan_stored(struct plan *plan, struct planned_point *planned, enum sim_status status);
/* Looks everything up again that is missing: points, and what the store has come to know of packs. */
gboolean plan_refresh(struct flow *flow, struct plan *plan, GError **error);

/* Replaces a pack that failed by a unit for each of its points, and remembers it in the store, with the reason. */
gboolean plan_break(struct flow *flow, struct plan *plan, struct plan_unit *unit, enum sim_status status, const char *reason,
                    GError **error);
/* Plans the points of the check's bench as exact. */
gboolean plan_exact(struct flow *flow, struct plan *plan, struct plan_check *check, GError **error);

#endif
