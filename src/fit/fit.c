/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/fit.c -- hold out, cross-validate, choose, judge. See fit.h for the rule and its source. */
#include "config.h"

#include "fit/fit.h"

#include "stats/random.h"

#include <math.h>
#include <string.h>

#define CUBIC 3

void fit_result_free(struct fit_result *result)
{
    if (result == NULL)
        return;
    model_free(result->chosen);
    model_free(result->cubic);
    if (result->scores != NULL)
        g_array_free(result->scores, TRUE);
    samples_free(result->held_out);
    g_free(result);
}

/* ---- what a <fit> may ask for */

static gboolean check_family(const struct fit_spec *spec, GError **error)
{
    if (model_family(spec->family) != NULL)
        return TRUE;
    g_autoptr(GString) known = g_string_new(NULL);
    for (const struct model_family *const *family = model_families(); *family != NULL; family++)
        g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "", (*family)->name);
    error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "fit \"%s\": family \"%s\" is not known, expected one of %s",
                 spec->name, spec->family, known->str);
    return FALSE;
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
    return TRUE;
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

/* models: as fit_orders gives them for `stride` orders. */
static struct order_score score(int order, struct model *const *models, int stride, const struct samples *rest, const int *fold,
                                int n_folds)
{
    struct order_score result = {.order = order, .cv_rms = NAN, .cv_se = NAN};
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
    result.cv_rms = sum / n_folds;
    result.cv_se = sqrt(fmax(variance, 0) / n_folds);
    return result;
}

/* The one-standard-error rule; 0 if no order is usable. */
static int choose(const GArray *scores)
{
    const struct order_score *best = NULL;
    for (guint i = 0; i < scores->len; i++) {
        const struct order_score *s = &g_array_index(scores, struct order_score, i);
        if (s->usable && (best == NULL || s->cv_rms < best->cv_rms))
            best = s;
    }
    for (guint i = 0; best != NULL && i < scores->len; i++) {
        const struct order_score *s = &g_array_index(scores, struct order_score, i);
        if (s->usable && s->cv_rms <= best->cv_rms + best->cv_se)
            return s->order;
    }
    return 0;
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
static struct model *make_shape(const struct fit_spec *spec, const struct model_input *inputs, const char *output,
                                const char *output_unit, const struct samples *samples)
{
    struct model *shape = model_new(model_family(spec->family), spec->name);
    gsize k = (gsize)samples->n_inputs;
    shape->output = g_strdup(output);
    shape->output_unit = g_strdup(output_unit);
    shape->source = g_strdup_printf("fit \"%s\" of %s.%s", spec->name, spec->bench, spec->measure);
    shape->n_inputs = samples->n_inputs;
    for (gsize a = 0; a < k; a++) {
        struct model_input *input = &shape->inputs[a];
        *input = inputs[a];
        input->name = g_strdup(inputs[a].name);
        input->unit = g_strdup(inputs[a].unit);
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

/* Sets scores, chosen (NULL if no order is usable) and cubic. */
static void select_order(const struct fit_spec *spec, const struct model *shape, const struct samples *rest,
                         struct fit_result *result)
{
    int orders = MAX(spec->max_order, CUBIC), folds = spec->folds;
    gsize n_models = (gsize)orders * (gsize)(folds + 1);
    g_autofree int *fold = draw_folds(spec, rest->n);
    g_autofree struct model **models = g_new0(struct model *, n_models);
    model_fit_orders(shape, orders, rest, fold, folds, models);

    result->scores = g_array_new(FALSE, FALSE, sizeof(struct order_score));
    for (int order = 1; order <= spec->max_order; order++) {
        struct order_score s = score(order, models, orders, rest, fold, folds);
        g_array_append_val(result->scores, s);
    }
    int chosen = choose(result->scores);
    struct model **full = models + folds * orders;
    if (chosen > 0)
        result->chosen = model_copy(full[chosen - 1]);
    result->cubic = g_steal_pointer(&full[CUBIC - 1]);
    for (gsize i = 0; i < n_models; i++)
        model_free(models[i]);
}

struct fit_result *fit_run(const struct fit_spec *spec, const struct model_input *inputs, const char *output,
                           const char *output_unit, const struct samples *all, GError **error)
{
    if (!check_family(spec, error) || !check_numbers(spec, error) || !check_samples(spec, all, error))
        return NULL;
    struct fit_result *result = g_new0(struct fit_result, 1);
    struct samples *rest = NULL;
    hold_out(spec, all, &rest, &result->held_out);
    struct model *shape = make_shape(spec, inputs, output, output_unit, all);
    select_order(spec, shape, rest, result);
    if (result->chosen == NULL) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin,
                     "fit \"%s\": %" G_GSIZE_FORMAT " points in %d folds do not determine even order 1 of %d inputs", spec->name,
                     rest->n, spec->folds, all->n_inputs);
        g_clear_pointer(&result, fit_result_free);
    } else {
        judge(result->chosen, rest, result->held_out);
        judge(result->cubic, rest, result->held_out);
    }
    model_free(shape);
    samples_free(rest);
    return result;
}
