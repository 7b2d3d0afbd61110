/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/sim/test_judge.c -- the verdict, on logs as 39.3 and 46 print them and plots made by hand. */
#include "config.h"

#include <string.h>

#include "sim/sim.h"
#include "tests/support/check_tap.h"
#include "tests/support/hand_deck.h"

static const char deck_lines[] = "title\n"
                                 "* a comment\n"
                                 ".param q=2\n"
                                 ".subckt cell a b params: w=1u\n"
                                 "r1 a b {w*nope}\n"
                                 "m7 a b 0 0 nmissing w={w}\n"
                                 ".ends\n"
                                 "v1 n1 0 1\n"
                                 "x_dut n1 0 cell w=3\n"
                                 "r9 n1 0 {q\n"
                                 ".tran 1n 10n\n"
                                 ".end\n";

static struct plot *transient(double stop_s)
{
    struct plot *plot = plot_new("title", "Transient Analysis", FALSE, 4);
    struct vector *time = plot_add(plot, "time", "time"), *v = plot_add(plot, "sn", "voltage");
    for (int i = 0; i < 4; i++) {
        time->real[i] = stop_s * i / 3;
        v->real[i] = 0.7231 * i;
    }
    return plot;
}

static struct sim_result *brought(const char *log, struct plot *plot)
{
    struct sim_result *result = g_new0(struct sim_result, 1);
    result->log = g_strdup(log);
    result->plots = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    if (plot != NULL)
        g_ptr_array_add(result->plots, plot);
    return result;
}

static void expect(const char *log, struct plot *plot, const struct deck *deck, enum sim_status status, const char *reason)
{
    struct sim_result *result = brought(log, plot);
    sim_judge(result, deck);
    ck_assert_msg(result->status == status, "%s", result->reason != NULL ? result->reason : "ok");
    ck_assert(status == SIM_OK ? result->reason == NULL : result->reason != NULL);
    if (reason != NULL)
        ck_assert_str_eq(result->reason, reason);
    ck_assert_int_eq(result->plots != NULL, status == SIM_OK);
    sim_result_free(result);
}

