/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/schema.c -- see schema.h. "Item" below is what a pattern asks for: an attribute or a child element, by name.
 *
 * An element fits its pattern if (1) each attribute and child is one that the pattern names, (2) each attribute's text is one
 * of its values, (3) what the pattern asks for is there, as often as it asks. All three are linear in the document. */
#include "config.h"

#include "design/schema.h"

#include <libxml/parser.h>
#include <string.h>

#include "base/files.h"
#include "design/xml.h"

#define RELAXNG_NAMESPACE "http://relaxng.org/ns/structure/1.0"
#define SCHEMA_LIMIT_BYTES (1u << 20)

/* ---- the schema as a tree of patterns ------------------------------------------------------------------------------- */

static gboolean is_pattern(const xmlNode *p, const char *name)
{
    return p->type == XML_ELEMENT_NODE && strcmp((const char *)p->name, name) == 0 && p->ns != NULL &&
           strcmp((const char *)p->ns->href, RELAXNG_NAMESPACE) == 0;
}

static gboolean is_item(const xmlNode *p)
{
    return is_pattern(p, "attribute") || is_pattern(p, "element");
}

/* The children of a pattern are its parts; those of a reference stand in the definition. */
static const xmlNode *parts_of(const xmlNode *p)
{
    if (!is_pattern(p, "ref"))
        return p->children;
    const xmlNode *grammar = xmlDocGetRootElement(p->doc);
    for (const xmlNode *d = xml_first(grammar, "define"); d != NULL; d = xml_next(d, "define"))
        if (g_strcmp0(xml_text(d, "name"), xml_text(p, "name")) == 0)
            return d->children;
    return NULL;
}

/* The item of that kind ("attribute", "element") and name that the content `p` may hold, or NULL. */
static const xmlNode *find_item(const xmlNode *p, const char *kind, const char *name)
{
    for (const xmlNode *part = parts_of(p); part != NULL; part = part->next) {
        if (is_item(part) && !is_pattern(part, kind))
            continue;
        if (is_item(part) && g_strcmp0(xml_text(part, "name"), name) == 0)
            return part;
        const xmlNode *found = is_item(part) ? NULL : find_item(part, kind, name);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static void list_items(const xmlNode *p, const char *kind, GPtrArray *names)
{
    for (const xmlNode *part = parts_of(p); part != NULL; part = part->next)
        if (!is_item(part))
            list_items(part, kind, names);
        else if (is_pattern(part, kind) && !g_ptr_array_find_with_equal_func(names, xml_text(part, "name"), g_str_equal, NULL))
            g_ptr_array_add(names, (gpointer)(guintptr)xml_text(part, "name"));
}

/* "a, b or c" */
static char *joined(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? "" : i + 1 < names->len ? ", " : " or ", (const char *)names->pdata[i]);
    return g_string_free(text, FALSE);
}

static char *expected_items(const xmlNode *p, const char *kind)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    list_items(p, kind, names);
    return names->len > 0 ? joined(names) : g_strdup("none");
}

/* ---- what an element lacks or has too much of ----------------------------------------------------------------------- */

static guint count_item(const xmlNode *item, const xmlNode *node)
{
    const char *name = xml_text(item, "name");
    if (is_pattern(item, "attribute"))
        return xml_text(node, name) != NULL ? 1 : 0;
    guint n = 0;
    for (const xmlNode *child = xml_first(node, name); child != NULL; child = xml_next(child, name))
        n++;
    return n;
}

/* The first item in `p` that `node` has (or, with node NULL, the first that it names); NULL if none. */
static const xmlNode *first_item(const xmlNode *p, const xmlNode *node)
{
    if (is_item(p))
        return node == NULL || count_item(p, node) > 0 ? p : NULL;
    const xmlNode *found = NULL;
    for (const xmlNode *part = parts_of(p); part != NULL && found == NULL; part = part->next)
        if (part->type == XML_ELEMENT_NODE)
            found = first_item(part, node);
    return found;
}

static gboolean content_fits(const xmlNode *p, const xmlNode *node, GError **error);

static gboolean parts_fit(const xmlNode *p, const xmlNode *node, GError **error)
{
    for (const xmlNode *part = parts_of(p); part != NULL; part = part->next)
        if (part->type == XML_ELEMENT_NODE && !content_fits(part, node, error))
            return FALSE;
    return TRUE;
}

static gboolean item_fits(const xmlNode *item, const xmlNode *node, GError **error)
{
    const char *name = xml_text(item, "name");
    guint n = count_item(item, node);
    if (n == 0)
        return xml_fail(node, error, "%s: %s %s is missing", xml_name(node), xml_name(item), name);
    if (n > 1)
        return xml_fail(xml_next(xml_first(node, name), name), error, "element \"%s\" stands more than once in %s, expected one",
                        name, xml_name(node));
    return TRUE;
}

