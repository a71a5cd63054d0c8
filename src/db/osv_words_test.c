/* SPDX-License-Identifier: Apache-2.0 */
#include "db/osv_words.h"

#include "base/cleanup.h"
#include "support/test.h"

TEST(osv_severity_words)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "CRITICAL", "critical" },
		{ "High", "high" },
		{ "Important", "high" },
		{ "MODERATE", "medium" },
		{ "medium**", "medium" },
		{ "low*", "low" },
		{ "None", "negligible" },
		{ "unimportant", "negligible" },
		{ "negligible", "negligible" },
		{ "", "unknown" },
		{ "*", "unknown" },
		{ "not yet assigned", "unknown" },
		{ "end-of-life", "unknown" },
		{ "untriaged", "unknown" },
		{ "highh", "unknown" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_STR_ROW(dd_str_from(dd_severity_name(dd_osv_severity(dd_str_from(rows[i].in)))), rows[i].want,
			      rows[i].in);
}

/* Summaries of real AlmaLinux records. */
TEST(osv_summaries_name_severity_and_modules)
{
	static const struct {
		const char *in, *severity, *module;
	} rows[] = {
		{ "Moderate: nodejs:16 security, bug fix, and enhancement update", "medium", "nodejs:16" },
		{ "Important: virt:rhel and virt-devel:rhel security update", "high", "virt:rhel virt-devel:rhel" },
		{ "Moderate: idm:DL1 and idm:client security, bug fix, and enhancement update", "medium",
		  "idm:DL1 idm:client" },
		{ "Important: httpd:2.4/mod_http2 security update", "high", "httpd:2.4" },
		{ "Low: container-tools:rhel8 security update", "low", "container-tools:rhel8" },
		{ "Important: varnish security update", "high", "" },
		{ "nodejs:14 bug fix update", "unknown", "nodejs:14" },
		{ "kernel: use after free: fix", "unknown", "" },
		{ "a:1, b:2", "unknown", "a:1 b:2" },
		{ "", "unknown", "" },
		{ ":x x: a:b:c a:\xc3\xa9", "unknown", "" },
		{ "Very Important: x", "unknown", "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		char out[DD_OSV_MODULE_BYTES];
		struct dd_str in = dd_str_from(rows[i].in);
		CHECK_STR_ROW(dd_osv_summary_module(in, out), rows[i].module, rows[i].in);
		CHECK_STR_ROW(dd_str_from(dd_severity_name(dd_osv_summary_severity(in))), rows[i].severity, rows[i].in);
	}
	char out[DD_OSV_MODULE_BYTES], many[2000];
	for (size_t i = 0; i < sizeof many; i++)
		many[i] = "a:b "[i % 4];
	CHECK(dd_osv_summary_module((struct dd_str){ many, sizeof many }, out).n <= sizeof out);
	CHECK_INT(dd_osv_summary_module(DD_STR("a:\0"), out).n, 0);
}

TEST(osv_module_builds_show_in_the_version)
{
	CHECK(dd_osv_is_module_version(DD_STR("1:16.18.1-3.module_el8.7.0+3371+ed8c43db")));
	CHECK(dd_osv_is_module_version(DD_STR("1.2-3.module+el8.4.0+1+2")));
	CHECK(!dd_osv_is_module_version(DD_STR("1.2-3.el8")) && !dd_osv_is_module_version(DD_STR("")));
}

TEST(osv_prefixes_tell_bundles)
{
	CHECK(dd_osv_prefix(DD_STR("ALSA-2022:9073")) && dd_osv_prefix(DD_STR("ALSA-2022:9073"))->security);
	CHECK(dd_osv_prefix(DD_STR("ALBA-2019:0973")) && !dd_osv_prefix(DD_STR("ALBA-2019:0973"))->security);
	CHECK(dd_osv_prefix(DD_STR("DSA-5123-1")) && dd_osv_prefix(DD_STR("ALAS2-2022-1")) &&
	      dd_osv_prefix(DD_STR("USN-1-1")));
	CHECK(!dd_osv_prefix(DD_STR("CVE-2022-1")) && !dd_osv_prefix(DD_STR("GHSA-x")) && !dd_osv_prefix(DD_STR("")));
}

TEST(cve_ids_have_a_year_and_four_digits)
{
	static const struct {
		const char *in;
		size_t want;
	} rows[] = {
		{ "CVE-2021-44228", 14 },
		{ "CVE-2021-4422", 13 },
		{ "CVE-2021-442", 0 },
		{ "CVE-2021-", 0 },
		{ "CVE-2021", 0 },
		{ "CVE-", 0 },
		{ "", 0 },
		{ "cve-2021-44228", 0 },
		{ "CVE-20x1-44228", 0 },
		{ "CVE-2021-44228x", 14 },
		{ "CVE-2021-44228-1", 14 },
		{ "CVE-?\?\?\?-?\?\?\?\?", 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_INT_ROW(dd_cve_len(dd_str_from(rows[i].in)), rows[i].want, rows[i].in);
}
