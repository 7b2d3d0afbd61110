/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_report.c -- gainspice report DESIGN.xml: the HTML file from what is simulated. */
#include "config.h"

#include "cli/cli.h"

gboolean cmd_report(int argc, char **argv, GError **error)
{
    struct common common = {0};
    g_autofree char *output = NULL;
    const GOptionEntry entries[] = {{"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "File (default report.html below the results)", "FILE.html"},
                                    {0}};
    const char *design;
    gboolean ok = cli_parse(argc, argv, entries, &common, "DESIGN.xml", "Writes the report of what is simulated.", 1, &design, error);
    struct flow *flow = ok ? cli_open(design, &common, error) : NULL;
    struct plan *plan = flow != NULL ? flow_plan(flow, NULL, error) : NULL;
    gboolean passed = TRUE;
    ok = plan != NULL && flow_report(flow, plan, output, NULL, &passed, error);
    if (ok && output != NULL)
        g_print("%s\n", output);
    else if (ok)
        g_print("%s/report.html\n", flow->folder);
    if (ok && !passed) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_LIMIT, "a limit is not met: see %s/tables/specs.csv", flow->folder);
        ok = FALSE;
    }
    plan_free(plan);
    flow_close(flow);
    common_clear(&common);
    return ok;
}
