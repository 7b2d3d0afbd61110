/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/writer.h -- benches as text in the language of designs, written by use instead of by port.
 *
 * A bench is write_begin … write_end. In between, each use that the cell declares is driven once, by hold, pulse, sweep or
 * initial; write_rest holds all others at rest, but for the store, which only an implementation knows to be held or free. Numbers
 * are SI.
 */
#ifndef GAINSPICE_CHARACTERISE_WRITER_H
#define GAINSPICE_CHARACTERISE_WRITER_H

#include <glib.h>

#include "design/use.h"

struct subject;
struct bench_writer;

struct bench_writer *bench_writer_new(const struct subject *of, gsize variant);
/* The text of all benches; frees the writer. */
char *bench_writer_free(struct bench_writer *w);

/* The bench NAME_SUFFIX (NAME_SUFFIX_2, … at the second and further supplies). */
void write_begin(struct bench_writer *w, const char *suffix);
void write_end(struct bench_writer *w);

void write_hold(struct bench_writer *w, enum use_kind use, double v_V);
void write_hold_ac(struct bench_writer *w, enum use_kind use, double v_V, double ac_V);
/* `period_s` 0: one pulse. */
void write_pulse(struct bench_writer *w, enum use_kind use, double low_V, double high_V, double delay_s, double edge_s,
                 double width_s, double period_s);
void write_initial(struct bench_writer *w, enum use_kind use, double v_V);
/* Says that a use has been driven by an element that was written as text. */
void write_driven(struct bench_writer *w, enum use_kind use);
void write_rest(struct bench_writer *w);

/* Sweeps: of the voltage of a use; of the initial of a use, which is driven by that; of anything else by attribute and name
 * ("knob", "jg"). The first is the slowest. */
void write_sweep(struct bench_writer *w, const char *name, enum use_kind use, double from_V, double to_V, int points);
void write_sweep_ac(struct bench_writer *w, const char *name, enum use_kind use, double ac_V, gsize n, const double *v_V);
void write_sweep_list(struct bench_writer *w, const char *name, enum use_kind use, gsize n, const double *v_V);
void write_sweep_initial(struct bench_writer *w, const char *name, enum use_kind use, gsize n, const double *v_V);
void write_sweep_of(struct bench_writer *w, const char *name, const char *attribute, const char *of, const char *unit, gsize n,
                    const double *values);

void write_tran(struct bench_writer *w, double step_s, double stop_s, double max_step_s);
/* An element as it is: <dc/>, <op/>, <options …/>. */
void write_element(struct bench_writer *w, const char *element);
/* v(USE's port) and i(USE's port) for measures. Newly allocated. */
char *writer_signal(const struct bench_writer *w, const char *kind, enum use_kind use);
/* <measure name= kind= of= …>; `more` holds further attributes as text, or "". */
void write_measure(struct bench_writer *w, const char *name, const char *kind, const char *of, const char *more);
/* ` ATTRIBUTE="VALUE UNIT"` for `more`. Borrowed: lives as long as the writer. */
const char *writer_attribute(struct bench_writer *w, const char *attribute, double value, const char *unit);

#endif
