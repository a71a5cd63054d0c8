/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/registry.h"
#include "analyze/rpm/rpm_package.h"
#include "base/limits.h"
#include "format/rpm_fixture.h"
#include "format/rpm_header.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_rpm;

static void check_text(const char *path, struct dd_str data, const char *want, const char *row)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1 << 24);
	(void)dd_analyze_text(&dd_analyzer_rpm, dd_str_from(path), data, DD_FOUND_TEXT_FILES, &out);
	CHECK_STR_ROW(dd_buf_str(&out), want, row);
}

/* The analyzer's text for a database that holds one header. */
static void check_header(struct dd_fix_header *h, const char *want, const char *row)
{
	DD_CLEANUP_BUF struct dd_buf blob = DD_BUF_INIT(1 << 24), file = DD_BUF_INIT(1 << 24);
	dd_fix_header_end(h, &blob);
	struct dd_str one = dd_buf_str(&blob);
	dd_fix_ndb(&one, 1, &file);
	check_text("usr/lib/sysimage/rpm/Packages.db", dd_buf_str(&file), want, row);
}

TEST(rpm_matches)
{
	static const struct {
		const char *path;
		bool want;
	} rows[] = {
		{ "var/lib/rpm/Packages", true },
		{ "var/lib/rpm/Packages.db", true },
		{ "var/lib/rpm/rpmdb.sqlite", true },
		{ "var/lib/rpm/rpmdb.sqlite-wal", true },
		{ "usr/lib/sysimage/rpm/Packages", true },
		{ "usr/lib/sysimage/rpm/Packages.db", true },
		{ "usr/lib/sysimage/rpm/rpmdb.sqlite", true },
		{ "usr/lib/sysimage/rpm/rpmdb.sqlite-wal", true },
		{ "usr/share/rpm/Packages", true },
		{ "usr/share/rpm/rpmdb.sqlite", true },
		{ "var/lib/rpmmanifest/container-manifest-2", true },
		{ "var/lib/rpmmanifest/container-manifest-1", false },
		{ "var/lib/rpm/rpmdb.sqlite-shm", false },
		{ "var/lib/rpm/Index.db", false },
		{ "var/lib/rpm/Basenames", false },
		{ "var/lib/rpm/.rpm.lock", false },
		{ "opt/var/lib/rpm/Packages", false },
		{ "var/lib/apt/Packages", false },
		{ "Packages", false },
	};
	DD_CLEANUP(dd_matcher_freep) struct dd_matcher *m = dd_matcher_new();
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_wants wants;
		bool found = false;
		dd_matcher_path(m, dd_str_from(rows[i].path), &wants);
		for (size_t k = 0; k < wants.n; k++)
			found = found || dd_analyzer_at(wants.by[k].analyzer) == &dd_analyzer_rpm;
		CHECK_ROW(found == rows[i].want, rows[i].path);
	}
}

