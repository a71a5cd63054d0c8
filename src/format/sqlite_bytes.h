/* SPDX-License-Identifier: Apache-2.0 */
/* Lets SQLite read a database that lies in memory: in place, read-only, whatever its journal mode, cut or not, and
 * without any other file being opened or made. */
#ifndef DD_SQLITE_BYTES_H
#define DD_SQLITE_BYTES_H

#include <sqlite3.h>

#include "base/err.h"
#include "base/str.h"

enum { DD_SQLITE_HEAD_BYTES = 100 };

/* One file. It must not move while the connection is open. */
struct dd_sqlite_bytes {
	struct dd_str data;		 /* borrowed; never written to */
	char head[DD_SQLITE_HEAD_BYTES]; /* shown instead of the file's own first bytes */
	uint64_t pages, pages_said;	 /* whole pages that are there; that the file says it has */
	uint64_t shown_bytes;		 /* the size that SQLite is told */
	uint64_t read_left;		 /* bytes that it may still read: DD_SQLITE_READ_RATIO_MAX times the file */
	uint64_t steps_left;		 /* of dd_sqlite_bytes_defend, by the thousand */
	uint64_t last_read;		 /* offset of its last read: where damage is, most likely */
	bool beyond;			 /* that read was for a page that is not there */
	sqlite3_vfs vfs;
	char name[32];
};

/* Looks at the file's header. Errors: DD_EPARSE shorter than a header, or a page size that SQLite does not have. */
enum dd_code dd_sqlite_bytes_init(struct dd_sqlite_bytes *b, struct dd_str data, struct dd_err *err);
/* A connection to the file; the caller closes it with sqlite3_close before b or its data go. The caller calls
 * dd_sqlite_bytes_defend and sets an authoriser: the schema is as hostile as the bytes. Errors: DD_EPARSE, DD_ENOMEM.
 * Threads: the connection may be used on one thread at a time. */
enum dd_code dd_sqlite_bytes_open(struct dd_sqlite_bytes *b, sqlite3 **ret, struct dd_err *err);
/* No views, triggers or virtual tables, small limits, texts and blobs of at most `length` bytes, about `steps` steps of
 * SQLite's machine in all (sqlite.org/security.html, "Defense Against The Dark Arts"). */
void dd_sqlite_bytes_defend(struct dd_sqlite_bytes *b, sqlite3 *sql, int length, uint64_t steps);
/* SQLite's last failure as ours, "what: why". The text may quote the file's schema. DD_ENOMEM, DD_ELIMIT (the steps or
 * the bytes to read are used up), DD_EPARSE. */
enum dd_code dd_sqlite_bytes_failure(const struct dd_sqlite_bytes *b, sqlite3 *sql, const char *what,
				     struct dd_err *err);

#endif
