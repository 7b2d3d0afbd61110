/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/judge.c -- what a run's lines and plots mean.
 *
 * libngspice returns 0 for nearly everything, so the verdict comes from what it printed and left. The lines below were
 * provoked with 39.3 and 46; where the two differ both forms are known. The rules, in order:
 *
 *   1. The first line of stderr that says failure decides the status, except that memory beats all. Most of what begins with
 *      "Warning", "Note", "Trying gmin" or "Supplies reduced" is no failure: ngspice steps gmin and sources, meets singular
 *      matrices on the way ("check node x") and recovers. If it does not, "doAnalyses: …" and "aborted" follow, and they say so.
 *      "-1 out of range for sqrt" is an "Error" that a later iteration repairs.
 *   2. Without such a line the plots decide: expected plot, probes' vectors, finite values, points, end of the scale.
 *
 * Lines of the deck: "Error on line 8 or its substitute:" counts lines of the deck, also inside subcircuits and with comments;
 * 46's "Error in netlist line no. 14, new internal line no. 8:" means line 8; 39.3 writes "Error on line:" or "Netlist line
 * no. 0:" for cards of subcircuits. In included files both count lines of that file, mostly without naming it. So a number
 * is believed if the card there contains the name that the message quotes; otherwise the only card that contains it is taken.
 */
#include "config.h"

#include "sim/sim.h"

#include <math.h>
#include <string.h>

#include "base/quantity.h"

static const char *const status_names[] = {
#define X(id, name) [id] = name,
    SIM_STATUSES(X)
#undef X
};

const char *sim_status_name(enum sim_status status)
{
    return status_names[status];
}

gboolean sim_status_from_name(const char *name, enum sim_status *status)
{
    for (gsize i = 0; i < G_N_ELEMENTS(status_names); i++)
        if (strcmp(status_names[i], name) == 0) {
            *status = (enum sim_status)i;
            return TRUE;
        }
    return FALSE;
}

void sim_result_free(struct sim_result *result)
{
    if (result == NULL)
        return;
    g_free(result->reason);
    g_free(result->log);
    if (result->plots != NULL)
        g_ptr_array_unref(result->plots);
    g_free(result);
}

/* Lower case; the first rule that fits a line holds. `anywhere`: in the line; otherwise at its start. */
static const struct rule {
    const char *text;
    gboolean anywhere;
    enum sim_status status;
} rules[] = {
    {"can't allocate", TRUE, SIM_MEMORY},
    {"memory exhausted", TRUE, SIM_MEMORY},
    {"out of memory", TRUE, SIM_MEMORY},
    {"out of range for ", TRUE, SIM_OK},
    {"instance line, ignored", TRUE, SIM_BAD_DECK}, /* a warning only, but a device of the deck is not in the circuit */
    {"on non-existent node", TRUE, SIM_BAD_DECK},   /* .ic and .nodeset, "ignored" */
    {"warning: no job", FALSE, SIM_BAD_DECK},       /* no analysis in the deck */
    {"warning", FALSE, SIM_OK},
    {"note", FALSE, SIM_OK},
    {"trying gmin", FALSE, SIM_OK},
    {"supplies reduced", FALSE, SIM_OK},
    {"timestep too small", TRUE, SIM_NOT_CONVERGED},
    {"no convergence", TRUE, SIM_NOT_CONVERGED},
    {"iteration limit reached", TRUE, SIM_NOT_CONVERGED},
    {"matrix is singular", TRUE, SIM_NOT_CONVERGED},
    {"operating point could not be", TRUE, SIM_NOT_CONVERGED},
    {"finding the operating point", TRUE, SIM_NOT_CONVERGED},
    {"error", FALSE, SIM_BAD_DECK},
    {"fatal error", FALSE, SIM_BAD_DECK},
    {"doanalyses:", FALSE, SIM_BAD_DECK},
    {"netlist line no.", FALSE, SIM_BAD_DECK},
    {"yyparse error", FALSE, SIM_BAD_DECK},
    {"pterror", FALSE, SIM_BAD_DECK},
    {"too few parameters", FALSE, SIM_BAD_DECK},
    {"too many parameters", FALSE, SIM_BAD_DECK},
    {"run simulation", FALSE, SIM_BAD_DECK}, /* "(s) aborted", "not started" */
    {"malloc: internal error", FALSE, SIM_MEMORY},
};

/* The log in lines of stderr, without the prefix; others count for nothing. */
struct line {
    const char *text;
    enum sim_status status; /* what it says; SIM_OK: nothing bad */
};

