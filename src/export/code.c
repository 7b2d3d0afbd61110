/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/code.c -- models as C99: tables and a function a model, clamped to the box, with gradient. What the fit evaluates, in the same
 * order of operations as far as that matters: agreement is 1e-12 of full scale and better. */
#include "config.h"

#include "export/export.h"

#include <math.h>
#include <string.h>

#include "fit/bspline.h"
#include "fit/parametric.h"
#include "fit/polynomial.h"

/* exact in the SI */
static const double boltzmann_J_K = 1.380649e-23, charge_C = 1.602176634e-19;

void code_shared(GString *out)
{
    g_string_append(out,
                    "/* ln(1 + e^u) and its slope, without overflow */\n"
                    "static inline double gs_ramp(double u, double *slope)\n{\n"
                    "    double e = exp(-fabs(u));\n"
                    "    *slope = u > 0 ? 1 / (1 + e) : e / (1 + e);\n"
                    "    return (u > 0 ? u : 0) + log1p(e);\n}\n\n"
                    "/* One EKV transistor: p = i_s, vt, n, th, lam, sig; slopes by v_gs and v_ds. */\n"
                    "static inline double gs_ekv(const double *p, double ut, double vgs, double vds, double *slope)\n{\n"
                    "    double vp = (vgs - p[1] + p[5] * vds) / p[2], fs, rs;\n"
                    "    double f = gs_ramp(vp / (2 * ut), &fs), r = gs_ramp((vp - vds) / (2 * ut), &rs);\n"
                    "    double a = f * f - r * r, b = 1 + p[4] * vds, d = 1 + p[3] * 2 * p[2] * ut * f;\n"
                    "    double ap = (f * fs - r * rs) / ut, ip = p[0] * b * (ap * d - a * p[3] * p[2] * fs) / (d * d);\n"
                    "    slope[0] = ip / p[2];\n"
                    "    slope[1] = ip * p[5] / p[2] + p[0] * (r * rs / ut * b + a * p[4]) / d;\n"
                    "    return p[0] * a * b / d;\n}\n\n"
                    "/* The degree + 1 B-splines b that are not 0 at x, their slopes s; the index of the first. */\n"
                    "static inline int gs_spline(const double *t, int n, int degree, double x, double *b, double *s)\n{\n"
                    "    int low = degree, high = n - degree - 1;\n"
                    "    double lower[4] = {1, 0, 0, 0};\n"
                    "    while (low + 1 < high) {\n        int middle = (low + high) / 2;\n"
                    "        if (t[middle] <= x)\n            low = middle;\n        else\n            high = middle;\n    }\n"
                    "    b[0] = 1;\n    s[0] = 0;\n"
                    "    for (int k = 1; k <= degree; k++) {\n        double saved = 0;\n"
                    "        if (k == degree)\n            for (int r = 0; r < k; r++)\n                lower[r] = b[r];\n"
                    "        for (int r = 0; r < k; r++) {\n"
                    "            double right = t[low + r + 1], left = t[low + 1 + r - k], share = b[r] / (right - left);\n"
                    "            b[r] = saved + (right - x) * share;\n            saved = (x - left) * share;\n        }\n"
                    "        b[k] = saved;\n    }\n"
                    "    for (int r = 0; degree > 0 && r <= degree; r++) {\n        int i = low - degree + r;\n"
                    "        s[r] = degree * ((r > 0 ? lower[r - 1] / (t[i + degree] - t[i]) : 0) -\n"
                    "                         (r < degree ? lower[r] / (t[i + degree + 1] - t[i + 1]) : 0));\n    }\n"
                    "    return low - degree;\n}\n\n");
}

static void put_table(GString *out, const char *type, const char *name, gsize n, const double *x)
{
    g_string_append_printf(out, "    static const %s %s[%" G_GSIZE_FORMAT "] = {", type, name, n);
    for (gsize i = 0; i < n; i++) {
        g_string_append(out, i == 0 ? "" : i % 4 == 0 ? ",\n        " : ", ");
        append_g17(out, x[i]);
    }
    g_string_append(out, "};\n");
}

