/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Monte Carlo: what the tables of samples say, on numbers put into the store by hand; and, with a libngspice in this process, that
 * the mismatch which reaches the simulator is Pelgrom's, that a sample depends on nothing but its number, and that σ over the samples
 * is what sensitivities by finite differences on the same cell predict.
 */
#include "config.h"

#include <glib/gstdio.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "flow/flow.h"
#include "measure/measure.h"
#include "netlist/mismatch.h"
#include "sim/ngspice.h"
#include "sim/sim.h"
#include "stats/split.h"
#include "stats/summary.h"
#include "tests/support/check_tap.h"

enum { SAMPLES = 240, DEVICES = 6, PARAMETERS = 2 * DEVICES };

static struct flow *flow;
static char *folder;

static void open_design(void)
{
    GError *error = NULL;
    g_autofree char *top = source_path("");
    gsl_set_error_handler_off();
    ck_assert_int_eq(g_chdir(top), 0);
    folder = g_dir_make_tmp("gainspice-samples-XXXXXX", NULL);
    struct flow_options options = {.results = folder};
    flow = flow_open("tests/flow/mismatch.xml", &options, &error);
    ck_ok(flow != NULL, error);
    flow->ngspice = g_strdup("46"); /* no worker is asked */
}

static void close_design(void)
{
    static const char *const files[] = {"run.sqlite", "run.sqlite-wal", "run.sqlite-shm", "run.sqlite.lock", ""};
    flow_close(flow);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i], NULL);
        g_remove(path);
    }
    g_free(folder);
}

static const struct bench *bench(void)
{
    return flow->design->benches->pdata[0];
}

static double score(const char *device, int sample, gboolean beta)
{
    g_autofree char *path = g_strconcat("gc/x_dut.", device, NULL);
    struct mismatch_scores scores = mismatch_score(7, path, sample);
    return beta ? scores.beta : scores.vt;
}

/* ---- tables, from known numbers --------------------------------------------------------------------------------------- */

static double known(const char *measure, int sample)
{
    if (strcmp(measure, "i_low") == 0)
        return sample == 17 ? NAN : -1e-5 + 2e-7 * score("mrp", sample, FALSE) - 4e-7 * score("mrp", sample, TRUE);
    if (strcmp(measure, "i_high") == 0)
        return 1e-5 + 3e-7 * score("mrn", sample, FALSE);
    return exp(score("mrn", sample, FALSE)); /* far from normal */
}

static void free_measure(gpointer result)
{
    measure_result_free(result);
}

static void put_known(const struct planned_point *planned)
{
    GError *error = NULL;
    struct stored_point stored = {.key = planned->key,
                                  .name = planned->point->name,
                                  .bench = planned->point->bench->name,
                                  .status = SIM_OK,
                                  .ngspice = flow->ngspice,
                                  .measures = g_ptr_array_new_with_free_func(free_measure)};
    for (guint m = 0; m < bench()->measures->len; m++) {
        const struct measure_spec *spec = bench()->measures->pdata[m];
        struct measure_result *result = g_new0(struct measure_result, 1);
        double value = known(spec->name, planned->point->sample);
        *result = (struct measure_result){g_strdup(spec->name), g_strdup(m < 2 ? "A" : "V"), 1, 1, g_memdup2(&value, sizeof value), NULL};
        g_ptr_array_add(stored.measures, result);
    }
    ck_ok(store_put(flow->store, &stored, &error), error);
    g_ptr_array_unref(stored.measures);
}

static GPtrArray *known_tables(void)
{
    GError *error = NULL;
    struct plan *plan = flow_plan(flow, NULL, &error);
    ck_ok(plan != NULL, error);
    ck_assert_uint_eq(plan->points->len, SAMPLES);
    for (guint p = 0; p < plan->points->len; p++)
        put_known(plan->points->pdata[p]);
    plan_free(plan);
    plan = flow_plan(flow, NULL, &error);
    ck_ok(plan != NULL && plan->n_missing == 0, error);
    GPtrArray *tables = flow_tables(flow, plan, bench(), &error);
    ck_ok(tables != NULL, error);
    plan_free(plan);
    return tables;
}

static const struct table *table_named(const GPtrArray *tables, const char *name)
{
    for (guint t = 0; t < tables->len; t++)
        if (strcmp(((const struct table *)tables->pdata[t])->name, name) == 0)
            return tables->pdata[t];
    ck_abort_msg("no table %s", name);
    return NULL;
}

static double cell(const struct table *table, const char *column, gsize row)
{
    const struct column *c = table_column(table, column);
    ck_assert_msg(c != NULL && c->numbers != NULL, "column %s", column);
    return g_array_index(c->numbers, double, row);
}

