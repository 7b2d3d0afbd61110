/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/fitting.c -- from a bench's table to a model, and the model beside a reference that somebody else computed.
 *
 * A finished fit is a document in the store, made from the keys of its points and the fit's own settings: the second run
 * reads it. Samples are read again (they are the table), so that residuals can be drawn.
 */
#include "config.h"

#include "flow/flow.h"

#include <gsl/gsl_interp2d.h>
#include <gsl/gsl_spline2d.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/files.h"
#include "base/text.h"

void fitted_free(struct fitted *fitted)
{
    if (fitted == NULL)
        return;
    model_free(fitted->chosen);
    model_free(fitted->cubic);
    if (fitted->scores != NULL)
        g_array_unref(fitted->scores);
    if (fitted->candidates != NULL)
        g_ptr_array_unref(fitted->candidates);
    if (fitted->levels != NULL)
        g_array_unref(fitted->levels);
    if (fitted->elsewhere != NULL)
        g_array_unref(fitted->elsewhere);
    samples_free(fitted->samples);
    g_free(fitted->reference_in[0]);
    g_free(fitted->reference_in[1]);
    g_free(fitted->reference_A);
    g_free(fitted->simulated_A);
    g_free(fitted->fitted_A);
    g_free(fitted);
}

/* The condition that is fitted. */
static struct fit_condition condition_of(const struct flow *flow, const struct fit_spec *spec)
{
    const struct axes *axes = design_bench(flow->design, spec->bench)->axes;
    return (struct fit_condition){
        .corner = spec->corner != NULL ? spec->corner : axes->corners->pdata[0],
        .temperature_C = isnan(spec->temperature_C) ? g_array_index(axes->temperatures_C, double, 0) : spec->temperature_C,
        .vdd_V = flow->design->technology->vdd_V,
    };
}

/* TRUE if the point is at the condition that the fit asks for, and all settings that are no input are at their first value. */
static gboolean point_fits(const struct fit_spec *spec, const struct fit_condition *condition, const struct point *point)
{
    if (strcmp(point->corner, condition->corner) != 0 || point->temperature_C != condition->temperature_C || point->sample > 1)
        return FALSE;
    for (gsize s = 0; s < point->n_settings; s++) {
        gboolean is_input = FALSE;
        for (guint i = 0; i < spec->inputs->len; i++)
            is_input = is_input || strcmp(((const struct fit_input *)spec->inputs->pdata[i])->name, point->sweeps[s]->name) == 0;
        if (!is_input && point->settings[s] != point->sweeps[s]->values[0])
            return FALSE;
    }
    return TRUE;
}

static double setting_of(const struct point *point, const char *name)
{
    for (gsize s = 0; s < point->n_settings; s++)
        if (strcmp(point->sweeps[s]->name, name) == 0)
            return point->settings[s];
    return NAN;
}

/* Appends a point's grid to x and y. */
static gboolean append_point(const struct fit_spec *spec, const struct point *point, const struct measure_result *result,
                             GArray *x, GArray *y)
{
    const struct bench *bench = point->bench;
    gsize n_inner_sweeps = bench_inner_sweeps(bench);
    guint last = bench->sweeps->len;
    const struct sweep *outer = n_inner_sweeps >= 2 ? bench->sweeps->pdata[last - 2] : NULL;
    const struct sweep *inner = n_inner_sweeps >= 1 ? bench->sweeps->pdata[last - 1] : NULL;
    for (gsize o = 0; o < result->n_outer; o++)
        for (gsize i = 0; i < result->n_inner; i++) {
            double value = result->values[o * result->n_inner + i];
            if (isnan(value))
                return FALSE;
            for (guint k = 0; k < spec->inputs->len; k++) {
                const char *name = ((const struct fit_input *)spec->inputs->pdata[k])->name;
                double at = outer != NULL && strcmp(outer->name, name) == 0 && o < outer->n    ? outer->values[o]
                            : inner != NULL && strcmp(inner->name, name) == 0 && i < inner->n ? inner->values[i]
                                                                                              : setting_of(point, name);
                g_array_append_val(x, at);
            }
            g_array_append_val(y, value);
        }
    return TRUE;
}

