/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flow/accuracy.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "flow/flow.h"
#include "measure/measure.h"
#include "netlist/accuracy.h"
#include "stats/random.h"

/* What hardly varies is held to the share of this part of its magnitude. */
#define MAGNITUDE_SHARE 0.1
/* A check of more than so many points in a hundred would cost more than the preset saves. */
#define POINTS_A_PILOT 8

/* ---- checks -------------------------------------------------------------------------------------------------------------- */

static void difference_free(gpointer data)
{
    struct difference *difference = data;
    g_free(difference->name);
    g_free(difference->unit);
    g_free(difference->at);
    g_free(difference);
}

struct plan_check *check_new(const struct bench *bench)
{
    struct plan_check *check = g_new0(struct plan_check, 1);
    check->bench = bench;
    check->accuracy = bench->accuracy;
    check->pilots = g_ptr_array_new();
    check->references = g_ptr_array_new();
    check->differences = g_ptr_array_new_with_free_func(difference_free);
    return check;
}

void check_free(struct plan_check *check)
{
    if (check == NULL)
        return;
    g_ptr_array_unref(check->pilots);
    g_ptr_array_unref(check->references);
    g_ptr_array_unref(check->differences);
    g_free(check->made_from);
    g_free(check->reason);
    g_free(check);
}

double check_tolerance(const struct bench *bench)
{
    return isnan(bench->tolerance) ? preset_of(bench->accuracy)->tolerance : bench->tolerance;
}

/* One of each of equal parts of the bench's plan: the first of the first, the last of the last, drawn in the others, so that no
 * sweep is met at the same value each time. */
GArray *check_pick(const struct bench *bench, gsize n)
{
    gsize fewest = MAX(n / POINTS_A_PILOT, 1), by_default = MIN((gsize)preset_of(bench->accuracy)->pilots, fewest);
    gsize n_pilots = MIN(bench->pilots >= 0 ? (gsize)bench->pilots : by_default, n);
    GArray *picked = g_array_new(FALSE, FALSE, sizeof(gsize));
    g_autofree char *stream = g_strconcat("pilot/", bench->name, NULL);
    for (gsize i = 0; i < n_pilots; i++) {
        gsize begin = i * n / n_pilots, end = (i + 1) * n / n_pilots;
        gsize at = begin + MIN((gsize)(random_uniform(0, stream, i) * (double)(end - begin)), end - begin - 1);
        if (i == 0 && n_pilots > 1)
            at = 0;
        else if (i + 1 == n_pilots && n_pilots > 1)
            at = n - 1;
        g_array_append_val(picked, at);
    }
    return picked;
}

void check_describe(const struct plan_check *check, GString *text)
{
    char number[NUMBER_SIZE];
    g_string_append_printf(text, "gainspice-check 1 tolerance %s\n", number_print(number, check_tolerance(check->bench)));
    for (guint m = 0; m < check->bench->measures->len; m++)
        g_string_append_printf(text, "measure %s\n",
                               number_print(number, ((const struct measure_spec *)check->bench->measures->pdata[m])->tolerance));
}

gboolean check_is_ready(const struct plan_check *check)
{
    for (guint i = 0; i < check->pilots->len; i++) {
        const struct planned_point *pilot = check->pilots->pdata[i], *reference = check->references->pdata[i];
        if (!pilot->stored || !reference->stored)
            return FALSE;
    }
    return TRUE;
}

/* ---- comparing ----------------------------------------------------------------------------------------------------------- */

static struct difference *find_difference(struct plan_check *check, const char *name, const char *unit, gboolean is_wave)
{
    for (guint i = 0; i < check->differences->len; i++) {
        struct difference *known = check->differences->pdata[i];
        if (known->is_wave == is_wave && strcmp(known->name, name) == 0)
            return known;
    }
    struct difference *made = g_new0(struct difference, 1);
    made->name = g_strdup(name);
    made->unit = g_strdup(unit);
    made->is_wave = is_wave;
    made->allowed = NAN;
    g_ptr_array_add(check->differences, made);
    return made;
}

