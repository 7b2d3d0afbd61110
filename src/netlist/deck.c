/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/deck.c -- a point turned into a deck: the order of the sections, and cards with their origins.
 *
 * Representation: one GArray of cards, their texts in one string chunk. A card is a line, so the number of a line of the text
 * is the index of its card, and an error of ngspice finds the line of the design that asked for it.
 */
#include "config.h"

#include "netlist/builder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"

#define DIGEST_BLOCK 65536
#define BRIEF_CARD 512   /* bytes; longer cards are put together on the heap */
#define CHUNK_BYTES 4096 /* what a single cell's cards need beside the borrowed ones; those of an array grow by such blocks */

void append_number(GString *text, double value)
{
    char number[NUMBER_SIZE];
    g_string_append(text, number_print(number, value));
}

void append_setting(GString *text, const char *name, double value)
{
    g_assert(name_valid(name, FALSE));
    g_string_append_c(text, ' ');
    g_string_append(text, name);
    g_string_append_c(text, '=');
    append_number(text, value);
}

void card_add(struct builder *b, GArray *cards, struct origin origin, const char *format, ...)
{
    char brief[BRIEF_CARD];
    g_autofree char *whole = NULL;
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    gboolean fits = vsnprintf(brief, sizeof brief, format, ap) < (int)sizeof brief;
    if (!fits)
        whole = g_strdup_vprintf(format, again);
    va_end(again);
    va_end(ap);
    const char *text = fits ? brief : whole;
    g_assert(strpbrk(text, "\n\r") == NULL);
    struct card card = {g_string_chunk_insert(b->deck->chunk, text), origin};
    g_array_append_val(cards, card);
}

void card_borrow(GArray *cards, struct origin origin, const char *text)
{
    g_assert(strpbrk(text, "\n\r") == NULL);
    struct card card = {text, origin};
    g_array_append_val(cards, card);
}

void card_add_text(struct builder *b, GArray *cards, struct origin origin, const GString *text)
{
    g_assert(memchr(text->str, '\n', text->len) == NULL && memchr(text->str, '\r', text->len) == NULL);
    struct card card = {g_string_chunk_insert_len(b->deck->chunk, text->str, (gssize)text->len), origin};
    g_array_append_val(cards, card);
}


/* --- the sections ------------------------------------------------------------------------------------------------------ */

/* ngspice prints the first line and takes it for nothing else; still no byte of it is left to chance. */
static void title_write(struct builder *b, gsize n)
{
    const struct point *point = b->point;
    g_autoptr(GString) title = g_string_new(NULL);
    g_string_append_printf(title, "%s: %s %s ", b->design->name, b->bench->name, point->corner);
    append_number(title, point->temperature_C);
    g_string_append_c(title, 'C');
    for (gsize i = 0; i < point->n_settings; i++)
        append_setting(title, point->sweeps[i]->name, point->settings[i]);
    if (point->sample > 0)
        g_string_append_printf(title, " s%d", point->sample);
    if (n > 1)
        g_string_append_printf(title, " and %" G_GSIZE_FORMAT " more", n - 1);
    for (char *c = title->str; *c != '\0'; c++)
        if (!g_ascii_isprint(*c))
            *c = '?';
    card_add(b, b->deck->cards, b->bench->origin, "%s", title->str);
}

/* `text` is a constant, with its "* ". */
static void comment_write(struct builder *b, const char *text)
{
    card_borrow(b->deck->cards, origin_at(NULL, 0), text);
}

static gboolean dut_write(struct builder *b, GError **error)
{
    g_autofree char *path = g_strdup_printf("%s/x_dut", b->bench->cell->name);
    g_autofree char *dut = dut_name(b);
    g_autoptr(GString) text = g_string_new(dut);
    for (guint i = 0; i < b->circuit->ports->len; i++) {
        g_autofree char *net = drive_net(b->terminals[i].drives);
        g_string_append_printf(text, " %s", net);
    }
    if (!append_cell(b, b->placed->pdata[0], text, path, error))
        return FALSE;
    card_add_text(b, b->deck->cards, b->bench->cell->origin, text);
    return TRUE;
}

static gboolean cells_write(struct builder *const *members, gsize n, GError **error)
{
    struct builder *b = members[0];
    comment_write(b, b->bench->assembly != NULL ? "* cells, blocks and wires"
                     : b->array != NULL         ? "* cells and wires"
                     : n > 1                    ? "* cells under test"
                                                : "* cell under test");
    if (b->array != NULL)
        return array_write(b, error);
    for (gsize m = 0; m < n; m++) {
        members[m]->n_special = m > 0 ? members[m - 1]->n_special : 0;
        if (!dut_write(members[m], error))
            return FALSE;
    }
    return TRUE;
}

