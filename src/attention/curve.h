/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attention/curve.h -- a cell's current against its stored voltage, word line and bit line held where attention reads it. */
#ifndef GAINSPICE_ATTENTION_CURVE_H
#define GAINSPICE_ATTENTION_CURVE_H

#include "attention/attention.h"

struct cell_curve {
    const struct model *model;  /* borrowed */
    int store;                  /* which input is v_store */
    double x[MODEL_MAX_INPUTS]; /* the others' values */
    double min_V, max_V;        /* box of v_store; beyond it the current stays */
    gboolean has_powers;        /* a polynomial: I = Σ_i a[i] (V − v_mid)^i inside the box */
    int order;
    double v_mid_V, a[MODEL_MAX_ORDER + 1]; /* A/V^i */
};

/* Takes a model of a current in A with the input v_store and at most v_in and v_bl beside it. */
gboolean cell_curve_init(struct cell_curve *curve, const struct model *model, const struct attention_config *config,
                         GError **error);
double cell_curve_at(const struct cell_curve *curve, double v_store_V);
/* Least-squares slope over 0 … v_max_V, every voltage alike likely [A/V]. */
double cell_curve_slope(const struct cell_curve *curve, double v_max_V);

#endif
