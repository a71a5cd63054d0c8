/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/text.h"
#include "report/say.h"
#include "report/table.h"

/* A screen or two; the JSON report has all of them. */
enum { PROBLEMS_SHOWN_MAX = 50, INDENT = 2, GAP = 2, LINE_BYTES_MAX = 256 * 1024 };

static void heading(const struct dd_sheet *s, const char *text)
{
	(void)dd_buf_add_char(s->out, '\n');
	dd_sheet_cell(s, dd_str_from(text), strlen(text), false, DD_BOLD);
	dd_sheet_end_line(s);
}

/* What stands around an empty text is left out with it. */
static void add(struct dd_buf *out, const char *before, struct dd_str text, const char *after)
{
	if (text.n == 0)
		return;
	(void)dd_buf_add_c(out, before);
	dd_sheet_add(out, text);
	(void)dd_buf_add_c(out, after);
}

void dd_table_suppressed(const struct dd_sheet *s, const struct dd_report *r)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(LINE_BYTES_MAX);
	char title[64];
	size_t n = dd_report_count(r).suppressed;
	if (n == 0)
		return;
	(void)snprintf(title, sizeof title, "Suppressed (%zu)", n);
	heading(s, title);
	for (size_t i = 0; i < r->n_findings && !s->out->failed; i++) {
		const struct dd_finding *f = &r->findings[i];
		const struct dd_installed *in = dd_table_package(r, f);
		if (!f->suppressed)
			continue;
		dd_buf_clear(&text);
		add(&text, "", f->id, " ");
		(void)dd_buf_addf(&text, "%s", dd_severity_name(f->severity));
		if (f->secret) {
			(void)dd_buf_add_char(&text, ' ');
			dd_say_secret_place(f, &text);
			(void)dd_buf_add_char(&text, ' ');
			dd_say_secret_value(f->secret, &text);
		} else {
			add(&text, " ", in ? in->package.name : f->path, "");
		}
		add(&text, " by ", f->suppression.rule, "");
		add(&text, ", ", f->suppression.status, "");
		add(&text, ", ", f->suppression.justification, "");
		add(&text, ": ", f->suppression.reason, "");
		add(&text, ", ", f->suppression.owner, "");
		add(&text, " (until ", f->suppression.expires, ")");
		dd_sheet_blanks(s, INDENT);
		dd_sheet_wrap(s, dd_sheet_whole(s, &text), INDENT, (size_t)2 * INDENT, DD_PLAIN);
	}
}

void dd_table_unused_rules(const struct dd_sheet *s, const struct dd_report *r)
{
	char title[96], count[64];
	if (r->n_unused_rules == 0)
		return;
	(void)snprintf(title, sizeof title, "Without use here: %s",
		       dd_table_count(r->n_unused_rules, "ignore rule", "ignore rules", count));
	heading(s, title);
	for (size_t i = 0; i < r->n_unused_rules && !s->out->failed; i++) {
		dd_sheet_blanks(s, INDENT);
		dd_sheet_wrap(s, r->unused_rules[i], INDENT, (size_t)2 * INDENT, DD_PLAIN);
	}
}

static void problem(const struct dd_sheet *s, const struct dd_problem *p, struct dd_buf *text)
{
	dd_buf_clear(text);
	if (p->layer != DD_NO_LAYER)
		(void)dd_buf_addf(text, "L%d ", p->layer);
	dd_sheet_add(text, p->path);
	if (p->path.n && p->offset != DD_NO_OFFSET)
		(void)dd_buf_addf(text, " at byte %llu", (unsigned long long)p->offset);
	if (p->path.n)
		(void)dd_buf_add_c(text, ": ");
	dd_sheet_add(text, p->text);
	add(text, " (", p->analyzer, ")");
	dd_sheet_blanks(s, INDENT);
	dd_sheet_wrap(s, dd_sheet_whole(s, text), INDENT, (size_t)2 * INDENT, DD_PLAIN);
}

void dd_table_problems(const struct dd_sheet *s, const struct dd_report *r)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(LINE_BYTES_MAX);
	char title[96], count[64];
	if (r->n_problems == 0)
		return;
	(void)snprintf(title, sizeof title, "Problems: %s could not be read",
		       dd_table_count(r->n_problems, "thing", "things", count));
	heading(s, title);
	for (size_t i = 0; i < r->n_problems && i < PROBLEMS_SHOWN_MAX; i++)
		problem(s, &r->problems[i], &text);
	if (r->n_problems > PROBLEMS_SHOWN_MAX)
		dd_sheet_own(s, "  and %zu more: '--format json' lists all\n", r->n_problems - PROBLEMS_SHOWN_MAX);
}

/* Marks the layers that something above has named. */
static bool mark_layers(const struct dd_report *r, bool *used)
{
	bool any = false;
	for (size_t i = 0; i < r->n_findings; i++) {
		int layer = dd_table_layer(r, r->findings[i].layer);
		if (layer != DD_NO_LAYER && !r->findings[i].suppressed)
			any = used[layer] = true;
	}
	for (size_t i = 0; i < r->n_problems && i < PROBLEMS_SHOWN_MAX; i++) {
		int layer = dd_table_layer(r, r->problems[i].layer);
		if (layer != DD_NO_LAYER)
			any = used[layer] = true;
	}
	return any;
}

/* Where lines are short, the instruction says more than the digest. */
enum { DIGESTS_FROM_WIDTH = 120, DIGEST_SHOWN = 7 + 12, NAME_COLUMNS = 5, SIZE_COLUMNS = 10 };

void dd_table_layers(const struct dd_sheet *s, const struct dd_report *r)
{
	const struct dd_target *t = &r->inventory->target;
	DD_CLEANUP(dd_freep) bool *used = dd_alloc_zero(t->n_layers ? t->n_layers : 1, sizeof *used);
	if (!used) {
		s->out->failed = true;
		return;
	}
	if (!mark_layers(r, used))
		return;
	bool digests = s->style->width >= DIGESTS_FROM_WIDTH;
	size_t at = INDENT + NAME_COLUMNS + SIZE_COLUMNS + GAP + (digests ? DIGEST_SHOWN + GAP : 0);
	heading(s, "Layers named above");
	for (size_t i = 0; i < t->n_layers; i++) {
		const struct dd_layer *l = &t->layers[i];
		char name[24], size[16];
		if (!used[i])
			continue;
		(void)snprintf(name, sizeof name, "L%zu", i);
		dd_sheet_blanks(s, INDENT);
		dd_sheet_cell(s, dd_str_from(name), NAME_COLUMNS, false, DD_BOLD);
		dd_sheet_cell(s, dd_str_from(dd_human_bytes(l->bytes, size)), SIZE_COLUMNS, true, DD_PLAIN);
		dd_sheet_blanks(s, GAP);
		if (digests) {
			struct dd_str digest = l->digest.n ? l->digest : l->diff_id;
			dd_sheet_cell(s, dd_str_take(digest, DIGEST_SHOWN), DIGEST_SHOWN, false, DD_DIM);
			dd_sheet_blanks(s, GAP);
		}
		dd_sheet_wrap(s, l->instruction.n ? l->instruction : DD_STR("(its instruction is not recorded)"), at,
			      at, DD_PLAIN);
	}
}
