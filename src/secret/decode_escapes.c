/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes, replaced in their line.
 *   percent    %XX                                                       RFC 3986 §2.1
 *   backslash  \uXXXX (pairs of surrogates too) \xXX \ooo \n \r \t \b \f \" \' \\ \/ \: \= \# \! "\ "
 *              RFC 8259 §7, ISO C §6.4.4.4, java.util.Properties
 *   html       &amp; &lt; &gt; &quot; &apos; &nbsp; &#ddd; &#xhh;         HTML §13.5, the ones that programs write
 * An escape counts when something long enough for a secret (RUN_MIN characters of tokens, other escapes among them)
 * stands around or behind it, or when it is a quote beside an operator: JSON in a string of JSON. Other lines, with a
 * "\n" at the end of a sentence, say nothing new. */
#include <stdlib.h>

#include "secret/decode_parts.h"

enum {
	RUN_MIN = 12,
	RUN_LOOK = 64,
	WINDOW_BEFORE = 1024, /* of a long line */
	WINDOW_BEHIND = 8192,
	WINDOW_OVERLAP = 2048,
};

static int hex_digit(char c)
{
	if (dd_is_digit(c))
		return c - '0';
	c = dd_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* n hexadecimal digits at the start of s; -1: they are not there. */
static long hex_digits(struct dd_str s, size_t n)
{
	long v = 0;
	if (s.n < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int d = hex_digit(s.p[i]);
		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

size_t dd_utf8_put(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	if (c >= 0xd800 && c < 0xe000)
		return 0;
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 63));
		out[2] = (char)(0x80 | (c & 63));
		return 3;
	}
	if (c > 0x10ffff)
		return 0;
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 63));
	out[2] = (char)(0x80 | (c >> 6 & 63));
	out[3] = (char)(0x80 | (c & 63));
	return 4;
}

static size_t plain(struct dd_str s, char out[4], size_t *ret_used)
{
	out[0] = s.p[0];
	*ret_used = 1;
	return 1;
}

size_t dd_percent_step(struct dd_str s, char out[4], size_t *ret_used)
{
	long v = s.p[0] == '%' ? hex_digits(dd_str_skip(s, 1), 2) : -1;
	if (v < 0)
		return plain(s, out, ret_used);
	out[0] = (char)v;
	*ret_used = 3;
	return 1;
}

