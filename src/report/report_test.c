/* SPDX-License-Identifier: Apache-2.0 */
/* Golden reports: fixed models at two widths, with and without colour, and in every other format.
 * DRYDOCK_GOLDEN_UPDATE=1 writes the goldens anew; look at the difference before it is committed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "report/formats.h"
#include "report/report_samples.h"
#include "support/test.h"

#define TEMPLATE                                                                                                       \
	"{{target.name}}: {{verdict}}, {{summary.reason}} ({{summary.findings}})\n"                                    \
	"{{#findings}}\n"                                                                                              \
	"{{severity}} {{id}}{{#package}} {{name}}@{{version}}{{/package}}{{#fix.versions}} -> {{.}}{{/fix.versions}}"  \
	"{{#suppression}} suppressed: {{reason}}{{/suppression}}\n"                                                    \
	"{{/findings}}\n"                                                                                              \
	"{{^findings}}\nnothing\n{{/findings}}\n"
#define WITH_TEMPLATE .template_text = { TEMPLATE, sizeof TEMPLATE - 1 }, .template_name = { "summary.txt", 11 }

static const struct look {
	const char *name, *format;
	struct dd_report_style style;
} looks[] = {
	{ "80", "table", { 80, false, false, false } },
	{ "80-all", "table", { 80, false, true, true, true } },
	{ "80-colour", "table", { 80, true, true, false } },
	{ "200", "table", { 200, false, true, false } },
	{ "json", "json", { 0, false, false, false } },
	{ "sarif", "sarif", { 0 } },
	{ "junit", "junit", { 0 } },
	{ "gitlab", "gitlab-container-scanning", { 0 } },
	{ "codequality", "gitlab-code-quality", { 0 } },
	{ "checkstyle", "checkstyle", { 0 } },
	{ "csv", "csv", { 0 } },
	{ "markdown", "markdown", { 0 } },
	{ "template", "template", { WITH_TEMPLATE } },
};

static void show_difference(struct dd_str got, struct dd_str want, const char *path)
{
	struct dd_str a, b;
	unsigned line = 1;
	while (dd_str_line(&got, &a)) {
		if (!dd_str_line(&want, &b))
			b = DD_STR("(end)");
		if (!dd_str_eq(a, b)) {
			printf("# %s:%u\n#   got  %.*s\n#   want %.*s\n", path, line, DD_FMT(a), DD_FMT(b));
			return;
		}
		line++;
	}
	printf("# %s:%u: more is wanted\n", path, line);
}

static void update(const char *path, struct dd_str got)
{
	struct dd_atomic_file f;
	struct dd_err err;
	if (dd_atomic_open(&f, path, 0644, &err) != DD_OK || dd_write_full(f.fd, got.p, got.n, &err) != DD_OK ||
	    dd_atomic_commit(&f, &err) != DD_OK)
		printf("# %s\n", err.message);
	dd_atomic_done(&f);
}

static void check_golden(const char *name, struct dd_str got)
{
	char path[4096];
	struct dd_map_file want;
	struct dd_err err;
	(void)snprintf(path, sizeof path, "%s/tests/golden/report/%s", dd_test_root(), name);
	if (getenv("DRYDOCK_GOLDEN_UPDATE"))
		update(path, got);
	if (dd_map_file_open(&want, path, DD_GIB, &err) != DD_OK) {
		printf("# %s\n", err.message);
		CHECK_ROW(false, name);
		return;
	}
	if (!dd_str_eq(got, want.bytes)) {
		show_difference(got, want.bytes, path);
		CHECK_ROW(false, name);
	}
	dd_map_file_done(&want);
}

TEST(report_golden)
{
	for (size_t i = 0; i < dd_n_report_samples; i++) {
		for (size_t k = 0; k < DD_COUNT(looks); k++) {
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
			struct dd_err err;
			char name[128];
			(void)snprintf(name, sizeof name, "%s-%s.txt", dd_report_samples[i].name, looks[k].name);
			CHECK_INT_ROW(dd_report_write(looks[k].format, &dd_report_samples[i].report, &looks[k].style,
						      &out, &err),
				      DD_OK, name);
			check_golden(name, dd_buf_str(&out));
		}
	}
}

TEST(report_golden_of_many)
{
	enum { N = 60 };
	struct dd_report_many many;
	CHECK(dd_report_make_many(N, &many));
	many.report.inventory = &many.inventory;
	for (size_t k = 0; k < DD_COUNT(looks); k++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		struct dd_err err;
		char name[128];
		(void)snprintf(name, sizeof name, "many-%s.txt", looks[k].name);
		CHECK_INT_ROW(dd_report_write(looks[k].format, &many.report, &looks[k].style, &out, &err), DD_OK, name);
		check_golden(name, dd_buf_str(&out));
	}
	dd_report_many_done(&many);
}

/* Nothing that the image says may steer a terminal, at any width: no control byte but the line feed, no invalid UTF-8,
 * and without style.utf8 nothing but ASCII. */
