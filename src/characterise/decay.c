/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/decay.c -- see decay.h. */
#include "config.h"

#include "characterise/decay.h"

#include <math.h>

#include "characterise/kinds.h"

#define POINTS 256  /* of the leak, at least */
#define POINTS_C 32 /* of the capacitance */
#define CAPACITANCE_HZ 1e6

struct grid grid_of(const struct subject *of)
{
    struct grid g = {.n_levels = (gsize)subject_parameter(of, "levels")};
    g.low_V = subject_level_V(of, USE_STORE, LEVEL_LOW);
    g.high_V = subject_level_V(of, USE_STORE, LEVEL_HIGH);
    g.step_V = (g.high_V - g.low_V) / (double)(g.n_levels - 1);
    g.first_V = g.low_V - g.step_V / 2;
    g.last_V = g.high_V + g.step_V / 2;
    g.n = g.n_levels * ((POINTS + g.n_levels - 1) / g.n_levels) + 1;
    g.n_c = g.n_levels * ((POINTS_C + g.n_levels - 1) / g.n_levels) + 1;
    g.line_V[LINE_LOW] = subject_level_V(of, USE_WRITE_LINE, LEVEL_LOW);
    g.line_V[LINE_PARKED] = subject_level_V(of, USE_WRITE_LINE, LEVEL_REST);
    g.line_V[LINE_HIGH] = subject_level_V(of, USE_WRITE_LINE, LEVEL_HIGH);
    return g;
}

/* ---- benches -------------------------------------------------------------------------------------------------------- */

void write_leak(const struct subject *of, struct bench_writer *w, const char *name, double gmin_S, const GPtrArray *knobs)
{
    struct grid g = grid_of(of);
    g_autofree char *current = writer_signal(w, "i", USE_STORE);
    g_autofree char *options =
        g_strdup_printf("<options%s abstol=\"1e-19\" vntol=\"1e-9\" reltol=\"1e-6\"/>", writer_attribute(w, "gmin", gmin_S, ""));
    write_begin(w, name);
    for (guint k = 0; knobs != NULL && k < knobs->len; k++) {
        const struct knob *knob = knobs->pdata[k];
        g_autofree char *column = g_strdup_printf("least_%s", knob->name);
        write_sweep_of(w, column, "knob", knob->name, "", 1, &knob->min);
    }
    write_sweep_list(w, "v_line", USE_WRITE_LINE, N_LINE, g.line_V);
    write_sweep(w, "v_store", USE_STORE, g.first_V, g.last_V, (int)g.n);
    write_rest(w);
    write_element(w, "<dc/>");
    write_element(w, options);
    write_measure(w, "i_leak", "value", current, "");
    write_end(w);
}

void write_capacitance(const struct subject *of, struct bench_writer *w)
{
    struct grid g = grid_of(of);
    g_autofree double *v_V = g_new(double, g.n_c);
    g_autofree char *current = writer_signal(w, "i", USE_STORE);
    level_values(g.n_c, g.first_V, g.last_V, v_V);
    write_begin(w, "capacitance");
    write_sweep_ac(w, "v_store", USE_STORE, 1, g.n_c, v_V);
    write_rest(w);
    write_element(w, "<ac from=\"1MHz\" to=\"10MHz\" points-per-decade=\"1\"/>");
    write_measure(w, "i_ac", "value", current, " at=\"1MHz\"");
    write_end(w);
}

/* ---- what leaks ----------------------------------------------------------------------------------------------------- */

struct leak *leak_read(const struct subject *of, const struct readings *readings, const char *name, const double share[N_LINE])
{
    struct leak *leak = g_new0(struct leak, 1);
    leak->grid = grid_of(of);
    gsize n = leak->grid.n, n_c = leak->grid.n_c;
    const double *all_A = reading(readings, name, "i_leak", N_LINE * n), *ac_A = reading(readings, "capacitance", "i_ac", n_c);
    leak->i_A = g_new0(double, n);
    leak->c_F = g_new(double, n_c);
    for (gsize k = 0; k < n; k++)
        for (gsize l = 0; l < N_LINE; l++)
            leak->i_A[k] += share[l] * all_A[l * n + k];
    for (gsize k = 0; k < n_c; k++)
        leak->c_F[k] = ac_A[k] / (2 * G_PI * CAPACITANCE_HZ);
    return leak;
}

struct leak *leak_at_line(const struct subject *of, const struct readings *readings, const char *name, enum line_state line)
{
    const double share[N_LINE] = {line == LINE_LOW, line == LINE_PARKED, line == LINE_HIGH};
    return leak_read(of, readings, name, share);
}

