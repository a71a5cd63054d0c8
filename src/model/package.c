/* SPDX-License-Identifier: Apache-2.0 */
#include "model/package.h"

const char *dd_package_evidence_name(enum dd_package_evidence e)
{
	static const char *const names[DD_PACKAGE_EVIDENCE_COUNT] = { "installed", "declared", "guessed" };
	return names[e];
}
