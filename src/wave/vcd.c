/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wave/vcd.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/quantity.h"
#include "base/text.h"

enum {
    TOKEN_LIMIT = 4096, /* characters of a word that is kept */
    ALIAS_FACTOR = 64   /* points of all variables, times the bytes of the file: one code may have many names */
};
#define X_VALUE (-1.0)
#define Z_VALUE (-2.0)
#define FEMTO 1e-15

struct change {
    double t, value;
};

struct vcd {
    const char *bytes, *name;
    gsize length, at, line;
    GError **error;
    double unit_s;
    double first_s, now_s; /* NAN: no time yet */
    guint64 ticks;
    gsize name_bytes;
    GHashTable *codes;  /* char* → GArray* of struct change, owned */
    GPtrArray *names;   /* char*, in the order of the file … */
    GPtrArray *changes; /* … and the GArray of each, borrowed from codes */
    GPtrArray *scopes;  /* char* */
};

struct word {
    const char *text;
    gsize length, at;
};

static gboolean fail(struct vcd *vcd, gsize at, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean fail(struct vcd *vcd, gsize at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_set_error(vcd->error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s:%" G_GSIZE_FORMAT ": byte %" G_GSIZE_FORMAT ": %s",
                vcd->name, vcd->line, at, message);
    return FALSE;
}

static gboolean next_word(struct vcd *vcd, struct word *word)
{
    while (vcd->at < vcd->length && g_ascii_isspace(vcd->bytes[vcd->at])) {
        vcd->line += vcd->bytes[vcd->at] == '\n';
        vcd->at++;
    }
    gsize from = vcd->at;
    while (vcd->at < vcd->length && !g_ascii_isspace(vcd->bytes[vcd->at]))
        vcd->at++;
    *word = (struct word){vcd->bytes + from, vcd->at - from, from};
    return word->length > 0;
}

static gboolean is(struct word word, const char *text)
{
    return word.length == strlen(text) && memcmp(word.text, text, word.length) == 0;
}

/* Newly allocated, one line. */
static char *text_of(struct word word)
{
    g_autofree char *raw = g_strndup(word.text, MIN(word.length, TOKEN_LIMIT));
    return text_line(raw, 0);
}

static gboolean unexpected(struct vcd *vcd, struct word word, const char *expected)
{
    g_autofree char *raw = g_strndup(word.text, MIN(word.length, 40)), *seen = text_line(raw, 0);
    return fail(vcd, word.at, word.length > 0 ? "\"%s\": expected %s" : "%sthe file ends where %s was expected", seen, expected);
}

/* Words up to $end; at most `most` are kept. -1: the file ends before. */
static int section(struct vcd *vcd, struct word *words, int most)
{
    struct word word;
    int n = 0;
    while (next_word(vcd, &word)) {
        if (is(word, "$end"))
            return n;
        if (n < most)
            words[n] = word;
        n++;
    }
    unexpected(vcd, word, "$end");
    return -1;
}

static gboolean read_timescale(struct vcd *vcd)
{
    static const struct {
        const char *name;
        double unit_s;
    } units[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}, {"ps", 1e-12}, {"fs", 1e-15}};
    struct word words[2] = {{"", 0, vcd->at}, {"", 0, vcd->at}};
    int n = section(vcd, words, 2);
    if (n < 0)
        return FALSE;
    g_autofree char *text = g_strdup_printf("%.*s%.*s", (int)MIN(words[0].length, 8), words[0].text,
                                            n > 1 ? (int)MIN(words[1].length, 8) : 0, n > 1 ? words[1].text : "");
    gsize digits = strspn(text, "0123456789");
    gboolean good = n >= 1 && n <= 2 && digits >= 1 && digits <= 3 && text[0] == '1' && strspn(text + 1, "0") == digits - 1;
    for (gsize i = 0; good && i < G_N_ELEMENTS(units); i++)
        if (strcmp(text + digits, units[i].name) == 0) {
            vcd->unit_s = units[i].unit_s * (digits == 1 ? 1 : digits == 2 ? 10 : 100);
            return TRUE;
        }
    return unexpected(vcd, words[0], "a time scale, 1, 10 or 100 and a unit from s to fs");
}

