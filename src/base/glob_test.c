/* SPDX-License-Identifier: Apache-2.0 */
#include "base/glob.h"

#include "base/cleanup.h"
#include "support/test.h"

TEST(glob_match)
{
	static const struct {
		const char *pattern, *text;
		bool want;
	} rows[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "a", "", false },
		{ "abc", "abc", true },
		{ "abc", "abcd", false },
		{ "abc", "ab", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "*", "a/b", false },
		{ "**", "a/b", true },
		{ "**", "", true },
		{ "***", "a/b/c", true },
		{ "a?c", "abc", true },
		{ "a?c", "a/c", false },
		{ "a?c", "ac", false },
		{ "linux-*", "linux-libc-dev", true },
		{ "linux-*", "linux", false },
		{ "*-dev", "linux-libc-dev", true },
		{ "*-dev", "linux-libc-devel", false },
		{ "usr/lib/*", "usr/lib/x", true },
		{ "usr/lib/*", "usr/lib/x/y", false },
		{ "usr/lib/**", "usr/lib/x/y", true },
		{ "usr/**/y", "usr/lib/x/y", true },
		{ "usr/**/y", "usr/y", false },
		{ "usr/*/y", "usr/a/y", true },
		{ "usr/*/y", "usr/a/b/y", false },
		{ "*a*b", "xaxab", true },
		{ "*a/*b", "xaa/yb", true },
		{ "**a*b", "a/a/ab", true },
		{ "**a*b", "a/a/a/b", false },
		{ "**/*.so", "usr/lib/libc.so", true },
		{ "**/*.so", "libc.so", false },
		{ "*?", "", false },
		{ "*?", "a", true },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_ROW(dd_glob_match(dd_str_from(rows[i].pattern), dd_str_from(rows[i].text)) == rows[i].want,
			  rows[i].pattern);
}

TEST(glob_match_is_bounded)
{
	static char text[65535], pattern[DD_GLOB_BYTES_MAX + 1];
	memset(text, 'a', sizeof text);
	memset(pattern, '*', sizeof pattern);
	CHECK(!dd_glob_match((struct dd_str){ pattern, sizeof pattern }, (struct dd_str){ text, 1 }));
	CHECK(dd_glob_match((struct dd_str){ pattern, sizeof pattern - 1 }, (struct dd_str){ text, 100 }));
	/* Exponential with plain backtracking. */
	CHECK(!dd_glob_match(DD_STR("**a*a*a*a*a*a*a*a*a*a*b"), (struct dd_str){ text, sizeof text }));
}
