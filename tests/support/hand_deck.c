/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/support/hand_deck.h"

#include <math.h>

static void probe_free(gpointer data)
{
    struct probe *probe = data;
    g_free(probe->signal);
    g_free(probe->vector);
    g_free(probe->minus);
    g_free(probe);
}

struct deck *hand_deck(const char *text, enum analysis_kind analysis, double stop_s)
{
    struct deck *deck = g_new0(struct deck, 1);
    deck->cards = g_array_new(FALSE, TRUE, sizeof(struct card));
    deck->chunk = g_string_chunk_new(1024);
    deck->probes = g_ptr_array_new_with_free_func(probe_free);
    deck->files = g_ptr_array_new_with_free_func(g_free);
    deck->expect = (struct deck_expect){analysis, 1, 0, NAN, stop_s, 1e-6 * fabs(stop_s)};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i] != NULL; i++) {
        if (lines[i + 1] == NULL && *lines[i] == '\0')
            break;
        gboolean has_origin = i > 0 && *lines[i] != '*';
        struct card card = {g_string_chunk_insert(deck->chunk, lines[i]),
                            has_origin ? origin_at("netlists/x.xml", 101 + i) : (struct origin){NULL, 0}};
        g_array_append_val(deck->cards, card);
    }
    return deck;
}

void hand_deck_probe(struct deck *deck, const char *signal, const char *vector)
{
    struct probe *probe = g_new0(struct probe, 1);
    *probe = (struct probe){g_strdup(signal), g_strdup(vector), NULL, NULL, 1, "V"};
    g_ptr_array_add(deck->probes, probe);
}

void hand_deck_free(struct deck *deck)
{
    g_array_unref(deck->cards);
    g_string_chunk_free(deck->chunk);
    g_ptr_array_unref(deck->probes);
    g_ptr_array_unref(deck->files);
    g_free(deck);
}
