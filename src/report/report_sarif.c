/* SPDX-License-Identifier: Apache-2.0 */
/* SARIF 2.1.0 (OASIS, with errata 01), as GitHub code scanning and the SARIF viewers read it: one run; a rule for each
 * kind and id; a result for each finding, suppressed ones with their suppression; problems and warnings as
 * notifications of the invocation.
 * Paths are relative to IMAGEROOT, the root of the image's file system; a member of an archive and the layer are
 * logical locations. partialFingerprints hold no versions, so that an alert stays the same while images are rebuilt.
 * Limits of GitHub (docs.github.com, "SARIF support for code scanning"): 25,000 results a run, 1,000 locations a result
 * (100 shown), 20 tags a rule (10 shown); what is beyond them is left out and told in a notification.
 * security-severity, by which GitHub sorts, is the CVSS score where that lies in the band of drydock's severity (which
 * is often the distribution's), else the middle of the band. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "format/json_write.h"
#include "report/markdown_text.h"
#include "report/say.h"

enum {
	RESULTS_MAX = 25000,
	LOCATIONS_MAX = 100,
	NOTIFICATIONS_MAX = 10000,
	BROKEN_LEVELS = 5,
	TEXT_MAX = 1000,
	ALIASES_MAX = 16,
	FILES_MAX = RESULTS_MAX * LOCATIONS_MAX + NOTIFICATIONS_MAX
};
#define RULES_BYTES_MAX (256 * DD_MIB)

struct rule {
	const struct dd_finding *first;
	enum dd_severity severity; /* the worst of its results */
	double score;		   /* the highest CVSS score in that severity's band, else < 0 */
};

struct sarif {
	struct dd_jsonw j;
	const struct dd_report *r;
	struct dd_buf text; /* of the member at hand */
	DD_VEC(struct rule) rules;
	struct dd_map by_id; /* kind and id → rule */
	DD_VEC(struct dd_str) files;
	struct dd_map by_path; /* → file */
	struct dd_arena arena;
	size_t results; /* that are written */
};

static const struct band {
	const char *level;
	double from, below;
	const char *otherwise;
} bands[DD_SEV_COUNT] = {
	[DD_SEV_CRITICAL] = { "error", 9.0, 10.1, "9.5" }, [DD_SEV_HIGH] = { "error", 7.0, 9.0, "8.0" },
	[DD_SEV_MEDIUM] = { "warning", 4.0, 7.0, "5.5" },  [DD_SEV_LOW] = { "note", 0.1, 4.0, "2.0" },
	[DD_SEV_NEGLIGIBLE] = { "note", 0.1, 1.0, "0.1" }, [DD_SEV_UNKNOWN] = { "warning", 11, 11, NULL },
};

/* ---- rules ---- */

static void raise(struct rule *rule, const struct dd_finding *f)
{
	if (f->severity < rule->severity)
		return;
	if (f->severity > rule->severity)
		rule->score = -1;
	rule->severity = f->severity;
	const struct band *b = &bands[f->severity];
	for (size_t i = 0; i < f->n_cvss; i++) {
		double score = f->cvss[i].score;
		if (score >= b->from && score < b->below && score > rule->score)
			rule->score = score;
	}
}

static struct dd_str rule_key(struct sarif *s, const struct dd_finding *f)
{
	dd_buf_clear(&s->text);
	(void)dd_buf_addf(&s->text, "%s ", dd_kind_name(f->kind));
	(void)dd_buf_add_str(&s->text, f->id);
	s->j.out->failed |= s->text.failed;
	return dd_buf_str(&s->text);
}

static enum dd_code collect_rules(struct sarif *s, struct dd_err *err)
{
	for (size_t i = 0; i < s->results; i++) {
		const struct dd_finding *f = &s->r->findings[i];
		uint32_t at = dd_map_get(&s->by_id, rule_key(s, f));
		if (at == DD_MAP_NONE) {
			const struct rule fresh = { f, DD_SEV_UNKNOWN, -1 };
			struct dd_str key = dd_arena_str(&s->arena, dd_buf_str(&s->text));
			at = (uint32_t)s->rules.n;
			if (!key.p || s->text.failed || !dd_map_set(&s->by_id, key, at) ||
			    !dd_vec_push(&s->rules, fresh, RESULTS_MAX))
				return dd_fail_nomem(err);
		}
		raise(&s->rules.p[at], f);
	}
	return DD_OK;
}

