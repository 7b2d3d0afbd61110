/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flow/baseline.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/quantity.h"
#include "wave/reduce.h"

#define FILE_LIMIT ((gsize)1 << 28)
#define MADE_LIMIT 100000
#define WAVES_HEAD "# gainspice baseline 1: waveforms of bench "
#define MEASURES_HEAD "# gainspice baseline 1: numbers\nvector,unit,value,made\n"
#define MADE_HEAD "# gainspice baseline 1: what made it\n"

static void free_recorded(gpointer recorded)
{
    recorded_free(recorded);
}

struct baseline *baseline_new(const char *folder)
{
    struct baseline *baseline = g_new0(struct baseline, 1);
    baseline->folder = g_strdup(folder);
    baseline->vectors = g_ptr_array_new_with_free_func(free_recorded);
    baseline->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    baseline->made = g_ptr_array_new_with_free_func(g_free);
    return baseline;
}

void baseline_free(struct baseline *baseline)
{
    if (baseline == NULL)
        return;
    g_free(baseline->folder);
    g_hash_table_unref(baseline->by_name);
    g_ptr_array_unref(baseline->vectors);
    g_ptr_array_unref(baseline->made);
    g_free(baseline);
}

void baseline_add(struct baseline *baseline, struct recorded *recorded)
{
    g_ptr_array_add(baseline->vectors, recorded);
    g_hash_table_insert(baseline->by_name, recorded->name, recorded);
}

int baseline_made(struct baseline *baseline, const char *words)
{
    for (guint i = 0; i < baseline->made->len; i++)
        if (g_strcmp0(baseline->made->pdata[i], words) == 0)
            return (int)i + 1;
    g_ptr_array_add(baseline->made, g_strdup(words));
    return (int)baseline->made->len;
}

/* ---- fewer points --------------------------------------------------------------------------------------------------------- */

/* The decimal of fewest digits within `off` of the value. */
static double rounded(double value, double off)
{
    char text[48];
    for (int digits = 1; off > 0 && digits < 17; digits++) {
        g_snprintf(text, sizeof text, "%.*g", digits, value);
        double decimal = g_ascii_strtod(text, NULL);
        if (fabs(decimal - value) <= off)
            return decimal;
    }
    return value;
}

static gsize near_place(gsize k, gsize n, gboolean before)
{
    return before ? (k > 0 ? k - 1 : k) : (k + 1 < n ? k + 1 : k);
}

/* How far x of a point may be rounded so that no line beside it moves by more than `off`; 0 at ends, steps and turns. */
static double x_slack(gsize n, const double *x, const double *y, gsize k, double off)
{
    double slack = INFINITY;
    if (k == 0 || k + 1 == n)
        return 0;
    for (int before = 0; before < 2; before++) {
        gsize other = near_place(k, n, before != 0);
        double dx = fabs(x[other] - x[k]), dy = fabs(y[other] - y[k]);
        slack = MIN(slack, MIN(1e-2 * dx, dy > 0 ? off * dx / dy : INFINITY));
    }
    return (x[k] - x[k - 1] > 0) == (x[k + 1] - x[k] > 0) ? slack : 0;
}

static struct recorded *copy_at(const struct recorded *recorded, gsize n)
{
    struct recorded *copy = recorded_new(recorded->name, recorded->bench, recorded->matched, recorded->unit, recorded->x_unit);
    copy->is_number = recorded->is_number;
    copy->n_simulated = recorded->n;
    copy->is_spectrum = recorded->is_spectrum;
    copy->n = n;
    copy->x = g_new0(double, MAX(n, 1));
    copy->re = g_new0(double, MAX(n, 1));
    copy->im = recorded->im != NULL ? g_new0(double, MAX(n, 1)) : NULL;
    return copy;
}

static struct recorded *whole(const struct recorded *recorded)
{
    struct recorded *copy = copy_at(recorded, recorded->n);
    memcpy(copy->x, recorded->x, recorded->n * sizeof(double));
    memcpy(copy->re, recorded->re, recorded->n * sizeof(double));
    if (copy->im != NULL)
        memcpy(copy->im, recorded->im, recorded->n * sizeof(double));
    return copy;
}

