/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/sim/test_ngspice.c -- libngspice in this process: closed forms, what it says of bad decks, and what it leaves behind.
 *
 * Each test is an own process (Check forks), so each has a fresh library. All hold for libngspice 39.3 and 46.
 */
#include "config.h"

#include <complex.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/ngspice.h"
#include "sim/sim.h"
#include "tests/support/check_tap.h"
#include "tests/support/hand_deck.h"

/* Starts the library and runs one deck, which must leave plots. */
static GPtrArray *run(const char *deck)
{
    GError *error = NULL;
    GString *log = g_string_new(NULL);
    ck_ok(ngspice_start(&error), error);
    GPtrArray *plots = ngspice_run(deck, 0, log);
    ck_assert_msg(plots != NULL && plots->len > 0, "%s", log->str);
    g_string_free(log, TRUE);
    return plots;
}

static const double *values(const struct plot *plot, const char *name)
{
    const struct vector *vector = plot_vector(plot, name);
    ck_assert_msg(vector != NULL, "no vector %s", name);
    return vector->real;
}

/* A capacitor discharges through a resistor: v = v0 exp(-t/RC). With h = 5 ns, tau = 1.0001 us the trapezoidal rule's decay
 * per tau is off by (h/tau)²/12 = 2.1e-6; over 5 tau the value errs by at most max(x e^-x) 2.1e-6 = 0.8e-6 v0. The first steps
 * and Newton's reltol = 1e-7 add less than that. */
START_TEST(rc_decay)
{
    const double v0_V = 2.385, tau_s = 1.37e3 * 0.73e-9;
    GPtrArray *plots = run("rc decay\nr1 a 0 1.37k\nc1 a 0 0.73n ic=2.385\n.options reltol=1e-7 abstol=1e-18 gmin=1e-18\n"
                           ".tran 5n 5u 0 5n uic\n.end\n");
    ck_assert_uint_eq(plots->len, 1);
    const struct plot *plot = plots->pdata[0];
    ck_assert_str_eq(plot->name, "Transient Analysis");
    ck_assert_str_eq(plot->title, "rc decay");
    ck_assert(!plot->is_complex);
    ck_assert_uint_gt(plot->n_points, 1000);
    ck_assert_str_eq(((struct vector *)plot->vectors->pdata[0])->name, "time");
    ck_assert_str_eq(((struct vector *)plot->vectors->pdata[1])->type, "voltage");
    const double *t_s = values(plot, "time"), *v_V = values(plot, "v(a)");
    for (gsize i = 0; i < plot->n_points; i++)
        ck_assert_double_eq_tol(v_V[i], v0_V * exp(-t_s[i] / tau_s), 2e-6 * v0_V);
    ck_assert_double_eq_tol(t_s[plot->n_points - 1], 5e-6, 1e-15);
    g_ptr_array_unref(plots);
}
END_TEST

/* H = 1/(1 + j w R C); a linear solve, so only rounding differs. */
START_TEST(rc_low_pass)
{
    GPtrArray *plots = run("low pass\nv1 in 0 dc 0 ac 1.7\nr1 in out 2.385k\nc1 out 0 0.31n\n.ac dec 7 1k 100meg\n.end\n");
    const struct plot *plot = plots->pdata[0];
    ck_assert(plot->is_complex);
    ck_assert_uint_eq(plot->n_points, 36);
    ck_assert_str_eq(plot->name, "AC Analysis");
    const struct vector *out = plot_vector(plot, "v(out)");
    const double *f_Hz = values(plot, "frequency");
    for (gsize i = 0; i < plot->n_points; i++) {
        double complex h = 1.7 / (1 + I * 2 * G_PI * f_Hz[i] * 2.385e3 * 0.31e-9);
        ck_assert_double_eq_tol(out->real[i], creal(h), 1e-9);
        ck_assert_double_eq_tol(out->imag[i], cimag(h), 1e-9);
    }
    ck_assert_double_eq_tol(f_Hz[35], 100e6, 1);
    g_ptr_array_unref(plots);
}
END_TEST

