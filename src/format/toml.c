/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of TOML 1.0.0.
 *
 *   document  = *( blank ( header / key "=" value ) blank [ comment ] newline )
 *   header    = "[" key "]" / "[[" key "]]"
 *   key       = part *( "." part ), part = bare / basic string / literal string
 *
 * Who may add to a table (the specification's "Table" and "Inline Table"; the same decisions as Python's tomllib):
 * a header defines its table once, and may pass through tables defined otherwise; a dotted key defines the tables that
 * it passes, which later keys of the same section may pass too, but no later header may define and no other section's
 * dotted key may pass; what a header defined, no dotted key may pass; inline tables and arrays are closed.
 *
 * Keys of a table are compared one by one up to TABLE_SCAN of them and through one hash table of the document beyond,
 * so that a table of a million keys costs a million look-ups. */
#include "base/buf.h"
#include "format/toml_parts.h"

enum { TABLE_SCAN = 16 };

enum dd_code dd_toml_broken(const struct dd_toml *t, size_t at, const char *what, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, at, "toml: %s", at >= t->doc.n ? "the document is cut off" : what);
}

enum dd_code dd_toml_new_node(struct dd_toml *t, enum dd_node_kind kind, size_t at, struct dd_node **ret,
			      struct dd_err *err)
{
	if (t->nodes >= DD_TOML_NODES_MAX)
		return dd_fail(err, DD_ELIMIT, at, "toml: more than %d values", DD_TOML_NODES_MAX);
	struct dd_node *v = dd_arena_new(t->a, struct dd_node);
	if (!v)
		return dd_fail(err, DD_ELIMIT, at, "toml: the values need more memory than there is");
	t->nodes++;
	v->kind = kind;
	v->at = at;
	*ret = v;
	return DD_OK;
}

/* Key of the hash table: the table's address, then the name. */
static struct dd_str full_name(struct dd_arena *a, const struct dd_node *table, struct dd_str name)
{
	char *p = name.n < SIZE_MAX - sizeof table ? dd_arena_alloc(a, sizeof table + name.n) : NULL;
	if (!p)
		return (struct dd_str){ NULL, 0 };
	memcpy(p, &table, sizeof table);
	if (name.n)
		memcpy(p + sizeof table, name.p, name.n);
	return (struct dd_str){ p, sizeof table + name.n };
}

static bool remember(struct dd_toml *t, const struct dd_node *table, struct dd_node *child)
{
	struct dd_str full = full_name(t->a, table, child->name);
	return full.p && dd_vec_push(&t->named, child, DD_TOML_NODES_MAX) &&
	       dd_map_set(&t->names, full, (uint32_t)(t->named.n - 1));
}

struct dd_node *dd_toml_find(struct dd_toml *t, const struct dd_node *table, struct dd_str name)
{
	if (table->n <= TABLE_SCAN) {
		for (struct dd_node *c = table->first; c; c = c->next)
			if (dd_str_eq(c->name, name))
				return c;
		return NULL;
	}
	char small[256];
	struct dd_buf big DD_CLEANUP_BUF = DD_BUF_INIT(SIZE_MAX);
	struct dd_str full = { small, sizeof table + name.n };
	if (name.n <= sizeof small - sizeof table) {
		memcpy(small, &table, sizeof table);
		if (name.n)
			memcpy(small + sizeof table, name.p, name.n);
	} else {
		(void)dd_buf_add(&big, &table, sizeof table);
		(void)dd_buf_add_str(&big, name);
		full = dd_buf_str(&big);
	}
	uint32_t index = dd_map_get(&t->names, full);
	return index == DD_MAP_NONE ? NULL : t->named.p[index];
}

enum dd_code dd_toml_add(struct dd_toml *t, struct dd_node *table, struct dd_str name, struct dd_node *child,
			 struct dd_err *err)
{
	child->name = name;
	dd_node_append(table, child);
	bool ok = true;
	if (table->n == TABLE_SCAN + 1)
		for (struct dd_node *c = table->first; c && ok; c = c->next)
			ok = remember(t, table, c);
	else if (table->n > TABLE_SCAN)
		ok = remember(t, table, child);
	return ok ? DD_OK : dd_fail(err, DD_ELIMIT, child->at, "toml: the values need more memory than there is");
}

/* The table below parent with this name, through which a header or a dotted key passes; made if it is not there. */
static enum dd_code pass(struct dd_toml *t, struct dd_node *parent, struct dd_str name, size_t at,
			 struct dd_node **ret_child, bool *ret_made, struct dd_err *err)
{
	struct dd_node *c = dd_toml_find(t, parent, name);
	*ret_made = !c;
	if (!c) {
		DD_TRY(dd_toml_new_node(t, DD_NODE_TABLE, at, &c, err));
		DD_TRY(dd_toml_add(t, parent, name, c, err));
	}
	*ret_child = c;
	return DD_OK;
}

