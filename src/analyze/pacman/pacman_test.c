/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "analyze/third_party.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_pacman;

#define LOCAL "var/lib/pacman/local/"
#define DESC  LOCAL "foo-libs-1:2.3.4+r5-1.1/desc"
#define FILES LOCAL "foo-libs-1:2.3.4+r5-1.1/files"

static enum dd_code analyze(const char *path, struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	return dd_analyze_text(&dd_analyzer_pacman, dd_str_from(path), data, DD_FOUND_TEXT_FILES, out);
}

/* What pacman 6.0.2 wrote for a package of tests/pacman_oracle.py. */
#define FOO_DESC                                                                                                       \
	"%NAME%\nfoo-libs\n\n%VERSION%\n1:2.3.4+r5-1.1\n\n%BASE%\nfoo\n\n%DESC%\nA thing\n\n%URL%\n"                   \
	"https://example.org/\n\n%ARCH%\nx86_64\n\n%BUILDDATE%\n1700000000\n\n%INSTALLDATE%\n1795315071\n\n"           \
	"%PACKAGER%\nSome Body <some@archlinux.org>\n\n%SIZE%\n12345\n\n%LICENSE%\nMIT\nGPL-2.0-or-later\n\n"          \
	"%VALIDATION%\nnone\n\n%REPLACES%\nfoo-old\n\n%DEPENDS%\nglibc>=2.38\nlibfoo.so=2-64\nsh\n\n"                  \
	"%OPTDEPENDS%\npython: for scripts\n\n%CONFLICTS%\nfoo-old\n\n%PROVIDES%\nlibfoo.so=2-64\n\n"
#define FOO                                                                                                            \
	"package\tname=foo-libs\tversion=1:2.3.4+r5-1.1\ttype=alpm\tarch=x86_64\tsource=foo"                           \
	"\tlicences=MIT AND GPL-2.0-or-later\tmaintainer=Some Body <some@archlinux.org>"                               \
	"\tdepends=glibc\\nlibfoo.so\\nsh\tbytes=12345\n"
#define PROBLEM(at, text) "problem\tat=" at "\ttext=" text "\n"