/* Two nested sweeps: the inner one fastest, one plot, the scale of the inner. */
START_TEST(dc_of_two_sources)
{
    GPtrArray *plots = run("dc\nv1 a 0 0\nv2 b 0 0\nr1 a m 1.3k\nr2 b m 2.6k\nr3 m 0 5.2k\n"
                           ".dc v1 0.1 0.5 0.1 v2 -0.7 0.7 0.35\n.save v(m) i(v2)\n.end\n");
    const struct plot *plot = plots->pdata[0];
    ck_assert_str_eq(plot->name, "DC transfer characteristic");
    ck_assert_uint_eq(plot->n_points, 25);
    ck_assert_uint_eq(plot->vectors->len, 3);
    const double *v1 = values(plot, "v-sweep"), *m = values(plot, "m"), *i2 = values(plot, "v2#branch");
    for (gsize i = 0; i < 25; i++) {
        double v2_V = -0.7 + 0.35 * (double)(i / 5), v1_V = 0.1 + 0.1 * (double)(i % 5);
        double m_V = (v1_V / 1.3 + v2_V / 2.6) / (1 / 1.3 + 1 / 2.6 + 1 / 5.2);
        ck_assert_double_eq_tol(v1[i], v1_V, 1e-12);
        ck_assert_double_eq_tol(m[i], m_V, 1e-9); /* gmin is not in it: no junctions */
        ck_assert_double_eq_tol(i2[i], (m_V - v2_V) / 2.6e3, 1e-12);
    }
    g_ptr_array_unref(plots);
}
END_TEST

/* sqrt(4kTR) / |1 + jwRC| and its integral, sqrt(kT/C). Two plots, the spectrum first. */
START_TEST(noise_gives_two_plots)
{
    const double kT_J = 1.380649e-23 * 300.15, r_Ohm = 2.385e3, c_F = 0.31e-12;
    GPtrArray *plots = run("noise\nv1 in 0 dc 0 ac 1\nr1 in out 2.385k\nc1 out 0 0.31p\n.noise v(out) v1 dec 50 1 1e14\n.end\n");
    ck_assert_uint_eq(plots->len, 2);
    const struct plot *spectrum = plots->pdata[0], *total = plots->pdata[1];
    ck_assert_str_eq(spectrum->name, "Noise Spectral Density Curves");
    ck_assert_str_eq(total->name, "Integrated Noise");
    const double *f_Hz = values(spectrum, "frequency"), *on = values(spectrum, "onoise_spectrum");
    for (gsize i = 0; i < spectrum->n_points; i++) {
        double expected = sqrt(4 * kT_J * r_Ohm) / cabs(1 + I * 2 * G_PI * f_Hz[i] * r_Ohm * c_F);
        ck_assert_double_eq_tol(on[i] / expected, 1, 1e-5); /* ngspice's Boltzmann constant is an older one: 1e-6 */
    }
    /* The integral is by a rule for spectra that are powers of f, on 50 points a decade: its error is in the 1e-4 range. */
    ck_assert_double_eq_tol(values(total, "onoise_total")[0] / sqrt(kT_J / c_F), 1, 1e-3);
    g_ptr_array_unref(plots);
}
END_TEST

/* What libngspice says when it is given bad decks, and what the judge makes of it. The origin of line n is 100 + n. Where the
 * versions differ, both reasons are right. */