void leak_free(struct leak *leak)
{
    if (leak == NULL)
        return;
    g_free(leak->i_A);
    g_free(leak->c_F);
    g_free(leak);
}

/* Of n values over the grid, that at v. */
static double between(const struct grid *g, gsize n, const double *y, double v_V)
{
    double k = (v_V - g->first_V) / (g->last_V - g->first_V) * (double)(n - 1);
    gsize at = (gsize)CLAMP(floor(k), 0, (double)n - 2);
    return y[at] + (y[at + 1] - y[at]) * (k - (double)at);
}

double leak_at(const struct leak *leak, double v_V)
{
    return between(&leak->grid, leak->grid.n, leak->i_A, v_V);
}

double capacitance_at(const struct leak *leak, double v_V)
{
    return between(&leak->grid, leak->grid.n_c, leak->c_F, v_V);
}

/* ---- the decay ------------------------------------------------------------------------------------------------------ */

/* ∫ c / i dv over a piece on which both are linear, from a to b; its time. Infinite where the current does not go from a to b. */
static double piece_time(double v_a, double v_b, double i_a, double i_b, double c_a, double c_b)
{
    double dv = v_b - v_a, s = (i_b - i_a) / dv, q = (c_b - c_a) / dv;
    if (isnan(i_a) || isnan(i_b) || isnan(c_a) || isnan(c_b))
        return NAN;
    if (i_a * i_b <= 0 || i_a * dv >= 0) /* a positive leak lets the node fall */
        return INFINITY;
    if (fabs(i_b - i_a) < 1e-9 * fabs(i_a))
        return -dv * (c_a + c_b) / (i_a + i_b);
    return -(q * dv / s + (c_a - q * i_a / s) / s * log(i_b / i_a));
}

static double piece(const struct leak *leak, double from_V, double to_V)
{
    return from_V == to_V ? 0
                          : piece_time(from_V, to_V, leak_at(leak, from_V), leak_at(leak, to_V), capacitance_at(leak, from_V),
                                       capacitance_at(leak, to_V));
}

/* Where the node is after t in a piece from a to b: C dV/dt = -(i_a + s (V - a)), an RC decay towards where the current is zero.
 */
static double within_piece(const struct leak *leak, double a_V, double b_V, double t_s)
{
    double i_A = leak_at(leak, a_V), s_S = (leak_at(leak, b_V) - i_A) / (b_V - a_V);
    double c_F = (capacitance_at(leak, a_V) + capacitance_at(leak, b_V)) / 2, x = s_S * t_s / c_F;
    return a_V - (fabs(x) < 1e-12 ? i_A * t_s / c_F : i_A / s_S * -expm1(-x));
}

/* Walks from `from_V` towards `to_V` over the points of the grid until one of them or `limit_s` is passed. Gives the time at to_V
 * (infinite: never) and, in *v_V, the voltage at limit_s. */
static double walk(const struct leak *leak, double from_V, double to_V, double limit_s, double *v_V)
{
    const struct grid *g = &leak->grid;
    double t_s = 0, here_V = from_V, direction = to_V > from_V ? 1 : -1,
           spacing_V = (g->last_V - g->first_V) / (double)(g->n - 1);
    double k = (from_V - g->first_V) / spacing_V;
    k = direction > 0 ? floor(k + 1e-9) : ceil(k - 1e-9);
    while (here_V != to_V) {
        k += direction;
        double next_V = g->first_V + spacing_V * k;
        if ((to_V - next_V) * direction <= 1e-9 * spacing_V)
            next_V = to_V;
        double more_s = piece(leak, here_V, next_V);
        if (v_V != NULL && t_s <= limit_s && !(t_s + more_s <= limit_s))
            *v_V = within_piece(leak, here_V, next_V, limit_s - t_s);
        if (!isfinite(more_s))
            return more_s;
        t_s += more_s;
        here_V = next_V;
    }
    return t_s;
}

double decay_time(const struct leak *leak, double from_V, double to_V)
{
    return walk(leak, from_V, to_V, INFINITY, NULL);
}

/* Where the node is after t: on its way to the end of the grid on the side to which it moves. */
double decay_voltage(const struct leak *leak, double from_V, double t_s)
{
    double v_V = NAN, i_A = leak_at(leak, from_V);
    if (isnan(i_A))
        return NAN;
    walk(leak, from_V, i_A > 0 ? leak->grid.first_V : leak->grid.last_V, t_s, &v_V);
    return isnan(v_V) ? from_V : v_V;
}
