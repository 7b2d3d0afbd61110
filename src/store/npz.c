/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store/npz.c -- .npy streams, alone or in a zip.
 *
 * Sizes come from files that others made, so nothing is allocated on their word: the count of a header must fit the bytes
 * that its entry declares, and these must be possible for the compressed bytes that are there (deflate packs at most
 * 1032:1). Numbers are converted in blocks while they are read, so that an array is in memory once.
 */
#include "config.h"

#include "store/npz.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "store/npy.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(zip_t, zip_discard)

/* ---- arrays ---- */

static gsize size_of_shape(int rank, const gsize *shape)
{
    gsize n = 1;
    for (int i = 0; i < rank; i++)
        g_assert(g_size_checked_mul(&n, n, shape[i]));
    return n;
}

/* NULL where there is no memory for it. One number at least, so that `data` is a place also in an empty array. */
static struct ndarray *ndarray_try_new(const char *name, int rank, const gsize *shape)
{
    g_assert(rank >= 0 && rank <= NDARRAY_MAX_RANK);
    gsize n = size_of_shape(rank, shape);
    double *data = g_try_malloc0_n(MAX(n, 1), sizeof *data);
    if (data == NULL)
        return NULL;
    struct ndarray *array = g_new0(struct ndarray, 1);
    array->name = g_strdup(name);
    array->rank = rank;
    for (int i = 0; i < rank; i++)
        array->shape[i] = shape[i];
    array->data = data;
    return array;
}

struct ndarray *ndarray_new(const char *name, int rank, const gsize *shape)
{
    struct ndarray *array = ndarray_try_new(name, rank, shape);
    if (array == NULL)
        g_error("no memory for an array of %" G_GSIZE_FORMAT " numbers", size_of_shape(rank, shape));
    return array;
}

void ndarray_free(struct ndarray *array)
{
    if (array == NULL)
        return;
    g_free(array->name);
    g_free(array->data);
    g_free(array);
}

gsize ndarray_size(const struct ndarray *array)
{
    return size_of_shape(array->rank, array->shape);
}

const struct ndarray *npz_array(const GPtrArray *arrays, const char *name)
{
    for (guint i = 0; i < arrays->len; i++) {
        const struct ndarray *array = g_ptr_array_index(arrays, i);
        if (strcmp(array->name, name) == 0)
            return array;
    }
    return NULL;
}

/* ---- reading ---- */

/* The bytes of one .npy: an entry of a zip or a file. */
struct stream {
    const char *path;      /* for messages */
    const char *entry;     /* likewise; NULL: the file itself */
    zip_file_t *zip;
    FILE *file;
    guint64 left;          /* bytes that are still to come, as declared */
};

static gboolean refuse(const struct stream *s, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean refuse(const struct stream *s, GError **error, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_autofree char *entry = s->entry != NULL ? text_line(s->entry, 255) : NULL;
    if (entry == NULL)
        error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(s->path, 0), "%s", message);
    else
        error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(s->path, 0), "entry \"%s\": %s", entry, message);
    return FALSE;
}

/* The sentence of a parser that does not know the file. */
static gboolean relay(const struct stream *s, GError *reason, GError **error)
{
    refuse(s, error, "%s", reason->message);
    g_error_free(reason);
    return FALSE;
}

static gboolean stream_read(struct stream *s, void *bytes, gsize n, GError **error)
{
    if (n > s->left)
        return refuse(s, error, "it ends in the middle of its header");
    if (s->zip != NULL) {
        zip_int64_t got = zip_fread(s->zip, bytes, n);
        if (got < 0)
            return refuse(s, error, "cannot be unpacked: %s", zip_file_strerror(s->zip));
        if ((gsize)got < n)
            return refuse(s, error, "%" G_GUINT64_FORMAT " bytes are missing at its end", s->left - (guint64)got);
    } else if (fread(bytes, 1, n, s->file) < n) {
        return refuse(s, error, "cannot be read: %s", ferror(s->file) ? g_strerror(errno) : "it became shorter");
    }
    s->left -= n;
    return TRUE;
}

/* The end is where it was declared to be; reading it is also what makes libzip compare the checksum. */
static gboolean stream_ends(struct stream *s, GError **error)
{
    guint8 more;
    zip_int64_t got = s->zip != NULL ? zip_fread(s->zip, &more, 1) : 0;
    if (got < 0)
        return refuse(s, error, "cannot be unpacked: %s", zip_file_strerror(s->zip));
    return got == 0 || refuse(s, error, "it is longer than it declares");
}

