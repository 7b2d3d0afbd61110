/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/recording.h -- all that a design's points gave, as named vectors: what is kept as a baseline and what is held against one.
 *
 * A waveform is POINT/WAVE ("write.tt.27C.v_write=0.9/v(sn)"). A measure that gives one number is POINT/MEASURE, a vector of one
 * point. A pointwise measure is a waveform over the innermost sweep, one for each value of the sweep around it:
 * POINT/MEASURE[v_store=0.3]; on the lines of an array POINT/MEASURE[bl=5]. Complex waveforms have both parts.
 */
#ifndef GAINSPICE_FLOW_RECORDING_H
#define GAINSPICE_FLOW_RECORDING_H

#include "flow/flow.h"
#include "wave/compare.h"

struct recorded {
    char *name;            /* POINT/VECTOR */
    char *bench, *matched; /* what a <tolerance> and --accept match: "write", "write.v(sn)" */
    char *unit, *x_unit;
    gboolean is_number;   /* of one point, x 0 */
    gboolean is_spectrum; /* over frequency */
    gsize n;
    double *x, *re, *im; /* [n]; im NULL: real. A number that there is none of is NAN */
    char *reason;        /* the point failed: no numbers */
    /* of a baseline: */
    double within;     /* how far the reduction may be off */
    int made;          /* number in made.txt */
    gsize n_simulated; /* points before the reduction */
};
struct recorded *recorded_new(const char *name, const char *bench, const char *matched, const char *unit, const char *x_unit);
void recorded_free(struct recorded *recorded);
struct curve recorded_curve(const struct recorded *recorded);

/* Of all points of the plan, in its order; a failed point is one element with its reason. NULL: a point is missing. */
GPtrArray *record_points(struct flow *flow, const struct plan *plan, GError **error);
/* The unit of a bench's scale: "s", "Hz", "V". */
const char *bench_scale_unit(const struct bench *bench);

#endif
