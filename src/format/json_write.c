/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json_write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

static void new_line(struct dd_jsonw *j)
{
	static const char blanks[2 * DD_JSONW_DEPTH_MAX + 1] = { '\n', [1 ... 2 * DD_JSONW_DEPTH_MAX] = ' ' };
	(void)dd_buf_add(j->out, blanks, 1 + (size_t)2 * j->depth);
}

/* What stands between the value before and this one. */
static void begin(struct dd_jsonw *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->depth == 0)
		return;
	bool *filled = &j->filled[j->depth - 1];
	if (*filled)
		(void)dd_buf_add_char(j->out, ',');
	if (j->depth <= j->lines)
		new_line(j);
	else if (*filled)
		(void)dd_buf_add_char(j->out, ' ');
	*filled = true;
}

static void open_container(struct dd_jsonw *j, char opener, char closer)
{
	dd_assert(j->depth < DD_JSONW_DEPTH_MAX);
	begin(j);
	(void)dd_buf_add_char(j->out, opener);
	j->filled[j->depth] = false;
	j->closer[j->depth++] = closer;
}

void dd_jsonw_object(struct dd_jsonw *j)
{
	open_container(j, '{', '}');
}

void dd_jsonw_array(struct dd_jsonw *j)
{
	open_container(j, '[', ']');
}

void dd_jsonw_close(struct dd_jsonw *j)
{
	dd_assert(j->depth > 0 && !j->after_key);
	bool broken = j->depth <= j->lines && j->filled[j->depth - 1];
	j->depth--;
	if (broken)
		new_line(j);
	(void)dd_buf_add_char(j->out, j->closer[j->depth]);
}

void dd_jsonw_key(struct dd_jsonw *j, const char *key)
{
	begin(j);
	(void)dd_buf_add_char(j->out, '"');
	(void)dd_buf_add_c(j->out, key);
	(void)dd_buf_add(j->out, "\": ", 3);
	j->after_key = true;
}

/* A bit in each of the eight bytes that is not printable ASCII, a quote or a backslash: in the lowest of them for sure,
 * in those above maybe (a subtraction may borrow from there). */
static uint64_t special_bytes(uint64_t eight)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t quote = eight ^ ones * '"', slash = eight ^ ones * '\\', del = eight ^ ones * 0x7f;
	uint64_t found = (eight - ones * ' ') & ~eight;
	found |= ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((del - ones) & ~del) | eight;
	return found & tops;
}

/* Printable ASCII without the two that JSON escapes: the common case, copied in runs. */
static size_t plain_run(struct dd_str s)
{
	size_t n = 0;
	for (uint64_t eight; s.n - n >= sizeof eight; n += sizeof eight) {
		memcpy(&eight, s.p + n, sizeof eight);
		if (special_bytes(eight))
			break;
	}
	while (n < s.n && s.p[n] >= 0x20 && s.p[n] < 0x7f && s.p[n] != '"' && s.p[n] != '\\')
		n++;
	return n;
}

static void add_code_unit(struct dd_buf *out, uint32_t unit)
{
	(void)dd_buf_addf(out, "\\u%04x", (unsigned)unit);
}

/* One character that dd_escape_one would not print, or the quote. Returns the bytes used. */
static size_t add_escaped(struct dd_buf *out, struct dd_str s)
{
	static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	size_t len = dd_utf8_len(s);
	if (len == 0) {
		(void)dd_buf_addf(out, "\\\\x%02x", (unsigned)(unsigned char)s.p[0]);
		return 1;
	}
	for (size_t i = 0; i + 1 < sizeof short_forms; i += 2) {
		if (s.p[0] == short_forms[i]) {
			(void)dd_buf_addf(out, "\\%c", short_forms[i + 1]);
			return 1;
		}
	}
	uint32_t cp = dd_utf8_decode(s);
	if (cp >= 0x10000) { /* RFC 8259 section 7: a surrogate pair */
		add_code_unit(out, 0xd800 + ((cp - 0x10000) >> 10));
		add_code_unit(out, 0xdc00 + ((cp - 0x10000) & 0x3ff));
	} else {
		add_code_unit(out, cp);
	}
	return len;
}

