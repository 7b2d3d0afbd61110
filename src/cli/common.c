/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/common.c -- options that the verbs share, the progress line, and where output goes. */
#include "config.h"

#include "cli/cli.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "flow/engine.h"

/* Whether `letter` is a short option that takes a value. */
static gboolean takes_value(const GOptionEntry *entries, char letter)
{
    for (; entries != NULL && entries->long_name != NULL; entries++)
        if (entries->short_name == letter && entries->arg != G_OPTION_ARG_NONE)
            return TRUE;
    return FALSE;
}

/* argv with "-j2" as "-j" "2": GOption takes the second form only, and everybody types the first. */
static char **split_short_options(int argc, char **argv, const GOptionEntry *own, const GOptionEntry *common)
{
    GStrvBuilder *builder = g_strv_builder_new();
    gboolean options = TRUE;
    for (int i = 0; i < argc; i++) {
        const char *a = argv[i];
        options = options && strcmp(a, "--") != 0;
        if (options && i > 0 && a[0] == '-' && a[1] != '-' && a[1] != '\0' && a[2] != '\0' && a[2] != '=' &&
            (takes_value(own, a[1]) || takes_value(common, a[1]))) {
            const char letter[] = {'-', a[1], '\0'};
            g_strv_builder_add(builder, letter);
            a += 2;
        }
        g_strv_builder_add(builder, a);
    }
    char **split = g_strv_builder_end(builder);
    g_strv_builder_unref(builder);
    return split;
}

/* Limits that a double holds and a clock or an address space does not would overflow where they are used. */
static gboolean limits_good(const struct common *common)
{
    return common->jobs >= 0 && common->jobs <= 1024 && common->timeout_s >= 0 && common->timeout_s <= 1e9 && common->memory_MB >= 0 &&
           common->memory_MB <= 1e9;
}

gboolean cli_parse(int argc, char **argv, const GOptionEntry *entries, struct common *common, const char *usage, const char *summary,
                   int n_arguments, const char **arguments, GError **error)
{
    GOptionContext *context = g_option_context_new(usage);
    g_option_context_set_summary(context, summary);
    g_option_context_set_help_enabled(context, FALSE);
    gboolean help = FALSE;
    const GOptionEntry help_entries[] = {{"help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this help", NULL}, {0}};
    const GOptionEntry common_entries[] = {
        {"jobs", 'j', 0, G_OPTION_ARG_INT, common != NULL ? &common->jobs : NULL, "Worker processes (default: one a core)", "N"},
        {"timeout", 0, 0, G_OPTION_ARG_DOUBLE, common != NULL ? &common->timeout_s : NULL, "Limit of a point in seconds (default 300)", "S"},
        {"memory", 0, 0, G_OPTION_ARG_DOUBLE, common != NULL ? &common->memory_MB : NULL, "Limit of a worker in MB (default 4096)", "MB"},
        {"retry-failed", 0, 0, G_OPTION_ARG_NONE, common != NULL ? &common->retry_failed : NULL, "Simulate failed points again", NULL},
        {"accuracy", 0, 0, G_OPTION_ARG_STRING, common != NULL ? &common->accuracy : NULL,
         "exact, balanced or fast, in place of what each bench says", "PRESET"},
        {"results", 0, 0, G_OPTION_ARG_FILENAME, common != NULL ? &common->results : NULL, "Folder of the results (default results/NAME)",
         "FOLDER"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, common != NULL ? &common->quiet : NULL, "No progress", NULL},
        {0}};
    if (entries != NULL)
        g_option_context_add_main_entries(context, entries, NULL);
    if (common != NULL)
        g_option_context_add_main_entries(context, common_entries, NULL);
    g_option_context_add_main_entries(context, help_entries, NULL);
    g_auto(GStrv) words = split_short_options(argc, argv, entries, common != NULL ? common_entries : NULL);
    gboolean ok = g_option_context_parse_strv(context, &words, error);
    if (ok && help) {
        g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
        g_print("%s", text);
        ok = FALSE;
    } else if (ok) {
        int first = words[1] != NULL && strcmp(words[1], "--") == 0 ? 2 : 1, n = (int)g_strv_length(words) - first;
        if (n != n_arguments) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: %d arguments, expected %d: gainspice %s %s", argv[0], n,
                        n_arguments, argv[0], usage);
            ok = FALSE;
        }
        for (int i = 0; ok && i < n_arguments; i++)
            arguments[i] = g_intern_string(words[first + i]);
    }
    if (ok && common != NULL && !limits_good(common)) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    "%s: --jobs takes 0 to 1024, --timeout and --memory 0 to 1e9; 0 is the default", argv[0]);
        ok = FALSE;
    }
    if (ok && common != NULL && common->accuracy != NULL && !accuracy_from_name(common->accuracy, &common->preset)) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "--accuracy \"%s\": expected exact, balanced or fast", common->accuracy);
        ok = FALSE;
    }
    g_option_context_free(context);
    return ok;
}

