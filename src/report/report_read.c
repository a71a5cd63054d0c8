/* SPDX-License-Identifier: Apache-2.0 */
/* The document is cut into its members, and its lists into their elements (format/json_members.h): only one of them is
 * a tree in memory at a time. Lists are walked twice, the first time to count. */
#include "report/report_read.h"

#include "format/json_members.h"
#include "model/secret.h"
#include "report/report_read_parts.h"

enum { SECONDS_PER_DAY = 86400, NAMES_BYTES_MAX = 1024 * 1024, TOP_LEVEL_MAX = 64 };

static enum dd_code moved(struct dd_err *err, uint64_t by)
{
	if (err->at != DD_NO_OFFSET)
		err->at += by;
	return err->code;
}

/* Parses one value; jansson's offsets become the document's. */
static enum dd_code parse(struct dd_report_reader *rd, struct dd_str value, json_t **ret)
{
	if (dd_json_parse(value, ret, rd->err) == DD_OK)
		return DD_OK;
	return moved(rd->err, rd->at);
}

static enum dd_code next(struct dd_report_reader *rd, struct dd_json_members *m, struct dd_arena *a, uint64_t base,
			 struct dd_json_member *ret, bool *ret_more)
{
	if (dd_json_members_next(m, a, ret, ret_more, rd->err) == DD_OK)
		return DD_OK;
	return moved(rd->err, base);
}

/* Elements of a list, or the failure to walk it. */
static enum dd_code count(struct dd_report_reader *rd, const struct dd_json_member *list, size_t max, size_t *ret)
{
	struct dd_json_members m;
	struct dd_json_member item;
	bool more;
	size_t n = 0;
	if (dd_json_members_open(&m, list->value, rd->err) != DD_OK || !m.array)
		return dd_read_fail(rd, DD_EPARSE, "not a list");
	for (;; n++) {
		DD_TRY(next(rd, &m, NULL, list->at, &item, &more));
		if (!more)
			break;
		if (n == max)
			return dd_read_fail(rd, DD_ELIMIT, "too many of them");
	}
	*ret = n;
	return DD_OK;
}

static enum dd_code read_long_list(struct dd_report_reader *rd, const struct dd_field *f,
				   const struct dd_json_member *list, struct dd_report_view *v)
{
	struct dd_json_members m;
	struct dd_json_member item;
	size_t n;
	bool more;
	dd_read_enter(rd, f->key);
	DD_TRY(count(rd, list, f->max, &n));
	char *records = dd_read_new(rd, f->of, n);
	if (!records)
		return dd_read_fail(rd, DD_ELIMIT, "more than fits into memory");
	DD_TRY(dd_json_members_open(&m, list->value, rd->err));
	rd->path[rd->depth - 1].in_list = true;
	for (size_t i = 0; i < n; i++) {
		json_t *j DD_CLEANUP_JSON = NULL;
		DD_TRY(next(rd, &m, NULL, list->at, &item, &more));
		rd->at = list->at + item.at;
		rd->path[rd->depth - 1].index = i;
		DD_TRY(parse(rd, item.value, &j));
		DD_TRY(dd_read_record(rd, f->of, j, records + i * f->of->size));
	}
	dd_read_leave(rd);
	memcpy((char *)v + f->at, &records, sizeof records);
	memcpy((char *)v + f->second, &n, sizeof n);
	return DD_OK;
}

static enum dd_code read_member(struct dd_report_reader *rd, const struct dd_field *f, const struct dd_json_member *m,
				struct dd_report_view *v)
{
	rd->at = m->at;
	if (f->kind == DD_FIELD_LIST)
		return read_long_list(rd, f, m, v);
	json_t *j DD_CLEANUP_JSON = NULL;
	DD_TRY(parse(rd, m->value, &j));
	return dd_read_field(rd, f, j, v);
}