static enum dd_code collect_file(struct sarif *s, struct dd_str path, struct dd_err *err)
{
	uint32_t at;
	if (path.n == 0)
		return DD_OK;
	if (!dd_map_add(&s->by_path, path, (uint32_t)s->files.n, &at) ||
	    (at == s->files.n && !dd_vec_push(&s->files, path, FILES_MAX)))
		return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code collect_files(struct sarif *s, struct dd_err *err)
{
	struct dd_location at;
	for (size_t i = 0; i < s->results; i++)
		for (size_t k = 0; k < LOCATIONS_MAX && dd_say_location(s->r, &s->r->findings[i], k, &at); k++)
			if (dd_say_in_file(&s->r->findings[i]))
				DD_TRY(collect_file(s, at.path, err));
	for (size_t i = 0; i < s->r->n_problems && i < NOTIFICATIONS_MAX; i++)
		DD_TRY(collect_file(s, s->r->problems[i].path, err));
	return DD_OK;
}

/* {"text": …}. Section 3.11.6: "[text](target)" is a link in every message, unless its brackets are escaped. */
static void message(struct sarif *s, const char *key, struct dd_str text)
{
	DD_CLEANUP_BUF struct dd_buf escaped = DD_BUF_INIT(4 * (size_t)TEXT_MAX);
	if (dd_str_search(text, DD_STR("](")) < text.n) {
		for (size_t i = 0; i < text.n; i++) {
			if (text.p[i] == '[' || text.p[i] == ']')
				(void)dd_buf_add_char(&escaped, '\\');
			(void)dd_buf_add_char(&escaped, text.p[i]);
		}
		text = dd_buf_str(&escaped);
	}
	s->j.out->failed |= escaped.failed;
	dd_jsonw_key(&s->j, key);
	dd_jsonw_object(&s->j);
	dd_jsonw_member_text(&s->j, "text", text);
	dd_jsonw_close(&s->j);
}

/* What was put together in s->text; it is empty afterwards. */
static struct dd_str taken(struct sarif *s)
{
	s->j.out->failed |= s->text.failed;
	return dd_say_cut(dd_buf_str(&s->text), TEXT_MAX);
}

static void help(struct sarif *s, const struct dd_finding *f, struct dd_str url)
{
	DD_CLEANUP_BUF struct dd_buf md = DD_BUF_INIT(64 * DD_KIB);
	struct dd_str title = dd_say_cut(f->title.n ? f->title : f->id, TEXT_MAX);
	dd_jsonw_key(&s->j, "help");
	dd_jsonw_object(&s->j);
	dd_jsonw_member_text(&s->j, "text", title);
	dd_markdown_text(&md, title);
	if (url.n)
		(void)dd_buf_addf(&md, "\n\n[%.*s](%.*s)", DD_FMT(dd_say_cut(f->id, TEXT_MAX)), DD_FMT(url));
	for (size_t i = 0; i < f->n_aliases && i < ALIASES_MAX; i++) {
		(void)dd_buf_add_c(&md, i ? ", " : "\n\nAlso known as ");
		dd_markdown_text(&md, dd_say_cut(f->aliases[i], TEXT_MAX));
	}
	s->j.out->failed |= md.failed;
	dd_jsonw_member_text(&s->j, "markdown", dd_buf_str(&md));
	dd_jsonw_close(&s->j);
}

static void rule_properties(struct sarif *s, const struct rule *rule)
{
	const struct band *b = &bands[rule->severity];
	dd_jsonw_key(&s->j, "properties");
	dd_jsonw_object(&s->j);
	const struct dd_str tags[] = { DD_STR("security"), dd_str_from(dd_kind_name(rule->first->kind)),
				       dd_str_from(dd_severity_name(rule->severity)) };
	dd_jsonw_member_texts(&s->j, "tags", tags, DD_COUNT(tags));
	dd_jsonw_member_text(&s->j, "precision", DD_STR("very-high"));
	if (b->otherwise) {
		char score[16];
		(void)snprintf(score, sizeof score, "%.1f", rule->score);
		dd_jsonw_member_text(&s->j, "security-severity", dd_str_from(rule->score < 0 ? b->otherwise : score));
	}
	dd_jsonw_close(&s->j);
}

static void write_rule(struct sarif *s, const struct rule *rule)
{
	static const char *const names[DD_KIND_COUNT] = {
		"Vulnerability", "Secret", "Configuration", "Outdated", "Malware", "Licence", "Trust", "Waste", "Code",
	};
	const struct dd_finding *f = rule->first;
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT(1024);
	bool known = dd_say_advisory_url(f->id, &url) || dd_say_revoke_url(f, &url);
	dd_jsonw_object(&s->j);
	dd_jsonw_member_text(&s->j, "id", f->id);
	dd_jsonw_member_text(&s->j, "name", dd_str_from(names[f->kind]));
	message(s, "shortDescription", dd_say_cut(f->title.n ? f->title : f->id, TEXT_MAX));
	dd_buf_clear(&s->text);
	(void)dd_buf_add_str(&s->text, f->id);
	(void)dd_buf_add_c(&s->text, f->title.n ? ": " : "");
	(void)dd_buf_add_str(&s->text, f->title);
	message(s, "fullDescription", taken(s));
	s->j.out->failed |= url.failed;
	if (known)
		dd_jsonw_member_text(&s->j, "helpUri", dd_buf_str(&url));
	help(s, f, dd_buf_str(&url));
	dd_jsonw_key(&s->j, "defaultConfiguration");
	dd_jsonw_object(&s->j);
	dd_jsonw_member_text(&s->j, "level", dd_str_from(bands[rule->severity].level));
	dd_jsonw_close(&s->j);
	rule_properties(s, rule);
	dd_jsonw_close(&s->j);
}

static void tool(struct sarif *s)
{
	struct dd_jsonw *j = &s->j;
	dd_jsonw_key(j, "tool");
	dd_jsonw_object(j);
	dd_jsonw_key(j, "driver");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "name", DD_STR("drydock"));
	dd_jsonw_member_text(j, "version", s->r->version);
	dd_jsonw_key(j, "rules");
	dd_jsonw_array(j);
	for (size_t i = 0; i < s->rules.n; i++)
		write_rule(s, &s->rules.p[i]);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
}