static size_t unicode_step(struct dd_str s, char out[4], size_t *ret_used)
{
	long v = hex_digits(dd_str_skip(s, 2), 4);
	if (v < 0)
		return plain(s, out, ret_used);
	*ret_used = 6;
	if (v >= 0xd800 && v < 0xdc00 && s.n >= 12 && s.p[6] == '\\' && s.p[7] == 'u') {
		long low = hex_digits(dd_str_skip(s, 8), 4);
		if (low >= 0xdc00 && low < 0xe000) {
			*ret_used = 12;
			v = 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	size_t n = dd_utf8_put((uint32_t)v, out);
	return n ? n : plain(DD_STR("?"), out, &(size_t){ 0 });
}

size_t dd_backslash_step(struct dd_str s, char out[4], size_t *ret_used)
{
	static const char letters[] = "nrtbfae0", stand_for[] = "\n\r\t\b\f\a\x1b";
	if (s.p[0] != '\\' || s.n < 2)
		return plain(s, out, ret_used);
	char c = s.p[1];
	if (c == 'u')
		return unicode_step(s, out, ret_used);
	if (c == 'x') {
		long v = hex_digits(dd_str_skip(s, 2), 2);
		*ret_used = v < 0 ? 1 : 4;
		out[0] = v < 0 ? '\\' : (char)v;
		return 1;
	}
	if (c >= '0' && c <= '3' && s.n >= 4 && s.p[2] >= '0' && s.p[2] <= '7' && s.p[3] >= '0' && s.p[3] <= '7') {
		out[0] = (char)((c - '0') << 6 | (s.p[2] - '0') << 3 | (s.p[3] - '0'));
		*ret_used = 4;
		return 1;
	}
	const char *known = c ? strchr(letters, c) : NULL;
	if (known && *known != '0') {
		out[0] = stand_for[known - letters];
		*ret_used = 2;
		return 1;
	}
	if (!strchr("\"'\\/:=#! ", c) || !c)
		return plain(s, out, ret_used);
	out[0] = c;
	*ret_used = 2;
	return 1;
}

static size_t number_reference(struct dd_str s, char out[4], size_t *ret_used)
{
	size_t i = 2;
	bool hex = i < s.n && dd_lower(s.p[i]) == 'x';
	uint32_t v = 0;
	i += hex;
	size_t first = i;
	for (; i < s.n && i < first + 7; i++) {
		int d = hex ? hex_digit(s.p[i]) : dd_is_digit(s.p[i]) ? s.p[i] - '0' : -1;
		if (d < 0)
			break;
		v = v * (hex ? 16 : 10) + (uint32_t)d;
	}
	size_t n = i > first && i < s.n && s.p[i] == ';' && v ? dd_utf8_put(v, out) : 0;
	if (!n)
		return plain(s, out, ret_used);
	*ret_used = i + 1;
	return n;
}

size_t dd_html_step(struct dd_str s, char out[4], size_t *ret_used)
{
	static const struct {
		struct dd_str name;
		char c;
	} names[] = {
		{ { "&amp;", 5 }, '&' },  { { "&lt;", 4 }, '<' },    { { "&gt;", 4 }, '>' },
		{ { "&quot;", 6 }, '"' }, { { "&apos;", 6 }, '\'' }, { { "&nbsp;", 6 }, ' ' },
	};
	if (s.p[0] == '&' && s.n > 2 && s.p[1] == '#')
		return number_reference(s, out, ret_used);
	for (size_t i = 0; s.p[0] == '&' && i < DD_COUNT(names); i++)
		if (dd_str_starts(s, names[i].name)) {
			out[0] = names[i].c;
			*ret_used = names[i].name.n;
			return 1;
		}
	return plain(s, out, ret_used);
}

static bool is_token(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || (c && strchr("_-+/=.~:@!", c) != NULL);
}

/* Characters of a token before `at`, at most RUN_LOOK; escapes are not undone backwards. */
static size_t run_before(struct dd_str s, size_t at)
{
	size_t n = 0;
	while (n < RUN_LOOK && n < at && is_token(s.p[at - 1 - n]))
		n++;
	return n;
}

/* Characters of a token at and behind `at`, those that escapes stand for too. */
static size_t run_behind(struct dd_str s, size_t at, dd_escape_step *step)
{
	size_t n = 0;
	while (n < RUN_LOOK && at < s.n) {
		char out[4];
		size_t used, wrote = step(dd_str_skip(s, at), out, &used);
		if (wrote != 1 || !is_token(out[0]))
			break;
		at += used;
		n++;
	}
	return n;
}

static bool beside_operator(struct dd_str s, size_t at, size_t behind)
{
	while (behind < s.n && s.p[behind] == ' ')
		behind++;
	while (at && s.p[at - 1] == ' ')
		at--;
	return (behind < s.n && strchr(":=>,", s.p[behind]) && s.p[behind]) ||
	       (at && strchr(":=,(", s.p[at - 1]) && s.p[at - 1]);
}

/* Does the escape at `at`, `used` bytes long and standing for c, say something new? */
static bool counts(struct dd_str s, size_t at, size_t used, char c, dd_escape_step *step)
{
	if (c == '"' || c == '\'')
		return beside_operator(s, at, at + used) || run_behind(s, at + used, step) >= RUN_MIN;
	size_t behind = run_behind(s, at + used, step);
	if (c == '\n' || c == '\r' || c == '\t')
		return behind >= RUN_MIN;
	return run_before(s, at) + behind >= RUN_MIN;
}

/* The line around `at`, or so much of it. */
static void window(struct dd_str s, size_t at, size_t *ret_from, size_t *ret_to)
{
	size_t low = at > WINDOW_BEFORE ? at - WINDOW_BEFORE : 0;
	size_t high = s.n - at > WINDOW_BEHIND ? at + WINDOW_BEHIND : s.n;
	const char *before = memrchr(s.p + low, '\n', at - low);
	const char *behind = memchr(s.p + at, '\n', high - at);
	*ret_from = before ? (size_t)(before - s.p) + 1 : low;
	*ret_to = behind ? (size_t)(behind - s.p) : high;
}

static bool find_escape(struct dd_str s, char mark, dd_escape_step *step, size_t *at, size_t *ret_from, size_t *ret_to)
{
	size_t i = *at;
	while (i < s.n) {
		const char *hit = memchr(s.p + i, mark, s.n - i);
		if (!hit)
			break;
		i = (size_t)(hit - s.p);
		char out[4];
		size_t used;
		(void)step(dd_str_skip(s, i), out, &used);
		if (used > 1 && counts(s, i, used, out[0], step)) {
			window(s, i, ret_from, ret_to);
			bool whole = *ret_to == s.n || s.p[*ret_to] == '\n';
			*at = whole ? *ret_to : *ret_to - WINDOW_OVERLAP;
			return true;
		}
		i += used;
	}
	*at = s.n;
	return false;
}

static bool read_escapes(struct dd_str s, char mark, dd_escape_step *step, struct dd_buf *out)
{
	while (s.n) {
		size_t room = out->max - out->n, n = dd_str_find(s, mark), used;
		(void)dd_buf_add(out, s.p, n < room ? n : room);
		if (n >= room)
			break;
		s = dd_str_skip(s, n);
		if (s.n == 0)
			break;
		char bytes[4];
		n = step(s, bytes, &used);
		if (out->max - out->n < n)
			break;
		(void)dd_buf_add(out, bytes, n);
		s = dd_str_skip(s, used);
	}
	return !out->failed && out->n > 0;
}

bool dd_percent_find(struct dd_str s, size_t *at, size_t *ret_from, size_t *ret_to)
{
	return find_escape(s, '%', dd_percent_step, at, ret_from, ret_to);
}

bool dd_backslash_find(struct dd_str s, size_t *at, size_t *ret_from, size_t *ret_to)
{
	return find_escape(s, '\\', dd_backslash_step, at, ret_from, ret_to);
}

bool dd_html_find(struct dd_str s, size_t *at, size_t *ret_from, size_t *ret_to)
{
	return find_escape(s, '&', dd_html_step, at, ret_from, ret_to);
}

bool dd_percent_read(struct dd_str wrapped, struct dd_buf *out)
{
	return read_escapes(wrapped, '%', dd_percent_step, out);
}

bool dd_backslash_read(struct dd_str wrapped, struct dd_buf *out)
{
	return read_escapes(wrapped, '\\', dd_backslash_step, out);
}

bool dd_html_read(struct dd_str wrapped, struct dd_buf *out)
{
	return read_escapes(wrapped, '&', dd_html_step, out);
}