/* The samples of the fit at a condition, and in `made_from` the digest of what they are. */
static struct samples *collect(struct flow *flow, const struct plan *plan, const struct fit_spec *spec,
                               const struct fit_condition *condition, char **unit, GChecksum *made_from, GError **error)
{
    const struct bench *bench = design_bench(flow->design, spec->bench);
    g_autoptr(GArray) x = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GArray) y = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint p = 0; p < plan->points->len; p++) {
        const struct planned_point *planned = plan->points->pdata[p];
        if (planned->point->bench != bench || !point_fits(spec, condition, planned->point))
            continue;
        struct stored_point *stored = planned->stored ? store_get(flow->store, planned->key, FALSE, error) : NULL;
        if (stored == NULL) {
            if (error != NULL && *error == NULL)
                error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "fit \"%s\": point %s is not simulated yet: gainspice simulate %s",
                             spec->name, planned->point->name, flow->design->file);
            return NULL;
        }
        const struct measure_result *result = NULL;
        for (guint m = 0; m < stored->measures->len; m++)
            if (strcmp(((const struct measure_result *)stored->measures->pdata[m])->name, spec->measure) == 0)
                result = stored->measures->pdata[m];
        gboolean good = result != NULL && append_point(spec, planned->point, result, x, y);
        if (good && *unit == NULL)
            *unit = g_strdup(result->unit);
        if (!good)
            error_set_at(error, GAINSPICE_ERROR_SIMULATOR, spec->origin, "fit \"%s\": point %s gave no %s: %s", spec->name,
                         planned->point->name, spec->measure, stored->reason != NULL ? stored->reason : "a value is missing");
        stored_point_free(stored);
        if (!good)
            return NULL;
        g_checksum_update(made_from, (const guchar *)planned->key, -1);
    }
    if (y->len == 0) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "fit \"%s\": bench \"%s\" has no point at its condition", spec->name,
                     spec->bench);
        return NULL;
    }
    struct samples *samples = samples_new((int)spec->inputs->len, y->len);
    memcpy(samples->x, x->data, x->len * sizeof(double));
    memcpy(samples->y, y->data, y->len * sizeof(double));
    return samples;
}

static void describe_fit(const struct fit_spec *spec, GChecksum *sum)
{
    char a[NUMBER_SIZE];
    g_autofree char *text = g_strdup_printf("gainspice-fit 2 %s %s %d %d %" G_GUINT64_FORMAT " %s", spec->family, spec->measure,
                                            spec->max_order, spec->folds, spec->seed, number_print(a, spec->hold_out));
    g_checksum_update(sum, (const guchar *)text, -1);
    for (guint i = 0; i < spec->inputs->len; i++) {
        const struct fit_input *input = spec->inputs->pdata[i];
        g_autofree char *line = g_strdup_printf(" %s %s %d %s", input->name, number_print(a, input->offset), input->monotone,
                                                input->of != NULL ? input->of : "");
        g_checksum_update(sum, (const guchar *)line, -1);
    }
}

static json_t *pack_scores(const struct fitted *fitted)
{
    json_t *scores = json_array();
    for (guint i = 0; i < fitted->scores->len; i++) {
        const struct order_score *s = &g_array_index(fitted->scores, struct order_score, i);
        json_array_append_new(scores, json_pack("{s:s,s:i,s:I,s:f,s:f,s:f,s:b}", "family", s->family->name, "order", s->order, "n",
                                                (json_int_t)s->n_coefficients, "rms", s->usable ? s->cv_rms : 0.0, "se",
                                                s->usable ? s->cv_se : 0.0, "bic", s->usable && isfinite(s->bic) ? s->bic : 0.0, "usable",
                                                s->usable));
    }
    return scores;
}

static json_t *pack_levels(const struct fitted *fitted)
{
    json_t *levels = json_array();
    for (guint i = 0; i < fitted->levels->len; i++) {
        const struct level_error *l = &g_array_index(fitted->levels, struct level_error, i);
        json_array_append_new(levels, json_pack("{s:i,s:f,s:I,s:f,s:f}", "input", l->input, "at", l->at, "n", (json_int_t)l->error.n, "rms",
                                                l->error.rms, "worst", l->error.worst));
    }
    return levels;
}

static json_t *pack_model(const struct model *model)
{
    g_autofree char *text = model != NULL ? model_to_json(model) : NULL;
    return text != NULL ? json_string(text) : json_null();
}

