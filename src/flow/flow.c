/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/flow.c -- opening a design for work: its store, its simulator, and what every table says of them. */
#include "config.h"

#include "flow/flow.h"

#include "characterise/characterise.h"
#include "measure/measure.h"
#include "sim/ngspice.h"
#include "sim/pool.h"

static gboolean take_name(GHashTable *taken, struct origin origin, const char *what, char *table, GError **error)
{
    if (g_hash_table_add(taken, table))
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, origin, "%s: its table %s.csv is another's already, expected a name that tells them apart", what,
                 table);
    return FALSE;
}

static gboolean take_sheet_names(GHashTable *taken, const struct characterise_spec *spec, GError **error)
{
    g_autofree char *what = g_strdup_printf("characterise \"%s\"", spec->name);
    const struct curve_kind *curve = characterisation_find(spec->kind)->curves;
    gboolean ok = take_name(taken, spec->origin, what, g_strdup(spec->name), error);
    for (; ok && curve != NULL && curve->name != NULL; curve++)
        ok = take_name(taken, spec->origin, what, g_strdup_printf("%s_%s", spec->name, curve->name), error);
    return ok;
}

/* Tables become files by their names: a bench "specs" would overwrite the limits. */
static gboolean check_table_names(const struct design *design, GError **error)
{
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    static const char *const of_fit[] = {"errors", "orders", "reference"};
    gboolean ok = TRUE;
    g_hash_table_add(taken, g_strdup("specs"));
    g_hash_table_add(taken, g_strdup("accuracy"));
    for (guint f = 0; f < design->fits->len; f++)
        for (gsize k = 0; k < G_N_ELEMENTS(of_fit); k++)
            g_hash_table_add(taken, g_strdup_printf("fit_%s_%s", ((const struct fit_spec *)design->fits->pdata[f])->name, of_fit[k]));
    for (guint a = 0; a < design->attentions->len; a++)
        g_hash_table_add(taken, g_strdup_printf("attention_%s", ((const struct attention_spec *)design->attentions->pdata[a])->name));
    for (guint c = 0; ok && c < design->characterises->len; c++)
        ok = take_sheet_names(taken, design->characterises->pdata[c], error);
    for (guint b = 0; ok && b < design->benches->len; b++) {
        const struct bench *bench = design->benches->pdata[b];
        g_autofree char *what = g_strdup_printf("bench \"%s\"", bench->name);
        guint n_pointwise = 0;
        for (guint m = 0; m < bench->measures->len; m++)
            n_pointwise += measure_is_pointwise(bench->measures->pdata[m]);
        ok = take_name(taken, bench->origin, what, g_strdup(bench->name), error);
        if (ok && n_pointwise > 0 && n_pointwise < bench->measures->len)
            ok = take_name(taken, bench->origin, what, g_strdup_printf("%s_summary", bench->name), error);
    }
    return ok;
}

struct flow *flow_open(const char *design_path, const struct flow_options *options, GError **error)
{
    struct design *design = design_read_on(design_path, characterise_expand, options->technology, error);
    if (design == NULL)
        return NULL;
    struct flow *flow = g_new0(struct flow, 1);
    flow->design = design;
    flow->options = *options;
    flow->folder = options->results != NULL ? g_strdup(options->results) : g_build_filename("results", design->name, NULL);
    gboolean ok = TRUE;
    for (guint b = 0; ok && b < design->benches->len; b++) {
        const struct bench *bench = design->benches->pdata[b];
        for (guint m = 0; ok && m < bench->measures->len; m++)
            ok = measure_check(bench->measures->pdata[m], bench, error);
    }
    for (guint f = 0; ok && f < design->fits->len; f++)
        ok = fit_check(design->fits->pdata[f], design, error);
    for (guint i = 0; ok && i < design->specs->len; i++)
        ok = characterise_check_spec(design->specs->pdata[i], error);
    ok = ok && check_table_names(design, error) && devices_compile(design, error);
    if (options->sets_accuracy)
        design_set_accuracy(design, options->accuracy);
    if (!ok) {
        flow_close(flow);
        return NULL;
    }
    return flow;
}

void flow_close(struct flow *flow)
{
    if (flow == NULL)
        return;
    store_close(flow->store);
    design_free(flow->design);
    g_free(flow->folder);
    g_free(flow->ngspice);
    g_clear_pointer(&flow->only, g_hash_table_unref);
    g_free(flow);
}

char *flow_store_path(const char *folder)
{
    return g_build_filename(folder, "run.sqlite", NULL);
}

gboolean flow_need_store(struct flow *flow, GError **error)
{
    if (flow->store != NULL)
        return TRUE;
    g_autofree char *path = flow_store_path(flow->folder);
    if (flow->options.looks_only && !g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    flow->store = flow->options.looks_only ? store_open_to_read(path, error) : store_open(path, error);
    return flow->store != NULL;
}

/* Without OSDI ngspice misses the models one by one, and says neither why nor what would help. */
static gboolean check_osdi(const struct flow *flow, const struct ngspice_facts *facts, GError **error)
{
    const struct technology *technology = flow->design->technology;
    for (guint i = 0; i < technology->libraries->len && !facts->has_osdi; i++) {
        const struct library *library = technology->libraries->pdata[i];
        if (library->kind == LIBRARY_OSDI) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, library->origin,
                         "technology \"%s\": ngspice %s loads no compiled models (OSDI), expected ngspice 43 or later",
                         technology->name, facts->version);
            return FALSE;
        }
    }
    for (guint i = 0; i < flow->design->cells->len && !facts->has_osdi; i++) {
        const struct cell *cell = flow->design->cells->pdata[i];
        if (cell->model != NULL) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, cell->origin,
                         "cell %s: ngspice %s loads no compiled models (OSDI), expected ngspice 43 or later", cell->name, facts->version);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean flow_goes_on(const struct flow *flow, GError **error)
{
    if (flow->options.cancel == NULL || g_atomic_int_get((gint *)flow->options.cancel) == 0)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_CANCELLED, "stopped; what was simulated and fitted is kept");
    return FALSE;
}

gboolean flow_need_ngspice(struct flow *flow, GError **error)
{
    if (flow->ngspice != NULL)
        return TRUE;
    struct pool_config config = {.workers = 1, .cancel = flow->options.cancel};
    struct ngspice_facts facts = {0};
    if (!pool_probe(&config, &facts, error))
        return FALSE;
    gboolean ok = check_osdi(flow, &facts, error);
    if (ok)
        flow->ngspice = g_strdup(facts.version);
    ngspice_facts_clear(&facts);
    return ok;
}

void flow_note_provenance(const struct flow *flow, struct table *table)
{
    table_note(table, "gainspice " PACKAGE_VERSION ", ngspice %s", flow->ngspice);
    table_note(table, "design %s sha256 %s", flow->design->name, flow->design->digest);
    table_note(table, "technology %s sha256 %s", flow->design->technology->name, flow->design->technology->digest);
}
