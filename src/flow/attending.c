/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/attending.c -- attention on a fitted model, compared with exact arithmetic and with softmax attention. */
#include "config.h"

#include "flow/flow.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "stats/random.h"

static const char *const comparisons[ATTENTION_COMPARISONS][2] = {
    {"model, quantised", "the same without quantisation"},
    {"model, not quantised", "exact arithmetic, linear cell"},
    {"model, quantised", "exact arithmetic, linear cell"},
    {"model, quantised", "softmax attention"},
};

gboolean attention_judge(const struct model *model, const struct attention_config *config, const struct attention_input *input,
                         struct attention_output *output, struct attention_error errors[ATTENTION_COMPARISONS], GError **error)
{
    struct attention_config unquantised = *config;
    unquantised.levels_q = unquantised.levels_kv = unquantised.levels_out = 0;
    struct attention_output fine = {0}, exact = {0};
    gboolean ok = attention_run(model, config, input, output, error) && attention_run(model, &unquantised, input, &fine, error) &&
                  attention_exact(model, config, input, &exact, error);
    if (ok) {
        gsize n = input->n_cases * input->n_tokens * input->dimension;
        g_autofree double *softmax = g_new(double, n);
        attention_softmax(config, input, softmax);
        errors[0] = attention_compare(n, output->a, fine.a);
        errors[1] = attention_compare(n, fine.a, exact.a);
        errors[2] = attention_compare(n, output->a, exact.a);
        errors[3] = attention_compare(n, output->a, softmax);
    }
    attention_output_free(&fine);
    attention_output_free(&exact);
    return ok;
}

struct table *attention_table(const char *name, const struct attention_error errors[ATTENTION_COMPARISONS])
{
    struct table *table = table_new(name, "Attention output against references");
    struct column *output = table_add_texts(table, "output"), *against = table_add_texts(table, "against"),
                  *rms = table_add_numbers(table, "relative_rms", "%"), *affine = table_add_numbers(table, "after_gain_offset", "%"),
                  *correlation = table_add_numbers(table, "correlation", "");
    for (gsize i = 0; i < ATTENTION_COMPARISONS; i++) {
        column_push_text(output, comparisons[i][0]);
        column_push_text(against, comparisons[i][1]);
        column_push_number(rms, 100 * errors[i].relative_rms);
        column_push_number(affine, 100 * errors[i].relative_rms_after_gain_offset);
        column_push_number(correlation, errors[i].correlation);
    }
    table_close(table);
    return table;
}

void attention_note_clamped(struct table *table, const struct attention_config *config, const struct attention_input *input)
{
    double share[3];
    attention_clamped(config, input, share);
    if (share[0] > 0 || share[1] > 0 || share[2] > 0)
        table_note(table, "clamped: %.3g %% of Q to [0, 1], %.3g %% of K and %.3g %% of V to [0, %g V]", 100 * share[0], 100 * share[1],
                   100 * share[2], config->v_max_V);
}

static void free_array(gpointer array)
{
    ndarray_free(array);
}

/* Synthetic heads: Q uniform in [0,1]; K and V normal about mid level, sd a sixth of the range, clipped to it. */
static GPtrArray *synthetic(const struct attention_spec *spec, double v_max_V)
{
    GPtrArray *arrays = g_ptr_array_new_with_free_func(free_array);
    const gsize shape[3] = {(gsize)spec->cases, (gsize)spec->tokens, (gsize)spec->dimension};
    static const char *const names[] = {"Q", "K", "V"};
    for (int a = 0; a < 3; a++) {
        struct ndarray *array = ndarray_new(names[a], 3, shape);
        for (gsize i = 0; i < ndarray_size(array); i++)
            array->data[i] = a == 0 ? random_uniform(spec->seed, names[a], i)
                                    : CLAMP(v_max_V * (0.5 + random_normal(spec->seed, names[a], i) / 6), 0, v_max_V);
        g_ptr_array_add(arrays, array);
    }
    return arrays;
}

