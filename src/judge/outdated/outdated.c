/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/outdated/outdated.h"

#include "judge/advice.h"
#include "version/ecosystem.h"

/* What a mark makes: the first that holds counts, the worst comes first. */
static const struct {
	unsigned mark;
	const char *id, *words; /* "NAME VERSION <words>" */
	enum dd_severity severity;
} marks[] = {
	{ DD_UPSTREAM_REMOVED, "removed", "was taken away by its registry", DD_SEV_HIGH },
	{ DD_UPSTREAM_YANKED, "yanked", "was taken back by its authors", DD_SEV_MEDIUM },
	{ DD_UPSTREAM_DEPRECATED, "deprecated", "is deprecated", DD_SEV_LOW },
	{ DD_UPSTREAM_ARCHIVED, "archived", "is no longer maintained", DD_SEV_LOW },
};

struct judging {
	const struct dd_inventory *inv;
	const struct dd_outdated_request *q;
	struct dd_arena *a;
	struct dd_findings *out;
};

static struct dd_finding *begin(struct judging *j, size_t i, const char *id, enum dd_severity severity)
{
	const struct dd_installed *in = &j->inv->packages[i];
	const struct dd_package *p = &in->package;
	struct dd_finding *f = dd_findings_add(j->out, DD_KIND_OUTDATED);
	if (!f)
		return NULL;
	f->id = dd_arena_printf(j->a, "%s:%.*s:%.*s", id, DD_FMT(p->type), DD_FMT(p->name));
	f->severity = severity;
	f->severity_source = DD_STR("drydock");
	f->package = (int)i;
	f->path = in->path;
	f->layer = in->layer;
	f->sources = dd_arena_array(j->a, 1, sizeof *f->sources);
	if (!f->id.p || !f->sources)
		return NULL;
	f->sources[0] = j->q->upstreams->packages[i].origin;
	f->n_sources = f->sources[0].n > 0;
	return f;
}

/* The newer version, and how to get it. */
static enum dd_code set_fix(struct judging *j, size_t i, struct dd_finding *f)
{
	const struct dd_installed *in = &j->inv->packages[i];
	const struct dd_upstream *u = &j->q->upstreams->packages[i];
	const struct dd_ecosystem *e = dd_ecosystem_by_os(j->inv->os.id);
	f->fix.state = DD_FIX_UNKNOWN;
	if (!u->behind)
		return DD_OK;
	f->fix.state = DD_FIX_FIXED;
	f->fix.version = u->latest;
	f->fix_date = dd_str_take(u->released, sizeof "YYYY-MM-DD" - 1);
	if (in->system)
		return dd_advice_upgrade(e ? e->name : "", &in->package, j->a, &f->fix.advice);
	return dd_advice_raise(&in->package, u->latest, j->a, &f->fix.advice);
}

static enum dd_code set_note(struct judging *j, const struct dd_upstream *u, struct dd_finding *f)
{
	if (u->words.n && u->instead.n)
		f->note = dd_arena_printf(j->a, "%.*s; use %.*s", DD_FMT(u->words), DD_FMT(u->instead));
	else if (u->instead.n)
		f->note = dd_arena_printf(j->a, "use %.*s", DD_FMT(u->instead));
	else
		f->note = u->words;
	return f->note.p ? DD_OK : DD_ENOMEM;
}

static enum dd_code judge_marks(struct judging *j, size_t i)
{
	const struct dd_package *p = &j->inv->packages[i].package;
	const struct dd_upstream *u = &j->q->upstreams->packages[i];
	for (size_t k = 0; k < DD_COUNT(marks); k++) {
		if (!(u->marks & marks[k].mark))
			continue;
		struct dd_finding *f = begin(j, i, marks[k].id, marks[k].severity);
		if (!f)
			return DD_ENOMEM;
		f->title = dd_arena_printf(j->a, "%.*s %.*s %s", DD_FMT(p->name), DD_FMT(p->version), marks[k].words);
		if (!f->title.p || set_note(j, u, f) != DD_OK)
			return DD_ENOMEM;
		return set_fix(j, i, f);
	}
	return DD_OK;
}

static enum dd_code judge_behind(struct judging *j, size_t i)
{
	const struct dd_installed *in = &j->inv->packages[i];
	const struct dd_upstream *u = &j->q->upstreams->packages[i];
	const char *id = in->system ? u->security ? "security-update" : "update" : "outdated";
	enum dd_severity severity = in->system ? u->security ? DD_SEV_MEDIUM : DD_SEV_LOW : DD_SEV_NEGLIGIBLE;
	/* One finding says it: what is abnormal has the newer version as its fix. */
	if (!u->behind || (u->marks && !in->system))
		return DD_OK;
	struct dd_finding *f = begin(j, i, id, severity);
	if (!f)
		return DD_ENOMEM;
	f->title = dd_arena_printf(j->a, "%.*s %.*s is behind %.*s", DD_FMT(in->package.name),
				   DD_FMT(in->package.version), DD_FMT(u->latest));
	if (u->security)
		f->note = DD_STR("a security update");
	if (u->held.n)
		f->note = dd_arena_printf(j->a, "%s%.*s: an upgrade may leave it as it is",
					  u->security ? "a security update, but " : "", DD_FMT(u->held));
	return f->title.p && f->note.p ? set_fix(j, i, f) : DD_ENOMEM;
}

static enum dd_code hand_on(struct judging *j)
{
	const struct dd_upstreams *u = j->q->upstreams;
	for (size_t i = 0; i < u->n_problems; i++)
		DD_TRY(dd_findings_problem(j->out, j->a, "upstream", u->problems[i].layer, u->problems[i].path, "%.*s",
					   DD_FMT(u->problems[i].text)));
	for (size_t i = 0; i < u->n_warnings; i++)
		DD_TRY(dd_findings_warn(j->out, j->a, "%.*s", DD_FMT(u->warnings[i])));
	return DD_OK;
}

enum dd_code dd_judge_outdated(const struct dd_inventory *inv, const struct dd_outdated_request *q, struct dd_arena *a,
			       struct dd_findings *out, struct dd_err *err)
{
	struct judging j = { inv, q, a, out };
	if (dd_outdated_image(inv, q, a, out) != DD_OK)
		return dd_fail_nomem(err);
	if (!q->upstreams || !q->upstreams->packages)
		return DD_OK;
	for (size_t i = 0; i < inv->n_packages; i++)
		if (judge_marks(&j, i) != DD_OK || judge_behind(&j, i) != DD_OK)
			return dd_fail_nomem(err);
	return hand_on(&j) == DD_OK ? DD_OK : dd_fail_nomem(err);
}
