/* SPDX-License-Identifier: Apache-2.0 */
/* See format/sqlite_bytes.h for how SQLite sees the bytes, and format/rpm_sqlite.c for a reader of one table that goes
 * further after damage.
 *
 * Defences: no views, triggers, virtual tables, functions or other tables (defensive mode, untrusted schema, an
 * authoriser with a list); bounded steps and bytes read; row numbers must ascend, so that a tree with cycles ends.
 * Source: sqlite.org/security.html, "Defense Against The Dark Arts". */
#include "format/sqlite_read.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "format/sqlite_bytes.h"

enum { SQL_BYTES_MAX = 2048, WHAT_MAX = 128 };

struct dd_sqlite {
	struct dd_sqlite_bytes file;
	sqlite3 *sql;
	const char *const *tables;
};

enum direction { FORWARD, BACKWARD, ENDED };

struct dd_sqlite_rows {
	struct dd_sqlite *db;
	const char *table;
	sqlite3_stmt *up, *down, *one; /* all rows; from the end; by number */
	sqlite3_stmt *at;	       /* the one whose row is at hand */
	enum direction direction;
	bool started;
	int64_t last; /* number of the last row that came forwards */
	int64_t back; /* … backwards */
};

static int authorise(void *p, int action, const char *a, const char *b, const char *db, const char *by)
{
	const struct dd_sqlite *s = p;
	(void)b, (void)db, (void)by;
	if (action == SQLITE_SELECT)
		return SQLITE_OK;
	if (action != SQLITE_READ || !a)
		return SQLITE_DENY;
	if (sqlite3_stricmp(a, "sqlite_master") == 0)
		return SQLITE_OK;
	for (size_t i = 0; s->tables[i]; i++)
		if (sqlite3_stricmp(a, s->tables[i]) == 0)
			return SQLITE_OK;
	return SQLITE_DENY;
}

static enum dd_code sql_failure(struct dd_sqlite *s, const char *table, struct dd_err *err)
{
	char what[WHAT_MAX];
	(void)snprintf(what, sizeof what, "table '%s'", table);
	return dd_sqlite_bytes_failure(&s->file, s->sql, what, err);
}

bool dd_sqlite_detect(struct dd_str data)
{
	static const char magic[] = "SQLite format 3"; /* with its NUL */
	return data.n >= sizeof magic && memcmp(data.p, magic, sizeof magic) == 0;
}

static enum dd_code start(struct dd_sqlite *s, struct dd_str data, struct dd_err *err)
{
	if (!dd_sqlite_detect(data))
		return dd_fail(err, DD_EPARSE, 0, "no SQLite database");
	DD_TRY(dd_sqlite_bytes_init(&s->file, data, err));
	DD_TRY(dd_sqlite_bytes_open(&s->file, &s->sql, err));
	/* A row takes some ten steps and at least four bytes. */
	dd_sqlite_bytes_defend(&s->file, s->sql, (int)DD_JSON_BYTES_MAX, DD_SQLITE_STEPS_MAX + (uint64_t)data.n * 8);
	(void)sqlite3_set_authorizer(s->sql, authorise, s);
	return DD_OK;
}

enum dd_code dd_sqlite_open(struct dd_str data, const char *const *tables, struct dd_sqlite **ret, struct dd_err *err)
{
	struct dd_sqlite *s = dd_alloc_zero(1, sizeof *s);
	if (!s)
		return dd_fail_nomem(err);
	s->tables = tables;
	enum dd_code code = start(s, data, err);
	if (code != DD_OK) {
		dd_sqlite_freep(&s);
		return code;
	}
	*ret = s;
	return DD_OK;
}

void dd_sqlite_freep(struct dd_sqlite **at)
{
	struct dd_sqlite *s = DD_TAKE(*at);
	if (!s)
		return;
	(void)sqlite3_close(s->sql);
	dd_free(s);
}

uint64_t dd_sqlite_missing_pages(const struct dd_sqlite *s)
{
	return s->file.pages < s->file.pages_said ? s->file.pages_said - s->file.pages : 0;
}

bool dd_sqlite_has(struct dd_sqlite *s, const char *table)
{
	sqlite3_stmt *stmt = NULL;
	static const char sql[] = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1 AND rootpage > 1";
	bool found = sqlite3_prepare_v3(s->sql, sql, -1, SQLITE_PREPARE_NO_VTAB, &stmt, NULL) == SQLITE_OK &&
		     sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC) == SQLITE_OK &&
		     sqlite3_step(stmt) == SQLITE_ROW;
	(void)sqlite3_finalize(stmt);
	return found;
}

/* --- rows --- */

static bool prepare(struct dd_sqlite_rows *r, const char *columns, const char *rest, sqlite3_stmt **ret)
{
	char sql[SQL_BYTES_MAX];
	int n = snprintf(sql, sizeof sql, "SELECT rowid%s FROM %s NOT INDEXED %s", columns, r->table, rest);
	return n > 0 && (size_t)n < sizeof sql &&
	       sqlite3_prepare_v3(r->db->sql, sql, -1, SQLITE_PREPARE_NO_VTAB, ret, NULL) == SQLITE_OK;
}

