/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/technology.h -- a process as circuits see it: device roles, corners, knobs, and what a simulation on it needs.
 *
 * Takes   templates/technologies/NAME/technology.xml (namespace urn:gainspice:technology:1, schema technology.rng), either
 *         beside the design or installed; model files named there, relative to that folder or to $GAINSPICE_PDK_ROOT.
 * Gives   struct technology. A circuit names devices by role ("nmos.svt"); the technology says which model or subcircuit
 *         that is, in which unit it takes W and L, what its diffusions are, how its mismatch is applied and how large it is.
 *         The files of a technology stay in its folder. A technology beside a design may come from anywhere: libraries that
 *         it brings hold no commands and include nothing, and machine code (osdi) only comes from $GAINSPICE_PDK_ROOT.
 * Owns    everything below it.
 */
#ifndef GAINSPICE_DESIGN_TECHNOLOGY_H
#define GAINSPICE_DESIGN_TECHNOLOGY_H

#include <glib.h>

#include "base/error.h"
#include "design/template.h"

enum device_form {
    DEVICE_MODEL,      /* M card on a .model */
    DEVICE_SUBCIRCUIT  /* X card on a PDK's wrapped device */
};

enum mismatch_form {
    MISMATCH_NONE,
    MISMATCH_DELVTO,      /* delvto= and mulu0= of BSIM4 instances */
    MISMATCH_GATE_SOURCE  /* a voltage source in series with the gate and a factor on W: for wrapped devices */
};

struct device_role {
    char *name;                    /* "nmos.svt" */
    gboolean is_p;
    enum device_form form;
    char *model;                   /* the .model's or the subcircuit's name; may contain {corner} */
    const struct circuit_template *device; /* the technology's own subcircuit that the model is; NULL: none of these */
    char *model_file;              /* library whose .model is copied into decks; NULL: comes with an include */
    double l_min_m, w_min_m;
    double length_unit_m;          /* what 1 means for W and L on its cards: 1, or 1e-6 (sky130) */
    double diffusion_m;            /* length of a source or drain diffusion; AD = W·it, PD = 2·(W + it); 0: not written */
    enum mismatch_form mismatch;
    double a_vt_Vm;                /* sd of Vt of ONE device times sqrt(W·L); a pair's A_VT is √2 of it */
    double a_beta_m;               /* relative sd of the current factor of one device times sqrt(W·L) */
    struct origin origin;
};

/* A named number with a default: a corner's or the user's setting becomes a .param of the deck. */
struct knob {
    char *name, *title;
    char *path;           /* of leakage that it scales: "gate", "junction" or "gidl"; NULL: it is none of these, or of a part only */
    double value, min, max;
    struct origin origin;
};

struct corner {
    char *name;
    char *kit;            /* what {corner} stands for in files, sections and models: "typical" of gf180mcu's tt */
    GPtrArray *settings;  /* struct knob_setting */
    struct origin origin;
};
struct knob_setting {
    char *name;
    double value;
};

/* A line that every deck on this technology gets: .include or .lib FILE SECTION, .option scale=…, .param …. */
enum library_kind { LIBRARY_INCLUDE, LIBRARY_LIB, LIBRARY_MODELS, LIBRARY_OSDI };
struct library {
    enum library_kind kind;
    char *path;       /* absolute, as workers run elsewhere; fit for double quotes; may contain {corner} */
    char *section;    /* of .lib; may contain {corner} */
    struct origin origin;
};

struct technology {
    char *name, *title, *folder;
    double vdd_V;
    double gmin_S;               /* the smallest gmin at which its models are known to converge */
    gboolean leakage_trusted;    /* whether gate and junction leakage are modelled */
    double wire_Ohm_m, wire_F_m; /* of a bit line or word line of minimum width */
    GPtrArray *roles, *knobs, *corners, *libraries, *parameters /* struct knob_setting, before the libraries */;
    GPtrArray *options;          /* struct knob_setting: .option NAME=VALUE of every deck, such as scale */
    GHashTable *devices;         /* subcircuit name → struct circuit_template: devices that the technology brings itself */
    GHashTable *models;          /* model name → struct model_card, from LIBRARY_MODELS files */
    char *digest;                /* SHA-256 over the description and every file it names */
    struct origin origin;
};

/* One .model of a library, joined to a single line, lower case; its braces name knobs and parameters only. */
struct model_card {
    char *name;
    char *text;
    struct origin origin;
};

struct technology *technology_read(const char *name, const char *design_folder, struct origin from, GError **error);
void technology_free(struct technology *technology);

const struct device_role *technology_role(const struct technology *technology, const char *name);
const struct corner *technology_corner(const struct technology *technology, const char *name);
const struct knob *technology_knob(const struct technology *technology, const char *name);
/* `text` with each {corner} replaced by the kit's name of that corner: models, sections and paths as its decks need them. Newly
 * allocated. */
char *technology_at_corner(const char *text, const struct corner *corner);

#endif
