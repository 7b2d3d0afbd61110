/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/pool.c -- feeds workers and survives them.
 *
 * A slot holds a worker, a task, or both: the task stays in its slot while a worker is replaced under it, which is all that
 * trying again needs. A worker that is quick gets its next job while it is at the current one, so that it does not wait for
 * the caller to take the result (2.5 ms of work, 0.1 ms of waiting, and far more where the machine is busy); the job ahead goes
 * back to the others if the worker has to go. One socket a worker carries both directions; its end of file is how a death is
 * seen, so no SIGCHLD handler, which belongs to the caller, is touched. Sockets rather than pipes, because MSG_NOSIGNAL keeps a
 * write to a dead worker from raising SIGPIPE in the caller.
 */
#include "config.h"

#include "sim/pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "sim/ngspice.h"
#include "sim/protocol.h"
#include "wave/raw.h"

#define GROWTH_LIMIT_BYTES (G_GUINT64_CONSTANT(64) << 20)
#define KILLS_A_TASK 10                      /* a task is given up when so many of its workers were killed from outside */
#define KILLS_A_START 100                    /* and the run, when so many were killed while they started */
#define START_LIMIT_US (60 * G_USEC_PER_SEC) /* a worker is ready within 0.05 s; a loaded cluster node takes its time */
#define NEVER_US G_MAXINT64
enum {
    START_FAILURES = 3, /* in a row: then the program, not the machine, is at fault */
    BLOCK = 256 << 10   /* bytes at a time from a socket */
};
#define QUICK_S 0.05 /* beyond, waiting for the next job is nothing, and a job behind a slow one would wait long */

extern char **environ;

struct slot {
    pid_t pid; /* 0: no worker */
    int fd;
    gboolean is_ready;
    GString *in, *out;
    gsize out_at;
    gint64 deadline_us; /* of the start, then of the task; NEVER_US: none */
    guint n_done;       /* jobs that this worker finished */
    guint64 rss_first_bytes;
    double cpu_reported_s; /* what the worker said that it had used; the rest is of the task in which it died */

    const struct sim_job *job; /* the task; NULL: none */
    guint64 frame_id;          /* of the frame that carries it: no two are equal, so no old answer is taken for a new one */
    gint64 begun_us;
    gboolean is_retry;
    guint n_killed;            /* workers that somebody else killed under this task */

    const struct sim_job *ahead; /* sent behind the task; NULL: none */
    guint64 ahead_id;
    double last_wall_s;
};

struct pool {
    const struct pool_config *config;
    const struct sim_source *source;
    gsize n_taken, n_delivered;
    gboolean is_done;
    GQueue returned; /* jobs that were ahead in a worker that had to go: they come first */
    struct slot *slots;
    guint n_slots;
    guint n_start_failures, n_start_kills;
    guint64 last_frame_id;
    sim_deliver deliver;
    gpointer user;
};

/* ---- waking ------------------------------------------------------------------------------------------------------------ */

static volatile gint wake_fd = -1; /* made once, kept: a handler may fire at any time */

static gboolean make_wake_fd(GError **error)
{
    if (g_atomic_int_get(&wake_fd) >= 0)
        return TRUE;
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "eventfd: %s", g_strerror(errno));
    else
        g_atomic_int_set(&wake_fd, fd);
    return fd >= 0;
}

void pool_wake(void)
{
    int saved = errno;
    int fd = g_atomic_int_get(&wake_fd);
    guint64 one = 1;
    if (fd >= 0 && write(fd, &one, sizeof one) < 0) {
        /* It can only be full: then it wakes already. */
    }
    errno = saved;
}

static gboolean is_cancelled(const struct pool *pool)
{
    return pool->config->cancel != NULL && g_atomic_int_get((gint *)pool->config->cancel) != 0;
}

/* ---- a worker's life --------------------------------------------------------------------------------------------------- */

static const char *program_of(const struct pool_config *config)
{
    return config->program != NULL ? config->program : "/proc/self/exe";
}

/* The worker gets an own process group, so that Ctrl-C reaches the caller alone, and signals as if nobody had touched them,
 * but for SIGINT, which is blocked until the worker ignores it. */
