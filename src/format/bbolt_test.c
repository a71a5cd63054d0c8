/* SPDX-License-Identifier: Apache-2.0 */
/* testdata/bbolt/tree.db was written by go.etcd.io/bbolt itself (tests/support/bbolt_from_json.go from tree.json), with
 * pages of 1024 bytes, so that 400 keys make a tree of branches. */
#include "format/bbolt.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/io.h"
#include "base/limits.h"
#include "support/test.h"

static bool open_fixture(struct dd_map_file *file, struct dd_bbolt *db)
{
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(4096);
	(void)dd_buf_addf(&path, "%s/src/format/testdata/bbolt/tree.db", dd_test_root());
	return dd_map_file_open(file, dd_buf_c(&path), DD_MIB, NULL) == DD_OK &&
	       dd_bbolt_open(file->bytes, db, NULL) == DD_OK;
}

/* Everything below a bucket, a line an item: "bucket/bucket/key=value", long values by their size. */
static void show(struct dd_bbolt *db, struct dd_bbolt_bucket bucket, const char *prefix, struct dd_buf *out)
{
	struct dd_bbolt_cursor c;
	struct dd_bbolt_item item;
	struct dd_err err = { 0 };
	bool more = true;
	dd_bbolt_walk(db, bucket, &c);
	for (int errors = 0; more && errors < 100;) {
		if (dd_bbolt_next(&c, &item, &more, &err) != DD_OK) {
			(void)dd_buf_addf(out, "!%s\n", err.message);
			errors++;
			continue;
		}
		if (!more)
			return;
		char path[200];
		(void)snprintf(path, sizeof path, "%s%.*s%s", prefix, DD_FMT(item.key), item.is_bucket ? "/" : "");
		if (item.is_bucket)
			show(db, item.bucket, path, out);
		else if (item.value.n <= 60)
			(void)dd_buf_addf(out, "%s=%.*s\n", path, DD_FMT(item.value));
		else
			(void)dd_buf_addf(out, "%s=%zu bytes\n", path, item.value.n);
	}
}

static bool find_bucket(struct dd_bbolt *db, const char *name, struct dd_bbolt_item *ret)
{
	bool found = false;
	return dd_bbolt_find(db, dd_bbolt_top(db), dd_str_from(name), ret, &found, NULL) == DD_OK && found &&
	       ret->is_bucket;
}

TEST(bbolt_small_buckets)
{
	static const struct {
		const char *bucket, *want;
	} rows[] = {
		{ "empty", "" },
		{ "small", "a=1\nb=two\nc={\"x\":[1,2]}\nempty value=\n" },
		{ "nested", "one/two/deep=bottom\nzz=beside\n" },
		{ "large", "big=\nv000000=3000 bytes\nv000001=3000 bytes\nv000002=3000 bytes\n" },
		{ "buckets", "pkg0/CVE-1={}\npkg1/CVE-2={\"FixedVersion\":\"1.0\"}\n" },
	};
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_bbolt db;
	CHECK(open_fixture(&file, &db));
	for (size_t i = 0; i < DD_COUNT(rows) && file.bytes.n; i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_bbolt_item item;
		CHECK_ROW(find_bucket(&db, rows[i].bucket, &item), rows[i].bucket);
		show(&db, item.bucket, "", &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].bucket);
	}
}

TEST(bbolt_tree_of_branches)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_buf got DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), want DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_bbolt db;
	struct dd_bbolt_item many, item;
	bool found = false;
	CHECK(open_fixture(&file, &db) && find_bucket(&db, "many", &many));
	show(&db, many.bucket, "", &got);
	for (int i = 0; i < 400; i++) {
		char value[21] = { 0 }, key[16];
		memset(value, 'a' + i % 26, 20);
		(void)snprintf(key, sizeof key, "k%06d", i);
		(void)dd_buf_addf(&want, "%s=%s\n", key, value);
		CHECK_ROW(dd_bbolt_find(&db, many.bucket, dd_str_from(key), &item, &found, NULL) == DD_OK && found &&
				  dd_str_eq_c(item.value, value),
			  key);
	}
	CHECK_STR(dd_buf_str(&got), dd_buf_c(&want));
	static const char *const absent[] = { "", "a", "k", "k0000001", "k000400", "z" };
	for (size_t i = 0; i < DD_COUNT(absent); i++)
		CHECK_ROW(dd_bbolt_find(&db, many.bucket, dd_str_from(absent[i]), &item, &found, NULL) == DD_OK &&
				  !found,
			  absent[i]);
}

/* However it is cut: an error or fewer items, never an access outside, and what is there is read. */
TEST(bbolt_truncated)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_bbolt db;
	size_t last = 0;
	CHECK(open_fixture(&file, &db));
	for (size_t n = 0; n < file.bytes.n; n += n < 4200 ? 1 : 509) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		char *copy DD_CLEANUP(dd_freep) = dd_alloc(n + 1); /* of its size: a sanitizer sees the end */
		memcpy(copy, file.bytes.p, n);
		if (dd_bbolt_open((struct dd_str){ copy, n }, &db, NULL) != DD_OK) {
			CHECK(n < 2048);
			continue;
		}
		CHECK(db.pages < db.pages_said || n >= db.pages_said * 1024);
		show(&db, dd_bbolt_top(&db), "", &out);
		last = out.n;
	}
	CHECK(last > 0);
}

