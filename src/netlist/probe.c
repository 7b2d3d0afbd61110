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
    g_free(probe);
}

/* The vector of a node: a port's net or an inner node of the cell. NULL is net 0. */
static char *node_vector(const struct builder *b, const char *node)
{
    const struct drive *drive = g_hash_table_lookup(b->ports, node);
    if (drive == NULL)
        return g_strdup_printf("x_dut.%s", node);
    return drive->kind == DRIVE_GROUND ? NULL : g_strdup(node);
}

static gboolean probe_voltage(const struct builder *b, const struct signal *signal, struct probe *probe)
{
    probe->unit = "V";
    probe->vector = node_vector(b, signal->node);
    probe->minus = signal->minus == NULL ? NULL : node_vector(b, signal->minus);
    if (probe->vector == NULL) { /* v(vss,a) */
        probe->vector = g_steal_pointer(&probe->minus);
        probe->sign = -1;
    }
    return probe->vector != NULL;
}

/* A source's branch current flows out of the circuit, into the source; the signal is the current into the circuit. */
static void probe_current(const struct builder *b, const struct signal *signal, struct probe *probe)
{
    g_autofree char *source = drive_source(g_hash_table_lookup(b->ports, signal->node));
    probe->unit = "A";
    probe->vector = g_strdup_printf("%s#branch", source);
    probe->sign = -1;
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
        probe->vector = g_strdup("onoise_spectrum");
    } else if (signal->kind == SIGNAL_CURRENT) {
        probe_current(b, signal, probe);
    } else if (!probe_voltage(b, signal, probe)) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, origin, "signal \"%s\": ground is always 0 V, expected another node",
                     signal->name);
        return FALSE;
    }
    return TRUE;
}

static gboolean probe_add(struct builder *b, const struct signal *signal, struct origin origin, GError **error)
{
    if (signal->name == NULL || deck_probe(b->deck, signal->name) != NULL)
        return TRUE;
    struct probe *probe = g_new0(struct probe, 1);
    g_ptr_array_add(b->deck->probes, probe);
    return probe_fill(b, signal, origin, probe, error);
}

gboolean probes_settle(struct builder *b, GError **error)
{
    const struct bench *bench = b->bench;
    b->deck->probes = g_ptr_array_new_with_free_func(probe_free);
    if (bench->analysis.kind == ANALYSIS_NOISE && !signal_parse(bench->analysis.output, &b->output, error))
        return FALSE;
    for (guint i = 0; i < bench->measures->len; i++) {
        const struct measure_spec *measure = bench->measures->pdata[i];
        if (!probe_add(b, &measure->of, measure->origin, error) || !probe_add(b, &measure->until, measure->origin, error))
            return FALSE;
    }
    for (guint i = 0; i < bench->waves->len; i++)
        if (!probe_add(b, bench->waves->pdata[i], bench->origin, error))
            return FALSE;
    return TRUE;
}

char *noise_output(const struct builder *b)
{
    g_autofree char *plus = node_vector(b, b->output.node);
    g_autofree char *minus = b->output.minus == NULL ? NULL : node_vector(b, b->output.minus);
    return g_strdup_printf("v(%s%s%s)", plus == NULL ? "0" : plus, minus == NULL ? "" : ",", minus == NULL ? "" : minus);
}

static void save(GString *text, GHashTable *saved, const char *vector)
{
    if (vector == NULL || !g_hash_table_add(saved, (gpointer)vector))
        return;
    const char *branch = strstr(vector, "#branch");
    if (branch != NULL)
        g_string_append_printf(text, " i(%.*s)", (int)(branch - vector), vector);
    else if (strcmp(vector, "onoise_spectrum") == 0) /* its integral makes a second plot, whose absence ngspice calls an error */
        g_string_append(text, " onoise_spectrum onoise_total");
    else
        g_string_append_printf(text, " v(%s)", vector);
}

void probes_write(struct builder *b)
{
    g_autoptr(GString) text = g_string_new(".save");
    g_autoptr(GHashTable) saved = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < b->deck->probes->len; i++) {
        const struct probe *probe = b->deck->probes->pdata[i];
        save(text, saved, probe->vector);
        save(text, saved, probe->minus);
    }
    if (g_hash_table_size(saved) > 0)
        card_add(b, b->deck->cards, b->bench->origin, "%s", text->str);
}
