/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What good designs become: the reference design and one that uses every element and attribute, field by field. */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "design/design.h"
#include "tests/design/folder.h"
#include "tests/support/check_tap.h"

static struct design *d;

/* ---- the reference design ------------------------------------------------------------------------------------------- */

static void read_reference(void)
{
    const char *top = g_getenv("TOP_SRCDIR");
    ck_assert(top == NULL || chdir(top) == 0);
    GError *error = NULL;
    d = design_read("netlists/gain-cell.xml", &error);
    ck_ok(d != NULL, error);
}

static void free_design(void)
{
    design_free(d);
}

static const struct stimulus *stimulus_on(const struct bench *bench, const char *of)
{
    for (guint i = 0; i < bench->stimuli->len; i++) {
        const struct stimulus *s = bench->stimuli->pdata[i];
        if (strcmp(s->of, of) == 0)
            return s;
    }
    ck_abort_msg("nothing stands on %s", of);
}

START_TEST(reference_as_a_whole)
{
    ck_assert_str_eq(d->name, "gain-cell");
    ck_assert_str_eq(d->title, "Rail-driven 6T gain cell on g28");
    ck_assert_str_eq(d->file, "netlists/gain-cell.xml");
    ck_assert_str_eq(d->folder, "netlists");
    ck_assert_str_eq(d->technology->name, "g28");
    ck_assert_str_eq(d->origin.file, "netlists/gain-cell.xml");
    ck_assert_int_eq(d->origin.line, 4);
    ck_assert_uint_eq(strlen(d->digest), 64);
    ck_assert_uint_eq(d->knobs->len, 0);
    ck_assert_uint_eq(g_hash_table_size(d->circuits), 1);
    ck_assert_uint_eq(d->cells->len, 1);
    ck_assert_uint_eq(d->benches->len, 3);
    const struct cell *cell = design_cell(d, "gc");
    ck_assert_str_eq(cell->circuit->name, "gain_cell_6t_rail");
    const struct setting *set = cell->settings->pdata[0];
    ck_assert_str_eq(set->name, "c_store");
    ck_assert_double_eq(set->value, 5e-15);
    ck_assert_int_eq(set->dimension, DIMENSION_CAPACITANCE);
    ck_assert_int_eq(set->origin.line, 8);
    ck_assert_ptr_null(design_cell(d, "transfer"));
    ck_assert_ptr_null(design_bench(d, NULL));
}
END_TEST

START_TEST(reference_transfer)
{
    const struct bench *b = design_bench(d, "transfer");
    ck_assert_int_eq(b->origin.line, 12);
    ck_assert_ptr_eq(b->cell, design_cell(d, "gc"));
    ck_assert_ptr_eq(b->axes, &d->axes);
    ck_assert_int_eq(b->analysis.kind, ANALYSIS_DC);
    ck_assert_str_eq(analysis_name(b->analysis.kind), "dc");
    ck_assert_uint_eq(bench_inner_sweeps(b), 2);
    ck_assert_int_eq(bench_scale_dimension(b), DIMENSION_VOLTAGE);
    ck_assert_uint_eq(b->sweeps->len, 3);
    const struct sweep *bl = b->sweeps->pdata[0], *store = bench_sweep(b, "v_store"), *in = b->sweeps->pdata[2];
    ck_assert_int_eq(bl->spacing, SPACING_LIST);
    ck_assert_uint_eq(bl->n, 5);
    ck_assert_double_eq(bl->values[3], 0.5);
    ck_assert_int_eq(store->target, TARGET_PORT);
    ck_assert_str_eq(store->of, "sn");
    ck_assert_ptr_null(store->cell);
    ck_assert_uint_eq(store->n, 50);
    ck_assert_double_eq(store->values[0], 0);
    ck_assert_double_eq(store->values[7], 0.9 * 7 / 49);
    ck_assert_double_eq(store->values[49], 0.9);
    ck_assert_int_eq(in->target, TARGET_PAIR);
    ck_assert_str_eq(in->of, "wlr");
    ck_assert_int_eq(in->dimension, DIMENSION_VOLTAGE);
    ck_assert_double_eq(in->values[1], 0.459);
    ck_assert_double_eq(stimulus_on(b, "web")->value, 0.9);
    const struct measure_spec *m = bench_measure(b, "i_read");
    ck_assert_int_eq(m->kind, MEASURE_VALUE);
    ck_assert_str_eq(m->of.name, "i(bl)");
    ck_assert_int_eq(m->of.kind, SIGNAL_CURRENT);
    ck_assert_str_eq(m->of.node, "bl");
    ck_assert_ptr_null(m->of.minus);
    ck_assert_ptr_null(m->until.name);
    ck_assert_double_nan(m->at);
    ck_assert_double_nan(m->level);
    ck_assert_int_eq(m->edge, EDGE_EITHER);
    ck_assert_int_eq(m->number, 1);
}
END_TEST

