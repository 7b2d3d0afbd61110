/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Raw files of others in every form, whole and damaged; CSV and VCD. */
#include "config.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "base/files.h"
#include "tests/support/check_tap.h"
#include "tests/wave/forms.h"
#include "wave/compare.h"
#include "wave/csv.h"
#include "wave/file.h"
#include "wave/raw.h"
#include "wave/vcd.h"

static char *described(const struct form *f)
{
    return g_strdup_printf("text %d data %d complex %d fast %d stepped %d crlf %d marked %d plots %u vectors %u points %zu",
                           f->text, f->data, f->is_complex, f->fast, f->stepped, f->crlf, f->marked, f->n_plots, f->n_vectors,
                           f->n_points);
}

static void ck_plots(const struct form *form, const GPtrArray *plots, const char *what)
{
    ck_assert_msg(plots->len == form->n_plots, "%s", what);
    for (guint p = 0; p < plots->len; p++) {
        const struct plot *plot = plots->pdata[p];
        ck_assert_msg(plot->n_points == form->n_points && plot->vectors->len == form->n_vectors &&
                          plot->is_complex == form->is_complex,
                      "%s", what);
        g_autofree char *title = g_strdup_printf("* C:\\µ\\circuit %u", p);
        ck_assert_msg(strcmp(plot->title, title) == 0, "%s: %s", what, plot->title);
        for (guint i = 0; i < form->n_vectors; i++) {
            const struct vector *vector = plot->vectors->pdata[i];
            for (gsize k = 0; k < form->n_points; k++) {
                double re = i == 0 ? form_scale(form, k) : form_value(p, i, k), im = i == 0 ? 0 : re / 4;
                ck_assert_msg(vector->real[k] == re, "%s: plot %u vector %u point %zu: %g", what, p, i, k, vector->real[k]);
                ck_assert_msg(vector->imag == NULL || vector->imag[k] == im, "%s: plot %u vector %u point %zu: imaginary", what,
                              p, i, k);
            }
        }
    }
}

/* Calls `see` on each form that there is. */
static gsize every_form(gsize n_points, void (*see)(const struct form *form))
{
    gsize n = 0;
    for (int text = 0; text < TEXT_COUNT; text++)
        for (int data = 0; data < DATA_COUNT; data++)
            for (int bits = 0; bits < 128; bits++) {
                struct form form = {.text = (enum form_text)text,
                                    .data = (enum form_data)data,
                                    .is_complex = (bits & 1) != 0,
                                    .fast = (bits & 2) != 0,
                                    .stepped = (bits & 4) != 0,
                                    .crlf = (bits & 8) != 0,
                                    .marked = (bits & 16) != 0,
                                    .n_plots = (bits & 32) != 0 ? 3 : 1,
                                    .n_vectors = (bits & 64) != 0 ? 4 : 2,
                                    .n_points = n_points};
                if (form_valid(&form)) {
                    see(&form);
                    n++;
                }
            }
    return n;
}

/* In an array of exactly this length, so that the sanitizer sees each byte read beyond it. */
static GPtrArray *parsed(const char *bytes, gsize length, gboolean lazy, GError **error)
{
    char *copy = g_malloc(MAX(length, 1));
    memcpy(copy, bytes, length);
    GPtrArray *plots = (lazy ? raw_parse_lazy : raw_parse)(copy, length, "x.raw", error);
    for (guint p = 0; lazy && plots != NULL && p < plots->len; p++)
        plot_load(plots->pdata[p]);
    g_free(copy);
    return plots;
}

static void read_whole(const struct form *form)
{
    GError *error = NULL;
    GString *file = form_file(form);
    g_autofree char *what = described(form);
    GPtrArray *plots = parsed(file->str, file->len, FALSE, &error);
    ck_assert_msg(plots != NULL, "%s: %s", what, error != NULL ? error->message : "?");
    ck_plots(form, plots, what);
    g_ptr_array_unref(plots);
    g_string_free(file, TRUE);
}

START_TEST(every_form_is_read)
{
    ck_assert_uint_ge(every_form(7, read_whole), 300);
    every_form(1, read_whole);
}
END_TEST

