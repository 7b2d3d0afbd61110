/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flow/regress.h"

#include <math.h>
#include <string.h>

#include "base/quantity.h"

#define DEFAULT_SHARE 0.002
#define REDUCED 0.1       /* of the tolerance: how far a baseline may be from what was simulated */
#define REDUCED_FLAT 1e-4 /* of the span, where the rule says nothing */
#define REDUCED_MOST 0.25 /* of the tolerance: a baseline that is further off is not fine enough for it */

/* ---- rules ------------------------------------------------------------------------------------------------------------------
 */

static gboolean fits(const struct tolerance *tolerance, const struct recorded *recorded)
{
    if (!g_pattern_match_simple(tolerance->of, recorded->matched))
        return FALSE;
    return !recorded->is_number || (tolerance->rule == TOLERANCE_BAND && (tolerance->absolute > 0 || tolerance->relative > 0));
}

static const struct tolerance *find_tolerance(const struct design *design, const struct recorded *recorded,
                                              enum tolerance_rule rule)
{
    for (guint i = 0; i < design->tolerances->len; i++) {
        const struct tolerance *tolerance = design->tolerances->pdata[i];
        if (tolerance->rule == rule && fits(tolerance, recorded))
            return tolerance;
    }
    return NULL;
}

/* Units that a quantity can be written in. */
static gboolean unit_is_known(const char *unit)
{
    static const enum dimension all[] = {
#define X(id, unit, unit2, what, example) id,
        DIMENSIONS(X)
#undef X
    };
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        if (*unit != '\0' && strcmp(dimension_unit(all[i]), unit) == 0)
            return TRUE;
    return FALSE;
}

static gboolean check_unit(const struct tolerance *tolerance, const char *attribute, double value, enum dimension dimension,
                           const struct recorded *recorded, const char *unit, GError **error)
{
    gboolean plain = dimension == DIMENSION_NONE && !unit_is_known(unit);
    if (value == 0 || plain || strcmp(dimension_unit(dimension), unit) == 0)
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, tolerance->origin, "%s of tolerance: the unit is %s, but that of %s is %s",
                 attribute, dimension == DIMENSION_NONE ? "missing" : dimension_unit(dimension), recorded->matched,
                 *unit != '\0' ? unit : "none");
    return FALSE;
}

static gboolean check_units(const struct tolerance *tolerance, const struct recorded *recorded, GError **error)
{
    const char *unit = tolerance->decibel ? "" : recorded->unit;
    if (!check_unit(tolerance, "absolute", tolerance->absolute, tolerance->absolute_dimension, recorded, unit, error) ||
        !check_unit(tolerance, "level", tolerance->level, tolerance->level_dimension, recorded, recorded->unit, error))
        return FALSE;
    return recorded->is_number ||
           check_unit(tolerance, "move", tolerance->move, tolerance->move_dimension, recorded, recorded->x_unit, error);
}

static struct rule rule_of(const struct tolerance *tolerance, const struct recorded *recorded)
{
    static const struct rule flat = {.of_span = DEFAULT_SHARE}, share = {.relative = DEFAULT_SHARE};
    static const enum rule_kind kinds[] = {RULE_BAND, RULE_INTEGRAL, RULE_EVENTS};
    static const enum crossing_edge edges[] = {CROSSING_EITHER, CROSSING_RISE, CROSSING_FALL};
    if (tolerance == NULL)
        return recorded->is_number ? share : flat;
    struct rule rule = {.kind = kinds[tolerance->rule],
                        .absolute = tolerance->absolute,
                        .relative = tolerance->relative,
                        .of_span = recorded->is_number ? 0 : tolerance->of_span,
                        .x_tol = recorded->is_number ? 0 : tolerance->move,
                        .level = tolerance->level,
                        .hysteresis = tolerance->hysteresis,
                        .edge = edges[tolerance->edge]};
    return rule;
}

/* The rules of a vector, with the tolerance of each (NULL: the default); at most three. 0 with an error. */
static guint find_rules(const struct design *design, const struct recorded *recorded, const struct tolerance *tolerances[3],
                        GError **error)
{
    guint n = 0;
    for (int rule = TOLERANCE_BAND; rule <= TOLERANCE_EVENTS; rule++) {
        const struct tolerance *tolerance = find_tolerance(design, recorded, (enum tolerance_rule)rule);
        if (tolerance != NULL && !check_units(tolerance, recorded, error))
            return 0;
        if (tolerance != NULL)
            tolerances[n++] = tolerance;
    }
    if (n == 0)
        tolerances[n++] = NULL;
    return n;
}

