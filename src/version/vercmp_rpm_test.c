/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(rpm_rising)
{
	static const char *const rising[] = {
		"1.0~beta-1.el9",
		"1.0~rc1-1.el9",
		"1.0~rc1^git1-1",
		"1.0~rc2-1",
		"1.0",
		"1.0-",
		"1.0-0.1.el9",
		"1.0-1.el8",
		"1.0-1.el8_10",
		"1.0-1.el9",
		"1.0-1.el9_2",
		"1.0-1.el9_2.1",
		"1.0-1.1.el9",
		"1.0-2.module+el8.9.0+1",
		"1.0-10",
		"1.0^20230101git-1",
		"1.0^20230102git-1",
		"1.0a-1",
		"1.0aa-1",
		"1.0b-1",

		"1.0.1-1",
		"1.1",
		"1.10",
		"20230101",
		"1:0",
		"2:0",
		"10:0",
	};
	dd_check_rising(DD_SCHEME_RPM, rising, DD_COUNT(rising));
}

TEST(rpm_rows)
{
	static const struct dd_order_row rows[] = {
		{ "1.0", '=', "1_0" },
		{ "1.0", '=', "1..0." },
		{ "1.0a", '=', "1.0.a" },
		{ "1.0", '=', "1.00" },
		{ "0:1", '=', "1" },
		{ ":1", '=', "1" },
		{ "00:1", '=', "1" },
		{ "01:1", '>', "9" },
		{ "a:1", '<', "a:2" }, /* no epoch: the colon separates */
		{ "1-1:2", '=', "1-1.2" },
		{ "1.5.0", '>', "1.5a" },
		{ "1.5", '<', "1.5a" },
		{ "1.1.\xce\xb1", '=', "1.1.\xce\xb2" },
		{ "4.18.0-513.5.1.el8_9", '<', "4.18.0-513.18.1.el8_9" },
		{ "1:3.0.7-16.el9_2", '<', "1:3.0.7-24.el9" },
		{ "18446744073709551616", '>', "18446744073709551615" },
		{ "0.00000000000000000000000000000000001", '=', "0.1" },
		{ "4294967297:1", '>', "1:1" }, /* an epoch beyond 32 bit does not wrap */
	};
	dd_check_order_rows(DD_SCHEME_RPM, rows, DD_COUNT(rows));
}

TEST(rpm_refused)
{
	static const struct dd_str texts[] = {
		DD_STR(""),
		DD_STR(" "),
		DD_STR("1 2"),
		DD_STR(" 1"),
		DD_STR("1 "),
		DD_STR("1\t"),
		DD_STR("1\n"),
		DD_STR("1\r"),
		DD_STR("1\0"
		       "2"),
		DD_STR("1\x7f"),
	};
	dd_check_refused(DD_SCHEME_RPM, texts, DD_COUNT(texts));
}
