/* SPDX-License-Identifier: Apache-2.0 */
/* bbolt writes a transaction T+1 in this order: data pages, then one of the two meta pages, which thereby makes it the
 * newest. Data pages go to free places only: those that neither T's tree uses nor, as long as T+1 is not committed, the
 * one of T-1 that T made free. Pages of T's tree are thus not overwritten before T+1 is committed and T+2 writes. So:
 * read the whole file, front (meta pages) to back, then read the meta pages again; if they are the same bytes, nothing
 * was committed between, and the tree of the newest meta page is whole in the copy. If not, again. A meta page that was
 * read half written has a wrong checksum and does not count (format/bbolt.c). Source: go.etcd.io/bbolt 1.3: tx.go
 * (Commit), freelist.go (release), db.go (freePages). */
#include "image/containerd_db.h"

#include <sys/stat.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"

/* Real ones have some MB; the file never shrinks. */
#define META_DB_BYTES_MAX (1 * DD_GIB)
enum { TRIES_MAX = 8 };
/* From 0001-01-01 to 1970-01-01. */
#define SECONDS_BEFORE_EPOCH INT64_C(62135596800)

static enum dd_code copy_once(int fd, char *bytes, size_t size, struct dd_bbolt *ret, bool *ret_still,
			      struct dd_err *err)
{
	size_t got, again;
	DD_TRY(dd_pread_full(fd, bytes, size, 0, &got, err));
	DD_TRY(dd_bbolt_open((struct dd_str){ bytes, got }, ret, err));
	size_t heads = 2 * (size_t)ret->page_bytes < got ? 2 * (size_t)ret->page_bytes : got;
	char *now = dd_alloc(heads);
	if (!now)
		return dd_fail_nomem(err);
	enum dd_code code = dd_pread_full(fd, now, heads, 0, &again, err);
	*ret_still = code == DD_OK && again == heads && memcmp(now, bytes, heads) == 0;
	dd_free(now);
	return code;
}

static enum dd_code copy(int fd, struct dd_containerd_db *db, struct dd_err *err)
{
	struct stat st;
	bool still = false;
	for (unsigned tries = 0; tries < TRIES_MAX && !still; tries++) {
		if (fstat(fd, &st) < 0)
			return dd_fail_errno(err, "cannot examine meta.db");
		if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > META_DB_BYTES_MAX)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "meta.db is no regular file or too large");
		dd_free(db->bytes);
		db->bytes = dd_alloc((size_t)st.st_size + 1);
		if (!db->bytes)
			return dd_fail_nomem(err);
		DD_TRY(copy_once(fd, db->bytes, (size_t)st.st_size, &db->bolt, &still, err));
	}
	return still ? DD_OK
		     : dd_fail(err, DD_EIO, DD_NO_OFFSET,
			       "meta.db is written to without a pause: no state of it could be read in %d tries",
			       TRIES_MAX);
}

enum dd_code dd_containerd_db_read(int fd, struct dd_containerd_db *ret, struct dd_err *err)
{
	struct dd_containerd_db db = { 0 };
	enum dd_code code = copy(fd, &db, err);
	if (code == DD_OK)
		*ret = db;
	else
		dd_containerd_db_done(&db);
	return code;
}

void dd_containerd_db_done(struct dd_containerd_db *db)
{
	dd_free(db->bytes);
	db->bytes = NULL;
}

enum dd_code dd_containerd_bucket(struct dd_containerd_db *db, struct dd_bbolt_bucket b, const char *name,
				  struct dd_bbolt_bucket *ret, bool *ret_found, struct dd_err *err)
{
	struct dd_bbolt_item item;
	bool found;
	DD_TRY(dd_bbolt_find(&db->bolt, b, dd_str_from(name), &item, &found, err));
	*ret_found = found && item.is_bucket;
	if (*ret_found)
		*ret = item.bucket;
	return DD_OK;
}

enum dd_code dd_containerd_value(struct dd_containerd_db *db, struct dd_bbolt_bucket b, const char *name,
				 struct dd_str *ret, struct dd_err *err)
{
	struct dd_bbolt_item item;
	bool found;
	DD_TRY(dd_bbolt_find(&db->bolt, b, dd_str_from(name), &item, &found, err));
	*ret = found && !item.is_bucket ? item.value : DD_STR("");
	return DD_OK;
}

int64_t dd_containerd_time(struct dd_str value)
{
	uint64_t seconds = 0;
	if (value.n < 15 || (value.p[0] != 1 && value.p[0] != 2))
		return 0;
	for (size_t i = 1; i <= 8; i++)
		seconds = seconds << 8 | (unsigned char)value.p[i];
	/* The year 10000 is far enough. */
	if (seconds < (uint64_t)SECONDS_BEFORE_EPOCH || seconds > UINT64_C(315537897600))
		return 0;
	return (int64_t)(seconds - (uint64_t)SECONDS_BEFORE_EPOCH);
}
