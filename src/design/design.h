/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/design.h -- the design file in memory: what the user asked for, checked, with the line of each element.
 *
 * Takes   an XML file in the namespace urn:gainspice:design:1, checked by templates/schema/design.rng at run time.
 * Gives   struct design: names resolved to templates and the technology, numbers in SI (temperature in °C), every element
 *         with its origin. What needs no simulator is checked here; what a measure or a model family accepts is checked
 *         where they are (measure_check, fit_check).
 * Owns    everything below struct design; one design_free() releases it. Read-only once read.
 * Limits  4 MiB a file, no entities, no DTD, no network; XInclude only of files that lie in the design's folder.
 */
#ifndef GAINSPICE_DESIGN_DESIGN_H
#define GAINSPICE_DESIGN_DESIGN_H

#include <glib.h>

#include "base/error.h"
#include "base/quantity.h"
#include "design/technology.h"
#include "design/template.h"

/* A named number: <set name="c_store" value="5fF"/>. */
struct setting {
    char *name;
    double value;
    enum dimension dimension;
    struct origin origin;
};

struct cell {
    char *name;
    const struct circuit_template *circuit;  /* borrowed from design.circuits */
    GPtrArray *settings;                     /* struct setting; each a parameter of the template, in its range */
    char *model;    /* model="…": a device file that stands for the circuit, ports kept; seen from the design; NULL: the circuit itself */
    char *object;   /* of a model: what ngspice loads (OSDI); set by what compiles it, src/flow */
    char *module;   /* its name there */
    char **ports;   /* its ports, in its order: each a port of the template; NULL-terminated */
    struct origin origin;
};

/* A wire of an array for one port, or for both ports of a pair: one line a row or one a column. It meets a cell every pitch;
 * between two cells lies one section of wire, between its driven end and the first cell half a section. */
struct line_set {
    char *name;               /* the port or pair */
    const struct port_pair *pair; /* borrowed from the circuit; NULL: a port */
    gboolean along_row;       /* one line a row, else one a column */
    gboolean from_end;        /* driven at the right or bottom edge, behind the last cell; else at the left or top */
    double section_Ohm, section_F; /* of one pitch */
    double driver_Ohm;        /* between each voltage source and its line; 0: none */
    int count, length;        /* how many lines there are of that name, and how many cells each meets (0: it has no wire) */
    struct origin origin;
};

/* Columns that a bench may take alone: <bench array="k" group="left">. */
struct group {
    char *name;
    int first, last;
    struct origin origin;
};

/* A crossbar of one cell. Row 0 is at the top, column 0 at the left. Each port of the cell is on a line, or inside the cell
 * (a net of its own in every cell), or a supply or ground, which all cells share. */
struct array {
    char *name;
    const struct cell *cell;  /* borrowed from the design */
    int rows, columns;
    double pitch_x_m, pitch_y_m;
    GPtrArray *lines;         /* struct line_set */
    GPtrArray *inner;         /* char*: ports inside the cell */
    GPtrArray *groups;        /* struct group */
    GPtrArray *parts;         /* struct part: it is the whole of an assembly; NULL: a crossbar */
    struct origin origin;
};

/* Where a port of what a part repeats goes: the net of the assembly, of which block i takes line i / every. */
struct joint {
    const struct port *net;   /* borrowed from the assembly's circuit */
    int every;
};

/* A part of an assembly: a whole array, or `count` blocks in a row, each an instance of one cell. */
struct part {
    char *name;
    const struct array *array; /* borrowed from the design; NULL: blocks */
    const struct cell *cell;   /* what is repeated; borrowed from the design */
    int count;                 /* of the blocks */
    struct joint *joints;      /* [ports of the cell's circuit] */
    struct origin origin;
};

/* Arrays and rows of blocks, connected by lines: one circuit. For all that asks for a cell and its array it looks like an array
 * whose cell's ports are the nets of the assembly, called PART.PORT: a port of an array that is on a line keeps its lines, what
 * each block has for itself is a line of one node, what all of them share is a plain port. Its inner nodes are those of the
 * parts' cells, called PART.NODE. */
struct assembly {
    struct array whole;              /* first, as its first member is the name; rows and columns 0 */
    struct cell cell;                /* of the whole; no settings */
    struct circuit_template circuit; /* of that cell; no cards */
    GPtrArray *connected;            /* char*, borrowed from ports: lines that blocks are connected to, which need no driver */
};

