/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/template.h -- a circuit template: a SPICE subcircuit with a declared header.
 *
 * Takes   templates/circuits/NAME.cir: one .subckt NAME … .ends, before it a header of lines that start with "*:":
 *             *: title  Rail-driven push-pull gain cell
 *             *: source ours; topology after arXiv 2409.19315
 *             *: port   bl   inout   bit line, held at VDD/2
 *             *: port   vdd  supply  positive supply (driven at the technology's VDD unless a bench drives it)
 *             *: port   vss  ground  (net 0 unless a bench drives it)
 *             *: pair   wlr  wlp wln WLR rails: wlp = v, wln = VDD - v
 *             *: node   x            inner node that benches may name
 *             *: param  c_store 5fF  0.1fF 1pF  storage capacitor       (default, min, max, what it is)
 *             *: use    word-line wlr rest=0.5vdd on=1vdd               (what a port or pair is for, and its levels: use.h)
 *         In the body a device card names a role where SPICE has the model: `mrn bl sn wln vss nmos.read w={w_rn} l={l_rn}`;
 *         an x card names another template. Other elements: r c l v i e g f h b (b is refused where the header lacks
 *         "*: behavioural REASON"). No dot card but .subckt, .ends and .param is allowed, nor any line that ngspice would
 *         take as a command.
 * Gives   struct circuit_template with ports, parameters and cards, each with its line.
 * Owns    everything below it.
 */
#ifndef GAINSPICE_DESIGN_TEMPLATE_H
#define GAINSPICE_DESIGN_TEMPLATE_H

#include <glib.h>

#include "base/error.h"
#include "base/quantity.h"
#include "design/use.h"

enum port_kind { PORT_INPUT, PORT_OUTPUT, PORT_INOUT, PORT_SUPPLY, PORT_GROUND };

struct port {
    char *name, *title;
    enum port_kind kind;
    struct origin origin;
};

struct port_pair {
    char *name, *plus, *minus, *title;
    struct origin origin;
};

struct parameter {
    char *name, *title;
    enum dimension dimension;
    double value, min, max;
    struct origin origin;
};

/* One logical card of the body, continuations joined, comments gone, lower case. */
enum template_card_kind {
    CARD_DEVICE,    /* m card on a role: element, nodes[4], role, parameters */
    CARD_INSTANCE,  /* x card on another template: element, nodes[], circuit, parameters */
    CARD_ELEMENT,   /* r c l v i e g f h b: text as it is */
    CARD_PARAMETER  /* .param inside the subcircuit: text as it is */
};
struct template_card {
    enum template_card_kind kind;
    char *element;          /* "mrn", "xi1", "cs" */
    char **nodes;           /* NULL-terminated; DEVICE: d g s b */
    char *of;               /* role or circuit name */
    char *parameters;       /* "w={w_rn} l={l_rn}"; may be "" */
    char *text;             /* ELEMENT and PARAMETER: the whole card */
    struct origin origin;
};

struct circuit_template {
    char *name, *title, *source;
    char *behavioural;       /* why it may hold b sources; NULL: it may not */
    GPtrArray *ports, *pairs, *parameters, *cards;
    GPtrArray *uses;         /* struct use */
    char **nodes;            /* declared inner nodes, NULL-terminated */
    char *digest;            /* SHA-256 of the file */
    struct origin origin;
};

struct circuit_template *circuit_template_read(const char *path, GError **error);
void circuit_template_free(struct circuit_template *circuit);
/* Of a GPtrArray's elements: struct port, struct port_pair. */
void port_free(gpointer port);
void port_pair_free(gpointer pair);

const struct port *template_port(const struct circuit_template *circuit, const char *name);
const struct port_pair *template_pair(const struct circuit_template *circuit, const char *name);
const struct parameter *template_parameter(const struct circuit_template *circuit, const char *name);
gboolean template_has_node(const struct circuit_template *circuit, const char *name);

#endif
