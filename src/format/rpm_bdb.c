/* SPDX-License-Identifier: Apache-2.0 */
/* Berkeley DB hash files as rpm up to 4.15 writes them (RHEL and CentOS to 8, Amazon Linux 2, Fedora to 32).
 *
 * The file is a row of pages of one size (512 … 65536, a power of two), in the byte order of the machine that made it.
 *   page 0, metadata:  8 page number · 12 magic 0x061561 · 16 version · 20 page size · 24 encryption · 25 type 8 ·
 *                      26 flags (1: page checksums) · 32 last page number · 72 last bucket · 96 32 spares
 *   page header, 26 bytes: 8 page number · 12 previous page · 16 next page · 20 entries (16 bit) ·
 *                      22 free-area offset, of an overflow page the bytes it holds (16 bit) · 24 level · 25 type
 *   hash page (13 sorted, 2 unsorted: hash version 8 and older): after the header `entries` 16-bit offsets, each one's
 *                      item reaching to the item before it (the first to the end of the page); key, value, key, value …
 *   item:              type byte, then 1 the data itself · 3 (off-page) 3 unused, first overflow page, length
 *   overflow page (7): data after the header, continued on the next page
 * Key: rpm's package number, 4 bytes in the file's byte order; number 0 holds the next free number and no header.
 *
 * Bucket b begins on page b + spares[ceil(log2(b + 1))] and continues along the next pages.
 * All pages are looked at in the order of the file instead of bucket by bucket: each one once, so that no chain of hash
 * pages can be endless and one broken link loses nothing. Pages that the database has freed have type 0. What ought to
 * be a hash page and is none is found from the other side: every bucket has its first page, every link a page that
 * links back, and the items of a page reach down to its free area.
 * Met in the wild: sorted and unsorted pages side by side; hash pages with no entries; pages of zero bytes that a
 * growing table reserved; a header inside the page when it is short (gpg-pubkey).
 * The metadata's count of records (88) is not used: a table made for an expected number of records starts there.
 * Encrypted files and page checksums are refused: rpm has never written them.
 *
 * Source: Berkeley DB 5.3 dbinc/db_page.h; rpm 4.18 lib/backend/bdb_ro.c (which reads versions 8, 9 and 10). */
#include "format/rpm_bdb.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/limits.h"

enum {
	BDB_MAGIC_HASH = 0x061561,
	BDB_MAGIC_BTREE = 0x053162,
	BDB_META_BYTES = 224,
	BDB_SPARES = 96,
	BDB_PAGE_HEADER_BYTES = 26,
	BDB_OFFPAGE_BYTES = 12,
	BDB_KEY_BYTES = 4,
};

enum {
	BDB_PAGE_FREE = 0,
	BDB_PAGE_HASH_UNSORTED = 2,
	BDB_PAGE_OVERFLOW = 7,
	BDB_PAGE_HASH_META = 8,
	BDB_PAGE_HASH = 13
};
enum { BDB_ITEM_DATA = 1, BDB_ITEM_OFFPAGE = 3 };

struct bdb {
	struct dd_rpm_db db;
	struct dd_str data;
	bool big_endian;
	uint32_t page_bytes;
	uint32_t last_page;  /* as the metadata says */
	uint32_t file_pages; /* whole pages that are there */
	uint64_t chain_left; /* overflow pages that may still be read */
	uint32_t page;	     /* being read; 0: none yet */
	uint32_t item, entries;
	uint64_t bucket; /* to be checked next */
	bool told_cut;
	struct dd_buf blob;
};

static uint16_t get16(const struct bdb *b, const char *p)
{
	return b->big_endian ? dd_be16(p) : dd_le16(p);
}

static uint32_t get32(const struct bdb *b, const char *p)
{
	return b->big_endian ? dd_be32(p) : dd_le32(p);
}

static uint64_t page_at(const struct bdb *b, uint32_t page)
{
	return (uint64_t)page * b->page_bytes;
}

/* The page must be below file_pages. */
static const char *page_of(const struct bdb *b, uint32_t page)
{
	return b->data.p + page_at(b, page);
}

static unsigned page_type(const char *page)
{
	return (unsigned char)page[25];
}

