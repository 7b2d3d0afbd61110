/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/devices.h -- the transistors and resistors of a cell, by path, for kinds that split a number by device. */
#ifndef GAINSPICE_CHARACTERISE_DEVICES_H
#define GAINSPICE_CHARACTERISE_DEVICES_H

#include "characterise/characterise.h"

/* char*: "mrn", "xi1.mn", in the order of the cards. Those that the technology brings as subcircuits are not among them: what is in these
 * has no name here; `*complete` says whether there were none. */
GPtrArray *subject_devices(const struct subject *of, gboolean *complete);

/* "PREFIX_xi1_mn": fit for the name of a measure. Newly allocated. */
char *device_measure(const char *prefix, const char *path);

#endif
