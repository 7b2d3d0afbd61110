/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays that numpy wrote (make_npz.py), files that lie, and what we write. */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>

#include "base/files.h"
#include "store/npy.h"
#include "store/npz.h"
#include "tests/support/check_tap.h"

/* Number k of every array of make_npz.py; exact also in float32. */
static double number(gsize k)
{
    double x = (double)k;
    return (7 * x * x - 13 * x + 19) / 16;
}

static GPtrArray *read_fixture(const char *name)
{
    g_autofree char *relative = g_build_filename("tests/store/npz", name, NULL);
    g_autofree char *path = source_path(relative);
    GError *error = NULL;
    GPtrArray *arrays = npz_read(path, &error);
    ck_ok(arrays != NULL, error);
    return arrays;
}

static void holds(const GPtrArray *arrays, const char *name, int rank, const gsize *shape, double factor, gboolean single)
{
    const struct ndarray *array = npz_array(arrays, name);
    ck_assert_msg(array != NULL, "%s: not there", name);
    ck_assert_int_eq(array->rank, rank);
    for (int i = 0; i < rank; i++)
        ck_assert_uint_eq(array->shape[i], shape[i]);
    ck_assert_int_eq(array->single, single);
    for (gsize k = 0; k < ndarray_size(array); k++)
        ck_assert_msg(array->data[k] == factor * number(k), "%s[%zu] = %.17g", name, k, array->data[k]);
}

START_TEST(reads_what_numpy_wrote)
{
    g_autoptr(GPtrArray) arrays = read_fixture("kinds.npz");
    ck_assert_uint_eq(arrays->len, 10);
    holds(arrays, "f4", 2, (gsize[]){2, 3}, 1, TRUE);
    holds(arrays, "f8", 1, (gsize[]){5}, 1, FALSE);
    holds(arrays, "i8", 2, (gsize[]){2, 2}, 16, FALSE);
    holds(arrays, "i4", 1, (gsize[]){3}, 16, FALSE);
    holds(arrays, "fortran", 2, (gsize[]){2, 3}, 1, FALSE);
    holds(arrays, "cube", 3, (gsize[]){2, 3, 4}, 1, FALSE);
    holds(arrays, "cube_fortran", 3, (gsize[]){2, 3, 4}, 1, FALSE);
    holds(arrays, "empty", 2, (gsize[]){0, 3}, 1, FALSE);
    const struct ndarray *scalar = npz_array(arrays, "scalar"), *b1 = npz_array(arrays, "b1");
    ck_assert(scalar->rank == 0 && ndarray_size(scalar) == 1 && scalar->data[0] == 2.385);
    ck_assert(b1->shape[0] == 3 && b1->data[0] == 1 && b1->data[1] == 0 && b1->data[2] == 1);
    ck_assert_ptr_null(npz_array(arrays, "f"));
}
END_TEST

START_TEST(reads_other_containers)
{
    g_autoptr(GPtrArray) deflated = read_fixture("deflated.npz"), none = read_fixture("none.npz");
    holds(deflated, "a", 2, (gsize[]){40, 50}, 1, FALSE);
    holds(deflated, "b", 1, (gsize[]){7}, 1, TRUE);
    ck_assert_uint_eq(none->len, 0);
    static const char *const alone[] = {"alone", "version2", "version3"};
    for (gsize i = 0; i < G_N_ELEMENTS(alone); i++) {
        g_autofree char *file = g_strconcat(alone[i], ".npy", NULL);
        g_autoptr(GPtrArray) arrays = read_fixture(file);
        ck_assert_uint_eq(arrays->len, 1);
        holds(arrays, alone[i], 2, (gsize[]){2, 3}, 1, FALSE);
    }
}
END_TEST

