/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page is judged as a parser sees it: libxml2 reads it as XML, which is stricter than any browser. */
#include "config.h"

#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <string.h>

#include "base/files.h"
#include "report/report.h"
#include "tests/support/check_tap.h"

static const char hostile[] = "</title><script>alert('1')</script> \"q\" & \x1b[31m \xff ]]>\nsecond";

/* Writes the report, gives the page. */
static char *page_of(const struct report *report)
{
    GError *error = NULL;
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "report.html", NULL);
    ck_ok(report_write_html(report, path, &error), error);
    char *page = file_read(path, 1 << 24, NULL, origin_at(NULL, 0), &error);
    ck_ok(page != NULL, error);
    g_unlink(path);
    g_rmdir(folder);
    return page;
}

static xmlDocPtr parsed(const char *page)
{
    xmlDocPtr document = xmlReadMemory(page, (int)strlen(page), "report.html", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
    ck_assert_msg(document != NULL, "not well-formed: %s", xmlGetLastError() != NULL ? xmlGetLastError()->message : "?");
    return document;
}

static double evaluated(xmlDocPtr document, const char *expression)
{
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    xmlXPathRegisterNs(context, BAD_CAST "svg", BAD_CAST "http://www.w3.org/2000/svg");
    xmlXPathObjectPtr object = xmlXPathEvalExpression(BAD_CAST expression, context);
    ck_assert_msg(object != NULL, "%s", expression);
    double number = xmlXPathCastToNumber(object);
    xmlXPathFreeObject(object);
    xmlXPathFreeContext(context);
    return number;
}

static char *text_at(xmlDocPtr document, const char *expression)
{
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    xmlXPathRegisterNs(context, BAD_CAST "svg", BAD_CAST "http://www.w3.org/2000/svg");
    xmlXPathObjectPtr object = xmlXPathEvalExpression(BAD_CAST expression, context);
    xmlChar *text = xmlXPathCastToString(object);
    char *copy = g_strdup((const char *)text);
    xmlFree(text);
    xmlXPathFreeObject(object);
    xmlXPathFreeContext(context);
    return copy;
}

static void expect_text(xmlDocPtr document, const char *expression, const char *expected)
{
    g_autofree char *text = text_at(document, expression);
    ck_assert_msg(strcmp(text, expected) == 0, "%s: \"%s\", expected \"%s\"", expression, text, expected);
}

static struct figure *example_figure(const char *title, const char *label, guint n_series)
{
    struct figure *figure = figure_new(title, "V_store (V)", 1, "I_read (µA)", 1e6);
    for (guint s = 0; s < n_series; s++) {
        double x[10], y[10];
        for (int i = 0; i < 10; i++) {
            x[i] = 0.0918 * i;
            y[i] = (x[i] - 0.409) * (2.385 + s) * 1e-5;
        }
        figure_add(figure, label, 10, x, y, FALSE);
    }
    return figure;
}

static struct table *example_table(void)
{
    struct table *table = table_new("retention", "Retention");
    struct column *corner = table_add_texts(table, "corner"), *t = table_add_numbers(table, "temperature", "°C");
    struct column *tau = table_add_numbers(table, "tau", "s"), *leak = table_add_numbers(table, "i_leak", "A");
    struct column *r2 = table_add_numbers(table, "r2", ""), *count = table_add_numbers(table, "n", "");
    static const double tau_s[] = {4.8231e-3, 2.07e-3, NAN}, leak_A[] = {-1.2385e-12, 9.794e-6, 0};
    static const double r2_of[] = {0.99871, 0.9963, 0.5}, counts[] = {2550, 12, 0};
    for (int i = 0; i < 3; i++) {
        column_push_text(corner, i == 0 ? "tt" : i == 1 ? hostile : NULL);
        column_push_number(t, i == 0 ? -40 : 27.0 * i);
        column_push_number(tau, tau_s[i]);
        column_push_number(leak, leak_A[i]);
        column_push_number(r2, r2_of[i]);
        column_push_number(count, counts[i]);
    }
    table_note(table, "made by %s", hostile);
    ck_assert(table_close(table));
    return table;
}

static struct report *example_report(void)
{
    struct report *report = report_new("Rail-driven 6T gain cell");
    report_heading(report, "Retention");
    report_paragraph(report, "%s", hostile);
    report_table(report, example_table(), 3, 0);
    report_heading(report, "Transfer");
    report_figure(report, example_figure("Transfer", "V_in = 0.9 V", 2));
    report_figure(report, example_figure("Slices", "corner", 6));
    report_heading(report, "Transfer");
    return report;
}

START_TEST(a_page_that_any_parser_reads)
{
    struct report *report = example_report();
    g_autofree char *page = page_of(report);
    ck_assert(g_str_has_prefix(page, "<!DOCTYPE html>\n<html lang=\"en\">"));
    xmlDocPtr document = parsed(page);
    ck_assert(evaluated(document, "count(//figure/div/svg:svg)") == 2);
    ck_assert(evaluated(document, "count(//figure[@aria-label]/figcaption)") == 2);
    ck_assert(evaluated(document, "count(//nav//a)") == 3);
    ck_assert(evaluated(document, "count(//nav//a[substring(@href,2) = //h2/@id])") == 3);
    ck_assert(evaluated(document, "count(//*[@id])") > 9);
    ck_assert(evaluated(document, "count(//*[@id = following::*/@id or @id = descendant::*/@id])") == 0);
    ck_assert(evaluated(document, "count(//svg:use[not(substring(@href,2) = //@id)])") == 0);
    ck_assert(evaluated(document, "count(//@aria-labelledby[not(. = //@id)])") == 0);
    expect_text(document, "string((//h2)[3]/@id)", "transfer-2");
    ck_assert(evaluated(document, "count(//meta[@name='viewport'])") == 1);
    xmlFreeDoc(document);
    report_free(report);
}
END_TEST

START_TEST(numbers_under_one_prefix_with_the_unit_above)
{
    struct report *report = report_new("r");
    report_table(report, example_table(), 3, 2);
    g_autofree char *page = page_of(report);
    xmlDocPtr document = parsed(page);
    ck_assert(evaluated(document, "count(//thead//th[@scope='col'])") == 6);
    ck_assert(evaluated(document, "count(//tbody/tr)") == 2);
    expect_text(document, "string((//thead//th)[1])", "corner");
    expect_text(document, "string((//thead//th)[2])", "temperature (°C)");
    expect_text(document, "string((//thead//th)[3])", "tau (ms)");
    expect_text(document, "string((//thead//th)[4])", "i_leak (µA)");
    expect_text(document, "string((//tbody//th)[1]/@scope)", "row");
    expect_text(document, "string((//tbody//td)[1])", "−40");
    expect_text(document, "string((//tbody//td)[1]/@class)", "n");
    expect_text(document, "string((//tbody//td)[2])", "4.82");
    expect_text(document, "string((//tbody//td)[3])", "−1.24\u202f×\u202f10−6");
    expect_text(document, "string((//tbody//td)[4])", "0.999");
    expect_text(document, "string((//tbody//td)[5])", "2550");
    expect_text(document, "string((//tbody//td)[7])", "2.07");
    expect_text(document, "string((//tbody//td)[8])", "9.79");
    expect_text(document, "string(//tfoot)", "2 of 3 rows; the rest is in the table itself (gainspice table)");
    xmlFreeDoc(document);
    report_free(report);
}
END_TEST

START_TEST(missing_numbers_and_texts)
{
    struct report *report = report_new("r");
    report_table(report, example_table(), 3, 0);
    struct table *empty = table_new("none", NULL);
    table_add_numbers(empty, "x", "V");
    ck_assert(table_close(empty));
    report_table(report, empty, 3, 0);
    g_autofree char *page = page_of(report);
    xmlDocPtr document = parsed(page);
    expect_text(document, "string((//tbody)[1]/tr[3]/th)", "");
    expect_text(document, "string((//tbody)[1]/tr[3]/td[2])", "–");
    expect_text(document, "string((//tbody)[1]/tr[3]/td[3])", "0");
    expect_text(document, "string((//figcaption)[2])", "Table 2. none");
    xmlFreeDoc(document);
    report_free(report);
}
END_TEST

/* Every text of a report, hostile at once: the page has the characters, and nothing that they might have meant. */
START_TEST(no_text_is_markup)
{
    struct report *report = report_new(hostile);
    report_heading(report, hostile);
    report_heading(report, "");
    report_paragraph(report, "%s", hostile);
    struct table *table = table_new(hostile, hostile);
    struct column *texts = table_add_texts(table, hostile), *numbers = table_add_numbers(table, hostile, hostile);
    column_push_text(texts, hostile);
    column_push_number(numbers, 2.385);
    table_note(table, "%s", hostile);
    ck_assert(table_close(table));
    report_table(report, table, 3, 0);
    struct figure *figure = example_figure(hostile, hostile, 2);
    g_free(figure->x_label);
    figure->x_label = g_strdup(hostile);
    report_figure(report, figure);
    g_autofree char *page = page_of(report);
    ck_assert_ptr_null(strstr(page, "<script"));
    ck_assert_ptr_null(strchr(page, '\x1b'));
    ck_assert(g_utf8_validate(page, -1, NULL));
    xmlDocPtr document = parsed(page);
    ck_assert(evaluated(document, "count(//script | //svg:script | //@onload | //@onclick)") == 0);
    ck_assert(evaluated(document, "count(/html/head/title)") == 1);
    ck_assert(evaluated(document, "count(//svg:text[contains(., \"<script>alert('1')</script>\")])") >= 1);
    ck_assert(evaluated(document, "count(//p[contains(., '</title><script>')]/br)") == 1);
    xmlFreeDoc(document);
    report_free(report);
}
END_TEST

/* A label that is a gnuplot command in any of the ways a string could end: the file that it would make must not be there. */
START_TEST(no_label_is_a_command)
{
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *made = g_build_filename(folder, "made", NULL);
    static const char *const attempts[] = {
        "a\nsystem('touch %s')\n", "a'; system('touch %s'); x='", "`touch %s`",    "a\"; system(\"touch %s\"); \"",
        "a\\\nsystem('touch %s')",  "END\nsystem('touch %s')\n",   "@x\r!touch %s",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++) {
        g_auto(GStrv) parts = g_strsplit(attempts[i], "%s", 2);
        g_autofree char *label = g_strjoinv(made, parts);
        struct figure *figure = example_figure(label, label, 2);
        g_free(figure->x_label);
        figure->x_label = g_strdup(label);
        GError *error = NULL;
        g_autofree char *svg = figure_to_svg(figure, "a", &error);
        ck_ok(svg != NULL, error);
        ck_assert(!g_file_test(made, G_FILE_TEST_EXISTS));
        ck_assert_ptr_nonnull(strstr(svg, "touch"));
        figure_free(figure);
    }
    g_rmdir(folder);
}
END_TEST

START_TEST(same_blocks_same_bytes)
{
    struct report *report = example_report(), *again = example_report();
    g_autofree char *first = page_of(report);
    g_setenv("TZ", "Asia/Tokyo", TRUE);
    g_setenv("LC_ALL", "de_DE.UTF-8", TRUE);
    g_autofree char *second = page_of(again);
    ck_assert_str_eq(first, second);
    report_free(report);
    report_free(again);
}
END_TEST

START_TEST(no_address_but_the_name_space)
{
    struct report *report = example_report();
    g_autofree char *page = page_of(report);
    int n = 0;
    for (const char *p = page; (p = strstr(p, "://")) != NULL; p += 3, n++)
        ck_assert(g_str_has_prefix(p - strlen("xmlns=\"http"), "xmlns=\"http://www.w3.org/2000/svg\""));
    ck_assert_int_eq(n, 2);
    ck_assert_ptr_null(strstr(page, "src="));
    ck_assert_ptr_null(strstr(page, "url("));
    ck_assert_ptr_null(strstr(page, "@import"));
    report_free(report);
}
END_TEST

/* Runs `body` of a shell script in place of gnuplot; NULL: none at all. */
static char *page_with_gnuplot(const char *body)
{
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *program = g_build_filename(folder, "gnuplot", NULL);
    if (body != NULL) {
        ck_assert(g_file_set_contents(program, body, -1, NULL));
        g_chmod(program, 0755);
    }
    g_setenv("PATH", folder, TRUE);
    struct report *report = example_report();
    char *page = page_of(report);
    report_free(report);
    g_unlink(program);
    g_rmdir(folder);
    return page;
}

START_TEST(without_gnuplot_the_rest_is_written)
{
    static const struct {
        const char *program, *message;
    } cases[] = {
        {NULL, "This figure is missing: gnuplot was not found, expected it in PATH."},
        {"#!/bin/sh\necho 'line 3: <unknown> command' >&2\nexit 1\n",
         "This figure is missing: gnuplot failed: line 3: <unknown> command."},
        {"#!/bin/sh\nexit 0\n", "This figure is missing: gnuplot failed: it drew nothing."},
        {"#!/bin/sh\nkill -9 $$\n", "This figure is missing: gnuplot failed: it drew nothing."},
        {"#!/bin/sh\necho '<svg></svg>'\n", "This figure is missing: gnuplot failed: its SVG has no canvas."},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *page = page_with_gnuplot(cases[i].program);
        xmlDocPtr document = parsed(page);
        expect_text(document, "string(//figure[@aria-label='Transfer']/p)", cases[i].message);
        ck_assert(evaluated(document, "count(//table)") == 1);
        ck_assert(evaluated(document, "count(//h2)") == 3);
        xmlFreeDoc(document);
    }
}
END_TEST

START_TEST(nothing_to_draw_is_said)
{
    struct figure *figure = figure_new("f", "x", 1, "y", 1);
    GError *error = NULL;
    ck_fails(figure_to_svg(figure, "f", &error) != NULL, error, "there is no point to draw");
    double x[] = {1.5, 2.385}, y[] = {NAN, INFINITY};
    figure_add(figure, "a", 2, x, y, FALSE);
    ck_fails(figure_to_svg(figure, "f", &error) != NULL, error, "there is no point to draw");
    /* one curve without a point does not take the others with it */
    double y2[] = {2.385, 2.385};
    figure_add(figure, "b", 2, x, y2, TRUE);
    g_autofree char *svg = figure_to_svg(figure, "f", &error);
    ck_ok(svg != NULL, error);
    figure_free(figure);
}
END_TEST

/* 100,000 points with one spike: the picture is small and shows the spike. */
START_TEST(thinning_keeps_the_extremes)
{
    enum { N = 100000 };
    g_autofree double *x = g_new(double, N), *y = g_new(double, N);
    for (int i = 0; i < N; i++) {
        x[i] = i * 1e-9;
        y[i] = 0.45;
    }
    y[61803] = 2.385;
    struct figure *figure = figure_new("f", "t (ns)", 1e9, "V (V)", 1);
    figure_add(figure, "", N, x, y, FALSE);
    GError *error = NULL;
    g_autofree char *svg = figure_to_svg(figure, "f", &error);
    ck_ok(svg != NULL, error);
    ck_assert_uint_lt(strlen(svg), 60000);
    /* the curve spans the plot: its topmost point is near the top of 420 px, its lowest near the bottom */
    double top = 420, bottom = 0;
    char *end = strstr(svg, "f-gnuplot_plot_1");
    while ((end = strpbrk(end, "ML")) != NULL) {
        double x_px = g_ascii_strtod(end + 1, &end), y_px = *end == ',' ? g_ascii_strtod(end + 1, &end) : NAN;
        if (isnan(y_px))
            continue;
        ck_assert(x_px > 0 && x_px < 640);
        top = MIN(top, y_px);
        bottom = MAX(bottom, y_px);
    }
    ck_assert(top < 60 && bottom > 300);
    figure_free(figure);
}
END_TEST

/* Curves that differ in one rising number are a family: one colour scale, named in part. */
START_TEST(slices_get_a_scale_and_few_names)
{
    struct figure *figure = figure_new("f", "V_store (V)", 1, "I (µA)", 1e6);
    double x[] = {0, 0.9};
    for (int s = 0; s < 51; s++) {
        double y[] = {-2.385e-7 * s, 1e-7 * s};
        g_autofree char *label = g_strdup_printf("V_in = %g V", 0.45 + 0.009 * s);
        figure_add(figure, label, 2, x, y, FALSE);
    }
    GError *error = NULL;
    g_autofree char *svg = figure_to_svg(figure, "f", &error);
    ck_ok(svg != NULL, error);
    int n = 0;
    for (const char *p = svg; (p = strstr(p, "V_in = ")) != NULL; p++)
        n++;
    ck_assert_int_eq(n, 12);
    ck_assert_ptr_nonnull(strstr(svg, "V_in = 0.45 V"));
    ck_assert_ptr_nonnull(strstr(svg, "V_in = 0.9 V"));
    ck_assert_ptr_nonnull(strstr(svg, "rgb( 68,   1,  84)"));
    ck_assert_ptr_nonnull(strstr(svg, "rgb(122, 209,  81)"));
    figure_free(figure);
}
END_TEST

/* Every way to tell curves apart is one that gnuplot takes. */
START_TEST(many_curves_are_told_apart)
{
    struct figure *figure = example_figure("f", "corner", 28);
    GError *error = NULL;
    g_autofree char *svg = figure_to_svg(figure, "f", &error);
    ck_ok(svg != NULL, error);
    static const char *const marks[] = {"rgb(  0, 114, 178)", "rgb(213,  94,   0)", "rgb(  0,   0,   0)"};
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
        ck_assert_ptr_nonnull(strstr(svg, marks[i]));
    g_autoptr(GHashTable) dashes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (const char *p = svg; (p = strstr(p, "stroke-dasharray='")) != NULL; p++)
        g_hash_table_add(dashes, g_strndup(p, strcspn(p, ">") < 60 ? strcspn(p, ">") : 60));
    ck_assert_uint_ge(g_hash_table_size(dashes), 3);
    figure_free(figure);
}
END_TEST

/* The points of a fitted curve have no label and its colour. */
START_TEST(no_label_means_the_colour_before)
{
    struct figure *figure = figure_new("f", "x", 1, "y", 1);
    double x[] = {0.1, 0.2}, y[] = {0.45, 2.385};
    for (int s = 0; s < 3; s++) {
        g_autofree char *label = g_strdup_printf("corner %c", 'a' + s);
        figure_add(figure, label, 2, x, y, FALSE);
        figure_add(figure, NULL, 2, x, y, TRUE);
    }
    GError *error = NULL;
    g_autofree char *svg = figure_to_svg(figure, "f", &error);
    ck_ok(svg != NULL, error);
    static const char *const used[] = {"rgb(  0, 114, 178)", "rgb(213,  94,   0)", "rgb(  0, 158, 115)"};
    for (gsize i = 0; i < G_N_ELEMENTS(used); i++) {
        g_autofree char *point = g_strdup_printf("color='%s'/>", used[i]), *line = g_strdup_printf("<path stroke='%s'", used[i]);
        ck_assert_ptr_nonnull(strstr(svg, point));
        ck_assert_ptr_nonnull(strstr(svg, line));
    }
    ck_assert_ptr_null(strstr(svg, "rgb(204, 121, 167)"));
    figure_free(figure);
}
END_TEST

START_TEST(text_form)
{
    struct report *report = example_report();
    g_autoptr(GString) out = g_string_new(NULL);
    report_to_text(report, out);
    ck_assert(g_str_has_prefix(out->str, "Rail-driven 6T gain cell\n========================\n\nRetention\n---------\n\n"
                                         "</title><script>alert('1')</script> \"q\" & \xef\xbf\xbd[31m \xef\xbf\xbd ]]>"
                                         "\nsecond\n\n"));
    g_autoptr(GString) table = g_string_new(NULL);
    struct table *example = example_table();
    table_to_text(example, table, 3, 0);
    ck_assert_ptr_nonnull(strstr(out->str, table->str));
    table_free(example);
    report_free(report);
}
END_TEST

START_TEST(a_page_that_cannot_be_written)
{
    struct report *report = report_new("r");
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "none/report.html", NULL);
    g_autofree char *message = g_strdup_printf("%s: cannot be written: No such file or directory", path);
    GError *error = NULL;
    ck_fails(report_write_html(report, path, &error), error, message);
    g_rmdir(folder);
    report_free(report);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("report");
    TCase *t = tcase_create("report");
    tcase_set_timeout(t, 60);   /* gnuplot on a loaded machine */
    tcase_add_test(t, a_page_that_any_parser_reads);
    tcase_add_test(t, numbers_under_one_prefix_with_the_unit_above);
    tcase_add_test(t, missing_numbers_and_texts);
    tcase_add_test(t, no_text_is_markup);
    tcase_add_test(t, no_label_is_a_command);
    tcase_add_test(t, same_blocks_same_bytes);
    tcase_add_test(t, no_address_but_the_name_space);
    tcase_add_test(t, without_gnuplot_the_rest_is_written);
    tcase_add_test(t, nothing_to_draw_is_said);
    tcase_add_test(t, thinning_keeps_the_extremes);
    tcase_add_test(t, slices_get_a_scale_and_few_names);
    tcase_add_test(t, many_curves_are_told_apart);
    tcase_add_test(t, no_label_means_the_colour_before);
    tcase_add_test(t, text_form);
    tcase_add_test(t, a_page_that_cannot_be_written);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
