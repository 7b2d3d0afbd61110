/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/ekv.c -- the two-transistor read stage, and each of its transistors; formulae in parametric.h. */
#include "config.h"

#include "fit/parametric.h"

#include <math.h>
#include <string.h>

enum { I_S, VT, N, TH, LAM, SIG, N_DEVICE, SIGN = N_DEVICE };

/* exact in the SI */
static const double boltzmann_J_K = 1.380649e-23, charge_C = 1.602176634e-19;

/* One transistor: current, its slopes by v_gs and v_ds, and by its six parameters. */
static double device(const double *p, double u_t, double v_gs, double v_ds, double slope[2], double *by)
{
    double v_p = (v_gs - p[VT] + p[SIG] * v_ds) / p[N], f_slope, r_slope;
    double f = soft_ramp(v_p / (2 * u_t), &f_slope), r = soft_ramp((v_p - v_ds) / (2 * u_t), &r_slope);
    double a = f * f - r * r, b = 1 + p[LAM] * v_ds, d = 1 + p[TH] * 2 * p[N] * u_t * f;
    double value = p[I_S] * a * b / d;
    double a_p = (f * f_slope - r * r_slope) / u_t;                                   /* ∂a/∂v_p */
    double i_p = p[I_S] * b * (a_p * d - a * p[TH] * p[N] * f_slope) / (d * d);       /* ∂I/∂v_p */
    slope[0] = i_p / p[N];
    slope[1] = i_p * p[SIG] / p[N] + p[I_S] * (r * r_slope / u_t * b + a * p[LAM]) / d;
    if (by != NULL) {
        by[I_S] = a * b / d;
        by[VT] = -i_p / p[N];
        by[N] = -i_p * v_p / p[N] - value / d * p[TH] * 2 * u_t * f;
        by[TH] = -value / d * 2 * p[N] * u_t * f;
        by[LAM] = p[I_S] * a * v_ds / d;
        by[SIG] = i_p * v_ds / p[N];
    }
    return value;
}

struct bias {
    double v_store, v_in, v_bl, vdd, u_t;
    int a_store, a_in, a_bl; /* which inputs they are; −1: none */
};

static struct bias bias_of(const struct model *model, const double *x)
{
    struct bias b = {.a_store = model_input_index(model, "v_store"),
                     .a_in = model_input_index(model, "v_in"),
                     .a_bl = model_input_index(model, "v_bl"),
                     .vdd = isnan(model->vdd_V) ? 0.9 : model->vdd_V};
    b.u_t = boltzmann_J_K * ((isnan(model->temperature_C) ? 27 : model->temperature_C) + 273.15) / charge_C;
    b.v_store = x[b.a_store];
    b.v_in = b.a_in >= 0 ? x[b.a_in] : b.vdd;
    b.v_bl = b.a_bl >= 0 ? x[b.a_bl] : b.vdd / 2;
    return b;
}

static void add_slope(double *gradient, int a, double slope)
{
    if (gradient != NULL && a >= 0)
        gradient[a] += slope;
}

static double nmos(const struct bias *b, const double *p, double *gradient, double *by)
{
    double slope[2], low = b->vdd - b->v_in;
    double value = device(p, b->u_t, b->v_store - low, b->v_bl - low, slope, by);
    add_slope(gradient, b->a_store, slope[0]);
    add_slope(gradient, b->a_bl, slope[1]);
    add_slope(gradient, b->a_in, slope[0] + slope[1]);
    return value;
}

/* Of −I_p. */
static double pmos(const struct bias *b, const double *p, double *gradient, double *by)
{
    double slope[2];
    double value = device(p, b->u_t, b->v_in - b->v_store, b->v_in - b->v_bl, slope, by);
    add_slope(gradient, b->a_store, slope[0]);
    add_slope(gradient, b->a_bl, slope[1]);
    add_slope(gradient, b->a_in, -slope[0] - slope[1]);
    for (int i = 0; by != NULL && i < N_DEVICE; i++)
        by[i] = -by[i];
    return -value;
}

static void clear(const struct model *model, double *gradient)
{
    if (gradient != NULL)
        memset(gradient, 0, (gsize)model->n_inputs * sizeof *gradient);
}

static double ekv_eval(const struct model *model, const double *x, double *gradient, double *by)
{
    struct bias b = bias_of(model, x);
    clear(model, gradient);
    double low = nmos(&b, model->coefficients, gradient, by);
    return low + pmos(&b, model->coefficients + N_DEVICE, gradient, by != NULL ? by + N_DEVICE : NULL);
}

