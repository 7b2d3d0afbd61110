/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/plan.c -- points, their keys, and the units in which they are simulated.
 *
 * A point's key is the digest of everything that decides its numbers: the deck, the technology's files, the measures and
 * waveforms asked for, and the version of the simulator. Nothing else (no time, no name, no order). In a pack the deck is the
 * pack's, and the key of a member is the digest of the pack's and its place.
 */
#include "config.h"

#include "flow/flow.h"

#include <math.h>
#include <string.h>

#include "base/files.h"
#include "flow/accuracy.h"

/* What the points of a bench share. */
struct bench_facts {
    const struct bench *bench;
    char *text;           /* what of the bench decides a point's numbers beside its deck */
    double typical_cpu_s[ACCURACY_COUNT]; /* of its stored points, NAN: there are none; asked for once, since the store looks at all */
};

/* ---- keys -------------------------------------------------------------------------------------------------------------- */

static void describe_number(GString *out, const char *name, double value)
{
    char number[NUMBER_SIZE];
    g_string_append_printf(out, " %s=%s", name, number_print(number, value));
}

/* One line that says all that decides what a measure computes. */
static void describe_measure(GString *out, const struct measure_spec *spec)
{
    g_string_append_printf(out, "measure %s %s of=%s", spec->name, measure_kind_name(spec->kind), spec->of.name);
    if (spec->until.name != NULL)
        g_string_append_printf(out, " until=%s", spec->until.name);
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"at", spec->at},       {"from", spec->from},   {"to", spec->to},       {"level", spec->level},
                   {"until_level", spec->until_level}, {"final", spec->final}, {"band", spec->band}, {"period", spec->period}};
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        describe_number(out, numbers[i].name, numbers[i].value);
    if (!isnan(spec->window_s))
        describe_number(out, "window", spec->window_s);
    g_string_append_printf(out, " edges=%d,%d numbers=%d,%d side=%d max=%d\n", (int)spec->edge, (int)spec->until_edge,
                           spec->number, spec->until_number, (int)spec->side, spec->most);
}

static char *describe_bench(const struct flow *flow, const struct bench *bench)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "gainspice-point 1\nngspice %s\n", flow->ngspice);
    for (guint m = 0; m < bench->measures->len; m++)
        describe_measure(out, bench->measures->pdata[m]);
    for (guint w = 0; w < bench->waves->len; w++)
        g_string_append_printf(out, "wave %s\n", ((const struct signal *)bench->waves->pdata[w])->name);
    return g_string_free(out, FALSE);
}

static void facts_set(struct bench_facts *facts, const struct flow *flow, const struct bench *bench)
{
    *facts = (struct bench_facts){.bench = bench, .text = describe_bench(flow, bench)};
    for (int a = 0; a < ACCURACY_COUNT; a++) {
        g_autofree char *cost = flow_cost_class(bench, (enum accuracy)a);
        facts->typical_cpu_s[a] = flow->store != NULL ? store_typical_cpu(flow->store, cost) : NAN;
    }
}

static char *unit_digest(const struct flow *flow, const struct bench_facts *facts, const struct deck *deck)
{
    g_autofree char *deck_key = deck_digest(deck, flow->design->technology);
    g_autofree char *text = g_strconcat(facts->text, "deck ", deck_key, "\n", NULL);
    return digest_bytes(text, strlen(text));
}

static char *member_key(const struct plan_unit *unit, gsize member)
{
    if (unit->n == 1)
        return g_strdup(unit->key);
    g_autofree char *text = g_strdup_printf("pack %s member %" G_GSIZE_FORMAT "\n", unit->key, member);
    return digest_bytes(text, strlen(text));
}

/* ---- units ------------------------------------------------------------------------------------------------------------- */

static void planned_point_free(gpointer data)
{
    struct planned_point *planned = data;
    point_free(planned->point);
    g_free(planned->key);
    g_free(planned);
}

static void unit_free(gpointer data)
{
    struct plan_unit *unit = data;
    if (unit == NULL)
        return;
    g_free(unit->key);
    g_free(unit->points);
    g_free(unit);
}

