/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for every ecosystem: OSV, aliases, severity, what could not be judged. */
#include "judge/vuln/vuln.h"

#include "support/judge_rows.h"
#include "support/test.h"

TEST(vuln_osv_and_aliases)
{
	static const struct dd_judge_row rows[] = {
		{ "last_affected is inclusive and names no fix",
		  "debian",
		  "12",
		  "deb|x|2.0-1|amd64\ndeb|x2|2.0-2|amd64|x\n",
		  { { "osv", RECORD("CVE-2024-0001", "", AFFECTED("Debian:12", "x", RANGE(I("0") "," L("2.0-1")))) } },
		  "x CVE-2024-0001 not-fixed unknown by osv:Debian\n" },
		{ "not introduced yet",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "osv",
		      RECORD("CVE-2024-0001", "", AFFECTED("Debian:12", "x", RANGE(I("1.1-1") "," F("2.0-1")))) } },
		  "" },
		{ "an explicit list of versions",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\ndeb|x2|1.0-2|amd64|x\n",
		  { { "osv",
		      RECORD("CVE-2024-0001", "",
			     "{\"package\":{\"ecosystem\":\"Debian:12\",\"name\":\"x\"},\"versions\":[\"1.0-1\"]}") } },
		  "x CVE-2024-0001 not-fixed unknown by osv:Debian\n" },
		{ "GIT ranges say nothing of packages",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "osv",
		      "[" RECORD("CVE-2024-0001", "",
				 "{\"package\":{\"ecosystem\":\"Debian:12\",\"name\":\"x\"},\"ranges\":[{\"type\":"
				 "\"GIT\",\"repo\":"
				 "\"r\",\"events\":[{\"introduced\":\"0\"}]}]}") "," OSV("CVE-2024-0002", "Debian:12",
											 "y", "1") "]" } },
		  "" },
		{ "withdrawn records never match",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "osv", "[" RECORD("CVE-2024-0001", "\"withdrawn\":\"2024-02-01T00:00:00Z\",",
					AFFECTED("Debian:12", "x", RANGE(I("0")))) "," OSV("CVE-2024-0002", "Debian:12",
											   "y", "1") "]" } },
		  "" },
		{ "aliases are one vulnerability, named by its CVE",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "osv",
		      "[" RECORD(
			      "GHSA-aaaa-bbbb-cccc", "\"aliases\":[\"CVE-2024-0001\"],",
			      AFFECTED("Debian:12", "x",
				       RANGE(I("0") "," F(
					       "1.1-1")))) "," RECORD("PYSEC-2024-1",
								      "\"aliases\":[\"GHSA-aaaa-bbbb-cccc\"],",
								      AFFECTED("Debian:12", "x",
									       RANGE(I("0") "," F("1.2-1")))) "]" } },
		  "x CVE-2024-0001 fixed 1.2-1 unknown by osv:Debian\n" },
		{ "related is no alias",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "osv", "[" RECORD("CVE-2024-0001", "\"related\":[\"CVE-2024-0002\"],",
					AFFECTED("Debian:12", "x",
						 RANGE(I("0") "," F("1.1-1")))) "," OSV("CVE-2024-0002", "Debian:12",
											"x", "1.2-1") "]" } },
		  "x CVE-2024-0001 fixed 1.1-1 unknown by osv:Debian\nx CVE-2024-0002 fixed 1.2-1 unknown by "
		  "osv:Debian\n" },
		{ "severity without the distribution's: the newest CVSS",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "osv", RECORD("CVE-2024-0001",
				    "\"severity\":[{\"type\":\"CVSS_V2\",\"score\":\"AV:N/AC:L/Au:N/C:C/I:C/"
				    "A:C\"},{\"type\":\"CVSS_V3\","
				    "\"score\":\"CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N\"}],",
				    AFFECTED("Debian:12", "x", RANGE(I("0") "," F("1.1-1")))) } },
		  "x CVE-2024-0001 fixed 1.1-1 low/cvss by osv:Debian\n" },
		{ "the distribution's severity beats a score of 10",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian",
		      TRACKER("x", "CVE-2024-0001", "\"bookworm\":{\"status\":\"open\",\"urgency\":\"low\"}") },
		    { "osv", RECORD("CVE-2024-0001",
				    "\"severity\":[{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/"
				    "C:H/I:H/A:H\"}],",
				    AFFECTED("Debian:12", "x", RANGE(I("0") "," F("1.1-1")))) } },
		  "x CVE-2024-0001 not-fixed low/debian by debian,osv:Debian\n" },
	};
	RUN(rows);
}

