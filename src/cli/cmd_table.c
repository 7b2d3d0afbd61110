/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_table.c -- gainspice table DESIGN.xml: the measures of what is simulated, in the form asked for. */
#include "config.h"

#include "cli/cli.h"

#include <string.h>

static gboolean append_form(const struct table *table, const char *format, const char *output, GString *out, GError **error)
{
    if (strcmp(format, "text") == 0)
        table_to_text(table, out, 4, 0);
    else if (strcmp(format, "csv") == 0)
        table_to_csv(table, out);
    else if (strcmp(format, "json") == 0)
        table_to_json(table, out);
    else
        return table_to_npz(table, output, error);
    return TRUE;
}

/* What is printed, and how much has been. */
struct printing {
    const char *format, *output;
    GString *out;
    gsize n;
};

/* Frees `tables`. */
static gboolean print_all(struct printing *printing, GPtrArray *tables, GError **error)
{
    gboolean npz = strcmp(printing->format, "npz") == 0, json = strcmp(printing->format, "json") == 0, ok = tables != NULL;
    for (guint t = 0; ok && t < tables->len; t++) {
        if (printing->n++ > 0)
            g_string_append(printing->out, json ? ",\n" : npz ? "" : "\n");
        if (npz && printing->n > 1) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "table: npz holds one table, this is more: name one with --bench");
            ok = FALSE;
        } else {
            ok = append_form(tables->pdata[t], printing->format, printing->output, printing->out, error);
        }
    }
    if (tables != NULL)
        g_ptr_array_unref(tables);
    return ok;
}

/* Data sheets and the benches that the design itself has, or what was named. */
static gboolean print_tables(struct flow *flow, const struct plan *plan, const char *bench_name, const char *sheet_name, const char *format,
                             const char *output, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gboolean npz = strcmp(format, "npz") == 0, json = strcmp(format, "json") == 0;
    struct printing printing = {format, output, out, 0};
    if (json)
        g_string_append(out, "[\n");
    for (guint c = 0; bench_name == NULL && c < flow->design->characterises->len; c++) {
        const struct characterise_spec *spec = flow->design->characterises->pdata[c];
        if ((sheet_name == NULL || strcmp(spec->name, sheet_name) == 0) &&
            !print_all(&printing, flow_sheets(flow, plan, spec, error), error))
            return FALSE;
    }
    for (guint b = 0; sheet_name == NULL && b < flow->design->benches->len; b++) {
        const struct bench *bench = flow->design->benches->pdata[b];
        gboolean wanted = bench_name != NULL ? strcmp(bench->name, bench_name) == 0 : bench->characterise == NULL;
        if (wanted && !print_all(&printing, flow_tables(flow, plan, bench, error), error))
            return FALSE;
    }
    if (json)
        g_string_append(out, "]\n");
    return npz || cli_output(output, out->str, out->len, error);
}

static gboolean check_sheet(const struct flow *flow, const char *name, GError **error)
{
    const GPtrArray *all = flow->design->characterises;
    if (name == NULL || design_characterise(flow->design, name) != NULL)
        return TRUE;
    g_autoptr(GString) names = g_string_new(all->len == 0 ? "none" : NULL);
    for (guint c = 0; c < all->len; c++)
        g_string_append_printf(names, "%s%s", c > 0 ? ", " : "", ((const struct characterise_spec *)all->pdata[c])->name);
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: data sheet \"%s\": there is none, expected one of %s", flow->design->file,
                name, names->str);
    return FALSE;
}

gboolean cmd_table(int argc, char **argv, GError **error)
{
    struct common common = {.looks_only = TRUE};
    g_autofree char *bench_name = NULL, *sheet_name = NULL, *format = NULL, *output = NULL;
    const GOptionEntry entries[] = {
        {"bench", 0, 0, G_OPTION_ARG_STRING, &bench_name, "This bench only", "NAME"},
        {"sheet", 0, 0, G_OPTION_ARG_STRING, &sheet_name, "This data sheet only", "NAME"},
        {"format", 'f', 0, G_OPTION_ARG_STRING, &format, "text, csv, json or npz (default text)", "FORM"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "File (default stdout)", "FILE"},
        {0}};
    const char *design;
    gboolean ok = cli_parse(argc, argv, entries, &common, "DESIGN.xml", "Prints the tables of what is simulated.", 1, &design, error);
    if (ok && format != NULL && !g_strv_contains((const char *const[]){"text", "csv", "json", "npz", NULL}, format)) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "--format \"%s\": expected text, csv, json or npz", format);
        ok = FALSE;
    }
    if (ok && g_strcmp0(format, "npz") == 0 && output == NULL) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "--format npz: a file is needed: -o FILE.npz");
        ok = FALSE;
    }
    if (ok && bench_name != NULL && sheet_name != NULL) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "table: --bench and --sheet are both given, expected one of them");
        ok = FALSE;
    }
    struct flow *flow = ok ? cli_open(design, &common, error) : NULL;
    const struct bench *bench = NULL;
    ok = flow != NULL && cli_bench(flow, bench_name, &bench, error) && check_sheet(flow, sheet_name, error);
    struct plan *plan = ok ? flow_plan(flow, bench, error) : NULL;
    ok = plan != NULL && print_tables(flow, plan, bench_name, sheet_name, format != NULL ? format : "text", output, error);
    plan_free(plan);
    flow_close(flow);
    common_clear(&common);
    return ok;
}
