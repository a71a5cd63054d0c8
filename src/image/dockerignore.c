/* SPDX-License-Identifier: Apache-2.0 */
#include "image/dockerignore.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"

/* How a pattern is compared: BuildKit makes a regular expression only of what needs one. */
enum how { HOW_EXACT, HOW_PREFIX, HOW_SUFFIX, HOW_TOKENS };

enum token_kind {
	TOKEN_CHAR,
	TOKEN_ONE, /* ?: one character but "/" */
	TOKEN_CLASS,
	TOKEN_STAR,	/* any text without "/" */
	TOKEN_DIRS,	/* nothing, or what the next token says */
	TOKEN_DIRS_ON,	/* any text up to and with a "/" */
	TOKEN_REST,	/* any text */
	TOKEN_BEGINNING /* ^ */
};

struct range {
	uint32_t from, to;
};

struct token {
	enum token_kind kind;
	uint32_t c;		    /* CHAR */
	bool negated;		    /* CLASS */
	const struct range *ranges; /* CLASS */
	size_t n_ranges;
};

struct dd_dockerignore_pattern {
	struct dd_str text; /* cleaned, without "!" */
	bool exception;
	enum how how;
	struct token *tokens;
	size_t n_tokens;
};

enum { LINE_BYTES_MAX = 64 << 10, REPLACEMENT = 0xfffd };

/* The next character; bytes that are no UTF-8 are U+FFFD each, as Go has it. */
static uint32_t next_char(struct dd_str *s)
{
	size_t n = dd_utf8_len(*s);
	uint32_t c = n ? dd_utf8_decode(*s) : REPLACEMENT;
	*s = dd_str_skip(*s, n ? n : 1);
	return c;
}

/* ---- reading a pattern ---- */

struct compiler {
	struct dd_arena *arena;
	struct token *tokens;
	struct range *ranges; /* room for those that are to come */
	size_t n, n_ranges;
	const char *fault;
};

/* A character of a class, escaped or not (Go's filepath.Match, getEsc). */
static bool class_char(struct dd_str *rest, uint32_t *ret)
{
	if (rest->n == 0 || rest->p[0] == '-' || rest->p[0] == ']')
		return false;
	if (rest->p[0] == '\\')
		*rest = dd_str_skip(*rest, 1);
	if (rest->n == 0)
		return false;
	*ret = next_char(rest);
	return rest->n > 0; /* the class must be closed */
}

static bool compile_class(struct compiler *c, struct dd_str *rest, struct token *t)
{
	t->kind = TOKEN_CLASS;
	t->ranges = c->ranges + c->n_ranges;
	t->negated = rest->n && rest->p[0] == '^';
	*rest = dd_str_skip(*rest, t->negated);
	while (rest->n && (rest->p[0] != ']' || t->n_ranges == 0)) {
		struct range *r = &c->ranges[c->n_ranges]; /* no more of them than characters */
		if (!class_char(rest, &r->from))
			return false;
		r->to = r->from;
		if (rest->p[0] == '-') {
			*rest = dd_str_skip(*rest, 1);
			if (!class_char(rest, &r->to))
				return false;
		}
		if (r->from > r->to)
			return false;
		c->n_ranges++;
		t->n_ranges++;
	}
	if (rest->n == 0)
		return false;
	*rest = dd_str_skip(*rest, 1);
	return true;
}

static void push(struct compiler *c, enum token_kind kind)
{
	c->tokens[c->n++].kind = kind;
}

/* What follows the two stars. */
static enum how compile_stars(struct compiler *c, struct dd_str *rest, enum how how, bool first)
{
	if (rest->n && rest->p[0] == '/')
		*rest = dd_str_skip(*rest, 1);
	if (rest->n) {
		push(c, TOKEN_DIRS);
		push(c, TOKEN_DIRS_ON);
		how = HOW_TOKENS;
	} else if (how == HOW_EXACT) {
		how = HOW_PREFIX;
	} else {
		push(c, TOKEN_REST);
		how = HOW_TOKENS;
	}
	return first ? HOW_SUFFIX : how;
}

