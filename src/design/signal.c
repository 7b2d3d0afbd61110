/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/signal.c -- signals as benches name them: v(node), v(plus,minus), i(port), onoise. */
#include "config.h"

#include <string.h>

#include "base/files.h"
#include "design/design.h"
#include "design/xml.h"

static gboolean fail(const char *text, GError **error)
{
    g_autofree char *shown = xml_shown(text);
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                "signal \"%s\": expected v(node), v(plus,minus), i(port) or onoise", shown);
    return FALSE;
}

static char *without_blanks(const char *text)
{
    GString *kept = g_string_new(NULL);
    for (; *text != '\0'; text++)
        if (*text != ' ')
            g_string_append_c(kept, *text);
    return g_string_free(kept, FALSE);
}

gboolean signal_parse(const char *text, struct signal *signal, GError **error)
{
    g_autofree char *name = without_blanks(text);
    gsize n = strlen(name);
    if (strcmp(name, "onoise") == 0) {
        *signal = (struct signal){SIGNAL_ONOISE, g_steal_pointer(&name), NULL, NULL};
        return TRUE;
    }
    if (n < 4 || (name[0] != 'v' && name[0] != 'i') || name[1] != '(' || name[n - 1] != ')')
        return fail(text, error);
    g_autofree char *inner = g_strndup(name + 2, n - 3);
    g_auto(GStrv) nodes = g_strsplit(inner, ",", 3);
    guint n_nodes = g_strv_length(nodes), allowed = name[0] == 'v' ? 2 : 1;
    if (n_nodes < 1 || n_nodes > allowed || !name_valid(nodes[0], FALSE) || (n_nodes == 2 && !name_valid(nodes[1], FALSE)))
        return fail(text, error);
    *signal = (struct signal){name[0] == 'v' ? SIGNAL_VOLTAGE : SIGNAL_CURRENT, NULL, g_strdup(nodes[0]), g_strdup(nodes[1])};
    signal->name = g_steal_pointer(&name);
    return TRUE;
}

void signal_clear(struct signal *signal)
{
    g_clear_pointer(&signal->name, g_free);
    g_clear_pointer(&signal->node, g_free);
    g_clear_pointer(&signal->minus, g_free);
}
