/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/files.h"
#include "design/template.h"
#include "tests/support/check_tap.h"

START_TEST(reads_the_cell)
{
    GError *error = NULL;
    g_autofree char *path = source_path("templates/circuits/gain_cell_6t_rail.cir");
    struct circuit_template *c = circuit_template_read(path, &error);
    ck_ok(c != NULL, error);
    ck_assert_str_eq(c->name, "gain_cell_6t_rail");
    ck_assert_str_eq(c->title, "Rail-driven push-pull gain cell, 6 transistors");
    ck_assert_ptr_null(c->behavioural);
    ck_assert_uint_eq(c->ports->len, 9);
    ck_assert_int_eq(template_port(c, "vdd")->kind, PORT_SUPPLY);
    ck_assert_int_eq(template_port(c, "vss")->kind, PORT_GROUND);
    ck_assert_str_eq(template_port(c, "web")->title, "write enable inverted, gate of the PMOS");
    ck_assert_str_eq(template_pair(c, "wlr")->minus, "wln");
    ck_assert_ptr_null(template_pair(c, "wlp"));
    const struct parameter *l_t = template_parameter(c, "l_t");
    ck_assert_int_eq(l_t->dimension, DIMENSION_LENGTH);
    ck_assert_double_eq(l_t->value, 32e-9);
    ck_assert_double_eq(l_t->max, 10e-6);
    ck_assert(template_has_node(c, "sn") && !template_has_node(c, "x"));
    ck_assert_uint_eq(c->cards->len, 7);
    const struct template_card *m = c->cards->pdata[3], *cs = c->cards->pdata[6];
    ck_assert_int_eq(m->kind, CARD_DEVICE);
    ck_assert_str_eq(m->element, "mtp");
    ck_assert_str_eq(m->nodes[1], "web");
    ck_assert_str_eq(m->of, "pmos.svt");
    ck_assert_str_eq(m->parameters, "w={w_t} l={l_t}");
    ck_assert_int_eq(m->origin.line, 36);
    const struct use *word_line = use_find(c->uses, USE_WORD_LINE), *bar = use_find(c->uses, USE_WRITE_ENABLE_BAR);
    ck_assert(word_line != NULL && word_line->is_pair && bar != NULL && !bar->is_pair);
    ck_assert_str_eq(word_line->of, "wlr");
    ck_assert_double_eq(use_level_V(word_line, LEVEL_REST, 0.8), 0.4);
    ck_assert_double_eq(use_level_V(bar, LEVEL_REST, 0.8), 0.8);
    ck_assert(isnan(use_level_V(word_line, LEVEL_LOW, 0.8)));
    ck_assert_ptr_null(use_find(c->uses, USE_HELD));
    ck_assert_int_eq(cs->kind, CARD_ELEMENT);
    ck_assert_str_eq(cs->text, "cs sn vss {c_store}");
    circuit_template_free(c);
}
END_TEST

static struct circuit_template *read_text(const char *name, const char *text, GError **error)
{
    g_autofree char *folder = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    ck_assert(file_write(path, text, strlen(text), NULL));
    struct circuit_template *c = circuit_template_read(path, error);
    g_unlink(path);
    g_rmdir(folder);
    if (*error != NULL) { /* without the folder, whose name is random */
        g_autofree char *message = g_strdup((*error)->message + strlen(folder) + 1);
        g_free((*error)->message);
        (*error)->message = g_steal_pointer(&message);
    }
    return c;
}

