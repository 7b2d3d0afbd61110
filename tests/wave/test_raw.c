/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Raw files: what we write, what is written by hand, and what ngspice 46 wrote.
 *
 * data/ngspice-*.raw come from `ngspice -b -r` (tran: 1 kOhm into 1 pF after a 1 V pulse; dc: two sources into 1 kOhm and
 * 2 kOhm, 0.9 V down to 0 V, twice) and from `write` (ac-op: the same RC, two plots in one file; noise: 1 kOhm and 2 kOhm;
 * padded, unpadded, dims: an operating point with vectors of one point beside vectors of 4 and of 2 x 3).
 */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "tests/support/check_tap.h"
#include "wave/raw.h"

static const char *const fixtures[] = {
    "hand-complex.raw",         "hand-crlf.raw",         "ngspice-ac-op-ascii.raw", "ngspice-ac-op.raw",
    "ngspice-dc-ascii.raw",     "ngspice-dc.raw",        "ngspice-dims-ascii.raw",  "ngspice-noise-ascii.raw",
    "ngspice-padded.raw",       "ngspice-tran.raw",      "ngspice-unpadded-ascii.raw", "ngspice-unpadded.raw",
};

static char *fixture_path(const char *name)
{
    g_autofree char *relative = g_build_filename("tests/wave/data", name, NULL);
    return source_path(relative);
}

static GPtrArray *fixture(const char *name)
{
    GError *error = NULL;
    g_autofree char *path = fixture_path(name);
    GPtrArray *plots = raw_read(path, &error);
    ck_ok(plots != NULL, error);
    return plots;
}

/* Bits, not values: NaN equals itself and -0 is not 0. */
static void ck_same_bits(const double *a, const double *b, gsize n)
{
    for (gsize k = 0; k < n; k++)
        ck_assert_msg(memcmp(&a[k], &b[k], sizeof *a) == 0, "point %zu: %.17g and %.17g", k, a[k], b[k]);
}

static void ck_same_plot(const struct plot *a, const struct plot *b)
{
    ck_assert_str_eq(a->title, b->title);
    ck_assert_str_eq(a->date, b->date);
    ck_assert_str_eq(a->name, b->name);
    ck_assert_int_eq(a->is_complex, b->is_complex);
    ck_assert_uint_eq(a->n_points, b->n_points);
    ck_assert_uint_eq(a->vectors->len, b->vectors->len);
    for (guint i = 0; i < a->vectors->len; i++) {
        const struct vector *u = a->vectors->pdata[i], *v = b->vectors->pdata[i];
        ck_assert_str_eq(u->name, v->name);
        ck_assert_str_eq(u->type, v->type);
        ck_same_bits(u->real, v->real, a->n_points);
        ck_assert((u->imag == NULL) == (v->imag == NULL));
        if (u->imag != NULL)
            ck_same_bits(u->imag, v->imag, a->n_points);
    }
}

static struct plot *sample(gboolean is_complex, gsize n_points, guint n_vectors)
{
    static const double odd[] = {2.385,  -0.0,    5e-324, 1.7976931348623157e308, 1.0 / 3.0, 0.1 + 0.2, -6.02214076e23,
                                 1e-15, 0x1p-1022, -1e22, 123456789.123456789};
    double special[] = {(double)INFINITY, -(double)INFINITY, (double)NAN, -(double)NAN};
    struct plot *plot = plot_new("sample: of 2.385 V", is_complex ? "AC Analysis" : "Transient Analysis", is_complex, n_points);
    g_free(plot->date);
    plot->date = g_strdup("Fri Nov 20 19:15:31  2026");
    gsize j = 0;
    for (guint i = 0; i < n_vectors; i++) {
        g_autofree char *name = g_strdup_printf("v(n%u)", i);
        struct vector *vector = plot_add(plot, i == 0 ? "time" : name, i == 0 ? "time" : "voltage");
        for (gsize k = 0; k < n_points; k++, j++) {
            vector->real[k] = j % 7 == 5 ? special[j % 4] : odd[j % G_N_ELEMENTS(odd)];
            if (is_complex)
                vector->imag[k] = j % 5 == 3 ? special[(j / 2) % 4] : odd[(3 * j + 1) % G_N_ELEMENTS(odd)];
        }
    }
    return plot;
}

