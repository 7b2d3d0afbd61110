/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_regress.c -- gainspice regress DESIGN.xml: against the baseline, or across variants of the run. */
#include "config.h"

#include "cli/cli.h"

#include <string.h>

#include "flow/regress.h"

struct regress {
    struct common common;
    char *bench, *baselines, *only, *accept, *html, *junit;
    char **across;
    gboolean accepts, json, tap, failures;
};

/* GOption gives a callback of the main group no data of the caller's. */
static struct regress given;

static gboolean parse_accept(const char *option, const char *value, gpointer data, GError **error)
{
    (void)option, (void)data, (void)error;
    given.accepts = TRUE;
    g_free(given.accept);
    given.accept = value != NULL && *value != '\0' ? g_strdup(value) : NULL;
    return TRUE;
}

/* "--accept" as "--accept=PATTERN": GOption would take the design that follows for the pattern. Elements of argv are borrowed. */
static char **with_patterns(int argc, char **argv, GPtrArray *words)
{
    for (int i = 0; i < argc; i++) {
        gboolean alone = strcmp(argv[i], "--accept") == 0;
        gboolean pattern = alone && i + 1 < argc && argv[i + 1][0] != '-' && !g_str_has_suffix(argv[i + 1], ".xml");
        g_ptr_array_add(words, alone ? g_strconcat("--accept=", pattern ? argv[i + 1] : "", NULL) : g_strdup(argv[i]));
        i += pattern;
    }
    return (char **)words->pdata;
}

static gboolean report_to(const char *path, const GPtrArray *outcomes, const char *name, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    outcomes_to_junit(outcomes, name, out);
    return cli_output(path, out->str, out->len, error);
}

/* The page: where it is asked for, else below the results if something differs. */
static gboolean write_page(const struct regress *o, const struct flow *flow, const GPtrArray *outcomes, const char *against,
                           GError **error)
{
    g_autofree char *own = g_build_filename(flow->folder, "regress.html", NULL),
                    *title = g_strdup_printf("%s: regression", flow->design->name);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    if (o->html == NULL && outcomes_failed(outcomes) == 0)
        return TRUE;
    g_ptr_array_add(notes,
                    g_strdup_printf("Held against %s. Design %s, sha256 %s; technology %s; ngspice %s.", against,
                                    flow->design->file, flow->design->digest, flow->design->technology->name, flow->ngspice));
    return outcomes_to_html(outcomes, title, notes, o->html != NULL ? o->html : own, error);
}

static gboolean say(const struct regress *o, const struct flow *flow, const GPtrArray *outcomes, const char *against,
                    GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (o->json)
        outcomes_to_json(outcomes, flow->design->name, out);
    else if (o->tap)
        outcomes_to_tap(outcomes, out);
    else
        outcomes_to_text(outcomes, o->failures, out);
    return cli_output(NULL, out->str, out->len, error) &&
           (o->junit == NULL || report_to(o->junit, outcomes, flow->design->name, error)) &&
           write_page(o, flow, outcomes, against, error);
}

/* FALSE with the exit status that the outcomes mean. */
static gboolean judge(const struct plan *plan, const GPtrArray *outcomes, GError **error)
{
    gsize failed = outcomes_failed(outcomes);
    if (plan->n_failed > 0)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SIMULATOR, "%" G_GSIZE_FORMAT " of %u points failed", plan->n_failed,
                    plan->points->len);
    else if (failed > 0)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_LIMIT, "%" G_GSIZE_FORMAT " of %u vectors differ", failed,
                    outcomes->len);
    return plan->n_failed == 0 && failed == 0;
}

static gboolean accept(const struct regress *o, const struct flow *flow, const struct plan *plan, struct baseline *baseline,
                       const GPtrArray *recorded, GError **error)
{
    const struct regress_options options = {.pattern = o->accept};
    struct accepted accepted;
    if (plan->n_failed > 0) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SIMULATOR,
                    "%" G_GSIZE_FORMAT " of %u points failed: nothing is accepted", plan->n_failed, plan->points->len);
        return FALSE;
    }
    if (!regress_accept(flow, baseline, recorded, &options, &accepted, error))
        return FALSE;
    g_print("%s: %" G_GSIZE_FORMAT " vectors new, %" G_GSIZE_FORMAT " changed, %" G_GSIZE_FORMAT " removed, %" G_GSIZE_FORMAT
            " as they were\n",
            baseline->folder, accepted.n_new, accepted.n_changed, accepted.n_removed, accepted.n_kept);
    return TRUE;
}