gboolean unit_is_pack(const struct plan_unit *unit)
{
    return unit->n > 1;
}

gsize unit_missing(const struct plan_unit *unit)
{
    gsize n = 0;
    for (gsize i = 0; i < unit->n; i++)
        n += !unit->points[i]->stored && !unit->points[i]->elsewhere;
    return n;
}

struct deck *unit_deck(const struct plan_unit *unit, GError **error)
{
    g_autofree const struct point **points = g_new(const struct point *, unit->n);
    for (gsize i = 0; i < unit->n; i++)
        points[i] = unit->points[i]->point;
    return deck_build_pack(points, unit->n, error);
}

/* Asks the store for the point. What is to be tried again is forgotten first. */
static gboolean look_up(struct flow *flow, struct planned_point *planned, GError **error)
{
    planned->is_new = FALSE;
    if (planned->elsewhere)
        return TRUE;
    planned->stored = flow->store != NULL && store_has(flow->store, planned->key, &planned->status);
    /* a crash may be the machine's fault: a later run tries it again */
    gboolean again = flow->options.simulates && (flow->options.retry_failed || planned->status == SIM_CRASHED);
    if (planned->stored && planned->status != SIM_OK && again) {
        if (!store_drop(flow->store, planned->key, error))
            return FALSE;
        planned->stored = FALSE;
    }
    return TRUE;
}

/* Builds the deck once, for the keys and, where nothing better is known, the estimate. NULL sets `error`. */
static struct plan_unit *unit_new(struct flow *flow, const struct bench_facts *facts, struct planned_point **points, gsize n,
                                  gboolean *is_rough, GError **error)
{
    struct plan_unit *unit = g_new0(struct plan_unit, 1);
    unit->n = n;
    unit->points = g_memdup2(points, n * sizeof *points);
    struct deck *deck = unit_deck(unit, error);
    gboolean ok = deck != NULL;
    if (ok)
        unit->key = unit_digest(flow, facts, deck);
    for (gsize i = 0; ok && i < n; i++) {
        g_free(points[i]->key);
        points[i]->key = member_key(unit, i);
        ok = look_up(flow, points[i], error);
    }
    if (ok && unit_missing(unit) > 0) {
        double typical_cpu_s = facts->typical_cpu_s[points[0]->point->accuracy];
        gboolean by_size = isnan(typical_cpu_s);
        unit->cpu_s = by_size ? flow_estimate_cpu(facts->bench, deck) : typical_cpu_s * (double)n;
        *is_rough = *is_rough || by_size;
    }
    deck_free(deck);
    if (ok)
        return unit;
    unit_free(unit);
    return NULL;
}

/* A unit for each of the points. */
static gboolean add_alone(struct flow *flow, const struct bench_facts *facts, struct planned_point **points, gsize n,
                          struct plan_check *check, struct plan *plan, GError **error)
{
    for (gsize i = 0; i < n; i++) {
        if (points[i]->elsewhere)
            continue;
        struct plan_unit *unit = unit_new(flow, facts, &points[i], 1, &plan->is_rough, error);
        if (unit == NULL)
            return FALSE;
        unit->check = check;
        unit->is_pilot = check != NULL && (points[i]->is_reference || g_ptr_array_find(check->pilots, points[i], NULL));
        g_ptr_array_add(plan->units, unit);
    }
    return TRUE;
}

/* ---- packs ------------------------------------------------------------------------------------------------------------- */

static gboolean count_devices_of(const struct point *point, gsize *n, GError **error)
{
    struct deck *deck = deck_build(point, error);
    if (deck == NULL)
        return FALSE;
    *n = deck->n_devices;
    deck_free(deck);
    return TRUE;
}

static gboolean any_own(struct planned_point *const *points, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (!points[i]->elsewhere)
            return TRUE;
    return FALSE;
}

