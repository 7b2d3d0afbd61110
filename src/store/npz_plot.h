/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store/npz_plot.h -- plots as numpy arrays and back.
 *
 * Writes  one array a vector, named as it; complex ones as NAME:re and NAME:im, since npz.h has no complex numbers. Of several
 *         plots each name is led by "N/". The archive's comment names title, plot and what is the scale.
 * Reads   arrays of one length, rank 1; the scale is the one called time, frequency or x, else the first.
 */
#ifndef GAINSPICE_STORE_NPZ_PLOT_H
#define GAINSPICE_STORE_NPZ_PLOT_H

#include "wave/plot.h"

gboolean npz_write_plots(const char *path, const GPtrArray *plots, GError **error);
GPtrArray *npz_read_plots(const char *path, GError **error);

#endif