/* The items with one of which `p` can start: one, or in a choice one for each branch. */
static void list_starts(const xmlNode *p, GPtrArray *items)
{
    guint before = items->len;
    gboolean is_choice = is_pattern(p, "choice");
    if (is_item(p))
        g_ptr_array_add(items, (gpointer)(guintptr)p);
    for (const xmlNode *part = is_item(p) ? NULL : parts_of(p); part != NULL; part = part->next)
        if (part->type == XML_ELEMENT_NODE && (is_choice || items->len == before))
            list_starts(part, items);
}

static gboolean choice_lacks(const xmlNode *choice, const xmlNode *node, GError **error)
{
    for (const xmlNode *branch = parts_of(choice); branch != NULL; branch = branch->next)
        if (branch->type == XML_ELEMENT_NODE && content_fits(branch, node, NULL))
            return TRUE;
    g_autoptr(GPtrArray) items = g_ptr_array_new(), names = g_ptr_array_new();
    list_starts(choice, items);
    for (guint i = 0; i < items->len; i++)
        g_ptr_array_add(names, (gpointer)(guintptr)xml_text(items->pdata[i], "name"));
    g_autofree char *list = joined(names);
    const char *kind = items->len > 0 ? xml_name(items->pdata[0]) : "content";
    return xml_fail(node, error, "%s: %s %s is missing", xml_name(node), kind, list);
}

static gboolean choice_fits(const xmlNode *choice, const xmlNode *node, GError **error)
{
    const xmlNode *taken = NULL, *item = NULL;
    for (const xmlNode *branch = parts_of(choice); branch != NULL; branch = branch->next) {
        const xmlNode *here = branch->type == XML_ELEMENT_NODE ? first_item(branch, node) : NULL;
        if (here == NULL)
            continue;
        if (taken != NULL)
            return xml_fail(node, error, "%s: \"%s\" and \"%s\" exclude each other", xml_name(node), xml_text(item, "name"),
                            xml_text(here, "name"));
        taken = branch;
        item = here;
    }
    return taken != NULL ? content_fits(taken, node, error) : choice_lacks(choice, node, error);
}

/* Whether `node` has the items that the pattern `p` of its content asks for, as often as it asks for them. */
static gboolean content_fits(const xmlNode *p, const xmlNode *node, GError **error)
{
    if (is_item(p))
        return item_fits(p, node, error);
    if (is_pattern(p, "choice"))
        return choice_fits(p, node, error);
    if (is_pattern(p, "zeroOrMore"))
        return TRUE;
    if (is_pattern(p, "optional"))
        return first_item(p, node) == NULL || parts_fit(p, node, error);
    if (is_pattern(p, "oneOrMore"))
        return first_item(p, node) != NULL || choice_lacks(p, node, error);
    return parts_fit(p, node, error);
}

/* ---- the walk ------------------------------------------------------------------------------------------------------- */

/* How large it may be is the reader's to say. */
static gboolean whole_number(const char *text, int min)
{
    gsize n = strspn(text, "0123456789");
    return n > 0 && text[n] == '\0' && (min == 0 || strspn(text, "0") < n);
}

static void list_values(const xmlNode *p, GPtrArray *values)
{
    for (const xmlNode *part = parts_of(p); part != NULL; part = part->next)
        if (is_pattern(part, "value"))
            g_ptr_array_add(values, part->children->content);
        else if (part->type == XML_ELEMENT_NODE)
            list_values(part, values);
}

static gboolean value_fits(const xmlNode *pattern, const xmlNode *node, const xmlAttr *attribute, GError **error)
{
    const char *name = (const char *)attribute->name, *text = xml_text(node, name);
    g_autofree char *shown = xml_shown(text);
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    list_values(pattern, values);
    if (values->len > 0 && !g_ptr_array_find_with_equal_func(values, text, g_str_equal, NULL)) {
        g_autofree char *list = joined(values);
        return xml_fail(node, error, "%s of %s: \"%s\": expected %s", name, xml_name(node), shown, list);
    }
    const xmlNode *data = xml_first(pattern, "data");
    const char *type = data != NULL ? xml_text(data, "type") : NULL;
    int min = g_strcmp0(type, "positiveInteger") == 0 ? 1 : 0;
    if (type != NULL && g_str_has_suffix(type, "Integer") && !whole_number(text, min))
        return xml_fail(node, error, "%s of %s: \"%s\": expected a whole number from %d", name, xml_name(node), shown, min);
    return TRUE;
}

