/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/limits.h"
#include "cmd/db_cmds.h"

enum { LABEL_COLUMNS = 11, FIRST_COLUMNS = 20, SECOND_COLUMNS = 22, SEVERITY_COLUMNS = 12, TEXT_BYTES_MAX = 1 << 20 };

static struct dd_str name_of(enum dd_severity s)
{
	return dd_str_from(dd_severity_name(s));
}

/* --- what is affected, in words --- */

static void add_event(struct dd_buf *out, const struct dd_event *e, bool *open)
{
	static const char *const words[] = { " from ", " before ", " up to ", " below ", " after " };
	bool start = e->kind == DD_EVENT_INTRODUCED || e->kind == DD_EVENT_AFTER;
	if (start && *open)
		(void)dd_buf_add_c(out, ",");
	*open = true;
	if (start && dd_str_eq_c(e->version, "0"))
		return;
	(void)dd_buf_add_c(out, words[e->kind]);
	(void)dd_buf_add_str(out, e->version);
}

static void add_range(struct dd_buf *out, const struct dd_range *r)
{
	bool open = false, bare = true;
	for (size_t i = 0; i < r->n_events; i++)
		bare &= r->events[i].kind == DD_EVENT_INTRODUCED && dd_str_eq_c(r->events[i].version, "0");
	if (bare) {
		(void)dd_buf_add_c(out, " all versions");
		return;
	}
	for (size_t i = 0; i < r->n_events; i++)
		add_event(out, &r->events[i], &open);
}

/* "[introduced 0, fixed X]" is what nearly every distribution says. */
static struct dd_str fixed_alone(const struct dd_advisory *a)
{
	const struct dd_event *e = a->n_ranges == 1 ? a->ranges[0].events : NULL;
	if (e && a->ranges[0].n_events == 2 && e[0].kind == DD_EVENT_INTRODUCED && dd_str_eq_c(e[0].version, "0") &&
	    e[1].kind == DD_EVENT_FIXED)
		return e[1].version;
	return (struct dd_str){ NULL, 0 };
}

/* One range that starts at the start and has no end. */
static bool is_everything(const struct dd_advisory *a)
{
	const struct dd_range *r = a->ranges;
	return a->n_ranges == 1 && r->n_events == 1 && r->events[0].kind == DD_EVENT_INTRODUCED &&
	       dd_str_eq_c(r->events[0].version, "0");
}

static void add_state(struct dd_buf *out, const struct dd_advisory *a)
{
	static const char *const fates[DD_FIX_COUNT] = {
		[DD_FIX_NOT_FIXED] = "not fixed",
		[DD_FIX_WONT_FIX] = "will not be fixed",
		[DD_FIX_DEFERRED] = "fix deferred",
		[DD_FIX_END_OF_LIFE] = "end of life",
	};
	struct dd_str fixed = fixed_alone(a);
	if (a->withdrawn)
		(void)dd_buf_add_c(out, "withdrawn; ");
	if (a->status == DD_ADV_NOT_AFFECTED && is_everything(a)) {
		(void)dd_buf_add_c(out, "never affected");
		return;
	}
	if (a->status == DD_ADV_UNDETERMINED) {
		(void)dd_buf_add_c(out, "undetermined");
		return;
	}
	if (fixed.n && a->status == DD_ADV_AFFECTED) {
		(void)dd_buf_add_c(out, "fixed in ");
		(void)dd_buf_add_str(out, fixed);
		return;
	}
	(void)dd_buf_add_c(out, a->status == DD_ADV_AFFECTED ? "affected:" : "not affected:");
	for (size_t i = 0; i < a->n_ranges; i++) {
		(void)dd_buf_add_c(out, i ? ";" : "");
		add_range(out, &a->ranges[i]);
	}
	if (a->n_versions)
		(void)dd_buf_addf(out, "%s %zu versions by name", a->n_ranges ? ";" : "", a->n_versions);
	if (fates[a->fix_state])
		(void)dd_buf_addf(out, " (%s)", fates[a->fix_state]);
}

static void add_field(struct dd_buf *out, const char *before, struct dd_str value)
{
	if (!value.n)
		return;
	(void)dd_buf_add_c(out, before);
	(void)dd_buf_add_str(out, value);
}

/* From column `at` on: state, module, who says so, note. */
static void write_state(const struct dd_sheet *s, const struct dd_advisory *a, struct dd_str id, size_t at)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(TEXT_BYTES_MAX);
	add_state(&text, a);
	add_field(&text, "; module ", a->module);
	add_field(&text, "; only ", a->arches);
	add_field(&text, "; ", a->note);
	(void)dd_buf_add_c(&text, " [");
	if (!dd_str_eq(a->id, id)) {
		(void)dd_buf_add_str(&text, a->id);
		(void)dd_buf_add_c(&text, ", ");
	}
	(void)dd_buf_add_str(&text, a->source);
	(void)dd_buf_add_c(&text, "]");
	dd_sheet_wrap(s, dd_buf_str(&text), at, at, DD_PLAIN);
}

/* --- one vulnerability --- */

static void line(const struct dd_sheet *s, const char *label, struct dd_str value)
{
	if (!value.n)
		return;
	dd_sheet_cell(s, dd_str_from(label), LABEL_COLUMNS, false, DD_BOLD);
	dd_sheet_wrap(s, value, LABEL_COLUMNS, LABEL_COLUMNS, DD_PLAIN);
}

