/* SPDX-License-Identifier: Apache-2.0 */
/* Template → tokens. Grammar (mustache spec 1.4): a tag is OPEN sigil? blanks name blanks CLOSE; sigils are
 * # ^ / & ! = and, in {{{ }}}, the third brace. A tag of sections, comments and delimiters that is alone on its line
 * takes the whole line with it ("standalone"), blanks and line end too. */
#include "format/mustache_parts.h"

enum { DELIMITER_MAX = 16, NAME_MAX = 256 };

struct cutter {
	struct dd_str source;
	struct dd_mustache_tokens *tokens;
	struct dd_err *err;
	size_t at;
	unsigned line;
	size_t counted; /* lines are counted up to here */
	struct dd_str open, close;
	size_t sections[DD_MUSTACHE_DEPTH_MAX]; /* tokens that are open */
	size_t depth;
};

/* The line of a place that is not before the last one asked for. */
static unsigned line_of(struct cutter *c, size_t at)
{
	for (; c->counted < at; c->counted++)
		c->line += c->source.p[c->counted] == '\n';
	return c->line;
}

#define FAIL(c, code, place, ...) dd_fail((c)->err, (code), (place), "template: line %u: " __VA_ARGS__)

static enum dd_code push(struct cutter *c, enum dd_mustache_token_kind kind, struct dd_str text, size_t at)
{
	const struct dd_mustache_token t = { kind, line_of(c, at), text, at, 0 };
	if (kind == DD_MUSTACHE_TEXT && text.n == 0)
		return DD_OK;
	if (c->tokens->n == DD_MUSTACHE_TOKENS_MAX)
		return FAIL(c, DD_ELIMIT, at, "more than %d tags", t.line, DD_MUSTACHE_TOKENS_MAX);
	if (!dd_vec_push(c->tokens, t, DD_MUSTACHE_TOKENS_MAX))
		return dd_fail_nomem(c->err);
	return DD_OK;
}

/* When nothing but blanks is around source[from, to) on its line: the line's start and the start of the next one. */
static bool standalone(const struct cutter *c, size_t from, size_t to, size_t *ret_from, size_t *ret_to)
{
	const char *p = c->source.p;
	while (from > 0 && (p[from - 1] == ' ' || p[from - 1] == '\t'))
		from--;
	while (to < c->source.n && (p[to] == ' ' || p[to] == '\t'))
		to++;
	if ((from > 0 && p[from - 1] != '\n') || (to < c->source.n && p[to] != '\n' && p[to] != '\r'))
		return false;
	if (to < c->source.n && p[to] == '\r') {
		if (to + 1 >= c->source.n || p[to + 1] != '\n')
			return false;
		to++;
	}
	*ret_from = from;
	*ret_to = to < c->source.n ? to + 1 : to;
	return true;
}

static enum dd_code begin_section(struct cutter *c, enum dd_mustache_token_kind kind, struct dd_str name, size_t at)
{
	if (c->depth == DD_MUSTACHE_DEPTH_MAX)
		return FAIL(c, DD_ELIMIT, at, "sections are nested deeper than %d", line_of(c, at),
			    DD_MUSTACHE_DEPTH_MAX);
	c->sections[c->depth++] = c->tokens->n;
	return push(c, kind, name, at);
}

static enum dd_code end_section(struct cutter *c, struct dd_str name, size_t at)
{
	if (c->depth == 0)
		return FAIL(c, DD_EPARSE, at, "section %s ends, but none is open", line_of(c, at), DD_QUOTE(name));
	size_t start = c->sections[--c->depth];
	if (!dd_str_eq(c->tokens->p[start].text, name))
		return FAIL(c, DD_EPARSE, at, "section %s ends where %s of line %u is open", line_of(c, at),
			    DD_QUOTE(name), DD_QUOTE(c->tokens->p[start].text), c->tokens->p[start].line);
	DD_TRY(push(c, DD_MUSTACHE_END, name, at));
	c->tokens->p[start].partner = c->tokens->n - 1;
	c->tokens->p[c->tokens->n - 1].partner = start;
	return DD_OK;
}

/* "=<% %>=" */
static enum dd_code set_delimiters(struct cutter *c, struct dd_str inside, size_t at)
{
	struct dd_str open, close, both = dd_str_trim(inside);
	size_t blank = 0;
	while (blank < both.n && !dd_is_blank(both.p[blank]))
		blank++;
	open = dd_str_take(both, blank);
	close = dd_str_trim(dd_str_skip(both, blank));
	bool good = open.n && close.n && open.n <= DELIMITER_MAX && close.n <= DELIMITER_MAX &&
		    dd_str_find(both, '=') == both.n;
	for (size_t i = 0; i < close.n; i++)
		good &= !dd_is_blank(close.p[i]);
	if (!good)
		return FAIL(c, DD_EPARSE, at, "delimiters are set as in {{=<%% %%>=}}", line_of(c, at));
	c->open = open;
	c->close = close;
	return DD_OK;
}

