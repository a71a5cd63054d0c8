/* SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>
#include <stdlib.h>

#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_nix, dd_analyzer_nix_db;

#define STORE  "nix/store/"
#define HASH   "2qk3ljnx10hbcmkf195nnhmx521yci3q"
#define HASH_2 "55rhakzzp11wjzlnsggfhl78713z00cx"
#define DB     "nix/var/nix/db/db.sqlite"

TEST(nix_entries)
{
	static const struct {
		const char *entry, *name, *version; /* name NULL: no package */
	} rows[] = {
		{ HASH "-openssl-3.0.7", "openssl", "3.0.7" },
		{ HASH "-openssl-3.0.7-dev", "openssl", "3.0.7" },
		{ HASH "-glibc-2.38-44-bin", "glibc", "2.38-44" },
		{ HASH "-python3.11-requests-2.31.0", "python3.11-requests", "2.31.0" },
		{ HASH "-python3-3.11.6-env", "python3", "3.11.6" },
		{ HASH "-ghc-9.4.7-with-packages", "ghc", "9.4.7" },
		{ HASH "-nss-cacert-3.95-unbundled", "nss-cacert", "3.95" },
		{ HASH "-gcc-wrapper-12.3.0", "gcc-wrapper", "12.3.0" },
		{ HASH "-perl5.38.0-HTTP-Message-6.45", "perl5.38.0-HTTP-Message", "6.45" },
		{ HASH "-foo-0-unstable-2023-05-01", "foo", "0-unstable-2023-05-01" },
		{ HASH "-foo-1.0-rc", "foo", "1.0-rc" },
		{ HASH "-foo-1.0-beta-man", "foo", "1.0-beta" },
		{ HASH "-foo-1.0-SNAPSHOT", "foo", "1.0-SNAPSHOT" },
		{ HASH "-foo--bin", "foo", "-bin" },
		{ HASH "-source", NULL, NULL },
		{ HASH "-system-path", NULL, NULL },
		{ HASH "-foo-", NULL, NULL },
		{ HASH "-", NULL, NULL },
		{ HASH, NULL, NULL },
		{ HASH "-openssl-3.0.7.drv", NULL, NULL },
		{ HASH "-openssl-3.0.7.lock", NULL, NULL },
		{ HASH "-openssl-3.0.7.tar.gz", NULL, NULL },
		{ HASH "-fix-1.patch", NULL, NULL },
		{ ".links", NULL, NULL },
		{ "2qk3ljnx10hbcmkf195nnhmx521yci3-openssl-3.0.7", NULL, NULL },
		{ "eqk3ljnx10hbcmkf195nnhmx521yci3q-openssl-3.0.7", NULL, NULL },
		{ "", NULL, NULL },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		char path[200], want[300] = "";
		(void)snprintf(path, sizeof path, STORE "%s", rows[i].entry);
		if (rows[i].name)
			(void)snprintf(want, sizeof want, "package\tname=%s\tversion=%s\ttype=nix\n", rows[i].name,
				       rows[i].version);
		dd_buf_clear(&out);
		CHECK(dd_analyze_text(&dd_analyzer_nix, dd_str_from(path), DD_STR(""), 0, &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), want, rows[i].entry);
	}
	dd_buf_clear(&out);
	CHECK(dd_analyze_text(&dd_analyzer_nix, DD_STR(STORE HASH "-a\xff-1"), DD_STR(""), 0, &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "problem\ttext=package name is not valid: 'a\\xff'\n");
}

/* A database that SQLite itself writes. */
static struct dd_str make_db(const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_int64 n = 0;
	CHECK(sqlite3_open(":memory:", &db) == SQLITE_OK);
	CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
	unsigned char *bytes = sqlite3_serialize(db, "main", &n, 0);
	char *copy = malloc((size_t)n);
	memcpy(copy, bytes, (size_t)n);
	sqlite3_free(bytes);
	(void)sqlite3_close(db);
	return (struct dd_str){ copy, (size_t)n };
}

static enum dd_code analyze_db(struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	return dd_analyze_text(&dd_analyzer_nix_db, DD_STR(DB), data, 0, out);
}

