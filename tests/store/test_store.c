/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results store: what goes in comes out, bit by bit, whatever is killed, full or damaged in between. */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "store/store.h"
#include "tests/support/check_tap.h"
#include "tests/support/scratch.h"

/* ---- a fresh folder for each test ---- */

static char *folder, *path;

static void set_up(void)
{
    folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    path = g_build_filename(folder, "results", "store.sqlite", NULL);
}

static void tear_down(void)
{
    remove_tree(folder);
    g_free(folder);
    g_free(path);
}

static struct store *opened(void)
{
    GError *error = NULL;
    struct store *store = store_open(path, &error);
    ck_ok(store != NULL, error);
    return store;
}

/* SQLite without us: to look, and to damage. */
static gint64 ask(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 10000);
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    int code = sqlite3_step(s);
    ck_assert_msg(code == SQLITE_ROW || code == SQLITE_DONE, "%s: %s", sql, sqlite3_errmsg(db));
    gint64 value = code == SQLITE_ROW ? sqlite3_column_int64(s, 0) : sqlite3_changes(db);
    if (code == SQLITE_ROW && sqlite3_column_type(s, 0) == SQLITE_TEXT)
        value = strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;
    sqlite3_finalize(s);
    sqlite3_close(db);
    return value;
}

/* ---- points whose content follows from a number ---- */

static struct measure_result *measure(const char *name, const char *unit, gsize n_outer, gsize n_inner, const char *reason)
{
    struct measure_result *m = g_new0(struct measure_result, 1);
    m->name = g_strdup(name);
    m->unit = g_strdup(unit);
    m->n_outer = n_outer;
    m->n_inner = n_inner;
    m->values = g_new0(double, MAX(n_outer * n_inner, 1));
    m->reason = g_strdup(reason);
    return m;
}

static struct stored_wave *wave(const char *name, gsize n, double step)
{
    struct stored_wave *w = g_new0(struct stored_wave, 1);
    w->name = g_strdup(name);
    w->unit = g_strdup("V");
    w->n = n;
    w->x = g_new0(double, MAX(n, 1));
    w->y = g_new0(double, MAX(n, 1));
    for (gsize i = 0; i < n; i++) {
        w->x[i] = (double)i * step;
        w->y[i] = 0.9 * exp(-(double)i / 23.85) + step;
    }
    return w;
}

static struct stored_point *point(const char *key, const char *name, const char *bench)
{
    struct stored_point *p = g_new0(struct stored_point, 1);
    p->key = g_strdup(key);
    p->name = g_strdup(name);
    p->bench = g_strdup(bench);
    p->ngspice = g_strdup("46");
    p->wall_s = 0.02385;
    p->cpu_s = 0.0173;
    p->measures = g_ptr_array_new_with_free_func((GDestroyNotify)measure_result_free);
    p->waves = g_ptr_array_new_with_free_func((GDestroyNotify)stored_wave_free);
    return p;
}

static struct stored_point *numbered(int i, int version)
{
    g_autofree char *name = g_strdup_printf("p%d.v%d", i, version), *key = digest_bytes(&i, sizeof i);
    struct stored_point *p = point(key, name, i % 2 == 0 ? "transfer" : "retention");
    for (int m = 0; m < 3; m++) {
        g_autofree char *of = g_strdup_printf("m%d", m);
        struct measure_result *r = measure(of, "A", 1, (gsize)(1 + i % 7), NULL);
        for (gsize k = 0; k < r->n_inner; k++)
            r->values[k] = 1e-6 * (i + 0.385) + m + 1e-3 * version + (double)k;
        g_ptr_array_add(p->measures, r);
    }
    g_ptr_array_add(p->waves, wave("v(sn)", (gsize)(200 + 10 * (i % 10)), 1e-9 * (i + 1) + version));
    g_ptr_array_add(p->waves, wave("v(bl)", (gsize)(200 + 10 * (i % 10)), 1e-9 * (i + 1) + version));
    return p;
}

static void same_numbers(const double *a, const double *b, gsize n)
{
    ck_assert_msg(n == 0 || memcmp(a, b, n * sizeof *a) == 0, "numbers differ in their bits");
}

