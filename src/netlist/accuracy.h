/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/accuracy.h -- the accuracy presets as ngspice's options, and how many points share a deck.
 *
 * exact changes nothing: its decks say what the technology and the bench say. The numbers of the others were chosen by
 * measurement (doc/accuracy.md); what they cost in accuracy is measured again for every bench that uses one (flow/accuracy.c).
 */
#ifndef GAINSPICE_NETLIST_ACCURACY_H
#define GAINSPICE_NETLIST_ACCURACY_H

#include <glib.h>

#include "design/design.h"

struct preset {
    double max_step;            /* longest step of a transient over that of exact */
    double most_of_run;         /* but no longer than this share of the run */
    gboolean bypass;            /* devices whose voltages stay are not evaluated */
    double reltol, vntol, abstol; /* 0: as exact */
    int pack_points;            /* most points in one deck; 1: none is packed */
    double tolerance;           /* of a measure from exact, as a share of its span, unless the design says another */
    int pilots;                 /* points compared with exact, unless the design says another number */
};
const struct preset *preset_of(enum accuracy accuracy);

/* The longest step of a transient of `analysis`, in s; 0: ngspice's own. */
double preset_max_step_s(enum accuracy accuracy, const struct analysis *analysis);

#endif
