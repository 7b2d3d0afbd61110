/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/stimulus.c -- what drives each port: every source, load and initial value that stands around the cell under test.
 *
 * Each port has one struct drive, settled in four steps (stimuli, the point's settings, ngspice's own sweeps, defaults of
 * supplies and grounds) and then written once. The design's reader has seen to it that each port has one driver; so names
 * that a stimulus or sweep gives are there, and no step undoes another's.
 */
#include "config.h"

#include "netlist/builder.h"

#include <string.h>

/* --- settling ---------------------------------------------------------------------------------------------------------- */

static struct drive *drive_of(const struct builder *b, const char *port)
{
    struct drive *drive = g_hash_table_lookup(b->ports, port);
    g_assert(drive != NULL);
    return drive;
}

/* The port that a source stands at: the port itself, or the first of the pair. */
static struct drive *target_drive(const struct builder *b, enum target target, const char *of)
{
    return drive_of(b, target == TARGET_PAIR ? template_pair(b->circuit, of)->plus : of);
}

/* That port, as driven from `origin`; the second of a pair then follows it. */
static struct drive *claim(const struct builder *b, enum target target, const char *of, struct origin origin)
{
    if (target == TARGET_PAIR) {
        const struct port_pair *pair = template_pair(b->circuit, of);
        struct drive *minus = drive_of(b, pair->minus);
        minus->kind = DRIVE_MINUS;
        minus->pair = pair;
        minus->origin = origin;
    }
    struct drive *drive = target_drive(b, target, of);
    drive->origin = origin;
    return drive;
}

static void settle_stimulus(struct builder *b, const struct stimulus *stimulus)
{
    if (stimulus->kind == STIMULUS_INITIAL)
        return;
    struct drive *drive = claim(b, stimulus->target, stimulus->of, stimulus->origin);
    switch (stimulus->kind) {
    case STIMULUS_HOLD:
    case STIMULUS_CURRENT:
        drive->kind = stimulus->kind == STIMULUS_HOLD ? DRIVE_VOLTAGE : DRIVE_CURRENT;
        drive->value = stimulus->value;
        drive->ac = stimulus->ac_V;
        break;
    case STIMULUS_PULSE:
    case STIMULUS_PWL:
        drive->kind = DRIVE_VOLTAGE;
        drive->value = stimulus->kind == STIMULUS_PULSE ? stimulus->low_V : stimulus->v_V[0];
        drive->wave = stimulus;
        break;
    case STIMULUS_LOAD:
        drive->load = stimulus;
        break;
    case STIMULUS_OPEN:
        drive->is_open = TRUE;
        break;
    case STIMULUS_INITIAL:
        break;
    }
}

static void settle_sweep(struct builder *b, const struct sweep *sweep, double value)
{
    if (sweep->target != TARGET_PORT && sweep->target != TARGET_PAIR)
        return;
    struct drive *drive = claim(b, sweep->target, sweep->of, sweep->origin);
    drive->kind = DRIVE_VOLTAGE;
    drive->value = value;
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

void drives_settle(struct builder *b)
{
    const GPtrArray *ports = b->circuit->ports, *sweeps = b->bench->sweeps;
    b->drives = g_new0(struct drive, ports->len);
    b->ports = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < ports->len; i++) {
        b->drives[i].port = ports->pdata[i];
        g_hash_table_insert(b->ports, b->drives[i].port->name, &b->drives[i]);
    }
    for (guint i = 0; i < b->bench->stimuli->len; i++)
        settle_stimulus(b, b->bench->stimuli->pdata[i]);
    for (gsize i = 0; i < b->point->n_settings; i++)
        settle_sweep(b, b->point->sweeps[i], b->point->settings[i]);
    for (gsize i = sweeps->len - b->n_inner; i < sweeps->len; i++)
        settle_sweep(b, sweeps->pdata[i], ((const struct sweep *)sweeps->pdata[i])->values[0]);
    for (guint i = 0; i < ports->len; i++)
        settle_default(b, &b->drives[i]);
}

/* --- what the other parts ask ------------------------------------------------------------------------------------------ */

const char *drive_net(const struct drive *drive)
{
    return drive->kind == DRIVE_GROUND ? "0" : drive->port->name;
}

char *drive_source(const struct drive *drive)
{
    if (drive->kind == DRIVE_VOLTAGE)
        return g_strdup_printf("v_%s", drive->port->name);
    g_assert(drive->kind == DRIVE_MINUS);
    return g_strdup_printf("e_%s", drive->pair->name);
}

char *sweep_source(const struct builder *b, const struct sweep *sweep)
{
    return drive_source(target_drive(b, sweep->target, sweep->of));
}

/* --- writing ----------------------------------------------------------------------------------------------------------- */

