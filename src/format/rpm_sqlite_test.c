/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include "format/rpm_db.h"
#include "format/rpm_fixture.h"
#include "support/test.h"

struct outcome {
	enum dd_code open;
	unsigned records, failures;
	uint64_t last, sum; /* of the record numbers */
	struct dd_err first;
	bool ended;
};

static struct outcome read_all(struct dd_str data)
{
	DD_CLEANUP(dd_rpm_db_freep) struct dd_rpm_db *db = NULL;
	struct outcome o = { 0 };
	o.open = dd_rpm_db_open(data, &db, &o.first);
	for (unsigned calls = 0; o.open == DD_OK && !o.ended && calls < 200000; calls++) {
		struct dd_rpm_record r;
		struct dd_err err;
		bool more;
		if (dd_rpm_db_next(db, &r, &more, &err) != DD_OK) {
			if (o.failures++ == 0)
				o.first = err;
		} else if (more) {
			o.records++;
			o.last = r.number;
			o.sum += r.number;
		} else {
			o.ended = true;
		}
	}
	return o;
}

static bool says(const struct outcome *o, const char *what)
{
	return strstr(o->first.message, what) != NULL;
}

TEST(rpm_sqlite_in_wal_mode_is_read_in_place)
{
	DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24);
	struct dd_str blobs[] = { DD_STR("one"), DD_STR("two") };
	dd_fix_sqlite(blobs, 2, 4096, &file);
	file.p[18] = file.p[19] = 2;
	struct outcome o = read_all(dd_buf_str(&file));
	CHECK(o.open == DD_OK && o.ended && o.records == 2 && o.failures == 0);
	CHECK(file.p[18] == 2 && file.p[19] == 2);
}

/* Whatever else calls itself "Packages". */
TEST(rpm_sqlite_hostile_schemas)
{
	static const struct {
		const char *name, *sql;
		enum dd_code open;
		unsigned records, failures;
		const char *says;
	} rows[] = {
		{ "no table", "CREATE TABLE Name(a)", DD_EPARSE, 0, 0, "no table 'Packages'" },
		{ "no blob column", "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, header BLOB)", DD_EPARSE, 0, 0,
		  "no such column: blob" },
		{ "a view",
		  "CREATE TABLE t(blob); CREATE VIEW Packages AS WITH RECURSIVE c(x) AS"
		  " (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS rowid, zeroblob(100) AS blob FROM c",
		  DD_EPARSE, 0, 0, "no table 'Packages'" },
		{ "a virtual table", "CREATE VIRTUAL TABLE Packages USING fts4(blob)", DD_EPARSE, 0, 0,
		  "no table 'Packages'" },
		{ "without row numbers", "CREATE TABLE Packages(hnum TEXT PRIMARY KEY, blob) WITHOUT ROWID", DD_EPARSE,
		  0, 0, "no such column: rowid" },
		{ "columns that hide the row number",
		  "CREATE TABLE Packages(rowid, blob); INSERT INTO Packages VALUES ('b', x'01'), ('a', x'02')", DD_OK,
		  0, 0, "" },
		{ "generated column",
		  "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY,"
		  " blob AS (zeroblob(1000000000))); INSERT INTO Packages VALUES (1), (2)",
		  DD_OK, 0, 2, "over the limit" },
		{ "text instead of a blob",
		  "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob);"
		  "INSERT INTO Packages VALUES (1, 'text'), (2, x'00'), (3, NULL), (4, 1)",
		  DD_OK, 1, 3, "record 1 is no blob" },
		{ "empty blob",
		  "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob);"
		  "INSERT INTO Packages VALUES (1, x'')",
		  DD_OK, 1, 0, "" },
		{ "smallest and largest numbers",
		  "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob);"
		  "INSERT INTO Packages VALUES (-9223372036854775808, x'01'), (0, x'02'),"
		  "(9223372036854775807, x'03')",
		  DD_OK, 3, 0, "" },
		{ "triggers and indexes",
		  "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob);"
		  "CREATE INDEX i ON Packages(blob);"
		  "CREATE TRIGGER t AFTER INSERT ON Packages BEGIN SELECT 1; END;"
		  "INSERT INTO Packages VALUES (1, x'01')",
		  DD_OK, 1, 0, "" },
		{ "other letter case", "CREATE TABLE packages(hnum INTEGER PRIMARY KEY, blob)", DD_EPARSE, 0, 0,
		  "no table" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24);
		dd_fix_sqlite_from(rows[i].sql, &file);
		struct outcome o = read_all(dd_buf_str(&file));
		CHECK_INT_ROW(o.open, rows[i].open, rows[i].name);
		CHECK_INT_ROW(o.records, rows[i].records, rows[i].name);
		CHECK_INT_ROW(o.failures, rows[i].failures, rows[i].name);
		CHECK_ROW(says(&o, rows[i].says), o.first.message);
		CHECK_ROW(o.ended == (o.open == DD_OK), rows[i].name);
	}
}

