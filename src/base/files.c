/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *file_read(const char *path, gsize limit, gsize *length, struct origin from, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* opening a FIFO would wait for a writer */
    if (fd < 0) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, from, "file \"%s\": cannot be opened: %s", path, g_strerror(errno));
        return NULL;
    }
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, from, "file \"%s\": not a regular file", path);
        close(fd);
        return NULL;
    }
    GByteArray *bytes = g_byte_array_new();
    guint8 block[65536];
    ssize_t n;
    while ((n = read(fd, block, sizeof block)) > 0 && bytes->len + (gsize)n <= limit)
        g_byte_array_append(bytes, block, (guint)n);
    int failed = n < 0 ? errno : 0;
    close(fd);
    if (n != 0) {
        if (n < 0)
            error_set_at(error, GAINSPICE_ERROR_SYSTEM, from, "file \"%s\": cannot be read: %s", path, g_strerror(failed));
        else
            error_set_at(error, GAINSPICE_ERROR_INPUT, from, "file \"%s\": larger than %" G_GSIZE_FORMAT " bytes", path, limit);
        g_byte_array_unref(bytes);
        return NULL;
    }
    if (length != NULL)
        *length = bytes->len;
    guint8 end = 0;
    g_byte_array_append(bytes, &end, 1);
    return (char *)g_byte_array_free(bytes, FALSE);
}

static gboolean write_all(int fd, const char *data, gsize length)
{
    while (length > 0) {
        ssize_t n = write(fd, data, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FALSE;
        data += n;
        length -= (gsize)n;
    }
    return TRUE;
}

/* A file of no name in the folder of `path`, so that a process that is killed leaves nothing behind; *temporary is NULL. On file
 * systems that have none (NFS) a file *temporary. -1 with errno. */
static int open_beside(const char *path, char **temporary)
{
    g_autofree char *folder = g_path_get_dirname(path);
    *temporary = NULL;
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    *temporary = g_strdup_printf("%s.XXXXXX", path);
    return g_mkstemp_full(*temporary, O_RDWR | O_CLOEXEC, 0666);
}

/* Gives the file a name that it keeps until it is renamed: a link cannot replace what is there. */
static gboolean name_beside(int fd, const char *path, char **temporary)
{
    g_autofree char *from = g_strdup_printf("/proc/self/fd/%d", fd);
    for (int tries = 0; *temporary == NULL && tries < 100; tries++) {
        g_autofree char *to = g_strdup_printf("%s.%06x", path, g_random_int_range(0, 1 << 24));
        if (linkat(AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW) == 0)
            *temporary = g_steal_pointer(&to);
        else if (errno != EEXIST)
            return FALSE;
    }
    return *temporary != NULL;
}

gboolean file_is_special(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static gboolean write_through(const char *path, const void *data, gsize length, GError **error)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    gboolean ok = fd >= 0 && write_all(fd, data, length);
    int failed = errno;
    if (fd >= 0)
        close(fd);
    if (!ok)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "%s: cannot be written: %s", path, g_strerror(failed));
    return ok;
}

gboolean file_write(const char *path, const void *data, gsize length, GError **error)
{
    if (file_is_special(path))
        return write_through(path, data, length, error);
    g_autofree char *temporary = NULL;
    int fd = open_beside(path, &temporary);
    gboolean ok = fd >= 0 && write_all(fd, data, length) && fsync(fd) == 0 && name_beside(fd, path, &temporary) &&
                  g_rename(temporary, path) == 0;
    int failed = errno;
    if (fd >= 0)
        close(fd); /* after fsync: nothing is left to fail */
    if (!ok) {
        if (temporary != NULL)
            g_unlink(temporary);
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "%s: cannot be written: %s", path, g_strerror(failed));
    }
    return ok;
}

gboolean folder_make(const char *path, GError **error)
{
    if (g_mkdir_with_parents(path, 0777) == 0)
        return TRUE;
    g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "%s: the folder cannot be made: %s", path, g_strerror(errno));
    return FALSE;
}

char *path_from(const char *base, const char *path)
{
    if (g_path_is_absolute(path) || base == NULL || strcmp(base, ".") == 0)
        return g_strdup(path);
    return g_build_filename(base, path, NULL);
}

gboolean path_stays_inside(const char *folder, const char *path)
{
    g_autofree char *joined = path_from(folder, path);
    char *real_folder = realpath(folder, NULL), *real_path = realpath(joined, NULL);
    gboolean inside = FALSE;
    if (real_folder != NULL && real_path != NULL) {
        gsize n = strlen(real_folder);
        inside = strcmp(real_folder, "/") == 0 || (strncmp(real_path, real_folder, n) == 0 && real_path[n] == '/');
    }
    free(real_folder);
    free(real_path);
    return inside;
}

char *data_path(const char *relative)
{
    const char *set = g_getenv("GAINSPICE_DATA");
    if (set != NULL && *set != '\0')
        return g_build_filename(set, relative, NULL);
    static gsize once = 0;
    static gboolean uninstalled = FALSE;
    if (g_once_init_enter(&once)) {
        char exe[PATH_MAX];
        ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
        exe[n > 0 ? n : 0] = '\0';
        uninstalled = g_str_has_prefix(exe, ABS_TOP_BUILDDIR "/") || g_str_has_prefix(exe, ABS_TOP_SRCDIR "/");
        g_once_init_leave(&once, 1);
    }
    return g_build_filename(uninstalled ? ABS_TOP_SRCDIR : PKGDATADIR, relative, NULL);
}

gboolean name_valid(const char *name, gboolean hyphen)
{
    if (name == NULL || !g_ascii_islower(name[0]))
        return FALSE;
    gsize n = 1;
    for (; name[n] != '\0'; n++)
        if (!g_ascii_islower(name[n]) && !g_ascii_isdigit(name[n]) && name[n] != '_' && !(hyphen && name[n] == '-'))
            return FALSE;
    return n <= 63;
}

char *digest_bytes(const void *data, gsize length)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, data, length);
}
