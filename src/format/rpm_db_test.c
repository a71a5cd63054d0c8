/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/bytes.h"
#include "base/io.h"
#include "base/limits.h"
#include "format/rpm_db.h"
#include "format/rpm_fixture.h"
#include "support/test.h"

enum { BLOBS = 7 };

/* Sizes around what fits into a page, so that every way of storing a record is met. */
static const size_t blob_bytes[BLOBS] = { 8, 60, 500, 1500, 4096, 9000, 31 };

struct blobs {
	struct dd_buf bytes;
	struct dd_str all[BLOBS];
};

static void blobs_init(struct blobs *b)
{
	b->bytes = DD_BUF_INIT(1 << 20);
	for (uint32_t i = 0; i < BLOBS; i++)
		for (size_t k = 0; k < blob_bytes[i]; k++)
			CHECK(dd_buf_add_char(&b->bytes, (char)(i * 31 + k * 7 + k / 256)) == DD_OK);
	size_t at = 0;
	for (uint32_t i = 0; i < BLOBS; at += blob_bytes[i++])
		b->all[i] = (struct dd_str){ b->bytes.p + at, blob_bytes[i] };
}

/* What one reading of a database gave. */
struct outcome {
	enum dd_code open;
	unsigned good;	     /* records that are byte for byte the blob of their number */
	unsigned wrong;	     /* records that are not */
	unsigned failures;   /* calls of next that failed */
	uint64_t numbers;    /* bit i: record i was given */
	struct dd_err first; /* failure */
	bool ended;
};

static void read_all(struct dd_str data, const struct dd_str *blobs, size_t n, struct outcome *o)
{
	DD_CLEANUP(dd_rpm_db_freep) struct dd_rpm_db *db = NULL;
	*o = (struct outcome){ 0 };
	/* A private copy, so that the sanitizer sees every read beyond it. */
	char *copy = dd_alloc(data.n ? data.n : 1);
	if (data.n)
		memcpy(copy, data.p, data.n);
	o->open = dd_rpm_db_open((struct dd_str){ copy, data.n }, &db, &o->first);
	for (unsigned calls = 0; o->open == DD_OK && !o->ended && calls < 100000; calls++) {
		struct dd_rpm_record r;
		struct dd_err err;
		bool more;
		if (dd_rpm_db_next(db, &r, &more, &err) != DD_OK) {
			if (o->failures++ == 0)
				o->first = err;
		} else if (!more) {
			o->ended = true;
		} else {
			bool good = r.number >= 1 && r.number <= n && dd_str_eq(r.blob, blobs[r.number - 1]);
			*(good ? &o->good : &o->wrong) += 1;
			if (r.number < 64)
				o->numbers |= UINT64_C(1) << r.number;
		}
	}
	dd_rpm_db_freep(&db);
	CHECK(!data.n || memcmp(copy, data.p, data.n) == 0); /* never written to */
	dd_free(copy);
}

static const struct form {
	const char *name;
	uint32_t page_bytes; /* 0: NDB */
	bool bdb, big_endian;
	unsigned char hash_type;
} forms[] = {
	{ "bdb 512 little", 512, true, false, 13 },
	{ "bdb 512 big", 512, true, true, 13 },
	{ "bdb 4096 little", 4096, true, false, 2 },
	{ "bdb 4096 big", 4096, true, true, 2 },
	{ "bdb 65536 little", 65536, true, false, 13 },
	{ "bdb 65536 big", 65536, true, true, 13 },
	{ "ndb", 0, false, false, 0 },
	{ "sqlite 512", 512, false, false, 0 },
	{ "sqlite 4096", 4096, false, false, 0 },
	{ "sqlite 65536", 65536, false, false, 0 },
};

static void make(const struct form *f, const struct dd_str *blobs, uint32_t n, struct dd_buf *out)
{
	if (f->bdb)
		dd_fix_bdb(blobs, n, (struct dd_fix_bdb){ f->page_bytes, f->big_endian, f->hash_type }, out);
	else if (f->page_bytes == 0)
		dd_fix_ndb(blobs, n, out);
	else
		dd_fix_sqlite(blobs, n, f->page_bytes, out);
}

