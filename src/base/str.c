/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include "base/text.h"

struct dd_str dd_str_from(const char *c)
{
	return (struct dd_str){ c, c ? strlen(c) : 0 };
}

bool dd_str_eq_nocase(struct dd_str a, struct dd_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (dd_lower(a.p[i]) != dd_lower(b.p[i]))
			return false;
	return true;
}

int dd_str_cmp(struct dd_str a, struct dd_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	if (c)
		return c;
	return (a.n > b.n) - (a.n < b.n);
}

bool dd_str_starts(struct dd_str s, struct dd_str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool dd_str_ends(struct dd_str s, struct dd_str suffix)
{
	return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

size_t dd_str_find(struct dd_str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
	return at ? (size_t)(at - s.p) : s.n;
}

size_t dd_str_rfind(struct dd_str s, char c)
{
	const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;
	return at ? (size_t)(at - s.p) : s.n;
}

size_t dd_str_search(struct dd_str s, struct dd_str what)
{
	if (what.n == 0)
		return 0;
	const char *at = s.n ? memmem(s.p, s.n, what.p, what.n) : NULL;
	return at ? (size_t)(at - s.p) : s.n;
}

struct dd_str dd_str_trim(struct dd_str s)
{
	while (s.n && dd_is_blank(s.p[0]))
		s = dd_str_skip(s, 1);
	while (s.n && dd_is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool dd_str_next(struct dd_str *rest, char sep, struct dd_str *ret_part)
{
	if (!rest->p)
		return false;
	size_t at = dd_str_find(*rest, sep);
	*ret_part = dd_str_take(*rest, at);
	if (at == rest->n)
		*rest = (struct dd_str){ NULL, 0 };
	else
		*rest = dd_str_skip(*rest, at + 1);
	return true;
}

bool dd_str_line(struct dd_str *rest, struct dd_str *ret_line)
{
	if (rest->n == 0)
		return false;
	size_t at = dd_str_find(*rest, '\n');
	struct dd_str line = dd_str_take(*rest, at);
	*rest = dd_str_skip(*rest, at + 1);
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	*ret_line = line;
	return true;
}

bool dd_str_u64(struct dd_str s, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!dd_is_digit(s.p[i]) || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	if (v > max)
		return false;
	*ret = v;
	return true;
}

bool dd_str_is_word(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '!' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

bool dd_str_valid_utf8(struct dd_str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t len = dd_utf8_len(dd_str_skip(s, i));
		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

struct dd_quoted dd_quote(struct dd_str s)
{
	struct dd_quoted q;
	const size_t room = sizeof q.text - 8;
	size_t n = 0;
	q.text[n++] = '\'';
	for (size_t i = 0; i < s.n;) {
		char piece[8];
		size_t used;
		size_t len = dd_escape_one(dd_str_skip(s, i), "'", piece, &used);
		if (n + len > room) {
			memcpy(q.text + n, "...", 3);
			n += 3;
			break;
		}
		memcpy(q.text + n, piece, len);
		n += len;
		i += used;
	}
	q.text[n++] = '\'';
	q.text[n] = '\0';
	return q;
}

/* wyhash's mixing step on 8-byte lanes; table quality is all that is asked of it. */
static uint64_t mix(uint64_t a, uint64_t b)
{
	__uint128_t r = (__uint128_t)a * b;
	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

uint64_t dd_str_hash(struct dd_str s, uint64_t seed)
{
	const uint64_t k0 = 0xa0761d6478bd642fULL, k1 = 0xe7037ed1a0b428dbULL;
	uint64_t h = seed ^ k0 ^ s.n;
	size_t i = 0;
	uint64_t lane = 0;
	for (; i + 8 <= s.n; i += 8) {
		memcpy(&lane, s.p + i, 8);
		h = mix(h ^ lane, k1);
	}
	lane = 0;
	if (i < s.n)
		memcpy(&lane, s.p + i, s.n - i);
	return mix(h ^ lane ^ k0, k1 ^ s.n);
}
