/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(apk_rising)
{
	static const char *const rising[] = {
		"0",
		"0.1_alpha",
		"0.1",
		"1.0_alpha",
		"1.0_alpha1-r3",
		"1.0_alpha2",
		"1.0_beta",
		"1.0_pre20191002222144-r0",
		"1.0_pre20210530193627-r0",
		"1.0_rc1",
		"1.0_rc10",
		"1.0",
		"1.0-r1",
		"1.0-r2",
		"1.0-r10",
		"1.0~ab12-r0",
		"1.0_cvs1",
		"1.0_svn1",
		"1.0_git20230101",
		"1.0_hg1",
		"1.0_p1",
		"1.0_p1-r1",
		"1.0_p10",
		"1.0a",
		"1.0a-r1",
		"1.0b",
		"1.0z",
		"1.0.0",
		"1.00",
		"1.01",
		"1.09",
		"1.1",
		"1.9",
		"1.10",
		"1.90",
		"2",
		"10",
		"20230101",
	};
	dd_check_rising(DD_SCHEME_APK, rising, DD_COUNT(rising));
}

TEST(apk_rows)
{
	static const struct dd_order_row rows[] = {
		{ "1", '=', "01" }, /* the first number is never a fraction */
		{ "1.2.3-r0", '>', "1.2.3" },
		{ "1-r1", '=', "1-r01" },
		{ "1_p1", '=', "1_p01" },
		{ "1_p", '<', "1_p0" }, /* a suffix without a number is lower than any with one */
		{ "1_alpha", '<', "1_alpha0" },
		{ "1.2_rc1_p1", '>', "1.2_rc1" },
		{ "1.2_rc1_alpha", '<', "1.2_rc1" },
		{ "1.36.1-r15", '<', "1.36.1-r19" },
		{ "3.1.4-r5", '<', "3.1.4-r10" },
		{ "1.2.4_git20230717-r4", '>', "1.2.4-r99" },
		{ "9.9_p1-r2", '<', "9.9_p2-r0" },
		{ "99999999999999999999999999", '<', "100000000000000000000000000" },
		{ "1.99999999999999999999999999", '<', "1.100000000000000000000000000" },
		/* texts that apk would not build */
		{ "1-r", '=', "1-r0" },
		{ "1.2", '>', "1.2_foo" },
		{ "1.2_bar", '<', "1.2_foo" },
		{ "1.2_alpha", '<', "1.2_foo" },
		{ "6.6.2p1", '<', "6.6.2p2" },
		{ "6.6.2p1", '>', "6.6.2_p1" },
		{ "1.2.3-alpha", '<', "1.2.3" },
		{ "1.2.3-4", '=', "1.2.3-5" },
		{ "1.", '<', "1" },
		{ "a", '<', "b" },
		{ ".1", '<', "1" },
	};
	dd_check_order_rows(DD_SCHEME_APK, rows, DD_COUNT(rows));
}

TEST(apk_refused)
{
	static const struct dd_str texts[] = {
		DD_STR(""),
		DD_STR(" "),
		DD_STR("1 2"),
		DD_STR("edge"),
		DD_STR("unknown"),
		DD_STR("-r1"),
		DD_STR("_alpha"),
		DD_STR("."),
		DD_STR("..1"),
		DD_STR("~1"),
		DD_STR("A"),
		DD_STR("v1.0 "),
		DD_STR("1\0"
		       "1"),
		DD_STR("1.\xff"),
		DD_STR("1\n"),
		DD_STR("1\x7f"),
		DD_STR("none"),
	};
	dd_check_refused(DD_SCHEME_APK, texts, DD_COUNT(texts));
}
