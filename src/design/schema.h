/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/schema.h -- whether a document follows a RelaxNG schema, and if not, why, in one sentence.
 *
 * Takes   a tree whose elements have origins (xml.c), and the schema's file as any RelaxNG tool reads it.
 * Why     libxml2's own validator keeps two states for each optional attribute that is there: 2^18 for an <attention> with
 *         all of its own, which is minutes, and a file may bring thousands. It also tells poorly why a document is not valid
 *         ("Element design failed to validate content"). The walk here is linear and knows the place. Tests hold it against
 *         libxml2's verdict.
 * Limits  What schemas may use: elements and attributes by name="", group, interleave, choice, optional, zeroOrMore,
 *         oneOrMore, ref, empty; in attributes text, value, positiveInteger and nonNegativeInteger. Any other pattern is an
 *         error. Children may stand in any order, so schemas say interleave. Elements of one name in one parent have one
 *         content. Branches of a choice share no attribute or element. What repeats is an element or a choice of elements.
 */
#ifndef GAINSPICE_DESIGN_SCHEMA_H
#define GAINSPICE_DESIGN_SCHEMA_H

#include <glib.h>
#include <libxml/tree.h>

/* `schema` is relative to the installed data. FALSE sets `error` to "file:line: sentence" for an element of `document`. */
gboolean schema_check(xmlDocPtr document, const char *schema, GError **error);

#endif
