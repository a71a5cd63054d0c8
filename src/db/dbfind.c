/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "base/vec.h"
#include "db/dbread.h"

/* --- what an entry says --- */

struct words {
	const struct dd_db *db;
	uint64_t at;
	bool ok;
};

static uint32_t next_word(struct words *w)
{
	uint32_t v = 0;
	w->ok = w->ok && dd_db_word(w->db, w->at++, &v);
	return v;
}

static struct dd_str next_text(struct words *w)
{
	struct dd_str s = { "", 0 };
	uint32_t number = next_word(w);
	w->ok = w->ok && dd_db_text(w->db, number, &s);
	return s;
}

/* A number of things that are at least `words` cells each: refused when the section cannot hold them. */
static uint32_t next_count(struct words *w, unsigned words)
{
	uint32_t n = next_word(w);
	w->ok = w->ok && w->at <= w->db->rows[DD_SECTION_WORDS] && n <= (w->db->rows[DD_SECTION_WORDS] - w->at) / words;
	return w->ok ? n : 0;
}

static bool read_events(struct words *w, struct dd_arena *a, struct dd_range *r)
{
	uint32_t type = next_word(w), n = next_count(w, 2);
	r->events = dd_arena_array(a, n, sizeof *r->events);
	if (!r->events)
		return false;
	r->type = type == DD_RANGE_SEMVER ? DD_RANGE_SEMVER : DD_RANGE_ECOSYSTEM;
	r->n_events = n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t kind = next_word(w);
		w->ok = w->ok && kind <= DD_EVENT_AFTER;
		r->events[i] =
			(struct dd_event){ .kind = (enum dd_event_kind)(w->ok ? kind : 0), .version = next_text(w) };
	}
	return true;
}

static enum dd_code read_affects(const struct dd_db *db, uint32_t at, struct dd_arena *a, struct dd_advisory *adv,
				 struct dd_err *err)
{
	struct words w = { .db = db, .at = at, .ok = true };
	uint32_t n_ranges = next_count(&w, 2), n_versions = next_count(&w, 1);
	adv->ranges = dd_arena_array(a, n_ranges, sizeof *adv->ranges);
	adv->versions = dd_arena_array(a, n_versions, sizeof *adv->versions);
	if (!adv->ranges || !adv->versions)
		return dd_fail_nomem(err);
	adv->n_ranges = n_ranges;
	adv->n_versions = n_versions;
	for (uint32_t i = 0; i < n_ranges; i++)
		if (!read_events(&w, a, &adv->ranges[i]))
			return dd_fail_nomem(err);
	for (uint32_t i = 0; i < n_versions; i++)
		adv->versions[i] = next_text(&w);
	return w.ok ? DD_OK : dd_db_damaged("a list of versions", err);
}

static enum dd_code read_entry(const struct dd_db *db, uint64_t row, struct dd_arena *a, struct dd_advisory *adv,
			       uint32_t *ret_record, struct dd_err *err)
{
	uint32_t package, source, affects, state;
	const enum dd_section e = DD_SECTION_ENTRIES;
	if (!dd_cell(db, e, row, DD_ENT_RECORD, ret_record) || !dd_cell(db, e, row, DD_ENT_PACKAGE, &package) ||
	    !dd_cell(db, e, row, DD_ENT_SOURCE, &source) || !dd_cell(db, e, row, DD_ENT_AFFECTS, &affects) ||
	    !dd_cell(db, e, row, DD_ENT_STATE, &state) ||
	    !dd_cell_text(db, DD_SECTION_RECORDS, *ret_record, DD_REC_ID, &adv->id) ||
	    !dd_cell_text(db, DD_SECTION_SOURCES, source, DD_SRC_NAME, &adv->source) ||
	    !dd_cell_text(db, DD_SECTION_PACKAGES, package, DD_PKG_ECOSYSTEM, &adv->ecosystem) ||
	    !dd_cell_text(db, DD_SECTION_PACKAGES, package, DD_PKG_NAME, &adv->package) ||
	    !dd_cell_text(db, e, row, DD_ENT_NOTE, &adv->note) ||
	    !dd_cell_text(db, e, row, DD_ENT_MODULE, &adv->module) ||
	    !dd_cell_text(db, e, row, DD_ENT_ARCHES, &adv->arches))
		return dd_db_damaged("an entry", err);
	uint32_t status = state & 0xff, fix_state = state >> 8 & 0xff, severity = state >> 16;
	if (status > DD_ADV_UNDETERMINED || fix_state >= DD_FIX_COUNT || severity >= DD_SEV_COUNT)
		return dd_db_damaged("the state of an entry", err);
	adv->status = (enum dd_advisory_status)status;
	adv->fix_state = (enum dd_fix_state)fix_state;
	adv->severity = (enum dd_severity)severity;
	return read_affects(db, affects, a, adv, err);
}

