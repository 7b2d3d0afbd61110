/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cli.h -- the verbs, and what they share. A verb parses its options, calls flow, and returns FALSE with an error; main
 * prints the error and turns it into the exit status. Results go to stdout; progress and errors to stderr.
 */
#ifndef GAINSPICE_CLI_CLI_H
#define GAINSPICE_CLI_CLI_H

#include <glib.h>

#include "flow/flow.h"

struct verb {
    const char *name;
    const char *arguments;  /* for --help */
    const char *summary;    /* one line */
    gboolean (*run)(int argc, char **argv, GError **error);
};

gboolean cmd_attend(int argc, char **argv, GError **error);
gboolean cmd_check(int argc, char **argv, GError **error);
gboolean cmd_doctor(int argc, char **argv, GError **error);
gboolean cmd_export(int argc, char **argv, GError **error);
gboolean cmd_fit(int argc, char **argv, GError **error);
gboolean cmd_merge(int argc, char **argv, GError **error);
gboolean cmd_netlist(int argc, char **argv, GError **error);
gboolean cmd_regress(int argc, char **argv, GError **error);
gboolean cmd_report(int argc, char **argv, GError **error);
gboolean cmd_run(int argc, char **argv, GError **error);
gboolean cmd_shard(int argc, char **argv, GError **error);
gboolean cmd_simulate(int argc, char **argv, GError **error);
gboolean cmd_table(int argc, char **argv, GError **error);
gboolean cmd_wave(int argc, char **argv, GError **error);
gboolean cmd_worker(int argc, char **argv, GError **error);

/* Options that every verb on a design takes. */
struct common {
    int jobs;
    double timeout_s, memory_MB;
    gboolean quiet, retry_failed;
    gboolean simulates, looks_only; /* as in flow_options; a verb's, not the user's */
    char *results, *accuracy;
    enum accuracy preset; /* what `accuracy` names */
    const struct engine *engine; /* with its site file, as in flow_options */
    const char *site;
    struct flow_options flow;
};

/* Parses argv of a verb: its own `entries` (NULL-terminated, may be NULL), and the common ones if `common` is not NULL. Leaves
 * exactly `n_arguments` positional arguments in `arguments` (interned). FALSE with an error, or, after --help, FALSE
 * without one. */
gboolean cli_parse(int argc, char **argv, const GOptionEntry *entries, struct common *common, const char *usage, const char *summary,
                   int n_arguments, const char **arguments, GError **error);
/* --engine and --site of the verbs that simulate, as the user gave them or NULL; borrowed. */
gboolean cli_choose_engine(const char *engine, const char *site, struct common *common, GError **error);
#define CLI_ENGINE_ENTRIES(engine, site)                                                                            \
    {"engine", 0, 0, G_OPTION_ARG_STRING, engine, "Where points are simulated: local (default) or slurm", "NAME"}, \
    {"site", 0, 0, G_OPTION_ARG_FILENAME, site, "Site file of --engine slurm", "FILE"}
void common_clear(struct common *common);
/* Opens the design with the common options (progress on stderr, cancelled by Ctrl-C). */
struct flow *cli_open(const char *design, struct common *common, GError **error);

/* Writes `length` bytes to stdout, or to `path` if it is neither NULL nor "-". */
gboolean cli_output(const char *path, const char *bytes, gsize length, GError **error);

/* SIGINT and SIGTERM set this; the second one ends the program at once. */
extern volatile gint cli_cancelled;

/* Looks a bench up; the error says which there are. NULL name: NULL without error. */
gboolean cli_bench(const struct flow *flow, const char *name, const struct bench **bench, GError **error);

#endif
