/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/stimulus.c -- what drives each port: every source, load and initial value that stands around the cell under test.
 *
 * Each port has one struct drive, settled in four steps (stimuli, the point's settings, ngspice's own sweeps, defaults of
 * supplies and grounds) and then written once. A port that is driven with a voltage gives its current as that of its source.
 * Where a current source or a load stands at a port whose current is asked for, the source or load moves behind a meter
 * (a source of 0 V), so that i(port) is always the current into the circuit and nothing else.
 */
#include "config.h"

#include "netlist/builder.h"

#include <string.h>

#include "base/files.h"

static gboolean refuse(GError **error, struct origin at, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean refuse(GError **error, struct origin at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    error_set_at(error, GAINSPICE_ERROR_INPUT, at, "%s", message);
    return FALSE;
}

/* --- settling ---------------------------------------------------------------------------------------------------------- */

static struct drive *drive_of(const struct builder *b, const char *port)
{
    return g_hash_table_lookup(b->ports, port);
}

/* The port that is driven when `of` is: the port itself, or the first of the pair. */
static struct drive *target_drive(const struct builder *b, enum target target, const char *of, const struct port_pair **pair)
{
    *pair = target == TARGET_PAIR ? template_pair(b->circuit, of) : NULL;
    if (target == TARGET_PAIR && *pair == NULL)
        return NULL;
    return drive_of(b, *pair == NULL ? of : (*pair)->plus);
}

static gboolean claim(struct drive *drive, struct origin at, GError **error)
{
    if (drive->is_set)
        return refuse(error, at, "port \"%s\": driven already at line %d, expected one source", drive->port->name, drive->origin.line);
    drive->is_set = TRUE;
    drive->origin = at;
    return TRUE;
}

static gboolean claim_pair(struct builder *b, const struct port_pair *pair, struct origin at, GError **error)
{
    struct drive *minus = drive_of(b, pair->minus);
    if (!claim(minus, at, error))
        return FALSE;
    minus->kind = DRIVE_MINUS;
    minus->pair = pair;
    return TRUE;
}

static gboolean settle_source(struct builder *b, const struct stimulus *stimulus, GError **error)
{
    const struct port_pair *pair;
    struct drive *drive = target_drive(b, stimulus->target, stimulus->of, &pair);
    if (drive == NULL)
        return refuse(error, stimulus->origin, "%s: \"%s\" is no port or pair of %s", stimulus_name(stimulus->kind), stimulus->of,
                      b->circuit->name);
    if (!claim(drive, stimulus->origin, error) || (pair != NULL && !claim_pair(b, pair, stimulus->origin, error)))
        return FALSE;
    drive->kind = stimulus->kind == STIMULUS_CURRENT ? DRIVE_CURRENT : DRIVE_VOLTAGE;
    drive->ac = stimulus->ac_V;
    if (stimulus->kind == STIMULUS_HOLD || stimulus->kind == STIMULUS_CURRENT) {
        drive->value = stimulus->value;
        return TRUE;
    }
    drive->wave = stimulus;
    drive->value = stimulus->kind == STIMULUS_PULSE ? stimulus->low_V : stimulus->v_V[0];
    /* ngspice would put its print step where a rise or fall time is 0: the edge would move with the resolution */
    if (stimulus->kind == STIMULUS_PULSE && !(stimulus->rise_s > 0 && stimulus->fall_s > 0))
        return refuse(error, stimulus->origin, "pulse on \"%s\": an edge without a length, expected rise and fall above 0 s", stimulus->of);
    return TRUE;
}

static gboolean settle_load(struct builder *b, const struct stimulus *stimulus, GError **error)
{
    struct drive *drive = drive_of(b, stimulus->of);
    if (drive == NULL)
        return refuse(error, stimulus->origin, "load: \"%s\" is no port of %s", stimulus->of, b->circuit->name);
    if (drive->load != NULL)
        return refuse(error, stimulus->origin, "port \"%s\": loaded already at line %d, expected one load", stimulus->of,
                      drive->load->origin.line);
    drive->load = stimulus;
    return TRUE;
}

static gboolean settle_initial(struct builder *b, const struct stimulus *stimulus, GError **error)
{
    if (!template_has_node(b->circuit, stimulus->of))
        return refuse(error, stimulus->origin, "initial: \"%s\" is no port or declared node of %s", stimulus->of, b->circuit->name);
    const struct stimulus *other = g_hash_table_lookup(b->initials, stimulus->of);
    if (other != NULL)
        return refuse(error, stimulus->origin, "initial: node \"%s\" has a value already at line %d", stimulus->of, other->origin.line);
    g_hash_table_insert(b->initials, stimulus->of, (gpointer)stimulus);
    return TRUE;
}

static gboolean settle_stimulus(struct builder *b, const struct stimulus *stimulus, GError **error)
{
    switch (stimulus->kind) {
    case STIMULUS_HOLD:
    case STIMULUS_CURRENT:
    case STIMULUS_PULSE:
    case STIMULUS_PWL:
        return settle_source(b, stimulus, error);
    case STIMULUS_LOAD:
        return settle_load(b, stimulus, error);
    case STIMULUS_INITIAL:
        return settle_initial(b, stimulus, error);
    case STIMULUS_OPEN:
        if (drive_of(b, stimulus->of) == NULL)
            return refuse(error, stimulus->origin, "open: \"%s\" is no port of %s", stimulus->of, b->circuit->name);
        drive_of(b, stimulus->of)->is_open = TRUE;
        return TRUE;
    }
    return TRUE;
}

/* A sweep replaces what a hold or a current says, and drives a port that nothing else does. */
static gboolean settle_sweep(struct builder *b, const struct sweep *sweep, double value, GError **error)
{
    if (sweep->target != TARGET_PORT && sweep->target != TARGET_PAIR)
        return TRUE;
    enum drive_kind kind = sweep->dimension == DIMENSION_CURRENT ? DRIVE_CURRENT : DRIVE_VOLTAGE;
    const struct port_pair *pair;
    struct drive *drive = target_drive(b, sweep->target, sweep->of, &pair);
    if (drive == NULL)
        return refuse(error, sweep->origin, "sweep \"%s\": \"%s\" is no port or pair of %s", sweep->name, sweep->of, b->circuit->name);
    if (drive->is_set && (drive->is_swept || drive->wave != NULL || drive->kind != kind))
        return refuse(error, sweep->origin, "sweep \"%s\": port \"%s\" has another source at line %d, expected none or a held one",
                      sweep->name, drive->port->name, drive->origin.line);
    if (pair != NULL && drive_of(b, pair->minus)->pair != pair && !claim_pair(b, pair, sweep->origin, error))
        return FALSE;
    drive->is_set = drive->is_swept = TRUE;
    drive->kind = kind;
    drive->value = value;
    drive->origin = sweep->origin;
    return TRUE;
}

static gboolean settle_sweeps(struct builder *b, GError **error)
{
    for (gsize i = 0; i < b->point->n_settings; i++)
        if (!settle_sweep(b, b->point->sweeps[i], b->point->settings[i], error))
            return FALSE;
    for (gsize i = b->bench->sweeps->len - b->n_inner; i < b->bench->sweeps->len; i++) {
        const struct sweep *sweep = b->bench->sweeps->pdata[i];
        if (!settle_sweep(b, sweep, sweep->values[0], error))
            return FALSE;
    }
    return TRUE;
}

/* Supplies that the bench leaves alone are at VDD; grounds are net 0, or a source of 0 V where their current is asked for. */
static void settle_default(struct builder *b, struct drive *drive)
{
    if (drive->is_set || drive->is_open)
        return;
    if (drive->port->kind == PORT_SUPPLY) {
        drive->kind = DRIVE_VOLTAGE;
        drive->value = b->vdd_V;
        drive->origin = b->bench->origin;
    } else if (drive->port->kind == PORT_GROUND) {
        drive->kind = drive->is_measured ? DRIVE_VOLTAGE : DRIVE_GROUND;
        drive->origin = b->bench->origin;
    }
}

static gboolean settle_measured(struct builder *b, GError **error)
{
    for (guint i = 0; i < b->wanted->len; i++) {
        const struct wanted *wanted = &g_array_index(b->wanted, struct wanted, i);
        if (wanted->signal->kind != SIGNAL_CURRENT)
            continue;
        struct drive *drive = drive_of(b, wanted->signal->node);
        if (drive == NULL)
            return refuse(error, wanted->origin, "signal \"%s\": \"%s\" is no port of %s", wanted->signal->name, wanted->signal->node,
                          b->circuit->name);
        drive->is_measured = TRUE;
    }
    return TRUE;
}

static gboolean settle_noise_input(struct builder *b, GError **error)
{
    const struct analysis *analysis = &b->bench->analysis;
    if (analysis->kind != ANALYSIS_NOISE)
        return TRUE;
    struct drive *input = drive_of(b, analysis->input);
    if (input == NULL || (input->kind != DRIVE_VOLTAGE && input->kind != DRIVE_CURRENT))
        return refuse(error, analysis->origin, "noise input \"%s\": expected a port with a source of its own", analysis->input);
    if (input->ac == 0)
        input->ac = 1; /* .noise refers to this source; the spectrum at the output does not depend on it */
    return TRUE;
}

gboolean drives_settle(struct builder *b, GError **error)
{
    const GPtrArray *ports = b->circuit->ports;
    b->drives = g_new0(struct drive, ports->len);
    b->ports = g_hash_table_new(g_str_hash, g_str_equal);
    b->initials = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < ports->len; i++) {
        b->drives[i].port = ports->pdata[i];
        g_hash_table_insert(b->ports, b->drives[i].port->name, &b->drives[i]);
    }
    for (guint i = 0; i < b->bench->stimuli->len; i++)
        if (!settle_stimulus(b, b->bench->stimuli->pdata[i], error))
            return FALSE;
    if (!settle_sweeps(b, error) || !settle_measured(b, error))
        return FALSE;
    for (guint i = 0; i < ports->len; i++)
        settle_default(b, &b->drives[i]);
    return settle_noise_input(b, error);
}

