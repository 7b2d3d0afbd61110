/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layer below designs: limits, inclusion, places and texts, with a schema of its own. What it says about real designs
 * is in tests/design/bad. */
#include "config.h"

#include <fcntl.h>

#include "design/xml.h"
#include "tests/design/folder.h"

#define SCHEMA "schema.rng"
#define NS " xmlns=\"urn:x\""
#define XI " xmlns:xi=\"http://www.w3.org/2001/XInclude\""

/* <a> holds any number of <a> and <b>; both have optional attributes t and n. */
static const char schema[] =
    "<grammar xmlns='http://relaxng.org/ns/structure/1.0' ns='urn:x'>"
    "<start><ref name='a'/></start>"
    "<define name='t'><optional><attribute name='t'><text/></attribute></optional>"
    "<optional><attribute name='n'><text/></attribute></optional></define>"
    "<define name='a'><element name='a'><ref name='t'/><zeroOrMore><choice><ref name='a'/><ref name='b'/></choice></zeroOrMore>"
    "</element></define>"
    "<define name='b'><element name='b'><ref name='t'/><empty/></element></define></grammar>";

static void set_up(void)
{
    make_folder();
    write_file(SCHEMA, schema);
    g_setenv("GAINSPICE_DATA", test_folder, TRUE);
}

static struct xml *opened(const char *path)
{
    GError *error = NULL;
    struct xml *xml = xml_open(path, SCHEMA, origin_at(NULL, 0), &error);
    ck_ok(xml != NULL, error);
    return xml;
}

static void refused(const char *path, const char *message)
{
    GError *error = NULL;
    ck_fails(xml_open(path, SCHEMA, origin_at(NULL, 0), &error) != NULL, error, message);
}

/* `n` times `text`. Newly allocated. */
static char *repeated(gsize n, const char *text)
{
    GString *all = g_string_new(NULL);
    for (gsize i = 0; i < n; i++)
        g_string_append(all, text);
    return g_string_free(all, FALSE);
}

START_TEST(places_are_where_tags_start)
{
    g_autofree char *lines = repeated(70000, "\n"), *comment = repeated(10, "<!-- < -->\n");
    g_autofree char *text =
        g_strconcat("<a" NS "\n  t='1'\n  >\n", comment, "<b\n\nt='\n>'/><b/>", lines, "<b n='7'/>\n</a>", NULL);
    write_file("x.xml", text);
    struct xml *xml = opened("x.xml");
    const xmlNode *b = xml_first(xml_root(xml), "b"), *second = xml_next(b, NULL), *third = xml_next(second, "b");
    ck_assert_int_eq(xml_origin(xml_root(xml)).line, 1);
    ck_assert_int_eq(xml_origin(b).line, 14);
    ck_assert_int_eq(xml_origin(second).line, 17);
    ck_assert_int_eq(xml_origin(third).line, 70017);
    ck_assert_str_eq(xml_origin(third).file, "x.xml");
    ck_assert_str_eq(xml_text(third, "n"), "7");
    ck_assert_ptr_null(xml_next(third, NULL));
    ck_assert_ptr_null(xml_first(third, NULL));
    xml_close(xml);
}
END_TEST

START_TEST(texts_as_they_are_meant)
{
    write_file("x.xml", "<a" NS " t='&amp;&lt;&#38;lt;&#xA;&quot;µ' n=''><b t='a\nb'/></a>");
    struct xml *xml = opened("x.xml");
    const xmlNode *root = xml_root(xml);
    ck_assert_str_eq(xml_text(root, "t"), "&<&lt;\n\"µ");
    ck_assert_str_eq(xml_text(root, "n"), "");
    ck_assert_str_eq(xml_text(xml_first(root, "b"), "t"), "a b");
    ck_assert_ptr_null(xml_text(xml_first(root, "b"), "n"));
    xml_close(xml);
    g_autofree char *shown = xml_shown("a\x01\x80\nb");
    ck_assert_str_eq(shown, "a \xef\xbf\xbd b");
}
END_TEST

START_TEST(inclusion_is_as_if_written_there)
{
    write_file("whole.xml", "<a" NS "><a t='1'><b n='2'></b></a><b/></a>");
    write_file("x.xml", "<!-- no matter --><a" NS "><xi:include" XI " href='d/y.xml'/><b/></a>");
    write_file("d/y.xml", "\n\n<a" NS " t=\"1\"><xi:include" XI " parse='xml' href='z.xml'/></a>");
    write_file("d/z.xml", "<!-- nor here -->\n<b" NS " n='2'/>");
    struct xml *x = opened("x.xml"), *whole = opened("whole.xml");
    const xmlNode *y = xml_first(xml_root(x), "a"), *z = xml_first(y, "b");
    ck_assert_str_eq(xml_origin(y).file, "d/y.xml");
    ck_assert_int_eq(xml_origin(y).line, 3);
    ck_assert_str_eq(xml_origin(z).file, "d/z.xml");
    ck_assert_int_eq(xml_origin(z).line, 2);
    g_autofree char *digest_x = xml_digest(x), *digest_whole = xml_digest(whole);
    ck_assert_str_eq(digest_x, digest_whole);
    ck_assert_uint_eq(strlen(digest_x), 64);
    xml_close(x);
    xml_close(whole);
    write_file("whole.xml", "<a" NS "><a t='1'><b n='3'></b></a><b/></a>");
    whole = opened("whole.xml");
    g_autofree char *digest_other = xml_digest(whole);
    ck_assert_str_ne(digest_x, digest_other);
    xml_close(whole);
}
END_TEST

