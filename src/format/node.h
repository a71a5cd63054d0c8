/* SPDX-License-Identifier: Apache-2.0 */
/* The read-only tree that the readers of TOML and YAML give: tables, arrays and scalars with the offset that each was
 * read from. In the manner of format/json.h: getters accept NULL and any kind, and give the empty value for what is
 * absent or of another kind, so that a reader of hostile documents needs no ladder of checks.
 * Everything lives in the arena that the reader was given; text may also be a view into the document itself, so both
 * must stay. A tree is never changed after it was handed out: any number of threads may read one.
 * Getters by key are linear in the members of the table: right for the fields of a record, not for a look-up table of
 * many names (make a dd_map of those). Walk members with `for (c = dd_node_first(t); c; c = c->next)`. */
#ifndef DD_NODE_H
#define DD_NODE_H

#include "base/arena.h"

enum dd_node_kind {
	DD_NODE_NULL, /* YAML only */
	DD_NODE_BOOL,
	DD_NODE_INT,
	DD_NODE_FLOAT,
	DD_NODE_TIME, /* TOML's dates and times; kept as text */
	DD_NODE_STRING,
	DD_NODE_ARRAY,
	DD_NODE_TABLE,
};

struct dd_node {
	enum dd_node_kind kind;
	uint32_t n;	    /* elements or members */
	uint64_t at;	    /* byte offset in the document: where the value starts (a table: its header or first key) */
	struct dd_str name; /* of a member of a table; else empty */
	struct dd_str text; /* of every scalar; numbers, times and booleans as they are written */
	struct dd_node *first, *last, *next;
	int64_t integer; /* DD_NODE_INT, and 0 or 1 for DD_NODE_BOOL */
	uint32_t mark;	 /* of the reader that builds the tree; means nothing afterwards */
	bool repeated;	 /* YAML: the key was there before; the last one stands */
};

/* Member of a table; NULL: absent, or no table. */
const struct dd_node *dd_node_get(const struct dd_node *table, const char *key);
const struct dd_node *dd_node_find(const struct dd_node *table, struct dd_str key);
const struct dd_node *dd_node_table(const struct dd_node *table, const char *key); /* NULL unless it is a table */
const struct dd_node *dd_node_array(const struct dd_node *table, const char *key); /* NULL unless it is an array */
struct dd_str dd_node_str(const struct dd_node *table, const char *key);	   /* empty unless it is a string */
struct dd_str dd_node_text(const struct dd_node *value);			   /* empty unless value is a string */
/* Text of any scalar but null: a version that YAML takes for a number ("1.10") is text all the same. */
struct dd_str dd_node_scalar(const struct dd_node *value);
struct dd_str dd_node_scalar_of(const struct dd_node *table, const char *key);
bool dd_node_int(const struct dd_node *table, const char *key, int64_t *ret); /* false unless it is an integer */
bool dd_node_bool(const struct dd_node *table, const char *key);	      /* true only for the literal true */
/* First element or member; NULL for everything else and for the empty ones. */
const struct dd_node *dd_node_first(const struct dd_node *value);
size_t dd_node_len(const struct dd_node *value);

/* For readers: puts child behind the last one of parent. */
void dd_node_append(struct dd_node *parent, struct dd_node *child);

#endif
