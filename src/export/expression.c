/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/expression.c -- models as one expression: nested products, no powers, for tools differ on powers of what is negative. */
#include "config.h"

#include "export/export.h"

#include <math.h>
#include <string.h>

#include "fit/parametric.h"
#include "fit/polynomial.h"

static const double boltzmann_J_K = 1.380649e-23, charge_C = 1.602176634e-19;

/* Horner's scheme in input `a` over the terms that share the powers of the inputs before it: power[0 … a − 1]. FALSE if there are none. */
static gboolean put_nested(GString *out, const struct model *model, const char *const *u, int a, int *power)
{
    gsize k = (gsize)model->n_inputs;
    if (a == model->n_inputs) {
        for (gsize i = 0; i < model->n_coefficients; i++)
            if (memcmp(model->exponents + i * k, power, k * sizeof *power) == 0) {
                g_string_append_c(out, '(');
                append_g17(out, model->coefficients[i]);
                g_string_append_c(out, ')');
                return TRUE;
            }
        return FALSE;
    }
    gboolean any = FALSE;
    for (power[a] = model->order; power[a] >= 0; power[a]--) { /* ((c_n)·u + c_n−1)·u + … */
        g_autoptr(GString) term = g_string_new(NULL);
        int kept = power[a];
        gboolean here = put_nested(term, model, u, a + 1, power);
        power[a] = kept;
        if (any) {
            g_string_prepend_c(out, '(');
            g_string_append_printf(out, "*%s", u[a]);
            g_string_append_printf(out, "%s%s)", here ? "+" : "", here ? term->str : "");
        } else if (here) {
            g_string_append(out, term->str);
            any = TRUE;
        }
    }
    return any;
}

static char *polynomial_expression(const struct model *model, const char *const *names)
{
    g_auto(GStrv) u = g_new0(char *, MODEL_MAX_INPUTS + 1);
    int power[MODEL_MAX_INPUTS] = {0};
    GString *out = g_string_new(NULL);
    for (int a = 0; a < model->n_inputs; a++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_string_append_printf(text, "((%s-(", names[a]);
        append_g17(text, model->inputs[a].offset);
        g_string_append(text, "))/");
        append_g17(text, model->inputs[a].scale);
        g_string_append_c(text, ')');
        u[a] = g_strdup(model->inputs[a].offset == 0 && model->inputs[a].scale == 1 ? names[a] : text->str);
    }
    if (!put_nested(out, model, (const char *const *)u, 0, power))
        g_string_append(out, "0");
    return g_string_free(out, FALSE);
}

static void put_soft(GString *out, const char *u)
{
    g_string_append_printf(out, "ln(1+exp(%s))", u);
}

/* One transistor; vgs and vds are expressions. */
static void put_device(GString *out, const double *p, double ut, const char *vgs, const char *vds)
{
    char n[6][G_ASCII_DTOSTR_BUF_SIZE], two_ut[G_ASCII_DTOSTR_BUF_SIZE], th[G_ASCII_DTOSTR_BUF_SIZE];
    for (int i = 0; i < 6; i++)
        g_ascii_formatd(n[i], sizeof n[i], "%.17g", p[i]);
    g_ascii_formatd(two_ut, sizeof two_ut, "%.17g", 2 * ut);
    g_ascii_formatd(th, sizeof th, "%.17g", p[3] * 2 * p[2] * ut);
    g_autofree char *vp = g_strdup_printf("((%s-(%s)+(%s)*%s)/%s)", vgs, n[1], n[5], vds, n[2]);
    g_autofree char *forward = g_strdup_printf("%s/%s", vp, two_ut), *back = g_strdup_printf("(%s-%s)/%s", vp, vds, two_ut);
    g_autoptr(GString) f = g_string_new(NULL), r = g_string_new(NULL);
    put_soft(f, forward);
    put_soft(r, back);
    g_string_append_printf(out, "(%s)*(%s*%s-%s*%s)*(1+(%s)*%s)/(1+(%s)*%s)", n[0], f->str, f->str, r->str, r->str, n[4], vds, th, f->str);
}

static char *named_or(const struct model *model, const char *const *names, const char *name, double otherwise)
{
    int a = model_input_index(model, name);
    GString *text = g_string_new(NULL);
    if (a >= 0)
        g_string_append(text, names[a]);
    else
        append_g17(text, otherwise);
    return g_string_free(text, FALSE);
}

static char *ekv_expression(const struct model *model, const char *const *names)
{
    double vdd = isnan(model->vdd_V) ? 0.9 : model->vdd_V;
    double ut = boltzmann_J_K * ((isnan(model->temperature_C) ? 27 : model->temperature_C) + 273.15) / charge_C;
    g_autofree char *store = named_or(model, names, "v_store", 0), *in = named_or(model, names, "v_in", vdd),
                    *bl = named_or(model, names, "v_bl", vdd / 2);
    char rail[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(rail, sizeof rail, "%.17g", vdd);
    g_autofree char *n_gs = g_strdup_printf("(%s-(%s-%s))", store, rail, in), *n_ds = g_strdup_printf("(%s-(%s-%s))", bl, rail, in);
    g_autofree char *p_gs = g_strdup_printf("(%s-%s)", in, store), *p_ds = g_strdup_printf("(%s-%s)", in, bl);
    gboolean n = model->family != &ekv_p_family, p = model->family != &ekv_n_family, both = n && p;
    GString *out = g_string_new(NULL);
    if (!both) {
        g_string_append_c(out, '(');
        append_g17(out, model->coefficients[6]);
        g_string_append(out, ")*(");
    }
    if (n)
        put_device(out, model->coefficients, ut, n_gs, n_ds);
    if (p) {
        g_string_append(out, n ? "-" : "0-");
        put_device(out, model->coefficients + (n ? 6 : 0), ut, p_gs, p_ds);
    }
    if (!both)
        g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}

static char *curve_expression(const struct model *model, const char *x)
{
    char c[6][G_ASCII_DTOSTR_BUF_SIZE], offset[G_ASCII_DTOSTR_BUF_SIZE];
    for (gsize i = 0; i < model->n_coefficients; i++)
        g_ascii_formatd(c[i], sizeof c[i], "%.17g", model->coefficients[i]);
    g_ascii_formatd(offset, sizeof offset, "%.17g", model->inputs[0].offset);
    if (model->family == &exponential_family)
        return g_strdup_printf("(%s)+(%s)*exp((%s-(%s))/(%s))", c[0], c[1], x, offset, c[2]);
    /* a knee may be sharp: k ln(1 + e^u) = max(u, 0)·k + k ln(1 + e^−|u|) */
    g_autofree char *u = g_strdup_printf("((%s-(%s))/%s)", x, c[2], c[4]), *v = g_strdup_printf("((%s-(%s)-(%s))/%s)", x, c[2], c[3], c[5]);
    return g_strdup_printf("(%s)+(%s)*(%s*(max(%s,0)+ln(1+exp(0-abs(%s))))-%s*(max(%s,0)+ln(1+exp(0-abs(%s)))))", c[0], c[1], c[4], u, u,
                           c[5], v, v);
}

char *expression_of(const struct model *model, const char *const *names)
{
    if (model->family == &polynomial_family)
        return polynomial_expression(model, names);
    if (model->family == &ekv_family || model->family == &ekv_n_family || model->family == &ekv_p_family)
        return ekv_expression(model, names);
    if (model->family == &exponential_family || model->family == &hardsigmoid_family)
        return curve_expression(model, names[0]);
    return NULL;
}
