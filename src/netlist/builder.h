/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/builder.h -- what the parts of deck_build share; nobody outside src/netlist includes it.
 *
 * deck.c       the order of the sections, cards and their origins
 * stimulus.c   what drives each port: sources, loads, initial values
 * array.c      the cells, blocks and wires of an array or assembly, and initial voltages in them
 * part.c       which columns a part of an array has, and what stands for the others
 * pack.c       which points may share a deck, and what its members share in it
 * probe.c      which vectors a run must save, and where each signal is found among them
 * circuits.c   subcircuits, devices by role
 * mismatch.c   random shifts of each device of the cell
 * models.c     parameters, models and libraries of the technology
 * analysis.c   temperature, options, the analysis, and what a complete run looks like
 *
 * Names: ports are nodes of the same name, and what the deck needs besides starts with "_", which no port can. Line 5 of port
 * "bl" of an array is driven at node bl_5 and meets its cells at bl_5_0, bl_5_1 …; "sn" inside the cell of row 3, column 5, is
 * sn_3_5, and that cell x_3_5. In an assembly the cell is x_k_3_5 of part k, its nets are k.bl_5 and k.sn_3_5, and block 5 of part
 * phi is x_phi_5. Member 3 of a pack has the net _3_bl and the source v__3_bl where it has its own, and its cell is x_dut_3. The design's reader has seen to it that no other port is called like a node of a line.
 */
#ifndef GAINSPICE_NETLIST_BUILDER_H
#define GAINSPICE_NETLIST_BUILDER_H

#include "netlist/deck.h"
#include "netlist/expression.h"

enum drive_kind {
    DRIVE_NONE,
    DRIVE_GROUND, /* the port is net 0 */
    DRIVE_VOLTAGE,
    DRIVE_CURRENT, /* pushed into the circuit */
    DRIVE_MINUS    /* second port of a driven pair: VDD minus the first */
};

/* What one port of the cell under test, or one line of an array, is connected to. */
struct drive {
    const struct port *port;
    int index;         /* of the line; INDEX_NONE: a port */
    double series_Ohm; /* between a voltage source and the line; 0: none */
    double n_lines;    /* that it stands for: 1, of a load column more */
    enum drive_kind kind;
    double value;                 /* V or A, before any inner sweep */
    const struct stimulus *wave;  /* its pulse, pwl or pwm, or NULL */
    int code;                     /* of a pwm */
    const struct stimulus *load;  /* or NULL */
    const struct port_pair *pair; /* of DRIVE_MINUS */
    gboolean is_open;
    double ac; /* V or A; 0: none */
    struct origin origin;
    int member;        /* of a pack, whose own the net is; MEMBER_NONE: all members' */
    int source_member; /* the same of the source */
    gboolean is_metered; /* a source of 0 V between them, whose current is the member's */
};
#define MEMBER_NONE (-1)

/* The net or nets of one port: one that all cells share, one a line, or one in each cell. */
struct terminal {
    const struct port *port;
    const struct line_set *line; /* or NULL */
    double section_Ohm;          /* of its wire; 0: one node */
    gboolean is_inner;           /* one in each cell; nothing drives it */
    int first, n;                /* drives[i] is line first + i; n is 1 where there is no line, 0 inside the cell */
    int n_loads;                 /* behind them, lines of load columns */
    struct drive *drives;        /* [n + n_loads] */
};

/* A device of a cell without instances, for its mismatch. */
struct leaf_device {
    const struct device_role *role;
    const char *element;
    double area_m2;
};

/* A circuit that the deck instantiates: the cell under test, that of an array, or what a part of an assembly repeats. */
struct placed {
    const struct cell *cell;
    const struct part *part;       /* NULL: there is no assembly */
    const struct array *array;     /* whose rows and columns they are; NULL: one cell, or blocks */
    int first_column, last_column; /* of the array that the deck holds */
    GPtrArray *settings;           /* struct setting: parameters of the cell, in order */
    GString *of;                   /* " gain_cell_6t_rail c_store=5e-15": what ends the card of each cell */
    struct scope scope;            /* the parameters of the cell, where there is mismatch */
    GArray *leaf;                  /* struct leaf_device, where the cell has no instances */
};

