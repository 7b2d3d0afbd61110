/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/expression.h -- the value of a number or brace expression of a template, as ngspice will find it.
 *
 * Mismatch goes with 1/√(W·L) of each device, so W and L must be known before ngspice reads the deck. The grammar is what
 * sizes need: + - * / ( ), numbers with SPICE suffixes (5f, 0.11u, 1meg) and parameter names; the rest is refused.
 */
#ifndef GAINSPICE_NETLIST_EXPRESSION_H
#define GAINSPICE_NETLIST_EXPRESSION_H

#include <glib.h>

/* Names with their values; a name that is not in `values` is looked for in `outer`. */
struct scope {
    GHashTable *values;        /* char* → double*, owned by the table */
    const struct scope *outer; /* borrowed, or NULL */
};

void scope_init(struct scope *scope, const struct scope *outer);
void scope_set(struct scope *scope, const char *name, double value);
void scope_clear(struct scope *scope);

/* `text` is a number, a name, or an expression in braces. The error has no place; callers prefix the card's. */
gboolean expression_value(const char *text, const struct scope *scope, double *value, GError **error);

/* Adds what "a=1 b={2*a}" sets to `into`, each value as `from` sees it; the two may be the same scope. */
gboolean scope_assign(struct scope *into, const char *assignments, const struct scope *from, GError **error);

/* The text after "name=" in "w={w_rn} l=32n"; newly allocated, NULL if the name is not there. */
char *assignment_text(const char *assignments, const char *name);

#endif