TEST(vuln_says_what_it_could_not_judge)
{
	static const struct dd_document some = { "debian", TRACKER("x", "CVE-2024-0001", OPEN("bookworm", "")) };
	const struct dd_judge_row rows[] = {
		{ "no package database in an image with a system",
		  "debian",
		  "12",
		  NULL,
		  { some },
		  "problem: no package database found in debian 12: operating system packages were not judged, which "
		  "does not "
		  "mean that none is vulnerable\n" },
		{ "nothing at all",
		  "",
		  "",
		  NULL,
		  { some },
		  "problem: no package database found: operating system packages were not judged, which does not mean "
		  "that none "
		  "is vulnerable\n" },
		{ "an empty package database is one", "debian", "12", "", { some }, "" },
		{ "packages of an unknown system",
		  "",
		  "",
		  "deb|x|1|amd64\n",
		  { some },
		  "problem: operating system unknown (no os-release or the like): 1 package not judged\n" },
		{ "a system that nobody has advisories for",
		  "plan9",
		  "4",
		  "deb|x|1|amd64\ndeb|y|1|amd64\n",
		  { some },
		  "problem: no source of advisories is known for plan9 4: 2 packages not judged\n" },
		{ "a release that the database does not have",
		  "debian",
		  "11",
		  "deb|x|1|amd64\n",
		  { some },
		  "problem: the database has no advisories for debian 11: 1 package of this system not judged; run "
		  "'drydock db "
		  "update'\n" },
		{ "hostile names of systems are escaped",
		  "deb\x1b[2Jian",
		  "1\n2",
		  "deb|x|1|amd64\n",
		  { some },
		  "problem: no source of advisories is known for deb\\x1b[2Jian 1\\n2: 1 package not judged\n" },
		{ "another packaging system's packages",
		  "debian",
		  "12",
		  "rpm|rpm-thing|1-1|x86_64\ndeb|x|1|amd64\n",
		  { some },
		  "x CVE-2024-0001 not-fixed unknown by debian\n"
		  "problem: 1 package of another packaging system than debian 12 uses ('rpm-thing' …) not judged\n" },
	};
	RUN(rows);
}

