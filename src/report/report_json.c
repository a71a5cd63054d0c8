/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON report: the models of src/model/ 1:1, described by fields.c and by docs/report.schema.json. */
#include "format/json_write.h"
#include "report/fields.h"

enum { BROKEN_LEVELS = 2 };

static void write_value(struct dd_jsonw *j, const struct dd_report_view *v, const struct dd_value *value);

static void write_object(struct dd_jsonw *j, const struct dd_report_view *v, const struct dd_value *object)
{
	dd_jsonw_object(j);
	for (size_t i = 0; i < object->of->n_fields; i++) {
		const struct dd_field *f = &object->of->fields[i];
		struct dd_value member;
		dd_value_of(v, f, object->record, object->index, &member);
		dd_jsonw_key(j, f->key);
		write_value(j, v, &member);
	}
	dd_jsonw_close(j);
}

static void write_list(struct dd_jsonw *j, const struct dd_report_view *v, const struct dd_value *list)
{
	struct dd_value item;
	dd_jsonw_array(j);
	for (struct dd_items it = dd_items_of(v, list); !j->out->failed && dd_items_next(&it, &item);)
		write_value(j, v, &item);
	dd_jsonw_close(j);
}

/* As deep as the tables are. */
static void write_value(struct dd_jsonw *j, const struct dd_report_view *v, const struct dd_value *value)
{
	switch (value->kind) {
	case DD_VALUE_NULL:
		dd_jsonw_null(j);
		break;
	case DD_VALUE_BOOL:
		dd_jsonw_bool(j, value->truth);
		break;
	case DD_VALUE_INTEGER:
		dd_jsonw_u64(j, value->integer);
		break;
	case DD_VALUE_REAL:
		dd_jsonw_exact(j, value->real);
		break;
	case DD_VALUE_TEXT:
		dd_jsonw_text(j, value->text);
		break;
	case DD_VALUE_OBJECT:
		write_object(j, v, value);
		break;
	case DD_VALUE_LIST:
		write_list(j, v, value);
		break;
	}
}

enum dd_code dd_report_write_json(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				  struct dd_err *err)
{
	struct dd_jsonw j = DD_JSONW(out, BROKEN_LEVELS);
	struct dd_report_view v;
	(void)style;
	j.reversible = true;
	dd_report_view_make(r, &v);
	struct dd_value root = dd_value_root(&v);
	write_value(&j, &v, &root);
	(void)dd_buf_add_char(out, '\n');
	return dd_buf_check(out, "the report", err);
}
