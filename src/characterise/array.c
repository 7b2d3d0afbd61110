/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/array.c -- what wires and neighbours do to the cells of a crossbar: settling, voltage drops, and how a cell's
 * charge on its bit line depends on where it stands and on what the others do.
 *
 * Word lines and bit lines cross; cell (w, b) is on word line w and bit line b. A read is one pulse at full input on some of the
 * word lines, all cells at one level but where an entry says otherwise. The first, the middle and the last word line stand for
 * all.
 */
#include "config.h"

#include <math.h>

#include "characterise/kinds.h"

#define N_PLACES 3 /* word lines that are read alone */

static const struct characterise_parameter parameters[] = {
    {"levels", DIMENSION_NONE, 8, 3, 256, TRUE, "levels of the stored value"},
    {"pulse", DIMENSION_TIME, 15e-9, 1e-10, 1e-3, FALSE, "a read"},
    {"write", DIMENSION_TIME, 2e-9, 1e-11, 1e-3, FALSE, "a write"},
    {"edge", DIMENSION_TIME, 50e-12, 1e-12, 1e-6, FALSE, "edges of both"},
    {"band", DIMENSION_VOLTAGE, 1e-3, 1e-9, 1, FALSE, "within which a bit line has settled"},
    {"steps", DIMENSION_NONE, 150, 20, 1e6, TRUE, "time steps of a read, at least"},
    {NULL, DIMENSION_NONE, 0, 0, 0, FALSE, NULL},
};

static const struct entry_kind entries[] = {
    {"t_settle_wl", "s", "from the start of the edge until the far end of the slowest word line stays within 1 % of its swing"},
    {"t_settle_bl", "s",
     "the same of a bit line's far end within `band` of its value at 0.9 of the pulse; all cells at the highest level"},
    {"ir_wl", "V",
     "largest drop along a word line, far end less driven end, at 0.8 of the pulse, all cells at the highest level"},
    {"ir_bl", "V", "largest drop along a bit line, the same"},
    {"q_column", "C", "charge of a bit line, all word lines on and all cells at the highest level: mean over the bit lines"},
    {"contribution", "C", "charge that a cell of the highest level gives alone: word line as told, mean over the bit lines"},
    {"position", "%", "largest less smallest charge of a single cell over their mean, over all places that were read alone"},
    {"company", "%", "what a cell adds to all others less what it gives alone, over that: the largest of a bit line"},
    {"crosstalk", "%",
     "change of a middle bit line's charge from all others at the lowest to the highest level, over its own full scale"},
    {"neighbour", "V",
     "how far a write from the lowest to the highest level moves the cells of the next line that hold: the largest"},
    {NULL, NULL, NULL},
};

/* ---- places --------------------------------------------------------------------------------------------------------- */

struct place {
    const struct line_set *word, *bit, *enable;
    gsize n_word, n_bit;
    gsize places[N_PLACES];
    gsize victim;  /* bit line of crosstalk */
    gsize written; /* line that is written; the one before it holds */
};

static struct place place_of(const struct subject *of)
{
    const struct array *array = of->spec->array;
    struct place p = {array_line(array, subject_port(of, USE_WORD_LINE)),
                      array_line(array, subject_port(of, USE_BIT_LINE)),
                      array_line(array, subject_port(of, USE_WRITE_ENABLE)),
                      0,
                      0,
                      {0},
                      0,
                      0};
    if (p.word == NULL || p.bit == NULL || p.enable == NULL)
        return p;
    p.n_word = (gsize)p.word->count;
    p.n_bit = (gsize)p.bit->count;
    p.places[1] = p.n_word / 2;
    p.places[2] = p.n_word - 1;
    p.victim = p.n_bit / 2;
    p.written = MAX((gsize)p.enable->count / 2, 1);
    return p;
}

/* "v(bl[*,7])": the lines at the cell that is farthest from their driven end; without wire, the lines. */
static char *far_end(const struct line_set *line, const char *port)
{
    return line->length > 1 ? g_strdup_printf("v(%s[*,%d])", port, line->from_end ? 0 : line->length - 1)
                            : g_strdup_printf("v(%s[*])", port);
}

static double level_V(const struct subject *of, enum use_kind use, enum level level)
{
    return subject_level_V(of, use, level);
}

/* ---- benches -------------------------------------------------------------------------------------------------------- */

