/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/ngspice.c -- everything that gainspice knows of libngspice's ways, measured with 39.3 and 46 (Debian, amd64; a cell of
 * four BSIM4 transistors, 241 points of time, one core).
 *
 * Start. Calling ngSpice_nospinit() or ngSpice_nospiceinit() before ngSpice_Init(), as the header asks, is a segmentation fault
 *   in 46, and 39.3 has neither. Both read $SPICE_SCRIPTS/spinit; then ./.spiceinit or, if there is none, the one in the home
 *   folder that the password file names, whatever $HOME says. Hence: an own folder with a .spiceinit of one comment line,
 *   $SPICE_SCRIPTS pointing there, and the folder removed when the library is up. spinit would load XSPICE's code models,
 *   which no deck of ours uses. No signal handler is installed, getcwd() is not called.
 *   BSIM4 logs to ./bsim4.out, which the removed folder refuses.
 * Files. Includes with relative paths are found by `set sourcepath`; those in an included file mean its folder.
 * Speed. `set num_threads=1`: the OpenMP default is two threads that spin in barriers. `set no_mem_check`: otherwise 46 reads
 *   /proc/meminfo at every point of time, 4.8 instead of 2.6 ms a run (39.3: 2.5 ms in any case). `set noinit`: no table of node
 *   voltages before a transient. No SendData callback: it allocates for each vector and point.
 * Memory. `destroy all`, `remcirc` and ngSpice_Command(NULL), which clears the command history, leave a growth of 0.11 kB a
 *   run with 46 and 0.01 kB with 39.3 over 2,000 runs; without NULL 0.6 kB, without `remcirc` 64 to 70 kB. Cleaning takes
 *   0.01 ms, loading 0.1 ms.
 * Exit. A missing include file, an unbalanced brace or an undefined parameter ends in ControlledExit (39.3: not the include
 *   file), which longjmps out of ngSpice_Circ; so does a failed allocation out of `run`. Decks loaded afterwards fail.
 * Output. Lines come with "stdout " or "stderr " in front. A long run prints "Reference value" five times a second: dropped.
 * Plots. ngSpice_AllPlots() and ngSpice_AllVecs() list the newest first; the scale is the last of a plot's vectors.
 */
#include "config.h"

#include "sim/ngspice.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h> /* sharedspice.h uses bool and does not include it */
#include <ngspice/sharedspice.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"

enum {
    LOG_LIMIT = 128 << 10, /* bytes; a .dc sweep that steps gmin at each point can print for ever … */
    LOG_HEAD = 64 << 10,   /* … and what matters stands in its first and its last lines */
    LOG_CUT = 32 << 10
};

/* The library is one a process, and its callbacks come with our pointer: this is what they write to. */
static struct session {
    gboolean started;
    gboolean exited; /* ControlledExit was called */
    GString *log;    /* where lines go; NULL: nowhere */
} session;

/* The mark of an earlier cut stands where this one begins, and goes with it. */
static void cut_middle(GString *log)
{
    const char *from = strchr(log->str + LOG_HEAD, '\n');
    const char *to = from != NULL ? strchr(from + LOG_CUT, '\n') : NULL;
    if (to == NULL)
        return;
    gssize at = from + 1 - log->str;
    g_string_erase(log, at, to - from);
    g_string_insert(log, at, "[...]\n");
}

static int on_line(char *line, int ident, void *user)
{
    (void)ident;
    struct session *s = user;
    if (s->log == NULL || strstr(line, "Reference value :") != NULL)
        return 0;
    gsize n = strcspn(line, "\r\n");
    while (n > 0 && g_ascii_isspace(line[n - 1]))
        n--;
    if (n == strlen("stderr"))
        return 0;
    g_string_append_len(s->log, line, (gssize)n);
    g_string_append_c(s->log, '\n');
    if (s->log->len > LOG_LIMIT)
        cut_middle(s->log);
    return 0;
}

static int on_exit_asked(int status, NG_BOOL at_once, NG_BOOL by_quit, int ident, void *user)
{
    (void)status, (void)at_once, (void)by_quit, (void)ident;
    ((struct session *)user)->exited = TRUE;
    return 0;
}

/* ngSpice_Command takes char * and changes nothing. */
static void command(const char *text)
{
    g_autofree char *copy = g_strdup(text);
    ngSpice_Command(copy);
}

