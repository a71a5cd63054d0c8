/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "format/sqlite_pages.h"
#include "support/test.h"

TEST(sqlite_column_names)
{
	static const struct {
		const char *sql;
		bool keyed;
		const char *names;
	} rows[] = {
		{ "CREATE TABLE t (a, b)", false, "a|b" },
		{ "CREATE TABLE \"t (\" (a INT DEFAULT (1+(2)), b TEXT)", false, "a|b" },
		{ "CREATE TABLE t(`a b` TEXT, [c] x, 'd' y, \"e\" varchar(10, 2))", false, "a b|c|d|e" },
		{ "CREATE TABLE t (a /* , x */ TEXT, -- , y\n b, CONSTRAINT c UNIQUE (a, b), CHECK (a <> ','))", false,
		  "a|b" },
		{ "CREATE TABLE t (a, b, c, PRIMARY KEY (c, a)) WITHOUT ROWID", true, "c|a|b" },
		{ "CREATE TABLE t (a, b TEXT PRIMARY KEY, c) WITHOUT ROWID", true, "b|a|c" },
		{ "CREATE TABLE t (a, b TEXT NOT NULL PRIMARY KEY, c)", false, "a|b|c" },
		{ "CREATE TABLE t (a, b, FOREIGN KEY (a) REFERENCES x (y))", false, "a|b" },
		{ "CREATE TABLE t (\"primary\", key, \"check\" INT)", false, "primary|key|check" },
		{ "CREATE TABLE t (a, b", false, "a|b" },
		{ "CREATE TABLE t (", false, "" },
		{ "CREATE TABLE t", false, "" },
		{ "", false, "" },
		{ "CREATE TABLE t (a 'x", false, "a" },
		{ "CREATE TABLE t (a)) , b", false, "a" },
		{ "((((((", true, "(" },
		{ "CREATE TABLE t (a, PRIMARY KEY (", true, "a" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str names[16];
		struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(1000);
		size_t n = dd_sqlite_columns(dd_str_from(rows[i].sql), rows[i].keyed, names, DD_COUNT(names));
		for (size_t k = 0; k < n; k++) {
			(void)dd_buf_add_c(&text, k ? "|" : "");
			(void)dd_buf_add_str(&text, names[k]);
		}
		CHECK_STR_ROW(text.n ? dd_buf_str(&text) : DD_STR(""), rows[i].names, rows[i].sql);
	}
	struct dd_str two[2];
	CHECK_INT(dd_sqlite_columns(DD_STR("CREATE TABLE t (a, b, c)"), false, two, 2), 2);
}