#define DTYPES "expected <f4, <f8, <i4, <i8 or |b1"
#define KEYS "expected 'descr', 'fortran_order' and 'shape', once each"
static const struct {
    const char *file, *message;
} bad[] = {
    {"bad-magic.npz", "neither .npz nor .npy: the first bytes are not those of a zip or of numpy"},
    {"bad-short.npy", "it ends in the middle of its header"},
    {"bad-start.npy", "it ends in the middle of its header"},
    {"bad-truncated.npy", "the shape needs 48 bytes of <f8, 38 are there"},
    {"bad-longer.npy", "the shape needs 48 bytes of <f8, 56 are there"},
    {"bad-lying.npy", "the shape needs 96 bytes of <f8, 48 are there"},
    {"bad-huge.npy", "the shape holds more than 134217728 numbers"},
    {"bad-large.npy", "the shape holds more than 134217728 numbers"},
    {"bad-digits.npy", "a dimension has more than 2^64 elements"},
    {"bad-negative.npy", "byte 51 of the header: expected a number or the end of the shape, found \"-3,), }\""},
    {"bad-tuple.npy", "byte 53 of the header: expected a comma after a single dimension, found \", }\""},
    {"bad-rank.npy", "more than 8 dimensions"},
    {"bad-object.npy", "dtype |O: " DTYPES},
    {"bad-endian.npy", "dtype >f8: " DTYPES},
    {"bad-unsigned.npy", "dtype |u1: " DTYPES},
    {"bad-complex.npy", "dtype <c16: " DTYPES},
    {"bad-text.npy", "dtype <U2: " DTYPES},
    {"bad-structure.npy", "dtype is a structure: " DTYPES},
    {"bad-version.npy", "format version 4.0: expected 1.0, 2.0 or 3.0"},
    {"bad-header-length.npy", "the header is 2147483648 bytes long: expected at most 65535"},
    {"bad-key.npy", "byte 17 of the header: " KEYS ", found \"'fortran': F\""},
    {"bad-twice.npy", "byte 32 of the header: " KEYS ", found \"'shape': (2,\""},
    {"bad-missing.npy", "the header has no 'fortran_order'"},
    {"bad-code.npy", "byte 34 of the header: expected True or False, found \"__import__('\""},
    {"bad-end.npy", "byte 58 of the header: expected the end of the header, found \"; x\""},
    {"bad-nul.npy", "byte 57 of the header is zero"},
    {"bad-integer.npy", "number 1 is an integer beyond 2^53 that a float64 does not hold"},
    {"bad-truncated.npz", "not a whole zip archive"},
    {"bad-crc.npz", "entry \"q.npy\": cannot be unpacked: CRC error"},
    {"bad-deflate.npz", "entry \"q.npy\": cannot be unpacked: Zlib error: data error"},
    {"bad-entry.npz", "entry \"read me.txt\": expected an array, NAME.npy"},
    {"bad-dtype.npz", "entry \"k.npy\": dtype >f8: " DTYPES},
    {"bad-same.npz", "entry \"q.npy\": there are two of this name"},
    {"bad-method.npz", "entry \"q.npy\": compression method 12: expected stored or deflated"},
    {"bad-bomb.npz", "entry \"q.npy\": it declares 400000075 bytes in 95 compressed ones, more than can be"},
    {"bad-missing-bytes.npz", "entry \"q.npy\": 800 bytes are missing at its end"},
    {"bad-more-bytes.npz", "entry \"q.npy\": it is longer than it declares"},
};

START_TEST(refuses_with_what_it_saw)
{
    g_autofree char *relative = g_build_filename("tests/store/npz", bad[_i].file, NULL);
    g_autofree char *path = source_path(relative);
    g_autofree char *expected = g_strdup_printf("%s: %s", path, bad[_i].message);
    GError *error = NULL;
    ck_fails(npz_read(path, &error) != NULL, error, expected);
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
    GError *error = NULL;
    ck_fails(npz_read("none/q.npz", &error) != NULL, error, "none/q.npz: cannot be opened: No such file or directory");
    ck_fails(npz_read("/", &error) != NULL, error, "/: not a regular file");
}
END_TEST

/* However a good file is cut, or a byte of it changed, the answer is arrays or a sentence. */
START_TEST(survives_any_damage)
{
    static const char *const files[] = {"kinds.npz", "version2.npy"};
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "a.npz", NULL);
    GRand *random = g_rand_new_with_seed(2385);
    gsize n_refused = 0;
    for (int i = 0; i < 600; i++) {
        g_autofree char *relative = g_build_filename("tests/store/npz", files[i % 2], NULL);
        g_autofree char *good = source_path(relative);
        gsize length;
        g_autofree char *bytes = file_read(good, 65536, &length, origin_at(NULL, 0), NULL);
        if (i % 3 == 0)
            length = (gsize)g_rand_int_range(random, 0, (gint32)length);
        else
            bytes[g_rand_int_range(random, 0, (gint32)length)] ^= (char)(1 << g_rand_int_range(random, 0, 8));
        ck_assert(g_file_set_contents(path, bytes, (gssize)length, NULL));
        GError *error = NULL;
        GPtrArray *arrays = npz_read(path, &error);
        ck_assert((arrays == NULL) == (error != NULL));
        n_refused += error != NULL;
        g_clear_error(&error);
        g_clear_pointer(&arrays, g_ptr_array_unref);
    }
    ck_assert_uint_gt(n_refused, 300);
    g_rand_free(random);
    g_unlink(path);
    g_rmdir(folder);
}
END_TEST

static struct ndarray *numbered(const char *name, int rank, const gsize *shape, gboolean single)
{
    struct ndarray *array = ndarray_new(name, rank, shape);
    for (gsize k = 0; k < ndarray_size(array); k++)
        array->data[k] = number(k);
    array->single = single;
    return array;
}

static GPtrArray *some_arrays(void)
{
    GPtrArray *arrays = g_ptr_array_new_with_free_func((GDestroyNotify)ndarray_free);
    g_ptr_array_add(arrays, numbered("q", 3, (gsize[]){2, 3, 4001}, FALSE));
    g_ptr_array_add(arrays, numbered("k", 2, (gsize[]){10, 17}, TRUE));
    g_ptr_array_add(arrays, numbered("scalar", 0, NULL, FALSE));
    g_ptr_array_add(arrays, numbered("empty", 1, (gsize[]){0}, FALSE));
    struct ndarray *odd = numbered("odd_µA", 1, (gsize[]){4}, FALSE);
    const guint64 payload = G_GUINT64_CONSTANT(0xfff8000000abcdef);
    memcpy(&odd->data[0], &payload, 8);
    odd->data[1] = -0.0;
    odd->data[2] = -INFINITY;
    odd->data[3] = 5e-324;
    g_ptr_array_add(arrays, odd);
    return arrays;
}

