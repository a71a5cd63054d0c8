/* SPDX-License-Identifier: Apache-2.0 */
/* A repository's tags for people: one row an image, the tag that says most of its version in front, the others that
 * stand for the same digest behind it. */
#include <stdio.h>

#include "base/text.h"
#include "report/card_out.h"
#include "report/sheet.h"

enum { TEXT_MAX = 64 << 10, TAG_COLUMNS_MIN = 8, TAG_COLUMNS_MAX = 36, AGE = 11, SIZE = 11, DIGEST = 14, HEX = 12 };

struct columns {
	size_t tag;
	bool age, size, digest;
};

static bool is_row(const struct dd_tag_list *l, size_t i)
{
	return l->p[i].row == i && (!l->outdated || l->p[i].newer);
}

static struct columns measure(const struct dd_sheet *s, const struct dd_tag_list *l)
{
	struct columns c = { .tag = TAG_COLUMNS_MIN };
	for (size_t i = 0, rows = 0; i < l->n; i++) {
		const struct dd_listed_tag *t = &l->p[i];
		if (!is_row(l, i) || (l->shown && rows++ >= l->shown))
			continue;
		size_t n = dd_sheet_measure(s, t->name, TAG_COLUMNS_MAX) + 2;
		c.tag = n > c.tag ? n : c.tag;
		c.age = c.age || t->updated != DD_CARD_NO_TIME;
		c.size = c.size || t->size != DD_CARD_UNKNOWN;
		c.digest = c.digest || t->digest.n;
	}
	return c;
}

static void titles(const struct dd_sheet *s, const struct columns *c)
{
	dd_sheet_cell(s, DD_STR("TAG"), c->tag, false, DD_BOLD);
	if (c->age)
		dd_sheet_cell(s, DD_STR("PUSHED"), AGE, false, DD_BOLD);
	if (c->size)
		dd_sheet_cell(s, DD_STR("SIZE"), SIZE, false, DD_BOLD);
	if (c->digest) {
		dd_sheet_cell(s, DD_STR("DIGEST"), DIGEST, false, DD_BOLD);
		dd_sheet_cell(s, DD_STR("ALSO"), 4, false, DD_BOLD);
	}
	dd_sheet_end_line(s);
}

static void also(const struct dd_sheet *s, const struct dd_tag_list *l, size_t row, size_t at)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	size_t room = s->style->width > at + 4 ? s->style->width - at : 4;
	for (size_t i = 0; i < l->n; i++) {
		if (l->p[i].row != row || i == row)
			continue;
		(void)dd_buf_add_c(&text, text.n ? ", " : "");
		dd_sheet_add(&text, l->p[i].name);
	}
	(void)dd_sheet_text(s, dd_sheet_whole(s, &text), room);
}

static void row(const struct dd_sheet *s, const struct dd_tag_list *l, size_t i, const struct columns *c)
{
	const struct dd_listed_tag *t = &l->p[i];
	char text[32], hex[HEX + 1];
	dd_sheet_cell(s, t->name, c->tag - 2, false, t->newer ? DD_GREEN : DD_PLAIN);
	dd_sheet_blanks(s, 2);
	if (c->age)
		dd_sheet_cell(s,
			      t->updated == DD_CARD_NO_TIME ? DD_STR("")
			      : t->updated > l->now	    ? DD_STR("in future")
							    : dd_str_from(dd_age_text(l->now - t->updated, text)),
			      AGE, false, DD_PLAIN);
	if (c->size)
		dd_sheet_cell(s, t->size == DD_CARD_UNKNOWN ? DD_STR("") : dd_str_from(dd_human_bytes(t->size, text)),
			      SIZE, false, DD_PLAIN);
	if (c->digest) {
		struct dd_str d = dd_str_skip(t->digest, dd_str_find(t->digest, ':') + 1);
		(void)snprintf(hex, sizeof hex, "%.*s", (int)(d.n < HEX ? d.n : HEX), d.p ? d.p : "");
		dd_sheet_cell(s, dd_str_from(hex), DIGEST, false, DD_DIM);
		also(s, l, i, c->tag + (c->age ? AGE : 0) + (c->size ? SIZE : 0) + DIGEST);
	}
	dd_sheet_end_line(s);
}

static void head(const struct dd_sheet *s, const struct dd_tag_list *l)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	dd_sheet_wrap(s, l->repository, 0, 0, DD_BOLD);
	if (l->complete)
		(void)dd_buf_addf(&text, "%zu tag%s", l->n, l->n == 1 ? "" : "s");
	else if (l->total != DD_CARD_UNKNOWN)
		(void)dd_buf_addf(&text, "%zu of %llu tags, the last pushed", l->n, (unsigned long long)l->total);
	else
		(void)dd_buf_addf(&text, "%zu tags of more", l->n);
	if (l->from.n) {
		(void)dd_buf_add_c(&text, ", from ");
		dd_sheet_add(&text, l->from);
	}
	dd_sheet_wrap(s, dd_sheet_whole(s, &text), 0, 0, DD_PLAIN);
}

static void outdated(const struct dd_sheet *s, const struct dd_tag_list *l)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	dd_sheet_add(&text, l->tag);
	if (l->tag_version.n) {
		(void)dd_buf_add_c(&text, " (today ");
		dd_sheet_add(&text, l->tag_version);
		(void)dd_buf_add_c(&text, ")");
	}
	if (l->n_newer == 0) {
		(void)dd_buf_add_c(&text, l->complete ? " is the newest of its variant."
						      : ": nothing newer of its variant among the tags seen.");
	} else {
		(void)dd_buf_addf(&text, " is behind: %zu newer, the newest is ", l->n_newer);
		dd_sheet_add(&text, l->newest);
		if (l->newest_near.n && !dd_str_eq(l->newest_near, l->newest)) {
			(void)dd_buf_add_c(&text, ", of its own series ");
			dd_sheet_add(&text, l->newest_near);
		}
		(void)dd_buf_add_c(&text, ".");
	}
	dd_sheet_wrap(s, dd_sheet_whole(s, &text), 0, 0, l->n_newer ? DD_YELLOW : DD_GREEN);
}

void dd_tag_list_text(const struct dd_tag_list *l, const struct dd_report_style *style, struct dd_buf *out)
{
	const struct dd_sheet sheet = { out, style }, *s = &sheet;
	const struct columns c = measure(s, l);
	size_t rows = 0, left = 0;
	head(s, l);
	if (l->outdated)
		outdated(s, l);
	for (size_t i = 0; i < l->n_notes; i++)
		dd_sheet_wrap(s, l->notes[i].text, 0, 2, l->notes[i].level == DD_CARD_WARNING ? DD_YELLOW : DD_DIM);
	for (size_t i = 0; i < l->n; i++) {
		if (!is_row(l, i))
			continue;
		if (l->shown && rows >= l->shown) {
			left++;
			continue;
		}
		if (rows++ == 0) {
			dd_sheet_end_line(s);
			titles(s, &c);
		}
		row(s, l, i, &c);
	}
	if (left) {
		dd_sheet_own(s, "and %zu more (--limit 0 shows all)", left);
		dd_sheet_end_line(s);
	}
}
