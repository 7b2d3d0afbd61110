/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/spice.h -- SPICE text as logical cards, strictly: what templates and model libraries have in common.
 *
 * Takes   the bytes of a file that may come from anywhere.
 * Gives   its cards: comments gone, continuations joined, lower case, one blank between words, none around "=" and none in
 *         braces, so that a word never holds a blank. Lines that start with "*:" come through as they are (template header).
 *         Refused: control characters, bytes that are not UTF-8, and in a card every character that SPICE needs not; quotes,
 *         backslashes, "$" and "`" among them: what passes is one card of a deck and nothing else. Braces pair, hold
 *         something and do not nest, because one unbalanced brace makes ngspice refuse every later deck of its process.
 * Owns    the array owns its lines.
 */
#ifndef GAINSPICE_DESIGN_SPICE_H
#define GAINSPICE_DESIGN_SPICE_H

#include <glib.h>

#include "base/error.h"

struct spice_line {
    char *text;
    struct origin origin;  /* of its first line */
};

/* The cards of `text`; `file` names it in messages. Elements are struct spice_line. */
GPtrArray *spice_lines(const char *text, gsize length, const char *file, GError **error);

/* TRUE if `word` is a number as SPICE writes it: 5f, 1.2e-9, 0.11u, 1meg. */
gboolean spice_number(const char *word);

/* TRUE if `word` is a name that ngspice takes for nothing else: no function, no constant, no word of its expressions. */
gboolean spice_name_free(const char *word);

/* The names that the braces of `text` use, each once, in order, NULL-terminated. NULL sets `error` where a function is not
 * known (random functions are not: random numbers are gainspice's own). */
char **spice_names(const struct spice_line *line, GError **error);

/* "key=value": the key, newly allocated, and where the value starts. NULL if `word` is not of that form. */
char *spice_key(const char *word, const char **value);

#endif
