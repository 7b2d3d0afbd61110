/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/accuracy.h -- what a preset costs in accuracy: measured on points of the bench, judged, kept, told.
 *
 * Some points of a bench, the pilots, are simulated both ways: as the preset has it, in the packs that the plan has for them,
 * and as exact. They are spread over the plan of the bench, drawn from the bench's name alone. Each measure's largest difference is held
 * against its own tolerance, else against the bench's share of its span over the pilots (of a tenth of its largest magnitude, if
 * that is more: what hardly varies is known to so many digits and no more). A wave's largest difference is told; it decides only
 * where the bench has no measures, because on a steep edge it says where two runs put their points of time.
 *
 * A bench beyond its tolerance, or without two runs to compare, is simulated as exact. The verdict is a document of the store
 * under the keys of what was compared, so every plan of the same design meets the same one.
 */
#ifndef GAINSPICE_FLOW_ACCURACY_H
#define GAINSPICE_FLOW_ACCURACY_H

#include <glib.h>

#include "flow/plan.h"
#include "store/table.h"

#define CHECK_VERDICTS(X)         \
    X(CHECK_OPEN, "open")         \
    X(CHECK_PASSED, "passed")     \
    X(CHECK_FAILED, "failed")     \
    X(CHECK_SKIPPED, "not compared")
enum check_verdict {
#define X(id, name) id,
    CHECK_VERDICTS(X)
#undef X
};

/* One measure, or one wave, of all pilots. */
struct difference {
    char *name, *unit;
    gboolean is_wave;
    double largest, span, allowed; /* allowed NAN: it does not decide */
    char *at;                      /* the point with the largest; NULL: they are all the same */
};

struct plan_check {
    const struct bench *bench;
    enum accuracy accuracy;
    gsize pack_points;      /* most points in a unit of the bench */
    GPtrArray *pilots;      /* struct planned_point: as the preset has them; borrowed */
    GPtrArray *references;  /* struct planned_point: the same as exact, in the same order; borrowed */
    char *made_from;        /* digest of what is compared */
    enum check_verdict verdict;
    gsize n_compared;
    GPtrArray *differences; /* struct difference */
    char *reason;           /* why not, or NULL */
};

struct plan_check *check_new(const struct bench *bench);
void check_free(struct plan_check *check);

/* Positions of the pilots among the `n` points of a bench, ascending. */
GArray *check_pick(const struct bench *bench, gsize n);
double check_tolerance(const struct bench *bench);
/* Appends what beside the points decides the verdict. */
void check_describe(const struct plan_check *check, GString *text);

/* The verdict in the store, if there is one. FALSE sets `error`. */
gboolean check_load(struct flow *flow, struct plan_check *check, GError **error);
/* TRUE when all that it compares is stored. */
gboolean check_is_ready(const struct plan_check *check);
/* Compares, and stores the verdict. */
gboolean check_judge(struct flow *flow, struct plan_check *check, GError **error);

/* The check of a bench; NULL: it is exact. */
const struct plan_check *plan_check_of(const struct plan *plan, const struct bench *bench);
/* One sentence: the preset, its error, or why the bench is exact. Newly allocated. */
char *check_sentence(const struct plan_check *check);
/* All checks of the plan, a row a measure or wave; NULL: there are none. */
struct table *flow_accuracy_table(const struct flow *flow, const struct plan *plan);

#endif
