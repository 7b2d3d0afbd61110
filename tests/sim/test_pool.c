/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/sim/test_pool.c -- one contract for the pool, on the real worker and on a fake one; then what only one of them can do.
 *
 * Whatever a worker does, each job is delivered exactly once, under its id and with its own numbers, and no process is left.
 */
#include "config.h"

#include <dirent.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/error.h"
#include "sim/ngspice.h"
#include "sim/pool.h"
#include "tests/support/check_tap.h"
#include "tests/support/hand_deck.h"

#define STOP_S 2.385e-9

/* What a deck does. The real worker's decks are circuits, the fake's a word in the title. */
enum kind { GOOD, BAD, CRASH, HANG, N_KINDS };

static const struct engine {
    const char *name, *program;
    const char *decks[N_KINDS]; /* with %g for the value that v(n) ends at */
    const char *crash_reason, *bad_reason;
} engines[] = {
    {"real",
     ABS_TOP_BUILDDIR "/tests/support/worker_main",
     {"good\nv1 n 0 pwl(0 0 2.385n %g)\nr1 n 0 1k\n.tran 0.1n 2.385n\n.end\n",
      "bad\nv1 n 0 pwl(0 0 2.385n %g)\nm1 n n 0 0 nomodel\n.tran 0.1n 2.385n\n.end\n",
      /* no vector of a .disto is saved: a NULL is followed, in 39.3 and in 46 */
      "crash\nv1 n 0 dc %g ac 1 distof1 1 0\nr1 n b 1k\nd1 b 0 dm\n.model dm d\n.save v(nosuch)\n.disto dec 2 1k 10k\n.end\n",
      "hang\nv1 n 0 sin(0 %g 1g)\nr1 n m 1k\nc1 m 0 1p\n.save v(n)\n.tran 1p 1\n.end\n"},
     "the worker ended by signal 11 (Segmentation fault)",
     "netlists/x.xml:103: could not find a valid modelname: m1 n n 0 0 nomodel"},
    {"fake",
     ABS_TOP_BUILDDIR "/tests/support/fake_worker",
     {"good %g\n", "bad %g\n", "crash %g\n", "hang %g\n"},
     "the worker ended by signal 11 (Segmentation fault)",
     "no such thing"},
};

struct batch {
    GPtrArray *jobs, *decks;
    struct sim_result **results; /* [jobs->len], NULL: not delivered yet */
    guint n_delivered;
    guint kill_every;    /* 0, or: after so many results all workers are killed … */
    guint n_kills_left;  /* … so often */
    gboolean interrupts; /* after each result SIGINT goes to the own process group and to each worker */
    guint refuse_at;     /* 0, or: deliver refuses this one */
};

static struct batch *batch_new(void)
{
    struct batch *batch = g_new0(struct batch, 1);
    batch->jobs = g_ptr_array_new_with_free_func(g_free);
    batch->decks = g_ptr_array_new_with_free_func((GDestroyNotify)hand_deck_free);
    return batch;
}

static double value_of(gsize id)
{
    return 0.1 + 0.0137 * (double)id;
}

static void add(struct batch *batch, const char *format, double time_s)
{
    struct sim_job *job = g_new0(struct sim_job, 1);
    job->id = batch->jobs->len;
    g_autofree char *value = g_strdup_printf("%.17g", value_of(job->id));
    g_auto(GStrv) parts = g_strsplit(format, "%g", 2);
    g_autofree char *text = g_strjoinv(value, parts);
    struct deck *deck = hand_deck(text, ANALYSIS_TRAN, STOP_S);
    hand_deck_probe(deck, "v(n)", "n");
    job->deck = deck;
    job->limits.time_s = time_s;
    g_ptr_array_add(batch->decks, deck);
    g_ptr_array_add(batch->jobs, job);
}

