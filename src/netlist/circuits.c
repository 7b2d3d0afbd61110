/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netlist/circuits.c -- subcircuits: templates with their devices by role turned into cards of the technology.
 *
 * Without mismatch each template is one .subckt. With it, a template of devices alone (a leaf) stays one .subckt that takes
 * dvt_DEVICE and mu_DEVICE, and each instance passes its own; a template that holds instances is written for each of its
 * instances, with the numbers in place. So a deck grows with the number of devices and not with a power of it: passing the
 * shifts of 1,024 cells through one .subckt line takes ngspice 5 s and is beyond its 10,000 parameters a line.
 */
#include "config.h"

#include "netlist/builder.h"

#include <string.h>

#include "netlist/mismatch.h"

/* The texts that stand for a device's mismatch on its card: names or numbers. dvt NULL: none. */
struct shift {
    const char *dvt, *factor;
};

/* --- devices ----------------------------------------------------------------------------------------------------------- */

/* A size as an operand: "w_rn" of "{w_rn}", "(2*w)" of "{2*w}", "0.2u" as it is. */
static char *operand_of(const char *value)
{
    gboolean braces = value[0] == '{';
    g_autofree char *inner = g_strndup(value + braces, strlen(value) - (braces ? 2 : 0));
    for (const char *c = inner; *c != '\0'; c++)
        if (!g_ascii_isalnum(*c) && *c != '_' && *c != '.')
            return g_strdup_printf("(%s)", inner);
    return g_steal_pointer(&inner);
}

/* "{…}": a size in the unit of the technology's cards, times `factor` if there is one. Newly allocated. */
static char *size_text(const char *value, const char *factor, double unit_m)
{
    if (factor == NULL && unit_m == 1)
        return g_strdup(value);
    g_autofree char *operand = operand_of(value);
    GString *text = g_string_new("{");
    g_string_append(text, operand);
    if (factor != NULL)
        g_string_append_printf(text, "*%s", factor);
    if (unit_m != 1) {
        g_string_append_c(text, '/');
        append_number(text, unit_m);
    }
    g_string_append_c(text, '}');
    return g_string_free(text, FALSE);
}

/* The parameters of one device's card. ngspice evaluates those of an X card one after the other among the names of the
 * subcircuit that it calls: in "w={2*w} ad={w*d}" the second w is the one just set. A wrapped device therefore gets its numbers
 * by names that no kit has, set on a .param card before. */
struct settings {
    const char *element;
    GString *card;   /* " w=…" */
    GString *before; /* " _w_m1=…" of a wrapped device, else NULL */
};

static void settings_add(struct settings *settings, const char *name, const char *value)
{
    if (settings->before == NULL) {
        g_string_append_printf(settings->card, " %s=%s", name, value);
        return;
    }
    g_string_append_printf(settings->before, " _%s_%s=%s", name, settings->element, value);
    g_string_append_printf(settings->card, " %s={_%s_%s}", name, name, settings->element);
}

/* Source and drain are W wide and `diffusion_m` long: AD = W·d, PD = 2·(W + d), in the unit of the cards. */
static void add_diffusions(struct settings *settings, const char *w, const struct device_role *role)
{
    char d[NUMBER_SIZE], unit[NUMBER_SIZE], area[NUMBER_SIZE];
    double u = role->length_unit_m;
    number_print(d, role->diffusion_m);
    number_print(unit, u);
    number_print(area, u * u);
    g_autofree char *operand = operand_of(w);
    g_autofree char *a = u == 1 ? g_strdup_printf("{%s*%s}", operand, d) : g_strdup_printf("{%s*%s/%s}", operand, d, area);
    g_autofree char *p =
        u == 1 ? g_strdup_printf("{2*(%s+%s)}", operand, d) : g_strdup_printf("{2*(%s+%s)/%s}", operand, d, unit);
    settings_add(settings, "ad", a);
    settings_add(settings, "as", a);
    settings_add(settings, "pd", p);
    settings_add(settings, "ps", p);
}

