/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON in Grype's table `blobs` (grype/db/v6/blobs.go):
 *
 *   vulnerability  { id, description, aliases[], severities[{ scheme, value, source, rank }], refs[] }
 *                  scheme "CVSS": value { vector, version }; "HML", "CHML", "CHMLN": value is a word
 *   package        { cves[], qualifiers{ rpm_modularity, platform_cpes[] }, ranges[{ version{ type, constraint },
 *                  fix{ version, state } }] }; the same for a CPE
 *   known exploit  { cve, date_added, due_date, known_ransomware_campaign_use } */
#include <stdio.h>

#include "base/limits.h"
#include "db/constraint.h"
#include "db/grype.h"
#include "db/osv_words.h"
#include "version/ecosystem.h"

/* --- vulnerabilities --- */

static void read_severities(struct dd_grype *g, struct dd_grype_vuln *v, const json_t *list, bool vectors)
{
	for (size_t i = 0; i < dd_json_len(list) && i < DD_DB_CVSS_MAX; i++) {
		const json_t *s = dd_json_at(list, i);
		struct dd_str by = dd_build_cut(dd_json_str(s, "source"), 64);
		struct dd_str vector = dd_json_str(dd_json_obj(s, "value"), "vector");
		if (v->severity == DD_SEV_UNKNOWN)
			v->severity = (uint8_t)dd_osv_severity(dd_json_str(s, "value"));
		if (vectors && vector.n)
			dd_build_cvss(g->b, vector, by.n ? dd_build_text(g->b, by) : 0);
	}
}

static enum dd_code read_aliases(struct dd_grype *g, struct dd_grype_vuln *v, const json_t *list, struct dd_err *err)
{
	v->aliases = (uint32_t)g->aliases.n;
	if (dd_json_len(list) > DD_DB_ALIASES_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%zu aliases, at most %d are read", dd_json_len(list),
			       DD_DB_ALIASES_MAX);
	for (size_t i = 0; i < dd_json_len(list); i++) {
		struct dd_str alias = dd_str_trim(dd_json_text(dd_json_at(list, i)));
		DD_TRY(dd_build_check_text(alias, "alias", err));
		if (!alias.n)
			continue;
		if (!dd_vec_push(&g->aliases, dd_build_text(g->b, alias), DD_DB_WORDS_MAX))
			return dd_fail_nomem(err);
		v->n_aliases++;
	}
	return DD_OK;
}

static struct dd_build_list cwes_of(struct dd_grype *g, uint32_t cve)
{
	size_t low = 0, high = g->cwes.n;
	uint32_t mark = dd_build_mark(g->b);
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (g->cwes.p[mid].cve < cve)
			low = mid + 1;
		else
			high = mid;
	}
	for (size_t n = 0; low < g->cwes.n && g->cwes.p[low].cve == cve && n < DD_DB_CWES_MAX; low++, n++)
		dd_build_push(g->b, g->cwes.p[low].cwe);
	return dd_build_list_since(g->b, mark);
}

/* NVD's word, and that of everybody who gives vulnerabilities names of their own, is about the vulnerability itself. */
static enum dd_code add_record(struct dd_grype *g, struct dd_grype_vuln *v, const json_t *blob, struct dd_err *err)
{
	struct dd_build_record r = {
		.key = { v->nvd ? DD_FAMILY_DETAIL : DD_FAMILY_GRYPE, v->name },
		.title = dd_build_title(g->b, dd_json_str(blob, "description")),
		.published = v->published,
		.modified = v->modified,
		.source = v->source,
		.withdrawn = v->withdrawn,
	};
	uint32_t mark = dd_build_mark(g->b);
	read_severities(g, v, dd_json_arr(blob, "severities"), true);
	r.cvss = dd_build_list_since(g->b, mark);
	r.severity = v->severity;
	r.cwes = cwes_of(g, v->name);
	if (!v->nvd) {
		mark = dd_build_mark(g->b);
		dd_build_push(g->b, v->name);
		for (uint32_t i = 0; i < v->n_aliases; i++)
			dd_build_push(g->b, g->aliases.p[v->aliases + i]);
		r.names = dd_build_list_since(g->b, mark);
	}
	uint32_t old = dd_build_find(g->b, r.key[0], v->name);
	bool newer = old == DD_MAP_NONE || dd_build_supersedes(g->b, g->b->records.p[old], &r);
	uint32_t number = newer ? dd_build_record(g->b, &r) : DD_MAP_NONE;
	/* Packages hang on the record of a name of its own; for a CVE each has one with its source's. */
	v->known = newer || v->nvd;
	v->record = v->nvd ? DD_MAP_NONE : number;
	return dd_build_check(g->b, err);
}

