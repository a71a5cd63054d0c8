/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of a hostile SQLite database that lies in memory, row by row in the order of their row numbers, with every
 * step and every byte bounded. No indexes are needed or used. */
#ifndef DD_SQLITE_READ_H
#define DD_SQLITE_READ_H

#include "base/err.h"
#include "base/str.h"

enum { DD_SQLITE_COLUMNS_MAX = 16 };

struct dd_sqlite; /* one thread at a time */

/* data is borrowed and must stay. tables: NULL-terminated names that may be read, must stay; nothing else can be.
 * DD_EPARSE: no SQLite database. */
enum dd_code dd_sqlite_open(struct dd_str data, const char *const *tables, struct dd_sqlite **ret, struct dd_err *err);
void dd_sqlite_freep(struct dd_sqlite **s);
bool dd_sqlite_detect(struct dd_str data);
/* Pages that are missing at the end of a file that was cut; 0: it is whole. */
uint64_t dd_sqlite_missing_pages(const struct dd_sqlite *s);
/* Is there an ordinary table of that name? */
bool dd_sqlite_has(struct dd_sqlite *s, const char *table);

struct dd_sqlite_rows;
/* columns: blanks between, at most DD_SQLITE_COLUMNS_MAX; one with a "?" in front may be missing, and is NULL then.
 * The names go into SQL as they are: from the program, never from input. DD_EPARSE: no such table or column. The caller
 * frees it before s. */
enum dd_code dd_sqlite_rows_open(struct dd_sqlite *s, const char *table, const char *columns,
				 struct dd_sqlite_rows **ret, struct dd_err *err);
void dd_sqlite_rows_freep(struct dd_sqlite_rows **r);
#define DD_CLEANUP_SQLITE_ROWS DD_CLEANUP(dd_sqlite_rows_freep)
/* The next row; *ret_more false: there is none. DD_EPARSE, once: the tree of the table is damaged; the next calls give
 * the rows behind the damage, from the end backwards. DD_ELIMIT: more work than a database of this size can need, and
 * nothing more comes. */
enum dd_code dd_sqlite_next(struct dd_sqlite_rows *r, bool *ret_more, struct dd_err *err);
/* The row with that number, for tables whose rows are asked for; *ret_found false: there is none. */
enum dd_code dd_sqlite_find(struct dd_sqlite_rows *r, int64_t id, bool *ret_found, struct dd_err *err);

/* Of the row at hand; column counts from 0. Views are good until the next call on r. */
int64_t dd_sqlite_id(const struct dd_sqlite_rows *r);
int64_t dd_sqlite_int(const struct dd_sqlite_rows *r, int column);	  /* 0 for NULL */
double dd_sqlite_real(const struct dd_sqlite_rows *r, int column);	  /* 0 for NULL */
struct dd_str dd_sqlite_text(const struct dd_sqlite_rows *r, int column); /* empty for NULL; of a blob its bytes */

#endif
