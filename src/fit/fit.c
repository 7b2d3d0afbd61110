/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/fit.c -- hold out, cross-validate, choose, judge. See fit.h for the rule and its source. */
#include "config.h"

#include "fit/fit.h"

#include "fit/polynomial.h"
#include "stats/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CUBIC 3

void fit_result_free(struct fit_result *result)
{
    if (result == NULL)
        return;
    model_free(result->chosen);
    model_free(result->cubic);
    if (result->candidates != NULL)
        g_ptr_array_unref(result->candidates);
    if (result->levels != NULL)
        g_array_free(result->levels, TRUE);
    if (result->scores != NULL)
        g_array_free(result->scores, TRUE);
    samples_free(result->held_out);
    g_free(result);
}

/* ---- what a <fit> may ask for */

static char **family_names(const struct fit_spec *spec)
{
    return g_strsplit(spec->family, " ", -1);
}

static gboolean check_family(const struct fit_spec *spec, GError **error)
{
    g_auto(GStrv) names = family_names(spec);
    for (char **name = names; *name != NULL; name++) {
        if (model_family(*name) != NULL)
            continue;
        g_autofree char *known = model_family_names();
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "fit \"%s\": family \"%s\" is not known, expected one of %s", spec->name,
                     *name, known);
        return FALSE;
    }
    return TRUE;
}

/* Whether each family can be of these inputs. */
static gboolean check_suits(const struct fit_spec *spec, const struct model_input *inputs, int n_inputs, GError **error)
{
    g_auto(GStrv) names = family_names(spec);
    for (char **name = names; *name != NULL; name++) {
        const struct model_family *family = model_family(*name);
        g_autoptr(GError) reason = NULL;
        if (family->suits == NULL || family->suits(inputs, n_inputs, &reason))
            continue;
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "fit \"%s\": family \"%s\": %s", spec->name, *name, reason->message);
        return FALSE;
    }
    return TRUE;
}

static gboolean check_numbers(const struct fit_spec *spec, GError **error)
{
    if (spec->max_order < 1 || spec->max_order > MODEL_MAX_ORDER)
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "fit \"%s\": max-order is %d, expected 1 to %d", spec->name,
                     spec->max_order, MODEL_MAX_ORDER);
    else if (spec->folds < 2)
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "fit \"%s\": folds is %d, expected at least 2", spec->name,
                     spec->folds);
    else if (!(spec->hold_out > 0 && spec->hold_out < 1))
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "fit \"%s\": hold-out is %g, expected a share between 0 and 1",
                     spec->name, spec->hold_out);
    else
        return TRUE;
    return FALSE;
}

static gboolean check_inputs(const struct fit_spec *spec, const struct design *design, GError **error)
{
    if (spec->inputs->len < 1 || spec->inputs->len > MODEL_MAX_INPUTS) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "fit \"%s\": %u inputs, expected 1 to %d", spec->name,
                     spec->inputs->len, MODEL_MAX_INPUTS);
        return FALSE;
    }
    const struct bench *bench = design_bench(design, spec->bench);
    for (guint i = 0; i < spec->inputs->len; i++) {
        const struct fit_input *input = g_ptr_array_index(spec->inputs, i);
        const struct sweep *sweep = bench != NULL ? bench_sweep(bench, input->name) : NULL;
        if (sweep != NULL && sweep->n < 2) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, input->origin,
                         "fit \"%s\": input \"%s\" takes one value in bench \"%s\", expected at least 2", spec->name, input->name,
                         spec->bench);
            return FALSE;
        }
    }
    struct model_input inputs[MODEL_MAX_INPUTS] = {0};
    for (guint i = 0; i < spec->inputs->len; i++)
        inputs[i].name = ((const struct fit_input *)spec->inputs->pdata[i])->name;
    return check_suits(spec, inputs, (int)spec->inputs->len, error);
}