/* Sends `sign` (0: nothing) to the children of this process, and tells how many there are. */
static guint children(int sign)
{
    guint n = 0;
    DIR *proc = opendir("/proc");
    ck_assert_ptr_nonnull(proc);
    for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        int parent = 0;
        g_autofree char *path = g_build_filename("/proc", entry->d_name, "stat", NULL);
        FILE *stat = g_ascii_isdigit(entry->d_name[0]) ? fopen(path, "r") : NULL;
        if (stat == NULL)
            continue;
        if (fscanf(stat, "%*d (%*[^)]) %*c %d", &parent) == 1 && parent == getpid()) {
            n++;
            if (sign != 0)
                kill(atoi(entry->d_name), sign);
        }
        fclose(stat);
    }
    closedir(proc);
    return n;
}

static gboolean deliver(struct sim_result *result, gpointer user, GError **error)
{
    struct batch *batch = user;
    ck_assert_uint_lt(result->id, batch->jobs->len);
    ck_assert_msg(batch->results[result->id] == NULL, "job %zu came twice", result->id);
    ck_assert(result->status == SIM_OK ? result->reason == NULL && result->plots != NULL
                                       : result->reason != NULL && result->plots == NULL);
    ck_assert_ptr_nonnull(result->log);
    batch->results[result->id] = result;
    batch->n_delivered++;
    if (batch->kill_every != 0 && batch->n_kills_left > 0 && batch->n_delivered % batch->kill_every == 0) {
        batch->n_kills_left--;
        children(SIGKILL);
    }
    if (batch->interrupts) {
        kill(0, SIGINT);
        children(SIGINT);
    }
    if (batch->n_delivered == batch->refuse_at) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "the disk is full");
        return FALSE;
    }
    return TRUE;
}

static gboolean run(struct batch *batch, const struct engine *engine, int workers, volatile gint *cancel, GError **error)
{
    static const char *const none[] = {NULL};
    struct pool_config config = {workers, engine->program, none, cancel};
    batch->results = g_new0(struct sim_result *, batch->jobs->len);
    return pool_run(&config, batch->jobs, deliver, batch, error);
}

/* All delivered; no child is left. */
static void run_all(struct batch *batch, const struct engine *engine, int workers)
{
    GError *error = NULL;
    ck_ok(run(batch, engine, workers, NULL, &error), error);
    ck_assert_uint_eq(batch->n_delivered, batch->jobs->len);
    ck_assert_uint_eq(children(0), 0);
}

static void batch_free(struct batch *batch)
{
    for (guint i = 0; i < batch->jobs->len; i++)
        sim_result_free(batch->results[i]);
    g_free(batch->results);
    g_ptr_array_unref(batch->jobs);
    g_ptr_array_unref(batch->decks);
    g_free(batch);
}

/* Result i is good and has the numbers of job i. */
static void expect_own_value(const struct batch *batch, guint i)
{
    const struct sim_result *result = batch->results[i];
    ck_assert_msg(result->status == SIM_OK, "job %u: %s: %s", i, sim_status_name(result->status), result->reason);
    const struct plot *plot = result->plots->pdata[0];
    const struct vector *v = plot_vector(plot, "v(n)");
    ck_assert_double_eq_tol(v->real[plot->n_points - 1], value_of(i), 1e-12);
}

static void expect_failure(const struct batch *batch, guint i, enum sim_status status, const char *reason)
{
    const struct sim_result *result = batch->results[i];
    ck_assert_msg(result->status == status, "job %u: %s: %s", i, sim_status_name(result->status), result->reason);
    ck_assert_str_eq(result->reason, reason);
}

/* Each test has an own $TMPDIR, in which its workers make and remove a folder when they start. */
static char *tmp;
static gboolean kills_workers; /* then one may have been killed while it started, and have left its folder */

static void make_tmp(void)
{
    tmp = g_dir_make_tmp("test-pool-XXXXXX", NULL);
    ck_assert_ptr_nonnull(tmp);
    g_setenv("TMPDIR", tmp, TRUE);
#ifdef WITH_SANITIZERS /* a crash is to be a signal here, too */
    g_autofree char *options =
        g_strconcat(g_getenv("ASAN_OPTIONS") != NULL ? g_getenv("ASAN_OPTIONS") : "", ":handle_segv=0", NULL);
    g_setenv("ASAN_OPTIONS", options, TRUE);
#endif
}

