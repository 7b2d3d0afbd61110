/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report/html.c -- the report as one HTML page that needs nothing else.
 *
 * No script and no address to load from; a content security policy says so to the browser too. Tags are closed as XML wants
 * them, so that any XML parser can check the page. Every text passes html_text(). Tables and figures scroll in their own box,
 * so that a phone never scrolls the page sideways; figures keep a white card in the dark scheme, their colours are chosen
 * for white. A column of numbers has one SI prefix, which stands with the unit in its header.
 */
#include "config.h"

#include "report/report.h"

#include <math.h>
#include <string.h>

#include "base/files.h"
#include "base/quantity.h"
#include "report/blocks.h"

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1f2328;--soft:#57606a;--page:#ffffff;--line:#d0d7de;--band:#f6f8fa;--link:#0b5cad}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b3;--page:#12161b;--line:#353c45;--band:#1a2027;"
    "--link:#79b8ff}}\n"
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}\n"
    "body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:60rem;background:var(--page);color:var(--ink);"
    "font:1rem/1.55 system-ui,sans-serif;overflow-wrap:break-word}\n"
    "h1{font-size:1.8rem;line-height:1.2;margin:.5rem 0 1rem}\n"
    "h2{font-size:1.3rem;line-height:1.3;margin:2.5rem 0 .75rem;padding-top:.5rem;border-top:1px solid var(--line)}\n"
    "a{color:var(--link)}\n"
    "h2 a{color:inherit;text-decoration:none}h2 a:hover,h2 a:focus{text-decoration:underline}\n"
    "nav{background:var(--band);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem}\n"
    "nav ol{margin:0;padding-left:1.5rem}nav li{padding:.15rem 0}\n"
    "figure{margin:1.5rem 0}\n"
    "figcaption{color:var(--soft);font-size:.925rem;margin-bottom:.5rem}figcaption b{color:var(--ink)}\n"
    ".box{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;max-width:100%}\n"
    ".card{background:#ffffff;padding:.5rem}\n"
    ".card svg{display:block;max-width:100%;height:auto;min-width:36rem;margin:0 auto}\n"
    ".missing{border:1px dashed var(--line);border-radius:.5rem;padding:1rem;color:var(--soft)}\n"
    "table{border-collapse:collapse;width:100%;font-size:.925rem}\n"
    "th,td{padding:.3rem .75rem;text-align:left;vertical-align:top}\n"
    "thead th{border-bottom:2px solid var(--line);white-space:nowrap;vertical-align:bottom}\n"
    "tbody th{font-weight:600}\n"
    "tbody tr:nth-child(even){background:var(--band)}\n"
    ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    ".unit{font-weight:400;color:var(--soft)}\n"
    "tfoot td,.notes{color:var(--soft);font-size:.85rem}\n"
    ".notes{margin-top:.5rem}.notes ul{margin:.25rem 0;padding-left:1.25rem}\n"
    "@media print{body{max-width:none;padding:0}.box{overflow:visible}figure{break-inside:avoid}}\n";

/* The only way for a text into the page. Newlines become line breaks. */
static void html_text(GString *out, const char *text)
{
    g_autofree char *clean = report_clean(text, TRUE);
    g_auto(GStrv) lines = g_strsplit(clean, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *escaped = g_markup_escape_text(*line, -1);
        g_string_append_printf(out, "%s%s", line != lines ? "<br/>" : "", escaped);
    }
}

static void html_attribute(GString *out, const char *name, const char *text)
{
    g_autofree char *clean = report_clean(text, FALSE), *escaped = g_markup_escape_text(clean, -1);
    g_string_append_printf(out, " %s=\"%s\"", name, escaped);
}

/* ---- anchors ---- */

/* The heading's letters and digits, joined by hyphens; numbered where a page has it twice. Other ids of the page have an
 * underscore, so that no heading can take them. Newly allocated. */
