/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "netlist/accuracy.h"

/* bypass=1 is not in balanced: a device that is passed over keeps currents that are wrong by its tolerance in volts times its gm.
 * 6 fA into a cell at rest come out as 4 to 15 nA, whatever reltol (doc/accuracy.md). */

static const struct preset presets[] = {
    [ACCURACY_EXACT] = {.pack_points = 1},
    [ACCURACY_BALANCED] = {.max_step = 4, .most_of_run = 0.05, .pack_points = 16, .tolerance = 1e-2, .pilots = 8},
    [ACCURACY_FAST] = {.max_step = 16,
                       .most_of_run = 0.1,
                       .bypass = TRUE,
                       .reltol = 1e-3,
                       .vntol = 1e-6,
                       .abstol = 1e-13,
                       .pack_points = 16,
                       .tolerance = 5e-2,
                       .pilots = 8},
};

const struct preset *preset_of(enum accuracy accuracy)
{
    return &presets[accuracy];
}

double preset_max_step_s(enum accuracy accuracy, const struct analysis *analysis)
{
    if (accuracy == ACCURACY_EXACT)
        return analysis->max_step_s;
    const struct preset *preset = preset_of(accuracy);
    double run_s = analysis->stop_s - analysis->start_s;
    double own_s = analysis->max_step_s > 0 ? analysis->max_step_s : MIN(analysis->step_s, run_s / 50); /* ngspice's default */
    return MAX(own_s, MIN(preset->max_step * own_s, preset->most_of_run * run_s));
}