static bool readable(const struct bdb *b, uint32_t page)
{
	return page <= b->last_page && page < b->file_pages;
}

bool dd_rpm_bdb_detect(struct dd_str data)
{
	if (data.n < 16)
		return false;
	uint32_t le = dd_le32(data.p + 12), be = dd_be32(data.p + 12);
	return le == BDB_MAGIC_HASH || be == BDB_MAGIC_HASH || le == BDB_MAGIC_BTREE || be == BDB_MAGIC_BTREE;
}

/* Gathers the value that starts on overflow page `first`. Each page names the one before it: following only links that
 * are confirmed from the other side makes cycles impossible and keeps a broken link out of another record's pages. */
static enum dd_code read_chain(struct bdb *b, uint32_t first, uint32_t length, struct dd_str *ret, struct dd_err *err)
{
	uint32_t page = first, before = 0;
	if (length > DD_RPM_HEADER_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, page_at(b, b->page), "record of %u bytes is over the limit of %llu",
			       length, (unsigned long long)DD_RPM_HEADER_BYTES_MAX);
	if (length > b->data.n)
		return dd_fail(err, DD_EPARSE, page_at(b, b->page), "record of %u bytes is longer than the file",
			       length);
	dd_buf_clear(&b->blob);
	while (b->blob.n < length) {
		if (page == 0)
			return dd_fail(err, DD_EPARSE, page_at(b, before), "record ends after %zu of %u bytes",
				       b->blob.n, length);
		if (!readable(b, page))
			return dd_fail(err, DD_EPARSE, page_at(b, before),
				       "record of %u bytes continues on page %u beyond the end of the file", length,
				       page);
		if (b->chain_left == 0)
			return dd_fail(err, DD_ELIMIT, page_at(b, page), "overflow pages are shared between records");
		b->chain_left--;
		const char *p = page_of(b, page);
		size_t n = get16(b, p + 22), left = length - b->blob.n;
		if (page_type(p) != BDB_PAGE_OVERFLOW || n == 0 || n > b->page_bytes - BDB_PAGE_HEADER_BYTES)
			return dd_fail(err, DD_EPARSE, page_at(b, page), "page %u is no overflow page of a record",
				       page);
		if (get32(b, p + 12) != before)
			return dd_fail(err, DD_EPARSE, page_at(b, page),
				       "overflow page %u is reached from page %u but continues page %u", page, before,
				       get32(b, p + 12));
		n = n < left ? n : left;
		struct dd_str part = { p + BDB_PAGE_HEADER_BYTES, n };
		if (n == length) {
			*ret = part;
			return DD_OK;
		}
		if (dd_buf_add_str(&b->blob, part) != DD_OK)
			return dd_fail_nomem(err);
		before = page;
		page = get32(b, p + 16);
	}
	*ret = dd_buf_str(&b->blob);
	return DD_OK;
}

/* The bytes of item `index` of the current page; false when its offsets make no sense. */
static bool item_of(const struct bdb *b, uint32_t index, struct dd_str *ret)
{
	const char *p = page_of(b, b->page), *offsets = p + BDB_PAGE_HEADER_BYTES;
	uint32_t start = get16(b, offsets + 2 * (size_t)index);
	uint32_t end = index == 0 ? b->page_bytes : get16(b, offsets + 2 * (size_t)(index - 1));
	if (start < BDB_PAGE_HEADER_BYTES + 2 * b->entries || start >= end || end > b->page_bytes)
		return false;
	*ret = (struct dd_str){ p + start, end - start };
	return true;
}

