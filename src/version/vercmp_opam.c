/* SPDX-License-Identifier: Apache-2.0 */
/* OCaml packages (opam).
 *
 * Debian's order of an upstream version (vercmp_deb.c) over the whole text: no epoch, no revision; "~" is below the
 * end, letters below all other bytes. So 1.0~beta < 1.0 < 1.0-1 < 1.0.1, v0.9 > 1.0. Every text of [0-9A-Za-z_+.~-] is
 * a version.
 *
 * Source: opam manual, "Version ordering"; OpamVersionCompare. */
#include "version/vercmp.h"

static bool is_version_byte(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || c == '_' || c == '+' || c == '.' || c == '~' || c == '-';
}

static bool is_version(struct dd_str s)
{
	return dd_take_run(&s, is_version_byte).n && s.n == 0;
}

bool dd_vercmp_opam(struct dd_str a, struct dd_str b, int *ret)
{
	if (!is_version(a) || !is_version(b))
		return false;
	*ret = dd_deb_part_cmp(a, b);
	return true;
}