TEST(report_is_safe_to_print)
{
	for (size_t i = 0; i < dd_n_report_samples; i++) {
		for (unsigned width = 0; width < 260; width += width < 130 ? 1 : 13) {
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
			const struct dd_report_style style = { width, false, width % 2 != 0, true };
			struct dd_err err;
			const char *name = dd_report_samples[i].name;
			CHECK_INT_ROW(dd_report_write("table", &dd_report_samples[i].report, &style, &out, &err), DD_OK,
				      name);
			struct dd_str rest = dd_buf_str(&out), line;
			while (dd_str_line(&rest, &line)) {
				for (size_t at = 0; at < line.n;) {
					char piece[8];
					size_t used, n = dd_escape_one(dd_str_skip(line, at), "", piece, &used);
					CHECK_ROW(line.p[at] == '\\' || (n == used && !memcmp(piece, line.p + at, n)),
						  name);
					CHECK_ROW(style.utf8 || (unsigned char)line.p[at] < 0x80, name);
					at += used;
				}
			}
		}
	}
}

/* Lines keep to the width wherever their words allow: here no word is longer than 60 columns but a shell command. */
TEST(report_keeps_to_the_width)
{
	for (unsigned width = 80; width < 240; width += 7) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		const struct dd_report_style style = { width, false, true, true };
		struct dd_err err;
		CHECK_INT(dd_report_write("table", &dd_report_samples[0].report, &style, &out, &err), DD_OK);
		struct dd_str rest = dd_buf_str(&out), line;
		while (dd_str_line(&rest, &line))
			if (!dd_str_starts(line, DD_STR("    apt-get")) && !dd_str_starts(line, DD_STR("Digest")) &&
			    dd_str_search(line, DD_STR("ADD file:")) == line.n && dd_text_width(line) > width) {
				printf("# width %u: %.*s\n", width, DD_FMT(line));
				CHECK(false);
			}
	}
}

/* Names from the image never reach a shell command unless they are plain. */
TEST(report_advice_has_no_hostile_names)
{
	for (size_t i = 0; i < dd_n_report_samples; i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		const struct dd_report_style style = { 80, false, true, true };
		struct dd_err err;
		CHECK_INT(dd_report_write("table", &dd_report_samples[i].report, &style, &out, &err), DD_OK);
		struct dd_str rest = dd_buf_str(&out), line;
		while (dd_str_line(&rest, &line)) {
			if (dd_str_starts(line, DD_STR("    apt-get"))) {
				CHECK(dd_str_search(line, DD_STR("reboot")) == line.n);
				CHECK(dd_str_search(line, DD_STR("allow-unauth")) == line.n);
			}
		}
	}
}

TEST(report_many)
{
	static const struct {
		const char *format;
		size_t bytes_a_finding_max;
	} rows[] = { { "table", 250 }, { "json", 1200 } };
	enum { N = 20000 };
	struct dd_report_many many;
	CHECK(dd_report_make_many(N, &many));
	many.report.inventory = &many.inventory;
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_GIB), again = DD_BUF_INIT(DD_GIB);
		const struct dd_report_style style = { 80, false, false, false };
		struct dd_err err;
		CHECK_INT(dd_report_write(rows[i].format, &many.report, &style, &out, &err), DD_OK);
		CHECK_INT(dd_report_write(rows[i].format, &many.report, &style, &again, &err), DD_OK);
		CHECK(dd_str_eq(dd_buf_str(&out), dd_buf_str(&again)));
		CHECK_ROW(out.n < N * rows[i].bytes_a_finding_max, rows[i].format);
		CHECK_ROW(out.n > (size_t)N * 20, rows[i].format);
	}
	dd_report_many_done(&many);
}

/* A buffer that is too small at any byte is an error, never half a report that looks whole. */
TEST(report_over_its_limit)
{
	const struct dd_report_style style = { 80, .show_suppressed = true, WITH_TEMPLATE };
	for (size_t k = 0; dd_report_formats[k]; k++) {
		DD_CLEANUP_BUF struct dd_buf whole = DD_BUF_INIT(DD_MIB);
		struct dd_err err = { 0 };
		CHECK_INT(dd_report_write(dd_report_formats[k], &dd_report_samples[0].report, &style, &whole, &err),
			  DD_OK);
		for (size_t max = 0; max < whole.n && max < 1500; max += 7) {
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(max);
			CHECK_INT(
				dd_report_write(dd_report_formats[k], &dd_report_samples[0].report, &style, &out, &err),
				DD_ELIMIT);
			CHECK(err.message[0]);
		}
	}
}