/* Codes of all cells, row by row: `code` on bit line `b`, `others` elsewhere. */
static void write_store(const struct subject *of, struct bench_writer *w, gsize b, int code, int others)
{
    const struct array *array = of->spec->array;
    struct place p = place_of(of);
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "<store node=\"%s\" levels=\"%d\"%s%s codes=\"", subject_port(of, USE_STORE),
                           (int)subject_parameter(of, "levels"),
                           writer_attribute(w, "low", level_V(of, USE_STORE, LEVEL_LOW), "V"),
                           writer_attribute(w, "high", level_V(of, USE_STORE, LEVEL_HIGH), "V"));
    for (int row = 0; row < array->rows; row++)
        for (int column = 0; column < array->columns; column++)
            g_string_append_printf(text, "%d ", (gsize)(p.bit->along_row ? row : column) == b ? code : others);
    g_string_append(text, "\"/>");
    write_element(w, text->str);
}

/* One line of a use: a pulse from rest to on, or rest. */
static void drive_line(const struct subject *of, struct bench_writer *w, enum use_kind kind, gsize line, gboolean on,
                       double start_s, double width_s)
{
    const struct use *use = use_find(of->spec->uses, kind);
    double rest_V = level_V(of, kind, LEVEL_REST), edge_s = subject_parameter(of, "edge");
    g_autofree char *who =
        g_strdup_printf("%s=\"%s\" index=\"%" G_GSIZE_FORMAT "\"", use->is_pair ? "pair" : "port", use->of, line);
    g_autofree char *text =
        on ? g_strdup_printf("<pulse %s%s%s%s%s%s%s/>", who, writer_attribute(w, "low", rest_V, "V"),
                             writer_attribute(w, "high", level_V(of, kind, LEVEL_ON), "V"),
                             writer_attribute(w, "delay", start_s, "s"), writer_attribute(w, "rise", edge_s, "s"),
                             writer_attribute(w, "fall", edge_s, "s"), writer_attribute(w, "width", width_s, "s"))
           : g_strdup_printf("<hold %s%s/>", who, writer_attribute(w, "value", rest_V, "V"));
    write_element(w, text);
    write_driven(w, kind);
}

enum reads { READ_ALL, READ_ONE, READ_WITHOUT };

/* A read: all word lines, line `which` alone, or all but it. `divide` divides the time steps. */
static void begin_read(const struct subject *of, struct bench_writer *w, const char *name, enum reads reads, gsize which,
                       double divide)
{
    double pulse_s = subject_parameter(of, "pulse"), step_s = pulse_s / subject_parameter(of, "steps") / divide;
    struct place p = place_of(of);
    write_begin(w, name);
    for (gsize l = 0; l < p.n_word; l++)
        drive_line(of, w, USE_WORD_LINE, l, reads == READ_ALL || (l == which) == (reads == READ_ONE), pulse_s / 15,
                   pulse_s - subject_parameter(of, "edge"));
    write_rest(w);
    write_tran(w, step_s, pulse_s * 1.4, step_s);
    write_element(w, "<options solver=\"klu\"/>");
}

static void measure_charge(const struct subject *of, struct bench_writer *w)
{
    g_autofree char *current = g_strdup_printf("i(%s[*])", subject_port(of, USE_BIT_LINE));
    write_measure(w, "q", "charge", current, "");
    write_end(w);
}

/* The ports of the word line: both rails of a pair. Gives how many there are. */
static int word_ports(const struct subject *of, const char *ports[2])
{
    const struct use *use = use_find(of->spec->uses, USE_WORD_LINE);
    const struct port_pair *pair = use->is_pair ? template_pair(of->spec->cell->circuit, use->of) : NULL;
    ports[0] = pair != NULL ? pair->plus : use->of;
    ports[1] = pair != NULL ? pair->minus : NULL;
    return pair != NULL ? 2 : 1;
}

/* One port's lines at 0.8 of the pulse, at both ends, and their settling within a band. */
static void measure_port(const struct subject *of, struct bench_writer *w, const struct line_set *line, const char *port,
                         double band_V)
{
    double pulse_s = subject_parameter(of, "pulse"), start_s = pulse_s / 15;
    const char *at = writer_attribute(w, "at", start_s + 0.8 * pulse_s, "s");
    g_autofree char *far = far_end(line, port), *near = g_strdup_printf("v(%s[*])", port);
    g_autofree char *far_name = g_strdup_printf("far_%s", port), *near_name = g_strdup_printf("near_%s", port),
                    *t_name = g_strdup_printf("t_%s", port);
    g_autofree char *settle =
        g_strconcat(writer_attribute(w, "from", start_s, "s"), writer_attribute(w, "to", start_s + 0.9 * pulse_s, "s"),
                    writer_attribute(w, "band", band_V, "V"), NULL);
    write_measure(w, far_name, "value", far, at);
    write_measure(w, near_name, "value", near, at);
    write_measure(w, t_name, "settling", far, settle);
}