static void remove_tmp(void)
{
    guint n_left = 0;
    GDir *dir = g_dir_open(tmp, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL; n_left++) {
        g_autofree char *folder = g_build_filename(tmp, name, NULL), *init = g_build_filename(folder, ".spiceinit", NULL);
        g_unlink(init);
        g_rmdir(folder);
    }
    g_dir_close(dir);
    g_rmdir(tmp);
    g_free(tmp);
    ck_assert_msg(n_left == 0 || kills_workers, "%u folders are left", n_left);
}

/* ---- the contract ------------------------------------------------------------------------------------------------------ */

START_TEST(each_job_once_with_its_own_numbers)
{
    const struct engine *engine = &engines[_i];
    struct batch *batch = batch_new();
    for (int i = 0; i < 60; i++)
        add(batch, engine->decks[GOOD], 10);
    run_all(batch, engine, 3);
    for (guint i = 0; i < 60; i++)
        expect_own_value(batch, i);
    ck_assert_double_gt(batch->results[7]->wall_s, 0);
    ck_assert_double_gt(batch->results[7]->cpu_s, 0);
    batch_free(batch);
}
END_TEST

START_TEST(failures_stay_with_their_jobs)
{
    const struct engine *engine = &engines[_i];
    static const enum kind kinds[] = {GOOD, BAD,   GOOD,  GOOD, CRASH, GOOD, BAD,  BAD,
                                      GOOD, CRASH, CRASH, GOOD, HANG,  GOOD, GOOD, BAD};
    struct batch *batch = batch_new();
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        add(batch, engine->decks[kinds[i]], kinds[i] == HANG ? 0.4 : 20);
    run_all(batch, engine, 2);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        switch (kinds[i]) {
        case BAD:
            expect_failure(batch, i, SIM_BAD_DECK, engine->bad_reason);
            break;
        case CRASH:
            expect_failure(batch, i, SIM_CRASHED, engine->crash_reason);
            break;
        case HANG:
            expect_failure(batch, i, SIM_TIMEOUT, "no result within 0.4 s");
            ck_assert_double_ge(batch->results[i]->wall_s, 0.4);
            break;
        default:
            expect_own_value(batch, i);
        }
    batch_free(batch);
}
END_TEST

/* A killed worker's job is tried again if the worker had done others; one that was at its first is "crashed". */
START_TEST(killed_workers_lose_nothing)
{
    const struct engine *engine = &engines[_i];
    struct batch *batch = batch_new();
    for (int i = 0; i < 80; i++)
        add(batch, engine->decks[GOOD], 20);
    kills_workers = TRUE;
    batch->kill_every = 15;
    batch->n_kills_left = 4;
    run_all(batch, engine, 2);
    ck_assert_uint_eq(batch->n_kills_left, 0);
    guint n_crashed = 0;
    for (guint i = 0; i < 80; i++)
        if (batch->results[i]->status == SIM_OK)
            expect_own_value(batch, i);
        else {
            expect_failure(batch, i, SIM_CRASHED, "the worker ended by signal 9 (Killed)");
            n_crashed++;
        }
    ck_assert_uint_le(n_crashed, 4);
    batch_free(batch);
}
END_TEST

START_TEST(refused_delivery_stops)
{
    GError *error = NULL;
    struct batch *batch = batch_new();
    for (int i = 0; i < 20; i++)
        add(batch, engines[_i].decks[GOOD], 20);
    batch->refuse_at = 5;
    ck_fails(run(batch, &engines[_i], 2, NULL, &error), error, "the disk is full");
    ck_assert_uint_eq(batch->n_delivered, 5);
    ck_assert_uint_eq(children(0), 0);
    batch_free(batch);
}
END_TEST