START_TEST(reference_write_and_retention)
{
    const struct bench *w = design_bench(d, "write"), *r = design_bench(d, "retention");
    const struct stimulus *web = stimulus_on(w, "web"), *sn = stimulus_on(w, "sn");
    ck_assert_int_eq(web->kind, STIMULUS_PULSE);
    ck_assert_double_eq(web->low_V, 0.9);
    ck_assert_double_eq(web->high_V, 0);
    ck_assert_double_eq(web->delay_s, 1e-9);
    ck_assert_double_eq(web->rise_s, 50e-12);
    ck_assert_double_eq(web->width_s, 2e-9);
    ck_assert_double_eq(web->period_s, 0);
    ck_assert_int_eq(sn->kind, STIMULUS_INITIAL);
    ck_assert_double_eq(stimulus_on(r, "sn")->value, 0.9);
    ck_assert_uint_eq(bench_inner_sweeps(w), 0);
    ck_assert_int_eq(bench_scale_dimension(w), DIMENSION_TIME);
    ck_assert_double_eq(w->analysis.max_step_s, 10e-12);
    ck_assert_double_eq(bench_measure(w, "t_settle")->band, 0.9e-3);
    ck_assert_str_eq(((const struct signal *)w->waves->pdata[0])->name, "v(sn)");
    ck_assert_ptr_ne(r->axes, &d->axes);
    ck_assert_uint_eq(r->axes->corners->len, 5);
    ck_assert_str_eq(r->axes->corners->pdata[4], "sf");
    ck_assert_double_eq(g_array_index(r->axes->temperatures_C, double, 0), -40);
    ck_assert_int_eq(r->axes->samples, 0);
    ck_assert_str_eq(r->method, "gear");
    ck_assert_uint_eq(r->options->len, 5);
    const struct measure_spec *tau = bench_measure(r, "tau");
    ck_assert_int_eq(tau->kind, MEASURE_CROSSING);
    ck_assert_double_eq(tau->level, 0.6155457);
    ck_assert_int_eq(tau->edge, EDGE_FALL);
    ck_assert_str_eq(measure_kind_name(bench_measure(r, "tau_fit")->kind), "time-constant");
}
END_TEST

START_TEST(reference_results)
{
    const struct spec *spec = d->specs->pdata[0];
    ck_assert_str_eq(spec->bench, "retention");
    ck_assert_str_eq(spec->measure, "tau");
    ck_assert_double_eq(spec->min, 0.1e-3);
    ck_assert_double_eq(spec->typical, 4.8e-3);
    ck_assert_double_nan(spec->max);
    ck_assert_int_eq(spec->dimension, DIMENSION_TIME);
    const struct fit_spec *fit = design_fit(d, "cell");
    ck_assert_int_eq(fit->max_order, 9);
    ck_assert_double_eq(fit->hold_out, 0.2);
    ck_assert_str_eq(((const struct fit_input *)fit->inputs->pdata[2])->name, "v_bl");
    ck_assert_double_eq(((const struct fit_input *)fit->inputs->pdata[2])->offset, 0.45);
    ck_assert_double_eq(((const struct fit_input *)fit->inputs->pdata[1])->offset, 0);
    ck_assert_str_eq(fit->reference, "gain-cell-authors.csv");
    ck_assert_ptr_null(fit->corner);
    ck_assert_double_nan(fit->temperature_C);
    const struct attention_spec *head = d->attentions->pdata[0];
    ck_assert(head->model_is_fit);
    ck_assert_int_eq(head->window, 64);
    ck_assert_int_eq(head->levels_input, 16);
    ck_assert_int_eq(head->levels_store, 8);
    ck_assert_int_eq(head->levels_output, 32);
    ck_assert_int_eq(head->output_codes, 33);
    ck_assert(!head->decay_once);
    ck_assert_double_eq(head->decay_per_token, 0);
    ck_assert_double_eq(head->s_sat_A, 80e-6);
    ck_assert_double_eq(head->out_sat_A, 40e-6);
    ck_assert_double_eq(head->v_in_V, 0.9);
    ck_assert_int_eq(head->cases, 4);
    ck_assert_ptr_null(head->qkv);
}
END_TEST

