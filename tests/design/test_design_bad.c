/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every tests/design/bad/NAME.xml is refused with exactly the sentence in NAME.err. UPDATE_GOLDEN=1 rewrites the sentences. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "design/design.h"
#include "tests/support/check_tap.h"

#define FOLDER "tests/design/bad"
#define LEAST_CASES 100 /* fewer were found: the folder is not the one that is meant */

static GPtrArray *cases; /* char*, "tests/design/bad/x.xml", sorted */

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void find_cases(void)
{
    const char *top = g_getenv("TOP_SRCDIR");
    if (top != NULL && chdir(top) != 0)
        g_error("%s: no such folder", top);
    cases = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(FOLDER, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
        if (g_str_has_suffix(name, ".xml"))
            g_ptr_array_add(cases, g_build_filename(FOLDER, name, NULL));
    if (dir != NULL)
        g_dir_close(dir);
    g_ptr_array_sort(cases, by_name);
}

START_TEST(refused_in_these_words)
{
    const char *path = cases->pdata[_i];
    g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".xml")), *golden = g_strconcat(stem, ".err", NULL);
    GError *error = NULL;
    struct design *design = design_read(path, &error);
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
END_TEST

START_TEST(all_were_found)
{
    ck_assert_uint_ge(cases->len, LEAST_CASES);
}
END_TEST

static Suite *suite(void)
{
    find_cases();
    Suite *s = suite_create("design_bad");
    TCase *t = tcase_create("design_bad");
    tcase_add_test(t, all_were_found);
    tcase_add_loop_test(t, refused_in_these_words, 0, (int)cases->len);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