START_TEST(reads_back_what_it_wrote_bit_for_bit)
{
    static const gsize counts[] = {0, 1, 5, 61};
    for (int form = RAW_BINARY; form <= RAW_ASCII; form++)
        for (int is_complex = 0; is_complex < 2; is_complex++)
            for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
                for (guint n_vectors = 1; n_vectors <= 4; n_vectors++) {
                    GError *error = NULL;
                    struct plot *plot = sample(is_complex, counts[i], n_vectors);
                    g_autoptr(GString) out = g_string_new(NULL);
                    raw_append(out, plot, (enum raw_form)form);
                    g_autoptr(GPtrArray) plots = raw_parse(out->str, out->len, "sample.raw", &error);
                    ck_ok(plots != NULL, error);
                    ck_assert_uint_eq(plots->len, 1);
                    ck_same_plot(plots->pdata[0], plot);
                    plot_free(plot);
                }
}
END_TEST

START_TEST(a_nan_keeps_its_payload_in_binary)
{
    struct plot *plot = plot_new("", "Operating Point", FALSE, 1);
    static const guint64 bits = G_GUINT64_CONSTANT(0x7ff8000000abcdef);
    memcpy(plot_add(plot, "sn", "voltage")->real, &bits, sizeof bits);
    g_autoptr(GString) out = g_string_new(NULL);
    raw_append(out, plot, RAW_BINARY);
    g_autoptr(GPtrArray) plots = raw_parse(out->str, out->len, "nan.raw", NULL);
    ck_assert_ptr_nonnull(plots);
    ck_same_plot(plots->pdata[0], plot);
    plot_free(plot);
}
END_TEST

START_TEST(several_plots_in_one_file_in_mixed_forms)
{
    GError *error = NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    struct plot *all[4];
    for (guint i = 0; i < 4; i++) {
        all[i] = sample(i % 2 == 1, 3 + i, 2);
        raw_append(out, all[i], i < 2 ? RAW_BINARY : RAW_ASCII);
    }
    g_autoptr(GPtrArray) plots = raw_parse(out->str, out->len, "mixed.raw", &error);
    ck_ok(plots != NULL, error);
    ck_assert_uint_eq(plots->len, 4);
    for (guint i = 0; i < 4; i++) {
        ck_same_plot(plots->pdata[i], all[i]);
        plot_free(all[i]);
    }
}
END_TEST

START_TEST(writes_files_and_reads_them)
{
    GError *error = NULL;
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL), *path = g_build_filename(folder, "a.raw", NULL);
    g_autoptr(GPtrArray) written = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    g_ptr_array_add(written, sample(FALSE, 11, 3));
    g_ptr_array_add(written, sample(TRUE, 2, 2));
    ck_ok(raw_write(path, written, RAW_BINARY, &error), error);
    g_autoptr(GPtrArray) plots = raw_read(path, &error);
    ck_ok(plots != NULL, error);
    ck_assert_uint_eq(plots->len, 2);
    ck_same_plot(plots->pdata[0], written->pdata[0]);
    ck_same_plot(plots->pdata[1], written->pdata[1]);
    g_unlink(path);
    g_autofree char *message = g_strdup_printf("file \"%s\": cannot be opened: No such file or directory", path);
    ck_fails(raw_read(path, &error) != NULL, error, message);
    g_rmdir(folder);
}
END_TEST

START_TEST(ascii_is_what_ngspice_writes)
{
    struct plot *plot = plot_new("two\nlines", "AC Analysis", TRUE, 2);
    struct vector *f = plot_add(plot, "frequency", "frequency"), *v = plot_add(plot, "v(s n)", "");
    f->real[0] = 1e6;
    f->real[1] = 1e7;
    v->real[0] = 0.25;
    v->imag[0] = -2.385;
    v->real[1] = (double)INFINITY;
    g_autoptr(GString) out = g_string_new(NULL);
    raw_append(out, plot, RAW_ASCII);
    ck_assert_str_eq(out->str, "Title: two lines\nPlotname: AC Analysis\nFlags: complex\nNo. Variables: 2\nNo. Points: 2\n"
                               "Variables:\n\t0\tfrequency\tfrequency\n\t1\tv(s_n)\t_\nValues:\n"
                               " 0\t1000000,0\n\t0.25,-2.385\n\n 1\t10000000,0\n\tinf,0\n\n");
    plot_free(plot);
}
END_TEST

