/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attention/head.c -- the kernel. Queries go in blocks; a block sees a band of at most window + BLOCK − 1 tokens.
 *
 * Token s sits in column s mod window of a ring of columns, and the ring is cut into tiles: a partial sum is over the tokens
 * of one physical tile. While nothing has been overwritten that is the same as blocks of consecutive tokens.
 */
#include "config.h"

#include "attention/head.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

enum { BLOCK = 64 };

/* The Fortran name: GSL's reference BLAS also defines cblas_dgemm, and the linker would take whichever comes first. */
void dgemm_(const char *transpose_a, const char *transpose_b, const blasint *m, const blasint *n, const blasint *k,
            const double *alpha, const double *a, const blasint *lda, const double *b, const blasint *ldb, const double *beta,
            double *c, const blasint *ldc);

struct term {
    int power;
    double *k, *v; /* [token][dimension], A */
};

struct head {
    const struct attention_config *config;
    const struct cell_curve *curve;
    gsize n, d; /* tokens, dimension */
    gsize window, tile;
    gsize n_tiles, band; /* used tiles; widest band */
    gboolean clip, decays;
    int n_terms; /* 0: cell by cell */
    struct term terms[MODEL_MAX_ORDER + 1];
    double *decay;     /* [MODEL_MAX_ORDER + 1][window]: D^(power·age) */
    double *q, *k, *v; /* [token][dimension], clamped and quantised */
    double *block;     /* [BLOCK][band] */
    double *partial;   /* [tile][BLOCK][dimension], A */
};

/* Row-major c[m][n] (+)= a[m][k] · b[n][k]ᵀ */
static void multiply_nt(gsize m, gsize n, gsize k, const double *a, const double *b, double *c, gsize ldc)
{
    blasint mi = (blasint)m, ni = (blasint)n, ki = (blasint)k, ld = (blasint)ldc;
    dgemm_("T", "N", &ni, &mi, &ki, &(double){1}, b, &ki, a, &ki, &(double){0}, c, &ld);
}

/* Row-major c[m][n] += a[m][k] · b[k][n] */
static void multiply_add(gsize m, gsize n, gsize k, const double *a, gsize lda, const double *b, double *c)
{
    blasint mi = (blasint)m, ni = (blasint)n, ki = (blasint)k, ld = (blasint)lda;
    dgemm_("N", "N", &ni, &mi, &ki, &(double){1}, b, &ni, a, &ld, &(double){1}, c, &ni);
}

/* ---- coding */

/* step·round(x/step), halves to even, as numpy and torch round. */
static double quantise(double x, double step)
{
    return step * rint(x / step);
}

static void encode(gsize n, const double *from, double max, int levels, double *to)
{
    double step = levels > 0 ? max / (levels - 1) : 0;
    for (gsize i = 0; i < n; i++) {
        double x = CLAMP(from[i], 0, max);
        to[i] = levels > 0 ? quantise(x, step) : x;
    }
}

/* The digital value of a tile's sum in units of full scale. */
static double read_out(const struct head *head, double x)
{
    if (!head->clip)
        return x;
    x = CLAMP(x, -1, 1);
    int levels = head->config->levels_out;
    if (levels == 0)
        return x;
    double step = 2.0 / (levels - 1);
    return head->config->codes == OUTPUT_CODES_33 ? quantise(x, step) : -1 + quantise(x + 1, step);
}

/* ---- terms */

static int power_terms(const struct head *head)
{
    return head->decays && head->config->decay_mode == DECAY_POWER ? head->curve->order + 1 : 1;
}

/* The stored voltages on their way to v_mid stay inside the model's box: powers hold all along. */
static gboolean box_holds(const struct head *head)
{
    const struct cell_curve *curve = head->curve;
    double min = curve->v_mid_V, max = curve->v_mid_V, slack = 1e-9 * (curve->max_V - curve->min_V);
    for (gsize i = 0; i < head->n * head->d; i++) {
        min = fmin(min, fmin(head->k[i], head->v[i]));
        max = fmax(max, fmax(head->k[i], head->v[i]));
    }
    return min >= curve->min_V - slack && max <= curve->max_V + slack;
}

/* a_i (V − V_mid)^i for each stored voltage. */
static void fill_powers(const struct head *head, const double *stored, gsize which)
{
    for (gsize j = 0; j < head->n * head->d; j++) {
        double y = stored[j] - head->curve->v_mid_V, power = 1;
        for (int i = 0; i < head->n_terms; i++, power *= y)
            (which == 0 ? head->terms[i].k : head->terms[i].v)[j] = head->curve->a[i] * power;
    }
}

