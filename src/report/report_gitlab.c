/* SPDX-License-Identifier: Apache-2.0 */
/* GitLab's container scanning report (security-report-schemas, container-scanning-report-format, 15.0): the
 * vulnerabilities of packages, which is all that this report has room for. What is left out (suppressed findings, other
 * kinds) and what could not be read is told in scan.messages; nothing is dropped in silence. */
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "format/json_write.h"
#include "report/say.h"

/* Limits of the schema: name 255, solution 7,000, cvss_vectors 10. */
enum {
	BROKEN_LEVELS = 3,
	NAME_MAX = 255 / 4,
	SOLUTION_MAX = 7000 / 4,
	VECTORS_MAX = 10,
	LINKS_MAX = 10,
	MESSAGES_MAX = 1000
};

struct gitlab {
	struct dd_jsonw j;
	const struct dd_report *r;
	struct dd_buf text;
};

static struct dd_str taken(struct gitlab *g)
{
	g->j.out->failed |= g->text.failed;
	return dd_buf_str(&g->text);
}

/* ---- scan ---- */

static void program(struct gitlab *g, const char *key)
{
	struct dd_jsonw *j = &g->j;
	dd_jsonw_key(j, key);
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "id", DD_STR("drydock"));
	dd_jsonw_member_text(j, "name", DD_STR("drydock"));
	dd_jsonw_member_text(j, "version", g->r->version.n ? g->r->version : DD_STR("0"));
	dd_jsonw_key(j, "vendor");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "name", DD_STR("drydock"));
	dd_jsonw_close(j);
	dd_jsonw_close(j);
}

static void message(struct gitlab *g, const char *level, struct dd_str text)
{
	dd_jsonw_object(&g->j);
	dd_jsonw_member_text(&g->j, "level", dd_str_from(level));
	dd_jsonw_member_text(&g->j, "value", text.n ? text : DD_STR("-"));
	dd_jsonw_close(&g->j);
}

static bool shown(const struct gitlab *g, const struct dd_finding *f)
{
	return f->kind == DD_KIND_VULNERABILITY && !f->suppressed && dd_say_package(g->r, f);
}

static void left_out(struct gitlab *g)
{
	size_t suppressed = 0, others = 0;
	char text[128];
	for (size_t i = 0; i < g->r->n_findings; i++) {
		const struct dd_finding *f = &g->r->findings[i];
		suppressed += f->suppressed;
		others += !f->suppressed && !shown(g, f);
	}
	if (suppressed) {
		(void)snprintf(text, sizeof text, "left out, because they are suppressed: %zu", suppressed);
		message(g, "info", dd_str_from(text));
	}
	if (others) {
		(void)snprintf(text, sizeof text, "left out, because they are no vulnerabilities of packages: %zu",
			       others);
		message(g, "warn", dd_str_from(text));
	}
}

static void messages(struct gitlab *g)
{
	const struct dd_report *r = g->r;
	dd_jsonw_key(&g->j, "messages");
	dd_jsonw_array(&g->j);
	message(g, "info", r->reason);
	left_out(g);
	for (size_t i = 0; i < r->n_warnings; i++)
		message(g, "warn", r->warnings[i]);
	for (size_t i = 0; i < r->n_problems && i < MESSAGES_MAX; i++) {
		const struct dd_problem *p = &r->problems[i];
		dd_buf_clear(&g->text);
		(void)dd_buf_add_str(&g->text, p->path);
		(void)dd_buf_add_c(&g->text, p->path.n ? ": " : "");
		(void)dd_buf_add_str(&g->text, p->text);
		message(g, "fatal", taken(g));
	}
	if (r->n_problems > MESSAGES_MAX)
		message(g, "fatal", DD_STR("and more problems: the JSON report has all"));
	dd_jsonw_close(&g->j);
}