/* What a sweep, an axis or a stimulus acts on. A pair is two ports of the template that move as plus = v and
 * minus = VDD - v (the WLR pair of the rail-driven cell). */
#define TARGETS(X)                    \
    X(TARGET_PORT, "port")            \
    X(TARGET_PAIR, "pair")            \
    X(TARGET_PARAMETER, "parameter")  \
    X(TARGET_KNOB, "knob")            \
    X(TARGET_SUPPLY, "supply")        \
    X(TARGET_PWM, "pwm")              \
    X(TARGET_INITIAL, "initial")      \
    X(TARGET_DRAW, "draw")
enum target {
#define X(id, name) id,
    TARGETS(X)
#undef X
};

enum spacing { SPACING_LIST, SPACING_LINEAR, SPACING_LOG };

/* A list of values that something takes, in the order in which it takes them. */
struct sweep {
    char *name;    /* column name in tables, input name in fits */
    enum target target;
    char *of;      /* the port, pair, parameter or knob; "vdd" for a supply; what a <pwm> drives; the node of an <initial>; for a
                      draw, words with one blank between them: what <pwm>s drive and the nodes of <store>s, whose codes are drawn anew for each value */
    char *cell;    /* the cell of a parameter on the design's axes; NULL: the bench's cell */
    enum dimension dimension;
    enum spacing spacing;
    gsize n;
    double *values; /* [n] */
    double ac_V;    /* of a port or pair of an ac or noise bench: amplitude, as of a hold; 0: none */
    struct origin origin;
};

#define STIMULI(X)                       \
    X(STIMULUS_HOLD, "hold")             \
    X(STIMULUS_CURRENT, "current")       \
    X(STIMULUS_PULSE, "pulse")           \
    X(STIMULUS_PWL, "pwl")               \
    X(STIMULUS_PWM, "pwm")               \
    X(STIMULUS_INITIAL, "initial")       \
    X(STIMULUS_STORE, "store")           \
    X(STIMULUS_LOAD, "load")             \
    X(STIMULUS_OPEN, "open")
enum stimulus_kind {
#define X(id, name) id,
    STIMULI(X)
#undef X
};

/* Whole numbers from 0 to levels - 1 of a <pwm> or <store>: written down, or drawn. */
struct codes {
    int levels;
    gsize n;
    int *values;     /* [n]; NULL: drawn from `seed` (netlist/codes.h) */
    guint64 seed;
    double tilt[2];  /* of the drawn ones: the log-odds of their mean; each drawing has one of its own between the two */
};

/* One element that drives, loads or releases a port (or a pair, for hold, pulse, pwl and pwm), of an array the lines `first` to
 * `last` of that name (0 and 0 in a bench of a cell).
 * hold: value. current: value, pushed into the circuit. pulse: as SPICE's PULSE, from `low` to `high`. pwl: n points.
 * pwm: one pulse a line from low to high, of code·step between the middles of its edges, its rise starting at `delay`.
 * initial: .ic of a node (in every cell of an array); a port that only an initial names floats. store: .ic of low + code·(high -
 * low)/(levels - 1), one code a cell, row by row. load: capacitance and/or resistance to ground (0 = absent). open: nothing; says it is meant. */
struct stimulus {
    enum stimulus_kind kind;
    enum target target; /* TARGET_PORT or TARGET_PAIR */
    char *of;           /* port, pair, or (initial, store) a port or a declared inner node */
    int first, last;    /* lines */
    double value;                                                       /* V or A; hold, current, initial */
    double low_V, high_V, delay_s, rise_s, fall_s, width_s, period_s;   /* pulse; period_s 0: one pulse */
    gsize n;
    double *t_s, *v_V;  /* [n] pwl, t ascending */
    double load_F, load_Ohm;
    struct codes codes;                                                 /* pwm, store */
    double step_s;                                                      /* pwm */
    double ac_V;        /* amplitude for .ac and the input of .noise; 0: none */
    struct origin origin;
};

#define ANALYSES(X)                                        \
    X(ANALYSIS_OP, "op", DIMENSION_NONE)                   \
    X(ANALYSIS_DC, "dc", DIMENSION_VOLTAGE)                \
    X(ANALYSIS_TRAN, "tran", DIMENSION_TIME)               \
    X(ANALYSIS_AC, "ac", DIMENSION_FREQUENCY)              \
    X(ANALYSIS_NOISE, "noise", DIMENSION_FREQUENCY)
