/* SPDX-License-Identifier: Apache-2.0 */
#include "format/rpm_fixture.h"

#include <sqlite3.h>

#include "base/bytes.h"

static void add_be32(struct dd_buf *b, uint32_t v)
{
	char p[4];
	dd_put_be32(p, v);
	dd_assert(dd_buf_add(b, p, 4) == DD_OK);
}

static void add_le32(struct dd_buf *b, uint32_t v)
{
	char p[4];
	dd_put_le32(p, v);
	dd_assert(dd_buf_add(b, p, 4) == DD_OK);
}

static void add_zeros(struct dd_buf *b, size_t n)
{
	dd_assert(dd_buf_reserve(b, n) == DD_OK);
	memset(b->p + b->n, 0, n);
	b->n += n;
}

void dd_fix_put32(struct dd_buf *b, size_t at, uint32_t v, bool big_endian)
{
	dd_assert(at + 4 <= b->n);
	if (big_endian)
		dd_put_be32(b->p + at, v);
	else
		dd_put_le32(b->p + at, v);
}

void dd_fix_put16(struct dd_buf *b, size_t at, uint16_t v, bool big_endian)
{
	dd_assert(at + 2 <= b->n);
	b->p[at + !big_endian] = (char)(v >> 8);
	b->p[at + big_endian] = (char)v;
}

void dd_fix_entry(struct dd_fix_header *h, uint32_t tag, uint32_t type, uint32_t offset, uint32_t count)
{
	add_be32(&h->index, tag);
	add_be32(&h->index, type);
	add_be32(&h->index, offset);
	add_be32(&h->index, count);
	h->entries++;
}

void dd_fix_text(struct dd_fix_header *h, uint32_t tag, const char *text)
{
	dd_fix_entry(h, tag, 6, (uint32_t)h->store.n, 1);
	dd_assert(dd_buf_add(&h->store, text, strlen(text) + 1) == DD_OK);
}

void dd_fix_texts(struct dd_fix_header *h, uint32_t tag, const char *const *texts, uint32_t n)
{
	dd_fix_entry(h, tag, 8, (uint32_t)h->store.n, n);
	for (uint32_t i = 0; i < n; i++)
		dd_assert(dd_buf_add(&h->store, texts[i], strlen(texts[i]) + 1) == DD_OK);
}

void dd_fix_numbers(struct dd_fix_header *h, uint32_t tag, const uint32_t *numbers, uint32_t n)
{
	add_zeros(&h->store, -h->store.n & 3);
	dd_fix_entry(h, tag, 4, (uint32_t)h->store.n, n);
	for (uint32_t i = 0; i < n; i++)
		add_be32(&h->store, numbers[i]);
}

void dd_fix_number64(struct dd_fix_header *h, uint32_t tag, uint64_t number)
{
	add_zeros(&h->store, -h->store.n & 7);
	dd_fix_entry(h, tag, 5, (uint32_t)h->store.n, 1);
	add_be32(&h->store, (uint32_t)(number >> 32));
	add_be32(&h->store, (uint32_t)number);
}

void dd_fix_header_end(struct dd_fix_header *h, struct dd_buf *out)
{
	add_be32(out, h->entries);
	add_be32(out, (uint32_t)h->store.n);
	dd_assert(dd_buf_add_str(out, dd_buf_str(&h->index)) == DD_OK);
	dd_assert(dd_buf_add_str(out, dd_buf_str(&h->store)) == DD_OK);
	dd_buf_done(&h->index);
	dd_buf_done(&h->store);
}

void dd_fix_package(const char *name, const char *version, const char *release, size_t padding, struct dd_buf *out)
{
	struct dd_fix_header h = DD_FIX_HEADER;
	dd_fix_text(&h, 1000, name);
	dd_fix_text(&h, 1001, version);
	dd_fix_text(&h, 1002, release);
	dd_fix_entry(&h, 1005, 9, (uint32_t)h.store.n, 1);
	for (size_t i = 0; i < padding; i++)
		dd_assert(dd_buf_add_char(&h.store, (char)('a' + i % 23)) == DD_OK);
	add_zeros(&h.store, 1);
	dd_fix_header_end(&h, out);
}

struct bdb {
	struct dd_buf *out;
	struct dd_fix_bdb how;
	size_t start; /* of the database in out */
};

/* Appends an empty page; its offset. */
static size_t bdb_page(struct bdb *b, unsigned char type)
{
	size_t at = b->out->n;
	uint32_t number = (uint32_t)((at - b->start) / b->how.page_bytes);
	add_zeros(b->out, b->how.page_bytes);
	dd_fix_put32(b->out, at + 8, number, b->how.big_endian);
	b->out->p[at + 25] = (char)type;
	return at;
}