/* A lazy vector must not be given back: its bytes are no mapping here, and plot_load() reads it at once. */
static void read_lazily(const struct form *form)
{
    GError *error = NULL;
    GString *file = form_file(form);
    g_autofree char *what = described(form), *path = NULL;
    int fd = g_file_open_tmp("gainspice-XXXXXX", &path, &error);
    ck_assert(fd >= 0 && write(fd, file->str, file->len) == (gssize)file->len);
    GMappedFile *mapped = g_mapped_file_new_from_fd(fd, FALSE, &error);
    close(fd);
    g_unlink(path);
    GPtrArray *plots = raw_parse_lazy(g_mapped_file_get_contents(mapped), file->len, "x.raw", &error);
    ck_assert_msg(plots != NULL, "%s: %s", what, error != NULL ? error->message : "?");
    for (guint p = 0; p < plots->len; p++) {
        struct plot *plot = plots->pdata[p];
        const struct vector *y = plot->vectors->pdata[1];
        struct curve curve = curve_of(plot, y);
        struct verdict v;
        compare_curves(&curve, &curve, &(struct rule){0}, &v);
        ck_assert_msg(v.passed, "%s: %s", what, v.reason != NULL ? v.reason : "differs from itself");
        plot_load(plot);
        struct curve loaded = curve_of(plot, y);
        compare_curves(&curve, &loaded, &(struct rule){0}, &v);
        ck_assert_msg(v.passed, "%s: %s", what, v.reason != NULL ? v.reason : "differs when it is loaded");
    }
    ck_plots(form, plots, what);
    g_ptr_array_unref(plots);
    g_mapped_file_unref(mapped);
    g_string_free(file, TRUE);
}

START_TEST(every_form_is_read_lazily)
{
    every_form(7, read_lazily);
}
END_TEST

static gsize place_of(const GError *error)
{
    ck_assert_msg(g_str_has_prefix(error->message, "x.raw: byte "), "%s", error->message);
    return g_ascii_strtoull(error->message + strlen("x.raw: byte "), NULL, 10);
}

/* A cut binary file is refused at every length; ascii may lose digits of its last number, nothing else. */
static void read_cut(const struct form *form)
{
    GString *file = form_file(form);
    g_autofree char *what = described(form);
    for (gsize n = 0; n < file->len; n++) {
        GError *error = NULL;
        GPtrArray *plots = parsed(file->str, n, FALSE, &error);
        gsize slack = form->data == DATA_ASCII ? 60 : 0;
        ck_assert_msg(plots == NULL || n + slack >= file->len, "%s: read although cut at %zu of %zu", what, n, file->len);
        if (plots == NULL)
            ck_assert_msg(place_of(error) <= n, "%s cut at %zu: %s", what, n, error->message);
        if (plots != NULL)
            g_ptr_array_unref(plots);
        g_clear_error(&error);
    }
    g_string_free(file, TRUE);
}

static gsize n_seen;
static void read_cut_some(const struct form *form)
{
    if (form->n_vectors == 4 && form->n_plots == 1 && !form->crlf && n_seen++ % 2 == 0)
        read_cut(form);
}

START_TEST(cut_files_are_refused)
{
    every_form(5, read_cut_some);
    ck_assert_uint_ge(n_seen, 60);
}
END_TEST

static const struct form ltspice = {
    .text = TEXT_UTF16LE, .data = DATA_NARROW, .marked = TRUE, .n_plots = 1, .n_vectors = 3, .n_points = 5};

/* Where a text stands in a file of its encoding. */
static gsize place_in(const GString *file, const struct form *form, const char *text)
{
    GString *bytes = g_string_new(NULL);
    gsize at = 0;
    put_text(bytes, form, text);
    while (at + bytes->len <= file->len && memcmp(file->str + at, bytes->str, bytes->len) != 0)
        at++;
    ck_assert_msg(at + bytes->len <= file->len, "\"%s\" is not there", text);
    g_string_free(bytes, TRUE);
    return at;
}

