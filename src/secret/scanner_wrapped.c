/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that are made of the file's text: what is wrapped in it, and what a document says by its structure. The same
 * rules search them; what they find stands where the wrapped or written text stands. */
#include "secret/scanner_parts.h"
#include "secret/structure.h"

/* A text that was made of `outer`, and where its bytes come from. */
struct made {
	struct dd_secret_scanner *s;
	const struct dd_window *outer;
	size_t from, to; /* places in outer->text that count here: others are another window's */
	struct dd_lines_at begin, lines;
	void *ctx;
	/* False: these bytes come from nowhere. */
	bool (*where)(void *ctx, size_t at, size_t n, size_t *ret_at, size_t *ret_n, struct dd_str *ret_coding);
};

/* Line and column; places come in any order. */
static void place(struct made *m, struct dd_candidate *c)
{
	if (c->offset < m->lines.counted)
		m->lines = m->begin;
	dd_count_lines_to(&m->lines, m->outer, c->offset);
	c->line = m->lines.line;
	c->column = c->offset - m->lines.start + 1;
}

static enum dd_code take(struct made *m, const struct dd_window *text, const struct dd_match *match, struct dd_err *err)
{
	struct dd_candidate c;
	struct dd_str coding = DD_STR("");
	size_t at = 0, n = 0;
	if (!m->where(m->ctx, match->secret.start, match->secret.end - match->secret.start, &at, &n, &coding) ||
	    at < m->from || at >= m->to)
		return DD_OK;
	if (m->s->progress[match->rule].judged++ >= DD_JUDGED_MAX) {
		m->s->candidates.dropped++;
		return DD_OK;
	}
	struct dd_span line = dd_line_around(m->outer->text, at, at + n);
	DD_TRY(dd_scanner_judge(m->s, text, match, dd_cut(m->outer->text, line.start, line.end), &c, err));
	c.offset = m->outer->base + at;
	c.end = c.offset + n;
	c.coding = coding;
	c.before = dd_cut(m->outer->text, line.start < at ? line.start : at, at);
	c.made = true;
	place(m, &c);
	return dd_scanner_keep(m->s, &c, err);
}

static enum dd_code search(struct made *m, struct dd_str text, struct dd_err *err)
{
	struct dd_secret_scanner *s = m->s;
	const struct dd_window w = { .text = text, .to = text.n };
	if (text.n == 0)
		return DD_OK;
	enum dd_code code = dd_scanner_matches(s, &w, 0, text.n, s->aside, err);
	for (size_t i = 0; i < s->finder.ranges.n; i++)
		s->aside[s->finder.ranges.p[i].rule] = (struct dd_rule_progress){ 0 };
	for (size_t i = 0; i < s->matches.n && code == DD_OK; i++)
		code = take(m, &w, &s->matches.p[i], err);
	dd_arena_done(&s->window_arena);
	return code;
}

struct wrapped {
	const struct dd_secret_piece *piece;
	size_t base; /* of what was given to the decoder, in the window */
};

static bool where_wrapped(void *ctx, size_t at, size_t n, size_t *ret_at, size_t *ret_n, struct dd_str *ret_coding)
{
	const struct wrapped *w = ctx;
	dd_secret_piece_where(w->piece, at, n, ret_at, ret_n);
	*ret_at += w->base;
	*ret_coding = w->piece->coding;
	return true;
}

enum dd_code dd_scanner_wrapped(struct dd_secret_scanner *s, const struct dd_window *w, struct dd_lines_at lines,
				struct dd_err *err)
{
	if (!s->decoder && !(s->decoder = dd_secret_decoder_new()))
		return dd_fail_nomem(err);
	if (w->from == 0)
		dd_secret_decoder_budget(s->decoder, DD_DECODE_BUDGET_BYTES);
	struct dd_secret_piece piece;
	struct wrapped where = { &piece, w->from };
	struct made m = { s, w, w->from, w->to, lines, lines, &where, where_wrapped };
	dd_secret_decoder_open(s->decoder, dd_str_skip(w->text, w->from));
	while (dd_secret_decoder_next(s->decoder, &piece))
		if (w->from + piece.at < w->to)
			DD_TRY(search(&m, piece.text, err));
	return dd_secret_decoder_nomem(s->decoder) ? dd_fail_nomem(err) : DD_OK;
}

static bool where_written(void *ctx, size_t at, size_t n, size_t *ret_at, size_t *ret_n, struct dd_str *ret_coding)
{
	const char *coding = "";
	if (!dd_secret_structure_where(ctx, at, n, ret_at, ret_n, &coding))
		return false;
	*ret_coding = dd_str_from(coding);
	return true;
}

enum dd_code dd_scanner_document(struct dd_secret_scanner *s, struct dd_str content, struct dd_err *err)
{
	DD_CLEANUP(dd_secret_structure_done) struct dd_secret_structure document = { 0 };
	DD_TRY(dd_secret_structure_read(s->whole_path, content, &document, err));
	const struct dd_window w = { .text = content, .to = content.n };
	const struct dd_lines_at begin = { .line = 1 };
	struct made m = { s, &w, 0, content.n, begin, begin, &document, where_written };
	return search(&m, dd_buf_str(&document.text), err);
}