/* ---- every element and attribute ------------------------------------------------------------------------------------ */

static void read_everything(void)
{
    make_folder();
    static const char *const copied[] = {"templates/circuits/amp.cir", "templates/technologies/t/technology.xml",
                                         "templates/technologies/t/t.lib"};
    for (gsize i = 0; i < G_N_ELEMENTS(copied); i++)
        copy_file("tests/design/bad", copied[i]);
    static const char *const own[] = {"everything.xml", "parts/hiss.xml", "parts/reference.csv"};
    for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
        copy_file("tests/design/good", own[i]);
    GError *error = NULL;
    d = design_read("everything.xml", &error);
    ck_ok(d != NULL, error);
}

static void free_everything(void)
{
    design_free(d);
    remove_folder();
}

START_TEST(every_name_and_setting)
{
    ck_assert_str_eq(d->name, "every-thing");
    ck_assert_str_eq(d->title, "Ω & <everything>");
    ck_assert_str_eq(d->folder, ".");
    ck_assert_int_eq(d->origin.line, 6);
    const struct setting *dvt = d->knobs->pdata[0], *w = design_cell(d, "a-1")->settings->pdata[1];
    ck_assert_str_eq(dvt->name, "dvt");
    ck_assert_double_eq(dvt->value, -0.0125);
    ck_assert_int_eq(dvt->dimension, DIMENSION_NONE);
    ck_assert_double_eq(((const struct setting *)design_cell(d, "a-1")->settings->pdata[0])->value, 2.385e-15);
    ck_assert_double_eq(w->value, 0.31e-6);
    ck_assert_int_eq(w->dimension, DIMENSION_LENGTH);
    ck_assert_ptr_eq(design_cell(d, "b")->circuit, design_cell(d, "a-1")->circuit);
}
END_TEST

START_TEST(every_stimulus)
{
    const struct bench *b = design_bench(d, "pulses");
    const struct stimulus *g = b->stimuli->pdata[0], *rail = b->stimuli->pdata[1], *current = b->stimuli->pdata[2];
    const struct stimulus *load = b->stimuli->pdata[3], *x = b->stimuli->pdata[4];
    ck_assert_str_eq(stimulus_name(g->kind), "pulse");
    ck_assert_double_eq(g->low_V, 0.05);
    ck_assert_double_eq(g->high_V, 0.85);
    ck_assert_double_eq(g->delay_s, 1.5e-9);
    ck_assert_double_eq(g->rise_s, 20e-12);
    ck_assert_double_eq(g->fall_s, 30e-12);
    ck_assert_double_eq(g->width_s, 2e-9);
    ck_assert_double_eq(g->period_s, 7e-9);
    ck_assert_int_eq(rail->kind, STIMULUS_PWL);
    ck_assert_int_eq(rail->target, TARGET_PAIR);
    ck_assert_uint_eq(rail->n, 3);
    ck_assert_double_eq(rail->t_s[2], 1.25e-9);
    ck_assert_double_eq(rail->v_V[2], 0.9);
    ck_assert_int_eq(current->kind, STIMULUS_CURRENT);
    ck_assert_double_eq(current->value, -1.5e-6);
    ck_assert_int_eq(load->kind, STIMULUS_LOAD);
    ck_assert_double_eq(load->load_F, 3e-15);
    ck_assert_double_eq(load->load_Ohm, 1e4);
    ck_assert_int_eq(x->kind, STIMULUS_INITIAL);
    ck_assert_str_eq(x->of, "x");
    ck_assert_double_eq(x->value, 0.2);
    ck_assert_int_eq(x->origin.line, 22);
    ck_assert_int_eq(((const struct stimulus *)design_bench(d, "still")->stimuli->pdata[2])->kind, STIMULUS_OPEN);
    ck_assert_double_eq(((const struct stimulus *)design_bench(d, "gain")->stimuli->pdata[0])->ac_V, 2);
}
END_TEST