/* Points of one group, in order, cut into packs of nearly the same size. */
static gboolean pack_points(struct flow *flow, const struct bench_facts *facts, const GPtrArray *group, gsize most, GPtrArray *units,
                            gboolean *is_rough, GError **error)
{
    gsize n_packs = (group->len + most - 1) / most, begin = 0;
    for (gsize p = 0; p < n_packs; p++) {
        gsize end = (p + 1) * group->len / n_packs;
        if (!any_own((struct planned_point **)group->pdata + begin, end - begin)) {
            begin = end;
            continue;
        }
        struct plan_unit *unit =
            unit_new(flow, facts, (struct planned_point **)group->pdata + begin, end - begin, is_rough, error);
        if (unit == NULL)
            return FALSE;
        g_ptr_array_add(units, unit);
        begin = end;
    }
    return TRUE;
}

static void free_array(gpointer array)
{
    g_ptr_array_unref(array);
}

/* All points of a bench in units of its preset. */
static gboolean pack_bench(struct flow *flow, const struct bench_facts *facts, struct planned_point **points, gsize n, GPtrArray *units,
                           gboolean *is_rough, GError **error)
{
    g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(free_array);
    g_autoptr(GHashTable) by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gsize n_devices = 1;
    if (n > 0 && !count_devices_of(points[0]->point, &n_devices, error))
        return FALSE;
    for (gsize i = 0; i < n; i++) {
        char *name = pack_group(points[i]->point);
        if (name == NULL) /* runs alone */
            name = g_strdup_printf("%" G_GSIZE_FORMAT, i);
        GPtrArray *group = g_hash_table_lookup(by_name, name);
        if (group == NULL) {
            g_ptr_array_add(groups, group = g_ptr_array_new());
            g_hash_table_insert(by_name, g_steal_pointer(&name), group);
        }
        g_ptr_array_add(group, points[i]);
        g_free(name);
    }
    for (guint g = 0; g < groups->len; g++)
        if (!pack_points(flow, facts, groups->pdata[g], pack_limit(points[0]->point, n_devices), units, is_rough, error))
            return FALSE;
    return TRUE;
}

/* ---- benches that are not exact ------------------------------------------------------------------------------------------ */

static struct planned_point *planned_new(const struct flow *flow, struct point *point)
{
    struct planned_point *planned = g_new0(struct planned_point, 1);
    planned->point = point;
    planned->elsewhere = flow->only != NULL && !g_hash_table_contains(flow->only, point->name);
    return planned;
}

/* The pilots among the bench's points, and beside each the same point as exact. */
static gboolean check_points(struct flow *flow, const struct bench_facts *facts, struct planned_point **points, gsize n, struct plan *plan,
                             struct plan_check *check, GPtrArray *units, GError **error)
{
    g_autoptr(GArray) picked = check_pick(facts->bench, n);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < picked->len; i++) {
        struct planned_point *pilot = points[g_array_index(picked, gsize, i)];
        struct planned_point *reference = planned_new(flow, point_copy(pilot->point, ACCURACY_EXACT));
        reference->is_reference = TRUE;
        g_ptr_array_add(plan->references, reference);
        struct plan_unit *unit = unit_new(flow, facts, &reference, 1, &plan->is_rough, error);
        if (unit == NULL) {
            g_string_free(text, TRUE);
            return FALSE;
        }
        unit->check = check;
        unit->is_pilot = TRUE;
        g_ptr_array_add(units, unit);
        g_ptr_array_add(check->pilots, pilot);
        g_ptr_array_add(check->references, reference);
        g_string_append_printf(text, "%s %s\n", pilot->key, reference->key);
    }
    check_describe(check, text);
    check->made_from = digest_bytes(text->str, text->len);
    g_string_free(text, TRUE);
    return TRUE;
}

static gboolean has_pilot(const struct plan_unit *unit, const struct plan_check *check)
{
    for (gsize i = 0; i < unit->n; i++)
        if (g_ptr_array_find(check->pilots, unit->points[i], NULL))
            return TRUE;
    return FALSE;
}