/* ---- locations ---- */

/* What is in no file is of the image. */
static void artifact_location(struct sarif *s, const char *key, struct dd_str path)
{
	dd_buf_clear(&s->text);
	dd_say_uri(path.n ? path : s->r->inventory->target.name, &s->text);
	s->j.out->failed |= s->text.failed;
	dd_jsonw_key(&s->j, key);
	dd_jsonw_object(&s->j);
	dd_jsonw_member_text(&s->j, "uri", dd_buf_str(&s->text));
	if (path.n) {
		dd_jsonw_member_text(&s->j, "uriBaseId", DD_STR("IMAGEROOT"));
		dd_jsonw_member_u64(&s->j, "index", dd_map_get(&s->by_path, path));
	}
	dd_jsonw_close(&s->j);
}

static void artifacts(struct sarif *s)
{
	dd_jsonw_key(&s->j, "artifacts");
	dd_jsonw_array(&s->j);
	for (size_t i = 0; i < s->files.n && !s->j.out->failed; i++) {
		dd_jsonw_object(&s->j);
		artifact_location(s, "location", s->files.p[i]);
		const struct dd_str role = DD_STR("resultFile");
		dd_jsonw_member_texts(&s->j, "roles", &role, 1);
		dd_jsonw_close(&s->j);
	}
	dd_jsonw_close(&s->j);
}

static void physical_location(struct sarif *s, struct dd_str path, uint64_t line)
{
	dd_jsonw_key(&s->j, "physicalLocation");
	dd_jsonw_object(&s->j);
	artifact_location(s, "artifactLocation", path);
	dd_jsonw_key(&s->j, "region");
	dd_jsonw_object(&s->j);
	dd_jsonw_member_u64(&s->j, "startLine", line); /* GitHub shows no result without one */
	dd_jsonw_close(&s->j);
	dd_jsonw_close(&s->j);
}

static void logical(struct sarif *s, struct dd_str name, struct dd_str whole, const char *kind)
{
	dd_jsonw_object(&s->j);
	dd_jsonw_member_text(&s->j, "name", name);
	dd_jsonw_member_text(&s->j, "fullyQualifiedName", whole);
	dd_jsonw_member_text(&s->j, "kind", dd_str_from(kind));
	dd_jsonw_close(&s->j);
}

