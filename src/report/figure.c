/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report/figure.c -- curves as one SVG element, drawn by gnuplot.
 *
 * gnuplot gets one script on stdin with the data inline, in an empty environment and without its start-up files, and answers
 * on stdout: no temporary files, nothing of the machine or its user in the picture. Labels come from users; they enter the
 * script only cleaned, in single quotes, where gnuplot knows no escape but the doubled quote, and without enhanced text, so
 * that no label is a command. Curves are thinned to what the picture can show, keeping every extreme.
 */
#include "config.h"

#include "report/report.h"

#include <errno.h>
#include <gio/gio.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/quantity.h"
#include "report/blocks.h"

enum {
    PLOT_WIDTH_PX = 640,
    PLOT_HEIGHT_PX = 420,
    FONT_PX = 15,
    LEGEND_ROW_PX = 23,          /* as gnuplot spaces FONT_PX */
    LEGEND_CHAR_PX = 8,          /* mean advance of a sans-serif character of FONT_PX */
    LABEL_CHARS = 40,            /* a legend label is cut here */
    LEGEND_ABOVE_CHARS = 56,     /* a legend above the plot holds so much in a row */
    LEGEND_ABOVE_MAX = 4,        /* more series stand at the right */
    LEGEND_NAMED_MAX = 12,       /* of a family of curves so many are named */
    BUCKETS = 400,               /* of a line, each drawn by its two extremes: about one for each pixel column */
    MARKERS_MAX = 2000
};

/* Okabe and Ito's palette (Color Universal Design, 2008), told apart with any colour vision; its yellow is too light for lines on
 * white and is left out. */
