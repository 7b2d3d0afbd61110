/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/pack.c -- which points may share a deck, and what its members share in it.
 *
 * Members are joined by ideal voltage sources only: a port whose source is the same in all is one net, which no member can move.
 * Where a member's current is measured there, a source of 0 V between net and port reads it. A port that a current drives, that has
 * a load or that floats is the member's own, and so is the source of a port whose level differs. So the equations of the
 * members are independent of each other; what they share is when ngspice takes a step in time, and how many iterations.
 */
#include "config.h"

#include <string.h>

#include "netlist/accuracy.h"
#include "netlist/builder.h"

/* Beyond, a step through all members leaves the cache of the first (doc/accuracy.md). */
#define PACK_DEVICES 200

/* ---- who may ---- */

/* Settings that change models, the supply or when a source moves. */
static gboolean parts_points(const struct sweep *sweep)
{
    return sweep->target == TARGET_KNOB || sweep->target == TARGET_SUPPLY || sweep->target == TARGET_PWM ||
           sweep->target == TARGET_DRAW;
}

char *pack_group(const struct point *point)
{
    const struct bench *bench = point->bench;
    if (preset_of(point->accuracy)->pack_points < 2 || bench->array != NULL || bench->analysis.kind == ANALYSIS_NOISE)
        return NULL;
    char number[NUMBER_SIZE];
    GString *group = g_string_new(NULL);
    g_string_append_printf(group, "%s %s %s", bench->name, point->corner, number_print(number, point->temperature_C));
    for (gsize i = 0; i < point->n_settings; i++)
        if (parts_points(point->sweeps[i]))
            g_string_append_printf(group, " %s", number_print(number, point->settings[i]));
    return g_string_free(group, FALSE);
}

gsize pack_limit(const struct point *point, gsize n_devices)
{
    gsize most = (gsize)preset_of(point->accuracy)->pack_points;
    return CLAMP(PACK_DEVICES / MAX(n_devices, 1), 1, most);
}

/* ---- what is shared ---- */

static gboolean is_measured(const struct signal *signal, const char *port)
{
    return signal->name != NULL && signal->kind == SIGNAL_CURRENT && strcmp(signal->node, port) == 0;
}

static gboolean current_is_measured(const struct bench *bench, const char *port)
{
    for (guint i = 0; i < bench->measures->len; i++) {
        const struct measure_spec *measure = bench->measures->pdata[i];
        if (is_measured(&measure->of, port) || is_measured(&measure->until, port))
            return TRUE;
    }
    for (guint i = 0; i < bench->waves->len; i++)
        if (is_measured(bench->waves->pdata[i], port))
            return TRUE;
    return FALSE;
}

static struct drive *drive_of(struct builder *const *members, gsize member, guint port)
{
    return members[member]->terminals[port].drives;
}

static gboolean same_source(const struct drive *a, const struct drive *b)
{
    return a->kind == b->kind && a->value == b->value && a->wave == b->wave && a->code == b->code && a->ac == b->ac &&
           a->load == NULL && b->load == NULL;
}

static void share(struct builder *const *members, gsize n, guint port)
{
    gboolean metered = current_is_measured(members[0]->bench, drive_of(members, 0, port)->port->name);
    for (gsize m = 0; m < n; m++) {
        struct drive *drive = drive_of(members, m, port);
        drive->source_member = MEMBER_NONE;
        drive->is_metered = metered;
        if (!metered)
            drive->member = MEMBER_NONE;
    }
}

static gboolean is_same(struct builder *const *members, gsize n, guint port)
{
    for (gsize m = 1; m < n; m++)
        if (!same_source(drive_of(members, 0, port), drive_of(members, m, port)))
            return FALSE;
    return TRUE;
}

/* The second of a pair is the same where the first and the supply that it is taken from are. */
static gboolean minus_is_same(const struct builder *b, const struct drive *minus)
{
    for (guint i = 0; i < b->circuit->ports->len; i++) {
        const struct drive *drive = b->terminals[i].drives;
        if (drive->port->kind == PORT_SUPPLY && drive->kind == DRIVE_VOLTAGE && drive->source_member != MEMBER_NONE)
            return FALSE;
    }
    return drive_at(b, minus->pair->plus, INDEX_NONE)->source_member == MEMBER_NONE;
}

void pack_settle(struct builder *const *members, gsize n)
{
    const struct builder *first = members[0];
    guint n_ports = first->circuit->ports->len;
    for (guint i = 0; i < n_ports; i++)
        if (drive_of(members, 0, i)->kind == DRIVE_VOLTAGE && is_same(members, n, i))
            share(members, n, i);
    for (guint i = 0; i < n_ports; i++)
        if (drive_of(members, 0, i)->kind == DRIVE_MINUS && is_same(members, n, i) && minus_is_same(first, drive_of(members, 0, i)))
            share(members, n, i);
}

gboolean pack_writes(const struct builder *b, const struct drive *drive)
{
    return drive->source_member != MEMBER_NONE || b->member <= 0;
}
