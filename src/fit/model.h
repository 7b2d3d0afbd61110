/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/model.h -- behavioural models of a circuit: a function of a few inputs, where it is valid, and how wrong it is.
 *
 * A model file is JSON (doc/model-format.md), "gainspice-model" version 1. Inputs and output are SI. Outside its box a model
 * extrapolates flatly (inputs are clamped) and says so (model_eval's `outside`).
 *
 * A family (struct model_family) must provide
 *     name       as in designs and files
 *     fit        the coefficients from samples; leaves the model as it was where it fails
 *     eval       the value inside the box, which the caller has clamped to; and, where asked, the gradient by each input and the
 *                derivative by each coefficient, both analytic
 * and may provide
 *     parameters what each coefficient is called: the family has exactly these, and the file names them
 *     orders     how many of the orders 1 … max_order there are (NULL: all); a family without orders has one
 *     suits      whether it can be of these inputs (NULL: of any)
 *     check      whether a model that was read holds together (NULL: anything does)
 *     fit_orders where all orders and folds together cost less than one by one
 * A family owns nothing beyond struct model: what it needs to evaluate is in coefficients, exponents and knots, which the file
 * carries. tests/fit/test_contract.c holds every family to this.
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
    char *of;           /* port, pair or node of the circuit that it is the voltage of; NULL: not known */
    int monotone;       /* what the physics says of the output: 1 never falls with this input, −1 never rises, 0 nothing */
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
    gsize n_knots[MODEL_MAX_INPUTS];    /* bspline, else 0 */
    double *knots[MODEL_MAX_INPUTS];    /* [n_knots], in the input's unit, not falling */
    double *covariance;                 /* [n_coefficients][n_coefficients], of families with parameters; NULL: not known */
    char *corner;                       /* condition of the data; NULL: not known */
    double temperature_C, vdd_V;        /* NAN: not known */
    struct model_error seen, held_out;  /* n 0: not known */
};

/* Points that a model is fitted to or judged on. */
struct samples {
    int n_inputs;
    gsize n;
    double *x;  /* [n][n_inputs], row-major, SI */
    double *y;  /* [n] */
    double *weight; /* [n], 1/σ² of each y up to a common factor; NULL: all alike */
};
struct samples *samples_new(int n_inputs, gsize n);
void samples_free(struct samples *samples);
/* A copy of those with flags[i] = wanted, in their order. */
struct samples *samples_pick(const struct samples *all, const gboolean *flags, gboolean wanted);

struct model_family {
    const char *name;
    const char *const *parameters; /* NULL-terminated */
    int (*orders)(const struct model *shape, int max_order);
    /* FALSE: `error` is set, without a place. */
    gboolean (*suits)(const struct model_input *inputs, int n_inputs, GError **error);
    gboolean (*check)(const struct model *model, GError **error);
    /* Fits `model` (inputs set) at `order` to the samples. FALSE where they do not determine it. */
    gboolean (*fit)(struct model *model, int order, const struct samples *samples, GError **error);
    /* May be NULL. Fits copies of `shape` at orders 1 … max_order to all samples but those with fold[i] = k, for each
     * k < n_folds, and to all of them (k = n_folds): models[k·max_order + order − 1], the caller's; NULL where the samples do
     * not determine it. */
    void (*fit_orders)(const struct model *shape, int max_order, const struct samples *samples, const int *fold, int n_folds,
                       struct model **models);
    /* x[n_inputs], inside the box; gradient[n_inputs] and by_coefficient[n_coefficients] may be NULL. */
    double (*eval)(const struct model *model, const double *x, double *gradient, double *by_coefficient);
};
const struct model_family *model_family(const char *name);
/* NULL-terminated. */
const struct model_family *const *model_families(void);
/* "polynomial, bspline, …": for messages. Newly allocated. */
char *model_family_names(void);

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
/* The same with its gradient[n_inputs], which is 0 along an input beyond its end. */
double model_gradient(const struct model *model, const double *x, double *gradient, gboolean *outside);
/* Values (and gradients, [n][n_inputs], or NULL) at n points: x[n][n_inputs]. */
void model_eval_many(const struct model *model, gsize n, const double *x, double *y, double *gradient);
/* Box and scale where the caller left them open: from the samples. */
void model_complete_inputs(struct model *model, const struct samples *samples);
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
