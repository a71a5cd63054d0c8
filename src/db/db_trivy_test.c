/* SPDX-License-Identifier: Apache-2.0 */
/* testdata/trivy*.db were written by go.etcd.io/bbolt itself, from the JSON beside them, after Trivy's schema. What is
 * expected follows Trivy's own rules (pkg/detector, pkg/detector/library/compare). */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "db/constraint.h"
#include "db/db_fixture.h"
#include "support/judge_rows.h"
#include "support/test.h"

static bool open_file(struct dd_db_fixture *f, const char *kind, const char *name, struct dd_err *err)
{
	char path[512];
	(void)snprintf(path, sizeof path, "%s/src/db/testdata/%s", dd_test_root(), name);
	const struct dd_build_input in = { .kind = kind, .path = path };
	return dd_fixture_new(f) && dd_builder_add(f->b, &in, err) == DD_OK;
}

TEST(trivy_advisories)
{
	static const struct {
		const char *ecosystem, *package, *want;
	} rows[] = {
		{ "alpine:3.19", "openssl",
		  "CVE-2024-10001 CVE-2024-10001 trivy:alpine affected fixed unknown [0,3.1.4-r5)\n"
		  "CVE-2024-10002 CVE-2024-10002 trivy:alpine never unknown unknown [0)\n" },
		{ "debian:12", "openssl",
		  "CVE-2024-10002 CVE-2024-10002 trivy:debian affected deferred low [0)\n"
		  "CVE-2024-10003 CVE-2024-10003 trivy:debian affected wont-fix unknown [0)\n"
		  "CVE-2024-10004 CVE-2024-10004 trivy:debian affected end-of-life unknown [0)\n"
		  "CVE-2024-10005 CVE-2024-10005 trivy:debian undetermined unknown unknown [0)\n"
		  "CVE-2024-10006 CVE-2024-10006 trivy:debian affected not-fixed unknown [0)\n"
		  "CVE-2024-10001 DSA-5532-1 trivy:debian affected fixed low [0,3.0.11-1~deb12u2)\n" },
		{ "ubuntu-pro:18.04", "curl",
		  "CVE-2024-10001 CVE-2024-10001 trivy:ubuntu-pro affected fixed unknown "
		  "[0,7.58.0-2ubuntu3.24+esm1)\n" },
		{ "almalinux:8", "openssl",
		  "CVE-2024-10001 ALSA-2024:0001 trivy:alma affected fixed high [aarch64] [0,1:1.1.1k-8.el8_7)\n"
		  "CVE-2024-10001 ALSA-2024:0001 trivy:alma affected fixed high [x86_64 i686] [0,1:1.1.1k-9.el8_7)\n" },
		{ "almalinux:8", "npm",
		  "CVE-2024-10003 ALSA-2024:0002 trivy:alma affected fixed unknown {nodejs:12} "
		  "[0,1:6.14.10-1.12.20.1.1.module_el8.4.0)\n" },
		{ "redhat:8", "openssl",
		  "CVE-2024-10002 CVE-2024-10002 trivy:redhat-csaf affected wont-fix medium [0)\n"
		  "CVE-2024-10001 RHSA-2024:0001 trivy:redhat-csaf affected fixed high [x86_64] [0,1:1.1.1k-7.el8_6)\n"
		  "CVE-2024-10003 RHSA-2024:0001 trivy:redhat-csaf affected fixed low [x86_64] "
		  "[0,1:1.1.1k-7.el8_6)\n" },
		{ "redhat-eus:8.6", "openssl",
		  "CVE-2024-10001 RHSA-2024:0001 trivy:redhat-csaf affected fixed high [x86_64] [0,1:1.1.1k-7.el8_6)\n"
		  "CVE-2024-10003 RHSA-2024:0001 trivy:redhat-csaf affected fixed low [x86_64] "
		  "[0,1:1.1.1k-7.el8_6)\n" },
		{ "npm", "lodash",
		  "CVE-2024-10003 CVE-2024-10003 trivy:ghsa affected not-fixed unknown (1.0.0,=2.0.0) =3.0.0\n"
		  "CVE-2024-10002 GHSA-aaaa-bbbb-cccc trivy:ghsa affected fixed high [4.0.0,4.17.21) "
		  "[0,=3.10.1,3.10.2)\n"
		  "GHSA-dddd-eeee-ffff GHSA-dddd-eeee-ffff trivy:ghsa affected not-fixed unknown [0)\n" },
		{ "pypi", "zope-thing", "CVE-2024-10001 CVE-2024-10001 trivy:pypi affected fixed unknown [0,2.0)\n" },
		/* safe: < 1.0.0 (and <= 0.5.0 within), 1.2.3 to 2.0.0, 2.0.5, from 2.1.0 */
		{ "npm", "semver-like",
		  "CVE-2024-10001 CVE-2024-10001 trivy:npm affected fixed unknown [1.0.0,1.2.3) [2.0.0,2.0.5) "
		  "(2.0.5,2.1.0)\n" },
		{ "sealed os 3", "curl",
		  "CVE-2024-10001 CVE-2024-10001 trivy:sealed os 3 affected fixed unknown [0,2)\n" },
	};
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	CHECK(open_file(&f, "trivy", "trivy.db", NULL) && dd_fixture_open(&f, NULL) == DD_OK);
	CHECK_INT(f.b->n_warnings, 0);
	CHECK(f.db && dd_db_verify(f.db, NULL) == DD_OK);
	for (size_t i = 0; f.db && i < DD_COUNT(rows); i++) {
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		dd_fixture_advisories(f.db, rows[i].ecosystem, rows[i].package, &got);
		CHECK_STR_ROW(dd_buf_str(&got), rows[i].want, rows[i].ecosystem);
	}
}