static void scrub_environment(const char *folder)
{
    static const char *const read_by_ngspice[] = {
        "SPICE_NEWS",         "SPICE_HELP_DIR",         "SPICE_PATH",
        "SPICE_HOST",         "SPICE_BUGADDR",          "SPICE_EDITOR",
        "SPICE_ASCIIRAWFILE", "SPICE_USERINIT_DIR",     "NGSPICE_INPUT_DIR",
        "NGSPICE_OSDI_DIR",   "NGSPICE_MEAS_PRECISION", "LANG",
        "LANGUAGE",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(read_by_ngspice); i++)
        g_unsetenv(read_by_ngspice[i]);
    g_setenv("HOME", folder, TRUE);
    g_setenv("SPICE_LIB_DIR", folder, TRUE);
    g_setenv("SPICE_SCRIPTS", folder, TRUE);
    g_setenv("LC_ALL", "C", TRUE);
    setlocale(LC_ALL, "C");
}

/* Relative paths of .include and .lib mean the folder that the process was started in. It is named by a descriptor that stays
 * open, since its own name may hold what `set` takes for syntax. */
static void set_sourcepath(int folder_fd)
{
    g_autofree char *text = g_strdup_printf("set sourcepath = ( /proc/self/fd/%d )", folder_fd);
    command(text);
}

gboolean ngspice_start(GError **error)
{
    g_assert(!session.started);
    int from_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", error);
    if (folder == NULL)
        return FALSE;
    g_autofree char *init = g_build_filename(folder, ".spiceinit", NULL);
    FILE *file = fopen(init, "w");
    gboolean inside = file != NULL && fputs("* none\n", file) >= 0;
    if (file != NULL)
        inside = fclose(file) == 0 && inside;
    inside = inside && chdir(folder) == 0;
    if (!inside)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SYSTEM, "%s: cannot be used: %s", folder, g_strerror(errno));
    if (inside) {
        scrub_environment(folder);
        ngSpice_Init(on_line, NULL, on_exit_asked, NULL, NULL, NULL, &session);
        command("set num_threads=1");
        command("set no_mem_check");
        command("set noinit");
        command("set noaskquit");
        command("unset moremode");
        if (from_fd >= 0)
            set_sourcepath(from_fd);
    }
    g_unlink(init);
    g_rmdir(folder);
    if (inside && session.exited)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SIMULATOR, "libngspice: asked to exit while it started");
    session.started = inside && !session.exited;
    return session.started;
}

/* The lines up to .end, which ngSpice_Circ() must see last: without it the deck would go on in the next one. Lines of `text`. */
static GPtrArray *split_deck(char *text)
{
    static char end[] = ".end";
    GPtrArray *lines = g_ptr_array_new();
    for (char *line = text, *next; line != NULL && *line != '\0'; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        g_strchomp(line);
        if (g_ascii_strcasecmp(line, end) == 0)
            break;
        g_ptr_array_add(lines, line);
    }
    g_ptr_array_add(lines, end);
    g_ptr_array_add(lines, NULL);
    return lines;
}

/* Address space of the process. Sanitizers need terabytes of it for their shadow. */
static void limit_memory(gsize bytes)
{
#ifndef WITH_SANITIZERS
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0)
        return;
    limit.rlim_cur = bytes == 0 ? limit.rlim_max : MIN((rlim_t)bytes, limit.rlim_max);
    setrlimit(RLIMIT_AS, &limit);
#else
    (void)bytes;
#endif
}

/* Names of types as raw files spell them, by libngspice's numbers. */
static const char *type_name(int type)
{
    static const char *const names[] = {
        [0] = "notype",          [1] = "time",        [2] = "frequency",
        [3] = "voltage",         [4] = "current",     [5] = "voltage-density",
        [6] = "current-density", [14] = "temp-sweep", [15] = "res-sweep",
    };
    gboolean known = type >= 0 && type < (int)G_N_ELEMENTS(names) && names[type] != NULL;
    return known ? names[type] : "notype";
}

/* The interface tells "tran1", not what raw files call it. */
static const char *plot_name(const char *typename, const char *scale)
{
    static const struct {
        const char *prefix, *name;
    } names[] = {
        {"tran", "Transient Analysis"}, {"dc", "DC transfer characteristic"}, {"ac", "AC Analysis"},
        {"op", "Operating Point"},      {"sens", "Sensitivity Analysis"},     {"tf", "Transfer Function"},
        {"pz", "Pole-Zero Analysis"},
    };
    if (g_str_has_prefix(typename, "noise"))
        return g_ascii_strcasecmp(scale, "frequency") == 0 ? "Noise Spectral Density Curves" : "Integrated Noise";
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_has_prefix(typename, names[i].prefix) && g_ascii_isdigit(typename[strlen(names[i].prefix)]))
            return names[i].name;
    return typename;
}

static const struct vector_info *find_vector(const char *plot, const char *vector)
{
    g_autofree char *name = g_strconcat(plot, ".", vector, NULL);
    return ngGet_Vec_Info(name);
}

