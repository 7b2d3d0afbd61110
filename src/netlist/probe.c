/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/probe.c -- which vectors a run must save, and where each signal of the bench is found among them.
 *
 * Only what measures and waves name is saved: a sweep of 2,550 points over a whole array would otherwise carry every node.
 * ngspice calls a saved node by its name and the current of a source NAME#branch (E sources too), in 39.3 as in 46; the scale
 * comes by itself. In a noise bench the only vector is the density at the output.
 */
#include "config.h"

#include "netlist/builder.h"

#include <string.h>

static void probe_free(gpointer data)
{
    struct probe *probe = data;
    g_free(probe->signal);
    g_free(probe->vector);
    g_free(probe->minus);
    g_free(probe->alias);
    g_free(probe);
}

/* The vector of a node: a port's net, a place on a line, or an inner node of a cell. NULL is net 0. */
static char *node_vector(const struct builder *b, const char *node, const int at[2])
{
    const struct terminal *terminal = terminal_of(b, node);
    const struct part *part = array_part(b->array, node);
    if (terminal == NULL && b->array == NULL)
        return cell_node(b, node);
    if (terminal == NULL && part == NULL)
        return g_strdup_printf("x_%d_%d.%s", at[0], at[1], node);
    if (terminal == NULL && part->array == NULL)
        return g_strdup_printf("x_%s_%d.%s", part->name, at[0], strchr(node, '.') + 1);
    if (terminal == NULL)
        return g_strdup_printf("x_%s_%d_%d.%s", part->name, at[0], at[1], strchr(node, '.') + 1);
    if (terminal->is_inner || (terminal->line != NULL && at[1] != INDEX_NONE && terminal->section_Ohm > 0))
        return g_strdup_printf("%s_%d_%d", node, at[0], at[1]);
    const struct drive *drive = drive_at(b, node, at[0]);
    return drive->kind == DRIVE_GROUND ? NULL : drive_net(drive);
}

static gboolean probe_voltage(const struct builder *b, const struct signal *signal, struct probe *probe)
{
    probe->unit = "V";
    probe->vector = node_vector(b, signal->node, signal->at);
    probe->minus = signal->minus == NULL ? NULL : node_vector(b, signal->minus, signal->minus_at);
    if (probe->vector == NULL) { /* v(vss,a) */
        probe->vector = g_steal_pointer(&probe->minus);
        probe->sign = -1;
    }
    return probe->vector != NULL;
}

/* A source's branch current flows out of the circuit, into the source; the signal is the current into the circuit. */
static void probe_current(const struct builder *b, const struct signal *signal, struct probe *probe)
{
    g_autofree char *source = drive_meter(drive_at(b, signal->node, signal->at[0]));
    probe->unit = "A";
    probe->vector = g_strdup_printf("%s#branch", source);
    probe->sign = -1;
}

/* What an element brings to the output's density: "onoise_r.x_dut.r1"; of a transistor "onoise.m.x_dut.xi1.mn" where its model is a
 * BSIM, "onoise_m.x_dut.xi1.mn" where it is another; 39.3 and 46 alike. */
static char *element_vector(const char *element, char separator)
{
    const char *last = strrchr(element, '.'), *name = last != NULL ? last + 1 : element;
    return g_strdup_printf("onoise%c%c.x_dut.%s", separator, name[0], element);
}

static gboolean probe_fill(const struct builder *b, const struct signal *signal, struct origin origin, struct probe *probe,
                           GError **error)
{
    gboolean noise = b->bench->analysis.kind == ANALYSIS_NOISE;
    probe->signal = g_strdup(signal->name);
    probe->sign = 1;
    if (noise && signal->kind != SIGNAL_ONOISE) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, origin, "signal \"%s\": a noise bench gives onoise only", signal->name);
        return FALSE;
    }
    if (noise) {
        probe->unit = b->output.kind == SIGNAL_CURRENT ? "A/√Hz" : "V/√Hz";
        probe->vector = signal->node == NULL ? g_strdup("onoise_spectrum") : element_vector(signal->node, '.');
        probe->alias = signal->node == NULL ? NULL : element_vector(signal->node, '_');
    } else if (signal->kind == SIGNAL_CURRENT) {
        probe_current(b, signal, probe);
    } else if (!probe_voltage(b, signal, probe)) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, origin, "signal \"%s\": ground is always 0 V, expected another node",
                     signal->name);
        return FALSE;
    }
    return TRUE;
}

