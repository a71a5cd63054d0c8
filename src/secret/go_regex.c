/* SPDX-License-Identifier: Apache-2.0 */
/* Go's regular expressions (pkg.go.dev/regexp/syntax; Go 1.22's parse.go with its Perl flags), read once from left to
 * right and written as PCRE2 has them:
 *   \A \z           (?-m:^) (?-m:$), which know whether the text goes on outside of what is searched
 *   \s [[:space:]]  written out: RE2's \s has no VT
 *   (?U)            the repeats turned round; the flag itself is not written
 *   (?P<n>…)        a group without name: PCRE2 has rules for names that Go has not
 *   \Q…\E \pL \C    characters and sets; \C is an error, as in Go
 *   {               that begins no repeat is a character, for PCRE2 10.43 too ({,3})
 * Look-around, back-references, atomic groups, possessive repeats, comments, (?x): errors, as in Go. */
#include "secret/go_regex.h"

#include "secret/go_regex_parts.h"

enum { NOTHING, ATOM, REPEATED }; /* what a repeat would be of */

struct translation {
	struct dd_go_reader r;
	struct dd_buf *out;
	unsigned repeat_max;
	struct dd_str wanted;
	unsigned groups; /* that capture */
	int last;
	size_t last_repeat; /* where it began */
	unsigned depth;
	/* of open groups, and of what is outside of all */
	struct {
		size_t at;
		bool ungreedy;
	} open[DD_GO_REGEX_NESTING_MAX + 1];
};

static char at(const struct translation *t, size_t ahead)
{
	return t->r.at + ahead < t->r.pattern.n ? t->r.pattern.p[t->r.at + ahead] : 0;
}

static struct dd_str from(const struct translation *t, size_t start, size_t end)
{
	end = end > t->r.pattern.n ? t->r.pattern.n : end;
	return dd_str_take(dd_str_skip(t->r.pattern, start), end - start);
}

/* --- repeats --- */

struct repeat {
	size_t length;	   /* 0: it is none */
	uint64_t min, max; /* UINT64_MAX: no end */
};

static bool read_number(const struct translation *t, size_t *ahead, uint64_t *ret)
{
	size_t n = 0;
	while (dd_is_digit(at(t, *ahead + n)))
		n++;
	if (!n || (n > 1 && at(t, *ahead) == '0'))
		return false;
	if (!dd_str_u64(from(t, t->r.at + *ahead, t->r.at + *ahead + n), UINT32_MAX, ret))
		*ret = UINT32_MAX;
	*ahead += n;
	return true;
}

static struct repeat peek_repeat(const struct translation *t)
{
	const struct repeat none = { 0, 0, 0 };
	const char c = at(t, 0);
	if (c == '*' || c == '+' || c == '?')
		return (struct repeat){ 1, c == '+', c == '?' ? 1 : UINT64_MAX };
	size_t ahead = 1;
	struct repeat r = { 0, 0, 0 };
	if (c != '{' || !read_number(t, &ahead, &r.min))
		return none;
	r.max = r.min;
	if (at(t, ahead) == ',') {
		ahead++;
		r.max = UINT64_MAX;
		if (at(t, ahead) != '}' && !read_number(t, &ahead, &r.max))
			return none;
	}
	if (at(t, ahead) != '}')
		return none;
	r.length = ahead + 1;
	return r;
}

static enum dd_code add_repeat(struct translation *t, struct repeat r, struct dd_err *err)
{
	const size_t start = t->r.at;
	const char *what =
		t->last == NOTHING ? "missing argument to repetition operator" : "invalid nested repetition operator";
	if (t->last != ATOM)
		return dd_fail(err, DD_EPARSE, start, "%s: %s%s", what,
			       DD_QUOTE(from(t, t->last == NOTHING ? start : t->last_repeat, start + r.length)),
			       t->last == REPEATED && at(t, 0) == '+'
				       ? " (possessive repeats are not part of Go's syntax)"
				       : "");
	const bool counted = at(t, 0) == '{';
	if (counted && (r.min > t->repeat_max || (r.max != UINT64_MAX && (r.max > t->repeat_max || r.min > r.max))))
		return dd_fail(err, DD_EPARSE, start, "invalid repeat count: %s",
			       DD_QUOTE(from(t, start, start + r.length)));
	(void)dd_buf_add_str(t->out, from(t, start, start + r.length));
	t->r.at += r.length;
	const bool lazy = at(t, 0) == '?';
	t->r.at += lazy;
	if (lazy != t->open[t->depth].ungreedy)
		(void)dd_buf_add_char(t->out, '?');
	t->last = REPEATED;
	t->last_repeat = start;
	return DD_OK;
}

/* --- groups --- */

