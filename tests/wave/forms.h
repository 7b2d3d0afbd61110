/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/wave/forms.h -- raw files of every form, byte by byte from the documented layout; nothing of src/ is used. */
#ifndef GAINSPICE_TESTS_WAVE_FORMS_H
#define GAINSPICE_TESTS_WAVE_FORMS_H

#include <glib.h>
#include <math.h>
#include <string.h>

enum form_text { TEXT_ASCII, TEXT_UTF8_MARK, TEXT_UTF16LE, TEXT_UTF16LE_MARK, TEXT_UTF16BE_MARK, TEXT_COUNT };
/* What the data are: of real plots float64, or float32 beside a float64 scale; of complex ones pairs, or pairs beside a real
 * scale. */
enum form_data { DATA_ASCII, DATA_WIDE, DATA_NARROW, DATA_REAL_SCALE, DATA_COUNT };

struct form {
    enum form_text text;
    enum form_data data;
    gboolean is_complex, fast, stepped, crlf, marked;
    guint n_plots, n_vectors;
    gsize n_points;
};

/* Exact in float32, different everywhere. */
static inline double form_value(guint plot, guint vector, gsize k)
{
    return ldexp((double)(1 + plot * 977 + vector * 131 + k * 7), -6) * (vector % 2 ? 1 : -1);
}

static inline double form_scale(const struct form *form, gsize k)
{
    gsize run = form->n_points > 3 ? form->n_points / 2 : form->n_points;
    return 1e-9 * (double)((form->stepped ? k % run : k) + form->is_complex); /* no spectrum begins at 0 */
}

/* Some of LTspice's times bear a sign as a mark. */
static inline double form_written_scale(const struct form *form, gsize k)
{
    return form->marked && !form->is_complex && k % 3 == 1 ? -form_scale(form, k) : form_scale(form, k);
}

static inline gboolean form_valid(const struct form *form)
{
    if (form->data == DATA_REAL_SCALE && !form->is_complex)
        return FALSE;
    if (form->data == DATA_NARROW && (!form->marked || form->is_complex))
        return FALSE; /* nobody writes float32 without a sign of it, or pairs of them */
    if (form->data == DATA_ASCII && form->fast)
        return FALSE;
    return !(form->stepped || form->fast) || form->marked;
}

static inline void put_character(GString *out, enum form_text text, gunichar c)
{
    if (text == TEXT_UTF16LE || text == TEXT_UTF16LE_MARK) {
        g_string_append_c(out, (char)(c & 0xff));
        g_string_append_c(out, (char)(c >> 8));
    } else if (text == TEXT_UTF16BE_MARK) {
        g_string_append_c(out, (char)(c >> 8));
        g_string_append_c(out, (char)(c & 0xff));
    } else
        g_string_append_unichar(out, c);
}

static inline void put_text(GString *out, const struct form *form, const char *utf8)
{
    for (const char *c = utf8; *c != '\0'; c = g_utf8_next_char(c)) {
        if (*c == '\n' && form->crlf)
            put_character(out, form->text, '\r');
        put_character(out, form->text, g_utf8_get_char(c));
    }
}

static inline void put_double(GString *out, double value)
{
    g_string_append_len(out, (const char *)&value, sizeof value);
}

static inline void put_float(GString *out, double value)
{
    float narrow = (float)value;
    g_string_append_len(out, (const char *)&narrow, sizeof narrow);
}

static inline void put_number(GString *out, const struct form *form, guint plot, guint vector, gsize k)
{
    double re = vector == 0 ? form_written_scale(form, k) : form_value(plot, vector, k), im = vector == 0 ? 0 : re / 4;
    char text[80];
    if (form->data == DATA_ASCII) {
        if (vector == 0)
            g_snprintf(text, sizeof text, "%d\t\t%.17g", (int)k, re);
        else
            g_snprintf(text, sizeof text, "\t%.17g", re);
        put_text(out, form, text);
        if (form->is_complex) {
            g_snprintf(text, sizeof text, ",%.17g", im);
            put_text(out, form, text);
        }
        put_text(out, form, "\n");
        return;
    }
    gboolean narrow = form->data == DATA_NARROW && vector > 0;
    (narrow ? put_float : put_double)(out, re);
    if (form->is_complex && !(form->data == DATA_REAL_SCALE && vector == 0))
        (narrow ? put_float : put_double)(out, im);
}

static inline void put_plot(GString *out, const struct form *form, guint plot)
{
    g_autofree char *head =
        g_strdup_printf("Title: * C:\\µ\\circuit %u\nDate: Fri Nov 20 19:15:31 2026\nPlotname: %s\nFlags: %s%s%s%s%s\nNo. "
                        "Variables: %u\nNo. Points: %8u   \n%s"
                        "Command: some simulator\nVariables:\n",
                        plot, form->is_complex ? "AC Analysis" : "Transient Analysis", form->is_complex ? "complex" : "real",
                        form->marked ? " forward" : "", form->stepped ? " stepped" : "", form->fast ? " fastaccess" : "",
                        form->marked && form->data == DATA_WIDE ? " double" : "", form->n_vectors, (guint)form->n_points,
                        form->marked ? "Offset:   0.0000000000000000e+000\n" : "");
    put_text(out, form, head);
    for (guint i = 0; i < form->n_vectors; i++) {
        g_autofree char *line = i == 0 ? g_strdup_printf("\t0\t%s\t%s\n", form->is_complex ? "frequency" : "time",
                                                         form->is_complex ? "frequency" : "time")
                                       : g_strdup_printf("\t%u\tV(n%03u)\tvoltage\n", i, i);
        put_text(out, form, line);
    }
    put_text(out, form, form->data == DATA_ASCII ? "Values:\n" : "Binary:\n");
    for (gsize a = 0; a < (form->fast ? form->n_vectors : form->n_points); a++)
        for (gsize b = 0; b < (form->fast ? form->n_points : form->n_vectors); b++)
            put_number(out, form, plot, (guint)(form->fast ? a : b), form->fast ? b : a);
}

static inline GString *form_file(const struct form *form)
{
    GString *out = g_string_new(NULL);
    if (form->text == TEXT_UTF8_MARK || form->text == TEXT_UTF16LE_MARK || form->text == TEXT_UTF16BE_MARK)
        put_character(out, form->text, 0xfeff);
    for (guint p = 0; p < form->n_plots; p++)
        put_plot(out, form, p);
    return out;
}

#endif
