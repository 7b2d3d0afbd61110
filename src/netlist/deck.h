/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/deck.h -- a deck: cards in order, each one line with one origin, and what its run must produce.
 *
 * A deck is self-contained text as long as its technology's models are .model cards; PDK libraries stay .include/.lib lines.
 * No card contains a newline; the first is the title. Node names are the ports' names; the cell under test is x_dut.
 * Sources are v_<port> (i_<port> for a current), the second rail of a pair is e_<pair>, which is VDD minus the first; loads are
 * c_<port> and r_<port>. A supply that the bench leaves alone is at VDD, a ground is net 0. What else a deck needs has a name
 * that starts with "_". Noise of i(port) is that of v(_noise), an H source of 1 Ohm on the port's source: V there is A here.
 */
#ifndef GAINSPICE_NETLIST_DECK_H
#define GAINSPICE_NETLIST_DECK_H

#include <glib.h>

#include "netlist/part.h"
#include "netlist/point.h"

struct card {
    const char *text;      /* in the deck's string chunk, or the design's, which outlives its decks */
    struct origin origin;  /* line of the design, template or model file that asked for it */
};

/* Where a signal of the bench is found in the plot: signal = sign · vector (minus `minus`, for v(a,b)). */
struct probe {
    char *signal;          /* "i(bl)" */
    char *vector, *minus;  /* "v_bl#branch"; minus NULL */
    char *alias;           /* another name that `vector` may have in the plot, or NULL */
    double sign;
    const char *unit;
};

/* What a complete run looks like: this plot, this many points, this last scale value. */
struct deck_expect {
    enum analysis_kind analysis;
    gsize n_outer, n_inner;         /* dc: outer × inner points; op: 1 × 1; else n_outer 1, n_inner 0 (any) */
    double scale_first, scale_last; /* NAN where unknown */
    double tolerance;               /* on scale_last, absolute */
};

struct deck {
    const struct bench *bench; /* borrowed */
    GPtrArray *parts;      /* struct deck: its columns in parts, each run alone, one plot each; then all else here is empty but for
                              `bench` and `expect`, which is that of each. NULL: one deck */
    gsize n_devices;       /* transistors */
    GArray *cards;         /* struct card */
    GStringChunk *chunk;
    GPtrArray *probes;     /* struct probe */
    GPtrArray *files;      /* char*: included files, whose content belongs to the digest */
    struct deck_expect expect;
    GPtrArray *members;    /* struct deck: of a pack, what each point's measures find there, without cards; else NULL */
};

/* From so many transistors on a deck is large: its equations are solved by KLU, and evaluating its devices keeps more than one
 * thread busy. */
#define DECK_LARGE_DEVICES 1000

/* Points with the same group may share a deck: one bench, corner, temperature, supply and set of models, the same stimuli but
 * for levels. NULL: the point runs alone (exact, an array, noise). Newly allocated. */
char *pack_group(const struct point *point);
/* How many points of that group a deck holds at most, by the size of the point's own deck. */
gsize pack_limit(const struct point *point, gsize n_devices);
/* One deck for several points of a group: an instance of the cell for each, with sources of its own where the points differ, and
 * one time axis. A member's numbers depend on its neighbours within the tolerances of the run, so the deck of the pack and the
 * place in it are what decides them. */
struct deck *deck_build_pack(const struct point *const *points, gsize n, GError **error);
/* What point `member` finds of the deck in the plots: the deck itself if it is no pack. Borrowed. */
const struct deck *deck_member(const struct deck *deck, gsize member);

/* Made of parts where the bench says so (netlist/part.h). */
struct deck *deck_build(const struct point *point, GError **error);
void deck_free(struct deck *deck);

/* A device whose mismatch a deck draws. */
struct drawn_device {
    char *path;                     /* "gc/x_dut.mrn": names its draws (netlist/mismatch.h) */
    const struct device_role *role; /* borrowed from the technology */
    double area_m2;
};
/* Those of a point that has a sample, in the order of its deck; freed with the array. NULL sets `error`. */
GPtrArray *deck_devices(const struct point *point, GError **error);
/* What people call it: "mrn" of the cell under test, "x_3_5.mrn" in an array. Borrowed. */
const char *drawn_device_label(const struct drawn_device *device);

/* The text as ngspice gets it (of a deck without parts) and as `gainspice netlist` writes it: cards joined by newlines, ending in one. */
char *deck_text(const struct deck *deck, gsize *length);

/* Origin of a line of deck_text, from 1; file NULL if there is none. */
struct origin deck_origin(const struct deck *deck, int line);

const struct probe *deck_probe(const struct deck *deck, const char *signal);

/* SHA-256 of the text and of the digests of the included files (technology digest). */
char *deck_digest(const struct deck *deck, const struct technology *technology);

#endif