static void take_difference(struct difference *difference, double value, const char *point)
{
    if (value <= difference->largest)
        return;
    difference->largest = value;
    g_free(difference->at);
    difference->at = g_strdup(point);
}

static void say_why(struct plan_check *check, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void say_why(struct plan_check *check, const char *format, ...)
{
    if (check->reason != NULL)
        return;
    va_list ap;
    va_start(ap, format);
    check->reason = g_strdup_vprintf(format, ap);
    va_end(ap);
}

/* Smallest, largest and largest magnitude of a signal or measure as exact. */
struct range {
    double low, high;
};

static void range_take(struct range *range, const double *values, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (!isnan(values[i])) {
            range->low = fmin(range->low, values[i]);
            range->high = fmax(range->high, values[i]);
        }
}

static void compare_measure(struct plan_check *check, struct difference *difference, const struct measure_result *exact,
                            const struct measure_result *preset, const char *point)
{
    gsize n = exact->n_outer * exact->n_inner;
    if (preset->n_outer * preset->n_inner != n) { /* pointwise over time: two runs have other points */
        say_why(check, "%s has other points in its two runs", exact->name);
        return;
    }
    for (gsize i = 0; i < n; i++) {
        if (isnan(exact->values[i]) && isnan(preset->values[i]))
            continue;
        if (isnan(exact->values[i]) || isnan(preset->values[i]))
            say_why(check, "%s has a value in one of its two runs only, at %s", exact->name, point);
        else
            take_difference(difference, fabs(preset->values[i] - exact->values[i]), point);
    }
}

/* y at x, linear between points; x ascends, *from goes along. */
static double wave_at(const struct stored_wave *wave, double x, gsize *from)
{
    while (*from + 2 < wave->n && wave->x[*from + 1] < x)
        ++*from;
    double x0 = wave->x[*from], x1 = wave->x[*from + 1], y0 = wave->y[*from], y1 = wave->y[*from + 1];
    return x1 > x0 ? y0 + (y1 - y0) * fmin(fmax((x - x0) / (x1 - x0), 0), 1) : y1;
}

/* At the points of both. */
static double wave_difference(const struct stored_wave *a, const struct stored_wave *b)
{
    double largest = 0;
    gsize at = 0;
    if (a->n < 2 || b->n < 2)
        return a->n == b->n && a->n == 1 ? fabs(a->y[0] - b->y[0]) : INFINITY;
    for (gsize i = 0; i < a->n; i++)
        largest = fmax(largest, fabs(a->y[i] - wave_at(b, a->x[i], &at)));
    at = 0;
    for (gsize i = 0; i < b->n; i++)
        largest = fmax(largest, fabs(b->y[i] - wave_at(a, b->x[i], &at)));
    return largest;
}

static const struct measure_result *measure_of(const struct stored_point *point, const char *name)
{
    for (guint m = 0; m < point->measures->len; m++)
        if (strcmp(((const struct measure_result *)point->measures->pdata[m])->name, name) == 0)
            return point->measures->pdata[m];
    return NULL;
}

static const struct stored_wave *wave_of(const struct stored_point *point, const char *name)
{
    for (guint w = 0; w < point->waves->len; w++)
        if (strcmp(((const struct stored_wave *)point->waves->pdata[w])->name, name) == 0)
            return point->waves->pdata[w];
    return NULL;
}

/* One pilot. `ranges`: of measures, then of waves. */
static void compare(struct plan_check *check, const struct stored_point *exact, const struct stored_point *preset, GArray *ranges)
{
    guint n_measures = check->bench->measures->len;
    if (exact->status != SIM_OK) /* nothing to compare with */
        return;
    if (preset->status != SIM_OK) {
        say_why(check, "%s failed in one of its two runs only (%s)", preset->name, sim_status_name(preset->status));
        return;
    }
    check->n_compared++;
    for (guint m = 0; m < n_measures; m++) {
        const struct measure_spec *spec = check->bench->measures->pdata[m];
        const struct measure_result *a = measure_of(exact, spec->name), *b = measure_of(preset, spec->name);
        if (a == NULL || b == NULL)
            continue;
        struct difference *difference = find_difference(check, spec->name, a->unit, FALSE);
        range_take(&g_array_index(ranges, struct range, m), a->values, a->n_outer * a->n_inner);
        compare_measure(check, difference, a, b, preset->name);
    }
    for (guint w = 0; w < check->bench->waves->len; w++) {
        const struct signal *signal = check->bench->waves->pdata[w];
        const struct stored_wave *a = wave_of(exact, signal->name), *b = wave_of(preset, signal->name);
        if (a == NULL || b == NULL)
            continue;
        range_take(&g_array_index(ranges, struct range, n_measures + w), a->y, a->n);
        take_difference(find_difference(check, signal->name, a->unit, TRUE), wave_difference(a, b), preset->name);
    }
}

static gboolean compare_pilots(struct flow *flow, struct plan_check *check, GArray *ranges, GError **error)
{
    for (guint i = 0; i < check->pilots->len; i++) {
        const struct planned_point *pilot = check->pilots->pdata[i], *reference = check->references->pdata[i];
        struct stored_point *exact = store_get(flow->store, reference->key, TRUE, error);
        struct stored_point *preset = exact != NULL ? store_get(flow->store, pilot->key, TRUE, error) : NULL;
        gboolean both = preset != NULL;
        if (both)
            compare(check, exact, preset, ranges);
        else if (error != NULL && *error == NULL)
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "%s: point %s has left the store", flow->folder,
                        pilot->point->name);
        stored_point_free(exact);
        stored_point_free(preset);
        if (!both)
            return FALSE;
    }
    return TRUE;
}

