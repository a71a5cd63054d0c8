/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(gem_rising)
{
	static const char *const rising[] = {
		"0",	     "0.0.1", "0.9",	   "1.0.a.2", "1.0.b1",	 "1.0.b10",  "1.0.pre.1",
		"1.0.0.rc1", "1.0",   "1.0.1.pre", "1.0.1",   "1.8.2.a", "1.8.2.a9", "1.8.2.a10",
		"1.8.2.b",   "1.8.2", "1.9.0.dev", "1.9.0",   "1.10",	 "10",
	};
	dd_check_rising(DD_SCHEME_GEM, rising, DD_COUNT(rising));
}

TEST(gem_rows)
{
	/* test/rubygems/test_gem_version.rb, test_spaceship and test_equality. */
	static const struct dd_order_row rows[] = {
		{ "1.2", '=', "1.2.0" },
		{ "1.2.b1", '=', "1.2.b.1" },
		{ "1.0.a", '=', "1.a" },
		{ "1.0.a.0", '=', "1.0.a" },
		{ "1.0", '=', "01.00.0" },
		{ "1.2.3-1", '=', "1.2.3.pre.1" },
		{ "1.2.3-1", '<', "1.2.3" },
		{ "1.8.2", '>', "0.0.0" },
		{ "1.8.2", '>', "1.8.2.a" },
		{ "1.8.2.b", '>', "1.8.2.a" },
		{ "1.8.2.a10", '>', "1.8.2.a9" },
		{ "1", '>', "1beta" },
		{ "1.0.a", '>', "1.0.A" },
		{ "10.0", '>', "9" },
		{ "1.0.0.x0", '=', "1.x" },
		{ "5.x", '>', "5.0.0.rc2" },
		{ "5.2.4.a10.0.0", '=', "5.2.4.a10" },
	};
	dd_check_order_rows(DD_SCHEME_GEM, rows, DD_COUNT(rows));
}

TEST(gem_refused)
{
	static const struct dd_str texts[] = {
		DD_STR(""),   DD_STR("junk"), DD_STR("1.0\n2.0"),	  DD_STR("1 0"),
		DD_STR(".1"), DD_STR("1,2"),  DD_STR("1.0-x86_64-linux"), DD_STR("~> 1.0"),
		DD_STR("v1"), DD_STR("1\0"),  DD_STR("1.\xc3\xa9"),	  DD_STR("1+2"),
	};
	dd_check_refused(DD_SCHEME_GEM, texts, DD_COUNT(texts));
}
