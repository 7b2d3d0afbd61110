/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/outcome.h"

#include <jansson.h>
#include <libxml/xmlwriter.h>
#include <math.h>
#include <string.h>

#include "base/quantity.h"
#include "report/blocks.h"

enum { FIGURES = 100, FIGURE_POINTS = 2000 };

struct outcome *outcome_new(const char *bench, const char *vector, const char *unit, const char *x_unit, const struct rule *rule,
                            const struct verdict *verdict)
{
    struct outcome *outcome = g_new0(struct outcome, 1);
    gboolean events = rule->kind == RULE_EVENTS;
    outcome->bench = g_strdup(bench);
    outcome->vector = g_strdup(vector);
    outcome->x_unit = g_strdup(x_unit);
    outcome->unit = g_strdup(events ? x_unit : unit);
    outcome->rule = rule_text(rule, unit, x_unit);
    outcome->reason = g_strdup(verdict->reason);
    outcome->passed = verdict->passed;
    outcome->size = verdict->size;
    outcome->margin = verdict->margin;
    outcome->first_x = verdict->first_x;
    outcome->worst_x = verdict->worst_x;
    outcome->good = verdict->good;
    outcome->test = verdict->test;
    outcome->tolerance = verdict->tolerance;
    return outcome;
}

struct outcome *outcome_failed(const char *bench, const char *vector, const char *reason)
{
    static const struct rule none = {0};
    struct verdict verdict = {
        .size = INFINITY, .margin = -INFINITY, .first_x = NAN, .worst_x = NAN, .good = NAN, .test = NAN, .tolerance = NAN};
    struct outcome *outcome = outcome_new(bench, vector, "", "", &none, &verdict);
    outcome->reason = g_strdup(reason);
    return outcome;
}

void outcome_free(struct outcome *outcome)
{
    if (outcome == NULL)
        return;
    char *const owned[] = {outcome->bench, outcome->vector, outcome->unit, outcome->x_unit, outcome->rule, outcome->reason};
    for (gsize i = 0; i < G_N_ELEMENTS(owned); i++)
        g_free(owned[i]);
    figure_free(outcome->overlay);
    figure_free(outcome->difference);
    g_free(outcome);
}

/* ---- words ------------------------------------------------------------------------------------------------------------------
 */

char *rule_text(const struct rule *rule, const char *unit, const char *x_unit)
{
    GString *text = g_string_new(rule->kind == RULE_INTEGRAL ? "integral" : rule->kind == RULE_EVENTS ? "events at " : "band");
    if (rule->kind == RULE_EVENTS) {
        g_autofree char *level = quantity_print(rule->level, unit, 4), *tolerance = quantity_print(rule->x_tol, x_unit, 4);
        g_string_append_printf(text, "%s within %s", level, tolerance);
        return g_string_free(text, FALSE);
    }
    const char *before = " of ";
    if (rule->absolute > 0 || (rule->relative == 0 && rule->of_span == 0)) {
        g_autofree char *absolute = quantity_print(rule->absolute, unit, 4);
        g_string_append_printf(text, "%s%s", before, absolute);
        before = " + ";
    }
    if (rule->of_span > 0) {
        g_string_append_printf(text, "%s%.4g %% of the span", before, 100 * rule->of_span);
        before = " + ";
    }
    if (rule->relative > 0)
        g_string_append_printf(text, "%s%.4g %%", before, 100 * rule->relative);
    if (rule->kind == RULE_BAND && rule->x_tol > 0) {
        g_autofree char *tolerance = quantity_print(rule->x_tol, x_unit, 4);
        g_string_append_printf(text, ", ± %s", tolerance);
    }
    return g_string_free(text, FALSE);
}

char *outcome_text(const struct outcome *outcome)
{
    if (outcome->reason != NULL)
        return g_strdup(outcome->reason);
    if (isnan(outcome->worst_x))
        return g_strdup("no deviation");
    g_autofree char *worst = quantity_print(outcome->worst_x, outcome->x_unit, 5),
                    *good = quantity_print(outcome->good, outcome->unit, 5),
                    *test = quantity_print(outcome->test, outcome->unit, 5),
                    *tolerance = quantity_print(outcome->tolerance, outcome->unit, 3);
    if (outcome->passed)
        return g_strdup_printf("%.3g tolerances, margin %.3g, at %s", outcome->size, outcome->margin, worst);
    g_autofree char *first = quantity_print(outcome->first_x, outcome->x_unit, 5);
    return g_strdup_printf("fails from %s; worst %.3g tolerances at %s: %s, expected %s, tolerance %s", first, outcome->size,
                           worst, test, good, tolerance);
}