static const char *const palette[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"};
/* Families of curves get the viridis scale without its light end (van der Walt and Smith, matplotlib, CC0). */
static const guint8 family_scale[][3] = {{68, 1, 84}, {65, 68, 135}, {42, 120, 142}, {34, 168, 132}, {122, 209, 81}};
static const char *const dashes[] = {"1", "(12,6)", "(3,4)", "(12,4,3,4)"};
static const int markers[] = {6, 4, 8, 12, 1, 2};   /* circle, square, triangle, diamond, cross, saltire: hollow */

static void series_free(gpointer data)
{
    struct series *series = data;
    g_free(series->label);
    g_free(series->x);
    g_free(series->y);
    g_free(series);
}

struct figure *figure_new(const char *title, const char *x_label, double x_scale, const char *y_label, double y_scale)
{
    struct figure *figure = g_new0(struct figure, 1);
    figure->title = g_strdup(title);
    figure->x_label = g_strdup(x_label);
    figure->y_label = g_strdup(y_label);
    figure->x_scale = x_scale;
    figure->y_scale = y_scale;
    figure->series = g_ptr_array_new_with_free_func(series_free);
    return figure;
}

void figure_add(struct figure *figure, const char *label, gsize n, const double *x, const double *y, gboolean points_only)
{
    struct series *series = g_new0(struct series, 1);
    series->label = g_strdup(label);
    series->n = n;
    series->x = g_memdup2(x, n * sizeof *x);
    series->y = g_memdup2(y, n * sizeof *y);
    series->points_only = points_only;
    g_ptr_array_add(figure->series, series);
}

void figure_free(struct figure *figure)
{
    if (figure == NULL)
        return;
    g_free(figure->title);
    g_free(figure->x_label);
    g_free(figure->y_label);
    g_ptr_array_unref(figure->series);
    g_free(figure);
}

/* ---- the script ---- */

/* A gnuplot string: in single quotes nothing is expanded, and a quote is written twice. */
static char *quoted(const char *text)
{
    g_autofree char *clean = report_clean(text, FALSE);
    g_auto(GStrv) parts = g_strsplit(clean, "'", -1);
    g_autofree char *inside = g_strjoinv("''", parts);
    return g_strdup_printf("'%s'", inside);
}

static char *label_shown(const struct series *series)
{
    g_autofree char *clean = report_clean(series->label, FALSE);
    if (g_utf8_strlen(clean, -1) <= LABEL_CHARS)
        return g_steal_pointer(&clean);
    g_autofree char *cut = g_utf8_substring(clean, 0, LABEL_CHARS - 1);
    return g_strconcat(cut, "…", NULL);
}

static gboolean drawable(const struct figure *figure, const struct series *series, gsize i)
{
    return isfinite(series->x[i] * figure->x_scale) && isfinite(series->y[i] * figure->y_scale);
}

static void data_row(GString *out, const struct figure *figure, const struct series *series, gsize i)
{
    char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
    if (!drawable(figure, series, i)) {
        g_string_append(out, "NaN NaN\n");
        return;
    }
    g_ascii_formatd(x, sizeof x, "%.10g", series->x[i] * figure->x_scale);
    g_ascii_formatd(y, sizeof y, "%.10g", series->y[i] * figure->y_scale);
    g_string_append_printf(out, "%s %s\n", x, y);
}

/* The extremes of the rows [from, to) in their order, and a gap where there is one. */
static void data_bucket(GString *out, const struct figure *figure, const struct series *series, gsize from, gsize to)
{
    gsize low = to, high = to, gap = to;
    for (gsize i = from; i < to; i++) {
        if (!drawable(figure, series, i)) {
            gap = i;
            continue;
        }
        if (low == to || series->y[i] < series->y[low])
            low = i;
        if (high == to || series->y[i] > series->y[high])
            high = i;
    }
    if (low != to)
        data_row(out, figure, series, MIN(low, high));
    if (low != high)
        data_row(out, figure, series, MAX(low, high));
    if (gap != to)
        data_row(out, figure, series, gap);
}

static void data_block(GString *out, const struct figure *figure, guint s)
{
    const struct series *series = figure->series->pdata[s];
    g_string_append_printf(out, "$d%u << END\n", s);
    if (series->points_only && series->n > MARKERS_MAX)
        for (gsize k = 0; k < MARKERS_MAX; k++)
            data_row(out, figure, series, (gsize)((double)k * (double)(series->n - 1) / (MARKERS_MAX - 1) + 0.5));
    else if (!series->points_only && series->n > 2 * BUCKETS)
        for (gsize b = 0; b < BUCKETS; b++)
            data_bucket(out, figure, series, b * series->n / BUCKETS, (b + 1) * series->n / BUCKETS);
    else
        for (gsize i = 0; i < series->n; i++)
            data_row(out, figure, series, i);
    g_string_append(out, "END\n");
}

static gboolean has_label(const struct figure *figure, guint s)
{
    const char *label = ((const struct series *)figure->series->pdata[s])->label;
    return label != NULL && *label != '\0';
}

/* Series of one colour are a group: a labelled one and those without a label behind it; without any label each is its own.
 * Gives the number of groups; group[s] is that of series s. */
static guint groups_of(const struct figure *figure, guint *group)
{
    guint n_labelled = 0, n = figure->series->len;
    for (guint s = 0; s < n; s++) {
        n_labelled += has_label(figure, s);
        group[s] = n_labelled > 0 ? n_labelled - 1 : 0;
    }
    if (n_labelled > 0)
        return n_labelled;
    for (guint s = 0; s < n; s++)
        group[s] = s;
    return n;
}

/* The first number in a label, and the label without it: "V_in = 0.45 V" is 0.45 and "V_in =  V". */
static gboolean label_number(const char *label, double *number, char **rest)
{
    const char *p = label;
    while (*p != '\0' && !(g_ascii_isdigit(*p) && (p == label || !(g_ascii_isalnum(p[-1]) || p[-1] == '_'))))
        p++;
    if (*p == '\0')
        return FALSE;
    if (p > label && p[-1] == '-')
        p--;
    char *end;
    *number = g_ascii_strtod(p, &end);
    g_autofree char *before = g_strndup(label, (gsize)(p - label));
    *rest = g_strconcat(before, end, NULL);
    return TRUE;
}

/* Curves whose labels differ in one ascending or descending number are slices of a surface: they get a colour scale, so that
 * the order shows. So do more curves than colours and dashes can tell apart. */
static gboolean is_family(const struct figure *figure, guint n_groups)
{
    if (n_groups > G_N_ELEMENTS(palette) * G_N_ELEMENTS(dashes))
        return TRUE;
    double first = 0, previous = 0, number;
    g_autofree char *common = NULL;
    guint n = 0;
    for (guint s = 0; s < figure->series->len; s++) {
        if (!has_label(figure, s))
            continue;
        g_autofree char *label = label_shown(figure->series->pdata[s]), *rest = NULL;
        if (!label_number(label, &number, &rest) || (common != NULL && strcmp(common, rest) != 0))
            return FALSE;
        if (n == 0)
            first = number;
        else if (number == previous || (n > 1 && (number > previous) != (previous > first)))
            return FALSE;
        previous = number;
        if (common == NULL)
            common = g_steal_pointer(&rest);
        n++;
    }
    return n > 4;
}

static char *family_colour(guint g, guint n)
{
    double t = (double)g / (double)(n - 1) * (G_N_ELEMENTS(family_scale) - 1);
    guint k = MIN((guint)t, (guint)G_N_ELEMENTS(family_scale) - 2);
    double f = t - k;
    int rgb[3];
    for (int c = 0; c < 3; c++)
        rgb[c] = (int)((1 - f) * family_scale[k][c] + f * family_scale[k + 1][c] + 0.5);
    return g_strdup_printf("#%02x%02x%02x", (guint)rgb[0], (guint)rgb[1], (guint)rgb[2]);
}

struct layout {
    guint *group;               /* [series] */
    guint n_groups, n_named;
    gboolean family, legend_right;
    int width_px, height_px;
};

/* Of many curves only some are named, evenly chosen with the first and the last. */
static gboolean is_named(const struct figure *figure, const struct layout *layout, guint s)
{
    if (!has_label(figure, s))
        return FALSE;
    guint n = layout->n_groups, g = layout->group[s];
    if (!layout->family || n <= LEGEND_NAMED_MAX)
        return TRUE;
    guint step = (g * (LEGEND_NAMED_MAX - 1) + (n - 1) / 2) / (n - 1);
    return g == (step * (n - 1) + (LEGEND_NAMED_MAX - 1) / 2) / (LEGEND_NAMED_MAX - 1);
}

/* `group` has room for every series and outlives the layout. */
static struct layout layout_of(const struct figure *figure, guint *group)
{
    struct layout layout = {.group = group, .width_px = PLOT_WIDTH_PX, .height_px = PLOT_HEIGHT_PX};
    layout.n_groups = groups_of(figure, group);
    layout.family = is_family(figure, layout.n_groups);
    glong longest = 0, all = 0;
    for (guint s = 0; s < figure->series->len; s++) {
        if (!is_named(figure, &layout, s))
            continue;
        g_autofree char *label = label_shown(figure->series->pdata[s]);
        glong chars = g_utf8_strlen(label, -1);
        longest = MAX(longest, chars);
        all += chars + 6;
        layout.n_named++;
    }
    layout.legend_right = layout.n_named > LEGEND_ABOVE_MAX || all > LEGEND_ABOVE_CHARS;
    if (layout.legend_right) {
        layout.width_px += (int)longest * LEGEND_CHAR_PX + 4 * FONT_PX;
        layout.height_px = MAX(layout.height_px, ((int)layout.n_named + 5) * LEGEND_ROW_PX);
    }
    return layout;
}

static void plot_item(GString *out, const struct figure *figure, const struct layout *layout, guint s)
{
    const struct series *series = figure->series->pdata[s];
    guint g = layout->group[s];
    g_autofree char *label = label_shown(series), *title = quoted(label);
    g_autofree char *colour = layout->family ? family_colour(g, layout->n_groups) : g_strdup(palette[g % G_N_ELEMENTS(palette)]);
    g_string_append_printf(out, "%s$d%u using 1:2 with ", s > 0 ? ", " : "plot ", s);
    if (series->points_only)
        g_string_append_printf(out, "points pointtype %d pointsize 0.7 linewidth 1.5",
                               markers[layout->family ? 0 : g % G_N_ELEMENTS(markers)]);
    else
        g_string_append_printf(out, "lines linewidth 2 dashtype %s",
                               dashes[layout->family ? 0 : g / G_N_ELEMENTS(palette) % G_N_ELEMENTS(dashes)]);
    g_string_append_printf(out, " linecolor rgb '%s'", colour);
    if (is_named(figure, layout, s))
        g_string_append_printf(out, " title %s", title);
    else
        g_string_append(out, " notitle");
}

static char *script_of(const struct figure *figure, const struct layout *layout)
{
    g_autofree char *x_label = quoted(figure->x_label), *y_label = quoted(figure->y_label);
    GString *out = g_string_new("set encoding utf8\nset minussign\n");
    g_string_append_printf(out, "set terminal svg size %d,%d fixed noenhanced font 'sans-serif,%d' background '#ffffff'\n",
                           layout->width_px, layout->height_px, FONT_PX);
    g_string_append(out, "set border 3 linecolor rgb '#555555'\nset tics out nomirror textcolor rgb '#222222'\n"
                         "set grid linetype 1 linewidth 1 linecolor rgb '#dddddd'\n"
                         "set xzeroaxis linetype 1 linewidth 1 linecolor rgb '#999999'\n"
                         "set autoscale fix\nset offsets graph 0, graph 0, graph 0.04, graph 0.04\n");
    g_string_append_printf(out, "set xlabel %s noenhanced\nset ylabel %s noenhanced\n", x_label, y_label);
    if (layout->n_named == 0)
        g_string_append(out, "unset key\n");
    else
        g_string_append_printf(out, "set key noenhanced Left reverse samplen 2 spacing 1 maxrows %u %s\n", layout->n_named,
                               layout->legend_right ? "outside right top vertical" : "tmargin center horizontal");
    for (guint s = 0; s < figure->series->len; s++)
        data_block(out, figure, s);
    for (guint s = 0; s < figure->series->len; s++)
        plot_item(out, figure, layout, s);
    g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}

/* ---- running gnuplot ---- */

/* The script as a file without a name: unlike a pipe it cannot fill up or break under us. */
static int script_descriptor(const char *script, GError **error)
{
    int fd = memfd_create("figure", MFD_CLOEXEC);
    gsize left = strlen(script);
    gboolean ok = fd >= 0;
    for (ssize_t n; ok && left > 0; script += n, left -= (gsize)n) {
        n = write(fd, script, left);
        ok = n > 0;
    }
    if (ok && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "the figure's script cannot be kept: %s", g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* gnuplot's complaint without its echo of the script, in one line. */
static char *complaint_of(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);
    const char *last = "it drew nothing";
    for (char **line = lines; *line != NULL; line++) {
        g_strstrip(*line);
        if (**line != '\0' && strcmp(*line, "^") != 0 && !g_str_has_prefix(*line, "gnuplot>"))
            last = *line;
    }
    g_autofree char *clean = report_clean(last, FALSE);
    return g_utf8_strlen(clean, -1) <= 200 ? g_steal_pointer(&clean) : g_utf8_substring(clean, 0, 200);
}

static char *gnuplot_run(const char *script, GError **error)
{
    g_autofree char *program = g_find_program_in_path("gnuplot");
    if (program == NULL) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "gnuplot was not found, expected it in PATH");
        return NULL;
    }
    int fd = script_descriptor(script, error);
    if (fd < 0)
        return NULL;
    static const char *const environment[] = {"LC_ALL=C", "HOME=/nonexistent", NULL};
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_subprocess_launcher_set_environ(launcher, (char **)environment);
    g_subprocess_launcher_take_stdin_fd(launcher, fd);
    g_autoptr(GError) failure = NULL;
    g_autoptr(GSubprocess) process = g_subprocess_launcher_spawn(launcher, &failure, program, "-d", NULL);
    g_autofree char *drawn = NULL, *said = NULL;
    if (process == NULL || !g_subprocess_communicate_utf8(process, NULL, NULL, &drawn, &said, &failure)) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "gnuplot cannot be run: %s", failure->message);
        return NULL;
    }
    if (!g_subprocess_get_successful(process) || drawn == NULL || strstr(drawn, "</svg>") == NULL) {
        g_autofree char *complaint = complaint_of(said);
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "gnuplot failed: %s", complaint);
        return NULL;
    }
    return g_steal_pointer(&drawn);
}

