/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/estimate.c -- how long a deck that never ran will take, from its size.
 *
 * What the store knows of a bench is better and is taken first. Without it: the evaluation of transistors dominates, 2.5 to 3 µs
 * for one at one point of the scale, iterations included, and a deck costs 3 ms by itself (libngspice 46, BSIM4, one core of 2024:
 * the three benches of netlists/gain-cell.xml). Small circuits with hard edges take twice, other machines differ: an order of
 * magnitude, told as "roughly".
 */
#include "config.h"

#include "flow/flow.h"

#include <math.h>
#include <string.h>

#include "base/files.h"

#define DEVICE_POINT_S 3e-6
#define DECK_S 3e-3
#define OP_ITERATIONS 20
#define MAX_DEPTH 64

struct circuit {
    double n_own;          /* transistors and diodes written in it */
    GPtrArray *children;   /* char*: circuits that it instantiates */
};

static void circuit_free(gpointer data)
{
    struct circuit *circuit = data;
    g_ptr_array_unref(circuit->children);
    g_free(circuit);
}

static struct circuit *circuit_add(GHashTable *circuits, const char *name)
{
    struct circuit *circuit = g_new0(struct circuit, 1);
    circuit->children = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_replace(circuits, g_strdup(name), circuit);
    return circuit;
}

/* "x_dut a b gain_cell w=1u": the last word before the parameters. Newly allocated. */
static char *instance_of(const char *card)
{
    g_auto(GStrv) words = g_strsplit(card, " ", -1);
    const char *name = "";
    for (char **word = words; *word != NULL && strchr(*word, '=') == NULL; word++)
        if (**word != '\0')
            name = *word;
    return g_strdup(name);
}

static double count(GHashTable *circuits, const char *name, int depth)
{
    const struct circuit *circuit = g_hash_table_lookup(circuits, name);
    if (circuit == NULL || depth > MAX_DEPTH)
        return 1; /* a device that a library wraps */
    double n = circuit->n_own;
    for (guint c = 0; c < circuit->children->len; c++)
        n += count(circuits, circuit->children->pdata[c], depth + 1);
    return n;
}

/* Transistors and diodes in the whole circuit, subcircuits opened. */
static double count_devices(const struct deck *deck)
{
    g_autoptr(GHashTable) circuits = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, circuit_free);
    struct circuit *top = circuit_add(circuits, ""), *in = top;
    for (guint i = 1; i < deck->cards->len; i++) { /* the first is the title */
        const char *card = g_array_index(deck->cards, struct card, i).text;
        if (g_str_has_prefix(card, ".subckt ")) {
            g_autofree char *name = g_strndup(card + 8, strcspn(card + 8, " "));
            in = circuit_add(circuits, name);
        } else if (g_str_has_prefix(card, ".ends")) {
            in = top;
        } else if (card[0] == 'x') {
            g_ptr_array_add(in->children, instance_of(card));
        } else if (card[0] != '\0' && strchr("mdqjn", card[0]) != NULL) {
            in->n_own++;
        }
    }
    return count(circuits, "", 0);
}

static double count_points(const struct analysis *analysis, const struct deck_expect *expect)
{
    switch (analysis->kind) {
    case ANALYSIS_OP:
        return OP_ITERATIONS;
    case ANALYSIS_DC:
        return OP_ITERATIONS + (double)expect->n_outer * (double)expect->n_inner;
    case ANALYSIS_TRAN: {
        double most = fmin(analysis->step_s, (analysis->stop_s - analysis->start_s) / 50); /* as ngspice has it */
        return OP_ITERATIONS + analysis->stop_s / (analysis->max_step_s > 0 ? analysis->max_step_s : most);
    }
    case ANALYSIS_AC:
    case ANALYSIS_NOISE:
        return OP_ITERATIONS + analysis->points_per_decade * log10(analysis->to_Hz / analysis->from_Hz);
    }
    return OP_ITERATIONS;
}

double flow_estimate_cpu(const struct bench *bench, const struct deck *deck)
{
    double cpu_s = 0;
    for (guint p = 0; deck->parts != NULL && p < deck->parts->len; p++)
        cpu_s += flow_estimate_cpu(bench, deck->parts->pdata[p]);
    if (deck->parts != NULL)
        return cpu_s;
    return DECK_S + DEVICE_POINT_S * count_devices(deck) * count_points(&bench->analysis, &deck->expect);
}

static void add_number(GString *text, double value)
{
    char number[NUMBER_SIZE];
    g_string_append_printf(text, " %s", number_print(number, value));
}

static void add_analysis(GString *text, const struct bench *bench)
{
    const struct analysis *a = &bench->analysis;
    const double numbers[] = {a->step_s, a->stop_s, a->start_s, a->max_step_s, a->from_Hz, a->to_Hz, a->points_per_decade};
    g_string_append(text, analysis_name(a->kind));
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        add_number(text, numbers[i]);
    for (gsize i = 0; i < bench_inner_sweeps(bench); i++)
        add_number(text, (double)((const struct sweep *)bench->sweeps->pdata[bench->sweeps->len - 1 - i])->n);
    for (guint i = 0; i < bench->options->len; i++) {
        const struct setting *option = bench->options->pdata[i];
        g_string_append_printf(text, " %s", option->name);
        add_number(text, option->value);
    }
    g_string_append_printf(text, " %s %s %d", bench->method != NULL ? bench->method : "-", bench->solver != NULL ? bench->solver : "-",
                           bench->partition);
    for (char **line = bench->still; line != NULL && *line != NULL; line++)
        g_string_append_printf(text, " %s", *line);
}

static void add_circuit(GString *text, const struct cell *cell, const struct array *array)
{
    g_string_append_printf(text, "\n%s %s", cell->circuit->name, cell->circuit->digest != NULL ? cell->circuit->digest : "-");
    if (array != NULL)
        g_string_append_printf(text, " %d %d", array->rows, array->columns);
    for (guint i = 0; array != NULL && array->parts != NULL && i < array->parts->len; i++) {
        const struct part *part = array->parts->pdata[i];
        add_circuit(text, part->cell, part->array);
        g_string_append_printf(text, " %d", part->count);
    }
}

char *flow_cost_class(const struct bench *bench, enum accuracy accuracy)
{
    g_autoptr(GString) text = g_string_new(NULL);
    add_analysis(text, bench);
    add_circuit(text, bench->cell, bench->array);
    if (bench->group != NULL)
        g_string_append_printf(text, " %d-%d", bench->group->first, bench->group->last);
    if (accuracy != ACCURACY_EXACT)
        g_string_append_printf(text, " %s", accuracy_name(accuracy));
    g_autofree char *digest = digest_bytes(text->str, text->len);
    return g_strdup_printf("%s %.8s", bench->name, digest);
}
