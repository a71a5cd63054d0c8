/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes are 40 bytes and found by (parent, name) in one open-addressing table; a name that was hidden keeps its node,
 * marked dead and out of its parent's list, so that the state of the entry that made it can be told. No recursion over
 * the tree: its depth is the image's choice. */
#include "image/tree.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/vec.h"

/* Components looked up for one image, links included: a chain of 40 long links below every one of a million entries
 * would otherwise take hours. Real images need about six for each entry. */
#define TREE_STEPS_MAX	     UINT64_C(400000000)
#define TREE_NAMES_BYTES_MAX UINT32_MAX

struct node {
	uint32_t parent, first_child, next, prev; /* DD_TREE_NONE: none */
	uint32_t name;				  /* offset into names */
	uint32_t entry;				  /* in its layer, DD_TREE_NONE: made as a missing parent */
	uint32_t link;				  /* SYMLINK: index into links */
	uint16_t name_n;
	uint16_t layer;	     /* of the entry that made it last */
	uint16_t dead_layer; /* which layer hid it */
	uint16_t purged;     /* 1 + the last layer whose whiteout or opaque marker cleared what lies below */
	uint8_t type;
	bool dead;
};

/* The hash beside the number saves the look at the node (two cache misses) for what only shares the place. */
struct slot {
	uint32_t hash;
	uint32_t node; /* number + 1, 0: free */
};

struct dd_tree {
	DD_VEC(struct node) nodes;
	DD_VEC(struct dd_str) links; /* bytes owned by link_arena */
	struct dd_arena link_arena;
	struct dd_buf names;
	struct slot *slots;
	size_t n_slots; /* a power of two below 2^32 */
	uint64_t seed, steps, live;
};

static const uint32_t ROOT = 0;

static struct dd_str name_of(const struct dd_tree *t, const struct node *n)
{
	return (struct dd_str){ t->names.p + n->name, n->name_n };
}

/* ---- the table ---- */

static uint32_t hash_of(const struct dd_tree *t, uint32_t parent, struct dd_str name)
{
	uint64_t h = dd_str_hash(name, t->seed ^ (parent * UINT64_C(0x9e3779b97f4a7c15)));
	return (uint32_t)(h ^ h >> 32);
}

static struct slot *slot_of(const struct dd_tree *t, uint32_t hash, uint32_t parent, struct dd_str name)
{
	for (size_t i = hash & (t->n_slots - 1);; i = (i + 1) & (t->n_slots - 1)) {
		struct slot *s = &t->slots[i];
		if (s->node == 0)
			return s;
		if (s->hash != hash)
			continue;
		const struct node *n = &t->nodes.p[s->node - 1];
		if (n->parent == parent && dd_str_eq(name_of(t, n), name))
			return s;
	}
}

static bool grow_slots(struct dd_tree *t)
{
	size_t n = t->n_slots ? t->n_slots * 2 : 1024;
	struct slot *slots = dd_alloc_zero(n, sizeof *slots);
	if (!slots)
		return false;
	for (size_t i = 0; i < t->n_slots; i++) {
		size_t at = t->slots[i].hash & (n - 1);
		if (t->slots[i].node == 0)
			continue;
		while (slots[at].node)
			at = (at + 1) & (n - 1);
		slots[at] = t->slots[i];
	}
	dd_free(t->slots);
	t->slots = slots;
	t->n_slots = n;
	return true;
}

/* ---- linking and hiding ---- */

static void attach(struct dd_tree *t, uint32_t id)
{
	struct node *n = &t->nodes.p[id], *parent = &t->nodes.p[n->parent];
	n->prev = DD_TREE_NONE;
	n->next = parent->first_child;
	if (n->next != DD_TREE_NONE)
		t->nodes.p[n->next].prev = id;
	parent->first_child = id;
	n->dead = false;
	t->live++;
}

static void detach(struct dd_tree *t, uint32_t id, unsigned layer)
{
	struct node *n = &t->nodes.p[id];
	if (n->prev != DD_TREE_NONE)
		t->nodes.p[n->prev].next = n->next;
	else
		t->nodes.p[n->parent].first_child = n->next;
	if (n->next != DD_TREE_NONE)
		t->nodes.p[n->next].prev = n->prev;
	n->dead = true;
	n->dead_layer = (uint16_t)layer;
	t->live--;
}

/* Hides everything below top that was made before layer `below`; directories that keep something stay. Post-order by
 * the links themselves: no stack, any depth. */