static double span_of(const struct recorded *recorded)
{
    double least = INFINITY, most = -INFINITY;
    for (gsize k = 0; k < recorded->n; k++) {
        least = MIN(least, recorded->re[k]);
        most = MAX(most, recorded->re[k]);
    }
    return most >= least ? most - least : 0;
}

/* The tolerance that a waveform may be reduced by a share of: the least of its rules'. */
static double fixed_tolerance(const struct design *design, const struct recorded *recorded, double span)
{
    double least = INFINITY;
    for (int kind = TOLERANCE_BAND; kind <= TOLERANCE_INTEGRAL; kind++) {
        const struct tolerance *tolerance = find_tolerance(design, recorded, (enum tolerance_rule)kind);
        struct rule rule = rule_of(tolerance, recorded);
        double fixed = rule.absolute + rule.of_span * span;
        if (tolerance != NULL && fixed > 0 && !tolerance->decibel)
            least = MIN(least, fixed);
    }
    if (isfinite(least))
        return least;
    return (find_tolerance(design, recorded, TOLERANCE_BAND) == NULL &&
            find_tolerance(design, recorded, TOLERANCE_INTEGRAL) == NULL &&
            find_tolerance(design, recorded, TOLERANCE_EVENTS) == NULL)
               ? DEFAULT_SHARE * span
               : REDUCED_FLAT / REDUCED * span;
}

/* ---- comparing --------------------------------------------------------------------------------------------------------------
 */

static gboolean is_asked(const struct regress_options *options, const struct recorded *recorded)
{
    return options->pattern == NULL || g_pattern_match_simple(options->pattern, recorded->name) ||
           g_pattern_match_simple(options->pattern, recorded->matched) ||
           (strpbrk(options->pattern, "*?") == NULL && strcmp(options->pattern, recorded->bench) == 0);
}

static void free_outcome(gpointer outcome)
{
    outcome_free(outcome);
}

static void compare_form(const struct regress_options *options, const struct recorded *good, struct curve a, struct curve b,
                         const struct rule *rule, const char *suffix, const char *unit, GPtrArray *outcomes)
{
    struct verdict verdict;
    g_autofree char *name = g_strconcat(good->name, suffix, NULL);
    compare_curves(&a, &b, rule, &verdict);
    struct outcome *outcome = outcome_new(good->bench, name, unit, good->x_unit, rule, &verdict);
    if (!outcome->passed && options->draws && !good->is_number)
        outcome_draw(outcome, &a, &b, rule);
    g_ptr_array_add(outcomes, outcome);
    verdict_clear(&verdict);
}

static void compare_complex(const struct regress_options *options, const struct recorded *good, const struct recorded *test,
                            const struct tolerance *tolerance, const struct rule *rule, GPtrArray *outcomes)
{
    struct curve a = recorded_curve(good), b = recorded_curve(test);
    gboolean decibel = tolerance != NULL && tolerance->decibel;
    a.log_x = b.log_x = TRUE;
    a.form = b.form = decibel ? CURVE_DECIBEL : CURVE_MAGNITUDE;
    compare_form(options, good, a, b, rule,
                 decibel            ? " in dB"
                 : good->im != NULL ? " magnitude"
                                    : "",
                 decibel ? "dB" : good->unit, outcomes);
    if (good->im == NULL || rule->kind == RULE_EVENTS)
        return;
    const struct rule phase = {.absolute = tolerance != NULL ? tolerance->phase_degrees : 1};
    a.form = b.form = CURVE_PHASE;
    a.floor = b.floor = decibel ? 0 : rule->absolute;
    compare_form(options, good, a, b, &phase, " phase", "°", outcomes);
}

static struct outcome *same_nothing(const struct recorded *good, const struct recorded *test)
{
    const struct rule rule = {0};
    struct verdict verdict = {
        .passed = TRUE, .margin = 1, .first_x = NAN, .worst_x = NAN, .good = NAN, .test = NAN, .tolerance = NAN};
    if (isnan(good->re[0]) && isnan(test->re[0]))
        return outcome_new(good->bench, good->name, good->unit, good->x_unit, &rule, &verdict);
    g_autofree char *a = isnan(good->re[0]) ? g_strdup("none") : quantity_print(good->re[0], good->unit, 5);
    g_autofree char *b = isnan(test->re[0]) ? g_strdup("none") : quantity_print(test->re[0], test->unit, 5);
    g_autofree char *reason = g_strdup_printf("%s, expected %s", b, a);
    return outcome_failed(good->bench, good->name, reason);
}

