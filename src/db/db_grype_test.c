/* SPDX-License-Identifier: Apache-2.0 */
/* testdata/grype.sql holds a database after Grype's schema 6; SQLite itself makes the file. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "db/db_fixture.h"
#include "format/rpm_fixture.h"
#include "support/judge_rows.h"
#include "support/test.h"

/* The statements of testdata/grype.sql and more of them, as a file's bytes. */
static bool make(const char *more, struct dd_buf *out)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_buf sql DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	char path[512];
	(void)snprintf(path, sizeof path, "%s/src/db/testdata/grype.sql", dd_test_root());
	if (dd_map_file_open(&file, path, DD_MIB, NULL) != DD_OK)
		return false;
	(void)dd_buf_add_c(&sql, "PRAGMA page_size = 512;");
	(void)dd_buf_add_str(&sql, file.bytes);
	(void)dd_buf_add_c(&sql, more);
	if (!dd_buf_c(&sql))
		return false;
	dd_fix_sqlite_from(dd_buf_c(&sql), out);
	return true;
}

TEST(grype_advisories)
{
	static const struct {
		const char *ecosystem, *package, *want;
	} rows[] = {
		{ "debian:12", "openssl",
		  "CVE-2024-10001 CVE-2024-10001 grype:debian affected fixed low [0,3.0.11-1~deb12u2)\n" },
		{ "debian:sid", "openssl", "CVE-2024-10001 CVE-2024-10001 grype:debian affected wont-fix low [0)\n" },
		{ "redhat:9", "openssl",
		  "CVE-2024-10001 CVE-2024-10001 grype:rhel affected fixed high [0,1:3.0.7-18.el9_2)\n" },
		{ "redhat-eus:9.2", "openssl",
		  "CVE-2024-10001 CVE-2024-10001 grype:rhel affected fixed high [0,1:3.0.7-18.el9_2)\n" },
		{ "redhat:9", "npm",
		  "CVE-2024-10001 CVE-2024-10001 grype:rhel affected fixed high {nodejs:18} [0,1:3.0.7-24.el9)\n" },
		{ "amazon:2", "openssl",
		  "CVE-2024-10001 ALAS-2024-1 grype:amazon affected fixed medium [0,1:1.0.2k-24.amzn2.0.9)\n"
		  "CVE-2024-10002 ALAS-2024-1 grype:amazon affected fixed medium [0,1:1.0.2k-24.amzn2.0.9)\n" },
		/* AlmaLinux: from there on it is not affected, so below it is. */
		{ "almalinux:9", "openssl",
		  "CVE-2024-10001 ALSA-2024:0001 grype:alma affected fixed medium [0,1:3.0.7-25.el9_3)\n"
		  "CVE-2024-10002 ALSA-2024:0001 grype:alma affected fixed medium [0,1:3.0.7-25.el9_3)\n" },
		{ "alpine:edge", "openssl", "CVE-2024-10001 CVE-2024-10001 grype:debian never unknown low [0)\n" },
		/* not affected in these versions; of others nothing is said */
		{ "debian:12", "zlib",
		  "CVE-2024-10001 CVE-2024-10001 grype:debian never unknown low [0,1:1.2) [1:2,1:3) =1:1.3-1\n" },
		{ "maven", "org.apache.logging.log4j:log4j-core",
		  "CVE-2021-44228 GHSA-jfh8-c2jp-5v3q grype:github affected fixed critical [2.13.0,2.15.0) "
		  "[2.4,=2.12.1,2.12.2)\n" },
		{ "pypi", "zope-thing",
		  "CVE-2024-10001 CVE-2024-10001 grype:nvd affected fixed unknown [1.1.0,1.24.1) =1.25.0\n" },
		{ "cpe", "nginx/nginx",
		  "CVE-2024-10003 CVE-2024-10003 grype:nvd affected fixed unknown [1.1.0,1.24.1) =1.25.0\n" },
		/* rejected; a plug-in; an operating system; on Windows only */
		{ "npm", "lodash", "" },
		{ "cpe", "someone/gallery", "" },
		{ "cpe", "linux/linux_kernel", "" },
		{ "cpe", "microsoft/thing", "" },
		{ "strange:3.1+fast", "openssl",
		  "CVE-2024-10001 CVE-2024-10001 grype:debian affected fixed low [0,3.0.11-1~deb12u2)\n" },
	};
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_err err = { 0 };
	CHECK(make("", &bytes) && dd_fixture_new(&f));
	CHECK(dd_fixture_add(&f, "grype", "vulnerability.db", dd_buf_str(&bytes), &err) == DD_OK);
	CHECK_INT(f.b->n_warnings, 0);
	CHECK(dd_fixture_open(&f, &err) == DD_OK && dd_db_verify(f.db, &err) == DD_OK);
	for (size_t i = 0; f.db && i < DD_COUNT(rows); i++) {
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		dd_fixture_advisories(f.db, rows[i].ecosystem, rows[i].package, &got);
		CHECK_STR_ROW(dd_buf_str(&got), rows[i].want, rows[i].package);
	}
	static const struct {
		const char *id, *want;
	} vulns[] = {
		{ "CVE-2024-10001", "CVE-2024-10001 | OpenSSL reads out of bounds. | 2024-03-01T10:00:00+00:00 | "
				    "2024-04-01T10:00:00+00:00 | unknown  | 9.8 nvd@nist.gov | CWE-125 CWE-787 0.00042 "
				    "0.05000\n" },
		{ "CVE-2021-44228", "CVE-2021-44228 GHSA-jfh8-c2jp-5v3q | Remote code injection in Log4j | "
				    "2021-12-10T00:40:56+00:00 |  | critical grype:github | 10.0 grype:github | kev "
				    "ransomware 2021-12-24 0.94358 0.99965\n" },
		{ "GHSA-aaaa-bbbb-cccc", "GHSA-aaaa-bbbb-cccc | withdrawn |  |  | unknown  | | withdrawn\n" },
	};
	for (size_t i = 0; f.db && i < DD_COUNT(vulns); i++) {
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		dd_fixture_vulns(f.db, vulns[i].id, &got);
		CHECK_STR_ROW(dd_buf_str(&got), vulns[i].want, vulns[i].id);
	}
}