static char *pack(const struct fitted *fitted)
{
    json_t *root = json_object(), *candidates = json_array();
    json_object_set_new(root, "chosen", pack_model(fitted->chosen));
    json_object_set_new(root, "cubic", pack_model(fitted->cubic));
    for (guint i = 0; i < fitted->candidates->len; i++)
        json_array_append_new(candidates, pack_model(fitted->candidates->pdata[i]));
    json_object_set_new(root, "candidates", candidates);
    json_object_set_new(root, "scores", pack_scores(fitted));
    json_object_set_new(root, "levels", pack_levels(fitted));
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(17) | JSON_SORT_KEYS), *copy = g_strdup(text);
    free(text);
    json_decref(root);
    return copy;
}

static struct model *unpack_model(const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL ? model_from_json(text, "store", NULL) : NULL;
}

static gboolean unpack_scores(const json_t *array, GArray *scores)
{
    gsize i;
    json_t *row;
    json_array_foreach (array, i, row) {
        struct order_score s = {
            .family = model_family(json_string_value(json_object_get(row, "family"))),
            .order = (int)json_integer_value(json_object_get(row, "order")),
            .n_coefficients = (gsize)json_integer_value(json_object_get(row, "n")),
            .cv_rms = json_real_value(json_object_get(row, "rms")),
            .cv_se = json_real_value(json_object_get(row, "se")),
            .bic = json_real_value(json_object_get(row, "bic")),
            .usable = json_is_true(json_object_get(row, "usable")),
        };
        if (s.family == NULL)
            return FALSE;
        g_array_append_val(scores, s);
    }
    return TRUE;
}

static void unpack_levels(const json_t *array, GArray *levels)
{
    gsize i;
    json_t *row;
    json_array_foreach (array, i, row) {
        struct level_error l = {(int)json_integer_value(json_object_get(row, "input")), json_real_value(json_object_get(row, "at")), {0}};
        l.error.n = (gsize)json_integer_value(json_object_get(row, "n"));
        l.error.rms = json_real_value(json_object_get(row, "rms"));
        l.error.worst = json_real_value(json_object_get(row, "worst"));
        g_array_append_val(levels, l);
    }
}

/* FALSE leaves `fitted` as far as it came; the caller fits anew. */
static gboolean unpack(const char *text, struct fitted *fitted)
{
    json_t *root = json_loads(text, 0, NULL), *candidates = json_object_get(root, "candidates");
    fitted->chosen = unpack_model(json_object_get(root, "chosen"));
    fitted->cubic = unpack_model(json_object_get(root, "cubic"));
    fitted->candidates = g_ptr_array_new_with_free_func((GDestroyNotify)model_free);
    gboolean whole = fitted->chosen != NULL;
    for (gsize i = 0; i < json_array_size(candidates); i++) {
        struct model *model = unpack_model(json_array_get(candidates, i));
        whole = whole && model != NULL;
        if (model != NULL)
            g_ptr_array_add(fitted->candidates, model);
    }
    fitted->scores = g_array_new(FALSE, TRUE, sizeof(struct order_score));
    fitted->levels = g_array_new(FALSE, TRUE, sizeof(struct level_error));
    whole = unpack_scores(json_object_get(root, "scores"), fitted->scores) && whole;
    unpack_levels(json_object_get(root, "levels"), fitted->levels);
    json_decref(root);
    return whole;
}

static void forget(struct fitted *fitted)
{
    g_clear_pointer(&fitted->chosen, model_free);
    g_clear_pointer(&fitted->cubic, model_free);
    g_clear_pointer(&fitted->candidates, g_ptr_array_unref);
    g_clear_pointer(&fitted->scores, g_array_unref);
    g_clear_pointer(&fitted->levels, g_array_unref);
}

