/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/polynomial.h -- the polynomial family: Σ c_e Π_a ((x_a − offset_a)/scale_a)^e_a of a total order. */
#ifndef GAINSPICE_FIT_POLYNOMIAL_H
#define GAINSPICE_FIT_POLYNOMIAL_H

#include "fit/model.h"

extern const struct model_family polynomial_family;

/* The model along one input, the others held: f(x + y·e_input) = Σ_i a_i y^i about x[input]; a[order + 1]. The box is not
 * looked at. FALSE if the model is of another family. */
gboolean polynomial_section(const struct model *model, int input, const double *x, double *a);

#endif