enum analysis_kind {
#define X(id, name, scale) id,
    ANALYSES(X)
#undef X
};

struct analysis {
    enum analysis_kind kind;
    double step_s, stop_s, start_s, max_step_s;  /* tran; max_step_s 0: ngspice's own */
    double from_Hz, to_Hz;                       /* ac, noise */
    int points_per_decade;
    char *output;                                /* noise: "v(node)" or "i(port)" (see struct signal) */
    char *input;                                 /* noise: the port whose source is the input */
    struct origin origin;
};

/* A signal of a bench: v(node) or v(plus,minus), i(port), and in noise benches onoise (V/√Hz or A/√Hz), the density at the output,
 * or onoise(mrn), what a device or element of the cell brings of it: onoise(xi1.mn) in an instance.
 * i(port) is the current that flows INTO the circuit at that port: for a bit line held by a source it is the current that
 * the cell pulls out of the bit line, the sign of the paper. */
#define SIGNALS(X)              \
    X(SIGNAL_VOLTAGE, "v", "V") \
    X(SIGNAL_CURRENT, "i", "A") \
    X(SIGNAL_ONOISE, "onoise", "V/√Hz")
enum signal_kind {
#define X(id, name, unit) id,
    SIGNALS(X)
#undef X
};

/* A node of an array. On a line: v(bl[5]) at its driven end, v(bl[5,63]) at the cell 63 along it, counted as rows or columns.
 * In a cell: v(sn[3,5]) of row 3, column 5. In one signal of a measure one index may be *: one value a line, row or column. */
#define INDEX_NONE (-1)
#define INDEX_ALL (-2)

struct signal {
    enum signal_kind kind;
    char *name;     /* as written, without blanks: "v(sn)", "i(bl)", "v(wlp,bl)", "i(bl[*])" */
    char *node, *minus;       /* port or declared node; of onoise the element, or NULL; minus NULL: ground */
    int at[2], minus_at[2];   /* indices: INDEX_NONE where there is none */
};

#define MEASURE_KINDS(X)                       \
    X(MEASURE_VALUE, "value")                  \
    X(MEASURE_MIN, "min")                      \
    X(MEASURE_MAX, "max")                      \
    X(MEASURE_MEAN, "mean")                    \
    X(MEASURE_RMS, "rms")                      \
    X(MEASURE_CROSSING, "crossing")            \
    X(MEASURE_DELAY, "delay")                  \
    X(MEASURE_SLOPE, "slope")                  \
    X(MEASURE_INTEGRAL, "integral")            \
    X(MEASURE_CHARGE, "charge")                \
    X(MEASURE_SETTLING, "settling")            \
    X(MEASURE_TIME_CONSTANT, "time-constant")  \
    X(MEASURE_COUNT, "count")                  \
    X(MEASURE_NOISE_RMS, "noise-rms")          \
    X(MEASURE_NOISE_CHARGE, "noise-charge")    \
    X(MEASURE_NOISE_WHITE, "noise-white")      \
    X(MEASURE_NOISE_CORNER, "noise-corner")
enum measure_kind {
#define X(id, name) id,
    MEASURE_KINDS(X)
#undef X
    MEASURE_KIND_COUNT
};

/* How near a bench's numbers are to those of `exact`, which are ngspice's within the options of its deck; the others are defined
 * by what they change there (netlist/accuracy.h). */
#define ACCURACIES(X)                \
    X(ACCURACY_EXACT, "exact")       \
    X(ACCURACY_BALANCED, "balanced") \
    X(ACCURACY_FAST, "fast")
enum accuracy {
#define X(id, name) id,
    ACCURACIES(X)
#undef X
    ACCURACY_COUNT
};
#define PILOTS_MAX 1000

#define EDGES(X)              \
    X(EDGE_EITHER, "either")  \
    X(EDGE_RISE, "rise")      \
    X(EDGE_FALL, "fall")
enum edge {
#define X(id, name) id,
    EDGES(X)
#undef X
};

/* Which side of its level a count wants the signal on. */
#define SIDES(X)           \
    X(SIDE_ABOVE, "above") \
    X(SIDE_BELOW, "below")
enum side {
#define X(id, name) id,
    SIDES(X)
#undef X
};

/* One number (or, for `value` without `at`, one number a scale point) from one bench. Absent numbers are NAN. `at`, `from`,
 * `to` and `period` are on the analysis's scale (s, V of the innermost sweep, Hz); `level`, `final` and `band` in the signal's unit. */