/* Spans, and what of them is allowed. */
static void settle_allowed(struct plan_check *check, const GArray *ranges)
{
    const struct bench *bench = check->bench;
    for (guint k = 0; k < bench->measures->len + bench->waves->len; k++) {
        gboolean is_wave = k >= bench->measures->len;
        const struct range *range = &g_array_index(ranges, struct range, k);
        const char *name = is_wave ? ((const struct signal *)bench->waves->pdata[k - bench->measures->len])->name
                                   : ((const struct measure_spec *)bench->measures->pdata[k])->name;
        if (range->low > range->high) /* no value */
            continue;
        struct difference *difference = find_difference(check, name, "", is_wave);
        difference->span = range->high - range->low;
        double own = is_wave ? NAN : ((const struct measure_spec *)bench->measures->pdata[k])->tolerance;
        double scale = fmax(difference->span, MAGNITUDE_SHARE * fmax(fabs(range->low), fabs(range->high)));
        if (!is_wave || bench->measures->len == 0)
            difference->allowed = isnan(own) ? check_tolerance(bench) * scale : own;
    }
}

static void decide(struct plan_check *check)
{
    if (check->n_compared == 0)
        say_why(check, "no pilot gave two runs to compare");
    for (guint i = 0; i < check->differences->len; i++) {
        const struct difference *d = check->differences->pdata[i];
        if (!(d->largest > d->allowed)) /* NAN: it does not decide */
            continue;
        g_autofree char *largest = quantity_print(d->largest, d->unit, 3), *allowed = quantity_print(d->allowed, d->unit, 3);
        say_why(check, "%s differs by %s, allowed are %s", d->name, largest, allowed);
    }
    check->verdict = check->reason == NULL ? CHECK_PASSED : CHECK_FAILED;
}

/* ---- the document --------------------------------------------------------------------------------------------------------- */