static int spawn(const struct pool_config *config, int fd, pid_t *pid)
{
    static const char *const plain[] = {"worker", NULL};
    const char *const *arguments = config->arguments != NULL ? config->arguments : plain;
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_ptr_array_add(argv, (char *)program_of(config));
    for (; *arguments != NULL; arguments++)
        g_ptr_array_add(argv, (char *)*arguments);
    g_ptr_array_add(argv, NULL);

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t interrupt, all;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &interrupt);
    posix_spawnattr_setsigdefault(&attributes, &all);
    int failed = posix_spawn(pid, program_of(config), &actions, &attributes, (char **)argv->pdata, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static gboolean slot_start(struct slot *slot, const struct pool_config *config, GError **error)
{
    int ends[2];
    int failed = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 ? 0 : errno;
    if (failed == 0) {
        failed = spawn(config, ends[1], &slot->pid);
        close(ends[1]);
        if (failed != 0)
            close(ends[0]);
    }
    if (failed != 0) {
        slot->pid = 0;
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "worker \"%s\": cannot be started: %s", program_of(config),
                    g_strerror(failed));
        return FALSE;
    }
    slot->fd = ends[0];
    slot->is_ready = FALSE;
    slot->in = g_string_new(NULL);
    slot->out = g_string_new(NULL);
    slot->out_at = 0;
    slot->n_done = 0;
    slot->cpu_reported_s = 0;
    slot->deadline_us = g_get_monotonic_time() + START_LIMIT_US;
    return TRUE;
}

struct ending {
    int status; /* of wait(2); -1: unknown */
    double cpu_s;
    guint64 rss_max_bytes;
};

/* Ends the worker, if it has not ended, and tells how. After end of file a process needs a moment until it can be waited for:
 * `grace_us` lets it tell its own end instead of our SIGKILL. The task stays. */