static void same_point(const struct stored_point *a, const struct stored_point *b)
{
    ck_assert_str_eq(a->key, b->key);
    ck_assert_str_eq(a->name, b->name);
    ck_assert_str_eq(a->bench, b->bench);
    ck_assert_int_eq(a->status, b->status);
    ck_assert_pstr_eq(a->reason, b->reason);
    ck_assert_pstr_eq(a->ngspice, b->ngspice);
    ck_assert(a->wall_s == b->wall_s || (isnan(a->wall_s) && isnan(b->wall_s)));
    ck_assert(a->cpu_s == b->cpu_s || (isnan(a->cpu_s) && isnan(b->cpu_s)));
    ck_assert_uint_eq(a->measures->len, b->measures->len);
    for (guint i = 0; i < a->measures->len; i++) {
        const struct measure_result *m = a->measures->pdata[i], *n = b->measures->pdata[i];
        ck_assert_str_eq(m->name, n->name);
        ck_assert_str_eq(m->unit, n->unit);
        ck_assert_pstr_eq(m->reason, n->reason);
        ck_assert_uint_eq(m->n_outer, n->n_outer);
        ck_assert_uint_eq(m->n_inner, n->n_inner);
        same_numbers(m->values, n->values, m->n_outer * m->n_inner);
    }
    ck_assert_uint_eq(a->waves->len, b->waves->len);
    for (guint i = 0; i < a->waves->len; i++) {
        const struct stored_wave *v = a->waves->pdata[i], *w = b->waves->pdata[i];
        ck_assert_str_eq(v->name, w->name);
        ck_assert_str_eq(v->unit, w->unit);
        ck_assert_uint_eq(v->n, w->n);
        same_numbers(v->x, w->x, v->n);
        same_numbers(v->y, w->y, v->n);
    }
}

static void put(struct store *store, struct stored_point *p)
{
    GError *error = NULL;
    ck_ok(store_put(store, p, &error), error);
    stored_point_free(p);
}

/* What lies under point `i` is one whole version of it. */
static void is_whole(struct store *store, int i)
{
    int version = -1;
    g_autofree char *key = digest_bytes(&i, sizeof i);
    GError *error = NULL;
    struct stored_point *p = store_get(store, key, TRUE, &error);
    ck_ok(p != NULL, error);
    ck_assert_int_eq(sscanf(p->name, "p%*d.v%d", &version), 1);
    struct stored_point *expected = numbered(i, version);
    same_point(p, expected);
    stored_point_free(expected);
    stored_point_free(p);
}

/* ---- in and out ---- */

static struct stored_point *odd_point(void)
{
    struct stored_point *p = point("k1", "retention.tt.27C", "retention");
    static const guint64 bits[] = {G_GUINT64_CONSTANT(0x7ff8000000abcdef), G_GUINT64_CONSTANT(0xfff0000000000001),
                                   G_GUINT64_CONSTANT(0x8000000000000000), G_GUINT64_CONSTANT(0x7ff0000000000000), 1,
                                   G_GUINT64_CONSTANT(0x3fd5555555555555)};
    struct measure_result *m = measure("tau", "s", 2, 3, "no crossing of 0.5 V, \"v(sn)\" stays at 0.9");
    memcpy(m->values, bits, sizeof bits);
    g_ptr_array_add(p->measures, m);
    g_ptr_array_add(p->measures, measure("none", "", 0, 5, NULL));
    g_ptr_array_add(p->waves, wave("v(sn)", 230, 1e-9));
    g_ptr_array_add(p->waves, wave("empty", 0, 1e-9));
    g_ptr_array_add(p->waves, wave("v(bl)", 230, 1e-9));
    g_ptr_array_add(p->waves, wave("other", 230, 2e-9));
    struct stored_wave *w = wave("odd", 6, 1e-9);
    memcpy(w->x, bits, sizeof bits);
    memcpy(w->y, bits, sizeof bits);
    g_ptr_array_add(p->waves, w);
    p->status = SIM_INCOMPLETE;
    p->reason = g_strdup("cell.xml:42: the µ-sweep ended at 3 ns");
    p->wall_s = NAN;
    return p;
}

START_TEST(points_come_back_bit_by_bit)
{
    GError *error = NULL;
    struct stored_point *p = odd_point();
    struct store *store = opened();
    ck_ok(store_put(store, p, &error), error);
    for (int again = 0; again < 2; again++) {
        struct stored_point *q = store_get(store, "k1", TRUE, &error);
        ck_ok(q != NULL, error);
        same_point(p, q);
        stored_point_free(q);
        q = store_get(store, "k1", FALSE, &error);
        ck_assert_uint_eq(q->waves->len, 0);
        ck_assert_uint_eq(q->measures->len, 2);
        stored_point_free(q);
        store_close(store);
        store = opened();
    }
    enum sim_status status;
    ck_assert(store_has(store, "k1", &status) && status == SIM_INCOMPLETE);
    ck_assert(store_has(store, "k1", NULL) && !store_has(store, "k2", NULL));
    ck_assert(store_get(store, "k2", TRUE, &error) == NULL && error == NULL);
    store_close(store);
    ck_assert_int_eq(ask("SELECT count(*) FROM wave WHERE x IS NULL"), 1);  /* one scale is shared */
    stored_point_free(p);
}
END_TEST