/* The box, offset and unit of each input. */
static void describe_inputs(const struct fit_spec *spec, const struct bench *bench, const struct samples *samples,
                            struct model_input *inputs)
{
    for (guint i = 0; i < spec->inputs->len; i++) {
        const struct fit_input *input = spec->inputs->pdata[i];
        const struct sweep *sweep = bench_sweep(bench, input->name);
        inputs[i].name = input->name;
        inputs[i].unit = (char *)(gpointer)(sweep != NULL ? dimension_unit(sweep->dimension) : "");
        inputs[i].offset = input->offset;
        inputs[i].monotone = input->monotone;
        if (sweep != NULL && (sweep->target == TARGET_PORT || sweep->target == TARGET_PAIR || sweep->target == TARGET_INITIAL))
            inputs[i].of = sweep->of;
        if (input->of != NULL)
            inputs[i].of = input->of;
        inputs[i].min = INFINITY;
        inputs[i].max = -INFINITY;
        for (gsize k = 0; k < samples->n; k++) {
            double x = samples->x[k * (gsize)samples->n_inputs + i];
            inputs[i].min = fmin(inputs[i].min, x);
            inputs[i].max = fmax(inputs[i].max, x);
        }
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The distinct values of input `k`, ascending. */
static GArray *distinct(const struct samples *samples, int k)
{
    g_autoptr(GArray) all = g_array_sized_new(FALSE, FALSE, sizeof(double), (guint)samples->n);
    for (gsize i = 0; i < samples->n; i++)
        g_array_append_val(all, samples->x[i * (gsize)samples->n_inputs + (gsize)k]);
    g_array_sort(all, compare_doubles);
    GArray *values = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < all->len; i++)
        if (i == 0 || g_array_index(all, double, i) != g_array_index(all, double, i - 1))
            g_array_append_val(values, g_array_index(all, double, i));
    return values;
}

static guint index_of(const GArray *values, double value)
{
    guint low = 0, high = values->len;
    while (low + 1 < high) {
        guint middle = (low + high) / 2;
        if (g_array_index(values, double, middle) <= value)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The simulated surface over the first two inputs, the others at their offsets, as a bicubic spline; NULL if the samples hold
 * no such full grid. z is allocated here, [n1][n0] as GSL wants it. */
static gsl_spline2d *surface(const struct model_input *inputs, const struct samples *samples, GArray *x0, GArray *x1)
{
    g_autofree double *z = g_new(double, (gsize)x0->len * x1->len);
    for (gsize i = 0; i < (gsize)x0->len * x1->len; i++)
        z[i] = NAN;
    for (gsize i = 0; i < samples->n; i++) {
        const double *x = samples->x + i * (gsize)samples->n_inputs;
        gboolean here = TRUE;
        for (int k = 2; k < samples->n_inputs; k++)
            here = here && x[k] == inputs[k].offset;
        if (here)
            z[(gsize)index_of(x1, x[1]) * x0->len + index_of(x0, x[0])] = samples->y[i];
    }
    for (gsize i = 0; i < (gsize)x0->len * x1->len; i++)
        if (isnan(z[i]))
            return NULL;
    gsl_spline2d *spline = gsl_spline2d_alloc(gsl_interp2d_bicubic, x0->len, x1->len);
    gsl_spline2d_init(spline, (const double *)(gpointer)x0->data, (const double *)(gpointer)x1->data, z, x0->len, x1->len);
    return spline;
}

/* "v_store_V,v_in_V,…": the header names the fit's first two inputs with their units; columns in another order would be compared
 * without a word. */
static gboolean check_header(const char *line, const struct model_input *inputs, struct origin at, GError **error)
{
    g_auto(GStrv) names = g_strsplit(line, ",", -1);
    g_autofree char *first = g_strdup_printf("%s_%s", inputs[0].name, inputs[0].unit);
    g_autofree char *second = g_strdup_printf("%s_%s", inputs[1].name, inputs[1].unit);
    if (g_strv_length(names) == 3 && strcmp(g_strstrip(names[0]), first) == 0 && strcmp(g_strstrip(names[1]), second) == 0)
        return TRUE;
    g_autofree char *shown = text_line(line, 60);
    error_set_at(error, GAINSPICE_ERROR_INPUT, at, "header \"%s\": expected the columns %s,%s and the current", shown, first, second);
    return FALSE;
}

/* Reads "a,b,c" lines below a header and # notes; 3 columns. */
static gboolean read_reference(struct fitted *fitted, const char *path, const struct model_input *inputs, struct origin from, GError **error)
{
    g_autofree char *text = file_read(path, 64 * 1024 * 1024, NULL, from, error);
    if (text == NULL)
        return FALSE;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    gsize room = g_strv_length(lines), n = 0;
    gboolean header = FALSE;
    for (int k = 0; k < 2; k++)
        fitted->reference_in[k] = g_new0(double, room);
    fitted->reference_A = g_new0(double, room);
    for (gsize l = 0; lines[l] != NULL; l++) {
        char *line = g_strstrip(lines[l]);
        if (*line == '\0' || *line == '#')
            continue;
        if (!header) {
            if (!check_header(line, inputs, origin_at(path, (int)l + 1), error))
                return FALSE;
            header = TRUE;
            continue;
        }
        double value[3];
        char *at = line, *end = NULL;
        for (int k = 0; k < 3; k++, at = end + (*end == ',')) {
            value[k] = g_ascii_strtod(at, &end);
            if (end == at || !isfinite(value[k]) || (k < 2 ? *end != ',' : *end != '\0')) {
                error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(path, (int)l + 1), "row \"%.60s\": expected three numbers", line);
                return FALSE;
            }
        }
        fitted->reference_in[0][n] = value[0];
        fitted->reference_in[1][n] = value[1];
        fitted->reference_A[n++] = value[2];
    }
    if (n == 0) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(path, 0), "no rows, expected a header and rows of three numbers");
        return FALSE;
    }
    fitted->n_reference = n;
    return TRUE;
}

