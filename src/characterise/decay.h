/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/decay.h -- how a floating storage node moves, from what leaks out of it while it is held.
 *
 * The leak is what a source at the node must supply, dc: no error of time steps adds up. With the small-signal capacitance of the
 * node at the same voltages follows the voltage of the node left alone:
 *
 *                                         t(V) = ∫ C(V) / I(V) dV
 *
 * I is known at 257 voltages or more, C at 33; both are taken linear in between, on which the integral has a closed form: an RC
 * decay comes out exact. The points reach half a step beyond the levels.
 *
 * Takes   a subject with parameter "levels" (and "gmin") and uses store and write-line.
 */
#ifndef GAINSPICE_CHARACTERISE_DECAY_H
#define GAINSPICE_CHARACTERISE_DECAY_H

#include "characterise/characterise.h"

#define N_LINE 3 /* states of the write line: low, parked, high */
enum line_state { LINE_LOW, LINE_PARKED, LINE_HIGH };

struct grid {
    gsize n_levels, n, n_c;       /* points of the leak and of the capacitance */
    double low_V, high_V, step_V; /* of levels */
    double first_V, last_V;       /* of points */
    double line_V[N_LINE];
};
struct grid grid_of(const struct subject *of);

/* Benches: NAME, the leak at every state of the write line, with `knobs` (const struct knob, may be none) at their least; and
 * "capacitance". */
void write_leak(const struct subject *of, struct bench_writer *w, const char *name, double gmin_S, const GPtrArray *knobs);
void write_capacitance(const struct subject *of, struct bench_writer *w);

/* What leaks, at one state of the write line or averaged over several. Positive where the node falls. */
struct leak {
    struct grid grid;
    double *i_A; /* [grid.n] */
    double *c_F; /* [grid.n_c] */
};
/* From the readings of bench `name` and of "capacitance"; `share` (of time, [N_LINE]) weighs the states of the write line. */
struct leak *leak_read(const struct subject *of, const struct readings *readings, const char *name, const double share[N_LINE]);
struct leak *leak_at_line(const struct subject *of, const struct readings *readings, const char *name, enum line_state line);
void leak_free(struct leak *leak);

double leak_at(const struct leak *leak, double v_V);
double capacitance_at(const struct leak *leak, double v_V);
/* Time from one voltage to another; infinite where the node does not go there. */
double decay_time(const struct leak *leak, double from_V, double to_V);
/* Where the node is after a time. */
double decay_voltage(const struct leak *leak, double from_V, double t_s);

#endif
