/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/stimulus.c -- what drives each port: every source, load and initial value that stands around the cell under test.
 *
 * Each port, and each line of an array, has one struct drive, settled in four steps (stimuli, the point's settings, ngspice's own
 * sweeps, defaults of supplies and grounds) and then written once. The design's reader has seen to it that each port has one
 * driver; so names that a stimulus or sweep gives are there, and no step undoes another's.
 */
#include "config.h"

#include "netlist/builder.h"

#include <string.h>

#include "netlist/codes.h"

/* --- settling ---------------------------------------------------------------------------------------------------------- */

struct terminal *terminal_of(const struct builder *b, const char *port)
{
    return g_hash_table_lookup(b->ports, port);
}

struct drive *drive_at(const struct builder *b, const char *port, int index)
{
    const struct terminal *terminal = terminal_of(b, port);
    g_assert(terminal != NULL && !terminal->is_inner);
    int at = terminal->line != NULL ? index - terminal->first : 0;
    if (at >= 0 && at < terminal->n)
        return &terminal->drives[at];
    for (int i = terminal->n; i < terminal->n + terminal->n_loads; i++)
        if (terminal->drives[i].index == index)
            return &terminal->drives[i];
    return NULL;
}

/* The port that a source stands at: the port itself, or the first of the pair. */
static const char *target_port(const struct builder *b, enum target target, const char *of)
{
    return target == TARGET_PAIR ? template_pair(b->circuit, of)->plus : of;
}

/* That port or its line, as driven from `origin`; the second of a pair then follows it. NULL if the deck does not hold it. */
static struct drive *claim(const struct builder *b, enum target target, const char *of, int index, struct origin origin)
{
    struct drive *drive = drive_at(b, target_port(b, target, of), index);
    if (drive == NULL)
        return NULL;
    if (target == TARGET_PAIR) {
        const struct port_pair *pair = template_pair(b->circuit, of);
        struct drive *minus = drive_at(b, pair->minus, index);
        minus->kind = DRIVE_MINUS;
        minus->pair = pair;
        minus->origin = origin;
    }
    drive->origin = origin;
    return drive;
}

/* The value that a sweep gives to the code of a pwm or the voltage of an initial, else `value`. */
static double swept_value(const struct builder *b, enum target target, const char *of, double value)
{
    for (gsize i = 0; i < b->point->n_settings; i++)
        if (b->point->sweeps[i]->target == target && strcmp(b->point->sweeps[i]->of, of) == 0)
            value = b->point->settings[i];
    return value;
}

guint64 drawing_of(const struct builder *b, const struct stimulus *stimulus)
{
    for (gsize i = 0; i < b->point->n_settings; i++)
        if (sweep_draws(b->point->sweeps[i], stimulus))
            return (guint64)b->point->settings[i];
    return 0;
}

static void settle_drive(const struct builder *b, const struct stimulus *stimulus, struct drive *drive)
{
    switch (stimulus->kind) {
    case STIMULUS_HOLD:
    case STIMULUS_CURRENT:
        drive->kind = stimulus->kind == STIMULUS_HOLD ? DRIVE_VOLTAGE : DRIVE_CURRENT;
        drive->value = stimulus->value * (drive->kind == DRIVE_CURRENT ? drive->n_lines : 1);
        drive->ac = stimulus->ac_V;
        break;
    case STIMULUS_PULSE:
    case STIMULUS_PWL:
        drive->kind = DRIVE_VOLTAGE;
        drive->value = stimulus->kind == STIMULUS_PULSE ? stimulus->low_V : stimulus->v_V[0];
        drive->wave = stimulus;
        break;
    case STIMULUS_PWM:
        drive->kind = DRIVE_VOLTAGE;
        drive->value = stimulus->low_V;
        drive->code = pwm_code(stimulus, MAX(drive->index, 0), drawing_of(b, stimulus));
        drive->code = (int)swept_value(b, TARGET_PWM, stimulus->of, drive->code);
        drive->wave = drive->code > 0 ? stimulus : NULL;
        break;
    case STIMULUS_LOAD:
        drive->load = stimulus;
        break;
    case STIMULUS_OPEN:
        drive->is_open = TRUE;
        break;
    case STIMULUS_INITIAL:
    case STIMULUS_STORE:
        break;
    }
}

