/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_fit.c -- gainspice fit DESIGN.xml: the design's models from what is simulated. */
#include "config.h"

#include "cli/cli.h"

#include <string.h>

static void append_table(struct table *table, GString *out)
{
    table_to_text(table, out, 4, 0);
    g_string_append_c(out, '\n');
    table_free(table);
}

/* One fit: its tables to `out`, its model to `model_path` or, if that is NULL, below the results by flow_report only. */
static gboolean one_fit(struct flow *flow, const struct plan *plan, const struct fit_spec *spec, const char *model_path, GString *out,
                        GError **error)
{
    struct fitted *fitted = flow_fit(flow, plan, spec, error);
    if (fitted == NULL)
        return FALSE;
    append_table(fitted_errors_table(fitted), out);
    append_table(fitted_scores_table(fitted), out);
    append_table(fitted_residuals_table(fitted), out);
    struct table *unseen = fitted_unseen_table(fitted);
    if (unseen != NULL)
        append_table(unseen, out);
    if (fitted->n_reference > 0)
        append_table(fitted_reference_table(fitted), out);
    g_autofree char *json = model_path != NULL ? model_to_json(fitted->chosen) : NULL;
    gboolean ok = json == NULL || cli_output(model_path, json, strlen(json), error);
    fitted_free(fitted);
    return ok;
}

gboolean cmd_fit(int argc, char **argv, GError **error)
{
    struct common common = {0};
    g_autofree char *name = NULL, *output = NULL;
    const GOptionEntry entries[] = {{"name", 0, 0, G_OPTION_ARG_STRING, &name, "This fit only", "NAME"},
                                    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Write the model here (one fit; - for stdout)", "MODEL.json"},
                                    {0}};
    const char *design;
    gboolean ok = cli_parse(argc, argv, entries, &common, "DESIGN.xml", "Fits the design's models to what is simulated.", 1, &design, error);
    struct flow *flow = ok ? cli_open(design, &common, error) : NULL;
    struct plan *plan = flow != NULL ? flow_plan(flow, NULL, error) : NULL;
    ok = plan != NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    gsize n = 0;
    for (guint f = 0; ok && f < flow->design->fits->len; f++) {
        const struct fit_spec *spec = flow->design->fits->pdata[f];
        if (name != NULL && strcmp(spec->name, name) != 0)
            continue;
        if (n++ > 0 && output != NULL) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "fit: -o takes one model, the design has more: name one with --name");
            ok = FALSE;
        }
        ok = ok && one_fit(flow, plan, spec, output, out, error);
    }
    if (ok && n == 0) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: fit \"%s\": there is none", flow->design->file, name != NULL ? name : "");
        ok = FALSE;
    }
    if (ok && g_strcmp0(output, "-") != 0)
        ok = cli_output(NULL, out->str, out->len, error);
    plan_free(plan);
    flow_close(flow);
    common_clear(&common);
    return ok;
}
