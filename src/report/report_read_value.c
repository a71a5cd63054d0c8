/* SPDX-License-Identifier: Apache-2.0 */
/* From a JSON value to what a row of the tables says it is. */
#include "base/text.h"
#include "format/json_write.h"
#include "report/report_read_parts.h"

void dd_read_enter(struct dd_report_reader *rd, const char *key)
{
	dd_assert(rd->depth < DD_READ_DEPTH_MAX);
	rd->path[rd->depth].key = key;
	rd->path[rd->depth].in_list = false;
	rd->depth++;
}

void dd_read_leave(struct dd_report_reader *rd)
{
	rd->depth--;
}

enum dd_code(dd_read_fail)(const struct dd_report_reader *rd, enum dd_code code, const char *what)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(1024);
	for (unsigned i = 0; i < rd->depth; i++) {
		(void)dd_buf_addf(&path, "%s%s", i ? "." : "", rd->path[i].key);
		if (rd->path[i].in_list)
			(void)dd_buf_addf(&path, "[%zu]", rd->path[i].index);
	}
	return dd_fail(rd->err, code, rd->at, "%.*s: %s", DD_FMT(dd_buf_str(&path)), what);
}

static enum dd_code wrong(const struct dd_report_reader *rd, const char *what)
{
	return dd_read_fail(rd, DD_EPARSE, what);
}

#define PUT(record, offset, value)                                                                                     \
	do {                                                                                                           \
		__typeof__(value) put_value = (value);                                                                 \
		memcpy((char *)(record) + (offset), &put_value, sizeof put_value);                                     \
	} while (0)

void *dd_read_new(struct dd_report_reader *rd, const struct dd_record *of, size_t n)
{
	char *p = dd_arena_array(rd->arena, n ? n : 1, of->size);
	for (size_t i = 0; p && of->initial && i < n; i++)
		memcpy(p + i * of->size, of->initial, of->size);
	return p;
}

/* ---- one reader a kind ---- */

static enum dd_code to_text(struct dd_report_reader *rd, const json_t *value, struct dd_str *ret)
{
	if (!json_is_string(value))
		return wrong(rd, value ? "not a text" : "missing");
	struct dd_str s = dd_json_text(value);
	char *copy = dd_arena_alloc(rd->arena, s.n + 1);
	if (!copy)
		return dd_read_fail(rd, DD_ELIMIT, "more than fits into memory");
	*ret = (struct dd_str){ copy, dd_jsonw_original(s, copy) };
	return DD_OK;
}

static enum dd_code read_text(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	struct dd_str s = { "", 0 };
	bool may_be_null = f->kind == DD_FIELD_KNOWN && (!value || json_is_null(value));
	if (!may_be_null)
		DD_TRY(to_text(rd, value, &s));
	if (f->kind == DD_FIELD_TEXT_OR) {
		struct dd_str other;
		memcpy(&other, (const char *)record + f->second, sizeof other);
		s.n = dd_str_eq(s, other) ? 0 : s.n;
	}
	PUT(record, f->at, s);
	return DD_OK;
}

static enum dd_code read_texts(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	size_t n = dd_json_len(value);
	struct dd_str *list = NULL;
	if (n > f->max)
		return dd_read_fail(rd, DD_ELIMIT, "too many of them");
	if (n && !(list = dd_arena_array(rd->arena, n, sizeof *list)))
		return dd_read_fail(rd, DD_ELIMIT, "more than fits into memory");
	for (size_t i = 0; i < n; i++)
		DD_TRY(to_text(rd, dd_json_at(value, i), &list[i]));
	PUT(record, f->at, (void *)list);
	PUT(record, f->second, n);
	return DD_OK;
}

static enum dd_code read_one(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	struct dd_str s = { "", 0 };
	/* More than one: of a future version. The first is the lowest. */
	if (dd_json_len(value))
		DD_TRY(to_text(rd, dd_json_at(value, 0), &s));
	PUT(record, f->at, s);
	return DD_OK;
}

