/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/codes.h -- the codes of a <pwm> or <store>, written or drawn, and the voltages that a store's mean.
 *
 * A drawn code is ⌊u·levels⌋ of u = random_uniform(seed, stream, drawing), with the stream "pwm/LINE" or "store/ROW/COLUMN": it
 * depends on its own place only, so the first rows of a larger array hold what a smaller one holds. A sweep of the draw counts
 * drawings; without one the drawing is 0.
 *
 * With a tilt t the codes prefer one end: u^(e^-t) stands for u where t > 0, 1 - (1-u)^(e^t) where t < 0. The mean of that is
 * 1/(1 + e^-t), and -t is the mirror image of t. Of a range of tilts each drawing has one of its own, drawn evenly from the
 * stream "pwm/tilt" or "store/tilt".
 */
#ifndef GAINSPICE_NETLIST_CODES_H
#define GAINSPICE_NETLIST_CODES_H

#include "design/design.h"

/* The code of line `line` (first ≤ line ≤ last) of a pwm. */
int pwm_code(const struct stimulus *pwm, int line, guint64 drawing);
/* The code and the voltage of a cell of a store on an array of `columns` columns. */
int store_code(const struct stimulus *store, int columns, int row, int column, guint64 drawing);
double store_V(const struct stimulus *store, int code);

#endif