/* --- collecting advisories --- */

struct collector {
	const struct dd_db *db;
	struct dd_arena *a;
	bool withdrawn; /* take them too */
	uint32_t only;	/* this vulnerability, UINT32_MAX: each that a record speaks of */
	DD_VEC(struct dd_advisory) found;
};

static enum dd_code collect_entry(struct collector *c, uint64_t row, struct dd_err *err)
{
	struct dd_advisory adv = { .vuln = 0 };
	uint32_t record, flags, at, n;
	if (!dd_cell(c->db, DD_SECTION_ENTRIES, row, DD_ENT_RECORD, &record) ||
	    !dd_cell(c->db, DD_SECTION_RECORDS, record, DD_REC_FLAGS, &flags) ||
	    !dd_cell(c->db, DD_SECTION_RECORDS, record, DD_REC_VULNS, &at) ||
	    !dd_cell(c->db, DD_SECTION_RECORDS, record, DD_REC_N_VULNS, &n) || !dd_db_list_ok(c->db, at, n))
		return dd_db_damaged("a record", err);
	adv.withdrawn = flags & DD_REC_FLAG_WITHDRAWN;
	if (adv.withdrawn && !c->withdrawn)
		return DD_OK;
	DD_TRY(read_entry(c->db, row, c->a, &adv, &record, err));
	for (uint32_t i = 0; i < n; i++) {
		if (!dd_db_word(c->db, (uint64_t)at + i, &adv.vuln) || adv.vuln >= c->db->rows[DD_SECTION_VULNS])
			return dd_db_damaged("a record's vulnerabilities", err);
		if (c->only != UINT32_MAX && c->only != adv.vuln)
			continue;
		if (c->found.n >= DD_DB_FOUND_MAX)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d advisories for one question",
				       DD_DB_FOUND_MAX);
		if (!dd_vec_push(&c->found, adv, DD_DB_FOUND_MAX))
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

static enum dd_code collect_package(struct collector *c, uint64_t row, struct dd_err *err)
{
	uint32_t first, n;
	if (!dd_cell(c->db, DD_SECTION_PACKAGES, row, DD_PKG_FIRST, &first) ||
	    !dd_cell(c->db, DD_SECTION_PACKAGES, row, DD_PKG_COUNT, &n) || n > c->db->rows[DD_SECTION_ENTRIES] ||
	    first > c->db->rows[DD_SECTION_ENTRIES] - n)
		return dd_db_damaged("a package", err);
	for (uint32_t i = 0; i < n; i++)
		DD_TRY(collect_entry(c, (uint64_t)first + i, err));
	return DD_OK;
}

/* Hands the result over into the caller's arena. */
static enum dd_code deliver(struct collector *c, enum dd_code code, struct dd_advisory **ret, size_t *ret_n,
			    struct dd_err *err)
{
	struct dd_advisory *out = NULL;
	if (code == DD_OK) {
		out = dd_arena_array(c->a, c->found.n, sizeof *out);
		if (!out)
			code = dd_fail_nomem(err);
	}
	if (code == DD_OK) {
		if (c->found.n)
			memcpy(out, c->found.p, c->found.n * sizeof *out);
		*ret = out;
		*ret_n = c->found.n;
	}
	dd_vec_done(&c->found);
	return code;
}

enum dd_code dd_db_find(const struct dd_db *db, struct dd_str ecosystem, struct dd_str package, struct dd_arena *a,
			struct dd_advisory **ret, size_t *ret_n, struct dd_err *err)
{
	struct collector c = { .db = db, .a = a, .only = UINT32_MAX };
	uint32_t keys[2];
	uint64_t row;
	enum dd_search s = dd_db_text_number(db, ecosystem, &keys[0]);
	if (s == DD_SEARCH_FOUND)
		s = dd_db_text_number(db, package, &keys[1]);
	if (s == DD_SEARCH_FOUND)
		s = dd_db_row(db, DD_SECTION_PACKAGES, keys, 2, &row);
	if (s == DD_SEARCH_DAMAGED)
		return dd_db_damaged("the index of packages", err);
	return deliver(&c, s == DD_SEARCH_FOUND ? collect_package(&c, row, err) : DD_OK, ret, ret_n, err);
}

bool dd_db_covers(const struct dd_db *db, struct dd_str ecosystem)
{
	uint32_t key;
	uint64_t row;
	return dd_db_text_number(db, ecosystem, &key) == DD_SEARCH_FOUND &&
	       dd_db_row(db, DD_SECTION_ECOSYSTEMS, &key, 1, &row) == DD_SEARCH_FOUND;
}

enum dd_code dd_db_advisories_of(const struct dd_db *db, uint32_t vuln, struct dd_arena *a, struct dd_advisory **ret,
				 size_t *ret_n, struct dd_err *err)
{
	struct collector c = { .db = db, .a = a, .only = vuln, .withdrawn = true };
	uint32_t at, n;
	enum dd_code code = DD_OK;
	if (!dd_cell(db, DD_SECTION_VULNS, vuln, DD_VUL_RECORDS, &at) ||
	    !dd_cell(db, DD_SECTION_VULNS, vuln, DD_VUL_N_RECORDS, &n) || !dd_db_list_ok(db, at, n))
		return dd_db_damaged("a vulnerability", err);
	for (uint32_t i = 0; i < n && code == DD_OK; i++) {
		uint32_t record, entries, n_entries, row;
		if (!dd_db_word(db, (uint64_t)at + i, &record) ||
		    !dd_cell(db, DD_SECTION_RECORDS, record, DD_REC_ENTRIES, &entries) ||
		    !dd_cell(db, DD_SECTION_RECORDS, record, DD_REC_N_ENTRIES, &n_entries) ||
		    !dd_db_list_ok(db, entries, n_entries))
			code = dd_db_damaged("a record", err);
		for (uint32_t k = 0; code == DD_OK && k < n_entries; k++)
			code = dd_db_word(db, (uint64_t)entries + k, &row) ? collect_entry(&c, row, err)
									   : dd_db_damaged("a record", err);
	}
	return deliver(&c, code, ret, ret_n, err);
}

/* First row of NAMES whose package is named so; NAMES holds rows of PACKAGES. */
static enum dd_search first_named(const struct dd_db *db, uint32_t name, uint64_t *ret)
{
	uint64_t low = 0, high = db->rows[DD_SECTION_NAMES];
	while (low < high) {
		uint64_t mid = low + (high - low) / 2;
		uint32_t row, at;
		if (!dd_cell(db, DD_SECTION_NAMES, mid, 0, &row) ||
		    !dd_cell(db, DD_SECTION_PACKAGES, row, DD_PKG_NAME, &at))
			return DD_SEARCH_DAMAGED;
		if (at < name)
			low = mid + 1;
		else
			high = mid;
	}
	*ret = low;
	return DD_SEARCH_FOUND;
}

enum dd_code dd_db_find_anywhere(const struct dd_db *db, struct dd_str package, struct dd_arena *a,
				 struct dd_advisory **ret, size_t *ret_n, struct dd_err *err)
{
	struct collector c = { .db = db, .a = a, .only = UINT32_MAX, .withdrawn = true };
	uint32_t name, row, at;
	uint64_t i = 0;
	enum dd_code code = DD_OK;
	enum dd_search s = dd_db_text_number(db, package, &name);
	if (s == DD_SEARCH_FOUND)
		s = first_named(db, name, &i);
	if (s == DD_SEARCH_DAMAGED)
		return dd_db_damaged("the index of names", err);
	for (; s == DD_SEARCH_FOUND && code == DD_OK && i < db->rows[DD_SECTION_NAMES]; i++) {
		if (!dd_cell(db, DD_SECTION_NAMES, i, 0, &row) ||
		    !dd_cell(db, DD_SECTION_PACKAGES, row, DD_PKG_NAME, &at))
			code = dd_db_damaged("the index of names", err);
		else if (at != name)
			break;
		else
			code = collect_package(&c, row, err);
	}
	return deliver(&c, code, ret, ret_n, err);
}
