/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/shape.h"

#include <stdio.h>

#include "base/limits.h"
#include "format/json_members.h"

enum { PATH_BYTES_MAX = 200, TEXT_BYTES_MAX = 512, DEPTH_MAX = 16 };

/* ---- rules ---- */

/* In the pattern 0 stands for a digit, x for a hexadecimal one, everything else for itself. */
static bool has_form(struct dd_str s, const char *pattern)
{
	struct dd_str form = dd_str_from(pattern);
	if (s.n != form.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool hex = dd_is_digit(c) || (dd_lower(c) >= 'a' && dd_lower(c) <= 'f');
		if (form.p[i] == '0' ? !dd_is_digit(c) : form.p[i] == 'x' ? !hex : c != form.p[i])
			return false;
	}
	return true;
}

/* RFC 3339, section 5.6. */
static bool is_time(struct dd_str s)
{
	static const struct dd_str date = { "0000-00-00T00:00:00", 19 };
	struct dd_str rest = dd_str_skip(s, date.n);
	if (!has_form(dd_str_take(s, date.n), date.p))
		return false;
	if (rest.n > 1 && rest.p[0] == '.' && dd_is_digit(rest.p[1]))
		for (rest = dd_str_skip(rest, 1); rest.n && dd_is_digit(rest.p[0]);)
			rest = dd_str_skip(rest, 1);
	return has_form(rest, "Z") || has_form(rest, "+00:00") || has_form(rest, "-00:00");
}

static bool is_serial(struct dd_str s)
{
	return has_form(s, "urn:uuid:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
}

static bool is_digest(struct dd_str s)
{
	static const size_t digits[] = { 32, 40, 64, 96, 128 };
	bool known = false;
	for (size_t i = 0; i < DD_COUNT(digits); i++)
		known |= s.n == digits[i];
	for (size_t i = 0; i < s.n && known; i++)
		known = has_form(dd_str_take(dd_str_skip(s, i), 1), "x");
	return known;
}

static bool is_spdx_id(struct dd_str s)
{
	static const struct dd_str start = { "SPDXRef-", 8 };
	bool ok = dd_str_starts(s, start) && s.n > start.n;
	for (size_t i = start.n; i < s.n && ok; i++)
		ok = dd_is_digit(s.p[i]) || dd_is_alpha(s.p[i]) || s.p[i] == '.' || s.p[i] == '-';
	return ok;
}

const struct dd_shape_rule dd_shape_time = { is_time, "a time (RFC 3339)" };
const struct dd_shape_rule dd_shape_serial = { is_serial, "a UUID ('urn:uuid:' and 32 digits)" };
const struct dd_shape_rule dd_shape_digest = { is_digest, "a digest in hexadecimal digits" };
const struct dd_shape_rule dd_shape_spdx_id = { is_spdx_id,
						"an SPDX identifier ('SPDXRef-' and letters, digits, '.', '-')" };

/* ---- values ---- */

/* What is looked at, and where in it. */
struct check {
	struct dd_sbom_reading *r;
	uint64_t at;
	const char *what;
	struct dd_str name; /* of the object that is looked at; may be empty */
	struct dd_buf path; /* "hashes[0].alg"; full: the end is not said */
	unsigned depth;
};

static enum dd_code fault(struct check *c, const char *is)
{
	struct dd_str path = dd_buf_str(&c->path);
	if (c->name.n)
		return dd_sbom_fault(c->r, c->at, "%s %s: %.*s%s", c->what, DD_QUOTE(c->name), DD_FMT(path), is);
	return dd_sbom_fault(c->r, c->at, "%s: %.*s%s", c->what, DD_FMT(path), is);
}

static enum dd_code fault_of_text(struct check *c, const char *is, struct dd_str text)
{
	char all[TEXT_BYTES_MAX];
	(void)snprintf(all, sizeof all, " is %s: %s", is, DD_QUOTE(text));
	return fault(c, all);
}

static enum dd_code fault_of_member(struct check *c, struct dd_str name)
{
	char all[TEXT_BYTES_MAX];
	(void)snprintf(all, sizeof all, "%s has no member %s in this format", c->path.n ? "" : "it", DD_QUOTE(name));
	return fault(c, all);
}

static unsigned kind_of(const json_t *j)
{
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		return DD_SHAPE_OBJECT;
	case JSON_ARRAY:
		return DD_SHAPE_LIST;
	case JSON_STRING:
		return DD_SHAPE_TEXT;
	case JSON_INTEGER:
	case JSON_REAL:
		return DD_SHAPE_NUMBER;
	case JSON_TRUE:
	case JSON_FALSE:
		return DD_SHAPE_TRUTH;
	default:
		return 0;
	}
}

static const char *kind_name(unsigned kinds)
{
	static const struct {
		unsigned kinds;
		const char *name;
	} rows[] = { { DD_SHAPE_TEXT, " is no text" },
		     { DD_SHAPE_NUMBER, " is no number" },
		     { DD_SHAPE_TRUTH, " is neither true nor false" },
		     { DD_SHAPE_OBJECT, " is no object" },
		     { DD_SHAPE_LIST, " is no list" } };
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (rows[i].kinds == kinds)
			return rows[i].name;
	return " is of another kind than the format says";
}