static void measure_lines(const struct subject *of, struct bench_writer *w)
{
    struct place p = place_of(of);
    const char *ports[2];
    double swing_V = level_V(of, USE_WORD_LINE, LEVEL_ON) - level_V(of, USE_WORD_LINE, LEVEL_REST);
    int n = word_ports(of, ports);
    for (int k = 0; k < n; k++)
        measure_port(of, w, p.word, ports[k], 0.01 * fabs(swing_V));
    measure_port(of, w, p.bit, subject_port(of, USE_BIT_LINE), subject_parameter(of, "band"));
}

/* The cells of the line before the one that is written: "v(sn[*,3])". */
static char *held_cells(const struct subject *of, const struct place *p)
{
    return p->enable->along_row ? g_strdup_printf("v(%s[%d,*])", subject_port(of, USE_STORE), (int)p->written - 1)
                                : g_strdup_printf("v(%s[*,%d])", subject_port(of, USE_STORE), (int)p->written - 1);
}

/* All cells at the lowest level; one line of them is written to the highest. */
static void write_neighbour(const struct subject *of, struct bench_writer *w)
{
    struct place p = place_of(of);
    double pulse_s = subject_parameter(of, "write"), edge_s = subject_parameter(of, "edge");
    g_autofree char *held = held_cells(of, &p);
    write_begin(w, "neighbour");
    write_store(of, w, p.n_bit, 0, 0);
    write_pulse(w, USE_WRITE_LINE, level_V(of, USE_WRITE_LINE, LEVEL_REST), level_V(of, USE_WRITE_LINE, LEVEL_HIGH), pulse_s / 2,
                edge_s, pulse_s * 1.5, 0);
    for (gsize l = 0; l < (gsize)p.enable->count; l++) {
        drive_line(of, w, USE_WRITE_ENABLE, l, l == p.written, pulse_s, pulse_s - edge_s);
        if (subject_has(of, USE_WRITE_ENABLE_BAR))
            drive_line(of, w, USE_WRITE_ENABLE_BAR, l, l == p.written, pulse_s, pulse_s - edge_s);
    }
    write_rest(w);
    write_tran(w, pulse_s / 100, pulse_s * 3, pulse_s / 100);
    write_element(w, "<options solver=\"klu\"/>");
    write_measure(w, "v_before", "value", held, writer_attribute(w, "at", pulse_s / 4, "s"));
    write_measure(w, "v_after", "value", held, writer_attribute(w, "at", pulse_s * 3, "s"));
    write_end(w);
}

static gboolean check_lines(const struct subject *of, GError **error)
{
    struct place p = place_of(of);
    const struct characterise_spec *spec = of->spec;
    const char *wrong = spec->assembly != NULL || spec->group != NULL ? "is of a whole array, not of an assembly or a group"
                        : p.n_bit == 0 || p.n_word == 0               ? "needs lines of word-line, bit-line and write-enable"
                        : p.word->along_row == p.bit->along_row       ? "needs word lines and bit lines that cross"
                        : p.n_word < 2 || p.n_bit < 2 || p.enable->count < 2 ? "needs at least two lines of each"
                                                                             : NULL;
    if (wrong == NULL)
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, spec->origin, "characterise %s: kind array %s", spec->name, wrong);
    return FALSE;
}

static gboolean expand(const struct subject *of, struct bench_writer *w, GError **error)
{
    if (!check_lines(of, error))
        return FALSE;
    struct place p = place_of(of);
    int top = (int)subject_parameter(of, "levels") - 1;
    static const char *const reads[] = {"all", "all_check", "all_low", "others_low", "others_high"};
    for (gsize r = 0; r < G_N_ELEMENTS(reads); r++) {
        begin_read(of, w, reads[r], READ_ALL, 0, r == 1 ? 2 : 1);
        write_store(of, w, p.victim, r < 2 ? top : r == 2 ? 0 : top / 2, r < 2 || r == 4 ? top : 0);
        if (r == 0)
            measure_lines(of, w);
        measure_charge(of, w);
    }
    for (int k = 0; k < N_PLACES; k++) {
        g_autofree char *one = g_strdup_printf("one_%d", k), *without = g_strdup_printf("without_%d", k);
        begin_read(of, w, one, READ_ONE, p.places[k], 1);
        write_store(of, w, p.n_bit, top, top);
        measure_charge(of, w);
        begin_read(of, w, without, READ_WITHOUT, p.places[k], 1);
        write_store(of, w, p.n_bit, top, top);
        measure_charge(of, w);
    }
    write_neighbour(of, w);
    return TRUE;
}

/* ---- the data sheet ------------------------------------------------------------------------------------------------- */

