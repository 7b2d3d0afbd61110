/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/fit.h -- choosing a model: order by cross-validation, judgement on points that no fit ever saw.
 *
 * Points are split once by the seed: hold_out of them are put away and touched only for the final judgement. The rest is cut
 * into folds; each order from 1 to max_order is fitted folds times and scored on the fold left out. Chosen is the smallest
 * order whose score is within one standard error of the best (Hastie, Tibshirani, Friedman, The Elements of Statistical
 * Learning, 7.10: the one-standard-error rule). The order-3 fit, which is the paper's, is always made and judged beside it.
 *
 * Held-out points lend their inputs to the model's box (which is what was swept), never their values. Which points are held
 * out and how the rest is folded depends on the seed and a point's index alone.
 */
#ifndef GAINSPICE_FIT_FIT_H
#define GAINSPICE_FIT_FIT_H

#include <glib.h>

#include "design/design.h"
#include "fit/model.h"

struct order_score {
    int order;
    gsize n_coefficients;
    double cv_rms, cv_se;      /* mean over folds of the rms on the fold left out, and its standard error */
    gboolean usable;           /* FALSE: the data do not determine this order */
};

struct fit_result {
    struct model *chosen;      /* with seen and held_out set */
    struct model *cubic;       /* order 3 on the same points; NULL if they do not determine it */
    GArray *scores;            /* struct order_score */
    struct samples *held_out;
};
void fit_result_free(struct fit_result *result);

gboolean fit_check(const struct fit_spec *spec, const struct design *design, GError **error);
/* `inputs` (name, unit, offset) are those of the samples, in order; scale 0 and min = max = 0 leave both to the fit. */
struct fit_result *fit_run(const struct fit_spec *spec, const struct model_input *inputs, const char *output,
                           const char *output_unit, const struct samples *samples, GError **error);

#endif