static gboolean read_var(struct vcd *vcd)
{
    struct word words[5];
    gsize at = vcd->at;
    int n = section(vcd, words, 5);
    if (n < 0)
        return FALSE;
    if (n < 4)
        return fail(vcd, at, "$var of %d words, expected type, width, code and name", n);
    g_autofree char *code = g_strndup(words[2].text, MIN(words[2].length, TOKEN_LIMIT));
    GArray *changes = g_hash_table_lookup(vcd->codes, code);
    if (changes == NULL) {
        changes = g_array_new(FALSE, FALSE, sizeof(struct change));
        g_hash_table_insert(vcd->codes, g_steal_pointer(&code), changes);
    }
    GString *name = g_string_new(NULL);
    for (guint i = 0; i < vcd->scopes->len; i++)
        g_string_append_printf(name, "%s.", (const char *)vcd->scopes->pdata[i]);
    g_autofree char *reference = text_of(words[3]);
    g_string_append(name, reference);
    if (n > 4 && words[4].text[0] == '[') {
        g_autofree char *range = text_of(words[4]);
        g_string_append(name, range);
    }
    vcd->name_bytes += name->len;
    g_ptr_array_add(vcd->names, g_string_free(name, FALSE));
    g_ptr_array_add(vcd->changes, changes);
    /* names repeat their scopes: without this a short file would name very much */
    return vcd->name_bytes <= (gsize)ALIAS_FACTOR * vcd->length || fail(vcd, at, "names longer than can be kept");
}

static gboolean read_scope(struct vcd *vcd)
{
    struct word words[2];
    gsize at = vcd->at;
    int n = section(vcd, words, 2);
    if (n < 0)
        return FALSE;
    if (n < 2 || words[1].length > 255)
        return fail(vcd, at, "$scope without type and name");
    g_ptr_array_add(vcd->scopes, text_of(words[1]));
    return TRUE;
}

static gboolean read_upscope(struct vcd *vcd, gsize at)
{
    if (vcd->scopes->len == 0)
        return fail(vcd, at, "$upscope outside any scope");
    g_ptr_array_set_size(vcd->scopes, (gint)vcd->scopes->len - 1);
    return section(vcd, NULL, 0) >= 0;
}

static gboolean read_time(struct vcd *vcd, struct word word)
{
    guint64 ticks = 0;
    gboolean good = word.length > 1 && word.length <= 19;
    for (gsize i = 1; good && i < word.length; i++) {
        good = g_ascii_isdigit(word.text[i]);
        ticks = ticks * 10 + (guint64)(word.text[i] - '0');
    }
    if (!good)
        return unexpected(vcd, word, "a time, # and a whole number");
    if (!isnan(vcd->now_s) && ticks < vcd->ticks)
        return unexpected(vcd, word, "a time that is not before the last one");
    vcd->ticks = ticks;
    vcd->now_s = (double)ticks * vcd->unit_s;
    if (isnan(vcd->first_s))
        vcd->first_s = vcd->now_s;
    return TRUE;
}

static gboolean put(struct vcd *vcd, struct word code, double value)
{
    g_autofree char *key = g_strndup(code.text, MIN(code.length, TOKEN_LIMIT));
    GArray *changes = g_hash_table_lookup(vcd->codes, key);
    if (changes == NULL)
        return unexpected(vcd, code, "the code of a variable");
    if (isnan(vcd->now_s)) { /* values before any time: of the start */
        vcd->now_s = vcd->first_s = 0;
        vcd->ticks = 0;
    }
    struct change change = {vcd->now_s, value};
    if (changes->len > 0 && g_array_index(changes, struct change, changes->len - 1).t == vcd->now_s)
        g_array_set_size(changes, changes->len - 1); /* the last word of one time holds */
    g_array_append_val(changes, change);
    return TRUE;
}

static gboolean bits_value(struct vcd *vcd, struct word word, double *value)
{
    double bits = 0;
    *value = 0;
    for (gsize i = 1; i < word.length; i++) {
        char c = g_ascii_tolower(word.text[i]);
        if (c == 'z' && *value >= 0)
            *value = Z_VALUE;
        else if (c == 'x')
            *value = X_VALUE;
        else if (c == '0' || c == '1')
            bits = 2 * bits + (c - '0');
        else if (c != 'z')
            return unexpected(vcd, word, "bits 0, 1, x and z");
        if (bits > 9007199254740992.0)
            return unexpected(vcd, word, "at most 53 bits");
    }
    *value = *value < 0 ? *value : bits;
    return word.length > 1 || unexpected(vcd, word, "bits 0, 1, x and z");
}

static gboolean real_value(struct vcd *vcd, struct word word, double *value)
{
    char text[64], *end;
    gsize n = MIN(word.length - 1, sizeof text - 1);
    memcpy(text, word.text + 1, n);
    text[n] = '\0';
    *value = g_ascii_strtod(text, &end);
    return (n == word.length - 1 && n > 0 && *end == '\0' && strpbrk(text, "xX(") == NULL) ||
           unexpected(vcd, word, "r and a number");
}