static struct attention_config config_of(const struct attention_spec *spec, const struct technology *technology)
{
    struct attention_config config = attention_defaults();
    config.window = (gsize)spec->window;
    config.tile = (gsize)spec->tile;
    config.levels_q = spec->levels_input;
    config.levels_kv = spec->levels_store;
    config.levels_out = spec->levels_output;
    config.codes = spec->output_codes == 32 ? OUTPUT_CODES_32 : OUTPUT_CODES_33;
    config.decay_per_token = spec->decay_per_token;
    config.decay_mode = spec->decay_once ? DECAY_ONCE : DECAY_POWER;
    config.v_in_V = spec->v_in_V;
    config.v_bl_V = spec->v_bl_V;
    config.v_mid_V = spec->v_mid_V;
    config.v_max_V = technology->vdd_V;
    config.s_sat_A = spec->s_sat_A;
    config.out_sat_A = spec->out_sat_A;
    return config;
}

/* The model that the spec names: a fit of this design (borrowed), or a file (owned, in *own). */
static const struct model *find_model(struct flow *flow, const struct attention_spec *spec, const GPtrArray *fits, struct model **own,
                                      GError **error)
{
    if (spec->model_is_fit) {
        for (guint f = 0; f < fits->len; f++) {
            const struct fitted *fitted = fits->pdata[f];
            if (strcmp(fitted->spec->name, spec->model) == 0)
                return fitted->chosen;
        }
        error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "attention \"%s\": fit \"%s\" was not made", spec->name, spec->model);
        return NULL;
    }
    g_autofree char *path = model_path(flow->design->folder, spec->model);
    *own = model_read(path, spec->origin, error);
    return *own;
}

gboolean attention_write(const char *path, const struct attention_output *output, const char *note, GError **error)
{
    g_autoptr(GPtrArray) arrays = g_ptr_array_new_with_free_func(free_array);
    const struct {
        const char *name;
        const double *data;
        gsize last;
    } parts[] = {{"S", output->s, output->n_tokens}, {"phi", output->phi, output->n_tokens}, {"A", output->a, output->dimension}};
    for (gsize p = 0; p < G_N_ELEMENTS(parts); p++) {
        const gsize shape[3] = {output->n_cases, output->n_tokens, parts[p].last};
        struct ndarray *array = ndarray_new(parts[p].name, 3, shape);
        memcpy(array->data, parts[p].data, ndarray_size(array) * sizeof(double));
        g_ptr_array_add(arrays, array);
    }
    return npz_write_noted(path, arrays, note, error);
}

/* What decides the result, as one digest. */
static char *made_from(const struct model *model, const struct attention_config *config, const struct attention_input *input)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *json = model_to_json(model);
    char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE], d[NUMBER_SIZE], e[NUMBER_SIZE], f[NUMBER_SIZE], g[NUMBER_SIZE];
    g_autofree char *text = g_strdup_printf(
        "gainspice-attention 2 %" G_GSIZE_FORMAT " %" G_GSIZE_FORMAT " %d %d %d %d %d %s %s %s %s %s %s %s %" G_GSIZE_FORMAT
        " %" G_GSIZE_FORMAT " %" G_GSIZE_FORMAT, config->window, config->tile,
        config->levels_q, config->levels_kv, config->levels_out, (int)config->codes, (int)config->decay_mode,
        number_print(a, config->decay_per_token), number_print(b, config->v_in_V), number_print(c, config->v_bl_V),
        number_print(d, config->v_mid_V), number_print(e, config->s_sat_A), number_print(f, config->out_sat_A),
        number_print(g, config->v_max_V), input->n_cases, input->n_tokens, input->dimension);
    gsize bytes = input->n_cases * input->n_tokens * input->dimension * sizeof(double);
    g_checksum_update(sum, (const guchar *)json, -1);
    g_checksum_update(sum, (const guchar *)text, -1);
    g_checksum_update(sum, (const guchar *)input->q, (gssize)bytes);
    g_checksum_update(sum, (const guchar *)input->k, (gssize)bytes);
    g_checksum_update(sum, (const guchar *)input->v, (gssize)bytes);
    return g_strdup(g_checksum_get_string(sum));
}