TEST(rpm_db_gives_every_record_in_every_form)
{
	struct blobs b;
	blobs_init(&b);
	for (size_t i = 0; i < DD_COUNT(forms); i++) {
		DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24);
		struct outcome o;
		make(&forms[i], b.all, BLOBS, &file);
		read_all(dd_buf_str(&file), b.all, BLOBS, &o);
		CHECK_INT_ROW(o.open, DD_OK, forms[i].name);
		CHECK_INT_ROW(o.good, BLOBS, forms[i].name);
		CHECK_INT_ROW(o.failures + o.wrong, 0, forms[i].name);
		CHECK_ROW(o.ended, forms[i].name);
		dd_buf_clear(&file);
		make(&forms[i], b.all, 0, &file);
		read_all(dd_buf_str(&file), b.all, BLOBS, &o);
		CHECK_ROW(o.ended && o.good == 0 && o.failures == 0, forms[i].name);
	}
	dd_buf_done(&b.bytes);
}

TEST(rpm_db_tells_what_it_is_not)
{
	static const struct {
		const char *name;
		struct dd_str data;
	} rows[] = {
		{ "empty", { "", 0 } },
		{ "text", DD_STR("hello, this is no database at all\n") },
		{ "NULs", { "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 28 } },
		{ "bdb magic only", { "\0\0\0\0\0\0\0\0\0\0\0\0\0\6\25\141\0\0\0\11", 20 } },
		{ "ndb magic only", DD_STR("RpmP") },
		{ "sqlite magic only", { "SQLite format 3\0", 16 } },
	};
	struct outcome o;
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		read_all(rows[i].data, NULL, 0, &o);
		CHECK_INT_ROW(o.open, DD_EPARSE, rows[i].name);
	}
}

/* A file that ends early is never taken for whole, what it gives is never wrong, and a longer piece never gives less.
 */
TEST(rpm_db_cut_at_any_byte)
{
	struct blobs b;
	blobs_init(&b);
	for (size_t i = 0; i < DD_COUNT(forms); i++) {
		DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24);
		unsigned before = 0;
		make(&forms[i], b.all, BLOBS, &file);
		/* SQLite sees whole pages only: a few bytes of each will do. */
		bool sqlite = !forms[i].bdb && forms[i].page_bytes;
		size_t step = sqlite ? forms[i].page_bytes / 3 : forms[i].page_bytes == 65536 ? 509 : 1;
		for (size_t n = 0; n < file.n; n += step) {
			struct outcome o;
			read_all(dd_str_take(dd_buf_str(&file), n), b.all, BLOBS, &o);
			CHECK_ROW(o.open != DD_OK || (o.ended && o.failures), forms[i].name);
			CHECK_INT_ROW(o.wrong, 0, forms[i].name);
			CHECK_ROW(o.good >= before && o.good <= BLOBS, forms[i].name);
			before = o.good;
		}
		CHECK_ROW(before >= 1, forms[i].name); /* the last piece lacks a few bytes only */
	}
	dd_buf_done(&b.bytes);
}

/* Any one byte wrong: no crash, no endless loop; what the format can notice (NDB's checksum) never gives a wrong
 * record. */
TEST(rpm_db_any_byte_flipped)
{
	struct blobs b;
	blobs_init(&b);
	for (size_t i = 0; i < DD_COUNT(forms); i++) {
		DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24);
		if (forms[i].page_bytes == 65536)
			continue;
		make(&forms[i], b.all, BLOBS, &file);
		size_t step = forms[i].bdb || forms[i].page_bytes == 0 ? 1 : 11;
		for (size_t at = 0; at < file.n; at += step) {
			struct outcome o;
			file.p[at] = (char)~file.p[at];
			read_all(dd_buf_str(&file), b.all, BLOBS, &o);
			file.p[at] = (char)~file.p[at];
			CHECK_ROW(o.open != DD_OK || o.ended, forms[i].name);
			if (forms[i].page_bytes == 0)
				CHECK_ROW(o.wrong == 0, forms[i].name);
			/* One byte spoils one record, one page of records, or all of them from the root. */
			if (o.open == DD_OK && o.good + o.wrong < BLOBS)
				CHECK_ROW(o.failures > 0 || forms[i].page_bytes == 0, forms[i].name);
		}
	}
	dd_buf_done(&b.bytes);
}

TEST(rpm_db_survives_every_failed_allocation)
{
	struct blobs b;
	blobs_init(&b);
	for (size_t i = 0; i < DD_COUNT(forms); i++) {
		DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24);
		make(&forms[i], b.all, BLOBS, &file);
		for (uint64_t nth = 1;; nth++) {
			DD_CLEANUP(dd_rpm_db_freep) struct dd_rpm_db *db = NULL;
			struct dd_rpm_record r;
			struct dd_err err;
			bool more = true;
			dd_alloc_fail_from(nth);
			enum dd_code code = dd_rpm_db_open(dd_buf_str(&file), &db, &err);
			while (code == DD_OK && more)
				code = dd_rpm_db_next(db, &r, &more, &err);
			uint64_t used = dd_alloc_count();
			dd_alloc_fail_from(0);
			CHECK_ROW(code == DD_OK || code == DD_ENOMEM, forms[i].name);
			if (code == DD_OK || used > 1000)
				break;
		}
	}
	dd_buf_done(&b.bytes);
}

