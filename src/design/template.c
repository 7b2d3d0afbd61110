/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of a template is a promise: ports, parameters and nodes that designs may name. The reader holds the body to it, so
 * that whatever passes can be instantiated by the emitter without a look at the text. */
#include "config.h"

#include "design/template.h"

#include <string.h>

#include "base/files.h"
#include "design/spice.h"

#define TEMPLATE_LIMIT ((gsize)1 << 20) /* bytes; a circuit, not a layout extraction */

struct reader {
    struct circuit_template *circuit;
    char *expected;       /* the subcircuit's name: that of the file */
    GHashTable *elements; /* name → line of the element */
    GHashTable *values;   /* names set by .param */
    GHashTable *words;    /* every word of the body, to see that a declared node is there */
    gboolean begun, ended;
};

static gboolean refuse(GError **error, struct origin at, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean refuse(GError **error, struct origin at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    error_set_at(error, GAINSPICE_ERROR_INPUT, at, "%s", message);
    return FALSE;
}

void port_free(gpointer data)
{
    struct port *port = data;
    g_free(port->name);
    g_free(port->title);
    g_free(port);
}

void port_pair_free(gpointer data)
{
    struct port_pair *pair = data;
    g_free(pair->name);
    g_free(pair->plus);
    g_free(pair->minus);
    g_free(pair->title);
    g_free(pair);
}

static void parameter_free(gpointer data)
{
    struct parameter *parameter = data;
    g_free(parameter->name);
    g_free(parameter->title);
    g_free(parameter);
}

static void card_free(gpointer data)
{
    struct template_card *card = data;
    g_free(card->element);
    g_strfreev(card->nodes);
    g_free(card->of);
    g_free(card->parameters);
    g_free(card->text);
    g_free(card);
}

void circuit_template_free(struct circuit_template *circuit)
{
    if (circuit == NULL)
        return;
    g_free(circuit->name);
    g_free(circuit->title);
    g_free(circuit->source);
    g_free(circuit->behavioural);
    g_ptr_array_unref(circuit->ports);
    g_ptr_array_unref(circuit->pairs);
    g_ptr_array_unref(circuit->parameters);
    g_ptr_array_unref(circuit->cards);
    g_ptr_array_unref(circuit->uses);
    g_strfreev(circuit->nodes);
    g_free(circuit->digest);
    g_free(circuit);
}

const struct port *template_port(const struct circuit_template *circuit, const char *name)
{
    for (guint i = 0; i < circuit->ports->len; i++) {
        const struct port *port = circuit->ports->pdata[i];
        if (strcmp(port->name, name) == 0)
            return port;
    }
    return NULL;
}

const struct port_pair *template_pair(const struct circuit_template *circuit, const char *name)
{
    for (guint i = 0; i < circuit->pairs->len; i++) {
        const struct port_pair *pair = circuit->pairs->pdata[i];
        if (strcmp(pair->name, name) == 0)
            return pair;
    }
    return NULL;
}

const struct parameter *template_parameter(const struct circuit_template *circuit, const char *name)
{
    for (guint i = 0; i < circuit->parameters->len; i++) {
        const struct parameter *parameter = circuit->parameters->pdata[i];
        if (strcmp(parameter->name, name) == 0)
            return parameter;
    }
    return NULL;
}

gboolean template_has_node(const struct circuit_template *circuit, const char *name)
{
    return template_port(circuit, name) != NULL || g_strv_contains((const char *const *)circuit->nodes, name);
}

/* --- header ------------------------------------------------------------------------------------------------------------ */

/* Cuts the next word off `*rest`; "" at the end. Newly allocated. */
static char *next_word(const char **rest)
{
    *rest += strspn(*rest, " \t");
    gsize n = strcspn(*rest, " \t");
    char *word = g_strndup(*rest, n);
    *rest += n;
    return word;
}

static char *remainder_of(const char *rest)
{
    return g_strstrip(g_strdup(rest));
}

static gboolean net_name_is_new(const struct circuit_template *circuit, const char *what, const char *name, struct origin at,
                                GError **error)
{
    if (!spice_name_free(name))
        return refuse(error, at, "%s \"%s\": expected a name of lower-case letters, digits and _ that SPICE does not use itself",
                      what, name);
    if (template_has_node(circuit, name) || template_pair(circuit, name) != NULL)
        return refuse(error, at, "%s \"%s\": the name is declared twice", what, name);
    return TRUE;
}

static gboolean read_port(struct circuit_template *circuit, const char *rest, struct origin at, GError **error)
{
    static const char *const kinds[] = {[PORT_INPUT] = "input",
                                        [PORT_OUTPUT] = "output",
                                        [PORT_INOUT] = "inout",
                                        [PORT_SUPPLY] = "supply",
                                        [PORT_GROUND] = "ground"};
    g_autofree char *name = next_word(&rest), *kind = next_word(&rest);
    if (!net_name_is_new(circuit, "port", name, at, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i], kind) == 0) {
            struct port *port = g_new0(struct port, 1);
            port->name = g_steal_pointer(&name);
            port->title = remainder_of(rest);
            port->kind = (enum port_kind)i;
            port->origin = at;
            g_ptr_array_add(circuit->ports, port);
            return TRUE;
        }
    return refuse(error, at, "port \"%s\": its kind is \"%s\", expected input, output, inout, supply or ground", name, kind);
}

