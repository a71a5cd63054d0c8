/* SPDX-License-Identifier: Apache-2.0 */
/* One vulnerability for each id, with all packages that it affects; findings that somebody suppressed stand apart, with
 * the analysis that says why. What differs between the packages of one id (the fixed version) is in `recommendation`.
 */
#include <stdio.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"
#include "report/cyclonedx_parts.h"

enum { SCORE_DIGITS = 3, NO_FINDING = 0xffffffff };

struct groups {
	struct dd_arena arena;
	struct dd_map by_key;
	uint32_t *next; /* for each finding the next one of its group, NO_FINDING at the end */
	uint32_t *last; /* for each first finding of a group the last one so far */
	bool *first;
};

static void groups_done(struct groups *g)
{
	dd_arena_done(&g->arena);
	dd_map_done(&g->by_key);
}

static enum dd_code make_groups(struct groups *g, const struct dd_report *r, struct dd_err *err)
{
	g->next = dd_arena_array(&g->arena, r->n_findings, sizeof *g->next);
	g->last = dd_arena_array(&g->arena, r->n_findings, sizeof *g->last);
	g->first = dd_arena_array(&g->arena, r->n_findings, sizeof *g->first);
	if (!g->next || !g->last || !g->first)
		return dd_fail_nomem(err);
	for (uint32_t i = 0; i < r->n_findings; i++) {
		const struct dd_finding *f = &r->findings[i];
		uint32_t at;
		g->next[i] = NO_FINDING;
		if (f->kind != DD_KIND_VULNERABILITY)
			continue;
		struct dd_str key = dd_arena_printf(&g->arena, "%d %.*s %.*s", f->suppressed, DD_FMT(f->id),
						    DD_FMT(f->suppressed ? f->suppression.rule : f->vex_status));
		if (!key.p || !dd_map_add(&g->by_key, key, i, &at))
			return dd_fail_nomem(err);
		g->first[i] = at == i;
		if (at != i)
			g->next[g->last[at]] = i;
		g->last[at] = i;
	}
	return DD_OK;
}

static const char *severity_of(const struct dd_finding *f)
{
	return f->severity == DD_SEV_NEGLIGIBLE ? "info" : dd_severity_name(f->severity);
}

static void source(struct dd_cdx_out *o, struct dd_str name, struct dd_str url)
{
	if (name.n == 0)
		return;
	dd_cdx_object(o, "source");
	dd_cdx_text(o, "name", name);
	dd_cdx_text(o, "url", url);
	dd_cdx_close(o);
}

static void score(struct dd_cdx_out *o, double value)
{
	if (o->xml) {
		char text[32];
		(void)snprintf(text, sizeof text, "%.1f", value >= 0 && value <= 10 ? value : 0.0);
		dd_cdx_text(o, "score", dd_str_from(text));
		return;
	}
	dd_jsonw_key(&o->j, "score");
	dd_jsonw_real(&o->j, value >= 0 && value <= 10 ? value : 0.0, SCORE_DIGITS);
}

static void ratings(struct dd_cdx_out *o, const struct dd_finding *f, unsigned version)
{
	static const char *const methods[] = { "other", "CVSSv2", "CVSSv3", "CVSSv31", "CVSSv4" };
	dd_cdx_list(o, "ratings");
	dd_cdx_item(o, "rating");
	source(o, f->severity_source, DD_STR(""));
	dd_cdx_text(o, "severity", dd_str_from(severity_of(f)));
	dd_cdx_close(o);
	for (size_t i = 0; i < f->n_cvss; i++) {
		const struct dd_cvss_score *c = &f->cvss[i];
		bool known = c->version <= DD_CVSS_40 && (c->version != DD_CVSS_40 || version >= DD_CDX_15);
		dd_cdx_item(o, "rating");
		source(o, c->source, DD_STR(""));
		score(o, c->score);
		dd_cdx_text(o, "method", dd_str_from(known ? methods[c->version] : "other"));
		dd_cdx_text(o, "vector", c->vector);
		dd_cdx_close(o);
	}
	dd_cdx_close(o);
}

