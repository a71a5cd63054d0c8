/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/layer_facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

void dd_layer_facts_init(struct dd_layer_facts *f)
{
	*f = (struct dd_layer_facts){ .arena = DD_ARENA_INIT(DD_FACTS_BYTES_MAX),
				      .entries = DD_BUF_INIT(DD_FACTS_BYTES_MAX) };
}

void dd_layer_facts_done(struct dd_layer_facts *f)
{
	for (size_t i = 0; i < f->evidence.n; i++)
		dd_found_done(&f->evidence.p[i].found);
	dd_vec_done(&f->evidence);
	dd_vec_done(&f->problems);
	dd_layer_secrets_done(&f->secrets);
	dd_buf_done(&f->entries);
	dd_arena_done(&f->arena);
}

void dd_layer_facts_move(struct dd_layer_facts *to, struct dd_layer_facts *from)
{
	dd_layer_facts_done(to);
	*to = *from;
	dd_layer_facts_init(from);
	for (size_t i = 0; i < to->evidence.n; i++)
		to->evidence.p[i].found.arena = &to->arena;
}

static enum dd_code add_problem(struct dd_layer_facts *f, const struct dd_problem *p)
{
	if (f->problems.n >= DD_PROBLEMS_MAX) {
		f->problems_dropped++;
		return DD_OK;
	}
	struct dd_problem copy = *p;
	copy.layer = DD_NO_LAYER;
	copy.path = dd_arena_str(&f->arena, p->path);
	copy.analyzer = dd_arena_str(&f->arena, p->analyzer);
	copy.text = dd_arena_str(&f->arena, p->text);
	if (!copy.path.p || !copy.analyzer.p || !copy.text.p || !dd_vec_push(&f->problems, copy, DD_PROBLEMS_MAX))
		return DD_ENOMEM;
	return DD_OK;
}

enum dd_code dd_layer_facts_problem(struct dd_layer_facts *f, struct dd_str path, const char *analyzer, uint64_t at,
				    const char *fmt, ...)
{
	char text[DD_ERR_MESSAGE_MAX];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	struct dd_problem p = {
		.path = path, .analyzer = dd_str_from(analyzer), .offset = at, .text = dd_str_from(text)
	};
	return add_problem(f, &p);
}

/* Moves the analyzer's problems into the layer's list, with their file. */
static enum dd_code take_problems(struct dd_layer_facts *f, struct dd_found *found, struct dd_str path,
				  const char *analyzer)
{
	for (size_t i = 0; i < found->problems.n; i++) {
		struct dd_problem p = found->problems.p[i];
		p.path = path;
		p.analyzer = dd_str_from(analyzer);
		DD_TRY(add_problem(f, &p));
	}
	f->problems_dropped += found->problems_dropped;
	dd_vec_done(&found->problems);
	return DD_OK;
}

enum dd_code dd_layer_facts_analyze(struct dd_layer_facts *f, unsigned analyzer, uint32_t entry, struct dd_str path,
				    struct dd_str content, bool mapped, struct dd_err *err)
{
	const struct dd_analyzer *a = dd_analyzer_at(analyzer);
	struct dd_evidence e = { .analyzer = analyzer,
				 .entry = entry,
				 .path = dd_arena_str(&f->arena, path),
				 .found = { .arena = &f->arena } };
	struct dd_input in = { e.path, content, mapped };
	struct dd_err why;
	if (!e.path.p)
		return dd_fail_nomem(err);
	enum dd_code code = a->parse(&in, &e.found, &why);
	enum dd_code kept = DD_OK;
	if (code == DD_ENOMEM) {
		dd_found_done(&e.found);
		return dd_fail_nomem(err);
	}
	if (code != DD_OK)
		kept = dd_layer_facts_problem(f, path, a->id, why.at, "%s", why.message);
	else if (e.found.failed)
		kept = dd_layer_facts_problem(f, path, a->id, DD_NO_OFFSET,
					      "what it says passes a limit of memory or records");
	if (kept == DD_OK)
		kept = take_problems(f, &e.found, path, a->id);
	if (kept != DD_OK || !dd_vec_push(&f->evidence, e, DD_PACKAGES_MAX)) {
		dd_found_done(&e.found);
		return dd_fail_nomem(err);
	}
	return DD_OK;
}

static int by_entry(const void *x, const void *y)
{
	const struct dd_evidence *a = x, *b = y;
	if (a->entry != b->entry)
		return a->entry < b->entry ? -1 : 1;
	return (a->analyzer > b->analyzer) - (a->analyzer < b->analyzer);
}

void dd_layer_facts_finish(struct dd_layer_facts *f)
{
	if (f->evidence.n > 1)
		qsort(f->evidence.p, f->evidence.n, sizeof *f->evidence.p, by_entry);
}