gsize outcomes_failed(const GPtrArray *outcomes)
{
    gsize n = 0;
    for (guint i = 0; i < outcomes->len; i++)
        n += !((const struct outcome *)outcomes->pdata[i])->passed;
    return n;
}

void outcomes_to_text(const GPtrArray *outcomes, gboolean failures_only, GString *out)
{
    glong width = 0;
    double least = INFINITY;
    for (guint i = 0; i < outcomes->len; i++) {
        const struct outcome *outcome = outcomes->pdata[i];
        if (!failures_only || !outcome->passed)
            width = MAX(width, g_utf8_strlen(outcome->vector, -1));
        least = outcome->passed ? MIN(least, outcome->margin) : least;
    }
    for (guint i = 0; i < outcomes->len; i++) {
        const struct outcome *outcome = outcomes->pdata[i];
        if (failures_only && outcome->passed)
            continue;
        g_autofree char *text = outcome_text(outcome);
        g_string_append_printf(out, "%s  %s%*s  %s\n", outcome->passed ? "ok  " : "FAIL", outcome->vector,
                               (int)(MIN(width, 60) - MIN(g_utf8_strlen(outcome->vector, -1), 60)), "", text);
    }
    gsize failed = outcomes_failed(outcomes);
    g_string_append_printf(out, "%u compared, %" G_GSIZE_FORMAT " differ", outcomes->len, failed);
    if (isfinite(least))
        g_string_append_printf(out, "; least margin of the others %.3g", least);
    g_string_append_c(out, '\n');
}

void outcomes_to_tap(const GPtrArray *outcomes, GString *out)
{
    g_string_append_printf(out, "TAP version 13\n1..%u\n", outcomes->len);
    for (guint i = 0; i < outcomes->len; i++) {
        const struct outcome *outcome = outcomes->pdata[i];
        g_autofree char *text = outcome_text(outcome), *name = g_strdelimit(report_clean(outcome->vector, FALSE), "#", '_'),
                        *clean = report_clean(text, FALSE);
        g_string_append_printf(out, "%sok %u - %s: %s\n", outcome->passed ? "" : "not ", i + 1, outcome->bench, name);
        if (!outcome->passed)
            g_string_append_printf(out, "# %s\n# %s\n", outcome->rule, clean);
    }
}

/* ---- JUnit ----------------------------------------------------------------------------------------------------------------- */

static void attribute(xmlTextWriterPtr writer, const char *name, const char *value)
{
    g_autofree char *clean = report_clean(value, FALSE);
    xmlTextWriterWriteAttribute(writer, BAD_CAST name, BAD_CAST clean);
}

static void count(xmlTextWriterPtr writer, const char *name, gsize n)
{
    xmlTextWriterWriteFormatAttribute(writer, BAD_CAST name, "%" G_GSIZE_FORMAT, n);
}

static void write_case(xmlTextWriterPtr writer, const struct outcome *outcome, const char *name)
{
    g_autofree char *class_name = g_strdup_printf("%s.%s", name, outcome->bench);
    xmlTextWriterStartElement(writer, BAD_CAST "testcase");
    attribute(writer, "name", outcome->vector);
    attribute(writer, "classname", class_name);
    attribute(writer, "time", "0");
    if (!outcome->passed) {
        g_autofree char *text = outcome_text(outcome),
                        *whole = g_strdup_printf("%s: %s (%s)", outcome->vector, text, outcome->rule),
                        *clean = report_clean(whole, FALSE);
        xmlTextWriterStartElement(writer, BAD_CAST "failure");
        attribute(writer, "message", text);
        attribute(writer, "type", outcome->reason != NULL ? "incomparable" : "difference");
        xmlTextWriterWriteString(writer, BAD_CAST clean);
        xmlTextWriterEndElement(writer);
    }
    xmlTextWriterEndElement(writer);
}

static void write_suite(xmlTextWriterPtr writer, const GPtrArray *outcomes, const char *name, const char *bench)
{
    gsize n = 0, failed = 0;
    for (guint i = 0; i < outcomes->len; i++) {
        const struct outcome *outcome = outcomes->pdata[i];
        gboolean mine = strcmp(outcome->bench, bench) == 0;
        n += mine;
        failed += mine && !outcome->passed;
    }
    xmlTextWriterStartElement(writer, BAD_CAST "testsuite");
    attribute(writer, "name", bench);
    count(writer, "tests", n);
    count(writer, "failures", failed);
    count(writer, "errors", 0);
    count(writer, "skipped", 0);
    attribute(writer, "time", "0");
    for (guint i = 0; i < outcomes->len; i++)
        if (strcmp(((const struct outcome *)outcomes->pdata[i])->bench, bench) == 0)
            write_case(writer, outcomes->pdata[i], name);
    xmlTextWriterEndElement(writer);
}

