/* SPDX-License-Identifier: Apache-2.0 */
/* Gentoo ebuild versions.
 *
 *   version := digits { "." digits } [ letter ] { "_" suffix [ digits ] } [ "-r" digits ]
 *   suffix  := alpha < beta < pre < rc < (none) < p         letter := "a" … "z"
 *
 * The first number by value; the others by value too, but as text without zeros at its end when one of the two starts
 * with "0" (1.01 < 1.1, 1.010 = 1.01). More numbers are newer. Then the letter, none is lowest; then the suffixes one
 * by one, each by its kind and its number; then the revision, 0 when missing.
 *
 * Source: Package Manager Specification (EAPI 8), 3.2 and 3.3. */
#include "version/vercmp.h"

struct gentoo {
	struct dd_str first, numbers; /* "." digits "." digits … */
	char letter;		      /* '\0': none */
	struct dd_str suffixes, revision;
};

enum { SUFFIX_NONE = 4 };
static const char *const suffixes[] = { "alpha", "beta", "pre", "rc", "", "p" };

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool next_number(struct dd_str *rest, struct dd_str *ret)
{
	struct dd_str at = dd_str_skip(*rest, 1);
	if (rest->n == 0 || rest->p[0] != '.')
		return false;
	*ret = dd_take_run(&at, dd_is_digit);
	if (ret->n == 0)
		return false;
	*rest = at;
	return true;
}

static bool next_suffix(struct dd_str *rest, int *ret_kind, struct dd_str *ret_number)
{
	struct dd_str at = dd_str_skip(*rest, 1);
	if (rest->n == 0 || rest->p[0] != '_')
		return false;
	struct dd_str word = dd_take_run(&at, is_lower);
	for (size_t i = 0; i < DD_COUNT(suffixes); i++) {
		if (word.n == 0 || !dd_str_eq_c(word, suffixes[i]))
			continue;
		*ret_kind = (int)i;
		*ret_number = dd_take_run(&at, dd_is_digit);
		*rest = at;
		return true;
	}
	return false;
}

static bool parse(struct dd_str s, struct gentoo *ret)
{
	struct gentoo v = { .letter = '\0' };
	struct dd_str number;
	int kind;
	v.first = dd_take_run(&s, dd_is_digit);
	v.numbers = s;
	while (next_number(&s, &number))
		;
	v.numbers.n -= s.n;
	if (s.n && is_lower(s.p[0])) {
		v.letter = s.p[0];
		s = dd_str_skip(s, 1);
	}
	v.suffixes = s;
	while (next_suffix(&s, &kind, &number))
		;
	v.suffixes.n -= s.n;
	if (dd_str_starts(s, DD_STR("-r"))) {
		s = dd_str_skip(s, 2);
		v.revision = dd_take_run(&s, dd_is_digit);
		if (v.revision.n == 0)
			return false;
	}
	*ret = v;
	return v.first.n && s.n == 0;
}

static struct dd_str strip_zeros(struct dd_str s)
{
	while (s.n && s.p[s.n - 1] == '0')
		s.n--;
	return s;
}

static int numbers_cmp(struct dd_str a, struct dd_str b)
{
	struct dd_str x, y;
	for (;;) {
		bool more_a = next_number(&a, &x), more_b = next_number(&b, &y);
		if (!more_a || !more_b)
			return more_a - more_b;
		bool zero = x.p[0] == '0' || y.p[0] == '0';
		int c = zero ? dd_sign(dd_str_cmp(strip_zeros(x), strip_zeros(y))) : dd_digits_cmp(x, y);
		if (c)
			return c;
	}
}

static int suffixes_cmp(struct dd_str a, struct dd_str b)
{
	for (;;) {
		int kind_a = SUFFIX_NONE, kind_b = SUFFIX_NONE;
		struct dd_str x = DD_STR(""), y = DD_STR("");
		bool more = next_suffix(&a, &kind_a, &x);
		more |= next_suffix(&b, &kind_b, &y);
		int c = kind_a != kind_b ? dd_sign(kind_a - kind_b) : dd_digits_cmp(x, y);
		if (c || !more)
			return c;
	}
}

bool dd_vercmp_gentoo(struct dd_str a, struct dd_str b, int *ret)
{
	struct gentoo x, y;
	if (!parse(a, &x) || !parse(b, &y))
		return false;
	int c = dd_digits_cmp(x.first, y.first);
	if (c == 0)
		c = numbers_cmp(x.numbers, y.numbers);
	if (c == 0)
		c = (x.letter > y.letter) - (x.letter < y.letter);
	if (c == 0)
		c = suffixes_cmp(x.suffixes, y.suffixes);
	*ret = c ? c : dd_digits_cmp(x.revision, y.revision);
	return true;
}
