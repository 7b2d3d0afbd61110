/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/flow.h -- the stages in order, on one design and one store; what the verbs of the command line call.
 *
 *     flow_open → flow_simulate → flow_tables → flow_fit → flow_attend → flow_report
 *
 * Each step takes what it needs from the store and the design, so each runs alone once the steps before it have run, and
 * runs again for nothing if nothing has changed. Nothing here prints or exits; nothing here depends on wall time, so that
 * tables, models and reports are the same bytes whenever and however often a run was interrupted.
 */
#ifndef GAINSPICE_FLOW_FLOW_H
#define GAINSPICE_FLOW_FLOW_H

#include <glib.h>

#include "attention/attention.h"
#include "design/design.h"
#include "fit/fit.h"
#include "flow/plan.h"
#include "netlist/point.h"
#include "report/report.h"
#include "store/store.h"
#include "store/table.h"

struct engine;

struct flow_progress {
    gsize done, failed, total;  /* of the points that this run simulates */
    double elapsed_s;
    const char *state;          /* what an engine waits for: more will come; NULL: it tells no such thing */
};

struct flow_options {
    const char *results;         /* folder of the results; NULL: results/<design> below the current folder */
    int workers;                 /* 0: one a core */
    double timeout_s;            /* a point; 0: 300 s */
    double memory_MB;            /* a worker; 0: 4096 */
    gboolean retry_failed;       /* forget failed points before simulating */
    gboolean sets_accuracy;      /* all benches take `accuracy` in place of their own */
    enum accuracy accuracy;
    gboolean simulates;          /* this call simulates what is missing: a plan forgets what is to be tried again */
    const char *technology;      /* in place of the design's own; NULL: that */
    const struct engine *engine; /* flow/engine.h; NULL: this machine's workers */
    const char *site;            /* site file of an engine; NULL: its defaults */
    gboolean looks_only;         /* read a store that is there, and make none */
    volatile gint *cancel;
    void (*progress)(const struct flow_progress *progress, gpointer user);
    gpointer user;
};

struct flow {
    struct design *design;
    struct flow_options options;
    char *folder;          /* results/<design> */
    char *ngspice;         /* version; NULL until it is asked for */
    struct store *store;   /* NULL until it is asked for */
    GHashTable *only;      /* names of the points that are this process's, to their keys; NULL: all */
};

/* Reads the design and checks everything that can be checked without simulating. Opens no store. */
struct flow *flow_open(const char *design_path, const struct flow_options *options, GError **error);
void flow_close(struct flow *flow);

/* "write 3f2a91c7": the bench, and a digest of what decides what its points cost: circuit, analysis, ngspice's settings, the preset. What the
 * store knows of times it knows of points of one class. Newly allocated. */
char *flow_cost_class(const struct bench *bench, enum accuracy accuracy);
/* CPU seconds of a deck by its size alone; an order of magnitude. */
double flow_estimate_cpu(const struct bench *bench, const struct deck *deck);

/* Simulates what is missing. TRUE also where points failed: they are rows with reasons; *n_failed counts all failed points of
 * the plan. FALSE: cancelled, or the machine refuses. Counts in `plan` are updated. */
gboolean flow_simulate(struct flow *flow, struct plan *plan, GError **error);

/* The tables of a bench, from the store: <bench> with its pointwise measures, <bench>_summary with its scalar ones (<bench>
 * alone if there is one kind only), and <bench>_<axis> with those of all lines of an array, a row a line. Fails where a point is
 * missing. Elements are freed with the array. */
GPtrArray *flow_tables(struct flow *flow, const struct plan *plan, const struct bench *bench, GError **error);

/* The data sheet of a characterisation, named as it is, and its curves, <name>_<curve>. Fails where a point is missing. Elements are
 * freed with the array. */
GPtrArray *flow_sheets(struct flow *flow, const struct plan *plan, const struct characterise_spec *spec, GError **error);

/* What each measure of a bench is, in words: for the report. */
struct table *flow_measures_table(const struct bench *bench);

/* Worst value of each spec over all its points, its margin and verdict. *passed FALSE if any fails. */
struct table *flow_specs(struct flow *flow, const struct plan *plan, gboolean *passed, GError **error);

/* A model on a condition that its fit never saw. */
struct fitted_elsewhere {
    const char *corner; /* the design's */
    double temperature_C;
    struct model_error error;
};

