/* SPDX-License-Identifier: Apache-2.0 */
/* NDB, the package database that rpm brings itself (SUSE Linux Enterprise 15 SP4 on, openSUSE). All numbers are 32 bit,
 * little endian on every machine.
 *   header, 32 bytes:  magic "RpmP" · version 0 · generation · slot pages · next package index · 12 unused
 *   slots, 16 bytes each, fill the rest of the slot pages (4096 bytes each):
 *                      magic "Slot" · package index · first block · blocks        first block 0: the slot is free
 *   record, in blocks of 16 bytes:
 *                      magic "BlbS" · package index · generation · length · header blob · zero bytes up to the tail ·
 *                      Adler-32 of all that · length · magic "BlbE"
 * Every slot's record is bounded by the file and confirmed by both magics, index, length and checksum. Records never
 * overlap: together they may not take more blocks than the file has, so that slots which share a record are no bomb.
 * The companion Index.db is not needed. Source: rpm 4.18 lib/backend/ndb/rpmpkg.c. */
#include "format/rpm_ndb.h"

#include <isa-l/igzip_lib.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/limits.h"

enum {
	NDB_HEADER_BYTES = 32,
	NDB_PAGE_BYTES = 4096,
	NDB_SLOT_BYTES = 16,
	NDB_BLOCK_BYTES = 16,
	NDB_HEAD_BYTES = 16,
	NDB_TAIL_BYTES = 12,
};

struct ndb {
	struct dd_rpm_db db;
	struct dd_str data;
	uint64_t slots_end; /* offset behind the last slot page, as the header says */
	uint64_t slot;	    /* offset of the next slot */
	uint64_t left;	    /* bytes that records may still take */
};

static const char ndb_magic[] = "RpmP", slot_magic[] = "Slot", head_magic[] = "BlbS", tail_magic[] = "BlbE";

static bool has_magic(const char *p, const char *magic)
{
	return memcmp(p, magic, 4) == 0;
}

bool dd_rpm_ndb_detect(struct dd_str data)
{
	return data.n >= 4 && has_magic(data.p, ndb_magic);
}

/* The record of package `number` in the blocks that a slot names. */
static enum dd_code read_blob(struct ndb *n, uint32_t number, uint64_t at, uint64_t bytes, struct dd_str *ret,
			      struct dd_err *err)
{
	if (at < n->slots_end || at > n->data.n || bytes > n->data.n - at)
		return dd_fail(err, DD_EPARSE, at, "package record %u lies outside the file", number);
	if (bytes > n->left)
		return dd_fail(err, DD_ELIMIT, at, "package records overlap each other");
	n->left -= bytes;
	if (bytes < NDB_HEAD_BYTES + NDB_TAIL_BYTES)
		return dd_fail(err, DD_EPARSE, at, "package record %u is too short", number);
	const char *head = n->data.p + at, *tail = head + bytes - NDB_TAIL_BYTES;
	uint32_t length = dd_le32(head + 12);
	if (!has_magic(head, head_magic) || !has_magic(tail + 8, tail_magic))
		return dd_fail(err, DD_EPARSE, at, "package record %u has no proper start or end", number);
	if (dd_le32(head + 4) != number)
		return dd_fail(err, DD_EPARSE, at + 4, "package record %u calls itself %u", number, dd_le32(head + 4));
	if (length > bytes - NDB_HEAD_BYTES - NDB_TAIL_BYTES || dd_le32(tail + 4) != length)
		return dd_fail(err, DD_EPARSE, at + 12, "package record %u says %u bytes, but has room for %llu",
			       number, length, (unsigned long long)(bytes - NDB_HEAD_BYTES - NDB_TAIL_BYTES));
	if (isal_adler32(1, (const unsigned char *)head, bytes - NDB_TAIL_BYTES) != dd_le32(tail))
		return dd_fail(err, DD_EPARSE, at, "package record %u does not have its checksum", number);
	*ret = (struct dd_str){ head + NDB_HEAD_BYTES, length };
	return DD_OK;
}

static enum dd_code ndb_next(struct dd_rpm_db *db, struct dd_rpm_record *ret, bool *ret_more, struct dd_err *err)
{
	struct ndb *n = (struct ndb *)db;
	while (n->slot < n->slots_end) {
		uint64_t at = n->slot;
		if (at + NDB_SLOT_BYTES > n->data.n) {
			n->slot = n->slots_end;
			return dd_fail(err, DD_EPARSE, n->data.n,
				       "file ends inside its slot pages, the rest is missing");
		}
		const char *p = n->data.p + at;
		uint32_t number = dd_le32(p + 4), block = dd_le32(p + 8), blocks = dd_le32(p + 12);
		struct dd_str blob;
		n->slot += NDB_SLOT_BYTES;
		if (!has_magic(p, slot_magic))
			return dd_fail(err, DD_EPARSE, at, "slot is damaged, its package is lost");
		if (block == 0)
			continue;
		uint64_t start = (uint64_t)block * NDB_BLOCK_BYTES;
		DD_TRY(read_blob(n, number, start, (uint64_t)blocks * NDB_BLOCK_BYTES, &blob, err));
		*ret = (struct dd_rpm_record){ .blob = blob, .number = number, .at = start };
		*ret_more = true;
		return DD_OK;
	}
	*ret_more = false;
	return DD_OK;
}

static void ndb_free(struct dd_rpm_db *db)
{
	dd_free(db);
}

static const struct dd_rpm_db_ops ndb_ops = { ndb_next, ndb_free };

enum dd_code dd_rpm_ndb_open(struct dd_str data, struct dd_rpm_db **ret, struct dd_err *err)
{
	if (data.n < NDB_HEADER_BYTES)
		return dd_fail(err, DD_EPARSE, data.n, "NDB file ends inside its header");
	if (dd_le32(data.p + 4) != 0)
		return dd_fail(err, DD_EUNSUPPORTED, 4, "NDB file of unknown version %u", dd_le32(data.p + 4));
	struct ndb *n = dd_alloc(sizeof *n);
	if (!n)
		return dd_fail_nomem(err);
	*n = (struct ndb){
		.db = { &ndb_ops },
		.data = data,
		.slots_end = (uint64_t)dd_le32(data.p + 12) * NDB_PAGE_BYTES,
		.slot = NDB_HEADER_BYTES,
		.left = data.n,
	};
	*ret = &n->db;
	return DD_OK;
}
