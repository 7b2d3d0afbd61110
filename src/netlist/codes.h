/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/codes.h -- the codes of a <pwm> or <store>, written or drawn, and the voltages that a store's mean.
 *
 * A drawn code is ⌊u·levels⌋ of u = random_uniform(seed, stream, 0), with the stream "pwm/LINE" or "store/ROW/COLUMN": it depends
 * on its own place only, so the first rows of a larger array hold what a smaller one holds.
 */
#ifndef GAINSPICE_NETLIST_CODES_H
#define GAINSPICE_NETLIST_CODES_H

#include "design/design.h"

/* The code of line `line` (first ≤ line ≤ last) of a pwm. */
int pwm_code(const struct stimulus *pwm, int line);
/* The code and the voltage of a cell of a store on an array of `columns` columns. */
int store_code(const struct stimulus *store, int columns, int row, int column);
double store_V(const struct stimulus *store, int code);

#endif
