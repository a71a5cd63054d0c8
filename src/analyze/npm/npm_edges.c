/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/npm/npm_edges.h"

#include "analyze/third_party.h"
#include "base/limits.h"

/* How far up is looked, and paths that are looked at: real trees nest 10 deep in 500 bytes. */
enum { LEVELS_MAX = 64, PLACE_BYTES_MAX = 4096 };
/* Bytes of paths looked up for one lock file: 100 MB of a real one take 200 MB. */
#define LOOK_UP_BYTES_MAX (4 * DD_GIB)

void dd_npm_edges_done(struct dd_npm_edges *e)
{
	dd_npm_graph_done(&e->graph);
	dd_vec_done(&e->wishes);
}

uint32_t dd_npm_edges_place(struct dd_npm_edges *e, struct dd_str place, bool package, struct dd_found *out,
			    uint64_t at)
{
	uint32_t entry = dd_npm_graph_entry(&e->graph);
	if (!dd_npm_graph_bind(&e->graph, dd_npm_graph_key(&e->graph, place), entry))
		dd_found_problem(out, at, "comes twice: %s", DD_QUOTE(place));
	if (package)
		dd_npm_graph_package(&e->graph, entry, out);
	return entry;
}

void dd_npm_edges_wish(struct dd_npm_edges *e, uint32_t entry, bool dev, struct dd_str place, struct dd_str names)
{
	if (!names.n || place.n > PLACE_BYTES_MAX || e->graph.full)
		return;
	struct dd_npm_wish wish = { entry, dev, dd_arena_str(&e->graph.arena, place),
				    dd_arena_str(&e->graph.arena, names) };
	if (!wish.place.p || !wish.names.p || !dd_vec_push(&e->wishes, wish, DD_PACKAGES_MAX))
		e->graph.full = true;
}

/* The directory around the innermost node_modules of a place: "a/node_modules/b" → "a". */
static bool up(struct dd_str *place)
{
	static const struct dd_str modules = { "node_modules/", 13 };
	for (size_t end = place->n; end > 0; end--) {
		struct dd_str head = dd_str_take(*place, end);
		if (!dd_str_ends(head, modules) || (head.n > modules.n && head.p[head.n - modules.n - 1] != '/'))
			continue;
		*place = dd_str_take(head, head.n > modules.n ? head.n - modules.n - 1 : 0);
		return true;
	}
	return false;
}

/* Looks in the node_modules of the place itself, then of each one around it. The key, or DD_NPM_GRAPH_NONE. */
static uint32_t find(struct dd_npm_edges *e, struct dd_str place, struct dd_str name, struct dd_buf *path)
{
	for (int i = 0; i < LEVELS_MAX; i++) {
		dd_buf_clear(path);
		(void)dd_buf_add_str(path, place);
		(void)dd_buf_add_c(path, place.n ? "/node_modules/" : "node_modules/");
		(void)dd_buf_add_str(path, name);
		e->looked_up += path->n;
		uint32_t key = dd_map_get(&e->graph.names, dd_buf_str(path));
		if (key != DD_MAP_NONE)
			return key;
		if (!place.n)
			break;
		if (!up(&place))
			place = DD_STR("");
	}
	return DD_NPM_GRAPH_NONE;
}

void dd_npm_edges_finish(struct dd_npm_edges *e, struct dd_found *out, bool mark_dev)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT((size_t)2 * PLACE_BYTES_MAX);
	for (size_t i = 0; i < e->wishes.n && !e->graph.full; i++) {
		const struct dd_npm_wish *wish = &e->wishes.p[i];
		struct dd_str rest = wish->names, name;
		while (dd_str_next(&rest, '\n', &name) && !e->graph.full) {
			e->graph.full = e->looked_up > LOOK_UP_BYTES_MAX;
			if (name.n > PLACE_BYTES_MAX / 2)
				continue;
			uint32_t key = find(e, wish->place, name, &path);
			if (wish->entry == DD_NPM_GRAPH_NONE)
				dd_npm_graph_root(&e->graph, key, wish->dev);
			else
				dd_npm_graph_need(&e->graph, wish->entry, key);
		}
	}
	if (path.failed)
		e->graph.full = true;
	dd_npm_graph_finish(&e->graph, out, mark_dev);
}