/* The simulated surface and the model at the reference's places. Places outside the simulated grid are an error. */
static gboolean compare_reference(struct flow *flow, struct fitted *fitted, const struct model_input *inputs, GError **error)
{
    const struct fit_spec *spec = fitted->spec;
    g_autofree char *path = path_from(flow->design->folder, spec->reference);
    if (fitted->samples->n_inputs < 2) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "fit \"%s\": a reference needs two inputs or more", spec->name);
        return FALSE;
    }
    if (!read_reference(fitted, path, inputs, spec->origin, error))
        return FALSE;
    g_autoptr(GArray) x0 = distinct(fitted->samples, 0);
    g_autoptr(GArray) x1 = distinct(fitted->samples, 1);
    gsl_spline2d *spline = x0->len >= 4 && x1->len >= 4 ? surface(inputs, fitted->samples, x0, x1) : NULL;
    if (spline == NULL) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin,
                     "fit \"%s\": the reference needs the surface of its first two inputs with all others at their offsets", spec->name);
        return FALSE;
    }
    fitted->simulated_A = g_new(double, fitted->n_reference);
    fitted->fitted_A = g_new(double, fitted->n_reference);
    gboolean inside = TRUE;
    for (gsize i = 0; inside && i < fitted->n_reference; i++) {
        double x[MODEL_MAX_INPUTS] = {fitted->reference_in[0][i], fitted->reference_in[1][i]};
        for (int k = 2; k < fitted->samples->n_inputs; k++)
            x[k] = inputs[k].offset;
        inside = gsl_spline2d_eval_e(spline, x[0], x[1], NULL, NULL, &fitted->simulated_A[i]) == 0;
        fitted->fitted_A[i] = model_eval(fitted->chosen, x, NULL);
        if (!inside)
            error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(path, 0), "point (%g, %g) lies outside the simulated surface", x[0], x[1]);
    }
    gsl_spline2d_free(spline);
    return inside;
}

static void name_source(const struct flow *flow, const struct fit_spec *spec, struct model *model)
{
    g_free(model->source);
    model->source = g_strdup_printf("gainspice " PACKAGE_VERSION ", design %s (sha256 %s), bench %s, ngspice %s", flow->design->name,
                                    flow->design->digest, spec->bench, flow->ngspice);
}

static gboolean fit_or_recall(struct flow *flow, struct fitted *fitted, const struct model_input *inputs, const char *unit,
                              const struct fit_condition *condition, const char *made_from, GError **error)
{
    const struct fit_spec *spec = fitted->spec;
    GError *failed = NULL;
    g_autofree char *document = store_get_document(flow->store, "fit", spec->name, made_from, &failed);
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    if (document != NULL && unpack(document, fitted))
        return TRUE;
    forget(fitted);
    struct fit_result *result = fit_run(spec, condition, inputs, spec->measure, unit, fitted->samples, error);
    if (result == NULL)
        return FALSE;
    fitted->chosen = g_steal_pointer(&result->chosen);
    fitted->cubic = g_steal_pointer(&result->cubic);
    fitted->candidates = g_steal_pointer(&result->candidates);
    fitted->scores = g_steal_pointer(&result->scores);
    fitted->levels = g_steal_pointer(&result->levels);
    fit_result_free(result);
    name_source(flow, spec, fitted->chosen);
    for (guint i = 0; i < fitted->candidates->len; i++)
        name_source(flow, spec, fitted->candidates->pdata[i]);
    g_autofree char *packed = pack(fitted);
    return store_put_document(flow->store, "fit", spec->name, made_from, packed, error);
}