static json_t *number_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *text_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static char *check_print(const struct plan_check *check)
{
    json_t *differences = json_array(), *root = json_object();
    for (guint i = 0; i < check->differences->len; i++) {
        const struct difference *d = check->differences->pdata[i];
        json_t *row = json_object();
        json_object_set_new(row, d->is_wave ? "wave" : "measure", json_string(d->name));
        json_object_set_new(row, "unit", json_string(d->unit));
        json_object_set_new(row, "largest", number_or_null(d->largest));
        json_object_set_new(row, "span", number_or_null(d->span));
        json_object_set_new(row, "allowed", number_or_null(d->allowed));
        json_object_set_new(row, "at", text_or_null(d->at));
        json_array_append_new(differences, row);
    }
    json_object_set_new(root, "accuracy", json_string(accuracy_name(check->accuracy)));
    json_object_set_new(root, "passed", json_boolean(check->verdict == CHECK_PASSED));
    json_object_set_new(root, "reason", text_or_null(check->reason));
    json_object_set_new(root, "compared", json_integer((json_int_t)check->n_compared));
    json_object_set_new(root, "differences", differences);
    char *dumped = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(17)), *text = g_strdup(dumped);
    json_decref(root);
    free(dumped);
    return text;
}

static double number_of(const json_t *row, const char *name, double absent)
{
    const json_t *value = json_object_get(row, name);
    return json_is_number(value) ? json_number_value(value) : absent;
}

static gboolean check_parse(struct plan_check *check, const char *text)
{
    json_t *root = json_loads(text, 0, NULL);
    const json_t *passed = json_object_get(root, "passed"), *differences = json_object_get(root, "differences");
    gboolean good = json_is_boolean(passed) && json_is_array(differences);
    for (size_t i = 0; good && i < json_array_size(differences); i++) {
        const json_t *row = json_array_get(differences, i);
        const char *measure = json_string_value(json_object_get(row, "measure"));
        const char *wave = json_string_value(json_object_get(row, "wave")), *unit = json_string_value(json_object_get(row, "unit"));
        good = (measure != NULL || wave != NULL) && unit != NULL;
        if (!good)
            break;
        struct difference *d = find_difference(check, measure != NULL ? measure : wave, unit, measure == NULL);
        d->largest = number_of(row, "largest", INFINITY);
        d->span = number_of(row, "span", NAN);
        d->allowed = number_of(row, "allowed", NAN);
        d->at = g_strdup(json_string_value(json_object_get(row, "at")));
    }
    if (good) {
        check->verdict = json_is_true(passed) ? CHECK_PASSED : CHECK_FAILED;
        check->n_compared = (gsize)json_integer_value(json_object_get(root, "compared"));
        check->reason = g_strdup(json_string_value(json_object_get(root, "reason")));
    }
    json_decref(root);
    return good;
}

gboolean check_load(struct flow *flow, struct plan_check *check, GError **error)
{
    if (check->pilots->len == 0)
        check->verdict = CHECK_SKIPPED;
    if (check->pilots->len == 0 || flow->store == NULL)
        return TRUE;
    GError *failed = NULL;
    g_autofree char *text = store_get_document(flow->store, "accuracy", check->bench->name, check->made_from, &failed);
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    if (text == NULL || check_parse(check, text))
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: the accuracy of bench \"%s\" in the store is damaged", flow->folder,
                check->bench->name);
    return FALSE;
}

gboolean check_judge(struct flow *flow, struct plan_check *check, GError **error)
{
    const struct bench *bench = check->bench;
    g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(struct range));
    const struct range none = {INFINITY, -(double)INFINITY};
    for (guint k = 0; k < bench->measures->len + bench->waves->len; k++)
        g_array_append_val(ranges, none);
    if (!compare_pilots(flow, check, ranges, error))
        return FALSE;
    settle_allowed(check, ranges);
    decide(check);
    g_autofree char *text = check_print(check);
    return store_put_document(flow->store, "accuracy", bench->name, check->made_from, text, error);
}

