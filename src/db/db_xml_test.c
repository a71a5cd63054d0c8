/* SPDX-License-Identifier: Apache-2.0 */
/* testdata/updateinfo.xml and oval.xml hold an update or definition of each publisher's form. */
#include <stdio.h>

#include "base/io.h"
#include "base/limits.h"
#include "db/db_fixture.h"
#include "support/judge_rows.h"
#include "support/test.h"

struct asked {
	const char *ecosystem, *package, *want;
};

static void check_document(const char *kind, const char *name, const struct asked *rows, size_t n,
			   const char *const *warnings, size_t n_warnings)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	struct dd_err err = { 0 };
	char path[512];
	(void)snprintf(path, sizeof path, "%s/src/db/testdata/%s", dd_test_root(), name);
	CHECK(dd_map_file_open(&file, path, DD_MIB, &err) == DD_OK && dd_fixture_new(&f));
	CHECK_ROW(dd_fixture_add(&f, kind, name, file.bytes, &err) == DD_OK, err.message);
	CHECK_INT(f.b->n_warnings, n_warnings);
	for (size_t i = 0; i < n_warnings && i < f.b->n_warnings; i++)
		CHECK_ROW(strstr(f.b->warnings[i].p, warnings[i]) != NULL, f.b->warnings[i].p);
	CHECK(dd_fixture_open(&f, &err) == DD_OK && dd_db_verify(f.db, &err) == DD_OK);
	for (size_t i = 0; f.db && i < n; i++) {
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		dd_fixture_advisories(f.db, rows[i].ecosystem, rows[i].package, &got);
		CHECK_STR_ROW(dd_buf_str(&got), rows[i].want, rows[i].package);
	}
}

TEST(updateinfo_advisories)
{
	static const struct asked rows[] = {
		{ "amazon:2023", "vim-common",
		  "CVE-2023-10001 ALAS2023-2023-070 updateinfo:amazon affected fixed high [aarch64 x86_64] "
		  "[0,2:9.0.1160-1.amzn2023.0.1)\n"
		  "CVE-2023-10002 ALAS2023-2023-070 updateinfo:amazon affected fixed high [aarch64 x86_64] "
		  "[0,2:9.0.1160-1.amzn2023.0.1)\n" },
		{ "amazon:2023", "vim-data",
		  "CVE-2023-10001 ALAS2023-2023-070 updateinfo:amazon affected fixed high "
		  "[0,2:9.0.1160-1.amzn2023.0.1)\n"
		  "CVE-2023-10002 ALAS2023-2023-070 updateinfo:amazon affected fixed high "
		  "[0,2:9.0.1160-1.amzn2023.0.1)\n" },
		{ "amazon:2023", "vim", "" },
		{ "amazon:2023", "vim-debuginfo", "" },
		{ "rocky:8", "npm",
		  "CVE-2023-10003 RLSA-2023:0001 updateinfo:rocky affected fixed medium {nodejs:18} [x86_64] "
		  "[0,1:8.19.2-1.18.12.1.1.module+el8.7.0+1104+549f92a6)\n" },
		{ "fedora:39", "curl",
		  "CVE-2023-10004 FEDORA-2023-abcdef0123 updateinfo:fedora affected fixed negligible [x86_64] "
		  "[0,8.2.1-3.fc39)\n" },
		{ "opensuse-leap:15.5", "libfoo1",
		  "CVE-2023-10005 openSUSE-SLE-15.5-2023-1 updateinfo:opensuse-leap affected fixed low [x86_64] "
		  "[0,1.0-150500.1.1)\n" },
		{ "rocky:8", "bash", "" },
		{ "rocky:9", "nocve",
		  "RLSA-2023:0003 RLSA-2023:0003 updateinfo:rocky affected fixed unknown [x86_64] [0,1-2.el9_2)\n" },
	};
	static const char *const warnings[] = { "'X-1': which release package 'where' belongs to cannot be told",
						"'RLSA-2023:0004': package 'noversion' has no version",
						"an update without an id" };
	check_document("updateinfo", "updateinfo.xml", rows, DD_COUNT(rows), NULL, 0);
	check_document("updateinfo", "updateinfo_broken.xml", NULL, 0, warnings, DD_COUNT(warnings));
}

