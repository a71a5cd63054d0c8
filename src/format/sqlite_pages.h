/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is in an SQLite database file in memory: the rows of all tables, and the bytes that no row has any
 * more (freed pages, the gaps inside pages), where deleted rows are found. Pages are read as they lie, without SQLite:
 * it shows neither the tables of a hostile schema nor what was deleted. */
#ifndef DD_SQLITE_PAGES_H
#define DD_SQLITE_PAGES_H

#include "base/err.h"
#include "base/str.h"

enum {
	DD_SQLITE_ROW_BYTES_MAX = 64 << 20, /* of one row that is spread over pages: it is gathered in memory */
	DD_SQLITE_VALUES_MAX = 2000,	    /* columns; SQLite's own default limit (sqlite.org/limits.html §2) */
	DD_SQLITE_TABLES_MAX = 100000,
};

enum dd_sqlite_type { DD_SQLITE_NULL, DD_SQLITE_NUMBER, DD_SQLITE_TEXT, DD_SQLITE_BLOB };
struct dd_sqlite_value {
	enum dd_sqlite_type type;
	struct dd_str bytes; /* of texts, in the database's encoding, and blobs */
};

enum dd_sqlite_encoding { DD_SQLITE_UTF8 = 1, DD_SQLITE_UTF16LE, DD_SQLITE_UTF16BE };

struct dd_sqlite_row {
	struct dd_str table;	      /* ASCII of UTF-16 databases; others' names as they are, and so the columns' */
	uint64_t number;	      /* rowid; of a table WITHOUT ROWID its place, from 1 */
	const struct dd_str *columns; /* names; fewer than values where the schema does not say */
	size_t n_columns;
	const struct dd_sqlite_value *values;
	size_t n;
};

struct dd_sqlite_visitor {
	void *ctx;
	/* An error ends everything. Views are good until return. */
	enum dd_code (*row)(void *ctx, const struct dd_sqlite_row *row, enum dd_sqlite_encoding encoding,
			    struct dd_err *err);
	/* Bytes from `at` on that belong to no row. Not called for zero bytes. */
	enum dd_code (*left)(void *ctx, uint64_t at, struct dd_str bytes, struct dd_err *err);
	/* Something of a table cannot be read; its pages are shown as left bytes. */
	enum dd_code (*problem)(void *ctx, struct dd_str table, const struct dd_err *why, struct dd_err *err);
};
/* DD_EPARSE: no SQLite database. Errors of the visitor; DD_ENOMEM. */
enum dd_code dd_sqlite_pages_each(struct dd_str bytes, const struct dd_sqlite_visitor *visitor, struct dd_err *err);

/* Names of the columns that a CREATE TABLE statement says, in the order in which a row has its values; at most max.
 * keyed: the table is WITHOUT ROWID, whose rows begin with the primary key. Views into sql. Any text is taken. */
size_t dd_sqlite_columns(struct dd_str sql, bool keyed, struct dd_str *out, size_t max);

#endif