/* The chosen model on every other condition of the bench that is simulated. */
static void judge_elsewhere(struct flow *flow, const struct plan *plan, struct fitted *fitted, const struct fit_condition *condition)
{
    const struct axes *axes = design_bench(flow->design, fitted->spec->bench)->axes;
    fitted->elsewhere = g_array_new(FALSE, TRUE, sizeof(struct fitted_elsewhere));
    for (guint c = 0; c < axes->corners->len; c++)
        for (guint t = 0; t < axes->temperatures_C->len; t++) {
            struct fit_condition other = {axes->corners->pdata[c], g_array_index(axes->temperatures_C, double, t), condition->vdd_V};
            if (strcmp(other.corner, condition->corner) == 0 && other.temperature_C == condition->temperature_C)
                continue;
            g_autofree char *unit = NULL;
            g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
            struct samples *samples = collect(flow, plan, fitted->spec, &other, &unit, sum, NULL);
            if (samples == NULL) /* not simulated, or failed: the bench's table says so */
                continue;
            struct fitted_elsewhere there = {other.corner, other.temperature_C, model_judge(fitted->chosen, samples)};
            g_array_append_val(fitted->elsewhere, there);
            samples_free(samples);
        }
}

struct fitted *flow_fit(struct flow *flow, const struct plan *plan, const struct fit_spec *spec, GError **error)
{
    g_autofree char *unit = NULL;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    struct fit_condition condition = condition_of(flow, spec);
    struct samples *samples = collect(flow, plan, spec, &condition, &unit, sum, error);
    if (samples == NULL)
        return NULL;
    struct fitted *fitted = g_new0(struct fitted, 1);
    fitted->spec = spec;
    fitted->samples = samples;
    describe_fit(spec, sum);
    struct model_input inputs[MODEL_MAX_INPUTS] = {0};
    describe_inputs(spec, design_bench(flow->design, spec->bench), samples, inputs);
    if (!fit_or_recall(flow, fitted, inputs, unit, &condition, g_checksum_get_string(sum), error) ||
        (spec->reference != NULL && !compare_reference(flow, fitted, inputs, error))) {
        fitted_free(fitted);
        return NULL;
    }
    judge_elsewhere(flow, plan, fitted, &condition);
    return fitted;
}

struct table *fitted_scores_table(const struct fitted *fitted)
{
    g_autofree char *name = g_strdup_printf("fit_%s_orders", fitted->spec->name);
    struct table *table = table_new(name, "Family and order by cross-validation; bic: Bayesian information criterion");
    const char *unit = fitted->chosen->output_unit;
    struct column *family = table_add_texts(table, "family"), *order = table_add_numbers(table, "order", ""),
                  *n = table_add_numbers(table, "coefficients", ""), *rms = table_add_numbers(table, "cv_rms", unit),
                  *se = table_add_numbers(table, "cv_standard_error", unit), *bic = table_add_numbers(table, "bic", ""),
                  *chosen = table_add_texts(table, "chosen");
    for (guint i = 0; i < fitted->scores->len; i++) {
        const struct order_score *s = &g_array_index(fitted->scores, struct order_score, i);
        column_push_text(family, s->family->name);
        column_push_number(order, s->order);
        column_push_number(n, (double)s->n_coefficients);
        column_push_number(rms, s->usable ? s->cv_rms : NAN);
        column_push_number(se, s->usable ? s->cv_se : NAN);
        column_push_number(bic, s->usable ? s->bic : NAN);
        column_push_text(chosen, s->family == fitted->chosen->family && s->order == fitted->chosen->order ? "chosen" : NULL);
    }
    table_close(table);
    return table;
}

