/* SPDX-License-Identifier: Apache-2.0 */
/* Which package a dependency by name means in a tree of node_modules: the one in the nearest node_modules upwards, as
 * node resolves it. Places and wishes are collected while a lock file is read, and answered at its end. */
#ifndef DD_NPM_EDGES_H
#define DD_NPM_EDGES_H

#include "analyze/npm/npm_graph.h"

struct dd_npm_wish {
	uint32_t entry;	     /* who; DD_NPM_GRAPH_NONE: the project */
	bool dev;	     /* for development */
	struct dd_str place; /* "node_modules/a/node_modules/b" */
	struct dd_str names; /* what it needs, one a line */
};

struct dd_npm_edges {
	struct dd_npm_graph graph; /* its keys are places */
	DD_VEC(struct dd_npm_wish) wishes;
	uint64_t looked_up; /* bytes of paths */
};

void dd_npm_edges_done(struct dd_npm_edges *e);
/* What lies in a place: the entry to give to wishes, which with package is the one that was found last. A place that
 * comes twice is a problem at `at`; the last one counts for who needs it. */
uint32_t dd_npm_edges_place(struct dd_npm_edges *e, struct dd_str place, bool package, struct dd_found *out,
			    uint64_t at);
/* Texts are copied. entry DD_NPM_GRAPH_NONE: what the project in this directory asks for. */
void dd_npm_edges_wish(struct dd_npm_edges *e, uint32_t entry, bool dev, struct dd_str place, struct dd_str names);
/* dd_npm_graph_finish() with all wishes as needs. */
void dd_npm_edges_finish(struct dd_npm_edges *e, struct dd_found *out, bool mark_dev);

#endif
