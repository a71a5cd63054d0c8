/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/layer_secrets.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

void dd_layer_secrets_done(struct dd_layer_secrets *s)
{
	dd_vec_done(&s->list);
	dd_vec_done(&s->problems);
}

static struct dd_str *text_at(struct dd_secret *s, size_t i)
{
	return (struct dd_str *)(void *)((char *)s + dd_secret_texts[i]);
}

static size_t text_bytes(const struct dd_secret *s)
{
	size_t n = 0;
	for (size_t i = 0; i < dd_n_secret_texts; i++) {
		struct dd_str text;
		memcpy(&text, (const char *)s + dd_secret_texts[i], sizeof text);
		n += text.n;
	}
	return n;
}

enum dd_code dd_secret_copy(const struct dd_secret *from, struct dd_arena *a, struct dd_secret *ret, struct dd_err *err)
{
	struct dd_secret copy = *from;
	for (size_t i = 0; i < dd_n_secret_texts; i++) {
		struct dd_str *text = text_at(&copy, i);
		*text = text->n ? dd_arena_str(a, *text) : DD_STR("");
		if (!text->p)
			return dd_fail_nomem(err);
	}
	*ret = copy;
	return DD_OK;
}

/* What does not count is kept up to a limit of its own: it must not crowd out what counts. */
static bool has_room(const struct dd_layer_secrets *s, const struct dd_secret *one, size_t bytes)
{
	bool few = one->filtered.n ? s->n_filtered < DD_SECRETS_FILTERED_MAX
				   : s->list.n - s->n_filtered < DD_SECRETS_LAYER_MAX;
	return few && bytes <= DD_SECRETS_TEXT_BYTES_MAX - s->text_bytes;
}

static enum dd_code add_problem(struct dd_layer_secrets *s, struct dd_arena *a, struct dd_str path,
				const struct dd_problem *p, struct dd_err *err)
{
	if (s->problems.n >= DD_PROBLEMS_MAX) {
		s->problems_dropped++;
		return DD_OK;
	}
	struct dd_problem copy = { .layer = DD_NO_LAYER, .offset = p->offset };
	copy.path = dd_arena_str(a, path);
	copy.analyzer = p->analyzer.n ? dd_arena_str(a, p->analyzer) : DD_STR("secret");
	copy.text = dd_arena_str(a, p->text);
	if (!copy.path.p || !copy.analyzer.p || !copy.text.p || !dd_vec_push(&s->problems, copy, DD_PROBLEMS_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

enum dd_code dd_layer_secrets_problem(struct dd_layer_secrets *s, struct dd_arena *a, struct dd_str path,
				      struct dd_err *err, const char *fmt, ...)
{
	char text[DD_ERR_MESSAGE_MAX];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	struct dd_problem p = { .offset = DD_NO_OFFSET, .text = dd_str_from(text) };
	return add_problem(s, a, path, &p, err);
}

enum dd_code dd_layer_secrets_add(struct dd_layer_secrets *s, struct dd_arena *a, uint32_t entry, struct dd_str path,
				  const struct dd_secret_found *found, struct dd_err *err)
{
	struct dd_layer_secret one = { .entry = entry };
	s->dropped += found->dropped;
	for (size_t i = 0; i < found->problems.n; i++)
		DD_TRY(add_problem(s, a, path, &found->problems.p[i], err));
	for (size_t i = 0; i < found->list.n; i++) {
		const struct dd_secret *from = &found->list.p[i];
		size_t bytes = text_bytes(from) + (one.path.p ? 0 : path.n);
		if (!has_room(s, from, bytes)) {
			s->dropped++;
			continue;
		}
		if (!one.path.p)
			one.path = dd_arena_str(a, path);
		if (!one.path.p)
			return dd_fail_nomem(err);
		DD_TRY(dd_secret_copy(from, a, &one.secret, err));
		if (!dd_vec_push(&s->list, one, SIZE_MAX))
			return dd_fail_nomem(err);
		s->text_bytes += bytes;
		s->n_filtered += from->filtered.n > 0;
	}
	return DD_OK;
}
