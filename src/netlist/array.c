/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/array.c -- the cells, blocks and wires of an array or assembly, and initial voltages in them.
 *
 * A 1,024 x 64 array has a million cards, so nothing here looks anything up per card or goes through printf: names are put
 * together in one string, and the text of a value that all sections of a line share is made once. Cards stand in the order of
 * the places that they belong to, row by row, so that a deck can be read with a finger on the drawing.
 *
 * Wire: the line's driven end, half a section, the first cell, a section, the next cell …. The capacitance of a section is at
 * its cell, so a line of n cells has n C and (n - 1/2) R, and its Elmore delay to the last cell is Σ (k + 1/2) RC = RC n²/2,
 * exactly that of the distributed line. A line without resistance is one node, with all of its capacitance there.
 */
#include "config.h"

#include "netlist/builder.h"

#include <math.h>
#include <string.h>

#include "netlist/codes.h"

static void append_index(GString *text, int index)
{
    char digits[12];
    int n = sizeof digits;
    do {
        digits[--n] = (char)('0' + index % 10);
        index /= 10;
    } while (index > 0);
    digits[--n] = '_';
    g_string_append_len(text, digits + n, (gssize)sizeof digits - n);
}

/* A name that a card is made of, with its length known. */
struct word {
    const char *text;
    gssize length;
};

static struct word word_of(const char *text)
{
    return (struct word){text, (gssize)strlen(text)};
}

static void append_place(GString *text, struct word name, int first, int second)
{
    g_string_append_len(text, name.text, name.length);
    append_index(text, first);
    append_index(text, second);
}

/* --- cells ------------------------------------------------------------------------------------------------------------- */

/* What a port of the cell is connected to, as far as it is the same for all cells. */
enum net_form { NET_SHARED, NET_INNER, NET_BLOCK, NET_ROW, NET_ROW_NODE, NET_COLUMN, NET_COLUMN_NODE };
struct net {
    enum net_form form;
    struct word name;
    int every; /* blocks that share a line */
};

/* The net of port i of what is placed. */
static struct net net_of(const struct builder *b, const struct placed *placed, guint i)
{
    const struct joint *joint = placed->part != NULL ? &placed->part->joints[i] : NULL;
    const struct terminal *terminal = joint != NULL ? terminal_of(b, joint->net->name) : &b->terminals[i];
    const struct line_set *line = terminal->line;
    struct net net = {NET_SHARED, word_of(terminal->port->name), joint != NULL ? joint->every : 1};
    if (terminal->is_inner)
        net.form = NET_INNER;
    else if (line != NULL && placed->array == NULL)
        net.form = NET_BLOCK;
    else if (line != NULL && line->along_row)
        net.form = terminal->section_Ohm > 0 ? NET_ROW_NODE : NET_ROW;
    else if (line != NULL)
        net.form = terminal->section_Ohm > 0 ? NET_COLUMN_NODE : NET_COLUMN;
    else if (terminal->drives->kind == DRIVE_GROUND)
        net.name = word_of("0");
    return net;
}

static void append_net(GString *text, const struct net *net, int row, int column)
{
    g_string_append_c(text, ' ');
    g_string_append_len(text, net->name.text, net->name.length);
    switch (net->form) {
    case NET_SHARED:
        break;
    case NET_BLOCK:
        append_index(text, row / net->every);
        break;
    case NET_ROW:
        append_index(text, row);
        break;
    case NET_COLUMN:
        append_index(text, column);
        break;
    case NET_INNER:
    case NET_ROW_NODE:
        append_index(text, row);
        append_index(text, column);
        break;
    case NET_COLUMN_NODE:
        append_index(text, column);
        append_index(text, row);
        break;
    }
}

