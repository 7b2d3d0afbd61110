/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/regress.h -- what a design's points give, held against a baseline or against another run.
 *
 * Which rule holds for a vector: of each kind (band, integral, events) the first <tolerance> of the design whose pattern fits;
 * all of them must pass. A vector that none fits is held against a band of 0.2 % of its span, a number against 0.2 % of itself.
 * On numbers only bands hold, and of these the absolute and the relative part.
 */
#ifndef GAINSPICE_FLOW_REGRESS_H
#define GAINSPICE_FLOW_REGRESS_H

#include "flow/baseline.h"
#include "report/outcome.h"

struct regress_options {
    const char *pattern; /* of POINT/VECTOR or BENCH.VECTOR: only these; NULL: all */
    gboolean draws;      /* figures of what differs */
};

/* Struct outcome, one or more a vector, in the order of `test`, then what only `good` has of the benches of `test`. FALSE to
 * `error`: a tolerance has the unit of something else. */
GPtrArray *regress_compare(const struct flow *flow, const GPtrArray *good, const GPtrArray *test,
                           const struct regress_options *options, GError **error);

struct accepted {
    gsize n_changed, n_new, n_removed, n_kept;
};
/* Takes from `test` into the baseline what is new or differs, within the pattern; what passes stays as it is. Writes the files.
 */
gboolean regress_accept(const struct flow *flow, struct baseline *baseline, const GPtrArray *test,
                        const struct regress_options *options, struct accepted *accepted, GError **error);

/* Another way to run the design: "ngspice=FOLDER" (of libngspice.so), "accuracy=exact", "accuracy=balanced", "accuracy=fast", "technology=NAME".
 * Gives what its points gave. Changes nothing of the caller's flow; the results lie in the same store. */
GPtrArray *regress_variant(const char *design_path, const struct flow_options *options, const char *variant, GError **error);

#endif