static bool is_word_of(const char *words, struct dd_str s)
{
	struct dd_str rest = dd_str_from(words), word;
	while (dd_str_next(&rest, ' ', &word))
		if (s.n && dd_str_eq(word, s))
			return true;
	return false;
}

static enum dd_code check_text(struct check *c, const struct dd_shape_member *m, struct dd_str text)
{
	if (m->words && !is_word_of(m->words, text))
		return fault_of_text(c, "none of the words that the format has for it", text);
	if (m->rule && !m->rule->holds(text)) {
		char is[PATH_BYTES_MAX];
		(void)snprintf(is, sizeof is, "not %s", m->rule->what);
		return fault_of_text(c, is, text);
	}
	return DD_OK;
}

static enum dd_code check_object(struct check *c, const struct dd_shape *shape, const json_t *j);

/* One value: the member itself (kinds: the member's), or an element of its list. */
static enum dd_code check_value(struct check *c, const struct dd_shape_member *m, unsigned kinds, const json_t *j)
{
	unsigned kind = kind_of(j);
	if (!(kind & kinds))
		return fault(c, kind_name(kinds));
	if (kind == DD_SHAPE_TEXT)
		return check_text(c, m, dd_json_text(j));
	if (kind == DD_SHAPE_OBJECT && m->of)
		return check_object(c, m->of, j);
	return DD_OK;
}

static enum dd_code check_member(struct check *c, const struct dd_shape_member *m, const json_t *j)
{
	DD_TRY(check_value(c, m, m->kinds, j));
	unsigned elements = m->of ? (unsigned)DD_SHAPE_OBJECT : m->elements;
	size_t before = c->path.n;
	for (size_t i = 0; elements && i < dd_json_len(j); i++) {
		(void)dd_buf_addf(&c->path, "[%zu]", i);
		DD_TRY(check_value(c, m, elements, dd_json_at(j, i)));
		c->path.n = before;
		c->path.failed = false;
	}
	return DD_OK;
}

static const struct dd_shape_member *member_of(const struct dd_shape *shape, struct dd_str name)
{
	for (size_t i = 0; i < shape->n; i++)
		if (dd_str_eq_c(name, shape->members[i].name))
			return &shape->members[i];
	return NULL;
}

static void go_to(struct check *c, const char *name)
{
	(void)dd_buf_addf(&c->path, "%s%s", c->path.n ? "." : "", name);
}

/* As deep as the tables are, whose circles DEPTH_MAX ends. */
static enum dd_code check_object(struct check *c, const struct dd_shape *shape, const json_t *j)
{
	size_t before = c->path.n;
	if (c->depth == DEPTH_MAX)
		return DD_OK;
	c->depth++;
	for (void *it = dd_json_first(j); it; it = dd_json_next(j, it)) {
		struct dd_str name = dd_json_name(it);
		const struct dd_shape_member *m = member_of(shape, name);
		if (m)
			go_to(c, m->name);
		if (m)
			DD_TRY(check_member(c, m, dd_json_value(it)));
		else if (!shape->open)
			DD_TRY(fault_of_member(c, name));
		c->path.n = before;
		c->path.failed = false;
	}
	for (size_t i = 0; i < shape->n; i++) {
		if (!shape->members[i].required || dd_json_get(j, shape->members[i].name))
			continue;
		go_to(c, shape->members[i].name);
		DD_TRY(fault(c, " is missing"));
		c->path.n = before;
		c->path.failed = false;
	}
	c->depth--;
	return DD_OK;
}

enum dd_code dd_shape_check(struct dd_sbom_reading *r, const struct dd_shape *shape, const json_t *j, uint64_t at)
{
	struct check c = { .r = r, .at = at, .what = shape->what, .path = DD_BUF_INIT(PATH_BYTES_MAX) };
	enum dd_code code = DD_OK;
	if (!r->strict)
		return DD_OK;
	c.name = dd_json_str(j, "name");
	code = json_is_object(j) ? check_object(&c, shape, j) : fault(&c, "not an object");
	dd_buf_done(&c.path);
	return code;
}

/* ---- the document ---- */

static unsigned kind_of_bytes(struct dd_str value)
{
	switch (value.n ? value.p[0] : '\0') {
	case '"':
		return DD_SHAPE_TEXT;
	case '{':
		return DD_SHAPE_OBJECT;
	case '[':
		return DD_SHAPE_LIST;
	case 't':
	case 'f':
		return DD_SHAPE_TRUTH;
	case 'n':
		return 0;
	default:
		return DD_SHAPE_NUMBER;
	}
}

enum dd_code dd_shape_check_document(struct dd_sbom_reading *r, const struct dd_shape *shape)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_json_members m;
	struct dd_json_member e;
	bool more = true;
	if (!r->strict || dd_json_members_open(&m, r->doc, NULL) != DD_OK)
		return DD_OK;
	while (dd_json_members_next(&m, &a, &e, &more, NULL) == DD_OK && more) {
		const struct dd_shape_member *row = member_of(shape, e.name);
		if (!row)
			DD_TRY(dd_sbom_fault(r, e.at, "%s has no member %s", shape->what, DD_QUOTE(e.name)));
		else if (!(kind_of_bytes(e.value) & row->kinds))
			DD_TRY(dd_sbom_fault(r, e.at, "%s%s", row->name, kind_name(row->kinds)));
	}
	return DD_OK;
}
