/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_apk;

#define INSTALLED "lib/apk/db/installed"

static enum dd_code analyze(struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	return dd_analyze_text(&dd_analyzer_apk, DD_STR(INSTALLED), data, DD_FOUND_TEXT_FILES, out);
}

#define APK(name, version, more) "package\tname=" name "\tversion=" version "\ttype=apk" more "\n"
#define OWNED(package, path)	 "owned\tpackage=" package "\tpath=" path "\n"
#define PROBLEM(at, text)	 "problem\tat=" at "\ttext=" text "\n"

/* The first two are records of Alpine 3.9's own database. */
#define MUSL                                                                                                           \
	"C:Q1waOPPaq4OKcCPC7AMZfadaYwC+8=\nP:musl\nV:1.1.20-r3\nA:x86_64\nS:369577\nI:602112\n"                        \
	"T:the musl c library (libc) implementation\nU:http://www.musl-libc.org/\nL:MIT\no:musl\n"                     \
	"m:Timo Ter\xc3\xa4s <timo.teras@iki.fi>\nt:1546526764\nc:7b32fee49798e36cb5a7dfde30183f9717472cf6\n"          \
	"p:so:libc.musl-x86_64.so.1=1\nF:lib\nR:libc.musl-x86_64.so.1\na:0:0:777\nZ:Q17yJ3JFNypA4mxhJJr0ou6CzsJVI=\n"  \
	"R:ld-musl-x86_64.so.1\na:0:0:755\nF:usr\nF:usr/lib\n\n"
#define MUSL_UTILS                                                                                                     \
	"P:musl-utils\nV:1.1.20-r3\nA:x86_64\nL:MIT BSD GPL2+\no:musl\nD:scanelf so:libc.musl-x86_64.so.1\n"           \
	"r:libiconv\nF:sbin\nR:ldconfig\nF:usr/bin\nR:iconv\nR:ldd\n\n"

TEST(apk_records)
{
	static const struct {
		struct dd_str data;
		const char *want;
	} rows[] = {
		{ DD_STR(""), "" },
		{ DD_STR("\n\n"), "" },
		{ DD_STR(MUSL MUSL_UTILS),
		  APK("musl", "1.1.20-r3",
		      "\tarch=x86_64\tlicences=MIT\tmaintainer=Timo Ter\xc3\xa4s <timo.teras@iki.fi>\tbytes=602112")
			  OWNED("musl", "lib/libc.musl-x86_64.so.1") OWNED("musl", "lib/ld-musl-x86_64.so.1")
				  APK("musl-utils", "1.1.20-r3",
				      "\tarch=x86_64\tsource=musl\tlicences=MIT BSD GPL2+\tdepends=musl")
					  OWNED("musl-utils", "sbin/ldconfig") OWNED("musl-utils", "usr/bin/iconv")
						  OWNED("musl-utils", "usr/bin/ldd") },
		{ DD_STR("P:a\r\nV:1\r\nF:etc\r\nR:x\r\n\r\nP:b\r\nV:2"),
		  APK("a", "1", "") OWNED("a", "etc/x") APK("b", "2", "") },
		{ DD_STR("P:.deps\nV:20190101.123456\nA:noarch\nD:gcc\n\n"),
		  APK(".deps", "20190101.123456", "\tarch=noarch") },
		/* whoever gives a name that is needed, by whatever of its names; conflicts are no needs */
		{ DD_STR("P:a\nV:1\nD:so:libz.so.1 cmd:x>=2 !c  /bin/sh d=1 d>0 nobody a so:own\np:so:own=1\n\n"
			 "P:b\nV:1\np:so:libz.so.1=1.2.13 cmd:x=1\n\nP:c\nV:1\n\nP:d\nV:1\np:/bin/sh virtual\nD:b~1 "
			 "!a\n\n"),
		  APK("a", "1", "\tdepends=b\\nd") APK("b", "1", "") APK("c", "1", "") APK("d", "1", "\tdepends=b") },
		/* files before any directory, and in the root */
		{ DD_STR("P:a\nV:1\nR:top\nF:\nR:root\n\n"), APK("a", "1", "") OWNED("a", "top") OWNED("a", "root") },
		/* a directory does not carry over to the next record */
		{ DD_STR("P:a\nV:1\nF:etc\nR:x\n\nP:b\nV:2\nR:y\n"),
		  APK("a", "1", "") OWNED("a", "etc/x") APK("b", "2", "") OWNED("b", "y") },
		{ DD_STR("P:a\nV:1\no:a\nI:x\ns:tag\nf:s\nq:1\nM:0:0:1777\nX:new\n\n"), APK("a", "1", "") },
		{ DD_STR("P:a\nV:1\nF:\xff\nR:\0b\n\n"), APK("a", "1", "") OWNED("a", "\\xff/\\x00b") },
		/* problems do not hide the rest */
		{ DD_STR("P:a\n\nP:b\nV:2\n"), APK("b", "2", "") PROBLEM("0", "package without a version: 'a'") },
		{ DD_STR("V:1\n\nP:b\nV:2\n"), APK("b", "2", "") PROBLEM("0", "package without a name: '1'") },
		{ DD_STR("P:a\nV:1\nnonsense\nPb\nL\n1:x\n\nP:b\nV:2\n"),
		  APK("a", "1", "") APK("b", "2", "") PROBLEM("8", "not a field of a package record: 'nonsense'")
			  PROBLEM("17", "not a field of a package record: 'Pb'")
				  PROBLEM("20", "not a field of a package record: 'L'")
					  PROBLEM("22", "not a field of a package record: '1:x'") },
		{ DD_STR("P:a b\nV:1\n\nP:b\nV:2\n"),
		  APK("b", "2", "") PROBLEM("0", "package name is not valid: 'a b'") },
		{ DD_STR("P:a\nV:1\0\n\nP:b\nV:2\n"), APK("b", "2", "") PROBLEM("0", "version is not valid: 'a'") },
		{ DD_STR("P:a\nV:1\no:\xff\n\n"),
		  APK("a", "1", "") PROBLEM("0", "origin of 'a' is not valid: '\\xff'") },
		{ DD_STR("P:a\nV:1\nV:2\n\n"), APK("a", "1", "") PROBLEM("8", "field V of 'a' is given twice") },
		{ DD_STR("P:a\nV:1\n\nP:a\nV:1\n\nP:a\nV:2\n\n"),
		  APK("a", "1", "") APK("a", "2", "") PROBLEM("9", "package is recorded twice: 'a'")
			  PROBLEM("18", "package is recorded twice: 'a'") },
		{ DD_STR("P:a\nV:1\nF:etc\nR:\n\n"), APK("a", "1", "") PROBLEM("14", "not the path of a file: ''") },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		CHECK(analyze(rows[i].data, &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
	}
}

TEST(apk_version_3_is_said_not_to_be_read)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	CHECK(analyze(DD_STR("ADB.\x1c\0\0\0"), &out) == DD_EUNSUPPORTED);
	CHECK(analyze(DD_STR("ADBd\0\0"), &out) == DD_EUNSUPPORTED);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("apk v3")) < out.n);
}

