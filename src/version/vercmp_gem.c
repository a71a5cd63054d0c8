/* SPDX-License-Identifier: Apache-2.0 */
/* RubyGems.
 *
 *   version  := digits then any of [0-9A-Za-z.-]
 *   segments := runs of digits and runs of letters; "-" is the segment "pre"
 *
 * Segment by segment: numbers by value, words in byte order (case counts), a word is below every number. Missing
 * segments are 0, so 1.0 = 1 and 1.0.b1 < 1.0. Zeros do not count at the end, nor in front of the first word: 1.0.a
 * = 1.a.
 *
 * Source: lib/rubygems/version.rb, Gem::Version#<=> and #canonical_segments. RubyGems wants a dot in front of letters;
 * without one (1beta) it is read the same here. The platform of a gem (1.13-x86_64-linux) is no part of its version. */
#include "version/vercmp.h"

struct gem {
	struct dd_str head, tail; /* numbers only; from the first word on */
};

static bool is_gem_byte(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || c == '.' || c == '-';
}

static bool is_number_byte(char c)
{
	return dd_is_digit(c) || c == '.';
}

/* Without the zero segments at its end. */
static struct dd_str strip_zeros(struct dd_str s)
{
	for (;;) {
		size_t n = s.n;
		while (n && s.p[n - 1] == '.')
			n--;
		size_t digits = n;
		while (digits && s.p[digits - 1] == '0')
			digits--;
		if (digits == n || (digits && dd_is_digit(s.p[digits - 1])))
			return dd_str_take(s, n);
		s.n = digits;
	}
}

static bool parse(struct dd_str s, struct gem *ret)
{
	struct dd_str rest = s;
	struct dd_str all = dd_take_run(&rest, is_gem_byte);
	if (rest.n || s.n == 0 || !dd_is_digit(s.p[0]))
		return false;
	struct dd_str head = dd_take_run(&all, is_number_byte);
	*ret = (struct gem){ strip_zeros(head), strip_zeros(all) };
	return true;
}

/* False at the end. */
static bool next(struct gem *g, struct dd_str *ret)
{
	struct dd_str *from = g->head.n ? &g->head : &g->tail;
	while (from->n && from->p[0] == '.') {
		*from = dd_str_skip(*from, 1);
		if (from->n == 0)
			from = &g->tail;
	}
	if (from->n == 0)
		return false;
	if (from->p[0] == '-') {
		*from = dd_str_skip(*from, 1);
		*ret = DD_STR("pre");
		return true;
	}
	*ret = dd_take_run(from, dd_is_digit(from->p[0]) ? dd_is_digit : dd_is_alpha);
	return true;
}

static int segment_cmp(struct dd_str a, struct dd_str b)
{
	bool x = dd_is_digit(a.p[0]), y = dd_is_digit(b.p[0]);
	if (x != y)
		return x ? 1 : -1;
	return x ? dd_digits_cmp(a, b) : dd_sign(dd_str_cmp(a, b));
}

bool dd_vercmp_gem(struct dd_str a, struct dd_str b, int *ret)
{
	struct gem x, y;
	if (!parse(a, &x) || !parse(b, &y))
		return false;
	for (;;) {
		struct dd_str s = DD_STR("0"), t = DD_STR("0");
		bool more = next(&x, &s);
		more |= next(&y, &t);
		int c = segment_cmp(s, t);
		if (c || !more) {
			*ret = c;
			return true;
		}
	}
}