/* ", a, NULL, c": columns that may be missing are tried one by one. */
static void list_columns(struct dd_sqlite_rows *r, const char *columns, struct dd_buf *out)
{
	struct dd_str rest = dd_str_from(columns), name;
	while (dd_str_next(&rest, ' ', &name)) {
		bool there = true;
		if (dd_str_starts(name, DD_STR("?"))) {
			char one[128];
			sqlite3_stmt *stmt = NULL;
			name = dd_str_skip(name, 1);
			(void)snprintf(one, sizeof one, ", %s.%.*s", r->table, DD_FMT(name));
			there = prepare(r, one, "", &stmt);
			(void)sqlite3_finalize(stmt);
		}
		if (there)
			(void)dd_buf_addf(out, ", %s.%.*s", r->table, DD_FMT(name));
		else
			(void)dd_buf_add_c(out, ", NULL");
	}
}

enum dd_code dd_sqlite_rows_open(struct dd_sqlite *s, const char *table, const char *columns,
				 struct dd_sqlite_rows **ret, struct dd_err *err)
{
	struct dd_buf list DD_CLEANUP_BUF = DD_BUF_INIT(SQL_BYTES_MAX);
	struct dd_sqlite_rows *r DD_CLEANUP_SQLITE_ROWS = dd_alloc_zero(1, sizeof *r);
	if (!r)
		return dd_fail_nomem(err);
	r->db = s;
	r->table = table;
	r->last = INT64_MIN;
	r->back = INT64_MAX;
	if (!dd_sqlite_has(s, table))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no table '%s'", table);
	list_columns(r, columns, &list);
	const char *text = dd_buf_c(&list);
	if (!text || !prepare(r, text, "ORDER BY rowid", &r->up) ||
	    !prepare(r, text, "WHERE rowid > ?1 ORDER BY rowid DESC", &r->down) ||
	    !prepare(r, text, "WHERE rowid = ?1", &r->one))
		return sql_failure(s, table, err);
	*ret = DD_TAKE(r);
	return DD_OK;
}

void dd_sqlite_rows_freep(struct dd_sqlite_rows **at)
{
	struct dd_sqlite_rows *r = DD_TAKE(*at);
	if (!r)
		return;
	(void)sqlite3_finalize(r->up);
	(void)sqlite3_finalize(r->down);
	(void)sqlite3_finalize(r->one);
	dd_free(r);
}

static enum dd_code out_of_order(struct dd_sqlite_rows *r, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, r->db->file.last_read, "table '%s': row numbers do not ascend", r->table);
}

static enum dd_code step_forward(struct dd_sqlite_rows *r, bool *ret_more, struct dd_err *err)
{
	int rc = sqlite3_step(r->up);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sql_failure(r->db, r->table, err);
	*ret_more = rc == SQLITE_ROW;
	if (!*ret_more)
		return DD_OK;
	int64_t id = sqlite3_column_int64(r->up, 0);
	if (r->started && id <= r->last)
		return out_of_order(r, err);
	r->started = true;
	r->last = id;
	r->at = r->up;
	return DD_OK;
}

static enum dd_code step_backward(struct dd_sqlite_rows *r, bool *ret_more, struct dd_err *err)
{
	int rc = sqlite3_step(r->down);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sql_failure(r->db, r->table, err);
	*ret_more = rc == SQLITE_ROW;
	if (!*ret_more)
		return DD_OK;
	int64_t id = sqlite3_column_int64(r->down, 0);
	if (id <= r->last || id >= r->back)
		return out_of_order(r, err);
	r->back = id;
	r->at = r->down;
	return DD_OK;
}

enum dd_code dd_sqlite_next(struct dd_sqlite_rows *r, bool *ret_more, struct dd_err *err)
{
	bool more = false;
	enum dd_code code = DD_OK;
	if (r->direction == FORWARD) {
		code = step_forward(r, &more, err);
		if (code == DD_EPARSE) {
			r->direction = BACKWARD;
			(void)sqlite3_reset(r->up);
			(void)sqlite3_bind_int64(r->down, 1, r->started ? r->last : INT64_MIN);
		}
	} else if (r->direction == BACKWARD) {
		/* Where this way ends is the damage that was told. */
		code = step_backward(r, &more, err);
		if (code == DD_EPARSE)
			code = DD_OK;
		if (!more)
			r->direction = ENDED;
	}
	if (code != DD_OK && code != DD_EPARSE)
		r->direction = ENDED;
	if (code == DD_OK)
		*ret_more = more;
	return code;
}

enum dd_code dd_sqlite_find(struct dd_sqlite_rows *r, int64_t id, bool *ret_found, struct dd_err *err)
{
	(void)sqlite3_reset(r->one);
	(void)sqlite3_bind_int64(r->one, 1, id);
	int rc = sqlite3_step(r->one);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sql_failure(r->db, r->table, err);
	*ret_found = rc == SQLITE_ROW;
	r->at = r->one;
	return DD_OK;
}

int64_t dd_sqlite_id(const struct dd_sqlite_rows *r)
{
	return sqlite3_column_int64(r->at, 0);
}

int64_t dd_sqlite_int(const struct dd_sqlite_rows *r, int column)
{
	return sqlite3_column_int64(r->at, column + 1);
}

double dd_sqlite_real(const struct dd_sqlite_rows *r, int column)
{
	return sqlite3_column_double(r->at, column + 1);
}

struct dd_str dd_sqlite_text(const struct dd_sqlite_rows *r, int column)
{
	bool blob = sqlite3_column_type(r->at, column + 1) == SQLITE_BLOB;
	const void *p = blob ? sqlite3_column_blob(r->at, column + 1) : sqlite3_column_text(r->at, column + 1);
	int n = sqlite3_column_bytes(r->at, column + 1);
	return p && n > 0 ? (struct dd_str){ p, (size_t)n } : (struct dd_str){ "", 0 };
}