/* With indexes, as grype keeps it, nothing is said otherwise. */
TEST(grype_with_indexes)
{
	static const char indexes[] =
		"CREATE INDEX idx_a ON affected_package_handles (vulnerability_id);"
		"CREATE UNIQUE INDEX idx_p ON packages (ecosystem COLLATE NOCASE, name COLLATE NOCASE);"
		"CREATE INDEX idx_v ON vulnerability_handles (name COLLATE NOCASE);";
	struct dd_buf got[2] = { DD_BUF_INIT(DD_MIB), DD_BUF_INIT(DD_MIB) };
	for (size_t i = 0; i < 2; i++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK(make(i ? indexes : "", &bytes) && dd_fixture_new(&f));
		CHECK(dd_fixture_add(&f, "grype", "x", dd_buf_str(&bytes), NULL) == DD_OK);
		CHECK(dd_fixture_open(&f, NULL) == DD_OK);
		dd_fixture_advisories(f.db, "redhat:9", "npm", &got[i]);
		dd_fixture_vulns(f.db, "CVE-2024-10001", &got[i]);
	}
	CHECK(got[0].n > 0);
	CHECK_STR(dd_buf_str(&got[1]), dd_buf_c(&got[0]));
	dd_buf_done(&got[0]);
	dd_buf_done(&got[1]);
}

