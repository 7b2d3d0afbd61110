/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/baseline.h -- a design's baseline: text that a person reviews and git keeps, in results/baselines/NAME.
 *
 *     made.txt        what made it, numbered: versions, digests of design and technology, options of the benches
 *     measures.csv    one number a line: vector,unit,value,made
 *     BENCH.waves     waveforms, one behind the other, a point a line, fewer points than were simulated:
 *
 *         wave write.tt.27C.v_write=0.9/v(sn): V over s, 31 of 640 points within 9e-05, made 1
 *         0 0.00012
 *         1.012e-09 0.0021
 *
 * "within" is how far the line through these points is from the simulated one at most, rounding of the printed numbers
 * included: it was measured after rounding, by the comparison that also judges. 0: all points, all digits. Complex waveforms have
 * a third column.
 */
#ifndef GAINSPICE_FLOW_BASELINE_H
#define GAINSPICE_FLOW_BASELINE_H

#include "flow/recording.h"

struct baseline {
    char *folder;
    GPtrArray *vectors;  /* struct recorded, in the order of the files */
    GHashTable *by_name; /* borrowed from vectors */
    GPtrArray *made;     /* char*: text of made.txt, number - 1 is the index; NULL where a number is not used */
};

struct baseline *baseline_new(const char *folder);
void baseline_free(struct baseline *baseline);
/* NULL without error: there is none. Errors name file and line. */
struct baseline *baseline_read(const char *folder, GError **error);
/* Takes ownership. */
void baseline_add(struct baseline *baseline, struct recorded *recorded);
/* The number of what made vectors, in words; the same words have the same number. */
int baseline_made(struct baseline *baseline, const char *words);
/* Writes the files that differ from what is there, and removes .waves of benches that there are no more. */
gboolean baseline_write(struct baseline *baseline, GError **error);

/* A copy on fewer points, at most `within` away; all points and digits where that cannot be had or within is 0. */
struct recorded *recorded_reduced(const struct recorded *recorded, double within);

#endif
