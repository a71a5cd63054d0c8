/* SPDX-License-Identifier: Apache-2.0 */
/* A secret that was found in one text of the configuration may stand in others that no rule looks at: it is taken out
 * of all that the reports show. */
#include <stdlib.h>

#include "base/limits.h"
#include "scan/config_secrets.h"

enum { CLEAR_BYTES_MIN = 4 };
/* Bytes of text times secrets. Beyond it no text is shown: no real image comes near. */
#define REDACT_WORK_MAX (2 * DD_GIB)

struct pair {
	struct dd_str clear, with;
};

struct redact {
	const struct pair *pairs; /* the longest first: one may be a part of another */
	size_t n_pairs;
	struct dd_arena *arena;
	uint64_t work;
	struct dd_buf now, out, clear;
	bool changed;
};

/* Instructions have one blank for any run of them, so that a report's line can hold them. */
static struct dd_str squeeze(struct redact *r, struct dd_str text)
{
	dd_buf_clear(&r->clear);
	for (size_t i = 0; i < text.n; i++) {
		bool blank = dd_is_blank(text.p[i]);
		if (!blank || i == 0 || !dd_is_blank(text.p[i - 1]))
			(void)dd_buf_add_char(&r->clear, blank ? ' ' : text.p[i]);
	}
	return dd_buf_str(&r->clear);
}

/* All of clear in the text at hand, r->now. */
static void replace(struct redact *r, struct dd_str clear, struct dd_str with)
{
	struct dd_str rest = dd_buf_str(&r->now);
	size_t at = clear.n < CLEAR_BYTES_MIN ? rest.n : dd_str_search(rest, clear);
	if (at == rest.n)
		return;
	dd_buf_clear(&r->out);
	for (; at < rest.n; at = dd_str_search(rest, clear)) {
		(void)dd_buf_add_str(&r->out, dd_str_take(rest, at));
		(void)dd_buf_add_str(&r->out, with);
		rest = dd_str_skip(rest, at + clear.n);
	}
	(void)dd_buf_add_str(&r->out, rest);
	struct dd_buf was = r->now;
	r->now = r->out;
	r->out = was;
	r->changed = true;
}

static enum dd_code redact_text(struct redact *r, struct dd_str *text, bool squeezed, struct dd_err *err)
{
	r->work += (text->n + 1) * (uint64_t)r->n_pairs;
	if (r->work > REDACT_WORK_MAX) {
		*text = DD_STR("(not shown: the image's configuration holds too many secrets)");
		return DD_OK;
	}
	r->changed = false;
	dd_buf_clear(&r->now);
	(void)dd_buf_add_str(&r->now, *text);
	for (size_t i = 0; i < r->n_pairs; i++) {
		replace(r, r->pairs[i].clear, r->pairs[i].with);
		if (squeezed)
			replace(r, squeeze(r, r->pairs[i].clear), r->pairs[i].with);
	}
	if (r->changed)
		*text = dd_arena_str(r->arena, dd_buf_str(&r->now));
	return r->now.failed || r->out.failed || r->clear.failed || !text->p ? dd_fail_nomem(err) : DD_OK;
}

static enum dd_code redact_all(struct redact *r, struct dd_target *t, struct dd_err *err)
{
	DD_TRY(redact_text(r, &t->user, false, err));
	DD_TRY(redact_text(r, &t->working_dir, false, err));
	for (size_t i = 0; i < t->n_command; i++)
		DD_TRY(redact_text(r, &t->command[i], false, err));
	for (size_t i = 0; i < t->n_labels; i++) {
		DD_TRY(redact_text(r, &t->labels[i].key, false, err));
		DD_TRY(redact_text(r, &t->labels[i].value, false, err));
	}
	for (size_t i = 0; i < t->n_layers; i++)
		DD_TRY(redact_text(r, &t->layers[i].instruction, true, err));
	return DD_OK;
}

static int longest_first(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;
	if (a->clear.n != b->clear.n)
		return a->clear.n > b->clear.n ? -1 : 1;
	return dd_str_cmp(a->clear, b->clear);
}

/* Each secret once. *ret is the caller's: dd_free. */
static enum dd_code sort_pairs(const struct dd_config_secrets *s, struct pair **ret, size_t *ret_n, struct dd_err *err)
{
	size_t n = 0, kept = 0;
	struct pair *pairs = dd_alloc_zero(s->clear.n / 2, sizeof *pairs);
	if (!pairs)
		return dd_fail_nomem(err);
	for (; n < s->clear.n / 2; n++)
		pairs[n] = (struct pair){ s->clear.p[2 * n], s->clear.p[2 * n + 1] };
	qsort(pairs, n, sizeof *pairs, longest_first);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !dd_str_eq(pairs[i].clear, pairs[kept - 1].clear))
			pairs[kept++] = pairs[i];
	*ret = pairs;
	*ret_n = kept;
	return DD_OK;
}

enum dd_code dd_config_secrets_redact(const struct dd_config_secrets *s, struct dd_arena *a, struct dd_target *target,
				      struct dd_err *err)
{
	struct pair *pairs;
	struct redact r = { .arena = a,
			    .now = DD_BUF_INIT(DD_IMAGE_DOCUMENTS_BYTES_MAX),
			    .out = DD_BUF_INIT(DD_IMAGE_DOCUMENTS_BYTES_MAX),
			    .clear = DD_BUF_INIT(DD_IMAGE_DOCUMENTS_BYTES_MAX) };
	if (s->clear.n == 0)
		return DD_OK;
	DD_TRY(sort_pairs(s, &pairs, &r.n_pairs, err));
	r.pairs = pairs;
	enum dd_code code = redact_all(&r, target, err);
	dd_free(pairs);
	dd_buf_done(&r.now);
	dd_buf_done(&r.out);
	dd_buf_done(&r.clear);
	return code;
}
