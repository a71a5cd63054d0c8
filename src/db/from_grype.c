/* SPDX-License-Identifier: Apache-2.0 */
/* Grype's database, schema 6 (grype/db/v6/models.go): vulnerability.db, an SQLite file, as it is served (without
 * indexes) or as Grype keeps it (with them). Every table is read from its first row to its last:
 *
 *   db_metadata(build_timestamp, model)            model must be 6
 *   providers(id, date_captured)                   "nvd", "github", "debian", "rhel" …: our source "grype:<id>"
 *   operating_systems(id, name, release_id, major_version, minor_version, label_version, codename, channel)
 *   packages(id, ecosystem, name)
 *   vulnerability_handles(id, name, status, published_date, modified_date, provider_id, blob_id)
 *   affected_package_handles, unaffected_package_handles(vulnerability_id, operating_system_id, package_id, blob_id)
 *   cpes(id, part, vendor, product, target_software), affected_cpe_handles(vulnerability_id, cpe_id, blob_id)
 *   cwe_handles(cve, cwe) · epss_handles(cve, epss, percentile), epss_metadata(date)
 *   known_exploited_vulnerability_handles(cve, blob_id)
 *   blobs(id, value)                               JSON: grype_blobs.c
 *
 * - Rows are sorted by the blob they name and then take their blobs in order, so that the big table is read once.
 * - Rejected vulnerabilities are withdrawn ones.
 * - A row of affected_cpe_handles becomes an entry for the ecosystem "cpe" and the package "vendor/product"; only
 *   applications (part "a"), and not those that are plug-ins of something (target_software).
 * - "Unaffected" rows: "from V on" is a fix, all else names versions that are not affected.
 * - Dates are SQLite's ("2024-01-02 03:04:05+00:00"). */
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"
#include "db/dbfile.h"
#include "db/grype.h"
#include "db/grype_names.h"
#include "db/osv_words.h"

enum { MODEL = 6 };

/* --- looking up --- */

