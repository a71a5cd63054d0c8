/* SPDX-License-Identifier: Apache-2.0 */
/* Databases that are SQLite files: rows to a reader, what is broken to a warning. Internal to src/db. */
#ifndef DD_SQLITE_INPUT_H
#define DD_SQLITE_INPUT_H

#include "db/builder.h"
#include "format/sqlite_read.h"

/* dd_sqlite_open on the document, and a warning when the file was cut. */
enum dd_code dd_build_sqlite(struct dd_builder *b, const struct dd_build_document *doc, const char *const *tables,
			     struct dd_sqlite **ret, struct dd_err *err);

typedef enum dd_code dd_build_row_fn(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err);
/* Calls read for every row of a table. A row that cannot be read is a warning; memory, and work without end, are
 * errors. DD_EPARSE: no such table or column. */
enum dd_code dd_build_rows(struct dd_builder *b, const struct dd_build_document *doc, struct dd_sqlite *sql,
			   const char *table, const char *columns, dd_build_row_fn *read, void *ctx,
			   struct dd_err *err);
/* A warning about the document, with the error's offset if it has one. */
void dd_build_warn_of(struct dd_builder *b, const struct dd_build_document *doc, const struct dd_err *problem);

#endif
