/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow/slurm.c -- the engine on Slurm: a job array of shards, and a job behind it that merges them.
 *
 * State     All of it lies in the folder of the submission (shards.h) and in Slurm. The jobs have the folder's name, so whoever calls
 *           again, on any machine, finds them by it, and nothing is lost between two calls of sbatch. The watcher only looks on: the
 *           merge is a job, so that results arrive when nobody watches.
 * Store     From before the submission until the jobs are over the design's store is closed here: the merge may run at any time, on
 *           another machine.
 * Ends      afterany: shards that failed, were cancelled or ran out of time are merged as far as they came. Whatever the merge job
 *           left undone, because it was cancelled too, the watcher or the next call does.
 */
#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "design/site.h"
#include "flow/engine.h"
#include "flow/shards.h"

#define SHARD_S 300.0     /* expected CPU time of a shard where the site says nothing: starting one costs seconds */
#define MOST_SHARDS 100   /* then */
#define PAUSE_FIRST_S 0.5 /* between two looks; each pause is longer by PAUSE_GROWTH */
#define PAUSE_GROWTH 1.2
#define PAUSE_LAST_S 5.0
#define SILENT_LOOKS 60   /* squeue may fail so often in a row: 4 minutes, while a controller starts again */
#define UNSEEN_LOOKS 6    /* a job that was just submitted may be unknown to squeue for so many looks: 5 s */
#define SHOWN_BYTES 400   /* of what a tool says */

/* ---- Slurm's commands ---- */

static void leave_group(gpointer unused)
{
    (void)unused;
    setpgid(0, 0); /* Ctrl-C is ours: half a submission helps nobody */
}

/* "sbatch: error: a\nsbatch: error: b\n" as "a; b". Newly allocated. */
static char *one_sentence(const char *tool, const char *said)
{
    g_autoptr(GString) joined = g_string_new(NULL);
    g_autofree char *own = g_strconcat(tool, ": ", NULL);
    g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        const char *text = g_strstrip(*line);
        text += g_str_has_prefix(text, own) ? strlen(own) : 0;
        text += g_str_has_prefix(text, "error: ") ? strlen("error: ") : 0;
        if (*text != '\0')
            g_string_append_printf(joined, "%s%s", joined->len > 0 ? "; " : "", text);
    }
    return text_line(joined->str, SHOWN_BYTES);
}

/* Runs one; *out (may be NULL) is what it printed, newly allocated. A failure is what it said, placed at `from`. */
static gboolean call(GPtrArray *argv, char **out, struct origin from, GError **error)
{
    g_autofree char *said = NULL, *printed = NULL;
    g_autoptr(GError) failed = NULL;
    int status = 0;
    const char *tool = argv->pdata[0];
    if (argv->pdata[argv->len - 1] != NULL)
        g_ptr_array_add(argv, NULL);
    if (!g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, leave_group, NULL, &printed, &said, &status, &failed)) {
        gboolean absent = g_error_matches(failed, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
        error_set_at(error, GAINSPICE_ERROR_SYSTEM, origin_at(NULL, 0), "%s: %s", tool,
                     absent ? "not found: --engine slurm needs Slurm's commands in PATH" : failed->message);
        return FALSE;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        g_autofree char *told = one_sentence(tool, said);
        error_set_at(error, GAINSPICE_ERROR_SYSTEM, from, "%s: %s", tool, *told != '\0' ? told : "failed without a word");
        return FALSE;
    }
    if (out != NULL)
        *out = g_steal_pointer(&printed);
    return TRUE;
}