static enum dd_code check_name(struct cutter *c, struct dd_str name, size_t at)
{
	bool good = name.n && name.n <= NAME_MAX;
	for (size_t i = 0; i < name.n; i++)
		good &= !dd_is_blank(name.p[i]);
	/* "a..b" and ".a" name nothing. */
	if (good && name.n > 1)
		good = name.p[0] != '.' && name.p[name.n - 1] != '.' && dd_str_search(name, DD_STR("..")) == name.n;
	if (!good)
		return FAIL(c, DD_EPARSE, at, "%s is no name", line_of(c, at), DD_QUOTE(name));
	return DD_OK;
}

struct tag {
	char sigil;	      /* 0: a variable; '{': the third brace */
	struct dd_str inside; /* without it */
	size_t end;	      /* behind the closing delimiter */
};

/* c->at is at the opening delimiter. */
static enum dd_code read_tag(struct cutter *c, struct tag *ret)
{
	struct dd_str rest = dd_str_skip(c->source, c->at + c->open.n);
	struct tag t = { 0 };
	if (rest.n && strchr("#^/&!=>{$<", rest.p[0]) && rest.p[0]) {
		t.sigil = rest.p[0];
		rest = dd_str_skip(rest, 1);
	}
	char closing[DELIMITER_MAX + 2];
	size_t n = 0;
	if (t.sigil == '{' || t.sigil == '=')
		closing[n++] = t.sigil == '{' ? '}' : '=';
	memcpy(closing + n, c->close.p, c->close.n);
	n += c->close.n;
	size_t length = dd_str_search(rest, (struct dd_str){ closing, n });
	if (length == rest.n)
		return FAIL(c, DD_EPARSE, c->at, "a tag does not end", line_of(c, c->at));
	t.inside = dd_str_take(rest, length);
	t.end = (size_t)(rest.p - c->source.p) + length + n;
	*ret = t;
	return DD_OK;
}

static enum dd_code take_tag(struct cutter *c, const struct tag *t, size_t at)
{
	struct dd_str name = dd_str_trim(t->inside);
	if (t->sigil == '!')
		return DD_OK;
	if (t->sigil == '=')
		return set_delimiters(c, t->inside, at);
	if (t->sigil == '>' || t->sigil == '$' || t->sigil == '<')
		return FAIL(c, DD_EUNSUPPORTED, at, "a template is one file: there are no partials, blocks and parents",
			    line_of(c, at));
	DD_TRY(check_name(c, name, at));
	if (t->sigil == '#')
		return begin_section(c, DD_MUSTACHE_SECTION, name, at);
	if (t->sigil == '^')
		return begin_section(c, DD_MUSTACHE_INVERTED, name, at);
	if (t->sigil == '/')
		return end_section(c, name, at);
	return push(c, t->sigil ? DD_MUSTACHE_RAW : DD_MUSTACHE_VARIABLE, name, at);
}

enum dd_code dd_mustache_cut(struct dd_str source, struct dd_mustache_tokens *tokens, struct dd_err *err)
{
	struct cutter c = {
		.source = source, .tokens = tokens, .err = err, .line = 1, .open = DD_STR("{{"), .close = DD_STR("}}")
	};
	if (source.n > DD_MUSTACHE_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "template: more than %d bytes", DD_MUSTACHE_BYTES_MAX);
	for (;;) {
		size_t start = c.at, from, to;
		struct tag t;
		struct dd_str rest = dd_str_skip(source, start);
		size_t text = dd_str_search(rest, c.open);
		if (text == rest.n) {
			DD_TRY(push(&c, DD_MUSTACHE_TEXT, rest, start));
			break;
		}
		c.at = from = start + text;
		DD_TRY(read_tag(&c, &t));
		to = t.end;
		bool may_stand_alone = t.sigil && strchr("#^/!=", t.sigil);
		if (may_stand_alone)
			(void)standalone(&c, c.at, t.end, &from, &to);
		/* A line that is taken away as a whole may start before the end of the tag before. */
		from = from < start ? start : from;
		DD_TRY(push(&c, DD_MUSTACHE_TEXT, dd_str_take(rest, from - start), start));
		DD_TRY(take_tag(&c, &t, c.at));
		c.at = to;
	}
	if (c.depth) {
		const struct dd_mustache_token *open = &tokens->p[c.sections[c.depth - 1]];
		return dd_fail(err, DD_EPARSE, open->at, "template: line %u: section %s does not end", open->line,
			       DD_QUOTE(open->text));
	}
	return DD_OK;
}