static double mean_of(gsize n, const double *x)
{
    double sum = 0;
    for (gsize i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

/* The value of largest magnitude of a - b; NAN where there is one. */
static double largest_difference(gsize n, const double *a, const double *b)
{
    double largest = 0;
    for (gsize i = 0; i < n; i++) {
        if (isnan(a[i]) || isnan(b[i]))
            return NAN;
        if (fabs(a[i] - b[i]) > fabs(largest))
            largest = a[i] - b[i];
    }
    return largest;
}

static double largest_of(gsize n, const double *x)
{
    g_autofree double *zero = g_new0(double, n);
    return largest_difference(n, x, zero);
}

static void put_port(const struct readings *readings, struct sheet *sheet, const char *settle, const char *drop, const char *port,
                     gsize n)
{
    g_autofree char *far = g_strdup_printf("far_%s", port), *near = g_strdup_printf("near_%s", port),
                    *t = g_strdup_printf("t_%s", port);
    sheet_put(sheet, settle, port, largest_of(n, reading(readings, "all", t, n)));
    sheet_put(sheet, drop, port, largest_difference(n, reading(readings, "all", far, n), reading(readings, "all", near, n)));
}

static void put_lines(const struct subject *of, const struct readings *readings, struct sheet *sheet, const struct place *p)
{
    const char *ports[2];
    int n = word_ports(of, ports);
    for (int k = 0; k < n; k++)
        put_port(readings, sheet, "t_settle_wl", "ir_wl", ports[k], p->n_word);
    put_port(readings, sheet, "t_settle_bl", "ir_bl", subject_port(of, USE_BIT_LINE), p->n_bit);
}

static const double *charges(const struct readings *readings, const char *bench, const struct place *p)
{
    return reading(readings, bench, "q", p->n_bit);
}

/* Each place alone, and in company. */
static void put_places(const struct readings *readings, struct sheet *sheet, const struct place *p)
{
    double least_C = INFINITY, most_C = -INFINITY, sum_C = 0; /* NAN by the sum */
    const double *all_C = charges(readings, "all", p);
    for (int k = 0; k < N_PLACES; k++) {
        g_autofree char *one = g_strdup_printf("one_%d", k), *without = g_strdup_printf("without_%d", k),
                        *at = g_strdup_printf("word line %" G_GSIZE_FORMAT, p->places[k]);
        const double *one_C = charges(readings, one, p), *without_C = charges(readings, without, p);
        g_autofree double *company = g_new(double, p->n_bit);
        for (gsize b = 0; b < p->n_bit; b++) {
            company[b] = 100 * ((all_C[b] - without_C[b]) / one_C[b] - 1);
            least_C = fmin(least_C, one_C[b]);
            most_C = fmax(most_C, one_C[b]);
            sum_C += one_C[b];
        }
        sheet_put(sheet, "contribution", at, mean_of(p->n_bit, one_C));
        sheet_put(sheet, "company", at, largest_of(p->n_bit, company));
    }
    sheet_put(sheet, "position", NULL, 100 * (most_C - least_C) / fabs(sum_C / (double)(N_PLACES * p->n_bit)));
}

static void put_crosstalk(const struct readings *readings, struct sheet *sheet, const struct place *p)
{
    double scale_C = charges(readings, "all", p)[p->victim] - charges(readings, "all_low", p)[p->victim];
    double change_C = charges(readings, "others_high", p)[p->victim] - charges(readings, "others_low", p)[p->victim];
    sheet_put(sheet, "crosstalk", NULL, 100 * change_C / fabs(scale_C));
}

static void evaluate(const struct subject *of, const struct readings *readings, struct sheet *sheet)
{
    struct place p = place_of(of);
    gsize n_held = (gsize)(p.enable->along_row ? of->spec->array->columns : of->spec->array->rows);
    const double *all_C = charges(readings, "all", &p), *check_C = charges(readings, "all_check", &p);
    put_lines(of, readings, sheet, &p);
    sheet_put(sheet, "q_column", NULL, mean_of(p.n_bit, all_C));
    sheet_check(sheet, "half the time step", 100 * largest_difference(p.n_bit, check_C, all_C) / fabs(mean_of(p.n_bit, all_C)),
                0.1, "%");
    put_places(readings, sheet, &p);
    put_crosstalk(readings, sheet, &p);
    sheet_put(sheet, "neighbour", NULL,
              largest_difference(n_held, reading(readings, "neighbour", "v_after", n_held),
                                 reading(readings, "neighbour", "v_before", n_held)));
}

const struct characterisation characterise_array = {
    .name = "array",
    .title = "Array",
    .source = "settling after IEEE Std 181-2011; else ours",
    .uses = 1 << USE_STORE | 1 << USE_BIT_LINE | 1 << USE_WORD_LINE | 1 << USE_WRITE_LINE | 1 << USE_WRITE_ENABLE,
    .of = OF_ARRAY,
    .parameters = parameters,
    .entries = entries,
    .expand = expand,
    .evaluate = evaluate,
};
