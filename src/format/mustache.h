/* SPDX-License-Identifier: Apache-2.0 */
/* Mustache templates (mustache(5), spec 1.4 without the optional modules): variables, {{{raw}}} and {{&raw}}, sections,
 * inverted sections, comments, other delimiters, dotted names, {{.}}. Names that are not there are empty. Partials,
 * blocks and parents would read further files: they are errors.
 * A section is shown for what is true: not for null, false, zero, an empty text and an empty list; for each element of
 * a list.
 * The data are the caller's: the engine asks for members and elements through functions. A node may be copied byte by
 * byte while the first one stays (a text may point into its own node). */
#ifndef DD_MUSTACHE_H
#define DD_MUSTACHE_H

#include "base/buf.h"

enum {
	DD_MUSTACHE_BYTES_MAX = 1024 * 1024, /* of a template */
	DD_MUSTACHE_TOKENS_MAX = 100000,
	DD_MUSTACHE_DEPTH_MAX = 32,
	DD_MUSTACHE_STEPS_MAX = 50000000, /* tokens that are rendered: sections multiply */
	DD_MUSTACHE_NODE_BYTES = 160,
};

/* Room for one value of the caller's data, or for the state of a walk over a list. */
struct dd_mustache_node {
	_Alignas(16) unsigned char bytes[DD_MUSTACHE_NODE_BYTES];
};

enum dd_mustache_kind { DD_MUSTACHE_FALSE, DD_MUSTACHE_TRUE, DD_MUSTACHE_LIST };

struct dd_mustache_data {
	const void *ctx;
	void (*root)(const void *ctx, struct dd_mustache_node *ret);
	/* False: `of` has no such member, or can have none. */
	bool (*member)(const void *ctx, const struct dd_mustache_node *of, struct dd_str name,
		       struct dd_mustache_node *ret);
	enum dd_mustache_kind (*kind)(const void *ctx, const struct dd_mustache_node *node);
	/* Appends it as text: nothing for null, objects and lists. */
	void (*text)(const void *ctx, const struct dd_mustache_node *node, struct dd_buf *out);
	/* Walks a list, which stays where it is. */
	void (*first)(const void *ctx, const struct dd_mustache_node *list, struct dd_mustache_node *ret_walk);
	bool (*next)(const void *ctx, struct dd_mustache_node *walk, struct dd_mustache_node *ret);
};

/* How {{name}} is written; {{{name}}} and {{&name}} always as DD_MUSTACHE_PLAIN. */
enum dd_mustache_escape {
	DD_MUSTACHE_HTML,  /* as dd_xml_escape: for HTML and XML */
	DD_MUSTACHE_PLAIN, /* as it is; only what could repaint a terminal, and bytes that are not UTF-8, become \xNN */
};

/* Appends the rendered template. DD_EPARSE: the message says in which line of the template; err->at is the offset
 * there. DD_ELIMIT: one of the limits above. */
enum dd_code dd_mustache_render(struct dd_str source, const struct dd_mustache_data *data,
				enum dd_mustache_escape escape, struct dd_buf *out, struct dd_err *err);

#endif
