/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of containerd's meta.db as it was at one moment, taken without a lock while containerd may be writing. */
#ifndef DD_CONTAINERD_DB_H
#define DD_CONTAINERD_DB_H

#include "format/bbolt.h"

struct dd_containerd_db {
	char *bytes; /* owned */
	struct dd_bbolt bolt;
};

/* fd: meta.db. DD_EPARSE no database; DD_ELIMIT too large; DD_EIO, also when it never stands still. */
enum dd_code dd_containerd_db_read(int fd, struct dd_containerd_db *ret, struct dd_err *err);
void dd_containerd_db_done(struct dd_containerd_db *db);

/* The bucket below b of that name; *ret_found false: there is none, or it is a key. */
enum dd_code dd_containerd_bucket(struct dd_containerd_db *db, struct dd_bbolt_bucket b, const char *name,
				  struct dd_bbolt_bucket *ret, bool *ret_found, struct dd_err *err);
/* The value of a key of b; empty when there is none. */
enum dd_code dd_containerd_value(struct dd_containerd_db *db, struct dd_bbolt_bucket b, const char *name,
				 struct dd_str *ret, struct dd_err *err);

/* Go's time.Time.MarshalBinary: version 1 or 2, seconds since the year 1 as a big-endian 64 bit number, nanoseconds,
 * zone. Seconds since the epoch; 0: not one, or before the epoch. */
int64_t dd_containerd_time(struct dd_str value);

#endif
