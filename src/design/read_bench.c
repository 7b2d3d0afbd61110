/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_bench.c -- a bench: what stands on each port, the analysis, ngspice's settings, and the order of it all.
 *
 * The invariant is that every port has exactly one driver: a port that nothing drives floats without anybody having meant
 * it, and one that two drive is a short that ngspice reports as a singular matrix. Supplies and grounds default.
 */
#include "config.h"

#include "design/read.h"

#include <math.h>
#include <string.h>

static void stimulus_free(struct stimulus *stimulus)
{
    g_free(stimulus->of);
    g_free(stimulus->t_s);
    g_free(stimulus->v_V);
    g_free(stimulus->codes.values);
    g_free(stimulus);
}

void bench_free(struct bench *bench)
{
    g_free(bench->name);
    g_ptr_array_unref(bench->stimuli);
    g_ptr_array_unref(bench->sweeps);
    g_ptr_array_unref(bench->options);
    g_ptr_array_unref(bench->measures);
    g_ptr_array_unref(bench->waves);
    g_free(bench->analysis.output);
    g_free(bench->analysis.input);
    g_free(bench->method);
    g_free(bench->solver);
    g_strfreev(bench->still);
    if (bench->owns_axes) {
        struct axes *own = (struct axes *)(guintptr)bench->axes;
        axes_clear(own);
        g_free(own);
    }
    g_free(bench);
}

static gboolean is_transient(const struct bench_reader *reader)
{
    return reader->bench->analysis.kind == ANALYSIS_TRAN;
}

static gboolean is_small_signal(const struct bench_reader *reader)
{
    return reader->bench->analysis.kind == ANALYSIS_AC || reader->bench->analysis.kind == ANALYSIS_NOISE;
}

/* ---- one driver a port ---------------------------------------------------------------------------------------------- */

/* A load beside a current is how a current is integrated. */
static gboolean go_together(enum driven a, enum driven b)
{
    return (a == DRIVEN_BY_CURRENT && b == DRIVEN_BY_LOAD) || (a == DRIVEN_BY_LOAD && b == DRIVEN_BY_CURRENT);
}

char *line_key(const char *port, int index)
{
    return index == INDEX_NONE ? g_strdup(port) : g_strdup_printf("%s[%d]", port, index);
}

static gboolean take_one(struct bench_reader *reader, const xmlNode *node, const char *port, int index, enum driven by,
                         GError **error)
{
    g_autofree char *key = line_key(port, index);
    struct driver *driver = g_hash_table_lookup(reader->ports, key);
    if (driver != NULL && go_together(driver->by, by)) {
        driver->by = DRIVEN_BY_CURRENT_AND_LOAD;
        return TRUE;
    }
    if (driver != NULL)
        return xml_fail(node, error, "%s: port \"%s\" is already driven in line %d of %s, expected one driver a port",
                        xml_name(node), key, driver->origin.line, driver->origin.file);
    driver = g_new(struct driver, 1);
    *driver = (struct driver){by, xml_origin(node)};
    g_hash_table_insert(reader->ports, g_steal_pointer(&key), driver);
    return TRUE;
}

/* A line that blocks are connected to takes a current or a load, but no voltage; nothing needs to stand on it. */
static gboolean is_connected(const struct bench_reader *reader, const char *port)
{
    const struct assembly *assembly = reader->bench->assembly;
    return assembly != NULL && g_ptr_array_find_with_equal_func(assembly->connected, port, g_str_equal, NULL);
}

/* The lines of the port that the element names, all of them or by attribute "index"; their range is left in `first` and `last`.
 */
static gboolean take_lines(struct bench_reader *reader, const xmlNode *node, const char *port, enum driven by, int *first,
                           int *last, GError **error)
{
    const struct array *array = reader->bench->array;
    const struct line_set *line = array_line(array, port);
    *first = *last = 0;
    if (by == DRIVEN_BY_VOLTAGE && is_connected(reader, port))
        return xml_fail(node, error,
                        "%s: port \"%s\" is a line that blocks of assembly %s are connected to, expected no voltage on it",
                        xml_name(node), port, array->name);
    if (array_is_inner(array, port))
        return xml_fail(node, error, "%s: port \"%s\" is inside each cell of %s %s, expected a line or a supply", xml_name(node),
                        port, bench_kind(reader->bench), array->name);
    if (line == NULL && xml_text(node, "index") != NULL)
        return xml_fail(node, error, "index of %s: \"%s\" is not a line of an array", xml_name(node), port);
    if (line == NULL)
        return take_one(reader, node, port, INDEX_NONE, by, error);
    g_autofree char *of = g_strdup_printf("\"%s\" of %s %s", line->name, bench_kind(reader->bench), array->name);
    if (!read_range(node, "index", line->count, "lines", of, first, last, error))
        return FALSE;
    for (int i = *first; i <= *last; i++)
        if (!take_one(reader, node, port, i, by, error))
            return FALSE;
    return TRUE;
}

static gboolean take_port(struct bench_reader *reader, const xmlNode *node, const char *name, enum driven by, int *first,
                          int *last, GError **error)
{
    if (template_port(reader->circuit, name) != NULL)
        return take_lines(reader, node, name, by, first, last, error);
    g_autofree char *shown = xml_shown(name), *names = names_of(reader->circuit->ports);
    return xml_fail(node, error, "port of %s: \"%s\" is not a port of %s, expected one of: %s", xml_name(node), shown,
                    reader->circuit->name, names);
}

