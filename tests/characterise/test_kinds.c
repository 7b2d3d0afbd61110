/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract of struct characterisation, held against every kind; and what a <characterise> must not say: every bad/NAME.xml is
 * refused with exactly the sentence in NAME.err. UPDATE_GOLDEN=1 rewrites the sentences. */
#include "config.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "characterise/characterise.h"
#include "tests/design/folder.h"
#include "tests/support/refused.h"

#define BAD "tests/characterise/bad"
#define TEMPLATES "tests/characterise"

static GPtrArray *cases; /* char*, "tests/characterise/bad/x.xml", sorted */

static const struct characterisation *kind_at(int i)
{
    return characterisations()[i];
}

static int n_kinds(void)
{
    int n = 0;
    while (kind_at(n) != NULL)
        n++;
    return n;
}

START_TEST(a_kind_says_what_it_is)
{
    const struct characterisation *kind = kind_at(_i);
    ck_assert(name_valid(kind->name, TRUE));
    ck_assert_ptr_eq(characterisation_find(kind->name), kind);
    ck_assert(*kind->title != '\0' && *kind->source != '\0');
    ck_assert(kind->expand != NULL && kind->evaluate != NULL);
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    int n = 0;
    for (const struct characterise_parameter *p = kind->parameters; p->name != NULL; p++) {
        ck_assert(name_valid(p->name, FALSE) && g_hash_table_add(names, (gpointer)p->name));
        ck_assert_msg(p->min <= p->value && p->value <= p->max && *p->title != '\0', "%s", p->name);
        ck_assert(!p->whole || p->value == floor(p->value));
    }
    g_hash_table_remove_all(names);
    for (const struct entry_kind *entry = kind->entries; entry->name != NULL; entry++, n++) {
        ck_assert_msg(name_valid(entry->name, FALSE) && g_hash_table_add(names, (gpointer)entry->name), "%s", entry->name);
        ck_assert_msg(entry->unit != NULL && strlen(entry->method) > 10, "%s", entry->name);
    }
    ck_assert_int_gt(n, 0);
}
END_TEST

/* The page has a section of every kind that names each entry and parameter. */
START_TEST(a_kind_is_documented)
{
    const struct characterisation *kind = kind_at(_i);
    GError *error = NULL;
    g_autofree char *path = source_path("doc/characterisation.md"), *page = file_read(path, 1 << 20, NULL, origin_at(NULL, 0), &error);
    ck_ok(page != NULL, error);
    g_autofree char *heading = g_strdup_printf("\n## %s", kind->name);
    const char *section = strstr(page, heading);
    ck_assert_msg(section != NULL, "no section \"%s\"", kind->name);
    const char *next = strstr(section + 4, "\n## ");
    g_autofree char *own = g_strndup(section, next != NULL ? (gsize)(next - section) : strlen(section));
    for (const struct entry_kind *entry = kind->entries; entry->name != NULL; entry++) {
        g_autofree char *quoted = g_strdup_printf("`%s`", entry->name);
        ck_assert_msg(strstr(own, quoted) != NULL, "entry %s of %s is not in doc/characterisation.md", entry->name, kind->name);
    }
    for (const struct characterise_parameter *p = kind->parameters; p->name != NULL; p++) {
        g_autofree char *quoted = g_strdup_printf("`%s`", p->name);
        ck_assert_msg(strstr(own, quoted) != NULL, "parameter %s of %s is not in doc/characterisation.md", p->name, kind->name);
    }
}
END_TEST

/* What the kind is of: a test bench where it needs one. */
static const char *subject_of(const struct characterisation *kind)
{
    static const char *const subjects[] = {[OF_CELL] = "cell='c'>", [OF_ARRAY] = "array='a'>",
                                           [OF_BENCH] = "bench='b'><block name='all' charges='q'/>"};
    if (strcmp(kind->name, "charge-to-pulse") == 0)
        return "cell='p'>";
    return strcmp(kind->name, "jitter") == 0 ? "cell='t'>" : subjects[kind->of];
}