struct measure_spec {
    char *name;
    enum measure_kind kind;
    struct signal of, until; /* until: second signal of a delay; kind unset (name NULL) if absent */
    double at, from, to;
    double level, until_level, final, band;
    enum edge edge, until_edge;
    int number, until_number; /* which crossing, from 1 */
    char *axis;               /* signals with a *: the column that says which line or cell; NULL: one value */
    int first_line, last_line; /* what the * runs over; 0 and 0 without */
    double period;            /* count: from one clock edge to the next */
    double window_s;          /* noise-charge: how long the read lasts */
    enum side side;
    int most;                 /* count: where the counter stops, "max" in the file; 0: nowhere */
    double tolerance;         /* largest difference from exact, in the measure's unit; NAN: the bench's share of the span */
    struct origin origin;
};

/* Outer loops, slowest first: corner, temperature, sweeps in order, Monte Carlo sample. */
struct axes {
    GPtrArray *corners;      /* char*; at least one */
    GArray *temperatures_C;  /* double; at least one */
    GPtrArray *sweeps;       /* struct sweep: parameter, knob or supply */
    int samples;             /* 0: nominal devices only */
    guint64 seed;
    struct origin origin;
};

/* A characterisation at one supply voltage: its own copy of the axes, in which the supply takes this value only. */
struct variant {
    double vdd_V;
    const struct axes *axes;
};

/* A part of a circuit whose energy a bench measures: <block name="phi" charges="q_amplifier q_logic" macs="64" published="17.1fJ"/>. */
struct block_spec {
    char *name;
    char **charges;        /* measures of the bench, of kind charge */
    double voltage_V;      /* that all of them came from; NAN: the supply */
    double macs;           /* multiplications that it serves in the bench; NAN: none */
    double published_J;    /* a multiplication, elsewhere; NAN: none */
    struct origin origin;
};

/* A time that a bench measures: <time name="end" measure="t_end" published="65ns"/>. */
struct time_spec {
    char *name, *measure;
    double published_s;    /* NAN: none */
    struct origin origin;
};

/* <characterise>: benches that a kind of characterisation makes for a cell, array or assembly, and a data sheet from what they
 * measure. What a kind is and does stands in characterise/characterise.h. */
struct characterise_spec {
    char *name, *kind;
    const struct cell *cell;         /* borrowed; of an array or assembly, its cell */
    const struct array *array;       /* or an assembly's whole; NULL: a cell */
    const struct assembly *assembly; /* that the array is the whole of, or NULL */
    const struct group *group;       /* or NULL */
    const struct bench *bench, *check; /* a bench of the design that is looked at, and the same at half the time step; or NULL */
    GPtrArray *blocks, *times;       /* struct block_spec, struct time_spec: of the bench */
    GPtrArray *settings;             /* struct setting: parameters of the kind */
    GPtrArray *uses;                 /* struct use: the template's, as changed here, and more */
    const struct axes *axes;         /* its own, else the design's */
    GArray *variants;                /* struct variant: one a supply voltage, at least one */
    struct origin origin;
};

struct bench {
    char *name;
    const struct cell *cell;  /* borrowed from the design; of an array or assembly, its cell */
    const struct array *array; /* or an assembly's whole; NULL: the bench is of one cell */
    const struct assembly *assembly; /* that the array is the whole of, or NULL */
    const struct group *group; /* the array's columns that are simulated; NULL: all */
    GPtrArray *stimuli;       /* struct stimulus */
    GPtrArray *sweeps;        /* struct sweep; as nested loops, the first is the slowest. With <dc/> the last two become
                                 ngspice's own sweep (port or pair only), all others are separate points */
    struct analysis analysis;
    GPtrArray *options;       /* struct setting: reltol abstol vntol chgtol gmin trtol itl1 itl4 maxord … (dimensionless) */
    char *method;             /* "gear", "trap" or NULL */
    char *solver;             /* "klu", "sparse" or NULL: by the size of the deck (netlist/analysis.c) */
    char **still;             /* lines of an array whose wires are one node in this bench; NULL: none */
    int partition;            /* of an array: most columns that are simulated together (netlist/part.h); 0: all */
    enum accuracy accuracy;
    double tolerance;         /* largest difference from exact as a share of a measure's span; NAN: the preset's */
    int pilots;               /* points compared with exact; -1: as many as there are by default */
    GPtrArray *measures;      /* struct measure_spec */
    GPtrArray *waves;         /* struct signal*: signals whose waveforms the store keeps */
    const struct axes *axes;  /* its own, else its characterisation's, else the design's */
    gboolean owns_axes;
    const struct characterise_spec *characterise; /* borrowed: the characterisation that made it, or NULL */
    gsize variant;            /* of that */
    struct origin origin;
};

