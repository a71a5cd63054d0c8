/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of version ranges: rows { range, versions in it, versions not in it }. */
#ifndef DD_VERSION_RANGE_ROWS_H
#define DD_VERSION_RANGE_ROWS_H

#include <stdio.h>

#include "support/test.h"
#include "version/version_range.h"

struct dd_range_row {
	const char *range, *in, *out; /* versions with blanks between them */
};

static inline void dd_check_versions(const struct dd_version_range *r, const char *range, const char *versions,
				     bool want)
{
	struct dd_str rest = dd_str_from(versions), version;
	while (dd_str_next(&rest, ' ', &version)) {
		char row[300];
		bool in = !want;
		(void)snprintf(row, sizeof row, "%s %s %.*s", range, want ? "has" : "lacks", DD_FMT(version));
		if (version.n == 0)
			continue;
		CHECK_ROW(dd_version_range_contains(r, version, &in), row);
		CHECK_ROW(in == want, row);
	}
}

#endif