TEST(grype_broken_rows)
{
	static const struct {
		const char *sql, *want; /* a warning, or the error */
		bool fails;
	} rows[] = {
		{ "UPDATE blobs SET value = '{' WHERE id = 2", "'CVE-2024-10001': table 'blobs', row 2: json:", false },
		{ "DELETE FROM blobs WHERE id = 10", "affected_package_handles: blob 10: table 'blobs': no row 10",
		  false },
		{ "UPDATE blobs SET value = '[]' WHERE id = 10",
		  "affected_package_handles: blob 10: no object: not a package", false },
		{ "UPDATE blobs SET value = '{\"ranges\":[{\"version\":{\"constraint\":\"^1 ][\"}}]}' WHERE id = 14",
		  "affected_package_handles: blob 14: the constraint '^1 ][' is not understood", false },
		{ "DELETE FROM packages WHERE id = 5", "a vulnerability, package or system that is not there", false },
		{ "DELETE FROM vulnerability_handles WHERE id = 5", "that is not there", false },
		{ "UPDATE vulnerability_handles SET name = '' WHERE id = 5",
		  "table 'vulnerability_handles', row 5: a vulnerability without a name", false },
		{ "UPDATE epss_handles SET epss = 7 WHERE id = 1", "table 'epss_handles', row 1: no score", false },
		{ "UPDATE epss_handles SET cve = 'x' WHERE id = 1", "table 'epss_handles', row 1: 'x' is no CVE",
		  false },
		{ "UPDATE operating_systems SET name = '', release_id = '' WHERE id = 1", "a system without a name",
		  false },
		{ "UPDATE packages SET ecosystem = NULL WHERE id = 5", "table 'packages', row 5: no ecosystem: ''",
		  false },
		{ "DROP TABLE packages", "no table 'packages'", true },
		{ "DROP TABLE db_metadata", "not a database of Grype's, schema 6", true },
		{ "UPDATE db_metadata SET model = 5", "not a database of Grype's schema 6", true },
		{ "DELETE FROM db_metadata", "not a database of Grype's schema 6", true },
		{ "ALTER TABLE packages RENAME COLUMN name TO nom", "no such column", true },
		{ "DROP TABLE packages; CREATE VIEW packages AS SELECT 1 AS id, 'npm' AS ecosystem, 'x' AS name",
		  "no table 'packages'", true },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_err err = { 0 };
		bool said = false;
		CHECK_ROW(make(rows[i].sql, &bytes) && dd_fixture_new(&f), rows[i].sql);
		enum dd_code code = dd_fixture_add(&f, "grype", "x", dd_buf_str(&bytes), &err);
		CHECK_ROW((code != DD_OK) == rows[i].fails, rows[i].sql);
		if (rows[i].fails) {
			CHECK_ROW(strstr(err.message, rows[i].want) != NULL, err.message);
			continue;
		}
		for (size_t k = 0; k < f.b->n_warnings; k++)
			said |= dd_str_search(f.b->warnings[k], dd_str_from(rows[i].want)) < f.b->warnings[k].n;
		CHECK_ROW(said, rows[i].sql);
		CHECK_ROW(dd_fixture_open(&f, &err) == DD_OK && dd_db_verify(f.db, &err) == DD_OK, rows[i].sql);
	}
}

TEST(grype_truncated)
{
	struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	CHECK(make("", &bytes));
	for (size_t n = 0; n < bytes.n; n += 233) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_err err = { 0 };
		CHECK(dd_fixture_new(&f));
		enum dd_code code = dd_fixture_add(&f, "grype", "x", dd_str_take(dd_buf_str(&bytes), n), &err);
		if (code == DD_OK) {
			CHECK(f.b->n_warnings > 0);
			CHECK(dd_fixture_open(&f, &err) == DD_OK && dd_db_verify(f.db, &err) == DD_OK);
		}
	}
}