/* A fit and what it was compared with. */
struct fitted {
    const struct fit_spec *spec;
    struct model *chosen, *cubic; /* cubic NULL where the points do not determine it */
    GPtrArray *candidates;        /* struct model: of each family */
    GArray *scores;               /* struct order_score */
    GArray *levels;               /* struct level_error */
    GArray *elsewhere;            /* struct fitted_elsewhere: other conditions of the bench that are simulated */
    struct samples *samples;      /* every point of the bench at the condition fitted */
    gsize n_reference;            /* 0: no reference file */
    double *reference_in[2];      /* [n_reference] first two inputs of the reference */
    double *reference_A;          /* [n_reference] what the reference says */
    double *simulated_A;          /* [n_reference] the simulated surface there (bicubic between grid points) */
    double *fitted_A;             /* [n_reference] the chosen model there */
};
struct fitted *flow_fit(struct flow *flow, const struct plan *plan, const struct fit_spec *spec, GError **error);
void fitted_free(struct fitted *fitted);
struct table *fitted_scores_table(const struct fitted *fitted);
struct table *fitted_errors_table(const struct fitted *fitted);
/* Where the model was not fitted: levels of its inputs, other corners and temperatures. NULL where there is neither. */
struct table *fitted_unseen_table(const struct fitted *fitted);
/* Normality and structure of the residuals on all points. */
struct table *fitted_residuals_table(const struct fitted *fitted);
struct table *fitted_reference_table(const struct fitted *fitted);

/* Runs one attention of the design; `fits` holds the struct fitted so far. Writes attention/<name>.npz below the results.
 * Gives the table of errors. */
struct table *flow_attend(struct flow *flow, const struct attention_spec *spec, const GPtrArray *fits, GError **error);

/* The four comparisons of an attention: with itself unquantised, unquantised with exact arithmetic, with exact arithmetic,
 * with softmax attention. attention_judge also gives the output (freed with attention_output_free). */
#define ATTENTION_COMPARISONS 4
gboolean attention_judge(const struct model *model, const struct attention_config *config, const struct attention_input *input,
                         struct attention_output *output, struct attention_error errors[ATTENTION_COMPARISONS], GError **error);
struct table *attention_table(const char *name, const struct attention_error errors[ATTENTION_COMPARISONS]);
/* Notes in the table what of the input was clamped; nothing if nothing was. */
void attention_note_clamped(struct table *table, const struct attention_config *config, const struct attention_input *input);
/* Arrays S, phi, A as npz; `note` (may be NULL) ends the file, as the archive's comment. */
gboolean attention_write(const char *path, const struct attention_output *output, const char *note, GError **error);

/* Everything above in order; writes tables/, models/, report.html below the results, and appends the text form to `out`.
 * FALSE with GAINSPICE_ERROR_LIMIT or GAINSPICE_ERROR_SIMULATOR where the run is complete but a spec or a point failed. */
gboolean flow_run(struct flow *flow, GString *out, GError **error);

/* The report alone, from what the store has. `path` NULL: report.html below the results. */
gboolean flow_report(struct flow *flow, const struct plan *plan, const char *path, GString *out, gboolean *passed, GError **error);

/* Shared inside the stage. */
/* Compiles the model of each cell that is one (model="…"), unless its object is in the user's cache already, under its digest. */
gboolean devices_compile(struct design *design, GError **error);
/* The planned points of a bench (borrowed from the plan) and, beside each, what the store has (struct stored_point). */
GPtrArray *stored_points_new(void);
gboolean bench_points(struct flow *flow, const struct plan *plan, const struct bench *bench, GPtrArray *planned, GPtrArray *points,
                      GError **error);
const struct measure_result *stored_measure(const struct stored_point *stored, const char *name);
/* The unit of a measure: of the first point that has it; "" where none has. */
const char *measured_unit(const GPtrArray *points, const char *measure);
/* How many numbers a point of the bench has of a measure, and where number `index` stands: "bl 2, v_store 300 mV", "" where there is one
 * only. Newly allocated. */
gsize bench_measure_count(const struct bench *bench, const struct measure_spec *spec);
char *bench_measure_at(const struct bench *bench, const struct measure_spec *spec, gsize index);
/* Columns of a point's conditions: corner, temperature, settings and, with `sample`, its sample. push_conditions fills them and returns
 * the number of the next column. */
void add_condition_columns(struct table *table, const struct point *example, gboolean sample);
guint push_conditions(struct table *table, const struct point *point, gboolean sample);
/* What the samples of a bench tell together: <bench>_statistics, <bench>_split and <bench>_correlation; appended to `tables`. Nothing of a
 * characterisation's bench, whose data sheet says it. */
gboolean add_sample_tables(struct flow *flow, const struct bench *bench, const GPtrArray *planned, const GPtrArray *points, GPtrArray *tables,
                           GError **error);
char *flow_store_path(const char *folder); /* of the results; newly allocated */
gboolean flow_need_store(struct flow *flow, GError **error);
gboolean flow_need_ngspice(struct flow *flow, GError **error);
/* FALSE with GAINSPICE_ERROR_CANCELLED once the user has stopped it; asked between steps that take seconds. */
gboolean flow_goes_on(const struct flow *flow, GError **error);
void flow_note_provenance(const struct flow *flow, struct table *table);

#endif
