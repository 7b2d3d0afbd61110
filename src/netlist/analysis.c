/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/analysis.c -- temperature, options, the analysis, and what a complete run looks like.
 *
 * Options. ngspice's defaults suit boards: with chgtol = 10 fC the error of a storage node of 5 fF is no error, abstol = 1 pA
 * hides its leakage, and gmin = 1 pS empties it in milliseconds. Every deck states its own, so that a result does not depend
 * on what a library was built with; the bench's <options> replace or add to these.
 *
 * dc loops. ngspice starts at the first value, adds the step and goes on while v - end ≤ 1000·DBL_EPSILON (an absolute number,
 * for amperes too; 39.3 and 46 alike). The end is the sweep's last value where the sum of the rounding errors of the steps
 * stays within that; otherwise half a step behind it.
 */
#include "config.h"

#include "netlist/accuracy.h"
#include "netlist/builder.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define DC_SLACK (1e3 * DBL_EPSILON)
/* Steps above this are far from the slack (V or A). */
#define DC_STEP_PLAIN 1e-9

/* --- ngspice's own sweeps ---------------------------------------------------------------------------------------------- */

static const struct sweep *inner_sweep(const struct builder *b, gsize from_last)
{
    return b->bench->sweeps->pdata[b->bench->sweeps->len - 1 - from_last];
}

/* To 15 digits, 0.009 and not 0.009000000000000001: the error is far below that of adding it up. */
static double step_of(const struct sweep *sweep)
{
    char text[NUMBER_SIZE];
    double step = sweep->n > 1 ? (sweep->values[sweep->n - 1] - sweep->values[0]) / (double)(sweep->n - 1) : 1;
    return g_ascii_strtod(g_ascii_formatd(text, NUMBER_SIZE, "%.15g", step), NULL);
}

static gboolean spaced_evenly(const struct sweep *sweep)
{
    double step = step_of(sweep), first = sweep->values[0];
    for (gsize i = 1; i < sweep->n; i++)
        if (!(fabs(sweep->values[i] - (first + step * (double)i)) <= 1e-9 * fabs(step))) /* the digits that people type */
            return FALSE;
    return step != 0;
}

gboolean sweeps_check(struct builder *b, GError **error)
{
    b->n_inner = bench_inner_sweeps(b->bench);
    for (gsize i = 0; i < b->n_inner; i++) {
        const struct sweep *sweep = inner_sweep(b, i);
        if (!spaced_evenly(sweep)) {
            error_set_at(
                error, GAINSPICE_ERROR_INPUT, sweep->origin,
                "sweep \"%s\": uneven steps; ngspice runs through the last sweeps of a dc bench itself, expected even steps, or this sweep before another one",
                sweep->name);
            return FALSE;
        }
    }
    return TRUE;
}

static double dc_end(const struct sweep *sweep)
{
    double step = step_of(sweep), last = sweep->values[sweep->n - 1];
    double largest = MAX(fabs(sweep->values[0]), fabs(last)), span = fabs(last - sweep->values[0]);
    double rounding = (double)sweep->n * DBL_EPSILON / 2 * largest + 5e-15 * span; /* n sums; the step's 15 digits */
    if (sweep->n > 1 && fabs(step) > DC_STEP_PLAIN && rounding < DC_SLACK / 2)
        return last;
    return last + step / 2 - copysign(DC_SLACK, step);
}

static void append_dc(GString *text, const struct builder *b, const struct sweep *sweep)
{
    g_autofree char *source = sweep_source(b, sweep);
    const double numbers[] = {sweep->values[0], dc_end(sweep), step_of(sweep)};
    g_string_append_printf(text, " %s", source);
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_string_append_c(text, ' ');
        append_number(text, numbers[i]);
    }
}

static void dc_write(struct builder *b, GString *text)
{
    struct deck_expect *expect = &b->deck->expect;
    const struct sweep *inner = inner_sweep(b, 0);
    g_string_append(text, ".dc");
    for (gsize i = 0; i < b->n_inner; i++) /* ngspice names the fastest first */
        append_dc(text, b, inner_sweep(b, i));
    expect->n_inner = inner->n;
    expect->n_outer = b->n_inner == 2 ? inner_sweep(b, 1)->n : 1;
    expect->scale_first = inner->values[0];
    expect->scale_last = inner->values[inner->n - 1];
    expect->tolerance = 1e-6 * fabs(step_of(inner));
}

/* --- the other analyses ------------------------------------------------------------------------------------------------ */

static void tran_write(struct builder *b, GString *text)
{
    const struct analysis *tran = &b->bench->analysis;
    struct deck_expect *expect = &b->deck->expect;
    double max_step_s = preset_max_step_s(b->point->accuracy, tran);
    const double numbers[] = {tran->step_s, tran->stop_s, tran->start_s, max_step_s};
    gsize n = max_step_s > 0 ? 4 : tran->start_s > 0 ? 3 : 2;
    g_string_append(text, ".tran");
    for (gsize i = 0; i < n; i++) {
        g_string_append_c(text, ' ');
        append_number(text, numbers[i]);
    }
    expect->scale_first = tran->start_s;
    expect->scale_last = tran->stop_s;
    expect->tolerance = 1e-9 * tran->stop_s;
}

static void append_decades(GString *text, const struct analysis *analysis)
{
    g_string_append_printf(text, " dec %d ", analysis->points_per_decade);
    append_number(text, analysis->from_Hz);
    g_string_append_c(text, ' ');
    append_number(text, analysis->to_Hz);
}