static void add_verbatim(struct settings *settings, const struct template_card *card, const char *name)
{
    g_autofree char *value = assignment_text(card->parameters, name);
    if (value != NULL)
        settings_add(settings, name, value);
}

/* W, L, diffusions, multiplier and fingers. `factor` of the width may be NULL. */
static void add_sizes(struct settings *settings, const struct template_card *card, const struct device_role *role,
                      const char *factor)
{
    g_autofree char *w = assignment_text(card->parameters, "w"), *l = assignment_text(card->parameters, "l");
    g_autofree char *w_card = size_text(w, factor, role->length_unit_m), *l_card = size_text(l, NULL, role->length_unit_m);
    settings_add(settings, "w", w_card);
    settings_add(settings, "l", l_card);
    if (role->diffusion_m > 0)
        add_diffusions(settings, w, role);
    add_verbatim(settings, card, "m");
    add_verbatim(settings, card, "nf");
}

static void device_write(struct builder *b, GArray *cards, const struct template_card *card, const struct device_role *role,
                         struct shift shift)
{
    gboolean wrapped = role->form == DEVICE_SUBCIRCUIT, gate_source = shift.dvt != NULL && role->mismatch == MISMATCH_GATE_SOURCE;
    g_autofree char *model = technology_at_corner(role->model, b->corner);
    g_autofree char *gate = g_strdup_printf("%s%s", gate_source ? "_g_" : "", gate_source ? card->element : card->nodes[1]);
    g_autoptr(GString) text = g_string_new(NULL), before = wrapped ? g_string_new(".param") : NULL;
    struct settings settings = {card->element, text, before};
    g_string_append_printf(text, "%s%s %s %s %s %s %s", wrapped ? "x" : "", card->element, card->nodes[0], gate, card->nodes[2],
                           card->nodes[3], model);
    add_sizes(&settings, card, role, gate_source ? shift.factor : NULL);
    if (shift.dvt != NULL && role->mismatch == MISMATCH_DELVTO)
        g_string_append_printf(text, " delvto={%s} mulu0={%s}", shift.dvt, shift.factor);
    if (gate_source) /* Vt + dvt at the gate is Vt at a gate that is dvt lower */
        card_add(b, cards, card->origin, "v_%s %s %s {%s}", card->element, card->nodes[1], gate, shift.dvt);
    if (wrapped)
        card_add_text(b, cards, card->origin, before);
    card_add_text(b, cards, card->origin, text);
}

static gboolean define_shared(struct builder *b, const struct circuit_template *circuit, GError **error);

/* The role of a device, noted as used. The design's reader has found it. Where the technology brings the device as a subcircuit
 * of elements alone, that is defined here: it needs no role, so that nothing can fail. */
static const struct device_role *use_role(struct builder *b, const struct template_card *card)
{
    const struct device_role *role = technology_role(b->technology, card->of);
    g_assert(role != NULL);
    if (g_ptr_array_find(b->roles, role, NULL))
        return role;
    g_ptr_array_add(b->roles, (gpointer)role);
    if (role->device != NULL) {
        gboolean ok = define_shared(b, role->device, NULL);
        g_assert(ok);
    }
    return role;
}

/* --- mismatch ---------------------------------------------------------------------------------------------------------- */