static gboolean read_header(struct stream *s, struct npy_header *header, GError **error)
{
    guint8 start[NPY_START];
    gsize before, length;
    GError *reason = NULL;
    if (!stream_read(s, start, sizeof start, error))
        return FALSE;
    if (!npy_start_parse(start, &before, &length, &reason))
        return relay(s, reason, error);
    /* A version 1 header begins within the start. */
    gsize early = sizeof start - before;
    if (length < early || length - early > s->left)
        return refuse(s, error, "it ends in the middle of its header");
    g_autofree char *text = g_malloc0(length + 1);
    memcpy(text, start + before, early);
    if (!stream_read(s, text + early, length - early, error))
        return FALSE;
    if (strlen(text) != length)
        return refuse(s, error, "byte %d of the header is zero", (int)strlen(text));
    return npy_header_parse(text, header, &reason) || relay(s, reason, error);
}

/* Where the next number of the stream lies in C order. */
struct place {
    const struct npy_header *header;
    gsize index[NDARRAY_MAX_RANK];
    gsize stride[NDARRAY_MAX_RANK];
    gsize at;
};

static void place_start(struct place *p, const struct npy_header *header)
{
    *p = (struct place){.header = header};
    gsize stride = 1;
    for (int i = header->rank; i-- > 0; stride *= header->shape[i])
        p->stride[i] = stride;
}

/* Fortran order: the first index is the fastest. */
static void place_next(struct place *p)
{
    if (!p->header->fortran) {
        p->at++;
        return;
    }
    for (int i = 0; i < p->header->rank; i++) {
        p->at += p->stride[i];
        if (++p->index[i] < p->header->shape[i])
            return;
        p->at -= p->index[i] * p->stride[i];
        p->index[i] = 0;
    }
}

static gboolean read_numbers(struct stream *s, const struct npy_header *header, double *data, GError **error)
{
    guint8 block[65536];
    gsize size = npy_size(header->dtype);
    struct place place;
    place_start(&place, header);
    for (gsize done = 0; done < header->n;) {
        gsize n = MIN(header->n - done, sizeof block / size);
        if (!stream_read(s, block, n * size, error))
            return FALSE;
        for (gsize i = 0; i < n; i++, done++, place_next(&place))
            if (!npy_get(header->dtype, block + i * size, &data[place.at]))
                return refuse(s, error, "number %" G_GSIZE_FORMAT " is an integer beyond 2^53 that a float64 does not hold", done);
    }
    return stream_ends(s, error);
}

/* `room` is how many numbers the file may still hold. */
static struct ndarray *read_array(struct stream *s, const char *name, gsize *room, GError **error)
{
    struct npy_header header = {0};
    if (!read_header(s, &header, error))
        return NULL;
    if (header.n > *room) {
        refuse(s, error, "the file holds more than %" G_GSIZE_FORMAT " numbers", NPZ_MAX_NUMBERS);
        return NULL;
    }
    *room -= header.n;
    if (s->left != header.n * npy_size(header.dtype)) {
        refuse(s, error, "the shape needs %" G_GSIZE_FORMAT " bytes of %s, %" G_GUINT64_FORMAT " are there",
               header.n * npy_size(header.dtype), npy_descr(header.dtype), s->left);
        return NULL;
    }
    struct ndarray *array = ndarray_try_new(name, header.rank, header.shape);
    if (array == NULL) {
        refuse(s, error, "no memory for %" G_GSIZE_FORMAT " numbers", header.n);
        return NULL;
    }
    array->single = header.dtype == NPY_F4;
    if (!read_numbers(s, &header, array->data, error)) {
        ndarray_free(array);
        return NULL;
    }
    return array;
}

/* What the directory of the zip says, before a byte is unpacked. */
static gboolean check_entry(const struct stream *s, const zip_stat_t *stat, GError **error)
{
    if (!g_str_has_suffix(s->entry, ".npy"))
        return refuse(s, error, "expected an array, NAME.npy");
    if (stat->comp_method != ZIP_CM_STORE && stat->comp_method != ZIP_CM_DEFLATE)
        return refuse(s, error, "compression method %d: expected stored or deflated", stat->comp_method);
    guint64 possible = stat->comp_method == ZIP_CM_STORE ? 1 : 1032;
    if (stat->size / possible > stat->comp_size)
        return refuse(s, error, "it declares %" G_GUINT64_FORMAT " bytes in %" G_GUINT64_FORMAT
                      " compressed ones, more than can be", stat->size, stat->comp_size);
    return TRUE;
}