START_TEST(reads_back_what_it_wrote)
{
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "a.npz", NULL), *again = g_build_filename(folder, "b.npz", NULL);
    GError *error = NULL;
    g_autoptr(GPtrArray) arrays = some_arrays();
    ck_ok(npz_write_noted(path, arrays, "made for a test", &error), error);
    g_autoptr(GPtrArray) read = npz_read(path, &error);
    ck_ok(read != NULL, error);
    ck_assert_uint_eq(read->len, arrays->len);
    for (guint i = 0; i < read->len; i++) {
        const struct ndarray *a = arrays->pdata[i], *b = read->pdata[i];
        ck_assert_str_eq(a->name, b->name);
        ck_assert_int_eq(a->rank, b->rank);
        ck_assert_int_eq(a->single, b->single);
        ck_assert_mem_eq(a->shape, b->shape, sizeof a->shape);
        ck_assert_mem_eq(a->data, b->data, MAX(ndarray_size(a), 1) * sizeof(double));
    }
    /* Same arrays, same bytes: at another time, in another zone. */
    g_setenv("TZ", "Asia/Kathmandu", TRUE);
    g_usleep(2100000);  /* a zip counts in steps of 2 s */
    ck_ok(npz_write_noted(again, arrays, "made for a test", &error), error);
    gsize n, m;
    g_autofree char *first = file_read(path, 1 << 20, &n, origin_at(NULL, 0), NULL);
    g_autofree char *second = file_read(again, 1 << 20, &m, origin_at(NULL, 0), NULL);
    ck_assert_uint_eq(n, m);
    ck_assert_mem_eq(first, second, n);
    g_unlink(path);
    g_unlink(again);
    ck_assert_int_eq(g_rmdir(folder), 0);  /* nothing else was left behind */
}
END_TEST

START_TEST(headers_are_as_numpy_pads_them)
{
    struct npy_header header = {.dtype = NPY_F4, .rank = 2, .shape = {2, 3}};
    gsize length;
    g_autofree char *bytes = npy_header_print(&header, &length);
    ck_assert_uint_eq(length, 128);
    g_autofree char *text = g_strndup(bytes + 10, length - 10);
    ck_assert_int_eq(bytes[8], 118);
    g_autofree char *expected = g_strdup_printf("%-117s\n", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
    ck_assert_str_eq(text, expected);
}
END_TEST

START_TEST(writes_nothing_or_all)
{
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "a.npz", NULL), *missing = g_build_filename(folder, "none/a.npz", NULL);
    GError *error = NULL;
    g_autoptr(GPtrArray) none = g_ptr_array_new(), arrays = some_arrays();
    ck_ok(npz_write(path, none, &error), error);
    g_autoptr(GPtrArray) read = npz_read(path, &error);
    ck_ok(read != NULL && read->len == 0, error);
    g_autofree char *nowhere = g_strdup_printf("%s: cannot be written: No such file or directory", missing);
    ck_fails(npz_write(missing, arrays, &error), error, nowhere);
    /* No room: files end at 4 kB. What was there stays, nothing is left beside it. */
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {4096, 4096};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert(!npz_write(path, arrays, &error));
    g_autofree char *full = g_strdup_printf("%s: cannot be written: File too large", path);
    ck_assert_str_eq(error->message, full);
    g_clear_error(&error);
    g_autoptr(GPtrArray) still = npz_read(path, &error);
    ck_ok(still != NULL && still->len == 0, error);
    g_unlink(path);
    ck_assert_int_eq(g_rmdir(folder), 0);
}
END_TEST

START_TEST(two_of_a_name_are_not_written)
{
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "a.npz", NULL);
    g_autofree char *expected = g_strdup_printf("%s: cannot be written: File already exists", path);
    g_autoptr(GPtrArray) arrays = some_arrays();
    g_ptr_array_add(arrays, numbered("q", 1, (gsize[]){2}, FALSE));
    GError *error = NULL;
    ck_fails(npz_write(path, arrays, &error), error, expected);
    ck_assert_int_eq(g_rmdir(folder), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("npz");
    TCase *t = tcase_create("npz");
    tcase_set_timeout(t, 30);
    tcase_add_test(t, reads_what_numpy_wrote);
    tcase_add_test(t, reads_other_containers);
    tcase_add_loop_test(t, refuses_with_what_it_saw, 0, (int)G_N_ELEMENTS(bad));
    tcase_add_test(t, refuses_what_is_no_file);
    tcase_add_test(t, survives_any_damage);
    tcase_add_test(t, reads_back_what_it_wrote);
    tcase_add_test(t, headers_are_as_numpy_pads_them);
    tcase_add_test(t, writes_nothing_or_all);
    tcase_add_test(t, two_of_a_name_are_not_written);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
