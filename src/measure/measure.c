/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/measure.c -- the table of measurements, and the way from a deck's plots to the traces that they take.
 *
 * A dc plot with two sweeps holds its passes one after another; each becomes a trace of its own. A descending pass is
 * reversed, so that no measurement has to know; "rise" then means upwards along the scale, not along the run.
 */
#include "config.h"

#include "measure/measure.h"

#include <math.h>
#include <string.h>

#include "measure/method.h"

static const struct measure_method *const methods[] = {
    [MEASURE_VALUE] = &method_value,
    [MEASURE_MIN] = &method_min,
    [MEASURE_MAX] = &method_max,
    [MEASURE_MEAN] = &method_mean,
    [MEASURE_RMS] = &method_rms,
    [MEASURE_CROSSING] = &method_crossing,
    [MEASURE_DELAY] = &method_delay,
    [MEASURE_SLOPE] = &method_slope,
    [MEASURE_INTEGRAL] = &method_integral,
    [MEASURE_CHARGE] = &method_charge,
    [MEASURE_SETTLING] = &method_settling,
    [MEASURE_TIME_CONSTANT] = &method_time_constant,
    [MEASURE_COUNT] = &method_count,
    [MEASURE_NOISE_RMS] = &method_noise_rms,
    [MEASURE_NOISE_CHARGE] = &method_noise_charge,
    [MEASURE_NOISE_WHITE] = &method_noise_white,
    [MEASURE_NOISE_CORNER] = &method_noise_corner,
    [MEASURE_KIND_COUNT] = NULL,
};

static const char *const kind_names[] = {
#define X(id, name) name,
    MEASURE_KINDS(X)
#undef X
};

/* What ngspice calls the plot of an analysis, the unit of its scale. */
static const struct {
    const char *plot_name, *scale_unit;
} analyses[] = {
    [ANALYSIS_OP] = {"Operating Point", ""},
    [ANALYSIS_DC] = {"DC transfer characteristic", "V"},
    [ANALYSIS_TRAN] = {"Transient Analysis", "s"},
    [ANALYSIS_AC] = {"AC Analysis", "Hz"},
    [ANALYSIS_NOISE] = {"Noise Spectral Density", "Hz"},
};

/* Where the deck has no probe for it; a deck whose noise is a current's says so with its own. */
static const struct probe onoise_probe = {
    .signal = (char *)"onoise", .vector = (char *)"onoise_spectrum", .minus = NULL, .sign = 1, .unit = "V/√Hz"};

const struct measure_method *measure_method(enum measure_kind kind)
{
    return (guint)kind < MEASURE_KIND_COUNT ? methods[kind] : NULL;
}

const struct measure_method *const *measure_methods(void)
{
    return methods;
}

gboolean measure_is_pointwise(const struct measure_spec *spec)
{
    return spec->kind == MEASURE_VALUE && isnan(spec->at);
}

void measure_result_free(struct measure_result *result)
{
    if (result == NULL)
        return;
    g_free(result->name);
    g_free(result->unit);
    g_free(result->values);
    g_free(result->reason);
    g_free(result);
}

/* What is known of the bench's scale before it has run. FALSE: nothing. */
static gboolean bench_scale(const struct bench *bench, double *low, double *high)
{
    const struct analysis *analysis = &bench->analysis;
    switch (analysis->kind) {
    case ANALYSIS_TRAN:
        *low = analysis->start_s;
        *high = analysis->stop_s;
        return TRUE;
    case ANALYSIS_AC:
    case ANALYSIS_NOISE:
        *low = analysis->from_Hz;
        *high = analysis->to_Hz;
        return TRUE;
    case ANALYSIS_DC: {
        if (bench->sweeps == NULL || bench->sweeps->len == 0)
            return FALSE;
        const struct sweep *sweep = bench->sweeps->pdata[bench->sweeps->len - 1];
        *low = INFINITY;
        *high = -(double)INFINITY;
        for (gsize i = 0; i < sweep->n; i++) {
            *low = MIN(*low, sweep->values[i]);
            *high = MAX(*high, sweep->values[i]);
        }
        return sweep->n > 0;
    }
    case ANALYSIS_OP:
        break;
    }
    return FALSE;
}