/* Takes the units over; packs that the store knows to fail are broken up. */
static gboolean take_units(struct flow *flow, const struct bench_facts *facts, struct plan *plan, struct plan_check *check, GPtrArray *units,
                           GError **error)
{
    g_ptr_array_set_free_func(units, NULL);
    gboolean ok = TRUE;
    for (guint u = 0; u < units->len; u++) {
        struct plan_unit *unit = units->pdata[u];
        g_autofree char *broken = NULL;
        if (ok && unit_is_pack(unit) && flow->store != NULL)
            broken = store_get_document(flow->store, "pack", unit->key, unit->key, error);
        ok = ok && (error == NULL || *error == NULL);
        if (!ok || broken != NULL) {
            ok = ok && add_alone(flow, facts, unit->points, unit->n, check, plan, error);
            unit_free(unit);
            continue;
        }
        unit->check = check;
        unit->is_pilot = unit->is_pilot || has_pilot(unit, check);
        check->pack_points = MAX(check->pack_points, unit->n);
        g_ptr_array_add(plan->units, unit);
    }
    return ok;
}

static void set_accuracy(struct planned_point **points, gsize n, enum accuracy accuracy)
{
    for (gsize i = 0; i < n; i++)
        points[i]->point->accuracy = accuracy;
}

/* A bench that is not exact, unless a check found it too far from that. */
static gboolean plan_preset(struct flow *flow, const struct bench_facts *facts, struct plan *plan, struct planned_point **points, gsize n,
                            GError **error)
{
    struct plan_check *check = check_new(facts->bench);
    g_ptr_array_add(plan->checks, check);
    g_autoptr(GPtrArray) units = g_ptr_array_new_with_free_func(unit_free), references = g_ptr_array_new_with_free_func(unit_free);
    if (!pack_bench(flow, facts, points, n, units, &plan->is_rough, error) ||
        !check_points(flow, facts, points, n, plan, check, references, error) || !check_load(flow, check, error))
        return FALSE;
    if (check->verdict == CHECK_FAILED) {
        set_accuracy(points, n, ACCURACY_EXACT);
        return add_alone(flow, facts, points, n, NULL, plan, error);
    }
    if (check->verdict == CHECK_OPEN && !take_units(flow, facts, plan, check, references, error))
        return FALSE;
    return take_units(flow, facts, plan, check, units, error);
}

/* ---- a part of a plan ------------------------------------------------------------------------------------------------------ */

static const char *expected_key(const struct flow *flow, const struct planned_point *planned)
{
    return planned->elsewhere ? planned->key : g_hash_table_lookup(flow->only, planned->point->name);
}

static gboolean is_expected(const struct flow *flow, const struct plan_unit *unit)
{
    for (gsize i = 0; i < unit->n; i++)
        if (strcmp(unit->points[i]->key, expected_key(flow, unit->points[i])) != 0)
            return FALSE;
    return TRUE;
}

/* The point alone at that accuracy; *unit NULL if its key is another. */
static gboolean try_alone(struct flow *flow, const struct bench_facts *facts, struct planned_point *planned, enum accuracy accuracy,
                          gboolean *is_rough, struct plan_unit **unit, GError **error)
{
    set_accuracy(&planned, 1, accuracy);
    *unit = unit_new(flow, facts, &planned, 1, is_rough, error);
    if (*unit == NULL)
        return FALSE;
    if (!is_expected(flow, *unit))
        g_clear_pointer(unit, unit_free);
    return TRUE;
}

/* A point that was not planned in a pack: as the preset has it, or as exact, whatever its key says. */
static gboolean part_alone(struct flow *flow, const struct bench_facts *facts, struct planned_point *planned, struct plan *plan,
                           GError **error)
{
    const enum accuracy ways[] = {facts->bench->accuracy, ACCURACY_EXACT};
    struct plan_unit *unit = NULL;
    for (gsize w = 0; unit == NULL && w < G_N_ELEMENTS(ways); w++)
        if (!try_alone(flow, facts, planned, ways[w], &plan->is_rough, &unit, error))
            return FALSE;
    if (unit != NULL) {
        g_ptr_array_add(plan->units, unit);
        return TRUE;
    }
    error_set_at(error, GAINSPICE_ERROR_INPUT, planned->point->bench->origin,
                 "point \"%s\" is not what was submitted: the design, its models or ngspice (%s here) have changed since",
                 planned->point->name, flow->ngspice);
    return FALSE;
}