static gboolean is_within(const struct recorded *recorded, const struct recorded *copy, double within)
{
    struct curve good = recorded_curve(recorded), test = recorded_curve(copy);
    struct rule rule = {.absolute = within};
    struct verdict verdict;
    compare_curves(&good, &test, &rule, &verdict);
    gboolean passed = verdict.passed;
    verdict_clear(&verdict);
    return passed;
}

struct recorded *recorded_reduced(const struct recorded *recorded, double within)
{
    if (recorded->is_number) {
        struct recorded *number = whole(recorded);
        number->re[0] = rounded(recorded->re[0], 1e-7 * fabs(recorded->re[0]));
        return number;
    }
    if (!(within > 0) || !isfinite(within) || recorded->im != NULL)
        return whole(recorded);
    double unit = pow(10, floor(log10(within)) - 1);
    within = rounded(floor(within / unit * (1 + 1e-12)) * unit, 1e-3 * unit); /* two digits, not more than was asked for */
    g_autoptr(GArray) kept = reduce_points(recorded->n, recorded->x, recorded->re, 0.8 * within);
    struct recorded *copy = copy_at(recorded, kept->len);
    for (guint i = 0; i < kept->len; i++) {
        gsize k = g_array_index(kept, guint64, i);
        copy->x[i] = recorded->x[k];
        copy->re[i] = rounded(recorded->re[k], 0.05 * within);
    }
    g_autofree double *exact = g_memdup2(copy->x, MAX(copy->n, 1) * sizeof(double));
    for (gsize i = 0; i < copy->n; i++)
        copy->x[i] = rounded(exact[i], x_slack(copy->n, exact, copy->re, i, 0.05 * within));
    copy->within = within;
    if (is_within(recorded, copy, within))
        return copy;
    recorded_free(copy);
    return whole(recorded);
}

/* ---- reading ----------------------------------------------------------------------------------------------------------------
 */

struct lines {
    struct baseline *baseline;
    const char *path;
    char **lines;
    int at; /* from 1, of the line read last */
    GError **error;
};

