/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and values of TOML 1.0.0 (the specification's toml.abnf).
 *
 *   value   = string / array / inline-table / boolean / number / date-time
 *   array   = "[" *( lines value lines "," ) [ value ] lines "]"          lines: blanks, newlines, comments
 *   inline  = "{" [ key "=" value *( "," key "=" value ) ] "}"            on one line, no trailing comma
 *   string  = basic "…" with escapes / literal '…' / multi-line """…""", '''…''' (first newline dropped, up to two
 *             quotes may stand before the closing ones, "\" at a line's end swallows blanks and newlines behind it)
 *
 * Text without escapes is a view into the document. Strings and comments are the only places where bytes beyond ASCII
 * may stand; they are checked there, and control characters refused. */
#include "base/buf.h"
#include "base/text.h"
#include "format/toml_parts.h"

static char peek(const struct dd_toml *t, size_t ahead)
{
	return ahead < t->doc.n - t->at ? t->doc.p[t->at + ahead] : '\0';
}

bool dd_toml_take(struct dd_toml *t, char c)
{
	if (t->at >= t->doc.n || t->doc.p[t->at] != c)
		return false;
	t->at++;
	return true;
}

void dd_toml_skip_blanks(struct dd_toml *t)
{
	while (t->at < t->doc.n && (t->doc.p[t->at] == ' ' || t->doc.p[t->at] == '\t'))
		t->at++;
}

bool dd_toml_take_newline(struct dd_toml *t)
{
	if (dd_toml_take(t, '\n'))
		return true;
	if (peek(t, 0) != '\r' || peek(t, 1) != '\n')
		return false;
	t->at += 2;
	return true;
}

/* One character of a string or comment that is no newline. */
static enum dd_code skip_character(struct dd_toml *t, struct dd_err *err)
{
	unsigned char c = (unsigned char)t->doc.p[t->at];
	if ((c < 0x20 && c != '\t') || c == 0x7f)
		return dd_toml_broken(t, t->at, "a control character stands in text", err);
	size_t n = c < 0x80 ? 1 : dd_utf8_len(dd_str_skip(t->doc, t->at));
	if (!n)
		return dd_toml_broken(t, t->at, "text is not UTF-8", err);
	t->at += n;
	return DD_OK;
}

enum dd_code dd_toml_skip_comment(struct dd_toml *t, struct dd_err *err)
{
	if (peek(t, 0) != '#')
		return DD_OK;
	while (t->at < t->doc.n && peek(t, 0) != '\n' && !(peek(t, 0) == '\r' && peek(t, 1) == '\n'))
		DD_TRY(skip_character(t, err));
	return DD_OK;
}

enum dd_code dd_toml_skip_lines(struct dd_toml *t, struct dd_err *err)
{
	do {
		dd_toml_skip_blanks(t);
		DD_TRY(dd_toml_skip_comment(t, err));
	} while (dd_toml_take_newline(t));
	return DD_OK;
}

static bool is_bare(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || c == '-' || c == '_';
}

enum dd_code dd_toml_read_key(struct dd_toml *t, struct dd_toml_key *ret, struct dd_err *err)
{
	ret->n = 0;
	do {
		dd_toml_skip_blanks(t);
		if (ret->n == DD_TOML_DEPTH_MAX)
			return dd_fail(err, DD_ELIMIT, t->at, "toml: tables are more than %d deep", DD_TOML_DEPTH_MAX);
		struct dd_str *part = &ret->part[ret->n];
		size_t start = t->at;
		if (peek(t, 0) == '"' || peek(t, 0) == '\'') {
			DD_TRY(dd_toml_read_string(t, false, part, err));
		} else {
			while (t->at < t->doc.n && is_bare(t->doc.p[t->at]))
				t->at++;
			if (t->at == start)
				return dd_toml_broken(t, start, "a key is missing", err);
			*part = dd_str_take(dd_str_skip(t->doc, start), t->at - start);
		}
		ret->n++;
		dd_toml_skip_blanks(t);
	} while (dd_toml_take(t, '.'));
	return DD_OK;
}

static bool hex_digit(char c, uint32_t *v)
{
	if (dd_is_digit(c))
		*v = *v * 16 + (uint32_t)(c - '0');
	else if (dd_lower(c) >= 'a' && dd_lower(c) <= 'f')
		*v = *v * 16 + (uint32_t)(dd_lower(c) - 'a' + 10);
	else
		return false;
	return true;
}

static size_t encode_utf8(uint32_t c, char out[4])
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n; i-- > 1; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(lead[n] | c);
	return n;
}

/* "\uXXXX" and "\UXXXXXXXX", from behind the letter. */
static enum dd_code add_code_point(struct dd_toml *t, struct dd_buf *out, unsigned digits, size_t at,
				   struct dd_err *err)
{
	uint32_t c = 0;
	char utf8[4];
	for (unsigned i = 0; i < digits; i++, t->at++)
		if (!hex_digit(peek(t, 0), &c))
			return dd_toml_broken(t, t->at, "an escape has too few digits", err);
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return dd_toml_broken(t, at, "an escape is no Unicode scalar value", err);
	(void)dd_buf_add(out, utf8, encode_utf8(c, utf8));
	return DD_OK;
}

/* A backslash at the end of a line, with blanks and newlines behind it. */
static bool skip_line_end(struct dd_toml *t)
{
	size_t start = t->at;
	dd_toml_skip_blanks(t);
	if (!dd_toml_take_newline(t)) {
		t->at = start;
		return false;
	}
	do
		dd_toml_skip_blanks(t);
	while (dd_toml_take_newline(t));
	return true;
}

static enum dd_code add_escape(struct dd_toml *t, struct dd_buf *out, bool multi, struct dd_err *err)
{
	static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
	size_t at = t->at++;
	if (multi && skip_line_end(t))
		return DD_OK;
	char c = peek(t, 0);
	t->at++;
	if (c == 'u' || c == 'U')
		return add_code_point(t, out, c == 'u' ? 4 : 8, at, err);
	const char *found = c ? strchr(from, c) : NULL;
	if (!found) {
		t->at = t->at > t->doc.n ? t->doc.n : t->at;
		return dd_toml_broken(t, t->at < t->doc.n ? at : t->at, "an unknown escape", err);
	}
	(void)dd_buf_add_char(out, to[found - from]);
	return DD_OK;
}

/* At the closing quotes? *ret_text: quotes in front of them that belong to the text. */
static bool at_end(const struct dd_toml *t, char quote, bool multi, size_t *ret_text)
{
	size_t n = 0;
	while (n < 5 && peek(t, n) == quote)
		n++;
	*ret_text = multi && n > 3 ? n - 3 : 0;
	return multi ? n >= 3 : n >= 1;
}

static enum dd_code copy_text(struct dd_toml *t, const struct dd_buf *text, struct dd_str *ret, struct dd_err *err)
{
	DD_TRY(dd_buf_check(text, "a string", err));
	*ret = dd_arena_str(t->a, dd_buf_str(text));
	return ret->p ? DD_OK : dd_fail(err, DD_ELIMIT, t->at, "toml: the values need more memory than there is");
}

/* From behind the opening quotes to behind the closing ones. Plain runs are copied only once an escape was met. */
static enum dd_code read_text(struct dd_toml *t, char quote, bool multi, struct dd_str *ret, struct dd_err *err)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(t->doc.n + 1);
	size_t run = t->at, quotes = 0;
	bool copied = false;
	while (!at_end(t, quote, multi, &quotes)) {
		if (t->at >= t->doc.n)
			return dd_toml_broken(t, t->at, "a string does not end", err);
		if (quote == '"' && peek(t, 0) == '\\') {
			(void)dd_buf_add(&text, t->doc.p + run, t->at - run);
			DD_TRY(add_escape(t, &text, multi, err));
			copied = true;
			run = t->at;
		} else if (!multi || !dd_toml_take_newline(t)) {
			DD_TRY(skip_character(t, err));
		}
	}
	t->at += quotes;
	struct dd_str last = { t->doc.p + run, t->at - run };
	(void)dd_buf_add_str(&text, copied ? last : DD_STR(""));
	t->at += multi ? 3 : 1;
	*ret = last;
	return copied ? copy_text(t, &text, ret, err) : DD_OK;
}

