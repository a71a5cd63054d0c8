/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of the version orders: where a package manager's own comparison is no order, which texts the laws of an
 * order are asked of. Each case is told in the file of its scheme. */
#ifndef DD_VERCMP_LAWFUL_ROWS_H
#define DD_VERCMP_LAWFUL_ROWS_H

#include "version/version.h"

/* maven: words stand in front of digits or at the end; no empty item; no zero right behind "-" or letters. */
static inline bool dd_lawful_maven(struct dd_str s)
{
	char before = '-'; /* what stands in front of the run */
	while (s.n) {
		bool digit = dd_is_digit(s.p[0]), zero = true, empty = true;
		for (; s.n && s.p[0] != '.' && s.p[0] != '-' && dd_is_digit(s.p[0]) == digit; s = dd_str_skip(s, 1)) {
			zero = zero && s.p[0] == '0';
			empty = false;
		}
		bool end = s.n == 0;
		if (empty || (digit && zero && before != '.') || (!digit && !end && !dd_is_digit(s.p[0])))
			return false;
		before = end ? ' ' : s.p[0];
		if (before == '.' || before == '-') {
			s = dd_str_skip(s, 1);
			if (s.n == 0)
				return false;
		}
	}
	return true;
}

static inline bool dd_order_is_lawful(enum dd_scheme scheme, struct dd_str s)
{
	if (scheme == DD_SCHEME_MAVEN)
		return dd_lawful_maven(s);
	/* the package release counts only where both have one */
	if (scheme == DD_SCHEME_ALPM)
		return dd_str_find(s, '-') < s.n;
	return scheme != DD_SCHEME_COMPOSER || dd_str_find(s, '#') == s.n;
}

#endif
