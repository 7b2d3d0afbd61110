/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_doctor.c -- gainspice doctor: which libngspice workers load, and what that costs. */
#include "config.h"

#include "cli/cli.h"

#include "sim/ngspice.h"
#include "sim/pool.h"

gboolean cmd_doctor(int argc, char **argv, GError **error)
{
    if (!cli_parse(argc, argv, NULL, NULL, "", "Tells what this machine's ngspice can do.", 0, NULL, error))
        return FALSE;
    struct pool_config config = {.workers = 1, .cancel = &cli_cancelled};
    struct ngspice_facts facts = {0};
    if (!pool_probe(&config, &facts, error))
        return FALSE;
    g_autofree char *gnuplot = g_find_program_in_path("gnuplot");
    g_print("gainspice  %s\n", PACKAGE_VERSION);
    g_print("ngspice    %s\n", facts.version);
    g_print("KLU        %s\n", facts.has_klu ? "yes" : "no: large arrays use the slower Sparse solver");
    g_print("OSDI       %s\n", facts.has_osdi ? "yes" : "no: compiled Verilog-A and OSDI cells cannot be loaded");
    g_print("gnuplot    %s\n", gnuplot != NULL ? "yes" : "no: reports have no figures");
    g_print("cores      %u\n", g_get_num_processors());
    if (!facts.has_klu || !facts.has_osdi)
        g_print("ngspice 43 or later has both; in Debian 12 it is libngspice0 of the backports suite\n");
    ngspice_facts_clear(&facts);
    return TRUE;
}