struct spec {
    char *bench, *measure;              /* from measure="bench.measure", or "sheet.entry": */
    const struct characterise_spec *sheet; /* borrowed; NULL: of a bench */
    char *at;                           /* the place of an entry; NULL: all its places */
    double min, typical, max;           /* SI; NAN: no limit */
    enum dimension dimension;
    struct origin origin;
};

#define TOLERANCE_RULES(X)              \
    X(TOLERANCE_BAND, "band")           \
    X(TOLERANCE_INTEGRAL, "integral")   \
    X(TOLERANCE_EVENTS, "events")
enum tolerance_rule {
#define X(id, name) id,
    TOLERANCE_RULES(X)
#undef X
};

/* <tolerance>: how waveforms and measures are held against the baseline. Of each rule the first whose pattern fits holds. What the
 * numbers mean stands in wave/compare.h; their units are held against the vectors' in flow/regress.h. */
struct tolerance {
    char *of;                             /* a pattern with * and ? of BENCH.WAVE and BENCH.MEASURE: "write.v(*)" */
    enum tolerance_rule rule;
    double absolute, relative, of_span;   /* 0: none */
    double move;                          /* of edges and events, on the scale; 0: none */
    double level, hysteresis;             /* events */
    double phase_degrees;                 /* of complex waveforms, beside their magnitudes */
    enum dimension absolute_dimension, move_dimension, level_dimension; /* DIMENSION_NONE where the number is 0 or plain */
    enum edge edge;
    gboolean decibel;                     /* magnitudes in dB, and `absolute` too */
    struct origin origin;
};

struct fit_input {
    char *name;      /* a sweep of the bench */
    double offset;   /* subtracted before the basis functions */
    struct origin origin;
    char *of;        /* of="…": the port, pair or node that it is the voltage of; NULL: what the sweep moves, if that is one */
    int monotone;    /* 1: the output never falls with it, -1: never rises, 0: nothing is known */
};

struct fit_spec {
    char *name, *bench, *measure;       /* from measure="bench.measure" */
    char *family;                       /* names of struct model_family, one blank between them */
    int max_order, folds;
    guint64 seed;                       /* draws held-out points and folds */
    double hold_out;                    /* share of points that no fit ever sees, 0 < x < 1 */
    GPtrArray *inputs;                  /* struct fit_input */
    char *corner;                       /* condition fitted; NULL: the bench's first */
    double temperature_C;               /* NAN: the bench's first */
    char *reference, *reference_title;  /* <reference file= title=>: CSV beside the design to compare the surface with, or NULL */
    struct origin origin;
};

struct attention_spec {
    char *name;
    char *model;             /* the name of a fit of this design, or a model file beside the design / in netlists/ */
    gboolean model_is_fit;
    int window, dimension, tile;
    int levels_input, levels_store, levels_output;  /* 0: not quantised */
    double decay_per_token;  /* exponent per token; 0: none */
    gboolean decay_once;     /* TRUE: S·D; FALSE: i-th power of the stored value by D^i */
    double s_sat_A, out_sat_A;
    int output_codes;        /* 33: the authors' steps of 2/31 around zero; 32: from -1 to 1 */
    double v_in_V, v_bl_V, v_mid_V;
    char *qkv;               /* npz beside the design, or NULL: */
    int tokens, cases;       /*   synthetic Q, K, V of this shape */
    guint64 seed;
    struct origin origin;
};

struct design {
    char *name, *title;
    char *file, *folder;        /* as given; folder "." if none */
    struct technology *technology;
    GPtrArray *knobs;           /* struct setting: <technology><set .../> */
    GHashTable *circuits;       /* name → struct circuit_template, owned: those used, and those they instantiate */
    GPtrArray *cells, *arrays, *assemblies, *benches, *characterises, *specs, *tolerances, *fits, *attentions;
    struct axes axes;
    char *digest;               /* SHA-256 of the design after XInclude, canonical XML (C14N) */
    struct origin origin;
};

