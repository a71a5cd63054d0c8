/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include "base/limits.h"
#include "db/dbread.h"
#include "format/cvss.h"
#include "format/digest.h"

/* --- vulnerabilities --- */

static bool read_aliases(const struct dd_db *db, uint32_t row, struct dd_arena *a, struct dd_vuln *v, bool *ret_nomem)
{
	uint32_t at, n, number;
	if (!dd_cell(db, DD_SECTION_VULNS, row, DD_VUL_ALIASES, &at) ||
	    !dd_cell(db, DD_SECTION_VULNS, row, DD_VUL_N_ALIASES, &n) || !dd_db_list_ok(db, at, n))
		return false;
	v->aliases = dd_arena_array(a, n, sizeof *v->aliases);
	*ret_nomem = !v->aliases;
	v->n_aliases = n;
	for (uint32_t i = 0; v->aliases && i < n; i++)
		if (!dd_db_word(db, (uint64_t)at + i, &number) || !dd_db_text(db, number, &v->aliases[i]))
			return false;
	return true;
}

/* False: not a vector of a version that can be scored; it is left out. */
static bool score(struct dd_cvss_score *c)
{
	static const struct {
		int number;
		enum dd_cvss_version version;
	} versions[] = { { 20, DD_CVSS_2 }, { 30, DD_CVSS_30 }, { 31, DD_CVSS_31 }, { 40, DD_CVSS_40 } };
	struct dd_cvss cvss;
	if (dd_cvss_parse(c->vector, &cvss, NULL) != DD_OK)
		return false;
	for (size_t i = 0; i < DD_COUNT(versions); i++)
		if (versions[i].number == cvss.version)
			c->version = versions[i].version;
	c->score = cvss.base;
	return true;
}

static bool read_cvss(const struct dd_db *db, uint32_t row, struct dd_arena *a, struct dd_vuln *v, bool *ret_nomem)
{
	uint32_t at, n, vector, source;
	if (!dd_cell(db, DD_SECTION_VULNS, row, DD_VUL_CVSS, &at) ||
	    !dd_cell(db, DD_SECTION_VULNS, row, DD_VUL_N_CVSS, &n) || !dd_db_list_ok(db, at, 2 * (uint64_t)n))
		return false;
	v->cvss = dd_arena_array(a, n, sizeof *v->cvss);
	*ret_nomem = !v->cvss;
	for (uint32_t i = 0; v->cvss && i < n; i++) {
		struct dd_cvss_score *c = &v->cvss[v->n_cvss];
		if (!dd_db_word(db, at + 2 * (uint64_t)i, &vector) ||
		    !dd_db_word(db, at + 2 * (uint64_t)i + 1, &source) || !dd_db_text(db, vector, &c->vector) ||
		    !dd_db_text(db, source, &c->source))
			return false;
		v->n_cvss += score(c);
	}
	return true;
}

static bool read_cwes(const struct dd_db *db, uint32_t row, struct dd_arena *a, struct dd_vuln *v, bool *ret_nomem)
{
	uint32_t at, n, number;
	if (!dd_cell(db, DD_SECTION_VULNS, row, DD_VUL_CWES, &at) ||
	    !dd_cell(db, DD_SECTION_VULNS, row, DD_VUL_N_CWES, &n) || !dd_db_list_ok(db, at, n))
		return false;
	v->cwes = dd_arena_array(a, n, sizeof *v->cwes);
	*ret_nomem = !v->cwes;
	for (uint32_t i = 0; v->cwes && i < n; i++, v->n_cwes++)
		if (!dd_db_word(db, (uint64_t)at + i, &number) || !dd_db_text(db, number, &v->cwes[i]))
			return false;
	return true;
}

