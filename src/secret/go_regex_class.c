/* SPDX-License-Identifier: Apache-2.0 */
/* Characters and sets of them in Go's regular expressions (pkg.go.dev/regexp/syntax, Go 1.22 parse.go).
 *
 * Go reads runes, we read bytes: a set with characters beyond ASCII becomes an alternative of byte sequences; a negated
 * one takes one byte of them where Go takes a whole character. \p{…} has its exact members in ASCII and every byte
 * beyond it, but where the class is of ASCII only. */
#include "base/text.h"
#include "secret/go_regex_parts.h"

enum { ASCII_N = 128, CODE_POINT_MAX = 0x10ffff };

static void ascii_add(struct dd_go_class *c, unsigned first, unsigned last)
{
	for (unsigned i = first; i <= last && i < ASCII_N; i++)
		c->ascii[i / 64] |= UINT64_C(1) << (i % 64);
}

static bool ascii_has(const struct dd_go_class *c, unsigned i)
{
	return c->ascii[i / 64] >> (i % 64) & 1;
}

enum dd_code dd_go_class_add(struct dd_go_class *c, uint32_t first, uint32_t last, struct dd_err *err)
{
	ascii_add(c, first, last);
	if (last < ASCII_N)
		return DD_OK;
	if (c->n == DD_GO_RANGES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d ranges of characters that are no ASCII",
			       DD_GO_RANGES_MAX);
	c->ranges[c->n].first = first < ASCII_N ? ASCII_N : first;
	c->ranges[c->n++].last = last;
	return DD_OK;
}

/* members: pairs of first and last. */
static void add_members(struct dd_go_class *c, const char *members, bool others, bool negated)
{
	struct dd_go_class set = { .all_others = others };
	if (members[0] == 1) /* NUL cannot stand there itself */
		ascii_add(&set, 0, 0);
	for (const char *m = members; m[0]; m += 2)
		ascii_add(&set, (unsigned char)m[0], (unsigned char)m[1]);
	c->ascii[0] |= negated ? ~set.ascii[0] : set.ascii[0];
	c->ascii[1] |= negated ? ~set.ascii[1] : set.ascii[1];
	c->all_others |= others || negated;
}

struct named {
	const char *name, *members;
	bool ascii_only;
};

#define ALL	"\001\177"
#define CONTROL "\001\037\177\177"
static const struct named unicode[] = {
	{ "Any", ALL, false },
	{ "C", CONTROL, false },
	{ "Cc", CONTROL, false },
	{ "Common", "\001@[`{\177", false },
	{ "L", "AZaz", false },
	{ "Latin", "AZaz", false },
	{ "Ll", "az", false },
	{ "Lu", "AZ", false },
	{ "N", "09", false },
	{ "Nd", "09", false },
	{ "P", "!#%*,/:;?@[]__{{}}", false },
	{ "Pc", "__", false },
	{ "Pd", "--", false },
	{ "Pe", "))]]}}", false },
	{ "Po", "!#%'**,,./:;?@\\\\", false },
	{ "Ps", "(([[{{", false },
	{ "S", "$$++<>^^``||~~", false },
	{ "Sc", "$$", false },
	{ "Sk", "^^``", false },
	{ "Sm", "++<>||~~", false },
	{ "Z", "  ", false },
	{ "Zs", "  ", false },
};
static const struct named posix[] = {
	{ "alnum", "09AZaz", true },   { "alpha", "AZaz", true },    { "ascii", ALL, true },
	{ "blank", "\t\t  ", true },   { "cntrl", CONTROL, true },   { "digit", "09", true },
	{ "graph", "!~", true },       { "lower", "az", true },	     { "print", " ~", true },
	{ "punct", "!/:@[`{~", true }, { "space", "\t\r  ", true },  { "upper", "AZ", true },
	{ "word", "09AZaz__", true },  { "xdigit", "09AFaf", true },
};

static void add_named(struct dd_go_class *c, const struct named *n, bool negated)
{
	add_members(c, n->members, !n->ascii_only, negated);
}

static const struct named *find_named(const struct named *names, size_t n, struct dd_str name)
{
	for (size_t i = 0; i < n; i++)
		if (dd_str_eq_c(name, names[i].name))
			return &names[i];
	return NULL;
}