START_TEST(replacing_and_dropping_leave_nothing)
{
    GError *error = NULL;
    struct store *store = opened();
    put(store, odd_point());
    struct stored_point *p = point("k1", "retention.ff.85C", "retention");
    g_clear_pointer(&p->waves, g_ptr_array_unref);
    g_clear_pointer(&p->measures, g_ptr_array_unref);
    put(store, p);
    p = store_get(store, "k1", TRUE, &error);
    ck_ok(p != NULL, error);
    ck_assert_str_eq(p->name, "retention.ff.85C");
    ck_assert(p->status == SIM_OK && p->reason == NULL && p->measures->len == 0 && p->waves->len == 0);
    stored_point_free(p);
    ck_assert_int_eq(ask("SELECT count(*) FROM measure") + ask("SELECT count(*) FROM wave"), 0);
    put(store, odd_point());
    put(store, numbered(7, 0));
    ck_ok(store_drop(store, "k1", &error), error);
    ck_ok(store_drop(store, "k1", &error), error);
    ck_assert(!store_has(store, "k1", NULL));
    ck_assert_int_eq(ask("SELECT count(*) FROM measure"), 3);
    ck_assert_int_eq(ask("SELECT count(*) FROM wave"), 2);
    is_whole(store, 7);
    store_close(store);
}
END_TEST

START_TEST(typical_cpu_is_the_median_of_good_points)
{
    static const struct {
        const char *bench;
        double cpu_s;
        enum sim_status status;
        double median;  /* of "transfer" after this one */
    } puts[] = {
        {"transfer", NAN, SIM_OK, NAN},         {"transfer", 0.0173, SIM_OK, 0.0173}, {"retention", 5.5, SIM_OK, 0.0173},
        {"transfer", 60, SIM_TIMEOUT, 0.0173},  {"transfer", 0.0295, SIM_OK, 0.0234}, {"transfer", 7.25, SIM_OK, 0.0295},
    };
    struct store *store = opened();
    ck_assert(isnan(store_typical_cpu(store, "transfer")));
    for (gsize i = 0; i < G_N_ELEMENTS(puts); i++) {
        g_autofree char *key = g_strdup_printf("k%zu", i);
        struct stored_point *p = point(key, key, puts[i].bench);
        p->cpu_s = puts[i].cpu_s;
        p->status = puts[i].status;
        put(store, p);
        double median = store_typical_cpu(store, "transfer");
        ck_assert(isnan(puts[i].median) ? isnan(median) : fabs(median - puts[i].median) < 1e-15);
    }
    store_close(store);
}
END_TEST

START_TEST(documents_know_what_they_were_made_from)
{
    GError *error = NULL;
    struct store *store = opened();
    ck_assert(store_get_document(store, "fit", "cell", "d1", &error) == NULL && error == NULL);
    ck_ok(store_put_document(store, "fit", "cell", "d1", "{\"order\": 3, \"µ\": 1}", &error), error);
    ck_ok(store_put_document(store, "attention", "cell", "d7", "other", &error), error);
    store_close(store);
    store = opened();
    g_autofree char *text = store_get_document(store, "fit", "cell", "d1", &error);
    ck_assert_str_eq(text, "{\"order\": 3, \"µ\": 1}");
    ck_assert(store_get_document(store, "fit", "cell", "d2", &error) == NULL && error == NULL);
    ck_ok(store_put_document(store, "fit", "cell", "d2", "{}", &error), error);
    ck_assert(store_get_document(store, "fit", "cell", "d1", &error) == NULL && error == NULL);
    g_autofree char *newer = store_get_document(store, "fit", "cell", "d2", &error);
    g_autofree char *other = store_get_document(store, "attention", "cell", "d7", &error);
    ck_assert_str_eq(newer, "{}");
    ck_assert_str_eq(other, "other");
    store_close(store);
}
END_TEST

/* ---- files that are no store ---- */

static void does_not_open(const char *message)
{
    GError *error = NULL;
    g_autofree char *expected = g_strdup_printf("%s: %s", path, message);
    ck_fails(store_open(path, &error) != NULL, error, expected);
}

START_TEST(files_of_others_are_refused_and_kept)
{
    static const char *const texts[] = {"v_store_V,i_read_A\n", NULL};
    g_autofree char *results = g_path_get_dirname(path), *long_text = g_strnfill(20000, 'x');
    ck_assert_int_eq(g_mkdir(results, 0777), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *text = texts[i] != NULL ? texts[i] : long_text;
        g_autofree char *after = NULL;
        ck_assert(g_file_set_contents(path, text, -1, NULL));
        does_not_open("not a store of gainspice: the file is no SQLite database");
        ck_assert(g_file_get_contents(path, &after, NULL, NULL));
        ck_assert_str_eq(after, text);
    }
    g_unlink(path);
    ask("CREATE TABLE bookmark (url TEXT)");
    gsize n, m;
    g_autofree char *before = file_read(path, 1 << 20, &n, origin_at(NULL, 0), NULL);
    does_not_open("not a store of gainspice: an SQLite database of something else");
    g_autofree char *after = file_read(path, 1 << 20, &m, origin_at(NULL, 0), NULL);
    ck_assert_uint_eq(n, m);
    ck_assert_mem_eq(before, after, n);
}
END_TEST

