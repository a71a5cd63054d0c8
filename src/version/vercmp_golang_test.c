/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(golang_rising)
{
	static const char *const rising[] = {
		"v0.0.0-20190603091049-60506f45cf65",
		"v0.0.0-20220906165146-f3363e06e74c",
		"v0.1.0",
		"v1.2.3-pre",
		"v1.2.3-pre.0.20200101000000-abcdefabcdef",
		"v1.2.3",
		"v1.2.4-0.20190603091049-60506f45cf65",
		"v1.2.4",
		"v2.0.0+incompatible",
		"go3.21",
	};
	static const char *const toolchains[] = {
		"go1",	  "go1.4.2",   "go1.9",	    "go1.20beta1", "go1.20rc1", "go1.20",   "go1.20.1",
		"go1.21", "go1.21rc1", "go1.21rc2", "go1.21.0",	   "go1.21.1",	"go1.22.0", "go1.100.0",
	};
	dd_check_rising(DD_SCHEME_GOLANG, rising, DD_COUNT(rising));
	dd_check_rising(DD_SCHEME_GOLANG, toolchains, DD_COUNT(toolchains));
}

TEST(golang_rows)
{
	static const struct dd_order_row rows[] = {
		{ "v1.2.3", '=', "1.2.3" },
		{ "v1.2.3+incompatible", '=', "1.2.3" },
		{ "1.0.0-a.9", '<', "1.0.0-a.10" },
		{ "go1.21.3", '=', "1.21.3" },
		{ "go1.20", '=', "1.20.0" },
		{ "go1.21rc2", '=', "1.21.0-rc.2" },
		{ "go1.21rc10", '>', "1.21.0-rc.9" },
		{ "go1.21", '<', "1.21.0-0" },
		{ "go1.19.13", '<', "1.20.0-0" },
		{ "go1.21.3 X:boringcrypto", '=', "go1.21.3" },
		{ "go1.21.3-fips", '=', "1.21.3" },
		{ "go1.20.5 (Red Hat 1.20.5-1.el9)", '=', "1.20.5" },
		{ "go1.24rc1 X:nogreenteagc", '<', "1.24.0" },
		{ "go1.22.1+auto", '<', "1.22.2" },
	};
	dd_check_order_rows(DD_SCHEME_GOLANG, rows, DD_COUNT(rows));
}

TEST(golang_refused)
{
	static const struct dd_str texts[] = {
		DD_STR(""),	    DD_STR("go"),   DD_STR("go1."),    DD_STR("go1..2"),	   DD_STR("go1.21rc"),
		DD_STR("go1.21x1"), DD_STR("gov1"), DD_STR("(devel)"), DD_STR("devel go1.23-abc"), DD_STR("devel"),
		DD_STR("v"),	    DD_STR("v1.x"), DD_STR("v1.2.3 "), DD_STR("go1.21\0"),	   DD_STR("go1.21rc1a"),
		DD_STR("go.1"),
	};
	dd_check_refused(DD_SCHEME_GOLANG, texts, DD_COUNT(texts));
}