/* The parameters that an instance of `circuit` sees, as ngspice will compute them. */
static gboolean instance_scope(struct builder *b, const struct circuit_template *circuit, const char *assignments,
                               const struct scope *from, struct scope *scope, GError **error)
{
    scope_init(scope, &b->globals);
    for (guint i = 0; i < circuit->parameters->len; i++) {
        const struct parameter *parameter = circuit->parameters->pdata[i];
        scope_set(scope, parameter->name, parameter->value);
    }
    if (!scope_assign(scope, assignments, from, error))
        return FALSE;
    for (guint i = 0; i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        if (card->kind == CARD_PARAMETER && !scope_assign(scope, card->text + strlen(".param"), scope, error)) {
            g_prefix_error(error, "%s:%d: mismatch: ", card->origin.file, card->origin.line);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean device_area(const struct template_card *card, const struct scope *scope, double *area_m2, GError **error)
{
    static const char *const sizes[] = {"w", "l", "m"};
    *area_m2 = 1;
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *text = assignment_text(card->parameters, sizes[i]);
        double value = 1;
        if (text != NULL && !expression_value(text, scope, &value, error)) {
            g_prefix_error(error, "%s:%d: device \"%s\": mismatch: %s=%s: ", card->origin.file, card->origin.line, card->element,
                           sizes[i], text);
            return FALSE;
        }
        *area_m2 *= value;
    }
    if (*area_m2 > 0)
        return TRUE;
    error_set_at(error, GAINSPICE_ERROR_INPUT, card->origin, "device \"%s\": mismatch: W·L is not positive", card->element);
    return FALSE;
}

static struct mismatch draw_noting(struct builder *b, const struct device_role *role, double area_m2, const char *path)
{
    if (b->devices != NULL) {
        struct drawn_device *device = g_new(struct drawn_device, 1);
        *device = (struct drawn_device){g_strdup(path), role, area_m2};
        g_ptr_array_add(b->devices, device);
    }
    return mismatch_draw(role, area_m2, b->bench->axes->seed, path, b->point->sample);
}

static gboolean device_draw(struct builder *b, const struct template_card *card, const struct device_role *role,
                            const struct scope *scope, const char *path, struct mismatch *mismatch, GError **error)
{
    double area_m2;
    if (!device_area(card, scope, &area_m2, error))
        return FALSE;
    g_autofree char *device = g_strdup_printf("%s.%s", path, card->element);
    *mismatch = draw_noting(b, role, area_m2, device);
    return TRUE;
}

/* " dvt_mrn=… mu_mrn=…" of every device of the leaf at `path`. */
static gboolean append_leaf_shifts(struct builder *b, GString *text, const struct circuit_template *circuit,
                                   const struct scope *scope, const char *path, GError **error)
{
    for (guint i = 0; i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        const struct device_role *role = card->kind == CARD_DEVICE ? use_role(b, card) : NULL;
        if (role == NULL || role->mismatch == MISMATCH_NONE)
            continue;
        struct mismatch mismatch;
        if (!device_draw(b, card, role, scope, path, &mismatch, error))
            return FALSE;
        g_autofree char *dvt = g_strdup_printf("dvt_%s", card->element), *factor = g_strdup_printf("mu_%s", card->element);
        append_setting(text, dvt, mismatch.dvt_V);
        append_setting(text, factor, mismatch.factor);
    }
    return TRUE;
}

/* --- subcircuits ------------------------------------------------------------------------------------------------------- */

static gboolean is_leaf(const struct circuit_template *circuit)
{
    for (guint i = 0; i < circuit->cards->len; i++)
        if (((const struct template_card *)circuit->cards->pdata[i])->kind == CARD_INSTANCE)
            return FALSE;
    return TRUE;
}

static const struct circuit_template *instance_circuit(const struct builder *b, const struct template_card *card)
{
    const struct circuit_template *circuit = g_hash_table_lookup(b->design->circuits, card->of);
    g_assert(circuit != NULL);
    return circuit;
}

static void instance_write(struct builder *b, GArray *cards, const struct template_card *card, const char *of, const char *shifts)
{
    g_autofree char *nodes = g_strjoinv(" ", card->nodes);
    card_add(b, cards, card->origin, "%s %s %s%s%s%s", card->element, nodes, of, *card->parameters != '\0' ? " " : "",
             card->parameters, shifts);
}

/* Wrapped devices and gate sources get names that the template may have given to something else. */
static gboolean check_elements(const struct builder *b, const struct circuit_template *circuit, GError **error)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        if (card->element != NULL && card->kind != CARD_DEVICE)
            g_hash_table_add(names, card->element);
    }
    for (guint i = 0; i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        const struct device_role *role = card->kind == CARD_DEVICE ? technology_role(b->technology, card->of) : NULL;
        if (role == NULL || (role->form == DEVICE_MODEL && role->mismatch != MISMATCH_GATE_SOURCE))
            continue;
        g_autofree char *wrapped = g_strdup_printf("x%s", card->element), *source = g_strdup_printf("v_%s", card->element);
        if (g_hash_table_contains(names, wrapped) || g_hash_table_contains(names, source)) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, card->origin,
                         "device \"%s\": \"%s\" and \"%s\" are needed for it on technology %s, expected them free", card->element,
                         wrapped, source, b->technology->name);
            return FALSE;
        }
    }
    return TRUE;
}