static gboolean read_pair(struct circuit_template *circuit, const char *rest, struct origin at, GError **error)
{
    g_autofree char *name = next_word(&rest), *plus = next_word(&rest), *minus = next_word(&rest);
    if (!net_name_is_new(circuit, "pair", name, at, error))
        return FALSE;
    const char *missing = template_port(circuit, plus) == NULL ? plus : template_port(circuit, minus) == NULL ? minus : NULL;
    if (missing != NULL)
        return refuse(error, at, "pair \"%s\": \"%s\" is no port declared above it", name, missing);
    if (strcmp(plus, minus) == 0)
        return refuse(error, at, "pair \"%s\": \"%s\" twice, expected two ports", name, plus);
    struct port_pair *pair = g_new0(struct port_pair, 1);
    pair->name = g_steal_pointer(&name);
    pair->plus = g_steal_pointer(&plus);
    pair->minus = g_steal_pointer(&minus);
    pair->title = remainder_of(rest);
    pair->origin = at;
    g_ptr_array_add(circuit->pairs, pair);
    return TRUE;
}

static gboolean read_node(struct circuit_template *circuit, const char *rest, struct origin at, GError **error)
{
    g_autofree char *name = next_word(&rest);
    if (!net_name_is_new(circuit, "node", name, at, error))
        return FALSE;
    guint n = g_strv_length(circuit->nodes);
    circuit->nodes = g_renew(char *, circuit->nodes, n + 2);
    circuit->nodes[n] = g_steal_pointer(&name);
    circuit->nodes[n + 1] = NULL;
    return TRUE;
}

static gboolean read_range(struct parameter *parameter, char *const text[3], GError **error)
{
    if (!quantity_parse_any(text[0], &parameter->value, &parameter->dimension, error) ||
        !quantity_parse(text[1], parameter->dimension, &parameter->min, error) ||
        !quantity_parse(text[2], parameter->dimension, &parameter->max, error)) {
        g_prefix_error(error, "%s:%d: parameter \"%s\": ", parameter->origin.file, parameter->origin.line, parameter->name);
        return FALSE;
    }
    if (!(parameter->min <= parameter->value && parameter->value <= parameter->max))
        return refuse(error, parameter->origin, "parameter \"%s\": default %s, expected a value in [%s, %s]", parameter->name,
                      text[0], text[1], text[2]);
    return TRUE;
}

static gboolean read_parameter(struct circuit_template *circuit, const char *rest, struct origin at, GError **error)
{
    g_autofree char *name = next_word(&rest), *value = next_word(&rest), *min = next_word(&rest), *max = next_word(&rest);
    if (!spice_name_free(name))
        return refuse(error, at,
                      "parameter \"%s\": expected a name of lower-case letters, digits and _ that SPICE does not use itself",
                      name);
    if (template_parameter(circuit, name) != NULL)
        return refuse(error, at, "parameter \"%s\": the name is declared twice", name);
    if (*max == '\0')
        return refuse(error, at, "parameter \"%s\": expected default, minimum and maximum, such as 5fF 0.1fF 1pF", name);
    struct parameter *parameter = g_new0(struct parameter, 1);
    parameter->name = g_steal_pointer(&name);
    parameter->title = remainder_of(rest);
    parameter->origin = at;
    g_ptr_array_add(circuit->parameters, parameter);
    return read_range(parameter, (char *const[]){value, min, max}, error);
}