static char *anchor_of(const char *heading, GHashTable *taken)
{
    GString *slug = g_string_new(NULL);
    for (const char *p = heading; p != NULL && *p != '\0'; p++) {
        if (g_ascii_isalnum(*p))
            g_string_append_c(slug, g_ascii_tolower(*p));
        else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
            g_string_append_c(slug, '-');
    }
    while (slug->len > 0 && slug->str[slug->len - 1] == '-')
        g_string_truncate(slug, slug->len - 1);
    if (slug->len == 0)
        g_string_append(slug, "section");
    g_autofree char *base = g_string_free(slug, FALSE);
    char *anchor = g_strdup(base);
    for (int i = 2; g_hash_table_contains(taken, anchor); i++) {
        g_free(anchor);
        anchor = g_strdup_printf("%s-%d", base, i);
    }
    g_hash_table_add(taken, g_strdup(anchor));
    return anchor;
}

/* The anchor of each heading, in order. */
static GPtrArray *anchors_of(const struct report *report)
{
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *anchors = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < report->blocks->len; i++) {
        const struct block *block = report->blocks->pdata[i];
        if (block->kind == BLOCK_HEADING)
            g_ptr_array_add(anchors, anchor_of(block->text, taken));
    }
    return anchors;
}

static void html_contents(GString *out, const struct report *report, const GPtrArray *anchors)
{
    if (anchors->len < 2)
        return;
    g_string_append(out, "<nav aria-label=\"Contents\">\n<ol>\n");
    for (guint i = 0, k = 0; i < report->blocks->len; i++) {
        const struct block *block = report->blocks->pdata[i];
        if (block->kind != BLOCK_HEADING)
            continue;
        g_string_append_printf(out, "<li><a href=\"#%s\">", (const char *)anchors->pdata[k++]);
        html_text(out, block->text);
        g_string_append(out, "</a></li>\n");
    }
    g_string_append(out, "</ol>\n</nav>\n");
}

/* ---- numbers ---- */

/* How a column of numbers is printed: divided by 1000^step, with `decimals`, or each number for itself (-1) where the column
 * spans so much that common decimals would drown the small ones. */
struct number_style {
    int step, digits, decimals;
};

/* Units that take an SI prefix; in a quotient the numerator takes it. Areas do not: a prefix would be squared. */
static gboolean takes_prefix(const char *unit)
{
    static const char *const units[] = {"V", "A", "Ohm", "Ω", "S", "F", "H", "s", "Hz", "m", "C", "J", "W"};
    gsize n = strcspn(unit, "/");
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        if (strlen(units[i]) == n && strncmp(unit, units[i], n) == 0)
            return TRUE;
    return FALSE;
}

static int decade(double size)
{
    return (int)floor(log10(size) + 1e-12);
}

/* Decimals that every number of the column shares at the end as zeros say nothing. */
static int decimals_needed(const struct column *column, gsize n, double unit, int decimals)
{
    for (; decimals > 0; decimals--)
        for (gsize i = 0; i < n; i++) {
            double v = g_array_index(column->numbers, double, i) / unit;
            char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];
            g_snprintf(format, sizeof format, "%%.%df", decimals);
            if (isfinite(v) && !g_str_has_suffix(g_ascii_formatd(text, sizeof text, format, v), "0"))
                return decimals;
        }
    return 0;
}

static struct number_style number_style_of(const struct column *column, gsize n, int digits)
{
    struct number_style s = {.digits = CLAMP(digits, 1, 17), .decimals = -1};
    double largest = 0, smallest = INFINITY;
    gboolean whole = TRUE;
    for (gsize i = 0; i < n; i++) {
        double v = g_array_index(column->numbers, double, i), size = fabs(v);
        if (!isfinite(v) || size == 0)
            continue;
        whole = whole && v == floor(v) && size < 1e9;
        largest = MAX(largest, size);
        smallest = MIN(smallest, size);
    }
    gboolean prefix = takes_prefix(column->unit);
    if (largest == 0 || (whole && (!prefix || largest < 1e4))) {
        s.decimals = 0;
        return s;
    }
    if (prefix)
        s.step = CLAMP((int)floor(decade(largest) / 3.0), -8, 5);
    double unit = pow(10, 3 * s.step);
    if (largest / smallest < 1e3 && largest / unit >= 1e-3 && largest / unit < 1e6)
        s.decimals = decimals_needed(column, n, unit, CLAMP(s.digits - 1 - decade(smallest / unit), 0, 17));
    return s;
}

