/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON report: the models of src/model/ 1:1, described by docs/report.schema.json.
 * Rules: every key is always there; what is not known is null; order is the model's. Left out on purpose, because the
 * same image and database must give the same bytes on every run: when the report was made, the age of the database in
 * days, and whether a layer came from the cache. Lists of owned files are not repeated: `files` counts them. */
#include "base/text.h"
#include "format/json_write.h"
#include "report/formats.h"

enum { SCHEMA_VERSION = 1, BROKEN_LEVELS = 2, PROBABILITY_DIGITS = 9, SCORE_DIGITS = 3 };

static void member_layer(struct dd_jsonw *j, const char *key, int layer)
{
	dd_jsonw_key(j, key);
	if (layer == DD_NO_LAYER)
		dd_jsonw_null(j);
	else
		dd_jsonw_i64(j, layer);
}

static void database(struct dd_jsonw *j, const struct dd_database_info *d)
{
	char built[32];
	dd_jsonw_key(j, "database");
	if (!d->present) {
		dd_jsonw_null(j);
		return;
	}
	dd_jsonw_object(j);
	dd_jsonw_member_known(j, "path", d->path);
	dd_jsonw_member_known(j, "digest", d->digest);
	dd_jsonw_member_text(j, "built", dd_str_from(dd_time_text(d->built, built)));
	dd_jsonw_member_u64(j, "advisories", d->advisories);
	dd_jsonw_member_bool(j, "stale", d->stale);
	dd_jsonw_member_bool(j, "starter", d->starter);
	dd_jsonw_key(j, "sources");
	dd_jsonw_array(j);
	for (size_t i = 0; i < d->n_sources; i++) {
		const struct dd_db_source *s = &d->sources[i];
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "kind", s->kind);
		dd_jsonw_member_text(j, "name", s->name);
		dd_jsonw_member_known(j, "url", s->url);
		dd_jsonw_member_known(j, "digest", s->digest);
		dd_jsonw_member_known(j, "date", s->date);
		dd_jsonw_member_u64(j, "records", s->records);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
	dd_jsonw_close(j);
}

static void os(struct dd_jsonw *j, const struct dd_report *r)
{
	const struct dd_os *o = &r->inventory->os;
	dd_jsonw_key(j, "os");
	if (!r->inventory->os_found) {
		dd_jsonw_null(j);
		return;
	}
	dd_jsonw_object(j);
	dd_jsonw_member_known(j, "id", o->id);
	dd_jsonw_member_known(j, "version", o->version);
	dd_jsonw_member_known(j, "codename", o->codename);
	dd_jsonw_member_known(j, "prettyName", o->pretty_name);
	dd_jsonw_member_known(j, "idLike", o->id_like);
	dd_jsonw_member_bool(j, "eol", r->os_eol);
	dd_jsonw_member_known(j, "eolDate", r->os_eol_date);
	dd_jsonw_close(j);
}

static void layers(struct dd_jsonw *j, const struct dd_target *t)
{
	dd_jsonw_key(j, "layers");
	dd_jsonw_array(j);
	for (size_t i = 0; i < t->n_layers; i++) {
		const struct dd_layer *l = &t->layers[i];
		dd_jsonw_object(j);
		dd_jsonw_member_u64(j, "index", i);
		dd_jsonw_member_known(j, "digest", l->digest);
		dd_jsonw_member_known(j, "diffId", l->diff_id);
		dd_jsonw_member_known(j, "mediaType", l->media_type);
		dd_jsonw_member_known(j, "instruction", l->instruction);
		dd_jsonw_member_u64(j, "storedBytes", l->stored_bytes);
		dd_jsonw_member_u64(j, "bytes", l->bytes);
		dd_jsonw_member_u64(j, "entries", l->entries);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
}

static void target(struct dd_jsonw *j, const struct dd_report *r)
{
	const struct dd_target *t = &r->inventory->target;
	dd_jsonw_key(j, "target");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "name", t->name);
	dd_jsonw_member_text(j, "kind", t->kind);
	dd_jsonw_member_known(j, "image", t->image);
	dd_jsonw_member_known(j, "digest", t->digest);
	dd_jsonw_member_known(j, "configDigest", t->config_digest);
	dd_jsonw_member_known(j, "platform", t->platform);
	dd_jsonw_member_known(j, "created", t->created);
	dd_jsonw_member_known(j, "user", t->user);
	os(j, r);
	dd_jsonw_member_bool(j, "packageDatabaseFound", r->inventory->package_database_found);
	layers(j, t);
	dd_jsonw_close(j);
}