START_TEST(every_analysis)
{
    const struct analysis *tran = &design_bench(d, "pulses")->analysis, *ac = &design_bench(d, "gain")->analysis;
    const struct bench *hiss = design_bench(d, "hiss");
    ck_assert_double_eq(tran->step_s, 5e-12);
    ck_assert_double_eq(tran->stop_s, 20e-9);
    ck_assert_double_eq(tran->start_s, 1e-9);
    ck_assert_double_eq(tran->max_step_s, 10e-12);
    ck_assert_double_eq(ac->from_Hz, 10);
    ck_assert_double_eq(ac->to_Hz, 2e9);
    ck_assert_int_eq(ac->points_per_decade, 12);
    ck_assert_int_eq(design_bench(d, "still")->analysis.kind, ANALYSIS_OP);
    ck_assert_int_eq(hiss->analysis.kind, ANALYSIS_NOISE);
    ck_assert_str_eq(hiss->analysis.output, "v(d,x)");
    ck_assert_str_eq(hiss->analysis.input, "g");
    ck_assert_int_eq(bench_scale_dimension(hiss), DIMENSION_FREQUENCY);
    ck_assert_int_eq(bench_scale_dimension(design_bench(d, "still")), DIMENSION_NONE);
    ck_assert_str_eq(hiss->analysis.origin.file, "parts/hiss.xml");
    ck_assert_int_eq(hiss->analysis.origin.line, 7);
    static const char *const names[] = {"reltol", "abstol", "vntol", "chgtol", "gmin", "trtol", "itl1", "itl4", "maxord"};
    static const double values[] = {1e-5, 1e-19, 1e-8, 1e-20, 1e-18, 7.5, 500, 50, 3};
    const GPtrArray *options = design_bench(d, "pulses")->options;
    ck_assert_uint_eq(options->len, G_N_ELEMENTS(names));
    for (guint i = 0; i < options->len; i++) {
        ck_assert_str_eq(((const struct setting *)options->pdata[i])->name, names[i]);
        ck_assert_double_eq(((const struct setting *)options->pdata[i])->value, values[i]);
    }
    ck_assert_str_eq(design_bench(d, "pulses")->method, "trap");
}
END_TEST

START_TEST(every_measure)
{
    const struct bench *b = design_bench(d, "pulses");
    const struct measure_spec *delay = bench_measure(b, "t_delay"), *settle = bench_measure(b, "t_settle");
    ck_assert_int_eq(delay->kind, MEASURE_DELAY);
    ck_assert_double_eq(delay->level, 0.45);
    ck_assert_int_eq(delay->edge, EDGE_RISE);
    ck_assert_int_eq(delay->number, 2);
    ck_assert_str_eq(delay->until.name, "i(p)");
    ck_assert_double_eq(delay->until_level, 3e-6);
    ck_assert_int_eq(delay->until_edge, EDGE_FALL);
    ck_assert_int_eq(delay->until_number, 4);
    ck_assert_str_eq(settle->of.name, "v(d,x)");
    ck_assert_str_eq(settle->of.minus, "x");
    ck_assert_double_eq(settle->from, 2e-9);
    ck_assert_double_eq(settle->to, 6.5e-9);
    ck_assert_double_eq(settle->final, 0.4);
    ck_assert_double_eq(bench_measure(b, "v_at")->at, 3.25e-9);
    const struct measure_spec *count = bench_measure(b, "n_low");
    ck_assert_int_eq(count->kind, MEASURE_COUNT);
    ck_assert_int_eq(count->side, SIDE_BELOW);
    ck_assert_double_eq(count->period, 0.7e-9);
    ck_assert_int_eq(count->most, 13);
    ck_assert(delay->side == SIDE_ABOVE && isnan(delay->period) && delay->most == 0);
    ck_assert_double_eq(bench_measure(design_bench(d, "surface"), "v_where")->to, 0.8);
    ck_assert_double_eq(bench_measure(design_bench(d, "surface"), "v_where")->level, 1e-9);
    ck_assert_double_eq(bench_measure(design_bench(d, "gain"), "f_max")->from, 100);
    ck_assert_int_eq(bench_measure(design_bench(d, "hiss"), "total")->of.kind, SIGNAL_ONOISE);
    ck_assert_str_eq(((const struct signal *)b->waves->pdata[1])->name, "i(vdd)");
}
END_TEST

