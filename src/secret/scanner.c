/* SPDX-License-Identifier: Apache-2.0 */
/* A file in blocks → windows that lie at the same offsets however it was cut → matches → candidates. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "secret/detector_parts.h"
#include "secret/inside_scan.h"
#include "secret/sniff.h"
#include "secret/weigh.h"

enum { HS_BACK = 64, MATCHES_MAX = 1 << 16 };

struct dd_lines_at {
	uint64_t counted;     /* offset up to which lines are counted */
	uint64_t line, start; /* the one that this is in, and where it begins */
};

struct dd_secret_scanner {
	const struct dd_secret_detector *d;
	struct dd_finder_scratch finder;
	struct dd_regex_scratch *regex;
	struct dd_rule_progress *progress;
	unsigned char *rule_off;
	DD_VEC(struct dd_match) matches; /* of the window */
	struct dd_candidates candidates;
	struct dd_arena window_arena; /* texts that live until the window is done */

	/* the file that is open */
	struct dd_secret_found *found;
	struct dd_buf path, inner;
	struct dd_str whole_path; /* path, or path!inner */
	uint64_t size;
	bool path_search; /* a rule for files of this name has a pattern */
	enum dd_text_kind kind;

	/* bytes that wait; in units, for UTF-16 one byte each */
	char *buffer;
	size_t n, cap, ahead;
	uint64_t base; /* of buffer[0] */
	uint64_t next; /* where the next window begins */
	unsigned char half;
	bool has_half;

	struct dd_lines_at lines;
};

void dd_secret_scanner_freep(struct dd_secret_scanner **at)
{
	struct dd_secret_scanner *s = DD_TAKE(*at);
	if (!s)
		return;
	dd_finder_scratch_done(&s->finder);
	dd_regex_scratch_freep(&s->regex);
	dd_candidates_clear(&s->candidates);
	dd_vec_done(&s->candidates.list);
	dd_vec_done(&s->matches);
	dd_arena_done(&s->window_arena);
	dd_buf_done(&s->path);
	dd_buf_done(&s->inner);
	dd_free(s->progress);
	dd_free(s->rule_off);
	dd_free(s->buffer);
	dd_free(s);
}

enum dd_code dd_secret_scanner_new(const struct dd_secret_detector *d, struct dd_secret_scanner **ret,
				   struct dd_err *err)
{
	DD_CLEANUP(dd_secret_scanner_freep) struct dd_secret_scanner *s = dd_alloc_zero(1, sizeof *s);
	if (!s)
		return dd_fail_nomem(err);
	s->d = d;
	s->path = s->inner = DD_BUF_INIT(4 * DD_PATH_MAX);
	s->ahead = dd_finder_reach_max(d->finder) + DD_LINE_SIDE_MAX + 64;
	s->cap = DD_WINDOW_BACK + DD_WINDOW_STEP + s->ahead;
	s->progress = dd_alloc_zero(d->set->n_rules + 1, sizeof *s->progress);
	s->rule_off = dd_alloc_zero(d->set->n_rules + 1, 1);
	s->window_arena = DD_ARENA_INIT(16 << 20);
	if (!s->progress || !s->rule_off)
		return dd_fail_nomem(err);
	DD_TRY(dd_finder_scratch_init(&s->finder, d->finder, err));
	DD_TRY(dd_regex_scratch_new(d->engines, &s->regex, err));
	*ret = DD_TAKE(s);
	return DD_OK;
}

