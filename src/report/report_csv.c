/* SPDX-License-Identifier: Apache-2.0 */
/* CSV (RFC 4180): a line of names, then a line for each finding, suppressed ones too, each ended by CR LF. Every cell
 * is quoted. Spreadsheets take a cell that begins with = + - @ or a tab for a formula, and run it: before these stands
 * an apostrophe, which spreadsheets show as text (OWASP, "CSV Injection"). Programs that read the CSV take it off, or
 * read the JSON instead. Control characters and bytes that are not UTF-8 are written as \xNN. */
#include "base/limits.h"
#include "base/text.h"
#include "format/json_write.h"
#include "report/say.h"

static void add_bytes(struct dd_buf *out, struct dd_str s)
{
	while (s.n && !out->failed) {
		char piece[8];
		size_t used, n = dd_escape_one(s, "", piece, &used);
		if (s.p[0] == '"')
			(void)dd_buf_add_c(out, "\"\"");
		else if (s.p[0] == '\\')
			(void)dd_buf_add_char(out, '\\');
		else
			(void)dd_buf_add(out, piece, n);
		s = dd_str_skip(s, used);
	}
}

static void cell(struct dd_buf *out, struct dd_str s)
{
	(void)dd_buf_add_char(out, '"');
	/* Programs that trim look behind the blanks. */
	struct dd_str start = s;
	while (start.n && dd_is_blank(start.p[0]))
		start = dd_str_skip(start, 1);
	bool risky = s.n && (start.n != s.n || strchr("=+-@|%", s.p[0]) != NULL);
	if (risky)
		(void)dd_buf_add_char(out, '\'');
	add_bytes(out, s);
	(void)dd_buf_add_char(out, '"');
}

static void number(struct dd_buf *out, double v, bool known)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(64);
	struct dd_jsonw j = DD_JSONW(&text, 0);
	if (known)
		dd_jsonw_exact(&j, v);
	out->failed |= text.failed;
	cell(out, dd_buf_str(&text));
}

static double best_score(const struct dd_finding *f)
{
	double best = -1;
	for (size_t i = 0; i < f->n_cvss; i++)
		best = f->cvss[i].score > best ? f->cvss[i].score : best;
	return best;
}

/* "3: path, path": the first ones, by place. */
static void places(struct dd_buf *out, const struct dd_report *r, const struct dd_finding *f)
{
	enum { SHOWN_MAX = 20 };
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(64 * DD_MIB);
	struct dd_location at;
	size_t i;
	for (i = 0; i < SHOWN_MAX && dd_say_location(r, f, i, &at); i++) {
		(void)dd_buf_add_c(&text, i ? "; " : "");
		dd_say_place(at.path, at.inner, &text);
	}
	if (dd_say_location(r, f, i, &at))
		(void)dd_buf_add_c(&text, "; ...");
	out->failed |= text.failed;
	cell(out, dd_buf_str(&text));
}

static const char *const columns[] = {
	"kind",
	"severity",
	"id",
	"package",
	"version",
	"type",
	"purl",
	"fix_state",
	"fixed_version",
	"risk",
	"cvss",
	"epss",
	"known_exploited",
	"origin",
	"exposure",
	"layer",
	"instruction",
	"places",
	"title",
	"advice",
	"url",
	"suppressed",
	"suppressed_by",
	"suppressed_why",
	"confidence",
	"confidence_reason",
	"line",
	"state",
	"secret",
	"fingerprint",
};

/* The cells that only secrets have. */
static void secret(struct dd_buf *out, const struct dd_finding *f)
{
	if (!f->secret) {
		(void)dd_buf_add_c(out, ",\"\",\"\",\"\",\"\",\"\",\"\"");
		return;
	}
	const struct dd_secret_at *at = &f->secret->at;
	(void)dd_buf_addf(out, ",\"%s\",", dd_confidence_name(f->confidence));
	cell(out, at->secret.reason);
	(void)dd_buf_add_char(out, ',');
	number(out, (double)at->secret.line, at->secret.line != 0);
	(void)dd_buf_addf(out, ",\"%s\",", dd_entry_state_name(at->state));
	cell(out, at->secret.clear.n ? at->secret.clear : at->secret.redacted);
	(void)dd_buf_add_char(out, ',');
	cell(out, at->secret.fingerprint);
}

static void add(struct dd_buf *out, const struct dd_report *r, const struct dd_finding *f)
{
	const struct dd_installed *in = dd_say_package(r, f);
	const struct dd_layer *l = dd_say_layer(r, f->layer);
	struct dd_str none = { "", 0 };
	const struct dd_suppression *s = &f->suppression;
	const struct dd_str texts[] = {
		dd_str_from(dd_kind_name(f->kind)),
		dd_str_from(dd_severity_name(f->severity)),
		f->id,
		in ? in->package.name : none,
		in ? in->package.version : none,
		in ? in->package.type : none,
		in ? in->purl : none,
		dd_str_from(dd_fix_state_name(f->fix.state)),
		f->fix.version,
	};
	for (size_t i = 0; i < DD_COUNT(texts); i++) {
		(void)dd_buf_add_c(out, i ? "," : "");
		cell(out, texts[i]);
	}
	const double numbers[] = { f->risk, best_score(f), f->epss };
	for (size_t i = 0; i < DD_COUNT(numbers); i++) {
		(void)dd_buf_add_char(out, ',');
		number(out, numbers[i], numbers[i] >= 0);
	}
	(void)dd_buf_addf(out, ",\"%s\",\"%s\",\"%s\",", f->kev ? "yes" : "no", dd_origin_name(f->origin),
			  dd_exposure_name(f->exposure));
	number(out, f->layer, l != NULL);
	(void)dd_buf_add_char(out, ',');
	cell(out, l ? l->instruction : none);
	(void)dd_buf_add_char(out, ',');
	places(out, r, f);
	const struct dd_str rest[] = { f->title,
				       f->fix.advice,
				       f->url,
				       f->suppressed ? DD_STR("yes") : DD_STR("no"),
				       f->suppressed ? s->rule : none,
				       !f->suppressed ? none
				       : s->reason.n  ? s->reason
						      : s->justification };
	for (size_t i = 0; i < DD_COUNT(rest); i++) {
		(void)dd_buf_add_char(out, ',');
		cell(out, rest[i]);
	}
	secret(out, f);
	(void)dd_buf_add_c(out, "\r\n");
}

enum dd_code dd_report_write_csv(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				 struct dd_err *err)
{
	(void)style;
	for (size_t i = 0; i < DD_COUNT(columns); i++)
		(void)dd_buf_addf(out, "%s\"%s\"", i ? "," : "", columns[i]);
	(void)dd_buf_add_c(out, "\r\n");
	for (size_t i = 0; i < r->n_findings && !out->failed; i++)
		add(out, r, &r->findings[i]);
	return dd_buf_check(out, "the report", err);
}
