/* SPDX-License-Identifier: Apache-2.0 */
/* Markdown for a comment at a pull or merge request: GitHub takes 65,536 characters, so the report never has more
 * bytes. Verdict, numbers, policy and fix plan first; then the findings, the most urgent ones in sight and the rest
 * folded; then what is suppressed, what could not be read, and the layers. What finds no room is counted. GitHub
 * Flavored Markdown 0.29. All text that is not the program's own goes through markdown_text.h. */
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "report/markdown_text.h"
#include "report/say.h"

/* Bytes: of the whole, of what comes behind the findings, of one row and of one text in it. */
enum { WHOLE_MAX = 65000, TAIL_MAX = 16000, ROW_MAX = 6000, TEXT_MAX = 160, NOTE_MAX = 160 };
enum { IN_SIGHT = 25, LIST_MAX = 25, LAYERS_SHOWN_MAX = 60 };

struct markdown {
	const struct dd_report *r;
	struct dd_buf *out;
	size_t end; /* out->n may not pass it */
	struct dd_buf row;
};

static void text(struct dd_buf *out, struct dd_str s)
{
	struct dd_str cut = dd_say_cut(s, TEXT_MAX);
	dd_markdown_text(out, cut);
	if (cut.n < s.n)
		(void)dd_buf_add_c(out, "...");
}

static void code(struct dd_buf *out, struct dd_str s)
{
	struct dd_str cut = dd_say_cut(s, TEXT_MAX);
	dd_markdown_code(out, cut);
	if (cut.n < s.n)
		(void)dd_buf_add_c(out, "...");
}

/* Appends the row when it finds room; it is empty afterwards. */
static bool put_row(struct markdown *m)
{
	bool fits = m->out->n + m->row.n + NOTE_MAX <= m->end;
	m->out->failed |= m->row.failed;
	if (fits)
		(void)dd_buf_add_str(m->out, dd_buf_str(&m->row));
	dd_buf_clear(&m->row);
	return fits;
}

static void more(struct markdown *m, size_t n, const char *what)
{
	if (n)
		(void)dd_buf_addf(m->out, "\nand %zu more %s: the JSON report has all.\n", n, what);
}

/* ---- head ---- */

static void about(struct markdown *m, const char *label, struct dd_str value)
{
	if (value.n == 0)
		return;
	(void)dd_buf_addf(m->out, "| %s | ", label);
	code(m->out, value);
	(void)dd_buf_add_c(m->out, " |\n");
}

static void head(struct markdown *m)
{
	static const char *const words[] = { "PASS", "FAIL", "INCOMPLETE" };
	const struct dd_report *r = m->r;
	const struct dd_target *t = &r->inventory->target;
	const struct dd_os *os = &r->inventory->os;
	char built[32];
	(void)dd_buf_addf(m->out, "## drydock: %s\n\n", words[r->verdict]);
	text(m->out, r->reason);
	(void)dd_buf_add_c(m->out, "\n\n| | |\n|---|---|\n");
	about(m, "Target", t->name);
	about(m, "Image", t->image);
	about(m, "Digest", t->digest);
	about(m, "Platform", t->platform);
	about(m, "System", os->pretty_name.n ? os->pretty_name : os->id);
	if (r->os_eol)
		(void)dd_buf_add_c(m->out, "| | **end of life**: no more security updates |\n");
	about(m, "Base image", t->base.name);
	(void)dd_buf_addf(m->out, "| Packages | %zu |\n", r->inventory->n_packages);
	if (r->database.present)
		(void)dd_buf_addf(m->out, "| Database | of %.10s, %llu advisories%s%s |\n",
				  dd_time_text(r->database.built, built), (unsigned long long)r->database.advisories,
				  r->database.stale ? ", **stale**" : "",
				  r->database.starter ? ", **starter set only**" : "");
	else
		(void)dd_buf_add_c(m->out, "| Database | **none**: vulnerabilities were not looked for |\n");
}

