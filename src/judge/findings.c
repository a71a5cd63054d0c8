/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

struct dd_finding *dd_findings_add(struct dd_findings *f, enum dd_kind kind)
{
	static const struct dd_str none = { "", 0 };
	struct dd_finding nothing = {
		.kind = kind,
		.id = none,
		.title = none,
		.severity_source = none,
		.package = -1,
		.path = none,
		.layer = DD_NO_LAYER,
		.fix = { .version = none, .advice = none },
		.epss = -1,
		.epss_percentile = -1,
		.risk = -1,
		.kev_due = none,
		.published = none,
		.url = none,
		.note = none,
		.suppression = { .rule = none, .reason = none, .expires = none },
	};
	if (!dd_vec_push(&f->list, nothing, DD_FINDINGS_MAX))
		return NULL;
	return &f->list.p[f->list.n - 1];
}

static struct dd_str text_of(struct dd_arena *a, const char *fmt, va_list ap)
{
	char text[DD_ERR_MESSAGE_MAX];
	(void)vsnprintf(text, sizeof text, fmt, ap);
	return dd_arena_str(a, dd_str_from(text));
}

enum dd_code dd_findings_problem(struct dd_findings *f, struct dd_arena *a, const char *who, int layer,
				 struct dd_str path, const char *fmt, ...)
{
	struct dd_problem p = {
		.layer = layer,
		.path = path,
		.analyzer = dd_str_from(who),
		.offset = DD_NO_OFFSET,
	};
	if (f->problems.n >= DD_PROBLEMS_MAX) {
		f->problems_dropped++;
		return DD_OK;
	}
	va_list ap;
	va_start(ap, fmt);
	p.text = text_of(a, fmt, ap);
	va_end(ap);
	/* One more than DD_PROBLEMS_MAX: dd_findings_close() says there how many are missing. */
	if (!p.text.p || !dd_vec_push(&f->problems, p, DD_PROBLEMS_MAX + 1))
		return DD_ENOMEM;
	return DD_OK;
}

enum dd_code dd_findings_warn(struct dd_findings *f, struct dd_arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct dd_str text = text_of(a, fmt, ap);
	va_end(ap);
	if (!text.p || !dd_vec_push(&f->warnings, text, DD_PROBLEMS_MAX))
		return DD_ENOMEM;
	return DD_OK;
}

static int by_risk(const void *a, const void *b)
{
	return dd_finding_cmp(a, b);
}

enum dd_code dd_findings_close(struct dd_findings *f, struct dd_arena *a)
{
	if (f->list.n)
		qsort(f->list.p, f->list.n, sizeof *f->list.p, by_risk);
	if (f->problems_dropped == 0)
		return DD_OK;
	struct dd_problem p = {
		.layer = DD_NO_LAYER,
		.path = { "", 0 },
		.analyzer = DD_STR("judge"),
		.offset = DD_NO_OFFSET,
		.text = dd_arena_printf(a, "%zu more problems are not listed", f->problems_dropped),
	};
	if (!p.text.p || !dd_vec_push(&f->problems, p, DD_PROBLEMS_MAX + 1))
		return DD_ENOMEM;
	f->problems_dropped = 0;
	return DD_OK;
}

void dd_findings_done(struct dd_findings *f)
{
	dd_vec_done(&f->list);
	dd_vec_done(&f->problems);
	dd_vec_done(&f->warnings);
}
