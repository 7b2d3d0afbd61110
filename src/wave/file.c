/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wave/file.h"

#include <string.h>

#include "wave/csv.h"
#include "wave/raw.h"
#include "wave/vcd.h"

/* The first printable characters, one a character whatever its width. */
static void opening(const struct bytes *bytes, char *text, gsize size)
{
    gsize n = 0;
    for (gsize i = 0; i < bytes->length && i < 4 * size && n + 1 < size; i++) {
        char c = bytes->data[i];
        if (g_ascii_isprint(c) && !(n == 0 && c == ' '))
            text[n++] = c;
        else if (n > 0 && c == '\n')
            break;
    }
    text[n] = '\0';
}

static enum wave_form form_of(const struct bytes *bytes)
{
    static const char *const keys[] = {
        "Title:", "Date:", "Plotname:", "Flags:", "No. Variables:", "No. Points:", "Command:", "Option:"};
    char text[64];
    opening(bytes, text, sizeof text);
    if (strncmp(text, "PK", 2) == 0 || (bytes->length >= 6 && memcmp(bytes->data, "\x93NUMPY", 6) == 0))
        return WAVE_NPZ;
    if (text[0] == '$')
        return WAVE_VCD;
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (g_ascii_strncasecmp(text, keys[i], strlen(keys[i])) == 0)
            return WAVE_RAW;
    return WAVE_CSV;
}

struct wave_file *wave_file_read(const char *path, GError **error)
{
    struct bytes *bytes = bytes_read(path, error);
    if (bytes == NULL)
        return NULL;
    struct wave_file *file = g_new0(struct wave_file, 1);
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    file->path = g_strdup(path);
    file->bytes = bytes;
    file->form = form_of(bytes);
    if (file->form == WAVE_RAW)
        file->plots = (bytes->mapped ? raw_parse_lazy : raw_parse)(bytes->data, bytes->length, name, error);
    else if (file->form == WAVE_VCD)
        file->plots = vcd_parse(bytes->data, bytes->length, name, error);
    else if (file->form == WAVE_CSV)
        file->plots = csv_parse(bytes->data, bytes->length, name, error);
    if (file->plots != NULL || file->form == WAVE_NPZ)
        return file;
    wave_file_free(file);
    return NULL;
}

void wave_file_free(struct wave_file *file)
{
    if (file == NULL)
        return;
    if (file->plots != NULL)
        g_ptr_array_unref(file->plots);
    bytes_free(file->bytes);
    g_free(file->path);
    g_free(file);
}