static const char *word(const struct table *table, const char *column, gsize row)
{
    const struct column *c = table_column(table, column);
    ck_assert_msg(c != NULL && c->texts != NULL, "column %s", column);
    return c->texts->pdata[row];
}

static gboolean within(const struct table *table, const char *what, gsize row, double truth)
{
    g_autofree char *low = g_strconcat(what, "_low", NULL), *high = g_strconcat(what, "_high", NULL);
    return cell(table, low, row) <= truth && truth <= cell(table, high, row);
}

START_TEST(statistics_of_known_samples)
{
    open_design();
    GPtrArray *tables = known_tables();
    const struct table *table = table_named(tables, "read_statistics");
    ck_assert_uint_eq(table->n_rows, 3);
    ck_assert_str_eq(word(table, "measure", 0), "i_low");
    ck_assert_str_eq(word(table, "unit", 0), "A");
    ck_assert(cell(table, "samples", 0) == SAMPLES - 1 && cell(table, "lacking", 0) == 1);
    ck_assert(cell(table, "samples", 1) == SAMPLES && cell(table, "lacking", 1) == 0);
    ck_assert(within(table, "sigma", 0, hypot(2e-7, 4e-7)) && within(table, "mean", 0, -1e-5));
    ck_assert(within(table, "sigma", 1, 3e-7) && within(table, "mean", 1, 1e-5) && within(table, "q50", 1, 1e-5));
    ck_assert_str_eq(word(table, "sigma_by", 1), "chi-square");
    ck_assert_str_eq(word(table, "sigma_by", 2), "Bonett");
    ck_assert(cell(table, "normal_p", 2) < 1e-6 && within(table, "q50", 2, 1) && within(table, "q99", 2, exp(2.326348)) == FALSE);
    ck_assert(isnan(cell(table, "q01_low", 0))); /* 239 samples do not bound it */
    g_ptr_array_unref(tables);
    close_design();
}
END_TEST

START_TEST(split_of_known_samples)
{
    open_design();
    GPtrArray *tables = known_tables();
    const struct table *table = table_named(tables, "read_split");
    ck_assert_uint_eq(table->n_rows, 3 * (DEVICES + 1));
    gsize mrp = 1, rest = DEVICES, mrn = DEVICES + 1;
    ck_assert_str_eq(word(table, "device", mrp), "mrp");
    ck_assert_str_eq(word(table, "device", rest), "residual");
    ck_assert(cell(table, "samples", mrp) == SAMPLES - 1);
    ck_assert_double_eq_tol(cell(table, "by_vt", mrp), 2e-7, 1e-18);
    ck_assert_double_eq_tol(cell(table, "by_beta", mrp), -4e-7, 1e-18);
    ck_assert_double_eq_tol(cell(table, "sigma", mrp), hypot(2e-7, 4e-7), 1e-18);
    ck_assert_double_eq_tol(cell(table, "share", mrp), 100, 1e-6);
    ck_assert(cell(table, "sigma", rest) < 1e-18 && cell(table, "share", 0) < 1e-6);
    ck_assert_double_eq_tol(cell(table, "by_vt", mrn), 3e-7, 1e-18);
    double shares = 0;
    for (gsize row = 2 * (DEVICES + 1); row < table->n_rows; row++)
        shares += cell(table, "share", row);
    ck_assert_double_eq_tol(shares, 100, 3); /* what the devices bring together may be a little below nothing */
    ck_assert(cell(table, "share", table->n_rows - 1) > 20); /* the exponential's bend */
    g_ptr_array_unref(tables);
    close_design();
}
END_TEST

START_TEST(correlation_of_known_samples)
{
    open_design();
    GPtrArray *tables = known_tables();
    const struct table *table = table_named(tables, "read_correlation");
    ck_assert_uint_eq(table->n_rows, 3);
    ck_assert_str_eq(word(table, "measure", 2), "i_high");
    ck_assert_str_eq(word(table, "with", 2), "v_zero");
    ck_assert(cell(table, "samples", 0) == SAMPLES - 1 && cell(table, "samples", 2) == SAMPLES);
    ck_assert(within(table, "correlation", 0, 0));
    ck_assert(within(table, "correlation", 2, 1 / sqrt(exp(1) - 1)) || cell(table, "correlation", 2) > 0.7); /* of z and exp z */
    g_ptr_array_unref(tables);
    close_design();
}
END_TEST

/* ---- the simulator ------------------------------------------------------------------------------------------------------ */