enum dd_code dd_toml_read_string(struct dd_toml *t, bool multi, struct dd_str *ret, struct dd_err *err)
{
	char quote = peek(t, 0);
	bool three = peek(t, 1) == quote && peek(t, 2) == quote;
	if (three && !multi)
		return dd_toml_broken(t, t->at, "a key is a string of several lines", err);
	t->at += three ? 3 : 1;
	if (three)
		(void)dd_toml_take_newline(t);
	return read_text(t, quote, three, ret, err);
}

static enum dd_code read_array(struct dd_toml *t, struct dd_node *array, unsigned depth, struct dd_err *err)
{
	struct dd_node *v;
	array->mark = DD_TOML_FROZEN;
	for (t->at++;;) {
		DD_TRY(dd_toml_skip_lines(t, err));
		if (dd_toml_take(t, ']'))
			return DD_OK;
		DD_TRY(dd_toml_read_value(t, depth + 1, &v, err));
		dd_node_append(array, v);
		DD_TRY(dd_toml_skip_lines(t, err));
		if (!dd_toml_take(t, ',') && peek(t, 0) != ']')
			return dd_toml_broken(t, t->at, "a comma or the end of an array is missing", err);
	}
}

static enum dd_code read_inline_table(struct dd_toml *t, struct dd_node *table, unsigned depth, struct dd_err *err)
{
	t->at++;
	dd_toml_skip_blanks(t);
	bool more = !dd_toml_take(t, '}');
	while (more) {
		dd_toml_skip_blanks(t);
		DD_TRY(dd_toml_assign(t, table, 0, depth, err));
		dd_toml_skip_blanks(t);
		more = dd_toml_take(t, ',');
		if (!more && !dd_toml_take(t, '}'))
			return dd_toml_broken(t, t->at, "a comma or the end of an inline table is missing", err);
	}
	table->mark = DD_TOML_FROZEN;
	return DD_OK;
}

enum dd_code dd_toml_read_value(struct dd_toml *t, unsigned depth, struct dd_node **ret, struct dd_err *err)
{
	struct dd_node *v;
	char c = peek(t, 0);
	if (t->at >= t->doc.n)
		return dd_toml_broken(t, t->at, "a value is missing", err);
	if (depth >= DD_TOML_DEPTH_MAX)
		return dd_fail(err, DD_ELIMIT, t->at, "toml: values are more than %d deep", DD_TOML_DEPTH_MAX);
	enum dd_node_kind kind = c == '[' ? DD_NODE_ARRAY : c == '{' ? DD_NODE_TABLE : DD_NODE_STRING;
	DD_TRY(dd_toml_new_node(t, kind, t->at, &v, err));
	if (c == '[')
		DD_TRY(read_array(t, v, depth, err));
	else if (c == '{')
		DD_TRY(read_inline_table(t, v, depth, err));
	else if (c == '"' || c == '\'')
		DD_TRY(dd_toml_read_string(t, true, &v->text, err));
	else
		DD_TRY(dd_toml_read_word(t, v, err));
	*ret = v;
	return DD_OK;
}