/* "x_3_5", in an assembly "x_k_3_5", of a block "x_phi_5". */
static void append_instance(GString *text, const struct placed *placed, int row, int column)
{
    g_string_append_c(text, 'x');
    if (placed->part != NULL) {
        g_string_append_c(text, '_');
        g_string_append(text, placed->part->name);
    }
    append_index(text, row);
    if (placed->array != NULL)
        append_index(text, column);
}

static int row_count(const struct placed *placed)
{
    return placed->array != NULL ? placed->array->rows : placed->part->count;
}

static gboolean cells_write(struct builder *b, const struct placed *placed, GError **error)
{
    guint n = placed->cell->circuit->ports->len;
    struct origin origin = placed->part != NULL ? placed->part->origin : b->array->origin;
    g_autofree struct net *nets = g_new(struct net, n);
    g_autoptr(GString) text = g_string_sized_new(512), path = g_string_new(b->array->name);
    gsize stem = path->len;
    for (guint i = 0; i < n; i++)
        nets[i] = net_of(b, placed, i);
    for (int row = 0; row < row_count(placed); row++)
        for (int column = placed->first_column; column <= placed->last_column; column++) {
            g_string_truncate(text, 0);
            append_instance(text, placed, row, column);
            g_string_truncate(path, stem);
            g_string_append_c(path, '/');
            g_string_append_len(path, text->str, (gssize)text->len);
            for (guint i = 0; i < n; i++)
                append_net(text, &nets[i], row, column);
            if (!append_cell(b, placed, text, path->str, error))
                return FALSE;
            card_add_text(b, b->deck->cards, origin, text);
        }
    return TRUE;
}

/* The cells that a load column has in each row: one, or two whose numbers of cells add up to those that it stands for. */
struct stand_in {
    int n;
    double nodes_V[2], weights[2];
};

/* The store whose voltages the cells of the array differ in, or NULL. */
static const struct stimulus *store_of(const struct builder *b)
{
    for (guint i = 0; i < b->bench->stimuli->len; i++) {
        const struct stimulus *stimulus = b->bench->stimuli->pdata[i];
        if (stimulus->kind == STIMULUS_STORE)
            return stimulus;
    }
    return NULL;
}

static struct stand_in stand_in(const struct builder *b, const struct load_column *load, int row)
{
    const struct stimulus *store = store_of(b);
    gsize n = (gsize)(load->last - load->first + 1);
    struct stand_in cells = {.n = 1, .weights = {(double)n}};
    if (store == NULL)
        return cells;
    guint64 drawing = drawing_of(b, store);
    g_autofree double *stored_V = g_new(double, n);
    for (gsize i = 0; i < n; i++)
        stored_V[i] = store_V(store, store_code(store, b->array->columns, row, load->first + (int)i, drawing));
    cells.n = part_quadrature(stored_V, n, cells.nodes_V, cells.weights);
    return cells;
}

/* "x_load_3_40_0", "x_load_3_40_1": nets as those of the cell in row 3, column 40, with inner nodes of its own, "sn_3_40_0". They
 * have no mismatch: they stand for the mean of many. */
static void load_cell_write(struct builder *b, GString *text, const struct net *nets, int row, int column, int k, double weight)
{
    const struct placed *placed = b->placed->pdata[0];
    g_string_assign(text, "x_load");
    append_index(text, row);
    append_index(text, column);
    append_index(text, k);
    for (guint i = 0; i < placed->cell->circuit->ports->len; i++) {
        append_net(text, &nets[i], row, column);
        if (nets[i].form == NET_INNER)
            append_index(text, k);
    }
    g_string_append_len(text, placed->of->str, (gssize)placed->of->len);
    append_setting(text, "m", weight);
    card_add_text(b, b->deck->cards, b->array->origin, text);
}