static enum dd_code open_group(struct translation *t, size_t start, bool ungreedy, struct dd_err *err)
{
	if (t->depth == DD_GO_REGEX_NESTING_MAX)
		return dd_fail(err, DD_ELIMIT, start, "groups are nested deeper than %d", DD_GO_REGEX_NESTING_MAX);
	t->depth++;
	t->open[t->depth].at = start;
	t->open[t->depth].ungreedy = ungreedy;
	t->last = NOTHING;
	return DD_OK;
}

static enum dd_code open_capture(struct translation *t, size_t start, struct dd_str name, struct dd_err *err)
{
	const bool captures = !t->wanted.n || dd_str_eq(name, t->wanted);
	if (captures && t->groups++ == DD_GO_REGEX_GROUPS_MAX)
		return dd_fail(err, DD_ELIMIT, start, "more than %d groups", DD_GO_REGEX_GROUPS_MAX);
	(void)dd_buf_add_c(t->out, captures ? "(" : "(?:");
	return open_group(t, start, t->open[t->depth].ungreedy, err);
}

static enum dd_code open_named(struct translation *t, size_t start, size_t name_at, struct dd_err *err)
{
	struct dd_str rest = dd_str_skip(t->r.pattern, name_at);
	struct dd_str name = dd_str_take(rest, dd_str_find(rest, '>'));
	bool valid = name.n && name.n < rest.n;
	for (size_t i = 0; i < name.n; i++)
		valid = valid && (dd_is_alpha(name.p[i]) || dd_is_digit(name.p[i]) || name.p[i] == '_');
	if (!valid)
		return dd_fail(err, DD_EPARSE, start, "invalid named capture: %s",
			       DD_QUOTE(from(t, start, name_at + name.n + 1)));
	t->r.at = name_at + name.n + 1;
	return open_capture(t, start, name, err);
}

static enum dd_code fail_perl(const struct translation *t, size_t start, size_t end, struct dd_err *err)
{
	struct dd_str what = from(t, start, end);
	const char c = what.n > 2 ? what.p[what.n - 1] : 0;
	return dd_fail(err, DD_EPARSE, start, "invalid or unsupported Perl syntax: %s%s", DD_QUOTE(what),
		       c == '=' || c == '!' ? " (look-around is not part of Go's syntax)"
		       : c == '>'	    ? " (atomic groups are not part of Go's syntax)"
					    : "");
}

/* What stands behind "(?": flags, and what they are for. */
struct flags {
	char on[4], off[4]; /* of i, m, s */
	bool ungreedy;
	bool group; /* ends in ':' */
};

static void add_flag(struct flags *f, bool off, char c)
{
	char *list = off ? f->off : f->on;
	char *other = off ? f->on : f->off;
	if (!strchr(list, c))
		list[strlen(list)] = c;
	char *undone = strchr(other, c);
	if (undone)
		memmove(undone, undone + 1, strlen(undone));
}

static enum dd_code read_flags(struct translation *t, size_t start, struct flags *f, struct dd_err *err)
{
	bool off = false, seen = true;
	for (;; t->r.at++) {
		const char c = at(t, 0);
		if (c == 'U') {
			f->ungreedy = !off;
			seen = true;
		} else if (c && strchr("ims", c)) {
			add_flag(f, off, c);
			seen = true;
		} else if (c == '-' && !off) {
			off = true;
			seen = false;
		} else if ((c == ':' || c == ')') && seen) {
			f->group = c == ':';
			t->r.at++;
			return DD_OK;
		} else {
			return t->r.at >= t->r.pattern.n ? dd_fail(err, DD_EPARSE, start, "missing closing ): %s",
								   DD_QUOTE(from(t, start, t->r.at)))
							 : fail_perl(t, start, t->r.at + 1, err);
		}
	}
}

static enum dd_code add_flags(struct translation *t, size_t start, struct dd_err *err)
{
	struct flags f = { .ungreedy = t->open[t->depth].ungreedy };
	DD_TRY(read_flags(t, start, &f, err));
	if (f.group || f.on[0] || f.off[0])
		(void)dd_buf_addf(t->out, "(?%s%s%s%c", f.on, f.off[0] ? "-" : "", f.off, f.group ? ':' : ')');
	if (f.group)
		return open_group(t, start, f.ungreedy, err);
	t->open[t->depth].ungreedy = f.ungreedy;
	t->last = NOTHING;
	return DD_OK;
}

static enum dd_code add_open(struct translation *t, struct dd_err *err)
{
	const size_t start = t->r.at++;
	if (at(t, 0) != '?')
		return open_capture(t, start, DD_STR(""), err);
	t->r.at++;
	if (at(t, 0) == 'P' && at(t, 1) == '<')
		return open_named(t, start, start + 4, err);
	if (at(t, 0) == '<' && at(t, 1) != '=' && at(t, 1) != '!')
		return open_named(t, start, start + 3, err);
	if (at(t, 0) == '<')
		return fail_perl(t, start, start + 4, err);
	return add_flags(t, start, err);
}

