/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/use.h -- what the ports of a cell are for, so that a characterisation can drive a cell that it does not know.
 *
 * A circuit template declares uses in its header, a <characterise> element may add or change them:
 *     *: use  word-line  wlr  rest=0.5vdd on=1vdd
 * A use is of a port or of a pair, and has levels: voltages ("0.45V"), or multiples of VDD ("0.5vdd"), which follow the supply.
 *
 *     use              is                                            levels (those in brackets may be absent)
 *     store             the node that holds the value                 low high: the range of values; rest: the value zero
 *     bit-line          where the current of a read flows             rest; [low high: how far it may move]
 *     word-line         the input of a read                           rest; on: full input
 *     write-line        what a write puts into the cell               rest: parked; low high: the range of data
 *     write-enable      opens the cell for a write                    rest: holding; on: writing
 *     write-enable-bar  its complement                                rest, on
 *     held              any other port that must be driven            rest
 */
#ifndef GAINSPICE_DESIGN_USE_H
#define GAINSPICE_DESIGN_USE_H

#include <glib.h>

#include "base/error.h"

#define LEVELS(X)                                                                                                                \
    X(LEVEL_REST, "rest")                                                                                                        \
    X(LEVEL_ON, "on")                                                                                                            \
    X(LEVEL_LOW, "low")                                                                                                          \
    X(LEVEL_HIGH, "high")
enum level {
#define X(id, name) id,
    LEVELS(X)
#undef X
        LEVEL_COUNT
};

/* name, levels that it must have, as a mask of 1 << LEVEL_… */
#define USES(X)                                                                                                                  \
    X(USE_STORE, "store", 1 << LEVEL_REST | 1 << LEVEL_LOW | 1 << LEVEL_HIGH)                                                    \
    X(USE_BIT_LINE, "bit-line", 1 << LEVEL_REST)                                                                                 \
    X(USE_WORD_LINE, "word-line", 1 << LEVEL_REST | 1 << LEVEL_ON)                                                               \
    X(USE_WRITE_LINE, "write-line", 1 << LEVEL_REST | 1 << LEVEL_LOW | 1 << LEVEL_HIGH)                                          \
    X(USE_WRITE_ENABLE, "write-enable", 1 << LEVEL_REST | 1 << LEVEL_ON)                                                         \
    X(USE_WRITE_ENABLE_BAR, "write-enable-bar", 1 << LEVEL_REST | 1 << LEVEL_ON)                                                 \
    X(USE_HELD, "held", 1 << LEVEL_REST)
enum use_kind {
#define X(id, name, levels) id,
    USES(X)
#undef X
        USE_COUNT
};

struct use {
    enum use_kind kind;
    char *of; /* the port or pair */
    gboolean is_pair;
    double level[LEVEL_COUNT]; /* V, or multiples of VDD; NAN: it has none */
    gboolean of_vdd[LEVEL_COUNT];
    struct origin origin;
};

struct use *use_new(enum use_kind kind, const char *of, gboolean is_pair, struct origin origin);
struct use *use_copy(const struct use *use);
void use_free(gpointer use);

const char *use_kind_name(enum use_kind kind);
/* The kind that is called so, or -1. */
int use_kind_find(const char *name);
/* "store, bit-line, …" for messages. Newly allocated. */
char *use_kind_names(void);
const char *level_name(enum level level);

/* The first use of the kind among `uses` (struct use), or NULL. */
struct use *use_find(const GPtrArray *uses, enum use_kind kind);

/* Sets the level called `name` from "0.45V" or "0.5vdd". FALSE sets `error` without place. */
gboolean use_set_level(struct use *use, const char *name, const char *value, GError **error);
/* Has it all levels that its kind needs? FALSE sets `error` without place. */
gboolean use_check(const struct use *use, GError **error);
/* The level at a supply; NAN if it has none. */
double use_level_V(const struct use *use, enum level level, double vdd_V);

#endif
