/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/protocol.h -- frames between the pool and its workers.
 *
 * A frame is a head of 24 bytes (magic, type, id, length of the payload) and the payload. Both ends are one program on one
 * machine, so numbers are in host order. The receiver trusts nothing: magic, type and length are checked before a byte of
 * payload is awaited, and memory grows with the bytes that came, never with the length that a head promises.
 *
 *     worker                      pool
 *     READY  own size        →                 once, when libngspice is up; or FAILED with a sentence
 *                            ←    JOB          limits and deck
 *     RESULT log and plots   →                 same id
 *                            ←    PROBE
 *     FACTS  version, …      →
 */
#ifndef GAINSPICE_SIM_PROTOCOL_H
#define GAINSPICE_SIM_PROTOCOL_H

#include <glib.h>

enum frame_type { FRAME_READY = 1, FRAME_FAILED, FRAME_JOB, FRAME_RESULT, FRAME_PROBE, FRAME_FACTS, FRAME_TYPES };

#define FRAME_MAGIC 0x31575347u                   /* "GSW1" */
#define FRAME_LIMIT (G_GUINT64_CONSTANT(1) << 32) /* bytes of payload: a plot of 5 × 10^8 values */

struct frame_head {
    guint32 magic, type;
    guint64 id, length;
};

struct frame {
    enum frame_type type;
    guint64 id;
    const char *payload; /* in the buffer it was taken from */
    gsize length;
};

/* READY's payload, and the head of RESULT's; then come `log_length` bytes of log and the plots as raw (binary) files. */
struct worker_state {
    guint64 rss_bytes;  /* resident size after the job, clean-up included */
    double cpu_total_s; /* of the process since its start */
};
struct result_head {
    struct worker_state state;
    double wall_s, cpu_s; /* of the job */
    guint64 log_length;
    guint32 spoilt; /* ngspice exited: the worker ends after this frame */
    guint32 reserved;
};
struct job_head {
    guint64 memory_bytes;
};

/* Appends a frame. frame_begin() leaves the length open; frame_end() fills it in, for a payload appended in between. */
void frame_append(GString *out, enum frame_type type, guint64 id, const void *payload, gsize length);
gsize frame_begin(GString *out, enum frame_type type, guint64 id);
void frame_end(GString *out, gsize begun);

/* Looks at the bytes of `in` from `*at`. FRAME_WHOLE fills `frame` and moves `*at` behind it; FRAME_NONSENSE says in `*why`
 * (static) what is wrong. */
enum frame_state { FRAME_PART, FRAME_WHOLE, FRAME_NONSENSE };
enum frame_state frame_take(const GString *in, gsize *at, struct frame *frame, const char **why);

/* Blocking, for the worker's end. FALSE at end of file, on an error or on nonsense. `in` holds what was read ahead. */
gboolean frame_receive(int fd, GString *in, gsize *at, struct frame *frame);
gboolean frame_send(int fd, const char *bytes, gsize length);

#endif
