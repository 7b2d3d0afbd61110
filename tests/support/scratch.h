/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/support/scratch.h -- a test's folder goes with all that is in it. */
#ifndef GAINSPICE_TESTS_SCRATCH_H
#define GAINSPICE_TESTS_SCRATCH_H

#include <glib.h>
#include <glib/gstdio.h>

/* Nothing where `path` does not exist. Links are not followed out of it: only folders themselves are entered. */
static inline void remove_tree(const char *path)
{
    gboolean is_folder = g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK);
    GDir *dir = is_folder ? g_dir_open(path, 0, NULL) : NULL;
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        remove_tree(inner);
    }
    g_clear_pointer(&dir, g_dir_close);
    g_remove(path);
}

#endif
