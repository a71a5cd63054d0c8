/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_dpkg, dd_analyzer_dpkg_diversions;

#define STATUS	   "var/lib/dpkg/status"
#define DISTROLESS "var/lib/dpkg/status.d/base"

struct row {
	struct dd_str data;
	const char *want;
};

static enum dd_code analyze(const char *path, struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	return dd_analyze_text(&dd_analyzer_dpkg, dd_str_from(path), data, DD_FOUND_TEXT_FILES, out);
}

static void check_rows(const char *path, const struct row *rows, size_t n)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < n; i++) {
		CHECK(analyze(path, rows[i].data, &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
	}
}

#define DEB(name, version, more) "package\tname=" name "\tversion=" version "\ttype=deb" more "\n"
#define PROBLEM(at, text)	 "problem\tat=" at "\ttext=" text "\n"

TEST(dpkg_status_forms)
{
	static const struct row rows[] = {
		{ DD_STR(""), "" },
		{ DD_STR("\n\n\n"), "" },
		{ DD_STR("Package: libc6\nStatus: install ok installed\nInstalled-Size: 12986\n"
			 "Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>\nArchitecture: amd64\n"
			 "Source: glibc\nVersion: 2.36-9+deb12u4\nDepends: libgcc-s1\n"
			 "Conffiles:\n /etc/ld.so.conf.d/x86_64-linux-gnu.conf d4e7\nDescription: GNU C Library\n"
			 " Contains the standard libraries.\n .\n Version: 9\n\n"),
		  DEB("libc6", "2.36-9+deb12u4",
		      "\tarch=amd64\tsource=glibc"
		      "\tmaintainer=GNU Libc Maintainers "
		      "<debian-glibc@lists.debian.org>\tdepends=libgcc-s1\tbytes=13297664") },
		{ DD_STR("Package: a\nVersion: 1\nDepends: libc6 (>= 2.34), x|y:any [amd64]<!nocheck>,,\n g++ (= 1), "
			 "|, (>= 1)\n"
			 "Pre-Depends: dpkg (>= 1.17)\n"),
		  DEB("a", "1", "\tdepends=dpkg\\nlibc6\\nx\\ny\\ng++") },
		{ DD_STR("Package: a\r\nVersion: 1\r\n\r\nPackage: b\r\nVersion: 2\r\n"),
		  DEB("a", "1", "") DEB("b", "2", "") },
		/* blanks where an empty line was meant, and no line at all */
		{ DD_STR("Package: a\nVersion: 1\n \t \nPackage: b\nVersion: 2\nPackage: c\nVersion: 3"),
		  DEB("a", "1", "") DEB("b", "2", "") DEB("c", "3", "") },
		{ DD_STR("\n\nPACKAGE: a\nversion :\n 1 \n\n\n  \n\n"), DEB("a", "1", "") },
		{ DD_STR("Version: 1:2.0~rc1-1+b2\nPackage: a"), DEB("a", "1:2.0~rc1-1+b2", "") },
		{ DD_STR("Package: a\nArchitecture: amd64\nVersion: 1\n\nPackage: a\nArchitecture: i386\nVersion: 1"),
		  DEB("a", "1", "\tarch=amd64") DEB("a", "1", "\tarch=i386") },
		{ DD_STR("Package: a\nVersion: 1\nInstalled-Size: 18014398509481983"),
		  DEB("a", "1", "\tbytes=18446744073709550592") },
		{ DD_STR("Package: a\nVersion: 1\nInstalled-Size: 18014398509481984"), DEB("a", "1", "") },
		{ DD_STR("Package: a\nVersion: 1\nInstalled-Size: 12 KB"), DEB("a", "1", "") },
	};
	check_rows(STATUS, rows, DD_COUNT(rows));
	check_rows(DISTROLESS, rows, DD_COUNT(rows));
}

TEST(dpkg_source)
{
	/* Names and versions as dpkg-query -W -f '${source:Package} ${source:Version}' gives them. */
	static const struct row rows[] = {
		{ DD_STR("Package: a\nVersion: 1+b1\nSource: foo (1)"),
		  DEB("a", "1+b1", "\tsource=foo\tsource-version=1") },
		{ DD_STR("Package: a\nVersion: 1+b1\nSource: a (1)"), DEB("a", "1+b1", "\tsource-version=1") },
		{ DD_STR("Package: a\nVersion: 1\nSource: a (1)"), DEB("a", "1", "") },
		{ DD_STR("Package: a\nVersion: 1\nSource:   src   (  1:3.0  )"),
		  DEB("a", "1", "\tsource=src\tsource-version=1:3.0") },
		{ DD_STR("Package: a\nVersion: 1\nSource: foo(2)"), DEB("a", "1", "\tsource=foo\tsource-version=2") },
		{ DD_STR("Package: a\nVersion: 1\nSource: foo (2"), DEB("a", "1", "\tsource=foo\tsource-version=2") },
		{ DD_STR("Package: a\nVersion: 1\nSource: foo ()"), DEB("a", "1", "\tsource=foo") },
		{ DD_STR("Package: a\nVersion: 1\nSource: (3)"), DEB("a", "1", "\tsource-version=3") },
		{ DD_STR("Package: a\nVersion: 1\nSource:"), DEB("a", "1", "") },
		{ DD_STR("Package: a\nVersion: 1\nSource: f\0oo (2)"),
		  DEB("a", "1", "") PROBLEM("0", "source of 'a' is not valid: 'f\\x00oo'") },
		{ DD_STR("Package: a\nVersion: 1\nSource: foo (2 3)"),
		  DEB("a", "1", "\tsource=foo") PROBLEM("0", "source version of 'a' is not valid: '2 3'") },
	};
	check_rows(STATUS, rows, DD_COUNT(rows));
}

/* dpkg(1), "PACKAGE STATES": every state but two has files in the image. */
TEST(dpkg_states)
{
	static const struct {
		const char *status;
		bool installed;
	} rows[] = {
		{ "install ok installed", true },
		{ "install ok half-installed", true },
		{ "install ok unpacked", true },
		{ "install reinstreq half-configured", true },
		{ "install ok triggers-awaited", true },
		{ "install ok triggers-pending", true },
		{ "deinstall ok installed", true },
		{ "purge ok half-installed", true },
		{ "hold ok installed", true },
		{ "Install OK Installed", true },
		{ "install ok invented", true },
		{ "install  ok\tinstalled", true },
		{ "install", true },
		{ "", true },
		{ "deinstall ok config-files", false },
		{ "install ok config-files", false },
		{ "purge ok not-installed", false },
		{ "unknown ok not-installed", false },
		{ "deinstall", false },
		{ "purge ok", false },
		{ "deinstall ok Config-Files", false },
	};
	DD_CLEANUP_BUF struct dd_buf in = DD_BUF_INIT(1000), out = DD_BUF_INIT(1000);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		dd_buf_clear(&in);
		(void)dd_buf_addf(&in, "Package: a\nStatus: %s\nVersion: 1\n", rows[i].status);
		CHECK(analyze(STATUS, dd_buf_str(&in), &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].installed ? DEB("a", "1", "") : "", rows[i].status);
	}
}

