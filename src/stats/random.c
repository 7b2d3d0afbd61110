/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stats/random.c -- see random.h. The counter is the stream's digest and the index, so that no two numbers of a run share
 * one: 64 bits of SHA-256 keep a million streams apart with a chance of 3e-8 that any two collide.
 */
#include "config.h"

#include "stats/random.h"

#include <Random123/philox.h>
#include <gsl/gsl_cdf.h>

void random_block(const guint32 counter[4], const guint32 key[2], guint32 block[4])
{
    philox4x32_ctr_t c = {{counter[0], counter[1], counter[2], counter[3]}};
    philox4x32_key_t k = {{key[0], key[1]}};
    philox4x32_ctr_t r = philox4x32_R(10, c, k);
    for (int i = 0; i < 4; i++)
        block[i] = r.v[i];
}

static guint32 word_of(const guint8 *bytes)
{
    return (guint32)bytes[0] | (guint32)bytes[1] << 8 | (guint32)bytes[2] << 16 | (guint32)bytes[3] << 24;
}

static void stream_digest(const char *stream, guint32 words[2])
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize length = sizeof digest;
    g_checksum_update(sum, (const guchar *)stream, -1);
    g_checksum_get_digest(sum, digest, &length);
    words[0] = word_of(digest);
    words[1] = word_of(digest + 4);
}

double random_uniform(guint64 seed, const char *stream, guint64 index)
{
    guint32 name[2], block[4];
    stream_digest(stream, name);
    const guint32 counter[4] = {(guint32)index, (guint32)(index >> 32), name[0], name[1]};
    const guint32 key[2] = {(guint32)seed, (guint32)(seed >> 32)};
    random_block(counter, key, block);
    guint64 bits = ((guint64)block[1] << 32 | block[0]) >> 12;
    return ((double)bits + 0.5) * 0x1p-52; /* (k + 1/2)·2^-52, 0 ≤ k < 2^52 */
}

double random_normal(guint64 seed, const char *stream, guint64 index)
{
    return gsl_cdf_ugaussian_Pinv(random_uniform(seed, stream, index));
}
