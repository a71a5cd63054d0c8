/* SPDX-License-Identifier: Apache-2.0 */
#include "report/markdown_text.h"

#include "base/err.h"
#include "support/test.h"

TEST(markdown_text)
{
	static const struct {
		struct dd_str in;
		const char *text, *code;
	} rows[] = {
		{ DD_STR(""), "", "" },
		{ DD_STR("buffer overflow in ld.so (glibc), 2.36"), "buffer overflow in ld.so (glibc), 2.36",
		  "`buffer overflow in ld.so (glibc), 2.36`" },
		{ DD_STR("rules failed: GLIBC_TUNABLES"), "rules failed: GLIBC_TUNABLES",
		  "`rules failed: GLIBC_TUNABLES`" },
		{ DD_STR("_a_ b"), "`_a_ b`", "`_a_ b`" },
		{ DD_STR("a __b__"), "`a __b__`", "`a __b__`" },
		{ DD_STR("a :tada: b"), "`a :tada: b`", "`a :tada: b`" },
		{ DD_STR("@everyone"), "`@everyone`", "`@everyone`" },
		{ DD_STR("fixes #12"), "`fixes #12`", "`fixes #12`" },
		{ DD_STR("see GH-12"), "`see GH-12`", "`see GH-12`" },
		{ DD_STR("see www.example.org"), "`see www.example.org`", "`see www.example.org`" },
		{ DD_STR("http://x"), "`http://x`", "`http://x`" },
		{ DD_STR("commit 0123abc of it"), "`commit 0123abc of it`", "`commit 0123abc of it`" },
		{ DD_STR("<script>alert(1)</script>"), "`<script>alert(1)</script>`", "`<script>alert(1)</script>`" },
		{ DD_STR("[x](y)"), "`[x](y)`", "`[x](y)`" },
		{ DD_STR("- item"), "`- item`", "`- item`" },
		{ DD_STR("1. item"), "`1. item`", "`1. item`" },
		{ DD_STR("a|b"), "`a\\|b`", "`a\\|b`" },
		{ DD_STR("a\\|b\\"), "`a\\x5c\\|b\\`", "`a\\x5c\\|b\\`" },
		{ DD_STR("`"), "`` ` ``", "`` ` ``" },
		{ DD_STR("a``b"), "```a``b```", "```a``b```" },
		{ DD_STR("``a"), "``` ``a ```", "``` ``a ```" },
		{ DD_STR("a\r\nb\0c\x1b\xff"), "`a\\r\\nb\\x00c\\x1b\\xff`", "`a\\r\\nb\\x00c\\x1b\\xff`" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(1000), code = DD_BUF_INIT(1000);
		dd_markdown_text(&text, rows[i].in);
		dd_markdown_code(&code, rows[i].in);
		CHECK_STR(dd_buf_str(&text), rows[i].text);
		CHECK_STR(dd_buf_str(&code), rows[i].code);
	}
}