struct dd_grype_vuln *dd_grype_vuln(const struct dd_grype *g, int64_t id)
{
	size_t low = 0, high = g->vulns.n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (g->vulns.p[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < g->vulns.n && g->vulns.p[low].id == id ? &g->vulns.p[low] : NULL;
}

const struct dd_grype_thing *dd_grype_thing(const struct dd_grype_thing *p, size_t n, int64_t id)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (p[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && p[low].id == id ? &p[low] : NULL;
}

static int cmp_i64(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int thing_by_id(const void *x, const void *y)
{
	return cmp_i64(((const struct dd_grype_thing *)x)->id, ((const struct dd_grype_thing *)y)->id);
}

static int vuln_by_id(const void *x, const void *y)
{
	return cmp_i64(((const struct dd_grype_vuln *)x)->id, ((const struct dd_grype_vuln *)y)->id);
}

static int vuln_by_blob(const void *x, const void *y)
{
	int order = cmp_i64(((const struct dd_grype_vuln *)x)->blob, ((const struct dd_grype_vuln *)y)->blob);
	return order ? order : vuln_by_id(x, y);
}

static int affected_by_blob(const void *x, const void *y)
{
	const struct dd_grype_affected *a = x, *b = y;
	int order = cmp_i64(a->blob, b->blob);
	if (order == 0)
		order = cmp_i64(a->vuln, b->vuln);
	if (order == 0)
		order = cmp_i64(a->package, b->package);
	return order ? order : cmp_i64(a->system, b->system);
}

static int cwe_by_cve(const void *x, const void *y)
{
	const struct dd_grype_cwe *a = x, *b = y;
	if (a->cve != b->cve)
		return a->cve < b->cve ? -1 : 1;
	return a->cwe < b->cwe ? -1 : a->cwe > b->cwe;
}

/* --- rows --- */

/* "2024-01-02 03:04:05+00:00" → "2024-01-02T03:04:05+00:00"; empty: not a date. A view into out. */
static struct dd_str date_of(struct dd_str s, char out[64])
{
	int64_t time;
	if (s.n < 10 || s.n > DD_DB_DATE_BYTES_MAX)
		return DD_STR("");
	memcpy(out, s.p, s.n);
	if (s.n > 10 && out[10] == ' ')
		out[10] = 'T';
	struct dd_str date = { out, s.n };
	return dd_time_parse(date, &time) ? date : DD_STR("");
}

static uint32_t date_text(struct dd_grype *g, const struct dd_sqlite_rows *r, int column)
{
	char text[64];
	return dd_build_text(g->b, date_of(dd_sqlite_text(r, column), text));
}

static enum dd_code read_metadata(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct dd_grype *g = ctx;
	char text[64];
	if (dd_sqlite_int(r, 1) != MODEL)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the database has schema %lld, %d is read",
			       (long long)dd_sqlite_int(r, 1), MODEL);
	dd_build_date(g->b, g->source, date_of(dd_sqlite_text(r, 0), text));
	g->known = true;
	return DD_OK;
}

/* Our source for one of its providers. */
static uint32_t source_of(struct dd_grype *g, struct dd_str provider)
{
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(128);
	(void)dd_buf_add_c(&name, "grype:");
	(void)dd_buf_add_str(&name, dd_str_is_word(provider) && provider.n <= 64 ? provider : DD_STR("unknown"));
	return dd_build_source(g->b, DD_STR("grype"), dd_buf_str(&name), g->doc);
}

static enum dd_code read_provider(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct dd_grype *g = ctx;
	char text[64];
	dd_build_date(g->b, source_of(g, dd_sqlite_text(r, 0)), date_of(dd_sqlite_text(r, 1), text));
	return dd_build_check(g->b, err);
}

/* dd_sqlite_text's views end with the next call on the rows, and conversions may move them: copies. */
static struct dd_str copy(const struct dd_sqlite_rows *r, int column, struct dd_arena *a)
{
	struct dd_str s = dd_arena_str(a, dd_sqlite_text(r, column));
	return s.p ? s : DD_STR("");
}

static enum dd_code read_system(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_grype *g = ctx;
	const struct dd_grype_system s = { copy(r, 0, &a), copy(r, 1, &a), copy(r, 2, &a), copy(r, 3, &a),
					   copy(r, 4, &a), copy(r, 5, &a), copy(r, 6, &a) };
	struct dd_str key;
	DD_TRY(dd_grype_system_key(&s, &a, &key, err));
	const struct dd_grype_thing t = { dd_sqlite_id(r), dd_build_text(g->b, key), 0 };
	return dd_vec_push(&g->systems, t, DD_DB_RECORDS_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_package(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_grype *g = ctx;
	struct dd_str key, name = copy(r, 1, &a);
	DD_TRY(dd_build_check_text(name, "name", err));
	DD_TRY(dd_grype_language_key(copy(r, 0, &a), &a, &key, err));
	const struct dd_grype_thing t = { dd_sqlite_id(r), dd_build_text(g->b, key), dd_build_text(g->b, name) };
	return dd_vec_push(&g->packages, t, DD_DB_RECORDS_MAX) ? DD_OK : dd_fail_nomem(err);
}

static bool is_any(struct dd_str s)
{
	return s.n == 0 || dd_str_eq_c(s, "*") || dd_str_eq_c(s, "-") || dd_str_eq_c(s, "linux") ||
	       dd_str_eq_c(s, "linux_kernel") || dd_str_eq_c(s, "docker");
}

/* part vendor product target_software */
static enum dd_code read_cpe(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_grype *g = ctx;
	struct dd_str vendor = copy(r, 1, &a), product = copy(r, 2, &a);
	struct dd_grype_thing t = { .id = dd_sqlite_id(r) };
	DD_TRY(dd_build_check_text(vendor, "vendor", err));
	DD_TRY(dd_build_check_text(product, "product", err));
	if (dd_str_eq_c(copy(r, 0, &a), "a") && is_any(copy(r, 3, &a)) && vendor.n && product.n) {
		struct dd_str name = dd_arena_printf(&a, "%.*s/%.*s", DD_FMT(vendor), DD_FMT(product));
		if (!name.p)
			return dd_fail_nomem(err);
		t.key = dd_build_text(g->b, DD_STR("cpe"));
		t.name = dd_build_text(g->b, name);
	}
	return dd_vec_push(&g->cpes, t, DD_DB_RECORDS_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_handle(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct dd_grype *g = ctx;
	struct dd_grype_vuln v = { .id = dd_sqlite_id(r), .blob = dd_sqlite_int(r, 5), .record = DD_MAP_NONE };
	struct dd_str name = dd_str_trim(dd_sqlite_text(r, 0));
	DD_TRY(dd_build_check_text(name, "name", err));
	if (!name.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a vulnerability without a name");
	v.name = dd_build_text(g->b, name);
	v.withdrawn = dd_str_eq_c(dd_sqlite_text(r, 1), "rejected") || dd_sqlite_text(r, 6).n > 0;
	v.published = date_text(g, r, 2);
	v.modified = date_text(g, r, 3);
	v.nvd = dd_str_eq_c(dd_sqlite_text(r, 4), "nvd");
	v.source = (uint16_t)source_of(g, dd_sqlite_text(r, 4));
	return dd_vec_push(&g->vulns, v, DD_DB_RECORDS_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_affected(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct dd_grype *g = ctx;
	const struct dd_grype_affected a = { dd_sqlite_int(r, 0), dd_sqlite_int(r, 1), dd_sqlite_int(r, 3),
					     dd_sqlite_int(r, 2) };
	return dd_vec_push(&g->affected, a, DD_DB_ENTRIES_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_cwe(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct dd_grype *g = ctx;
	struct dd_grype_cwe c = { .cve = dd_build_text(g->b, dd_build_cut(dd_sqlite_text(r, 0), DD_DB_CVE_BYTES_MAX)) };
	uint32_t mark = dd_build_mark(g->b);
	dd_build_cwe(g->b, dd_sqlite_text(r, 1));
	DD_TRY(dd_build_check(g->b, err));
	if (dd_build_mark(g->b) == mark)
		return DD_OK; /* "NVD-CWE-noinfo" */
	c.cwe = g->b->words.p[mark];
	g->b->words.n = mark;
	return dd_vec_push(&g->cwes, c, DD_DB_ROWS_MAX) ? DD_OK : dd_fail_nomem(err);
}

/* --- exploitation --- */

static enum dd_code check_cve(struct dd_str cve, struct dd_err *err)
{
	if (!cve.n || dd_cve_len(cve) != cve.n || cve.n > DD_DB_CVE_BYTES_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s is no CVE", DD_QUOTE(cve));
	return DD_OK;
}

static enum dd_code read_epss_date(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct dd_grype *g = ctx;
	char text[64];
	(void)err;
	(void)dd_time_parse(date_of(dd_sqlite_text(r, 0), text), &g->scores);
	return DD_OK;
}

static enum dd_code read_epss(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct dd_grype *g = ctx;
	struct dd_str cve = dd_sqlite_text(r, 0);
	double score = dd_sqlite_real(r, 1), percentile = dd_sqlite_real(r, 2);
	DD_TRY(check_cve(cve, err));
	if (!(score >= 0 && score <= 1 && percentile >= 0 && percentile <= 1))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no score");
	const struct dd_build_epss e = { dd_build_text(g->b, cve), (uint32_t)lround(score * DD_VUL_EPSS_UNIT),
					 (uint32_t)lround(percentile * DD_VUL_EPSS_UNIT), g->scores };
	return dd_vec_push(&g->b->epss, e, DD_DB_ROWS_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_kev(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct dd_grype *g = ctx;
	json_t *j DD_CLEANUP_JSON = NULL;
	struct dd_str cve = dd_sqlite_text(r, 0);
	DD_TRY(check_cve(cve, err));
	struct dd_build_kev k = { .cve = dd_build_text(g->b, cve) };
	DD_TRY(dd_grype_blob(g, dd_sqlite_int(r, 1), &j, err));
	/* A day is enough: "2021-12-10T00:00:00Z". */
	k.added = dd_build_text(g->b, dd_str_take(dd_json_str(j, "date_added"), 10));
	k.due = dd_build_text(g->b, dd_str_take(dd_json_str(j, "due_date"), 10));
	k.ransomware = dd_str_eq_nocase(dd_json_str(j, "known_ransomware_campaign_use"), DD_STR("known"));
	return dd_vec_push(&g->b->kev, k, DD_DB_ROWS_MAX) ? DD_OK : dd_fail_nomem(err);
}

/* --- blobs --- */

enum dd_code dd_grype_blob(struct dd_grype *g, int64_t id, json_t **ret, struct dd_err *err)
{
	bool found;
	DD_TRY(dd_sqlite_find(g->blobs, id, &found, err));
	if (!found)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "table 'blobs': no row %lld", (long long)id);
	/* Offsets of JSON are not those of the file. */
	if (dd_json_parse(dd_sqlite_text(g->blobs, 0), ret, err) == DD_OK)
		return DD_OK;
	if (err)
		err->at = DD_NO_OFFSET;
	return dd_wrap(err, "table 'blobs', row %lld", (long long)id);
}

/* What a blob's reader said: problems become warnings, the rest ends everything. */
static enum dd_code forgive(struct dd_grype *g, enum dd_code code, const struct dd_err *problem, struct dd_err *err)
{
	if (code == DD_ENOMEM)
		return dd_fail_nomem(err);
	if (code == DD_ELIMIT)
		return dd_fail(err, code, problem->at, "%s", problem->message);
	if (code != DD_OK)
		dd_build_warn_of(g->b, g->doc, problem);
	return dd_build_check(g->b, err);
}

static enum dd_code read_vulns(struct dd_grype *g, struct dd_err *err)
{
	if (g->vulns.n)
		qsort(g->vulns.p, g->vulns.n, sizeof *g->vulns.p, vuln_by_blob);
	for (size_t i = 0; i < g->vulns.n; i++) {
		struct dd_grype_vuln *v = &g->vulns.p[i];
		if (i % DD_BUILD_FORGET_EACH == 0)
			dd_build_forget(g->doc);
		json_t *j DD_CLEANUP_JSON = NULL;
		struct dd_err local = { .at = DD_NO_OFFSET };
		enum dd_code code = dd_grype_blob(g, v->blob, &j, &local);
		if (code == DD_OK)
			code = dd_grype_read_vuln(g, v, j, &local);
		if (code == DD_EPARSE)
			(void)dd_wrap(&local, "%s", DD_QUOTE(dd_intern_text(&g->b->strings, v->name)));
		DD_TRY(forgive(g, code, &local, err));
	}
	if (g->vulns.n)
		qsort(g->vulns.p, g->vulns.n, sizeof *g->vulns.p, vuln_by_id);
	return DD_OK;
}

/* One table of affected things, blob by blob. */
static enum dd_code read_table(struct dd_grype *g, const char *table, const char *columns, bool cpe, bool unaffected,
			       struct dd_err *err)
{
	if (!dd_sqlite_has(g->sql, table))
		return DD_OK;
	g->affected.n = 0;
	DD_TRY(dd_build_rows(g->b, g->doc, g->sql, table, columns, read_affected, g, err));
	if (g->affected.n)
		qsort(g->affected.p, g->affected.n, sizeof *g->affected.p, affected_by_blob);
	uint64_t blobs = 0;
	for (size_t i = 0, end; i < g->affected.n; i = end) {
		if (blobs++ % DD_BUILD_FORGET_EACH == 0)
			dd_build_forget(g->doc);
		json_t *j DD_CLEANUP_JSON = NULL;
		struct dd_err local = { .at = DD_NO_OFFSET };
		for (end = i; end < g->affected.n && g->affected.p[end].blob == g->affected.p[i].blob;)
			end++;
		enum dd_code code = dd_grype_blob(g, g->affected.p[i].blob, &j, &local);
		if (code == DD_OK)
			code = dd_grype_read_package(g, &g->affected.p[i], end - i, j, cpe, unaffected, &local);
		if (code == DD_EPARSE)
			(void)dd_wrap(&local, "%s: blob %lld", table, (long long)g->affected.p[i].blob);
		DD_TRY(forgive(g, code, &local, err));
	}
	return DD_OK;
}

/* --- the whole --- */

static enum dd_code read_small_tables(struct dd_grype *g, struct dd_err *err)
{
	static const struct {
		const char *table, *columns;
		dd_build_row_fn *read;
		bool needed;
	} rows[] = {
		{ "providers", "id ?date_captured", read_provider, false },
		{ "operating_systems",
		  "name ?release_id ?major_version ?minor_version ?label_version ?codename ?channel", read_system,
		  true },
		{ "packages", "ecosystem name", read_package, true },
		{ "cpes", "part vendor product ?target_software", read_cpe, false },
		{ "cwe_handles", "cve cwe", read_cwe, false },
		{ "epss_metadata", "date", read_epss_date, false },
		{ "epss_handles", "cve epss percentile", read_epss, false },
		{ "known_exploited_vulnerability_handles", "cve blob_id", read_kev, false },
		{ "vulnerability_handles",
		  "name ?status ?published_date ?modified_date provider_id blob_id ?withdrawn_date", read_handle,
		  true },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (rows[i].needed || dd_sqlite_has(g->sql, rows[i].table))
			DD_TRY(dd_build_rows(g->b, g->doc, g->sql, rows[i].table, rows[i].columns, rows[i].read, g,
					     err));
	return DD_OK;
}

/* Before everything else: a database of another schema may have the same tables and mean something else. */
static enum dd_code check_schema(struct dd_grype *g, struct dd_err *err)
{
	DD_TRY(dd_build_rows(g->b, g->doc, g->sql, "db_metadata", "build_timestamp model", read_metadata, g, err));
	if (!g->known)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "not a database of Grype's schema %d", MODEL);
	return DD_OK;
}

static void sort_things(struct dd_grype *g)
{
	if (g->systems.n)
		qsort(g->systems.p, g->systems.n, sizeof *g->systems.p, thing_by_id);
	if (g->packages.n)
		qsort(g->packages.p, g->packages.n, sizeof *g->packages.p, thing_by_id);
	if (g->cpes.n)
		qsort(g->cpes.p, g->cpes.n, sizeof *g->cpes.p, thing_by_id);
	if (g->cwes.n)
		qsort(g->cwes.p, g->cwes.n, sizeof *g->cwes.p, cwe_by_cve);
}

static enum dd_code read_database(struct dd_grype *g, struct dd_err *err)
{
	static const char *const tables[] = { "db_metadata",
					      "providers",
					      "operating_systems",
					      "packages",
					      "cpes",
					      "cwe_handles",
					      "epss_metadata",
					      "epss_handles",
					      "known_exploited_vulnerability_handles",
					      "vulnerability_handles",
					      "affected_package_handles",
					      "unaffected_package_handles",
					      "affected_cpe_handles",
					      "blobs",
					      NULL };
	DD_TRY(dd_build_sqlite(g->b, g->doc, tables, &g->sql, err));
	if (!dd_sqlite_has(g->sql, "db_metadata") || !dd_sqlite_has(g->sql, "blobs"))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "no tables 'db_metadata' and 'blobs': not a database of Grype's, schema 6");
	DD_TRY(dd_sqlite_rows_open(g->sql, "blobs", "value", &g->blobs, err));
	DD_TRY(check_schema(g, err));
	DD_TRY(read_small_tables(g, err));
	sort_things(g);
	DD_TRY(read_vulns(g, err));
	DD_TRY(read_table(g, "affected_package_handles", "vulnerability_id blob_id package_id ?operating_system_id",
			  false, false, err));
	DD_TRY(read_table(g, "unaffected_package_handles", "vulnerability_id blob_id package_id ?operating_system_id",
			  false, true, err));
	return read_table(g, "affected_cpe_handles", "vulnerability_id blob_id cpe_id", true, false, err);
}

enum dd_code dd_from_grype(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct dd_grype g = { .b = b, .doc = doc, .scores = INT64_MIN };
	g.source = dd_build_source(b, DD_STR("grype"), DD_STR("grype"), doc);
	DD_TRY(dd_build_check(b, err));
	enum dd_code code = read_database(&g, err);
	dd_sqlite_rows_freep(&g.blobs);
	dd_sqlite_freep(&g.sql);
	dd_vec_done(&g.vulns);
	dd_vec_done(&g.affected);
	dd_vec_done(&g.systems);
	dd_vec_done(&g.packages);
	dd_vec_done(&g.cpes);
	dd_vec_done(&g.cwes);
	dd_vec_done(&g.aliases);
	return code;
}
