/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/devices.c -- cells that are models: their device files read and compiled. The object is named after the digest of its source and
 * lies in the user's cache, so that a run compiles once and every deck of the same models has the same path. */
#include "config.h"

#include "flow/flow.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/files.h"
#include "export/export.h"

/* Each port of the device is one of the template's, and one of them is every port that other cells connect to by current. */
static gboolean check_ports(const struct cell *cell, const struct device *device, GError **error)
{
    for (int p = 0; p < device->n_ports; p++) {
        gboolean known = FALSE;
        for (guint i = 0; i < cell->circuit->ports->len; i++)
            known = known || strcmp(((const struct port *)cell->circuit->ports->pdata[i])->name, device->ports[p]) == 0;
        if (!known) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, cell->origin, "model of cell %s: port \"%s\" is not one of template %s", cell->name,
                         device->ports[p], cell->circuit->name);
            return FALSE;
        }
    }
    return TRUE;
}

/* Compiled beside its place and renamed, for other processes may want it too. */
static gboolean compile_into(const struct device *device, const char *folder, const char *object, GError **error)
{
    if (g_file_test(object, G_FILE_TEST_EXISTS))
        return TRUE;
    g_autofree char *part = g_strdup_printf("%s.%u.part", object, g_random_int());
    g_autofree char *part_c = g_strconcat(part, ".c", NULL), *object_c = g_strconcat(object, ".c", NULL);
    if (!folder_make(folder, error) || !export_osdi(device, part, error))
        return FALSE;
    if (g_rename(part_c, object_c) == 0 && g_rename(part, object) == 0)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: cannot be written", object);
    return FALSE;
}

static gboolean compile_cell(const struct design *design, struct cell *cell, GError **error)
{
    g_autofree char *path = path_from(design->folder, cell->model);
    struct device *device = device_read(path, cell->origin, error);
    if (device == NULL)
        return FALSE;
    g_autofree char *digest = device_digest(device), *folder = g_build_filename(g_get_user_cache_dir(), "gainspice", "osdi", NULL);
    g_autofree char *file = g_strdup_printf("%s-%.16s.osdi", device->name, digest);
    cell->object = g_build_filename(folder, file, NULL);
    cell->module = g_strdup(device->name);
    cell->ports = g_new0(char *, (gsize)device->n_ports + 1);
    for (int p = 0; p < device->n_ports; p++)
        cell->ports[p] = g_strdup(device->ports[p]);
    gboolean ok = check_ports(cell, device, error) && compile_into(device, folder, cell->object, error);
    device_free(device);
    return ok;
}

gboolean devices_compile(struct design *design, GError **error)
{
    for (guint i = 0; i < design->cells->len; i++) {
        struct cell *cell = design->cells->pdata[i];
        if (cell->model != NULL && !compile_cell(design, cell, error))
            return FALSE;
    }
    return TRUE;
}
