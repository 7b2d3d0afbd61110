/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/bench_regress.c -- does regression catch what it must, and nothing else?
 *
 *     bench_regress FOLDER [EVERY [REPEATS]]     EVERY: only each so-manieth mutation; REPEATS: honest runs (default 0)
 *
 * Two designs, a cell and an array of 4 x 4 with wires, are simulated and reduced to baselines. Then each mutation (widths, lengths,
 * thresholds, mobilities, capacitors, edges, levels, options, swapped lines and codes, wires without resistance, devices and
 * cells that are gone) is simulated and held against the baseline by regress_compare(). What should have come out is computed a
 * second time, by brute force on the waveforms before any reduction: at every breakpoint of both and at points between, against the
 * least and greatest good value of a sampled window. A vector whose brute-force size is above 1.15 must be named, one below
 * 0.85 must not be (the baseline may be a tenth of the tolerance off). Then come runs with other steps, none coarser than the
 * baseline's, and other worker counts, none of which may raise an alarm. Prints the counts; exit status 1 if any is wrong.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "flow/regress.h"
#include "sim/pool.h"
#include "stats/random.h"

#define CELL_HEAD                                                                                                             \
    "<design xmlns=\"urn:gainspice:design:1\" name=\"cell\">\n<technology name=\"g28\"></technology>\n"                       \
    "<cell name=\"gc\" template=\"gain_cell_6t_rail\"></cell>\n"

static const char cell_design[] = CELL_HEAD
    "<bench name=\"transfer\" cell=\"gc\"><sweep name=\"v_store\" port=\"sn\" from=\"0V\" to=\"0.9V\" points=\"7\"/>"
    "<sweep name=\"v_in\" pair=\"wlr\" from=\"0.45V\" to=\"0.9V\" points=\"16\"/><hold port=\"bl\" value=\"0.45V\"/>"
    "<hold port=\"wbl\" value=\"0.45V\"/><hold port=\"we\" value=\"0V\"/><hold port=\"web\" value=\"0.9V\"/><dc/>"
    "<measure name=\"i_read\" kind=\"value\" of=\"i(bl)\"/></bench>\n"
    "<bench name=\"write\" cell=\"gc\"><sweep name=\"v_write\" port=\"wbl\" values=\"0V 0.45V 0.9V\"/><hold port=\"bl\" value=\"0.45V\"/>"
    "<hold pair=\"wlr\" value=\"0.45V\"/>"
    "<pulse port=\"we\" low=\"0V\" high=\"0.9V\" delay=\"1ns\" rise=\"50ps\" fall=\"50ps\" width=\"2ns\"/>"
    "<pulse port=\"web\" low=\"0.9V\" high=\"0V\" delay=\"1ns\" rise=\"50ps\" fall=\"50ps\" width=\"2ns\"/>"
    "<initial node=\"sn\" value=\"0V\"/><tran step=\"10ps\" stop=\"6ns\" max-step=\"10ps\"/><options reltol=\"0.001\"/>"
    "<measure name=\"v_open\" kind=\"value\" of=\"v(sn)\" at=\"3ns\"/><measure name=\"v_written\" kind=\"value\" of=\"v(sn)\" at=\"6ns\"/>"
    "<wave of=\"v(sn)\"/><wave of=\"v(we)\"/></bench>\n"
    "<bench name=\"read\" cell=\"gc\"><hold port=\"bl\" value=\"0.45V\"/>"
    "<pulse pair=\"wlr\" low=\"0.45V\" high=\"0.9V\" delay=\"1ns\" rise=\"100ps\" fall=\"100ps\" width=\"3ns\"/>"
    "<hold port=\"wbl\" value=\"0.45V\"/><hold port=\"we\" value=\"0V\"/><hold port=\"web\" value=\"0.9V\"/><initial node=\"sn\" value=\"0.8V\"/>"
    "<tran step=\"10ps\" stop=\"6ns\" max-step=\"10ps\"/><measure name=\"q\" kind=\"charge\" of=\"i(bl)\"/>"
    "<wave of=\"i(bl)\"/><wave of=\"v(sn)\"/></bench>\n"
    "<tolerance of=\"transfer.i_read\" absolute=\"40nA\"/><tolerance of=\"*.v(*)\" absolute=\"2mV\" move=\"5ps\"/>"
    "<tolerance of=\"read.i(bl)\" absolute=\"100nA\" move=\"5ps\"/><tolerance of=\"write.v_*\" absolute=\"1mV\"/>"
    "<tolerance of=\"read.q\" absolute=\"0.2fC\"/></design>\n";

