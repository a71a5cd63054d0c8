/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of SQLite databases (format/sqlite_pages.h) as lines "column = value", so that a name stands beside what it
 * names; numbers are no secrets. A blob that is an archive is one more level. Bytes that no row has any more are shown
 * as they are: deleted rows lie in them. */
#include "base/limits.h"
#include "format/sqlite_pages.h"
#include "secret/decode.h"
#include "secret/inside_parts.h"

enum { NAME_BYTES_MAX = 256, LINE_NAME_BYTES_MAX = 1024 };

struct rows {
	struct dd_inside *in;
	struct dd_buf name, text;
};

static void add_value(struct rows *r, struct dd_str bytes, bool text, enum dd_sqlite_encoding encoding)
{
	if (!text || encoding == DD_SQLITE_UTF8)
		(void)dd_buf_add_str(&r->text, bytes);
	else
		dd_secret_utf16_to_utf8(bytes, encoding == DD_SQLITE_UTF16LE ? DD_UTF16_LE : DD_UTF16_BE, &r->text);
}

static bool name_row(struct rows *r, const struct dd_sqlite_row *row)
{
	dd_buf_clear(&r->name);
	(void)dd_buf_add_c(&r->name, "table:");
	(void)dd_buf_add_str(&r->name, dd_str_take(row->table, NAME_BYTES_MAX));
	(void)dd_buf_addf(&r->name, " row %llu", (unsigned long long)row->number);
	return !r->name.failed;
}

static enum dd_code see_archive(struct rows *r, const struct dd_sqlite_row *row, size_t i, struct dd_err *err)
{
	size_t before = r->name.n;
	struct dd_str column = i < row->n_columns ? row->columns[i] : DD_STR("");
	(void)dd_buf_addf(&r->name, " column %zu ", i + 1);
	(void)dd_buf_add_str(&r->name, dd_str_take(column, NAME_BYTES_MAX));
	if (r->name.failed)
		return dd_fail_nomem(err);
	/* The values are views into a buffer of the reader, which nobody else uses. */
	DD_TRY(dd_inside_member_bytes(r->in, dd_str_trim(dd_buf_str(&r->name)), row->values[i].bytes, err));
	r->name.n = before;
	return DD_OK;
}

static enum dd_code see_row(void *ctx, const struct dd_sqlite_row *row, enum dd_sqlite_encoding encoding,
			    struct dd_err *err)
{
	struct rows *r = ctx;
	enum dd_code code;
	if (r->in->exhausted)
		return DD_OK;
	if (!name_row(r, row))
		return dd_fail_nomem(err);
	dd_buf_clear(&r->text);
	for (size_t i = 0; i < row->n; i++) {
		const struct dd_sqlite_value *v = &row->values[i];
		if ((v->type != DD_SQLITE_TEXT && v->type != DD_SQLITE_BLOB) || !v->bytes.n)
			continue;
		if (v->type == DD_SQLITE_BLOB &&
		    dd_inside_kind(DD_STR(""), dd_str_take(v->bytes, DD_INSIDE_HEAD_BYTES)) != DD_INSIDE_NONE) {
			DD_TRY(see_archive(r, row, i, err));
			continue;
		}
		if (i < row->n_columns) {
			(void)dd_buf_add_str(&r->text, dd_str_take(row->columns[i], LINE_NAME_BYTES_MAX));
			(void)dd_buf_add_c(&r->text, " = ");
		}
		add_value(r, v->bytes, v->type == DD_SQLITE_TEXT, encoding);
		(void)dd_buf_add_char(&r->text, '\n');
	}
	if (r->text.failed)
		return dd_fail_nomem(err);
	if (!dd_inside_spend(r->in, r->text.n, err, &code))
		return code;
	return r->text.n ? dd_inside_raw(r->in, dd_buf_str(&r->name), dd_buf_str(&r->text), false, err) : DD_OK;
}

static enum dd_code see_left(void *ctx, uint64_t at, struct dd_str bytes, struct dd_err *err)
{
	struct rows *r = ctx;
	dd_buf_clear(&r->name);
	(void)dd_buf_addf(&r->name, "deleted at %llu", (unsigned long long)at);
	if (r->name.failed)
		return dd_fail_nomem(err);
	return r->in->exhausted ? DD_OK : dd_inside_raw(r->in, dd_buf_str(&r->name), bytes, true, err);
}

static enum dd_code tell(void *ctx, struct dd_str table, const struct dd_err *why, struct dd_err *err)
{
	return dd_inside_failed(((struct rows *)ctx)->in, dd_str_take(table, NAME_BYTES_MAX), why, err);
}

enum dd_code dd_inside_sqlite(struct dd_inside *in, struct dd_str bytes, struct dd_err *err)
{
	struct rows r = { .in = in,
			  .name = DD_BUF_INIT(4 * NAME_BYTES_MAX),
			  /* UTF-16 may grow by half, names come on top. */
			  .text = DD_BUF_INIT(2 * (size_t)DD_SQLITE_ROW_BYTES_MAX +
					      (size_t)DD_SQLITE_VALUES_MAX * (LINE_NAME_BYTES_MAX + 8)) };
	const struct dd_sqlite_visitor visitor = { &r, see_row, see_left, tell };
	struct dd_err why;
	enum dd_code code = dd_sqlite_pages_each(bytes, &visitor, &why);
	dd_buf_done(&r.name);
	dd_buf_done(&r.text);
	if (code != DD_EPARSE && code != DD_ELIMIT) {
		if (code != DD_OK)
			dd_err_copy(err, &why);
		return code;
	}
	DD_TRY(dd_inside_failed(in, DD_STR(""), &why, err));
	return dd_inside_raw(in, DD_STR(""), bytes, false, err);
}