static void references(struct dd_cdx_out *o, const struct dd_finding *f)
{
	if (f->n_aliases == 0)
		return;
	dd_cdx_list(o, "references");
	for (size_t i = 0; i < f->n_aliases; i++) {
		if (f->aliases[i].n == 0)
			continue;
		dd_cdx_item(o, "reference");
		dd_cdx_text(o, "id", f->aliases[i]);
		source(o, f->n_sources ? f->sources[0] : DD_STR("drydock"), DD_STR(""));
		dd_cdx_close(o);
	}
	dd_cdx_close(o);
}

static bool is_url(struct dd_str s)
{
	struct dd_str at = dd_str_take(s, dd_str_search(s, DD_STR("://")));
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("\"<>\\^`{|}[]", s.p[i]) || (s.p[i] == '%' && i + 2 >= s.n))
			return false;
	return dd_str_eq_c(at, "https") || dd_str_eq_c(at, "http");
}

static struct dd_str package_name(const struct dd_bom *bom, const struct dd_finding *f)
{
	if (f->package < 0 || (size_t)f->package >= bom->n_items)
		return DD_STR("");
	return bom->items[f->package].in->package.name;
}

static enum dd_code recommendation(struct dd_cdx_out *o, const struct dd_bom *bom, const struct groups *g,
				   uint32_t first, struct dd_buf *text, struct dd_err *err)
{
	dd_buf_clear(text);
	for (uint32_t i = first; i != NO_FINDING; i = g->next[i]) {
		const struct dd_finding *f = &bom->report->findings[i];
		struct dd_str name = package_name(bom, f);
		if (f->fix.version.n == 0 || name.n == 0)
			continue;
		(void)dd_buf_addf(text, "%s%.*s: upgrade to %.*s", text->n ? "; " : "", DD_FMT(name),
				  DD_FMT(f->fix.version));
	}
	DD_TRY(dd_buf_check(text, "a recommendation", err));
	dd_cdx_text(o, "recommendation", dd_buf_str(text));
	return DD_OK;
}

static void analysis(struct dd_cdx_out *o, const struct dd_finding *f)
{
	/* OpenVEX justification → CycloneDX's words. */
	static const struct {
		const char *vex, *cyclonedx;
	} rows[] = {
		{ "component_not_present", "code_not_present" },
		{ "vulnerable_code_not_present", "code_not_present" },
		{ "vulnerable_code_not_in_execute_path", "code_not_reachable" },
		{ "vulnerable_code_cannot_be_controlled_by_adversary", "requires_environment" },
		{ "inline_mitigations_already_exist", "protected_by_mitigating_control" },
	};
	const struct dd_suppression *s = &f->suppression;
	const char *state = "in_triage", *why = "";
	if (!f->suppressed && f->vex_status.n == 0)
		return;
	if (f->suppressed && dd_str_eq_c(s->status, "not_affected"))
		state = "not_affected";
	else if (f->suppressed && dd_str_eq_c(s->status, "fixed"))
		state = "resolved";
	else if (!f->suppressed && dd_str_eq_c(f->vex_status, "affected"))
		state = "exploitable";
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_c(s->justification, rows[i].vex))
			why = rows[i].cyclonedx;
	dd_cdx_object(o, "analysis");
	dd_cdx_text(o, "state", dd_str_from(state));
	dd_cdx_text(o, "justification", dd_str_from(why));
	dd_cdx_text(o, "detail", s->reason);
	dd_cdx_close(o);
}

