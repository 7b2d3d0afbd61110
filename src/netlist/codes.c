/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "netlist/codes.h"

#include "stats/random.h"

static int draw(const struct codes *codes, const char *stream)
{
    int code = (int)(random_uniform(codes->seed, stream, 0) * codes->levels);
    return MIN(code, codes->levels - 1); /* u < 1, but the product may round up */
}

int pwm_code(const struct stimulus *pwm, int line)
{
    g_assert(line >= pwm->first && line <= pwm->last);
    if (pwm->codes.values != NULL)
        return pwm->codes.values[line - pwm->first];
    char stream[32];
    g_snprintf(stream, sizeof stream, "pwm/%d", line);
    return draw(&pwm->codes, stream);
}

int store_code(const struct stimulus *store, int columns, int row, int column)
{
    if (store->codes.values != NULL)
        return store->codes.values[(gsize)row * (gsize)columns + (gsize)column];
    char stream[48];
    g_snprintf(stream, sizeof stream, "store/%d/%d", row, column);
    return draw(&store->codes, stream);
}

double store_V(const struct stimulus *store, int code)
{
    int top = store->codes.levels - 1;
    return (store->low_V * (top - code) + store->high_V * code) / top; /* exact at both ends */
}