static const char array_design[] =
    "<design xmlns=\"urn:gainspice:design:1\" name=\"array\">\n<technology name=\"g28\"></technology>\n"
    "<cell name=\"gc\" template=\"gain_cell_6t_rail\"></cell>\n"
    "<array name=\"k\" cell=\"gc\" rows=\"4\" columns=\"4\" pitch-x=\"10um\" pitch-y=\"10um\"><inner port=\"sn\"/>"
    "<line port=\"bl\" along=\"column\" edge=\"bottom\"/><line pair=\"wlr\" along=\"row\" edge=\"left\" driver-resistance=\"1kOhm\"/>"
    "<line port=\"wbl\" along=\"row\" edge=\"left\"/><line port=\"we\" along=\"column\" edge=\"top\"/><line port=\"web\" along=\"column\" edge=\"top\"/>"
    "</array>\n<bench name=\"read\" array=\"k\"><hold port=\"bl\" value=\"0.45V\"/>"
    "<pwm pair=\"wlr\" codes=\"3 5 7 2\" levels=\"8\" step=\"1ns\" start=\"1ns\" rise=\"50ps\" fall=\"50ps\" low=\"0.45V\" high=\"0.9V\"/>"
    "<hold port=\"wbl\" value=\"0.45V\"/><hold port=\"we\" value=\"0V\"/><hold port=\"web\" value=\"0.9V\"/>"
    "<store node=\"sn\" levels=\"8\" low=\"0V\" high=\"0.9V\" codes=\"0 7 2 5 6 1 4 3 7 0 5 2 1 6 3 4\"/>"
    "<tran step=\"10ps\" stop=\"10ns\" max-step=\"10ps\"/><options reltol=\"0.001\"/><measure name=\"q\" kind=\"charge\" of=\"i(bl[*])\"/>"
    "<wave of=\"i(bl[*])\"/><wave of=\"v(wlp[*,3])\"/><wave of=\"v(bl[*,0])\"/></bench>\n"
    "<tolerance of=\"read.q\" absolute=\"0.3fC\"/><tolerance of=\"read.i(*)\" absolute=\"300nA\" move=\"10ps\"/>"
    "<tolerance of=\"read.v(*)\" absolute=\"3mV\" move=\"10ps\"/></design>\n";

/* The same tolerances once more, for the brute force: pattern, absolute, move. */
static const struct {
    const char *of;
    double absolute, move;
} oracle_tolerances[2][6] = {
    {{"transfer.i_read", 40e-9, 0}, {"*.v(*)", 2e-3, 5e-12}, {"read.i(bl)", 100e-9, 5e-12}, {"write.v_*", 1e-3, 0}, {"read.q", 0.2e-15, 0}, {NULL, 0, 0}},
    {{"read.q", 0.3e-15, 0}, {"read.i(*)", 300e-9, 10e-12}, {"read.v(*)", 3e-3, 10e-12}, {NULL, 0, 0, }, {NULL, 0, 0}, {NULL, 0, 0}},
};

struct mutation {
    int design;            /* 0: cell, 1: array */
    gboolean of_template;
    char *from, *to, *what;
};

static GPtrArray *mutations;

static void add(int design, gboolean of_template, const char *from, const char *to, const char *what)
{
    struct mutation *m = g_new0(struct mutation, 1);
    *m = (struct mutation){design, of_template, g_strdup(from), g_strdup(to), g_strdup(what)};
    g_ptr_array_add(mutations, m);
}

static void add_set(int design, const char *before, const char *name, const char *value)
{
    g_autofree char *to = g_strdup_printf("<set name=\"%s\" value=\"%s\"/>%s", name, value, before), *what = g_strdup_printf("%s %s", name, value);
    add(design, FALSE, before, to, what);
}

