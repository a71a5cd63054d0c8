/* SPDX-License-Identifier: Apache-2.0 */
/* Source: GitHub Flavored Markdown 0.29, 6.3 code spans, 4.10 tables, 6.9 autolinks. Mentions ("@name"), issues ("#1",
 * "GH-1") and commits (7 hex digits and more) are made into links by the sites after the Markdown, in every text that
 * is not code. */
#include "report/markdown_text.h"

#include "base/text.h"

/* The longest run of backticks: the delimiter of a code span must differ from all runs inside. */
static size_t longest_run(struct dd_str s)
{
	size_t longest = 0, run = 0;
	for (size_t i = 0; i < s.n; i++) {
		run = s.p[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static void add_fence(struct dd_buf *out, size_t n)
{
	while (n-- && !out->failed)
		(void)dd_buf_add_char(out, '`');
}

/* The bytes of s as they may stand in a code span in a table's cell. A '|' ends a cell unless a backslash is before it;
 * readers differ over "\\|", so a backslash of the text itself never is. */
static void add_code_bytes(struct dd_buf *out, struct dd_str s)
{
	while (s.n && !out->failed) {
		char piece[8];
		size_t used, n = dd_escape_one(s, "", piece, &used);
		if (s.p[0] == '|')
			(void)dd_buf_add_c(out, "\\|");
		else if (s.p[0] == '\\')
			(void)dd_buf_add_c(out, s.n > 1 && s.p[1] == '|' ? "\\x5c" : "\\");
		else
			(void)dd_buf_add(out, piece, n);
		s = dd_str_skip(s, used);
	}
}

void dd_markdown_code(struct dd_buf *out, struct dd_str s)
{
	if (s.n == 0)
		return;
	size_t fence = longest_run(s) + 1;
	/* A blank at both ends is taken off by the reader; without it a backtick there would join the fence, and a text
	 * of blanks only would stay what it is. */
	bool pad = s.p[0] == '`' || s.p[s.n - 1] == '`' || (s.p[0] == ' ' && s.p[s.n - 1] == ' ');
	add_fence(out, fence);
	(void)dd_buf_add_c(out, pad ? " " : "");
	add_code_bytes(out, s);
	(void)dd_buf_add_c(out, pad ? " " : "");
	add_fence(out, fence);
}

static bool is_hex(char c)
{
	return dd_is_digit(c) || (dd_lower(c) >= 'a' && dd_lower(c) <= 'f');
}

/* Between letters '_' is no emphasis, and ':' before a blank no emoji. */
static bool is_quiet(struct dd_str s, size_t i)
{
	if (i == 0 || i + 1 >= s.n)
		return false;
	bool before = dd_is_alpha(s.p[i - 1]) || dd_is_digit(s.p[i - 1]);
	bool after = dd_is_alpha(s.p[i + 1]) || dd_is_digit(s.p[i + 1]);
	return (s.p[i] == '_' && before && after) || (s.p[i] == ':' && s.p[i + 1] == ' ');
}

/* Words of letters, digits and a little punctuation that mean nothing to Markdown, and nothing that a site links. */
static bool is_plain(struct dd_str s)
{
	size_t hex = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = dd_is_digit(c) || dd_is_alpha(c);
		if (!letter && (c == '\0' || !strchr(" ,.;()'-/", c)) && !is_quiet(s, i))
			return false;
		/* Markdown has a meaning for these only at the start of a line. */
		if (!letter && c != '(' && i == 0)
			return false;
		hex = is_hex(c) ? hex + 1 : 0;
		if (hex == 7)
			return false;
	}
	return dd_str_search(s, DD_STR("//")) == s.n && dd_str_search(s, DD_STR("www.")) == s.n &&
	       dd_str_search(s, DD_STR("GH-")) == s.n && dd_str_search(s, DD_STR("  ")) == s.n &&
	       dd_str_search(s, DD_STR("---")) == s.n && !dd_is_blank(s.p[s.n - 1]);
}

/* "1. text" and "1) text" begin a list. */
static bool is_numbered(struct dd_str s)
{
	size_t n = 0;
	while (n < s.n && dd_is_digit(s.p[n]))
		n++;
	return n && n + 1 < s.n && (s.p[n] == '.' || s.p[n] == ')') && s.p[n + 1] == ' ';
}

void dd_markdown_text(struct dd_buf *out, struct dd_str s)
{
	if (s.n && is_plain(s) && !is_numbered(s))
		(void)dd_buf_add_str(out, s);
	else
		dd_markdown_code(out, s);
}
