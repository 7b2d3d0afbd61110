/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "netlist/mismatch.h"

#include <math.h>

#include "stats/random.h"

/* Far below what any device of use draws (with 15 % it is six standard deviations); it keeps the mobility positive. */
#define FACTOR_MIN 0.1

static double draw(guint64 seed, const char *path, const char *what, int sample)
{
    g_autofree char *stream = g_strdup_printf("%s/%s", path, what);
    return random_normal(seed, stream, (guint64)sample);
}

struct mismatch_scores mismatch_score(guint64 seed, const char *path, int sample)
{
    return (struct mismatch_scores){draw(seed, path, "vt", sample), draw(seed, path, "beta", sample)};
}

struct mismatch mismatch_draw(const struct device_role *role, double area_m2, guint64 seed, const char *path, int sample)
{
    struct mismatch_scores score = mismatch_score(seed, path, sample);
    double root_m = sqrt(area_m2);
    double weaker_V = role->a_vt_Vm / root_m * score.vt;    /* σ(Vt) = A_Vt/√(W·L) */
    double relative = role->a_beta_m / root_m * score.beta; /* σ(β)/β = A_β/√(W·L) */
    return (struct mismatch){role->is_p ? -weaker_V : weaker_V, MAX(1 + relative, FACTOR_MIN)};
}
