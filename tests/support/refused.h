/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/support/refused.h -- designs that must be refused: every NAME.xml of a folder, with exactly the sentence in NAME.err.
 * UPDATE_GOLDEN=1 rewrites the sentences. */
#ifndef GAINSPICE_TESTS_REFUSED_H
#define GAINSPICE_TESTS_REFUSED_H

#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "design/design.h"
#include "tests/support/check_tap.h"

static inline int refused_by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* char*, "FOLDER/x.xml", sorted; the source tree is the current folder from here on. */
static inline GPtrArray *refused_find(const char *folder)
{
    const char *top = g_getenv("TOP_SRCDIR");
    if (top != NULL && chdir(top) != 0)
        g_error("%s: no such folder", top);
    GPtrArray *cases = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(folder, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
        if (g_str_has_suffix(name, ".xml"))
            g_ptr_array_add(cases, g_build_filename(folder, name, NULL));
    if (dir != NULL)
        g_dir_close(dir);
    g_ptr_array_sort(cases, refused_by_name);
    return cases;
}

/* `design` is what reading `path` gave, and `error` what it said: one line, that of the golden. Clears the error. */
static inline void refused_check(const char *path, const struct design *design, GError *error)
{
    g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".xml")), *golden = g_strconcat(stem, ".err", NULL);
    ck_assert_msg(design == NULL, "%s: expected to be refused", path);
    ck_assert_int_eq(exit_status(error), 2);
    g_autofree char *line = g_strconcat(error->message, "\n", NULL);
    if (g_getenv("UPDATE_GOLDEN") != NULL)
        ck_assert(file_write(golden, line, strlen(line), NULL));
    g_clear_error(&error);
    g_autofree char *expected = file_read(golden, 1 << 16, NULL, origin_at(path, 0), &error);
    ck_ok(expected != NULL, error);
    ck_assert_str_eq(line, expected);
    ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
}

#endif