/* Edits of one database of 512-byte pages in little endian: pages 1 … 3 are hash pages, record 3 begins on page 4. */
TEST(rpm_bdb_damage)
{
	struct blobs b;
	blobs_init(&b);
	static const struct {
		const char *name;
		size_t at;
		unsigned bits; /* 8, 16 or 32 */
		uint32_t value;
		enum dd_code open;
		unsigned good;
		enum dd_code first;
		const char *says;
	} rows[] = {
		{ "version 7", 16, 32, 7, DD_EUNSUPPORTED, 0, DD_EUNSUPPORTED, "unknown version 7" },
		{ "version 10", 16, 32, 10, DD_OK, 7, DD_OK, "" },
		{ "btree", 12, 32, 0x053162, DD_EUNSUPPORTED, 0, DD_EUNSUPPORTED, "no hash" },
		{ "encrypted", 24, 8, 1, DD_EUNSUPPORTED, 0, DD_EUNSUPPORTED, "encrypted" },
		{ "page checksums", 26, 8, 1, DD_EUNSUPPORTED, 0, DD_EUNSUPPORTED, "checksums" },
		{ "page size 0", 20, 32, 0, DD_EPARSE, 0, DD_EPARSE, "page size 0" },
		{ "page size 513", 20, 32, 513, DD_EPARSE, 0, DD_EPARSE, "page size 513" },
		{ "page size 2^31", 20, 32, 0x80000000, DD_EPARSE, 0, DD_EPARSE, "page size" },
		{ "more pages than there are", 32, 32, 4000000000, DD_OK, 7, DD_EPARSE, "of 4000000001 pages" },
		{ "all pages that can be", 32, 32, 0xffffffff, DD_OK, 7, DD_EPARSE, "of 4294967296 pages" },
		{ "last page 1", 32, 32, 1, DD_OK, 2, DD_EPARSE, "page 1 continues on page 3" },
		{ "last page 3", 32, 32, 3, DD_OK, 3, DD_EPARSE, "beyond the end" },
		{ "last bucket 2", 72, 32, 2, DD_OK, 7, DD_OK, "" },
		{ "last bucket 3", 72, 32, 3, DD_OK, 7, DD_EPARSE, "page 4 should hold packages (bucket 3 of 3)" },
		{ "all buckets that can be", 72, 32, 0xffffffff, DD_OK, 7, DD_EPARSE, "page 4 should hold packages" },
		{ "spares that wrap", 96, 32, 0xffffffff, DD_OK, 7, DD_EPARSE, "should hold packages (bucket 0 of 1)" },
		{ "more records than there are", 88, 32, 99, DD_OK, 7, DD_OK, "" },
		{ "first page of a bucket is freed", 512 + 25, 8, 0, DD_OK, 5, DD_EPARSE,
		  "page 1 should hold packages" },
		{ "next page of a bucket is freed", 3 * 512 + 25, 8, 0, DD_OK, 5, DD_EPARSE, "continues on page 3" },
		{ "page linked from elsewhere", 3 * 512 + 12, 32, 2, DD_OK, 7, DD_EPARSE, "continues on page 3" },
		{ "fewer items", 512 + 20, 16, 4, DD_OK, 6, DD_EPARSE, "do not reach its free area" },
		{ "no items", 512 + 20, 16, 0, DD_OK, 5, DD_EPARSE, "do not reach its free area" },
		{ "hash page of unknown type", 512 + 25, 8, 77, DD_OK, 5, DD_EPARSE, "unknown type 77" },
		{ "hash page with too many items", 512 + 20, 16, 0xffff, DD_OK, 5, DD_EPARSE, "claims 65535 items" },
		{ "odd number of items", 512 + 20, 16, 5, DD_OK, 6, DD_EPARSE, "do not reach its free area" },
		{ "page calls itself another", 512 + 8, 32, 2, DD_OK, 7, DD_EPARSE, "calls itself 2" },
		{ "item in the page's header", 512 + 26 + 2, 16, 3, DD_OK, 6, DD_EPARSE, "out of its page" },
		{ "item behind the page", 512 + 26 + 6, 16, 600, DD_OK, 5, DD_EPARSE, "out of its page" },
		{ "chain starts nowhere", 1024 + 512 - 5 - 12 + 4, 32, 0, DD_OK, 6, DD_EPARSE, "ends after 0 of" },
		{ "chain starts on a hash page", 1024 + 512 - 5 - 12 + 4, 32, 1, DD_OK, 6, DD_EPARSE,
		  "no overflow page" },
		{ "chain starts beyond the end", 1024 + 512 - 5 - 12 + 4, 32, 0xfffffff, DD_OK, 6, DD_EPARSE,
		  "beyond the end" },
		{ "chain starts in its middle", 1024 + 512 - 5 - 12 + 4, 32, 5, DD_OK, 6, DD_EPARSE,
		  "continues page 4" },
		{ "record over the limit", 1024 + 512 - 5 - 12 + 8, 32, 0x80000000, DD_OK, 6, DD_ELIMIT,
		  "over the limit" },
		{ "record longer than the file", 1024 + 512 - 5 - 12 + 8, 32, 0x100000, DD_OK, 6, DD_EPARSE,
		  "longer than" },
		{ "record longer than its chain", 1024 + 512 - 5 - 12 + 8, 32, 600, DD_OK, 6, DD_EPARSE,
		  "ends after 500 of 600" },
		{ "record kind unknown", 1024 + 512 - 5 - 12, 8, 2, DD_OK, 6, DD_EPARSE, "unknown kind 2" },
		{ "key of another kind", 1024 + 512 - 5, 8, 3, DD_OK, 6, DD_EPARSE, "no package number" },
		{ "overflow page without bytes", 4 * 512 + 22, 16, 0, DD_OK, 6, DD_EPARSE, "no overflow page" },
		{ "overflow page over its end", 4 * 512 + 22, 16, 487, DD_OK, 6, DD_EPARSE, "no overflow page" },
		{ "chain of itself", 4 * 512 + 16, 32, 4, DD_OK, 6, DD_EPARSE,
		  "reached from page 4 but continues page 0" },
		{ "chain into another", 4 * 512 + 16, 32, 7, DD_OK, 6, DD_EPARSE, "reached from page 4" },
		{ "overflow page of another kind", 5 * 512 + 25, 8, 13, DD_OK, 6, DD_EPARSE, "no overflow page" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24);
		struct outcome o;
		dd_fix_bdb(b.all, BLOBS, (struct dd_fix_bdb){ 512, false, 13 }, &file);
		if (rows[i].bits == 8)
			file.p[rows[i].at] = (char)rows[i].value;
		else if (rows[i].bits == 16)
			dd_fix_put16(&file, rows[i].at, (uint16_t)rows[i].value, false);
		else
			dd_fix_put32(&file, rows[i].at, rows[i].value, false);
		read_all(dd_buf_str(&file), b.all, BLOBS, &o);
		CHECK_INT_ROW(o.open, rows[i].open, rows[i].name);
		CHECK_ROW(o.ended == (o.open == DD_OK), rows[i].name);
		CHECK_INT_ROW(o.good, rows[i].good, rows[i].name);
		CHECK_INT_ROW(o.first.code, rows[i].first, rows[i].name);
		CHECK_ROW(dd_str_search(dd_str_from(o.first.message), dd_str_from(rows[i].says)) <
					  sizeof o.first.message - 1 &&
				  (!*rows[i].says || strstr(o.first.message, rows[i].says)),
			  o.first.message);
	}
	dd_buf_done(&b.bytes);
}