/* The port, or both ports of the pair, that the element names. */
static gboolean take_target(struct bench_reader *reader, const xmlNode *node, enum driven by, int *first, int *last,
                            GError **error)
{
    const char *name = xml_text(node, "pair");
    if (name == NULL)
        return take_port(reader, node, xml_text(node, "port"), by, first, last, error);
    const struct port_pair *pair = template_pair(reader->circuit, name);
    if (pair != NULL)
        return take_port(reader, node, pair->plus, by, first, last, error) &&
               take_port(reader, node, pair->minus, by, first, last, error);
    g_autofree char *shown = xml_shown(name), *names = names_of(reader->circuit->pairs);
    return xml_fail(node, error, "pair of %s: \"%s\" is not a pair of %s, expected one of: %s", xml_name(node), shown,
                    reader->circuit->name, names);
}

static gboolean take_stimulus(struct bench_reader *reader, const xmlNode *node, enum driven by, struct stimulus *s,
                              GError **error)
{
    return take_target(reader, node, by, &s->first, &s->last, error);
}

static gboolean is_rail(const struct port *port)
{
    return port->kind == PORT_SUPPLY || port->kind == PORT_GROUND;
}

/* Every line of the port, or the port, is driven. */
static gboolean check_lines(const struct bench_reader *reader, const struct port *port, GError **error)
{
    const struct line_set *line = array_line(reader->bench->array, port->name);
    for (int i = 0; i < (line != NULL ? line->count : 1); i++) {
        g_autofree char *key = line_key(port->name, line != NULL ? i : INDEX_NONE);
        if (g_hash_table_contains(reader->ports, key))
            continue;
        error_set_at(
            error, GAINSPICE_ERROR_INPUT, reader->bench->origin,
            "bench %s: port \"%s\" of %s is not driven, expected a hold, pulse, pwl, pwm, sweep, current, load, initial or open",
            reader->bench->name, key, reader->circuit->name);
        return FALSE;
    }
    return TRUE;
}

