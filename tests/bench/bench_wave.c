/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the files that `make bench-wave` compares, and measures reading.
 *
 *     bench_wave make FILE POINTS VECTORS [SHIFT]   a binary raw file; SHIFT moves the grid by that part of a step
 *     bench_wave read FILE                          all vectors into memory, as arrays of their own; prints the seconds
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wave/file.h"

static int make(const char *path, gsize n, guint n_vectors, double shift)
{
    FILE *file = fopen(path, "wb");
    double *row = g_new(double, n_vectors + 1);
    if (file == NULL)
        return 1;
    fprintf(file, "Title: bench\nPlotname: Transient Analysis\nFlags: real\nNo. Variables: %u\nNo. Points: %zu\nVariables:\n\t0\ttime\ttime\n",
            n_vectors + 1, n);
    for (guint i = 1; i <= n_vectors; i++)
        fprintf(file, "\t%u\tv(n%u)\tvoltage\n", i, i);
    fprintf(file, "Binary:\n");
    for (gsize k = 0; k < n; k++) {
        double t = (double)k + (k > 0 && k < n - 1 ? shift : 0);
        row[0] = 1e-9 * t;
        for (guint i = 1; i <= n_vectors; i++)
            row[i] = sin(1e-4 * i * t) + (fmod(t, 5000.0 * i) < 2500.0 * i ? 0 : 0.5);
        if (fwrite(row, sizeof *row, n_vectors + 1, file) != n_vectors + 1)
            return 1;
    }
    g_free(row);
    return fclose(file) == 0 ? 0 : 1;
}

static int read_whole(const char *path)
{
    GError *error = NULL;
    gint64 begun = g_get_monotonic_time();
    struct wave_file *file = wave_file_read(path, &error);
    if (file == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    for (guint p = 0; p < file->plots->len; p++)
        plot_load(file->plots->pdata[p]);
    printf("%.3f\n", (double)(g_get_monotonic_time() - begun) * 1e-6);
    wave_file_free(file);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 5 && strcmp(argv[1], "make") == 0)
        return make(argv[2], strtoull(argv[3], NULL, 10), (guint)atoi(argv[4]), argc > 5 ? atof(argv[5]) : 0);
    return argc == 3 && strcmp(argv[1], "read") == 0 ? read_whole(argv[2]) : 2;
}
