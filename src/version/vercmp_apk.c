/* SPDX-License-Identifier: Apache-2.0 */
/* Alpine package versions (also Wolfi, Chainguard, postmarketOS …).
 *
 *   version := number { "." number } [ letter ] { "_" suffix [ number ] } [ "~" hex ] [ "-r" number ]
 *   letter  := "a" … "z"
 *   suffix  := alpha < beta < pre < rc < (none) < cvs < svn < git < hg < p
 *
 * Versions are compared token by token. The first number by value; the others by value too, but as text when one of
 * them starts with "0" (1.01 < 1.1, 1.09 < 1.1: the fraction rule taken over from Gentoo). Where the kinds of token
 * differ, the order is: alpha…rc < unreadable < end < -r < ~ < number of a suffix < cvs…p < letter < .number.
 *
 * Source: apk-tools 3.0 src/version.c. apk-tools 2 (up to Alpine 3.22) differs for valid versions in numbers with
 * leading zeros only: it counts the zeros and compares the rest as a number (2.05 < 2.015, 1.0 > 1.00), and by an
 * oversight that 3.0 corrected it has 1.0_alpha > 1.0 (seen with apk 2.6.10 and 2.10.3). Here the newer rule holds.
 *
 * apk also compares texts that it would not let anybody build, and advisories contain some (6.6.2p1, 1.2_foo, 1-r).
 * They are taken as well: what can be read is compared, from the first unreadable byte on the rest counts as one
 * "unreadable" token, by its bytes; when that starts with a hyphen all are equal, as they are for apk 2. "-r" without
 * a number is "-r0". Not a version at all: the empty text, a word ("edge", "unknown": it starts with two letters, or
 * with neither digit, letter nor ".digit") and any blank, control byte or byte beyond ASCII. */
#include "version/vercmp.h"

/* In the order in which tokens sort at the same place; a suffix before "(none)" sorts before all of them. */
enum kind {
	KIND_PRE_SUFFIX,
	KIND_UNREADABLE,
	KIND_END,
	KIND_REVISION,
	KIND_HASH,
	KIND_SUFFIX_NUMBER,
	KIND_POST_SUFFIX,
	KIND_LETTER,
	KIND_NUMBER,
	KIND_FIRST_NUMBER,
};

struct token {
	enum kind kind;
	unsigned suffix; /* place in suffixes[] */
	struct dd_str text;
};