static enum sim_status line_status(const char *text)
{
    g_autofree char *lower = g_ascii_strdown(text, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        if (rules[i].anywhere ? strstr(lower, rules[i].text) != NULL : g_str_has_prefix(lower, rules[i].text))
            return rules[i].status;
    return SIM_OK;
}

static GArray *read_lines(char **raw)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct line));
    for (; *raw != NULL; raw++)
        if (g_str_has_prefix(*raw, "stderr ")) {
            const char *text = *raw + strlen("stderr ");
            struct line line = {text, line_status(text)};
            g_array_append_val(lines, line);
        }
    return lines;
}

static const struct line *line_at(const GArray *lines, guint i)
{
    return i < lines->len ? &g_array_index(lines, struct line, i) : NULL;
}

/* One space between words, none at the ends. Newly allocated. */
static char *squeezed(const char *text)
{
    GString *s = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        gboolean blank = g_ascii_isspace(*text) || g_ascii_iscntrl(*text);
        if (!blank)
            g_string_append_c(s, *text);
        else if (s->len > 0 && s->str[s->len - 1] != ' ')
            g_string_append_c(s, ' ');
    }
    if (s->len > 0 && s->str[s->len - 1] == ' ')
        g_string_truncate(s, s->len - 1);
    return g_string_free(s, FALSE);
}

/* The number behind the last "line [no.|number]" of a text; 0: there is none. */
static int line_number(const char *text)
{
    int number = 0;
    for (const char *at = strstr(text, "line"); at != NULL; at = strstr(at, "line")) {
        at += strlen("line");
        const char *digits = at + strspn(at, " ");
        if (g_str_has_prefix(digits, "no."))
            digits += strlen("no.");
        else if (g_str_has_prefix(digits, "number"))
            digits += strlen("number");
        digits += strspn(digits, " ");
        if (digits > at && g_ascii_isdigit(*digits))
            number = (int)MIN(g_ascii_strtoull(digits, NULL, 10), G_MAXINT);
    }
    return number;
}

static gboolean is_name_char(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static gboolean contains_name(const char *text, const char *name)
{
    gsize n = strlen(name);
    for (const char *at = text; *at != '\0'; at++)
        if (g_ascii_strncasecmp(at, name, n) == 0 && (at == text || !is_name_char(at[-1])) && !is_name_char(at[n]))
            return TRUE;
    return FALSE;
}

/* What a message quotes: `[nope]`, `'foo'`, `"s"`, or the device of a card ("m.x_dut.m1 n1 …" was written as m1 in its
 * subcircuit). Newly allocated; NULL if it quotes nothing. */
static char *quoted_name(const char *text)
{
    static const char opening[] = "['\"", closing[] = "]'\"";
    const char *open = strpbrk(text, opening);
    if (open == NULL)
        return NULL;
    gsize n = strcspn(open + 1, (char[]){closing[strchr(opening, *open) - opening], '\0'});
    for (gsize i = 0; i < n; i++)
        if (!is_name_char(open[1 + i]))
            return NULL;
    return n > 0 ? g_strndup(open + 1, n) : NULL;
}

static char *device_name(const char *card)
{
    gsize n = strcspn(card, " ");
    g_autofree char *path = g_strndup(card, n);
    const char *dot = strrchr(path, '.');
    if (dot == path || n == 0)
        return NULL;
    return g_strdup(dot != NULL ? dot + 1 : path);
}

static const char *card_at(const struct deck *deck, int line)
{
    return line >= 1 && (guint)line <= deck->cards->len ? g_array_index(deck->cards, struct card, (guint)line - 1).text : NULL;
}

/* The line of a deck that a message means: its number if the card there contains `name`, else the one card that does. */
static int find_line(const struct deck *deck, int number, const char *name)
{
    const char *card = card_at(deck, number);
    if (card != NULL && (name != NULL ? contains_name(card, name) : deck->files == NULL || deck->files->len == 0))
        return number;
    int found = 0;
    for (guint i = 1; name != NULL && i < deck->cards->len; i++)
        if (g_array_index(deck->cards, struct card, i).text[0] != '*' && contains_name(card_at(deck, (int)i + 1), name)) {
            if (found != 0)
                return 0;
            found = (int)i + 1;
        }
    return found;
}

/* A failure in words, and what helps to find its card. */
struct finding {
    char *words;
    char *name;
    int number;
};

static void finding_clear(struct finding *finding)
{
    g_free(finding->words);
    g_free(finding->name);
}

/* "Error on line 8 or its substitute:", "Error on line:"; then the card, then what is wrong with it. */
static gboolean is_card_error(const char *text)
{
    return g_str_has_prefix(text, "Error on line");
}

/* "Netlist line no. 3:", "Error in netlist line no. 14, new internal line no. 8:"; then what is wrong. */
static gboolean is_netlist_error(const char *text)
{
    return g_str_has_prefix(text, "Netlist line no.") || g_str_has_prefix(text, "Error in netlist line no.");
}

static const char *without_prefix(const char *text)
{
    static const char *const prefixes[] = {"Error: ", "ERROR, ", "ERROR: ", "Fatal error: ", "doAnalyses: ", "Warning: "};
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(text, prefixes[i]))
            return text + strlen(prefixes[i]);
    return text;
}

