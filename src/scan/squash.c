/* SPDX-License-Identifier: Apache-2.0 */
/* Applies the layers to a tree and finds out what has become of each piece of evidence. */
#include <stdlib.h>

#include "base/limits.h"
#include "scan/inventory_build.h"

enum { SQUASH_PROBLEMS_MAX = 1000 };

static void on_problem(void *ctx, unsigned layer, struct dd_str path, const char *text)
{
	struct dd_squash *s = ctx;
	if (s->notes.problems.n >= SQUASH_PROBLEMS_MAX) {
		s->notes.problems_dropped++;
		return;
	}
	/* Out of memory here shows at the next allocation that matters. */
	size_t before = s->notes.problems.n;
	if (dd_layer_facts_problem(&s->notes, path, "squash", DD_NO_OFFSET, "left out: %s", text) == DD_OK &&
	    s->notes.problems.n > before)
		s->notes.problems.p[before].layer = (int)layer;
}

/* Entries whose nodes are asked for; one may be there several times. */
struct marks {
	struct dd_tree_mark *p;
	size_t n, cap;
};

static enum dd_code add_mark(struct marks *marks, uint32_t entry, struct dd_err *err)
{
	struct dd_tree_mark m = { entry, DD_TREE_NONE };
	return dd_vec_push(marks, m, SIZE_MAX) ? DD_OK : dd_fail_nomem(err);
}

static int by_entry(const void *x, const void *y)
{
	const struct dd_tree_mark *a = x, *b = y;
	return (a->entry > b->entry) - (a->entry < b->entry);
}

static uint32_t node_of(const struct marks *marks, uint32_t entry)
{
	const struct dd_tree_mark want = { entry, DD_TREE_NONE };
	const struct dd_tree_mark *m = bsearch(&want, marks->p, marks->n, sizeof want, by_entry);
	return m ? m->node : DD_TREE_NONE;
}

static enum dd_code apply_layer(struct dd_squash *s, unsigned layer, struct dd_err *err)
{
	struct dd_layer_facts *f = &s->layers[layer];
	struct marks marks = { 0 };
	size_t names = s->secret_names.n;
	enum dd_code code = dd_squash_secret_names(s, layer, err);
	for (size_t i = 0; i < f->evidence.n && code == DD_OK; i++)
		code = add_mark(&marks, f->evidence.p[i].entry, err);
	for (size_t i = names; i < s->secret_names.n && code == DD_OK; i++)
		code = add_mark(&marks, s->secret_names.p[i].entry, err);
	if (s->secret_names.n > names && code == DD_OK)
		qsort(marks.p, marks.n, sizeof *marks.p, by_entry);
	if (code == DD_OK)
		code = dd_tree_apply(s->tree, layer, dd_buf_str(&f->entries), marks.p, marks.n, on_problem, s, err);
	for (size_t i = 0; i < f->evidence.n && code == DD_OK; i++) {
		struct dd_located at = { .layer = layer,
					 .evidence = &f->evidence.p[i],
					 .node = node_of(&marks, f->evidence.p[i].entry) };
		if (!dd_vec_push(&s->located, at, DD_PACKAGES_MAX))
			code = dd_fail_nomem(err);
	}
	for (size_t i = names; i < s->secret_names.n && code == DD_OK; i++)
		s->secret_names.p[i].node = node_of(&marks, s->secret_names.p[i].entry);
	dd_vec_done(&marks);
	return code;
}

static void set_states(struct dd_squash *s)
{
	for (size_t i = 0; i < s->located.n; i++) {
		struct dd_located *at = &s->located.p[i];
		at->state = DD_STATE_DELETED;
		at->by = at->layer;
		if (at->node != DD_TREE_NONE)
			at->state = dd_tree_state(s->tree, at->node, at->layer, at->evidence->entry, &at->by);
	}
}

enum dd_code dd_squash_new(struct dd_squash *s, struct dd_layer_facts *layers, size_t n_layers, struct dd_err *err)
{
	*s = (struct dd_squash){ .layers = layers, .n_layers = n_layers };
	dd_layer_facts_init(&s->notes);
	return dd_squash_locate(s, err);
}

enum dd_code dd_squash_locate(struct dd_squash *s, struct dd_err *err)
{
	dd_tree_freep(&s->tree);
	dd_layer_facts_done(&s->notes);
	dd_layer_facts_init(&s->notes);
	s->located.n = s->secret_names.n = 0;
	DD_TRY(dd_tree_new(&s->tree, err));
	for (unsigned layer = 0; layer < s->n_layers; layer++)
		DD_TRY(apply_layer(s, layer, err));
	set_states(s);
	return DD_OK;
}

void dd_squash_done(struct dd_squash *s)
{
	dd_tree_freep(&s->tree);
	dd_vec_done(&s->located);
	dd_vec_done(&s->secret_names);
	dd_layer_facts_done(&s->notes);
}

/* ---- wanted paths that lead elsewhere ---- */

struct unseen {
	struct dd_squash *s;
	struct dd_walk_aliases *aliases;
	bool any;
};

static bool is_seen(const struct dd_squash *s, uint32_t node, unsigned analyzer)
{
	for (size_t i = 0; i < s->located.n; i++)
		if (s->located.p[i].node == node && s->located.p[i].evidence->analyzer == analyzer)
			return true;
	return false;
}

