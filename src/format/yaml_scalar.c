/* SPDX-License-Identifier: Apache-2.0 */
/* Types of plain scalars: the core schema of YAML 1.2.2, §10.3.2.
 *
 *   null  = "null" / "Null" / "NULL" / "~" / ""
 *   bool  = "true" / "True" / "TRUE" / "false" / "False" / "FALSE"
 *   int   = [-+] digits / "0o" octal / "0x" hex          over 64 bits: a float, as text keeps it anyway
 *   float = [-+] ( "." digits / digits [ "." *digit ] ) [ e [-+] digits ] / [-+] ".inf" / ".nan" */
#include "format/yaml_parts.h"

static const struct {
	const char *text;
	enum dd_node_kind kind;
	int64_t integer;
} words[] = {
	{ "", DD_NODE_NULL, 0 },      { "~", DD_NODE_NULL, 0 },	    { "null", DD_NODE_NULL, 0 },
	{ "Null", DD_NODE_NULL, 0 },  { "NULL", DD_NODE_NULL, 0 },  { "true", DD_NODE_BOOL, 1 },
	{ "True", DD_NODE_BOOL, 1 },  { "TRUE", DD_NODE_BOOL, 1 },  { "false", DD_NODE_BOOL, 0 },
	{ "False", DD_NODE_BOOL, 0 }, { "FALSE", DD_NODE_BOOL, 0 }, { ".nan", DD_NODE_FLOAT, 0 },
	{ ".NaN", DD_NODE_FLOAT, 0 }, { ".NAN", DD_NODE_FLOAT, 0 },
};

static bool read_int(struct dd_str s, int64_t *ret)
{
	uint64_t v = 0;
	bool negative = s.n && s.p[0] == '-', sign = s.n && (negative || s.p[0] == '+');
	unsigned base = !sign && dd_str_starts(s, DD_STR("0o")) ? 8 : !sign && dd_str_starts(s, DD_STR("0x")) ? 16 : 10;
	s = dd_str_skip(s, base == 10 ? sign : 2);
	for (size_t i = 0; i < s.n; i++) {
		char c = dd_lower(s.p[i]);
		unsigned d = dd_is_digit(c) ? (unsigned)(c - '0') : dd_is_alpha(c) ? (unsigned)(c - 'a' + 10) : 99;
		if (d >= base || __builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, d, &v))
			return false;
	}
	if (!s.n || v > (uint64_t)INT64_MAX + negative)
		return false;
	*ret = negative ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

static size_t skip_digits(struct dd_str *s)
{
	size_t n = 0;
	while (n < s->n && dd_is_digit(s->p[n]))
		n++;
	*s = dd_str_skip(*s, n);
	return n;
}

static bool is_float(struct dd_str s)
{
	static const char *const infinite[] = { ".inf", ".Inf", ".INF" };
	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = dd_str_skip(s, 1);
	for (size_t i = 0; i < DD_COUNT(infinite); i++)
		if (dd_str_eq_c(s, infinite[i]))
			return true;
	size_t digits = skip_digits(&s);
	if (s.n && s.p[0] == '.') {
		s = dd_str_skip(s, 1);
		digits += skip_digits(&s);
	}
	if (!digits)
		return false;
	if (s.n && dd_lower(s.p[0]) == 'e') {
		s = dd_str_skip(s, 1);
		if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
			s = dd_str_skip(s, 1);
		if (!skip_digits(&s))
			return false;
	}
	return s.n == 0;
}

static bool is_string(const yaml_event_t *e)
{
	const char *tag = (const char *)e->data.scalar.tag;
	if (tag)
		return strcmp(tag, "!") == 0 || strcmp(tag, YAML_STR_TAG) == 0 || !e->data.scalar.plain_implicit;
	return e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
}

void dd_yaml_type(const yaml_event_t *scalar, struct dd_node *v)
{
	struct dd_str s = dd_yaml_text(scalar);
	v->kind = DD_NODE_STRING;
	if (is_string(scalar))
		return;
	for (size_t i = 0; i < DD_COUNT(words); i++)
		if (dd_str_eq_c(s, words[i].text)) {
			v->kind = words[i].kind;
			v->integer = words[i].integer;
			return;
		}
	if (read_int(s, &v->integer))
		v->kind = DD_NODE_INT;
	else if (is_float(s))
		v->kind = DD_NODE_FLOAT;
}