static gboolean read_entry(zip_t *zip, zip_uint64_t index, const char *path, gsize *room, GPtrArray *arrays, GError **error)
{
    struct stream s = {.path = path, .entry = ""};
    zip_stat_t stat;
    if (zip_stat_index(zip, index, 0, &stat) != 0)
        return refuse(&s, error, "%s", zip_strerror(zip));
    s.entry = stat.name;
    if (!check_entry(&s, &stat, error))
        return FALSE;
    g_autofree char *name = g_strndup(stat.name, strlen(stat.name) - strlen(".npy"));
    if (npz_array(arrays, name) != NULL)
        return refuse(&s, error, "there are two of this name");
    s.left = stat.size;
    s.zip = zip_fopen_index(zip, index, 0);
    if (s.zip == NULL)
        return refuse(&s, error, "cannot be unpacked: %s", zip_strerror(zip));
    struct ndarray *array = read_array(&s, name, room, error);
    zip_fclose(s.zip);
    if (array != NULL)
        g_ptr_array_add(arrays, array);
    return array != NULL;
}

static gboolean read_zip(const char *path, GPtrArray *arrays, GError **error)
{
    struct stream whole = {.path = path};
    g_autoptr(zip_t) zip = zip_open(path, ZIP_RDONLY, NULL);
    if (zip == NULL)
        return refuse(&whole, error, "not a whole zip archive");
    zip_int64_t n = zip_get_num_entries(zip, 0);
    if (n > NPZ_MAX_ARRAYS)
        return refuse(&whole, error, "%" G_GINT64_FORMAT " arrays: expected at most %d", n, NPZ_MAX_ARRAYS);
    gsize room = NPZ_MAX_NUMBERS;
    for (zip_int64_t i = 0; i < n; i++)
        if (!read_entry(zip, (zip_uint64_t)i, path, &room, arrays, error))
            return FALSE;
    return TRUE;
}

static gboolean read_npy(FILE *file, guint64 size, const char *path, GPtrArray *arrays, GError **error)
{
    struct stream s = {.path = path, .file = file, .left = size};
    g_autofree char *name = g_path_get_basename(path);
    if (g_str_has_suffix(name, ".npy"))
        name[strlen(name) - strlen(".npy")] = '\0';
    gsize room = NPZ_MAX_NUMBERS;
    struct ndarray *array = read_array(&s, name, &room, error);
    if (array != NULL)
        g_ptr_array_add(arrays, array);
    return array != NULL;
}

GPtrArray *npz_read(const char *path, GError **error)
{
    struct stream whole = {.path = path};
    struct stat st;
    FILE *file = NULL;
    /* Asked before the file is opened: opening a pipe would wait for its other end. */
    if (g_stat(path, &st) != 0 || (S_ISREG(st.st_mode) && (file = g_fopen(path, "rbe")) == NULL)) {
        refuse(&whole, error, "cannot be opened: %s", g_strerror(errno));
        return NULL;
    }
    if (file == NULL) {
        refuse(&whole, error, "not a regular file");
        return NULL;
    }
    GPtrArray *arrays = g_ptr_array_new_with_free_func((GDestroyNotify)ndarray_free);
    char magic[6] = "";
    gsize n = fread(magic, 1, sizeof magic, file);
    rewind(file);
    gboolean ok;
    if (n == 6 && memcmp(magic, "\x93NUMPY", 6) == 0)
        ok = read_npy(file, (guint64)st.st_size, path, arrays, error);
    else if (n >= 4 && (memcmp(magic, "PK\x03\x04", 4) == 0 || memcmp(magic, "PK\x05\x06", 4) == 0))
        ok = read_zip(path, arrays, error);
    else
        ok = refuse(&whole, error, "neither .npz nor .npy: the first bytes are not those of a zip or of numpy");
    fclose(file);
    if (!ok)
        g_clear_pointer(&arrays, g_ptr_array_unref);
    return arrays;
}

/* ---- writing ---- */

static void *numbers_as_bytes(const struct ndarray *array, enum npy_dtype dtype, gsize n)
{
    gsize size = npy_size(dtype);
    guint8 *bytes = g_malloc_n(MAX(n, 1), size);
    for (gsize i = 0; i < n; i++)
        npy_put(dtype, array->data[i], bytes + i * size);
    return bytes;
}

