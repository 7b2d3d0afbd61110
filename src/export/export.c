/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/export.c -- the table of formats, and the model file itself. */
#include "config.h"

#include "export/export.h"

#include <string.h>

static const struct export_format formats[] = {
    {"json", "json", "the model file", TRUE, export_json, NULL},
    {"npz", "npz", "coefficients, terms or knots, box, for numpy", TRUE, NULL, export_npz},
    {"c", "h", "a C99 header: constants and inline evaluation with gradient", TRUE, export_c, NULL},
    {"spice", "cir", "a subcircuit of B-sources for ngspice", FALSE, export_spice, NULL},
    {"ltspice", "sub", "the same for LTspice", FALSE, export_ltspice, NULL},
    {"verilog-a", "va", "a Verilog-A module (LRM 2.4)", FALSE, export_verilog_a, NULL},
    {"osdi", "osdi", "a compiled device that ngspice 43 or later loads, and its C source", FALSE, NULL, export_osdi},
    {"pytorch", "py", "coefficients in the order of the authors' public code, with scalers", TRUE, export_pytorch, NULL},
};
static const struct export_format *const list[] = {&formats[0], &formats[1], &formats[2], &formats[3], &formats[4],
                                                   &formats[5], &formats[6], &formats[7], NULL};

const struct export_format *const *export_formats(void)
{
    return list;
}

const struct export_format *export_format(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if (g_strcmp0(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

char *export_format_names(void)
{
    GString *names = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", formats[i].name);
    return g_string_free(names, FALSE);
}

void append_g17(GString *out, double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append(out, g_ascii_formatd(buffer, sizeof buffer, "%.17g", value));
}

gboolean export_json(const struct device *device, GString *out, GError **error)
{
    (void)error;
    const struct device_entry *entry = device->entries->pdata[0];
    g_autofree char *text = model_to_json(entry->model);
    g_string_append(out, text);
    return TRUE;
}
