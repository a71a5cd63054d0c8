/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(deb_rising)
{
	/* Policy 5.6.12's own example ("~~", "~~a", "~", "", "a") and what archives are full of. */
	static const char *const policy[] = { "1~~", "1~~a", "1~", "1", "1a" };
	static const char *const real[] = {
		"0~",
		"0",
		"0.0.1~",
		"1.0~beta1~svn1245",
		"1.0~beta1",
		"1.0~rc1-1",
		"1.0",
		"1.0-1~bpo12+1",
		"1.0-1~deb12u1",
		"1.0-1",
		"1.0-1+b1",
		"1.0-1+deb12u1",
		"1.0-1+deb12u2",
		"1.0-1.1",
		"1.0-2",
		"1.0-2ubuntu0.22.04.10",
		"1.0-2ubuntu1",
		"1.0-10",
		"1.0+dfsg-1",
		"1.0+git20230101-1",
		"1.0.1",
		"1.2",
		"1.2a",
		"1.2+",
		"1.2.0",
		"1.10",
		"10",
		"a",
		"1:0",
		"1:0.9-1",
		"2:0~",
		"10:0",
	};
	dd_check_rising(DD_SCHEME_DEB, policy, DD_COUNT(policy));
	dd_check_rising(DD_SCHEME_DEB, real, DD_COUNT(real));
}

TEST(deb_rows)
{
	static const struct dd_order_row rows[] = {
		{ "1", '=', "0:1" },
		{ "1", '=', "00:1-0" },
		{ "1.0", '=', "1.00" },
		{ "1.0-1", '=', "1.0-01" },
		{ "1-0", '=', "1" },
		{ "1.0", '<', "1.0-0.1" },
		{ "1.0-1-1", '>', "1.0-1" }, /* revision is behind the last hyphen */
		{ "1.0a", '<',
		  "1.0-"
		  "1a"
		  "-1" },
		{ "1:2:3", '>', "1:2" }, /* the epoch ends at the first colon */
		{ "+1:2", '=', "1:2" },	 /* strtol(3) */
		{ "-0:2", '=', "2" },
		{ " 1.0\n", '=', "1.0" },
		{ "1.0_1", '>', "1.0" }, /* dpkg warns, and compares */
		{ "1.\xc3\xa9", '>', "1.z" },
		{ "1.\xc3\xa9", '<', "1.+" },
		{ "2147483647:1", '>', "2147483646:9" },
		{ "99999999999999999999999999999999", '<', "100000000000000000000000000000000" },
		{ "1.000000000000000000000000000000001", '=', "1.1" },
		{ "2.36-9+deb12u4", '<', "2.36-9+deb12u10" },
		{ "1:9.2p1-2+deb12u2", '<', "1:9.2p1-2+deb12u3" },
		{ "3.0.11-1~deb12u2", '<', "3.0.11-1" },
		{ "7.88.1-10+deb12u5", '<', "8.0" },
	};
	dd_check_order_rows(DD_SCHEME_DEB, rows, DD_COUNT(rows));
}

TEST(deb_refused)
{
	/* Each of them ends dpkg --compare-versions with an error, but the empty text and the NUL. */
	static const struct dd_str texts[] = {
		DD_STR(""),
		DD_STR(" \t\n"),
		DD_STR("1 2"),
		DD_STR("1:"),
		DD_STR(":1"),
		DD_STR(":"),
		DD_STR("a:1"),
		DD_STR("-1:1"),
		DD_STR("1-1:2"),
		DD_STR("0x1:1"),
		DD_STR("1-"),
		DD_STR("-1"),
		DD_STR("1:-1"),
		DD_STR("-"),
		DD_STR("+:1"),
		DD_STR("1.0\0"
		       "1"),
		DD_STR("2147483648:1"),
		DD_STR("99999999999999999999:1"),
	};
	dd_check_refused(DD_SCHEME_DEB, texts, DD_COUNT(texts));
}