START_TEST(other_layouts_are_refused)
{
    store_close(opened());
    ask("PRAGMA user_version = 2");
    does_not_open("the store has layout 2, this gainspice reads layout 1");
    ask("PRAGMA user_version = 1");
    store_close(opened());
    ask("DROP TABLE wave");
    does_not_open("the store is damaged: no such table: wave");
}
END_TEST

START_TEST(places_that_cannot_be)
{
    GError *error = NULL;
    g_autofree char *file = g_build_filename(folder, "file", NULL), *below = g_build_filename(file, "store.sqlite", NULL);
    ck_assert(g_file_set_contents(file, "x", 1, NULL));
    g_autofree char *no_folder = g_strdup_printf("%s: the folder cannot be made: Not a directory", file);
    ck_fails(store_open(below, &error) != NULL, error, no_folder);
    g_autofree char *is_folder =
        g_strdup_printf("%s: the store cannot be opened: unable to open database file: Is a directory", folder);
    ck_fails(store_open(folder, &error) != NULL, error, is_folder);
}
END_TEST

/* Root may write anywhere, so it becomes nobody for this; in its own process. */
START_TEST(read_only_places)
{
    store_close(opened());
    g_autofree char *results = g_path_get_dirname(path), *other = g_build_filename(results, "other.sqlite", NULL);
    g_autofree char *deeper = g_build_filename(results, "deeper", NULL), *under = g_build_filename(deeper, "store.sqlite", NULL);
    GError *error = NULL;
    ck_assert_int_eq(g_chmod(folder, 0755) | g_chmod(path, 0444) | g_chmod(results, 0555), 0);
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(65534), 0);
    g_autofree char *no_folder = g_strdup_printf("%s: the folder cannot be made: Permission denied", deeper);
    ck_fails(store_open(under, &error) != NULL, error, no_folder);
    g_autofree char *no_file = g_strdup_printf("%s: the store cannot be made: Permission denied", other);
    ck_fails(store_open(other, &error) != NULL, error, no_file);
    does_not_open("read-only: expected a store that can be written");
    ck_assert_int_eq(seteuid(getuid()) | g_chmod(path, 0666), 0);
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(65534), 0);
    does_not_open("read-only: expected a store that can be written");
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
    g_chmod(results, 0755);
}
END_TEST

/* Neither the file nor its folder may be written to; it is read all the same, and left as it was. */
START_TEST(read_only_places_are_read)
{
    GError *error = NULL;
    struct store *store = opened();
    for (int i = 0; i < 20; i++)
        put(store, numbered(i, 0));
    store_close(store);
    g_autofree char *results = g_path_get_dirname(path), *empty = g_build_filename(folder, "empty.sqlite", NULL);
    ck_assert(g_file_set_contents(empty, "", 0, NULL));
    ck_assert_int_eq(g_chmod(folder, 0755) | g_chmod(path, 0444) | g_chmod(empty, 0444) | g_chmod(results, 0555), 0);
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(65534), 0);
    store = store_open_to_read(path, &error);
    ck_ok(store != NULL, error);
    for (int i = 0; i < 20; i++)
        is_whole(store, i);
    struct stored_point *more = numbered(20, 0);
    ck_assert(!store_put(store, more, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "readonly database"));
    g_clear_error(&error);
    stored_point_free(more);
    store_close(store);
    g_autofree char *is_empty = g_strdup_printf("%s: not a store of gainspice: the file is empty", empty);
    ck_fails(store_open_to_read(empty, &error) != NULL, error, is_empty);
    g_autofree char *log = g_strconcat(path, "-wal", NULL);
    ck_assert(!g_file_test(log, G_FILE_TEST_EXISTS));
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
    g_chmod(results, 0755);
}
END_TEST

/* Beside a process that writes, which waits for nobody: what it had delivered is seen, nothing of ours gets in. */
START_TEST(reading_beside_a_writer)
{
    GError *error = NULL;
    struct store *writer = opened();
    put(writer, numbered(1, 0));
    struct store *reader = store_open_to_read(path, &error);
    ck_ok(reader != NULL, error);
    is_whole(reader, 1);
    g_autofree char *key = digest_bytes(&(int){1}, sizeof(int)), *later = digest_bytes(&(int){2}, sizeof(int));
    ck_assert(!store_drop(reader, key, &error));
    g_clear_error(&error);
    put(writer, numbered(2, 0));
    is_whole(writer, 2);
    ck_assert(!store_has(reader, later, NULL));
    is_whole(reader, 1);
    store_close(reader);
    reader = store_open_to_read(path, &error);
    ck_ok(reader != NULL, error);
    is_whole(reader, 2);
    store_close(reader);
    store_close(writer);
    g_autofree char *none = g_build_filename(folder, "none.sqlite", NULL);
    ck_assert_ptr_null(store_open_to_read(none, &error));
    ck_assert(g_str_has_prefix(error->message, none));
    g_clear_error(&error);
    ck_assert(!g_file_test(none, G_FILE_TEST_EXISTS));
}
END_TEST

