/* SPDX-License-Identifier: Apache-2.0 */
/* Dart's pub packages, and Julia's.
 *
 * Semantic versions (the grammar of vercmp_semver.c), but what stands behind "+" counts: after an equal rest a version
 * with a build is above one without, and builds compare as pre-releases do. So 1.0.0 < 1.0.0+1 < 1.0.0+2 < 1.0.0+a.
 *
 * Source: pub_semver, Version.compareTo ("Builds always come after no build string"); Julia, base/version.jl, isless():
 * the build is the number of a rebuild of binaries (OpenSSL_jll 3.0.15+1). */
#include "version/semver_parts.h"
#include "version/vercmp.h"

bool dd_vercmp_pub(struct dd_str a, struct dd_str b, int *ret)
{
	struct dd_semver x, y;
	if (!dd_semver_parse(a, &x) || !dd_semver_parse(b, &y))
		return false;
	int c = dd_semver_cmp(&x, &y, false);
	if (c == 0)
		c = x.build.p && y.build.p ? dd_semver_ids_cmp(x.build, y.build, false) : !y.build.p - !x.build.p;
	*ret = c;
	return true;
}