/* The measures of a deck's text, in their order. */
static void run(const struct deck *deck, const char *text, double *values)
{
    GError *error = NULL;
    GString *log = g_string_new(NULL);
    struct sim_result result = {.plots = ngspice_run(text, 0, log)};
    result.log = g_string_free(log, FALSE);
    sim_judge(&result, deck);
    ck_assert_msg(result.status == SIM_OK, "%s", result.reason);
    for (guint m = 0; m < bench()->measures->len; m++) {
        struct measure_result *measured = NULL;
        ck_ok(measure_run(bench()->measures->pdata[m], deck, result.plots, &measured, &error), error);
        ck_assert_msg(measured->reason == NULL, "%s", measured->reason);
        values[m] = measured->values[0];
        measure_result_free(measured);
    }
    g_ptr_array_unref(result.plots);
    g_free(result.log);
}

/* The number behind " NAME=" of the cell's card; the card's other numbers stay. */
static char *set_number(const char *text, const char *name, double value)
{
    g_autofree char *key = g_strdup_printf(" %s=", name);
    const char *card = strstr(text, "\nx_dut "), *at = strstr(card, key);
    ck_assert_ptr_nonnull(at);
    const char *end = at + strlen(key) + strcspn(at + strlen(key), " \n");
    return g_strdup_printf("%.*s%s%.17g%s", (int)(at - text), text, key, value, end);
}

static double get_number(const char *text, const char *name)
{
    g_autofree char *key = g_strdup_printf(" %s=", name);
    return g_ascii_strtod(strstr(strstr(text, "\nx_dut "), key) + strlen(key), NULL);
}

static double sigma_vt(const struct drawn_device *device)
{
    return device->role->a_vt_Vm / sqrt(device->area_m2);
}

static double sigma_beta(const struct drawn_device *device)
{
    return device->role->a_beta_m / sqrt(device->area_m2);
}

/* The deck of sample 1 with all devices nominal but parameter `j` (-1: none), which is `by` standard deviations off. */
static char *text_off(const char *text, const GPtrArray *devices, int j, double by)
{
    char *made = g_strdup(text);
    for (guint d = 0; d < devices->len; d++) {
        const struct drawn_device *device = devices->pdata[d];
        double vt = (int)(2 * d) == j ? by * sigma_vt(device) : 0, beta = (int)(2 * d + 1) == j ? by * sigma_beta(device) : 0;
        g_autofree char *dvt = g_strconcat("dvt_", strrchr(device->path, '.') + 1, NULL),
                        *mu = g_strconcat("mu_", strrchr(device->path, '.') + 1, NULL), *first = made;
        g_autofree char *second = set_number(first, dvt, device->role->is_p ? -vt : vt);
        made = set_number(second, mu, 1 + beta);
    }
    return made;
}

/* All samples: measures [sample][3], draws [sample][PARAMETERS]; and the deck's numbers of one device. */
struct run_of_samples {
    double *measured, *z;
    double dvt_V[SAMPLES], factor[SAMPLES];
};

static struct run_of_samples simulate_samples(const GPtrArray *points, const GPtrArray *devices, gsize first)
{
    struct run_of_samples all = {g_new(double, SAMPLES * 3), g_new(double, SAMPLES *PARAMETERS), {0}, {0}};
    GError *error = NULL;
    for (gsize k = 0; k < SAMPLES; k++) {
        gsize s = (k * 7 + first) % SAMPLES; /* another order for another `first`: 7 and 240 have no common divisor */
        struct deck *deck = deck_build(points->pdata[s], &error);
        ck_ok(deck != NULL, error);
        g_autofree char *text = deck_text(deck, NULL);
        run(deck, text, all.measured + 3 * s);
        all.dvt_V[s] = get_number(text, "dvt_mrp");
        all.factor[s] = get_number(text, "mu_mrp");
        for (guint d = 0; d < DEVICES; d++) {
            struct mismatch_scores scores = mismatch_score(7, ((const struct drawn_device *)devices->pdata[d])->path, (int)s + 1);
            all.z[s * PARAMETERS + 2 * d] = scores.vt;
            all.z[s * PARAMETERS + 2 * d + 1] = scores.beta;
        }
        deck_free(deck);
    }
    return all;
}

static void run_clear(struct run_of_samples *all)
{
    g_free(all->measured);
    g_free(all->z);
}

