/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_wave.c -- gainspice wave: files of waveforms listed, converted, computed with and compared; no design is needed. */
#include "config.h"

#include "cli/cli.h"

#include <math.h>
#include <string.h>

#include "base/quantity.h"
#include "report/outcome.h"
#include "store/npz_plot.h"
#include "wave/csv.h"
#include "wave/file.h"
#include "wave/formula.h"
#include "wave/raw.h"
#include "wave/reduce.h"
#include "wave/vcd.h"

#define JOIN_LIMIT ((gsize)1 << 27) /* numbers of plots on one scale: 1 GiB */

static gboolean bad(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean bad(GError **error, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s", message);
    return FALSE;
}

/* A file with its plots, of npz too. */
static struct wave_file *read_file(const char *path, GError **error)
{
    struct wave_file *file = wave_file_read(path, error);
    if (file == NULL || file->form != WAVE_NPZ)
        return file;
    file->plots = npz_read_plots(path, error);
    if (file->plots != NULL)
        return file;
    wave_file_free(file);
    return NULL;
}

/* The plot of --plot alone, where it is not negative. */
static gboolean pick_plot(struct wave_file *file, int number, GError **error)
{
    if (number < 0)
        return TRUE;
    if ((guint)number >= file->plots->len)
        return bad(error, "%s: --plot %d: there are plots 0 to %u", file->path, number, file->plots->len - 1);
    if ((guint)number + 1 < file->plots->len)
        g_ptr_array_remove_range(file->plots, (guint)number + 1, file->plots->len - (guint)number - 1);
    if (number > 0)
        g_ptr_array_remove_range(file->plots, 0, (guint)number);
    return TRUE;
}

/* An option that is a plain number or one with the unit that fits. */
static gboolean read_number(const char *option, const char *text, double *value, GError **error)
{
    enum dimension dimension;
    if (text == NULL || quantity_parse_any(text, value, &dimension, error))
        return TRUE;
    g_prefix_error(error, "--%s: ", option);
    return FALSE;
}

/* ---- list -------------------------------------------------------------------------------------------------------------------
 */

static void list_plot(const struct plot *plot, guint number, GString *out)
{
    const struct vector *x = plot->vectors->pdata[0];
    struct numbers scale = x->real != NULL ? numbers_of(x->real, plot->n_points) : x->lazy_real;
    g_autoptr(GArray) passes = passes_of(&scale);
    g_string_append_printf(out, "plot %u  %s  %s  %" G_GSIZE_FORMAT " points", number, plot->name,
                           plot->is_complex ? "complex" : "real", plot->n_points);
    if (passes->len > 1)
        g_string_append_printf(out, " in %u passes", passes->len);
    if (plot->n_points > 0) {
        double first, last;
        char a[NUMBER_SIZE], b[NUMBER_SIZE];
        numbers_get(&scale, 0, 1, &first);
        numbers_get(&scale, plot->n_points - 1, 1, &last);
        g_string_append_printf(out, ", %s from %s to %s", x->name, number_print(a, first), number_print(b, last));
    }
    g_string_append_c(out, '\n');
    for (guint i = 0; i < plot->vectors->len; i++) {
        const struct vector *vector = plot->vectors->pdata[i];
        g_string_append_printf(out, "    %-24s %s\n", vector->name, vector->type);
    }
}

static gboolean wave_list(int argc, char **argv, GError **error)
{
    const char *path;
    if (!cli_parse(argc, argv, NULL, NULL, "FILE", "Lists the plots and vectors of a file.", 1, &path, error))
        return FALSE;
    struct wave_file *file = read_file(path, error);
    if (file == NULL)
        return FALSE;
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint p = 0; p < file->plots->len; p++)
        list_plot(file->plots->pdata[p], p, out);
    wave_file_free(file);
    return cli_output(NULL, out->str, out->len, error);
}

/* ---- convert ----------------------------------------------------------------------------------------------------------------
 */

struct convert {
    char **vectors, **expressions;
    char *format, *output, *level;
    int plot, points;
};

static const char *const formats[] = {"raw", "ascii", "csv", "vcd", "npz", NULL};