/* The sections that members differ in hold the cards of all, in order; the others are the first's. */
static gboolean sections_write(struct builder *const *members, gsize n, GError **error)
{
    struct builder *b = members[0];
    title_write(b, n);
    if (!cells_write(members, n, error))
        return FALSE;
    comment_write(b, "* supplies and stimuli");
    for (gsize m = 0; m < n; m++)
        drives_write(members[m]);
    comment_write(b, "* circuits");
    g_array_append_vals(b->deck->cards, b->definitions->data, b->definitions->len);
    comment_write(b, "* models");
    if (!models_write(b, error))
        return FALSE;
    comment_write(b, "* analysis");
    options_write(b);
    for (gsize m = 0; m < n; m++)
        initials_write(members[m]);
    probes_write(members, n);
    analysis_write(b);
    card_add(b, b->deck->cards, b->bench->origin, ".end");
    return TRUE;
}

/* --- settling what the point says -------------------------------------------------------------------------------------- */

static void setting_set(struct placed *placed, const char *name, double value, struct origin origin)
{
    for (guint i = 0; i < placed->settings->len; i++) {
        struct setting *old = placed->settings->pdata[i];
        if (strcmp(old->name, name) == 0) {
            old->value = value;
            old->origin = origin;
            return;
        }
    }
    struct setting *setting = g_new0(struct setting, 1);
    setting->name = g_strdup(name);
    setting->value = value;
    setting->origin = origin;
    g_ptr_array_add(placed->settings, setting);
}

static void setting_free(gpointer data)
{
    struct setting *setting = data;
    g_free(setting->name);
    g_free(setting);
}

/* Parameters of a cell: its own, then what sweeps say. */
static void settings_settle(const struct builder *b, struct placed *placed)
{
    const struct cell *cell = placed->cell;
    for (guint i = 0; i < cell->settings->len; i++) {
        const struct setting *setting = cell->settings->pdata[i];
        setting_set(placed, setting->name, setting->value, setting->origin);
    }
    for (gsize i = 0; i < b->point->n_settings; i++) {
        const struct sweep *sweep = b->point->sweeps[i];
        if (sweep->target == TARGET_PARAMETER && (sweep->cell == NULL || strcmp(sweep->cell, cell->name) == 0))
            setting_set(placed, sweep->of, b->point->settings[i], sweep->origin);
    }
}

/* The supply: the technology's, or a sweep's. */
static void supply_settle(struct builder *b)
{
    b->vdd_V = b->technology->vdd_V;
    b->vdd_origin = b->bench->origin;
    for (gsize i = 0; i < b->point->n_settings; i++) {
        const struct sweep *sweep = b->point->sweeps[i];
        if (sweep->target == TARGET_SUPPLY) {
            b->vdd_V = b->point->settings[i];
            b->vdd_origin = sweep->origin;
        }
    }
}

static gboolean settle(struct builder *b, GError **error)
{
    supply_settle(b);
    for (guint i = 0; i < b->placed->len; i++)
        settings_settle(b, b->placed->pdata[i]);
    globals_settle(b);
    if (!sweeps_check(b, error))
        return FALSE;
    drives_settle(b);
    return TRUE;
}

static gboolean build(struct builder *const *members, gsize n, GError **error)
{
    for (gsize m = 0; m < n; m++)
        if (!settle(members[m], error))
            return FALSE;
    if (n > 1)
        pack_settle(members, n);
    for (gsize m = 0; m < n; m++)
        if (!probes_settle(members[m], error) || !circuits_define(members[m], error))
            return FALSE;
    return sections_write(members, n, error);
}

static void builder_free(struct builder *b)
{
    signal_clear(&b->output);
    scope_clear(&b->globals);
    for (guint i = 0; b->terminals != NULL && i < b->circuit->ports->len; i++)
        g_free(b->terminals[i].drives);
    g_free(b->terminals);
    g_clear_pointer(&b->ports, g_hash_table_unref);
    g_clear_pointer(&b->probes, g_ptr_array_unref);
    g_ptr_array_unref(b->placed);
    g_array_unref(b->loads);
    g_ptr_array_unref(b->roles);
    g_array_unref(b->definitions);
    g_hash_table_unref(b->defined);
    if (b->preset_V != NULL)
        g_array_unref(b->preset_V);
    g_free(b);
}

static void placed_free(gpointer data)
{
    struct placed *placed = data;
    g_ptr_array_unref(placed->settings);
    g_string_free(placed->of, TRUE);
    scope_clear(&placed->scope);
    g_array_unref(placed->leaf);
    g_free(placed);
}

