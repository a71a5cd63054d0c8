/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON report: the models of src/model/ 1:1, described by fields.c and by docs/report.schema.json. */
#include "format/json_write.h"
#include "report/fields.h"

enum { BROKEN_LEVELS = 2, PIECE_BYTES = 1 << 20 };

struct writer {
	struct dd_jsonw json;
	struct dd_report_view view;
	const struct dd_report_sink *sink;
	size_t given; /* bytes */
	enum dd_code code;
	struct dd_err *err;
};

static void write_value(struct writer *w, const struct dd_value *value);

/* Gives the sink what is there; between two values only. */
static void give(struct writer *w)
{
	struct dd_buf *out = w->json.out;
	if (!w->sink || out->failed || out->n < PIECE_BYTES)
		return;
	w->code = w->sink->take(w->sink->context, dd_buf_str(out), w->err);
	w->given += out->n;
	out->max -= out->n;
	dd_buf_clear(out);
	out->failed = w->code != DD_OK;
}

static void write_object(struct writer *w, const struct dd_value *object)
{
	dd_jsonw_object(&w->json);
	for (size_t i = 0; i < object->of->n_fields; i++) {
		const struct dd_field *f = &object->of->fields[i];
		struct dd_value member;
		dd_value_of(&w->view, f, object->record, object->index, &member);
		dd_jsonw_key(&w->json, f->key);
		write_value(w, &member);
	}
	dd_jsonw_close(&w->json);
}

static void write_list(struct writer *w, const struct dd_value *list)
{
	struct dd_value item;
	dd_jsonw_array(&w->json);
	for (struct dd_items it = dd_items_of(&w->view, list); !w->json.out->failed && dd_items_next(&it, &item);) {
		write_value(w, &item);
		give(w);
	}
	dd_jsonw_close(&w->json);
}

/* As deep as the tables are. */
static void write_value(struct writer *w, const struct dd_value *value)
{
	struct dd_jsonw *j = &w->json;
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
		write_object(w, value);
		break;
	case DD_VALUE_LIST:
		write_list(w, value);
		break;
	}
}

enum dd_code dd_report_write_json(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				  struct dd_err *err)
{
	struct writer w = { .json = DD_JSONW(out, BROKEN_LEVELS), .sink = style->sink, .err = err };
	w.json.reversible = true;
	dd_report_view_make(r, &w.view);
	struct dd_value root = dd_value_root(&w.view);
	write_value(&w, &root);
	(void)dd_buf_add_char(out, '\n');
	DD_TRY(w.code);
	enum dd_code code = dd_buf_check(out, "the report", err);
	out->max += w.given;
	return code;
}