static void summary(struct dd_jsonw *j, const struct dd_report *r)
{
	struct dd_report_counts c = dd_report_count(r);
	dd_jsonw_key(j, "summary");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "reason", r->reason);
	dd_jsonw_member_known(j, "failOn",
			      r->fail_on < DD_SEV_COUNT ? dd_str_from(dd_severity_name(r->fail_on)) : DD_STR(""));
	dd_jsonw_member_u64(j, "packages", r->inventory->n_packages);
	dd_jsonw_member_u64(j, "findings", c.findings);
	dd_jsonw_key(j, "severities");
	dd_jsonw_object(j);
	for (int s = DD_SEV_COUNT - 1; s >= 0; s--)
		dd_jsonw_member_u64(j, dd_severity_name((enum dd_severity)s), c.by_severity[s]);
	dd_jsonw_close(j);
	dd_jsonw_member_u64(j, "fixable", c.fixable);
	dd_jsonw_member_u64(j, "knownExploited", c.known_exploited);
	dd_jsonw_member_u64(j, "suppressed", c.suppressed);
	dd_jsonw_member_u64(j, "problems", r->n_problems);
	dd_jsonw_member_texts(j, "hidden", r->hidden, r->n_hidden);
	dd_jsonw_member_texts(j, "warnings", r->warnings, r->n_warnings);
	dd_jsonw_close(j);
}

static void packages(struct dd_jsonw *j, const struct dd_inventory *inv)
{
	dd_jsonw_key(j, "packages");
	dd_jsonw_array(j);
	for (size_t i = 0; i < inv->n_packages; i++) {
		const struct dd_installed *in = &inv->packages[i];
		const struct dd_package *p = &in->package;
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "name", p->name);
		dd_jsonw_member_text(j, "version", p->version);
		dd_jsonw_member_text(j, "type", p->type);
		dd_jsonw_member_known(j, "arch", p->arch);
		dd_jsonw_member_known(j, "purl", in->purl);
		dd_jsonw_key(j, "source");
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "name", p->source_name.n ? p->source_name : p->name);
		dd_jsonw_member_text(j, "version", p->source_version.n ? p->source_version : p->version);
		dd_jsonw_close(j);
		dd_jsonw_member_known(j, "licences", p->licences);
		dd_jsonw_member_known(j, "module", p->module);
		dd_jsonw_member_known(j, "maintainer", p->maintainer);
		dd_jsonw_member_u64(j, "installedBytes", p->installed_bytes);
		dd_jsonw_member_u64(j, "files", in->files);
		dd_jsonw_member_text(j, "analyzer", in->analyzer);
		dd_jsonw_member_known(j, "path", in->path);
		member_layer(j, "layer", in->layer);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
}

static void finding_package(struct dd_jsonw *j, const struct dd_inventory *inv, int index)
{
	dd_jsonw_key(j, "package");
	if (index < 0 || (size_t)index >= inv->n_packages) {
		dd_jsonw_null(j);
		return;
	}
	const struct dd_installed *in = &inv->packages[index];
	dd_jsonw_object(j);
	dd_jsonw_member_u64(j, "index", (uint64_t)index);
	dd_jsonw_member_text(j, "name", in->package.name);
	dd_jsonw_member_text(j, "version", in->package.version);
	dd_jsonw_member_text(j, "type", in->package.type);
	dd_jsonw_member_known(j, "purl", in->purl);
	dd_jsonw_close(j);
}

static void introduced_by(struct dd_jsonw *j, const struct dd_target *t, int layer)
{
	dd_jsonw_key(j, "introducedBy");
	if (layer < 0 || (size_t)layer >= t->n_layers) {
		dd_jsonw_null(j);
		return;
	}
	dd_jsonw_object(j);
	dd_jsonw_member_u64(j, "layer", (uint64_t)layer);
	dd_jsonw_member_known(j, "instruction", t->layers[layer].instruction);
	dd_jsonw_close(j);
}