static void write_scores(const struct dd_sheet *s, const struct dd_vuln *v)
{
	for (size_t i = 0; i < v->n_cvss; i++) {
		struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(TEXT_BYTES_MAX);
		(void)dd_buf_addf(&text, "%.1f ", v->cvss[i].score);
		(void)dd_buf_add_str(&text, v->cvss[i].vector);
		add_field(&text, " by ", v->cvss[i].source);
		line(s, "CVSS", dd_buf_str(&text));
	}
}

static void write_exploitation(const struct dd_sheet *s, const struct dd_vuln *v)
{
	char text[128];
	if (v->kev) {
		(void)snprintf(text, sizeof text, "known to be, says CISA%s%s%.*s",
			       v->kev_ransomware ? ", by ransomware" : "", v->kev_due.n ? "; to be fixed by " : "",
			       DD_FMT(dd_str_take(v->kev_due, 20)));
		line(s, "Exploited", dd_str_from(text));
	}
	if (v->epss >= 0) {
		(void)snprintf(text, sizeof text, "%.3f %% likely within 30 days, more than %.1f %% of all",
			       v->epss * 100, v->epss_percentile * 100);
		line(s, "EPSS", dd_str_from(text));
	}
}

static void write_vuln(const struct dd_sheet *s, const struct dd_vuln *v)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(TEXT_BYTES_MAX);
	dd_sheet_cell(s, v->id, dd_sheet_measure(s, v->id, s->style->width), false, DD_BOLD);
	if (v->withdrawn)
		dd_sheet_own(s, "  withdrawn");
	dd_sheet_end_line(s);
	line(s, "Title", v->title);
	if (v->severity != DD_SEV_UNKNOWN) {
		(void)dd_buf_add_str(&text, name_of(v->severity));
		add_field(&text, ", says ", v->severity_source);
		line(s, "Severity", dd_buf_str(&text));
	}
	write_scores(s, v);
	write_exploitation(s, v);
	dd_buf_clear(&text);
	for (size_t i = 0; i < v->n_aliases; i++)
		add_field(&text, i ? ", " : "", v->aliases[i]);
	line(s, "Aliases", dd_buf_str(&text));
	line(s, "Published", v->published);
	line(s, "Modified", v->modified);
}

static void write_vuln_advisories(const struct dd_sheet *s, const struct dd_db_shown *shown, uint32_t vuln,
				  struct dd_str id)
{
	for (size_t i = 0; i < shown->n; i++) {
		const struct dd_advisory *a = &shown->advisories[i];
		if (a->vuln != vuln)
			continue;
		dd_sheet_cell(s, a->ecosystem, FIRST_COLUMNS - 1, false, DD_CYAN);
		dd_sheet_blanks(s, 1);
		dd_sheet_cell(s, a->package, SECOND_COLUMNS - 1, false, DD_BOLD);
		dd_sheet_blanks(s, 1);
		write_state(s, a, id, FIRST_COLUMNS + SECOND_COLUMNS);
	}
}

static enum dd_code show_vulns(const struct dd_sheet *s, const struct dd_db_shown *shown, struct dd_err *err)
{
	for (size_t i = 0; i < shown->n_vulns; i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
		struct dd_vuln v;
		DD_TRY(dd_db_vuln(shown->db, shown->vulns[i], &a, &v, err));
		if (i)
			dd_sheet_end_line(s);
		write_vuln(s, &v);
		write_vuln_advisories(s, shown, shown->vulns[i], v.id);
	}
	return DD_OK;
}

/* --- one package name --- */

static enum dd_severity severity_of(const struct dd_advisory *a, const struct dd_vuln *v)
{
	return a->severity != DD_SEV_UNKNOWN ? a->severity : v->severity;
}

static enum dd_code show_package(const struct dd_sheet *s, const struct dd_db_shown *shown, struct dd_err *err)
{
	for (size_t i = 0; i < shown->n; i++) {
		struct dd_arena arena DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
		const struct dd_advisory *a = &shown->advisories[i];
		struct dd_vuln v;
		DD_TRY(dd_db_vuln(shown->db, a->vuln, &arena, &v, err));
		if (i == 0 || !dd_str_eq(a->ecosystem, a[-1].ecosystem)) {
			if (i)
				dd_sheet_end_line(s);
			dd_sheet_paint(s, DD_BOLD);
			(void)dd_sheet_text(s, a->package, s->style->width / 2);
			dd_sheet_own(s, " in ");
			(void)dd_sheet_text(s, a->ecosystem, s->style->width / 2);
			dd_sheet_paint(s, DD_PLAIN);
			dd_sheet_end_line(s);
		}
		enum dd_severity severity = severity_of(a, &v);
		dd_sheet_cell(s, v.id, FIRST_COLUMNS, false, v.kev ? DD_ALARM : DD_PLAIN);
		dd_sheet_blanks(s, 1);
		dd_sheet_cell(s, name_of(severity), SEVERITY_COLUMNS - 1, false, dd_severity_paint(severity));
		write_state(s, a, v.id, FIRST_COLUMNS + SEVERITY_COLUMNS);
	}
	return DD_OK;
}

enum dd_code dd_db_show_text(const struct dd_sheet *s, const struct dd_db_shown *shown, struct dd_err *err)
{
	return shown->package ? show_package(s, shown, err) : show_vulns(s, shown, err);
}