static void subckt_write(struct builder *b, const struct circuit_template *circuit, const char *name, gboolean takes_shifts,
                         const GArray *body)
{
    g_autoptr(GString) line = g_string_new(".subckt ");
    g_string_append(line, name);
    for (guint i = 0; i < circuit->ports->len; i++)
        g_string_append(g_string_append_c(line, ' '), ((const struct port *)circuit->ports->pdata[i])->name);
    for (guint i = 0; i < circuit->parameters->len; i++) {
        const struct parameter *parameter = circuit->parameters->pdata[i];
        append_setting(line, parameter->name, parameter->value);
    }
    for (guint i = 0; takes_shifts && i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        if (card->kind == CARD_DEVICE && technology_role(b->technology, card->of)->mismatch != MISMATCH_NONE)
            g_string_append_printf(line, " dvt_%s=0 mu_%s=1", card->element, card->element);
    }
    card_add_text(b, b->definitions, circuit->origin, line);
    g_array_append_vals(b->definitions, body->data, body->len);
    card_borrow(b->definitions, circuit->origin, ".ends");
}

/* A device of a subcircuit that several instances share: its mismatch, if any, comes as parameters. */
static void shared_device_write(struct builder *b, GArray *body, const struct template_card *card)
{
    const struct device_role *role = use_role(b, card);
    g_autofree char *dvt = g_strdup_printf("dvt_%s", card->element), *factor = g_strdup_printf("mu_%s", card->element);
    gboolean shifted = b->point->sample > 0 && role->mismatch != MISMATCH_NONE;
    device_write(b, body, card, role, shifted ? (struct shift){dvt, factor} : (struct shift){NULL, NULL});
}

static gboolean define_shared(struct builder *b, const struct circuit_template *circuit, GError **error)
{
    if (g_hash_table_contains(b->defined, circuit->name))
        return TRUE;
    if (!check_elements(b, circuit, error))
        return FALSE;
    g_autoptr(GArray) body = g_array_new(FALSE, FALSE, sizeof(struct card));
    for (guint i = 0; i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        if (card->kind == CARD_DEVICE) {
            shared_device_write(b, body, card);
        } else if (card->kind == CARD_INSTANCE) {
            if (!define_shared(b, instance_circuit(b, card), error))
                return FALSE;
            instance_write(b, body, card, card->of, "");
        } else {
            card_borrow(body, card->origin, card->text);
        }
    }
    g_hash_table_add(b->defined, circuit->name);
    subckt_write(b, circuit, circuit->name, b->point->sample > 0, body);
    return TRUE;
}

static gboolean define_special(struct builder *b, const struct circuit_template *circuit, const char *name,
                               const struct scope *scope, const char *path, GError **error);

/* An instance with mismatch: a leaf gets its shifts on its card, another a subcircuit of its own. */
static gboolean special_instance_write(struct builder *b, GArray *body, const struct template_card *card,
                                       const struct scope *scope, const char *path, GError **error)
{
    const struct circuit_template *child = instance_circuit(b, card);
    g_autofree char *below = g_strdup_printf("%s.%s", path, card->element);
    g_autoptr(GString) shifts = g_string_new(NULL);
    struct scope inner;
    gboolean ok = instance_scope(b, child, card->parameters, scope, &inner, error);
    if (!ok) {
        g_prefix_error(error, "%s:%d: instance \"%s\": mismatch: ", card->origin.file, card->origin.line, card->element);
    } else if (is_leaf(child)) {
        ok = define_shared(b, child, error) && append_leaf_shifts(b, shifts, child, &inner, below, error);
        instance_write(b, body, card, child->name, shifts->str);
    } else {
        g_autofree char *own = g_strdup_printf("_%d_%s", ++b->n_special, child->name); /* no template starts with "_" */
        ok = define_special(b, child, own, &inner, below, error);
        instance_write(b, body, card, own, "");
    }
    scope_clear(&inner);
    return ok;
}