/* One step of a header: [a.b.c] passes a and b; of an array of tables it passes the last element. */
static enum dd_code header_step(struct dd_toml *t, struct dd_node **table, struct dd_str name, size_t at,
				struct dd_err *err)
{
	struct dd_node *c;
	bool made;
	DD_TRY(pass(t, *table, name, at, &c, &made, err));
	if (c->kind < DD_NODE_ARRAY || c->mark == DD_TOML_FROZEN)
		return dd_toml_broken(t, at, "a header names a value that is closed already", err);
	*table = c->kind == DD_NODE_ARRAY ? c->last : c;
	return DD_OK;
}

static enum dd_code define_table(struct dd_toml *t, struct dd_node **table, struct dd_str name, size_t at,
				 struct dd_err *err)
{
	struct dd_node *c;
	bool made;
	DD_TRY(pass(t, *table, name, at, &c, &made, err));
	if (c->kind != DD_NODE_TABLE || c->mark != DD_TOML_IMPLICIT)
		return dd_toml_broken(t, at, "a table is defined twice", err);
	c->mark = DD_TOML_HEADER;
	c->at = at;
	*table = c;
	return DD_OK;
}

static enum dd_code define_element(struct dd_toml *t, struct dd_node **table, struct dd_str name, size_t at,
				   struct dd_err *err)
{
	struct dd_node *array = dd_toml_find(t, *table, name), *element;
	if (!array) {
		DD_TRY(dd_toml_new_node(t, DD_NODE_ARRAY, at, &array, err));
		DD_TRY(dd_toml_add(t, *table, name, array, err));
		array->mark = DD_TOML_HEADER;
	}
	if (array->kind != DD_NODE_ARRAY || array->mark == DD_TOML_FROZEN)
		return dd_toml_broken(t, at, "an array of tables has the name of another value", err);
	DD_TRY(dd_toml_new_node(t, DD_NODE_TABLE, at, &element, err));
	element->mark = DD_TOML_HEADER;
	dd_node_append(array, element);
	*table = element;
	return DD_OK;
}

enum dd_code dd_toml_assign(struct dd_toml *t, struct dd_node *table, uint32_t section, unsigned depth,
			    struct dd_err *err)
{
	struct dd_toml_key key;
	struct dd_node *v, *c;
	bool made;
	size_t at = t->at;
	DD_TRY(dd_toml_read_key(t, &key, err));
	dd_toml_skip_blanks(t);
	if (!dd_toml_take(t, '='))
		return dd_toml_broken(t, t->at, "\"=\" is missing behind a key", err);
	dd_toml_skip_blanks(t);
	if (depth + key.n > DD_TOML_DEPTH_MAX)
		return dd_fail(err, DD_ELIMIT, at, "toml: tables are more than %d deep", DD_TOML_DEPTH_MAX);
	for (size_t i = 0; i + 1 < key.n; i++) {
		DD_TRY(pass(t, table, key.part[i], at, &c, &made, err));
		if (c->kind != DD_NODE_TABLE || c->mark == DD_TOML_FROZEN ||
		    (section && c->mark != DD_TOML_IMPLICIT && c->mark != section))
			return dd_toml_broken(t, at, "a key passes a value that is closed already", err);
		c->mark = section;
		table = c;
	}
	if (dd_toml_find(t, table, key.part[key.n - 1]))
		return dd_toml_broken(t, at, "a key comes twice", err);
	DD_TRY(dd_toml_read_value(t, depth + (unsigned)key.n, &v, err));
	return dd_toml_add(t, table, key.part[key.n - 1], v, err);
}

static enum dd_code read_header(struct dd_toml *t, struct dd_toml_key *ret, bool *ret_element, struct dd_err *err)
{
	(void)dd_toml_take(t, '[');
	*ret_element = dd_toml_take(t, '[');
	dd_toml_skip_blanks(t);
	DD_TRY(dd_toml_read_key(t, ret, err));
	dd_toml_skip_blanks(t);
	if (!dd_toml_take(t, ']') || (*ret_element && !dd_toml_take(t, ']')))
		return dd_toml_broken(t, t->at, "a header does not end", err);
	return DD_OK;
}

static enum dd_code open_header(struct dd_toml *t, struct dd_node *root, const struct dd_toml_key *key, bool element,
				size_t at, struct dd_node **ret_table, struct dd_err *err)
{
	struct dd_node *table = root;
	for (size_t i = 0; i + 1 < key->n; i++)
		DD_TRY(header_step(t, &table, key->part[i], at, err));
	struct dd_str name = key->part[key->n - 1];
	if (element)
		DD_TRY(define_element(t, &table, name, at, err));
	else
		DD_TRY(define_table(t, &table, name, at, err));
	t->section++;
	*ret_table = table;
	return DD_OK;
}

