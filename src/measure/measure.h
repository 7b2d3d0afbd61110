/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/measure.h -- numbers from plots. One file a measurement; a const table registers them by kind.
 *
 * An implementation (struct measure_method) must provide `check` (does the spec carry what it needs, in a bench of this
 * analysis) and `run` (one number from y over x), and states its unit. It must not allocate in proportion to n more than
 * once, must not assume a uniform scale, and must return FALSE with a sentence where there is no answer (no crossing, no
 * settling): "there is none" is a result, and becomes NAN with that reason.
 */
#ifndef GAINSPICE_MEASURE_MEASURE_H
#define GAINSPICE_MEASURE_MEASURE_H

#include <glib.h>

#include "netlist/deck.h"
#include "wave/plot.h"

/* Two signals over one scale, borrowed. x ascends strictly (repeated points are dropped before). */
struct trace {
    gsize n;
    const double *x;      /* [n] scale: s, V or Hz */
    const double *y;      /* [n] the signal `of` */
    const double *until;  /* [n] the second signal of a delay, else NULL */
};

struct measure_method {
    enum measure_kind kind;
    const char *title;    /* one line, for listings and the manual */
    const char *source;   /* the definition's source, or "ours" */
    gboolean (*check)(const struct measure_spec *spec, const struct bench *bench, GError **error);
    /* The unit of the result, given the signal's unit and the scale's: newly allocated. */
    char *(*unit)(const struct measure_spec *spec, const char *signal_unit, const char *scale_unit);
    gboolean (*run)(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error);
};

const struct measure_method *measure_method(enum measure_kind kind);
/* All of them, NULL-terminated, in the order of MEASURE_KINDS. */
const struct measure_method *const *measure_methods(void);

/* Pointwise measures (kind value without `at`) give one number a scale point, all others one a pass of the inner sweep. */
gboolean measure_is_pointwise(const struct measure_spec *spec);

/* What one measure gave in one point. Shape [n_outer][n_inner], row-major; n_inner 1 unless pointwise; n_outer 1 unless the
 * bench has two inner dc sweeps. A measure on all lines of an array gives that for each line: n_outer lines times as many, the
 * line slowest. */
struct measure_result {
    char *name;
    char *unit;
    gsize n_outer, n_inner;
    double *values;   /* [n_outer·n_inner]; NAN where there is none */
    char *reason;     /* the first reason for a NAN, or NULL */
};
void measure_result_free(struct measure_result *result);

/* Does the spec make sense in its bench? The error names the design's line. */
gboolean measure_check(const struct measure_spec *spec, const struct bench *bench, GError **error);

/* Runs one measure of the bench on the plots of a point: on the plot that bears the name of the deck's analysis. Finds the
 * signals by the deck's probes (onoise without a probe is onoise_spectrum), takes magnitudes of complex plots and cuts dc plots
 * into passes (deck->expect). Pointwise values keep the order of the sweep; else a descending pass is turned round, so that
 * `edge` is along the ascending scale. FALSE only where the plot does not hold what the deck promised. */
gboolean measure_run(const struct measure_spec *spec, const struct deck *deck, const GPtrArray *plots,
                     struct measure_result **result, GError **error);

#endif