static const struct plot *the_plot(const GPtrArray *plots, guint i, const char *name, gsize n_points, guint n_vectors)
{
    ck_assert_uint_lt(i, plots->len);
    const struct plot *plot = plots->pdata[i];
    ck_assert_str_eq(plot->name, name);
    ck_assert_uint_eq(plot->n_points, n_points);
    ck_assert_uint_eq(plot->vectors->len, n_vectors);
    return plot;
}

static double real_at(const struct plot *plot, const char *name, gsize k)
{
    const struct vector *vector = plot_vector(plot, name);
    ck_assert_msg(vector != NULL, "%s was not found", name);
    return vector->real[k];
}

START_TEST(reads_a_transient_of_ngspice)
{
    g_autoptr(GPtrArray) plots = fixture("ngspice-tran.raw");
    ck_assert_uint_eq(plots->len, 1);
    const struct plot *plot = the_plot(plots, 0, "Transient Analysis", 30, 2);
    ck_assert_str_eq(plot->title, "rc step");
    ck_assert_str_eq(plot->date, "Fri Nov 20 19:15:31  2026");
    const struct vector *time = plot->vectors->pdata[0];
    ck_assert_str_eq(time->name, "time");
    ck_assert_str_eq(time->type, "time");
    ck_assert(time->real[29] == 2e-9 && time->real[10] == 1.0240000000000002e-10);
    ck_assert(real_at(plot, "out", 29) == 0.6324669217831609);
}
END_TEST

START_TEST(reads_a_nested_sweep_of_ngspice_in_both_forms)
{
    static const double v_sweep[] = {0.9, 0.45, 0, 0.9, 0.45, 0};
    g_autoptr(GPtrArray) binary = fixture("ngspice-dc.raw"), ascii = fixture("ngspice-dc-ascii.raw");
    const struct plot *plot = the_plot(binary, 0, "DC transfer characteristic", 6, 3);
    for (gsize k = 0; k < 6; k++)
        ck_assert(real_at(plot, "v-sweep", k) == v_sweep[k]);
    /* Kirchhoff at out: v = (2/3) v1 + (1/3) v2, i(v1) = (v - v1) / 1 kOhm. */
    for (gsize k = 0; k < 6; k++) {
        double v = 2.0 / 3.0 * v_sweep[k] + (k < 3 ? 0 : 1.0 / 3.0);
        ck_assert_double_eq_tol(real_at(plot, "v(out)", k), v, 1e-15);
        ck_assert_double_eq_tol(real_at(plot, "v1#branch", k), (v - v_sweep[k]) / 1e3, 1e-18);
    }
    /* ngspice prints 16 digits, of which the last may differ from the binary value's. */
    for (guint i = 0; i < 3; i++)
        for (gsize k = 0; k < 6; k++)
            ck_assert_double_eq_tol(((struct vector *)((struct plot *)ascii->pdata[0])->vectors->pdata[i])->real[k],
                                    ((struct vector *)plot->vectors->pdata[i])->real[k], 1e-15);
}
END_TEST

START_TEST(reads_complex_and_two_plots_of_ngspice)
{
    static const char *const names[] = {"ngspice-ac-op.raw", "ngspice-ac-op-ascii.raw"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GPtrArray) plots = fixture(names[i]);
        ck_assert_uint_eq(plots->len, 2);
        const struct plot *ac = the_plot(plots, 0, "AC Analysis", 3, 3), *op = the_plot(plots, 1, "Operating Point", 1, 2);
        ck_assert(ac->is_complex && !op->is_complex);
        const struct vector *out = plot_vector(ac, "out");
        for (gsize k = 0; k < 3; k++) { /* 1 / (1 + jωRC) with RC = 1 ns */
            double w = 2 * G_PI * 1e6 * pow(10, (double)k) * 1e-9;
            ck_assert_double_eq_tol(real_at(ac, "frequency", k), 1e6 * pow(10, (double)k), 1e-6);
            ck_assert_double_eq_tol(out->real[k], 1 / (1 + w * w), 1e-12);
            ck_assert_double_eq_tol(out->imag[k], -w / (1 + w * w), 1e-12);
        }
        ck_assert_double_eq_tol(real_at(op, "v(out)", 0), 0.9, 1e-15);
    }
}
END_TEST

