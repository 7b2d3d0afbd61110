/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_netlist.c -- gainspice netlist DESIGN.xml: the decks as ngspice gets them. Needs neither ngspice nor a store. */
#include "config.h"

#include "cli/cli.h"

#include <string.h>

#include "base/files.h"
#include "netlist/deck.h"

/* Prints or writes one deck as NAME.cir; with `origins` each line is preceded by where it comes from. */
static gboolean write_deck(const struct deck *deck, const char *name, const char *folder, gboolean origins, GError **error)
{
    gsize length;
    g_autofree char *text = deck_text(deck, &length);
    g_autoptr(GString) shown = g_string_new(NULL);
    if (origins) {
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (int l = 0; lines[l] != NULL && (lines[l][0] != '\0' || lines[l + 1] != NULL); l++) {
            struct origin at = deck_origin(deck, l + 1);
            g_autofree char *place = at.file != NULL ? g_strdup_printf("%s:%d", at.file, at.line) : g_strdup("");
            g_string_append_printf(shown, "%-48s %s\n", place, lines[l]);
        }
    } else {
        g_string_append_len(shown, text, (gssize)length);
    }
    gboolean to_stdout = strcmp(folder, "-") == 0;
    g_autofree char *file = g_strconcat(name, ".cir", NULL);
    g_autofree char *path = to_stdout ? NULL : g_build_filename(folder, file, NULL);
    return cli_output(path, shown->str, shown->len, error);
}

/* A point's deck, or those of its parts: NAME.part0.cir … */
static gboolean write_point(const struct point *point, const char *folder, gboolean origins, gsize *n, GError **error)
{
    struct deck *deck = deck_build(point, error);
    gboolean ok = deck != NULL;
    gsize n_parts = ok && deck->parts != NULL ? deck->parts->len : 0;
    if (ok && n_parts == 0)
        ok = write_deck(deck, point->name, folder, origins, error);
    for (gsize p = 0; ok && p < n_parts; p++) {
        g_autofree char *name = g_strdup_printf("%s.part%" G_GSIZE_FORMAT, point->name, p);
        ok = write_deck(deck->parts->pdata[p], name, folder, origins, error);
    }
    *n += MAX(n_parts, 1);
    deck_free(deck);
    return ok;
}

gboolean cmd_netlist(int argc, char **argv, GError **error)
{
    g_autofree char *bench_name = NULL, *point_name = NULL, *folder = NULL;
    gboolean origins = FALSE;
    const GOptionEntry entries[] = {
        {"bench", 0, 0, G_OPTION_ARG_STRING, &bench_name, "This bench only", "NAME"},
        {"point", 0, 0, G_OPTION_ARG_STRING, &point_name, "This point only", "NAME"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &folder, "Folder for the decks (default results/NAME/decks; - for stdout)", "FOLDER"},
        {"origins", 0, 0, G_OPTION_ARG_NONE, &origins, "Show before each card the line that it comes from", NULL},
        {0}};
    const char *design;
    if (!cli_parse(argc, argv, entries, NULL, "DESIGN.xml", "Writes the decks, one file per point.", 1, &design, error))
        return FALSE;
    struct flow_options options = {0};
    struct flow *flow = flow_open(design, &options, error);
    const struct bench *bench = NULL;
    gboolean ok = flow != NULL && cli_bench(flow, bench_name, &bench, error);
    gsize n = 0;
    if (ok && folder == NULL)
        folder = g_build_filename(flow->folder, "decks", NULL);
    if (ok && strcmp(folder, "-") != 0)
        ok = folder_make(folder, error);
    if (ok) {
        g_autoptr(GPtrArray) points = points_expand(flow->design, bench);
        for (guint p = 0; ok && p < points->len; p++) {
            const struct point *point = points->pdata[p];
            if (point_name != NULL && strcmp(point->name, point_name) != 0)
                continue;
            ok = write_point(point, folder, origins, &n, error);
        }
        if (ok && n == 0) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: point \"%s\": there is none, expected a name such as %s",
                        flow->design->file, point_name != NULL ? point_name : "",
                        points->len > 0 ? ((const struct point *)points->pdata[0])->name : "-");
            ok = FALSE;
        }
    }
    if (ok && strcmp(folder, "-") != 0)
        g_print("%" G_GSIZE_FORMAT " decks in %s\n", n, folder);
    flow_close(flow);
    return ok;
}