TEST(rpm_source_names)
{
	static const struct {
		const char *in;
		bool ok;
		const char *name, *version;
	} rows[] = {
		{ "bash-5.1.8-6.el9_1.src.rpm", true, "bash", "5.1.8-6.el9_1" },
		{ "java-1.8.0-openjdk-1.8.0.402.b06-2.el8.src.rpm", true, "java-1.8.0-openjdk", "1.8.0.402.b06-2.el8" },
		{ "oracle-instantclient-21.3-1.nosrc.rpm", true, "oracle-instantclient", "21.3-1" },
		{ "x-1~rc1^git-0.src.rpm", true, "x", "1~rc1^git-0" },
		{ "a-b-c.src.rpm", true, "a", "b-c" },
		{ "(none)", false, "", "" },
		{ "", false, "", "" },
		{ ".src.rpm", false, "", "" },
		{ "bash.src.rpm", false, "", "" },
		{ "bash-5.1.src.rpm", false, "", "" },
		{ "bash-5.1-.src.rpm", false, "", "" },
		{ "bash--1.src.rpm", false, "", "" },
		{ "-1-2.src.rpm", false, "", "" },
		{ "bash-5.1-6.x86_64.rpm", false, "", "" },
		{ "bash-5.1-6", false, "", "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str name = { "", 0 }, version = { "", 0 };
		CHECK_ROW(dd_rpm_split_source(dd_str_from(rows[i].in), &name, &version) == rows[i].ok, rows[i].in);
		CHECK_STR_ROW(name, rows[i].name, rows[i].in);
		CHECK_STR_ROW(version, rows[i].version, rows[i].in);
	}
}

TEST(rpm_package_from_a_whole_header)
{
	struct dd_fix_header h = DD_FIX_HEADER;
	dd_fix_text(&h, DD_RPM_NAME, "npm");
	dd_fix_text(&h, DD_RPM_VERSION, "6.14.11");
	dd_fix_text(&h, DD_RPM_RELEASE, "1.module");
	dd_fix_numbers(&h, DD_RPM_EPOCH, (const uint32_t[]){ 1 }, 1);
	dd_fix_numbers(&h, DD_RPM_SIZE, (const uint32_t[]){ 4096 }, 1);
	dd_fix_number64(&h, DD_RPM_LONGSIZE, UINT64_C(5000000000));
	dd_fix_text(&h, DD_RPM_VENDOR, "Example Works");
	dd_fix_text(&h, DD_RPM_LICENSE, "Artistic 2.0");
	dd_fix_text(&h, DD_RPM_ARCH, "x86_64");
	dd_fix_text(&h, DD_RPM_SOURCERPM, "nodejs-12.21.0-1.module.src.rpm");
	dd_fix_numbers(&h, DD_RPM_DIRINDEXES, (const uint32_t[]){ 1, 0, 1 }, 3);
	dd_fix_texts(&h, DD_RPM_BASENAMES, (const char *const[]){ "npm", "etc", "n\xffpx" }, 3);
	dd_fix_texts(&h, DD_RPM_DIRNAMES, (const char *const[]){ "/", "/usr/bin/" }, 2);
	dd_fix_text(&h, DD_RPM_MODULARITYLABEL, "nodejs:12:8030:229f0a1c");
	check_header(&h,
		     "package\tname=npm\tversion=1:6.14.11-1.module\ttype=rpm\tarch=x86_64\tsource=nodejs"
		     "\tsource-version=12.21.0-1.module\tlicences=Artistic 2.0\tmodule=nodejs:12:8030:229f0a1c"
		     "\tmaintainer=Example Works\tbytes=5000000000\n"
		     "owned\tpackage=npm\tpath=usr/bin/npm\n"
		     "owned\tpackage=npm\tpath=etc\n"
		     "owned\tpackage=npm\tpath=usr/bin/n\\xffpx\n",
		     "whole");
}

/* Small headers: tags as text, then what is found. */
TEST(rpm_package_records)
{
	static const char *const plain = "package\tname=a\tversion=1-2\ttype=rpm\n";
	static const struct {
		const char *row, *name, *version, *release, *source;
		int epoch; /* -1: no tag */
		const char *want;
	} rows[] = {
		{ "plain", "a", "1", "2", NULL, -1, plain },
		{ "epoch 0 is none", "a", "1", "2", NULL, 0, plain },
		{ "epoch", "a", "1", "2", NULL, 12, "package\tname=a\tversion=12:1-2\ttype=rpm\n" },
		{ "no release", "a", "1", NULL, NULL, -1, "package\tname=a\tversion=1\ttype=rpm\n" },
		{ "a key", "gpg-pubkey", "3abb34f8", "5ffd890e", NULL, -1, "" },
		{ "looks like a key", "gpg-pubkeys", "1", "2", NULL, -1,
		  "package\tname=gpg-pubkeys\tversion=1-2\ttype=rpm\n" },
		{ "odd source", "a", "1", "2", "(none)", -1, plain },
		{ "hostile name", "a\n\x1b[2J'", "1", "2", NULL, -1,
		  "package\tname=a\\n\\x1b[2J'\tversion=1-2\ttype=rpm\n" },
		{ "no name", NULL, "1", "2", NULL, -1,
		  "problem\tat=4096\ttext=package record has no name, version '1'\n" },
		{ "no version", "a\x1b", NULL, "2", NULL, -1,
		  "problem\tat=4096\ttext=package record has no version: 'a\\x1b'\n" },
		{ "empty name", "", "1", "2", NULL, -1,
		  "problem\tat=4096\ttext=package record has no name, version '1'\n" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_fix_header h = DD_FIX_HEADER;
		const char *const texts[] = { rows[i].name, rows[i].version, rows[i].release, rows[i].source };
		static const uint32_t tags[] = { DD_RPM_NAME, DD_RPM_VERSION, DD_RPM_RELEASE, DD_RPM_SOURCERPM };
		for (size_t k = 0; k < DD_COUNT(tags); k++)
			if (texts[k])
				dd_fix_text(&h, tags[k], texts[k]);
		uint32_t epoch = (uint32_t)rows[i].epoch;
		if (rows[i].epoch >= 0)
			dd_fix_numbers(&h, DD_RPM_EPOCH, &epoch, 1);
		check_header(&h, rows[i].want, rows[i].row);
	}
}

/* A damaged tag costs that tag; a damaged file list keeps what came before. */
TEST(rpm_package_damaged_tags)
{
	struct dd_fix_header h = DD_FIX_HEADER;
	dd_fix_text(&h, DD_RPM_NAME, "a");
	dd_fix_text(&h, DD_RPM_VERSION, "1");
	dd_fix_entry(&h, DD_RPM_VENDOR, 6, 0xfffffff0, 1);
	dd_fix_entry(&h, DD_RPM_EPOCH, 6, 0, 1);
	check_header(&h,
		     "package\tname=a\tversion=1\ttype=rpm\n"
		     "problem\tat=4096\ttext=package record: tag 1011 points to 4294967280 of 4 data bytes, 1 items\n"
		     "problem\tat=4096\ttext=package record: tag 1003 has unexpected type 6\n",
		     "tags");
	static const struct {
		const char *row;
		uint32_t indexes[3], n;
		const char *want;
	} rows[] = {
		{ "directory out of range",
		  { 0, 9, 0 },
		  3,
		  "owned\tpackage=a\tpath=d/x\n"
		  "problem\tat=4096\ttext=file list of package 'a': name 1 is in directory 9 of 1\n" },
		{ "largest directory",
		  { 0xffffffff, 0, 0 },
		  3,
		  "problem\tat=4096\ttext=file list of package 'a': name 0 is in directory 4294967295 of 1\n" },
		{ "too few places",
		  { 0, 0 },
		  2,
		  "problem\tat=4096\ttext=file list of package 'a': 3 names in 2 places\n" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf want = DD_BUF_INIT(4096);
		struct dd_fix_header f = DD_FIX_HEADER;
		dd_fix_text(&f, DD_RPM_NAME, "a");
		dd_fix_text(&f, DD_RPM_VERSION, "1");
		dd_fix_numbers(&f, DD_RPM_DIRINDEXES, rows[i].indexes, rows[i].n);
		dd_fix_texts(&f, DD_RPM_BASENAMES, (const char *const[]){ "x", "y", "z" }, 3);
		dd_fix_texts(&f, DD_RPM_DIRNAMES, (const char *const[]){ "/d/" }, 1);
		CHECK(dd_buf_addf(&want, "package\tname=a\tversion=1\ttype=rpm\n%s", rows[i].want) == DD_OK);
		check_header(&f, dd_buf_c(&want), rows[i].row);
	}
}

TEST(rpm_package_old_file_names)
{
	struct dd_fix_header h = DD_FIX_HEADER;
	dd_fix_text(&h, DD_RPM_NAME, "a");
	dd_fix_text(&h, DD_RPM_VERSION, "1");
	dd_fix_texts(&h, DD_RPM_OLDFILENAMES, (const char *const[]){ "/bin/a", "//etc/a", "/", "rel" }, 4);
	check_header(&h,
		     "package\tname=a\tversion=1\ttype=rpm\n"
		     "owned\tpackage=a\tpath=bin/a\n"
		     "owned\tpackage=a\tpath=etc/a\n"
		     "owned\tpackage=a\tpath=rel\n",
		     "old names");
}

/* One long directory and many short names: 10,000 times 60 KiB out of 130 KiB is stopped at 8 times. */
TEST(rpm_package_path_bomb_is_bounded)
{
	enum { NAMES = 10000, DIRECTORY = 60000 };
	static char directory[DIRECTORY + 1];
	static const char *names[NAMES];
	static uint32_t zeros[NAMES];
	memset(directory, 'd', DIRECTORY);
	for (size_t i = 0; i < NAMES; i++)
		names[i] = "f";
	DD_CLEANUP_BUF struct dd_buf blob = DD_BUF_INIT(1 << 24), file = DD_BUF_INIT(1 << 24),
				     out = DD_BUF_INIT(1 << 24);
	struct dd_fix_header h = DD_FIX_HEADER;
	dd_fix_text(&h, DD_RPM_NAME, "a");
	dd_fix_text(&h, DD_RPM_VERSION, "1");
	dd_fix_numbers(&h, DD_RPM_DIRINDEXES, zeros, NAMES);
	dd_fix_texts(&h, DD_RPM_BASENAMES, names, NAMES);
	dd_fix_texts(&h, DD_RPM_DIRNAMES, (const char *const[]){ directory }, 1);
	dd_fix_header_end(&h, &blob);
	struct dd_str one = dd_buf_str(&blob);
	dd_fix_ndb(&one, 1, &file);
	CHECK(dd_analyze_text(&dd_analyzer_rpm, DD_STR("var/lib/rpm/Packages.db"), dd_buf_str(&file),
			      DD_FOUND_TEXT_FILES, &out) == DD_OK);
	CHECK(out.n < 2000000);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("over 8 times the record's own size")) < out.n);
}

TEST(rpm_record_that_is_no_header_is_a_problem_and_the_rest_is_read)
{
	DD_CLEANUP_BUF struct dd_buf a = DD_BUF_INIT(4096), b = DD_BUF_INIT(4096), file = DD_BUF_INIT(1 << 20);
	dd_fix_package("first", "1", "1", 10, &a);
	dd_fix_package("last", "2", "2", 10, &b);
	struct dd_str blobs[] = { dd_buf_str(&a), DD_STR(""), DD_STR("not a header at all"), dd_buf_str(&b) };
	dd_fix_ndb(blobs, 4, &file);
	check_text(
		"var/lib/rpm/Packages.db", dd_buf_str(&file),
		"package\tname=first\tversion=1-1\ttype=rpm\n"
		"package\tname=last\tversion=2-2\ttype=rpm\n"
		"problem\tat=4224\ttext=package record 2: header of 0 bytes is too short\n"
		"problem\tat=4256\ttext=package record 3: header with 1852797984 tags in 1629513829 bytes is over the "
		"limit\n",
		"4 records");
}

TEST(rpm_too_much_damage_ends_the_reading)
{
	DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24), out = DD_BUF_INIT(1 << 24);
	dd_fix_ndb(NULL, 0, &file);
	while (file.n < 4096 * 8)
		CHECK(dd_buf_add_char(&file, 'x') == DD_OK);
	dd_fix_put32(&file, 12, 8, false);
	CHECK(dd_analyze_text(&dd_analyzer_rpm, DD_STR("var/lib/rpm/Packages.db"), dd_buf_str(&file), 0, &out) ==
	      DD_ELIMIT);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("more than 1000 damaged records")) < out.n);
}