/* Where the bytes of a live file node are: its entry's own path in its layer, which is not the node's path when the
 * entry was named through a link. A hard link's bytes are under its target's name. */
static enum dd_code entry_path(const struct dd_squash *s, struct dd_tree_node_info info, struct dd_buf *out,
			       struct dd_err *err)
{
	struct dd_entries_reader r = DD_ENTRIES_READER(dd_buf_str(&s->layers[info.layer].entries));
	struct dd_entry e = { 0 };
	bool more = true;
	enum dd_code code = DD_OK;
	for (uint32_t i = 0; code == DD_OK && more && i <= info.entry; i++)
		code = dd_entries_next(&r, &e, &more);
	if (code == DD_OK && more)
		code = dd_buf_add_str(out, e.type == DD_ENTRY_HARDLINK ? e.link : e.path);
	dd_entries_reader_done(&r);
	return code == DD_OK ? DD_OK
			     : dd_fail(err, code, DD_NO_OFFSET, "the entry list of layer %u is damaged", info.layer);
}

static enum dd_code want_node(struct unseen *u, uint32_t node, struct dd_str as_path, unsigned analyzer,
			      uint64_t max_bytes, struct dd_err *err)
{
	struct dd_tree_node_info info = dd_tree_node(u->s->tree, node);
	if ((info.type != DD_ENTRY_FILE && info.type != DD_ENTRY_HARDLINK) || info.entry == DD_TREE_NONE ||
	    is_seen(u->s, node, analyzer))
		return DD_OK;
	struct dd_arena *arena = &u->s->layers[info.layer].arena;
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	DD_TRY(entry_path(u->s, info, &path, err));
	struct dd_walk_alias a = { .path = dd_arena_str(arena, dd_buf_str(&path)),
				   .as_path = dd_arena_str(arena, as_path),
				   .as_entry = info.entry,
				   .wants = { .n = 1, .by = { { (uint16_t)analyzer, max_bytes } } } };
	if (!a.path.p || !a.as_path.p || !dd_walk_aliases_add(&u->aliases[info.layer], &a))
		return dd_fail_nomem(err);
	u->any = true;
	return DD_OK;
}

static enum dd_code want_path(struct unseen *u, const struct dd_match *m, unsigned analyzer, struct dd_err *err)
{
	uint32_t node = dd_tree_resolve(u->s->tree, dd_str_from(m->a), true);
	if (node == DD_TREE_NONE)
		return DD_OK;
	return want_node(u, node, dd_str_from(m->a), analyzer, m->max_bytes, err);
}

/* The directory lies elsewhere: its files were met under names that no row knows. */
static enum dd_code want_directory(struct unseen *u, const struct dd_match *m, unsigned analyzer, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf real = DD_BUF_INIT(DD_PATH_MAX), path = DD_BUF_INIT(DD_PATH_MAX);
	uint32_t dir = dd_tree_resolve(u->s->tree, dd_str_from(m->a), true), at = DD_TREE_NONE;
	struct dd_str name;
	if (dir == DD_TREE_NONE || dd_tree_node(u->s->tree, dir).type != DD_ENTRY_DIR ||
	    dd_tree_path(u->s->tree, dir, &real) != DD_OK || dd_str_eq_c(dd_buf_str(&real), m->a))
		return DD_OK;
	for (size_t n = 0; n < DD_ALIASES_MAX && dd_tree_child(u->s->tree, dir, &at, &name); n++) {
		if (!dd_str_ends(name, dd_str_from(m->b)))
			continue;
		dd_buf_clear(&path);
		(void)dd_buf_addf(&path, "%s/", m->a);
		(void)dd_buf_add_str(&path, name);
		DD_TRY(want_node(u, at, dd_buf_str(&path), analyzer, m->max_bytes, err));
	}
	return DD_OK;
}

static bool os_is_known(const struct dd_squash *s)
{
	for (size_t i = 0; i < s->located.n; i++) {
		const struct dd_found *f = &s->located.p[i].evidence->found;
		if (s->located.p[i].state != DD_STATE_LIVE)
			continue;
		for (size_t k = 0; k < f->oses.n; k++)
			if (f->oses.p[k].id.n && f->oses.p[k].rank != DD_OS_BINARY &&
			    f->oses.p[k].rank != DD_OS_REPOSITORIES)
				return true;
	}
	return false;
}

enum dd_code dd_squash_unseen(struct dd_squash *s, struct dd_walk_aliases *aliases, bool *ret_any, struct dd_err *err)
{
	struct unseen u = { .s = s, .aliases = aliases };
	bool os_known = os_is_known(s);
	for (unsigned i = 0; i < dd_analyzers_count(); i++) {
		const struct dd_analyzer *a = dd_analyzer_at(i);
		/* A package database must be found wherever it lies; who the system is, is asked until it is known. */
		if (!a->package_database && (a->evidence != DD_EVIDENCE_SYSTEM || os_known))
			continue;
		for (const struct dd_match *m = a->match; m->kind != DD_MATCH_END; m++) {
			if (m->kind == DD_MATCH_PATH)
				DD_TRY(want_path(&u, m, i, err));
			else if (m->kind == DD_MATCH_DIR)
				DD_TRY(want_directory(&u, m, i, err));
		}
	}
	*ret_any = u.any;
	return DD_OK;
}
