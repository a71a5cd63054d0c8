/* SPDX-License-Identifier: Apache-2.0 */
/* One page that holds everything: its style, its script and the JSON report. It loads nothing, and its
 * Content-Security-Policy lets it load nothing: only the one style and the one script that are named by their digests
 * run, so that text of a hostile image cannot, even where an escape were forgotten.
 *
 * The JSON stands in a script element of a data type. HTML ends such an element at "</script" and changes how it reads
 * on at "<!--" (HTML standard, §4.12.1.3 Restrictions for contents of script elements): every "<", ">" and "&" in it,
 * which JSON has inside of strings only, is written as a \u escape, and so are U+2028 and U+2029.
 *
 * Without script a reader still sees the verdict, the counts and the most urgent findings. */
#include "format/xml_write.h"
#include "report/formats.h"
#include "report/html_page.h"

enum { PLAIN_FINDINGS_MAX = 200 };

static void text(struct dd_buf *out, struct dd_str s)
{
	dd_xml_escape(out, s, true);
}

static void element(struct dd_buf *out, const char *before, struct dd_str s, const char *after)
{
	(void)dd_buf_add_c(out, before);
	text(out, s);
	(void)dd_buf_add_c(out, after);
}

static void head(struct dd_buf *out, const struct dd_report *r)
{
	(void)dd_buf_addf(
		out,
		"<!doctype html>\n<html lang=\"en\" data-theme=\"light\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s'; "
		"script-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n",
		dd_html_style_sha256, dd_html_script_sha256);
	element(out, "<title>", r->inventory->target.image.n ? r->inventory->target.image : r->inventory->target.name,
		": drydock report</title>\n");
	(void)dd_buf_add_c(out, "<style>");
	(void)dd_buf_add(out, dd_html_style, dd_html_style_n);
	(void)dd_buf_add_c(out, "</style>\n</head>\n");
}

static void verdict(struct dd_buf *out, const struct dd_report *r)
{
	const char *word = dd_verdict_name(r->verdict);
	(void)dd_buf_addf(
		out,
		"<body>\n<a class=\"skip\" href=\"#findings\">to the findings</a>\n<header class=\"top\"><div "
		"class=\"wrap verdict\">\n<span class=\"badge %s\">%s</span>\n<div>",
		word, word);
	element(out, "<h1>", r->inventory->target.image.n ? r->inventory->target.image : r->inventory->target.name,
		"</h1>\n");
	element(out, "<p>", r->reason, "</p></div>\n");
	(void)dd_buf_add_c(
		out, "<button type=\"button\" id=\"theme\" class=\"theme\" hidden>dark</button>\n</div></header>\n");
}

static const struct {
	const char *id, *title;
	bool hidden; /* until the script finds that it has something to say */
} parts[] = {
	{ "overview", "Overview", false },
	{ "notes", "Problems and warnings", true },
	{ "policy", "Policy", true },
	{ "plan", "What to do", false },
	{ "secrets", "Secrets", true },
	{ "findings", "Findings", false },
	{ "layers", "Layers", false },
	{ "packages", "Packages", false },
	{ "target", "What was scanned", false },
};

static void skeleton(struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "<nav class=\"parts\" aria-label=\"Parts of the report\"><div class=\"wrap\"><ul>\n");
	for (size_t i = 0; i < DD_COUNT(parts); i++)
		if (!parts[i].hidden || strcmp(parts[i].id, "secrets") == 0)
			(void)dd_buf_addf(out, "<li><a href=\"#%s\">%s</a></li>\n", parts[i].id, parts[i].title);
	(void)dd_buf_add_c(out, "</ul></div></nav>\n<main class=\"wrap\">\n");
	for (size_t i = 0; i < DD_COUNT(parts); i++)
		(void)dd_buf_addf(out, "<section id=\"%s\" aria-label=\"%s\"%s><h2>%s</h2></section>\n", parts[i].id,
				  parts[i].title, parts[i].hidden ? " hidden" : "", parts[i].title);
}