TEST(oval_advisories)
{
	static const struct asked rows[] = {
		{ "oracle:8", "openssl",
		  "CVE-2024-10001 ELSA-2024-0001 oval:oracle affected fixed low [aarch64] [0,1:1.1.1k-9.el8_7)\n"
		  "CVE-2024-10001 ELSA-2024-0001 oval:oracle affected fixed low [x86_64] [0,1:1.1.1k-9.el8_7)\n"
		  "CVE-2024-10002 ELSA-2024-0001 oval:oracle affected fixed high [aarch64] [0,1:1.1.1k-9.el8_7)\n"
		  "CVE-2024-10002 ELSA-2024-0001 oval:oracle affected fixed high [x86_64] [0,1:1.1.1k-9.el8_7)\n" },
		{ "redhat:9", "npm",
		  "CVE-2024-10003 RHSA-2024:0002 oval:redhat affected fixed medium {nodejs:18} [aarch64 ppc64le s390x "
		  "x86_64] [0,1:8.19.2-1.18.12.1.1.module+el9.1.0)\n" },
		{ "redhat:8", "bash", "CVE-2024-10004 CVE-2024-10004 oval:redhat affected wont-fix low [0)\n" },
		{ "redhat:8", "npm",
		  "CVE-2024-10004 CVE-2024-10004 oval:redhat affected not-fixed low {nodejs:18} [0)\n" },
		{ "redhat:8", "zsh", "CVE-2024-10004 CVE-2024-10004 oval:redhat never unknown low [0)\n" },
		{ "sles:15.5", "libfoo1",
		  "CVE-2024-10005 CVE-2024-10005 oval:sles affected fixed high [aarch64 x86_64] [0,1.2-150500.3.1)\n" },
		{ "opensuse-leap:15.5", "libbar1",
		  "CVE-2024-10005 CVE-2024-10005 oval:opensuse-leap affected not-fixed high [0)\n" },
		{ "azurelinux:3", "nginx",
		  "CVE-2024-10006 CVE-2024-10006 oval:azurelinux affected fixed high [0,1.25.4-2.azl3)\n" },
	};
	static const char *const warnings[] = { "'oval:x:def:2': which release 'x' belongs to cannot be told" };
	check_document("oval", "oval.xml", rows, DD_COUNT(rows), NULL, 0);
	check_document("oval", "oval_broken.xml", NULL, 0, warnings, DD_COUNT(warnings));
}

/* Debian's forms: names of source packages, a test without a state for what is not fixed, "less than 0" for what never
 * was affected. Ubuntu's: by CVE, by USN (whose sources are not named), by package. */
TEST(oval_of_dpkg)
{
	static const struct asked debian[] = {
		{ "debian:12", "openssl",
		  "CVE-2024-10001 CVE-2024-10001 oval:debian affected fixed unknown [0,3.0.11-1~deb12u2)\n" },
		{ "debian:12", "zlib", "CVE-2024-10002 CVE-2024-10002 oval:debian affected not-fixed unknown [0)\n" },
	};
	static const struct asked ubuntu[] = {
		{ "ubuntu:22.04", "nginx",
		  "CVE-2024-10001 CVE-2024-10001 oval:ubuntu affected fixed medium [0,1.18.0-6ubuntu14.4)\n" },
		{ "ubuntu:22.04", "vim",
		  "CVE-2024-10001 CVE-2024-10001 oval:ubuntu affected deferred medium [0)\n"
		  "CVE-2024-10002 CVE-2024-10002 oval:ubuntu affected not-fixed low [0)\n"
		  "CVE-2024-10005 CVE-2024-10005 oval:ubuntu affected not-fixed medium [0)\n"
		  "CVE-2024-10006 CVE-2024-10006 oval:ubuntu affected not-fixed negligible [0)\n" },
		{ "ubuntu:22.04", "vim-common", "" },
		{ "ubuntu:22.04", "nginx-core", "" },
		{ "ubuntu:22.04", "frr", "" },
		{ "ubuntu-pro:22.04", "frr",
		  "CVE-2024-10002 CVE-2024-10002 oval:ubuntu affected fixed low [0,8.1-1ubuntu1.3+esm1)\n" },
		{ "ubuntu-binary:22.04", "nginx-core",
		  "CVE-2024-10003 USN-9371-1 oval:ubuntu affected fixed high [0,1.18.0-6ubuntu14.4)\n"
		  "CVE-2024-10004 USN-9371-1 oval:ubuntu affected fixed low [0,1.18.0-6ubuntu14.4)\n" },
	};
	check_document("oval", "oval_debian.xml", debian, DD_COUNT(debian), NULL, 0);
	check_document("oval", "oval_ubuntu.xml", ubuntu, DD_COUNT(ubuntu), NULL, 0);
}