static void hide_content(struct dd_tree *t, uint32_t top, unsigned layer, unsigned below)
{
	uint32_t id = t->nodes.p[top].first_child;
	while (id != DD_TREE_NONE) {
		while (t->nodes.p[id].first_child != DD_TREE_NONE)
			id = t->nodes.p[id].first_child;
		for (;;) {
			struct node *n = &t->nodes.p[id];
			uint32_t next = n->next, parent = n->parent;
			if (n->layer < below && n->first_child == DD_TREE_NONE)
				detach(t, id, layer);
			if (next != DD_TREE_NONE) {
				id = next;
				break;
			}
			if (parent == top)
				return;
			id = parent;
		}
	}
}

static void hide_lower(struct dd_tree *t, uint32_t dir, unsigned layer)
{
	if (t->nodes.p[dir].purged == layer + 1)
		return;
	hide_content(t, dir, layer, layer);
	t->nodes.p[dir].purged = (uint16_t)(layer + 1);
}

/* ---- look-up ---- */

static uint32_t child_of(const struct dd_tree *t, uint32_t dir, struct dd_str name)
{
	uint32_t at = slot_of(t, hash_of(t, dir, name), dir, name)->node;
	return at == 0 ? DD_TREE_NONE : at - 1;
}

static enum dd_code add_node(struct dd_tree *t, uint32_t parent, struct dd_str name, uint32_t *ret)
{
	struct node n = { .parent = parent,
			  .first_child = DD_TREE_NONE,
			  .next = DD_TREE_NONE,
			  .prev = DD_TREE_NONE,
			  .entry = DD_TREE_NONE,
			  .link = DD_TREE_NONE,
			  .name = (uint32_t)t->names.n,
			  .name_n = (uint16_t)name.n,
			  .dead = true };
	if (t->nodes.n + t->nodes.n / 2 >= t->n_slots && !grow_slots(t))
		return DD_ENOMEM;
	uint32_t hash = hash_of(t, parent, name);
	struct slot *slot = slot_of(t, hash, parent, name);
	DD_TRY(dd_buf_add_str(&t->names, name));
	if (!dd_vec_push(&t->nodes, n, DD_IMAGE_ENTRIES_MAX))
		return t->nodes.n >= DD_IMAGE_ENTRIES_MAX ? DD_ELIMIT : DD_ENOMEM;
	*slot = (struct slot){ hash, (uint32_t)t->nodes.n };
	*ret = (uint32_t)t->nodes.n - 1;
	return DD_OK;
}

/* How a walk treats what it meets. */
struct walk {
	unsigned hops; /* links followed so far */
	bool make;     /* missing directories are made for `layer` */
	unsigned layer;
	const char *why; /* the reason of a DD_ENOTFOUND */
};

static enum dd_code make_dir(struct dd_tree *t, const struct walk *w, uint32_t parent, struct dd_str name,
			     uint32_t found, uint32_t *ret)
{
	if (found == DD_TREE_NONE)
		DD_TRY(add_node(t, parent, name, &found));
	struct node *n = &t->nodes.p[found];
	n->type = DD_ENTRY_DIR;
	n->layer = (uint16_t)w->layer;
	n->entry = DD_TREE_NONE;
	attach(t, found);
	*ret = found;
	return DD_OK;
}

static enum dd_code walk_path(struct dd_tree *t, struct walk *w, uint32_t from, struct dd_str path, bool follow_last,
			      uint32_t *ret);

static enum dd_code follow(struct dd_tree *t, struct walk *w, uint32_t link, uint32_t dir, uint32_t *ret)
{
	struct dd_str target = t->links.p[t->nodes.p[link].link];
	if (++w->hops > DD_SYMLINK_HOPS_MAX) {
		w->why = "too many symbolic links (a loop?)";
		return DD_ENOTFOUND;
	}
	return walk_path(t, w, target.n && target.p[0] == '/' ? ROOT : dir, target, true, ret);
}

