/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attention/attention.c -- the circuit's attention and its ideal twin: checks, memory, cases. The kernel is head.c. */
#include "config.h"

#include "attention/attention.h"

#include "attention/curve.h"
#include "attention/head.h"

#include <limits.h>
#include <math.h>

struct attention_config attention_defaults(void)
{
    return (struct attention_config){
        .window = 1024,
        .tile = 64,
        .levels_q = 16,
        .levels_kv = 8,
        .levels_out = 32,
        .codes = OUTPUT_CODES_33,
        .decay_per_token = 0,
        .decay_mode = DECAY_POWER,
        .v_in_V = 0.9,
        .v_bl_V = 0.45,
        .v_mid_V = 0.45,
        .v_max_V = 0.9,
        .s_sat_A = 80e-6,
        .out_sat_A = 40e-6,
    };
}

void attention_output_free(struct attention_output *output)
{
    if (output == NULL)
        return;
    g_clear_pointer(&output->s, g_free);
    g_clear_pointer(&output->phi, g_free);
    g_clear_pointer(&output->a, g_free);
}

static gboolean refuse(GError **error, const char *name, double value, const char *expected)
{
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "attention: %s is %g, expected %s", name, value, expected);
    return FALSE;
}

static gboolean check_config(const struct attention_config *c, GError **error)
{
    const struct {
        const char *name;
        double value;
        gboolean good;
        const char *expected;
    } checks[] = {
        {"the window", (double)c->window, c->window >= 1, "at least 1 token"},
        {"the tile", (double)c->tile, c->tile >= 1, "at least 1 token"},
        {"the number of input levels", c->levels_q, c->levels_q == 0 || c->levels_q >= 2, "0 (not quantised) or at least 2"},
        {"the number of stored levels", c->levels_kv, c->levels_kv == 0 || c->levels_kv >= 2, "0 (not quantised) or at least 2"},
        {"the number of output levels", c->levels_out, c->levels_out == 0 || c->levels_out >= 2,
         "0 (not quantised) or at least 2"},
        {"the decay a token", c->decay_per_token, c->decay_per_token >= 0 && isfinite(c->decay_per_token), "0 or more"},
        {"v_max", c->v_max_V, c->v_max_V > 0 && isfinite(c->v_max_V), "a voltage above 0 V"},
        {"v_mid", c->v_mid_V, isfinite(c->v_mid_V), "a voltage"},
        {"s_sat", c->s_sat_A, c->s_sat_A > 0 && isfinite(c->s_sat_A), "a current above 0 A"},
        {"the output's full scale", c->out_sat_A, c->out_sat_A > 0 && isfinite(c->out_sat_A), "a current above 0 A"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++)
        if (!checks[i].good)
            return refuse(error, checks[i].name, checks[i].value, checks[i].expected);
    return TRUE;
}

void attention_clamped(const struct attention_config *config, const struct attention_input *input, double share[3])
{
    const double *const of[3] = {input->q, input->k, input->v};
    gsize n = input->n_cases * input->n_tokens * input->dimension;
    for (int a = 0; a < 3; a++) {
        double max = a == 0 ? 1 : config->v_max_V;
        gsize outside = 0;
        for (gsize i = 0; i < n; i++)
            outside += of[a][i] < 0 || of[a][i] > max;
        share[a] = n > 0 ? (double)outside / (double)n : 0;
    }
}

static gboolean output_new(const struct attention_input *input, struct attention_output *output, GError **error)
{
    gsize squares, cells;
    *output = (struct attention_output){input->n_cases, input->n_tokens, input->dimension, NULL, NULL, NULL};
    if (input->n_cases == 0 || input->n_tokens == 0 || input->dimension == 0 || input->n_tokens > INT_MAX / 2 ||
        input->dimension > INT_MAX) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    "attention: %zu cases of %zu tokens of dimension %zu, expected at least one of each", input->n_cases,
                    input->n_tokens, input->dimension);
        return FALSE;
    }
    if (g_size_checked_mul(&squares, input->n_tokens, input->n_tokens) && g_size_checked_mul(&squares, squares, input->n_cases) &&
        g_size_checked_mul(&cells, input->n_tokens, input->dimension) && g_size_checked_mul(&cells, cells, input->n_cases)) {
        output->s = g_try_new0(double, squares);
        output->phi = g_try_new0(double, squares);
        output->a = g_try_new0(double, cells);
    }
    if (output->s != NULL && output->phi != NULL && output->a != NULL)
        return TRUE;
    attention_output_free(output);
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM,
                "attention: the scores of %zu cases of %zu tokens need %.3g GB, which the memory does not hold", input->n_cases,
                input->n_tokens, 16e-9 * (double)input->n_cases * (double)input->n_tokens * (double)input->n_tokens);
    return FALSE;
}

static void run_cases(const struct attention_config *config, const struct cell_curve *curve, const struct attention_input *input,
                      gboolean clip, struct attention_output *output)
{
    gsize square = input->n_tokens * input->n_tokens, cells = input->n_tokens * input->dimension;
    struct head *head = head_new(config, curve, input->n_tokens, input->dimension, clip);
    for (gsize c = 0; c < input->n_cases; c++)
        head_run(head, input->q + c * cells, input->k + c * cells, input->v + c * cells, output->s + c * square,
                 output->phi + c * square, output->a + c * cells);
    head_free(head);
}

gboolean attention_run(const struct model *model, const struct attention_config *config, const struct attention_input *input,
                       struct attention_output *output, GError **error)
{
    struct cell_curve curve;
    if (!check_config(config, error) || !cell_curve_init(&curve, model, config, error) || !output_new(input, output, error))
        return FALSE;
    run_cases(config, &curve, input, TRUE, output);
    return TRUE;
}

gboolean attention_exact(const struct model *model, const struct attention_config *config, const struct attention_input *input,
                         struct attention_output *output, GError **error)
{
    struct cell_curve curve;
    if (!check_config(config, error) || !cell_curve_init(&curve, model, config, error) || !output_new(input, output, error))
        return FALSE;
    struct attention_config ideal = *config;
    ideal.levels_q = ideal.levels_kv = ideal.levels_out = 0;
    ideal.decay_per_token = 0;
    struct cell_curve linear = {.model = model,
                                .min_V = -INFINITY,
                                .max_V = INFINITY,
                                .has_powers = TRUE,
                                .order = 1,
                                .v_mid_V = config->v_mid_V,
                                .a = {0, cell_curve_slope(&curve, config->v_max_V)}};
    run_cases(&ideal, &linear, input, FALSE, output);
    return TRUE;
}
