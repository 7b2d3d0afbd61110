/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attention/head.h -- one head on one case: scores, hard sigmoid, read-out by tiles.
 *
 * The current of a cell of age a is a sum of terms, Σ_i D^(power_i·a) · values_i: one term without decay or with DECAY_ONCE,
 * one for each power of (V − V_mid) with DECAY_POWER. So all of Q·I(K)ᵀ and φ·I(V) is matrix products. A cell that is no such
 * sum (another family, or a polynomial clamped at its box) is evaluated cell by cell.
 */
#ifndef GAINSPICE_ATTENTION_HEAD_H
#define GAINSPICE_ATTENTION_HEAD_H

#include "attention/attention.h"
#include "attention/curve.h"

struct head;

/* What `config` asks for, for cases of n_tokens × dimension. `clip`: partial sums are clipped to ±1 and quantised. Borrows
 * curve and config. */
struct head *head_new(const struct attention_config *config, const struct cell_curve *curve, gsize n_tokens, gsize dimension,
                      gboolean clip);
void head_free(struct head *head);

/* One case: q, k, v [token][dimension] as given; s, phi [token][token] are zero; a [token][dimension]. */
void head_run(struct head *head, const double *q, const double *k, const double *v, double *s, double *phi, double *a);

#endif
