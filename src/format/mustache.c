/* SPDX-License-Identifier: Apache-2.0 */
/* A template is cut into tokens first (mustache_tokens.c), sections know their ends; then the tokens are walked with a
 * stack of contexts. Nothing is recursive. */
#include "format/mustache.h"

#include "base/text.h"
#include "format/mustache_parts.h"
#include "format/xml_write.h"

/* One open section. Its own value stays here while its elements are walked. */
struct frame {
	struct dd_mustache_node value, walk, element;
	bool list;
};

struct renderer {
	const struct dd_mustache_data *data;
	const struct dd_mustache_tokens *tokens;
	enum dd_mustache_escape escape;
	struct dd_buf *out;
	struct dd_buf text; /* of the variable at hand */
	struct dd_mustache_node root;
	struct frame *frames;
	size_t depth;
};

static const struct dd_mustache_node *context(const struct renderer *r, size_t depth)
{
	if (depth == 0)
		return &r->root;
	const struct frame *f = &r->frames[depth - 1];
	return f->list ? &f->element : &f->value;
}

/* The innermost context that has the first part of the name decides; the parts behind it are members of what it gives.
 * False: there is nothing of that name. */
static bool look_up(const struct renderer *r, struct dd_str name, struct dd_mustache_node *ret)
{
	struct dd_str part;
	if (dd_str_eq(name, DD_STR("."))) {
		*ret = *context(r, r->depth);
		return true;
	}
	(void)dd_str_next(&name, '.', &part);
	size_t depth = r->depth + 1;
	while (depth > 0 && !r->data->member(r->data->ctx, context(r, depth - 1), part, ret))
		depth--;
	if (depth == 0)
		return false;
	while (dd_str_next(&name, '.', &part)) {
		const struct dd_mustache_node of = *ret;
		if (!r->data->member(r->data->ctx, &of, part, ret))
			return false;
	}
	return true;
}

static void add_plain(struct dd_buf *out, struct dd_str s)
{
	while (s.n && !out->failed) {
		char piece[8];
		size_t used, n = dd_escape_one(s, "", piece, &used);
		if (s.p[0] == '\n' || s.p[0] == '\t' || s.p[0] == '\\')
			(void)dd_buf_add(out, s.p, 1);
		else
			(void)dd_buf_add(out, piece, n);
		s = dd_str_skip(s, used);
	}
}

static void variable(struct renderer *r, const struct dd_mustache_token *t)
{
	struct dd_mustache_node node;
	if (!look_up(r, t->text, &node))
		return;
	dd_buf_clear(&r->text);
	r->data->text(r->data->ctx, &node, &r->text);
	r->out->failed |= r->text.failed;
	if (t->kind == DD_MUSTACHE_VARIABLE && r->escape == DD_MUSTACHE_HTML)
		dd_xml_escape(r->out, dd_buf_str(&r->text), false);
	else
		add_plain(r->out, dd_buf_str(&r->text));
}

/* Which token comes after the start of a section. */
static size_t enter(struct renderer *r, const struct dd_mustache_token *t, size_t at)
{
	struct frame *f = &r->frames[r->depth];
	enum dd_mustache_kind kind = DD_MUSTACHE_FALSE;
	if (look_up(r, t->text, &f->value))
		kind = r->data->kind(r->data->ctx, &f->value);
	if (kind == DD_MUSTACHE_FALSE)
		return t->partner + 1;
	f->list = kind == DD_MUSTACHE_LIST;
	if (f->list) {
		r->data->first(r->data->ctx, &f->value, &f->walk);
		if (!r->data->next(r->data->ctx, &f->walk, &f->element))
			return t->partner + 1;
	}
	r->depth++;
	return at + 1;
}

static size_t leave(struct renderer *r, const struct dd_mustache_token *t, size_t at)
{
	if (r->tokens->p[t->partner].kind == DD_MUSTACHE_INVERTED)
		return at + 1;
	struct frame *f = &r->frames[r->depth - 1];
	if (f->list && r->data->next(r->data->ctx, &f->walk, &f->element))
		return t->partner + 1;
	r->depth--;
	return at + 1;
}

static bool is_true(const struct renderer *r, struct dd_str name)
{
	struct dd_mustache_node node, list_walk, element;
	if (!look_up(r, name, &node))
		return false;
	enum dd_mustache_kind kind = r->data->kind(r->data->ctx, &node);
	if (kind != DD_MUSTACHE_LIST)
		return kind == DD_MUSTACHE_TRUE;
	r->data->first(r->data->ctx, &node, &list_walk);
	return r->data->next(r->data->ctx, &list_walk, &element);
}

static enum dd_code walk(struct renderer *r, struct dd_err *err)
{
	uint64_t steps = 0;
	for (size_t at = 0; at < r->tokens->n && !r->out->failed;) {
		const struct dd_mustache_token *t = &r->tokens->p[at];
		if (steps++ == DD_MUSTACHE_STEPS_MAX)
			return dd_fail(err, DD_ELIMIT, t->at,
				       "template: line %u: its sections multiply to more than %d steps", t->line,
				       DD_MUSTACHE_STEPS_MAX);
		switch (t->kind) {
		case DD_MUSTACHE_TEXT:
			(void)dd_buf_add_str(r->out, t->text);
			at++;
			break;
		case DD_MUSTACHE_VARIABLE:
		case DD_MUSTACHE_RAW:
			variable(r, t);
			at++;
			break;
		case DD_MUSTACHE_SECTION:
			at = enter(r, t, at);
			break;
		case DD_MUSTACHE_INVERTED:
			at = is_true(r, t->text) ? t->partner + 1 : at + 1;
			break;
		case DD_MUSTACHE_END:
			at = leave(r, t, at);
			break;
		}
	}
	return dd_buf_check(r->out, "what the template makes", err);
}

enum dd_code dd_mustache_render(struct dd_str source, const struct dd_mustache_data *data,
				enum dd_mustache_escape escape, struct dd_buf *out, struct dd_err *err)
{
	struct dd_mustache_tokens tokens = { 0 };
	struct renderer r = { .data = data, .tokens = &tokens, .escape = escape, .out = out };
	enum dd_code code = dd_mustache_cut(source, &tokens, err);
	r.text = DD_BUF_INIT(out->max);
	if (code == DD_OK && !(r.frames = dd_alloc_zero(DD_MUSTACHE_DEPTH_MAX, sizeof *r.frames)))
		code = dd_fail_nomem(err);
	if (code == DD_OK) {
		data->root(data->ctx, &r.root);
		code = walk(&r, err);
	}
	dd_free(r.frames);
	dd_buf_done(&r.text);
	dd_vec_done(&tokens);
	return code;
}