TEST(dpkg_problems_do_not_hide_the_rest)
{
	static const struct row rows[] = {
		{ DD_STR("Package: a\n\nPackage: b\nVersion: 2"),
		  DEB("b", "2", "") PROBLEM("0", "package without a version: 'a'") },
		{ DD_STR("Package: a\nStatus: deinstall ok config-files\n\nPackage: b\nVersion: 2"),
		  DEB("b", "2", "") },
		{ DD_STR("Version: 1\n\nPackage: b\nVersion: 2"),
		  DEB("b", "2", "") PROBLEM("0", "package without a name: '1'") },
		{ DD_STR("Package: a b\nVersion: 1\n\nPackage: b\nVersion: 2"),
		  DEB("b", "2", "") PROBLEM("0", "package name is not valid: 'a b'") },
		{ DD_STR("Package: a\nVersion: 1\0\n\nPackage: b\nVersion: 2"),
		  DEB("b", "2", "") PROBLEM("0", "version is not valid: 'a'") },
		{ DD_STR("Package: a\nVersion: 1\n 2\n\nPackage: b\nVersion: 2"),
		  DEB("b", "2", "") PROBLEM("0", "version is not valid: 'a'") },
		{ DD_STR("Package: \xff\nVersion: 1\n\nPackage: b\nVersion: 2"),
		  DEB("b", "2", "") PROBLEM("0", "package name is not valid: '\\xff'") },
		{ DD_STR("Package: a\nVersion: 1\n\0\0\0\0\n\nPackage: b\nVersion: 2"),
		  DEB("a", "1", "") DEB("b", "2", "")
			  PROBLEM("22", "not a field of a package record: '\\x00\\x00\\x00\\x00'") },
		{ DD_STR("Package: a\nVersion: 1\nVersion: 2"),
		  DEB("a", "1", "") PROBLEM("22", "field Version of 'a' is given twice") },
		{ DD_STR("Package: a\nVersion: 1\n\nPackage: a\nVersion: 1"),
		  DEB("a", "1", "") PROBLEM("23", "package is recorded twice: 'a'") },
		{ DD_STR("Package: a\nVersion: 1\n\nPackage: a\nVersion: 2"),
		  DEB("a", "1", "") DEB("a", "2", "") PROBLEM("23", "package is recorded twice: 'a'") },
	};
	check_rows(STATUS, rows, DD_COUNT(rows));
}

