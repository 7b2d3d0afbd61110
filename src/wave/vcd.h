/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/vcd.h -- value change dumps: digital nodes, and real ones, as steps over time.
 *
 * Source  IEEE Std 1364, four-state VCD; real changes (r) too.
 * Takes   bytes. Buses are unsigned whole numbers of at most 53 known bits. x is -1 and z is -2 (of a bus: any bit of it), so
 *         that either differs from every level.
 * Gives   a plot a variable, named by its scopes ("top.dut.clk"): time [s] and the value, two points of one time a change, from
 * the first time of the file to the last. A variable of which nothing is said is x throughout. Errors name line and byte.
 */
#ifndef GAINSPICE_WAVE_VCD_H
#define GAINSPICE_WAVE_VCD_H

#include "wave/plot.h"

GPtrArray *vcd_parse(const char *bytes, gsize length, const char *name, GError **error);
/* The vectors of the plots, whose scale is time, ascending, none below 0: as real variables, or with a level (not NAN) as wires
 * that are 1 at or above it, changing where the line crosses it. Times are rounded to a femtosecond, the finest that VCD has. */
gboolean vcd_append(GString *out, const GPtrArray *plots, double level, GError **error);

#endif