/* What is in no file stands in a document of the image, at a place that has a name: "config.Env TOKEN". */
static void logical_locations(struct sarif *s, const struct dd_location *at, bool in_file)
{
	const struct dd_layer *l = dd_say_layer(s->r, at->layer);
	if (!l && at->inner.n == 0 && in_file)
		return;
	dd_jsonw_key(&s->j, "logicalLocations");
	dd_jsonw_array(&s->j);
	if (!in_file)
		logical(s, at->path, at->path, "member");
	if (at->inner.n) {
		dd_buf_clear(&s->text);
		dd_say_place(at->path, at->inner, &s->text);
		s->j.out->failed |= s->text.failed;
		logical(s, at->inner, dd_buf_str(&s->text), "member");
	}
	if (l) {
		char name[32];
		(void)snprintf(name, sizeof name, "layer %d", at->layer);
		struct dd_str digest = l->diff_id.n ? l->diff_id : l->digest;
		logical(s, dd_str_from(name), digest.n ? digest : dd_str_from(name), "module");
	}
	dd_jsonw_close(&s->j);
}

static void location(struct sarif *s, const struct dd_location *at, uint64_t line, bool in_file)
{
	const struct dd_layer *l = dd_say_layer(s->r, at->layer);
	dd_jsonw_object(&s->j);
	physical_location(s, in_file ? at->path : DD_STR(""), line);
	logical_locations(s, at, in_file);
	if (l && l->instruction.n)
		message(s, "message", dd_say_cut(l->instruction, TEXT_MAX));
	dd_jsonw_close(&s->j);
}

/* ---- results ---- */

static void suppression(struct sarif *s, const struct dd_finding *f)
{
	if (!f->suppressed)
		return;
	const struct dd_suppression *why = &f->suppression;
	struct dd_jsonw *j = &s->j;
	dd_jsonw_key(j, "suppressions");
	dd_jsonw_array(j);
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "kind", DD_STR("external"));
	dd_jsonw_member_text(j, "status", DD_STR("accepted"));
	dd_jsonw_member_text(j, "justification", why->reason.n ? why->reason : why->justification);
	dd_jsonw_key(j, "properties");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "rule", why->rule);
	dd_jsonw_member_text(j, "expires", why->expires);
	dd_jsonw_member_text(j, "owner", why->owner);
	dd_jsonw_member_text(j, "vexStatus", why->status);
	dd_jsonw_member_text(j, "vexJustification", why->justification);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
}

static void secret_properties(struct sarif *s, const struct dd_finding *f)
{
	const struct dd_secret_at *at = &f->secret->at;
	struct dd_jsonw *j = &s->j;
	dd_jsonw_member_text(j, "confidence", dd_str_from(dd_confidence_name(f->confidence)));
	dd_jsonw_member_text(j, "confidenceReason", at->secret.reason);
	dd_jsonw_member_text(j, "redacted", at->secret.redacted);
	dd_jsonw_member_text(j, "place", dd_str_from(dd_secret_place_name(at->place)));
	dd_jsonw_member_text(j, "state", dd_str_from(dd_entry_state_name(at->state)));
	dd_jsonw_member_text(j, "change", f->secret->change);
}

static void result_properties(struct sarif *s, const struct dd_finding *f)
{
	const struct dd_installed *in = dd_say_package(s->r, f);
	struct dd_jsonw *j = &s->j;
	dd_jsonw_key(j, "properties");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "kind", dd_str_from(dd_kind_name(f->kind)));
	dd_jsonw_member_text(j, "severity", dd_str_from(dd_severity_name(f->severity)));
	if (in)
		dd_jsonw_member_text(j, "purl", in->purl);
	dd_jsonw_member_text(j, "fixState", dd_str_from(dd_fix_state_name(f->fix.state)));
	dd_jsonw_member_text(j, "fixedVersion", f->fix.version);
	dd_jsonw_member_bool(j, "knownExploited", f->kev);
	if (f->epss >= 0) {
		dd_jsonw_key(j, "epss");
		dd_jsonw_exact(j, f->epss);
	}
	dd_jsonw_member_text(j, "origin", dd_str_from(dd_origin_name(f->origin)));
	dd_jsonw_member_text(j, "exposure", dd_str_from(dd_exposure_name(f->exposure)));
	if (f->secret)
		secret_properties(s, f);
	dd_jsonw_close(j);
}

