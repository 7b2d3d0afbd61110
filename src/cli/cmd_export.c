/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_export.c -- gainspice export MODEL --format F: a model, or a device made of several, for another tool. */
#include "config.h"

#include "cli/cli.h"

#include <string.h>

#include "export/export.h"

/* What stands beside the model: cell.json becomes cell.h. */
static char *beside(const char *model, const char *extension)
{
    g_autofree char *stem = g_str_has_suffix(model, ".json") ? g_strndup(model, strlen(model) - 5) : g_strdup(model);
    return g_strconcat(stem, ".", extension, NULL);
}

static gboolean export_to(const struct device *device, const struct export_format *format, const char *path, GError **error)
{
    gboolean to_stdout = strcmp(path, "-") == 0;
    if (format->file != NULL && !to_stdout)
        return format->file(device, path, error);
    g_autoptr(GString) out = g_string_new(NULL);
    if (format->file != NULL && strcmp(format->name, "osdi") != 0) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "export: %s is no text, expected -o FILE", format->name);
        return FALSE;
    }
    gboolean ok = format->text != NULL ? format->text(device, out, error) : export_osdi_source(device, out, error);
    return ok && cli_output(to_stdout ? NULL : path, out->str, out->len, error);
}

gboolean cmd_export(int argc, char **argv, GError **error)
{
    g_autofree char *name = NULL, *output = NULL, *known = export_format_names();
    const GOptionEntry entries[] = {{"format", 'f', 0, G_OPTION_ARG_STRING, &name, "json, npz, c, spice, ltspice, verilog-a, osdi or pytorch", "F"},
                                    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Write here (default beside the model; - for stdout)", "FILE"},
                                    {0}};
    const char *model;
    if (!cli_parse(argc, argv, entries, NULL, "MODEL.json --format F", "Writes a model in the form of another tool.", 1, &model, error))
        return FALSE;
    const struct export_format *format = export_format(name);
    if (format == NULL) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "export: --format \"%s\": expected one of %s", name != NULL ? name : "", known);
        return FALSE;
    }
    g_autofree char *path = model_path(NULL, model), *own = beside(model, format->extension);
    struct device *device = device_read(path, origin_at(NULL, 0), error);
    gboolean ok = device != NULL;
    if (ok && format->models_only && !device->is_model) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "export: %s is a device, expected a model: %s takes one", model, format->name);
        ok = FALSE;
    }
    if (ok && output == NULL && strcmp(own, model) == 0) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "export: %s would be written over itself, expected -o FILE", model);
        ok = FALSE;
    }
    ok = ok && export_to(device, format, output != NULL ? output : own, error);
    device_free(device);
    return ok;
}