static gboolean fail(const struct lines *in, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean fail(const struct lines *in, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    error_set_at(in->error, GAINSPICE_ERROR_INPUT, origin_at(in->path, in->at), "%s", message);
    return FALSE;
}

static char *next_line(struct lines *in)
{
    char *line = in->lines[in->at];
    if (line != NULL)
        in->at++;
    return line;
}

/* TRUE also where there is no such file; *lines is then NULL. */
static gboolean read_lines(const char *path, char ***lines, GError **error)
{
    *lines = NULL;
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    g_autofree char *text = file_read(path, FILE_LIMIT, NULL, origin_at(NULL, 0), error);
    if (text != NULL)
        *lines = g_strsplit(text, "\n", -1);
    return text != NULL;
}

static gboolean parse_double(const char *text, double *value)
{
    char *end;
    *value = g_ascii_strtod(text, &end);
    return *text != '\0' && *end == '\0' && strpbrk(text, "xXpP(") == NULL;
}

static gboolean parse_made(const struct lines *in, const char *text, int *made)
{
    char *end;
    gint64 number = g_ascii_strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0' || number < 1 || number > (gint64)in->baseline->made->len)
        return fail(in, "made \"%.20s\": expected a number that stands in made.txt", text);
    *made = (int)number;
    return TRUE;
}

/* "write.v(sn)" of "write.tt.27C/v(sn)", "transfer.i" of "transfer.tt/i[v=0.3]". */
static char *matched_of(const char *bench, const char *name)
{
    const char *slash = strrchr(name, '/'), *vector = slash != NULL ? slash + 1 : name,
               *bracket = strchr(vector, '(') == NULL ? strchr(vector, '[') : NULL;
    return g_strdup_printf("%s.%.*s", bench, (int)(bracket != NULL ? bracket - vector : (long)strlen(vector)), vector);
}

static gboolean add_read(struct lines *in, struct recorded *recorded)
{
    if (g_hash_table_contains(in->baseline->by_name, recorded->name)) {
        fail(in, "vector \"%s\" stands twice", recorded->name);
        recorded_free(recorded);
        return FALSE;
    }
    baseline_add(in->baseline, recorded);
    return TRUE;
}

/* "wave NAME: V over s, 31 of 640 points within 9e-05, made 1[, complex]"; words between are fixed. */
static struct recorded *parse_head(const struct lines *in, const char *bench, const char *line, gsize *n)
{
    const char *colon = strstr(line, ": ");
    g_autofree char *name = colon != NULL ? g_strndup(line + 5, (gsize)(colon - line) - 5) : NULL;
    g_auto(GStrv) words = colon != NULL ? g_strsplit(colon + 2, " ", -1) : NULL;
    static const char *const fixed[] = {NULL,     "over", NULL,   NULL, "of",      NULL, "points",
                                        "within", NULL,   "made", NULL, "complex", NULL};
    guint n_words = words != NULL ? g_strv_length(words) : 0;
    gboolean good = n_words == 11 || n_words == 12;
    for (guint i = 0; good && i < n_words; i++) {
        char *comma = strchr(words[i], ',');
        if (comma != NULL && comma[1] == '\0')
            *comma = '\0';
        good = fixed[i] == NULL || strcmp(words[i], fixed[i]) == 0;
    }
    double count, all, within;
    int made;
    if (!good || !parse_double(words[3], &count) || !parse_double(words[5], &all) || !(count >= 0 && count <= all && all < 1e9) ||
        !parse_double(words[8], &within)) {
        fail(in, "expected \"wave NAME: UNIT over UNIT, N of N points within TOLERANCE, made N\"");
        return NULL;
    }
    if (!parse_made(in, words[10], &made))
        return NULL;
    g_autofree char *matched = matched_of(bench, name);
    struct recorded *recorded = recorded_new(name, bench, matched, strcmp(words[0], "1") == 0 ? "" : words[0],
                                             strcmp(words[2], "1") == 0 ? "" : words[2]);
    recorded->within = within;
    recorded->n_simulated = (gsize)all;
    recorded->made = made;
    recorded->is_spectrum = strcmp(recorded->x_unit, "Hz") == 0;
    recorded->im = n_words == 12 ? g_new0(double, 1) : NULL;
    *n = (gsize)count;
    return recorded;
}

/* The points, up to a line that is none. */
static gboolean parse_points(struct lines *in, struct recorded *recorded, gsize n)
{
    GArray *columns[3];
    gsize n_columns = recorded->im != NULL ? 3 : 2;
    for (gsize c = 0; c < 3; c++)
        columns[c] = g_array_new(FALSE, FALSE, sizeof(double));
    gboolean ok = TRUE;
    for (gsize k = 0; ok && k < n; k++) {
        const char *line = next_line(in);
        g_auto(GStrv) words = line != NULL ? g_strsplit(line, " ", 4) : NULL;
        ok = words != NULL && g_strv_length(words) == n_columns;
        for (gsize c = 0; ok && c < n_columns; c++) {
            double value;
            ok = parse_double(words[c], &value);
            g_array_append_val(columns[c], value);
        }
        if (!ok)
            fail(in, "point %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " of %s: expected %" G_GSIZE_FORMAT " numbers", k + 1, n,
                 recorded->name, n_columns);
    }
    g_free(recorded->im);
    recorded->n = columns[0]->len;
    recorded->x = (double *)g_array_free(columns[0], FALSE);
    recorded->re = (double *)g_array_free(columns[1], FALSE);
    double *im = (double *)g_array_free(columns[2], n_columns == 2);
    recorded->im = n_columns == 3 ? im : NULL;
    return ok;
}

static gboolean parse_waves(struct lines *in, const char *bench)
{
    const char *line;
    while ((line = next_line(in)) != NULL) {
        gsize n = 0;
        if (*line == '\0' || *line == '#')
            continue;
        if (!g_str_has_prefix(line, "wave "))
            return fail(in, "\"%.40s\": expected a line that begins with \"wave \"", line);
        struct recorded *recorded = parse_head(in, bench, line, &n);
        if (recorded == NULL || !add_read(in, recorded) || !parse_points(in, recorded, n))
            return FALSE;
    }
    return TRUE;
}

static gboolean parse_measures(struct lines *in)
{
    const char *line;
    while ((line = next_line(in)) != NULL) {
        if (*line == '\0' || *line == '#' || strcmp(line, "vector,unit,value,made") == 0)
            continue;
        g_auto(GStrv) fields = g_strsplit(line, ",", -1);
        double value = NAN;
        int made;
        if (g_strv_length(fields) != 4 || (strcmp(fields[2], "none") != 0 && !parse_double(fields[2], &value)))
            return fail(in, "expected a vector, a unit, a number or none, and what made it, between commas");
        if (!parse_made(in, fields[3], &made))
            return FALSE;
        const char *dot = strchr(fields[0], '.'), *slash = strchr(fields[0], '/');
        const char *end = dot != NULL && (slash == NULL || dot < slash) ? dot : slash;
        g_autofree char *bench = end != NULL ? g_strndup(fields[0], (gsize)(end - fields[0])) : g_strdup(fields[0]);
        g_autofree char *matched = matched_of(bench, fields[0]);
        struct recorded *recorded = recorded_new(fields[0], bench, matched, fields[1], "");
        recorded->is_number = TRUE;
        recorded->n = 1;
        recorded->x = g_new0(double, 1);
        recorded->re = g_memdup2(&value, sizeof value);
        recorded->made = made;
        if (!add_read(in, recorded))
            return FALSE;
    }
    return TRUE;
}

/* Paragraphs that begin with "[N]". */
static gboolean parse_makers(struct lines *in)
{
    const char *line;
    GString *words = NULL;
    guint number = 0;
    gboolean ok = TRUE;
    while (ok && (line = next_line(in)) != NULL) {
        if (*line == '[') {
            guint64 n = g_ascii_strtoull(line + 1, NULL, 10);
            ok = n > number && n < MADE_LIMIT;
            if (!ok)
                fail(in, "\"%.20s\": expected a number in brackets, greater than the one before", line);
            if (words != NULL)
                g_ptr_array_add(in->baseline->made, g_string_free(words, FALSE));
            words = g_string_new(NULL);
            number = (guint)n;
            while (ok && in->baseline->made->len + 1 < number)
                g_ptr_array_add(in->baseline->made, NULL);
        } else if (words != NULL && *line != '\0')
            g_string_append_printf(words, "%s\n", line);
    }
    if (words != NULL)
        g_ptr_array_add(in->baseline->made, g_string_free(words, FALSE));
    return ok;
}

/* One file by its parser; `bench` NULL for those that are of all. */
static gboolean read_part(struct baseline *baseline, const char *file, const char *bench, GError **error)
{
    g_autofree char *path = g_build_filename(baseline->folder, file, NULL);
    g_auto(GStrv) lines = NULL;
    if (!read_lines(path, &lines, error))
        return FALSE;
    struct lines in = {baseline, path, lines, 0, error};
    if (lines == NULL)
        return TRUE;
    return bench != NULL ? parse_waves(&in, bench) : strcmp(file, "made.txt") == 0 ? parse_makers(&in) : parse_measures(&in);
}

static GPtrArray *waves_files(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(name, ".waves"))
            g_ptr_array_add(names, g_strdup(name));
    if (dir != NULL)
        g_dir_close(dir);
    return names;
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct baseline *baseline_read(const char *folder, GError **error)
{
    g_autofree char *made = g_build_filename(folder, "made.txt", NULL);
    if (!g_file_test(made, G_FILE_TEST_EXISTS))
        return NULL;
    struct baseline *baseline = baseline_new(folder);
    g_autoptr(GPtrArray) files = waves_files(folder);
    g_ptr_array_sort(files, by_text);
    gboolean ok = read_part(baseline, "made.txt", NULL, error);
    for (guint i = 0; ok && i < files->len; i++) {
        const char *file = files->pdata[i];
        g_autofree char *bench = g_strndup(file, strlen(file) - strlen(".waves"));
        ok = read_part(baseline, file, bench, error);
    }
    ok = ok && read_part(baseline, "measures.csv", NULL, error);
    if (ok)
        return baseline;
    baseline_free(baseline);
    return NULL;
}

/* ---- writing ----------------------------------------------------------------------------------------------------------------
 */

static const char *unit_or_one(const char *unit)
{
    return *unit != '\0' ? unit : "1";
}

static void append_wave(GString *out, const struct recorded *recorded)
{
    char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE];
    g_string_append_printf(out, "\nwave %s: %s over %s, %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " points within %s, made %d%s\n",
                           recorded->name, unit_or_one(recorded->unit), unit_or_one(recorded->x_unit), recorded->n,
                           recorded->n_simulated, number_print(a, recorded->within), recorded->made,
                           recorded->im != NULL ? ", complex" : "");
    for (gsize k = 0; k < recorded->n; k++) {
        g_string_append_printf(out, "%s %s", number_print(a, recorded->x[k]), number_print(b, recorded->re[k]));
        if (recorded->im != NULL)
            g_string_append_printf(out, " %s", number_print(c, recorded->im[k]));
        g_string_append_c(out, '\n');
    }
}

