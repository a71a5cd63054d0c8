/* SPDX-License-Identifier: Apache-2.0 */
/* Grammar (ECMA-427), read from its ends as the specification says:
 *     pkg:TYPE/NAMESPACE/NAME@VERSION?KEY=VALUE&KEY=VALUE#SUBPATH
 * The subpath stands behind the last "#", the qualifiers behind the last "?", the version behind the last "@" that no
 * "/" follows (an npm scope may stand unencoded). Slashes behind "pkg:" and several in a row do not count, nor do "."
 * and ".." as parts of a path. A component is percent-decoded alone and must be UTF-8; "%" without two hexadecimal
 * digits stands for itself. A qualifier without a value is none. */
#include <stdlib.h>

#include "base/limits.h"
#include "model/purl.h"
#include "model/purl_parts.h"

struct reader {
	struct dd_str text; /* the whole, for offsets */
	struct dd_arena *a;
	struct dd_err *err;
};

static enum dd_code fail(const struct reader *r, struct dd_str at, const char *what)
{
	uint64_t offset = at.p ? (uint64_t)(at.p - r->text.p) : r->text.n;
	return dd_fail(r->err, DD_EPARSE, offset, "package URL %s: %s", DD_QUOTE(r->text), what);
}

static int hex_value(char c)
{
	c = dd_lower(c);
	return dd_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum dd_code decode(const struct reader *r, struct dd_str s, struct dd_str *ret)
{
	char *out = dd_arena_alloc(r->a, s.n + 1);
	size_t n = 0;
	if (!out)
		return dd_fail_nomem(r->err);
	for (size_t i = 0; i < s.n; i++) {
		int high = s.p[i] == '%' && i + 2 < s.n ? hex_value(s.p[i + 1]) : -1;
		int low = high < 0 ? -1 : hex_value(s.p[i + 2]);
		out[n++] = low < 0 ? s.p[i] : (char)(high * 16 + low);
		i += low < 0 ? 0 : 2;
	}
	*ret = (struct dd_str){ out, n };
	return dd_str_valid_utf8(*ret) ? DD_OK : fail(r, s, "a component that is not UTF-8");
}

/* Each part decoded alone; a part that holds a slash then would become two. */
static enum dd_code decode_path(const struct reader *r, struct dd_str s, struct dd_str *ret)
{
	char *out = dd_arena_alloc(r->a, s.n + 1);
	struct dd_str part, decoded;
	size_t n = 0;
	if (!out)
		return dd_fail_nomem(r->err);
	while (dd_str_next(&s, '/', &part)) {
		if (part.n == 0 || dd_str_eq_c(part, ".") || dd_str_eq_c(part, ".."))
			continue;
		DD_TRY(decode(r, part, &decoded));
		if (dd_str_find(decoded, '/') < decoded.n || dd_str_eq_c(decoded, ".") || dd_str_eq_c(decoded, ".."))
			return fail(r, part, "a part of a path that is none when decoded");
		if (n)
			out[n++] = '/';
		memcpy(out + n, decoded.p, decoded.n);
		n += decoded.n;
	}
	*ret = (struct dd_str){ out, n };
	return DD_OK;
}

static bool cut_last(struct dd_str *s, char at, struct dd_str *ret)
{
	size_t i = dd_str_rfind(*s, at);
	if (i == s->n)
		return false;
	*ret = dd_str_skip(*s, i + 1);
	*s = dd_str_take(*s, i);
	return true;
}

static enum dd_code read_qualifiers(const struct reader *r, struct dd_str s, struct dd_purl *p)
{
	size_t most = 1;
	for (size_t i = 0; i < s.n; i++)
		most += s.p[i] == '&' && most < DD_PURL_QUALIFIERS_MAX;
	struct dd_purl_qualifier *list = dd_arena_array(r->a, most, sizeof *list);
	struct dd_str pair;
	if (!list)
		return dd_fail_nomem(r->err);
	while (dd_str_next(&s, '&', &pair)) {
		size_t equals = dd_str_find(pair, '=');
		if (pair.n == 0)
			continue;
		if (equals == pair.n)
			return fail(r, pair, "a qualifier without '='");
		if (equals + 1 == pair.n)
			continue;
		if (p->n_qualifiers == DD_PURL_QUALIFIERS_MAX)
			return dd_fail(r->err, DD_ELIMIT, (uint64_t)(pair.p - r->text.p),
				       "package URL: more than %d qualifiers", DD_PURL_QUALIFIERS_MAX);
		struct dd_purl_qualifier *q = &list[p->n_qualifiers++];
		q->key = dd_str_take(pair, equals);
		DD_TRY(decode(r, dd_str_skip(pair, equals + 1), &q->value));
	}
	p->qualifiers = list;
	return DD_OK;
}

static enum dd_code read_name(const struct reader *r, struct dd_str s, struct dd_purl *p)
{
	struct dd_str version, namespace = { s.p, 0 };
	size_t at = dd_str_rfind(s, '@');
	/* "@" in front of a later "/" belongs to the namespace, and so does one that begins the name: it is no version
	 */
	if (at < s.n && dd_str_find(dd_str_skip(s, at), '/') == s.n - at) {
		version = dd_str_skip(s, at + 1);
		s = dd_str_take(s, at);
		DD_TRY(decode(r, version, &p->version));
	}
	size_t slash = dd_str_rfind(s, '/');
	if (slash < s.n) {
		namespace = dd_str_take(s, slash);
		s = dd_str_skip(s, slash + 1);
	}
	if (s.n == 0)
		return fail(r, s, "no name");
	DD_TRY(decode_path(r, namespace, &p->namespace));
	return decode(r, s, &p->name);
}

static enum dd_code read_purl(const struct reader *r, struct dd_purl *p)
{
	struct dd_str s = r->text, part;
	if (!dd_str_starts(s, DD_STR("pkg:")))
		return fail(r, s, "does not start with 'pkg:'");
	s = dd_str_skip(s, 4);
	while (s.n && s.p[0] == '/')
		s = dd_str_skip(s, 1);
	if (cut_last(&s, '#', &part))
		DD_TRY(decode_path(r, part, &p->subpath));
	if (cut_last(&s, '?', &part))
		DD_TRY(read_qualifiers(r, part, p));
	size_t slash = dd_str_find(s, '/');
	p->type = dd_str_take(s, slash);
	if (slash == s.n)
		return fail(r, s, "no type");
	return read_name(r, dd_str_skip(s, slash + 1), p);
}

enum dd_code dd_purl_parse(struct dd_str text, struct dd_arena *a, struct dd_purl *ret, struct dd_err *err)
{
	struct dd_purl p = { .n_qualifiers = 0 };
	struct reader r = { dd_str_trim(text), a, err };
	if (text.n > DD_FIELD_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_FIELD_BYTES_MAX, "package URL: longer than %zu bytes",
			       (size_t)DD_FIELD_BYTES_MAX);
	DD_TRY(read_purl(&r, &p));
	DD_TRY(dd_purl_clean(&p, a, err));
	*ret = p;
	return DD_OK;
}