START_TEST(reads_noise_of_ngspice)
{
    g_autoptr(GPtrArray) plots = fixture("ngspice-noise-ascii.raw");
    const struct plot *density = the_plot(plots, 0, "Noise Spectral Density Curves", 2, 3);
    the_plot(plots, 1, "Integrated Noise", 1, 2);
    ck_assert(real_at(density, "onoise_spectrum", 1) == 3.324260933512891e-09);
}
END_TEST

START_TEST(points_that_a_vector_lacks_are_nan)
{
    static const char *const names[] = {"ngspice-padded.raw", "ngspice-unpadded.raw", "ngspice-unpadded-ascii.raw"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GPtrArray) plots = fixture(names[i]);
        const struct plot *plot = the_plot(plots, 0, "Operating Point", 4, 5);
        ck_assert(real_at(plot, "in", 0) == 0.9);
        ck_assert_double_eq_tol(real_at(plot, "v1#branch", 0), -3e-4, 1e-18);
        for (gsize k = 0; k < 4; k++) {
            ck_assert(real_at(plot, "b", k) == (double)k);
            ck_assert_int_eq(isnan(real_at(plot, "v(in)", k)), k > 0);
        }
    }
    g_autoptr(GPtrArray) plots = fixture("ngspice-dims-ascii.raw");
    const struct plot *plot = the_plot(plots, 0, "Operating Point", 6, 2);
    ck_assert(real_at(plot, "b", 5) == 5 && isnan(real_at(plot, "in", 5)));
}
END_TEST

START_TEST(reads_other_hands)
{
    g_autoptr(GPtrArray) crlf = fixture("hand-crlf.raw"), complex = fixture("hand-complex.raw");
    const struct plot *plot = the_plot(crlf, 0, "Transient Analysis", 3, 2);
    ck_assert_str_eq(plot->title, "by hand, CRLF");
    ck_assert(real_at(plot, "time", 1) == 1.5e-9 && real_at(plot, "v(sn)", 0) == 2.385);
    ck_assert(real_at(plot, "sn", 1) == -(double)INFINITY && isnan(real_at(plot, "sn", 2)));
    plot = the_plot(complex, 0, "AC Analysis", 2, 1);
    ck_assert(plot->is_complex);
    const struct vector *f = plot->vectors->pdata[0];
    ck_assert(f->real[0] == 1e6 && f->imag[0] == 0.25 && f->real[1] == 2.385e6 && f->imag[1] == -7);
}
END_TEST

#define HEAD "Plotname: x\nFlags: real\n"                                        /* 24 bytes */
#define BODY HEAD "No. Variables: 1\nNo. Points: 2\nVariables:\n\t0\tt\ttime\n"  /* 76 bytes */

