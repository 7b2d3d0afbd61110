/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/noise.c -- numbers from a noise density y(f) = √S(f), S one-sided, between the frequencies `from` and `to`.
 *
 * Between two points S is a power of f, so that white noise, 1/f and the flanks of a low-pass are exact and a grid in decades
 * suffices; where an end is zero, a straight line. Of N points a decade the bend of a first-order low-pass is off by less than
 * (ln 10 / N)² / 8 of S there: 0.17 % at 20.
 *
 *     noise-rms²     ∫ S df
 *     noise-charge²  ∫ S (sin(πfT) / (πf))² df = ∫ S T² sinc²(fT) df     of ∫ i dt over a window T; white noise gives S T / 2
 *     noise-white    √W                                                   of the fit S = W + K/f
 *     noise-corner   K / W
 *
 * The charge's lower limit matters where S is 1/f: the integral goes on growing by K T² ln 10 a decade towards 0, so that a number
 * without its `from` says nothing. Below 0.1/T the integrand is smooth over ln f (adaptive Gauss-Kronrod); above it
 * (sin πfT)² = (1 - cos 2πfT)/2, of which the first part has a closed form and the second goes to QAWO, which does not mind
 * a thousand periods a piece (R. Piessens et al., QUADPACK, 1983; both in GSL).
 *
 * The fit is that of least relative squares over the points, W and K not negative. Where its rms misfit of S exceeds 5 % the noise is not
 * white + 1/f, and there is no answer.
 */
#include "config.h"

#include "measure/method.h"

#include <gsl/gsl_integration.h>
#include <math.h>
#include <string.h>

#define SMOOTH 0.1          /* fT up to which the window is taken over ln f */
#define PRECISION 1e-9
#define MISFIT 0.05
enum { INTERVALS = 1000, LEVELS = 40 };

/* S = s (f/f0)^p between two points, or s + slope (f - f0) where an end is zero. */
struct piece {
    double f0, f1, s, p, slope;
    gboolean is_power;
};

static struct piece piece_make(double f0, double f1, double y0, double y1)
{
    double s0 = y0 * y0, s1 = y1 * y1;
    if (s0 > 0 && s1 > 0 && f0 > 0)
        return (struct piece){f0, f1, s0, log(s1 / s0) / log(f1 / f0), 0, TRUE};
    return (struct piece){f0, f1, s0, 0, (s1 - s0) / (f1 - f0), FALSE};
}

static double piece_density(const struct piece *piece, double f)
{
    return piece->is_power ? piece->s * pow(f / piece->f0, piece->p) : piece->s + piece->slope * (f - piece->f0);
}

/* ∫ s (f/f0)^p (f/f0)^shift df from `from` to f1: s f0 ((f1/f0)^q - (from/f0)^q) / q with q = p + shift + 1 */
static double power_integral(const struct piece *piece, double shift, double from)
{
    double q = piece->p + shift + 1, a = log(from / piece->f0), b = log(piece->f1 / piece->f0);
    if (fabs(q * (b - a)) < 1e-8)
        return piece->s * piece->f0 * exp(q * a) * (b - a) * (1 + q * (b - a) / 2);
    return piece->s * piece->f0 * exp(q * a) * expm1(q * (b - a)) / q;
}

static double piece_integral(const struct piece *piece)
{
    if (piece->is_power)
        return power_integral(piece, 0, piece->f0);
    double h = piece->f1 - piece->f0;
    return h * (piece->s + piece->slope * h / 2);
}

/* --- the window ---------------------------------------------------------------------------------------------------------- */

struct charge {
    const struct piece *piece;
    double t_s;
    double sum, error; /* C², of what has been added up */
    gsl_integration_workspace *workspace;
    gsl_integration_qawo_table *table;
};

/* S (sin(πfT)/(πf))² f over ln f. */
static double smooth(double ln_f, void *user)
{
    const struct charge *charge = user;
    double f = exp(ln_f), window = sin(G_PI * f * charge->t_s) / (G_PI * f);
    return piece_density(charge->piece, f) * window * window * f;
}

static double over_square(double f, void *user)
{
    const struct charge *charge = user;
    return piece_density(charge->piece, f) / (2 * G_PI * G_PI * f * f);
}

static gboolean add_smooth(struct charge *charge, double from, double to)
{
    gsl_function f = {smooth, charge};
    double part, error;
    int status = gsl_integration_qag(&f, log(from), log(to), 0, PRECISION, INTERVALS, GSL_INTEG_GAUSS31, charge->workspace, &part, &error);
    charge->sum += part;
    charge->error += error;
    return status == 0;
}

