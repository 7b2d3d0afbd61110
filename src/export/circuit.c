/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/circuit.c -- devices as text that circuit simulators read: B-sources in a subcircuit, and Verilog-A.
 *
 * SPICE: each clamped input is a node, whose source is linear between its clamps, so it is exact after one iteration; the model's
 * expression stands whole in the source of the current, or in the charge of a capacitor.
 */
#include "config.h"

#include "export/export.h"

#include <string.h>

static gboolean refuse_family(const struct model *model, const char *format, GError **error)
{
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                "model \"%s\" is of family \"%s\": %s takes polynomial, ekv, ekv-n, ekv-p, exponential and hardsigmoid; osdi and c take all",
                model->name, model->family->name, format);
    return FALSE;
}

static void put_comment(GString *out, const struct device *device, const char *mark, const char *what)
{
    g_string_append_printf(out, "%s %s: %s, written by gainspice " PACKAGE_VERSION "\n", mark, device->name, what);
    for (guint e = 0; e < device->entries->len; e++) {
        const struct model *model = ((const struct device_entry *)device->entries->pdata[e])->model;
        g_autofree char *source = g_strdelimit(g_strdup(model->source), "\r\n", ' ');
        g_string_append_printf(out, "%s %s in %s, family %s: %s\n", mark, model->output, model->output_unit, model->family->name, source);
        for (int a = 0; a < model->n_inputs; a++) {
            g_string_append_printf(out, "%s   %s from ", mark, model->inputs[a].name);
            append_g17(out, model->inputs[a].min);
            g_string_append(out, " to ");
            append_g17(out, model->inputs[a].max);
            g_string_append_printf(out, " %s, flat outside\n", model->inputs[a].unit);
        }
    }
}

/* offset + Σ weight·read(port), where `read` is V(%s) */
static void put_linear(GString *out, const struct device *device, const struct device_entry *entry, int a, const char *read)
{
    append_g17(out, entry->offset[a]);
    for (int p = 0; p < device->n_ports; p++)
        if (entry->weight[a][p] != 0) {
            g_string_append(out, "+(");
            append_g17(out, entry->weight[a][p]);
            g_string_append_printf(out, ")*%s(%s)", read, device->ports[p]);
        }
}

static void put_clamped(GString *out, const struct device *device, const struct device_entry *entry, int a, const char *read, gboolean ltspice)
{
    const struct model_input *input = &entry->model->inputs[a];
    g_string_append(out, ltspice ? "limit(" : "min(max(");
    put_linear(out, device, entry, a, read);
    g_string_append(out, ",");
    append_g17(out, input->min);
    g_string_append(out, ltspice ? "," : "),");
    append_g17(out, input->max);
    g_string_append(out, ")");
}

static gboolean put_spice(const struct device *device, GString *out, gboolean ltspice, GError **error)
{
    put_comment(out, device, "*", ltspice ? "LTspice subcircuit" : "ngspice subcircuit");
    g_string_append_printf(out, ".subckt %s", device->name);
    for (int p = 0; p < device->n_ports; p++)
        g_string_append_printf(out, " %s", device->ports[p]);
    g_string_append_c(out, '\n');
    for (guint e = 0; e < device->entries->len; e++) {
        const struct device_entry *entry = device->entries->pdata[e];
        g_auto(GStrv) names = g_new0(char *, (gsize)entry->model->n_inputs + 1);
        for (int a = 0; a < entry->model->n_inputs; a++) {
            names[a] = g_strdup_printf("v(y%u_%d)", e, a);
            g_string_append_printf(out, "by%u_%d y%u_%d 0 v=", e, a, e, a);
            put_clamped(out, device, entry, a, "v", ltspice);
            g_string_append_c(out, '\n');
        }
        g_autofree char *text = expression_of(entry->model, (const char *const *)names);
        if (text == NULL)
            return refuse_family(entry->model, ltspice ? "ltspice" : "spice", error);
        const char *port = device->ports[entry->port], *back = device->ports[entry->back];
        if (entry->is_charge)
            g_string_append_printf(out, ltspice ? "c%u %s %s q=%s\n" : "c%u %s %s q='%s'\n", e, port, back, text);
        else
            g_string_append_printf(out, "b%u %s %s %s=%s\n", e, port, back, entry->is_voltage ? "v" : "i", text);
    }
    g_string_append_printf(out, ".ends %s\n", device->name);
    return TRUE;
}

gboolean export_spice(const struct device *device, GString *out, GError **error)
{
    return put_spice(device, out, FALSE, error);
}

gboolean export_ltspice(const struct device *device, GString *out, GError **error)
{
    return put_spice(device, out, TRUE, error);
}

gboolean export_verilog_a(const struct device *device, GString *out, GError **error)
{
    put_comment(out, device, "//", "Verilog-A");
    g_autoptr(GString) all = g_string_new(NULL);
    for (int p = 0; p < device->n_ports; p++)
        g_string_append_printf(all, "%s%s", p > 0 ? ", " : "", device->ports[p]);
    const char *ports = all->str;
    g_string_append_printf(out, "`include \"disciplines.vams\"\n\nmodule %s(%s);\n    inout %s;\n    electrical %s;\n", device->name, ports, ports,
                           ports);
    for (guint e = 0; e < device->entries->len; e++)
        for (int a = 0; a < ((const struct device_entry *)device->entries->pdata[e])->model->n_inputs; a++)
            g_string_append_printf(out, "    real y%u_%d;\n", e, a);
    g_string_append(out, "    analog begin\n");
    for (guint e = 0; e < device->entries->len; e++) {
        const struct device_entry *entry = device->entries->pdata[e];
        g_auto(GStrv) names = g_new0(char *, (gsize)entry->model->n_inputs + 1);
        for (int a = 0; a < entry->model->n_inputs; a++) {
            names[a] = g_strdup_printf("y%u_%d", e, a);
            g_string_append_printf(out, "        %s = ", names[a]);
            put_clamped(out, device, entry, a, "V", FALSE);
            g_string_append(out, ";\n");
        }
        g_autofree char *text = expression_of(entry->model, (const char *const *)names);
        if (text == NULL)
            return refuse_family(entry->model, "verilog-a", error);
        g_string_append_printf(out, entry->is_charge ? "        %s(%s, %s) <+ ddt(%s);\n" : "        %s(%s, %s) <+ %s;\n",
                               entry->is_voltage ? "V" : "I", device->ports[entry->port], device->ports[entry->back], text);
    }
    g_string_append(out, "    end\nendmodule\n");
    return TRUE;
}
