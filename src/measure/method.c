/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "measure/method.h"

#include <math.h>
#include <string.h>

gboolean method_refuse(GError **error, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_set_error_literal(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, message);
    return FALSE;
}

char *number_short(char buffer[NUMBER_SIZE], double value)
{
    return g_ascii_formatd(buffer, NUMBER_SIZE, "%.6g", value);
}

/* What the spec carries; its defaults (edge either, crossing 1, side above) cannot be told from their absence and count as absent. */
static unsigned given(const struct measure_spec *spec)
{
    unsigned has = 0;
    has |= !isnan(spec->at) ? ATTRIBUTE_AT : 0;
    has |= !isnan(spec->from) ? ATTRIBUTE_FROM : 0;
    has |= !isnan(spec->to) ? ATTRIBUTE_TO : 0;
    has |= !isnan(spec->level) ? ATTRIBUTE_LEVEL : 0;
    has |= spec->edge != EDGE_EITHER ? ATTRIBUTE_EDGE : 0;
    has |= spec->number != 0 && spec->number != 1 ? ATTRIBUTE_NUMBER : 0;
    has |= spec->until.name != NULL ? ATTRIBUTE_UNTIL : 0;
    has |= !isnan(spec->until_level) ? ATTRIBUTE_UNTIL_LEVEL : 0;
    has |= spec->until_edge != EDGE_EITHER ? ATTRIBUTE_UNTIL_EDGE : 0;
    has |= spec->until_number != 0 && spec->until_number != 1 ? ATTRIBUTE_UNTIL_NUMBER : 0;
    has |= !isnan(spec->final) ? ATTRIBUTE_FINAL : 0;
    has |= !isnan(spec->band) ? ATTRIBUTE_BAND : 0;
    has |= !isnan(spec->period) ? ATTRIBUTE_PERIOD : 0;
    has |= spec->side != SIDE_ABOVE ? ATTRIBUTE_SIDE : 0;
    has |= spec->most != 0 ? ATTRIBUTE_MAX : 0;
    has |= !isnan(spec->window_s) ? ATTRIBUTE_DURATION : 0;
    return has;
}

gboolean method_takes(const struct measure_spec *spec, unsigned needed, unsigned allowed, GError **error)
{
    static const char *const names[] = {"at",    "from",        "to",         "level",        "edge",  "number",
                                        "until", "until-level", "until-edge", "until-number", "final", "band",
                                        "period", "side", "max", "window"};
    unsigned has = given(spec);
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if ((needed & ~has & (1U << i)) != 0)
            return method_refuse(error, "%s is missing", names[i]);
        if ((has & ~(needed | allowed) & (1U << i)) != 0)
            return method_refuse(error, "%s has no meaning here", names[i]);
    }
    char a[NUMBER_SIZE], b[NUMBER_SIZE];
    if (spec->from >= spec->to)
        return method_refuse(error, "from %s does not lie before to %s", number_print(a, spec->from), number_print(b, spec->to));
    if (spec->band <= 0)
        return method_refuse(error, "band %s is not positive", number_print(a, spec->band));
    if (spec->period <= 0)
        return method_refuse(error, "period %s is not positive", number_print(a, spec->period));
    if (spec->window_s <= 0)
        return method_refuse(error, "window %s is not positive", number_print(a, spec->window_s));
    if (spec->number < 0 || spec->until_number < 0)
        return method_refuse(error, "crossings are counted from 1, not from %d", MIN(spec->number, spec->until_number));
    return TRUE;
}

gboolean method_over_time(const struct bench *bench, GError **error)
{
    if (bench->analysis.kind == ANALYSIS_TRAN)
        return TRUE;
    return method_refuse(error, "only a bench with <tran/> runs over time");
}

char *unit_of_signal(const struct measure_spec *spec G_GNUC_UNUSED, const char *signal_unit, const char *scale_unit G_GNUC_UNUSED)
{
    return g_strdup(signal_unit);
}

char *unit_of_scale(const struct measure_spec *spec G_GNUC_UNUSED, const char *signal_unit G_GNUC_UNUSED, const char *scale_unit)
{
    return g_strdup(scale_unit);
}

/* "V.s", "V2"; a density over a frequency is "V.√Hz". */
char *unit_of_product(const struct measure_spec *spec G_GNUC_UNUSED, const char *signal_unit, const char *scale_unit)
{
    if (strcmp(signal_unit, scale_unit) == 0)
        return g_strdup_printf("%s%s", signal_unit, *signal_unit != '\0' ? "2" : "");
    if (g_str_has_suffix(signal_unit, "/√Hz") && strcmp(scale_unit, "Hz") == 0)
        return g_strdup_printf("%.*s.√Hz", (int)(strlen(signal_unit) - strlen("/√Hz")), signal_unit);
    return g_strdup_printf("%s%s%s", signal_unit, *signal_unit != '\0' && *scale_unit != '\0' ? "." : "", scale_unit);
}

/* "A/V"; V over V is a number. */
char *unit_of_quotient(const struct measure_spec *spec G_GNUC_UNUSED, const char *signal_unit, const char *scale_unit)
{
    if (strcmp(signal_unit, scale_unit) == 0)
        return g_strdup("");
    if (*scale_unit == '\0')
        return g_strdup(signal_unit);
    return g_strdup_printf("%s/%s", *signal_unit != '\0' ? signal_unit : "1", scale_unit);
}