TEST(trivy_vulnerabilities)
{
	static const struct {
		const char *id, *want;
	} rows[] = {
		{ "CVE-2024-10001", "CVE-2024-10001 | openssl: out-of-bounds read | 2024-03-01T10:00:00Z | "
				    "2024-04-01T10:00:00Z | critical "
				    "nvd | 9.8 nvd 3.7 redhat | CWE-125 CWE-787\n" },
		{ "CVE-2024-10002",
		  "CVE-2024-10002 GHSA-aaaa-bbbb-cccc | Only a description. |  |  | high ghsa | |\n" },
		{ "ALSA-2024:0001", "CVE-2024-10001 | openssl: out-of-bounds read | 2024-03-01T10:00:00Z | "
				    "2024-04-01T10:00:00Z | critical "
				    "nvd | 9.8 nvd 3.7 redhat | CWE-125 CWE-787\n" },
	};
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	CHECK(open_file(&f, "trivy", "trivy.db", NULL) && dd_fixture_open(&f, NULL) == DD_OK);
	for (size_t i = 0; f.db && i < DD_COUNT(rows); i++) {
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		dd_fixture_vulns(f.db, rows[i].id, &got);
		CHECK_STR_ROW(dd_buf_str(&got), rows[i].want, rows[i].id);
	}
}

/* What cannot be read is said, with place and offset, and the rest is there. */
TEST(trivy_broken_values)
{
	static const char *const places[] = {
		"'vulnerability', '', 'broken' at byte",
		"'cpe', '', 'x' at byte",
		"'Red Hat', 'openssl', 'CVE-2024-10009' at byte",
		"'debian 12', '', 'key' at byte",
		"'debian 12', 'openssl', 'no object' at byte",
		"'debian 12', 'openssl', 'not json' at byte",
		"'lodash', 'CVE-2024-10004' at byte",
		"'odd::Somewhere', '', 'key' at byte",
	};
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	CHECK(open_file(&f, "trivy", "trivy_broken.db", NULL) && dd_fixture_open(&f, NULL) == DD_OK);
	CHECK_INT(f.b->n_warnings, DD_COUNT(places));
	for (size_t i = 0; i < DD_COUNT(places); i++) {
		bool said = false;
		for (size_t k = 0; k < f.b->n_warnings; k++)
			said |= dd_str_search(f.b->warnings[k], dd_str_from(places[i])) < f.b->warnings[k].n;
		CHECK_ROW(said, places[i]);
	}
	dd_fixture_advisories(f.db, "debian:12", "openssl", &got);
	CHECK_STR(dd_buf_str(&got), "CVE-2024-10001 CVE-2024-10001 trivy:debian affected fixed unknown [0,2)\n");
}