static volatile gint cancel_flag;
static void on_alarm(int sign)
{
    (void)sign;
    cancel_flag = 1;
    pool_wake();
}

/* SA_RESTART is set on purpose: the wake must not need EINTR. */
START_TEST(a_signal_cancels_at_once)
{
    GError *error = NULL;
    struct batch *batch = batch_new();
    for (int i = 0; i < 6; i++)
        add(batch, engines[_i].decks[i < 2 ? GOOD : HANG], 0);
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval soon = {{0, 0}, {0, 700 * 1000}};
    setitimer(ITIMER_REAL, &soon, NULL);
    gint64 start_us = g_get_monotonic_time();
    ck_fails(run(batch, &engines[_i], 2, &cancel_flag, &error), error, "cancelled after 2 of 6 points");
    ck_assert_int_lt(g_get_monotonic_time() - start_us, 3 * G_USEC_PER_SEC);
    ck_assert_uint_eq(batch->n_delivered, 2);
    ck_assert_uint_eq(children(0), 0);
    batch_free(batch);
}
END_TEST

START_TEST(no_jobs_no_workers)
{
    struct batch *batch = batch_new();
    run_all(batch, &engines[_i], 2);
    batch_free(batch);
}
END_TEST

/* ---- the fake only ----------------------------------------------------------------------------------------------------- */

static const struct {
    const char *word, *reason; /* NULL: it is good */
} misdeeds[] = {
    {"late", NULL},
    {"dribble", NULL},
    {"half", "the worker exited with status 0"},
    {"exit", "the worker exited with status 7"},
    {"hangup", "the worker ended by signal 9 (Killed)"},
    {"garbage", "the worker answered nonsense: what it wrote is no frame"},
    {"type", "the worker answered nonsense: a frame has no known type"},
    {"huge", "the worker answered nonsense: a frame is longer than 4 GiB"},
    {"wrong-id", "the worker answered nonsense: an answer belongs to no job"},
    {"short", "the worker answered nonsense: an answer is too short"},
    {"log", "the worker answered nonsense: an answer is shorter than its log"},
    {"plots", "the worker answered nonsense: the plots of an answer cannot be read"},
};

/* Good jobs before and behind; the misdeed is done in a used worker, so that it is tried again, and does it again. */
START_TEST(misdeeds_are_told)
{
    struct batch *batch = batch_new();
    g_autofree char *deck = g_strconcat(misdeeds[_i].word, " %g\n", NULL);
    for (int i = 0; i < 7; i++)
        add(batch, i == 3 ? deck : "good %g\n", 20);
    run_all(batch, &engines[1], 1);
    for (guint i = 0; i < 7; i++)
        if (i == 3 && misdeeds[_i].reason != NULL)
            expect_failure(batch, i, SIM_CRASHED, misdeeds[_i].reason);
        else
            expect_own_value(batch, i);
    batch_free(batch);
}
END_TEST

/* The process and the count that the fake tells. */
static void who(const struct batch *batch, guint i, int *pid, unsigned *nth)
{
    ck_assert_int_eq(sscanf(batch->results[i]->log, "stdout %d %u", pid, nth), 2);
}

static void run_words(struct batch *batch, const char *const *words)
{
    for (; *words != NULL; words++) {
        g_autofree char *deck = g_strconcat(*words, " %g\n", NULL);
        add(batch, deck, 20);
    }
    run_all(batch, &engines[1], 1);
}

START_TEST(second_answer_costs_the_worker_not_the_jobs)
{
    static const char *const words[] = {"good", "twice", "good", "good", NULL};
    struct batch *batch = batch_new();
    run_words(batch, words);
    for (guint i = 0; i < 4; i++)
        expect_own_value(batch, i);
    batch_free(batch);
}
END_TEST

