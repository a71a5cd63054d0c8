/* SPDX-License-Identifier: Apache-2.0 */
/* TOML 1.0.0 (toml.io/en/v1.0.0), whole documents into a tree of format/node.h, or one top-level table after the other
 * in the memory of one: lock files are an [[package]] table a package, and 100 MB of them must cost no more than one.
 * Dates and times are checked and kept as text. A leading byte order mark is skipped. */
#ifndef DD_TOML_H
#define DD_TOML_H

#include "base/err.h"
#include "format/node.h"

enum {
	DD_TOML_BYTES_MAX = 64 << 20, /* of a document that is read whole */
	DD_TOML_NODES_MAX = 1000000,  /* of a whole document, or of one table of a walk; each takes some 110 bytes */
	DD_TOML_DEPTH_MAX = 128,      /* of tables and arrays inside each other; real ones have 5 */
};

/* *ret is a table in arena a. DD_EPARSE: err->at is the byte offset; keys that come twice are such an error.
 * DD_ELIMIT: one of the limits above. */
enum dd_code dd_toml_parse(struct dd_str doc, struct dd_arena *a, const struct dd_node **ret, struct dd_err *err);

/* Top-level parts in the order of the document. A part is what stands in front of the first header (name empty), or a
 * header [a], [a.b] or [[a]] with everything behind it up to a header that does not start with the same key or opens
 * the next element [[a]]. [[package]] and the [package.source] behind it are thus one part.
 * Inside a part all rules hold; whether two parts say the same thing twice is not looked at. */
struct dd_toml_walk {
	struct dd_str doc;
	size_t at; /* of the next byte to read */
};

struct dd_toml_part {
	struct dd_str name;	     /* first key of the header; empty for what stands before all headers */
	bool element;		     /* [[name]]: an element of an array of tables */
	uint64_t at;		     /* of the part in the document */
	const struct dd_node *table; /* what is in it */
};

/* doc must stay while w and what comes from it are used. */
void dd_toml_walk_open(struct dd_toml_walk *w, struct dd_str doc);
/* The part is made in a, which the caller empties between two calls. *ret_more false: the document ended.
 * DD_EPARSE, DD_ELIMIT: this part cannot be read, err->at says where. The next call goes on behind it, at the next line
 * that starts with "[": errors end, as each call reads on. DD_ENOMEM: over. */
enum dd_code dd_toml_walk_next(struct dd_toml_walk *w, struct dd_arena *a, struct dd_toml_part *ret, bool *ret_more,
			       struct dd_err *err);

#endif