/* ---- telling -------------------------------------------------------------------------------------------------------------- */

const struct plan_check *plan_check_of(const struct plan *plan, const struct bench *bench)
{
    for (guint i = 0; i < plan->checks->len; i++)
        if (((const struct plan_check *)plan->checks->pdata[i])->bench == bench)
            return plan->checks->pdata[i];
    return NULL;
}

static void append_differences(const struct plan_check *check, GString *text)
{
    for (guint i = 0; i < check->differences->len; i++) {
        const struct difference *d = check->differences->pdata[i];
        g_autofree char *largest = quantity_print(d->largest, d->unit, 3);
        g_string_append_printf(text, "%s %s%s %s", i > 0 ? "," : "", d->is_wave ? "wave " : "", d->name, largest);
        if (d->span > 0)
            g_string_append_printf(text, " (%.2g %% of its span)", 100 * d->largest / d->span);
    }
}

char *check_sentence(const struct plan_check *check)
{
    const char *preset = accuracy_name(check->accuracy);
    GString *text = g_string_new(NULL);
    if (check->verdict == CHECK_FAILED) {
        g_string_append_printf(text, "accuracy exact, not %s: %s", preset, check->reason);
        return g_string_free(text, FALSE);
    }
    g_string_append_printf(text, "accuracy %s", preset);
    if (check->pack_points > 1)
        g_string_append_printf(text, ", up to %" G_GSIZE_FORMAT " points a deck", check->pack_points);
    if (check->verdict == CHECK_PASSED) {
        g_string_append_printf(text, "; largest difference from exact at %" G_GSIZE_FORMAT " points:", check->n_compared);
        append_differences(check, text);
    } else {
        g_string_append_printf(text, "; %s",
                               check->verdict == CHECK_SKIPPED ? "not compared with exact" : "to be compared with exact first");
    }
    return g_string_free(text, FALSE);
}

struct table *flow_accuracy_table(const struct flow *flow, const struct plan *plan)
{
    if (plan->checks->len == 0)
        return NULL;
    struct table *table = table_new("accuracy", "Accuracy against exact");
    struct column *bench = table_add_texts(table, "bench"), *preset = table_add_texts(table, "accuracy"),
                  *verdict = table_add_texts(table, "verdict"), *name = table_add_texts(table, "measure"),
                  *unit = table_add_texts(table, "unit"), *largest = table_add_numbers(table, "largest difference", ""),
                  *allowed = table_add_numbers(table, "allowed", ""), *span = table_add_numbers(table, "span", ""),
                  *at = table_add_texts(table, "at");
    for (guint c = 0; c < plan->checks->len; c++) {
        const struct plan_check *check = plan->checks->pdata[c];
        for (guint i = 0; i < MAX(check->differences->len, 1); i++) {
            const struct difference *d = i < check->differences->len ? check->differences->pdata[i] : NULL;
            static const char *const verdicts[] = {
#define X(id, text) text,
                CHECK_VERDICTS(X)
#undef X
            };
            column_push_text(bench, check->bench->name);
            column_push_text(preset, accuracy_name(check->accuracy));
            column_push_text(verdict, verdicts[check->verdict]);
            column_push_text(name, d != NULL ? d->name : NULL);
            column_push_text(unit, d != NULL ? d->unit : NULL);
            column_push_number(largest, d != NULL ? d->largest : NAN);
            column_push_number(allowed, d != NULL ? d->allowed : NAN);
            column_push_number(span, d != NULL ? d->span : NAN);
            column_push_text(at, d != NULL ? d->at : NULL);
        }
        g_autofree char *sentence = check_sentence(check);
        table_note(table, "%s: %s", check->bench->name, sentence);
    }
    flow_note_provenance(flow, table);
    table_close(table);
    return table;
}
