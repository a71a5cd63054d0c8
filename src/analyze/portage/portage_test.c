/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_portage;

#define VDB "var/db/pkg/"

static enum dd_code analyze(const char *path, struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	return dd_analyze_text(&dd_analyzer_portage, dd_str_from(path), data, DD_FOUND_TEXT_FILES, out);
}

/* Names of ebuilds in Gentoo's tree, and PMS 3.1.2's and 3.2's rules. */
TEST(portage_names)
{
	static const struct {
		const char *dir, *name, *version; /* name NULL: a problem */
	} rows[] = {
		{ "sys-apps/portage-3.0.61-r1", "sys-apps/portage", "3.0.61-r1" },
		{ "dev-lang/python-3.12.1_p1", "dev-lang/python", "3.12.1_p1" },
		{ "dev-lang/python-exec-2.4.10", "dev-lang/python-exec", "2.4.10" },
		{ "media-libs/libsdl2-2.28.5", "media-libs/libsdl2", "2.28.5" },
		{ "x11-libs/gtk+-3.24.39", "x11-libs/gtk+", "3.24.39" },
		{ "sys-libs/timezone-data-2023c", "sys-libs/timezone-data", "2023c" },
		{ "sys-fs/e2fsprogs-1.47.0-r3", "sys-fs/e2fsprogs", "1.47.0-r3" },
		{ "media-fonts/font-adobe-100dpi-1.0.3-r2", "media-fonts/font-adobe-100dpi", "1.0.3-r2" },
		{ "app-text/docbook-xml-dtd-4.1.2-r7", "app-text/docbook-xml-dtd", "4.1.2-r7" },
		{ "sys-kernel/gentoo-sources-6.6_rc3_pre20230901", "sys-kernel/gentoo-sources", "6.6_rc3_pre20230901" },
		{ "net-misc/openssh-9.6_p1-r3", "net-misc/openssh", "9.6_p1-r3" },
		{ "virtual/libc-1-r1", "virtual/libc", "1-r1" },
		{ "app-misc/live-9999", "app-misc/live", "9999" },
		{ "a/b-r1-2", "a/b-r1", "2" },
		{ "a/b-1.0_alpha_beta2-r0", "a/b", "1.0_alpha_beta2-r0" },
		{ "a/b", NULL, NULL },
		{ "a/b-1.", NULL, NULL },
		{ "a/b-1_foo", NULL, NULL },
		{ "a/b-r1", NULL, NULL },
		{ "a/-1.0", NULL, NULL },
		{ "a/b-1.0ab", NULL, NULL },
		{ "a/b-", NULL, NULL },
		{ "a/b-v1", NULL, NULL },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		char path[200], want[300];
		const char *pf = strrchr(rows[i].dir, '/') + 1;
		(void)snprintf(path, sizeof path, VDB "%s/PF", rows[i].dir);
		(void)snprintf(want, sizeof want,
			       rows[i].name ? "package\tname=%s\tversion=%s\ttype=ebuild\n"
					    : "problem\ttext=not the directory of a package and its version: '%s'\n",
			       rows[i].name ? rows[i].name : pf, rows[i].version);
		CHECK(analyze(path, dd_str_from(pf), &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), want, rows[i].dir);
	}
}

#define PKG		  VDB "dev-lang/python-3.12.1_p1-r2/"
#define PYTHON(more)	  "package\tname=dev-lang/python\tversion=3.12.1_p1-r2\ttype=ebuild" more "\n"
#define OWNER(path)	  "owner\tpackage=dev-lang/python@3.12.1_p1-r2\tpath=" path "\n"
#define PROBLEM(at, text) "problem\tat=" at "\ttext=" text "\n"
#define MD5		  "0123456789abcdef0123456789abcdef"

