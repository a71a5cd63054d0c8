/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/perl/perl_dist.h"

bool dd_perl_cut_dist(struct dd_str dist, struct dd_str *ret_name, struct dd_str *ret_version)
{
	for (size_t i = dist.n; i-- > 1;) {
		struct dd_str version = dd_str_skip(dist, i + 1);
		size_t digit = version.n && version.p[0] == 'v' ? 1 : 0;
		if (dist.p[i] != '-' || version.n <= digit || !dd_is_digit(version.p[digit]))
			continue;
		*ret_name = dd_str_take(dist, i);
		*ret_version = version;
		return true;
	}
	return false;
}