START_TEST(folds_joins_and_strips)
{
    GError *error = NULL;
    struct circuit_template *c = read_text("amp.cir",
                                           "*: title amplifier\n*: behavioural ideal gain for a test\n"
                                           "*: port in input\n*: port out output\n*: port vss ground\n*: node Mid\n",
                                           &error);
    ck_fails(c != NULL, error,
             "amp.cir:6: node \"Mid\": expected a name of lower-case letters, digits and _ that SPICE does not use itself");
    c = read_text(
        "amp.cir",
        "*: title amplifier\n*: behavioural ideal gain for a test\n"
        "*: port in input\n*: port out output\n*: port vss ground\n*: node mid\n*: param gain 2.385 -10 10 voltage gain\n"
        ".SUBCKT amp IN out\n* between\n\n+ vss\n.PARAM g2 = { gain * 2 + max( 1 , gain ) } k=2.5MEG\n"
        "XI1 in mid VSS other W = {g2*1u} ; comment 'with' quotes\n"
        "Bout out vss V = {g2}*V(mid, vss)\n  c1 mid vss 2.385f\n.ENDS\n",
        &error);
    ck_ok(c != NULL, error);
    const struct template_card *p = c->cards->pdata[0], *x = c->cards->pdata[1], *b = c->cards->pdata[2];
    ck_assert_int_eq(p->kind, CARD_PARAMETER);
    ck_assert_str_eq(p->text, ".param g2={gain*2+max(1,gain)} k=2.5meg");
    ck_assert_int_eq(x->kind, CARD_INSTANCE);
    ck_assert_str_eq(x->of, "other");
    ck_assert_str_eq(x->nodes[1], "mid");
    ck_assert_ptr_null(x->nodes[3]);
    ck_assert_str_eq(x->parameters, "w={g2*1u}");
    ck_assert_str_eq(b->text, "bout out vss v={g2}*v(mid, vss)");
    ck_assert_int_eq(c->origin.line, 8);
    ck_assert(template_has_node(c, "mid"));
    circuit_template_free(c);
}
END_TEST

/* Each file of bad_templates says in its first line what the message must be: "* expect LINE: message". */
START_TEST(refuses_what_is_bad)
{
    g_autofree char *folder = source_path("tests/design/bad_templates");
    GDir *dir = g_dir_open(folder, 0, NULL);
    ck_assert_ptr_nonnull(dir);
    int n = 0;
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        if (!g_str_has_suffix(name, ".cir"))
            continue;
        GError *error = NULL;
        g_autofree char *path = g_build_filename(folder, name, NULL),
                        *text = file_read(path, 10000, NULL, origin_at(NULL, 0), &error);
        ck_ok(text != NULL, error);
        ck_assert_msg(g_str_has_prefix(text, "* expect "), "%s: no expectation", name);
        g_autofree char *line = g_strndup(text, strcspn(text, "\n")),
                        *expected = g_strdup_printf("%s:%s", path, line + strlen("* expect "));
        ck_fails(circuit_template_read(path, &error) != NULL, error, expected);
        n++;
    }
    g_dir_close(dir);
    ck_assert_int_ge(n, 25);
}
END_TEST

START_TEST(refuses_bytes)
{
    GError *error = NULL;
    ck_fails(read_text("a.cir", "*: title x\n.subckt a\nr1 a b 1k\r.control\n.ends\n", &error) != NULL, error,
             "a.cir:3: control character 0x0D: expected plain text with lines that end in a newline alone");
    ck_fails(read_text("a.cir", "*: title x\n* \x1b[2J\n", &error) != NULL, error,
             "a.cir:2: control character 0x1B: expected plain text");
    ck_fails(read_text("a.cir", "*: title x\xff\n", &error) != NULL, error, "a.cir:1: byte 0xFF: expected UTF-8");
    ck_fails(read_text("a.cir", "", &error) != NULL, error, "a.cir: no .subckt, expected one named \"a\"");
    ck_fails(read_text("A.cir", "", &error) != NULL, error,
             "A.cir: template \"A\": expected a file name of lower-case letters, digits and _, and .cir");
    ck_fails(circuit_template_read("none/a.cir", &error) != NULL, error,
             "file \"none/a.cir\": cannot be opened: No such file or directory");
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("template");
    TCase *t = tcase_create("template");
    tcase_add_test(t, reads_the_cell);
    tcase_add_test(t, folds_joins_and_strips);
    tcase_add_test(t, refuses_what_is_bad);
    tcase_add_test(t, refuses_bytes);
    suite_add_tcase(s, t);
    return s;
}

TAP_MAIN(make_suite)