static struct ending slot_stop(struct slot *slot, gint64 grace_us)
{
    struct ending ending = {-1, 0, 0};
    struct rusage usage = {0};
    pid_t got = 0;
    close(slot->fd);
    for (gint64 until_us = g_get_monotonic_time() + grace_us; grace_us > 0; g_usleep(500)) {
        got = wait4(slot->pid, &ending.status, WNOHANG, &usage);
        if (got != 0 || g_get_monotonic_time() >= until_us)
            break;
    }
    if (got == 0) {
        kill(slot->pid, SIGKILL);
        do
            got = wait4(slot->pid, &ending.status, 0, &usage);
        while (got < 0 && errno == EINTR);
    }
    if (got < 0)
        ending.status = -1; /* the caller ignores SIGCHLD */
    ending.cpu_s = (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
                   1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    ending.rss_max_bytes = (guint64)usage.ru_maxrss << 10;
    g_string_free(slot->in, TRUE);
    g_string_free(slot->out, TRUE);
    slot->in = slot->out = NULL;
    slot->pid = 0;
    slot->is_ready = FALSE;
    return ending;
}

/* By somebody else: a batch system sends SIGTERM to all processes of a job before it is rid of them. */
static gboolean was_killed(const struct ending *ending)
{
    return ending->status >= 0 && WIFSIGNALED(ending->status) &&
           (WTERMSIG(ending->status) == SIGKILL || WTERMSIG(ending->status) == SIGTERM);
}

/* "ended by signal 11 (Segmentation fault)". Newly allocated. */
static char *ending_text(const struct ending *ending)
{
    if (ending->status >= 0 && WIFSIGNALED(ending->status))
        return g_strdup_printf("ended by signal %d (%s)", WTERMSIG(ending->status), g_strsignal(WTERMSIG(ending->status)));
    if (ending->status >= 0 && WIFEXITED(ending->status))
        return g_strdup_printf("exited with status %d", WEXITSTATUS(ending->status));
    return g_strdup("ended");
}

/* ---- bytes ------------------------------------------------------------------------------------------------------------- */

/* What the socket takes now; the rest waits for POLLOUT. A dead worker is seen when reading. */
static void slot_write(struct slot *slot)
{
    while (slot->out_at < slot->out->len) {
        ssize_t n = send(slot->fd, slot->out->str + slot->out_at, slot->out->len - slot->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            if (errno != EAGAIN)
                slot->out_at = slot->out->len;
            break;
        }
        slot->out_at += (gsize)n;
    }
    if (slot->out_at == slot->out->len) {
        g_string_truncate(slot->out, 0);
        slot->out_at = 0;
    }
}

/* Reads what is there. FALSE at end of file or on an error. */
static gboolean slot_read(struct slot *slot)
{
    for (;;) {
        gsize have = slot->in->len;
        g_string_set_size(slot->in, have + BLOCK);
        ssize_t n = recv(slot->fd, slot->in->str + have, BLOCK, MSG_DONTWAIT);
        int failed = n < 0 ? errno : 0;
        g_string_set_size(slot->in, have + (n > 0 ? (gsize)n : 0));
        if (n > 0 && n < BLOCK)
            return TRUE;
        if (n > 0 || failed == EINTR)
            continue;
        return failed == EAGAIN;
    }
}

/* ---- results ----------------------------------------------------------------------------------------------------------- */

static struct sim_result *result_new(const struct slot *slot, enum sim_status status, char *reason)
{
    struct sim_result *result = g_new0(struct sim_result, 1);
    result->id = slot->job->id;
    result->status = status;
    result->reason = reason;
    result->log = g_strdup("");
    result->wall_s = 1e-6 * (double)(g_get_monotonic_time() - slot->begun_us);
    return result;
}

/* NULL with `why` set: the payload is no answer. */
static struct sim_result *result_read(const struct slot *slot, const struct frame *frame, struct result_head *head,
                                      const char **why)
{
    if (frame->length < sizeof *head) {
        *why = "an answer is too short";
        return NULL;
    }
    memcpy(head, frame->payload, sizeof *head);
    const char *log = frame->payload + sizeof *head;
    gsize rest = frame->length - sizeof *head;
    if (head->log_length > rest) {
        *why = "an answer is shorter than its log";
        return NULL;
    }
    const char *raw = log + head->log_length;
    g_autoptr(GError) error = NULL;
    GPtrArray *plots = rest > head->log_length ? raw_parse(raw, rest - head->log_length, "answer", &error)
                                               : g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    if (plots == NULL) {
        *why = "the plots of an answer cannot be read";
        return NULL;
    }
    struct sim_result *result = result_new(slot, SIM_OK, NULL);
    g_free(result->log);
    result->log = g_strndup(log, head->log_length);
    result->plots = plots;
    result->wall_s = head->wall_s;
    result->cpu_s = head->cpu_s;
    return result;
}

static void task_begins(struct slot *slot)
{
    double time_s = slot->job->limits.time_s;
    slot->begun_us = g_get_monotonic_time();
    slot->deadline_us = time_s > 0 ? slot->begun_us + (gint64)(1e6 * time_s) : NEVER_US;
}

/* The job ahead, which the worker has begun by itself. */
static void next_begins(struct slot *slot)
{
    slot->job = slot->ahead;
    slot->frame_id = slot->ahead_id;
    slot->ahead = NULL;
    slot->is_retry = FALSE;
    task_begins(slot);
}

/* The end of a task: it is delivered, or stays in its slot for a fresh worker. */
static gboolean conclude(struct pool *pool, struct slot *slot, struct sim_result *result, GError **error)
{
    gboolean failed = result->status != SIM_OK, used = slot->n_done > 0;
    slot->n_done++;
    slot->last_wall_s = result->wall_s;
    if (failed && slot->pid != 0)
        slot_stop(slot, 0);
    if (failed && used && !slot->is_retry && result->status != SIM_TIMEOUT) {
        slot->is_retry = TRUE;
        sim_result_free(result);
        return TRUE;
    }
    slot->job = NULL;
    slot->deadline_us = NEVER_US;
    if (slot->pid != 0 && slot->ahead != NULL)
        next_begins(slot);
    pool->n_delivered++;
    return pool->deliver(result, pool->user, error);
}

/* The worker is gone, or has to go. With `why` it did wrong; NULL: it ended by itself. */
static gboolean slot_died(struct pool *pool, struct slot *slot, const char *why, GError **error)
{
    gboolean was_ready = slot->is_ready;
    struct ending ending = slot_stop(slot, why != NULL ? 0 : G_USEC_PER_SEC / 2);
    g_autofree char *text = why != NULL ? g_strdup(why) : ending_text(&ending);
    gboolean killed = why == NULL && was_killed(&ending);
    if (!was_ready) {
        if (killed ? ++pool->n_start_kills < KILLS_A_START : ++pool->n_start_failures < START_FAILURES)
            return TRUE;
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SIMULATOR, "worker \"%s\": not ready: %s", program_of(pool->config),
                    text);
        return FALSE;
    }
    if (slot->job == NULL)
        return TRUE; /* between jobs: nothing is lost */
    if (killed && ++slot->n_killed < KILLS_A_TASK)
        return TRUE; /* not the deck's doing: the task stays for the next worker */
    gsize limit_bytes = slot->job->limits.memory_bytes;
    gboolean memory = why == NULL && limit_bytes > 0 && ending.rss_max_bytes > limit_bytes / 2;
    struct sim_result *result = result_new(slot, memory ? SIM_MEMORY : SIM_CRASHED,
                                           g_strdup_printf("the worker %s%s", text, memory ? " near its memory limit" : ""));
    result->cpu_s = MAX(ending.cpu_s - slot->cpu_reported_s, 0);
    return conclude(pool, slot, result, error);
}

