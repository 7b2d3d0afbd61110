/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report/blocks.h -- what a report is inside; for src/report alone.
 *
 * A report is its blocks in reading order. report.c collects them and prints the text form, html.c prints the page; neither
 * form is kept, so both always say the same.
 */
#ifndef GAINSPICE_REPORT_BLOCKS_H
#define GAINSPICE_REPORT_BLOCKS_H

#include "report/report.h"

enum block_kind { BLOCK_HEADING, BLOCK_PARAGRAPH, BLOCK_TABLE, BLOCK_FIGURE };

struct block {
    enum block_kind kind;
    char *text;             /* heading, paragraph */
    struct table *table;
    int digits;
    gsize max_rows;
    struct figure *figure;
};

struct report {
    char *title;
    GPtrArray *blocks;      /* struct block */
};

/* `text` as a page, an SVG or a terminal may show it: valid UTF-8 of characters that XML allows, no control characters;
 * newlines kept or made blanks. NULL is "". Names and texts come from users. Newly allocated. */
char *report_clean(const char *text, gboolean keep_newlines);

#endif