/* --- what the other parts ask ------------------------------------------------------------------------------------------ */

const char *drive_net(const struct drive *drive)
{
    return drive->kind == DRIVE_GROUND ? "0" : drive->port->name;
}

static gboolean has_meter(const struct drive *drive)
{
    return drive->is_measured && (drive->kind == DRIVE_CURRENT || drive->load != NULL);
}

char *drive_branch(const struct drive *drive, double *sign)
{
    *sign = has_meter(drive) ? 1 : -1;
    if (has_meter(drive))
        return g_strdup_printf("vi_%s", drive->port->name);
    if (drive->kind == DRIVE_VOLTAGE)
        return g_strdup_printf("v_%s", drive->port->name);
    return drive->kind == DRIVE_MINUS ? g_strdup_printf("e_%s", drive->pair->name) : NULL;
}

char *sweep_source(const struct builder *b, const struct sweep *sweep)
{
    const struct port_pair *pair;
    const struct drive *drive = target_drive(b, sweep->target, sweep->of, &pair);
    g_assert(drive != NULL); /* drives_settle has been there */
    return g_strdup_printf("%c_%s", drive->kind == DRIVE_CURRENT ? 'i' : 'v', drive->port->name);
}

/* --- writing ----------------------------------------------------------------------------------------------------------- */