static gboolean read_levels(struct use *use, const char *rest, struct origin at, GError **error)
{
    GError *cause = NULL;
    for (;;) {
        g_autofree char *word = next_word(&rest);
        char *value = strchr(word, '=');
        if (*word == '\0')
            break;
        if (value == NULL)
            return refuse(error, at, "use \"%s\": \"%s\", expected levels such as rest=0.5vdd", use_kind_name(use->kind), word);
        *value++ = '\0';
        if (!use_set_level(use, word, value, &cause))
            break;
    }
    if (cause == NULL && use_check(use, &cause))
        return TRUE;
    refuse(error, at, "use \"%s\": %s", use_kind_name(use->kind), cause->message);
    g_error_free(cause);
    return FALSE;
}

static gboolean read_use(struct circuit_template *circuit, const char *rest, struct origin at, GError **error)
{
    g_autofree char *kind = next_word(&rest), *of = next_word(&rest);
    int found = use_kind_find(kind);
    if (found < 0) {
        g_autofree char *names = use_kind_names();
        return refuse(error, at, "use \"%s\": expected one of %s", kind, names);
    }
    if (template_port(circuit, of) == NULL && template_pair(circuit, of) == NULL)
        return refuse(error, at, "use \"%s\": \"%s\" is no port or pair declared above it", kind, of);
    if (found != USE_HELD && use_find(circuit->uses, (enum use_kind)found) != NULL)
        return refuse(error, at, "use \"%s\": stated twice", kind);
    struct use *use = use_new((enum use_kind)found, of, template_pair(circuit, of) != NULL, at);
    g_ptr_array_add(circuit->uses, use);
    return read_levels(use, rest, at, error);
}

static gboolean read_text(char **slot, const char *key, const char *rest, struct origin at, GError **error)
{
    if (*slot != NULL)
        return refuse(error, at, "header \"%s\": stated twice", key);
    *slot = remainder_of(rest);
    return **slot != '\0' || refuse(error, at, "header \"%s\": expected a text after it", key);
}

static gboolean read_header(struct reader *reader, const struct spice_line *line, GError **error)
{
    struct circuit_template *circuit = reader->circuit;
    const char *rest = line->text + strlen("*:");
    g_autofree char *key = next_word(&rest);
    if (reader->begun)
        return refuse(error, line->origin, "header \"%s\": expected above .subckt", key);
    if (strcmp(key, "title") == 0)
        return read_text(&circuit->title, key, rest, line->origin, error);
    if (strcmp(key, "source") == 0)
        return read_text(&circuit->source, key, rest, line->origin, error);
    if (strcmp(key, "behavioural") == 0)
        return read_text(&circuit->behavioural, key, rest, line->origin, error);
    if (strcmp(key, "port") == 0)
        return read_port(circuit, rest, line->origin, error);
    if (strcmp(key, "pair") == 0)
        return read_pair(circuit, rest, line->origin, error);
    if (strcmp(key, "node") == 0)
        return read_node(circuit, rest, line->origin, error);
    if (strcmp(key, "param") == 0)
        return read_parameter(circuit, rest, line->origin, error);
    if (strcmp(key, "use") == 0)
        return read_use(circuit, rest, line->origin, error);
    return refuse(error, line->origin, "header \"%s\": expected title, source, behavioural, port, pair, node, param or use", key);
}

/* --- body -------------------------------------------------------------------------------------------------------------- */

static gboolean read_subckt(struct reader *reader, char **words, struct origin at, GError **error)
{
    const GPtrArray *ports = reader->circuit->ports;
    if (reader->begun)
        return refuse(error, at, ".subckt: expected one a file");
    reader->begun = TRUE;
    reader->circuit->origin = at;
    if (reader->circuit->title == NULL)
        return refuse(error, at, ".subckt: expected a line \"*: title …\" above it");
    if (g_strcmp0(words[1], reader->expected) != 0)
        return refuse(error, at, ".subckt \"%s\": expected the file's name, \"%s\"", words[1] == NULL ? "" : words[1],
                      reader->expected);
    char **listed = words + 2;
    guint n = g_strv_length(listed);
    for (guint i = 0; i < MAX(n, ports->len); i++) {
        const struct port *port = i < ports->len ? ports->pdata[i] : NULL;
        if (i < n && (g_str_has_prefix(listed[i], "params:") || strchr(listed[i], '=') != NULL))
            return refuse(error, at, ".subckt: \"%s\" after the ports, expected parameters as \"*: param …\" lines", listed[i]);
        if (port == NULL || i >= n || strcmp(port->name, listed[i]) != 0)
            return refuse(error, at, ".subckt: port %u is \"%s\", expected \"%s\" as the header declares", i + 1,
                          i < n ? listed[i] : "", port == NULL ? "" : port->name);
    }
    reader->circuit->name = g_strdup(words[1]);
    return TRUE;
}

