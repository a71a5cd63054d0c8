/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json_members.h"

#include "format/json.h"

static void skip_blanks(struct dd_json_members *m)
{
	while (m->at < m->doc.n && (m->doc.p[m->at] == ' ' || m->doc.p[m->at] == '\t' || m->doc.p[m->at] == '\n' ||
				    m->doc.p[m->at] == '\r'))
		m->at++;
}

static bool take(struct dd_json_members *m, char c)
{
	if (m->at >= m->doc.n || m->doc.p[m->at] != c)
		return false;
	m->at++;
	return true;
}

static enum dd_code broken(const struct dd_json_members *m, const char *what, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, m->at, "json: %s", m->at >= m->doc.n ? "the document is cut off" : what);
}

/* From the opening quote to behind the closing one. */
static bool skip_string(struct dd_json_members *m, bool *ret_escapes)
{
	for (m->at++; m->at < m->doc.n; m->at++) {
		if (m->doc.p[m->at] == '"') {
			m->at++;
			return true;
		}
		if (m->doc.p[m->at] == '\\') {
			m->at++;
			*ret_escapes = true;
		}
	}
	m->at = m->doc.n;
	return false;
}

/* The open brackets are a stack of bits: set for '{'. */
struct nesting {
	uint64_t bits[DD_JSON_MEMBERS_DEPTH_MAX / 64];
	unsigned depth;
};

static bool nest(struct nesting *s, char c)
{
	unsigned at = s->depth;
	if (c == '{' || c == '[') {
		if (at >= DD_JSON_MEMBERS_DEPTH_MAX)
			return false;
		uint64_t bit = UINT64_C(1) << (at % 64);
		s->bits[at / 64] = c == '{' ? s->bits[at / 64] | bit : s->bits[at / 64] & ~bit;
		s->depth++;
		return true;
	}
	at = --s->depth; /* callers come here with depth > 0 only */
	return ((s->bits[at / 64] >> (at % 64)) & 1) == (c == '}');
}

/* From the first byte of a value to behind it. */
static enum dd_code skip_value(struct dd_json_members *m, struct dd_err *err)
{
	struct nesting open = { .depth = 0 };
	bool escapes;
	size_t start = m->at;
	while (m->at < m->doc.n) {
		char c = m->doc.p[m->at];
		if (c == '"') {
			if (!skip_string(m, &escapes))
				return broken(m, "a string does not end", err);
			continue;
		}
		if (open.depth == 0 && (c == ',' || c == '}' || c == ']'))
			break;
		if ((c == '{' || c == '[' || c == '}' || c == ']') && !nest(&open, c))
			return broken(m, "brackets do not match, or are nested too deep", err);
		m->at++;
	}
	if (open.depth || m->at == start || m->at >= m->doc.n)
		return broken(m, "a value is missing", err);
	return DD_OK;
}

/* An escaped name is decoded by jansson; names with escapes are rare. */
static enum dd_code decode_name(struct dd_str quoted, uint64_t at, struct dd_arena *a, struct dd_str *ret,
				struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	enum dd_code code = dd_json_parse(quoted, &j, err);
	if (code != DD_OK) {
		if (err)
			err->at = at;
		return code;
	}
	struct dd_str copy = dd_arena_str(a, dd_json_text(j));
	if (!copy.p)
		return dd_fail_nomem(err);
	*ret = copy;
	return DD_OK;
}

static enum dd_code take_name(struct dd_json_members *m, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	size_t start = m->at;
	bool escapes = false;
	if (m->at >= m->doc.n || m->doc.p[m->at] != '"')
		return broken(m, "a name in quotes is missing", err);
	if (!skip_string(m, &escapes))
		return broken(m, "a string does not end", err);
	struct dd_str quoted = { m->doc.p + start, m->at - start };
	*ret = (struct dd_str){ quoted.p + 1, quoted.n - 2 };
	if (escapes || !dd_str_valid_utf8(*ret))
		DD_TRY(decode_name(quoted, start, a, ret, err));
	skip_blanks(m);
	if (!take(m, ':'))
		return broken(m, "a colon is missing behind a name", err);
	skip_blanks(m);
	return DD_OK;
}

enum dd_code dd_json_members_open(struct dd_json_members *m, struct dd_str doc, struct dd_err *err)
{
	static const struct dd_str bom = { "\xef\xbb\xbf", 3 };
	*m = (struct dd_json_members){ .doc = doc, .at = dd_str_starts(doc, bom) ? bom.n : 0 };
	skip_blanks(m);
	m->array = m->at < doc.n && doc.p[m->at] == '[';
	if (!m->array && (m->at >= doc.n || doc.p[m->at] != '{'))
		return broken(m, "neither an object nor an array", err);
	m->at++;
	return DD_OK;
}

static enum dd_code end(struct dd_json_members *m, bool *ret_more, struct dd_err *err)
{
	skip_blanks(m);
	if (m->at < m->doc.n)
		return broken(m, "something is behind the end of the document", err);
	*ret_more = false;
	return DD_OK;
}

enum dd_code dd_json_members_next(struct dd_json_members *m, struct dd_arena *a, struct dd_json_member *ret,
				  bool *ret_more, struct dd_err *err)
{
	struct dd_json_member got = { .name = { "", 0 } };
	skip_blanks(m);
	if (take(m, m->array ? ']' : '}'))
		return end(m, ret_more, err);
	if (m->started && !take(m, ','))
		return broken(m, "a comma is missing", err);
	skip_blanks(m);
	if (!m->array)
		DD_TRY(take_name(m, a, &got.name, err));
	got.at = m->at;
	size_t start = m->at;
	m->in_value = true;
	m->value_name = got.name;
	m->value_at = start;
	DD_TRY(skip_value(m, err));
	m->in_value = false;
	got.value = dd_str_trim((struct dd_str){ m->doc.p + start, m->at - start });
	m->started = true;
	*ret = got;
	*ret_more = true;
	return DD_OK;
}
