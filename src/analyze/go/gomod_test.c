/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_gomod;

#define MODULE(name, version) "package\tname=" name "\tversion=" version "\ttype=golang\tevidence=declared\n"
#define UNVERSIONED(name)     "package\tname=" name "\ttype=golang\tevidence=declared\n"
#define MAIN(name, depends)   "package\tname=" name "\ttype=golang\tevidence=declared\tdepends=" depends "\n"

static const struct {
	struct dd_str text;
	const char *want;
} rows[] = {
	{ DD_STR(""), "" },
	{ DD_STR("\xef\xbb\xbfmodule m\n"),
	  "problem\tat=0\ttext=not a directive of go.mod: '\\xef\\xbb\\xbfmodule'\n" },
	{ DD_STR("module m\n\ngo 1.21\n\ntoolchain go1.22.3\n"), UNVERSIONED("m") },
	{ DD_STR("module m // Deprecated: x\nrequire a v1.0.0\nrequire (\n\tb v2.0.0 // indirect\n\t\n)\n"),
	  MODULE("a", "v1.0.0") MODULE("b", "v2.0.0") MAIN("m", "a@v1.0.0") },
	{ DD_STR("module \"m\"\r\nrequire(\r\n`a` \"v1.0.0\"\r\n)\r\n"), MODULE("a", "v1.0.0") MAIN("m", "a@v1.0.0") },
	{ DD_STR("require a v1.0.0\nexclude a v1.0.0\nrequire b v1.0.0\nexclude (\nb v1.0.1\n)\n"),
	  MODULE("b", "v1.0.0") },
	{ DD_STR("require a v1.0.0\nrequire b v1.0.0\nreplace a => c v1.5.0\nreplace b v1.0.0 => ../b\n"),
	  MODULE("c", "v1.5.0") UNVERSIONED("b") },
	{ DD_STR("require a v1.0.0\nreplace a v1.0.1 => c v1.5.0\n"), MODULE("a", "v1.0.0") },
	{ DD_STR("require a v1.0.0\nreplace (\na => x v1.0.0\na v1.0.0 => y v1.0.0\n)\n"), MODULE("y", "v1.0.0") },
	{ DD_STR("tool a/b\nretract (\n[v1.0.0, v1.1.0] // x\nv1.2.0\n)\ngodebug default=go1.21\nignore ./x\n"), "" },
	{ DD_STR("require a\nrequire b v1 v2\nrequire\nrequire c v1.0.0\n"),
	  MODULE("c", "v1.0.0") "problem\tat=0\ttext=not a module and a version: 'a'\n"
				"problem\tat=10\ttext=not a module and a version: 'b'\n"
				"problem\tat=26\ttext=not a module and a version: ''\n" },
	{ DD_STR("require \"a v1\nwhat is this\nmodule\nreplace a b\nreplace => x\n"),
	  "problem\tat=0\ttext=a quote that does not end: 'require \"a v1'\n"
	  "problem\tat=14\ttext=not a directive of go.mod: 'what'\nproblem\tat=27\ttext=not a module's path: ''\n"
	  "problem\tat=34\ttext=not a replacement: 'a'\nproblem\tat=46\ttext=not a replacement: '=>'\n" },
	{ DD_STR("require (\na v1.0.0\n"),
	  MODULE("a", "v1.0.0") "problem\tat=19\ttext=the file ends inside a block\n" },
	{ DD_STR("unknown (\na v1.0.0\n)\nrequire b v1.0.0\n"),
	  MODULE("b", "v1.0.0") "problem\tat=0\ttext=not a directive of go.mod: 'unknown'\n" },
	{ DD_STR("require ()\nrequire b v1.0.0\n"), MODULE("b", "v1.0.0") },
	{ DD_STR("require a\0b v1.0.0\nrequire c v\xff\nrequire d v1.0.0\n"),
	  MODULE("d", "v1.0.0") "problem\tat=0\ttext=not a module and a version: 'a\\x00b' 'v1.0.0'\n"
				"problem\tat=19\ttext=not a module and a version: 'c' 'v\\xff'\n" },
	{ DD_STR("module std\nrequire golang.org/x/net v0.1.0\n"), "" },
};

TEST(gomod_files)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK_ROW(dd_analyze_text(&dd_analyzer_gomod, DD_STR("app/go.mod"), rows[i].text, 0, &out) == DD_OK,
			  rows[i].text.p);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].text.p);
	}
}

TEST(gomod_cut_anywhere)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		for (size_t n = 0; n <= rows[i].text.n; n++) {
			struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
			(void)dd_analyze_text(&dd_analyzer_gomod, DD_STR("go.mod"), dd_str_take(rows[i].text, n), 0,
					      &out);
		}
}

/* Manifests of downloaded modules say nothing of what the image holds. */
TEST(gomod_module_cache)
{
	static const struct dd_str text = { "module a\nrequire b v1.0.0\n", 26 };
	static const struct {
		const char *path;
		bool read;
	} paths[] = {
		{ "root/go/pkg/mod/example.com/a@v1.0.0/go.mod", false },
		{ "go/pkg/mod/example.com/a@v1.0.0/sub/go.mod", false },
		{ "go/pkg/mod/go.mod", true },
		{ "srv/a@b/go.mod", true },
	};
	for (size_t i = 0; i < DD_COUNT(paths); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK(dd_analyze_text(&dd_analyzer_gomod, dd_str_from(paths[i].path), text, 0, &out) == DD_OK);
		CHECK_ROW((out.n > 0) == paths[i].read, paths[i].path);
	}
}

TEST(gomod_too_many_lines)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(16 * DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(64 * DD_MIB);
	(void)dd_buf_add_c(&text, "require (\n");
	for (int i = 0; i < 200010; i++)
		(void)dd_buf_addf(&text, "m%d v1.0.0\n", i);
	(void)dd_buf_add_c(&text, ")\n");
	CHECK(!text.failed);
	CHECK(dd_analyze_text(&dd_analyzer_gomod, DD_STR("go.mod"), dd_buf_str(&text), 0, &out) == DD_OK);
	struct dd_str last = dd_buf_str(&out);
	size_t at = dd_str_search(last, DD_STR("more than 200000 lines of one kind"));
	CHECK(at < last.n);
	CHECK(dd_str_search(last, DD_STR("name=m199999\t")) < last.n);
	CHECK(dd_str_search(last, DD_STR("name=m200000\t")) == last.n);
}
