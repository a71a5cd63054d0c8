/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(pep440_rising)
{
	/* The order of PEP 440, "Summary of permitted suffixes and relative ordering", and more of its kind. */
	static const char *const rising[] = {
		"0.1-bulbasaur",
		"0.1-charmander",
		"2004d",
		"2004e", /* legacy */
		"0",
		"0.0.1.dev0",
		"0.0.1a0",
		"1.dev0",
		"1.0.dev456",
		"1.0a1",
		"1.0a2.dev456",
		"1.0a12.dev456",
		"1.0a12",
		"1.0b1.dev456",
		"1.0b2",
		"1.0b2.post345.dev456",
		"1.0b2.post345",
		"1.0rc1.dev456",
		"1.0rc1",
		"1.0",
		"1.0+abc.5",
		"1.0+abc.7",
		"1.0+5",
		"1.0+5.1",
		"1.0.post456.dev34",
		"1.0.post456",
		"1.0.15",
		"1.1.dev1",
		"1.1",
		"2023.3",
		"1!0.1",
	};
	dd_check_rising(DD_SCHEME_PEP440, rising, DD_COUNT(rising));
}

TEST(pep440_rows)
{
	static const struct dd_order_row rows[] = {
		{ "1.0", '=', "1" },
		{ "1.0.0", '=', "v1" },
		{ "1.0", '=', "0!1" },
		{ "01.02", '=', "1.2" },
		{ "1.0alpha1", '=', "1.0-A_1" },
		{ "1.0.beta", '=', "1b0" },
		{ "1.0c2", '=', "1.0RC2" },
		{ "1.0preview3", '=', "1.0-pre.3" },
		{ "1.0-1", '=', "1.0.post1" },
		{ "1.0rev2", '=', "1.0-r2" },
		{ "1.0.post", '=', "1.0post0" },
		{ "1.0DEV", '=', "1.0.dev0" },
		{ "1.0+ubuntu-1", '=', "1.0+UBUNTU.1" },
		{ "1.0a.", '=', "1.0a0" },
		{ "1.0+a", '<', "1.0+1" },
		{ "1.0", '<', "1.0+0" },
		{ "1.0.post1", '>', "1.0+local" },
		{ "1.0a1.post1", '<', "1.0a2" },
		{ "2012.10", '>', "1.3" },
		{ "1!1.0", '>', "2012.4" },
		{ "99999999999999999999.0", '<', "99999999999999999999.1" },
		{ "1.0-foo", '<', "0" },
		{ "not.a.version", '<', "0.dev0" },
		{ "2013b", '=', "2013b0" },
		{ "2013d", '<', "2013.4" },
	};
	dd_check_order_rows(DD_SCHEME_PEP440, rows, DD_COUNT(rows));
}

TEST(pep440_refused)
{
	static const struct dd_str texts[] = {
		DD_STR(""),	      DD_STR("latest"),	    DD_STR("unknown"), DD_STR("1.0.*"), DD_STR(">=1.0"),
		DD_STR("1 0"),	      DD_STR("1.0\n"),	    DD_STR("1.0\0"),   DD_STR("1.0~1"), DD_STR("1.0/2"),
		DD_STR("1.\xc3\xa9"), DD_STR("${version}"), DD_STR("v"),
	};
	dd_check_refused(DD_SCHEME_PEP440, texts, DD_COUNT(texts));
}