/* Reads the pair of items at b->item. *ret_header is false for the record that counts packages. */
static enum dd_code read_pair(struct bdb *b, struct dd_rpm_record *ret, bool *ret_header, struct dd_err *err)
{
	struct dd_str key, value, blob;
	uint64_t at = page_at(b, b->page);
	uint32_t index = b->item;
	b->item += 2;
	if (index + 1 >= b->entries || !item_of(b, index, &key) || !item_of(b, index + 1, &value))
		return dd_fail(err, DD_EPARSE, at, "hash page %u: item %u is out of its page", b->page, index);
	at += (uint64_t)(value.p - page_of(b, b->page));
	if (key.n != 1 + BDB_KEY_BYTES || key.p[0] != BDB_ITEM_DATA)
		return dd_fail(err, DD_EPARSE, at, "hash page %u: key of item %u is no package number", b->page, index);
	uint32_t number = get32(b, key.p + 1);
	if (number == 0) {
		*ret_header = false;
		return DD_OK;
	}
	if (value.p[0] == BDB_ITEM_DATA) {
		blob = dd_str_skip(value, 1);
	} else if (value.p[0] == BDB_ITEM_OFFPAGE && value.n == BDB_OFFPAGE_BYTES) {
		enum dd_code code = read_chain(b, get32(b, value.p + 4), get32(b, value.p + 8), &blob, err);
		if (code != DD_OK)
			return err && code != DD_ENOMEM ? dd_wrap(err, "package record %u", number) : code;
	} else {
		return dd_fail(err, DD_EPARSE, at, "package record %u is of unknown kind %u", number,
			       (unsigned)(unsigned char)value.p[0]);
	}
	*ret = (struct dd_rpm_record){ .blob = blob, .number = number, .at = at };
	*ret_header = true;
	return DD_OK;
}

static bool is_hash(const struct bdb *b, uint32_t page)
{
	unsigned type = page_type(page_of(b, page));
	return type == BDB_PAGE_HASH || type == BDB_PAGE_HASH_UNSORTED;
}

/* Does a hash page fit together? Its items are read in any case. */
static enum dd_code check_page(const struct bdb *b, uint32_t page, struct dd_err *err)
{
	const char *p = page_of(b, page);
	uint64_t at = page_at(b, page);
	uint32_t self = get32(b, p + 8), next = get32(b, p + 16), entries = get16(b, p + 20);
	/* 16 bits: a free area that ends with a page of 64 KiB ends at 0. */
	uint16_t lowest = (uint16_t)b->page_bytes;
	if (entries)
		lowest = get16(b, p + BDB_PAGE_HEADER_BYTES + 2 * ((size_t)entries - 1));
	if (self != page)
		return dd_fail(err, DD_EPARSE, at, "page %u calls itself %u", page, self);
	if (get16(b, p + 22) != lowest)
		return dd_fail(err, DD_EPARSE, at, "hash page %u: %u items do not reach its free area", page, entries);
	/* Pages beyond the end of a cut file were told of before. */
	if (next > b->last_page ||
	    (next && readable(b, next) && (!is_hash(b, next) || get32(b, page_of(b, next) + 12) != page)))
		return dd_fail(err, DD_EPARSE, at, "hash page %u continues on page %u, which is not its own", page,
			       next);
	return DD_OK;
}

/* Steps to the next hash page that has items; *ret_more is false behind the last page. */
static enum dd_code next_page(struct bdb *b, bool *ret_more, struct dd_err *err)
{
	b->entries = b->item = 0;
	while (b->page + 1 < b->file_pages && b->page < b->last_page) {
		b->page++;
		const char *p = page_of(b, b->page);
		unsigned type = page_type(p);
		uint32_t entries = get16(b, p + 20);
		if (type == BDB_PAGE_FREE || type == BDB_PAGE_OVERFLOW)
			continue;
		if (!is_hash(b, b->page))
			return dd_fail(err, DD_EPARSE, page_at(b, b->page), "page %u has unknown type %u", b->page,
				       type);
		if (entries > (b->page_bytes - BDB_PAGE_HEADER_BYTES) / 2)
			return dd_fail(err, DD_EPARSE, page_at(b, b->page), "hash page %u claims %u items", b->page,
				       entries);
		b->entries = entries;
		DD_TRY(check_page(b, b->page, err));
		if (entries) {
			*ret_more = true;
			return DD_OK;
		}
	}
	*ret_more = false;
	return DD_OK;
}

static unsigned log2_ceil(uint32_t n)
{
	return n <= 1 ? 0 : 32 - (unsigned)__builtin_clz(n - 1);
}

