/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(composer_rising)
{
	static const char *const rising[] = {
		"dev-foo",    "dev-main", "0.1",      "1.0-dev", "1.0a1",    "1.0-alpha2", "1.0b1",
		"1.0-beta.2", "1.0RC1",	  "1.0-rc10", "1.0",	 "1.0.0",    "1.0.1",	   "1.0.9999",
		"1.0.x-dev",  "1.2",	  "1.x-dev",  "2.0.0",	 "2.0.0pl1", "2.0.0.1",
	};
	/* pl is above the numbers as well */
	dd_check_rising(DD_SCHEME_COMPOSER, rising, DD_COUNT(rising) - 1);
}

TEST(composer_rows)
{
	static const struct dd_order_row rows[] = {
		{ "v1.0", '=', "1.0" },		  { "V1.0", '=', "1.0" },
		{ "1.0.0RC1", '=', "1.0.0-rc1" }, { "1.0-b2", '=', "1.0.beta.2" },
		{ "1.0-patch1", '=', "1.0pl1" },  { "1.0pl1", '>', "1.0.5" },
		{ "1.0-stable", '=', "1.0" },	  { "1.0+build", '=', "1.0" },
		{ "1.0@dev", '=', "1.0" },	  { "1.0-foo", '<', "1.0-dev" },
		{ "dev-master", '=', "master" },  { "dev-main#abcdef", '=', "dev-main" },
		{ "dev-main", '<', "0.0.0" },	  { "1.x-dev", '=', "1.*-dev" },
		{ "1.2.x-dev", '<', "1.x-dev" },  { "1.2.x-dev", '>', "1.2.99" },
		{ "2.x-dev", '<', "3.0-dev" },	  { "1.2.3.#", '=', "1.2.3" },
		{ "1.2.3.#", '=', "1.2.3.1" },	  { "1.0.0", '>', "1.0" },
	};
	dd_check_order_rows(DD_SCHEME_COMPOSER, rows, DD_COUNT(rows));
}

TEST(composer_refused)
{
	static const struct dd_str texts[] = {
		DD_STR(""),	DD_STR("v"),	   DD_STR("latest"),  DD_STR("*"),	 DD_STR("^1.0"),
		DD_STR(">=1"),	DD_STR("1 0"),	   DD_STR("1\n"),     DD_STR("1\0"),	 DD_STR("1.\xc3\xa9"),
		DD_STR("dev-"), DD_STR("dev-a b"), DD_STR("1.0|2.0"), DD_STR("x.y-dev"),
	};
	dd_check_refused(DD_SCHEME_COMPOSER, texts, DD_COUNT(texts));
}