static gboolean slot_overdue(struct pool *pool, struct slot *slot, GError **error)
{
    if (!slot->is_ready)
        return slot_died(pool, slot, "no answer within a minute", error);
    struct sim_result *result = result_new(slot, SIM_TIMEOUT, g_strdup_printf("no result within %g s", slot->job->limits.time_s));
    struct ending ending = slot_stop(slot, 0);
    result->cpu_s = MAX(ending.cpu_s - slot->cpu_reported_s, 0);
    return conclude(pool, slot, result, error);
}

/* ---- tasks ------------------------------------------------------------------------------------------------------------- */

/* Returns the id of the frame. */
static guint64 slot_send(struct pool *pool, struct slot *slot, const struct sim_job *job)
{
    gsize length;
    g_autofree char *deck = deck_text(job->deck, &length);
    struct job_head head = {.memory_bytes = job->limits.memory_bytes};
    gsize begun = frame_begin(slot->out, FRAME_JOB, ++pool->last_frame_id);
    g_string_append_len(slot->out, (const char *)&head, sizeof head);
    g_string_append_len(slot->out, deck, (gssize)length);
    frame_end(slot->out, begun);
    slot_write(slot);
    return pool->last_frame_id;
}

static void task_send(struct pool *pool, struct slot *slot)
{
    slot->frame_id = slot_send(pool, slot, slot->job);
    task_begins(slot);
}

static gboolean take_ready(struct pool *pool, struct slot *slot, const struct frame *frame, const char **why)
{
    struct worker_state state;
    if (slot->is_ready || frame->length != sizeof state) {
        *why = "a greeting is out of place";
        return FALSE;
    }
    memcpy(&state, frame->payload, sizeof state);
    slot->is_ready = TRUE;
    slot->rss_first_bytes = state.rss_bytes;
    slot->deadline_us = NEVER_US;
    pool->n_start_failures = 0;
    if (slot->job != NULL)
        task_send(pool, slot);
    return TRUE;
}

static gboolean take_result(struct pool *pool, struct slot *slot, const struct frame *frame, const char **why, GError **error)
{
    struct result_head head;
    if (!slot->is_ready || slot->job == NULL || frame->id != slot->frame_id) {
        *why = "an answer belongs to no job";
        return TRUE;
    }
    struct sim_result *result = result_read(slot, frame, &head, why);
    if (result == NULL)
        return TRUE;
    slot->cpu_reported_s = head.state.cpu_total_s;
    sim_judge(result, slot->job->deck);
    gboolean grown = head.state.rss_bytes > slot->rss_first_bytes + GROWTH_LIMIT_BYTES;
    gboolean goes = result->status != SIM_OK || head.spoilt != 0 || grown;
    if (goes)
        slot_stop(slot, 0);
    return conclude(pool, slot, result, error);
}