static GString *altered(const struct form *form, const char *from, const char *to)
{
    GString *file = form_file(form), *new = g_string_new(NULL);
    gsize at = place_in(file, form, from), old = strlen(from) * (form->text >= TEXT_UTF16LE ? 2 : 1);
    put_text(new, form, to);
    g_string_erase(file, (gssize)at, (gssize)old);
    g_string_insert_len(file, (gssize)at, new->str, (gssize) new->len);
    g_string_free(new, TRUE);
    return file;
}

START_TEST(inconsistent_and_hostile_headers)
{
    static const struct {
        const char *from, *to, *at, *message; /* at: the text that the place is of; NULL: the data */
    } cases[] = {
        {"No. Points:        5", "No. Points:        6", NULL,
         "6 points of 3 variables do not fit in the 80 bytes that are left"},
        {"No. Points:        5", "No. Points: 999999999999999", NULL,
         "999999999999999 points of 3 variables do not fit in the 80 bytes that are left"},
        {"No. Points:        5", "No. Points: 99999999999999999999", "99999999999999999999",
         "number of points \"99999999999999999999\": expected a count"},
        {"No. Variables: 3", "No. Variables: 4", "Binary:", "variable \"Binary:\": expected an index, a name and a type"},
        {"No. Variables: 3", "No. Variables: 999999999999999",
         "Binary:", "variable \"Binary:\": expected an index, a name and a type"},
        {"real", "unreal", "unreal",
         "flag \"unreal\": expected real or complex, and of the layout double, fastaccess, stepped, forward, log, "
         "padded or unpadded"},
        {"\t1\tV(n001)", "\t7\tV(n001)", "7\tV", "variable 7 where variable 1 was expected"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        GString *file = altered(&ltspice, cases[i].from, cases[i].to);
        gsize at = cases[i].at != NULL ? place_in(file, &ltspice, cases[i].at) : file->len - 80;
        g_autofree char *message = g_strdup_printf("x.raw: byte %zu: %s", at, cases[i].message);
        ck_fails(parsed(file->str, file->len, FALSE, &error) != NULL, error, message);
        g_string_free(file, TRUE);
    }
    GError *error = NULL; /* too few points: the rest is no header */
    GString *file = altered(&ltspice, "No. Points:        5", "No. Points:        4");
    ck_assert_ptr_null(parsed(file->str, file->len, FALSE, &error));
    ck_assert_uint_le(place_of(error), file->len);
    g_clear_error(&error);
    g_string_free(file, TRUE);
}
END_TEST

/* A file without the flag "double" that is float64 all the same, as more than one simulator writes: its length says so. */
START_TEST(widths_by_length)
{
    struct form form = ltspice;
    form.data = DATA_WIDE;
    GError *error = NULL;
    GString *file = altered(&form, " double", "");
    GPtrArray *plots = parsed(file->str, file->len, FALSE, &error);
    ck_ok(plots != NULL, error);
    ck_plots(&form, plots, "float64 without the flag");
    g_ptr_array_unref(plots);
    g_string_free(file, TRUE);
}
END_TEST

/* ---- CSV ------------------------------------------------------------------------------------------------------------------- */

static GPtrArray *csv(const char *text, GError **error)
{
    gsize n = strlen(text);
    char *copy = g_malloc(MAX(n, 1));
    memcpy(copy, text, n);
    GPtrArray *plots = csv_parse(copy, n, "x.csv", error);
    g_free(copy);
    return plots;
}

START_TEST(csv_of_many_hands)
{
    static const char *const texts[] = {
        "time,v(out),i(v1)\n0,1,2\n1e-9,1.5,2.5\n",
        "\xef\xbb\xbftime\tv(out)\ti(v1)\r\n0\t1\t2\r\n1e-9\t1.5\t2.5",
        "# a table\n#notes\n\ntime; v(out) ;i(v1)\n 0 ;1 ; 2\n1e-9;1.5;2.5\n\n",
        "\"time\",\"v(out)\",\"i(v1)\"\n\"0\",1,2\n1e-9, 1.5, \"2.5\"\n",
        "  time   v(out)  i(v1)\n  0  1   2 \n 1e-9 1.5    2.5\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        GError *error = NULL;
        GPtrArray *plots = csv(texts[i], &error);
        ck_ok(plots != NULL, error);
        const struct plot *plot = plots->pdata[0];
        ck_assert_uint_eq(plot->n_points, 2);
        ck_assert_uint_eq(plot->vectors->len, 3);
        const struct vector *t = plot->vectors->pdata[0], *v = plot_vector(plot, "out");
        ck_assert_str_eq(t->type, "time");
        ck_assert(v != NULL && t->real[1] == 1e-9 && v->real[1] == 1.5);
        ck_assert(plot_vector(plot, "i(v1)")->real[1] == 2.5);
        g_ptr_array_unref(plots);
    }
    GError *error = NULL;
    GPtrArray *plots = csv("1,2\n3,\n", &error);
    ck_ok(plots != NULL, error);
    const struct vector *second = ((struct plot *)plots->pdata[0])->vectors->pdata[1];
    ck_assert_str_eq(second->name, "column_2");
    ck_assert(second->real[0] == 2 && isnan(second->real[1]));
    g_ptr_array_unref(plots);
}
END_TEST

START_TEST(csv_reads_back_what_it_wrote)
{
    for (int complex = 0; complex < 2; complex++) {
        struct plot *plot = plot_new("t", "AC Analysis", complex, 3);
        struct vector *f = plot_add(plot, "frequency", "frequency"), *v = plot_add(plot, "v(a,\"b\")", "voltage");
        for (int k = 0; k < 3; k++) {
            f->real[k] = k + 1 / 3.0;
            v->real[k] = k == 1 ? NAN : 5e-324 * k;
            if (complex)
                v->imag[k] = -k / 7.0;
        }
        GError *error = NULL;
        g_autoptr(GString) out = g_string_new(NULL);
        csv_append(out, plot);
        GPtrArray *plots = csv(out->str, &error);
        ck_ok(plots != NULL, error);
        const struct plot *back = plots->pdata[0];
        ck_assert_int_eq(back->is_complex, complex);
        const struct vector *w = back->vectors->pdata[1];
        ck_assert_str_eq(w->name, "v(a,\"b\")");
        for (int k = 0; k < 3; k++)
            ck_assert((isnan(v->real[k]) && isnan(w->real[k])) ||
                      (w->real[k] == v->real[k] && (!complex || w->imag[k] == v->imag[k])));
        g_ptr_array_unref(plots);
        plot_free(plot);
    }
}
END_TEST

START_TEST(csv_refuses_with_the_place)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "x.csv:0: byte 0: no line of fields"},
        {"# only\n", "x.csv:1: byte 7: no line of fields"},
        {"time,v\n", "x.csv:1: byte 7: a header without rows"},
        {"time,v\n0,1\n1,x\n", "x.csv:3: byte 13: \"x\": expected a number"},
        {"time,v\n0,1\n1\n", "x.csv:3: byte 12: 1 fields, expected 2"},
        {"time,v\n0,1,2\n", "x.csv:2: byte 11: more than 2 fields"},
        {"time,v\n,1\n", "x.csv:2: byte 7: a row without a value of the scale"},
        {"time,v\n0,0x10\n", "x.csv:2: byte 9: \"0x10\": expected a number"},
        {"time,v\n0,\"1\n", "x.csv:2: byte 9: a quoted field without an end on its line"},
        {"time,v\n0,\"1\"2\n", "x.csv:2: byte 12: text behind a quoted field"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        ck_fails(csv(cases[i].text, &error) != NULL, error, cases[i].message);
    }
    GError *error = NULL;
    ck_fails(csv_parse("a\0b", 3, "x.csv", &error) != NULL, error, "x.csv:1: byte 1: a zero byte, expected text");
}
END_TEST

