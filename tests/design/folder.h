/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/design/folder.h -- a fresh folder that is the current one, so that messages name files without it. */
#ifndef GAINSPICE_TESTS_DESIGN_FOLDER_H
#define GAINSPICE_TESTS_DESIGN_FOLDER_H

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "tests/support/check_tap.h"

static char *test_folder;

G_GNUC_UNUSED static void write_file(const char *relative, const char *text)
{
    g_autofree char *parent = g_path_get_dirname(relative);
    ck_assert_int_eq(g_mkdir_with_parents(parent, 0700), 0);
    ck_assert(file_write(relative, text, strlen(text), NULL));
}

/* From a folder of the source tree to the same place in the fresh one. */
G_GNUC_UNUSED static void copy_file(const char *folder, const char *relative)
{
    g_autofree char *source = source_path(folder), *path = g_build_filename(source, relative, NULL), *text = NULL;
    GError *error = NULL;
    text = file_read(path, 1 << 20, NULL, origin_at(NULL, 0), &error);
    ck_ok(text != NULL, error);
    write_file(relative, text);
}

static void remove_tree(const char *path)
{
    if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK) && g_file_test(path, G_FILE_TEST_IS_DIR)) {
        GDir *dir = g_dir_open(path, 0, NULL);
        for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
            g_autofree char *inner = g_build_filename(path, name, NULL);
            remove_tree(inner);
        }
        g_dir_close(dir);
    }
    g_remove(path);
}

static void make_folder(void)
{
    test_folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    ck_assert_int_eq(chdir(test_folder), 0);
}

static void remove_folder(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    remove_tree(test_folder);
    g_free(test_folder);
}

#endif
