/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/support/deck_double.c -- deck_text() and deck_origin() as deck.h promises them, while src/netlist has none. */
#include "config.h"

#include "netlist/deck.h"

char *deck_text(const struct deck *deck, gsize *length)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < deck->cards->len; i++)
        g_string_append_printf(text, "%s\n", g_array_index(deck->cards, struct card, i).text);
    *length = text->len;
    return g_string_free(text, FALSE);
}

struct origin deck_origin(const struct deck *deck, int line)
{
    if (line < 1 || (guint)line > deck->cards->len)
        return (struct origin){NULL, 0};
    return g_array_index(deck->cards, struct card, (guint)line - 1).origin;
}