static enum dd_code read_lines(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	size_t n = 0;
	for (size_t i = 0; i < dd_json_len(value); i++)
		n += dd_json_text(dd_json_at(value, i)).n + 1;
	char *all = dd_arena_alloc(rd->arena, n + 1);
	if (!all)
		return dd_read_fail(rd, DD_ELIMIT, "more than fits into memory");
	struct dd_str lines = { all, 0 };
	for (size_t i = 0; i < dd_json_len(value); i++) {
		const json_t *item = dd_json_at(value, i);
		struct dd_str s = dd_json_text(item);
		if (!json_is_string(item) || s.n == 0 || dd_str_find(s, '\n') < s.n)
			return wrong(rd, "not a text of one line");
		if (i)
			all[lines.n++] = '\n';
		lines.n += dd_jsonw_original(s, all + lines.n);
	}
	PUT(record, f->at, lines);
	return DD_OK;
}

static enum dd_code to_integer(const struct dd_report_reader *rd, const json_t *value, uint64_t max, uint64_t *ret)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return wrong(rd, value ? "not a whole number from 0 on" : "missing");
	if ((uint64_t)json_integer_value(value) > max)
		return wrong(rd, "a number that is too large");
	*ret = (uint64_t)json_integer_value(value);
	return DD_OK;
}

static enum dd_code read_u64(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	uint64_t n;
	DD_TRY(to_integer(rd, value, INT64_MAX, &n));
	PUT(record, f->at, n);
	return DD_OK;
}

static enum dd_code read_u64_or(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value,
				void *record)
{
	uint64_t n = 0;
	if (value && !json_is_null(value))
		DD_TRY(to_integer(rd, value, INT64_MAX, &n));
	PUT(record, f->at, n);
	return DD_OK;
}

static enum dd_code read_size(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	uint64_t n;
	DD_TRY(to_integer(rd, value, SIZE_MAX / 2, &n));
	PUT(record, f->at, (size_t)n);
	return DD_OK;
}

static enum dd_code read_offset(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value,
				void *record)
{
	uint64_t n = DD_NO_OFFSET;
	if (value && !json_is_null(value))
		DD_TRY(to_integer(rd, value, INT64_MAX, &n));
	PUT(record, f->at, n);
	return DD_OK;
}

static enum dd_code read_bool(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	if (!json_is_boolean(value))
		return wrong(rd, value ? "neither true nor false" : "missing");
	PUT(record, f->at, (bool)json_is_true(value));
	return DD_OK;
}

/* Layers and packages: which of them there are is known at the end only (report_read.c checks packages). */
static enum dd_code read_index(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	int i = -1;
	if (value && !json_is_null(value)) {
		uint64_t n;
		DD_TRY(to_integer(rd, value, INT32_MAX, &n));
		i = (int)n;
	}
	PUT(record, f->at, i);
	return DD_OK;
}

static enum dd_code read_package_of(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value,
				    void *record)
{
	if (!value || json_is_null(value))
		return DD_OK;
	if (!json_is_object(value))
		return wrong(rd, "not an object");
	dd_read_enter(rd, "index");
	DD_TRY(read_index(rd, f, dd_json_get(value, "index"), record));
	dd_read_leave(rd);
	return DD_OK;
}

static enum dd_code read_real(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	double real = -1;
	bool may_be_null = f->kind == DD_FIELD_CHANCE && (!value || json_is_null(value));
	if (!may_be_null) {
		if (!json_is_number(value))
			return wrong(rd, value ? "not a number" : "missing");
		real = json_number_value(value);
		if (real < 0)
			return wrong(rd, "a number below 0");
	}
	PUT(record, f->at, real);
	return DD_OK;
}

static enum dd_code read_time(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	int64_t t;
	if (!json_is_string(value) || !dd_time_parse(dd_json_text(value), &t))
		return wrong(rd, value ? "not a time as in RFC 3339" : "missing");
	PUT(record, f->at, t);
	return DD_OK;
}