/* Adds one entry. libzip reads the bytes when the archive is closed: what is made for it goes into `keep`. */
static gboolean add_array(zip_t *zip, const struct ndarray *array, GPtrArray *keep)
{
    struct npy_header header = {.dtype = array->single ? NPY_F4 : NPY_F8, .rank = array->rank, .n = ndarray_size(array)};
    memcpy(header.shape, array->shape, sizeof header.shape);
    zip_buffer_fragment_t parts[2];
    gsize before;
    parts[0].data = (zip_uint8_t *)npy_header_print(&header, &before);
    parts[0].length = before;
    g_ptr_array_add(keep, parts[0].data);
    parts[1].length = header.n * npy_size(header.dtype);
    if (G_BYTE_ORDER == G_LITTLE_ENDIAN && !array->single) {
        parts[1].data = (zip_uint8_t *)array->data;
    } else {
        parts[1].data = numbers_as_bytes(array, header.dtype, header.n);
        g_ptr_array_add(keep, parts[1].data);
    }
    g_autofree char *entry = g_strconcat(array->name, ".npy", NULL);
    zip_source_t *source = zip_source_buffer_fragment(zip, parts, 2, 0);
    if (source == NULL)
        return FALSE;
    zip_int64_t index = zip_file_add(zip, entry, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return FALSE;
    }
    /* The first day that a zip can name, as numpy also writes it: no clock and no time zone in the bytes. */
    return zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0 &&
           zip_file_set_dostime(zip, (zip_uint64_t)index, 0, 1 << 5 | 1, 0) == 0;
}

static gboolean write_failed(const char *path, const char *why, GError **error)
{
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "%s: cannot be written: %s", path, why);
    return FALSE;
}

/* The bytes that a closed archive left in its source. */
static char *take_bytes(zip_source_t *source, gsize *length)
{
    zip_stat_t st;
    if (zip_source_open(source) != 0)
        return NULL;
    char *bytes = NULL;
    if (zip_source_stat(source, &st) == 0 && (st.valid & ZIP_STAT_SIZE) != 0) {
        bytes = g_malloc(MAX(st.size, 1));
        *length = st.size;
        if (zip_source_read(source, bytes, st.size) != (zip_int64_t)st.size)
            g_clear_pointer(&bytes, g_free);
    }
    zip_source_close(source);
    return bytes;
}

/* The archive in memory, so that a file appears whole or not at all (file_write). */
static char *archive(const char *path, const GPtrArray *arrays, const char *note, gsize *length, GError **error)
{
    g_autoptr(GPtrArray) keep = g_ptr_array_new_with_free_func(g_free);
    zip_error_t failed;
    zip_error_init(&failed);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &failed);
    zip_t *zip = source != NULL ? zip_open_from_source(source, ZIP_TRUNCATE, &failed) : NULL;
    if (zip == NULL) {
        write_failed(path, zip_error_strerror(&failed), error);
        zip_source_free(source);
        zip_error_fini(&failed);
        return NULL;
    }
    zip_error_fini(&failed);
    zip_source_keep(source); /* beyond the closing of the archive */
    gboolean ok = note == NULL || zip_set_archive_comment(zip, note, (zip_uint16_t)MIN(strlen(note), 65535)) == 0;
    for (guint i = 0; ok && i < arrays->len; i++)
        ok = add_array(zip, g_ptr_array_index(arrays, i), keep);
    char *bytes = NULL;
    if (ok && zip_close(zip) == 0) {
        bytes = take_bytes(source, length);
        if (bytes == NULL)
            write_failed(path, "the archive cannot be read back", error);
    } else {
        write_failed(path, zip_strerror(zip), error);
        zip_discard(zip);
    }
    zip_source_free(source);
    return bytes;
}

gboolean npz_write_noted(const char *path, const GPtrArray *arrays, const char *note, GError **error)
{
    /* libzip makes nothing of no entries; numpy knows that as the bare end of a directory. */
    static const char none[22] = "PK\x05\x06";
    if (file_is_special(path))
        return write_failed(path, "not a regular file", error);
    if (arrays->len == 0)
        return file_write(path, none, sizeof none, error);
    gsize length;
    g_autofree char *bytes = archive(path, arrays, note, &length, error);
    return bytes != NULL && file_write(path, bytes, length, error);
}

gboolean npz_write(const char *path, const GPtrArray *arrays, GError **error)
{
    return npz_write_noted(path, arrays, NULL, error);
}
