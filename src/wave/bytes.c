/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wave/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define MAP_FROM ((gsize)1 << 25) /* bytes: 32 MiB */
#define PIPE_LIMIT ((gsize)1 << 32)

static gboolean failed(const char *path, const char *what, int code, GError **error)
{
    g_set_error(error, GAINSPICE_ERROR, code == ENOENT || code == EACCES ? GAINSPICE_ERROR_INPUT : GAINSPICE_ERROR_SYSTEM,
                "file \"%s\": cannot be %s: %s", path, what, g_strerror(code));
    return FALSE;
}

/* Up to the end, into memory that grows by doubling; `expected` bytes are likely. */
static gboolean read_all(int fd, const char *path, gsize expected, struct bytes *bytes, GError **error)
{
    gsize room = MAX(expected + 1, 65536);
    bytes->data = g_malloc(room);
    for (;;) {
        if (room - bytes->length < 2) {
            room *= 2;
            bytes->data = g_realloc(bytes->data, room);
        }
        ssize_t n = read(fd, bytes->data + bytes->length, room - bytes->length - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed(path, "read", errno, error);
        if (n == 0)
            break;
        bytes->length += (gsize)n;
        if (bytes->length > PIPE_LIMIT) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "file \"%s\": larger than %" G_GSIZE_FORMAT " bytes", path,
                        PIPE_LIMIT);
            return FALSE;
        }
    }
    bytes->data[bytes->length] = '\0';
    return TRUE;
}

static gboolean fill(int fd, const char *path, struct bytes *bytes, GError **error)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return failed(path, "read", errno, error);
    if (S_ISDIR(st.st_mode))
        return failed(path, "read", EISDIR, error);
    gsize size = S_ISREG(st.st_mode) ? (gsize)st.st_size : 0;
    if (size < MAP_FROM || lseek(fd, 0, SEEK_CUR) != 0)
        return read_all(fd, path, MIN(size, MAP_FROM), bytes, error);
    void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return failed(path, "mapped", errno, error);
    *bytes = (struct bytes){data, size, TRUE};
    return TRUE;
}

struct bytes *bytes_read(const char *path, GError **error)
{
    gboolean input = strcmp(path, "-") == 0;
    int fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        failed(path, "opened", errno, error);
        return NULL;
    }
    struct bytes *bytes = g_new0(struct bytes, 1);
    gboolean ok = fill(fd, input ? "standard input" : path, bytes, error);
    if (!input)
        close(fd);
    if (ok)
        return bytes;
    bytes_free(bytes);
    return NULL;
}

void bytes_free(struct bytes *bytes)
{
    if (bytes == NULL)
        return;
    if (bytes->mapped)
        munmap(bytes->data, bytes->length);
    else
        g_free(bytes->data);
    g_free(bytes);
}