static enum dd_code add_close(struct translation *t, struct dd_err *err)
{
	if (!t->depth)
		return dd_fail(err, DD_EPARSE, t->r.at, "unexpected )");
	t->depth--;
	t->r.at++;
	(void)dd_buf_add_char(t->out, ')');
	t->last = ATOM;
	return DD_OK;
}

/* --- the rest --- */

/* An assertion cannot be repeated in PCRE2, a group with one in it can. */
static void add_assertion(struct translation *t, const char *text, size_t used)
{
	t->r.at += used;
	(void)dd_buf_addf(t->out, peek_repeat(t).length ? "(?:%s)" : "%s", text);
	t->last = ATOM;
}

static void add_quoted(struct translation *t)
{
	t->r.at += 2;
	struct dd_str rest = dd_str_skip(t->r.pattern, t->r.at);
	const size_t end = t->r.at + dd_str_search(rest, DD_STR("\\E"));
	while (t->r.at < end) {
		dd_go_write_char(dd_go_read_char(&t->r), t->out);
		t->last = ATOM;
	}
	t->r.at = end < t->r.pattern.n ? end + 2 : end;
}

static enum dd_code add_escape(struct translation *t, struct dd_err *err)
{
	static const struct {
		char letter;
		const char *text;
	} assertions[] = { { 'A', "(?-m:^)" }, { 'z', "(?-m:$)" }, { 'b', "\\b" }, { 'B', "\\B" } };
	for (size_t i = 0; i < DD_COUNT(assertions); i++)
		if (at(t, 1) == assertions[i].letter) {
			add_assertion(t, assertions[i].text, 2);
			return DD_OK;
		}
	if (at(t, 1) == 'Q') {
		add_quoted(t);
		return DD_OK;
	}
	t->last = ATOM;
	if (at(t, 1) && strchr("dDwW", at(t, 1))) {
		(void)dd_buf_addf(t->out, "\\%c", at(t, 1));
		t->r.at += 2;
		return DD_OK;
	}
	const size_t start = t->r.at++;
	struct dd_go_class c = { .n = 0 };
	if (dd_go_named_class(&t->r, &c)) {
		dd_go_class_write(&c, false, t->out);
		return DD_OK;
	}
	if (at(t, 0) == 'p' || at(t, 0) == 'P')
		return dd_fail(err, DD_EPARSE, start, "invalid character class range: %s",
			       DD_QUOTE(from(t, start, start + 16)));
	uint32_t value;
	DD_TRY(dd_go_read_escape(&t->r, &value, err));
	dd_go_write_char(value, t->out);
	return DD_OK;
}

static enum dd_code add_next(struct translation *t, struct dd_err *err)
{
	const struct repeat r = peek_repeat(t);
	if (r.length)
		return add_repeat(t, r, err);
	switch (at(t, 0)) {
	case '(':
		return add_open(t, err);
	case ')':
		return add_close(t, err);
	case '\\':
		return add_escape(t, err);
	case '[':
		t->r.at++;
		t->last = ATOM;
		return dd_go_read_class(&t->r, t->out, err);
	case '|':
		t->r.at++;
		t->last = NOTHING;
		(void)dd_buf_add_char(t->out, '|');
		return DD_OK;
	case '^':
		add_assertion(t, "^", 1);
		return DD_OK;
	case '$':
		add_assertion(t, "$", 1);
		return DD_OK;
	case '.':
		t->r.at++;
		t->last = ATOM;
		(void)dd_buf_add_char(t->out, '.');
		return DD_OK;
	default:
		dd_go_write_char(dd_go_read_char(&t->r), t->out);
		t->last = ATOM;
		return DD_OK;
	}
}

enum dd_code dd_go_regex_translate(struct dd_str pattern, unsigned repeat_max, struct dd_str name, struct dd_buf *out,
				   unsigned *ret_groups, struct dd_err *err)
{
	struct translation t = { .r = { pattern, 0 }, .out = out, .repeat_max = repeat_max, .wanted = name };
	if (pattern.n > DD_GO_REGEX_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "longer than %d bytes", DD_GO_REGEX_BYTES_MAX);
	if (!dd_str_valid_utf8(pattern))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "invalid UTF-8");
	while (t.r.at < pattern.n)
		DD_TRY(add_next(&t, err));
	if (t.depth)
		return dd_fail(err, DD_EPARSE, t.open[t.depth].at, "missing closing )");
	DD_TRY(dd_buf_check(out, "the pattern", err));
	*ret_groups = t.groups;
	return DD_OK;
}