/* A change: "1!", "b0110 !", "r0.45 !". */
static gboolean read_change(struct vcd *vcd, struct word word)
{
    double value;
    char kind = g_ascii_tolower(word.text[0]);
    struct word code;
    if (kind == 'b' || kind == 'r') {
        if (!(kind == 'b' ? bits_value(vcd, word, &value) : real_value(vcd, word, &value)))
            return FALSE;
        return next_word(vcd, &code) ? put(vcd, code, value) : unexpected(vcd, code, "the code of a variable");
    }
    if (kind == 's') /* a string, which some add */
        return next_word(vcd, &code) || unexpected(vcd, code, "the code of a variable");
    if (strchr("01xz", kind) == NULL || kind == '\0' || word.length < 2)
        return unexpected(vcd, word, "a time, a change of value or a command");
    code = (struct word){word.text + 1, word.length - 1, word.at + 1};
    return put(vcd, code, kind == 'x' ? X_VALUE : kind == 'z' ? Z_VALUE : kind - '0');
}

static gboolean read_command(struct vcd *vcd, struct word word)
{
    static const char *const marks[] = {"$dumpvars", "$dumpall", "$dumpon", "$dumpoff", "$end", NULL};
    for (const char *const *mark = marks; *mark != NULL; mark++)
        if (is(word, *mark))
            return TRUE; /* the values inside are changes like others */
    if (is(word, "$timescale"))
        return read_timescale(vcd);
    if (is(word, "$scope"))
        return read_scope(vcd);
    if (is(word, "$upscope"))
        return read_upscope(vcd, word.at);
    if (is(word, "$var"))
        return read_var(vcd);
    return section(vcd, NULL, 0) >= 0; /* $date, $version, $comment, $enddefinitions and what is not known */
}

/* Steps from the first time to the last; NULL where the points would be too many. */
static struct plot *make_plot(const struct vcd *vcd, guint i)
{
    const GArray *changes = vcd->changes->pdata[i];
    double first = isnan(vcd->first_s) ? 0 : vcd->first_s, last = isnan(vcd->now_s) ? 0 : vcd->now_s, value = X_VALUE;
    gsize n = 0;
    struct plot *plot = plot_new(vcd->name, "Transient Analysis", FALSE, 2 * (gsize)changes->len + 2);
    struct vector *t = plot_add(plot, "time", "time"), *v = plot_add(plot, vcd->names->pdata[i], "digital");
    for (guint k = 0; k < changes->len; k++) {
        const struct change *change = &g_array_index(changes, struct change, k);
        if (k > 0 || change->t > first) {
            if (n == 0) {
                t->real[n] = first;
                v->real[n++] = value;
            }
            t->real[n] = change->t;
            v->real[n++] = value;
        }
        value = change->value;
        t->real[n] = change->t;
        v->real[n++] = value;
    }
    if (n == 0) {
        t->real[n] = first;
        v->real[n++] = value;
    }
    if (t->real[n - 1] < last) {
        t->real[n] = last;
        v->real[n++] = value;
    }
    plot->n_points = n;
    return plot;
}

static GPtrArray *make_plots(struct vcd *vcd)
{
    double total = 0;
    for (guint i = 0; i < vcd->names->len; i++)
        total += 2.0 * ((const GArray *)vcd->changes->pdata[i])->len + 2;
    if (vcd->names->len == 0 || total > (double)ALIAS_FACTOR * (double)vcd->length) {
        fail(vcd, vcd->length, vcd->names->len == 0 ? "no variable" : "more points under other names than can be kept");
        return NULL;
    }
    GPtrArray *plots = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    for (guint i = 0; i < vcd->names->len; i++)
        g_ptr_array_add(plots, make_plot(vcd, i));
    return plots;
}

static void free_changes(gpointer changes)
{
    g_array_unref(changes);
}

GPtrArray *vcd_parse(const char *bytes, gsize length, const char *name, GError **error)
{
    struct vcd vcd = {
        .bytes = bytes, .name = name, .length = length, .line = 1, .error = error, .unit_s = 1e-9, .first_s = NAN, .now_s = NAN};
    vcd.codes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_changes);
    vcd.names = g_ptr_array_new_with_free_func(g_free);
    vcd.changes = g_ptr_array_new();
    vcd.scopes = g_ptr_array_new_with_free_func(g_free);
    struct word word;
    gboolean ok = TRUE;
    while (ok && next_word(&vcd, &word))
        ok = word.text[0] == '$'   ? read_command(&vcd, word)
             : word.text[0] == '#' ? read_time(&vcd, word)
                                   : read_change(&vcd, word);
    GPtrArray *plots = ok ? make_plots(&vcd) : NULL;
    g_hash_table_unref(vcd.codes);
    g_ptr_array_unref(vcd.names);
    g_ptr_array_unref(vcd.changes);
    g_ptr_array_unref(vcd.scopes);
    return plots;
}

