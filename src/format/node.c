/* SPDX-License-Identifier: Apache-2.0 */
#include "format/node.h"

const struct dd_node *dd_node_find(const struct dd_node *table, struct dd_str key)
{
	if (!table || table->kind != DD_NODE_TABLE)
		return NULL;
	for (const struct dd_node *c = table->first; c; c = c->next)
		if (dd_str_eq(c->name, key))
			return c;
	return NULL;
}

const struct dd_node *dd_node_get(const struct dd_node *table, const char *key)
{
	return dd_node_find(table, dd_str_from(key));
}

static const struct dd_node *get_kind(const struct dd_node *table, const char *key, enum dd_node_kind kind)
{
	const struct dd_node *v = dd_node_get(table, key);
	return v && v->kind == kind ? v : NULL;
}

const struct dd_node *dd_node_table(const struct dd_node *table, const char *key)
{
	return get_kind(table, key, DD_NODE_TABLE);
}

const struct dd_node *dd_node_array(const struct dd_node *table, const char *key)
{
	return get_kind(table, key, DD_NODE_ARRAY);
}

struct dd_str dd_node_text(const struct dd_node *value)
{
	return value && value->kind == DD_NODE_STRING ? value->text : (struct dd_str){ NULL, 0 };
}

struct dd_str dd_node_str(const struct dd_node *table, const char *key)
{
	return dd_node_text(dd_node_get(table, key));
}

struct dd_str dd_node_scalar(const struct dd_node *value)
{
	if (!value || value->kind == DD_NODE_NULL || value->kind >= DD_NODE_ARRAY)
		return (struct dd_str){ NULL, 0 };
	return value->text;
}

struct dd_str dd_node_scalar_of(const struct dd_node *table, const char *key)
{
	return dd_node_scalar(dd_node_get(table, key));
}

bool dd_node_int(const struct dd_node *table, const char *key, int64_t *ret)
{
	const struct dd_node *v = get_kind(table, key, DD_NODE_INT);
	if (!v)
		return false;
	*ret = v->integer;
	return true;
}

bool dd_node_bool(const struct dd_node *table, const char *key)
{
	const struct dd_node *v = get_kind(table, key, DD_NODE_BOOL);
	return v && v->integer;
}

const struct dd_node *dd_node_first(const struct dd_node *value)
{
	return value && value->kind >= DD_NODE_ARRAY ? value->first : NULL;
}

size_t dd_node_len(const struct dd_node *value)
{
	return value && value->kind >= DD_NODE_ARRAY ? value->n : 0;
}

void dd_node_append(struct dd_node *parent, struct dd_node *child)
{
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->n++;
}