static void scan(struct gitlab *g)
{
	char created[32];
	/* "2026-11-21T20:00:00": without a zone, as the schema's pattern has it. */
	struct dd_str time = dd_str_take(dd_str_from(dd_time_text(g->r->created, created)), 19);
	struct dd_jsonw *j = &g->j;
	dd_jsonw_key(j, "scan");
	dd_jsonw_object(j);
	program(g, "analyzer");
	program(g, "scanner");
	dd_jsonw_member_text(j, "type", DD_STR("container_scanning"));
	dd_jsonw_member_text(j, "start_time", time);
	dd_jsonw_member_text(j, "end_time", time);
	dd_jsonw_member_text(j, "status", g->r->n_problems ? DD_STR("failure") : DD_STR("success"));
	messages(g);
	dd_jsonw_close(j);
}

/* ---- vulnerabilities ---- */

static void identifier(struct gitlab *g, struct dd_str id)
{
	static const struct {
		const char *start, *type;
	} types[] = {
		{ "CVE-", "cve" },   { "GHSA-", "ghsa" }, { "RHSA-", "rhsa" }, { "USN-", "usn" },
		{ "ELSA-", "elsa" }, { "DSA-", "dsa" },	  { "DLA-", "dla" },
	};
	const char *type = "drydock";
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT(1024);
	for (size_t i = 0; i < DD_COUNT(types); i++)
		if (dd_str_starts(id, dd_str_from(types[i].start)))
			type = types[i].type;
	struct dd_str shown_id = id.n ? dd_say_cut(id, NAME_MAX) : DD_STR("-");
	dd_jsonw_object(&g->j);
	dd_jsonw_member_text(&g->j, "type", dd_str_from(type));
	dd_jsonw_member_text(&g->j, "name", shown_id);
	dd_jsonw_member_text(&g->j, "value", shown_id);
	if (dd_say_advisory_url(id, &url))
		dd_jsonw_member_text(&g->j, "url", dd_buf_str(&url));
	g->j.out->failed |= url.failed;
	dd_jsonw_close(&g->j);
}

static void identifiers(struct gitlab *g, const struct dd_finding *f)
{
	dd_jsonw_key(&g->j, "identifiers");
	dd_jsonw_array(&g->j);
	identifier(g, f->id);
	for (size_t i = 0; i < f->n_aliases && i < LINKS_MAX; i++)
		identifier(g, f->aliases[i]);
	dd_jsonw_close(&g->j);
}

static void links(struct gitlab *g, const struct dd_finding *f)
{
	dd_jsonw_key(&g->j, "links");
	dd_jsonw_array(&g->j);
	if (dd_say_is_url(f->url)) {
		dd_jsonw_object(&g->j);
		dd_jsonw_member_text(&g->j, "url", f->url);
		dd_jsonw_close(&g->j);
	}
	dd_jsonw_close(&g->j);
}

static void vectors(struct gitlab *g, const struct dd_finding *f)
{
	struct dd_jsonw *j = &g->j;
	size_t n = 0;
	for (size_t i = 0; i < f->n_cvss && n < VECTORS_MAX; i++) {
		/* The schema takes these versions only. */
		bool known = f->cvss[i].version == DD_CVSS_2 || f->cvss[i].version == DD_CVSS_30 ||
			     f->cvss[i].version == DD_CVSS_31;
		if (!known || !dd_str_is_word(f->cvss[i].vector) || f->cvss[i].vector.n > 128)
			continue;
		if (n++ == 0) {
			dd_jsonw_key(j, "cvss_vectors");
			dd_jsonw_array(j);
		}
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "vendor", f->cvss[i].source.n ? f->cvss[i].source : DD_STR("unknown"));
		dd_jsonw_member_text(j, "vector", f->cvss[i].vector);
		dd_jsonw_close(j);
	}
	if (n)
		dd_jsonw_close(j);
}

static void location(struct gitlab *g, const struct dd_finding *f)
{
	const struct dd_installed *in = dd_say_package(g->r, f);
	const struct dd_target *t = &g->r->inventory->target;
	const struct dd_os *os = &g->r->inventory->os;
	struct dd_jsonw *j = &g->j;
	dd_jsonw_key(j, "location");
	dd_jsonw_object(j);
	dd_jsonw_key(j, "dependency");
	dd_jsonw_object(j);
	dd_jsonw_key(j, "package");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "name", in->package.name);
	dd_jsonw_close(j);
	dd_jsonw_member_text(j, "version", in->package.version);
	dd_jsonw_close(j);
	dd_buf_clear(&g->text);
	(void)dd_buf_add_str(&g->text, os->id.n ? os->id : DD_STR("unknown"));
	(void)dd_buf_add_c(&g->text, os->version.n ? " " : "");
	(void)dd_buf_add_str(&g->text, os->version);
	dd_jsonw_member_text(j, "operating_system", taken(g));
	struct dd_str image = t->image.n ? t->image : t->name;
	dd_jsonw_member_text(j, "image", image.n ? image : DD_STR("-"));
	dd_jsonw_close(j);
}