static void push_error_row(const char *what, const struct model *model, const char *on, const struct model_error *e,
                           struct column *const *c)
{
    column_push_text(c[0], what);
    column_push_text(c[1], model->family->name);
    column_push_number(c[2], model->order);
    column_push_text(c[3], on);
    column_push_number(c[4], (double)e->n);
    column_push_number(c[5], e->rms);
    column_push_number(c[6], 100 * e->rms / e->full_scale);
    column_push_number(c[7], e->worst);
    column_push_number(c[8], 100 * e->worst / e->full_scale);
}

static void push_model_rows(const char *what, const struct model *model, struct column *const *c)
{
    push_error_row(what, model, "held out", &model->held_out, c);
    push_error_row(what, model, "fitted", &model->seen, c);
}

struct table *fitted_errors_table(const struct fitted *fitted)
{
    const char *unit = fitted->chosen->output_unit;
    g_autofree char *name = g_strdup_printf("fit_%s_errors", fitted->spec->name);
    struct table *table = table_new(name, "Error of the model, full scale = largest minus smallest value");
    struct column *c[9];
    c[0] = table_add_texts(table, "model");
    c[1] = table_add_texts(table, "family");
    c[2] = table_add_numbers(table, "order", "");
    c[3] = table_add_texts(table, "points");
    c[4] = table_add_numbers(table, "n", "");
    c[5] = table_add_numbers(table, "rms", unit);
    c[6] = table_add_numbers(table, "rms_of_full_scale", "%");
    c[7] = table_add_numbers(table, "worst", unit);
    c[8] = table_add_numbers(table, "worst_of_full_scale", "%");
    push_model_rows("chosen", fitted->chosen, c);
    for (guint i = 0; i < fitted->candidates->len; i++) {
        const struct model *model = fitted->candidates->pdata[i];
        if (model->family != fitted->chosen->family)
            push_model_rows("not chosen", model, c);
    }
    if (fitted->cubic != NULL)
        push_model_rows("order 3, as the paper", fitted->cubic, c);
    table_close(table);
    return table;
}

struct table *fitted_unseen_table(const struct fitted *fitted)
{
    if (fitted->levels->len == 0 && fitted->elsewhere->len == 0)
        return NULL;
    const struct model *model = fitted->chosen;
    double full_scale = model->seen.full_scale;
    char number[NUMBER_SIZE];
    g_autofree char *name = g_strdup_printf("fit_%s_unseen", fitted->spec->name);
    struct table *table = table_new(name, "Where the model was not fitted: a level of an input left out of the fit, then other conditions");
    struct column *what = table_add_texts(table, "unseen"), *n = table_add_numbers(table, "n", ""),
                  *rms = table_add_numbers(table, "rms", model->output_unit), *rms_pc = table_add_numbers(table, "rms_of_full_scale", "%"),
                  *worst = table_add_numbers(table, "worst", model->output_unit),
                  *worst_pc = table_add_numbers(table, "worst_of_full_scale", "%");
    for (guint i = 0; i < fitted->levels->len + fitted->elsewhere->len; i++) {
        const struct level_error *l = i < fitted->levels->len ? &g_array_index(fitted->levels, struct level_error, i) : NULL;
        const struct fitted_elsewhere *other =
            l == NULL ? &g_array_index(fitted->elsewhere, struct fitted_elsewhere, i - fitted->levels->len) : NULL;
        const struct model_error *e = l != NULL ? &l->error : &other->error;
        g_autofree char *label = l != NULL ? g_strdup_printf("%s %s %s", model->inputs[l->input].name, number_print(number, l->at),
                                                             model->inputs[l->input].unit)
                                           : g_strdup_printf("%s %s °C", other->corner, number_print(number, other->temperature_C));
        column_push_text(what, label);
        column_push_number(n, (double)e->n);
        column_push_number(rms, e->rms);
        column_push_number(rms_pc, 100 * e->rms / full_scale);
        column_push_number(worst, e->worst);
        column_push_number(worst_pc, 100 * e->worst / full_scale);
    }
    table_close(table);
    return table;
}