static gboolean read_ends(struct reader *reader, char **words, struct origin at, GError **error)
{
    if (words[1] != NULL && (strcmp(words[1], reader->expected) != 0 || words[2] != NULL))
        return refuse(error, at, ".ends \"%s\": expected \"%s\" or nothing", words[1], reader->expected);
    reader->ended = TRUE;
    return TRUE;
}

/* A parameter's value: a number or an expression in braces. Bare names are refused, since ngspice takes some and not others. */
static gboolean check_value(const char *what, const char *value, struct origin at, GError **error)
{
    gsize n = strlen(value);
    if (spice_number(value) || (n > 2 && value[0] == '{' && value[n - 1] == '}' && strchr(value, '}') == value + n - 1))
        return TRUE;
    return refuse(error, at, "%s: value \"%s\", expected a number or an expression in braces", what, value);
}

static gboolean read_param(struct reader *reader, struct template_card *card, char **words, GError **error)
{
    card->kind = CARD_PARAMETER;
    if (words[1] == NULL)
        return refuse(error, card->origin, ".param: expected name={expression}");
    for (char **word = words + 1; *word != NULL; word++) {
        const char *value = NULL;
        g_autofree char *name = spice_key(*word, &value);
        if (name == NULL)
            return refuse(error, card->origin, ".param: \"%s\", expected name={expression}", *word);
        g_autofree char *what = g_strdup_printf(".param \"%s\"", name);
        if (!spice_name_free(name) || template_parameter(reader->circuit, name) != NULL ||
            !g_hash_table_add(reader->values, g_strdup(name)))
            return refuse(error, card->origin, "%s: expected a new name that SPICE does not use itself", what);
        if (!check_value(what, value, card->origin, error))
            return FALSE;
    }
    return TRUE;
}

/* Splits the words after an element's name into nodes, what it is of, and parameters. */
static gboolean read_call(struct template_card *card, char **words, GError **error)
{
    guint n = 1;
    while (words[n] != NULL && strchr(words[n], '=') == NULL)
        n++;
    if (n < 3)
        return refuse(error, card->origin, "element \"%s\": expected nodes and what it is", card->element);
    card->of = g_strdup(words[n - 1]);
    card->nodes = g_new0(char *, n - 1);
    for (guint i = 0; i + 2 < n; i++)
        card->nodes[i] = g_strdup(words[i + 1]);
    card->parameters = g_strjoinv(" ", words + n);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (char **word = words + n; *word != NULL; word++) {
        const char *value = NULL;
        g_autofree char *key = spice_key(*word, &value);
        if (key == NULL || !name_valid(key, FALSE))
            return refuse(error, card->origin, "element \"%s\": \"%s\", expected name=value", card->element, *word);
        g_autofree char *what = g_strdup_printf("element \"%s\": parameter \"%s\"", card->element, key);
        if (!check_value(what, value, card->origin, error))
            return FALSE;
        if (!g_hash_table_add(seen, g_steal_pointer(&key)))
            return refuse(error, card->origin, "%s: stated twice", what);
    }
    return TRUE;
}

static gboolean role_valid(const char *role)
{
    g_auto(GStrv) parts = g_strsplit(role, ".", -1);
    for (char **part = parts; *part != NULL; part++)
        if (!name_valid(*part, FALSE))
            return FALSE;
    return g_strv_length(parts) >= 2;
}

