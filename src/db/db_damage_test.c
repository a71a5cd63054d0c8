/* SPDX-License-Identifier: Apache-2.0 */
/* Any byte changed, any byte missing: never a crash, always found. */
#include "base/buf.h"
#include "base/limits.h"
#include "db/db_fixture.h"
#include "db/dbfile.h"
#include "db/dbread.h"
#include "support/test.h"

static const char osv[] = "[{\"id\":\"GHSA-a\",\"aliases\":[\"CVE-2020-10001\"],\"summary\":\"title\",\"severity\":[{"
			  "\"type\":\"CVSS_V3\",\"score\":"
			  "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/"
			  "A:H\"}],\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"p\"},"
			  "\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"introduced\":\"0\"},{\"fixed\":\"1.2.3\"}]}]"
			  ",\"versions\":[\"1\",\"2\"]}]},"
			  "{\"id\":\"ALSA-1\",\"related\":[\"CVE-2020-10001\",\"CVE-2020-10002\"],\"affected\":[{"
			  "\"package\":{\"ecosystem\":\"AlmaLinux:8\","
			  "\"name\":\"q\"},\"versions\":[\"1\"]}]}]";

static struct dd_str make(void)
{
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	CHECK(dd_fixture_new(&f));
	CHECK(dd_fixture_add(&f, "osv", "x", dd_str_from(osv), NULL) == DD_OK);
	CHECK(dd_fixture_add(&f, "kev", "x", DD_STR("{\"vulnerabilities\":[{\"cveID\":\"CVE-2020-10002\"}]}"), NULL) ==
	      DD_OK);
	CHECK(dd_fixture_add(&f, "eol", "debian.json", DD_STR("[{\"cycle\":\"12\",\"eol\":true}]"), NULL) == DD_OK);
	CHECK(dd_fixture_open(&f, NULL) == DD_OK);
	return dd_fixture_bytes(&f);
}

static void ask(const struct dd_db *db)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(64 * DD_MIB);
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(64 * DD_MIB);
	struct dd_database_info info;
	struct dd_advisory *found;
	struct dd_eol eol;
	size_t n;
	dd_fixture_advisories(db, "npm", "p", &text);
	dd_fixture_advisories(db, "almalinux:8", "q", &text);
	dd_fixture_vulns(db, "CVE-2020-10001", &text);
	dd_fixture_vulns(db, "ALSA-1", &text);
	(void)dd_db_info(db, &a, &info, NULL);
	(void)dd_db_eol(db, DD_STR("debian"), DD_STR("12"), &eol);
	(void)dd_db_find_anywhere(db, DD_STR("q"), &a, &found, &n, NULL);
	for (uint32_t v = 0; v < 4; v++)
		(void)dd_db_advisories_of(db, v, &a, &found, &n, NULL);
	(void)dd_db_check_structure(db, NULL);
}

TEST(db_every_flipped_byte_is_found)
{
	struct dd_str bytes = make();
	char *copy = dd_alloc(bytes.n);
	CHECK(bytes.n > DD_DBFILE_HEADER_BYTES && copy);
	for (size_t i = 0; copy && i < bytes.n; i++) {
		struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
		struct dd_err err = { 0 };
		memcpy(copy, bytes.p, bytes.n);
		copy[i] = (char)(copy[i] ^ (1 << i % 8));
		enum dd_code code = dd_fixture_open_bytes((struct dd_str){ copy, bytes.n }, &db, &err);
		CHECK(code == DD_OK || code == DD_EPARSE);
		/* The header is sealed: its damage is seen when it is opened, all other by verify. */
		CHECK((code == DD_EPARSE) == (i < DD_DBFILE_HEADER_BYTES));
		if (code != DD_OK)
			continue;
		CHECK(dd_db_verify(db, &err) == DD_EPARSE);
		ask(db);
	}
	dd_free(copy);
	dd_freep(&bytes.p);
}

TEST(db_cut_anywhere_is_not_opened)
{
	struct dd_str bytes = make();
	for (size_t n = 0; n <= bytes.n; n++) {
		struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
		struct dd_err err = { 0 };
		enum dd_code code = dd_fixture_open_bytes(dd_str_take(bytes, n), &db, &err);
		CHECK_INT(code, n == bytes.n ? DD_OK : DD_EPARSE);
	}
	struct dd_buf longer DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	(void)dd_buf_add_str(&longer, bytes);
	(void)dd_buf_add_char(&longer, 0);
	CHECK(dd_fixture_open_bytes(dd_buf_str(&longer), &db, NULL) == DD_EPARSE);
	dd_freep(&bytes.p);
}

/* A file that was made wrong and sealed: every cell in turn set to what lies far outside. */
TEST(db_sealed_nonsense_gives_errors)
{
	static const uint32_t values[] = { 0, 1, 0x7fffffff, 0xffffffff, 0xfffffffe };
	struct dd_str bytes = make();
	char *copy = dd_alloc(bytes.n);
	CHECK(copy != NULL);
	for (size_t at = DD_DBFILE_HEADER_BYTES; copy && at + 4 <= bytes.n; at += 4) {
		for (size_t v = 0; v < DD_COUNT(values); v++) {
			struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
			memcpy(copy, bytes.p, bytes.n);
			memcpy(copy + at, &values[v], 4);
			CHECK(dd_fixture_open_bytes((struct dd_str){ copy, bytes.n }, &db, NULL) == DD_OK);
			if (db)
				ask(db);
		}
	}
	dd_free(copy);
	dd_freep(&bytes.p);
}

TEST(db_another_file_is_told)
{
	static const struct {
		const char *bytes, *want;
	} rows[] = {
		{ "", "not a drydock database" },
		{ "SQLite format 3", "not a drydock database" },
		{ DD_DBFILE_MAGIC, "the database is cut off inside its header" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
		struct dd_err err = { 0 };
		CHECK(dd_fixture_open_bytes(dd_str_from(rows[i].bytes), &db, &err) == DD_EPARSE);
		CHECK_ROW(strstr(err.message, rows[i].want) != NULL, err.message);
	}
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_err err = { 0 };
	CHECK(dd_db_open("/nonexistent/x.db", &db, &err) == DD_ENOTFOUND);
	char other[DD_DBFILE_HEADER_BYTES] = DD_DBFILE_MAGIC "\x07";
	CHECK(dd_fixture_open_bytes((struct dd_str){ other, sizeof other }, &db, &err) == DD_EPARSE);
	CHECK(strstr(err.message, "format 7") != NULL);
}
