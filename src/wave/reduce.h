/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/reduce.h -- a curve on fewer points, or on others.
 *
 * Reduction keeps points of the curve such that none of the others lies further than `tolerance` above or below the line between
 * those that are kept; both being lines between their points, neither do the curves anywhere. Steps are kept. From
 * a kept point on, the slopes that pass every point within the tolerance are a cone, which each further point narrows; the
 * last point inside it is kept (Reumann and Witkam's strip with a cone for it). One walk; greedy, not the least number.
 */
#ifndef GAINSPICE_WAVE_REDUCE_H
#define GAINSPICE_WAVE_REDUCE_H

#include "wave/plot.h"

/* Indices of the points that are kept, ascending: guint64 elements. x may turn round; the turning points are kept. */
GArray *reduce_points(gsize n, const double *x, const double *y, double tolerance);

/* The plot at n equal distances from its first to its last x, by lines. FALSE: x does not ascend, or n < 2. */
struct plot *plot_resample(const struct plot *plot, gsize n, GError **error);

/* Plots over scales of one type on one scale that has the points of all, two rows where any steps. FALSE: the types differ, a
 * scale does not ascend, or it would be more than `limit` numbers. Vectors of equal name get their plot's number. */
struct plot *plots_join(const GPtrArray *plots, gsize limit, GError **error);

#endif