static void append_pulse(GString *text, const struct stimulus *pulse)
{
    const double numbers[] = {pulse->low_V, pulse->high_V, pulse->delay_s, pulse->rise_s, pulse->fall_s, pulse->width_s, pulse->period_s};
    g_string_append(text, " pulse(");
    for (gsize i = 0; i < (pulse->period_s > 0 ? 7 : 6); i++) {
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

static void append_source(GString *text, const struct drive *drive)
{
    g_string_append(text, drive->wave != NULL || drive->ac != 0 ? " dc " : " ");
    append_number(text, drive->value);
    if (drive->ac != 0) {
        g_string_append(text, " ac ");
        append_number(text, drive->ac);
    }
    if (drive->wave != NULL && drive->wave->kind == STIMULUS_PULSE)
        append_pulse(text, drive->wave);
    else if (drive->wave != NULL)
        append_pwl(text, drive->wave);
}

/* The net of VDD that the second port of a pair is taken from: the supply of the cell, so that it follows whatever drives it. */
static const char *reference_net(const struct builder *b)
{
    for (guint i = 0; i < b->circuit->ports->len; i++)
        if (b->drives[i].port->kind == PORT_SUPPLY && b->drives[i].kind == DRIVE_VOLTAGE)
            return b->drives[i].port->name;
    return "_vdd";
}

static void load_write(struct builder *b, const struct drive *drive, const char *net)
{
    const struct stimulus *load = drive->load;
    g_autoptr(GString) value = g_string_new(NULL);
    if (load->load_F > 0) {
        append_number(value, load->load_F);
        card_add(b, b->deck->cards, load->origin, "c_%s %s 0 %s", drive->port->name, net, value->str);
    }
    g_string_truncate(value, 0);
    if (load->load_Ohm > 0) {
        append_number(value, load->load_Ohm);
        card_add(b, b->deck->cards, load->origin, "r_%s %s 0 %s", drive->port->name, net, value->str);
    }
}

static void drive_write(struct builder *b, const struct drive *drive, const char *reference)
{
    const char *name = drive->port->name;
    GArray *cards = b->deck->cards;
    g_autofree char *net = g_strdup_printf("%s%s", has_meter(drive) ? "_" : "", name);
    g_autoptr(GString) source = g_string_new(NULL);
    append_source(source, drive);
    if (drive->kind == DRIVE_VOLTAGE)
        card_add(b, cards, drive->origin, "v_%s %s 0%s", name, net, source->str);
    else if (drive->kind == DRIVE_CURRENT)
        card_add(b, cards, drive->origin, "i_%s 0 %s%s", name, net, source->str);
    else if (drive->kind == DRIVE_MINUS)
        card_add(b, cards, drive->origin, "e_%s %s 0 %s %s 1", drive->pair->name, net, reference, drive->pair->plus);
    if (drive->load != NULL)
        load_write(b, drive, net);
    if (has_meter(drive))
        card_add(b, cards, drive->origin, "vi_%s %s %s 0", name, net, name);
}

void drives_write(struct builder *b)
{
    const char *reference = reference_net(b);
    gboolean is_needed = FALSE;
    for (guint i = 0; i < b->circuit->ports->len; i++)
        is_needed = is_needed || b->drives[i].kind == DRIVE_MINUS;
    if (is_needed && reference[0] == '_') {
        g_autoptr(GString) vdd = g_string_new(NULL);
        append_number(vdd, b->vdd_V);
        card_add(b, b->deck->cards, b->bench->origin, "v__vdd _vdd 0 %s", vdd->str);
    }
    for (int supplies = 1; supplies >= 0; supplies--)
        for (guint i = 0; i < b->circuit->ports->len; i++)
            if ((b->drives[i].port->kind == PORT_SUPPLY) == supplies)
                drive_write(b, &b->drives[i], reference);
}

void initials_write(struct builder *b)
{
    for (guint i = 0; i < b->bench->stimuli->len; i++) {
        const struct stimulus *stimulus = b->bench->stimuli->pdata[i];
        if (stimulus->kind != STIMULUS_INITIAL)
            continue;
        const struct drive *drive = drive_of(b, stimulus->of);
        g_autoptr(GString) value = g_string_new(NULL);
        append_number(value, stimulus->value);
        card_add(b, b->deck->cards, stimulus->origin, ".ic v(%s%s)=%s", drive == NULL ? "x_dut." : "", stimulus->of, value->str);
    }
}
