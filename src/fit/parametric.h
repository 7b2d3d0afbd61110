/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/parametric.h -- families that are a formula with named parameters, fitted by nonlinear least squares (fit/nonlinear.h).
 *
 * Such a family has one order. Its fit keeps the parameters' covariance. A law (struct law) provides the table of its parameters for
 * given samples: starts and bounds from what the data span, so that no caller guesses.
 *
 * ekv          the cell's read stage: two transistors of the EKV model in series between the rails of the read word line, both gated
 *              by the storage node, their common drain on the bit line. Inputs v_store, v_in, v_bl (absent v_in: vdd; absent v_bl:
 *              vdd/2), V; output: current out of the bit line, A. VDD and the temperature are the model's (0.9 V and 27 °C where
 *              they are not known).
 *                  f(u) = ln(1 + e^u)                            U_T = k(T + 273.15 K)/q
 *                  v_p = (v_gs − vt + sig·v_ds)/n
 *                  I = i_s·(f²(v_p/2U_T) − f²((v_p − v_ds)/2U_T))·(1 + lam·v_ds)/(1 + th·2n·U_T·f(v_p/2U_T))
 *              NMOS: v_gs = v_store − v_low, v_ds = v_bl − v_low, v_low = VDD − v_in;  PMOS: v_gs = v_in − v_store,
 *              v_ds = v_in − v_bl; the value is I_n − I_p. Source: C. Enz, F. Krummenacher, E. Vittoz, Analog Integr. Circuits Signal
 *              Process. 8 (1995) 83, with mobility reduction, output conductance and drain-induced barrier lowering of first order.
 * ekv-n        sign·I_n alone, ekv-p −sign·I_p: the current of one rail, counted as the data count it
 * exponential  y = y0 + y1·e^((x − offset)/x1), one input: leakage over a voltage
 * hardsigmoid  y = floor + gain·(s(x − offset, knee_low) − s(x − offset − span, knee_high)), s(u, k) = k·ln(1 + e^(u/k)), one input:
 *              the curve of a charge-to-pulse block; saturates at floor + gain·span; with a span beyond the data a ReLU
 */
#ifndef GAINSPICE_FIT_PARAMETRIC_H
#define GAINSPICE_FIT_PARAMETRIC_H

#include "fit/model.h"
#include "fit/nonlinear.h"

extern const struct model_family ekv_family, ekv_n_family, ekv_p_family, exponential_family, hardsigmoid_family;

struct law {
    const struct model_family *family;
    int starts; /* of the fit */
    /* table[parameters of the family]: names, starts, bounds. */
    void (*table)(const struct model *shape, const struct samples *samples, struct nonlinear_parameter *table);
};
extern const struct law ekv_law, ekv_n_law, ekv_p_law, exponential_law, hardsigmoid_law;

gboolean parametric_fit(struct model *model, int order, const struct samples *samples, GError **error);
void parametric_fit_orders(const struct model *shape, int max_order, const struct samples *samples, const int *fold, int n_folds,
                           struct model **models);
int parametric_orders(const struct model *shape, int max_order);
gboolean parametric_one_input(const struct model_input *inputs, int n_inputs, GError **error);
gsize parametric_count(const struct model_family *family);

/* ln(1 + e^u); *slope (may be NULL) is 1/(1 + e^−u). Without overflow. */
double soft_ramp(double u, double *slope);

#endif