static gboolean read_device(struct template_card *card, char **words, GError **error)
{
    static const char *const allowed[] = {"w", "l", "m", "nf", NULL};
    card->kind = CARD_DEVICE;
    if (!read_call(card, words, error))
        return FALSE;
    if (g_strv_length(card->nodes) != 4)
        return refuse(error, card->origin, "device \"%s\": %u nodes, expected drain, gate, source and bulk", card->element,
                      g_strv_length(card->nodes));
    if (!role_valid(card->of))
        return refuse(error, card->origin, "device \"%s\": \"%s\", expected a role with a dot, such as nmos.svt", card->element,
                      card->of);
    gboolean w = FALSE, l = FALSE;
    for (guint i = 6; words[i] != NULL; i++) {
        const char *value;
        g_autofree char *key = spice_key(words[i], &value);
        if (!g_strv_contains(allowed, key))
            return refuse(error, card->origin,
                          "device \"%s\": parameter \"%s\", expected w, l, m or nf; the technology writes the others",
                          card->element, key);
        w = w || strcmp(key, "w") == 0;
        l = l || strcmp(key, "l") == 0;
    }
    return (w && l) || refuse(error, card->origin, "device \"%s\": no %s, expected w and l", card->element, w ? "l" : "w");
}

static gboolean read_instance(struct reader *reader, struct template_card *card, char **words, GError **error)
{
    card->kind = CARD_INSTANCE;
    if (!read_call(card, words, error))
        return FALSE;
    if (!name_valid(card->of, FALSE) || strcmp(card->of, reader->expected) == 0)
        return refuse(error, card->origin, "instance \"%s\": \"%s\", expected the name of another template", card->element,
                      card->of);
    return TRUE;
}

/* What computes instead of being a part: b sources, and the forms of e, g, r, l and c that ngspice turns into them. */
static gboolean is_behavioural(const char *text)
{
    static const char *const forms[] = {" value=", " vol=", " cur=", " poly", " table", "v(", "i("};
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
        if (strstr(text, forms[i]) != NULL)
            return TRUE;
    return text[0] == 'b';
}

static gboolean read_element(struct reader *reader, struct template_card *card, char **words, GError **error)
{
    card->kind = CARD_ELEMENT;
    guint n = g_strv_length(words);
    if (n < 4 || strchr(words[1], '=') != NULL || strchr(words[2], '=') != NULL)
        return refuse(error, card->origin, "element \"%s\": expected two nodes and a value", card->element);
    card->nodes = g_new0(char *, 3);
    card->nodes[0] = g_strdup(words[1]);
    card->nodes[1] = g_strdup(words[2]);
    if (is_behavioural(card->text))
        return reader->circuit->behavioural != NULL ||
               refuse(error, card->origin, "element \"%s\": behavioural, expected a line \"*: behavioural REASON\" in the header",
                      card->element);
    if (strchr("rlc", card->element[0]) == NULL)
        return TRUE;
    g_autofree char *what = g_strdup_printf("element \"%s\"", card->element);
    return check_value(what, words[3], card->origin, error);
}

static gboolean check_nodes(const struct template_card *card, GError **error)
{
    for (char **node = card->nodes; node != NULL && *node != NULL; node++)
        if (strcmp(*node, "0") != 0 && !spice_name_free(*node))
            return refuse(error, card->origin,
                          "element \"%s\": node \"%s\", expected a name of letters, digits and _ that starts with a "
                          "letter",
                          card->element, *node);
    return TRUE;
}

static gboolean read_named(struct reader *reader, struct template_card *card, char **words, GError **error)
{
    card->element = g_strdup(words[0]);
    if (!name_valid(words[0], FALSE) || strchr("rclviegfhbmx", words[0][0]) == NULL)
        return refuse(error, card->origin, "element \"%s\": expected one of r c l v i e g f h b m x and a name", words[0]);
    if (!g_hash_table_insert(reader->elements, g_strdup(words[0]), GINT_TO_POINTER(card->origin.line)))
        return refuse(error, card->origin, "element \"%s\": the name is used twice", words[0]);
    gboolean ok = words[0][0] == 'm'   ? read_device(card, words, error)
                  : words[0][0] == 'x' ? read_instance(reader, card, words, error)
                                       : read_element(reader, card, words, error);
    return ok && check_nodes(card, error);
}