/* By --format, else by the suffix of the output, else CSV. */
static const char *find_format(const struct convert *o, GError **error)
{
    const char *dot = o->output != NULL ? strrchr(o->output, '.') : NULL, *format = o->format != NULL ? o->format
                                                                                    : dot != NULL     ? dot + 1
                                                                                                      : "csv";
    for (int i = 0; formats[i] != NULL; i++)
        if (strcmp(format, formats[i]) == 0)
            return formats[i];
    if (o->format == NULL && (dot == NULL || strchr(dot, '/') != NULL))
        return "csv";
    bad(error, "--format \"%s\": expected raw, ascii, csv, vcd or npz", format);
    return NULL;
}

static gboolean compute(GPtrArray *plots, char **expressions, GError **error)
{
    for (char **e = expressions; e != NULL && *e != NULL; e++) {
        const char *equals = strchr(*e, '=');
        g_autofree char *name = equals != NULL ? g_strstrip(g_strndup(*e, (gsize)(equals - *e))) : g_strdup(*e);
        if (*name == '\0')
            return bad(error, "--expression \"%s\": expected NAME=FORMULA or FORMULA", *e);
        for (guint p = 0; p < plots->len; p++)
            if (plot_compute(plots->pdata[p], name, equals != NULL ? equals + 1 : *e, error) == NULL)
                return FALSE;
    }
    return TRUE;
}

/* Keeps the scale and the vectors named, in their order; of plots that have none of them nothing. */
static gboolean keep_vectors(GPtrArray *plots, char **names, GError **error)
{
    for (char **name = names; name != NULL && *name != NULL; name++) {
        gboolean found = FALSE;
        for (guint p = 0; p < plots->len; p++)
            found |= plot_vector(plots->pdata[p], *name) != NULL;
        if (!found)
            return bad(error, "--vector \"%s\": there is none of that name; gainspice wave list tells which there are", *name);
    }
    for (guint p = plots->len; names != NULL && p-- > 0;) {
        struct plot *plot = plots->pdata[p];
        g_autoptr(GPtrArray) keep = g_ptr_array_new();
        for (char **name = names; *name != NULL; name++) {
            gpointer vector = (gpointer)plot_vector(plot, *name);
            if (vector != NULL && vector != plot->vectors->pdata[0] && !g_ptr_array_find(keep, vector, NULL))
                g_ptr_array_add(keep, vector);
        }
        for (guint i = plot->vectors->len; i-- > 1;)
            if (!g_ptr_array_find(keep, plot->vectors->pdata[i], NULL))
                g_ptr_array_remove_index(plot->vectors, i);
        for (guint i = 0; i < keep->len; i++)
            plot->vectors->pdata[i + 1] = keep->pdata[i];
        if (keep->len == 0)
            g_ptr_array_remove_index(plots, p);
    }
    return TRUE;
}

static gboolean resample(GPtrArray *plots, int points, GError **error)
{
    for (guint p = 0; points > 0 && p < plots->len; p++) {
        struct plot *other = plot_resample(plots->pdata[p], (gsize)points, error);
        if (other == NULL)
            return FALSE;
        plot_free(plots->pdata[p]);
        plots->pdata[p] = other;
    }
    return TRUE;
}

static gboolean write_csv(const struct convert *o, const GPtrArray *plots, GError **error)
{
    struct plot *joined = plots->len > 1 ? plots_join(plots, JOIN_LIMIT, error) : NULL;
    if (plots->len > 1 && joined == NULL)
        return FALSE;
    g_autoptr(GString) out = g_string_new(NULL);
    csv_append(out, joined != NULL ? joined : plots->pdata[0]);
    plot_free(joined);
    return cli_output(o->output, out->str, out->len, error);
}

