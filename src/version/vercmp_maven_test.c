/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vercmp_rows.h"

TEST(maven_rising)
{
	/* Orders of ComparableVersionTest (maven-artifact): qualifiers and numbers. */
	static const char *const qualifiers[] = {
		"1-alpha2snapshot",
		"1-alpha2",
		"1-alpha-123",
		"1-beta-2",
		"1-beta123",
		"1-m2",
		"1-m11",
		"1-rc",
		"1-cr2",
		"1-rc123",
		"1-SNAPSHOT",
		"1",
		"1-sp",
		"1-sp2",
		"1-sp123",
		"1-abc",
		"1-def",
		"1-pom-1",
		"1-1-snapshot",
		"1-1",
		"1-2",
		"1-123",
	};
	static const char *const numbers[] = {
		"2.0",	  "2.0.a", "2-1",     "2.0.2", "2.0.123", "2.1.0", "2.1-a",  "2.1b",
		"2.1-c",  "2.1-1", "2.1.0.1", "2.2",   "2.123",	  "11.a2", "11.a11", "11.b2",
		"11.b11", "11.m2", "11.m11",  "11",    "11.a",	  "11b",   "11c",    "11m",
	};
	dd_check_rising(DD_SCHEME_MAVEN, qualifiers, DD_COUNT(qualifiers));
	dd_check_rising(DD_SCHEME_MAVEN, numbers, DD_COUNT(numbers));
}

TEST(maven_rows)
{
	/* Those of ComparableVersionTest and of the POM reference, and what real artifacts are called. */
	static const struct dd_order_row rows[] = {
		{ "1", '=', "1.0" },
		{ "1", '=', "1-0" },
		{ "1.0", '=', "1.0-0" },
		{ "1a", '=', "1-a" },
		{ "1a", '=', "1.0.0-a" },
		{ "1x", '=', "1.0-x" },
		{ "1ga", '=', "1" },
		{ "1RELEASE", '=', "1.Final" },
		{ "1cr", '=', "1rc" },
		{ "1a1", '=', "1-alpha-1" },
		{ "1b2", '=', "1-beta-2" },
		{ "1m3", '=', "1-Milestone3" },
		{ "1a", '>', "1a1" },
		{ "1.", '=', "1" },
		{ "1-", '=', "1" },
		{ "1.0.0-0.0.0", '=', "1" },
		{ "0.0-1552", '<', "1.520" },
		{ "1-1", '=', "1-ga-1" },
		{ "1-sp-1", '<', "1-ga-1" },
		{ "1-sp", '>', "1-ga" },
		{ "1.foo", '=', "1-foo" },
		{ "1-foo10", '=', "1.foo10" },
		{ "1.0.0.x1", '<', "1.0.0-x2" },
		{ "4.0.0.beta1", '<', "4.0.0-beta2" },
		{ "0-1", '>', "0" },
		{ "1.0.0.RC1", '<', "1.0.0-RC2" },
		{ "2.0.1-xyz", '<', "2.0.1-123" },
		{ "6.1.0rc3", '<', "6.1.0" },
		{ "6.1.0", '<', "6.1H.5-beta" },
		{ "5.3.20.RELEASE", '=', "5.3.20" },
		{ "31.0-android", '<', "31.1-jre" },
		{ "2.17.1", '>', "2.17.0" },
		{ "Finchley.SR2", '<', "Greenwich.SR1" },
		{ "9.4.51.v20230217", '>', "9.4.50.v20221201" },
		{ "1.0-20240101.120000-3", '>', "1.0" },
		{ "20190126.230843", '<', "1234567890.12345" },
		{ "123456789012345.1H.5-beta", '<', "12345678901234567890.1H.5-beta" },
		{ "1.0.a.1", '<', "1.0.0.1" },
		{ "1-0-alpha", '>', "1-sp" },
		{ "1-0-alpha", '<', "1" },
	};
	dd_check_order_rows(DD_SCHEME_MAVEN, rows, DD_COUNT(rows));
}

TEST(maven_refused)
{
	static const struct dd_str texts[] = {
		DD_STR(""),    DD_STR("${project.version}"), DD_STR("[1.0,2.0)"), DD_STR("1 0"), DD_STR("1\n"),
		DD_STR("1\0"), DD_STR("1.\xc3\xa9"),	     DD_STR("\x7f"),	  DD_STR(">1"),
	};
	dd_check_refused(DD_SCHEME_MAVEN, texts, DD_COUNT(texts));
}
