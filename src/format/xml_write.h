/* SPDX-License-Identifier: Apache-2.0 */
/* Writes XML 1.0 (W3C, fifth edition) into a buffer, front to back, without a tree: elements indented by two blanks a
 * level, one that holds text on its line. Failures are the buffer's: check it once at the end.
 * Text may hold any byte. XML 1.0 has no way at all to write most control characters (section 2.2), so these and bytes
 * that are not UTF-8 become the four characters \xNN each; what could repaint a terminal or reorder a line (C1, bidi
 * marks) becomes a character reference, which readers turn back into itself, as do tab, CR and LF in attributes. */
#ifndef DD_XML_WRITE_H
#define DD_XML_WRITE_H

#include "base/buf.h"

enum { DD_XMLW_DEPTH_MAX = 32 };

struct dd_xmlw {
	struct dd_buf *out; /* the caller's */
	unsigned depth;
	bool in_tag;			      /* the start tag of the innermost element is not closed yet */
	bool has_text;			      /* the innermost element holds text: its end tag stays on the line */
	const char *names[DD_XMLW_DEPTH_MAX]; /* of the open elements */
};

/* Writes the XML declaration. */
struct dd_xmlw dd_xmlw_open(struct dd_buf *out);
/* Names are the program's own words ("cdx:bom", "testcase"), string literals: they are kept as pointers. */
void dd_xmlw_start(struct dd_xmlw *x, const char *name);
void dd_xmlw_end(struct dd_xmlw *x); /* the innermost element; without content it becomes <name/> */
/* Attributes of the element just started, before its content. */
void dd_xmlw_attr(struct dd_xmlw *x, const char *name, struct dd_str value);
void dd_xmlw_attr_known(struct dd_xmlw *x, const char *name, struct dd_str value); /* left out when empty */
void dd_xmlw_attr_u64(struct dd_xmlw *x, const char *name, uint64_t value);
void dd_xmlw_text(struct dd_xmlw *x, struct dd_str text);
/* <name>text</name> */
void dd_xmlw_element(struct dd_xmlw *x, const char *name, struct dd_str text);
void dd_xmlw_element_known(struct dd_xmlw *x, const char *name, struct dd_str text); /* left out when empty */
/* Ends the document: every element must have been ended. */
void dd_xmlw_close(struct dd_xmlw *x);

/* Appends text with what XML and HTML give a meaning escaped (& < > " '), as above: good in content and in quoted
 * attributes of both. */
void dd_xml_escape(struct dd_buf *out, struct dd_str text, bool attribute);

#endif