static void settle_stimulus(struct builder *b, const struct stimulus *stimulus)
{
    if (stimulus->kind == STIMULUS_INITIAL || stimulus->kind == STIMULUS_STORE)
        return;
    for (int i = stimulus->first; i <= stimulus->last; i++) {
        struct drive *drive = claim(b, stimulus->target, stimulus->of, i, stimulus->origin);
        if (drive != NULL)
            settle_drive(b, stimulus, drive);
    }
}

/* A sweep takes every line of its name. */
static void settle_sweep(struct builder *b, const struct sweep *sweep, double value)
{
    if (sweep->target != TARGET_PORT && sweep->target != TARGET_PAIR)
        return;
    const struct terminal *terminal = terminal_of(b, target_port(b, sweep->target, sweep->of));
    for (int i = 0; i < terminal->n + terminal->n_loads; i++) {
        struct drive *drive = claim(b, sweep->target, sweep->of, terminal->drives[i].index, sweep->origin);
        drive->kind = DRIVE_VOLTAGE;
        drive->value = value;
        drive->ac = sweep->ac_V;
    }
}

/* Supplies that the bench leaves alone are at VDD; grounds are net 0. */
static void settle_default(struct builder *b, struct drive *drive)
{
    if (drive->kind != DRIVE_NONE || drive->load != NULL || drive->is_open)
        return;
    drive->origin = b->vdd_origin;
    if (drive->port->kind == PORT_SUPPLY) {
        drive->kind = DRIVE_VOLTAGE;
        drive->value = b->vdd_V;
    } else if (drive->port->kind == PORT_GROUND) {
        drive->kind = DRIVE_GROUND;
    }
}

static gboolean is_still(const struct point *point, const struct line_set *line)
{
    const struct bench *bench = point->bench;
    return bench->still != NULL && point_is_reduced(point) && g_strv_contains((const char *const *)bench->still, line->name);
}

static void drive_init(const struct builder *b, const struct terminal *terminal, int at, int index, double n_lines)
{
    struct drive *drive = &terminal->drives[at];
    drive->port = terminal->port;
    drive->index = index;
    drive->member = drive->source_member = b->member;
    drive->n_lines = n_lines;
    drive->series_Ohm = terminal->line != NULL ? terminal->line->driver_Ohm / n_lines : 0;
}

static void terminal_init(const struct builder *b, const struct port *port, struct terminal *terminal)
{
    const struct line_set *line = array_line(b->array, port->name);
    gboolean some = line != NULL && !line->along_row && b->bench->assembly == NULL; /* column lines: those of the deck's columns */
    terminal->port = port;
    terminal->line = line;
    terminal->section_Ohm = line != NULL && !is_still(b->point, line) ? line->section_Ohm : 0;
    terminal->is_inner = array_is_inner(b->array, port->name);
    terminal->first = some ? b->first_column : 0;
    terminal->n = terminal->is_inner ? 0 : line == NULL ? 1 : some ? b->last_column - b->first_column + 1 : line->count;
    terminal->n_loads = some ? (int)b->loads->len : 0;
    terminal->drives = g_new0(struct drive, MAX(terminal->n + terminal->n_loads, 1));
    for (int i = 0; i < terminal->n; i++)
        drive_init(b, terminal, i, line != NULL ? terminal->first + i : INDEX_NONE, 1);
    for (int i = 0; i < terminal->n_loads; i++) {
        const struct load_column *load = &g_array_index(b->loads, struct load_column, i);
        drive_init(b, terminal, terminal->n + i, load->column, load->last - load->first + 1);
    }
}

