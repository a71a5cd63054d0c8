/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzer of docs/adding-an-analyzer.md does what the tutorial says, and is the one printed there. */
#include <stdio.h>

#include "analyze/registry.h"
#include "base/io.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_demo;

TEST(demo_finds_packages)
{
	static const struct {
		struct dd_str data;
		const char *want;
	} rows[] = {
		{ DD_STR(""), "" },
		{ DD_STR("# comment\n\nfoo 1.2\nbar 3"),
		  "package\tname=foo\tversion=1.2\ttype=generic\npackage\tname=bar\tversion=3\ttype=generic\n" },
		{ DD_STR("foo\nbar 3\n"), "package\tname=bar\tversion=3\ttype=generic\n"
					  "problem\tat=0\ttext=not a name and a version: 'foo'\n" },
		{ DD_STR("f\0o 1\n"), "problem\tat=0\ttext=not a name and a version: 'f\\x00o 1'\n" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		CHECK(dd_analyze_text(&dd_analyzer_demo, DD_STR("var/lib/demo/packages"), rows[i].data, 0, &out) ==
		      DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
	}
}

TEST(demo_is_asked_for_its_files)
{
	const struct dd_analyzer *const list[] = { &dd_analyzer_demo };
	DD_CLEANUP(dd_matcher_freep) struct dd_matcher *m = dd_matcher_new_of(list, 1);
	struct dd_wants w;
	dd_matcher_path(m, DD_STR("var/lib/demo/packages"), &w);
	CHECK_INT(w.n, 1);
	dd_matcher_path(m, DD_STR("var/lib/demo/packages.d/a.pkg"), &w);
	CHECK_INT(w.n, 1);
	dd_matcher_path(m, DD_STR("var/lib/demo/packages.d/README"), &w);
	CHECK_INT(w.n, 0);
}

static bool open_below_root(struct dd_map_file *f, const char *name)
{
	char path[4096];
	struct dd_err err;
	(void)snprintf(path, sizeof path, "%s/%s", dd_test_root(), name);
	return dd_map_file_open(f, path, DD_MIB, &err) == DD_OK;
}

TEST(demo_is_what_the_tutorial_prints)
{
	DD_CLEANUP(dd_map_file_done) struct dd_map_file code = { 0 }, page = { 0 };
	CHECK(open_below_root(&code, "tests/demo/demo.c"));
	CHECK(open_below_root(&page, "docs/adding-an-analyzer.md"));
	CHECK(code.bytes.n > 0 && dd_str_search(page.bytes, code.bytes) < page.bytes.n);
}
