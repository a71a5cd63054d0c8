/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/go_regex.h"

#include <stdio.h>

#include "base/io.h"
#include "secret/regex.h"
#include "support/test.h"

static const struct {
	const char *in, *out;
} good[] = {
	{ "abc", "abc" },
	{ "", "" },
	{ "a|b||c", "a|b||c" },
	{ "(a)(?:b)(?P<n>c)(?<m>d)", "(a)(?:b)(c)(d)" },
	{ "^a$", "^a$" },
	{ "\\Aa\\z", "(?-m:^)a(?-m:$)" },
	{ "(?m)^a$\\z", "(?m)^a$(?-m:$)" },
	{ "^*a\\b+$?", "(?:^)*a(?:\\b)+(?:$)?" },
	{ "p8e-(?i)[a-z0-9]{32}", "p8e-(?i)[0-9a-z]{32}" },
	{ "(?i-s:a.)(?s-i)b", "(?i-s:a.)(?s-i)b" },
	{ "(?i-i)a(?-)?", NULL },
	{ "(?)a", "a" },
	{ "a+?b*?c??d{2}?e{2,}?f{2,3}?", "a+?b*?c??d{2}?e{2,}?f{2,3}?" },
	{ "(?U)a+b+?(?-U)c+(?:(?U)d*)e*", "a+?b+c+(?:d*?)e*" },
	{ "(?U:a+)a+", "(?:a+?)a+" },
	{ "{a}{,3}{1,x}a{01}", "\\{a\\}\\{,3\\}\\{1,x\\}a\\{01\\}" },
	{ "\\d\\D\\w\\W", "\\d\\D\\w\\W" },
	{ "\\s\\S", "[\\x09\\x0a\\x0c\\x0d ][\\x00-\\x08\\x0b\\x0e-\\x1f!-\\x7f\\x80-\\xff]" },
	{ "[\\s]", "[\\x09\\x0a\\x0c\\x0d ]" },
	{ "[[:word:]-]", "[\\-0-9A-Z_a-z]" },
	{ "[^[:alpha:]]", "[^A-Za-z]" },
	{ "[[:^alpha:]]", "[\\x00-@\\[-`{-\\x7f\\x80-\\xff]" },
	{ "[\\w.-]{0,50}?", "[\\-.0-9A-Z_a-z]{0,50}?" },
	{ "[]a]", "[\\]a]" },
	{ "[^]a]", "[^\\]a]" },
	{ "[a-]", "[\\-a]" },
	{ "[-a]", "[\\-a]" },
	{ "[a\\-z]", "[\\-az]" },
	{ "[\\w-.]", "[\\-.0-9A-Z_a-z]" },
	{ "[a[b]", "[\\[ab]" },
	{ "[[:x]", "[:\\[x]" },
	{ "\\Qa.b*\\E+", "a\\.b\\*+" },
	{ "\\Q\\", "\\\\" },
	{ "\\.\\-\\_\\/\\#\\\"", "\\.-_/#\"" },
	{ "\\a\\f\\t\\n\\r\\v", "\\x07\\x0c\\x09\\x0a\\x0d\\x0b" },
	{ "\\x41\\x{42}\\x{1F600}\\060\\x00", "AB(?:\\xf0\\x9f\\x98\\x80)0\\x00" },
	{ "\xc3\xa9+", "(?:\\xc3\\xa9)+" },
	{ "\\xff", "(?:\\xc3\\xbf)" },
	{ "[a\xc3\xa9]", "(?:[a]|\\xc3\\xa9)" },
	{ "[\xc3\xa0-\xc3\xbf]", "(?:[^\\x00-\\xff]|\\xc3[\\xa0-\\xbf])" },
	{ "[^\"\xc3\xa9]", "[^\"]" },
	{ "[^\xc3\xa9]", "[\\x00-\\xff]" },
	{ "[\\x00-\\x{10FFFF}]",
	  "(?:[\\x00-\\x7f]|[\\xc2-\\xdf][\\x80-\\xbf]|\\xe0[\\xa0-\\xbf][\\x80-\\xbf]|[\\xe1-\\xef][\\x80-\\xbf]["
	  "\\x80-\\xbf]"
	  "|\\xf0[\\x90-\\xbf][\\x80-\\xbf][\\x80-\\xbf]|[\\xf1-\\xf3][\\x80-\\xbf][\\x80-\\xbf][\\x80-\\xbf]"
	  "|\\xf4[\\x80-\\x8f][\\x80-\\xbf][\\x80-\\xbf])" },
	{ "\\pL\\pN\\p{Lu}\\p{^Lu}",
	  "[A-Za-z\\x80-\\xff][0-9\\x80-\\xff][A-Z\\x80-\\xff][\\x00-@\\[-\\x7f\\x80-\\xff]" },
	{ "\\p{Greek}\\PN", "[\\x80-\\xff][\\x00-/:-\\x7f\\x80-\\xff]" },
	{ "[\\pL_]", "[A-Z_a-z\\x80-\\xff]" },
	{ " #", " #" },
	{ "(?P<n>a)(?P<n>b)(?P<1>c)", "(a)(b)(c)" },
};