static enum dd_code tell(struct dd_secret_scanner *s, uint64_t offset, struct dd_str text, struct dd_err *err)
{
	struct dd_problem p = { .layer = DD_NO_LAYER, .analyzer = DD_STR("secrets"), .offset = offset, .text = text };
	if (!text.p || !dd_vec_push(&s->found->problems, p, DD_PROBLEMS_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

static uint64_t unit_of(const struct dd_secret_scanner *s)
{
	return s->kind == DD_TEXT_UTF16LE || s->kind == DD_TEXT_UTF16BE ? 2 : 1;
}

static enum dd_code on_give_up(void *ctx, uint32_t rule, uint64_t offset, struct dd_err *err)
{
	struct dd_secret_scanner *s = ctx;
	return tell(s, offset * unit_of(s),
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
static void count_lines(struct dd_lines_at *at, const struct dd_window *w, uint64_t to)
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
		count_lines(at, w, w->base + w->to);
		aside = s->lines;
		at = &aside;
	}
	count_lines(at, w, c->offset);
	c->line = at->line;
	c->column = c->offset - at->start + 1;
}

/* The line around a match, each side as far as it is looked at. */
static struct dd_span line_around(struct dd_str text, size_t start, size_t end)
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

static struct dd_str cut(struct dd_str text, size_t start, size_t end)
{
	return dd_str_take(dd_str_skip(text, start), end - start);
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

/* Fills c->filtered and what else is known by the text around it. */
static enum dd_code judge(struct dd_secret_scanner *s, const struct dd_window *w, const struct dd_match *m,
			  struct dd_candidate *c, struct dd_err *err)
{
	const struct dd_secret_rule *r = &s->d->set->rules[m->rule];
	struct dd_span line = line_around(w->text, m->start, m->end);
	struct dd_allow_question q = { .rule = m->rule,
				       .secret = c->secret,
				       .match = cut(w->text, m->start, m->end),
				       .line = cut(w->text, line.start, line.end),
				       .path = s->whole_path };
	struct dd_str mark = dd_allow_mark(q.line);
	c->before = cut(w->text, line.start < m->secret.start ? line.start : m->secret.start, m->secret.start);
	double entropy = r->entropy > 0 ? dd_entropy(c->secret) : 0;
	if (r->entropy > 0 && entropy <= r->entropy) {
		c->low_entropy = true;
		c->filtered = dd_arena_printf(&s->window_arena,
					      "too regular: %.2f bits a character, the rule asks for more than %.2f",
					      entropy, r->entropy);
	} else if (mark.n) {
		c->filtered = dd_arena_printf(&s->window_arena, "its line is marked %.*s", DD_FMT(mark));
	} else {
		DD_TRY(dd_allow_ask(s->d, s->regex, &q, &c->filtered, err));
	}
	if (!c->filtered.p && (c->low_entropy || mark.n))
		return dd_fail_nomem(err);
	return c->low_entropy ? DD_OK : weigh(s, w, m, c, err);
}

static enum dd_code take_match(struct dd_secret_scanner *s, const struct dd_window *w, const struct dd_match *m,
			       struct dd_err *err)
{
	struct dd_candidate c = { .rule = m->rule,
				  .offset = w->base + m->secret.start,
				  .end = w->base + m->secret.end,
				  .secret = cut(w->text, m->secret.start, m->secret.end) };
	c.confidence = s->d->set->rules[m->rule].kind.confidence;
	DD_TRY(judge(s, w, m, &c, err));
	/* Every assignment of a program has such a value. */
	if (c.low_entropy && s->d->rules[m->rule].generic) {
		s->candidates.passed_over++;
		return DD_OK;
	}
	place(s, w, &c);
	return dd_candidates_add(&s->candidates, &c, err);
}

static int by_secret(const void *a, const void *b)
{
	const struct dd_match *x = a, *y = b;
	if (x->secret.start != y->secret.start)
		return x->secret.start < y->secret.start ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

static enum dd_code find(struct dd_secret_scanner *s, const struct dd_window *w, struct dd_err *err)
{
	size_t from = w->from > HS_BACK ? w->from - HS_BACK : 0;
	size_t to = w->text.n - w->to > s->ahead - DD_LINE_SIDE_MAX ? w->to + s->ahead - DD_LINE_SIDE_MAX : w->text.n;
	dd_finder_clear(&s->finder);
	DD_TRY(dd_finder_search(&s->finder, s->kind == DD_TEXT_NONE ? DD_FIND_BINARY : DD_FIND_TEXT,
				cut(w->text, from, to), err));
	if (s->path_search)
		DD_TRY(dd_finder_search(&s->finder, DD_FIND_PATH, cut(w->text, from, to), err));
	for (size_t i = 0; i < s->finder.ranges.n; i++) {
		s->finder.ranges.p[i].first += (uint32_t)from;
		s->finder.ranges.p[i].last += (uint32_t)from;
	}
	dd_finder_order(&s->finder);
	return DD_OK;
}

static enum dd_code do_window(struct dd_secret_scanner *s, const struct dd_window *w, struct dd_err *err)
{
	struct dd_confirm confirm = { s->d, s->regex, s->progress, s->rule_off, s, on_match, on_give_up };
	s->matches.n = 0;
	DD_TRY(find(s, w, err));
	DD_TRY(dd_confirm_window(&confirm, w, s->finder.ranges.p, s->finder.ranges.n, err));
	if (s->matches.n > 1)
		qsort(s->matches.p, s->matches.n, sizeof *s->matches.p, by_secret);
	for (size_t i = 0; i < s->matches.n; i++)
		DD_TRY(take_match(s, w, &s->matches.p[i], err));
	dd_arena_done(&s->window_arena);
	if (w->more && s->kind != DD_TEXT_NONE)
		count_lines(&s->lines, w, w->base + w->to);
	return DD_OK;
}

/* The window that begins at s->next, of bytes that begin at offset base. Its text has the same extent however the file
 * was cut. ended: no more bytes will come. */
static enum dd_code next_window(struct dd_secret_scanner *s, struct dd_str bytes, uint64_t base, bool ended,
				struct dd_err *err)
{
	uint64_t start = s->next > DD_WINDOW_BACK ? s->next - DD_WINDOW_BACK : 0;
	uint64_t stop = s->next + DD_WINDOW_STEP + s->ahead, end = base + bytes.n;
	struct dd_window w = { .base = start, .from = (size_t)(s->next - start) };
	w.text = cut(bytes, (size_t)(start - base), (size_t)((stop < end ? stop : end) - base));
	w.more = !ended || stop < end;
	w.to = w.from + DD_WINDOW_STEP < w.text.n ? w.from + DD_WINDOW_STEP : w.text.n;
	/* A match of no bytes at the very end is none. */
	s->next += DD_WINDOW_STEP;
	return do_window(s, &w, err);
}

/* Rules for files of certain names. In an archive the member's own name counts, too. */
static enum dd_code match_paths(struct dd_secret_scanner *s, struct dd_err *err)
{
	const struct dd_secret_detector *d = s->d;
	struct dd_str member = dd_buf_str(&s->inner);
	member = dd_str_skip(member, dd_str_rfind(member, '!') < member.n ? dd_str_rfind(member, '!') + 1 : 0);
	s->path_search = false;
	for (size_t i = 0; i < d->n_path_rules; i++) {
		uint32_t rule = d->path_rules[i];
		const struct dd_regex *p;
		struct dd_span whole;
		DD_TRY(dd_regex_get(&d->rules[rule].path, d->engines, d->set->rules[rule].path, 0, &p, err));
		bool is = dd_regex_find(p, s->regex, s->whole_path, 0, 0, &whole, 1) == DD_REGEX_FOUND ||
			  (member.n && dd_regex_find(p, s->regex, member, 0, 0, &whole, 1) == DD_REGEX_FOUND);
		s->rule_off[rule] = !is;
		s->path_search = s->path_search || (is && d->set->rules[rule].regex.n);
	}
	return DD_OK;
}

enum dd_code dd_secret_open(struct dd_secret_scanner *s, const struct dd_secret_file *file,
			    struct dd_secret_found *found, struct dd_err *err)
{
	s->found = found;
	s->size = 0;
	dd_buf_done(&s->path);
	dd_buf_done(&s->inner);
	s->path = s->inner = DD_BUF_INIT(4 * DD_PATH_MAX);
	(void)dd_buf_add_str(&s->inner, dd_str_take(file->inner, 2 * DD_PATH_MAX));
	(void)dd_buf_add_str(&s->path, dd_str_take(file->path, DD_PATH_MAX));
	if (s->inner.n) {
		(void)dd_buf_add_char(&s->path, '!');
		(void)dd_buf_add_str(&s->path, dd_buf_str(&s->inner));
	}
	if (s->path.failed || s->inner.failed)
		return dd_fail_nomem(err);
	s->whole_path = dd_buf_str(&s->path);
	s->kind = DD_TEXT_UNKNOWN;
	s->n = 0;
	s->base = s->next = 0;
	s->lines = (struct dd_lines_at){ .line = 1 };
	s->has_half = false;
	memset(s->progress, 0, s->d->set->n_rules * sizeof *s->progress);
	memset(s->finder.keyword_seen, 0, s->d->set->n_rules);
	dd_candidates_clear(&s->candidates);
	return match_paths(s, err);
}

/* What the first bytes say; bytes of UTF-16 that wait become units. */
static void decide(struct dd_secret_scanner *s)
{
	s->kind = dd_sniff((struct dd_str){ s->buffer, s->n < DD_SNIFF_BYTES ? s->n : DD_SNIFF_BYTES });
	if (unit_of(s) == 2) {
		size_t odd = s->n & 1;
		s->has_half = odd;
		if (odd)
			s->half = (unsigned char)s->buffer[s->n - 1];
		dd_utf16_units(s->kind, s->buffer, s->n / 2, s->buffer);
		s->n /= 2;
	}
}

/* Windows that have all their bytes; what they leave stays. */
static enum dd_code drain(struct dd_secret_scanner *s, struct dd_err *err)
{
	while (s->base + s->n >= s->next + DD_WINDOW_STEP + s->ahead) {
		DD_TRY(next_window(s, (struct dd_str){ s->buffer, s->n }, s->base, false, err));
		uint64_t keep = s->next > DD_WINDOW_BACK ? s->next - DD_WINDOW_BACK : 0;
		size_t gone = (size_t)(keep - s->base);
		memmove(s->buffer, s->buffer + gone, s->n - gone);
		s->n -= gone;
		s->base = keep;
	}
	return DD_OK;
}

static struct dd_str take_units(struct dd_secret_scanner *s, struct dd_str block)
{
	if (s->has_half && block.n) {
		char pair[2] = { (char)s->half, block.p[0] };
		dd_utf16_units(s->kind, pair, 1, s->buffer + s->n);
		s->n++;
		s->has_half = false;
		block = dd_str_skip(block, 1);
	}
	size_t units = block.n / 2 < s->cap - s->n ? block.n / 2 : s->cap - s->n;
	dd_utf16_units(s->kind, block.p, units, s->buffer + s->n);
	s->n += units;
	block = dd_str_skip(block, 2 * units);
	if (block.n == 1) {
		s->half = (unsigned char)block.p[0];
		s->has_half = true;
		block = dd_str_skip(block, 1);
	}
	return block;
}

enum dd_code dd_secret_feed(struct dd_secret_scanner *s, struct dd_str block, struct dd_err *err)
{
	if (!s->buffer && !(s->buffer = dd_alloc(s->cap + 1)))
		return dd_fail_nomem(err);
	s->size += block.n;
	while (block.n) {
		if (s->kind != DD_TEXT_UNKNOWN && unit_of(s) == 2) {
			block = take_units(s, block);
		} else {
			size_t most = s->kind == DD_TEXT_UNKNOWN ? DD_SNIFF_BYTES : s->cap;
			size_t n = block.n < most - s->n ? block.n : most - s->n;
			memcpy(s->buffer + s->n, block.p, n);
			s->n += n;
			block = dd_str_skip(block, n);
			if (s->kind == DD_TEXT_UNKNOWN && s->n == DD_SNIFF_BYTES)
				decide(s);
		}
		DD_TRY(drain(s, err));
	}
	return DD_OK;
}

/* Files that are a finding by their name. */
static enum dd_code add_named(struct dd_secret_scanner *s, struct dd_err *err)
{
	const struct dd_secret_detector *d = s->d;
	for (size_t i = 0; i < d->n_path_rules && s->size; i++) {
		uint32_t rule = d->path_rules[i];
		if (s->rule_off[rule] || d->set->rules[rule].regex.n)
			continue;
		struct dd_candidate c = { .rule = rule, .end = s->size / unit_of(s), .named = true };
		c.confidence = d->set->rules[rule].kind.confidence;
		c.secret = s->whole_path;
		struct dd_allow_question q = { .rule = rule, .path = s->whole_path };
		DD_TRY(dd_allow_ask(d, s->regex, &q, &c.filtered, err));
		DD_TRY(dd_candidates_add(&s->candidates, &c, err));
	}
	return DD_OK;
}

static enum dd_code finish(struct dd_secret_scanner *s, struct dd_err *err)
{
	DD_TRY(add_named(s, err));
	DD_TRY(dd_candidates_settle(&s->candidates, s->d, s->finder.keyword_seen, dd_buf_str(&s->inner),
				    (unsigned)unit_of(s), s->found, err));
	dd_candidates_clear(&s->candidates);
	s->found = NULL;
	return DD_OK;
}

enum dd_code dd_secret_close(struct dd_secret_scanner *s, struct dd_err *err)
{
	if (s->kind == DD_TEXT_UNKNOWN && s->n)
		decide(s);
	while (s->next < s->base + s->n)
		DD_TRY(next_window(s, (struct dd_str){ s->buffer, s->n }, s->base, true, err));
	return finish(s, err);
}

bool dd_secret_wants_whole(const struct dd_secret_detector *d, const struct dd_secret_file *file, struct dd_str head)
{
	(void)d;
	return dd_inside_kind(file->path, head) != DD_INSIDE_NONE;
}

enum dd_code dd_secret_scan(struct dd_secret_scanner *s, const struct dd_secret_file *file, struct dd_str content,
			    struct dd_secret_found *found, struct dd_err *err)
{
	enum dd_inside_kind kind = dd_inside_kind(file->path, dd_str_take(content, DD_INSIDE_HEAD_BYTES));
	DD_TRY(dd_secret_open(s, file, found, err));
	if (kind != DD_INSIDE_NONE) {
		s->size = content.n;
		DD_TRY(finish(s, err)); /* its name may say what it is */
		return dd_inside_scan(s, file, content, kind, s->d->options.spool_dir, found, err);
	}
	s->kind = dd_sniff(dd_str_take(content, DD_SNIFF_BYTES));
	if (unit_of(s) == 2) {
		s->kind = DD_TEXT_UNKNOWN;
		DD_TRY(dd_secret_feed(s, content, err));
		return dd_secret_close(s, err);
	}
	s->size = content.n;
	while (s->next < content.n)
		DD_TRY(next_window(s, content, 0, true, err));
	return finish(s, err);
}
