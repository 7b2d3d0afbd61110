/* SPDX-License-Identifier: GPL-3.0-or-later */
/* characterise/writer.c -- see writer.h. Names have passed the grammar of names and numbers are printed by number_print, so
 * nothing here needs escaping. */
#include "config.h"

#include "characterise/writer.h"

#include "base/quantity.h"
#include "characterise/characterise.h"

struct bench_writer {
    const struct subject *of;
    gsize variant;
    GString *text;
    guint driven; /* uses of the bench that is being written: 1 << USE_… */
    GStringChunk *chunk;
};

struct bench_writer *bench_writer_new(const struct subject *of, gsize variant)
{
    struct bench_writer *w = g_new0(struct bench_writer, 1);
    w->of = of;
    w->variant = variant;
    w->text = g_string_new(NULL);
    w->chunk = g_string_chunk_new(256);
    return w;
}

char *bench_writer_free(struct bench_writer *w)
{
    char *text = g_string_free(w->text, FALSE);
    g_string_chunk_free(w->chunk);
    g_free(w);
    return text;
}

static void attribute_text(struct bench_writer *w, const char *attribute, const char *value)
{
    g_string_append_printf(w->text, " %s=\"%s\"", attribute, value);
}

static void attribute_number(struct bench_writer *w, const char *attribute, double value, const char *unit)
{
    char number[NUMBER_SIZE];
    g_string_append_printf(w->text, " %s=\"%s%s\"", attribute, number_print(number, value), unit);
}

const char *writer_attribute(struct bench_writer *w, const char *attribute, double value, const char *unit)
{
    char number[NUMBER_SIZE];
    g_autofree char *text = g_strdup_printf(" %s=\"%s%s\"", attribute, number_print(number, value), unit);
    return g_string_chunk_insert(w->chunk, text);
}

static void attribute_list(struct bench_writer *w, const char *unit, gsize n, const double *values)
{
    char number[NUMBER_SIZE];
    g_string_append(w->text, " values=\"");
    for (gsize i = 0; i < n; i++)
        g_string_append_printf(w->text, "%s%s%s", i > 0 ? " " : "", number_print(number, values[i]), unit);
    g_string_append_c(w->text, '"');
}

void write_begin(struct bench_writer *w, const char *suffix)
{
    const struct characterise_spec *spec = w->of->spec;
    g_autofree char *number = w->variant > 0 ? g_strdup_printf("_%" G_GSIZE_FORMAT, w->variant + 1) : g_strdup("");
    g_string_append_printf(w->text, "<bench name=\"%s_%s%s\"", spec->name, suffix, number);
    attribute_text(w,
                   spec->assembly != NULL ? "assembly"
                   : spec->array != NULL  ? "array"
                                          : "cell",
                   spec->array != NULL ? spec->array->name : spec->cell->name);
    if (spec->group != NULL)
        attribute_text(w, "group", spec->group->name);
    g_string_append(w->text, ">\n");
    w->driven = 0;
}

void write_end(struct bench_writer *w)
{
    g_string_append(w->text, "</bench>\n");
}

/* port="bl" or pair="wlr" */
static void attribute_use(struct bench_writer *w, enum use_kind kind)
{
    const struct use *use = use_find(w->of->spec->uses, kind);
    attribute_text(w, use->is_pair ? "pair" : "port", use->of);
    w->driven |= 1u << kind;
}

static void write_held(struct bench_writer *w, const struct use *use, double v_V)
{
    g_string_append(w->text, "<hold");
    attribute_text(w, use->is_pair ? "pair" : "port", use->of);
    attribute_number(w, "value", v_V, "V");
    g_string_append(w->text, "/>\n");
    w->driven |= 1u << use->kind;
}

void write_hold(struct bench_writer *w, enum use_kind use, double v_V)
{
    write_held(w, use_find(w->of->spec->uses, use), v_V);
}

void write_hold_ac(struct bench_writer *w, enum use_kind use, double v_V, double ac_V)
{
    g_string_append(w->text, "<hold");
    attribute_use(w, use);
    attribute_number(w, "value", v_V, "V");
    attribute_number(w, "ac", ac_V, "V");
    g_string_append(w->text, "/>\n");
}