/* Everything that came whole. */
static gboolean slot_frames(struct pool *pool, struct slot *slot, GError **error)
{
    const char *why = NULL;
    struct frame frame;
    gsize at = 0;
    while (slot->pid != 0 && why == NULL) {
        enum frame_state state = frame_take(slot->in, &at, &frame, &why);
        if (state == FRAME_PART)
            break;
        if (state == FRAME_NONSENSE)
            continue;
        if (frame.type == FRAME_READY)
            take_ready(pool, slot, &frame, &why);
        else if (frame.type == FRAME_RESULT) {
            if (!take_result(pool, slot, &frame, &why, error))
                return FALSE;
        } else if (frame.type == FRAME_FAILED && !slot->is_ready) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SIMULATOR, "worker \"%s\": %.*s", program_of(pool->config),
                        (int)MIN(frame.length, 1000), frame.payload);
            return FALSE;
        } else
            why = "a frame is out of place";
    }
    if (slot->pid != 0)
        g_string_erase(slot->in, 0, (gssize)at);
    if (why == NULL || slot->pid == 0)
        return TRUE;
    g_autofree char *text = g_strdup_printf("answered nonsense: %s", why);
    return slot_died(pool, slot, text, error);
}

static gboolean slot_events(struct pool *pool, struct slot *slot, short events, GError **error)
{
    if (events & POLLOUT)
        slot_write(slot);
    if (!(events & (POLLIN | POLLHUP | POLLERR)))
        return TRUE;
    gboolean open = slot_read(slot);
    if (!slot_frames(pool, slot, error))
        return FALSE;
    return open || slot->pid == 0 || slot_died(pool, slot, NULL, error);
}

/* ---- the loop ---------------------------------------------------------------------------------------------------------- */

static gsize n_left(const struct pool *pool)
{
    return pool->source->left(pool->user);
}

/* NULL: there is none for now, or `error` is set. */
static const struct sim_job *take_job(struct pool *pool, GError **error)
{
    const struct sim_job *job = g_queue_pop_head(&pool->returned);
    if (job != NULL)
        return job;
    job = pool->source->next(pool->user, error);
    pool->n_taken += job != NULL;
    return job;
}

/* Gives the slot a task, if there is one left, and a worker, if it has a task and none. */
static gboolean slot_feed(struct pool *pool, struct slot *slot, GError **error)
{
    if (slot->pid == 0 && slot->ahead != NULL) {
        g_queue_push_tail(&pool->returned, (gpointer)slot->ahead);
        slot->ahead = NULL;
    }
    if (slot->job == NULL) {
        GError *failed = NULL;
        slot->job = take_job(pool, &failed);
        if (failed != NULL) {
            g_propagate_error(error, failed);
            return FALSE;
        }
        slot->is_retry = FALSE;
        slot->n_killed = 0;
        if (slot->job != NULL && slot->is_ready)
            task_send(pool, slot);
    }
    return slot->job == NULL || slot->pid != 0 || slot_start(slot, pool->config, error);
}

/* As long as there are jobs for the others, too: the last ones go to whoever is free. */
static gboolean slot_feed_ahead(struct pool *pool, struct slot *slot, GError **error)
{
    gboolean quick = slot->is_ready && slot->n_done > 0 && slot->last_wall_s < QUICK_S;
    if (!quick || slot->job == NULL || slot->ahead != NULL || n_left(pool) <= pool->n_slots)
        return TRUE;
    GError *failed = NULL;
    slot->ahead = take_job(pool, &failed);
    if (slot->ahead != NULL)
        slot->ahead_id = slot_send(pool, slot, slot->ahead);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

static int wait_ms(const struct pool *pool)
{
    gint64 first_us = NEVER_US, now_us = g_get_monotonic_time();
    for (guint i = 0; i < pool->n_slots; i++)
        if (pool->slots[i].pid != 0)
            first_us = MIN(first_us, pool->slots[i].deadline_us);
    if (first_us == NEVER_US)
        return -1;
    return first_us <= now_us ? 0 : (int)MIN((first_us - now_us) / 1000 + 1, G_MAXINT);
}

/* Sleeps until something happened, and tells what, in polls[0 … n_slots]; the last is the wake. */
static gboolean pool_wait(const struct pool *pool, struct pollfd *polls, GError **error)
{
    for (guint i = 0; i < pool->n_slots; i++) {
        const struct slot *slot = &pool->slots[i];
        short out = slot->pid != 0 && slot->out->len > 0 ? POLLOUT : 0;
        polls[i] = (struct pollfd){.fd = slot->pid != 0 ? slot->fd : -1, .events = (short)(POLLIN | out)};
    }
    polls[pool->n_slots] = (struct pollfd){.fd = g_atomic_int_get(&wake_fd), .events = POLLIN};
    int n = poll(polls, pool->n_slots + 1, wait_ms(pool));
    if (n < 0 && errno != EINTR) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "poll: %s", g_strerror(errno));
        return FALSE;
    }
    for (guint i = 0; n < 0 && i <= pool->n_slots; i++)
        polls[i].revents = 0;
    guint64 count;
    if (polls[pool->n_slots].revents != 0 && read(polls[pool->n_slots].fd, &count, sizeof count) < 0) {
        /* Another thread's pool took it: nothing is lost, since the flag is what counts. */
    }
    return TRUE;
}

