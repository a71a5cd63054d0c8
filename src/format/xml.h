/* SPDX-License-Identifier: Apache-2.0 */
/* XML 1.0 by expat, with limits in front: whole documents into a small read-only tree, or one element of a given depth
 * after the other in the memory of one. Nothing outside of the document is ever read.
 *
 * A document type with declarations of its own (entities, default attributes) is refused where it starts; one that only
 * names an external definition is passed over. References to entities that nobody declared ("&oacute;", common in old
 * pom.xml files) stay in text as they are written, and vanish from attributes.
 * Names are local ones: "p:Include" is "Include", and what the prefix is bound to is not looked at; xmlns attributes
 * keep their whole name. Text of an element is what stands directly in it, all pieces joined, CDATA too.
 * Encodings: UTF-8, UTF-16 with a byte order mark, US-ASCII, ISO-8859-1, ISO-8859-15, windows-1252; text in the tree is
 * always UTF-8. Offsets are bytes of the document as it is. */
#ifndef DD_XML_H
#define DD_XML_H

#include "base/arena.h"
#include "base/err.h"
#include "base/stream.h"

enum {
	DD_XML_BYTES_MAX = 64 << 20,	  /* of a document that is read whole */
	DD_XML_NODES_MAX = 1000000,	  /* elements and attributes of one tree */
	DD_XML_NAMES_MAX = 65536,	  /* different names of one document: expat remembers each */
	DD_XML_NAME_BYTES_MAX = 16 << 20, /* of all of them */
	DD_XML_DEPTH_MAX = 256,
};

struct dd_xml_attribute {
	struct dd_str name, value;
};

struct dd_xml_node {
	struct dd_str name;
	struct dd_str text;
	uint64_t at; /* of its "<" */
	const struct dd_xml_attribute *attributes;
	uint32_t n_attributes, n; /* n: elements in it */
	struct dd_xml_node *first, *last, *next;
};

/* *ret is the root element, made in arena a. DD_EPARSE: err->at is the byte offset. DD_EUNSUPPORTED: declarations, or
 * an encoding that is not read. DD_ELIMIT: one of the limits above. */
enum dd_code dd_xml_parse(struct dd_str doc, struct dd_arena *a, const struct dd_xml_node **ret, struct dd_err *err);

/* Getters accept NULL. `for (c = dd_xml_first(e); c; c = c->next)` visits the elements in e. */
const struct dd_xml_node *dd_xml_first(const struct dd_xml_node *element);
/* The first element in it with this name, and the next one behind e with the name of e. */
const struct dd_xml_node *dd_xml_get(const struct dd_xml_node *element, const char *name);
const struct dd_xml_node *dd_xml_again(const struct dd_xml_node *e);
struct dd_str dd_xml_text(const struct dd_xml_node *element); /* without blanks around it */
struct dd_str dd_xml_text_of(const struct dd_xml_node *element, const char *child);
struct dd_str dd_xml_attribute(const struct dd_xml_node *element, const char *name); /* empty when absent */

/* Every element that is `depth` deep (the root is 1), in the order of the document, with everything in it. Of what is
 * around them only names are kept; their text and attributes are not read. */
struct dd_xml_walk;
struct dd_xml_item {
	struct dd_str parent; /* name of the element around it; good until the next call. At the end: of the last one
			       * that could have held any */
	const struct dd_xml_node *element; /* NULL at the end */
};

/* doc must stay while w is used; depth is at least 1. NULL: no memory. The caller frees it. */
struct dd_xml_walk *dd_xml_walk_new(struct dd_str doc, unsigned depth);
/* The same of a stream (borrowed) of any length: no more than a piece of it is in memory. */
struct dd_xml_walk *dd_xml_walk_stream(struct dd_stream *in, unsigned depth);
void dd_xml_walk_freep(struct dd_xml_walk **w);
#define DD_CLEANUP_XML_WALK DD_CLEANUP(dd_xml_walk_freep)
/* The element is made in a, which the caller empties between two calls. *ret_more false: the document ended, and is
 * well-formed. After an error the walk is over. */
enum dd_code dd_xml_walk_next(struct dd_xml_walk *w, struct dd_arena *a, struct dd_xml_item *ret, bool *ret_more,
			      struct dd_err *err);

#endif