/* Puts a value on overflow pages; the number of the first. */
static uint32_t bdb_chain(struct bdb *b, struct dd_str value)
{
	uint32_t first = (uint32_t)((b->out->n - b->start) / b->how.page_bytes), number = first, before = 0;
	while (value.n) {
		size_t at = bdb_page(b, 7), room = b->how.page_bytes - 26, n = value.n < room ? value.n : room;
		memcpy(b->out->p + at + 26, value.p, n);
		value = dd_str_skip(value, n);
		dd_fix_put32(b->out, at + 12, before, b->how.big_endian);
		dd_fix_put32(b->out, at + 16, value.n ? number + 1 : 0, b->how.big_endian);
		dd_fix_put16(b->out, at + 20, 1, b->how.big_endian);
		dd_fix_put16(b->out, at + 22, (uint16_t)n, b->how.big_endian);
		before = number++;
	}
	return first;
}

/* Adds an item in front of the page's items, as Berkeley DB fills its pages. */
static void bdb_item(struct bdb *b, size_t page, const char *p, size_t n)
{
	const char *at = b->out->p + page;
	bool big = b->how.big_endian;
	uint16_t entries = big ? dd_be16(at + 20) : dd_le16(at + 20);
	uint32_t end = entries ? (big ? dd_be16(at + 22) : dd_le16(at + 22)) : b->how.page_bytes;
	uint32_t start = end - (uint32_t)n;
	dd_assert(start >= 26 + 2 * (entries + 1u));
	memcpy(b->out->p + page + start, p, n);
	dd_fix_put16(b->out, page + 26 + 2 * (size_t)entries, (uint16_t)start, big);
	dd_fix_put16(b->out, page + 20, (uint16_t)(entries + 1), big);
	dd_fix_put16(b->out, page + 22, (uint16_t)start, big);
}

static void bdb_pair(struct bdb *b, size_t page, uint32_t number, struct dd_str value)
{
	struct dd_buf item = DD_BUF_INIT(1 << 20);
	add_zeros(&item, 5);
	item.p[0] = 1;
	dd_fix_put32(&item, 1, number, b->how.big_endian);
	bdb_item(b, page, item.p, item.n);
	dd_buf_clear(&item);
	if (value.n <= b->how.page_bytes / 8) {
		dd_assert(dd_buf_add_char(&item, 1) == DD_OK && dd_buf_add_str(&item, value) == DD_OK);
	} else {
		add_zeros(&item, 12);
		item.p[0] = 3;
		dd_fix_put32(&item, 4, bdb_chain(b, value), b->how.big_endian);
		dd_fix_put32(&item, 8, (uint32_t)value.n, b->how.big_endian);
	}
	bdb_item(b, page, item.p, item.n);
	dd_buf_done(&item);
}

void dd_fix_bdb(const struct dd_str *blobs, uint32_t n, struct dd_fix_bdb how, struct dd_buf *out)
{
	struct bdb b = { out, how, out->n };
	size_t meta = bdb_page(&b, 8);
	uint32_t pages = (n + 1 + DD_FIX_BDB_PAIRS - 1) / DD_FIX_BDB_PAIRS;
	uint32_t buckets = pages > 1 ? pages - 1 : pages;
	for (uint32_t i = 0; i < pages; i++)
		dd_fix_put16(out, bdb_page(&b, how.hash_type) + 22, (uint16_t)how.page_bytes, how.big_endian);
	if (pages > buckets) {
		dd_fix_put32(out, meta + how.page_bytes + 16, pages, how.big_endian);
		dd_fix_put32(out, meta + (size_t)pages * how.page_bytes + 12, 1, how.big_endian);
	}
	for (uint32_t i = 0; i <= n; i++) {
		size_t page = b.start + (1 + (size_t)i / DD_FIX_BDB_PAIRS) * how.page_bytes;
		bdb_pair(&b, page, i, i ? blobs[i - 1] : (struct dd_str){ "\0\0\0\11", 4 });
	}
	dd_fix_put32(out, meta + 12, 0x061561, how.big_endian);
	dd_fix_put32(out, meta + 16, how.hash_type == 2 ? 8 : 9, how.big_endian);
	dd_fix_put32(out, meta + 20, how.page_bytes, how.big_endian);
	dd_fix_put32(out, meta + 32, (uint32_t)((out->n - b.start) / how.page_bytes) - 1, how.big_endian);
	dd_fix_put32(out, meta + 72, buckets - 1, how.big_endian);
	for (size_t i = 0; i < 32; i++)
		dd_fix_put32(out, meta + 96 + 4 * i, 1, how.big_endian);
	dd_fix_put32(out, meta + 88, n + 1, how.big_endian);
}

