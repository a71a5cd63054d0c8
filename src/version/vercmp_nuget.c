/* SPDX-License-Identifier: Apache-2.0 */
/* NuGet package versions.
 *
 * Semantic versions (the grammar of vercmp_semver.c) with a fourth number, "Revision", and without case: 1.0 = 1.0.0.0,
 * 1.0.0-BETA = 1.0.0-beta. Numbers may have leading zeros. What stands behind "+" never counts.
 *
 * Source: NuGet.Versioning, VersionComparer.Default (= VersionComparison.VersionRelease before metadata) and
 * https://learn.microsoft.com/nuget/concepts/package-versioning. It reads numbers of a pre-release beyond 2^31 as
 * words; here they stay numbers. */
#include "version/semver_parts.h"
#include "version/vercmp.h"

bool dd_vercmp_nuget(struct dd_str a, struct dd_str b, int *ret)
{
	struct dd_semver x, y;
	if (!dd_semver_parse(a, &x) || !dd_semver_parse(b, &y))
		return false;
	*ret = dd_semver_cmp(&x, &y, true);
	return true;
}
