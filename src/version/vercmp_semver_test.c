/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(semver_rising)
{
	/* Item 11 of the specification, and more of its kind. */
	static const char *const rising[] = {
		"0",
		"0.0.1-0",
		"0.0.1-1",
		"0.0.1-a",
		"0.0.1",
		"1.0.0--",
		"1.0.0-0a",
		"1.0.0-A",
		"1.0.0-alpha",
		"1.0.0-alpha.1",
		"1.0.0-alpha.beta",
		"1.0.0-beta",
		"1.0.0-beta.2",
		"1.0.0-beta.11",
		"1.0.0-rc.1",
		"1.0.0",
		"1.0.1",
		"1.1",
		"2.0.0",
		"2.1.0",
		"2.1.1",
		"10.0.0",
	};
	dd_check_rising(DD_SCHEME_SEMVER, rising, DD_COUNT(rising));
}

TEST(semver_rows)
{
	static const struct dd_order_row rows[] = {
		{ "1.0.0+a", '=', "1.0.0+b.2" },
		{ "1.0.0-rc.1+a", '=', "v1.0.0-rc.1" },
		{ "1", '=', "1.0.0" },
		{ "1.0", '=', "1.0.0.0" },
		{ "0", '<', "0.0.0.1" },
		{ "0.9.7.1", '>', "0.9.7" },
		{ "2023.03.20", '=', "2023.3.20" },
		{ "1.0.0-01", '=', "1.0.0-1" },
		{ "1.0-beta", '=', "1.0.0-beta" },
		{ "1.0.0.beta.3", '=', "1.0.0-beta.3" },
		{ "1.2rc1", '=', "1.2.0-rc1" },
		{ "v2.0.0-alpha7", '<', "2.0.0" },
		{ "0.0.0-20190603091049-60506f45cf65", '<',
		  "0.0.0-20220906165146-f3363e06e74c" }, /* Go pseudo-versions */
		{ "1.20.0-rc.1", '<', "1.20.0" },
		{ "1.0.0-18446744073709551616", '>', "1.0.0-18446744073709551615" },
		{ "18446744073709551616.0.0", '>', "18446744073709551615.0.0" },
	};
	dd_check_order_rows(DD_SCHEME_SEMVER, rows, DD_COUNT(rows));
}

TEST(semver_refused)
{
	static const struct dd_str texts[] = {
		DD_STR(""),
		DD_STR("v"),
		DD_STR("vv1"),
		DD_STR("~"),
		DD_STR("*"),
		DD_STR("2.0.x"),
		DD_STR("1.3.0-*"),
		DD_STR("^1.0"),
		DD_STR(">=1"),
		DD_STR("latest"),
		DD_STR("1."),
		DD_STR(".1"),
		DD_STR("1..2"),
		DD_STR("1.0.0-"),
		DD_STR("1.0.0-a..b"),
		DD_STR("1.0.0-a."),
		DD_STR("1.0.0+"),
		DD_STR("1.0.0-+b"),
		DD_STR("1.0.0+a+b"),
		DD_STR("1 2"),
		DD_STR(" 1"),
		DD_STR("1\n"),
		DD_STR("1.0.0-\xff"),
		DD_STR("1.0\0"
		       "1"),
		DD_STR("1.0.0-a\0"),
		DD_STR("1.0.0+a\0"),
		DD_STR("nightly.2026-03-10.0"),
		DD_STR("-1"),
		DD_STR("1.0.0_1"),
		DD_STR("(devel)"),
	};
	dd_check_refused(DD_SCHEME_SEMVER, texts, DD_COUNT(texts));
}
