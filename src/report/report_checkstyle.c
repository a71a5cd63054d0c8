/* SPDX-License-Identifier: Apache-2.0 */
/* Checkstyle XML (the output of checkstyle.org's XMLLogger), which review tools and CI plug-ins read: a <file> for each
 * path in the image, with an <error> for each finding of it. Suppressed findings are left out; problems are errors of
 * the file that could not be read. severity: error for critical and high, warning for medium and unknown, else info. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "format/xml_write.h"
#include "report/say.h"

struct entry {
	struct dd_str path;
	const struct dd_finding *finding; /* or */
	const struct dd_problem *problem;
	size_t order;
};

static int by_path(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = dd_str_cmp(x->path, y->path);
	return c ? c : (x->order > y->order) - (x->order < y->order);
}

static const char *const severities[DD_SEV_COUNT] = {
	[DD_SEV_CRITICAL] = "error", [DD_SEV_HIGH] = "error",	   [DD_SEV_MEDIUM] = "warning",
	[DD_SEV_LOW] = "info",	     [DD_SEV_NEGLIGIBLE] = "info", [DD_SEV_UNKNOWN] = "warning",
};

static void write_entry(struct dd_xmlw *x, const struct dd_report *r, const struct entry *e, struct dd_buf *text)
{
	dd_xmlw_start(x, "error");
	dd_xmlw_attr_u64(x, "line", e->finding ? dd_say_line(e->finding) : 1);
	dd_buf_clear(text);
	if (e->finding) {
		dd_xmlw_attr(x, "severity", dd_str_from(severities[e->finding->severity]));
		dd_say_message(r, e->finding, text);
		dd_xmlw_attr(x, "message", dd_buf_str(text));
		x->out->failed |= text->failed;
		dd_buf_clear(text);
		(void)dd_buf_addf(text, "drydock.%s.", dd_kind_name(e->finding->kind));
		(void)dd_buf_add_str(text, e->finding->id);
		dd_xmlw_attr(x, "source", dd_buf_str(text));
	} else {
		dd_xmlw_attr(x, "severity", DD_STR("error"));
		dd_xmlw_attr(x, "message", e->problem->text);
		dd_xmlw_attr(x, "source", DD_STR("drydock.problem"));
	}
	x->out->failed |= text->failed;
	dd_xmlw_end(x);
}

static size_t collect(const struct dd_report *r, struct entry *entries)
{
	size_t n = 0;
	struct dd_location at;
	for (size_t i = 0; i < r->n_findings; i++) {
		if (r->findings[i].suppressed)
			continue;
		(void)dd_say_location(r, &r->findings[i], 0, &at);
		entries[n] = (struct entry){ at.path, &r->findings[i], NULL, n };
		n++;
	}
	for (size_t i = 0; i < r->n_problems; i++) {
		entries[n] = (struct entry){ r->problems[i].path, NULL, &r->problems[i], n };
		n++;
	}
	/* What is in no file is of the image. */
	for (size_t i = 0; i < n; i++)
		if (entries[i].path.n == 0)
			entries[i].path = r->inventory->target.name;
	return n;
}

enum dd_code dd_report_write_checkstyle(const struct dd_report *r, const struct dd_report_style *style,
					struct dd_buf *out, struct dd_err *err)
{
	size_t all = r->n_findings + r->n_problems;
	DD_CLEANUP(dd_freep) struct entry *entries = dd_alloc_zero(all ? all : 1, sizeof *entries);
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(64 * DD_MIB);
	(void)style;
	if (!entries)
		return dd_fail_nomem(err);
	size_t n = collect(r, entries);
	if (n)
		qsort(entries, n, sizeof *entries, by_path);
	struct dd_xmlw x = dd_xmlw_open(out);
	dd_xmlw_start(&x, "checkstyle");
	dd_xmlw_attr(&x, "version", DD_STR("10.0"));
	for (size_t i = 0; i < n && !out->failed;) {
		struct dd_str path = entries[i].path;
		dd_xmlw_start(&x, "file");
		dd_xmlw_attr(&x, "name", path);
		for (; i < n && dd_str_eq(entries[i].path, path) && !out->failed; i++)
			write_entry(&x, r, &entries[i], &text);
		dd_xmlw_end(&x);
	}
	dd_xmlw_end(&x);
	dd_xmlw_close(&x);
	return dd_buf_check(out, "the report", err);
}
