/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_attention.c -- attention heads. The defaults are those of arXiv 2409.19315. */
#include "config.h"

#include "design/read.h"

#include <string.h>

#define LIMIT_TOKENS 1000000
#define LIMIT_LEVELS 65536

void attention_spec_free(struct attention_spec *attention)
{
    g_free(attention->name);
    g_free(attention->model);
    g_free(attention->qkv);
    g_free(attention);
}

/* 0 or at least 2: one level carries nothing. */
static gboolean read_levels(const xmlNode *node, const char *attribute, int *levels, GError **error)
{
    if (!xml_int(node, attribute, 0, LIMIT_LEVELS, levels, error))
        return FALSE;
    return *levels != 1 || xml_fail(node, error, "%s of attention: \"1\": expected 0 (not quantised) or 2 and more", attribute);
}

static gboolean read_sizes(const xmlNode *node, struct attention_spec *a, GError **error)
{
    return xml_int(node, "window", 1, LIMIT_TOKENS, &a->window, error) &&
           xml_int(node, "tile", 1, LIMIT_TOKENS, &a->tile, error) &&
           xml_int(node, "dimension", 1, 65536, &a->dimension, error) &&
           xml_int(node, "tokens", 1, LIMIT_TOKENS, &a->tokens, error) &&
           xml_int(node, "cases", 1, LIMIT_TOKENS, &a->cases, error) && xml_uint64(node, "seed", &a->seed, error) &&
           read_levels(node, "levels-input", &a->levels_input, error) &&
           read_levels(node, "levels-store", &a->levels_store, error) &&
           read_levels(node, "levels-output", &a->levels_output, error) &&
           xml_int(node, "output-codes", 32, 33, &a->output_codes, error);
}

static gboolean read_constants(const xmlNode *node, struct attention_spec *a, GError **error)
{
    if (!read_positive(node, "s-sat", DIMENSION_CURRENT, FALSE, &a->s_sat_A, error))
        return FALSE;
    a->out_sat_A = a->s_sat_A / 2; /* half of it, as 40 µA is of 80 µA */
    return read_positive(node, "out-sat", DIMENSION_CURRENT, FALSE, &a->out_sat_A, error) &&
           xml_quantity(node, "v-in", DIMENSION_VOLTAGE, &a->v_in_V, error) &&
           xml_quantity(node, "v-bl", DIMENSION_VOLTAGE, &a->v_bl_V, error) &&
           xml_quantity(node, "v-mid", DIMENSION_VOLTAGE, &a->v_mid_V, error) &&
           read_positive(node, "decay-per-token", DIMENSION_NONE, TRUE, &a->decay_per_token, error);
}

/* A fit of the design by its name, else a file: those have a suffix, so a mistyped fit is no file. */
static gboolean read_model(const struct reader *reader, const xmlNode *node, struct attention_spec *a, GError **error)
{
    const char *text = xml_text(node, "model");
    a->model_is_fit = design_fit(reader->design, text) != NULL;
    if (a->model_is_fit) {
        a->model = g_strdup(text);
        return TRUE;
    }
    if (strchr(text, '.') != NULL)
        return read_file_name(reader, node, "model", FALSE, &a->model, error);
    g_autofree char *shown = xml_shown(text), *names = names_of(reader->design->fits);
    return xml_fail(node, error,
                    "model of attention: \"%s\" is neither a fit of this design nor a file, expected a file or one of: %s", shown,
                    names);
}

gboolean read_attention(struct reader *reader, const xmlNode *node, GError **error)
{
    struct design *design = reader->design;
    struct attention_spec *a = g_new0(struct attention_spec, 1);
    g_ptr_array_add(design->attentions, a);
    *a = (struct attention_spec){.window = 1024,
                                 .dimension = 64,
                                 .tile = 64,
                                 .levels_input = 16,
                                 .levels_store = 8,
                                 .levels_output = 32,
                                 .output_codes = 33,
                                 .s_sat_A = 80e-6,
                                 .v_in_V = 0.9,
                                 .v_bl_V = 0.45,
                                 .v_mid_V = 0.45,
                                 .tokens = 128,
                                 .cases = 1,
                                 .seed = 1};
    a->origin = xml_origin(node);
    a->decay_once = g_strcmp0(xml_text(node, "decay-mode"), "once") == 0;
    return read_new_name(node, design->attentions, TRUE, &a->name, error) && read_model(reader, node, a, error) &&
           read_sizes(node, a, error) && read_constants(node, a, error) &&
           read_file_name(reader, node, "qkv", TRUE, &a->qkv, error);
}
