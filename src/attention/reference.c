/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attention/reference.c -- the attention of a network without a circuit, and how far apart two results are. */
#include "config.h"

#include "attention/attention.h"

#include <math.h>
#include <string.h>

static double dot(gsize n, const double *a, const double *b)
{
    double sum = 0;
    for (gsize i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* One query t of one case; weights[n_tokens] is scratch. */
static void softmax_row(const struct attention_input *input, gsize window, gsize t, const double *q, const double *k,
                        const double *v, double *weights, double *a)
{
    gsize d = input->dimension, first = t + 1 > window ? t + 1 - window : 0;
    double largest = -INFINITY, sum = 0;
    for (gsize s = first; s <= t; s++) {
        weights[s] = dot(d, q + t * d, k + s * d) / sqrt((double)d);
        largest = fmax(largest, weights[s]);
    }
    for (gsize s = first; s <= t; s++) /* less the largest: no overflow */
        sum += weights[s] = exp(weights[s] - largest);
    memset(a + t * d, 0, d * sizeof *a);
    for (gsize s = first; s <= t; s++)
        for (gsize i = 0; i < d; i++)
            a[t * d + i] += weights[s] / sum * v[s * d + i];
}

void attention_softmax(const struct attention_config *config, const struct attention_input *input, double *a)
{
    g_autofree double *weights = g_new(double, input->n_tokens);
    gsize cells = input->n_tokens * input->dimension;
    for (gsize c = 0; c < input->n_cases; c++)
        for (gsize t = 0; t < input->n_tokens; t++)
            softmax_row(input, config->window, t, input->q + c * cells, input->k + c * cells, input->v + c * cells, weights,
                        a + c * cells);
}

struct attention_error attention_compare(gsize n, const double *a, const double *b)
{
    double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0, b2 = 0, difference2 = 0, rest2 = 0;
    for (gsize i = 0; i < n; i++) {
        mean_a += a[i] / (double)n;
        mean_b += b[i] / (double)n;
    }
    for (gsize i = 0; i < n; i++) {
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        b2 += b[i] * b[i];
        difference2 += (a[i] - b[i]) * (a[i] - b[i]);
    }
    double gain = aa > 0 ? ab / aa : 0;
    for (gsize i = 0; i < n; i++) {
        double rest = mean_b + gain * (a[i] - mean_a) - b[i];
        rest2 += rest * rest;
    }
    return (struct attention_error){sqrt(difference2 / b2), sqrt(rest2 / b2), ab / sqrt(aa * bb)};
}
