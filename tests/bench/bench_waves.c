/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/bench_waves.c -- the largest difference between the voltages along lines that a store has and those of a raw file.
 *
 *     bench_waves DESIGN.xml RESULTS FILE.raw
 *
 * Of each wave v(line[i,k]) of the design's only point, against vector line_i_k of the file, at the points of time of both, linear
 * between points. Prints the number of waves compared, the largest difference in mV, and where it is.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "flow/flow.h"
#include "sim/pool.h"
#include "wave/raw.h"

#define RAW_MAX_BYTES ((gsize)4 << 30)

static void must(gboolean ok, const GError *error)
{
    if (ok)
        return;
    g_printerr("bench_waves: %s\n", error != NULL ? error->message : "failed");
    exit(EXIT_FAILURE);
}

struct curve {
    const double *t_s, *v_V;
    gsize n;
};

/* Linear between points; `*from` goes along with ascending t. */
static double at(const struct curve *c, double t_s, gsize *from)
{
    while (*from + 2 < c->n && c->t_s[*from + 1] < t_s)
        ++*from;
    double t0 = c->t_s[*from], t1 = c->t_s[*from + 1], share = t1 > t0 ? (t_s - t0) / (t1 - t0) : 1;
    return c->v_V[*from] + (c->v_V[*from + 1] - c->v_V[*from]) * fmin(fmax(share, 0), 1);
}

/* At the points of `a`. */
static void compare(const struct curve *a, const struct curve *b, double *largest_V, double *at_s)
{
    gsize from = 0;
    for (gsize i = 0; i < a->n; i++) {
        double d = fabs(a->v_V[i] - at(b, a->t_s[i], &from));
        if (d > *largest_V) {
            *largest_V = d;
            *at_s = a->t_s[i];
        }
    }
}

/* "bl_5_0" of "v(bl[5,0])"; NULL of another signal. */
static char *vector_name(const char *signal)
{
    char line[64];
    int i, k;
    return sscanf(signal, "v(%63[a-z0-9][%d,%d])", line, &i, &k) == 3 ? g_strdup_printf("%s_%d_%d", line, i, k) : NULL;
}

static struct stored_point *the_point(struct flow *flow)
{
    GError *error = NULL;
    struct plan *plan = flow_plan(flow, NULL, &error);
    must(plan != NULL && plan->points->len == 1 && plan->n_stored == 1, error);
    struct stored_point *point = store_get(flow->store, ((const struct planned_point *)plan->points->pdata[0])->key, TRUE, &error);
    must(point != NULL && point->status == SIM_OK, error);
    plan_free(plan);
    return point;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "worker") == 0) /* the flow asks itself which ngspice there is */
        return worker_main(0, 1);
    if (argc != 4) {
        g_printerr("bench_waves DESIGN.xml RESULTS FILE.raw\n");
        return EXIT_FAILURE;
    }
    GError *error = NULL;
    struct flow_options options = {.results = argv[2], .looks_only = TRUE};
    struct flow *flow = flow_open(argv[1], &options, &error);
    must(flow != NULL, error);
    struct stored_point *point = the_point(flow);
    gsize size = 0;
    g_autofree char *bytes = file_read(argv[3], RAW_MAX_BYTES, &size, origin_at(argv[3], 0), &error);
    must(bytes != NULL, error);
    GPtrArray *plots = raw_parse(bytes, size, argv[3], &error);
    must(plots != NULL && plots->len > 0, error);
    const struct plot *plot = plots->pdata[0];
    double largest_V = 0, where_s = 0;
    const char *signal = "";
    guint n = 0;
    for (guint w = 0; w < point->waves->len; w++) {
        const struct stored_wave *wave = point->waves->pdata[w];
        g_autofree char *name = vector_name(wave->name);
        const struct vector *vector = name != NULL && g_str_has_prefix(name, "bl_") ? plot_vector(plot, name) : NULL;
        if (vector == NULL)
            continue;
        const struct curve ours = {wave->x, wave->y, wave->n},
                           theirs = {((const struct vector *)plot->vectors->pdata[0])->real, vector->real, plot->n_points};
        double before_V = largest_V;
        compare(&ours, &theirs, &largest_V, &where_s);
        compare(&theirs, &ours, &largest_V, &where_s);
        signal = largest_V > before_V ? wave->name : signal;
        n++;
    }
    must(n > 0, NULL);
    printf("%u %.3f %s at %.3f ns\n", n, 1e3 * largest_V, signal, 1e9 * where_s);
    stored_point_free(point);
    g_ptr_array_unref(plots);
    flow_close(flow);
    return EXIT_SUCCESS;
}
