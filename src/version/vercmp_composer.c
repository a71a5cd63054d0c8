/* SPDX-License-Identifier: Apache-2.0 */
/* PHP packages (Composer, Packagist): PHP's version_compare() behind what Composer makes of a version before.
 *
 *   version := ["v" "V"] digit and any of [0-9A-Za-z._-#] [ "@" stability ] [ "+" build ]
 *            | "dev-" branch [ "#" commit ] | numbers ".x-dev"
 *
 * Parts are the runs of digits and of letters. Part by part:
 *   unknown word < dev < alpha, a < beta, b < RC < (end) < number < pl, p          words by their first letters, no
 * case 1.0 < 1.0.0, as version_compare() has it. "#" stands for any number (version_compare()'s own placeholder; it is
 * not transitive). "stable" says nothing. The build and the stability flag do not count.
 *
 * A branch named by numbers, 2.x-dev or 2.1.x-dev, is above all versions that it can become: each x, and each number
 * that is missing up to the fourth, is 9999999. Other branches (dev-main; master, trunk and default without it) are
 * below all versions, and have only their name.
 *
 * Source: php-src ext/standard/versioning.c; composer/semver VersionParser::normalize, normalizeBranch. */
#include "version/vercmp.h"

enum rank { RANK_UNKNOWN, RANK_DEV, RANK_ALPHA, RANK_BETA, RANK_RC, RANK_END, RANK_PATCH };
enum { BRANCH_NUMBERS = 4 };

struct composer {
	bool branch;	   /* by name */
	bool numbers_only; /* 2.x-dev */
	struct dd_str rest;
	unsigned numbers; /* read so far, of a numbered branch */
};

/* In this order: a word is what it starts with. */
static const struct {
	const char *word;
	enum rank rank;
} forms[] = {
	{ "dev", RANK_DEV }, { "alpha", RANK_ALPHA }, { "a", RANK_ALPHA },  { "beta", RANK_BETA }, { "b", RANK_BETA },
	{ "rc", RANK_RC },   { "#", RANK_END },	      { "pl", RANK_PATCH }, { "p", RANK_PATCH },
};
static const char *const bare_branches[] = { "master", "trunk", "default" };

struct part {
	bool number;
	enum rank rank; /* RANK_END for numbers and the end */
	struct dd_str digits;
};

static bool is_part_end(char c)
{
	return c == '.' || c == '-' || c == '_';
}

static bool is_word_byte(char c)
{
	return !dd_is_digit(c) && !is_part_end(c);
}

static bool is_version_byte(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || is_part_end(c) || c == '#' || c == '@' || c == '+';
}

static bool starts_nocase(struct dd_str s, const char *word)
{
	/* most words are not it: this is where the time goes */
	if (s.n == 0 || dd_lower(s.p[0]) != word[0])
		return false;
	struct dd_str w = dd_str_from(word);
	return dd_str_eq_nocase(dd_str_take(s, w.n), w);
}

static bool parse_branch(struct dd_str s, struct composer *ret)
{
	bool bare = false;
	for (size_t i = 0; i < DD_COUNT(bare_branches); i++)
		bare = bare || dd_str_eq_c(s, bare_branches[i]);
	if (!bare && !starts_nocase(s, "dev-"))
		return false;
	s = dd_str_skip(s, bare ? 0 : 4);
	*ret = (struct composer){ .branch = true, .rest = dd_str_take(s, dd_str_find(s, '#')) };
	return ret->rest.n > 0 && dd_str_is_word(ret->rest);
}

/* 2.x-dev, 2.1.x-dev, 2.*-dev */
static bool is_numbered_branch(struct dd_str s)
{
	struct dd_str part;
	unsigned numbers = 0;
	bool x = false;
	if (s.n < 5 || !starts_nocase(dd_str_skip(s, s.n - 4), "-dev"))
		return false;
	for (s.n -= 4; dd_str_next(&s, '.', &part); numbers++) {
		bool wild = part.n == 1 && (dd_lower(part.p[0]) == 'x' || part.p[0] == '*');
		struct dd_str digits = part;
		if (part.n == 0 || (x && !wild) || (!wild && (dd_take_run(&digits, dd_is_digit).n == 0 || digits.n)))
			return false;
		x = x || wild;
	}
	return x && numbers <= BRANCH_NUMBERS;
}

static bool parse(struct dd_str s, struct composer *ret)
{
	if (s.n == 0)
		return false;
	if (parse_branch(s, ret))
		return true;
	if (dd_lower(s.p[0]) == 'v')
		s = dd_str_skip(s, 1);
	if (s.n == 0 || !dd_is_digit(s.p[0]))
		return false;
	*ret = (struct composer){ .numbers_only = is_numbered_branch(s), .rest = s };
	if (ret->numbers_only) {
		ret->rest.n -= 4;
		return true;
	}
	ret->rest.n = dd_str_find(ret->rest, '+');
	ret->rest.n = dd_str_find(ret->rest, '@');
	(void)dd_take_run(&s, is_version_byte);
	return s.n == 0;
}

static struct part number(struct dd_str digits)
{
	return (struct part){ true, RANK_END, digits };
}

static struct part next_of_branch(struct composer *v)
{
	struct dd_str part = DD_STR("x");
	if (v->numbers++ >= BRANCH_NUMBERS)
		return (struct part){ false, v->numbers > BRANCH_NUMBERS + 1 ? RANK_END : RANK_DEV, { NULL, 0 } };
	(void)dd_str_next(&v->rest, '.', &part);
	return number(dd_is_digit(part.p[0]) ? part : DD_STR("9999999"));
}

static struct part next(struct composer *v)
{
	if (v->numbers_only)
		return next_of_branch(v);
	for (;;) {
		(void)dd_take_run(&v->rest, is_part_end);
		if (v->rest.n == 0)
			return (struct part){ false, RANK_END, v->rest };
		if (dd_is_digit(v->rest.p[0]))
			return number(dd_take_run(&v->rest, dd_is_digit));
		struct dd_str word = dd_take_run(&v->rest, is_word_byte);
		struct part p = { false, RANK_UNKNOWN, { NULL, 0 } };
		if (starts_nocase(word, "stable"))
			continue;
		for (size_t i = DD_COUNT(forms); i; i--)
			if (starts_nocase(word, forms[i - 1].word))
				p.rank = forms[i - 1].rank;
		p.digits = word;
		return p;
	}
}

/* The end has no bytes, "#" has. */
static bool is_end(const struct part *p)
{
	return !p->number && p->rank == RANK_END && p->digits.n == 0;
}

static int part_cmp(const struct part *a, const struct part *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->number && b->number)
		return dd_digits_cmp(a->digits, b->digits);
	if (is_end(a) || is_end(b))
		return a->number - b->number;
	return 0;
}

static int version_cmp(struct composer *a, struct composer *b)
{
	for (;;) {
		struct part x = next(a), y = next(b);
		int c = part_cmp(&x, &y);
		if (c || (is_end(&x) && is_end(&y)))
			return c;
	}
}

bool dd_vercmp_composer(struct dd_str a, struct dd_str b, int *ret)
{
	struct composer x, y;
	if (!parse(a, &x) || !parse(b, &y))
		return false;
	if (x.branch || y.branch)
		*ret = x.branch && y.branch ? dd_sign(dd_str_cmp(x.rest, y.rest)) : y.branch - x.branch;
	else
		*ret = version_cmp(&x, &y);
	return true;
}
