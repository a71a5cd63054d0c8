/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "format/rpm_ndb.h"

/* The input is the file. Every record is read to its last byte, and the end must be reached. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DD_CLEANUP(dd_rpm_db_freep) struct dd_rpm_db *db = NULL;
	struct dd_err err;
	uint64_t sum = 0;
	if (dd_rpm_ndb_open((struct dd_str){ (const char *)data, size }, &db, &err) != DD_OK)
		return 0;
	for (bool more = true; more;) {
		struct dd_rpm_record r;
		if (dd_rpm_db_next(db, &r, &more, &err) == DD_OK && more)
			sum = dd_str_hash(r.blob, sum);
	}
	return (int)(sum & 0); /* uses the bytes */
}