/* The words of line `i`, which says failure, and of those that belong to it. */
static struct finding describe(const GArray *lines, guint i)
{
    const struct line *line = &g_array_index(lines, struct line, i), *next = line_at(lines, i + 1),
                      *third = line_at(lines, i + 2);
    struct finding f = {NULL, NULL, line_number(line->text)};
    if (is_card_error(line->text) && next != NULL) {
        g_autofree char *joined = g_strconcat(third != NULL ? third->text : "refused", ": ", next->text, NULL);
        f.words = squeezed(joined);
        f.name = device_name(next->text);
        return f;
    }
    if (is_netlist_error(line->text) && next != NULL) {
        gboolean goes_on = g_str_has_suffix(next->text, "fragment") && third != NULL;
        g_autofree char *joined = g_strconcat(next->text, " ", goes_on ? third->text : "", NULL);
        f.words = squeezed(joined);
        f.name = quoted_name(next->text);
        return f;
    }
    f.words = squeezed(without_prefix(line->text));
    f.name = quoted_name(line->text);
    static const char unknown[] = "unknown subckt: ";
    if (g_str_has_prefix(f.words, unknown)) {
        g_free(f.name);
        f.name = device_name(f.words + strlen(unknown));
    }
    for (guint k = i + 1; f.number == 0 && k <= i + 3 && (next = line_at(lines, k)) != NULL && next->status == SIM_OK; k++)
        if (g_str_has_prefix(next->text, "in line") || g_str_has_prefix(next->text, "Check"))
            f.number = line_number(next->text);
    return f;
}

/* Of a failure to converge the line of doAnalyses says most: where, when, and which node. Otherwise the first line that says
 * so. lines->len: none. */
static guint deciding_line(const GArray *lines, enum sim_status *status)
{
    guint first = lines->len, said = lines->len, memory = lines->len;
    for (guint i = lines->len; i-- > 0;) {
        const struct line *line = &g_array_index(lines, struct line, i);
        if (line->status == SIM_OK)
            continue;
        first = i;
        *status = line->status;
        if (line->status == SIM_MEMORY)
            memory = i;
        if (line->status == SIM_NOT_CONVERGED && g_str_has_prefix(line->text, "doAnalyses:"))
            said = i;
    }
    if (memory < lines->len) {
        *status = SIM_MEMORY;
        return memory;
    }
    return first < lines->len && *status == SIM_NOT_CONVERGED && said < lines->len ? said : first;
}

static char *at_origin(const struct deck *deck, int line, const char *words)
{
    struct origin origin = line > 0 ? deck_origin(deck, line) : (struct origin){NULL, 0};
    if (origin.file == NULL)
        return g_strdup(words);
    if (origin.line <= 0)
        return g_strdup_printf("%s: %s", origin.file, words);
    return g_strdup_printf("%s:%d: %s", origin.file, origin.line, words);
}

static void judge_lines(struct sim_result *result, const struct deck *deck, const GArray *lines)
{
    guint i = deciding_line(lines, &result->status);
    if (i == lines->len)
        return;
    struct finding f = describe(lines, i);
    result->reason = at_origin(deck, find_line(deck, f.number, f.name), f.words);
    finding_clear(&f);
}

static gboolean is_expected_plot(const struct plot *plot, enum analysis_kind analysis)
{
    const char *name = plot->name;
    switch (analysis) {
    case ANALYSIS_OP:
        return strcmp(name, "Operating Point") == 0;
    case ANALYSIS_DC:
        return g_str_has_prefix(name, "DC transfer");
    case ANALYSIS_TRAN:
        return strcmp(name, "Transient Analysis") == 0;
    case ANALYSIS_AC:
        return strcmp(name, "AC Analysis") == 0;
    case ANALYSIS_NOISE:
        return g_str_has_prefix(name, "Noise Spectral Density");
    }
    return FALSE;
}