void drives_settle(struct builder *b)
{
    const GPtrArray *ports = b->circuit->ports, *sweeps = b->bench->sweeps;
    b->terminals = g_new0(struct terminal, ports->len);
    b->ports = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < ports->len; i++) {
        terminal_init(b, ports->pdata[i], &b->terminals[i]);
        g_hash_table_insert(b->ports, b->terminals[i].port->name, &b->terminals[i]);
    }
    for (guint i = 0; i < b->bench->stimuli->len; i++)
        settle_stimulus(b, b->bench->stimuli->pdata[i]);
    for (gsize i = 0; i < b->point->n_settings; i++)
        settle_sweep(b, b->point->sweeps[i], b->point->settings[i]);
    for (gsize i = sweeps->len - b->n_inner; i < sweeps->len; i++)
        settle_sweep(b, sweeps->pdata[i], ((const struct sweep *)sweeps->pdata[i])->values[0]);
    for (guint i = 0; i < ports->len; i++)
        for (int k = 0; k < b->terminals[i].n + b->terminals[i].n_loads; k++)
            settle_default(b, &b->terminals[i].drives[k]);
}

/* --- what the other parts ask ------------------------------------------------------------------------------------------ */

/* "bl", of a line "bl_5", of a member of a pack "_3_bl": nets and sources are called after it. Newly allocated. */
static char *indexed(const char *name, int index, int member)
{
    if (member != MEMBER_NONE)
        return g_strdup_printf("_%d_%s", member, name);
    return index == INDEX_NONE ? g_strdup(name) : g_strdup_printf("%s_%d", name, index);
}

char *drive_net(const struct drive *drive)
{
    return drive->kind == DRIVE_GROUND ? g_strdup("0") : indexed(drive->port->name, drive->index, drive->member);
}

char *dut_name(const struct builder *b)
{
    return b->member == MEMBER_NONE ? g_strdup("x_dut") : g_strdup_printf("x_dut_%d", b->member);
}

const char *ground_net(const struct builder *b)
{
    for (guint i = 0; i < b->circuit->ports->len; i++)
        if (b->terminals[i].port->kind == PORT_GROUND)
            return b->terminals[i].drives->kind == DRIVE_GROUND ? "0" : b->terminals[i].port->name;
    return "0";
}

char *drive_source(const struct drive *drive)
{
    g_autofree char *name =
        indexed(drive->kind == DRIVE_MINUS ? drive->pair->name : drive->port->name, drive->index, drive->source_member);
    g_assert(drive->kind == DRIVE_VOLTAGE || drive->kind == DRIVE_MINUS);
    return g_strdup_printf("%s_%s", drive->kind == DRIVE_MINUS ? "e" : "v", name);
}

char *drive_meter(const struct drive *drive)
{
    if (!drive->is_metered)
        return drive_source(drive);
    g_autofree char *net = drive_net(drive);
    return g_strconcat("v_", net, NULL);
}

char *sweep_source(const struct builder *b, const struct sweep *sweep)
{
    return drive_source(drive_at(b, target_port(b, sweep->target, sweep->of), INDEX_NONE));
}

/* --- writing ----------------------------------------------------------------------------------------------------------- */

/* To 15 digits: 2.95e-09 and not 2.9500000000000003e-09. */
static double as_typed(double value)
{
    char text[NUMBER_SIZE];
    return g_ascii_strtod(g_ascii_formatd(text, NUMBER_SIZE, "%.15g", value), NULL);
}

