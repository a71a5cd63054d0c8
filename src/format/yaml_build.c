/* SPDX-License-Identifier: Apache-2.0 */
/* One YAML node and what is in it, from libyaml's events.
 *
 * dd_node.mark is here what one would see who walks the node: itself and everything in it, aliases followed. An alias
 * is a node of its own that shares the children of its anchor. */
#include "format/yaml_parts.h"

enum { SETTLE_SCAN = 16 }; /* members up to which keys are compared one by one */

struct frame {
	struct dd_node *node;
	size_t anchor; /* index in anchors, or SIZE_MAX */
	struct dd_str key;
	bool has_key, is_merge;
	struct dd_node *merges, *merges_last; /* values of "<<" */
};

static enum dd_code no_room(uint64_t at, struct dd_err *err)
{
	return dd_fail(err, DD_ELIMIT, at, "yaml: the values need more memory than there is");
}

static enum dd_code new_node(struct dd_yaml *y, uint64_t at, struct dd_node **ret, struct dd_err *err)
{
	if (y->nodes + y->expanded >= DD_YAML_NODES_MAX)
		return dd_fail(err, DD_ELIMIT, at, "yaml: more than %d values", DD_YAML_NODES_MAX);
	struct dd_node *v = dd_arena_new(y->a, struct dd_node);
	if (!v)
		return no_room(at, err);
	y->nodes++;
	v->at = at;
	v->mark = 1;
	*ret = v;
	return DD_OK;
}

static void copy_value(struct dd_node *to, const struct dd_node *from)
{
	struct dd_node kept = *to;
	*to = *from;
	to->at = kept.at;
	to->name = kept.name;
	to->next = NULL;
	to->repeated = false;
}

/* Registers the anchor of a node that starts; *ret_index is SIZE_MAX when it has none. */
static enum dd_code set_anchor(struct dd_yaml *y, const unsigned char *name, struct dd_node *v, bool open,
			       size_t *ret_index, struct dd_err *err)
{
	*ret_index = SIZE_MAX;
	if (!name)
		return DD_OK;
	struct dd_str copy = dd_arena_str(y->a, dd_str_from((const char *)name));
	struct dd_yaml_anchor anchor = { v, open };
	if (!copy.p || !dd_vec_push(&y->anchors, anchor, DD_YAML_NODES_MAX) ||
	    !dd_map_set(&y->names, copy, (uint32_t)(y->anchors.n - 1)))
		return no_room(v->at, err);
	*ret_index = y->anchors.n - 1;
	return DD_OK;
}

static enum dd_code make_alias(struct dd_yaml *y, const yaml_event_t *e, struct dd_node **ret, struct dd_err *err)
{
	uint64_t at = dd_yaml_offset(y, &e->start_mark);
	uint32_t index = dd_map_get(&y->names, dd_str_from((const char *)e->data.alias.anchor));
	if (index == DD_MAP_NONE)
		return dd_fail(err, DD_EPARSE, at, "yaml: an alias without its anchor");
	if (y->anchors.p[index].open)
		return dd_fail(err, DD_EPARSE, at, "yaml: an alias inside of its own anchor");
	const struct dd_node *target = y->anchors.p[index].node;
	struct dd_node *v;
	DD_TRY(new_node(y, at, &v, err));
	y->expanded += target->mark - 1;
	if (y->nodes + y->expanded > DD_YAML_NODES_MAX)
		return dd_fail(err, DD_ELIMIT, at, "yaml: aliases stand for more than %d values", DD_YAML_NODES_MAX);
	copy_value(v, target);
	*ret = v;
	return DD_OK;
}

static enum dd_code make_scalar(struct dd_yaml *y, const yaml_event_t *e, struct dd_node **ret, struct dd_err *err)
{
	size_t index;
	struct dd_node *v;
	DD_TRY(new_node(y, dd_yaml_offset(y, &e->start_mark), &v, err));
	v->text = dd_arena_str(y->a, dd_yaml_text(e));
	if (!v->text.p)
		return no_room(v->at, err);
	dd_yaml_type(e, v);
	(void)dd_yaml_offset(y, &e->end_mark); /* all of it is read now */
	DD_TRY(set_anchor(y, e->data.scalar.anchor, v, false, &index, err));
	*ret = v;
	return DD_OK;
}

static enum dd_code make_container(struct dd_yaml *y, const yaml_event_t *e, struct frame *f, struct dd_err *err)
{
	bool map = e->type == YAML_MAPPING_START_EVENT;
	*f = (struct frame){ .node = NULL };
	DD_TRY(new_node(y, dd_yaml_offset(y, &e->start_mark), &f->node, err));
	f->node->kind = map ? DD_NODE_TABLE : DD_NODE_ARRAY;
	return set_anchor(y, map ? e->data.mapping_start.anchor : e->data.sequence_start.anchor, f->node, true,
			  &f->anchor, err);
}

/* Members while a map is settled: the list as an array, and who has a name. */
struct members {
	DD_VEC(struct dd_node *) list;
	struct dd_map names;
};

static void members_done(struct members *m)
{
	dd_vec_done(&m->list);
	dd_map_done(&m->names);
}

static bool add_own(struct members *m, struct dd_node *c)
{
	uint32_t before = dd_map_get(&m->names, c->name);
	if (before != DD_MAP_NONE) {
		m->list.p[before] = NULL;
		c->repeated = true;
	}
	return dd_vec_push(&m->list, c, DD_YAML_NODES_MAX) && dd_map_set(&m->names, c->name, (uint32_t)(m->list.n - 1));
}

