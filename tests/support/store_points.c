/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints "NAME KEY STATUS" of each point of a store, in the order in which they came: store_points RUN.sqlite. A test gives it a copy:
 * opening what a killed process left mends it. */
#include "config.h"

#include <sqlite3.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    if (argc != 2 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT name, key, status FROM point ORDER BY id", -1, &s, NULL) != SQLITE_OK) {
        fprintf(stderr, "store_points: %s\n", db != NULL ? sqlite3_errmsg(db) : "one file is expected");
        return 1;
    }
    int code;
    while ((code = sqlite3_step(s)) == SQLITE_ROW)
        printf("%s %s %s\n", (const char *)sqlite3_column_text(s, 0), (const char *)sqlite3_column_text(s, 1),
               (const char *)sqlite3_column_text(s, 2));
    sqlite3_finalize(s);
    sqlite3_close(db);
    return code == SQLITE_DONE ? 0 : 1;
}
