/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/read_reduction.c -- what makes a large array cheaper: lines that stand still without their wires, and parts of so many
 * columns (netlist/part.h).
 *
 * What a part cannot give is refused here: a measure that compares columns, and cells that a multiplier does not multiply. ngspice
 * hands m=… of an instance to its transistors, resistors and capacitors; it is nothing to a voltage source; a current source, b
 * source or inductor would stay as it is without a word.
 */
#include "config.h"

#include "design/read.h"

#include <string.h>

/* The columns that the nodes of a measure or wave are about are one, all, or none. */
static gboolean same_column(const struct bench *bench, const struct signal *const signals[], gsize n)
{
    int column = INDEX_NONE;
    for (gsize i = 0; i < n; i++) {
        if (signals[i]->name == NULL)
            continue;
        const int found[] = {signal_node_column(signals[i]->node, signals[i]->at, bench),
                             signals[i]->minus != NULL ? signal_node_column(signals[i]->minus, signals[i]->minus_at, bench)
                                                       : INDEX_NONE};
        for (gsize k = 0; k < G_N_ELEMENTS(found); k++) {
            if (found[k] != INDEX_NONE && column != INDEX_NONE && found[k] != column)
                return FALSE;
            column = found[k] != INDEX_NONE ? found[k] : column;
        }
    }
    return TRUE;
}

static gboolean check_outputs(const struct bench *bench, const xmlNode *node, GError **error)
{
    for (guint i = 0; i < bench->measures->len; i++) {
        const struct measure_spec *m = bench->measures->pdata[i];
        const struct signal *const signals[] = {&m->of, &m->until};
        if (!same_column(bench, signals, G_N_ELEMENTS(signals)))
            return xml_fail(node, error, "partition of options: measure %s compares columns, which may lie in two parts", m->name);
    }
    for (guint i = 0; i < bench->waves->len; i++) {
        const struct signal *const signals[] = {bench->waves->pdata[i]};
        if (!same_column(bench, signals, 1))
            return xml_fail(node, error, "partition of options: wave %s compares columns, which may lie in two parts",
                            signals[0]->name);
    }
    return TRUE;
}

/* The first card that m=… would not multiply, or NULL. */
static const struct template_card *unscaled(const struct design *design, const struct circuit_template *circuit)
{
    for (guint i = 0; i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        if (card->kind == CARD_ELEMENT && strchr("rcve", card->text[0]) == NULL)
            return card;
        const struct circuit_template *inner = card->kind == CARD_INSTANCE ? g_hash_table_lookup(design->circuits, card->of) : NULL;
        const struct template_card *found = inner != NULL ? unscaled(design, inner) : NULL;
        if (found != NULL)
            return found;
    }
    return NULL;
}

static gboolean check_cell(const struct bench_reader *reader, const xmlNode *node, GError **error)
{
    const struct bench *bench = reader->bench;
    const struct template_card *card = unscaled(reader->reader->design, bench->cell->circuit);
    if (card != NULL)
        return xml_fail(node, error, "partition of options: a cell with \"%s\" (%s:%d) cannot stand for several, expected cells of transistors, resistors and capacitors",
                        card->text, card->origin.file, card->origin.line);
    int stores = 0;
    for (guint i = 0; i < bench->stimuli->len; i++)
        stores += ((const struct stimulus *)bench->stimuli->pdata[i])->kind == STIMULUS_STORE;
    return stores <= 1 || xml_fail(node, error, "partition of options: %d stores, expected at most one", stores);
}

static gboolean read_partition(const struct bench_reader *reader, const xmlNode *node, GError **error)
{
    struct bench *bench = reader->bench;
    if (xml_text(node, "partition") == NULL)
        return TRUE;
    if (bench->array == NULL || bench->assembly != NULL || bench->group != NULL)
        return xml_fail(node, error, "partition of options: expected a bench of an array, without a group");
    if (bench->array->columns < 2)
        return xml_fail(node, error, "partition of options: array %s has one column", bench->array->name);
    return xml_int(node, "partition", 1, bench->array->columns - 1, &bench->partition, error) &&
           check_cell(reader, node, error) && check_outputs(bench, node, error);
}