static enum dd_code end_of_line(struct dd_toml *t, struct dd_err *err)
{
	dd_toml_skip_blanks(t);
	DD_TRY(dd_toml_skip_comment(t, err));
	if (t->at < t->doc.n && !dd_toml_take_newline(t))
		return dd_toml_broken(t, t->at, "something is behind the end of a statement", err);
	return DD_OK;
}

/* Is the header the first of another part than the one that started with `first`? */
static bool is_next_part(const struct dd_toml_key *first, const struct dd_toml_key *key, bool element)
{
	return first->n == 0 || !dd_str_eq(first->part[0], key->part[0]) || (element && key->n == 1);
}

/* Statements into root, up to the end of the document or, when first is given, of the part. *ret_element: the part's
 * first header is [[name]]. */
static enum dd_code read_statements(struct dd_toml *t, struct dd_node *root, struct dd_toml_key *first,
				    bool *ret_element, struct dd_err *err)
{
	struct dd_node *table = root;
	struct dd_toml_key key;
	bool started = false, element;
	unsigned depth = 0;
	for (;;) {
		DD_TRY(dd_toml_skip_lines(t, err));
		if (t->at >= t->doc.n)
			return DD_OK;
		size_t at = t->at;
		if (t->doc.p[at] != '[') {
			DD_TRY(dd_toml_assign(t, table, t->section, depth, err));
		} else {
			DD_TRY(read_header(t, &key, &element, err));
			if (first && started && is_next_part(first, &key, element)) {
				t->at = at;
				return DD_OK;
			}
			if (first && !started) {
				*first = key;
				*ret_element = element && key.n == 1;
			}
			DD_TRY(open_header(t, root, &key, element, at, &table, err));
			depth = (unsigned)key.n;
		}
		started = true;
		DD_TRY(end_of_line(t, err));
	}
}

static void done(struct dd_toml *t)
{
	dd_map_done(&t->names);
	dd_vec_done(&t->named);
}

static size_t skip_mark(struct dd_str doc)
{
	return dd_str_starts(doc, DD_STR("\xef\xbb\xbf")) ? 3 : 0;
}

enum dd_code dd_toml_parse(struct dd_str doc, struct dd_arena *a, const struct dd_node **ret, struct dd_err *err)
{
	struct dd_toml t DD_CLEANUP(done) = { .doc = doc, .at = skip_mark(doc), .a = a, .section = 1 };
	struct dd_node *root;
	if (doc.n > DD_TOML_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "toml: %zu bytes, at most %d are read", doc.n,
			       DD_TOML_BYTES_MAX);
	DD_TRY(dd_toml_new_node(&t, DD_NODE_TABLE, 0, &root, err));
	DD_TRY(read_statements(&t, root, NULL, NULL, err));
	*ret = root;
	return DD_OK;
}

void dd_toml_walk_open(struct dd_toml_walk *w, struct dd_str doc)
{
	*w = (struct dd_toml_walk){ .doc = doc, .at = skip_mark(doc) };
}

/* Behind a part that cannot be read: to the next line that starts with "[". */
static void resume(struct dd_toml_walk *w, size_t at)
{
	struct dd_str rest = dd_str_skip(w->doc, at);
	for (;;) {
		rest = dd_str_skip(rest, dd_str_find(rest, '\n') + 1);
		struct dd_str line = rest;
		while (line.n && (line.p[0] == ' ' || line.p[0] == '\t'))
			line = dd_str_skip(line, 1);
		if (!line.n || line.p[0] == '[')
			break;
		rest = line;
	}
	w->at = w->doc.n - rest.n;
}

enum dd_code dd_toml_walk_next(struct dd_toml_walk *w, struct dd_arena *a, struct dd_toml_part *ret, bool *ret_more,
			       struct dd_err *err)
{
	struct dd_toml t DD_CLEANUP(done) = { .doc = w->doc, .at = w->at, .a = a, .section = 1 };
	struct dd_toml_key first = { .n = 0 };
	struct dd_node *root = NULL;
	bool element = false;
	enum dd_code code = dd_toml_skip_lines(&t, err);
	size_t at = t.at;
	if (code == DD_OK && at >= t.doc.n) {
		w->at = at;
		*ret_more = false;
		return DD_OK;
	}
	if (code == DD_OK)
		code = dd_toml_new_node(&t, DD_NODE_TABLE, at, &root, err);
	if (code == DD_OK)
		code = read_statements(&t, root, &first, &element, err);
	if (code != DD_OK) {
		resume(w, t.at > w->at ? t.at : w->at);
		return code;
	}
	w->at = t.at;
	const struct dd_node *table = first.n ? root->first : root;
	if (table->kind == DD_NODE_ARRAY)
		table = table->last;
	*ret = (struct dd_toml_part){
		.name = first.n ? first.part[0] : DD_STR(""), .element = element, .at = at, .table = table
	};
	*ret_more = true;
	return DD_OK;
}