TEST(go_regex_groups)
{
	static const struct {
		const char *in, *name, *out;
		unsigned groups;
	} rows[] = {
		{ "(a)(?P<n>b)(?:c)", "", "(a)(b)(?:c)", 2 },
		{ "(a)(?P<n>b)|(?P<m>(?<n>c))", "n", "(?:a)(b)|(?:(c))", 2 },
		{ "(a)(?P<n>b)", "x", "(?:a)(?:b)", 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
		unsigned groups = 99;
		struct dd_err err = { 0 };
		CHECK_INT_ROW(dd_go_regex_translate(dd_str_from(rows[i].in), 1000, dd_str_from(rows[i].name), &out,
						    &groups, &err),
			      DD_OK, rows[i].in);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].out, rows[i].in);
		CHECK_INT_ROW(groups, rows[i].groups, rows[i].in);
	}
}

TEST(go_regex_good)
{
	for (size_t i = 0; i < DD_COUNT(good); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
		unsigned r;
		struct dd_err err = { 0 };
		enum dd_code code = dd_go_regex_translate(dd_str_from(good[i].in), 1000, DD_STR(""), &out, &r, &err);
		if (!good[i].out) {
			CHECK_INT_ROW(code, DD_EPARSE, good[i].in);
			continue;
		}
		CHECK_INT_ROW(code, DD_OK, good[i].in);
		CHECK_STR_ROW(dd_buf_str(&out), good[i].out, good[i].in);
	}
}

static const struct {
	const char *in;
	uint64_t at;
	const char *why;
} bad[] = {
	{ "a(b", 1, "missing closing )" },
	{ "a)b", 1, "unexpected )" },
	{ "a[b", 1, "missing closing ]" },
	{ "[]", 0, "missing closing ]" },
	{ "*a", 0, "missing argument to repetition operator: '*'" },
	{ "a|*", 2, "missing argument to repetition operator: '*'" },
	{ "(*UTF)", 1, "missing argument to repetition operator: '*'" },
	{ "a**", 2, "invalid nested repetition operator: '**'" },
	{ "a{2}{3}", 4, "invalid nested repetition operator: '{2}{3}'" },
	{ "a*+", 2, "invalid nested repetition operator: '*+' (possessive repeats are not part of Go's syntax)" },
	{ "a{1001}", 1, "invalid repeat count: '{1001}'" },
	{ "a{2,1}", 1, "invalid repeat count: '{2,1}'" },
	{ "a{99999999999999999999}", 1, "invalid repeat count: '{99999999999999999999}'" },
	{ "(?=a)", 0, "invalid or unsupported Perl syntax: '(?=' (look-around is not part of Go's syntax)" },
	{ "(?!a)", 0, "invalid or unsupported Perl syntax: '(?!' (look-around is not part of Go's syntax)" },
	{ "(?<=a)", 0, "invalid or unsupported Perl syntax: '(?<=' (look-around is not part of Go's syntax)" },
	{ "(?<!a)", 0, "invalid or unsupported Perl syntax: '(?<!' (look-around is not part of Go's syntax)" },
	{ "(?>a)", 0, "invalid or unsupported Perl syntax: '(?>' (atomic groups are not part of Go's syntax)" },
	{ "(?#a)", 0, "invalid or unsupported Perl syntax: '(?#'" },
	{ "(?x)a", 0, "invalid or unsupported Perl syntax: '(?x'" },
	{ "(?i", 0, "missing closing ): '(?i'" },
	{ "(?P=n)", 0, "invalid or unsupported Perl syntax: '(?P'" },
	{ "(?P<n", 0, "invalid named capture: '(?P<n'" },
	{ "(?P<>a)", 0, "invalid named capture: '(?P<>'" },
	{ "\\1", 0, "invalid escape sequence: '\\\\1' (back-references are not part of Go's syntax)" },
	{ "a\\Z", 1, "invalid escape sequence: '\\\\Z'" },
	{ "\\K", 0, "invalid escape sequence: '\\\\K'" },
	{ "\\C", 0, "invalid escape sequence: '\\\\C'" },
	{ "\\R", 0, "invalid escape sequence: '\\\\R'" },
	{ "\\x{110000}", 0, "invalid escape sequence: '\\\\x'" },
	{ "a\\", 1, "trailing backslash at end of expression" },
	{ "[a-\\d]", 3, "invalid escape sequence: '\\\\d'" },
	{ "[z-a]", 1, "invalid character class range: 'z-a'" },
	{ "[[:foo:]]", 1, "invalid character class range: '[:foo:]'" },
	{ "\\p{gr3}", 0, "invalid character class range: '\\\\p{gr3}'" },
	{ "\xff", DD_NO_OFFSET, "invalid UTF-8" },
};

