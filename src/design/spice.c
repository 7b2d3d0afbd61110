/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "design/spice.h"

#include <string.h>

#include "base/files.h"

static const char *const functions[] = {"abs", "acos",  "asin", "atan", "ceil",  "cos",  "cosh", "exp",  "floor",
                                        "int", "limit", "ln",   "log",  "log10", "max",  "min",  "nint", "pow",
                                        "pwr", "sgn",   "sin",  "sinh", "sqr",   "sqrt", "tan",  "tanh"};

/* Words that numparam or the expression parser of B sources read as something else than a name. */
static const char *const reserved[] = {"agauss",      "and",   "aunif", "defined", "div",   "e",  "else",  "end",     "false",
                                       "for",         "funct", "gauss", "gnd",     "hertz", "i",  "if",    "include", "is",
                                       "macro",       "mod",   "not",   "null",    "or",    "pi", "table", "temp",    "temper",
                                       "ternary_fcn", "time",  "to",    "true",    "unif",  "v",  "var",   "while"};

static gboolean listed(const char *const *list, gsize n, const char *word)
{
    for (gsize i = 0; i < n; i++)
        if (strcmp(list[i], word) == 0)
            return TRUE;
    return FALSE;
}

static void line_free(gpointer data)
{
    struct spice_line *line = data;
    g_free(line->text);
    g_free(line);
}

/* The file as a whole: text, no control characters but newline and tab, so that a line here is a line everywhere. */
static gboolean check_bytes(const char *text, gsize length, const char *file, GError **error)
{
    int line = 1;
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\n')
            line++;
        else if (g_ascii_iscntrl(text[i]) && text[i] != '\t') {
            error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(file, line), "control character 0x%02X: expected plain text%s",
                         (unsigned)(guchar)text[i], text[i] == '\r' ? " with lines that end in a newline alone" : "");
            return FALSE;
        }
    }
    const char *end;
    if (!g_utf8_validate_len(text, length, &end)) {
        line = 1;
        for (const char *c = text; c < end; c++)
            line += *c == '\n';
        error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(file, line), "byte 0x%02X: expected UTF-8", (unsigned)(guchar)*end);
        return FALSE;
    }
    return TRUE;
}

static gboolean is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '.';
}

/* Lower case, blanks to the one form, braces checked. NULL sets `error`. */
static char *normalise(const char *raw, struct origin at, GError **error)
{
    GString *out = g_string_new(NULL);
    const char *wrong = NULL;
    gboolean in_braces = FALSE, blank = FALSE;
    int parentheses = 0;
    for (const char *c = raw; *c != '\0' && wrong == NULL; c++) {
        if (*c == ' ' || *c == '\t') {
            blank = TRUE;
            continue;
        }
        char last = out->len > 0 ? out->str[out->len - 1] : '\0';
        if (blank && in_braces && is_word(last) && is_word(*c))
            wrong = "braces: two operands without an operator between them";
        if (blank && !in_braces && out->len > 0 && last != '=' && *c != '=')
            g_string_append_c(out, ' ');
        blank = FALSE;
        if (*c == '{') {
            wrong = in_braces ? "braces inside braces: expected one pair, with parentheses inside" : wrong;
            in_braces = TRUE;
        } else if (*c == '}') {
            wrong = !in_braces ? "closing brace without an opening one" : last == '{' ? "braces with nothing inside" : wrong;
            in_braces = FALSE;
        }
        parentheses += (*c == '(') - (*c == ')');
        if (parentheses < 0)
            wrong = "closing parenthesis without an opening one";
        if (!is_word(*c) && strchr("{}()+-*/^=,<>?:!&|", *c) == NULL) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, at, "character \"%.*s\": not allowed in a card",
                         (int)(g_utf8_next_char(c) - c), c);
            g_string_free(out, TRUE);
            return NULL;
        }
        g_string_append_c(out, g_ascii_tolower(*c));
    }
    if (wrong == NULL && in_braces)
        wrong = "opening brace without a closing one";
    if (wrong == NULL && parentheses != 0)
        wrong = "opening parenthesis without a closing one";
    if (wrong != NULL) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, at, "%s", wrong);
        g_string_free(out, TRUE);
        return NULL;
    }
    return g_string_free(out, FALSE);
}

static void add_line(GPtrArray *lines, char *text, struct origin at)
{
    struct spice_line *line = g_new0(struct spice_line, 1);
    line->text = text;
    line->origin = at;
    g_ptr_array_add(lines, line);
}

