/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/main.c -- gainspice VERB …: finds the verb, prints its error, returns its status. */
#include "config.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "sim/pool.h"

static const struct verb verbs[] = {
    {"run", "DESIGN.xml", "everything below, in order, incrementally", cmd_run},
    {"check", "DESIGN.xml", "schema and meaning, and what would run; nothing is simulated", cmd_check},
    {"netlist", "DESIGN.xml", "the decks, one per point", cmd_netlist},
    {"simulate", "DESIGN.xml", "the points that are not in the store yet", cmd_simulate},
    {"table", "DESIGN.xml", "measures as tables: text, CSV, JSON, npz", cmd_table},
    {"fit", "DESIGN.xml", "behavioural models, judged on points they never saw", cmd_fit},
    {"export", "MODEL.json --format F", "a model for C, numpy, SPICE, Verilog-A, OSDI, PyTorch", cmd_export},
    {"attend", "MODEL.json --qkv FILE.npz", "attention on a model", cmd_attend},
    {"regress", "DESIGN.xml", "waveforms and measures against the baseline", cmd_regress},
    {"report", "DESIGN.xml", "one self-contained HTML file", cmd_report},
    {"wave", "ACTION FILE", "waveform files: list, convert, crossing, compare", cmd_wave},
    {"doctor", "", "what this machine's ngspice can do", cmd_doctor},
    {"worker", NULL, NULL, cmd_worker},
    {"shard", NULL, NULL, cmd_shard},
    {"merge", NULL, NULL, cmd_merge},
};

volatile gint cli_cancelled = 0;

static void on_signal(int number)
{
    if (cli_cancelled)
        _exit(128 + number);
    cli_cancelled = 1;
    pool_wake();
}

static void print_help(void)
{
    g_print("Usage: gainspice VERB [OPTION…] …\n\n"
            "Analog in-memory attention circuits, from transistors to attention accuracy.\n\nVerbs:\n");
    for (gsize v = 0; v < G_N_ELEMENTS(verbs); v++)
        if (verbs[v].summary != NULL)
            g_print("  %-9s %-26s %s\n", verbs[v].name, verbs[v].arguments, verbs[v].summary);
    g_print("\ngainspice VERB --help tells a verb's options; gainspice --version what was built.\n"
            "Exit status: 0 good, 1 a limit differs, 2 bad input, 3 the simulator failed, 130 stopped by the user.\n");
}

static const struct verb *find_verb(const char *name)
{
    for (gsize v = 0; v < G_N_ELEMENTS(verbs); v++)
        if (strcmp(verbs[v].name, name) == 0)
            return &verbs[v];
    return NULL;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

/* One message is one line, whatever a path or a simulator put into it. */
static void print_error(const char *message)
{
    g_autofree char *line = text_line(message, 0);
    g_printerr("%s\n", line);
}

/* As g_print() does it by itself, but without flushing, so that main() meets the error of a full disk. */
static void print_unflushed(const char *text)
{
    fputs(text, stdout);
}

/* The exit status after what was printed; a reader that has seen enough is no failure, a full disk is. */
static int end_output(int status)
{
    if (fflush(stdout) == 0 || errno == EPIPE)
        return status;
    g_printerr("standard output: %s\n", g_strerror(errno));
    return 2;
}

int main(int argc, char **argv)
{
    g_set_print_handler(print_unflushed);
    setlocale(LC_ALL, "C.UTF-8"); /* numbers as in files, text as UTF-8, wherever the user sits */
    gsl_set_error_handler_off();
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_help();
        return end_output(argc < 2 ? 2 : 0);
    }
    if (strcmp(argv[1], "--version") == 0) {
        g_print("gainspice " PACKAGE_VERSION "\nbuilt with %s\nlicence GPL-3.0-or-later\n", BUILD_SUMMARY);
        return end_output(0);
    }
    const struct verb *verb = find_verb(argv[1]);
    if (verb == NULL) {
        g_printerr("verb \"%s\": there is none of that name; gainspice --help lists them\n", argv[1]);
        return 2;
    }
    if (verb->run != cmd_worker)
        catch_signals();
    g_autofree char *name = g_strdup_printf("gainspice %s", verb->name);
    g_set_prgname(name); /* for --help */
    g_autoptr(GError) error = NULL;
    gboolean ok = verb->run(argc - 1, argv + 1, &error);
    if (!ok && error != NULL)
        print_error(error->message);
    return ok || error == NULL ? end_output(0) : exit_status(error);
}
