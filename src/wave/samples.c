/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wave/samples.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct samples samples_of(const double *values, gsize n)
{
    return (struct samples){.at = (const char *)values, .n = n, .stride = sizeof *values};
}

void samples_get(const struct samples *samples, gsize from, gsize n, double *out)
{
    const char *at = samples->at + from * samples->stride;
    if (samples->single) {
        float value;
        for (gsize i = 0; i < n; i++, at += samples->stride) {
            memcpy(&value, at, sizeof value);
            out[i] = (double)value;
        }
    } else if (samples->stride == sizeof *out) {
        memcpy(out, at, n * sizeof *out);
    } else {
        for (gsize i = 0; i < n; i++, at += samples->stride)
            memcpy(&out[i], at, sizeof *out);
    }
    for (gsize i = 0; samples->folded && i < n; i++)
        out[i] = fabs(out[i]);
}

void samples_done(const struct samples *samples, gsize from, gsize to)
{
    if (!samples->mapped || from >= to)
        return;
    gsize page = (gsize)sysconf(_SC_PAGESIZE);
    guintptr first = ((guintptr)samples->at + from * samples->stride + page - 1) / page * page;
    guintptr last = ((guintptr)samples->at + to * samples->stride) / page * page;
    if (first < last)
        madvise((void *)first, last - first, MADV_DONTNEED); /* advice: a refusal costs memory, not numbers */
}
