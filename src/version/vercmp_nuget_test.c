/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(nuget_rising)
{
	static const char *const rising[] = {
		"0",	      "0.0.0.1-a",    "1.0.0-0",       "1.0.0-alpha", "1.0.0-Alpha.1",
		"1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-RC.1",  "1.0.0",
		"1.0.0.1-rc", "1.0.0.1",      "1.0.0.2",       "1.0.1",	      "1.2",
		"10.0",
	};
	dd_check_rising(DD_SCHEME_NUGET, rising, DD_COUNT(rising));
}

TEST(nuget_rows)
{
	static const struct dd_order_row rows[] = {
		{ "1", '=', "1.0.0.0" },
		{ "1.0.0.0", '=', "1.0.0" },
		{ "1.0.01", '=', "1.0.1" },
		{ "1.0.0-BETA", '=', "1.0.0-beta" },
		{ "1.0.0+a", '=', "1.0.0+b" },
		{ "1.0.0-beta2", '>', "1.0.0-BETA" },
		{ "1.0.0-rc", '<', "1.0" },
		{ "1.0.0-Z", '>', "1.0.0-a" },
		{ "1.0.0-a.9", '<', "1.0.0-A.10" },
	};
	dd_check_order_rows(DD_SCHEME_NUGET, rows, DD_COUNT(rows));
}
