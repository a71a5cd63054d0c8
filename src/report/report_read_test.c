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

/* A report that is cut anywhere is refused, and says where. */
TEST(report_read_truncated)
{
	DD_CLEANUP_BUF struct dd_buf json = DD_BUF_INIT(DD_GIB);
	const struct dd_report_style style = { .width = 80 };
	struct dd_err err;
	CHECK_INT(dd_report_write("json", &dd_report_samples[1].report, &style, &json, &err), DD_OK);
	/* Without the line feed at its end it is whole. */
	for (size_t n = 0; n + 1 < json.n; n++) {
		struct dd_report_document d;
		err = (struct dd_err){ 0 };
		CHECK_INT(dd_report_read(dd_str_take(dd_buf_str(&json), n), NOW, &d, &err), DD_EPARSE);
		CHECK(err.message[0] && (err.at <= n || err.at == DD_NO_OFFSET));
	}
}

/* Every byte in turn is another one: an error, or a report that can be written in every format. */
TEST(report_read_damaged)
{
	DD_CLEANUP_BUF struct dd_buf json = DD_BUF_INIT(DD_GIB), out = DD_BUF_INIT(DD_GIB);
	const struct dd_report_style style = { .width = 80 };
	static const char bytes[] = { '\0', '9', '"', '{', ']', '\xff' };
	struct dd_err err;
	CHECK_INT(dd_report_write("json", &dd_report_samples[1].report, &style, &json, &err), DD_OK);
	for (size_t i = 0; i < json.n; i++) {
		struct dd_report_document d;
		char was = json.p[i];
		json.p[i] = bytes[i % DD_COUNT(bytes)];
		if (dd_report_read(dd_buf_str(&json), NOW, &d, &err) == DD_OK) {
			dd_buf_clear(&out);
			CHECK_INT(dd_report_write("table", &d.report, &style, &out, &err), DD_OK);
			dd_report_document_done(&d);
		}
		json.p[i] = was;
	}
}

/* jansson has its own allocator: here it is drydock's own memory that ends at every moment. */
TEST(report_read_out_of_memory)
{
	DD_CLEANUP_BUF struct dd_buf json = DD_BUF_INIT(DD_GIB);
	const struct dd_report_style style = { .width = 80 };
	enum dd_code code = DD_ENOMEM;
	struct dd_err err;
	CHECK_INT(dd_report_write("json", &dd_report_samples[1].report, &style, &json, &err), DD_OK);
	for (uint64_t nth = 1; code != DD_OK && nth < 10000; nth++) {
		struct dd_report_document d;
		dd_alloc_fail_from(nth);
		code = dd_report_read(dd_buf_str(&json), NOW, &d, &err);
		dd_alloc_fail_from(0);
		if (code == DD_OK)
			dd_report_document_done(&d);
		else
			CHECK(code == DD_ENOMEM || code == DD_ELIMIT);
	}
	CHECK_INT(code, DD_OK);
}