START_TEST(refuses_with_the_byte)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "0: no plot, expected a header line such as \"Title: …\""},
        {"\n\n", "0: no plot, expected a header line such as \"Title: …\""},
        {"no raw file\n", "0: \"no raw file\": expected a header line such as \"Title: …\""},
        {"Tit\x01le: x\n", "3: control character 0x01, expected a header line or the end of the file"},
        {"Title: x\n", "9: the file ends in the header of a plot"},
        {"Title: x\nTitle: y\n", "9: a second line \"Title:\" before the data of the plot"},
        {"Plotname: x\nFlags: real packed\n", "24: flag \"packed\": expected real or complex, and of the layout double, fastaccess, stepped, "
                                           "forward, log, padded or unpadded"},
        {"\xff\xfeT\x01", "2: \"??\": expected a header line such as \"Title: …\""},
        {"\xff\xfeT", "2: half a character at the end of the file"},
        {"Flags: unpadded\n", "6: the flags say neither, expected either real or complex"},
        {"Flags: complex real\n", "6: the flags say both real and complex, expected either real or complex"},
        {"No. Points: -1\n", "12: number of points \"-1\": expected a count"},
        {"No. Points: 1e3\n", "12: number of points \"1e3\": expected a count"},
        {"No. Points:\n", "11: number of points \"\": expected a count"},
        {"No. Variables: 99999999999999999999\n", "15: number of variables \"99999999999999999999\": expected a count"},
        {"Variables:\n", "10: Variables: before any line \"Plotname:\""},
        {HEAD "Variables:\n", "34: Variables: before any line \"No. Variables:\""},
        {HEAD "No. Variables: 0\nNo. Points: 2\nVariables:\n", "24: a plot without variables"},
        {HEAD "No. Variables: 1\nNo. Points: 2\nBinary:\n", "55: data before any line \"Variables:\""},
        {HEAD "No. Variables: 2\nNo. Points: 2\nVariables:\n\t0\tt\ttime\n", "76: the file ends after 1 of 2 variables"},
        {HEAD "No. Variables: 1\nNo. Points: 2\nVariables:\n\t1\tt\ttime\n", "67: variable 1 where variable 0 was expected"},
        {HEAD "No. Variables: 1\nNo. Points: 2\nVariables:\n\t0\tt\n",
         "66: variable \"?0?t\": expected an index, a name and a type"},
        {HEAD "No. Variables: 1\nNo. Points: 2\nVariables:\n\tt\tt\ttime\n", "67: variable \"t\": expected a count"},
        {HEAD "No. Variables: 1\nNo. Points: 2\nVariables:\n\t0\tt\ttime dims=3\n", "81: a vector of 3 points in a plot of 2"},
        {HEAD "No. Variables: 1\nNo. Points: 2\nVariables:\n\t0\tt\ttime dims=2,,1\n",
         "81: dimensions \"2,,1\": expected counts, such as 2,3"},
        {HEAD "No. Variables: 1\nNo. Points: 2\nVariables:\n\t0\tt\ttime dims=70000,70000\n",
         "81: dimensions \"70000,70000\": expected counts, such as 2,3"},
        {BODY "Variables:\n", "86: the variables of the plot are listed twice"},
        {BODY "Binary: \n0123456789abcde", "85: 2 points of 1 variables do not fit in the 15 bytes that are left"},
        {BODY "Binary:\n0123456789abcdef0123", "100: \"0123\": expected a header line such as \"Title: …\""},
        {BODY "Values: 0\n", "83: data on the line that announces them"},
        {BODY "Values:\n", "84: 2 points of 1 variables do not fit in the 0 bytes that are left"},
        {BODY "Values:\n0 1.5 1    \n", "96: the file ends where a number was expected"},
        {BODY "Values:\n0 1.5         \n", "99: the file ends where the index of a point was expected"},
        {BODY "Values:\n1 1.5 2 2.5\n", "84: \"1\": expected the index of point 0"},
        {BODY "Values:\n0 1.5 1 2.5x\n", "92: \"2.5x\": expected a number"},
        {BODY "Values:\n0 1.5 1 0x1p3\n", "92: \"0x1p3\": expected a number"},
        {BODY "Values:\n0 1.5 1 nan(7)\n", "92: \"nan(7)\": expected a number"},
        {BODY "Values:\n0 1.5,2 1 2.5\n", "89: a complex number in a real plot"},
        {BODY "Values:\n0 , 1 2.5\n", "86: \",\": expected a number"},
        {BODY "Values:\n0 1.5 1 2.5 2 3.5\n", "96: \"2 3.5\": expected a header line such as \"Title: …\""},
        {BODY "Values:\n0 11111111111111111111111111111111111111111111111111111111111111111111 1 2.5\n",
         "86: \"1111111111111111111111111111111111111111\": expected a number"},
        {"Plotname: x\nFlags: complex\nNo. Variables: 1\nNo. Points: 1\nVariables:\n\t0\tt\ttime\nValues:\n0 1.5\n",
         "92: a real number in a complex plot"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        g_autofree char *message = g_strdup_printf("x.raw: byte %s", cases[i].message);
        ck_fails(raw_parse(cases[i].text, strlen(cases[i].text), "x.raw", &error) != NULL, error, message);
    }
}
END_TEST

