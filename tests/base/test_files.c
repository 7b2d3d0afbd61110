/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "tests/support/check_tap.h"

START_TEST(writes_whole_or_nothing)
{
    GError *error = NULL;
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "a.txt", NULL);
    ck_ok(file_write(path, "2.385\n", 6, &error), error);
    gsize length;
    g_autofree char *text = file_read(path, 100, &length, origin_at(NULL, 0), &error);
    ck_assert_str_eq(text, "2.385\n");
    ck_assert_uint_eq(length, 6);
    g_autofree char *expected = g_strdup_printf("x.xml:7: file \"%s\": larger than 5 bytes", path);
    ck_fails(file_read(path, 5, NULL, origin_at("x.xml", 7), &error) != NULL, error, expected);
    g_autofree char *missing = g_build_filename(folder, "none/b.txt", NULL);
    g_autofree char *message = g_strdup_printf("%s: cannot be written: No such file or directory", missing);
    ck_fails(file_write(missing, "x", 1, &error), error, message);
    ck_assert_int_eq(exit_status(NULL), 0);
    g_unlink(path);
    g_rmdir(folder);
}
END_TEST

/* As root a rename would put a file in the place of the machine's /dev/null; a FIFO shows the same and harms nobody. */
START_TEST(a_device_is_written_to_not_replaced)
{
    GError *error = NULL;
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *fifo = g_build_filename(folder, "fifo", NULL);
    struct stat st;
    char got[8] = "";
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    int reader = open(fifo, O_RDONLY | O_NONBLOCK);
    ck_ok(file_write(fifo, "2.385", 5, &error), error);
    ck_assert_int_eq(read(reader, got, sizeof got), 5);
    ck_assert_str_eq(got, "2.385");
    ck_assert(stat(fifo, &st) == 0 && S_ISFIFO(st.st_mode));
    close(reader);
    g_unlink(fifo);
    ck_assert_int_eq(g_rmdir(folder), 0); /* and nothing stands beside it */
}
END_TEST

START_TEST(a_fifo_is_refused_at_once)
{
    GError *error = NULL;
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *fifo = g_build_filename(folder, "fifo", NULL);
    g_autofree char *message = g_strdup_printf("file \"%s\": not a regular file", fifo);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    alarm(5); /* without a writer, opening it would wait for ever */
    ck_fails(file_read(fifo, 100, NULL, origin_at(NULL, 0), &error) != NULL, error, message);
    g_unlink(fifo);
    g_rmdir(folder);
}
END_TEST

START_TEST(paths_stay_inside)
{
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "a.xml", NULL), *link = g_build_filename(folder, "link", NULL);
    ck_assert(file_write(file, "", 0, NULL));
    ck_assert_int_eq(symlink("/etc/hostname", link), 0);
    ck_assert(path_stays_inside(folder, "a.xml"));
    ck_assert(!path_stays_inside(folder, "link"));
    ck_assert(!path_stays_inside(folder, "../../etc/hostname"));
    ck_assert(!path_stays_inside(folder, "/etc/hostname"));
    ck_assert(!path_stays_inside(folder, "none.xml"));
    g_unlink(file);
    g_unlink(link);
    g_rmdir(folder);
}
END_TEST

START_TEST(names_for_decks)
{
    ck_assert(name_valid("v_store", FALSE));
    ck_assert(name_valid("gain-cell", TRUE));
    ck_assert(!name_valid("gain-cell", FALSE));
    ck_assert(!name_valid("V_store", FALSE));
    ck_assert(!name_valid("a\n.control", TRUE));
    ck_assert(!name_valid("", FALSE));
    ck_assert(!name_valid("9a", FALSE));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("files");
    TCase *t = tcase_create("files");
    tcase_add_test(t, writes_whole_or_nothing);
    tcase_add_test(t, a_device_is_written_to_not_replaced);
    tcase_add_test(t, a_fifo_is_refused_at_once);
    tcase_add_test(t, paths_stay_inside);
    tcase_add_test(t, names_for_decks);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