static bool compile_one(struct compiler *c, struct dd_str *rest, enum how *how, bool first)
{
	uint32_t ch = next_char(rest);
	struct token *t = &c->tokens[c->n];
	if (ch == '*' && rest->n && rest->p[0] == '*') {
		*rest = dd_str_skip(*rest, 1);
		*how = compile_stars(c, rest, *how, first);
		return true;
	}
	bool wild = ch == '*' || ch == '?' || ch == '[' || ch == ']' || ch == '\\';
	if (wild)
		*how = HOW_TOKENS;
	c->n++;
	if (ch == '[')
		return compile_class(c, rest, t);
	if (ch == '\\' && rest->n == 0)
		return false;
	t->kind = ch == '*' ? TOKEN_STAR : ch == '?' ? TOKEN_ONE : ch == '^' ? TOKEN_BEGINNING : TOKEN_CHAR;
	t->c = ch == '\\' ? next_char(rest) : ch;
	return true;
}

static enum dd_code compile(struct dd_arena *a, struct dd_dockerignore_pattern *p, const char **ret_fault,
			    struct dd_err *err)
{
	struct compiler c = { .arena = a };
	/* Two tokens at most for two characters, and no more ranges than characters. */
	c.tokens = dd_arena_array(a, p->text.n + 1, sizeof *c.tokens);
	c.ranges = dd_arena_array(a, p->text.n + 1, sizeof *c.ranges);
	if (!c.tokens || !c.ranges)
		return dd_fail_nomem(err);
	p->how = HOW_EXACT;
	bool first = true;
	for (struct dd_str rest = p->text; rest.n; first = false) {
		if (compile_one(&c, &rest, &p->how, first))
			continue;
		*ret_fault = "the pattern is malformed";
		return DD_OK;
	}
	p->tokens = c.tokens;
	p->n_tokens = c.n;
	return DD_OK;
}

/* ---- reading the file ---- */

/* Go's filepath.Clean: no empty, "." or ".." component that can be done without; nothing left is ".". Appends. */
static enum dd_code clean(struct dd_str path, struct dd_buf *out)
{
	bool rooted = path.n && path.p[0] == '/';
	size_t begin = out->n + rooted, fixed = begin; /* up to where ".." stay */
	if (rooted)
		(void)dd_buf_add_char(out, '/');
	for (struct dd_str rest = path, part; dd_str_next(&rest, '/', &part);) {
		bool up = dd_str_eq(part, DD_STR(".."));
		if (part.n == 0 || dd_str_eq(part, DD_STR(".")))
			continue;
		if (up && out->n > fixed) {
			size_t slash = dd_str_rfind(dd_str_skip(dd_buf_str(out), fixed), '/');
			out->n = slash < out->n - fixed ? fixed + slash : fixed;
			continue;
		}
		if (up && rooted)
			continue;
		if (out->n > begin)
			(void)dd_buf_add_char(out, '/');
		(void)dd_buf_add_str(out, part);
		if (up)
			fixed = out->n;
	}
	if (out->n == begin && !rooted)
		(void)dd_buf_add_char(out, '.');
	return out->failed ? DD_ENOMEM : DD_OK;
}

static enum dd_code add_fault(struct dd_dockerignore *d, size_t line, const char *what, struct dd_err *err)
{
	struct dd_dockerignore_fault f = { line, what };
	if (d->faults.n >= DD_PROBLEMS_MAX)
		return DD_OK;
	return dd_vec_push(&d->faults, f, DD_PROBLEMS_MAX) ? DD_OK : dd_fail_nomem(err);
}

struct patterns {
	struct dd_dockerignore_pattern *p;
	size_t n, cap;
};