TEST(openvex_advisories)
{
	static const struct asked rows[] = {
		{ "ubuntu:22.04", "squid",
		  "CVE-2024-10001 CVE-2024-10001 openvex:ubuntu affected fixed unknown [0,5.7-0ubuntu0.22.04.3)\n"
		  "CVE-2024-10002 CVE-2024-10002 openvex:ubuntu never unknown unknown "
		  "(vulnerable_code_not_present) [0)\n" },
		{ "ubuntu:22.04", "squid-common", "" },
		{ "ubuntu-binary:22.04", "squid-common", "" },
		{ "ubuntu:20.04", "squid",
		  "CVE-2024-10001 CVE-2024-10001 openvex:ubuntu affected not-fixed unknown (will come) [0)\n" },
		{ "ubuntu-pro:18.04", "squid3",
		  "CVE-2024-10001 CVE-2024-10001 openvex:ubuntu affected fixed unknown [0,3.5.27-1ubuntu1.14+esm2)\n" },
		{ "ubuntu-pro-fips-updates:22.04", "openssl",
		  "CVE-2024-10001 CVE-2024-10001 openvex:ubuntu affected fixed unknown [0,3.0.2-0ubuntu1.12+Fips1)\n" },
		/* one of several architectures, no source package */
		{ "ubuntu-binary:24.04", "libfoo1",
		  "CVE-2024-10001 CVE-2024-10001 openvex:ubuntu affected fixed unknown [0,2:1.0-1)\n" },
		{ "ubuntu:24.04", "zlib",
		  "CVE-2024-10001 CVE-2024-10001 openvex:ubuntu undetermined unknown unknown [0)\n" },
		{ "debian:12", "zlib",
		  "CVE-2024-10003 CVE-2024-10003 openvex:debian affected fixed unknown [0,1:1.2.13)\n" },
		{ "wolfi", "zlib", "CVE-2024-10003 CVE-2024-10003 openvex:wolfi affected fixed unknown [0,1.3-r0)\n" },
	};
	static const char *const warnings[] = { "statement 6: 'maybe' is no status", "statement 7: no vulnerability" };
	check_document("openvex", "openvex.json", rows, DD_COUNT(rows), warnings, DD_COUNT(warnings));
}

TEST(openvex_of_another_kind)
{
	static const char *const documents[] = {
		"",
		"[]",
		"{}",
		"{\"statements\":[]}",
		"{\"@context\":\"https://openvex.dev/ns/v0.2.0\"}",
		"{\"@context\":\"https://example.org\",\"statements\":[]}",
	};
	for (size_t i = 0; i < DD_COUNT(documents); i++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		CHECK(dd_fixture_new(&f));
		CHECK_ROW(dd_fixture_add(&f, "openvex", "x", dd_str_from(documents[i]), NULL) == DD_EPARSE,
			  documents[i]);
	}
}

TEST(xml_sources_truncated)
{
	static const struct {
		const char *kind, *name;
	} rows[] = { { "updateinfo", "updateinfo.xml" },
		     { "oval", "oval.xml" },
		     { "oval", "oval_debian.xml" },
		     { "oval", "oval_ubuntu.xml" } };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
		char path[512];
		(void)snprintf(path, sizeof path, "%s/src/db/testdata/%s", dd_test_root(), rows[i].name);
		CHECK(dd_map_file_open(&file, path, DD_MIB, NULL) == DD_OK);
		for (size_t n = 0; n + 2 < file.bytes.n; n += 101) {
			struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
			CHECK(dd_fixture_new(&f));
			CHECK_ROW(dd_fixture_add(&f, rows[i].kind, "x", dd_str_take(file.bytes, n), NULL) != DD_OK,
				  rows[i].name);
		}
	}
}

TEST(xml_sources_of_another_kind)
{
	static const struct {
		const char *kind, *document;
		bool ok;
	} rows[] = {
		{ "updateinfo", "<updates/>", true },
		{ "updateinfo", "<metadata><package/></metadata>", false },
		{ "updateinfo", "{}", false },
		{ "updateinfo", "<!DOCTYPE x [<!ENTITY a \"b\">]><updates/>", false },
		{ "oval", "<oval_definitions/>", true },
		{ "oval", "<x/>", false },
		{ "oval", "", false },
		/* criteria without end, tests that point at nothing */
		{ "oval",
		  "<oval_definitions><definitions><definition><metadata><reference "
		  "ref_id=\"CVE-2024-10001\"/></metadata>"
		  "<criteria><criterion test_ref=\"x\" comment=\"y\"/></criteria></definition></definitions>"
		  "<tests><rpminfo_test id=\"x\"/></tests></oval_definitions>",
		  true },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		CHECK(dd_fixture_new(&f));
		enum dd_code code = dd_fixture_add(&f, rows[i].kind, "x", dd_str_from(rows[i].document), NULL);
		CHECK_ROW((code == DD_OK) == rows[i].ok, rows[i].document);
	}
}