/* ---- from gnuplot's document to an element ---- */

/* One tag, from its '<' to its '>': ids and references to them get the prefix, the xlink name space goes (SVG 2 has href). */
static void tag_append(GString *out, const char *tag, gsize n, const char *id)
{
    static const struct {
        const char *from, *to;
    } marks[] = {{" id='", " id='"}, {" id=\"", " id=\""}, {" xlink:href='#", " href='#"}, {"='url(#", "='url(#"}};
    for (const char *p = tag; p < tag + n;) {
        gsize k = 0;
        while (k < G_N_ELEMENTS(marks) && !g_str_has_prefix(p, marks[k].from))
            k++;
        if (k < G_N_ELEMENTS(marks)) {
            g_string_append_printf(out, "%s%s-", marks[k].to, id);
            p += strlen(marks[k].from);
        } else {
            g_string_append_c(out, *p++);
        }
    }
}

/* gnuplot leaves many empty groups, filters that nothing uses, a title on each curve that only names its number. */
static char *without_clutter(const char *drawn, GError **error)
{
    g_autoptr(GRegex) clutter =
        g_regex_new("<filter .*?</filter>\\s*|<g [^<>]*>\\s*</g>\\s*|<title>[^<]*</title>\\s*|[ \\t]+(?=\\n)", G_REGEX_DOTALL, 0,
                    error);
    return clutter == NULL ? NULL : g_regex_replace_literal(clutter, drawn, -1, 0, "", 0, error);
}

