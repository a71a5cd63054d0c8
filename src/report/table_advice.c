/* SPDX-License-Identifier: Apache-2.0 */
/* "What to do": lines that a person may copy into a shell. Names come from the image, so only those that a shell and a
 * package manager take as plain names are put into a command. */
#include <stdio.h>

#include "base/alloc.h"
#include "report/table.h"

enum { NAMES_MAX = 10, INDENT = 2, STEPS_SHOWN_MAX = 15 };

/* The first row whose type matches and whose `os` starts the OS id. */
static const struct upgrade {
	const char *type, *os;
	const char *some; /* followed by package names */
	const char *all;
} upgrades[] = {
	{ "deb", "", "apt-get update && apt-get install --only-upgrade", "apt-get update && apt-get upgrade" },
	{ "apk", "", "apk add --no-cache --upgrade", "apk upgrade --no-cache" },
	{ "rpm", "opensuse", "zypper update", "zypper update" },
	{ "rpm", "sle", "zypper update", "zypper update" },
	{ "rpm", "photon", "tdnf update", "tdnf update" },
	{ "rpm", "mariner", "tdnf update", "tdnf update" },
	{ "rpm", "azurelinux", "tdnf update", "tdnf update" },
	{ "rpm", "", "dnf upgrade", "dnf upgrade" },
};

static const struct upgrade *find_upgrade(struct dd_str type, struct dd_str os)
{
	for (size_t i = 0; i < DD_COUNT(upgrades); i++)
		if (dd_str_eq_c(type, upgrades[i].type) && dd_str_starts(os, dd_str_from(upgrades[i].os)))
			return &upgrades[i];
	return NULL;
}

/* Nothing that a shell expands, nothing that could be an option. */
static bool is_plain_name(struct dd_str s)
{
	if (s.n == 0 || s.n > 128 || s.p[0] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) && !strchr("+-._:", s.p[i]))
			return false;
	return true;
}

/* Everything that one command can fix. */
struct plan {
	const struct upgrade *upgrade;
	size_t findings, packages;
	bool all_plain;
};

/* Marks packages with a fix; counts what the first package's type can fix. */
static struct plan make_plan(const struct dd_report *r, bool *wanted)
{
	struct plan p = { NULL, 0, 0, true };
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct dd_finding *f = &r->findings[i];
		const struct dd_installed *in = dd_table_package(r, f);
		if (f->suppressed || f->fix.state != DD_FIX_FIXED || !in)
			continue;
		const struct upgrade *u = find_upgrade(in->package.type, r->inventory->os.id);
		if (!u || (p.upgrade && u != p.upgrade))
			continue;
		p.upgrade = u;
		p.findings++;
		p.all_plain &= is_plain_name(in->package.name);
		p.packages += !wanted[f->package];
		wanted[f->package] = true;
	}
	return p;
}

static void upgrade_lines(const struct dd_sheet *s, const struct dd_report *r, const struct plan *p, const bool *wanted)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT((size_t)64 << 10);
	char findings[64], packages[64];
	(void)dd_buf_addf(&text, "Upgrading %s fixes %s:", dd_table_count(p->packages, "package", "packages", packages),
			  dd_table_count(p->findings, "finding", "findings", findings));
	dd_sheet_blanks(s, INDENT);
	dd_sheet_wrap(s, dd_sheet_whole(s, &text), INDENT, INDENT, DD_PLAIN);
	dd_buf_clear(&text);
	bool name_them = p->all_plain && p->packages <= NAMES_MAX;
	(void)dd_buf_add_c(&text, name_them ? p->upgrade->some : p->upgrade->all);
	struct dd_str last = { "", 0 };
	for (size_t i = 0; name_them && i < r->inventory->n_packages; i++) {
		struct dd_str name = r->inventory->packages[i].package.name;
		if (!wanted[i] || dd_str_eq(name, last))
			continue;
		(void)dd_buf_addf(&text, " %.*s", DD_FMT(name));
		last = name;
	}
	/* Not wrapped: a terminal joins what it broke when it is copied, a report's own line breaks would stay. */
	dd_sheet_blanks(s, (size_t)2 * INDENT);
	(void)dd_sheet_text(s, dd_sheet_whole(s, &text), DD_COLUMNS_ALL);
	(void)dd_buf_add_char(s->out, '\n');
}

