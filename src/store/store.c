/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store/store.c -- the results of a design in SQLite.
 *
 * Workload  up to 1e5 points of a few measures, put one by one as workers deliver them, asked for by key before anything is
 *           simulated; a few points with waves. So: one transaction a point, statements prepared once, what is packed is
 *           packed before the lock is taken.
 * Safety    WAL with synchronous=NORMAL. A commit is then a write() into the log: it outlives the process, whatever kills it,
 *           without waiting for the disk. The log is synced before a checkpoint copies it, so a power cut loses at most the
 *           commits since the last checkpoint (4 MB of log), whole and in order, and never damages what is older. What is lost
 *           so is simulated again: that is cheaper than a sync a point, which FULL would cost.
 * Alone     A store that one process has to itself (a shard of a cluster run, or a merge) is in WAL mode, too, but with SQLite's
 *           exclusive lock: the index of the log then lies in the process, no memory is shared, and a network file system that
 *           carries locks is enough. A rollback journal would be as safe and wait for the disk three times a point. The machine
 *           that dies is one of many there, so the log is synced with the first commit after SYNC_US.
 * Layout    layout_sql below. Numbers of measures are blobs of little-endian float64, because REAL cannot hold a NaN and
 *           because thousands of rows for the numbers of one point would be slower by as much. Waves are packed (pack()); a
 *           scale that several waves of a point share is kept once.
 */
#include "config.h"

#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/error.h"
#include "base/files.h"

#define APPLICATION_ID 0x67736e70  /* "gsnp" */
#define LAYOUT 1
#define BUSY_MS 30000              /* others hold the lock for one small transaction: milliseconds */
#define SYNC_US G_USEC_PER_SEC
#define STRINGIFY_(x) #x
#define STRINGIFY(x) STRINGIFY_(x)

static const char layout_sql[] =
    "CREATE TABLE point ("
    "  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, bench TEXT NOT NULL, status TEXT NOT NULL,"
    "  reason TEXT, ngspice TEXT, wall_s REAL, cpu_s REAL);"
    "CREATE INDEX point_cpu ON point (bench, cpu_s) WHERE status = 'ok';"
    "CREATE TABLE measure ("
    "  point INTEGER NOT NULL REFERENCES point ON DELETE CASCADE, position INTEGER NOT NULL, name TEXT NOT NULL,"
    "  unit TEXT NOT NULL, n_outer INTEGER NOT NULL, n_inner INTEGER NOT NULL, numbers BLOB NOT NULL, reason TEXT,"
    "  PRIMARY KEY (point, position)) WITHOUT ROWID;"
    "CREATE TABLE wave ("
    "  point INTEGER NOT NULL REFERENCES point ON DELETE CASCADE, position INTEGER NOT NULL, name TEXT NOT NULL,"
    "  unit TEXT NOT NULL, n INTEGER NOT NULL, scale_of INTEGER NOT NULL, x BLOB, y BLOB NOT NULL,"
    "  PRIMARY KEY (point, position));"
    "CREATE TABLE document ("
    "  kind TEXT NOT NULL, name TEXT NOT NULL, made_from TEXT NOT NULL, text TEXT NOT NULL,"
    "  PRIMARY KEY (kind, name));"
    "PRAGMA application_id = " STRINGIFY(APPLICATION_ID) ";"
    "PRAGMA user_version = " STRINGIFY(LAYOUT) ";";

#define GOOD_OF_BENCH "FROM point WHERE bench = ?1 AND status = 'ok' AND cpu_s IS NOT NULL"
#define STATEMENTS(X)                                                                                                          \
    X(BEGIN_READ, "BEGIN")                                                                                                     \
    X(BEGIN_WRITE, "BEGIN IMMEDIATE")                                                                                          \
    X(COMMIT, "COMMIT")                                                                                                        \
    X(ROLLBACK, "ROLLBACK")                                                                                                    \
    X(STATUS, "SELECT status FROM point WHERE key = ?1")                                                                       \
    X(GET_POINT, "SELECT id, name, bench, status, reason, ngspice, wall_s, cpu_s FROM point WHERE key = ?1")                   \
    X(GET_MEASURES, "SELECT name, unit, n_outer, n_inner, numbers, reason FROM measure WHERE point = ?1 ORDER BY position")    \
    X(GET_WAVES, "SELECT name, unit, n, scale_of, x, y FROM wave WHERE point = ?1 ORDER BY position")                          \
    X(PUT_POINT, "INSERT INTO point (key, name, bench, status, reason, ngspice, wall_s, cpu_s)"                                \
                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")                                                                   \
    X(PUT_MEASURE, "INSERT INTO measure (point, position, name, unit, n_outer, n_inner, numbers, reason)"                      \
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")                                                                 \
    X(PUT_WAVE, "INSERT INTO wave (point, position, name, unit, n, scale_of, x, y) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")   \
    X(DROP_POINT, "DELETE FROM point WHERE key = ?1")                                                                          \
    X(MEDIAN_CPU, "SELECT avg(cpu_s) FROM (SELECT cpu_s " GOOD_OF_BENCH " ORDER BY cpu_s"                                      \
                  " LIMIT 2 - (SELECT count(*) " GOOD_OF_BENCH ") % 2"                                                         \
                  " OFFSET (SELECT (count(*) - 1) / 2 " GOOD_OF_BENCH "))")                                                    \
    X(GET_DOCUMENT, "SELECT text FROM document WHERE kind = ?1 AND name = ?2 AND made_from = ?3")                              \
    X(PUT_DOCUMENT, "INSERT OR REPLACE INTO document (kind, name, made_from, text) VALUES (?1, ?2, ?3, ?4)")