static struct placed *place(struct builder *b, const struct cell *cell, const struct array *array)
{
    struct placed *placed = g_new0(struct placed, 1);
    placed->cell = cell;
    placed->array = array;
    placed->settings = g_ptr_array_new_with_free_func(setting_free);
    placed->of = g_string_new(NULL);
    placed->leaf = g_array_new(FALSE, FALSE, sizeof(struct leaf_device));
    g_ptr_array_add(b->placed, placed);
    return placed;
}

static void place_all(struct builder *b)
{
    const GPtrArray *parts = b->array != NULL ? b->array->parts : NULL;
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const struct part *part = parts->pdata[i];
        struct placed *placed = place(b, part->cell, part->array);
        placed->part = part;
        placed->last_column = part->array != NULL ? part->array->columns - 1 : 0;
    }
    if (parts != NULL)
        return;
    struct placed *only = place(b, b->bench->cell, b->array);
    only->first_column = b->first_column;
    only->last_column = b->last_column;
}

static struct deck *deck_new(const struct bench *bench)
{
    struct deck *deck = g_new0(struct deck, 1);
    deck->bench = bench;
    deck->cards = g_array_new(FALSE, FALSE, sizeof(struct card));
    deck->chunk = g_string_chunk_new(CHUNK_BYTES);
    deck->files = g_ptr_array_new_with_free_func(g_free);
    return deck;
}

/* `first`: of the same deck, whose definitions it goes on with; NULL: it is the first. */
static struct builder *builder_new(const struct point *point, int part, int member, const struct builder *first)
{
    struct builder *b = g_new(struct builder, 1);
    *b = (struct builder){
        .point = point,
        .design = point->design,
        .technology = point->design->technology,
        .corner = technology_corner(point->design->technology, point->corner),
        .bench = point->bench,
        .circuit = point->bench->cell->circuit,
        .member = member,
        .deck = first != NULL ? first->deck : deck_new(point->bench),
        .placed = g_ptr_array_new_with_free_func(placed_free),
        .roles = first != NULL ? g_ptr_array_ref(first->roles) : g_ptr_array_new(),
        .definitions = first != NULL ? g_array_ref(first->definitions) : g_array_new(FALSE, FALSE, sizeof(struct card)),
        .defined = first != NULL ? g_hash_table_ref(first->defined) : g_hash_table_new(g_str_hash, g_str_equal),
        .array = point->bench->array,
        .part = part,
        .loads = part_loads(point->bench, part),
    };
    part_columns(point->bench, part, &b->first_column, &b->last_column);
    place_all(b);
    b->deck->n_devices += devices_count(b);
    return b;
}

/* Hands the probes to the deck: its own, or those of each member in a deck that has nothing else. */
static void probes_give(struct deck *deck, struct builder *const *members, gsize n)
{
    if (n == 1) {
        deck->probes = g_steal_pointer(&members[0]->probes);
        return;
    }
    deck->probes = g_ptr_array_new();
    deck->members = g_ptr_array_new_with_free_func((GDestroyNotify)deck_free);
    for (gsize m = 0; m < n; m++) {
        struct deck *own = g_new0(struct deck, 1);
        own->expect = deck->expect;
        own->probes = g_steal_pointer(&members[m]->probes);
        g_ptr_array_extend(deck->probes, own->probes, NULL, NULL);
        g_ptr_array_add(deck->members, own);
    }
}

/* Some points, or a part of one. `devices`: where those whose mismatch is drawn are noted, or NULL. */
static struct deck *build_part(const struct point *const *points, gsize n, int part, GPtrArray *devices, GError **error)
{
    g_assert(n >= 1);
    g_autofree struct builder **members = g_new(struct builder *, n);
    for (gsize m = 0; m < n; m++)
        members[m] = builder_new(points[m], part, n > 1 ? (int)m : MEMBER_NONE, m > 0 ? members[0] : NULL);
    struct deck *deck = members[0]->deck;
    members[0]->devices = devices;
    gboolean ok = build(members, n, error);
    if (ok)
        probes_give(deck, members, n);
    for (gsize m = 0; m < n; m++)
        builder_free(members[m]);
    if (ok)
        return deck;
    deck_free(deck);
    return NULL;
}

struct deck *deck_build_pack(const struct point *const *points, gsize n, GError **error)
{
    return n == 1 ? deck_build(points[0], error) : build_part(points, n, PART_NONE, NULL, error);
}

