/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/model.h -- behavioural models of a circuit: a function of a few inputs, where it is valid, and how wrong it is.
 *
 * A model file is JSON (doc/model-format.md), "gainspice-model" version 1. Inputs and output are SI. Outside its box a model
 * extrapolates flatly (inputs are clamped) and says so (model_eval's `outside`).
 *
 * A family (struct model_family) must provide fit and eval, and may provide fit_orders where all orders and folds together
 * cost less than one by one. eval gets inputs that are already clamped into the box. A family owns nothing beyond struct
 * model: what it needs to evaluate is in the coefficients and exponents, which the file carries.
 */
#ifndef GAINSPICE_FIT_MODEL_H
#define GAINSPICE_FIT_MODEL_H

#include <glib.h>

#include "base/error.h"

#define MODEL_MAX_INPUTS 6
#define MODEL_MAX_ORDER 20

struct model_input {
    char *name, *unit;
    double offset;      /* the basis sees (input − offset)/scale */
    double scale;       /* > 0; before a fit 0: the fit takes the largest |input − offset|, so that powers stay within ±1 */
    double min, max;    /* validity; before a fit min ≥ max: the fit takes the range of the samples */
};

/* How wrong a model is, on points that no fit saw (or on those it saw). Full scale = max − min of the data. */
struct model_error {
    gsize n;
    double rms, worst;          /* in the output's unit */
    double full_scale;
    double worst_at[MODEL_MAX_INPUTS];
};

struct model_family;

struct model {
    const struct model_family *family;
    char *name;
    char *output, *output_unit;         /* "i_read", "A" */
    char *source;                       /* where the data or the coefficients come from */
    int n_inputs;
    struct model_input inputs[MODEL_MAX_INPUTS];
    gsize n_coefficients;
    double *coefficients;
    int *exponents;                     /* [n_coefficients][n_inputs], row-major; polynomial, else NULL */
    int order;
    struct model_error seen, held_out;  /* n 0: not known */
};

/* Points that a model is fitted to or judged on. */
struct samples {
    int n_inputs;
    gsize n;
    double *x;  /* [n][n_inputs], row-major, SI */
    double *y;  /* [n] */
};
struct samples *samples_new(int n_inputs, gsize n);
void samples_free(struct samples *samples);
/* A copy of those with flags[i] = wanted, in their order. */
struct samples *samples_pick(const struct samples *all, const gboolean *flags, gboolean wanted);

struct model_family {
    const char *name;
    /* Fits `model` (inputs set) at `order` to the samples. FALSE where they do not determine it. */
    gboolean (*fit)(struct model *model, int order, const struct samples *samples, GError **error);
    /* May be NULL. Fits copies of `shape` at orders 1 … max_order to all samples but those with fold[i] = k, for each
     * k < n_folds, and to all of them (k = n_folds): models[k·max_order + order − 1], the caller's; NULL where the samples do
     * not determine it. */
    void (*fit_orders)(const struct model *shape, int max_order, const struct samples *samples, const int *fold, int n_folds,
                       struct model **models);
    /* x[n_inputs], inside the box. */
    double (*eval)(const struct model *model, const double *x);
};
const struct model_family *model_family(const char *name);
/* NULL-terminated. */
const struct model_family *const *model_families(void);

struct model *model_new(const struct model_family *family, const char *name);
struct model *model_copy(const struct model *model);
void model_free(struct model *model);
/* Index of the input `name`, −1 if there is none. */
int model_input_index(const struct model *model, const char *name);

/* The family's fit_orders; for a family without one, fit for each order and fold. */
void model_fit_orders(const struct model *shape, int max_order, const struct samples *samples, const int *fold, int n_folds,
                      struct model **models);

/* The value at x[n_inputs]; *outside (may be NULL) tells whether an input had to be clamped into the box. */
double model_eval(const struct model *model, const double *x, gboolean *outside);
struct model_error model_judge(const struct model *model, const struct samples *samples);

/* The file's text; numbers by number_print, so that they read back to the same bits. Newly allocated. */
char *model_to_json(const struct model *model);
/* `name` is the file, for messages: `paper.json: coefficients: 9 numbers, expected 10 as in exponents`. */
struct model *model_from_json(const char *text, const char *name, GError **error);
struct model *model_read(const char *path, struct origin from, GError **error);
/* Where the model file `name` is: seen from `folder`, else, if it has no folder of its own, among the models that ship. The first
 * where neither is there. Newly allocated. */
char *model_path(const char *folder, const char *name);

/* The authors' cell in 10 coefficients (paper_facts 1.2) ships as netlists/paper.json; its exponents are in their order. */

#endif