static gboolean loads_write(struct builder *b, GError **error)
{
    const struct placed *placed = b->placed->pdata[0];
    guint n = placed->cell->circuit->ports->len;
    g_autofree struct net *nets = g_new(struct net, n);
    g_autoptr(GString) text = g_string_sized_new(512);
    if (b->loads->len > 0 && !nominal_define(b, placed->cell->circuit, error))
        return FALSE;
    for (guint i = 0; i < n; i++)
        nets[i] = net_of(b, placed, i);
    for (guint l = 0; l < b->loads->len; l++)
        for (int row = 0; row < b->array->rows; row++) {
            const struct load_column *load = &g_array_index(b->loads, struct load_column, l);
            struct stand_in cells = stand_in(b, load, row);
            for (int k = 0; k < cells.n; k++)
                load_cell_write(b, text, nets, row, load->column, k, cells.weights[k]);
        }
    return TRUE;
}

/* --- wires ------------------------------------------------------------------------------------------------------------- */

/* The texts that the cards of one line's wires end in. */
struct wire {
    const struct line_set *line;
    struct word name;
    int n; /* cells along it */
    char half[NUMBER_SIZE], section[NUMBER_SIZE];
    char *capacitor; /* " 0 2.2e-16" */
};

/* "r_bl_5_0 bl_5 bl_5_0 3.4", then "r_bl_5_1 bl_5_0 bl_5_1 6.8" …: a resistor is called after the cell that it leads to. */
static void resistor_write(struct builder *b, GString *text, const struct wire *wire, int index, int from, int to)
{
    g_string_assign(text, "r_");
    append_place(text, wire->name, index, to);
    g_string_append_c(text, ' ');
    g_string_append_len(text, wire->name.text, wire->name.length);
    append_index(text, index);
    if (from != INDEX_NONE)
        append_index(text, from);
    g_string_append_c(text, ' ');
    append_place(text, wire->name, index, to);
    g_string_append_c(text, ' ');
    g_string_append(text, from == INDEX_NONE ? wire->half : wire->section);
    card_add_text(b, b->deck->cards, wire->line->origin, text);
}

static void capacitor_write(struct builder *b, GString *text, const struct wire *wire, int index, int at)
{
    g_string_assign(text, "c_");
    append_place(text, wire->name, index, at);
    g_string_append_c(text, ' ');
    append_place(text, wire->name, index, at);
    g_string_append(text, wire->capacitor);
    card_add_text(b, b->deck->cards, wire->line->origin, text);
}

static void ladder_write(struct builder *b, GString *text, const struct wire *wire, int index)
{
    int from = INDEX_NONE;
    for (int k = 0; k < wire->n; k++) {
        int to = wire->line->from_end ? wire->n - 1 - k : k;
        resistor_write(b, text, wire, index, from, to);
        if (wire->line->section_F > 0)
            capacitor_write(b, text, wire, index, to);
        from = to;
    }
}

/* Drives `from` to `to` - 1 of the terminal, each of which stands for `n_lines` lines in parallel. */
static void some_lines_write(struct builder *b, const struct terminal *terminal, int from, int to, double n_lines)
{
    const struct line_set *line = terminal->line;
    struct wire wire = {.line = line, .name = word_of(terminal->port->name), .n = line->length};
    g_autoptr(GString) text = g_string_sized_new(256);
    char farad[NUMBER_SIZE];
    gboolean one_node = terminal->section_Ohm == 0;
    g_autofree char *capacitor = g_strdup_printf(
        " %s %s", ground_net(b), number_print(farad, n_lines * (one_node ? line->section_F * wire.n : line->section_F)));
    wire.capacitor = capacitor;
    number_print(wire.half, line->section_Ohm / 2 / n_lines);
    number_print(wire.section, line->section_Ohm / n_lines);
    for (int i = from; i < to; i++) {
        int index = terminal->drives[i].index;
        if (!one_node)
            ladder_write(b, text, &wire, index);
        else if (line->section_F > 0)
            card_add(b, b->deck->cards, line->origin, "cw_%s_%d %s_%d%s", wire.name.text, index, wire.name.text, index,
                     capacitor);
    }
}

