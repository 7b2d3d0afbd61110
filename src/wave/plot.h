/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/plot.h -- one result of one analysis: vectors over a common scale.
 *
 * Vector 0 is the scale. Real plots have imag NULL everywhere. Names and types are as the simulator gave them (lower case:
 * "v(sn)" or "sn", "v_bl#branch"); plot_vector() finds a voltage by either spelling.
 */
#ifndef GAINSPICE_WAVE_PLOT_H
#define GAINSPICE_WAVE_PLOT_H

#include <glib.h>

#include "wave/numbers.h"

struct vector {
    char *name;     /* "time", "sn", "v_bl#branch", "onoise_spectrum" */
    char *type;     /* as in a raw file: "time", "voltage", "current", "frequency", "notype" */
    double *real;   /* [n_points] */
    double *imag;   /* [n_points] or NULL */
    struct numbers lazy_real, lazy_imag; /* where the numbers lie, if real is NULL (raw_parse_lazy); imag: n 0 if there is none */
};

struct plot {
    char *title;       /* title of the deck */
    char *date;        /* as in the raw file; "" if there is none */
    char *name;        /* "Transient Analysis", "DC transfer characteristic", … */
    gboolean is_complex;
    gsize n_points;
    GPtrArray *vectors;  /* struct vector */
};

struct plot *plot_new(const char *title, const char *name, gboolean is_complex, gsize n_points);
void plot_free(struct plot *plot);
/* Adds a zeroed vector of n_points; borrowed. */
struct vector *plot_add(struct plot *plot, const char *name, const char *type);
/* Adds a vector without numbers; borrowed. */
struct vector *plot_add_lazy(struct plot *plot, const char *name, const char *type);
/* Gives lazy vectors their numbers. */
void plot_load(struct plot *plot);
/* By name, case ignored; "v(x)" and "x", "i(src)" and "src#branch" mean the same. NULL if there is none. Borrowed. */
const struct vector *plot_vector(const struct plot *plot, const char *name);
/* The one called `name`, else the one called `alias` (may be NULL), else NULL. */
const struct vector *plot_vector_or(const struct plot *plot, const char *name, const char *alias);

#endif
