/* SPDX-License-Identifier: Apache-2.0 */
#include "db/oval_tests.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "format/xml.h"

enum { TESTS_MAX = 8000000, ELEMENT_MEMORY_MAX = 64 << 20 };

void dd_oval_tests_done(struct dd_oval_tests *t)
{
	dd_map_done(&t->objects);
	dd_map_done(&t->states);
	dd_map_done(&t->tests);
	dd_map_done(&t->variables);
	dd_vec_done(&t->names);
	dd_vec_done(&t->lists);
	dd_vec_done(&t->values);
	dd_vec_done(&t->conditions);
	dd_vec_done(&t->refs);
	dd_arena_done(&t->arena);
}

/* A copy that stays, of what is no longer than a version may be. */
static struct dd_str keep(struct dd_oval_tests *t, struct dd_str s)
{
	return s.n <= DD_FIELD_BYTES_MAX ? dd_arena_str(&t->arena, s) : DD_STR("");
}

static bool index_it(struct dd_oval_tests *t, struct dd_map *map, const struct dd_xml_node *e, size_t number)
{
	struct dd_str id = keep(t, dd_xml_attribute(e, "id"));
	uint32_t there;
	return id.p && dd_map_add(map, id, (uint32_t)number, &there);
}

static bool read_object(struct dd_oval_tests *t, const struct dd_xml_node *e)
{
	const struct dd_xml_node *name = dd_xml_get(e, "name");
	const struct dd_oval_object object = { keep(t, dd_xml_text(name)), keep(t, dd_xml_attribute(name, "var_ref")) };
	return index_it(t, &t->objects, e, t->names.n) && dd_vec_push(&t->names, object, TESTS_MAX);
}

static bool read_variable(struct dd_oval_tests *t, const struct dd_xml_node *e)
{
	struct dd_oval_values list = { .first = t->values.n };
	for (const struct dd_xml_node *v = dd_xml_get(e, "value"); v; v = dd_xml_again(v))
		if (dd_xml_text(v).n && !dd_vec_push(&t->values, keep(t, dd_xml_text(v)), TESTS_MAX))
			return false;
	list.n = t->values.n - list.first;
	return index_it(t, &t->variables, e, t->lists.n) && dd_vec_push(&t->lists, list, TESTS_MAX);
}

static bool read_test(struct dd_oval_tests *t, const struct dd_xml_node *e)
{
	const struct dd_oval_ref ref = { keep(t, dd_xml_attribute(dd_xml_get(e, "object"), "object_ref")),
					 keep(t, dd_xml_attribute(dd_xml_get(e, "state"), "state_ref")),
					 dd_str_eq_c(e->name, "dpkginfo_test") };
	return index_it(t, &t->tests, e, t->refs.n) && dd_vec_push(&t->refs, ref, TESTS_MAX);
}

/* "aarch64|x86_64", "(aarch64|x86_64)" → "aarch64 x86_64"; other patterns mean any. */
static struct dd_str arches_of(struct dd_oval_tests *t, struct dd_str pattern)
{
	if (dd_str_starts(pattern, DD_STR("(")) && dd_str_ends(pattern, DD_STR(")")) && pattern.n > 2)
		pattern = dd_str_take(dd_str_skip(pattern, 1), pattern.n - 2);
	char *out = pattern.n && pattern.n <= 200 ? dd_arena_alloc(&t->arena, pattern.n) : NULL;
	for (size_t i = 0; out && i < pattern.n; i++) {
		char c = pattern.p[i];
		if (!dd_is_alpha(c) && !dd_is_digit(c) && c != '_' && c != '|')
			return DD_STR("");
		out[i] = c == '|' ? ' ' : c;
	}
	return out ? (struct dd_str){ out, pattern.n } : DD_STR("");
}