/* "1 critical, 2 high" */
static void add_severities(struct dd_buf *out, const size_t *by_severity)
{
	bool first = true;
	for (int s = DD_SEV_COUNT - 1; s >= 0; s--) {
		if (by_severity[s] == 0)
			continue;
		(void)dd_buf_addf(out, "%s%zu %s", first ? "" : ", ", by_severity[s],
				  dd_severity_name((enum dd_severity)s));
		first = false;
	}
}

/* The steps of the model's plan. Commands are not wrapped: a terminal joins what it broke when it is copied. */
static void fix_plan(const struct dd_sheet *s, const struct dd_report *r)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT((size_t)64 << 10);
	char title[64], count[64];
	if (r->n_fix_plan == 0)
		return;
	(void)snprintf(title, sizeof title, "Fix plan (%s)", dd_table_count(r->n_fix_plan, "step", "steps", count));
	(void)dd_buf_add_char(s->out, '\n');
	dd_sheet_cell(s, dd_str_from(title), strlen(title), false, DD_BOLD);
	(void)dd_buf_add_char(s->out, '\n');
	for (size_t i = 0; i < r->n_fix_plan && i < STEPS_SHOWN_MAX; i++) {
		const struct dd_fix_step *step = &r->fix_plan[i];
		dd_buf_clear(&text);
		(void)dd_buf_addf(&text, "%zu. ", i + 1);
		dd_sheet_add(&text, step->title);
		(void)dd_buf_addf(&text, ": removes %s", dd_table_count(step->findings, "finding", "findings", count));
		(void)dd_buf_add_c(&text, " (");
		add_severities(&text, step->by_severity);
		(void)dd_buf_add_char(&text, ')');
		dd_sheet_blanks(s, INDENT);
		dd_sheet_wrap(s, dd_sheet_whole(s, &text), INDENT, (size_t)2 * INDENT + 1, DD_PLAIN);
		if (step->command.n) {
			dd_sheet_blanks(s, (size_t)2 * INDENT + 1);
			(void)dd_sheet_text(s, step->command, DD_COLUMNS_ALL);
			(void)dd_buf_add_char(s->out, '\n');
		}
	}
	if (r->n_fix_plan > STEPS_SHOWN_MAX)
		dd_sheet_own(s, "  and %zu more: '--format json' lists all\n", r->n_fix_plan - STEPS_SHOWN_MAX);
}

void dd_table_advice(const struct dd_sheet *s, const struct dd_report *r)
{
	size_t n = r->inventory->n_packages;
	DD_CLEANUP(dd_freep) bool *wanted = dd_alloc_zero(n ? n : 1, sizeof *wanted);
	if (!wanted) {
		s->out->failed = true;
		return;
	}
	fix_plan(s, r);
	/* The plan says it better. */
	struct plan p = r->n_fix_plan ? (struct plan){ 0 } : make_plan(r, wanted);
	const struct dd_finding *worst = r->n_findings && !r->findings[0].suppressed ? &r->findings[0] : NULL;
	bool show = worst && worst->kind == DD_KIND_VULNERABILITY && is_plain_name(worst->id);
	if (!p.findings && !r->os_eol && !show)
		return;
	(void)dd_buf_add_char(s->out, '\n');
	dd_sheet_cell(s, DD_STR("What to do"), 10, false, DD_BOLD);
	(void)dd_buf_add_char(s->out, '\n');
	if (r->os_eol) {
		dd_sheet_blanks(s, INDENT);
		dd_sheet_wrap(s,
			      DD_STR("Build on a release that still gets security updates: new findings in this one "
				     "will not be fixed."),
			      INDENT, INDENT, DD_PLAIN);
	}
	if (p.findings)
		upgrade_lines(s, r, &p, wanted);
	if (show)
		dd_sheet_own(s, "  drydock db show %.*s  tells more of the first one\n", DD_FMT(worst->id));
}