static gboolean compare_vector(const struct flow *flow, const struct regress_options *options, const struct recorded *good,
                               const struct recorded *test, GPtrArray *outcomes, GError **error)
{
    const struct tolerance *tolerances[3];
    guint n = find_rules(flow->design, test, tolerances, error);
    if (n == 0)
        return FALSE;
    if (good->is_number != test->is_number || (good->im != NULL) != (test->im != NULL) || strcmp(good->unit, test->unit) != 0 ||
        strcmp(good->x_unit, test->x_unit) != 0) {
        g_ptr_array_add(
            outcomes, outcome_failed(test->bench, test->name, "another kind of vector, or in another unit, than the baseline's"));
        return TRUE;
    }
    if (good->is_number && (isnan(good->re[0]) || isnan(test->re[0]))) {
        g_ptr_array_add(outcomes, same_nothing(good, test));
        return TRUE;
    }
    if (good->within > REDUCED_MOST * fixed_tolerance(flow->design, test, span_of(good))) {
        g_autofree char *reason = g_strdup_printf(
            "the baseline is %.3g off at most, more than a quarter of the tolerance: --accept renews it", good->within);
        g_ptr_array_add(outcomes, outcome_failed(test->bench, test->name, reason));
        return TRUE;
    }
    for (guint i = 0; i < n; i++) {
        struct rule rule = rule_of(tolerances[i], test);
        gboolean spectrum = good->im != NULL || (test->is_spectrum && tolerances[i] != NULL && tolerances[i]->decibel);
        if (spectrum)
            compare_complex(options, good, test, tolerances[i], &rule, outcomes);
        else
            compare_form(options, good, recorded_curve(good), recorded_curve(test), &rule,
                         rule.kind == RULE_EVENTS     ? " events"
                         : rule.kind == RULE_INTEGRAL ? " integral"
                                                      : "",
                         good->unit, outcomes);
    }
    return TRUE;
}

static char *point_of(const char *name)
{
    const char *slash = strchr(name, '/');
    return g_strndup(name, slash != NULL ? (gsize)(slash - name) : strlen(name));
}

struct seen {
    GHashTable *names, *failed_points, *benches; /* borrowed names; owned points; borrowed benches */
};

/* What only the good one has, of benches that were simulated and points that did not fail. */
static void add_missing(const struct regress_options *options, const GPtrArray *good, const struct seen *seen,
                        GPtrArray *outcomes)
{
    for (guint i = 0; i < good->len; i++) {
        const struct recorded *recorded = good->pdata[i];
        g_autofree char *point = point_of(recorded->name);
        if (recorded->reason == NULL && is_asked(options, recorded) && g_hash_table_contains(seen->benches, recorded->bench) &&
            !g_hash_table_contains(seen->names, recorded->name) && !g_hash_table_contains(seen->failed_points, point))
            g_ptr_array_add(outcomes,
                            outcome_failed(recorded->bench, recorded->name, "in the baseline, but no longer simulated"));
    }
}

/* An index by name of vectors that have numbers. */
static GHashTable *named(const GPtrArray *vectors)
{
    GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < vectors->len; i++) {
        struct recorded *recorded = vectors->pdata[i];
        if (recorded->reason == NULL)
            g_hash_table_insert(table, recorded->name, recorded);
    }
    return table;
}

