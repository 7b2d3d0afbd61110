/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_attend.c -- gainspice attend MODEL.json --qkv FILE.npz: causal sliding-window attention on a model. */
#include "config.h"

#include "cli/cli.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"

struct attend_options {
    char *qkv, *levels, *codes, *decay_mode, *output, *s_sat, *out_sat, *v_bl;
    int window, tile;
    double decay;
};

static gboolean bad(GError **error, const char *option, const char *value, const char *expected)
{
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "--%s \"%s\": expected %s", option, value, expected);
    return FALSE;
}

/* "default", "none" or three counts "16,8,32" for Q, K and V, output; a count of 0 leaves that one unquantised. */
static gboolean parse_levels(const char *text, struct attention_config *config, GError **error)
{
    int q, kv, out;
    char rest;
    if (text == NULL || strcmp(text, "default") == 0)
        return TRUE;
    if (strcmp(text, "none") == 0)
        q = kv = out = 0;
    else if (sscanf(text, "%d,%d,%d%c", &q, &kv, &out, &rest) != 3 || q < 0 || kv < 0 || out < 0 || q == 1 || kv == 1 || out == 1)
        return bad(error, "levels", text, "default, none, or three counts such as 16,8,32");
    config->levels_q = q;
    config->levels_kv = kv;
    config->levels_out = out;
    return TRUE;
}

static gboolean parse_quantity(const char *option, const char *text, enum dimension dimension, double *value, GError **error)
{
    if (text == NULL || quantity_parse(text, dimension, value, error))
        return TRUE;
    g_prefix_error(error, "--%s: ", option);
    return FALSE;
}

static gboolean parse_config(const struct attend_options *o, struct attention_config *config, GError **error)
{
    *config = attention_defaults();
    if (o->window < 1 || o->tile < 1) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "--window %d, --tile %d: expected one token or more", o->window, o->tile);
        return FALSE;
    }
    config->window = (gsize)o->window;
    config->tile = (gsize)o->tile;
    if (!(o->decay >= 0) || !isfinite(o->decay)) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "--decay-per-token %g: expected a number of at least 0", o->decay);
        return FALSE;
    }
    config->decay_per_token = o->decay;
    if (o->decay_mode != NULL && strcmp(o->decay_mode, "once") == 0)
        config->decay_mode = DECAY_ONCE;
    else if (o->decay_mode != NULL && strcmp(o->decay_mode, "power") == 0)
        config->decay_mode = DECAY_POWER;
    else if (o->decay_mode != NULL)
        return bad(error, "decay-mode", o->decay_mode, "once or power");
    if (o->codes != NULL && strcmp(o->codes, "33") != 0 && strcmp(o->codes, "32") != 0)
        return bad(error, "output-codes", o->codes, "33 or 32");
    config->codes = g_strcmp0(o->codes, "32") == 0 ? OUTPUT_CODES_32 : OUTPUT_CODES_33;
    return parse_levels(o->levels, config, error) && parse_quantity("s-sat", o->s_sat, DIMENSION_CURRENT, &config->s_sat_A, error) &&
           parse_quantity("out-sat", o->out_sat, DIMENSION_CURRENT, &config->out_sat_A, error) &&
           parse_quantity("v-bl", o->v_bl, DIMENSION_VOLTAGE, &config->v_bl_V, error);
}

static gboolean attend(const char *model_name, const struct attend_options *o, GError **error)
{
    struct attention_config config;
    if (!parse_config(o, &config, error))
        return FALSE;
    g_autofree char *path = model_path(NULL, model_name);
    struct model *model = model_read(path, origin_at(NULL, 0), error);
    g_autoptr(GPtrArray) arrays = model != NULL ? npz_read(o->qkv, error) : NULL;
    struct attention_input input;
    struct attention_output output = {0};
    struct attention_error errors[ATTENTION_COMPARISONS];
    gboolean ok = arrays != NULL && attention_input_from_npz(arrays, o->qkv, &input, error) &&
                  attention_judge(model, &config, &input, &output, errors, error) &&
                  (o->output == NULL || attention_write(o->output, &output, NULL, error));
    if (ok) {
        g_autoptr(GString) out = g_string_new(NULL);
        struct table *table = attention_table("attention", errors);
        attention_note_clamped(table, &config, &input);
        table_to_text(table, out, 4, 0);
        table_free(table);
        if (o->output != NULL)
            g_string_append_printf(out, "S, phi and A: %s\n", o->output);
        ok = cli_output(NULL, out->str, out->len, error);
    }
    attention_output_free(&output);
    model_free(model);
    return ok;
}

gboolean cmd_attend(int argc, char **argv, GError **error)
{
    struct attend_options o = {.window = 1024, .tile = 64};
    const GOptionEntry entries[] = {
        {"qkv", 0, 0, G_OPTION_ARG_FILENAME, &o.qkv, "Arrays Q, K, V, each [case][token][dim] or [token][dim]", "FILE.npz"},
        {"window", 0, 0, G_OPTION_ARG_INT, &o.window, "Tokens that a query sees, its own included (default 1024)", "M"},
        {"tile", 0, 0, G_OPTION_ARG_INT, &o.tile, "Tokens a V tile (default 64)", "N"},
        {"levels", 0, 0, G_OPTION_ARG_STRING, &o.levels, "default (16,8,32), none, or counts for Q, KV, output", "Q,KV,OUT"},
        {"output-codes", 0, 0, G_OPTION_ARG_STRING, &o.codes, "33 as the authors' code has them (default), or 32", "33|32"},
        {"decay-per-token", 0, 0, G_OPTION_ARG_DOUBLE, &o.decay, "Exponent of the decay a token of age (default 0)", "X"},
        {"decay-mode", 0, 0, G_OPTION_ARG_STRING, &o.decay_mode, "once: the current decays; power: the stored voltage does (default)",
         "once|power"},
        {"s-sat", 0, 0, G_OPTION_ARG_STRING, &o.s_sat, "Current that saturates phi (default 80uA)", "I"},
        {"out-sat", 0, 0, G_OPTION_ARG_STRING, &o.out_sat, "Full scale of a tile's read-out (default 40uA)", "I"},
        {"v-bl", 0, 0, G_OPTION_ARG_STRING, &o.v_bl, "Bit-line voltage (default 0.45V)", "V"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, "Write S, phi and A here", "OUT.npz"},
        {0}};
    const char *model;
    gboolean ok = cli_parse(argc, argv, entries, NULL, "MODEL.json --qkv FILE.npz", "Runs attention on a model and compares it with references.", 1,
                            &model, error);
    if (ok && o.qkv == NULL) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "attend: --qkv FILE.npz is missing");
        ok = FALSE;
    }
    ok = ok && attend(model, &o, error);
    char *const owned[] = {o.qkv, o.levels, o.codes, o.decay_mode, o.output, o.s_sat, o.out_sat, o.v_bl};
    for (gsize i = 0; i < G_N_ELEMENTS(owned); i++)
        g_free(owned[i]);
    return ok;
}
