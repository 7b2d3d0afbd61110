/* SPDX-License-Identifier: GPL-3.0-or-later */
/* design/schema.h -- RelaxNG validation that says what is wrong in one sentence.
 *
 * libxml2 decides whether a document is valid. Why it is not, it tells poorly ("Element design failed to validate
 * content"), since an interleave only knows that no order fits; so a failed document is walked again beside the schema.
 * That walk asks of a schema: no two elements of one name but different content within one parent, names by name=""
 * (no wildcards), <choice> branches that share no attribute or element, values as <value>, <text/> or whole numbers.
 */
#ifndef GAINSPICE_DESIGN_SCHEMA_H
#define GAINSPICE_DESIGN_SCHEMA_H

#include <glib.h>
#include <libxml/tree.h>

/* `schema` is relative to the installed data. FALSE sets `error` to "file:line: sentence" for an element of `document`. */
gboolean schema_check(xmlDocPtr document, const char *schema, GError **error);

#endif