static bool read_vuln(const struct dd_db *db, uint32_t row, struct dd_vuln *v)
{
	const enum dd_section s = DD_SECTION_VULNS;
	uint32_t state, epss, percentile;
	if (!dd_cell_text(db, s, row, DD_VUL_ID, &v->id) || !dd_cell_text(db, s, row, DD_VUL_TITLE, &v->title) ||
	    !dd_cell_text(db, s, row, DD_VUL_PUBLISHED, &v->published) ||
	    !dd_cell_text(db, s, row, DD_VUL_MODIFIED, &v->modified) ||
	    !dd_cell_text(db, s, row, DD_VUL_SEVERITY_SOURCE, &v->severity_source) ||
	    !dd_cell_text(db, s, row, DD_VUL_KEV_DUE, &v->kev_due) || !dd_cell(db, s, row, DD_VUL_STATE, &state) ||
	    !dd_cell(db, s, row, DD_VUL_EPSS, &epss) || !dd_cell(db, s, row, DD_VUL_EPSS_PERCENTILE, &percentile) ||
	    (state & 0xff) >= DD_SEV_COUNT)
		return false;
	v->severity = (enum dd_severity)(state & 0xff);
	v->withdrawn = state & DD_VUL_FLAG_WITHDRAWN;
	v->kev = state & DD_VUL_FLAG_KEV;
	v->kev_ransomware = state & DD_VUL_FLAG_RANSOMWARE;
	v->epss = epss == DD_VUL_NO_EPSS ? -1 : epss / DD_VUL_EPSS_UNIT;
	v->epss_percentile = percentile == DD_VUL_NO_EPSS ? -1 : percentile / DD_VUL_EPSS_UNIT;
	return true;
}

enum dd_code dd_db_vuln(const struct dd_db *db, uint32_t vuln, struct dd_arena *a, struct dd_vuln *ret,
			struct dd_err *err)
{
	struct dd_vuln v = { .n_aliases = 0 };
	bool nomem[3] = { false, false, false };
	if (!read_vuln(db, vuln, &v) || !read_aliases(db, vuln, a, &v, &nomem[0]) ||
	    !read_cvss(db, vuln, a, &v, &nomem[1]) || !read_cwes(db, vuln, a, &v, &nomem[2]))
		return dd_db_damaged("a vulnerability", err);
	if (nomem[0] || nomem[1] || nomem[2])
		return dd_fail_nomem(err);
	*ret = v;
	return DD_OK;
}

enum dd_code dd_db_lookup_all(const struct dd_db *db, struct dd_str id, struct dd_arena *a, uint32_t **ret,
			      size_t *ret_n, struct dd_err *err)
{
	uint32_t name, at = 0, n = 0;
	uint64_t row;
	enum dd_search s = dd_db_text_number(db, id, &name);
	if (s == DD_SEARCH_FOUND)
		s = dd_db_row(db, DD_SECTION_IDS, &name, 1, &row);
	if (s == DD_SEARCH_FOUND &&
	    (!dd_cell(db, DD_SECTION_IDS, row, DD_IDX_VULNS, &at) ||
	     !dd_cell(db, DD_SECTION_IDS, row, DD_IDX_N_VULNS, &n) || !dd_db_list_ok(db, at, n)))
		s = DD_SEARCH_DAMAGED;
	if (s == DD_SEARCH_DAMAGED)
		return dd_db_damaged("the index of ids", err);
	uint32_t *list = dd_arena_array(a, n, sizeof *list);
	if (!list)
		return dd_fail_nomem(err);
	for (uint32_t i = 0; i < n; i++)
		if (!dd_db_word(db, (uint64_t)at + i, &list[i]) || list[i] >= db->rows[DD_SECTION_VULNS])
			return dd_db_damaged("the index of ids", err);
	*ret = list;
	*ret_n = n;
	return DD_OK;
}

bool dd_db_lookup(const struct dd_db *db, struct dd_str id, uint32_t *ret_vuln)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	uint32_t *list;
	size_t n;
	if (dd_db_lookup_all(db, id, &a, &list, &n, NULL) != DD_OK || n == 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct dd_str canonical;
		if (!dd_cell_text(db, DD_SECTION_VULNS, list[i], DD_VUL_ID, &canonical))
			return false;
		if (i == 0 || dd_str_eq(canonical, id))
			*ret_vuln = list[i];
	}
	return true;
}

/* --- end of life --- */