static void numbers(struct markdown *m)
{
	struct dd_report_counts c = dd_report_count(m->r);
	char word[16];
	(void)dd_buf_add_c(m->out, "\n| ");
	for (int s = DD_SEV_COUNT - 1; s >= 0; s--)
		(void)dd_buf_addf(m->out, "%s | ", dd_say_large(dd_severity_name((enum dd_severity)s), word));
	(void)dd_buf_add_c(m->out, "With a fix | Exploited | Suppressed |\n|");
	for (int i = 0; i < DD_SEV_COUNT + 3; i++)
		(void)dd_buf_add_c(m->out, "--:|");
	(void)dd_buf_add_c(m->out, "\n| ");
	for (int s = DD_SEV_COUNT - 1; s >= 0; s--)
		(void)dd_buf_addf(m->out, "%zu | ", c.by_severity[s]);
	(void)dd_buf_addf(m->out, "%zu | %zu | %zu |\n", c.fixable, c.known_exploited, c.suppressed);
	for (size_t i = 0; i < m->r->n_hidden && i < LIST_MAX; i++) {
		(void)dd_buf_add_c(m->out, "\n");
		text(m->out, m->r->hidden[i]);
		(void)dd_buf_add_c(m->out, "\n");
	}
	for (size_t i = 0; i < m->r->n_warnings && i < LIST_MAX; i++) {
		(void)dd_buf_add_c(m->out, "\n**Warning:** ");
		text(m->out, m->r->warnings[i]);
		(void)dd_buf_add_c(m->out, "\n");
	}
}

static void policy(struct markdown *m)
{
	const struct dd_report *r = m->r;
	size_t i;
	if (r->n_policy == 0)
		return;
	(void)dd_buf_add_c(m->out, "\n### Policy\n\n| | Rule | |\n|---|---|---|\n");
	for (i = 0; i < r->n_policy && i < LIST_MAX; i++) {
		(void)dd_buf_addf(&m->row, "| %s | ", r->policy[i].failed ? "**failed**" : "kept");
		code(&m->row, r->policy[i].rule);
		(void)dd_buf_add_c(&m->row, " | ");
		text(&m->row, r->policy[i].text);
		(void)dd_buf_add_c(&m->row, " |\n");
		if (!put_row(m))
			break;
	}
	more(m, r->n_policy - i, "rules");
}

static void fix_plan(struct markdown *m)
{
	const struct dd_report *r = m->r;
	size_t i;
	if (r->n_fix_plan == 0)
		return;
	(void)dd_buf_add_c(m->out, "\n### Fix plan\n\n| Findings | Step | Command |\n|--:|---|---|\n");
	for (i = 0; i < r->n_fix_plan && i < LIST_MAX; i++) {
		const struct dd_fix_step *s = &r->fix_plan[i];
		(void)dd_buf_addf(&m->row, "| %zu | ", s->findings);
		text(&m->row, s->title);
		(void)dd_buf_add_c(&m->row, " | ");
		code(&m->row, s->command);
		(void)dd_buf_add_c(&m->row, " |\n");
		if (!put_row(m))
			break;
	}
	more(m, r->n_fix_plan - i, "steps");
}

/* ---- findings ---- */

static void id(struct dd_buf *out, struct dd_str s)
{
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT(1024);
	if (dd_say_advisory_url(s, &url))
		(void)dd_buf_addf(out, "[%.*s](%.*s)", DD_FMT(s), DD_FMT(dd_buf_str(&url)));
	else
		text(out, s);
	out->failed |= url.failed;
}

static void where(struct markdown *m, const struct dd_finding *f)
{
	DD_CLEANUP_BUF struct dd_buf place = DD_BUF_INIT(64 * DD_MIB);
	const struct dd_installed *in = dd_say_package(m->r, f);
	struct dd_location at;
	if (in && in->system)
		return;
	(void)dd_say_location(m->r, f, 0, &at);
	if (f->secret)
		dd_say_secret_place(f, &place);
	else
		dd_say_place(at.path, at.inner, &place);
	m->row.failed |= place.failed;
	code(&m->row, dd_buf_str(&place));
	if (in && in->n_locations > 1)
		(void)dd_buf_addf(&m->row, " +%zu more", in->n_locations - 1);
}