TEST(go_regex_bad)
{
	for (size_t i = 0; i < DD_COUNT(bad); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
		unsigned r;
		struct dd_err err = { 0 };
		CHECK_INT_ROW(dd_go_regex_translate(dd_str_from(bad[i].in), 1000, DD_STR(""), &out, &r, &err),
			      DD_EPARSE, bad[i].in);
		CHECK_STR_ROW(dd_str_from(err.message), bad[i].why, bad[i].in);
		CHECK_INT_ROW(err.at, bad[i].at, bad[i].in);
	}
}

static void check_found(const struct dd_secret_engines *engines, struct dd_regex_scratch *scratch, struct dd_str row)
{
	struct dd_str want, pattern;
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
	DD_CLEANUP(dd_regex_freep) struct dd_regex *p = NULL;
	char got[64], name[256];
	unsigned groups;
	struct dd_err err = { 0 };
	struct dd_span g[1];
	(void)snprintf(name, sizeof name, "%.*s", DD_FMT(row));
	(void)dd_str_next(&row, '\t', &want);
	(void)dd_str_next(&row, '\t', &pattern);
	enum dd_code code = dd_go_regex_translate(pattern, 1000, DD_STR(""), &out, &groups, &err);
	CHECK_ROW((code != DD_OK) == dd_str_eq_c(want, "!"), name);
	if (code != DD_OK)
		return;
	CHECK_INT_ROW(dd_regex_new(engines, dd_buf_str(&out), 0, &p, &err), DD_OK, name);
	if (!p)
		return;
	if (dd_regex_find(p, scratch, row, 0, 0, g, 1) == DD_REGEX_FOUND)
		(void)snprintf(got, sizeof got, "%zu-%zu", g[0].start, g[0].end);
	else
		(void)snprintf(got, sizeof got, "-");
	CHECK_ROW(dd_str_eq(want, dd_str_from(got)), name);
}

/* Go's own matches (testdata/make_go_regex.py). */
TEST(go_regex_finds_what_go_finds)
{
	char path[1024];
	struct dd_err err = { 0 };
	DD_CLEANUP(dd_secret_engines_freep) struct dd_secret_engines *engines = NULL;
	DD_CLEANUP(dd_regex_scratch_freep) struct dd_regex_scratch *scratch = NULL;
	DD_CLEANUP(dd_map_file_done) struct dd_map_file file = { .base = NULL };
	if (dd_secret_engines_open(false, &engines, &err) == DD_EUNSUPPORTED) {
		dd_test_skip(err.message);
		return;
	}
	(void)snprintf(path, sizeof path, "%s/src/secret/testdata/go_regex.tsv", dd_test_root());
	CHECK_INT(dd_map_file_open(&file, path, 1 << 20, &err), DD_OK);
	CHECK_INT(dd_regex_scratch_new(engines, &scratch, &err), DD_OK);
	size_t n = 0;
	struct dd_str rest = file.bytes, row;
	for (; dd_str_next(&rest, '\n', &row) && row.n; n++)
		check_found(engines, scratch, row);
	CHECK_INT(n, 600);
}
