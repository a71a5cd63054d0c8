/* SPDX-License-Identifier: Apache-2.0 */
/* The three files in which rpm keeps its installed packages, behind one iterator that gives header blobs (read them
 * with format/rpm_header.h):
 *   Berkeley DB hash "Packages" (rpm_bdb.h), NDB "Packages.db" (rpm_ndb.h), SQLite "rpmdb.sqlite" (rpm_sqlite.h).
 * Nothing is copied but the one record that is being looked at, and that only where its bytes are scattered. */
#ifndef DD_RPM_DB_H
#define DD_RPM_DB_H

#include "base/err.h"
#include "base/str.h"

struct dd_rpm_db; /* one open database; borrows the bytes it was opened on */

struct dd_rpm_record {
	struct dd_str blob; /* valid until the next dd_rpm_db_next() or dd_rpm_db_freep() */
	uint64_t number;    /* rpm's own number of the record (hnum, package index) */
	uint64_t at;	    /* offset where the record starts in the database, DD_NO_OFFSET when unknown (SQLite) */
};

/* Opens data, told by its content. data must stay readable until the database is freed and is never written to.
 * Errors: DD_EPARSE it is none of the three, or damaged at its root (err->at); DD_EUNSUPPORTED a kind of them that rpm
 * never writes (btree, encrypted, unknown version); DD_ENOMEM. */
enum dd_code dd_rpm_db_open(struct dd_str data, struct dd_rpm_db **ret, struct dd_err *err);

/* The next record; *ret_more is false, and *ret left alone, at the end. The order is that of the file and always the
 * same for the same bytes.
 * A failure (DD_EPARSE, DD_ELIMIT) concerns one record, page or slot, or says once what the file lacks: call again and
 * reading goes on behind it. Every call makes progress, so that the end is always reached. DD_ENOMEM: give up.
 * Threads: one database, one thread. */
enum dd_code dd_rpm_db_next(struct dd_rpm_db *db, struct dd_rpm_record *ret, bool *ret_more, struct dd_err *err);
void dd_rpm_db_freep(struct dd_rpm_db **db);

/* For the three readers only: the first member of each one's own struct. */
struct dd_rpm_db_ops {
	enum dd_code (*next)(struct dd_rpm_db *db, struct dd_rpm_record *ret, bool *ret_more, struct dd_err *err);
	void (*free)(struct dd_rpm_db *db);
};
struct dd_rpm_db {
	const struct dd_rpm_db_ops *ops;
};

#endif
