/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/xml.c -- see xml.h.
 *
 * Files are read by us and parsed from memory, so what may be opened is decided in one place (read_bytes). Inclusion is done
 * here rather than by libxml2: its own includes each copy of a fragment without a bound (ten files that include each other
 * ten times are a bomb of 10^10 elements), opens text and XPointer targets, and loses the line in the fragment.
 * Every element carries its origin in node->_private; documents that were included stay alive with the struct xml, because
 * nodes that moved out of them may still refer to their namespaces. All are parsed by one context: one dictionary of names.
 */
#include "config.h"

#include "design/xml.h"

#include <libxml/SAX2.h>
#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <string.h>

#include "base/files.h"
#include "design/schema.h"

#define XINCLUDE_NAMESPACE "http://www.w3.org/2001/XInclude"

struct xml {
    xmlParserCtxtPtr parser;
    GPtrArray *documents; /* xmlDocPtr; the first is the tree */
    GPtrArray *origins;   /* struct origin, one an element */
    char *folder;         /* what inclusions must stay in */
    gsize bytes;          /* read so far, of all files */
    int files;
    const char *file; /* being parsed, interned */
    struct origin made_for; /* text of ours: the origin of every element; file NULL: a file's */
    GError *refused;  /* what a parser callback refused */
};

/* ---- what libxml2 may do -------------------------------------------------------------------------------------------- */

static xmlParserInputPtr load_nothing(const char *url, const char *id, xmlParserCtxtPtr parser)
{
    (void)url, (void)id, (void)parser;
    return NULL;
}

/* Keeps libxml2 from printing; the parser's last error is asked for where it is needed. */
#if LIBXML_VERSION >= 21200
static void print_nothing(void *data, const xmlError *e)
#else
static void print_nothing(void *data, xmlErrorPtr e)
#endif
{
    (void)data, (void)e;
}

static void refuse(xmlParserCtxtPtr parser, int line, const char *sentence)
{
    struct xml *xml = parser->_private;
    if (xml->refused == NULL)
        error_set_at(&xml->refused, GAINSPICE_ERROR_INPUT, origin_at(xml->file, line), "%s", sentence);
    xmlStopParser(parser);
}

/* Called before the first declaration of a DOCTYPE is read. */
static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    (void)name, (void)public_id, (void)system_id;
    xmlParserCtxtPtr parser = context;
    refuse(parser, parser->input->line, "a DOCTYPE is not accepted, expected a document without DTD and entities");
}

/* libxml2 knows the line on which a start tag ends; "<" cannot stand in one, so going back to it finds where it starts. */
static int start_line(const xmlParserInput *input)
{
    int line = input->line;
    for (const xmlChar *p = input->cur; p > input->base && *p != '<'; p--)
        if (p < input->cur && *p == '\n')
            line--;
    return MAX(line, 1);
}

static void start_element(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
                          const xmlChar **namespaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    xmlParserCtxtPtr parser = context;
    struct xml *xml = parser->_private;
    int line = start_line(parser->input);
    if (parser->nodeNr >= XML_LIMIT_DEPTH) {
        refuse(parser, line, "elements nest deeper than " G_STRINGIFY(XML_LIMIT_DEPTH));
        return;
    }
    if (xml->origins->len >= XML_LIMIT_ELEMENTS) {
        refuse(parser, line, "more than " G_STRINGIFY(XML_LIMIT_ELEMENTS) " elements");
        return;
    }
    const xmlNode *before = parser->node;
    xmlSAX2StartElementNs(context, name, prefix, uri, n_namespaces, namespaces, n_attributes, n_defaulted, attributes);
    if (parser->node == NULL || parser->node == before)
        return;
    struct origin *at = g_new(struct origin, 1);
    *at = xml->made_for.file != NULL ? xml->made_for : origin_at(xml->file, line);
    g_ptr_array_add(xml->origins, at);
    parser->node->_private = at;
}

static xmlParserCtxtPtr make_parser(struct xml *xml)
{
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    g_assert(parser != NULL);
    parser->sax->internalSubset = refuse_doctype;
    parser->sax->startElementNs = start_element;
    parser->_private = xml;
    return parser;
}

/* ---- one file ------------------------------------------------------------------------------------------------------- */