/* The value of one transistor with everything that goes with it, times the sign. */
static double signed_value(const struct model *model, double value, double *gradient, double *by)
{
    double sign = model->coefficients[SIGN];
    for (int a = 0; gradient != NULL && a < model->n_inputs; a++)
        gradient[a] *= sign;
    for (int i = 0; by != NULL && i < N_DEVICE; i++)
        by[i] *= sign;
    if (by != NULL)
        by[SIGN] = value;
    return sign * value;
}

static double ekv_n_eval(const struct model *model, const double *x, double *gradient, double *by)
{
    struct bias b = bias_of(model, x);
    clear(model, gradient);
    return signed_value(model, nmos(&b, model->coefficients, gradient, by), gradient, by);
}

static double ekv_p_eval(const struct model *model, const double *x, double *gradient, double *by)
{
    struct bias b = bias_of(model, x);
    clear(model, gradient);
    return signed_value(model, pmos(&b, model->coefficients, gradient, by), gradient, by);
}

static gboolean ekv_suits(const struct model_input *inputs, int n_inputs, GError **error)
{
    gboolean stored = FALSE;
    for (int a = 0; a < n_inputs; a++) {
        stored = stored || g_strcmp0(inputs[a].name, "v_store") == 0;
        if (g_strcmp0(inputs[a].name, "v_store") != 0 && g_strcmp0(inputs[a].name, "v_in") != 0 &&
            g_strcmp0(inputs[a].name, "v_bl") != 0) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "input \"%s\", expected v_store, v_in and v_bl", inputs[a].name);
            return FALSE;
        }
    }
    if (!stored)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "no input v_store, expected v_store, v_in and v_bl");
    return stored;
}

static const struct nonlinear_parameter device_table[N_DEVICE] = {
    {"i_s_A", 0, 0, 0, TRUE},  {"vt_V", 0.4, 0.02, 1.2, FALSE},   {"n", 1.15, 1, 2.5, FALSE},
    {"th_1_V", 0.3, 0, 20, FALSE}, {"lam_1_V", 0.2, 0, 3, FALSE}, {"sig", 0.08, -0.1, 0.5, FALSE},
};

/* The specific current from the largest current: some 80 to 600 times smaller at 0.45 V above threshold. */
static void fill_device(const struct samples *samples, struct nonlinear_parameter *table)
{
    double most = 0;
    for (gsize i = 0; i < samples->n; i++)
        most = fmax(most, fabs(samples->y[i]));
    memcpy(table, device_table, sizeof device_table);
    if (most == 0)
        most = 1e-6;
    table[I_S].start = most / 100;
    table[I_S].low = most * 1e-5;
    table[I_S].high = most * 10;
}

static void ekv_table(const struct model *shape, const struct samples *samples, struct nonlinear_parameter *table)
{
    (void)shape;
    fill_device(samples, table);
    fill_device(samples, table + N_DEVICE);
}

/* The sign is what the data have: of a current that flows into a rail, or out of it. */
static void one_device_table(const struct model *shape, const struct samples *samples, struct nonlinear_parameter *table)
{
    double sum = 0;
    for (gsize i = 0; i < samples->n; i++)
        sum += samples->weight != NULL ? samples->weight[i] * samples->y[i] : samples->y[i];
    double sign = (sum < 0) == (shape->family == &ekv_p_family) ? 1 : -1;
    fill_device(samples, table);
    table[SIGN] = (struct nonlinear_parameter){"sign", sign, sign, sign, FALSE};
}

static const char *const stage_names[] = {"n_i_s_A", "n_vt_V", "n_n", "n_th_1_V", "n_lam_1_V", "n_sig",
                                          "p_i_s_A", "p_vt_V", "p_n", "p_th_1_V", "p_lam_1_V", "p_sig", NULL};
static const char *const device_names[] = {"i_s_A", "vt_V", "n", "th_1_V", "lam_1_V", "sig", "sign", NULL};

const struct model_family ekv_family = {.name = "ekv", .parameters = stage_names, .orders = parametric_orders, .suits = ekv_suits,
                                        .fit = parametric_fit, .fit_orders = parametric_fit_orders, .eval = ekv_eval};
const struct model_family ekv_n_family = {.name = "ekv-n", .parameters = device_names, .orders = parametric_orders, .suits = ekv_suits,
                                          .fit = parametric_fit, .fit_orders = parametric_fit_orders, .eval = ekv_n_eval};
const struct model_family ekv_p_family = {.name = "ekv-p", .parameters = device_names, .orders = parametric_orders, .suits = ekv_suits,
                                          .fit = parametric_fit, .fit_orders = parametric_fit_orders, .eval = ekv_p_eval};
const struct law ekv_law = {&ekv_family, 4, ekv_table};
const struct law ekv_n_law = {&ekv_n_family, 4, one_device_table};
const struct law ekv_p_law = {&ekv_p_family, 4, one_device_table};