void outcomes_to_junit(const GPtrArray *outcomes, const char *name, GString *out)
{
    xmlBufferPtr buffer = xmlBufferCreate();
    xmlTextWriterPtr writer = xmlNewTextWriterMemory(buffer, 0);
    xmlTextWriterSetIndent(writer, 1);
    xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL);
    xmlTextWriterStartElement(writer, BAD_CAST "testsuites");
    attribute(writer, "name", name);
    count(writer, "tests", outcomes->len);
    count(writer, "failures", outcomes_failed(outcomes));
    count(writer, "errors", 0);
    attribute(writer, "time", "0");
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < outcomes->len; i++) {
        char *bench = ((const struct outcome *)outcomes->pdata[i])->bench;
        if (g_hash_table_add(seen, bench))
            write_suite(writer, outcomes, name, bench);
    }
    xmlTextWriterEndDocument(writer);
    xmlFreeTextWriter(writer);
    g_string_append(out, (const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------------------ */

static json_t *number(double value)
{
    if (isnan(value))
        return json_null();
    return isfinite(value) ? json_real(value) : json_string(value > 0 ? "inf" : "-inf");
}

static json_t *text(const char *value)
{
    g_autofree char *clean = report_clean(value, FALSE);
    return json_string(clean);
}

void outcomes_to_json(const GPtrArray *outcomes, const char *name, GString *out)
{
    json_t *list = json_array();
    for (guint i = 0; i < outcomes->len; i++) {
        const struct outcome *o = outcomes->pdata[i];
        g_autofree char *words = outcome_text(o);
        json_t *item = json_object();
        json_object_set_new(item, "bench", text(o->bench));
        json_object_set_new(item, "vector", text(o->vector));
        json_object_set_new(item, "passed", json_boolean(o->passed));
        json_object_set_new(item, "rule", text(o->rule));
        const struct {
            const char *key;
            double value;
        } numbers[] = {{"size", o->size}, {"margin", o->margin}, {"first_x", o->first_x},    {"worst_x", o->worst_x},
                       {"good", o->good}, {"test", o->test},     {"tolerance", o->tolerance}};
        for (gsize k = 0; k < G_N_ELEMENTS(numbers); k++)
            json_object_set_new(item, numbers[k].key, number(numbers[k].value));
        json_object_set_new(item, "unit", text(o->unit));
        json_object_set_new(item, "x_unit", text(o->x_unit));
        json_object_set_new(item, "text", text(words));
        json_array_append_new(list, item);
    }
    json_t *root = json_object();
    gsize failed = outcomes_failed(outcomes);
    json_object_set_new(root, "name", text(name));
    json_object_set_new(root, "passed", json_boolean(failed == 0));
    json_object_set_new(root, "n", json_integer(outcomes->len));
    json_object_set_new(root, "n_failed", json_integer((json_int_t)failed));
    json_object_set_new(root, "outcomes", list);
    char *json = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    g_string_append(out, json);
    g_string_append_c(out, '\n');
    free(json);
    json_decref(root);
}

/* ---- the page ---------------------------------------------------------------------------------------------------------------
 */

/* At most FIGURE_POINTS points of the first pass, and x as it is. */
static gsize sampled(const struct curve *curve, double **x, double **y)
{
    g_autoptr(GArray) passes = passes_of(&curve->x);
    gsize n_all = passes->len > 0 ? g_array_index(passes, struct pass, 0).n : 0, step = MAX(n_all / FIGURE_POINTS, 1), n = 0;
    *x = g_new(double, n_all / step + 2);
    *y = g_new(double, n_all / step + 2);
    for (gsize k = 0; k < n_all; k += k + step < n_all || k == n_all - 1 ? step : n_all - 1 - k) {
        double im = 0;
        numbers_get(&curve->x, k, 1, *x + n);
        numbers_get(&curve->re, k, 1, *y + n);
        if (curve->im.n > 0)
            numbers_get(&curve->im, k, 1, &im);
        if (curve->form == CURVE_MAGNITUDE)
            (*y)[n] = hypot((*y)[n], im);
        else if (curve->form == CURVE_DECIBEL)
            (*y)[n] = 20 * log10(hypot((*y)[n], im));
        else if (curve->form == CURVE_PHASE)
            (*y)[n] = atan2(im, (*y)[n]) * 180 / G_PI;
        n++;
    }
    return n;
}

static double at(gsize n, const double *x, const double *y, double where)
{
    gsize low = 0, high = n - 1;
    while (high - low > 1) {
        gsize middle = (low + high) / 2;
        *((x[middle] <= where) == (x[0] <= x[n - 1]) ? &low : &high) = middle;
    }
    return n < 2 || x[high] == x[low] ? y[low] : y[low] + (y[high] - y[low]) * ((where - x[low]) / (x[high] - x[low]));
}

void outcome_draw(struct outcome *outcome, const struct curve *good, const struct curve *test, const struct rule *rule)
{
    g_autofree double *x = NULL, *y = NULL, *u = NULL, *v = NULL;
    gsize n = sampled(good, &x, &y), m = sampled(test, &u, &v);
    if (n == 0 || m == 0)
        return;
    g_autofree char *x_label = g_strdup_printf("x (%s)", outcome->x_unit),
                    *y_label = g_strdup_printf("value (%s)", outcome->unit),
                    *difference_label = g_strdup_printf("test − good (%s)", outcome->unit);
    outcome->overlay = figure_new(outcome->vector, x_label, 1, y_label, 1);
    figure_add(outcome->overlay, "good", n, x, y, FALSE);
    figure_add(outcome->overlay, "test", m, u, v, FALSE);
    g_autofree double *lower = g_new(double, n), *upper = g_new(double, n), *difference = g_new(double, m);
    if (rule->kind == RULE_BAND && good->form != CURVE_PHASE && x[n - 1] >= x[0]) {
        tube_at(good, rule, n, x, lower, upper);
        figure_add(outcome->overlay, "tolerance", n, x, lower, FALSE);
        figure_add(outcome->overlay, NULL, n, x, upper, FALSE);
    }
    outcome->difference = figure_new("difference", x_label, 1, difference_label, 1);
    for (gsize k = 0; k < m; k++)
        difference[k] = v[k] - at(n, x, y, u[k]);
    figure_add(outcome->difference, "difference", m, u, difference, FALSE);
}

static struct table *outcome_table(const GPtrArray *outcomes)
{
    struct table *table = table_new("outcomes", "All vectors");
    struct column *verdict = table_add_texts(table, "verdict"), *vector = table_add_texts(table, "vector"),
                  *rule = table_add_texts(table, "rule"), *size = table_add_numbers(table, "tolerances", ""),
                  *words = table_add_texts(table, "says");
    for (guint i = 0; i < outcomes->len; i++) {
        const struct outcome *outcome = outcomes->pdata[i];
        g_autofree char *says = outcome_text(outcome);
        column_push_text(verdict, outcome->passed ? "ok" : "FAIL");
        column_push_text(vector, outcome->vector);
        column_push_text(rule, outcome->rule);
        column_push_number(size, outcome->size);
        column_push_text(words, says);
    }
    table_close(table);
    return table;
}

gboolean outcomes_to_html(const GPtrArray *outcomes, const char *title, const GPtrArray *notes, const char *path, GError **error)
{
    struct report *report = report_new(title);
    guint drawn = 0, failed = 0;
    report_paragraph(report, "%u vectors compared, %" G_GSIZE_FORMAT " differ.", outcomes->len, outcomes_failed(outcomes));
    for (guint i = 0; notes != NULL && i < notes->len; i++)
        report_paragraph(report, "%s", (const char *)notes->pdata[i]);
    for (guint i = 0; i < outcomes->len; i++) {
        struct outcome *outcome = outcomes->pdata[i];
        if (outcome->passed || failed++ >= FIGURES)
            continue;
        g_autofree char *words = outcome_text(outcome);
        report_heading(report, outcome->vector);
        report_paragraph(report, "%s (%s)", words, outcome->rule);
        if (outcome->overlay != NULL)
            report_figure(report, g_steal_pointer(&outcome->overlay));
        if (outcome->difference != NULL)
            report_figure(report, g_steal_pointer(&outcome->difference));
        drawn++;
    }
    if (failed > drawn)
        report_paragraph(report, "%u more differ; figures are of the first %u.", failed - drawn, drawn);
    report_heading(report, "All vectors");
    report_table(report, outcome_table(outcomes), 3, 0);
    gboolean ok = report_write_html(report, path, error);
    report_free(report);
    return ok;
}