static int hex_digit(char c)
{
	return dd_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that \xNN at the start of s stands for in a reversible text, or -1: bytes beyond ASCII and the backslash. */
static int escaped_byte(struct dd_str s)
{
	if (s.n < 4 || s.p[0] != '\\' || s.p[1] != 'x' || hex_digit(s.p[2]) < 0 || hex_digit(s.p[3]) < 0)
		return -1;
	int byte = hex_digit(s.p[2]) * 16 + hex_digit(s.p[3]);
	return byte >= 0x80 || byte == '\\' ? byte : -1;
}

size_t dd_jsonw_original(struct dd_str s, char *out)
{
	size_t n = 0;
	while (s.n) {
		int byte = escaped_byte(s);
		out[n++] = byte < 0 ? s.p[0] : (char)byte;
		s = dd_str_skip(s, byte < 0 ? 1 : 4);
	}
	return n;
}

void dd_jsonw_text(struct dd_jsonw *j, struct dd_str s)
{
	begin(j);
	(void)dd_buf_add_char(j->out, '"');
	while (s.n && !j->out->failed) {
		char piece[8];
		size_t run = plain_run(s), used = 0;
		(void)dd_buf_add(j->out, s.p, run);
		s = dd_str_skip(s, run);
		if (s.n == 0)
			break;
		if (j->reversible && escaped_byte(s) >= 0) {
			(void)dd_buf_add_c(j->out, "\\\\x5c");
			s = dd_str_skip(s, 1);
			continue;
		}
		size_t len = dd_escape_one(s, "\"", piece, &used);
		if (piece[0] != '\\')
			(void)dd_buf_add(j->out, piece, len);
		else
			used = add_escaped(j->out, s);
		s = dd_str_skip(s, used);
	}
	(void)dd_buf_add_char(j->out, '"');
}

void dd_jsonw_key_text(struct dd_jsonw *j, struct dd_str key)
{
	dd_jsonw_text(j, key);
	(void)dd_buf_add(j->out, ": ", 2);
	j->after_key = true;
}

void dd_jsonw_u64(struct dd_jsonw *j, uint64_t v)
{
	char digits[20];
	size_t first = sizeof digits;
	begin(j);
	do {
		digits[--first] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	(void)dd_buf_add(j->out, digits + first, sizeof digits - first);
}

void dd_jsonw_i64(struct dd_jsonw *j, int64_t v)
{
	begin(j);
	(void)dd_buf_addf(j->out, "%lld", (long long)v);
}

void dd_jsonw_bool(struct dd_jsonw *j, bool v)
{
	begin(j);
	(void)dd_buf_add_c(j->out, v ? "true" : "false");
}

void dd_jsonw_null(struct dd_jsonw *j)
{
	begin(j);
	(void)dd_buf_add_c(j->out, "null");
}

void dd_jsonw_real(struct dd_jsonw *j, double v, int digits)
{
	if (!isfinite(v)) {
		dd_jsonw_null(j);
		return;
	}
	begin(j);
	/* %g writes what JSON reads: "0.5", "1e-05". The locale is never set, so the point is a point. */
	(void)dd_buf_addf(j->out, "%.*g", digits, v);
}

void dd_jsonw_exact(struct dd_jsonw *j, double v)
{
	/* 15 digits are always right for what was read from so many or fewer, 17 for every double (C11 5.2.4.2.2). */
	char text[40];
	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(text, sizeof text, "%.*g", digits, v);
		if (!isfinite(v) || strtod(text, NULL) == v) {
			dd_jsonw_real(j, v, digits);
			return;
		}
	}
	dd_jsonw_real(j, v, 17);
}

void dd_jsonw_member_text(struct dd_jsonw *j, const char *key, struct dd_str s)
{
	dd_jsonw_key(j, key);
	dd_jsonw_text(j, s);
}

void dd_jsonw_member_known(struct dd_jsonw *j, const char *key, struct dd_str s)
{
	dd_jsonw_key(j, key);
	if (s.n)
		dd_jsonw_text(j, s);
	else
		dd_jsonw_null(j);
}

void dd_jsonw_member_u64(struct dd_jsonw *j, const char *key, uint64_t v)
{
	dd_jsonw_key(j, key);
	dd_jsonw_u64(j, v);
}

void dd_jsonw_member_bool(struct dd_jsonw *j, const char *key, bool v)
{
	dd_jsonw_key(j, key);
	dd_jsonw_bool(j, v);
}

void dd_jsonw_member_texts(struct dd_jsonw *j, const char *key, const struct dd_str *p, size_t n)
{
	dd_jsonw_key(j, key);
	dd_jsonw_array(j);
	for (size_t i = 0; i < n; i++)
		dd_jsonw_text(j, p[i]);
	dd_jsonw_close(j);
}