static void result_message(struct sarif *s, const struct dd_finding *f)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(64 * DD_MIB);
	dd_say_message(s->r, f, &text);
	size_t before = text.n;
	(void)dd_buf_add_c(&text, "\n");
	dd_say_solution(s->r, f, &text);
	text.n = text.n == before + 1 ? before : text.n;
	s->j.out->failed |= text.failed;
	message(s, "message", dd_say_cut(dd_buf_str(&text), TEXT_MAX));
}

static enum dd_code result(struct sarif *s, struct dd_fingerprints *prints, const struct dd_finding *f,
			   struct dd_err *err)
{
	struct dd_jsonw *j = &s->j;
	char print[DD_FINGERPRINT_MAX];
	struct dd_location at;
	uint32_t rule = dd_map_get(&s->by_id, rule_key(s, f));
	DD_TRY(dd_fingerprints_next(prints, s->r, f, print, err));
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "ruleId", f->id);
	dd_jsonw_member_u64(j, "ruleIndex", rule);
	dd_jsonw_member_text(j, "level", dd_str_from(bands[f->severity].level));
	if (f->risk >= 0 && f->risk <= 100) {
		dd_jsonw_key(j, "rank");
		dd_jsonw_exact(j, f->risk);
	}
	result_message(s, f);
	dd_jsonw_key(j, "locations");
	dd_jsonw_array(j);
	for (size_t i = 0; i < LOCATIONS_MAX && dd_say_location(s->r, f, i, &at); i++)
		location(s, &at, dd_say_line(f), dd_say_in_file(f));
	dd_jsonw_close(j);
	dd_jsonw_key(j, "partialFingerprints");
	dd_jsonw_object(j);
	/* The only one that GitHub takes, in the form that it makes itself; others read any. */
	dd_buf_clear(&s->text);
	(void)dd_buf_addf(&s->text, "%s:1", print);
	dd_jsonw_member_text(j, "primaryLocationLineHash", taken(s));
	dd_jsonw_member_text(j, "drydockFinding/v1", dd_str_from(print));
	if (f->secret)
		dd_jsonw_member_text(j, "drydockSecret/v1", f->secret->at.secret.fingerprint);
	dd_jsonw_close(j);
	suppression(s, f);
	result_properties(s, f);
	dd_jsonw_close(j);
	return DD_OK;
}

static enum dd_code results(struct sarif *s, struct dd_err *err)
{
	struct dd_fingerprints prints = dd_fingerprints_new();
	enum dd_code code = DD_OK;
	dd_jsonw_key(&s->j, "results");
	dd_jsonw_array(&s->j);
	for (size_t i = 0; code == DD_OK && i < s->results && !s->j.out->failed; i++)
		code = result(s, &prints, &s->r->findings[i], err);
	dd_jsonw_close(&s->j);
	dd_fingerprints_done(&prints);
	return code;
}

/* ---- what the run was ---- */

static void notification(struct sarif *s, const char *level, const struct dd_problem *p, struct dd_str text)
{
	dd_jsonw_object(&s->j);
	dd_jsonw_member_text(&s->j, "level", dd_str_from(level));
	message(s, "message", dd_say_cut(text, TEXT_MAX));
	if (p && p->path.n) {
		const struct dd_location at = { p->path, { "", 0 }, p->layer };
		dd_jsonw_key(&s->j, "locations");
		dd_jsonw_array(&s->j);
		location(s, &at, 1, true);
		dd_jsonw_close(&s->j);
	}
	dd_jsonw_close(&s->j);
}