enum dd_code dd_grype_read_vuln(struct dd_grype *g, struct dd_grype_vuln *v, const json_t *blob, struct dd_err *err)
{
	struct dd_str name = dd_intern_text(&g->b->strings, v->name);
	if (!json_is_object(blob))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no object: not a vulnerability");
	DD_TRY(read_aliases(g, v, dd_json_arr(blob, "aliases"), err));
	v->erratum = dd_osv_prefix(name) != NULL;
	if (!v->erratum && (v->nvd || dd_cve_len(name) != name.n || v->n_aliases))
		return add_record(g, v, blob, err);
	read_severities(g, v, dd_json_arr(blob, "severities"), false);
	v->known = true;
	return DD_OK;
}

/* --- packages --- */

/* What a range says of its fix. */
static enum dd_fix_state state_of(struct dd_str state)
{
	static const struct {
		const char *word;
		enum dd_fix_state state;
	} rows[] = { { "fixed", DD_FIX_FIXED }, { "not-fixed", DD_FIX_NOT_FIXED }, { "wont-fix", DD_FIX_WONT_FIX } };
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_c(state, rows[i].word))
			return rows[i].state;
	return DD_FIX_UNKNOWN;
}

/* Other systems' trouble: the package is only affected where it runs on one of these. */
static bool runs_elsewhere(const json_t *cpes)
{
	static const char *const parts[] = { ":microsoft:", ":apple:", ":wordpress:", ":google:android", ":cisco:ios" };
	size_t n = dd_json_len(cpes), elsewhere = 0;
	for (size_t i = 0; i < n; i++) {
		struct dd_str cpe = dd_json_text(dd_json_at(cpes, i));
		for (size_t k = 0; k < DD_COUNT(parts); k++)
			if (dd_str_search(cpe, dd_str_from(parts[k])) < cpe.n) {
				elsewhere++;
				break;
			}
	}
	return n > 0 && elsewhere == n;
}

/* ">= V" of what is not affected any more: "< V" is. Anything else cannot be turned round. */
static bool turn_round(struct dd_str constraint, struct dd_str *ret)
{
	if (!dd_str_starts(constraint, DD_STR(">=")))
		return false;
	*ret = dd_str_trim(dd_str_skip(constraint, 2));
	return dd_str_is_word(*ret) && dd_str_find(*ret, ',') == ret->n && dd_str_find(*ret, '|') == ret->n;
}

static enum dd_code read_range(struct dd_constraints *c, const json_t *range, enum dd_fix_state *state,
			       struct dd_err *err)
{
	const json_t *fix = dd_json_obj(range, "fix");
	struct dd_str constraint = dd_str_trim(dd_json_str(dd_json_obj(range, "version"), "constraint"));
	struct dd_str fixed = dd_str_trim(dd_json_str(fix, "version"));
	enum dd_fix_state said = state_of(dd_json_str(fix, "state"));
	if (said > *state)
		*state = said;
	if (said != DD_FIX_FIXED || !dd_str_is_word(fixed) || fixed.n > DD_FIELD_BYTES_MAX)
		fixed = DD_STR("");
	if (dd_str_eq_c(constraint, "none (unknown)"))
		constraint = DD_STR("");
	return dd_constraints_add(c, constraint, fixed, err);
}

/* The reverse. "From V on" alone is an erratum's fix: below it is affected, as AlmaLinux says it. Everything else names
 * the versions that are not, and says nothing of the others: *ret_status. */
static enum dd_code read_unaffected(struct dd_constraints *c, const json_t *ranges, enum dd_advisory_status *ret_status,
				    struct dd_err *err)
{
	*ret_status = DD_ADV_NOT_AFFECTED;
	for (size_t i = 0; i < dd_json_len(ranges); i++) {
		struct dd_str text =
			dd_str_trim(dd_json_str(dd_json_obj(dd_json_at(ranges, i), "version"), "constraint"));
		struct dd_str version;
		char below[512];
		if (dd_str_eq_c(text, "none (unknown)") || dd_str_eq_c(text, ">= 0") || dd_str_eq_c(text, ">=0"))
			text = DD_STR("");
		if (dd_json_len(ranges) == 1 && turn_round(text, &version) && version.n < sizeof below - 2) {
			(void)snprintf(below, sizeof below, "< %.*s", DD_FMT(version));
			*ret_status = DD_ADV_AFFECTED;
			text = dd_str_from(below);
		}
		DD_TRY(dd_constraints_add(c, text, DD_STR(""), err));
	}
	return DD_OK;
}