TEST(apk_any_cut_is_harmless)
{
	const struct dd_str all = DD_STR(MUSL MUSL_UTILS "bad\nP:x\nV:\n");
	for (size_t n = 0; n <= all.n; n++) {
		char *copy = malloc(n ? n : 1); /* exact size: the sanitizer sees one byte too many */
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		memcpy(copy, all.p, n);
		CHECK(analyze((struct dd_str){ copy, n }, &out) == DD_OK);
		free(copy);
	}
}

TEST(apk_huge_fields)
{
	DD_CLEANUP_BUF struct dd_buf in = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
	(void)dd_buf_add_c(&in, "P:a\nV:1\nF:");
	for (size_t i = 0; i <= DD_PATH_MAX; i++)
		(void)dd_buf_add_char(&in, 'x');
	(void)dd_buf_add_c(&in, "\nR:y\nm:");
	for (size_t i = 0; i <= DD_FIELD_BYTES_MAX; i++)
		(void)dd_buf_add_char(&in, 'x');
	(void)dd_buf_add_c(&in, "\nF:etc\nR:z\n\nP:b\nV:2\n");
	CHECK(analyze(dd_buf_str(&in), &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), APK("a", "1", "") OWNED("a", "etc/z") APK("b", "2", "")
					    PROBLEM("65547", "not the path of a file: 'y'")
						    PROBLEM("65551", "field m of 65537 bytes is too long"));
}

/* Memory runs out anywhere: an error or everything, never a crash or half a list that looks whole. */
TEST(apk_memory_limit)
{
	DD_CLEANUP_BUF struct dd_buf in = DD_BUF_INIT(DD_MIB);
	for (int i = 0; i < 300; i++)
		(void)dd_buf_addf(&in, "P:p%d\nV:%d\nF:usr\nR:p%d\n\n", i, i, i);
	const struct dd_input input = { DD_STR(INSTALLED), dd_buf_str(&in) };
	struct dd_err err = { 0 };
	DD_CLEANUP(dd_arena_done) struct dd_arena small = DD_ARENA_INIT(5000);
	DD_CLEANUP(dd_found_done) struct dd_found some = { .arena = &small };
	CHECK(dd_analyzer_apk.parse(&input, &some, &err) == DD_ELIMIT);
	CHECK(some.failed && some.packages.n > 10 && some.packages.n < 300);
	for (uint64_t nth = 1; nth < 60; nth++) {
		DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		DD_CLEANUP(dd_found_done) struct dd_found f = { .arena = &a };
		dd_alloc_fail_from(nth);
		enum dd_code code = dd_analyzer_apk.parse(&input, &f, &err);
		dd_alloc_fail_from(0);
		CHECK(code != DD_OK || f.packages.n == 300);
	}
}
