/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stats/random.h -- reproducible random numbers: a pure function of a key, no state, no order.
 *
 * Philox4x32-10 (Salmon et al., SC'11; Random123). The key is the seed; the counter is made of what the number is for:
 * stream (a digest of a name such as "gc/x_dut.mrn/vt") and index (a sample's number). So a sample does not depend on the
 * order, the shard or the number of workers.
 */
#ifndef GAINSPICE_STATS_RANDOM_H
#define GAINSPICE_STATS_RANDOM_H

#include <glib.h>

/* Uniform in (0,1): an odd multiple of 2^-53, so never 0 or 1 and symmetric about 1/2. */
double random_uniform(guint64 seed, const char *stream, guint64 index);
/* Standard normal by the inverse distribution function of random_uniform (gsl_cdf_ugaussian_Pinv). */
double random_normal(guint64 seed, const char *stream, guint64 index);

/* The generator itself, for tests against its published vectors. */
void random_block(const guint32 counter[4], const guint32 key[2], guint32 block[4]);

#endif
