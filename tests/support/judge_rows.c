/* SPDX-License-Identifier: Apache-2.0 */
#include "support/judge_rows.h"

#include "base/buf.h"
#include "judge/vuln/vuln.h"
#include "support/test.h"

enum { PACKAGES_MAX = 8, FIELDS = 8 };

struct world {
	struct dd_arena arena;
	struct dd_installed packages[PACKAGES_MAX];
	struct dd_location locations[PACKAGES_MAX];
	struct dd_inventory inv;
	struct dd_findings out;
	struct dd_small_db db;
};

/* The place of a third-party package. */
static void put_at(struct world *w, struct dd_installed *in, struct dd_str path)
{
	in->locations = &w->locations[in - w->packages];
	in->locations[0] = (struct dd_location){ .path = path };
	in->n_locations = 1;
}

/* What may follow the fields of a row, blanks between. */
static void set_marks(struct world *w, struct dd_installed *in, struct dd_str marks)
{
	struct dd_str mark;
	while (dd_str_next(&marks, ' ', &mark)) {
		if (dd_str_eq_c(mark, "declared"))
			in->package.evidence = DD_PACKAGE_DECLARED;
		else if (dd_str_eq_c(mark, "dev"))
			in->package.dev = true;
		else if (dd_str_starts(mark, DD_STR("cpe:2.3:")))
			in->package.cpe = mark;
		else if (dd_str_starts(mark, DD_STR("at:")))
			put_at(w, in, dd_str_skip(mark, 3));
		else if (dd_str_eq_c(mark, "owned"))
			in->owner = 0;
		else if (dd_str_eq_c(mark, "pro"))
			w->inv.os.subscription = DD_STR("esm-infra");
		else if (dd_str_eq_c(mark, "no-system"))
			w->inv.os_found = w->inv.package_database_found = false;
	}
}

static void read_packages(struct world *w, const char *text)
{
	struct dd_str rest = dd_str_from(text), line, field;
	while (dd_str_line(&rest, &line) && line.n && w->inv.n_packages < PACKAGES_MAX) {
		struct dd_package *p = &w->packages[w->inv.n_packages].package;
		struct dd_str *fields[FIELDS] = { &p->type,	   &p->name,	       &p->version,    &p->arch,
						  &p->source_name, &p->source_version, &p->maintainer, &p->module };
		for (size_t i = 0; i < FIELDS && dd_str_next(&line, '|', &field); i++)
			*fields[i] = field;
		struct dd_installed *in = &w->packages[w->inv.n_packages++];
		in->path = DD_STR("the/database");
		in->layer = 0;
		in->owner = -1;
		in->system = dd_str_eq_c(p->type, "deb") || dd_str_eq_c(p->type, "apk") || dd_str_eq_c(p->type, "rpm");
		set_marks(w, in, line);
	}
}

static void print_finding(struct dd_buf *b, const struct world *w, const struct dd_finding *f)
{
	struct dd_str name = f->package < 0 ? DD_STR("-") : w->inv.packages[f->package].package.name;
	(void)dd_buf_addf(b, "%.*s %.*s %s", DD_FMT(name), DD_FMT(f->id), dd_fix_state_name(f->fix.state));
	if (f->fix.version.n)
		(void)dd_buf_addf(b, " %.*s", DD_FMT(f->fix.version));
	(void)dd_buf_addf(b, " %s", dd_severity_name(f->severity));
	if (f->severity_source.n)
		(void)dd_buf_addf(b, "/%.*s", DD_FMT(f->severity_source));
	for (size_t i = 0; i < f->n_sources; i++)
		(void)dd_buf_addf(b, "%s%.*s", i ? "," : " by ", DD_FMT(f->sources[i]));
	if (f->suppressed)
		(void)dd_buf_addf(b, " [suppressed %.*s]", DD_FMT(f->suppression.rule));
	if (f->note.n)
		(void)dd_buf_addf(b, " (%.*s)", DD_FMT(f->note));
	(void)dd_buf_add_char(b, '\n');
}

static void print_all(struct dd_buf *b, const struct world *w)
{
	for (size_t i = 0; i < w->out.list.n; i++)
		print_finding(b, w, &w->out.list.p[i]);
	for (size_t i = 0; i < w->out.problems.n; i++)
		(void)dd_buf_addf(b, "problem: %.*s\n", DD_FMT(w->out.problems.p[i].text));
	for (size_t i = 0; i < w->out.warnings.n; i++)
		(void)dd_buf_addf(b, "warning: %.*s\n", DD_FMT(w->out.warnings.p[i]));
}

void dd_judge_row_run(const struct dd_judge_row *row)
{
	DD_CLEANUP_BUF struct dd_buf got = DD_BUF_INIT(1 << 20);
	static struct world w;
	struct dd_err err = { 0 };
	w = (struct world){
		.arena = DD_ARENA_INIT(64 << 20),
		.inv = { .os = { .id = dd_str_from(row->os), .version = dd_str_from(row->version) },
			 .os_found = row->os[0] != 0,
			 .package_database_found = row->packages != NULL,
			 .packages = w.packages },
	};
	if (row->packages)
		read_packages(&w, row->packages);
	if (dd_small_db_open(&w.db, row->documents, DD_SMALL_DB_DOCUMENTS, row->rule)) {
		CHECK_INT_ROW(dd_judge_vuln(&w.inv, w.db.db, &w.arena, &w.out, &err), DD_OK, row->rule);
		CHECK_INT_ROW(dd_findings_close(&w.out, &w.arena), DD_OK, row->rule);
		print_all(&got, &w);
		CHECK_STR_ROW(dd_buf_str(&got), row->want, row->rule);
	}
	dd_findings_done(&w.out);
	dd_small_db_done(&w.db);
	dd_arena_done(&w.arena);
}
