/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/limits.h"
#include "model/licence.h"
#include "model/licence_table.h"
#include "support/test.h"

TEST(licence_expressions)
{
	/* Examples of SPDX 2.3 annex D and 3.0.1 annex B, and what license-expression 30.4 makes of the rest. */
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "MIT", "MIT" },
		{ "mit", "MIT" },
		{ "CDDL-1.0", "CDDL-1.0" },
		{ "CDDL-1.0+", "CDDL-1.0+" },
		{ "LicenseRef-23", "LicenseRef-23" },
		{ "LicenseRef-MIT-Style-1", "LicenseRef-MIT-Style-1" },
		{ "DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2",
		  "DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2" },
		{ "LGPL-2.1-only OR MIT", "LGPL-2.1-only OR MIT" },
		{ "LGPL-2.1-only OR MIT OR BSD-3-Clause", "LGPL-2.1-only OR MIT OR BSD-3-Clause" },
		{ "LGPL-2.1-only AND MIT", "LGPL-2.1-only AND MIT" },
		{ "GPL-2.0-or-later WITH Bison-exception-2.2", "GPL-2.0-or-later WITH Bison-exception-2.2" },
		{ "LGPL-2.1-only OR BSD-3-Clause AND MIT", "LGPL-2.1-only OR (BSD-3-Clause AND MIT)" },
		{ "MIT AND (LGPL-2.1-or-later OR BSD-3-Clause)", "MIT AND (LGPL-2.1-or-later OR BSD-3-Clause)" },
		{ "(MIT)", "MIT" },
		{ "((MIT AND (ISC)))", "MIT AND ISC" },
		{ "(MIT OR ISC) OR Zlib", "MIT OR ISC OR Zlib" },
		{ "(MIT OR ISC) OR MIT", "MIT OR ISC" },
		{ "MIT OR ((ISC AND Zlib) OR MIT)", "MIT OR (ISC AND Zlib)" },
		{ "(Zlib AND ISC) OR (Zlib AND ISC)", "Zlib AND ISC" },
		{ "MIT  OR\tMIT", "MIT" },
		{ "apache-2.0 and mit", "Apache-2.0 AND MIT" },
		{ "GPL-2.0", "GPL-2.0-only" },
		{ "GPL-2.0+", "GPL-2.0-or-later" },
		{ "lgpl-2.1+ WITH linux-syscall-note", "LGPL-2.1-or-later WITH Linux-syscall-note" },
		{ "GPL-2.0-with-classpath-exception OR MIT", "GPL-2.0-only WITH Classpath-exception-2.0 OR MIT" },
		{ "MIT WITH AdditionRef-x", "MIT WITH AdditionRef-x" },
		{ "GPL-3.0-or-later+", "GPL-3.0-or-later" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		struct dd_err err = { 0 };
		struct dd_str got = DD_STR("");
		CHECK_INT_ROW(dd_licence_parse(dd_str_from(rows[i].text), &a, &got, &err), DD_OK, rows[i].text);
		CHECK_STR_ROW(got, rows[i].want, rows[i].text);
		/* Canonical text is its own canonical text. */
		CHECK_INT_ROW(dd_licence_parse(got, &a, &got, &err), DD_OK, rows[i].text);
		CHECK_STR_ROW(got, rows[i].want, rows[i].text);
		dd_arena_done(&a);
	}
}

