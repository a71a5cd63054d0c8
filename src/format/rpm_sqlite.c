/* SPDX-License-Identifier: Apache-2.0 */
/* rpmdb.sqlite (RHEL 9 on, Fedora 33 on, Amazon Linux 2023, Photon, Azure Linux): libsqlite3 reads the table
 *   CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)
 * where blob is a header (format/rpm_header.h). The other tables are indexes over it and not needed.
 *
 * SQLite sees the file through format/sqlite_bytes.h: in place, read-only, whatever its journal mode, cut or not.
 * The schema is hostile: no views, triggers, virtual tables or functions (defensive, untrusted schema, authoriser),
 * bounded steps and bytes read, and row numbers must ascend, so that a tree of cycles ends.
 *
 * Missing rows are noticed by the index of names, which has one row for each package.
 *
 * Damage: rows are found by number and then read one by one, so that a broken record does not stop the others. When the
 * tree itself is broken, the rows behind the break are found from the end backwards, those between two breaks by trying
 * their numbers. A write-ahead log beside the file is not read (the analyzer says so).
 *
 * Source: rpm 4.18 lib/backend/sqlite.c; SQLite's file format (sqlite.org/fileformat2.html §1.3) and "Defense Against
 * The Dark Arts" (sqlite.org/security.html). */
#include "format/rpm_sqlite.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "format/sqlite_bytes.h"

/* Where the next row is looked for. */
enum stage { STAGE_CUT, STAGE_FORWARD, STAGE_BACKWARD, STAGE_PROBE, STAGE_END };

struct reader {
	struct dd_rpm_db db;
	struct dd_sqlite_bytes file;
	sqlite3 *sql;
	sqlite3_stmt *after, *before, *fetch; /* next row number above, below; a row's blob */
	enum stage stage;
	uint64_t found; /* rows seen, readable or not */
	bool told_count;
	int64_t low, high; /* row numbers not yet looked for, both included */
};

/* Nothing but reading these tables with these functions: an authoriser sees what a hostile view or default would run.
 */
static int authorise(void *p, int action, const char *a, const char *b, const char *db, const char *by)
{
	static const struct {
		int action;
		const char *name;
	} allowed[] = {
		{ SQLITE_READ, "Packages" },  { SQLITE_READ, "Name" },	  { SQLITE_READ, "sqlite_master" },
		{ SQLITE_FUNCTION, "min" },   { SQLITE_FUNCTION, "max" }, { SQLITE_FUNCTION, "like" },
		{ SQLITE_FUNCTION, "count" },
	};
	(void)p, (void)db, (void)by;
	if (action == SQLITE_SELECT)
		return SQLITE_OK;
	const char *name = action == SQLITE_READ ? a : b;
	for (size_t i = 0; i < DD_COUNT(allowed); i++)
		if (action == allowed[i].action && name && sqlite3_stricmp(name, allowed[i].name) == 0)
			return SQLITE_OK;
	return SQLITE_DENY;
}

static enum dd_code sql_failure(struct reader *r, const char *what, struct dd_err *err)
{
	if (sqlite3_errcode(r->sql) == SQLITE_TOOBIG)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: over the limit of %llu bytes", what,
			       (unsigned long long)DD_RPM_HEADER_BYTES_MAX);
	return dd_sqlite_bytes_failure(&r->file, r->sql, what, err);
}

static enum dd_code prepare(struct reader *r, const char *text, sqlite3_stmt **ret, struct dd_err *err)
{
	if (sqlite3_prepare_v3(r->sql, text, -1, SQLITE_PREPARE_NO_VTAB, ret, NULL) != SQLITE_OK)
		return sql_failure(r, "cannot read its schema", err);
	return DD_OK;
}

/* Packages must be an ordinary table with a tree of its own. */
static enum dd_code check_schema(struct reader *r, struct dd_err *err)
{
	sqlite3_stmt *s = NULL;
	DD_TRY(prepare(r,
		       "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'Packages' AND rootpage > 1"
		       " AND sql LIKE 'CREATE TABLE%'",
		       &s, err));
	int rc = sqlite3_step(s);
	enum dd_code code = DD_OK;
	if (rc == SQLITE_DONE)
		code = dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "SQLite database has no table 'Packages'");
	else if (rc != SQLITE_ROW)
		code = sql_failure(r, "cannot read its schema", err);
	(void)sqlite3_finalize(s);
	return code;
}