START_TEST(poison_blames_no_good_deck)
{
    static const char *const words[] = {"good", "poison", "good", "good", NULL};
    struct batch *batch = batch_new();
    run_words(batch, words);
    int pid[4];
    unsigned nth[4];
    for (guint i = 0; i < 4; i++) {
        expect_own_value(batch, i);
        who(batch, i, &pid[i], &nth[i]);
    }
    ck_assert_int_eq(pid[0], pid[1]);
    ck_assert_int_ne(pid[1], pid[2]); /* tried again in a fresh one … */
    ck_assert_uint_eq(nth[2], 1);
    ck_assert_int_eq(pid[2], pid[3]); /* … which went on */
    batch_free(batch);
}
END_TEST

START_TEST(failure_in_a_fresh_worker_is_final_and_ends_it)
{
    static const char *const words[] = {"bad", "good", "good", NULL};
    struct batch *batch = batch_new();
    run_words(batch, words);
    expect_failure(batch, 0, SIM_BAD_DECK, "no such thing");
    ck_assert(g_str_has_prefix(batch->results[0]->log, "stderr Error: no such thing\nstdout "));
    int first, second;
    unsigned nth;
    ck_assert_int_eq(sscanf(batch->results[0]->log, "stderr Error: no such thing\nstdout %d %u", &first, &nth), 2);
    ck_assert_uint_eq(nth, 1);
    who(batch, 1, &second, &nth);
    ck_assert_int_ne(first, second);
    batch_free(batch);
}
END_TEST

START_TEST(grown_worker_is_replaced)
{
    static const char *const words[] = {"good", "good", "grow", "good", NULL};
    struct batch *batch = batch_new();
    run_words(batch, words);
    int pid[4];
    unsigned nth[4];
    for (guint i = 0; i < 4; i++) {
        expect_own_value(batch, i);
        who(batch, i, &pid[i], &nth[i]);
    }
    ck_assert_int_eq(pid[0], pid[2]);
    ck_assert_uint_eq(nth[2], 3);
    ck_assert_int_ne(pid[2], pid[3]);
    ck_assert_uint_eq(nth[3], 1);
    batch_free(batch);
}
END_TEST

/* A head that promises 4 GiB makes nobody allocate them: the job times out, and this process is small. */
START_TEST(promised_bytes_are_not_allocated)
{
    struct batch *batch = batch_new();
    unsigned long pages = 0;
    add(batch, "promise %g\n", 0.3);
    run_all(batch, &engines[1], 1);
    expect_failure(batch, 0, SIM_TIMEOUT, "no result within 0.3 s");
    FILE *statm = fopen("/proc/self/statm", "r");
    ck_assert(statm != NULL && fscanf(statm, "%*u %lu", &pages) == 1);
    fclose(statm);
#ifndef WITH_SANITIZERS
    ck_assert_uint_lt(pages * (gsize)sysconf(_SC_PAGESIZE), 100 << 20);
#endif
    batch_free(batch);
}
END_TEST

/* A deck of 6 MB does not fit into a socket's buffer: it goes out in parts. */
START_TEST(large_decks_go_out_in_parts)
{
    GString *text = g_string_new("good %g\n");
    for (int i = 0; i < 2000; i++)
        g_string_append_printf(text, "* %3000d\n", i);
    struct batch *batch = batch_new();
    add(batch, text->str, 20);
    add(batch, text->str, 20);
    run_all(batch, &engines[1], 1);
    expect_own_value(batch, 0);
    expect_own_value(batch, 1);
    g_string_free(text, TRUE);
    batch_free(batch);
}
END_TEST

static const struct {
    const char *program, *argument, *message;
} bad_starts[] = {
    {"/nonexistent/worker", NULL, "worker \"/nonexistent/worker\": cannot be started: No such file or directory"},
    {ABS_TOP_BUILDDIR "/tests/support/fake_worker", "exit",
     "worker \"" ABS_TOP_BUILDDIR "/tests/support/fake_worker\": not ready: exited with status 3"},
    {ABS_TOP_BUILDDIR "/tests/support/fake_worker", "failed",
     "worker \"" ABS_TOP_BUILDDIR "/tests/support/fake_worker\": no library today"},
    {ABS_TOP_BUILDDIR "/tests/support/fake_worker", "babble",
     "worker \"" ABS_TOP_BUILDDIR "/tests/support/fake_worker\": not ready: answered nonsense: what it wrote is no frame"},
};