static struct design *read_known(const struct characterisation *kind)
{
    GError *error = NULL;
    g_autofree char *text = g_strdup_printf(
        "<design xmlns='urn:gainspice:design:1' name='x'>\n<technology name='g28'/>\n<cell name='c' template='known_cell'/><cell name='p' template='known_pulse'/>"
        "<cell name='t' template='known_trip'/>\n"
        "<array name='a' cell='c' rows='4' columns='4' pitch-x='2um' pitch-y='2um'><line port='wl' along='row' edge='left'/>"
        "<line port='we' along='row' edge='left'/><line port='bl' along='column' edge='bottom'/>"
        "<line port='wbl' along='column' edge='top'/><inner port='sn'/></array>\n"
        "<characterise name='sheet' kind='%s' %s</characterise>\n"
        "<bench name='b' cell='c'><hold port='bl' value='0V'/><hold port='wl' value='0V'/><hold port='wbl' value='0V'/>"
        "<hold port='we' value='0V'/><initial node='sn' value='0V'/><tran step='1ns' stop='2ns'/>"
        "<measure name='q' kind='charge' of='i(bl)'/></bench><axes><monte-carlo samples='12' seed='1'/></axes></design>",
        kind->name, subject_of(kind));
    copy_file(TEMPLATES, "templates/circuits/known_cell.cir");
    copy_file(TEMPLATES, "templates/circuits/known_pulse.cir");
    copy_file(TEMPLATES, "templates/circuits/known_trip.cir");
    write_file("x.xml", text);
    struct design *design = design_read_with("x.xml", characterise_expand, &error);
    ck_ok(design != NULL, error);
    return design;
}

START_TEST(a_kind_makes_benches_with_the_place_of_the_element)
{
    struct design *design = read_known(kind_at(_i));
    ck_assert(kind_at(_i)->of == OF_BENCH ? design->benches->len == 1 : design->benches->len > 1);
    for (guint b = 1; b < design->benches->len; b++) { /* the first is the design's own */
        const struct bench *bench = design->benches->pdata[b];
        ck_assert_msg(g_str_has_prefix(bench->name, "sheet_"), "%s", bench->name);
        ck_assert_ptr_eq(bench->characterise, design_characterise(design, "sheet"));
        ck_assert_str_eq(bench->origin.file, "x.xml");
        ck_assert_int_eq(bench->origin.line, 5);
        ck_assert_uint_gt(bench->measures->len, 0);
    }
    design_free(design);
}
END_TEST

/* Where nothing was measured there is no number, and that is said. */
START_TEST(a_kind_invents_nothing)
{
    struct design *design = read_known(kind_at(_i));
    const struct characterise_spec *spec = design_characterise(design, "sheet");
    struct subject of = characterise_subject(design, spec, 0);
    struct sheet *sheet = characterise_sheet(spec);
    struct readings *readings = readings_new();
    struct condition condition = {"tt", 27, 0.9, 0, NULL, NULL};
    sheet_condition(sheet, &condition, of.kind->summarise != NULL ? 1 : 0);
    sheet_sample(sheet, readings);
    of.kind->evaluate(&of, readings, sheet);
    if (of.kind->summarise != NULL)
        of.kind->summarise(&of, (const struct readings *const[]){readings}, 1, sheet);
    g_autoptr(GPtrArray) tables = sheet_tables(sheet);
    const struct table *table = tables->pdata[0];
    const struct column *values = table_column(table, "value"), *checks = table_column(table, "check"), *names = table_column(table, "entry");
    for (gsize r = 0; r < table->n_rows; r++) {
        const char *check = checks->texts->pdata[r];
        ck_assert_msg(isnan(g_array_index(values->numbers, double, r)), "%s", (const char *)names->texts->pdata[r]);
        ck_assert_msg(strstr(check, "no number") != NULL && !g_str_has_prefix(check, "ok"), "%s: %s", (const char *)names->texts->pdata[r], check);
    }
    readings_free(readings);
    sheet_free(sheet);
    design_free(design);
}
END_TEST

/* ---- what is refused ------------------------------------------------------------------------------------------------ */

START_TEST(refused_in_these_words)
{
    const char *path = cases->pdata[_i];
    GError *error = NULL;
    struct design *design = design_read_with(path, characterise_expand, &error);
    refused_check(path, design, error);
}
END_TEST

START_TEST(all_were_found)
{
    ck_assert_uint_ge(cases->len, 12);
}
END_TEST

static Suite *suite(void)
{
    cases = refused_find(BAD);
    Suite *s = suite_create("kinds");
    TCase *t = tcase_create("kinds"), *made = tcase_create("made");
    tcase_add_loop_test(t, a_kind_says_what_it_is, 0, n_kinds());
    tcase_add_loop_test(t, a_kind_is_documented, 0, n_kinds());
    tcase_add_test(t, all_were_found);
    tcase_add_loop_test(t, refused_in_these_words, 0, (int)cases->len);
    tcase_add_checked_fixture(made, make_folder, remove_folder);
    tcase_add_loop_test(made, a_kind_makes_benches_with_the_place_of_the_element, 0, n_kinds());
    tcase_add_loop_test(made, a_kind_invents_nothing, 0, n_kinds());
    suite_add_tcase(s, t);
    suite_add_tcase(s, made);
    return s;
}
TAP_MAIN(suite)