static void polynomial_code(GString *out, const struct model *model)
{
    int k = model->n_inputs;
    put_table(out, "double", "c", model->n_coefficients, model->coefficients);
    g_string_append_printf(out, "    static const unsigned char e[%" G_GSIZE_FORMAT "][%d] = {", model->n_coefficients, k);
    for (gsize i = 0; i < model->n_coefficients; i++) {
        g_string_append(out, i == 0 ? "{" : ", {");
        for (int a = 0; a < k; a++)
            g_string_append_printf(out, "%s%d", a > 0 ? ", " : "", model->exponents[i * (gsize)k + (gsize)a]);
        g_string_append_c(out, '}');
    }
    g_string_append_printf(out, "};\n    double p[%d][%d], d[%d][%d], sum = 0;\n", k, model->order + 1, k, model->order + 1);
    for (int a = 0; a < k; a++) {
        g_string_append_printf(out, "    p[%d][0] = 1;\n    d[%d][0] = 0;\n    double u%d = (y[%d] - ", a, a, a, a);
        append_g17(out, model->inputs[a].offset);
        g_string_append(out, ") / ");
        append_g17(out, model->inputs[a].scale);
        g_string_append_printf(out, ";\n    for (int i = 1; i <= %d; i++) {\n        p[%d][i] = p[%d][i - 1] * u%d;\n        d[%d][i] = i * p[%d][i - 1] / ",
                               model->order, a, a, a, a, a);
        append_g17(out, model->inputs[a].scale);
        g_string_append_printf(out, ";\n    }\n    g[%d] = 0;\n", a);
    }
    g_string_append_printf(out, "    for (int i = 0; i < %" G_GSIZE_FORMAT "; i++) {\n", model->n_coefficients);
    for (int b = -1; b < k; b++) {
        g_string_append(out, b < 0 ? "        sum += c[i]" : "");
        if (b >= 0)
            g_string_append_printf(out, "        g[%d] += c[i]", b);
        for (int a = 0; a < k; a++)
            g_string_append_printf(out, " * %s[%d][e[i][%d]]", a == b ? "d" : "p", a, a);
        g_string_append(out, ";\n");
    }
    g_string_append(out, "    }\n");
}

/* Sums over the last input first: the inner sums are shared by all gradients. */
static void bspline_code(GString *out, const struct model *model)
{
    int k = model->n_inputs;
    put_table(out, "double", "c", model->n_coefficients, model->coefficients);
    for (int a = 0; a < k; a++) {
        g_autofree char *name = g_strdup_printf("t%d", a);
        put_table(out, "double", name, model->n_knots[a], model->knots[a]);
    }
    g_string_append(out, "    double sum = 0");
    for (int a = 0; a < k; a++)
        g_string_append_printf(out, ", b%d[4], s%d[4]", a, a);
    g_string_append(out, ";\n");
    for (int a = 0; a < k; a++)
        g_string_append_printf(out, "    int f%d = gs_spline(t%d, %" G_GSIZE_FORMAT ", %d, y[%d], b%d, s%d);\n    g[%d] = 0;\n", a, a,
                               model->n_knots[a], bspline_degree(model, a), a, a, a, a);
    for (int a = 0; a < k; a++) { /* level a: v_a the value of what is within, w_a_b its slope by input b > a − 1 */
        g_string_append_printf(out, "%*sfor (int i%d = 0; i%d <= %d; i%d++) {\n", 4 + 4 * a, "", a, a, bspline_degree(model, a), a);
        g_string_append_printf(out, "%*sint at%d = ", 8 + 4 * a, "", a);
        if (a > 0)
            g_string_append_printf(out, "at%d * %" G_GSIZE_FORMAT " + ", a - 1, bspline_count(model, a));
        g_string_append_printf(out, "f%d + i%d;\n", a, a);
        if (a + 1 < k) {
            g_string_append_printf(out, "%*sdouble v%d = 0", 8 + 4 * a, "", a);
            for (int b = a + 1; b < k; b++)
                g_string_append_printf(out, ", w%d_%d = 0", a, b);
            g_string_append(out, ";\n");
        }
    }
    for (int a = k - 1; a >= 0; a--) {
        int at = 8 + 4 * a;
        g_autofree char *within = a + 1 < k ? g_strdup_printf("v%d", a) : g_strdup_printf("c[at%d]", a);
        g_autofree char *sum = a > 0 ? g_strdup_printf("v%d", a - 1) : g_strdup("sum");
        g_string_append_printf(out, "%*s%s += b%d[i%d] * %s;\n", at, "", sum, a, a, within);
        for (int b = a; b < k; b++) {
            g_autofree char *target = a > 0 ? g_strdup_printf("w%d_%d", a - 1, b) : g_strdup_printf("g[%d]", b);
            if (b == a)
                g_string_append_printf(out, "%*s%s += s%d[i%d] * %s;\n", at, "", target, a, a, within);
            else
                g_string_append_printf(out, "%*s%s += b%d[i%d] * w%d_%d;\n", at, "", target, a, a, a, b);
        }
        g_string_append_printf(out, "%*s}\n", at - 4, "");
    }
}