static bool find(struct dd_str name, size_t *ret)
{
	for (size_t i = 0; i < dd_report_record.n_fields; i++) {
		if (dd_str_eq_c(name, dd_report_record.fields[i].key)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

static enum dd_code check_there(struct dd_report_reader *rd, const bool *seen)
{
	for (size_t i = 0; i < dd_report_record.n_fields; i++) {
		const struct dd_field *f = &dd_report_record.fields[i];
		if (seen[i] || f->late)
			continue;
		return dd_fail(rd->err, DD_EPARSE, DD_NO_OFFSET, "not a JSON report of drydock: '%s' is missing",
			       f->key);
	}
	return DD_OK;
}

static enum dd_code read_document(struct dd_report_reader *rd, struct dd_str json, struct dd_arena *names,
				  struct dd_report_view *v)
{
	struct dd_json_members m;
	struct dd_json_member member;
	bool seen[TOP_LEVEL_MAX] = { false }, more;
	size_t i;
	dd_assert(dd_report_record.n_fields <= TOP_LEVEL_MAX);
	DD_TRY(dd_json_members_open(&m, json, rd->err));
	if (m.array)
		return dd_fail(rd->err, DD_EPARSE, 0, "not a JSON report of drydock: it is a list");
	for (;;) {
		DD_TRY(next(rd, &m, names, 0, &member, &more));
		if (!more)
			return check_there(rd, seen);
		if (!find(member.name, &i))
			continue;
		if (seen[i])
			return dd_fail(rd->err, DD_EPARSE, member.at, "'%s' is there twice",
				       dd_report_record.fields[i].key);
		seen[i] = true;
		DD_TRY(read_member(rd, &dd_report_record.fields[i], &member, v));
		/* First of all in drydock's own: what follows may mean something else. */
		if (dd_report_record.fields[i].at == offsetof(struct dd_report_view, schema_version) &&
		    v->schema_version != DD_REPORT_SCHEMA_VERSION)
			return dd_fail(rd->err, DD_EUNSUPPORTED, member.at,
				       "schemaVersion %llu: this drydock reads reports of schemaVersion %d",
				       (unsigned long long)v->schema_version, DD_REPORT_SCHEMA_VERSION);
	}
}

/* ---- after all members are there, in whatever order ---- */

static enum dd_code no_such_package(struct dd_err *err, const char *list, size_t i, int package)
{
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s[%zu]: there is no package %d", list, i, package);
}

static enum dd_code check_packages(const struct dd_report_view *v, struct dd_err *err)
{
	size_t n = v->inv.n_packages;
	for (size_t i = 0; i < n; i++)
		if (v->inv.packages[i].owner >= 0 && (size_t)v->inv.packages[i].owner >= n)
			return no_such_package(err, "packages", i, v->inv.packages[i].owner);
	for (size_t i = 0; i < v->r.n_findings; i++)
		if (v->r.findings[i].package >= 0 && (size_t)v->r.findings[i].package >= n)
			return no_such_package(err, "findings", i, v->r.findings[i].package);
	for (size_t i = 0; i < v->r.n_fix_plan; i++)
		if (v->r.fix_plan[i].package >= 0 && (size_t)v->r.fix_plan[i].package >= n)
			return no_such_package(err, "fixPlan", i, v->r.fix_plan[i].package);
	return DD_OK;
}

static enum dd_code check_base(const struct dd_report_view *v, struct dd_err *err)
{
	const struct dd_target *t = &v->inv.target;
	if (t->base.n_layers <= t->n_layers)
		return DD_OK;
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "target.baseImage.layers: %zu of %zu layers", t->base.n_layers,
		       t->n_layers);
}

/* What a finding says itself is not said again in its secret. */
static void complete_secret(struct dd_finding *f)
{
	/* Made by this reader, which knows it as writable. */
	struct dd_secret_finding *s = (struct dd_secret_finding *)(uintptr_t)f->secret;
	if (!s)
		return;
	s->kind.id = s->at.secret.rule = f->id;
	s->kind.title = f->title;
	s->kind.revoke = f->url;
	s->kind.severity = f->severity;
	s->kind.confidence = s->at.secret.confidence = f->confidence;
	s->at.kind = &s->kind;
	s->at.path = f->path;
	s->at.layer = f->layer;
}

static void date(struct dd_report *r, int64_t now)
{
	int64_t age;
	r->created = now;
	if (r->database.built > 0 && !__builtin_sub_overflow(now, r->database.built, &age) && age > 0)
		r->database.age_days = (uint64_t)age / SECONDS_PER_DAY;
}

enum dd_code dd_report_read(struct dd_str json, int64_t now, struct dd_report_document *ret, struct dd_err *err)
{
	struct dd_arena arena = DD_ARENA_INIT(DD_REPORT_MEMORY_BYTES_MAX), names = DD_ARENA_INIT(NAMES_BYTES_MAX);
	struct dd_err why = { 0 };
	struct dd_report_reader rd = { .arena = &arena, .err = &why };
	struct dd_report_view v = *(const struct dd_report_view *)dd_report_record.initial;
	enum dd_code code = read_document(&rd, json, &names, &v);
	if (code == DD_OK)
		code = check_packages(&v, &why);
	if (code == DD_OK)
		code = check_base(&v, &why);
	dd_arena_done(&names);
	if (code != DD_OK) {
		dd_arena_done(&arena);
		dd_err_copy(err, &why);
		return code;
	}
	*ret = (struct dd_report_document){ .report = v.r, .inventory = v.inv };
	ret->inventory.arena = arena;
	ret->inventory.problems = ret->report.problems;
	ret->inventory.n_problems = ret->report.n_problems;
	ret->report.inventory = &ret->inventory;
	for (size_t i = 0; i < ret->report.n_findings; i++)
		complete_secret(&ret->report.findings[i]);
	date(&ret->report, now);
	return DD_OK;
}

void dd_report_document_done(struct dd_report_document *d)
{
	dd_arena_done(&d->inventory.arena);
}
