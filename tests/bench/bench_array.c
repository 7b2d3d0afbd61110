/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/bench_array.c -- how long arrays take from XML to a deck's digest, nothing simulated.
 *
 *     bench_array [ROWS COLUMNS [SAMPLES]]...     default: 64 64, 64 64 1 (mismatch), 1024 64
 *
 * Prints the best of five of each step. No test: times depend on the machine. doc/arrays.md has the figures of one.
 */
#include "config.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/files.h"
#include "netlist/deck.h"

#define REPEATS 5

static char *design_text(int rows, int columns, int samples)
{
    g_autofree char *axes =
        samples > 0 ? g_strdup_printf("<axes><monte-carlo samples=\"%d\" seed=\"7\"/></axes>", samples) : g_strdup("");
    return g_strdup_printf(
        "<design xmlns=\"urn:gainspice:design:1\" name=\"bench\"><technology name=\"g28\"/>"
        "<cell name=\"gc\" template=\"gain_cell_6t_rail\"/>"
        "<array name=\"k\" cell=\"gc\" rows=\"%d\" columns=\"%d\" pitch-x=\"1um\" pitch-y=\"1um\"><inner port=\"sn\"/>"
        "<line port=\"bl\" along=\"column\" edge=\"bottom\"/><line pair=\"wlr\" along=\"row\" edge=\"left\"/>"
        "<line port=\"wbl\" along=\"row\" edge=\"left\"/><line port=\"we\" along=\"column\" edge=\"top\"/>"
        "<line port=\"web\" along=\"column\" edge=\"top\"/></array>"
        "<bench name=\"read\" array=\"k\"><hold port=\"bl\" value=\"0.45V\"/>"
        "<pwm pair=\"wlr\" seed=\"3\" levels=\"16\" step=\"1ns\" rise=\"50ps\" fall=\"50ps\" low=\"0.45V\" high=\"0.9V\"/>"
        "<hold port=\"wbl\" value=\"0.45V\"/><hold port=\"we\" value=\"0V\"/><hold port=\"web\" value=\"0.9V\"/>"
        "<store node=\"sn\" levels=\"8\" low=\"0V\" high=\"0.9V\" seed=\"7\"/><tran step=\"10ps\" stop=\"20ns\"/>"
        "<measure name=\"q\" kind=\"charge\" of=\"i(bl[*])\"/></bench>%s</design>",
        rows, columns, axes);
}

static double since_ms(gint64 *start_us)
{
    gint64 now_us = g_get_monotonic_time();
    double ms = (double)(now_us - *start_us) * 1e-3;
    *start_us = now_us;
    return ms;
}

static void take_best(double *best_ms, double ms)
{
    *best_ms = MIN(*best_ms, ms);
}

static void must(gboolean ok, const GError *error)
{
    if (ok)
        return;
    g_printerr("%s\n", error != NULL ? error->message : "failed");
    exit(EXIT_FAILURE);
}

static void measure(const char *path, double best_ms[4], guint *n_cards, gsize *length)
{
    GError *error = NULL;
    gint64 at_us = g_get_monotonic_time();
    struct design *design = design_read(path, &error);
    must(design != NULL, error);
    take_best(&best_ms[0], since_ms(&at_us));
    GPtrArray *points = points_expand(design, NULL);
    since_ms(&at_us);
    struct deck *deck = deck_build(points->pdata[0], &error);
    must(deck != NULL, error);
    take_best(&best_ms[1], since_ms(&at_us));
    g_autofree char *digest = deck_digest(deck, design->technology);
    take_best(&best_ms[2], since_ms(&at_us));
    g_autofree char *text = deck_text(deck, length);
    take_best(&best_ms[3], since_ms(&at_us));
    *n_cards = deck->cards->len;
    deck_free(deck);
    g_ptr_array_unref(points);
    design_free(design);
}

static void bench(const char *path, int rows, int columns, int samples)
{
    g_autofree char *text = design_text(rows, columns, samples);
    GError *error = NULL;
    double best_ms[4] = {G_MAXDOUBLE, G_MAXDOUBLE, G_MAXDOUBLE, G_MAXDOUBLE};
    guint n_cards = 0;
    gsize length = 0;
    must(g_file_set_contents(path, text, -1, &error), error);
    for (int i = 0; i < REPEATS; i++)
        measure(path, best_ms, &n_cards, &length);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    g_print("%5d %5d %s %9u %7.2f %8.2f %8.2f %8.2f %8.2f %8.1f\n", rows, columns, samples > 0 ? "mismatch" : "nominal ", n_cards,
            (double)length * 1e-6, best_ms[0], best_ms[1], best_ms[2], best_ms[3], (double)usage.ru_maxrss / 1024);
}

int main(int argc, char **argv)
{
    g_autofree char *folder = g_dir_make_tmp("bench_array_XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "design.xml", NULL);
    g_print("rows  columns             cards      MB  read ms build ms digest ms  text ms  peak MB\n");
    if (argc >= 3)
        bench(path, atoi(argv[1]), atoi(argv[2]), argc > 3 ? atoi(argv[3]) : 0);
    else {
        bench(path, 64, 64, 0);
        bench(path, 64, 64, 1);
        bench(path, 1024, 64, 0);
    }
    g_unlink(path);
    g_rmdir(folder);
    return EXIT_SUCCESS;
}