static gboolean check_ports(const struct bench_reader *reader, GError **error)
{
    for (guint i = 0; i < reader->circuit->ports->len; i++) {
        const struct port *port = reader->circuit->ports->pdata[i];
        if (!is_rail(port) && !array_is_inner(reader->bench->array, port->name) && !is_connected(reader, port->name) &&
            !check_lines(reader, port, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- stimuli -------------------------------------------------------------------------------------------------------- */

static gboolean read_hold(struct bench_reader *reader, const xmlNode *node, struct stimulus *s, GError **error)
{
    if (xml_text(node, "ac") != NULL && !is_small_signal(reader))
        return xml_fail(node, error, "ac of hold: expected only in an ac or noise bench");
    return take_stimulus(reader, node, DRIVEN_BY_VOLTAGE, s, error) &&
           xml_quantity(node, "value", DIMENSION_VOLTAGE, &s->value, error) &&
           read_positive(node, "ac", DIMENSION_VOLTAGE, FALSE, &s->ac_V, error);
}

static gboolean read_current(struct bench_reader *reader, const xmlNode *node, struct stimulus *s, GError **error)
{
    return take_stimulus(reader, node, DRIVEN_BY_CURRENT, s, error) &&
           xml_quantity(node, "value", DIMENSION_CURRENT, &s->value, error);
}

static gboolean read_pulse(struct bench_reader *reader, const xmlNode *node, struct stimulus *s, GError **error)
{
    if (!is_transient(reader))
        return xml_fail(node, error, "pulse: expected only in a tran bench");
    if (!take_stimulus(reader, node, DRIVEN_BY_VOLTAGE, s, error) ||
        !xml_quantity(node, "low", DIMENSION_VOLTAGE, &s->low_V, error) ||
        !xml_quantity(node, "high", DIMENSION_VOLTAGE, &s->high_V, error) ||
        !read_positive(node, "delay", DIMENSION_TIME, TRUE, &s->delay_s, error) ||
        !read_positive(node, "rise", DIMENSION_TIME, FALSE, &s->rise_s, error) ||
        !read_positive(node, "fall", DIMENSION_TIME, FALSE, &s->fall_s, error) ||
        !read_positive(node, "width", DIMENSION_TIME, FALSE, &s->width_s, error) ||
        !read_positive(node, "period", DIMENSION_TIME, FALSE, &s->period_s, error))
        return FALSE;
    /* A relative slack: 1ns + 1ns + 8ns is not 10ns in doubles. */
    double pulse_s = s->rise_s + s->width_s + s->fall_s;
    return s->period_s == 0 || pulse_s <= s->period_s * (1 + 1e-9) ||
           xml_fail(node, error, "period of pulse: \"%s\" is shorter than rise, width and fall together",
                    xml_text(node, "period"));
}

static gboolean fail_points(const xmlNode *node, const char *sentence, GError **error)
{
    return xml_fail(node, error, "points of pwl: %s, expected times and voltages such as \"0s 0V, 1ns 0.9V\"", sentence);
}

/* One "TIME VOLTAGE" of a pwl. */
static gboolean read_pwl_point(const xmlNode *node, const char *text, double *t_s, double *v_V, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);
    const char *words[2] = {NULL, NULL};
    gsize n = 0;
    for (char **part = parts; *part != NULL; part++)
        if (**part != '\0' && n++ < 2)
            words[n - 1] = *part;
    g_autofree char *shown = xml_shown(text),
                    *sentence = g_strdup_printf("\"%s\" is not one time and one voltage", g_strstrip(shown));
    if (n != 2)
        return fail_points(node, sentence, error);
    GError *cause = NULL;
    if (quantity_parse(words[0], DIMENSION_TIME, t_s, &cause) && quantity_parse(words[1], DIMENSION_VOLTAGE, v_V, &cause))
        return TRUE;
    xml_fail(node, error, "points of pwl: %s", cause->message);
    g_error_free(cause);
    return FALSE;
}

static gboolean read_pwl(struct bench_reader *reader, const xmlNode *node, struct stimulus *s, GError **error)
{
    if (!is_transient(reader))
        return xml_fail(node, error, "pwl: expected only in a tran bench");
    if (!take_stimulus(reader, node, DRIVEN_BY_VOLTAGE, s, error))
        return FALSE;
    g_auto(GStrv) points = g_strsplit(xml_text(node, "points"), ",", -1);
    s->n = g_strv_length(points);
    s->t_s = g_new0(double, s->n);
    s->v_V = g_new0(double, s->n);
    for (gsize i = 0; i < s->n; i++) {
        if (!read_pwl_point(node, points[i], &s->t_s[i], &s->v_V[i], error))
            return FALSE;
        if (i == 0 ? s->t_s[i] < 0 : s->t_s[i] <= s->t_s[i - 1])
            return fail_points(node, i == 0 ? "the first time is below 0s" : "the times do not ascend", error);
    }
    return s->n >= 2 || fail_points(node, "fewer than two points", error);
}

/* A code is the time between the middles of the edges, so a code of 1 must leave room for half of each. */
static gboolean read_pwm(struct bench_reader *reader, const xmlNode *node, struct stimulus *s, GError **error)
{
    if (!is_transient(reader))
        return xml_fail(node, error, "pwm: expected only in a tran bench");
    if (!take_stimulus(reader, node, DRIVEN_BY_VOLTAGE, s, error) ||
        !xml_quantity(node, "low", DIMENSION_VOLTAGE, &s->low_V, error) ||
        !xml_quantity(node, "high", DIMENSION_VOLTAGE, &s->high_V, error) ||
        !read_positive(node, "step", DIMENSION_TIME, FALSE, &s->step_s, error) ||
        !read_positive(node, "start", DIMENSION_TIME, TRUE, &s->delay_s, error) ||
        !read_positive(node, "rise", DIMENSION_TIME, FALSE, &s->rise_s, error) ||
        !read_positive(node, "fall", DIMENSION_TIME, FALSE, &s->fall_s, error) ||
        !read_codes(reader->reader, node, (gsize)(s->last - s->first + 1), &s->codes, error))
        return FALSE;
    if (s->rise_s + s->fall_s >= 2 * s->step_s)
        return xml_fail(node, error, "step of pwm: \"%s\" is not longer than half of rise and fall together",
                        xml_text(node, "step"));
    double end_s = s->delay_s + s->step_s * (s->codes.levels - 1) + (s->rise_s + s->fall_s) / 2,
           stop_s = reader->bench->analysis.stop_s;
    g_autofree char *end = quantity_print(end_s, "s", 6), *stop = quantity_print(stop_s, "s", 6);
    return end_s <= stop_s * (1 + 1e-9) ||
           xml_fail(node, error, "pwm: the longest pulse ends at %s, expected at most the end of tran, %s", end, stop);
}

static gboolean check_no_initial(const struct bench_reader *reader, const xmlNode *node, const struct stimulus *s, GError **error)
{
    for (guint i = 0; i + 1 < reader->bench->stimuli->len; i++) {
        const struct stimulus *other = reader->bench->stimuli->pdata[i];
        if ((other->kind == STIMULUS_INITIAL || other->kind == STIMULUS_STORE) && strcmp(other->of, s->of) == 0)
            return xml_fail(node, error, "node of %s: \"%s\" already has an initial voltage from line %d of %s", xml_name(node),
                            s->of, other->origin.line, other->origin.file);
    }
    return TRUE;
}

static gboolean read_store(struct bench_reader *reader, const xmlNode *node, struct stimulus *s, GError **error)
{
    const struct part *part = array_part(reader->bench->array, s->of);
    const struct array *whole = reader->bench->array, *array = part != NULL ? part->array : whole;
    g_autofree char *shown = xml_shown(s->of);
    if (!is_transient(reader))
        return xml_fail(node, error, "store: expected only in a tran bench");
    if (whole == NULL)
        return xml_fail(node, error, "store: expected only in a bench of an array; a cell takes an initial");
    gboolean is_port = template_port(reader->circuit, s->of) != NULL;
    gboolean in_cell = array != NULL && array->parts == NULL; /* and not in a block, or in nothing */
    if (is_port || !in_cell ? !array_is_inner(whole, s->of) : !template_has_node(reader->circuit, s->of))
        return xml_fail(node, error, "node of store: \"%s\" is neither an inner port of %s %s nor a declared node of %s", shown,
                        bench_kind(reader->bench), whole->name, reader->circuit->name);
    return check_no_initial(reader, node, s, error) && xml_quantity(node, "low", DIMENSION_VOLTAGE, &s->low_V, error) &&
           xml_quantity(node, "high", DIMENSION_VOLTAGE, &s->high_V, error) &&
           read_codes(reader->reader, node, (gsize)array->rows * (gsize)array->columns, &s->codes, error);
}

static gboolean read_initial(struct bench_reader *reader, const xmlNode *node, struct stimulus *s, GError **error)
{
    if (!is_transient(reader))
        return xml_fail(node, error, "initial: expected only in a tran bench");
    return check_no_initial(reader, node, s, error) && xml_quantity(node, "value", DIMENSION_VOLTAGE, &s->value, error);
}

static gboolean read_load(struct bench_reader *reader, const xmlNode *node, struct stimulus *s, GError **error)
{
    if (xml_text(node, "capacitance") == NULL && xml_text(node, "resistance") == NULL)
        return xml_fail(node, error, "load: expected a capacitance, a resistance or both");
    return take_stimulus(reader, node, DRIVEN_BY_LOAD, s, error) &&
           read_positive(node, "capacitance", DIMENSION_CAPACITANCE, FALSE, &s->load_F, error) &&
           read_positive(node, "resistance", DIMENSION_RESISTANCE, FALSE, &s->load_Ohm, error);
}

static gboolean read_stimulus(struct bench_reader *reader, const xmlNode *node, enum stimulus_kind kind, GError **error)
{
    struct stimulus *s = g_new0(struct stimulus, 1);
    g_ptr_array_add(reader->bench->stimuli, s);
    gboolean on_node = kind == STIMULUS_INITIAL || kind == STIMULUS_STORE;
    const char *pair = xml_text(node, "pair"), *port = xml_text(node, on_node ? "node" : "port");
    s->kind = kind;
    s->target = pair != NULL ? TARGET_PAIR : TARGET_PORT;
    s->of = g_strdup(pair != NULL ? pair : port);
    s->origin = xml_origin(node);
    switch (kind) {
    case STIMULUS_HOLD:
        return read_hold(reader, node, s, error);
    case STIMULUS_CURRENT:
        return read_current(reader, node, s, error);
    case STIMULUS_PULSE:
        return read_pulse(reader, node, s, error);
    case STIMULUS_PWL:
        return read_pwl(reader, node, s, error);
    case STIMULUS_PWM:
        return read_pwm(reader, node, s, error);
    case STIMULUS_INITIAL:
        return read_initial(reader, node, s, error);
    case STIMULUS_STORE:
        return read_store(reader, node, s, error);
    case STIMULUS_LOAD:
        return read_load(reader, node, s, error);
    case STIMULUS_OPEN:
        return take_stimulus(reader, node, DRIVEN_BY_NOTHING, s, error);
    }
    g_assert_not_reached();
}

/* An initial voltage on a port that nothing drives says that it floats; all lines of an array's. */
static gboolean check_floating(struct bench_reader *reader, const struct stimulus *s, GError **error)
{
    const struct line_set *line = array_line(reader->bench->array, s->of);
    for (int i = 0; i < (line != NULL ? line->count : 1); i++) {
        g_autofree char *key = line_key(s->of, line != NULL ? i : INDEX_NONE);
        const struct driver *driver = g_hash_table_lookup(reader->ports, key);
        if (driver != NULL && driver->by == DRIVEN_BY_VOLTAGE) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, s->origin,
                         "node of initial: port \"%s\" is driven by a voltage, expected a free node", key);
            return FALSE;
        }
        if (driver == NULL) {
            struct driver *floating = g_new(struct driver, 1);
            *floating = (struct driver){DRIVEN_BY_NOTHING, s->origin};
            g_hash_table_insert(reader->ports, g_steal_pointer(&key), floating);
        }
    }
    return TRUE;
}

/* After all that drives: an initial voltage may stand on an inner node, and on a port that no voltage drives; if nothing
 * else stands on that port, it is meant to float. */
static gboolean check_initial(struct bench_reader *reader, const struct stimulus *s, GError **error)
{
    const struct port *port = template_port(reader->circuit, s->of);
    if (port == NULL ? template_has_node(reader->circuit, s->of) : array_is_inner(reader->bench->array, s->of))
        return TRUE;
    g_autofree char *shown = xml_shown(s->of), *names = names_of(reader->circuit->ports);
    if (port == NULL)
        error_set_at(error, GAINSPICE_ERROR_INPUT, s->origin,
                     "node of initial: \"%s\" is neither a port nor a declared node of %s, expected a node or one of: %s", shown,
                     reader->circuit->name, names);
    else if (is_rail(port))
        error_set_at(error, GAINSPICE_ERROR_INPUT, s->origin,
                     "node of initial: port \"%s\" is driven by a voltage, expected a free node", port->name);
    else
        return check_floating(reader, s, error);
    return FALSE;
}

/* ---- sweeps --------------------------------------------------------------------------------------------------------- */

static gboolean read_bench_sweep(struct bench_reader *reader, const xmlNode *node, GError **error)
{
    struct bench *bench = reader->bench;
    struct sweep_place place = {reader->circuit, bench->cell->name, bench->sweeps, bench->axes->sweeps};
    struct sweep *sweep = read_sweep(reader->reader, node, &place, error);
    if (sweep == NULL)
        return FALSE;
    g_ptr_array_add(bench->sweeps, sweep);
    if (xml_text(node, "ac") != NULL && (!is_small_signal(reader) || (sweep->target != TARGET_PORT && sweep->target != TARGET_PAIR)))
        return xml_fail(node, error, "ac of sweep: expected only for a port or pair in an ac or noise bench");
    if (!read_positive(node, "ac", DIMENSION_VOLTAGE, FALSE, &sweep->ac_V, error))
        return FALSE;
    int first, last; /* a sweep takes all lines of an array */
    if (sweep->target == TARGET_PORT || sweep->target == TARGET_PAIR)
        return take_target(reader, node, DRIVEN_BY_VOLTAGE, &first, &last, error);
    if (sweep->target != TARGET_SUPPLY)
        return TRUE;
    const struct port *port = template_port(reader->circuit, sweep->of);
    if (port == NULL || port->kind != PORT_SUPPLY)
        return xml_fail(node, error, "supply of sweep: \"%s\" is not a supply of %s", sweep->of, reader->circuit->name);
    return take_port(reader, node, port->name, DRIVEN_BY_VOLTAGE, &first, &last, error);
}

/* The stimulus whose code or voltage a sweep replaces; NULL if there is none. */
static const struct stimulus *swept_stimulus(const struct bench *bench, const struct sweep *sweep)
{
    enum stimulus_kind kind = sweep->target == TARGET_PWM ? STIMULUS_PWM : STIMULUS_INITIAL;
    for (guint i = 0; i < bench->stimuli->len; i++) {
        const struct stimulus *s = bench->stimuli->pdata[i];
        if (s->kind == kind && strcmp(s->of, sweep->of) == 0)
            return s;
    }
    return NULL;
}

static gboolean fail_sweep(const struct sweep *sweep, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

static gboolean fail_sweep(const struct sweep *sweep, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    error_set_at(error, GAINSPICE_ERROR_INPUT, sweep->origin, "%s", sentence);
    return FALSE;
}

/* A pwm or store called `name` whose codes are drawn, and which no other sweep changes. */
static gboolean check_drawn(const struct bench *bench, const struct sweep *sweep, const char *name, GError **error)
{
    const struct stimulus *drawn = NULL;
    for (guint i = 0; drawn == NULL && i < bench->stimuli->len; i++) {
        const struct stimulus *s = bench->stimuli->pdata[i];
        if ((s->kind == STIMULUS_PWM || s->kind == STIMULUS_STORE) && strcmp(s->of, name) == 0 && s->codes.values == NULL)
            drawn = s;
    }
    g_autofree char *shown = xml_shown(name);
    if (drawn == NULL)
        return fail_sweep(sweep, error,
                          "draw of sweep: \"%s\": expected what a pwm drives or the node of a store, with a seed", shown);
    for (guint i = 0; i < bench->sweeps->len; i++) {
        const struct sweep *other = bench->sweeps->pdata[i];
        if (other != sweep && (sweep_draws(other, drawn) || (other->target == TARGET_PWM && strcmp(other->of, name) == 0)))
            return fail_sweep(sweep, error, "sweep: \"%s\" is also swept by \"%s\" in line %d of %s", name, other->name,
                              other->origin.line, other->origin.file);
    }
    return TRUE;
}

/* A sweep of a draw names what is drawn, and counts drawings. */
static gboolean check_draw(const struct bench *bench, const struct sweep *sweep, GError **error)
{
    g_auto(GStrv) names = g_strsplit(sweep->of, " ", -1);
    for (char **name = names; *name != NULL; name++)
        if (!check_drawn(bench, sweep, *name, error))
            return FALSE;
    for (gsize i = 0; i < sweep->n; i++)
        if (sweep->values[i] != floor(sweep->values[i])) {
            char number[NUMBER_SIZE];
            return fail_sweep(sweep, error, "values of sweep: %s: expected whole numbers from 0 on",
                              number_print(number, sweep->values[i]));
        }
    return TRUE;
}

/* After all that drives: a sweep of a pwm takes codes that it has, one of an initial voltage finds its initial, one of a draw finds
 * what is drawn. */
static gboolean check_swept_stimulus(const struct bench *bench, const struct sweep *sweep, GError **error)
{
    if (sweep->target == TARGET_DRAW)
        return check_draw(bench, sweep, error);
    if (sweep->target != TARGET_PWM && sweep->target != TARGET_INITIAL)
        return TRUE;
    const char *what = sweep->target == TARGET_PWM ? "pwm" : "initial", *article = sweep->target == TARGET_PWM ? "a" : "an";
    const struct stimulus *s = swept_stimulus(bench, sweep);
    if (s == NULL)
        return fail_sweep(sweep, error, "%s of sweep: \"%s\": expected %s %s of it in the bench", what, sweep->of, article, what);
    for (gsize i = 0; sweep->target == TARGET_PWM && i < sweep->n; i++)
        if (!(sweep->values[i] >= 0 && sweep->values[i] <= s->codes.levels - 1 && sweep->values[i] == floor(sweep->values[i]))) {
            char number[NUMBER_SIZE];
            return fail_sweep(sweep, error, "values of sweep: %s: expected whole numbers from 0 to %d",
                              number_print(number, sweep->values[i]), s->codes.levels - 1);
        }
    return TRUE;
}

/* A supply that an axis sweeps must not be held by the bench: the axis would change nothing. */
static gboolean check_supply_axis(const struct bench_reader *reader, GError **error)
{
    const GPtrArray *sweeps = reader->bench->axes->sweeps;
    for (guint i = 0; i < sweeps->len; i++) {
        const struct sweep *axis = sweeps->pdata[i];
        const struct driver *driver = axis->target == TARGET_SUPPLY ? g_hash_table_lookup(reader->ports, axis->of) : NULL;
        if (driver == NULL)
            continue;
        error_set_at(error, GAINSPICE_ERROR_INPUT, driver->origin, "port \"%s\" is driven here, but the axis \"%s\" sweeps it",
                     axis->of, axis->name);
        return FALSE;
    }
    return TRUE;
}

/* ---- the analysis --------------------------------------------------------------------------------------------------- */

static gboolean read_tran(const xmlNode *node, struct analysis *analysis, GError **error)
{
    if (!read_positive(node, "step", DIMENSION_TIME, FALSE, &analysis->step_s, error) ||
        !read_positive(node, "stop", DIMENSION_TIME, FALSE, &analysis->stop_s, error) ||
        !read_positive(node, "start", DIMENSION_TIME, TRUE, &analysis->start_s, error) ||
        !read_positive(node, "max-step", DIMENSION_TIME, FALSE, &analysis->max_step_s, error))
        return FALSE;
    if (analysis->step_s > analysis->stop_s)
        return xml_fail(node, error, "step of tran: \"%s\" is longer than stop \"%s\"", xml_text(node, "step"),
                        xml_text(node, "stop"));
    return analysis->start_s < analysis->stop_s || xml_fail(node, error, "start of tran: \"%s\" is not before stop \"%s\"",
                                                            xml_text(node, "start"), xml_text(node, "stop"));
}

static gboolean read_frequencies(const xmlNode *node, struct analysis *analysis, GError **error)
{
    if (!read_positive(node, "from", DIMENSION_FREQUENCY, FALSE, &analysis->from_Hz, error) ||
        !read_positive(node, "to", DIMENSION_FREQUENCY, FALSE, &analysis->to_Hz, error) ||
        !xml_int(node, "points-per-decade", 1, 1000, &analysis->points_per_decade, error))
        return FALSE;
    return analysis->from_Hz < analysis->to_Hz || xml_fail(node, error, "from of %s: \"%s\" is not below to \"%s\"",
                                                           xml_name(node), xml_text(node, "from"), xml_text(node, "to"));
}

static const char *const analysis_names[] = {
#define X(id, name, scale) name,
    ANALYSES(X)
#undef X
        NULL};

static const xmlNode *find_analysis(const xmlNode *bench, enum analysis_kind *kind)
{
    const xmlNode *node = xml_first(bench, NULL);
    while (node != NULL && name_index(analysis_names, xml_name(node)) < 0)
        node = xml_next(node, NULL);
    g_assert(node != NULL); /* the schema has seen one */
    *kind = (enum analysis_kind)name_index(analysis_names, xml_name(node));
    return node;
}

static gboolean read_analysis(const xmlNode *bench, struct analysis *analysis, GError **error)
{
    const xmlNode *node = find_analysis(bench, &analysis->kind);
    analysis->origin = xml_origin(node);
    if (analysis->kind == ANALYSIS_TRAN)
        return read_tran(node, analysis, error);
    if (analysis->kind == ANALYSIS_AC || analysis->kind == ANALYSIS_NOISE)
        return read_frequencies(node, analysis, error);
    return TRUE;
}

static gboolean has_amplitude(double ac_V, enum target target, const char *of, const char *port)
{
    return ac_V > 0 && ((target == TARGET_PORT && (port == NULL || strcmp(of, port) == 0)) || (target == TARGET_PAIR && port == NULL));
}

/* The amplitude on a port, of a hold or sweep of it, or (port NULL) any; 0 if there is none. */
static double amplitude_on(const struct bench_reader *reader, const char *port)
{
    for (guint i = 0; i < reader->bench->stimuli->len; i++) {
        const struct stimulus *s = reader->bench->stimuli->pdata[i];
        if (has_amplitude(s->ac_V, s->target, s->of, port))
            return s->ac_V;
    }
    for (guint i = 0; i < reader->bench->sweeps->len; i++) {
        const struct sweep *s = reader->bench->sweeps->pdata[i];
        if (has_amplitude(s->ac_V, s->target, s->of, port))
            return s->ac_V;
    }
    return 0;
}

static gboolean check_noise(struct bench_reader *reader, const xmlNode *node, GError **error)
{
    struct analysis *analysis = &reader->bench->analysis;
    struct signal output = {0};
    if (!read_signal(reader, node, "output", &output, error))
        return FALSE;
    gboolean density = output.kind == SIGNAL_ONOISE;
    analysis->output = g_strdup(output.name);
    signal_clear(&output);
    if (density)
        return xml_fail(node, error, "output of noise: \"onoise\" is the result, expected v(node), v(plus,minus) or i(port)");
    analysis->input = g_strdup(xml_text(node, "input"));
    if (amplitude_on(reader, analysis->input) > 0)
        return TRUE;
    g_autofree char *shown = xml_shown(analysis->input);
    return xml_fail(node, error, "input of noise: \"%s\": expected a port with a hold that has an ac amplitude", shown);
}

/* What the analysis asks of the sweeps and stimuli, once they are read. */
static gboolean check_analysis(struct bench_reader *reader, const xmlNode *bench, GError **error)
{
    enum analysis_kind kind;
    const xmlNode *node = find_analysis(bench, &kind);
    if (reader->bench->array != NULL && (kind == ANALYSIS_DC || kind == ANALYSIS_NOISE))
        return xml_fail(node, error, "%s: ngspice takes one source for it and an array has many lines, expected op, tran or ac",
                        xml_name(node));
    if (kind == ANALYSIS_DC && bench_inner_sweeps(reader->bench) == 0)
        return xml_fail(node, error, "dc: expected a sweep of a port or pair as the last sweep of the bench");
    if (kind == ANALYSIS_AC && !(amplitude_on(reader, NULL) > 0))
        return xml_fail(node, error, "ac: expected a hold with an ac amplitude");
    return kind != ANALYSIS_NOISE || check_noise(reader, node, error);
}

/* ---- ngspice's settings --------------------------------------------------------------------------------------------- */

static gboolean read_option(struct bench *bench, const xmlNode *node, const char *name, GError **error)
{
    struct setting *setting = g_new0(struct setting, 1);
    g_ptr_array_add(bench->options, setting);
    setting->name = g_strdup(name);
    setting->origin = xml_origin(node);
    int count = 0;
    gboolean counts = g_str_has_prefix(name, "itl"), order = strcmp(name, "maxord") == 0;
    if (!counts && !order)
        return read_positive(node, name, DIMENSION_NONE, FALSE, &setting->value, error);
    if (!xml_int(node, name, order ? 2 : 1, order ? 6 : 1000000, &count, error))
        return FALSE;
    setting->value = count;
    return TRUE;
}

/* How near to exact the bench has to be, and how that is looked at. */
static gboolean read_accuracy(struct bench *bench, const xmlNode *node, GError **error)
{
    const char *name = xml_text(node, "accuracy");
    gboolean known = name == NULL || accuracy_from_name(name, &bench->accuracy);
    g_assert(known); /* the schema has seen to it */
    if (!read_positive(node, "tolerance", DIMENSION_NONE, FALSE, &bench->tolerance, error) ||
        !xml_int(node, "pilots", 0, PILOTS_MAX, &bench->pilots, error))
        return FALSE;
    return !(bench->tolerance >= 1) ||
           xml_fail(node, error, "tolerance of options: \"%s\": expected more than 0 and less than 1, such as 0.1%%",
                    xml_text(node, "tolerance"));
}

static gboolean read_options(struct bench *bench, const xmlNode *node, GError **error)
{
    static const char *const names[] = {"reltol", "abstol", "vntol", "chgtol", "gmin", "trtol", "itl1", "itl4", "maxord"};
    if (node == NULL)
        return TRUE;
    bench->method = g_strdup(xml_text(node, "method"));
    bench->solver = g_strdup(xml_text(node, "solver"));
    if (bench->analysis.kind == ANALYSIS_NOISE && g_strcmp0(bench->solver, "klu") == 0)
        return xml_fail(node, error, "solver of options: ngspice has no noise with klu, expected sparse");
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (xml_text(node, names[i]) != NULL && !read_option(bench, node, names[i], error))
            return FALSE;
    return read_accuracy(bench, node, error);
}

/* ---- a bench -------------------------------------------------------------------------------------------------------- */

static const char *const stimulus_names[] = {
#define X(id, name) name,
    STIMULI(X)
#undef X
        NULL};

static gboolean read_drivers(struct bench_reader *reader, const xmlNode *bench, GError **error)
{
    for (const xmlNode *node = xml_first(bench, NULL); node != NULL; node = xml_next(node, NULL)) {
        int kind = name_index(stimulus_names, xml_name(node));
        if (kind >= 0 && !read_stimulus(reader, node, (enum stimulus_kind)kind, error))
            return FALSE;
        if (xml_is(node, "sweep") && !read_bench_sweep(reader, node, error))
            return FALSE;
    }
    for (guint i = 0; i < reader->bench->stimuli->len; i++) {
        const struct stimulus *s = reader->bench->stimuli->pdata[i];
        if (s->kind == STIMULUS_INITIAL && !check_initial(reader, s, error))
            return FALSE;
    }
    for (guint i = 0; i < reader->bench->sweeps->len; i++)
        if (!check_swept_stimulus(reader->bench, reader->bench->sweeps->pdata[i], error))
            return FALSE;
    return check_ports(reader, error) && check_supply_axis(reader, error);
}

static gboolean read_outputs(struct bench_reader *reader, const xmlNode *bench, GError **error)
{
    for (const xmlNode *node = xml_first(bench, NULL); node != NULL; node = xml_next(node, NULL))
        if ((xml_is(node, "measure") && !read_measure(reader, node, error)) ||
            (xml_is(node, "wave") && !read_wave(reader, node, error)))
            return FALSE;
    return check_axis_names(reader->bench, error);
}

static gboolean read_bench_axes(struct reader *reader, const xmlNode *node, struct bench *bench, GError **error)
{
    if (node == NULL)
        return TRUE;
    struct axes *own = g_new0(struct axes, 1);
    axes_init(own);
    bench->axes = own;
    bench->owns_axes = TRUE;
    return read_axes(reader, node, bench, own, error);
}

/* Simulations of the bench: what is not ngspice's own sweep. */
static gboolean check_size(const struct bench *bench, GError **error)
{
    const struct axes *axes = bench->axes;
    double n = (double)axes->corners->len * axes->temperatures_C->len * MAX(axes->samples, 1);
    for (guint i = 0; i < axes->sweeps->len; i++)
        n *= (double)((const struct sweep *)axes->sweeps->pdata[i])->n;
    for (guint i = 0; i < bench->sweeps->len - bench_inner_sweeps(bench); i++)
        n *= (double)((const struct sweep *)bench->sweeps->pdata[i])->n;
    if (n <= READ_LIMIT_SIMULATIONS)
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, bench->origin, "bench %s: %.6g simulations, expected at most %d", bench->name, n,
                 READ_LIMIT_SIMULATIONS);
    return FALSE;
}

static struct bench *new_bench(const struct reader *reader, const xmlNode *node)
{
    struct bench *bench = g_new0(struct bench, 1);
    g_ptr_array_add(reader->design->benches, bench);
    bench->stimuli = g_ptr_array_new_with_free_func((GDestroyNotify)stimulus_free);
    bench->sweeps = g_ptr_array_new_with_free_func((GDestroyNotify)sweep_free);
    bench->options = g_ptr_array_new_with_free_func((GDestroyNotify)setting_free);
    bench->measures = g_ptr_array_new_with_free_func((GDestroyNotify)measure_spec_free);
    bench->waves = g_ptr_array_new_with_free_func((GDestroyNotify)signal_free);
    bench->axes = &reader->design->axes;
    bench->characterise = reader->expansion;
    bench->variant = reader->variant;
    if (reader->expansion != NULL)
        bench->axes = g_array_index(reader->expansion->variants, struct variant, reader->variant).axes;
    bench->tolerance = NAN;
    bench->pilots = -1;
    bench->origin = xml_origin(node);
    return bench;
}

static gboolean find_array(const struct design *design, const xmlNode *node, struct subject *subject, GError **error)
{
    const char *name = xml_text(node, "array"), *group = xml_text(node, "group");
    subject->array = design_array(design, name);
    if (subject->array == NULL) {
        g_autofree char *shown = xml_shown(name), *names = names_of(design->arrays);
        return xml_fail(node, error, "array of %s: \"%s\" is not an array of this design, expected one of: %s", xml_name(node), shown, names);
    }
    subject->cell = subject->array->cell;
    subject->group = find_named(subject->array->groups, group);
    if (group == NULL || subject->group != NULL)
        return TRUE;
    g_autofree char *shown = xml_shown(group), *names = names_of(subject->array->groups);
    return xml_fail(node, error, "group of %s: \"%s\" is not a group of array %s, expected one of: %s", xml_name(node), shown, name, names);
}

static gboolean find_assembly(const struct design *design, const xmlNode *node, struct subject *subject, GError **error)
{
    const char *name = xml_text(node, "assembly");
    subject->assembly = design_assembly(design, name);
    if (subject->assembly == NULL) {
        g_autofree char *shown = xml_shown(name), *names = names_of(design->assemblies);
        return xml_fail(node, error, "assembly of %s: \"%s\" is not an assembly of this design, expected one of: %s", xml_name(node),
                        shown, names);
    }
    subject->array = &subject->assembly->whole;
    subject->cell = &subject->assembly->cell;
    return TRUE;
}

gboolean read_subject(const struct design *design, const xmlNode *node, struct subject *subject, GError **error)
{
    *subject = (struct subject){NULL, NULL, NULL, NULL};
    if (xml_text(node, "assembly") != NULL)
        return find_assembly(design, node, subject, error);
    if (xml_text(node, "array") != NULL)
        return find_array(design, node, subject, error);
    subject->cell = design_cell(design, xml_text(node, "cell"));
    if (subject->cell != NULL)
        return TRUE;
    g_autofree char *shown = xml_shown(xml_text(node, "cell")), *names = names_of(design->cells);
    return xml_fail(node, error, "cell of %s: \"%s\" is not a cell of this design, expected one of: %s", xml_name(node), shown, names);
}

gboolean read_bench(struct reader *reader, const xmlNode *node, GError **error)
{
    const GPtrArray *benches = reader->design->benches;
    struct bench *bench = new_bench(reader, node);
    struct subject of;
    if (!read_new_name(node, benches, TRUE, &bench->name, error) || !read_subject(reader->design, node, &of, error))
        return FALSE;
    bench->cell = of.cell;
    bench->array = of.array;
    bench->assembly = of.assembly;
    bench->group = of.group;
    g_autoptr(GHashTable) ports = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    struct bench_reader inside = {reader, bench, bench->cell->circuit, ports};
    return read_analysis(node, &bench->analysis, error) && read_bench_axes(reader, xml_first(node, "axes"), bench, error) &&
           read_drivers(&inside, node, error) && check_analysis(&inside, node, error) &&
           read_options(bench, xml_first(node, "options"), error) && read_outputs(&inside, node, error) &&
           read_reduction(&inside, xml_first(node, "options"), error) && check_size(bench, error);
}