static void refuse(struct sim_result *result, enum sim_status status, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void refuse(struct sim_result *result, enum sim_status status, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    result->status = status;
    result->reason = g_strdup_vprintf(format, ap);
    va_end(ap);
}

static const struct plot *expected_plot(const struct sim_result *result, const struct deck *deck)
{
    for (guint i = 0; result->plots != NULL && i < result->plots->len; i++)
        if (is_expected_plot(result->plots->pdata[i], deck->expect.analysis))
            return result->plots->pdata[i];
    return NULL;
}

static gboolean any_plot_has(const GPtrArray *plots, const char *vector, const char *alias)
{
    for (guint i = 0; i < plots->len; i++)
        if (plot_vector_or(plots->pdata[i], vector, alias) != NULL)
            return TRUE;
    return FALSE;
}

static void judge_probes(struct sim_result *result, const struct deck *deck)
{
    for (guint i = 0; deck->probes != NULL && i < deck->probes->len && result->status == SIM_OK; i++) {
        const struct probe *probe = deck->probes->pdata[i];
        const char *absent = !any_plot_has(result->plots, probe->vector, probe->alias)                  ? probe->vector
                             : probe->minus != NULL && !any_plot_has(result->plots, probe->minus, NULL) ? probe->minus
                                                                                                        : NULL;
        if (absent != NULL)
            refuse(result, SIM_BAD_DECK, "signal %s: the circuit has no vector \"%s\"", probe->signal, absent);
    }
}

static void judge_values(struct sim_result *result, const struct plot *plot)
{
    for (guint v = 0; v < plot->vectors->len; v++) {
        const struct vector *vector = plot->vectors->pdata[v];
        for (gsize i = 0; i < plot->n_points; i++)
            if (!isfinite(vector->real[i]) || (vector->imag != NULL && !isfinite(vector->imag[i]))) {
                refuse(result, SIM_NOT_CONVERGED,
                       "%s: the value of %s at point %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " is not finite", plot->name,
                       vector->name, i + 1, plot->n_points);
                return;
            }
    }
}

static void judge_extent(struct sim_result *result, const struct deck_expect *expect, const struct plot *plot)
{
    char have[NUMBER_SIZE], want[NUMBER_SIZE];
    gsize n_expected = expect->n_outer * expect->n_inner;
    if (plot->n_points == 0 || plot->vectors->len == 0) {
        refuse(result, SIM_INCOMPLETE, "%s: it has no points", plot->name);
        return;
    }
    if (n_expected > 0 && plot->n_points != n_expected) {
        refuse(result, SIM_INCOMPLETE, "%s: it has %" G_GSIZE_FORMAT " points, expected %" G_GSIZE_FORMAT, plot->name,
               plot->n_points, n_expected);
        return;
    }
    const struct vector *scale = plot->vectors->pdata[0];
    double last = scale->real[plot->n_points - 1];
    if (!isnan(expect->scale_last) && fabs(last - expect->scale_last) > expect->tolerance)
        refuse(result, SIM_INCOMPLETE, "%s: %s ends at %s, expected %s", plot->name, scale->name, number_print(have, last),
               number_print(want, expect->scale_last));
}

static void judge_plots(struct sim_result *result, const struct deck *deck)
{
    const struct plot *expected = expected_plot(result, deck);
    if (expected == NULL) {
        refuse(result, SIM_INCOMPLETE, "the plot of the %s analysis is absent", analysis_name(deck->expect.analysis));
        return;
    }
    judge_extent(result, &deck->expect, expected);
    if (result->status == SIM_OK)
        judge_probes(result, deck);
    for (guint i = 0; i < result->plots->len && result->status == SIM_OK; i++)
        judge_values(result, result->plots->pdata[i]);
}

/* The log with the lines that say failure first. Newly allocated. */
static char *errors_first(char **raw)
{
    GString *errors = g_string_new(NULL), *others = g_string_new(NULL);
    for (; *raw != NULL; raw++) {
        gboolean bad = g_str_has_prefix(*raw, "stderr ") && line_status(*raw + strlen("stderr ")) != SIM_OK;
        if (**raw != '\0')
            g_string_append_printf(bad ? errors : others, "%s\n", *raw);
    }
    g_string_append_len(errors, others->str, (gssize)others->len);
    g_string_free(others, TRUE);
    return g_string_free(errors, FALSE);
}

void sim_judge(struct sim_result *result, const struct deck *deck)
{
    g_auto(GStrv) raw = g_strsplit(result->log != NULL ? result->log : "", "\n", -1);
    GArray *lines = read_lines(raw);
    g_clear_pointer(&result->reason, g_free);
    result->status = SIM_OK;
    judge_lines(result, deck, lines);
    if (result->status == SIM_OK)
        judge_plots(result, deck);
    if (result->status != SIM_OK)
        g_clear_pointer(&result->plots, g_ptr_array_unref);
    g_array_unref(lines);
    g_free(result->log);
    result->log = errors_first(raw);
}
