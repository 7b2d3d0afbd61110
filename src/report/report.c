/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report/report.c -- the list of blocks, and its text form. */
#include "config.h"

#include "report/report.h"

#include <string.h>

#include "report/blocks.h"

static void block_free(gpointer data)
{
    struct block *block = data;
    g_free(block->text);
    table_free(block->table);
    figure_free(block->figure);
    g_free(block);
}

static struct block *block_add(struct report *report, enum block_kind kind)
{
    struct block *block = g_new0(struct block, 1);
    block->kind = kind;
    g_ptr_array_add(report->blocks, block);
    return block;
}

struct report *report_new(const char *title)
{
    struct report *report = g_new0(struct report, 1);
    report->title = g_strdup(title);
    report->blocks = g_ptr_array_new_with_free_func(block_free);
    return report;
}

void report_free(struct report *report)
{
    if (report == NULL)
        return;
    g_free(report->title);
    g_ptr_array_unref(report->blocks);
    g_free(report);
}

void report_heading(struct report *report, const char *text)
{
    block_add(report, BLOCK_HEADING)->text = g_strdup(text);
}

void report_paragraph(struct report *report, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    block_add(report, BLOCK_PARAGRAPH)->text = g_strdup_vprintf(format, ap);
    va_end(ap);
}

void report_table(struct report *report, struct table *table, int digits, gsize max_rows)
{
    struct block *block = block_add(report, BLOCK_TABLE);
    block->table = table;
    block->digits = digits;
    block->max_rows = max_rows;
}

void report_figure(struct report *report, struct figure *figure)
{
    block_add(report, BLOCK_FIGURE)->figure = figure;
}

/* What neither XML 1.0 nor a terminal should get: C0 and C1 controls, and the two non-characters of the basic plane. */
static gboolean allowed(gunichar c)
{
    return c >= 0x20 && !(c >= 0x7f && c <= 0x9f) && c != 0xfffe && c != 0xffff;
}

char *report_clean(const char *text, gboolean keep_newlines)
{
    g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
    GString *out = g_string_new(NULL);
    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (c == '\n' && keep_newlines)
            g_string_append_c(out, '\n');
        else if (c == '\n' || c == '\t' || c == '\r')
            g_string_append_c(out, ' ');
        else
            g_string_append_unichar(out, allowed(c) ? c : 0xfffd);
    }
    return g_string_free(out, FALSE);
}

static void add_line(GString *out, const char *text, char underline)
{
    g_autofree char *clean = report_clean(text, underline == '\0');
    g_string_append_printf(out, "%s\n", clean);
    for (glong i = 0, n = underline != '\0' ? g_utf8_strlen(clean, -1) : 0; i < n; i++)
        g_string_append_c(out, underline);
    g_string_append(out, underline != '\0' ? "\n\n" : "\n");
}

void report_to_text(const struct report *report, GString *out)
{
    add_line(out, report->title, '=');
    for (guint i = 0; i < report->blocks->len; i++) {
        const struct block *block = report->blocks->pdata[i];
        switch (block->kind) {
        case BLOCK_HEADING:
            add_line(out, block->text, '-');
            break;
        case BLOCK_PARAGRAPH:
            add_line(out, block->text, '\0');
            break;
        case BLOCK_TABLE:
            table_to_text(block->table, out, block->digits, block->max_rows);
            g_string_append_c(out, '\n');
            break;
        case BLOCK_FIGURE:
            break;
        }
    }
}