/* ---- damage ---- */

static const struct {
    const char *sql, *message;
} damages[] = {
    {"UPDATE measure SET numbers = substr(numbers, 1, 47) WHERE position = 0",
     "measure \"tau\" is damaged: 47 bytes for 2 × 3 numbers"},
    {"UPDATE measure SET n_outer = -2 WHERE position = 0",
     "measure \"tau\" is damaged: 48 bytes for -2 × 3 numbers"},
    {"UPDATE measure SET n_outer = 4611686018427387905, n_inner = 6 WHERE position = 0",
     "measure \"tau\" is damaged: 48 bytes for 4611686018427387905 × 6 numbers"},
    {"UPDATE wave SET y = substr(y, 1, length(y) / 2) WHERE position = 0",
     "wave \"v(sn)\" is damaged: Src size is incorrect"},
    {"UPDATE wave SET y = zeroblob(100) WHERE position = 0",
     "wave \"v(sn)\" is damaged: the sizes do not agree"},
    {"UPDATE wave SET n = 231 WHERE position = 3", "wave \"other\" is damaged: the sizes do not agree"},
    {"UPDATE wave SET n = -1 WHERE position = 3", "wave \"other\" is damaged: the sizes do not agree"},
    {"UPDATE wave SET n = 1 << 60 WHERE position = 3", "wave \"other\" is damaged: the sizes do not agree"},
    {"UPDATE wave SET n = 229 WHERE position = 2", "wave \"v(bl)\" is damaged: the sizes do not agree"},
    {"UPDATE wave SET x = NULL WHERE position = 0", "wave \"v(sn)\" is damaged: the sizes do not agree"},
    {"UPDATE wave SET scale_of = 9 WHERE position = 2", "wave \"v(bl)\" is damaged: its scale is missing"},
    {"UPDATE wave SET scale_of = -1 WHERE position = 2", "wave \"v(bl)\" is damaged: its scale is missing"},
    {"UPDATE wave SET y = (SELECT o.y FROM wave o WHERE o.position = 4) WHERE position = 0",
     "wave \"v(sn)\" is damaged: the sizes do not agree"},
    {"UPDATE point SET status = 'splendid'", "has the unknown status \"splendid\""},
};

START_TEST(damage_is_a_sentence)
{
    GError *error = NULL;
    struct store *store = opened();
    put(store, odd_point());
    ck_assert_int_ge(ask(damages[_i].sql), 1);
    g_autofree char *expected = g_strdup_printf("%s: point \"retention.tt.27C\"%s%s", path,
                                                g_str_has_prefix(damages[_i].message, "has") ? " " : ": ", damages[_i].message);
    ck_fails(store_get(store, "k1", TRUE, &error) != NULL, error, expected);
    /* What is damaged is put again over itself. */
    put(store, odd_point());
    struct stored_point *p = store_get(store, "k1", TRUE, &error), *whole = odd_point();
    ck_ok(p != NULL, error);
    same_point(p, whole);
    stored_point_free(p);
    stored_point_free(whole);
    store_close(store);
}
END_TEST

/* Every bit of a packed wave: its frame carries a checksum, so none comes back as other numbers. */
START_TEST(no_bit_of_a_wave_turns_unseen)
{
    struct store *store = opened();
    put(store, odd_point());
    sqlite3 *db = NULL;
    sqlite3_stmt *get = NULL, *set = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_prepare_v2(db, "SELECT y FROM wave WHERE position = 4", -1, &get, NULL);
    sqlite3_prepare_v2(db, "UPDATE wave SET y = ?1 WHERE position = 4", -1, &set, NULL);
    ck_assert_int_eq(sqlite3_step(get), SQLITE_ROW);
    int n = sqlite3_column_bytes(get, 0);
    g_autofree guint8 *blob = g_memdup2(sqlite3_column_blob(get, 0), (gsize)n);
    sqlite3_finalize(get);
    struct stored_point *whole = odd_point();
    int n_refused = 0;
    for (int bit = 0; bit < 8 * n; bit++) {
        blob[bit / 8] ^= (guint8)(1 << bit % 8);
        sqlite3_bind_blob(set, 1, blob, n, SQLITE_STATIC);
        ck_assert_int_eq(sqlite3_step(set), SQLITE_DONE);
        sqlite3_reset(set);
        blob[bit / 8] ^= (guint8)(1 << bit % 8);
        GError *error = NULL;
        struct stored_point *p = store_get(store, "k1", TRUE, &error);
        ck_assert((p == NULL) == (error != NULL));
        if (p != NULL)
            same_point(p, whole);  /* a bit that zstd does not use */
        n_refused += p == NULL;
        stored_point_free(p);
        g_clear_error(&error);
    }
    ck_assert_int_gt(n_refused, 8 * n - 16);
    sqlite3_finalize(set);
    sqlite3_close(db);
    stored_point_free(whole);
    store_close(store);
}
END_TEST

