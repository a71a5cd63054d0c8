/* SPDX-License-Identifier: Apache-2.0 */
/* Each kind of source: a small document of its real schema, and what the database then says. */
#include "base/buf.h"
#include "base/limits.h"
#include "db/db_fixture.h"
#include "support/test.h"

struct row {
	const char *name, *kind, *document;
	const char *ecosystem, *package; /* asked for advisories … */
	const char *id;			 /* … or for a vulnerability */
	const char *want;
	uint64_t warnings;
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_err err = { 0 };
		CHECK_ROW(dd_fixture_new(&f), r->name);
		enum dd_code code = dd_fixture_add(&f, r->kind, "dir/product.json", dd_str_from(r->document), &err);
		if (code != DD_OK) {
			CHECK_STR_ROW(dd_str_from(err.message), r->want, r->name);
			continue;
		}
		CHECK_INT_ROW(f.b->n_warnings, r->warnings, r->name);
		CHECK_ROW(dd_fixture_open(&f, &err) == DD_OK, r->name);
		CHECK_ROW(f.db && dd_db_verify(f.db, &err) == DD_OK, r->name);
		if (f.db && r->id)
			dd_fixture_vulns(f.db, r->id, &got);
		else if (f.db)
			dd_fixture_advisories(f.db, r->ecosystem, r->package, &got);
		CHECK_STR_ROW(dd_buf_str(&got), r->want, r->name);
	}
}

#define AFFECTED(ecosystem, name, ranges)                                                                              \
	"\"affected\":[{\"package\":{\"ecosystem\":\"" ecosystem "\",\"name\":\"" name "\"},\"ranges\":[" ranges "]}]"
#define RANGE(type, events) "{\"type\":\"" type "\",\"events\":[" events "]}"
#define FROM0_FIXED(v)	    RANGE("ECOSYSTEM", "{\"introduced\":\"0\"},{\"fixed\":\"" v "\"}")