static void notifications(struct sarif *s)
{
	const struct dd_report *r = s->r;
	char text[128];
	dd_jsonw_key(&s->j, "toolExecutionNotifications");
	dd_jsonw_array(&s->j);
	for (size_t i = 0; i < r->n_problems && i < NOTIFICATIONS_MAX; i++)
		notification(s, "error", &r->problems[i], r->problems[i].text);
	if (r->n_problems > NOTIFICATIONS_MAX) {
		(void)snprintf(text, sizeof text, "%zu more problems", r->n_problems - NOTIFICATIONS_MAX);
		notification(s, "error", NULL, dd_str_from(text));
	}
	for (size_t i = 0; i < r->n_warnings; i++)
		notification(s, "warning", NULL, r->warnings[i]);
	if (r->n_findings > s->results) {
		(void)snprintf(text, sizeof text, "%zu findings are left out: GitHub takes %d results of one run",
			       r->n_findings - s->results, RESULTS_MAX);
		notification(s, "error", NULL, dd_str_from(text));
	}
	for (size_t i = 0; i < r->n_hidden; i++)
		notification(s, "note", NULL, r->hidden[i]);
	dd_jsonw_close(&s->j);
}

static void invocation(struct sarif *s)
{
	static const unsigned codes[] = { 0, 1, 3 }; /* of the scan, by verdict */
	struct dd_jsonw *j = &s->j;
	dd_jsonw_key(j, "invocations");
	dd_jsonw_array(j);
	dd_jsonw_object(j);
	dd_jsonw_member_bool(j, "executionSuccessful", s->r->n_problems == 0);
	dd_jsonw_member_u64(j, "exitCode", codes[s->r->verdict]);
	dd_jsonw_member_text(j, "exitCodeDescription", dd_say_cut(s->r->reason, TEXT_MAX));
	notifications(s);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
}

static void about_target(struct sarif *s)
{
	const struct dd_target *t = &s->r->inventory->target;
	struct dd_jsonw *j = &s->j;
	dd_jsonw_key(j, "originalUriBaseIds");
	dd_jsonw_object(j);
	dd_jsonw_key(j, "IMAGEROOT");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "uri", DD_STR("file:///"));
	message(s, "description", DD_STR("the root of the image's file system"));
	dd_jsonw_close(j);
	dd_jsonw_close(j);
	/* GitHub keeps runs with different ids apart: one for each image. */
	dd_buf_clear(&s->text);
	(void)dd_buf_add_c(&s->text, "drydock/");
	(void)dd_buf_add_str(&s->text, dd_say_cut(t->image.n ? t->image : t->name, TEXT_MAX));
	(void)dd_buf_add_c(&s->text, "/");
	s->j.out->failed |= s->text.failed;
	dd_jsonw_key(j, "automationDetails");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "id", dd_buf_str(&s->text));
	dd_jsonw_close(j);
	dd_jsonw_key(j, "properties");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "target", t->name);
	dd_jsonw_member_text(j, "image", t->image);
	dd_jsonw_member_text(j, "digest", t->digest);
	dd_jsonw_member_text(j, "platform", t->platform);
	dd_jsonw_member_text(j, "verdict", dd_str_from(dd_verdict_name(s->r->verdict)));
	dd_jsonw_close(j);
}

static enum dd_code write_run(struct sarif *s, struct dd_err *err)
{
	struct dd_jsonw *j = &s->j;
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "$schema", DD_STR("https://json.schemastore.org/sarif-2.1.0.json"));
	dd_jsonw_member_text(j, "version", DD_STR("2.1.0"));
	dd_jsonw_key(j, "runs");
	dd_jsonw_array(j);
	dd_jsonw_object(j);
	tool(s);
	invocation(s);
	about_target(s);
	artifacts(s);
	DD_TRY(results(s, err));
	dd_jsonw_close(j);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
	return DD_OK;
}

enum dd_code dd_report_write_sarif(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				   struct dd_err *err)
{
	struct sarif s = { .j = DD_JSONW(out, BROKEN_LEVELS),
			   .r = r,
			   .text = DD_BUF_INIT(64 * DD_MIB),
			   .arena = DD_ARENA_INIT(RULES_BYTES_MAX),
			   .results = r->n_findings < RESULTS_MAX ? r->n_findings : RESULTS_MAX };
	(void)style;
	enum dd_code code = collect_rules(&s, err);
	if (code == DD_OK)
		code = collect_files(&s, err);
	if (code == DD_OK)
		code = write_run(&s, err);
	(void)dd_buf_add_char(out, '\n');
	dd_vec_done(&s.rules);
	dd_vec_done(&s.files);
	dd_map_done(&s.by_id);
	dd_map_done(&s.by_path);
	dd_arena_done(&s.arena);
	dd_buf_done(&s.text);
	return code == DD_OK ? dd_buf_check(out, "the report", err) : code;
}
