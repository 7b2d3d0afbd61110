/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/bspline.h -- tensor B-splines: Σ c_ijk B_i(x_0) B_j(x_1) B_k(x_2), cubic along each input that has values enough.
 *
 * Order m is m intervals of equal length along each input; an input that takes v values has at most v coefficients along it, and degree
 * v − 1 where that is below 3. Coefficients are row-major, the last input fastest. Knots are clamped: the first and the last stand
 * degree + 1 times, which is how a reader knows the degree.
 *
 * Fitted by banded normal equations of the B-splines themselves, which are local and well conditioned, with a second-difference
 * penalty of 1e-10 of the mean diagonal: it bridges cells without samples and is below the error of any order that is used. Along an
 * input that is declared monotone the coefficients are, which is enough (de Boor, A Practical Guide to Splines, ch. XI): where least
 * squares break it, the constrained problem is solved by ADMM (S. Boyd et al., Found. Trends Mach. Learn. 3 (2011) 1) and what is left
 * by a running maximum.
 */
#ifndef GAINSPICE_FIT_BSPLINE_H
#define GAINSPICE_FIT_BSPLINE_H

#include "fit/model.h"

enum { BSPLINE_MAX_DEGREE = 3, BSPLINE_MAX_INPUTS = 4 };

extern const struct model_family bspline_family;

/* Along input `a`: its degree, and how many coefficients. */
int bspline_degree(const struct model *model, int a);
gsize bspline_count(const struct model *model, int a);

#endif
