/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(conan_rising)
{
	static const char *const rising[] = {
		"0",	 "1.0-alpha.1", "1.0-rc", "1.0",    "1.0+1", "1.0+2",	     "1.0+10",	     "1.0+a",
		"1.1.1", "1.1.1a",	"1.1.1k", "1.1.1w", "1.1.2", "1.9",	     "1.10-0",	     "1.10",
		"1.a",	 "9",		"9a",	  "10",	    "10a",   "cci.20200101", "cci.20230101",
	};
	dd_check_rising(DD_SCHEME_CONAN, rising, DD_COUNT(rising));
}

TEST(conan_rows)
{
	static const struct dd_order_row rows[] = {
		{ "1.0", '=', "1" },
		{ "1.0#2f1c", '=', "1.0@user/channel" },
		{ "1.0#2f1c%abcd", '=', "1.0" },
		{ "1.0-rc.2", '<', "1.0-rc.10" },
		{ "1.0-rc.1", '<', "1.0-rc-1" },
		{ "1.0-a+1", '<', "1.0" },
		{ "01", '=', "1" },
		{ "latest", '?', "1" },
		{ "[>=1.0]", '?', "1" },
		{ "1 0", '?', "1" },
		{ "", '?', "1" },
		{ "#abc", '?', "1" },
		{ "1.\xc3\xa9", '?', "1" },
	};
	dd_check_order_rows(DD_SCHEME_CONAN, rows, DD_COUNT(rows));
}
