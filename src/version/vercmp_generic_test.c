/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(generic_rows)
{
	static const char *const openssl[] = {
		"0.9.8-beta1", "0.9.8",		"0.9.8a",      "0.9.8z", "0.9.8za", "0.9.8zh",
		"1.0.0-beta1", "1.0.0",		"1.0.2",       "1.0.2k", "1.0.2zg", "1.1.0",
		"1.1.1w",      "3.0.0-alpha17", "3.0.0-beta2", "3.0.0",	 "3.0.10",  "3.1.0",
	};
	static const char *const others[] = {
		"1.0-SNAPSHOT", "1.0",	  "1.0-log",	      "1.0p1",
		"1.0p2",	"1.0p10", "1.0.0-1",	      "1.0.1",
		"8.4p1",	"8.5",	  "9.4.50.v20221201", "9.4.51.v20230217",
		"20230101",
	};
	static const struct dd_order_row rows[] = {
		{ "1", '=', "1.0.0" },
		{ "v1.2", '=', "1.2" },
		{ "1.0-RC1", '=', "1.0rc1" },
		{ "1.0_p1", '=', "1.0p1" },
		{ "1.0-rc1", '<', "1.0" },
		{ "2.4.49", '<', "2.4.50" },
		{ "8.0.23-log", '>', "8.0.23" },
		{ "", '?', "1" },
		{ "latest", '?', "1" },
		{ "v", '?', "1" },
		{ "1 0", '?', "1" },
		{ "1.0*", '?', "1" },
		{ "1.\xc3\xa9", '?', "1" },
	};
	dd_check_rising(DD_SCHEME_GENERIC, openssl, DD_COUNT(openssl));
	dd_check_rising(DD_SCHEME_GENERIC, others, DD_COUNT(others));
	dd_check_order_rows(DD_SCHEME_GENERIC, rows, DD_COUNT(rows));
}