static void seal(char *page)
{
	uint64_t h = UINT64_C(14695981039346656037);
	for (int i = 16; i < 72; i++)
		h = (h ^ (unsigned char)page[i]) * UINT64_C(1099511628211);
	dd_put_le32(page + 72, (uint32_t)h);
	dd_put_le32(page + 76, (uint32_t)(h >> 32));
}

/* The fixture with some bytes changed, and what is then said first. */
TEST(bbolt_damage)
{
	static const struct {
		const char *name;
		uint32_t page, at, value; /* a little-endian u32 */
		const char *bucket;
		const char *want; /* part of what comes out */
	} rows[] = {
		{ "one meta page broken: the other one", 0, 16, 7, "small", "a=1\n" },
		{ "the other one", 1, 16, 7, "small", "a=1\n" },
		{ "checksum", 1, 40, 7, "small", "a=1\n" },
	};
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_bbolt db;
	CHECK(open_fixture(&file, &db));
	char *copy DD_CLEANUP(dd_freep) = dd_alloc(file.bytes.n);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_bbolt_item item;
		memcpy(copy, file.bytes.p, file.bytes.n);
		dd_put_le32(copy + (size_t)rows[i].page * 1024 + rows[i].at, rows[i].value);
		CHECK_ROW(dd_bbolt_open((struct dd_str){ copy, file.bytes.n }, &db, NULL) == DD_OK, rows[i].name);
		if (find_bucket(&db, rows[i].bucket, &item))
			show(&db, item.bucket, "", &out);
		CHECK_ROW(dd_str_search(dd_buf_str(&out), dd_str_from(rows[i].want)) < out.n, rows[i].name);
	}
}

/* Every page once with each kind of damage: its neighbours are still read, and the walk ends. */
TEST(bbolt_damaged_pages)
{
	static const struct {
		const char *name;
		uint32_t at, value;
	} rows[] = {
		{ "number", 0, 999 },	       { "flags", 8, 0x00010010 },	    { "count", 8, 0xffff0002 },
		{ "overflow", 12, 0xfffffff }, { "first element", 20, 0xfffffff0 }, { "key size", 24, 0xfffffff0 },
	};
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_buf whole DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_bbolt db;
	CHECK(open_fixture(&file, &db));
	show(&db, dd_bbolt_top(&db), "", &whole);
	CHECK(dd_str_search(dd_buf_str(&whole), DD_STR("!")) == whole.n);
	char *copy DD_CLEANUP(dd_freep) = dd_alloc(file.bytes.n);
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		for (size_t page = 2; page < file.bytes.n / 1024; page++) {
			struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4 * DD_MIB);
			memcpy(copy, file.bytes.p, file.bytes.n);
			dd_put_le32(copy + page * 1024 + rows[i].at, rows[i].value);
			CHECK_ROW(dd_bbolt_open((struct dd_str){ copy, file.bytes.n }, &db, NULL) == DD_OK,
				  rows[i].name);
			show(&db, dd_bbolt_top(&db), "", &out);
			bool same = dd_str_eq(dd_buf_str(&out), dd_buf_str(&whole));
			bool told = dd_str_search(dd_buf_str(&out), DD_STR("!")) < out.n;
			/* Unused pages, and the inside of values, may say anything. */
			CHECK_ROW(same || told || out.n == whole.n, rows[i].name);
		}
}

/* A root page that is a branch whose children are all itself: bounded by the file's size, not by 64^32. */
TEST(bbolt_cycle)
{
	char data[4 * 1024] = { 0 };
	struct dd_bbolt db;
	struct dd_bbolt_cursor c;
	struct dd_bbolt_item item;
	struct dd_err err = { 0 };
	bool more = true;
	int errors = 0;
	enum dd_code code = DD_OK;
	dd_put_le32(data + 8, 4);
	dd_put_le32(data + 16, 0xed0cdaed);
	dd_put_le32(data + 20, 2);
	dd_put_le32(data + 24, 1024);
	dd_put_le32(data + 32, 2); /* root */
	dd_put_le32(data + 56, 4);
	seal(data);
	char *page = data + 2048;
	dd_put_le32(page, 2);
	dd_put_le32(page + 8, 0x00300001);
	for (int i = 0; i < 48; i++)
		dd_put_le32(page + 16 + 16 * i + 8, 2);
	CHECK(dd_bbolt_open((struct dd_str){ data, sizeof data }, &db, NULL) == DD_OK);
	dd_bbolt_walk(&db, dd_bbolt_top(&db), &c);
	while (code != DD_ELIMIT && more && errors < 1000) {
		code = dd_bbolt_next(&c, &item, &more, &err);
		errors += code != DD_OK;
	}
	CHECK_INT(code, DD_ELIMIT);
	CHECK(errors < 200);
	CHECK(dd_bbolt_next(&c, &item, &more, &err) == DD_OK && !more);
}