static enum dd_code connect(struct reader *r, struct dd_err *err)
{
	DD_TRY(dd_sqlite_bytes_open(&r->file, &r->sql, err));
	dd_sqlite_bytes_defend(&r->file, r->sql, DD_RPM_HEADER_BYTES_MAX, DD_SQLITE_STEPS_MAX);
	(void)sqlite3_set_authorizer(r->sql, authorise, NULL);
	DD_TRY(check_schema(r, err));
	DD_TRY(prepare(r, "SELECT min(rowid) FROM Packages NOT INDEXED WHERE rowid BETWEEN ?1 AND ?2", &r->after, err));
	DD_TRY(prepare(r, "SELECT max(rowid) FROM Packages NOT INDEXED WHERE rowid BETWEEN ?1 AND ?2", &r->before,
		       err));
	return prepare(r, "SELECT blob FROM Packages NOT INDEXED WHERE rowid = ?1", &r->fetch, err);
}

static void sqlite_free(struct dd_rpm_db *db)
{
	struct reader *r = (struct reader *)db;
	(void)sqlite3_finalize(r->after);
	(void)sqlite3_finalize(r->before);
	(void)sqlite3_finalize(r->fetch);
	(void)sqlite3_close(r->sql);
	dd_free(r);
}

/* The blob of row `id`. DD_OK and *ret_more false: there is no such row. */
static enum dd_code fetch(struct reader *r, int64_t id, struct dd_rpm_record *ret, bool *ret_more, struct dd_err *err)
{
	char what[48];
	(void)snprintf(what, sizeof what, "package record %lld", (long long)id);
	(void)sqlite3_reset(r->fetch);
	(void)sqlite3_bind_int64(r->fetch, 1, id);
	int rc = sqlite3_step(r->fetch);
	if (rc == SQLITE_DONE) {
		*ret_more = false;
		return DD_OK;
	}
	if (rc != SQLITE_ROW)
		return sql_failure(r, what, err);
	if (sqlite3_column_type(r->fetch, 0) != SQLITE_BLOB)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s is no blob", what);
	const char *p = sqlite3_column_blob(r->fetch, 0);
	int n = sqlite3_column_bytes(r->fetch, 0);
	if (!p && sqlite3_errcode(r->sql) == SQLITE_NOMEM)
		return dd_fail_nomem(err);
	*ret = (struct dd_rpm_record){ { p, p && n > 0 ? (size_t)n : 0 }, (uint64_t)id, DD_NO_OFFSET };
	*ret_more = true;
	return DD_OK;
}

/* The first or last row number from low to high. */
static enum dd_code nearest(struct reader *r, sqlite3_stmt *s, int64_t *ret, bool *ret_more, struct dd_err *err)
{
	(void)sqlite3_reset(s);
	(void)sqlite3_bind_int64(s, 1, r->low);
	(void)sqlite3_bind_int64(s, 2, r->high);
	if (sqlite3_step(s) != SQLITE_ROW)
		return sql_failure(r, "package table", err);
	int64_t id = sqlite3_column_int64(s, 0);
	bool none = sqlite3_column_type(s, 0) == SQLITE_NULL;
	(void)sqlite3_reset(s);
	if (!none && (id < r->low || id > r->high))
		return dd_fail(err, DD_EPARSE, r->file.last_read, "package table: row numbers do not ascend");
	*ret = id;
	*ret_more = !none;
	return DD_OK;
}

/* The first number of a query over the index of names; false when that cannot be read. */
static bool ask_names(struct reader *r, const char *text, int64_t *ret)
{
	sqlite3_stmt *s = NULL;
	bool ok = prepare(r, text, &s, NULL) == DD_OK && sqlite3_step(s) == SQLITE_ROW &&
		  sqlite3_column_type(s, 0) == SQLITE_INTEGER;
	if (ok)
		*ret = sqlite3_column_int64(s, 0);
	(void)sqlite3_finalize(s);
	return ok;
}

