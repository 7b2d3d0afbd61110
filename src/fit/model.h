/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/model.h -- behavioural models of a circuit: a function of a few inputs, where it is valid, and how wrong it is.
 *
 * A model file is JSON (schema in doc/model-format.md), "gainspice-model" version 1. The families are in struct model_family;
 * an implementation must provide fit, eval, gradient and the JSON of its coefficients; all run on scaled copies of nothing:
 * inputs are SI. Outside its box a model extrapolates flatly (inputs are clamped) and says so (model_eval's `outside`).
 */
#ifndef GAINSPICE_FIT_MODEL_H
#define GAINSPICE_FIT_MODEL_H

#include <glib.h>

#include "base/error.h"

#define MODEL_MAX_INPUTS 4

struct model_input {
    char *name, *unit;
    double offset;      /* the basis sees input − offset */
    double min, max;    /* validity */
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
    int *exponents;                     /* [n_coefficients][n_inputs], row-major; polynomial */
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

struct model_family {
    const char *name;
    /* Fits `model` (inputs set) at `order` to the samples. FALSE where they do not determine it. */
    gboolean (*fit)(struct model *model, int order, const struct samples *samples, GError **error);
    double (*eval)(const struct model *model, const double *x);
};
const struct model_family *model_family(const char *name);
/* NULL-terminated. */
const struct model_family *const *model_families(void);

struct model *model_new(const struct model_family *family, const char *name);
void model_free(struct model *model);

/* The value at x[n_inputs]; *outside (may be NULL) tells whether an input had to be clamped into the box. */
double model_eval(const struct model *model, const double *x, gboolean *outside);
struct model_error model_judge(const struct model *model, const struct samples *samples);

char *model_to_json(const struct model *model);
struct model *model_from_json(const char *text, const char *name, GError **error);
struct model *model_read(const char *path, struct origin from, GError **error);

/* The authors' cell in 10 coefficients (paper_facts 1.2) ships as netlists/paper.json; its exponents are in their order. */

#endif