START_TEST(every_sweep_and_axis)
{
    const struct bench *b = design_bench(d, "pulses"), *surface = design_bench(d, "surface");
    const struct sweep *c = bench_sweep(b, "c_a");
    ck_assert_int_eq(c->spacing, SPACING_LOG);
    ck_assert_double_eq(c->values[0], 1e-15);
    ck_assert_double_eq_tol(c->values[1], 10e-15, 1e-28);
    ck_assert_double_eq(c->values[2], 100e-15);
    ck_assert_int_eq(c->dimension, DIMENSION_CAPACITANCE);
    const struct axes *own = b->axes;
    ck_assert_str_eq(own->corners->pdata[0], "ff");
    ck_assert_double_eq(g_array_index(own->temperatures_C, double, 1), 27);
    ck_assert_int_eq(((const struct sweep *)own->sweeps->pdata[0])->target, TARGET_PARAMETER);
    ck_assert_int_eq(((const struct sweep *)own->sweeps->pdata[1])->target, TARGET_SUPPLY);
    ck_assert_str_eq(((const struct sweep *)own->sweeps->pdata[1])->of, "vdd");
    ck_assert_double_eq(((const struct sweep *)own->sweeps->pdata[1])->values[0], 0.81);
    ck_assert_int_eq(own->samples, 17);
    ck_assert_uint_eq(own->seed, G_MAXUINT64);
    ck_assert_str_eq(d->axes.corners->pdata[0], "tt");
    ck_assert_uint_eq(d->axes.corners->len, 1);
    ck_assert_double_eq(g_array_index(d->axes.temperatures_C, double, 0), 27);
    ck_assert_str_eq(((const struct sweep *)d->axes.sweeps->pdata[0])->cell, "b");
    const struct sweep *shift = surface->sweeps->pdata[0], *rail = surface->sweeps->pdata[1];
    ck_assert_int_eq(shift->target, TARGET_KNOB);
    ck_assert_double_eq(shift->values[1], -0.1);
    ck_assert_double_eq(rail->values[1], 0.75);
    ck_assert_double_eq(rail->values[3], 0.45);
    ck_assert_uint_eq(bench_inner_sweeps(surface), 2);
}
END_TEST

START_TEST(every_result)
{
    const struct spec *spec = d->specs->pdata[0];
    ck_assert_double_eq(spec->min, 1e-12);
    ck_assert_double_eq(spec->typical, 20e-12);
    ck_assert_double_eq(spec->max, 1e-10);
    const struct fit_spec *fit = design_fit(d, "cell-fit"), *plain = design_fit(d, "plain");
    ck_assert_str_eq(fit->family, "polynomial");
    ck_assert_str_eq(fit->bench, "surface");
    ck_assert_str_eq(fit->measure, "i_d");
    ck_assert_int_eq(fit->max_order, 4);
    ck_assert_int_eq(fit->folds, 3);
    ck_assert_double_eq(fit->hold_out, 0.125);
    ck_assert_uint_eq(fit->seed, 99);
    ck_assert_str_eq(fit->corner, "tt");
    ck_assert_double_eq(fit->temperature_C, 27);
    ck_assert_str_eq(fit->reference, "parts/reference.csv");
    ck_assert_str_eq(fit->reference_title, "as published");
    ck_assert_int_eq(plain->max_order, 9);
    ck_assert_int_eq(plain->folds, 5);
    ck_assert_double_eq(plain->hold_out, 0.2);
    ck_assert_uint_eq(plain->seed, 1);
}
END_TEST

START_TEST(every_attention)
{
    const struct attention_spec *a = d->attentions->pdata[0], *plain = d->attentions->pdata[1], *file = d->attentions->pdata[2];
    ck_assert_int_eq(a->window, 48);
    ck_assert_int_eq(a->dimension, 32);
    ck_assert_int_eq(a->tile, 16);
    ck_assert_int_eq(a->levels_input, 0);
    ck_assert_int_eq(a->levels_store, 6);
    ck_assert_int_eq(a->levels_output, 30);
    ck_assert_int_eq(a->output_codes, 32);
    ck_assert_double_eq(a->decay_per_token, 1.6e-4);
    ck_assert(a->decay_once);
    ck_assert_double_eq(a->s_sat_A, 60e-6);
    ck_assert_double_eq(a->out_sat_A, 25e-6);
    ck_assert_double_eq(a->v_in_V, 0.8);
    ck_assert_double_eq(a->v_bl_V, 0.4);
    ck_assert_double_eq(a->v_mid_V, 0.44);
    ck_assert_int_eq(a->tokens, 96);
    ck_assert_int_eq(a->cases, 3);
    ck_assert_uint_eq(a->seed, 12);
    ck_assert(!plain->model_is_fit);
    ck_assert_str_eq(plain->model, "models/paper.json");
    ck_assert_int_eq(plain->window, 1024);
    ck_assert_int_eq(plain->tokens, 128);
    ck_assert_double_eq(plain->out_sat_A, 50e-6);
    ck_assert(file->model_is_fit);
    ck_assert_str_eq(file->qkv, "parts/reference.csv");
    ck_assert(!file->decay_once);
}
END_TEST