static gboolean write_plots(const struct convert *o, const char *format, const GPtrArray *plots, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    double level = NAN;
    if (strcmp(format, "csv") == 0)
        return write_csv(o, plots, error);
    if (strcmp(format, "npz") == 0)
        return o->output != NULL ? npz_write_plots(o->output, plots, error)
                                 : bad(error, "--format npz: a file is needed: -o FILE.npz");
    if (strcmp(format, "vcd") == 0) {
        if (!read_number("level", o->level, &level, error) || !vcd_append(out, plots, level, error))
            return FALSE;
    } else
        for (guint p = 0; p < plots->len; p++)
            raw_append(out, plots->pdata[p], strcmp(format, "raw") == 0 ? RAW_BINARY : RAW_ASCII);
    return cli_output(o->output, out->str, out->len, error);
}

static gboolean convert(const char *path, const struct convert *o, GError **error)
{
    const char *format = find_format(o, error);
    if (format == NULL)
        return FALSE;
    if (o->points == 1 || o->points < 0)
        return bad(error, "--resample %d: expected 2 points or more", o->points);
    struct wave_file *file = read_file(path, error);
    if (file == NULL)
        return FALSE;
    gboolean ok = pick_plot(file, o->plot, error);
    for (guint p = 0; ok && p < file->plots->len; p++)
        plot_load(file->plots->pdata[p]);
    ok = ok && compute(file->plots, o->expressions, error) && keep_vectors(file->plots, o->vectors, error) &&
         resample(file->plots, o->points, error) && write_plots(o, format, file->plots, error);
    wave_file_free(file);
    return ok;
}

static void convert_clear(struct convert *o)
{
    g_strfreev(o->vectors);
    g_strfreev(o->expressions);
    g_free(o->format);
    g_free(o->output);
    g_free(o->level);
}

static gboolean wave_convert(int argc, char **argv, GError **error)
{
    struct convert o = {.plot = -1};
    const GOptionEntry entries[] = {
        {"plot", 'p', 0, G_OPTION_ARG_INT, &o.plot, "Only this plot, from 0", "N"},
        {"expression", 'e', 0, G_OPTION_ARG_STRING_ARRAY, &o.expressions, "Add a vector, such as d=v(out)-v(in); repeatable",
         "NAME=FORMULA"},
        {"vector", 'v', 0, G_OPTION_ARG_STRING_ARRAY, &o.vectors, "Only this vector; repeatable", "NAME"},
        {"resample", 0, 0, G_OPTION_ARG_INT, &o.points, "On so many equally spaced points", "N"},
        {"level", 0, 0, G_OPTION_ARG_STRING, &o.level, "VCD: wires that are 1 at or above this, not real variables", "LEVEL"},
        {"format", 'f', 0, G_OPTION_ARG_STRING, &o.format, "raw, ascii, csv, vcd or npz (default: the suffix of -o, else csv)",
         "FORM"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, "File (default stdout)", "FILE"},
        {0}};
    const char *path;
    gboolean ok = cli_parse(argc, argv, entries, NULL, "FILE",
                            "Writes the waveforms of a file in another form, with computed ones, or fewer.", 1, &path, error) &&
                  convert(path, &o, error);
    convert_clear(&o);
    return ok;
}

/* ---- crossings --------------------------------------------------------------------------------------------------------------
 */

static gboolean parse_edge(const char *text, enum crossing_edge *edge, GError **error)
{
    static const char *const names[] = {"either", "rise", "fall"};
    for (int i = 0; i < 3; i++)
        if (text == NULL || strcmp(text, names[i]) == 0) {
            *edge = (enum crossing_edge)i;
            return TRUE;
        }
    return bad(error, "--edge \"%s\": expected either, rise or fall", text);
}

static gboolean crossings_of(struct wave_file *file, const char *formula, const struct rule *rule, GString *out, GError **error)
{
    g_string_append(out, file->plots->len > 1 ? "plot,x,edge\n" : "x,edge\n");
    for (guint p = 0; p < file->plots->len; p++) {
        struct plot *plot = file->plots->pdata[p];
        plot_load(plot);
        const struct vector *vector = plot_compute(plot, formula, formula, error);
        if (vector == NULL)
            return FALSE;
        if (plot->is_complex)
            return bad(error,
                       "plot \"%s\" is complex: no number crosses a level, expected a formula such as mag(v(out)) of a real plot",
                       plot->name);
        struct curve curve = curve_of(plot, vector);
        g_autoptr(GArray) events = crossings_find(&curve, rule);
        for (guint i = 0; i < events->len; i++) {
            const struct event *event = &g_array_index(events, struct event, i);
            char number[NUMBER_SIZE];
            if (file->plots->len > 1)
                g_string_append_printf(out, "%u,", p);
            g_string_append_printf(out, "%s,%s\n", number_print(number, event->x), event->rise ? "rise" : "fall");
        }
    }
    return TRUE;
}