bool dd_db_eol(const struct dd_db *db, struct dd_str product, struct dd_str cycle, struct dd_eol *ret)
{
	const enum dd_section s = DD_SECTION_EOL;
	struct dd_eol e = { .ended = false };
	uint32_t keys[2], ended;
	uint64_t row;
	if (dd_db_text_number(db, product, &keys[0]) != DD_SEARCH_FOUND ||
	    dd_db_text_number(db, cycle, &keys[1]) != DD_SEARCH_FOUND ||
	    dd_db_row(db, s, keys, 2, &row) != DD_SEARCH_FOUND)
		return false;
	if (!dd_cell_text(db, s, row, DD_EOL_PRODUCT, &e.product) ||
	    !dd_cell_text(db, s, row, DD_EOL_CYCLE, &e.cycle) ||
	    !dd_cell_text(db, s, row, DD_EOL_CODENAME, &e.codename) || !dd_cell_text(db, s, row, DD_EOL_DATE, &e.eol) ||
	    !dd_cell_text(db, s, row, DD_EOL_EXTENDED, &e.extended) ||
	    !dd_cell_text(db, s, row, DD_EOL_LATEST, &e.latest) || !dd_cell(db, s, row, DD_EOL_ENDED, &ended))
		return false;
	e.ended = ended != 0;
	*ret = e;
	return true;
}

/* --- jars --- */

bool dd_db_java_sha1(const struct dd_db *db, const unsigned char sha1[20], struct dd_jar *ret)
{
	const enum dd_section s = DD_SECTION_JARS;
	struct dd_jar jar;
	uint32_t keys[5];
	uint64_t row;
	for (size_t i = 0; i < DD_COUNT(keys); i++)
		keys[i] = dd_be32((const char *)sha1 + 4 * i);
	if (dd_db_row(db, s, keys, DD_COUNT(keys), &row) != DD_SEARCH_FOUND ||
	    !dd_cell_text(db, s, row, DD_JAR_NAME, &jar.name) ||
	    !dd_cell_text(db, s, row, DD_JAR_VERSION, &jar.version))
		return false;
	*ret = jar;
	return true;
}

/* --- provenance --- */

static enum dd_code read_sources(const struct dd_db *db, struct dd_arena *a, struct dd_database_info *info,
				 struct dd_err *err)
{
	const enum dd_section s = DD_SECTION_SOURCES;
	uint32_t records;
	info->n_sources = (size_t)db->rows[s];
	info->sources = dd_arena_array(a, info->n_sources, sizeof *info->sources);
	if (!info->sources)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < info->n_sources; i++) {
		struct dd_db_source *d = &info->sources[i];
		if (!dd_cell_text(db, s, i, DD_SRC_KIND, &d->kind) || !dd_cell_text(db, s, i, DD_SRC_NAME, &d->name) ||
		    !dd_cell_text(db, s, i, DD_SRC_URL, &d->url) ||
		    !dd_cell_text(db, s, i, DD_SRC_DIGEST, &d->digest) ||
		    !dd_cell_text(db, s, i, DD_SRC_DATE, &d->date) || !dd_cell(db, s, i, DD_SRC_RECORDS, &records))
			return dd_db_damaged("a source", err);
		d->records = records;
	}
	return DD_OK;
}

enum dd_code dd_db_info(const struct dd_db *db, struct dd_arena *a, struct dd_database_info *ret, struct dd_err *err)
{
	struct dd_database_info info = {
		.present = true,
		.built = (int64_t)db->header.built,
		.advisories = db->header.advisories,
		.starter = db->header.flags & DD_DBFILE_STARTER,
	};
	struct dd_digest digest = { .algorithm = DD_SHA256 };
	char text[DD_DIGEST_TEXT_MAX];
	memcpy(digest.bytes, db->header.content, sizeof db->header.content);
	info.digest = dd_arena_str(a, dd_str_from(dd_digest_text(&digest, text)));
	if (!info.digest.p)
		return dd_fail_nomem(err);
	DD_TRY(read_sources(db, a, &info, err));
	*ret = info;
	return DD_OK;
}