uint32_t dd_fix_adler32(struct dd_str bytes)
{
	uint32_t a = 1, b = 0;
	for (size_t i = 0; i < bytes.n; i++) {
		a = (a + (unsigned char)bytes.p[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

void dd_fix_ndb(const struct dd_str *blobs, uint32_t n, struct dd_buf *out)
{
	size_t start = out->n;
	dd_assert(dd_buf_add(out, "RpmP", 4) == DD_OK);
	add_le32(out, 0);
	add_le32(out, 7);
	add_le32(out, 1);
	add_le32(out, n + 1);
	add_zeros(out, 4096 - 20);
	for (size_t slot = start + 32; slot < start + 4096; slot += 16)
		memcpy(out->p + slot, "Slot", 4);
	for (uint32_t i = 0; i < n; i++) {
		size_t at = out->n, slot = start + 32 + (size_t)i * 16;
		dd_assert(dd_buf_add(out, "BlbS", 4) == DD_OK);
		add_le32(out, i + 1);
		add_le32(out, 7);
		add_le32(out, (uint32_t)blobs[i].n);
		dd_assert(dd_buf_add_str(out, blobs[i]) == DD_OK);
		add_zeros(out, -(blobs[i].n + 12) & 15);
		uint32_t sum = dd_fix_adler32((struct dd_str){ out->p + at, out->n - at });
		add_le32(out, sum);
		add_le32(out, (uint32_t)blobs[i].n);
		dd_assert(dd_buf_add(out, "BlbE", 4) == DD_OK);
		dd_fix_put32(out, slot + 4, i + 1, false);
		dd_fix_put32(out, slot + 8, (uint32_t)((at - start) / 16), false);
		dd_fix_put32(out, slot + 12, (uint32_t)((out->n - at) / 16), false);
	}
}

static void sqlite_take(sqlite3 *sql, struct dd_buf *out)
{
	sqlite3_int64 n = 0;
	unsigned char *bytes = sqlite3_serialize(sql, "main", &n, 0);
	dd_assert(bytes && dd_buf_add(out, bytes, (size_t)n) == DD_OK);
	sqlite3_free(bytes);
	dd_assert(sqlite3_close(sql) == SQLITE_OK);
}

static void sqlite_run(sqlite3 *sql, const char *text)
{
	dd_assert(sqlite3_exec(sql, text, NULL, NULL, NULL) == SQLITE_OK);
}

void dd_fix_sqlite_from(const char *statements, struct dd_buf *out)
{
	sqlite3 *sql = NULL;
	dd_assert(sqlite3_open(":memory:", &sql) == SQLITE_OK);
	sqlite_run(sql, statements);
	sqlite_take(sql, out);
}

void dd_fix_sqlite(const struct dd_str *blobs, uint32_t n, uint32_t page_bytes, struct dd_buf *out)
{
	sqlite3 *sql = NULL;
	sqlite3_stmt *s = NULL;
	struct dd_buf text = DD_BUF_INIT(1000);
	dd_assert(sqlite3_open(":memory:", &sql) == SQLITE_OK);
	dd_assert(dd_buf_addf(&text, "PRAGMA page_size = %u;", page_bytes) == DD_OK);
	sqlite_run(sql, dd_buf_c(&text));
	dd_buf_done(&text);
	sqlite_run(sql, "CREATE TABLE IF NOT EXISTS 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,"
			"blob BLOB NOT NULL);"
			"CREATE TABLE IF NOT EXISTS 'Name' (key 'TEXT' NOT NULL, hnum INTEGER NOT NULL, idx INTEGER)");
	dd_assert(sqlite3_prepare_v2(sql, "INSERT INTO Packages(blob) VALUES (?)", -1, &s, NULL) == SQLITE_OK);
	for (uint32_t i = 0; i < n; i++) {
		(void)sqlite3_reset(s);
		dd_assert(sqlite3_bind_blob(s, 1, blobs[i].p, (int)blobs[i].n, SQLITE_STATIC) == SQLITE_OK);
		dd_assert(sqlite3_step(s) == SQLITE_DONE);
	}
	(void)sqlite3_finalize(s);
	sqlite_run(sql, "INSERT INTO Name SELECT 'name-' || hnum, hnum, 0 FROM Packages");
	sqlite_take(sql, out);
}
