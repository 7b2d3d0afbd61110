/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/npy.h"

#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

static const struct {
    const char *descr;
    gsize size;
} dtypes[] = {
#define X(id, descr, size) {descr, size},
    NPY_DTYPES(X)
#undef X
};

const char *npy_descr(enum npy_dtype dtype)
{
    return dtypes[dtype].descr;
}

gsize npy_size(enum npy_dtype dtype)
{
    return dtypes[dtype].size;
}

static gboolean refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean refuse(GError **error, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_set_error_literal(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, message);
    return FALSE;
}

gboolean npy_start_parse(const guint8 *start, gsize *before, gsize *length, GError **error)
{
    if (memcmp(start, "\x93NUMPY", 6) != 0)
        return refuse(error, "not an array: the first bytes are not numpy's");
    int major = start[6], minor = start[7];
    if (major < 1 || major > 3 || minor != 0)
        return refuse(error, "format version %d.%d: expected 1.0, 2.0 or 3.0", major, minor);
    *length = start[8] | (gsize)start[9] << 8;
    if (major > 1)
        *length |= (gsize)start[10] << 16 | (gsize)start[11] << 24;
    *before = major > 1 ? 12 : 10;
    if (*length > 65535)  /* three keys and eight dimensions: 64 KiB is already generous, whatever the field could say */
        return refuse(error, "the header is %" G_GSIZE_FORMAT " bytes long: expected at most 65535", *length);
    return TRUE;
}

/* ---- the dictionary: a cursor over the text, one function a kind of token ---- */

struct cursor {
    const char *text, *at;
};

static gboolean unexpected(const struct cursor *c, const char *expected, GError **error)
{
    g_autofree char *seen = text_line(c->at, 12);
    return refuse(error, "byte %d of the header: expected %s, found \"%s\"", (int)(c->at - c->text), expected, g_strchomp(seen));
}

static void skip_blanks(struct cursor *c)
{
    while (*c->at == ' ')
        c->at++;
}

/* Takes `token` and the blanks after it. */
static gboolean take(struct cursor *c, const char *token)
{
    if (!g_str_has_prefix(c->at, token))
        return FALSE;
    c->at += strlen(token);
    skip_blanks(c);
    return TRUE;
}

/* A quoted string without escapes; numpy writes no others for what is read here. */
static char *take_string(struct cursor *c)
{
    char quote = *c->at;
    if (quote != '\'' && quote != '"')
        return NULL;
    const char *end = strchr(c->at + 1, quote);
    if (end == NULL || memchr(c->at, '\\', (gsize)(end - c->at)) != NULL)
        return NULL;
    char *string = g_strndup(c->at + 1, (gsize)(end - c->at - 1));
    c->at = end + 1;
    skip_blanks(c);
    return string;
}

static gboolean take_descr(struct cursor *c, struct npy_header *header, GError **error)
{
    g_autofree char *descr = take_string(c);
    if (descr == NULL)
        return *c->at == '[' ? refuse(error, "dtype is a structure: expected <f4, <f8, <i4, <i8 or |b1")
                             : unexpected(c, "a dtype in quotes", error);
    for (gsize i = 0; i < G_N_ELEMENTS(dtypes); i++)
        if (strcmp(descr, dtypes[i].descr) == 0) {
            header->dtype = (enum npy_dtype)i;
            return TRUE;
        }
    g_autofree char *shown = text_line(descr, 40);
    return refuse(error, "dtype %s: expected <f4, <f8, <i4, <i8 or |b1", shown);
}

static gboolean take_order(struct cursor *c, struct npy_header *header, GError **error)
{
    header->fortran = take(c, "True");
    return header->fortran || take(c, "False") || unexpected(c, "True or False", error);
}

/* (), (3,), (3, 4) or (3, 4, ): as Python, where (3) is no tuple. */
static gboolean take_shape(struct cursor *c, struct npy_header *header, GError **error)
{
    if (!take(c, "("))
        return unexpected(c, "a shape such as (3, 4)", error);
    gboolean comma = TRUE;
    for (header->rank = 0; !take(c, ")"); header->rank++) {
        if (!comma || !g_ascii_isdigit(*c->at))
            return unexpected(c, comma ? "a number or the end of the shape" : "a comma or the end of the shape", error);
        if (header->rank == NDARRAY_MAX_RANK)
            return refuse(error, "more than %d dimensions", NDARRAY_MAX_RANK);
        gsize n = 0;
        for (; g_ascii_isdigit(*c->at); c->at++)
            if (!g_size_checked_mul(&n, n, 10) || !g_size_checked_add(&n, n, (gsize)(*c->at - '0')))
                return refuse(error, "a dimension has more than 2^64 elements");
        header->shape[header->rank] = n;
        skip_blanks(c);
        comma = take(c, ",");
    }
    return comma || header->rank > 1 || unexpected(c, "a comma after a single dimension", error);
}