gboolean fit_check(const struct fit_spec *spec, const struct design *design, GError **error)
{
    return check_family(spec, error) && check_numbers(spec, error) && check_inputs(spec, design, error);
}

/* ---- drawing points */

struct draw {
    double number;
    gsize index;
};

static int compare_draws(gconstpointer a, gconstpointer b)
{
    const struct draw *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* 0 … n − 1 in an order that the seed and the purpose decide. Newly allocated. */
static gsize *shuffled(guint64 seed, const char *purpose, gsize n)
{
    g_autofree struct draw *draws = g_new(struct draw, n);
    for (gsize i = 0; i < n; i++)
        draws[i] = (struct draw){random_uniform(seed, purpose, i), i};
    qsort(draws, n, sizeof *draws, compare_draws);
    gsize *order = g_new(gsize, n);
    for (gsize i = 0; i < n; i++)
        order[i] = draws[i].index;
    return order;
}

static gsize held_out_count(const struct fit_spec *spec, gsize n_all)
{
    return (gsize)fmax(1, round(spec->hold_out * (double)n_all));
}

static void hold_out(const struct fit_spec *spec, const struct samples *all, struct samples **rest, struct samples **held_out)
{
    gsize n = held_out_count(spec, all->n);
    g_autofree gsize *order = shuffled(spec->seed, "hold-out", all->n);
    g_autofree gboolean *held = g_new0(gboolean, all->n);
    for (gsize i = 0; i < n; i++)
        held[order[i]] = TRUE;
    *rest = samples_pick(all, held, FALSE);
    *held_out = samples_pick(all, held, TRUE);
}

static int *draw_folds(const struct fit_spec *spec, gsize n)
{
    g_autofree gsize *order = shuffled(spec->seed, "fold", n);
    int *fold = g_new(int, n);
    for (gsize i = 0; i < n; i++)
        fold[order[i]] = (int)(i % (gsize)spec->folds);
    return fold;
}

/* ---- scores */

static double rms_on_fold(const struct model *fitted, const struct samples *rest, const int *fold, int k)
{
    double sum2 = 0;
    gsize n = 0;
    for (gsize i = 0; i < rest->n; i++)
        if (fold[i] == k) {
            double error = model_eval(fitted, rest->x + i * (gsize)rest->n_inputs, NULL) - rest->y[i];
            sum2 += error * error;
            n++;
        }
    return sqrt(sum2 / (double)n);
}

/* n ln(rss/n) + k ln n */
static double information_criterion(const struct model *fitted, const struct samples *rest)
{
    double rms = model_judge(fitted, rest).rms, n = (double)rest->n;
    return n * log(rms * rms) + (double)fitted->n_coefficients * log(n);
}

/* models: as fit_orders gives them for `stride` orders. */
static struct order_score score(const struct model_family *family, int order, struct model *const *models, int stride,
                                const struct samples *rest, const int *fold, int n_folds)
{
    struct order_score result = {.family = family, .order = order, .cv_rms = NAN, .cv_se = NAN, .bic = NAN};
    for (int k = 0; k <= n_folds; k++)
        if (models[k * stride + order - 1] == NULL)
            return result;
    double sum = 0, sum2 = 0;
    for (int k = 0; k < n_folds; k++) {
        double rms = rms_on_fold(models[k * stride + order - 1], rest, fold, k);
        sum += rms;
        sum2 += rms * rms;
    }
    double variance = (sum2 - sum * sum / n_folds) / (n_folds - 1);
    result.usable = TRUE;
    result.n_coefficients = models[n_folds * stride + order - 1]->n_coefficients;
    result.bic = information_criterion(models[n_folds * stride + order - 1], rest);
    result.cv_rms = sum / n_folds;
    result.cv_se = sqrt(fmax(variance, 0) / n_folds);
    return result;
}

/* The one-standard-error rule among the scores from `first` on; NULL if no order is usable. */
static const struct order_score *choose(const GArray *scores, guint first)
{
    const struct order_score *best = NULL;
    for (guint i = first; i < scores->len; i++) {
        const struct order_score *s = &g_array_index(scores, struct order_score, i);
        if (s->usable && (best == NULL || s->cv_rms < best->cv_rms))
            best = s;
    }
    for (guint i = first; best != NULL && i < scores->len; i++) {
        const struct order_score *s = &g_array_index(scores, struct order_score, i);
        if (s->usable && s->cv_rms <= best->cv_rms + best->cv_se)
            return s;
    }
    return NULL;
}

/* ---- the whole */

static gboolean check_samples(const struct fit_spec *spec, const struct samples *samples, GError **error)
{
    gsize k = (gsize)samples->n_inputs, held = held_out_count(spec, samples->n);
    if (samples->n < held + (gsize)spec->folds) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin,
                     "fit \"%s\": %" G_GSIZE_FORMAT " points less %" G_GSIZE_FORMAT
                     " held out, expected at least one for each of %d folds",
                     spec->name, samples->n, held, spec->folds);
        return FALSE;
    }
    for (gsize i = 0; i < samples->n; i++) {
        gboolean finite = isfinite(samples->y[i]);
        for (gsize a = 0; a < k; a++)
            finite = finite && isfinite(samples->x[i * k + a]);
        if (!finite) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin,
                         "fit \"%s\": point %" G_GSIZE_FORMAT " has a value that is not finite, expected finite numbers",
                         spec->name, i);
            return FALSE;
        }
    }
    return TRUE;
}