/* Row numbers that are worth trying: from 1, as rpm counts, to the last one that the index of names has. */
static void limit_probes(struct reader *r)
{
	int64_t last;
	if (r->low < 1 && r->high >= 1)
		r->low = 1;
	uint64_t probes = r->file.data.n / DD_SQLITE_PROBE_EACH_BYTES;
	if (probes > DD_SQLITE_PROBES_MAX)
		probes = DD_SQLITE_PROBES_MAX;
	if ((uint64_t)r->high - (uint64_t)r->low > probes)
		r->high = r->low + (int64_t)probes;
	if (ask_names(r, "SELECT max(hnum) FROM Name NOT INDEXED", &last) && last < r->high)
		r->high = last < r->low ? r->low : last;
}

/* A step of the way from the front, and from the end once that is blocked. */
static enum dd_code walk(struct reader *r, struct dd_rpm_record *ret, bool *ret_more, struct dd_err *err)
{
	int64_t id = 0;
	bool more = false, forward = r->stage == STAGE_FORWARD;
	enum dd_code code = nearest(r, forward ? r->after : r->before, &id, &more, err);
	if (code != DD_OK) {
		r->stage = forward ? STAGE_BACKWARD : STAGE_PROBE;
		if (r->stage == STAGE_PROBE)
			limit_probes(r);
		return code;
	}
	if (!more || id == (forward ? r->high : r->low))
		r->stage = STAGE_END;
	else if (forward)
		r->low = id + 1;
	else
		r->high = id - 1;
	*ret_more = false;
	r->found += more;
	return more ? fetch(r, id, ret, ret_more, err) : DD_OK;
}

/* Between two broken places: tries the numbers one by one. What fails was told before. */
static enum dd_code probe(struct reader *r, struct dd_rpm_record *ret, bool *ret_more, struct dd_err *err)
{
	bool more = false;
	while (!more && r->stage != STAGE_END) {
		if (fetch(r, r->low, ret, &more, NULL) == DD_ENOMEM)
			return dd_fail_nomem(err);
		r->found += more;
		if (r->low == r->high)
			r->stage = STAGE_END;
		else
			r->low++;
	}
	*ret_more = more;
	return DD_OK;
}

/* Rows that the index of names has and the table has not. An index that cannot be read says nothing. */
static enum dd_code check_count(struct reader *r, struct dd_err *err)
{
	int64_t names;
	if (ask_names(r, "SELECT count(*) FROM Name NOT INDEXED", &names) && names > 0 && (uint64_t)names > r->found)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "database names %lld packages, only %llu are there",
			       (long long)names, (unsigned long long)r->found);
	return DD_OK;
}

static enum dd_code sqlite_next(struct dd_rpm_db *db, struct dd_rpm_record *ret, bool *ret_more, struct dd_err *err)
{
	struct reader *r = (struct reader *)db;
	bool more = false;
	if (r->stage == STAGE_CUT) {
		r->stage = STAGE_FORWARD;
		if (r->file.pages < r->file.pages_said)
			return dd_fail(err, DD_EPARSE, r->file.data.n,
				       "file ends after %llu of %llu pages, the rest is missing",
				       (unsigned long long)r->file.pages, (unsigned long long)r->file.pages_said);
	}
	while (!more && (r->stage == STAGE_FORWARD || r->stage == STAGE_BACKWARD))
		DD_TRY(walk(r, ret, &more, err));
	if (!more && r->stage == STAGE_PROBE)
		DD_TRY(probe(r, ret, &more, err));
	if (!more && !r->told_count) {
		r->told_count = true;
		DD_TRY(check_count(r, err));
	}
	*ret_more = more;
	return DD_OK;
}

static const struct dd_rpm_db_ops sqlite_ops = { sqlite_next, sqlite_free };
static const char sqlite_magic[] = "SQLite format 3"; /* with its NUL */

bool dd_rpm_sqlite_detect(struct dd_str data)
{
	return data.n >= sizeof sqlite_magic && memcmp(data.p, sqlite_magic, sizeof sqlite_magic) == 0;
}

enum dd_code dd_rpm_sqlite_open(struct dd_str data, struct dd_rpm_db **ret, struct dd_err *err)
{
	struct reader *r = dd_alloc_zero(1, sizeof *r);
	if (!r)
		return dd_fail_nomem(err);
	r->db.ops = &sqlite_ops;
	r->low = INT64_MIN;
	r->high = INT64_MAX;
	enum dd_code code = dd_sqlite_bytes_init(&r->file, data, err);
	if (code == DD_OK)
		code = connect(r, err);
	if (code != DD_OK) {
		sqlite_free(&r->db);
		return code;
	}
	*ret = &r->db;
	return DD_OK;
}
