/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/characterise.h -- kinds of characterisation: benches that a design asks for by one name, and a data sheet from
 * what they measured.
 *
 *     <characterise name="leak" cell="gc" kind="retention"> ──expand──► benches leak_hold, leak_fall, …   (src/design reads them)
 *                                                     … points, decks, measures, store, as of any bench …
 *     data sheet leak, curves leak_decay, …  ◄──evaluate──  readings: the measures of one condition
 *
 * Takes   a cell whose ports' uses are declared (design/use.h), parameters (<set>), axes (corner, temperature, supply, samples).
 * Gives   tables: the data sheet, a row an entry and condition, with unit, conditions, supply, number of samples, interval of
 *         confidence, the check that the number passed or failed, and the method; and curves.
 *
 * An implementation (struct characterisation, one file each, listed in characterise.c)
 * must   say what it is (name, title, source), which uses it needs, its parameters with unit, default and range, and every entry
 *        that it can give with unit and method; write benches (expand) that depend on nothing but the subject; and from readings
 *        put entries (evaluate). A kind that is OF_BENCH writes none: it reads the bench that its element names, under that name.
 * Where a number cannot be had it puts NAN: a reading that failed is NAN throughout, and the framework adds the reason. It keeps
 * no state and does not ask for the condition (but for a temperature in a formula): the framework calls it once for every
 * condition and sample. may    give curves; put the same entry several times at different places (`at`); judge an entry by a
 * check of its own (sheet_check), which is printed beside the number; look at all samples of a condition at once (summarise).
 */
#ifndef GAINSPICE_CHARACTERISE_CHARACTERISE_H
#define GAINSPICE_CHARACTERISE_CHARACTERISE_H

#include <glib.h>

#include "characterise/sheet.h"
#include "characterise/writer.h"
#include "design/design.h"

struct characterise_parameter {
    const char *name; /* as in <set name="…">; NULL ends the list */
    enum dimension dimension;
    double value, min, max; /* default and range, SI */
    gboolean whole;         /* a whole number */
    const char *title;
};

/* What the benches are of. */
struct subject {
    const struct design *design;
    const struct characterise_spec *spec;
    const struct characterisation *kind;
    double vdd_V;
};

/* What a kind is of. OF_BENCH: it makes no bench, it looks at one of the design's (and its blocks and times). */
enum characterised { OF_CELL, OF_ARRAY, OF_BENCH };

struct characterisation {
    const char *name, *title;
    const char *source;    /* of the method, or "ours" */
    guint uses;            /* that the cell must have declared: a mask of 1 << USE_… */
    enum characterised of; /* OF_CELL, or OF_ARRAY: of an array or assembly */
    const struct characterise_parameter *parameters;
    const struct entry_kind *entries;
    const struct curve_kind *curves; /* or NULL */
    gboolean (*expand)(const struct subject *of, struct bench_writer *out, GError **error);
    void (*evaluate)(const struct subject *of, const struct readings *readings, struct sheet *sheet);
    /* All samples of one condition, in order; NULL: there is nothing to say of them together. */
    void (*summarise)(const struct subject *of, const struct readings *const *samples, gsize n, struct sheet *sheet);
};

/* NULL if there is none of that name. */
const struct characterisation *characterisation_find(const char *name);
/* All of them, NULL-terminated. */
const struct characterisation *const *characterisations(void);

/* Checks what the spec says against its kind, and writes the benches: a design_expander. */
char *characterise_expand(const struct design *design, const struct characterise_spec *spec, gsize variant, GError **error);

/* Whether a limit of the design is on an entry that its kind gives, in its unit. TRUE for a limit on a bench. */
gboolean characterise_check_spec(const struct spec *spec, GError **error);

/* The subject of a spec that has been expanded. */
struct subject characterise_subject(const struct design *design, const struct characterise_spec *spec, gsize variant);
/* An empty sheet for it. */
struct sheet *characterise_sheet(const struct characterise_spec *spec);

/* What an implementation asks of its subject. */
double subject_parameter(const struct subject *of, const char *name); /* as set, else the default */
gboolean subject_has(const struct subject *of, enum use_kind use);
double subject_level_V(const struct subject *of, enum use_kind use, enum level level);
/* The port of the use; of a pair its first. */
const char *subject_port(const struct subject *of, enum use_kind use);

#endif
