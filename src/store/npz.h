/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store/npz.h -- numpy's .npz and .npy: named arrays of numbers in a zip (libzip).
 *
 * Reads   .npy format versions 1.0, 2.0 and 3.0; dtypes <f4 <f8 <i4 <i8 |b1, C or Fortran order; everything else is refused
 *         with a sentence, as is an integer that a float64 does not hold exactly. Values arrive as float64, C order. Entries
 *         of a zip may be stored or deflated. Counts are checked against the bytes that are there before memory is taken;
 *         a file holds at most NPZ_MAX_ARRAYS arrays with NPZ_MAX_NUMBERS numbers together.
 * Writes  version 1.0, C order, stored (not deflated), header padded to 64 bytes, timestamps fixed: same arrays, same bytes.
 *         The file is written beside its place and renamed into it.
 */
#ifndef GAINSPICE_STORE_NPZ_H
#define GAINSPICE_STORE_NPZ_H

#include <glib.h>

#define NPZ_MAX_NUMBERS ((gsize)1 << 27)  /* 1 GiB of float64 */
#define NPZ_MAX_ARRAYS 4096

#define NDARRAY_MAX_RANK 8
struct ndarray {
    char *name;
    int rank;
    gsize shape[NDARRAY_MAX_RANK];
    double *data;       /* [product of shape], C order */
    gboolean single;    /* was, or is to be written as, float32 */
};

struct ndarray *ndarray_new(const char *name, int rank, const gsize *shape);
void ndarray_free(struct ndarray *array);
gsize ndarray_size(const struct ndarray *array);

/* Arrays of an .npz (or the one array of an .npy, named after the file). Elements are freed with the array. */
GPtrArray *npz_read(const char *path, GError **error);
/* `note` (may be NULL) becomes the archive's comment, as `unzip -z` shows it; at most 65535 bytes of it. */
gboolean npz_write_noted(const char *path, const GPtrArray *arrays, const char *note, GError **error);
gboolean npz_write(const char *path, const GPtrArray *arrays, GError **error);
/* By name; NULL if there is none. Borrowed. */
const struct ndarray *npz_array(const GPtrArray *arrays, const char *name);

#endif