/* Members of a merged map that are not there yet. */
static enum dd_code add_merged(struct dd_yaml *y, struct members *m, const struct dd_node *from, struct dd_err *err)
{
	for (const struct dd_node *c = dd_node_first(from); c; c = c->next) {
		struct dd_node *copy;
		if (dd_map_get(&m->names, c->name) != DD_MAP_NONE)
			continue;
		DD_TRY(new_node(y, c->at, &copy, err));
		copy_value(copy, c);
		copy->name = c->name;
		y->expanded += c->mark - 1;
		if (!add_own(m, copy))
			return no_room(c->at, err);
	}
	return DD_OK;
}

static enum dd_code merge(struct dd_yaml *y, struct members *m, const struct frame *f, struct dd_err *err)
{
	for (const struct dd_node *v = f->merges; v; v = v->next) {
		if (v->kind == DD_NODE_TABLE)
			DD_TRY(add_merged(y, m, v, err));
		for (const struct dd_node *c = v->kind == DD_NODE_ARRAY ? v->first : NULL; c; c = c->next)
			if (c->kind == DD_NODE_TABLE)
				DD_TRY(add_merged(y, m, c, err));
	}
	return DD_OK;
}

static bool has_repeats(const struct dd_node *table)
{
	for (const struct dd_node *c = table->first; c; c = c->next)
		for (const struct dd_node *d = c->next; d; d = d->next)
			if (dd_str_eq(c->name, d->name))
				return true;
	return false;
}

/* A map ends: of keys that come twice the last stays, and merged maps come in. */
static enum dd_code settle(struct dd_yaml *y, struct frame *f, struct dd_err *err)
{
	struct dd_node *table = f->node;
	struct members m DD_CLEANUP(members_done) = { .names = { .n = 0 } };
	if (!f->merges && table->n <= SETTLE_SCAN && !has_repeats(table))
		return DD_OK;
	for (struct dd_node *c = table->first; c; c = c->next)
		if (!add_own(&m, c))
			return no_room(table->at, err);
	DD_TRY(merge(y, &m, f, err));
	table->first = table->last = NULL;
	table->n = 0;
	for (size_t i = 0; i < m.list.n; i++)
		if (m.list.p[i]) {
			m.list.p[i]->next = NULL;
			dd_node_append(table, m.list.p[i]);
		}
	return DD_OK;
}

static enum dd_code close_container(struct dd_yaml *y, struct frame *f, struct dd_err *err)
{
	uint64_t size = 1;
	if (f->node->kind == DD_NODE_TABLE)
		DD_TRY(settle(y, f, err));
	for (const struct dd_node *c = f->node->first; c; c = c->next)
		size += c->mark;
	f->node->mark = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
	if (f->anchor != SIZE_MAX)
		y->anchors.p[f->anchor].open = false;
	return DD_OK;
}

/* A node is complete: it is an element, a key or a value of the container around it. */
static enum dd_code place(struct frame *f, struct dd_node *v, bool plain, struct dd_err *err)
{
	if (f->node->kind == DD_NODE_ARRAY) {
		dd_node_append(f->node, v);
		return DD_OK;
	}
	if (!f->has_key) {
		if (v->kind >= DD_NODE_ARRAY)
			return dd_fail(err, DD_EPARSE, v->at, "yaml: a key is a map or a list");
		f->key = v->text;
		f->is_merge = plain && dd_str_eq_c(v->text, "<<");
		f->has_key = true;
		return DD_OK;
	}
	f->has_key = false;
	if (!f->is_merge) {
		v->name = f->key;
		dd_node_append(f->node, v);
		return DD_OK;
	}
	*(f->merges ? &f->merges_last->next : &f->merges) = v;
	f->merges_last = v;
	return DD_OK;
}

static bool is_plain(const yaml_event_t *e)
{
	return e->type == YAML_SCALAR_EVENT && e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

/* One event: *ret is a node that is complete now, or stays NULL. */
static enum dd_code step(struct dd_yaml *y, const yaml_event_t *e, struct frame *stack, size_t *depth,
			 struct dd_node **ret, struct dd_err *err)
{
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return make_alias(y, e, ret, err);
	case YAML_SCALAR_EVENT:
		return make_scalar(y, e, ret, err);
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		if (*depth == DD_YAML_DEPTH_MAX)
			return dd_fail(err, DD_ELIMIT, dd_yaml_offset(y, &e->start_mark),
				       "yaml: values are more than %d deep", DD_YAML_DEPTH_MAX);
		DD_TRY(make_container(y, e, &stack[*depth], err));
		++*depth;
		return DD_OK;
	default: /* the end of a container: libyaml sends no others inside of one */
		--*depth;
		DD_TRY(close_container(y, &stack[*depth], err));
		*ret = stack[*depth].node;
		return DD_OK;
	}
}

static void start(struct dd_yaml *y, struct dd_arena *a)
{
	y->a = a;
	if (!y->whole)
		y->nodes = y->expanded = 0;
	y->anchors.n = 0;
	dd_map_done(&y->names);
}

enum dd_code dd_yaml_build(struct dd_yaml *y, struct dd_arena *a, const yaml_event_t *first, struct dd_node **ret,
			   struct dd_err *err)
{
	struct frame stack[DD_YAML_DEPTH_MAX];
	struct dd_node *done = NULL;
	size_t depth = 0;
	start(y, a);
	enum dd_code code = step(y, first, stack, &depth, &done, err);
	while (code == DD_OK && depth) {
		yaml_event_t e;
		done = NULL;
		DD_TRY(dd_yaml_event(y, &e, err));
		code = step(y, &e, stack, &depth, &done, err);
		if (code == DD_OK && done && depth)
			code = place(&stack[depth - 1], done, is_plain(&e), err);
		yaml_event_delete(&e);
	}
	if (code == DD_OK)
		*ret = done;
	return code;
}