enum { SUFFIX_FIRST_POST = 4 };
static const char *const suffixes[] = { "alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p" };

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_hex(char c)
{
	return dd_is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool digit_at(struct dd_str s, size_t i)
{
	return i < s.n && dd_is_digit(s.p[i]);
}

/* In a well-formed version the kinds stand in falling order, but for the suffixes, which may alternate. */
static bool may_follow(enum kind last, enum kind lowest)
{
	return last >= lowest || last == KIND_PRE_SUFFIX;
}

static bool read_suffix(struct dd_str *rest, struct token *ret)
{
	struct dd_str at = dd_str_skip(*rest, 1);
	struct dd_str word = dd_take_run(&at, is_lower);
	for (unsigned i = 0; i < DD_COUNT(suffixes); i++) {
		if (!dd_str_eq_c(word, suffixes[i]))
			continue;
		*ret = (struct token){ i < SUFFIX_FIRST_POST ? KIND_PRE_SUFFIX : KIND_POST_SUFFIX, i, word };
		*rest = at;
		return true;
	}
	return false;
}

static bool read_run(struct dd_str *rest, size_t skip, bool (*is)(char), enum kind kind, struct token *ret)
{
	struct dd_str at = dd_str_skip(*rest, skip);
	*ret = (struct token){ kind, 0, dd_take_run(&at, is) };
	*rest = at;
	return true;
}

/* "-r" and digits; no digits (at the end, or before the hyphen of unreadable rest) are the number 0. */
static bool read_revision(struct dd_str *rest, struct token *ret)
{
	struct dd_str s = *rest;
	if (s.n < 2 || s.p[1] != 'r' || (s.n > 2 && !dd_is_digit(s.p[2]) && s.p[2] != '-'))
		return false;
	return read_run(rest, 2, dd_is_digit, KIND_REVISION, ret);
}

/* Reads the token behind one of kind `last`; false: what stands there is none. */
static bool read_token(struct dd_str *rest, enum kind last, struct token *ret)
{
	switch (rest->p[0]) {
	case '.':
		return last >= KIND_NUMBER && digit_at(*rest, 1) && read_run(rest, 1, dd_is_digit, KIND_NUMBER, ret);
	case '_':
		return may_follow(last, KIND_SUFFIX_NUMBER) && read_suffix(rest, ret);
	case '~':
		return may_follow(last, KIND_SUFFIX_NUMBER) && rest->n > 1 && is_hex(rest->p[1]) &&
		       read_run(rest, 1, is_hex, KIND_HASH, ret);
	case '-':
		return may_follow(last, KIND_HASH) && read_revision(rest, ret);
	default:
		break;
	}
	if (dd_is_digit(rest->p[0]))
		return (last == KIND_PRE_SUFFIX || last == KIND_POST_SUFFIX) &&
		       read_run(rest, 0, dd_is_digit, KIND_SUFFIX_NUMBER, ret);
	if (!is_lower(rest->p[0]) || last < KIND_NUMBER)
		return false;
	*ret = (struct token){ KIND_LETTER, 0, dd_str_take(*rest, 1) };
	*rest = dd_str_skip(*rest, 1);
	return true;
}

static struct token next(struct dd_str *rest, enum kind last)
{
	struct token t;
	if (rest->n == 0)
		return (struct token){ KIND_END, 0, *rest };
	if (read_token(rest, last, &t))
		return t;
	t = (struct token){ KIND_UNREADABLE, 0, dd_str_take(*rest, rest->p[0] == '-' ? 1 : rest->n) };
	*rest = dd_str_skip(*rest, rest->n);
	return t;
}

static int token_cmp(const struct token *a, const struct token *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	bool zero = (a->text.n && a->text.p[0] == '0') || (b->text.n && b->text.p[0] == '0');
	switch (a->kind) {
	case KIND_PRE_SUFFIX:
	case KIND_POST_SUFFIX:
		return (a->suffix > b->suffix) - (a->suffix < b->suffix);
	case KIND_NUMBER:
		return zero ? dd_sign(dd_str_cmp(a->text, b->text)) : dd_digits_cmp(a->text, b->text);
	case KIND_FIRST_NUMBER:
	case KIND_SUFFIX_NUMBER:
	case KIND_REVISION:
		return dd_digits_cmp(a->text, b->text);
	default:
		return dd_sign(dd_str_cmp(a->text, b->text));
	}
}

static bool is_version(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7f)
			return false;
	if (s.n == 0 || dd_is_digit(s.p[0]))
		return s.n > 0;
	if (s.p[0] == '.')
		return digit_at(s, 1);
	return is_lower(s.p[0]) && (s.n == 1 || !dd_is_alpha(s.p[1]));
}

bool dd_vercmp_apk(struct dd_str a, struct dd_str b, int *ret)
{
	if (!is_version(a) || !is_version(b))
		return false;
	struct token x = { KIND_FIRST_NUMBER, 0, dd_take_run(&a, dd_is_digit) };
	struct token y = { KIND_FIRST_NUMBER, 0, dd_take_run(&b, dd_is_digit) };
	int c = token_cmp(&x, &y);
	while (c == 0 && x.kind != KIND_END && x.kind != KIND_UNREADABLE) {
		x = next(&a, x.kind);
		y = next(&b, y.kind);
		c = token_cmp(&x, &y);
	}
	*ret = c;
	return true;
}