static gboolean pool_turn(struct pool *pool, struct pollfd *polls, GError **error)
{
    for (guint i = 0; i < pool->n_slots; i++)
        if (!slot_feed(pool, &pool->slots[i], error))
            return FALSE;
    for (guint i = 0; i < pool->n_slots; i++)
        if (!slot_feed_ahead(pool, &pool->slots[i], error))
            return FALSE;
    pool->is_done = pool->n_delivered == pool->n_taken; /* no slot found a job, and none has one */
    if (pool->is_done)
        return TRUE;
    if (!is_cancelled(pool) && !pool_wait(pool, polls, error))
        return FALSE;
    if (is_cancelled(pool)) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_CANCELLED, "cancelled after %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " points",
                    pool->n_delivered, pool->n_taken + n_left(pool));
        return FALSE;
    }
    gint64 now_us = g_get_monotonic_time();
    for (guint i = 0; i < pool->n_slots; i++) {
        struct slot *slot = &pool->slots[i];
        if (polls[i].revents != 0 && slot->pid != 0 && !slot_events(pool, slot, polls[i].revents, error))
            return FALSE;
        if (slot->pid != 0 && slot->deadline_us <= now_us && !slot_overdue(pool, slot, error))
            return FALSE;
    }
    return TRUE;
}

/* Idle workers end by themselves at the end of their input. So do those that have only begun: killed now, one would leave the
 * folder behind in which libngspice starts. */
static gboolean ends_by_itself(const struct slot *slot)
{
    return slot->job == NULL || !slot->is_ready;
}

static void pool_stop(struct pool *pool)
{
    for (guint i = 0; i < pool->n_slots; i++)
        if (pool->slots[i].pid != 0 && ends_by_itself(&pool->slots[i]))
            shutdown(pool->slots[i].fd, SHUT_RDWR);
    for (guint i = 0; i < pool->n_slots; i++)
        if (pool->slots[i].pid != 0)
            slot_stop(&pool->slots[i], ends_by_itself(&pool->slots[i]) ? 2 * G_USEC_PER_SEC : 0);
}

gboolean pool_run_source(const struct pool_config *config, const struct sim_source *source, sim_deliver deliver, gpointer user,
                         GError **error)
{
    guint n_wanted = config->workers > 0 ? (guint)config->workers : g_get_num_processors();
    struct pool pool = {.config = config, .source = source, .n_slots = n_wanted, .deliver = deliver, .user = user};
    pool.slots = g_new0(struct slot, pool.n_slots);
    g_autofree struct pollfd *polls = g_new0(struct pollfd, pool.n_slots + 1);
    gboolean good = make_wake_fd(error);
    while (good && !pool.is_done)
        good = pool_turn(&pool, polls, error);
    g_queue_clear(&pool.returned);
    pool_stop(&pool);
    g_free(pool.slots);
    return good;
}


static const struct sim_job *list_next(gpointer user, GError **error)
{
    (void)error;
    struct job_list *list = user;
    return list->next < list->jobs->len ? list->jobs->pdata[list->next++] : NULL;
}

static gsize list_left(gpointer user)
{
    const struct job_list *list = user;
    return list->jobs->len - list->next;
}

