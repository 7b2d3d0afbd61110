/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outcomes in each form: JUnit against a schema, JSON and TAP by their parsers' rules, the page as XML. */
#include "config.h"

#include <glib/gstdio.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xpath.h>
#include <math.h>
#include <string.h>

#include "base/files.h"
#include "report/outcome.h"
#include "tests/support/check_tap.h"

static const double x[] = {0, 1e-9, 2e-9}, good_y[] = {0, 0.5, 1}, test_y[] = {0, 0.6, 1};

static void free_outcome(gpointer outcome)
{
    outcome_free(outcome);
}

static struct outcome *judged(const char *bench, const char *vector, double absolute)
{
    struct curve good = {.x = numbers_of(x, 3), .re = numbers_of(good_y, 3)},
                 test = {.x = numbers_of(x, 3), .re = numbers_of(test_y, 3)};
    struct rule rule = {.absolute = absolute, .x_tol = 1e-12};
    struct verdict verdict;
    compare_curves(&good, &test, &rule, &verdict);
    struct outcome *outcome = outcome_new(bench, vector, "V", "s", &rule, &verdict);
    if (!outcome->passed)
        outcome_draw(outcome, &good, &test, &rule);
    return outcome;
}

/* Two that pass, one that differs, one of hostile names. */
static GPtrArray *examples(void)
{
    GPtrArray *outcomes = g_ptr_array_new_with_free_func(free_outcome);
    g_ptr_array_add(outcomes, judged("write", "write.tt/v(sn)", 0.2));
    g_ptr_array_add(outcomes, judged("write", "write.ff/v(sn)", 0.05));
    g_ptr_array_add(outcomes, judged("read", "read.tt/v(bl)", 0.2));
    g_ptr_array_add(outcomes, outcome_failed("<b> & \"", "x\x01\xff # ]]> y\n", "no <vector> & \"none\""));
    return outcomes;
}

START_TEST(lines)
{
    g_autoptr(GPtrArray) outcomes = examples();
    g_autoptr(GString) out = g_string_new(NULL);
    outcomes_to_text(outcomes, TRUE, out);
    ck_assert_ptr_nonnull(strstr(out->str, "FAIL  write.ff/v(sn)"));
    ck_assert_ptr_nonnull(strstr(out->str, "worst 1.99 tolerances at 1 ns: 600 mV, expected 500.5 mV, tolerance 50 mV\n"));
    ck_assert_ptr_null(strstr(out->str, "ok "));
    ck_assert_ptr_nonnull(strstr(out->str, "4 compared, 2 differ; least margin of the others 0.50"));
}
END_TEST

