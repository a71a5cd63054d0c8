/* SPDX-License-Identifier: Apache-2.0 */
/* A report that was read back is the report: its JSON, and every other format made of it, have the same bytes. */
#include "report/report_read.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "report/report_samples.h"
#include "support/test.h"

enum { NOW = 1795219200, DAY = 86400 };

static void check_formats(const struct dd_report *want, const struct dd_report *got, const char *name)
{
	static const char everything[] =
		"{{#findings}}{{#package}}{{index}}{{/package}}{{risk}}{{#aliases}}{{.}}{{/aliases}}{{/findings}}"
		"{{#packages}}{{{name}}}{{#depends}}{{.}};{{/depends}}{{/packages}}{{database.built}}";
	static const struct dd_report_style styles[] = {
		{ .width = 80,
		  .template_text = { everything, sizeof everything - 1 },
		  .template_name = { "x.html", 6 } },
		{ .width = 200,
		  .utf8 = true,
		  .show_suppressed = true,
		  .template_text = { everything, sizeof everything - 1 },
		  .template_name = { "x.txt", 5 } },
	};
	for (size_t k = 0; dd_report_formats[k]; k++) {
		for (size_t i = 0; i < DD_COUNT(styles); i++) {
			DD_CLEANUP_BUF struct dd_buf a = DD_BUF_INIT(DD_GIB), b = DD_BUF_INIT(DD_GIB);
			struct dd_err err;
			enum dd_code code = dd_report_write(dd_report_formats[k], want, &styles[i], &a, &err);
			CHECK_INT_ROW(code, DD_OK, name);
			CHECK_INT_ROW(dd_report_write(dd_report_formats[k], got, &styles[i], &b, &err), DD_OK, name);
			if (!dd_str_eq(dd_buf_str(&a), dd_buf_str(&b)))
				printf("# %s as %s is not the same\n", name, dd_report_formats[k]);
			CHECK_ROW(dd_str_eq(dd_buf_str(&a), dd_buf_str(&b)), name);
		}
	}
}

/* As a scan would have dated it. */
static struct dd_report dated(const struct dd_report *r)
{
	struct dd_report d = *r;
	d.created = NOW;
	d.database.age_days = 0;
	if (d.database.built > 0 && NOW > d.database.built)
		d.database.age_days = (uint64_t)(NOW - d.database.built) / DAY;
	return d;
}

static void check_round_trip(const struct dd_report *r, const char *name)
{
	DD_CLEANUP_BUF struct dd_buf json = DD_BUF_INIT(DD_GIB);
	const struct dd_report_style style = { .width = 80 };
	struct dd_report want = dated(r);
	struct dd_report_document d;
	struct dd_err err;
	CHECK_INT_ROW(dd_report_write("json", &want, &style, &json, &err), DD_OK, name);
	enum dd_code code = dd_report_read(dd_buf_str(&json), NOW, &d, &err);
	if (code != DD_OK)
		printf("# %s at %llu: %s\n", name, (unsigned long long)err.at, err.message);
	CHECK_INT_ROW(code, DD_OK, name);
	if (code != DD_OK)
		return;
	check_formats(&want, &d.report, name);
	dd_report_document_done(&d);
}

TEST(report_read_gives_the_same)
{
	struct dd_report_many many;
	for (size_t i = 0; i < dd_n_report_samples; i++)
		check_round_trip(&dd_report_samples[i].report, dd_report_samples[i].name);
	CHECK(dd_report_make_many(2000, &many));
	many.report.inventory = &many.inventory;
	check_round_trip(&many.report, "many");
	dd_report_many_done(&many);
}