static const struct {
    const char *log;
    enum sim_status status;
    const char *reason;
} cases[] = {
    /* card errors; inside a subcircuit 46 knows the line, 39.3 does not */
    {"stderr Error on line 6 or its substitute:\nstderr m.x_dut.m7 n1 0 0 0 nmissing w=    3.0\n"
     "stderr could not find a valid modelname\nstderr Error: circuit not parsed.\n",
     SIM_BAD_DECK, "netlists/x.xml:106: could not find a valid modelname: m.x_dut.m7 n1 0 0 0 nmissing w= 3.0"},
    {"stderr Error on line:\nstderr m.x_dut.m7 n1 0 0 0 nmissing w=    3.0\nstderr could not find a valid modelname\n",
     SIM_BAD_DECK, "netlists/x.xml:106: could not find a valid modelname: m.x_dut.m7 n1 0 0 0 nmissing w= 3.0"},
    /* the number is a line of an included file: the card there has another name, and no card of the deck has it */
    {"stderr Error on line 5 or its substitute:\nstderr m.x_dut.m33 n1 0 0 0 nomod\nstderr could not find a valid modelname\n",
     SIM_BAD_DECK, "could not find a valid modelname: m.x_dut.m33 n1 0 0 0 nomod"},
    /* parameters */
    {"stderr Error in netlist line no. 11, new internal line no. 5:\nstderr Undefined parameter [nope]\n"
     "stderr Error in netlist line no. 11, new internal line no. 5:\nstderr Cannot compute substitute\n",
     SIM_BAD_DECK, "netlists/x.xml:105: Undefined parameter [nope]"},
    {"stderr Netlist line no. 0:\nstderr Undefined parameter [nope]\nstderr Netlist line no. 0:\nstderr Cannot compute "
     "substitute\n",
     SIM_BAD_DECK, "netlists/x.xml:105: Undefined parameter [nope]"},
    {"stderr Netlist line no. 3:\nstderr Undefined parameter [elsewhere]\n", SIM_BAD_DECK, "Undefined parameter [elsewhere]"},
    /* braces */
    {"stderr Error in netlist line no. 15, new internal line no. 10:\nstderr Closing \"}\" not found in line fragment\nstderr "
     "{q.\n",
     SIM_BAD_DECK, "netlists/x.xml:110: Closing \"}\" not found in line fragment {q."},
    {"stderr Netlist line no. 10:\nstderr Closing \"}\" not found.\n", SIM_BAD_DECK,
     "netlists/x.xml:110: Closing \"}\" not found."},
    /* subcircuits */
    {"stderr Error: unknown subckt: x_dut n1 0 nosuch\nstderr     in line no. 9 from file circbyline\n", SIM_BAD_DECK,
     "netlists/x.xml:109: unknown subckt: x_dut n1 0 nosuch"},
    {"stderr Error: unknown subckt: x_dut n1 0 nosuch\nstderr Error: there aren't any circuits loaded.\n", SIM_BAD_DECK,
     "netlists/x.xml:109: unknown subckt: x_dut n1 0 nosuch"},
    {"stderr Too few parameters for subcircuit type \"cell\" (instance: xx_dut)\n", SIM_BAD_DECK, NULL},
    {"stderr Error: Mismatch of .subckt ... .ends statements!\nstderr This will cause subsequent errors.\n"
     "stderr Check .ends in line number 7\n",
     SIM_BAD_DECK, "netlists/x.xml:107: Mismatch of .subckt ... .ends statements!"},
    /* files, expressions, analyses */
    {"stderr Error: Could not find include file /none/a.lib\nstderr While reading the netlist\n", SIM_BAD_DECK,
     "Could not find include file /none/a.lib"},
    {"stderr ERROR, library file /none/a.lib not found\n", SIM_BAD_DECK, "library file /none/a.lib not found"},
    {"stderr YYparse error, syntax error, in expression: parsing stopped at line 8\nstderr / 3.0\n", SIM_BAD_DECK,
     "netlists/x.xml:108: YYparse error, syntax error, in expression: parsing stopped at line 8"},
    {"stderr Fatal error: DC Transfer Function: source named \"vnone\" is not in the circuit\nstderr doAnalyses: no such device\n"
     "stderr run simulation(s) aborted\n",
     SIM_BAD_DECK, "DC Transfer Function: source named \"vnone\" is not in the circuit"},
    {"stderr Error: no data saved for Transient analysis; analysis not run\nstderr doAnalyses: not found\n", SIM_BAD_DECK,
     "no data saved for Transient analysis; analysis not run"},
    {"stderr Warning: No job (tran, ac, op etc.) defined:\nstderr run simulation not started\n", SIM_BAD_DECK,
     "No job (tran, ac, op etc.) defined:"},
    {"stderr run simulation(s) aborted\n", SIM_BAD_DECK, "run simulation(s) aborted"},
    /* said to be warnings, but the circuit is not the one that was asked for */
    {"stderr Warning: 'r.x_dut.r2 n2 n3 ' is not a valid resistor instance line, ignored!\n", SIM_BAD_DECK, NULL},
    {"stderr Warning : IC on non-existent node - zork, ignored\n", SIM_BAD_DECK,
     "Warning : IC on non-existent node - zork, ignored"},
    /* convergence: the line of doAnalyses says where */
    {"stderr Warning: singular matrix:  check node n1\nstderr Warning: source stepping failed\nstderr Note: Transient op "
     "started\n"
     "stderr Error: Transient op failed, timestep too small\nstderr doAnalyses: TRAN:  Timestep too small; initial timepoint: "
     "trouble with node \"b\"\nstderr run simulation(s) aborted\n",
     SIM_NOT_CONVERGED, "TRAN: Timestep too small; initial timepoint: trouble with node \"b\""},
    {"stderr doAnalyses: TRAN:  Timestep too small; time = 3.2e-09, timestep = 1.25e-20: trouble with node \"sn\"\n"
     "stderr run simulation(s) aborted\n",
     SIM_NOT_CONVERGED, "TRAN: Timestep too small; time = 3.2e-09, timestep = 1.25e-20: trouble with node \"sn\""},
    {"stderr doAnalyses: iteration limit reached\nstderr run simulation(s) aborted\n", SIM_NOT_CONVERGED,
     "iteration limit reached"},
    {"stderr doAnalyses: matrix is singular\nstderr run simulation(s) aborted\n", SIM_NOT_CONVERGED, "matrix is singular"},
    /* memory beats what was said before it */
    {"stderr Error: Transient op failed, timestep too small\nstderr realloc: Internal Error: can't allocate 175349760 bytes.\n"
     "stderr Error: ngspice.dll cannot recover and awaits to be detached\n",
     SIM_MEMORY, "realloc: Internal Error: can't allocate 175349760 bytes."},
    /* no failures */
    {"", SIM_OK, NULL},
    {"stdout Error: this is what a circuit's title says\n", SIM_OK, NULL},
    {"stderr Warning: singular matrix:  check node n1\nstderr Note: Starting dynamic gmin stepping\n"
     "stderr Trying gmin =   1.0000E-03 Warning: Further gmin increment\nstderr Warning: Dynamic gmin stepping failed\n"
     "stderr Supplies reduced to   0.1000% Warning: source stepping failed\nstderr Note: Transient op finished successfully\n",
     SIM_OK, NULL},
    {"stderr Error: -1 out of range for sqrt\nstderr  in line b1\n", SIM_OK, NULL},
    {"stderr Warning: Model issue on line 3 :\nstderr .model nm nmos(blub=3) ...\nstderr unrecognized parameter (blub) - "
     "ignored\n",
     SIM_OK, NULL},
};

START_TEST(lines_decide)
{
    struct deck *deck = hand_deck(deck_lines, ANALYSIS_TRAN, 10e-9);
    expect(cases[_i].log, transient(10e-9), deck, cases[_i].status, cases[_i].reason);
    hand_deck_free(deck);
}
END_TEST

