/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in a row: R packages (CRAN, Bioconductor) and Haskell packages (Hackage, GHC).
 *
 *   version := digits { ("." | "-") digits }
 *
 * Number by number; where all are equal the shorter one is lower: 1.0 < 1.0.0, 1.2-3 = 1.2.3.
 *
 * Source: R, ?package_version and "Writing R Extensions" 1.1.1; Haskell PVP and Data.Version (lists of numbers; its
 * tags "1.0-alpha" are not allowed any more and are not versions here). */
#include "version/vercmp.h"

static bool is_sep(char c)
{
	return c == '.' || c == '-';
}

static bool is_version(struct dd_str s)
{
	for (;;) {
		if (dd_take_run(&s, dd_is_digit).n == 0)
			return false;
		if (s.n == 0)
			return true;
		if (!is_sep(s.p[0]))
			return false;
		s = dd_str_skip(s, 1);
	}
}

bool dd_vercmp_cran(struct dd_str a, struct dd_str b, int *ret)
{
	int c = 0;
	if (!is_version(a) || !is_version(b))
		return false;
	while (c == 0 && a.n && b.n) {
		c = dd_digits_cmp(dd_take_run(&a, dd_is_digit), dd_take_run(&b, dd_is_digit));
		if (c == 0 && (a.n == 0 || b.n == 0))
			break;
		a = dd_str_skip(a, 1);
		b = dd_str_skip(b, 1);
	}
	*ret = c ? c : (a.n > 0) - (b.n > 0);
	return true;
}