static void affects(struct dd_cdx_out *o, const struct dd_bom *bom, const struct groups *g, uint32_t first)
{
	dd_cdx_list(o, "affects");
	for (uint32_t i = first; i != NO_FINDING; i = g->next[i]) {
		const struct dd_finding *f = &bom->report->findings[i];
		bool known = f->package >= 0 && (size_t)f->package < bom->n_items;
		struct dd_str version = known ? bom->items[f->package].in->package.version : DD_STR("");
		dd_cdx_item(o, "target");
		dd_cdx_text(o, "ref", known ? bom->items[f->package].ref : bom->root_ref);
		if (version.n && version.n <= 255) {
			dd_cdx_list(o, "versions");
			dd_cdx_item(o, "version");
			dd_cdx_text(o, "version", version);
			dd_cdx_text(o, "status", DD_STR("affected"));
			dd_cdx_close(o);
			dd_cdx_close(o);
		}
		dd_cdx_close(o);
	}
	dd_cdx_close(o);
}

static void real_property(struct dd_cdx_out *o, const char *name, double value)
{
	char text[48];
	if (value < 0)
		return;
	(void)snprintf(text, sizeof text, "%.9g", value);
	dd_cdx_property(o, name, dd_str_from(text));
}

static void properties(struct dd_cdx_out *o, const struct dd_finding *f)
{
	dd_cdx_list(o, "properties");
	dd_cdx_property(o, "drydock:fix:state", dd_str_from(dd_fix_state_name(f->fix.state)));
	if (f->kev)
		dd_cdx_property(o, "drydock:kev", DD_STR("true"));
	real_property(o, "drydock:epss", f->epss);
	real_property(o, "drydock:risk", f->risk);
	if (f->note.n)
		dd_cdx_property(o, "drydock:note", f->note);
	if (f->suppressed)
		dd_cdx_property(o, "drydock:suppressed", f->suppression.rule);
	dd_cdx_close(o);
}

static enum dd_code vulnerability(struct dd_cdx_out *o, const struct dd_bom *bom, const struct groups *g, uint32_t i,
				  unsigned version, struct dd_buf *text, struct dd_err *err)
{
	const struct dd_finding *f = &bom->report->findings[i];
	int64_t when;
	char date[32];
	dd_cdx_item(o, "vulnerability");
	(void)snprintf(date, sizeof date, "vulnerability:%u", i);
	dd_cdx_attr(o, "bom-ref", dd_str_from(date));
	dd_cdx_text(o, "id", f->id);
	source(o, f->n_sources ? f->sources[0] : DD_STR(""), is_url(f->url) ? f->url : DD_STR(""));
	references(o, f);
	ratings(o, f, version);
	dd_cdx_text(o, "description", f->title);
	DD_TRY(recommendation(o, bom, g, i, text, err));
	if (is_url(f->url)) {
		dd_cdx_list(o, "advisories");
		dd_cdx_item(o, "advisory");
		dd_cdx_text(o, "url", f->url);
		dd_cdx_close(o);
		dd_cdx_close(o);
	}
	if (dd_time_parse(f->published, &when) && when > 0)
		dd_cdx_text(o, "published", dd_str_from(dd_time_text(when, date)));
	analysis(o, f);
	affects(o, bom, g, i);
	properties(o, f);
	dd_cdx_close(o);
	return DD_OK;
}

enum dd_code dd_cdx_vulnerabilities(struct dd_cdx_out *o, const struct dd_bom *bom, unsigned version,
				    struct dd_err *err)
{
	DD_CLEANUP(groups_done) struct groups g = { .arena = DD_ARENA_INIT(DD_GIB) };
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(DD_GIB);
	DD_TRY(make_groups(&g, bom->report, err));
	bool any = false;
	for (uint32_t i = 0; i < bom->report->n_findings; i++) {
		if (!g.first[i])
			continue;
		if (!any)
			dd_cdx_list(o, "vulnerabilities");
		any = true;
		DD_TRY(vulnerability(o, bom, &g, i, version, &text, err));
	}
	if (any)
		dd_cdx_close(o);
	return DD_OK;
}