static enum dd_code step(struct dd_tree *t, struct walk *w, uint32_t *dir, struct dd_str part, bool last,
			 bool follow_last)
{
	if (++t->steps > TREE_STEPS_MAX) {
		w->why = "path look-ups of this image pass their limit";
		return DD_ELIMIT;
	}
	if (t->nodes.p[*dir].type != DD_ENTRY_DIR) {
		w->why = "a part of its path is not a directory";
		return DD_ENOTFOUND;
	}
	if (dd_str_eq(part, DD_STR(".."))) {
		*dir = *dir == ROOT ? ROOT : t->nodes.p[*dir].parent;
		return DD_OK;
	}
	uint32_t id = child_of(t, *dir, part);
	if (id == DD_TREE_NONE || t->nodes.p[id].dead) {
		w->why = "does not exist";
		if (!w->make || part.n > UINT16_MAX)
			return DD_ENOTFOUND;
		DD_TRY(make_dir(t, w, *dir, part, id, &id));
	}
	if (t->nodes.p[id].type == DD_ENTRY_SYMLINK && (!last || follow_last))
		return follow(t, w, id, *dir, dir);
	*dir = id;
	return DD_OK;
}

static enum dd_code walk_path(struct dd_tree *t, struct walk *w, uint32_t from, struct dd_str path, bool follow_last,
			      uint32_t *ret)
{
	uint32_t at = from;
	for (struct dd_str rest = path, part; dd_str_next(&rest, '/', &part);) {
		if (part.n == 0 || dd_str_eq(part, DD_STR(".")))
			continue;
		DD_TRY(step(t, w, &at, part, rest.p == NULL, follow_last));
	}
	*ret = at;
	return DD_OK;
}

uint32_t dd_tree_resolve(const struct dd_tree *t, struct dd_str path, bool follow_last)
{
	struct walk w = { 0 };
	uint32_t id;
	/* A walk that makes nothing changes nothing but the step counter, which is not shared between threads. */
	struct dd_tree *mutable = (struct dd_tree *)(uintptr_t)t;
	if (walk_path(mutable, &w, ROOT, path, follow_last, &id) != DD_OK)
		return DD_TREE_NONE;
	return id;
}

/* ---- applying a layer ---- */

struct apply {
	struct dd_tree *t;
	unsigned layer;
	struct dd_buf last_dir; /* path whose directory is known … */
	uint32_t last_node;	/* … as this node; DD_TREE_NONE: nothing known */
	dd_tree_problem_fn *problem;
	void *ctx;
};

static enum dd_code parent_of(struct apply *a, struct dd_str path, struct walk *w, uint32_t *ret_dir,
			      struct dd_str *ret_name)
{
	size_t slash = dd_str_rfind(path, '/');
	struct dd_str dir = slash < path.n ? dd_str_take(path, slash) : DD_STR("");
	*ret_name = slash < path.n ? dd_str_skip(path, slash + 1) : path;
	if (a->last_node != DD_TREE_NONE && dd_str_eq(dd_buf_str(&a->last_dir), dir)) {
		*ret_dir = a->last_node;
		return DD_OK;
	}
	DD_TRY(walk_path(a->t, w, ROOT, dir, true, ret_dir));
	if (a->t->nodes.p[*ret_dir].type != DD_ENTRY_DIR) {
		w->why = "its parent is not a directory";
		return DD_ENOTFOUND;
	}
	dd_buf_clear(&a->last_dir);
	a->last_node = dd_buf_add_str(&a->last_dir, dir) == DD_OK ? *ret_dir : DD_TREE_NONE;
	return DD_OK;
}

static enum dd_code apply_whiteout(struct apply *a, const struct dd_entry *e)
{
	struct dd_tree *t = a->t;
	struct walk w = { .layer = a->layer };
	uint32_t dir;
	struct dd_str name;
	a->last_node = DD_TREE_NONE;
	if (e->type == DD_ENTRY_OPAQUE) {
		enum dd_code code = walk_path(t, &w, ROOT, e->path, true, &dir);
		if (code == DD_OK && t->nodes.p[dir].type == DD_ENTRY_DIR)
			hide_lower(t, dir, a->layer);
		return code == DD_ENOTFOUND ? DD_OK : code;
	}
	enum dd_code code = parent_of(a, e->path, &w, &dir, &name);
	a->last_node = DD_TREE_NONE;
	/* A whiteout of what is not there is harmless: docker writes them for files made and removed in one step. */
	if (code != DD_OK)
		return code == DD_ENOTFOUND ? DD_OK : code;
	uint32_t id = child_of(t, dir, name);
	if (id == DD_TREE_NONE || t->nodes.p[id].dead)
		return DD_OK;
	if (t->nodes.p[id].type == DD_ENTRY_DIR)
		hide_lower(t, id, a->layer);
	if (t->nodes.p[id].layer < a->layer && t->nodes.p[id].first_child == DD_TREE_NONE)
		detach(t, id, a->layer);
	return DD_OK;
}