TEST(pacman_records)
{
	static const struct {
		const char *path;
		struct dd_str data;
		const char *want;
	} rows[] = {
		{ DESC, DD_STR(FOO_DESC), FOO },
		{ LOCAL "a-1-1/desc", DD_STR("%NAME%\na\n\n%VERSION%\n1-1\n\n%BASE%\na"),
		  "package\tname=a\tversion=1-1\ttype=alpm\n" },
		{ LOCAL "a-1-1/desc", DD_STR("%NAME%\r\na\r\n\r\n%VERSION%\r\n1-1\r\n"),
		  "package\tname=a\tversion=1-1\ttype=alpm\n" },
		/* an empty field is none, and a header needs no empty line before it */
		{ LOCAL "a-1-1/desc", DD_STR("%NAME%\na\n%LICENSE%\n%VERSION%\n1-1\n%NEW%\nx\ny\n"),
		  "package\tname=a\tversion=1-1\ttype=alpm\n" },
		{ LOCAL "a-1-1/desc", DD_STR(""), PROBLEM("0", "the record of a package is empty") },
		{ LOCAL "a-1-1/desc", DD_STR("\n"), PROBLEM("0", "package without a name") },
		{ LOCAL "a-1-1/desc", DD_STR("%NAME%\na\n"), PROBLEM("0", "package without a version: 'a'") },
		{ LOCAL "a-1-1/desc", DD_STR("%NAME%\na b\n%VERSION%\n1-1\n"),
		  PROBLEM("0", "package name is not valid: 'a b'") },
		{ LOCAL "a-1-1/desc", DD_STR("%NAME%\na\n\n%VERSION%\n1\0-1\n"),
		  PROBLEM("0", "version of 'a' is not valid: '1\\x00-1'") },
		{ LOCAL "a-1-1/desc", DD_STR("stray\n%NAME%\na\nb\n\n%VERSION%\n1-1\n\nz\n"),
		  "package\tname=a\tversion=1-1\ttype=alpm\n" PROBLEM("0", "not a field of a package record: 'stray'")
			  PROBLEM("15", "field NAME of 'a' is given twice")
				  PROBLEM("33", "not a field of a package record: 'z'") },
		{ LOCAL "other-1-1/desc", DD_STR("%NAME%\na\n\n%VERSION%\n1-1\n"),
		  "package\tname=a\tversion=1-1\ttype=alpm\n" PROBLEM(
			  "0", "record of 'a' '1-1' lies in a directory of another name") },
		{ LOCAL "a-1-1/desc", DD_STR("%NAME%\na\n\n%VERSION%\n1-1\n\n%BASE%\n\xff\n"),
		  "package\tname=a\tversion=1-1\ttype=alpm\n" PROBLEM("0", "base of 'a' is not valid: '\\xff'") },
		{ FILES, DD_STR("%FILES%\nusr/\nusr/bin/\nusr/bin/foo\nusr/lib/x\n\n%BACKUP%\netc/foo\t0123\n"),
		  "owner\tpackage=foo-libs\tpath=usr/bin/foo\nowner\tpackage=foo-libs\tpath=usr/lib/x\n" },
		{ FILES, DD_STR(""), "owner\tpackage=foo-libs\n" },
		{ LOCAL "nodash/files", DD_STR("%FILES%\na\n"), "owner\tpackage=nodash\tpath=a\n" },
		{ FILES, DD_STR("%FILES%\n/etc/x\n\xff\n"),
		  "owner\tpackage=foo-libs\tpath=\\xff\n" PROBLEM("8", "not the path of a file: '/etc/x'") },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		CHECK(analyze(rows[i].path, rows[i].data, &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
	}
}

TEST(pacman_any_cut_is_harmless)
{
	const struct dd_str all = DD_STR(FOO_DESC "%FILES%\nusr/\nusr/x\n/bad\n");
	const char *const paths[] = { DESC, FILES };
	for (size_t n = 0; n <= all.n * 2; n++) {
		size_t cut = n / 2;
		char *copy = malloc(cut ? cut : 1);
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		memcpy(copy, all.p, cut);
		CHECK(analyze(paths[n % 2], (struct dd_str){ copy, cut }, &out) == DD_OK);
		free(copy);
	}
}

TEST(pacman_huge_fields)
{
	DD_CLEANUP_BUF struct dd_buf in = DD_BUF_INIT(2 * DD_MIB), out = DD_BUF_INIT(2 * DD_MIB);
	(void)dd_buf_add_c(&in, "%NAME%\nfoo-libs\n\n%VERSION%\n1:2.3.4+r5-1.1\n\n%PACKAGER%\n");
	for (size_t i = 0; i <= DD_FIELD_BYTES_MAX; i++)
		(void)dd_buf_add_char(&in, 'x');
	(void)dd_buf_add_c(&in, "\n\n%DEPENDS%\n");
	for (size_t i = 0; i < 50000; i++)
		(void)dd_buf_addf(&in, "depends%zu\n", i);
	CHECK(analyze(DESC, dd_buf_str(&in), &out) == DD_OK);
	CHECK(out.n < 2 * DD_DEPENDS_BYTES_MAX);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("field PACKAGER of 65537 bytes is too long")) < out.n);
}

TEST(pacman_memory_runs_out)
{
	const struct dd_input inputs[] = { { DD_STR(DESC), DD_STR(FOO_DESC) },
					   { DD_STR(FILES), DD_STR("%FILES%\na\nb\n") } };
	for (uint64_t nth = 1; nth < 40; nth++) {
		for (size_t i = 0; i < DD_COUNT(inputs); i++) {
			struct dd_err err = { 0 };
			DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
			DD_CLEANUP(dd_found_done) struct dd_found f = { .arena = &a };
			dd_alloc_fail_from(nth);
			enum dd_code code = dd_analyzer_pacman.parse(&inputs[i], &f, &err);
			dd_alloc_fail_from(0);
			CHECK(code != DD_OK || f.packages.n + f.ownerships.n == 1);
		}
	}
}
