/* SPDX-License-Identifier: Apache-2.0 */
/* The values of TOML 1.0.0 without quotes and brackets: booleans, numbers, dates and times.
 *
 *   boolean = "true" / "false"
 *   integer = [ sign ] ( "0" / 1-9 digits ) / "0x" hex / "0o" octal / "0b" binary          "_" between digits; 64 bits
 *   float   = integer [ "." digits ] [ ( "e" / "E" ) [ sign ] digits ] / [ sign ] ( "inf" / "nan" )
 *   date    = YYYY "-" MM "-" DD
 *   time    = HH ":" MM ":" SS [ "." digits ]
 *   moment  = date ( "T" / "t" / " " ) time [ "Z" / "z" / sign HH ":" MM ]
 */
#include "format/toml_parts.h"

/* Takes exactly n digits from the front; false when they are not there or their value is not in lo…hi. */
static bool take_digits(struct dd_str *s, size_t n, unsigned lo, unsigned hi, unsigned *ret)
{
	unsigned v = 0;
	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!dd_is_digit(s->p[i]))
			return false;
		v = v * 10 + (unsigned)(s->p[i] - '0');
	}
	*s = dd_str_skip(*s, n);
	*ret = v;
	return v >= lo && v <= hi;
}

static bool take_char(struct dd_str *s, const char *any)
{
	if (!s->n || !s->p[0] || !strchr(any, s->p[0]))
		return false;
	*s = dd_str_skip(*s, 1);
	return true;
}

static bool take_date(struct dd_str *s)
{
	static const unsigned char days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned y, m, d;
	if (!take_digits(s, 4, 0, 9999, &y) || !take_char(s, "-") || !take_digits(s, 2, 1, 12, &m) ||
	    !take_char(s, "-") || !take_digits(s, 2, 1, days[m - 1], &d))
		return false;
	bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
	return m != 2 || d < 29 || leap;
}

static bool take_time(struct dd_str *s)
{
	unsigned v;
	if (!take_digits(s, 2, 0, 23, &v) || !take_char(s, ":") || !take_digits(s, 2, 0, 59, &v) ||
	    !take_char(s, ":") || !take_digits(s, 2, 0, 60, &v))
		return false;
	if (!take_char(s, "."))
		return true;
	size_t n = 0;
	while (n < s->n && dd_is_digit(s->p[n]))
		n++;
	*s = dd_str_skip(*s, n);
	return n > 0;
}

static bool is_moment(struct dd_str s)
{
	unsigned v;
	if (s.n > 2 && s.p[2] == ':')
		return take_time(&s) && !s.n;
	if (!take_date(&s))
		return false;
	if (!s.n)
		return true;
	if (!take_char(&s, "Tt ") || !take_time(&s))
		return false;
	if (!s.n || take_char(&s, "Zz"))
		return !s.n;
	return take_char(&s, "+-") && take_digits(&s, 2, 0, 23, &v) && take_char(&s, ":") &&
	       take_digits(&s, 2, 0, 59, &v) && !s.n;
}

static unsigned digit_value(char c)
{
	return dd_is_digit(c) ? (unsigned)(c - '0') : dd_is_alpha(c) ? (unsigned)(dd_lower(c) - 'a' + 10) : 99;
}

/* Digits of the base with single underscores between them; false when they are not, or over 64 bits unsigned. */
static bool read_digits(struct dd_str s, unsigned base, uint64_t *ret)
{
	uint64_t v = 0;
	bool digit = false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '_') {
			if (!digit)
				return false;
			digit = false;
			continue;
		}
		unsigned d = digit_value(s.p[i]);
		if (d >= base || __builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, d, &v))
			return false;
		digit = true;
	}
	*ret = v;
	return digit;
}

static bool read_integer(struct dd_str s, int64_t *ret)
{
	uint64_t v;
	bool negative = s.n && s.p[0] == '-', sign = take_char(&s, "+-");
	if (s.n > 2 && s.p[0] == '0' && strchr("xob", s.p[1])) {
		unsigned base = s.p[1] == 'x' ? 16 : s.p[1] == 'o' ? 8 : 2;
		if (sign || !read_digits(dd_str_skip(s, 2), base, &v) || v > INT64_MAX)
			return false;
		*ret = (int64_t)v;
		return true;
	}
	if ((s.n > 1 && s.p[0] == '0') || !read_digits(s, 10, &v) || v > (uint64_t)INT64_MAX + negative)
		return false;
	*ret = negative ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

/* Any number of digits with single underscores between them: how many bytes at the front of s. */
static size_t digits_length(struct dd_str s)
{
	size_t n = 0;
	while (n < s.n && (dd_is_digit(s.p[n]) || (s.p[n] == '_' && n && dd_is_digit(s.p[n - 1]))))
		n++;
	return n && s.p[n - 1] == '_' ? 0 : n;
}

static bool is_float(struct dd_str s)
{
	(void)take_char(&s, "+-");
	if (dd_str_eq_c(s, "inf") || dd_str_eq_c(s, "nan"))
		return true;
	size_t n = digits_length(s);
	if (!n || (n > 1 && s.p[0] == '0'))
		return false;
	s = dd_str_skip(s, n);
	bool point = take_char(&s, ".");
	if (point) {
		n = digits_length(s);
		if (!n)
			return false;
		s = dd_str_skip(s, n);
	}
	if (!take_char(&s, "eE"))
		return point && !s.n;
	(void)take_char(&s, "+-");
	n = digits_length(s);
	return n && n == s.n;
}

static size_t run_length(struct dd_str s)
{
	size_t n = 0;
	while (n < s.n && (dd_is_alpha(s.p[n]) || dd_is_digit(s.p[n]) || (s.p[n] && strchr("+-_.:", s.p[n]))))
		n++;
	return n;
}

/* One run; a date takes a time behind a blank too: "1979-05-27 07:32:00". */
static size_t word_length(struct dd_str s)
{
	size_t n = run_length(s);
	bool date = n == 10 && s.p[4] == '-' && s.p[7] == '-';
	if (!date || s.n < 14 || s.p[10] != ' ' || !dd_is_digit(s.p[11]) || s.p[13] != ':')
		return n;
	return n + 1 + run_length(dd_str_skip(s, n + 1));
}

enum dd_code dd_toml_read_word(struct dd_toml *t, struct dd_node *v, struct dd_err *err)
{
	size_t at = t->at;
	struct dd_str rest = dd_str_skip(t->doc, at), word = dd_str_take(rest, word_length(rest));
	v->text = word;
	if (dd_str_eq_c(word, "true") || dd_str_eq_c(word, "false")) {
		v->kind = DD_NODE_BOOL;
		v->integer = word.n == 4;
	} else if (read_integer(word, &v->integer)) {
		v->kind = DD_NODE_INT;
	} else if (is_float(word)) {
		v->kind = DD_NODE_FLOAT;
	} else if (is_moment(word)) {
		v->kind = DD_NODE_TIME;
	} else {
		t->at += word.n;
		return dd_toml_broken(t, t->at < t->doc.n ? at : t->at, "a value is none of TOML's", err);
	}
	t->at += word.n;
	return DD_OK;
}