static void html_scientific(GString *out, double v, int digits)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];
    g_snprintf(format, sizeof format, "%%.%de", digits - 1);
    g_ascii_formatd(text, sizeof text, format, fabs(v));
    char *e = strchr(text, 'e');
    *e = '\0';
    int exponent = (int)g_ascii_strtoll(e + 1, NULL, 10);
    g_string_append_printf(out, "%s%s\u202f×\u202f10<sup>%s%d</sup>", v < 0 ? "−" : "", text, exponent < 0 ? "−" : "",
                           ABS(exponent));
}

static void html_number(GString *out, double value, struct number_style s)
{
    double v = value / pow(10, 3 * s.step), size = fabs(v);
    if (!isfinite(v)) {
        g_string_append(out, isnan(v) ? "–" : v > 0 ? "∞" : "−∞");
        return;
    }
    if (v == 0) {
        g_string_append_c(out, '0');
        return;
    }
    if (s.decimals < 0 && (size < 1e-3 || size >= 1e6)) {
        html_scientific(out, v, s.digits);
        return;
    }
    char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];
    int decimals = s.decimals >= 0 ? s.decimals : CLAMP(s.digits - 1 - decade(size), 0, 17);
    g_snprintf(format, sizeof format, "%%.%df", decimals);
    g_string_append_printf(out, "%s%s", v < 0 ? "−" : "", g_ascii_formatd(text, sizeof text, format, size));
}

static void html_unit(GString *out, const struct column *column, struct number_style s)
{
    static const char *const prefixes[] = {"y", "z", "a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P"};
    if (column->unit == NULL || *column->unit == '\0')
        return;
    g_string_append_printf(out, " <span class=\"unit\">(%s", prefixes[s.step + 8]);
    html_text(out, column->unit);
    g_string_append(out, ")</span>");
}

/* ---- blocks ---- */

static void html_header(GString *out, const struct table *table, const struct number_style *styles)
{
    g_string_append(out, "<thead><tr>");
    for (guint c = 0; c < table->columns->len; c++) {
        const struct column *column = table->columns->pdata[c];
        g_string_append_printf(out, "<th scope=\"col\"%s>", column->numbers != NULL ? " class=\"n\"" : "");
        html_text(out, column->name);
        if (column->numbers != NULL)
            html_unit(out, column, styles[c]);
        g_string_append(out, "</th>");
    }
    g_string_append(out, "</tr></thead>\n");
}

static void html_row(GString *out, const struct table *table, const struct number_style *styles, gsize row)
{
    g_string_append(out, "<tr>");
    for (guint c = 0; c < table->columns->len; c++) {
        const struct column *column = table->columns->pdata[c];
        if (column->numbers != NULL) {
            g_string_append(out, "<td class=\"n\">");
            html_number(out, g_array_index(column->numbers, double, row), styles[c]);
            g_string_append(out, "</td>");
        } else {   /* a text in the first column names its row */
            g_string_append(out, c == 0 ? "<th scope=\"row\">" : "<td>");
            html_text(out, column->texts->pdata[row]);
            g_string_append(out, c == 0 ? "</th>" : "</td>");
        }
    }
    g_string_append(out, "</tr>\n");
}

static void html_notes(GString *out, const GPtrArray *notes)
{
    if (notes->len == 0)
        return;
    g_string_append(out, "<details class=\"notes\"><summary>Where this is from</summary>\n<ul>\n");
    for (guint i = 0; i < notes->len; i++) {
        g_string_append(out, "<li>");
        html_text(out, notes->pdata[i]);
        g_string_append(out, "</li>\n");
    }
    g_string_append(out, "</ul>\n</details>\n");
}

static void html_caption(GString *out, const char *kind, int number, const char *title)
{
    g_string_append_printf(out, "<figcaption id=\"%c%s_%d\"><b>%s %d.</b> ", g_ascii_tolower(*kind), kind + 1, number, kind,
                           number);
    html_text(out, title);
    g_string_append(out, "</figcaption>\n");
}