/* ---- VCD ------------------------------------------------------------------------------------------------------------------- */

static const char dump[] = "$date today $end $timescale 10 ps $end\n$scope module top $end $scope module dut $end\n"
                           "$var wire 1 ! clk $end $var reg 4 \" count [3:0] $end $upscope $end $var real 64 # level $end\n"
                           "$var wire 1 $ nothing $end $upscope $end $enddefinitions $end\n"
                           "#0 $dumpvars 0! bxxxx \" r0.25 # $end\n#100 1! b101 \"\n#150 0! 1!\n#200 0! bz \" r-1.5 #\n#300\n";

START_TEST(vcd_as_steps)
{
    GError *error = NULL;
    GPtrArray *plots = vcd_parse(dump, strlen(dump), "x.vcd", &error);
    ck_ok(plots != NULL, error);
    ck_assert_uint_eq(plots->len, 4);
    static const struct {
        const char *name;
        gsize n;
        double t_ns[6], v[6];
    } expected[] = {
        /* at 1.5 ns it falls and rises: the last word of one time holds, a step of no height */
        {"top.dut.clk", 8, {0, 1, 1, 1.5, 1.5, 2}, {0, 0, 1, 1, 1, 1}},
        {"top.dut.count[3:0]", 6, {0, 1, 1, 2, 2, 3}, {-1, -1, 5, 5, -2, -2}},
        {"top.level", 4, {0, 2, 2, 3}, {0.25, 0.25, -1.5, -1.5}},
        {"top.nothing", 2, {0, 3}, {-1, -1}},
    };
    for (guint p = 0; p < 4; p++) {
        const struct plot *plot = plots->pdata[p];
        const struct vector *t = plot->vectors->pdata[0], *v = plot->vectors->pdata[1];
        ck_assert_str_eq(v->name, expected[p].name);
        ck_assert_uint_eq(plot->n_points, expected[p].n);
        for (gsize k = 0; k < MIN(plot->n_points, 6); k++) {
            ck_assert_double_eq_tol(t->real[k], 1e-9 * expected[p].t_ns[k], 1e-22);
            ck_assert_msg(v->real[k] == expected[p].v[k], "%s point %zu: %g", v->name, k, v->real[k]);
        }
    }
    g_ptr_array_unref(plots);
}
END_TEST

