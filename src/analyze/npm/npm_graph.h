/* SPDX-License-Identifier: Apache-2.0 */
/* Who needs whom in a lock file: collected while it is read, answered at its end. Things of the lock file are numbered
 * entries; texts that name them (a range that a resolution stands for, a place) are keys, which may be used before it
 * is known what they stand for. From what the project itself asks for follows what is there for development only. */
#ifndef DD_NPM_GRAPH_H
#define DD_NPM_GRAPH_H

#include "base/map.h"
#include "model/facts.h"

enum { DD_NPM_GRAPH_NONE = UINT32_MAX };

struct dd_npm_entry {
	uint32_t package; /* index in dd_found.packages; DD_NPM_GRAPH_NONE: no package of a registry */
	bool reached_prod, reached_dev;
};

struct dd_npm_need {
	uint32_t from; /* entry */
	uint32_t to;   /* key until the end, then entry */
};

struct dd_npm_root {
	uint32_t key;
	bool dev;
};

struct dd_npm_graph {
	struct dd_arena arena;
	struct dd_map names;   /* text → key */
	DD_VEC(uint32_t) keys; /* key → entry */
	DD_VEC(struct dd_npm_entry) entries;
	DD_VEC(struct dd_npm_need) needs;
	DD_VEC(struct dd_npm_root) roots;
	bool full; /* memory or a limit is out: nothing more is taken, and nothing follows from it */
};

#define DD_NPM_GRAPH_INIT ((struct dd_npm_graph){ .arena = DD_ARENA_INIT(512 << 20) })
void dd_npm_graph_done(struct dd_npm_graph *g);

/* The key of a text, which is copied. */
uint32_t dd_npm_graph_key(struct dd_npm_graph *g, struct dd_str text);
/* A new entry. */
uint32_t dd_npm_graph_entry(struct dd_npm_graph *g);
/* The entry of a key; a new one if it has none. */
uint32_t dd_npm_graph_entry_of(struct dd_npm_graph *g, uint32_t key);
/* Of two binds the last one counts; false when the key stood for another entry before. */
bool dd_npm_graph_bind(struct dd_npm_graph *g, uint32_t key, uint32_t entry);
/* The entry is the package that was found last. */
void dd_npm_graph_package(struct dd_npm_graph *g, uint32_t entry, const struct dd_found *out);
void dd_npm_graph_need(struct dd_npm_graph *g, uint32_t from, uint32_t key);
void dd_npm_graph_root(struct dd_npm_graph *g, uint32_t key, bool dev);
/* Sets depends of all packages; needs that stand for nothing (an optional dependency that is not there) are left out.
 * With mark_dev also dev, of what is reached from roots for development only. */
void dd_npm_graph_finish(struct dd_npm_graph *g, struct dd_found *out, bool mark_dev);

#endif