struct table *fitted_residuals_table(const struct fitted *fitted)
{
    struct residual_check check = fit_residuals(fitted->chosen, fitted->samples);
    g_autofree char *name = g_strdup_printf("fit_%s_residuals", fitted->spec->name);
    struct table *table = table_new(name, "Residuals on all points: Anderson-Darling against the normal distribution, and the correlation "
                                          "of neighbours along each input, which is 0 where the model leaves noise alone");
    struct column *what = table_add_texts(table, "statistic"), *value = table_add_numbers(table, "value", ""),
                  *low = table_add_numbers(table, "low", ""), *high = table_add_numbers(table, "high", "");
    const struct estimate normal[2] = {{check.normality.a2, NAN, NAN}, {check.normality.p, NAN, NAN}};
    static const char *const names[2] = {"normality A2", "normality p"};
    for (int i = 0; i < 2 + fitted->chosen->n_inputs; i++) {
        const struct estimate *e = i < 2 ? &normal[i] : &check.along[i - 2];
        g_autofree char *label = i < 2 ? g_strdup(names[i]) : g_strdup_printf("neighbours along %s", fitted->chosen->inputs[i - 2].name);
        column_push_text(what, label);
        column_push_number(value, e->value);
        column_push_number(low, e->low);
        column_push_number(high, e->high);
    }
    table_close(table);
    return table;
}

/* rms and worst of (a − b) over the rows whose second input is `at` (all rows if it is NAN). */
static void deviation(const struct fitted *fitted, const double *a, double at, gsize *n, double *rms, double *worst)
{
    double sum = 0;
    *n = 0;
    *worst = 0;
    for (gsize i = 0; i < fitted->n_reference; i++) {
        if (!isnan(at) && fitted->reference_in[1][i] != at)
            continue;
        double d = a[i] - fitted->reference_A[i];
        sum += d * d;
        *worst = fmax(*worst, fabs(d));
        (*n)++;
    }
    *rms = *n > 0 ? sqrt(sum / (double)*n) : NAN;
}

struct table *fitted_reference_table(const struct fitted *fitted)
{
    const char *unit = fitted->chosen->output_unit;
    g_autofree char *name = g_strdup_printf("fit_%s_reference", fitted->spec->name);
    g_autofree char *title = g_strdup_printf("Against %s, %% of its span",
                                             fitted->spec->reference_title != NULL ? fitted->spec->reference_title : fitted->spec->reference);
    struct table *table = table_new(name, title);
    struct column *in = table_add_texts(table, fitted->chosen->inputs[1].name), *count = table_add_numbers(table, "n", ""),
                  *sim_rms = table_add_numbers(table, "simulated_rms", unit), *sim_pc = table_add_numbers(table, "simulated_rms_of_span", "%"),
                  *sim_worst = table_add_numbers(table, "simulated_worst", unit),
                  *fit_pc = table_add_numbers(table, "fitted_rms_of_span", "%");
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(double));
    double low = INFINITY, high = -INFINITY, all = NAN;
    for (gsize i = 0; i < fitted->n_reference; i++) {
        low = fmin(low, fitted->reference_A[i]);
        high = fmax(high, fitted->reference_A[i]);
        gboolean seen = FALSE;
        for (guint r = 0; r < rows->len; r++)
            seen = seen || g_array_index(rows, double, r) == fitted->reference_in[1][i];
        if (!seen)
            g_array_append_val(rows, fitted->reference_in[1][i]);
    }
    g_array_sort(rows, compare_doubles);
    g_array_append_val(rows, all);
    for (guint r = 0; r < rows->len; r++) {
        double at = g_array_index(rows, double, r), rms, worst, fit_rms, fit_worst;
        gsize n;
        deviation(fitted, fitted->simulated_A, at, &n, &rms, &worst);
        deviation(fitted, fitted->fitted_A, at, &n, &fit_rms, &fit_worst);
        char number[NUMBER_SIZE];
        g_autofree char *label = isnan(at) ? g_strdup("all") : g_strdup_printf("%s %s", number_print(number, at), fitted->chosen->inputs[1].unit);
        column_push_text(in, label);
        column_push_number(count, (double)n);
        column_push_number(sim_rms, rms);
        column_push_number(sim_pc, 100 * rms / (high - low));
        column_push_number(sim_worst, worst);
        column_push_number(fit_pc, 100 * fit_rms / (high - low));
    }
    table_close(table);
    return table;
}