/* A script or a class without members in ASCII; Go takes their names in any case from 1.25 on. */
static bool is_other_name(struct dd_str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!dd_is_alpha(name.p[i]) && name.p[i] != '_')
			return false;
	return name.n > 0;
}

static bool unicode_class(struct dd_go_reader *r, struct dd_go_class *c)
{
	struct dd_str rest = dd_str_skip(r->pattern, r->at);
	bool negated = rest.p[0] == 'P';
	if (rest.n < 2)
		return false;
	struct dd_str name = dd_str_take(dd_str_skip(rest, 1), 1);
	size_t used = 2;
	if (name.p[0] == '{') {
		rest = dd_str_skip(rest, 2);
		size_t end = dd_str_find(rest, '}');
		if (end == rest.n)
			return false;
		name = dd_str_take(rest, end);
		used = end + 3;
	}
	if (name.n && name.p[0] == '^') {
		negated = !negated;
		name = dd_str_skip(name, 1);
	}
	const struct named *n = find_named(unicode, DD_COUNT(unicode), name);
	if (!n && !is_other_name(name))
		return false;
	add_named(c, n ? n : &(struct named){ "", "", false }, negated);
	r->at += used;
	return true;
}

bool dd_go_named_class(struct dd_go_reader *r, struct dd_go_class *c)
{
	static const struct {
		char letter;
		const char *members;
	} perl[] = { { 'd', "09" }, { 's', "\t\n\f\r  " }, { 'w', "09AZaz__" } };
	if (r->at >= r->pattern.n)
		return false;
	char letter = r->pattern.p[r->at];
	if (letter == 'p' || letter == 'P')
		return unicode_class(r, c);
	for (size_t i = 0; i < DD_COUNT(perl); i++)
		if (dd_lower(letter) == perl[i].letter) {
			add_named(c, &(struct named){ "", perl[i].members, true }, letter != perl[i].letter);
			r->at++;
			return true;
		}
	return false;
}

enum dd_code dd_go_posix_class(struct dd_go_reader *r, struct dd_go_class *c, bool *ret_is, struct dd_err *err)
{
	struct dd_str rest = dd_str_skip(r->pattern, r->at);
	size_t end = dd_str_search(rest, DD_STR(":]"));
	*ret_is = dd_str_starts(rest, DD_STR("[:")) && end >= 2 && end < rest.n;
	if (!*ret_is)
		return DD_OK;
	struct dd_str name = dd_str_take(dd_str_skip(rest, 2), end - 2);
	bool negated = name.n && name.p[0] == '^';
	const struct named *n = find_named(posix, DD_COUNT(posix), dd_str_skip(name, negated));
	if (!n)
		return dd_fail(err, DD_EPARSE, r->at, "invalid character class range: %s",
			       DD_QUOTE(dd_str_take(rest, end + 2)));
	add_named(c, n, negated);
	r->at += end + 2;
	return DD_OK;
}

uint32_t dd_go_read_char(struct dd_go_reader *r)
{
	struct dd_str rest = dd_str_skip(r->pattern, r->at);
	size_t n = dd_utf8_len(rest);
	if (!n) {
		r->at++;
		return (unsigned char)rest.p[0];
	}
	r->at += n;
	return dd_utf8_decode(rest);
}

static int digit_of(char c)
{
	if (dd_is_digit(c))
		return c - '0';
	c = dd_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 255;
}

static char peek(const struct dd_go_reader *r)
{
	return r->at < r->pattern.n ? r->pattern.p[r->at] : 0;
}

/* \x7F \x{10FFFF}, behind the x. */
static bool read_hex(struct dd_go_reader *r, uint32_t *ret)
{
	uint32_t value = 0;
	if (peek(r) != '{') {
		for (int i = 0; i < 2; i++, r->at++) {
			if (digit_of(peek(r)) > 15)
				return false;
			value = value * 16 + (uint32_t)digit_of(peek(r));
		}
		*ret = value;
		return true;
	}
	size_t digits = 0;
	for (r->at++; digit_of(peek(r)) < 16; r->at++, digits++) {
		value = value * 16 + (uint32_t)digit_of(peek(r));
		if (value > CODE_POINT_MAX)
			return false;
	}
	if (!digits || peek(r) != '}')
		return false;
	r->at++;
	*ret = value;
	return true;
}

