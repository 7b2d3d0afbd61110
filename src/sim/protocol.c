/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/protocol.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

G_STATIC_ASSERT(sizeof(struct frame_head) == 24);

gsize frame_begin(GString *out, enum frame_type type, guint64 id)
{
    struct frame_head head = {FRAME_MAGIC, (guint32)type, id, 0};
    gsize begun = out->len;
    g_string_append_len(out, (const char *)&head, sizeof head);
    return begun;
}

void frame_end(GString *out, gsize begun)
{
    guint64 length = out->len - begun - sizeof(struct frame_head);
    memcpy(out->str + begun + offsetof(struct frame_head, length), &length, sizeof length);
}

void frame_append(GString *out, enum frame_type type, guint64 id, const void *payload, gsize length)
{
    gsize begun = frame_begin(out, type, id);
    g_string_append_len(out, payload, (gssize)length);
    frame_end(out, begun);
}

enum frame_state frame_take(const GString *in, gsize *at, struct frame *frame, const char **why)
{
    struct frame_head head;
    gsize have = in->len - *at;
    if (have < sizeof head)
        return FRAME_PART;
    memcpy(&head, in->str + *at, sizeof head);
    if (head.magic != FRAME_MAGIC) {
        *why = "what it wrote is no frame";
        return FRAME_NONSENSE;
    }
    if (head.type < FRAME_READY || head.type >= FRAME_TYPES) {
        *why = "a frame has no known type";
        return FRAME_NONSENSE;
    }
    if (head.length > FRAME_LIMIT) {
        *why = "a frame is longer than 4 GiB";
        return FRAME_NONSENSE;
    }
    if (head.length > have - sizeof head)
        return FRAME_PART;
    *frame = (struct frame){(enum frame_type)head.type, head.id, in->str + *at + sizeof head, (gsize)head.length};
    *at += sizeof head + frame->length;
    return FRAME_WHOLE;
}

gboolean frame_receive(int fd, GString *in, gsize *at, struct frame *frame)
{
    const char *why;
    enum frame_state state;
    g_string_erase(in, 0, (gssize)*at);
    *at = 0;
    while ((state = frame_take(in, at, frame, &why)) == FRAME_PART) {
        char block[65536];
        ssize_t n = read(fd, block, sizeof block);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        g_string_append_len(in, block, n);
    }
    return state == FRAME_WHOLE;
}

gboolean frame_send(int fd, const char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FALSE;
        bytes += n;
        length -= (gsize)n;
    }
    return TRUE;
}