static gboolean count_numbers(struct npy_header *header, GError **error)
{
    gboolean empty = FALSE;
    for (int i = 0; i < header->rank; i++)
        empty = empty || header->shape[i] == 0;
    header->n = empty ? 0 : 1;
    for (int i = 0; i < header->rank; i++)
        if (!g_size_checked_mul(&header->n, header->n, header->shape[i]) || header->n > NPZ_MAX_NUMBERS)
            return refuse(error, "the shape holds more than %" G_GSIZE_FORMAT " numbers", NPZ_MAX_NUMBERS);
    return TRUE;
}

gboolean npy_header_parse(const char *text, struct npy_header *header, GError **error)
{
    static const struct {
        const char *key;
        gboolean (*take_value)(struct cursor *c, struct npy_header *header, GError **error);
    } keys[] = {{"descr", take_descr}, {"fortran_order", take_order}, {"shape", take_shape}};
    gboolean seen[G_N_ELEMENTS(keys)] = {FALSE};
    struct cursor c = {text, text};
    *header = (struct npy_header){0};
    if (!take(&c, "{"))
        return unexpected(&c, "a dictionary", error);
    for (gboolean comma = TRUE; !take(&c, "}"); comma = take(&c, ",")) {
        const char *at = c.at;
        g_autofree char *key = comma ? take_string(&c) : NULL;
        if (key == NULL)
            return unexpected(&c, comma ? "a key in quotes" : "a comma or the end of the dictionary", error);
        gsize k = 0;
        while (k < G_N_ELEMENTS(keys) && strcmp(key, keys[k].key) != 0)
            k++;
        if (k == G_N_ELEMENTS(keys) || seen[k]) {
            c.at = at;
            return unexpected(&c, "'descr', 'fortran_order' and 'shape', once each", error);
        }
        seen[k] = TRUE;
        if (!take(&c, ":"))
            return unexpected(&c, "a colon", error);
        if (!keys[k].take_value(&c, header, error))
            return FALSE;
    }
    for (gsize k = 0; k < G_N_ELEMENTS(keys); k++)
        if (!seen[k])
            return refuse(error, "the header has no '%s'", keys[k].key);
    if (strcmp(c.at, "\n") != 0 && *c.at != '\0')
        return unexpected(&c, "the end of the header", error);
    return count_numbers(header, error);
}

char *npy_header_print(const struct npy_header *header, gsize *length)
{
    GString *out = g_string_new_len("\x93NUMPY\x01\x00\x00\x00", 10);
    g_string_append_printf(out, "{'descr': '%s', 'fortran_order': %s, 'shape': (", npy_descr(header->dtype),
                           header->fortran ? "True" : "False");
    for (int i = 0; i < header->rank; i++)
        g_string_append_printf(out, "%s%" G_GSIZE_FORMAT "%s", i > 0 ? ", " : "", header->shape[i], header->rank == 1 ? "," : "");
    g_string_append(out, "), }");
    while (out->len % 64 != 63)
        g_string_append_c(out, ' ');
    g_string_append_c(out, '\n');
    gsize dictionary = out->len - 10;
    out->str[8] = (char)(dictionary & 0xff);
    out->str[9] = (char)(dictionary >> 8);
    *length = out->len;
    return g_string_free(out, FALSE);
}

/* ---- numbers ---- */

static guint32 get32(const guint8 *bytes)
{
    guint32 bits;
    memcpy(&bits, bytes, sizeof bits);
    return GUINT32_FROM_LE(bits);
}

static guint64 get64(const guint8 *bytes)
{
    guint64 bits;
    memcpy(&bits, bytes, sizeof bits);
    return GUINT64_FROM_LE(bits);
}

gboolean npy_get(enum npy_dtype dtype, const guint8 *bytes, double *value)
{
    union { guint32 bits; float number; } single;
    union { guint64 bits; double number; } number;
    gint64 whole;
    switch (dtype) {
    case NPY_F4:
        single.bits = get32(bytes);
        *value = (double)single.number;
        return TRUE;
    case NPY_F8:
        number.bits = get64(bytes);
        *value = number.number;
        return TRUE;
    case NPY_I4:
        *value = (gint32)get32(bytes);
        return TRUE;
    case NPY_I8:
        whole = (gint64)get64(bytes);
        *value = (double)whole;
        return *value < 0x1p63 && (gint64)*value == whole;
    case NPY_B1:
        *value = *bytes != 0;
        return TRUE;
    }
    return FALSE;
}

void npy_put(enum npy_dtype dtype, double value, guint8 *bytes)
{
    if (dtype == NPY_F4) {
        union { float number; guint32 bits; } single = {.number = (float)value};
        guint32 bits = GUINT32_TO_LE(single.bits);
        memcpy(bytes, &bits, sizeof bits);
    } else {
        union { double number; guint64 bits; } whole = {.number = value};
        guint64 bits = GUINT64_TO_LE(whole.bits);
        memcpy(bytes, &bits, sizeof bits);
    }
}