TEST(grype_findings)
{
	char path[64] = "/tmp/drydock-grype-XXXXXX";
	struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	int fd DD_CLEANUP(dd_closep) = mkstemp(path);
	CHECK(fd >= 0 && make("", &bytes) && dd_write_full(fd, bytes.p, bytes.n, NULL) == DD_OK);
	const struct dd_judge_row rows[] = {
		{ "Debian: the source's package and severity",
		  "debian",
		  "12",
		  "deb|libssl3|3.0.11-1~deb12u1|amd64|openssl\n",
		  { { "grype", NULL, NULL, path } },
		  "libssl3 CVE-2024-10001 fixed 3.0.11-1~deb12u2 low/grype:debian by grype:debian\n" },
		{ "Amazon: every CVE of the erratum",
		  "amzn",
		  "2",
		  "rpm|openssl|1:1.0.2k-24.amzn2.0.8|x86_64\n",
		  { { "grype", NULL, NULL, path } },
		  "openssl CVE-2024-10001 fixed 1:1.0.2k-24.amzn2.0.9 medium/grype:amazon by grype:amazon "
		  "(ALAS-2024-1)\n"
		  "openssl CVE-2024-10002 fixed 1:1.0.2k-24.amzn2.0.9 medium/grype:amazon by grype:amazon "
		  "(ALAS-2024-1)\n" },
		{ "the distribution's own feed wins over the mirror",
		  "debian",
		  "12",
		  "deb|libssl3|3.0.11-1~deb12u1|amd64|openssl\n",
		  { { "grype", NULL, NULL, path },
		    { "debian", TRACKER("openssl", "CVE-2024-10001", FIXED("bookworm", "0")) } },
		  "" },
	};
	RUN(rows);
	(void)unlink(path);
}

/* --- the Java index --- */

#define JAVA                                                                                                           \
	"PRAGMA page_size = 512;"                                                                                      \
	"CREATE TABLE artifacts (id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT);"                            \
	"CREATE TABLE indices (artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT, foreign key "          \
	"(artifact_id) references artifacts(id));"                                                                     \
	"CREATE UNIQUE INDEX artifacts_idx ON artifacts (artifact_id, group_id);"                                      \
	"CREATE INDEX indices_artifact_idx ON indices (artifact_id);"                                                  \
	"CREATE UNIQUE INDEX indices_sha1_idx ON indices (sha1);"                                                      \
	"INSERT INTO artifacts VALUES (7, 'org.apache.logging.log4j', 'log4j-core'), (3, 'commons-io', 'commons-io');" \
	"INSERT INTO indices VALUES (7, '2.14.1', x'9141212b8507ab50a45525b545b39d224614528b', 'jar'),"                \
	"(3, '2.11.0', x'a2503f302b11ebde7ebc3df41daebe0e4eea3689', 'jar'),"                                           \
	"(3, '2.4', x'b1b6ea3b7e4aa4f492509a4952029cd8e48019ad', 'jar');"

static void look_up(const struct dd_db *db, const char *hex, struct dd_buf *out)
{
	unsigned char sha1[20];
	struct dd_jar jar;
	for (size_t i = 0; i < sizeof sha1; i++) {
		static const char digits[] = "0123456789abcdef";
		sha1[i] = (unsigned char)((strchr(digits, hex[2 * i]) - digits) << 4 |
					  (strchr(digits, hex[2 * i + 1]) - digits));
	}
	dd_buf_clear(out);
	if (dd_db_java_sha1(db, sha1, &jar))
		(void)dd_buf_addf(out, "%.*s:%.*s", DD_FMT(jar.name), DD_FMT(jar.version));
}

TEST(java_index)
{
	static const struct {
		const char *sha1, *want;
	} rows[] = {
		{ "9141212b8507ab50a45525b545b39d224614528b", "org.apache.logging.log4j:log4j-core:2.14.1" },
		{ "a2503f302b11ebde7ebc3df41daebe0e4eea3689", "commons-io:commons-io:2.11.0" },
		{ "b1b6ea3b7e4aa4f492509a4952029cd8e48019ad", "commons-io:commons-io:2.4" },
		{ "b1b6ea3b7e4aa4f492509a4952029cd8e48019ae", "" },
		{ "0000000000000000000000000000000000000000", "" },
		{ "ffffffffffffffffffffffffffffffffffffffff", "" },
	};
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_err err = { 0 };
	dd_fix_sqlite_from(JAVA, &bytes);
	CHECK(dd_fixture_new(&f) && dd_fixture_add(&f, "java", "trivy-java.db", dd_buf_str(&bytes), &err) == DD_OK);
	CHECK(dd_fixture_add(&f, "java", "metadata.json",
			     DD_STR("{\"Version\":1,\"UpdatedAt\":\"2025-01-02T00:00:00Z\"}"), &err) == DD_OK);
	CHECK_INT(f.b->n_warnings, 0);
	CHECK(dd_fixture_open(&f, &err) == DD_OK && dd_db_verify(f.db, &err) == DD_OK);
	for (size_t i = 0; f.db && i < DD_COUNT(rows); i++) {
		look_up(f.db, rows[i].sha1, &got);
		CHECK_STR_ROW(dd_buf_str(&got), rows[i].want, rows[i].sha1);
	}
}