/* One entry for each CVE that an erratum fixes; else for the vulnerability itself. */
static void add_entries(struct dd_grype *g, const struct dd_grype_vuln *v, struct dd_build_entry *e)
{
	if (v->record != DD_MAP_NONE) {
		e->record = v->record;
		dd_build_entry(g->b, e);
		return;
	}
	uint32_t added = 0;
	for (uint32_t i = 0; v->erratum && i < v->n_aliases; i++) {
		uint32_t alias = g->aliases.p[v->aliases + i];
		struct dd_str text = dd_intern_text(&g->b->strings, alias);
		if (!text.n || dd_cve_len(text) != text.n)
			continue;
		e->record = dd_build_pair(g->b, v->source, v->name, alias, false);
		if (e->record != DD_MAP_NONE)
			dd_build_entry(g->b, e);
		added++;
	}
	if (added)
		return;
	e->record = dd_build_pair(g->b, v->source, v->name, v->name, false);
	if (e->record != DD_MAP_NONE)
		dd_build_entry(g->b, e);
}

static enum dd_code add_row(struct dd_grype *g, const struct dd_grype_affected *row, bool cpe,
			    const struct dd_build_entry *said, struct dd_err *err)
{
	const struct dd_grype_vuln *v = dd_grype_vuln(g, row->vuln);
	const struct dd_grype_thing *package = cpe ? dd_grype_thing(g->cpes.p, g->cpes.n, row->package)
						   : dd_grype_thing(g->packages.p, g->packages.n, row->package);
	const struct dd_grype_thing *system =
		row->system ? dd_grype_thing(g->systems.p, g->systems.n, row->system) : package;
	struct dd_build_entry e = *said;
	if (!v || !package || !system)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "an affected package of a vulnerability, package or system that is not there");
	/* Told already: a vulnerability whose blob is broken. Not wanted: rejected ones, CPEs of no use here. */
	if (!v->known || v->withdrawn || !system->key)
		return DD_OK;
	DD_TRY(dd_build_package(g->b, &e, dd_intern_text(&g->b->strings, system->key),
				dd_intern_text(&g->b->strings, package->name), err));
	e.source = v->source;
	e.severity = v->severity;
	add_entries(g, v, &e);
	return dd_build_check(g->b, err);
}

static enum dd_scheme scheme_of(const struct dd_grype *g, const struct dd_grype_affected *row)
{
	const struct dd_grype_thing *t = row->system ? dd_grype_thing(g->systems.p, g->systems.n, row->system)
						     : dd_grype_thing(g->packages.p, g->packages.n, row->package);
	const struct dd_ecosystem *e = t ? dd_ecosystem_by_key(dd_intern_text(&g->b->strings, t->key)) : NULL;
	return e ? e->scheme : DD_SCHEME_NONE;
}

enum dd_code dd_grype_read_package(struct dd_grype *g, const struct dd_grype_affected *rows, size_t n,
				   const json_t *blob, bool cpe, bool unaffected, struct dd_err *err)
{
	struct dd_constraints c DD_CLEANUP(dd_constraints_done) = { .b = g->b };
	const json_t *qualifiers = dd_json_obj(blob, "qualifiers"), *ranges = dd_json_arr(blob, "ranges");
	struct dd_str module = dd_json_str(qualifiers, "rpm_modularity");
	enum dd_fix_state state = DD_FIX_UNKNOWN;
	enum dd_advisory_status status = DD_ADV_AFFECTED;
	if (!json_is_object(blob))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no object: not a package");
	if (runs_elsewhere(dd_json_arr(qualifiers, "platform_cpes")))
		return DD_OK;
	c.scheme = scheme_of(g, &rows[0]);
	DD_TRY(dd_build_check_text(module, "module", err));
	if (unaffected)
		DD_TRY(read_unaffected(&c, ranges, &status, err));
	for (size_t i = 0; !unaffected && i < dd_json_len(ranges); i++)
		DD_TRY(read_range(&c, dd_json_at(ranges, i), &state, err));
	if (!unaffected && dd_json_len(ranges) == 0)
		DD_TRY(dd_constraints_add(&c, DD_STR(""), DD_STR(""), err));
	if (c.n_ranges == 0 && c.versions.n == 0)
		return DD_OK;
	struct dd_build_entry e = { .status = (uint8_t)status, .module = dd_build_text(g->b, module) };
	e.affects = dd_constraints_affects(&c);
	if (status == DD_ADV_AFFECTED)
		e.fix_state = (uint8_t)(c.fixed ? DD_FIX_FIXED : state > DD_FIX_FIXED ? state : DD_FIX_NOT_FIXED);
	for (size_t i = 0; i < n; i++)
		DD_TRY(add_row(g, &rows[i], cpe, &e, err));
	return DD_OK;
}
