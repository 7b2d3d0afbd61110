/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/mismatch.h -- random differences of one device from its nominal self.
 *
 * Source  M. Pelgrom, A. Duinmaijer, A. Welbers, IEEE J. Solid-State Circuits 24 (1989) 1433: the standard deviations of Vt and
 *         of the current factor are A/√(W·L). A of the technology is that of ONE device: a pair's is √2 of it.
 */
#ifndef GAINSPICE_NETLIST_MISMATCH_H
#define GAINSPICE_NETLIST_MISMATCH_H

#include "design/technology.h"

struct mismatch {
    double dvt_V;  /* added to the signed Vt, as BSIM4's delvto: + weakens an NMOS and strengthens a PMOS */
    double factor; /* of the current, near 1 */
};

/* Standard normal draws of sample `sample` (from 1) of a device: of Vt, where + weakens, and of the current factor. They do not depend on
 * the device's size. */
struct mismatch_scores {
    double vt, beta;
};
struct mismatch_scores mismatch_score(guint64 seed, const char *path, int sample);

/* The mismatch of sample `sample` (from 1) of the device `path` ("gc/x_dut.mrn"), whose gate has `area_m2`. */
struct mismatch mismatch_draw(const struct device_role *role, double area_m2, guint64 seed, const char *path, int sample);

#endif
