/* SPDX-License-Identifier: Apache-2.0 */
/* Which version a dependency by name means in a tree of node_modules: the one in the nearest node_modules upwards, as
 * node resolves it. Places and wishes are collected while a lock file is read, and answered at its end. */
#ifndef DD_NPM_EDGES_H
#define DD_NPM_EDGES_H

#include "base/map.h"
#include "model/facts.h"

/* What lies in a place. */
struct dd_npm_target {
	struct dd_str name, version;
};

struct dd_npm_edge {
	size_t package;	     /* index in dd_found.packages */
	struct dd_str place; /* "node_modules/a/node_modules/b" */
	struct dd_str names; /* what it needs, one a line */
};

struct dd_npm_edges {
	struct dd_arena arena;
	struct dd_map places; /* → index in targets */
	DD_VEC(struct dd_npm_target) targets;
	DD_VEC(struct dd_npm_edge) edges;
	bool full; /* memory is out: packages stay, edges are left out */
};

void dd_npm_edges_done(struct dd_npm_edges *e);
/* Texts are copied. */
void dd_npm_edges_place(struct dd_npm_edges *e, struct dd_str place, struct dd_str name, struct dd_str version);
void dd_npm_edges_wish(struct dd_npm_edges *e, size_t package, struct dd_str place, struct dd_str names);
/* Sets depends of the packages that wished: what is in no place (an optional dependency of another system) is left
 * out. */
void dd_npm_edges_resolve(struct dd_npm_edges *e, struct dd_found *out);

#endif
