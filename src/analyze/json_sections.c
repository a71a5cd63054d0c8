/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/json_sections.h"

#include "base/limits.h"

/* Names with escapes are copied out of the document; those of one item at a time. */
#define NAME_BYTES_MAX (4 * DD_MIB)

static struct dd_json_section *wanted(const char *const *names, size_t n, struct dd_json_section *sections,
				      struct dd_str name)
{
	for (size_t i = 0; i < n; i++)
		if (dd_str_eq_c(name, names[i]))
			return &sections[i];
	return NULL;
}

/* The value that starts in the member at doc.p[at], whose end is not there: `, "name": value…`. */
static struct dd_json_section open_member(struct dd_str doc, size_t at, const char *const *names, size_t n,
					  size_t *ret_index)
{
	struct dd_str rest = dd_str_trim(dd_str_skip(doc, at));
	*ret_index = n;
	if (rest.n && rest.p[0] == ',')
		rest = dd_str_trim(dd_str_skip(rest, 1));
	if (rest.n == 0 || rest.p[0] != '"')
		return (struct dd_json_section){ 0 };
	rest = dd_str_skip(rest, 1);
	struct dd_str name = dd_str_take(rest, dd_str_find(rest, '"'));
	rest = dd_str_trim(dd_str_skip(rest, name.n + 1));
	if (rest.n == 0 || rest.p[0] != ':')
		return (struct dd_json_section){ 0 };
	rest = dd_str_trim(dd_str_skip(rest, 1));
	for (size_t i = 0; i < n && rest.n && (rest.p[0] == '[' || rest.p[0] == '{'); i++)
		if (dd_str_eq_c(name, names[i]))
			*ret_index = i;
	return (struct dd_json_section){ rest, (uint64_t)(rest.p - doc.p) };
}

/* Do all brackets of a list or object close? Then it is not itself what breaks off. */
static bool is_closed(struct dd_str value)
{
	size_t depth = 0;
	bool text = false;
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		if (text && c == '\\')
			i++;
		else if (c == '"')
			text = !text;
		else if (!text && (c == '[' || c == '{'))
			depth++;
		else if (!text && (c == ']' || c == '}') && --depth == 0)
			return true;
	}
	return false;
}

enum dd_code dd_json_sections(struct dd_found *out, struct dd_str doc, const char *const *names, size_t n,
			      struct dd_json_section *ret, struct dd_err *err)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena scratch = DD_ARENA_INIT(NAME_BYTES_MAX);
	struct dd_json_members m;
	DD_TRY(dd_json_members_open(&m, doc, err));
	if (m.array)
		return dd_fail(err, DD_EPARSE, 0, "not a JSON object");
	memset(ret, 0, n * sizeof *ret);
	for (;;) {
		struct dd_json_member member;
		struct dd_err why;
		bool more;
		size_t before = m.at, index;
		enum dd_code code = dd_json_members_next(&m, &scratch, &member, &more, &why);
		if (code == DD_OK && !more)
			return DD_OK;
		if (code != DD_OK) {
			struct dd_json_section open = open_member(doc, before, names, n, &index);
			if (index < n)
				ret[index] = open;
			if (index == n || is_closed(open.value))
				dd_found_problem(out, why.at, "%s", why.message);
			return DD_OK;
		}
		struct dd_json_section *section = wanted(names, n, ret, member.name);
		if (section)
			*section = (struct dd_json_section){ member.value, member.at };
		dd_arena_done(&scratch);
	}
}

static uint64_t shifted(uint64_t base, uint64_t at)
{
	uint64_t sum;
	return at == DD_NO_OFFSET || __builtin_add_overflow(base, at, &sum) ? base : sum;
}

void dd_json_each(struct dd_found *out, struct dd_json_section section, dd_json_item_fn *item, void *context)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena scratch = DD_ARENA_INIT(NAME_BYTES_MAX);
	struct dd_json_members m;
	struct dd_err err;
	if (section.value.n == 0 || dd_str_eq_c(section.value, "null"))
		return;
	if (dd_json_members_open(&m, section.value, &err) != DD_OK) {
		dd_found_problem(out, section.at, "not a JSON list: %s", DD_QUOTE(section.value));
		return;
	}
	while (!out->failed) {
		struct dd_json_member member;
		DD_CLEANUP_JSON json_t *value = NULL;
		bool more;
		if (dd_json_members_next(&m, &scratch, &member, &more, &err) != DD_OK) {
			dd_found_problem(out, shifted(section.at, err.at), "%s", err.message);
			return;
		}
		if (!more)
			return;
		uint64_t at = shifted(section.at, member.at);
		if (dd_json_parse(member.value, &value, &err) == DD_OK)
			item(context, member.name, value, at);
		else
			dd_found_problem(out, shifted(at, err.at), "%s", err.message);
		dd_arena_done(&scratch);
	}
}