enum dd_code dd_go_read_escape(struct dd_go_reader *r, uint32_t *ret, struct dd_err *err)
{
	static const char letters[] = "aftnrv", values[] = "\a\f\t\n\r\v";
	const size_t start = r->at - 1;
	if (r->at >= r->pattern.n)
		return dd_fail(err, DD_EPARSE, start, "trailing backslash at end of expression");
	const char c = peek(r);
	const char *letter = c ? strchr(letters, c) : NULL;
	if (letter) {
		r->at++;
		*ret = (unsigned char)values[letter - letters];
		return DD_OK;
	}
	if ((unsigned char)c < ASCII_N && !dd_is_digit(c) && !dd_is_alpha(c)) {
		*ret = dd_go_read_char(r);
		return DD_OK;
	}
	struct dd_go_reader next = { r->pattern, r->at + 1 };
	const bool octal = c == '0' || (c >= '1' && c <= '7' && peek(&next) >= '0' && peek(&next) <= '7');
	if (octal) {
		uint32_t value = 0;
		for (int i = 0; i < 3 && peek(r) >= '0' && peek(r) <= '7'; i++, r->at++)
			value = value * 8 + (uint32_t)(peek(r) - '0');
		*ret = value;
		return DD_OK;
	}
	if (c == 'x' && read_hex(&next, ret)) {
		r->at = next.at;
		return DD_OK;
	}
	const char *more = c >= '1' && c <= '9' ? " (back-references are not part of Go's syntax)" : "";
	(void)dd_go_read_char(r);
	return dd_fail(err, DD_EPARSE, start, "invalid escape sequence: %s%s",
		       DD_QUOTE(dd_str_take(dd_str_skip(r->pattern, start), r->at - start)), more);
}

static enum dd_code read_member(struct dd_go_reader *r, uint32_t *ret, struct dd_err *err)
{
	if (r->at >= r->pattern.n)
		return dd_fail(err, DD_EPARSE, r->at, "missing closing ]");
	if (peek(r) == '\\') {
		r->at++;
		return dd_go_read_escape(r, ret, err);
	}
	*ret = dd_go_read_char(r);
	return DD_OK;
}

static enum dd_code read_range(struct dd_go_reader *r, struct dd_go_class *c, struct dd_err *err)
{
	const size_t start = r->at;
	uint32_t first, last;
	DD_TRY(read_member(r, &first, err));
	last = first;
	struct dd_str rest = dd_str_skip(r->pattern, r->at);
	if (rest.n >= 2 && rest.p[0] == '-' && rest.p[1] != ']') {
		r->at++;
		DD_TRY(read_member(r, &last, err));
	}
	if (last < first)
		return dd_fail(err, DD_EPARSE, start, "invalid character class range: %s",
			       DD_QUOTE(dd_str_take(dd_str_skip(r->pattern, start), r->at - start)));
	return dd_go_class_add(c, first, last, err);
}

enum dd_code dd_go_read_class(struct dd_go_reader *r, struct dd_buf *out, struct dd_err *err)
{
	const size_t start = r->at - 1;
	struct dd_go_class c = { .n = 0 };
	const bool negated = peek(r) == '^';
	r->at += negated;
	for (bool first = true;; first = false) {
		if (r->at >= r->pattern.n)
			return dd_fail(err, DD_EPARSE, start, "missing closing ]");
		if (peek(r) == ']' && !first)
			break;
		bool named = false;
		DD_TRY(dd_go_posix_class(r, &c, &named, err));
		if (!named && peek(r) == '\\') {
			struct dd_go_reader next = { r->pattern, r->at + 1 };
			named = dd_go_named_class(&next, &c);
			r->at = named ? next.at : r->at;
		}
		if (!named)
			DD_TRY(read_range(r, &c, err));
	}
	r->at++;
	dd_go_class_write(&c, negated, out);
	return DD_OK;
}