static const struct {
    const char *deck;
    enum sim_status status;
    const char *reason, *or_reason;
} provoked[] = {
    {"good\nv1 a 0 1\nr1 a 0 1k\n.tran 1n 100n\n.end\n", SIM_OK, NULL, NULL},
    {"title\nv1 a 0 1\n* comment\nm1 a a 0 0 nosuch w=1u l=1u\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "netlists/x.xml:104: could not find a valid modelname: m1 a a 0 0 nosuch w=1u l=1u", NULL},
    {"title\n.subckt cell a b\nr1 a b 1k\nm7 a b 0 0 nosuch w=1u l=1u\n.ends\nv1 a 0 1\nx_dut a 0 cell\n.tran 1n 100n\n.end\n",
     SIM_BAD_DECK, "netlists/x.xml:104: could not find a valid modelname: m.x_dut.m7 a 0 0 0 nosuch w=1u l=1u", NULL},
    {"title\nv1 a 0 1\nx1 a 0 nosuch\n.tran 1n 100n\n.end\n", SIM_BAD_DECK, "netlists/x.xml:103: unknown subckt: x1 a 0 nosuch",
     NULL},
    {"title\nv1 a 0 1\n* comment\n.param z=3\nr1 a 0 {nope*z}\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "netlists/x.xml:105: Undefined parameter [nope]", NULL},
    {"title\n.subckt cell a b params: w=1\n* comment\nr1 a b {w*nope}\n.ends\nv1 a 0 1\nx_dut a 0 cell w=2\n.tran 1n "
     "100n\n.end\n",
     SIM_BAD_DECK, "netlists/x.xml:104: Undefined parameter [nope]", NULL},
    {"title\nv1 a 0 1\n.param z=3\nr1 a 0 {z*2\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "netlists/x.xml:104: Closing \"}\" not found in line fragment {z*2.", "netlists/x.xml:104: Closing \"}\" not found."},
    {"title\nv1 a 0 1\nr1 a 0 1k foo=3\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "netlists/x.xml:103: unknown parameter (foo): r1 a 0 1k foo=3", NULL},
    {"title\nv1 a 0 1\nr1 a 0 1k\nr1 a 0 2k\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "netlists/x.xml:104: device already exists, bail out: r1 a 0 2k",
     "netlists/x.xml:104: device already exists, existing one being used: r1 a 0 2k"},
    {"title\nv1 a 0 1\nb1 b 0 v=foofun(v(a))\nr1 b 0 1k\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "netlists/x.xml:103: no such function 'foofun' at line 3", "netlists/x.xml:103: no such function 'foofun'"},
    {"title\nv1 a 0 1\n.include \"/nonexistent/gs.lib\"\nr1 a 0 1k\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "Could not find include file /nonexistent/gs.lib", NULL},
    {"title\nv1 a 0 1\n.lib \"/nonexistent/gs.lib\" tt\nr1 a 0 1k\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "Could not find library file /nonexistent/gs.lib", NULL},
    {"title\nv1 a 0 1\nr1 a 0 1k\n.ends\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "netlists/x.xml:104: Mismatch of .subckt ... .ends statements!", NULL},
    {"title\nv1 a 0 1\nr1 a 0 1k\n.end\n", SIM_BAD_DECK, "No job (tran, ac, op etc.) defined:", NULL},
    {"title\nv1 a 0 1\nr1 a 0 1k\n.tran 0 0\n.end\n", SIM_BAD_DECK,
     "netlists/x.xml:104: TSTEP is invalid, must be greater than zero.: .tran 0 0", NULL},
    {"title\nv1 a 0 1\nr1 a 0 1k\n.ic v(zork)=3\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "Warning : IC on non-existent node - zork, ignored", NULL},
    {"title\nv1 a 0 1\nr1 a 0 1k\n.save v(nonode)\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "no data saved for Transient analysis; analysis not run", NULL},
    /* the probe's vector is absent; of .save itself nothing is said */
    {"title\nv1 a 0 1\nr1 a 0 1k\nc1 b 0 1p\nr2 b 0 1k\n.save v(b) v(nonode)\n.tran 1n 100n\n.end\n", SIM_BAD_DECK,
     "signal v(a): the circuit has no vector \"a\"", NULL},
    {"title\nv1 a 0 1\nv2 a 0 2.2\nr1 a 0 1k\n.tran 1n 100n\n.end\n", SIM_NOT_CONVERGED,
     "TRAN: Timestep too small; initial timepoint: cause unrecorded.", NULL},
    {"title\nv1 a 0 1\nb1 b 0 v=v(b) > 0.5 ? 0 : 1\nr1 b 0 1\n.tran 1n 100n\n.end\n", SIM_NOT_CONVERGED,
     "TRAN: Timestep too small; initial timepoint: trouble with node \"b\"", NULL},
    /* a node that only capacitors reach: singular matrices on the way, and then a good answer */
    {"title\ni1 0 a 1m\nr1 a 0 1k\nc1 x y 1p\nc2 y 0 1p\n.tran 1n 100n\n.end\n", SIM_OK, NULL, NULL},
};

START_TEST(bad_decks)
{
    GError *error = NULL;
    struct deck *deck = hand_deck(provoked[_i].deck, ANALYSIS_TRAN, 100e-9);
    hand_deck_probe(deck, "v(a)", "a");
    struct sim_result *result = g_new0(struct sim_result, 1);
    GString *log = g_string_new(NULL);
    gsize length;
    g_autofree char *text = deck_text(deck, &length);
    ck_ok(ngspice_start(&error), error);
    result->plots = ngspice_run(text, 0, log);
    result->log = g_string_free(log, FALSE);
    sim_judge(result, deck);
    ck_assert_msg(result->status == provoked[_i].status, "%s: %s\n%s", sim_status_name(result->status), result->reason,
                  result->log);
    if (provoked[_i].or_reason == NULL || g_strcmp0(result->reason, provoked[_i].or_reason) != 0)
        ck_assert_pstr_eq(result->reason, provoked[_i].reason);
    sim_result_free(result);
    hand_deck_free(deck);
}
END_TEST

/* The end of a sweep that fails half-way: the points before it are there, and are no result. */
START_TEST(dc_fails_half_way)
{
    struct deck *deck =
        hand_deck("title\nv1 a 0 1\nb1 b 0 v=v(b) > v(a) ? 0 : 1\nr1 b 0 1\n.dc v1 -2 3 0.1\n.end\n", ANALYSIS_DC, 3);
    struct sim_result *result = g_new0(struct sim_result, 1);
    GString *log = g_string_new(NULL);
    gsize length;
    g_autofree char *text = deck_text(deck, &length);
    ck_assert(ngspice_start(NULL));
    result->plots = ngspice_run(text, 0, log);
    ck_assert_uint_eq(((struct plot *)result->plots->pdata[0])->n_points, 20);
    result->log = g_string_free(log, FALSE);
    sim_judge(result, deck);
    ck_assert_int_eq(result->status, SIM_NOT_CONVERGED);
    ck_assert_msg(g_str_has_prefix(result->reason, "DC: Timestep too small; v1 = "), "%s", result->reason);
    sim_result_free(result);
    hand_deck_free(deck);
}
END_TEST

START_TEST(controlled_exit_is_told)
{
    GString *log = g_string_new(NULL);
    ck_assert(ngspice_start(NULL));
    ck_assert_ptr_null(ngspice_run("title\nr1 a 0 {nope}\n.op\n.end\n", 0, log));
    ck_assert_ptr_nonnull(strstr(log->str, "Undefined parameter [nope]"));
    g_string_free(log, TRUE);
}
END_TEST

static gsize resident_kB(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    ck_assert(f != NULL && fscanf(f, "%*u %lu", &pages) == 1);
    fclose(f);
    return pages * (gsize)sysconf(_SC_PAGESIZE) / 1024;
}

/* A run leaves less than 4 kB (measured: 0.1 to 0.3; without cleaning up 65 and more). */
START_TEST(runs_leave_little)
{
    static const char deck[] = "title\n.subckt cell a b\nr1 a b 2.385k\nc1 b 0 1p\n.ends\nv1 a 0 pulse(0 1 1n 1n 1n 5n 50n)\n"
                               "x_dut a b cell\n.tran 0.5n 50n\n.end\n";
    GString *log = g_string_new(NULL);
    gsize before_kB = 0;
    ck_assert(ngspice_start(NULL));
    for (int i = 0; i < 450; i++) {
        if (i == 50)
            before_kB = resident_kB();
        GPtrArray *plots = ngspice_run(deck, 0, log);
        ck_assert_uint_eq(plots->len, 1);
        ck_assert_uint_gt(((struct plot *)plots->pdata[0])->n_points, 100);
        g_ptr_array_unref(plots);
        g_string_truncate(log, 0);
    }
    gsize after_kB = resident_kB();
#ifdef WITH_SANITIZERS /* freed memory waits in quarantine there */
    const gsize allowed_kB = 256 << 10;
#else
    const gsize allowed_kB = 400 * 4;
#endif
    ck_assert_msg(after_kB < before_kB + allowed_kB, "%zu kB after %zu kB", after_kB, before_kB);
    g_string_free(log, TRUE);
}
END_TEST

/* A .spiceinit in the working folder would choose a compatibility mode, which a run's log would tell. */
START_TEST(no_init_file_is_read)
{
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *init = g_build_filename(folder, ".spiceinit", NULL), *spinit = g_build_filename(folder, "spinit", NULL);
    ck_assert(g_file_set_contents(init, "set ngbehavior=ps\n", -1, NULL));
    ck_assert(g_file_set_contents(spinit, "set ngbehavior=ps\n", -1, NULL));
    ck_assert_int_eq(chdir(folder), 0);
    g_setenv("HOME", folder, TRUE);
    g_setenv("SPICE_SCRIPTS", folder, TRUE);
    g_setenv("SPICE_LIB_DIR", folder, TRUE);
    g_setenv("SPICE_ASCIIRAWFILE", "1", TRUE);
    GString *log = g_string_new(NULL);
    ck_assert(ngspice_start(NULL));
    GPtrArray *plots = ngspice_run("title\nv1 a 0 1\nr1 a 0 1\n.op\n.end\n", 0, log);
    ck_assert_uint_eq(plots->len, 1);
    ck_assert_msg(strstr(log->str, "No compatibility mode selected") != NULL, "%s", log->str);
    g_ptr_array_unref(plots);
    g_string_free(log, TRUE);
    ck_assert_str_ne(g_getenv("HOME"), folder);
    ck_assert_ptr_null(g_getenv("SPICE_ASCIIRAWFILE"));
    ck_assert_int_ne(g_access(".spiceinit", F_OK), 0); /* the own one is gone, too, and its folder */
    ck_assert_int_ne(g_access(g_getenv("HOME"), F_OK), 0);
    g_unlink(init);
    g_unlink(spinit);
    g_rmdir(folder);
}
END_TEST

/* Relative includes mean the folder that the process was in, and in an included file that file's. The folder's name is one
 * that ngspice's command language would take apart. A diode at 0.6 V tells which model was read. */
START_TEST(relative_includes)
{
    GError *error = NULL;
    g_autofree char *outer = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *folder = g_build_filename(outer, "A 'Folder' of $HOME (1)", NULL),
                    *models = g_build_filename(folder, "Models", NULL);
    g_autofree char *lib = g_build_filename(models, "D.lib", NULL), *inner = g_build_filename(models, "inner.inc", NULL);
    ck_assert_int_eq(g_mkdir_with_parents(models, 0700), 0);
    ck_assert(g_file_set_contents(lib, "* models\n.lib tt\n.include \"inner.inc\"\n.endl\n", -1, NULL));
    ck_assert(g_file_set_contents(inner, ".model dm d(is=2.385e-15)\n", -1, NULL));
    ck_assert_int_eq(chdir(folder), 0);
    GString *log = g_string_new(NULL);
    ck_ok(ngspice_start(&error), error);
    GPtrArray *plots =
        ngspice_run("title\nv1 a 0 0.6\n.lib \"Models/D.lib\" tt\nd1 a 0 dm\n.options gmin=1e-18\n.op\n.end\n", 0, log);
    ck_assert_msg(plots != NULL && plots->len == 1, "%s", log->str);
    double expected_A = 2.385e-15 * expm1(0.6 / (1.380649e-23 * 300.15 / 1.602176634e-19));
    ck_assert_double_eq_tol(-values(plots->pdata[0], "i(v1)")[0] / expected_A, 1, 1e-4); /* older constants: 23.2 × 1e-6 */
    g_ptr_array_unref(plots);
    g_string_free(log, TRUE);
    g_unlink(lib);
    g_unlink(inner);
    g_rmdir(models);
    g_rmdir(folder);
    g_rmdir(outer);
}
END_TEST

/* A log without end keeps its beginning and its end. A node that only capacitors reach makes ngspice step gmin and sources at
 * each value of the sweep, with success, until v(b) has no solution. */
START_TEST(long_log_is_cut_in_the_middle)
{
    GString *log = g_string_new(NULL);
    ck_assert(ngspice_start(NULL));
    GPtrArray *plots = ngspice_run("long\nv1 a 0 1\nb1 b 0 v=v(b) > v(a) ? 0 : 1\nr1 b 0 1\nc1 x y 1p\nc2 y 0 1p\n"
                                   ".dc v1 -2 3 0.002\n.end\n",
                                   0, log);
    ck_assert_uint_le(log->len, 140000);
    ck_assert_uint_gt(log->len, 64000);
    ck_assert_msg(strstr(log->str, "Circuit: long") != NULL && strstr(log->str, "Circuit: long") < log->str + 500, "%.500s",
                  log->str);
    const char *cut = strstr(log->str, "\n[...]\nst");
    ck_assert_ptr_nonnull(cut);
    ck_assert_ptr_null(strstr(cut + 1, "\n[...]\n"));
    ck_assert_msg(g_str_has_suffix(log->str, "stderr run simulation(s) aborted\n"), "%s", log->str + log->len - 200);
    g_ptr_array_unref(plots);
    g_string_free(log, TRUE);
}
END_TEST

#ifndef WITH_SANITIZERS
/* 200 nodes over 1e6 points are 1.6 GB; ngspice notices that it gets no more and asks to exit. */
START_TEST(memory_is_limited)
{
    GString *deck = g_string_new("title\nv1 n0 0 sin(0 1 1meg)\n");
    for (int i = 0; i < 200; i++)
        g_string_append_printf(deck, "r%d n%d n%d 1k\n", i, i, i + 1);
    g_string_append(deck, ".tran 1n 1m\n.end\n");
    GString *log = g_string_new(NULL);
    ck_assert(ngspice_start(NULL));
    ck_assert_ptr_null(ngspice_run(deck->str, 400 << 20, log));
    ck_assert_msg(strstr(log->str, "can't allocate") != NULL, "%s", log->str);
    g_string_free(log, TRUE);
    g_string_free(deck, TRUE);
}
END_TEST
#endif

START_TEST(probe_tells_facts)
{
    GError *error = NULL;
    struct ngspice_facts facts;
    ck_ok(ngspice_start(&error), error);
    ck_ok(ngspice_probe(&facts, &error), error);
    int version = atoi(facts.version);
    ck_assert_int_ge(version, 39);
    if (version < 43) { /* KLU came with 43 … */
        ck_assert(!facts.has_klu);
    }
    if (version == 39) /* … and OSDI with 39, where Debian's build has it not */
        ck_assert(!facts.has_osdi);
    if (version == 46)
        ck_assert(facts.has_klu && facts.has_osdi);
    ngspice_facts_clear(&facts);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("ngspice");
    TCase *t = tcase_create("ngspice");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, rc_decay);
    tcase_add_test(t, rc_low_pass);
    tcase_add_test(t, dc_of_two_sources);
    tcase_add_test(t, noise_gives_two_plots);
    tcase_add_loop_test(t, bad_decks, 0, G_N_ELEMENTS(provoked));
    tcase_add_test(t, dc_fails_half_way);
    tcase_add_test(t, controlled_exit_is_told);
    tcase_add_test(t, runs_leave_little);
    tcase_add_test(t, no_init_file_is_read);
    tcase_add_test(t, relative_includes);
    tcase_add_test(t, long_log_is_cut_in_the_middle);
#ifndef WITH_SANITIZERS
    tcase_add_test(t, memory_is_limited);
#endif
    tcase_add_test(t, probe_tells_facts);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
