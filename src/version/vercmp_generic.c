/* SPDX-License-Identifier: Apache-2.0 */
/* Programs without a package manager: nginx 1.21.1, OpenSSL 1.0.2k and 3.0.0-beta1, OpenSSH 8.4p1,
 * Jetty 9.4.51.v20230217, MySQL 8.0.23-log. What CPE names and classifiers of binaries give.
 *
 *   version := ["v"] numbers { sep | digits | letters }     numbers := digits { "." digits }
 *   sep     := "." "-" "_" "+" "~" ":" "/" "," "^"          they divide and do not count
 *
 * The numbers in front first, by value, missing ones are 0. Then run by run: words without case; digits by value and
 * above words; (a word of before) < (the end) < (other words) < digits. Words of before: alpha, beta, rc, pre, preview,
 * dev, snapshot, nightly, milestone, cr, ea, m; they are in the order of their letters, as those of releases happen to
 * be.
 *
 * No specification has this order; it is the common ground of VERS "generic", libversion (repology) and the tables of
 * versions that vendors publish. */
#include "version/vercmp.h"

static const char *const before_words[] = {
	"alpha", "beta", "cr", "dev", "ea", "m", "milestone", "nightly", "pre", "preview", "rc", "snapshot",
};

enum rank { RANK_BEFORE, RANK_END, RANK_WORD, RANK_NUMBER };

struct part {
	enum rank rank;
	struct dd_str text;
};

struct generic {
	struct dd_str numbers, rest;
};

static bool is_sep(char c)
{
	return c == '.' || c == '-' || c == '_' || c == '+' || c == '~' || c == ':' || c == '/' || c == ',' || c == '^';
}

static bool is_version_byte(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || is_sep(c);
}

static struct dd_str take_numbers(struct dd_str *s)
{
	size_t n = 0;
	while (n < s->n && (dd_is_digit(s->p[n]) || (s->p[n] == '.' && n + 1 < s->n && dd_is_digit(s->p[n + 1]))))
		n++;
	struct dd_str numbers = dd_str_take(*s, n);
	*s = dd_str_skip(*s, n);
	return numbers;
}

static bool parse(struct dd_str s, struct generic *ret)
{
	struct dd_str all = s;
	if (s.n && dd_lower(s.p[0]) == 'v')
		s = dd_str_skip(s, 1);
	if (s.n == 0 || !dd_is_digit(s.p[0]) || (dd_take_run(&all, is_version_byte), all.n))
		return false;
	ret->numbers = take_numbers(&s);
	ret->rest = s;
	return true;
}

static int numbers_cmp(struct dd_str a, struct dd_str b)
{
	int c = 0;
	while (c == 0 && (a.n || b.n)) {
		c = dd_digits_cmp(dd_take_run(&a, dd_is_digit), dd_take_run(&b, dd_is_digit));
		a = dd_str_skip(a, 1);
		b = dd_str_skip(b, 1);
	}
	return c;
}

static struct part next(struct dd_str *rest)
{
	(void)dd_take_run(rest, is_sep);
	if (rest->n == 0)
		return (struct part){ RANK_END, *rest };
	if (dd_is_digit(rest->p[0]))
		return (struct part){ RANK_NUMBER, dd_take_run(rest, dd_is_digit) };
	struct part p = { RANK_WORD, dd_take_run(rest, dd_is_alpha) };
	for (size_t i = 0; i < DD_COUNT(before_words); i++)
		if (dd_str_eq_nocase(p.text, dd_str_from(before_words[i])))
			p.rank = RANK_BEFORE;
	return p;
}

bool dd_vercmp_generic(struct dd_str a, struct dd_str b, int *ret)
{
	struct generic x, y;
	if (!parse(a, &x) || !parse(b, &y))
		return false;
	int c = numbers_cmp(x.numbers, y.numbers);
	for (bool more = true; c == 0 && more;) {
		struct part s = next(&x.rest), t = next(&y.rest);
		more = s.rank != RANK_END || t.rank != RANK_END;
		if (s.rank != t.rank)
			c = s.rank < t.rank ? -1 : 1;
		else
			c = s.rank == RANK_NUMBER ? dd_digits_cmp(s.text, t.text) : dd_lower_cmp(s.text, t.text);
	}
	*ret = c;
	return true;
}