static void add(GPtrArray *argv, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void add(GPtrArray *argv, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_ptr_array_add(argv, g_strdup_vprintf(format, ap));
    va_end(ap);
}

static GPtrArray *command(const char *tool)
{
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
    add(argv, "%s", tool);
    return argv;
}

/* ---- submitting ---- */

/* A folder of shards, and the jobs that work on it. */
struct submission {
    char *folder; /* absolute */
    char *name;   /* of the shards' jobs; the merge's is NAME-merge */
    GPtrArray *shards; /* struct shard: those that there were at first */
};

static void submission_free(gpointer data)
{
    struct submission *submission = data;
    g_free(submission->folder);
    g_free(submission->name);
    g_ptr_array_unref(submission->shards);
    g_free(submission);
}

static struct submission *submission_at(const struct flow *flow, const char *folder)
{
    struct submission *submission = g_new0(struct submission, 1);
    g_autofree char *last = g_path_get_basename(folder);
    submission->folder = g_canonicalize_filename(folder, NULL);
    submission->name = g_strdup_printf("gainspice-%s-%s", flow->design->name, last);
    submission->shards = shards_look(submission->folder);
    return submission;
}

static guint count_shards(const struct site *site, const struct plan *plan)
{
    if (site->n_shards > 0)
        return (guint)site->n_shards;
    if (site->points_per_shard > 0)
        return (guint)((plan->n_missing + (gsize)site->points_per_shard - 1) / (gsize)site->points_per_shard);
    return (guint)CLAMP(ceil(plan->missing_cpu_s / SHARD_S), 1, MOST_SHARDS);
}

/* In sbatch's patterns of file names % is special. Newly allocated. */
static char *without_patterns(const char *path)
{
    GString *text = g_string_new(path);
    g_string_replace(text, "%", "%%", 0);
    return g_string_free(text, FALSE);
}

/* What both kinds of job take. */
static GPtrArray *sbatch(const struct site *site, const char *name, const char *log)
{
    GPtrArray *argv = command("sbatch");
    g_autofree char *here = g_get_current_dir();
    static const char *const always[] = {"--parsable", "--requeue", "--open-mode=append", "--ntasks=1"};
    for (gsize i = 0; i < G_N_ELEMENTS(always); i++)
        add(argv, "%s", always[i]);
    add(argv, "--job-name=%s", name);
    add(argv, "--chdir=%s", here);
    add(argv, "--output=%s", log);
    const struct {
        const char *option, *value;
    } given[] = {{"partition", site->partition}, {"account", site->account}, {"time", site->time_limit}, {"mem", site->memory}};
    for (gsize i = 0; i < G_N_ELEMENTS(given); i++)
        if (given[i].value != NULL)
            add(argv, "--%s=%s", given[i].option, given[i].value);
    for (guint i = 0; i < site->options->len; i++)
        add(argv, "%s", (const char *)site->options->pdata[i]);
    return argv;
}

/* The number that sbatch --parsable prints: "12" or "12;cluster". Newly allocated. */
static gboolean submit(GPtrArray *argv, const struct site *site, char **id, GError **error)
{
    g_autofree char *printed = NULL;
    if (!call(argv, &printed, site->origin, error))
        return FALSE;
    gsize n = strspn(printed, "0123456789");
    if (n == 0) {
        g_autofree char *line = text_line(g_strstrip(printed), SHOWN_BYTES);
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "sbatch: \"%s\": expected the number of a job", line);
        return FALSE;
    }
    *id = g_strndup(printed, n);
    return TRUE;
}

static gboolean submit_shards(const struct flow *flow, const struct site *site, const struct submission *submission, guint n_shards,
                              char **id, GError **error)
{
    g_autofree char *folder = without_patterns(submission->folder), *log = g_strconcat(folder, "/%a.log", NULL);
    g_autoptr(GPtrArray) argv = sbatch(site, submission->name, log);
    g_autofree char *at_once = site->at_once > 0 ? g_strdup_printf("%%%d", site->at_once) : g_strdup("");
    add(argv, "--array=1-%u%s", n_shards, at_once);
    add(argv, "--cpus-per-task=%d", site->n_cpus);
    add(argv, "%s/job.sh", submission->folder);
    add(argv, "shard");
    add(argv, "--folder=%s", submission->folder);
    add(argv, "--jobs=%d", site->n_cpus);
    add(argv, "--timeout=%.17g", flow->options.timeout_s);
    add(argv, "--memory=%.17g", flow->options.memory_MB);
    if (flow->options.sets_accuracy)
        add(argv, "--accuracy=%s", accuracy_name(flow->options.accuracy));
    add(argv, "--");
    add(argv, "%s", flow->design->file);
    return submit(argv, site, id, error);
}

static gboolean submit_merge(const struct site *site, const struct submission *submission, const char *after, GError **error)
{
    g_autofree char *folder = without_patterns(submission->folder), *log = g_strconcat(folder, "/merge.log", NULL);
    g_autofree char *name = g_strconcat(submission->name, "-merge", NULL), *id = NULL;
    g_autoptr(GPtrArray) argv = sbatch(site, name, log);
    add(argv, "--dependency=afterany:%s", after);
    add(argv, "%s/job.sh", submission->folder);
    add(argv, "merge");
    add(argv, "%s", submission->folder);
    return submit(argv, site, &id, error);
}