static gboolean wave_crossing(int argc, char **argv, GError **error)
{
    g_autofree char *level = NULL, *hysteresis = NULL, *edge = NULL;
    int plot = -1;
    struct rule rule = {.kind = RULE_EVENTS};
    const GOptionEntry entries[] = {
        {"plot", 'p', 0, G_OPTION_ARG_INT, &plot, "Only this plot, from 0", "N"},
        {"level", 0, 0, G_OPTION_ARG_STRING, &level, "The level (default 0)", "LEVEL"},
        {"hysteresis", 0, 0, G_OPTION_ARG_STRING, &hysteresis, "Beyond the level by this before it counts (default 0)", "H"},
        {"edge", 0, 0, G_OPTION_ARG_STRING, &edge, "either (default), rise or fall", "EDGE"},
        {0}};
    const char *arguments[2];
    if (!cli_parse(argc, argv, entries, NULL, "FILE FORMULA", "Prints where a vector or formula crosses a level.", 2, arguments,
                   error) ||
        !read_number("level", level, &rule.level, error) || !read_number("hysteresis", hysteresis, &rule.hysteresis, error) ||
        !parse_edge(edge, &rule.edge, error))
        return FALSE;
    struct wave_file *file = read_file(arguments[0], error);
    g_autoptr(GString) out = g_string_new(NULL);
    gboolean ok = file != NULL && pick_plot(file, plot, error) && crossings_of(file, arguments[1], &rule, out, error);
    wave_file_free(file);
    return ok && cli_output(NULL, out->str, out->len, error);
}

/* ---- compare ----------------------------------------------------------------------------------------------------------------
 */

struct compare {
    char **vectors;
    char *kind, *absolute, *relative, *span, *x_tolerance, *level, *hysteresis, *edge, *phase, *html, *junit;
    int plot;
    gboolean json, tap, decibel;
    GHashTable *passes; /* struct plot → GArray of struct pass */
    struct rule rule;
    double phase_degrees;
};

static gboolean parse_share(const char *option, const char *text, double *value, GError **error)
{
    if (!read_number(option, text, value, error))
        return FALSE;
    return (*value >= 0 && *value < 1) ||
           bad(error, "--%s \"%s\": expected a share from 0 to below 1, such as 0.1%%", option, text);
}

static gboolean parse_rule(struct compare *o, GError **error)
{
    struct rule *rule = &o->rule;
    if (!read_number("absolute", o->absolute, &rule->absolute, error) ||
        !parse_share("relative", o->relative, &rule->relative, error) || !parse_share("span", o->span, &rule->of_span, error) ||
        !read_number("x-tolerance", o->x_tolerance, &rule->x_tol, error) ||
        !read_number("level", o->level, &rule->level, error) ||
        !read_number("hysteresis", o->hysteresis, &rule->hysteresis, error) ||
        !read_number("phase", o->phase, &o->phase_degrees, error) || !parse_edge(o->edge, &rule->edge, error))
        return FALSE;
    if (!(rule->absolute >= 0 && rule->x_tol >= 0 && rule->hysteresis >= 0 && o->phase_degrees >= 0))
        return bad(error, "--absolute, --x-tolerance, --hysteresis and --phase: expected numbers of at least 0");
    if (o->kind == NULL || strcmp(o->kind, "band") == 0)
        rule->kind = RULE_BAND;
    else if (strcmp(o->kind, "integral") == 0)
        rule->kind = RULE_INTEGRAL;
    else if (strcmp(o->kind, "events") == 0)
        rule->kind = RULE_EVENTS;
    else
        return bad(error, "--rule \"%s\": expected band, integral or events", o->kind);
    if (o->absolute == NULL && o->relative == NULL && o->span == NULL)
        rule->of_span = 1e-3;
    return TRUE;
}

