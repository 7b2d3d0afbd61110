/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walk over a schema against libxml2's validator: the same verdict on the reference files, on each of them with any one
 * element or attribute removed, doubled or renamed, and on every design in tests/design/bad that is XML without DTD and
 * inclusion. libxml2 needs 2^n states for n optional attributes of an element, so the documents here have few of them. */
#include "config.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <string.h>

#include "base/files.h"
#include "design/schema.h"
#include "tests/support/check_tap.h"

static const struct {
    const char *schema, *document;
    int valid, bad; /* more verdicts than these are expected: as the document is long */
} references[] = {
    {"templates/schema/design.rng", "netlists/gain-cell.xml", 50, 200},
    {"templates/schema/technology.rng", "templates/technologies/g28/technology.xml", 50, 200},
    {"templates/schema/site.rng", "tests/slurm/site.xml", 20, 20},
};

static xmlDocPtr parsed(const char *path)
{
    gsize length;
    g_autofree char *bytes = file_read(path, 1 << 20, &length, origin_at(NULL, 0), NULL);
    ck_assert_ptr_nonnull(bytes);
    return xmlReadMemory(bytes, (int)length, path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

static xmlRelaxNGPtr compiled(const char *schema)
{
    g_autofree char *path = data_path(schema);
    xmlRelaxNGParserCtxtPtr parser = xmlRelaxNGNewParserCtxt(path);
    xmlRelaxNGPtr result = xmlRelaxNGParse(parser);
    xmlRelaxNGFreeParserCtxt(parser);
    ck_assert_msg(result != NULL, "%s: libxml2 does not take it", schema);
    return result;
}

static void silent(void *data, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void silent(void *data, const char *format, ...)
{
    (void)data, (void)format;
}

static int n_compared, n_valid;

static void same_verdict(xmlDocPtr document, const char *schema, xmlRelaxNGPtr with, const char *what, const xmlChar *name)
{
    xmlRelaxNGValidCtxtPtr context = xmlRelaxNGNewValidCtxt(with);
    xmlRelaxNGSetValidErrors(context, silent, silent, NULL);
    gboolean theirs = xmlRelaxNGValidateDoc(context, document) == 0;
    xmlRelaxNGFreeValidCtxt(context);
    GError *error = NULL;
    gboolean ours = schema_check(document, schema, &error);
    ck_assert_msg(ours == theirs, "%s %s: libxml2 says %s, we say %s", what, name, theirs ? "valid" : "not valid",
                  ours ? "valid" : error->message);
    ck_assert_int_eq(ours, error == NULL);
    g_clear_error(&error);
    n_compared++;
    n_valid += ours;
}

static void without_attribute(xmlDocPtr document, xmlNodePtr node, xmlAttrPtr attribute, const char *schema, xmlRelaxNGPtr with)
{
    g_autofree char *name = g_strdup((const char *)attribute->name),
                    *value = g_strdup((const char *)attribute->children->content);
    xmlSetProp(node, (const xmlChar *)name, (const xmlChar *)"no such value");
    same_verdict(document, schema, with, "another value of", (const xmlChar *)name);
    xmlRemoveProp(xmlHasProp(node, (const xmlChar *)name));
    same_verdict(document, schema, with, "without attribute", (const xmlChar *)name);
    xmlSetProp(node, (const xmlChar *)"renamed", (const xmlChar *)value);
    same_verdict(document, schema, with, "renamed attribute", (const xmlChar *)name);
    xmlRemoveProp(xmlHasProp(node, (const xmlChar *)"renamed"));
    xmlSetProp(node, (const xmlChar *)name, (const xmlChar *)value);
}

static void change_attributes(xmlDocPtr document, xmlNodePtr node, const char *schema, xmlRelaxNGPtr with)
{
    int n = 0;
    for (const xmlAttr *a = node->properties; a != NULL; a = a->next)
        n++;
    /* Each is put back at the end, so the first is another one every time. */
    for (int i = 0; i < n; i++)
        without_attribute(document, node, node->properties, schema, with);
}

static void change_element(xmlDocPtr document, xmlNodePtr node, const char *schema, xmlRelaxNGPtr with)
{
    xmlNodePtr place = xmlNewText((const xmlChar *)" "), copy = xmlDocCopyNode(node, document, 1);
    g_autofree char *name = g_strdup((const char *)node->name);
    xmlAddNextSibling(node, copy);
    same_verdict(document, schema, with, "twice", node->name);
    xmlNodeSetName(copy, (const xmlChar *)"hold");
    same_verdict(document, schema, with, "beside hold, once", node->name);
    xmlReplaceNode(copy, place);
    xmlNodeSetName(node, (const xmlChar *)"renamed");
    same_verdict(document, schema, with, "renamed", (const xmlChar *)name);
    xmlNodeSetName(node, (const xmlChar *)name);
    xmlUnlinkNode(node);
    same_verdict(document, schema, with, "without", node->name);
    xmlReplaceNode(place, node);
    xmlFreeNode(place);
    xmlFreeNode(copy);
}

static void change_all(xmlDocPtr document, xmlNodePtr parent, const char *schema, xmlRelaxNGPtr with)
{
    change_attributes(document, parent, schema, with);
    for (xmlNodePtr node = parent->children; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        change_all(document, node, schema, with);
        change_element(document, node, schema, with);
    }
}

START_TEST(any_one_change)
{
    const char *schema = references[_i].schema;
    g_autofree char *path = source_path(references[_i].document);
    xmlDocPtr document = parsed(path);
    xmlRelaxNGPtr with = compiled(schema);
    GError *error = NULL;
    ck_ok(schema_check(document, schema, &error), error);
    same_verdict(document, schema, with, "as it is,", (const xmlChar *)path);
    change_all(document, xmlDocGetRootElement(document), schema, with);
    ck_ok(schema_check(document, schema, &error), error);
    ck_assert_int_gt(n_valid, references[_i].valid);
    ck_assert_int_gt(n_compared - n_valid, references[_i].bad);
    xmlRelaxNGFree(with);
    xmlFreeDoc(document);
}
END_TEST

START_TEST(bad_designs)
{
    const char *schema = references[0].schema;
    xmlRelaxNGPtr with = compiled(schema);
    g_autofree char *folder = source_path("tests/design/bad");
    GDir *dir = g_dir_open(folder, 0, NULL);
    ck_assert_ptr_nonnull(dir);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (!g_str_has_suffix(name, ".xml") || strstr(name, "entity") != NULL)
            continue;
        xmlDocPtr document = parsed(path);
        if (document != NULL && document->intSubset == NULL)
            same_verdict(document, schema, with, "design", (const xmlChar *)name);
        xmlFreeDoc(document);
    }
    g_dir_close(dir);
    xmlRelaxNGFree(with);
    ck_assert_int_gt(n_valid, 100);
    ck_assert_int_gt(n_compared - n_valid, 30);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("schema");
    TCase *t = tcase_create("schema");
    tcase_add_loop_test(t, any_one_change, 0, G_N_ELEMENTS(references));
    tcase_add_test(t, bad_designs);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