static gboolean attributes_fit(const xmlNode *pattern, const xmlNode *node, GError **error)
{
    for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
        const xmlNode *found = a->ns == NULL ? find_item(pattern, "attribute", (const char *)a->name) : NULL;
        if (found == NULL) {
            g_autofree char *list = expected_items(pattern, "attribute");
            return xml_fail(node, error, "attribute \"%s\" is not known in %s, expected %s", a->name, xml_name(node), list);
        }
        if (!value_fits(found, node, a, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean is_blank(const xmlChar *text)
{
    return text == NULL || text[strspn((const char *)text, " \t\r\n")] == '\0';
}

static gboolean element_fits(const xmlNode *pattern, const xmlNode *node, const char *namespace, GError **error)
{
    if (!attributes_fit(pattern, node, error))
        return FALSE;
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        gboolean is_text = child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE;
        if (is_text && !is_blank(child->content)) {
            g_autofree char *text = g_strstrip(g_strdup((const char *)child->content)), *shown = xml_shown(text);
            return xml_fail(node, error, "text \"%s\" is not expected in %s", shown, xml_name(node));
        }
        if (child->type != XML_ELEMENT_NODE)
            continue;
        if (child->ns == NULL || strcmp((const char *)child->ns->href, namespace) != 0)
            return xml_fail(child, error, "element \"%s\" is not in the namespace %s", child->name, namespace);
        if (find_item(pattern, "element", xml_name(child)) == NULL) {
            g_autofree char *list = expected_items(pattern, "element");
            return xml_fail(child, error, "element \"%s\" is not expected in %s, expected %s", child->name, xml_name(node), list);
        }
    }
    return parts_fit(pattern, node, error);
}

static gboolean tree_fits(const xmlNode *pattern, const xmlNode *node, const char *namespace, GError **error)
{
    if (!element_fits(pattern, node, namespace, error))
        return FALSE;
    for (const xmlNode *child = xml_first(node, NULL); child != NULL; child = xml_next(child, NULL))
        if (!tree_fits(find_item(pattern, "element", xml_name(child)), child, namespace, error))
            return FALSE;
    return TRUE;
}

static gboolean document_fits(const xmlNode *grammar, const xmlNode *root, GError **error)
{
    const xmlNode *pattern = first_item(xml_first(grammar, "start"), NULL);
    const char *namespace = xml_text(grammar, "ns");
    if (!xml_is(root, xml_text(pattern, "name")) || root->ns == NULL || strcmp((const char *)root->ns->href, namespace) != 0)
        return xml_fail(root, error, "element \"%s\" is not expected here, expected %s of the namespace %s", root->name,
                        xml_text(pattern, "name"), namespace);
    return tree_fits(pattern, root, namespace, error);
}

/* ---- the schema itself ---------------------------------------------------------------------------------------------- */

/* The walk must know all that a schema asks for, or it would accept what it does not understand. */
static gboolean is_known(const xmlNode *p)
{
    static const char *const plain[] = {"start",    "define",     "ref",       "group", "interleave", "choice",
                                        "optional", "zeroOrMore", "oneOrMore", "value", "empty",      NULL};
    for (gsize i = 0; plain[i] != NULL; i++)
        if (is_pattern(p, plain[i]))
            return TRUE;
    const char *type = xml_text(p, "type");
    gboolean in_attribute = p->parent != NULL && is_pattern(p->parent, "attribute");
    return (is_item(p) && xml_text(p, "name") != NULL) || (is_pattern(p, "text") && in_attribute) ||
           (is_pattern(p, "data") && in_attribute &&
            (g_strcmp0(type, "positiveInteger") == 0 || g_strcmp0(type, "nonNegativeInteger") == 0));
}

static gboolean check_known(const xmlNode *p, const char *schema, GError **error)
{
    for (const xmlNode *part = xml_first(p, NULL); part != NULL; part = xml_next(part, NULL)) {
        if (part->ns == NULL || strcmp((const char *)part->ns->href, RELAXNG_NAMESPACE) != 0)
            continue; /* annotations */
        if (!is_known(part)) {
            error_set_at(error, GAINSPICE_ERROR_SYSTEM, origin_at(schema, (int)xmlGetLineNo((xmlNodePtr)(guintptr)part)),
                         "pattern %s is not one that schemas here may use", part->name);
            return FALSE;
        }
        if (!check_known(part, schema, error))
            return FALSE;
    }
    return TRUE;
}

static xmlDocPtr read_schema(const char *schema, GError **error)
{
    g_autofree char *path = data_path(schema);
    gsize length = 0;
    g_autofree char *bytes = file_read(path, SCHEMA_LIMIT_BYTES, &length, origin_at(NULL, 0), error);
    if (bytes == NULL)
        return NULL;
    xmlDocPtr document = xmlReadMemory(bytes, (int)length, path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    const xmlNode *grammar = document != NULL ? xmlDocGetRootElement(document) : NULL;
    if (grammar == NULL || !is_pattern(grammar, "grammar") || xml_text(grammar, "ns") == NULL ||
        xml_first(grammar, "start") == NULL)
        error_set_at(error, GAINSPICE_ERROR_SYSTEM, origin_at(schema, 0), "not a RelaxNG schema with a namespace");
    else if (check_known(grammar, schema, error))
        return document;
    xmlFreeDoc(document);
    return NULL;
}

gboolean schema_check(xmlDocPtr document, const char *schema, GError **error)
{
    xmlDocPtr source = read_schema(schema, error);
    if (source == NULL)
        return FALSE;
    gboolean fits = document_fits(xmlDocGetRootElement(source), xmlDocGetRootElement(document), error);
    xmlFreeDoc(source);
    return fits;
}