static void finding_row(struct markdown *m, const struct dd_finding *f)
{
	const struct dd_installed *in = dd_say_package(m->r, f);
	char word[16];
	(void)dd_buf_addf(&m->row, "| %s%s | ", dd_say_large(dd_severity_name(f->severity), word),
			  f->kev ? " **exploited**" : "");
	id(&m->row, f->id);
	(void)dd_buf_add_c(&m->row, " | ");
	if (in) {
		code(&m->row, in->package.name);
		(void)dd_buf_add_c(&m->row, " ");
		code(&m->row, in->package.version);
	} else if (f->secret) {
		code(&m->row,
		     f->secret->at.secret.clear.n ? f->secret->at.secret.clear : f->secret->at.secret.redacted);
		(void)dd_buf_addf(&m->row, " %s confidence", dd_confidence_name(f->confidence));
	}
	(void)dd_buf_add_c(&m->row, " | ");
	if (f->fix.state == DD_FIX_FIXED)
		code(&m->row, f->fix.version);
	else if (f->kind == DD_KIND_VULNERABILITY)
		(void)dd_buf_add_c(&m->row, dd_say_fix_state(f->fix.state));
	else
		text(&m->row, f->fix.advice);
	(void)dd_buf_add_c(&m->row, " | ");
	where(m, f);
	(void)dd_buf_add_c(&m->row, " | ");
	if (dd_say_layer(m->r, f->layer))
		(void)dd_buf_addf(&m->row, "L%d%s", f->layer, f->origin == DD_ORIGIN_BASE ? " (base)" : "");
	if (f->secret && f->secret->at.state != DD_STATE_LIVE)
		(void)dd_buf_addf(&m->row, " %s", dd_entry_state_name(f->secret->at.state));
	(void)dd_buf_add_c(&m->row, " | ");
	text(&m->row, f->title);
	(void)dd_buf_add_c(&m->row, " |\n");
}

static void table_head(struct markdown *m)
{
	(void)dd_buf_add_c(m->out,
			   "| Severity | ID | Package | Fix | Where | Layer | |\n|---|---|---|---|---|---|---|\n");
}

/* All findings of the report that are not suppressed, most urgent first, whatever their kind. */
static void findings(struct markdown *m)
{
	size_t n = dd_report_count(m->r).findings, shown = 0;
	if (n == 0)
		return;
	(void)dd_buf_addf(m->out, "\n### Findings (%zu)\n\n", n);
	table_head(m);
	for (size_t i = 0; i < m->r->n_findings && !m->out->failed; i++) {
		const struct dd_finding *f = &m->r->findings[i];
		if (f->suppressed)
			continue;
		if (shown == IN_SIGHT) {
			(void)dd_buf_addf(m->out, "\n<details><summary>The other %zu findings</summary>\n\n",
					  n - shown);
			table_head(m);
		}
		finding_row(m, f);
		if (!put_row(m)) {
			if (shown == IN_SIGHT)
				shown++; /* an empty table is open */
			break;
		}
		shown++;
	}
	size_t rows = shown > n ? n : shown;
	more(m, n - rows, "findings");
	if (shown > IN_SIGHT)
		(void)dd_buf_add_c(m->out, "\n</details>\n");
}

/* ---- tail ---- */

static void problems(struct markdown *m)
{
	const struct dd_report *r = m->r;
	size_t i;
	if (r->n_problems == 0)
		return;
	(void)dd_buf_addf(m->out, "\n### Could not be read (%zu)\n\n", r->n_problems);
	for (i = 0; i < r->n_problems && i < LIST_MAX; i++) {
		const struct dd_problem *p = &r->problems[i];
		(void)dd_buf_add_c(&m->row, "- ");
		if (p->layer != DD_NO_LAYER)
			(void)dd_buf_addf(&m->row, "L%d ", p->layer);
		if (p->path.n) {
			code(&m->row, p->path);
			(void)dd_buf_add_c(&m->row, ": ");
		}
		text(&m->row, p->text);
		(void)dd_buf_add_c(&m->row, "\n");
		if (!put_row(m))
			break;
	}
	more(m, r->n_problems - i, "problems");
}