/* A single pulse has a period beyond the run's end: ngspice 46 repeats one whose period is left out, 39.3 does not. */
static void append_pulse(GString *text, const struct stimulus *pulse, double width_s, double stop_s)
{
    double once_s = as_typed(stop_s + pulse->rise_s + width_s + pulse->fall_s);
    const double numbers[] = {pulse->low_V,
                              pulse->high_V,
                              pulse->delay_s,
                              pulse->rise_s,
                              pulse->fall_s,
                              width_s,
                              pulse->period_s > 0 ? pulse->period_s : once_s};
    g_string_append(text, " pulse(");
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_string_append(text, i > 0 ? " " : "");
        append_number(text, numbers[i]);
    }
    g_string_append_c(text, ')');
}

static void append_pwl(GString *text, const struct stimulus *pwl)
{
    g_string_append(text, " pwl(");
    for (gsize i = 0; i < pwl->n; i++) {
        g_string_append(text, i > 0 ? " " : "");
        append_number(text, pwl->t_s[i]);
        g_string_append_c(text, ' ');
        append_number(text, pwl->v_V[i]);
    }
    g_string_append_c(text, ')');
}

/* Time at the top: the steps of the code lie between the middles of the edges. */
static double pwm_width_s(const struct stimulus *pwm, int code)
{
    return as_typed(code * pwm->step_s - (pwm->rise_s + pwm->fall_s) / 2);
}

static void append_source(GString *text, const struct drive *drive, double stop_s)
{
    g_string_append(text, drive->wave != NULL || drive->ac != 0 ? " dc " : " ");
    append_number(text, drive->value);
    if (drive->ac != 0) {
        g_string_append(text, " ac ");
        append_number(text, drive->ac);
    }
    if (drive->wave != NULL && drive->wave->kind == STIMULUS_PULSE)
        append_pulse(text, drive->wave, drive->wave->width_s, stop_s);
    else if (drive->wave != NULL && drive->wave->kind == STIMULUS_PWM)
        append_pulse(text, drive->wave, pwm_width_s(drive->wave, drive->code), stop_s);
    else if (drive->wave != NULL)
        append_pwl(text, drive->wave);
}

static char *source_net(const struct drive *drive, const char *port);

/* The net of VDD that the second port of a pair is taken from: the supply of the cell, so that it follows whatever drives it.
 * A cell without one gets a net of its own, if it has such a pair. Newly allocated. */
static char *reference_net(struct builder *b)
{
    for (guint i = 0; i < b->circuit->ports->len; i++)
        if (b->terminals[i].port->kind == PORT_SUPPLY && b->terminals[i].drives->kind == DRIVE_VOLTAGE)
            return source_net(b->terminals[i].drives, b->terminals[i].port->name);
    g_autoptr(GString) vdd = g_string_new(NULL);
    append_number(vdd, b->vdd_V);
    for (guint i = 0; i < b->circuit->ports->len; i++)
        for (int k = 0; k < b->terminals[i].n; k++)
            if (b->terminals[i].drives[k].kind == DRIVE_MINUS && b->member <= 0) { /* one supply in a pack */
                card_add(b, b->deck->cards, b->terminals[i].drives[k].origin, "v__vdd _vdd 0 %s", vdd->str);
                return g_strdup("_vdd");
            }
    return g_strdup("_vdd");
}

static void load_write(struct builder *b, const struct drive *drive)
{
    const struct stimulus *load = drive->load;
    g_autofree char *name = indexed(drive->port->name, drive->index, drive->member);
    g_autoptr(GString) value = g_string_new(NULL);
    if (load->load_F > 0) {
        append_number(value, load->load_F * drive->n_lines);
        card_add(b, b->deck->cards, load->origin, "c_%s %s 0 %s", name, name, value->str);
    }
    g_string_truncate(value, 0);
    if (load->load_Ohm > 0) {
        append_number(value, load->load_Ohm / drive->n_lines);
        card_add(b, b->deck->cards, load->origin, "r_%s %s 0 %s", name, name, value->str);
    }
}

/* The net of a voltage source: of the port or line itself, or behind its driver's resistance or a member's meter. Newly
 * allocated. */