/* Only if it says something else: a file that is as it was keeps its time. */
static gboolean write_changed(const char *folder, const char *file, const GString *text, GError **error)
{
    g_autofree char *path = g_build_filename(folder, file, NULL), *old = NULL;
    gsize length;
    if (g_file_get_contents(path, &old, &length, NULL) && length == text->len && memcmp(old, text->str, length) == 0)
        return TRUE;
    return file_write(path, text->str, text->len, error);
}

/* Numbers of what made vectors, from 1 in the order in which they were, without gaps. */
static void renumber(struct baseline *baseline, GString *out)
{
    g_autofree int *number = g_new0(int, baseline->made->len + 1);
    int n = 0;
    for (guint i = 0; i < baseline->vectors->len; i++)
        number[((const struct recorded *)baseline->vectors->pdata[i])->made] = -1;
    g_string_append(out, MADE_HEAD);
    for (guint i = 1; i <= baseline->made->len; i++)
        if (number[i] != 0) {
            number[i] = ++n;
            g_string_append_printf(out, "\n[%d]\n%s", n, (const char *)baseline->made->pdata[i - 1]);
        }
    for (guint i = 0; i < baseline->vectors->len; i++) {
        struct recorded *recorded = baseline->vectors->pdata[i];
        recorded->made = number[recorded->made];
    }
}

