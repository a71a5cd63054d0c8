/* SPDX-License-Identifier: Apache-2.0 */
/* YAML by libyaml's events, with limits in front: whole streams into trees of format/node.h, or one member of a large
 * map after the other in the memory of one.
 *
 * Scalars without quotes and tag are typed by YAML 1.2's core schema (yaml.org/spec/1.2.2 §10.3): "yes" and "1_000" are
 * strings, 012 is twelve. Every scalar keeps its text: dd_node_scalar() reads a version whatever YAML takes it for.
 * Tags are not looked at, but "!!str" and "!", which make a string.
 * Of two keys with one name the last one stands, with dd_node.repeated set. "<<" merges maps (own keys win, then the
 * earlier map). An alias shares the children of its anchor, nothing is copied; a limit bounds what one would see who
 * walks the whole tree, and an alias inside of its own anchor is an error.
 * UTF-8 only; a byte order mark is skipped. */
#ifndef DD_YAML_H
#define DD_YAML_H

#include "base/err.h"
#include "format/node.h"

enum {
	DD_YAML_BYTES_MAX = 64 << 20, /* of a stream that is read whole */
	DD_YAML_NODES_MAX = 1000000,  /* of one document or item, aliases counted as what they stand for */
	DD_YAML_DEPTH_MAX = 128,
};

/* All documents of a stream: *ret is an array, an element a document (none: an empty stream), made in arena a.
 * DD_EPARSE: err->at is the byte offset. DD_ELIMIT: one of the limits above. */
enum dd_code dd_yaml_parse(struct dd_str stream, struct dd_arena *a, const struct dd_node **ret, struct dd_err *err);

/* Items in the order of the stream. With levels 1 an item is a member of the top-level map (or an element of a
 * top-level array); with levels 2 a map or an array that is the value of such a member is not an item but its members
 * or elements are. Aliases reach anchors of the same item only. Members of the walked maps themselves come as they are
 * written: repeated ones each time, "<<" as a name. */
struct dd_yaml_walk;
struct dd_yaml_item {
	size_t document; /* from 0 */
	struct dd_str
		section;    /* levels 2: key of the top-level member that the item is in; empty for that one itself */
	struct dd_str name; /* key; empty for an element */
	uint64_t at;	    /* of the key, or of the element */
	const struct dd_node *value;
};

/* stream must stay while w is used; levels is 1 or 2. NULL: no memory. The caller frees it. */
struct dd_yaml_walk *dd_yaml_walk_new(struct dd_str stream, unsigned levels);
void dd_yaml_walk_freep(struct dd_yaml_walk **w);
#define DD_CLEANUP_YAML_WALK DD_CLEANUP(dd_yaml_walk_freep)
/* The item is made in a, which the caller empties between two calls; section stays good until the walk leaves it.
 * *ret_more false: the stream ended. DD_EPARSE, DD_ELIMIT: something cannot be read, err->at says where; the next call
 * goes on with the line behind it that looks like the next item (as far to the right as the last one, or at the left
 * margin), and ends the walk where there is none. Errors end, as each call reads on. DD_ENOMEM: over. */
enum dd_code dd_yaml_walk_next(struct dd_yaml_walk *w, struct dd_arena *a, struct dd_yaml_item *ret, bool *ret_more,
			       struct dd_err *err);

#endif
