/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/device.c -- devices: a model file, or a device file that names a model a port. */
#include "config.h"

#include "export/export.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/files.h"

enum { MAX_FILE = 1 << 20 };

static void entry_free(gpointer pointer)
{
    struct device_entry *entry = pointer;
    model_free(entry->model);
    g_free(entry);
}

void device_free(struct device *device)
{
    if (device == NULL)
        return;
    for (int p = 0; p < device->n_ports; p++)
        g_free(device->ports[p]);
    g_ptr_array_unref(device->entries);
    g_free(device->name);
    g_free(device);
}

/* An identifier of what a user called it. */
static char *identifier(const char *name)
{
    char *text = g_ascii_strdown(name, -1);
    g_strcanon(text, "abcdefghijklmnopqrstuvwxyz0123456789_", '_');
    if (g_ascii_isalpha(text[0]))
        return text;
    char *with = g_strconcat("m_", text, NULL);
    g_free(text);
    return with;
}

static struct device *device_new(const char *name)
{
    struct device *device = g_new0(struct device, 1);
    device->name = identifier(name);
    device->entries = g_ptr_array_new_with_free_func(entry_free);
    return device;
}

/* Takes the model. Ports: its inputs, out, ref. */
static struct device *device_of_model(struct model *model)
{
    struct device *device = device_new(model->name);
    struct device_entry *entry = g_new0(struct device_entry, 1);
    device->is_model = TRUE;
    entry->model = model;
    entry->is_voltage = strcmp(model->output_unit, "A") != 0 && strcmp(model->output_unit, "C") != 0;
    entry->is_charge = strcmp(model->output_unit, "C") == 0;
    device->n_ports = model->n_inputs + 2;
    for (int a = 0; a < model->n_inputs; a++)
        device->ports[a] = identifier(model->inputs[a].name);
    device->ports[model->n_inputs] = g_strdup("out");
    device->ground = model->n_inputs + 1;
    device->ports[device->ground] = g_strdup("ref");
    entry->port = model->n_inputs;
    entry->back = device->ground;
    for (int a = 0; a < model->n_inputs; a++) {
        entry->weight[a][a] = 1;
        entry->weight[a][device->ground] = -1;
    }
    g_ptr_array_add(device->entries, entry);
    return device;
}

/* ---- device files */

struct reading {
    const char *path;
    const json_t *root;
    struct device *device;
    double vdd_V;
};

G_GNUC_PRINTF(3, 4) static gboolean refuse(const struct reading *r, GError **error, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *what = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: %s", r->path, what);
    return FALSE;
}

static int port_index(const struct device *device, const char *name)
{
    for (int p = 0; p < device->n_ports; p++)
        if (g_strcmp0(device->ports[p], name) == 0)
            return p;
    return -1;
}

static gboolean read_ports(struct reading *r, GError **error)
{
    const json_t *ports = json_object_get(r->root, "ports");
    gsize n = json_array_size(ports);
    if (n < 2 || n > DEVICE_MAX_PORTS)
        return refuse(r, error, "ports: expected an array of 2 to %d names", DEVICE_MAX_PORTS);
    for (gsize p = 0; p < n; p++) {
        const char *name = json_string_value(json_array_get(ports, p));
        if (name == NULL || !name_valid(name, FALSE) || port_index(r->device, name) >= 0)
            return refuse(r, error, "ports: element %" G_GSIZE_FORMAT ": expected a name of a-z, 0-9 and _, each once", p);
        r->device->ports[r->device->n_ports++] = g_strdup(name);
    }
    return TRUE;
}

static gboolean read_port(const struct reading *r, const char *member, int *port, GError **error)
{
    *port = port_index(r->device, json_string_value(json_object_get(r->root, member)));
    return *port >= 0 || refuse(r, error, "%s: expected the name of a port", member);
}

/* Weights of one input of a model of `port`. */
static gboolean wire_input(const struct reading *r, struct device_entry *entry, int a, GError **error)
{
    const struct model_input *input = &entry->model->inputs[a];
    const char *of = input->of != NULL ? input->of : "";
    const json_t *pair = json_object_get(json_object_get(r->root, "pairs"), of);
    int port = port_index(r->device, of), ground = r->device->ground;
    double *w = entry->weight[a];
    if (port >= 0) {
        w[port] += 1;
        w[ground] -= 1;
        return TRUE;
    }
    int first = port_index(r->device, json_string_value(json_array_get(pair, 0)));
    int second = port_index(r->device, json_string_value(json_array_get(pair, 1)));
    if (first < 0 || second < 0)
        return refuse(r, error, "model \"%s\": input \"%s\" is of \"%s\", expected a port or a pair of the device", entry->model->name,
                      input->name, of);
    double share = entry->port == first ? 1 : entry->port == second ? 0 : 0.5;
    w[first] += share; /* share·v(first) + (1 − share)·(vdd − v(second)) */
    w[second] -= 1 - share;
    w[ground] += 1 - 2 * share;
    entry->offset[a] = (1 - share) * r->vdd_V;
    return TRUE;
}

