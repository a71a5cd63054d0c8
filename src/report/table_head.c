/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/text.h"
#include "report/table.h"

enum { LABEL_COLUMNS = 9, LINE_BYTES_MAX = 256 * 1024, LIST_BYTES_MAX = 1024, SOURCES_COMPARED_MAX = 1000 };

static void line(const struct dd_sheet *s, const char *label, struct dd_str value, enum dd_paint paint)
{
	if (value.n == 0)
		return;
	dd_sheet_cell(s, dd_str_from(label), LABEL_COLUMNS, false, DD_BOLD);
	dd_sheet_wrap(s, value, LABEL_COLUMNS, LABEL_COLUMNS, paint);
}

static void verdict(const struct dd_sheet *s, const struct dd_report *r)
{
	static const struct {
		const char *word;
		enum dd_paint paint;
	} words[] = {
		[DD_VERDICT_PASS] = { "PASS", DD_GREEN },
		[DD_VERDICT_FAIL] = { "FAIL", DD_ALARM },
		[DD_VERDICT_INCOMPLETE] = { "INCOMPLETE", DD_YELLOW },
	};
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(LINE_BYTES_MAX);
	const char *word = words[r->verdict].word;
	size_t exploited = 0, at = strlen(word) + 2;
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct dd_finding *f = &r->findings[i];
		exploited += f->kev && dd_report_fails(r, f);
	}
	/* "INCOMPLETE  incomplete: …" would say it twice. */
	struct dd_str again = dd_str_from(dd_verdict_name(r->verdict));
	bool twice = dd_str_starts(r->reason, again) && dd_str_starts(dd_str_skip(r->reason, again.n), DD_STR(": "));
	dd_sheet_add(&text, twice ? dd_str_skip(r->reason, again.n + 2) : r->reason);
	if (r->verdict == DD_VERDICT_FAIL && exploited)
		(void)dd_buf_addf(&text, ", %zu of them known to be exploited", exploited);
	dd_sheet_paint(s, words[r->verdict].paint);
	dd_sheet_own(s, "%s", word);
	dd_sheet_paint(s, DD_PLAIN);
	dd_sheet_own(s, "  ");
	dd_sheet_wrap(s, dd_sheet_whole(s, &text), at, at, DD_BOLD);
}

static void target(const struct dd_sheet *s, const struct dd_target *t)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(LINE_BYTES_MAX);
	dd_sheet_add(&text, t->name);
	if (t->kind.n) {
		(void)dd_buf_add_c(&text, " (");
		dd_sheet_add(&text, t->kind);
		(void)dd_buf_add_char(&text, ')');
	}
	line(s, "Target", dd_sheet_whole(s, &text), DD_PLAIN);
	line(s, "Image", t->image, DD_PLAIN);
	line(s, "Digest", t->digest, DD_PLAIN);
	line(s, "Platform", t->platform, DD_PLAIN);
}

static void base(const struct dd_sheet *s, const struct dd_target *t)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(LINE_BYTES_MAX);
	if (t->base.n_layers == 0 && t->base.name.n == 0)
		return;
	dd_sheet_add(&text, t->base.name.n ? t->base.name : DD_STR("of unknown name"));
	if (t->base.n_layers)
		(void)dd_buf_addf(&text, ", %zu of %zu layers", t->base.n_layers, t->n_layers);
	line(s, "Base", dd_sheet_whole(s, &text), DD_PLAIN);
}

static void policy(const struct dd_sheet *s, const struct dd_report *r)
{
	char text[96];
	size_t failed = 0;
	if (r->n_policy == 0)
		return;
	for (size_t i = 0; i < r->n_policy; i++)
		failed += r->policy[i].failed;
	int n = failed ? snprintf(text, sizeof text, "%zu of %zu rules failed", failed, r->n_policy)
		       : snprintf(text, sizeof text, "%zu rules, all of them hold", r->n_policy);
	line(s, "Policy", (struct dd_str){ text, (size_t)n }, failed ? DD_ALARM : DD_PLAIN);
}

static void os(const struct dd_sheet *s, const struct dd_report *r)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(LINE_BYTES_MAX);
	const struct dd_os *o = &r->inventory->os;
	struct dd_str date = r->os_eol_date;
	if (!r->inventory->os_found) {
		line(s, "OS", DD_STR("unknown: no release file says which"), DD_YELLOW);
		return;
	}
	if (o->pretty_name.n) {
		dd_sheet_add(&text, o->pretty_name);
	} else {
		dd_sheet_add(&text, o->id);
		(void)dd_buf_addf(&text, "%s%.*s", o->version.n ? " " : "", DD_FMT(dd_str_take(o->version, 100)));
	}
	if (r->os_eol)
		(void)dd_buf_addf(&text, ": END OF LIFE%s%.*s, no more security updates", date.n ? " since " : "",
				  DD_FMT(dd_str_take(date, 100)));
	else if (date.n)
		(void)dd_buf_addf(&text, ", security updates until %.*s", DD_FMT(dd_str_take(date, 100)));
	line(s, "OS", dd_sheet_whole(s, &text), r->os_eol ? DD_ALARM : DD_PLAIN);
}

static void layers(const struct dd_sheet *s, const struct dd_target *t)
{
	char size[16], text[64];
	uint64_t bytes = 0;
	if (t->n_layers == 0)
		return;
	for (size_t i = 0; i < t->n_layers; i++)
		if (__builtin_add_overflow(bytes, t->layers[i].bytes, &bytes))
			bytes = UINT64_MAX;
	int n = snprintf(text, sizeof text, "%zu, %s unpacked", t->n_layers, dd_human_bytes(bytes, size));
	line(s, "Layers", (struct dd_str){ text, (size_t)n }, DD_PLAIN);
}

