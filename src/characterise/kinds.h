/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/kinds.h -- the kinds, one a file; and what they have in common. */
#ifndef GAINSPICE_CHARACTERISE_KINDS_H
#define GAINSPICE_CHARACTERISE_KINDS_H

#include "characterise/characterise.h"

extern const struct characterisation characterise_transfer, characterise_retention, characterise_write, characterise_disturb;
extern const struct characterisation characterise_noise, characterise_energy, characterise_array;
extern const struct characterisation characterise_mismatch, characterise_pulse, characterise_jitter;

/* `n` values from `first` to `last`, both included, in equal steps. */
void level_values(gsize n, double first, double last, double *values);
/* "v_store 0.9 V". `buffer` is returned. */
#define AT_SIZE 64
const char *at_value(char buffer[AT_SIZE], const char *name, double value, const char *unit);

/* Linear interpolation of the first place where y, over ascending x, passes `level`; NAN if it does nowhere. */
double first_crossing(gsize n, const double *x, const double *y, double level);

/* Nonlinearity of n values that should stand in equal steps, in steps, after IEEE Std 1241-2010. inl: the largest distance from
 * the straight line of least squares, in steps of that line (4.4.1, independently based); dnl: the largest difference of one step
 * from the mean step, over the mean step. Signs are kept. Both NAN where n < 3 or a value is NAN. */
void nonlinearity(gsize n, const double *values, double *inl, double *dnl);

#endif
