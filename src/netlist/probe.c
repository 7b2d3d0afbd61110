/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/probe.c -- which vectors a run must save, and where each signal of the bench is found among them.
 *
 * Only what measures and waves name is saved: a sweep of 2,550 points over a whole array would otherwise carry every node.
 * ngspice calls a saved node by its name and the current of a source NAME#branch (E sources too), in 39.3 as in 46; the scale
 * comes by itself.
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

static void want(struct builder *b, GHashTable *names, const struct signal *signal, struct origin origin)
{
    if (signal->name == NULL || !g_hash_table_add(names, signal->name))
        return;
    struct wanted wanted = {signal, origin};
    g_array_append_val(b->wanted, wanted);
}

gboolean probes_want(struct builder *b, GError **error)
{
    const struct bench *bench = b->bench;
    b->wanted = g_array_new(FALSE, FALSE, sizeof(struct wanted));
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < bench->measures->len; i++) {
        const struct measure_spec *measure = bench->measures->pdata[i];
        want(b, names, &measure->of, measure->origin);
        want(b, names, &measure->until, measure->origin);
    }
    for (guint i = 0; i < bench->waves->len; i++)
        want(b, names, bench->waves->pdata[i], bench->origin);
    if (bench->analysis.kind != ANALYSIS_NOISE)
        return TRUE;
    for (guint i = 0; i < b->wanted->len; i++) {
        const struct wanted *wanted = &g_array_index(b->wanted, struct wanted, i);
        if (wanted->signal->kind != SIGNAL_ONOISE) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, wanted->origin, "signal \"%s\": a noise bench gives onoise only",
                         wanted->signal->name);
            return FALSE;
        }
    }
    if (!signal_parse(bench->analysis.output, &b->output, error)) {
        g_prefix_error(error, "%s:%d: noise output: ", bench->analysis.origin.file, bench->analysis.origin.line);
        return FALSE;
    }
    if (b->output.kind == SIGNAL_ONOISE) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, bench->analysis.origin, "noise output \"%s\": expected v(node) or i(port)",
                     bench->analysis.output);
        return FALSE;
    }
    want(b, names, &b->output, bench->analysis.origin);
    return TRUE;
}

/* The vector of a node: a port's net, or an inner node of the cell. NULL is net 0, or sets `error`. */
static char *node_vector(const struct builder *b, const struct wanted *wanted, const char *node, GError **error)
{
    const struct drive *drive = g_hash_table_lookup(b->ports, node);
    if (drive != NULL)
        return drive->kind == DRIVE_GROUND ? NULL : g_strdup(node);
    if (template_has_node(b->circuit, node))
        return g_strdup_printf("x_dut.%s", node);
    error_set_at(error, GAINSPICE_ERROR_INPUT, wanted->origin, "signal \"%s\": \"%s\" is no port or declared node of %s",
                 wanted->signal->name, node, b->circuit->name);
    return NULL;
}

static gboolean probe_voltage(const struct builder *b, const struct wanted *wanted, struct probe *probe, GError **error)
{
    GError *failed = NULL;
    probe->sign = 1;
    probe->unit = "V";
    probe->vector = node_vector(b, wanted, wanted->signal->node, &failed);
    if (failed == NULL && wanted->signal->minus != NULL)
        probe->minus = node_vector(b, wanted, wanted->signal->minus, &failed);
    if (failed == NULL && probe->vector == NULL) { /* v(vss,a) */
        probe->vector = g_steal_pointer(&probe->minus);
        probe->sign = -1;
    }
    if (failed == NULL && probe->vector == NULL)
        error_set_at(&failed, GAINSPICE_ERROR_INPUT, wanted->origin, "signal \"%s\": the node is ground, expected another",
                     wanted->signal->name);
    if (failed == NULL)
        return TRUE;
    g_propagate_error(error, failed);
    return FALSE;
}

static gboolean probe_current(const struct builder *b, const struct wanted *wanted, struct probe *probe, GError **error)
{
    const struct drive *drive = g_hash_table_lookup(b->ports, wanted->signal->node);
    g_autofree char *source = drive_branch(drive, &probe->sign);
    probe->unit = "A";
    if (source == NULL) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, wanted->origin, "signal \"%s\": nothing is connected to port \"%s\"",
                     wanted->signal->name, wanted->signal->node);
        return FALSE;
    }
    probe->vector = g_strdup_printf("%s#branch", source);
    return TRUE;
}

static gboolean probe_noise(const struct builder *b, const struct wanted *wanted, struct probe *probe, GError **error)
{
    if (b->bench->analysis.kind != ANALYSIS_NOISE) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, wanted->origin, "signal \"onoise\": expected in a noise bench only");
        return FALSE;
    }
    probe->vector = g_strdup("onoise_spectrum");
    probe->sign = 1;
    probe->unit = b->output.kind == SIGNAL_CURRENT ? "A/√Hz" : "V/√Hz";
    return TRUE;
}

gboolean probes_settle(struct builder *b, GError **error)
{
    b->deck->probes = g_ptr_array_new_with_free_func(probe_free);
    b->outputs = g_ptr_array_new_with_free_func(probe_free);
    for (guint i = 0; i < b->wanted->len; i++) {
        const struct wanted *wanted = &g_array_index(b->wanted, struct wanted, i);
        struct probe *probe = g_new0(struct probe, 1);
        g_ptr_array_add(wanted->signal == &b->output ? b->outputs : b->deck->probes, probe);
        probe->signal = g_strdup(wanted->signal->name);
        gboolean ok = wanted->signal->kind == SIGNAL_ONOISE    ? probe_noise(b, wanted, probe, error)
                    : wanted->signal->kind == SIGNAL_CURRENT ? probe_current(b, wanted, probe, error)
                                                             : probe_voltage(b, wanted, probe, error);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

static void save(GString *text, GHashTable *saved, const char *vector)
{
    if (vector == NULL || !g_hash_table_add(saved, (gpointer)vector))
        return;
    const char *branch = strstr(vector, "#branch");
    if (branch != NULL)
        g_string_append_printf(text, " i(%.*s)", (int)(branch - vector), vector);
    else if (strcmp(vector, "onoise_spectrum") == 0)
        g_string_append_printf(text, " %s", vector);
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
