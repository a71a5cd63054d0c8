/* SPDX-License-Identifier: Apache-2.0 */
/* Arch Linux (pacman) package versions.
 *
 *   version := [ digits ":" ] pkgver [ "-" pkgrel ]        pkgrel behind the last hyphen
 *
 * Epoch, then pkgver, then pkgrel, but pkgrel only where both have one: 1.0 = 1.0-1 and 1.0 = 1.0-2, so that versions
 * with and without pkgrel together are in no order.
 *
 * pkgver and pkgrel run by run: digits by value, letters by their bytes, digits above letters; between runs the longer
 * stretch of other bytes is newer. Where one ends: 1.0alpha < 1.0 < 1.0.alpha < 1.0. < 1.0.1.
 *
 * Source: pacman 6, lib/libalpm/version.c (alpm_pkg_vercmp, rpmvercmp). It does not look at the length of the stretch
 * where one version ends behind it (1. and 1..a), which is no order; here it counts there too. */
#include "version/vercmp.h"

struct alpm {
	struct dd_str epoch, version, release; /* release.p == NULL: none */
};

static bool is_alnum(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c);
}

static bool is_other(char c)
{
	return !is_alnum(c);
}

static bool parse(struct dd_str s, struct alpm *ret)
{
	struct alpm v = { DD_STR("0"), s, { NULL, 0 } };
	struct dd_str rest = s, digits = dd_take_run(&rest, dd_is_digit);
	if (!dd_str_is_word(s))
		return false;
	if (rest.n && rest.p[0] == ':') {
		v.epoch = digits;
		v.version = dd_str_skip(rest, 1);
	}
	size_t hyphen = dd_str_rfind(v.version, '-');
	if (hyphen < v.version.n) {
		v.release = dd_str_skip(v.version, hyphen + 1);
		v.version = dd_str_take(v.version, hyphen);
	}
	*ret = v;
	return v.version.n > 0;
}

/* Where at least one has ended: letters < the end < other bytes < digits. */
static int end_cmp(struct dd_str a, struct dd_str b)
{
	if (a.n == 0 && b.n == 0)
		return 0;
	return (a.n == 0 && !dd_is_alpha(b.p[0])) || (a.n && dd_is_alpha(a.p[0])) ? -1 : 1;
}

static int part_cmp(struct dd_str a, struct dd_str b)
{
	while (a.n && b.n) {
		size_t x = dd_take_run(&a, is_other).n, y = dd_take_run(&b, is_other).n;
		if (x != y)
			return x < y ? -1 : 1;
		if (a.n == 0 || b.n == 0)
			break;
		bool digit = dd_is_digit(a.p[0]);
		if (digit != dd_is_digit(b.p[0]))
			return digit ? 1 : -1;
		struct dd_str s = dd_take_run(&a, digit ? dd_is_digit : dd_is_alpha);
		struct dd_str t = dd_take_run(&b, digit ? dd_is_digit : dd_is_alpha);
		int c = digit ? dd_digits_cmp(s, t) : dd_sign(dd_str_cmp(s, t));
		if (c)
			return c;
	}
	return end_cmp(a, b);
}

bool dd_vercmp_alpm(struct dd_str a, struct dd_str b, int *ret)
{
	struct alpm x, y;
	if (!parse(a, &x) || !parse(b, &y))
		return false;
	int c = dd_digits_cmp(x.epoch, y.epoch);
	if (c == 0)
		c = part_cmp(x.version, y.version);
	if (c == 0 && x.release.p && y.release.p)
		c = part_cmp(x.release, y.release);
	*ret = c;
	return true;
}
