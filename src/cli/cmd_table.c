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

static gboolean print_tables(struct flow *flow, const struct plan *plan, const char *bench_name, const char *format, const char *output,
                             GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gboolean npz = strcmp(format, "npz") == 0, json = strcmp(format, "json") == 0;
    gsize n = 0;
    if (json)
        g_string_append(out, "[\n");
    for (guint b = 0; b < flow->design->benches->len; b++) {
        const struct bench *bench = flow->design->benches->pdata[b];
        if (bench_name != NULL && strcmp(bench->name, bench_name) != 0)
            continue;
        g_autoptr(GPtrArray) tables = flow_tables(flow, plan, bench, error);
        if (tables == NULL)
            return FALSE;
        for (guint t = 0; t < tables->len; t++) {
            if (n++ > 0)
                g_string_append(out, json ? ",\n" : npz ? "" : "\n");
            if (npz && n > 1) {
                g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "table: npz holds one table, this is more: name one with --bench");
                return FALSE;
            }
            if (!append_form(tables->pdata[t], format, output, out, error))
                return FALSE;
        }
    }
    if (json)
        g_string_append(out, "]\n");
    return npz || cli_output(output, out->str, out->len, error);
}

gboolean cmd_table(int argc, char **argv, GError **error)
{
    struct common common = {0};
    g_autofree char *bench_name = NULL, *format = NULL, *output = NULL;
    const GOptionEntry entries[] = {
        {"bench", 0, 0, G_OPTION_ARG_STRING, &bench_name, "This bench only", "NAME"},
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
    struct flow *flow = ok ? cli_open(design, &common, error) : NULL;
    const struct bench *bench = NULL;
    struct plan *plan = flow != NULL && cli_bench(flow, bench_name, &bench, error) ? flow_plan(flow, bench, error) : NULL;
    ok = plan != NULL && print_tables(flow, plan, bench_name, format != NULL ? format : "text", output, error);
    plan_free(plan);
    flow_close(flow);
    common_clear(&common);
    return ok;
}