TEST(vuln_copies_what_is_known)
{
	static const struct dd_document documents[DD_SMALL_DB_DOCUMENTS] = {
		{ "osv", RECORD("CVE-2021-44228",
				"\"summary\":\"Log4Shell\",\"published\":\"2021-12-10T00:00:00Z\",\"aliases\":[\"GHSA-"
				"jfh8-c2jp-5v3q\"],"
				"\"severity\":[{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/"
				"I:H/A:H\"}],",
				AFFECTED("Debian:12", "x", RANGE(I("0") "," F("2.15.0-1")))) },
		{ "kev", "{\"title\":\"t\",\"catalogVersion\":\"2021.12.10\",\"dateReleased\":\"2021-12-10T00:00:00Z\","
			 "\"count\":1,"
			 "\"vulnerabilities\":[{\"cveID\":\"CVE-2021-44228\",\"dateAdded\":\"2021-12-10\",\"dueDate\":"
			 "\"2021-12-24\","
			 "\"knownRansomwareCampaignUse\":\"Known\",\"vulnerabilityName\":\"Log4j\"}]}" },
		{ "epss", "#model_version:v2023.03.01,score_date:2023-10-01T00:00:00+0000\ncve,epss,percentile\n"
			  "CVE-2021-44228,0.97562,0.99998\n" },
	};
	static struct dd_installed package = { .package = { .type = DD_STR("deb"),
							    .name = DD_STR("libx"),
							    .version = DD_STR("2.14.1-1"),
							    .source_name = DD_STR("x") },
					       .path = DD_STR("var/lib/dpkg/status"),
					       .system = true,
					       .layer = 3 };
	struct dd_inventory inv = { .os = { .id = DD_STR("debian"), .version = DD_STR("12") },
				    .os_found = true,
				    .package_database_found = true,
				    .packages = &package,
				    .n_packages = 1 };
	struct dd_arena a = DD_ARENA_INIT(1 << 20);
	struct dd_findings out = { 0 };
	struct dd_small_db db;
	struct dd_err err = { 0 };
	if (dd_small_db_open(&db, documents, DD_SMALL_DB_DOCUMENTS, NULL)) {
		CHECK_INT(dd_judge_vuln(&inv, db.db, &a, &out, &err), DD_OK);
		CHECK_INT(out.list.n, 1);
	}
	if (out.list.n == 1) {
		const struct dd_finding *f = &out.list.p[0];
		CHECK_INT(f->kind, DD_KIND_VULNERABILITY);
		CHECK_STR(f->id, "CVE-2021-44228");
		CHECK_STR(f->title, "Log4Shell");
		CHECK_INT(f->package, 0);
		CHECK_INT(f->layer, 3);
		CHECK_STR(f->path, "var/lib/dpkg/status");
		CHECK_INT(f->severity, DD_SEV_CRITICAL);
		CHECK_STR(f->severity_source, "cvss");
		CHECK(f->n_cvss == 1 && f->cvss[0].score > 9.99 && f->cvss[0].score < 10.01);
		CHECK(f->n_aliases == 1 && dd_str_eq_c(f->aliases[0], "GHSA-jfh8-c2jp-5v3q"));
		CHECK(f->kev && f->kev_ransomware);
		CHECK_STR(f->kev_due, "2021-12-24");
		CHECK(f->epss > 0.9756 && f->epss < 0.9757 && f->epss_percentile > 0.9999);
		CHECK_STR(f->published, "2021-12-10T00:00:00Z");
		CHECK_STR(f->url, "https://security-tracker.debian.org/tracker/CVE-2021-44228");
		CHECK_STR(f->fix.version, "2.15.0-1");
		CHECK_STR(f->fix.advice, "apt-get install --only-upgrade libx");
	}
	dd_findings_done(&out);
	dd_small_db_done(&db);
	dd_arena_done(&a);
}