TEST(trivy_metadata)
{
	static const struct {
		const char *document, *want;
	} rows[] = {
		{ "{\"Version\":2,\"UpdatedAt\":\"2024-05-06T00:00:00Z\"}", NULL },
		{ "{\"Version\":1,\"UpdatedAt\":\"2024-05-06T00:00:00Z\"}",
		  "Trivy's database has schema 1, 2 is read" },
		{ "{}", "neither a database of Trivy's nor its metadata.json" },
		{ "", "no bbolt database: neither of its two meta pages is whole" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_err err = { 0 };
		CHECK(dd_fixture_new(&f));
		enum dd_code code = dd_fixture_add(&f, "trivy", "x", dd_str_from(rows[i].document), &err);
		CHECK_ROW((code == DD_OK) == !rows[i].want, rows[i].document);
		if (rows[i].want)
			CHECK_STR_ROW(dd_str_from(err.message), rows[i].want, rows[i].document);
		else
			CHECK(f.b->sources.p[0].time == 1714953600);
	}
}

TEST(trivy_truncated)
{
	char path[512];
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	(void)snprintf(path, sizeof path, "%s/src/db/testdata/trivy.db", dd_test_root());
	CHECK(dd_map_file_open(&file, path, DD_MIB, NULL) == DD_OK);
	struct dd_db_fixture all DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	CHECK(dd_fixture_new(&all) && dd_fixture_add(&all, "trivy", "x", file.bytes, NULL) == DD_OK);
	const size_t whole = all.b->entries.n;
	for (size_t n = 0; n < file.bytes.n; n += 331) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_err err = { 0 };
		CHECK(dd_fixture_new(&f));
		if (dd_fixture_add(&f, "trivy", "x", dd_str_take(file.bytes, n), &err) != DD_OK)
			continue;
		/* The last pages of the file are free ones. */
		CHECK(f.b->n_warnings > 0 || f.b->entries.n == whole);
		CHECK(dd_fixture_open(&f, &err) == DD_OK && dd_db_verify(f.db, &err) == DD_OK);
	}
}

TEST(trivy_findings)
{
	char path[512];
	(void)snprintf(path, sizeof path, "%s/src/db/testdata/trivy.db", dd_test_root());
	const struct dd_judge_row rows[] = {
		{ "Alpine: the CVSS score, as its feed states no severity",
		  "alpine",
		  "3.19.0",
		  "apk|libssl3|3.1.4-r4|x86_64|openssl\napk|libcrypto3|3.1.4-r5|x86_64|openssl\n",
		  { { "trivy", NULL, NULL, path } },
		  "libssl3 CVE-2024-10001 fixed 3.1.4-r5 critical/cvss by trivy:alpine\n" },
		{ "Debian: its own severity, and its states",
		  "debian",
		  "12",
		  "deb|libssl3|3.0.11-1~deb12u1|amd64|openssl\n",
		  { { "trivy", NULL, NULL, path } },
		  "libssl3 CVE-2024-10001 fixed 3.0.11-1~deb12u2 low/trivy:debian by trivy:debian (DSA-5532-1)\n"
		  "libssl3 CVE-2024-10002 deferred low/trivy:debian by trivy:debian\n"
		  "libssl3 CVE-2024-10003 wont-fix low/redhat by trivy:debian\n"
		  "libssl3 CVE-2024-10004 end-of-life unknown by trivy:debian\n"
		  "libssl3 CVE-2024-10006 not-fixed unknown by trivy:debian\n" },
		{ "Red Hat: each CVE of an erratum with its own severity",
		  "rhel",
		  "8.6",
		  "rpm|openssl|1:1.1.1k-6.el8_5|x86_64\n",
		  { { "trivy", NULL, NULL, path } },
		  "openssl CVE-2024-10001 fixed 1:1.1.1k-7.el8_6 high/trivy:redhat-csaf by trivy:redhat-csaf "
		  "(RHSA-2024:0001)\n"
		  "openssl CVE-2024-10002 wont-fix medium/trivy:redhat-csaf by trivy:redhat-csaf\n"
		  "openssl CVE-2024-10003 fixed 1:1.1.1k-7.el8_6 low/trivy:redhat-csaf by trivy:redhat-csaf "
		  "(RHSA-2024:0001)\n" },
		{ "… only for the architectures that it names, and not once it is installed",
		  "rhel",
		  "8.6",
		  "rpm|openssl|1:1.1.1k-6.el8_5|s390x\nrpm|openssl|1:1.1.1k-7.el8_6|x86_64\n",
		  { { "trivy", NULL, NULL, path } },
		  "openssl CVE-2024-10002 wont-fix medium/trivy:redhat-csaf by trivy:redhat-csaf\n"
		  "openssl CVE-2024-10002 wont-fix medium/trivy:redhat-csaf by trivy:redhat-csaf\n" },
		{ "npm: ranges, exact versions, the fix that another list names",
		  "debian",
		  "12",
		  "npm|lodash|4.17.20\nnpm|lodash|3.10.1\nnpm|lodash|4.17.21\nnpm|lodash|1.0.0\n",
		  { { "trivy", NULL, NULL, path } },
		  "lodash CVE-2024-10002 fixed 4.17.21 high/trivy:ghsa by trivy:ghsa\n"
		  "lodash CVE-2024-10002 fixed 3.10.2 high/trivy:ghsa by trivy:ghsa\n"
		  "lodash CVE-2024-10002 fixed 3.10.2 high/trivy:ghsa by trivy:ghsa\n"
		  "lodash GHSA-dddd-eeee-ffff not-fixed unknown by trivy:ghsa\n"
		  "lodash GHSA-dddd-eeee-ffff not-fixed unknown by trivy:ghsa\n"
		  "lodash GHSA-dddd-eeee-ffff not-fixed unknown by trivy:ghsa\n"
		  "lodash GHSA-dddd-eeee-ffff not-fixed unknown by trivy:ghsa\n" },
		{ "AlmaLinux: a package of a module by advisories for that module",
		  "almalinux",
		  "8.4",
		  "rpm|npm|1:6.14.9-1.module_el8.3.0|x86_64||||nodejs:12:8030:abc\n"
		  "rpm|npm|1:6.14.9-1.module_el8.3.0|x86_64||||nodejs:10:8030:abc\n",
		  { { "trivy", NULL, NULL, path } },
		  "npm CVE-2024-10003 fixed 1:6.14.10-1.12.20.1.1.module_el8.4.0 low/redhat by trivy:alma "
		  "(ALSA-2024:0002)\n" },
	};
	RUN(rows);
}