static gboolean read_card(struct reader *reader, const struct spice_line *line, GError **error)
{
    g_auto(GStrv) words = g_strsplit(line->text, " ", -1);
    if (reader->ended)
        return refuse(error, line->origin, "\"%s\": expected nothing after .ends", words[0]);
    if (strcmp(words[0], ".subckt") == 0)
        return read_subckt(reader, words, line->origin, error);
    if (!reader->begun)
        return refuse(error, line->origin, "\"%s\": expected .subckt before it", words[0]);
    if (strcmp(words[0], ".ends") == 0)
        return read_ends(reader, words, line->origin, error);
    gboolean param = strcmp(words[0], ".param") == 0;
    if (words[0][0] == '.' && !param)
        return refuse(error, line->origin, "\"%s\": expected no dot card but .subckt, .ends and .param", words[0]);
    struct template_card *card = g_new0(struct template_card, 1);
    card->text = g_strdup(line->text);
    card->origin = line->origin;
    g_ptr_array_add(reader->circuit->cards, card);
    for (char **word = words; *word != NULL; word++)
        g_hash_table_add(reader->words, g_strdup(*word));
    return param ? read_param(reader, card, words, error) : read_named(reader, card, words, error);
}

/* --- the whole --------------------------------------------------------------------------------------------------------- */

static gboolean check_names(const struct reader *reader, const struct spice_line *line, GError **error)
{
    g_auto(GStrv) names = spice_names(line, error);
    if (names == NULL)
        return FALSE;
    for (char **name = names; *name != NULL; name++)
        if (template_parameter(reader->circuit, *name) == NULL && !g_hash_table_contains(reader->values, *name))
            return refuse(error, line->origin, "parameter \"%s\": not declared, expected a line \"*: param %s …\" in the header",
                          *name, *name);
    return TRUE;
}

static gboolean check_whole(struct reader *reader, const GPtrArray *lines, GError **error)
{
    struct origin at = reader->circuit->origin;
    if (!reader->begun)
        return refuse(error, at, "no .subckt, expected one named \"%s\"", reader->expected);
    if (!reader->ended)
        return refuse(error, at, ".subckt \"%s\": expected .ends", reader->expected);
    for (char **node = reader->circuit->nodes; *node != NULL; node++)
        if (!g_hash_table_contains(reader->words, *node))
            return refuse(error, at, "node \"%s\": declared in the header, not in the circuit", *node);
    for (guint i = 0; i < lines->len; i++) {
        const struct spice_line *line = lines->pdata[i];
        if (line->text[0] != '*' && !check_names(reader, line, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean read_lines(struct reader *reader, const GPtrArray *lines, GError **error)
{
    for (guint i = 0; i < lines->len; i++) {
        const struct spice_line *line = lines->pdata[i];
        if (line->text[0] == '*' ? !read_header(reader, line, error) : !read_card(reader, line, error))
            return FALSE;
    }
    return check_whole(reader, lines, error);
}

static struct circuit_template *template_new(const char *path)
{
    struct circuit_template *circuit = g_new0(struct circuit_template, 1);
    circuit->ports = g_ptr_array_new_with_free_func(port_free);
    circuit->pairs = g_ptr_array_new_with_free_func(port_pair_free);
    circuit->parameters = g_ptr_array_new_with_free_func(parameter_free);
    circuit->cards = g_ptr_array_new_with_free_func(card_free);
    circuit->uses = g_ptr_array_new_with_free_func(use_free);
    circuit->nodes = g_new0(char *, 1);
    circuit->origin = origin_at(path, 0);
    return circuit;
}

static char *name_of_file(const char *path)
{
    char *name = g_path_get_basename(path);
    if (g_str_has_suffix(name, ".cir"))
        name[strlen(name) - strlen(".cir")] = '\0';
    return name;
}

struct circuit_template *circuit_template_read(const char *path, GError **error)
{
    gsize length;
    g_autofree char *text = file_read(path, TEMPLATE_LIMIT, &length, origin_at(NULL, 0), error);
    if (text == NULL)
        return NULL;
    g_autofree char *name = name_of_file(path);
    if (!name_valid(name, FALSE)) {
        error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(path, 0),
                     "template \"%s\": expected a file name of lower-case letters, digits "
                     "and _, and .cir",
                     name);
        return NULL;
    }
    g_autoptr(GPtrArray) lines = spice_lines(text, length, path, error);
    if (lines == NULL)
        return NULL;
    struct reader reader = {.circuit = template_new(path), .expected = name};
    reader.elements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader.values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader.words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader.circuit->digest = digest_bytes(text, length);
    gboolean ok = read_lines(&reader, lines, error);
    g_hash_table_unref(reader.elements);
    g_hash_table_unref(reader.values);
    g_hash_table_unref(reader.words);
    if (ok)
        return reader.circuit;
    circuit_template_free(reader.circuit);
    return NULL;
}