static gboolean check_positions(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    const struct {
        const char *name;
        double position;
    } positions[] = {{"at", spec->at}, {"from", spec->from}, {"to", spec->to}};
    double low, high;
    char p[NUMBER_SIZE], a[NUMBER_SIZE], b[NUMBER_SIZE];
    if (!bench_scale(bench, &low, &high))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(positions); i++) {
        double position = positions[i].position;
        if (!isnan(position) && !scale_clamp(low, high, &position))
            return method_refuse(error, "%s %s lies outside of the bench's scale, which runs from %s to %s", positions[i].name,
                                 number_print(p, position), number_print(a, low), number_print(b, high));
    }
    return TRUE;
}

static gboolean check_signal(const struct signal *signal, const struct bench *bench, GError **error)
{
    gboolean is_noise = bench->analysis.kind == ANALYSIS_NOISE;
    if (signal->name == NULL || is_noise == (signal->kind == SIGNAL_ONOISE))
        return TRUE;
    return method_refuse(error, is_noise ? "signal %s: a bench with <noise/> gives onoise only"
                                         : "signal %s: only a bench with <noise/> gives it", signal->name);
}

static gboolean check(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    if (bench->analysis.kind == ANALYSIS_OP && spec->kind != MEASURE_VALUE)
        return method_refuse(error, "a bench with <op/> has no scale, only value has a meaning there");
    return check_signal(&spec->of, bench, error) && check_signal(&spec->until, bench, error) &&
           methods[spec->kind]->check(spec, bench, error) && check_positions(spec, bench, error);
}

gboolean measure_check(const struct measure_spec *spec, const struct bench *bench, GError **error)
{
    GError *problem = NULL;
    if (check(spec, bench, &problem))
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "measure \"%s\" of kind %s: %s", spec->name, kind_names[spec->kind],
                 problem->message);
    g_error_free(problem);
    return FALSE;
}