START_TEST(vcd_reads_back_what_it_wrote)
{
    GError *error = NULL;
    GPtrArray *plots = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    struct plot *plot = plot_new("t", "Transient Analysis", FALSE, 4);
    struct vector *t = plot_add(plot, "time", "time"), *v = plot_add(plot, "v(o ut)", "voltage");
    static const double times[] = {0, 1e-9, 2e-9, 4e-9}, values[] = {0, 0.9, 0.9, 0.1};
    memcpy(t->real, times, sizeof times);
    memcpy(v->real, values, sizeof values);
    g_ptr_array_add(plots, plot);
    for (int digital = 0; digital < 2; digital++) {
        g_autoptr(GString) out = g_string_new(NULL);
        ck_ok(vcd_append(out, plots, digital ? 0.45 : NAN, &error), error);
        GPtrArray *back = vcd_parse(out->str, out->len, "x.vcd", &error);
        ck_ok(back != NULL, error);
        const struct plot *read = back->pdata[0];
        const struct vector *u = read->vectors->pdata[0], *w = read->vectors->pdata[1];
        ck_assert_str_eq(w->name, "v(o_ut)");
        ck_assert(u->real[read->n_points - 1] == 4e-9);
        if (digital) { /* crosses 0.45 V at 0.5 ns and 2 ns + 2 ns · 0.45 / 0.8 */
            ck_assert_uint_eq(read->n_points, 6);
            ck_assert_double_eq_tol(u->real[1], 0.5e-9, 1e-15);
            ck_assert_double_eq_tol(u->real[3], 3.125e-9, 1e-15);
            ck_assert(w->real[0] == 0 && w->real[2] == 1 && w->real[5] == 0);
        } else
            ck_assert(w->real[2] == 0.9 && w->real[read->n_points - 1] == 0.1);
        g_ptr_array_unref(back);
    }
    t->real[2] = 0.5e-9;
    g_autoptr(GString) out = g_string_new(NULL);
    ck_fails(vcd_append(out, plots, NAN, &error), error,
             "plot \"Transient Analysis\": VCD needs times that ascend from 0 to 9000 s, point 2 is at 5e-10");
    g_ptr_array_unref(plots);
}
END_TEST

