/* SPDX-License-Identifier: Apache-2.0 */
/* Go modules and Go itself.
 *
 * Modules are semantic versions (the grammar of vercmp_semver.c): v1.2.3, pseudo-versions
 * v0.0.0-20190603091049-60506f45cf65 and v1.2.4-0.20190603091049-60506f45cf65, which are pre-releases, and
 * v2.0.0+incompatible, whose mark does not count. The "v" may be missing, as in OSV records.
 *
 * The toolchain and the standard library:
 *
 *   go      := "go" numbers [ word number ] [ suffix ]       word := "alpha" "beta" "rc"
 *   suffix  := a blank, "-" or "+" and anything: "go1.21.3 X:boringcrypto", "go1.22.1-fips", "go1.20.5 (Red Hat …)"
 *
 * The suffix names a build of the same source and does not count. go1.21rc2 is 1.21.0-rc.2, as OSV records write it.
 * From Go 1.21 on releases have three numbers and go1.21 alone names the language, which is below its first candidate;
 * go1.20 is 1.20.0. Not a version: "devel go1.23-…", "(devel)".
 *
 * Source: https://go.dev/ref/mod#versions, golang.org/x/mod/semver, go/version and internal/gover of Go 1.23. */
#include "version/semver_parts.h"
#include "version/vercmp.h"

/* go1.21rc2: its word and number are two identifiers without a dot between them. */
struct golang {
	struct dd_semver v;
	bool toolchain;
	bool language; /* go1.21: below every pre-release */
	struct dd_str word, number;
};

static const char *const words[] = { "alpha", "beta", "rc" };

static bool is_number_byte(char c)
{
	return dd_is_digit(c) || c == '.';
}

/* "1.21", "1.22", "2.0" …: only these name a language and not a release. */
static bool is_language(struct dd_str numbers)
{
	struct dd_str major, minor;
	if (!dd_str_next(&numbers, '.', &major) || !dd_str_next(&numbers, '.', &minor) || numbers.p)
		return false;
	int c = dd_digits_cmp(major, DD_STR("1"));
	return c > 0 || (c == 0 && dd_digits_cmp(minor, DD_STR("21")) >= 0);
}

static bool parse_toolchain(struct dd_str s, struct golang *ret)
{
	struct golang g = { .toolchain = true };
	g.v.numbers = dd_take_run(&s, is_number_byte);
	if (g.v.numbers.p[g.v.numbers.n - 1] == '.' || dd_str_search(g.v.numbers, DD_STR("..")) < g.v.numbers.n)
		return false;
	g.word = dd_take_run(&s, dd_is_alpha);
	if (g.word.n) {
		bool known = false;
		for (size_t i = 0; i < DD_COUNT(words); i++)
			known = known || dd_str_eq_c(g.word, words[i]);
		g.number = dd_take_run(&s, dd_is_digit);
		if (!known || g.number.n == 0)
			return false;
		g.v.pre = g.word;
	} else {
		g.language = is_language(g.v.numbers);
	}
	*ret = g;
	return s.n == 0 || s.p[0] == ' ' || s.p[0] == '-' || s.p[0] == '+';
}

static bool parse(struct dd_str s, struct golang *ret)
{
	if (dd_str_starts(s, DD_STR("go")) && s.n > 2 && dd_is_digit(s.p[2]))
		return parse_toolchain(dd_str_skip(s, 2), ret);
	*ret = (struct golang){ .toolchain = false };
	return dd_semver_parse(s, &ret->v);
}

/* The identifiers of a pre-release one by one. */
static bool next_id(struct golang *g, struct dd_str *ret)
{
	if (!g->toolchain)
		return dd_str_next(&g->v.pre, '.', ret);
	*ret = g->word.p ? g->word : g->number;
	if (g->word.p)
		g->word.p = NULL;
	else
		g->number.p = NULL;
	return ret->p != NULL;
}

static int pre_cmp(struct golang a, struct golang b)
{
	struct dd_str x, y;
	for (;;) {
		bool more_a = next_id(&a, &x), more_b = next_id(&b, &y);
		if (!more_a || !more_b)
			return more_a - more_b;
		int c = dd_semver_ids_cmp(x, y, false);
		if (c)
			return c;
	}
}

/* 0: the language, 1: a pre-release, 2: a release. */
static int rank(const struct golang *g)
{
	return g->language ? 0 : g->v.pre.p ? 1 : 2;
}

bool dd_vercmp_golang(struct dd_str a, struct dd_str b, int *ret)
{
	struct golang x, y;
	if (!parse(a, &x) || !parse(b, &y))
		return false;
	int c = dd_semver_numbers_cmp(x.v.numbers, y.v.numbers);
	if (c == 0)
		c = dd_sign(rank(&x) - rank(&y));
	*ret = c || rank(&x) != 1 ? c : pre_cmp(x, y);
	return true;
}