/* The figures as text that reads back exactly. */
static char *pack(const struct attention_error *errors)
{
    GString *out = g_string_new(NULL);
    char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE];
    for (gsize i = 0; i < ATTENTION_COMPARISONS; i++)
        g_string_append_printf(out, "%s %s %s\n", number_print(a, errors[i].relative_rms),
                               number_print(b, errors[i].relative_rms_after_gain_offset), number_print(c, errors[i].correlation));
    return g_string_free(out, FALSE);
}

static gboolean unpack(const char *text, struct attention_error *errors)
{
    const char *at = text;
    for (gsize i = 0; i < ATTENTION_COMPARISONS; i++) {
        double *const into[] = {&errors[i].relative_rms, &errors[i].relative_rms_after_gain_offset, &errors[i].correlation};
        for (gsize k = 0; k < G_N_ELEMENTS(into); k++) {
            char *end;
            *into[k] = g_ascii_strtod(at, &end);
            if (end == at)
                return FALSE;
            at = end;
        }
    }
    return TRUE;
}

/* Whether the archive at `path` is whole and carries `note`: a zip's comment is its last bytes. The store alone does not tell;
 * the file may be of other settings where a run ended between the two, or somebody's own. */
static gboolean file_carries(const char *path, const char *note)
{
    gsize n = strlen(note);
    g_autofree char *end = g_malloc0(n);
    FILE *file = fopen(path, "rbe");
    gboolean same = file != NULL && fseek(file, -(long)n, SEEK_END) == 0 && fread(end, 1, n, file) == n && memcmp(end, note, n) == 0;
    if (file != NULL)
        fclose(file);
    return same;
}

/* Computes, or recalls where the store has the figures and the arrays are in their place. */
static gboolean attend_or_recall(struct flow *flow, const struct attention_spec *spec, const struct model *model,
                                 const struct attention_input *input, struct attention_error *errors, GError **error)
{
    struct attention_config config = config_of(spec, flow->design->technology);
    g_autofree char *folder = g_build_filename(flow->folder, "attention", NULL);
    g_autofree char *file = g_strconcat(spec->name, ".npz", NULL);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *key = made_from(model, &config, input);
    GError *failed = NULL;
    g_autofree char *document = store_get_document(flow->store, "attention", spec->name, key, &failed);
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    g_autofree char *note = g_strdup_printf("gainspice " PACKAGE_VERSION ", attention %s of design %s, made from sha256 %s", spec->name,
                                            flow->design->name, key);
    if (document != NULL && unpack(document, errors) && file_carries(path, note))
        return TRUE;
    struct attention_output output = {0};
    g_autofree char *packed = NULL;
    gboolean ok = folder_make(folder, error) && attention_judge(model, &config, input, &output, errors, error) &&
                  attention_write(path, &output, note, error) && (packed = pack(errors)) != NULL &&
                  store_put_document(flow->store, "attention", spec->name, key, packed, error);
    attention_output_free(&output);
    return ok;
}

struct table *flow_attend(struct flow *flow, const struct attention_spec *spec, const GPtrArray *fits, GError **error)
{
    struct model *own = NULL;
    const struct model *model = find_model(flow, spec, fits, &own, error);
    if (model == NULL)
        return NULL;
    g_autofree char *path = spec->qkv != NULL ? path_from(flow->design->folder, spec->qkv) : NULL;
    g_autoptr(GPtrArray) arrays = path != NULL ? npz_read(path, error) : synthetic(spec, flow->design->technology->vdd_V);
    struct attention_input input;
    struct attention_error errors[ATTENTION_COMPARISONS];
    struct table *table = NULL;
    if (arrays != NULL && attention_input_from_npz(arrays, path != NULL ? path : "synthetic", &input, error) &&
        attend_or_recall(flow, spec, model, &input, errors, error)) {
        g_autofree char *name = g_strdup_printf("attention_%s", spec->name);
        table = attention_table(name, errors);
        table_note(table, "%s; %" G_GSIZE_FORMAT " cases, %" G_GSIZE_FORMAT " tokens, dimension %" G_GSIZE_FORMAT ", window %d", model->name,
                   input.n_cases, input.n_tokens, input.dimension, spec->window);
        struct attention_config config = config_of(spec, flow->design->technology);
        attention_note_clamped(table, &config, &input);
    }
    model_free(own);
    return table;
}
