/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/text.h"

char *text_line(const char *text, gsize max)
{
    g_autofree char *start = max > 0 ? g_strndup(text != NULL ? text : "", max) : g_strdup(text != NULL ? text : "");
    g_autofree char *valid = g_utf8_make_valid(start, -1);
    GString *line = g_string_new(NULL);
    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        gboolean control = c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
        g_string_append_unichar(line, control ? ' ' : c);
    }
    return g_string_free(line, FALSE);
}
