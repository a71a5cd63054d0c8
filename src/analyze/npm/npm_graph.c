/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/npm/npm_graph.h"

#include <stdlib.h>

#include "analyze/third_party.h"
#include "base/limits.h"

/* Keys, and needs: a lock file of 100 MB has some 2 million of either. */
enum { KEYS_MAX = 16000000, NEEDS_MAX = 32000000 };

void dd_npm_graph_done(struct dd_npm_graph *g)
{
	dd_arena_done(&g->arena);
	dd_map_done(&g->names);
	dd_vec_done(&g->keys);
	dd_vec_done(&g->entries);
	dd_vec_done(&g->needs);
	dd_vec_done(&g->roots);
}

uint32_t dd_npm_graph_key(struct dd_npm_graph *g, struct dd_str text)
{
	uint32_t key = dd_map_get(&g->names, text);
	if (key != DD_MAP_NONE)
		return key;
	struct dd_str copy = g->full ? (struct dd_str){ NULL, 0 } : dd_arena_str(&g->arena, text);
	if (!copy.p || !dd_vec_push(&g->keys, DD_NPM_GRAPH_NONE, KEYS_MAX) ||
	    !dd_map_set(&g->names, copy, (uint32_t)(g->keys.n - 1))) {
		g->full = true;
		return DD_NPM_GRAPH_NONE;
	}
	return (uint32_t)(g->keys.n - 1);
}

uint32_t dd_npm_graph_entry(struct dd_npm_graph *g)
{
	struct dd_npm_entry entry = { .package = DD_NPM_GRAPH_NONE };
	if (g->full || !dd_vec_push(&g->entries, entry, KEYS_MAX)) {
		g->full = true;
		return DD_NPM_GRAPH_NONE;
	}
	return (uint32_t)(g->entries.n - 1);
}

bool dd_npm_graph_bind(struct dd_npm_graph *g, uint32_t key, uint32_t entry)
{
	if (key >= g->keys.n || g->full)
		return true;
	uint32_t before = g->keys.p[key];
	g->keys.p[key] = entry;
	return before == DD_NPM_GRAPH_NONE || before == entry;
}

uint32_t dd_npm_graph_entry_of(struct dd_npm_graph *g, uint32_t key)
{
	if (key >= g->keys.n)
		return DD_NPM_GRAPH_NONE;
	if (g->keys.p[key] == DD_NPM_GRAPH_NONE)
		(void)dd_npm_graph_bind(g, key, dd_npm_graph_entry(g));
	return g->keys.p[key];
}

void dd_npm_graph_package(struct dd_npm_graph *g, uint32_t entry, const struct dd_found *out)
{
	if (entry < g->entries.n && out->packages.n)
		g->entries.p[entry].package = (uint32_t)(out->packages.n - 1);
}

void dd_npm_graph_need(struct dd_npm_graph *g, uint32_t from, uint32_t key)
{
	struct dd_npm_need need = { from, key };
	if (from >= g->entries.n || key >= g->keys.n)
		return;
	if (g->full || !dd_vec_push(&g->needs, need, NEEDS_MAX))
		g->full = true;
}

void dd_npm_graph_root(struct dd_npm_graph *g, uint32_t key, bool dev)
{
	struct dd_npm_root root = { key, dev };
	if (key >= g->keys.n)
		return;
	if (g->full || !dd_vec_push(&g->roots, root, NEEDS_MAX))
		g->full = true;
}

static int compare(const void *x, const void *y)
{
	const struct dd_npm_need *a = x, *b = y;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->to > b->to) - (a->to < b->to);
}

/* Most come entry by entry: then only the few of each are out of order. */
static void sort_needs(struct dd_npm_need *needs, size_t n)
{
	bool grouped = true;
	for (size_t i = 1; i < n && grouped; i++)
		grouped = needs[i - 1].from <= needs[i].from;
	for (size_t first = 0, end; first < n; first = end) {
		for (end = grouped ? first + 1 : n; end < n && needs[end].from == needs[first].from; end++)
			;
		if (end - first > 1)
			qsort(needs + first, end - first, sizeof *needs, compare);
	}
}