static const char *type_unit(const char *type)
{
    static const char *const units[][2] = {{"time", "s"},    {"frequency", "Hz"},     {"voltage", "V"},
                                           {"current", "A"}, {"device_current", "A"}, {"subckt_current", "A"}};
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_ascii_strcasecmp(type, units[i][0]) == 0)
            return units[i][1];
    return "";
}

/* An operating point has values and no scale. */
static gboolean has_scale(const struct plot *plot)
{
    const char *type = ((const struct vector *)plot->vectors->pdata[0])->type;
    return plot->n_points != 1 || (g_ascii_strcasecmp(type, "voltage") != 0 && g_ascii_strcasecmp(type, "current") != 0);
}

/* The vector of that name in the plot of that number, else in the first that has it. */
static const struct vector *find_vector(const GPtrArray *plots, guint number, const char *name, const struct plot **plot)
{
    for (guint k = 0; k <= plots->len; k++) {
        guint p = k == 0 ? number : k - 1;
        const struct vector *vector = p < plots->len ? plot_vector(plots->pdata[p], name) : NULL;
        if (vector != NULL) {
            *plot = plots->pdata[p];
            return vector;
        }
    }
    return NULL;
}

static void compare_form(const struct compare *o, const char *name, const char *suffix, struct curve good, struct curve test,
                         const struct rule *rule, const char *unit, const char *x_unit, GPtrArray *outcomes)
{
    struct verdict verdict;
    g_autofree char *full = g_strconcat(name, suffix, NULL);
    compare_curves(&good, &test, rule, &verdict);
    struct outcome *outcome = outcome_new("wave", full, unit, x_unit, rule, &verdict);
    if (!outcome->passed && o->html != NULL)
        outcome_draw(outcome, &good, &test, rule);
    g_ptr_array_add(outcomes, outcome);
    verdict_clear(&verdict);
}

/* Found once a plot: a scale may be longer than memory. */
static const GArray *passes_of_plot(const struct compare *o, const struct plot *plot, const struct numbers *x)
{
    GArray *passes = g_hash_table_lookup(o->passes, plot);
    if (passes == NULL) {
        passes = passes_of(x);
        g_hash_table_insert(o->passes, (gpointer)plot, passes);
    }
    return passes;
}

static void free_passes(gpointer passes)
{
    g_array_unref(passes);
}

static void compare_vector(const struct compare *o, const struct plot *plot, const struct vector *vector, const GPtrArray *tests,
                           guint number, GPtrArray *outcomes)
{
    const struct plot *other = NULL;
    const struct vector *x = plot->vectors->pdata[0], *counterpart = find_vector(tests, number, vector->name, &other);
    if (counterpart == NULL) {
        g_ptr_array_add(outcomes, outcome_failed("wave", vector->name, "the test has no vector of that name"));
        return;
    }
    struct curve good = curve_of(plot, vector), test = curve_of(other, counterpart);
    static const double nowhere = 0;
    if (!has_scale(plot) && !has_scale(other))
        good.x = test.x = numbers_of(&nowhere, 1);
    else {
        good.passes = passes_of_plot(o, plot, &good.x);
        test.passes = passes_of_plot(o, other, &test.x);
    }
    gboolean frequency = g_ascii_strcasecmp(x->type, "frequency") == 0;
    const char *unit = type_unit(vector->type), *x_unit = type_unit(x->type);
    if (good.im.n == 0 && test.im.n == 0 && !o->decibel) {
        compare_form(o, vector->name, "", good, test, &o->rule, unit, x_unit, outcomes);
        return;
    }
    good.log_x = test.log_x = frequency;
    good.form = test.form = o->decibel ? CURVE_DECIBEL : CURVE_MAGNITUDE;
    compare_form(o, vector->name, o->decibel ? " in dB" : " magnitude", good, test, &o->rule, o->decibel ? "dB" : unit, x_unit,
                 outcomes);
    if (good.im.n == 0 || o->rule.kind == RULE_EVENTS)
        return;
    good.form = test.form = CURVE_PHASE;
    good.floor = test.floor = o->rule.absolute;
    const struct rule phase = {.absolute = o->phase_degrees};
    compare_form(o, vector->name, " phase", good, test, &phase, "°", x_unit, outcomes);
}

