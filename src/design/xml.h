/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/xml.h -- opening an XML document that is not trusted, checking it by a RelaxNG schema, and reading its attributes.
 *
 * Takes   a file of at most 4 MiB, without DOCTYPE (so no entities), at most 32 elements deep, 20000 in all; xi:include
 * (parse="xml") of files that lie in the folder of that file, symbolic links followed. Nothing else is opened, no network ever:
 *         libxml2 sees bytes in memory only and its own loader refuses everything.
 * Gives   a tree in which each xi:include is replaced, that the schema accepts, and each element of which knows the file
 *         and line of its "<" (in the fragment, for an included element). One sentence an error; libxml2 prints nothing.
 * Owns    the tree: nodes and attribute texts are borrowed from the struct xml and die with it.
 */
#ifndef GAINSPICE_DESIGN_XML_H
#define GAINSPICE_DESIGN_XML_H

#include <glib.h>
#include <libxml/tree.h>

#include "base/error.h"
#include "base/quantity.h"

#define XML_LIMIT_BYTES (4u << 20)      /* a file */
#define XML_LIMIT_ALL_BYTES (16u << 20) /* a document with all that it includes, each as often as it is included */
#define XML_LIMIT_ELEMENTS 20000        /* of all files: bounds what is quadratic in them, here and in libxml2 */
#define XML_LIMIT_FILES 1000            /* of a document */
#define XML_LIMIT_DEPTH 32              /* elements in elements */
#define XML_LIMIT_INCLUDES 8            /* files in files */

struct xml;

/* `schema` is the RelaxNG schema in the installed data, such as "templates/schema/design.rng". `from` is the place that asked
 * for the file (or no place). NULL sets `error`. */
struct xml *xml_open(const char *path, const char *schema, struct origin from, GError **error);
/* As xml_open, of text that the program made (at most XML_LIMIT_BYTES, no inclusions): every element has the origin `from`. */
struct xml *xml_open_text(const char *text, const char *schema, struct origin from, GError **error);
void xml_close(struct xml *xml);

const xmlNode *xml_root(const struct xml *xml);
/* SHA-256 of the canonical XML (C14N, without comments) after inclusion. Newly allocated. */
char *xml_digest(const struct xml *xml);

/* The place of an element's "<". */
struct origin xml_origin(const xmlNode *node);
const char *xml_name(const xmlNode *node);
gboolean xml_is(const xmlNode *node, const char *name);
/* The first child element, the next sibling element; only those called `name` unless it is NULL. NULL at the end. */
const xmlNode *xml_first(const xmlNode *node, const char *name);
const xmlNode *xml_next(const xmlNode *node, const char *name);

/* An attribute's text; NULL if it is absent. */
const char *xml_text(const xmlNode *node, const char *attribute);

/* Sets `error` to "file:line: <sentence>" for the element. Returns FALSE, so that a check ends with it. */
gboolean xml_fail(const xmlNode *node, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The readers below leave the output untouched and return TRUE if the attribute is absent (the schema says which must be
 * there), and fail with "file:line: ATTRIBUTE of ELEMENT: …". */
gboolean xml_quantity(const xmlNode *node, const char *attribute, enum dimension dimension, double *value, GError **error);
gboolean xml_quantity_any(const xmlNode *node, const char *attribute, double *value, enum dimension *dimension, GError **error);
gboolean xml_int(const xmlNode *node, const char *attribute, int min, int max, int *value, GError **error);
gboolean xml_uint64(const xmlNode *node, const char *attribute, guint64 *value, GError **error);
/* A name as name_valid() takes it. `*name` is newly allocated; what stood there is freed. */
gboolean xml_name_of(const xmlNode *node, const char *attribute, gboolean hyphen, char **name, GError **error);
/* Free text for people: control characters are refused. `*text` is newly allocated; what stood there is freed. */
gboolean xml_title(const xmlNode *node, const char *attribute, char **text, GError **error);

/* `text` fit to stand in a message: valid UTF-8, control characters as blanks, at most 60 characters. Newly allocated. */
char *xml_shown(const char *text);

#endif