static gboolean write_script(const struct site *site, const char *folder, GError **error)
{
    g_autofree char *own = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *program = g_shell_quote(site->program != NULL ? site->program : own != NULL ? own : "gainspice");
    g_autofree char *path = g_build_filename(folder, "job.sh", NULL);
    g_autoptr(GString) text = g_string_new("#!/bin/sh\n# What the jobs of this folder run; written by gainspice.\n");
    for (guint i = 0; i < site->before->len; i++)
        g_string_append_printf(text, "%s\n", (const char *)site->before->pdata[i]);
    g_string_append_printf(text, "exec %s \"$@\"\n", program);
    return file_write(path, text->str, text->len, error);
}

/* The folder of a new submission, with the points of each shard. NULL sets `error`. */
static struct submission *make_folder(const struct flow *flow, const struct plan *plan, guint n_shards, const guint *shard_of, GError **error)
{
    g_autofree char *above = g_build_filename(flow->folder, "shards", NULL), *folder = g_build_filename(above, "XXXXXX", NULL);
    if (!folder_make(above, error))
        return NULL;
    if (g_mkdtemp_full(folder, 0777) == NULL) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "%s: a folder cannot be made: %s", above, g_strerror(errno));
        return NULL;
    }
    if (shards_write(folder, plan, shard_of, n_shards, error))
        return submission_at(flow, folder);
    shards_forget(folder);
    return NULL;
}

/* Both jobs or none. NULL sets `error`. */
static struct submission *submit_plan(const struct flow *flow, const struct plan *plan, const struct site *site, GError **error)
{
    guint n_shards = count_shards(site, plan);
    g_autofree guint *shard_of = shards_divide(plan, &n_shards);
    g_autofree char *id = NULL;
    struct submission *submission = make_folder(flow, plan, n_shards, shard_of, error);
    if (submission == NULL)
        return NULL;
    gboolean ok = write_script(site, submission->folder, error) && submit_shards(flow, site, submission, n_shards, &id, error);
    if (ok && !submit_merge(site, submission, id, error)) {
        g_autoptr(GPtrArray) argv = command("scancel");
        add(argv, "%s", id);
        call(argv, NULL, site->origin, NULL);
        ok = FALSE;
    }
    if (!ok) {
        shards_forget(submission->folder);
        g_clear_pointer(&submission, submission_free);
    }
    return submission;
}

/* ---- watching ---- */

struct watch {
    struct flow *flow;
    const struct submission *submission;
    GHashTable *states;     /* number of a shard (as pointer) → its last state, such as "RUNNING" */
    char *id;               /* of the job array; NULL until it was seen */
    guint n_run, n_wait;    /* shards */
    char *reason;           /* why one waits; NULL: none does */
    gboolean merge_lives;
    guint n_silent;         /* looks without an answer */
    guint n_unseen;         /* looks at which no job may be there, since there will be one */
    gint64 started_us;
};

static gboolean is_over(const char *state)
{
    static const char *const ends[] = {"BOOT_FAIL", "CANCELLED", "COMPLETED",     "DEADLINE", "FAILED",
                                       "NODE_FAIL", "PREEMPTED", "OUT_OF_MEMORY", "REVOKED",  "TIMEOUT"};
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
        if (strcmp(state, ends[i]) == 0)
            return TRUE;
    return FALSE;
}

/* "12|gainspice-x-Ab3|7|RUNNING|None": array, name, index, state, reason. */
static void take_line(struct watch *watch, char **fields)
{
    gboolean over = is_over(fields[3]);
    if (strcmp(fields[1], watch->submission->name) != 0) {
        watch->merge_lives = watch->merge_lives || !over;
        return;
    }
    g_free(watch->id);
    watch->id = g_strdup(fields[0]);
    g_hash_table_replace(watch->states, GUINT_TO_POINTER((guint)g_ascii_strtoull(fields[2], NULL, 10)), g_strdup(fields[3]));
    if (strcmp(fields[3], "PENDING") == 0) {
        watch->n_wait++;
        g_free(watch->reason);
        watch->reason = g_strdup(fields[4]);
    } else if (!over) {
        watch->n_run++;
    }
}

/* Asks Slurm for the jobs. FALSE: no answer. */
static gboolean look(struct watch *watch, GError **error)
{
    g_autoptr(GPtrArray) argv = command("squeue");
    g_autofree char *printed = NULL;
    static const char *const always[] = {"--noheader", "--array", "--states=all", "--format=%F|%j|%K|%T|%r"};
    for (gsize i = 0; i < G_N_ELEMENTS(always); i++)
        add(argv, "%s", always[i]);
    add(argv, "--user=%u", (guint)getuid());
    add(argv, "--name=%s,%s-merge", watch->submission->name, watch->submission->name);
    if (!call(argv, &printed, origin_at(NULL, 0), error))
        return FALSE;
    watch->n_run = watch->n_wait = 0;
    watch->merge_lives = FALSE;
    g_clear_pointer(&watch->reason, g_free);
    g_auto(GStrv) lines = g_strsplit(printed, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) fields = g_strsplit(g_strstrip(*line), "|", 5);
        if (g_strv_length(fields) == 5)
            take_line(watch, fields);
    }
    return TRUE;
}