static char *read_bytes(struct xml *xml, const char *path, struct origin from, gsize *length, GError **error)
{
    char *bytes = file_read(path, XML_LIMIT_BYTES, length, from, error);
    if (bytes == NULL)
        return NULL;
    xml->bytes += *length;
    xml->files++;
    if (xml->bytes <= XML_LIMIT_ALL_BYTES && xml->files <= XML_LIMIT_FILES)
        return bytes;
    error_set_at(error, GAINSPICE_ERROR_INPUT, from,
                 "file \"%s\": the document with all that it includes is larger than %u bytes or %d files", path,
                 XML_LIMIT_ALL_BYTES, XML_LIMIT_FILES);
    g_free(bytes);
    return NULL;
}

static void fail_malformed(const struct xml *xml, GError **error)
{
    const xmlError *e = xmlCtxtGetLastError(xml->parser);
    g_autofree char *message = g_strchomp(g_strdup(e != NULL && e->message != NULL ? e->message : "empty"));
    g_autofree char *sentence = xml_shown(message);
    error_set_at(error, GAINSPICE_ERROR_INPUT, origin_at(xml->file, e != NULL ? e->line : 0), "not well-formed XML: %s",
                 sentence);
}

static xmlDocPtr parse_bytes(struct xml *xml, const char *bytes, gsize length, const char *path, GError **error)
{
    xml->file = g_intern_string(path);
    xmlDocPtr document = xmlCtxtReadMemory(xml->parser, bytes, (int)length, path, NULL,
                                           XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (xml->refused != NULL)
        g_propagate_error(error, g_steal_pointer(&xml->refused));
    else if (document == NULL)
        fail_malformed(xml, error);
    else {
        g_ptr_array_add(xml->documents, document);
        return document;
    }
    if (document != NULL)
        xmlFreeDoc(document);
    return NULL;
}

static xmlDocPtr parse_file(struct xml *xml, const char *path, struct origin from, GError **error)
{
    gsize length = 0;
    g_autofree char *bytes = read_bytes(xml, path, from, &length, error);
    return bytes != NULL ? parse_bytes(xml, bytes, length, path, error) : NULL;
}

/* ---- inclusion ------------------------------------------------------------------------------------------------------ */

static gboolean is_xinclude(const xmlNode *node)
{
    return node->ns != NULL && strcmp((const char *)node->ns->href, XINCLUDE_NAMESPACE) == 0;
}

/* A plain relative path: no scheme, host, escape, query, parent folder or leading slash. */
static gboolean plain_path(const char *href)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    if (*href == '\0' || *href == '/' || href[strspn(href, allowed)] != '\0')
        return FALSE;
    g_auto(GStrv) parts = g_strsplit(href, "/", -1);
    for (char **part = parts; *part != NULL; part++)
        if (strcmp(*part, "..") == 0 || **part == '\0')
            return FALSE;
    return TRUE;
}

/* The path of the file that an xi:include asks for, or NULL with `error`. Newly allocated. */
static char *included_path(const struct xml *xml, const xmlNode *include, GError **error)
{
    if (strcmp(xml_name(include), "include") != 0)
        return xml_fail(include, error, "element \"%s\" of XInclude is not accepted, expected include", xml_name(include)), NULL;
    if (include->children != NULL)
        return xml_fail(include, error, "include: expected no content and no fallback"), NULL;
    for (const xmlAttr *a = include->properties; a != NULL; a = a->next)
        if (strcmp((const char *)a->name, "href") != 0 && strcmp((const char *)a->name, "parse") != 0)
            return xml_fail(include, error, "attribute \"%s\" of include is not accepted, expected href", a->name), NULL;
    const char *parse = xml_text(include, "parse"), *href = xml_text(include, "href");
    if (parse != NULL && strcmp(parse, "xml") != 0)
        return xml_fail(include, error, "parse of include: expected xml"), NULL;
    g_autofree char *shown = xml_shown(href != NULL ? href : "");
    if (href == NULL || !plain_path(href))
        return xml_fail(include, error, "include of \"%s\": expected the relative path of a file in the folder \"%s\"", shown,
                        xml->folder),
               NULL;
    g_autofree char *here = g_path_get_dirname(xml_origin(include).file);
    g_autofree char *path = path_from(here, href);
    g_autofree char *now = g_get_current_dir(), *absolute = path_from(now, path);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return xml_fail(include, error, "include of \"%s\": there is no such file", shown), NULL;
    if (!path_stays_inside(xml->folder, absolute))
        return xml_fail(include, error, "include of \"%s\": the file lies outside the folder \"%s\"", shown, xml->folder), NULL;
    return g_steal_pointer(&path);
}

static gboolean include_all(struct xml *xml, xmlNodePtr node, int files, GError **error);