struct deck *deck_build(const struct point *point, GError **error)
{
    int n = point_is_reduced(point) ? bench_parts(point->bench) : 1;
    if (n == 1)
        return build_part(&point, 1, PART_NONE, NULL, error);
    struct deck *deck = deck_new(point->bench);
    deck->probes = g_ptr_array_new();
    deck->parts = g_ptr_array_new_with_free_func((GDestroyNotify)deck_free);
    for (int i = 0; i < n; i++) {
        struct deck *part = build_part(&point, 1, i, NULL, error);
        if (part == NULL) {
            deck_free(deck);
            return NULL;
        }
        g_ptr_array_add(deck->parts, part);
        deck->expect = part->expect;
        deck->n_devices += part->n_devices;
    }
    return deck;
}

static void drawn_device_free(gpointer data)
{
    struct drawn_device *device = data;
    g_free(device->path);
    g_free(device);
}

const char *drawn_device_label(const struct drawn_device *device)
{
    const char *slash = strrchr(device->path, '/'), *name = slash != NULL ? slash + 1 : device->path;
    return g_str_has_prefix(name, "x_dut.") ? name + strlen("x_dut.") : name;
}

GPtrArray *deck_devices(const struct point *point, GError **error)
{
    GPtrArray *devices = g_ptr_array_new_with_free_func(drawn_device_free);
    struct deck *deck = build_part(&point, 1, PART_NONE, devices, error);
    if (deck == NULL)
        g_clear_pointer(&devices, g_ptr_array_unref);
    deck_free(deck);
    return devices;
}

/* --- the deck ---------------------------------------------------------------------------------------------------------- */

void deck_free(struct deck *deck)
{
    if (deck == NULL)
        return;
    g_clear_pointer(&deck->cards, g_array_unref);
    g_clear_pointer(&deck->chunk, g_string_chunk_free);
    g_clear_pointer(&deck->probes, g_ptr_array_unref); /* of a pack borrowed from the members */
    g_clear_pointer(&deck->members, g_ptr_array_unref);
    g_clear_pointer(&deck->files, g_ptr_array_unref);
    g_clear_pointer(&deck->parts, g_ptr_array_unref);
    g_free(deck);
}

const struct deck *deck_member(const struct deck *deck, gsize member)
{
    return deck->members != NULL ? deck->members->pdata[member] : deck;
}

char *deck_text(const struct deck *deck, gsize *length)
{
    gsize size = 1;
    for (guint i = 0; i < deck->cards->len; i++)
        size += strlen(g_array_index(deck->cards, struct card, i).text) + 1;
    GString *text = g_string_sized_new(size); /* of an array tens of megabytes */
    for (guint i = 0; i < deck->cards->len; i++) {
        g_string_append(text, g_array_index(deck->cards, struct card, i).text);
        g_string_append_c(text, '\n');
    }
    if (length != NULL)
        *length = text->len;
    return g_string_free(text, FALSE);
}

struct origin deck_origin(const struct deck *deck, int line)
{
    if (line < 1 || (guint)line > deck->cards->len)
        return origin_at(NULL, 0);
    return g_array_index(deck->cards, struct card, line - 1).origin;
}

const struct probe *deck_probe(const struct deck *deck, const char *signal)
{
    for (guint i = 0; i < deck->probes->len; i++) {
        const struct probe *probe = deck->probes->pdata[i];
        if (strcmp(probe->signal, signal) == 0)
            return probe;
    }
    return NULL;
}

/* Of a deck with parts: that of theirs. */
static char *parts_digest(const struct deck *deck, const struct technology *technology)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    for (guint i = 0; i < deck->parts->len; i++) {
        g_autofree char *digest = deck_digest(deck->parts->pdata[i], technology);
        g_checksum_update(sum, (const guchar *)digest, -1);
    }
    return g_strdup(g_checksum_get_string(sum));
}

char *deck_digest(const struct deck *deck, const struct technology *technology)
{
    if (deck->parts != NULL)
        return parts_digest(deck, technology);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autoptr(GString) block = g_string_sized_new(2 * DIGEST_BLOCK);
    for (guint i = 0; i < deck->cards->len; i++) {
        g_string_append(block, g_array_index(deck->cards, struct card, i).text);
        g_string_append_c(block, '\n');
        if (block->len >= DIGEST_BLOCK || i + 1 == deck->cards->len) {
            g_checksum_update(sum, (const guchar *)block->str, (gssize)block->len);
            g_string_truncate(block, 0);
        }
    }
    if (deck->files->len > 0) /* else the text holds all that the run depends on */
        g_checksum_update(sum, (const guchar *)technology->digest, -1);
    return g_strdup(g_checksum_get_string(sum));
}