gboolean job_list_deliver(struct sim_result *result, gpointer user, GError **error)
{
    const struct job_list *list = user;
    return list->deliver(result, list->user, error);
}

const struct sim_source job_list_source = {list_next, list_left};

void job_list_init(struct job_list *list, const GPtrArray *jobs, sim_deliver deliver, gpointer user)
{
    *list = (struct job_list){jobs, 0, deliver, user};
}

gboolean pool_run(const struct pool_config *config, const GPtrArray *jobs, sim_deliver deliver, gpointer user, GError **error)
{
    struct job_list list;
    job_list_init(&list, jobs, deliver, user);
    return pool_run_source(config, &job_list_source, job_list_deliver, &list, error);
}

/* ---- probe ------------------------------------------------------------------------------------------------------------- */

static gboolean facts_read(const struct frame *frame, struct ngspice_facts *facts)
{
    g_autofree char *text = g_strndup(frame->payload, frame->length);
    g_auto(GStrv) lines = g_strsplit(text, "\n", 4);
    if (g_strv_length(lines) < 3)
        return FALSE;
    *facts = (struct ngspice_facts){g_strdup(lines[0]), strcmp(lines[1], "1") == 0, strcmp(lines[2], "1") == 0};
    return TRUE;
}

/* Waits for a frame of `type`. FALSE with `why` (newly allocated). */
static gboolean await_frame(struct slot *slot, gsize *at, enum frame_type type, struct frame *frame, char **why)
{
    const char *nonsense = NULL;
    for (;;) {
        enum frame_state state = frame_take(slot->in, at, frame, &nonsense);
        if (state == FRAME_WHOLE && frame->type == type)
            return TRUE;
        if (state == FRAME_WHOLE && frame->type == FRAME_FAILED)
            *why = g_strndup(frame->payload, MIN(frame->length, 1000));
        else if (state != FRAME_PART)
            *why = g_strdup_printf("answered nonsense: %s", nonsense != NULL ? nonsense : "a frame is out of place");
        if (*why != NULL)
            return FALSE;
        struct pollfd ready = {.fd = slot->fd, .events = POLLIN};
        gint64 left_us = slot->deadline_us - g_get_monotonic_time();
        int n = left_us > 0 ? poll(&ready, 1, (int)(left_us / 1000 + 1)) : 0;
        if (n == 0)
            *why = g_strdup("no answer within a minute");
        else if (n > 0 && !slot_read(slot)) {
            *why = g_strdup("");
            return FALSE;
        }
    }
}

/* One worker asked once; *killed tells whether somebody else ended it. */
static gboolean probe_once(const struct pool_config *config, struct ngspice_facts *facts, gboolean *killed, GError **error)
{
    struct slot slot = {.pid = 0};
    *killed = FALSE;
    if (!slot_start(&slot, config, error))
        return FALSE;
    struct frame frame;
    gsize at = 0;
    g_autofree char *why = NULL;
    gboolean got = await_frame(&slot, &at, FRAME_READY, &frame, &why);
    if (got) {
        frame_append(slot.out, FRAME_PROBE, 1, "", 0);
        slot_write(&slot);
        got = await_frame(&slot, &at, FRAME_FACTS, &frame, &why);
    }
    if (got && !facts_read(&frame, facts)) {
        why = g_strdup("answered nonsense: the facts are incomplete");
        got = FALSE;
    }
    gboolean by_itself = !got && *why == '\0';
    struct ending ending = slot_stop(&slot, got || by_itself ? G_USEC_PER_SEC : 0);
    if (!got) {
        g_autofree char *ended = ending_text(&ending);
        *killed = by_itself && was_killed(&ending);
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SIMULATOR, "worker \"%s\": %s", program_of(config),
                    *why != '\0' ? why : ended);
    }
    return got;
}

gboolean pool_probe(const struct pool_config *config, struct ngspice_facts *facts, GError **error)
{
    for (int kills = 1;; kills++) {
        gboolean killed;
        g_autoptr(GError) failed = NULL;
        if (probe_once(config, facts, &killed, &failed))
            return TRUE;
        if (!killed || kills == KILLS_A_TASK) {
            g_propagate_error(error, g_steal_pointer(&failed));
            return FALSE;
        }
    }
}