void write_pulse(struct bench_writer *w, enum use_kind use, double low_V, double high_V, double delay_s, double edge_s,
                 double width_s, double period_s)
{
    g_string_append(w->text, "<pulse");
    attribute_use(w, use);
    attribute_number(w, "low", low_V, "V");
    attribute_number(w, "high", high_V, "V");
    attribute_number(w, "delay", delay_s, "s");
    attribute_number(w, "rise", edge_s, "s");
    attribute_number(w, "fall", edge_s, "s");
    attribute_number(w, "width", width_s, "s");
    if (period_s > 0)
        attribute_number(w, "period", period_s, "s");
    g_string_append(w->text, "/>\n");
}

void write_initial(struct bench_writer *w, enum use_kind use, double v_V)
{
    g_string_append(w->text, "<initial");
    attribute_text(w, "node", subject_port(w->of, use));
    attribute_number(w, "value", v_V, "V");
    g_string_append(w->text, "/>\n");
    w->driven |= 1u << use;
}

void write_driven(struct bench_writer *w, enum use_kind use)
{
    w->driven |= 1u << use;
}

void write_rest(struct bench_writer *w)
{
    const GPtrArray *uses = w->of->spec->uses;
    for (guint i = 0; i < uses->len; i++) {
        const struct use *use = uses->pdata[i];
        if (use->kind != USE_STORE && (use->kind == USE_HELD || (w->driven >> use->kind & 1) == 0))
            write_held(w, use, use_level_V(use, LEVEL_REST, w->of->vdd_V));
    }
}

void write_sweep(struct bench_writer *w, const char *name, enum use_kind use, double from_V, double to_V, int points)
{
    g_string_append(w->text, "<sweep");
    attribute_text(w, "name", name);
    attribute_use(w, use);
    attribute_number(w, "from", from_V, "V");
    attribute_number(w, "to", to_V, "V");
    g_string_append_printf(w->text, " points=\"%d\"/>\n", points);
}

void write_sweep_list(struct bench_writer *w, const char *name, enum use_kind use, gsize n, const double *v_V)
{
    g_string_append(w->text, "<sweep");
    attribute_text(w, "name", name);
    attribute_use(w, use);
    attribute_list(w, "V", n, v_V);
    g_string_append(w->text, "/>\n");
}

void write_sweep_ac(struct bench_writer *w, const char *name, enum use_kind use, double ac_V, gsize n, const double *v_V)
{
    g_string_append(w->text, "<sweep");
    attribute_text(w, "name", name);
    attribute_use(w, use);
    attribute_list(w, "V", n, v_V);
    attribute_number(w, "ac", ac_V, "V");
    g_string_append(w->text, "/>\n");
}

void write_sweep_of(struct bench_writer *w, const char *name, const char *attribute, const char *of, const char *unit, gsize n,
                    const double *values)
{
    g_string_append(w->text, "<sweep");
    attribute_text(w, "name", name);
    attribute_text(w, attribute, of);
    attribute_list(w, unit, n, values);
    g_string_append(w->text, "/>\n");
}

void write_sweep_initial(struct bench_writer *w, const char *name, enum use_kind use, gsize n, const double *v_V)
{
    write_sweep_of(w, name, "initial", subject_port(w->of, use), "V", n, v_V);
    write_initial(w, use, v_V[0]);
}

void write_tran(struct bench_writer *w, double step_s, double stop_s, double max_step_s)
{
    g_string_append(w->text, "<tran");
    attribute_number(w, "step", step_s, "s");
    attribute_number(w, "stop", stop_s, "s");
    attribute_number(w, "max-step", max_step_s, "s");
    g_string_append(w->text, "/>\n");
}

void write_element(struct bench_writer *w, const char *element)
{
    g_string_append_printf(w->text, "%s\n", element);
}

char *writer_signal(const struct bench_writer *w, const char *kind, enum use_kind use)
{
    return g_strdup_printf("%s(%s)", kind, subject_port(w->of, use));
}

void write_measure(struct bench_writer *w, const char *name, const char *kind, const char *of, const char *more)
{
    g_string_append(w->text, "<measure");
    attribute_text(w, "name", name);
    attribute_text(w, "kind", kind);
    attribute_text(w, "of", of);
    g_string_append_printf(w->text, "%s/>\n", more);
}