GPtrArray *regress_compare(const struct flow *flow, const GPtrArray *good, const GPtrArray *test,
                           const struct regress_options *options, GError **error)
{
    GPtrArray *outcomes = g_ptr_array_new_with_free_func(free_outcome);
    g_autoptr(GHashTable) by_name = named(good), names = g_hash_table_new(g_str_hash, g_str_equal),
                          points = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                          benches = g_hash_table_new(g_str_hash, g_str_equal);
    gboolean ok = TRUE;
    for (guint i = 0; ok && i < test->len; i++) {
        const struct recorded *recorded = test->pdata[i];
        g_hash_table_add(names, recorded->name);
        g_hash_table_add(benches, recorded->bench);
        if (recorded->reason != NULL)
            g_hash_table_add(points, point_of(recorded->name));
        if (!is_asked(options, recorded) && recorded->reason == NULL)
            continue;
        const struct recorded *before = g_hash_table_lookup(by_name, recorded->name);
        if (recorded->reason != NULL)
            g_ptr_array_add(outcomes, outcome_failed(recorded->bench, recorded->name, recorded->reason));
        else if (before == NULL)
            g_ptr_array_add(outcomes, outcome_failed(recorded->bench, recorded->name, "not in the baseline: --accept adds it"));
        else
            ok = compare_vector(flow, options, before, recorded, outcomes, error);
    }
    const struct seen seen = {names, points, benches};
    if (ok) {
        add_missing(options, good, &seen, outcomes);
        return outcomes;
    }
    g_ptr_array_unref(outcomes);
    return NULL;
}

/* ---- accepting --------------------------------------------------------------------------------------------------------------
 */

static void append_options(GString *words, const struct bench *bench)
{
    if (bench->options->len == 0 && bench->method == NULL && bench->solver == NULL)
        return;
    g_string_append_printf(words, "options    %s", bench->name);
    for (guint i = 0; i < bench->options->len; i++) {
        const struct setting *setting = bench->options->pdata[i];
        char number[NUMBER_SIZE];
        g_string_append_printf(words, " %s=%s", setting->name, number_print(number, setting->value));
    }
    if (bench->method != NULL)
        g_string_append_printf(words, " method=%s", bench->method);
    if (bench->solver != NULL)
        g_string_append_printf(words, " solver=%s", bench->solver);
    g_string_append_c(words, '\n');
}

static char *maker_of(const struct flow *flow)
{
    const struct design *design = flow->design;
    GString *words = g_string_new(NULL);
    g_string_append_printf(words,
                           "design     %s sha256 %s\ntechnology %s sha256 %s\nngspice    %s\ngainspice  " PACKAGE_VERSION "\n",
                           design->name, design->digest, design->technology->name, design->technology->digest, flow->ngspice);
    for (guint b = 0; b < design->benches->len; b++)
        append_options(words, design->benches->pdata[b]);
    return g_string_free(words, FALSE);
}

static gboolean passes(const struct flow *flow, const struct recorded *good, const struct recorded *test, gboolean *passed,
                       GError **error)
{
    static const struct regress_options none = {0};
    g_autoptr(GPtrArray) outcomes = g_ptr_array_new_with_free_func(free_outcome);
    if (!compare_vector(flow, &none, good, test, outcomes, error))
        return FALSE;
    *passed = outcomes_failed(outcomes) == 0;
    return TRUE;
}

/* A copy of what a baseline has, for another. */
static struct recorded *kept(const struct recorded *recorded)
{
    struct recorded *copy = recorded_new(recorded->name, recorded->bench, recorded->matched, recorded->unit, recorded->x_unit);
    gsize bytes = MAX(recorded->n, 1) * sizeof(double);
    copy->is_number = recorded->is_number;
    copy->is_spectrum = recorded->is_spectrum;
    copy->n = recorded->n;
    copy->n_simulated = recorded->n_simulated;
    copy->within = recorded->within;
    copy->made = recorded->made;
    copy->x = g_memdup2(recorded->x, bytes);
    copy->re = g_memdup2(recorded->re, bytes);
    copy->im = recorded->im != NULL ? g_memdup2(recorded->im, bytes) : NULL;
    return copy;
}

static struct recorded *taken(const struct flow *flow, const struct recorded *recorded, int made)
{
    struct recorded *copy = recorded_reduced(recorded, REDUCED * fixed_tolerance(flow->design, recorded, span_of(recorded)));
    copy->n_simulated = recorded->n;
    copy->made = made;
    return copy;
}

static gboolean accept_vector(const struct flow *flow, const struct baseline *old, struct baseline *new,
                              const struct recorded *recorded, int made, gboolean asked, struct accepted *accepted,
                              GError **error)
{
    const struct recorded *before = g_hash_table_lookup(old->by_name, recorded->name);
    gboolean passed = FALSE;
    if (before == NULL && !asked)
        return TRUE;
    if (before != NULL && asked && !passes(flow, before, recorded, &passed, error))
        return FALSE;
    gboolean keeps = before != NULL && (passed || !asked);
    baseline_add(new, keeps ? kept(before) : taken(flow, recorded, made));
    accepted->n_kept += keeps;
    accepted->n_new += before == NULL;
    accepted->n_changed += before != NULL && !keeps;
    return TRUE;
}