static enum dd_oval_op op_of(struct dd_str operation, struct dd_str version)
{
	static const struct {
		const char *word;
		enum dd_oval_op op;
	} rows[] = {
		{ "less than", DD_OVAL_BELOW },
		{ "less than or equal", DD_OVAL_UP_TO },
		{ "equals", DD_OVAL_EXACTLY },
		{ "", DD_OVAL_EXACTLY }, /* the default */
	};
	static const char *const zeros[] = { "0-0", "0:0-0", "0", "0:0" };
	bool zero = false;
	for (size_t i = 0; i < DD_COUNT(zeros); i++)
		zero |= dd_str_eq_c(version, zeros[i]);
	if (dd_str_starts(operation, DD_STR("greater than")))
		return zero ? DD_OVAL_ANY : DD_OVAL_NOTHING;
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_c(operation, rows[i].word))
			return zero ? DD_OVAL_NOTHING : rows[i].op;
	return DD_OVAL_NOTHING;
}

static bool read_state(struct dd_oval_tests *t, const struct dd_xml_node *e)
{
	const struct dd_xml_node *evr = dd_xml_get(e, "evr");
	struct dd_str version = dd_xml_text(evr);
	struct dd_oval_test c = { .op = DD_OVAL_NOTHING };
	if (evr && dd_str_is_word(version))
		c.op = op_of(dd_xml_attribute(evr, "operation"), version);
	c.version = keep(t, dd_str_starts(version, DD_STR("0:")) ? dd_str_skip(version, 2) : version);
	c.arches = arches_of(t, dd_xml_text_of(e, "arch"));
	return index_it(t, &t->states, e, t->conditions.n) && dd_vec_push(&t->conditions, c, TESTS_MAX);
}

enum dd_code dd_oval_tests_read(struct dd_oval_tests *t, struct dd_str doc, struct dd_err *err)
{
	static const struct {
		const char *parent, *element;
		bool (*read)(struct dd_oval_tests *t, const struct dd_xml_node *e);
	} rows[] = {
		{ "objects", "rpminfo_object", read_object },
		{ "states", "rpminfo_state", read_state },
		{ "tests", "rpminfo_test", read_test },
		{ "objects", "dpkginfo_object", read_object },
		{ "states", "dpkginfo_state", read_state },
		{ "tests", "dpkginfo_test", read_test },
		{ "variables", "constant_variable", read_variable },
	};
	struct dd_xml_walk *walk DD_CLEANUP_XML_WALK = dd_xml_walk_new(doc, 3);
	if (!walk)
		return dd_fail_nomem(err);
	for (;;) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(ELEMENT_MEMORY_MAX);
		struct dd_xml_item item;
		bool more;
		DD_TRY(dd_xml_walk_next(walk, &a, &item, &more, err));
		if (!more)
			return DD_OK;
		for (size_t i = 0; i < DD_COUNT(rows); i++)
			if (dd_str_eq_c(item.parent, rows[i].parent) &&
			    dd_str_eq_c(item.element->name, rows[i].element) && !rows[i].read(t, item.element))
				return dd_fail(err, DD_ELIMIT, item.element->at, "more than %d tests, or out of memory",
					       TESTS_MAX);
	}
}

/* The names of an object: its own, or its variable's. */
static void names_of(const struct dd_oval_tests *t, const struct dd_oval_object *object, struct dd_oval_test *ret)
{
	ret->packages = &object->name;
	ret->n_packages = object->name.n > 0;
	uint32_t variable = object->name.n ? DD_MAP_NONE : dd_map_get(&t->variables, object->variable);
	if (variable == DD_MAP_NONE)
		return;
	ret->packages = t->values.p + t->lists.p[variable].first;
	ret->n_packages = t->lists.p[variable].n;
}

bool dd_oval_test(const struct dd_oval_tests *t, struct dd_str id, struct dd_oval_test *ret)
{
	uint32_t test = dd_map_get(&t->tests, id);
	if (test == DD_MAP_NONE)
		return false;
	const struct dd_oval_ref *ref = &t->refs.p[test];
	uint32_t object = dd_map_get(&t->objects, ref->object), state = dd_map_get(&t->states, ref->state);
	if (object == DD_MAP_NONE || (state == DD_MAP_NONE && (ref->state.n || !ref->dpkg)))
		return false;
	*ret = state == DD_MAP_NONE ? (struct dd_oval_test){ .op = DD_OVAL_ANY } : t->conditions.p[state];
	names_of(t, &t->names.p[object], ret);
	return ret->op != DD_OVAL_NOTHING && ret->n_packages > 0;
}