enum statement {
#define X(id, sql) id,
    STATEMENTS(X)
#undef X
    N_STATEMENTS
};
static const char *const statement_sql[] = {
#define X(id, sql) sql,
    STATEMENTS(X)
#undef X
};

struct store {
    sqlite3 *db;
    char *path;
    sqlite3_stmt *statements[N_STATEMENTS];
    ZSTD_CCtx *packer;
    ZSTD_DCtx *unpacker;
    gboolean is_alone;
    gboolean is_snapshot; /* to read only: one transaction from the start to the end */
    gint64 busy_ms;
    gint64 synced_us; /* when the log was last synced; of a store that is open alone */
};

/* ---- what is kept ---- */

void stored_wave_free(struct stored_wave *wave)
{
    if (wave == NULL)
        return;
    g_free(wave->name);
    g_free(wave->unit);
    g_free(wave->x);
    g_free(wave->y);
    g_free(wave);
}

void stored_point_free(struct stored_point *point)
{
    if (point == NULL)
        return;
    g_free(point->key);
    g_free(point->name);
    g_free(point->bench);
    g_free(point->reason);
    g_free(point->ngspice);
    g_clear_pointer(&point->measures, g_ptr_array_unref);
    g_clear_pointer(&point->waves, g_ptr_array_unref);
    g_free(point);
}

/* ---- errors and statements ---- */

/* The errno behind a failure, or 0. A commit fails in the log, whose errno SQLite keeps with that file only. */
static int system_reason(sqlite3 *db)
{
    int reason = 0;
    sqlite3_file *log = NULL;
    switch (sqlite3_errcode(db) & 0xff) {
    case SQLITE_CANTOPEN:
        return sqlite3_system_errno(db);
    case SQLITE_IOERR:
        if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log != NULL &&
            log->pMethods != NULL)
            log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &reason);
        if (reason == 0)
            sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &reason);
        return reason;
    default:
        return 0;
    }
}