/* "y[2]", or a constant where the model has no such input. */
static char *input_or(const struct model *model, const char *name, double otherwise)
{
    int a = model_input_index(model, name);
    GString *text = g_string_new(NULL);
    if (a >= 0)
        g_string_append_printf(text, "y[%d]", a);
    else
        append_g17(text, otherwise);
    return g_string_free(text, FALSE);
}

static void ekv_code(GString *out, const struct model *model)
{
    gboolean n = model->family != &ekv_p_family, p = model->family != &ekv_n_family, both = n && p;
    double vdd = isnan(model->vdd_V) ? 0.9 : model->vdd_V;
    double ut = boltzmann_J_K * ((isnan(model->temperature_C) ? 27 : model->temperature_C) + 273.15) / charge_C;
    g_autofree char *store = input_or(model, "v_store", 0), *in = input_or(model, "v_in", vdd), *bl = input_or(model, "v_bl", vdd / 2);
    put_table(out, "double", "c", model->n_coefficients, model->coefficients);
    g_string_append(out, "    const double ut = ");
    append_g17(out, ut);
    g_string_append_printf(out, ";\n    double sum = 0, by[3] = {0, 0, 0}, s[2], store = %s, in = %s, bl = %s", store, in, bl);
    if (n) {
        g_string_append(out, ", rail = ");
        append_g17(out, vdd);
        g_string_append(out, " - in");
    }
    g_string_append(out, ";\n");
    if (n)
        g_string_append(out, "    sum += gs_ekv(c, ut, store - rail, bl - rail, s);\n"
                             "    by[0] += s[0];\n    by[1] += s[0] + s[1];\n    by[2] += s[1];\n");
    if (p)
        g_string_append_printf(out, "    sum -= gs_ekv(c + %d, ut, in - store, in - bl, s);\n"
                                    "    by[0] += s[0];\n    by[1] -= s[0] + s[1];\n    by[2] += s[1];\n", both ? 6 : 0);
    static const char *const names[3] = {"v_store", "v_in", "v_bl"};
    for (int i = 0; i < 3; i++)
        if (model_input_index(model, names[i]) >= 0)
            g_string_append_printf(out, "    g[%d] = by[%d]%s;\n", model_input_index(model, names[i]), i, both ? "" : " * c[6]");
    if (!both)
        g_string_append(out, "    sum *= c[6];\n");
}