/* `known`: the signals that have a probe. */
static gboolean probe_add(struct builder *b, GHashTable *known, const struct signal *signal, struct origin origin, GError **error)
{
    if (g_hash_table_contains(known, signal->name))
        return TRUE;
    struct probe *probe = g_new0(struct probe, 1);
    g_ptr_array_add(b->probes, probe);
    gboolean ok = probe_fill(b, signal, origin, probe, error);
    g_hash_table_add(known, probe->signal);
    return ok;
}

/* A signal of a measure, or each that its * stands for. */
static gboolean probes_add(struct builder *b, GHashTable *known, const struct measure_spec *measure, const struct signal *signal,
                           struct origin origin, GError **error)
{
    if (signal->name == NULL)
        return TRUE;
    if (strchr(signal->name, '*') == NULL)
        return probe_add(b, known, signal, origin, error);
    for (int i = measure->first_line; i <= measure->last_line; i++) {
        struct signal picked;
        signal_pick(signal, i, &picked);
        gboolean ok = probe_add(b, known, &picked, origin, error);
        signal_clear(&picked);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

gboolean probes_settle(struct builder *b, GError **error)
{
    const struct bench *bench = b->bench;
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    b->probes = g_ptr_array_new_with_free_func(probe_free);
    if (bench->analysis.kind == ANALYSIS_NOISE && !signal_parse(bench->analysis.output, &b->output, error))
        return FALSE;
    for (guint i = 0; i < bench->measures->len; i++) {
        struct measure_spec own;
        if (part_measure(bench, b->part, bench->measures->pdata[i], &own) &&
            (!probes_add(b, known, &own, &own.of, own.origin, error) || !probes_add(b, known, &own, &own.until, own.origin, error)))
            return FALSE;
    }
    for (guint i = 0; i < bench->waves->len; i++)
        if (part_has(bench, b->part, bench->waves->pdata[i]) &&
            !probe_add(b, known, bench->waves->pdata[i], bench->origin, error))
            return FALSE;
    return TRUE;
}

char *noise_output(const struct builder *b)
{
    g_autofree char *plus = node_vector(b, b->output.node, b->output.at);
    g_autofree char *minus = b->output.minus == NULL ? NULL : node_vector(b, b->output.minus, b->output.minus_at);
    return g_strdup_printf("v(%s%s%s)", plus == NULL ? "0" : plus, minus == NULL ? "" : ",", minus == NULL ? "" : minus);
}

static void save(GString *text, GHashTable *saved, const char *vector)
{
    if (vector == NULL || !g_hash_table_add(saved, (gpointer)vector))
        return;
    const char *branch = strstr(vector, "#branch");
    if (branch != NULL)
        g_string_append_printf(text, " i(%.*s)", (int)(branch - vector), vector);
    else if (g_str_has_prefix(vector, "onoise"))
        g_string_append_printf(text, " %s", vector);
    else
        g_string_append_printf(text, " v(%s)", vector);
}

void probes_write(struct builder *const *members, gsize n)
{
    struct builder *b = members[0];
    g_autoptr(GString) text = g_string_new(".save");
    g_autoptr(GHashTable) saved = g_hash_table_new(g_str_hash, g_str_equal);
    for (gsize m = 0; m < n; m++)
        for (guint i = 0; i < members[m]->probes->len; i++) {
            const struct probe *probe = members[m]->probes->pdata[i];
            save(text, saved, probe->vector);
            save(text, saved, probe->minus);
            save(text, saved, probe->alias);
        }
    /* The integral makes a second plot, whose absence ngspice calls an error, as it does that of the spectrum. */
    if (b->bench->analysis.kind == ANALYSIS_NOISE && g_hash_table_size(saved) > 0) {
        save(text, saved, "onoise_spectrum");
        save(text, saved, "onoise_total");
    }
    if (g_hash_table_size(saved) > 0)
        card_add(b, b->deck->cards, b->bench->origin, "%s", text->str);
}
