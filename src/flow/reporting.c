/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/reporting.c -- the report of a design, and the whole flow in one call.
 *
 * The report is made of what the store holds and of nothing else (no time of day, no duration), so that it is the same file
 * after an interrupted run as after an undisturbed one.
 */
#include "config.h"

#include "flow/flow.h"

#include <math.h>
#include <string.h>

#include "base/files.h"
#include "flow/accuracy.h"

#define SHOWN_WHOLE 200  /* rows; a longer table shows its first */
#define SHOWN_FIRST 12
#define DIGITS 4
#define MAX_CURVES 15

/* Figures of waveforms: one a signal that the bench keeps, all its points over each other. */
static gboolean wave_figures(struct flow *flow, const struct plan *plan, const struct bench *bench, struct report *report,
                             GError **error)
{
    for (guint w = 0; w < bench->waves->len; w++) {
        const struct signal *signal = bench->waves->pdata[w];
        gboolean tran = bench->analysis.kind == ANALYSIS_TRAN;
        double scale = tran ? (bench->analysis.stop_s < 1e-6 ? 1e9 : 1e3) : 1;
        const char *x_label = !tran ? "scale" : scale > 1e6 ? "time (ns)" : "time (ms)";
        g_autofree char *y_label = g_strdup_printf("%s (%s)", signal->name, signal->kind == SIGNAL_CURRENT ? "µA" : "V");
        g_autofree char *title = g_strdup_printf("%s: %s", bench->name, signal->name);
        struct figure *figure = figure_new(title, x_label, scale, y_label, signal->kind == SIGNAL_CURRENT ? 1e6 : 1);
        for (guint p = 0; p < plan->points->len && figure->series->len < MAX_CURVES; p++) {
            const struct planned_point *planned = plan->points->pdata[p];
            if (planned->point->bench != bench || !planned->stored || planned->status != SIM_OK)
                continue;
            struct stored_point *stored = store_get(flow->store, planned->key, TRUE, error);
            if (stored == NULL) {
                figure_free(figure);
                return FALSE;
            }
            const char *label = strchr(planned->point->name, '.');
            for (guint k = 0; k < stored->waves->len; k++) {
                const struct stored_wave *wave = stored->waves->pdata[k];
                if (strcmp(wave->name, signal->name) == 0)
                    figure_add(figure, label != NULL ? label + 1 : planned->point->name, wave->n, wave->x, wave->y, FALSE);
            }
            stored_point_free(stored);
        }
        report_figure(report, figure);
    }
    return TRUE;
}

/* The simulated value of input `k` that is nearest to `want`. */
static double nearest(const struct samples *samples, int k, double want)
{
    double at = NAN;
    for (gsize i = 0; i < samples->n; i++) {
        double here = samples->x[i * (gsize)samples->n_inputs + (gsize)k];
        if (isnan(at) || fabs(here - want) < fabs(at - want))
            at = here;
    }
    return at;
}

/* I over the first input, one curve a value of the second, the others as near to their offsets as was simulated: data as points,
 * model as lines; or the residual of the model. */
static void surface_figure(const struct fitted *fitted, gboolean residual, struct report *report)
{
    const struct model *model = fitted->chosen;
    const struct samples *samples = fitted->samples;
    gboolean current = strcmp(model->output_unit, "A") == 0;
    double scale = current ? (residual ? 1e9 : 1e6) : 1;
    g_autofree char *x_label = g_strdup_printf("%s (%s)", model->inputs[0].name, model->inputs[0].unit);
    g_autofree char *y_label = g_strdup_printf("%s (%s)", residual ? "model - simulation" : model->output,
                                               !current ? model->output_unit : residual ? "nA" : "µA");
    g_autofree char *title = residual ? g_strdup_printf("Residual of the order-%d model", model->order)
                                      : g_strdup_printf("%s: simulation (points) and order-%d model (lines)", model->output, model->order);
    struct figure *figure = figure_new(title, x_label, 1, y_label, scale);
    int n_in = samples->n_inputs;
    double low = n_in > 1 ? model->inputs[1].min : 0, high = n_in > 1 ? model->inputs[1].max : 0, held[MODEL_MAX_INPUTS];
    for (int k = 2; k < n_in; k++)
        held[k] = nearest(samples, k, model->inputs[k].offset);
    for (int slice = n_in > 1 ? 5 : 0; slice >= 0; slice--) {
        double at = n_in > 1 ? nearest(samples, 1, low + (high - low) * slice / 5) : NAN;
        g_autoptr(GArray) x = g_array_new(FALSE, FALSE, sizeof(double));
        g_autoptr(GArray) y = g_array_new(FALSE, FALSE, sizeof(double));
        g_autoptr(GArray) z = g_array_new(FALSE, FALSE, sizeof(double));
        for (gsize i = 0; i < samples->n; i++) {
            const double *row = samples->x + i * (gsize)n_in;
            gboolean here = n_in < 2 || row[1] == at;
            for (int k = 2; k < n_in; k++)
                here = here && row[k] == held[k];
            if (!here)
                continue;
            double value = model_eval(model, row, NULL), difference = value - samples->y[i];
            g_array_append_val(x, row[0]);
            g_array_append_val(y, samples->y[i]);
            if (residual)
                g_array_append_val(z, difference);
            else
                g_array_append_val(z, value);
        }
        g_autofree char *label = n_in > 1 ? g_strdup_printf("%s %.3g %s", model->inputs[1].name, at, model->inputs[1].unit) : g_strdup("model");
        figure_add(figure, label, x->len, (double *)(gpointer)x->data, (double *)(gpointer)z->data, FALSE);
        if (!residual)
            figure_add(figure, NULL, x->len, (double *)(gpointer)x->data, (double *)(gpointer)y->data, TRUE);
    }
    report_figure(report, figure);
}

