/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_gosum;

#define MODULE(name, version) "package\tname=" name "\tversion=" version "\ttype=golang\tevidence=declared\n"
#define H		      " h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"

static const struct {
	struct dd_str text;
	const char *want;
} rows[] = {
	{ DD_STR(""), "" },
	{ DD_STR("\n \r\n"), "" },
	{ DD_STR("a v1.0.0" H "a v1.0.0/go.mod" H), MODULE("a", "v1.0.0") },
	{ DD_STR("a v1.0.0/go.mod" H), "" },
	{ DD_STR("b v1.9.0" H "a v1.0.0" H "b v1.10.0" H "b v1.2.0" H "b v1.11.0/go.mod" H),
	  MODULE("b", "v1.10.0") MODULE("a", "v1.0.0") },
	{ DD_STR("a v1.0.0-rc.1" H "a v1.0.0" H), MODULE("a", "v1.0.0") },
	{ DD_STR("a v0.0.0-20210222095348-6979fe12a295" H "b v2.0.0+incompatible" H),
	  MODULE("a", "v0.0.0-20210222095348-6979fe12a295") MODULE("b", "v2.0.0+incompatible") },
	{ DD_STR("a v1.0.0 h1:x\r\nb v1.0.0\th1:y"), MODULE("a", "v1.0.0") MODULE("b", "v1.0.0") },
	{ DD_STR("a v1.0.0\nb v1.0.0 h1\nc v1 h1:x h1:y\nd v1.0.0 h1:x\n"),
	  MODULE("d", "v1.0.0") "problem\tat=0\ttext=not a module, a version and a digest: 'a v1.0.0'\n"
				"problem\tat=9\ttext=not a module, a version and a digest: 'b v1.0.0 h1'\n"
				"problem\tat=21\ttext=not a module, a version and a digest: 'c v1 h1:x h1:y'\n" },
	{ DD_STR("a\0b v1.0.0" H "c v\xff" H "d v1.0.0" H),
	  MODULE("d", "v1.0.0") "problem\tat=0\ttext=not a module and a version: 'a\\x00b' 'v1.0.0'\n"
				"problem\tat=59\ttext=not a module and a version: 'c' 'v\\xff'\n" },
};

TEST(gosum_files)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK_ROW(dd_analyze_text(&dd_analyzer_gosum, DD_STR("app/go.sum"), rows[i].text, 0, &out) == DD_OK,
			  rows[i].text.p);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].text.p);
		for (size_t n = 0; n < rows[i].text.n; n++)
			(void)dd_analyze_text(&dd_analyzer_gosum, DD_STR("go.sum"), dd_str_take(rows[i].text, n), 0,
					      &out);
	}
}

TEST(gosum_module_cache)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	CHECK(dd_analyze_text(&dd_analyzer_gosum, DD_STR("root/go/pkg/mod/a.b/c@v1.0.0/go.sum"), DD_STR("a v1.0.0" H),
			      0, &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "");
}

/* Every version of one module many times over, in a time that grows with the file. */
TEST(gosum_many)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(16 * DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(16 * DD_MIB);
	for (int i = 0; i < 100000; i++)
		(void)dd_buf_addf(&text, "m%d v1.%d.0 h1:x\n", i % 1000, i);
	CHECK(dd_analyze_text(&dd_analyzer_gosum, DD_STR("go.sum"), dd_buf_str(&text), 0, &out) == DD_OK);
	size_t lines = 0;
	for (size_t i = 0; i < out.n; i++)
		lines += out.p[i] == '\n';
	CHECK_INT(lines, 1000);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR(MODULE("m999", "v1.99999.0"))) < out.n);
}