/* Packages are sorted by type, so that each type is one run. */
static void packages(const struct dd_sheet *s, const struct dd_inventory *inv)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(LINE_BYTES_MAX);
	if (inv->n_packages == 0) {
		line(s, "Packages",
		     inv->package_database_found ? DD_STR("none: the package database is empty")
						 : DD_STR("none: no package database was found"),
		     inv->package_database_found ? DD_PLAIN : DD_YELLOW);
		return;
	}
	for (size_t i = 0, run; i < inv->n_packages && text.n < LIST_BYTES_MAX; i += run) {
		struct dd_str type = inv->packages[i].package.type;
		for (run = 1; i + run < inv->n_packages; run++)
			if (!dd_str_eq(inv->packages[i + run].package.type, type))
				break;
		(void)dd_buf_addf(&text, "%s%zu %.*s", i ? ", " : "", run, DD_FMT(dd_str_take(type, 100)));
	}
	size_t owned = 0;
	for (size_t i = 0; i < inv->n_packages; i++)
		owned += inv->packages[i].owner >= 0;
	if (owned)
		(void)dd_buf_addf(&text, "; %zu of them came with a package of the system, which is judged for them",
				  owned);
	line(s, "Packages", dd_sheet_whole(s, &text), DD_PLAIN);
}

/* Each kind once, in the order of the database. */
static void source_kinds(const struct dd_database_info *d, struct dd_buf *text)
{
	for (size_t i = 0; i < d->n_sources; i++) {
		bool again = false;
		for (size_t k = 0; k < i && !again; k++)
			again = dd_str_eq(d->sources[k].kind, d->sources[i].kind);
		if (again)
			continue;
		if (text->n > LIST_BYTES_MAX || i > SOURCES_COMPARED_MAX) {
			(void)dd_buf_add_c(text, ", ...");
			return;
		}
		(void)dd_buf_add_c(text, i ? ", " : " from ");
		dd_sheet_add(text, d->sources[i].kind);
	}
}

static void database(const struct dd_sheet *s, const struct dd_database_info *d)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(LINE_BYTES_MAX);
	char built[32];
	if (!d->present) {
		line(s, "Database", DD_STR("none"), DD_YELLOW);
		return;
	}
	(void)dd_buf_addf(&text, "of %.10s, %llu advisories", dd_time_text(d->built, built),
			  (unsigned long long)d->advisories);
	source_kinds(d, &text);
	/* The age is said only where it matters: a report of the same image and database stays the same. */
	if (d->stale)
		(void)dd_buf_addf(&text, "; STALE, %llu days old", (unsigned long long)d->age_days);
	if (d->starter)
		(void)dd_buf_add_c(&text, "; only the starter set that comes with drydock");
	line(s, "Database", dd_sheet_whole(s, &text), d->stale || d->starter ? DD_YELLOW : DD_PLAIN);
}

static void counts(const struct dd_sheet *s, const struct dd_report *r)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(LINE_BYTES_MAX);
	struct dd_report_counts c = dd_report_count(r);
	bool first = true;
	if (c.findings == 0)
		(void)dd_buf_add_c(&text, r->database.present ? "none"
					  : r->inventory->secrets_looked_for
						  ? "none; only secrets were looked for"
						  : "none, but vulnerabilities were not looked for");
	else
		(void)dd_buf_addf(&text, "%zu: ", c.findings);
	for (int sev = DD_SEV_COUNT - 1; sev >= 0; sev--) {
		if (c.by_severity[sev] == 0)
			continue;
		(void)dd_buf_addf(&text, "%s%zu %s", first ? "" : ", ", c.by_severity[sev],
				  dd_severity_name((enum dd_severity)sev));
		first = false;
	}
	if (c.findings && (r->database.present || c.fixable))
		(void)dd_buf_addf(&text, "; %zu with a fix", c.fixable);
	if (c.known_exploited)
		(void)dd_buf_addf(&text, ", %zu known to be exploited (KEV)", c.known_exploited);
	size_t of_base = 0;
	for (size_t i = 0; i < r->n_findings; i++)
		of_base += !r->findings[i].suppressed && r->findings[i].origin == DD_ORIGIN_BASE;
	if (of_base)
		(void)dd_buf_addf(&text, ", %zu brought by the base image", of_base);
	line(s, "Findings", dd_sheet_whole(s, &text), DD_PLAIN);
	if (c.suppressed) {
		dd_buf_clear(&text);
		(void)dd_buf_addf(&text, "%zu more suppressed by rules%s", c.suppressed,
				  s->style->show_suppressed ? "" : " (--show-suppressed lists them)");
		line(s, "", dd_sheet_whole(s, &text), DD_PLAIN);
	}
	for (size_t i = 0; i < r->n_hidden; i++)
		line(s, "", r->hidden[i], DD_PLAIN);
}

void dd_table_head(const struct dd_sheet *s, const struct dd_report *r)
{
	verdict(s, r);
	(void)dd_buf_add_char(s->out, '\n');
	target(s, &r->inventory->target);
	base(s, &r->inventory->target);
	os(s, r);
	layers(s, &r->inventory->target);
	packages(s, r->inventory);
	/* Who looks for secrets alone needs none. */
	if (r->database.present || !r->inventory->secrets_looked_for)
		database(s, &r->database);
	policy(s, r);
	counts(s, r);
	for (size_t i = 0; i < r->n_warnings; i++)
		line(s, "Warning", r->warnings[i], DD_YELLOW);
}