static void reference_figure(const struct fitted *fitted, struct report *report)
{
    g_autofree char *x_label = g_strdup_printf("%s (%s)", fitted->chosen->inputs[0].name, fitted->chosen->inputs[0].unit);
    g_autofree char *title = g_strdup_printf("Simulation (lines) against %s (points)",
                                             fitted->spec->reference_title != NULL ? fitted->spec->reference_title : fitted->spec->reference);
    struct figure *figure = figure_new(title, x_label, 1, "current (µA)", 1e6);
    g_autoptr(GHashTable) done = g_hash_table_new(g_double_hash, g_double_equal);
    for (gsize i = 0; i < fitted->n_reference; i++) {
        double at = fitted->reference_in[1][i];
        if (!g_hash_table_add(done, &fitted->reference_in[1][i]))
            continue;
        g_autoptr(GArray) x = g_array_new(FALSE, FALSE, sizeof(double));
        g_autoptr(GArray) y = g_array_new(FALSE, FALSE, sizeof(double));
        g_autoptr(GArray) s = g_array_new(FALSE, FALSE, sizeof(double));
        for (gsize k = 0; k < fitted->n_reference; k++) {
            if (fitted->reference_in[1][k] != at)
                continue;
            g_array_append_val(x, fitted->reference_in[0][k]);
            g_array_append_val(y, fitted->reference_A[k]);
            g_array_append_val(s, fitted->simulated_A[k]);
        }
        g_autofree char *label = g_strdup_printf("%s %.3g %s", fitted->chosen->inputs[1].name, at, fitted->chosen->inputs[1].unit);
        figure_add(figure, label, x->len, (double *)(gpointer)x->data, (double *)(gpointer)s->data, FALSE);
        figure_add(figure, NULL, x->len, (double *)(gpointer)x->data, (double *)(gpointer)y->data, TRUE);
    }
    report_figure(report, figure);
}

/* A table goes into tables/NAME.csv and into the report (NULL: not there). Takes ownership of `table`. */
static gboolean publish(struct flow *flow, struct report *report, struct table *table, GError **error)
{
    g_autofree char *folder = g_build_filename(flow->folder, "tables", NULL);
    g_autofree char *file = g_strconcat(table->name, ".csv", NULL);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autoptr(GString) csv = g_string_new(NULL);
    table_to_csv(table, csv);
    gboolean ok = folder_make(folder, error) && file_write(path, csv->str, csv->len, error);
    if (report != NULL)
        report_table(report, table, DIGITS, table->n_rows > SHOWN_WHOLE ? SHOWN_FIRST : 0);
    else
        table_free(table);
    return ok;
}

/* All of `tables`, which it frees; those from `shown` on into files only. */
static gboolean publish_all(struct flow *flow, struct report *report, GPtrArray *tables, guint shown, GError **error)
{
    gboolean ok = TRUE;
    g_ptr_array_set_free_func(tables, NULL);
    for (guint t = 0; t < tables->len; t++)
        ok = publish(flow, t < shown ? report : NULL, tables->pdata[t], ok ? error : NULL) && ok;
    g_ptr_array_unref(tables);
    return ok;
}