TEST(portage_files)
{
	static const struct {
		const char *path;
		struct dd_str data;
		const char *want;
	} rows[] = {
		{ PKG "CONTENTS",
		  DD_STR("dir /usr\nobj /usr/bin/a " MD5
			 " 1700000000\nsym /usr/bin/b -> a 1700000000\nfif /p\ndev /d\n"),
		  OWNER("usr/bin/a") OWNER("usr/bin/b") OWNER("p") OWNER("d") },
		/* blanks in names, an arrow in a link's target */
		{ PKG "CONTENTS", DD_STR("obj /a b  c " MD5 " 1\nsym /x y -> z -> w 2\ndir /with blank\r\n\n"),
		  OWNER("a b  c") OWNER("x y") },
		{ PKG "CONTENTS", DD_STR(""), "owner\tpackage=dev-lang/python@3.12.1_p1-r2\n" },
		{ PKG "CONTENTS",
		  DD_STR("obj /a 1\nobj /b x" MD5 " 1\nobj relative " MD5 " 1\nsym /c\nlnk /d\nobj\nobj /e " MD5 " x\n"
			 "obj /f " MD5 " 1"),
		  OWNER("f") PROBLEM("0", "not an entry of CONTENTS: 'obj /a 1'")
			  PROBLEM("9", "not an entry of CONTENTS: 'obj /b x" MD5
				       " 1'") PROBLEM("52", "not an entry of CONTENTS: 'obj relative " MD5
							    " 1'") PROBLEM("100", "not an entry of CONTENTS: 'sym /c'")
				  PROBLEM("107", "not an entry of CONTENTS: 'lnk /d'")
					  PROBLEM("114", "not an entry of CONTENTS: 'obj'")
						  PROBLEM("118", "not an entry of CONTENTS: 'obj /e " MD5 " x'") },
		{ PKG "LICENSE", DD_STR("PSF-2\n"), PYTHON("\tlicences=PSF-2") },
		{ PKG "LICENSE", DD_STR("GPL-2 || ( MIT BSD ) ( X Y ) Z"),
		  PYTHON("\tlicences=GPL-2 AND (MIT OR BSD) AND (X AND Y) AND Z") },
		{ PKG "LICENSE", DD_STR("|| ( A ( B C ) )\n"), PYTHON("\tlicences=(A OR (B AND C))") },
		{ PKG "LICENSE", DD_STR(""), PYTHON("") },
		{ PKG "LICENSE", DD_STR("( A\n"), PYTHON("") PROBLEM("0", "not the licences of a package: '( A'") },
		{ PKG "LICENSE", DD_STR("A )"), PYTHON("") PROBLEM("0", "not the licences of a package: 'A )'") },
		{ PKG "LICENSE", DD_STR("A\nB"), PYTHON("") PROBLEM("0", "not the licences of a package: 'A\\nB'") },
		{ PKG "SIZE", DD_STR("4711\n"), PYTHON("\tbytes=4711") },
		{ PKG "SIZE", DD_STR("-1"), PYTHON("") PROBLEM("0", "not a size: '-1'") },
		{ PKG "PF", DD_STR("python-3.12.1_p1-r2\n"), PYTHON("") },
		{ PKG "PF", DD_STR("perl-5\n"),
		  PYTHON("") PROBLEM("0", "the record says 'perl-5', its directory another name") },
		{ VDB "dev-lang/-MERGING-python-3.12/PF", DD_STR("python-3.12\n"), "" },
		{ VDB "dev-lang/-MERGING-python-3.12/CONTENTS", DD_STR("dir /usr\n"), "" },
		{ VDB "a b/c-1/PF", DD_STR("c-1\n"), "problem\ttext=package name is not valid: 'a b/c'\n" },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		CHECK(analyze(rows[i].path, rows[i].data, &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
	}
}

TEST(portage_licence_nesting_has_a_limit)
{
	DD_CLEANUP_BUF struct dd_buf in = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
	for (int i = 0; i < 1000; i++)
		(void)dd_buf_add_c(&in, "|| ( ");
	CHECK(analyze(PKG "LICENSE", dd_buf_str(&in), &out) == DD_OK);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("not the licences")) < out.n);
}

TEST(portage_any_cut_is_harmless)
{
	static const struct dd_str all = DD_STR("obj /usr/bin/a " MD5 " 1\nsym /x -> y 1\n|| ( A B ) \xff\n");
	static const char *const paths[] = { PKG "CONTENTS", PKG "LICENSE", PKG "SIZE", PKG "PF" };
	for (size_t cut = 0; cut <= all.n; cut++) {
		for (size_t i = 0; i < DD_COUNT(paths); i++) {
			char *copy = malloc(cut ? cut : 1);
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
			memcpy(copy, all.p, cut);
			CHECK(analyze(paths[i], (struct dd_str){ copy, cut }, &out) == DD_OK);
			free(copy);
		}
	}
}

TEST(portage_memory_runs_out)
{
	static const struct dd_input inputs[] = { { DD_STR(PKG "CONTENTS"), DD_STR("fif /a\nfif /b\n") },
						  { DD_STR(PKG "LICENSE"), DD_STR("A B C\n") } };
	for (uint64_t nth = 1; nth < 40; nth++) {
		for (size_t i = 0; i < DD_COUNT(inputs); i++) {
			struct dd_err err = { 0 };
			DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
			DD_CLEANUP(dd_found_done) struct dd_found f = { .arena = &a };
			dd_alloc_fail_from(nth);
			enum dd_code code = dd_analyzer_portage.parse(&inputs[i], &f, &err);
			dd_alloc_fail_from(0);
			CHECK(code != DD_OK || f.packages.n + f.ownerships.n == 1);
		}
	}
}
