/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/point.h -- the points of a design: one bench under one corner, temperature, set of swept values and sample.
 *
 * Gives   struct point in a fixed order (benches as written; corner, temperature, axis sweeps, outer bench sweeps, sample,
 *         the last fastest). The order numbers the rows of tables; nothing else depends on it.
 */
#ifndef GAINSPICE_NETLIST_POINT_H
#define GAINSPICE_NETLIST_POINT_H

#include <glib.h>

#include "design/design.h"

struct point {
    const struct design *design;  /* borrowed */
    const struct bench *bench;    /* borrowed */
    const char *corner;           /* borrowed */
    double temperature_C;
    gsize n_settings;
    const struct sweep **sweeps;  /* [n_settings] borrowed: axis sweeps but for those of other cells, then outer bench sweeps */
    double *settings;             /* [n_settings] the value of each here */
    enum accuracy accuracy;       /* the bench's; of a point that others are compared with, exact */
    int sample;                   /* 1 … samples; 0: nominal devices */
    char *name;                   /* "transfer.tt.27C.v_bl=0.45.s137": unique in the design, safe as a file name */
};

/* Every point of the design, or of `bench` if it is not NULL. Elements are freed with the array. */
GPtrArray *points_expand(const struct design *design, const struct bench *bench);
/* The first of them. Freed with point_free. */
struct point *point_first(const struct design *design, const struct bench *bench);
/* The same point at another accuracy. */
struct point *point_copy(const struct point *point, enum accuracy accuracy);
void point_free(struct point *point);
/* Whether still lines and parts of its bench are taken: not where the point is what a preset is compared with. */
gboolean point_is_reduced(const struct point *point);

#endif