TEST(db_osv_ranges_versions_and_names)
{
	static const struct row rows[] = {
		{ "plain", "osv",
		  "{\"id\":\"PYSEC-1\",\"aliases\":[\"CVE-2020-10001\"]," AFFECTED("PyPI", "Zope.Thing",
										   FROM0_FIXED("1.2")) "}",
		  "pypi", "zope-thing", NULL, "CVE-2020-10001 PYSEC-1 osv:PyPI affected fixed unknown [0,1.2)\n", 0 },
		{ "semver, several ranges, last_affected, limit", "osv",
		  "{\"id\":\"X-1\"," AFFECTED(
			  "npm", "left-pad",
			  RANGE("SEMVER", "{\"introduced\":\"1.0.0\"},{\"fixed\":\"1.2.0\"}") "," RANGE(
				  "SEMVER", "{\"introduced\":\"2.0.0\"},{\"last_affected\":\"2.3.0\"},{\"limit\":\"3.0."
					    "0\"}")) "}",
		  "npm", "left-pad", NULL,
		  "X-1 X-1 osv:npm affected fixed unknown [1.0.0,1.2.0)s [2.0.0,=2.3.0,~3.0.0)s\n", 0 },
		{ "explicit versions are a sorted set", "osv",
		  "{\"id\":\"X-1\",\"affected\":[{\"package\":{\"ecosystem\":\"PyPI\",\"name\":\"a\"},\"versions\":["
		  "\"1.1\",\"1.0\",\"1.1\"]}]}",
		  "pypi", "a", NULL, "X-1 X-1 osv:PyPI affected not-fixed unknown =1.0 =1.1\n", 0 },
		{ "nulls are nothing", "osv",
		  "{\"id\":\"X-1\",\"aliases\":null,\"severity\":null,\"affected\":[{\"package\":{\"ecosystem\":"
		  "\"PyPI\",\"name\":\"a\"},"
		  "\"ranges\":null,\"versions\":[\"1\"]}]}",
		  "pypi", "a", NULL, "X-1 X-1 osv:PyPI affected not-fixed unknown =1\n", 0 },
		{ "commits alone affect no package", "osv",
		  "{\"id\":\"X-1\"," AFFECTED("PyPI", "a", RANGE("GIT", "{\"introduced\":\"0\"}")) "}", "pypi", "a",
		  NULL, "", 0 },
		{ "commits beside versions", "osv",
		  "{\"id\":\"X-1\"," AFFECTED("PyPI", "a",
					      RANGE("GIT", "{\"introduced\":\"0\"}") "," FROM0_FIXED("2")) "}",
		  "pypi", "a", NULL, "X-1 X-1 osv:PyPI affected fixed unknown [0,2)\n", 0 },
		{ "no package", "osv", "{\"id\":\"X-1\",\"affected\":[{\"ranges\":[]}]}", "pypi", "a", NULL, "", 0 },
		{ "withdrawn records never match", "osv",
		  "{\"id\":\"X-1\",\"withdrawn\":\"2020-01-01T00:00:00Z\"," AFFECTED("PyPI", "a", FROM0_FIXED("2")) "}",
		  "pypi", "a", NULL, "", 0 },
		{ "… but are known", "osv",
		  "{\"id\":\"X-1\",\"withdrawn\":\"2020-01-01T00:00:00Z\"," AFFECTED("PyPI", "a", FROM0_FIXED("2")) "}",
		  NULL, NULL, "X-1", "X-1 |  |  |  | unknown  | | withdrawn\n", 0 },
		{ "an ecosystem that nobody knows", "osv",
		  "{\"id\":\"X-1\"," AFFECTED("Zork:3", "a", FROM0_FIXED("2")) "}", "zork:3", "a", NULL,
		  "X-1 X-1 osv:Zork affected fixed unknown [0,2)\n", 0 },
		{ "one broken package of two", "osv",
		  "{\"id\":\"X-1\",\"affected\":[{\"package\":{\"ecosystem\":\"PyPI\",\"name\":\"a\"},\"ranges\":[{"
		  "\"type\":\"WHAT\"}]},"
		  "{\"package\":{\"ecosystem\":\"PyPI\",\"name\":\"b\"},\"ranges\":[" FROM0_FIXED("2") "]}]}",
		  "pypi", "b", NULL, "X-1 X-1 osv:PyPI affected fixed unknown [0,2)\n", 1 },
		{ "an array of records", "osv",
		  "[{\"id\":\"X-1\"," AFFECTED(
			  "PyPI", "a",
			  FROM0_FIXED("1")) "},{\"noid\":1},{\"id\":\"X-2\"," AFFECTED("PyPI", "a",
										       FROM0_FIXED("2")) "}]",
		  "pypi", "a", NULL,
		  "X-1 X-1 osv:PyPI affected fixed unknown [0,1)\nX-2 X-2 osv:PyPI affected fixed unknown [0,2)\n", 1 },
		{ "GHSA: the last version that is known to be affected", "osv",
		  "{\"id\":\"GHSA-1\",\"database_specific\":{\"cwe_ids\":[\"CWE-79\"],\"severity\":\"MODERATE\"},"
		  "\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"a\"},\"ranges\":["
		  "{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"}]},"
		  "{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"3\"},{\"fixed\":\"4\"}]}],"
		  "\"database_specific\":{\"last_known_affected_version_range\":\"<= 1.2.3\"}},"
		  "{\"package\":{\"ecosystem\":\"npm\",\"name\":\"a\"},\"ranges\":["
		  "{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"5\"}]}],"
		  "\"database_specific\":{\"last_known_affected_version_range\":\"< 6\"}}]}",
		  "npm", "a", NULL,
		  "GHSA-1 GHSA-1 osv:npm affected fixed medium [0,=1.2.3) [3,4)\n"
		  "GHSA-1 GHSA-1 osv:npm affected not-fixed medium [5,~6)\n",
		  0 },
		{ "… and its weaknesses", "osv",
		  "{\"id\":\"GHSA-1\",\"database_specific\":{\"cwe_ids\":[\"CWE-79\",\"CWE-20\",\"CWE-79\",7,\"x\"]}}",
		  NULL, NULL, "GHSA-1", "GHSA-1 |  |  |  | unknown  | | CWE-20 CWE-79\n", 0 },
		{ "not OSV", "osv", "{\"cve\":1}", NULL, NULL, NULL, "no 'id': not an OSV record", 0 },
		{ "not an object", "osv", "7", NULL, NULL, NULL, "no object: not an OSV record", 0 },
		{ "wrong type", "osv", "{\"id\":\"X-1\",\"aliases\":\"CVE-2020-10001\"}", NULL, NULL, NULL,
		  "'aliases' is no list", 0 },
		{ "starter", "starter", "{\"id\":\"X-1\"," AFFECTED("npm", "a", FROM0_FIXED("2")) "}", "npm", "a", NULL,
		  "X-1 X-1 starter affected fixed unknown [0,2)\n", 0 },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(db_osv_distributions)
{
	static const struct row rows[] = {
		{ "an advisory for each CVE, severity and module from the summary", "osv",
		  "{\"id\":\"ALSA-2022:9073\",\"summary\":\"Moderate: nodejs:16 security update\",\"aliases\":[],"
		  "\"related\":[\"CVE-2022-30002\",\"CVE-2022-30001\"]," AFFECTED(
			  "AlmaLinux:8", "npm", FROM0_FIXED("1:8.19.2-1.16.18.1.3.module_el8.7.0+3371+ed8c43db")) "}",
		  "almalinux:8", "npm", NULL,
		  "CVE-2022-30001 ALSA-2022:9073 osv:AlmaLinux affected fixed medium {nodejs:16} "
		  "[0,1:8.19.2-1.16.18.1.3.module_el8.7.0+3371+ed8c43db)\n"
		  "CVE-2022-30002 ALSA-2022:9073 osv:AlmaLinux affected fixed medium {nodejs:16} "
		  "[0,1:8.19.2-1.16.18.1.3.module_el8.7.0+3371+ed8c43db)\n",
		  0 },
		{ "a module in the summary, a build outside of it", "osv",
		  "{\"id\":\"ALSA-1\",\"summary\":\"Low: nodejs:16 update\",\"related\":[\"CVE-2022-30001\"]," AFFECTED(
			  "AlmaLinux:8", "npm", FROM0_FIXED("1-1.el8")) "}",
		  "almalinux:8", "npm", NULL, "CVE-2022-30001 ALSA-1 osv:AlmaLinux affected fixed low [0,1-1.el8)\n",
		  0 },
		{ "a bug fix update", "osv",
		  "{\"id\":\"ALBA-1\",\"related\":[]," AFFECTED("AlmaLinux:8", "a", FROM0_FIXED("1")) "}",
		  "almalinux:8", "a", NULL, "", 0 },
		{ "a bug fix update that fixes a CVE after all", "osv",
		  "{\"id\":\"ALBA-1\",\"related\":[\"CVE-2022-30001\"]," AFFECTED("AlmaLinux:8", "a",
										  FROM0_FIXED("1")) "}",
		  "almalinux:8", "a", NULL, "CVE-2022-30001 ALBA-1 osv:AlmaLinux affected fixed unknown [0,1)\n", 0 },
		{ "a security update without CVE stands for itself", "osv",
		  "{\"id\":\"DSA-1-1\"," AFFECTED("Debian:12", "a", FROM0_FIXED("1")) "}", "debian:12", "a", NULL,
		  "DSA-1-1 DSA-1-1 osv:Debian affected fixed unknown [0,1)\n", 0 },
		{ "Ubuntu: upstream, a priority as score, per package", "osv",
		  "{\"id\":\"UBUNTU-CVE-2022-30001\",\"upstream\":[\"CVE-2022-30001\"],\"severity\":[{\"type\":"
		  "\"Ubuntu\",\"score\":\"medium\"},"
		  "{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}],\"affected\":["
		  "{\"package\":{\"ecosystem\":\"Ubuntu:22.04:LTS\",\"name\":\"a\"},\"ranges\":[" FROM0_FIXED(
			  "1") "],"
			       "\"ecosystem_specific\":{\"ubuntu_priority\":\"low\"}},"
			       "{\"package\":{\"ecosystem\":\"Ubuntu:22.04:LTS\",\"name\":\"b\"},\"ranges\":"
			       "[" FROM0_FIXED("1") "]}]}",
		  "ubuntu:22.04", "a", NULL,
		  "CVE-2022-30001 UBUNTU-CVE-2022-30001 osv:Ubuntu affected fixed low [0,1)\n", 0 },
		{ "… its score belongs to the one CVE", "osv",
		  "{\"id\":\"UBUNTU-CVE-2022-30001\",\"upstream\":[\"CVE-2022-30001\"],\"severity\":["
		  "{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}]," AFFECTED(
			  "Ubuntu:22.04:LTS", "a", FROM0_FIXED("1")) "}",
		  NULL, NULL, "UBUNTU-CVE-2022-30001", "CVE-2022-30001 |  |  |  | unknown  | 9.8 osv:Ubuntu |\n", 0 },
		{ "Go: packages and symbols", "osv",
		  "{\"id\":\"GO-2024-1\",\"affected\":[{\"package\":{\"ecosystem\":\"Go\",\"name\":\"golang.org/x/"
		  "net\"},"
		  "\"ranges\":[" FROM0_FIXED(
			  "0.9.0") "],\"ecosystem_specific\":{\"imports\":[{\"path\":\"golang.org/x/net/http2\","
				   "\"symbols\":[\"Server.ServeConn\",7,\"bad "
				   "name\",\"Transport.Do\"]},{\"path\":\"golang.org/x/net/html\"},{},"
				   "{\"path\":\"a b\"}]}}]}",
		  "go", "golang.org/x/net", NULL,
		  "GO-2024-1 GO-2024-1 osv:Go affected fixed unknown (in package golang.org/x/net/http2: "
		  "Server.ServeConn, "
		  "Transport.Do; in package golang.org/x/net/html) [0,0.9.0)\n",
		  0 },
		{ "RustSec: functions", "osv",
		  "{\"id\":\"RUSTSEC-2\",\"affected\":[{\"package\":{\"ecosystem\":\"crates.io\",\"name\":\"p\"},"
		  "\"ranges\":[" FROM0_FIXED("1") "],\"ecosystem_specific\":{\"affects\":{\"functions\":[\"p::f\"]},"
						  "\"affected_functions\":null}}]}",
		  "crates.io", "p", NULL,
		  "RUSTSEC-2 RUSTSEC-2 osv:crates.io affected fixed unknown (in functions p::f) [0,1)\n", 0 },
		{ "RustSec: informational", "osv",
		  "{\"id\":\"RUSTSEC-1\",\"affected\":[{\"package\":{\"ecosystem\":\"crates.io\",\"name\":\"a\"},"
		  "\"ranges\":[" RANGE("SEMVER",
				       "{\"introduced\":\"0.0.0-0\"}") "],\"database_specific\":{\"informational\":"
								       "\"unmaintained\"}}]}",
		  "crates.io", "a", NULL,
		  "RUSTSEC-1 RUSTSEC-1 osv:crates.io affected not-fixed unknown (informational: unmaintained) "
		  "[0.0.0-0)s\n",
		  0 },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(db_osv_describes_vulnerabilities)
{
	static const struct row rows[] = {
		{ "all of it", "osv",
		  "{\"id\":\"GHSA-aaaa\",\"aliases\":[\"CVE-2020-10001\",\"PYSEC-1\"],\"summary\":\" A title "
		  "\",\"published\":\"2020-01-02T00:00:00Z\","
		  "\"modified\":\"2021-01-02T00:00:00Z\",\"database_specific\":{\"severity\":\"MODERATE\"},"
		  "\"severity\":["
		  "{\"type\":\"CVSS_V4\",\"score\":\"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/"
		  "SA:N\"},"
		  "{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"},"
		  "{\"type\":\"CVSS_V3\",\"score\":\"nonsense\"}]," AFFECTED("npm", "a", FROM0_FIXED("2")) "}",
		  NULL, NULL, "PYSEC-1",
		  "CVE-2020-10001 GHSA-aaaa PYSEC-1 | A title | 2020-01-02T00:00:00Z | 2021-01-02T00:00:00Z | medium "
		  "osv:npm | 9.3 "
		  "osv:npm 9.8 osv:npm |\n",
		  0 },
		{ "the first line of the details, cut at a word", "osv",
		  "{\"id\":\"X-1\",\"details\":\"This is the first sentence of a description that goes on and on, "
		  "until it has far more "
		  "bytes than a line of a report can show, which is when it is cut at a blank between words\\nsecond "
		  "line\"}",
		  NULL, NULL, "X-1",
		  "X-1 | This is the first sentence of a description that goes on and on, until it has far more bytes "
		  "than a line of a "
		  "report can show, which is when it is cut at a…"
		  " |  |  | unknown  | |\n",
		  0 },
		{ "the epoch is no date", "osv",
		  "{\"id\":\"X-1\",\"published\":\"1970-01-01T00:00:00Z\",\"modified\":\"0001-01-01T00:00:00Z\"}", NULL,
		  NULL, "X-1", "X-1 |  |  |  | unknown  | |\n", 0 },
		{ "Bitnami: CVSS in affected", "osv",
		  "{\"id\":\"BIT-a-2020-1\",\"aliases\":[\"CVE-2020-10001\"],\"database_specific\":{\"severity\":"
		  "\"Critical\"},\"affected\":["
		  "{\"package\":{\"ecosystem\":\"Bitnami\",\"name\":\"a\"},\"severity\":[{\"type\":\"CVSS_V3\","
		  "\"score\":"
		  "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}],\"ranges\":[" RANGE(
			  "SEMVER", "{\"introduced\":\"0\"}") "]}]}",
		  NULL, NULL, "CVE-2020-10001",
		  "CVE-2020-10001 BIT-a-2020-1 |  |  |  | critical osv:Bitnami | 9.8 osv:Bitnami |\n", 0 },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(db_debian_tracker)
{
	/* The states of the real document, each once. */
	static const char tracker[] =
		"{\"openssl\":{"
		"\"CVE-2024-10001\":{\"description\":\"text of it\",\"scope\":\"remote\",\"releases\":{"
		"\"bookworm\":{\"status\":\"resolved\",\"repositories\":{\"bookworm\":\"3.0.11-1\"},\"fixed_version\":"
		"\"3.0.11-1\",\"urgency\":\"low**\"},"
		"\"bullseye\":{\"status\":\"open\",\"repositories\":{\"bullseye\":\"1.1.1\"},\"urgency\":\"not yet "
		"assigned\",\"nodsa\":\"Minor issue\",\"nodsa_reason\":\"\"},"
		"\"sid\":{\"status\":\"resolved\",\"fixed_version\":\"0\",\"urgency\":\"unimportant\"}}},"
		"\"CVE-2024-10002\":{\"releases\":{"
		"\"bookworm\":{\"status\":\"open\",\"urgency\":\"high\",\"nodsa\":\"too "
		"intrusive\",\"nodsa_reason\":\"ignored\"},"
		"\"bullseye\":{\"status\":\"open\",\"urgency\":\"medium\",\"nodsa\":\"wait\",\"nodsa_reason\":"
		"\"postponed\"},"
		"\"trixie\":{\"status\":\"undetermined\",\"urgency\":\"not yet assigned\"},"
		"\"buster\":{\"status\":\"open\",\"urgency\":\"end-of-life\"},"
		"\"forky\":{\"status\":\"open\",\"urgency\":\"unimportant\"}}},"
		"\"TEMP-0000000-ABCDEF\":{\"releases\":{\"bookworm\":{\"status\":\"open\",\"urgency\":\"low\"}}}},"
		"\"curl\":{\"CVE-2024-10001\":{\"description\":\"a "
		"text\",\"releases\":{\"bookworm\":{\"status\":\"resolved\",\"fixed_version\":\"7\",\"urgency\":"
		"\"low\"}}}}}";
	static const struct row rows[] = {
		{ "bookworm", "debian", tracker, "debian:12", "openssl", NULL,
		  "CVE-2024-10001 CVE-2024-10001 debian affected fixed low [0,3.0.11-1)\n"
		  "CVE-2024-10002 CVE-2024-10002 debian affected wont-fix high (ignored: too intrusive) [0)\n"
		  "TEMP-0000000-ABCDEF TEMP-0000000-ABCDEF debian affected not-fixed low [0)\n",
		  0 },
		{ "bullseye", "debian", tracker, "debian:11", "openssl", NULL,
		  "CVE-2024-10001 CVE-2024-10001 debian affected not-fixed unknown (no-dsa: Minor issue) [0)\n"
		  "CVE-2024-10002 CVE-2024-10002 debian affected deferred medium (postponed: wait) [0)\n",
		  0 },
		{ "never affected", "debian", tracker, "debian:sid", "openssl", NULL,
		  "CVE-2024-10001 CVE-2024-10001 debian never unknown negligible [0)\n", 0 },
		{ "undetermined", "debian", tracker, "debian:13", "openssl", NULL,
		  "CVE-2024-10002 CVE-2024-10002 debian undetermined unknown unknown [0)\n", 0 },
		{ "end of life", "debian", tracker, "debian:10", "openssl", NULL,
		  "CVE-2024-10002 CVE-2024-10002 debian affected end-of-life unknown [0)\n", 0 },
		{ "unimportant", "debian", tracker, "debian:14", "openssl", NULL,
		  "CVE-2024-10002 CVE-2024-10002 debian affected not-fixed negligible [0)\n", 0 },
		{ "one vulnerability in two packages; of two descriptions the first in byte order", "debian", tracker,
		  NULL, NULL, "CVE-2024-10001", "CVE-2024-10001 | a text |  |  | unknown  | |\n", 0 },
		{ "broken inside: the rest counts", "debian",
		  "{\"a\":{\"CVE-2024-10001\":{},\"CVE-2024-10002\":{\"releases\":{\"bookworm\":{\"status\":\"what\"},"
		  "\"sid\":{\"status\":\"resolved\"},\"trixie\":{\"status\":\"open\"}}},\"CVE-2024-10003\":{"
		  "\"releases\":nul}},\"b\":7}",
		  "debian:13", "a", NULL, "CVE-2024-10002 CVE-2024-10002 debian affected not-fixed unknown [0)\n", 5 },
		{ "empty", "debian", "", NULL, NULL, NULL, "json: the document is cut off", 0 },
		{ "cut", "debian", "{\"a\":{", NULL, NULL, NULL, "json: the document is cut off", 0 },
		{ "an array", "debian", "[]", NULL, NULL, NULL, "an array: not the Debian tracker's object of packages",
		  0 },
	};
	check_rows(rows, DD_COUNT(rows));
}

#define SECDB(packages) "{\"distroversion\":\"v3.9\",\"reponame\":\"main\",\"packages\":" packages "}"
#define SECFIXES(lines) SECDB("[{\"pkg\":{\"name\":\"xen\",\"secfixes\":{" lines "}}}]")

TEST(db_alpine_secdb)
{
	/* Every oddity stands in the real secdb of 2020. */
	static const struct row rows[] = {
		{ "plain", "alpine", SECFIXES("\"4.1-r0\":[\"CVE-2019-10001\"]"), "alpine:3.9", "xen", NULL,
		  "CVE-2019-10001 CVE-2019-10001 alpine:v3.9 affected fixed unknown [0,4.1-r0)\n", 0 },
		{ "never affected", "alpine", SECFIXES("\"0\":[\"CVE-2019-10001\"]"), "alpine:3.9", "xen", NULL,
		  "CVE-2019-10001 CVE-2019-10001 alpine:v3.9 never unknown unknown [0)\n", 0 },
		{ "other separators", "alpine", SECFIXES("\"1-r0\":[\"CVE 2018-16859\",\"CVE_2019-2426\"]"),
		  "alpine:3.9", "xen", NULL,
		  "CVE-2018-16859 CVE-2018-16859 alpine:v3.9 affected fixed unknown [0,1-r0)\n"
		  "CVE-2019-2426 CVE-2019-2426 alpine:v3.9 affected fixed unknown [0,1-r0)\n",
		  0 },
		{ "another name is no alias", "alpine",
		  SECFIXES("\"1-r0\":[\"CVE-2018-3620   XSA-273\",\"CVE-2018-3646   XSA-273\"]"), NULL, NULL,
		  "CVE-2018-3620", "CVE-2018-3620 |  |  |  | unknown  | |\n", 0 },
		{ "comments", "alpine",
		  SECFIXES("\"1-r0\":[\"CVE-2017-2616 (+ regression "
			   "fix)\",\"CVE-2019-19451.patch\",\"CVE-2017-17434-1\"]"),
		  "alpine:3.9", "xen", NULL,
		  "CVE-2017-17434 CVE-2017-17434 alpine:v3.9 affected fixed unknown (CVE-2017-17434-1) [0,1-r0)\n"
		  "CVE-2017-2616 CVE-2017-2616 alpine:v3.9 affected fixed unknown (CVE-2017-2616 (+ regression fix)) "
		  "[0,1-r0)\n"
		  "CVE-2019-19451 CVE-2019-19451 alpine:v3.9 affected fixed unknown (CVE-2019-19451.patch) [0,1-r0)\n",
		  0 },
		{ "several in one line", "alpine", SECFIXES("\"1-r0\":[\"CVE-2019-10001, CVE-2019-10002\"]"),
		  "alpine:3.9", "xen", NULL,
		  "CVE-2019-10001 CVE-2019-10001 alpine:v3.9 affected fixed unknown (CVE-2019-10001, CVE-2019-10002) "
		  "[0,1-r0)\n"
		  "CVE-2019-10002 CVE-2019-10002 alpine:v3.9 affected fixed unknown (CVE-2019-10001, CVE-2019-10002) "
		  "[0,1-r0)\n",
		  0 },
		{ "no CVE", "alpine",
		  SECFIXES("\"1-r0\":[\"XSA-207\",\"CVE-?\?\?\?-?\?\?\?\?  XSA-295\",\"GHSA-aaaa-bbbb-cccc\"]"),
		  "alpine:3.9", "xen", NULL,
		  "GHSA-aaaa-bbbb-cccc GHSA-aaaa-bbbb-cccc alpine:v3.9 affected fixed unknown [0,1-r0)\n"
		  "XSA-207 XSA-207 alpine:v3.9 affected fixed unknown [0,1-r0)\n"
		  "XSA-295 XSA-295 alpine:v3.9 affected fixed unknown (CVE-?\?\?\?-?\?\?\?\?  XSA-295) [0,1-r0)\n",
		  0 },
		{ "edge", "alpine",
		  "{\"distroversion\":\"edge\",\"packages\":[{\"pkg\":{\"name\":\"a\",\"secfixes\":{\"1\":[\"CVE-2019-"
		  "10001\"]}}}]}",
		  "alpine:edge", "a", NULL, "CVE-2019-10001 CVE-2019-10001 alpine:edge affected fixed unknown [0,1)\n",
		  0 },
		{ "nulls", "alpine", SECDB("null"), "alpine:3.9", "xen", NULL, "", 0 },
		{ "a null list", "alpine", SECFIXES("\"1-r0\":null,\"2-r0\":[\"CVE-2019-10001\"]"), "alpine:3.9", "xen",
		  NULL, "CVE-2019-10001 CVE-2019-10001 alpine:v3.9 affected fixed unknown [0,2-r0)\n", 0 },
		{ "broken packages", "alpine",
		  SECDB("[{},{\"pkg\":{\"name\":\"a\",\"secfixes\":[]}},{\"pkg\":{\"name\":\"b\",\"secfixes\":{\"1\":"
			"\"x\"}}},"
			"{\"pkg\":{\"name\":\"c\",\"secfixes\":{\"1\":[7]}}},{\"pkg\":{\"name\":\"d\",\"secfixes\":{"
			"\"1\":[\"CVE-2019-10001\"]}}}]"),
		  "alpine:3.9", "d", NULL, "CVE-2019-10001 CVE-2019-10001 alpine:v3.9 affected fixed unknown [0,1)\n",
		  4 },
		{ "another document", "alpine", "{}", NULL, NULL, NULL,
		  "no 'distroversion': not a document of Alpine's secdb", 0 },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(db_kev_and_epss)
{
	static const char kev[] =
		"{\"dateReleased\":\"2025-08-25T17:04:19.9796Z\",\"vulnerabilities\":["
		"{\"cveID\":\"CVE-2021-44228\",\"vulnerabilityName\":\"Log4Shell\",\"dateAdded\":\"2021-12-10\","
		"\"dueDate\":\"2021-12-24\",\"knownRansomwareCampaignUse\":\"Known\"},"
		"{\"cveID\":\"CVE-2021-10001\",\"dueDate\":\"2022-01-01\",\"knownRansomwareCampaignUse\":\"Unknown\"},"
		"{\"cveID\":\"nonsense\"},7]}";
	static const struct row rows[] = {
		{ "ransomware", "kev", kev, NULL, NULL, "CVE-2021-44228",
		  "CVE-2021-44228 | Log4Shell |  |  | unknown  | | kev ransomware 2021-12-24\n", 2 },
		{ "no ransomware", "kev", kev, NULL, NULL, "CVE-2021-10001",
		  "CVE-2021-10001 |  |  |  | unknown  | | kev 2022-01-01\n", 2 },
		{ "another document", "kev", "{}", NULL, NULL, NULL, "no 'vulnerabilities': not CISA's catalogue", 0 },
		{ "EPSS alone makes no vulnerability", "epss",
		  "#model_version:v2025.03.14,score_date:2025-11-20T12:55:00Z\ncve,epss,percentile\nCVE-2021-44228,0."
		  "94,0.99\n",
		  NULL, NULL, "CVE-2021-44228", "", 0 },
		{ "broken lines", "epss",
		  "cve,epss,percentile\r\n\r\nCVE-2021-44228,0.94\nCVE-2021-44228,1.1,0\nCVE-2021-44228,-0.1,0\nCVE-"
		  "2021-44228,nan,0\n"
		  "CVE-2021-44228,0x1,0\nCVE-2021-44228,0.1,0.1,\nx,0.1,0.1\nCVE-2021-44228,,0\n",
		  NULL, NULL, "CVE-2021-44228", "", 8 },
		{ "not a list", "epss", "<html>", NULL, NULL, NULL, "line 1 is not 'cve,epss,percentile': no EPSS list",
		  0 },
		{ "empty", "epss", "", NULL, NULL, NULL, "empty: no EPSS list", 0 },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(db_scores_join_by_cve_in_any_order)
{
	static const struct {
		const char *kind, *document;
	} docs[] = {
		{ "epss", "#score_date:2025-11-20T12:55:00Z\ncve,epss,percentile\nCVE-2020-10001,0.94358,0.99965\nCVE-"
			  "2020-10002,9e-05,1\n" },
		{ "osv", "{\"id\":\"PYSEC-1\",\"aliases\":[\"CVE-2020-10001\"],\"summary\":\"s\"}" },
		{ "epss", "#score_date:2025-11-19T12:55:00+0000\ncve,epss,percentile\nCVE-2020-10001,0.1,0.2\n" },
		{ "kev", "{\"vulnerabilities\":[{\"cveID\":\"CVE-2020-10001\",\"dueDate\":\"2021-01-01\"},{\"cveID\":"
			 "\"CVE-2020-10002\"}]}" },
	};
	for (size_t rotation = 0; rotation < DD_COUNT(docs); rotation++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK(dd_fixture_new(&f));
		for (size_t i = 0; i < DD_COUNT(docs); i++) {
			size_t k = (i + rotation) % DD_COUNT(docs);
			CHECK(dd_fixture_add(&f, docs[k].kind, "x", dd_str_from(docs[k].document), NULL) == DD_OK);
		}
		CHECK(dd_fixture_open(&f, NULL) == DD_OK);
		dd_fixture_vulns(f.db, "CVE-2020-10001", &got);
		dd_fixture_vulns(f.db, "CVE-2020-10002", &got);
		CHECK_STR(dd_buf_str(&got),
			  "CVE-2020-10001 PYSEC-1 | s |  |  | unknown  | | kev 2021-01-01 0.94358 0.99965\n"
			  "CVE-2020-10002 |  |  |  | unknown  | | kev 0.00009 1.00000\n");
	}
}

TEST(db_end_of_life)
{
	static const struct {
		const char *name, *document, *product, *cycle;
		const char *want; /* NULL: unknown */
	} rows[] = {
		{ "dir/debian.json",
		  "[{\"cycle\":\"12\",\"codename\":\"Bookworm\",\"eol\":\"2026-07-11\",\"extendedSupport\":\"2028-06-"
		  "30\",\"latest\":\"12.15\"}]",
		  "debian", "12", "debian 12 Bookworm 2026-07-11 2028-06-30 12.15 -" },
		{ "debian.json", "[{\"cycle\":\"1\",\"eol\":true},{\"cycle\":\"2\",\"eol\":false}]", "debian", "1",
		  "debian 1     ended" },
		{ "debian.json", "[{\"cycle\":\"1\",\"eol\":true},{\"cycle\":\"2\",\"eol\":false}]", "debian", "2",
		  "debian 2     -" },
		{ "a.zip: eol/alpine-linux.json", "[{\"cycle\":3.5,\"eol\":null,\"latest\":7}]", "alpine-linux", "3.5",
		  "alpine-linux 3.5    7 -" },
		{ "debian.json", "[{\"cycle\":\"12\"}]", "debian", "13", NULL },
		{ "debian.json", "[{\"cycle\":\"12\"}]", "ubuntu", "12", NULL },
		{ "full.json",
		  "{\"last_modified\":\"2025-01-01T00:00:00Z\",\"result\":[{\"name\":\"debian\",\"releases\":[{"
		  "\"name\":\"12\",\"codename\":\"Bookworm\","
		  "\"isEol\":true,\"eolFrom\":\"2026-06-10\",\"eoesFrom\":\"2028-06-30\",\"latest\":{\"name\":\"12.5\","
		  "\"date\":\"2024-02-10\"}}]},"
		  "{\"name\":\"x\",\"releases\":[{\"name\":\"1\",\"isEol\":true}]}]}",
		  "debian", "12", "debian 12 Bookworm 2026-06-10 2028-06-30 12.5 -" },
		{ "full.json", "{\"result\":{\"name\":\"x\",\"releases\":[{\"name\":\"1\",\"isEol\":true}]}}", "x", "1",
		  "x 1     ended" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_eol e;
		CHECK_ROW(dd_fixture_new(&f), rows[i].document);
		CHECK_ROW(dd_fixture_add(&f, "eol", rows[i].name, dd_str_from(rows[i].document), NULL) == DD_OK,
			  rows[i].document);
		CHECK_ROW(dd_fixture_open(&f, NULL) == DD_OK && dd_db_verify(f.db, NULL) == DD_OK, rows[i].document);
		bool found = dd_db_eol(f.db, dd_str_from(rows[i].product), dd_str_from(rows[i].cycle), &e);
		CHECK_ROW(found == (rows[i].want != NULL), rows[i].document);
		if (!found || !rows[i].want)
			continue;
		(void)dd_buf_addf(&got, "%.*s %.*s %.*s %.*s %.*s %.*s %s", DD_FMT(e.product), DD_FMT(e.cycle),
				  DD_FMT(e.codename), DD_FMT(e.eol), DD_FMT(e.extended), DD_FMT(e.latest),
				  e.ended ? "ended" : "-");
		CHECK_STR_ROW(dd_buf_str(&got), rows[i].want, rows[i].document);
	}
}

/* Oversized and odd texts: NUL and control bytes stay, too long is a warning, never a crash. */
TEST(db_odd_texts)
{
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(4 * DD_MIB);
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_advisory *found;
	size_t n = 0;
	CHECK(dd_fixture_new(&f));
	(void)dd_buf_add_c(&doc, "[{\"id\":\"X-1\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"");
	for (size_t i = 0; i <= DD_FIELD_BYTES_MAX; i++)
		(void)dd_buf_add_char(&doc, 'a');
	(void)dd_buf_add_c(
		&doc, "\"},\"versions\":[\"1\"]},{\"package\":{\"ecosystem\":\"Zork\",\"name\":\"a\\u0000\\u001bb\"},"
		      "\"versions\":[\"1\\u0000\"]}]}]");
	CHECK(dd_fixture_add(&f, "osv", "x", dd_buf_str(&doc), NULL) == DD_OK);
	CHECK_INT(f.b->n_warnings, 1);
	CHECK(dd_fixture_open(&f, NULL) == DD_OK && dd_db_verify(f.db, NULL) == DD_OK);
	CHECK(dd_db_find(f.db, DD_STR("zork"),
			 DD_STR("a\0\x1b"
				"b"),
			 &a, &found, &n, NULL) == DD_OK &&
	      n == 1);
	CHECK(n == 1 && found[0].n_versions == 1 && dd_str_eq(found[0].versions[0], DD_STR("1\0")));
}

TEST(db_arch_tracker)
{
#define GROUP(status, severity, fixed, issues)                                                                         \
	"[{\"name\":\"AVG-1\",\"packages\":[\"curl\"],\"status\":\"" status "\",\"severity\":\"" severity              \
	"\",\"affected\":\"1-1\",\"fixed\":" fixed ",\"issues\":[" issues "]}]"
	static const struct row rows[] = {
		{ "fixed", "arch", GROUP("Fixed", "High", "\"8.4.0-1\"", "\"CVE-2023-10001\",\"CVE-2023-10002\""),
		  "arch", "curl", NULL,
		  "CVE-2023-10001 AVG-1 arch affected fixed high [0,8.4.0-1)\n"
		  "CVE-2023-10002 AVG-1 arch affected fixed high [0,8.4.0-1)\n",
		  0 },
		{ "not fixed", "arch", GROUP("Vulnerable", "Low", "null", "\"CVE-2023-10001\""), "arch", "curl", NULL,
		  "CVE-2023-10001 AVG-1 arch affected not-fixed low [0)\n", 0 },
		{ "in testing", "arch", GROUP("Testing", "Critical", "\"9-1\"", "\"CVE-2023-10001\""), "arch", "curl",
		  NULL, "CVE-2023-10001 AVG-1 arch affected fixed critical [0,9-1)\n", 0 },
		{ "not affected", "arch", GROUP("Not affected", "Medium", "null", "\"CVE-2023-10001\""), "arch", "curl",
		  NULL, "CVE-2023-10001 AVG-1 arch never unknown medium [0)\n", 0 },
		{ "not known, without a CVE", "arch", GROUP("Unknown", "Unknown", "null", ""), "arch", "curl", NULL,
		  "AVG-1 AVG-1 arch undetermined unknown unknown [0)\n", 0 },
		{ "another status", "arch", GROUP("What", "High", "null", ""), "arch", "curl", NULL, "", 1 },
		{ "another document", "arch", "{}", NULL, NULL, NULL, "no array: not a document of arch", 0 },
		{ "other elements", "arch", "[7,{},{\"name\":\"AVG-1\",\"packages\":[7]}]", "arch", "curl", NULL, "",
		  3 },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(db_photon)
{
#define PHOTON(score, fixed)                                                                                           \
	"[{\"cve_id\":\"CVE-2023-10001\",\"pkg\":\"openssl\",\"cve_score\":" score ",\"aff_ver\":\"x\",\"res_ver\":"   \
	"\"" fixed "\"}]"
	static const struct row rows[] = {
		{ "fixed", "photon", PHOTON("7.5", "3.0.8-1.ph5"), "photon:5.0", "openssl", NULL,
		  "CVE-2023-10001 CVE-2023-10001 photon affected fixed high [0,3.0.8-1.ph5)\n", 0 },
		{ "critical", "photon", PHOTON("9.8", "1.0.2-1.ph3"), "photon:3.0", "openssl", NULL,
		  "CVE-2023-10001 CVE-2023-10001 photon affected fixed critical [0,1.0.2-1.ph3)\n", 0 },
		{ "nothing tells the release", "photon", PHOTON("0", "NA"), "photon:5.0", "openssl", NULL, "", 1 },
		{ "no CVE", "photon", "[{\"cve_id\":\"x\",\"pkg\":\"a\",\"res_ver\":\"1.ph5\"}]", "photon:5.0", "a",
		  NULL, "", 1 },
		{ "no package", "photon", "[{\"cve_id\":\"CVE-2023-10001\",\"res_ver\":\"1.ph5\"}]", "photon:5.0", "",
		  NULL, "", 1 },
		{ "another document", "photon", "{}", NULL, NULL, NULL, "no array: not a document of photon", 0 },
	};
	check_rows(rows, DD_COUNT(rows));
	/* The file's name tells the release where the version does not. */
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	CHECK(dd_fixture_new(&f) &&
	      dd_fixture_add(&f, "photon", "dir/cve_data_photon4.0.json", DD_STR(PHOTON("0", "NA")), NULL) == DD_OK);
	CHECK(dd_fixture_open(&f, NULL) == DD_OK);
	dd_fixture_advisories(f.db, "photon:4.0", "openssl", &got);
	CHECK_STR(dd_buf_str(&got), "CVE-2023-10001 CVE-2023-10001 photon affected not-fixed unknown [0)\n");
}

TEST(db_rolling_secdb)
{
#define ROLLING(url)                                                                                                   \
	"{\"apkurl\":\"x\",\"archs\":[\"x86_64\"],\"reponame\":\"os\",\"urlprefix\":\"" url                            \
	"\",\"packages\":[{\"pkg\":{"                                                                                  \
	"\"name\":\"a\",\"secfixes\":{\"0\":[\"CVE-2023-10002\"],\"1.2-r0\":[\"CVE-2023-10001\",\"GHSA-aaaa-bbbb-"     \
	"cccc\"]}}}]}"
	static const struct row rows[] = {
		{ "Wolfi", "alpine", ROLLING("https://packages.wolfi.dev"), "wolfi", "a", NULL,
		  "CVE-2023-10001 CVE-2023-10001 wolfi affected fixed unknown [0,1.2-r0)\n"
		  "CVE-2023-10002 CVE-2023-10002 wolfi never unknown unknown [0)\n"
		  "GHSA-aaaa-bbbb-cccc GHSA-aaaa-bbbb-cccc wolfi affected fixed unknown [0,1.2-r0)\n",
		  0 },
		{ "Chainguard", "alpine", ROLLING("https://packages.cgr.dev/chainguard"), "chainguard", "a", NULL,
		  "CVE-2023-10001 CVE-2023-10001 chainguard affected fixed unknown [0,1.2-r0)\n"
		  "CVE-2023-10002 CVE-2023-10002 chainguard never unknown unknown [0)\n"
		  "GHSA-aaaa-bbbb-cccc GHSA-aaaa-bbbb-cccc chainguard affected fixed unknown [0,1.2-r0)\n",
		  0 },
		{ "somebody else's", "alpine", ROLLING("https://example.org"), NULL, NULL, NULL,
		  "no 'distroversion': not a document of Alpine's secdb", 0 },
	};
	check_rows(rows, DD_COUNT(rows));
}