static gboolean special_device_write(struct builder *b, GArray *body, const struct template_card *card, const struct scope *scope,
                                     const char *path, GError **error)
{
    const struct device_role *role = use_role(b, card);
    if (role->mismatch == MISMATCH_NONE) {
        device_write(b, body, card, role, (struct shift){NULL, NULL});
        return TRUE;
    }
    struct mismatch mismatch;
    char dvt[NUMBER_SIZE], factor[NUMBER_SIZE];
    if (!device_draw(b, card, role, scope, path, &mismatch, error))
        return FALSE;
    number_print(dvt, mismatch.dvt_V);
    number_print(factor, mismatch.factor);
    device_write(b, body, card, role, (struct shift){dvt, factor});
    return TRUE;
}

static gboolean define_special(struct builder *b, const struct circuit_template *circuit, const char *name,
                               const struct scope *scope, const char *path, GError **error)
{
    if (!check_elements(b, circuit, error))
        return FALSE;
    g_autoptr(GArray) body = g_array_new(FALSE, FALSE, sizeof(struct card));
    for (guint i = 0; i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        if (card->kind == CARD_DEVICE) {
            if (!special_device_write(b, body, card, scope, path, error))
                return FALSE;
        } else if (card->kind == CARD_INSTANCE) {
            if (!special_instance_write(b, body, card, scope, path, error))
                return FALSE;
        } else {
            card_borrow(body, card->origin, card->text);
        }
    }
    card_add(b, b->definitions, circuit->origin, "* %s of %s", circuit->name, path);
    subckt_write(b, circuit, name, FALSE, body);
    return TRUE;
}

/* The devices of the cell that differ from instance to instance: once, not for each cell of an array. */
static gboolean leaf_settle(struct builder *b, struct placed *placed, GError **error)
{
    const struct circuit_template *circuit = placed->cell->circuit;
    for (guint i = 0; i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        const struct device_role *role = card->kind == CARD_DEVICE ? use_role(b, card) : NULL;
        if (role == NULL || role->mismatch == MISMATCH_NONE)
            continue;
        struct leaf_device device = {role, card->element, 0};
        if (!device_area(card, &placed->scope, &device.area_m2, error))
            return FALSE;
        g_array_append_val(placed->leaf, device);
    }
    return TRUE;
}

/* A cell that is a compiled model: the template's ports around one N device, so that what instantiates it is as ever. */
static gboolean model_define(struct builder *b, struct placed *placed, GError **error)
{
    const struct cell *cell = placed->cell;
    if (placed->settings->len > 0) {
        const struct setting *setting = placed->settings->pdata[0];
        error_set_at(error, GAINSPICE_ERROR_INPUT, cell->origin, "cell %s is a model, in which parameter \"%s\" cannot be swept", cell->name,
                     setting->name);
        return FALSE;
    }
    g_string_printf(placed->of, " _model_%s", cell->name);
    if (g_hash_table_contains(b->defined, placed->of->str + 1))
        return TRUE;
    g_hash_table_add(b->defined, (gpointer)g_intern_string(placed->of->str + 1));
    g_ptr_array_add(b->deck->files, g_strdup(cell->object));
    g_autoptr(GString) line = g_string_new(".subckt");
    g_string_append(line, placed->of->str);
    for (guint i = 0; i < cell->circuit->ports->len; i++)
        g_string_append_printf(line, " %s", ((const struct port *)cell->circuit->ports->pdata[i])->name);
    card_borrow(b->definitions, cell->origin, ".control");
    card_add(b, b->definitions, cell->origin, "pre_osdi %s", cell->object);
    card_borrow(b->definitions, cell->origin, ".endc");
    card_add(b, b->definitions, cell->origin, ".model _osdi_%s %s", cell->name, cell->module);
    card_add_text(b, b->definitions, cell->origin, line);
    g_string_assign(line, "n1");
    for (char **port = cell->ports; *port != NULL; port++)
        g_string_append_printf(line, " %s", *port);
    card_add(b, b->definitions, cell->origin, "%s _osdi_%s", line->str, cell->name);
    card_borrow(b->definitions, cell->origin, ".ends");
    return TRUE;
}

