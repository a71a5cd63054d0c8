/* SPDX-License-Identifier: Apache-2.0 */
#include "db/sqlite_input.h"

void dd_build_warn_of(struct dd_builder *b, const struct dd_build_document *doc, const struct dd_err *problem)
{
	struct dd_str name = dd_str_from(doc->name);
	if (problem->at == DD_NO_OFFSET)
		dd_build_warn(b, "%s: %.300s", DD_QUOTE(name), problem->message);
	else
		dd_build_warn(b, "%s: byte %llu: %.300s", DD_QUOTE(name), (unsigned long long)problem->at,
			      problem->message);
}

enum dd_code dd_build_sqlite(struct dd_builder *b, const struct dd_build_document *doc, const char *const *tables,
			     struct dd_sqlite **ret, struct dd_err *err)
{
	DD_TRY(dd_sqlite_open(doc->bytes, tables, ret, err));
	uint64_t missing = dd_sqlite_missing_pages(*ret);
	if (missing)
		dd_build_warn(b, "%s: the last %llu pages of the file are missing", DD_QUOTE(dd_str_from(doc->name)),
			      (unsigned long long)missing);
	return DD_OK;
}

enum dd_code dd_build_rows(struct dd_builder *b, const struct dd_build_document *doc, struct dd_sqlite *sql,
			   const char *table, const char *columns, dd_build_row_fn *read, void *ctx, struct dd_err *err)
{
	struct dd_sqlite_rows *rows DD_CLEANUP_SQLITE_ROWS = NULL;
	bool more = true;
	uint64_t n = 0;
	DD_TRY(dd_sqlite_rows_open(sql, table, columns, &rows, err));
	while (more) {
		struct dd_err local = { .at = DD_NO_OFFSET };
		enum dd_code code = dd_sqlite_next(rows, &more, &local);
		if (n++ % DD_BUILD_FORGET_EACH == 0)
			dd_build_forget(doc);
		if (code == DD_OK && more) {
			code = read(ctx, rows, &local);
			if (code == DD_EPARSE && local.at == DD_NO_OFFSET)
				(void)dd_wrap(&local, "table '%s', row %lld", table, (long long)dd_sqlite_id(rows));
		}
		if (code == DD_ENOMEM)
			return dd_fail_nomem(err);
		if (code == DD_ELIMIT)
			return dd_fail(err, code, local.at, "%s", local.message);
		if (code != DD_OK)
			dd_build_warn_of(b, doc, &local);
		DD_TRY(dd_build_check(b, err));
	}
	return DD_OK;
}