/* 200 records on many leaves; page `page` is overwritten. Everything that does not need it is still found. */
static struct outcome damage_page(struct dd_buf *file, uint32_t page, uint32_t also)
{
	char saved[512], saved_also[512];
	memcpy(saved, file->p + (size_t)page * 512, 512);
	memcpy(saved_also, file->p + (size_t)also * 512, 512);
	memset(file->p + (size_t)page * 512, 0xff, 512);
	memset(file->p + (size_t)also * 512, 0xff, 512);
	struct outcome o = read_all(dd_buf_str(file));
	memcpy(file->p + (size_t)page * 512, saved, 512);
	memcpy(file->p + (size_t)also * 512, saved_also, 512);
	return o;
}

TEST(rpm_sqlite_reads_around_damaged_pages)
{
	enum { RECORDS = 200, EACH = 100 };
	DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24);
	char bytes[EACH];
	struct dd_str blobs[RECORDS];
	memset(bytes, 'x', sizeof bytes);
	for (size_t i = 0; i < RECORDS; i++)
		blobs[i] = (struct dd_str){ bytes, sizeof bytes };
	dd_fix_sqlite(blobs, RECORDS, 512, &file);
	struct outcome whole = read_all(dd_buf_str(&file));
	CHECK(whole.records == RECORDS && whole.failures == 0 && whole.sum == RECORDS * (RECORDS + 1) / 2);
	uint32_t pages = (uint32_t)(file.n / 512), leaves = 0;
	for (uint32_t page = 1; page < pages; page++) {
		if (file.p[(size_t)page * 512] != 13)
			continue;
		struct outcome o = damage_page(&file, page, page);
		CHECK(o.open == DD_OK && o.ended);
		if (o.failures == 0)
			continue; /* a leaf of another table */
		leaves++;
		CHECK(o.records >= RECORDS - 5 && o.records < RECORDS); /* a leaf holds at most 4 or 5 such rows */
		CHECK(o.failures <= 3); /* from the front, from the end, and the count */
		CHECK_INT(o.first.code, DD_EPARSE);
		CHECK_INT(o.first.at, page * 512);
		struct outcome two = damage_page(&file, page, 5);
		CHECK(two.ended && two.records >= RECORDS - 10);
	}
	CHECK(leaves > RECORDS / 6);
}

/* A tree whose inner page has only itself as children: SQLite's depth limit ends it. */
TEST(rpm_sqlite_cyclic_tree_ends)
{
	enum { RECORDS = 40 };
	DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24);
	static const char bytes[200] = { 1 };
	struct dd_str blobs[RECORDS];
	for (size_t i = 0; i < RECORDS; i++)
		blobs[i] = (struct dd_str){ bytes, sizeof bytes };
	dd_fix_sqlite(blobs, RECORDS, 512, &file);
	uint32_t inner = 0, edited = 0;
	for (uint32_t page = 1; page < file.n / 512; page++)
		if (file.p[(size_t)page * 512] == 5 && !inner)
			inner = page; /* the root of Packages, which was made first */
	CHECK(inner > 0);
	char *p = file.p + (size_t)inner * 512;
	for (uint32_t i = 0; i < dd_be16(p + 3); i++) {
		dd_put_be32(p + dd_be16(p + 12 + 2 * i), inner + 1);
		edited++;
	}
	dd_put_be32(p + 8, inner + 1);
	CHECK(edited > 2);
	struct outcome o = read_all(dd_buf_str(&file));
	CHECK(o.open == DD_OK && o.ended);
	CHECK(o.failures > 0 && o.records == 0);
}

/* Bytes after the last whole page, and page counts that are not true. */
TEST(rpm_sqlite_page_counts)
{
	static const struct {
		const char *name;
		uint32_t pages; /* said in the header; 0: left as it is */
		size_t cut, extra;
		unsigned failures;
	} rows[] = {
		{ "as it should be", 0, 0, 0, 0 },	 { "a byte too few", 0, 1, 0, 1 },
		{ "a byte too many", 0, 0, 1, 0 },	 { "a page too few", 0, 512, 0, 1 },
		{ "more pages said", 1000000, 0, 0, 1 }, { "all pages said", 0xffffffff, 0, 0, 1 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(1 << 24);
		struct dd_str blob = DD_STR("x");
		dd_fix_sqlite(&blob, 1, 512, &file);
		if (rows[i].pages)
			dd_put_be32(file.p + 28, rows[i].pages);
		file.n -= rows[i].cut;
		for (size_t k = 0; k < rows[i].extra; k++)
			CHECK(dd_buf_add_char(&file, 'x') == DD_OK);
		struct outcome o = read_all(dd_buf_str(&file));
		CHECK_INT_ROW(o.open, DD_OK, rows[i].name);
		CHECK_INT_ROW(o.records, 1, rows[i].name);
		CHECK_INT_ROW(o.failures, rows[i].failures, rows[i].name);
	}
}
