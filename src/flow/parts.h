/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/parts.h -- what a deck of parts gives (netlist/part.h), as if it were one. A deck without parts is taken as it is. */
#ifndef GAINSPICE_FLOW_PARTS_H
#define GAINSPICE_FLOW_PARTS_H

#include "measure/measure.h"
#include "netlist/deck.h"

/* As measure_run, on one plot a part: each part gives the lines that are its own, in the order of the columns. */
gboolean parts_measure(const struct measure_spec *spec, const struct deck *deck, const GPtrArray *plots,
                       struct measure_result **result, GError **error);
/* The part that has the signal, and in *own its plot alone, a new array of borrowed plots; of a deck without parts the deck, and NULL. */
const struct deck *parts_with(const struct deck *deck, const GPtrArray *plots, const struct signal *signal, GPtrArray **own);

#endif