/* "2 shards run, 3 wait (Resources)". Newly allocated. */
static char *state_text(const struct watch *watch)
{
    if (watch->n_silent > 0)
        return g_strdup("squeue does not answer");
    if (watch->n_run + watch->n_wait == 0)
        return g_strdup(watch->id != NULL || watch->n_unseen == 0 ? "merging" : "submitted");
    GString *text = g_string_new(NULL);
    if (watch->n_run > 0)
        g_string_append_printf(text, "%u shard%s run%s", watch->n_run, watch->n_run > 1 ? "s" : "", watch->n_run > 1 ? "" : "s");
    if (watch->n_wait > 0)
        g_string_append_printf(text, "%s%u wait%s (%s)", watch->n_run > 0 ? ", " : "", watch->n_wait, watch->n_wait > 1 ? "" : "s",
                               watch->reason);
    return g_string_free(text, FALSE);
}

/* `n_failed` where the store tells better than the shards did. */
static void report(const struct watch *watch, const char *state, const gsize *n_failed)
{
    struct flow_progress progress = {.state = state, .elapsed_s = (double)(g_get_monotonic_time() - watch->started_us) * 1e-6};
    for (guint s = 0; s < watch->submission->shards->len; s++) {
        struct shard *shard = watch->submission->shards->pdata[s];
        shard_look(watch->submission->folder, shard);
        progress.done += shard->n_done;
        progress.failed += shard->n_failed;
        progress.total += shard->n_points;
    }
    if (n_failed != NULL)
        progress.failed = *n_failed;
    if (watch->flow->options.progress != NULL)
        watch->flow->options.progress(&progress, watch->flow->options.user);
}

/* A signal ends it early. */
static void nap(double pause_s)
{
    struct timespec pause = {(time_t)pause_s, (long)(fmod(pause_s, 1) * 1e9)};
    nanosleep(&pause, NULL);
}

/* Until no job of the submission is left. FALSE: the user has enough, or Slurm is gone; the jobs go on. */
static gboolean await_end(struct watch *watch, GError **error)
{
    const char *name = watch->submission->name;
    for (double pause_s = PAUSE_FIRST_S;; pause_s = fmin(pause_s * PAUSE_GROWTH, PAUSE_LAST_S)) {
        g_autoptr(GError) failed = NULL;
        if (look(watch, &failed)) {
            watch->n_silent = 0;
            if (watch->n_run + watch->n_wait == 0 && !watch->merge_lives && (watch->id != NULL || watch->n_unseen == 0))
                return TRUE;
            watch->n_unseen -= watch->n_unseen > 0;
        } else if (++watch->n_silent > SILENT_LOOKS) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "%s; jobs %s go on, the same command comes back to them",
                        failed->message, name);
            return FALSE;
        }
        g_autofree char *state = state_text(watch);
        report(watch, state, NULL);
        nap(flow_goes_on(watch->flow, NULL) ? pause_s : 0);
        if (!flow_goes_on(watch->flow, NULL)) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_CANCELLED,
                        "stopped; job %s goes on: the same command comes back to it, scancel --name=%s ends it",
                        watch->id != NULL ? watch->id : "array", name);
            return FALSE;
        }
    }
}

/* ---- endings ---- */

/* What became of a shard that lacks points. Newly allocated. */
static char *ending_text(const struct watch *watch, const struct site *site, guint number, const char *state, enum gainspice_error *code)
{
    int status = 0;
    g_autofree char *said = shard_reason(watch->submission->folder, number, &status);
    *code = GAINSPICE_ERROR_SYSTEM;
    if (strcmp(state, "CANCELLED") == 0) {
        *code = GAINSPICE_ERROR_CANCELLED;
        return g_strdup("was cancelled");
    }
    if (strcmp(state, "TIMEOUT") == 0)
        return g_strdup_printf("ran into its time limit%s%s", site->time_limit != NULL ? ", " : "", site->time_limit != NULL ? site->time_limit : "");
    if (strcmp(state, "OUT_OF_MEMORY") == 0)
        return g_strdup("needed more memory than its job has");
    if (strcmp(state, "NODE_FAIL") == 0 || strcmp(state, "BOOT_FAIL") == 0)
        return g_strdup("lost its node and was not started again");
    if (strcmp(state, "PREEMPTED") == 0)
        return g_strdup("was preempted and not started again");
    if (status == 3)
        *code = GAINSPICE_ERROR_SIMULATOR;
    return said != NULL ? g_strdup_printf("failed: %s", said) : g_strdup_printf("ended as %s and said nothing", state);
}

