/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read.h -- inside the design reader: from checked XML to struct design, a file an area of the language.
 *
 * A reader puts an item into its array before it fills it, so that design_free() releases what a failure leaves. The schema
 * has checked which elements and attributes there are; what they say is checked here, in an order in which everything that
 * a thing refers to has been read before it. Attributes that may be absent keep the default that was set before.
 */
#ifndef GAINSPICE_DESIGN_READ_H
#define GAINSPICE_DESIGN_READ_H

#include "design/design.h"
#include "design/xml.h"

#define READ_LIMIT_POINTS 1000000       /* values of a sweep, samples */
#define READ_LIMIT_VALUES 10000000      /* values of all sweeps of a design: 80 MB */
#define READ_LIMIT_SIMULATIONS 10000000 /* points of a bench */

struct reader {
    struct design *design;
    GPtrArray *reading; /* char*, borrowed: circuits whose instances are being read, to find a cycle */
    gsize n_values;     /* held by sweeps so far */
    design_expander expander;                   /* NULL: no characterisation is known */
    const char *technology;                     /* in place of the design's own, or NULL */
    const struct characterise_spec *expansion;  /* whose benches are being read, or NULL */
    gsize variant;                              /* of that */
};

/* What stands on the ports of a bench while it is read: for a port of a cell under "bl", for a line of an array under "bl[5]". */
struct bench_reader {
    struct reader *reader;
    struct bench *bench;
    const struct circuit_template *circuit;
    GHashTable *ports; /* port name, borrowed from the circuit → struct driver, owned */
};
enum driven { DRIVEN_BY_VOLTAGE, DRIVEN_BY_CURRENT, DRIVEN_BY_LOAD, DRIVEN_BY_CURRENT_AND_LOAD, DRIVEN_BY_NOTHING };
struct driver {
    enum driven by;
    struct origin origin;
};

/* Where a sweep stands: of which cell its parameters, ports and pairs are (NULL: no cell, so only knobs and supplies), and
 * the sweeps beside it and around it (a bench's axes; NULL: none), which must be of other names and other things. */
struct sweep_place {
    const struct circuit_template *circuit;
    const char *cell;
    const GPtrArray *beside, *around;
};

/* ---- read.c: what all of them need ---- */

/* The element of an array of structs that start with their name, or NULL. */
gpointer find_named(const GPtrArray *array, const char *name);
/* The index of `text` among names (NULL-terminated), or -1. */
int name_index(const char *const *names, const char *text);
/* Reads attribute "name"; fails if an element of `others` (structs that start with their name) has it already. */
gboolean read_new_name(const xmlNode *node, const GPtrArray *others, gboolean hyphen, char **name, GError **error);
/* As that, for the name of a column: of three arrays (NULL: none), without hyphen, and not a column that every table has. */
gboolean read_new_column(const xmlNode *node, const GPtrArray *a, const GPtrArray *b, const GPtrArray *c, char **name,
                         GError **error);
/* The names of an array of such structs, as "a, b, c". Newly allocated. */
char *names_of(const GPtrArray *array);
/* `value` of the attribute lies in [min, max]; the sentence says what takes that range. */
gboolean check_range(const xmlNode *node, const char *attribute, const char *what, double value, double min, double max,
                     enum dimension dimension, GError **error);
/* The attribute, if it is there, is above zero (or not below, where `zero`). */
gboolean read_positive(const xmlNode *node, const char *attribute, enum dimension dimension, gboolean zero, double *value,
                       GError **error);
/* A plain relative path of a file in the design's folder, which must exist where `must_exist` and must not lead out. */
gboolean read_file_name(const struct reader *reader, const xmlNode *node, const char *attribute, gboolean must_exist, char **file,
                        GError **error);
/* Splits an attribute at blanks; at least one word, none twice. */
char **read_words(const xmlNode *node, const char *attribute, GError **error);

/* ---- the areas ---- */

