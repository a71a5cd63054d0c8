/* SPDX-License-Identifier: Apache-2.0 */
/* RustSec's Markdown, and OSV as YAML. */
#include <stdio.h>

#include "base/io.h"
#include "base/limits.h"
#include "db/db_fixture.h"
#include "support/test.h"

struct row {
	const char *name, *document, *want;
};

static void check(const char *kind, const struct row *rows, size_t n, const char *ecosystem, const char *package)
{
	for (size_t i = 0; i < n; i++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_err err = { 0 };
		CHECK(dd_fixture_new(&f));
		if (dd_fixture_add(&f, kind, "x", dd_str_from(rows[i].document), &err) != DD_OK) {
			CHECK_STR_ROW(dd_str_from(err.message), rows[i].want, rows[i].name);
			continue;
		}
		CHECK_ROW(dd_fixture_open(&f, &err) == DD_OK && dd_db_verify(f.db, &err) == DD_OK, err.message);
		if (f.db)
			dd_fixture_advisories(f.db, ecosystem, package, &got);
		CHECK_STR_ROW(dd_buf_str(&got), rows[i].want, rows[i].name);
	}
}

#define HEAD "```toml\n[advisory]\nid = \"RUSTSEC-2020-0001\"\npackage = \"base\"\ndate = \"2020-02-03\"\n"
#define TAIL "```\n\n# It breaks\n\nText.\n"
#define ID   "RUSTSEC-2020-0001 RUSTSEC-2020-0001 rustsec affected "

TEST(rustsec_advisories)
{
	static const struct row rows[] = {
		{ "patched", HEAD "[versions]\npatched = [\">= 1.2.3\"]\n" TAIL, ID "fixed unknown [0,1.2.3)\n" },
		{ "patched branches and unaffected",
		  HEAD "[versions]\npatched = [\"^1.2.3\", \">= 2.0.1\"]\nunaffected = [\"< 1.0.0\"]\n" TAIL,
		  ID "fixed unknown [1.0.0,1.2.3) [2.0-0,2.0.1)\n" },
		{ "not patched", HEAD "[versions]\npatched = []\n" TAIL, ID "not-fixed unknown [0)\n" },
		{ "no versions at all", HEAD TAIL, ID "not-fixed unknown [0)\n" },
		{ "not patched, but not always affected",
		  HEAD "[versions]\npatched = []\nunaffected = [\"< 0.5.0\"]\n" TAIL,
		  ID "not-fixed unknown [0.5.0)\n" },
		{ "informational", HEAD "informational = \"unmaintained\"\n[versions]\npatched = []\n" TAIL,
		  ID "not-fixed unknown (informational: unmaintained) [0)\n" },
		{ "functions",
		  HEAD "[affected]\nfunctions = { \"base::a\" = [\"< 1\"], \"base::B::b\" = [] }\n[versions]\npatched "
		       "= [\">= 1\"]\n" TAIL,
		  ID "fixed unknown (in functions base::a, base::B::b) [0,1)\n" },
		{ "another name", HEAD "aliases = [\"CVE-2020-10001\"]\n[versions]\npatched = [\">= 1\"]\n" TAIL,
		  "CVE-2020-10001 RUSTSEC-2020-0001 rustsec affected fixed unknown [0,1)\n" },
		{ "withdrawn", HEAD "withdrawn = \"2021-01-01\"\n" TAIL, "" },
		{ "of the example", "```toml\n[advisory]\nid=\"RUSTSEC-0000-0000\"\npackage=\"base\"\n```\n", "" },
		{ "a text", "# README\n", "no ```toml fence in front: not an advisory of RustSec" },
		{ "a fence without an end", "```toml\n[advisory]\n",
		  "no ```toml fence in front: not an advisory of RustSec" },
		{ "nothing", "", "no ```toml fence in front: not an advisory of RustSec" },
		{ "no id", "```toml\n[advisory]\npackage = \"base\"\n```\n", "no [advisory] with an id and a package" },
		{ "not TOML's", "```toml\n[advisory\n```\n", "toml: the document is cut off" },
		{ "no version", HEAD "[versions]\npatched = [\">= x\"]\n" TAIL,
		  "'x' is not a version of scheme 'semver'" },
		{ "a number", HEAD "[versions]\npatched = [1]\n" TAIL, "'patched' holds something that is no text" },
	};
	check("rustsec", rows, DD_COUNT(rows), "crates.io", "base");
}