/* The units that this process's points are in: whoever divided the plan has decided which they are, and the keys tell. */
static gboolean plan_part(struct flow *flow, const struct bench_facts *facts, struct plan *plan, struct planned_point **points, gsize n,
                          GError **error)
{
    g_autoptr(GPtrArray) units = g_ptr_array_new_with_free_func(unit_free);
    if (!any_own(points, n))
        return TRUE;
    if (facts->bench->accuracy != ACCURACY_EXACT && !pack_bench(flow, facts, points, n, units, &plan->is_rough, error))
        return FALSE;
    g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
    for (guint u = 0; u < units->len; u++) {
        struct plan_unit *unit = units->pdata[u];
        g_autofree char *broken = NULL;
        if (!is_expected(flow, unit))
            continue;
        if (unit_is_pack(unit) && (broken = store_get_document(flow->store, "pack", unit->key, unit->key, error)) != NULL) {
            if (!add_alone(flow, facts, unit->points, unit->n, NULL, plan, error))
                return FALSE;
        } else {
            g_ptr_array_add(plan->units, unit);
            units->pdata[u] = NULL;
        }
        for (gsize i = 0; i < unit->n; i++)
            g_hash_table_add(taken, unit->points[i]);
    }
    for (gsize i = 0; i < n; i++)
        if (!points[i]->elsewhere && !g_hash_table_contains(taken, points[i]) && !part_alone(flow, facts, points[i], plan, error))
            return FALSE;
    return TRUE;
}

/* ---- plans --------------------------------------------------------------------------------------------------------------- */

void plan_free(struct plan *plan)
{
    if (plan == NULL)
        return;
    g_ptr_array_unref(plan->units);
    g_ptr_array_unref(plan->checks);
    g_ptr_array_unref(plan->points);
    g_ptr_array_unref(plan->references);
    g_free(plan);
}

static void count(struct plan *plan)
{
    plan->n_stored = plan->n_failed = plan->n_missing = plan->n_references_missing = 0;
    plan->missing_cpu_s = 0;
    for (guint i = 0; i < plan->points->len; i++) {
        const struct planned_point *planned = plan->points->pdata[i];
        plan->n_stored += planned->stored;
        plan->n_missing += !planned->stored && !planned->elsewhere;
        plan->n_failed += planned->stored && planned->status != SIM_OK;
    }
    for (guint u = 0; u < plan->units->len; u++) {
        const struct plan_unit *unit = plan->units->pdata[u];
        gsize missing = unit->is_void ? 0 : unit_missing(unit);
        plan->missing_cpu_s += missing > 0 ? unit->cpu_s : 0;
        plan->n_references_missing += missing > 0 && unit->points[0]->is_reference;
    }
}

gsize plan_simulated(const struct plan *plan)
{
    gsize n = 0;
    for (guint i = 0; i < plan->points->len; i++)
        n += ((const struct planned_point *)plan->points->pdata[i])->is_new;
    return n;
}

static gboolean plan_bench(struct flow *flow, struct plan *plan, struct planned_point **points, gsize n, GError **error)
{
    const struct bench *bench = points[0]->point->bench;
    struct bench_facts facts;
    facts_set(&facts, flow, bench);
    gboolean ok = flow->only != NULL                  ? plan_part(flow, &facts, plan, points, n, error)
                  : bench->accuracy == ACCURACY_EXACT ? add_alone(flow, &facts, points, n, NULL, plan, error)
                                                    : plan_preset(flow, &facts, plan, points, n, error);
    g_free(facts.text);
    return ok;
}

static void free_check(gpointer check)
{
    check_free(check);
}

struct plan *plan_new(void)
{
    struct plan *plan = g_new0(struct plan, 1);
    plan->points = g_ptr_array_new_with_free_func(planned_point_free);
    plan->references = g_ptr_array_new_with_free_func(planned_point_free);
    plan->units = g_ptr_array_new_with_free_func(unit_free);
    plan->checks = g_ptr_array_new_with_free_func(free_check);
    return plan;
}

