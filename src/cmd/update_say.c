/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "cmd/output.h"
#include "cmd/update.h"

static const char *const states[] = { "not fetched", "new", "unchanged", "old copy", "not published", "failed" };

static const char *date_of(const struct dd_update_item *item, char out[32])
{
	if (item->got.modified <= 0)
		return "not said";
	(void)dd_time_text(item->got.modified, out);
	out[10] = '\0';
	return out;
}

void dd_update_say(const struct dd_update *u)
{
	(void)fprintf(stderr, "%-28s %10s  %-10s  %-13s %10s\n", "Source", "Advisories", "Date", "State", "Fetched");
	for (size_t i = 0; i < u->n; i++) {
		const struct dd_update_item *item = &u->items[i];
		struct dd_buf title DD_CLEANUP_BUF = DD_BUF_INIT(1024);
		char date[32], bytes[16];
		dd_feed_title(item->feed, &title);
		if (item->state == DD_FEED_ABSENT)
			(void)fprintf(stderr, "%-28.*s %10s  %-10s  %-13s\n", DD_FMT(dd_buf_str(&title)), "-", "-",
				      states[item->state]);
		else
			(void)fprintf(stderr, "%-28.*s %10llu  %-10s  %-13s %10s\n", DD_FMT(dd_buf_str(&title)),
				      (unsigned long long)item->advisories, date_of(item, date), states[item->state],
				      dd_human_bytes(item->got.fetched, bytes));
	}
}

enum dd_code dd_update_list(const struct dd_update *u, struct dd_err *err)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_MIB);
	for (size_t i = 0; i < u->n; i++) {
		const struct dd_feed *f = u->items[i].feed;
		dd_feed_title(f, &out);
		(void)dd_buf_addf(&out, "\t%s\t%s\n", f->url, f->path);
	}
	DD_TRY(dd_buf_check(&out, "the list", err));
	return dd_output_write(&(struct dd_output){ .format = "table" }, dd_buf_str(&out), err);
}
