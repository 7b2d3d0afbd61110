/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/support/fake_worker.c -- a worker without ngspice that does what the deck's title says, and mostly does it wrong.
 *
 * Its good answer is a transient of three points that ends at 2.385 ns, with v(n) equal to the number in the title there, and
 * a log of one line, "stdout PID NTH" (its process and how many jobs it has had). The first argument, if there is one, spoils
 * its start.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/protocol.h"
#include "wave/raw.h"

static gboolean is_poisoned;
static unsigned n_jobs;

static void put(GString *out)
{
    frame_send(STDOUT_FILENO, out->str, out->len);
    g_string_free(out, TRUE);
}

static GString *ready(void)
{
    struct worker_state state = {10 << 20, 0.01};
    GString *out = g_string_new(NULL);
    frame_append(out, FRAME_READY, 0, &state, sizeof state);
    return out;
}

static GString *answer(guint64 id, double value, const char *line, guint64 rss_bytes)
{
    g_autofree char *log = g_strdup_printf("stdout %d %u\n%s", (int)getpid(), n_jobs, line);
    struct result_head head = {{rss_bytes, 0.02}, 0.011, 0.007, strlen(log), 0, 0};
    struct plot *plot = plot_new("fake", "Transient Analysis", FALSE, 3);
    struct vector *time = plot_add(plot, "time", "time"), *v = plot_add(plot, "n", "voltage");
    for (int i = 0; i < 3; i++) {
        time->real[i] = 2.385e-9 * i / 2;
        v->real[i] = value * i / 2;
    }
    GString *out = g_string_new(NULL);
    gsize begun = frame_begin(out, FRAME_RESULT, id);
    g_string_append_len(out, (const char *)&head, sizeof head);
    g_string_append(out, log);
    raw_append(out, plot, RAW_BINARY);
    frame_end(out, begun);
    plot_free(plot);
    return out;
}

static void dribble(GString *out)
{
    for (gsize i = 0; i < out->len; i += 97) {
        frame_send(STDOUT_FILENO, out->str + i, MIN(97, out->len - i));
        g_usleep(200);
    }
    g_string_free(out, TRUE);
}

static void obey(const char *word, double value, guint64 id)
{
    GString *out = answer(id, value, is_poisoned ? "stderr Error: poisoned\n" : "", 12 << 20);
    if (strcmp(word, "late") == 0)
        g_usleep(30 * 1000);
    else if (strcmp(word, "hang") == 0)
        g_usleep(60 * G_USEC_PER_SEC);
    else if (strcmp(word, "half") == 0) {
        g_string_truncate(out, out->len / 2);
        put(out);
        _exit(0);
    } else if (strcmp(word, "crash") == 0) {
        g_string_truncate(out, out->len / 2);
        put(out);
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    } else if (strcmp(word, "exit") == 0)
        _exit(7);
    else if (strcmp(word, "garbage") == 0)
        g_string_assign(out, "\n  Reference value :  1.0\n and other words that a library prints to stdout\n");
    else if (strcmp(word, "wrong-id") == 0) {
        g_string_free(out, TRUE);
        out = answer(id + 1, value, "", 0);
    } else if (strcmp(word, "huge") == 0) {
        struct frame_head head = {FRAME_MAGIC, FRAME_RESULT, id, G_GUINT64_CONSTANT(1) << 62};
        g_string_truncate(out, 0);
        g_string_append_len(out, (const char *)&head, sizeof head);
    } else if (strcmp(word, "promise") == 0) { /* as long as a frame may be, and then nothing */
        struct frame_head head = {FRAME_MAGIC, FRAME_RESULT, id, FRAME_LIMIT};
        g_string_truncate(out, 0);
        g_string_append_len(out, (const char *)&head, sizeof head);
    } else if (strcmp(word, "type") == 0) {
        guint32 type = 99;
        memcpy(out->str + 4, &type, sizeof type);
    } else if (strcmp(word, "short") == 0) {
        g_string_truncate(out, 0);
        frame_append(out, FRAME_RESULT, id, "little", 6);
    } else if (strcmp(word, "log") == 0) {
        guint64 length = G_MAXUINT64;
        memcpy(out->str + sizeof(struct frame_head) + offsetof(struct result_head, log_length), &length, sizeof length);
    } else if (strcmp(word, "plots") == 0)
        memcpy(out->str + sizeof(struct frame_head) + sizeof(struct result_head), "Title: no raw file\n", 19);
    else if (strcmp(word, "hangup") == 0) {
        close(STDIN_FILENO);
        close(STDOUT_FILENO);
        g_usleep(60 * G_USEC_PER_SEC);
    } else if (strcmp(word, "twice") == 0)
        put(answer(id, value, "", 0));
    else if (strcmp(word, "dribble") == 0) {
        dribble(out);
        return;
    } else if (strcmp(word, "bad") == 0) {
        g_string_free(out, TRUE);
        out = answer(id, value, "stderr Error: no such thing\n", 12 << 20);
    } else if (strcmp(word, "poison") == 0)
        is_poisoned = TRUE;
    else if (strcmp(word, "grow") == 0) {
        g_string_free(out, TRUE);
        out = answer(id, value, "", 90 << 20);
    }
    put(out);
}

int main(int argc, char **argv)
{
    const char *start = argc > 1 ? argv[1] : "";
    if (strcmp(start, "exit") == 0)
        return 3;
    if (strcmp(start, "failed") == 0) {
        GString *out = g_string_new(NULL);
        frame_append(out, FRAME_FAILED, 0, "no library today", 16);
        put(out);
        return 1;
    }
    if (strcmp(start, "babble") == 0)
        put(g_string_new("Usage: something else entirely"));
    put(ready());
    GString *in = g_string_new(NULL);
    struct frame frame;
    for (gsize at = 0; frame_receive(STDIN_FILENO, in, &at, &frame);) {
        char word[32] = "";
        double value = 0;
        g_autofree char *deck = g_strndup(frame.payload + sizeof(struct job_head), frame.length - sizeof(struct job_head));
        n_jobs++;
        if (sscanf(deck, "%31s %lf", word, &value) == 2)
            obey(word, value, frame.id);
    }
    g_string_free(in, TRUE);
    return 0;
}
