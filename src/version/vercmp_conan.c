/* SPDX-License-Identifier: Apache-2.0 */
/* Conan packages, versions 1 and 2.
 *
 *   version := items [ "-" items ] [ "+" items ]      items := item { "." item }
 *
 * The build is behind the last "+", the pre-release behind the first "-". Items are compared one by one, missing ones
 * are 0 at the end (1.0 = 1). A pre-release is below the version without it; the build counts, and none is below any. A
 * recipe revision (1.0#rev) and what follows it (%package, @user/channel) are no part of the version and do not count.
 *
 * Items: numbers by value. Conan compares a number with a text, and two texts, byte by byte, which is no order (9 < 10
 * < 1a < 9 …). Here an item is its leading digits by value and then the rest by its bytes: 1.1.1 < 1.1.1k < 1.1.1w
 * < 1.1.2, and texts without digits (cci.20200101) are above all numbers. That differs where the leading digits of a
 * text differ in length: 9a < 10a.
 *
 * Source: conan 2, conans/model/version.py. */
#include "version/vercmp.h"

struct conan {
	struct dd_str items, pre, build; /* p == NULL: none */
};

static bool is_version_byte(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || c == '.' || c == '_' || c == '+' || c == '-';
}

/* A word and nothing more is a tag that moves ("latest"); "cci.20200101" is not. */
static bool is_version(struct dd_str s)
{
	struct dd_str all = s, word = s;
	return dd_take_run(&all, is_version_byte).n && all.n == 0 && (dd_take_run(&word, dd_is_alpha), word.n);
}

/* The recipe revision and all behind it. */
static struct dd_str without_reference(struct dd_str s)
{
	return dd_str_take(dd_str_take(s, dd_str_find(s, '#')), dd_str_find(s, '@'));
}

static struct conan split(struct dd_str s)
{
	struct conan v = { s, { NULL, 0 }, { NULL, 0 } };
	size_t plus = dd_str_rfind(s, '+');
	if (plus < s.n) {
		v.build = dd_str_skip(s, plus + 1);
		v.items = dd_str_take(s, plus);
	}
	size_t hyphen = dd_str_find(v.items, '-');
	if (hyphen < v.items.n) {
		v.pre = dd_str_skip(v.items, hyphen + 1);
		v.items = dd_str_take(v.items, hyphen);
	}
	return v;
}

static int item_cmp(struct dd_str a, struct dd_str b)
{
	bool x = a.n && dd_is_digit(a.p[0]), y = b.n && dd_is_digit(b.p[0]);
	if (a.n == 0 || b.n == 0)
		return (a.n > 0) - (b.n > 0);
	if (x != y)
		return x ? -1 : 1;
	int c = dd_digits_cmp(dd_take_run(&a, dd_is_digit), dd_take_run(&b, dd_is_digit));
	return c ? c : dd_sign(dd_str_cmp(a, b));
}

/* The end is 0, which only zeros at the end are equal to. */
static int items_cmp(struct dd_str a, struct dd_str b)
{
	for (;;) {
		struct dd_str x = DD_STR("0"), y = DD_STR("0");
		bool more = dd_str_next(&a, '.', &x);
		more |= dd_str_next(&b, '.', &y);
		int c = item_cmp(x, y);
		if (c || !more)
			return c;
	}
}

static int conan_cmp(const struct conan *a, const struct conan *b)
{
	int c = items_cmp(a->items, b->items);
	if (c == 0)
		c = a->pre.p && b->pre.p ? items_cmp(a->pre, b->pre) : !a->pre.p - !b->pre.p;
	if (c == 0)
		c = a->build.p && b->build.p ? items_cmp(a->build, b->build) : !b->build.p - !a->build.p;
	return c;
}

bool dd_vercmp_conan(struct dd_str a, struct dd_str b, int *ret)
{
	a = without_reference(a);
	b = without_reference(b);
	if (!is_version(a) || !is_version(b))
		return false;
	struct conan x = split(a), y = split(b);
	*ret = conan_cmp(&x, &y);
	return true;
}