/* Every allocation fails once: an error that says so, nothing leaked (seen by the sanitizer), no half-made finding. */
TEST(vuln_when_memory_is_out)
{
	static const struct dd_document documents[DD_SMALL_DB_DOCUMENTS] = {
		{ "osv", "[" ERRATUM("ALSA-1", "Low: x", "CVE-2021-0005", "x", "1.0-2.el8_4") "," ERRATUM(
				 "ALSA-2", "Low: x", "CVE-2021-0006", "x", "oops 1") "]" },
	};
	static struct dd_installed packages[] = {
		{ .package = { .type = DD_STR("rpm"), .name = DD_STR("x"), .version = DD_STR("1.0-1") },
		  .path = DD_STR("p"),
		  .system = true },
		{ .package = { .type = DD_STR("rpm"), .name = DD_STR("y"), .version = DD_STR("1 0") },
		  .path = DD_STR("p"),
		  .system = true },
		{ .package = { .type = DD_STR("deb"), .name = DD_STR("z"), .version = DD_STR("1") },
		  .path = DD_STR("p"),
		  .system = true },
		{ .package = { .type = DD_STR("rpm"),
			       .name = DD_STR("e"),
			       .version = DD_STR("1"),
			       .maintainer = DD_STR("Fedora") },
		  .path = DD_STR("p"),
		  .system = true },
	};
	const struct dd_inventory inv = { .os = { .id = DD_STR("almalinux"), .version = DD_STR("8.5") },
					  .os_found = true,
					  .package_database_found = true,
					  .packages = packages,
					  .n_packages = DD_COUNT(packages) };
	struct dd_small_db db;
	bool done = !dd_small_db_open(&db, documents, DD_SMALL_DB_DOCUMENTS, NULL);
	enum { TRIES = 1000 };
	uint64_t failures = 0;
	for (uint64_t nth = 1; !done && nth < TRIES; nth++) {
		struct dd_arena a = DD_ARENA_INIT(1 << 20);
		struct dd_findings out = { 0 };
		struct dd_err err = { 0 };
		dd_alloc_fail_from(nth);
		enum dd_code code = dd_judge_vuln(&inv, db.db, &a, &out, &err);
		dd_alloc_fail_from(0);
		done = code == DD_OK;
		failures += code == DD_ENOMEM && err.code == DD_ENOMEM;
		CHECK(code == DD_OK || code == DD_ENOMEM);
		if (done) {
			CHECK_INT(out.list.n, 1);
			CHECK_INT(out.problems.n, 3);
			CHECK_INT(out.warnings.n, 1);
			CHECK_INT(failures, nth - 1);
		}
		dd_findings_done(&out);
		dd_arena_done(&a);
	}
	CHECK(done && failures > 3);
	dd_small_db_done(&db);
}

/* The same input in another order of packages gives the same findings in the same order, and so does a second run. */
TEST(vuln_order_is_total)
{
	static const struct dd_document documents[DD_SMALL_DB_DOCUMENTS] = {
		{ "debian",
		  "{\"x\":{\"CVE-2024-0001\":{\"releases\":{" OPEN(
			  "bookworm",
			  "") "}},\"CVE-2024-0002\":{\"releases\":{" OPEN("bookworm",
									  "") "}},\"CVE-2024-0003\":{\"releases\":"
									      "{" FIXED("bookworm", "2") "}}}}" },
	};
	static struct dd_installed packages[] = {
		{ .package = { .type = DD_STR("deb"),
			       .name = DD_STR("a"),
			       .version = DD_STR("1"),
			       .source_name = DD_STR("x") },
		  .system = true },
		{ .package = { .type = DD_STR("deb"),
			       .name = DD_STR("b"),
			       .version = DD_STR("1"),
			       .source_name = DD_STR("x") },
		  .system = true },
		{ .package = { .type = DD_STR("deb"), .name = DD_STR("x"), .version = DD_STR("1") }, .system = true },
	};
	const struct dd_inventory inv = { .os = { .id = DD_STR("debian"), .version = DD_STR("12") },
					  .os_found = true,
					  .package_database_found = true,
					  .packages = packages,
					  .n_packages = DD_COUNT(packages) };
	struct dd_small_db db;
	if (dd_small_db_open(&db, documents, DD_SMALL_DB_DOCUMENTS, NULL)) {
		struct dd_arena a = DD_ARENA_INIT(1 << 20);
		struct dd_findings out = { 0 };
		CHECK_INT(dd_judge_vuln(&inv, db.db, &a, &out, NULL), DD_OK);
		CHECK_INT(dd_findings_close(&out, &a), DD_OK);
		CHECK_INT(out.list.n, 9);
		for (size_t i = 0; i + 1 < out.list.n; i++)
			CHECK(dd_finding_cmp(&out.list.p[i], &out.list.p[i + 1]) < 0);
		dd_findings_done(&out);
		dd_arena_done(&a);
	}
	dd_small_db_done(&db);
}