TEST(java_index_broken_rows)
{
	static const struct {
		const char *sql, *want;
	} rows[] = {
		{ "UPDATE indices SET sha1 = x'00' WHERE version = '2.4'", "a SHA-1 of 1 bytes" },
		{ "UPDATE indices SET sha1 = NULL WHERE version = '2.4'", "a SHA-1 of 0 bytes" },
		{ "UPDATE indices SET version = '' WHERE version = '2.4'", "no version: ''" },
		{ "UPDATE indices SET version = 'a b' WHERE version = '2.4'", "no version: 'a b'" },
		{ "UPDATE indices SET artifact_id = 9 WHERE version = '2.4'", "of an artifact that is not there" },
		{ "INSERT INTO artifacts VALUES (9, 'a:b', 'c')", "no group: 'a:b'" },
		{ "INSERT INTO artifacts VALUES (9, 'a', '')", "no artifact: ''" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), sql DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		(void)dd_buf_addf(&sql, "%s%s", JAVA, rows[i].sql);
		dd_fix_sqlite_from(dd_buf_c(&sql), &bytes);
		CHECK_ROW(dd_fixture_new(&f) && dd_fixture_add(&f, "java", "x", dd_buf_str(&bytes), NULL) == DD_OK,
			  rows[i].sql);
		CHECK_INT_ROW(f.b->n_warnings, 1, rows[i].sql);
		CHECK_ROW(strstr(f.b->warnings[0].p, rows[i].want) != NULL, f.b->warnings[0].p);
		CHECK_ROW(f.b->jars.n >= 2, rows[i].sql);
	}
}

TEST(java_index_of_another_kind)
{
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_err err = { 0 };
	CHECK(make("", &bytes) && dd_fixture_new(&f));
	CHECK(dd_fixture_add(&f, "java", "x", dd_buf_str(&bytes), &err) == DD_EPARSE);
	CHECK(strstr(err.message, "not a Java index") != NULL);
	CHECK(dd_fixture_add(&f, "java", "x", DD_STR("nonsense"), &err) == DD_EPARSE);
	CHECK(dd_fixture_add(&f, "java", "x", DD_STR("{\"Version\":2}"), &err) == DD_EPARSE);
}

/* Versions that a source names as not affected are not, whatever else it says; of the others that counts. */
TEST(grype_findings_of_unaffected_versions)
{
	char path[] = "/tmp/drydock-grype-XXXXXX";
	struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	int fd DD_CLEANUP(dd_closep) = mkstemp(path);
	CHECK(fd >= 0 &&
	      make("INSERT INTO affected_package_handles (vulnerability_id, operating_system_id, package_id, blob_id) "
		   "VALUES (2, 1, 9, 11);",
		   &bytes) &&
	      write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
	const struct dd_judge_row rows[] = {
		{ "in one range, in the other, listed; between them and behind them",
		  "debian",
		  "12",
		  "deb|zlib|1:1.1|amd64\ndeb|zlib|1:2.5|amd64\ndeb|zlib|1:1.3-1|amd64\ndeb|zlib|1:1.3-2|amd64\n"
		  "deb|zlib|1:3|amd64\n",
		  { { "grype", NULL, NULL, path } },
		  "zlib CVE-2024-10001 wont-fix low/grype:debian by grype:debian\n"
		  "zlib CVE-2024-10001 wont-fix low/grype:debian by grype:debian\n" },
	};
	RUN(rows);
	(void)unlink(path);
}
