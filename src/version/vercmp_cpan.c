/* SPDX-License-Identifier: Apache-2.0 */
/* Perl's modules and distributions (CPAN), and Perl itself.
 *
 *   version := decimal | dotted
 *   decimal := digits [ "." [ digits ] ]
 *   dotted  := "v" numbers | digits "." digits "." numbers
 *   numbers := digits { "." digits } [ "." ]
 *
 * A decimal version is a number: its fraction is read in groups of three digits, missing ones are 0, so that 1.2 is
 * v1.200, 1.002003 is v1.2.3 and 5.036 is v5.36.0. Then number by number, of any length (Perl stops at 2^31); missing
 * ones are 0. An underscore, which marks a version for trial, may stand between digits and does not count: 1.02_03 is
 * 1.0203.
 *
 * Source: version::Internals, vcmp() of Perl 5.36's vutil.c. */
#include "version/vercmp.h"

struct cpan {
	struct dd_str rest;
	bool decimal;
	bool first; /* the number in front of the first dot comes next */
};

static bool is_number_byte(char c)
{
	return dd_is_digit(c) || c == '_';
}

/* Digits with single underscores between them. */
static bool take_number(struct dd_str *s)
{
	struct dd_str run = dd_take_run(s, is_number_byte);
	return run.n && run.p[0] != '_' && run.p[run.n - 1] != '_' && dd_str_search(run, DD_STR("__")) == run.n;
}

static bool parse(struct dd_str s, struct cpan *ret)
{
	bool dotted = s.n && s.p[0] == 'v', ok;
	size_t dots = 0;
	s = dd_str_skip(s, dotted);
	struct cpan v = { .rest = s, .first = true };
	while ((ok = take_number(&s)) && s.n && s.p[0] == '.') {
		s = dd_str_skip(s, 1);
		if (s.n == 0)
			break;
		dots++;
	}
	v.decimal = !dotted && dots < 2;
	*ret = v;
	return ok && s.n == 0;
}

/* Compares runs of digits by value, underscores left out: -1, 0, 1. */
static int number_cmp(struct dd_str a, struct dd_str b)
{
	size_t i = 0, k = 0, x = 0, y = 0;
	int c = 0;
	while (i < a.n && (a.p[i] == '0' || a.p[i] == '_'))
		i++;
	while (k < b.n && (b.p[k] == '0' || b.p[k] == '_'))
		k++;
	for (size_t at = i; at < a.n; at++)
		x += a.p[at] != '_';
	for (size_t at = k; at < b.n; at++)
		y += b.p[at] != '_';
	if (x != y)
		return x < y ? -1 : 1;
	for (; c == 0 && i < a.n && k < b.n; i++, k++) {
		i += a.p[i] == '_';
		k += b.p[k] == '_';
		c = (a.p[i] > b.p[k]) - (a.p[i] < b.p[k]);
	}
	return c;
}

/* Three digits of a fraction, zeros behind its end; false when there are none. */
static bool next_group(struct dd_str *rest, char out[3])
{
	size_t n = 0;
	memset(out, '0', 3);
	while (n < 3 && rest->n) {
		if (rest->p[0] != '_')
			out[n++] = rest->p[0];
		*rest = dd_str_skip(*rest, 1);
	}
	return n > 0;
}

static bool next(struct cpan *v, char group[3], struct dd_str *ret)
{
	if (v->decimal && !v->first) {
		*ret = (struct dd_str){ group, 3 };
		return next_group(&v->rest, group);
	}
	v->first = false;
	*ret = dd_take_run(&v->rest, is_number_byte);
	v->rest = dd_str_skip(v->rest, 1);
	return ret->n > 0;
}

bool dd_vercmp_cpan(struct dd_str a, struct dd_str b, int *ret)
{
	struct cpan x, y;
	if (!parse(a, &x) || !parse(b, &y))
		return false;
	for (;;) {
		char group_a[3], group_b[3];
		struct dd_str s = DD_STR(""), t = DD_STR("");
		bool more = next(&x, group_a, &s);
		more |= next(&y, group_b, &t);
		int c = number_cmp(s, t);
		if (c || !more) {
			*ret = c;
			return true;
		}
	}
}