/* Half of S/(πf)², less that half times cos(2πfT). */
static gboolean add_oscillating(struct charge *charge, double from, double to)
{
    const struct piece *piece = charge->piece;
    gsl_function f = {over_square, charge};
    double mean, part, error = 0;
    int status = 0;
    if (piece->is_power)
        mean = power_integral(piece, -2, from) / (2 * G_PI * G_PI * piece->f0 * piece->f0);
    else
        status = gsl_integration_qag(&f, from, to, 0, PRECISION, INTERVALS, GSL_INTEG_GAUSS31, charge->workspace, &mean, &error);
    charge->error += error;
    if (status == 0)
        status = gsl_integration_qawo_table_set(charge->table, 2 * G_PI * charge->t_s, to - from, GSL_INTEG_COSINE);
    if (status == 0)
        status = gsl_integration_qawo(&f, from, PRECISION * mean, PRECISION, INTERVALS, charge->workspace, charge->table, &part, &error);
    charge->sum += mean - part;
    charge->error += error;
    return status == 0;
}

static gboolean add_piece(struct charge *charge, const struct piece *piece)
{
    double knee = CLAMP(SMOOTH / charge->t_s, piece->f0, piece->f1);
    charge->piece = piece;
    if (piece->s == 0 && piece->slope == 0)
        return TRUE;
    return (knee <= piece->f0 || add_smooth(charge, piece->f0, knee)) &&
           (knee >= piece->f1 || add_oscillating(charge, knee, piece->f1));
}

/* --- measures ------------------------------------------------------------------------------------------------------------ */

static gboolean of_density(const struct measure_spec *spec, const struct bench *bench, unsigned needed, GError **error)
{
    if (bench->analysis.kind != ANALYSIS_NOISE)
        return method_refuse(error, "only a bench with <noise/> gives a density");
    return method_takes(spec, needed, ATTRIBUTE_WINDOW, error);
}

static gboolean check_range(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    return of_density(spec, bench, 0, error);
}

static gboolean check_charge(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    return of_density(spec, bench, ATTRIBUTE_DURATION, error);
}

/* "A" of "A/√Hz". */
static char *unit_of_root(const struct measure_spec *spec G_GNUC_UNUSED, const char *signal_unit, const char *scale_unit G_GNUC_UNUSED)
{
    gboolean density = g_str_has_suffix(signal_unit, "/√Hz");
    return density ? g_strndup(signal_unit, strlen(signal_unit) - strlen("/√Hz")) : g_strconcat(signal_unit, ".√Hz", NULL);
}

static char *unit_of_window(const struct measure_spec *spec, const char *signal_unit, const char *scale_unit)
{
    g_autofree char *root = unit_of_root(spec, signal_unit, scale_unit);
    return strcmp(root, "A") == 0 ? g_strdup("C") : g_strconcat(root, ".s", NULL);
}

static struct piece piece_at(const struct window *w, gsize i)
{
    return piece_make(window_x(w, i - 1), window_x(w, i), window_y(w, i - 1), window_y(w, i));
}

/* The window of a density, whose frequencies are above 0. */
static gboolean density_window(const struct measure_spec *spec, const struct trace *trace, gsize least, struct window *w, GError **error)
{
    char p[NUMBER_SIZE];
    if (!window_make(spec, trace, trace->y, least, w, error))
        return FALSE;
    return w->from > 0 || method_refuse(error, "%s starts at %s, expected frequencies above 0", spec->of.name, number_short(p, w->from));
}

static gboolean run_rms(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    double sum = 0;
    if (!density_window(spec, trace, 2, &w, error))
        return FALSE;
    for (gsize i = 1; i < w.n; i++) {
        struct piece piece = piece_at(&w, i);
        sum += piece_integral(&piece);
    }
    *value = sqrt(sum);
    return TRUE;
}

static gboolean run_charge(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    if (!density_window(spec, trace, 2, &w, error))
        return FALSE;
    struct charge charge = {.t_s = spec->window_s,
                            .workspace = gsl_integration_workspace_alloc(INTERVALS),
                            .table = gsl_integration_qawo_table_alloc(1, 1, GSL_INTEG_COSINE, LEVELS)};
    gboolean ok = TRUE;
    for (gsize i = 1; ok && i < w.n; i++) {
        struct piece piece = piece_at(&w, i);
        ok = add_piece(&charge, &piece);
    }
    gsl_integration_qawo_table_free(charge.table);
    gsl_integration_workspace_free(charge.workspace);
    if (!ok || charge.error > 1e-6 * charge.sum)
        return method_refuse(error, "the integral over the window does not settle to 1e-6");
    *value = sqrt(charge.sum);
    return TRUE;
}

