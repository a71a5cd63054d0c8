/* SPDX-License-Identifier: Apache-2.0 */
/* By the bytes of the text: VERS "lexicographic", and dates of one form (VERS "datetime" with RFC 3339 texts in UTC).
 * Every text that is not empty is a version.
 *
 * Source: VERS specification, VERSION-RANGE-TYPES. */
#include "version/vercmp.h"

bool dd_vercmp_lexicographic(struct dd_str a, struct dd_str b, int *ret)
{
	if (a.n == 0 || b.n == 0)
		return false;
	*ret = dd_sign(dd_str_cmp(a, b));
	return true;
}