START_TEST(worker_that_does_not_start)
{
    GError *error = NULL;
    struct batch *batch = batch_new();
    const char *const arguments[] = {bad_starts[_i].argument, NULL};
    struct pool_config config = {2, bad_starts[_i].program, arguments, NULL};
    add(batch, "good %g\n", 20);
    add(batch, "good %g\n", 20);
    batch->results = g_new0(struct sim_result *, batch->jobs->len);
    ck_fails(pool_run(&config, batch->jobs, deliver, batch, &error), error, bad_starts[_i].message);
    ck_assert_uint_eq(batch->n_delivered, 0);
    ck_assert_uint_eq(children(0), 0);
    batch_free(batch);
}
END_TEST

/* ---- the real one only ------------------------------------------------------------------------------------------------- */

/* In 39.3 each of these makes all later decks of its process fail. */
START_TEST(decks_that_poison_libngspice)
{
    static const char *const poisons[] = {
        "undefined\nv1 n 0 %g\nr1 n 0 {nope}\n.tran 0.1n 2.385n\n.end\n",
        "brace\nv1 n 0 %g\nr1 n 0 {2*3\n.tran 0.1n 2.385n\n.end\n",
        "include\nv1 n 0 %g\n.include \"/nonexistent/a.lib\"\n.tran 0.1n 2.385n\n.end\n",
        "function\nb1 n 0 v=nosuch(%g)\n.tran 0.1n 2.385n\n.end\n",
    };
    struct batch *batch = batch_new();
    for (guint i = 0; i < 24; i++)
        add(batch, i % 3 == 1 ? poisons[i / 3 % G_N_ELEMENTS(poisons)] : engines[0].decks[GOOD], 20);
    run_all(batch, &engines[0], 2);
    for (guint i = 0; i < 24; i++)
        if (i % 3 == 1)
            ck_assert_int_eq(batch->results[i]->status, SIM_BAD_DECK);
        else
            expect_own_value(batch, i);
    batch_free(batch);
}
END_TEST

#ifndef WITH_SANITIZERS
START_TEST(memory_limit_is_a_status)
{
    GString *hungry = g_string_new("hungry\nv1 n 0 sin(0 1 1meg)\nr1 n n0 1k\n");
    for (int i = 0; i < 200; i++)
        g_string_append_printf(hungry, "r_%d n%d n%d 1k\n", i, i, i + 1);
    g_string_append(hungry, ".tran 1n 1m\n.end\n");
    struct batch *batch = batch_new();
    for (int i = 0; i < 3; i++) {
        add(batch, i == 1 ? hungry->str : engines[0].decks[GOOD], 60);
        ((struct sim_job *)batch->jobs->pdata[i])->limits.memory_bytes = 400 << 20;
    }
    run_all(batch, &engines[0], 1);
    expect_own_value(batch, 0);
    ck_assert_msg(batch->results[1]->status == SIM_MEMORY, "%s", batch->results[1]->reason);
    ck_assert_ptr_nonnull(strstr(batch->results[1]->reason, "can't allocate"));
    expect_own_value(batch, 2);
    g_string_free(hungry, TRUE);
    batch_free(batch);
}
END_TEST
#endif

/* Ctrl-C at a terminal reaches all of the process group: the workers are in groups of their own. Sent to one, it does nothing. */
START_TEST(interrupts_do_not_reach_workers)
{
    struct batch *batch = batch_new();
    for (int i = 0; i < 60; i++)
        add(batch, engines[0].decks[GOOD], 20);
    setpgid(0, 0);
    signal(SIGINT, SIG_IGN);
    batch->interrupts = TRUE;
    run_all(batch, &engines[0], 2);
    for (guint i = 0; i < 60; i++) {
        expect_own_value(batch, i);
    }
    batch_free(batch);
}
END_TEST