static void where_suppressed(struct markdown *m, const struct dd_finding *f, const struct dd_installed *in)
{
	DD_CLEANUP_BUF struct dd_buf place = DD_BUF_INIT(64 * DD_MIB);
	dd_say_secret_place(f, &place);
	m->row.failed |= place.failed;
	code(&m->row, in ? in->package.name : dd_buf_str(&place));
}

static void suppressed(struct markdown *m)
{
	size_t n = dd_report_count(m->r).suppressed, shown = 0;
	if (n == 0)
		return;
	(void)dd_buf_addf(m->out, "\n<details><summary>Suppressed findings: %zu</summary>\n\n", n);
	for (size_t i = 0; i < m->r->n_findings && shown < LIST_MAX; i++) {
		const struct dd_finding *f = &m->r->findings[i];
		const struct dd_installed *in = dd_say_package(m->r, f);
		const struct dd_suppression *s = &f->suppression;
		if (!f->suppressed)
			continue;
		(void)dd_buf_add_c(&m->row, "- ");
		id(&m->row, f->id);
		(void)dd_buf_add_c(&m->row, " ");
		where_suppressed(m, f, in);
		(void)dd_buf_add_c(&m->row, s->reason.n || s->justification.n ? ": " : "");
		text(&m->row, s->reason.n ? s->reason : s->justification);
		(void)dd_buf_add_c(&m->row, " (");
		code(&m->row, s->rule);
		if (s->expires.n) {
			(void)dd_buf_add_c(&m->row, " until ");
			text(&m->row, s->expires);
		}
		(void)dd_buf_add_c(&m->row, ")\n");
		if (!put_row(m))
			break;
		shown++;
	}
	more(m, n - shown, "of them");
	(void)dd_buf_add_c(m->out, "\n</details>\n");
}

static void layers(struct markdown *m)
{
	const struct dd_target *t = &m->r->inventory->target;
	char size[16];
	size_t i;
	if (t->n_layers == 0)
		return;
	(void)dd_buf_add_c(m->out, "\n<details><summary>Layers</summary>\n\n| | Size | Instruction |\n|---|--:|---|\n");
	for (i = 0; i < t->n_layers && i < LAYERS_SHOWN_MAX; i++) {
		const struct dd_layer *l = &t->layers[i];
		(void)dd_buf_addf(&m->row, "| L%zu%s | %s | ", i, l->from_base ? " (base)" : "",
				  dd_human_bytes(l->bytes, size));
		code(&m->row, l->instruction);
		(void)dd_buf_add_c(&m->row, " |\n");
		if (!put_row(m))
			break;
	}
	more(m, t->n_layers - i, "layers");
	(void)dd_buf_add_c(m->out, "\n</details>\n");
}

static void write_all(struct markdown *m, struct dd_buf *out)
{
	DD_CLEANUP_BUF struct dd_buf tail = DD_BUF_INIT(2 * (size_t)TAIL_MAX);
	m->out = &tail;
	m->end = TAIL_MAX;
	problems(m);
	suppressed(m);
	layers(m);
	m->out = out;
	m->end = out->n + WHOLE_MAX - tail.n - ROW_MAX;
	head(m);
	numbers(m);
	policy(m);
	fix_plan(m);
	/* What is over at the end: the fold's end and the count. */
	m->end += ROW_MAX - 2 * NOTE_MAX;
	findings(m);
	out->failed |= tail.failed;
	(void)dd_buf_add_str(out, dd_buf_str(&tail));
}

enum dd_code dd_report_write_markdown(const struct dd_report *r, const struct dd_report_style *style,
				      struct dd_buf *out, struct dd_err *err)
{
	struct markdown m = { .r = r, .row = DD_BUF_INIT(64 * DD_KIB) };
	(void)style;
	write_all(&m, out);
	dd_buf_done(&m.row);
	return dd_buf_check(out, "the report", err);
}
