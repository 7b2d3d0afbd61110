/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/support/hand_deck.h -- a struct deck from text, for tests of what comes after the netlist stage.
 *
 * Line n of the text comes from netlists/x.xml:100+n, except the title and comments, which have no origin.
 */
#ifndef GAINSPICE_TESTS_HAND_DECK_H
#define GAINSPICE_TESTS_HAND_DECK_H

#include "netlist/deck.h"

/* Expects a transient that ends at `stop_s` (NAN: anywhere). Free with hand_deck_free(). */
struct deck *hand_deck(const char *text, enum analysis_kind analysis, double stop_s);
void hand_deck_probe(struct deck *deck, const char *signal, const char *vector);
void hand_deck_free(struct deck *deck);

#endif