static gboolean remove_others(const struct baseline *baseline, GHashTable *benches, GError **error)
{
    g_autoptr(GPtrArray) files = waves_files(baseline->folder);
    for (guint i = 0; i < files->len; i++) {
        const char *file = files->pdata[i];
        g_autofree char *bench = g_strndup(file, strlen(file) - strlen(".waves")),
                        *path = g_build_filename(baseline->folder, file, NULL);
        if (!g_hash_table_contains(benches, bench) && g_unlink(path) != 0) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "%s: cannot be removed: %s", path, g_strerror(errno));
            return FALSE;
        }
    }
    return TRUE;
}

static void free_text(gpointer text)
{
    g_string_free(text, TRUE);
}

gboolean baseline_write(struct baseline *baseline, GError **error)
{
    g_autoptr(GString) made = g_string_new(NULL), measures = g_string_new(MEASURES_HEAD);
    g_autoptr(GHashTable) benches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_text);
    renumber(baseline, made);
    for (guint i = 0; i < baseline->vectors->len; i++) {
        const struct recorded *recorded = baseline->vectors->pdata[i];
        char number[NUMBER_SIZE];
        if (recorded->is_number) {
            g_string_append_printf(measures, "%s,%s,%s,%d\n", recorded->name, recorded->unit,
                                   isnan(recorded->re[0]) ? "none" : number_print(number, recorded->re[0]), recorded->made);
            continue;
        }
        GString *waves = g_hash_table_lookup(benches, recorded->bench);
        if (waves == NULL) {
            waves = g_string_new(WAVES_HEAD);
            g_string_append_printf(waves, "%s\n", recorded->bench);
            g_hash_table_insert(benches, g_strdup(recorded->bench), waves);
        }
        append_wave(waves, recorded);
    }
    if (!folder_make(baseline->folder, error) || !write_changed(baseline->folder, "measures.csv", measures, error) ||
        !write_changed(baseline->folder, "made.txt", made, error))
        return FALSE;
    GHashTableIter iter;
    gpointer bench, waves;
    g_hash_table_iter_init(&iter, benches);
    while (g_hash_table_iter_next(&iter, &bench, &waves)) {
        g_autofree char *file = g_strconcat(bench, ".waves", NULL);
        if (!write_changed(baseline->folder, file, waves, error))
            return FALSE;
    }
    return remove_others(baseline, benches, error);
}