/* A vector shorter than the scale (a run that ended between two) keeps NAN where it has no value. */
static void copy_vector(struct plot *plot, const char *name, const struct vector_info *info)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    struct vector *vector = plot_add(plot, lower, type_name(info->v_type));
    gsize n = MIN((gsize)MAX(info->v_length, 0), plot->n_points);
    if (info->v_realdata != NULL && n > 0)
        memcpy(vector->real, info->v_realdata, n * sizeof *vector->real);
    if (info->v_compdata != NULL)
        for (gsize i = 0; i < n; i++) {
            vector->real[i] = info->v_compdata[i].cx_real;
            vector->imag[i] = info->v_compdata[i].cx_imag;
        }
    for (gsize i = n; i < plot->n_points; i++)
        vector->real[i] = NAN;
}

static struct plot *copy_plot(char *typename, const char *title)
{
    g_auto(GStrv) names = g_strdupv(ngSpice_AllVecs(typename));
    guint n = names != NULL ? g_strv_length(names) : 0;
    if (n == 0)
        return NULL;
    const struct vector_info *info = find_vector(typename, names[n - 1]);
    gsize n_points = info != NULL && info->v_length > 0 ? (gsize)info->v_length : 0;
    gboolean is_complex = FALSE;
    for (guint i = n; i-- > 0 && !is_complex;) {
        info = find_vector(typename, names[i]);
        is_complex = info != NULL && info->v_compdata != NULL;
    }
    struct plot *plot = plot_new(title, plot_name(typename, names[n - 1]), is_complex, n_points);
    for (guint i = n; i-- > 0;)
        if ((info = find_vector(typename, names[i])) != NULL)
            copy_vector(plot, names[i], info);
    return plot;
}

static GPtrArray *copy_plots(const char *title)
{
    GPtrArray *plots = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    g_auto(GStrv) typenames = g_strdupv(ngSpice_AllPlots());
    for (guint i = typenames != NULL ? g_strv_length(typenames) : 0; i-- > 0;) {
        struct plot *plot = strcmp(typenames[i], "const") != 0 ? copy_plot(typenames[i], title) : NULL;
        if (plot != NULL)
            g_ptr_array_add(plots, plot);
    }
    return plots;
}

GPtrArray *ngspice_run(const char *deck, gsize memory_bytes, GString *log)
{
    g_assert(session.started && !session.exited);
    g_autofree char *text = g_strdup(deck);
    g_autoptr(GPtrArray) lines = split_deck(text);
    g_autofree char *title = g_strdup(lines->pdata[0]);
    session.log = log;
    limit_memory(memory_bytes);
    ngSpice_Circ((char **)lines->pdata);
    if (!session.exited)
        command("run");
    limit_memory(0);
    session.log = NULL;
    if (session.exited)
        return NULL;
    GPtrArray *plots = copy_plots(title);
    command("destroy all");
    command("remcirc");
    ngSpice_Command(NULL);
    return plots;
}

/* What a command prints. Newly allocated. */
static GString *command_output(const char *text)
{
    GString *log = g_string_new(NULL);
    session.log = log;
    command(text);
    session.log = NULL;
    return log;
}

/* "** ngspice-46 : Circuit level simulation program" → "46". Newly allocated; NULL if there is none. */
static char *banner_version(const char *banner)
{
    const char *found = strstr(banner, "ngspice-");
    if (found == NULL)
        return NULL;
    found += strlen("ngspice-");
    gsize n = strspn(found, "0123456789.+");
    return n > 0 ? g_strndup(found, n) : NULL;
}

gboolean ngspice_probe(struct ngspice_facts *facts, GError **error)
{
    static const char klu_deck[] = "klu\nv1 a 0 2.385\nr1 a 0 1k\n.options klu\n.op\n.end\n";
    GString *banner = command_output("version");
    GString *osdi = command_output("osdi");
    GString *klu = g_string_new(NULL);
    GPtrArray *plots = ngspice_run(klu_deck, 0, klu);
    *facts = (struct ngspice_facts){
        .version = banner_version(banner->str),
        .has_klu = plots != NULL && strstr(klu->str, "Using KLU") != NULL,
        .has_osdi = strstr(osdi->str, "no such command") == NULL,
    };
    if (plots != NULL)
        g_ptr_array_unref(plots);
    g_string_free(klu, TRUE);
    g_string_free(osdi, TRUE);
    g_string_free(banner, TRUE);
    if (facts->version == NULL)
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_SIMULATOR, "libngspice: its banner names no version");
    return facts->version != NULL;
}

void ngspice_facts_clear(struct ngspice_facts *facts)
{
    g_clear_pointer(&facts->version, g_free);
}