static void add_parameters(int design)
{
    static const struct {
        const char *name, *unit;
        double value;
    } parameters[] = {{"c_store", "fF", 5},  {"w_rn", "um", 0.1}, {"l_rn", "um", 0.5}, {"w_rp", "um", 0.15}, {"l_rp", "um", 0.18},
                      {"w_t", "um", 0.2},    {"l_t", "nm", 32},   {"w_d", "um", 0.1},  {"l_d", "nm", 30}};
    static const double factors[] = {1.05, 0.95, 1.1, 1.2, 1.02, 0.9};
    for (gsize p = 0; p < G_N_ELEMENTS(parameters); p++)
        for (gsize f = 0; f < (design == 0 ? 6 : 3); f++) {
            if ((strcmp(parameters[p].name, "l_d") == 0 && factors[f] < 1) || (strcmp(parameters[p].name, "l_t") == 0 && factors[f] < 0.94))
                continue; /* below the technology's least */
            char value[64];
            g_snprintf(value, sizeof value, "%.6g%s", parameters[p].value * factors[f], parameters[p].unit);
            add_set(design, "</cell>", parameters[p].name, value);
        }
    static const char *const knobs[][2] = {{"dvt_n", "0.01"}, {"dvt_n", "-0.01"}, {"dvt_p", "0.01"},  {"dvt_p", "-0.01"}, {"dvt_n", "0.005"}, {"dvt_p", "0.02"},
                                           {"mu_n", "0.95"},  {"mu_n", "1.05"},   {"mu_p", "0.95"},   {"mu_p", "1.05"},   {"jg", "2"},        {"gidl", "3"}};
    for (gsize k = 0; k < G_N_ELEMENTS(knobs); k++)
        add_set(design, "</technology>", knobs[k][0], knobs[k][1]);
}