static void cvss(struct dd_jsonw *j, const struct dd_finding *f)
{
	static const char *const versions[] = { "", "2.0", "3.0", "3.1", "4.0" };
	dd_jsonw_key(j, "cvss");
	dd_jsonw_array(j);
	for (size_t i = 0; i < f->n_cvss; i++) {
		const struct dd_cvss_score *s = &f->cvss[i];
		dd_jsonw_object(j);
		dd_jsonw_member_known(j, "version", dd_str_from(versions[s->version]));
		dd_jsonw_member_text(j, "vector", s->vector);
		dd_jsonw_key(j, "score");
		dd_jsonw_real(j, s->score, SCORE_DIGITS);
		dd_jsonw_member_known(j, "source", s->source);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
}

static void scores(struct dd_jsonw *j, const struct dd_finding *f)
{
	dd_jsonw_key(j, "scores");
	dd_jsonw_object(j);
	cvss(j, f);
	dd_jsonw_key(j, "epss");
	if (f->epss < 0) {
		dd_jsonw_null(j);
	} else {
		dd_jsonw_object(j);
		dd_jsonw_key(j, "probability");
		dd_jsonw_real(j, f->epss, PROBABILITY_DIGITS);
		dd_jsonw_key(j, "percentile");
		if (f->epss_percentile < 0)
			dd_jsonw_null(j);
		else
			dd_jsonw_real(j, f->epss_percentile, PROBABILITY_DIGITS);
		dd_jsonw_close(j);
	}
	dd_jsonw_key(j, "kev");
	if (!f->kev) {
		dd_jsonw_null(j);
	} else {
		dd_jsonw_object(j);
		dd_jsonw_member_bool(j, "ransomware", f->kev_ransomware);
		dd_jsonw_member_known(j, "due", f->kev_due);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
}

static void fix(struct dd_jsonw *j, const struct dd_finding *f)
{
	dd_jsonw_key(j, "fix");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "state", dd_str_from(dd_fix_state_name(f->fix.state)));
	dd_jsonw_member_texts(j, "versions", &f->fix.version, f->fix.version.n ? 1 : 0);
	dd_jsonw_member_known(j, "advice", f->fix.advice);
	dd_jsonw_close(j);
}

static void suppression(struct dd_jsonw *j, const struct dd_finding *f)
{
	dd_jsonw_key(j, "suppression");
	if (!f->suppressed) {
		dd_jsonw_null(j);
		return;
	}
	dd_jsonw_object(j);
	dd_jsonw_member_known(j, "rule", f->suppression.rule);
	dd_jsonw_member_known(j, "reason", f->suppression.reason);
	dd_jsonw_member_known(j, "expires", f->suppression.expires);
	dd_jsonw_close(j);
}

static void finding(struct dd_jsonw *j, const struct dd_report *r, const struct dd_finding *f)
{
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "id", f->id);
	dd_jsonw_member_text(j, "kind", dd_str_from(dd_kind_name(f->kind)));
	dd_jsonw_member_text(j, "severity", dd_str_from(dd_severity_name(f->severity)));
	dd_jsonw_member_known(j, "severitySource", f->severity_source);
	dd_jsonw_member_known(j, "title", f->title);
	finding_package(j, r->inventory, f->package);
	dd_jsonw_key(j, "location");
	dd_jsonw_object(j);
	dd_jsonw_member_known(j, "path", f->path);
	member_layer(j, "layer", f->layer);
	dd_jsonw_close(j);
	introduced_by(j, &r->inventory->target, f->layer);
	fix(j, f);
	dd_jsonw_member_texts(j, "aliases", f->aliases, f->n_aliases);
	scores(j, f);
	dd_jsonw_member_known(j, "published", f->published);
	dd_jsonw_member_texts(j, "sources", f->sources, f->n_sources);
	dd_jsonw_member_known(j, "url", f->url);
	dd_jsonw_member_known(j, "note", f->note);
	suppression(j, f);
	dd_jsonw_close(j);
}

static void problems(struct dd_jsonw *j, const struct dd_report *r)
{
	dd_jsonw_key(j, "problems");
	dd_jsonw_array(j);
	for (size_t i = 0; i < r->n_problems; i++) {
		const struct dd_problem *p = &r->problems[i];
		dd_jsonw_object(j);
		member_layer(j, "layer", p->layer);
		dd_jsonw_member_known(j, "path", p->path);
		dd_jsonw_member_known(j, "analyzer", p->analyzer);
		dd_jsonw_key(j, "offset");
		if (p->offset == DD_NO_OFFSET)
			dd_jsonw_null(j);
		else
			dd_jsonw_u64(j, p->offset);
		dd_jsonw_member_text(j, "text", p->text);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
}

enum dd_code dd_report_write_json(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				  struct dd_err *err)
{
	struct dd_jsonw j = DD_JSONW(out, BROKEN_LEVELS);
	(void)style;
	dd_jsonw_object(&j);
	dd_jsonw_member_u64(&j, "schemaVersion", SCHEMA_VERSION);
	dd_jsonw_key(&j, "drydock");
	dd_jsonw_object(&j);
	dd_jsonw_member_text(&j, "version", r->version);
	dd_jsonw_close(&j);
	database(&j, &r->database);
	target(&j, r);
	dd_jsonw_member_text(&j, "verdict", dd_str_from(dd_verdict_name(r->verdict)));
	summary(&j, r);
	packages(&j, r->inventory);
	dd_jsonw_key(&j, "findings");
	dd_jsonw_array(&j);
	for (size_t i = 0; i < r->n_findings; i++)
		finding(&j, r, &r->findings[i]);
	dd_jsonw_close(&j);
	problems(&j, r);
	dd_jsonw_close(&j);
	(void)dd_buf_add_char(out, '\n');
	return dd_buf_check(out, "the report", err);
}
