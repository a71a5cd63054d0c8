/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/npm/npm_edges.h"

#include "analyze/third_party.h"
#include "base/limits.h"

/* How far up is looked, and paths that are looked at: real trees nest 10 deep in 500 bytes. */
enum { LEVELS_MAX = 64, PLACE_BYTES_MAX = 4096 };

void dd_npm_edges_done(struct dd_npm_edges *e)
{
	dd_arena_done(&e->arena);
	dd_map_done(&e->places);
	dd_vec_done(&e->targets);
	dd_vec_done(&e->edges);
}

void dd_npm_edges_place(struct dd_npm_edges *e, struct dd_str place, struct dd_str name, struct dd_str version)
{
	struct dd_str key = dd_arena_str(&e->arena, place);
	struct dd_npm_target target = { dd_arena_str(&e->arena, name), dd_arena_str(&e->arena, version) };
	if (!key.p || !target.name.p || !target.version.p || !dd_vec_push(&e->targets, target, DD_PACKAGES_MAX) ||
	    !dd_map_set(&e->places, key, (uint32_t)(e->targets.n - 1)))
		e->full = true;
}

void dd_npm_edges_wish(struct dd_npm_edges *e, size_t package, struct dd_str place, struct dd_str names)
{
	if (!names.n || place.n > PLACE_BYTES_MAX)
		return;
	struct dd_npm_edge edge = { package, dd_arena_str(&e->arena, place), dd_arena_str(&e->arena, names) };
	if (!edge.place.p || !edge.names.p || !dd_vec_push(&e->edges, edge, DD_PACKAGES_MAX))
		e->full = true;
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

/* Looks in the node_modules of the place itself, then of each one around it; for a workspace also of the directories
 * between. */
static const struct dd_npm_target *find(struct dd_npm_edges *e, struct dd_str place, struct dd_str name,
					struct dd_buf *path)
{
	for (int i = 0; i < LEVELS_MAX; i++) {
		dd_buf_clear(path);
		(void)dd_buf_add_str(path, place);
		(void)dd_buf_add_c(path, place.n ? "/node_modules/" : "node_modules/");
		(void)dd_buf_add_str(path, name);
		uint32_t at = path->failed ? (uint32_t)DD_MAP_NONE : dd_map_get(&e->places, dd_buf_str(path));
		if (at != DD_MAP_NONE)
			return &e->targets.p[at];
		if (!place.n)
			return NULL;
		if (!up(&place))
			place = DD_STR("");
	}
	return NULL;
}

void dd_npm_edges_resolve(struct dd_npm_edges *e, struct dd_found *out)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(2 * PLACE_BYTES_MAX), list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	for (size_t i = 0; i < e->edges.n && !e->full && !out->failed; i++) {
		struct dd_str rest = e->edges.p[i].names, name;
		while (dd_str_next(&rest, '\n', &name)) {
			const struct dd_npm_target *t =
				name.n < PLACE_BYTES_MAX / 2 ? find(e, e->edges.p[i].place, name, &path) : NULL;
			path.failed = false;
			if (t)
				dd_depends_add(&list, t->name, t->version);
		}
		out->packages.p[e->edges.p[i].package].depends = dd_lines_take(out, &list);
	}
}