static void add_edits(void)
{
    static const struct {
        int design;
        gboolean of_template;
        const char *from, *to;
    } edits[] = {
        {0, FALSE, "high=\"0.9V\" delay=\"1ns\"", "high=\"0.9V\" delay=\"1.02ns\""},
        {0, FALSE, "low=\"0.9V\" high=\"0V\" delay=\"1ns\"", "low=\"0.9V\" high=\"0V\" delay=\"1.02ns\""},
        {0, FALSE, "rise=\"50ps\" fall=\"50ps\" width=\"2ns\"/><pulse", "rise=\"70ps\" fall=\"50ps\" width=\"2ns\"/><pulse"},
        {0, FALSE, "width=\"2ns\"/><pulse", "width=\"1.98ns\"/><pulse"},
        {0, FALSE, "width=\"3ns\"", "width=\"3.05ns\""},
        {0, FALSE, "rise=\"100ps\"", "rise=\"130ps\""},
        {0, FALSE, "value=\"0.8V\"", "value=\"0.81V\""},
        {0, FALSE, "value=\"0.8V\"", "value=\"0.7V\""},
        {0, FALSE, "<initial node=\"sn\" value=\"0V\"/>", "<initial node=\"sn\" value=\"50mV\"/>"},
        {0, FALSE, "<hold port=\"bl\" value=\"0.45V\"/><hold port=\"wbl\"", "<hold port=\"bl\" value=\"0.46V\"/><hold port=\"wbl\""},
        {0, FALSE, "<hold port=\"bl\" value=\"0.45V\"/><pulse", "<hold port=\"bl\" value=\"0.44V\"/><pulse"},
        {0, FALSE, "value=\"0.45V\"/><pulse port=\"we\"", "value=\"0.5V\"/><pulse port=\"we\""},
        {0, FALSE, "reltol=\"0.001\"", "reltol=\"0.01\""},
        {0, FALSE, "reltol=\"0.001\"", "reltol=\"0.001\" method=\"gear\""},
        {0, FALSE, "reltol=\"0.001\"", "reltol=\"0.001\" gmin=\"1e-9\""},
        {0, FALSE, "max-step=\"10ps\"/><options", "max-step=\"200ps\"/><options"},
        {0, FALSE, "<tolerance of=\"transfer", "<axes><corner values=\"tt\"/><temperature values=\"27°C\"/></axes><tolerance of=\"transfer"},
        {0, TRUE, "mrn bl sn wln vss nmos.read w={w_rn} l={l_rn}\n", ""},
        {0, TRUE, "mrp bl sn wlp vdd pmos.read w={w_rp} l={l_rp}\n", ""},
        {0, TRUE, "mtn sn we wbl vss nmos.svt w={w_t} l={l_t}\n", ""},
        {0, TRUE, "mtp sn web wbl vdd pmos.svt w={w_t} l={l_t}\n", ""},
        {0, TRUE, "mdn sn web sn vss nmos.hvt w={w_d} l={l_d}\n", ""},
        {0, TRUE, "mdp sn we sn vdd pmos.hvt w={w_d} l={l_d}\n", ""},
        {0, TRUE, "cs sn vss {c_store}\n", ""},
        {0, TRUE, "mrn bl sn wln vss", "mrn bl sn wlp vss"},
        {0, TRUE, "mrp bl sn wlp vdd", "mrp bl sn wln vdd"},
        {0, TRUE, "mtn sn we wbl", "mtn sn web wbl"},
        {0, TRUE, "mdn sn web sn", "mdn sn we sn"},
        {0, TRUE, "nmos.svt", "nmos.hvt"},
        {0, TRUE, "pmos.svt", "pmos.hvt"},
        {0, TRUE, "nmos.svt", "nmos.lvt"},
        {0, TRUE, "pmos.svt", "pmos.lvt"},
        {0, TRUE, "nmos.read", "nmos.svt"},
        {0, TRUE, "pmos.read", "pmos.svt"},
        {0, TRUE, "mdn sn web sn vss nmos.hvt", "mdn sn web sn vss nmos.svt"},
        {0, TRUE, "cs sn vss {c_store}", "cs sn vss {c_store}\ncx sn bl 0.05f"},
        {0, TRUE, "cs sn vss {c_store}", "cs sn vss {c_store}\ncx sn wlp 0.1f"},
        {0, TRUE, "cs sn vss {c_store}", "rs sn s2 2k\ncs s2 vss {c_store}"},
        {1, FALSE, "driver-resistance=\"1kOhm\"", "driver-resistance=\"1.5kOhm\""},
        {1, FALSE, "driver-resistance=\"1kOhm\"", "driver-resistance=\"0Ohm\""},
        {1, FALSE, "edge=\"left\" driver-resistance=\"1kOhm\"", "edge=\"left\" driver-resistance=\"1kOhm\" resistance-per-um=\"0Ohm\""},
        {1, FALSE, "edge=\"bottom\"", "edge=\"bottom\" resistance-per-um=\"0Ohm\""},
        {1, FALSE, "edge=\"bottom\"", "edge=\"bottom\" resistance-per-um=\"20Ohm\""},
        {1, FALSE, "edge=\"bottom\"", "edge=\"top\""},
        {1, FALSE, "driver-resistance=\"1kOhm\"", "driver-resistance=\"1kOhm\" capacitance-per-um=\"0.4fF\""},
        {1, FALSE, "pitch-x=\"10um\"", "pitch-x=\"12um\""},
        {1, FALSE, "pitch-y=\"10um\"", "pitch-y=\"20um\""},
        {1, FALSE, "start=\"1ns\"", "start=\"1.02ns\""},
        {1, FALSE, "step=\"1ns\"", "step=\"1.02ns\""},
        {1, FALSE, "rise=\"50ps\"", "rise=\"80ps\""},
        {1, FALSE, "high=\"0.9V\"/><hold port=\"wbl\"", "high=\"0.88V\"/><hold port=\"wbl\""},
        {1, FALSE, "<hold port=\"bl\" value=\"0.45V\"/>", "<hold port=\"bl\" value=\"0.455V\"/>"},
        {1, FALSE, "reltol=\"0.001\"", "reltol=\"0.01\""},
        {1, FALSE, "reltol=\"0.001\"", "reltol=\"0.001\" method=\"gear\""},
        {1, TRUE, "mrn bl sn wln vss nmos.read w={w_rn} l={l_rn}\n", ""},
        {1, TRUE, "mrp bl sn wlp vdd pmos.read w={w_rp} l={l_rp}\n", ""},
        {1, TRUE, "cs sn vss {c_store}\n", ""},
        {1, TRUE, "nmos.svt", "nmos.lvt"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(edits); i++) {
        g_autofree char *what = g_strdup_printf("%s -> %s", edits[i].from, edits[i].to);
        add(edits[i].design, edits[i].of_template, edits[i].from, edits[i].to, g_strdelimit(what, "\n", ' '));
    }
}

/* Lines and cells of the array: two word lines swapped, two cells swapped, a code one longer, a cell gone to the middle level. */
static void add_codes(void)
{
    static const char lines[] = "3 5 7 2", cells[] = "0 7 2 5 6 1 4 3 7 0 5 2 1 6 3 4";
    for (int kind = 0; kind < 2; kind++) {
        const char *all = kind == 0 ? lines : cells;
        int n = kind == 0 ? 4 : 16;
        g_autofree char *from = g_strdup_printf("codes=\"%s\"", all);
        for (int i = 0; i < n; i++) {
            g_autofree char *one = g_strdup(all), *what = g_strdup_printf("%s %d another code", kind == 0 ? "line" : "cell", i);
            one[2 * i] = kind == 1 && one[2 * i] == '3' ? '6' : kind == 1 ? '3' : (char)(one[2 * i] == '7' ? '6' : one[2 * i] + 1);
            g_autofree char *to = g_strdup_printf("codes=\"%s\"", one);
            add(1, FALSE, from, to, what);
            for (int j = i + 1; j < n; j += kind == 0 ? 1 : 5) {
                g_autofree char *swapped = g_strdup(all), *said = g_strdup_printf("%ss %d and %d swapped", kind == 0 ? "line" : "cell", i, j);
                swapped[2 * i] = all[2 * j];
                swapped[2 * j] = all[2 * i];
                g_autofree char *other = g_strdup_printf("codes=\"%s\"", swapped);
                add(1, FALSE, from, other, said);
            }
        }
    }
}

/* ---- running ---------------------------------------------------------------------------------------------------------------- */

static const char *folder;
static char *template_text;

static void must(gboolean ok, const GError *error)
{
    if (ok)
        return;
    fprintf(stderr, "%s\n", error != NULL ? error->message : "failed");
    exit(2);
}

static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = from != NULL ? strstr(text, from) : NULL;
    if (from != NULL && at == NULL) {
        fprintf(stderr, "\"%s\" is not there\n", from);
        exit(2);
    }
    return at == NULL ? g_strdup(text) : g_strdup_printf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

/* Simulates a design, as mutated; leaves the flow open. */
static struct flow *simulated(int which, const struct mutation *m, const char *step, int workers, GPtrArray **recorded, gsize *n_failed)
{
    GError *error = NULL;
    const char *text = which == 0 ? cell_design : array_design, *old_step = "max-step=\"10ps\"";
    g_autofree char *one = replaced(text, m != NULL && !m->of_template ? m->from : NULL, m != NULL ? m->to : NULL);
    g_autofree char *two = step != NULL ? replaced(one, old_step, step) : g_strdup(one);
    g_autofree char *circuit = replaced(template_text, m != NULL && m->of_template ? m->from : NULL, m != NULL ? m->to : NULL);
    g_autofree char *path = g_build_filename(folder, "design.xml", NULL), *results = g_build_filename(folder, "results", NULL),
                    *circuits = g_build_filename(folder, "templates", "circuits", NULL),
                    *file = g_build_filename(circuits, "gain_cell_6t_rail.cir", NULL);
    must(folder_make(circuits, &error) && file_write(path, two, strlen(two), &error) && file_write(file, circuit, strlen(circuit), &error), error);
    struct flow_options options = {.results = results, .workers = workers, .simulates = TRUE};
    struct flow *flow = flow_open(path, &options, &error);
    must(flow != NULL, error);
    struct plan *plan = flow_plan(flow, NULL, &error);
    must(plan != NULL && flow_simulate(flow, plan, &error), error);
    *recorded = record_points(flow, plan, &error);
    must(*recorded != NULL, error);
    *n_failed = plan->n_failed;
    plan_free(plan);
    return flow;
}

/* ---- brute force ------------------------------------------------------------------------------------------------------------ */

static double value_at(const struct recorded *r, double x)
{
    gsize low = 0, high = r->n - 1;
    if (r->n < 2 || x <= r->x[0])
        return r->re[0];
    if (x >= r->x[r->n - 1])
        return r->re[r->n - 1];
    while (high - low > 1) {
        gsize middle = (low + high) / 2;
        *(r->x[middle] <= x ? &low : &high) = middle;
    }
    return r->x[high] > r->x[low] ? r->re[low] + (r->re[high] - r->re[low]) * (x - r->x[low]) / (r->x[high] - r->x[low]) : r->re[high];
}

static double size_at(const struct recorded *good, const struct recorded *test, double x, double absolute, double move)
{
    double least = INFINITY, most = -INFINITY, t = value_at(test, x);
    for (int j = -20; j <= 20; j++) {
        double y = value_at(good, x + move * j / 20);
        least = MIN(least, y);
        most = MAX(most, y);
    }
    for (gsize k = 0; move > 0 && k < good->n; k++)
        if (fabs(good->x[k] - x) <= move) {
            least = MIN(least, good->re[k]);
            most = MAX(most, good->re[k]);
        }
    return MAX(MAX(t - most, least - t), 0) / absolute;
}

static double brute_force(int which, const struct recorded *good, const struct recorded *test)
{
    int i = 0;
    while (oracle_tolerances[which][i].of != NULL && !g_pattern_match_simple(oracle_tolerances[which][i].of, good->matched))
        i++;
    double absolute = oracle_tolerances[which][i].absolute, move = oracle_tolerances[which][i].move, worst = 0;
    if (oracle_tolerances[which][i].of == NULL) {
        fprintf(stderr, "no tolerance of %s\n", good->matched);
        exit(2);
    }
    if (good->is_number)
        return isnan(good->re[0]) != isnan(test->re[0]) ? INFINITY : isnan(good->re[0]) ? 0 : fabs(test->re[0] - good->re[0]) / absolute;
    for (gsize k = 0; k + 1 < test->n; k++)
        for (int j = 0; j < 3; j++)
            worst = MAX(worst, size_at(good, test, test->x[k] + (test->x[k + 1] - test->x[k]) * j / 3, absolute, move));
    for (gsize k = 0; k < good->n; k++)
        worst = MAX(worst, size_at(good, test, good->x[k], absolute, move));
    return worst;
}

/* ---- judging ---------------------------------------------------------------------------------------------------------------- */

struct counts {
    gsize mutations, beyond, caught, within, quiet, near, missed_vectors, false_vectors, vectors, failed_points;
};

static const struct recorded *find(const GPtrArray *all, const char *name)
{
    for (guint i = 0; i < all->len; i++)
        if (strcmp(((const struct recorded *)all->pdata[i])->name, name) == 0)
            return all->pdata[i];
    return NULL;
}

static void judge(int which, const GPtrArray *base, const GPtrArray *mutant, const GPtrArray *outcomes, const char *what, struct counts *counts)
{
    gboolean beyond = FALSE, near = FALSE, right = TRUE, any = outcomes_failed(outcomes) > 0;
    for (guint i = 0; i < outcomes->len; i++) {
        const struct outcome *outcome = outcomes->pdata[i];
        const struct recorded *good = find(base, outcome->vector), *test = find(mutant, outcome->vector);
        if (good == NULL || test == NULL || test->n == 0)
            continue;
        double size = brute_force(which, good, test);
        counts->vectors++;
        beyond |= size > 1.15;
        near |= size >= 0.85 && size <= 1.15;
        if ((size > 1.15 && outcome->passed) || (size < 0.85 && !outcome->passed)) {
            fprintf(stderr, "%s: %s: brute force %.3g, said %.3g\n", what, outcome->vector, size, outcome->size);
            right = FALSE;
            counts->missed_vectors += size > 1.15;
            counts->false_vectors += size < 0.85;
        }
    }
    counts->mutations++;
    counts->beyond += beyond;
    counts->caught += beyond && any && right;
    counts->within += !beyond && !near;
    counts->quiet += !beyond && !near && !any;
    counts->near += !beyond && near;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0)
        return worker_main(STDIN_FILENO, STDOUT_FILENO);
    GError *error = NULL;
    guint every = argc > 2 ? (guint)atoi(argv[2]) : 1, repeats = argc > 3 ? (guint)atoi(argv[3]) : 0;
    g_autofree char *template_path = data_path("templates/circuits/gain_cell_6t_rail.cir");
    struct counts counts = {0};
    struct baseline *baselines[2];
    struct flow *flows[2];
    GPtrArray *bases[2];
    gsize alarms = 0, failed;
    static const struct regress_options options = {0};
    if (argc < 2 || every < 1)
        return 2;
    folder = argv[1];
    must(folder_make(folder, &error), error);
    template_text = file_read(template_path, 1 << 20, NULL, origin_at(NULL, 0), &error);
    must(template_text != NULL, error);
    mutations = g_ptr_array_new();
    add_parameters(0);
    add_parameters(1);
    add_edits();
    add_codes();
    for (int d = 0; d < 2; d++) {
        g_autofree char *to = g_build_filename(folder, d == 0 ? "cell" : "array", NULL);
        struct accepted accepted;
        flows[d] = simulated(d, NULL, NULL, 2, &bases[d], &failed);
        struct baseline *empty = baseline_new(to);
        must(failed == 0 && regress_accept(flows[d], empty, bases[d], &options, &accepted, &error), error);
        baseline_free(empty);
        baselines[d] = baseline_read(to, &error); /* as a later run finds it */
        must(baselines[d] != NULL, error);
        flow_close(flows[d]);
    }
    for (guint i = 0; i < mutations->len; i += every) {
        const struct mutation *m = mutations->pdata[i];
        GPtrArray *recorded;
        struct flow *flow = simulated(m->design, m, NULL, 2, &recorded, &failed);
        g_autoptr(GPtrArray) outcomes = regress_compare(flow, baselines[m->design]->vectors, recorded, &options, &error);
        must(outcomes != NULL, error);
        counts.failed_points += failed;
        judge(m->design, bases[m->design], recorded, outcomes, m->what, &counts);
        g_ptr_array_unref(recorded);
        flow_close(flow);
    }
    printf("mutations %zu: beyond tolerance %zu, of these caught with the right vectors %zu; within %zu, of these quiet %zu; near the limit %zu\n", counts.mutations,
           counts.beyond, counts.caught, counts.within, counts.quiet, counts.near);
    printf("vectors %zu: beyond and passed %zu, within and named %zu; points that failed %zu\n", counts.vectors, counts.missed_vectors, counts.false_vectors,
           counts.failed_points);
    for (guint r = 0; r < repeats; r++) {
        int d = r % 4 == 3;
        double step = 10 * (0.3 + 0.7 * random_uniform(5, "step", r)); /* never coarser than what the baseline has */
        g_autofree char *text = g_strdup_printf("max-step=\"%.4gps\"", step);
        GPtrArray *recorded;
        struct flow *flow = simulated(d, NULL, text, 1 + (int)(r % 3), &recorded, &failed);
        g_autoptr(GPtrArray) outcomes = regress_compare(flow, baselines[d]->vectors, recorded, &options, &error);
        must(outcomes != NULL, error);
        if (outcomes_failed(outcomes) > 0) {
            g_autoptr(GString) out = g_string_new(NULL);
            outcomes_to_text(outcomes, TRUE, out);
            fprintf(stderr, "%s: %s", text, out->str);
            alarms++;
        }
        g_ptr_array_unref(recorded);
        flow_close(flow);
        if ((r + 1) % 100 == 0)
            fprintf(stderr, "%u repeats, %zu alarms\n", r + 1, alarms);
    }
    printf("honest repeats %u: alarms %zu\n", repeats, alarms);
    for (int d = 0; d < 2; d++) {
        baseline_free(baselines[d]);
        g_ptr_array_unref(bases[d]);
    }
    return counts.beyond != counts.caught || counts.within != counts.quiet || counts.false_vectors > 0 || alarms > 0;
}
