/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attention/attention.h -- causal sliding-window attention on a gain-cell model.
 *
 * For a head with queries Q, keys K, values V, all [token][dimension] (arXiv 2409.19315, eq. 1-3 and the authors' code):
 *     S_ts = Σ_d Q_td · I(K_sd)            I: the cell's current at V_in, bit line at V_bl                     [A]
 *     φ_ts = clip(S_ts / S_sat, 0, 1)      HardSigmoid, in units of T_max                                      [1]
 *     A_td = Σ_tiles level(clip(Σ_{s in tile} φ_ts · I(V_sd) / S_sat_out · …, −1, 1))                           [1]
 * for t − window < s ≤ t. See doc/attention.md for the exact constants and both decay conventions.
 */
#ifndef GAINSPICE_ATTENTION_ATTENTION_H
#define GAINSPICE_ATTENTION_ATTENTION_H

#include <glib.h>

#include "fit/model.h"
#include "store/npz.h"

enum decay_mode {
    DECAY_ONCE,   /* the current of a key or value of age a is multiplied by D = exp(−decay·a)         */
    DECAY_POWER   /* the i-th power of (V_store − V_mid) is multiplied by D^i: the stored voltage decays towards V_mid */
};

enum output_codes {
    OUTPUT_CODES_33, /* step 2/31, round(x/step)·step, as the authors' code: k·2/31, k = −16 … 16 (odd count: 33) */
    OUTPUT_CODES_32  /* 32 levels from −1 to 1: −1 + k·2/31, k = 0 … 31 */
};

struct attention_config {
    gsize window;                /* M tokens, the query's own included */
    gsize tile;                  /* tokens a V tile; partial sums are clipped and quantised a tile */
    int levels_q, levels_kv, levels_out;   /* 0: not quantised */
    enum output_codes codes;
    double decay_per_token;      /* exponent a token of age; 0: none */
    enum decay_mode decay_mode;
    double v_in_V, v_bl_V, v_mid_V, v_max_V;   /* 0.9, 0.45, 0.45, 0.9 */
    double s_sat_A;              /* saturates φ: 80 µA */
    double out_sat_A;            /* full scale of a tile's signed read-out: 40 µA */
};
struct attention_config attention_defaults(void);

struct attention_input {
    gsize n_cases, n_tokens, dimension;
    const double *q, *k, *v;     /* [case][token][dimension] */
};

struct attention_output {
    gsize n_cases, n_tokens, dimension;
    double *s;     /* [case][token][token], A; 0 outside the causal window */
    double *phi;   /* [case][token][token] */
    double *a;     /* [case][token][dimension] */
};
void attention_output_free(struct attention_output *output);

/* Takes Q, K, V out of the arrays of an npz ("Q","K","V" or lower case); [token][dimension] is one case. Shapes must agree.
 * `name` is the file, for messages. The input borrows from `arrays`. */
gboolean attention_input_from_npz(const GPtrArray *arrays, const char *name, struct attention_input *input, GError **error);

/* Shares (0 to 1) of the numbers of Q, K and V that lie outside of what the circuit codes, [0, 1] and [0, v_max], and are clamped. */
void attention_clamped(const struct attention_config *config, const struct attention_input *input, double share[3]);

gboolean attention_run(const struct model *model, const struct attention_config *config, const struct attention_input *input,
                       struct attention_output *output, GError **error);

/* Ideal references with the same window, in double precision. exact: no quantisation, no decay, a linear cell of the model's
 * own slope (least squares over the stored range at V_in), same φ and read-out scale, no clip of partial sums.
 * softmax: softmax(Q·Kᵀ/√d)·V. Only `a` is meaningful across them. */
gboolean attention_exact(const struct model *model, const struct attention_config *config, const struct attention_input *input,
                         struct attention_output *output, GError **error);
void attention_softmax(const struct attention_config *config, const struct attention_input *input, double *a);

/* a against b [n]: rms(a − b)/rms(b); the same after the best common gain and offset; Pearson correlation. */
struct attention_error {
    double relative_rms, relative_rms_after_gain_offset, correlation;
};
struct attention_error attention_compare(gsize n, const double *a, const double *b);

#endif
