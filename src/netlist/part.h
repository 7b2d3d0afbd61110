/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/part.h -- an array simulated in parts: groups of columns, each with the load of the others.
 *
 * Columns of a crossbar meet only on the lines along its rows. A part has the cells and column lines of its own columns and
 * every row line whole, with all of its wire. What stands to the left of it, and what stands to the right, is load
 * columns: each in the middle of up to 16 columns that it stands for, with their wires in parallel (R/n and n·C) under the stimuli of the
 * middle one. The n cells that it stands for in a row are one or two cells whose multipliers add up to n.
 *
 * Where a <store> gives the cells of a row voltages v_i, the two are the nodes of Gauss quadrature: voltages v_1, v_2 and
 * weights n_1, n_2 with Σ n_k v_k^p = Σ v_i^p for p = 0 … 3 (Golub & Welsch, Math. Comp. 23, 221 (1969), in closed form).
 * So currents and charges that are cubic polynomials of the stored voltage come out as those of the cells; what is beyond, and the
 * place and the bit line that n cells share, is the error. It is measured, not bounded: doc/arrays.md.
 */
#ifndef GAINSPICE_NETLIST_PART_H
#define GAINSPICE_NETLIST_PART_H

#include "design/design.h"

#define PART_NONE (-1) /* the whole array */

/* How many parts the bench is simulated in: 1 where it is not divided. */
int bench_parts(const struct bench *bench);
/* The columns of part 0 … bench_parts - 1; of PART_NONE those of the bench. A bench of a cell has 0 and 0. */
void part_columns(const struct bench *bench, int part, int *first, int *last);

/* What `part` gives of a measure: FALSE nothing, else `own` (borrows from `spec`) with the lines that are its own. Columns, cells
 * and what a line along a row shows at a column belong to the part of that column; all else, which each part has, to part 0. */
gboolean part_measure(const struct bench *bench, int part, const struct measure_spec *spec, struct measure_spec *own);
gboolean part_has(const struct bench *bench, int part, const struct signal *signal);

/* Columns that stand for others: their cells with voltages from a store. */
struct load_column {
    int first, last; /* the columns that it stands for; none of them is in the part */
    int column;      /* where it stands */
};
/* The loads of a part, from the left. struct load_column. */
GArray *part_loads(const struct bench *bench, int part);
/* Nodes and weights of n voltages: one or two, their number is returned. Weights add up to n. */
int part_quadrature(const double *v_V, gsize n, double nodes_V[2], double weights[2]);

#endif