static void lines_write(struct builder *b, const struct terminal *terminal)
{
    some_lines_write(b, terminal, 0, terminal->n, 1);
    for (int i = terminal->n; i < terminal->n + terminal->n_loads; i++)
        some_lines_write(b, terminal, i, i + 1, terminal->drives[i].n_lines);
}

gboolean array_write(struct builder *b, GError **error)
{
    for (guint i = 0; i < b->placed->len; i++)
        if (!cells_write(b, b->placed->pdata[i], error))
            return FALSE;
    if (!loads_write(b, error))
        return FALSE;
    for (guint i = 0; i < b->circuit->ports->len; i++)
        if (b->terminals[i].line != NULL)
            lines_write(b, &b->terminals[i]);
    return TRUE;
}

/* --- initial voltages -------------------------------------------------------------------------------------------------- */

/* ngspice looks up every node of the circuit for every .ic at every iteration of the operating point (ZeroNoncurRow, 39.3 and 46):
 * no matter for one cell, but 27 of 32 s at two arrays of 16 x 16, and hours at 64 x 64. So above this number of nodes each has a
 * switch to the source of its level instead: 1 Ω at the start, then 1e21 Ω, a thousandth of any gmin in use. */
#define PRESET_MIN 256

const struct placed *placed_of(const struct builder *b, const char *name)
{
    const struct part *part = array_part(b->array, name);
    for (guint i = 0; i < b->placed->len; i++) {
        const struct placed *placed = b->placed->pdata[i];
        if (placed->part == part)
            return placed;
    }
    g_assert_not_reached();
}

/* "sn_3_5", of a declared node "x_3_5.x". */
static void append_cell_node(GString *text, const struct stimulus *stimulus, const struct placed *placed, gboolean is_port, int row,
                             int column)
{
    if (is_port) {
        append_place(text, word_of(stimulus->of), row, column);
    } else {
        append_instance(text, placed, row, column);
        g_string_append_c(text, '.');
        g_string_append(text, placed->part != NULL ? strchr(stimulus->of, '.') + 1 : stimulus->of);
    }
}

static void ic_write(struct builder *b, GString *text, const struct stimulus *stimulus, const char *node, double value_V)
{
    g_string_assign(text, ".ic v(");
    g_string_append(text, node);
    g_string_append(text, ")=");
    append_number(text, value_V);
    card_add_text(b, b->deck->cards, stimulus->origin, text);
}

/* The source of a level, which is written at its first use. */
static guint preset_level(struct builder *b, GString *text, const struct stimulus *stimulus, double value_V)
{
    for (guint i = 0; i < b->preset_V->len; i++)
        if (g_array_index(b->preset_V, double, i) == value_V)
            return i;
    g_array_append_val(b->preset_V, value_V);
    guint level = b->preset_V->len - 1;
    g_string_printf(text, "v__level_%u _level_%u 0 ", level, level);
    append_number(text, value_V);
    card_add_text(b, b->deck->cards, stimulus->origin, text);
    return level;
}

/* "s_sn_3_5 sn_3_5 _level_2 _preset 0 _preset on": closed while the operating point is sought, open a fifth of
 * a step later. (At 0.2 ps the rounding of C·V/dt summed in the source of a ground is beyond abstol=1e-14: no convergence.) */
static void preset_write(struct builder *b, GString *text, const struct stimulus *stimulus, const char *node, double value_V)
{
    guint level = preset_level(b, text, stimulus, value_V);
    g_string_printf(text, "s_%s %s _level_%u _preset 0 _preset on", node, node, level);
    card_add_text(b, b->deck->cards, stimulus->origin, text);
}

static void initial_write(struct builder *b, GString *text, const struct stimulus *stimulus, const char *node, double value_V)
{
    if (b->preset_V != NULL)
        preset_write(b, text, stimulus, node, value_V);
    else
        ic_write(b, text, stimulus, node, value_V);
}