START_TEST(links_out_of_the_folder)
{
    write_file("secret.xml", "<b" NS " t='secret'/>");
    write_file("d/inside.xml", "<b" NS "/>");
    write_file("d/x.xml", "<a" NS ">\n<xi:include" XI " href='link.xml'/></a>");
    write_file("d/y.xml", "<a" NS ">\n<xi:include" XI " href='up/secret.xml'/></a>");
    write_file("d/z.xml", "<a" NS ">\n<xi:include" XI " href='near.xml'/></a>");
    ck_assert_int_eq(symlink("../secret.xml", "d/link.xml"), 0);
    ck_assert_int_eq(symlink("..", "d/up"), 0);
    ck_assert_int_eq(symlink("inside.xml", "d/near.xml"), 0);
    refused("d/x.xml", "d/x.xml:2: include of \"link.xml\": the file lies outside the folder \"d\"");
    refused("d/y.xml", "d/y.xml:2: include of \"up/secret.xml\": the file lies outside the folder \"d\"");
    xml_close(opened("d/z.xml"));
    ck_assert_int_eq(chdir("d"), 0);
    refused("x.xml", "x.xml:2: include of \"link.xml\": the file lies outside the folder \".\"");
    g_autofree char *absolute = g_build_filename(test_folder, "d", "x.xml", NULL);
    g_autofree char *message =
        g_strdup_printf("%s:2: include of \"link.xml\": the file lies outside the folder \"%s/d\"", absolute, test_folder);
    refused(absolute, message);
}
END_TEST

START_TEST(size_of_a_file)
{
    g_autofree char *fill = repeated(XML_LIMIT_BYTES - 30, " ");
    g_autofree char *fits = g_strconcat("<a" NS ">", fill, "</a>", NULL), *more = g_strconcat(fits, fill, NULL);
    write_file("x.xml", fits);
    xml_close(opened("x.xml"));
    write_file("x.xml", more);
    refused("x.xml", "file \"x.xml\": larger than 4194304 bytes");
}
END_TEST

START_TEST(size_of_all_files)
{
    g_autofree char *fill = repeated(1u << 20, " "), *part = g_strconcat("<a" NS ">", fill, "</a>", NULL);
    g_autofree char *many = repeated(16, "<xi:include" XI " href='part.xml'/>\n"),
                    *x = g_strconcat("<a" NS ">\n", many, "</a>", NULL);
    write_file("part.xml", part);
    write_file("x.xml", x);
    refused("x.xml",
            "x.xml:17: file \"part.xml\": the document with all that it includes is larger than 16777216 bytes or 1000 files");
}
END_TEST

/* Each of eight files includes the next one ten times: 10^7 elements if nobody counts. */
START_TEST(inclusion_bomb)
{
    for (int i = 0; i < 8; i++) {
        g_autofree char *name = g_strdup_printf("x%d.xml", i),
                        *include = g_strdup_printf("<xi:include" XI " href='x%d.xml'/>", i + 1);
        g_autofree char *ten = repeated(10, include), *text = g_strconcat("<a" NS ">", ten, "</a>", NULL);
        write_file(name, text);
    }
    write_file("x8.xml", "<b" NS "/>");
    refused("x0.xml",
            "x7.xml:1: file \"x8.xml\": the document with all that it includes is larger than 16777216 bytes or 1000 files");
}
END_TEST

START_TEST(number_of_elements)
{
    g_autofree char *fits = repeated(XML_LIMIT_ELEMENTS - 1, "<b/>\n"), *x = g_strconcat("<a" NS ">\n", fits, "</a>", NULL);
    g_autofree char *more = g_strconcat("<a" NS ">\n", fits, "<b/></a>", NULL);
    write_file("x.xml", x);
    xml_close(opened("x.xml"));
    write_file("x.xml", more);
    refused("x.xml", "x.xml:20001: more than 20000 elements");
}
END_TEST

START_TEST(depth_of_elements)
{
    g_autofree char *open = repeated(XML_LIMIT_DEPTH - 1, "<a>\n"), *close = repeated(XML_LIMIT_DEPTH - 1, "</a>");
    g_autofree char *fits = g_strconcat("<a" NS ">", open, close, "</a>", NULL);
    g_autofree char *more = g_strconcat("<a" NS ">", open, "<a></a>", close, "</a>", NULL);
    write_file("x.xml", fits);
    xml_close(opened("x.xml"));
    write_file("x.xml", more);
    refused("x.xml", "x.xml:32: elements nest deeper than 32");
}
END_TEST