static enum dd_code read_name(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	bool null = f->kind == DD_FIELD_NAME_OR && (!value || json_is_null(value));
	struct dd_str name = null ? DD_STR("") : dd_json_text(value);
	unsigned i = 0;
	if (!null && !json_is_string(value))
		return wrong(rd, value ? "not a text" : "missing");
	while (i < f->names->n && !dd_str_eq_c(name, f->names->name(i)))
		i++;
	if (i == f->names->n && !null)
		return wrong(rd, "none of the words that may be here");
	PUT(record, f->at, i);
	return DD_OK;
}

static enum dd_code read_object(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value,
				void *record)
{
	if (!value || json_is_null(value))
		return f->present ? DD_OK : wrong(rd, value ? "not an object" : "missing");
	if (!json_is_object(value))
		return wrong(rd, "not an object");
	record = (char *)record + f->at;
	if (f->set)
		f->set(record);
	return dd_read_record(rd, f->of, value, record);
}

static enum dd_code read_reference(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value,
				   void *record)
{
	if (!value || json_is_null(value))
		return DD_OK;
	void *of = dd_read_new(rd, f->of, 1);
	if (!of)
		return dd_read_fail(rd, DD_ELIMIT, "more than fits into memory");
	PUT(record, f->at, of);
	return dd_read_record(rd, f->of, value, of);
}

static enum dd_code read_list(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	size_t n = dd_json_len(value);
	if (n > f->max)
		return dd_read_fail(rd, DD_ELIMIT, "too many of them");
	char *list = dd_read_new(rd, f->of, n);
	if (!list)
		return dd_read_fail(rd, DD_ELIMIT, "more than fits into memory");
	rd->path[rd->depth - 1].in_list = true;
	for (size_t i = 0; i < n; i++) {
		rd->path[rd->depth - 1].index = i;
		DD_TRY(dd_read_record(rd, f->of, dd_json_at(value, i), list + i * f->of->size));
	}
	PUT(record, f->at, (void *)list);
	PUT(record, f->second, n);
	return DD_OK;
}

typedef enum dd_code read_fn(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record);

/* NULL: made from other members, not read. */
static const struct {
	read_fn *read;
	bool list;
} readers[DD_FIELD_KIND_COUNT] = {
	[DD_FIELD_TEXT] = { read_text },	 [DD_FIELD_KNOWN] = { read_text },
	[DD_FIELD_TEXT_OR] = { read_text },	 [DD_FIELD_ONE] = { read_one, true },
	[DD_FIELD_LINES] = { read_lines, true }, [DD_FIELD_TEXTS] = { read_texts, true },
	[DD_FIELD_U64_OR] = { read_u64_or },	 [DD_FIELD_REFERENCE] = { read_reference },
	[DD_FIELD_U64] = { read_u64 },		 [DD_FIELD_SIZE] = { read_size },
	[DD_FIELD_BOOL] = { read_bool },	 [DD_FIELD_LAYER] = { read_index },
	[DD_FIELD_PACKAGE] = { read_index },	 [DD_FIELD_OFFSET] = { read_offset },
	[DD_FIELD_REAL] = { read_real },	 [DD_FIELD_CHANCE] = { read_real },
	[DD_FIELD_TIME] = { read_time },	 [DD_FIELD_NAME] = { read_name },
	[DD_FIELD_NAME_OR] = { read_name },	 [DD_FIELD_OBJECT] = { read_object },
	[DD_FIELD_LIST] = { read_list, true },	 [DD_FIELD_PACKAGE_OF] = { read_package_of },
};

enum dd_code dd_read_field(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record)
{
	if (!readers[f->kind].read || f->made || (f->late && !value))
		return DD_OK;
	dd_read_enter(rd, f->key);
	if (readers[f->kind].list && !json_is_array(value))
		return wrong(rd, value ? "not a list" : "missing");
	DD_TRY(readers[f->kind].read(rd, f, value, record));
	dd_read_leave(rd);
	return DD_OK;
}

enum dd_code dd_read_record(struct dd_report_reader *rd, const struct dd_record *of, const json_t *object, void *record)
{
	if (!json_is_object(object))
		return wrong(rd, "not an object");
	for (size_t i = 0; i < of->n_fields; i++)
		DD_TRY(dd_read_field(rd, &of->fields[i], dd_json_get(object, of->fields[i].key), record));
	return DD_OK;
}