static void description(struct gitlab *g, const struct dd_finding *f)
{
	struct dd_location at;
	dd_buf_clear(&g->text);
	dd_say_message(g->r, f, &g->text);
	for (size_t i = 0; i < LINKS_MAX && dd_say_location(g->r, f, i, &at); i++) {
		(void)dd_buf_add_c(&g->text, i ? ", " : "\nPlaces: ");
		dd_say_place(at.path, at.inner, &g->text);
	}
	dd_jsonw_member_text(&g->j, "description", dd_say_cut(taken(g), 64 * DD_KIB));
}

/* Digits of the fingerprint in the form of a UUID (version 8, RFC 9562). */
static struct dd_str uuid(struct gitlab *g, const char *print)
{
	dd_buf_clear(&g->text);
	(void)dd_buf_addf(&g->text, "%.8s-%.4s-8%.3s-a%.3s-%.12s%s", print, print + 8, print + 12, print + 15,
			  print + 18, print + 64);
	return taken(g);
}

static enum dd_code vulnerability(struct gitlab *g, struct dd_fingerprints *prints, const struct dd_finding *f,
				  struct dd_err *err)
{
	static const char *const severities[DD_SEV_COUNT] = { "Unknown", "Info", "Low", "Medium", "High", "Critical" };
	struct dd_jsonw *j = &g->j;
	char print[DD_FINGERPRINT_MAX];
	DD_TRY(dd_fingerprints_next(prints, g->r, f, print, err));
	if (!shown(g, f))
		return DD_OK;
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "id", uuid(g, print));
	struct dd_str name = f->title.n ? f->title : f->id;
	dd_jsonw_member_text(j, "name", name.n ? dd_say_cut(name, NAME_MAX) : DD_STR("-"));
	description(g, f);
	dd_jsonw_member_text(j, "severity", dd_str_from(severities[f->severity]));
	dd_buf_clear(&g->text);
	dd_say_solution(g->r, f, &g->text);
	if (g->text.n)
		dd_jsonw_member_text(j, "solution", dd_say_cut(taken(g), SOLUTION_MAX));
	identifiers(g, f);
	links(g, f);
	vectors(g, f);
	location(g, f);
	dd_jsonw_close(j);
	return DD_OK;
}

static enum dd_code vulnerabilities(struct gitlab *g, struct dd_err *err)
{
	struct dd_fingerprints prints = dd_fingerprints_new();
	enum dd_code code = DD_OK;
	dd_jsonw_key(&g->j, "vulnerabilities");
	dd_jsonw_array(&g->j);
	for (size_t i = 0; code == DD_OK && i < g->r->n_findings && !g->j.out->failed; i++)
		code = vulnerability(g, &prints, &g->r->findings[i], err);
	dd_jsonw_close(&g->j);
	dd_fingerprints_done(&prints);
	return code;
}

enum dd_code dd_report_write_gitlab(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				    struct dd_err *err)
{
	struct gitlab g = { .j = DD_JSONW(out, BROKEN_LEVELS), .r = r, .text = DD_BUF_INIT(64 * DD_MIB) };
	(void)style;
	dd_jsonw_object(&g.j);
	dd_jsonw_member_text(&g.j, "version", DD_STR("15.0.7"));
	scan(&g);
	enum dd_code code = vulnerabilities(&g, err);
	if (code == DD_OK) {
		dd_jsonw_key(&g.j, "remediations");
		dd_jsonw_array(&g.j);
		dd_jsonw_close(&g.j);
		dd_jsonw_close(&g.j);
	}
	(void)dd_buf_add_char(out, '\n');
	dd_buf_done(&g.text);
	return code == DD_OK ? dd_buf_check(out, "the report", err) : code;
}