/* ---- several processes, and none ---- */

/* Puts points from `first` on until it is killed; replaces older ones in between; tells each point that is stored. */
static void put_for_ever(int first, int pipe_fd)
{
    struct store *store = store_open(path, NULL);
    for (int i = first; store != NULL; i++) {
        struct stored_point *p = numbered(i, 0), *older = numbered(i / 2, i);
        if (!store_put(store, p, NULL) || write(pipe_fd, &i, sizeof i) != sizeof i || (i > 0 && !store_put(store, older, NULL)))
            break;
        stored_point_free(p);
        stored_point_free(older);
    }
    _exit(1);
}

START_TEST(a_kill_loses_nothing_that_was_delivered)
{
    int next = 0;
    GRand *random = g_rand_new_with_seed((guint32)getpid());
    for (int round = 0; round < 10; round++) {
        int ends[2], delivered = next - 1, i;
        ck_assert_int_eq(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0)
            put_for_ever(next, ends[1]);
        close(ends[1]);
        /* Wait for the first, then let it live for a moment that ends anywhere in a transaction. */
        if (read(ends[0], &i, sizeof i) == sizeof i)
            delivered = i;
        g_usleep((gulong)g_rand_int_range(random, 0, 60000));
        kill(child, SIGKILL);
        while (read(ends[0], &i, sizeof i) == sizeof i)
            delivered = i;
        close(ends[0]);
        int how;
        ck_assert(waitpid(child, &how, 0) == child && WIFSIGNALED(how));
        ck_assert_int_ge(delivered, next);

        struct store *store = opened();
        for (i = 0; i <= delivered; i++)
            is_whole(store, i);
        /* At most one more was committed, but not yet told. */
        gint64 n = ask("SELECT count(*) FROM point");
        ck_assert(n == delivered + 1 || n == delivered + 2);
        if (n == delivered + 2)
            is_whole(store, delivered + 1);
        ck_assert_int_eq(ask("SELECT count(*) FROM measure"), 3 * n);
        ck_assert_int_eq(ask("SELECT count(*) FROM wave"), 2 * n);
        ck_assert_int_eq(ask("PRAGMA integrity_check"), 1);
        store_close(store);
        next = delivered + 1;
    }
    g_rand_free(random);
}
END_TEST

