/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/compare.h -- is a waveform still the one that it was, whatever points either was computed at?
 *
 * Takes   two curves, `good` and `test`, each a line through its points in order. Two points of one x are a step; a value
 *         that lasts no time (the middle of three points of one x) is not compared. x may turn round: a nested sweep or a
 *         stepped run is cut into passes, a pass of the good against the same pass of the test; a descending pass is read
 * backward. Gives   a verdict, always: what cannot be compared (other passes, another range of x, a NaN or an infinity) has
 * failed, with a reason. Numbers are exact but for rounding: nothing is sampled. A cell lies between neighbours in the union of
 * both curves' breakpoints, and in a cell all is linear, so that its extremes and crossings are known in closed form. Owns    a
 * verdict's reason. Memory does not grow with the curves; with a tube, as the points of the good within two x tolerances.
 *
 * Band      |test(x) - good(x)| <= tol(x), tol = absolute + of_span·(max - min of good) + relative·|good(x)|.
 * Tube      with x_tol > 0: the test lies between the envelopes of the good over [x - x_tol, x + x_tol], widened by tol of the
 *           envelope: an edge may move by x_tol, a plateau by tol. relative < 1, since only then tol keeps the order of
 *           values and the envelope of the widened curve is the widened envelope.
 * Integral  r = sqrt(1/Δx · ∫ ((good - test) / (relative·|good| + absolute + of_span·span))² dx) < 1, each cell in closed form
 *           (the rule of Xyce's xyce_verify, which sums it by trapezoids).
 * Events    the crossings of `level` in `edge` direction, in order: as many, each within x_tol. A crossing counts once the curve
 *           has been `hysteresis` beyond the level; it is where the curve last passed the level.
 *
 * compare(x, x) passes for any finite x and any rule. A band of absolute tolerance alone, and events, say the same of (a, b) and
 * of (b, a); with relative, of_span or x_tol the tolerance belongs to the good one.
 */
#ifndef GAINSPICE_WAVE_COMPARE_H
#define GAINSPICE_WAVE_COMPARE_H

#include <glib.h>

#include "wave/plot.h"
#include "wave/numbers.h"

/* What of a vector is compared. Decibels are 20·lg of the magnitude; a phase is in degrees, and differs by at most 180. */
enum curve_form { CURVE_VALUE, CURVE_MAGNITUDE, CURVE_DECIBEL, CURVE_PHASE };

struct curve {
    struct numbers x, re, im; /* im.n 0: real */
    enum curve_form form;
    gboolean log_x; /* lines are straight over lg x; x > 0 */
    const GArray *passes;      /* of x, if they are known already (passes_of): the curves of a plot share them; else NULL */
    double floor;   /* phase: where a magnitude is below this, there is none */
};
/* Vector `y` of a plot over its scale; borrows both. */
struct curve curve_of(const struct plot *plot, const struct vector *y);

enum rule_kind { RULE_BAND, RULE_INTEGRAL, RULE_EVENTS };
enum crossing_edge { CROSSING_EITHER, CROSSING_RISE, CROSSING_FALL };

struct rule {
    enum rule_kind kind;
    double absolute, relative, of_span; /* >= 0 */
    double x_tol;                       /* >= 0; unit of x; not with log_x */
    double level, hysteresis;           /* events */
    enum crossing_edge edge;
};

struct verdict {
    gboolean passed;
    double size;       /* worst deviation in tolerances: passed if <= 1 (integral: < 1, and it is r) */
    double margin;     /* 1 - size */
    double first_x;    /* where it fails first; of an integral, from where on it cannot pass; NAN if it passed */
    double worst_x;    /* where the worst deviation is; NAN if there is none */
    double good, test; /* the values there; of a tube, the envelope's; of events, the two times */
    double tolerance;  /* that the worst was held against */
    gsize n_cells;     /* cells or pairs of events compared */
    char *reason;      /* NULL unless it could not be compared */
};
void verdict_clear(struct verdict *verdict);

void compare_curves(const struct curve *good, const struct curve *test, const struct rule *rule, struct verdict *verdict);

/* The events of a rule in a curve, in order: struct event. A number that is none ends them. */
struct event {
    double x;
    gboolean rise;
};
GArray *crossings_find(const struct curve *curve, const struct rule *rule);

/* Passes of the scale: where x turns round a new one begins. Elements struct pass. */
struct pass {
    gsize from, n;
    gboolean descends;
};
GArray *passes_of(const struct numbers *x);

/* The envelopes of the good that the tube of `rule` is made of, at each x of `x`[n], tolerances included: what a figure shows. Of
 * one pass with ascending x. */
void tube_at(const struct curve *good, const struct rule *rule, gsize n, const double *x, double *lower, double *upper);

#endif
