/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/mismatch.c -- how much cells differ: distributions of a read's figures over Monte Carlo samples of all devices.
 *
 * Everything is said of all samples of a condition together (summarise), each number with an interval of its own; stats/summary.h and
 * stats/split.h tell by which method. The split is a regression on the draws, which netlist/mismatch.h gives again for any
 * sample, so nothing but the seed is kept. Global variation is the corners'; these samples are local.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "characterise/kinds.h"
#include "netlist/deck.h"
#include "netlist/mismatch.h"
#include "stats/split.h"
#include "stats/summary.h"

#define FINE 8        /* points from level to level */
#define LEAST_SAMPLES 10

static const struct characterise_parameter parameters[] = {
    {"levels", DIMENSION_NONE, 8, 3, 64, TRUE, "levels of the stored value, in equal steps over its range: they set the LSB"},
    {"places", DIMENSION_NONE, 2, 2, 64, TRUE, "stored levels at which the current's distribution is given, in equal steps; no more than levels"},
    {NULL, DIMENSION_NONE, 0, 0, 0, FALSE, NULL},
};

/* What is sampled: name, unit, what it is. */
#define QUANTITIES(X)                                                                                                            \
    X(i_read, "A", "current into the cell at full input, dc, storage node forced")                                               \
    X(full_scale, "A", "current at the highest less that at the lowest stored level")                                            \
    X(v_zero, "V", "stored voltage without current, interpolated between points of level/8")                                     \
    X(slope, "A/V", "dI/dV_store at v_zero, difference over the two points beside it")

