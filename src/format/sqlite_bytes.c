/* SPDX-License-Identifier: Apache-2.0 */
/* A file system for SQLite that holds one read-only file, a view of bytes. It is used instead of sqlite3_deserialize
 * because
 *   - a database in WAL mode (bytes 18 and 19 of the file are 2) cannot be opened in memory; here those two bytes are
 *     shown as 1 in a copy of the first 100 bytes, and nothing else is copied but pages in SQLite's cache;
 *   - a file that is cut could not be opened at all: here SQLite is shown the size that the file should have, and
 *     reading a page that is not there, or not whole, fails: only what needs that page is lost;
 *   - SQLite asks this file system for every other file too (journals, temporary files, attached databases) and gets
 *     none, whatever the database's schema tries.
 * Pages are copied into SQLite's cache rather than lent (xFetch): on a damaged page SQLite may look a few bytes behind
 * its end, which its own buffers allow for.
 * Source: SQLite 3.40, "The OS Interface Or VFS" (sqlite.org/vfs.html); fileformat2.html §1.3. */
#include "format/sqlite_bytes.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/limits.h"

enum {
	SQLITE_PAGES_MAX = 1073741823, /* sqlite.org/limits.html §13 */
	STEPS_EACH = 1000
};

struct open_file {
	sqlite3_file base;
	struct dd_sqlite_bytes *bytes;
};

static int file_close(sqlite3_file *f)
{
	(void)f;
	return SQLITE_OK;
}

static int file_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
	struct dd_sqlite_bytes *b = ((struct open_file *)f)->bytes;
	if (n < 0 || at < 0 || (uint64_t)n > b->read_left)
		return SQLITE_IOERR_READ;
	uint64_t start = (uint64_t)at, want = (uint64_t)n;
	b->read_left -= want;
	b->last_read = start;
	b->beyond = start > b->data.n || want > b->data.n - start;
	if (b->beyond)
		return SQLITE_IOERR_READ;
	memcpy(out, b->data.p + start, want);
	if (start < DD_SQLITE_HEAD_BYTES) {
		uint64_t shown = DD_SQLITE_HEAD_BYTES - start;
		memcpy(out, b->head + start, shown < want ? shown : want);
	}
	return SQLITE_OK;
}

static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	(void)f, (void)p, (void)n, (void)at;
	return SQLITE_READONLY;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	(void)f, (void)n;
	return SQLITE_READONLY;
}

static int file_flag(sqlite3_file *f, int flag)
{
	(void)f, (void)flag;
	return SQLITE_OK;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *ret)
{
	*ret = (sqlite3_int64)((struct open_file *)f)->bytes->shown_bytes;
	return SQLITE_OK;
}

static int file_reserved(sqlite3_file *f, int *ret)
{
	(void)f;
	*ret = 0;
	return SQLITE_OK;
}

static int file_control(sqlite3_file *f, int op, void *p)
{
	(void)f, (void)op, (void)p;
	return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *f)
{
	(void)f;
	return 4096;
}

static int file_device(sqlite3_file *f)
{
	(void)f;
	return SQLITE_IOCAP_IMMUTABLE; /* nobody changes it: no locks, no journals */
}

static const sqlite3_io_methods file_methods = {
	.iVersion = 1,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_flag,
	.xFileSize = file_size,
	.xLock = file_flag,
	.xUnlock = file_flag,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_device,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *ret_flags)
{
	struct open_file *file = (struct open_file *)f;
	(void)name;
	file->base.pMethods = NULL;
	if (!(flags & SQLITE_OPEN_MAIN_DB))
		return SQLITE_CANTOPEN;
	file->base.pMethods = &file_methods;
	file->bytes = vfs->pAppData;
	if (ret_flags)
		*ret_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs, (void)name, (void)sync;
	return SQLITE_READONLY;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
	(void)vfs, (void)name, (void)flags;
	*ret = 0;
	return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
	(void)vfs;
	(void)snprintf(out, n > 0 ? (size_t)n : 0, "%s", name);
	return SQLITE_OK;
}

static int vfs_randomness(sqlite3_vfs *vfs, int n, char *out)
{
	(void)vfs;
	memset(out, 0, n > 0 ? (size_t)n : 0);
	return n;
}

static int vfs_sleep(sqlite3_vfs *vfs, int us)
{
	(void)vfs;
	return us;
}

static int vfs_time(sqlite3_vfs *vfs, double *ret)
{
	(void)vfs;
	*ret = 0;
	return SQLITE_OK;
}

static int vfs_last_error(sqlite3_vfs *vfs, int n, char *out)
{
	(void)vfs, (void)n, (void)out;
	return 0;
}