static char *element_of(const char *drawn, const struct figure *figure, const struct layout *layout, const char *id,
                        GError **error)
{
    const char *canvas = strstr(drawn, "<g id=\"gnuplot_canvas\"");
    if (canvas == NULL) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "gnuplot failed: its SVG has no canvas");
        return NULL;
    }
    g_autofree char *body = without_clutter(canvas, error);
    if (body == NULL)
        return NULL;
    g_autofree char *clean = report_clean(figure->title, FALSE), *title = g_markup_escape_text(clean, -1);
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                                "role=\"img\" aria-label=\"%s\">\n",
                           layout->width_px, layout->height_px, layout->width_px, layout->height_px, title);
    for (const char *p = body; *p != '\0';) {
        const char *end = *p == '<' ? strchr(p, '>') : NULL;
        if (end != NULL) {
            tag_append(out, p, (gsize)(end + 1 - p), id);
            p = end + 1;
        } else if (*p == '>') {   /* gnuplot leaves it bare in texts, where "]]>" would not be XML */
            g_string_append(out, "&gt;");
            p++;
        } else {
            g_string_append_c(out, *p++);
        }
    }
    return g_string_free(out, FALSE);
}

static gboolean has_data(const struct figure *figure)
{
    for (guint s = 0; s < figure->series->len; s++) {
        const struct series *series = figure->series->pdata[s];
        for (gsize i = 0; i < series->n; i++)
            if (drawable(figure, series, i))
                return TRUE;
    }
    return FALSE;
}

char *figure_to_svg(const struct figure *figure, const char *id, GError **error)
{
    if (!has_data(figure)) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "there is no point to draw");
        return NULL;
    }
    g_autofree guint *group = g_new(guint, figure->series->len);
    struct layout layout = layout_of(figure, group);
    g_autofree char *script = script_of(figure, &layout);
    g_autofree char *drawn = gnuplot_run(script, error);
    return drawn == NULL ? NULL : element_of(drawn, figure, &layout, id, error);
}
