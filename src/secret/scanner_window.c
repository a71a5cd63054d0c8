/* SPDX-License-Identifier: Apache-2.0 */
/* One window of a file: what is found in it, where it is, and what speaks against it. */
#include <stdlib.h>

#include "secret/scanner_parts.h"
#include "secret/weigh.h"

enum { HS_BACK = 64, MATCHES_MAX = 1 << 16 };

static enum dd_code on_give_up(void *ctx, uint32_t rule, uint64_t offset, struct dd_err *err)
{
	struct dd_secret_scanner *s = ctx;
	return dd_scanner_tell(
		s, offset * dd_scanner_unit(s),
		dd_arena_printf(s->found->arena,
				"the pattern of rule %s takes too many steps here: what it would find may be "
				"missing",
				DD_QUOTE(s->d->set->rules[rule].kind.id)),
		err);
}

static enum dd_code on_match(void *ctx, const struct dd_match *m, struct dd_err *err)
{
	struct dd_secret_scanner *s = ctx;
	if (s->matches.n >= MATCHES_MAX)
		s->candidates.dropped++;
	else if (!dd_vec_push(&s->matches, *m, MATCHES_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

/* Lines up to the offset, which is inside the window and not before the last one that was asked for. */
void dd_count_lines_to(struct dd_lines_at *at, const struct dd_window *w, uint64_t to)
{
	struct dd_str text =
		dd_str_take(dd_str_skip(w->text, (size_t)(at->counted - w->base)), (size_t)(to - at->counted));
	size_t last = 0, n = dd_count_lines(text, &last);
	if (n) {
		at->line += n;
		at->start = at->counted + last + 1;
	}
	at->counted = to;
}

/* Line and column of a secret. One that begins behind the window's own part is counted to aside: the next window may
 * have one before it. */
static void place(struct dd_secret_scanner *s, const struct dd_window *w, struct dd_candidate *c)
{
	struct dd_lines_at aside = { 0 }, *at = &s->lines;
	if (s->kind == DD_TEXT_NONE)
		return;
	if (c->offset > w->base + w->to) {
		dd_count_lines_to(at, w, w->base + w->to);
		aside = s->lines;
		at = &aside;
	}
	dd_count_lines_to(at, w, c->offset);
	c->line = at->line;
	c->column = c->offset - at->start + 1;
}

/* The line around a match, each side as far as it is looked at. */
struct dd_span dd_line_around(struct dd_str text, size_t start, size_t end)
{
	size_t a = start > DD_LINE_SIDE_MAX ? start - DD_LINE_SIDE_MAX : 0;
	size_t b = text.n - end > DD_LINE_SIDE_MAX ? end + DD_LINE_SIDE_MAX : text.n;
	for (size_t i = start; i > a; i--)
		if (text.p[i - 1] == '\n') {
			a = i;
			break;
		}
	const char *stop = memchr(text.p + end, '\n', b - end);
	return (struct dd_span){ a, stop ? (size_t)(stop - text.p) : b };
}

/* What precision's judge says of it. */
static enum dd_code weigh(struct dd_secret_scanner *s, const struct dd_window *w, const struct dd_match *m,
			  struct dd_candidate *c, struct dd_err *err)
{
	const struct dd_secret_candidate q = { .rule = &s->d->set->rules[m->rule],
					       .path = s->whole_path,
					       .text = w->text,
					       .match_at = m->start,
					       .match_n = m->end - m->start,
					       .secret_at = m->secret.start,
					       .secret_n = m->secret.end - m->secret.start,
					       .binary = s->kind == DD_TEXT_NONE };
	struct dd_secret_weight weight;
	DD_TRY(dd_secret_weigh(&q, &s->window_arena, &weight, err));
	c->confidence = weight.confidence;
	c->reason = weight.reason;
	if (c->filtered.n == 0)
		c->filtered = weight.filtered;
	return DD_OK;
}

/* Every assignment of a program has such a value: only counted. */
static bool only_counted(const struct dd_secret_scanner *s, const struct dd_candidate *c)
{
	return c->low_entropy && s->d->rules[c->rule].generic;
}

static struct dd_str marked(struct dd_str line, struct dd_str outer_line)
{
	struct dd_str mark = dd_allow_mark(line);
	return mark.n ? mark : dd_allow_mark(outer_line);
}

static enum dd_code filter(struct dd_secret_scanner *s, const struct dd_allow_question *q, struct dd_str mark,
			   struct dd_candidate *c, struct dd_err *err)
{
	const struct dd_secret_rule *r = &s->d->set->rules[q->rule];
	double entropy = r->entropy > 0 ? dd_entropy(c->secret) : 0;
	if (r->entropy > 0 && entropy <= r->entropy) {
		c->low_entropy = true;
		c->filtered = dd_arena_printf(&s->window_arena,
					      "too regular: %.2f bits a character, the rule asks for more than %.2f",
					      entropy, r->entropy);
	} else if (mark.n) {
		c->filtered = dd_arena_printf(&s->window_arena, "its line is marked %.*s", DD_FMT(mark));
	} else {
		return dd_allow_ask(s->d, s->regex, q, &c->filtered, err);
	}
	return c->filtered.p ? DD_OK : dd_fail_nomem(err);
}

enum dd_code dd_scanner_judge(struct dd_secret_scanner *s, const struct dd_window *w, const struct dd_match *m,
			      struct dd_str outer_line, struct dd_candidate *ret, struct dd_err *err)
{
	struct dd_span line = dd_line_around(w->text, m->start, m->end);
	struct dd_candidate c = { .rule = m->rule, .confidence = s->d->set->rules[m->rule].kind.confidence };
	c.secret = dd_cut(w->text, m->secret.start, m->secret.end);
	c.before = dd_cut(w->text, line.start < m->secret.start ? line.start : m->secret.start, m->secret.start);
	c.offset = w->base + m->secret.start;
	c.end = w->base + m->secret.end;
	struct dd_allow_question q = { .rule = m->rule,
				       .secret = c.secret,
				       .match = dd_cut(w->text, m->start, m->end),
				       .line = dd_cut(w->text, line.start, line.end),
				       .path = s->whole_path };
	DD_TRY(filter(s, &q, marked(q.line, outer_line), &c, err));
	if (!only_counted(s, &c))
		DD_TRY(weigh(s, w, m, &c, err));
	bool excluded = false;
	if (!c.filtered.n)
		DD_TRY(dd_allow_block(s->d, s->regex, m->rule, w->text, m->secret, &excluded, err));
	if (excluded)
		c.filtered = DD_STR("it stands in a block that the rules exclude");
	*ret = c;
	return DD_OK;
}

enum dd_code dd_scanner_keep(struct dd_secret_scanner *s, const struct dd_candidate *c, struct dd_err *err)
{
	if (!only_counted(s, c))
		return dd_candidates_add(&s->candidates, c, err);
	s->candidates.passed_over++;
	return DD_OK;
}

static int by_secret(const void *a, const void *b)
{
	const struct dd_match *x = a, *y = b;
	if (x->secret.start != y->secret.start)
		return x->secret.start < y->secret.start ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

static enum dd_code find(struct dd_secret_scanner *s, struct dd_str text, size_t from, struct dd_err *err)
{
	dd_finder_clear(&s->finder);
	DD_TRY(dd_finder_search(&s->finder, s->kind == DD_TEXT_NONE ? DD_FIND_BINARY : DD_FIND_TEXT, text, err));
	if (s->path_search)
		DD_TRY(dd_finder_search(&s->finder, DD_FIND_PATH, text, err));
	for (size_t i = 0; i < s->finder.ranges.n; i++) {
		s->finder.ranges.p[i].first += (uint32_t)from;
		s->finder.ranges.p[i].last += (uint32_t)from;
	}
	dd_finder_order(&s->finder);
	return DD_OK;
}

enum dd_code dd_scanner_matches(struct dd_secret_scanner *s, const struct dd_window *w, size_t from, size_t to,
				struct dd_rule_progress *progress, struct dd_err *err)
{
	struct dd_confirm confirm = { s->d, s->regex, progress, s->rule_off, s, on_match, on_give_up };
	s->matches.n = 0;
	DD_TRY(find(s, dd_cut(w->text, from, to), from, err));
	DD_TRY(dd_confirm_window(&confirm, w, s->finder.ranges.p, s->finder.ranges.n, err));
	if (s->matches.n > 1)
		qsort(s->matches.p, s->matches.n, sizeof *s->matches.p, by_secret);
	return DD_OK;
}

enum dd_code dd_scanner_window(struct dd_secret_scanner *s, const struct dd_window *w, struct dd_err *err)
{
	const struct dd_lines_at lines = s->lines;
	size_t from = w->from > HS_BACK ? w->from - HS_BACK : 0, reach = s->ahead - DD_LINE_SIDE_MAX;
	DD_TRY(dd_scanner_matches(s, w, from, w->text.n - w->to > reach ? w->to + reach : w->text.n, s->progress, err));
	for (size_t i = 0; i < s->matches.n; i++) {
		struct dd_candidate c;
		if (s->progress[s->matches.p[i].rule].judged++ >= DD_JUDGED_MAX) {
			s->candidates.dropped++;
			continue;
		}
		DD_TRY(dd_scanner_judge(s, w, &s->matches.p[i], DD_STR(""), &c, err));
		place(s, w, &c);
		DD_TRY(dd_scanner_keep(s, &c, err));
	}
	dd_arena_done(&s->window_arena);
	if (s->kind == DD_TEXT_NONE)
		return DD_OK;
	if (w->more)
		dd_count_lines_to(&s->lines, w, w->base + w->to);
	return dd_scanner_wrapped(s, w, lines, err);
}
