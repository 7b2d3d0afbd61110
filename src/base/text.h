/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/text.h -- text of others, made fit to be shown.
 *
 * Names, paths, comments and what a simulator prints come from outside: bytes that are no UTF-8, newlines that would make two
 * lines of a message, escape sequences that a terminal would obey.
 */
#ifndef GAINSPICE_BASE_TEXT_H
#define GAINSPICE_BASE_TEXT_H

#include <glib.h>

/* `text` on one line: valid UTF-8 (U+FFFD for what is none), a blank for each control character (C0, DEL, C1) and line or
 * paragraph separator. Of a text of more than `max` bytes (0: no limit) the start. NULL is "". Newly allocated. */
char *text_line(const char *text, gsize max);

#endif
