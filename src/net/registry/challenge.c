/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 9110 §11.6.1:
 *
 *   WWW-Authenticate = #challenge                     a list with ",", empty elements allowed
 *   challenge        = scheme [ 1*SP ( token68 | #auth-param ) ]
 *   auth-param       = token BWS "=" BWS ( token | quoted-string )
 *
 * A "," stands both between challenges and between parameters: a word behind it that is followed by "=" is a parameter,
 * else a scheme. token68 (Negotiate) is read and dropped. Met in the wild: two challenges in one field (Basic and
 * Bearer), scopes with "," and blanks inside the quotes, parameters without quotes, schemes in any case. A parameter
 * that comes twice is refused (§11.2): readers differ in which one counts. */
#include "net/registry/challenge.h"

struct reader {
	struct dd_str s;
	size_t at;
	char *out; /* unquoted texts, one behind the other: never more than the field has */
	size_t out_n;
};

static char peek(const struct reader *r)
{
	return r->at < r->s.n ? r->s.p[r->at] : '\0';
}

static void blanks(struct reader *r)
{
	while (r->at < r->s.n && (r->s.p[r->at] == ' ' || r->s.p[r->at] == '\t'))
		r->at++;
}

static bool is_token_char(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static struct dd_str token(struct reader *r)
{
	size_t from = r->at;
	while (is_token_char(peek(r)))
		r->at++;
	return (struct dd_str){ r->s.p + from, r->at - from };
}

/* The text inside the quotes; ret->p NULL: it does not end, or holds what no field may hold. */
static struct dd_str quoted(struct reader *r)
{
	const struct dd_str none = { NULL, 0 };
	char *to = r->out + r->out_n;
	size_t n = 0;
	for (r->at++; r->at < r->s.n; r->at++) {
		char c = r->s.p[r->at];
		if (c == '"') {
			r->at++;
			r->out_n += n;
			return (struct dd_str){ to, n };
		}
		if (c == '\\' && ++r->at < r->s.n)
			c = r->s.p[r->at];
		if (((unsigned char)c < ' ' && c != '\t') || c == 0x7f)
			return none;
		to[n++] = c;
	}
	return none;
}

static struct dd_str *place(struct dd_challenge *c, struct dd_str name)
{
	const struct {
		const char *name;
		struct dd_str *at;
	} known[] = {
		{ "realm", &c->realm }, { "service", &c->service }, { "scope", &c->scope }, { "error", &c->error }
	};
	for (size_t i = 0; i < DD_COUNT(known); i++)
		if (dd_str_eq_nocase(name, dd_str_from(known[i].name)))
			return known[i].at;
	return NULL;
}

/* Behind the "=". */
static bool read_value(struct reader *r, struct dd_challenge *c, struct dd_str name)
{
	struct dd_str *to = place(c, name), value;
	blanks(r);
	value = peek(r) == '"' ? quoted(r) : token(r);
	if (!value.p || (value.n == 0 && r->at && r->s.p[r->at - 1] != '"'))
		return false;
	if (!to)
		return true;
	if (to->p)
		return false;
	*to = value;
	return true;
}

/* At a word that is followed by "=" and, behind it, by a value: a parameter. *ret_name is then the word, and the reader
 * stands behind the "="; else it has not moved. */
static bool at_parameter(struct reader *r, struct dd_str *ret_name)
{
	size_t before = r->at;
	*ret_name = token(r);
	blanks(r);
	if (ret_name->n && peek(r) == '=') {
		r->at++;
		return true;
	}
	r->at = before;
	return false;
}

/* "abc==" behind a scheme. */
static bool skip_token68(struct reader *r)
{
	size_t at = r->at;
	while (at < r->s.n &&
	       (dd_is_alpha(r->s.p[at]) || dd_is_digit(r->s.p[at]) || (r->s.p[at] && strchr("-._~+/", r->s.p[at]))))
		at++;
	if (at == r->at)
		return false;
	while (at < r->s.n && r->s.p[at] == '=')
		at++;
	while (at < r->s.n && (r->s.p[at] == ' ' || r->s.p[at] == '\t'))
		at++;
	if (at < r->s.n && r->s.p[at] != ',')
		return false;
	r->at = at;
	return true;
}

/* Parameters up to the next scheme. False: broken. */
static bool read_parameters(struct reader *r, struct dd_challenge *c)
{
	struct dd_str name;
	for (;;) {
		size_t before = r->at;
		while (peek(r) == ',' || peek(r) == ' ' || peek(r) == '\t')
			r->at++;
		if (r->at == r->s.n)
			return true;
		if (!at_parameter(r, &name)) {
			/* The next challenge, which only a comma can begin. */
			return memchr(r->s.p + before, ',', r->at - before) != NULL;
		}
		if (!read_value(r, c, name))
			return false;
		blanks(r);
		if (r->at < r->s.n && peek(r) != ',')
			return false;
	}
}

static bool read_challenge(struct reader *r, struct dd_challenge *c)
{
	struct dd_str scheme = token(r);
	*c = (struct dd_challenge){ .scheme = DD_CHALLENGE_OTHER };
	if (scheme.n == 0)
		return false;
	if (dd_str_eq_nocase(scheme, DD_STR("basic")))
		c->scheme = DD_CHALLENGE_BASIC;
	else if (dd_str_eq_nocase(scheme, DD_STR("bearer")))
		c->scheme = DD_CHALLENGE_BEARER;
	if (r->at == r->s.n || peek(r) == ',')
		return true;
	if (peek(r) != ' ' && peek(r) != '\t')
		return false;
	blanks(r);
	if (c->scheme == DD_CHALLENGE_OTHER && skip_token68(r))
		return true;
	return read_parameters(r, c);
}

enum dd_code dd_challenges_add(struct dd_challenges *c, struct dd_str value, struct dd_arena *a, struct dd_err *err)
{
	struct dd_challenges now = *c;
	if (value.n > DD_CHALLENGE_BYTES_MAX)
		return dd_fail(err, DD_EPARSE, DD_CHALLENGE_BYTES_MAX, "the WWW-Authenticate field is too long");
	struct dd_str copy = dd_arena_str(a, value);
	struct reader r = { .s = copy, .out = dd_arena_alloc(a, value.n + 1) };
	if (!copy.p || !r.out)
		return dd_fail_nomem(err);
	for (;;) {
		while (peek(&r) == ',' || peek(&r) == ' ' || peek(&r) == '\t')
			r.at++;
		if (r.at == value.n)
			break;
		if (now.n == DD_CHALLENGES_MAX || !read_challenge(&r, &now.at[now.n]))
			return dd_fail(err, DD_EPARSE, r.at, "the WWW-Authenticate field makes no sense");
		now.n++;
	}
	*c = now;
	return DD_OK;
}