static char *source_net(const struct drive *drive, const char *port)
{
    g_autofree char *name = indexed(port, drive->index, drive->source_member);
    return g_strconcat(drive->series_Ohm > 0 ? "_" : "", name, NULL);
}

static void meter_write(struct builder *b, const struct drive *drive)
{
    g_autofree char *meter = drive_meter(drive), *net = drive_net(drive), *source = source_net(drive, drive->port->name);
    card_add(b, b->deck->cards, drive->origin, "%s %s %s 0", meter, net, source);
}

static void voltage_write(struct builder *b, const struct drive *drive, const char *source_text, const char *reference)
{
    GArray *cards = b->deck->cards;
    g_autofree char *source = drive_source(drive), *net = source_net(drive, drive->port->name), *end = drive_net(drive);
    g_autofree char *plus =
        drive->kind == DRIVE_MINUS ? source_net(drive_at(b, drive->pair->plus, drive->index), drive->pair->plus) : NULL;
    if (drive->kind == DRIVE_MINUS)
        card_add(b, cards, drive->origin, "%s %s 0 %s %s 1", source, net, reference, plus);
    else
        card_add(b, cards, drive->origin, "%s %s 0%s", source, net, source_text);
    if (drive->series_Ohm > 0) {
        g_autoptr(GString) value = g_string_new(NULL);
        append_number(value, drive->series_Ohm);
        card_add(b, cards, terminal_of(b, drive->port->name)->line->origin, "rd_%s %s %s %s", end, net, end, value->str);
    }
}

static void drive_write(struct builder *b, const struct drive *drive, const char *reference)
{
    g_autoptr(GString) source = g_string_new(NULL);
    append_source(source, drive, b->bench->analysis.stop_s);
    if (drive->kind == DRIVE_VOLTAGE || drive->kind == DRIVE_MINUS) {
        if (pack_writes(b, drive))
            voltage_write(b, drive, source->str, reference);
        if (drive->is_metered)
            meter_write(b, drive);
    } else if (drive->kind == DRIVE_CURRENT) {
        g_autofree char *net = drive_net(drive);
        card_add(b, b->deck->cards, drive->origin, "i_%s 0 %s%s", net, net, source->str);
    }
    if (drive->load != NULL)
        load_write(b, drive);
}

void drives_write(struct builder *b)
{
    g_autofree char *reference = reference_net(b);
    for (int supplies = 1; supplies >= 0; supplies--)
        for (guint i = 0; i < b->circuit->ports->len; i++)
            for (int k = 0; (b->terminals[i].port->kind == PORT_SUPPLY) == supplies && k < b->terminals[i].n + b->terminals[i].n_loads; k++)
                drive_write(b, &b->terminals[i].drives[k], reference);
}

char *cell_node(const struct builder *b, const char *node)
{
    g_autofree char *dut = dut_name(b);
    return g_strdup_printf("%s.%s", dut, node);
}

void initials_write(struct builder *b)
{
    if (b->array != NULL)
        array_presets_begin(b);
    for (guint i = 0; i < b->bench->stimuli->len; i++) {
        const struct stimulus *stimulus = b->bench->stimuli->pdata[i];
        if (stimulus->kind != STIMULUS_INITIAL && stimulus->kind != STIMULUS_STORE)
            continue;
        double value_V = swept_value(b, TARGET_INITIAL, stimulus->of, stimulus->value);
        if (b->array != NULL) {
            array_initials_write(b, stimulus, value_V);
            continue;
        }
        g_autofree char *node = template_port(b->circuit, stimulus->of) != NULL ? drive_net(drive_at(b, stimulus->of, INDEX_NONE))
                                                                               : cell_node(b, stimulus->of);
        g_autoptr(GString) value = g_string_new(NULL);
        append_number(value, value_V);
        card_add(b, b->deck->cards, stimulus->origin, ".ic v(%s)=%s", node, value->str);
    }
}