#define SCHEMA                                                                                                         \
	"CREATE TABLE ValidPaths (id integer primary key autoincrement not null, path text unique not null,"           \
	" hash text not null, registrationTime integer not null, deriver text, narSize integer, ultimate integer,"     \
	" sigs text, ca text);"
#define ROW(path, deriver, size)                                                                                       \
	"INSERT INTO ValidPaths(path, hash, registrationTime, deriver, narSize) VALUES (" path                         \
	", 'sha256:0', 1, " deriver ", " size ");"
#define PATH(name) "'/nix/store/" HASH "-" name "'"
#define DRV(name)  "'/nix/store/" HASH_2 "-" name ".drv'"

TEST(nix_database)
{
	struct dd_str db = make_db(
		SCHEMA ROW(PATH("openssl-3.0.7.drv"), "NULL", "784")
			ROW(PATH("openssl-3.0.7"), DRV("openssl-3.0.7"), "1000")
				ROW(PATH("openssl-3.0.7-out2x"), DRV("openssl-3.0.7"), "234")
					ROW(PATH("x-1.0-rc-dev"), "NULL", "NULL")
						ROW(PATH("source"), DRV("source"), "5") ROW("'/tmp/odd'", "NULL", "1")
							ROW("x'ff00'", "NULL", "1") ROW(PATH("b d-1"), "NULL", "1"));
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	CHECK(analyze_db(db, &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "package\tname=openssl\tversion=3.0.7\ttype=nix\tbytes=1234\n"
				    "package\tname=x\tversion=1.0-rc\ttype=nix\n"
				    "problem\ttext=not the path of a store entry: '/tmp/odd'\n"
				    "problem\ttext=not the path of a store entry: '\\xff\\x00'\n"
				    "problem\ttext=name of a store entry is not valid: 'b d-1'\n");
	free((void *)(uintptr_t)db.p);
}

TEST(nix_database_that_is_none)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	CHECK(analyze_db(DD_STR(""), &out) == DD_OK);
	CHECK_INT(out.n, 0);
	CHECK(analyze_db(DD_STR("SQLite format 3"), &out) != DD_OK);
	CHECK(analyze_db(DD_STR("not a database at all, but some text"), &out) != DD_OK);
	struct dd_str other = make_db("CREATE TABLE Packages(a);");
	CHECK(analyze_db(other, &out) != DD_OK);
	free((void *)(uintptr_t)other.p);
	/* A view of the table's name runs nothing. */
	struct dd_str view =
		make_db("CREATE TABLE x(path); CREATE VIEW ValidPaths AS SELECT randomblob(1000000000) AS path"
			" FROM x; INSERT INTO x VALUES (1);");
	CHECK(analyze_db(view, &out) != DD_OK);
	free((void *)(uintptr_t)view.p);
}

/* Cut at every 100th byte, and every 50th byte turned over: problems or an error, never a crash. */
TEST(nix_database_damaged)
{
	DD_CLEANUP_BUF struct dd_buf sql = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
	(void)dd_buf_add_c(&sql, SCHEMA);
	for (int i = 0; i < 100; i++)
		(void)dd_buf_addf(&sql,
				  "INSERT INTO ValidPaths(path, hash, registrationTime) VALUES ('/nix/store/" HASH
				  "-p%d-1.%d', 'x', 1);",
				  i, i);
	struct dd_str db = make_db(dd_buf_c(&sql));
	CHECK(analyze_db(db, &out) == DD_OK);
	for (size_t cut = 0; cut < db.n; cut += 100) {
		char *copy = malloc(cut ? cut : 1);
		memcpy(copy, db.p, cut);
		(void)analyze_db((struct dd_str){ copy, cut }, &out);
		free(copy);
	}
	char *copy = malloc(db.n);
	memcpy(copy, db.p, db.n);
	for (size_t at = 0; at < db.n; at += 50) {
		copy[at] = (char)~copy[at];
		(void)analyze_db((struct dd_str){ copy, db.n }, &out);
		copy[at] = (char)~copy[at];
	}
	free(copy);
	free((void *)(uintptr_t)db.p);
}