static enum dd_code set_link(struct dd_tree *t, uint32_t id, struct dd_str target)
{
	struct dd_str copy = dd_arena_str(&t->link_arena, target);
	if (!copy.p || !dd_vec_push(&t->links, copy, DD_IMAGE_ENTRIES_MAX))
		return DD_ENOMEM;
	t->nodes.p[id].link = (uint32_t)t->links.n - 1;
	return DD_OK;
}

static enum dd_code apply_entry(struct apply *a, const struct dd_entry *e, uint32_t index, struct walk *w,
				uint32_t *ret_node)
{
	struct dd_tree *t = a->t;
	uint32_t dir, id = ROOT;
	struct dd_str name;
	if (e->path.n == 0) {
		if (e->type != DD_ENTRY_DIR) {
			w->why = "the root of an image must be a directory";
			return DD_ENOTFOUND;
		}
	} else {
		DD_TRY(parent_of(a, e->path, w, &dir, &name));
		if (name.n > UINT16_MAX)
			return DD_ENOTFOUND;
		id = child_of(t, dir, name);
		if (id == DD_TREE_NONE)
			DD_TRY(add_node(t, dir, name, &id));
	}
	if (e->type == DD_ENTRY_HARDLINK) {
		struct walk lw = { .layer = a->layer };
		uint32_t target;
		if (walk_path(t, &lw, ROOT, e->link, false, &target) != DD_OK || target == id) {
			w->why = "its hard link target does not exist";
			return DD_ENOTFOUND;
		}
	}
	bool was_live = !t->nodes.p[id].dead;
	if (was_live && t->nodes.p[id].type == DD_ENTRY_DIR && e->type != DD_ENTRY_DIR)
		hide_content(t, id, a->layer, UINT32_MAX);
	if (e->type != DD_ENTRY_FILE || (was_live && t->nodes.p[id].type != DD_ENTRY_FILE))
		a->last_node = DD_TREE_NONE; /* a link or directory came, went or changed: look parents up anew */
	if (e->type == DD_ENTRY_SYMLINK)
		DD_TRY(set_link(t, id, e->link));
	struct node *n = &t->nodes.p[id];
	n->type = (uint8_t)e->type;
	n->layer = (uint16_t)a->layer;
	n->entry = index;
	if (!was_live)
		attach(t, id);
	*ret_node = id;
	return DD_OK;
}

static enum dd_code apply_one(struct apply *a, const struct dd_entry *e, uint32_t index, uint32_t *ret_node)
{
	struct walk w = { .make = true, .layer = a->layer };
	*ret_node = DD_TREE_NONE;
	if (e->type == DD_ENTRY_WHITEOUT || e->type == DD_ENTRY_OPAQUE)
		return apply_whiteout(a, e);
	enum dd_code code = apply_entry(a, e, index, &w, ret_node);
	if (code != DD_ENOTFOUND)
		return code;
	a->last_node = DD_TREE_NONE;
	if (a->problem)
		a->problem(a->ctx, a->layer, e->path, w.why ? w.why : "its name is too long");
	return DD_OK;
}

static enum dd_code apply_all(struct apply *a, struct dd_entries_reader *r, struct dd_tree_mark *marks, size_t n_marks)
{
	struct dd_entry e;
	size_t mark = 0;
	for (uint32_t index = 0;; index++) {
		bool more;
		uint32_t node;
		DD_TRY(dd_entries_next(r, &e, &more));
		if (!more)
			return DD_OK;
		DD_TRY(apply_one(a, &e, index, &node));
		for (; mark < n_marks && marks[mark].entry <= index; mark++)
			marks[mark].node = marks[mark].entry == index ? node : DD_TREE_NONE;
	}
}

enum dd_code dd_tree_apply(struct dd_tree *t, unsigned layer, struct dd_str entries, struct dd_tree_mark *marks,
			   size_t n_marks, dd_tree_problem_fn *problem, void *ctx, struct dd_err *err)
{
	struct apply a = { .t = t,
			   .layer = layer,
			   .last_dir = DD_BUF_INIT(DD_PATH_MAX),
			   .last_node = DD_TREE_NONE,
			   .problem = problem,
			   .ctx = ctx };
	struct dd_entries_reader r = DD_ENTRIES_READER(entries);
	for (size_t i = 0; i < n_marks; i++)
		marks[i].node = DD_TREE_NONE;
	enum dd_code code = apply_all(&a, &r, marks, n_marks);
	dd_entries_reader_done(&r);
	dd_buf_done(&a.last_dir);
	switch (code) {
	case DD_OK:
		return DD_OK;
	case DD_ENOMEM:
		return dd_fail_nomem(err);
	case DD_EPARSE:
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the entry list of layer %u is damaged", layer);
	default:
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the image has too many paths or links (limit: %d paths)",
			       DD_IMAGE_ENTRIES_MAX);
	}
}

