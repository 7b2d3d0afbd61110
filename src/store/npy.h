/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store/npy.h -- the header of one .npy array: what its bytes are.
 *
 * Layout  "\x93NUMPY", major, minor, length of the dictionary (2 bytes little-endian in version 1, 4 in 2 and 3), the
 *         dictionary, the numbers.
 * Source  numpy.lib.format (NEP 1). The dictionary is a Python literal,
 *             {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
 *         and is parsed by hand, exactly these three keys, because a general reader of Python literals would be larger than
 *         all it protects.
 */
#ifndef GAINSPICE_STORE_NPY_H
#define GAINSPICE_STORE_NPY_H

#include "store/npz.h"

/* id, descr, bytes a number */
#define NPY_DTYPES(X)      \
    X(NPY_F4, "<f4", 4)    \
    X(NPY_F8, "<f8", 8)    \
    X(NPY_I4, "<i4", 4)    \
    X(NPY_I8, "<i8", 8)    \
    X(NPY_B1, "|b1", 1)
enum npy_dtype {
#define X(id, descr, size) id,
    NPY_DTYPES(X)
#undef X
};

struct npy_header {
    enum npy_dtype dtype;
    gboolean fortran;
    int rank;
    gsize shape[NDARRAY_MAX_RANK];
    gsize n;            /* numbers: the product of shape, at most NPZ_MAX_NUMBERS */
};

const char *npy_descr(enum npy_dtype dtype);
gsize npy_size(enum npy_dtype dtype);

/* What the first bytes say: the length of the dictionary and of everything before it. FALSE: no .npy, or no version of it
 * that is read. `start` holds NPY_START bytes. */
#define NPY_START 12
gboolean npy_start_parse(const guint8 *start, gsize *before, gsize *length, GError **error);
/* The dictionary, NUL-terminated. Errors are sentences without place. */
gboolean npy_header_parse(const char *text, struct npy_header *header, GError **error);

/* Everything before the numbers, version 1.0, a multiple of 64 bytes. Newly allocated, not a C string. */
char *npy_header_print(const struct npy_header *header, gsize *length);

/* The number at `bytes`, little-endian. FALSE: a float64 does not hold it exactly. */
gboolean npy_get(enum npy_dtype dtype, const guint8 *bytes, double *value);
/* NPY_F4 and NPY_F8 only. */
void npy_put(enum npy_dtype dtype, double value, guint8 *bytes);

#endif