START_TEST(files_that_are_not_there)
{
    GError *error = NULL;
    ck_fails(xml_open("none.xml", SCHEMA, origin_at("y.xml", 3), &error) != NULL, error,
             "y.xml:3: file \"none.xml\": cannot be opened: No such file or directory");
    ck_assert_int_eq(g_mkdir("d", 0700), 0);
    refused("d", "file \"d\": not a regular file");
    write_file("x.xml", "");
    refused("x.xml", "x.xml:1: not well-formed XML: Document is empty");
    write_file("x.xml", "<a" NS "/>");
    g_autofree char *no_schema =
        g_strdup_printf("file \"%s/none.rng\": cannot be opened: No such file or directory", test_folder);
    ck_fails(xml_open("x.xml", "none.rng", origin_at(NULL, 0), &error) != NULL, error, no_schema);
    write_file("bad.rng", "<grammar/>");
    ck_fails(xml_open("x.xml", "bad.rng", origin_at(NULL, 0), &error) != NULL, error,
             "bad.rng: not a RelaxNG schema with a namespace");
}
END_TEST

/* libxml2 prints on stderr where it is not kept from it. */
START_TEST(nothing_on_stderr)
{
    write_file("malformed.xml", "<a" NS "><b></a>");
    write_file("invalid.xml", "<a" NS "><c/></a>");
    write_file("entity.xml", "<!DOCTYPE a SYSTEM 'none.dtd' [<!ENTITY e SYSTEM 'none'>]><a" NS ">&e;</a>");
    write_file("bad.rng", "<grammar/>");
    int fd = open("stderr.txt", O_CREAT | O_RDWR, 0600), kept = dup(STDERR_FILENO);
    ck_assert(fd >= 0 && kept >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    gboolean any = xml_open("malformed.xml", SCHEMA, origin_at(NULL, 0), NULL) ||
                   xml_open("invalid.xml", SCHEMA, origin_at(NULL, 0), NULL) ||
                   xml_open("entity.xml", SCHEMA, origin_at(NULL, 0), NULL) ||
                   xml_open("invalid.xml", "bad.rng", origin_at(NULL, 0), NULL);
    ck_assert(dup2(kept, STDERR_FILENO) >= 0);
    off_t printed = lseek(fd, 0, SEEK_END);
    close(fd);
    close(kept);
    ck_assert(!any);
    ck_assert_int_eq(printed, 0);
}
END_TEST

START_TEST(numbers_of_attributes)
{
    write_file("x.xml", "<a" NS ">\n<b n='2.385fF' t='-17'/><b n='18446744073709551615' t='a-b'/></a>");
    struct xml *xml = opened("x.xml");
    const xmlNode *b = xml_first(xml_root(xml), "b"), *second = xml_next(b, "b");
    double value = 7.25;
    int whole = 3;
    guint64 huge = 5;
    g_autofree char *name = NULL;
    enum dimension dimension = DIMENSION_NONE;
    GError *error = NULL;
    ck_ok(xml_quantity(b, "absent", DIMENSION_TIME, &value, &error), error);
    ck_assert_double_eq(value, 7.25);
    ck_ok(xml_quantity(b, "n", DIMENSION_CAPACITANCE, &value, &error), error);
    ck_assert_double_eq(value, 2.385e-15);
    ck_ok(xml_quantity_any(b, "n", &value, &dimension, &error), error);
    ck_assert_int_eq(dimension, DIMENSION_CAPACITANCE);
    ck_fails(xml_quantity(b, "n", DIMENSION_TIME, &value, &error), error,
             "x.xml:2: n of b: time \"2.385fF\": the unit is F, expected s, such as 15ns");
    ck_ok(xml_int(b, "t", -17, 0, &whole, &error), error);
    ck_assert_int_eq(whole, -17);
    ck_fails(xml_int(b, "t", -16, 9, &whole, &error), error, "x.xml:2: t of b: \"-17\": expected a whole number from -16 to 9");
    ck_ok(xml_uint64(second, "n", &huge, &error), error);
    ck_assert_uint_eq(huge, G_MAXUINT64);
    ck_ok(xml_name_of(second, "t", TRUE, &name, &error), error);
    ck_assert_str_eq(name, "a-b");
    ck_fails(xml_name_of(second, "t", FALSE, &name, &error), error,
             "x.xml:2: t of b: \"a-b\": expected a name of a-z, 0-9 and _ that starts with a letter");
    xml_close(xml);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("xml");
    TCase *t = tcase_create("xml");
    tcase_add_checked_fixture(t, set_up, remove_folder);
    tcase_add_test(t, places_are_where_tags_start);
    tcase_add_test(t, texts_as_they_are_meant);
    tcase_add_test(t, inclusion_is_as_if_written_there);
    tcase_add_test(t, links_out_of_the_folder);
    tcase_add_test(t, size_of_a_file);
    tcase_add_test(t, size_of_all_files);
    tcase_add_test(t, inclusion_bomb);
    tcase_add_test(t, number_of_elements);
    tcase_add_test(t, depth_of_elements);
    tcase_add_test(t, files_that_are_not_there);
    tcase_add_test(t, nothing_on_stderr);
    tcase_add_test(t, numbers_of_attributes);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
