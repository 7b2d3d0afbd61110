/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "characterise/devices.h"

static void collect(const struct design *design, const struct circuit_template *circuit, const char *prefix, GPtrArray *paths,
                    gboolean *complete)
{
    for (guint i = 0; i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        if (card->element == NULL)
            continue;
        g_autofree char *path = g_strconcat(prefix, card->element, NULL);
        if (card->kind == CARD_INSTANCE) {
            g_autofree char *inner = g_strconcat(path, ".", NULL);
            collect(design, g_hash_table_lookup(design->circuits, card->of), inner, paths, complete);
        } else if (card->kind == CARD_DEVICE && technology_role(design->technology, card->of)->form != DEVICE_MODEL) {
            *complete = FALSE;
        } else if (card->kind == CARD_DEVICE || card->element[0] == 'r') {
            g_ptr_array_add(paths, g_steal_pointer(&path));
        }
    }
}

GPtrArray *subject_devices(const struct subject *of, gboolean *complete)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    *complete = TRUE;
    collect(of->design, of->spec->cell->circuit, "", paths, complete);
    return paths;
}

char *device_measure(const char *prefix, const char *path)
{
    g_autofree char *flat = g_strdelimit(g_strdup(path), ".", '_');
    return g_strconcat(prefix, "_", flat, NULL);
}
