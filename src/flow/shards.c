/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/shards.c -- see shards.h. Longest first to the least loaded is at most 4/3 of the best division (Graham 1969), and where there
 * are many points to a shard the difference is one point. */
#include "config.h"

#include "flow/shards.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/text.h"
#include "flow/engine.h"

#define POINTS_LIMIT ((gsize)1 << 30)      /* bytes of an N.points */
#define LOG_LIMIT ((gsize)64 << 20)
#define WAIT_S 300.0                       /* for a store that somebody else has: a network file system takes its time to free
                                              the locks of a machine that died */
#define PROGRESS_US G_USEC_PER_SEC

/* ---- dividing ---- */

struct load {
    guint index; /* of the unit */
    double cpu_s;
};

static int by_cost(gconstpointer a, gconstpointer b)
{
    const struct load *x = a, *y = b;
    if (x->cpu_s != y->cpu_s)
        return x->cpu_s < y->cpu_s ? 1 : -1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static guint least_loaded(const double *load_s, guint n)
{
    guint least = 0;
    for (guint s = 1; s < n; s++)
        if (load_s[s] < load_s[least])
            least = s;
    return least;
}

guint *shards_divide(const struct plan *plan, guint *n_shards)
{
    g_autoptr(GArray) loads = g_array_new(FALSE, FALSE, sizeof(struct load));
    for (guint u = 0; u < plan->units->len; u++) {
        const struct plan_unit *unit = plan->units->pdata[u];
        struct load load = {u, unit->cpu_s};
        if (!unit->is_void && unit_missing(unit) > 0)
            g_array_append_val(loads, load);
    }
    g_array_sort(loads, by_cost);
    *n_shards = MAX(MIN(*n_shards, loads->len), 1);
    g_autofree double *load_s = g_new0(double, *n_shards);
    guint *shard_of = g_new0(guint, MAX(plan->units->len, 1));
    for (guint i = 0; i < loads->len; i++) {
        const struct load *load = &g_array_index(loads, struct load, i);
        guint shard = least_loaded(load_s, *n_shards);
        load_s[shard] += load->cpu_s;
        shard_of[load->index] = shard + 1;
    }
    return shard_of;
}

/* ---- the files of a shard ---- */

/* "FOLDER/3.points". Newly allocated. */
static char *shard_file(const char *folder, guint number, const char *suffix)
{
    return g_strdup_printf("%s/%u.%s", folder, number, suffix);
}

static void append_unit(GString *text, const struct plan_unit *unit)
{
    for (gsize i = 0; i < unit->n; i++) {
        const struct planned_point *planned = unit->points[i];
        if (!planned->stored && !planned->elsewhere)
            g_string_append_printf(text, "%s %s %s\n", planned->point->name, planned->key, unit->key);
    }
}

gboolean shards_write(const char *folder, const struct plan *plan, const guint *shard_of, guint n_shards, GError **error)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    for (guint s = 0; s < n_shards; s++)
        g_ptr_array_add(texts, g_string_new(NULL));
    for (guint u = 0; u < plan->units->len; u++)
        if (shard_of[u] > 0)
            append_unit(texts->pdata[shard_of[u] - 1], plan->units->pdata[u]);
    gboolean ok = TRUE;
    for (guint s = 0; s < n_shards; s++) {
        GString *text = texts->pdata[s];
        g_autofree char *path = shard_file(folder, s + 1, "points");
        ok = ok && file_write(path, text->str, text->len, error);
        g_string_free(text, TRUE);
    }
    return ok;
}

/* Names to keys, and keys to those of their units in `units`, if it is not NULL. NULL sets `error`. */
static GHashTable *read_points(const char *folder, guint number, GHashTable *units, GError **error)
{
    g_autofree char *path = shard_file(folder, number, "points");
    g_autofree char *text = file_read(path, POINTS_LIMIT, NULL, origin_at(NULL, 0), error);
    if (text == NULL)
        return NULL;
    g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    int line = 0;
    for (char *at = text, *end; *at != '\0'; at = end + 1) {
        line++;
        end = strchr(at, '\n');
        char *blank = end != NULL ? memchr(at, ' ', (gsize)(end - at)) : NULL;
        if (blank == NULL) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(path, line), "expected the name of a point and its key");
            return NULL;
        }
        char *second = memchr(blank + 1, ' ', (gsize)(end - blank - 1)), *key_end = second != NULL ? second : end;
        g_hash_table_insert(keys, g_strndup(at, (gsize)(blank - at)), g_strndup(blank + 1, (gsize)(key_end - blank - 1)));
        if (second != NULL && units != NULL)
            g_hash_table_insert(units, g_strndup(blank + 1, (gsize)(key_end - blank - 1)), g_strndup(second + 1, (gsize)(end - second - 1)));
    }
    return g_steal_pointer(&keys);
}

