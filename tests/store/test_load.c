/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hundred thousand points in one store. What guards it is what SQLite says that it does, not time: every statement finds its rows by
 * an index, and takes as many steps of SQLite's machine among 1e5 points as among 1e3. */
#include "config.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "store/store.h"
#include "tests/support/check_tap.h"

#define FEW 1000
#define MANY 100000

/* The store's statements, as it prepares them (-Wl,--wrap). */
static GPtrArray *prepared; /* sqlite3_stmt */
int __real_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned int flags, sqlite3_stmt **s, const char **tail);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned int flags, sqlite3_stmt **s, const char **tail);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned int flags, sqlite3_stmt **s, const char **tail)
{
    int code = __real_sqlite3_prepare_v3(db, sql, n, flags, s, tail);
    if (prepared != NULL && code == SQLITE_OK)
        g_ptr_array_add(prepared, *s);
    return code;
}

static char *folder, *path;
static struct store *store;

static void set_up(void)
{
    GError *error = NULL;
    folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    path = g_build_filename(folder, "run.sqlite", NULL);
    prepared = g_ptr_array_new();
    store = store_open(path, &error);
    ck_ok(store != NULL, error);
}

static void tear_down(void)
{
    store_close(store);
    g_clear_pointer(&prepared, g_ptr_array_unref);
    for (const char *const *end = (const char *const[]){"", "-wal", "-shm", NULL}; *end != NULL; end++) {
        g_autofree char *file = g_strconcat(path, *end, NULL);
        g_unlink(file);
    }
    g_rmdir(folder);
    g_free(folder);
    g_free(path);
}

static char *key_of(int i)
{
    return digest_bytes(&i, sizeof i);
}

/* Three numbers a point, as a transient with three measures has them. */
static void put(int i)
{
    static const char *const names[] = {"v_written", "t_settle", "q"};
    GError *error = NULL;
    double values[3];
    struct measure_result results[3];
    g_autoptr(GPtrArray) measures = g_ptr_array_new();
    for (int m = 0; m < 3; m++) {
        values[m] = 0.2385 + i * 1e-6 + m;
        results[m] = (struct measure_result){
            .name = (char *)names[m], .unit = (char *)"V", .n_outer = 1, .n_inner = 1, .values = &values[m]};
        g_ptr_array_add(measures, &results[m]);
    }
    g_autofree char *key = key_of(i), *name = g_strdup_printf("write.tt.27C.v=%d", i);
    struct stored_point point = {.key = key,
                                 .name = name,
                                 .bench = (char *)(i % 2 == 0 ? "write 3f2a91c7" : "read 0b5d2e81"),
                                 .status = SIM_OK,
                                 .ngspice = (char *)"46",
                                 .wall_s = 0.02,
                                 .cpu_s = 0.0173 + i * 1e-9,
                                 .measures = measures};
    ck_ok(store_put(store, &point, &error), error);
}

static void fill(int from, int to)
{
    for (int i = from; i < to; i++)
        put(i);
}

/* Steps that all statements take while a point is looked up, read, replaced and looked for in vain. */
static int steps(int i)
{
    GError *error = NULL;
    int n = 0;
    for (guint s = 0; s < prepared->len; s++)
        sqlite3_stmt_status(prepared->pdata[s], SQLITE_STMTSTATUS_VM_STEP, 1);
    g_autofree char *key = key_of(i), *none = key_of(-1 - i);
    enum sim_status status;
    ck_assert(store_has(store, key, &status));
    ck_assert(!store_has(store, none, NULL));
    struct stored_point *point = store_get(store, key, TRUE, &error);
    ck_ok(point != NULL, error);
    ck_assert(((const struct measure_result *)point->measures->pdata[2])->values[0] == 0.2385 + i * 1e-6 + 2);
    stored_point_free(point);
    put(i);
    for (guint s = 0; s < prepared->len; s++)
        n += sqlite3_stmt_status(prepared->pdata[s], SQLITE_STMTSTATUS_VM_STEP, 0);
    return n;
}

START_TEST(a_point_costs_the_same_among_many)
{
    fill(0, FEW);
    int few = steps(FEW / 3);
    fill(FEW, MANY);
    int many = steps(MANY / 3);
    printf("# %d and %d steps\n", few, many);
    ck_assert_int_gt(few, 50);
    ck_assert_int_le(many, few + few / 10);
    ck_assert_double_eq_tol(store_typical_cpu(store, "write 3f2a91c7"), 0.0173 + (MANY - 2) / 2 * 1e-9, 1e-12);
}
END_TEST

START_TEST(every_statement_finds_its_rows_by_an_index)
{
    sqlite3 *db = NULL;
    int n_searches = 0;
    fill(0, 10);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    for (guint s = 0; s < prepared->len; s++) {
        const char *sql = sqlite3_sql(prepared->pdata[s]);
        g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
        sqlite3_stmt *plan = NULL;
        ck_assert_msg(sqlite3_prepare_v2(db, explain, -1, &plan, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
        while (sqlite3_step(plan) == SQLITE_ROW) {
            const char *detail = (const char *)sqlite3_column_text(plan, 3);
            gboolean scans = g_str_has_prefix(detail, "SCAN ") && strstr(detail, "SCAN (") == NULL;
            ck_assert_msg(!scans, "%s: %s", sql, detail);
            n_searches += g_str_has_prefix(detail, "SEARCH ");
        }
        sqlite3_finalize(plan);
    }
    sqlite3_close(db);
    ck_assert_int_ge(n_searches, 8); /* it was these statements that were looked at */
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("load");
    TCase *t = tcase_create("load");
    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, every_statement_finds_its_rows_by_an_index);
    tcase_add_test(t, a_point_costs_the_same_among_many);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
