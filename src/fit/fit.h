/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/fit.h -- choosing a model: family and order by cross-validation, judgement on points that no fit ever saw.
 *
 * Points are split once by the seed: hold_out of them are put away and touched only for the final judgement. The rest is cut
 * into folds; each order from 1 to max_order is fitted folds times and scored on the fold left out. Chosen is the smallest
 * order whose score is within one standard error of the best (Hastie, Tibshirani, Friedman, The Elements of Statistical
 * Learning, 7.10: the one-standard-error rule). Of several families each gives such a candidate; chosen is the one of the smallest
 * score. The polynomial of order 3, which is the paper's, is always made and judged beside it. The Bayesian information criterion
 * n ln(rss/n) + k ln n of the fit to all folds is reported beside the score; on simulated data, which have no noise, it only ever asks
 * for more, so it does not choose.
 *
 * Held-out points lend their inputs to the model's box (which is what was swept), never their values. Which points are held
 * out and how the rest is folded depends on the seed and a point's index alone.
 */
#ifndef GAINSPICE_FIT_FIT_H
#define GAINSPICE_FIT_FIT_H

#include <glib.h>

#include "design/design.h"
#include "fit/model.h"
#include "stats/estimate.h"

struct order_score {
    const struct model_family *family;
    int order;
    gsize n_coefficients;
    double cv_rms, cv_se;      /* mean over folds of the rms on the fold left out, and its standard error */
    double bic;                /* of the fit to all folds */
    gboolean usable;           /* FALSE: the data do not determine this order */
};

/* Error on a level of an input (one value of a sweep) of the chosen family and order fitted without that level. */
struct level_error {
    int input;
    double at;
    struct model_error error;
};

struct fit_result {
    struct model *chosen;      /* with seen and held_out set */
    struct model *cubic;       /* order 3 on the same points; NULL if they do not determine it */
    GPtrArray *candidates;     /* struct model: each family's, judged as chosen is, in the order of spec.family */
    GArray *scores;            /* struct order_score */
    GArray *levels;            /* struct level_error: inner levels of each input that has at most FIT_MAX_LEVELS of them */
    struct samples *held_out;
};
void fit_result_free(struct fit_result *result);

enum { FIT_MAX_LEVELS = 12 };

/* Under what the samples were simulated; a family may need it. */
struct fit_condition {
    const char *corner;
    double temperature_C, vdd_V;
};

gboolean fit_check(const struct fit_spec *spec, const struct design *design, GError **error);
/* `inputs` (name, unit, offset, of, monotone) are those of the samples, in order; scale 0 and min = max = 0 leave both to the fit.
 * `condition` NULL: not known. */
struct fit_result *fit_run(const struct fit_spec *spec, const struct fit_condition *condition, const struct model_input *inputs,
                           const char *output, const char *output_unit, const struct samples *samples, GError **error);

/* What the residuals of a model look like: normal or not, and whether neighbours along an input go together. */
struct residual_check {
    struct normality normality;
    struct estimate along[MODEL_MAX_INPUTS]; /* correlation with the neighbour along each input; NAN: no neighbours */
};
struct residual_check fit_residuals(const struct model *model, const struct samples *samples);

#endif