TEST(rustsec_of_the_vulnerability)
{
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_err err = { 0 };
	CHECK(dd_fixture_new(&f));
	CHECK(dd_fixture_add(&f, "rustsec", "x",
			     DD_STR(HEAD "aliases = [\"CVE-2020-10001\"]\n"
					 "cvss = \"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H\"\n" TAIL),
			     &err) == DD_OK);
	CHECK(dd_fixture_open(&f, &err) == DD_OK);
	dd_fixture_vulns(f.db, "CVE-2020-10001", &got);
	CHECK_STR(dd_buf_str(&got),
		  "CVE-2020-10001 RUSTSEC-2020-0001 | It breaks | 2020-02-03 | 2020-02-03 | unknown  | "
		  "7.5 rustsec |\n");
}

/* What OSV exports of the same advisory is newer, and counts alone, in whatever order the two are read. */
TEST(rustsec_beside_osv)
{
	static const struct dd_str md = DD_STR(HEAD "[versions]\npatched = [\">= 9\"]\n" TAIL);
	static const struct dd_str osv = DD_STR(
		"{\"id\":\"RUSTSEC-2020-0001\",\"modified\":\"2023-06-13T13:10:24Z\",\"affected\":[{\"package\":{"
		"\"ecosystem\":\"crates.io\",\"name\":\"base\"},\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{"
		"\"introduced\":\"0.0.0-0\"},{\"fixed\":\"1.2.3\"}]}]}]}");
	for (int i = 0; i < 2; i++) {
		struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
		struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_err err = { 0 };
		CHECK(dd_fixture_new(&f));
		CHECK(dd_fixture_add(&f, i ? "osv" : "rustsec", "x", i ? osv : md, &err) == DD_OK);
		CHECK(dd_fixture_add(&f, i ? "rustsec" : "osv", "x", i ? md : osv, &err) == DD_OK);
		CHECK(dd_fixture_open(&f, &err) == DD_OK);
		dd_fixture_advisories(f.db, "crates.io", "base", &got);
		CHECK_STR(
			dd_buf_str(&got),
			"RUSTSEC-2020-0001 RUSTSEC-2020-0001 osv:crates.io affected fixed unknown [0.0.0-0,1.2.3)s\n");
	}
}

#define PYSEC "id: PYSEC-2021-1\nmodified: 2021-06-09T00:00:00Z\n"
#define YROW(versions)                                                                                                 \
	PYSEC "details: >-\n  Folded\n  text.\naliases:\n- CVE-2021-10001\n"                                           \
	      "affected:\n- package:\n    name: Django\n    ecosystem: PyPI\n    purl: pkg:pypi/django\n"              \
	      "  ranges:\n  - type: ECOSYSTEM\n    events:\n    - introduced: \"0\"\n    - fixed: 2.10\n"              \
	      "  versions:\n" versions
#define WANT "CVE-2021-10001 PYSEC-2021-1 osv:PyPI affected fixed unknown "

TEST(osv_as_yaml)
{
	static const struct row rows[] = {
		{ "a record", YROW("  - '1.0'\n  - 1.10\n  - 1e3\n  - yes\n"), WANT "[0,2.10) =1.0 =1.10 =1e3 =yes\n" },
		{ "with a mark and a document's start", "\xef\xbb\xbf---\n" YROW("  - 1\n"), WANT "[0,2.10) =1\n" },
		{ "two documents", YROW("  - 1\n") "---\n" PYSEC "affected: []\n", "" },
		{ "anchors",
		  PYSEC "affected:\n- package: &p {name: Django, ecosystem: PyPI}\n  versions: [1]\n- package: *p\n"
			"  versions: [2]\n",
		  "PYSEC-2021-1 PYSEC-2021-1 osv:PyPI affected not-fixed unknown =1\n"
		  "PYSEC-2021-1 PYSEC-2021-1 osv:PyPI affected not-fixed unknown =2\n" },
		{ "Go's reports", "id: GO-2021-0001\nmodules:\n- module: std\nsummary: x\n",
		  "a report of the Go vulnerability database, which is not OSV: give its data/osv" },
		{ "a web page", "<!DOCTYPE html>\n<title>404</title>\n", "no object: not an OSV record" },
		{ "no id", "modified: x\n", "no 'id': not an OSV record" },
		{ "an anchor inside itself", "a: &a [*a]\n", "yaml: an alias inside of its own anchor" },
		{ "a bomb",
		  "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
		  "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
		  "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\nid: x\n"
		  "g: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
		  "yaml: aliases stand for more than 1000000 values" },
	};
	check("osv", rows, DD_COUNT(rows), "pypi", "django");
}