static void html_table(GString *out, const struct block *block, int number)
{
    const struct table *table = block->table;
    const char *title = table->title != NULL && *table->title != '\0' ? table->title : table->name;
    gsize shown = block->max_rows > 0 ? MIN(block->max_rows, table->n_rows) : table->n_rows;
    g_autofree struct number_style *styles = g_new0(struct number_style, table->columns->len + 1);
    for (guint c = 0; c < table->columns->len; c++) {
        const struct column *column = table->columns->pdata[c];
        if (column->numbers != NULL)
            styles[c] = number_style_of(column, shown, block->digits);
    }
    g_string_append(out, "<figure>\n");
    html_caption(out, "Table", number, title);
    g_string_append_printf(out, "<div class=\"box\" tabindex=\"0\" role=\"region\" aria-labelledby=\"table_%d\">\n", number);
    g_string_append_printf(out, "<table aria-labelledby=\"table_%d\">\n", number);
    html_header(out, table, styles);
    g_string_append(out, "<tbody>\n");
    for (gsize row = 0; row < shown; row++)
        html_row(out, table, styles, row);
    g_string_append(out, "</tbody>\n");
    if (shown < table->n_rows)
        g_string_append_printf(out, "<tfoot><tr><td colspan=\"%u\">%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
                                    " rows; the rest is in the table itself (gainspice table)</td></tr></tfoot>\n",
                               MAX(table->columns->len, 1), shown, table->n_rows);
    g_string_append(out, "</table>\n</div>\n");
    html_notes(out, table->notes);
    g_string_append(out, "</figure>\n");
}

static void html_figure(GString *out, const struct figure *figure, int number)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *id = g_strdup_printf("figure_%d", number);
    g_autofree char *svg = figure_to_svg(figure, id, &error);
    g_string_append(out, "<figure");
    html_attribute(out, "aria-label", figure->title);
    g_string_append(out, ">\n");
    html_caption(out, "Figure", number, figure->title);
    if (svg != NULL) {
        g_string_append_printf(out, "<div class=\"box card\" tabindex=\"0\" role=\"region\" aria-labelledby=\"figure_%d\">\n",
                               number);
        g_string_append_printf(out, "%s</div>\n", svg);
    } else {
        g_string_append(out, "<p class=\"missing\">This figure is missing: ");
        html_text(out, error->message);
        g_string_append(out, ".</p>\n");
    }
    g_string_append(out, "</figure>\n");
}

static void html_blocks(GString *out, const struct report *report, const GPtrArray *anchors)
{
    int n_tables = 0, n_figures = 0;
    for (guint i = 0, k = 0; i < report->blocks->len; i++) {
        const struct block *block = report->blocks->pdata[i];
        switch (block->kind) {
        case BLOCK_HEADING: {
            const char *anchor = anchors->pdata[k++];
            g_string_append_printf(out, "<h2 id=\"%s\"><a href=\"#%s\">", anchor, anchor);
            html_text(out, block->text);
            g_string_append(out, "</a></h2>\n");
            break;
        }
        case BLOCK_PARAGRAPH:
            g_string_append(out, "<p>");
            html_text(out, block->text);
            g_string_append(out, "</p>\n");
            break;
        case BLOCK_TABLE:
            html_table(out, block, ++n_tables);
            break;
        case BLOCK_FIGURE:
            html_figure(out, block->figure, ++n_figures);
            break;
        }
    }
}

gboolean report_write_html(const struct report *report, const char *path, GError **error)
{
    g_autoptr(GPtrArray) anchors = anchors_of(report);
    g_autoptr(GString) out = g_string_new("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                                          "<meta http-equiv=\"Content-Security-Policy\" "
                                          "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
                                          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                                          "<meta name=\"generator\" content=\"gainspice " PACKAGE_VERSION "\"/>\n<title>");
    g_autofree char *title = report_clean(report->title, FALSE);
    html_text(out, title);
    g_string_append_printf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>", style);
    html_text(out, title);
    g_string_append(out, "</h1>\n");
    html_contents(out, report, anchors);
    html_blocks(out, report, anchors);
    g_string_append(out, "</main>\n</body>\n</html>\n");
    return file_write(path, out->str, out->len, error);
}