static gboolean unfit(const struct measure_spec *spec, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean unfit(const struct measure_spec *spec, GError **error, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    error_set_at(error, GAINSPICE_ERROR_SIMULATOR, spec->origin, "measure \"%s\": %s", spec->name, message);
    return FALSE;
}

static const struct plot *find_plot(const struct deck *deck, const GPtrArray *plots)
{
    g_autofree char *wanted = g_ascii_strdown(analyses[deck->expect.analysis].plot_name, -1);
    for (guint i = 0; i < plots->len; i++) {
        const struct plot *plot = plots->pdata[i];
        g_autofree char *name = g_ascii_strdown(plot->name, -1);
        if (strstr(name, wanted) != NULL)
            return plot;
    }
    return NULL;
}

static const struct probe *find_probe(const struct deck *deck, const struct signal *signal)
{
    for (guint i = 0; deck->probes != NULL && i < deck->probes->len; i++) {
        const struct probe *probe = deck->probes->pdata[i];
        if (strcmp(probe->signal, signal->name) == 0)
            return probe;
    }
    return signal->kind == SIGNAL_ONOISE && signal->node == NULL ? &onoise_probe : NULL;
}

/* The signal at every point of the plot: sign · (vector - minus), its magnitude in a complex plot. Newly allocated. */
static double *signal_values(const struct measure_spec *spec, const struct plot *plot, const struct probe *probe, GError **error)
{
    const struct vector *plus = plot_vector_or(plot, probe->vector, probe->alias), *minus = NULL;
    if (probe->minus != NULL)
        minus = plot_vector(plot, probe->minus);
    if (plus == NULL || (probe->minus != NULL && minus == NULL)) {
        unfit(spec, error, "the plot \"%s\" holds no vector %s", plot->name, plus == NULL ? probe->vector : probe->minus);
        return NULL;
    }
    double *values = g_new(double, MAX(plot->n_points, 1));
    for (gsize k = 0; k < plot->n_points; k++) {
        values[k] = probe->sign * (plus->real[k] - (minus != NULL ? minus->real[k] : 0));
        if (plus->imag != NULL)
            values[k] = hypot(values[k], plus->imag[k] - (minus != NULL ? minus->imag[k] : 0));
    }
    return values;
}

/* The points of one plot as measurements see them. */
struct source {
    const double *x, *y, *until; /* [n_outer·n_inner]; until NULL if there is none */
    gsize n_outer, n_inner;
};

/* Buffers for one pass, [n_inner] each. */
struct pass {
    double *x, *y, *until;
};

/* Copies pass `outer` with its points ascending; of points with the same x the last stays, because the signal goes on from
 * there. FALSE names the first point that turns back, in `at`. */
static gboolean cut_pass(const struct source *source, gsize outer, const struct pass *pass, struct trace *trace, gsize *at)
{
    gsize n = source->n_inner, begin = outer * n, kept = 0;
    gboolean descends = n > 0 && source->x[begin + n - 1] < source->x[begin];
    for (gsize i = 0; i < n; i++) {
        gsize k = descends ? begin + n - 1 - i : begin + i;
        if (kept > 0 && source->x[k] == pass->x[kept - 1])
            kept--;
        else if (kept > 0 && !(source->x[k] > pass->x[kept - 1])) {
            *at = k;
            return FALSE;
        }
        pass->x[kept] = source->x[k];
        pass->y[kept] = source->y[k];
        if (source->until != NULL)
            pass->until[kept] = source->until[k];
        kept++;
    }
    *trace = (struct trace){kept, pass->x, pass->y, source->until != NULL ? pass->until : NULL};
    return TRUE;
}

static void keep_reason(struct measure_result *result, const char *reason)
{
    if (result->reason == NULL)
        result->reason = g_strdup(reason);
}

static gboolean run_passes(const struct measure_spec *spec, const struct source *source, struct measure_result *result,
                           double *values, GError **error)
{
    const struct measure_method *method = methods[spec->kind];
    gsize n = MAX(source->n_inner, 1), at = 0;
    g_autofree double *x = g_new(double, n), *y = g_new(double, n), *until = g_new(double, n);
    struct pass pass = {x, y, until};
    for (gsize i = 0; i < source->n_outer; i++) {
        struct trace trace;
        GError *problem = NULL;
        if (!cut_pass(source, i, &pass, &trace, &at))
            return unfit(spec, error, "the scale turns back at point %" G_GSIZE_FORMAT, at);
        double value = NAN;
        if (!method->run(spec, &trace, &value, &problem)) {
            keep_reason(result, problem->message);
            g_error_free(problem);
            value = NAN;
        }
        values[i] = value;
    }
    return TRUE;
}

/* Nothing beyond a number leaves this stage: an infinity, or a NAN that the simulator gave, is an absent value too. */
static void absent_if_not_finite(struct measure_result *result)
{
    for (gsize i = 0; i < result->n_outer * result->n_inner; i++)
        if (!isfinite(result->values[i])) {
            result->values[i] = NAN;
            keep_reason(result, "the result is not a finite number");
        }
}

/* n_outer and n_inner of the plot, as the deck promised them. */
static gboolean plot_shape(const struct measure_spec *spec, const struct deck *deck, const struct plot *plot,
                           struct source *source, GError **error)
{
    const struct deck_expect *expect = &deck->expect;
    gsize n_outer = MAX(expect->n_outer, 1), n_inner = expect->n_inner;
    if (n_inner == 0 && n_outer == 1)
        n_inner = plot->n_points;
    if (plot->n_points == 0 || plot->vectors->len == 0 || plot->n_points / n_outer != n_inner || plot->n_points % n_outer != 0)
        return unfit(spec, error,
                     "the plot \"%s\" holds %" G_GSIZE_FORMAT " points, expected %" G_GSIZE_FORMAT " x %" G_GSIZE_FORMAT,
                     plot->name, plot->n_points, n_outer, n_inner);
    source->n_outer = n_outer;
    source->n_inner = n_inner;
    return TRUE;
}

static struct measure_result *new_result(const struct measure_spec *spec, const struct deck *deck, const struct probe *probe,
                                         const struct source *source, gsize n_lines)
{
    struct measure_result *result = g_new0(struct measure_result, 1);
    result->name = g_strdup(spec->name);
    result->unit = methods[spec->kind]->unit(spec, probe->unit != NULL ? probe->unit : "",
                                             analyses[deck->expect.analysis].scale_unit);
    result->n_outer = n_lines * source->n_outer;
    result->n_inner = measure_is_pointwise(spec) ? source->n_inner : 1;
    result->values = g_new0(double, result->n_outer * result->n_inner);
    return result;
}

/* The vectors of one signal, or of one of those that its * stands for. Newly allocated; NULL sets `error`. */
static double *find_values(const struct measure_spec *spec, const struct deck *deck, const struct plot *plot,
                           const struct signal *signal, const struct probe **probe, GError **error)
{
    *probe = find_probe(deck, signal);
    if (*probe != NULL)
        return signal_values(spec, plot, *probe, error);
    unfit(spec, error, "the deck has no probe for %s", signal->name);
    return NULL;
}

/* One line of the measure: of the signals `of` and `until` (name NULL: none). `*made` is the result of all lines; the first line
 * makes it, of `n_lines` times the size of its own. */
static gboolean run_line(const struct measure_spec *spec, const struct deck *deck, const struct plot *plot, struct source *source,
                         const struct signal *of, const struct signal *until, gsize line, gsize n_lines, struct measure_result **made,
                         GError **error)
{
    const struct probe *probe = NULL, *until_probe = NULL;
    g_autofree double *y = find_values(spec, deck, plot, of, &probe, error), *y_until = NULL;
    if (y == NULL)
        return FALSE;
    if (until->name != NULL && (y_until = find_values(spec, deck, plot, until, &until_probe, error)) == NULL)
        return FALSE;
    source->y = y;
    source->until = y_until;
    if (*made == NULL)
        *made = new_result(spec, deck, probe, source, n_lines);
    double *values = (*made)->values + line * source->n_outer * (*made)->n_inner;
    if (!measure_is_pointwise(spec))
        return run_passes(spec, source, *made, values, error);
    memcpy(values, y, source->n_outer * (*made)->n_inner * sizeof *y);
    return TRUE;
}

/* "i(bl[5])" of "i(bl[*])": the name of the deck's probe. Newly allocated; NULL of NULL. */
static char *line_name(const char *name, int line)
{
    if (name == NULL)
        return NULL;
    GString *text = g_string_new(NULL);
    for (; *name != '\0'; name++)
        if (*name == '*')
            g_string_append_printf(text, "%d", line);
        else
            g_string_append_c(text, *name);
    return g_string_free(text, FALSE);
}

static gboolean run_lines(const struct measure_spec *spec, const struct deck *deck, const struct plot *plot, struct source *source,
                          struct measure_result **made, GError **error)
{
    int first = spec->first_line, last = spec->last_line;
    gboolean ok = TRUE;
    for (int i = first; ok && i <= last; i++) {
        g_autofree char *of_name = line_name(spec->of.name, i), *until_name = line_name(spec->until.name, i);
        const struct signal of = {.kind = spec->of.kind, .name = of_name}, until = {.kind = spec->until.kind, .name = until_name};
        ok = run_line(spec, deck, plot, source, &of, &until, (gsize)(i - first), (gsize)(last - first + 1), made, error);
    }
    return ok;
}

gboolean measure_run(const struct measure_spec *spec, const struct deck *deck, const GPtrArray *plots,
                     struct measure_result **result, GError **error)
{
    struct source source = {0};
    struct measure_result *made = NULL;
    const struct plot *plot = find_plot(deck, plots);
    if (plot == NULL)
        return unfit(spec, error, "the run left no plot \"%s\"", analyses[deck->expect.analysis].plot_name);
    if (!plot_shape(spec, deck, plot, &source, error))
        return FALSE;
    if (spec->of.name == NULL)
        return unfit(spec, error, "no signal");
    source.x = ((const struct vector *)plot->vectors->pdata[0])->real;
    if (!run_lines(spec, deck, plot, &source, &made, error)) {
        measure_result_free(made);
        return FALSE;
    }
    g_assert(made != NULL); /* there is at least one line */
    absent_if_not_finite(made);
    *result = made;
    return TRUE;
}
