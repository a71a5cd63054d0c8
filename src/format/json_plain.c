/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json_plain.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"

enum { INTEGER_DIGITS_MAX = 18, NUMBER_BYTES_MAX = 40, UTF8_BYTES_MAX = 4 };

struct reader {
	const char *p, *end;
	uint64_t values_left;
	struct dd_buf decoded; /* the string with escapes that was read last */
};

static bool count(struct reader *r)
{
	return r->values_left && --r->values_left;
}

static void skip_blanks(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
		r->p++;
}

static bool take(struct reader *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

/* ---- strings ---- */

static bool read_hex4(struct reader *r, uint32_t *ret)
{
	uint32_t value = 0;
	if (r->end - r->p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = dd_lower(*r->p++);
		if (!dd_is_digit(c) && (c < 'a' || c > 'f'))
			return false;
		value = value << 4 | (uint32_t)(dd_is_digit(c) ? c - '0' : c - 'a' + 10);
	}
	*ret = value;
	return true;
}

static void add_utf8(struct dd_buf *out, uint32_t cp)
{
	char text[UTF8_BYTES_MAX];
	size_t n = 0;
	if (cp < 0x80) {
		text[n++] = (char)cp;
	} else if (cp < 0x800) {
		text[n++] = (char)(0xc0 | cp >> 6);
	} else if (cp < 0x10000) {
		text[n++] = (char)(0xe0 | cp >> 12);
		text[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
	} else {
		text[n++] = (char)(0xf0 | cp >> 18);
		text[n++] = (char)(0x80 | (cp >> 12 & 0x3f));
		text[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
	}
	if (cp >= 0x80)
		text[n++] = (char)(0x80 | (cp & 0x3f));
	(void)dd_buf_add(out, text, n);
}

/* Behind "\u". */
static bool read_unicode(struct reader *r)
{
	uint32_t cp, low;
	if (!read_hex4(r, &cp) || cp == 0 || (cp >= 0xdc00 && cp < 0xe000))
		return false;
	if (cp >= 0xd800 && cp < 0xdc00) {
		if (!take(r, '\\') || !take(r, 'u') || !read_hex4(r, &low) || low < 0xdc00 || low >= 0xe000)
			return false;
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
	}
	add_utf8(&r->decoded, cp);
	return true;
}

/* Behind the backslash. */
static bool read_escape(struct reader *r)
{
	static const char letters[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	if (r->p == r->end)
		return false;
	char c = *r->p++;
	if (c == 'u')
		return read_unicode(r);
	const char *at = c ? strchr(letters, c) : NULL;
	return at && dd_buf_add_char(&r->decoded, means[at - letters]) == DD_OK;
}

/* Bytes that stand for themselves. *ret_ascii stays when there are no others. */
static struct dd_str read_run(struct reader *r, bool *ret_ascii)
{
	const char *start = r->p;
	unsigned char seen = 0;
	while (r->p < r->end && *r->p != '"' && *r->p != '\\' && (unsigned char)*r->p >= 0x20)
		seen |= (unsigned char)*r->p++;
	if (seen >= 0x80)
		*ret_ascii = false;
	return (struct dd_str){ start, (size_t)(r->p - start) };
}

/* Behind the opening quote. A view of the document, or of what was decoded, which the next string overwrites. */
static bool read_string(struct reader *r, struct dd_str *ret)
{
	bool ascii = true;
	struct dd_str run = read_run(r, &ascii);
	if (r->p < r->end && *r->p == '\\') {
		dd_buf_clear(&r->decoded);
		(void)dd_buf_add_str(&r->decoded, run);
		while (take(r, '\\')) {
			if (!read_escape(r))
				return false;
			(void)dd_buf_add_str(&r->decoded, read_run(r, &ascii));
		}
		if (r->decoded.failed)
			return false;
		run = dd_buf_str(&r->decoded);
	}
	*ret = run;
	return take(r, '"') && (ascii || dd_str_valid_utf8(run));
}

/* ---- the other values ---- */

static size_t skip_digits(struct reader *r)
{
	const char *start = r->p;
	while (r->p < r->end && dd_is_digit(*r->p))
		r->p++;
	return (size_t)(r->p - start);
}

static json_t *real_of(const char *start, size_t n)
{
	char text[NUMBER_BYTES_MAX + 1];
	if (n > NUMBER_BYTES_MAX)
		return NULL;
	memcpy(text, start, n);
	text[n] = '\0';
	double value = strtod(text, NULL); /* the locale is never set: a point is a point */
	return isfinite(value) ? json_real(value) : NULL;
}

static json_t *read_number(struct reader *r)
{
	const char *start = r->p;
	bool minus = take(r, '-');
	bool zero = r->p < r->end && *r->p == '0';
	const char *first = r->p;
	size_t digits = skip_digits(r);
	if (digits == 0 || digits > INTEGER_DIGITS_MAX || (zero && digits > 1))
		return NULL;
	bool real = r->p < r->end && (*r->p == '.' || *r->p == 'e' || *r->p == 'E');
	if (!real) {
		int64_t value = 0;
		for (; first < r->p; first++)
			value = value * 10 + (*first - '0');
		return json_integer(minus ? -value : value);
	}
	if (take(r, '.') && skip_digits(r) == 0)
		return NULL;
	if (take(r, 'e') || take(r, 'E')) {
		if (!take(r, '-'))
			(void)take(r, '+');
		if (skip_digits(r) == 0)
			return NULL;
	}
	return real_of(start, (size_t)(r->p - start));
}

static json_t *read_word(struct reader *r, const char *word, json_t *value)
{
	struct dd_str rest = { r->p, (size_t)(r->end - r->p) };
	if (!dd_str_starts(rest, dd_str_from(word)))
		return NULL;
	r->p += strlen(word);
	return value;
}

static json_t *read_value(struct reader *r, unsigned depth);

/* Behind the opening bracket. */
static bool read_members(struct reader *r, json_t *object, unsigned depth)
{
	skip_blanks(r);
	if (take(r, '}'))
		return true;
	do {
		struct dd_str name;
		char kept[64];
		skip_blanks(r);
		if (!take(r, '"') || !read_string(r, &name))
			return false;
		/* What was decoded does not outlive the value: a short name is put aside, a long one is not plain. */
		if (name.p == r->decoded.p) {
			if (name.n > sizeof kept)
				return false;
			if (name.n)
				memcpy(kept, name.p, name.n);
			name.p = kept;
		}
		skip_blanks(r);
		if (!take(r, ':'))
			return false;
		json_t *value = read_value(r, depth + 1);
		if (!value || json_object_setn_new_nocheck(object, name.p, name.n, value) != 0)
			return false;
		skip_blanks(r);
	} while (take(r, ',') && count(r));
	return take(r, '}');
}

static bool read_elements(struct reader *r, json_t *array, unsigned depth)
{
	skip_blanks(r);
	if (take(r, ']'))
		return true;
	do {
		json_t *value = read_value(r, depth + 1);
		if (!value || json_array_append_new(array, value) != 0)
			return false;
		skip_blanks(r);
	} while (take(r, ',') && count(r));
	return take(r, ']');
}

static json_t *read_container(struct reader *r, char opener, unsigned depth)
{
	json_t *value = opener == '{' ? json_object() : json_array();
	bool ok = value && depth < DD_JSON_PLAIN_DEPTH_MAX && count(r) &&
		  (opener == '{' ? read_members(r, value, depth) : read_elements(r, value, depth));
	if (ok)
		return value;
	json_decref(value);
	return NULL;
}

/* As deep as DD_JSON_PLAIN_DEPTH_MAX. */
static json_t *read_value(struct reader *r, unsigned depth)
{
	struct dd_str text;
	skip_blanks(r);
	if (r->p == r->end)
		return NULL;
	switch (*r->p) {
	case '"':
		r->p++;
		return read_string(r, &text) ? json_stringn_nocheck(text.p ? text.p : "", text.n) : NULL;
	case '{':
	case '[':
		return read_container(r, *r->p++, depth);
	case 't':
		return read_word(r, "true", json_true());
	case 'f':
		return read_word(r, "false", json_false());
	case 'n':
		return read_word(r, "null", json_null());
	default:
		return read_number(r);
	}
}

json_t *dd_json_plain(struct dd_str doc, uint64_t values_max)
{
	if (doc.n == 0) /* perhaps without an address to count from */
		return NULL;
	struct reader r = {
		.p = doc.p, .end = doc.p + doc.n, .values_left = values_max, .decoded = DD_BUF_INIT(doc.n)
	};
	json_t *value = read_value(&r, 0);
	skip_blanks(&r);
	if (value && r.p < r.end) {
		json_decref(value);
		value = NULL;
	}
	dd_buf_done(&r.decoded);
	return value;
}
