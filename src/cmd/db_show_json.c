/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "cmd/db_cmds.h"
#include "format/json_write.h"

static void write_ranges(struct dd_jsonw *j, const struct dd_advisory *a)
{
	static const char *const types[] = { [DD_RANGE_ECOSYSTEM] = "ECOSYSTEM", [DD_RANGE_SEMVER] = "SEMVER" };
	static const char *const kinds[] = { "introduced", "fixed", "last_affected", "limit", "introduced_after" };
	dd_jsonw_key(j, "ranges");
	dd_jsonw_array(j);
	for (size_t i = 0; i < a->n_ranges; i++) {
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "type", dd_str_from(types[a->ranges[i].type]));
		dd_jsonw_key(j, "events");
		dd_jsonw_array(j);
		for (size_t e = 0; e < a->ranges[i].n_events; e++) {
			dd_jsonw_object(j);
			dd_jsonw_member_text(j, kinds[a->ranges[i].events[e].kind], a->ranges[i].events[e].version);
			dd_jsonw_close(j);
		}
		dd_jsonw_close(j);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
}

static void write_advisory(struct dd_jsonw *j, const struct dd_advisory *a)
{
	static const char *const states[] = {
		[DD_ADV_AFFECTED] = "affected",
		[DD_ADV_NOT_AFFECTED] = "not-affected",
		[DD_ADV_UNDETERMINED] = "undetermined",
	};
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "id", a->id);
	dd_jsonw_member_text(j, "source", a->source);
	dd_jsonw_member_text(j, "ecosystem", a->ecosystem);
	dd_jsonw_member_text(j, "package", a->package);
	dd_jsonw_member_text(j, "status", dd_str_from(states[a->status]));
	dd_jsonw_member_text(j, "fixState", dd_str_from(dd_fix_state_name(a->fix_state)));
	dd_jsonw_member_text(j, "severity", dd_str_from(dd_severity_name(a->severity)));
	dd_jsonw_member_bool(j, "withdrawn", a->withdrawn);
	dd_jsonw_member_known(j, "module", a->module);
	dd_jsonw_member_known(j, "arches", a->arches);
	dd_jsonw_member_known(j, "note", a->note);
	write_ranges(j, a);
	dd_jsonw_member_texts(j, "versions", a->versions, a->n_versions);
	dd_jsonw_close(j);
}

static void write_scores(struct dd_jsonw *j, const struct dd_vuln *v)
{
	static const char *const versions[] = { "", "2.0", "3.0", "3.1", "4.0" };
	dd_jsonw_key(j, "cvss");
	dd_jsonw_array(j);
	for (size_t i = 0; i < v->n_cvss; i++) {
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "version", dd_str_from(versions[v->cvss[i].version]));
		dd_jsonw_member_text(j, "vector", v->cvss[i].vector);
		dd_jsonw_member_text(j, "source", v->cvss[i].source);
		dd_jsonw_key(j, "score");
		dd_jsonw_real(j, v->cvss[i].score, 3);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
}

static void write_known_real(struct dd_jsonw *j, const char *key, double v)
{
	dd_jsonw_key(j, key);
	if (v < 0)
		dd_jsonw_null(j);
	else
		dd_jsonw_real(j, v, 9);
}

static void write_vuln(struct dd_jsonw *j, const struct dd_db_shown *shown, uint32_t handle, const struct dd_vuln *v)
{
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "id", v->id);
	dd_jsonw_member_known(j, "title", v->title);
	dd_jsonw_member_texts(j, "aliases", v->aliases, v->n_aliases);
	dd_jsonw_member_text(j, "severity", dd_str_from(dd_severity_name(v->severity)));
	dd_jsonw_member_known(j, "severitySource", v->severity_source);
	write_scores(j, v);
	write_known_real(j, "epss", v->epss);
	write_known_real(j, "epssPercentile", v->epss_percentile);
	dd_jsonw_member_bool(j, "kev", v->kev);
	dd_jsonw_member_bool(j, "kevRansomware", v->kev_ransomware);
	dd_jsonw_member_known(j, "kevDue", v->kev_due);
	dd_jsonw_member_texts(j, "cwes", v->cwes, v->n_cwes);
	dd_jsonw_member_known(j, "published", v->published);
	dd_jsonw_member_known(j, "modified", v->modified);
	dd_jsonw_member_bool(j, "withdrawn", v->withdrawn);
	dd_jsonw_key(j, "advisories");
	dd_jsonw_array(j);
	for (size_t i = 0; i < shown->n; i++)
		if (shown->advisories[i].vuln == handle)
			write_advisory(j, &shown->advisories[i]);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
}

enum dd_code dd_db_show_json(const struct dd_db_shown *shown, struct dd_buf *out, struct dd_err *err)
{
	struct dd_jsonw j = DD_JSONW(out, 5);
	dd_jsonw_object(&j);
	dd_jsonw_member_text(&j, "query", shown->query);
	dd_jsonw_key(&j, "vulnerabilities");
	dd_jsonw_array(&j);
	for (size_t i = 0; i < shown->n_vulns; i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
		struct dd_vuln v;
		DD_TRY(dd_db_vuln(shown->db, shown->vulns[i], &a, &v, err));
		write_vuln(&j, shown, shown->vulns[i], &v);
	}
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	return dd_buf_add_char(out, '\n');
}