/* One sentence on the first shard that lacks points. */
static void explain(const struct watch *watch, const struct site *site, const struct plan *plan, GError **error)
{
    enum gainspice_error code = GAINSPICE_ERROR_SYSTEM;
    g_autoptr(GPtrArray) left = shards_look(watch->submission->folder);
    g_autofree char *what = NULL;
    if (left->len > 0) {
        guint number = ((const struct shard *)left->pdata[0])->number;
        const char *state = g_hash_table_lookup(watch->states, GUINT_TO_POINTER(number));
        g_autofree char *ending = ending_text(watch, site, number, state != NULL ? state : "UNKNOWN", &code);
        what = g_strdup_printf("shard %u of job %s %s", number, watch->id != NULL ? watch->id : watch->submission->name, ending);
    }
    error_set_at(error, code, site->origin,
                 "%s; %" G_GSIZE_FORMAT " of %u points are missing, the others are kept: the same command goes on with the rest (see %s)",
                 what != NULL ? what : "the shards ended early", plan->n_missing, plan->points->len, watch->submission->folder);
}

/* Looks on until the jobs are over, and takes what the merge job did not. The watch is there until it is cleared. */
static gboolean see_through(struct watch *watch, struct flow *flow, const struct submission *submission, gboolean is_new, struct plan *plan,
                            GError **error)
{
    *watch = (struct watch){.flow = flow,
                            .submission = submission,
                            .n_unseen = is_new ? UNSEEN_LOOKS : 0,
                            .states = g_hash_table_new_full(NULL, NULL, NULL, g_free),
                            .started_us = g_get_monotonic_time()};
    if (!await_end(watch, error))
        return FALSE;
    gsize n_failed = plan->n_failed;
    if (!shards_merge(submission->folder, error) || !plan_refresh(flow, plan, error))
        return FALSE;
    n_failed = plan->n_failed - n_failed;
    report(watch, NULL, &n_failed);
    return TRUE;
}

static void watch_clear(struct watch *watch)
{
    g_clear_pointer(&watch->states, g_hash_table_unref);
    g_free(watch->id);
    g_free(watch->reason);
}

/* Submissions of earlier calls: those that still run are watched to their end, the others merged and cleared away. */
static gboolean see_earlier_through(struct flow *flow, struct plan *plan, GError **error)
{
    g_autofree char *above = g_build_filename(flow->folder, "shards", NULL);
    g_autoptr(GPtrArray) submissions = g_ptr_array_new_with_free_func(submission_free);
    gboolean ok = TRUE;
    GDir *dir = g_dir_open(above, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *folder = g_build_filename(above, name, NULL);
        g_ptr_array_add(submissions, submission_at(flow, folder));
    }
    if (dir != NULL)
        g_dir_close(dir);
    for (guint i = 0; ok && i < submissions->len; i++) {
        const struct submission *submission = submissions->pdata[i];
        struct watch watch = {0};
        ok = see_through(&watch, flow, submission, FALSE, plan, error);
        watch_clear(&watch);
        g_clear_pointer(&flow->store, store_close);
        if (ok)
            shards_forget(submission->folder);
    }
    return ok;
}

static gboolean simulate_missing(struct flow *flow, struct plan *plan, const struct site *site, GError **error)
{
    struct submission *submission = submit_plan(flow, plan, site, error);
    if (submission == NULL)
        return FALSE;
    struct watch watch = {0};
    gboolean ok = see_through(&watch, flow, submission, TRUE, plan, error);
    if (ok && plan->n_missing > 0) {
        explain(&watch, site, plan, error);
        ok = FALSE;
    }
    watch_clear(&watch);
    submission_free(submission);
    return ok;
}

static gboolean simulate_on_slurm(struct flow *flow, struct plan *plan, GError **error)
{
    struct site *site = site_read(flow->options.site, error);
    if (site != NULL && plan->n_missing > 0)
        g_clear_pointer(&flow->store, store_close);
    gboolean ok = site != NULL && (plan->n_missing == 0 || see_earlier_through(flow, plan, error));
    if (ok && plan->n_missing > 0)
        ok = flow_goes_on(flow, error) && simulate_missing(flow, plan, site, error);
    site_free(site);
    return ok && flow_need_store(flow, error);
}

const struct engine engine_slurm = {"slurm", simulate_on_slurm};