TEST(licence_expressions_that_are_none)
{
	static const struct {
		const char *text;
		uint64_t at;
	} rows[] = {
		{ "", 0 },
		{ "  ", 2 },
		{ "MIT ISC", 4 },
		{ "MIT AND", 7 },
		{ "AND MIT", 0 },
		{ "MIT OR OR ISC", 7 },
		{ "(MIT", 0 },
		{ "MIT)", 3 },
		{ "()", 1 },
		{ "Foo", 0 },
		{ "MIT AND Foo-1.0", 8 },
		{ "LicenseRef-", 0 },
		{ "LicenseRef-a_b", 0 },
		{ "DocumentRef-a:MIT", 0 },
		{ "MIT WITH", 8 },
		{ "MIT WITH MIT", 9 },
		{ "(MIT OR ISC) WITH Classpath-exception-2.0", 13 },
		{ "Classpath-exception-2.0", 0 },
		{ "MIT And ISC", 4 },
		{ "MIT+ +", 5 },
		{ "MIT\xff", 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		struct dd_err err = { 0 };
		struct dd_str got;
		CHECK_INT_ROW(dd_licence_parse(dd_str_from(rows[i].text), &a, &got, &err), DD_EPARSE, rows[i].text);
		CHECK_INT_ROW(err.at, rows[i].at, rows[i].text);
		dd_arena_done(&a);
	}
}

TEST(licence_names)
{
	static const struct {
		const char *text, *want;
		size_t refs;
	} rows[] = {
		/* rpm: Fedora's names */
		{ "GPLv2+", "GPL-2.0-or-later", 0 },
		{ "ASL 2.0", "Apache-2.0", 0 },
		{ "LGPLv2+ and MIT and GPLv2+", "LGPL-2.0-or-later AND MIT AND GPL-2.0-or-later", 0 },
		{ "(GPLv2+ or MPLv2.0) and zlib", "(GPL-2.0-or-later OR MPL-2.0) AND Zlib", 0 },
		{ "GPL+ or Artistic", "GPL-1.0-or-later OR Artistic-1.0-Perl", 0 },
		{ "GPLv3+ and GPLv3+ with exceptions and BSD",
		  "GPL-3.0-or-later AND LicenseRef-GPLv3-with-exceptions AND LicenseRef-BSD", 2 },
		{ "LGPLv2+ and Public Domain", "LGPL-2.0-or-later AND LicenseRef-Public-Domain", 1 },
		{ "Public Domain", "LicenseRef-Public-Domain", 1 },
		{ "BSD-3-Clause AND (GPL-2.0-or-later OR LGPL-3.0-or-later)",
		  "BSD-3-Clause AND (GPL-2.0-or-later OR LGPL-3.0-or-later)", 0 },
		{ "LicenseRef-Fedora-Public-Domain AND MIT", "LicenseRef-Fedora-Public-Domain AND MIT", 0 },
		/* apk */
		{ "GPL-2.0-only", "GPL-2.0-only", 0 },
		{ "MIT AND BSD-2-Clause", "MIT AND BSD-2-Clause", 0 },
		{ "GPL2 BSD-like", "LicenseRef-GPL2-BSD-like", 1 },
		{ "custom", "LicenseRef-custom", 1 },
		/* npm, pypi, gems, maven */
		{ "(MIT OR Apache-2.0)", "MIT OR Apache-2.0", 0 },
		{ "MIT/X11", "MIT", 0 },
		{ "License :: OSI Approved :: MIT License", "MIT", 0 },
		{ "License :: OSI Approved :: GNU Lesser General Public License v3 or later (LGPLv3+)",
		  "LGPL-3.0-or-later", 0 },
		{ "License :: OSI Approved :: BSD License\nLicense :: OSI Approved :: Apache Software License",
		  "LicenseRef-BSD-License AND LicenseRef-Apache-Software-License", 2 },
		{ "The Apache Software License, Version 2.0", "Apache-2.0", 0 },
		{ "Apache License, Version 2.0", "Apache-2.0", 0 },
		{ "Apache License 2.0", "Apache-2.0", 0 },
		{ "http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0", 0 },
		{ "https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0", 0 },
		{ "BSD 3-Clause \"New\" or \"Revised\" License", "BSD-3-Clause", 0 },
		{ "The MIT License (MIT)", "MIT", 0 },
		{ "MIT, ISC; Zlib", "MIT AND ISC AND Zlib", 0 },
		{ "GNU General Public License, version 2 (GPL2), with the classpath exception",
		  "GPL-2.0-only WITH Classpath-exception-2.0", 0 },
		{ "Eclipse Public License - v 2.0", "EPL-2.0", 0 },
		/* deb */
		{ "GPL-2+", "GPL-2.0-or-later", 0 },
		{ "Expat", "MIT", 0 },
		{ "GPL-2+ with Autoconf exception", "GPL-2.0-or-later WITH Autoconf-exception-2.0", 0 },
		{ "GPL (>= 2)", "GPL-2.0-or-later", 0 },
		{ "LGPL-2.1+ and GPL-3", "LGPL-2.1-or-later AND GPL-3.0-only", 0 },
		{ "Artistic or GPL-1+", "Artistic-1.0 OR GPL-1.0-or-later", 0 },
		/* nothing, and noise */
		{ "", "", 0 },
		{ " \n ", "", 0 },
		{ ";,;", "", 0 },
		{ "SEE LICENSE IN LICENSE.md", "LicenseRef-SEE-LICENSE-IN-LICENSE.md", 1 },
		{ "and", "LicenseRef-and", 1 },
		{ "((((", "LicenseRef-x", 1 },
		{ "\xff\xfe", "LicenseRef-x", 1 },
		{ "foo (x) and foo [x]", "LicenseRef-foo-x-and-foo-x", 1 },
		{ "a_b or a*b or a_b", "LicenseRef-a-b OR LicenseRef-a-b-2", 2 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		struct dd_licence l;
		struct dd_str again;
		struct dd_err err;
		CHECK_INT_ROW(dd_licence_normalise(dd_str_from(rows[i].text), &a, &l), DD_OK, rows[i].text);
		CHECK_STR_ROW(l.expression, rows[i].want, rows[i].text);
		CHECK_INT_ROW(l.n_refs, rows[i].refs, rows[i].text);
		/* Whatever comes out is an expression by the strict rules. */
		if (l.expression.n)
			CHECK_INT_ROW(dd_licence_parse(l.expression, &a, &again, &err), DD_OK, rows[i].text);
		dd_arena_done(&a);
	}
}

TEST(licence_single)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_licence l;
	CHECK_INT(dd_licence_normalise(DD_STR("Expat"), &a, &l), DD_OK);
	CHECK(l.single && !l.late);
	CHECK_INT(dd_licence_normalise(DD_STR("MIT or ISC"), &a, &l), DD_OK);
	CHECK(!l.single);
	CHECK_INT(dd_licence_normalise(DD_STR("BSD-3-Clause-OpenWebUI"), &a, &l), DD_OK);
	CHECK(l.single && l.late);
	CHECK_INT(dd_licence_normalise(DD_STR("GPL-2.0-only WITH Classpath-exception-2.0"), &a, &l), DD_OK);
	CHECK(!l.single);
	dd_arena_done(&a);
}

/* The tables are sorted as their look-up needs it, and what names lead to are expressions or exceptions. */
TEST(licence_tables)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	const char *key, *expression, *before = "";
	for (size_t i = 0; i < dd_licence_names_count(); i++, before = key) {
		struct dd_str got;
		struct dd_err err;
		dd_licence_name_at(i, &key, &expression);
		CHECK_ROW(strcmp(before, key) < 0, key);
		CHECK_ROW(dd_licence_name_find(dd_str_from(key)) == expression, key);
		CHECK_ROW(dd_licence_exception_find(dd_str_from(expression)) ||
				  dd_licence_parse(dd_str_from(expression), &a, &got, &err) == DD_OK,
			  key);
	}
	CHECK(dd_licence_id_find(DD_STR("0bsd")) && dd_licence_id_find(DD_STR("ZPL-2.1")));
	CHECK(!dd_licence_id_find(DD_STR("0bs")) && !dd_licence_id_find(DD_STR("0bsdd")) &&
	      !dd_licence_id_find(DD_STR("")));
	CHECK(dd_licence_exception_find(DD_STR("classpath-exception-2.0")) &&
	      !dd_licence_exception_find(DD_STR("MIT")));
	dd_arena_done(&a);
}

/* Long and deep texts end at a limit, in linear time. */
TEST(licence_pathological)
{
	static const char *const pieces[] = { "(",	 "MIT OR ", "a or ",	 "x,", "x;y,(",
					      ") and (", "w/ ",	    "MIT WITH ", "::", "License :: " };
	for (size_t i = 0; i < DD_COUNT(pieces); i++) {
		DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(DD_MIB);
		struct dd_arena a = DD_ARENA_INIT(64 * DD_MIB);
		struct dd_licence l;
		struct dd_str got;
		struct dd_err err;
		while (b.n + 16 < DD_FIELD_BYTES_MAX)
			(void)dd_buf_add_c(&b, pieces[i]);
		CHECK_INT_ROW(dd_licence_normalise(dd_buf_str(&b), &a, &l), DD_OK, pieces[i]);
		CHECK_ROW(dd_licence_parse(dd_buf_str(&b), &a, &got, &err) != DD_OK, pieces[i]);
		dd_arena_done(&a);
	}
}