/* Notation by notation; the order of versions is npm's. */
TEST(constraint_notations)
{
	static const struct {
		const char *text, *fixed, *want; /* want NULL: another notation */
	} rows[] = {
		{ "", "", " [0)" },
		{ "*", "", " [0)" },
		{ "< 1.2", "", " [0,1.2)" },
		{ "<1.2", "1.2", " [0,1.2)" },
		{ "<= 1.2", "1.3", " [0,=1.2,1.3)" },
		{ ">= 1.0, < 1.2", "", " [1.0,1.2)" },
		{ ">=1.0 <1.2", "", " [1.0,1.2)" },
		{ "> 1.0", "", " (1.0)" },
		{ "= 1.0", "", " =1.0" },
		{ "= 1.0", "1.1", " [1.0,=1.0,1.1)" },
		{ "1.0 || ==2.0", "", " =1.0 =2.0" },
		{ "<1.0 || >=2.0,<3.0 || = 4.0", "", " [0,1.0) [2.0,3.0) =4.0" },
		{ "< 0", "", "" },
		{ ">= 1.0.0, > 1.0.0, <= 2.0.0, < 3.0.0, < 2.0.0", "", " (1.0.0,2.0.0)" },
		{ "^1.2.3", "", " [1.2.3,2.0-0)" },
		{ "[1.0.0,2.0.0) || (,0.5.0]", "", " [1.0.0,2.0.0) [0,=0.5.0)" },
		{ "!= 1.0.0", "", " [0,1.0.0) (1.0.0)" },
		{ "<", "", NULL },
		{ "^1.2.3 garbage[", "", NULL },
		{ "^x y", "", NULL },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), want DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK(dd_fixture_new(&f));
		struct dd_constraints c DD_CLEANUP(dd_constraints_done) = { .b = f.b, .scheme = DD_SCHEME_SEMVER };
		enum dd_code code = dd_constraints_add(&c, dd_str_from(rows[i].text), dd_str_from(rows[i].fixed), NULL);
		CHECK_ROW((code == DD_OK) == (rows[i].want != NULL), rows[i].text);
		if (code != DD_OK || !rows[i].want)
			continue;
		const uint32_t id = dd_build_text(f.b, DD_STR("CVE-2024-10001"));
		const struct dd_build_document doc = { .name = "x" };
		const uint32_t source = dd_build_source(f.b, DD_STR("x"), DD_STR("x"), &doc);
		const struct dd_build_entry e = { .record = dd_build_pair(f.b, source, id, id, false),
						  .ecosystem = dd_build_text(f.b, DD_STR("npm")),
						  .package = dd_build_text(f.b, DD_STR("a")),
						  .affects = dd_constraints_affects(&c) };
		dd_build_entry(f.b, &e);
		(void)dd_vec_push(&f.b->inputs, (struct dd_digest){ .algorithm = DD_SHA256 }, 1);
		CHECK_ROW(dd_fixture_open(&f, NULL) == DD_OK, rows[i].text);
		dd_fixture_advisories(f.db, "npm", "a", &got);
		(void)dd_buf_addf(&want, "CVE-2024-10001 CVE-2024-10001 x affected unknown unknown%s\n", rows[i].want);
		CHECK_STR_ROW(dd_buf_str(&got), dd_buf_c(&want), rows[i].text);
	}
}