static void write_byte(unsigned c, bool in_class, struct dd_buf *out)
{
	if (c < ' ' || c >= 127)
		(void)dd_buf_addf(out, "\\x%02x", c);
	else if (strchr(in_class ? "\\]^-[" : "\\^$.|?*+()[]{}", (int)c))
		(void)dd_buf_addf(out, "\\%c", (char)c);
	else
		(void)dd_buf_add_char(out, (char)c);
}

static size_t encode(uint32_t c, unsigned char b[4])
{
	if (c < 0x80)
		return b[0] = (unsigned char)c, 1;
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		b[i] = (unsigned char)(0x80 | (c & 63));
	b[0] = (unsigned char)(lead[n] | c);
	return n;
}

void dd_go_write_char(uint32_t c, struct dd_buf *out)
{
	if (c < ASCII_N) {
		write_byte(c, false, out);
		return;
	}
	unsigned char b[4];
	size_t n = encode(c, b);
	(void)dd_buf_add_c(out, "(?:");
	for (size_t i = 0; i < n; i++)
		write_byte(b[i], false, out);
	(void)dd_buf_add_char(out, ')');
}

/* Sequences of byte ranges that are the code points from lo to hi (R. Cox, "Regular Expression Matching in the Wild",
 * "Compiling UTF-8"). Calls itself at most twice for each of four lengths and three places. */
static void write_code_points(uint32_t lo, uint32_t hi, struct dd_buf *out)
{
	static const uint32_t last_of_length[] = { 0x7ff, 0xffff };
	for (size_t i = 0; i < DD_COUNT(last_of_length); i++)
		if (lo <= last_of_length[i] && hi > last_of_length[i]) {
			write_code_points(lo, last_of_length[i], out);
			write_code_points(last_of_length[i] + 1, hi, out);
			return;
		}
	for (unsigned i = 1; i < 4; i++) {
		const uint32_t m = (UINT32_C(1) << (6 * i)) - 1;
		if ((lo & ~m) == (hi & ~m))
			continue;
		if (lo & m) {
			write_code_points(lo, lo | m, out);
			write_code_points((lo | m) + 1, hi, out);
			return;
		}
		if ((hi & m) != m) {
			write_code_points(lo, (hi & ~m) - 1, out);
			write_code_points(hi & ~m, hi, out);
			return;
		}
	}
	unsigned char a[4], b[4];
	const size_t n = encode(lo, a);
	(void)encode(hi, b);
	(void)dd_buf_add_char(out, '|');
	for (size_t i = 0; i < n; i++) {
		if (a[i] == b[i])
			write_byte(a[i], false, out);
		else
			(void)dd_buf_addf(out, "[\\x%02x-\\x%02x]", a[i], b[i]);
	}
}

static void write_ascii(const struct dd_go_class *c, bool others, struct dd_buf *out)
{
	for (unsigned i = 0; i < ASCII_N; i++) {
		if (!ascii_has(c, i))
			continue;
		unsigned last = i;
		while (last + 1 < ASCII_N && ascii_has(c, last + 1))
			last++;
		write_byte(i, true, out);
		if (last > i + 1)
			(void)dd_buf_add_char(out, '-');
		if (last > i)
			write_byte(last, true, out);
		i = last;
	}
	if (others)
		(void)dd_buf_add_c(out, "\\x80-\\xff");
}

void dd_go_class_write(const struct dd_go_class *c, bool negated, struct dd_buf *out)
{
	const bool ascii = c->ascii[0] || c->ascii[1] || c->all_others;
	const bool sequences = c->n && !negated && !c->all_others;
	if (sequences)
		(void)dd_buf_add_c(out, "(?:");
	if (negated && !ascii) {
		(void)dd_buf_add_c(out, "[\\x00-\\xff]");
	} else if (!ascii) {
		(void)dd_buf_add_c(out, "[^\\x00-\\xff]");
	} else {
		(void)dd_buf_add_c(out, negated ? "[^" : "[");
		write_ascii(c, c->all_others, out);
		(void)dd_buf_add_char(out, ']');
	}
	if (!sequences)
		return;
	for (size_t i = 0; i < c->n; i++)
		write_code_points(c->ranges[i].first, c->ranges[i].last, out);
	(void)dd_buf_add_char(out, ')');
}
