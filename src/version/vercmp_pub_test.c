/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(pub_rising)
{
	/* pub_semver, test/version_test.dart: the list of versions in ascending order. */
	static const char *const rising[] = {
		"1.0.0-alpha",
		"1.0.0-alpha.1",
		"1.0.0-beta.2",
		"1.0.0-beta.11",
		"1.0.0-rc.1",
		"1.0.0-rc.1+build.1",
		"1.0.0",
		"1.0.0+0.3.7",
		"1.3.7+build",
		"1.3.7+build.2.b8f12d7",
		"1.3.7+build.11.e0f985a",
		"2.0.0",
		"2.1.0",
		"2.2.0",
		"2.11.0",
		"2.11.1",
	};
	dd_check_rising(DD_SCHEME_PUB, rising, DD_COUNT(rising));
}

TEST(pub_rows)
{
	static const struct dd_order_row rows[] = {
		{ "1.0.0+1", '<', "1.0.0+2" }, { "1.0.0+9", '<', "1.0.0+10" }, { "1.0.0+1", '<', "1.0.0+a" },
		{ "3.0.15+1", '>', "3.0.15" }, { "1.0.0-a+1", '<', "1.0.0" },  { "1.0", '=', "1.0.0" },
		{ "1.0.0+", '?', "1.0.0" },
	};
	dd_check_order_rows(DD_SCHEME_PUB, rows, DD_COUNT(rows));
}