static gboolean against_baseline(const struct regress *o, struct flow *flow, const struct plan *plan, const GPtrArray *recorded,
                                 GError **error)
{
    g_autofree char *folder =
        o->baselines != NULL ? g_strdup(o->baselines) : g_build_filename("results", "baselines", flow->design->name, NULL);
    GError *problem = NULL;
    struct baseline *baseline = baseline_read(folder, &problem);
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    if (baseline == NULL && o->accepts)
        baseline = baseline_new(folder);
    if (baseline == NULL) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: no baseline: gainspice regress --accept %s makes one",
                    folder, flow->design->file);
        return FALSE;
    }
    gboolean ok;
    if (o->accepts)
        ok = accept(o, flow, plan, baseline, recorded, error);
    else {
        const struct regress_options options = {.pattern = o->only, .draws = TRUE};
        g_autoptr(GPtrArray) outcomes = regress_compare(flow, baseline->vectors, recorded, &options, error);
        ok = outcomes != NULL && say(o, flow, outcomes, folder, error) && judge(plan, outcomes, error);
    }
    baseline_free(baseline);
    return ok;
}

static gboolean across(const struct regress *o, struct flow *flow, const struct plan *plan, const GPtrArray *recorded,
                       GError **error)
{
    const struct regress_options options = {.pattern = o->only, .draws = TRUE};
    GError *first = NULL;
    gboolean ok = TRUE;
    for (char **variant = o->across; ok && *variant != NULL; variant++) {
        g_autoptr(GPtrArray) other = regress_variant(flow->design->file, &flow->options, *variant, error);
        g_autoptr(GPtrArray) outcomes = other != NULL ? regress_compare(flow, recorded, other, &options, error) : NULL;
        if (!o->json && !o->tap && outcomes != NULL)
            g_print("%s against %s:\n", *variant, flow->design->name);
        ok = outcomes != NULL && say(o, flow, outcomes, flow->design->file, error);
        if (ok && first == NULL && !judge(plan, outcomes, &first))
            g_prefix_error(&first, "%s: ", *variant);
    }
    if (ok && first != NULL) {
        g_propagate_error(error, first);
        return FALSE;
    }
    g_clear_error(&first);
    return ok;
}

static gboolean regress(const char *design, struct regress *o, GError **error)
{
    struct flow *flow = cli_open(design, &o->common, error);
    const struct bench *bench = NULL;
    struct plan *plan = flow != NULL && cli_bench(flow, o->bench, &bench, error) ? flow_plan(flow, bench, error) : NULL;
    GPtrArray *recorded = plan != NULL && flow_simulate(flow, plan, error) ? record_points(flow, plan, error) : NULL;
    gboolean ok = recorded != NULL &&
                  (o->across != NULL ? across(o, flow, plan, recorded, error) : against_baseline(o, flow, plan, recorded, error));
    if (recorded != NULL)
        g_ptr_array_unref(recorded);
    plan_free(plan);
    flow_close(flow);
    return ok;
}

static gboolean options_agree(const struct regress *o, GError **error)
{
    const char *what = o->accepts && o->across != NULL         ? "--accept and --across"
                       : o->accepts && o->only != NULL         ? "--accept and --only (--accept=PATTERN takes one)"
                       : o->json && o->tap                     ? "--json and --tap"
                       : o->across != NULL && o->bench != NULL ? "--across and --bench"
                                                               : NULL;
    if (what != NULL)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "regress: %s exclude each other", what);
    return what == NULL;
}

gboolean cmd_regress(int argc, char **argv, GError **error)
{
    given = (struct regress){.common = {.simulates = TRUE}};
    const GOptionEntry entries[] = {
        {"accept", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, (gpointer)parse_accept,
         "Take into the baseline what is new or differs; with a pattern only vectors that it fits", "PATTERN"},
        {"across", 0, 0, G_OPTION_ARG_STRING_ARRAY, &given.across,
         "Against another run instead: ngspice=FOLDER, accuracy=exact|balanced|fast, technology=NAME; repeatable", "VARIANT"},
        {"only", 0, 0, G_OPTION_ARG_STRING, &given.only, "Only vectors that the pattern fits", "PATTERN"},
        {"bench", 0, 0, G_OPTION_ARG_STRING, &given.bench, "This bench only", "NAME"},
        {"baselines", 0, 0, G_OPTION_ARG_FILENAME, &given.baselines, "Folder of the baseline (default results/baselines/NAME)",
         "FOLDER"},
        {"failures", 0, 0, G_OPTION_ARG_NONE, &given.failures, "Lines of what differs only", NULL},
        {"html", 0, 0, G_OPTION_ARG_FILENAME, &given.html,
         "The page (default regress.html below the results, if something differs)", "FILE"},
        {"junit", 0, 0, G_OPTION_ARG_FILENAME, &given.junit, "JUnit XML", "FILE"},
        {"tap", 0, 0, G_OPTION_ARG_NONE, &given.tap, "TAP on stdout", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &given.json, "JSON on stdout", NULL},
        {0}};
    const char *design;
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    char **with = with_patterns(argc, argv, words);
    gboolean ok = cli_parse((int)words->len, with, entries, &given.common, "DESIGN.xml",
                            "Holds waveforms and measures against the baseline.", 1, &design, error) &&
                  options_agree(&given, error) && regress(design, &given, error);
    char *const owned[] = {given.bench, given.baselines, given.only, given.accept, given.html, given.junit};
    for (gsize i = 0; i < G_N_ELEMENTS(owned); i++)
        g_free(owned[i]);
    g_strfreev(given.across);
    common_clear(&given.common);
    return ok;
}