/* Many records that all point to one long chain: the work stays within the file's size. */
TEST(rpm_bdb_shared_chains_are_bounded)
{
	enum { RECORDS = 300, CHAIN = 200 * 486 };
	DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24), big = DD_BUF_INIT(1 << 20);
	struct dd_str blobs[RECORDS];
	for (size_t i = 0; i < CHAIN; i++)
		CHECK(dd_buf_add_char(&big, (char)i) == DD_OK);
	for (size_t i = 0; i < RECORDS; i++)
		blobs[i] = i ? DD_STR("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef!")
			     : dd_buf_str(&big);
	dd_fix_bdb(blobs, RECORDS, (struct dd_fix_bdb){ 512, false, 13 }, &file);
	uint32_t first = 1 + (RECORDS + DD_FIX_BDB_PAIRS) / DD_FIX_BDB_PAIRS; /* page of record 1's chain */
	for (size_t page = 1; page < first; page++)
		for (size_t at = page * 512 + 26; at + 12 <= (page + 1) * 512; at++)
			if (file.p[at] == 3 && file.p[at + 1] == 0 && file.p[at + 2] == 0 && file.p[at + 3] == 0 &&
			    (dd_le32(file.p + at + 8) == 65 || dd_le32(file.p + at + 8) == CHAIN)) {
				dd_fix_put32(&file, at + 4, first, false);
				dd_fix_put32(&file, at + 8, CHAIN, false);
			}
	struct outcome o;
	read_all(dd_buf_str(&file), blobs, RECORDS, &o);
	CHECK(o.ended && o.good == 1);
	CHECK(o.wrong >= 1 && o.wrong < 8); /* pages may be visited twice over, not 300 times */
	CHECK_INT(o.good + o.wrong + o.failures, RECORDS);
	CHECK_INT(o.first.code, DD_ELIMIT);
}

