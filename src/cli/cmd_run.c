/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_run.c -- gainspice run DESIGN.xml: simulate, tables, fits, attention, report. */
#include "config.h"

#include "cli/cli.h"

gboolean cmd_run(int argc, char **argv, GError **error)
{
    struct common common = {0};
    char *engine = NULL, *site = NULL;
    const GOptionEntry entries[] = {CLI_ENGINE_ENTRIES(&engine, &site), {0}};
    const char *design;
    gboolean ok = cli_parse(argc, argv, entries, &common, "DESIGN.xml", "Simulates what is missing, then makes tables, fits, attention and the report.",
                            1, &design, error);
    ok = ok && cli_choose_engine(engine, site, &common, error);
    struct flow *flow = ok ? cli_open(design, &common, error) : NULL;
    ok = flow != NULL;
    if (ok) {
        g_autoptr(GString) out = g_string_new(NULL);
        GError *printing = NULL;
        ok = flow_run(flow, out, error);
        if (out->len > 0) { /* a run whose limits or points failed has a report all the same */
            g_string_append_printf(out, "Report: %s/report.html\n", flow->folder);
            if (!cli_output(NULL, out->str, out->len, &printing) && ok) {
                g_propagate_error(error, printing);
                ok = FALSE;
            } else {
                g_clear_error(&printing);
            }
        }
    }
    flow_close(flow);
    common_clear(&common);
    g_free(engine);
    g_free(site);
    return ok;
}
