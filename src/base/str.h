/* SPDX-License-Identifier: Apache-2.0 */
/* struct dd_str is the only text type across functions: a view that owns nothing, has no NUL and may hold any byte.
 * Print it with "%.*s" and DD_FMT(s) where the bytes are known to be clean, else through DD_QUOTE. */
#ifndef DD_STR_H
#define DD_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct dd_str {
	const char *p; /* may be NULL only when n == 0 */
	size_t n;
};

/* A string literal as a view. */
#define DD_STR(lit) ((struct dd_str){ "" lit, sizeof(lit) - 1 })
#define DD_FMT(s)   ((s).n > INT32_MAX ? INT32_MAX : (int)(s).n), ((s).p ? (s).p : "")

struct dd_str dd_str_from(const char *c); /* NULL gives the empty view */
static inline bool dd_str_eq(struct dd_str a, struct dd_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool dd_str_eq_c(struct dd_str a, const char *b)
{
	return dd_str_eq(a, (struct dd_str){ b, b ? strlen(b) : 0 });
}
bool dd_str_eq_nocase(struct dd_str a, struct dd_str b); /* ASCII only */
/* Byte order; a prefix sorts first. <0, 0, >0. */
int dd_str_cmp(struct dd_str a, struct dd_str b);
bool dd_str_starts(struct dd_str s, struct dd_str prefix);
bool dd_str_ends(struct dd_str s, struct dd_str suffix);
/* Index of the first / last c, or s.n when there is none. */
size_t dd_str_find(struct dd_str s, char c);
size_t dd_str_rfind(struct dd_str s, char c);
/* Index of the first occurrence of what, or s.n. */
size_t dd_str_search(struct dd_str s, struct dd_str what);
/* s without its first n bytes / only its first n bytes; n is clipped to s.n. */
static inline struct dd_str dd_str_skip(struct dd_str s, size_t n)
{
	if (n >= s.n)
		return (struct dd_str){ s.p ? s.p + s.n : NULL, 0 };
	return (struct dd_str){ s.p + n, s.n - n };
}
static inline struct dd_str dd_str_take(struct dd_str s, size_t n)
{
	return (struct dd_str){ s.p, n < s.n ? n : s.n };
}
/* Without ASCII blanks (space, tab, CR, LF, VT, FF) at both ends. */
struct dd_str dd_str_trim(struct dd_str s);
/* Cuts at the first sep: the part before it is returned, *rest becomes the part after it. False at the end of input
 * (rest->p == NULL). `for (rest = s; dd_str_next(&rest, ',', &part);)` visits each part, empty ones too. */
bool dd_str_next(struct dd_str *rest, char sep, struct dd_str *ret_part);
/* Next line without its LF or CRLF; false at the end. */
bool dd_str_line(struct dd_str *rest, struct dd_str *ret_line);
/* Decimal digits only, whole string, at most max. */
bool dd_str_u64(struct dd_str s, uint64_t max, uint64_t *ret);
bool dd_str_valid_utf8(struct dd_str s);
/* Not empty, and visible ASCII ("!" to "~") only: what package managers allow in names and versions at most. */
bool dd_str_is_word(struct dd_str s);
static inline bool dd_is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool dd_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool dd_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline char dd_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* A short quoted copy for messages: 'text' with control bytes, quotes, backslashes and invalid UTF-8 as \xNN, cut at
 * about 100 bytes with an ellipsis. Lives in the full expression: use it as a printf argument with %s. */
struct dd_quoted {
	char text[160];
};
struct dd_quoted dd_quote(struct dd_str s);
#define DD_QUOTE(s) (dd_quote(s).text)

/* 64-bit hash for tables; the same in every process so that nothing depends on a seed being around. Not for digests. */
uint64_t dd_str_hash(struct dd_str s, uint64_t seed);

#endif
