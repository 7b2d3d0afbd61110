/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wave/numbers.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct numbers numbers_of(const double *values, gsize n)
{
    return (struct numbers){.at = (const char *)values, .n = n, .stride = sizeof *values};
}

void numbers_get(const struct numbers *numbers, gsize from, gsize n, double *out)
{
    const char *at = numbers->at + from * numbers->stride;
    if (numbers->single) {
        float value;
        for (gsize i = 0; i < n; i++, at += numbers->stride) {
            memcpy(&value, at, sizeof value);
            out[i] = (double)value;
        }
    } else if (numbers->stride == sizeof *out) {
        memcpy(out, at, n * sizeof *out);
    } else {
        for (gsize i = 0; i < n; i++, at += numbers->stride)
            memcpy(&out[i], at, sizeof *out);
    }
    for (gsize i = 0; numbers->folded && i < n; i++)
        out[i] = fabs(out[i]);
}

void numbers_done(const struct numbers *numbers, gsize from, gsize to)
{
    if (!numbers->mapped || from >= to)
        return;
    /* A fault maps pages around it, so what lies close on either side may have come back. */
    enum { AROUND = 1 << 17 };
    gsize page = (gsize)sysconf(_SC_PAGESIZE), begin = from * numbers->stride, end = to * numbers->stride;
    begin -= MIN(begin, (gsize)AROUND);
    end = MIN(end + AROUND, numbers->n * numbers->stride);
    guintptr first = ((guintptr)numbers->at + begin + page - 1) / page * page;
    guintptr last = ((guintptr)numbers->at + end) / page * page;
    if (first < last)
        madvise((void *)first, last - first, MADV_DONTNEED); /* advice: a refusal costs memory, not numbers */
}
