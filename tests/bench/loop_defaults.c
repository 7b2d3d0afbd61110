/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/loop_defaults.c -- what anybody's loop on libngspice does: load a deck, run it, take the next.
 *
 *     loop_defaults [-c COMMAND]... [-f] DECK...      such as -c "set num_threads=1"
 *
 * Nothing is freed between decks (unless by -f) and nothing is set but what -c says, so that gainspice is compared with the library
 * as it comes. One vector is read from each plot, which a loop would do at least. Prints decks and seconds, without the start.
 */
#include <stdbool.h> /* sharedspice.h uses bool and does not include it */
#include <ngspice/sharedspice.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int on_line(char *line, int ident, void *user)
{
    (void)ident, (void)user;
    if (strncmp(line, "stderr Error", strlen("stderr Error")) == 0)
        fprintf(stderr, "%s\n", line);
    return 0;
}

static int on_exit_asked(int status, NG_BOOL at_once, NG_BOOL by_quit, int ident, void *user)
{
    (void)at_once, (void)by_quit, (void)ident, (void)user;
    exit(status != 0 ? status : EXIT_FAILURE);
}

static double now_s(void)
{
    struct timespec t = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void command(const char *text)
{
    char *copy = strdup(text);
    if (copy != NULL)
        ngSpice_Command(copy);
    free(copy);
}

/* Length of the scale of the newest plot; 0: there is none. */
static int points_of_plot(void)
{
    char name[256];
    const char *plot = ngSpice_CurPlot();
    char **vectors = ngSpice_AllVecs((char *)plot);
    if (vectors == NULL || vectors[0] == NULL)
        return 0;
    snprintf(name, sizeof name, "%s.%s", plot, vectors[0]);
    const struct vector_info *info = ngGet_Vec_Info(name);
    return info != NULL ? info->v_length : 0;
}

int main(int argc, char **argv)
{
    int i = 1, n = 0, n_points = 0, frees = 0;
    ngSpice_Init(on_line, NULL, on_exit_asked, NULL, NULL, NULL, NULL);
    for (; i + 1 < argc && strcmp(argv[i], "-c") == 0; i += 2)
        command(argv[i + 1]);
    if (i < argc && strcmp(argv[i], "-f") == 0) {
        frees = 1;
        i++;
    }
    double start_s = now_s();
    for (; i < argc; i++, n++) {
        char text[4096];
        snprintf(text, sizeof text, "source %s", argv[i]);
        command(text);
        command("run");
        n_points = points_of_plot();
        if (n_points == 0) {
            fprintf(stderr, "loop_defaults: %s: no plot\n", argv[i]);
            return EXIT_FAILURE;
        }
        if (frees) {
            command("destroy all");
            command("remcirc");
        }
    }
    printf("%d %.6f %d\n", n, now_s() - start_s, n_points);
    return EXIT_SUCCESS;
}