/* A model without coefficients: names, inputs, and the box of everything that was swept. */
static struct model *make_shape(const struct fit_spec *spec, const struct fit_condition *condition, const struct model_input *inputs,
                                const char *output, const char *output_unit, const struct samples *samples)
{
    struct model *shape = model_new(NULL, spec->name);
    gsize k = (gsize)samples->n_inputs;
    shape->output = g_strdup(output);
    shape->output_unit = g_strdup(output_unit);
    shape->source = g_strdup_printf("fit \"%s\" of %s.%s", spec->name, spec->bench, spec->measure);
    shape->n_inputs = samples->n_inputs;
    if (condition != NULL) {
        shape->corner = g_strdup(condition->corner);
        shape->temperature_C = condition->temperature_C;
        shape->vdd_V = condition->vdd_V;
    }
    for (gsize a = 0; a < k; a++) {
        struct model_input *input = &shape->inputs[a];
        *input = inputs[a];
        input->name = g_strdup(inputs[a].name);
        input->unit = g_strdup(inputs[a].unit);
        input->of = g_strdup(inputs[a].of);
        input->min = input->max = samples->x[a];
        for (gsize i = 1; i < samples->n; i++) {
            input->min = fmin(input->min, samples->x[i * k + a]);
            input->max = fmax(input->max, samples->x[i * k + a]);
        }
    }
    return shape;
}

static void judge(struct model *fitted, const struct samples *rest, const struct samples *held_out)
{
    if (fitted == NULL)
        return;
    fitted->seen = model_judge(fitted, rest);
    fitted->held_out = model_judge(fitted, held_out);
}

/* The family's candidate, judged (NULL if no order is usable); adds its scores and gives its chosen one's. */
static struct model *candidate(const struct fit_spec *spec, const struct model_family *family, struct model *shape,
                               const struct samples *rest, const int *fold, GArray *scores, double *cv_rms)
{
    int stride = spec->max_order, folds = spec->folds;
    gsize n_models = (gsize)stride * (gsize)(folds + 1);
    g_autofree struct model **models = g_new0(struct model *, n_models);
    guint first = scores->len;
    shape->family = family;
    model_fit_orders(shape, stride, rest, fold, folds, models);
    int orders = family->orders != NULL ? family->orders(shape, stride) : stride;
    for (int order = 1; order <= orders; order++) {
        struct order_score s = score(family, order, models, stride, rest, fold, folds);
        g_array_append_val(scores, s);
    }
    const struct order_score *best = choose(scores, first);
    struct model *chosen = best != NULL ? g_steal_pointer(&models[folds * stride + best->order - 1]) : NULL;
    *cv_rms = best != NULL ? best->cv_rms : NAN;
    for (gsize i = 0; i < n_models; i++)
        model_free(models[i]);
    return chosen;
}