struct plan *flow_plan(struct flow *flow, const struct bench *bench, GError **error)
{
    if (!flow_need_ngspice(flow, error) || !flow_need_store(flow, error))
        return NULL;
    struct plan *plan = plan_new();
    g_autoptr(GPtrArray) points = points_expand(flow->design, bench);
    g_ptr_array_set_free_func(points, NULL);
    for (guint i = 0; i < points->len; i++)
        g_ptr_array_add(plan->points, planned_new(flow, points->pdata[i]));
    gboolean ok = TRUE;
    for (guint begin = 0, end; ok && begin < points->len; begin = end) {
        const struct bench *of = ((const struct point *)points->pdata[begin])->bench;
        for (end = begin; end < points->len && ((const struct point *)points->pdata[end])->bench == of;)
            end++;
        ok = plan_bench(flow, plan, (struct planned_point **)plan->points->pdata + begin, end - begin, error);
    }
    if (!ok) {
        plan_free(plan);
        return NULL;
    }
    count(plan);
    return plan;
}

void plan_stored(struct plan *plan, struct planned_point *planned, enum sim_status status)
{
    planned->stored = TRUE;
    planned->status = status;
    if (planned->is_reference) {
        plan->n_references_missing--;
        return;
    }
    plan->n_missing--;
    plan->n_stored++;
    plan->n_failed += status != SIM_OK;
}

/* ---- changes while it runs ------------------------------------------------------------------------------------------------ */

static gboolean take_apart(struct flow *flow, struct plan *plan, struct plan_unit *unit, GError **error)
{
    struct bench_facts facts;
    facts_set(&facts, flow, unit->points[0]->point->bench);
    unit->is_void = TRUE;
    gboolean ok = add_alone(flow, &facts, unit->points, unit->n, unit->check, plan, error);
    g_free(facts.text);
    return ok;
}

gboolean plan_break(struct flow *flow, struct plan *plan, struct plan_unit *unit, enum sim_status status, const char *reason,
                    GError **error)
{
    g_autofree char *text = g_strdup_printf("%s: %s\n", sim_status_name(status), reason);
    gboolean ok = store_put_document(flow->store, "pack", unit->key, unit->key, text, error) && take_apart(flow, plan, unit, error);
    count(plan);
    return ok;
}

gboolean plan_exact(struct flow *flow, struct plan *plan, struct plan_check *check, GError **error)
{
    struct bench_facts facts;
    facts_set(&facts, flow, check->bench);
    gboolean ok = TRUE;
    for (guint u = 0; u < plan->units->len; u++) {
        struct plan_unit *unit = plan->units->pdata[u];
        unit->is_void = unit->is_void || unit->check == check;
    }
    for (guint i = 0; ok && i < plan->points->len; i++) {
        struct planned_point *planned = plan->points->pdata[i];
        if (planned->point->bench != check->bench)
            continue;
        set_accuracy(&planned, 1, ACCURACY_EXACT);
        ok = add_alone(flow, &facts, &planned, 1, NULL, plan, error);
    }
    g_free(facts.text);
    count(plan);
    return ok;
}

/* A pack that somebody else broke up. */
static gboolean refresh_pack(struct flow *flow, struct plan *plan, struct plan_unit *unit, GError **error)
{
    GError *failed = NULL;
    g_autofree char *broken = store_get_document(flow->store, "pack", unit->key, unit->key, &failed);
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    return broken == NULL || take_apart(flow, plan, unit, error);
}

gboolean plan_refresh(struct flow *flow, struct plan *plan, GError **error)
{
    if (!flow_need_store(flow, error))
        return FALSE;
    guint n_units = plan->units->len;
    for (guint u = 0; u < n_units; u++) {
        struct plan_unit *unit = plan->units->pdata[u];
        for (gsize i = 0; !unit->is_void && i < unit->n; i++) {
            struct planned_point *planned = unit->points[i];
            if (!planned->stored && !planned->elsewhere && store_has(flow->store, planned->key, &planned->status)) {
                plan_stored(plan, planned, planned->status);
                planned->is_new = TRUE;
            }
        }
        if (!unit->is_void && unit_is_pack(unit) && unit_missing(unit) > 0 && !refresh_pack(flow, plan, unit, error))
            return FALSE;
    }
    count(plan);
    return TRUE;
}