/* --- white and 1/f ------------------------------------------------------------------------------------------------------- */

struct fit {
    double white, flicker; /* S = white + flicker/f */
};

/* Normal equations of Σ (W/S + K/(f S) - 1)², K in units of f0 times those of W. */
static struct fit fit_sums(const struct window *w, double f0)
{
    double aa = 0, ab = 0, bb = 0, a1 = 0, b1 = 0, s0 = w->y_from * w->y_from;
    for (gsize i = 0; i < w->n; i++) {
        double y = window_y(w, i), a = s0 / (y * y), b = a * f0 / window_x(w, i);
        aa += a * a, ab += a * b, bb += b * b, a1 += a, b1 += b;
    }
    double det = aa * bb - ab * ab, white = (a1 * bb - b1 * ab) / det, flicker = (aa * b1 - ab * a1) / det;
    if (white < 0)
        white = 0, flicker = b1 / bb;
    else if (flicker < 0)
        white = a1 / aa, flicker = 0;
    return (struct fit){white * s0, flicker * s0 * f0};
}

static double fit_misfit(const struct window *w, const struct fit *fit)
{
    double sum = 0;
    for (gsize i = 0; i < w->n; i++) {
        double y = window_y(w, i), off = (fit->white + fit->flicker / window_x(w, i)) / (y * y) - 1;
        sum += off * off;
    }
    return sqrt(sum / (double)w->n);
}

static gboolean fit_make(const struct measure_spec *spec, const struct trace *trace, struct window *w, struct fit *fit, GError **error)
{
    char p[NUMBER_SIZE];
    if (!density_window(spec, trace, 4, w, error))
        return FALSE;
    for (gsize i = 0; i < w->n; i++)
        if (!(window_y(w, i) > 0))
            return method_refuse(error, "%s is zero at %s", spec->of.name, number_short(p, window_x(w, i)));
    *fit = fit_sums(w, w->from);
    double misfit = fit_misfit(w, fit);
    if (misfit <= MISFIT)
        return TRUE;
    return method_refuse(error, "%s is not white + 1/f: the best fit misses its square by %s %% rms", spec->of.name,
                         number_short(p, 100 * misfit));
}

static gboolean run_white(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    struct fit fit;
    if (!fit_make(spec, trace, &w, &fit, error))
        return FALSE;
    if (fit.white <= 0)
        return method_refuse(error, "%s is 1/f throughout: it has no white level", spec->of.name);
    *value = sqrt(fit.white);
    return TRUE;
}

/* Outside of the window it would be what rounding makes of a fit. */
static gboolean run_corner(const struct measure_spec *spec, const struct trace *trace, double *value, GError **error)
{
    struct window w;
    struct fit fit;
    char c[NUMBER_SIZE], a[NUMBER_SIZE], b[NUMBER_SIZE];
    if (!fit_make(spec, trace, &w, &fit, error))
        return FALSE;
    double corner = fit.flicker / fit.white;
    if (!(corner >= w.from && corner <= w.to))
        return method_refuse(error, "the corner of %s, %s, is not between %s and %s", spec->of.name, number_short(c, corner),
                             number_short(a, w.from), number_short(b, w.to));
    *value = corner;
    return TRUE;
}

const struct measure_method method_noise_rms = {
    .kind = MEASURE_NOISE_RMS,
    .title = "the rms value of the noise between two frequencies",
    .source = "the integral of the density's square, power laws between the points",
    .check = check_range,
    .unit = unit_of_root,
    .run = run_rms,
};

const struct measure_method method_noise_charge = {
    .kind = MEASURE_NOISE_CHARGE,
    .title = "the rms noise of the charge that a current brings within a window",
    .source = "the integral of S T² sinc²(fT); QUADPACK",
    .check = check_charge,
    .unit = unit_of_window,
    .run = run_charge,
};

const struct measure_method method_noise_white = {
    .kind = MEASURE_NOISE_WHITE,
    .title = "the white level of a density that is white + 1/f",
    .source = "least relative squares of W + K/f",
    .check = check_range,
    .unit = unit_of_signal,
    .run = run_white,
};

const struct measure_method method_noise_corner = {
    .kind = MEASURE_NOISE_CORNER,
    .title = "the frequency at which a density's 1/f part equals its white part",
    .source = "least relative squares of W + K/f",
    .check = check_range,
    .unit = unit_of_scale,
    .run = run_corner,
};