TEST(rpm_ndb_damage)
{
	struct blobs b;
	blobs_init(&b);
	static const struct {
		const char *name;
		size_t at;
		uint32_t value;
		enum dd_code open;
		unsigned good;
		enum dd_code first;
		const char *says;
	} rows[] = {
		{ "version 1", 4, 1, DD_EUNSUPPORTED, 0, DD_EUNSUPPORTED, "unknown version 1" },
		{ "no slot pages", 12, 0, DD_OK, 0, DD_OK, "" },
		{ "all slot pages that can be", 12, 0xffffffff, DD_OK, 0, DD_EPARSE, "outside the file" },
		{ "slot without magic", 32, 0, DD_OK, 6, DD_EPARSE, "slot is damaged" },
		{ "slot of another package", 36, 77, DD_OK, 6, DD_EPARSE, "record 77 calls itself 1" },
		{ "free slot", 40, 0, DD_OK, 6, DD_OK, "" },
		{ "record in the slot pages", 40, 2, DD_OK, 6, DD_EPARSE, "outside the file" },
		{ "record beyond the end", 40, 0xffffffff, DD_OK, 6, DD_EPARSE, "outside the file" },
		{ "record of no blocks", 44, 0, DD_OK, 6, DD_EPARSE, "too short" },
		{ "record of one block", 44, 1, DD_OK, 6, DD_EPARSE, "too short" },
		{ "record of all blocks", 44, 0xffffffff, DD_OK, 6, DD_EPARSE, "outside the file" },
		{ "record of other blocks", 44, 4, DD_OK, 6, DD_EPARSE, "no proper start or end" },
		{ "record without magic", 4096, 0, DD_OK, 6, DD_EPARSE, "no proper start or end" },
		{ "record of another index", 4100, 5, DD_OK, 6, DD_EPARSE, "record 1 calls itself 5" },
		{ "record with another generation", 4104, 8, DD_OK, 6, DD_EPARSE, "checksum" },
		{ "record longer than its blocks", 4108, 0xffffffff, DD_OK, 6, DD_EPARSE, "has room for" },
		{ "record shorter than its end says", 4108, 7, DD_OK, 6, DD_EPARSE, "has room for" },
		{ "record with another byte", 4112, 7, DD_OK, 6, DD_EPARSE, "checksum" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24);
		struct outcome o;
		dd_fix_ndb(b.all, BLOBS, &file);
		dd_fix_put32(&file, rows[i].at, rows[i].value, false);
		read_all(dd_buf_str(&file), b.all, BLOBS, &o);
		CHECK_INT_ROW(o.open, rows[i].open, rows[i].name);
		CHECK_ROW(o.ended == (o.open == DD_OK), rows[i].name);
		CHECK_INT_ROW(o.good, rows[i].good, rows[i].name);
		CHECK_INT_ROW(o.first.code, rows[i].first, rows[i].name);
		CHECK_ROW(!*rows[i].says || strstr(o.first.message, rows[i].says), o.first.message);
	}
	dd_buf_done(&b.bytes);
}

/* Slots that all name one record would be read once each: the sum is bounded by the file. */
TEST(rpm_ndb_shared_records_are_bounded)
{
	DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24), big = DD_BUF_INIT(1 << 20);
	for (size_t i = 0; i < 100000; i++)
		CHECK(dd_buf_add_char(&big, 'x') == DD_OK);
	struct dd_str blob = dd_buf_str(&big);
	dd_fix_ndb(&blob, 1, &file);
	for (size_t slot = 48; slot < 4096; slot += 16)
		memcpy(file.p + slot, file.p + 32, 16);
	struct outcome o;
	read_all(dd_buf_str(&file), &blob, 1, &o);
	CHECK_INT(o.good, 1);
	CHECK_INT(o.failures, 253);
	CHECK_INT(o.first.code, DD_ELIMIT);
}
