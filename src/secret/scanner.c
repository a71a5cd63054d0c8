/* SPDX-License-Identifier: Apache-2.0 */
/* A file in blocks → windows that lie at the same offsets however it was cut → matches → candidates. */
#include "base/limits.h"
#include "secret/inside_scan.h"
#include "secret/scanner_parts.h"
#include "secret/structure.h"

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
	dd_secret_decoder_freep(&s->decoder);
	dd_buf_done(&s->document);
	dd_free(s->progress);
	dd_free(s->aside);
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
	s->aside = dd_alloc_zero(d->set->n_rules + 1, sizeof *s->aside);
	s->document = DD_BUF_INIT(DD_STRUCTURE_BYTES_MAX);
	s->rule_off = dd_alloc_zero(d->set->n_rules + 1, 1);
	s->window_arena = DD_ARENA_INIT(16 << 20);
	if (!s->progress || !s->aside || !s->rule_off)
		return dd_fail_nomem(err);
	DD_TRY(dd_finder_scratch_init(&s->finder, d->finder, err));
	DD_TRY(dd_regex_scratch_new(d->engines, &s->regex, err));
	*ret = DD_TAKE(s);
	return DD_OK;
}

enum dd_code dd_scanner_tell(struct dd_secret_scanner *s, uint64_t offset, struct dd_str text, struct dd_err *err)
{
	struct dd_problem p = { .layer = DD_NO_LAYER, .analyzer = DD_STR("secrets"), .offset = offset, .text = text };
	if (!text.p || !dd_vec_push(&s->found->problems, p, DD_PROBLEMS_MAX))
		return dd_fail_nomem(err);
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
	w.text = dd_cut(bytes, (size_t)(start - base), (size_t)((stop < end ? stop : end) - base));
	w.more = !ended || stop < end;
	w.to = w.from + DD_WINDOW_STEP < w.text.n ? w.from + DD_WINDOW_STEP : w.text.n;
	/* A match of no bytes at the very end is none. */
	s->next += DD_WINDOW_STEP;
	return dd_scanner_window(s, &w, err);
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
	s->has_half = s->structured = false;
	dd_buf_clear(&s->document);
	memset(s->progress, 0, s->d->set->n_rules * sizeof *s->progress);
	memset(s->finder.keyword_seen, 0, s->d->set->n_rules);
	dd_candidates_clear(&s->candidates);
	return match_paths(s, err);
}

/* What the first bytes say; bytes of UTF-16 that wait become units. */
static void decide(struct dd_secret_scanner *s)
{
	const struct dd_str head = { s->buffer, s->n < DD_SNIFF_BYTES ? s->n : DD_SNIFF_BYTES };
	s->kind = dd_sniff(head);
	s->structured = s->kind == DD_TEXT_BYTES && dd_secret_is_structured(s->whole_path, head);
	if (dd_scanner_unit(s) == 2) {
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

/* A document is kept whole until it proves too long. */
static enum dd_code keep_document(struct dd_secret_scanner *s, struct dd_str block, struct dd_err *err)
{
	if (!s->structured)
		return DD_OK;
	if (block.n > s->document.max - s->document.n) {
		s->structured = false;
		dd_buf_done(&s->document);
		s->document = DD_BUF_INIT(DD_STRUCTURE_BYTES_MAX);
		return DD_OK;
	}
	return dd_buf_add_str(&s->document, block) == DD_OK ? DD_OK : dd_fail_nomem(err);
}

enum dd_code dd_secret_feed(struct dd_secret_scanner *s, struct dd_str block, struct dd_err *err)
{
	if (!s->buffer && !(s->buffer = dd_alloc(s->cap + 1)))
		return dd_fail_nomem(err);
	s->size += block.n;
	if (s->structured)
		DD_TRY(keep_document(s, block, err));
	while (block.n) {
		if (s->kind != DD_TEXT_UNKNOWN && dd_scanner_unit(s) == 2) {
			block = take_units(s, block);
		} else {
			size_t most = s->kind == DD_TEXT_UNKNOWN ? DD_SNIFF_BYTES : s->cap;
			size_t n = block.n < most - s->n ? block.n : most - s->n;
			memcpy(s->buffer + s->n, block.p, n);
			s->n += n;
			block = dd_str_skip(block, n);
			if (s->kind == DD_TEXT_UNKNOWN && s->n == DD_SNIFF_BYTES) {
				decide(s);
				DD_TRY(keep_document(s, (struct dd_str){ s->buffer, s->n }, err));
				DD_TRY(keep_document(s, block, err));
			}
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
		struct dd_candidate c = { .rule = rule, .end = s->size / dd_scanner_unit(s), .named = true };
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
	if (s->decoder && dd_secret_decoder_exhausted(s->decoder))
		DD_TRY(dd_scanner_tell(
			s, DD_NO_OFFSET,
			dd_arena_str(s->found->arena, DD_STR("more is encoded in it than is decoded: 64 MiB")), err));
	DD_TRY(dd_candidates_settle(&s->candidates, s->d, s->finder.keyword_seen, dd_buf_str(&s->inner),
				    dd_scanner_unit(s), s->found, err));
	dd_candidates_clear(&s->candidates);
	s->found = NULL;
	return DD_OK;
}

enum dd_code dd_secret_close(struct dd_secret_scanner *s, struct dd_err *err)
{
	if (s->kind == DD_TEXT_UNKNOWN && s->n) {
		decide(s);
		DD_TRY(keep_document(s, (struct dd_str){ s->buffer, s->n }, err));
	}
	while (s->next < s->base + s->n)
		DD_TRY(next_window(s, (struct dd_str){ s->buffer, s->n }, s->base, true, err));
	if (s->structured)
		DD_TRY(dd_scanner_document(s, dd_buf_str(&s->document), err));
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
	if (dd_scanner_unit(s) == 2) {
		s->kind = DD_TEXT_UNKNOWN;
		DD_TRY(dd_secret_feed(s, content, err));
		return dd_secret_close(s, err);
	}
	s->size = content.n;
	while (s->next < content.n)
		DD_TRY(next_window(s, content, 0, true, err));
	if (s->kind == DD_TEXT_BYTES && content.n <= DD_STRUCTURE_BYTES_MAX &&
	    dd_secret_is_structured(s->whole_path, dd_str_take(content, DD_SNIFF_BYTES)))
		DD_TRY(dd_scanner_document(s, content, err));
	return finish(s, err);
}