/* When memory is out at any moment, the report fails; it never loses a word and looks whole. */
TEST(report_out_of_memory)
{
	const struct dd_report_style style = { 80, true, true, true, WITH_TEMPLATE };
	for (size_t k = 0; dd_report_formats[k]; k++) {
		for (size_t i = 0; i < dd_n_report_samples; i++) {
			enum dd_code code = DD_ENOMEM;
			DD_CLEANUP_BUF struct dd_buf want = DD_BUF_INIT(DD_MIB);
			struct dd_err err = { 0 };
			CHECK_INT(dd_report_write(dd_report_formats[k], &dd_report_samples[i].report, &style, &want,
						  &err),
				  DD_OK);
			for (uint64_t nth = 1; code != DD_OK && nth < 10000; nth++) {
				DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
				dd_alloc_fail_from(nth);
				code = dd_report_write(dd_report_formats[k], &dd_report_samples[i].report, &style, &out,
						       &err);
				dd_alloc_fail_from(0);
				if (code == DD_OK)
					CHECK_ROW(dd_str_eq(dd_buf_str(&out), dd_buf_str(&want)), dd_report_formats[k]);
				else
					CHECK_INT_ROW(code, DD_ENOMEM, dd_report_samples[i].name);
			}
			CHECK_INT(code, DD_OK);
		}
	}
}

struct pieces {
	struct dd_buf all;
	size_t n, fail_at; /* the piece that fails; SIZE_MAX: none */
};

static enum dd_code take_piece(void *context, struct dd_str piece, struct dd_err *err)
{
	struct pieces *p = context;
	if (p->n++ == p->fail_at)
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "full");
	return dd_buf_add_str(&p->all, piece);
}

/* A report in pieces is the report, is held to the same maximum, and ends with the sink's error. */
TEST(report_in_pieces)
{
	struct dd_report_many many;
	struct pieces p = { DD_BUF_INIT(DD_GIB), 0, SIZE_MAX };
	const struct dd_report_sink sink = { take_piece, &p };
	struct dd_report_style style = { 80, false, false, false };
	DD_CLEANUP_BUF struct dd_buf whole = DD_BUF_INIT(DD_GIB), rest = DD_BUF_INIT(DD_GIB);
	struct dd_err err = { 0 };
	CHECK(dd_report_make_many(20000, &many));
	many.report.inventory = &many.inventory;
	CHECK_INT(dd_report_write("json", &many.report, &style, &whole, &err), DD_OK);
	style.sink = &sink;
	CHECK_INT(dd_report_write("json", &many.report, &style, &rest, &err), DD_OK);
	CHECK(p.n > 1 && rest.n < whole.n / 2);
	(void)dd_buf_add_str(&p.all, dd_buf_str(&rest));
	CHECK(dd_str_eq(dd_buf_str(&p.all), dd_buf_str(&whole)));
	DD_CLEANUP_BUF struct dd_buf fits = DD_BUF_INIT(whole.n), tight = DD_BUF_INIT(whole.n - 1);
	CHECK_INT(dd_report_write("json", &many.report, &style, &fits, &err), DD_OK);
	CHECK(dd_report_write("json", &many.report, &style, &tight, &err) != DD_OK);
	p.n = 0;
	p.fail_at = 1;
	dd_buf_clear(&rest);
	CHECK_INT(dd_report_write("json", &many.report, &style, &rest, &err), DD_EIO);
	CHECK_INT(p.n, 2);
	dd_buf_done(&p.all);
	dd_report_many_done(&many);
}

/* Whatever a writer gives away early is the beginning of its report: a format that holds another must not let that one
 * go before its own first byte. */
TEST(report_of_each_format_in_pieces)
{
	struct dd_report_many many;
	CHECK(dd_report_make_many(5000, &many));
	many.report.inventory = &many.inventory;
	for (size_t k = 0; dd_report_formats[k]; k++) {
		struct pieces p = { DD_BUF_INIT(DD_GIB), 0, SIZE_MAX };
		const struct dd_report_sink sink = { take_piece, &p };
		struct dd_report_style style = { 80, WITH_TEMPLATE };
		DD_CLEANUP_BUF struct dd_buf whole = DD_BUF_INIT(DD_GIB), rest = DD_BUF_INIT(DD_GIB);
		struct dd_err err = { 0 };
		CHECK_INT_ROW(dd_report_write(dd_report_formats[k], &many.report, &style, &whole, &err), DD_OK,
			      dd_report_formats[k]);
		style.sink = &sink;
		CHECK_INT_ROW(dd_report_write(dd_report_formats[k], &many.report, &style, &rest, &err), DD_OK,
			      dd_report_formats[k]);
		(void)dd_buf_add_str(&p.all, dd_buf_str(&rest));
		CHECK_ROW(dd_str_eq(dd_buf_str(&p.all), dd_buf_str(&whole)), dd_report_formats[k]);
		dd_buf_done(&p.all);
	}
	dd_report_many_done(&many);
}

TEST(report_unknown_format)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(100);
	const struct dd_report_style style = { 80, false, false, false };
	struct dd_err err;
	CHECK_INT(dd_report_write("xml", &dd_report_samples[0].report, &style, &out, &err), DD_EARG);
	CHECK_STR(dd_str_from(err.message), "unknown format 'xml'");
	CHECK_INT(dd_report_write("template", &dd_report_samples[0].report, &style, &out, &err), DD_EARG);
	CHECK_STR(dd_str_from(err.message), "the format 'template' needs a template: --template FILE");
}