/* ---- signals -------------------------------------------------------------------------------------------------------- */

START_TEST(signals_in_words)
{
    static const char *const bad[] = {"",       "v",    "v()",   "v(a",     "v(a,b,c)", "v(a,)", "v(,a)",
                                      "i(a,b)", "v(A)", "v(a)b", "onoise2", "v(a\n)",   "onoise()", "onoise(m1", "onoise(a,b)", "onoise(x1..m)",
                                        "I(a)",  "v(a;b)"};
    struct signal s = {0};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        ck_assert_msg(!signal_parse(bad[i], &s, NULL), "\"%s\" was accepted", bad[i]);
    GError *error = NULL;
    ck_ok(signal_parse(" v ( wlp , bl ) ", &s, &error), error);
    ck_assert_str_eq(s.name, "v(wlp,bl)");
    ck_assert_str_eq(s.node, "wlp");
    ck_assert_str_eq(s.minus, "bl");
    signal_clear(&s);
    ck_assert_ptr_null(s.name);
    ck_ok(signal_parse("onoise( xi1.mn )", &s, &error), error);
    ck_assert_str_eq(s.name, "onoise(xi1.mn)");
    ck_assert_str_eq(s.node, "xi1.mn");
    ck_assert_int_eq(s.kind, SIGNAL_ONOISE);
    signal_clear(&s);
    ck_fails(signal_parse("d\n", &s, &error), error, "signal \"d \": expected v(node), v(plus,minus), i(port), onoise or onoise(device)");
}
END_TEST

START_TEST(noise_inside_of_a_subcircuit_of_the_technology)
{
    GError *error = NULL;
    g_autofree char *top = source_path("");
    ck_assert_int_eq(g_chdir(top), 0);
    ck_fails(design_read("tests/golden/wrapped/onoise.xml", &error) != NULL, error,
             "tests/golden/wrapped/onoise.xml:11: signal of measure: \"mn\" is a subcircuit of technology wrap, whose inner devices "
             "have no name here");
}
END_TEST

START_TEST(an_unknown_technology)
{
    GError *error = NULL;
    make_folder();
    write_file("x.xml", "<design xmlns=\"urn:gainspice:design:1\" name=\"x\">\n<technology name=\"none\"/>\n"
                        "<attention name=\"h\" model=\"m.json\"/></design>");
    ck_assert_ptr_null(design_read("x.xml", &error));
    ck_assert_msg(g_str_has_prefix(error->message, "x.xml:2: "), "%s", error->message);
    g_clear_error(&error);
    remove_folder();
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("design");
    TCase *t = tcase_create("reference");
    tcase_add_checked_fixture(t, read_reference, free_design);
    tcase_add_test(t, reference_as_a_whole);
    tcase_add_test(t, reference_transfer);
    tcase_add_test(t, reference_write_and_retention);
    tcase_add_test(t, reference_results);
    suite_add_tcase(s, t);
    t = tcase_create("everything");
    tcase_add_checked_fixture(t, read_everything, free_everything);
    tcase_add_test(t, every_name_and_setting);
    tcase_add_test(t, every_stimulus);
    tcase_add_test(t, every_analysis);
    tcase_add_test(t, every_measure);
    tcase_add_test(t, every_sweep_and_axis);
    tcase_add_test(t, every_result);
    tcase_add_test(t, every_attention);
    suite_add_tcase(s, t);
    t = tcase_create("alone");
    tcase_add_test(t, signals_in_words);
    tcase_add_test(t, noise_inside_of_a_subcircuit_of_the_technology);
    tcase_add_test(t, an_unknown_technology);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