static void fill_currents(const struct head *head, const double *stored, double *current)
{
    for (gsize j = 0; j < head->n * head->d; j++)
        current[j] = cell_curve_at(head->curve, stored[j]);
}

/* Sets n_terms and the terms' values for the case in k and v. */
static void expand(struct head *head)
{
    gboolean by_power = head->decays && head->config->decay_mode == DECAY_POWER;
    head->n_terms = power_terms(head);
    if (!by_power) {
        head->terms[0].power = head->decays ? 1 : 0;
        fill_currents(head, head->k, head->terms[0].k);
        fill_currents(head, head->v, head->terms[0].v);
    } else if (head->curve->has_powers && box_holds(head)) {
        fill_powers(head, head->k, 0);
        fill_powers(head, head->v, 1);
    } else {
        head->n_terms = 0;
    }
}

/* ---- a block of queries t0 … t0 + rows − 1 */

struct span {
    gsize t0, rows; /* queries */
    gsize s0, s1;   /* tokens that any of them sees: s0 ≤ s < s1 */
};

static gsize first_seen(const struct head *head, gsize t)
{
    return t + 1 > head->window ? t + 1 - head->window : 0;
}

static const double *decay_of(const struct head *head, int power)
{
    return head->decay + (gsize)power * head->window;
}

static void scores_by_terms(struct head *head, const struct span *span, double *s)
{
    gsize width = span->s1 - span->s0;
    for (int i = 0; i < head->n_terms; i++) {
        const struct term *term = &head->terms[i];
        const double *decay = decay_of(head, term->power);
        multiply_nt(span->rows, width, head->d, head->q + span->t0 * head->d, term->k + span->s0 * head->d, head->block, width);
        for (gsize r = 0; r < span->rows; r++) {
            gsize t = span->t0 + r;
            for (gsize j = first_seen(head, t); j <= t; j++)
                s[t * head->n + j] += head->block[r * width + j - span->s0] * decay[t - j]; /*      S_ts = Σ_i D^i Q·a_i y^i */
        }
    }
}

static void scores_by_cell(const struct head *head, const struct span *span, double *s)
{
    double v_mid = head->curve->v_mid_V;
    const double *decay = decay_of(head, 1);
    for (gsize t = span->t0; t < span->t0 + span->rows; t++)
        for (gsize j = first_seen(head, t); j <= t; j++) {
            double sum = 0;
            for (gsize i = 0; i < head->d; i++) /*                                    S_ts = Σ_d Q I(V_mid + (K − V_mid) D) */
                sum += head->q[t * head->d + i] *
                       cell_curve_at(head->curve, v_mid + (head->k[j * head->d + i] - v_mid) * decay[t - j]);
            s[t * head->n + j] = sum;
        }
}

static void hard_sigmoid(const struct head *head, const struct span *span, const double *s, double *phi)
{
    for (gsize t = span->t0; t < span->t0 + span->rows; t++)
        for (gsize j = first_seen(head, t); j <= t; j++)
            phi[t * head->n + j] = CLAMP(s[t * head->n + j] / head->config->s_sat_A, 0, 1);
}

static void sums_by_terms(struct head *head, const struct span *span, const double *phi)
{
    gsize width = span->s1 - span->s0;
    for (int i = 0; i < head->n_terms; i++) {
        const double *decay = decay_of(head, head->terms[i].power);
        memset(head->block, 0, span->rows * width * sizeof *head->block);
        for (gsize r = 0; r < span->rows; r++) {
            gsize t = span->t0 + r;
            for (gsize j = first_seen(head, t); j <= t; j++)
                head->block[r * width + j - span->s0] = phi[t * head->n + j] * decay[t - j];
        }
        for (gsize p = 0; p < head->n_tiles; p++) /* a tile's columns, once for each turn of the ring that is in sight */
            for (gsize turn = span->s0 / head->window * head->window; turn < span->s1; turn += head->window) {
                gsize from = MAX(turn + p * head->tile, span->s0);
                gsize to = MIN(turn + MIN((p + 1) * head->tile, head->window), span->s1);
                if (from < to)
                    multiply_add(span->rows, head->d, to - from, head->block + from - span->s0, width,
                                 head->terms[i].v + from * head->d, head->partial + p * BLOCK * head->d);
            }
    }
}