/* Every bucket must begin on a hash page. */
static enum dd_code check_buckets(struct bdb *b, struct dd_err *err)
{
	uint32_t last = get32(b, b->data.p + 72);
	while (b->bucket <= last && b->bucket < b->file_pages) {
		uint32_t bucket = (uint32_t)b->bucket++;
		uint32_t spare = get32(b, b->data.p + BDB_SPARES + 4 * (size_t)log2_ceil(bucket + 1)), page;
		if (__builtin_add_overflow(bucket, spare, &page) || page == 0 || page > b->last_page ||
		    (readable(b, page) && !is_hash(b, page)))
			return dd_fail(err, DD_EPARSE, page_at(b, page),
				       "page %u should hold packages (bucket %u of %u), but is no hash page", page,
				       bucket, last);
	}
	if (b->bucket <= last && last > b->last_page) {
		b->bucket = (uint64_t)last + 1;
		return dd_fail(err, DD_EPARSE, 72, "%u buckets of packages do not fit into %u pages", last,
			       b->last_page);
	}
	return DD_OK;
}

static enum dd_code bdb_next(struct dd_rpm_db *db, struct dd_rpm_record *ret, bool *ret_more, struct dd_err *err)
{
	struct bdb *b = (struct bdb *)db;
	bool more = true, header = false;
	if (!b->told_cut) {
		b->told_cut = true;
		if (b->last_page >= b->file_pages)
			return dd_fail(err, DD_EPARSE, b->data.n,
				       "file ends after %u of %llu pages, the rest is missing", b->file_pages,
				       (unsigned long long)b->last_page + 1);
	}
	while (!header) {
		if (b->item < b->entries) {
			DD_TRY(read_pair(b, ret, &header, err));
			continue;
		}
		DD_TRY(next_page(b, &more, err));
		if (!more)
			break;
	}
	if (!more)
		DD_TRY(check_buckets(b, err));
	*ret_more = more;
	return DD_OK;
}

static void bdb_free(struct dd_rpm_db *db)
{
	struct bdb *b = (struct bdb *)db;
	dd_buf_done(&b->blob);
	dd_free(b);
}

static enum dd_code check_meta(const struct bdb *b, struct dd_err *err)
{
	const char *p = b->data.p;
	uint32_t version = get32(b, p + 16);
	if (get32(b, p + 12) != BDB_MAGIC_HASH || page_type(p) != BDB_PAGE_HASH_META)
		return dd_fail(err, DD_EUNSUPPORTED, 12,
			       "Berkeley DB file is no hash: rpm keeps packages in hashes only");
	if (version < 8 || version > 10)
		return dd_fail(err, DD_EUNSUPPORTED, 16, "Berkeley DB hash of unknown version %u", version);
	if (p[24] || (p[26] & 1))
		return dd_fail(err, DD_EUNSUPPORTED, 24, "Berkeley DB file is encrypted or has page checksums");
	if (b->page_bytes < 512 || b->page_bytes > 65536 || (b->page_bytes & (b->page_bytes - 1)))
		return dd_fail(err, DD_EPARSE, 20, "Berkeley DB page size %u is impossible", b->page_bytes);
	return DD_OK;
}

static const struct dd_rpm_db_ops bdb_ops = { bdb_next, bdb_free };

enum dd_code dd_rpm_bdb_open(struct dd_str data, struct dd_rpm_db **ret, struct dd_err *err)
{
	struct bdb b = { .db = { &bdb_ops }, .data = data, .blob = DD_BUF_INIT(DD_RPM_HEADER_BYTES_MAX) };
	if (data.n < BDB_META_BYTES)
		return dd_fail(err, DD_EPARSE, data.n, "Berkeley DB file ends inside its metadata page");
	uint32_t magic = dd_be32(data.p + 12);
	b.big_endian = magic == BDB_MAGIC_HASH || magic == BDB_MAGIC_BTREE;
	b.page_bytes = get32(&b, data.p + 20);
	DD_TRY(check_meta(&b, err));
	uint64_t pages = data.n / b.page_bytes;
	b.file_pages = pages > UINT32_MAX ? UINT32_MAX : (uint32_t)pages;
	b.last_page = get32(&b, data.p + 32);
	b.chain_left = 2 * (uint64_t)b.file_pages;
	struct bdb *made = dd_alloc(sizeof *made);
	if (!made)
		return dd_fail_nomem(err);
	*made = b;
	*ret = &made->db;
	return DD_OK;
}