/* Keys become entries; sorted, each once; what stands for nothing goes. */
static void settle(struct dd_npm_graph *g)
{
	size_t kept = 0;
	for (size_t i = 0; i < g->needs.n; i++) {
		struct dd_npm_need need = { g->needs.p[i].from, g->keys.p[g->needs.p[i].to] };
		if (need.to != DD_NPM_GRAPH_NONE)
			g->needs.p[kept++] = need;
	}
	sort_needs(g->needs.p, kept);
	g->needs.n = 0;
	for (size_t i = 0; i < kept; i++)
		if (!g->needs.n || compare(&g->needs.p[g->needs.n - 1], &g->needs.p[i]) != 0)
			g->needs.p[g->needs.n++] = g->needs.p[i];
}

static void add_depends(struct dd_npm_graph *g, struct dd_found *out, struct dd_buf *list, size_t first, size_t end)
{
	uint32_t package = g->entries.p[g->needs.p[first].from].package;
	if (package >= out->packages.n)
		return;
	for (size_t i = first; i < end; i++) {
		uint32_t to = g->entries.p[g->needs.p[i].to].package;
		if (to < out->packages.n)
			dd_depends_add(list, out->packages.p[to].name, out->packages.p[to].version);
	}
	out->packages.p[package].depends = dd_lines_take(out, list);
}

struct reach {
	size_t *first; /* entry → its first need; one more at the end */
	uint32_t *stack;
	size_t depth;
};

static void visit(struct dd_npm_graph *g, struct reach *r, uint32_t entry, bool dev)
{
	if (entry == DD_NPM_GRAPH_NONE)
		return;
	struct dd_npm_entry *e = &g->entries.p[entry];
	bool *reached = dev ? &e->reached_dev : &e->reached_prod;
	if (!*reached)
		r->stack[r->depth++] = entry;
	*reached = true;
}

static void reach_all(struct dd_npm_graph *g, struct reach *r, bool dev)
{
	for (size_t i = 0; i < g->roots.n; i++)
		if (g->roots.p[i].dev == dev)
			visit(g, r, g->keys.p[g->roots.p[i].key], dev);
	while (r->depth) {
		uint32_t entry = r->stack[--r->depth];
		for (size_t i = r->first[entry]; i < r->first[entry + 1]; i++)
			visit(g, r, g->needs.p[i].to, dev);
	}
}

static bool mark(struct dd_npm_graph *g, struct dd_found *out)
{
	struct reach r = { .first = dd_realloc_array(NULL, g->entries.n + 1, sizeof *r.first),
			   .stack = dd_realloc_array(NULL, g->entries.n + 1, sizeof *r.stack) };
	bool ok = r.first && r.stack;
	for (size_t e = 0, i = 0; ok && e <= g->entries.n; e++) {
		while (i < g->needs.n && g->needs.p[i].from < e)
			i++;
		r.first[e] = i;
	}
	if (ok) {
		reach_all(g, &r, false);
		reach_all(g, &r, true);
	}
	for (size_t e = 0; ok && e < g->entries.n; e++)
		if (g->entries.p[e].package < out->packages.n)
			out->packages.p[g->entries.p[e].package].dev =
				g->entries.p[e].reached_dev && !g->entries.p[e].reached_prod;
	dd_free(r.first);
	dd_free(r.stack);
	return ok;
}

void dd_npm_graph_finish(struct dd_npm_graph *g, struct dd_found *out, bool mark_dev)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	if (!g->full)
		settle(g);
	for (size_t i = 0, end; i < g->needs.n && !g->full && !out->failed; i = end) {
		for (end = i + 1; end < g->needs.n && g->needs.p[end].from == g->needs.p[i].from; end++)
			;
		add_depends(g, out, &list, i, end);
	}
	if (mark_dev && !g->full && !mark(g, out))
		g->full = true;
	if (g->full)
		dd_found_problem(out, DD_NO_OFFSET, "more dependencies between packages than are read: none is kept");
}