static xmlDocPtr junit(GString *out)
{
    g_autoptr(GPtrArray) outcomes = examples();
    outcomes_to_junit(outcomes, "my <design>", out);
    xmlDocPtr document = xmlReadMemory(out->str, (int)out->len, "junit.xml", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
    ck_assert_msg(document != NULL, "not well-formed: %s", out->str);
    return document;
}

static double evaluated(xmlDocPtr document, const char *expression)
{
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    xmlXPathObjectPtr object = xmlXPathEvalExpression(BAD_CAST expression, context);
    double number = xmlXPathCastToNumber(object);
    xmlXPathFreeObject(object);
    xmlXPathFreeContext(context);
    return number;
}

static gboolean fits_schema(xmlDocPtr document)
{
    g_autofree char *path = source_path("tests/report/junit.rng");
    xmlRelaxNGParserCtxtPtr parser = xmlRelaxNGNewParserCtxt(path);
    xmlRelaxNGPtr schema = xmlRelaxNGParse(parser);
    ck_assert_ptr_nonnull(schema);
    xmlRelaxNGValidCtxtPtr context = xmlRelaxNGNewValidCtxt(schema);
    int verdict = xmlRelaxNGValidateDoc(context, document);
    xmlRelaxNGFreeValidCtxt(context);
    xmlRelaxNGFree(schema);
    xmlRelaxNGFreeParserCtxt(parser);
    return verdict == 0;
}

START_TEST(junit_fits_the_schema)
{
    g_autoptr(GString) out = g_string_new(NULL);
    xmlDocPtr document = junit(out);
    ck_assert(fits_schema(document));
    ck_assert(evaluated(document, "count(/testsuites/testsuite)") == 3);
    ck_assert(evaluated(document, "number(/testsuites/@tests)") == 4 &&
              evaluated(document, "number(/testsuites/@failures)") == 2);
    ck_assert(evaluated(document, "count(//testcase)") == 4 && evaluated(document, "count(//testcase/failure)") == 2);
    ck_assert(evaluated(document, "number(//testsuite[@name='write']/@failures)") == 1);
    ck_assert(
        evaluated(document,
                  "count(//testcase[@name='write.ff/v(sn)' and @classname='my <design>.write']/failure[@type='difference'])") ==
        1);
    /* the schema refuses what is none */
    xmlNodePtr root = xmlDocGetRootElement(document);
    xmlNewChild(root, NULL, BAD_CAST "testcase", NULL);
    ck_assert(!fits_schema(document));
    xmlFreeDoc(document);
}
END_TEST

START_TEST(json_is_read_back)
{
    g_autoptr(GPtrArray) outcomes = examples();
    g_autoptr(GString) out = g_string_new(NULL);
    outcomes_to_json(outcomes, "d", out);
    json_error_t where;
    json_t *root = json_loads(out->str, 0, &where);
    ck_assert_msg(root != NULL, "%s", where.text);
    ck_assert_int_eq(json_integer_value(json_object_get(root, "n_failed")), 2);
    const json_t *second = json_array_get(json_object_get(root, "outcomes"), 1);
    ck_assert_double_eq_tol(json_real_value(json_object_get(second, "worst_x")), 1e-9, 1e-24);
    ck_assert(json_is_null(json_object_get(json_array_get(json_object_get(root, "outcomes"), 0), "first_x")));
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(json_object_get(root, "outcomes"), 3), "size")), "inf");
    json_decref(root);
}
END_TEST

START_TEST(tap_counts)
{
    g_autoptr(GPtrArray) outcomes = examples();
    g_autoptr(GString) out = g_string_new(NULL);
    outcomes_to_tap(outcomes, out);
    ck_assert(g_str_has_prefix(
        out->str,
        "TAP version 13\n1..4\nok 1 - write: write.tt/v(sn)\nnot ok 2 - write: write.ff/v(sn)\n# band of 50 mV, ± 1 ps\n# "));
    g_auto(GStrv) all = g_strsplit(out->str, "\n", -1);
    int n = 0;
    for (char **line = all; *line != NULL; line++) {
        n += g_str_has_prefix(*line, "ok ") || g_str_has_prefix(*line, "not ok ");
        ck_assert_msg(**line == '\0' || g_ascii_isalnum(**line) || **line == '#', "%s", *line);
    }
    ck_assert_int_eq(n, 4);
}
END_TEST

START_TEST(the_page_shows_what_differs)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) outcomes = examples();
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL), *path = g_build_filename(folder, "p.html", NULL);
    const struct figure *overlay = ((struct outcome *)outcomes->pdata[1])->overlay,
                        *difference = ((struct outcome *)outcomes->pdata[1])->difference;
    ck_assert(overlay != NULL && overlay->series->len == 4 && difference != NULL && difference->series->len == 1);
    const struct series *upper = overlay->series->pdata[3], *off = difference->series->pdata[0];
    ck_assert_double_eq_tol(upper->y[1], 0.5505, 1e-12); /* 0.5 and 1 ps of its slope, and 50 mV */
    ck_assert_double_eq_tol(off->y[1], 0.1, 1e-12);
    ck_ok(outcomes_to_html(outcomes, "t", NULL, path, &error), error);
    g_autofree char *page = file_read(path, 1 << 24, NULL, origin_at(NULL, 0), &error);
    xmlDocPtr document = xmlReadMemory(page, (int)strlen(page), "p.html", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
    ck_assert_ptr_nonnull(document);
    ck_assert_ptr_nonnull(strstr(page, "write.ff/v(sn)"));
    ck_assert_ptr_nonnull(strstr(page, "4 vectors compared, 2 differ."));
    xmlFreeDoc(document);
    g_unlink(path);
    g_rmdir(folder);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("outcome");
    TCase *t = tcase_create("outcome");
    tcase_add_test(t, lines);
    tcase_add_test(t, junit_fits_the_schema);
    tcase_add_test(t, json_is_read_back);
    tcase_add_test(t, tap_counts);
    tcase_add_test(t, the_page_shows_what_differs);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