TEST(xml_sources_findings)
{
	char updateinfo[512], oval[512], debian[512], ubuntu[512];
	(void)snprintf(debian, sizeof debian, "%s/src/db/testdata/oval_debian.xml", dd_test_root());
	(void)snprintf(ubuntu, sizeof ubuntu, "%s/src/db/testdata/oval_ubuntu.xml", dd_test_root());
	(void)snprintf(oval, sizeof oval, "%s/src/db/testdata/oval.xml", dd_test_root());
	(void)snprintf(updateinfo, sizeof updateinfo, "%s/src/db/testdata/updateinfo.xml", dd_test_root());
	const struct dd_judge_row rows[] = {
		{ "Oracle's OVAL",
		  "ol",
		  "8.7",
		  "rpm|openssl|1:1.1.1k-8.el8_6|x86_64\nrpm|openssl|1:1.1.1k-9.el8_7|x86_64\n",
		  { { "oval", NULL, NULL, oval } },
		  "openssl CVE-2024-10002 fixed 1:1.1.1k-9.el8_7 high/oval:oracle by oval:oracle (ELSA-2024-0001)\n"
		  "openssl CVE-2024-10001 fixed 1:1.1.1k-9.el8_7 low/oval:oracle by oval:oracle (ELSA-2024-0001)\n" },
		{ "Debian's OVAL: by source",
		  "debian",
		  "12",
		  "deb|libssl3|3.0.9-1|amd64|openssl\ndeb|zlib1g|1:1.2.13|amd64|zlib\ndeb|openssl|3.0.11-1~deb12u2|"
		  "amd64\n",
		  { { "oval", NULL, NULL, debian } },
		  "libssl3 CVE-2024-10001 fixed 3.0.11-1~deb12u2 unknown by oval:debian\n"
		  "zlib1g CVE-2024-10002 not-fixed unknown by oval:debian\n" },
		{ "Ubuntu's OVAL by CVE goes by source, by USN by binary package and its own version",
		  "ubuntu",
		  "22.04",
		  "deb|nginx-core|1.18.0-6ubuntu14.3|amd64|nginx\ndeb|libnginx-mod-http-x|1.18.0-6ubuntu14.3|amd64|"
		  "nginx\n",
		  { { "oval", NULL, NULL, ubuntu } },
		  "nginx-core CVE-2024-10003 fixed 1.18.0-6ubuntu14.4 high/oval:ubuntu by oval:ubuntu (USN-9371-1)\n"
		  "nginx-core CVE-2024-10001 fixed 1.18.0-6ubuntu14.4 medium/oval:ubuntu by oval:ubuntu\n"
		  "libnginx-mod-http-x CVE-2024-10001 fixed 1.18.0-6ubuntu14.4 medium/oval:ubuntu by oval:ubuntu\n"
		  "nginx-core CVE-2024-10004 fixed 1.18.0-6ubuntu14.4 low/oval:ubuntu by oval:ubuntu (USN-9371-1)\n" },
		{ "Ubuntu's OVAL: a fix for subscribers of Pro",
		  "ubuntu",
		  "22.04",
		  "deb|frr|8.1-1ubuntu1.3|amd64\n",
		  { { "oval", NULL, NULL, ubuntu } },
		  "frr CVE-2024-10002 wont-fix low/oval:ubuntu by oval:ubuntu (fixed only with Ubuntu Pro: "
		  "8.1-1ubuntu1.3+esm1)\n" },
		{ "Amazon's updateinfo",
		  "amzn",
		  "2023",
		  "rpm|vim-data|2:9.0.1000-1.amzn2023.0.1|noarch\n",
		  { { "updateinfo", NULL, NULL, updateinfo } },
		  "vim-data CVE-2023-10001 fixed 2:9.0.1160-1.amzn2023.0.1 high/updateinfo:amazon by updateinfo:amazon "
		  "(ALAS2023-2023-070)\n"
		  "vim-data CVE-2023-10002 fixed 2:9.0.1160-1.amzn2023.0.1 high/updateinfo:amazon by updateinfo:amazon "
		  "(ALAS2023-2023-070)\n" },
	};
	RUN(rows);
}
