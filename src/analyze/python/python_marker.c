/* SPDX-License-Identifier: Apache-2.0 */
/* Environment markers, as far as an image of a Linux system answers them.
 *
 *   or   = and *( "or" and )
 *   and  = expr *( "and" expr )
 *   expr = "(" or ")" / value operator value
 *   value = name / quoted text          operator = "<" "<=" "!=" "==" ">=" ">" "~=" "===" "in" / "not" "in"
 *
 * Three answers: no, maybe, yes; "and" takes the least, "or" the most. os_name, sys_platform and platform_system are
 * known; comparisons of everything else are maybe, as is a marker that breaks the grammar or nests deeper than
 * DEPTH_MAX. Source: PEP 508, packaging.python.org/specifications/dependency-specifiers "Environment markers". */
#include "analyze/python/python.h"

enum { DEPTH_MAX = 32 };
enum answer { NO, MAYBE, YES };

struct marker {
	struct dd_str rest;
	unsigned depth;
	bool broken;
};

static const struct {
	const char *name, *value;
} known[] = {
	{ "os_name", "posix" },	     { "os.name", "posix" },	     { "sys_platform", "linux" },
	{ "sys.platform", "linux" }, { "platform_system", "Linux" },
};

static const char *const operators[] = { "===", "==", "!=", "<=", ">=", "~=", "<", ">" };

static void skip_blanks(struct marker *m)
{
	while (m->rest.n && dd_is_blank(m->rest.p[0]))
		m->rest = dd_str_skip(m->rest, 1);
}

static bool is_word_byte(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || c == '_' || c == '.';
}

static struct dd_str peek_word(struct marker *m)
{
	size_t n = 0;
	skip_blanks(m);
	while (n < m->rest.n && is_word_byte(m->rest.p[n]))
		n++;
	return dd_str_take(m->rest, n);
}

static bool take_word(struct marker *m, const char *word)
{
	struct dd_str next = peek_word(m);
	if (!dd_str_eq_c(next, word))
		return false;
	m->rest = dd_str_skip(m->rest, next.n);
	return true;
}

/* False: a name whose value is not known here. */
static bool take_value(struct marker *m, struct dd_str *ret)
{
	struct dd_str name = peek_word(m);
	*ret = DD_STR("");
	if (name.n) {
		m->rest = dd_str_skip(m->rest, name.n);
		for (size_t i = 0; i < DD_COUNT(known); i++)
			if (dd_str_eq_c(name, known[i].name)) {
				*ret = dd_str_from(known[i].value);
				return true;
			}
		return false;
	}
	if (m->rest.n == 0 || (m->rest.p[0] != '\'' && m->rest.p[0] != '"')) {
		m->broken = true;
		return false;
	}
	struct dd_str text = dd_str_skip(m->rest, 1);
	size_t end = dd_str_find(text, m->rest.p[0]);
	m->broken = m->broken || end == text.n;
	*ret = dd_str_take(text, end);
	m->rest = dd_str_skip(text, end + 1);
	return true;
}

static const char *take_operator(struct marker *m)
{
	if (take_word(m, "in"))
		return "in";
	if (take_word(m, "not"))
		return take_word(m, "in") ? "not in" : NULL;
	for (size_t i = 0; i < DD_COUNT(operators); i++)
		if (dd_str_starts(m->rest, dd_str_from(operators[i]))) {
			m->rest = dd_str_skip(m->rest, strlen(operators[i]));
			return operators[i];
		}
	return NULL;
}

static enum answer compare(struct dd_str a, const char *op, struct dd_str b)
{
	bool contains = a.n == 0 || dd_str_search(b, a) < b.n;
	if (strcmp(op, "in") == 0)
		return contains ? YES : NO;
	if (strcmp(op, "not in") == 0)
		return contains ? NO : YES;
	if (strcmp(op, "==") == 0 || strcmp(op, "===") == 0)
		return dd_str_eq(a, b) ? YES : NO;
	if (strcmp(op, "!=") == 0)
		return dd_str_eq(a, b) ? NO : YES;
	return MAYBE;
}

static enum answer read_or(struct marker *m);

static enum answer read_expr(struct marker *m)
{
	struct dd_str a, b;
	skip_blanks(m);
	if (m->rest.n && m->rest.p[0] == '(') {
		if (++m->depth > DEPTH_MAX) {
			m->broken = true;
			return MAYBE;
		}
		m->rest = dd_str_skip(m->rest, 1);
		enum answer inside = read_or(m);
		skip_blanks(m);
		m->broken = m->broken || m->rest.n == 0 || m->rest.p[0] != ')';
		m->rest = dd_str_skip(m->rest, 1);
		m->depth--;
		return inside;
	}
	bool known_a = take_value(m, &a);
	skip_blanks(m);
	const char *op = m->broken ? NULL : take_operator(m);
	bool known_b = op && take_value(m, &b);
	if (!op)
		m->broken = true;
	return known_a && known_b && !m->broken ? compare(a, op, b) : MAYBE;
}

static enum answer read_and(struct marker *m)
{
	enum answer all = read_expr(m);
	while (!m->broken && take_word(m, "and")) {
		enum answer one = read_expr(m);
		all = one < all ? one : all;
	}
	return all;
}

static enum answer read_or(struct marker *m)
{
	enum answer any = read_and(m);
	while (!m->broken && take_word(m, "or")) {
		enum answer one = read_and(m);
		any = one > any ? one : any;
	}
	return any;
}

bool dd_python_marker_excludes(struct dd_str marker)
{
	struct marker m = { .rest = marker };
	enum answer whole = read_or(&m);
	return !m.broken && dd_str_trim(m.rest).n == 0 && whole == NO;
}