TEST(rpm_files_that_are_no_database)
{
	static const struct {
		const char *path, *data, *want;
	} rows[] = {
		{ "var/lib/rpm/Packages", "", "error\tcode=-1\ttext=rpm database is empty\n" },
		{ "var/lib/rpm/rpmdb.sqlite", "Not SQLite",
		  "error\tcode=-1\ttext=not an rpm database (neither Berkeley DB, NDB nor SQLite)\n" },
		{ "var/lib/rpm/rpmdb.sqlite-wal", "", "" },
		{ "usr/lib/sysimage/rpm/rpmdb.sqlite-wal", "7\x7f\x06\x82",
		  "problem\ttext=write-ahead log holds 4 bytes that were never merged into the database: packages may "
		  "be "
		  "missing\n" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		check_text(rows[i].path, dd_str_from(rows[i].data), rows[i].want, rows[i].path);
}

#define TAIL "\t1700000000\t1690000000\tMicrosoft Corporation\t"
TEST(rpm_manifest_lines)
{
	static const struct {
		const char *row;
		struct dd_str data;
		const char *want;
	} rows[] = {
		{ "empty", DD_STR(""), "" },
		{ "blank lines", DD_STR("\n\r\n   \n"), "" },
		{ "no epoch",
		  DD_STR("glibc\t2.35-6.cm2" TAIL "(none)\t10855265\tx86_64\t0\tglibc-2.35-6.cm2.src.rpm\n"),
		  "package\tname=glibc\tversion=2.35-6.cm2\ttype=rpm\tarch=x86_64\tsource=glibc"
		  "\tsource-version=2.35-6.cm2\tmaintainer=Microsoft Corporation\tbytes=10855265\n" },
		{ "epoch, no line end, CR",
		  DD_STR("a\t1-2" TAIL "3\t0\tnoarch\t3\tb-1-2.src.rpm\r\na\t1-2" TAIL
			 "3\t0\tnoarch\t3\tb-1-2.src.rpm"),
		  "package\tname=a\tversion=3:1-2\ttype=rpm\tarch=noarch\tsource=b\tsource-version=1-2"
		  "\tmaintainer=Microsoft Corporation\n"
		  "package\tname=a\tversion=3:1-2\ttype=rpm\tarch=noarch\tsource=b\tsource-version=1-2"
		  "\tmaintainer=Microsoft Corporation\n" },
		{ "nothing known", DD_STR("a\t1-2\t0\t0\t(none)\t(none)\t0\t(none)\t(none)\t(none)\n"),
		  "package\tname=a\tversion=1-2\ttype=rpm\n" },
		{ "more columns", DD_STR("a\t1-2\t0\t0\t\t\t0\t\t0\t\tx\ty\n"),
		  "package\tname=a\tversion=1-2\ttype=rpm\n" },
		{ "a key", DD_STR("gpg-pubkey\t1-2\t0\t0\t\t\t0\t\t0\t\n"), "" },
		{ "NUL and bad UTF-8", DD_STR("a\0b\t1\0\xff-2\t0\t0\t\t\t0\t\t0\t\n"),
		  "package\tname=a\\x00b\tversion=1\\x00\\xff-2\ttype=rpm\n" },
		{ "too few columns", DD_STR("a\t1-2\t0\t0\t\t\t0\t\t0\nb\t1-2\t0\t0\t\t\t0\t\t0\t\n"),
		  "package\tname=b\tversion=1-2\ttype=rpm\n"
		  "problem\tat=0\ttext=not a line of a package manifest: 'a\\t1-2\\t0\\t0\\t\\t\\t0\\t\\t0'\n" },
		{ "no dash", DD_STR("a\t12\t0\t0\t\t\t0\t\t0\t\n"),
		  "problem\tat=0\ttext=not a line of a package manifest: 'a\\t12\\t0\\t0\\t\\t\\t0\\t\\t0\\t'\n" },
		{ "no release", DD_STR("a\t1-\t0\t0\t\t\t0\t\t0\t\n"),
		  "problem\tat=0\ttext=not a line of a package manifest: 'a\\t1-\\t0\\t0\\t\\t\\t0\\t\\t0\\t'\n" },
		{ "no version", DD_STR("\na\t-1\t0\t0\t\t\t0\t\t0\t\n"),
		  "problem\tat=1\ttext=not a line of a package manifest: 'a\\t-1\\t0\\t0\\t\\t\\t0\\t\\t0\\t'\n" },
		{ "no name", DD_STR("\t1-1\t0\t0\t\t\t0\t\t0\t\n"),
		  "problem\tat=0\ttext=not a line of a package manifest: '\\t1-1\\t0\\t0\\t\\t\\t0\\t\\t0\\t'\n" },
		{ "epoch over 32 bits", DD_STR("a\t1-1\t0\t0\t\t\t0\t\t4294967296\t\n"),
		  "problem\tat=0\ttext=not a line of a package manifest: "
		  "'a\\t1-1\\t0\\t0\\t\\t\\t0\\t\\t4294967296\\t'\n" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		check_text("var/lib/rpmmanifest/container-manifest-2", rows[i].data, rows[i].want, rows[i].row);
}

TEST(rpm_manifest_cut_at_every_byte)
{
	struct dd_str whole = DD_STR("glibc\t2.35-6.cm2" TAIL "(none)\t1\tx86_64\t0\tglibc-2.35-6.cm2.src.rpm\n"
				     "bash\t5.1-2.cm2" TAIL "(none)\t1\tx86_64\t0\tbash-5.1-2.cm2.src.rpm\n");
	for (size_t n = 0; n <= whole.n; n++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1 << 16);
		CHECK(dd_analyze_text(&dd_analyzer_rpm, DD_STR("var/lib/rpmmanifest/container-manifest-2"),
				      dd_str_take(whole, n), 0, &out) == DD_OK);
	}
}

TEST(rpm_manifest_line_too_long)
{
	DD_CLEANUP_BUF struct dd_buf in = DD_BUF_INIT(1 << 20), out = DD_BUF_INIT(1 << 20);
	for (size_t i = 0; i <= DD_FIELD_BYTES_MAX; i++)
		CHECK(dd_buf_add_char(&in, 'x') == DD_OK);
	CHECK(dd_analyze_text(&dd_analyzer_rpm, DD_STR("var/lib/rpmmanifest/container-manifest-2"), dd_buf_str(&in), 0,
			      &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "problem\tat=0\ttext=line of 65537 bytes is too long\n");
}

/* A package that needs `text`, beside four that it could mean: which of them it depends on, with blanks between. */
static void check_needs(const char *text, const char *want)
{
	static const char *const names[] = { "A", "B", "C", "D(x)", "needing" };
	DD_CLEANUP_BUF struct dd_buf blobs = DD_BUF_INIT(1 << 20), file = DD_BUF_INIT(1 << 20);
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1 << 20), got = DD_BUF_INIT(1 << 20);
	size_t ends[DD_COUNT(names)];
	struct dd_str list[DD_COUNT(names)];
	for (size_t i = 0; i < DD_COUNT(names); i++) {
		struct dd_fix_header h = DD_FIX_HEADER;
		dd_fix_text(&h, DD_RPM_NAME, names[i]);
		dd_fix_text(&h, DD_RPM_VERSION, "1");
		if (i + 1 == DD_COUNT(names))
			dd_fix_texts(&h, DD_RPM_REQUIRENAME, &text, 1);
		dd_fix_header_end(&h, &blobs);
		ends[i] = blobs.n;
	}
	for (size_t i = 0; i < DD_COUNT(names); i++) {
		size_t start = i ? ends[i - 1] : 0;
		list[i] = (struct dd_str){ blobs.p + start, ends[i] - start };
	}
	dd_fix_ndb(list, DD_COUNT(names), &file);
	CHECK(dd_analyze_text(&dd_analyzer_rpm, DD_STR("var/lib/rpm/Packages.db"), dd_buf_str(&file), 0, &out) ==
	      DD_OK);
	struct dd_str all = dd_buf_str(&out), key = DD_STR("depends=");
	struct dd_str depends = dd_str_skip(all, dd_str_search(all, key) + key.n);
	depends = dd_str_take(depends, dd_str_find(depends, '\n'));
	for (size_t i = 0; i < depends.n; i++) {
		bool line = dd_str_starts(dd_str_skip(depends, i), DD_STR("\\n"));
		(void)dd_buf_add_char(&got, line ? ' ' : depends.p[i]);
		i += line;
	}
	CHECK_STR_ROW(dd_buf_str(&got), want, text);
}

/* The forms of rpm's docs/manual/boolean_dependencies.md. */
TEST(rpm_needs)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "A", "A" },
		{ "D(x)", "D(x)" },
		{ "rpmlib(A)", "" },
		{ "nobody", "" },
		{ "(A and B)", "A B" },
		{ "(A >= 3.2 or D(x) = 1:2-3)", "A D(x)" },
		{ "(A if B)", "A" },
		{ "(A if B else C)", "A C" },
		{ "(A unless B)", "A" },
		{ "(A with B)", "A B" },
		{ "(A without B)", "A" },
		{ "((A and B) if (C or D(x)))", "A B" },
		{ "(A or (B if C) or D(x))", "A B D(x)" },
		{ "((A if (B or C)) and (B if C else D(x)))", "A B D(x)" },
		{ "(A", "A" },
		{ "(A))) and B", "A B" },
		{ "((((((((", "" },
		{ "(A if", "A" },
		{ "(if A", "" },
		{ "(>= A B", "B" },
		{ "(\tA\n)", "A" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		check_needs(rows[i].text, rows[i].want);
}
