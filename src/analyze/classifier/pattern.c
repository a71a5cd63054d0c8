/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/classifier/pattern.h"

#include "base/cleanup.h"

static bool is_tail(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || c == '.' || c == '_' || c == '+' || c == '~' || c == '-';
}

static bool is_numbers(char c)
{
	return dd_is_digit(c) || c == '.';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_word(char c)
{
	return dd_is_digit(c) || (c >= 'a' && c <= 'z');
}

/* Which bytes a part takes, and how many at least. */
static const struct {
	bool (*takes)(char c);
	size_t least;
} kinds[] = {
	[DD_PATTERN_NUMBERS] = { is_numbers, 3 }, [DD_PATTERN_VERSION] = { is_tail, 3 },
	[DD_PATTERN_DIGITS] = { dd_is_digit, 1 }, [DD_PATTERN_BLANKS] = { is_blank, 1 },
	[DD_PATTERN_TAIL] = { is_tail, 0 },	  [DD_PATTERN_WORD] = { is_word, 1 },
};

static bool add_part(struct dd_pattern *p, enum dd_pattern_kind kind, uint16_t n)
{
	if (p->n == DD_PATTERN_PARTS_MAX)
		return false;
	p->parts[p->n++] = (struct dd_pattern_part){ .kind = kind, .n = n };
	return true;
}

/* Appends to the literal that is the last part, or begins one; `fresh` begins one anyway (a capture's edge is there).
 */
static bool add_bytes(struct dd_pattern *p, struct dd_str s, size_t *used, bool *fresh)
{
	if (*used + s.n > DD_PATTERN_BYTES_MAX)
		return false;
	if (*fresh || p->n == 0 || p->parts[p->n - 1].kind != DD_PATTERN_LITERAL) {
		if (!add_part(p, DD_PATTERN_LITERAL, 0))
			return false;
		p->parts[p->n - 1].at = (uint16_t)*used;
	}
	*fresh = false;
	memcpy(p->bytes + *used, s.p, s.n);
	*used += s.n;
	p->parts[p->n - 1].n = (uint16_t)(p->parts[p->n - 1].n + s.n);
	return true;
}

/* What stands behind a percent sign, cut off *text. */
static bool read_escape(struct dd_pattern *p, struct dd_str *text, struct dd_str numbers, size_t *used, bool *fresh)
{
	static const struct {
		char c;
		enum dd_pattern_kind kind;
	} letters[] = { { 'v', DD_PATTERN_NUMBERS },
			{ 'V', DD_PATTERN_VERSION },
			{ 'd', DD_PATTERN_DIGITS },
			{ 's', DD_PATTERN_BLANKS },
			{ 't', DD_PATTERN_TAIL } };
	static const struct {
		char c, byte;
	} bytes[] = { { '0', '\0' }, { 'n', '\n' }, { '%', '%' } };
	if (text->n == 0)
		return false;
	if (text->n >= 3 && dd_is_digit(text->p[0]) && dd_is_digit(text->p[1])) {
		uint16_t n = (uint16_t)((text->p[0] - '0') * 10 + text->p[1] - '0');
		char class = text->p[2];
		*text = dd_str_skip(*text, 3);
		return n > 0 && n <= DD_PATTERN_RUN_MAX && (class == 'd' || class == 'a') &&
		       add_part(p, class == 'd' ? DD_PATTERN_DIGITS : DD_PATTERN_WORD, n);
	}
	char c = text->p[0];
	*text = dd_str_skip(*text, 1);
	for (size_t i = 0; i < DD_COUNT(letters); i++)
		if (letters[i].c == c)
			return add_part(p, letters[i].kind, 0);
	for (size_t i = 0; i < DD_COUNT(bytes); i++)
		if (bytes[i].c == c)
			return add_bytes(p, (struct dd_str){ &bytes[i].byte, 1 }, used, fresh);
	return c == 'p' && numbers.n && add_bytes(p, numbers, used, fresh);
}

bool dd_pattern_read(struct dd_pattern *p, struct dd_str text, struct dd_str numbers)
{
	size_t used = 0;
	int marks = 0;
	bool fresh = true;
	*p = (struct dd_pattern){ .n = 0 };
	while (text.n) {
		struct dd_str c = dd_str_take(text, 1);
		text = dd_str_skip(text, 1);
		if (c.p[0] == '<' || c.p[0] == '>') {
			if (c.p[0] != "<>?"[marks++])
				return false;
			*(marks == 1 ? &p->from : &p->to) = p->n;
			fresh = true;
		} else if (c.p[0] == '%') {
			if (!read_escape(p, &text, numbers, &used, &fresh))
				return false;
		} else if (!add_bytes(p, c, &used, &fresh)) {
			return false;
		}
	}
	/* A tail would take the version in front of it, too, when met from behind: begin before it. */
	p->anchor = p->n;
	for (size_t i = 0; i < p->n && p->parts[i].kind != DD_PATTERN_TAIL; i++)
		if (p->parts[i].kind == DD_PATTERN_LITERAL &&
		    (p->anchor == p->n || p->parts[i].n > p->parts[p->anchor].n))
			p->anchor = i;
	return marks == 2 && p->from < p->to && p->anchor < p->n;
}

static struct dd_str literal(const struct dd_pattern *p, size_t i)
{
	return (struct dd_str){ p->bytes + p->parts[i].at, p->parts[i].n };
}

/* Digits, a dot and a digit: the least that is a version. */
static bool is_version(struct dd_str s)
{
	size_t i = 0;
	while (i < s.n && dd_is_digit(s.p[i]))
		i++;
	return i > 0 && i + 1 < s.n && s.p[i] == '.' && dd_is_digit(s.p[i + 1]);
}

/* How many bytes a part takes at the start of s; SIZE_MAX: it does not fit. */
static size_t take_forwards(const struct dd_pattern *p, size_t i, struct dd_str s)
{
	const struct dd_pattern_part *part = &p->parts[i];
	if (part->kind == DD_PATTERN_LITERAL)
		return dd_str_starts(s, literal(p, i)) ? part->n : SIZE_MAX;
	size_t n = 0, most = part->n ? part->n : DD_PATTERN_RUN_MAX;
	while (n < s.n && n < most && kinds[part->kind].takes(s.p[n]))
		n++;
	if (part->n)
		return n == part->n ? n : SIZE_MAX;
	if (part->kind == DD_PATTERN_NUMBERS || part->kind == DD_PATTERN_VERSION) {
		while (n && s.p[n - 1] == '.')
			n--;
		if (!is_version(dd_str_take(s, n)))
			return SIZE_MAX;
	}
	return n >= kinds[part->kind].least ? n : SIZE_MAX;
}

/* The same at the end of s. */
static size_t take_backwards(const struct dd_pattern *p, size_t i, struct dd_str s)
{
	const struct dd_pattern_part *part = &p->parts[i];
	if (part->kind == DD_PATTERN_LITERAL)
		return dd_str_ends(s, literal(p, i)) ? part->n : SIZE_MAX;
	size_t n = 0, most = part->n ? part->n : DD_PATTERN_RUN_MAX;
	while (n < s.n && n < most && kinds[part->kind].takes(s.p[s.n - n - 1]))
		n++;
	if (part->n)
		return n == part->n ? n : SIZE_MAX;
	if (part->kind == DD_PATTERN_NUMBERS || part->kind == DD_PATTERN_VERSION) {
		while (n && s.p[s.n - n] == '.')
			n--;
		if (!is_version(dd_str_skip(s, s.n - n)))
			return SIZE_MAX;
	}
	return n >= kinds[part->kind].least ? n : SIZE_MAX;
}

/* The version when the pattern fits around an anchor at `at`; empty: it does not. */
static struct dd_str match_at(const struct dd_pattern *p, struct dd_str data, size_t at)
{
	size_t begin = at, end = at, from = SIZE_MAX, to = SIZE_MAX;
	for (size_t i = p->anchor; i < p->n; i++) {
		if (i == p->from)
			from = end;
		size_t n = take_forwards(p, i, dd_str_skip(data, end));
		if (n == SIZE_MAX)
			return DD_STR("");
		end += n;
		if (i + 1 == p->to)
			to = end;
	}
	for (size_t i = p->anchor; i-- > 0;) {
		if (i + 1 == p->to)
			to = begin;
		size_t n = take_backwards(p, i, dd_str_take(data, begin));
		if (n == SIZE_MAX)
			return DD_STR("");
		begin -= n;
		if (i == p->from)
			from = begin;
	}
	return dd_str_take(dd_str_skip(data, from), to - from);
}

struct dd_str dd_pattern_search(const struct dd_pattern *p, struct dd_str data)
{
	struct dd_str needle = literal(p, p->anchor);
	size_t at = 0;
	for (int hits = 0; hits < DD_PATTERN_HITS_MAX; hits++, at++) {
		struct dd_str rest = dd_str_skip(data, at);
		size_t found = dd_str_search(rest, needle);
		if (found == rest.n)
			break;
		at += found;
		struct dd_str version = match_at(p, data, at);
		if (version.n)
			return version;
	}
	return DD_STR("");
}