gboolean scale_clamp(double low, double high, double *position)
{
    double rounding = 1e-9 * (high - low);
    if (!(*position >= low - rounding && *position <= high + rounding))
        return FALSE;
    *position = CLAMP(*position, low, high);
    return TRUE;
}

/* The first point behind x, n if there is none. */
static gsize first_behind(const struct trace *trace, double x)
{
    gsize low = 0, high = trace->n;
    while (low < high) {
        gsize middle = low + (high - low) / 2;
        if (trace->x[middle] > x)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

double trace_value(const struct trace *trace, const double *y, double x)
{
    gsize k = first_behind(trace, x);
    if (k == 0 || x == trace->x[k - 1])
        return y[k == 0 ? 0 : k - 1];
    if (k == trace->n)
        return y[k - 1];
    double h = trace->x[k] - trace->x[k - 1];
    return y[k - 1] + (y[k] - y[k - 1]) * ((x - trace->x[k - 1]) / h);
}

static gboolean outside(const char *what, double position, const struct trace *trace, GError **error)
{
    char p[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];
    return method_refuse(error, "%s %s lies outside of the scale, which runs from %s to %s", what, number_print(p, position),
                         number_print(low, trace->x[0]), number_print(high, trace->x[trace->n - 1]));
}

gboolean window_make(const struct measure_spec *spec, const struct trace *trace, const double *y, gsize least,
                     struct window *window, GError **error)
{
    if (trace->n == 0)
        return method_refuse(error, "the signal has no points");
    double low = trace->x[0], high = trace->x[trace->n - 1];
    struct window w = {.trace = trace, .y = y};
    w.from = isnan(spec->from) ? low : spec->from;
    w.to = isnan(spec->to) ? high : spec->to;
    if (!scale_clamp(low, high, &w.from))
        return outside("from", spec->from, trace, error);
    if (!scale_clamp(low, high, &w.to))
        return outside("to", spec->to, trace, error);
    char a[NUMBER_SIZE], b[NUMBER_SIZE];
    if (w.from > w.to)
        return method_refuse(error, "from %s lies behind to %s", number_print(a, w.from), number_print(b, w.to));
    w.first = first_behind(trace, w.from);
    gsize end = w.first; /* the first point not before `to` */
    if (w.to > w.from) {
        end = first_behind(trace, w.to);
        if (end > 0 && trace->x[end - 1] == w.to)
            end--;
    }
    w.n = w.to > w.from ? end - w.first + 2 : 1;
    if (w.n < least)
        return method_refuse(error, "the signal has a single point there, at %s, expected a stretch", number_short(a, w.from));
    w.y_from = trace_value(trace, y, w.from);
    w.y_to = trace_value(trace, y, w.to);
    *window = w;
    return TRUE;
}

double window_integral(const struct window *w)
{
    double sum = 0;
    for (gsize i = 1; i < w->n; i++)
        sum += (window_x(w, i) - window_x(w, i - 1)) * (window_y(w, i) + window_y(w, i - 1)) / 2; /* h (y₀ + y₁) / 2 */
    return sum;
}

/* Where the line from point i-1 to point i meets the level. */
static double meet(const struct window *w, gsize i, double level)
{
    double x = window_x(w, i - 1), y = window_y(w, i - 1);
    return x + (window_x(w, i) - x) * ((level - y) / (window_y(w, i) - y));
}

gboolean window_crossing(const struct window *w, double level, enum edge edge, int number, double after, double *x, int *found)
{
    int side = 0; /* of the last point off the level: -1 below, 1 above, 0 none yet */
    double met = NAN;
    *found = 0;
    for (gsize i = 0; i < w->n; i++) {
        double y = window_y(w, i);
        int now = y > level ? 1 : y < level ? -1 : 0;
        if (side != 0 && now != side && isnan(met)) /* reaches the level: touches or crosses it */
            met = meet(w, i, level);
        if (now == 0)
            continue;
        gboolean crosses = side != 0 && now != side, wanted = edge == EDGE_EITHER || (edge == EDGE_RISE) == (now > 0);
        if (crosses && wanted && met > after && ++*found == number) {
            *x = met;
            return TRUE;
        }
        side = now;
        met = NAN;
    }
    return FALSE;
}

gboolean crossing_refuse(const struct window *w, const struct signal *signal, double level, enum edge edge, int number,
                         double after, int found, GError **error)
{
    static const char *const how[] = {[EDGE_EITHER] = "", [EDGE_RISE] = " upwards", [EDGE_FALL] = " downwards"};
    char l[NUMBER_SIZE], a[NUMBER_SIZE], b[NUMBER_SIZE];
    number_print(l, level);
    number_short(a, MAX(after, w->from));
    number_short(b, w->to);
    if (found == 0)
        return method_refuse(error, "%s does not cross %s%s between %s and %s", signal->name, l, how[edge], a, b);
    return method_refuse(error, "%s crosses %s%s %d times between %s and %s, expected %d", signal->name, l, how[edge], found, a,
                         b, number);
}