/* ---- lines that stand still ------------------------------------------------------------------------------------------ */

static const struct line_set *line_named(const struct array *array, const char *name)
{
    for (guint i = 0; i < array->lines->len; i++)
        if (strcmp(((const struct line_set *)array->lines->pdata[i])->name, name) == 0)
            return array->lines->pdata[i];
    return NULL;
}

/* The line that a stimulus is on, or NULL. */
static const struct line_set *line_of(const struct bench_reader *reader, const struct stimulus *s)
{
    return array_line(reader->bench->array, s->target == TARGET_PAIR ? template_pair(reader->circuit, s->of)->plus : s->of);
}

static gboolean check_held(const struct bench_reader *reader, const xmlNode *node, const struct line_set *line, GError **error)
{
    for (guint i = 0; i < reader->bench->stimuli->len; i++) {
        const struct stimulus *s = reader->bench->stimuli->pdata[i];
        if (s->kind != STIMULUS_STORE && s->kind != STIMULUS_INITIAL && line_of(reader, s) == line &&
            (s->kind != STIMULUS_HOLD || s->ac_V != 0))
            return xml_fail(node, error, "still of options: line %s has a %s in line %d of %s, expected a constant hold", line->name,
                            stimulus_name(s->kind), s->origin.line, s->origin.file);
    }
    return TRUE;
}

/* Whether the signal is a voltage somewhere along the line. */
static gboolean is_along(const struct array *array, const struct line_set *line, const char *node, const int at[2])
{
    return node != NULL && at[1] != INDEX_NONE && array_line(array, node) == line;
}

static gboolean check_unseen(const struct bench *bench, const xmlNode *node, const struct line_set *line, GError **error)
{
    g_autoptr(GPtrArray) signals = g_ptr_array_new();
    for (guint i = 0; i < bench->measures->len; i++) {
        const struct measure_spec *m = bench->measures->pdata[i];
        g_ptr_array_add(signals, (gpointer)&m->of);
        g_ptr_array_add(signals, (gpointer)&m->until);
    }
    for (guint i = 0; i < bench->waves->len; i++)
        g_ptr_array_add(signals, bench->waves->pdata[i]);
    for (guint i = 0; i < signals->len; i++) {
        const struct signal *signal = signals->pdata[i];
        if (is_along(bench->array, line, signal->node, signal->at) || is_along(bench->array, line, signal->minus, signal->minus_at))
            return xml_fail(node, error, "still of options: %s is taken along line %s, whose wire would not be there", signal->name,
                            line->name);
    }
    return TRUE;
}

static gboolean read_still(const struct bench_reader *reader, const xmlNode *node, GError **error)
{
    struct bench *bench = reader->bench;
    if (xml_text(node, "still") == NULL)
        return TRUE;
    if (bench->array == NULL)
        return xml_fail(node, error, "still of options: expected a bench of an array or assembly");
    bench->still = read_words(node, "still", error);
    for (char **name = bench->still; name != NULL && *name != NULL; name++) {
        const struct line_set *line = line_named(bench->array, *name);
        if (line == NULL) {
            g_autofree char *shown = xml_shown(*name), *names = names_of(bench->array->lines);
            return xml_fail(node, error, "still of options: \"%s\" is not a line of %s %s, expected some of: %s", shown,
                            bench_kind(bench), bench->array->name, names);
        }
        if (!check_held(reader, node, line, error) || !check_unseen(bench, node, line, error))
            return FALSE;
    }
    return bench->still != NULL;
}

gboolean read_reduction(const struct bench_reader *reader, const xmlNode *node, GError **error)
{
    return node == NULL || (read_still(reader, node, error) && read_partition(reader, node, error));
}