static enum dd_code add_line(struct dd_dockerignore *d, struct patterns *all, struct dd_str line, size_t number,
			     struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT((size_t)LINE_BYTES_MAX * 2);
	struct dd_dockerignore_pattern p = { 0 };
	const char *fault = NULL;
	if (line.n >= LINE_BYTES_MAX)
		return add_fault(d, number, "the line is too long", err);
	if (dd_str_starts(line, DD_STR("#")))
		return DD_OK;
	line = dd_str_trim(line);
	if (line.n == 0)
		return DD_OK;
	p.exception = line.p[0] == '!';
	if (p.exception)
		line = dd_str_trim(dd_str_skip(line, 1));
	if (line.n == 0)
		return add_fault(d, number, "'!' stands alone", err);
	if (clean(line, &text) != DD_OK)
		return dd_fail_nomem(err);
	struct dd_str cleaned = dd_buf_str(&text);
	if (p.exception && dd_str_eq(cleaned, DD_STR("/")))
		return add_fault(d, number, "'!' stands alone", err);
	if (cleaned.n > 1 && cleaned.p[0] == '/') {
		/* Two programs read the line one after the other: the second sees a "!" behind the slash. */
		cleaned = dd_str_trim(dd_str_skip(cleaned, 1));
		bool second = !p.exception && dd_str_starts(cleaned, DD_STR("!"));
		p.exception = p.exception || second;
		cleaned = dd_str_skip(cleaned, second);
		if (cleaned.n == 0)
			return add_fault(d, number, "'!' stands alone", err);
	}
	p.text = dd_arena_str(&d->arena, cleaned);
	if (!p.text.p)
		return dd_fail_nomem(err);
	DD_TRY(compile(&d->arena, &p, &fault, err));
	if (fault)
		return add_fault(d, number, fault, err);
	if (all->n >= DD_DOCKERIGNORE_PATTERNS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d patterns", DD_DOCKERIGNORE_PATTERNS_MAX);
	d->exceptions = d->exceptions || p.exception;
	return dd_vec_push(all, p, SIZE_MAX) ? DD_OK : dd_fail_nomem(err);
}

enum dd_code dd_dockerignore_parse(struct dd_str text, struct dd_dockerignore *ret, struct dd_err *err)
{
	static const struct dd_str mark = { "\xef\xbb\xbf", 3 };
	struct patterns all = { 0 };
	struct dd_str rest = text, line;
	enum dd_code code = DD_OK;
	*ret = (struct dd_dockerignore){ .arena = DD_ARENA_INIT(DD_DOCKERIGNORE_MEMORY_MAX) };
	for (size_t n = 1; code == DD_OK && dd_str_next(&rest, '\n', &line); n++) {
		if (n == 1 && dd_str_starts(line, mark))
			line = dd_str_skip(line, mark.n);
		code = add_line(ret, &all, line, n, err);
	}
	if (code == DD_OK) {
		ret->patterns = dd_arena_array(&ret->arena, all.n, sizeof *all.p);
		code = ret->patterns ? DD_OK : dd_fail_nomem(err);
	}
	if (code == DD_OK && all.n)
		memcpy(ret->patterns, all.p, all.n * sizeof *all.p);
	ret->n = code == DD_OK ? all.n : 0;
	dd_vec_done(&all);
	return code;
}

void dd_dockerignore_done(struct dd_dockerignore *d)
{
	dd_vec_done(&d->faults);
	dd_arena_done(&d->arena);
	d->patterns = NULL;
	d->n = 0;
}

/* ---- matching ---- */

/* at: the set of places in the tokens that may come next, n_tokens + 1 of them. */
static void enter(const struct dd_dockerignore_pattern *p, uint8_t *at, size_t i, bool beginning)
{
	while (i <= p->n_tokens && !at[i]) {
		at[i] = 1;
		if (i == p->n_tokens)
			return;
		switch (p->tokens[i].kind) {
		case TOKEN_STAR:
		case TOKEN_REST:
			i++;
			break;
		case TOKEN_DIRS:
			at[i + 1] = 1;
			i += 2;
			break;
		case TOKEN_BEGINNING:
			if (!beginning)
				return;
			i++;
			break;
		default:
			return;
		}
	}
}

static bool in_class(const struct token *t, uint32_t c)
{
	bool in = false;
	for (size_t i = 0; i < t->n_ranges; i++)
		in = in || (c >= t->ranges[i].from && c <= t->ranges[i].to);
	return in != t->negated;
}

/* Where the token at i leads when c comes. */
static void step(const struct dd_dockerignore_pattern *p, size_t i, uint32_t c, uint8_t *next)
{
	const struct token *t = &p->tokens[i];
	switch (t->kind) {
	case TOKEN_CHAR:
		if (c == t->c)
			enter(p, next, i + 1, false);
		break;
	case TOKEN_ONE:
		if (c != '/')
			enter(p, next, i + 1, false);
		break;
	case TOKEN_CLASS:
		if (in_class(t, c))
			enter(p, next, i + 1, false);
		break;
	case TOKEN_STAR:
		if (c != '/')
			enter(p, next, i, false);
		break;
	case TOKEN_DIRS_ON:
		if (c != '\n')
			next[i] = 1;
		if (c == '/')
			enter(p, next, i + 1, false);
		break;
	case TOKEN_REST:
		if (c != '\n')
			enter(p, next, i, false);
		break;
	case TOKEN_DIRS:
	case TOKEN_BEGINNING:
		break;
	}
}

static bool match_tokens(const struct dd_dockerignore_pattern *p, struct dd_str path)
{
	uint8_t small[2][256], *large = NULL;
	size_t n = p->n_tokens + 1;
	uint8_t *now = small[0], *next = small[1];
	if (n > sizeof small[0]) {
		large = dd_alloc_zero(2, n);
		if (!large)
			return false; /* more is sent, not less */
		now = large;
		next = large + n;
	}
	memset(now, 0, n);
	enter(p, now, 0, true);
	while (path.n) {
		uint32_t c = next_char(&path);
		memset(next, 0, n);
		for (size_t i = 0; i < p->n_tokens; i++)
			if (now[i])
				step(p, i, c, next);
		uint8_t *was = now;
		now = next;
		next = was;
	}
	bool ok = now[p->n_tokens];
	dd_free(large);
	return ok;
}

static bool match_one(const struct dd_dockerignore_pattern *p, struct dd_str path)
{
	struct dd_str part;
	switch (p->how) {
	case HOW_EXACT:
		return dd_str_eq(path, p->text);
	case HOW_PREFIX:
		return dd_str_starts(path, dd_str_take(p->text, p->text.n - 2));
	case HOW_SUFFIX:
		part = dd_str_skip(p->text, 2);
		return dd_str_ends(path, part) || (part.n && part.p[0] == '/' && dd_str_eq(path, dd_str_skip(part, 1)));
	default:
		return match_tokens(p, path);
	}
}

bool dd_dockerignore_match(const struct dd_dockerignore *d, struct dd_str path, const uint8_t *above,
			   uint8_t *ret_matched)
{
	bool kept_back = false;
	for (size_t i = 0; i < d->n; i++) {
		const struct dd_dockerignore_pattern *p = &d->patterns[i];
		bool match = above && above[i];
		/* What would change nothing is not asked, and then does not count for what is below, either. */
		if (!match && p->exception == kept_back)
			match = match_one(p, path);
		ret_matched[i] = match;
		if (match)
			kept_back = !p->exception;
	}
	return kept_back;
}

bool dd_dockerignore_always(const struct dd_dockerignore *d, struct dd_str path)
{
	for (size_t i = 0; i < DD_COUNT(d->always); i++)
		if (d->always[i].n && dd_str_eq(d->always[i], path))
			return true;
	return false;
}