/* What a header claims costs nothing: each of these asks for more than any machine has. */
START_TEST(hostile_counts_allocate_nothing)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {HEAD "No. Variables: 1\nNo. Points: 999999999999999\nVariables:\n\t0\tt\ttime\nBinary:\n",
         "98: 999999999999999 points of 1 variables do not fit in the 0 bytes that are left"},
        {HEAD "No. Variables: 999999999999999\nNo. Points: 1\nVariables:\n\t0\tt\ttime\n",
         "90: the file ends after 1 of 999999999999999 variables"},
        {"Plotname: x\nFlags: real unpadded\nNo. Variables: 1\nNo. Points: 999999999999999\nVariables:\n"
         "\t0\tt\ttime dims=1\nBinary:\n01234567",
         "114: 1 variables of 999999999999999 points, of which only 1 are given"},
        {"Plotname: x\nFlags: real unpadded\nNo. Variables: 1\nNo. Points: 999999999999999\nVariables:\n"
         "\t0\tt\ttime dims=1\nValues:\n0 1.5",
         "114: 999999999999999 points of 1 variables do not fit in the 5 bytes that are left"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        g_autofree char *message = g_strdup_printf("x.raw: byte %s", cases[i].message);
        ck_fails(raw_parse(cases[i].text, strlen(cases[i].text), "x.raw", &error) != NULL, error, message);
    }
}
END_TEST

/* In an array of exactly this length, so that the sanitizer sees each byte read beyond it. */
static gboolean survives(const char *bytes, gsize length)
{
    GError *error = NULL;
    char *copy = g_malloc(MAX(length, 1));
    memcpy(copy, bytes, length);
    GPtrArray *plots = raw_parse(copy, length, "x.raw", &error);
    g_free(copy);
    ck_assert((plots == NULL) == (error != NULL));
    if (plots == NULL) {
        ck_assert_msg(g_str_has_prefix(error->message, "x.raw: byte "), "%s", error->message);
        ck_assert_uint_le(g_ascii_strtoull(error->message + strlen("x.raw: byte "), NULL, 10), length);
        g_error_free(error);
        return FALSE;
    }
    g_autoptr(GString) again = g_string_new(NULL); /* reads each value of each vector */
    for (guint i = 0; i < plots->len; i++)
        raw_append(again, plots->pdata[i], RAW_BINARY);
    ck_assert_uint_gt(again->len, 0);
    g_ptr_array_unref(plots);
    return TRUE;
}

START_TEST(no_damage_at_any_byte_does_harm)
{
    static const char replacements[] = {'\0', '\n', ' ', ',', '9', ':', '\xff'};
    gsize length;
    g_autofree char *path = fixture_path(fixtures[_i]);
    g_autofree char *bytes = file_read(path, 1 << 20, &length, origin_at(NULL, 0), NULL);
    ck_assert_ptr_nonnull(bytes);
    ck_assert(survives(bytes, length));
    gsize refused = 0;
    for (gsize at = 0; at < length; at++) {
        refused += !survives(bytes, at);
        char good = bytes[at];
        for (gsize i = 0; i < sizeof replacements; i++) {
            bytes[at] = replacements[i];
            refused += !survives(bytes, length);
        }
        for (int bit = 0; bit < 8; bit += 3) {
            bytes[at] = (char)(good ^ (1 << bit));
            refused += !survives(bytes, length);
        }
        bytes[at] = good;
    }
    ck_assert_uint_gt(refused, length / 2);
    for (gsize at = 0; at + 1 < length; at++) { /* a byte lost in the middle */
        g_autofree char *less = g_memdup2(bytes, length);
        memmove(less + at, less + at + 1, length - at - 1);
        survives(less, length - 1);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("raw");
    TCase *t = tcase_create("raw");
    tcase_add_test(t, reads_back_what_it_wrote_bit_for_bit);
    tcase_add_test(t, a_nan_keeps_its_payload_in_binary);
    tcase_add_test(t, several_plots_in_one_file_in_mixed_forms);
    tcase_add_test(t, writes_files_and_reads_them);
    tcase_add_test(t, ascii_is_what_ngspice_writes);
    tcase_add_test(t, reads_a_transient_of_ngspice);
    tcase_add_test(t, reads_a_nested_sweep_of_ngspice_in_both_forms);
    tcase_add_test(t, reads_complex_and_two_plots_of_ngspice);
    tcase_add_test(t, reads_noise_of_ngspice);
    tcase_add_test(t, points_that_a_vector_lacks_are_nan);
    tcase_add_test(t, reads_other_hands);
    tcase_add_test(t, refuses_with_the_byte);
    tcase_add_test(t, hostile_counts_allocate_nothing);
    tcase_add_loop_test(t, no_damage_at_any_byte_does_harm, 0, G_N_ELEMENTS(fixtures));
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