static void plain_row(struct dd_buf *out, const struct dd_report *r, const struct dd_finding *f)
{
	const struct dd_installed *in = f->package >= 0 && (size_t)f->package < r->inventory->n_packages
						? &r->inventory->packages[f->package]
						: NULL;
	(void)dd_buf_addf(out, "<tr><td>%s</td>", dd_severity_name(f->severity));
	element(out, "<td>", f->id, "</td>");
	element(out, "<td>", in ? in->package.name : f->path, "</td>");
	element(out, "<td>", in ? in->package.version : DD_STR(""), "</td>");
	element(out, "<td>", f->fix.version, "</td>");
	element(out, "<td>", f->title, "</td></tr>\n");
}

/* For readers without script: mail previews, viewers of artefacts, the careful. */
static void plain(struct dd_buf *out, const struct dd_report *r)
{
	struct dd_report_counts c = dd_report_count(r);
	size_t shown = r->n_findings < PLAIN_FINDINGS_MAX ? r->n_findings : PLAIN_FINDINGS_MAX;
	(void)dd_buf_addf(
		out,
		"<noscript><section class=\"card\"><p>%zu findings, %zu suppressed, %zu problems. This page shows "
		"more with scripts on; it loads nothing. The %zu most urgent findings:</p>\n<table><thead><tr>"
		"<th>Severity</th><th>Finding</th><th>Package</th><th>Installed</th><th>Fixed "
		"in</th><th>Title</th></tr>"
		"</thead><tbody>\n",
		c.findings, c.suppressed, r->n_problems, shown);
	for (size_t i = 0; i < shown; i++)
		if (!r->findings[i].suppressed)
			plain_row(out, r, &r->findings[i]);
	(void)dd_buf_add_c(out, "</tbody></table></section></noscript>\n</main>\n");
}

/* Copies JSON with everything escaped that an HTML parser could see. */
static void island(struct dd_buf *out, struct dd_str json)
{
	for (size_t from = 0, i = 0; i <= json.n; i++) {
		const char *escape = NULL;
		size_t skip = 1;
		char c = i < json.n ? json.p[i] : 0;
		if (c == '<' || c == '>' || c == '&')
			escape = c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : "\\u0026";
		else if (c == '\xe2' && i + 2 < json.n && json.p[i + 1] == '\x80' &&
			 (json.p[i + 2] == '\xa8' || json.p[i + 2] == '\xa9')) {
			escape = json.p[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
			skip = 3;
		}
		if (!escape && i < json.n)
			continue;
		(void)dd_buf_add(out, json.p + from, i - from);
		(void)dd_buf_add_c(out, escape ? escape : "");
		from = i + skip;
		i = from - 1;
	}
}

static enum dd_code data(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
			 struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf json = DD_BUF_INIT(out->max);
	/* Whole, and here: pieces given to the sink would stand before the page, unescaped and outside of its policy.
	 */
	struct dd_report_style whole = *style;
	whole.sink = NULL;
	DD_TRY(dd_report_write_json(r, &whole, &json, err));
	(void)dd_buf_add_c(out, "<script type=\"application/json\" id=\"data\">");
	island(out, dd_buf_str(&json));
	(void)dd_buf_add_c(out, "</script>\n");
	return DD_OK;
}

enum dd_code dd_report_write_html(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				  struct dd_err *err)
{
	head(out, r);
	verdict(out, r);
	skeleton(out);
	plain(out, r);
	element(out, "<footer><div class=\"wrap\">drydock ", r->version, "</div></footer>\n");
	DD_TRY(data(r, style, out, err));
	(void)dd_buf_add_c(out, "<script>");
	(void)dd_buf_add(out, dd_html_script, dd_html_script_n);
	(void)dd_buf_add_c(out, "</script>\n</body>\n</html>\n");
	return dd_buf_check(out, "report", err);
}