/* Central differences of one standard deviation each way: [measure][parameter]. */
static void differences(const struct deck *deck, const char *text, const GPtrArray *devices, double slopes[3][PARAMETERS])
{
    for (int j = 0; j < PARAMETERS; j++) {
        double plus[3], minus[3];
        g_autofree char *up = text_off(text, devices, j, 1), *down = text_off(text, devices, j, -1);
        run(deck, up, plus);
        run(deck, down, minus);
        for (int m = 0; m < 3; m++)
            slopes[m][j] = (plus[m] - minus[m]) / 2;
    }
}

static void column_of(const double *rows, int width, int column, double *values)
{
    for (int s = 0; s < SAMPLES; s++)
        values[s] = rows[s * width + column];
}

/* σ by linear propagation lies in the interval of σ over the samples; each slope by regression has the difference in its own (99.9 %
 * each, 36 of them), widened by 1 % of σ: a cubic term c z³ adds c to the difference over ± 1 and 3c to the regression. What is not
 * linear is below a tenth of the spread. */
static void check_propagation(const struct run_of_samples *all, const double slopes[3][PARAMETERS])
{
    for (int m = 0; m < 3; m++) {
        double y[SAMPLES], variance = 0;
        column_of(all->measured, 3, m, y);
        for (int j = 0; j < PARAMETERS; j++)
            variance += slopes[m][j] * slopes[m][j];
        struct summary summary = summary_make(SAMPLES, y);
        ck_assert_msg(summary.sigma.low <= sqrt(variance) && sqrt(variance) <= summary.sigma.high, "measure %d: %g is not in %g to %g", m,
                      sqrt(variance), summary.sigma.low, summary.sigma.high);
        struct split *split = split_make(SAMPLES, PARAMETERS, y, all->z, NULL);
        ck_assert_msg(split->residual < 0.1 * summary.sigma.value, "measure %d: residual %g", m, split->residual / summary.sigma.value);
        for (int j = 0; j < PARAMETERS; j++) {
            struct estimate slope = split_slope(split, (gsize)j, 0.999);
            double cubic = 0.01 * summary.sigma.value;
            ck_assert_msg(slope.low - cubic <= slopes[m][j] && slopes[m][j] <= slope.high + cubic, "measure %d, parameter %d: %g is not in %g to %g", m, j,
                          slopes[m][j], slope.low, slope.high);
        }
        split_free(split);
    }
}

/* What reaches the simulator: σ(Vt) = A_Vt/√(W·L), σ(β)/β = A_β/√(W·L), each in its interval. */
static void check_pelgrom(const struct run_of_samples *all, const struct drawn_device *mrp)
{
    ck_assert_double_eq_tol(mrp->area_m2, 0.15e-6 * 0.18e-6, 1e-20);
    struct estimate vt = estimate_sigma(SAMPLES, all->dvt_V, 0.95), beta = estimate_sigma(SAMPLES, all->factor, 0.95);
    ck_assert(vt.low <= sigma_vt(mrp) && sigma_vt(mrp) <= vt.high);
    ck_assert(beta.low <= sigma_beta(mrp) && sigma_beta(mrp) <= beta.high);
}

START_TEST(spread_is_what_sensitivities_predict)
{
    GError *error = NULL;
    double slopes[3][PARAMETERS];
    open_design();
    ck_ok(ngspice_start(&error), error);
    GPtrArray *points = points_expand(flow->design, bench()), *devices = deck_devices(points->pdata[0], &error);
    ck_ok(devices != NULL && devices->len == DEVICES, error);
    ck_assert_str_eq(((const struct drawn_device *)devices->pdata[1])->path, "gc/x_dut.mrp");
    struct deck *deck = deck_build(points->pdata[0], &error);
    g_autofree char *text = deck_text(deck, NULL);
    differences(deck, text, devices, slopes);
    struct run_of_samples all = simulate_samples(points, devices, 0), again = simulate_samples(points, devices, 101);
    check_pelgrom(&all, devices->pdata[1]);
    check_propagation(&all, slopes);
    ck_assert_mem_eq(all.measured, again.measured, SAMPLES * 3 * sizeof(double)); /* the order does not matter, to the last bit */
    run_clear(&all);
    run_clear(&again);
    deck_free(deck);
    g_ptr_array_unref(devices);
    g_ptr_array_unref(points);
    close_design();
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("samples");
    TCase *t = tcase_create("tables"), *u = tcase_create("simulator");
    tcase_add_test(t, statistics_of_known_samples);
    tcase_add_test(t, split_of_known_samples);
    tcase_add_test(t, correlation_of_known_samples);
    tcase_set_timeout(u, 120);
    tcase_add_test(u, spread_is_what_sensitivities_predict);
    suite_add_tcase(s, t);
    suite_add_tcase(s, u);
    return s;
}
TAP_MAIN(suite)
