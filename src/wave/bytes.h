/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/bytes.h -- all bytes of a file, mapped where it is a large regular one, else read: a pipe and "-" are files too.
 *
 * A mapped file that another process shortens ends this one; so small files, which are what is edited by hand, are read.
 */
#ifndef GAINSPICE_WAVE_BYTES_H
#define GAINSPICE_WAVE_BYTES_H

#include <glib.h>

struct bytes {
    char *data;
    gsize length;
    gboolean mapped;
};

/* "-" is standard input. A pipe gives at most 4 GiB. */
struct bytes *bytes_read(const char *path, GError **error);
void bytes_free(struct bytes *bytes);

#endif