/* The data sheet and its curves; the measures that they are made of go into files only. */
static gboolean report_sheet(struct flow *flow, const struct plan *plan, const struct characterise_spec *spec, struct report *report,
                             GError **error)
{
    g_autofree char *heading = g_strdup_printf("Data sheet %s", spec->name);
    g_autoptr(GString) made_of = g_string_new(NULL);
    report_heading(report, heading);
    GPtrArray *tables = flow_sheets(flow, plan, spec, error);
    if (tables == NULL || !publish_all(flow, report, tables, tables->len, error))
        return FALSE;
    for (guint b = 0; b < flow->design->benches->len; b++) {
        const struct bench *bench = flow->design->benches->pdata[b];
        if (bench->characterise != spec)
            continue;
        g_string_append_printf(made_of, "%s%s", made_of->len > 0 ? ", " : "", bench->name);
        tables = flow_tables(flow, plan, bench, error);
        if (tables == NULL || !publish_all(flow, report, tables, 0, error))
            return FALSE;
    }
    if (made_of->len > 0)
        report_paragraph(report, "Made of the benches %s, whose measures are in files of these names in tables/.", made_of->str);
    return TRUE;
}

static gboolean report_bench(struct flow *flow, const struct plan *plan, const struct bench *bench, struct report *report, GError **error)
{
    if (bench->characterise != NULL)
        return TRUE;
    g_autofree char *heading = g_strdup_printf("Bench %s", bench->name);
    report_heading(report, heading);
    if (bench->measures->len > 0)
        report_table(report, flow_measures_table(bench), DIGITS, 0);
    GPtrArray *tables = flow_tables(flow, plan, bench, error);
    return tables != NULL && publish_all(flow, report, tables, tables->len, error) && wave_figures(flow, plan, bench, report, error);
}

static gboolean report_fit(struct flow *flow, const struct fitted *fitted, struct report *report, GError **error)
{
    g_autofree char *heading = g_strdup_printf("Model %s", fitted->spec->name);
    report_heading(report, heading);
    const struct model_error *e = &fitted->chosen->held_out;
    report_paragraph(report,
                     "Family %s, order %d, with %" G_GSIZE_FORMAT " coefficients, chosen from %s by %d-fold cross-validation (the lowest order whose "
                     "error lies within one standard error of the best): on %" G_GSIZE_FORMAT " points that no fit saw (held out), rms "
                     "%.3g %% and worst %.3g %% of full scale.%s",
                     fitted->chosen->family->name, fitted->chosen->order, fitted->chosen->n_coefficients, fitted->spec->family, fitted->spec->folds, e->n,
                     100 * e->rms / e->full_scale, 100 * e->worst / e->full_scale,
                     fitted->chosen->order == fitted->spec->max_order && fitted->chosen->family->orders == NULL ? " This is the largest order that the design allows." : "");
    if (fitted->cubic != NULL)
        report_paragraph(report, "Order 3, as the paper uses: rms %.3g %%, worst %.3g %%.",
                         100 * fitted->cubic->held_out.rms / fitted->cubic->held_out.full_scale,
                         100 * fitted->cubic->held_out.worst / fitted->cubic->held_out.full_scale);
    g_autofree char *folder = g_build_filename(flow->folder, "models", NULL);
    g_autofree char *file = g_strconcat(fitted->spec->name, ".json", NULL);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *json = model_to_json(fitted->chosen);
    if (!folder_make(folder, error) || !file_write(path, json, strlen(json), error) ||
        !publish(flow, report, fitted_errors_table(fitted), error) || !publish(flow, report, fitted_scores_table(fitted), error) ||
        !publish(flow, report, fitted_residuals_table(fitted), error))
        return FALSE;
    struct table *unseen = fitted_unseen_table(fitted);
    if (unseen != NULL && !publish(flow, report, unseen, error))
        return FALSE;
    surface_figure(fitted, FALSE, report);
    surface_figure(fitted, TRUE, report);
    if (fitted->n_reference > 0) {
        if (!publish(flow, report, fitted_reference_table(fitted), error))
            return FALSE;
        reference_figure(fitted, report);
    }
    return TRUE;
}

static void free_fitted(gpointer fitted)
{
    fitted_free(fitted);
}

/* A fit that failed because the simulator did is a finding of the report; any other failure ends it. */
static gboolean say_failure(struct report *report, GError **failed, GError **error)
{
    if (!g_error_matches(*failed, GAINSPICE_ERROR, GAINSPICE_ERROR_SIMULATOR)) {
        g_propagate_error(error, *failed);
        return FALSE;
    }
    report_paragraph(report, "Not fitted: %s.", (*failed)->message);
    g_clear_error(failed);
    return TRUE;
}

static gboolean was_fitted(const GPtrArray *fits, const char *name)
{
    for (guint f = 0; f < fits->len; f++)
        if (strcmp(((const struct fitted *)fits->pdata[f])->spec->name, name) == 0)
            return TRUE;
    return FALSE;
}