/* Sets scores, candidates, and chosen (NULL if no order of any family is usable). */
static void select_model(const struct fit_spec *spec, struct model *shape, const struct samples *rest, struct fit_result *result)
{
    g_autofree int *fold = draw_folds(spec, rest->n);
    g_auto(GStrv) names = family_names(spec);
    double lowest = INFINITY;
    result->scores = g_array_new(FALSE, FALSE, sizeof(struct order_score));
    result->candidates = g_ptr_array_new_with_free_func((GDestroyNotify)model_free);
    const struct model *best = NULL;
    for (char **name = names; *name != NULL; name++) {
        double cv_rms;
        struct model *model = candidate(spec, model_family(*name), shape, rest, fold, result->scores, &cv_rms);
        if (model == NULL)
            continue;
        judge(model, rest, result->held_out);
        g_ptr_array_add(result->candidates, model);
        if (cv_rms < lowest) {
            lowest = cv_rms;
            best = model;
        }
    }
    if (best != NULL)
        result->chosen = model_copy(best);
}

static void fit_cubic(struct model *shape, const struct samples *rest, struct fit_result *result)
{
    shape->family = &polynomial_family;
    result->cubic = model_copy(shape);
    if (!polynomial_family.fit(result->cubic, CUBIC, rest, NULL))
        g_clear_pointer(&result->cubic, model_free);
    judge(result->cubic, rest, result->held_out);
}

/* ---- levels of an input that a fit does not see */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The distinct values of an input, ascending. */
static GArray *levels_of(const struct samples *samples, int a)
{
    GArray *levels = g_array_sized_new(FALSE, FALSE, sizeof(double), (guint)samples->n);
    for (gsize i = 0; i < samples->n; i++)
        g_array_append_val(levels, samples->x[i * (gsize)samples->n_inputs + (gsize)a]);
    g_array_sort(levels, compare_doubles);
    guint n = 0;
    for (guint i = 0; i < levels->len; i++)
        if (n == 0 || g_array_index(levels, double, i) != g_array_index(levels, double, n - 1))
            g_array_index(levels, double, n++) = g_array_index(levels, double, i);
    g_array_set_size(levels, n);
    return levels;
}

/* Held-out points of the level are not looked at: the model is judged on them elsewhere. */
static void judge_level(const struct model *chosen, const struct samples *rest, int a, double at, GArray *levels)
{
    g_autofree gboolean *there = g_new(gboolean, rest->n);
    for (gsize i = 0; i < rest->n; i++)
        there[i] = rest->x[i * (gsize)rest->n_inputs + (gsize)a] == at;
    struct samples *seen = samples_pick(rest, there, FALSE), *unseen = samples_pick(rest, there, TRUE);
    struct model *model = model_copy(chosen);
    if (model->family->fit(model, chosen->order, seen, NULL)) {
        struct level_error level = {a, at, model_judge(model, unseen)};
        g_array_append_val(levels, level);
    }
    model_free(model);
    samples_free(seen);
    samples_free(unseen);
}

static GArray *judge_levels(const struct model *chosen, const struct samples *rest)
{
    GArray *result = g_array_new(FALSE, FALSE, sizeof(struct level_error));
    for (int a = 0; a < rest->n_inputs && rest->n_inputs > 1; a++) {
        g_autoptr(GArray) levels = levels_of(rest, a);
        for (guint i = 1; levels->len <= FIT_MAX_LEVELS && i + 1 < levels->len; i++)
            judge_level(chosen, rest, a, g_array_index(levels, double, i), result);
    }
    return result;
}