enum dd_code dd_sqlite_bytes_init(struct dd_sqlite_bytes *b, struct dd_str data, struct dd_err *err)
{
	const char *p = data.p;
	memset(b, 0, sizeof *b);
	b->data = data;
	if (data.n < DD_SQLITE_HEAD_BYTES)
		return dd_fail(err, DD_EPARSE, data.n, "SQLite database ends inside its header");
	uint32_t page_bytes = dd_be16(p + 16) == 1 ? 65536 : dd_be16(p + 16);
	if (page_bytes < 512 || (page_bytes & (page_bytes - 1)))
		return dd_fail(err, DD_EPARSE, 16, "SQLite page size %u is impossible", page_bytes);
	b->pages = data.n / page_bytes;
	if (b->pages == 0)
		return dd_fail(err, DD_EPARSE, data.n, "SQLite database ends inside its first page");
	/* The count is only good when the two change counters agree (fileformat2 §1.3.8). */
	b->pages_said = memcmp(p + 24, p + 92, 4) == 0 ? dd_be32(p + 28) : 0;
	if (b->pages_said == 0)
		b->pages_said = (data.n + page_bytes - 1) / page_bytes;
	memcpy(b->head, p, DD_SQLITE_HEAD_BYTES);
	for (int i = 18; i <= 19; i++)
		if (b->head[i] == 2)
			b->head[i] = 1;
	uint64_t shown = b->pages_said > SQLITE_PAGES_MAX ? b->pages : b->pages_said;
	if (shown != b->pages_said)
		dd_put_be32(b->head + 28, (uint32_t)shown);
	b->shown_bytes = shown * page_bytes;
	b->read_left = (uint64_t)data.n * DD_SQLITE_READ_RATIO_MAX + DD_MIB;
	return DD_OK;
}

enum dd_code dd_sqlite_bytes_open(struct dd_sqlite_bytes *b, sqlite3 **ret, struct dd_err *err)
{
	sqlite3 *sql = NULL;
	b->vfs = (sqlite3_vfs){
		.iVersion = 1,
		.szOsFile = sizeof(struct open_file),
		.mxPathname = 64,
		.zName = b->name,
		.pAppData = b,
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_path,
		.xRandomness = vfs_randomness,
		.xSleep = vfs_sleep,
		.xCurrentTime = vfs_time,
		.xGetLastError = vfs_last_error,
	};
	/* A file system of one database: registered only while its name is looked up. */
	(void)snprintf(b->name, sizeof b->name, "dd-%p", (void *)b);
	if (sqlite3_vfs_register(&b->vfs, 0) != SQLITE_OK)
		return dd_fail_nomem(err);
	int rc = sqlite3_open_v2("rpmdb", &sql, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, b->name);
	(void)sqlite3_vfs_unregister(&b->vfs);
	if (rc != SQLITE_OK) {
		(void)sqlite3_close(sql);
		return dd_fail(err, rc == SQLITE_NOMEM ? DD_ENOMEM : DD_EPARSE, DD_NO_OFFSET,
			       "cannot open database: %s", sqlite3_errstr(rc));
	}
	*ret = sql;
	return DD_OK;
}

/* ---- against a hostile schema ---- */

static void set_limits(sqlite3 *sql, int length)
{
	const struct {
		int what, max;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, length },
		{ SQLITE_LIMIT_SQL_LENGTH, 100000 },
		{ SQLITE_LIMIT_COLUMN, 100 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 20 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 2 },
		{ SQLITE_LIMIT_VDBE_OP, 5000 },
		{ SQLITE_LIMIT_FUNCTION_ARG, 8 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 4 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	static const struct {
		int what, on;
	} configs[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
	};
	for (size_t i = 0; i < DD_COUNT(limits); i++)
		(void)sqlite3_limit(sql, limits[i].what, limits[i].max);
	for (size_t i = 0; i < DD_COUNT(configs); i++)
		(void)sqlite3_db_config(sql, configs[i].what, configs[i].on, NULL);
}

static int count_steps(void *p)
{
	struct dd_sqlite_bytes *b = p;
	if (b->steps_left == 0)
		return 1;
	b->steps_left--;
	return 0;
}

void dd_sqlite_bytes_defend(struct dd_sqlite_bytes *b, sqlite3 *sql, int length, uint64_t steps)
{
	b->steps_left = steps / STEPS_EACH;
	set_limits(sql, length);
	(void)sqlite3_exec(sql, "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON", NULL, NULL, NULL);
	sqlite3_progress_handler(sql, STEPS_EACH, count_steps, b);
}

enum dd_code dd_sqlite_bytes_failure(const struct dd_sqlite_bytes *b, sqlite3 *sql, const char *what,
				     struct dd_err *err)
{
	int rc = sqlite3_errcode(sql);
	if (rc == SQLITE_NOMEM)
		return dd_fail_nomem(err);
	if (rc == SQLITE_INTERRUPT || b->read_left < DD_SQLITE_HEAD_BYTES)
		return dd_fail(err, DD_ELIMIT, b->last_read, "%s: more work than a database of this size can need",
			       what);
	if (rc == SQLITE_IOERR && b->beyond)
		return dd_fail(err, DD_EPARSE, b->last_read, "%s: needs a page beyond the end of the file", what);
	return dd_fail(err, DD_EPARSE, b->last_read, "%s: %s", what, DD_QUOTE(dd_str_from(sqlite3_errmsg(sql))));
}
