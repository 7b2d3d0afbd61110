/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/worker.c -- a process that runs decks until its input ends.
 *
 * Frames arrive on one descriptor and leave on another (sim/protocol.h). Both are moved away from 0 and 1 before libngspice
 * starts, which prints to stdout in places. A worker never outlives its pool: its input ends with it, and while a deck runs,
 * when nobody reads, the kernel kills it (PR_SET_PDEATHSIG). Ctrl-C is the pool's business, so SIGINT is ignored here.
 *
 * Of its instructions 98.0 % are libngspice's (a transient of 241 points and 11 vectors, 2.5 ms): 1.5 % write the plots, 0.3 %
 * copy them, 0.2 % is the rest.
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "sim/ngspice.h"
#include "sim/pool.h"
#include "sim/protocol.h"
#include "wave/raw.h"

/* Beyond this growth freed memory is handed back before the size is told, so that one large result is no leak. */
#define TRIM_BYTES (32u << 20)

struct worker_ends {
    int in_fd, out_fd, statm_fd;
    guint64 rss_first_bytes;
};

static double clock_s(clockid_t clock)
{
    struct timespec t = {0, 0};
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static guint64 resident_bytes(int statm_fd)
{
    char text[128];
    ssize_t n = pread(statm_fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    const char *second = strchr(text, ' ');
    return second != NULL ? g_ascii_strtoull(second, NULL, 10) * (guint64)sysconf(_SC_PAGESIZE) : 0;
}

static struct worker_state own_state(struct worker_ends *ends)
{
    guint64 rss = resident_bytes(ends->statm_fd);
    if (ends->rss_first_bytes == 0)
        ends->rss_first_bytes = rss;
#ifdef __GLIBC__
    if (rss > ends->rss_first_bytes + TRIM_BYTES) {
        malloc_trim(0);
        rss = resident_bytes(ends->statm_fd);
    }
#endif
    return (struct worker_state){rss, clock_s(CLOCK_PROCESS_CPUTIME_ID)};
}

/* Sends what `out` holds and frees it: a buffer that was kept would count as growth after one large result. */
static gboolean flush(const struct worker_ends *ends, GString *out)
{
    gboolean sent = frame_send(ends->out_fd, out->str, out->len);
    g_string_free(out, TRUE);
    return sent;
}

static gboolean send_text(const struct worker_ends *ends, enum frame_type type, guint64 id, const char *text)
{
    GString *out = g_string_new(NULL);
    frame_append(out, type, id, text, strlen(text));
    return flush(ends, out);
}

static void append_answer(GString *out, const struct result_head *head, const GString *log, const GPtrArray *plots)
{
    g_string_append_len(out, (const char *)head, sizeof *head);
    g_string_append_len(out, log->str, (gssize)log->len);
    for (guint i = 0; plots != NULL && i < plots->len; i++)
        raw_append(out, plots->pdata[i], RAW_BINARY);
}

/* FALSE when the worker must end: nobody listens, the job is malformed, or ngspice is spoilt. */
static gboolean do_job(struct worker_ends *ends, const struct frame *job)
{
    struct job_head limits;
    if (job->length < sizeof limits)
        return FALSE;
    memcpy(&limits, job->payload, sizeof limits);
    g_autofree char *deck = g_strndup(job->payload + sizeof limits, job->length - sizeof limits);
    GString *out = g_string_new(NULL), *log = g_string_new(NULL);
    double wall_s = clock_s(CLOCK_MONOTONIC), cpu_s = clock_s(CLOCK_PROCESS_CPUTIME_ID);
    GPtrArray *plots = ngspice_run(deck, (gsize)limits.memory_bytes, log);
    struct result_head head = {
        .wall_s = clock_s(CLOCK_MONOTONIC) - wall_s,
        .cpu_s = clock_s(CLOCK_PROCESS_CPUTIME_ID) - cpu_s,
        .log_length = log->len,
        .spoilt = plots == NULL,
    };
    gsize begun = frame_begin(out, FRAME_RESULT, job->id), at = out->len;
    append_answer(out, &head, log, plots);
    frame_end(out, begun);
    if (plots != NULL)
        g_ptr_array_unref(plots);
    g_string_free(log, TRUE);
    head.state = own_state(ends);
    memcpy(out->str + at, &head, sizeof head);
    return flush(ends, out) && !head.spoilt;
}

/* FACTS: version, then 1 or 0 for KLU and OSDI, a line each. */
static gboolean do_probe(const struct worker_ends *ends, const struct frame *probe)
{
    struct ngspice_facts facts;
    g_autoptr(GError) error = NULL;
    if (!ngspice_probe(&facts, &error)) {
        send_text(ends, FRAME_FAILED, probe->id, error->message);
        return FALSE;
    }
    g_autofree char *text = g_strdup_printf("%s\n%d\n%d\n", facts.version, facts.has_klu, facts.has_osdi);
    ngspice_facts_clear(&facts);
    return send_text(ends, FRAME_FACTS, probe->id, text);
}

/* Moves the frames away from the descriptors that libngspice prints to. */
static gboolean take_descriptors(struct worker_ends *ends, int in_fd, int out_fd)
{
    ends->in_fd = fcntl(in_fd, F_DUPFD_CLOEXEC, 3);
    ends->out_fd = fcntl(out_fd, F_DUPFD_CLOEXEC, 3);
    ends->statm_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    int none = open("/dev/null", O_RDWR | O_CLOEXEC);
    gboolean taken =
        ends->in_fd >= 0 && ends->out_fd >= 0 && none >= 0 && dup2(none, STDIN_FILENO) >= 0 && dup2(none, STDOUT_FILENO) >= 0;
    if (none >= 0)
        close(none);
    return taken;
}

static void set_process(void)
{
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
}

static gboolean send_ready(struct worker_ends *ends)
{
    GString *out = g_string_new(NULL);
    struct worker_state state = own_state(ends);
    frame_append(out, FRAME_READY, 0, &state, sizeof state);
    return flush(ends, out);
}

int worker_main(int in_fd, int out_fd)
{
    struct worker_ends ends = {-1, -1, -1, 0};
    g_autoptr(GError) error = NULL;
    set_process();
    if (!take_descriptors(&ends, in_fd, out_fd))
        return EXIT_FAILURE;
    gboolean started = ngspice_start(&error);
    gboolean going = started ? send_ready(&ends) : send_text(&ends, FRAME_FAILED, 0, error->message) && FALSE;
    GString *in = g_string_new(NULL);
    struct frame frame;
    for (gsize at = 0; going && frame_receive(ends.in_fd, in, &at, &frame);)
        going = frame.type == FRAME_JOB ? do_job(&ends, &frame) : frame.type == FRAME_PROBE ? do_probe(&ends, &frame) : FALSE;
    g_string_free(in, TRUE);
    close(ends.in_fd);
    close(ends.out_fd);
    if (ends.statm_fd >= 0)
        close(ends.statm_fd);
    return started ? EXIT_SUCCESS : EXIT_FAILURE;
}