static void curve_code(GString *out, const struct model *model)
{
    put_table(out, "double", "c", model->n_coefficients, model->coefficients);
    if (model->family == &exponential_family) {
        g_string_append(out, "    double e = exp((y[0] - ");
        append_g17(out, model->inputs[0].offset);
        g_string_append(out, ") / c[2]), sum = c[0] + c[1] * e;\n    g[0] = c[1] * e / c[2];\n");
        return;
    }
    g_string_append(out, "    double us, vs, u = gs_ramp((y[0] - c[2]) / c[4], &us), v = gs_ramp((y[0] - c[2] - c[3]) / c[5], &vs);\n"
                         "    double sum = c[0] + c[1] * (c[4] * u - c[5] * v);\n    g[0] = c[1] * (us - vs);\n");
}

void code_model(GString *out, const struct model *model, const char *name)
{
    int k = model->n_inputs;
    g_string_append_printf(out, "static inline double %s(const double *x, double *g)\n{\n    double y[%d];\n", name, k);
    g_string_append_printf(out, "    static const double low[%d] = {", k);
    for (int a = 0; a < k; a++) {
        g_string_append(out, a > 0 ? ", " : "");
        append_g17(out, model->inputs[a].min);
    }
    g_string_append_printf(out, "}, high[%d] = {", k);
    for (int a = 0; a < k; a++) {
        g_string_append(out, a > 0 ? ", " : "");
        append_g17(out, model->inputs[a].max);
    }
    g_string_append_printf(out, "};\n    for (int a = 0; a < %d; a++)\n        y[a] = x[a] < low[a] ? low[a] : x[a] > high[a] ? high[a] : x[a];\n", k);
    if (model->family == &polynomial_family)
        polynomial_code(out, model);
    else if (model->family == &bspline_family)
        bspline_code(out, model);
    else if (model->family == &ekv_family || model->family == &ekv_n_family || model->family == &ekv_p_family)
        ekv_code(out, model);
    else
        curve_code(out, model);
    g_string_append_printf(out, "    for (int a = 0; a < %d; a++) /* flat outside */\n        if (y[a] != x[a])\n            g[a] = 0;\n    return sum;\n}\n\n", k);
}

static char *guard_of(const char *name)
{
    return g_ascii_strup(name, -1);
}

gboolean export_c(const struct device *device, GString *out, GError **error)
{
    (void)error;
    const struct model *model = ((const struct device_entry *)device->entries->pdata[0])->model;
    g_autofree char *guard = guard_of(device->name), *eval = g_strconcat(device->name, "_eval", NULL);
    g_autofree char *source = g_strdelimit(g_strdup(model->source), "\n*/", ' ');
    g_string_append_printf(out, "/* %s: %s in %s as a function of", device->name, model->output, model->output_unit);
    for (int a = 0; a < model->n_inputs; a++)
        g_string_append_printf(out, "%s %s in %s", a > 0 ? "," : "", model->inputs[a].name, model->inputs[a].unit);
    g_string_append_printf(out, ".\n   Family %s. Source: %s.\n   Outside its box it is flat; %s_outside tells.\n"
                                "   C99; needs nothing but libm. Written by gainspice " PACKAGE_VERSION ". */\n", model->family->name, source, device->name);
    g_string_append_printf(out, "#ifndef GAINSPICE_%s_H\n#define GAINSPICE_%s_H\n\n#include <math.h>\n\n", guard, guard);
    g_string_append_printf(out, "enum { %s_INPUTS = %d };\n\n", guard, model->n_inputs);
    code_shared(out);
    g_string_append_printf(out, "/* The value at x[%d]; g[%d] is its gradient. */\n", model->n_inputs, model->n_inputs);
    code_model(out, model, eval);
    g_string_append_printf(out, "static inline int %s_outside(const double *x)\n{\n    return ", device->name);
    for (int a = 0; a < model->n_inputs; a++) {
        g_string_append_printf(out, "%sx[%d] < ", a > 0 ? " || " : "", a);
        append_g17(out, model->inputs[a].min);
        g_string_append_printf(out, " || x[%d] > ", a);
        append_g17(out, model->inputs[a].max);
    }
    g_string_append(out, ";\n}\n\n#endif\n");
    return TRUE;
}