struct builder {
    const struct point *point;
    const struct design *design;
    const struct technology *technology;
    const struct corner *corner;
    const struct bench *bench;
    const struct circuit_template *circuit;
    const struct array *array;     /* NULL: one cell */
    GPtrArray *placed;             /* struct placed: one, or of an assembly each part's */
    int part;                      /* PART_NONE: all columns, or the bench's group */
    int first_column, last_column; /* of the array that the deck holds */
    GArray *loads;                 /* struct load_column: columns that stand for those it does not hold */
    int member;                    /* of a pack, from 0; MEMBER_NONE: the deck is of one point */
    struct deck *deck;
    GPtrArray *probes;             /* struct probe: the deck's, or the member's */
    struct signal output; /* of a noise bench; name NULL: none */
    double vdd_V;         /* the supply: the technology's, or a sweep's */
    struct origin vdd_origin;
    struct terminal *terminals; /* [ports], in the template's order */
    GHashTable *ports;          /* port name → its terminal */
    GArray *preset_V;           /* double: levels that have a source; NULL: initial voltages of cells are .ic cards */
    gsize n_inner;              /* dc loops of ngspice */
    struct scope globals;       /* knobs and parameters of the technology, at this point */
    GPtrArray *roles;           /* const struct device_role: used, in the order of use */
    GArray *definitions;        /* struct card: the subcircuits */
    GHashTable *defined;        /* names of those that stand there */
    int n_special;              /* subcircuits written for one instance */
    GPtrArray *devices;         /* struct drawn_device: whose mismatch is drawn; NULL: nobody asks */
};

/* Adds a card to `cards` (the deck's or the definitions). The text has no newline: what users and files wrote has been through
 * the readers, and this asserts it. */
void card_add(struct builder *b, GArray *cards, struct origin origin, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* As card_add, for text that outlives the deck: a constant, or one of the design's, which its reader has split into lines. */
void card_borrow(GArray *cards, struct origin origin, const char *text);
/* As card_add, for text that is put together already. */
void card_add_text(struct builder *b, GArray *cards, struct origin origin, const GString *text);
/* " name=value", the number as number_print prints it. */
void append_setting(GString *text, const char *name, double value);
void append_number(GString *text, double value);

void drives_settle(struct builder *b);
void drives_write(struct builder *b);
void initials_write(struct builder *b);
struct terminal *terminal_of(const struct builder *b, const char *port);
/* The drive of a port (index INDEX_NONE), or of a line; NULL if the deck does not hold the line. */
struct drive *drive_at(const struct builder *b, const char *port, int index);
/* The net of the port, or of the driven end of the line: "bl", "bl_5", "0". Newly allocated. */
char *drive_net(const struct drive *drive);
/* The net of the circuit's ground; "0" if it has none. */
const char *ground_net(const struct builder *b);
/* The source that holds the port. Newly allocated. */
char *drive_source(const struct drive *drive);
/* The source whose branch current is the port's, out of the circuit: that, or a meter between it and the port. Newly allocated. */
char *drive_meter(const struct drive *drive);
/* "x_dut.q": a node inside the only cell. Newly allocated. */
char *cell_node(const struct builder *b, const char *node);
/* "x_dut", of a member "x_dut_3". Newly allocated. */
char *dut_name(const struct builder *b);
/* The independent source that a sweep on a port or pair moves. Newly allocated. */
char *sweep_source(const struct builder *b, const struct sweep *sweep);
/* Which drawing of its codes a <pwm> or <store> has at this point; 0 unless a sweep counts them. */
guint64 drawing_of(const struct builder *b, const struct stimulus *stimulus);

/* What the members of a pack share: nets and sources that are the same in all. */
void pack_settle(struct builder *const *members, gsize n);
/* Whether the member writes this source: its own, or, the first member, what all share. */
gboolean pack_writes(const struct builder *b, const struct drive *drive);

gboolean probes_settle(struct builder *b, GError **error);
/* One .save for what the probes of all members need. */
void probes_write(struct builder *const *members, gsize n);
char *noise_output(const struct builder *b); /* "v(a,b)" as .noise has it. Newly allocated. */

void globals_settle(struct builder *b);
gboolean models_write(struct builder *b, GError **error);

gboolean circuits_define(struct builder *b, GError **error);
/* The cell's circuit as load columns have it, without mismatch: under its template's name. */
gboolean nominal_define(struct builder *b, const struct circuit_template *circuit, GError **error);
/* Transistors of all that is placed, load columns included. */
gsize devices_count(const struct builder *b);
/* Ends the card of the cell instance `path` ("gc/x_dut", "k/x_3_5"): appends its circuit, parameters and mismatch. */
gboolean append_cell(struct builder *b, const struct placed *placed, GString *text, const char *path, GError **error);

/* What a node of a cell or block is in: the part of an assembly that it is called after, or the only one. */
const struct placed *placed_of(const struct builder *b, const char *name);
/* Cells, blocks and wires of an array or assembly; initial voltages of an initial or a store in its cells, by .ic or, where there
 * are many (decided once by array_presets_begin), by switches that open at the start. */
gboolean array_write(struct builder *b, GError **error);
void array_presets_begin(struct builder *b);
void array_initials_write(struct builder *b, const struct stimulus *stimulus, double value_V);

gboolean sweeps_check(struct builder *b, GError **error);
void options_write(struct builder *b);
void analysis_write(struct builder *b);

#endif
