/* SPDX-License-Identifier: Apache-2.0 */
/* Shell-compatible variable assignments, one a line.
 *
 *   file       = [ UTF-8 byte order mark ] *( line LF )         CRLF is met in the wild and taken as LF
 *   line       = *blank ( "" / "#" comment / [ "export " ] key "=" value )
 *   key        = ( letter / "_" ) *( letter / digit / "_" )
 *   value      = *( bare / "'" any "'" / DQUOTE *( any / escape ) DQUOTE )
 *   escape     = "\" ( DQUOTE / "$" / "\" / "`" )               other backslashes stand for themselves
 *
 * A bare blank ends the value, as it would end the word in a shell; a bare backslash takes the next byte as it is.
 * os-release(5) allows one quoted string a value; a shell joins several, and so does this. Nothing is expanded: "$x"
 * stays. A quote that is still open at the end of its line is a fault and ends there, so that one bad line cannot
 * swallow the rest of the file. Limit: DD_FIELD_BYTES_MAX a value.
 * Source: os-release(5) of systemd 252; POSIX.1-2017 XCU 2.2. */
#include "format/keyvalue.h"

#include "base/limits.h"

static bool is_key(struct dd_str s)
{
	if (s.n == 0 || dd_is_digit(s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) && s.p[i] != '_')
			return false;
	return true;
}

/* The bytes of an escape in front of s, 0 when it is none. */
static size_t escape_len(struct dd_str s, char quote)
{
	if (s.n < 2 || s.p[0] != '\\' || quote == '\'')
		return 0;
	return quote == 0 || memchr("\"$\\`", s.p[1], 4) ? 2 : 0;
}

static const char *unquote(struct dd_str s, struct dd_buf *out)
{
	char quote = 0;
	dd_buf_clear(out);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (escape_len(dd_str_skip(s, i), quote))
			c = s.p[++i];
		else if (quote ? c == quote : c == '\'' || c == '"') {
			quote = quote ? 0 : c;
			continue;
		} else if (!quote && dd_is_blank(c))
			break;
		if (out->n == out->max)
			return "value is too long";
		if (dd_buf_add_char(out, c) != DD_OK)
			return "no memory";
	}
	return quote ? "quote is not closed" : NULL;
}

bool dd_keyvalue_next(struct dd_keyvalue_reader *r, struct dd_keyvalue *ret)
{
	if (r->rest.p == r->all.p && dd_str_starts(r->rest, DD_STR("\xef\xbb\xbf")))
		r->rest = dd_str_skip(r->rest, 3);
	for (;;) {
		uint64_t at = r->all.n - r->rest.n;
		struct dd_str line;
		if (!dd_str_line(&r->rest, &line))
			return false;
		line = dd_str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (dd_str_starts(line, DD_STR("export ")))
			line = dd_str_trim(dd_str_skip(line, strlen("export ")));
		size_t eq = dd_str_find(line, '=');
		struct dd_keyvalue kv = { .key = dd_str_take(line, eq), .at = at };
		kv.fault = unquote(dd_str_skip(line, eq + 1), &r->value);
		if (eq == line.n || !is_key(kv.key))
			kv.fault = "line is no assignment";
		if (r->value.failed)
			return false;
		kv.value = dd_buf_str(&r->value);
		*ret = kv;
		return true;
	}
}

void dd_keyvalue_done(struct dd_keyvalue_reader *r)
{
	dd_buf_done(&r->value);
}
