/* SPDX-License-Identifier: Apache-2.0 */
/* Semantic versions, with the lenient forms that advisories use.
 *
 *   version := [ "v" ] number { "." number } [ "-" ids ] [ "+" ids ]
 *   ids     := id { "." id }            id := one or more of [0-9A-Za-z-]
 *
 * Numbers by value, missing ones are 0 (1 = 1.0 = 1.0.0). A version with a pre-release is lower than one without;
 * pre-releases id by id: numbers by value, below words; words in ASCII order; the shorter list is lower. What stands
 * behind "+" never counts.
 *
 * Source: Semantic Versioning 2.0.0, items 2, 9, 10, 11. Beyond it, all of them seen in OSV records: the "v" (Go),
 * missing numbers ("0", "1.2"), a fourth number and more (0.9.7.1; compared), leading zeros (calendar versions:
 * 2023.03.20), and a pre-release without its hyphen when it starts with one of prerelease_words[] (1.0.0.beta.3,
 * 1.2rc1). Not versions: wildcards (2.0.x, 1.3.0-*), ranges, words, an empty id, blanks. */
#include "version/semver_parts.h"
#include "version/vercmp.h"

static const char *const prerelease_words[] = { "alpha", "beta", "rc", "pre", "dev" };

static bool is_id_byte(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || c == '-';
}

static bool is_number_byte(char c)
{
	return dd_is_digit(c) || c == '.';
}

/* ids of the grammar, up to `end` or the end of *rest. */
static bool take_ids(struct dd_str *rest, char end, struct dd_str *ret)
{
	bool full = false; /* the id being read has a byte */
	size_t i = 0;
	for (; i < rest->n && rest->p[i] != end; i++) {
		if (rest->p[i] != '.' && !is_id_byte(rest->p[i]))
			return false;
		if (rest->p[i] == '.' && !full)
			return false;
		full = rest->p[i] != '.';
	}
	*ret = dd_str_take(*rest, i);
	*rest = dd_str_skip(*rest, i);
	return full;
}

static bool starts_prerelease(struct dd_str s)
{
	for (size_t i = 0; i < DD_COUNT(prerelease_words); i++)
		if (dd_str_starts(s, dd_str_from(prerelease_words[i])))
			return true;
	return false;
}

/* Numbers with single dots between them; a dot before a pre-release word belongs to neither. */
static bool take_numbers(struct dd_str *rest, struct dd_str *ret)
{
	struct dd_str run = dd_take_run(rest, is_number_byte);
	if (run.n && run.p[run.n - 1] == '.' && starts_prerelease(*rest))
		run.n--;
	if (run.n == 0 || run.p[0] == '.' || run.p[run.n - 1] == '.' || dd_str_search(run, DD_STR("..")) < run.n)
		return false;
	*ret = run;
	return true;
}

bool dd_semver_parse(struct dd_str s, struct dd_semver *ret)
{
	struct dd_semver v = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	if (s.n && s.p[0] == 'v')
		s = dd_str_skip(s, 1);
	if (!take_numbers(&s, &v.numbers))
		return false;
	if (s.n && (s.p[0] == '-' || starts_prerelease(s))) {
		s = dd_str_skip(s, s.p[0] == '-');
		if (!take_ids(&s, '+', &v.pre))
			return false;
	}
	if (s.n && s.p[0] == '+') {
		s = dd_str_skip(s, 1);
		if (!take_ids(&s, '\0', &v.build))
			return false;
	}
	*ret = v;
	return s.n == 0;
}

int dd_semver_numbers_cmp(struct dd_str a, struct dd_str b)
{
	int c = 0;
	while (c == 0 && (a.n || b.n)) {
		c = dd_digits_cmp(dd_take_run(&a, dd_is_digit), dd_take_run(&b, dd_is_digit));
		a = dd_str_skip(a, 1);
		b = dd_str_skip(b, 1);
	}
	return c;
}

static bool is_numeric(struct dd_str id)
{
	return dd_take_run(&id, dd_is_digit).n && id.n == 0;
}

static int id_cmp(struct dd_str a, struct dd_str b, bool fold)
{
	bool x = is_numeric(a), y = is_numeric(b);
	if (x != y)
		return x ? -1 : 1;
	if (x)
		return dd_digits_cmp(a, b);
	return fold ? dd_lower_cmp(a, b) : dd_sign(dd_str_cmp(a, b));
}

int dd_semver_ids_cmp(struct dd_str a, struct dd_str b, bool fold)
{
	struct dd_str x, y;
	for (;;) {
		bool more_a = dd_str_next(&a, '.', &x), more_b = dd_str_next(&b, '.', &y);
		if (!more_a || !more_b)
			return more_a - more_b;
		int c = id_cmp(x, y, fold);
		if (c)
			return c;
	}
}

int dd_semver_cmp(const struct dd_semver *a, const struct dd_semver *b, bool fold)
{
	int c = dd_semver_numbers_cmp(a->numbers, b->numbers);
	if (c)
		return c;
	if (!a->pre.p || !b->pre.p)
		return !a->pre.p - !b->pre.p;
	return dd_semver_ids_cmp(a->pre, b->pre, fold);
}

bool dd_vercmp_semver(struct dd_str a, struct dd_str b, int *ret)
{
	struct dd_semver x, y;
	if (!dd_semver_parse(a, &x) || !dd_semver_parse(b, &y))
		return false;
	*ret = dd_semver_cmp(&x, &y, false);
	return true;
}