/* What stands in the old one alone stays, unless it is asked for and of a bench that was simulated or is gone. */
static void keep_others(const struct flow *flow, const struct baseline *old, struct baseline *new, const GHashTable *benches,
                        const struct regress_options *options, struct accepted *accepted)
{
    for (guint i = 0; i < old->vectors->len; i++) {
        const struct recorded *recorded = old->vectors->pdata[i];
        if (g_hash_table_contains(new->by_name, recorded->name))
            continue;
        gboolean gone =
            g_hash_table_contains((GHashTable *)benches, recorded->bench) || design_bench(flow->design, recorded->bench) == NULL;
        if (gone && is_asked(options, recorded)) {
            accepted->n_removed++;
            continue;
        }
        baseline_add(new, kept(recorded));
        accepted->n_kept++;
    }
}

gboolean regress_accept(const struct flow *flow, struct baseline *baseline, const GPtrArray *test,
                        const struct regress_options *options, struct accepted *accepted, GError **error)
{
    g_autofree char *maker = maker_of(flow);
    g_autoptr(GHashTable) benches = g_hash_table_new(g_str_hash, g_str_equal);
    struct baseline *new = baseline_new(baseline->folder);
    for (guint i = 0; i < baseline->made->len; i++)
        g_ptr_array_add(new->made, g_strdup(baseline->made->pdata[i]));
    int made = baseline_made(new, maker);
    gboolean ok = TRUE;
    *accepted = (struct accepted){0};
    for (guint i = 0; ok && i < test->len; i++) {
        const struct recorded *recorded = test->pdata[i];
        g_hash_table_add(benches, recorded->bench);
        ok = accept_vector(flow, baseline, new, recorded, made, is_asked(options, recorded), accepted, error);
    }
    if (ok) {
        keep_others(flow, baseline, new, benches, options, accepted);
        ok = baseline_write(new, error);
    }
    baseline_free(new);
    return ok;
}

/* ---- across -----------------------------------------------------------------------------------------------------------------
 */

static gboolean has_library(const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;
    gboolean found = FALSE;
    while (dir != NULL && !found && (name = g_dir_read_name(dir)) != NULL)
        found = g_str_has_prefix(name, "libngspice.so");
    if (dir != NULL)
        g_dir_close(dir);
    return found;
}

static GPtrArray *record_variant(const char *design_path, const struct flow_options *options, GError **error)
{
    struct flow *flow = flow_open(design_path, options, error);
    struct plan *plan = flow != NULL ? flow_plan(flow, NULL, error) : NULL;
    GPtrArray *recorded = plan != NULL && flow_simulate(flow, plan, error) ? record_points(flow, plan, error) : NULL;
    plan_free(plan);
    flow_close(flow);
    return recorded;
}

GPtrArray *regress_variant(const char *design_path, const struct flow_options *options, const char *variant, GError **error)
{
    const char *equals = strchr(variant, '='), *value = equals != NULL ? equals + 1 : "";
    struct flow_options other = *options;
    if (g_str_has_prefix(variant, "technology=") && *value != '\0') {
        other.technology = value;
        return record_variant(design_path, &other, error);
    }
    if (g_str_has_prefix(variant, "accuracy=") && accuracy_from_name(value, &other.accuracy)) {
        other.sets_accuracy = TRUE;
        return record_variant(design_path, &other, error);
    }
    gboolean library = g_str_has_prefix(variant, "ngspice=");
    if (!library || !has_library(value)) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    library ? "--across \"%s\": there is no libngspice.so in that folder"
                            : "--across \"%s\": expected ngspice=FOLDER, accuracy=exact, balanced or fast, or technology=NAME",
                    variant);
        return NULL;
    }
    g_autofree char *before =
        g_strdup(g_getenv("LD_LIBRARY_PATH")); /* workers are programs of their own: their loader reads it */
    g_setenv("LD_LIBRARY_PATH", value, TRUE);
    GPtrArray *recorded = record_variant(design_path, &other, error);
    if (before != NULL)
        g_setenv("LD_LIBRARY_PATH", before, TRUE);
    else
        g_unsetenv("LD_LIBRARY_PATH");
    return recorded;
}