/* Of the cells of a load column: "sn_3_40_0", of a declared node "x_load_3_40_0.x". */
static void load_initials_write(struct builder *b, GString *text, GString *node, const struct stimulus *stimulus, gboolean is_port,
                                const struct load_column *load, double value_V)
{
    for (int row = 0; row < b->array->rows; row++) {
        struct stand_in cells = stand_in(b, load, row);
        for (int k = 0; k < cells.n; k++) {
            g_string_assign(node, is_port ? stimulus->of : "x_load");
            append_index(node, row);
            append_index(node, load->column);
            append_index(node, k);
            if (!is_port)
                g_string_append_printf(node, ".%s", stimulus->of);
            initial_write(b, text, stimulus, node->str, stimulus->kind == STIMULUS_STORE ? cells.nodes_V[k] : value_V);
        }
    }
}

static void cell_initials_write(struct builder *b, const struct stimulus *stimulus, gboolean is_port, double value_V)
{
    const struct placed *placed = placed_of(b, stimulus->of);
    guint64 drawing = drawing_of(b, stimulus);
    g_autoptr(GString) text = g_string_sized_new(256), node = g_string_sized_new(64);
    for (int row = 0; row < row_count(placed); row++)
        for (int column = placed->first_column; column <= placed->last_column; column++) {
            if (stimulus->kind == STIMULUS_STORE)
                value_V = store_V(stimulus, store_code(stimulus, placed->array->columns, row, column, drawing));
            g_string_truncate(node, 0);
            append_cell_node(node, stimulus, placed, is_port, row, column);
            initial_write(b, text, stimulus, node->str, value_V);
        }
    for (guint l = 0; l < b->loads->len; l++)
        load_initials_write(b, text, node, stimulus, is_port, &g_array_index(b->loads, struct load_column, l), value_V);
}

/* How many nodes of cells the bench sets. */
static gsize preset_count(const struct builder *b)
{
    gsize n = 0;
    for (guint i = 0; i < b->bench->stimuli->len; i++) {
        const struct stimulus *stimulus = b->bench->stimuli->pdata[i];
        if (stimulus->kind != STIMULUS_INITIAL && stimulus->kind != STIMULUS_STORE)
            continue;
        const struct terminal *terminal = terminal_of(b, stimulus->of);
        if (terminal != NULL && !terminal->is_inner)
            continue;
        const struct placed *placed = placed_of(b, stimulus->of);
        n += (gsize)row_count(placed) * (gsize)(placed->last_column - placed->first_column + 1);
    }
    return n;
}

void array_presets_begin(struct builder *b)
{
    if (preset_count(b) <= PRESET_MIN)
        return;
    b->preset_V = g_array_new(FALSE, FALSE, sizeof(double));
    struct origin origin = b->bench->origin;
    double fs = fmax(round(1e14 * b->bench->analysis.step_s), 1); /* a tenth of a step; 1 fs where there is none */
    card_add(b, b->deck->cards, origin, "v__preset _preset 0 dc 1 pwl(0 1 %.0ff 1 %.0ff 0)", fs, 2 * fs);
    card_borrow(b->deck->cards, origin, ".model _preset sw(vt=0.001 vh=0 ron=1 roff=1e21)");
}

void array_initials_write(struct builder *b, const struct stimulus *stimulus, double value_V)
{
    const struct terminal *terminal = terminal_of(b, stimulus->of);
    if (terminal == NULL || terminal->is_inner) {
        cell_initials_write(b, stimulus, terminal != NULL, value_V);
        return;
    }
    g_autoptr(GString) value = g_string_new(NULL);
    append_number(value, value_V);
    for (int i = 0; i < terminal->n + terminal->n_loads; i++) { /* a line that floats */
        g_autofree char *net = drive_net(&terminal->drives[i]);
        card_add(b, b->deck->cards, stimulus->origin, ".ic v(%s)=%s", net, value->str);
    }
}