/* A single pulse has a period beyond the run's end: ngspice 46 repeats one whose period is left out, 39.3 does not. */
static void append_pulse(GString *text, const struct stimulus *pulse, double stop_s)
{
    double once_s = stop_s + pulse->rise_s + pulse->width_s + pulse->fall_s;
    const double numbers[] = {pulse->low_V,
                              pulse->high_V,
                              pulse->delay_s,
                              pulse->rise_s,
                              pulse->fall_s,
                              pulse->width_s,
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

static void append_source(GString *text, const struct drive *drive, double stop_s)
{
    g_string_append(text, drive->wave != NULL || drive->ac != 0 ? " dc " : " ");
    append_number(text, drive->value);
    if (drive->ac != 0) {
        g_string_append(text, " ac ");
        append_number(text, drive->ac);
    }
    if (drive->wave != NULL && drive->wave->kind == STIMULUS_PULSE)
        append_pulse(text, drive->wave, stop_s);
    else if (drive->wave != NULL)
        append_pwl(text, drive->wave);
}

/* The net of VDD that the second port of a pair is taken from: the supply of the cell, so that it follows whatever drives it.
 * A cell without one gets a net of its own, if it has such a pair. */
static const char *reference_net(struct builder *b)
{
    for (guint i = 0; i < b->circuit->ports->len; i++)
        if (b->drives[i].port->kind == PORT_SUPPLY && b->drives[i].kind == DRIVE_VOLTAGE)
            return b->drives[i].port->name;
    g_autoptr(GString) vdd = g_string_new(NULL);
    append_number(vdd, b->vdd_V);
    for (guint i = 0; i < b->circuit->ports->len; i++)
        if (b->drives[i].kind == DRIVE_MINUS) {
            card_add(b, b->deck->cards, b->drives[i].origin, "v__vdd _vdd 0 %s", vdd->str);
            break;
        }
    return "_vdd";
}

static void load_write(struct builder *b, const struct drive *drive)
{
    const struct stimulus *load = drive->load;
    const char *name = drive->port->name;
    g_autoptr(GString) value = g_string_new(NULL);
    if (load->load_F > 0) {
        append_number(value, load->load_F);
        card_add(b, b->deck->cards, load->origin, "c_%s %s 0 %s", name, name, value->str);
    }
    g_string_truncate(value, 0);
    if (load->load_Ohm > 0) {
        append_number(value, load->load_Ohm);
        card_add(b, b->deck->cards, load->origin, "r_%s %s 0 %s", name, name, value->str);
    }
}

static void drive_write(struct builder *b, const struct drive *drive, const char *reference)
{
    const char *name = drive->port->name;
    GArray *cards = b->deck->cards;
    g_autoptr(GString) source = g_string_new(NULL);
    append_source(source, drive, b->bench->analysis.stop_s);
    if (drive->kind == DRIVE_VOLTAGE)
        card_add(b, cards, drive->origin, "v_%s %s 0%s", name, name, source->str);
    else if (drive->kind == DRIVE_CURRENT)
        card_add(b, cards, drive->origin, "i_%s 0 %s%s", name, name, source->str);
    else if (drive->kind == DRIVE_MINUS)
        card_add(b, cards, drive->origin, "e_%s %s 0 %s %s 1", drive->pair->name, name, reference, drive->pair->plus);
    if (drive->load != NULL)
        load_write(b, drive);
}

void drives_write(struct builder *b)
{
    const char *reference = reference_net(b);
    for (int supplies = 1; supplies >= 0; supplies--)
        for (guint i = 0; i < b->circuit->ports->len; i++)
            if ((b->drives[i].port->kind == PORT_SUPPLY) == supplies)
                drive_write(b, &b->drives[i], reference);
}

/* The initial voltage at this point: what a sweep gives, or else what the bench states. */
static double initial_value(const struct builder *b, const struct stimulus *stimulus)
{
    for (gsize i = 0; i < b->point->n_settings; i++) {
        const struct sweep *sweep = b->point->sweeps[i];
        if (sweep->target == TARGET_INITIAL && strcmp(sweep->of, stimulus->of) == 0)
            return b->point->settings[i];
    }
    return stimulus->value;
}

void initials_write(struct builder *b)
{
    for (guint i = 0; i < b->bench->stimuli->len; i++) {
        const struct stimulus *stimulus = b->bench->stimuli->pdata[i];
        if (stimulus->kind != STIMULUS_INITIAL)
            continue;
        gboolean is_port = template_port(b->circuit, stimulus->of) != NULL;
        g_autoptr(GString) value = g_string_new(NULL);
        append_number(value, initial_value(b, stimulus));
        card_add(b, b->deck->cards, stimulus->origin, ".ic v(%s%s)=%s", is_port ? "" : "x_dut.", stimulus->of, value->str);
    }
}