TEST(dpkg_file_lists)
{
#define OWNER(package, path) "owner\tpackage=" package "\tpath=" path "\n"
	static const struct {
		const char *path;
		struct dd_str data;
		const char *want;
	} rows[] = {
		{ "var/lib/dpkg/info/base.list", DD_STR("/.\n/usr\n/usr/bin\n/usr/bin/x\n/usr/bin/x.y\n/usr/empty\n"),
		  OWNER("base", "usr/bin/x") OWNER("base", "usr/bin/x.y") OWNER("base", "usr/empty") },
		{ "var/lib/dpkg/info/libc6:amd64.list", DD_STR("/.\r\n/lib\r\n/lib/ld.so\r\n"),
		  OWNER("libc6:amd64", "lib/ld.so") },
		{ "var/lib/dpkg/info/e.list", DD_STR(""), "owner\tpackage=e\n" },
		{ "var/lib/dpkg/info/e.list", DD_STR("/.\n"), "owner\tpackage=e\n" },
		{ "var/lib/dpkg/info/e.list", DD_STR("/a b\n\n/\xff\n"), OWNER("e", "a b") OWNER("e", "\\xff") },
		{ "var/lib/dpkg/info/e.list", DD_STR("relative\n/a\n"),
		  OWNER("e", "a") PROBLEM("0", "not a line of a file list: 'relative'") },
		{ "var/lib/dpkg/info/.list", DD_STR("/a\n"), "owner\tpath=a\n" },
		{ "var/lib/dpkg/status.d/tzdata.md5sums",
		  DD_STR("d41d8cd98f00b204e9800998ecf8427e  ./usr/share/zoneinfo/UTC\n"
			 "d41d8cd98f00b204e9800998ecf8427e  usr/share/a\nshort\n"
			 "D41d8cd98f00b204e9800998ecf8427e  upper\nd41d8cd98f00b204e9800998ecf8427e  \n"),
		  OWNER("tzdata", "usr/share/zoneinfo/UTC") OWNER("tzdata", "usr/share/a")
			  PROBLEM("105", "not a line of a file list: 'short'") PROBLEM(
				  "111", "not a line of a file list: 'D41d8cd98f00b204e9800998ecf8427e  upper'")
				  PROBLEM("151", "not a line of a file list: 'd41d8cd98f00b204e9800998ecf8427e  '") },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		CHECK(analyze(rows[i].path, rows[i].data, &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
	}
}

TEST(dpkg_any_cut_is_harmless)
{
	static const struct {
		const char *path;
		struct dd_str all;
	} rows[] = {
		{ STATUS, DD_STR("Package: a\nStatus: install ok installed\nVersion: 1\nSource: b (2)\n\nPackage: c\r\n"
				 "version: 1\nDescription: x\n y\nInstalled-Size: 5\nbad\n") },
		{ "var/lib/dpkg/info/a.list", DD_STR("/.\n/usr\r\n/usr/a\n") },
		{ "var/lib/dpkg/status.d/a.md5sums", DD_STR("d41d8cd98f00b204e9800998ecf8427e  ./a\n") },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		for (size_t n = 0; n <= rows[i].all.n; n++) {
			char *copy = malloc(n ? n : 1); /* exact size: the sanitizer sees one byte too many */
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
			memcpy(copy, rows[i].all.p, n);
			CHECK_ROW(analyze(rows[i].path, (struct dd_str){ copy, n }, &out) == DD_OK, rows[i].path);
			free(copy);
		}
	}
}

TEST(dpkg_huge_fields)
{
	DD_CLEANUP_BUF struct dd_buf in = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
	(void)dd_buf_add_c(&in, "Package: a\nVersion: 1\nMaintainer: ");
	for (size_t i = 0; i <= DD_FIELD_BYTES_MAX; i++)
		(void)dd_buf_add_char(&in, 'x');
	(void)dd_buf_add_c(&in, "\n\nPackage: b\nVersion: 2\n");
	CHECK(analyze(STATUS, dd_buf_str(&in), &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out),
		  DEB("a", "1", "") DEB("b", "2", "") PROBLEM("22", "field Maintainer of 65537 bytes is too long"));
	dd_buf_clear(&in);
	(void)dd_buf_add_c(&in, "/");
	for (size_t i = 0; i <= DD_PATH_MAX; i++)
		(void)dd_buf_add_char(&in, 'x');
	(void)dd_buf_add_c(&in, "\n/a\n");
	CHECK(analyze("var/lib/dpkg/info/a.list", dd_buf_str(&in), &out) == DD_OK);
	CHECK(dd_str_starts(dd_buf_str(&out), DD_STR(OWNER("a", "a") "problem\tat=0\ttext=not a line of a file list")));
}

/* Too many packages for the arena: an error, not a crash, and what was found stays. */
TEST(dpkg_memory_limit)
{
	DD_CLEANUP_BUF struct dd_buf in = DD_BUF_INIT(DD_MIB);
	for (int i = 0; i < 1000; i++)
		(void)dd_buf_addf(&in, "Package: p%d\nVersion: %d\n\n", i, i);
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(10000);
	DD_CLEANUP(dd_found_done) struct dd_found found = { .arena = &arena };
	const struct dd_input input = { DD_STR(STATUS), dd_buf_str(&in) };
	struct dd_err err = { 0 };
	CHECK(dd_analyzer_dpkg.parse(&input, &found, &err) == DD_ELIMIT);
	CHECK(found.failed && found.packages.n > 10 && found.packages.n < 1000);
	for (uint64_t nth = 1; nth < 30; nth++) {
		DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		DD_CLEANUP(dd_found_done) struct dd_found f = { .arena = &a };
		dd_alloc_fail_from(nth);
		enum dd_code code = dd_analyzer_dpkg.parse(&input, &f, &err);
		dd_alloc_fail_from(0);
		CHECK(code != DD_OK || f.packages.n == 1000);
	}
}

TEST(dpkg_diversions)
{
	static const struct {
		struct dd_str data;
		const char *want;
	} rows[] = {
		{ DD_STR(""), "" },
		{ DD_STR("/bin/sh\n/bin/sh.distrib\ndash\n/etc/x y\n/etc/x.local\n:\n"),
		  "diverted\tpath=bin/sh\tby=dash\\nbin/sh.distrib\n"
		  "diverted\tpath=etc/x y\tby=:\\netc/x.local\n" },
		{ DD_STR("bin/sh\n/bin/sh.distrib\ndash\n/a\n/b\np"),
		  "diverted\tpath=a\tby=p\\nb\n"
		  "problem\tat=0\ttext=not the paths of a diversion: 'bin/sh' '/bin/sh.distrib'\n" },
		{ DD_STR("/a\n"), "problem\tat=0\ttext=diversion is cut: '/a'\n" },
		{ DD_STR("/a\n/b\n"), "problem\tat=0\ttext=diversion is cut: '/a'\n" },
		{ DD_STR("/a\n/b\n\n"), "problem\tat=0\ttext=diversion is cut: '/a'\n" },
		{ DD_STR("/a\n/\np\n"), "problem\tat=0\ttext=not the paths of a diversion: '/a' '/'\n" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		CHECK(dd_analyze_text(&dd_analyzer_dpkg_diversions, DD_STR("var/lib/dpkg/diversions"), rows[i].data, 0,
				      &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
	}
}

TEST(dpkg_updates)
{
	static const struct dd_str record = DD_STR("Package: a\nStatus: install ok installed\nVersion: 2\n");
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	CHECK(dd_analyze_text(&dd_analyzer_dpkg, DD_STR("var/lib/dpkg/updates/0003"), record, 0, &out) == DD_OK);
	CHECK(dd_str_starts(dd_buf_str(&out), DD_STR("package\tname=a\tversion=2\ttype=deb\nproblem\t")));
	dd_buf_clear(&out);
	CHECK(dd_analyze_text(&dd_analyzer_dpkg, DD_STR("var/lib/dpkg/updates/tmp.i"), record, 0, &out) == DD_OK);
	CHECK(dd_analyze_text(&dd_analyzer_dpkg, DD_STR("var/lib/dpkg/updates/0003"), DD_STR(""), 0, &out) == DD_OK);
	CHECK_INT(out.n, 0);
}