START_TEST(vcd_refuses_with_the_place)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"$date x", "x.vcd:1: byte 7: the file ends where $end was expected"},
        {"$timescale 3 ns $end", "x.vcd:1: byte 11: \"3\": expected a time scale, 1, 10 or 100 and a unit from s to fs"},
        {"$var wire 1 $end", "x.vcd:1: byte 4: $var of 2 words, expected type, width, code and name"},
        {"$upscope $end", "x.vcd:1: byte 0: $upscope outside any scope"},
        {"$var wire 1 ! a $end\n#5 1! #4", "x.vcd:2: byte 27: \"#4\": expected a time that is not before the last one"},
        {"$var wire 1 ! a $end\n#5 1?", "x.vcd:2: byte 25: \"?\": expected the code of a variable"},
        {"$var wire 1 ! a $end\n#5 b", "x.vcd:2: byte 24: \"b\": expected bits 0, 1, x and z"},
        {"$var wire 1 ! a $end\n#5 b01", "x.vcd:2: byte 27: the file ends where the code of a variable was expected"},
        {"$var wire 1 ! a $end\n#5 rx !", "x.vcd:2: byte 24: \"rx\": expected r and a number"},
        {"$var wire 1 ! a $end\n#x", "x.vcd:2: byte 21: \"#x\": expected a time, # and a whole number"},
        {"$var wire 1 ! a $end\n7!", "x.vcd:2: byte 21: \"7!\": expected a time, a change of value or a command"},
        {"$comment nothing $end", "x.vcd:1: byte 21: no variable"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        ck_fails(vcd_parse(cases[i].text, strlen(cases[i].text), "x.vcd", &error) != NULL, error, cases[i].message);
    }
}
END_TEST

/* ---- told apart by content --------------------------------------------------------------------------------------------------
 */

START_TEST(files_are_told_by_what_they_hold)
{
    GString *raw = form_file(&ltspice);
    struct {
        const char *bytes;
        gsize length;
        enum wave_form form;
    } cases[] = {{raw->str, raw->len, WAVE_RAW},
                 {dump, strlen(dump), WAVE_VCD},
                 {"time,v\n0,1\n", 11, WAVE_CSV},
                 {"PK\3\4 zip", 8, WAVE_NPZ}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        g_autofree char *path = NULL;
        int fd = g_file_open_tmp("gainspice-XXXXXX", &path, &error);
        ck_assert(fd >= 0 && write(fd, cases[i].bytes, cases[i].length) == (gssize)cases[i].length);
        close(fd);
        struct wave_file *file = wave_file_read(path, &error);
        ck_ok(file != NULL, error);
        ck_assert_int_eq(file->form, cases[i].form);
        wave_file_free(file);
        g_unlink(path);
    }
    g_string_free(raw, TRUE);
    GError *error = NULL;
    ck_fails(wave_file_read("none.raw", &error) != NULL, error, "file \"none.raw\": cannot be opened: No such file or directory");
    ck_fails(wave_file_read(".", &error) != NULL, error, "file \".\": cannot be read: Is a directory");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("forms");
    TCase *t = tcase_create("forms");
    tcase_add_test(t, every_form_is_read);
    tcase_add_test(t, every_form_is_read_lazily);
    tcase_add_test(t, cut_files_are_refused);
    tcase_add_test(t, inconsistent_and_hostile_headers);
    tcase_add_test(t, widths_by_length);
    tcase_add_test(t, csv_of_many_hands);
    tcase_add_test(t, csv_reads_back_what_it_wrote);
    tcase_add_test(t, csv_refuses_with_the_place);
    tcase_add_test(t, vcd_as_steps);
    tcase_add_test(t, vcd_reads_back_what_it_wrote);
    tcase_add_test(t, vcd_refuses_with_the_place);
    tcase_add_test(t, files_are_told_by_what_they_hold);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