/* .ac stretches its steps to end at the last frequency. */
static void ac_write(struct builder *b, GString *text)
{
    const struct analysis *ac = &b->bench->analysis;
    g_string_append(text, ".ac");
    append_decades(text, ac);
    b->deck->expect.scale_first = ac->from_Hz;
    b->deck->expect.scale_last = ac->to_Hz;
    b->deck->expect.tolerance = 1e-6 * ac->to_Hz;
}

static gboolean wants_elements(const struct builder *b)
{
    for (guint i = 0; i < b->probes->len; i++)
        if (g_str_has_prefix(((const struct probe *)b->probes->pdata[i])->signal, "onoise("))
            return TRUE;
    return FALSE;
}

/* .noise does not stretch them: its last point lies within one step below the end. The noise of a port's current is that of
 * the voltage of an H source of 1 Ω that reads it: V there is A here, and no resistor adds its own. */
static void noise_write(struct builder *b, GString *text)
{
    const struct analysis *noise = &b->bench->analysis;
    g_autofree char *input = drive_source(drive_at(b, noise->input, INDEX_NONE));
    if (b->output.kind == SIGNAL_CURRENT) {
        g_autofree char *source = drive_source(drive_at(b, b->output.node, INDEX_NONE));
        card_add(b, b->deck->cards, noise->origin, "h_noise _noise 0 %s 1", source);
        g_string_append(text, ".noise v(_noise)");
    } else {
        g_autofree char *output = noise_output(b);
        g_string_append_printf(text, ".noise %s", output);
    }
    g_string_append_printf(text, " %s", input);
    append_decades(text, noise);
    if (wants_elements(b)) /* ngspice keeps what each element brings at every first point */
        g_string_append(text, " 1");
    b->deck->expect.scale_first = noise->from_Hz;
    b->deck->expect.scale_last = noise->to_Hz;
    b->deck->expect.tolerance = noise->to_Hz * (1 - pow(10, -1.0 / noise->points_per_decade)) * (1 + 1e-6);
}

void analysis_write(struct builder *b)
{
    const struct analysis *analysis = &b->bench->analysis;
    g_autoptr(GString) text = g_string_new(NULL);
    b->deck->expect = (struct deck_expect){analysis->kind, 1, 0, NAN, NAN, 0};
    switch (analysis->kind) {
    case ANALYSIS_OP:
        g_string_append(text, ".op");
        b->deck->expect.n_inner = 1;
        break;
    case ANALYSIS_DC:
        dc_write(b, text);
        break;
    case ANALYSIS_TRAN:
        tran_write(b, text);
        break;
    case ANALYSIS_AC:
        ac_write(b, text);
        break;
    case ANALYSIS_NOISE:
        noise_write(b, text);
        break;
    }
    card_add(b, b->deck->cards, analysis->origin, "%s", text->str);
}

/* --- temperature and options ------------------------------------------------------------------------------------------- */

struct option {
    const char *name;
    double value;
};

static void option_set(GArray *options, const char *name, double value)
{
    for (guint i = 0; i < options->len; i++) {
        struct option *option = &g_array_index(options, struct option, i);
        if (strcmp(option->name, name) == 0) {
            option->value = value;
            return;
        }
    }
    struct option option = {name, value};
    g_array_append_val(options, option);
}

/* What the bench says, else by size: a read of 16 x 16 cells, 1,536 transistors, takes KLU 1.4 and Sparse 6.4 s; with six
 * nothing is to be gained. Arrays and assemblies only; ngspice has no noise with it. NULL: ngspice's own. */
static const char *solver_of(const struct builder *b)
{
    if (b->bench->solver != NULL)
        return b->bench->solver;
    return b->array != NULL && b->deck->n_devices >= DECK_LARGE_DEVICES && b->bench->analysis.kind != ANALYSIS_NOISE ? "klu" : NULL;
}

static void preset_options(GArray *options, const struct preset *preset)
{
    if (preset->reltol > 0)
        option_set(options, "reltol", preset->reltol);
    if (preset->abstol > 0)
        option_set(options, "abstol", preset->abstol);
    if (preset->vntol > 0)
        option_set(options, "vntol", preset->vntol);
    if (preset->bypass)
        option_set(options, "bypass", 1);
}

void options_write(struct builder *b)
{
    const struct technology *technology = b->technology;
    g_autoptr(GArray) options = g_array_new(FALSE, FALSE, sizeof(struct option));
    if (technology->gmin_S > 0)
        option_set(options, "gmin", technology->gmin_S);
    option_set(options, "reltol", 1e-4);
    option_set(options, "abstol", 1e-14);
    option_set(options, "vntol", 1e-7);
    option_set(options, "chgtol", 1e-17);
    for (guint i = 0; i < technology->options->len; i++) {
        const struct knob_setting *option = technology->options->pdata[i];
        option_set(options, option->name, option->value);
    }
    preset_options(options, preset_of(b->point->accuracy));
    for (guint i = 0; i < b->bench->options->len; i++) {
        const struct setting *option = b->bench->options->pdata[i];
        option_set(options, option->name, option->value);
    }
    g_autoptr(GString) text = g_string_new(".options");
    for (guint i = 0; i < options->len; i++)
        append_setting(text, g_array_index(options, struct option, i).name, g_array_index(options, struct option, i).value);
    if (b->bench->method != NULL)
        g_string_append_printf(text, " method=%s", b->bench->method);
    const char *solver = solver_of(b);
    if (solver != NULL) /* a word that an ngspice without KLU passes over */
        g_string_append_printf(text, " %s", solver);
    g_autoptr(GString) temperature = g_string_new(NULL);
    append_number(temperature, b->point->temperature_C);
    card_add(b, b->deck->cards, b->bench->origin, ".temp %s", temperature->str);
    card_add_text(b, b->deck->cards, b->bench->origin, text);
}