/* All sections; FALSE leaves the report incomplete. */
static gboolean report_sections(struct flow *flow, const struct plan *plan, struct report *report, gboolean *passed, GError **error)
{
    const struct design *design = flow->design;
    g_autoptr(GPtrArray) fits = g_ptr_array_new_with_free_func(free_fitted);
    *passed = TRUE;
    if (design->specs->len > 0) {
        struct table *specs = flow_specs(flow, plan, passed, error);
        if (specs == NULL)
            return FALSE;
        report_heading(report, "Limits");
        report_paragraph(report, "Each limit is held against all points of its measure. Worst is the value that is nearest to a limit, or "
                                 "furthest beyond; margin is its distance to that limit, negative where the limit is not met. Typical is "
                                 "what the design expects, no limit. Numbers are in the unit of the row.");
        if (!publish(flow, report, specs, error))
            return FALSE;
    }
    struct table *accuracy = flow_accuracy_table(flow, plan);
    if (accuracy != NULL) {
        report_heading(report, "Accuracy");
        report_paragraph(report, "Benches that are not exact: the largest difference of each measure and waveform between the two runs of "
                                 "the points that were simulated both ways, beside what is allowed and the span of the exact values. A "
                                 "bench beyond its tolerance was simulated as exact. Numbers are in the unit of the row.");
        if (!publish(flow, report, accuracy, error))
            return FALSE;
    }
    for (guint c = 0; c < design->characterises->len; c++)
        if (!flow_goes_on(flow, error) || !report_sheet(flow, plan, design->characterises->pdata[c], report, error))
            return FALSE;
    for (guint b = 0; b < design->benches->len; b++)
        if (!flow_goes_on(flow, error) || !report_bench(flow, plan, design->benches->pdata[b], report, error))
            return FALSE;
    for (guint f = 0; f < design->fits->len; f++) {
        GError *failed = NULL;
        if (!flow_goes_on(flow, error))
            return FALSE;
        struct fitted *fitted = flow_fit(flow, plan, design->fits->pdata[f], &failed);
        if (fitted == NULL && !say_failure(report, &failed, error))
            return FALSE;
        if (fitted == NULL)
            continue;
        g_ptr_array_add(fits, fitted);
        if (!report_fit(flow, fitted, report, error))
            return FALSE;
    }
    for (guint a = 0; a < design->attentions->len; a++) {
        const struct attention_spec *spec = design->attentions->pdata[a];
        g_autofree char *heading = g_strdup_printf("Attention %s", spec->name);
        report_heading(report, heading);
        if (spec->model_is_fit && !was_fitted(fits, spec->model)) {
            report_paragraph(report, "Not computed: model %s could not be fitted.", spec->model);
            continue;
        }
        report_paragraph(report, "Output A of the head against references. relative_rms is rms(output - reference) / rms(reference); "
                                 "after_gain_offset is the same after the one gain and the one offset that fit best, which trained "
                                 "scalers behind a head absorb; correlation is Pearson's.");
        struct table *table = flow_goes_on(flow, error) ? flow_attend(flow, spec, fits, error) : NULL;
        if (table == NULL || !publish(flow, report, table, error))
            return FALSE;
    }
    return TRUE;
}

gboolean flow_report(struct flow *flow, const struct plan *plan, const char *path, GString *out, gboolean *passed, GError **error)
{
    const struct design *design = flow->design;
    struct report *report = report_new(design->title != NULL ? design->title : design->name);
    report_paragraph(report,
                     "Design %s on technology %s; %u points in %u benches%s; gainspice " PACKAGE_VERSION ", ngspice %s. Design sha256 "
                     "%.16s, technology sha256 %.16s. Repeat with: gainspice run %s",
                     design->name, design->technology->name, plan->points->len, design->benches->len,
                     plan->n_failed > 0 ? ", some of which failed (see the notes in the tables)" : "", flow->ngspice, design->digest,
                     design->technology->digest, design->file);
    g_autofree char *own = g_build_filename(flow->folder, "report.html", NULL);
    gboolean ok = report_sections(flow, plan, report, passed, error) && flow_goes_on(flow, error) &&
                  report_write_html(report, path != NULL ? path : own, error);
    if (ok && out != NULL)
        report_to_text(report, out);
    report_free(report);
    return ok;
}

gboolean flow_run(struct flow *flow, GString *out, GError **error)
{
    flow->options.simulates = TRUE;
    struct plan *plan = flow_plan(flow, NULL, error);
    if (plan == NULL)
        return FALSE;
    gboolean passed = TRUE;
    gboolean ok = flow_simulate(flow, plan, error) && flow_report(flow, plan, NULL, out, &passed, error);
    if (ok && plan->n_failed > 0) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SIMULATOR, "%" G_GSIZE_FORMAT " of %u points failed: see the notes in %s/tables",
                    plan->n_failed, plan->points->len, flow->folder);
        ok = FALSE;
    } else if (ok && !passed) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_LIMIT, "a limit is not met: see %s/tables/specs.csv", flow->folder);
        ok = FALSE;
    }
    plan_free(plan);
    return ok;
}
