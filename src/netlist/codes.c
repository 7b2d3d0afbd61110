/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "netlist/codes.h"

#include <math.h>

#include "stats/random.h"

static double tilted(const struct codes *codes, double u, const char *stream, guint64 drawing)
{
    double t = codes->tilt[0];
    if (codes->tilt[1] != t)
        t += (codes->tilt[1] - t) * random_uniform(codes->seed, stream, drawing);
    return t >= 0 ? pow(u, exp(-t)) : 1 - pow(1 - u, exp(t));
}

static int draw(const struct codes *codes, const char *stream, const char *tilt_stream, guint64 drawing)
{
    double u = tilted(codes, random_uniform(codes->seed, stream, drawing), tilt_stream, drawing);
    int code = (int)(u * codes->levels);
    return MIN(code, codes->levels - 1); /* u < 1, but the power and the product may round up */
}

int pwm_code(const struct stimulus *pwm, int line, guint64 drawing)
{
    g_assert(line >= pwm->first && line <= pwm->last);
    if (pwm->codes.values != NULL)
        return pwm->codes.values[line - pwm->first];
    char stream[32];
    g_snprintf(stream, sizeof stream, "pwm/%d", line);
    return draw(&pwm->codes, stream, "pwm/tilt", drawing);
}

int store_code(const struct stimulus *store, int columns, int row, int column, guint64 drawing)
{
    if (store->codes.values != NULL)
        return store->codes.values[(gsize)row * (gsize)columns + (gsize)column];
    char stream[48];
    g_snprintf(stream, sizeof stream, "store/%d/%d", row, column);
    return draw(&store->codes, stream, "store/tilt", drawing);
}

double store_V(const struct stimulus *store, int code)
{
    int top = store->codes.levels - 1;
    return (store->low_V * (top - code) + store->high_V * code) / top; /* exact at both ends */
}
