/* SPDX-License-Identifier: Apache-2.0 */
/* YAML, TOML and XML by their trees, and Dockerfiles by their lines. The depth of the trees is bounded by their
 * readers (128 and 256), what aliases stand for too. Templates that are no YAML before they were filled in are not
 * read.
 *   XML   <name>value</name>, <x name="…">value</x>, <x key="…" value="…"/>, <key>name</key><string>value</string>
 *   Dockerfile   ENV NAME value; the form with "=" is found by plain search
 * Kubernetes: maps with kind: Secret have base64 in `data` (kubernetes.io/docs/concepts/configuration/secret). */
#include "base/base64.h"
#include "format/toml.h"
#include "format/xml.h"
#include "format/yaml.h"
#include "secret/structure_parts.h"

static void put_decoded(struct dd_structure_sink *s, const struct dd_node *member)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_STRUCTURE_VALUE_BYTES_MAX);
	struct dd_str written = dd_str_trim(dd_node_text(member));
	if (!dd_base64_decode(written, &out))
		return;
	struct dd_str value = dd_arena_str(&s->arena, dd_str_trim(dd_buf_str(&out)));
	if (!value.p) {
		s->nomem = true;
		return;
	}
	size_t from, length;
	dd_structure_locate(s, written, member->at, &from, &length);
	dd_structure_put(s, member->name, value, from, length, "base64");
}

static bool put_kubernetes(struct dd_structure_sink *s, const struct dd_node *table, const struct dd_node *member)
{
	if (!dd_str_eq_c(member->name, "data") || !dd_str_eq_c(dd_node_str(table, "kind"), "Secret"))
		return false;
	for (const struct dd_node *c = dd_node_first(member); c; c = c->next)
		put_decoded(s, c);
	return true;
}

/* Recursive: at most as deep as the reader allows. */
static void walk(struct dd_structure_sink *s, const struct dd_node *v, struct dd_str name)
{
	if (v->kind == DD_NODE_STRING || v->kind == DD_NODE_INT) {
		size_t from, length;
		struct dd_str text = dd_node_scalar(v);
		dd_structure_locate(s, text, v->at, &from, &length);
		dd_structure_scalar(s, name, text, from, length);
		return;
	}
	if (v->kind != DD_NODE_TABLE && v->kind != DD_NODE_ARRAY)
		return;
	dd_structure_enter(s, name);
	for (const struct dd_node *c = dd_node_first(v); c && !s->nomem; c = c->next)
		if (v->kind != DD_NODE_TABLE || !put_kubernetes(s, v, c))
			walk(s, c, c->name);
	dd_structure_leave(s);
}

static void read_tree(struct dd_structure_sink *s,
		      enum dd_code (*parse)(struct dd_str doc, struct dd_arena *a, const struct dd_node **ret,
					    struct dd_err *err))
{
	struct dd_arena tree DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(s->arena.limit);
	const struct dd_node *root;
	struct dd_err err;
	enum dd_code code = parse(s->doc, &tree, &root, &err);
	if (code == DD_ENOMEM)
		s->nomem = true;
	if (code == DD_OK)
		walk(s, root, DD_STR(""));
}

void dd_structure_yaml(struct dd_structure_sink *s)
{
	read_tree(s, dd_yaml_parse);
}

void dd_structure_toml(struct dd_structure_sink *s)
{
	read_tree(s, dd_toml_parse);
}

static struct dd_str first_attribute(const struct dd_xml_node *e, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dd_str v = dd_xml_attribute(e, names[i]);
		if (v.n)
			return v;
	}
	return DD_STR("");
}

static void put_element(struct dd_structure_sink *s, const struct dd_xml_node *e, struct dd_str value,
			struct dd_str name)
{
	size_t from, length;
	dd_structure_locate(s, value, e->at, &from, &length);
	dd_structure_put(s, name, value, from, length, "");
}

/* Recursive: at most DD_XML_DEPTH_MAX deep. */
static void walk_xml(struct dd_structure_sink *s, const struct dd_xml_node *e, struct dd_str key)
{
	static const char *const names[] = { "key", "name", "id", "property" }, *const values[] = { "value", "Value" };
	struct dd_str name = first_attribute(e, names, DD_COUNT(names));
	struct dd_str value = first_attribute(e, values, DD_COUNT(values)), text = dd_xml_text(e);
	if (value.n)
		put_element(s, e, value, name.n ? name : e->name);
	bool names_next = dd_str_eq_c(e->name, "key") && !name.n; /* a property list's */
	if (text.n && !e->n && !names_next) {
		put_element(s, e, text, key.n ? key : name.n ? name : e->name);
		if (name.n && !key.n)
			put_element(s, e, text, e->name);
	}
	struct dd_str above = DD_STR("");
	for (const struct dd_xml_node *c = dd_xml_first(e); c && !s->nomem; c = c->next) {
		walk_xml(s, c, above);
		above = dd_str_eq_c(c->name, "key") && !c->n ? dd_xml_text(c) : DD_STR("");
	}
}

void dd_structure_xml(struct dd_structure_sink *s)
{
	struct dd_arena tree DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(s->arena.limit);
	const struct dd_xml_node *root;
	struct dd_err err;
	enum dd_code code = dd_xml_parse(s->doc, &tree, &root, &err);
	if (code == DD_ENOMEM)
		s->nomem = true;
	if (code == DD_OK)
		walk_xml(s, root, DD_STR(""));
}

void dd_structure_dockerfile(struct dd_structure_sink *s)
{
	struct dd_str rest = s->doc, line;
	while (dd_str_line(&rest, &line)) {
		struct dd_str t = dd_str_trim(line);
		if (!dd_str_eq_nocase(dd_str_take(t, 4), DD_STR("ENV ")))
			continue;
		t = dd_str_trim(dd_str_skip(t, 4));
		size_t n = 0;
		while (n < t.n && !dd_is_blank(t.p[n]))
			n++;
		struct dd_str name = dd_str_take(t, n), value = dd_str_trim(dd_str_skip(t, n));
		if (value.n >= 2 && (value.p[0] == '"' || value.p[0] == '\'') && value.p[value.n - 1] == value.p[0])
			value = dd_str_take(dd_str_skip(value, 1), value.n - 2);
		if (value.n && dd_str_find(name, '=') == name.n)
			dd_structure_put(s, name, value, (size_t)(value.p - s->doc.p), value.n, "");
	}
}