gboolean read_technology(struct reader *reader, const xmlNode *root, GError **error);
gboolean read_cell(struct reader *reader, const xmlNode *node, GError **error);
gboolean read_array(struct reader *reader, const xmlNode *node, GError **error);
gboolean read_assembly(struct reader *reader, const xmlNode *node, GError **error);
gboolean read_bench(struct reader *reader, const xmlNode *node, GError **error);
/* Attributes "still" and "partition" of <options> (NULL: none), once all else of the bench is read. */
gboolean read_reduction(const struct bench_reader *reader, const xmlNode *node, GError **error);
/* Which cell, array or assembly the element is of. Pointers that the element says nothing of become NULL. */
struct subject {
    const struct cell *cell;
    const struct array *array;
    const struct assembly *assembly;
    const struct group *group;
};
gboolean read_subject(const struct design *design, const xmlNode *node, struct subject *subject, GError **error);
gboolean read_characterise(struct reader *reader, const xmlNode *node, GError **error);
/* Codes of a <pwm> or <store>: `n` of them from attribute "codes" or "file", or drawn. `levels` has been read. */
gboolean read_codes(struct reader *reader, const xmlNode *node, gsize n, struct codes *codes, GError **error);
/* "5" or "0-15" of lines, rows or columns 0 to n - 1; absent: all. `what` are n of `of`. */
gboolean read_range(const xmlNode *node, const char *attribute, int n, const char *what, const char *of, int *first, int *last,
                    GError **error);
/* Whether `other` is called as a node of a line, or an instance, of the name is: "bl_1_0" of "bl". */
gboolean is_numbered(const char *name, const char *other);
/* The name under which bench_reader.ports knows a line. Newly allocated. */
char *line_key(const char *port, int index);
/* What the first or second index of a node of an array's bench may be. */
void index_range(const struct bench *bench, const char *node, gboolean second, int *first, int *last);
/* Axes of the design, or of `bench` where it is not NULL; `node` NULL: the defaults. `axes` has been initialised. */
gboolean read_axes(struct reader *reader, const xmlNode *node, const struct bench *bench, struct axes *axes, GError **error);
struct sweep *read_sweep(struct reader *reader, const xmlNode *node, const struct sweep_place *place, GError **error);
gboolean read_measure(struct bench_reader *reader, const xmlNode *node, GError **error);
gboolean read_wave(struct bench_reader *reader, const xmlNode *node, GError **error);
gboolean check_axis_names(const struct bench *bench, GError **error);
/* A signal attribute of the bench: its nodes exist, its currents flow through sources. Absent: `signal` stays as it is. */
gboolean read_signal(const struct bench_reader *reader, const xmlNode *node, const char *attribute, struct signal *signal,
                     GError **error);
gboolean read_spec(struct reader *reader, const xmlNode *node, GError **error);
gboolean read_tolerance(struct reader *reader, const xmlNode *node, GError **error);
gboolean read_fit(struct reader *reader, const xmlNode *node, GError **error);
gboolean read_attention(struct reader *reader, const xmlNode *node, GError **error);

/* ---- what each area releases ---- */

void setting_free(struct setting *setting);
void cell_free(struct cell *cell);
void array_free(struct array *array);
void assembly_free(struct assembly *assembly);
void sweep_free(struct sweep *sweep);
struct sweep *sweep_copy(const struct sweep *sweep);
void axes_init(struct axes *axes);
void axes_clear(struct axes *axes);
/* With the supply at `vdd_V` only, where it is swept. Newly allocated. */
struct axes *axes_copy(const struct axes *axes, double vdd_V);
void bench_free(struct bench *bench);
void characterise_spec_free(struct characterise_spec *spec);
void measure_spec_free(struct measure_spec *measure);
void signal_free(struct signal *signal);
void spec_free(struct spec *spec);
void tolerance_free(struct tolerance *tolerance);
void fit_spec_free(struct fit_spec *fit);
void attention_spec_free(struct attention_spec *attention);

#endif
