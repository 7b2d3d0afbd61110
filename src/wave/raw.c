/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/raw.c -- reads what SPICE simulators leave, by what the header says and how long the data are, never by who wrote it.
 *
 * The format has no specification; this follows what ngspice 39 to 46 write, and what is public of others (the Xyce reference
 * guide's chapter on raw files, the documentation of PyLTspice). Header lines "Key: value" in any order, then "Variables:" with a
 * line each, then the data. What the reader does not know in a header (Command, Option, Backannotation, …) it passes over, since
 * newer versions add lines; a flag that it does not know it refuses, since it may change the layout.
 * Text may be UTF-16: then header and ascii data are read two bytes a character, and binary data begins behind such a newline.
 * A vector may be shorter than the plot ("dims=1" behind its type). Its points beyond are in the file as zeros ("padded", the
 * default) or not at all ("unpadded"); in the plot they are NAN, so that no pad is ever taken for data.
 *
 * How wide binary numbers are is not always said: "real" is float64 throughout, or a float64 scale beside float32 values;
 * "complex" has a scale of one float64 or of a pair. The candidates are tried in the order that the flags suggest, and that
 * one is taken whose data end where the file or a next header says so and whose scale is one.
 *
 * Nothing is allocated on a header's word: before the vectors are made, their counts are held against the bytes that follow.
 */
#include "config.h"

#include "wave/raw.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "base/quantity.h"
#include "wave/bytes.h"

#if G_BYTE_ORDER != G_LITTLE_ENDIAN
#error "raw files are read in host byte order, and those that we exchange are little endian"
#endif

enum {
    NUMBER_LIMIT = 64,         /* characters of one ascii number */
    PADDING_FREE = 1 << 16,    /* points that absent values of unpadded vectors may take in any case … */
    PADDING_FACTOR = 16,       /* … and beyond that, times the values that are there */
    ROWS = 4096                /* copied at a time: of a hundred vectors they stay in the cache */
};

struct reader {
    const char *bytes;
    gsize length, at;
    const char *name;
    GError **error;
    gsize unit;          /* bytes a character: 1, or 2 for UTF-16, where … */
    gboolean big_endian;
    GString *text;       /* … the line read last, in UTF-8, that began at … */
    gsize line_at;
    gboolean lazy;       /* vectors say where their numbers lie, and hold none */
};

struct variable {
    char *name, *type;
    gsize length; /* points that it has; G_MAXSIZE: all */
};

enum header_key { KEY_TITLE, KEY_DATE, KEY_PLOTNAME, KEY_FLAGS, KEY_VARIABLES, KEY_POINTS, KEY_COUNT, KEY_OTHER = KEY_COUNT };
static const char *const header_keys[KEY_COUNT] = {"Title", "Date", "Plotname", "Flags", "No. Variables", "No. Points"};

struct header {
    gsize seen[KEY_COUNT]; /* offset + 1 of each line, 0: not yet */
    char *title, *date, *plotname;
    gboolean is_complex, is_padded, is_double, is_fast, is_stepped;
    char first_key[16];    /* "Title:" */
    gboolean marked;       /* a flag or line that only writers of narrow numbers use */
    gsize n_variables, n_points;
    GPtrArray *variables; /* struct variable */
};

/* A line without its end; CRLF counts as one end. */
struct line {
    const char *text;
    gsize length, at;
};

static gboolean fail(struct reader *r, gsize at, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean fail(struct reader *r, gsize at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    if (r->unit == 2 && r->text != NULL && at > r->line_at && at <= r->line_at + r->text->len)
        at = r->line_at + 2 * (gsize)g_utf8_strlen(r->text->str, (gssize)(at - r->line_at));
    g_set_error(r->error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: byte %" G_GSIZE_FORMAT ": %s", r->name, at, message);
    return FALSE;
}

/* What a message shows of the file: at most 40 printable characters. Newly allocated. */
static char *shown(const char *text, gsize length)
{
    char *copy = g_strndup(text, MIN(length, 40));
    for (char *c = copy; *c != '\0'; c++)
        if (!g_ascii_isprint(*c))
            *c = '?';
    return copy;
}

/* The character at a place of the file; '?' for one that is no ascii. */
static char character(const struct reader *r, gsize at)
{
    if (r->unit == 1)
        return r->bytes[at];
    char low = r->bytes[at + r->big_endian], high = r->bytes[at + !r->big_endian];
    return high != 0 || (low & 0x80) != 0 ? '?' : low;
}

static gboolean ended(const struct reader *r, gsize at)
{
    return at >= r->length || r->length - at < r->unit;
}

/* shown() of n characters of the file. */
static char *shown_at(const struct reader *r, gsize at, gsize n)
{
    char text[41];
    gsize i = 0;
    for (; i < MIN(n, 40) && !ended(r, at + i * r->unit); i++)
        text[i] = character(r, at + i * r->unit);
    return shown(text, i);
}

static gboolean is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct line trimmed(struct line line)
{
    while (line.length > 0 && is_blank(line.text[0]))
        line.text++, line.length--, line.at++;
    while (line.length > 0 && is_blank(line.text[line.length - 1]))
        line.length--;
    return line;
}

static gunichar unit_at(const struct reader *r, gsize at)
{
    guint8 low = (guint8)r->bytes[at + r->big_endian], high = (guint8)r->bytes[at + !r->big_endian];
    return (gunichar)(low | high << 8);
}

/* The line at r->at as UTF-8 in r->text; lone surrogates become U+FFFD. */
static void decode_line(struct reader *r)
{
    gunichar c = 0, pair = 0;
    g_string_truncate(r->text, 0);
    r->line_at = r->at;
    while (!ended(r, r->at) && c != '\n') {
        c = unit_at(r, r->at);
        r->at += 2;
        gboolean second = c >= 0xdc00 && c < 0xe000;
        if (pair != 0)
            g_string_append_unichar(r->text, second ? 0x10000 + ((pair - 0xd800) << 10) + (c - 0xdc00) : 0xfffd);
        if (pair == 0 && second)
            g_string_append_unichar(r->text, 0xfffd);
        pair = c >= 0xd800 && c < 0xdc00 ? c : 0;
        if (pair == 0 && !second && c != '\n')
            g_string_append_unichar(r->text, c);
    }
    if (pair != 0)
        g_string_append_unichar(r->text, 0xfffd);
}

/* The next line of a header; FALSE at the end of the file without an error, or with one for bytes that are no text. */
static gboolean next_line(struct reader *r, struct line *line)
{
    if (r->at >= r->length)
        return FALSE;
    if (r->unit == 2) {
        if (ended(r, r->at))
            return fail(r, r->at, "half a character at the end of the file");
        decode_line(r);
        *line = (struct line){r->text->str, r->text->len, r->line_at};
    } else {
        const char *start = r->bytes + r->at;
        const char *end = memchr(start, '\n', r->length - r->at);
        gsize n = end != NULL ? (gsize)(end - start) : r->length - r->at;
        *line = (struct line){start, n, r->at};
        r->at += end != NULL ? n + 1 : n;
    }
    const char *text = line->text;
    if (line->length > 0 && text[line->length - 1] == '\r')
        line->length--;
    for (gsize i = 0; i < line->length; i++)
        if (g_ascii_iscntrl(text[i]) && text[i] != '\t')
            return fail(r, line->at + i, "control character 0x%02x, expected a header line or the end of the file", (guint8)text[i]);
    return TRUE;
}

/* Text as the rest of the program may pass it on (JSON, HTML): valid UTF-8. Newly allocated. */
static char *line_text(struct line line)
{
    line = trimmed(line);
    return g_utf8_make_valid(line.text, (gssize)line.length);
}

static gboolean parse_count(struct reader *r, struct line line, const char *what, gsize *count)
{
    line = trimmed(line);
    gsize n = 0;
    gboolean ok = line.length > 0 && line.length <= 15; /* 10^15 fits in any gsize of 64 bits and in no file */
    for (gsize i = 0; ok && i < line.length; i++) {
        ok = g_ascii_isdigit(line.text[i]);
        n = n * 10 + (gsize)(line.text[i] - '0');
    }
    if (!ok) {
        g_autofree char *seen = shown(line.text, line.length);
        return fail(r, line.at, "%s \"%s\": expected a count", what, seen);
    }
    *count = n;
    return TRUE;
}

static gboolean next_word(struct line *rest, struct line *word)
{
    *rest = trimmed(*rest);
    gsize n = 0;
    while (n < rest->length && !is_blank(rest->text[n]))
        n++;
    *word = (struct line){rest->text, n, rest->at};
    rest->text += n;
    rest->length -= n;
    rest->at += n;
    return n > 0;
}

static gboolean word_is(struct line word, const char *text)
{
    return word.length == strlen(text) && g_ascii_strncasecmp(word.text, text, word.length) == 0;
}

/* Between tabs a name may hold blanks. */
static gboolean next_name(struct line *rest, struct line *name)
{
    const char *tab = rest->length > 1 && rest->text[0] == '\t' ? memchr(rest->text + 1, '\t', rest->length - 1) : NULL;
    gsize n = tab != NULL ? (gsize)(tab - rest->text) : 0;
    *name = trimmed((struct line){rest->text, n, rest->at});
    if (name->length == 0)
        return next_word(rest, name);
    rest->text += n;
    rest->length -= n;
    rest->at += n;
    return TRUE;
}

static gboolean parse_flags(struct reader *r, struct line rest, struct header *header)
{
    struct line word, whole = rest;
    gboolean is_real = FALSE, passed_over = FALSE;
    const struct {
        const char *name;
        gboolean *flag;
        gboolean value, marks; /* marks: only writers of narrow numbers say it */
    } known[] = {{"real", &is_real, TRUE, FALSE},
                 {"complex", &header->is_complex, TRUE, FALSE},
                 {"padded", &header->is_padded, TRUE, FALSE},
                 {"unpadded", &header->is_padded, FALSE, FALSE},
                 {"double", &header->is_double, TRUE, TRUE},
                 {"fastaccess", &header->is_fast, TRUE, TRUE},
                 {"stepped", &header->is_stepped, TRUE, TRUE},
                 {"forward", &passed_over, TRUE, TRUE},
                 {"log", &passed_over, TRUE, TRUE},
                 {"lin", &passed_over, TRUE, TRUE},
                 {"linear", &passed_over, TRUE, TRUE}};
    header->is_padded = TRUE;
    while (next_word(&rest, &word)) {
        gsize i = 0;
        while (i < G_N_ELEMENTS(known) && !word_is(word, known[i].name))
            i++;
        if (i == G_N_ELEMENTS(known)) {
            g_autofree char *seen = shown(word.text, word.length);
            return fail(r, word.at, "flag \"%s\": expected real or complex, and of the layout double, fastaccess, stepped, forward, log, "
                                    "padded or unpadded", seen);
        }
        *known[i].flag = known[i].value;
        header->marked |= known[i].marks;
    }
    if (is_real == header->is_complex)
        return fail(r, whole.at, "the flags say %s, expected either real or complex",
                    is_real ? "both real and complex" : "neither");
    return TRUE;
}

/* "dims=6" or "dims=2,3": the points of a vector that differs from its plot. */
static gboolean parse_dims(struct reader *r, struct line dims, gsize *length)
{
    gsize product = 1, n = 0;
    gboolean ok = dims.length > 0, open = TRUE;
    for (gsize i = 0; ok && i <= dims.length; i++) {
        if (i < dims.length && g_ascii_isdigit(dims.text[i])) {
            n = (open ? 0 : n * 10) + (gsize)(dims.text[i] - '0');
            open = FALSE;
            ok = n <= G_MAXUINT32;
        } else {
            ok = !open && (i == dims.length || dims.text[i] == ',') && (n == 0 || product <= G_MAXUINT32 / n);
            product *= n;
            open = TRUE;
        }
    }
    if (!ok) {
        g_autofree char *seen = shown(dims.text, dims.length);
        return fail(r, dims.at, "dimensions \"%s\": expected counts, such as 2,3", seen);
    }
    *length = product;
    return TRUE;
}

static void variable_free(gpointer data)
{
    struct variable *variable = data;
    g_free(variable->name);
    g_free(variable->type);
    g_free(variable);
}

/* "<tab>0<tab>time<tab>time [grid=3] [dims=1]" */
static gboolean parse_variable(struct reader *r, struct line line, struct header *header)
{
    struct line rest = line, index, name, type, option;
    gsize i, length = G_MAXSIZE;
    if (!next_word(&rest, &index) || !next_name(&rest, &name) || !next_word(&rest, &type)) {
        g_autofree char *seen = shown(line.text, line.length);
        return fail(r, line.at, "variable \"%s\": expected an index, a name and a type", seen);
    }
    if (!parse_count(r, index, "variable", &i))
        return FALSE;
    if (i != header->variables->len)
        return fail(r, index.at, "variable %" G_GSIZE_FORMAT " where variable %u was expected", i, header->variables->len);
    while (next_word(&rest, &option))
        if (option.length >= 5 && g_ascii_strncasecmp(option.text, "dims=", 5) == 0) {
            struct line dims = {option.text + 5, option.length - 5, option.at + 5};
            if (!parse_dims(r, dims, &length))
                return FALSE;
            if (length > header->n_points)
                return fail(r, dims.at, "a vector of %" G_GSIZE_FORMAT " points in a plot of %" G_GSIZE_FORMAT, length,
                            header->n_points);
        }
    struct variable *variable = g_new0(struct variable, 1);
    variable->name = line_text(name);
    variable->type = line_text(type);
    variable->length = length;
    g_ptr_array_add(header->variables, variable);
    return TRUE;
}

static gboolean parse_variables(struct reader *r, struct line rest, struct header *header)
{
    static const enum header_key needed[] = {KEY_PLOTNAME, KEY_FLAGS, KEY_VARIABLES, KEY_POINTS};
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
        if (header->seen[needed[i]] == 0)
            return fail(r, rest.at, "Variables: before any line \"%s:\"", header_keys[needed[i]]);
    if (header->variables->len > 0)
        return fail(r, rest.at, "the variables of the plot are listed twice");
    if (header->n_variables == 0)
        return fail(r, header->seen[KEY_VARIABLES] - 1, "a plot without variables");
    struct line line = trimmed(rest);
    gboolean on_this_line = line.length > 0; /* Berkeley's spice3 began the list behind the key */
    while (header->variables->len < header->n_variables) {
        if (!on_this_line && !next_line(r, &line)) {
            if (r->error != NULL && *r->error != NULL)
                return FALSE;
            return fail(r, r->length, "the file ends after %u of %" G_GSIZE_FORMAT " variables", header->variables->len,
                        header->n_variables);
        }
        on_this_line = FALSE;
        if (!parse_variable(r, line, header))
            return FALSE;
    }
    return TRUE;
}

static gsize variable_length(const struct header *header, guint i)
{
    const struct variable *variable = header->variables->pdata[i];
    return MIN(variable->length, header->n_points);
}

/* How many numbers the data hold, pads included; saturates. */
static gsize stored_count(const struct header *header)
{
    gsize n = 0;
    for (guint i = 0; i < header->variables->len; i++) {
        gsize more = header->is_padded ? header->n_points : variable_length(header, i);
        n = more > G_MAXSIZE / 64 - n ? G_MAXSIZE / 64 : n + more;
    }
    return n;
}

/* The plot, every point NAN; NULL where the data cannot be as long as the header says. `least` is the bytes that one number
 * takes at least, `row` what each row takes besides, `spare` what the last row may lack. */
static struct plot *make_plot(struct reader *r, const struct header *header, gsize least, gsize row, gsize spare, gboolean lazy)
{
    gsize left = r->length - r->at, n_variables = header->variables->len, stored = stored_count(header);
    if (header->n_points > G_MAXSIZE / 64 || stored * least + header->n_points * row > left + spare) {
        fail(r, r->at,
             "%" G_GSIZE_FORMAT " points of %" G_GSIZE_FORMAT " variables do not fit in the %" G_GSIZE_FORMAT
             " bytes that are left",
             header->n_points, n_variables, left);
        return NULL;
    }
    if (header->n_points > 0 && n_variables > (PADDING_FREE + PADDING_FACTOR * stored) / header->n_points) {
        fail(r, r->at, "%" G_GSIZE_FORMAT " variables of %" G_GSIZE_FORMAT " points, of which only %" G_GSIZE_FORMAT " are given",
             n_variables, header->n_points, stored);
        return NULL;
    }
    struct plot *plot = plot_new(header->title != NULL ? header->title : "", header->plotname, header->is_complex,
                                 header->n_points);
    if (header->date != NULL) {
        g_free(plot->date);
        plot->date = g_strdup(header->date);
    }
    for (guint i = 0; i < n_variables; i++) {
        const struct variable *variable = header->variables->pdata[i];
        struct vector *vector = (lazy ? plot_add_lazy : plot_add)(plot, variable->name, variable->type);
        for (gsize k = variable_length(header, i); !lazy && k < header->n_points; k++) {
            vector->real[k] = NAN;
            if (vector->imag != NULL)
                vector->imag[k] = NAN;
        }
    }
    return plot;
}

/* Vectors of various length, which nobody writes with narrow numbers. */
static struct plot *read_ragged(struct reader *r, const struct header *header)
{
    gsize width = header->is_complex ? 2 * sizeof(double) : sizeof(double);
    struct plot *plot = make_plot(r, header, width, 0, 0, FALSE);
    if (plot == NULL)
        return NULL;
    for (gsize k = 0; k < header->n_points; k++)
        for (guint i = 0; i < header->variables->len; i++) {
            struct vector *vector = plot->vectors->pdata[i];
            gboolean is_there = k < variable_length(header, i);
            if (is_there) {
                memcpy(&vector->real[k], r->bytes + r->at, sizeof(double));
                if (vector->imag != NULL)
                    memcpy(&vector->imag[k], r->bytes + r->at + sizeof(double), sizeof(double));
            }
            r->at += is_there || header->is_padded ? width : 0;
        }
    return plot;
}

/* Bytes of a number of the scale and of the others; a complex one is two halves. */
struct widths {
    gsize scale, value;
    gboolean complex_scale;
};

static gsize row_bytes(struct widths widths, gsize n_variables)
{
    return widths.scale + widths.value * (n_variables - 1);
}

/* Where the numbers of variable i lie in data that begin at `data`; *imag of n 0 if they are real. */
static struct numbers place(const struct reader *r, const struct header *header, struct widths widths, guint i, gsize data,
                            struct numbers *imag)
{
    gsize n = header->n_points, width = i == 0 ? widths.scale : widths.value;
    gboolean pairs = header->is_complex && (i > 0 || widths.complex_scale);
    gsize before = i == 0 ? 0 : widths.scale + widths.value * (i - 1);
    const struct variable *variable = header->variables->pdata[i];
    struct numbers re = {
        .at = r->bytes + data + (header->is_fast ? before * n : before),
        .n = n,
        .stride = header->is_fast ? width : row_bytes(widths, header->variables->len),
        .single = width == (pairs ? 2 * sizeof(float) : sizeof(float)),
        .folded = i == 0 && header->marked && g_ascii_strcasecmp(variable->type, "time") == 0,
        .mapped = r->lazy,
    };
    *imag = re;
    imag->at += pairs ? width / 2 : 0;
    imag->n = pairs ? n : 0;
    imag->folded = FALSE;
    return re;
}

/* The bytes at `at` could follow the data of a plot: none, or a header that begins as this one did. */
static gboolean may_follow(const struct reader *r, const struct header *header, gsize at)
{
    gsize n = 0;
    while (!ended(r, at) && (is_blank(character(r, at)) || character(r, at) == '\n' || character(r, at) == '\r'))
        at += r->unit;
    if (ended(r, at))
        return TRUE;
    while (header->first_key[n] != '\0' && !ended(r, at) && g_ascii_tolower(character(r, at)) == g_ascii_tolower(header->first_key[n])) {
        at += r->unit;
        n++;
    }
    return header->first_key[n] == '\0';
}

/* Time and frequency go forward, but where a stepped run begins anew, at the first value again. */
static gboolean is_scale(const struct header *header, struct numbers scale)
{
    const struct variable *variable = header->variables->pdata[0];
    gboolean forward = g_ascii_strcasecmp(variable->type, "time") == 0 || g_ascii_strcasecmp(variable->type, "frequency") == 0;
    double block[ROWS], before = -INFINITY, first = NAN;
    for (gsize done = 0; done < scale.n; done += ROWS) {
        gsize n = MIN((gsize)ROWS, scale.n - done);
        numbers_get(&scale, done, n, block);
        numbers_done(&scale, done, done + n);
        first = done == 0 ? block[0] : first;
        for (gsize i = 0; i < n; i++) {
            gboolean back = block[i] < before, anew = header->is_stepped && fabs(block[i] - first) <= 1e-6 * fabs(before);
            if (!isfinite(block[i]) || (forward && back && !anew))
                return FALSE;
            before = block[i];
        }
    }
    return TRUE;
}

/* Candidates in the order of likelihood; returns how many. Pairs of float32 are none: nobody is known to write them, and half a
 * file of wider numbers can be as long. */
static guint candidate_widths(const struct header *header, struct widths candidates[2])
{
    guint n = 0;
    if (header->is_complex) {
        candidates[n++] = (struct widths){16, 16, TRUE};
        candidates[n++] = (struct widths){8, 16, FALSE};
        return n;
    }
    if (header->marked && !header->is_double)
        candidates[n++] = (struct widths){8, 4, FALSE};
    candidates[n++] = (struct widths){8, 8, FALSE};
    return n;
}

/* The widths under which the data end where they should; else the likeliest, which then fails with its sentence. */
static struct widths find_widths(const struct reader *r, const struct header *header)
{
    struct widths candidates[2];
    guint n = candidate_widths(header, candidates);
    gsize left = r->length - r->at, n_variables = header->variables->len;
    for (guint c = 0; c < n; c++) {
        gsize row = row_bytes(candidates[c], n_variables);
        if (header->n_points > left / row || !may_follow(r, header, r->at + header->n_points * row))
            continue;
        struct numbers imag;
        if (is_scale(header, place(r, header, candidates[c], 0, r->at, &imag)))
            return candidates[c];
    }
    return candidates[0];
}

/* A block of rows for all vectors, then the next: the file is read once. */
static void copy_vectors(const struct reader *r, const struct header *header, struct widths widths, struct plot *plot)
{
    gsize n = header->n_points, together = header->is_fast ? n : ROWS;
    for (gsize from = 0; from < n; from += together)
        for (guint i = 0; i < header->variables->len; i++) {
            struct vector *vector = plot->vectors->pdata[i];
            struct numbers imag, re = place(r, header, widths, i, r->at, &imag);
            numbers_get(&re, from, MIN(together, n - from), vector->real + from);
            if (imag.n > 0)
                numbers_get(&imag, from, MIN(together, n - from), vector->imag + from);
        }
}

static gboolean is_ragged(const struct header *header)
{
    for (guint i = 0; i < header->variables->len; i++)
        if (variable_length(header, i) < header->n_points)
            return TRUE;
    return FALSE;
}

static struct plot *read_binary(struct reader *r, const struct header *header)
{
    if (is_ragged(header))
        return read_ragged(r, header);
    struct widths widths = find_widths(r, header);
    gsize n_variables = header->variables->len;
    if (header->n_points > (r->length - r->at) / row_bytes(widths, n_variables)) {
        fail(r, r->at, "%" G_GSIZE_FORMAT " points of %" G_GSIZE_FORMAT " variables do not fit in the %" G_GSIZE_FORMAT " bytes that are left",
             header->n_points, n_variables, r->length - r->at);
        return NULL;
    }
    struct plot *plot = make_plot(r, header, 0, 0, 0, r->lazy);
    if (plot == NULL)
        return NULL;
    if (!r->lazy)
        copy_vectors(r, header, widths, plot);
    for (guint i = 0; r->lazy && i < n_variables; i++) {
        struct vector *vector = plot->vectors->pdata[i];
        vector->lazy_real = place(r, header, widths, i, r->at, &vector->lazy_imag);
    }
    r->at += header->n_points * row_bytes(widths, n_variables);
    return plot;
}

static gboolean is_space(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

/* The next word of ascii data: up to white space or a comma. `what` is for messages. */
static gboolean next_token(struct reader *r, const char *what, char token[NUMBER_LIMIT], gsize *at)
{
    while (!ended(r, r->at) && is_space(character(r, r->at)))
        r->at += r->unit;
    gsize n = 0;
    char c;
    *at = r->at;
    for (gsize next = r->at; !ended(r, next) && !is_space(c = character(r, next)) && c != ','; next += r->unit, n++)
        if (n < NUMBER_LIMIT)
            token[n] = c;
    if (ended(r, r->at))
        return fail(r, r->length, "the file ends where %s was expected", what);
    if (n == 0 || n >= NUMBER_LIMIT) {
        g_autofree char *seen = shown_at(r, r->at, MAX(n, 1));
        return fail(r, r->at, "\"%s\": expected %s", seen, what);
    }
    token[n] = '\0';
    r->at += n * r->unit;
    return TRUE;
}

/* Decimal, or nan and inf with a sign as printf writes them; strtod's hexadecimal and nan(…) are no raw file. */
static gboolean next_number(struct reader *r, double *value)
{
    char token[NUMBER_LIMIT], *end;
    gsize at;
    if (!next_token(r, "a number", token, &at))
        return FALSE;
    *value = g_ascii_strtod(token, &end);
    if (*end != '\0' || strpbrk(token, "xX(") != NULL) {
        g_autofree char *seen = shown(token, strlen(token));
        return fail(r, at, "\"%s\": expected a number", seen);
    }
    return TRUE;
}

static gboolean next_value(struct reader *r, gboolean is_complex, double *real, double *imag)
{
    if (!next_number(r, real))
        return FALSE;
    gboolean comma = !ended(r, r->at) && character(r, r->at) == ',';
    if (comma != is_complex)
        return fail(r, r->at, comma ? "a complex number in a real plot" : "a real number in a complex plot");
    if (!comma)
        return TRUE;
    r->at += r->unit;
    return next_number(r, imag);
}

static gboolean read_row(struct reader *r, const struct header *header, struct plot *plot, gsize k)
{
    char token[NUMBER_LIMIT], expected[NUMBER_LIMIT];
    gsize at;
    g_snprintf(expected, sizeof expected, "%" G_GSIZE_FORMAT, k);
    if (!next_token(r, "the index of a point", token, &at))
        return FALSE;
    if (strcmp(token, expected) != 0) {
        g_autofree char *seen = shown(token, strlen(token));
        return fail(r, at, "\"%s\": expected the index of point %s", seen, expected);
    }
    for (guint i = 0; i < header->variables->len; i++) {
        struct vector *vector = plot->vectors->pdata[i];
        double real, imag = 0;
        gboolean is_there = k < variable_length(header, i);
        if (!is_there && !header->is_padded)
            continue;
        if (!next_value(r, header->is_complex, &real, &imag))
            return FALSE;
        if (is_there) {
            vector->real[k] = real;
            if (vector->imag != NULL)
                vector->imag[k] = imag;
        }
    }
    return TRUE;
}

static struct plot *read_ascii(struct reader *r, const struct header *header)
{
    /* At least a character and what ends it for each number; the last of the file may end with it. */
    gsize unit = r->unit;
    struct plot *plot = make_plot(r, header, unit * (header->is_complex ? 4 : 2), unit * 2, unit, FALSE);
    if (plot == NULL)
        return NULL;
    g_string_truncate(r->text, 0); /* places in the data are not places in the header's last line */
    for (gsize k = 0; k < header->n_points; k++)
        if (!read_row(r, header, plot, k)) {
            plot_free(plot);
            return NULL;
        }
    /* The rest of the last line belongs to the data. */
    for (gsize k = 0; header->marked && header->is_complex == FALSE && k < header->n_points; k++) {
        struct vector *scale = plot->vectors->pdata[0];
        if (g_ascii_strcasecmp(scale->type, "time") == 0)
            scale->real[k] = fabs(scale->real[k]);
    }
    while (!ended(r, r->at) && is_space(character(r, r->at)))
        r->at += r->unit;
    return plot;
}

static enum header_key find_key(const char *text, gsize length)
{
    struct line key = {text, length, 0};
    for (int i = 0; i < KEY_COUNT; i++)
        if (word_is(key, header_keys[i]))
            return (enum header_key)i;
    return KEY_OTHER;
}

static gboolean parse_header_line(struct reader *r, enum header_key key, struct line line, struct line rest,
                                  struct header *header)
{
    if (key == KEY_OTHER) {
        header->marked |= line.length >= 7 && g_ascii_strncasecmp(line.text, "Offset:", 7) == 0;
        return TRUE;
    }
    if (header->seen[key] != 0)
        return fail(r, line.at, "a second line \"%s:\" before the data of the plot", header_keys[key]);
    header->seen[key] = line.at + 1;
    switch (key) {
    case KEY_TITLE:
        header->title = line_text(rest);
        return TRUE;
    case KEY_DATE:
        header->date = line_text(rest);
        return TRUE;
    case KEY_PLOTNAME:
        header->plotname = line_text(rest);
        return TRUE;
    case KEY_FLAGS:
        return parse_flags(r, rest, header);
    case KEY_VARIABLES:
        return parse_count(r, rest, "number of variables", &header->n_variables);
    case KEY_POINTS:
        return parse_count(r, rest, "number of points", &header->n_points);
    case KEY_COUNT:
        break;
    }
    return TRUE;
}

static void header_clear(struct header *header)
{
    g_free(header->title);
    g_free(header->date);
    g_free(header->plotname);
    g_ptr_array_unref(header->variables);
}

/* Header lines up to the data, and the data. FALSE without an error: the file ended between two plots. */
static gboolean read_plot(struct reader *r, struct header *header, struct plot **plot)
{
    struct line line;
    gboolean any = FALSE;
    while (next_line(r, &line)) {
        if (trimmed(line).length == 0)
            continue;
        any = TRUE;
        const char *colon = memchr(line.text, ':', line.length);
        if (colon == NULL) {
            g_autofree char *seen = shown(line.text, line.length);
            return fail(r, line.at, "\"%s\": expected a header line such as \"Title: …\"", seen);
        }
        gsize n = (gsize)(colon - line.text);
        if (header->first_key[0] == '\0')
            memcpy(header->first_key, line.text, MIN(n + 1, sizeof header->first_key - 1));
        struct line key = {line.text, n, line.at}, rest = {colon + 1, line.length - n - 1, line.at + n + 1};
        if (word_is(key, "Variables")) {
            if (!parse_variables(r, rest, header))
                return FALSE;
        } else if (word_is(key, "Binary") || word_is(key, "Values")) {
            if (header->variables->len == 0)
                return fail(r, line.at, "data before any line \"Variables:\"");
            if (trimmed(rest).length > 0)
                return fail(r, rest.at, "data on the line that announces them");
            *plot = word_is(key, "Binary") ? read_binary(r, header) : read_ascii(r, header);
            return *plot != NULL;
        } else if (!parse_header_line(r, find_key(key.text, n), line, rest, header))
            return FALSE;
    }
    if (any && (r->error == NULL || *r->error == NULL))
        return fail(r, r->length, "the file ends in the header of a plot");
    return FALSE;
}

/* Byte order marks, or by their absence which byte of the first character is zero. */
static void find_encoding(struct reader *r)
{
    const guint8 *b = (const guint8 *)r->bytes;
    gsize n = r->length;
    gboolean marked = n >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff));
    gboolean plain = n >= 2 && (b[0] == 0) != (b[1] == 0);
    r->unit = marked || plain ? 2 : 1;
    r->big_endian = marked ? b[0] == 0xfe : plain && b[0] == 0;
    r->at = marked ? 2 : n >= 3 && memcmp(b, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static GPtrArray *parse(const char *bytes, gsize length, const char *name, gboolean lazy, GError **error)
{
    GError *problem = NULL;
    struct reader reader = {.bytes = bytes, .length = length, .name = name, .error = &problem, .lazy = lazy};
    reader.text = g_string_new(NULL);
    find_encoding(&reader);
    GPtrArray *plots = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    gboolean more = TRUE;
    while (more) {
        struct header header = {.variables = g_ptr_array_new_with_free_func(variable_free)};
        struct plot *plot = NULL;
        more = read_plot(&reader, &header, &plot);
        if (more)
            g_ptr_array_add(plots, plot);
        header_clear(&header);
    }
    if (problem == NULL && plots->len == 0)
        fail(&reader, 0, "no plot, expected a header line such as \"Title: …\"");
    g_string_free(reader.text, TRUE);
    if (problem != NULL) {
        g_propagate_error(error, problem);
        g_ptr_array_unref(plots);
        return NULL;
    }
    return plots;
}

GPtrArray *raw_parse(const char *bytes, gsize length, const char *name, GError **error)
{
    return parse(bytes, length, name, FALSE, error);
}

GPtrArray *raw_parse_lazy(const char *bytes, gsize length, const char *name, GError **error)
{
    return parse(bytes, length, name, TRUE, error);
}

GPtrArray *raw_read(const char *path, GError **error)
{
    struct bytes *bytes = bytes_read(path, error);
    GPtrArray *plots = bytes != NULL ? raw_parse(bytes->data, bytes->length, path, error) : NULL;
    bytes_free(bytes);
    return plots;
}

/* A header's text must stay on its line, a variable's name and type must stay one word. */
static void append_text(GString *out, const char *text, gboolean one_word)
{
    if (one_word && *text == '\0')
        g_string_append_c(out, '_');
    for (const char *c = text; *c != '\0'; c++)
        g_string_append_c(out, g_ascii_iscntrl(*c) || (one_word && *c == ' ') ? (one_word ? '_' : ' ') : *c);
}

static void append_header(GString *out, const struct plot *plot, enum raw_form form)
{
    g_string_append(out, "Title: ");
    append_text(out, plot->title, FALSE);
    g_string_append(out, "\n");
    if (*plot->date != '\0') {
        g_string_append(out, "Date: ");
        append_text(out, plot->date, FALSE);
        g_string_append(out, "\n");
    }
    g_string_append(out, "Plotname: ");
    append_text(out, plot->name, FALSE);
    g_string_append_printf(out, "\nFlags: %s\nNo. Variables: %u\nNo. Points: %" G_GSIZE_FORMAT "\nVariables:\n",
                           plot->is_complex ? "complex" : "real", plot->vectors->len, plot->n_points);
    for (guint i = 0; i < plot->vectors->len; i++) {
        const struct vector *vector = plot->vectors->pdata[i];
        g_string_append_printf(out, "\t%u\t", i);
        append_text(out, vector->name, TRUE);
        g_string_append_c(out, '\t');
        append_text(out, vector->type, TRUE);
        g_string_append_c(out, '\n');
    }
    g_string_append(out, form == RAW_BINARY ? "Binary:\n" : "Values:\n");
}

static void append_number(GString *out, double value, enum raw_form form)
{
    char text[NUMBER_SIZE];
    if (form == RAW_BINARY)
        g_string_append_len(out, (const char *)&value, sizeof value);
    else
        g_string_append(out, number_print(text, value));
}

void raw_append(GString *out, const struct plot *plot, enum raw_form form)
{
    append_header(out, plot, form);
    for (gsize k = 0; k < plot->n_points; k++) {
        if (form == RAW_ASCII)
            g_string_append_printf(out, " %" G_GSIZE_FORMAT, k);
        for (guint i = 0; i < plot->vectors->len; i++) {
            const struct vector *vector = plot->vectors->pdata[i];
            if (form == RAW_ASCII)
                g_string_append_c(out, '\t');
            append_number(out, vector->real[k], form);
            if (form == RAW_ASCII && plot->is_complex)
                g_string_append_c(out, ',');
            if (plot->is_complex)
                append_number(out, vector->imag[k], form);
            if (form == RAW_ASCII)
                g_string_append_c(out, '\n');
        }
        if (form == RAW_ASCII)
            g_string_append_c(out, '\n');
    }
}

gboolean raw_write(const char *path, const GPtrArray *plots, enum raw_form form, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < plots->len; i++)
        raw_append(out, plots->pdata[i], form);
    return file_write(path, out->str, out->len, error);
}