void shard_look(const char *folder, struct shard *shard)
{
    g_autofree char *path = shard_file(folder, shard->number, "progress"), *text = NULL;
    g_autofree char *points = shard_file(folder, shard->number, "points");
    gsize done, failed;
    if (!g_file_test(points, G_FILE_TEST_EXISTS))
        shard->n_done = shard->n_points;
    if (g_file_get_contents(path, &text, NULL, NULL) &&
        sscanf(text, "%" G_GSIZE_FORMAT " %" G_GSIZE_FORMAT, &done, &failed) == 2 && done <= shard->n_points) {
        shard->n_done = done;
        shard->n_failed = failed;
    }
}

static int by_number(gconstpointer a, gconstpointer b)
{
    const struct shard *x = *(struct shard *const *)a, *y = *(struct shard *const *)b;
    return x->number < y->number ? -1 : x->number > y->number;
}

GPtrArray *shards_look(const char *folder)
{
    GPtrArray *shards = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(folder, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        char *end;
        gulong number = strtoul(name, &end, 10);
        if (strcmp(end, ".points") != 0 || number == 0 || number > G_MAXUINT)
            continue;
        struct shard *shard = g_new0(struct shard, 1);
        shard->number = (guint)number;
        g_autoptr(GHashTable) keys = read_points(folder, shard->number, NULL, NULL);
        shard->n_points = keys != NULL ? g_hash_table_size(keys) : 0;
        shard_look(folder, shard);
        g_ptr_array_add(shards, shard);
    }
    if (dir != NULL)
        g_dir_close(dir);
    g_ptr_array_sort(shards, by_number);
    return shards;
}

/* The last line that says something. Newly allocated; NULL if there is none. */
static char *last_line(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = g_strv_length(lines); i-- > 0;)
        if (*g_strstrip(lines[i]) != '\0')
            return text_line(lines[i], 400);
    return NULL;
}

char *shard_reason(const char *folder, guint number, int *status)
{
    g_autofree char *said = shard_file(folder, number, "failed"), *log = shard_file(folder, number, "log"), *text = NULL;
    char *message = NULL;
    *status = 0;
    if (g_file_get_contents(said, &text, NULL, NULL)) {
        *status = (int)strtol(text, &message, 10);
        return text_line(g_strstrip(message), 0);
    }
    g_clear_pointer(&text, g_free);
    text = file_read(log, LOG_LIMIT, NULL, origin_at(NULL, 0), NULL);
    return text != NULL ? last_line(text) : NULL;
}

/* ---- one shard ---- */

struct reporter {
    const char *folder;
    guint number;
    gsize n_done, n_failed; /* when it started */
    gint64 told_us;
    void (*progress)(const struct flow_progress *progress, gpointer user);
    gpointer user;
};

/* A watcher that reads half a line takes no notice of it, so the file is not synced. */
static void tell(const struct flow_progress *progress, gpointer user)
{
    struct reporter *reporter = user;
    gint64 now_us = g_get_monotonic_time();
    if (progress->done == progress->total || reporter->told_us == 0 || now_us - reporter->told_us >= PROGRESS_US) {
        g_autofree char *path = shard_file(reporter->folder, reporter->number, "progress");
        g_autofree char *line =
            g_strdup_printf("%" G_GSIZE_FORMAT " %" G_GSIZE_FORMAT "\n", reporter->n_done + progress->done, reporter->n_failed + progress->failed);
        g_file_set_contents_full(path, line, -1, G_FILE_SET_CONTENTS_NONE, 0666, NULL);
        reporter->told_us = now_us;
    }
    if (reporter->progress != NULL)
        reporter->progress(progress, reporter->user);
}

static gboolean simulate_own(struct flow *flow, const char *folder, guint number, GError **error)
{
    g_autofree char *path = shard_file(folder, number, "sqlite");
    flow->only = read_points(folder, number, NULL, error);
    if (flow->only == NULL || (flow->store = store_open_alone(path, WAIT_S, error)) == NULL)
        return FALSE;
    flow->options.simulates = TRUE;
    flow->options.retry_failed = FALSE; /* where the work was divided they were dropped */
    struct plan *plan = flow_plan(flow, NULL, error);
    if (plan == NULL)
        return FALSE;
    gsize n_found = plan->n_stored + plan->n_missing, n_own = g_hash_table_size(flow->only);
    struct reporter reporter = {folder, number, plan->n_stored, plan->n_failed, 0, flow->options.progress, flow->options.user};
    flow->options.progress = tell;
    flow->options.user = &reporter;
    gboolean ok = n_found == n_own;
    if (!ok)
        error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(flow->design->file, 0),
                     "%" G_GSIZE_FORMAT " of the %" G_GSIZE_FORMAT " points of shard %u are gone: the design has changed since it was submitted",
                     n_own - n_found, n_own, number);
    ok = ok && engine_local.simulate(flow, plan, error);
    plan_free(plan);
    return ok;
}

