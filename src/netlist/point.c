/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "netlist/point.h"

#include <string.h>

#include "base/files.h"

#define NAME_LIMIT 200 /* bytes; a file name has 255, and suffixes follow */

gboolean point_is_reduced(const struct point *point)
{
    return point->accuracy != ACCURACY_EXACT || point->bench->accuracy == ACCURACY_EXACT;
}

void point_free(struct point *point)
{
    if (point == NULL)
        return;
    g_free(point->sweeps);
    g_free(point->settings);
    g_free(point->name);
    g_free(point);
}

struct point *point_copy(const struct point *point, enum accuracy accuracy)
{
    struct point *copy = g_memdup2(point, sizeof *point);
    copy->sweeps = g_memdup2(point->sweeps, MAX(point->n_settings, 1) * sizeof *point->sweeps);
    copy->settings = g_memdup2(point->settings, MAX(point->n_settings, 1) * sizeof *point->settings);
    copy->name = g_strdup(point->name);
    copy->accuracy = accuracy;
    return copy;
}

static void append_value(GString *name, double value, const char *unit)
{
    char number[NUMBER_SIZE];
    g_string_append_printf(name, "%s%s", number_print(number, value), unit);
}

/* Names and numbers are safe in a file name; a long one ends in a digest of itself. */
static char *name_finish(GString *name)
{
    if (name->len > NAME_LIMIT) {
        g_autofree char *digest = digest_bytes(name->str, name->len);
        g_string_truncate(name, NAME_LIMIT - 17);
        g_string_append_printf(name, ".%.16s", digest);
    }
    return g_string_free(name, FALSE);
}

static char *point_name(const struct point *point)
{
    GString *name = g_string_new(point->bench->name);
    g_string_append_printf(name, ".%s.", point->corner);
    append_value(name, point->temperature_C, "C");
    for (gsize i = 0; i < point->n_settings; i++) {
        g_string_append_printf(name, ".%s=", point->sweeps[i]->name);
        append_value(name, point->settings[i], "");
    }
    if (point->sample > 0)
        g_string_append_printf(name, ".s%d", point->sample);
    return name_finish(name);
}

/* Axes of the whole design may sweep a parameter of another cell than this bench's. */
static gboolean concerns(const struct sweep *sweep, const struct bench *bench)
{
    if (sweep->target != TARGET_PARAMETER || sweep->cell == NULL || strcmp(sweep->cell, bench->cell->name) == 0)
        return TRUE;
    const GPtrArray *parts = bench->assembly != NULL ? bench->assembly->whole.parts : NULL;
    for (guint i = 0; parts != NULL && i < parts->len; i++)
        if (strcmp(sweep->cell, ((const struct part *)parts->pdata[i])->cell->name) == 0)
            return TRUE;
    return FALSE;
}

/* The loops of a bench that are points: the axes' sweeps, then its own but for ngspice's. */
static GPtrArray *outer_sweeps(const struct bench *bench, const struct axes *axes)
{
    GPtrArray *sweeps = g_ptr_array_new();
    for (guint i = 0; i < axes->sweeps->len; i++) {
        const struct sweep *sweep = axes->sweeps->pdata[i];
        if (concerns(sweep, bench))
            g_ptr_array_add(sweeps, (gpointer)sweep);
    }
    gsize inner = bench_inner_sweeps(bench);
    for (guint i = 0; i + inner < bench->sweeps->len; i++)
        g_ptr_array_add(sweeps, bench->sweeps->pdata[i]);
    return sweeps;
}

/* Takes the slot's index out of `*rest`, a number whose last digits are the fastest loops. */
static gsize digit_of(gsize *rest, gsize radix)
{
    gsize digit = *rest % radix;
    *rest /= radix;
    return digit;
}

static struct point *point_at(const struct design *design, const struct bench *bench, const struct axes *axes,
                              const GPtrArray *sweeps, gsize index)
{
    struct point *point = g_new0(struct point, 1);
    point->design = design;
    point->bench = bench;
    point->accuracy = bench->accuracy;
    point->n_settings = sweeps->len;
    point->sweeps = g_new(const struct sweep *, MAX(sweeps->len, 1));
    point->settings = g_new(double, MAX(sweeps->len, 1));
    point->sample = axes->samples == 0 ? 0 : 1 + (int)digit_of(&index, (gsize)axes->samples);
    for (guint i = sweeps->len; i-- > 0;) {
        const struct sweep *sweep = sweeps->pdata[i];
        point->sweeps[i] = sweep;
        point->settings[i] = sweep->values[digit_of(&index, sweep->n)];
    }
    point->temperature_C = g_array_index(axes->temperatures_C, double, digit_of(&index, axes->temperatures_C->len));
    point->corner = axes->corners->pdata[index];
    point->name = point_name(point);
    return point;
}

struct point *point_first(const struct design *design, const struct bench *bench)
{
    g_autoptr(GPtrArray) sweeps = outer_sweeps(bench, bench->axes);
    return point_at(design, bench, bench->axes, sweeps, 0);
}

static void bench_expand(const struct design *design, const struct bench *bench, GPtrArray *points)
{
    const struct axes *axes = bench->axes;
    g_autoptr(GPtrArray) sweeps = outer_sweeps(bench, axes);
    gsize n = (gsize)axes->corners->len * axes->temperatures_C->len * (gsize)MAX(axes->samples, 1);
    for (guint i = 0; i < sweeps->len; i++)
        n *= ((const struct sweep *)sweeps->pdata[i])->n;
    for (gsize index = 0; index < n; index++)
        g_ptr_array_add(points, point_at(design, bench, axes, sweeps, index));
}

GPtrArray *points_expand(const struct design *design, const struct bench *bench)
{
    GPtrArray *points = g_ptr_array_new_with_free_func((GDestroyNotify)point_free);
    for (guint i = 0; i < design->benches->len; i++)
        if (bench == NULL || bench == design->benches->pdata[i])
            bench_expand(design, design->benches->pdata[i], points);
    return points;
}