/* Ends the card that is being collected, if any. */
static gboolean finish_card(GPtrArray *lines, GString *card, struct origin at, GError **error)
{
    if (card->len == 0)
        return TRUE;
    char *text = normalise(card->str, at, error);
    g_string_truncate(card, 0);
    if (text == NULL)
        return FALSE;
    add_line(lines, text, at);
    return TRUE;
}

static gboolean take_line(GPtrArray *lines, GString *card, struct origin *card_at, char *raw, struct origin at, GError **error)
{
    gboolean comment = g_str_has_prefix(g_strchug(raw), "*");
    if (!comment && strchr(raw, ';') != NULL)
        *strchr(raw, ';') = '\0';
    g_strchomp(raw);
    if (raw[0] == '+') {
        if (card->len == 0) {
            error_set_at(error, GAINSPICE_ERROR_INPUT, at, "continuation \"+\": there is no card before it");
            return FALSE;
        }
        g_string_append_printf(card, " %s", raw + 1);
        return TRUE;
    }
    if (raw[0] == '\0' || (comment && raw[1] != ':'))
        return TRUE; /* comments may stand between a card and its continuation */
    if (!finish_card(lines, card, *card_at, error))
        return FALSE;
    if (comment) {
        add_line(lines, g_strdup(raw), at);
        return TRUE;
    }
    g_string_assign(card, raw);
    *card_at = at;
    return TRUE;
}

GPtrArray *spice_lines(const char *text, gsize length, const char *file, GError **error)
{
    if (!check_bytes(text, length, file, error))
        return NULL;
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(line_free);
    g_auto(GStrv) raw = g_strsplit(text, "\n", -1);
    g_autoptr(GString) card = g_string_new(NULL);
    struct origin card_at = origin_at(file, 0);
    for (int i = 0; raw[i] != NULL; i++)
        if (!take_line(lines, card, &card_at, raw[i], origin_at(file, i + 1), error))
            return NULL;
    if (!finish_card(lines, card, card_at, error))
        return NULL;
    return g_steal_pointer(&lines);
}

/* The end of the number, with its suffix and unit letters, that starts at `c`; NULL if none does. */
static const char *number_end(const char *c)
{
    const char *digits = c;
    while (g_ascii_isdigit(*c))
        c++;
    gboolean any = c > digits;
    if (*c == '.')
        for (c++; g_ascii_isdigit(*c); c++)
            any = TRUE;
    if (!any)
        return NULL;
    if (*c == 'e' && (g_ascii_isdigit(c[1]) || ((c[1] == '-' || c[1] == '+') && g_ascii_isdigit(c[2]))))
        for (c += 2; g_ascii_isdigit(*c); c++)
            ;
    while (g_ascii_isalpha(*c))
        c++;
    return c;
}

gboolean spice_number(const char *word)
{
    if (*word == '+' || *word == '-')
        word++;
    const char *end = number_end(word);
    return end != NULL && *end == '\0';
}

gboolean spice_name_free(const char *word)
{
    return name_valid(word, FALSE) && !listed(functions, G_N_ELEMENTS(functions), word) &&
           !listed(reserved, G_N_ELEMENTS(reserved), word);
}

/* Takes the name that starts at `*c` into `names`, or checks that it is a function that may be called. */
static gboolean take_name(const char **c, GPtrArray *names, struct origin at, GError **error)
{
    const char *start = *c;
    while (is_word(**c))
        (*c)++;
    g_autofree char *name = g_strndup(start, (gsize)(*c - start));
    if (**c != '(') {
        if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            g_ptr_array_add(names, g_steal_pointer(&name));
        return TRUE;
    }
    if (!listed(functions, G_N_ELEMENTS(functions), name)) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, at, "function \"%s\": not one that an expression may use", name);
        return FALSE;
    }
    return TRUE;
}

char **spice_names(const struct spice_line *line, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    gboolean in_braces = FALSE;
    for (const char *c = line->text; *c != '\0';) {
        if (*c == '{' || *c == '}') {
            in_braces = *c++ == '{';
            continue;
        }
        const char *end = number_end(c);
        if (!in_braces || !(end != NULL || g_ascii_isalpha(*c) || *c == '_')) {
            c++;
            continue;
        }
        if (end != NULL)
            c = end;
        else if (!take_name(&c, names, line->origin, error))
            return NULL;
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_steal(names, NULL);
}

char *spice_key(const char *word, const char **value)
{
    const char *equals = strchr(word, '=');
    if (equals == NULL || equals == word || equals[1] == '\0')
        return NULL;
    *value = equals + 1;
    return g_strndup(word, (gsize)(equals - word));
}