START_TEST(two_processes_make_and_write_one_store)
{
    enum { N = 150, WRITERS = 3 };
    pid_t children[WRITERS];
    for (int c = 0; c < WRITERS; c++) {
        children[c] = fork();
        if (children[c] != 0)
            continue;
        GError *error = NULL;
        struct store *store = store_open(path, &error);
        for (int i = 0; error == NULL && i < N; i++) {
            struct stored_point *own = numbered(1000 * c + i, 0), *shared = numbered(9000 + i % 5, c);
            if (store_put(store, own, &error))
                store_put(store, shared, &error);
            stored_point_free(own);
            stored_point_free(shared);
        }
        if (error != NULL)
            g_printerr("%s\n", error->message);
        store_close(store);
        _exit(error == NULL ? 0 : 1);
    }
    for (int c = 0; c < WRITERS; c++) {
        int how;
        ck_assert_int_eq(waitpid(children[c], &how, 0), children[c]);
        ck_assert(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    }
    struct store *store = opened();
    for (int c = 0; c < WRITERS; c++)
        for (int i = 0; i < N; i++)
            is_whole(store, 1000 * c + i);
    for (int i = 0; i < 5; i++)
        is_whole(store, 9000 + i);
    ck_assert_int_eq(ask("SELECT count(*) FROM point"), WRITERS * N + 5);
    ck_assert_int_eq(ask("PRAGMA integrity_check"), 1);
    store_close(store);
}
END_TEST

START_TEST(delivered_is_seen_by_others_at_once)
{
    struct store *one = opened(), *two = opened();
    put(one, numbered(7, 0));
    is_whole(two, 7);
    put(two, numbered(7, 1));
    is_whole(one, 7);
    store_close(one);
    is_whole(two, 7);
    store_close(two);
    g_autofree char *log = g_strconcat(path, "-wal", NULL);
    ck_assert(!g_file_test(log, G_FILE_TEST_EXISTS));  /* the last one to close leaves one file */
}
END_TEST

/* ---- alone, and points of another store ---- */

static struct store *opened_alone(const char *where)
{
    GError *error = NULL;
    struct store *store = store_open_alone(where, 0.2, &error);
    ck_ok(store != NULL, error);
    return store;
}

static gboolean is_there(const char *suffix)
{
    g_autofree char *file = g_strconcat(path, suffix, NULL);
    return g_file_test(file, G_FILE_TEST_EXISTS);
}

START_TEST(alone_is_alone_and_shares_no_memory)
{
    GError *error = NULL;
    struct store *store = opened_alone(path);
    put(store, numbered(7, 0));
    ck_assert(is_there("-wal") && !is_there("-shm"));
    ck_assert(store_open_alone(path, 0.2, &error) == NULL);
    g_autofree char *expected = g_strdup_printf("%s: the store cannot be read: database is locked", path);
    ck_assert_str_eq(error->message, expected);
    ck_assert_int_eq(error->code, GAINSPICE_ERROR_SYSTEM);
    g_clear_error(&error);
    is_whole(store, 7);
    store_close(store);
    ck_assert(!is_there("-wal"));

    store = opened();
    is_whole(store, 7);
    ck_assert(is_there("-shm"));
    ck_assert(store_open_alone(path, 0.2, &error) == NULL);
    g_clear_error(&error);
    store_close(store);
    store = opened_alone(path);
    is_whole(store, 7);
    store_close(store);
}
END_TEST

/* Waits for the one that has it, as a merge does for a table that is just being printed. */
START_TEST(alone_waits_for_others)
{
    int ends[2];
    char byte = 0;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store *other = store_open(path, NULL);
        if (write(ends[1], &byte, 1) != 1)
            _exit(1);
        g_usleep(G_USEC_PER_SEC / 3);
        store_close(other);
        _exit(0);
    }
    ck_assert_int_eq(read(ends[0], &byte, 1), 1);
    GError *error = NULL;
    struct store *store = store_open_alone(path, 20, &error);
    ck_ok(store != NULL, error);
    put(store, numbered(3, 0));
    store_close(store);
    int how;
    ck_assert(waitpid(child, &how, 0) == child && WIFEXITED(how) && WEXITSTATUS(how) == 0);
}
END_TEST

START_TEST(what_is_lacking_is_taken_once)
{
    g_autofree char *from = g_build_filename(folder, "shard.sqlite", NULL);
    struct store *store = opened_alone(from);
    for (int i = 0; i < 30; i++)
        put(store, numbered(i, 1));
    put(store, odd_point());
    store_close(store);

    GError *error = NULL;
    gsize n_taken = 0;
    store = opened_alone(path);
    for (int i = 10; i < 20; i++)
        put(store, numbered(i, 2)); /* these stay */
    for (int again = 0; again < 2; again++) {
        ck_ok(store_take(store, from, &n_taken, &error), error);
        ck_assert_uint_eq(n_taken, again ? 0 : 21);
    }
    for (int i = 0; i < 30; i++) {
        g_autofree char *key = digest_bytes(&i, sizeof i);
        struct stored_point *got = store_get(store, key, TRUE, &error), *expected = numbered(i, i >= 10 && i < 20 ? 2 : 1);
        ck_ok(got != NULL, error);
        same_point(got, expected);
        stored_point_free(got);
        stored_point_free(expected);
    }
    struct stored_point *got = store_get(store, "k1", TRUE, &error), *expected = odd_point();
    ck_ok(got != NULL, error);
    same_point(got, expected);
    stored_point_free(got);
    stored_point_free(expected);
    store_close(store);
    ck_assert_int_eq(ask("SELECT count(*) FROM point"), 31);
    ck_assert_int_eq(ask("SELECT count(*) FROM wave"), 2 * 30 + 5);
    ck_assert_int_eq(ask("PRAGMA integrity_check"), 1);
}
END_TEST

