/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/builder.h -- what the parts of deck_build share; nobody outside src/netlist includes it.
 *
 * deck.c       the order of the sections, cards and their origins
 * stimulus.c   what drives each port: sources, loads, initial values
 * probe.c      which vectors a run must save, and where each signal is found among them
 * circuits.c   subcircuits, devices by role
 * mismatch.c   random shifts of each device of the cell
 * models.c     parameters, models and libraries of the technology
 * analysis.c   temperature, options, the analysis, and what a complete run looks like
 *
 * Names: ports are nodes of the same name, and what the deck needs besides starts with "_", which no port can.
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

/* What one port of the cell under test is connected to. */
struct drive {
    const struct port *port;
    enum drive_kind kind;
    double value;                 /* V or A, before any inner sweep */
    const struct stimulus *wave;  /* its pulse or pwl, or NULL */
    const struct stimulus *load;  /* or NULL */
    const struct port_pair *pair; /* of DRIVE_MINUS */
    gboolean is_open;
    double ac; /* V or A; 0: none */
    struct origin origin;
};

struct builder {
    const struct point *point;
    const struct design *design;
    const struct technology *technology;
    const struct corner *corner;
    const struct bench *bench;
    const struct circuit_template *circuit;
    struct deck *deck;
    struct signal output; /* of a noise bench; name NULL: none */
    double vdd_V;         /* the supply: the technology's, or a sweep's */
    struct origin vdd_origin;
    struct drive *drives; /* [ports], in the template's order */
    GHashTable *ports;    /* port name → its drive */
    gsize n_inner;        /* dc loops of ngspice */
    GPtrArray *settings;  /* struct setting: parameters of x_dut, in order */
    struct scope globals; /* knobs and parameters of the technology, at this point */
    GPtrArray *roles;     /* const struct device_role: used, in the order of use */
    GArray *definitions;  /* struct card: the subcircuits */
    GHashTable *defined;  /* names of those that stand there */
    GString *shifts;      /* " dvt_mrn=… mu_mrn=…": mismatch that x_dut passes on */
    int n_special;        /* subcircuits written for one instance */
};

/* Adds a card to `cards` (the deck's or the definitions). The text has no newline: what users and files wrote has been through
 * the readers, and this asserts it. */
void card_add(struct builder *b, GArray *cards, struct origin origin, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* " name=value", the number as number_print prints it. */
void append_setting(GString *text, const char *name, double value);
void append_number(GString *text, double value);

void drives_settle(struct builder *b);
void drives_write(struct builder *b);
void initials_write(struct builder *b);
const char *drive_net(const struct drive *drive); /* what x_dut has at this port: "bl", "0" */
/* The source that holds the port; its branch current flows out of the circuit. Newly allocated. */
char *drive_source(const struct drive *drive);
/* The independent source that a sweep on a port or pair moves. Newly allocated. */
char *sweep_source(const struct builder *b, const struct sweep *sweep);

gboolean probes_settle(struct builder *b, GError **error);
void probes_write(struct builder *b);
char *noise_output(const struct builder *b); /* "v(a,b)" as .noise has it. Newly allocated. */

void globals_settle(struct builder *b);
gboolean models_write(struct builder *b, GError **error);

gboolean circuits_define(struct builder *b, GError **error);

gboolean sweeps_check(struct builder *b, GError **error);
void options_write(struct builder *b);
void analysis_write(struct builder *b);

#endif
