/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/files.h -- whole small files, names that are safe to write into a deck, and digests.
 *
 * Every file that gainspice leaves behind is written beside its place and renamed into it: a reader never sees half.
 */
#ifndef GAINSPICE_BASE_FILES_H
#define GAINSPICE_BASE_FILES_H

#include <glib.h>

#include "base/error.h"

/* Reads a whole file of at most `limit` bytes; NUL-terminated, length in `*length` (may be NULL). Errors name the path and,
 * where `from` has a place, the line that asked for the file. Newly allocated. */
char *file_read(const char *path, gsize limit, gsize *length, struct origin from, GError **error);

/* Writes `length` bytes to `path` by a file without a name, fsync and rename: a reader sees the old file or the new, a process
 * that is killed leaves none. A device or a pipe is written to, not replaced. Makes no folders. */
gboolean file_write(const char *path, const void *data, gsize length, GError **error);

/* TRUE for a device, a pipe or a socket: renaming a file there would replace it, /dev/null for everybody. */
gboolean file_is_special(const char *path);

/* mkdir -p. */
gboolean folder_make(const char *path, GError **error);

/* `path` seen from the folder `base`: absolute paths unchanged. Newly allocated. */
char *path_from(const char *base, const char *path);

/* TRUE if `path`, taken from `folder` and with symbolic links followed, stays in `folder`. For what a design may read. */
gboolean path_stays_inside(const char *folder, const char *path);

/* Where installed data lies: $GAINSPICE_DATA, else the build's source tree while it runs uninstalled, else PKGDATADIR.
 * `relative` is such as "templates/schema/design.rng". Newly allocated. */
char *data_path(const char *relative);

/* A name as designs may use it, [a-z][a-z0-9_]* with at most 63 characters, where `hyphen` also [-]: what passes can
 * enter a deck (ngspice folds case, so capitals are refused rather than merged). */
gboolean name_valid(const char *name, gboolean hyphen);

/* SHA-256 as 64 hexadecimal digits. Newly allocated. */
char *digest_bytes(const void *data, gsize length);

#endif