static gboolean placed_define(struct builder *b, struct placed *placed, GError **error)
{
    const struct circuit_template *circuit = placed->cell->circuit;
    if (placed->cell->object != NULL)
        return model_define(b, placed, error);
    g_autoptr(GString) assignments = g_string_new(NULL);
    for (guint i = 0; i < placed->settings->len; i++) {
        const struct setting *setting = placed->settings->pdata[i];
        append_setting(assignments, setting->name, setting->value);
    }
    g_string_printf(placed->of, " %s%s", circuit->name, assignments->str);
    if (b->point->sample == 0)
        return define_shared(b, circuit, error);
    if (!instance_scope(b, circuit, assignments->str, NULL, &placed->scope, error))
        return FALSE;
    return !is_leaf(circuit) || (define_shared(b, circuit, error) && leaf_settle(b, placed, error));
}

gboolean circuits_define(struct builder *b, GError **error)
{
    for (guint i = 0; i < b->placed->len; i++)
        if (!placed_define(b, b->placed->pdata[i], error))
            return FALSE;
    return TRUE;
}

gboolean nominal_define(struct builder *b, const struct circuit_template *circuit, GError **error)
{
    return define_shared(b, circuit, error);
}

static gsize circuit_devices(const struct builder *b, const struct circuit_template *circuit)
{
    gsize n = 0;
    for (guint i = 0; i < circuit->cards->len; i++) {
        const struct template_card *card = circuit->cards->pdata[i];
        n += card->kind == CARD_DEVICE ? 1 : card->kind == CARD_INSTANCE ? circuit_devices(b, instance_circuit(b, card)) : 0;
    }
    return n;
}

gsize devices_count(const struct builder *b)
{
    gsize n = 0;
    for (guint i = 0; i < b->placed->len; i++) {
        const struct placed *placed = b->placed->pdata[i];
        int count = placed->array != NULL  ? placed->array->rows * (placed->last_column - placed->first_column + 1 + 2 * (int)b->loads->len)
                    : placed->part != NULL ? placed->part->count
                                           : 1;
        n += (gsize)count * circuit_devices(b, placed->cell->circuit);
    }
    return n;
}

static void append_shift(GString *text, const char *what, const char *element, double value)
{
    g_string_append(text, what);
    g_string_append(text, element);
    g_string_append_c(text, '=');
    append_number(text, value);
}

gboolean append_cell(struct builder *b, const struct placed *placed, GString *text, const char *path, GError **error)
{
    const struct circuit_template *circuit = placed->cell->circuit;
    if (b->point->sample > 0 && !is_leaf(circuit) && placed->cell->object == NULL) { /* a subcircuit of its own; the only cell's has the name of its template */
        g_autofree char *own = b->array == NULL && b->member == MEMBER_NONE ? NULL : g_strdup_printf("_%d_%s", ++b->n_special, circuit->name);
        const char *name = own != NULL ? own : circuit->name;
        g_string_append_printf(text, " %s%s", name, placed->of->str + 1 + strlen(circuit->name));
        return define_special(b, circuit, name, &placed->scope, path, error);
    }
    g_string_append_len(text, placed->of->str, (gssize)placed->of->len);
    for (guint i = 0; i < placed->leaf->len; i++) {
        const struct leaf_device *device = &g_array_index(placed->leaf, struct leaf_device, i);
        g_autofree char *name = g_strconcat(path, ".", device->element, NULL);
        struct mismatch mismatch = draw_noting(b, device->role, device->area_m2, name);
        append_shift(text, " dvt_", device->element, mismatch.dvt_V);
        append_shift(text, " mu_", device->element, mismatch.factor);
    }
    return TRUE;
}