static gboolean compare_all(const struct compare *o, const struct wave_file *good, const struct wave_file *test,
                            GPtrArray *outcomes, GError **error)
{
    for (char **name = o->vectors; name != NULL && *name != NULL; name++) {
        const struct plot *plot;
        if (find_vector(good->plots, 0, *name, &plot) == NULL)
            return bad(error, "%s: --vector \"%s\": there is none of that name", good->path, *name);
    }
    for (guint p = 0; p < good->plots->len; p++) {
        const struct plot *plot = good->plots->pdata[p];
        for (guint i = has_scale(plot) ? 1 : 0; i < plot->vectors->len; i++) {
            const struct vector *vector = plot->vectors->pdata[i];
            gboolean wanted = o->vectors == NULL;
            for (char **name = o->vectors; !wanted && name != NULL && *name != NULL; name++)
                wanted = plot_vector(plot, *name) == vector;
            if (wanted)
                compare_vector(o, plot, vector, test->plots, p, outcomes);
        }
    }
    return outcomes->len > 0 || bad(error, "%s: no vector beside the scale", good->path);
}

static gboolean say_outcomes(const struct compare *o, const char *name, const GPtrArray *outcomes, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *title = g_strdup_printf("Waveforms of %s", name);
    if (o->junit != NULL) {
        outcomes_to_junit(outcomes, name, out);
        if (!cli_output(o->junit, out->str, out->len, error))
            return FALSE;
        g_string_truncate(out, 0);
    }
    if (o->html != NULL && !outcomes_to_html(outcomes, title, NULL, o->html, error))
        return FALSE;
    if (o->json)
        outcomes_to_json(outcomes, name, out);
    else if (o->tap)
        outcomes_to_tap(outcomes, out);
    else
        outcomes_to_text(outcomes, FALSE, out);
    if (!cli_output(NULL, out->str, out->len, error))
        return FALSE;
    gsize failed = outcomes_failed(outcomes);
    if (failed > 0)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_LIMIT, "%" G_GSIZE_FORMAT " of %u vectors differ", failed,
                    outcomes->len);
    return failed == 0;
}

static void free_outcome(gpointer outcome)
{
    outcome_free(outcome);
}

static gboolean compare_files(const char *const paths[2], struct compare *o, GError **error)
{
    if (!parse_rule(o, error))
        return FALSE;
    if (strcmp(paths[0], "-") == 0 && strcmp(paths[1], "-") == 0)
        return bad(error, "wave compare: both files are standard input");
    g_autoptr(GHashTable) passes = g_hash_table_new_full(NULL, NULL, NULL, free_passes);
    o->passes = passes;
    struct wave_file *good = read_file(paths[0], error), *test = good != NULL ? read_file(paths[1], error) : NULL;
    g_autoptr(GPtrArray) outcomes = g_ptr_array_new_with_free_func(free_outcome);
    gboolean ok = test != NULL && pick_plot(good, o->plot, error) && pick_plot(test, o->plot, error) &&
                  compare_all(o, good, test, outcomes, error);
    ok = ok && say_outcomes(o, paths[1], outcomes, error);
    wave_file_free(good);
    wave_file_free(test);
    return ok;
}