/* ---- the outside ---- */

enum dd_code dd_tree_new(struct dd_tree **ret, struct dd_err *err)
{
	struct dd_tree *t = dd_alloc_zero(1, sizeof *t);
	if (!t)
		return dd_fail_nomem(err);
	t->names = DD_BUF_INIT(TREE_NAMES_BYTES_MAX);
	t->link_arena = DD_ARENA_INIT(DD_FACTS_BYTES_MAX);
	struct node root = { .first_child = DD_TREE_NONE,
			     .next = DD_TREE_NONE,
			     .prev = DD_TREE_NONE,
			     .entry = DD_TREE_NONE,
			     .link = DD_TREE_NONE,
			     .type = DD_ENTRY_DIR };
	/* Fixed seed plus address: good enough against prepared collisions where no better source is at hand. */
	t->seed = (uint64_t)(uintptr_t)t * UINT64_C(0x9e3779b97f4a7c15);
	if (!dd_vec_push(&t->nodes, root, DD_IMAGE_ENTRIES_MAX) || !grow_slots(t)) {
		dd_tree_freep(&t);
		return dd_fail_nomem(err);
	}
	*ret = t;
	return DD_OK;
}

void dd_tree_freep(struct dd_tree **t)
{
	if (!*t)
		return;
	dd_vec_done(&(*t)->nodes);
	dd_vec_done(&(*t)->links);
	dd_arena_done(&(*t)->link_arena);
	dd_buf_done(&(*t)->names);
	dd_free((*t)->slots);
	dd_freep(t);
}

enum dd_entry_state dd_tree_state(const struct dd_tree *t, uint32_t node, unsigned layer, uint32_t entry,
				  unsigned *ret_by)
{
	dd_assert(node < t->nodes.n);
	const struct node *n = &t->nodes.p[node];
	*ret_by = layer;
	if (n->dead) {
		*ret_by = n->dead_layer;
		return DD_STATE_DELETED;
	}
	if (n->layer == layer && n->entry == entry)
		return DD_STATE_LIVE;
	*ret_by = n->layer;
	return DD_STATE_OVERWRITTEN;
}

struct dd_tree_node_info dd_tree_node(const struct dd_tree *t, uint32_t node)
{
	dd_assert(node < t->nodes.n);
	const struct node *n = &t->nodes.p[node];
	return (struct dd_tree_node_info){ (enum dd_entry_type)n->type, n->layer, n->entry };
}

enum dd_code dd_tree_path(const struct dd_tree *t, uint32_t node, struct dd_buf *out)
{
	size_t total = 0;
	for (uint32_t id = node; id != ROOT; id = t->nodes.p[id].parent) {
		total += t->nodes.p[id].name_n + 1u;
		if (total > DD_PATH_MAX)
			return DD_ELIMIT;
	}
	if (total == 0)
		return DD_OK;
	DD_TRY(dd_buf_reserve(out, total));
	size_t at = out->n + total - 1;
	out->n = at;
	for (uint32_t id = node; id != ROOT; id = t->nodes.p[id].parent) {
		struct dd_str name = name_of(t, &t->nodes.p[id]);
		at -= name.n;
		memcpy(out->p + at, name.p, name.n);
		if (t->nodes.p[id].parent != ROOT)
			out->p[--at] = '/';
	}
	return DD_OK;
}

bool dd_tree_child(const struct dd_tree *t, uint32_t dir, uint32_t *cursor, struct dd_str *ret_name)
{
	dd_assert(dir < t->nodes.n);
	uint32_t id = *cursor == DD_TREE_NONE ? t->nodes.p[dir].first_child : t->nodes.p[*cursor].next;
	if (id == DD_TREE_NONE)
		return false;
	*cursor = id;
	*ret_name = name_of(t, &t->nodes.p[id]);
	return true;
}

uint64_t dd_tree_live_count(const struct dd_tree *t)
{
	return t->live;
}