/* "PATH: what: SQLite's reason: the system's reason", as far as there is one. */
static gboolean failed(struct store *store, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean failed(struct store *store, GError **error, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *what = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_autofree char *why = g_strdup(sqlite3_errmsg(store->db));
    int reason = system_reason(store->db);
    error_set_at(error, GAINSPICE_ERROR_SYSTEM, origin_at(store->path, 0), "%s: %s%s%s", what, why,
                 reason != 0 ? ": " : "", reason != 0 ? g_strerror(reason) : "");
    return FALSE;
}

static gboolean refuse(struct store *store, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean refuse(struct store *store, GError **error, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(store->path, 0), "%s", message);
    return FALSE;
}

/* Runs a statement that gives no rows; forgets what was bound to it. */
static gboolean run(struct store *store, enum statement which)
{
    sqlite3_stmt *s = store->statements[which];
    int code = sqlite3_step(s);
    sqlite3_clear_bindings(s);
    sqlite3_reset(s);
    return code == SQLITE_DONE;
}

static gboolean execute(struct store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static void finish(sqlite3_stmt *s)
{
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
}

static void bind_text(sqlite3_stmt *s, int at, const char *text)
{
    sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

static char *column_string(sqlite3_stmt *s, int at)
{
    return g_strdup((const char *)sqlite3_column_text(s, at));
}

/* A NaN is kept as NULL. */
static double column_double(sqlite3_stmt *s, int at)
{
    return sqlite3_column_type(s, at) == SQLITE_NULL ? NAN : sqlite3_column_double(s, at);
}

/* After a failure that has set its error. A full disk may have rolled back already. */
static gboolean give_up(struct store *store)
{
    if (!sqlite3_get_autocommit(store->db))
        run(store, ROLLBACK);
    return FALSE;
}

/* ---- opening ---- */

static gboolean ask_integer(struct store *store, const char *sql, gint64 *value)
{
    sqlite3_stmt *s = NULL;
    gboolean ok = sqlite3_prepare_v2(store->db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW;
    if (ok)
        *value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return ok;
}

/* What a file is, in one snapshot: another process may be making it just now. */
struct identity {
    gint64 application, layout, n_objects;
};

static gboolean look(struct store *store, struct identity *found)
{
    gboolean ok = execute(store, "SAVEPOINT look") &&
                  ask_integer(store, "SELECT count(*) FROM sqlite_master", &found->n_objects) &&
                  ask_integer(store, "PRAGMA application_id", &found->application) &&
                  ask_integer(store, "PRAGMA user_version", &found->layout);
    return ok && execute(store, "RELEASE look");
}

/* Looks without writing: a file of something else must stay as it was. */
static gboolean identify(struct store *store, gboolean *is_new, GError **error)
{
    struct identity found;
    if (!look(store, &found)) {
        switch (sqlite3_errcode(store->db) & 0xff) {
        case SQLITE_NOTADB:
            return refuse(store, error, "not a store of gainspice: the file is no SQLite database");
        case SQLITE_READONLY:
            return refuse(store, error, "read-only: expected a store that can be written");
        default:
            return failed(store, error, "the store cannot be read");
        }
    }
    *is_new = found.application == 0 && found.layout == 0 && found.n_objects == 0;
    if (*is_new)
        return TRUE;
    if (found.application != APPLICATION_ID)
        return refuse(store, error, "not a store of gainspice: an SQLite database of something else");
    if (found.layout != LAYOUT)
        return refuse(store, error, "the store has layout %" G_GINT64_FORMAT ", this gainspice reads layout %d", found.layout,
                      LAYOUT);
    return TRUE;
}

/* Two processes that make one store together meet here; SQLite's own waiting does not cover this change of mode. */
static gboolean enter_wal(struct store *store, GError **error)
{
    gint64 give_up_us = g_get_monotonic_time() + store->busy_ms * 1000;
    for (;;) {
        sqlite3_stmt *s = NULL;
        gboolean ok = sqlite3_prepare_v2(store->db, "PRAGMA journal_mode = WAL", -1, &s, NULL) == SQLITE_OK;
        ok = ok && sqlite3_step(s) == SQLITE_ROW;
        gboolean entered = ok && g_strcmp0((const char *)sqlite3_column_text(s, 0), "wal") == 0;
        sqlite3_finalize(s);
        if (entered)
            return TRUE;
        if (ok)
            return refuse(store, error, "the file system does not carry a write-ahead log: expected a local one");
        if ((sqlite3_errcode(store->db) & 0xff) != SQLITE_BUSY || g_get_monotonic_time() > give_up_us)
            return failed(store, error, "the store cannot be opened");
        g_usleep(2000);
    }
}

static gboolean make_layout(struct store *store, GError **error)
{
    gboolean is_new = FALSE;
    if (!execute(store, "BEGIN IMMEDIATE"))
        return failed(store, error, "the store cannot be made");
    gboolean ok = identify(store, &is_new, error);  /* another process may have been first */
    if (ok && is_new && !execute(store, layout_sql))
        ok = failed(store, error, "the store cannot be made");
    if (ok && !execute(store, "COMMIT"))
        ok = failed(store, error, "the store cannot be made");
    if (!ok)
        execute(store, "ROLLBACK");
    return ok;
}

static gboolean prepare_all(struct store *store, GError **error)
{
    for (int i = 0; i < N_STATEMENTS; i++)
        if (sqlite3_prepare_v3(store->db, statement_sql[i], -1, SQLITE_PREPARE_PERSISTENT, &store->statements[i], NULL) !=
            SQLITE_OK)
            return failed(store, error, "the store is damaged");
    return TRUE;
}

static gboolean set_up(struct store *store, GError **error)
{
    gboolean is_new = FALSE;
    sqlite3_busy_timeout(store->db, (int)store->busy_ms);
    if (store->is_alone && !execute(store, "PRAGMA locking_mode = EXCLUSIVE"))
        return failed(store, error, "the store cannot be opened");
    if (sqlite3_db_readonly(store->db, "main") == 1)
        return refuse(store, error, "read-only: expected a store that can be written");
    if (!identify(store, &is_new, error))
        return FALSE;
    if (!enter_wal(store, error) || (is_new && !make_layout(store, error)))
        return FALSE;
    if (!execute(store, "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON"))
        return failed(store, error, "the store cannot be opened");
    return prepare_all(store, error);
}

/* A folder that cannot be written to lets nobody make the index of the log. Where there is no log either, nobody has the store
 * open, and the file alone is read, as one that stays as it is. */
static gboolean is_left_alone(const char *path)
{
    g_autofree char *log = g_strconcat(path, "-wal", NULL);
    GStatBuf found;
    return g_stat(log, &found) != 0 || found.st_size == 0;
}

static gboolean open_to_read(struct store *store, gboolean is_fixed)
{
    g_autofree char *name = g_uri_escape_string(store->path, "/", TRUE);
    g_autofree char *uri = g_strdup_printf("file:%s%s", name, is_fixed ? "?immutable=1" : "");
    g_autofree char *folder = g_path_get_dirname(store->path);
    gboolean writable = !is_fixed && faccessat(AT_FDCWD, store->path, W_OK, AT_EACCESS) == 0 &&
                        faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) == 0; /* then whoever closes last tidies up the log */
    int flags = (writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    sqlite3_close(store->db);
    return sqlite3_open_v2(uri, &store->db, flags, NULL) == SQLITE_OK;
}

static gboolean set_up_to_read(struct store *store, GError **error)
{
    struct identity found;
    gboolean is_new = FALSE, ok = open_to_read(store, FALSE) && look(store, &found);
    int code = sqlite3_errcode(store->db) & 0xff;
    if (!ok && (code == SQLITE_CANTOPEN || code == SQLITE_READONLY) && is_left_alone(store->path) && !open_to_read(store, TRUE))
        return failed(store, error, "the store cannot be opened");
    sqlite3_busy_timeout(store->db, (int)store->busy_ms);
    if (!identify(store, &is_new, error))
        return FALSE;
    if (is_new)
        return refuse(store, error, "not a store of gainspice: the file is empty");
    /* One transaction, and the file's pages as the system has them: a table of 1e5 points takes no lock and no copy a point. */
    store->is_snapshot = execute(store, "PRAGMA query_only = ON; PRAGMA mmap_size = 1073741824; BEGIN") && look(store, &found);
    if (!store->is_snapshot)
        return failed(store, error, "the store cannot be opened");
    return prepare_all(store, error);
}

static struct store *store_new(const char *path, gint64 busy_ms)
{
    struct store *store = g_new0(struct store, 1);
    store->path = g_strdup(path);
    store->busy_ms = busy_ms;
    store->packer = ZSTD_createCCtx();
    store->unpacker = ZSTD_createDCtx();
    ZSTD_CCtx_setParameter(store->packer, ZSTD_c_checksumFlag, 1);
    return store;
}

static struct store *open_store(const char *path, gboolean is_alone, gint64 busy_ms, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    if (!folder_make(folder, error))
        return NULL;
    /* Asked here because SQLite then tries to read what is not there, and says that instead. */
    if (!g_file_test(path, G_FILE_TEST_EXISTS) && faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) != 0) {
        error_set_at(error, GAINSPICE_ERROR_SYSTEM, origin_at(path, 0), "the store cannot be made: %s", g_strerror(errno));
        return NULL;
    }
    struct store *store = store_new(path, busy_ms);
    store->is_alone = is_alone;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    gboolean ok = sqlite3_open_v2(path, &store->db, flags, NULL) == SQLITE_OK;
    ok = ok ? set_up(store, error) : failed(store, error, "the store cannot be opened");
    if (!ok)
        g_clear_pointer(&store, store_close);
    return store;
}

struct store *store_open(const char *path, GError **error)
{
    return open_store(path, FALSE, BUSY_MS, error);
}

struct store *store_open_alone(const char *path, double wait_s, GError **error)
{
    return open_store(path, TRUE, (gint64)(1000 * wait_s), error);
}

struct store *store_open_to_read(const char *path, GError **error)
{
    struct store *store = store_new(path, BUSY_MS);
    if (!set_up_to_read(store, error))
        g_clear_pointer(&store, store_close);
    return store;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    for (int i = 0; i < N_STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->db);
    ZSTD_freeCCtx(store->packer);
    ZSTD_freeDCtx(store->unpacker);
    g_free(store->path);
    g_free(store);
}

/* ---- numbers as bytes ---- */

static void *doubles_to_bytes(const double *numbers, gsize n)
{
    guint64 *bytes = g_new(guint64, MAX(n, 1));
    for (gsize i = 0; i < n; i++) {
        memcpy(&bytes[i], &numbers[i], sizeof bytes[i]);
        bytes[i] = GUINT64_TO_LE(bytes[i]);
    }
    return bytes;
}

static double *doubles_from_bytes(const void *bytes, gsize n)
{
    double *numbers = g_new(double, MAX(n, 1));
    for (gsize i = 0; i < n; i++) {
        guint64 bits;
        memcpy(&bits, (const guint8 *)bytes + i * sizeof bits, sizeof bits);
        bits = GUINT64_FROM_LE(bits);
        memcpy(&numbers[i], &bits, sizeof bits);
    }
    return numbers;
}

/* A wave is smooth: neighbours share sign, exponent and the first bits of the mantissa. With byte k of all numbers together,
 * and each number less the one before (as integers, so that it comes back exactly), zstd finds the runs. */
static guint8 *transpose(const double *numbers, gsize n)
{
    guint8 *bytes = g_malloc(MAX(n * 8, 1));
    guint64 before = 0;
    for (gsize i = 0; i < n; i++) {
        guint64 bits;
        memcpy(&bits, &numbers[i], sizeof bits);
        guint64 step = bits - before;
        for (gsize k = 0; k < 8; k++)
            bytes[k * n + i] = (guint8)(step >> 8 * k);
        before = bits;
    }
    return bytes;
}

static void transpose_back(const guint8 *bytes, gsize n, double *numbers)
{
    guint64 bits = 0;
    for (gsize i = 0; i < n; i++) {
        for (gsize k = 0; k < 8; k++)
            bits += (guint64)bytes[k * n + i] << 8 * k;
        memcpy(&numbers[i], &bits, sizeof bits);
    }
}

struct packed {
    void *bytes;
    gsize size;
};

static gboolean pack(struct store *store, const double *numbers, gsize n, struct packed *packed)
{
    g_autofree guint8 *plain = transpose(numbers, n);
    gsize bound = ZSTD_compressBound(n * 8);
    packed->bytes = g_malloc(bound);
    packed->size = ZSTD_compress2(store->packer, packed->bytes, bound, plain, n * 8);
    return !ZSTD_isError(packed->size);
}

/* NULL: the blob is not n numbers; *why says it. The size is compared before anything is allocated on its word. */
static double *unpack(struct store *store, const void *blob, gsize size, gsize n, const char **why)
{
    unsigned long long declared = ZSTD_getFrameContentSize(blob, size);
    *why = "the sizes do not agree";
    if (n > STORED_WAVE_MAX || declared != n * 8)
        return NULL;
    g_autofree guint8 *plain = g_try_malloc(MAX(n * 8, 1));
    g_autofree double *numbers = g_try_malloc(MAX(n * 8, 1));
    *why = "no memory for its numbers";
    if (plain == NULL || numbers == NULL)
        return NULL;
    gsize got = ZSTD_decompressDCtx(store->unpacker, plain, n * 8, blob, size);
    *why = ZSTD_isError(got) ? ZSTD_getErrorName(got) : "the sizes do not agree";
    if (ZSTD_isError(got) || got != n * 8)
        return NULL;
    transpose_back(plain, n, numbers);
    return g_steal_pointer(&numbers);
}

/* ---- points out ---- */

gboolean store_has(struct store *store, const char *key, enum sim_status *status)
{
    sqlite3_stmt *s = store->statements[STATUS];
    enum sim_status found;
    bind_text(s, 1, key);
    /* A status that we do not know is of a point that we cannot use: it is as if it were not there, and is made again. */
    gboolean there = sqlite3_step(s) == SQLITE_ROW && sim_status_from_name((const char *)sqlite3_column_text(s, 0), &found);
    finish(s);
    if (there && status != NULL)
        *status = found;
    return there;
}

/* The row of a point; *id 0 where there is none. */
static struct stored_point *get_point(struct store *store, const char *key, gint64 *id, GError **error)
{
    sqlite3_stmt *s = store->statements[GET_POINT];
    struct stored_point *point = NULL;
    *id = 0;
    bind_text(s, 1, key);
    int code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        point = g_new0(struct stored_point, 1);
        *id = sqlite3_column_int64(s, 0);
        point->key = g_strdup(key);
        point->name = column_string(s, 1);
        point->bench = column_string(s, 2);
        point->reason = column_string(s, 4);
        point->ngspice = column_string(s, 5);
        point->wall_s = column_double(s, 6);
        point->cpu_s = column_double(s, 7);
        point->measures = g_ptr_array_new_with_free_func((GDestroyNotify)measure_result_free);
        point->waves = g_ptr_array_new_with_free_func((GDestroyNotify)stored_wave_free);
        const char *status = (const char *)sqlite3_column_text(s, 3);
        if (!sim_status_from_name(status, &point->status)) {
            refuse(store, error, "point \"%s\" has the unknown status \"%s\"", point->name, status);
            g_clear_pointer(&point, stored_point_free);
        }
    } else if (code != SQLITE_DONE) {
        failed(store, error, "point \"%s\" cannot be read", key);
    }
    finish(s);
    return point;
}

static gboolean get_measure(struct store *store, sqlite3_stmt *s, struct stored_point *point, GError **error)
{
    gint64 n_outer = sqlite3_column_int64(s, 2), n_inner = sqlite3_column_int64(s, 3);
    const void *numbers = sqlite3_column_blob(s, 4);
    gsize size = (gsize)sqlite3_column_bytes(s, 4), n = 0, expected = 0;
    gboolean sane = n_outer >= 0 && n_inner >= 0 && g_size_checked_mul(&n, (gsize)n_outer, (gsize)n_inner) &&
                    g_size_checked_mul(&expected, n, 8) && size == expected;
    if (!sane)
        return refuse(store, error,
                      "point \"%s\": measure \"%s\" is damaged: %" G_GSIZE_FORMAT " bytes for %" G_GINT64_FORMAT
                      " × %" G_GINT64_FORMAT " numbers",
                      point->name, (const char *)sqlite3_column_text(s, 0), size, n_outer, n_inner);
    struct measure_result *measure = g_new0(struct measure_result, 1);
    measure->name = column_string(s, 0);
    measure->unit = column_string(s, 1);
    measure->n_outer = (gsize)n_outer;
    measure->n_inner = (gsize)n_inner;
    measure->values = doubles_from_bytes(numbers, n);
    measure->reason = column_string(s, 5);
    g_ptr_array_add(point->measures, measure);
    return TRUE;
}

/* The scale of a wave: its own, or that of an earlier wave of the point. */
static double *get_scale(struct store *store, sqlite3_stmt *s, const struct stored_point *point, gsize n, const char **why)
{
    gint64 scale_of = sqlite3_column_int64(s, 3);
    if (scale_of == point->waves->len)
        return unpack(store, sqlite3_column_blob(s, 4), (gsize)sqlite3_column_bytes(s, 4), n, why);
    *why = "its scale is missing";
    if (scale_of < 0 || scale_of > point->waves->len)
        return NULL;
    const struct stored_wave *owner = point->waves->pdata[scale_of];
    *why = "the sizes do not agree";
    return owner->n == n ? g_memdup2(owner->x, MAX(n, 1) * sizeof(double)) : NULL;
}

static gboolean get_wave(struct store *store, sqlite3_stmt *s, struct stored_point *point, GError **error)
{
    struct stored_wave *wave = g_new0(struct stored_wave, 1);
    const char *why = "the sizes do not agree";
    wave->name = column_string(s, 0);
    wave->unit = column_string(s, 1);
    wave->n = (gsize)sqlite3_column_int64(s, 2);  /* a negative one is too large */
    wave->x = get_scale(store, s, point, wave->n, &why);
    if (wave->x != NULL)
        wave->y = unpack(store, sqlite3_column_blob(s, 5), (gsize)sqlite3_column_bytes(s, 5), wave->n, &why);
    if (wave->y == NULL) {
        refuse(store, error, "point \"%s\": wave \"%s\" is damaged: %s", point->name, wave->name, why);
        stored_wave_free(wave);
        return FALSE;
    }
    g_ptr_array_add(point->waves, wave);
    return TRUE;
}

/* Runs `get` on every row that `which` has of the point. */
static gboolean get_rows(struct store *store, enum statement which, gint64 id, struct stored_point *point,
                         gboolean (*get)(struct store *, sqlite3_stmt *, struct stored_point *, GError **), GError **error)
{
    sqlite3_stmt *s = store->statements[which];
    int code;
    gboolean ok = TRUE;
    sqlite3_bind_int64(s, 1, id);
    while ((code = sqlite3_step(s)) == SQLITE_ROW && ok)
        ok = get(store, s, point, error);
    if (ok && code != SQLITE_DONE)
        ok = failed(store, error, "point \"%s\" cannot be read", point->name);
    finish(s);
    return ok;
}

struct stored_point *store_get(struct store *store, const char *key, gboolean waves, GError **error)
{
    gint64 id;
    /* One snapshot: another process may replace the point between two statements. */
    if (!store->is_snapshot && !run(store, BEGIN_READ)) {
        failed(store, error, "point \"%s\" cannot be read", key);
        return NULL;
    }
    struct stored_point *point = get_point(store, key, &id, error);
    if (point != NULL && (!get_rows(store, GET_MEASURES, id, point, get_measure, error) ||
                          (waves && !get_rows(store, GET_WAVES, id, point, get_wave, error))))
        g_clear_pointer(&point, stored_point_free);
    if (!store->is_snapshot && !run(store, COMMIT))
        give_up(store);
    return point;
}

/* ---- points in ---- */

struct packed_wave {
    gsize scale_of;      /* position of the wave whose x it shares; its own if x is here */
    struct packed x, y;
};

static void packed_wave_free(struct packed_wave *wave)
{
    g_free(wave->x.bytes);
    g_free(wave->y.bytes);
    g_free(wave);
}

/* The first wave with the same scale, bit by bit. */
static gsize owner_of_scale(const GPtrArray *waves, gsize position)
{
    const struct stored_wave *wave = waves->pdata[position];
    for (gsize i = 0; i < position; i++) {
        const struct stored_wave *other = waves->pdata[i];
        if (other->n == wave->n && wave->n > 0 && memcmp(other->x, wave->x, wave->n * sizeof *wave->x) == 0)
            return i;
    }
    return position;
}

static GPtrArray *pack_waves(struct store *store, const struct stored_point *point, GError **error)
{
    g_autoptr(GPtrArray) packed = g_ptr_array_new_with_free_func((GDestroyNotify)packed_wave_free);
    for (guint i = 0; point->waves != NULL && i < point->waves->len; i++) {
        const struct stored_wave *wave = point->waves->pdata[i];
        struct packed_wave *p = g_new0(struct packed_wave, 1);
        g_ptr_array_add(packed, p);
        p->scale_of = owner_of_scale(point->waves, i);
        if (wave->n > STORED_WAVE_MAX) {
            refuse(store, error, "point \"%s\": wave \"%s\" has %" G_GSIZE_FORMAT " points: expected at most %" G_GSIZE_FORMAT,
                   point->name, wave->name, wave->n, STORED_WAVE_MAX);
            return NULL;
        }
        if ((p->scale_of == i && !pack(store, wave->x, wave->n, &p->x)) || !pack(store, wave->y, wave->n, &p->y)) {
            refuse(store, error, "point \"%s\": wave \"%s\" cannot be packed: zstd has no memory", point->name, wave->name);
            return NULL;
        }
    }
    return g_steal_pointer(&packed);
}

static gboolean put_point_row(struct store *store, const struct stored_point *point)
{
    sqlite3_stmt *s = store->statements[PUT_POINT];
    bind_text(s, 1, point->key);
    bind_text(s, 2, point->name);
    bind_text(s, 3, point->bench);
    bind_text(s, 4, sim_status_name(point->status));
    bind_text(s, 5, point->reason);
    bind_text(s, 6, point->ngspice);
    sqlite3_bind_double(s, 7, point->wall_s);
    sqlite3_bind_double(s, 8, point->cpu_s);
    return run(store, PUT_POINT);
}

static gboolean put_measure(struct store *store, gint64 id, guint position, const struct measure_result *measure)
{
    sqlite3_stmt *s = store->statements[PUT_MEASURE];
    gsize n = measure->n_outer * measure->n_inner;
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_int64(s, 2, position);
    bind_text(s, 3, measure->name);
    bind_text(s, 4, measure->unit);
    sqlite3_bind_int64(s, 5, (gint64)measure->n_outer);
    sqlite3_bind_int64(s, 6, (gint64)measure->n_inner);
    sqlite3_bind_blob64(s, 7, doubles_to_bytes(measure->values, n), n * 8, g_free);
    bind_text(s, 8, measure->reason);
    return run(store, PUT_MEASURE);
}

static gboolean put_wave(struct store *store, gint64 id, guint position, const struct stored_wave *wave,
                         const struct packed_wave *p)
{
    sqlite3_stmt *s = store->statements[PUT_WAVE];
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_int64(s, 2, position);
    bind_text(s, 3, wave->name);
    bind_text(s, 4, wave->unit);
    sqlite3_bind_int64(s, 5, (gint64)wave->n);
    sqlite3_bind_int64(s, 6, (gint64)p->scale_of);
    sqlite3_bind_blob64(s, 7, p->x.bytes, p->x.size, SQLITE_STATIC);
    sqlite3_bind_blob64(s, 8, p->y.bytes, p->y.size, SQLITE_STATIC);
    return run(store, PUT_WAVE);
}

static gboolean drop(struct store *store, const char *key)
{
    bind_text(store->statements[DROP_POINT], 1, key);
    return run(store, DROP_POINT);
}

static gboolean put_rows(struct store *store, const struct stored_point *point, const GPtrArray *packed)
{
    if (!drop(store, point->key) || !put_point_row(store, point))
        return FALSE;
    gint64 id = sqlite3_last_insert_rowid(store->db);
    for (guint i = 0; point->measures != NULL && i < point->measures->len; i++)
        if (!put_measure(store, id, i, point->measures->pdata[i]))
            return FALSE;
    for (guint i = 0; i < packed->len; i++)
        if (!put_wave(store, id, i, point->waves->pdata[i], packed->pdata[i]))
            return FALSE;
    return TRUE;
}

/* Of a store that is open alone: whether the next commit waits for the disk. */
static gboolean set_sync(struct store *store)
{
    gint64 now_us = g_get_monotonic_time();
    gboolean due = store->is_alone && now_us - store->synced_us >= SYNC_US;
    if (due)
        store->synced_us = now_us;
    return !store->is_alone || execute(store, due ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

gboolean store_put(struct store *store, const struct stored_point *point, GError **error)
{
    g_autoptr(GPtrArray) packed = pack_waves(store, point, error);
    if (packed == NULL)
        return FALSE;
    if (set_sync(store) && run(store, BEGIN_WRITE) && put_rows(store, point, packed) && run(store, COMMIT))
        return TRUE;
    failed(store, error, "point \"%s\" cannot be stored", point->name);
    return give_up(store);
}

gboolean store_drop(struct store *store, const char *key, GError **error)
{
    return drop(store, key) || failed(store, error, "point \"%s\" cannot be dropped", key);
}

/* ---- points of another store ---- */

/* Ids grow, so what is new are the points behind the last one, %lld. */
static const char take_sql[] =
    "INSERT INTO main.point (key, name, bench, status, reason, ngspice, wall_s, cpu_s)"
    "  SELECT key, name, bench, status, reason, ngspice, wall_s, cpu_s FROM other.point"
    "  WHERE key NOT IN (SELECT key FROM main.point) ORDER BY id;"
    "INSERT INTO main.measure (point, position, name, unit, n_outer, n_inner, numbers, reason)"
    "  SELECT new.id, m.position, m.name, m.unit, m.n_outer, m.n_inner, m.numbers, m.reason"
    "  FROM main.point AS new JOIN other.point AS old ON old.key = new.key JOIN other.measure AS m ON m.point = old.id"
    "  WHERE new.id > %lld;"
    "INSERT INTO main.wave (point, position, name, unit, n, scale_of, x, y)"
    "  SELECT new.id, w.position, w.name, w.unit, w.n, w.scale_of, w.x, w.y"
    "  FROM main.point AS new JOIN other.point AS old ON old.key = new.key JOIN other.wave AS w ON w.point = old.id"
    "  WHERE new.id > %lld;"
    "INSERT OR IGNORE INTO main.document (kind, name, made_from, text)"
    "  SELECT kind, name, made_from, text FROM other.document WHERE kind = 'pack';";

/* What the attached file is; no objects: nothing was stored before its process was killed. */
static gboolean identify_other(struct store *store, const char *from, gint64 *n_objects, GError **error)
{
    gint64 application = 0, layout = 0;
    if (!ask_integer(store, "SELECT count(*) FROM other.sqlite_master", n_objects) ||
        !ask_integer(store, "PRAGMA other.application_id", &application) || !ask_integer(store, "PRAGMA other.user_version", &layout))
        return failed(store, error, "the store \"%s\" cannot be read", from);
    if (*n_objects > 0 && (application != APPLICATION_ID || layout != LAYOUT))
        return refuse(store, error, "\"%s\" is no store of layout %d", from, LAYOUT);
    return TRUE;
}

static gboolean take_rows(struct store *store, gint64 last_id)
{
    char *sql = sqlite3_mprintf(take_sql, last_id, last_id);
    gboolean ok = execute(store, sql);
    sqlite3_free(sql);
    return ok;
}

static gboolean take_points(struct store *store, const char *from, gsize *n_taken, GError **error)
{
    gint64 last_id = 0, before = 0, after = 0;
    gboolean ok = execute(store, "PRAGMA main.synchronous = FULL") && run(store, BEGIN_WRITE) &&
                  ask_integer(store, "SELECT coalesce(max(id), 0) FROM main.point", &last_id) &&
                  ask_integer(store, "SELECT count(*) FROM main.point", &before) && take_rows(store, last_id) &&
                  ask_integer(store, "SELECT count(*) FROM main.point", &after) && run(store, COMMIT);
    if (n_taken != NULL)
        *n_taken = ok ? (gsize)(after - before) : 0;
    if (ok)
        return TRUE;
    failed(store, error, "the points of \"%s\" cannot be taken", from);
    return give_up(store);
}

gboolean store_take(struct store *store, const char *from, gsize *n_taken, GError **error)
{
    char *attach = sqlite3_mprintf("ATTACH %Q AS other", from);
    gboolean attached = execute(store, attach);
    gint64 n_objects = 0;
    sqlite3_free(attach);
    if (n_taken != NULL)
        *n_taken = 0;
    if (!attached)
        return failed(store, error, "the store \"%s\" cannot be read", from);
    gboolean ok = identify_other(store, from, &n_objects, error);
    if (ok && n_objects > 0)
        ok = take_points(store, from, n_taken, error);
    execute(store, "DETACH other");
    return ok;
}

double store_typical_cpu(struct store *store, const char *bench)
{
    sqlite3_stmt *s = store->statements[MEDIAN_CPU];
    bind_text(s, 1, bench);
    double cpu_s = sqlite3_step(s) == SQLITE_ROW ? column_double(s, 0) : NAN;
    finish(s);
    return cpu_s;
}

/* ---- documents ---- */

char *store_get_document(struct store *store, const char *kind, const char *name, const char *made_from, GError **error)
{
    sqlite3_stmt *s = store->statements[GET_DOCUMENT];
    bind_text(s, 1, kind);
    bind_text(s, 2, name);
    bind_text(s, 3, made_from);
    int code = sqlite3_step(s);
    char *text = code == SQLITE_ROW ? column_string(s, 0) : NULL;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        failed(store, error, "%s \"%s\" cannot be read", kind, name);
    finish(s);
    return text;
}

gboolean store_put_document(struct store *store, const char *kind, const char *name, const char *made_from, const char *text,
                            GError **error)
{
    sqlite3_stmt *s = store->statements[PUT_DOCUMENT];
    bind_text(s, 1, kind);
    bind_text(s, 2, name);
    bind_text(s, 3, made_from);
    bind_text(s, 4, text);
    return run(store, PUT_DOCUMENT) || failed(store, error, "%s \"%s\" cannot be stored", kind, name);
}