static gboolean wave_compare(int argc, char **argv, GError **error)
{
    struct compare o = {.plot = -1, .phase_degrees = 1};
    const GOptionEntry entries[] = {
        {"vector", 'v', 0, G_OPTION_ARG_STRING_ARRAY, &o.vectors, "Only this vector; repeatable", "NAME"},
        {"plot", 'p', 0, G_OPTION_ARG_INT, &o.plot, "Only this plot of both, from 0", "N"},
        {"rule", 'r', 0, G_OPTION_ARG_STRING, &o.kind, "band (default), integral or events", "RULE"},
        {"absolute", 'a', 0, G_OPTION_ARG_STRING, &o.absolute, "Tolerance, such as 1mV", "TOL"},
        {"relative", 0, 0, G_OPTION_ARG_STRING, &o.relative, "Tolerance as a share of the value, such as 0.1%", "SHARE"},
        {"span", 0, 0, G_OPTION_ARG_STRING, &o.span, "Tolerance as a share of the vector's span (default 0.1% if none is given)",
         "SHARE"},
        {"x-tolerance", 't', 0, G_OPTION_ARG_STRING, &o.x_tolerance, "How far edges and events may move, such as 20ps", "TOL"},
        {"level", 0, 0, G_OPTION_ARG_STRING, &o.level, "Events: the level that is crossed", "LEVEL"},
        {"hysteresis", 0, 0, G_OPTION_ARG_STRING, &o.hysteresis, "Events: beyond the level by this before it counts", "H"},
        {"edge", 0, 0, G_OPTION_ARG_STRING, &o.edge, "Events: either (default), rise or fall", "EDGE"},
        {"phase", 0, 0, G_OPTION_ARG_STRING, &o.phase, "Complex vectors: tolerance of the phase in degrees (default 1)",
         "DEGREES"},
        {"decibel", 0, 0, G_OPTION_ARG_NONE, &o.decibel, "Magnitudes in dB (noise spectra)", NULL},
        {"html", 0, 0, G_OPTION_ARG_FILENAME, &o.html, "A page with figures of what differs", "FILE"},
        {"junit", 0, 0, G_OPTION_ARG_FILENAME, &o.junit, "JUnit XML", "FILE"},
        {"tap", 0, 0, G_OPTION_ARG_NONE, &o.tap, "TAP on stdout", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &o.json, "JSON on stdout", NULL},
        {0}};
    const char *paths[2];
    gboolean ok = cli_parse(argc, argv, entries, NULL, "GOOD TEST", "Compares waveforms, whatever points either was computed at.",
                            2, paths, error) &&
                  compare_files(paths, &o, error);
    char *const owned[] = {o.kind,       o.absolute, o.relative, o.span, o.x_tolerance, o.level,
                           o.hysteresis, o.edge,     o.phase,    o.html, o.junit};
    for (gsize i = 0; i < G_N_ELEMENTS(owned); i++)
        g_free(owned[i]);
    g_strfreev(o.vectors);
    return ok;
}

/* ---- the verb ---------------------------------------------------------------------------------------------------------------
 */

static const struct verb actions[] = {
    {"list", "FILE", "plots and vectors of a file", wave_list},
    {"convert", "FILE", "raw, ascii, CSV, VCD or npz; computed vectors, other points", wave_convert},
    {"crossing", "FILE FORMULA", "where a vector or formula crosses a level", wave_crossing},
    {"compare", "GOOD TEST", "within tolerances or not; exit status 1 if not", wave_compare},
};

gboolean cmd_wave(int argc, char **argv, GError **error)
{
    for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS(actions); i++)
        if (strcmp(argv[1], actions[i].name) == 0) {
            g_autofree char *name = g_strdup_printf("gainspice wave %s", actions[i].name);
            g_set_prgname(name);
            return actions[i].run(argc - 1, argv + 1, error);
        }
    gboolean help = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    if (argc > 1 && argv[1][0] == '-' && !help)
        return bad(error, "Unknown option %s", argv[1]);
    if (argc > 1 && !help)
        return bad(error, "wave \"%s\": expected list, convert, crossing or compare; gainspice wave --help tells more", argv[1]);
    g_print("Usage:\n  gainspice wave ACTION [OPTION…] …\n\nFiles of waveforms: SPICE raw files of any simulator, CSV, VCD, npz; "
            "- is standard input.\n\nActions:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++)
        g_print("  %-9s %-14s %s\n", actions[i].name, actions[i].arguments, actions[i].summary);
    g_print("\ngainspice wave ACTION --help tells an action's options.\n");
    return argc > 1 ? FALSE : bad(error, "wave: no action, expected list, convert, crossing or compare");
}