static gboolean read_entry(const struct reading *r, const char *port, const char *file, gboolean is_charge, int back, GError **error)
{
    struct device_entry *entry = g_new0(struct device_entry, 1);
    g_ptr_array_add(r->device->entries, entry);
    entry->port = port_index(r->device, port);
    entry->back = back;
    entry->is_charge = is_charge;
    if (entry->port < 0 || entry->port == back)
        return refuse(r, error, "\"%s\": expected a port other than the return", port);
    g_autofree char *folder = g_path_get_dirname(r->path);
    g_autofree char *path = path_from(folder, file);
    entry->model = model_read(path, origin_at(NULL, 0), error);
    if (entry->model == NULL)
        return FALSE;
    const char *unit = is_charge ? "C" : "A";
    if (strcmp(entry->model->output_unit, unit) != 0)
        return refuse(r, error, "model \"%s\" gives \"%s\", expected %s", entry->model->name, entry->model->output_unit, unit);
    for (int a = 0; a < entry->model->n_inputs; a++)
        if (!wire_input(r, entry, a, error))
            return FALSE;
    return TRUE;
}

static gboolean read_entries(const struct reading *r, const char *member, const char *back_member, gboolean is_charge, GError **error)
{
    json_t *object = json_object_get(r->root, member), *file;
    const char *port;
    int back;
    if (object == NULL)
        return TRUE;
    if (!json_is_object(object))
        return refuse(r, error, "%s: expected an object: the model file of each port", member);
    if (!read_port(r, back_member, &back, error))
        return FALSE;
    json_object_foreach(object, port, file) {
        if (!json_is_string(file))
            return refuse(r, error, "%s.%s: expected the name of a model file", member, port);
        if (!read_entry(r, port, json_string_value(file), is_charge, back, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean read_device(struct reading *r, GError **error)
{
    const json_t *vdd = json_object_get(r->root, "vdd_V");
    r->vdd_V = json_number_value(vdd);
    if (!json_is_number(vdd) || !(r->vdd_V > 0))
        return refuse(r, error, "vdd_V: expected a voltage above 0");
    if (!read_ports(r, error) || !read_port(r, "ground", &r->device->ground, error) ||
        !read_entries(r, "currents", "current_return", FALSE, error) || !read_entries(r, "charges", "charge_return", TRUE, error))
        return FALSE;
    return r->device->entries->len > 0 || refuse(r, error, "no currents and no charges, expected a model of one port or more");
}

static struct device *device_from_json(const char *path, const json_t *root, GError **error)
{
    static const char *const known[] = {"format", "version", "name", "ports", "pairs", "vdd_V", "ground", "current_return",
                                        "charge_return", "currents", "charges", NULL};
    const char *name = json_string_value(json_object_get(root, "name")), *key;
    struct reading r = {.path = path, .root = root, .device = device_new(name != NULL ? name : "device")};
    json_t *value;
    gboolean ok = TRUE;
    json_object_foreach((json_t *)(guintptr)root, key, value) {
        if (ok && !g_strv_contains(known, key))
            ok = refuse(&r, error, "%s: not a member of a device of version 1", key);
    }
    if (ok && (name == NULL || json_number_value(json_object_get(root, "version")) != 1))
        ok = refuse(&r, error, "expected a name, and version 1");
    if (!ok || !read_device(&r, error))
        g_clear_pointer(&r.device, device_free);
    return r.device;
}

struct device *device_read(const char *path, struct origin from, GError **error)
{
    gsize length;
    g_autofree char *text = file_read(path, MAX_FILE * 16, &length, from, error);
    if (text == NULL)
        return NULL;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const char *format = json_string_value(json_object_get(root, "format"));
    struct device *device = NULL;
    if (g_strcmp0(format, "gainspice-device") == 0) {
        device = device_from_json(path, root, error);
    } else {
        struct model *model = model_read(path, from, error);
        device = model != NULL ? device_of_model(model) : NULL;
    }
    json_decref(root);
    return device;
}

char *device_digest(const struct device *device)
{
    g_autoptr(GString) source = g_string_new(NULL);
    export_osdi_source(device, source, NULL);
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, source->str, (gssize)source->len);
}