/* As much as a shard had delivered when its node died; whoever takes it needs no more than the files. */
START_TEST(what_a_killed_process_left_is_taken)
{
    g_autofree char *from = g_build_filename(folder, "shard.sqlite", NULL);
    int ends[2], delivered = -1, i, how;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store *shard = store_open_alone(from, 1, NULL);
        for (i = 0; shard != NULL; i++) {
            struct stored_point *p = numbered(i, 0);
            if (!store_put(shard, p, NULL) || write(ends[1], &i, sizeof i) != sizeof i)
                break;
            stored_point_free(p);
        }
        _exit(1);
    }
    close(ends[1]);
    while (delivered < 40 && read(ends[0], &i, sizeof i) == sizeof i)
        delivered = i;
    kill(child, SIGKILL);
    while (read(ends[0], &i, sizeof i) == sizeof i)
        delivered = i;
    ck_assert(waitpid(child, &how, 0) == child && WIFSIGNALED(how));
    ck_assert_int_ge(delivered, 40);

    GError *error = NULL;
    gsize n_taken = 0;
    struct store *store = opened_alone(path);
    ck_ok(store_take(store, from, &n_taken, &error), error);
    ck_assert(n_taken == (gsize)delivered + 1 || n_taken == (gsize)delivered + 2);
    for (i = 0; i < (int)n_taken; i++)
        is_whole(store, i);
    store_close(store);
}
END_TEST

START_TEST(what_is_no_store_is_not_taken)
{
    static const struct {
        const char *bytes, *message;
    } cases[] = {{"", NULL},
                 {"no database, but as long as the head of one is: one hundred bytes, which SQLite reads before it refuses it. ..",
                  "%s: the store \"%s\" cannot be read: file is not a database"}};
    g_autofree char *from = g_build_filename(folder, "shard.sqlite", NULL);
    struct store *store = opened_alone(path);
    put(store, numbered(5, 0));
    for (gsize c = 0; c < G_N_ELEMENTS(cases); c++) {
        GError *error = NULL;
        gsize n_taken = 1;
        ck_assert(g_file_set_contents(from, cases[c].bytes, -1, NULL));
        gboolean ok = store_take(store, from, &n_taken, &error);
        ck_assert_int_eq(ok, cases[c].message == NULL);
        ck_assert_uint_eq(n_taken, 0);
        g_autofree char *expected = ok ? NULL : g_strdup_printf(cases[c].message, path, from);
        ck_assert_pstr_eq(ok ? NULL : error->message, expected);
        g_clear_error(&error);
    }
    is_whole(store, 5);
    store_close(store);
}
END_TEST

/* The disk ends: files of this process may not grow any more. */
START_TEST(a_full_disk_is_a_sentence)
{
    struct store *store = opened();
    int n = 0;
    GError *error = NULL;
    while (n < 20)
        put(store, numbered(n++, 0));
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {1 << 20, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (;; n++) {
        struct stored_point *p = numbered(n, 0);
        gboolean ok = store_put(store, p, &error);
        stored_point_free(p);
        if (!ok)
            break;
        ck_assert_int_lt(n, 2000);
    }
    g_autofree char *expected = g_strdup_printf("%s: point \"p%d.v0\" cannot be stored: disk I/O error: File too large", path, n);
    ck_assert_str_eq(error->message, expected);
    ck_assert_int_eq(error->code, GAINSPICE_ERROR_SYSTEM);
    g_clear_error(&error);
    ck_assert_int_gt(n, 25);
    for (int i = 0; i < n; i++)
        is_whole(store, i);
    g_autofree char *key = digest_bytes(&n, sizeof n);
    ck_assert(!store_has(store, key, NULL));
    /* The last copy of the log into the file may fail too; the log then stays for the next who opens. */
    store_close(store);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    store = opened();
    put(store, numbered(n, 0));
    for (int i = 0; i <= n; i++)
        is_whole(store, i);
    ck_assert_int_eq(ask("PRAGMA integrity_check"), 1);
    store_close(store);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("store");
    TCase *t = tcase_create("store");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, points_come_back_bit_by_bit);
    tcase_add_test(t, replacing_and_dropping_leave_nothing);
    tcase_add_test(t, typical_cpu_is_the_median_of_good_points);
    tcase_add_test(t, documents_know_what_they_were_made_from);
    tcase_add_test(t, files_of_others_are_refused_and_kept);
    tcase_add_test(t, other_layouts_are_refused);
    tcase_add_test(t, places_that_cannot_be);
    tcase_add_test(t, read_only_places);
    tcase_add_test(t, read_only_places_are_read);
    tcase_add_test(t, reading_beside_a_writer);
    tcase_add_loop_test(t, damage_is_a_sentence, 0, (int)G_N_ELEMENTS(damages));
    tcase_add_test(t, no_bit_of_a_wave_turns_unseen);
    tcase_add_test(t, a_kill_loses_nothing_that_was_delivered);
    tcase_add_test(t, two_processes_make_and_write_one_store);
    tcase_add_test(t, delivered_is_seen_by_others_at_once);
    tcase_add_test(t, alone_is_alone_and_shares_no_memory);
    tcase_add_test(t, alone_waits_for_others);
    tcase_add_test(t, what_is_lacking_is_taken_once);
    tcase_add_test(t, what_a_killed_process_left_is_taken);
    tcase_add_test(t, what_is_no_store_is_not_taken);
    tcase_add_test(t, a_full_disk_is_a_sentence);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