/* ---- writing ----------------------------------------------------------------------------------------------------------------
 */

struct write {
    guint64 ticks;
    guint variable;
    gsize order;
    double value;
};

static int by_time(const void *a, const void *b)
{
    const struct write *one = a, *other = b;
    if (one->ticks != other->ticks)
        return one->ticks < other->ticks ? -1 : 1;
    return one->order < other->order ? -1 : one->order > other->order;
}

static void add_event(GArray *events, double t_s, guint variable, double value)
{
    struct write event = {(guint64)llround(t_s / FEMTO), variable, events->len, value};
    g_array_append_val(events, event);
}

static void add_events(GArray *events, guint variable, const struct plot *plot, const struct vector *vector, double level)
{
    const double *t = ((const struct vector *)plot->vectors->pdata[0])->real, *v = vector->real;
    double last = NAN;
    for (gsize k = 0; k < plot->n_points; k++) {
        double value = isnan(level) ? v[k] : v[k] >= level, at = t[k];
        if (value == last)
            continue;
        if (!isnan(level) && k > 0 && v[k] != v[k - 1])
            at = t[k - 1] + (t[k] - t[k - 1]) * (level - v[k - 1]) / (v[k] - v[k - 1]);
        add_event(events, at, variable, value);
        last = value;
    }
}

/* Printable characters as digits: "!", "\"", …, "!!". */
static void append_code(GString *out, guint variable)
{
    do {
        g_string_append_c(out, (char)('!' + variable % 94));
        variable /= 94;
    } while (variable > 0);
}

static gboolean check_scale(const struct plot *plot, GError **error)
{
    const double *t = ((const struct vector *)plot->vectors->pdata[0])->real;
    for (gsize k = 0; k < plot->n_points; k++)
        if (!(t[k] >= 0 && t[k] < 9e3) || (k > 0 && t[k] < t[k - 1])) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                        "plot \"%s\": VCD needs times that ascend from 0 to 9000 s, point %" G_GSIZE_FORMAT " is at %g",
                        plot->name, k, t[k]);
            return FALSE;
        }
    return TRUE;
}

static void append_value(GString *out, const struct write *event, double level)
{
    char text[NUMBER_SIZE];
    if (isnan(level))
        g_string_append_printf(out, "r%s ", number_print(text, event->value));
    else
        g_string_append_c(out, event->value > 0 ? '1' : '0');
    append_code(out, event->variable);
    g_string_append_c(out, '\n');
}

gboolean vcd_append(GString *out, const GPtrArray *plots, double level, GError **error)
{
    g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(struct write));
    guint variable = 0;
    double end_s = 0;
    g_string_append(out, "$version gainspice " PACKAGE_VERSION " $end\n$timescale 1 fs $end\n");
    for (guint p = 0; p < plots->len; p++) {
        const struct plot *plot = plots->pdata[p];
        if (!check_scale(plot, error))
            return FALSE;
        if (plot->n_points > 0)
            end_s = MAX(end_s, ((const struct vector *)plot->vectors->pdata[0])->real[plot->n_points - 1]);
        for (guint i = 1; i < plot->vectors->len; i++, variable++) {
            const struct vector *vector = plot->vectors->pdata[i];
            g_autofree char *name = g_strdelimit(g_strdup(vector->name), " \t\r\n", '_');
            g_string_append(out, isnan(level) ? "$var real 64 " : "$var wire 1 ");
            append_code(out, variable);
            g_string_append_printf(out, " %s $end\n", name);
            add_events(events, variable, plot, vector, level);
        }
    }
    g_string_append(out, "$enddefinitions $end\n");
    g_array_sort(events, by_time);
    guint64 now = G_MAXUINT64, end = (guint64)llround(end_s / FEMTO);
    for (guint e = 0; e < events->len; e++) {
        const struct write *event = &g_array_index(events, struct write, e);
        if (event->ticks != now)
            g_string_append_printf(out, "#%" G_GUINT64_FORMAT "\n", event->ticks);
        now = event->ticks;
        append_value(out, event, level);
    }
    if (now != end)
        g_string_append_printf(out, "#%" G_GUINT64_FORMAT "\n", end);
    return TRUE;
}