gboolean shard_run(struct flow *flow, const char *folder, guint number, GError **error)
{
    g_autofree char *said = shard_file(folder, number, "failed");
    GError *why = NULL;
    g_unlink(said);
    gboolean ok = simulate_own(flow, folder, number, &why);
    g_clear_pointer(&flow->store, store_close); /* now: whoever waits for it may not be on this machine */
    if (!ok) {
        g_autofree char *text = g_strdup_printf("%d %s\n", exit_status(why), why->message);
        file_write(said, text, strlen(text), NULL); /* told to stderr as well */
        g_propagate_error(error, why);
    }
    return ok;
}

/* ---- merging ---- */

struct merging {
    const char *folder;
    struct store *store;
    GError *failed; /* the first */
};

static void remove_files(const char *folder, guint number, const char *const *suffixes)
{
    for (; *suffixes != NULL; suffixes++) {
        g_autofree char *path = shard_file(folder, number, *suffixes);
        g_unlink(path);
    }
}

static gboolean take_shard(struct merging *merging, guint number)
{
    g_autofree char *path = shard_file(merging->folder, number, "sqlite");
    return !g_file_test(path, G_FILE_TEST_EXISTS) ||
           store_take(merging->store, path, NULL, merging->failed == NULL ? &merging->failed : NULL);
}

/* A pack that failed: its points have run alone, under other keys. */
static gboolean is_broken(struct store *store, const char *unit)
{
    g_autofree char *reason = unit != NULL ? store_get_document(store, "pack", unit, unit, NULL) : NULL;
    return reason != NULL;
}

static gboolean is_complete(struct merging *merging, guint number)
{
    g_autoptr(GHashTable) units = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GHashTable) keys = read_points(merging->folder, number, units, NULL);
    GHashTableIter all;
    gpointer key;
    if (keys == NULL)
        return FALSE;
    g_hash_table_iter_init(&all, keys);
    while (g_hash_table_iter_next(&all, NULL, &key))
        if (!store_has(merging->store, key, NULL) && !is_broken(merging->store, g_hash_table_lookup(units, key)))
            return FALSE;
    return TRUE;
}

/* What is left is a folder of a submission that came to its end, or the reasons of those that did not. */
static void remove_folder(const char *folder)
{
    static const char *const others[] = {"job.sh", "merge.log"};
    g_autoptr(GPtrArray) left = shards_look(folder);
    for (gsize i = 0; left->len == 0 && i < G_N_ELEMENTS(others); i++) {
        g_autofree char *path = g_build_filename(folder, others[i], NULL);
        g_unlink(path);
    }
    g_autofree char *above = g_path_get_dirname(folder);
    if (g_rmdir(folder) == 0)
        g_rmdir(above); /* if no other submission is there */
}

static const char *const of_store[] = {"sqlite", "sqlite-wal", "sqlite-shm", "sqlite-journal", NULL};
static const char *const of_shard[] = {"points", "progress", "failed", "log", NULL};

void shards_forget(const char *folder)
{
    g_autoptr(GPtrArray) shards = shards_look(folder);
    for (guint s = 0; s < shards->len; s++) {
        guint number = ((const struct shard *)shards->pdata[s])->number;
        g_autofree char *store = shard_file(folder, number, "sqlite");
        if (!g_file_test(store, G_FILE_TEST_EXISTS))
            remove_files(folder, number, of_shard);
    }
    remove_folder(folder);
}

gboolean shards_merge(const char *folder, GError **error)
{
    g_autofree char *above = g_path_get_dirname(folder), *results = g_path_get_dirname(above), *path = flow_store_path(results);
    g_autoptr(GPtrArray) shards = shards_look(folder);
    struct merging merging = {.folder = folder};
    if (shards->len > 0 && (merging.store = store_open_alone(path, WAIT_S, error)) == NULL)
        return FALSE;
    g_autofree gboolean *taken = g_new0(gboolean, shards->len + 1), *complete = g_new0(gboolean, shards->len + 1);
    for (guint s = 0; s < shards->len; s++) {
        guint number = ((const struct shard *)shards->pdata[s])->number;
        taken[s] = take_shard(&merging, number);
        complete[s] = taken[s] && is_complete(&merging, number);
    }
    store_close(merging.store);
    for (guint s = 0; s < shards->len; s++) {
        guint number = ((const struct shard *)shards->pdata[s])->number;
        if (taken[s])
            remove_files(folder, number, of_store);
        if (complete[s])
            remove_files(folder, number, of_shard);
    }
    remove_folder(folder);
    if (merging.failed != NULL)
        g_propagate_error(error, merging.failed);
    return merging.failed == NULL;
}