/* Replaces `*include` by the root of the file that it names, itself with all inclusions done. */
static gboolean include_one(struct xml *xml, xmlNodePtr *include, int files, GError **error)
{
    g_autofree char *path = included_path(xml, *include, error);
    if (path == NULL)
        return FALSE;
    if (files >= XML_LIMIT_INCLUDES)
        return xml_fail(*include, error, "include of \"%s\": files include each other deeper than %d", path, XML_LIMIT_INCLUDES);
    xmlDocPtr document = parse_file(xml, path, xml_origin(*include), error);
    if (document == NULL)
        return FALSE;
    xmlNodePtr root = xmlDocGetRootElement(document);
    if (is_xinclude(root))
        return xml_fail(root, error, "include: expected it inside an element, not as the root");
    if (!include_all(xml, root, files + 1, error))
        return FALSE;
    xmlUnlinkNode(root);
    xmlReplaceNode(*include, root);
    xmlFreeNode(*include);
    *include = root;
    return TRUE;
}

/* Recursion is bounded by XML_LIMIT_DEPTH times XML_LIMIT_INCLUDES. */
static gboolean include_all(struct xml *xml, xmlNodePtr node, int files, GError **error)
{
    for (xmlNodePtr child = node->children; child != NULL; child = child->next) {
        if (child->type != XML_ELEMENT_NODE)
            continue;
        gboolean ok = is_xinclude(child) ? include_one(xml, &child, files, error) : include_all(xml, child, files, error);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

/* ---- a document ----------------------------------------------------------------------------------------------------- */

static gboolean open_in(struct xml *xml, const char *path, const char *text, const char *schema, struct origin from, GError **error)
{
    xmlDocPtr document = text != NULL ? parse_bytes(xml, text, strlen(text), path, error) : parse_file(xml, path, from, error);
    return document != NULL && (text != NULL || include_all(xml, xmlDocGetRootElement(document), 0, error)) &&
           schema_check(document, schema, error);
}

/* `text` NULL: the file at `path`. */
static struct xml *open_either(const char *path, const char *text, const char *schema, struct origin from, GError **error)
{
    LIBXML_TEST_VERSION
    xmlExternalEntityLoader loader = xmlGetExternalEntityLoader();
    xmlSetExternalEntityLoader(load_nothing);
    xmlSetStructuredErrorFunc(NULL, print_nothing);
    struct xml *xml = g_new0(struct xml, 1);
    xml->documents = g_ptr_array_new_with_free_func((GDestroyNotify)xmlFreeDoc);
    xml->origins = g_ptr_array_new_with_free_func(g_free);
    xml->folder = g_path_get_dirname(path);
    if (text != NULL)
        xml->made_for = from;
    xml->parser = make_parser(xml);
    if (!open_in(xml, path, text, schema, from, error)) {
        xml_close(xml);
        xml = NULL;
    }
    xmlSetStructuredErrorFunc(NULL, NULL);
    xmlSetExternalEntityLoader(loader);
    return xml;
}

struct xml *xml_open(const char *path, const char *schema, struct origin from, GError **error)
{
    return open_either(path, NULL, schema, from, error);
}

struct xml *xml_open_text(const char *text, const char *schema, struct origin from, GError **error)
{
    return open_either(from.file, text, schema, from, error);
}

void xml_close(struct xml *xml)
{
    if (xml == NULL)
        return;
    g_ptr_array_unref(xml->documents);
    g_ptr_array_unref(xml->origins);
    xmlFreeParserCtxt(xml->parser);
    g_clear_error(&xml->refused);
    g_free(xml->folder);
    g_free(xml);
}

const xmlNode *xml_root(const struct xml *xml)
{
    return xmlDocGetRootElement(xml->documents->pdata[0]);
}

char *xml_digest(const struct xml *xml)
{
    xmlChar *canonical = NULL;
    int length = xmlC14NDocDumpMemory(xml->documents->pdata[0], NULL, XML_C14N_1_0, NULL, FALSE, &canonical);
    g_assert(length >= 0);
    char *digest = digest_bytes(canonical, (gsize)length);
    xmlFree(canonical);
    return digest;
}

/* ---- elements and attributes ---------------------------------------------------------------------------------------- */

struct origin xml_origin(const xmlNode *node)
{
    const struct origin *at = node->_private;
    return at != NULL ? *at : origin_at(NULL, 0);
}

const char *xml_name(const xmlNode *node)
{
    return (const char *)node->name;
}

gboolean xml_is(const xmlNode *node, const char *name)
{
    return strcmp(xml_name(node), name) == 0;
}

static const xmlNode *element_from(const xmlNode *node, const char *name)
{
    while (node != NULL && (node->type != XML_ELEMENT_NODE || (name != NULL && !xml_is(node, name))))
        node = node->next;
    return node;
}

const xmlNode *xml_first(const xmlNode *node, const char *name)
{
    return element_from(node->children, name);
}

const xmlNode *xml_next(const xmlNode *node, const char *name)
{
    return element_from(node->next, name);
}

const char *xml_text(const xmlNode *node, const char *attribute)
{
    const xmlAttr *a = xmlHasNsProp((xmlNodePtr)(guintptr)node, (const xmlChar *)attribute, NULL);
    if (a == NULL)
        return NULL;
    /* Without entities an attribute is one text, or nothing if it is empty. */
    return a->children != NULL && a->children->content != NULL ? (const char *)a->children->content : "";
}

char *xml_shown(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    for (char *c = valid; *c != '\0'; c++)
        if (g_ascii_iscntrl(*c))
            *c = ' ';
    if (g_utf8_strlen(valid, -1) <= 60)
        return g_steal_pointer(&valid);
    g_autofree char *start = g_utf8_substring(valid, 0, 57);
    return g_strconcat(start, "...", NULL);
}

gboolean xml_fail(const xmlNode *node, GError **error, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    g_autofree char *sentence = g_strdup_vprintf(format, ap);
    va_end(ap);
    error_set_at(error, GAINSPICE_ERROR_INPUT, xml_origin(node), "%s", sentence);
    return FALSE;
}

static gboolean fail_attribute(const xmlNode *node, const char *attribute, GError *cause, GError **error)
{
    xml_fail(node, error, "%s of %s: %s", attribute, xml_name(node), cause->message);
    g_error_free(cause);
    return FALSE;
}

gboolean xml_quantity(const xmlNode *node, const char *attribute, enum dimension dimension, double *value, GError **error)
{
    const char *text = xml_text(node, attribute);
    GError *cause = NULL;
    return text == NULL || quantity_parse(text, dimension, value, &cause) || fail_attribute(node, attribute, cause, error);
}

gboolean xml_quantity_any(const xmlNode *node, const char *attribute, double *value, enum dimension *dimension, GError **error)
{
    const char *text = xml_text(node, attribute);
    GError *cause = NULL;
    return text == NULL || quantity_parse_any(text, value, dimension, &cause) || fail_attribute(node, attribute, cause, error);
}

gboolean xml_int(const xmlNode *node, const char *attribute, int min, int max, int *value, GError **error)
{
    const char *text = xml_text(node, attribute);
    gint64 number;
    if (text == NULL)
        return TRUE;
    if (!g_ascii_string_to_signed(text, 10, min, max, &number, NULL)) {
        g_autofree char *shown = xml_shown(text);
        return xml_fail(node, error, "%s of %s: \"%s\": expected a whole number from %d to %d", attribute, xml_name(node), shown,
                        min, max);
    }
    *value = (int)number;
    return TRUE;
}

gboolean xml_uint64(const xmlNode *node, const char *attribute, guint64 *value, GError **error)
{
    const char *text = xml_text(node, attribute);
    if (text == NULL || g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, value, NULL))
        return TRUE;
    g_autofree char *shown = xml_shown(text);
    return xml_fail(node, error, "%s of %s: \"%s\": expected a whole number from 0 to 18446744073709551615", attribute,
                    xml_name(node), shown);
}

gboolean xml_name_of(const xmlNode *node, const char *attribute, gboolean hyphen, char **name, GError **error)
{
    const char *text = xml_text(node, attribute);
    if (text == NULL)
        return TRUE;
    if (!name_valid(text, hyphen)) {
        g_autofree char *shown = xml_shown(text);
        return xml_fail(node, error, "%s of %s: \"%s\": expected a name of a-z, 0-9%s and _ that starts with a letter", attribute,
                        xml_name(node), shown, hyphen ? ", -" : "");
    }
    g_free(*name);
    *name = g_strdup(text);
    return TRUE;
}

gboolean xml_title(const xmlNode *node, const char *attribute, char **title, GError **error)
{
    const char *text = xml_text(node, attribute);
    if (text == NULL)
        return TRUE;
    for (const char *c = text; *c != '\0'; c++)
        if (g_ascii_iscntrl(*c)) {
            g_autofree char *shown = xml_shown(text);
            return xml_fail(node, error, "%s of %s: \"%s\": expected text without control characters", attribute, xml_name(node),
                            shown);
        }
    g_free(*title);
    *title = g_strdup(text);
    return TRUE;
}
