/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report/outcome.h -- what comparisons came to, as lines, TAP, JUnit XML, JSON and a page.
 *
 * JUnit  <testsuites> of one <testsuite> a bench, a <testcase> a vector, <failure message= type=> in those that differ; time is
 * 0: nothing here depends on the clock. Sources: the JUnit format that Ant writes, as Jenkins' and GitLab's documentation
 *        describe what they read of it.
 * TAP    version 13: "ok 1 - bench: vector" or "not ok", with the sentence as a diagnostic.
 * JSON   {"name", "passed", "n", "n_failed", "outcomes": [{"bench", "vector", "passed", "rule", "size", "margin", "first_x",
 * "worst_x", "good", "test", "tolerance", "unit", "x_unit", "text"}]}; a number that is none is null, an infinity the text "inf".
 */
#ifndef GAINSPICE_REPORT_OUTCOME_H
#define GAINSPICE_REPORT_OUTCOME_H

#include "report/report.h"
#include "wave/compare.h"

struct outcome {
    char *bench, *vector; /* "write", "write.tt.27C.v_write=0.9/v(sn)" */
    char *unit, *x_unit;  /* of values and of the scale */
    char *rule;           /* in words */
    char *reason;         /* it could not be compared; NULL: it was */
    gboolean passed;
    double size, margin, first_x, worst_x, good, test, tolerance;
    struct figure *overlay, *difference; /* of what differs, for the page; may be NULL */
};

struct outcome *outcome_new(const char *bench, const char *vector, const char *unit, const char *x_unit, const struct rule *rule,
                            const struct verdict *verdict);
/* A vector that is missing, or a point that failed. */
struct outcome *outcome_failed(const char *bench, const char *vector, const char *reason);
void outcome_free(struct outcome *outcome);
/* Draws both curves, the tube and the difference of one pass into the outcome. */
void outcome_draw(struct outcome *outcome, const struct curve *good, const struct curve *test, const struct rule *rule);

/* "band of 1 mV + 0.1 %, ± 20 ps". Newly allocated. */
char *rule_text(const struct rule *rule, const char *unit, const char *x_unit);
/* One sentence without the vector's name. Newly allocated. */
char *outcome_text(const struct outcome *outcome);

gsize outcomes_failed(const GPtrArray *outcomes);
/* Appends a line a vector and a last one of totals; `failures_only` leaves out what passed. */
void outcomes_to_text(const GPtrArray *outcomes, gboolean failures_only, GString *out);
void outcomes_to_tap(const GPtrArray *outcomes, GString *out);
void outcomes_to_junit(const GPtrArray *outcomes, const char *name, GString *out);
void outcomes_to_json(const GPtrArray *outcomes, const char *name, GString *out);
/* One page: a table of all, and for each failure, up to a hundred, the figures. `notes` are paragraphs (char*). */
gboolean outcomes_to_html(const GPtrArray *outcomes, const char *title, const GPtrArray *notes, const char *path, GError **error);

#endif