/* A worker that nobody feeds any more ends; in the middle of an endless deck, too. */
START_TEST(workers_die_with_their_pool)
{
    int ends[2];
    char byte;
    ck_assert_int_eq(pipe(ends), 0); /* the write end is inherited by all, so end of file means that all are gone */
    pid_t pid = fork();
    if (pid == 0) {
        struct batch *batch = batch_new();
        add(batch, engines[0].decks[HANG], 0);
        add(batch, engines[0].decks[HANG], 0);
        close(ends[0]);
        run(batch, &engines[0], 2, NULL, NULL);
        _exit(0);
    }
    close(ends[1]);
    g_usleep(400 * 1000);
    kill(pid, SIGKILL);
    alarm(20);
    ck_assert_int_eq(read(ends[0], &byte, 1), 0);
    close(ends[0]);
}
END_TEST

START_TEST(probe_of_the_real_worker)
{
    GError *error = NULL;
    static const char *const none[] = {NULL};
    struct pool_config config = {0, engines[0].program, none, NULL};
    struct ngspice_facts facts;
    ck_ok(pool_probe(&config, &facts, &error), error);
    ck_assert_int_ge(atoi(facts.version), 39);
    ck_assert_int_eq(facts.has_klu, atoi(facts.version) >= 43);
    ngspice_facts_clear(&facts);
    ck_assert_uint_eq(children(0), 0);
    for (guint i = 0; i < G_N_ELEMENTS(bad_starts); i++) {
        const char *const arguments[] = {bad_starts[i].argument, NULL};
        config.program = bad_starts[i].program;
        config.arguments = arguments;
        ck_assert(!pool_probe(&config, &facts, &error));
        ck_assert_msg(g_str_has_prefix(error->message, "worker \""), "%s", error->message);
        g_clear_error(&error);
    }
    ck_assert_uint_eq(children(0), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("pool");
    TCase *t = tcase_create("contract");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, make_tmp, remove_tmp);
    tcase_add_loop_test(t, each_job_once_with_its_own_numbers, 0, G_N_ELEMENTS(engines));
    tcase_add_loop_test(t, failures_stay_with_their_jobs, 0, G_N_ELEMENTS(engines));
    tcase_add_loop_test(t, killed_workers_lose_nothing, 0, G_N_ELEMENTS(engines));
    tcase_add_loop_test(t, refused_delivery_stops, 0, G_N_ELEMENTS(engines));
    tcase_add_loop_test(t, a_signal_cancels_at_once, 0, G_N_ELEMENTS(engines));
    tcase_add_loop_test(t, no_jobs_no_workers, 0, G_N_ELEMENTS(engines));
    suite_add_tcase(s, t);
    t = tcase_create("fake");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, make_tmp, remove_tmp);
    tcase_add_loop_test(t, misdeeds_are_told, 0, G_N_ELEMENTS(misdeeds));
    tcase_add_test(t, second_answer_costs_the_worker_not_the_jobs);
    tcase_add_test(t, poison_blames_no_good_deck);
    tcase_add_test(t, failure_in_a_fresh_worker_is_final_and_ends_it);
    tcase_add_test(t, grown_worker_is_replaced);
    tcase_add_test(t, promised_bytes_are_not_allocated);
    tcase_add_test(t, large_decks_go_out_in_parts);
    tcase_add_loop_test(t, worker_that_does_not_start, 0, G_N_ELEMENTS(bad_starts));
    suite_add_tcase(s, t);
    t = tcase_create("real");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, make_tmp, remove_tmp);
    tcase_add_test(t, decks_that_poison_libngspice);
#ifndef WITH_SANITIZERS
    tcase_add_test(t, memory_limit_is_a_status);
#endif
    tcase_add_test(t, interrupts_do_not_reach_workers);
    tcase_add_test(t, workers_die_with_their_pool);
    tcase_add_test(t, probe_of_the_real_worker);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