START_TEST(plots_decide)
{
    struct deck *deck = hand_deck(deck_lines, ANALYSIS_TRAN, 23.85e-9);
    hand_deck_probe(deck, "v(sn)", "sn");
    expect("", transient(23.85e-9), deck, SIM_OK, NULL);
    expect("", transient(23.85e-9 * (1 + 0.9e-6)), deck, SIM_OK, NULL);
    expect("", transient(19.1e-9), deck, SIM_INCOMPLETE, "Transient Analysis: time ends at 1.91e-08, expected 2.385e-08");
    expect("", NULL, deck, SIM_INCOMPLETE, "the plot of the tran analysis is absent");
    expect("", plot_new("t", "Operating Point", FALSE, 1), deck, SIM_INCOMPLETE, "the plot of the tran analysis is absent");
    expect("", plot_new("t", "Transient Analysis", FALSE, 0), deck, SIM_INCOMPLETE, "Transient Analysis: it has no points");

    struct plot *bad = transient(23.85e-9);
    ((struct vector *)bad->vectors->pdata[1])->real[2] = NAN;
    expect("", bad, deck, SIM_NOT_CONVERGED, "Transient Analysis: the value of sn at point 3 of 4 is not finite");
    bad = transient(23.85e-9);
    ((struct vector *)bad->vectors->pdata[1])->real[3] = -INFINITY;
    expect("", bad, deck, SIM_NOT_CONVERGED, "Transient Analysis: the value of sn at point 4 of 4 is not finite");

    deck->expect.n_outer = 2;
    deck->expect.n_inner = 2;
    expect("", transient(23.85e-9), deck, SIM_OK, NULL);
    deck->expect.n_inner = 3;
    expect("", transient(23.85e-9), deck, SIM_INCOMPLETE, "Transient Analysis: it has 4 points, expected 6");
    deck->expect = (struct deck_expect){ANALYSIS_TRAN, 1, 0, NAN, NAN, 0};
    expect("", transient(7.7e-9), deck, SIM_OK, NULL);

    hand_deck_probe(deck, "v(absent)", "absent");
    expect("", transient(23.85e-9), deck, SIM_BAD_DECK, "signal v(absent): the circuit has no vector \"absent\"");
    hand_deck_free(deck);
}
END_TEST

START_TEST(complex_values_and_second_plots)
{
    struct deck *deck = hand_deck(deck_lines, ANALYSIS_NOISE, NAN);
    hand_deck_probe(deck, "onoise", "onoise_total");
    struct plot *spectrum = plot_new("t", "Noise Spectral Density Curves", FALSE, 1);
    plot_add(spectrum, "frequency", "frequency")->real[0] = 2.385e6;
    struct sim_result *result = brought("", spectrum);
    struct plot *total = plot_new("t", "Integrated Noise", FALSE, 1);
    plot_add(total, "onoise_total", "voltage")->real[0] = 1.7e-3;
    g_ptr_array_add(result->plots, total);
    sim_judge(result, deck);
    ck_assert_msg(result->status == SIM_OK, "%s", result->reason);
    sim_result_free(result);
    hand_deck_free(deck);

    deck = hand_deck(deck_lines, ANALYSIS_AC, NAN);
    struct plot *ac = plot_new("t", "AC Analysis", TRUE, 2);
    plot_add(ac, "frequency", "frequency")->real[1] = 2.385e6;
    plot_add(ac, "sn", "voltage")->imag[1] = INFINITY;
    expect("", ac, deck, SIM_NOT_CONVERGED, "AC Analysis: the value of sn at point 2 of 2 is not finite");
    hand_deck_free(deck);
}
END_TEST

START_TEST(log_begins_with_errors)
{
    struct deck *deck = hand_deck(deck_lines, ANALYSIS_TRAN, NAN);
    struct sim_result *result =
        brought("stdout Circuit: title\nstderr Note: a\nstderr Error: b\nstdout c\nstderr doAnalyses: d\n", NULL);
    sim_judge(result, deck);
    ck_assert_str_eq(result->log, "stderr Error: b\nstderr doAnalyses: d\nstdout Circuit: title\nstderr Note: a\nstdout c\n");
    ck_assert_str_eq(result->reason, "b");
    sim_result_free(result);

    result = brought(NULL, NULL); /* ngspice exited and said nothing */
    g_clear_pointer(&result->plots, g_ptr_array_unref);
    sim_judge(result, deck);
    ck_assert_int_eq(result->status, SIM_INCOMPLETE);
    ck_assert_str_eq(result->log, "");
    sim_result_free(result);
    hand_deck_free(deck);
}
END_TEST

START_TEST(status_names)
{
    enum sim_status status = SIM_OK;
    ck_assert_str_eq(sim_status_name(SIM_NOT_CONVERGED), "not-converged");
    ck_assert(sim_status_from_name("crashed", &status));
    ck_assert_int_eq(status, SIM_CRASHED);
    ck_assert(!sim_status_from_name("fine", &status));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("judge");
    TCase *t = tcase_create("judge");
    tcase_add_loop_test(t, lines_decide, 0, G_N_ELEMENTS(cases));
    tcase_add_test(t, plots_decide);
    tcase_add_test(t, complex_values_and_second_plots);
    tcase_add_test(t, log_begins_with_errors);
    tcase_add_test(t, status_names);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