/* "12 s", "3 min 20 s". */
static void print_duration(char *buffer, gsize size, double seconds)
{
    if (seconds < 100)
        g_snprintf(buffer, size, "%.0f s", seconds);
    else
        g_snprintf(buffer, size, "%d min %d s", (int)seconds / 60, (int)seconds % 60);
}

static void show_progress(const struct flow_progress *p, gpointer user)
{
    static double last_s = -1e9;
    const struct common *common = user;
    if (common->quiet)
        return;
    gboolean terminal = isatty(STDERR_FILENO) == 1, end = p->done == p->total && p->state == NULL;
    /* A terminal is redrawn ten times a second; a log gets a line every ten seconds, the first and the last. */
    if (p->elapsed_s > 0 && !end && p->elapsed_s - last_s < (terminal ? 0.1 : 10))
        return;
    last_s = p->elapsed_s;
    double rate = p->elapsed_s > 0 ? (double)p->done / p->elapsed_s : 0;
    char remaining[32] = "", failed[48] = "";
    if (p->done > 0 && p->state == NULL)
        print_duration(remaining, sizeof remaining, (double)(p->total - p->done) / rate);
    if (p->failed > 0)
        g_snprintf(failed, sizeof failed, ", %" G_GSIZE_FORMAT " failed", p->failed);
    if (!terminal) {
        g_printerr("simulated %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " points%s", p->done, p->total, failed);
        if (p->state != NULL)
            g_printerr(", %s", p->state);
        else if (p->done > 0)
            g_printerr(", %.3g a second, %s left", rate, remaining);
        g_printerr("\n");
        return;
    }
    char bar[31];
    gsize filled = p->total > 0 ? 30 * p->done / p->total : 30;
    memset(bar, '.', 30);
    memset(bar, '#', filled);
    bar[30] = '\0';
    g_printerr("\r[%s] %" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT "%s", bar, p->done, p->total, failed);
    if (p->state != NULL)
        g_printerr("  %s\033[K", p->state); /* to the end of the line: an earlier state may have been longer */
    else if (p->done > 0)
        g_printerr("  %.3g/s  %s left  \033[K", rate, remaining);
    if (end)
        g_printerr("\n");
}

/* Called by the verbs after cli_parse. */
static void common_ready(struct common *common)
{
    common->flow = (struct flow_options){
        .results = common->results,
        .workers = common->jobs,
        .timeout_s = common->timeout_s,
        .memory_MB = common->memory_MB,
        .retry_failed = common->retry_failed,
        .sets_accuracy = common->accuracy != NULL,
        .accuracy = common->preset,
        .simulates = common->simulates,
        .looks_only = common->looks_only,
        .engine = common->engine,
        .site = common->site,
        .cancel = &cli_cancelled,
        .progress = show_progress,
        .user = common,
    };
}

struct flow *cli_open(const char *design, struct common *common, GError **error)
{
    common_ready(common);
    return flow_open(design, &common->flow, error);
}

gboolean cli_choose_engine(const char *engine, const char *site, struct common *common, GError **error)
{
    if (engine != NULL && (common->engine = engine_find(engine, error)) == NULL)
        return FALSE;
    if (site != NULL && common->engine != &engine_slurm) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "--site \"%s\": expected with --engine slurm only", site);
        return FALSE;
    }
    common->site = site;
    return TRUE;
}

void common_clear(struct common *common)
{
    g_free(common->results);
    g_free(common->accuracy);
}

gboolean cli_output(const char *path, const char *bytes, gsize length, GError **error)
{
    if (path != NULL && strcmp(path, "-") != 0)
        return file_write(path, bytes, length, error);
    if (fwrite(bytes, 1, length, stdout) == length && fflush(stdout) == 0)
        return TRUE;
    if (errno == EPIPE) /* the reader has seen enough */
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "standard output: %s", g_strerror(errno));
    return FALSE;
}

gboolean cli_bench(const struct flow *flow, const char *name, const struct bench **bench, GError **error)
{
    *bench = NULL;
    if (name == NULL)
        return TRUE;
    *bench = design_bench(flow->design, name);
    if (*bench != NULL)
        return TRUE;
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint b = 0; b < flow->design->benches->len; b++)
        g_string_append_printf(names, "%s%s", b > 0 ? ", " : "", ((const struct bench *)flow->design->benches->pdata[b])->name);
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: bench \"%s\": there is none, expected one of %s", flow->design->file,
                name, names->str);
    return FALSE;
}