static const struct entry_kind entries[] = {
#define X(name, unit, what)                                                                                                      \
    {#name, unit, what ": mean over the samples, Student's t"},                                                                  \
    {#name "_sigma", unit, "its standard deviation: chi-square, or Bonett (2006) where normal_p is below 0.05"},                 \
    {#name "_normal_p", "", "Anderson-Darling: the chance of as odd a sample of a normal distribution"},                         \
    {#name "_q01", unit, "its 1 % quantile, fractional order statistics (Hutson 1999)"},                                         \
    {#name "_q50", unit, "its median, likewise"},                                                                                \
    {#name "_q99", unit, "its 99 % quantile, likewise"},                                                                         \
    {#name "_by", unit, "sigma that one device's Vt and current factor bring, by linear regression on the draws (HC3 errors)"},
    QUANTITIES(X)
#undef X
    {"sigma_rel", "%", "sigma over the mean's magnitude, of i_read and full_scale"},
    {"sigma_lsb", "LSB", "sigma of v_zero in steps between stored levels"},
    {"correlation", "", "Pearson's, of two of these over the samples; Fisher's z"},
    {NULL, NULL, NULL},
};

static gsize n_fine(const struct subject *of)
{
    return ((gsize)subject_parameter(of, "levels") - 1) * FINE + 1;
}

static void store_range(const struct subject *of, double *low_V, double *high_V)
{
    *low_V = subject_level_V(of, USE_STORE, LEVEL_LOW);
    *high_V = subject_level_V(of, USE_STORE, LEVEL_HIGH);
}

static gboolean expand(const struct subject *of, struct bench_writer *w, GError **error)
{
    double low_V, high_V, places = subject_parameter(of, "places"), levels = subject_parameter(of, "levels");
    int samples = g_array_index(of->spec->variants, struct variant, 0).axes->samples; /* the same at each supply */
    if (samples < LEAST_SAMPLES) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, of->spec->origin,
                     "mismatch: %d samples: expected <monte-carlo samples=\"%d\" seed=\"…\"/> or more in its axes or the design's",
                     samples, LEAST_SAMPLES);
        return FALSE;
    }
    if (fmod(levels - 1, places - 1) != 0) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, of->spec->origin,
                     "mismatch: %g places are not among %g levels: expected %g steps in a whole number of equal parts", places, levels,
                     levels - 1);
        return FALSE;
    }
    g_autofree char *current = writer_signal(w, "i", USE_BIT_LINE);
    store_range(of, &low_V, &high_V);
    write_begin(w, "spread");
    write_hold(w, USE_WORD_LINE, subject_level_V(of, USE_WORD_LINE, LEVEL_ON));
    write_sweep(w, "v_store", USE_STORE, low_V, high_V, (int)n_fine(of));
    write_rest(w);
    write_element(w, "<dc/>");
    write_measure(w, "i_read", "value", current, "");
    write_end(w);
    return TRUE;
}

/* ---- the samples ---------------------------------------------------------------------------------------------------- */

/* One quantity at one place: its value in each sample. */
struct sampled {
    const char *name, *unit;
    char *at;                /* NULL: there is one place */
    double *values;          /* [n] */
};

struct samples {
    gsize n;
    GPtrArray *quantities;   /* struct sampled */
    GPtrArray *devices;      /* struct drawn_device */
    double *draws;           /* [n][2 · devices]: Vt and current factor of each */
    double zero_off_V;       /* the largest difference of v_zero from that of every second point */
};

static void sampled_free(gpointer data)
{
    struct sampled *sampled = data;
    g_free(sampled->at);
    g_free(sampled->values);
    g_free(sampled);
}

static double *add_quantity(struct samples *samples, const char *name, const char *unit, const char *at)
{
    struct sampled *sampled = g_new(struct sampled, 1);
    *sampled = (struct sampled){name, unit, g_strdup(at), g_new(double, samples->n)};
    g_ptr_array_add(samples->quantities, sampled);
    return sampled->values;
}

static double slope_at(gsize n, const double *v_V, const double *i_A, double zero_V)
{
    gsize k = 0;
    while (k + 2 < n && v_V[k + 1] <= zero_V)
        k++;
    return isnan(zero_V) ? NAN : (i_A[k + 1] - i_A[k]) / (v_V[k + 1] - v_V[k]);
}

/* Zero and slope of each sample. */
static void take_zeros(const struct subject *of, const struct readings *const *readings, struct samples *samples)
{
    gsize n = n_fine(of), half = 0;
    double low_V, high_V, *zero_V = add_quantity(samples, "v_zero", "V", NULL),
                          *slope = add_quantity(samples, "slope", "A/V", NULL);
    g_autofree double *v_V = g_new(double, n), *half_V = g_new(double, n), *half_A = g_new(double, n);
    store_range(of, &low_V, &high_V);
    level_values(n, low_V, high_V, v_V);
    for (gsize s = 0; s < samples->n; s++) {
        const double *i_A = reading(readings[s], "spread", "i_read", n);
        half = 0;
        for (gsize i = 0; i < n; i += 2, half++) {
            half_V[half] = v_V[i];
            half_A[half] = i_A[i];
        }
        zero_V[s] = first_crossing(n, v_V, i_A, 0);
        slope[s] = slope_at(n, v_V, i_A, zero_V[s]);
        double off_V = fabs(first_crossing(half, half_V, half_A, 0) - zero_V[s]);
        samples->zero_off_V = s == 0 ? off_V : fmax(samples->zero_off_V, off_V);
    }
}

static void take_currents(const struct subject *of, const struct readings *const *readings, struct samples *samples)
{
    gsize n = n_fine(of), places = (gsize)subject_parameter(of, "places");
    double low_V, high_V, *full_A;
    char at[AT_SIZE];
    store_range(of, &low_V, &high_V);
    for (gsize p = 0; p < places; p++) {
        gsize k = p * (n - 1) / (places - 1);
        double *i_A = add_quantity(samples, "i_read", "A",
                                   at_value(at, "v_store", low_V + (high_V - low_V) * (double)p / (double)(places - 1), "V"));
        for (gsize s = 0; s < samples->n; s++)
            i_A[s] = reading(readings[s], "spread", "i_read", n)[k];
    }
    full_A = add_quantity(samples, "full_scale", "A", NULL);
    for (gsize s = 0; s < samples->n; s++) {
        const double *i_A = reading(readings[s], "spread", "i_read", n);
        full_A[s] = i_A[n - 1] - i_A[0];
    }
}

static const struct bench *bench_of(const struct subject *of)
{
    for (guint b = 0; b < of->design->benches->len; b++) {
        const struct bench *bench = of->design->benches->pdata[b];
        if (bench->characterise == of->spec)
            return bench;
    }
    g_assert_not_reached();
}

/* The devices whose mismatch is drawn, and their draws. None where the deck cannot be built: then no sample has a number either. */
static void take_draws(const struct subject *of, struct samples *samples)
{
    const struct bench *bench = bench_of(of);
    struct point *point = point_first(of->design, bench);
    samples->devices = deck_devices(point, NULL);
    point_free(point);
    if (samples->devices == NULL)
        samples->devices = g_ptr_array_new();
    double *next = samples->draws = g_new(double, MAX(samples->n * samples->devices->len * 2, 1));
    for (gsize s = 0; s < samples->n; s++)
        for (guint d = 0; d < samples->devices->len; d++) {
            const struct drawn_device *device = samples->devices->pdata[d];
            struct mismatch_scores score = mismatch_score(bench->axes->seed, device->path, (int)s + 1);
            *next++ = score.vt;
            *next++ = score.beta;
        }
}

/* ---- the data sheet ------------------------------------------------------------------------------------------------- */

static void put(struct sheet *sheet, const struct sampled *sampled, const char *suffix, const char *at, struct estimate estimate)
{
    g_autofree char *entry = g_strconcat(sampled->name, suffix, NULL);
    sheet_put_interval(sheet, entry, at, estimate.value, estimate.low, estimate.high);
}

/* By each device, and what is left; gives σ by linear propagation. NAN: too few samples. */
static double put_split(struct sheet *sheet, const struct samples *samples, const struct sampled *sampled)
{
    gsize k = 2 * (gsize)samples->devices->len, n = 0;
    g_autofree double *y = g_new(double, samples->n), *z = g_new(double, MAX(samples->n * k, 1));
    for (gsize s = 0; s < samples->n; s++)
        if (isfinite(sampled->values[s])) {
            memcpy(z + n * k, samples->draws + s * k, k * sizeof *z);
            y[n++] = sampled->values[s];
        }
    struct split *split = k > 0 ? split_make(n, k, y, z, NULL) : NULL;
    if (split == NULL)
        return NAN;
    for (guint d = 0; d < samples->devices->len; d++) {
        const char *device = drawn_device_label(samples->devices->pdata[d]);
        g_autofree char *here = sampled->at != NULL ? g_strdup_printf("%s, %s", device, sampled->at) : g_strdup(device);
        put(sheet, sampled, "_by", here, split_sigma(split, 2 * d, 2, SUMMARY_LEVEL));
    }
    g_autofree char *rest = sampled->at != NULL ? g_strdup_printf("not linear, %s", sampled->at) : g_strdup("not linear");
    put(sheet, sampled, "_by", rest, (struct estimate){split->residual, NAN, NAN});
    double linear = sqrt(split_variance(split, 0, k));
    split_free(split);
    return linear;
}

static void put_quantity(const struct subject *of, struct sheet *sheet, const struct samples *samples, const struct sampled *sampled)
{
    struct summary s = summary_make(samples->n, sampled->values);
    static const char *const quantiles[] = {"_q01", "_q50", "_q99"};
    put(sheet, sampled, "", sampled->at, s.mean);
    if (strcmp(sampled->name, "v_zero") == 0)
        sheet_check(sheet, "of twice the step", samples->zero_off_V, fabs(s.sigma.value) / 10, "V");
    put(sheet, sampled, "_normal_p", sampled->at, (struct estimate){s.normality.p, NAN, NAN});
    for (int q = 0; q < SUMMARY_QUANTILE_COUNT; q++)
        put(sheet, sampled, quantiles[q], sampled->at, s.quantile[q]);
    double linear = put_split(sheet, samples, sampled), half = (s.sigma.high - s.sigma.low) / 2;
    put(sheet, sampled, "_sigma", sampled->at, s.sigma);
    if (!isnan(linear))
        sheet_check(sheet, "of linear propagation, within the interval", linear - s.sigma.value, half, sampled->unit);
    g_autofree char *here = sampled->at != NULL ? g_strdup_printf("%s, %s", sampled->name, sampled->at) : g_strdup(sampled->name);
    double mean = fabs(s.mean.value), lsb_V = (subject_level_V(of, USE_STORE, LEVEL_HIGH) - subject_level_V(of, USE_STORE, LEVEL_LOW)) /
                                              (subject_parameter(of, "levels") - 1);
    if (strcmp(sampled->name, "i_read") == 0 || strcmp(sampled->name, "full_scale") == 0)
        sheet_put_interval(sheet, "sigma_rel", here, 100 * s.sigma.value / mean, 100 * s.sigma.low / mean, 100 * s.sigma.high / mean);
    if (strcmp(sampled->name, "v_zero") == 0)
        sheet_put_interval(sheet, "sigma_lsb", here, s.sigma.value / lsb_V, s.sigma.low / lsb_V, s.sigma.high / lsb_V);
}

/* Over the samples that gave both. */
static void put_correlation(struct sheet *sheet, const struct samples *samples, const struct sampled *a, const struct sampled *b)
{
    g_autofree double *x = g_new(double, samples->n), *y = g_new(double, samples->n);
    gsize n = 0;
    for (gsize s = 0; s < samples->n; s++)
        if (isfinite(a->values[s]) && isfinite(b->values[s])) {
            x[n] = a->values[s];
            y[n++] = b->values[s];
        }
    g_autofree char *here = g_strdup_printf("%s%s%s, %s%s%s", a->name, a->at != NULL ? " " : "", a->at != NULL ? a->at : "", b->name,
                                            b->at != NULL ? " " : "", b->at != NULL ? b->at : "");
    struct estimate r = estimate_correlation(n, x, y, SUMMARY_LEVEL);
    sheet_put_interval(sheet, "correlation", here, r.value, r.low, r.high);
}

/* Nothing is said of one sample alone. */
static void evaluate(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    (void)of, (void)readings, (void)sheet;
}

static void summarise(const struct subject *of, const struct readings *const *readings, gsize n, struct sheet *sheet)
{
    struct samples samples = {.n = n, .quantities = g_ptr_array_new_with_free_func(sampled_free)};
    take_currents(of, readings, &samples);
    take_zeros(of, readings, &samples);
    take_draws(of, &samples);
    for (guint q = 0; q < samples.quantities->len; q++)
        put_quantity(of, sheet, &samples, samples.quantities->pdata[q]);
    for (guint a = 0; a < samples.quantities->len; a++)
        for (guint b = a + 1; b < samples.quantities->len; b++)
            put_correlation(sheet, &samples, samples.quantities->pdata[a], samples.quantities->pdata[b]);
    g_ptr_array_unref(samples.quantities);
    g_ptr_array_unref(samples.devices);
    g_free(samples.draws);
}

const struct characterisation characterise_mismatch = {
    .name = "mismatch",
    .title = "Mismatch",
    .source = "M. Pelgrom et al., IEEE J. Solid-State Circuits 24 (1989) 1433; statistics: the methods of each entry",
    .uses = 1 << USE_STORE | 1 << USE_BIT_LINE | 1 << USE_WORD_LINE,
    .parameters = parameters,
    .entries = entries,
    .expand = expand,
    .evaluate = evaluate,
    .summarise = summarise,
};
