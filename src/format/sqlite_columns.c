/* SPDX-License-Identifier: Apache-2.0 */
/* CREATE TABLE name ( column-def, … [, constraint, …] ) options
 * column-def = name anything; constraint begins with one of five words. A name may be quoted by "", ``, [] or ''.
 * A table WITHOUT ROWID stores the columns of its primary key first, in the key's order. Generated columns that are not
 * stored are not told from others: names behind them are one off. Source: sqlite.org/lang_createtable.html. */
#include "format/sqlite_pages.h"

struct token {
	struct dd_str text; /* without quotes */
	bool quoted;
};

static bool is_word(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Blanks and comments. */
static struct dd_str skip_blanks(struct dd_str s)
{
	for (;;) {
		if (s.n && dd_is_blank(s.p[0])) {
			s = dd_str_skip(s, 1);
		} else if (dd_str_starts(s, DD_STR("--"))) {
			s = dd_str_skip(s, dd_str_find(s, '\n'));
		} else if (dd_str_starts(s, DD_STR("/*"))) {
			size_t end = dd_str_search(s, DD_STR("*/"));
			s = dd_str_skip(s, end < s.n ? end + 2 : s.n);
		} else {
			return s;
		}
	}
}

/* A name, number, quoted text or single character; false at the end. */
static bool take_token(struct dd_str *s, struct token *ret)
{
	*s = skip_blanks(*s);
	if (!s->n)
		return false;
	char c = s->p[0], close = c == '[' ? ']' : c == '"' || c == '`' || c == '\'' ? c : 0;
	size_t n = 1;
	if (close) {
		struct dd_str rest = dd_str_skip(*s, 1);
		size_t end = dd_str_find(rest, close);
		*ret = (struct token){ dd_str_take(rest, end), true };
		*s = dd_str_skip(rest, end + 1);
		return true;
	}
	while (is_word(c) && n < s->n && is_word(s->p[n]))
		n++;
	*ret = (struct token){ dd_str_take(*s, n), false };
	*s = dd_str_skip(*s, n);
	return true;
}

static bool is_one(const struct token *t, const char *word)
{
	return !t->quoted && dd_str_eq_nocase(t->text, dd_str_from(word));
}

static bool begins_constraint(const struct token *t)
{
	static const char *const words[] = { "CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN" };
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (is_one(t, words[i]))
			return true;
	return false;
}

/* Moves the column of that name to place `to`, those between one back. */
static size_t put_key(struct dd_str *out, size_t n, struct dd_str name, size_t to)
{
	for (size_t i = to; i < n; i++) {
		if (!dd_str_eq_nocase(out[i], name))
			continue;
		struct dd_str found = out[i];
		memmove(out + to + 1, out + to, (i - to) * sizeof *out);
		out[to] = found;
		return to + 1;
	}
	return to;
}

struct reading {
	struct dd_str *out;
	size_t n, max;
	struct dd_str key; /* inside the parentheses of PRIMARY KEY ( … ), or the one column's name */
};

/* One definition up to its comma or the end of the list; false: the list ends. */
static bool take_definition(struct dd_str *s, struct reading *r)
{
	struct token t, first = { { "", 0 }, false };
	bool any = false, primary = false, key = false, constraint = false;
	size_t depth = 0;
	while (take_token(s, &t)) {
		if (!any) {
			first = t;
			constraint = begins_constraint(&t);
		}
		any = true;
		if (depth == 0 && is_one(&t, ")"))
			break;
		if (depth == 0 && is_one(&t, ","))
			break;
		if (is_one(&t, "(") && key && constraint && depth == 0 && !r->key.n)
			r->key = *s;
		depth += is_one(&t, "(");
		depth -= is_one(&t, ")");
		key = depth == 0 && primary && is_one(&t, "KEY");
		if (key && !constraint && !r->key.n)
			r->key = first.text;
		primary = depth == 0 && is_one(&t, "PRIMARY");
		t = (struct token){ { "", 0 }, false };
	}
	if (any && !constraint && !is_one(&first, ")") && r->n < r->max)
		r->out[r->n++] = first.text;
	return is_one(&t, ",");
}

size_t dd_sqlite_columns(struct dd_str sql, bool keyed, struct dd_str *out, size_t max)
{
	struct reading r = { .out = out, .max = max };
	struct token t = { { "", 0 }, false };
	size_t to = 0;
	while (take_token(&sql, &t) && !is_one(&t, "("))
		;
	if (!is_one(&t, "("))
		return 0;
	while (r.n < max && take_definition(&sql, &r))
		;
	/* The key's columns up to its parenthesis; of one column the text ends with it. */
	while (keyed && take_token(&r.key, &t) && !is_one(&t, ")"))
		to = put_key(out, r.n, t.text, to);
	return r.n;
}