/* Reads and checks a design. Searches templates beside the design (folder/templates/circuits) and then in the installed
 * data; NULL sets `error` with "file:line: sentence". */
struct design *design_read(const char *path, GError **error);
/* Makes the benches of a characterisation at one of its supplies: <bench> elements, which are then read and checked as those of a
 * file are, every one with the origin of the <characterise>. Newly allocated; NULL sets `error`. */
typedef char *(*design_expander)(const struct design *design, const struct characterise_spec *spec, gsize variant, GError **error);
/* As design_read, which knows no characterisation and refuses a design that has one. */
/* As design_read_with, on another technology than the design names (NULL: on that). */
struct design *design_read_on(const char *path, design_expander expander, const char *technology, GError **error);
struct design *design_read_with(const char *path, design_expander expander, GError **error);
void design_free(struct design *design);

/* Lookups; NULL if there is none. Borrowed. */
const struct cell *design_cell(const struct design *design, const char *name);
/* The card of an element: "mrn" of the circuit itself, "xi1.mn" of what its instance xi1 is. */
const struct template_card *design_element(const struct design *design, const struct circuit_template *circuit, const char *path);
const struct array *design_array(const struct design *design, const char *name);
const struct assembly *design_assembly(const struct design *design, const char *name);
const struct bench *design_bench(const struct design *design, const char *name);
const struct characterise_spec *design_characterise(const struct design *design, const char *name);
const struct fit_spec *design_fit(const struct design *design, const char *name);
const struct measure_spec *bench_measure(const struct bench *bench, const char *name);
const struct sweep *bench_sweep(const struct bench *bench, const char *name);

/* Whether the sweep has the codes of `stimulus`, a <pwm> or <store>, drawn anew. */
gboolean sweep_draws(const struct sweep *sweep, const struct stimulus *stimulus);

/* The line that a port of the array's cell is on, or NULL; whether the port is inside the cell. */
const struct line_set *array_line(const struct array *array, const char *port);
gboolean array_is_inner(const struct array *array, const char *port);
/* The part of an assembly that "PART.PORT" or "PART.NODE" is of; NULL for an array. */
const struct part *array_part(const struct array *array, const char *name);
/* What the bench is of, for people: the array's name or the cell's. */
const char *bench_subject(const struct bench *bench);
/* "cell", "array" or "assembly". */
const char *bench_kind(const struct bench *bench);

/* What the * of a signal runs over: the axis' name as a column of tables ("bl", "bl_at", "sn_row", "sn_column"; of an assembly
 * "k_bl", "phi_pb") and its first and
 * last value. NULL if there is no *. Newly allocated. */
char *signal_axis(const struct signal *signal, const struct bench *bench, int *first, int *last);
/* The signal with `index` in place of its *; clear with signal_clear. */
void signal_pick(const struct signal *signal, int index, struct signal *picked);

/* The column of an array that a node of its bench is about: an index, INDEX_ALL, or INDEX_NONE for row lines at their driven end
 * and what all cells share. signal_column: that of the signal's node, else of the one it is taken from. */
int signal_node_column(const char *node, const int at[2], const struct bench *bench);
int signal_column(const struct signal *signal, const struct bench *bench);

/* Parses "v(sn)", "v(a,b)", "i(bl)", "v(bl[5,63],sn[63,5])", "onoise", "onoise(mrn)"; blanks are ignored. Whether the nodes and indices exist is
 * not checked. FALSE sets `error` without place. */
gboolean signal_parse(const char *text, struct signal *signal, GError **error);
void signal_clear(struct signal *signal);

/* "exact", "balanced" …; FALSE if there is no such name. */
const char *accuracy_name(enum accuracy accuracy);
gboolean accuracy_from_name(const char *name, enum accuracy *accuracy);
/* Takes the place of what each bench says. */
void design_set_accuracy(struct design *design, enum accuracy accuracy);

const char *measure_kind_name(enum measure_kind kind);
const char *analysis_name(enum analysis_kind kind);
const char *stimulus_name(enum stimulus_kind kind);
/* What the scale of the bench's plots measures: time for tran, hertz for ac and noise, the innermost sweep's for dc. */
enum dimension bench_scale_dimension(const struct bench *bench);
/* How many of the bench's sweeps become ngspice's own .dc loops: 0 unless the analysis is dc, then 1 or 2. */
gsize bench_inner_sweeps(const struct bench *bench);

#endif