struct fit_result *fit_run(const struct fit_spec *spec, const struct fit_condition *condition, const struct model_input *inputs,
                           const char *output, const char *output_unit, const struct samples *all, GError **error)
{
    if (!check_family(spec, error) || !check_numbers(spec, error) || !check_suits(spec, inputs, all->n_inputs, error) ||
        !check_samples(spec, all, error))
        return NULL;
    struct fit_result *result = g_new0(struct fit_result, 1);
    struct samples *rest = NULL;
    hold_out(spec, all, &rest, &result->held_out);
    struct model *shape = make_shape(spec, condition, inputs, output, output_unit, all);
    select_model(spec, shape, rest, result);
    if (result->chosen == NULL) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin,
                     "fit \"%s\": %" G_GSIZE_FORMAT " points in %d folds do not determine even order 1 of %d inputs", spec->name,
                     rest->n, spec->folds, all->n_inputs);
        g_clear_pointer(&result, fit_result_free);
    } else {
        fit_cubic(shape, rest, result);
        result->levels = judge_levels(result->chosen, rest);
    }
    model_free(shape);
    samples_free(rest);
    return result;
}

/* ---- residuals */

/* Samples sorted so that neighbours along input `along` follow each other. */
struct sorted {
    const struct samples *samples;
    int along;
};

static gint compare_places(gconstpointer a, gconstpointer b, gpointer user)
{
    const struct sorted *sorted = user;
    gsize k = (gsize)sorted->samples->n_inputs;
    const double *x = sorted->samples->x + *(const gsize *)a * k, *y = sorted->samples->x + *(const gsize *)b * k;
    for (int i = 0; i < (int)k; i++)
        if (i != sorted->along && x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return x[sorted->along] < y[sorted->along] ? -1 : x[sorted->along] > y[sorted->along];
}

static gboolean same_line(const struct samples *samples, int along, gsize a, gsize b)
{
    gsize k = (gsize)samples->n_inputs;
    for (gsize i = 0; i < k; i++)
        if (i != (gsize)along && samples->x[a * k + i] != samples->x[b * k + i])
            return FALSE;
    return TRUE;
}

static struct estimate neighbours(const struct samples *samples, const double *residual, int along)
{
    g_autofree gsize *order = g_new(gsize, samples->n);
    g_autofree double *here = g_new(double, samples->n), *next = g_new(double, samples->n);
    struct sorted sorted = {samples, along};
    gsize n = 0;
    for (gsize i = 0; i < samples->n; i++)
        order[i] = i;
    g_qsort_with_data(order, (gint)samples->n, sizeof *order, compare_places, &sorted);
    for (gsize i = 0; i + 1 < samples->n; i++)
        if (same_line(samples, along, order[i], order[i + 1])) {
            here[n] = residual[order[i]];
            next[n++] = residual[order[i + 1]];
        }
    return estimate_correlation(n, here, next, 0.95);
}

struct residual_check fit_residuals(const struct model *model, const struct samples *samples)
{
    struct residual_check check;
    g_autofree double *residual = g_new(double, samples->n), *sorted = NULL;
    for (gsize i = 0; i < samples->n; i++)
        residual[i] = samples->y[i] - model_eval(model, samples->x + i * (gsize)samples->n_inputs, NULL);
    for (int a = 0; a < MODEL_MAX_INPUTS; a++)
        check.along[a] = a < samples->n_inputs ? neighbours(samples, residual, a) : (struct estimate){NAN, NAN, NAN};
    sorted = g_memdup2(residual, samples->n * sizeof *residual);
    qsort(sorted, samples->n, sizeof *sorted, compare_doubles);
    check.normality = estimate_normality(samples->n, sorted);
    return check;
}
