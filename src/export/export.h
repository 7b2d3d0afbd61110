/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/export.h -- fitted models in the forms of other tools.
 *
 * A device is what is exported: ports, and models that give the current into a port or the charge on it as functions of the port
 * voltages. A model file alone is a device with one port an input, then `out` and `ref`: voltages are against ref, a current flows from
 * out to ref, a model in another unit is a voltage from out to ref. A device file (doc/model-format.md) names a model a port.
 *
 * Takes   a device; borrows it for the call.
 * Gives   text, or a file. Everything is written from the models' numbers, 17 digits; nothing depends on when or where.
 * Errors  what a form cannot hold is refused with what it can.
 *
 * Voltages at a model's inputs: an input `of` a port is that port's voltage; `of` a pair, where the model is of one of its ports, that
 * port's (of the second: vdd_V minus it), else the mean of both.
 */
#ifndef GAINSPICE_EXPORT_EXPORT_H
#define GAINSPICE_EXPORT_EXPORT_H

#include <glib.h>

#include "fit/model.h"

enum { DEVICE_MAX_PORTS = 16 };

struct device_entry {
    struct model *model;
    gboolean is_charge, is_voltage;
    int port, back;                                       /* flows into `port` and out of `back` */
    double weight[MODEL_MAX_INPUTS][DEVICE_MAX_PORTS];    /* input a = offset[a] + Σ weight[a][p]·v(p) */
    double offset[MODEL_MAX_INPUTS];
};

struct device {
    char *name; /* an identifier of C, SPICE and Verilog-A */
    int n_ports;
    char *ports[DEVICE_MAX_PORTS];
    int ground;
    GPtrArray *entries; /* struct device_entry */
    gboolean is_model;  /* one model, not a device file */
};

/* A model file or a device file; the files of a device are seen from its folder. */
struct device *device_read(const char *path, struct origin from, GError **error);
void device_free(struct device *device);
/* The digest of everything that the device is: of its C source for OSDI. Newly allocated. */
char *device_digest(const struct device *device);

struct export_format {
    const char *name, *extension, *summary;
    gboolean models_only; /* a device file is refused */
    /* One of the two: text, or a file with whatever stands beside it. */
    gboolean (*text)(const struct device *device, GString *out, GError **error);
    gboolean (*file)(const struct device *device, const char *path, GError **error);
};
/* NULL-terminated; NULL where there is no such name. */
const struct export_format *const *export_formats(void);
const struct export_format *export_format(const char *name);
char *export_format_names(void);

/* The formats, one file each. */
gboolean export_json(const struct device *device, GString *out, GError **error);
gboolean export_npz(const struct device *device, const char *path, GError **error);
gboolean export_c(const struct device *device, GString *out, GError **error);
gboolean export_spice(const struct device *device, GString *out, GError **error);
gboolean export_ltspice(const struct device *device, GString *out, GError **error);
gboolean export_verilog_a(const struct device *device, GString *out, GError **error);
gboolean export_osdi_source(const struct device *device, GString *out, GError **error);
gboolean export_osdi(const struct device *device, const char *path, GError **error);
gboolean export_pytorch(const struct device *device, GString *out, GError **error);

/* The C function `static double NAME(const double *x, double *g)`: the model's value at x[n_inputs], with its gradient in g. What
 * several of them share is written by code_shared, once. */
void code_shared(GString *out);
void code_model(GString *out, const struct model *model, const char *name);

/* The model as one expression of named values, in a syntax that C, Verilog-A and ngspice's B-sources share: + - * / ( ) ln exp. names[a]
 * is the clamped input a. NULL where the family has no such form. Newly allocated. */
char *expression_of(const struct model *model, const char *const *names);
/* "%.17g" of a number into a string. */
void append_g17(GString *out, double value);

#endif