static void sums_by_cell(struct head *head, const struct span *span, const double *phi)
{
    double v_mid = head->curve->v_mid_V;
    const double *decay = decay_of(head, 1);
    for (gsize t = span->t0; t < span->t0 + span->rows; t++)
        for (gsize j = first_seen(head, t); j <= t; j++) {
            double *sum = head->partial + ((j % head->window / head->tile) * BLOCK + t - span->t0) * head->d;
            double weight = phi[t * head->n + j];
            for (gsize i = 0; weight != 0 && i < head->d; i++)
                sum[i] += weight * cell_curve_at(head->curve, v_mid + (head->v[j * head->d + i] - v_mid) * decay[t - j]);
        }
}

/* A tile in which no token has been written is not read: 32 codes have no zero, and it would add a half step. */
static void add_tiles(const struct head *head, const struct span *span, double *a)
{
    for (gsize r = 0; r < span->rows; r++)
        for (gsize i = 0; i < head->d; i++) {
            double sum = 0;
            for (gsize p = 0; p < head->n_tiles && p * head->tile <= span->t0 + r; p++)
                sum += read_out(head, head->partial[(p * BLOCK + r) * head->d + i] / head->config->out_sat_A);
            a[(span->t0 + r) * head->d + i] = sum;
        }
}

/* ---- the whole */

struct head *head_new(const struct attention_config *config, const struct cell_curve *curve, gsize n_tokens, gsize dimension,
                      gboolean clip)
{
    struct head *head = g_new0(struct head, 1);
    gsize cells = n_tokens * dimension;
    head->config = config;
    head->curve = curve;
    head->n = n_tokens;
    head->d = dimension;
    head->window = config->window;
    head->tile = MIN(config->tile, config->window);
    head->clip = clip;
    head->decays = config->decay_per_token > 0;
    gsize columns = MIN(config->window, n_tokens); /* in use */
    head->n_tiles = (columns + head->tile - 1) / head->tile;
    head->band = MIN(columns + BLOCK, n_tokens);
    if (config->window > n_tokens) /* no turn of the ring; the tables stay small */
        head->window = MAX(n_tokens, 1);
    head->decay = g_new(double, (MODEL_MAX_ORDER + 1) * head->window);
    for (gsize power = 0; power <= MODEL_MAX_ORDER; power++)
        for (gsize age = 0; age < head->window; age++)
            head->decay[power * head->window + age] = exp(-config->decay_per_token * (double)power * (double)age);
    for (int i = 0; i < power_terms(head); i++)
        head->terms[i] = (struct term){i, g_new(double, cells), g_new(double, cells)};
    head->q = g_new(double, cells);
    head->k = g_new(double, cells);
    head->v = g_new(double, cells);
    head->block = g_new(double, BLOCK * head->band);
    head->partial = g_new(double, head->n_tiles *BLOCK *dimension);
    return head;
}

void head_free(struct head *head)
{
    if (head == NULL)
        return;
    for (int i = 0; i <= MODEL_MAX_ORDER; i++) {
        g_free(head->terms[i].k);
        g_free(head->terms[i].v);
    }
    g_free(head->decay);
    g_free(head->q);
    g_free(head->k);
    g_free(head->v);
    g_free(head->block);
    g_free(head->partial);
    g_free(head);
}

void head_run(struct head *head, const double *q, const double *k, const double *v, double *s, double *phi, double *a)
{
    const struct attention_config *config = head->config;
    gsize cells = head->n * head->d;
    openblas_set_num_threads(1); /* blocks are small, and callers run heads side by side */
    encode(cells, q, 1, config->levels_q, head->q);
    encode(cells, k, config->v_max_V, config->levels_kv, head->k);
    encode(cells, v, config->v_max_V, config->levels_kv, head->v);
    expand(head);
    for (gsize t0 = 0; t0 < head->n; t0 += BLOCK) {
        struct span span = {t0, MIN(BLOCK, head->n - t0), first_seen(head, t0), MIN(t0 + BLOCK, head->n)};
        memset(head->partial, 0, head->n_tiles * BLOCK * head->d * sizeof *head->partial);
        if (head->n_terms > 0)
            scores_by_terms(head, &span, s);
        else
            scores_by_cell(head, &span, s);
        hard_sigmoid(head, &span, s, phi);
        if (head->n_terms > 0)
            sums_by_terms(head, &span, phi);
        else
            sums_by_cell(head, &span, phi);
        add_tiles(head, &span, a);
    }
}
